"""All samples as candidates, judged on a batch of them; and the large mode, which begins with a sample."""

import numbers
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clustering._clara import check_task, default_batch, finish, weighted_sum
from clustering._dissimilarity import Distances, Metric, check_source_as_stored
from clustering._functional import check_threads, fasterpam_on
from clustering._initial import RandomState, plus_plus, random_medoids
from clustering._problem import check_problem, eligible, epsilon_of
from clustering._result import KMedoidsResult
from graphkit.validation import check_integer, check_random_state

Progress = Callable[[str, float], None]

_VOTERS = 100  # samples for each of the batch that are asked which of it is nearest
_BLOCK = 2**24  # bytes of distances between candidates and the batch that are computed at once


def onebatchpam(
    X: ArrayLike,
    n_clusters: int,
    *,
    metric: Metric = "precomputed",
    metric_params: dict[str, Any] | None = None,
    batch_size: int | None = None,
    max_iter: int = 20,
    random_state: RandomState = None,
    sample_weight: ArrayLike | None = None,
    fixed_medoids: ArrayLike | None = None,
    n_jobs: int | None = None,
) -> KMedoidsResult:
    """Cluster around medoids by eager swaps whose gains are estimated on a batch of samples.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features) or (n_samples, n_samples)
        Features; or symmetric dissimilarities if ``metric="precomputed"``, or their condensed form
        (`scipy.spatial.distance.pdist`), which never becomes a square matrix.
    n_clusters : int
        Number of medoids, in [1, n_samples].
    metric, metric_params
        As for `clustering.FastPAM`.
    batch_size : int, optional
        Samples in the batch. By default ``100 log(n_clusters n_samples)``, at least twenty for
        each cluster.
    max_iter : int
        Limit on passes over all candidates. 0 keeps the initial medoids.
    random_state : None, int, Generator or RandomState
        Source of randomness: the batch, then the initial medoids, which are random.
    sample_weight, fixed_medoids
        As for `clustering.fastpam`. The batch is drawn among what has weight, all alike.
    n_jobs : int, optional
        Threads for distances; None means 1, -1 all. The result does not depend on it.

    Returns
    -------
    KMedoidsResult
        Labels and inertia are of all the data.

    Notes
    -----
    The samples of the batch are no candidates: their distance to themselves, zero, would make them look
    better than their neighbours. A sample of the batch counts for all samples that are nearest to it. If the
    batch holds half of the data or more, it is all of it, and the method is `clustering.fasterpam`.

    O(n_samples m) distances for each pass and O(m^2 + m n_clusters + n_samples) memory, for a batch of m:
    distances are computed anew in each pass, by blocks.

    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    References
    ----------
    .. [1] A. de Mathelin, N. E. Cecchi, F. Deheeger, M. Mougeot, N. Vayatis. OneBatchPAM: a fast and frugal
       k-medoids algorithm. AAAI 2025. arXiv:2501.19285.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import onebatchpam
    >>> X = np.repeat([[0.0], [1.0], [10.0], [12.0]], 500, axis=0)
    >>> result = onebatchpam(X, 2, metric="euclidean", random_state=0)
    >>> sorted(X[result.medoid_indices, 0].tolist()) in ([0, 10], [1, 10], [0, 12], [1, 12])
    True
    """
    distances = check_source_as_stored(X, metric, metric_params, check_threads(n_jobs))
    return onebatchpam_on(
        distances, n_clusters, batch_size, max_iter, random_state, sample_weight, fixed_medoids
    )


def large_kmedoids(
    X: ArrayLike,
    n_clusters: int,
    *,
    metric: Metric = "precomputed",
    metric_params: dict[str, Any] | None = None,
    sample_size: int = 10_000,
    batch_size: int | None = None,
    max_iter: int = 1,
    time_limit: float | None = None,
    progress: Progress | None = None,
    random_state: RandomState = None,
    sample_weight: ArrayLike | None = None,
    fixed_medoids: ArrayLike | None = None,
    n_jobs: int | None = None,
) -> KMedoidsResult:
    """Cluster a million samples around medoids: FasterPAM on a sample, then swaps with all as candidates.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features) or (n_samples, n_samples)
        Features; or symmetric dissimilarities if ``metric="precomputed"``, or their condensed form
        (`scipy.spatial.distance.pdist`), which never becomes a square matrix.
    n_clusters : int
        Number of medoids, in [1, n_samples].
    metric, metric_params
        As for `clustering.FastPAM`.
    sample_size : int
        Samples that are clustered first, by `clustering.fasterpam` from medoids of k-medoids++. If there are
        no more, that is all.
    batch_size : int, optional
        Samples on which all others are then judged as candidates; see `clustering.onebatchpam`. By default
        ``100 log(n_clusters n_samples)``, at least twenty for each cluster; at most half of the data.
    max_iter : int
        Limit on passes over all candidates.
    time_limit : float, optional
        Seconds after which no more candidates are tried. Sampling, and the last assignment of all samples,
        always come to their end. With a limit, the result depends on the speed of the machine.
    progress : callable, optional
        Called with the name of a stage, and the part of it that is done, from 0 to 1.
    random_state : None, int, Generator or RandomState
        Source of randomness.
    sample_weight, fixed_medoids
        As for `clustering.fastpam`. Samples are drawn among what has weight, all alike.
    n_jobs : int, optional
        Threads for distances; None means 1, -1 all. The result does not depend on it.

    Returns
    -------
    KMedoidsResult
        Labels and inertia are of all the data. ``converged`` is False if a limit cut the passes.

    Notes
    -----
    The medoids of the sample and those after the swaps are compared on all data, and the better ones kept.
    Memory is O(sample_size^2 + n_samples), time O(n_samples batch_size) distances for each pass.

    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import large_kmedoids
    >>> X = np.repeat([[0.0], [1.0], [10.0], [12.0]], 5000, axis=0)
    >>> result = large_kmedoids(X, 2, metric="euclidean", sample_size=200, random_state=0)
    >>> result.inertia
    15000.0
    """
    distances = check_source_as_stored(X, metric, metric_params, check_threads(n_jobs))
    return large_kmedoids_on(
        distances, n_clusters, (sample_size, batch_size), max_iter, time_limit, progress, random_state,
        sample_weight, fixed_medoids,
    )  # fmt: skip


def onebatchpam_on(
    distances: Distances,
    n_clusters: int,
    batch_size: int | None,
    max_iter: int,
    random_state: RandomState,
    sample_weight: ArrayLike | None,
    fixed_medoids: ArrayLike | None,
) -> KMedoidsResult:
    """Run `onebatchpam` on a source of distances."""
    k, weights, fixed = check_task(distances, n_clusters, sample_weight, fixed_medoids)
    n = distances.n_samples
    size = max(default_batch(n, k), 20 * k) if batch_size is None else batch_size
    size = check_integer(size, "batch_size", minimum=1)
    max_iter = check_integer(max_iter, "max_iter", minimum=0)
    rng = check_random_state(random_state)
    present = eligible(weights, fixed)
    if 2 * size >= n or present.size - size < k:
        problem = check_problem(
            distances.square(np.arange(n)),
            k,
            weights if sample_weight is not None else None,
            fixed,
            trusted=True,
        )
        return fasterpam_on(problem, "random", max_iter, rng, "natural")
    batch = np.sort(present[rng.choice(present.size, size, replace=False)])
    others = np.setdiff1d(present, batch, assume_unique=True)
    search = BatchSearch(
        distances, weights, batch, random_medoids(rng, others, k - fixed.size, fixed), fixed.size, rng
    )
    n_iter, n_swap, converged = search.run(max_iter)
    return finish(distances, search.medoids, weights, n_iter, n_swap, converged)


def large_kmedoids_on(
    distances: Distances,
    n_clusters: int,
    sizes: tuple[int, int | None],
    max_iter: int,
    time_limit: float | None,
    progress: Progress | None,
    random_state: RandomState,
    sample_weight: ArrayLike | None,
    fixed_medoids: ArrayLike | None,
) -> KMedoidsResult:
    """Run `large_kmedoids` on a source of distances; `sizes` are those of sample and batch."""
    deadline = _deadline(time_limit)
    if progress is not None and not callable(progress):
        raise TypeError(f"progress must be a function of a stage and the part that is done, got {progress!r}")
    tell = progress or (lambda stage, done: None)
    k, weights, fixed = check_task(distances, n_clusters, sample_weight, fixed_medoids)
    sample_size = check_integer(sizes[0], "sample_size", minimum=max(k, 1))
    batch_size = max(default_batch(distances.n_samples, k), 20 * k) if sizes[1] is None else sizes[1]
    batch_size = check_integer(batch_size, "batch_size", minimum=1)
    max_iter = check_integer(max_iter, "max_iter", minimum=0)
    rng = check_random_state(random_state)
    present = eligible(weights, fixed)
    tell("sample", 0.0)
    drawn = present[rng.choice(present.size, min(sample_size, present.size), replace=False)]
    sample = np.sort(np.concatenate([fixed, drawn]))
    within = weights[sample] if sample_weight is not None else None
    problem = check_problem(distances.square(sample), k, within, np.searchsorted(sample, fixed), trusted=True)
    first = plus_plus(rng, problem.D.__getitem__, k, problem.fixed, problem.weights)
    begun = fasterpam_on(problem, first[fixed.size :], 100, None, "natural")
    medoids = sample[begun.medoid_indices]
    del problem
    tell("sample", 1.0)
    result = finish(distances, medoids, weights, begun.n_iter, begun.n_swap, begun.converged)
    others = np.setdiff1d(present, medoids)
    batch_size = min(batch_size, others.size // 2)
    if drawn.size == present.size or batch_size == 0 or max_iter == 0:
        return result
    batch = np.sort(others[rng.choice(others.size, batch_size, replace=False)])
    search = BatchSearch(distances, weights, batch, medoids.copy(), fixed.size, rng)
    n_iter, n_swap, converged = search.run(max_iter, deadline, tell)
    after = finish(
        distances, search.medoids, weights, begun.n_iter + n_iter, begun.n_swap + n_swap, converged
    )
    return after if after.inertia < result.inertia else result


def _deadline(time_limit: object) -> float:
    """Return the time at which a limit in seconds, or None, is over."""
    if time_limit is None:
        return np.inf
    if isinstance(time_limit, bool) or not isinstance(time_limit, numbers.Real):
        raise TypeError(f"time_limit must be a number of seconds or None, got {time_limit!r}")
    if not float(time_limit) >= 0:
        raise ValueError(f"time_limit must not be negative, got {time_limit}")
    return time.monotonic() + float(time_limit)


def _weights_of_batch(
    distances: Distances, weights: NDArray[Any], batch: NDArray[np.intp], rng: np.random.Generator
) -> NDArray[Any]:
    """Weigh each sample of a batch by the samples nearest to it; of many, some that are drawn are asked."""
    n, limit = weights.size, _VOTERS * batch.size
    if n <= limit:
        every = np.bincount(distances.nearest(batch)[0], weights.astype(np.float64), batch.size)
        return every.astype(weights.dtype)
    voters = np.union1d(batch, rng.choice(n, limit, replace=False))
    # A sample of the batch votes for itself, so none is without weight.
    step = max(1, _BLOCK // (8 * batch.size))
    counts = np.zeros(batch.size)
    for start in range(0, voters.size, step):
        some = voters[start : start + step]
        nearest = distances.between(some, batch).argmin(axis=1)
        counts += np.bincount(nearest, weights[some].astype(np.float64), batch.size)
    return counts * (float(weights.sum()) / counts.sum())


class BatchSearch:
    """Eager swaps with all samples outside a batch as candidates, and the batch as what they serve."""

    def __init__(
        self,
        distances: Distances,
        weights: NDArray[Any],
        batch: NDArray[np.intp],
        medoids: NDArray[np.intp],
        n_fixed: int,
        rng: np.random.Generator,
    ) -> None:
        self.distances, self.batch, self.medoids, self.n_fixed = distances, batch, medoids, n_fixed
        self.weights = _weights_of_batch(distances, weights, batch, rng)
        self.epsilon = epsilon_of(self.weights)
        self.barred = weights == 0
        self.barred[batch] = True
        self.barred[medoids] = True

    def run(
        self,
        max_iter: int,
        deadline: float = np.inf,
        tell: Progress = lambda stage, done: None,
    ) -> tuple[int, int, bool]:
        """Swap until a pass is in vain; return passes, swaps, and whether that was so."""
        from clustering._kernels.swap import assign_near, eager_block, losses

        n, m, k = self.distances.n_samples, self.batch.size, self.medoids.size
        if max_iter == 0 or k == self.n_fixed:
            return min(max_iter, 1), 0, max_iter > 0
        near = self.distances.between(self.batch, self.medoids)
        if k == 1:
            return self._best_of_all(near)
        nearest, second = np.empty(m, np.int32), np.empty(m, np.int32)
        d1, d2 = np.empty(m, near.dtype), np.empty(m, near.dtype)
        removal = np.empty(k, self.weights.dtype)
        assign_near(near, nearest, second, d1, d2)
        loss = losses(nearest, d1, d2, self.weights, removal)
        step = max(1, _BLOCK // (near.itemsize * m))
        n_swap, last = 0, -1
        for n_iter in range(1, max_iter + 1):
            before = n_swap
            for start in range(0, n, step):
                candidates = np.arange(start, min(start + step, n))
                candidates = candidates[~self.barred[candidates] | (candidates == last)]
                block = self.distances.between(candidates, self.batch)
                swaps, last, arrived, loss = eager_block(
                    block, candidates, near, self.medoids, self.barred, nearest, second, d1, d2, self.weights,
                    removal, loss, self.n_fixed, self.epsilon, last,
                )  # fmt: skip
                n_swap += swaps
                if arrived:
                    return n_iter, n_swap, True
                if time.monotonic() > deadline:
                    return n_iter, n_swap, False
                tell(f"pass {n_iter}", min(start + step, n) / n)
            if n_swap == before:
                return n_iter, n_swap, True
        return max_iter, n_swap, False

    def _best_of_all(self, near: NDArray[Any]) -> tuple[int, int, bool]:
        """Take the sample with the smallest sum of distances to the batch: one medoid has no second."""
        candidates = np.flatnonzero(~self.barred)
        step = max(1, _BLOCK // (near.itemsize * self.batch.size))
        best, best_loss = self.medoids[0], weighted_sum(near[:, 0], self.weights)
        n_swap = 0
        for start in range(0, candidates.size, step):
            block = self.distances.between(candidates[start : start + step], self.batch)
            sums = block.astype(self.weights.dtype) @ self.weights
            if sums.min() < best_loss:
                best, best_loss, n_swap = candidates[start + int(sums.argmin())], sums.min().item(), 1
        self.medoids[0] = best
        return 1, n_swap, True
