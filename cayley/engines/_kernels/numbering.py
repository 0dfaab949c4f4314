"""Kernels that number the vertices of a graph and follow its edges. See `cayley._numbering`.

A state is a row of entries, packed into words from the top bit down, so that keys compare as states do in
lexicographic order: `key` is one row of `keys`. A table of vertices, -1 where there is none, is addressed by
a hash of the key; keys are compared in full.
"""

from numba import njit
from numpy import empty, int64, uint64

_RUN = 32  # vertices whose neighbours are looked up together
_MIX = uint64(0x9E3779B97F4A7C15)


@njit(cache=True)
def _slot(key, mask):
    mixed = uint64(0)
    for w in range(key.size):
        mixed = (mixed ^ key[w]) * _MIX
        mixed ^= mixed >> uint64(32)
    return int64(mixed * _MIX >> uint64(20)) & mask


@njit(cache=True)
def _find(key, slot, keys, table):
    """Slot of a key, looked for from `slot` on: the one that holds its vertex, or an empty one."""
    mask = int64(table.size - 1)
    while table[slot] >= 0:
        row = table[slot]
        same = True
        for w in range(key.size):
            same &= keys[row, w] == key[w]
        if same:
            break
        slot = (slot + 1) & mask
    return slot


@njit(cache=True)
def _pack(entries, width, per_word, key):
    for w in range(key.size):
        word = uint64(0)
        first = w * per_word
        for i in range(first, min(first + per_word, entries.size)):
            word |= uint64(entries[i]) << uint64(64 - width * (i - first + 1))
        key[w] = word


@njit(cache=True)
def _unpack(key, width, per_word, entries):
    low_bits = (uint64(1) << uint64(width)) - uint64(1)
    for i in range(entries.size):
        shift = uint64(64 - width * (i % per_word + 1))
        entries[i] = int64((key[i // per_word] >> shift) & low_bits)


@njit(cache=True)
def _move(entries, generator, modulus, image):
    """Take a row of entries along a generator: a permutation, or a matrix modulo m by rows."""
    if modulus == 0:
        for i in range(entries.size):
            image[i] = entries[generator[i]]
        return
    size = 0
    while size * size < entries.size:
        size += 1
    for i in range(size):
        for j in range(size):
            total = int64(0)
            for k in range(size):
                total = (total + entries[i * size + k] * generator[k * size + j]) % modulus
            image[i * size + j] = total


@njit(cache=True)
def pack_all(states, width, per_word, keys):
    """Pack states, one in each row of entries."""
    for row in range(states.shape[0]):
        _pack(states[row], width, per_word, keys[row])


@njit(cache=True)
def unpack_all(keys, width, per_word, states):
    """Unpack states to rows of entries."""
    entries = empty(states.shape[1], int64)
    for row in range(keys.shape[0]):
        _unpack(keys[row], width, per_word, entries)
        for i in range(entries.size):
            states[row, i] = entries[i]


@njit(cache=True)
def enter(keys, n_known, table):
    """Enter the first `n_known` keys, which are distinct, into an empty table."""
    for vertex in range(n_known):
        key = keys[vertex]
        table[_find(key, _slot(key, int64(table.size - 1)), keys, table)] = vertex


@njit(cache=True)
def _expand(keys, first, last, generators, modulus, width, per_word, mask, images, slots):
    """Write the keys of all neighbours of some vertices, and where in the table to look for them."""
    entries = empty(generators.shape[1], int64)
    image = empty(generators.shape[1], int64)
    n = 0
    for vertex in range(first, last):
        _unpack(keys[vertex], width, per_word, entries)
        for g in range(generators.shape[0]):
            _move(entries, generators[g], modulus, image)
            _pack(image, width, per_word, images[n])
            slots[n] = _slot(images[n], mask)
            n += 1
    return n


@njit(cache=True)
def _fetch(slots, n, keys, table):
    """Read what the look-ups will need, all at once, so that the waits for memory overlap."""
    total = uint64(0)
    for i in range(n):
        row = table[slots[i]]
        total ^= keys[row if row >= 0 else 0, 0]
    return total


@njit(cache=True)
def explore(keys, distance, neighbors, table, vertex, n_known, generators, modulus, width, per_word):
    """Follow all edges from `vertex` on, in breadth-first order, until all are known or the room is used up.

    Returns the vertex to go on with, how many are known, and a number without meaning.
    """
    n_generators = generators.shape[0]
    images = empty((_RUN * n_generators, keys.shape[1]), uint64)
    slots = empty(_RUN * n_generators, int64)
    fetched = uint64(0)
    while vertex < n_known:
        last = min(vertex + _RUN, n_known)
        n = _expand(
            keys, vertex, last, generators, modulus, width, per_word, int64(table.size - 1), images, slots
        )
        fetched ^= _fetch(slots, n, keys, table)
        i = 0
        while vertex < last:
            if n_known + n_generators > keys.shape[0]:
                return vertex, n_known, fetched
            for g in range(n_generators):
                slot = _find(images[i], slots[i], keys, table)
                if table[slot] < 0:
                    table[slot] = n_known
                    keys[n_known] = images[i]
                    distance[n_known] = distance[vertex] + 1
                    n_known += 1
                neighbors[vertex, g] = table[slot]
                i += 1
            vertex += 1
    return vertex, n_known, fetched


@njit(cache=True)
def search(keys, queries, found):
    """Find queries among sorted keys by bisection; -1 for those that are not there."""
    n_keys, n_words = keys.shape
    for row in range(queries.shape[0]):
        low, high = 0, n_keys
        while low < high:
            middle = (low + high) // 2
            less = False
            for w in range(n_words):
                if keys[middle, w] != queries[row, w]:
                    less = keys[middle, w] < queries[row, w]
                    break
            if less:
                low = middle + 1
            else:
                high = middle
        found[row] = -1
        if low < n_keys:
            same = True
            for w in range(n_words):
                same &= keys[low, w] == queries[row, w]
            if same:
                found[row] = low
