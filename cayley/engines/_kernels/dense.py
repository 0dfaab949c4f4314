"""Kernels of the dense engine. See `cayley.engines.dense` for the method and the meaning of the arrays."""

from numba import njit, prange
from numpy import empty, int32, int64, uint64

from cayley.engines._bits import gather_bits
from cayley.engines._bitscan import count_ones

_RUN = uint64(4095)
_HALVES = uint64(0x5555555555555555)
_QUARTERS = uint64(0x3333333333333333)
_EIGHTHS = uint64(0x0F0F0F0F0F0F0F0F)


@njit(cache=True)
def _descend(p, digits, top, bottom):
    """Follow the digits top, ..., bottom+1 along the permutation in `p`, which becomes the induced one.

    Returns the source digits as one number, in mixed radix.
    """
    number = int64(0)
    for m in range(top, bottom, -1):
        digit = digits[m]
        image = p[digit]
        number = number * m + image
        for i in range(m - 1):
            x = p[i if i < digit else i + 1]
            p[i] = x - 1 if x > image else x
    return number


@njit(cache=True)
def _lexicographic_rank(p, n):
    rank = 0
    for i in range(n):
        smaller = 0
        for j in range(i + 1, n):
            smaller += p[j] < p[i]
        rank = rank * (n - i) + smaller
    return rank


@njit(cache=True)
def _split_digits(number, top, bottom, digits):
    """Write the mixed-radix digits top, ..., bottom+1 of a number; return the parity of their sum."""
    parity = 0
    for m in range(bottom + 1, top + 1):
        digits[m] = number % m
        number //= m
        parity ^= digits[m] & 1
    return parity


@njit(cache=True, parallel=True)
def block_moves(generators, n_blocks, block_parity, source_block, signature):
    """Fill the block tables: parity of the digits of each block, and its source along each generator.

    `signature` receives the rank of the induced permutation of 8 points, see `unrank8`.
    """
    n_generators, degree = generators.shape
    n_chunks = (n_blocks + 4095) // 4096
    for chunk in prange(n_chunks):
        digits = empty(degree + 1, int64)
        p = empty(degree, int64)
        for block in range(chunk * 4096, min((chunk + 1) * 4096, n_blocks)):
            block_parity[block] = _split_digits(block, degree, 8, digits)
            for g in range(n_generators):
                p[:] = generators[g]
                source_block[block, g] = _descend(p, digits, degree, 8)
                signature[block, g] = _lexicographic_rank(p, 8)


@njit(cache=True)
def signature_moves(signatures, word, gather):
    """Fill the moves of words within a block, for each signature (a permutation of 8 points).

    `word[s, i]` is the word that word i is fetched from; `gather[s, parity, i]` the row of the table of bit
    gathers, for each parity of the digits of the block.
    """
    digits = empty(9, int64)
    p = empty(8, int64)
    for s in range(signatures.shape[0]):
        for i in range(word.shape[1]):
            p[:] = signatures[s]
            parity = _split_digits(i, 8, 5, digits)
            word[s, i] = _descend(p, digits, 8, 5)
            row = 2 * _lexicographic_rank(p, 5)
            gather[s, 0, i] = row + parity
            gather[s, 1, i] = row + 1 - parity


@njit(cache=True)
def active_blocks(plane, plane_of, source_block, changed, count, full, copies, active):
    """List the blocks of a plane that the next layer can reach, or that must be copied; return how many.

    `plane_of[g]` is the plane that generator g is pulled from.
    """
    n_blocks, n_generators = source_block.shape
    found = 0
    for block in range(n_blocks):
        wanted = copies and changed[plane, block] != 0
        if not wanted and count[plane, block] < full:
            for g in range(n_generators):
                if changed[plane_of[g], source_block[block, g]] != 0:
                    wanted = True
                    break
        if wanted:
            active[found] = block
            found += 1
    return found


@njit(cache=True)
def _pull_identity(source, target):
    for i in range(target.size):
        target[i] |= source[i]


@njit(cache=True)
def _pull_gather(source, target, word, gather, positions):
    for i in range(target.size):
        target[i] |= gather_bits(source[word[i]], positions, int64(gather[i]) * 64)


@njit(cache=True)
def _pull_lookup(source, target, word, gather, table, shift, row):
    for i in range(target.size):
        bits = source[word[i]]
        move = gather[i]
        moved = uint64(0)
        for run in range(5):
            value = (bits >> uint64(shift[move, run])) & _RUN
            moved |= uint64(table[row[move, run], value]) << uint64(12 * run)
        target[i] |= moved


@njit(cache=True)
def _count_block(words):
    """Count the bits that are set, in parallel halves, quarters, ... of each word."""
    total = uint64(0)
    for i in range(words.size):
        x = words[i]
        x = (x & _HALVES) + ((x >> uint64(1)) & _HALVES)
        x = (x & _QUARTERS) + ((x >> uint64(2)) & _QUARTERS)
        x = (x & _EIGHTHS) + ((x >> uint64(4)) & _EIGHTHS)
        x += x >> uint64(8)
        x += x >> uint64(16)
        x += x >> uint64(32)
        total += x & uint64(127)
    return int32(total)


@njit(cache=True)
def _pull_block(block, plane, plane_of, old, new, copies, blocks, moves, changed, count, full):
    """Bring one block to the next layer; return the number of states that are new, and of blocks moved."""
    source_block, signature, block_parity = blocks
    identity, word, gather, use_gather, positions, table, shift, row = moves
    target = new[plane, block]
    if copies and changed[plane, block] != 0:
        target[:] = old[plane, block]  # else both buffers agree on this block already
    if count[plane, block] == full:
        return int32(0), int32(0)
    moved = int32(0)
    parity = (plane ^ block_parity[block]) & 1
    for g in range(source_block.shape[1]):
        from_plane = plane_of[g]
        from_block = source_block[block, g]
        if changed[from_plane, from_block] == 0:
            continue  # what it holds was pulled in an earlier layer
        source = old[from_plane, from_block]
        moved += int32(1)
        s = signature[block, g]
        if identity[s]:
            _pull_identity(source, target)
        elif use_gather:
            _pull_gather(source, target, word[s], gather[s, parity], positions)
        else:
            _pull_lookup(source, target, word[s], gather[s, parity], table, shift, row)
    return _count_block(target) - count[plane, block], moved


@njit(cache=True)
def pull_blocks_serial(
    active, n_active, plane, plane_of, old, new, copies, blocks, moves, changed, count, full, added, moved
):
    """Do what `pull_blocks` does, on one thread: for layers that are shorter than the waking of a thread."""
    for i in range(n_active):
        added[i], moved[i] = _pull_block(
            active[i], plane, plane_of, old, new, copies, blocks, moves, changed, count, full
        )


@njit(cache=True, parallel=True)
def pull_blocks(
    active, n_active, plane, plane_of, old, new, copies, blocks, moves, changed, count, full, added, moved
):
    """Bring the active blocks of a plane to the next layer; write each one's new states and block moves."""
    for i in prange(n_active):
        added[i], moved[i] = _pull_block(
            active[i], plane, plane_of, old, new, copies, blocks, moves, changed, count, full
        )


@njit(cache=True)
def note_changes(active, n_active, plane, added, moved, changed_now, count):
    """Mark the blocks that grew and add to their counts; return the numbers of new states and block moves."""
    changed_now[plane, :] = 0
    total = int64(0)
    moves = int64(0)
    for i in range(n_active):
        moves += moved[i]
        if added[i] > 0:
            block = active[i]
            changed_now[plane, block] = 1
            count[plane, block] += added[i]
            total += added[i]
    return total, moves


@njit(cache=True)
def _locate(state, n_blocks):
    """Split the number of a state into plane, block, word and bit."""
    bit = state & 63
    rest = state >> 6
    word = rest % 336
    rest //= 336
    return rest // n_blocks, rest % n_blocks, word, bit


@njit(cache=True)
def number_states(states, degree, n_blocks, n_planes, places):
    """Write the number of each arrangement, the inverse of `_locate`; -1 if its parity has no plane.

    Points from ``states.shape[1]`` on are fixed. A digit is the position of a value, less the positions
    before it that hold larger ones.
    """
    position = empty(degree, int64)
    for row in range(states.shape[0]):
        for i in range(degree):
            position[states[row, i] if i < states.shape[1] else i] = i
        taken = uint64(0)  # positions of the larger values
        plane = int64(0)
        block = int64(0)
        word = int64(0)
        bits = int64(0)
        for m in range(degree, 1, -1):
            at = position[m - 1]
            digit = at - count_ones(taken & ((uint64(1) << uint64(at)) - uint64(1)))
            taken |= uint64(1) << uint64(at)
            plane ^= (m - 1 - digit) & 1
            if m > 8:
                block = block * m + digit
            elif m > 5:
                word = word * m + digit
            else:
                bits = bits * m + digit
        number = (((plane * n_blocks + block) * 336 + word) << 6) + (bits >> 1)
        places[row] = number if plane < n_planes else -1


@njit(cache=True)
def _source(plane, block, word, bit, g, odd, blocks, moves):
    """Plane, block, word and bit of the state that a state is pulled from along generator g."""
    source_block, signature, block_parity = blocks
    word_of, gather, positions = moves[1], moves[2], moves[4]
    s = signature[block, g]
    row = int64(gather[s, (plane ^ block_parity[block]) & 1, word])
    return plane ^ odd[g], int64(source_block[block, g]), int64(word_of[s, word]), positions[row * 64 + bit]


@njit(cache=True)
def push_list(frontier, states, odd, blocks, moves, changed, count, found):
    """Mark the neighbours of the listed states that are new, and list them; return how many.

    `blocks` and `moves` are those of the inverse generators: pulling along them is stepping forward.
    """
    n_blocks, n_generators = blocks[0].shape
    n_found = 0
    for i in range(frontier.size):
        plane, block, word, bit = _locate(frontier[i], n_blocks)
        for g in range(n_generators):
            p, b, w, j = _source(plane, block, word, bit, g, odd, blocks, moves)
            mask = uint64(1) << uint64(j)
            if states[p, b, w] & mask == uint64(0):
                states[p, b, w] |= mask
                count[p, b] += 1
                changed[p, b] = 1
                found[n_found] = (((p * n_blocks + b) * 336 + w) << 6) + int64(j)
                n_found += 1
    return n_found


@njit(cache=True)
def list_missing(states, count, full, missing):
    """List the states that are not marked, as far as there is room for them; return how many there are."""
    n_planes, n_blocks, n_words = states.shape
    n_missing = 0
    for plane in range(n_planes):
        for block in range(n_blocks):
            if count[plane, block] < full:
                for word in range(n_words):
                    bits = states[plane, block, word]
                    for bit in range(60):
                        if (bits >> uint64(bit)) & uint64(1) == uint64(0):
                            if n_missing < missing.size:
                                missing[n_missing] = (((plane * n_blocks + block) * 336 + word) << 6) + bit
                            n_missing += 1
    return n_missing


@njit(cache=True)
def pull_list(missing, states, odd, blocks, moves, found):
    """Move the listed states that have a marked source to `found`, the others to the front; return counts."""
    n_blocks, n_generators = blocks[0].shape
    n_left = 0
    n_found = 0
    for i in range(missing.size):
        state = missing[i]
        plane, block, word, bit = _locate(state, n_blocks)
        reached = False
        for g in range(n_generators):
            p, b, w, j = _source(plane, block, word, bit, g, odd, blocks, moves)
            if (states[p, b, w] >> uint64(j)) & uint64(1) != uint64(0):
                reached = True
                break
        if reached:
            found[n_found] = state
            n_found += 1
        else:
            missing[n_left] = state
            n_left += 1
    return n_left, n_found


@njit(cache=True)
def mark_list(listed, states, value):
    """Set (`value` 1) or clear (0) the bits of the listed states."""
    n_blocks = states.shape[1]
    for i in range(listed.size):
        plane, block, word, bit = _locate(listed[i], n_blocks)
        mask = uint64(1) << uint64(bit)
        states[plane, block, word] &= ~mask
        if value != 0:
            states[plane, block, word] |= mask


@njit(cache=True)
def counts_hold(states, count, written):
    """Tell whether each block has as many marked states as were counted; in plane `written`, at least."""
    for plane in range(count.shape[0]):
        for block in range(count.shape[1]):
            marked = _count_block(states[plane, block])
            if marked < count[plane, block] or (marked > count[plane, block] and plane != written):
                return False
    return True


@njit(cache=True)
def count_all(states):
    """Count the marked states."""
    total = int64(0)
    for plane in range(states.shape[0]):
        for block in range(states.shape[1]):
            total += _count_block(states[plane, block])
    return total
