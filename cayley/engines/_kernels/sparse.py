"""Kernels of the sparse engine. See `cayley.engines.sparse` for the method and the meaning of the arrays.

A `step` is the tuple that `cayley.engines._codes` builds: how the generators act on packed states. Its
member `words` has one entry for each word of a state, so that its length is known to the compiler.
The kernels release the interpreter's lock; each works on a share of states or buckets of its own.
"""

from numba import njit
from numpy import empty, float64, int64, uint8, uint32, uint64

_BLOCK = 512  # states that go through one generator together, in the first-level cache
_ROW = _BLOCK + 136  # length of its buffers: not 4096 bytes, lest the same index of two of them alias
_RUN = 32768  # states that go through all generators together, in the second-level cache
_PROBES = 128  # states whose places are computed before the table is read
_MIX = uint64(0x9E3779B97F4A7C15)  # odd, so that multiplication is one to one
_MIX_AGAIN = uint64(0xD6E8FEB86659FD93)
_ONE = uint64(1)


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
        mixed = _fold(mixed ^ (codes[i * len(words) + w] & code_mask[w]))
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
    return int64((mixed >> _ONE) >> uint64(63 - bucket_bits))


@njit(cache=True, nogil=True)
def _select(codes, first, last, mark_word, mark, words, block):
    """Copy the states without a mark into `block`, one row for each word; return how many."""
    found = 0
    for i in range(first, last):
        for w in range(len(words)):
            block[w, found] = codes[i * len(words) + w]
        found += (codes[i * len(words) + mark_word] & mark) == 0
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
        down, kept, at = shift[d], mask[d], offset[d]
        for i in range(n):
            moved[i] |= uint64(images[at + int64((row[i] >> down) & kept)]) << down


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
                image[w, i] = codes[(first + i) * len(words) + w]
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
def count(codes, first, last, steps, step, bucket_bits, counts):
    """Count the known states, ``counts[0, bucket]``, and candidates, ``counts[1, bucket]``, of some states.

    `steps` are the generators to follow; -1, the identity, brings the known states themselves.
    """
    n_words = len(step[1])
    block = empty((n_words, _ROW), uint64)
    image = empty((n_words, _ROW), uint64)
    mixed = empty(_ROW, uint64)
    for run in range(first, last, _RUN):
        end = min(run + _RUN, last)
        for g in steps:
            row = counts[int64(g >= 0)]
            for begin in range(run, end, _BLOCK):
                stop = min(begin + _BLOCK, end)
                n = _expand(codes, begin, stop, g, step, block, image, mixed)
                for i in range(n):
                    row[_bucket(mixed[i], bucket_bits)] += 1


@njit(cache=True, nogil=True)
def _write_all(image, mixed, n, bucket_bits, cursor, words, found, place_of):
    """Write a block of states to their places.

    In two loops, as a processor that must store where it has just read to loses time with each state.
    """
    for i in range(n):
        bucket = _bucket(mixed[i], bucket_bits)
        place_of[i] = cursor[bucket]
        cursor[bucket] += 1
    for i in range(n):
        at = place_of[i] * len(words)
        for w in range(len(words)):
            found[at + w] = image[w, i]


@njit(cache=True, nogil=True)
def _write_range(image, mixed, n, bucket_bits, first_bucket, cursor, words, found, place_of, chosen):
    """Do what `_write_all` does, for the states that belong to the buckets of `cursor`."""
    n_buckets = cursor.size
    wanted = 0
    for i in range(n):
        bucket = _bucket(mixed[i], bucket_bits) - first_bucket
        chosen[wanted] = i
        wanted += (bucket >= 0) & (bucket < n_buckets)
    for k in range(wanted):
        bucket = _bucket(mixed[chosen[k]], bucket_bits) - first_bucket
        place_of[k] = cursor[bucket]
        cursor[bucket] += 1
    for k in range(wanted):
        at = place_of[k] * len(words)
        for w in range(len(words)):
            found[at + w] = image[w, chosen[k]]


@njit(cache=True, nogil=True)
def scatter(codes, first, last, steps, step, bucket_bits, first_bucket, cursor, found):
    """Write what `count` counted for a range of buckets to ``found[cursor[is_candidate, bucket]]`` onwards.

    Buckets are counted from `first_bucket`. The cursors are advanced, for further states to follow.
    """
    words = step[1]
    block = empty((len(words), _ROW), uint64)
    image = empty((len(words), _ROW), uint64)
    mixed = empty(_ROW, uint64)
    chosen = empty(_ROW, int64)
    place_of = empty(_ROW, int64)
    for run in range(first, last, _RUN):
        end = min(run + _RUN, last)
        for g in steps:
            row = cursor[int64(g >= 0)]
            for begin in range(run, end, _BLOCK):
                stop = min(begin + _BLOCK, end)
                n = _expand(codes, begin, stop, g, step, block, image, mixed)
                if cursor.shape[1] == int64(1) << bucket_bits:
                    _write_all(image, mixed, n, bucket_bits, row, words, found, place_of)
                else:
                    _write_range(
                        image, mixed, n, bucket_bits, first_bucket, row, words, found, place_of, chosen
                    )


@njit(cache=True, nogil=True)
def place(counts, first_bucket, cursor, bounds):
    """Lay a range of buckets out: by bucket, known states before candidates, then by share.

    ``counts[share, is_candidate, bucket]`` are their numbers. `cursor` receives where each run begins,
    `bounds` where each bucket begins, its known states end, and it ends.
    """
    n_shares, _, n_buckets = cursor.shape
    at = int64(0)
    for b in range(n_buckets):
        for s in range(2):
            bounds[b, s] = at
            for t in range(n_shares):
                cursor[t, s, b] = at
                at += counts[t, s, first_bucket + b]
        bounds[b, 2] = at
    return at


@njit(cache=True, nogil=True)
def _table_bits(items):
    bits = 4
    while (int64(1) << bits) < 2 * items:
        bits += 1
    return bits


@njit(cache=True, nogil=True)
def _differ(table, slot, found, i, words, code_mask):
    different = uint64(0)
    for w in range(len(words)):
        different |= (table[slot * len(words) + w] ^ found[i * len(words) + w]) & code_mask[w]
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
        is_free = table[slot * len(words) + last] == 0
        settled = is_free | (not _differ(table, slot, found, begin + i, words, code_mask))
        for w in range(len(words)):
            table[slot * len(words) + w] |= found[(begin + i) * len(words) + w] if settled else uint64(0)
        is_new[i] = is_free
        unsettled[n_unsettled] = i
        n_unsettled += 1 - settled
    return n_unsettled


@njit(cache=True, nogil=True)
def _insert(found, begin, n, words, code_mask, table, mask, slots, is_new, unsettled):
    """Put a block of states into a hash table; tell where, and which were not there.

    A slot whose last word is zero is free. The marks of equal states are united.
    """
    last = len(words) - 1
    n_unsettled = _try_first_slots(found, begin, n, words, code_mask, table, slots, is_new, unsettled)
    for k in range(n_unsettled):
        i = unsettled[k]
        slot = slots[i]
        while (table[slot * len(words) + last] != 0) & _differ(
            table, slot, found, begin + i, words, code_mask
        ):
            slot = (slot + 1) & mask
        is_new[i] = table[slot * len(words) + last] == 0
        for w in range(len(words)):
            table[slot * len(words) + w] |= found[(begin + i) * len(words) + w]
        slots[i] = slot


@njit(cache=True, nogil=True)
def _unite(found, begin, known, end, bucket_bits, words, code_mask, table, new_slots, work):
    """Move the new states of a bucket to its front, each once with all its marks; return how many.

    The candidates before `known` are states that are not new.
    """
    slots, is_new, unsettled = work
    bits = _table_bits(end - begin)
    mask = (int64(1) << bits) - 1
    table[: (mask + 1) * len(words)] = 0
    kept = int64(0)
    first = begin
    while first < end:
        n = min(slots.size, (known if first < known else end) - first)
        for i in range(n):
            mixed = _mix(found, first + i, words, code_mask)
            slots[i] = (mixed << uint64(bucket_bits)) >> uint64(64 - bits)
        _insert(found, first, n, words, code_mask, table, mask, slots, is_new, unsettled)
        if first >= known:
            for i in range(n):
                new_slots[kept] = slots[i]
                kept += is_new[i]
        first += n
    for k in range(kept):
        for w in range(len(words)):
            found[(begin + k) * len(words) + w] = table[new_slots[k] * len(words) + w]
    return kept


@njit(cache=True, nogil=True)
def unite(first, last, found, bounds, bucket_bits, words, code_mask, kept):
    """Find the new states of buckets first, ..., last-1; they end up at the front of each."""
    largest = int64(0)
    for b in range(first, last):
        largest = max(largest, bounds[b, 2] - bounds[b, 0])
    table = empty((int64(1) << _table_bits(largest)) * len(words), uint64)
    new_slots = empty(largest + 1, uint32)
    work = empty(_PROBES, int64), empty(_PROBES, uint8), empty(_PROBES, int64)
    for b in range(first, last):
        begin, end = bounds[b, 0], bounds[b, 2]
        kept[b] = _unite(
            found, begin, bounds[b, 1], end, bucket_bits, words, code_mask, table, new_slots, work
        )


@njit(cache=True, nogil=True)
def gather(first, last, found, bounds, kept, ends, words, codes):
    """Copy the new states of the buckets into an array of their own, up to ``ends[b]`` for bucket b."""
    for b in range(first, last):
        source, target = bounds[b, 0] * len(words), (ends[b] - kept[b]) * len(words)
        for i in range(kept[b] * len(words)):
            codes[target + i] = found[source + i]


@njit(cache=True, nogil=True)
def _first_slot(mixed, region_bits, region_size):
    low = (mixed << uint64(region_bits)) >> uint64(32)
    return _bucket(mixed, region_bits) * region_size + int64((low * uint64(region_size)) >> uint64(32))


@njit(cache=True, nogil=True)
def _search(table, slot, region_size, codes, i, words, code_mask):
    """Find the slot of a state in the set of visited states, or the free slot where it belongs."""
    last = len(words) - 1
    while (table[slot * len(words) + last] != 0) & _differ(table, slot, codes, i, words, code_mask):
        slot += 1
        if slot % region_size == 0:
            slot -= region_size
    return slot


@njit(cache=True, nogil=True)
def _first_slots(codes, begin, n, words, code_mask, table, region_bits, region_size, slots):
    """Find where the search for each state of a block begins, and fetch these slots into the cache.

    Returns a number without a meaning, lest the reads be optimised away.
    """
    fetched = uint64(0)
    for i in range(n):
        slots[i] = _first_slot(_mix(codes, begin + i, words, code_mask), region_bits, region_size)
    for i in range(n):
        fetched |= table[slots[i] * len(words) + len(words) - 1]
    return fetched


@njit(cache=True, nogil=True)
def _visit(found, begin, end, target, words, code_mask, visited, used, region_bits, region_size, slots):
    """Put candidates into the set of visited states, and the new ones to `target` onwards.

    Returns how many were dealt with, where the next new one would go, and a number without a meaning.
    """
    limit = region_size - region_size // 8 - 1
    fetched = uint64(0)
    for first in range(begin, end, _PROBES):
        last = min(first + _PROBES, end)
        fetched |= _first_slots(
            found, first, last - first, words, code_mask, visited, region_bits, region_size, slots
        )
        for i in range(first, last):
            slot = _search(visited, slots[i - first], region_size, found, i, words, code_mask)
            if visited[slot * len(words) + len(words) - 1] != 0:
                continue
            region = slot // region_size
            if used[region] >= limit:
                return i - begin, target, fetched
            used[region] += 1
            for w in range(len(words)):
                visited[slot * len(words) + w] = found[i * len(words) + w]
                found[target * len(words) + w] = found[i * len(words) + w]
            target += 1
    return end - begin, target, fetched


@njit(cache=True, nogil=True)
def visit(first, last, found, bounds, words, code_mask, visited, used, region_bits, done, kept):
    """Do what `unite` does for a set of visited states that is kept; stop in a bucket whose region is full.

    The set is a hash table in regions of equal size, numbered by the first bits of mixed codes; ``used[r]``
    slots of region r are taken. ``done[b]`` is the number of candidates that were dealt with: those of a
    bucket that stopped are continued after `enlarge`. Returns a number without a meaning.
    """
    region_size = visited.size // len(words) // used.size
    slots = empty(_PROBES, int64)
    fetched = uint64(0)
    for b in range(first, last):
        begin, target = bounds[b, 0] + done[b], bounds[b, 0] + kept[b]
        dealt, target, read = _visit(
            found,
            begin,
            bounds[b, 2],
            target,
            words,
            code_mask,
            visited,
            used,
            region_bits,
            region_size,
            slots,
        )
        done[b] += dealt
        kept[b] = target - bounds[b, 0]
        fetched |= read
    return fetched


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
            visited[slot * len(words) + w] = old[i * len(words) + w]
        used[region] += 1
    return True
