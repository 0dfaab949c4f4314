"""Standardisation of the columns of an embedding."""

import numpy as np
from numpy.typing import NDArray

from graphkit.embedding._kernels import columns as kernels

ROWS_PER_BLOCK = kernels.ROWS_PER_BLOCK


def sums_memory(n_rows: int, n_columns: int) -> int:
    """Bytes of what `column_sums` returns, and of what is made of it."""
    return 16 * n_columns * (-(-n_rows // ROWS_PER_BLOCK) + 4)


def column_sums(X: NDArray[np.float32], informed: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Sum the columns and their squares over the informed rows.

    Returns
    -------
    ndarray of shape (n_blocks, 2, d)
        For every `ROWS_PER_BLOCK` rows. Parts of an embedding that begin at multiples of that give parts of
        the result, to be put together in order.
    """
    sums = np.zeros((-(-X.shape[0] // ROWS_PER_BLOCK), 2, X.shape[1]))
    kernels.column_sums(X, informed, sums)
    return sums


def column_statistics(
    sums: NDArray[np.float64], n_informed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and reciprocal standard deviation of every column.

    A column that is constant up to the rounding of float32 has the factor 1: its deviations mean nothing.
    """
    mean, square = sums.sum(axis=0) / n_informed
    variance = square - mean * mean
    constant = variance <= (8 * np.finfo(np.float32).eps) ** 2 * square
    return mean, 1 / np.sqrt(np.where(constant, 1.0, variance))


def apply_statistics(
    X: NDArray[np.float32],
    informed: NDArray[np.bool_],
    mean: NDArray[np.float64],
    factor: NDArray[np.float64],
) -> None:
    """Replace the informed rows of X by (X - mean) * factor, in place."""
    kernels.standardize_rows(X, informed, mean, factor)


def standardize(X: NDArray[np.float32], informed: NDArray[np.bool_]) -> None:
    """Bring the columns of the informed rows to mean 0 and standard deviation 1, in place.

    The other rows are zero, say nothing, and stay as they are.
    """
    n_informed = int(np.count_nonzero(informed))
    if n_informed:
        apply_statistics(X, informed, *column_statistics(column_sums(X, informed), n_informed))
