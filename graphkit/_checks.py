"""Compiled checks of large arrays; import inside functions only, since this module loads numba."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

_BLOCK = (
    512  # rows and columns of a block: its two mirrored places in the matrix stay within reach of the TLB
)
_TILE = 64  # rows and columns of a tile of a block: the transposed copy stays in a first-level cache


@njit(cache=True)
def scan_distances(D: NDArray[Any]) -> tuple[Any, Any, bool]:
    """Look once at every entry of the square matrix `D`, in pairs of mirrored tiles. O(n^2), no extra memory.

    Returns
    -------
    largest, gap, is_sound
        The largest entry, the largest difference of two mirrored entries, and whether no entry is negative or
        NaN.
    """
    n = D.shape[0]
    mirrored = np.empty((_TILE, _TILE), D.dtype)
    # Running maxima for each column of a tile: elementwise, so that the loop vectorises in any dtype.
    largest, gap = np.zeros(_TILE, D.dtype), np.zeros(_TILE, D.dtype)
    unsound = np.zeros(_TILE, np.uint8)
    for block_top in range(0, n, _BLOCK):
        for block_left in range(0, block_top + 1, _BLOCK):
            for top in range(block_top, min(block_top + _BLOCK, n), _TILE):
                for left in range(block_left, min(block_left + _BLOCK, top + 1), _TILE):
                    _compare_tiles(D, top, left, mirrored, largest, gap, unsound)
    return largest.max(), gap.max(), not unsound.any()


@njit(cache=True)
def _compare_tiles(
    D: NDArray[Any],
    top: int,
    left: int,
    mirrored: NDArray[Any],
    largest: NDArray[Any],
    gap: NDArray[Any],
    unsound: NDArray[np.uint8],
) -> None:
    """Compare the tile at (`top`, `left`) with the one at (`left`, `top`)."""
    n = D.shape[0]
    height, width = min(_TILE, n - top), min(_TILE, n - left)
    for j in range(width):
        source = D[left + j, top : top + height]
        for i in range(source.size):
            mirrored[i, j] = source[i]
    for i in range(height):
        _compare_rows(D[top + i, left : left + width], mirrored[i, :width], largest, gap, unsound)


@njit(cache=True)
def _compare_rows(
    row: NDArray[Any],
    column: NDArray[Any],
    largest: NDArray[Any],
    gap: NDArray[Any],
    unsound: NDArray[np.uint8],
) -> None:
    """Compare two aligned runs of entries, column by column of the tile."""
    for j in range(row.size):
        x, y = row[j], column[j]
        high, low = (x, y) if x > y else (y, x)
        largest[j] = high if high > largest[j] else largest[j]
        gap[j] = high - low if high - low > gap[j] else gap[j]
        unsound[j] |= (not x >= 0) | (not y >= 0)
