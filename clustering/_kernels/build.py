"""Initial medoids: BUILD, and the pick of LAB, which is BUILD on a subsample.

BUILD is from Kaufman and Rousseeuw, Finding Groups in Data, 1990, chapter 2, doi:10.1002/9780470316801.ch2;
LAB from Schubert and Rousseeuw, SISAP 2019, doi:10.1007/978-3-030-32047-8_16. ``d1[o]`` is the
distance of object o to its nearest medoid so far. A further medoid at distance d from o lowers the loss by
``weights[o] max(d1 - d, 0)``. Sums take the dtype of the weights.
"""

import numpy as np
from numba import njit

_EPSILON = 2.0**-52


@njit(cache=True)
def largest_integer(D):
    """Return the largest entry if all entries of the floating, non-negative `D` are integers, else -1.

    Stops at the first row with a fraction, so it costs next to nothing on most data.
    """
    largest = 0.0
    for i in range(D.shape[0]):
        row = D[i]
        fractions = 0
        for j in range(row.size):
            fractions += row[j] != np.floor(row[j])
        if fractions:
            return -1.0
        for j in range(row.size):
            largest = max(largest, np.float64(row[j]))
    return largest


@njit(cache=True)
def distance_sums(D, weights, sums):
    """Write the weighted sum of distances to every object into `sums`, row by row of `D`. O(n^2)."""
    kind = sums.dtype.type
    sums[:] = kind(0)
    for o in range(D.shape[0]):
        row, weight = D[o], weights[o]
        for j in range(row.size):
            sums[j] += weight * kind(row[j])


@njit(cache=True)
def build(D, medoids, n_given, barred, weights, d1, gains, exact):
    """Choose the object with the smallest sum of distances, then again and again the one that gains most.

    The first `n_given` medoids are given, and objects that are `barred` are not chosen. All gains are kept
    and follow each pick: only objects whose nearest medoid changed are read again, about n/i of them for pick
    i, so all picks together cost O(n^2 log k) and not O(k n^2). As in `table`, candidates that the rounding
    of the kept sums cannot tell apart are summed anew, unless `exact`. Writes `medoids`, `d1` and `gains`,
    and bars what it picks.

    Returns
    -------
    n_picked : int
        Fewer than `medoids` holds if nothing is left to gain.
    """
    kind = gains.dtype.type
    n = d1.size
    if n_given == 0:
        distance_sums(D, weights, gains)
        medoids[0] = _lowest(gains, barred)
        barred[medoids[0]] = True
    d1[:] = D[medoids[0]]
    for s in range(1, n_given):
        row = D[medoids[s]]
        for o in range(n):
            d1[o] = row[o] if row[o] < d1[o] else d1[o]
    gains[:] = kind(0)
    scale = np.float64(0)
    for o in range(n):
        scale += np.float64(weights[o]) * np.float64(d1[o])
        _add_gain(D[o], d1[o], weights[o], gains)
    updates = n
    for picked in range(max(n_given, 1), medoids.size):
        bound = 0.0 if exact else 8 * _EPSILON * scale * (updates + n)
        gain, j = _best_gain(D, d1, weights, gains, barred, bound, exact)
        if not gain > 0:
            return picked
        medoids[picked] = j
        barred[j] = True
        row = D[j]
        for o in range(n):
            if row[o] < d1[o]:
                _lower_gain(D[o], d1[o], row[o], weights[o], gains)
                d1[o] = row[o]
                updates += 1
    return medoids.size


@njit(cache=True)
def best_of_sample(D, sample, d1, weights):
    """Return the object of `sample` that gains most over `sample`; of equals, the one listed first.

    `d1` and `weights` are indexed by object. An empty `d1` says that there is no medoid yet: the smallest sum
    of distances wins.
    """
    best, best_gain = -1, 0.0
    for j in sample:
        gain = 0.0
        for o in sample:
            if d1.size == 0:
                gain -= weights[o] * np.float64(D[j, o])
            else:
                gain += weights[o] * max(np.float64(d1[o]) - np.float64(D[j, o]), 0.0)
        if best < 0 or gain > best_gain:
            best, best_gain = j, gain
    return best


@njit(cache=True)
def _lowest(sums, barred):
    best = -1
    for j in range(sums.size):
        if not barred[j] and (best < 0 or sums[j] < sums[best]):
            best = j
    return best


@njit(cache=True)
def _best_gain(D, d1, weights, gains, barred, bound, exact):
    """Return the largest gain of an object that is not barred and its index, the lowest of equals."""
    kind = gains.dtype.type
    highest, found = kind(0), False
    for j in range(gains.size):
        if not barred[j] and (not found or gains[j] > highest):
            highest, found = gains[j], True
    best, best_gain = -1, kind(0)
    for j in range(gains.size):
        if not barred[j] and (gains[j] >= highest if exact else gains[j] >= highest - bound):
            gain = gains[j] if exact else _gain_of_row(D[j], d1, weights, gains)
            if best < 0 or gain > best_gain:
                best, best_gain = j, gain
            if exact:
                break
    return best_gain, best


@njit(cache=True)
def _gain_of_row(row, d1, weights, gains):
    kind = gains.dtype.type
    gain = kind(0)
    for o in range(row.size):
        if row[o] < d1[o]:
            gain += weights[o] * (kind(d1[o]) - kind(row[o]))
    return gain


@njit(cache=True)
def _add_gain(row, a, weight, gains):
    kind = gains.dtype.type
    for j in range(row.size):
        d = row[j]
        gains[j] += weight * (kind(a) - kind(d if d < a else a))


@njit(cache=True)
def _lower_gain(row, a0, a1, weight, gains):
    """Take back what an object no longer gains when its nearest distance falls from `a0` to `a1`."""
    kind = gains.dtype.type
    for j in range(row.size):
        d = row[j]
        d = d if d < a0 else a0
        gains[j] -= weight * (kind(a0) - kind(d if d > a1 else a1))
