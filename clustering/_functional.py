"""k-medoids as plain functions: distances in, a small frozen result out."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graphkit.memory import available_memory, require_memory
from graphkit.validation import check_choice, check_distances, check_integer, check_random_state

INITIALISATIONS = ("build", "lab", "random")
_EPSILON = 1e-12  # a swap must lower a loss in floating point by more than this part of it
_CELLS_PER_CALL = 10**9  # cells of D that a kernel may visit before Python looks for Ctrl-C again


@dataclass(frozen=True)
class KMedoidsResult:
    """Outcome of a k-medoids search.

    Attributes
    ----------
    labels : ndarray of shape (n_samples,), intp
        Slot of the nearest medoid. Equal distances go to the lowest slot, but a medoid always owns itself.
    medoid_indices : ndarray of shape (n_clusters,), intp
        Sample index of the medoid in each slot.
    inertia : float or int
        Sum of the distances of all samples to their medoids; an int for integer distances.
    n_iter : int
        Passes, each over all swaps, the last and unsuccessful one included.
    n_swap : int
        Swaps performed.
    converged : bool
        Whether no swap lowers the loss any more. False where the limit on passes cut the search.
    """

    labels: NDArray[np.intp]
    medoid_indices: NDArray[np.intp]
    inertia: float | int
    n_iter: int
    n_swap: int
    converged: bool


def fastpam(
    D: ArrayLike,
    n_clusters: int,
    *,
    init: str | ArrayLike = "build",
    max_iter: int = 10_000,
    random_state: int | np.random.Generator | np.random.RandomState | None = None,
    gain_table: bool | None = None,
) -> KMedoidsResult:
    """Cluster around medoids with FastPAM1, whose swaps are those of PAM.

    Parameters
    ----------
    D : array-like of shape (n_samples, n_samples)
        Symmetric dissimilarities, see `graphkit.validation.check_distances`. float32, float64 and int64
        arrays in C or Fortran order are neither copied nor modified; they may be read-only or memory-mapped.
        Of two mirrored entries that differ by rounding, either may be used.
    n_clusters : int
        Number of medoids, in [1, n_samples].
    init : {"build", "lab", "random"} or array-like of shape (n_clusters,)
        How the first medoids are found, or their sample indices, in the order of the slots.

        - ``"build"``: greedily, each one lowering the loss most.
        - ``"lab"``: as BUILD, but each pick looks only at a fresh sample of ``10 + ceil(sqrt(n_samples))``
          samples that are no medoids yet. Linear in the number of samples.
        - ``"random"``: ``rng.choice(n_samples, n_clusters, replace=False)`` of the generator that
          `random_state` gives (`graphkit.validation.check_random_state`).
    max_iter : int
        Limit on passes over all swaps, at one swap per pass. 0 keeps the initial medoids.
    random_state : None, int, Generator or RandomState
        Source of randomness for ``init="lab"`` and ``"random"``. The swaps use none.
    gain_table : bool, optional
        Whether to keep the gains of all swaps, 8 bytes for each of n_clusters x n_samples, and update them
        after each swap; else every pass evaluates them anew, at a tenth of the speed or less. Both perform
        the same swaps. By default a table is kept if it takes no more than half of the available memory.

    Returns
    -------
    KMedoidsResult

    Raises
    ------
    TypeError
        If a parameter is of the wrong kind.
    ValueError
        If `D` is not a matrix of dissimilarities, `n_clusters` is out of range, or `init` is not a known name
        or not `n_clusters` distinct sample indices.
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
    D = _rows(check_distances(D))
    n = D.shape[0]
    n_clusters = check_n_clusters(n_clusters, n)
    max_iter = check_integer(max_iter, "max_iter", minimum=0)
    exact = _sums_are_exact(D)
    medoids = initial_medoids(D, n_clusters, init, random_state, exact=exact)
    if n_clusters == 1:
        n_iter, n_swap, converged = _swap_only_medoid(D, medoids, max_iter)
    elif max_iter == 0 or n_clusters == n:
        n_iter, n_swap, converged = min(max_iter, 1), 0, max_iter > 0
    else:
        table = _fits(8 * n_clusters * n) if gain_table is None else gain_table
        n_iter, n_swap, converged = _swap(D, medoids, max_iter, table, exact)
    labels, inertia = _assignment(D, medoids)
    _check_finite(inertia)
    return KMedoidsResult(labels, medoids, inertia, n_iter, n_swap, converged)


def check_n_clusters(n_clusters: object, n_samples: int) -> int:
    """Return `n_clusters` as an int if it is an integer in [1, n_samples].

    Raises
    ------
    TypeError
        If it is not an integer.
    ValueError
        If it is out of range.
    """
    number = check_integer(n_clusters, "n_clusters")
    if not 1 <= number <= n_samples:
        raise ValueError(f"n_clusters must be in [1, n_samples], got {number} with n_samples={n_samples}")
    return number


def initial_medoids(
    D: NDArray[Any],
    n_clusters: int,
    init: str | ArrayLike,
    random_state: int | np.random.Generator | np.random.RandomState | None = None,
    *,
    exact: bool = False,
) -> NDArray[np.intp]:
    """Choose the first medoids, see `fastpam`.

    Parameters
    ----------
    D : ndarray of shape (n_samples, n_samples)
        Checked and in C order.
    n_clusters : int
        Checked.
    init, random_state
        As in `fastpam`.
    exact : bool
        Whether sums of entries of `D` are free of rounding.

    Returns
    -------
    ndarray of shape (n_clusters,), intp
        A new array.
    """
    n = D.shape[0]
    if not isinstance(init, str):
        return _given_medoids(init, n_clusters, n)
    name = check_choice(init, "init", INITIALISATIONS)
    if name == "random":
        return check_random_state(random_state).choice(n, n_clusters, replace=False).astype(np.intp)
    if name == "lab":
        return _lab(D, n_clusters, check_random_state(random_state))
    return _build(D, n_clusters, exact)


def _given_medoids(init: ArrayLike, n_clusters: int, n: int) -> NDArray[np.intp]:
    medoids = np.asarray(init)
    if medoids.dtype.kind not in "iu":
        raise TypeError(
            f"init must be one of {', '.join(INITIALISATIONS)} or an array of sample indices, got {init!r}"
        )
    if medoids.shape != (n_clusters,):
        raise ValueError(
            f"init must hold n_clusters={n_clusters} sample indices, got an array of shape {medoids.shape}"
        )
    outside = medoids[(medoids < 0) | (medoids >= n)]
    if outside.size:
        raise ValueError(f"init must hold sample indices in [0, {n - 1}], got {outside[0]}")
    values, counts = np.unique(medoids, return_counts=True)
    if (counts > 1).any():
        raise ValueError(
            f"init must hold distinct sample indices, got {values[counts > 1][0]} more than once"
        )
    return medoids.astype(np.intp)


def _build(D: NDArray[Any], n_clusters: int, exact: bool) -> NDArray[np.intp]:
    from clustering._kernels.build import build

    n = D.shape[0]
    medoids = np.full(n_clusters, -1, dtype=np.intp)
    picked = build(D, medoids, np.empty(n, D.dtype), np.empty(n, _sum_dtype(D)), exact)
    # Where every sample lies on a medoid already, any further choice is as good: the lowest indices.
    unused = np.setdiff1d(np.arange(n), medoids[:picked])
    medoids[picked:] = unused[: n_clusters - picked]
    return medoids


def _lab(D: NDArray[Any], n_clusters: int, rng: np.random.Generator) -> NDArray[np.intp]:
    from clustering._kernels.build import best_of_sample

    n = D.shape[0]
    size = 10 + int(np.ceil(np.sqrt(n)))
    medoids = np.empty(n_clusters, dtype=np.intp)
    unused = np.arange(n)
    d1 = np.empty(0, D.dtype)  # no medoid yet
    for slot in range(n_clusters):
        # Sorted, so that of equally good samples the lowest index is taken.
        sample = np.sort(rng.choice(unused, min(size, unused.size), replace=False, shuffle=False))
        medoids[slot] = best_of_sample(D, sample, d1)
        row = D[medoids[slot]]
        d1 = row.copy() if slot == 0 else np.minimum(d1, row)
        unused = unused[unused != medoids[slot]]
    return medoids


def _swap_only_medoid(D: NDArray[Any], medoids: NDArray[np.intp], max_iter: int) -> tuple[int, int, bool]:
    """Swap a single medoid for the best sample. There is no second medoid to fall back on."""
    from clustering._kernels.build import distance_sums

    if max_iter == 0:
        return 0, 0, False
    sums = np.empty(D.shape[0], _sum_dtype(D))
    distance_sums(D, sums)
    best = int(np.argmin(sums))
    loss = sums[medoids[0]]
    if not sums[best] - loss < -_epsilon(D) * float(loss):
        return 1, 0, True
    medoids[0] = best
    return min(max_iter, 2), 1, max_iter > 1


def _swap(
    D: NDArray[Any], medoids: NDArray[np.intp], max_iter: int, gain_table: bool, exact: bool
) -> tuple[int, int, bool]:
    """Swap `medoids`, at least two of them, in place until no swap helps or `max_iter` passes are over."""
    from clustering._kernels import swap

    n, k = D.shape[0], medoids.size
    removal = np.empty(k, _sum_dtype(D))
    nearest, second = np.empty(n, np.int32), np.empty(n, np.int32)
    d1, d2 = np.empty(n, D.dtype), np.empty(n, D.dtype)
    is_medoid = np.zeros(n, np.bool_)
    is_medoid[medoids] = True
    swap.assign(D, medoids, nearest, second, d1, d2)
    swap.removal_losses(nearest, d1, d2, removal)
    _check_finite(sum(removal.tolist(), swap.total(d1, removal)))
    state = (D, medoids, is_medoid, nearest, second, d1, d2, removal, _epsilon(D))
    if gain_table:
        require_memory(8 * k * n, f"the table of gains for n_clusters={k} and {n} samples")
        shared, own = np.empty(n, removal.dtype), np.empty((k, n), removal.dtype)
        swap.fill_table(D, nearest, d1, d2, shared, own)
        updates, scale = (0 if exact else n), 0.0
    n_iter = n_swap = 0
    converged = False
    while n_iter < max_iter and not converged:
        steps = min(max_iter - n_iter, max(1, _CELLS_PER_CALL // n**2))
        if gain_table:
            steps, swaps, converged, updates, scale = swap.swap_by_table(
                *state, steps, shared, own, updates, scale
            )
        else:
            steps, swaps, converged = swap.swap_by_rows(*state, steps)
        n_iter, n_swap = n_iter + steps, n_swap + swaps
    return n_iter, n_swap, converged


def _assignment(D: NDArray[Any], medoids: NDArray[np.intp]) -> tuple[NDArray[np.intp], float | int]:
    """Labels and loss, from the medoids alone: they do not depend on the swaps that led there."""
    from clustering._kernels.swap import assign, total

    n = D.shape[0]
    nearest, second = np.empty(n, np.int32), np.empty(n, np.int32)
    d1, d2 = np.empty(n, D.dtype), np.empty(n, D.dtype)
    assign(D, medoids, nearest, second, d1, d2)
    return nearest.astype(np.intp), total(d1, np.empty(0, _sum_dtype(D)))


def _rows(D: NDArray[Any]) -> NDArray[Any]:
    """Return a read-only view of the symmetric `D` whose rows are contiguous; a copy for other layouts.

    Kernels take read-only matrices only, so that each is compiled once for a dtype, memory-mapped files
    included.
    """
    if D.flags.f_contiguous:
        D = D.T
    if not D.flags.c_contiguous:
        require_memory(D.nbytes, f"a contiguous copy of the {D.shape[0]} x {D.shape[1]} matrix")
        D = np.ascontiguousarray(D)
    rows = D.view()
    rows.flags.writeable = False
    return rows


def _sum_dtype(D: NDArray[Any]) -> type[np.int64] | type[np.float64]:
    return np.int64 if D.dtype == np.int64 else np.float64


def _epsilon(D: NDArray[Any]) -> float:
    return 0.0 if D.dtype == np.int64 else _EPSILON


def _sums_are_exact(D: NDArray[Any]) -> bool:
    """Whether no sum of entries of `D` is rounded: integers, in any dtype, whose sums fit.

    Raises
    ------
    ValueError
        If D is of int64 and sums of its entries do not fit.
    """
    from clustering._kernels.build import largest_integer

    n = D.shape[0]
    if D.dtype == np.int64:
        if int(D.max()) * n >= 2**61:
            raise ValueError(
                f"D holds integers up to {D.max()}, so large that sums over {n} samples overflow int64; "
                "pass floating point distances"
            )
        return True
    largest = largest_integer(D)
    return largest >= 0 and largest * n < 2**51


def _check_finite(loss: float) -> None:
    if not math.isfinite(loss):
        raise ValueError("D holds distances so large that their sum overflows; divide D by a constant")


def _fits(size: int) -> bool:
    available = available_memory()
    return available is None or size <= available // 2
