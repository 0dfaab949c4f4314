"""Cliques of a graph, listed and counted along a degeneracy order.

A clique is met once, at its member of lowest rank. The members of higher rank are neighbours of that one, the
root, and the graph that they induce is small: no larger than the degeneracy. It is kept as bits, a row for
each member, so that the last two levels of the enumeration are intersections of rows: the number of cliques
on an edge is the size of an intersection, and the cliques are never visited one by one.
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
def degeneracy_order(indptr: Array, indices: Array, rank: Array) -> int:
    """Rank nodes by repeatedly taking one of least degree away (Matula and Beck 1983); loops are ignored.

    Buckets of nodes of equal remaining degree make this linear in the size of the graph.

    Returns
    -------
    int
        The degeneracy: the largest number of neighbours of higher rank that a node has.
    """
    n = indptr.size - 1
    degree = np.zeros(n, np.int64)
    largest = 0
    for i in range(n):
        for k in range(indptr[i], indptr[i + 1]):
            degree[i] += indices[k] != i
        largest = max(largest, degree[i])
    first = np.zeros(largest + 2, np.int64)
    for i in range(n):
        first[degree[i] + 1] += 1
    for d in range(largest + 1):
        first[d + 1] += first[d]
    order = np.empty(n, np.int64)
    fill = first[:-1].copy()
    for i in range(n):
        rank[i] = fill[degree[i]]
        order[fill[degree[i]]] = i
        fill[degree[i]] += 1
    degeneracy = 0
    for place in range(n):
        i = order[place]
        degeneracy = max(degeneracy, degree[i])
        for k in range(indptr[i], indptr[i + 1]):
            j = indices[k]
            if degree[j] > degree[i] and j != i:
                swap = max(first[degree[j]], place + 1)
                other = order[swap]
                if other != j:
                    order[swap], order[rank[j]] = j, other
                    rank[other] = rank[j]
                    rank[j] = swap
                first[degree[j]] = swap + 1
                degree[j] -= 1
    return degeneracy


@njit(cache=True)
def forward_lists(
    indptr: Array, indices: Array, rank: Array, forward_ptr: Array, forward: Array, edge: Array
) -> None:
    """List for each rank its neighbours of higher rank, in increasing order, and the edges to them.

    An edge is known by its position among the pairs (i, j), i < j, ordered by i and then j.

    Parameters
    ----------
    indptr, indices : symmetric CSR with sorted rows; loops are skipped
    rank : (n,) a permutation
    forward_ptr : (n + 1,) zeros
    forward, edge : (m,) to be filled
    """
    n = indptr.size - 1
    for i in range(n):
        for k in range(indptr[i], indptr[i + 1]):
            if rank[indices[k]] > rank[i]:
                forward_ptr[rank[i] + 1] += 1
    node_at = np.empty(n, np.int64)
    for i in range(n):
        node_at[rank[i]] = i
        forward_ptr[i + 1] += forward_ptr[i]
    # Rows are sorted, so the mirror images (j, i) of the entries (i, j), i < j, are met in the order of i.
    edge_of = np.empty(indices.size, np.int64)
    cursor = indptr[:-1].copy()
    count = 0
    for i in range(n):
        for k in range(indptr[i], indptr[i + 1]):
            j = indices[k]
            if j > i:
                edge_of[k] = count
                edge_of[cursor[j]] = count
                cursor[j] += 1
                count += 1
    # Higher ranks are handed out in increasing order, so every list comes out sorted.
    fill = forward_ptr[:-1].copy()
    for r in range(n):
        j = node_at[r]
        for k in range(indptr[j], indptr[j + 1]):
            i = indices[k]
            if rank[i] < r:
                forward[fill[rank[i]]] = r
                edge[fill[rank[i]]] = edge_of[k]
                fill[rank[i]] += 1


@njit(cache=True)
def triangle_support(ptr: Array, forward: Array, edge: Array, support: Array, per_root: Array) -> None:
    """Count the triangles on every edge, and those whose member of lowest rank is a given one."""
    n = ptr.size - 1
    slot = np.full(n, -1, np.int64)
    for a in range(n):
        start, end = ptr[a], ptr[a + 1]
        if end - start < 2:
            continue
        for p in range(start, end):
            slot[forward[p]] = edge[p]
        found = 0
        for p in range(start, end):
            b = forward[p]
            here = 0
            for q in range(ptr[b], ptr[b + 1]):
                third = slot[forward[q]]
                if third >= 0:
                    here += 1
                    support[edge[q]] += 1
                    support[third] += 1
            support[edge[p]] += here
            found += here
        per_root[a] = found
        for p in range(start, end):
            slot[forward[p]] = -1


@njit(cache=True)
def _root_graph(
    ptr: Array,
    forward: Array,
    edge: Array,
    a: int,
    slot: Array,
    row_ptr: Array,
    row: Array,
    row_edge: Array,
    bits: Array,
) -> int:
    """Build the graph that the forward neighbours of `a` induce: lists of later members, and bits.

    `slot` is -1 everywhere before and after. Returns the number of words in a row of bits.
    """
    start, size = ptr[a], ptr[a + 1] - ptr[a]
    words = (size + 63) // 64
    for x in range(size):
        slot[forward[start + x]] = x
    bits[: size * words] = 0
    count = 0
    row_ptr[0] = 0
    for x in range(size):
        b = forward[start + x]
        for q in range(ptr[b], ptr[b + 1]):
            y = slot[forward[q]]
            if y >= 0:
                row[count] = y
                row_edge[count] = edge[q]
                count += 1
                bits[x * words + (y >> 6)] |= _ONE << np.uint64(y & 63)
                bits[y * words + (x >> 6)] |= _ONE << np.uint64(x & 63)
        row_ptr[x + 1] = count
    for x in range(size):
        slot[forward[start + x]] = -1
    return words


@njit(cache=True)
def _close_prefix(
    size: int,
    words: int,
    row_ptr: Array,
    row: Array,
    row_edge: Array,
    bits: Array,
    chosen: Array,
    depth: int,
    to_prefix: Array,
    prefix_edges: Array,
    triangles: Array,
    support: Array,
) -> int:
    """Count the cliques that a prefix and three candidates form, on every edge, without visiting them.

    The prefix has `depth` members, all joined to the candidates `chosen` (bits). Returns their number.
    """
    triangles[:size] = 0
    for x in range(size):
        if not (chosen[x >> 6] >> np.uint64(x & 63)) & _ONE:
            continue
        for k in range(row_ptr[x], row_ptr[x + 1]):
            y = row[k]
            if (chosen[y >> 6] >> np.uint64(y & 63)) & _ONE:
                common = np.uint64(0)
                for w in range(words):
                    common += _ctpop(bits[x * words + w] & bits[y * words + w] & chosen[w])
                if common:
                    support[row_edge[k]] += np.int64(common)
                    triangles[x] += np.int64(common)
                    triangles[y] += np.int64(common)
    total = 0
    for x in range(size):
        if triangles[x]:
            at_x = triangles[x] // 2
            total += at_x
            for i in range(depth):
                support[to_prefix[i, x]] += at_x
    total //= 3
    for i in range(depth):
        for j in range(i):
            support[prefix_edges[i, j]] += total
    return total


@njit(cache=True)
def clique_support(
    ptr: Array, forward: Array, edge: Array, max_order: int, degeneracy: int, support: Array, per_root: Array
) -> None:
    """Count the cliques of 4 to ``max_order + 1`` nodes on every edge, and those of every root.

    Parameters
    ----------
    ptr, forward, edge : from `forward_lists`
    max_order : int, at least 3
    degeneracy : int
    support : (max_order + 1, m) int64 zeros; row p is for cliques of p + 1 nodes
    per_root : (max_order + 1, n) int64 zeros
    """
    n = ptr.size - 1
    size_limit, word_limit = degeneracy, (degeneracy + 63) // 64
    slot = np.full(n, -1, np.int64)
    row_ptr = np.empty(size_limit + 1, np.int64)
    row = np.empty(min(size_limit * (size_limit - 1) // 2, forward.size), np.int64)
    row_edge = np.empty(row.size, np.int64)
    bits = np.empty(size_limit * word_limit, np.uint64)
    triangles = np.empty(size_limit, np.int64)
    levels = max_order - 1  # the longest prefix has max_order - 2 members
    chosen = np.empty((levels, word_limit), np.uint64)
    cursor = np.empty(levels, np.int64)
    to_prefix = np.empty((levels, size_limit), np.int64)
    prefix_edges = np.empty((levels, levels), np.int64)
    for a in range(n):
        size = ptr[a + 1] - ptr[a]
        if size < 3:
            continue
        words = _root_graph(ptr, forward, edge, a, slot, row_ptr, row, row_edge, bits)
        to_prefix[0, :size] = edge[ptr[a] : ptr[a + 1]]
        chosen[0, :words] = 0
        for x in range(size):
            chosen[0, x >> 6] |= _ONE << np.uint64(x & 63)
        depth, cursor[0] = 1, 0
        per_root[3, a] += _close_prefix(
            size, words, row_ptr, row, row_edge, bits, chosen[0], 1, to_prefix, prefix_edges, triangles,
            support[3],
        )  # fmt: skip
        while depth:
            level = depth - 1
            x = cursor[level]
            if x >= size or depth == max_order - 2:
                depth -= 1
                continue
            cursor[level] = x + 1
            if not (chosen[level, x >> 6] >> np.uint64(x & 63)) & _ONE:
                continue
            # x joins the prefix; candidates are the later ones that x knows.
            chosen[depth, :words] = 0
            left = 0
            for k in range(row_ptr[x], row_ptr[x + 1]):
                y = row[k]
                if (chosen[level, y >> 6] >> np.uint64(y & 63)) & _ONE:
                    chosen[depth, y >> 6] |= _ONE << np.uint64(y & 63)
                    to_prefix[depth, y] = row_edge[k]
                    left += 1
            if left < 3:
                continue
            for i in range(depth):
                prefix_edges[depth, i] = to_prefix[i, x]
            cursor[depth] = x + 1
            depth += 1
            per_root[depth + 2, a] += _close_prefix(
                size, words, row_ptr, row, row_edge, bits, chosen[depth - 1], depth, to_prefix, prefix_edges,
                triangles, support[depth + 2],
            )  # fmt: skip


@njit(cache=True)
def fill_cliques(
    ptr: Array,
    forward: Array,
    edge: Array,
    node_at: Array,
    order: int,
    degeneracy: int,
    first_root: int,
    last_root: int,
    out: Array,
) -> int:
    """List the cliques of ``order + 1`` nodes whose root is in a range, members in increasing number.

    Parameters
    ----------
    order : int, at least 2
    out : (n_cliques, order + 1), to be filled

    Returns
    -------
    int
        How many there are.
    """
    n = ptr.size - 1
    size_limit, word_limit = max(degeneracy, 1), (degeneracy + 63) // 64
    slot = np.full(n, -1, np.int64)
    row_ptr = np.empty(size_limit + 1, np.int64)
    row = np.empty(min(size_limit * (size_limit - 1) // 2, forward.size), np.int64)
    row_edge = np.empty(row.size, np.int64)
    bits = np.empty(size_limit * word_limit, np.uint64)
    chosen = np.empty((order, word_limit), np.uint64)
    cursor = np.empty(order, np.int64)
    members = np.empty(order + 1, np.int64)
    count = 0
    for a in range(first_root, last_root):
        size = ptr[a + 1] - ptr[a]
        if size < order:
            continue
        words = _root_graph(ptr, forward, edge, a, slot, row_ptr, row, row_edge, bits)
        chosen[0, :words] = 0
        for x in range(size):
            chosen[0, x >> 6] |= _ONE << np.uint64(x & 63)
        members[0] = node_at[a]
        depth, cursor[0] = 1, 0
        while depth:
            level = depth - 1
            x = cursor[level]
            if x >= size:
                depth -= 1
                continue
            cursor[level] = x + 1
            if not (chosen[level, x >> 6] >> np.uint64(x & 63)) & _ONE:
                continue
            members[depth] = node_at[forward[ptr[a] + x]]
            if depth + 1 == order:  # one more member: every later candidate that x knows
                for w in range(x >> 6, words):
                    rest = bits[x * words + w] & chosen[level, w]
                    if w == x >> 6:
                        rest &= ~((_ONE << np.uint64(x & 63)) - _ONE)
                    while rest:
                        y = 64 * w + np.int64(_cttz(rest))
                        rest &= rest - _ONE
                        members[order] = node_at[forward[ptr[a] + y]]
                        _put_sorted(members, out[count])
                        count += 1
                continue
            for w in range(words):
                chosen[depth, w] = bits[x * words + w] & chosen[level, w]
            cursor[depth] = x + 1
            depth += 1
    return count


@njit(cache=True)
def _put_sorted(members: Array, out: Array) -> None:
    for k in range(members.size):
        place = k
        while place > 0 and out[place - 1] > members[k]:
            out[place] = out[place - 1]
            place -= 1
        out[place] = members[k]
