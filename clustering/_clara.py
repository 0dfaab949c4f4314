"""CLARA: medoids of samples of the data, judged on all of it."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clustering._dissimilarity import Distances, FeatureDistances, Metric, check_source_as_stored
from clustering._functional import alternating_on, check_threads, fasterpam_on, fastpam_on, pam_on
from clustering._initial import INITIALISATIONS, RandomState
from clustering._problem import (
    Problem,
    check_demand,
    check_finite,
    check_integer_sums,
    check_problem,
    eligible,
)
from clustering._result import KMedoidsResult
from graphkit.validation import check_choice, check_integer, check_random_state

SWAPS = ("fasterpam", "fastpam1", "fastpam2", "pam", "alternating")
SAMPLE_SIZES = ("classic", "fast")


@dataclass(frozen=True)
class ClaraOptions:
    """What `clara` does besides the data: see there."""

    n_draws: int = 5
    sample_size: int | str = "fast"
    swap: str = "fasterpam"
    init: str = "build"
    draws_per_round: int = 1

    def check(self, n_clusters: int) -> int:
        """Check the options; return the size of samples."""
        check_integer(self.n_draws, "n_draws", minimum=1)
        check_integer(self.draws_per_round, "draws_per_round", minimum=1)
        check_choice(self.swap, "swap", SWAPS)
        check_choice(self.init, "init", INITIALISATIONS)
        if isinstance(self.sample_size, str):
            name = check_choice(self.sample_size, "sample_size", SAMPLE_SIZES)
            return 40 + 2 * n_clusters if name == "classic" else 80 + 4 * n_clusters
        return check_integer(self.sample_size, "sample_size", minimum=n_clusters)


def clara(
    X: ArrayLike,
    n_clusters: int,
    *,
    metric: Metric = "precomputed",
    metric_params: dict[str, Any] | None = None,
    n_draws: int = 5,
    sample_size: int | str = "fast",
    swap: str = "fasterpam",
    init: str = "build",
    draws_per_round: int = 1,
    random_state: RandomState = None,
    sample_weight: ArrayLike | None = None,
    fixed_medoids: ArrayLike | None = None,
    n_jobs: int | None = None,
) -> KMedoidsResult:
    """Cluster samples of the data around medoids, and keep those that serve all of the data best.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features) or (n_samples, n_samples)
        Features; or symmetric dissimilarities if ``metric="precomputed"``, or their condensed form
        (`scipy.spatial.distance.pdist`), which never becomes a square matrix.
    n_clusters : int
        Number of medoids, in [1, n_samples].
    metric, metric_params
        As for `clustering.FastPAM`.
    n_draws : int
        Number of samples.
    sample_size : int, "fast" or "classic"
        Size of a sample: ``80 + 4 n_clusters`` [2]_, or ``40 + 2 n_clusters`` [1]_.
    swap : {"fasterpam", "fastpam1", "fastpam2", "pam", "alternating"}
        How a sample is clustered.
    init : {"build", "lab", "k-medoids++", "random"}
        First medoids of a sample.
    draws_per_round : int
        The best medoids so far belong to every sample of the next round. Samples of one round do not know of
        each other, and are clustered in parallel.
    random_state : None, int, Generator or RandomState
        Source of randomness. The seeds of all samples are drawn before work starts.
    sample_weight, fixed_medoids
        As for `clustering.fastpam`. Samples are drawn among what has weight, all alike.
    n_jobs : int, optional
        Workers for the samples of a round, by joblib and the backend that is in force; threads for distances
        if there is one sample in a round. The result does not depend on it.

    Returns
    -------
    KMedoidsResult
        Medoids are indices of the data, labels and inertia are of all the data. ``n_iter`` counts samples,
        ``n_swap`` swaps in them.

    Notes
    -----
    The losses of the medoids on all data are compared, and more draws never raise the loss. For s samples of
    m: O(m^2) memory besides the data, and O(s (n_samples n_clusters + m^2)) distances.

    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    References
    ----------
    .. [1] L. Kaufman, P. J. Rousseeuw. Clustering large applications (program CLARA). Finding Groups in Data,
       chapter 3, Wiley, 1990. doi:10.1002/9780470316801.ch3.
    .. [2] E. Schubert, P. J. Rousseeuw. Fast and eager k-medoids clustering: O(k) runtime improvement of the
       PAM, CLARA, and CLARANS algorithms. Information Systems 101, 101804, 2021.
       doi:10.1016/j.is.2021.101804.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import clara
    >>> X = np.repeat([[0.0], [1.0], [10.0], [12.0]], 500, axis=0)
    >>> clara(X, 2, metric="euclidean", random_state=0).inertia
    1500.0
    """
    n_threads = check_threads(n_jobs)
    distances = check_source_as_stored(X, metric, metric_params, n_threads)
    options = ClaraOptions(n_draws, sample_size, swap, init, draws_per_round)
    return clara_on(distances, n_clusters, options, random_state, sample_weight, fixed_medoids, n_jobs)


def clara_on(
    distances: Distances,
    n_clusters: int,
    options: ClaraOptions,
    random_state: RandomState = None,
    sample_weight: ArrayLike | None = None,
    fixed_medoids: ArrayLike | None = None,
    n_jobs: int | None = None,
) -> KMedoidsResult:
    """Run `clara` on a source of distances."""
    source = distances
    if isinstance(distances, FeatureDistances) and options.draws_per_round > 1:
        source = distances.in_one_thread()
    task = _Task.check(source, n_clusters, options, sample_weight, fixed_medoids)
    seeds = check_random_state(random_state).integers(2**63, size=options.n_draws)
    best: tuple[Any, NDArray[np.intp], int] | None = None
    n_swap = 0
    for start in range(0, options.n_draws, options.draws_per_round):
        carried = task.fixed if best is None else best[1]
        jobs = [(task, int(seed), carried) for seed in seeds[start : start + options.draws_per_round]]
        for found in _run(jobs, n_jobs):
            n_swap += found[2]
            if best is None or found[0] < best[0]:
                best = found
    assert best is not None
    return finish(distances, best[1], task.weights, options.n_draws, n_swap, True)


def check_task(
    distances: Distances, n_clusters: int, sample_weight: ArrayLike | None, fixed_medoids: ArrayLike | None
) -> tuple[int, NDArray[Any], NDArray[np.intp]]:
    """Check what is wanted of a source of distances; see `check_demand`. Sums of integers must fit."""
    demand = check_demand(n_clusters, distances.n_samples, distances.dtype, sample_weight, fixed_medoids)
    if demand[1].dtype == np.int64 and not isinstance(distances, FeatureDistances):
        check_integer_sums(distances.largest(), demand[1])  # type: ignore[attr-defined]
    return demand


def finish(
    distances: Distances,
    medoids: NDArray[np.intp],
    weights: NDArray[Any],
    n_iter: int,
    n_swap: int,
    converged: bool,
) -> KMedoidsResult:
    """Assign all samples to medoids that have been found."""
    labels, d1 = distances.nearest(medoids)
    inertia = weighted_sum(d1, weights)
    check_finite(inertia)
    return KMedoidsResult(labels, medoids, inertia, n_iter, n_swap, converged)


def weighted_sum(d1: NDArray[Any], weights: NDArray[Any]) -> float | int:
    """Sum weighted distances in the dtype of the weights."""
    return (d1.astype(weights.dtype) * weights).sum().item()


@dataclass(frozen=True)
class _Task:
    """What all draws share."""

    distances: Distances
    n_clusters: int
    options: ClaraOptions
    size: int
    weights: NDArray[Any]
    fixed: NDArray[np.intp]

    @classmethod
    def check(
        cls,
        distances: Distances,
        n_clusters: int,
        options: ClaraOptions,
        sample_weight: ArrayLike | None,
        fixed_medoids: ArrayLike | None,
    ) -> "_Task":
        n = distances.n_samples
        number, weights, fixed = check_task(distances, n_clusters, sample_weight, fixed_medoids)
        size = min(options.check(number), n)
        return cls(distances, number, options, size, weights, fixed)

    def draw(self, seed: int, carried: NDArray[np.intp]) -> tuple[Any, NDArray[np.intp], int]:
        """Cluster a sample that holds the `carried` medoids, the fixed ones first.

        Returns the loss on all data, the medoids, and the number of swaps.
        """
        if self.fixed.size == self.n_clusters:
            return weighted_sum(self.distances.nearest(self.fixed)[1], self.weights), self.fixed.copy(), 0
        rng = np.random.default_rng(seed)
        others = eligible(self.weights, carried)
        drawn = others[
            rng.choice(others.size, min(max(self.size - carried.size, 0), others.size), replace=False)
        ]
        # Sorted, so that ties are broken as in the data; the fixed medoids are found again by their rank.
        sample = np.sort(np.concatenate([carried, drawn]))
        D = self.distances.square(sample)
        fixed = np.searchsorted(sample, self.fixed)
        problem = check_problem(D, self.n_clusters, self.weights[sample], fixed, trusted=True)
        result = self._cluster(problem, rng)
        medoids = sample[result.medoid_indices]
        return weighted_sum(self.distances.nearest(medoids)[1], self.weights), medoids, result.n_swap

    def _cluster(self, problem: Problem, rng: np.random.Generator) -> KMedoidsResult:
        swap, init = self.options.swap, self.options.init
        if swap == "fasterpam":
            return fasterpam_on(problem, init, 100, rng, "natural")
        if swap == "pam":
            return pam_on(problem, init, 10_000, rng)
        if swap == "alternating":
            return alternating_on(problem, init, 300, rng)
        return fastpam_on(problem, init, 10_000, rng, swap)


def _draw(task: _Task, seed: int, carried: NDArray[np.intp]) -> tuple[Any, NDArray[np.intp], int]:
    return task.draw(seed, carried)


def _run(jobs: list[tuple[_Task, int, NDArray[np.intp]]], n_jobs: int | None) -> list[Any]:
    """Run draws, by joblib if there are several: then any backend that the user registered carries them."""
    if len(jobs) == 1:
        return [_draw(*jobs[0])]
    from joblib import Parallel, delayed

    return Parallel(n_jobs=n_jobs)(delayed(_draw)(*job) for job in jobs)


def default_batch(n: int, n_clusters: int) -> int:
    """Return how many reference samples stand for `n`: ``100 log(k n)``."""
    return math.ceil(100 * math.log(max(2, n_clusters * n)))
