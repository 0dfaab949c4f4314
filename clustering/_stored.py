"""Distances in less memory than a square matrix for kernels takes: condensed, or of small numbers."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graphkit.memory import require_memory
from graphkit.validation import check_distances_as_stored

_CHUNK = 2**25  # bytes of distances that are converted at once
_SMALL = (
    2**26
)  # bytes of a matrix that is converted without a second thought: its kernels are compiled already


class CondensedDistances:
    """Distances in the condensed form of `scipy.spatial.distance.pdist`: n (n - 1) / 2 entries.

    Parameters
    ----------
    entries : ndarray of shape (n_samples (n_samples - 1) / 2,)
        Real, finite, not negative. Neither copied nor modified; it may be memory-mapped or read-only.
    """

    def __init__(self, entries: NDArray[Any]) -> None:
        self.entries = check_condensed(entries)
        self.n_samples = samples_of(self.entries.size)
        self.dtype = kernel_dtype(self.entries.dtype)

    def largest(self) -> Any:
        """Return the largest distance."""
        return self.entries.max().item()

    def between(self, rows: NDArray[Any], columns: NDArray[Any]) -> NDArray[Any]:
        """See `clustering._dissimilarity.Distances`."""
        from clustering._kernels import condensed

        rows, columns = np.asarray(rows, np.int64), np.asarray(columns, np.int64)
        out = np.empty((rows.size, columns.size), self.dtype)
        condensed.pairs(self.entries, self.n_samples, rows, columns, out)
        return out

    def rows(self, indices: NDArray[Any]) -> NDArray[Any]:
        """Return the distances from some samples to all."""
        from clustering._kernels import condensed

        out = np.empty((len(indices), self.n_samples), self.dtype)
        condensed.rows(self.entries, self.n_samples, np.asarray(indices, np.int64), out)
        return out

    def square(self, indices: NDArray[Any] | None = None) -> NDArray[Any]:
        """See `clustering._dissimilarity.Distances`. All samples by default."""
        if indices is not None:
            return self.between(indices, indices)
        n = self.n_samples
        require_memory(self.dtype.itemsize * n * n, f"the square matrix of distances between {n} samples")
        return self.rows(np.arange(n))

    def matrix(self) -> NDArray[Any]:
        """Return the square matrix that methods search in."""
        return self.square()

    @property
    def is_matrix(self) -> bool:
        """Whether `matrix` needs no more memory."""
        return False

    def nearest(self, medoids: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[Any]]:
        """See `clustering._dissimilarity.Distances`."""
        return nearest_by_rows(self, medoids)


class CompactDistances:
    """Distances in a square matrix of small integers, booleans or half floats, converted as they are read.

    Parameters
    ----------
    D : ndarray of shape (n_samples, n_samples)
        Neither copied nor modified.
    """

    def __init__(self, D: NDArray[Any]) -> None:
        self.D = check_distances_as_stored(D)
        self.n_samples = self.D.shape[0]
        self.dtype = kernel_dtype(self.D.dtype)

    def largest(self) -> Any:
        """Return the largest distance."""
        return self.D.max().item()

    def between(self, rows: NDArray[Any], columns: NDArray[Any]) -> NDArray[Any]:
        """See `clustering._dissimilarity.Distances`."""
        return np.ascontiguousarray(self.D[np.ix_(rows, columns)], self.dtype)

    def rows(self, indices: NDArray[Any]) -> NDArray[Any]:
        """Return the distances from some samples to all."""
        symmetric = self.D.T if self.D.flags.f_contiguous else self.D
        return np.ascontiguousarray(symmetric[indices], self.dtype)

    def square(self, indices: NDArray[Any] | None = None) -> NDArray[Any]:
        """See `clustering._dissimilarity.Distances`. All samples by default."""
        if indices is not None:
            return self.between(indices, indices)
        n = self.n_samples
        require_memory(self.dtype.itemsize * n * n, f"the matrix of distances as {self.dtype}")
        return np.ascontiguousarray(self.D.T if self.D.flags.f_contiguous else self.D, self.dtype)

    def matrix(self) -> NDArray[Any]:
        """Return the square matrix that methods search in: a large one of integers or booleans as it is."""
        if not self.is_matrix:
            return self.square()
        return self.D.view(np.uint8) if self.D.dtype == np.bool_ else self.D

    @property
    def is_matrix(self) -> bool:
        """Whether `matrix` needs no more memory."""
        return self.dtype == np.int64 and self.dtype.itemsize * self.D.size > _SMALL

    def nearest(self, medoids: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[Any]]:
        """See `clustering._dissimilarity.Distances`."""
        return nearest_by_rows(self, medoids)


Stored = CondensedDistances | CompactDistances


def stored(D: ArrayLike) -> Stored | None:
    """Return the source for what is stored in less than a kernel's matrix; None for any other matrix."""
    values = np.asarray(D)
    if values.ndim == 1 and values.size:
        return CondensedDistances(values)
    if values.ndim == 2 and is_compact(values.dtype):
        return CompactDistances(values)
    return None


def is_compact(dtype: np.dtype[Any]) -> bool:
    """Whether numbers of a type become larger ones for kernels."""
    return dtype.kind in "iufb" and dtype.itemsize < kernel_dtype(dtype).itemsize


def kernel_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the type that kernels take for distances of this type, as `check_distances` does."""
    if dtype in (np.float32, np.float64):
        return dtype
    if dtype.kind in "iub" and dtype != np.uint64:
        return np.dtype(np.int64)
    return np.dtype(np.float32 if dtype == np.float16 else np.float64)


def samples_of(size: int) -> int:
    """Return the number of samples that a condensed matrix is of.

    Raises
    ------
    ValueError
        If none has that many pairs.

    Examples
    --------
    >>> samples_of(6)
    4
    """
    n = (1 + math.isqrt(1 + 8 * size)) // 2
    if n * (n - 1) // 2 != size or size == 0:
        raise ValueError(
            "condensed distances between n samples have n (n - 1) / 2 entries, "
            f"and there is no such n for {size}"
        )
    return n


def check_condensed(D: ArrayLike) -> NDArray[Any]:
    """Check condensed distances, without a copy unless they are not contiguous.

    Raises
    ------
    ValueError
        If they are not as many as pairs of samples, or not real, finite and not negative.
    """
    values = np.asarray(D)
    samples_of(values.size)
    if values.dtype.kind not in "iufb":
        raise ValueError(f"D must hold real numbers, got dtype {values.dtype}")
    step = max(1, _CHUNK // values.itemsize)
    for start in range(0, values.size, step):
        part = values[start : start + step]
        bad = np.flatnonzero(~(np.isfinite(part) & (part >= 0)))
        if bad.size:
            raise ValueError(
                f"D must be finite and not negative, got D[{start + bad[0]}] = {part[bad[0]]} (condensed)"
            )
    if values.dtype == np.float16:  # numba does not read them
        values = values.astype(np.float32)
    return read_only(values)


def read_only(values: NDArray[Any]) -> NDArray[Any]:
    """Return a view that kernels are compiled for: contiguous, not to be written to; a copy if it must be."""
    view = np.ascontiguousarray(values).view(np.ndarray)
    view = view[:] if view is values else view
    view.flags.writeable = False
    return view


def nearest_by_rows(distances: Any, medoids: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Return the slot of the nearest medoid of every sample, and the distance to it, from rows.

    Equal distances go to the lowest slot, but a medoid owns itself. O(n) memory.
    """
    labels = np.zeros(distances.n_samples, np.intp)
    d1 = distances.rows(medoids[:1])[0]
    for slot in range(1, medoids.size):
        row = distances.rows(medoids[slot : slot + 1])[0]
        nearer = row < d1
        nearer[medoids[slot]] = True
        labels[nearer], d1[nearer] = slot, row[nearer]
    return labels, d1
