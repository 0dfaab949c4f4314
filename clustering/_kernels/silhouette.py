"""Silhouettes, and swaps that raise the average medoid silhouette.

For object o, ``near[o]`` are the slots of its three nearest medoids and d1 <= d2 <= d3, the columns of
``apart``, the distances to them. Its medoid silhouette is 1 - r(d1, d2), where r(a, b) = a / b, and 0 if
a = 0. What is lowered here is the sum of r(d1, d2), each times ``weights[o]``: the *loss*. The columns of
``ratios`` hold r(d1, d2), r(d2, d3) and r(d1, d3). With two medoids there is no third: its slot is -1, and
its distance is beyond all others, which takes no part in any result, as r(d2, d3) and r(d1, d3) cancel.

Giving up the nearest slot of o costs r(d2, d3) - r(d1, d2), giving up the second r(d1, d3) - r(d1, d2); their
sums over all objects are ``removal``. A candidate at distance d < d3 changes the loss by a *shared* part,
whichever slot it takes over, and by an *own* part if it takes over the nearest or second slot of o (`parts`).

All ratios and sums are of float64; ``float(x)`` would leave a float32 as it is. ``barred[o]`` says that o
cannot become a medoid. The first `n_fixed` slots keep theirs. Names follow Lenssen and Schubert, Information
Systems 120 (2024), doi:10.1016/j.is.2023.102290.
"""

import numpy as np
from numba import njit, prange

# Silhouettes


@njit(cache=True)
def add_rows(block, labels, weights, sums, low, high):
    """Add the rows of `block`, weighted, to the sums of their clusters, for the columns in ``[low, high)``.

    Row i of `block` holds the distances of an object of cluster ``labels[i]`` to those of the columns, `sums`
    (k, n_columns) the distances of the clusters to them. Rows sorted by cluster keep one row of sums in
    the cache.
    """
    for i in range(labels.size):
        _add(block[i, low:high], weights[i], sums[labels[i], low:high])


@njit(parallel=True, cache=True)
def add_rows_in_parallel(block, labels, weights, sums, bounds):
    """As `add_rows`, a thread for each range of columns between two successive `bounds`."""
    for t in prange(bounds.size - 1):
        add_rows(block, labels, weights, sums, bounds[t], bounds[t + 1])


@njit(cache=True)
def add_objects(D, order, labels, weights, sums, first, low, high, step):
    """As `add_rows` for all objects in `order` and the columns ``[low, high)`` of `D`, `step` at a time.

    Column 0 of `sums` stands for object `first`.
    """
    for start in range(low, high, step):
        stop = min(start + step, high)
        for i in order:
            _add(D[i, start:stop], weights[i], sums[labels[i], start - first : stop - first])


@njit(parallel=True, cache=True)
def add_objects_in_parallel(D, order, labels, weights, sums, first, bounds, step):
    """As `add_objects`, a thread for each range of columns between two successive `bounds`."""
    for t in prange(bounds.size - 1):
        add_objects(D, order, labels, weights, sums, first, bounds[t], bounds[t + 1], step)


@njit(cache=True)
def _add(row, weight, total):
    for o in range(row.size):
        total[o] += weight * row[o]


@njit(cache=True)
def widths(sums, labels, weights, sizes, out):
    """Write the silhouette of every object.

    Parameters
    ----------
    sums : ndarray of shape (k, n)
        Sums of the distances to each cluster.
    labels, weights : ndarray of shape (n,)
    sizes : ndarray of shape (k,)
        Sum of the weights in each cluster. One of size zero is no cluster.
    """
    out[:] = np.inf
    for c in range(sizes.size):
        if sizes[c] > 0:
            _lower_others(sums[c], c, sizes[c], labels, out)
    for o in range(labels.size):
        own = labels[o]
        out[o] = _width(sums[own, o], out[o], sizes[own], weights[o])


@njit(cache=True)
def _lower_others(total, c, size, labels, between):
    """Lower the mean distance to the nearest other cluster by that to cluster c, where c is another one."""
    for o in range(total.size):
        mean = total[o] / size
        between[o] = mean if mean < between[o] and labels[o] != c else between[o]


@njit(cache=True)
def _width(own_sum, between, size, weight):
    """Silhouette of an object, by the sum of distances to its own cluster and the mean to the nearest other.

    Of an object of weight w, one of the w stands for itself and does not count. An object that is alone has
    silhouette 0, as has one whose distances to both clusters are zero.
    """
    others = size - min(weight, 1.0)
    if others <= 1e-9 * size or between == np.inf:
        return 0.0
    within = own_sum / others
    largest = max(within, between)
    return (between - within) / largest if largest > 0 else 0.0


# The three nearest medoids


@njit(cache=True)
def ratio(a, b):
    """Return a / b for 0 <= a <= b, and 0 if a = 0."""
    return a / b if a > 0 else 0.0


@njit(cache=True)
def assign(D, to_medoids, medoids, near, apart, ratios):
    """Find the three nearest medoids of every object; equal distances go to the lower slot.

    A medoid owns itself, even where another one lies at distance zero. Writes the last three arguments, each
    with three columns. O(k n).

    Parameters
    ----------
    to_medoids : ndarray of shape (n, k) or (0, k)
        Distances to the medoids; if empty, they are gathered from `D`.
    """
    for o in range(near.shape[0]):
        _find_nearest(D, to_medoids, o, medoids, near[o], apart[o])
        _set_ratios(apart[o], ratios[o])


@njit(cache=True)
def _set_ratios(apart, ratios):
    a, b = np.float64(apart[0]), np.float64(apart[1])
    c = np.inf if apart[2] == _beyond(apart) else np.float64(apart[2])  # no trace of it is left by rounding
    ratios[0], ratios[1], ratios[2] = ratio(a, b), ratio(b, c), ratio(a, c)


@njit(cache=True)
def _find_nearest(D, to_medoids, o, medoids, near, apart):
    near[:] = -1
    apart[:] = _beyond(apart)
    row = to_medoids[o] if to_medoids.shape[0] > 0 else D[o]
    gathered = to_medoids.shape[0] == 0
    for s in range(medoids.size):
        d = row[medoids[s]] if gathered else row[s]
        if near[0] < 0 or d < apart[0] or o == medoids[s]:
            _insert(s, d, 0, near, apart)
        elif near[1] < 0 or d < apart[1]:
            _insert(s, d, 1, near, apart)
        elif near[2] < 0 or d < apart[2]:
            _insert(s, d, 2, near, apart)


@njit(cache=True)
def _insert(s, d, place, near, apart):
    for t in range(2, place, -1):
        near[t], apart[t] = near[t - 1], apart[t - 1]
    near[place], apart[place] = s, d


@njit(cache=True)
def _beyond(apart):
    """Return a value of the dtype of `apart` that no distance exceeds."""
    is_float = apart.dtype.type(0.5) > 0
    return apart.dtype.type(np.inf) if is_float else apart.dtype.type(2**62)


@njit(cache=True)
def losses(near, ratios, weights, removal):
    """Return the loss, summed in order, and write the cost of giving up each slot into `removal`. O(n)."""
    removal[:] = 0.0
    loss = 0.0
    for o in range(weights.size):
        w = weights[o]
        loss += w * ratios[o, 0]
        removal[near[o, 0]] += w * (ratios[o, 1] - ratios[o, 0])
        removal[near[o, 1]] += w * (ratios[o, 2] - ratios[o, 0])
    return loss


# Swaps


@njit(cache=True)
def parts(row, near, apart, third, ratios, weights, removal, change):
    """Return the shared part of the candidate of `row`; write removal cost and own part of each slot.

    `third` is the last column of `apart`, in one piece: most objects are told by it that nothing changes.
    """
    change[:] = removal
    shared = 0.0
    for o in range(row.size):
        if row[o] < third[o]:
            d, w = np.float64(row[o]), weights[o]
            a, b = np.float64(apart[o, 0]), np.float64(apart[o, 1])
            r12, r23, r13 = ratios[o, 0], ratios[o, 1], ratios[o, 2]
            if row[o] < apart[o, 1]:
                # Candidate and nearest are the two nearest then; without the nearest, candidate and second.
                together = ratio(d, a) if d < a else ratio(a, d)
                shared += w * (together - r12)
                change[near[o, 0]] += w * (ratio(d, b) + r12 - together - r23)
                change[near[o, 1]] += w * (r12 - r13)
            else:
                change[near[o, 0]] += w * (ratio(b, d) - r23)
                change[near[o, 1]] += w * (ratio(a, d) - r13)
    return shared


@njit(cache=True)
def evaluate(row, near, apart, third, ratios, weights, removal, n_fixed, change):
    """Return the change of the loss by the candidate of `row` in its best slot, and that slot."""
    shared = parts(row, near, apart, third, ratios, weights, removal, change)
    slot = n_fixed
    for s in range(n_fixed + 1, change.size):
        if change[s] < change[slot]:
            slot = s
    return change[slot] + shared, slot


@njit(cache=True)
def evaluate_all(D, barred, near, apart, third, ratios, weights, removal, n_fixed, changes, slots, low, high):
    """Write what each candidate in ``[low, high)`` changes in its best slot, and that slot, -1 if barred.

    O(n) per candidate.
    """
    change = np.empty_like(removal)
    for j in range(low, high):
        changes[j], slots[j] = np.inf, -1
        if not barred[j]:
            changes[j], slots[j] = evaluate(
                D[j], near, apart, third, ratios, weights, removal, n_fixed, change
            )


@njit(parallel=True, cache=True)
def evaluate_all_in_parallel(
    D, barred, near, apart, third, ratios, weights, removal, n_fixed, changes, slots, bounds
):
    """As `evaluate_all`, a thread for each range of candidates between two successive `bounds`."""
    for t in prange(bounds.size - 1):
        evaluate_all(
            D, barred, near, apart, third, ratios, weights, removal, n_fixed, changes, slots, bounds[t],
            bounds[t + 1],
        )  # fmt: skip


@njit(cache=True)
def evaluate_pairs(D, barred, near, apart, weights, loss, n_fixed, k, changes, slots, low, high):
    """As `evaluate_all`, by a sum over all objects for each pair of candidate and slot: PAMMEDSIL.

    O(k n) per candidate.
    """
    for j in range(low, high):
        changes[j], slots[j] = np.inf, -1
        if barred[j]:
            continue
        row = D[j]
        for s in range(n_fixed, k):
            after = 0.0
            for o in range(row.size):
                # The two nearest of the medoids that stay, then the candidate among them.
                first = 1 if near[o, 0] == s else 0
                second = 2 if first == 1 or near[o, 1] == s else 1
                a, d = np.float64(apart[o, first]), np.float64(row[o])
                b = d if near[o, second] < 0 else min(d, np.float64(apart[o, second]))
                after += weights[o] * (ratio(d, a) if d < a else ratio(a, b))
            if after - loss < changes[j]:
                changes[j], slots[j] = after - loss, s


@njit(parallel=True, cache=True)
def evaluate_pairs_in_parallel(D, barred, near, apart, weights, loss, n_fixed, k, changes, slots, bounds):
    """As `evaluate_pairs`, a thread for each range of candidates between two successive `bounds`."""
    for t in prange(bounds.size - 1):
        evaluate_pairs(
            D, barred, near, apart, weights, loss, n_fixed, k, changes, slots, bounds[t], bounds[t + 1]
        )


@njit(cache=True)
def try_swap(D, to_medoids, slot, j, medoids, barred, near, apart, third, ratios, weights, removal, loss):
    """Put object `j` into `slot`, unless the loss, summed anew, does not fall. Brings the state up to date.

    Returns whether the swap was made, and the loss now. O(n), and O(k) for each of about 3n/k objects.
    """
    replaced = medoids[slot]
    _replace(D, to_medoids, slot, j, medoids, near, apart, third, ratios)
    after = losses(near, ratios, weights, removal)
    if after < loss:
        barred[replaced] = weights[replaced] == 0
        barred[j] = True
        return True, after
    medoids[slot] = replaced
    to_medoids[:, slot] = D[replaced, : to_medoids.shape[0]]
    assign(D, to_medoids, medoids, near, apart, ratios)
    third[:] = apart[:, 2]
    return False, losses(near, ratios, weights, removal)


@njit(cache=True)
def _replace(D, to_medoids, slot, j, medoids, near, apart, third, ratios):
    row = D[j]
    medoids[slot] = j
    to_medoids[:, slot] = row[: to_medoids.shape[0]]
    for o in range(row.size):
        d, places = row[o], near[o]
        if places[0] == slot or places[1] == slot or places[2] == slot or o == j:
            _find_nearest(D, to_medoids, o, medoids, places, apart[o])
        elif d < third[o]:
            place = 2 if d >= apart[o, 1] else 1 if d >= apart[o, 0] else 0
            _insert(slot, d, place, places, apart[o])
        else:
            continue
        third[o] = apart[o, 2]
        _set_ratios(apart[o], ratios[o])


@njit(cache=True)
def eager(
    D, to_medoids, order, start, stop, last, medoids, barred, near, apart, third, ratios, weights, removal,
    loss, n_fixed, least,
):  # fmt: skip
    """Visit the candidates ``order[start:stop]``; swap each that gains more than `least` at once.

    Each takes its best slot. Changes the state. O(n) per candidate.

    Returns
    -------
    n_swaps : int
    last : int
        Object that was swapped in last, the argument of that name if none was.
    arrived : bool
        Whether `last` came up again: all candidates have been visited in vain since its swap.
    loss : float
    """
    change = np.empty_like(removal)
    n_swaps = 0
    for position in range(start, stop):
        j = order[position]
        if j == last:
            return n_swaps, last, True, loss
        if barred[j]:
            continue
        delta, slot = evaluate(D[j], near, apart, third, ratios, weights, removal, n_fixed, change)
        if delta < -least:
            swapped, loss = try_swap(
                D, to_medoids, slot, j, medoids, barred, near, apart, third, ratios, weights, removal, loss
            )
            if swapped:
                n_swaps, last = n_swaps + 1, j
    return n_swaps, last, False, loss


# PAMSIL


@njit(cache=True)
def evaluate_silhouettes(D, barred, near, apart, medoids, sums, weights, n_fixed, changes, slots, low, high):
    """Write the largest sum of silhouettes by each candidate in ``[low, high)``, negated, and its slot.

    Parameters
    ----------
    sums : ndarray of shape (k, n)
        Sums of the distances to each cluster, as `add_objects` makes them. For a swap those clusters that
        change are summed anew, so no rounding is carried on. O(n^2 / k) for each of them.
    """
    k, n = sums.shape
    # Not np.empty_like: sums of one swap must never show up in another.
    fresh, labels, sizes = np.zeros((k, n)), np.empty(n, np.int64), np.empty(k)
    is_changed, width = np.empty(k, np.bool_), np.empty(n)
    for j in range(low, high):
        changes[j], slots[j] = np.inf, -1
        if barred[j]:
            continue
        for s in range(n_fixed, k):
            _relabel(D[j], j, s, near, apart, medoids, labels, is_changed)
            sizes[:] = 0.0
            for o in range(n):
                sizes[labels[o]] += weights[o]
            _sum_changed(D, labels, weights, is_changed, sums, fresh)
            widths(fresh, labels, weights, sizes, width)
            total = 0.0
            for o in range(n):
                total -= weights[o] * width[o]
            if total < changes[j]:
                changes[j], slots[j] = total, s


@njit(parallel=True, cache=True)
def evaluate_silhouettes_in_parallel(
    D, barred, near, apart, medoids, sums, weights, n_fixed, changes, slots, bounds
):
    """As `evaluate_silhouettes`, a thread for each range of candidates between two successive `bounds`."""
    for t in prange(bounds.size - 1):
        evaluate_silhouettes(
            D, barred, near, apart, medoids, sums, weights, n_fixed, changes, slots, bounds[t], bounds[t + 1]
        )


@njit(cache=True)
def _relabel(row, j, s, near, apart, medoids, labels, is_changed):
    """Assign all objects after a swap, and say which clusters gain or lose any."""
    is_changed[:] = False
    for o in range(row.size):
        was = near[o, 0]
        place = 1 if was == s else 0
        label, d = near[o, place], apart[o, place]
        owned = place == 0 and medoids[label] == o
        if o == j or (not owned and (row[o] < d or (row[o] == d and s < label))):
            label = s
        labels[o] = label
        if label != was:
            is_changed[label] = is_changed[was] = True


@njit(cache=True)
def _sum_changed(D, labels, weights, is_changed, sums, fresh):
    for c in range(is_changed.size):
        if is_changed[c]:
            fresh[c] = 0.0
        else:
            fresh[c] = sums[c]
    for i in range(labels.size):
        if is_changed[labels[i]]:
            _add(D[i], weights[i], fresh[labels[i]])
