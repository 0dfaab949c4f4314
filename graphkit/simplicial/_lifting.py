"""Cliques of a graph as simplices: counted on every edge without being listed, or listed in chunks."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.graph import Graph
from graphkit.memory import require_memory
from graphkit.simplicial._kernels import cliques as kernels
from graphkit.simplicial._kernels.complexes import node_support
from graphkit.validation import check_integer

Array = NDArray[Any]

_COUNT_LIMIT = 2.0**62  # counts are int64; a sum of floats tells when they would not fit


@dataclass(frozen=True)
class ForwardLists:
    """Neighbours of higher rank along a degeneracy order, see `graphkit.simplicial._kernels.cliques`."""

    ptr: Array
    forward: Array
    edge: Array
    node_at: Array
    degeneracy: int


@dataclass(frozen=True)
class CliqueSupport:
    """How many cliques of every size lie on every edge and at every node.

    Attributes
    ----------
    sources, targets : ndarray of shape (n_edges,)
        Edges without self-loops, ``source < target``, by source and then by target.
    edge_counts : ndarray of shape (max_order, n_edges), int64
        Row p - 1: cliques of p + 1 nodes that contain the edge; the first row is 1.
    node_counts : ndarray of shape (max_order, n_nodes), int64
        Row p - 1: cliques of p + 1 nodes that contain the node; the first row is the degree.
    counts : tuple of int of length max_order + 1
        Number of cliques of 1, 2, ..., max_order + 1 nodes.
    degeneracy : int
        Of the graph; a clique has at most one node more.
    """

    sources: Array
    targets: Array
    edge_counts: Array
    node_counts: Array
    counts: tuple[int, ...]
    degeneracy: int


def simple_graph(graph: Graph) -> Graph:
    """Check that it is a graph and return it undirected; warn where that forgets a direction."""
    if not isinstance(graph, Graph):
        raise TypeError(
            f"a graphkit.Graph is expected, got {type(graph).__name__}; graphkit.as_graph converts others"
        )
    if not graph.directed:
        return graph
    undirected = Graph(graph.indptr, graph.indices, directed=True).to_undirected()
    if undirected.n_entries != graph.n_entries:
        warnings.warn(
            "cliques are those of the undirected graph: the directions of the edges are ignored",
            UserWarning,
            stacklevel=3,
        )
    return undirected


def forward_lists(graph: Graph) -> ForwardLists:
    """Order the nodes of an undirected graph by degeneracy and list their later neighbours."""
    n = graph.n_nodes
    n_edges = graph.n_edges - graph.n_self_loops
    rank = np.empty(n, np.int64)
    degeneracy = int(kernels.degeneracy_order(graph.indptr, graph.indices, rank))
    ptr = np.zeros(n + 1, np.int64)
    forward, edge = np.empty(n_edges, np.int32 if n < 2**31 else np.int64), np.empty(n_edges, np.int64)
    kernels.forward_lists(graph.indptr, graph.indices, rank, ptr, forward, edge)
    node_at = np.empty(n, np.int64)
    node_at[rank] = np.arange(n)
    return ForwardLists(ptr, forward, edge, node_at, degeneracy)


def proper_edges(graph: Graph) -> tuple[Array, Array]:
    """Edges of an undirected graph without its self-loops."""
    sources, targets = graph.edges()
    if graph.n_self_loops:
        keep = sources != targets
        sources, targets = sources[keep], targets[keep]
    return sources, targets


def clique_support(
    graph: Graph, max_order: int = 2, *, memory_limit: int | str | None = None
) -> CliqueSupport:
    """Count the cliques of up to ``max_order + 1`` nodes on every edge and at every node.

    Parameters
    ----------
    graph : Graph
        Self-loops, weights and directions are ignored; a warning says so where an edge has no reverse.
    max_order : int, at least 1
        Order of the largest simplices; a p-simplex is a clique of p + 1 nodes.
    memory_limit : int or str, optional
        Refuse if more would be needed, such as "2GB". Default: what is free.

    Returns
    -------
    CliqueSupport

    Raises
    ------
    TypeError
        If it is no graph or `max_order` is no integer.
    ValueError
        If `max_order` is below 1.
    OverflowError
        If there are 2^62 cliques or more.
    MemoryBudgetError
        If the counts would not fit.

    Notes
    -----
    Nodes are ranked by repeatedly removing one of least degree [1]_, and every clique is counted at its
    member of lowest rank, whose later neighbours number at most the degeneracy d. No clique is listed: for
    the last two members, sets of up to d bits are intersected. Time for triangles O(m d), for order p >= 3
    O(m d^(p - 1) / 64) at worst; memory O(p m + d^2).

    References
    ----------
    .. [1] D. W. Matula and L. L. Beck, Smallest-last ordering and clustering and graph coloring algorithms,
       Journal of the ACM 30(3), 1983, doi:10.1145/2402.322385.

    Examples
    --------
    >>> from graphkit import Graph
    >>> square = Graph.from_edges([0, 1, 2, 3, 0], [1, 2, 3, 0, 2])
    >>> support = clique_support(square)
    >>> support.counts
    (4, 5, 2)
    >>> support.edge_counts[1].tolist()  # triangles on the edges 01, 02, 03, 12, 23
    [1, 2, 1, 1, 1]
    """
    max_order = check_integer(max_order, "max_order", minimum=1)
    graph = simple_graph(graph)
    n, m = graph.n_nodes, graph.n_edges - graph.n_self_loops
    lists = 4 * n + (max_order + 5) * m + (max_order + 1) * n * 2
    require_memory(8 * lists, f"counting cliques up to order {max_order}", memory_limit)
    ahead = forward_lists(graph)
    edge_counts = np.zeros((max_order + 1, m), np.int64)
    per_root = np.zeros((max_order + 1, n), np.int64)
    edge_counts[1] = 1
    if max_order >= 2 and ahead.degeneracy >= 2:
        kernels.triangle_support(ahead.ptr, ahead.forward, ahead.edge, edge_counts[2], per_root[2])
    if max_order >= 3 and ahead.degeneracy >= 3:
        kernels.clique_support(
            ahead.ptr, ahead.forward, ahead.edge, max_order, ahead.degeneracy, edge_counts, per_root
        )
    if per_root.sum(axis=1, dtype=np.float64).max(initial=0.0) >= _COUNT_LIMIT or (per_root < 0).any():
        raise OverflowError(f"the graph has 2^62 or more cliques of up to {max_order + 1} nodes")
    sources, targets = proper_edges(graph)
    node_counts = np.zeros((max_order, n), np.int64)
    node_support(sources, targets, edge_counts[1:], node_counts)
    counts = (n, m, *(int(total) for total in per_root[2:].sum(axis=1)))
    return CliqueSupport(sources, targets, edge_counts[1:], node_counts, counts, ahead.degeneracy)


def iter_cliques(graph: Graph, order: int = 2, *, chunk_size: int = 2**20) -> Iterator[Array]:
    """List the cliques of ``order + 1`` nodes, some at a time.

    Parameters
    ----------
    graph : Graph
        As for `clique_support`.
    order : int, at least 1
    chunk_size : int
        About how many cliques to hold at once. Those whose member of lowest rank is the same stay together,
        so a chunk may be larger.

    Yields
    ------
    ndarray of shape (n_cliques, order + 1), dtype of ``graph.indices``
        Members of every row are increasing. Every clique is listed once, in no particular order.

    Raises
    ------
    TypeError, ValueError
        As `clique_support`.

    Notes
    -----
    The cliques are counted first, so that every chunk is allocated once and exactly.

    Examples
    --------
    >>> from graphkit import Graph
    >>> square = Graph.from_edges([0, 1, 2, 3, 0], [1, 2, 3, 0, 2])
    >>> [chunk.tolist() for chunk in iter_cliques(square)]
    [[[0, 1, 2], [0, 2, 3]]]
    """
    order = check_integer(order, "order", minimum=1)
    chunk_size = check_integer(chunk_size, "chunk_size", minimum=1)
    return _chunks(simple_graph(graph), order, chunk_size)


def _chunks(graph: Graph, order: int, chunk_size: int) -> Iterator[Array]:
    if order == 1:
        sources, targets = proper_edges(graph)
        for start in range(0, len(sources), chunk_size):
            yield np.stack([sources[start : start + chunk_size], targets[start : start + chunk_size]], axis=1)
        return
    ahead = forward_lists(graph)
    if ahead.degeneracy < order:
        return
    counts = np.zeros((order + 1, graph.n_nodes), np.int64)
    support = np.zeros((order + 1, len(ahead.forward)), np.int64)
    if order == 2:
        kernels.triangle_support(ahead.ptr, ahead.forward, ahead.edge, support[2], counts[2])
    else:
        kernels.clique_support(ahead.ptr, ahead.forward, ahead.edge, order, ahead.degeneracy, support, counts)
    del support
    before = np.concatenate([[0], np.cumsum(counts[order])])
    root = 0
    while root < graph.n_nodes:
        last = int(np.searchsorted(before, before[root] + chunk_size, side="right")) - 1
        last = max(last, root + 1)
        if before[last] > before[root]:
            out = np.empty((int(before[last] - before[root]), order + 1), graph.indices.dtype)
            kernels.fill_cliques(
                ahead.ptr, ahead.forward, ahead.edge, ahead.node_at, order, ahead.degeneracy, root, last, out
            )
            yield out
        root = last
