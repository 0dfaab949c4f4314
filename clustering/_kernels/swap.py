"""Swaps: what a candidate would change, and what a swap does to the state; FasterPAM, which does it at once.

Names follow Schubert and Rousseeuw, Information Systems 101 (2021), doi:10.1016/j.is.2021.101804.
Slot s holds the medoid ``medoids[s]``; the first `n_fixed` slots keep theirs. For object o, ``nearest[o]``
and ``second[o]`` are the slots of its two nearest medoids, and ``d1[o] <= d2[o]`` the distances to them.
Giving up slot s costs ``removal[s]``, the sum of d2 - d1 over its objects. A candidate at distance d from o
then changes the loss

- by min(d, d1) - d1, whichever slot it takes over (the *shared* part), and
- by clamp(d, d1, d2) - d2, if it takes over the slot of o (the *own* part), on top of the removal cost.

Every term is multiplied by ``weights[o]``, whose dtype sums take: float64, or int64 for integer distances.
``barred[o]`` says that o cannot become a medoid: it is one, or its weight is zero. There are at least two
slots everywhere but in `assign`.
"""

import numpy as np
from llvmlite import ir
from numba import njit, prange, types
from numba.extending import intrinsic, overload

_BLOCK = 64  # objects that are compared at once: one bit each of a machine word
_APART = 16  # numbers between what two threads write to, so that they share no line of the cache


def bits_below(a, b, start):
    """Return a word whose bit i says whether ``a[start + i] < b[start + i]``, for 64 values."""
    return np.uint64(sum(int(a[start + i] < b[start + i]) << i for i in range(_BLOCK)))


def lowest_bit(word):
    """Return the place of the lowest bit that is set in `word`."""
    return (int(word) & -int(word)).bit_length() - 1


def take_next(counter):
    """Return ``counter[0]`` and count on; no two threads get the same number."""
    number = int(counter[0])
    counter[0] += 1
    return number


# Compiled, the first two are a few vector instructions. A loop over booleans, which numba makes of the
# definitions above, spends more time on finding the few objects that count than on these.
@intrinsic
def _bits_below(typing_context, a, b, start):
    def generate(context, builder, signature, arguments):
        def load(array_type, array):
            data = context.make_array(array_type)(context, builder, array).data
            vector = ir.VectorType(data.type.pointee, _BLOCK)
            place = builder.bitcast(builder.gep(data, [arguments[2]]), vector.as_pointer())
            return builder.load(place, align=context.get_abi_sizeof(data.type.pointee))

        left, right = load(signature.args[0], arguments[0]), load(signature.args[1], arguments[1])
        kind = signature.args[0].dtype
        is_float, is_signed = isinstance(kind, types.Float), getattr(kind, "signed", True)
        compare = builder.icmp_signed if is_signed else builder.icmp_unsigned
        compare = builder.fcmp_ordered if is_float else compare
        return builder.bitcast(compare("<", left, right), ir.IntType(_BLOCK))

    return types.uint64(a, b, types.intp), generate


@intrinsic
def _lowest_bit(typing_context, word):
    def generate(context, builder, signature, arguments):
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate


@intrinsic
def _take_next(typing_context, counter):
    def generate(context, builder, signature, arguments):
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        return builder.atomic_rmw("add", data, ir.Constant(ir.IntType(64), 1), "monotonic")

    return types.int64(counter), generate


@overload(bits_below, inline="always")
def _compiled_bits_below(a, b, start):
    return lambda a, b, start: _bits_below(a, b, start)


@overload(lowest_bit, inline="always")
def _compiled_lowest_bit(word):
    return lambda word: _lowest_bit(word)


@overload(take_next, inline="always")
def _compiled_take_next(counter):
    return lambda counter: _take_next(counter)


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
def fill_near(D, medoids, near):
    """Write the distance of every object to every medoid into `near` (n, k). O(k n)."""
    for o in range(near.shape[0]):
        for s in range(medoids.size):
            near[o, s] = D[medoids[s], o]


@njit(cache=True)
def losses(nearest, d1, d2, weights, removal):
    """Return the loss, summed in order, and write the cost of giving up each slot into `removal`. O(n)."""
    kind = removal.dtype.type
    removal[:] = kind(0)
    loss = kind(0)
    for o in range(nearest.size):
        a = kind(d1[o])
        loss += weights[o] * a
        removal[nearest[o]] += weights[o] * (kind(d2[o]) - a)
    return loss


@njit(cache=True)
def parts(row, nearest, d1, d2, weights, removal, change):
    """Return the shared part of the candidate of `row`; write removal cost and own part of each slot.

    Only objects nearer to the candidate than to their second medoid count, about 2n/k of them. They are found
    64 at a time.
    """
    kind = removal.dtype.type
    change[:] = removal
    shared = kind(0)
    n = row.size
    end = n - n % _BLOCK
    for start in range(0, end, _BLOCK):
        bits = bits_below(row, d2, start)
        while bits != np.uint64(0):
            o = start + lowest_bit(bits)
            bits &= bits - np.uint64(1)
            d, a = kind(row[o]), kind(d1[o])
            shared += weights[o] * (min(d, a) - a)
            change[nearest[o]] += weights[o] * (max(d, a) - kind(d2[o]))
    for o in range(end, n):
        if row[o] < d2[o]:
            d, a = kind(row[o]), kind(d1[o])
            shared += weights[o] * (min(d, a) - a)
            change[nearest[o]] += weights[o] * (max(d, a) - kind(d2[o]))
    return shared


@njit(cache=True)
def evaluate(row, nearest, d1, d2, weights, removal, n_fixed, change):
    """Return the change of the loss by the candidate of `row` in its best slot, and that slot."""
    shared = parts(row, nearest, d1, d2, weights, removal, change)
    slot = n_fixed
    for s in range(n_fixed + 1, change.size):
        if change[s] < change[slot]:
            slot = s
    return change[slot] + shared, slot


@njit(cache=True)
def best_of_rows(D, barred, nearest, d1, d2, weights, removal, n_fixed):
    """Return the best of all swaps: change of the loss, candidate (-1 if there is none), slot. O(n^2)."""
    change = np.empty_like(removal)
    best, best_candidate, best_slot = removal.dtype.type(0), -1, -1
    for j in range(nearest.size):
        if not barred[j]:
            delta, slot = evaluate(D[j], nearest, d1, d2, weights, removal, n_fixed, change)
            if best_candidate < 0 or delta < best:
                best, best_candidate, best_slot = delta, j, slot
    return best, best_candidate, best_slot


@njit(cache=True)
def best_of_slots(D, barred, nearest, d1, d2, weights, removal, n_fixed, deltas, candidates):
    """Write the best candidate of every slot, -1 if there is none, and its change. O(n (n + k))."""
    change = np.empty_like(removal)
    candidates[:] = -1
    for j in range(nearest.size):
        if not barred[j]:
            shared = parts(D[j], nearest, d1, d2, weights, removal, change)
            for s in range(n_fixed, change.size):
                delta = change[s] + shared
                if candidates[s] < 0 or delta < deltas[s]:
                    deltas[s], candidates[s] = delta, j


@njit(cache=True)
def try_swap(
    D, near, slot, j, medoids, barred, nearest, second, d1, d2, weights, removal, loss,
    touched, slot_before, d1_before, d2_before,
):  # fmt: skip
    """Put object `j` into `slot`, unless the loss, summed anew, does not fall.

    Brings the state up to date, and lists the objects whose nearest slot or either distance changed in
    `touched`, with their former values in the ``..._before`` arrays. O(n + touched k).

    Parameters
    ----------
    near : ndarray of shape (n, k) or (0, k)
        Distances to the medoids, from which second medoids are found; if empty, they are gathered from `D`,
        with a cache miss each.

    Returns
    -------
    count : int
        How many objects are listed, -1 if the swap was undone.
    loss
        The loss now.
    """
    replaced = medoids[slot]
    medoids[slot] = j
    near[:, slot] = D[j, : near.shape[0]]
    count = _perform(
        D, D[j], near, slot, j, medoids, nearest, second, d1, d2,
        touched, slot_before, d1_before, d2_before,
    )  # fmt: skip
    after = losses(nearest, d1, d2, weights, removal)
    if after < loss:
        barred[replaced] = weights[replaced] == 0
        barred[j] = True
        return count, after
    medoids[slot] = replaced
    near[:, slot] = D[replaced, : near.shape[0]]
    assign(D, medoids, nearest, second, d1, d2)
    return -1, losses(nearest, d1, d2, weights, removal)


@njit(cache=True)
def eager(
    D, near, order, start, stop, last, medoids, barred, nearest, second, d1, d2, weights, removal, loss,
    n_fixed, epsilon,
):  # fmt: skip
    """Visit the candidates ``order[start:stop]``; swap each that helps at once, into its best slot.

    A swap is accepted if it lowers the loss by more than `epsilon` times the loss. Changes the state.
    O(n) per candidate.

    Returns
    -------
    n_swaps : int
    last : int
        Object that was swapped in last, the argument of that name if none was.
    arrived : bool
        Whether `last` came up again: all candidates have been visited in vain since its swap.
    loss
    """
    n = nearest.size
    change = np.empty_like(removal)
    touched, slot_before = np.empty(n, np.int64), np.empty(n, nearest.dtype)
    d1_before, d2_before = np.empty_like(d1), np.empty_like(d2)
    n_swaps = 0
    for position in range(start, stop):
        j = order[position]
        if j == last:
            return n_swaps, last, True, loss
        if barred[j]:
            continue
        delta, slot = evaluate(D[j], nearest, d1, d2, weights, removal, n_fixed, change)
        if delta < -epsilon * loss:
            count, loss = try_swap(
                D, near, slot, j, medoids, barred, nearest, second, d1, d2, weights, removal, loss,
                touched, slot_before, d1_before, d2_before,
            )  # fmt: skip
            if count >= 0:
                n_swaps, last = n_swaps + 1, j
    return n_swaps, last, False, loss


@njit(cache=True)
def eager_in_threads(
    D, near, order, start, stop, last, medoids, barred, nearest, second, d1, d2, weights, removal, loss,
    n_fixed, epsilon, n_threads,
):  # fmt: skip
    """As `eager`, with the same result: threads look for the first candidate that helps.

    The state does not change while they look, and each candidate before the one that is found has been
    evaluated to its end, so it does not matter which thread took which.
    """
    n = nearest.size
    touched, slot_before = np.empty(n, np.int64), np.empty(n, nearest.dtype)
    d1_before, d2_before = np.empty_like(d1), np.empty_like(d2)
    changes = np.empty((n_threads, removal.size + _APART), removal.dtype)
    counter, found, slots = (
        np.empty(1, np.int64),
        np.empty(n_threads, np.int64),
        np.empty(n_threads, np.int64),
    )
    n_swaps, position = 0, start
    while position < stop:
        counter[0] = position
        found[:] = stop
        _look_in_threads(
            D, order, stop, last, barred, nearest, d1, d2, weights, removal, n_fixed, -epsilon * loss,
            changes, counter, found, slots,
        )  # fmt: skip
        finder = np.argmin(found)
        position = found[finder]
        if position == stop:
            break
        j = order[position]
        if j == last:
            return n_swaps, last, True, loss
        count, loss = try_swap(
            D, near, slots[finder], j, medoids, barred, nearest, second, d1, d2, weights, removal, loss,
            touched, slot_before, d1_before, d2_before,
        )  # fmt: skip
        if count >= 0:
            n_swaps, last = n_swaps + 1, j
        position += 1
    return n_swaps, last, False, loss


@njit(parallel=True, cache=True)
def _look_in_threads(
    D, order, stop, last, barred, nearest, d1, d2, weights, removal, n_fixed, least, changes, counter, found,
    slots,
):  # fmt: skip
    for t in prange(found.size):
        _look(
            D, order, stop, last, barred, nearest, d1, d2, weights, removal, n_fixed, least,
            changes[t, : removal.size], counter, found, slots, t,
        )  # fmt: skip


@njit(cache=True)
def _look(
    D, order, stop, last, barred, nearest, d1, d2, weights, removal, n_fixed, least, change, counter, found,
    slots, t,
):  # fmt: skip
    """Take candidates in turn until one helps, or `last` comes up, or another thread has found one before.

    What other threads found may be seen late: then this one looks in vain, and nothing else.
    """
    while True:
        position = take_next(counter)
        if position >= found.min():  # none is beyond `stop`
            return
        j = order[position]
        if j == last:
            found[t] = position
            return
        if not barred[j]:
            delta, slot = evaluate(D[j], nearest, d1, d2, weights, removal, n_fixed, change)
            if delta < least:
                found[t], slots[t] = position, slot
                return


@njit(cache=True)
def assign_near(near, nearest, second, d1, d2):
    """As `assign`, from the distances to at least two medoids; ties go to the lower slot. O(k n)."""
    for o in range(near.shape[0]):
        row = near[o]
        first, other = (1, 0) if row[1] < row[0] else (0, 1)
        for s in range(2, row.size):
            if row[s] < row[first]:
                first, other = s, first
            elif row[s] < row[other]:
                other = s
        nearest[o], second[o] = first, other
        d1[o], d2[o] = row[first], row[other]


@njit(cache=True)
def swap_row(
    row, near, slot, j, medoids, nearest, second, d1, d2, weights, removal, loss,
    touched, slot_before, d1_before, d2_before,
):  # fmt: skip
    """Put the candidate of `row` into `slot`, unless the loss, summed anew, does not fall.

    As `try_swap`, without a matrix, for objects that are listed elsewhere than candidates are: `j` is the
    place of the candidate among the objects, -1 if it is none. Leaves `medoids` alone. Returns whether the
    swap was made, and the loss.
    """
    before = near[:, slot].copy()
    near[:, slot] = row
    _perform(
        near, row, near, slot, j, medoids, nearest, second, d1, d2,
        touched, slot_before, d1_before, d2_before,
    )  # fmt: skip
    after = losses(nearest, d1, d2, weights, removal)
    if after < loss:
        return True, after
    near[:, slot] = before
    assign_near(near, nearest, second, d1, d2)
    return False, losses(nearest, d1, d2, weights, removal)


@njit(cache=True)
def eager_block(
    block, candidates, near, medoids, barred, nearest, second, d1, d2, weights, removal, loss, n_fixed,
    epsilon, last,
):  # fmt: skip
    """Visit `candidates`, whose distances to the objects are the rows of `block`, as `eager` does.

    `medoids`, `barred` and `last` number candidates. A medoid that is replaced becomes a candidate like all
    others: leave those out of `candidates` that never may. Changes the state.

    Returns
    -------
    n_swaps, last, arrived, loss
    """
    n = nearest.size
    change = np.empty_like(removal)
    touched, slot_before = np.empty(n, np.int64), np.empty(n, nearest.dtype)
    d1_before, d2_before = np.empty_like(d1), np.empty_like(d2)
    n_swaps = 0
    for i in range(candidates.size):
        j = candidates[i]
        if j == last:
            return n_swaps, last, True, loss
        if barred[j]:
            continue
        row = block[i]
        delta, slot = evaluate(row, nearest, d1, d2, weights, removal, n_fixed, change)
        if delta < -epsilon * loss:
            swapped, loss = swap_row(
                row, near, slot, -1, medoids, nearest, second, d1, d2, weights, removal, loss,
                touched, slot_before, d1_before, d2_before,
            )  # fmt: skip
            if swapped:
                barred[medoids[slot]] = False
                barred[j] = True
                medoids[slot] = j
                n_swaps, last = n_swaps + 1, j
    return n_swaps, last, False, loss


@njit(cache=True)
def _perform(
    D, row, near, slot, j, medoids, nearest, second, d1, d2, touched, slot_before, d1_before, d2_before
):
    count = 0
    for o in range(row.size):
        d, slot0, a0, b0 = row[o], nearest[o], d1[o], d2[o]
        if d >= b0 and slot0 != slot and second[o] != slot and o != j:
            continue
        if o == j:
            if slot0 != slot:
                second[o], d2[o] = slot0, a0
            nearest[o], d1[o] = slot, d
        elif slot0 == slot:
            if d < b0:
                d1[o] = d
            else:
                nearest[o], d1[o] = second[o], b0
                _find_second(D, near, o, medoids, nearest, second, d2)
        elif d < a0:
            second[o], d2[o] = slot0, a0
            nearest[o], d1[o] = slot, d
        elif d < b0:
            second[o], d2[o] = slot, d
        else:
            _find_second(D, near, o, medoids, nearest, second, d2)
        if nearest[o] != slot0 or d1[o] != a0 or d2[o] != b0:
            touched[count], slot_before[count] = o, slot0
            d1_before[count], d2_before[count] = a0, b0
            count += 1
    return count


@njit(cache=True)
def _find_second(D, near, o, medoids, nearest, second, d2):
    first, best = nearest[o], -1
    shortest = d2.dtype.type(0)
    if near.shape[0] > 0:
        row = near[o]
        for s in range(medoids.size):
            if s != first and (best < 0 or row[s] < shortest):
                best, shortest = s, row[s]
    else:
        row = D[o]
        for s in range(medoids.size):
            if s != first and (best < 0 or row[medoids[s]] < shortest):
                best, shortest = s, row[medoids[s]]
    second[o], d2[o] = best, shortest
