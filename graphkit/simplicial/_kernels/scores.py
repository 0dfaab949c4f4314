"""Kernels of higher-order link prediction: what the neighbours of three nodes have in common."""

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
def common_neighbors(
    indptr: Array,
    indices: Array,
    node_at: Array,
    root_ptr: Array,
    second: Array,
    third: Array,
    gain: Array,
    common: Array,
    gained: Array,
) -> None:
    """Count the common neighbours of every triangle, and add what each of them is worth.

    The neighbours of the root are numbered; for every other member, the neighbours that it shares with the
    root are a row of bits, made once for each edge at the root that is needed.

    Parameters
    ----------
    indptr, indices : projected graph in node numbers
    node_at : (n,) node of every rank
    root_ptr, second, third : triangles by the rank of their members
    gain : (n,) worth of every node
    common, gained : one number for each triangle, to be filled
    """
    n = node_at.size
    slot = np.full(n, -1, np.int64)
    row_of = np.full(n, -1, np.int64)
    for r in range(n):
        start, end = root_ptr[r], root_ptr[r + 1]
        if start == end:
            continue
        a = node_at[r]
        near = indices[indptr[a] : indptr[a + 1]]
        words = (near.size + 63) >> 6
        worth = np.empty(near.size)
        for x in range(near.size):
            slot[near[x]] = x
            worth[x] = gain[near[x]]
        needed = 0
        for t in range(start, end):
            for rank in (second[t], third[t]):
                if row_of[rank] < 0:
                    row_of[rank] = needed
                    needed += 1
        bits, is_made = np.zeros((needed, words), np.uint64), np.zeros(needed, np.bool_)
        for t in range(start, end):
            for rank in (second[t], third[t]):
                row, b = row_of[rank], node_at[rank]
                if is_made[row]:
                    continue
                is_made[row] = True
                for k in range(indptr[b], indptr[b + 1]):
                    x = slot[indices[k]]
                    if x >= 0:
                        bits[row, x >> 6] |= _ONE << np.uint64(x & 63)
        for t in range(start, end):
            one, two = bits[row_of[second[t]]], bits[row_of[third[t]]]
            count = np.int64(0)
            total = 0.0
            for w in range(words):
                both = one[w] & two[w]
                count += np.int64(_ctpop(both))
                while both:
                    total += worth[64 * w + np.int64(_cttz(both))]
                    both &= both - _ONE
            common[t] = count
            gained[t] = total
        for t in range(start, end):
            row_of[second[t]] = -1
            row_of[third[t]] = -1
        for x in range(near.size):
            slot[near[x]] = -1


@njit(cache=True)
def edges_of_triangles(
    forward_ptr: Array,
    forward: Array,
    root_ptr: Array,
    second: Array,
    third: Array,
    support: Array,
    out: Array,
) -> None:
    """Look up a number of the edges ab, ac and bc of every triangle."""
    n = root_ptr.size - 1
    place = np.full(n, -1, np.int64)
    for a in range(n):
        if root_ptr[a] == root_ptr[a + 1]:
            continue
        for k in range(forward_ptr[a], forward_ptr[a + 1]):
            place[forward[k]] = k
        for t in range(root_ptr[a], root_ptr[a + 1]):
            b, c = second[t], third[t]
            out[t, 0] = support[place[b]]
            out[t, 1] = support[place[c]]
            low, high = forward_ptr[b], forward_ptr[b + 1]
            while low < high:
                middle = (low + high) >> 1
                if forward[middle] < c:
                    low = middle + 1
                else:
                    high = middle
            out[t, 2] = support[low]
        for k in range(forward_ptr[a], forward_ptr[a + 1]):
            place[forward[k]] = -1


@njit(cache=True)
def count_at_most(levels: Array, scores: Array, counts: Array) -> None:
    """Count the scores by how many of the sorted levels are at most as large; `counts` starts as zeros."""
    for k in range(scores.size):
        score = scores[k]
        low, size = 0, levels.size
        while size > 0:
            half = size >> 1
            if levels[low + half] <= score:
                low += half + 1
                size -= half + 1
            else:
                size = half
        counts[low] += 1
