"""Kernels for explicit simplices: faces, where they stand in a sorted list, and petals."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[Any]


@njit(cache=True)
def sort_simplices(offsets: Array, nodes: Array, out_offsets: Array, out: Array) -> None:
    """Sort the nodes of every simplex; a node that is listed again is left out."""
    count = 0
    for s in range(offsets.size - 1):
        start = count
        for k in range(offsets[s], offsets[s + 1]):
            node = nodes[k]
            place = count
            while place > start and out[place - 1] > node:
                place -= 1
            if place > start and out[place - 1] == node:
                continue
            for shift in range(count, place, -1):
                out[shift] = out[shift - 1]
            out[place] = node
            count += 1
        out_offsets[s + 1] = count


@njit(cache=True)
def fill_faces(offsets: Array, nodes: Array, size: int, out: Array) -> int:
    """List the subsets of `size` nodes of every simplex with at least that many; repeats are kept."""
    count = 0
    choice = np.empty(size, np.int64)
    for s in range(offsets.size - 1):
        start, length = offsets[s], offsets[s + 1] - offsets[s]
        if length < size:
            continue
        for k in range(size):
            choice[k] = k
        while True:
            for k in range(size):
                out[count, k] = nodes[start + choice[k]]
            count += 1
            last = size - 1
            while last >= 0 and choice[last] == length - size + last:
                last -= 1
            if last < 0:
                break
            choice[last] += 1
            for k in range(last + 1, size):
                choice[k] = choice[k - 1] + 1
    return count


@njit(cache=True)
def _find(rows: Array, low: int, high: int, wanted: Array, skip: int) -> int:
    """Row that equals `wanted` without its entry at `skip`, among sorted rows in [low, high), else -1."""
    width = rows.shape[1]
    while low < high:
        middle = (low + high) // 2
        comparison = 0
        for k in range(width):
            value = wanted[k + (k >= skip)]
            if rows[middle, k] != value:
                comparison = 1 if rows[middle, k] > value else -1
                break
        if comparison == 0:
            return middle
        if comparison < 0:
            low = middle + 1
        else:
            high = middle
    return -1


@njit(cache=True)
def facet_rows(simplices: Array, faces: Array, first: Array, out: Array) -> None:
    """Find the row in `faces` of each simplex without its node at position 0, 1, ...

    Parameters
    ----------
    simplices : (n, p + 1), rows increasing
    faces : (m, p), rows increasing and sorted
    first : (n_nodes + 1,), rows of `faces` that begin with node i are first[i] to first[i + 1]
    out : (n, p + 1), to be filled
    """
    for s in range(simplices.shape[0]):
        for skip in range(simplices.shape[1]):
            head = simplices[s, 1] if skip == 0 else simplices[s, 0]
            out[s, skip] = _find(faces, first[head], first[head + 1], simplices[s], skip)


@njit(cache=True)
def find_rows(wanted: Array, rows: Array, first: Array, out: Array) -> None:
    """Find each of the wanted rows in a sorted list; -1 if it is not there."""
    for s in range(wanted.shape[0]):
        head = wanted[s, 0]
        out[s] = _find(rows, first[head], first[head + 1], wanted[s], rows.shape[1])


@njit(cache=True)
def pair_support(simplices: Array, edges: Array, first: Array, support: Array) -> None:
    """Add to every edge the number of the simplices that contain it."""
    pair = np.empty(2, simplices.dtype)
    for s in range(simplices.shape[0]):
        for x in range(simplices.shape[1]):
            pair[0] = simplices[s, x]
            for y in range(x + 1, simplices.shape[1]):
                pair[1] = simplices[s, y]
                support[_find(edges, first[pair[0]], first[pair[0] + 1], pair, 2)] += 1


@njit(cache=True)
def node_support(sources: Array, targets: Array, support: Array, out: Array) -> None:
    """Count the simplices at every node: p edges of each p-simplex meet there.

    Parameters
    ----------
    support : (P, m), row p - 1 holds the number of p-simplices on every edge
    out : (P, n) zeros
    """
    for row in range(support.shape[0]):
        for e in range(sources.size):
            out[row, sources[e]] += support[row, e]
            out[row, targets[e]] += support[row, e]
        for i in range(out.shape[1]):
            out[row, i] //= row + 1


@njit(cache=True)
def petal_entries(
    sources: Array, targets: Array, support: Array, degrees: Array, edge_index: Array, weights: Array
) -> None:
    """Write the entries of all flower-petal Laplacians on the pattern of A + I, row after row.

    Parameters
    ----------
    sources, targets : (m,), edges i < j sorted by i and then j
    support, degrees : (P, m) and (P, n) int64
    edge_index : (2, 2 m + n), to be filled
    weights : (2 m + n, P), to be filled
    """
    n_orders, n = degrees.shape
    fill = np.zeros(n + 1, np.int64)
    for e in range(sources.size):
        fill[sources[e] + 1] += 1
        fill[targets[e] + 1] += 1
    for i in range(n):
        fill[i + 1] += fill[i] + 1
    root = np.zeros((n_orders, n))
    for p in range(n_orders):
        for i in range(n):
            if degrees[p, i]:
                root[p, i] = 1 / np.sqrt(degrees[p, i])
    # Row j gets its smaller neighbours, itself, and its larger neighbours, each part in increasing order.
    for part in range(3):
        for e in range(n if part == 1 else sources.size):
            if part == 1:
                i = j = e
            elif part == 0:
                i, j = targets[e], sources[e]
            else:
                i, j = sources[e], targets[e]
            place = fill[i]
            fill[i] = place + 1
            edge_index[0, place] = i
            edge_index[1, place] = j
            for p in range(n_orders):
                if part == 1:
                    weights[place, p] = 1 / (p + 2) if degrees[p, i] else 0.0
                else:
                    weights[place, p] = support[p, e] * (root[p, i] * root[p, j]) / (p + 2)
