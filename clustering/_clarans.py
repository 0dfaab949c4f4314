"""CLARANS and FastCLARANS: swaps that are drawn at random, without a matrix of distances."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clustering._clara import check_task, finish
from clustering._dissimilarity import Distances, Metric, check_source_as_stored
from clustering._functional import check_threads
from clustering._initial import RandomState, random_medoids
from clustering._problem import check_finite, eligible, epsilon_of
from clustering._result import KMedoidsResult
from graphkit.memory import require_memory
from graphkit.validation import check_integer, check_random_state


def clarans(
    X: ArrayLike,
    n_clusters: int,
    *,
    metric: Metric = "precomputed",
    metric_params: dict[str, Any] | None = None,
    n_local: int = 2,
    max_neighbors: int | None = None,
    random_state: RandomState = None,
    sample_weight: ArrayLike | None = None,
    fixed_medoids: ArrayLike | None = None,
    n_jobs: int | None = None,
) -> KMedoidsResult:
    """Cluster around medoids by swaps of random pairs of a medoid and another sample.

    `fastclarans` finds as much in a small part of the time. For comparison.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features) or (n_samples, n_samples)
        Features; or symmetric dissimilarities if ``metric="precomputed"``, or their condensed form
        (`scipy.spatial.distance.pdist`), which never becomes a square matrix.
    n_clusters : int
        Number of medoids, in [1, n_samples].
    metric, metric_params
        As for `clustering.FastPAM`.
    n_local : int
        Number of searches, each from random medoids of its own. The best outcome counts.
    max_neighbors : int, optional
        A search ends after so many pairs in succession that do not lower the loss, which are drawn without
        repetition. By default 1.25 % of all pairs, at least 250 [1]_.
    random_state : None, int, Generator or RandomState
        Source of randomness. The seeds of all searches are drawn before work starts.
    sample_weight, fixed_medoids
        As for `clustering.fastpam`.
    n_jobs : int, optional
        Threads for distances; None means 1, -1 all. The result does not depend on it.

    Returns
    -------
    KMedoidsResult
        ``n_iter`` counts the pairs that were tried.

    Notes
    -----
    O(n_samples) for a pair, and as many distances; O(n_samples n_clusters) memory.

    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    References
    ----------
    .. [1] R. T. Ng, J. Han. CLARANS: a method for clustering objects for spatial data mining. IEEE
       Transactions on Knowledge and Data Engineering 14(5), 2002. doi:10.1109/TKDE.2002.1033770.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import clarans
    >>> x = np.array([0, 1, 2, 10, 11, 13])
    >>> clarans(abs(x[:, None] - x), 2, random_state=0).inertia
    5
    """
    distances = check_source_as_stored(X, metric, metric_params, check_threads(n_jobs))
    return clarans_on(
        distances, n_clusters, n_local, max_neighbors, random_state, sample_weight, fixed_medoids, pairs=True
    )


def fastclarans(
    X: ArrayLike,
    n_clusters: int,
    *,
    metric: Metric = "precomputed",
    metric_params: dict[str, Any] | None = None,
    n_local: int = 2,
    max_neighbors: int | None = None,
    random_state: RandomState = None,
    sample_weight: ArrayLike | None = None,
    fixed_medoids: ArrayLike | None = None,
    n_jobs: int | None = None,
) -> KMedoidsResult:
    """Cluster around medoids by swaps of random samples, each into its best slot.

    Parameters
    ----------
    X, n_clusters, metric, metric_params, n_local, random_state, sample_weight, fixed_medoids, n_jobs
        As for `clarans`.
    max_neighbors : int, optional
        A search ends after so many samples in succession that do not lower the loss, which are drawn without
        repetition. By default 2.5 % of all samples, at least 250: one sample tries all pairs with it.

    Returns
    -------
    KMedoidsResult
        ``n_iter`` counts the samples that were tried.

    Notes
    -----
    O(n_samples) for a sample, and as many distances; O(n_samples n_clusters) memory.

    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    References
    ----------
    .. [1] E. Schubert, P. J. Rousseeuw. Fast and eager k-medoids clustering: O(k) runtime improvement of the
       PAM, CLARA, and CLARANS algorithms. Information Systems 101, 101804, 2021.
       doi:10.1016/j.is.2021.101804.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import fastclarans
    >>> x = np.array([0, 1, 2, 10, 11, 13])
    >>> fastclarans(abs(x[:, None] - x), 2, random_state=0).inertia
    5
    """
    distances = check_source_as_stored(X, metric, metric_params, check_threads(n_jobs))
    return clarans_on(
        distances, n_clusters, n_local, max_neighbors, random_state, sample_weight, fixed_medoids, pairs=False
    )


def clarans_on(
    distances: Distances,
    n_clusters: int,
    n_local: int,
    max_neighbors: int | None,
    random_state: RandomState,
    sample_weight: ArrayLike | None,
    fixed_medoids: ArrayLike | None,
    *,
    pairs: bool,
) -> KMedoidsResult:
    """Run `clarans` (`pairs`) or `fastclarans` on a source of distances."""
    n = distances.n_samples
    k, weights, fixed = check_task(distances, n_clusters, sample_weight, fixed_medoids)
    n_local = check_integer(n_local, "n_local", minimum=1)
    n_free = k - fixed.size
    choices = (n - k) * (n_free if pairs else 1)
    if max_neighbors is None:
        limit = max(250, math.ceil((0.0125 if pairs else 0.025) * choices))
    else:
        limit = check_integer(max_neighbors, "max_neighbors", minimum=1)
    require_memory(n * k * np.dtype(distances.dtype).itemsize, f"distances of {n} samples to {k} medoids")
    best: tuple[Any, NDArray[np.intp]] | None = None
    n_tried = n_swap = 0
    for seed in check_random_state(random_state).integers(2**63, size=n_local):
        rng = np.random.default_rng(seed)
        search = RowSearch(
            distances, weights, random_medoids(rng, eligible(weights, fixed), n_free, fixed), fixed.size
        )
        tried, swaps = _descend(search, rng, limit, pairs)
        n_tried, n_swap = n_tried + tried, n_swap + swaps
        if best is None or search.loss < best[0]:
            best = (search.loss, search.medoids)
    assert best is not None
    return finish(distances, best[1], weights, n_tried, n_swap, True)


class RowSearch:
    """Medoids and what follows from them, where candidates come with a row of distances each."""

    def __init__(
        self, distances: Distances, weights: NDArray[Any], medoids: NDArray[np.intp], n_fixed: int
    ) -> None:
        self.distances, self.weights, self.medoids, self.n_fixed = distances, weights, medoids, n_fixed
        self.everything = np.arange(weights.size)
        self.near = distances.between(self.everything, medoids)
        n, k, dtype = weights.size, medoids.size, self.near.dtype
        self.epsilon = epsilon_of(weights)
        self.nearest, self.second = np.zeros(n, np.int32), np.zeros(n, np.int32)
        self.d1, self.d2 = np.empty(n, dtype), np.empty(n, dtype)
        self.removal, self.change = np.empty(k, weights.dtype), np.empty(k, weights.dtype)
        self.log = (np.empty(n, np.int64), np.empty(n, np.int32), np.empty(n, dtype), np.empty(n, dtype))
        self.loss: Any = 0
        if k > 1:
            from clustering._kernels.swap import assign_near, losses

            assign_near(self.near, self.nearest, self.second, self.d1, self.d2)
            self.loss = losses(self.nearest, self.d1, self.d2, weights, self.removal)
        else:
            self.loss = (self.near[:, 0].astype(weights.dtype) * weights).sum()
        check_finite(self.loss)

    def try_candidate(self, j: int, slot: int | None) -> bool:
        """Swap sample `j` into `slot`, or into the best one, if that lowers the loss."""
        from clustering._kernels.swap import parts, swap_row

        row = self.distances.between(np.array([j]), self.everything)[0]
        if self.medoids.size == 1:
            loss = (row.astype(self.weights.dtype) * self.weights).sum()
            if loss - self.loss < -self.epsilon * self.loss:
                self.medoids[0], self.loss = j, loss
                return True
            return False
        state = (self.nearest, self.d1, self.d2, self.weights, self.removal)
        shared = parts(row, *state, self.change)
        if slot is None:
            slot = self.n_fixed + int(self.change[self.n_fixed :].argmin())
        if not shared + self.change[slot] < -self.epsilon * self.loss:
            return False
        swapped, self.loss = swap_row(
            row, self.near, slot, j, self.medoids, self.nearest, self.second, self.d1, self.d2, self.weights,
            self.removal, self.loss, *self.log,
        )  # fmt: skip
        if swapped:
            self.medoids[slot] = j
        return bool(swapped)


def _descend(search: RowSearch, rng: np.random.Generator, limit: int, pairs: bool) -> tuple[int, int]:
    """Try random neighbours until `limit` of them in succession were in vain; return tries and swaps."""
    n_free = search.medoids.size - search.n_fixed
    n_tried = n_swap = 0
    while n_free:
        candidates = eligible(search.weights, search.medoids)
        n_choices = candidates.size * (n_free if pairs else 1)
        for choice in rng.choice(n_choices, min(limit, n_choices), replace=False):
            n_tried += 1
            j, slot = divmod(int(choice), n_free) if pairs else (int(choice), None)
            if search.try_candidate(int(candidates[j]), None if slot is None else search.n_fixed + slot):
                n_swap += 1
                break
        else:
            break
    return n_tried, n_swap
