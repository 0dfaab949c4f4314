"""Distances between the nodes of a graph."""

import math
import numbers
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from graphkit.convert import as_graph
from graphkit.graph import Graph
from graphkit.memory import require_memory

Array = NDArray[Any]

_BLOCK_BYTES = 64 * 2**20  # what Dijkstra's float64 rows may take before they are copied to the result


def shortest_path_distances(
    graph: Any,
    *,
    weighted: bool | None = None,
    dtype: DTypeLike = np.float32,
    unreachable: str | float = "error",
    memory_limit: int | str | None = None,
) -> Array:
    """Lengths of the shortest paths between all pairs of nodes.

    Parameters
    ----------
    graph : Graph, networkx graph, scipy sparse matrix or square ndarray
    weighted : bool, optional
        Whether weights are lengths; they must not be negative. False counts edges. None: if there are any.
    dtype : float32 or float64
        Of the result. Weighted lengths are added up in float64 before they are rounded to it.
    unreachable : {"error", "inf"} or float
        What to make of a pair without a path: an error, infinity, or this number.
    memory_limit : int or str, optional
        Bytes that may be used, such as ``"2GB"``. Default: what is available.

    Returns
    -------
    ndarray of shape (n_nodes, n_nodes)
        Row i holds the distances from node i. Symmetric, with a zero diagonal, if the graph is undirected.

    Raises
    ------
    TypeError
        If `dtype` or `unreachable` is of the wrong kind.
    ValueError
        If some pair has no path and `unreachable` is ``"error"``, or a weight is negative.
    MemoryBudgetError
        If the matrix does not fit; checked before it is allocated.

    Notes
    -----
    Unweighted: breadth-first search from 64 sources at a time [1]_, O(n (n + m) / 64) word operations when
    frontiers overlap, and never more than O(n (n + m)). Weighted: scipy's Dijkstra, O(n (n + m) log n).

    References
    ----------
    .. [1] Then, Kaufmann, Chirigati, Hoang-Vu, Pham, Kemper, Neumann, Vo, "The more the merrier: efficient
       multi-source graph traversal", PVLDB 8(4), 2014, doi:10.14778/2735496.2735507. Section 3.

    Examples
    --------
    >>> shortest_path_distances(Graph.from_edges([0, 1], [1, 2]))
    array([[0., 1., 2.],
           [1., 0., 1.],
           [2., 1., 0.]], dtype=float32)
    """
    kind = np.dtype(dtype)
    if kind not in (np.float32, np.float64):
        raise TypeError(f"dtype must be float32 or float64, got {kind}")
    missing = _unreachable_value(unreachable)
    graph = as_graph(graph)
    by_weight = graph.weights is not None and weighted is not False
    if by_weight and graph.n_entries and graph.weights.min() < 0:
        _refuse_negative(graph)
    n = graph.n_nodes
    needed = n * n * kind.itemsize + (2 * _BLOCK_BYTES + 32 * graph.n_entries if by_weight else 80 * n)
    require_memory(needed, f"the matrix of distances between {n:,} nodes", memory_limit)
    if missing is None:
        _require_connected(graph)
        missing = math.inf
    distances = np.empty((n, n), dtype=kind)
    if by_weight:
        _dijkstra_rows(graph, missing, distances)
    elif n:
        from graphkit._paths import breadth_first_distances

        breadth_first_distances(graph.indptr, graph.indices, missing, distances)
    return distances


def _unreachable_value(unreachable: object) -> float | None:
    """Return the number for pairs without a path, or None if they are an error."""
    if unreachable == "error":
        return None
    if unreachable == "inf":
        return math.inf
    if isinstance(unreachable, bool) or not isinstance(unreachable, numbers.Real):
        raise TypeError(f"unreachable must be 'error', 'inf' or a number, got {unreachable!r}")
    value = float(unreachable)
    if not value >= 0:
        raise ValueError(f"unreachable must not be negative or NaN, got {value}")
    return value


def _refuse_negative(graph: Graph) -> None:
    assert graph.weights is not None
    sources, targets = graph.edges()
    weights = graph.edge_weights()
    assert weights is not None
    k = int(np.argmin(weights))
    ends = (graph.label_of(int(sources[k])), graph.label_of(int(targets[k])))
    raise ValueError(
        f"weights must not be negative to be lengths, got {weights[k]} for the edge {ends}; "
        "weighted=False (--unweighted on the command line) counts edges instead"
    )


def _require_connected(graph: Graph) -> None:
    if graph.directed:
        from scipy.sparse import csgraph

        count, _ = csgraph.connected_components(graph.to_scipy(), connection="strong")
        remedy, kind = "take graph.to_undirected()", "strongly connected components"
    else:
        count, _ = graph.connected_components()
        remedy, kind = "take graph.largest_component()", "connected components"
    if count > 1:
        raise ValueError(
            f"the graph has {count} {kind}, so some pairs of nodes have no path; {remedy}, "
            "or pass unreachable='inf' or a number"
        )


def _dijkstra_rows(graph: Graph, missing: float, distances: Array) -> None:
    from scipy.sparse import csgraph

    n = graph.n_nodes
    matrix = graph.to_scipy()
    step = max(1, _BLOCK_BYTES // (8 * max(n, 1)))
    for start in range(0, n, step):
        rows = csgraph.dijkstra(matrix, directed=True, indices=np.arange(start, min(start + step, n)))
        if missing != math.inf:
            rows[np.isinf(rows)] = missing
        distances[start : start + step] = rows
