"""Kernels of simplicial closure: projected graphs, and triples of nodes that are in a simplex together.

Nodes are ranked along a degeneracy order of the projected graph, and a triple is known by its member of
lowest rank, the root, and the two others b < c. The lists of one root are sorted by (b, c); what goes through
the triangles of the projected graph in this order can therefore tell closed from open ones with a cursor.
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
def _cttz(typingctx: Any, word: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 0))

    return types.uint64(types.uint64), codegen


# Simplices


@njit(cache=True)
def hash_simplices(offsets: Array, nodes: Array, out: Array) -> None:
    """Hash the sorted nodes of every simplex to 64 bits."""
    for s in range(offsets.size - 1):
        value = np.uint64(offsets[s + 1] - offsets[s]) * np.uint64(0x9E3779B97F4A7C15)
        for k in range(offsets[s], offsets[s + 1]):
            value ^= np.uint64(nodes[k]) + np.uint64(0x632BE59BD9B4E019)
            value *= np.uint64(0xFF51AFD7ED558CCD)
            value ^= value >> np.uint64(32)
        out[s] = np.int64(value >> np.uint64(1))


@njit(cache=True)
def find_repeats(offsets: Array, nodes: Array, hashes: Array, order: Array, leader: Array) -> None:
    """Find for every simplex the first one with the same nodes.

    `order` sorts the hashes stably. Simplices whose hashes agree by accident stay apart; should a third one
    stand between two equal ones they are not recognised as equal, which costs time but changes no count.
    """
    head = -1
    for place in range(order.size):
        s = order[place]
        same = head >= 0 and hashes[s] == hashes[head]
        size = offsets[s + 1] - offsets[s]
        if same:
            same = offsets[head + 1] - offsets[head] == size
            for k in range(size if same else 0):
                if nodes[offsets[s] + k] != nodes[offsets[head] + k]:
                    same = False
                    break
        if not same:
            head = s
        leader[s] = head


@njit(cache=True)
def select_simplices(offsets: Array, nodes: Array, chosen: Array, out_offsets: Array, out: Array) -> None:
    """Copy some simplices, in the order of `chosen`."""
    count = 0
    for t in range(chosen.size):
        s = chosen[t]
        for k in range(offsets[s], offsets[s + 1]):
            out[count] = nodes[k]
            count += 1
        out_offsets[t + 1] = count


@njit(cache=True)
def to_ranks(offsets: Array, nodes: Array, rank: Array, out_offsets: Array, out: Array) -> None:
    """Replace nodes by their ranks, sort every simplex, and leave out nodes of rank -1."""
    count = 0
    for s in range(offsets.size - 1):
        start = count
        for k in range(offsets[s], offsets[s + 1]):
            r = rank[nodes[k]]
            if r < 0:
                continue
            place = count
            while place > start and out[place - 1] > r:
                out[place] = out[place - 1]
                place -= 1
            out[place] = r
            count += 1
        out_offsets[s + 1] = count


@njit(cache=True)
def entries_of_nodes(offsets: Array, nodes: Array, ptr: Array, entry: Array, simplex: Array) -> None:
    """List for every node where it stands in `nodes`, and in which simplex; `ptr` starts as zeros."""
    for k in range(offsets[offsets.size - 1]):
        ptr[nodes[k] + 1] += 1
    for i in range(ptr.size - 1):
        ptr[i + 1] += ptr[i]
    fill = ptr[:-1].copy()
    for s in range(offsets.size - 1):
        for k in range(offsets[s], offsets[s + 1]):
            place = fill[nodes[k]]
            fill[nodes[k]] = place + 1
            entry[place] = k
            simplex[place] = s


@njit(cache=True)
def count_neighbors(offsets: Array, nodes: Array, ptr: Array, simplex: Array, indptr: Array) -> None:
    """Row offsets of the projected graph: nodes are joined that are in a simplex together."""
    n = ptr.size - 1
    seen = np.full(n, -1, np.int64)
    for i in range(n):
        seen[i] = i
        count = 0
        for k in range(ptr[i], ptr[i + 1]):
            s = simplex[k]
            for p in range(offsets[s], offsets[s + 1]):
                if seen[nodes[p]] != i:
                    seen[nodes[p]] = i
                    count += 1
        indptr[i + 1] = indptr[i] + count


@njit(cache=True)
def fill_neighbors(
    offsets: Array,
    nodes: Array,
    copies: Array,
    ptr: Array,
    simplex: Array,
    indptr: Array,
    indices: Array,
    weights: Array,
) -> None:
    """Neighbours in the projected graph, sorted, and in how many simplices they are with the node."""
    n = ptr.size - 1
    total = np.zeros(n, np.int64)
    for i in range(n):
        count = indptr[i]
        for k in range(ptr[i], ptr[i + 1]):
            s = simplex[k]
            for p in range(offsets[s], offsets[s + 1]):
                j = nodes[p]
                if j != i:
                    if total[j] == 0:
                        indices[count] = j
                        count += 1
                    total[j] += copies[s]
        indices[indptr[i] : count].sort()
        for p in range(indptr[i], count):
            weights[p] = total[indices[p]]
            total[indices[p]] = 0


# Triples


@njit(cache=True)
def root_triples(
    offsets: Array,
    nodes: Array,
    copies: Array,
    ptr: Array,
    entry: Array,
    simplex: Array,
    triple_ptr: Array,
    second: Array,
    third: Array,
    repeated: Array,
    fill: bool,
) -> None:
    """List the triples of nodes that are in a simplex together, by their member of lowest rank.

    Called twice: first to count (`triple_ptr` starts as zeros and becomes the offsets of the roots), then to
    fill `second`, `third` and whether the triple is in more than one simplex.
    """
    n = ptr.size - 1
    slot = np.full(n, -1, np.int64)
    later = np.empty(n, np.int64)
    for a in range(n):
        size = 0
        longest = 0
        for k in range(ptr[a], ptr[a + 1]):
            end = offsets[simplex[k] + 1]
            longest = max(longest, end - entry[k] - 1)
            for p in range(entry[k] + 1, end):
                if slot[nodes[p]] < 0:
                    slot[nodes[p]] = 0
                    later[size] = nodes[p]
                    size += 1
        if not fill:
            triple_ptr[a + 1] = triple_ptr[a]
        if longest >= 2:
            later[:size].sort()
            for x in range(size):
                slot[later[x]] = x
            words = (size + 63) >> 6
            once = np.zeros(size * words, np.uint64)
            again = np.zeros(size * words if fill else 1, np.uint64)
            for k in range(ptr[a], ptr[a + 1]):
                end = offsets[simplex[k] + 1]
                several = copies[simplex[k]] > 1
                for p in range(entry[k] + 1, end):
                    row = slot[nodes[p]] * words
                    for q in range(p + 1, end):
                        y = slot[nodes[q]]
                        place = row + (y >> 6)
                        bit = _ONE << np.uint64(y & 63)
                        if fill and (several or once[place] & bit):
                            again[place] |= bit
                        once[place] |= bit
            count = triple_ptr[a]
            for x in range(size):
                for w in range(words):
                    rest = once[x * words + w]
                    twice = again[x * words + w] if fill else np.uint64(0)
                    while rest:
                        low = _cttz(rest)
                        rest &= rest - _ONE
                        if fill:
                            second[count] = later[x]
                            third[count] = later[64 * w + np.int64(low)]
                            repeated[count] = (twice >> low) & _ONE
                        count += 1
            if not fill:
                triple_ptr[a + 1] = count
        for x in range(size):
            slot[later[x]] = -1


@njit(cache=True)
def not_among(
    triple_ptr: Array, second: Array, third: Array, old_ptr: Array, old_second: Array, old_third: Array,
    is_new: Array,
) -> None:  # fmt: skip
    """Mark the triples that are not in another list."""
    for a in range(triple_ptr.size - 1):
        o, end = old_ptr[a], old_ptr[a + 1]
        for t in range(triple_ptr[a], triple_ptr[a + 1]):
            b, c = second[t], third[t]
            while o < end and (old_second[o] < b or (old_second[o] == b and old_third[o] < c)):
                o += 1
            is_new[t] = not (o < end and old_second[o] == b and old_third[o] == c)


@njit(cache=True)
def _weight(row: Array, weights: Array, wanted: int) -> int:
    low, high = 0, row.size
    while low < high:
        middle = (low + high) >> 1
        if row[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return weights[low] if low < row.size and row[low] == wanted else 0


@njit(cache=True)
def triple_ties(
    triple_ptr: Array,
    second: Array,
    third: Array,
    forward_ptr: Array,
    forward: Array,
    weights: Array,
    out: Array,
) -> None:
    """Weights of the pairs ab, ac, bc of every triple in the projected graph; 0 where it has no such edge."""
    n = triple_ptr.size - 1
    near = np.zeros(n, np.int64)
    for a in range(n):
        if triple_ptr[a] == triple_ptr[a + 1]:
            continue
        for k in range(forward_ptr[a], forward_ptr[a + 1]):
            near[forward[k]] = weights[k]
        for t in range(triple_ptr[a], triple_ptr[a + 1]):
            b, c = second[t], third[t]
            out[t, 0], out[t, 1] = near[b], near[c]
            start, end = forward_ptr[b], forward_ptr[b + 1]
            out[t, 2] = _weight(forward[start:end], weights[start:end], c)
        for k in range(forward_ptr[a], forward_ptr[a + 1]):
            near[forward[k]] = 0


# Triangles of the projected graph


@njit(cache=True)
def triangle_ties(forward_ptr: Array, forward: Array, weights: Array, counts: Array) -> None:
    """Count the triangles of the projected graph by how many of their edges weigh 2 or more."""
    n = forward_ptr.size - 1
    near = np.zeros(n, np.int64)
    for a in range(n):
        start, end = forward_ptr[a], forward_ptr[a + 1]
        if end - start < 2:
            continue
        for k in range(start, end):
            near[forward[k]] = 1 + (weights[k] > 1)
        for k in range(start, end):
            b = forward[k]
            first = near[b] - 1
            for q in range(forward_ptr[b], forward_ptr[b + 1]):
                other = near[forward[q]]
                if other:
                    counts[first + other - 1 + (weights[q] > 1)] += 1
        for k in range(start, end):
            near[forward[k]] = 0


@njit(cache=True)
def count_open(forward_ptr: Array, forward: Array, triple_ptr: Array, open_ptr: Array) -> None:
    """Offsets of the open triangles of every root: all triangles but the closed ones."""
    n = forward_ptr.size - 1
    near = np.zeros(n, np.bool_)
    for a in range(n):
        start, end = forward_ptr[a], forward_ptr[a + 1]
        count = 0
        if end - start > 1:
            for k in range(start, end):
                near[forward[k]] = True
            for k in range(start, end):
                b = forward[k]
                for q in range(forward_ptr[b], forward_ptr[b + 1]):
                    count += near[forward[q]]
            for k in range(start, end):
                near[forward[k]] = False
        open_ptr[a + 1] = open_ptr[a] + count - (triple_ptr[a + 1] - triple_ptr[a])


@njit(cache=True)
def fill_open(
    forward_ptr: Array,
    forward: Array,
    triple_ptr: Array,
    second: Array,
    third: Array,
    first_root: int,
    last_root: int,
    out_second: Array,
    out_third: Array,
) -> None:
    """List the open triangles of some roots, sorted by (b, c)."""
    n = forward_ptr.size - 1
    near = np.zeros(n, np.bool_)
    count = 0
    for a in range(first_root, last_root):
        start, end = forward_ptr[a], forward_ptr[a + 1]
        if end - start < 2:
            continue
        closed, last = triple_ptr[a], triple_ptr[a + 1]
        for k in range(start, end):
            near[forward[k]] = True
        for k in range(start, end):
            b = forward[k]
            for q in range(forward_ptr[b], forward_ptr[b + 1]):
                c = forward[q]
                if not near[c]:
                    continue
                if closed < last and second[closed] == b and third[closed] == c:
                    closed += 1
                    continue
                out_second[count] = b
                out_third[count] = c
                count += 1
        for k in range(start, end):
            near[forward[k]] = False
