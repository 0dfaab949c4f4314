"""A checked k-medoids problem on a matrix of distances, as all methods that search in one take it."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clustering._stored import kernel_dtype, read_only, stored
from graphkit.memory import require_memory
from graphkit.validation import check_distances, check_integer

_EPSILON = 1e-12  # a swap must lower a loss in floating point by more than this part of it


@dataclass(frozen=True)
class Problem:
    """Distances, weights, and which samples may become medoids.

    Attributes
    ----------
    D : ndarray of shape (n_samples, n_samples)
        Symmetric, in C order, read-only: float32, float64 or integer.
    weights : ndarray of shape (n_samples,), int64 or float64
        Their dtype is that of sums: int64 if distances and weights are integers.
    n_clusters : int
    fixed : ndarray of shape (n_fixed,), intp
        Samples that are the medoids of the first slots for good.
    exact : bool
        Whether no sum of distances is rounded.
    """

    D: NDArray[Any]
    weights: NDArray[Any]
    n_clusters: int
    fixed: NDArray[np.intp]
    exact: bool

    @property
    def n_samples(self) -> int:
        """Number of samples."""
        return self.weights.size

    @property
    def epsilon(self) -> float:
        """The part of the loss that a swap must gain at least."""
        return epsilon_of(self.weights)

    def eligible(self) -> NDArray[np.intp]:
        """Return the samples that may become medoids: not fixed ones, and of positive weight."""
        return eligible(self.weights, self.fixed)


def epsilon_of(weights: NDArray[Any]) -> float:
    """Return the part of a loss that a swap must gain at least, by the dtype of sums."""
    return 0.0 if weights.dtype == np.int64 else _EPSILON


def eligible(weights: NDArray[Any], fixed: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the samples that may become medoids: not fixed ones, and of positive weight."""
    free = weights > 0
    free[fixed] = False
    return np.flatnonzero(free)


def check_problem(
    D: ArrayLike,
    n_clusters: object,
    sample_weight: ArrayLike | None = None,
    fixed_medoids: ArrayLike | None = None,
    *,
    trusted: bool = False,
) -> Problem:
    """Check what describes a problem; see `clustering.fastpam`.

    Parameters
    ----------
    D, n_clusters, sample_weight, fixed_medoids
        As users give them.
    trusted : bool
        Whether `D` needs no check: this library made it.
    """
    source = None if trusted else stored(D)
    if source is not None:
        D, trusted = source.matrix(), True
    matrix = rows(np.asarray(D) if trusted else check_distances(D))
    n = matrix.shape[0]
    dtype = kernel_dtype(matrix.dtype)
    number, weights, fixed = check_demand(n_clusters, n, dtype, sample_weight, fixed_medoids)
    return Problem(matrix, weights, number, fixed, _sums_are_exact(matrix, weights))


def check_demand(
    n_clusters: object,
    n: int,
    dtype: Any,
    sample_weight: ArrayLike | None,
    fixed_medoids: ArrayLike | None,
) -> tuple[int, NDArray[Any], NDArray[np.intp]]:
    """Check how many medoids are wanted of `n` samples whose distances are of `dtype`.

    Returns
    -------
    n_clusters : int
    weights : ndarray of shape (n,), int64 or float64
    fixed : ndarray of shape (n_fixed,), intp
    """
    number = check_n_clusters(n_clusters, n)
    weights = check_weights(sample_weight, n, integer_distances=dtype == np.int64)
    fixed = check_fixed(fixed_medoids, number, n)
    check_supply(number, weights, fixed)
    return number, weights, fixed


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


def check_weights(
    sample_weight: ArrayLike | None, n: int, *, integer_distances: bool = False
) -> NDArray[Any]:
    """Return weights in the dtype that sums take: int64 if distances and weights are integers.

    Raises
    ------
    TypeError
        If they are no real numbers.
    ValueError
        If there are not as many as samples, or one is negative or not finite.
    """
    if sample_weight is None:
        return np.ones(n, np.int64 if integer_distances else np.float64)
    weights = np.asarray(sample_weight)
    if weights.dtype.kind not in "iufb":
        raise TypeError(f"sample_weight must hold real numbers, got dtype {weights.dtype}")
    if weights.shape != (n,):
        raise ValueError(f"sample_weight must be of shape ({n},), got shape {weights.shape}")
    bad = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    if bad.size:
        raise ValueError(
            f"sample_weight must be finite and not negative, got sample_weight[{bad[0]}] = {weights[bad[0]]}"
        )
    if not weights.any():
        raise ValueError("sample_weight is zero for all samples: at least one weight must be positive")
    whole = integer_distances and weights.dtype.kind in "iub"
    return weights.astype(np.int64 if whole else np.float64)


def check_fixed(fixed_medoids: ArrayLike | None, n_clusters: int, n: int) -> NDArray[np.intp]:
    """Return the fixed medoids: at most `n_clusters` distinct sample indices."""
    if fixed_medoids is None:
        return np.empty(0, np.intp)
    fixed = check_sample_indices(fixed_medoids, "fixed_medoids", n)
    if fixed.size > n_clusters:
        raise ValueError(f"fixed_medoids must hold up to n_clusters={n_clusters} indices, got {fixed.size}")
    return fixed


def check_sample_indices(values: ArrayLike, name: str, n: int) -> NDArray[np.intp]:
    """Return distinct sample indices in [0, n).

    Raises
    ------
    TypeError
        If they are no integers.
    ValueError
        If one is out of range or comes twice, or the array is not one-dimensional.
    """
    indices = np.asarray(values)
    if indices.size == 0 and indices.ndim == 1:
        return np.empty(0, np.intp)
    if indices.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold sample indices, got {values!r}")
    if indices.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, got an array of shape {indices.shape}")
    outside = indices[(indices < 0) | (indices >= n)]
    if outside.size:
        raise ValueError(f"{name} must hold sample indices in [0, {n - 1}], got {outside[0]}")
    distinct, counts = np.unique(indices, return_counts=True)
    if (counts > 1).any():
        raise ValueError(
            f"{name} must hold distinct sample indices, got {distinct[counts > 1][0]} more than once"
        )
    return indices.astype(np.intp)


def check_supply(n_clusters: int, weights: NDArray[Any], fixed: NDArray[np.intp]) -> None:
    """Raise if there are fewer samples that may be medoids than clusters to fill."""
    supply = eligible(weights, fixed).size
    if n_clusters - fixed.size > supply:
        raise ValueError(
            f"n_clusters must not exceed the number of samples of positive weight or fixed, "
            f"{supply + fixed.size}, got {n_clusters}"
        )


def check_finite(loss: float) -> None:
    """Raise if sums of distances overflow."""
    if math.isnan(loss):
        raise ValueError("the sum of distances is not a number: the metric gives NaN for some samples")
    if not math.isfinite(loss):
        raise ValueError("D holds distances so large that their sum overflows; divide D by a constant")


def check_integer_sums(largest: int, weights: NDArray[Any]) -> None:
    """Raise if weighted sums of integers up to `largest` do not fit into int64."""
    if largest * sum(weights.tolist()) >= 2**61:
        raise ValueError(
            f"D holds integers up to {largest}, so large that sums over {weights.size} samples overflow "
            "int64; pass floating point distances"
        )


def rows(D: NDArray[Any]) -> NDArray[Any]:
    """Return a read-only view of the symmetric `D` whose rows are contiguous; a copy for other layouts.

    Kernels take read-only matrices only, so that each is compiled once for a dtype, memory-mapped files
    included.
    """
    if D.flags.f_contiguous:
        D = D.T
    if not D.flags.c_contiguous:
        require_memory(D.nbytes, f"a contiguous copy of the {D.shape[0]} x {D.shape[1]} matrix")
    return read_only(D)


def _sums_are_exact(D: NDArray[Any], weights: NDArray[Any]) -> bool:
    """Whether no weighted sum of entries of `D` is rounded: integers, in any dtype, whose sums fit.

    Raises
    ------
    ValueError
        If sums are of int64 and do not fit.
    """
    from clustering._kernels.build import largest_integer

    if weights.dtype == np.int64:
        check_integer_sums(int(D.max()), weights)
        return True
    if (weights != np.floor(weights)).any():
        return False
    largest = int(D.max()) if D.dtype.kind in "iu" else largest_integer(D)
    return bool(largest >= 0 and largest * float(weights.sum()) < 2**51)
