"""FastPAM1 by a table: the changes that all swaps would make, kept and brought up to date after each swap.

The table holds, for every candidate, the shared part and its own part for each slot, as `swap` defines them.
A swap changes the nearest or second medoid of about 3n/k objects, and only their terms are replaced, each in
one pass over a row of the symmetric matrix. In floating point the table drifts from sums over the rows, so
the candidates within the usual error bound for recursive sums of the best one are evaluated on their rows:
the length of the sums times the largest partial sum times the unit roundoff.

Columns of the table do not depend on each other. Kernels work on the columns in ``[low, high)``; the
``..._in_parallel`` forms give each thread a range of its own, so results do not depend on their number.
"""

import numpy as np
from numba import njit, prange

_TILE = 1024  # columns of the table per block, so that their running minima stay in the first-level cache


@njit(cache=True)
def order_by_slot(nearest):
    """Return the objects in the order of their slots: `fill` takes two of one slot at a time."""
    return np.argsort(nearest, kind="mergesort")


@njit(cache=True)
def fill(D, order, nearest, d1, d2, weights, shared, own, low, high):
    """Sum both parts of all candidates from scratch, object by object.

    Row o of `D` holds the distances of o to all candidates, and adds to one row of `own`. Writes `shared` (n)
    and `own` (k, n). O(n^2).
    """
    kind = shared.dtype.type
    shared[low:high] = kind(0)
    own[:, low:high] = kind(0)
    t = 0
    while t < order.size:
        p, pair = order[t], t + 1 < order.size and nearest[order[t + 1]] == nearest[order[t]]
        q = order[t + 1] if pair else p
        x = (d1[p], d2[p])
        y = (d1[q], d2[q])
        _add(
            D[p, low:high], D[q, low:high], x, y, weights[p], weights[q] if pair else kind(0),
            shared[low:high], own[nearest[p], low:high],
        )  # fmt: skip
        t += 2 if pair else 1


@njit(parallel=True, cache=True)
def fill_in_parallel(D, order, nearest, d1, d2, weights, shared, own, bounds):
    """As `fill`, a thread for each range of columns between two successive `bounds`."""
    for t in prange(bounds.size - 1):
        fill(D, order, nearest, d1, d2, weights, shared, own, bounds[t], bounds[t + 1])


@njit(cache=True)
def minima(own, removal, shared, n_fixed, lowest, low, high):
    """Write the change of the loss by each candidate in its best slot into `lowest`. O(k n)."""
    for start in range(low, high, _TILE):
        # Slices, because loops over computed index ranges keep a test for negative indices and do not
        # vectorise.
        stop = min(start + _TILE, high)
        block = lowest[start:stop]
        for s in range(n_fixed, removal.size):
            gains, cost = own[s, start:stop], removal[s]
            if s == n_fixed:
                for i in range(block.size):
                    block[i] = gains[i] + cost
            else:
                for i in range(block.size):
                    value = gains[i] + cost
                    block[i] = value if value < block[i] else block[i]
        common = shared[start:stop]
        for i in range(block.size):
            block[i] += common[i]


@njit(parallel=True, cache=True)
def minima_in_parallel(own, removal, shared, n_fixed, lowest, bounds):
    """As `minima`, a thread for each range of columns between two successive `bounds`."""
    for t in prange(bounds.size - 1):
        minima(own, removal, shared, n_fixed, lowest, bounds[t], bounds[t + 1])


@njit(cache=True)
def contenders(lowest, barred, margin):
    """Return the candidates within `margin` of the best one, in their order."""
    best = -1
    for j in range(lowest.size):
        if not barred[j] and (best < 0 or lowest[j] < lowest[best]):
            best = j
    found = np.empty(lowest.size if best >= 0 else 0, np.int64)
    count = 0
    for j in range(found.size):
        if not barred[j] and np.float64(lowest[j]) - np.float64(lowest[best]) <= margin:
            found[count] = j
            count += 1
    return found[:count]


@njit(cache=True)
def order_of_changes(touched, slot_before, d1_before, nearest, d1, k):
    """Return the touched objects such that those that change the same rows of the table are neighbours.

    The second array holds their keys: equal for such objects.
    """
    keys = np.empty(touched.size, np.int64)
    for t in range(touched.size):
        o = touched[t]
        keys[t] = 2 * (k * np.int64(slot_before[t]) + nearest[o]) + (d1[o] != d1_before[t])
    order = np.argsort(keys, kind="mergesort")
    return order, keys


@njit(cache=True)
def follow(
    D,
    order,
    keys,
    touched,
    slot_before,
    d1_before,
    d2_before,
    nearest,
    d1,
    d2,
    weights,
    shared,
    own,
    low,
    high,
):
    """Replace the parts of the touched objects, as they were before a swap, by those after it.

    Objects that change the same rows of `own` go in pairs: two rows of `D` stream in at once, and the sums
    are loaded and stored once for both. An odd one is paired with itself at weight zero. Changes `shared` and
    `own`. O(touched n).
    """
    kind = shared.dtype.type
    common = shared[low:high]
    i = 0
    while i < order.size:
        t = order[i]
        pair = i + 1 < order.size and keys[order[i + 1]] == keys[t]
        u = order[i + 1] if pair else t
        p, q = touched[t], touched[u]
        x = (d1_before[t], d2_before[t], d1[p], d2[p])
        y = (d1_before[u], d2_before[u], d1[q], d2[q])
        f, g = weights[p], weights[q] if pair else kind(0)
        slot0, slot1 = slot_before[t], nearest[p]
        row, other, after = D[p, low:high], D[q, low:high], own[slot1, low:high]
        if slot0 != slot1:
            _move(row, other, x, y, f, g, common, own[slot0, low:high], after)
        elif x[0] != x[2]:
            _shift(row, other, x, y, f, g, common, after)
        else:
            _shift_second(row, other, x, y, f, g, after)
        i += 2 if pair else 1


@njit(parallel=True, cache=True)
def follow_in_parallel(
    D, order, keys, touched, slot_before, d1_before, d2_before, nearest, d1, d2, weights, shared, own, bounds
):
    """As `follow`, a thread for each range of columns between two successive `bounds`."""
    for t in prange(bounds.size - 1):
        follow(
            D, order, keys, touched, slot_before, d1_before, d2_before, nearest, d1, d2, weights, shared, own,
            bounds[t], bounds[t + 1],
        )  # fmt: skip


@njit(cache=True)
def _low(d, a):
    return d if d < a else a


@njit(cache=True)
def _clamp(d, a, b):
    high = d if d < b else b
    return high if high > a else a


@njit(cache=True)
def _add(row, other, x, y, f, g, shared, own):
    """Add the parts of two objects of weights `f` and `g`, at distances `x` and `y` from two medoids each."""
    kind = shared.dtype.type
    (a, b), (c, d) = x, y
    for i in range(row.size):
        v, w = row[i], other[i]
        shared[i] += f * (kind(_low(v, a)) - kind(a)) + g * (kind(_low(w, c)) - kind(c))
        own[i] += f * (kind(_clamp(v, a, b)) - kind(b)) + g * (kind(_clamp(w, c, d)) - kind(d))


@njit(cache=True)
def _move(row, other, x, y, f, g, shared, own0, own1):
    """Two objects changed their slot: `x` and `y` hold both distances before, then both after."""
    kind = shared.dtype.type
    (a0, b0, a1, b1), (c0, d0, c1, d1) = x, y
    fell = f * (kind(a0) - kind(a1)) + g * (kind(c0) - kind(c1))
    for i in range(row.size):
        v, w = row[i], other[i]
        of_v = kind(_low(v, a1)) - kind(_low(v, a0))
        of_w = kind(_low(w, c1)) - kind(_low(w, c0))
        shared[i] += f * of_v + g * of_w + fell
        own0[i] -= f * (kind(_clamp(v, a0, b0)) - kind(b0)) + g * (kind(_clamp(w, c0, d0)) - kind(d0))
        own1[i] += f * (kind(_clamp(v, a1, b1)) - kind(b1)) + g * (kind(_clamp(w, c1, d1)) - kind(d1))


@njit(cache=True)
def _shift(row, other, x, y, f, g, shared, own):
    """Two objects kept their slot, but not their first distance."""
    kind = shared.dtype.type
    (a0, b0, a1, b1), (c0, d0, c1, d1) = x, y
    fell = f * (kind(a0) - kind(a1)) + g * (kind(c0) - kind(c1))
    second_fell = f * (kind(b0) - kind(b1)) + g * (kind(d0) - kind(d1))
    for i in range(row.size):
        v, w = row[i], other[i]
        of_v = kind(_low(v, a1)) - kind(_low(v, a0))
        of_w = kind(_low(w, c1)) - kind(_low(w, c0))
        shared[i] += f * of_v + g * of_w + fell
        of_v = kind(_clamp(v, a1, b1)) - kind(_clamp(v, a0, b0))
        of_w = kind(_clamp(w, c1, d1)) - kind(_clamp(w, c0, d0))
        own[i] += f * of_v + g * of_w + second_fell


@njit(cache=True)
def _shift_second(row, other, x, y, f, g, own):
    """Two objects kept their slot and their first distance."""
    kind = own.dtype.type
    (_, b0, a, b1), (_, d0, c, d1) = x, y
    second_fell = f * (kind(b0) - kind(b1)) + g * (kind(d0) - kind(d1))
    for i in range(row.size):
        v, w = row[i], other[i]
        of_v = kind(_clamp(v, a, b1)) - kind(_clamp(v, a, b0))
        of_w = kind(_clamp(w, c, d1)) - kind(_clamp(w, c, d0))
        own[i] += f * of_v + g * of_w + second_fell
