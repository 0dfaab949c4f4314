"""From a list of edges to a graph: node numbers, repeats, self-loops, CSR."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graphkit import _build
from graphkit._columns import Columns, frozen_columns
from graphkit._csr import build_csr, readonly
from graphkit._labels import NodeLabels
from graphkit._shares import in_threads, shares
from graphkit._structure import check_finite, edge_name, weight_vector
from graphkit.errors import ListedEdgeError
from graphkit.graph import Graph
from graphkit.memory import require_memory
from graphkit.validation import check_choice, check_integer, index_dtype

Array = NDArray[Any]
RULES = {
    "merge": _build.MERGE,
    "sum": _build.SUM,
    "first": _build.FIRST,
    "max": _build.MAX,
    "min": _build.MIN,
    "error": _build.ERROR,
}


def from_edges(
    sources: ArrayLike,
    targets: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    *,
    n_nodes: int | None = None,
    labels: Iterable[Hashable] | None = None,
    directed: bool = False,
    multi_edges: str = "merge",
    self_loops: str = "keep",
    node_data: Columns | None = None,
    edge_data: Columns | None = None,
) -> Graph:
    """Build a graph from a list of edges.

    Parameters
    ----------
    sources, targets : array-like of shape (n_listed,), integers or any hashables
        Ends of the edges. `targets` may be left out if `sources` has shape (n_listed, 2).
    weights : array-like of shape (n_listed,), optional
        Finite numbers, negative ones included. float32 stays float32, everything else becomes float64.
    n_nodes : int, optional
        Number of nodes. Ends are then node indices in 0..n_nodes-1, and nodes without edges exist.
    labels : sequence of hashable, optional
        Names of the nodes in node order. With `n_nodes`, ends are still indices. Without it they are looked
        up among the labels; integers are taken as indices where no label is an integer.
    directed : bool
        Whether (u, v) differs from (v, u).
    multi_edges : {"merge", "sum", "first", "max", "min", "error"}
        What to do with entries that name the same edge; in an undirected graph (u, v) and (v, u) do.

        - ``"merge"``: they are one edge, and must agree on its weight. So a file that lists both directions
          of every edge is read as it is meant, and nothing is ever counted twice in silence.
        - ``"sum"``: weights are added up. Without weights every entry counts 1, so that the graph becomes
          weighted by multiplicities. Both directions of an undirected edge are added too.
        - ``"first"``, ``"max"``, ``"min"``: the first, largest or smallest weight is kept.
        - ``"error"``: repeats are refused.
    self_loops : {"keep", "drop", "error"}
        What to do with edges from a node to itself. A node named only by a dropped loop stays a node.
    node_data, edge_data : mapping of str to array-like, optional
        Columns for the nodes in node order, and for the listed edges in the order listed. An edge listed
        more than once keeps the row of its first entry.

    Returns
    -------
    Graph
        Without `n_nodes` and `labels` the nodes are the ids that occur. If these are exactly 0..n-1 they are
        the indices; other integers are numbered in increasing order, anything else in order of first
        appearance (source before target), and the ids become the labels.

    Raises
    ------
    TypeError
        If ids are neither integers nor hashable (floating-point arrays are refused), or weights not numbers.
    ValueError
        For lengths that differ, indices out of range, NaN or infinite weights, refused repeats and loops.
        Messages name the edge.
    MemoryBudgetError
        If the graph would not fit into memory.

    Notes
    -----
    O(n_nodes + n_listed) time: edges are scattered to buckets of rows that fit into the cache, each of which
    is sorted by its digits, all in threads whose number does not change the result. Integer ids far apart
    cost O(n_listed log n_listed) to number, and no memory for the gaps.

    Examples
    --------
    >>> from_edges([0, 1, 1], [1, 2, 0])
    Graph(3 nodes, 2 edges, undirected, unweighted)
    >>> from_edges([0, 1, 1], [1, 2, 0], multi_edges="sum").edge_weights()
    array([2., 1.])
    >>> from_edges([("a", "b"), ("c", "a")], directed=True).labels
    NodeLabels(['a', 'b', 'c'])
    """
    ends: list[Any] = list(listed_ends(sources, targets))
    return from_columns(
        ends,
        weights,
        n_nodes=n_nodes,
        labels=labels,
        directed=directed,
        multi_edges=multi_edges,
        self_loops=self_loops,
        node_data=node_data,
        edge_data=edge_data,
    )


def from_columns(
    ends: list[Any],
    weights: ArrayLike | None = None,
    *,
    n_nodes: int | None = None,
    labels: Iterable[Hashable] | None = None,
    directed: bool = False,
    multi_edges: str = "merge",
    self_loops: str = "keep",
    node_data: Columns | None = None,
    edge_data: Columns | None = None,
) -> Graph:
    """Do what `from_edges` does with what `listed_ends` returns, and empty that list when it is used up.

    Arrays that nobody else holds make room then, which a reader of large files is glad of.
    """
    rule = RULES[check_choice(multi_edges, "multi_edges", RULES)]
    check_choice(self_loops, "self_loops", ("keep", "drop", "error"))
    values = None if weights is None else weight_vector(weights, len(ends[0]))
    columns = frozen_columns(edge_data, len(ends[0]), "edge") if edge_data else {}
    first, second, n, names = _numbered(ends[0], ends[1], n_nodes, labels)
    ends.clear()
    if values is not None:
        check_finite(values, first, second, names)
    kept = None
    if self_loops != "keep":
        first, second, values, columns, kept = _without_loops(
            first, second, values, columns, self_loops, names
        )
    ends += (first, second)
    del first, second
    try:
        indptr, indices, values, order, n_loops = build_csr(
            ends, values, n, directed, rule, bool(columns), names
        )
    except ListedEdgeError as error:
        if kept is None:
            raise
        raise ListedEdgeError([int(kept[k]) for k in error.entries], error.describe) from None
    columns = {name: column[order] for name, column in columns.items()}
    return Graph._trusted(indptr, indices, values, directed, names, node_data, columns, n_loops)


def listed_ends(sources: Any, targets: Any) -> tuple[Any, Any]:
    """Both ends of the edges, each as an integer array or a list of hashables, of equal length."""
    if targets is None:
        sources, targets = _columns_of_pairs(sources)
    first, second = _ids(sources, "sources"), _ids(targets, "targets")
    if len(first) != len(second):
        raise ValueError(f"sources and targets must have equal lengths, got {len(first)} and {len(second)}")
    if isinstance(first, list) != isinstance(second, list):
        first, second = _as_list(first), _as_list(second)
    return first, second


def _columns_of_pairs(pairs: Any) -> tuple[Any, Any]:
    if isinstance(pairs, np.ndarray):
        if pairs.ndim != 2 or pairs.shape[1] != 2:
            raise ValueError(f"without targets the edges must have shape (m, 2), got {pairs.shape}")
        return pairs[:, 0], pairs[:, 1]
    if isinstance(pairs, str | bytes) or not isinstance(pairs, Iterable):
        raise TypeError(f"edges must be an array or a sequence of pairs, got {pairs!r}")
    pairs = list(pairs)
    odd = next((k for k, pair in enumerate(pairs) if not _is_pair(pair)), None)
    if odd is not None:
        raise ValueError(f"without targets every edge must be a pair, got {pairs[odd]!r} at position {odd}")
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def _is_pair(item: object) -> bool:
    return isinstance(item, Sequence | np.ndarray) and not isinstance(item, str | bytes) and len(item) == 2


def _as_list(ids: Any) -> list[Any]:
    return ids.tolist() if isinstance(ids, np.ndarray) else ids


def _ids(ids: Any, name: str) -> Array | list[Any]:
    """Return ids as a one-dimensional integer array, or as a list of hashables."""
    if isinstance(ids, str | bytes) or not isinstance(ids, Iterable):
        raise TypeError(f"{name} must be an array or a sequence of node ids, got {ids!r}")
    if isinstance(ids, np.ndarray):
        if ids.ndim != 1:
            raise ValueError(f"{name} must be one-dimensional, got an array of shape {ids.shape}")
        if ids.dtype.kind in "iu":
            if ids.dtype == np.uint64 and ids.size and ids.max() >= 2**63:
                raise ValueError(f"{name} must fit into 64-bit signed integers, got {ids.max()}")
            return ids
        if ids.dtype.kind not in "OUST":
            if ids.size == 0:
                return ids.astype(np.int64)
            raise TypeError(f"{name} must hold integers or labels such as strings, got dtype {ids.dtype}")
    items = ids.tolist() if isinstance(ids, np.ndarray) else list(ids)
    if all(isinstance(item, int | np.integer) and not isinstance(item, bool) for item in items):
        try:
            return np.array(items, dtype=np.int64)
        except OverflowError:
            return items  # beyond 64 bits: labels like any other
    return items


def _numbered(
    first: Any, second: Any, n_nodes: int | None, labels: Iterable[Hashable] | None
) -> tuple[Array, Array, int, NodeLabels | None]:
    """Node indices of both ends, the number of nodes, and the labels."""
    names = labels if labels is None or isinstance(labels, NodeLabels) else NodeLabels(labels)
    indices_given = n_nodes is not None
    if n_nodes is not None:
        n_nodes = check_integer(n_nodes, "n_nodes", minimum=0)
        if names is not None and len(names) != n_nodes:
            raise ValueError(f"labels must have one entry for each of the {n_nodes} nodes, got {len(names)}")
    elif names is not None:
        n_nodes = len(names)
    if isinstance(first, list):
        if names is not None:
            return *_looked_up(first, second, names), len(names), names
        if n_nodes is not None:
            raise TypeError(f"with n_nodes the ends of edges must be integers, got {first[0]!r}")
        return _by_appearance(first, second)
    if n_nodes is None:
        return _by_value(first, second)
    if names is not None and names.integers is not None and not indices_given:
        return _positions(first, names), _positions(second, names), len(names), names
    for ends, name in ((first, "source"), (second, "target")):
        if ends.size and (ends.min() < 0 or ends.max() >= n_nodes):
            raise _beyond(ends, name, n_nodes)
    return first, second, n_nodes, names


def _beyond(ends: Array, name: str, n_nodes: int) -> ListedEdgeError:
    """Name the first end that is no node index."""
    k = int(np.flatnonzero((ends < 0) | (ends >= n_nodes))[0])
    allowed = f"0..{n_nodes - 1}" if n_nodes else "none"
    return ListedEdgeError(
        [k], lambda at: f"the {name} in {at[0]} is {ends[k]}, but n_nodes={n_nodes} allows {allowed}"
    )


def _looked_up(first: list[Any], second: list[Any], names: NodeLabels) -> tuple[Array, Array]:
    return tuple(
        np.array([names.index_of(label) for label in ends], dtype=np.int64) for ends in (first, second)
    )  # type: ignore[return-value]


def _positions(ends: Array, names: NodeLabels) -> Array:
    """Look up integer labels, all at once."""
    values = names.integers
    assert values is not None
    order = np.argsort(values)
    place = order[np.minimum(np.searchsorted(values, ends, sorter=order), len(values) - 1)]
    unknown = np.flatnonzero(values[place] != ends)
    if unknown.size:
        names.index_of(int(ends[unknown[0]]))  # raises the error of an unknown label
    return place


def _by_appearance(first: list[Any], second: list[Any]) -> tuple[Array, Array, int, NodeLabels | None]:
    numbers: dict[Hashable, int] = {}
    ends = np.empty((2, len(first)), dtype=np.int64)
    for k, pair in enumerate(zip(first, second, strict=True)):
        for side, label in enumerate(pair):
            try:
                ends[side, k] = numbers.setdefault(label, len(numbers))
            except TypeError:
                raise TypeError(f"node ids must be hashable, got {label!r} in edge {k}") from None
    return ends[0], ends[1], len(numbers), NodeLabels(numbers)


def _by_value(first: Array, second: Array) -> tuple[Array, Array, int, NodeLabels | None]:
    """Give numbers to integer ids in increasing order; ids that are 0..n-1 already need no labels."""
    if first.size == 0:
        return first, second, 0, None
    low = min(int(first.min()), int(second.min()))
    span = max(int(first.max()), int(second.max())) - low + 1
    if span > max(2**16, 8 * first.size):  # a table of the span would cost more than sorting the ids
        return _by_sorting(first, second, low, span)
    ends = [_signed(first), _signed(second)]
    seen = np.zeros(span, dtype=np.bool_)
    parts = shares(first.size)
    in_threads(lambda side, part: _build.mark_ids(ends[side][part], low, seen), product((0, 1), parts))
    if low == 0 and seen.all():
        return first, second, span, None
    values = np.flatnonzero(seen)
    number = np.cumsum(seen, dtype=index_dtype(values.size, 0))
    number = number - 1
    results = [np.empty(first.size, number.dtype) for _ in ends]
    in_threads(
        lambda side, part: _build.renumber(ends[side][part], low, number, results[side][part]),
        product((0, 1), parts),
    )
    return results[0], results[1], values.size, NodeLabels._from_integers(values + low)


def _by_sorting(first: Array, second: Array, low: int, span: int) -> tuple[Array, Array, int, NodeLabels]:
    """Give numbers to integer ids that are far apart."""
    offset = np.uint64(low % 2**64)
    keys = np.concatenate([ends.astype(np.int64, copy=False).view(np.uint64) for ends in (first, second)])
    require_memory(5 * keys.nbytes, f"numbering the ids of {first.size} edges")
    keys -= offset  # modulo 2**64, which leaves 0..span - 1
    places = np.arange(keys.size)
    _build.sort_keys(keys, places, (span - 1).bit_length(), np.empty_like(keys), np.empty_like(places))
    number = np.empty(keys.size, index_dtype(keys.size, 0))
    count = int(_build.number_sorted(keys, places, number))
    labels = (keys[:count] + offset).view(np.int64)
    return number[: first.size], number[first.size :], count, NodeLabels._from_integers(labels)


def _signed(ids: Array) -> Array:
    """Ids as a read-only array of 32-bit or 64-bit integers, so that kernels are compiled for these only."""
    dtype = np.int32 if ids.dtype.kind == "i" and ids.dtype.itemsize == 4 else np.int64
    return readonly(np.ascontiguousarray(ids, dtype=dtype))


def _without_loops(
    first: Array, second: Array, values: Array | None, columns: Mapping[str, Array], action: str, names: Any
) -> tuple[Array, Array, Array | None, Mapping[str, Array], Array | None]:
    """Edges without self-loops, and their places among all edges (None: nothing was left out)."""
    loops = np.flatnonzero(first == second)
    if loops.size == 0:
        return first, second, values, columns, None
    if action == "error":
        k = int(loops[0])
        edge = edge_name(first[k], second[k], names)
        raise ListedEdgeError(
            [k],
            lambda at: (
                f"edge {edge} in {at[0]} is a self-loop; choose another self_loops "
                "(--self-loops on the command line), keep or drop, to allow that"
            ),
        )
    kept = np.flatnonzero(first != second)
    columns = {name: column[kept] for name, column in columns.items()}
    return first[kept], second[kept], None if values is None else values[kept], columns, kept
