"""Initial medoids: BUILD, and the pick of LAB, which is BUILD on a subsample.

BUILD is from Kaufman and Rousseeuw, Finding Groups in Data, 1990, chapter 2, doi:10.1002/9780470316801.ch2;
LAB from Schubert and Rousseeuw, SISAP 2019, doi:10.1007/978-3-030-32047-8_16. ``d1[o]`` is the
distance of object o to its nearest medoid so far. A further medoid at distance d from o lowers the loss by
max(d1 - d, 0).
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
def distance_sums(D, sums):
    """Write the sum of distances to every object into `sums`, row by row of the symmetric `D`. O(n^2)."""
    kind = sums.dtype.type
    sums[:] = kind(0)
    for o in range(D.shape[0]):
        row = D[o]
        for j in range(row.size):
            sums[j] += kind(row[j])


@njit(cache=True)
def build(D, medoids, d1, gains, exact):
    """Choose the object with the smallest sum of distances, then again and again the one that gains most.

    The gains of all objects are kept and follow each pick: only objects whose nearest medoid changed are read
    again, about n/i of them for pick i, so all picks together cost O(n^2 log k) and not O(k n^2). As in
    `swap_by_table`, candidates that the rounding of the kept sums cannot tell apart are summed anew, unless
    `exact`. Writes `medoids`, `d1` and `gains` (whose dtype sums take).

    Returns
    -------
    n_picked : int
        Fewer than `medoids` holds if nothing is left to gain.
    """
    kind = gains.dtype.type
    n = d1.size
    distance_sums(D, gains)
    first = 0
    for j in range(1, n):
        if gains[j] < gains[first]:
            first = j
    medoids[0] = first
    d1[:] = D[first]
    scale = np.float64(gains[first])
    gains[:] = kind(0)
    for o in range(n):
        _add_gain(D[o], d1[o], gains)
    updates = n
    is_medoid = np.zeros(n, np.bool_)
    is_medoid[first] = True
    for picked in range(1, medoids.size):
        bound = 0.0 if exact else 8 * _EPSILON * scale * (updates + n)
        gain, j = _best_gain(D, d1, gains, is_medoid, bound, exact)
        if not gain > 0:
            return picked
        medoids[picked] = j
        is_medoid[j] = True
        row = D[j]
        for o in range(n):
            if row[o] < d1[o]:
                _lower_gain(D[o], d1[o], row[o], gains)
                d1[o] = row[o]
                updates += 1
    return medoids.size


@njit(cache=True)
def best_of_sample(D, sample, d1):
    """Return the object of `sample` that gains most over `sample`; of equals, the one listed first.

    `d1` is indexed by object. An empty `d1` says that there is no medoid yet: the smallest sum of distances
    wins.
    """
    best, best_gain = -1, 0.0
    for j in sample:
        gain = 0.0
        for o in sample:
            if d1.size == 0:
                gain -= np.float64(D[j, o])
            else:
                gain += max(np.float64(d1[o]) - np.float64(D[j, o]), 0.0)
        if best < 0 or gain > best_gain:
            best, best_gain = j, gain
    return best


@njit(cache=True)
def _best_gain(D, d1, gains, is_medoid, bound, exact):
    """Return the largest gain of an object that is no medoid yet and its index, the lowest of equals."""
    kind = gains.dtype.type
    highest, found = kind(0), False
    for j in range(gains.size):
        if not is_medoid[j] and (not found or gains[j] > highest):
            highest, found = gains[j], True
    best, best_gain = -1, kind(0)
    for j in range(gains.size):
        if not is_medoid[j] and (gains[j] >= highest if exact else gains[j] >= highest - bound):
            gain = gains[j] if exact else _gain_of_row(D[j], d1, gains)
            if best < 0 or gain > best_gain:
                best, best_gain = j, gain
            if exact:
                break
    return best_gain, best


@njit(cache=True)
def _gain_of_row(row, d1, gains):
    kind = gains.dtype.type
    gain = kind(0)
    for o in range(row.size):
        if row[o] < d1[o]:
            gain += kind(d1[o]) - kind(row[o])
    return gain


@njit(cache=True)
def _add_gain(row, a, gains):
    kind = gains.dtype.type
    for j in range(row.size):
        d = row[j]
        gains[j] += kind(a) - kind(d if d < a else a)


@njit(cache=True)
def _lower_gain(row, a0, a1, gains):
    """Take back what an object no longer gains when its nearest distance falls from `a0` to `a1`."""
    kind = gains.dtype.type
    for j in range(row.size):
        d = row[j]
        d = d if d < a0 else a0
        gains[j] -= kind(a0) - kind(d if d > a1 else a1)
