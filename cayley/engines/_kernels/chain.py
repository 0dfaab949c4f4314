"""Kernels of the chain engine. See `cayley.engines.chain` for the method, `_chain_tables` for the arrays.

`chain` is the tuple (base, start, radix, digit, transversal, strip) of `chain_arrays`. Tuples are unpacked
once in each kernel: a helper that unpacks one would count references to its arrays at every call.
"""

from numba import njit, prange
from numpy import empty, int32, int64, uint8, uint32, uint64

from cayley.engines._bits import gather_bits
from cayley.engines._bitscan import clear_lowest, count_ones, trailing_zeros

_BYTE = uint64(255)


@njit(cache=True)
def _apply(start, radix, transversal, number, first, last, images):
    """Multiply the points in `images` from the left by the element of this rank in levels first..last-1."""
    for i in range(last - 1, first - 1, -1):
        above = number // radix[i]
        row = uint64(start[i] + number - above * radix[i])
        number = above
        for j in range(images.size):
            images[j] = transversal[row, uint64(images[j])]


@njit(cache=True)
def _strip(start, radix, digit, strip, images, first, last):
    """Rank the element with these images of the base, in levels first..last-1; what is left stays."""
    number = int64(0)
    for i in range(first, last):
        d = int64(digit[uint64(i), uint64(images[i])])
        number = number * radix[i] + d
        row = uint64(start[i] + d)
        for j in range(i + 1, images.size):
            images[j] = strip[row, uint64(images[j])]
    return number


@njit(cache=True)
def elements(chain, numbers, first, last, images):
    """Write the images of all points under the elements with these ranks in levels first..last-1."""
    _, start, radix, _, transversal, _ = chain
    for row in range(numbers.size):
        for x in range(images.shape[1]):
            images[row, x] = x
        _apply(start, radix, transversal, numbers[row], first, last, images[row])


@njit(cache=True)
def number_elements(chain, states, n_bits, places):
    """Find the numbers of arrangements, whose inverses are ranked: 64 times the word plus the bit.

    A permutation that is not in the group gets -1: the element of the rank that comes out is another one.
    """
    base, start, radix, digit, transversal, strip = chain
    n_rows, degree = states.shape
    images = empty(base.size, int64)
    element = empty(degree, int64)
    for row in range(n_rows):
        for i in range(degree):
            element[states[row, i]] = i
        for i in range(base.size):
            images[i] = element[base[i]]
        rank = _strip(start, radix, digit, strip, images, 0, base.size)
        for i in range(degree):
            element[i] = i
        _apply(start, radix, transversal, rank, 0, base.size, element)
        place = rank // n_bits * 64 + rank % n_bits
        for i in range(degree):
            if element[states[row, i]] != i:
                place = int64(-1)
        places[row] = place


@njit(cache=True)
def block_moves_serial(chain, generators, top, first, last, source_block, move):
    """For each block of first..last-1 and each generator: whence it is fetched, and the inner factor's rank.

    Levels 0..top-1 number the blocks. If the generator g takes the representative u to the block of v, the
    factor is v^-1 g u, an element of the subgroup.
    """
    base, start, radix, digit, transversal, strip = chain
    n_levels = base.size
    representative = empty(n_levels, int64)
    images = empty(n_levels, int64)
    for block in range(first, last):
        representative[:] = base
        _apply(start, radix, transversal, block, 0, top, representative)
        for g in range(generators.shape[0]):
            for i in range(n_levels):
                images[i] = generators[g, representative[i]]
            source_block[block, g] = _strip(start, radix, digit, strip, images, 0, top)
            move[block, g] = _strip(start, radix, digit, strip, images, top, n_levels)


@njit(cache=True, parallel=True)
def block_moves(chain, generators, top, n_blocks, source_block, move):
    """Do what `block_moves_serial` does, for all blocks, on many threads."""
    n_chunks = (n_blocks + 1023) // 1024
    for chunk in prange(n_chunks):
        block_moves_serial(
            chain, generators, top, chunk * 1024, min((chunk + 1) * 1024, n_blocks), source_block, move
        )


@njit(cache=True)
def coset_moves(chain, factors, top, middle, word, gather):
    """For each factor and word: the word that it is fetched from, and the rank of the permutation of bits.

    Levels top..middle-1 number the words, the others the bits.
    """
    base, start, radix, digit, transversal, strip = chain
    n_levels = base.size
    images = empty(n_levels, int64)
    for f in range(factors.shape[0]):
        for w in range(word.shape[1]):
            images[:] = base
            _apply(start, radix, transversal, w, top, middle, images)
            for i in range(n_levels):
                images[i] = factors[f, images[i]]
            word[f, w] = _strip(start, radix, digit, strip, images, top, middle)
            gather[f, w] = _strip(start, radix, digit, strip, images, middle, n_levels)


@njit(cache=True)
def bit_moves(chain, factors, middle, source):
    """For each element of the innermost subgroup: the bit that each bit of a word is fetched from."""
    base, start, radix, digit, transversal, strip = chain
    n_levels = base.size
    images = empty(n_levels, int64)
    for f in range(factors.shape[0]):
        for bit in range(factors.shape[0]):
            images[:] = base
            _apply(start, radix, transversal, bit, middle, n_levels, images)
            for i in range(n_levels):
                images[i] = factors[f, images[i]]
            source[f, bit] = _strip(start, radix, digit, strip, images, middle, n_levels)


@njit(cache=True)
def active_blocks(source_block, changed, count, full, active):
    """List the blocks that must be copied or that the next layer can reach; return how many."""
    n_blocks, n_generators = source_block.shape
    found = 0
    for block in range(n_blocks):
        wanted = changed[block] != 0
        if not wanted and count[block] < full:
            for g in range(n_generators):
                if changed[source_block[block, g]] != 0:
                    wanted = True
                    break
        if wanted:
            active[found] = block
            found += 1
    return found


@njit(cache=True)
def _pull_words(old, from_block, word, m, target):
    for w in range(target.size):
        target[w] |= old[from_block, word[m, w]]


@njit(cache=True)
def _pull_gather(old, from_block, word, gather, m, positions, target):
    for w in range(target.size):
        target[w] |= gather_bits(old[from_block, word[m, w]], positions, int64(gather[m, w]) * 64)


@njit(cache=True)
def _pull_lookup(old, from_block, word, gather, m, lookup, target):
    for w in range(target.size):
        bits = old[from_block, word[m, w]]
        row = gather[m, w]
        moved = uint64(0)
        for byte in range(lookup.shape[1]):
            moved |= lookup[row, byte, (bits >> uint64(8 * byte)) & _BYTE]
        target[w] |= moved


@njit(cache=True)
def _pull_block(
    block,
    old,
    new,
    source_block,
    move,
    plain,
    word,
    gather,
    use_gather,
    positions,
    lookup,
    changed,
    count,
    full,
):
    """Bring one block to the next layer; return the number of states that are new, and of blocks moved.

    A block may have a few words only, so rows are passed as arrays with an index: making a view of each
    would cost more than moving them.
    """
    target = new[block]
    if changed[block] != 0:
        for w in range(target.size):
            target[w] = old[block, w]  # else both buffers agree on this block already
    if count[block] == full:
        return int32(0), int32(0)
    moved = int32(0)
    for g in range(source_block.shape[1]):
        from_block = uint32(source_block[block, g])
        if changed[from_block] == 0:
            continue  # what it holds was pulled in an earlier layer
        moved += int32(1)
        m = move[block, g]
        if plain[m]:
            _pull_words(old, from_block, word, m, target)
        elif use_gather:
            _pull_gather(old, from_block, word, gather, m, positions, target)
        else:
            _pull_lookup(old, from_block, word, gather, m, lookup, target)
    total = int32(0)
    for w in range(target.size):
        total += int32(count_ones(target[w]))
    return total - count[block], moved


@njit(cache=True)
def pull_blocks_serial(
    active, n_active, old, new, source_block, move, moves, changed, count, full, added, moved
):
    """Do what `pull_blocks` does, on one thread: for layers that are shorter than the waking of a thread."""
    plain, word, gather, use_gather, positions, lookup = moves
    for i in range(n_active):
        added[i], moved[i] = _pull_block(
            active[i], old, new, source_block, move,
            plain, word, gather, use_gather, positions, lookup, changed, count, full,
        )  # fmt: skip


@njit(cache=True, parallel=True)
def pull_blocks(active, n_active, old, new, source_block, move, moves, changed, count, full, added, moved):
    """Bring the active blocks to the next layer; write each one's new states and block moves."""
    plain, word, gather, use_gather, positions, lookup = moves
    for i in prange(n_active):
        added[i], moved[i] = _pull_block(
            active[i], old, new, source_block, move,
            plain, word, gather, use_gather, positions, lookup, changed, count, full,
        )  # fmt: skip


@njit(cache=True)
def note_changes(active, n_active, added, moved, changed_now, count):
    """Mark the blocks that grew and add to their counts; return the numbers of new states and block moves."""
    changed_now[:] = uint8(0)
    total = int64(0)
    moves = int64(0)
    for i in range(n_active):
        moves += moved[i]
        if added[i] > 0:
            changed_now[active[i]] = 1
            count[active[i]] += added[i]
            total += added[i]
    return total, moves


@njit(cache=True)
def list_difference(old, new, n_bits, ranks):
    """List the ranks of the states that are in `new` but not in `old`, in increasing order."""
    n_blocks, n_words = new.shape
    found = 0
    for block in range(n_blocks):
        for w in range(n_words):
            bits = new[block, w] & ~old[block, w]
            while bits != uint64(0):
                ranks[found] = (block * n_words + w) * n_bits + trailing_zeros(bits)
                found += 1
                bits = clear_lowest(bits)
    return found
