"""Column standardisation: sums taken block by block, so that they depend on the rows alone."""

from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Array = NDArray[Any]

ROWS_PER_BLOCK = 1024


@njit(cache=True)
def _block_sums(X: Array, informed: Array, sums: Array, squares: Array) -> None:
    for i in range(X.shape[0]):
        if informed[i]:
            x = X[i]
            for k in range(x.size):
                value = np.float64(x[k])
                sums[k] += value
                squares[k] += value * value


@njit(cache=True, parallel=True)
def column_sums(X: Array, informed: Array, sums: Array) -> None:
    """Sum the columns of X and their squares over the informed rows, one block of rows at a time.

    Parameters
    ----------
    X : (n, d) float32
    informed : (n,) bool
    sums : (ceil(n / ROWS_PER_BLOCK), 2, d) float64 zeros, filled
    """
    for block in prange(sums.shape[0]):
        low = block * ROWS_PER_BLOCK
        high = min(low + ROWS_PER_BLOCK, X.shape[0])
        _block_sums(X[low:high], informed[low:high], sums[block, 0], sums[block, 1])


@njit(cache=True)
def _standardize_row(x: Array, mean: Array, factor: Array) -> None:
    for k in range(x.size):
        x[k] = (x[k] - mean[k]) * factor[k]


@njit(cache=True, parallel=True)
def standardize_rows(X: Array, informed: Array, mean: Array, factor: Array) -> None:
    """Replace the informed rows of X by (X - mean) * factor; mean and factor are (d,) float64."""
    for i in prange(X.shape[0]):
        if informed[i]:
            _standardize_row(X[i], mean, factor)
