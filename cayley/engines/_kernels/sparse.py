"""Kernels of the sparse engine. See `cayley.engines.sparse` for the method and the meaning of the arrays.

A `step` is the tuple that `cayley.engines._codes` builds: how the generators act on packed states. Its
member `words` has one entry for each word of a state, so that its length is known to the compiler.
The kernels release the interpreter's lock; each works on a share of states or buckets of its own.
"""

from numba import njit
from numpy import empty, float64, int64, uint8, uint32, uint64, zeros

BLOCK = 512  # states that go through one generator together, in the first-level cache
_ROW = BLOCK + 136  # length of its buffers: not 4096 bytes, lest the same index of two of them alias
_RUN = 32768  # states that go through all generators together, in the second-level cache
_PROBES = 128  # states whose places are computed before the table is read
_MIX = uint64(0x9E3779B97F4A7C15)  # odd, so that multiplication is one to one
_MIX_AGAIN = uint64(0xD6E8FEB86659FD93)
_ONE = uint64(1)


@njit(cache=True, nogil=True)
def _at(i, w, words):
    """Index of a word of state i. Unsigned, as numba tests a signed index for being negative."""
    return uint64(i) * uint64(len(words)) + uint64(w)


@njit(cache=True, nogil=True)
def _fold(value):
    return (value ^ (value >> uint64(32))) * _MIX


@njit(cache=True, nogil=True)
def _finish(value):
    return (value ^ (value >> uint64(32))) * _MIX_AGAIN


@njit(cache=True, nogil=True)
def _mix(codes, i, words, code_mask):
    """Spread a state over 64 bits. Only order and places depend on it: states are compared in full."""
    mixed = uint64(0)
    for w in range(len(words)):
        mixed = _fold(mixed ^ (codes[_at(i, w, words)] & code_mask[w]))
    return _finish(mixed)


@njit(cache=True, nogil=True)
def _mix_block(image, n, words, code_mask, mixed):
    """Do what `_mix` does for a block of states, word by word."""
    for i in range(n):
        mixed[i] = 0
    for w in range(len(words)):
        row, mask = image[w], code_mask[w]
        for i in range(n):
            mixed[i] = _fold(mixed[i] ^ (row[i] & mask))
    for i in range(n):
        mixed[i] = _finish(mixed[i])


@njit(cache=True, nogil=True)
def _bucket(mixed, bucket_bits):
    return (mixed >> _ONE) >> uint64(63 - bucket_bits)


@njit(cache=True, nogil=True)
def _select(codes, first, last, mark_word, mark, words, block):
    """Copy the states without a mark into `block`, one row for each word; return how many."""
    if mark == 0:
        for w in range(len(words)):
            for i in range(first, last):
                block[w, i - first] = codes[_at(i, w, words)]
        return last - first
    found = 0
    for i in range(first, last):
        for w in range(len(words)):
            block[w, found] = codes[_at(i, w, words)]
        found += (codes[_at(i, mark_word, words)] & mark) == 0
    return found


@njit(cache=True, nogil=True)
def _move_entries(block, n, shifts, g, image):
    """Permute the entries of the states: entries that go equally far move under one mask."""
    first, source, target, left, right, mask = shifts
    for op in range(first[g], first[g + 1]):
        row, moved = block[source[op]], image[target[op]]
        up, down, kept = left[op], right[op], mask[op]
        for i in range(n):
            moved[i] |= ((row[i] & kept) << up) >> down


@njit(cache=True, nogil=True)
def _map_digits(block, n, digits, g, image):
    """Replace each digit (a few entries of a state) by its image in a table."""
    word, shift, mask, offset, table = digits
    images = table[g]
    for d in range(word.size):
        row, moved = block[word[d]], image[word[d]]
        down, kept, at = shift[d], mask[d], uint64(offset[d])
        for i in range(n):
            moved[i] |= uint64(images[at + ((row[i] >> down) & kept)]) << down


@njit(cache=True, nogil=True)
def _add_entries(block, n, sums, g, image, words, total):
    """Replace entries of a matrix by sums of multiples of entries modulo m, but those that stay."""
    keep, first, word, shift, fixed, term_first, term_word, term_shift, factor, entry, modulus, small = sums
    inverse, m = 1.0 / float64(modulus), int64(modulus)
    for w in range(len(words)):
        row, moved, kept = block[w], image[w], keep[g, w]
        for i in range(n):
            moved[i] |= row[i] & kept
    for t in range(first[g], first[g + 1]):
        total[:n] = fixed[t]
        for term in range(term_first[t], term_first[t + 1]):
            row, down, times = block[term_word[term]], term_shift[term], factor[term]
            for i in range(n):
                total[i] += ((row[i] >> down) & entry) * times
            if not small:
                for i in range(n):
                    total[i] %= modulus
        moved, up = image[word[t]], shift[t]
        if small:  # totals below 2^52: the quotient by way of floating point is off by one at most
            for i in range(n):
                rest = int64(total[i]) - int64(float64(int64(total[i])) * inverse) * m
                rest += m if rest < 0 else 0
                rest -= m if rest >= m else 0
                moved[i] |= uint64(rest) << up
        else:
            for i in range(n):
                moved[i] |= total[i] << up


@njit(cache=True, nogil=True)
def _expand(codes, first, last, g, step, block, image, mixed):
    """Take states along generator g, but those that it takes back; along the identity if g is -1.

    `image` receives the states, `mixed` what `_mix` makes of them. Returns how many there are.
    """
    kind, words, masks, shifts, digits, sums = step
    code_mask, mark_word, mark, stamp = masks
    if g < 0:
        for w in range(len(words)):
            for i in range(last - first):
                image[w, i] = codes[_at(first + i, w, words)]
        _mix_block(image, last - first, words, code_mask, mixed)
        return last - first
    n = _select(codes, first, last, mark_word[g], mark[g], words, block)
    for w in range(len(words)):
        row = image[w]
        for i in range(n):
            row[i] = stamp[g, w]
    if kind == 0:
        _move_entries(block, n, shifts, g, image)
    elif kind == 1:
        _map_digits(block, n, digits, g, image)
    else:
        _add_entries(block, n, sums, g, image, words, mixed)
    _mix_block(image, n, words, code_mask, mixed)
    return n


@njit(cache=True, nogil=True)
def count(codes, first, last, step):
    """Count the steps that are followed from some states."""
    words, (_, mark_word, mark, _) = step[1], step[2]
    steps = int64(0)
    for run in range(first, last, _RUN):
        end = min(run + _RUN, last)
        for g in range(mark.size):
            word, stop = mark_word[g], mark[g]
            for i in range(run, end):
                steps += (codes[_at(i, word, words)] & stop) == 0
    return steps


@njit(cache=True, nogil=True)
def _choose(image, mixed, n, bucket_bits, first_bucket, n_buckets, words):
    """Move the states that belong to a range of buckets to the front; return how many."""
    wanted = 0
    for i in range(n):
        bucket = _bucket(mixed[i], bucket_bits) - uint64(first_bucket)  # less than zero becomes large
        mixed[wanted] = mixed[i]
        for w in range(len(words)):
            image[w, wanted] = image[w, i]
        wanted += bucket < uint64(n_buckets)
    return wanted


@njit(cache=True, nogil=True)
def _write(image, mixed, n, bucket_bits, first_bucket, run, counts, words, room, place_of):
    """Append a block of states to the runs of their buckets.

    In two loops, as a processor that must store where it has just read to loses time with each state.
    """
    begin, stride, capacity = uint64(run[0]), uint64(run[1]), uint64(run[2])
    for i in range(n):
        bucket = _bucket(mixed[i], bucket_bits) - uint64(first_bucket)
        place_of[i] = begin + bucket * stride + min(counts[bucket], capacity)
        counts[bucket] += _ONE
    for i in range(n):
        for w in range(len(words)):
            room[_at(place_of[i], w, words)] = image[w, i]


@njit(cache=True, nogil=True)
def scatter(codes, first, last, n_shares, steps, step, bucket_bits, first_bucket, run, counts, room):
    """Write the states where some steps lead to the runs of their buckets, for one share of the states.

    Shares take turns, block by block: the order of states is by bucket, and a step may keep some of it. The
    first block of this share begins at `first`.
    `steps` are the generators to follow; -1 is the identity. `run` tells where the run of the first bucket
    begins, the distance to that of the next bucket, and its capacity. ``counts[b]`` is advanced by each state
    that belongs to a bucket, counted from `first_bucket`: beyond the capacity, all overwrite one spare place
    at the end of the run.
    """
    words = step[1]
    block = empty((len(words), _ROW), uint64)
    image = empty((len(words), _ROW), uint64)
    mixed = empty(_ROW, uint64)
    place_of = empty(_ROW, uint64)
    turn = n_shares * BLOCK
    run_size = max(_RUN // turn, 1) * turn
    for start in range(first, last, run_size):
        end = min(start + run_size, last)
        for g in steps:
            for begin in range(start, end, turn):
                n = _expand(codes, begin, min(begin + BLOCK, end), g, step, block, image, mixed)
                if counts.size < int64(1) << bucket_bits:
                    n = _choose(image, mixed, n, bucket_bits, first_bucket, counts.size, words)
                _write(image, mixed, n, bucket_bits, first_bucket, run, counts, words, room, place_of)


@njit(cache=True, nogil=True)
def _table_bits(items):
    bits = 4
    while (int64(1) << bits) < 3 * items:
        bits += 1
    return bits


@njit(cache=True, nogil=True)
def _differ(table, slot, found, i, words, code_mask):
    different = uint64(0)
    for w in range(len(words)):
        different |= (table[_at(slot, w, words)] ^ found[_at(i, w, words)]) & code_mask[w]
    return different != 0


@njit(cache=True, nogil=True)
def _try_first_slots(found, begin, n, words, code_mask, table, slots, is_new, unsettled):
    """Put states into a hash table if the first slot is free or holds the same state; list the others.

    Most states are settled here. A free slot and one with the same state are treated alike, so that the
    processor has no branch to guess, and nothing is stored at an address that depends on what was read.
    """
    last = len(words) - 1
    n_unsettled = 0
    for i in range(n):
        slot = slots[i]
        is_free = table[_at(slot, last, words)] == 0
        settled = is_free | (not _differ(table, slot, found, begin + i, words, code_mask))
        for w in range(len(words)):
            table[_at(slot, w, words)] |= found[_at(begin + i, w, words)] if settled else uint64(0)
        is_new[i] = is_free
        unsettled[n_unsettled] = i
        n_unsettled += 1 - settled
    return n_unsettled


@njit(cache=True, nogil=True)
def _insert(found, begin, n, words, code_mask, table, bits, work):
    """Put a block of states into a hash table; tell where, and which were not there.

    A slot whose last word is zero is free. The marks of equal states are united.
    """
    slots, is_new, unsettled = work
    last, mask = len(words) - 1, (_ONE << uint64(bits)) - _ONE
    n_unsettled = _try_first_slots(found, begin, n, words, code_mask, table, slots, is_new, unsettled)
    for k in range(n_unsettled):
        i = unsettled[k]
        slot = uint64(slots[i])
        while (table[_at(slot, last, words)] != 0) & _differ(
            table, slot, found, uint64(begin) + uint64(i), words, code_mask
        ):
            slot = (slot + _ONE) & mask
        is_new[i] = table[_at(slot, last, words)] == 0
        for w in range(len(words)):
            table[_at(slot, w, words)] |= found[_at(uint64(begin) + uint64(i), w, words)]
        slots[i] = slot


@njit(cache=True, nogil=True)
def _append_new(slots, is_new, n, new_slots, kept):
    for i in range(n):
        new_slots[kept] = slots[i]
        kept += is_new[i]
    return kept


@njit(cache=True, nogil=True)
def _insert_run(codes, begin, end, bucket_bits, bits, words, code_mask, table, new_slots, kept, work):
    """Put a run of states into a hash table of 2^bits slots; append the slots of the new ones."""
    slots, is_new, _ = work
    for first in range(begin, end, slots.size):
        n = min(slots.size, end - first)
        for i in range(n):
            mixed = _mix(codes, first + i, words, code_mask)
            slots[i] = (mixed << uint64(bucket_bits)) >> uint64(64 - bits)
        _insert(codes, first, n, words, code_mask, table, bits, work)
        kept = _append_new(slots, is_new, n, new_slots, kept)
    return kept


@njit(cache=True, nogil=True)
def _take(table, slots, n, words, codes, begin):
    """Copy the states in some slots of a hash table to ``codes[begin]`` onwards."""
    for k in range(n):
        for w in range(len(words)):
            codes[_at(begin + k, w, words)] = table[_at(slots[k], w, words)]


@njit(cache=True, nogil=True)
def _size_of(runs):
    size = int64(0)
    for r in range(len(runs)):
        size += runs[r, 1] - runs[r, 0]
    return size


@njit(cache=True, nogil=True)
def unite(first, last, room, runs, known, known_runs, bucket_bits, words, code_mask, kept):
    """Find the new states of buckets first, ..., last-1; they end up where the first run of each begins.

    ``runs[b, r]`` are the bounds of a run of candidates in `room`, ``known_runs[b, r]`` those of a run of
    states in `known` that are not new.
    """
    largest = int64(0)
    for b in range(first, last):
        largest = max(largest, _size_of(runs[b]) + _size_of(known_runs[b]))
    table = empty((int64(1) << _table_bits(largest)) * len(words), uint64)
    new_slots = empty(largest + 1, uint32)
    work = empty(_PROBES, uint32), empty(_PROBES, uint8), empty(_PROBES, uint32)
    for b in range(first, last):
        bits = _table_bits(_size_of(runs[b]) + _size_of(known_runs[b]))
        table[: (int64(1) << bits) * len(words)] = 0
        for r in range(known_runs.shape[1]):
            begin, end = known_runs[b, r, 0], known_runs[b, r, 1]
            _insert_run(
                known, begin, end, bucket_bits, bits, words, code_mask, table, new_slots, int64(0), work
            )
        found = int64(0)
        for r in range(runs.shape[1]):
            begin, end = runs[b, r, 0], runs[b, r, 1]
            found = _insert_run(
                room, begin, end, bucket_bits, bits, words, code_mask, table, new_slots, found, work
            )
        _take(table, new_slots, found, words, room, runs[b, 0, 0])
        kept[b] = found


@njit(cache=True, nogil=True)
def gather(first, last, room, runs, kept, ends, words, codes):
    """Copy the new states of the buckets into an array, up to ``ends[b]`` for bucket b; it may be `room`."""
    for b in range(first, last):
        source, target = _at(runs[b, 0, 0], 0, words), _at(ends[b] - kept[b], 0, words)
        for i in range(_at(kept[b], 0, words)):
            codes[target + i] = room[source + i]


@njit(cache=True, nogil=True)
def _pack(image, n, words, packed):
    for w in range(len(words)):
        for i in range(n):
            packed[_at(i, w, words)] = image[w, i]


@njit(cache=True, nogil=True)
def advance(codes, known, step, n_items, new):
    """Expand a small layer into one hash table, without buckets; return the number of new states.

    `known` are states that are not new. Together with the candidates they are at most `n_items`. `new` is an
    array for the candidates.
    """
    words, code_mask = step[1], step[2][0]
    bits = _table_bits(n_items)
    table = zeros((int64(1) << bits) * len(words), uint64)
    new_slots = empty(n_items + 1, uint32)
    work = empty(BLOCK, uint32), empty(BLOCK, uint8), empty(BLOCK, uint32)
    slots, is_new, _ = work
    n_known = known.size // len(words)
    _insert_run(known, 0, n_known, 0, bits, words, code_mask, table, new_slots, int64(0), work)
    block = empty((len(words), _ROW), uint64)
    image = empty((len(words), _ROW), uint64)
    mixed = empty(_ROW, uint64)
    packed = empty(_ROW * len(words), uint64)
    n_states, found = codes.size // len(words), int64(0)
    for g in range(step[2][2].size):
        for begin in range(0, n_states, BLOCK):
            n = _expand(codes, begin, min(begin + BLOCK, n_states), g, step, block, image, mixed)
            _pack(image, n, words, packed)
            for i in range(n):
                slots[i] = mixed[i] >> uint64(64 - bits)
            _insert(packed, 0, n, words, code_mask, table, bits, work)
            found = _append_new(slots, is_new, n, new_slots, found)
    _take(table, new_slots, found, words, new, 0)
    return found


@njit(cache=True, nogil=True)
def _first_slot(mixed, region_bits, region_size):
    low = (mixed << uint64(region_bits)) >> uint64(32)
    return _bucket(mixed, region_bits) * uint64(region_size) + ((low * uint64(region_size)) >> uint64(32))


@njit(cache=True, nogil=True)
def _search(table, slot, region_size, codes, i, words, code_mask):
    """Find the slot of a state in the set of visited states, or the free slot where it belongs."""
    last = len(words) - 1
    while (table[_at(slot, last, words)] != 0) & _differ(table, slot, codes, i, words, code_mask):
        slot += _ONE
        if slot % uint64(region_size) == 0:
            slot -= uint64(region_size)
    return slot


@njit(cache=True, nogil=True)
def _visit(codes, begin, n, work, words, code_mask, visited, used, new, target):
    """Put a block of states into the set of visited states, and the new ones to ``new[target]`` onwards.

    Returns how many were dealt with, where the next new one would go, and a number without a meaning, lest
    the first reads be optimised away: they bring the slots into the cache side by side.
    """
    slots, regions, unsettled = work
    last, region_size = len(words) - 1, visited.size // len(words) // used.size
    limit = region_size - region_size // 8 - 1
    fetched = uint64(0)
    for i in range(n):
        fetched |= visited[_at(slots[i], last, words)]
    n_unsettled = 0
    for i in range(n):  # without a branch that the processor would have to guess
        is_free = visited[_at(slots[i], last, words)] == 0
        unsettled[n_unsettled] = i
        n_unsettled += is_free | _differ(visited, slots[i], codes, begin + i, words, code_mask)
    for k in range(n_unsettled):
        i = unsettled[k]
        state = uint64(begin) + uint64(i)
        slot = _search(visited, slots[i], region_size, codes, state, words, code_mask)
        if visited[_at(slot, last, words)] != 0:
            continue
        if used[regions[i]] >= limit:
            return int64(i), target, fetched
        used[regions[i]] += 1
        for w in range(len(words)):
            visited[_at(slot, w, words)] = codes[_at(state, w, words)]
            new[_at(target, w, words)] = codes[_at(state, w, words)]
        target += 1
    return n, target, fetched


@njit(cache=True, nogil=True)
def visit(first, last, room, runs, words, code_mask, visited, used, region_bits, done, kept):
    """Do what `unite` does for a set of visited states that is kept; stop in a run whose region is full.

    The set is a hash table in regions of equal size, numbered by the first bits of mixed codes; ``used[r]``
    slots of region r are taken. ``done[b, r]`` is the number of candidates that were dealt with: those of a
    run that stopped are continued after `enlarge`. Returns a number without a meaning.
    """
    region_size = visited.size // len(words) // used.size
    work = empty(_PROBES, uint64), empty(_PROBES, uint32), empty(_PROBES, uint32)
    slots, regions, _ = work
    fetched = uint64(0)
    for b in range(first, last):
        target = runs[b, 0, 0] + kept[b]
        for r in range(runs.shape[1]):
            end = runs[b, r, 1]
            for begin in range(runs[b, r, 0] + done[b, r], end, _PROBES):
                n = min(_PROBES, end - begin)
                for i in range(n):
                    mixed = _mix(room, begin + i, words, code_mask)
                    regions[i] = _bucket(mixed, region_bits)
                    slots[i] = _first_slot(mixed, region_bits, region_size)
                dealt, target, read = _visit(
                    room, begin, n, work, words, code_mask, visited, used, room, target
                )
                fetched |= read
                done[b, r] += dealt
                if dealt < n:
                    break
        kept[b] = target - runs[b, 0, 0]
    return fetched


@njit(cache=True, nogil=True)
def advance_visited(codes, step, first_region, n_regions, visited, used, region_bits, new, found):
    """Expand a small layer into a range of regions of the set of visited states, without buckets.

    `found` new states are in `new` already. Returns how many there are, whether no region was full, so that
    all is done, and a number without a meaning.
    """
    words, code_mask = step[1], step[2][0]
    region_size = visited.size // len(words) // used.size
    work = empty(BLOCK, uint64), empty(BLOCK, uint32), empty(BLOCK, uint32)
    slots, regions, _ = work
    block = empty((len(words), _ROW), uint64)
    image = empty((len(words), _ROW), uint64)
    mixed = empty(_ROW, uint64)
    packed = empty(_ROW * len(words), uint64)
    n_states, fetched = codes.size // len(words), uint64(0)
    for g in range(step[2][2].size):
        for begin in range(0, n_states, BLOCK):
            n = _expand(codes, begin, min(begin + BLOCK, n_states), g, step, block, image, mixed)
            if n_regions < used.size:
                n = _choose(image, mixed, n, region_bits, first_region, n_regions, words)
            _pack(image, n, words, packed)
            for i in range(n):
                regions[i] = _bucket(mixed[i], region_bits)
                slots[i] = _first_slot(mixed[i], region_bits, region_size)
            dealt, found, read = _visit(packed, 0, n, work, words, code_mask, visited, used, new, found)
            fetched |= read
            if dealt < n:
                return found, False, fetched
    return found, True, fetched


@njit(cache=True, nogil=True)
def enlarge(old, words, code_mask, visited, used, region_bits):
    """Move the visited states into a larger table; False if a region of it is full."""
    region_size = visited.size // len(words) // used.size
    for i in range(old.size // len(words)):
        if old[i * len(words) + len(words) - 1] == 0:
            continue
        mixed = _mix(old, i, words, code_mask)
        region = _bucket(mixed, region_bits)
        if used[region] + 1 >= region_size:
            return False
        slot = _first_slot(mixed, region_bits, region_size)
        slot = _search(visited, slot, region_size, old, i, words, code_mask)
        for w in range(len(words)):
            visited[_at(slot, w, words)] = old[i * len(words) + w]
        used[region] += 1
    return True
