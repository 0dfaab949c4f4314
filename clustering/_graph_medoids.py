"""k-medoids of the nodes of a graph under shortest-path distance, without a matrix of distances."""

import math
import numbers
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clustering._initial import RandomState, initial_medoids_by_rows
from clustering._problem import check_demand, check_finite, eligible, epsilon_of
from clustering._result import KMedoidsResult
from clustering._search import Progress, eager_passes, settle_only_medoid
from graphkit.convert import as_graph
from graphkit.graph import Graph
from graphkit.memory import require_memory
from graphkit.validation import check_choice, check_integer, check_random_state

ORDERS = ("natural", "random")

_CANDIDATES_PER_CALL = 4096  # that a kernel may visit before Python looks for Ctrl-C again


def graph_kmedoids(
    graph: Any,
    n_clusters: int,
    *,
    weighted: bool | None = None,
    unreachable: str | float = "error",
    init: str | ArrayLike = "random",
    max_iter: int = 100,
    random_state: RandomState = None,
    sample_weight: ArrayLike | None = None,
    fixed_medoids: ArrayLike | None = None,
    order: str = "natural",
) -> KMedoidsResult:
    """Cluster the nodes of a graph around medoids by the lengths of shortest paths, with FasterPAM.

    The swaps are those of `clustering.fasterpam` on the matrix of all distances, which is not computed.

    Parameters
    ----------
    graph : Graph, networkx graph, scipy sparse matrix or square ndarray
        Undirected. A directed one is refused, as its distances are not symmetric; ``graph.to_undirected()``
        forgets directions.
    n_clusters : int
        Number of medoids, in [1, n_nodes].
    weighted : bool, optional
        Whether weights are lengths; they must not be negative. False counts edges. None: if there are any.
    unreachable : "error" or float
        What to make of nodes without a path between them: an error, or this distance. Longer paths then count
        as that long, too, so that no distance exceeds it.
    init : {"random", "k-medoids++"} or array-like of shape (n_clusters,)
        How the first medoids are found, or their nodes; as for `clustering.fasterpam`.
    max_iter : int
        Limit on passes over all nodes, with any number of swaps each. 0 keeps the initial medoids.
    random_state : None, int, Generator or RandomState
        Source of randomness for `init` and `order`.
    sample_weight, fixed_medoids
        As for `clustering.fastpam`, for nodes.
    order : {"natural", "random"}
        As for `clustering.fasterpam`.

    Returns
    -------
    KMedoidsResult
        Of nodes, by their numbers.

    Raises
    ------
    TypeError
        If a parameter is of the wrong kind.
    ValueError
        If the graph is directed or empty, has negative weights, or is not connected and `unreachable` is
        ``"error"``; or a parameter is out of range.
    MemoryBudgetError
        If the working arrays do not fit.

    Notes
    -----
    A candidate is judged by a search from it, breadth first or by Dijkstra's algorithm, that stops at nodes
    which are no nearer to it than to their second medoid: by the triangle inequality nothing behind them is
    either. It visits about ``2 n_nodes / n_clusters`` nodes, so a pass takes about O(n m / k) time for n
    nodes and m edges, where rows of distances take O(n m). After a swap, the nodes that lost one of their two
    medoids get another from their neighbours. Memory is O(n + m).

    With one cluster there is no second medoid: all n searches run to the end.

    Sums are of float64, in the order of the nodes. With edges counted or whole lengths nothing is rounded.

    References
    ----------
    .. [1] E. Schubert, P. J. Rousseeuw. Fast and eager k-medoids clustering: O(k) runtime improvement of the
       PAM, CLARA, and CLARANS algorithms. Information Systems 101, 101804, 2021.
       doi:10.1016/j.is.2021.101804. Algorithm FasterPAM; the pruned searches are not in it.

    Examples
    --------
    >>> from clustering import graph_kmedoids
    >>> from graphkit import Graph
    >>> path = Graph.from_edges([0, 1, 2, 3, 4], [1, 2, 3, 4, 5])
    >>> result = graph_kmedoids(path, 2, init=[0, 1])
    >>> sorted(result.medoid_indices.tolist()), result.inertia
    ([1, 4], 4.0)
    """
    nodes = graph if isinstance(graph, GraphNodes) else GraphNodes(graph, weighted, unreachable)
    n = nodes.n_nodes
    check_choice(order, "order", ORDERS)
    max_iter = check_integer(max_iter, "max_iter", minimum=0)
    k, weights, fixed = check_demand(n_clusters, n, np.float64, sample_weight, fixed_medoids)
    rng = check_random_state(random_state)
    medoids = initial_medoids_by_rows(nodes.row, init, k, fixed, weights, rng)
    visits = np.arange(n) if order == "natural" else rng.permutation(n)
    progress = _search(nodes, medoids, weights, fixed, max_iter, visits.astype(np.int64))
    labels, d1 = nodes.nearest(medoids)
    inertia = float(weights @ d1) if nodes.lengths.size == 0 else math.fsum(weights * d1)
    check_finite(inertia)
    return KMedoidsResult(labels, medoids, inertia, *progress)


class GraphNodes:
    """An undirected graph as kernels take it, and distances between its nodes.

    Parameters
    ----------
    graph, weighted, unreachable
        As for `graph_kmedoids`.
    """

    def __init__(self, graph: Any, weighted: bool | None = None, unreachable: str | float = "error") -> None:
        self.graph = _undirected(graph)
        n = self.graph.n_nodes
        if n == 0:
            raise ValueError("the graph is empty: there are no nodes to cluster")
        self.limit = _limit(unreachable)
        by_weight = self.graph.weights is not None and weighted is not False
        needed = 128 * n + (8 * self.graph.n_entries if by_weight else 0)
        require_memory(needed, f"k-medoids of {n:,} nodes")
        self.lengths = np.empty(0)
        if by_weight and self.graph.n_entries:
            assert self.graph.weights is not None
            self.lengths = self.graph.weights.astype(np.float64)
            if self.lengths.min() < 0:
                raise ValueError(
                    f"weights must not be negative to be lengths, got {self.lengths.min()}; "
                    "weighted=False counts edges instead"
                )
        self.lengths.flags.writeable = False
        if self.limit == math.inf:
            _require_connected(self.graph)

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return self.graph.n_nodes

    @property
    def arrays(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.float64]]:
        """What kernels take: indptr, indices, lengths."""
        return self.graph.indptr, self.graph.indices, self.lengths

    def row(self, node: int) -> NDArray[np.float64]:
        """Return the distances from a node to all."""
        from clustering._kernels.graph_swap import distances_from

        row = np.empty(self.n_nodes)
        distances_from(*self.arrays, node, self.limit, row)
        return row

    def nearest(self, medoids: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return the slot of the nearest medoid of every node, and the distance to it.

        Equal distances go to the lowest slot, but a medoid owns itself.
        """
        from clustering._kernels.graph_swap import labels_of

        labels, d1 = np.empty(self.n_nodes, np.intp), np.empty(self.n_nodes)
        labels_of(*self.arrays, medoids, self.limit, labels, d1)
        return labels, d1


def _undirected(graph: Any) -> Graph:
    graph = as_graph(graph)
    if graph.directed:
        raise ValueError(
            "distances in a directed graph are not symmetric, so k-medoids is for undirected ones; "
            "take graph.to_undirected()"
        )
    return graph


def _limit(unreachable: object) -> float:
    if isinstance(unreachable, str) and unreachable == "error":
        return math.inf
    if isinstance(unreachable, bool) or not isinstance(unreachable, numbers.Real):
        raise TypeError(f"unreachable must be 'error' or a number, got {unreachable!r}")
    value = float(unreachable)
    if not 0 < value < math.inf:
        raise ValueError(f"unreachable must be positive and finite, got {value}")
    return value


def _require_connected(graph: Graph) -> None:
    count, _ = graph.connected_components()
    if count > 1:
        raise ValueError(
            f"the graph has {count} connected components, so some pairs of nodes have no path; take "
            "graph.largest_component(), or pass unreachable=, the distance that such pairs shall have"
        )


def _search(
    nodes: GraphNodes,
    medoids: NDArray[np.intp],
    weights: NDArray[np.float64],
    fixed: NDArray[np.intp],
    max_iter: int,
    order: NDArray[np.int64],
) -> Progress:
    """Improve `medoids`, in place; return passes, swaps, and whether no further swap helps."""
    k, n_fixed = medoids.size, fixed.size
    if max_iter == 0 or eligible(weights, medoids).size == 0:
        return min(max_iter, 1), 0, max_iter > 0
    if k == n_fixed:
        return 1, 0, True
    if k == 1:
        return _swap_only_medoid(nodes, medoids, weights, max_iter)
    from clustering._kernels.graph_swap import assign, eager, losses

    n, arrays = nodes.n_nodes, nodes.arrays
    nearest, second = np.empty(n, np.int32), np.empty(n, np.int32)
    d1, d2, removal = np.empty(n), np.empty(n), np.empty(k)
    assign(*arrays, medoids, nodes.limit, nearest, second, d1, d2)
    loss = losses(nearest, d1, d2, weights, removal)
    check_finite(loss + removal.sum())
    barred = weights == 0
    barred[medoids] = True

    def visit(start: int, stop: int, last: int) -> tuple[int, int, bool]:
        nonlocal loss
        swaps, last, arrived, loss = eager(
            *arrays, order, start, stop, last, medoids, barred, nearest, second, d1, d2, weights, removal,
            loss, n_fixed, epsilon_of(weights), nodes.limit,
        )  # fmt: skip
        return swaps, last, arrived

    return eager_passes(n, _CANDIDATES_PER_CALL, max_iter, visit)


def _swap_only_medoid(
    nodes: GraphNodes, medoids: NDArray[np.intp], weights: NDArray[np.float64], max_iter: int
) -> Progress:
    """Swap a single medoid for the best node. There is no second medoid to fall back on."""
    from clustering._kernels.graph_swap import distance_sums

    n = nodes.n_nodes
    sums = np.empty(n)
    for start in range(0, n, _CANDIDATES_PER_CALL):
        stop = min(start + _CANDIDATES_PER_CALL, n)
        distance_sums(*nodes.arrays, weights, nodes.limit, start, stop, sums)
    return settle_only_medoid(sums, weights, medoids, max_iter)
