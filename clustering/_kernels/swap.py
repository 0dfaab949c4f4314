"""FastPAM1: the best of all k(n - k) swaps, found in one pass over the rows or from a table of gains.

Names follow Schubert and Rousseeuw, Information Systems 101 (2021), doi:10.1016/j.is.2021.101804.
Slot s holds the medoid ``medoids[s]``. For object o, ``nearest[o]`` and ``second[o]`` are the slots of its
two nearest medoids, and ``d1[o] <= d2[o]`` the distances to them. Giving up slot s costs ``removal[s]``, the
sum of d2 - d1 over its objects. A candidate at distance d from o then changes the loss

- by min(d, d1) - d1, whichever slot it takes over (the *shared* part), and
- by clamp(d, d1, d2) - d2, if it takes over the slot of o (the *own* part), on top of the removal cost.

Both searches sum these two parts, in float64, or in int64 for integer distances: the type of `removal`. There
are at least two slots everywhere but in `assign`.
"""

import numpy as np
from numba import njit

_EPSILON = 2.0**-52
_TILE = 1024  # columns of the table per block, so that their running minima stay in the first-level cache


@njit(cache=True)
def assign(D, medoids, nearest, second, d1, d2):
    """Find the two nearest medoids of every object; equal distances go to the lower slot.

    A medoid owns itself, even where another one lies at distance zero. With one medoid, `second` becomes -1
    and `d2` stays as it was. Writes the last four arguments. O(k n).
    """
    second[:] = -1
    for s in range(medoids.size):
        m = medoids[s]
        row = D[m]
        for o in range(row.size):
            d = row[o]
            if s == 0:
                nearest[o] = 0
                d1[o] = d
            elif d < d1[o] or o == m:
                second[o] = nearest[o]
                d2[o] = d1[o]
                nearest[o] = s
                d1[o] = d
            elif second[o] < 0 or d < d2[o]:
                second[o] = s
                d2[o] = d


@njit(cache=True)
def total(distances, sums):
    """Sum `distances` in order, in the dtype of `sums`."""
    kind = sums.dtype.type
    loss = kind(0)
    for o in range(distances.size):
        loss += kind(distances[o])
    return loss


@njit(cache=True)
def removal_losses(nearest, d1, d2, removal):
    """Write the cost of giving up each slot into `removal`. O(n)."""
    kind = removal.dtype.type
    removal[:] = kind(0)
    for o in range(nearest.size):
        removal[nearest[o]] += kind(d2[o]) - kind(d1[o])


@njit(cache=True)
def swap_by_rows(D, medoids, is_medoid, nearest, second, d1, d2, removal, epsilon, n_steps):
    """Perform up to `n_steps` best swaps, each found by evaluating every candidate on its row of `D`.

    A swap is accepted if it lowers the loss by more than `epsilon` times the loss, and kept if the loss,
    summed anew, fell. Changes all arrays but `D`. O(n^2) per step, O(n + k) extra memory.

    Returns
    -------
    n_steps, n_swaps, converged
        The step that finds no swap counts as a step.
    """
    n = nearest.size
    change = np.empty_like(removal)
    mask = np.zeros((n + 7) // 8 * 8, np.uint8)
    touched, slot_before = np.empty(n, np.int64), np.empty(n, nearest.dtype)
    d1_before, d2_before = np.empty_like(d1), np.empty_like(d2)
    for step in range(n_steps):
        loss = total(d1, removal)
        best, best_candidate, best_slot = removal.dtype.type(0), -1, -1
        for j in range(n):
            if not is_medoid[j]:
                delta, slot = _evaluate(D[j], nearest, d1, d2, removal, change, mask)
                if best_candidate < 0 or delta < best:
                    best, best_candidate, best_slot = delta, j, slot
        if best_candidate < 0 or not best < -epsilon * loss:
            return step + 1, step, True
        replaced = medoids[best_slot]
        _perform(
            D, best_slot, best_candidate, medoids, is_medoid, nearest, second, d1, d2,
            touched, slot_before, d1_before, d2_before,
        )  # fmt: skip
        if not total(d1, removal) < loss:
            _undo(D, best_slot, replaced, medoids, is_medoid, nearest, second, d1, d2, removal)
            return step + 1, step, True
        removal_losses(nearest, d1, d2, removal)
    return n_steps, n_steps, False


@njit(cache=True)
def fill_table(D, nearest, d1, d2, shared, own):
    """Sum the shared part of every candidate, and its own part for every slot, from scratch.

    Object by object: row o of the symmetric `D` holds the distances of o to all candidates, and adds to one
    row of `own`. Objects of one slot go in pairs, see `_follow`. Writes `shared` (n) and `own` (k, n).
    O(n^2).
    """
    kind = shared.dtype.type
    shared[:] = kind(0)
    own[:] = kind(0)
    order = np.argsort(nearest, kind="mergesort")
    t = 0
    while t < order.size:
        p, pair = order[t], t + 1 < order.size and nearest[order[t + 1]] == nearest[order[t]]
        q = order[t + 1] if pair else p
        zero = d1.dtype.type(0)
        after_q = (d1[q], d2[q]) if pair else (zero, zero)
        _add(D[p], D[q], (d1[p], d2[p]), after_q, shared, own[nearest[p]])
        t += 2 if pair else 1


@njit(cache=True)
def swap_by_table(
    D, medoids, is_medoid, nearest, second, d1, d2, removal, epsilon, n_steps, shared, own, updates, scale
):
    """Perform up to `n_steps` best swaps, found in a table of gains that follows the changes.

    The swaps are those of `swap_by_rows`, bit for bit. In floating point the table drifts from the sums over
    the rows, so every candidate within the error bound of the best one is evaluated on its row, and the best
    of these is taken. The bound is the usual one for recursive sums: their length times the largest partial
    sum times the unit roundoff. Changes all arrays but `D`. O(n^2 / k + k n) per step when the clusters are
    of similar size.

    Parameters
    ----------
    shared, own : ndarray of shape (n,) and (k, n)
        As `fill_table` left them, or an earlier call of this function.
    updates, scale : int, float
        Terms added to an entry of the table so far, at most; and the largest partial sum. `updates` = 0 says
        that all sums are exact.

    Returns
    -------
    n_steps, n_swaps, converged, updates, scale
    """
    n = nearest.size
    exact = updates == 0
    change, minima = np.empty_like(removal), np.empty_like(shared)
    mask = np.zeros((n + 7) // 8 * 8, np.uint8)
    touched, slot_before = np.empty(n, np.int64), np.empty(n, nearest.dtype)
    d1_before, d2_before = np.empty_like(d1), np.empty_like(d2)
    for step in range(n_steps):
        loss = total(d1, removal)
        scale = max(scale, np.float64(loss) + np.float64(removal.max()))
        lowest = _minima_over_slots(own, removal, shared, is_medoid, minima)
        bound = 0.0 if exact else 8 * _EPSILON * scale * (updates + n)
        best, best_candidate, best_slot = removal.dtype.type(0), -1, -1
        for j in range(n):
            if not is_medoid[j] and (minima[j] <= lowest if exact else minima[j] <= lowest + bound):
                delta, slot = _evaluate(D[j], nearest, d1, d2, removal, change, mask)
                if best_candidate < 0 or delta < best:
                    best, best_candidate, best_slot = delta, j, slot
                if exact:
                    break
        if best_candidate < 0 or not best < -epsilon * loss:
            return step + 1, step, True, updates, scale
        replaced = medoids[best_slot]
        count = _perform(
            D, best_slot, best_candidate, medoids, is_medoid, nearest, second, d1, d2,
            touched, slot_before, d1_before, d2_before,
        )  # fmt: skip
        if not total(d1, removal) < loss:
            _undo(D, best_slot, replaced, medoids, is_medoid, nearest, second, d1, d2, removal)
            return step + 1, step, True, updates, scale
        _follow(D, touched[:count], slot_before, d1_before, d2_before, nearest, d1, d2, shared, own)
        if not exact:
            updates += 2 * count
        removal_losses(nearest, d1, d2, removal)
    return n_steps, n_steps, False, updates, scale


@njit(cache=True)
def _evaluate(row, nearest, d1, d2, removal, change, mask):
    """Return the change of the loss by the candidate of `row` in its best slot, and that slot.

    Only objects nearer to the candidate than to their second medoid count, about 2n/k of them. They are
    marked by a loop that vectorises, and the marks are walked eight at a time.
    """
    kind = removal.dtype.type
    for o in range(row.size):
        mask[o] = row[o] < d2[o]
    change[:] = removal
    shared = kind(0)
    words = mask.view(np.uint64)
    for w in range(words.size):
        if words[w] != 0:
            for o in range(8 * w, 8 * w + 8):
                if mask[o]:
                    d, nearest_d = kind(row[o]), kind(d1[o])
                    shared += min(d, nearest_d) - nearest_d
                    change[nearest[o]] += max(d, nearest_d) - kind(d2[o])
    slot = 0
    for s in range(1, change.size):
        if change[s] < change[slot]:
            slot = s
    return change[slot] + shared, slot


@njit(cache=True)
def _perform(
    D, slot, j, medoids, is_medoid, nearest, second, d1, d2, touched, slot_before, d1_before, d2_before
):
    """Put object `j` into `slot` and bring the two nearest medoids of every object up to date.

    Lists the objects whose nearest slot or either distance changed in `touched`, with their former values in
    the `..._before` arrays, and returns how many there are. O(n + touched k).
    """
    is_medoid[medoids[slot]] = False
    is_medoid[j] = True
    medoids[slot] = j
    row = D[j]
    count = 0
    for o in range(row.size):
        d, slot0, a0, b0 = row[o], nearest[o], d1[o], d2[o]
        if o == j:
            if slot0 != slot:
                second[o], d2[o] = slot0, a0
            nearest[o], d1[o] = slot, d
        elif slot0 == slot:
            if d < b0:
                d1[o] = d
            else:
                nearest[o], d1[o] = second[o], b0
                _find_second(D[o], o, medoids, nearest, second, d2)
        elif d < a0:
            second[o], d2[o] = slot0, a0
            nearest[o], d1[o] = slot, d
        elif d < b0:
            second[o], d2[o] = slot, d
        elif second[o] == slot:
            _find_second(D[o], o, medoids, nearest, second, d2)
        if nearest[o] != slot0 or d1[o] != a0 or d2[o] != b0:
            touched[count], slot_before[count] = o, slot0
            d1_before[count], d2_before[count] = a0, b0
            count += 1
    return count


@njit(cache=True)
def _find_second(row, o, medoids, nearest, second, d2):
    best = -1
    for s in range(medoids.size):
        if s != nearest[o] and (best < 0 or row[medoids[s]] < row[medoids[best]]):
            best = s
    second[o], d2[o] = best, row[medoids[best]]


@njit(cache=True)
def _undo(D, slot, replaced, medoids, is_medoid, nearest, second, d1, d2, removal):
    is_medoid[medoids[slot]] = False
    is_medoid[replaced] = True
    medoids[slot] = replaced
    assign(D, medoids, nearest, second, d1, d2)
    removal_losses(nearest, d1, d2, removal)


@njit(cache=True)
def _minima_over_slots(own, removal, shared, is_medoid, minima):
    """Write the change of the loss by each candidate in its best slot; return the lowest over non-medoids."""
    n = shared.size
    for start in range(0, n, _TILE):
        # Slices, because loops over computed index ranges keep a test for negative indices and do not
        # vectorise.
        block = minima[start : start + _TILE]
        for s in range(removal.size):
            gains, cost = own[s, start : start + _TILE], removal[s]
            if s == 0:
                for i in range(block.size):
                    block[i] = gains[i] + cost
            else:
                for i in range(block.size):
                    value = gains[i] + cost
                    block[i] = value if value < block[i] else block[i]
    lowest, found = removal.dtype.type(0), False
    for i in range(n):
        minima[i] += shared[i]
        if not is_medoid[i] and (not found or minima[i] < lowest):
            lowest, found = minima[i], True
    return lowest


@njit(cache=True)
def _follow(D, touched, slot_before, d1_before, d2_before, nearest, d1, d2, shared, own):
    """Replace the parts of the touched objects, as they were before a swap, by those after it.

    Objects that change the same rows of `own` go in pairs: two rows of `D` stream in at once, and the sums
    are loaded and stored once for both. An odd one is paired with distances of zero, whose parts are zero.
    """
    k = own.shape[0]
    keys = np.empty(touched.size, np.int64)
    for t in range(touched.size):
        o = touched[t]
        keys[t] = 2 * (k * np.int64(slot_before[t]) + nearest[o]) + (d1[o] != d1_before[t])
    order = np.argsort(keys, kind="mergesort")
    zero = d1.dtype.type(0)
    i = 0
    while i < order.size:
        t = order[i]
        pair = i + 1 < order.size and keys[order[i + 1]] == keys[t]
        u = order[i + 1] if pair else t
        p, q = touched[t], touched[u]
        x = (d1_before[t], d2_before[t], d1[p], d2[p])
        y = (d1_before[u], d2_before[u], d1[q], d2[q]) if pair else (zero, zero, zero, zero)
        slot0, slot1 = slot_before[t], nearest[p]
        if slot0 != slot1:
            _move(D[p], D[q], x, y, shared, own[slot0], own[slot1])
        elif x[0] != x[2]:
            _shift(D[p], D[q], x, y, shared, own[slot1])
        else:
            _shift_second(D[p], D[q], x, y, own[slot1])
        i += 2 if pair else 1


@njit(cache=True)
def _low(d, a):
    return d if d < a else a


@njit(cache=True)
def _clamp(d, a, b):
    high = d if d < b else b
    return high if high > a else a


@njit(cache=True)
def _add(row, other, x, y, shared, own):
    """Add the parts of two objects at distances `x` and `y` from their two nearest medoids."""
    kind = shared.dtype.type
    (a, b), (c, d) = x, y
    for i in range(row.size):
        v, w = row[i], other[i]
        shared[i] += (kind(_low(v, a)) - kind(a)) + (kind(_low(w, c)) - kind(c))
        own[i] += (kind(_clamp(v, a, b)) - kind(b)) + (kind(_clamp(w, c, d)) - kind(d))


@njit(cache=True)
def _move(row, other, x, y, shared, own0, own1):
    """Two objects changed their slot: `x` and `y` hold both distances before, then both after."""
    kind = shared.dtype.type
    (a0, b0, a1, b1), (c0, d0, c1, d1) = x, y
    fell = (kind(a0) - kind(a1)) + (kind(c0) - kind(c1))
    for i in range(row.size):
        v, w = row[i], other[i]
        shared[i] += (kind(_low(v, a1)) - kind(_low(v, a0))) + (kind(_low(w, c1)) - kind(_low(w, c0))) + fell
        own0[i] -= (kind(_clamp(v, a0, b0)) - kind(b0)) + (kind(_clamp(w, c0, d0)) - kind(d0))
        own1[i] += (kind(_clamp(v, a1, b1)) - kind(b1)) + (kind(_clamp(w, c1, d1)) - kind(d1))


@njit(cache=True)
def _shift(row, other, x, y, shared, own):
    """Two objects kept their slot, but not their first distance."""
    kind = shared.dtype.type
    (a0, b0, a1, b1), (c0, d0, c1, d1) = x, y
    fell = (kind(a0) - kind(a1)) + (kind(c0) - kind(c1))
    second_fell = (kind(b0) - kind(b1)) + (kind(d0) - kind(d1))
    for i in range(row.size):
        v, w = row[i], other[i]
        shared[i] += (kind(_low(v, a1)) - kind(_low(v, a0))) + (kind(_low(w, c1)) - kind(_low(w, c0))) + fell
        of_v = kind(_clamp(v, a1, b1)) - kind(_clamp(v, a0, b0))
        of_w = kind(_clamp(w, c1, d1)) - kind(_clamp(w, c0, d0))
        own[i] += of_v + of_w + second_fell


@njit(cache=True)
def _shift_second(row, other, x, y, own):
    """Two objects kept their slot and their first distance."""
    kind = own.dtype.type
    (_, b0, a, b1), (_, d0, c, d1) = x, y
    second_fell = (kind(b0) - kind(b1)) + (kind(d0) - kind(d1))
    for i in range(row.size):
        v, w = row[i], other[i]
        of_v = kind(_clamp(v, a, b1)) - kind(_clamp(v, a, b0))
        of_w = kind(_clamp(w, c, d1)) - kind(_clamp(w, c, d0))
        own[i] += of_v + of_w + second_fell
