"""k-medoids of the nodes of a graph, in the manner of scikit-learn."""

import warnings
from collections.abc import Hashable
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted

from clustering._graph_medoids import GraphNodes, graph_kmedoids
from clustering._initial import RandomState


class GraphKMedoids(ClusterMixin, BaseEstimator):  # type: ignore[misc]
    """Clusters of the nodes of a graph around medoids, by the lengths of shortest paths.

    Finds what `FasterPAM` finds in the matrix of all distances, in memory that is linear in the graph.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of medoids, in [1, n_nodes].
    weighted : bool, optional
        Whether weights are lengths. False counts edges. None: if there are any.
    unreachable : "error" or float, default="error"
        What to make of nodes without a path between them: an error, or this distance, which no longer path
        exceeds either.
    init : {"random", "k-medoids++"} or array-like of shape (n_clusters,), default="random"
        How the first medoids are found, or their nodes.
    order : {"natural", "random"}, default="natural"
        In what order nodes are tried.
    max_iter : int, default=100
        Limit on passes over all nodes. 0 keeps the initial medoids.
    random_state : None, int, Generator or RandomState, default=None
        Source of randomness.
    fixed_medoids : array-like of shape (n_fixed,), optional
        Nodes that are the medoids of the first clusters, whatever the others become.

    Attributes
    ----------
    labels_ : ndarray of shape (n_nodes,), intp
        Cluster of each node. Equal distances go to the lowest cluster, but a medoid belongs to its own.
    medoid_indices_ : ndarray of shape (n_clusters,), intp
        Node number of the medoid of each cluster.
    medoids_ : list
        Their labels, or numbers if the graph has no labels.
    distances_ : ndarray of shape (n_nodes,), float64
        From each node to the medoid of its cluster.
    inertia_ : float
        Sum of these distances, each times the weight of the node.
    n_iter_, n_swap_ : int
        Passes, the last and unsuccessful one included, and swaps.

    Warns
    -----
    ConvergenceWarning
        If `max_iter` passes were not enough.

    See Also
    --------
    clustering.graph_kmedoids : The function behind it, with complexity, rules and references.

    Examples
    --------
    >>> from clustering import GraphKMedoids
    >>> from graphkit import read_graph
    >>> model = GraphKMedoids(2, random_state=0).fit(read_graph("sample:karate"))
    >>> sorted(model.medoids_), model.inertia_
    ([0, 33], 35.0)
    """

    labels_: NDArray[np.intp]
    medoid_indices_: NDArray[np.intp]
    medoids_: list[Hashable]
    distances_: NDArray[np.float64]
    inertia_: float
    n_iter_: int
    n_swap_: int

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        weighted: bool | None = None,
        unreachable: str | float = "error",
        init: str | ArrayLike = "random",
        order: str = "natural",
        max_iter: int = 100,
        random_state: RandomState = None,
        fixed_medoids: ArrayLike | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.weighted = weighted
        self.unreachable = unreachable
        self.init = init
        self.order = order
        self.max_iter = max_iter
        self.random_state = random_state
        self.fixed_medoids = fixed_medoids

    def fit(self, X: Any, y: object = None, sample_weight: ArrayLike | None = None) -> Self:
        """Find medoids and assign every node to its nearest.

        Parameters
        ----------
        X : Graph, networkx graph, scipy sparse matrix or square ndarray
            An undirected graph; a matrix is its adjacency matrix.
        y : ignored
        sample_weight : array-like of shape (n_nodes,), optional
            A node of weight w counts as w nodes at its place.

        Returns
        -------
        self
        """
        nodes = GraphNodes(X, self.weighted, self.unreachable)
        result = graph_kmedoids(
            nodes,
            self.n_clusters,
            init=self.init,
            max_iter=self.max_iter,
            random_state=self.random_state,
            sample_weight=sample_weight,
            fixed_medoids=self.fixed_medoids,
            order=self.order,
        )
        self.labels_ = result.labels
        self.medoid_indices_ = result.medoid_indices
        self.medoids_ = [nodes.graph.label_of(int(i)) for i in result.medoid_indices]
        self.distances_ = nodes.nearest(result.medoid_indices)[1]
        self.inertia_ = float(result.inertia)
        self.n_iter_ = result.n_iter
        self.n_swap_ = result.n_swap
        self._nodes = nodes
        if not result.converged and self.max_iter:
            warnings.warn(
                f"GraphKMedoids stopped at max_iter={self.max_iter} before it converged; increase max_iter",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self

    def distances_to_medoids(self) -> NDArray[np.float64]:
        """Return the distances of all nodes to the medoids, (n_nodes, n_clusters), one column each."""
        check_is_fitted(self)
        return np.column_stack([self._nodes.row(int(i)) for i in self.medoid_indices_])
