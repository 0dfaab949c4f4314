"""Distances between points, in the dtype of the points: no square is expanded, so equal points are at zero.

Points come as rows of `X`, and as columns of `YT`: then the innermost loops run over neighbours in memory,
and vectorise without reordering any sum. The sum over the features runs in their order, four at a time, and
does not depend on which other points are asked for.

Metrics are numbered: 0 squared Euclidean, 1 Euclidean, 2 Manhattan, 3 Chebyshev, 4 half the squared Euclidean
distance, which between points on the unit sphere is the cosine distance.
"""

import numpy as np
from numba import njit, prange

_TILE = 128  # points per side of a tile, so that a tile and its mirror image stay in the second-level cache
_FEATURES = (
    32  # features at a time, a multiple of four, so that those of a tile stay in the first-level cache
)


@njit(cache=True)
def cross(X, YT, metric, out, low, high):
    """Write the distances of the rows ``[low, high)`` of `X` to all columns of `YT` into `out`. O(n m d)."""
    for first in range(low, high, _TILE):
        for start in range(0, YT.shape[1], _TILE):
            rows = (first, min(first + _TILE, high))
            _rectangle(X, YT, metric, out, rows, (start, min(start + _TILE, YT.shape[1])))


@njit(parallel=True, cache=True)
def cross_in_parallel(X, YT, metric, out, bounds):
    """As `cross`, a thread for each range of rows between two successive `bounds`."""
    for t in prange(bounds.size - 1):
        cross(X, YT, metric, out, bounds[t], bounds[t + 1])


@njit(cache=True)
def square(X, XT, metric, out, first, step):
    """Write the distances between all points into `out`: every `step`-th tile of one half, and its mirror."""
    n = X.shape[0]
    tiles = (n + _TILE - 1) // _TILE
    number = 0
    for a in range(tiles):
        for b in range(a, tiles):
            if number % step == first:
                rows = (a * _TILE, min(a * _TILE + _TILE, n))
                columns = (b * _TILE, min(b * _TILE + _TILE, n))
                _tile(X, XT, metric, out, rows, columns)
            number += 1


@njit(parallel=True, cache=True)
def square_in_parallel(X, XT, metric, out, n_threads):
    """As `square`, a thread for each of `n_threads` sets of tiles."""
    for t in prange(n_threads):
        square(X, XT, metric, out, t, n_threads)


@njit(cache=True)
def nearest(X, YT, metric, labels, d1, low, high):
    """Write the nearest column of `YT`, the lowest of equals, and its distance, for rows ``[low, high)``."""
    distances = np.empty(YT.shape[1], X.dtype)
    for i in range(low, high):
        distances[:] = X.dtype.type(0)
        _accumulate(X[i], YT, metric, (0, X.shape[1]), (0, YT.shape[1]), distances)
        _finish(metric, distances)
        best, shortest = 0, distances[0]
        for j in range(1, distances.size):
            if distances[j] < shortest:
                best, shortest = j, distances[j]
        labels[i], d1[i] = best, shortest


@njit(parallel=True, cache=True)
def nearest_in_parallel(X, YT, metric, labels, d1, bounds):
    """As `nearest`, a thread for each range of rows between two successive `bounds`."""
    for t in prange(bounds.size - 1):
        nearest(X, YT, metric, labels, d1, bounds[t], bounds[t + 1])


@njit(cache=True)
def _tile(X, XT, metric, out, rows, columns):
    """Distances between two ranges of points, and their mirror image."""
    _rectangle(X, XT, metric, out, rows, columns)
    (a0, a1), (b0, b1) = rows, columns
    for j in range(b0, b1):
        mirrored = out[j, a0:a1]
        for i in range(mirrored.size):
            mirrored[i] = out[a0 + i, j]


@njit(cache=True)
def _rectangle(X, YT, metric, out, rows, columns):
    """Distances of a range of rows to a range of columns."""
    out[rows[0] : rows[1], columns[0] : columns[1]] = X.dtype.type(0)
    for f in range(0, X.shape[1], _FEATURES):
        features = (f, min(f + _FEATURES, X.shape[1]))
        for i in range(rows[0], rows[1]):
            _accumulate(X[i], YT, metric, features, columns, out[i, columns[0] : columns[1]])
    for i in range(rows[0], rows[1]):
        _finish(metric, out[i, columns[0] : columns[1]])


@njit(cache=True)
def _finish(metric, out):
    if metric == 1:
        for j in range(out.size):
            out[j] = np.sqrt(out[j])
    elif metric == 4:
        half = out.dtype.type(0.5)
        for j in range(out.size):
            out[j] *= half


@njit(cache=True, fastmath={"contract"})
def _accumulate(x, YT, metric, features, columns, out):
    """Add what a range of features contributes to the distances of `x` to a range of columns."""
    low, d = features
    start, stop = columns
    whole = d - (d - low) % 4
    if metric == 2:
        for f in range(low, whole, 4):
            p, q, r, s = x[f], x[f + 1], x[f + 2], x[f + 3]
            P, Q = YT[f, start:stop], YT[f + 1, start:stop]
            R, S = YT[f + 2, start:stop], YT[f + 3, start:stop]
            for j in range(out.size):
                out[j] += (abs(p - P[j]) + abs(q - Q[j])) + (abs(r - R[j]) + abs(s - S[j]))
        for f in range(whole, d):
            p, P = x[f], YT[f, start:stop]
            for j in range(out.size):
                out[j] += abs(p - P[j])
    elif metric == 3:
        for f in range(low, d):
            p, P = x[f], YT[f, start:stop]
            for j in range(out.size):
                gap = abs(p - P[j])
                out[j] = gap if gap > out[j] else out[j]
    else:
        for f in range(low, whole, 4):
            p, q, r, s = x[f], x[f + 1], x[f + 2], x[f + 3]
            P, Q = YT[f, start:stop], YT[f + 1, start:stop]
            R, S = YT[f + 2, start:stop], YT[f + 3, start:stop]
            for j in range(out.size):
                t, u, v, w = p - P[j], q - Q[j], r - R[j], s - S[j]
                out[j] += (t * t + u * u) + (v * v + w * w)
        for f in range(whole, d):
            p, P = x[f], YT[f, start:stop]
            for j in range(out.size):
                t = p - P[j]
                out[j] += t * t
