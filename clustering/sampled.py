"""k-medoids estimators that look at samples, rows or batches: for data past the matrix of distances."""

from typing import Any

from numpy.typing import ArrayLike

from clustering._base import KMedoidsBase
from clustering._clara import ClaraOptions, clara_on
from clustering._clarans import clarans_on
from clustering._dissimilarity import Distances, Metric
from clustering._initial import RandomState
from clustering._onebatch import Progress, large_kmedoids_on, onebatchpam_on
from clustering._result import KMedoidsResult


class CLARA(KMedoidsBase):
    """Clustering large applications: medoids of samples of the data, judged on all of it.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of medoids, in [1, n_samples].
    metric, metric_params
        As for `FastPAM`.
    n_draws : int, default=5
        Number of samples.
    sample_size : int, "fast" or "classic", default="fast"
        Size of a sample: ``80 + 4 n_clusters`` (FastCLARA), or ``40 + 2 n_clusters``.
    swap : {"fasterpam", "fastpam1", "fastpam2", "pam", "alternating"}, default="fasterpam"
        How a sample is clustered.
    init : {"build", "lab", "k-medoids++", "random"}, default="build"
        First medoids of a sample.
    draws_per_round : int, default=1
        The best medoids so far belong to every sample of the next round; samples of one round are clustered
        in parallel.
    random_state : None, int, Generator or RandomState, default=None
        Source of randomness.
    fixed_medoids : array-like of shape (n_fixed,), optional
        Samples that are the medoids of the first clusters, whatever the others become.
    n_jobs : int, optional
        Threads or workers; None means 1, -1 all. The result does not
        depend on it.

    Attributes
    ----------
    labels_, medoid_indices_, cluster_centers_, inertia_, n_iter_, n_swap_, n_features_in_
        As for `FastPAM`, of all the data.

    See Also
    --------
    clustering.clara : The function behind it, with complexity, rules and references.

    Notes
    -----
    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import CLARA
    >>> X = np.repeat([[0.0], [1.0], [10.0], [12.0]], 100, axis=0)
    >>> CLARA(2, metric="euclidean", random_state=0).fit(X).inertia_
    300.0
    """

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        metric: Metric = "precomputed",
        metric_params: dict[str, Any] | None = None,
        n_draws: int = 5,
        sample_size: int | str = "fast",
        swap: str = "fasterpam",
        init: str = "build",
        draws_per_round: int = 1,
        random_state: RandomState = None,
        fixed_medoids: ArrayLike | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.metric = metric
        self.metric_params = metric_params
        self.n_draws = n_draws
        self.sample_size = sample_size
        self.swap = swap
        self.init = init
        self.draws_per_round = draws_per_round
        self.random_state = random_state
        self.fixed_medoids = fixed_medoids
        self.n_jobs = n_jobs

    def _limit(self) -> tuple[str, int]:
        return "n_draws", 0  # no search is cut

    def _search(self, distances: Distances, sample_weight: ArrayLike | None) -> KMedoidsResult:
        options = ClaraOptions(self.n_draws, self.sample_size, self.swap, self.init, self.draws_per_round)
        return clara_on(
            distances,
            self.n_clusters,
            options,
            self.random_state,
            sample_weight,
            self.fixed_medoids,
            self.n_jobs,
        )


class _RandomisedSearch(KMedoidsBase):
    """Base of CLARANS and FastCLARANS, which differ in what a neighbour is."""

    _pairs: bool  # of a medoid and another sample, or samples alone, each for its best slot

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        metric: Metric = "precomputed",
        metric_params: dict[str, Any] | None = None,
        n_local: int = 2,
        max_neighbors: int | None = None,
        random_state: RandomState = None,
        fixed_medoids: ArrayLike | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.metric = metric
        self.metric_params = metric_params
        self.n_local = n_local
        self.max_neighbors = max_neighbors
        self.random_state = random_state
        self.fixed_medoids = fixed_medoids
        self.n_jobs = n_jobs

    def _limit(self) -> tuple[str, int]:
        return "n_local", 0  # no search is cut

    def _search(self, distances: Distances, sample_weight: ArrayLike | None) -> KMedoidsResult:
        return clarans_on(
            distances, self.n_clusters, self.n_local, self.max_neighbors, self.random_state, sample_weight,
            self.fixed_medoids, pairs=self._pairs,
        )  # fmt: skip


class CLARANS(_RandomisedSearch):
    """Clustering by randomised search: swaps of random pairs of a medoid and another sample.

    `FastCLARANS` finds as much in a small part of the time. For comparison.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of medoids, in [1, n_samples].
    metric, metric_params
        As for `FastPAM`.
    n_local : int, default=2
        Number of searches, each from random medoids of its own. The best outcome counts.
    max_neighbors : int, optional
        A search ends after so many tries in vain, one after another. By default
        1.25 % of all pairs, at least 250.
    random_state : None, int, Generator or RandomState, default=None
        Source of randomness.
    fixed_medoids : array-like of shape (n_fixed,), optional
        Samples that are the medoids of the first clusters, whatever the others become.
    n_jobs : int, optional
        Threads for distances; None means 1, -1 all. The result does not
        depend on it.

    Attributes
    ----------
    labels_, medoid_indices_, cluster_centers_, inertia_, n_iter_, n_swap_, n_features_in_
        As for `FastPAM`, of all the data.

    See Also
    --------
    clustering.clarans : The function behind it, with complexity, rules and references.

    Notes
    -----
    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import CLARANS
    >>> X = np.repeat([[0.0], [1.0], [10.0], [12.0]], 100, axis=0)
    >>> CLARANS(2, metric="euclidean", random_state=0).fit(X).inertia_
    300.0
    """

    _pairs = True


class FastCLARANS(_RandomisedSearch):
    """Clustering by swaps of random samples, each into its best slot.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of medoids, in [1, n_samples].
    metric, metric_params
        As for `FastPAM`.
    n_local : int, default=2
        Number of searches, each from random medoids of its own. The best outcome counts.
    max_neighbors : int, optional
        A search ends after so many tries in vain, one after another. By default
        2.5 % of all samples, at least 250.
    random_state : None, int, Generator or RandomState, default=None
        Source of randomness.
    fixed_medoids : array-like of shape (n_fixed,), optional
        Samples that are the medoids of the first clusters, whatever the others become.
    n_jobs : int, optional
        Threads for distances; None means 1, -1 all. The result does not
        depend on it.

    Attributes
    ----------
    labels_, medoid_indices_, cluster_centers_, inertia_, n_iter_, n_swap_, n_features_in_
        As for `FastPAM`, of all the data.

    See Also
    --------
    clustering.fastclarans : The function behind it, with complexity, rules and references.

    Notes
    -----
    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import FastCLARANS
    >>> X = np.repeat([[0.0], [1.0], [10.0], [12.0]], 100, axis=0)
    >>> FastCLARANS(2, metric="euclidean", random_state=0).fit(X).inertia_
    300.0
    """

    _pairs = False


class OneBatchPAM(KMedoidsBase):
    """Eager swaps of all samples, whose gains are estimated on a batch of them.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of medoids, in [1, n_samples].
    metric, metric_params
        As for `FastPAM`.
    batch_size : int, optional
        Samples in the batch. By default ``100 log(n_clusters n_samples)``, at least twenty for each cluster.
    max_iter : int, default=20
        Limit on passes over all candidates. 0 keeps the initial medoids.
    random_state : None, int, Generator or RandomState, default=None
        Source of randomness.
    fixed_medoids : array-like of shape (n_fixed,), optional
        Samples that are the medoids of the first clusters, whatever the others become.
    n_jobs : int, optional
        Threads for distances; None means 1, -1 all. The result does not
        depend on it.

    Attributes
    ----------
    labels_, medoid_indices_, cluster_centers_, inertia_, n_iter_, n_swap_, n_features_in_
        As for `FastPAM`, of all the data.

    See Also
    --------
    clustering.onebatchpam : The function behind it, with complexity, rules and references.

    Notes
    -----
    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import OneBatchPAM
    >>> X = np.repeat([[0.0], [1.0], [10.0], [12.0]], 100, axis=0)
    >>> OneBatchPAM(2, metric="euclidean", random_state=0).fit(X).inertia_
    300.0
    """

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        metric: Metric = "precomputed",
        metric_params: dict[str, Any] | None = None,
        batch_size: int | None = None,
        max_iter: int = 20,
        random_state: RandomState = None,
        fixed_medoids: ArrayLike | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.metric = metric
        self.metric_params = metric_params
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.random_state = random_state
        self.fixed_medoids = fixed_medoids
        self.n_jobs = n_jobs

    def _search(self, distances: Distances, sample_weight: ArrayLike | None) -> KMedoidsResult:
        return onebatchpam_on(
            distances, self.n_clusters, self.batch_size, self.max_iter, self.random_state, sample_weight,
            self.fixed_medoids,
        )  # fmt: skip


class LargeKMedoids(KMedoidsBase):
    """For a million samples: FasterPAM on a sample, then swaps with all as candidates.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of medoids, in [1, n_samples].
    metric, metric_params
        As for `FastPAM`.
    sample_size : int, default=10000
        Samples that are clustered first.
    batch_size : int, optional
        Samples on which all others are then judged. By default ``100 log(n_clusters n_samples)``, at least
        twenty for each cluster.
    max_iter : int, default=1
        Limit on passes over all candidates. Reaching it is usual, and no cause for a warning.
    time_limit : float, optional
        Seconds after which no more candidates are tried.
    progress : callable, optional
        Called with the name of a stage, and the part of it that is done, from 0 to 1.
    random_state : None, int, Generator or RandomState, default=None
        Source of randomness.
    fixed_medoids : array-like of shape (n_fixed,), optional
        Samples that are the medoids of the first clusters, whatever the others become.
    n_jobs : int, optional
        Threads for distances; None means 1, -1 all. The result does not
        depend on it.

    Attributes
    ----------
    labels_, medoid_indices_, cluster_centers_, inertia_, n_iter_, n_swap_, n_features_in_
        As for `FastPAM`, of all the data.

    See Also
    --------
    clustering.large_kmedoids : The function behind it, with complexity, rules and references.

    Notes
    -----
    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import LargeKMedoids
    >>> X = np.repeat([[0.0], [1.0], [10.0], [12.0]], 100, axis=0)
    >>> LargeKMedoids(2, metric="euclidean", random_state=0).fit(X).inertia_
    300.0
    """

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        metric: Metric = "precomputed",
        metric_params: dict[str, Any] | None = None,
        sample_size: int = 10_000,
        batch_size: int | None = None,
        max_iter: int = 1,
        time_limit: float | None = None,
        progress: Progress | None = None,
        random_state: RandomState = None,
        fixed_medoids: ArrayLike | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.metric = metric
        self.metric_params = metric_params
        self.sample_size = sample_size
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.time_limit = time_limit
        self.progress = progress
        self.random_state = random_state
        self.fixed_medoids = fixed_medoids
        self.n_jobs = n_jobs

    def _limit(self) -> tuple[str, int]:
        return "max_iter", 0  # its passes are a budget

    def _search(self, distances: Distances, sample_weight: ArrayLike | None) -> KMedoidsResult:
        return large_kmedoids_on(
            distances, self.n_clusters, (self.sample_size, self.batch_size), self.max_iter, self.time_limit,
            self.progress, self.random_state, sample_weight, self.fixed_medoids,
        )  # fmt: skip
