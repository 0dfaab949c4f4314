"""Rows of a condensed matrix of distances: the upper triangle, row by row, as scipy's ``pdist`` writes it."""

from numba import njit

_TILE = 64  # rows and columns of a tile: what is read down a column is then read as many times from the cache


@njit(cache=True)
def rows(condensed, n, indices, out):
    """Write the distances from each of `indices` to all `n` samples into the rows of `out`.

    Where successive indices are neighbours, entries below the diagonal are read from the same cache lines.
    """
    kind = out.dtype.type
    for first in range(0, indices.size, _TILE):
        last = min(first + _TILE, indices.size)
        for start in range(0, n, _TILE):
            stop = min(start + _TILE, n)
            for i in range(first, last):
                a = indices[i]
                for b in range(start, min(stop, a)):
                    out[i, b] = kind(condensed[b * (2 * n - b - 1) // 2 + a - b - 1])
                offset = a * (2 * n - a - 1) // 2 - a - 1
                if start <= a < stop:
                    out[i, a] = kind(0)
                for b in range(max(start, a + 1), stop):
                    out[i, b] = kind(condensed[offset + b])


@njit(cache=True)
def pairs(condensed, n, first, second, out):
    """Write the distances between two lists of samples into `out`."""
    kind = out.dtype.type
    for i in range(first.size):
        for j in range(second.size):
            a, b = min(first[i], second[j]), max(first[i], second[j])
            out[i, j] = kind(condensed[a * (2 * n - a - 1) // 2 + b - a - 1]) if a != b else kind(0)
