"""Kernels of the ranked engine. See `cayley.engines.ranked` for the method and the meaning of the arrays."""

from numba import njit, prange
from numpy import int64, uint32, uint64

from cayley.engines._bitscan import clear_lowest, count_ones, trailing_zeros

_ONE = uint64(1)
_SIX = uint64(6)
_63 = uint64(63)


@njit(cache=True)
def _list_bits(bits, offset, found, n_found):
    """Append the positions of the set bits of a word to `found`, which needs room for four more.

    Most words hold few new states, but how many is hard to predict: four entries are written without asking,
    and superfluous ones are overwritten later.
    """
    n_bits = count_ones(bits)
    for j in range(4):
        found[n_found + j] = uint32(offset + trailing_zeros(bits))
        bits = clear_lowest(bits)
    for j in range(4, n_bits):
        found[n_found + j] = uint32(offset + trailing_zeros(bits))
        bits = clear_lowest(bits)
    return n_found + n_bits


@njit(cache=True)
def _absorb_and_list(seen, here, start, end, found):
    """Move the candidates of a segment that are new to `seen`, list their ranks, and clear the candidates."""
    n_found = 0
    for i in range(start, end):
        candidates = here[i]
        if candidates:
            known = seen[i]
            new = candidates & ~known
            seen[i] = known | new
            here[i] = uint64(0)
            n_found = _list_bits(new, 64 * (i - start), found, n_found)
    return n_found


@njit(cache=True)
def _push(found, high_move, low_moves, layout, near, touched):
    """Apply a generator to the listed states of a segment: set the bits of their images."""
    base, rank, shift, mask = layout
    for i in range(found.size):
        image = high_move + low_moves[found[i]]
        high = image >> shift
        position = base[high] + uint64(rank[image & mask])
        near[position >> _SIX] |= _ONE << (position & _63)
        touched[high] = 1


@njit(cache=True)
def next_layer_serial(segments, moves, layout, seen, here, near, touched, touched_near, found, recent):
    """Count the new states among the candidates `here`, and collect their neighbours in `near`.

    The first states that are found are noted in `recent`, as ``segment << 32 | rank``.

    Returns
    -------
    n_new : int
    n_words : int
        Machine words of each bitmap that were looked at.
    """
    segment_high, first_low, first_word, n_words = segments
    high_moves, low_moves = moves
    n_new = int64(0)
    swept = int64(0)
    for s in range(segment_high.size):
        high = segment_high[s]
        if touched[high] == 0:
            continue
        touched[high] = 0
        swept += n_words[s]
        n_found = _absorb_and_list(seen, here, first_word[s], first_word[s] + n_words[s], found)
        for i in range(min(n_found, recent.size - n_new)):
            recent[n_new + i] = (uint64(s) << uint64(32)) | uint64(found[i])
        n_new += n_found
        for g in range(high_moves.shape[0]):
            _push(found[:n_found], high_moves[g, s], low_moves[g, first_low[s] :], layout, near, touched_near)
    return n_new, swept


@njit(cache=True)
def _absorb(seen, here, start, end):
    """Move the candidates of a segment that are new to `seen`, keep only these, and count them."""
    n_new = int64(0)
    for i in range(start, end):
        candidates = here[i]
        if candidates:
            known = seen[i]
            new = candidates & ~known
            seen[i] = known | new
            here[i] = new
            n_new += count_ones(new)
    return n_new


@njit(cache=True)
def _absorb_range(start, end, segments, seen, here, touched, n_new):
    segment_high, _, first_word, n_words = segments
    for s in range(start, end):
        high = segment_high[s]
        n_new[s] = 0
        if touched[high] != 0:
            touched[high] = 0
            n_new[s] = _absorb(seen, here, first_word[s], first_word[s] + n_words[s])


@njit(cache=True, parallel=True)
def absorb(segments, seen, here, touched, n_new):
    """Reduce the candidates of all segments to the new states, which are counted for each segment."""
    n_segments = n_new.size
    n_chunks = min(256, n_segments)
    for chunk in prange(n_chunks):
        _absorb_range(
            chunk * n_segments // n_chunks,
            (chunk + 1) * n_segments // n_chunks,
            segments,
            seen,
            here,
            touched,
            n_new,
        )


@njit(cache=True)
def _list_range(start, end, segments, here, ends, begin, found):
    _, _, first_word, n_words = segments
    for s in range(start, end):
        first = ends[s - 1] if s > 0 else 0
        if ends[s] == first:
            continue
        n_found = first - begin
        last = ends[s] - begin
        for i in range(first_word[s], first_word[s] + n_words[s]):
            bits = here[i]
            here[i] = uint64(0)
            while bits:
                found[n_found] = uint32(64 * (i - first_word[s]) + trailing_zeros(bits))
                n_found += 1
                bits = clear_lowest(bits)
            if n_found == last:
                break


@njit(cache=True, parallel=True)
def list_states(start, end, segments, here, ends, begin, found):
    """List the ranks of the states of segments start, ..., end-1, and clear them.

    `ends` sums up the numbers of states; the list begins after state number `begin`.
    """
    n_chunks = min(256, end - start)
    for chunk in prange(n_chunks):
        _list_range(
            start + chunk * (end - start) // n_chunks,
            start + (chunk + 1) * (end - start) // n_chunks,
            segments,
            here,
            ends,
            begin,
            found,
        )


@njit(cache=True)
def _push_segments(
    order, start, end, segments, ends, begin, found, high_moves, low_moves, layout, near, touched
):
    _, first_low, _, _ = segments
    for s in order:
        if start <= s < end:
            first = ends[s - 1] if s > 0 else 0
            if ends[s] > first:
                _push(
                    found[first - begin : ends[s] - begin],
                    high_moves[s],
                    low_moves[first_low[s] :],
                    layout,
                    near,
                    touched,
                )


@njit(cache=True, parallel=True)
def push_states(
    order, parts, start, end, segments, ends, begin, found, high_moves, low_moves, layout, near, touched
):
    """Apply one generator to the listed states, on several threads.

    ``order[parts[i]:parts[i + 1]]`` are segments whose images share no segment with those of other parts.
    """
    for part in prange(parts.size - 1):
        _push_segments(
            order[parts[part] : parts[part + 1]],
            start,
            end,
            segments,
            ends,
            begin,
            found,
            high_moves,
            low_moves,
            layout,
            near,
            touched,
        )
