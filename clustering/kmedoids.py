"""k-medoids estimators that search in the whole matrix of distances, in the manner of scikit-learn."""

from collections.abc import Callable
from typing import Any

from numpy.typing import ArrayLike

from clustering._base import BestSwapKMedoids, EagerKMedoids, MatrixKMedoids
from clustering._dissimilarity import Distances
from clustering._functional import alternating_on, check_threads, fasterpam_on, fastpam_on, pam_on
from clustering._initial import RandomState
from clustering._problem import Problem
from clustering._result import KMedoidsResult
from clustering._row_search import by_rows, fasterpam_by_rows
from clustering._stored import Stored


class FastPAM(MatrixKMedoids):
    """Partitioning around medoids with the swaps of PAM, found by FastPAM1.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of medoids, in [1, n_samples].
    metric : str or callable, default="precomputed"
        With ``"precomputed"``, `X` is a square matrix of dissimilarities, or their condensed form. They must
        be symmetric: of asymmetric ones, pass ``(D + D.T) / 2``, or another mean that suits. Else a metric
        that `sklearn.metrics.pairwise_distances` knows, or a symmetric function of two samples, and `X` holds
        features, dense or sparse; a function that `numba.njit` has compiled is called without the
        interpreter. ``"gower"`` takes tables of numbers and categories, DataFrames among them; see
        `clustering.gower`. Missing values (NaN) are refused, except by ``"gower"`` and ``"nan_euclidean"``,
        which leave features out for the pairs where they are missing.
    metric_params : dict, optional
        Further keyword arguments of the metric; ``kinds`` and ``weights`` for ``"gower"``.
    init : {"build", "lab", "k-medoids++", "random"} or array-like of shape (n_clusters,), default="build"
        How the first medoids are found, or their sample indices, those besides the fixed ones; see
        `clustering.fastpam`.
    variant : {"fastpam1", "fastpam2"}, default="fastpam1"
        How swaps are found. ``"fastpam1"`` performs the best of all swaps in each pass, as PAM does;
        ``"fastpam2"`` up to one for each medoid, by another path to a loss as good.
    max_iter : int, default=10000
        Limit on passes. 0 keeps the initial medoids.
    random_state : None, int, Generator or RandomState, default=None
        Source of randomness for `init`.
    fixed_medoids : array-like of shape (n_fixed,), optional
        Samples that are the medoids of the first clusters, whatever the others become.
    n_jobs : int, optional
        Threads for distances and swaps; None means 1, -1 all. The result does not depend on it.

    Attributes
    ----------
    labels_ : ndarray of shape (n_samples,), intp
        Cluster of each sample, in [0, n_clusters). Equal distances go to the lowest cluster, but a medoid
        always belongs to its own.
    medoid_indices_ : ndarray of shape (n_clusters,), intp
        Sample index of the medoid of each cluster.
    cluster_centers_ : ndarray of shape (n_clusters, n_features) or None
        The medoids; None for precomputed distances.
    inertia_ : float or int
        Sum of the distances of the samples to their medoids; an int for integer distances.
    n_iter_, n_swap_ : int
        Passes, the last and unsuccessful one included, and swaps.
    n_features_in_ : int
        Number of columns of `X`.

    Warns
    -----
    ConvergenceWarning
        If `max_iter` passes were not enough.

    See Also
    --------
    clustering.fastpam : The function behind it, with complexity, tie rules and references.

    Notes
    -----
    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import FastPAM
    >>> X = np.array([[0.0, 0], [1, 0], [0, 2], [9, 9], [8, 9], [9, 7]])
    >>> model = FastPAM(2, metric="manhattan").fit(X)
    >>> model.labels_, model.medoid_indices_, model.inertia_
    (array([0, 0, 0, 1, 1, 1]), array([0, 3]), 6.0)
    >>> model.predict([[1, 1], [7, 7]])
    array([0, 1])
    >>> model.transform([[1, 1]])
    array([[ 2., 16.]])
    """

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        metric: str | Callable[..., float] = "precomputed",
        metric_params: dict[str, Any] | None = None,
        init: str | ArrayLike = "build",
        variant: str = "fastpam1",
        max_iter: int = 10_000,
        random_state: RandomState = None,
        fixed_medoids: ArrayLike | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.metric = metric
        self.metric_params = metric_params
        self.init = init
        self.variant = variant
        self.max_iter = max_iter
        self.random_state = random_state
        self.fixed_medoids = fixed_medoids
        self.n_jobs = n_jobs

    def _cluster(self, problem: Problem) -> KMedoidsResult:
        n_threads = check_threads(self.n_jobs)
        return fastpam_on(
            problem, self.init, self.max_iter, self.random_state, self.variant, n_threads=n_threads
        )


class FasterPAM(EagerKMedoids):
    """Partitioning around medoids by eager swaps: each one that helps is performed at once.

    As good as `FastPAM` and faster at many clusters: the method to begin with.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of medoids, in [1, n_samples].
    metric, metric_params, random_state, fixed_medoids
        As for `FastPAM`.
    init : str or array-like, default="random"
        As for `FastPAM`.
    order : {"natural", "random"}, default="natural"
        In what order candidates are visited: by index, or in one order drawn from `random_state`.
    max_iter : int, default=100
        Limit on passes over all candidates. 0 keeps the initial medoids.
    n_jobs : int, optional
        Threads for distances and swaps; None means 1, -1 all. The result does not depend on it.

    Attributes
    ----------
    labels_, medoid_indices_, cluster_centers_, inertia_, n_iter_, n_swap_, n_features_in_
        As for `FastPAM`.

    Warns
    -----
    ConvergenceWarning
        If `max_iter` passes were not enough.

    See Also
    --------
    clustering.fasterpam : The function behind it, with complexity, tie rules and references.

    Notes
    -----
    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import FasterPAM
    >>> X = np.array([[0.0, 0], [1, 0], [0, 2], [9, 9], [8, 9], [9, 7]])
    >>> FasterPAM(2, metric="manhattan", random_state=0).fit_predict(X)
    array([0, 0, 0, 1, 1, 1])
    """

    def _search(self, distances: Distances, sample_weight: ArrayLike | None) -> KMedoidsResult:
        if not isinstance(distances, Stored) or not by_rows(distances, self.init):
            return super()._search(distances, sample_weight)
        return fasterpam_by_rows(
            distances, self.n_clusters, self.init, self.max_iter, self.random_state, self.order,
            sample_weight, self.fixed_medoids,
        )  # fmt: skip

    def _cluster(self, problem: Problem) -> KMedoidsResult:
        n_threads = check_threads(self.n_jobs)
        return fasterpam_on(problem, self.init, self.max_iter, self.random_state, self.order, n_threads)


class PAM(BestSwapKMedoids):
    """Partitioning around medoids as published: every pair of candidate and medoid is tried by itself.

    `FastPAM` performs the same swaps in a small part of the time. For comparison.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of medoids, in [1, n_samples].
    metric, metric_params, random_state, fixed_medoids
        As for `FastPAM`.
    init : str or array-like, default="build"
        As for `FastPAM`.
    max_iter : int, default=10000
        Limit on passes, at one swap per pass. 0 keeps the initial medoids.
    n_jobs : int, optional
        Threads for distances; None means 1, -1 all. The result does not depend on it.

    Attributes
    ----------
    labels_, medoid_indices_, cluster_centers_, inertia_, n_iter_, n_swap_, n_features_in_
        As for `FastPAM`.

    Warns
    -----
    ConvergenceWarning
        If `max_iter` passes were not enough.

    See Also
    --------
    clustering.pam : The function behind it.

    Notes
    -----
    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import PAM
    >>> X = np.array([[0.0, 0], [1, 0], [0, 2], [9, 9], [8, 9], [9, 7]])
    >>> PAM(2, metric="manhattan").fit(X).inertia_
    6.0
    """

    def _cluster(self, problem: Problem) -> KMedoidsResult:
        return pam_on(problem, self.init, self.max_iter, self.random_state)


class AlternatingKMedoids(MatrixKMedoids):
    """k-medoids by alternation, as k-means does: best centre of each cluster, then assignment.

    Its loss is clearly larger than that of methods that swap. For comparison.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of medoids, in [1, n_samples].
    metric, metric_params, random_state, fixed_medoids
        As for `FastPAM`.
    init : str or array-like, default="k-medoids++"
        As for `FastPAM`.
    max_iter : int, default=300
        Limit on passes. 0 keeps the initial medoids.
    n_jobs : int, optional
        Threads for distances; None means 1, -1 all. The result does not depend on it.

    Attributes
    ----------
    labels_, medoid_indices_, cluster_centers_, inertia_, n_iter_, n_swap_, n_features_in_
        As for `FastPAM`.

    Warns
    -----
    ConvergenceWarning
        If `max_iter` passes were not enough.

    See Also
    --------
    clustering.alternating : The function behind it.

    Notes
    -----
    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import AlternatingKMedoids
    >>> X = np.array([[0.0, 0], [1, 0], [0, 2], [9, 9], [8, 9], [9, 7]])
    >>> AlternatingKMedoids(2, metric="manhattan", random_state=0).fit(X).inertia_
    6.0
    """

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        metric: str | Callable[..., float] = "precomputed",
        metric_params: dict[str, Any] | None = None,
        init: str | ArrayLike = "k-medoids++",
        max_iter: int = 300,
        random_state: RandomState = None,
        fixed_medoids: ArrayLike | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.metric = metric
        self.metric_params = metric_params
        self.init = init
        self.max_iter = max_iter
        self.random_state = random_state
        self.fixed_medoids = fixed_medoids
        self.n_jobs = n_jobs

    def _cluster(self, problem: Problem) -> KMedoidsResult:
        return alternating_on(problem, self.init, self.max_iter, self.random_state)
