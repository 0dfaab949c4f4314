"""Kernels of closure with four nodes: tetrahedra of the projected graph by the strengths of their triples.

For a root a, the later neighbours are numbered, and sets of them are bits. For a second member b, rows hold
which triples (a, b, c), (a, c, d), (b, c, d) are in a simplex together, once or more often, and which sets
{a, b, c, d} are. All d for given a, b, c are then classified 64 at a time.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

Array = NDArray[Any]

_ONE = np.uint64(1)


@intrinsic
def _ctpop(typingctx: Any, word: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), codegen


@intrinsic
def _cttz(typingctx: Any, word: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 0))

    return types.uint64(types.uint64), codegen


@njit(cache=True)
def _set(bits: Array, words: int, x: int, y: int) -> None:
    bits[x * words + (y >> 6)] |= _ONE << np.uint64(y & 63)


@njit(cache=True)
def _has(bits: Array, words: int, x: int, y: int) -> Any:
    return np.int64((bits[x * words + (y >> 6)] >> np.uint64(y & 63)) & _ONE)


@njit(cache=True)
def edge_triangles(
    forward_ptr: Array,
    forward: Array,
    degree: Array,
    triple_ptr: Array,
    second: Array,
    third: Array,
    repeated: Array,
    on_edge: Array,
    total: Array,
    degree_sum: Array,
) -> None:
    """Count triangles by strength (open, in one simplex, in several): on every edge, in all, by degrees.

    Parameters
    ----------
    degree : (n,) of every rank in the projected graph
    on_edge : (3, m) zeros, in the order of `forward`
    total, degree_sum : (3,) zeros; the latter adds the degrees of the three nodes of every triangle
    """
    n = forward_ptr.size - 1
    slot = np.full(n, -1, np.int64)
    for a in range(n):
        start, end = forward_ptr[a], forward_ptr[a + 1]
        if end - start < 2:
            continue
        closed, last = triple_ptr[a], triple_ptr[a + 1]
        for k in range(start, end):
            slot[forward[k]] = k
        for k in range(start, end):
            b = forward[k]
            for q in range(forward_ptr[b], forward_ptr[b + 1]):
                c = forward[q]
                e = slot[c]
                if e < 0:
                    continue
                strength = 0
                if closed < last and second[closed] == b and third[closed] == c:
                    strength = 1 + repeated[closed]
                    closed += 1
                on_edge[strength, k] += 1
                on_edge[strength, e] += 1
                on_edge[strength, q] += 1
                total[strength] += 1
                degree_sum[strength] += degree[a] + degree[b] + degree[c]
        for k in range(start, end):
            slot[forward[k]] = -1


@njit(cache=True)
def _tails_by_second(
    offsets: Array,
    nodes: Array,
    ptr: Array,
    entry: Array,
    simplex: Array,
    a: int,
    slot: Array,
    size: int,
    tail_ptr: Array,
    tail: Array,
) -> Array:
    """List for every later node b of the simplices of `a` where it stands, if two more nodes follow it."""
    tail_ptr[: size + 1] = 0
    for k in range(ptr[a], ptr[a + 1]):
        for p in range(entry[k] + 1, offsets[simplex[k] + 1] - 2):
            if slot[nodes[p]] >= 0:
                tail_ptr[slot[nodes[p]] + 1] += 1
    for x in range(size):
        tail_ptr[x + 1] += tail_ptr[x]
    if tail.shape[0] < tail_ptr[size]:
        tail = np.empty((2 * tail_ptr[size], 2), np.int64)
    for k in range(ptr[a], ptr[a + 1]):
        end = offsets[simplex[k] + 1]
        for p in range(entry[k] + 1, end - 2):
            x = slot[nodes[p]]
            if x >= 0:
                tail[tail_ptr[x], 0] = p + 1
                tail[tail_ptr[x], 1] = end
                tail_ptr[x] += 1
    for x in range(size, 0, -1):
        tail_ptr[x] = tail_ptr[x - 1]
    tail_ptr[0] = 0
    return tail


@njit(cache=True)
def _mark_fours(
    nodes: Array, slot: Array, x: int, tail_ptr: Array, tail: Array, words: int, fours: Array
) -> None:
    """Mark the pairs (c, d) that are in a simplex with the root and its later node number `x`."""
    for k in range(tail_ptr[x], tail_ptr[x + 1]):
        for p in range(tail[k, 0], tail[k, 1]):
            y = slot[nodes[p]]
            if y >= 0:
                for q in range(p + 1, tail[k, 1]):
                    if slot[nodes[q]] >= 0:
                        _set(fours, words, y, slot[nodes[q]])


@njit(cache=True)
def _classify(
    words: int, x: int, y: int, near: Array, once: Array, again: Array, once_b: Array, again_b: Array,
    fours: Array, everything: Array, closed: Array,
) -> None:  # fmt: skip
    """Add the tetrahedra on the root and its later nodes x < y to the counts, by their closed triples."""
    own_once, own_again = _has(once, words, x, y), _has(again, words, x, y)
    for w in range(y >> 6, words):
        candidates = near[x * words + w] & near[y * words + w]
        if candidates == 0:
            continue
        p, q, r = once[x * words + w], once[y * words + w], once_b[y * words + w]
        odd1, carry1 = p ^ q ^ r, (p & q) | (p & r) | (q & r)
        p, q, r = again[x * words + w], again[y * words + w], again_b[y * words + w]
        odd2, carry2 = p ^ q ^ r, (p & q) | (p & r) | (q & r)
        together = fours[y * words + w]
        for n_once in range(4):
            chosen = candidates
            chosen &= odd1 if n_once & 1 else ~odd1
            chosen &= carry1 if n_once & 2 else ~carry1
            if chosen == 0:
                continue
            for n_again in range(n_once + 1):
                part = chosen
                part &= odd2 if n_again & 1 else ~odd2
                part &= carry2 if n_again & 2 else ~carry2
                if part:
                    everything[n_once + own_once, n_again + own_again] += np.int64(_ctpop(part))
                    closed[n_once + own_once, n_again + own_again] += np.int64(_ctpop(part & together))


@njit(cache=True)
def tetrahedra(
    offsets: Array,
    nodes: Array,
    ptr: Array,
    entry: Array,
    simplex: Array,
    forward_ptr: Array,
    forward: Array,
    triple_ptr: Array,
    second: Array,
    third: Array,
    repeated: Array,
    everything: Array,
    closed: Array,
) -> None:
    """Count tetrahedra by how many of their triples are closed at all and repeatedly.

    Parameters
    ----------
    everything, closed : (5, 5) zeros; all tetrahedra of the projected graph, and those in one simplex
    """
    n = forward_ptr.size - 1
    slot = np.full(n, -1, np.int64)
    tail = np.empty((64, 2), np.int64)
    for a in range(n):
        start, size = forward_ptr[a], forward_ptr[a + 1] - forward_ptr[a]
        if size < 3:
            continue
        words = (size + 63) >> 6
        for x in range(size):
            slot[forward[start + x]] = x
        near = np.zeros(size * words, np.uint64)
        once, again = np.zeros_like(near), np.zeros_like(near)
        once_b, again_b, fours = np.zeros_like(near), np.zeros_like(near), np.zeros_like(near)
        for x in range(size):
            b = forward[start + x]
            for q in range(forward_ptr[b], forward_ptr[b + 1]):
                if slot[forward[q]] >= 0:
                    _set(near, words, x, slot[forward[q]])
        for t in range(triple_ptr[a], triple_ptr[a + 1]):
            _set(once, words, slot[second[t]], slot[third[t]])
            if repeated[t]:
                _set(again, words, slot[second[t]], slot[third[t]])
        tail_ptr = np.zeros(size + 1, np.int64)
        tail = _tails_by_second(offsets, nodes, ptr, entry, simplex, a, slot, size, tail_ptr, tail)
        for x in range(size):
            b = forward[start + x]
            for t in range(triple_ptr[b], triple_ptr[b + 1]):
                y, z = slot[second[t]], slot[third[t]]
                if y >= 0 and z >= 0:
                    _set(once_b, words, y, z)
                    if repeated[t]:
                        _set(again_b, words, y, z)
            _mark_fours(nodes, slot, x, tail_ptr, tail, words, fours)
            for w in range(words):
                rest = near[x * words + w]
                while rest:
                    y = 64 * w + np.int64(_cttz(rest))
                    rest &= rest - _ONE
                    _classify(words, x, y, near, once, again, once_b, again_b, fours, everything, closed)
                    once_b[y * words : (y + 1) * words] = 0
                    again_b[y * words : (y + 1) * words] = 0
                    fours[y * words : (y + 1) * words] = 0
        for x in range(size):
            slot[forward[start + x]] = -1


@njit(cache=True)
def _is_edge(forward_ptr: Array, forward: Array, b: int, c: int) -> int:
    low, high = forward_ptr[b], forward_ptr[b + 1]
    while low < high:
        middle = (low + high) >> 1
        if forward[middle] < c:
            low = middle + 1
        else:
            high = middle
    return 1 if low < forward_ptr[b + 1] and forward[low] == c else 0


@njit(cache=True)
def _strength(triple_ptr: Array, second: Array, third: Array, repeated: Array, a: int, b: int, c: int) -> int:
    low, high = triple_ptr[a], triple_ptr[a + 1]
    while low < high:
        middle = (low + high) >> 1
        if second[middle] < b or (second[middle] == b and third[middle] < c):
            low = middle + 1
        else:
            high = middle
    if low < triple_ptr[a + 1] and second[low] == b and third[low] == c:
        return 1 + repeated[low]
    return 0


@njit(cache=True)
def _count_closure(
    forward_ptr: Array, forward: Array, triple_ptr: Array, second: Array, third: Array, repeated: Array,
    a: int, b: int, c: int, d: int, counts: Array,
) -> None:  # fmt: skip
    """Add one set of four nodes that has closed to the counts, unless it was without a triangle."""
    ab, ac = _is_edge(forward_ptr, forward, a, b), _is_edge(forward_ptr, forward, a, c)
    ad, bc = _is_edge(forward_ptr, forward, a, d), _is_edge(forward_ptr, forward, b, c)
    bd, cd = _is_edge(forward_ptr, forward, b, d), _is_edge(forward_ptr, forward, c, d)
    edges = ab + ac + ad + bc + bd + cd
    once = again = triangles = 0
    lists = (triple_ptr, second, third, repeated)
    for missing in range(4):
        if missing == 0:
            is_triangle, strength = bc and bd and cd, _strength(*lists, b, c, d)
        elif missing == 1:
            is_triangle, strength = ac and ad and cd, _strength(*lists, a, c, d)
        elif missing == 2:
            is_triangle, strength = ab and ad and bd, _strength(*lists, a, b, d)
        else:
            is_triangle, strength = ab and ac and bc, _strength(*lists, a, b, c)
        triangles += 1 if is_triangle else 0
        once += strength > 0
        again += strength > 1
    if triangles:
        counts[edges, once, again] += 1


@njit(cache=True)
def new_fours(
    offsets: Array,
    nodes: Array,
    ptr: Array,
    entry: Array,
    simplex: Array,
    old_offsets: Array,
    old_nodes: Array,
    old_ptr: Array,
    old_entry: Array,
    old_simplex: Array,
    forward_ptr: Array,
    forward: Array,
    triple_ptr: Array,
    second: Array,
    third: Array,
    repeated: Array,
    counts: Array,
) -> None:
    """Count sets of four nodes that are in a new simplex together but in no old one.

    Parameters
    ----------
    counts : (7, 5, 5) zeros; by old edges, and by triples that were closed at all and repeatedly
    """
    n = ptr.size - 1
    slot = np.full(n, -1, np.int64)
    later = np.empty(n, np.int64)
    tail, old_tail = np.empty((64, 2), np.int64), np.empty((64, 2), np.int64)
    for a in range(n):
        size = 0
        for k in range(ptr[a], ptr[a + 1]):
            end = offsets[simplex[k] + 1]
            if end - entry[k] > 3:
                for p in range(entry[k] + 1, end):
                    if slot[nodes[p]] < 0:
                        slot[nodes[p]] = 0
                        later[size] = nodes[p]
                        size += 1
        if size == 0:
            continue
        later[:size].sort()
        for x in range(size):
            slot[later[x]] = x
        words = (size + 63) >> 6
        tail_ptr, old_tail_ptr = np.zeros(size + 1, np.int64), np.zeros(size + 1, np.int64)
        tail = _tails_by_second(offsets, nodes, ptr, entry, simplex, a, slot, size, tail_ptr, tail)
        old_tail = _tails_by_second(
            old_offsets, old_nodes, old_ptr, old_entry, old_simplex, a, slot, size, old_tail_ptr, old_tail
        )
        fours, old_fours = np.zeros(size * words, np.uint64), np.zeros(size * words, np.uint64)
        for x in range(size):
            if tail_ptr[x] == tail_ptr[x + 1]:
                continue
            _mark_fours(nodes, slot, x, tail_ptr, tail, words, fours)
            _mark_fours(old_nodes, slot, x, old_tail_ptr, old_tail, words, old_fours)
            for y in range(x + 1, size):
                for w in range(words):
                    rest = fours[y * words + w] & ~old_fours[y * words + w]
                    while rest:
                        z = 64 * w + np.int64(_cttz(rest))
                        rest &= rest - _ONE
                        _count_closure(
                            forward_ptr, forward, triple_ptr, second, third, repeated,
                            a, later[x], later[y], later[z], counts,
                        )  # fmt: skip
            fours[:] = 0
            old_fours[:] = 0
        for x in range(size):
            slot[later[x]] = -1
