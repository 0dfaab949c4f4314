"""k-medoids on a matrix of distances, as plain functions: distances in, a small frozen result out."""

from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from clustering._initial import INITIALISATIONS as INITIALISATIONS
from clustering._initial import RandomState, initial_medoids
from clustering._problem import Problem, check_problem
from clustering._result import KMedoidsResult as KMedoidsResult
from clustering._row_search import by_rows, fasterpam_by_rows
from clustering._search import (
    alternate,
    best_swaps,
    best_swaps_by_table,
    best_swaps_of_slots,
    eager_swaps,
    find_by_pairs,
    find_by_rows,
    run,
    table_fits,
)
from clustering._stored import stored
from graphkit.validation import check_choice, check_integer, check_random_state

VARIANTS = ("fastpam1", "fastpam2")
ORDERS = ("natural", "random")


def fastpam(
    D: ArrayLike,
    n_clusters: int,
    *,
    init: str | ArrayLike = "build",
    max_iter: int = 10_000,
    random_state: RandomState = None,
    sample_weight: ArrayLike | None = None,
    fixed_medoids: ArrayLike | None = None,
    variant: str = "fastpam1",
    gain_table: bool | None = None,
    n_jobs: int | None = None,
) -> KMedoidsResult:
    """Cluster around medoids with FastPAM1, whose swaps are those of PAM, or with FastPAM2.

    Parameters
    ----------
    D : array-like of shape (n_samples, n_samples)
        Symmetric dissimilarities, see `graphkit.validation.check_distances`. float32, float64 and int64
        arrays in C or Fortran order are neither copied nor modified, nor are large ones of smaller integers
        or booleans; they may be read-only or memory-mapped.
        Of two mirrored entries that differ by rounding, either may be used. Or condensed distances, as
        `scipy.spatial.distance.pdist` returns them, which become a square matrix here.
    n_clusters : int
        Number of medoids, in [1, n_samples].
    init : {"build", "lab", "k-medoids++", "random"} or array-like of shape (n_clusters,)
        How the first medoids are found, or their sample indices, in the order of the slots. Fixed medoids
        come first; the array then holds the others only.

        - ``"build"``: greedily, each one lowering the loss most.
        - ``"lab"``: as BUILD, but each pick looks only at a fresh sample of ``10 + ceil(sqrt(n_samples))``
          samples that are no medoids yet. Linear in the number of samples.
        - ``"k-medoids++"``: drawn with probabilities in proportion to weight times distance to the nearest
          medoid so far; of ``2 + floor(log(n_clusters))`` draws, that which lowers the loss most.
        - ``"random"``: ``rng.choice(n_samples, n_clusters, replace=False)`` of the generator that
          `random_state` gives (`graphkit.validation.check_random_state`), among the samples that may become
          medoids.
    max_iter : int
        Limit on passes over all swaps, at one swap per pass with ``"fastpam1"``. 0 keeps the initial medoids.
    random_state : None, int, Generator or RandomState
        Source of randomness for `init`. The swaps use none.
    sample_weight : array-like of shape (n_samples,), optional
        A sample of weight w counts as w samples at its place. One of weight zero belongs to a cluster, but
        counts for nothing and is no candidate for a medoid, unless given or fixed.
    fixed_medoids : array-like of shape (n_fixed,), optional
        Samples that are the medoids of the first slots from the beginning to the end.
    variant : {"fastpam1", "fastpam2"}
        ``"fastpam1"`` performs the best of all swaps in each pass. ``"fastpam2"`` finds the best one for each
        slot, performs them in the order of their gains, and skips those that no longer help by then.
    gain_table : bool, optional
        Whether to keep the gains of all swaps, 8 bytes for each of n_clusters x n_samples, and update them
        after each swap; else every pass evaluates them anew, at a tenth of the speed or less. Both perform
        the same swaps. By default a table is kept if it takes no more than half of the available memory.
        ``"fastpam2"`` uses none.
    n_jobs : int, optional
        Threads that keep the table, from 4000 samples on; None means 1, -1 all. The result does not depend
        on it.

    Returns
    -------
    KMedoidsResult

    Raises
    ------
    TypeError
        If a parameter is of the wrong kind.
    ValueError
        If `D` is not a matrix of dissimilarities, a parameter is out of range, or `init` is not a known name
        or not distinct sample indices.
    MemoryBudgetError
        If a table is asked for, or a copy of a `D` in another layout is needed, and does not fit.

    Notes
    -----
    A pass performs the best of all swaps of a medoid with another sample; of equally good ones that with the
    lowest sample index, then with the lowest slot. The search ends at the first pass without a swap that
    lowers the loss, by more than 1e-12 of it unless `D` is of integers.

    Integer distances are summed in int64, without rounding, and the swaps are exactly those of PAM. Floating
    ones are summed in float64. PAM sums them in another order, so a choice between swaps that differ by
    rounding only may come out otherwise.

    Time is O(n_samples^2) for the table and about O(n_samples^2 / n_clusters) for a swap, or O(n_samples^2)
    for a swap without a table. PAM takes O(n_clusters n_samples^2) for a swap [1]_. Keeping the gains is not
    in the paper.

    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    References
    ----------
    .. [1] E. Schubert, P. J. Rousseeuw. Fast and eager k-medoids clustering: O(k) runtime improvement of the
       PAM, CLARA, and CLARANS algorithms. Information Systems 101, 101804, 2021.
       doi:10.1016/j.is.2021.101804. Algorithm FastPAM1. LAB is in its forerunner, SISAP 2019,
       doi:10.1007/978-3-030-32047-8_16.
    .. [2] L. Kaufman, P. J. Rousseeuw. Partitioning around medoids (program PAM). Finding Groups in Data,
       chapter 2, Wiley, 1990. doi:10.1002/9780470316801.ch2.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import fastpam
    >>> x = np.array([0, 1, 2, 10, 11, 13])
    >>> result = fastpam(abs(x[:, None] - x), 2)
    >>> result.medoid_indices, result.labels, result.inertia
    (array([1, 4]), array([0, 0, 0, 1, 1, 1]), 5)
    """
    problem = check_problem(D, n_clusters, sample_weight, fixed_medoids)
    return fastpam_on(problem, init, max_iter, random_state, variant, gain_table, check_threads(n_jobs))


def fastpam_on(
    problem: Problem,
    init: str | ArrayLike,
    max_iter: int,
    random_state: RandomState,
    variant: str = "fastpam1",
    gain_table: bool | None = None,
    n_threads: int = 1,
) -> KMedoidsResult:
    """Run `fastpam` on a checked problem."""
    check_choice(variant, "variant", VARIANTS)
    max_iter = check_integer(max_iter, "max_iter", minimum=0)
    medoids = initial_medoids(problem, init, random_state)
    if variant == "fastpam2":
        return run(problem, medoids, max_iter, best_swaps_of_slots)
    if gain_table is None:
        gain_table = table_fits(problem.n_samples, problem.n_clusters)
    if gain_table:
        return run(problem, medoids, max_iter, partial(best_swaps_by_table, n_threads=n_threads))
    return run(problem, medoids, max_iter, partial(best_swaps, find=find_by_rows))


def pam(
    D: ArrayLike,
    n_clusters: int,
    *,
    init: str | ArrayLike = "build",
    max_iter: int = 10_000,
    random_state: RandomState = None,
    sample_weight: ArrayLike | None = None,
    fixed_medoids: ArrayLike | None = None,
) -> KMedoidsResult:
    """Cluster around medoids with PAM as published: every pair of candidate and medoid is tried by itself.

    The reference that `fastpam`, which performs the same swaps, is measured against. O(n_clusters
    n_samples^2) for a swap.

    Parameters
    ----------
    D, n_clusters, init, max_iter, random_state, sample_weight, fixed_medoids
        As for `fastpam`.

    Returns
    -------
    KMedoidsResult

    Notes
    -----
    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    References
    ----------
    .. [1] L. Kaufman, P. J. Rousseeuw. Partitioning around medoids (program PAM). Finding Groups in Data,
       chapter 2, Wiley, 1990. doi:10.1002/9780470316801.ch2.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import pam
    >>> x = np.array([0, 1, 2, 10, 11, 13])
    >>> pam(abs(x[:, None] - x), 2).medoid_indices
    array([1, 4])
    """
    return pam_on(check_problem(D, n_clusters, sample_weight, fixed_medoids), init, max_iter, random_state)


def pam_on(
    problem: Problem, init: str | ArrayLike, max_iter: int, random_state: RandomState
) -> KMedoidsResult:
    """Run `pam` on a checked problem."""
    max_iter = check_integer(max_iter, "max_iter", minimum=0)
    medoids = initial_medoids(problem, init, random_state)
    return run(problem, medoids, max_iter, partial(best_swaps, find=find_by_pairs))


def fasterpam(
    D: ArrayLike,
    n_clusters: int,
    *,
    init: str | ArrayLike = "random",
    max_iter: int = 100,
    random_state: RandomState = None,
    sample_weight: ArrayLike | None = None,
    fixed_medoids: ArrayLike | None = None,
    order: str = "natural",
    n_jobs: int | None = None,
) -> KMedoidsResult:
    """Cluster around medoids with FasterPAM, which performs every swap that helps as soon as it is found.

    Parameters
    ----------
    D : array-like of shape (n_samples, n_samples) or (n_samples (n_samples - 1) / 2,)
        As for `fastpam`. Large condensed distances, and large matrices of float16, are read in blocks of rows
        and never become a square matrix of larger numbers, unless `init` is ``"build"`` or ``"lab"``. The
        result is the same.
    n_clusters, random_state, sample_weight, fixed_medoids
        As for `fastpam`.
    init : {"build", "lab", "k-medoids++", "random"} or array-like of shape (n_clusters,)
        As for `fastpam`. ``"random"`` serves as well as dearer ones here.
    max_iter : int
        Limit on passes over all candidates, with any number of swaps each. 0 keeps the initial medoids.
    order : {"natural", "random"}
        In what order candidates are visited, the same in every pass: by index, or in an order that is drawn
        once, ``rng.permutation(n_samples)``, after the initial medoids.
    n_jobs : int, optional
        Threads that look for the next swap, from 4000 samples on; None means 1, -1 all. The result does not
        depend on it. They wait for each other after each swap, so they gain nothing on cores that are busy
        otherwise. Distances that are read in blocks are searched in one thread.

    Returns
    -------
    KMedoidsResult
        ``n_iter`` counts the pass that ends when all candidates have been visited in vain.

    Notes
    -----
    A candidate takes over the slot where it helps most, the lowest of equals, if it lowers the loss by more
    than 1e-12 of it (at all, for integers). The loss is as good as that of PAM, by other swaps [1]_.

    O(n_samples) for a candidate, so O(n_samples^2) for a pass; a few passes are usual. Extra memory is linear
    in n_samples, and at most an eighth of `D`. The candidates are compared with 64 objects at once.

    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    References
    ----------
    .. [1] E. Schubert, P. J. Rousseeuw. Fast and eager k-medoids clustering: O(k) runtime improvement of the
       PAM, CLARA, and CLARANS algorithms. Information Systems 101, 101804, 2021.
       doi:10.1016/j.is.2021.101804. Algorithm FasterPAM.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import fasterpam
    >>> x = np.array([0, 1, 2, 10, 11, 13])
    >>> result = fasterpam(abs(x[:, None] - x), 2, init=[0, 1])
    >>> result.medoid_indices, result.inertia
    (array([4, 1]), 5)
    """
    check_choice(order, "order", ORDERS)
    n_threads = check_threads(n_jobs)
    source = stored(D)
    if source is not None:
        if by_rows(source, init):
            return fasterpam_by_rows(
                source, n_clusters, init, max_iter, random_state, order, sample_weight, fixed_medoids
            )
        D = source.matrix()
    problem = check_problem(D, n_clusters, sample_weight, fixed_medoids, trusted=source is not None)
    return fasterpam_on(problem, init, max_iter, random_state, order, n_threads)


def fasterpam_on(
    problem: Problem,
    init: str | ArrayLike,
    max_iter: int,
    random_state: RandomState,
    order: str,
    n_threads: int = 1,
) -> KMedoidsResult:
    """Run `fasterpam` on a checked problem."""
    check_choice(order, "order", ORDERS)
    max_iter = check_integer(max_iter, "max_iter", minimum=0)
    rng = random_state if random_state is None else check_random_state(random_state)
    if rng is None and (order == "random" or isinstance(init, str)):
        rng = check_random_state(None)
    medoids = initial_medoids(problem, init, rng)
    n = problem.n_samples
    visits = np.arange(n) if order == "natural" or rng is None else rng.permutation(n)
    return run(
        problem, medoids, max_iter, partial(eager_swaps, order=visits.astype(np.intp), n_threads=n_threads)
    )


def alternating(
    D: ArrayLike,
    n_clusters: int,
    *,
    init: str | ArrayLike = "k-medoids++",
    max_iter: int = 300,
    random_state: RandomState = None,
    sample_weight: ArrayLike | None = None,
    fixed_medoids: ArrayLike | None = None,
) -> KMedoidsResult:
    """Cluster around medoids by alternation, as k-means does: best centre of each cluster, then assignment.

    Fast, but of clearly larger loss than methods that swap. For comparison.

    Parameters
    ----------
    D, n_clusters, init, max_iter, random_state, sample_weight, fixed_medoids
        As for `fastpam`. A pass moves all centres.

    Returns
    -------
    KMedoidsResult
        ``n_swap`` counts centres that moved.

    Notes
    -----
    A centre stays unless another member is better; of equals, the lowest index. About O(n_samples^2 /
    n_clusters) for a pass.

    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import alternating
    >>> x = np.array([0, 1, 2, 10, 11, 13])
    >>> alternating(abs(x[:, None] - x), 2, init=[0, 3]).medoid_indices
    array([1, 4])
    """
    return alternating_on(
        check_problem(D, n_clusters, sample_weight, fixed_medoids), init, max_iter, random_state
    )


def alternating_on(
    problem: Problem, init: str | ArrayLike, max_iter: int, random_state: RandomState
) -> KMedoidsResult:
    """Run `alternating` on a checked problem."""
    max_iter = check_integer(max_iter, "max_iter", minimum=0)
    return run(problem, initial_medoids(problem, init, random_state), max_iter, alternate)


def medoid(D: ArrayLike, *, sample_weight: ArrayLike | None = None) -> int:
    """Return the sample with the smallest sum of distances to all samples.

    Parameters
    ----------
    D : array-like of shape (n_samples, n_samples)
        As for `fastpam`.
    sample_weight : array-like of shape (n_samples,), optional
        As for `fastpam`.

    Returns
    -------
    int
        Its index, the lowest of equals.

    Notes
    -----
    O(n_samples^2), in one pass over the rows.

    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import medoid
    >>> x = np.array([0, 1, 2, 10, 11])
    >>> medoid(abs(x[:, None] - x))
    2
    """
    problem = check_problem(D, 1, sample_weight)
    return int(initial_medoids(problem, "build")[0])


def check_threads(n_jobs: int | None) -> int:
    """Return the number of threads for `n_jobs`: None means 1; -1 all that numba has, -2 all but one."""
    if n_jobs is None:
        return 1
    number = check_integer(n_jobs, "n_jobs")
    if number == 0:
        raise ValueError("n_jobs must not be 0: None means 1, and -1 all")
    import numba

    available = int(numba.get_num_threads())
    return max(1, available + 1 + number) if number < 0 else min(number, available)
