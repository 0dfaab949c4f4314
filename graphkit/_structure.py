"""Operations behind the methods of `Graph`: checks, edge lists, derived graphs."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graphkit import _build
from graphkit._columns import frozen
from graphkit._labels import NodeLabels
from graphkit.graph import Graph
from graphkit.validation import index_dtype

Array = NDArray[Any]
_FROM_EDGES = "for a list of sources and targets use Graph.from_edges"


def checked_csr(
    indptr: ArrayLike, indices: ArrayLike, weights: ArrayLike | None, directed: bool
) -> tuple[Array, Array, Array | None]:
    """Check CSR arrays of a graph and give them their final types, read-only. O(n + m)."""
    offsets = integer_vector(indptr, "indptr")
    columns = integer_vector(indices, "indices")
    if offsets.size == 0 or offsets[0] != 0 or offsets[-1] != columns.size or (np.diff(offsets) < 0).any():
        raise ValueError(
            f"indptr must rise from 0 to the number of entries, {columns.size}, without falling; "
            f"got {offsets.size} offsets{f' from {offsets[0]} to {offsets[-1]}' if offsets.size else ''}; "
            f"{_FROM_EDGES}"
        )
    n = offsets.size - 1
    if columns.size and (columns.min() < 0 or columns.max() >= n):
        allowed = (
            f"in 0..{n - 1} for an indptr of {n + 1} offsets" if n else "empty, as indptr tells of no nodes"
        )
        raise ValueError(f"indices must be {allowed}, got {columns.min()} to {columns.max()}; {_FROM_EDGES}")
    dtype = index_dtype(n, columns.size)
    offsets = frozen(offsets.astype(dtype, copy=False))
    columns = frozen(columns.astype(dtype, copy=False))
    row = int(_build.find_unsorted(offsets, columns))
    if row >= 0:
        raise ValueError(
            f"indices must be strictly increasing within each row, got "
            f"{columns[offsets[row] : offsets[row + 1]][:10].tolist()} in row {row}; "
            "Graph.from_edges accepts any order"
        )
    values = None if weights is None else frozen(weight_vector(weights, columns.size))
    if values is not None:
        check_finite(values, np.repeat(np.arange(n), np.diff(offsets)), columns)
    if not directed:
        check_symmetric(offsets, columns, values, "the arrays")
    return offsets, columns, values


def check_symmetric(indptr: Array, indices: Array, values: Array | None, what: str) -> None:
    """Refuse a pattern or weights that differ from their mirror image, naming an entry."""
    i, j = map(int, _build.find_asymmetry(indptr, indices, np.empty(0) if values is None else values))
    if i < 0:
        return

    def entry(i: int, j: int) -> str:
        row = indices[indptr[i] : indptr[i + 1]]
        place = int(np.searchsorted(row, j))
        if place == len(row) or row[place] != j:
            return "absent"
        return "present" if values is None else str(values[indptr[i] + place])

    raise ValueError(
        f"{what} must be symmetric for an undirected graph, but entry ({i}, {j}) is {entry(i, j)} and "
        f"entry ({j}, {i}) is {entry(j, i)}; pass directed=True to keep directions"
    )


def integer_vector(values: ArrayLike, name: str) -> Array:
    """Return a one-dimensional array of signed integers, or refuse."""
    array = np.asarray(values)
    if array.size == 0 and array.ndim == 1 and not isinstance(values, np.ndarray):
        return array.astype(np.int64)  # an empty list has no type of its own
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold integers, got dtype {array.dtype}")
    if array.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, got an array of shape {array.shape}")
    return array


def weight_vector(weights: ArrayLike, n_expected: int) -> Array:
    """Return weights as float32 or float64 of the right length, or refuse."""
    array = np.asarray(weights)
    if array.dtype.kind not in "iufb" and array.size:
        raise TypeError(f"weights must be real numbers, got dtype {array.dtype}")
    if array.shape != (n_expected,):
        raise ValueError(f"weights must have shape ({n_expected},), one for each edge, got {array.shape}")
    return array.astype(np.float32 if array.dtype in (np.float16, np.float32) else np.float64, copy=False)


def check_finite(weights: Array, sources: Array, targets: Array, labels: NodeLabels | None = None) -> None:
    """Refuse NaN and infinite weights, naming the edge."""
    finite = np.isfinite(weights)
    if finite.all():
        return
    k = int(np.flatnonzero(~finite)[0])
    raise ValueError(
        f"weights must be finite, got {weights[k]} for the edge {edge_name(sources[k], targets[k], labels)}"
    )


def edge_name(source: Any, target: Any, labels: NodeLabels | None) -> str:
    """Name an edge by the labels of its ends."""
    ends = (int(source), int(target))
    return "({!r}, {!r})".format(*(ends if labels is None else (labels[i] for i in ends)))


def edge_entries(graph: Graph) -> tuple[Array, Array]:
    """Return the sources of all edges, and the position of each edge in the CSR arrays."""
    dtype = graph.indices.dtype
    if graph.directed:
        sources = np.repeat(np.arange(graph.n_nodes, dtype=dtype), np.diff(graph.indptr))
        return sources, np.arange(graph.n_entries, dtype=dtype)
    sources, positions = np.empty(graph.n_edges, dtype), np.empty(graph.n_edges, dtype)
    _build.upper_entries(graph.indptr, graph.indices, sources, positions)
    return sources, positions


def entry_edges(graph: Graph) -> Array:
    """Edge number behind every CSR entry."""
    if graph.directed:
        return np.arange(graph.n_entries, dtype=graph.indices.dtype)
    edge_of = np.empty_like(graph.indices)
    _build.entry_edges(graph.indptr, graph.indices, edge_of)
    return edge_of


def transposed(graph: Graph) -> Graph:
    """Reverse every edge of a directed graph."""
    indptr = np.zeros_like(graph.indptr)
    indices, order = np.empty_like(graph.indices), np.empty_like(graph.indices)
    _build.transpose(graph.indptr, graph.indices, indptr, indices, order)
    return Graph._trusted(
        indptr,
        indices,
        None if graph.weights is None else graph.weights[order],
        True,
        graph.labels,
        graph.node_data,
        {name: column[order] for name, column in graph.edge_data.items()},
        graph._n_loops,
    )


def undirected(graph: Graph, multi_edges: str) -> Graph:
    """Forget directions."""
    from graphkit.convert import from_edges

    if not graph.directed:
        return graph
    sources, targets = graph.edges()
    return from_edges(
        sources,
        targets,
        graph.edge_weights(),
        n_nodes=graph.n_nodes,
        labels=graph.labels,
        multi_edges=multi_edges,
        node_data=graph.node_data,
        edge_data=graph.edge_data,
    )


def subgraph(graph: Graph, nodes: ArrayLike) -> Graph:
    """Induced subgraph."""
    from graphkit.convert import from_edges

    chosen = _chosen_nodes(graph.n_nodes, nodes)
    position = np.full(graph.n_nodes, -1, dtype=np.int64)
    position[chosen] = np.arange(chosen.size)
    if np.count_nonzero(position >= 0) != chosen.size:
        values, counts = np.unique(chosen, return_counts=True)
        raise ValueError(f"nodes must be distinct, got {values[counts > 1][0]} more than once")
    sources, targets = graph.edges()
    kept = np.flatnonzero((position[sources] >= 0) & (position[targets] >= 0))
    weights = graph.edge_weights()
    labels: NodeLabels | None
    if graph.labels is not None:
        labels = graph.labels.take(chosen)
    else:
        unchanged = (chosen == np.arange(chosen.size)).all()
        labels = None if unchanged else NodeLabels._from_integers(chosen)
    return from_edges(
        position[sources[kept]],
        position[targets[kept]],
        None if weights is None else weights[kept],
        n_nodes=chosen.size,
        labels=labels,
        directed=graph.directed,
        node_data={name: column[chosen] for name, column in graph.node_data.items()},
        edge_data={name: column[kept] for name, column in graph.edge_data.items()},
    )


def _chosen_nodes(n_nodes: int, nodes: ArrayLike) -> Array:
    array = np.asarray(nodes)
    if array.dtype == np.bool_:
        if array.shape != (n_nodes,):
            raise ValueError(f"a mask of nodes must have shape ({n_nodes},), got {array.shape}")
        return np.flatnonzero(array)
    array = integer_vector(nodes, "nodes").astype(np.int64, copy=False)
    if array.size and (array.min() < 0 or array.max() >= n_nodes):
        raise ValueError(f"nodes must be in 0..{n_nodes - 1}, got {array.min()} to {array.max()}")
    return array


def connected_components(graph: Graph) -> tuple[int, Array]:
    """Weakly connected components, by scipy."""
    from scipy.sparse import csgraph

    if graph.n_nodes == 0:
        return 0, np.empty(0, dtype=np.int32)
    count, component = csgraph.connected_components(
        graph.to_scipy(), directed=graph.directed, connection="weak"
    )
    return int(count), component


def same_graph(one: Graph, two: Graph) -> bool:
    """Whether two graphs have the same nodes, labels, edges, weights and data, whatever the number widths."""
    return (
        one.directed == two.directed
        and np.array_equal(one.indptr, two.indptr)
        and np.array_equal(one.indices, two.indices)
        and _same_column(one.weights, two.weights)
        and (one.labels is None) == (two.labels is None)
        and one.labels == two.labels
        and _same_columns(one.node_data, two.node_data)
        and _same_columns(one.edge_data, two.edge_data)
    )


def _same_columns(one: Any, two: Any) -> bool:
    return one.keys() == two.keys() and all(_same_column(one[name], two[name]) for name in one)


def _same_column(one: Array | None, two: Array | None) -> bool:
    if one is None or two is None:
        return one is two
    floating = one.dtype.kind in "fc" and two.dtype.kind in "fc"
    return np.array_equal(one, two, equal_nan=floating)
