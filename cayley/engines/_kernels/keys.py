"""Kernels for states packed into keys: sets of keys, searches for words, and the numbering of a graph.

A state is a row of entries, packed into words from the top bit down, so that keys compare as states do in
lexicographic order. Sets of keys are rows of `keys` with a table of row numbers, -1 where there is none,
addressed by a hash; keys are compared in full.

A *move table* has one row for each generator. Kind 0: entry i of the image is the entry at ``row[i]``
(arrangements). Kind 1: each entry is mapped by ``row`` (places of labels). Kind 2: the matrix of the entries
is multiplied by that of ``row`` modulo m. `packing` is the kind, the modulus, the width of an entry and the
number of entries in a word.

See `cayley._packed` for keys and moves, and `cayley._paths`, `cayley._beam` and `cayley._numbering` for what
is made of them.
"""

from numba import njit
from numpy import empty, int64, uint64

_RUN = 32  # states whose images are looked up together, so that the waits for memory overlap
_MIX = uint64(0x9E3779B97F4A7C15)


@njit(cache=True, nogil=True)
def _hash(key):
    mixed = uint64(0)
    for w in range(key.size):
        mixed = (mixed ^ key[w]) * _MIX
        mixed ^= mixed >> uint64(32)
    return int64(mixed * _MIX >> uint64(20))


@njit(cache=True, nogil=True)
def _find(key, hashed, keys, table):
    """Slot of a key with its hash: the one that holds its row, or an empty one."""
    mask = int64(table.size - 1)
    slot = hashed & mask
    while table[slot] >= 0:
        row = table[slot]
        same = True
        for w in range(key.size):
            same &= keys[row, w] == key[w]
        if same:
            break
        slot = (slot + 1) & mask
    return slot


@njit(cache=True, nogil=True)
def _pack(entries, width, per_word, key):
    for w in range(key.size):
        word = uint64(0)
        first = w * per_word
        for i in range(first, min(first + per_word, entries.size)):
            word |= uint64(entries[i]) << uint64(64 - width * (i - first + 1))
        key[w] = word


@njit(cache=True, nogil=True)
def _unpack(key, width, per_word, entries):
    low_bits = (uint64(1) << uint64(width)) - uint64(1)
    i = 0
    for w in range(key.size):
        word, shift = key[w], 64
        for _ in range(min(per_word, entries.size - i)):
            shift -= width
            entries[i] = int64((word >> uint64(shift)) & low_bits)
            i += 1


@njit(cache=True, nogil=True)
def _move(entries, row, kind, modulus, image):
    if kind == 0:
        for i in range(entries.size):
            image[i] = entries[row[i]]
    elif kind == 1:
        for i in range(entries.size):
            image[i] = row[entries[i]]
    else:
        size = 0
        while size * size < entries.size:
            size += 1
        for i in range(size):
            for j in range(size):
                total = int64(0)
                for k in range(size):
                    total = (total + entries[i * size + k] * row[k * size + j]) % modulus
                image[i * size + j] = total


@njit(cache=True, nogil=True)
def _room(n, keys):
    return empty((n, keys.shape[1]), uint64), empty(n, int64)


@njit(cache=True, nogil=True)
def _expand(keys, first, last, moves, packing, n_entries, images, hashes):
    """Write the keys of the images of some states under all generators, and their hashes."""
    kind, modulus, width, per_word = packing
    entries, image = empty(n_entries, int64), empty(n_entries, int64)
    n = 0
    for state in range(first, last):
        _unpack(keys[state], width, per_word, entries)
        for g in range(moves.shape[0]):
            _move(entries, moves[g], kind, modulus, image)
            _pack(image, width, per_word, images[n])
            hashes[n] = _hash(images[n])
            n += 1
    return n


@njit(cache=True, nogil=True)
def _fetch(hashes, n, keys, table):
    """Read what the look-ups will need, all at once; a number without meaning."""
    mask = int64(table.size - 1)
    total = uint64(0)
    for i in range(n):
        row = table[hashes[i] & mask]
        total ^= keys[row if row >= 0 else 0, 0]
    return total


@njit(cache=True, nogil=True)
def enter(keys, first, last, table):
    """Enter rows of keys, none of which is there yet, into a table; return a number without meaning."""
    mask = int64(table.size - 1)
    slots = empty(_RUN, int64)
    fetched = int64(0)
    for begin in range(first, last, _RUN):
        n = min(_RUN, last - begin)
        for i in range(n):
            slots[i] = _hash(keys[begin + i]) & mask
        for i in range(n):
            fetched ^= table[slots[i]]
        for i in range(n):
            slot = slots[i]
            while table[slot] >= 0:
                slot = (slot + 1) & mask
            table[slot] = begin + i
    return fetched


@njit(cache=True, nogil=True)
def look_up(queries, keys, table, rows):
    """Find rows of queries, -1 for what is not there."""
    for i in range(queries.shape[0]):
        rows[i] = table[_find(queries[i], _hash(queries[i]), keys, table)]


@njit(cache=True, nogil=True)
def advance(keys, table, state, last, n_known, moves, packing, n_entries, other_keys, other_table):
    """Take the states from `state` to `last` along all generators; add what is new to the set.

    Stops as soon as an image is in the other set, or the room is used up.

    Returns
    -------
    state, n_known, generator, row
        The state to go on with, and how many are known. If `row` is not -1: that row of the other set is the
        image of `state` under `generator`. Then a number without meaning.
    """
    n_generators = moves.shape[0]
    images, hashes = _room(_RUN * n_generators, keys)
    fetched = uint64(0)
    while state < last:
        end = min(state + _RUN, last)
        n = _expand(keys, state, end, moves, packing, n_entries, images, hashes)
        fetched ^= _fetch(hashes, n, keys, table) ^ _fetch(hashes, n, other_keys, other_table)
        i = 0
        while state < end:
            if n_known + n_generators > keys.shape[0]:
                return state, n_known, -1, int64(-1), fetched
            for g in range(n_generators):
                slot = _find(images[i], hashes[i], keys, table)
                if table[slot] < 0:
                    row = int64(other_table[_find(images[i], hashes[i], other_keys, other_table)])
                    if row >= 0:
                        return state, n_known, g, row, fetched
                    table[slot] = n_known
                    keys[n_known] = images[i]
                    n_known += 1
                i += 1
            state += 1
    return state, n_known, -1, int64(-1), fetched


@njit(cache=True, nogil=True)
def scan(keys, state, last, moves, packing, n_entries, other_keys, other_table):
    """Do what `advance` does, but store nothing: only look images up in the other set."""
    n_generators = moves.shape[0]
    images, hashes = _room(_RUN * n_generators, keys)
    fetched = uint64(0)
    while state < last:
        end = min(state + _RUN, last)
        n = _expand(keys, state, end, moves, packing, n_entries, images, hashes)
        fetched ^= _fetch(hashes, n, other_keys, other_table)
        for i in range(n):
            row = int64(other_table[_find(images[i], hashes[i], other_keys, other_table)])
            if row >= 0:
                return state + i // n_generators, i % n_generators, row, fetched
        state = end
    return last, -1, int64(-1), fetched


@njit(cache=True, nogil=True)
def descend(keys, table, row, bounds, depth, moves, packing, n_entries, chosen):
    """Walk from a row of layer `depth` to row 0: ``chosen[k]`` is the first move that leads a layer down.

    Layer d has the rows ``bounds[d]`` to ``bounds[d + 1]``. Returns False if there is no way.
    """
    images, hashes = _room(moves.shape[0], keys)
    for step in range(depth):
        _expand(keys, row, row + 1, moves, packing, n_entries, images, hashes)
        below = depth - step - 1
        found = False
        for g in range(moves.shape[0]):
            near = table[_find(images[g], hashes[g], keys, table)]
            if bounds[below] <= near < bounds[below + 1]:
                row, found = near, True
                chosen[step] = g
                break
        if not found:
            return False
    return True


@njit(cache=True, nogil=True)
def candidates(keys, table, first, last, moves, packing, n_entries, ball, room):
    """Take the states of a beam along all generators, and list the images that the beam has not had.

    `ball` are the keys and the table of what is around the goal; `room` is where the candidates go: their
    keys, a table with no entry, parents and generators.

    Returns
    -------
    n, hit, parent, generator
        How many there are. If `hit` is not -1: the least row of the ball that was met, and from where. Then a
        number without meaning.
    """
    n_generators = moves.shape[0]
    images, hashes = _room(_RUN * n_generators, keys)
    ball_keys, ball_table = ball
    new_keys, new_table, parents, generators = room
    n_new, hit, hit_parent, hit_generator = 0, int64(-1), int64(-1), -1
    fetched = uint64(0)
    for state in range(first, last, _RUN):
        n = _expand(keys, state, min(state + _RUN, last), moves, packing, n_entries, images, hashes)
        fetched ^= _fetch(hashes, n, keys, table) ^ _fetch(hashes, n, new_keys, new_table)
        for i in range(n):
            parent, g = state + i // n_generators, i % n_generators
            row = int64(ball_table[_find(images[i], hashes[i], ball_keys, ball_table)])
            if row >= 0 and (hit < 0 or row < hit):
                hit, hit_parent, hit_generator = row, parent, g
            if table[_find(images[i], hashes[i], keys, table)] >= 0:
                continue
            slot = _find(images[i], hashes[i], new_keys, new_table)
            if new_table[slot] < 0:
                new_table[slot] = n_new
                new_keys[n_new] = images[i]
                parents[n_new] = parent
                generators[n_new] = g
                n_new += 1
    return n_new, hit, hit_parent, hit_generator, fetched


@njit(cache=True, nogil=True)
def unpack_all(keys, width, per_word, states):
    """Unpack keys to rows of entries."""
    entries = empty(states.shape[1], int64)
    for row in range(keys.shape[0]):
        _unpack(keys[row], width, per_word, entries)
        states[row] = entries


@njit(cache=True, nogil=True)
def pack_all(states, width, per_word, keys):
    """Pack rows of entries to keys."""
    for row in range(states.shape[0]):
        _pack(states[row], width, per_word, keys[row])


@njit(cache=True, nogil=True)
def count_differences(keys, width, per_word, goal, counts):
    """Count the entries of each state that are not those of the goal."""
    entries = empty(goal.size, int64)
    for row in range(keys.shape[0]):
        _unpack(keys[row], width, per_word, entries)
        total = 0
        for i in range(goal.size):
            total += entries[i] != goal[i]
        counts[row] = total


@njit(cache=True, nogil=True)
def explore(keys, table, vertex, n_known, moves, packing, n_entries, distance, neighbors):
    """Follow all edges from `vertex` on, in breadth-first order, until all are known or the room is used up.

    Returns the vertex to go on with, how many are known, and a number without meaning.
    """
    n_generators = moves.shape[0]
    images, hashes = _room(_RUN * n_generators, keys)
    fetched = uint64(0)
    while vertex < n_known:
        last = min(vertex + _RUN, n_known)
        n = _expand(keys, vertex, last, moves, packing, n_entries, images, hashes)
        fetched ^= _fetch(hashes, n, keys, table)
        i = 0
        while vertex < last:
            if n_known + n_generators > keys.shape[0]:
                return vertex, n_known, fetched
            for g in range(n_generators):
                slot = _find(images[i], hashes[i], keys, table)
                if table[slot] < 0:
                    table[slot] = n_known
                    keys[n_known] = images[i]
                    distance[n_known] = distance[vertex] + 1
                    n_known += 1
                neighbors[vertex, g] = table[slot]
                i += 1
            vertex += 1
    return vertex, n_known, fetched


@njit(cache=True, nogil=True)
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
