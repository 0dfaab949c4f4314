"""k-medoids estimators that maximise a silhouette, in the manner of scikit-learn."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from clustering._base import BestSwapKMedoids, EagerKMedoids, MatrixKMedoids
from clustering._dissimilarity import Distances
from clustering._functional import check_threads
from clustering._initial import RandomState
from clustering._medoid_silhouette import (
    DynamicResult,
    SilhouetteResult,
    check_min_clusters,
    dynmsc_on,
    fastermsc_on,
    fastmsc_on,
    pammedsil_on,
    pamsil_on,
)
from clustering._problem import Problem
from clustering._result import KMedoidsResult


class _MedoidSilhouetteBase(MatrixKMedoids):
    """Base of the estimators that maximise the medoid silhouette: they keep what it came to."""

    medoid_silhouette_: float

    def _search(self, distances: Distances, sample_weight: ArrayLike | None) -> KMedoidsResult:
        result = super()._search(distances, sample_weight)
        assert isinstance(result, SilhouetteResult)
        self.medoid_silhouette_ = result.score
        return result


class FasterMSC(_MedoidSilhouetteBase, EagerKMedoids):
    """Medoids that maximise the mean medoid silhouette, by eager swaps.

    The medoid silhouette of a sample compares the distances to its two nearest medoids, 1 - d1 / d2.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of medoids, in [1, n_samples].
    metric, metric_params, random_state, fixed_medoids
        As for `clustering.FastPAM`.
    init : str or array-like, default="random"
        As for `clustering.FastPAM`.
    order : {"natural", "random"}, default="natural"
        In what order candidates are visited: by index, or in one order drawn from `random_state`.
    max_iter : int, default=100
        Limit on passes over all candidates. 0 keeps the initial medoids.
    n_jobs : int, optional
        Threads for distances; None means 1, -1 all. The result does not depend on it.

    Attributes
    ----------
    labels_, medoid_indices_, cluster_centers_, inertia_, n_iter_, n_swap_, n_features_in_
        As for `clustering.FastPAM`.
    medoid_silhouette_ : float
        Mean medoid silhouette of the samples.

    Warns
    -----
    ConvergenceWarning
        If `max_iter` passes were not enough.

    See Also
    --------
    clustering.fastermsc : The function behind it, with complexity, tie rules and references.
    clustering.DynMSC : Chooses the number of clusters.

    Notes
    -----
    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import FasterMSC
    >>> X = np.array([[0.0, 0], [1, 0], [0, 2], [9, 9], [8, 9], [9, 7]])
    >>> model = FasterMSC(2, metric="manhattan", random_state=0).fit(X)
    >>> model.labels_, round(model.medoid_silhouette_, 3)
    (array([0, 0, 0, 1, 1, 1]), 0.939)
    """

    def _cluster(self, problem: Problem) -> SilhouetteResult:
        return fastermsc_on(problem, self.init, self.max_iter, self.random_state, self.order)


class FastMSC(_MedoidSilhouetteBase):
    """Medoids that maximise the mean medoid silhouette, by the best of all swaps in each pass.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of medoids, in [1, n_samples].
    metric, metric_params, random_state, fixed_medoids
        As for `clustering.FastPAM`.
    init : str or array-like, default="random"
        As for `clustering.FastPAM`.
    max_iter : int, default=10_000
        Limit on passes, at one swap per pass. 0 keeps the initial medoids.
    n_jobs : int, optional
        Threads for distances and swaps; None means 1, -1 all. The result does not depend on it.

    Attributes
    ----------
    labels_, medoid_indices_, cluster_centers_, inertia_, n_iter_, n_swap_, n_features_in_
        As for `clustering.FastPAM`.
    medoid_silhouette_ : float
        Mean medoid silhouette of the samples.

    Warns
    -----
    ConvergenceWarning
        If `max_iter` passes were not enough.

    See Also
    --------
    clustering.fastmsc : The function behind it.

    Notes
    -----
    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import FastMSC
    >>> X = np.array([[0.0, 0], [1, 0], [0, 2], [9, 9], [8, 9], [9, 7]])
    >>> FastMSC(2, metric="manhattan", random_state=0).fit(X).medoid_indices_
    array([0, 3])
    """

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        metric: str | Callable[..., float] = "precomputed",
        metric_params: dict[str, Any] | None = None,
        init: str | ArrayLike = "random",
        max_iter: int = 10_000,
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

    def _cluster(self, problem: Problem) -> SilhouetteResult:
        n_threads = check_threads(self.n_jobs)
        return fastmsc_on(problem, self.init, self.max_iter, self.random_state, n_threads)


class PAMMEDSIL(_MedoidSilhouetteBase, BestSwapKMedoids):
    """As `FastMSC`, but every pair of candidate and medoid is tried by itself. For comparison.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of medoids, in [1, n_samples].
    metric, metric_params, random_state, fixed_medoids
        As for `clustering.FastPAM`.
    init : str or array-like, default="build"
        As for `clustering.FastPAM`.
    max_iter : int, default=10_000
        Limit on passes, at one swap per pass. 0 keeps the initial medoids.
    n_jobs : int, optional
        Threads for distances and swaps; None means 1, -1 all. The result does not depend on it.

    Attributes
    ----------
    labels_, medoid_indices_, cluster_centers_, inertia_, n_iter_, n_swap_, n_features_in_
        As for `clustering.FastPAM`.
    medoid_silhouette_ : float
        Mean medoid silhouette of the samples.

    Warns
    -----
    ConvergenceWarning
        If `max_iter` passes were not enough.

    See Also
    --------
    clustering.pammedsil : The function behind it.

    Notes
    -----
    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import PAMMEDSIL
    >>> X = np.array([[0.0, 0], [1, 0], [0, 2], [9, 9], [8, 9], [9, 7]])
    >>> PAMMEDSIL(2, metric="manhattan").fit(X).medoid_indices_
    array([0, 3])
    """

    def _cluster(self, problem: Problem) -> SilhouetteResult:
        n_threads = check_threads(self.n_jobs)
        return pammedsil_on(problem, self.init, self.max_iter, self.random_state, n_threads)


class PAMSIL(BestSwapKMedoids):
    """Medoids that maximise the mean silhouette itself. For small data: a pass takes O(n_samples^3).

    Parameters
    ----------
    n_clusters : int, default=8
        Number of medoids, in [1, n_samples].
    metric, metric_params, random_state, fixed_medoids
        As for `clustering.FastPAM`.
    init : str or array-like, default="build"
        As for `clustering.FastPAM`.
    max_iter : int, default=10_000
        Limit on passes, at one swap per pass. 0 keeps the initial medoids.
    n_jobs : int, optional
        Threads for distances and swaps; None means 1, -1 all. The result does not depend on it.

    Attributes
    ----------
    labels_, medoid_indices_, cluster_centers_, inertia_, n_iter_, n_swap_, n_features_in_
        As for `clustering.FastPAM`.
    silhouette_ : float
        Mean silhouette of the samples.

    Warns
    -----
    ConvergenceWarning
        If `max_iter` passes were not enough.

    See Also
    --------
    clustering.pamsil : The function behind it.

    Notes
    -----
    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import PAMSIL
    >>> X = np.array([[0.0, 0], [1, 0], [0, 2], [9, 9], [8, 9], [9, 7]])
    >>> model = PAMSIL(2, metric="manhattan").fit(X)
    >>> model.labels_, round(model.silhouette_, 3)
    (array([0, 0, 0, 1, 1, 1]), 0.873)
    """

    silhouette_: float

    def _search(self, distances: Distances, sample_weight: ArrayLike | None) -> KMedoidsResult:
        result = super()._search(distances, sample_weight)
        assert isinstance(result, SilhouetteResult)
        self.silhouette_ = result.score
        return result

    def _cluster(self, problem: Problem) -> SilhouetteResult:
        n_threads = check_threads(self.n_jobs)
        return pamsil_on(problem, self.init, self.max_iter, self.random_state, n_threads)


class DynMSC(_MedoidSilhouetteBase):
    """Medoids and their number, chosen by the mean medoid silhouette.

    From the largest number on, one medoid after the other is given up, with swaps in between.

    Parameters
    ----------
    n_clusters : int, default=10
        Largest number of medoids to try, in [1, n_samples]; keep it well below n_samples.
    min_clusters : int, default=2
        Smallest number to try.
    metric, metric_params, random_state, fixed_medoids
        As for `clustering.FastPAM`.
    init : str or array-like, default="random"
        As for `clustering.FastPAM`.
    order : {"natural", "random"}, default="natural"
        In what order candidates are visited: by index, or in one order drawn from `random_state`.
    max_iter : int, default=100
        Limit on passes over all candidates, for each number of clusters. 0 makes no swaps.
    n_jobs : int, optional
        Threads for distances; None means 1, -1 all. The result does not depend on it.

    Attributes
    ----------
    labels_, medoid_indices_, cluster_centers_, inertia_, n_iter_, n_swap_, n_features_in_
        As for `clustering.FastPAM`.
    n_clusters_ : int
        The number of clusters that was chosen: that of the largest score, the smallest of equals.
    medoid_silhouette_ : float
        Mean medoid silhouette of the samples.
    curve_ : tuple of SilhouetteResult
        The results for all numbers that were tried, smallest number first.

    Warns
    -----
    ConvergenceWarning
        If `max_iter` passes were not enough.

    See Also
    --------
    clustering.dynmsc : The function behind it, with references.
    clustering.select_k : Compares numbers of clusters by several measures.

    Notes
    -----
    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import DynMSC
    >>> X = np.array([[0.0, 1, 2, 3, 50, 51, 52, 53, 90, 91, 92, 93]]).T
    >>> model = DynMSC(5, metric="manhattan", random_state=0).fit(X)
    >>> model.n_clusters_, model.labels_
    (3, array([1, 1, 1, 1, 2, 2, 2, 2, 0, 0, 0, 0]))
    """

    n_clusters_: int
    curve_: tuple[SilhouetteResult, ...]

    def __init__(
        self,
        n_clusters: int = 10,
        *,
        min_clusters: int = 2,
        metric: str | Callable[..., float] = "precomputed",
        metric_params: dict[str, Any] | None = None,
        init: str | ArrayLike = "random",
        order: str = "natural",
        max_iter: int = 100,
        random_state: RandomState = None,
        fixed_medoids: ArrayLike | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.min_clusters = min_clusters
        self.metric = metric
        self.metric_params = metric_params
        self.init = init
        self.order = order
        self.max_iter = max_iter
        self.random_state = random_state
        self.fixed_medoids = fixed_medoids
        self.n_jobs = n_jobs

    def _check_search(self, distances: Distances, sample_weight: ArrayLike | None) -> None:
        super()._check_search(distances, sample_weight)
        n_fixed = 0 if self.fixed_medoids is None else np.size(self.fixed_medoids)
        check_min_clusters(self.min_clusters, self.n_clusters, n_fixed)

    def _search(self, distances: Distances, sample_weight: ArrayLike | None) -> KMedoidsResult:
        result = super()._search(distances, sample_weight)
        assert isinstance(result, DynamicResult)
        self.n_clusters_, self.curve_ = result.n_clusters, result.curve
        return result

    def _cluster(self, problem: Problem) -> DynamicResult:
        return dynmsc_on(problem, self.min_clusters, self.init, self.max_iter, self.random_state, self.order)
