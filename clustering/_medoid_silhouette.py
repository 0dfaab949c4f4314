"""Medoids that maximise a silhouette, as plain functions: distances in, a small frozen result out."""

import numpy as np
from numpy.typing import ArrayLike

from clustering._functional import check_threads
from clustering._initial import RandomState, initial_medoids
from clustering._medoid_silhouette_search import DynamicResult as DynamicResult
from clustering._medoid_silhouette_search import (
    GainTable,
    State,
    best_silhouettes,
    by_best_swaps,
    eager_swaps,
    find_by_pairs,
    find_by_rows,
    first_medoids,
    only_medoid,
)
from clustering._medoid_silhouette_search import SilhouetteResult as SilhouetteResult
from clustering._problem import Problem, check_problem
from clustering._search import table_fits
from graphkit.memory import require_memory
from graphkit.validation import check_integer


def fastermsc(
    D: ArrayLike,
    n_clusters: int,
    *,
    init: str | ArrayLike = "random",
    max_iter: int = 100,
    random_state: RandomState = None,
    sample_weight: ArrayLike | None = None,
    fixed_medoids: ArrayLike | None = None,
    order: str = "natural",
) -> SilhouetteResult:
    """Maximise the mean medoid silhouette by eager swaps: FasterMSC.

    The medoid silhouette of a sample is 1 - d1 / d2, for the distances to its two nearest medoids.

    Parameters
    ----------
    D, sample_weight, fixed_medoids
        As for `clustering.fastpam`.
    n_clusters : int
        Number of medoids, in [1, n_samples]. With one there is nothing to compare: it is the medoid of all
        samples, and the score is 0.
    init, random_state, order
        As for `clustering.fasterpam`.
    max_iter : int
        Limit on passes over all candidates, with any number of swaps each. 0 keeps the initial medoids.

    Returns
    -------
    SilhouetteResult

    Raises
    ------
    TypeError
        If a parameter is of the wrong kind.
    ValueError
        If `D` is not a matrix of dissimilarities, or a parameter is out of range.

    Notes
    -----
    A candidate takes over the slot where it helps most, the lowest of equals, if that raises the score by
    more than 1e-12. O(n_samples) for a candidate, so O(n_samples^2) for a pass. The sum of distances to the
    medoids, ``inertia``, is not what is minimised, and may be larger than that of `clustering.fasterpam`.

    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    References
    ----------
    .. [1] L. Lenssen, E. Schubert. Medoid silhouette clustering with automatic cluster number selection.
       Information Systems 120, 102290, 2024. doi:10.1016/j.is.2023.102290. Algorithm FasterMSC.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import fastermsc
    >>> x = np.array([0, 1, 2, 10, 11, 13])
    >>> result = fastermsc(abs(x[:, None] - x), 2, init=[0, 1])
    >>> result.medoid_indices, result.labels, round(result.score, 3)
    (array([4, 1]), array([1, 1, 1, 0, 0, 0]), 0.92)
    """
    problem = check_problem(D, n_clusters, sample_weight, fixed_medoids)
    return fastermsc_on(problem, init, max_iter, random_state, order)


def fastermsc_on(
    problem: Problem, init: str | ArrayLike, max_iter: int, random_state: RandomState, order: str
) -> SilhouetteResult:
    """Run `fastermsc` on a checked problem."""
    max_iter = check_integer(max_iter, "max_iter", minimum=0)
    if problem.n_clusters == 1:
        return only_medoid(problem, init, max_iter, random_state)
    medoids, visits = first_medoids(problem, init, random_state, order)
    state = State(problem, medoids)
    return state.result(*eager_swaps(state, max_iter, visits))


def fastmsc(
    D: ArrayLike,
    n_clusters: int,
    *,
    init: str | ArrayLike = "random",
    max_iter: int = 10_000,
    random_state: RandomState = None,
    sample_weight: ArrayLike | None = None,
    fixed_medoids: ArrayLike | None = None,
    n_jobs: int | None = None,
) -> SilhouetteResult:
    """Maximise the mean medoid silhouette by the best of all swaps in each pass: FastMSC.

    Parameters
    ----------
    D, n_clusters, sample_weight, fixed_medoids
        As for `fastermsc`.
    init, random_state
        As for `clustering.fastpam`.
    max_iter : int
        Limit on passes, at one swap per pass. 0 keeps the initial medoids.
    n_jobs : int, optional
        Threads that evaluate candidates; None means 1, -1 all. The result does not depend on it.

    Returns
    -------
    SilhouetteResult

    Notes
    -----
    The changes by all swaps are kept, in 8 bytes for each of n_clusters x n_samples, where these take no more
    than half of the available memory: then the first pass takes O(n_samples^2), and a further one about
    O(n_samples^2 / n_clusters), which is not in the paper. Else each takes O(n_samples^2).

    Of equally good swaps, that with the lowest sample index is performed, then that with the lowest slot, as
    far as rounding lets them be equal. `pammedsil` performs the same swaps.

    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    References
    ----------
    .. [1] L. Lenssen, E. Schubert. Medoid silhouette clustering with automatic cluster number selection.
       Information Systems 120, 102290, 2024. doi:10.1016/j.is.2023.102290. Algorithm FastMSC.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import fastmsc
    >>> x = np.array([0, 1, 2, 10, 11, 13])
    >>> fastmsc(abs(x[:, None] - x), 2, init=[0, 1]).medoid_indices
    array([4, 1])
    """
    problem = check_problem(D, n_clusters, sample_weight, fixed_medoids)
    return fastmsc_on(problem, init, max_iter, random_state, check_threads(n_jobs))


def fastmsc_on(
    problem: Problem, init: str | ArrayLike, max_iter: int, random_state: RandomState, n_threads: int = 1
) -> SilhouetteResult:
    """Run `fastmsc` on a checked problem."""
    has_room = table_fits(problem.n_samples, problem.n_clusters)
    find = GainTable() if has_room else find_by_rows
    return by_best_swaps(problem, init, max_iter, random_state, n_threads, find)


def pammedsil(
    D: ArrayLike,
    n_clusters: int,
    *,
    init: str | ArrayLike = "build",
    max_iter: int = 10_000,
    random_state: RandomState = None,
    sample_weight: ArrayLike | None = None,
    fixed_medoids: ArrayLike | None = None,
    n_jobs: int | None = None,
) -> SilhouetteResult:
    """Maximise the mean medoid silhouette, trying every pair of candidate and medoid by itself: PAMMEDSIL.

    The reference that `fastmsc`, which performs the same swaps, is measured against.

    Parameters
    ----------
    D, n_clusters, init, max_iter, random_state, sample_weight, fixed_medoids, n_jobs
        As for `fastmsc`.

    Returns
    -------
    SilhouetteResult

    Notes
    -----
    O(n_clusters n_samples^2) for a pass.

    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    References
    ----------
    .. [1] M. J. van der Laan, K. S. Pollard, J. Bryan. A new partitioning around medoids algorithm. Journal
       of Statistical Computation and Simulation 73(8), 575-584, 2003. doi:10.1080/0094965031000136012.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import pammedsil
    >>> x = np.array([0, 1, 2, 10, 11, 13])
    >>> pammedsil(abs(x[:, None] - x), 2).medoid_indices
    array([1, 4])
    """
    problem = check_problem(D, n_clusters, sample_weight, fixed_medoids)
    return pammedsil_on(problem, init, max_iter, random_state, check_threads(n_jobs))


def pammedsil_on(
    problem: Problem, init: str | ArrayLike, max_iter: int, random_state: RandomState, n_threads: int = 1
) -> SilhouetteResult:
    """Run `pammedsil` on a checked problem."""
    return by_best_swaps(problem, init, max_iter, random_state, n_threads, find_by_pairs)


def pamsil(
    D: ArrayLike,
    n_clusters: int,
    *,
    init: str | ArrayLike = "build",
    max_iter: int = 10_000,
    random_state: RandomState = None,
    sample_weight: ArrayLike | None = None,
    fixed_medoids: ArrayLike | None = None,
    n_jobs: int | None = None,
) -> SilhouetteResult:
    """Maximise the mean silhouette itself by the best of all swaps in each pass: PAMSIL. For small data.

    Parameters
    ----------
    D, n_clusters, init, max_iter, random_state, sample_weight, fixed_medoids, n_jobs
        As for `fastmsc`. Weights are as for `clustering.silhouette_samples`.

    Returns
    -------
    SilhouetteResult

    Raises
    ------
    MemoryBudgetError
        If the sums of distances, 16 bytes for each of n_clusters x n_samples, do not fit.

    Notes
    -----
    For each pair of candidate and medoid, the sums of distances to those clusters that change are made anew:
    a few times n_samples^2 / n_clusters steps, where all silhouettes from scratch, as published, take
    n_samples^2. So a pass takes about O(n_samples^3), and O(n_clusters n_samples^3) at worst.

    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    References
    ----------
    .. [1] M. J. van der Laan, K. S. Pollard, J. Bryan. A new partitioning around medoids algorithm. Journal
       of Statistical Computation and Simulation 73(8), 575-584, 2003. doi:10.1080/0094965031000136012.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import pamsil
    >>> x = np.array([0, 1, 2, 10, 11, 13])
    >>> result = pamsil(abs(x[:, None] - x), 2, init=[0, 1])
    >>> result.labels, round(result.score, 3)
    (array([1, 1, 1, 0, 0, 0]), 0.838)
    """
    problem = check_problem(D, n_clusters, sample_weight, fixed_medoids)
    return pamsil_on(problem, init, max_iter, random_state, check_threads(n_jobs))


def pamsil_on(
    problem: Problem, init: str | ArrayLike, max_iter: int, random_state: RandomState, n_threads: int = 1
) -> SilhouetteResult:
    """Run `pamsil` on a checked problem."""
    max_iter = check_integer(max_iter, "max_iter", minimum=0)
    if problem.n_clusters == 1:
        return only_medoid(problem, init, max_iter, random_state)
    n, k = problem.n_samples, problem.n_clusters
    require_memory(8 * k * n * (1 + n_threads), f"sums of distances to {k} clusters for {n} samples")
    state = State(problem, initial_medoids(problem, init, random_state))
    return best_silhouettes(state, max_iter, n_threads)


def dynmsc(
    D: ArrayLike,
    n_clusters: int,
    *,
    min_clusters: int = 2,
    init: str | ArrayLike = "random",
    max_iter: int = 100,
    random_state: RandomState = None,
    sample_weight: ArrayLike | None = None,
    fixed_medoids: ArrayLike | None = None,
    order: str = "natural",
) -> DynamicResult:
    """Choose the number of clusters by the mean medoid silhouette: DynMSC.

    Parameters
    ----------
    D, init, random_state, sample_weight, fixed_medoids, order
        As for `fastermsc`.
    n_clusters : int
        Largest number to try, in [1, n_samples]. Where every sample is a medoid, the score is 1: keep it
        well below the number of samples.
    min_clusters : int
        Smallest number to try, in [2, n_clusters] unless `n_clusters` is 1; at least the number of fixed
        medoids.
    max_iter : int
        Limit on passes over all candidates for each number.

    Returns
    -------
    DynamicResult
        Of the number with the largest score, the smallest of equals; with the results for all numbers.

    Notes
    -----
    From the largest number on, `fastermsc` is run; then the medoid is given up that costs the score least,
    the lowest slot of equals, and the others are where the next run begins. A run then needs few passes of
    O(n_samples^2).

    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    References
    ----------
    .. [1] L. Lenssen, E. Schubert. Medoid silhouette clustering with automatic cluster number selection.
       Information Systems 120, 102290, 2024. doi:10.1016/j.is.2023.102290. Algorithm DynMSC.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import dynmsc
    >>> x = np.array([0, 1, 2, 3, 50, 51, 52, 53, 90, 91, 92, 93])
    >>> result = dynmsc(abs(x[:, None] - x), 5, random_state=0)
    >>> result.n_clusters, result.labels
    (3, array([1, 1, 1, 1, 2, 2, 2, 2, 0, 0, 0, 0]))
    >>> [(found.medoid_indices.size, round(found.score, 3)) for found in result.curve]
    [(2, 0.842), (3, 0.977), (4, 0.902), (5, 0.942)]
    """
    problem = check_problem(D, n_clusters, sample_weight, fixed_medoids)
    return dynmsc_on(problem, min_clusters, init, max_iter, random_state, order)


def dynmsc_on(
    problem: Problem,
    min_clusters: int,
    init: str | ArrayLike,
    max_iter: int,
    random_state: RandomState,
    order: str,
) -> DynamicResult:
    """Run `dynmsc` on a checked problem."""
    max_iter = check_integer(max_iter, "max_iter", minimum=0)
    smallest = check_min_clusters(min_clusters, problem.n_clusters, problem.fixed.size)
    if problem.n_clusters == 1:
        return _dynamic_result([only_medoid(problem, init, max_iter, random_state)])
    medoids, visits = first_medoids(problem, init, random_state, order)
    curve: list[SilhouetteResult] = []
    while True:
        state = State(problem, medoids)
        curve.append(state.result(*eager_swaps(state, max_iter, visits)))
        if medoids.size == smallest:
            break
        free = state.removal[state.n_fixed :]
        medoids = np.delete(state.medoids, state.n_fixed + int(free.argmin()))
    return _dynamic_result(curve[::-1])


def check_min_clusters(min_clusters: object, n_clusters: int, n_fixed: int) -> int:
    """Return the smallest number of clusters to try, checked; see `dynmsc`."""
    smallest = check_integer(min_clusters, "min_clusters", minimum=2)
    if n_clusters == 1:
        return 1
    check_integer(smallest, "min_clusters", minimum=2, maximum=n_clusters)
    if smallest < n_fixed:
        raise ValueError(
            f"min_clusters must be at least the number of fixed medoids, {n_fixed}, got {smallest}"
        )
    return smallest


def _dynamic_result(curve: list[SilhouetteResult]) -> DynamicResult:
    best = max(curve, key=lambda found: found.score)  # the first of equals
    return DynamicResult(
        labels=best.labels,
        medoid_indices=best.medoid_indices,
        inertia=best.inertia,
        n_iter=sum(found.n_iter for found in curve),
        n_swap=sum(found.n_swap for found in curve),
        converged=all(found.converged for found in curve),
        score=best.score,
        n_clusters=best.medoid_indices.size,
        curve=tuple(curve),
    )
