"""Flower-petal Laplacians of all orders on one set of entries."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from graphkit.graph import Graph
from graphkit.memory import require_memory
from graphkit.simplicial._kernels.complexes import node_support, pair_support, petal_entries
from graphkit.validation import check_integer

if TYPE_CHECKING:
    import scipy.sparse

    from graphkit.simplicial._complex import SimplicialComplex

Array = NDArray[Any]


@dataclass(frozen=True)
class PetalWeights:
    """Flower-petal Laplacians L_1, ..., L_P of a complex.

    Attributes
    ----------
    edge_index : ndarray of shape (2, E), int64
        Entries of A + I, row after row: both directions of every edge, and every node with itself.
    weights : ndarray of shape (E, P), float32 or float64
        Column p - 1 holds the entries of L_p; an entry that L_p does not have is 0.
    degrees : ndarray of shape (n_nodes, P), int64
        Number of p-simplices at every node.
    counts : tuple of int of length P
        Number of p-simplices.
    """

    edge_index: Array
    weights: Array
    degrees: Array
    counts: tuple[int, ...]

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.degrees)

    @property
    def max_order(self) -> int:
        """Largest order P."""
        return self.weights.shape[1]

    def laplacian(self, order: int) -> "scipy.sparse.csr_array[Any]":
        """Return L_p as a sparse matrix of shape (n_nodes, n_nodes), without stored zeros."""
        from scipy.sparse import csr_array

        order = check_integer(order, "order", minimum=1, maximum=self.max_order)
        indptr = np.concatenate([[0], np.cumsum(np.bincount(self.edge_index[0], minlength=self.n_nodes))])
        matrix = csr_array(
            (self.weights[:, order - 1].copy(), self.edge_index[1].copy(), indptr),
            shape=(self.n_nodes, self.n_nodes),
        )
        matrix.eliminate_zeros()
        return matrix


def flower_petals(
    complex_or_graph: "SimplicialComplex | Graph",
    max_order: int | None = None,
    *,
    dtype: DTypeLike = np.float64,
    memory_limit: int | str | None = None,
) -> PetalWeights:
    r"""Compute the flower-petal Laplacians of orders 1 to P [1]_.

    With H_p the nodes by p-simplices incidence matrix and D_p the diagonal matrix of the numbers of
    p-simplices at the nodes,

    .. math:: L_p = \tfrac{1}{p + 1} D_p^{-1/2} H_p H_p^T D_p^{-1/2},

    where a node without p-simplices has an empty row.

    Parameters
    ----------
    complex_or_graph : SimplicialComplex or Graph
        The simplices of a graph are its cliques; self-loops, weights and directions are ignored.
    max_order : int, optional
        P. Default: 2 for a graph, the order of a complex (at least 1).
    dtype : numpy.float32 or numpy.float64
        Of the weights; counts are exact in either case.
    memory_limit : int or str, optional
        Refuse if more would be needed. Default: what is free.

    Returns
    -------
    PetalWeights

    Raises
    ------
    TypeError
        If it is neither a graph nor a complex.
    ValueError
        If `max_order` is below 1, or above the order of a complex that was built only up to some order, or
        `dtype` is another one.
    MemoryBudgetError
        If the arrays would not fit.

    Notes
    -----
    An entry (u, v) of H_p H_p^T is the number of p-simplices on the edge uv, so all Laplacians share the
    entries of A + I, and H_p is never built. For a graph no simplex is listed either: see `clique_support`
    for time and memory.

    References
    ----------
    .. [1] Y. Huang, Y. Zeng, Q. Wu and L. Lu, Higher-order graph convolutional network with flower-petals
       Laplacians on simplicial complexes, AAAI 2024.

    Examples
    --------
    >>> from graphkit import Graph
    >>> petals = flower_petals(Graph.from_edges([0, 0, 1, 2], [1, 2, 2, 3]))
    >>> petals.counts
    (4, 1)
    >>> petals.laplacian(2).toarray().round(3).tolist()
    [[0.333, 0.333, 0.333, 0.0], [0.333, 0.333, 0.333, 0.0], [0.333, 0.333, 0.333, 0.0], [0.0, 0.0, 0.0, 0.0]]
    """
    from graphkit.simplicial._complex import SimplicialComplex
    from graphkit.simplicial._lifting import clique_support

    kind = np.dtype(dtype)
    if kind not in (np.float32, np.float64):
        raise ValueError(f"dtype must be float32 or float64, got {kind}")
    if max_order is not None:
        max_order = check_integer(max_order, "max_order", minimum=1)
    if isinstance(complex_or_graph, SimplicialComplex):
        sources, targets, edge_counts, counts = _explicit_support(complex_or_graph, max_order)
        n = complex_or_graph.n_nodes
        node_counts = np.zeros((len(edge_counts), n), np.int64)
        node_support(sources, targets, edge_counts, node_counts)
    elif isinstance(complex_or_graph, Graph):
        n = complex_or_graph.n_nodes
        max_order = 2 if max_order is None else max_order
        found = clique_support(complex_or_graph, max_order, memory_limit=memory_limit)
        sources, targets, edge_counts, counts = (
            found.sources,
            found.targets,
            found.edge_counts,
            found.counts[1:],
        )
        node_counts = found.node_counts
    else:
        raise TypeError(f"a SimplicialComplex or a Graph is expected, got {type(complex_or_graph).__name__}")
    n_entries = 2 * len(sources) + n
    require_memory(
        n_entries * (16 + kind.itemsize * len(edge_counts)), "the flower-petal Laplacians", memory_limit
    )
    edge_index = np.empty((2, n_entries), np.int64)
    weights = np.empty((n_entries, len(edge_counts)), kind)
    petal_entries(sources, targets, edge_counts, node_counts, edge_index, weights)
    return PetalWeights(edge_index, weights, np.ascontiguousarray(node_counts.T), tuple(counts))


def _explicit_support(
    complex_: "SimplicialComplex", max_order: int | None
) -> tuple[Array, Array, Array, tuple[int, ...]]:
    top = max(complex_.max_order, 1)
    orders = top if max_order is None else max_order
    if orders > top and complex_.is_truncated:
        raise ValueError(
            f"max_order must be in [1, {top}], the orders that this complex was built with, got {orders}"
        )
    edges = complex_.simplices(1)
    support = np.zeros((orders, len(edges)), np.int64)
    support[0] = 1
    first = complex_.rows_by_first(1)
    for order in range(2, min(orders, top) + 1):
        pair_support(complex_.simplices(order), edges, first, support[order - 1])
    counts = [len(complex_.simplices(p)) if p <= top else 0 for p in range(1, orders + 1)]
    return edges[:, 0], edges[:, 1], support, tuple(counts)
