"""Rows of a condensed matrix of distances: the upper triangle, row by row, as scipy's ``pdist`` writes it."""

from numba import njit


@njit(cache=True)
def rows(condensed, n, indices, out):
    """Write the distances from each of `indices` to all `n` samples into the rows of `out`.

    The part of a row below the diagonal is a column of the triangle, with a cache miss for every entry.
    Successive indices that are neighbours share them: of such a run, these columns are read side by side.
    """
    kind = out.dtype.type
    start = 0
    while start < indices.size:
        stop = start + 1
        while stop < indices.size and indices[stop] == indices[stop - 1] + 1:
            stop += 1
        a, length = indices[start], stop - start
        for b in range(a):
            offset = b * (2 * n - b - 1) // 2 - b - 1
            run = condensed[offset + a : offset + a + length]
            column = out[start:stop, b]
            for i in range(length):
                column[i] = kind(run[i])
        for i in range(length):
            offset = (a + i) * (2 * n - a - i - 1) // 2
            tail = condensed[offset : offset + n - a - i - 1]
            row = out[start + i, a + i + 1 :]
            for j in range(tail.size):
                row[j] = kind(tail[j])
            out[start + i, a + i] = kind(0)
            for j in range(i):
                out[start + i, a + j] = out[start + j, a + i]
        start = stop


@njit(cache=True)
def pairs(condensed, n, first, second, out):
    """Write the distances between two lists of samples into `out`."""
    kind = out.dtype.type
    for i in range(first.size):
        for j in range(second.size):
            a, b = min(first[i], second[j]), max(first[i], second[j])
            out[i, j] = kind(condensed[a * (2 * n - a - 1) // 2 + b - a - 1]) if a != b else kind(0)
