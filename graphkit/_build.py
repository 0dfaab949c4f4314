"""Kernels that build and inspect compressed sparse rows (CSR).

Every kernel here is a few linear passes over plain arrays. Sorting is by digits, so no row is ever compared
element by element and the cost does not depend on hubs.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[Any]

# How entries that name the same edge become one; see `graphkit.Graph.from_edges`.
MERGE, SUM, FIRST, MAX, MIN, ERROR = range(6)


@njit(cache=True)
def _radix_pass(
    keys: Array,
    shift: int,
    mask: int,
    rows: Array,
    cols: Array,
    order: Array,
    to_rows: Array,
    to_cols: Array,
    to_order: Array,
) -> None:
    """Move entries stably into the order of one digit of their keys."""
    place_of = np.zeros(mask + 2, dtype=np.int64)
    for k in range(keys.size):
        place_of[((keys[k] >> shift) & mask) + 1] += 1
    for digit in range(mask):
        place_of[digit + 1] += place_of[digit]
    ordered = order.size > 0
    for k in range(keys.size):
        digit = (keys[k] >> shift) & mask
        place = place_of[digit]
        place_of[digit] = place + 1
        to_rows[place] = rows[k]
        to_cols[place] = cols[k]
        if ordered:
            to_order[place] = order[k]


@njit(cache=True)
def sort_pairs(rows: Array, cols: Array, fold: bool, with_order: bool, indptr: Array) -> tuple[Array, Array]:
    """Sort pairs by (row, column), stably, into CSR form with repeats.

    A radix sort from the least significant digit of the column to the most significant one of the row. A
    digit has at most 2^11 values, so that the ends of all runs being written stay in cache.

    Parameters
    ----------
    rows, cols : (m,) integer arrays, all in 0..n-1
    fold : bool
        Treat (i, j) as (min, max), so that both spellings of an undirected edge meet.
    with_order : bool
    indptr : (n + 1,) zeros; filled with row offsets.

    Returns
    -------
    indices : (m,) sorted columns.
    order : (m,) input position of every entry, or (0,) unless asked for.
    """
    m, n = rows.size, indptr.size - 1
    low, high = np.empty(m, indptr.dtype), np.empty(m, indptr.dtype)
    for k in range(m):
        i, j = rows[k], cols[k]
        swap = fold and j < i
        low[k] = j if swap else i
        high[k] = i if swap else j
        indptr[low[k] + 1] += 1
    for i in range(n):
        indptr[i + 1] += indptr[i]
    order = np.arange(m if with_order else 0).astype(indptr.dtype)
    next_low, next_high, next_order = np.empty_like(low), np.empty_like(high), np.empty_like(order)
    n_bits = 0
    while (n - 1) >> n_bits > 0:
        n_bits += 1
    n_digits = (n_bits + 10) // 11
    for step in range(2 * n_digits):
        width = (n_bits + n_digits - 1) // n_digits
        shift = width * (step % n_digits)
        keys = high if step < n_digits else low
        _radix_pass(keys, shift, (1 << width) - 1, low, high, order, next_low, next_high, next_order)
        low, next_low = next_low, low
        high, next_high = next_high, high
        order, next_order = next_order, order
    return high, order


@njit(cache=True)
def merge_repeats(
    indptr: Array, indices: Array, order: Array, values: Array, rule: int, merged: Array
) -> tuple[int, int, int]:
    """Make repeated entries of each row one, in place.

    Parameters
    ----------
    indptr, indices, order : as `sort_pairs` fills them; shortened in place.
    values : (m,) float weights in input order, or (0,) for none.
    rule : int
        One of MERGE, SUM, FIRST, MAX, MIN, ERROR.
    merged : (m,) float, filled with the weight of every remaining entry, or (0,).

    Returns
    -------
    n_kept, first, second : int
        How many entries remain. If two entries may not be merged, their positions in `order`, else -1, -1.
    """
    kept = 0
    start = 0
    for row in range(indptr.size - 1):
        end = indptr[row + 1]
        k = start
        while k < end:
            col = indices[k]
            stop = k + 1
            while stop < end and indices[stop] == col:
                stop += 1
            if stop > k + 1 and rule == ERROR:
                return kept, k, k + 1
            if values.size:
                total = np.float64(values[order[k]])
                for again in range(k + 1, stop):
                    value = np.float64(values[order[again]])
                    if rule == SUM:
                        total += value
                    elif rule == MAX:
                        total = max(total, value)
                    elif rule == MIN:
                        total = min(total, value)
                    elif rule == MERGE and value != total:
                        return kept, k, again
                merged[kept] = total
            indices[kept] = col
            if order.size:
                order[kept] = order[k]
            kept += 1
            k = stop
        start = end
        indptr[row + 1] = kept
    return kept, -1, -1


@njit(cache=True)
def mirror_offsets(indptr: Array, indices: Array, full_indptr: Array) -> None:
    """Row offsets of an undirected graph from those of its upper triangle (`full_indptr` starts as zeros)."""
    for i in range(indptr.size - 1):
        full_indptr[i + 1] += indptr[i + 1] - indptr[i]
        for k in range(indptr[i], indptr[i + 1]):
            j = indices[k]
            if j != i:
                full_indptr[j + 1] += 1
    for i in range(indptr.size - 1):
        full_indptr[i + 1] += full_indptr[i]


@njit(cache=True)
def mirror(
    indptr: Array, indices: Array, values: Array, full_indptr: Array, full_indices: Array, full_values: Array
) -> None:
    """Store both directions of the edges in an upper triangle.

    Rows come out sorted without sorting: row j receives its smaller neighbours i in increasing order while
    the rows before it are read, and its own part of the triangle afterwards.
    """
    row_next = full_indptr[:-1].copy()
    weighted = values.size > 0
    for i in range(indptr.size - 1):
        for k in range(indptr[i], indptr[i + 1]):
            j = indices[k]
            place = row_next[i]
            row_next[i] = place + 1
            full_indices[place] = j
            if weighted:
                full_values[place] = values[k]
            if j != i:
                place = row_next[j]
                row_next[j] = place + 1
                full_indices[place] = i
                if weighted:
                    full_values[place] = values[k]


@njit(cache=True)
def transpose(indptr: Array, indices: Array, t_indptr: Array, t_indices: Array, order: Array) -> None:
    """Reverse every entry; `t_indptr` starts as zeros, `order` gets the source position of each entry."""
    for k in range(indices.size):
        t_indptr[indices[k] + 1] += 1
    for i in range(t_indptr.size - 1):
        t_indptr[i + 1] += t_indptr[i]
    row_next = t_indptr[:-1].copy()
    for i in range(indptr.size - 1):
        for k in range(indptr[i], indptr[i + 1]):
            place = row_next[indices[k]]
            row_next[indices[k]] = place + 1
            t_indices[place] = i
            order[place] = k


@njit(cache=True)
def find_unsorted(indptr: Array, indices: Array) -> int:
    """Row of the first entry that is out of range or not larger than the one before it, else -1."""
    n = indptr.size - 1
    for i in range(n):
        last = -1
        for k in range(indptr[i], indptr[i + 1]):
            if indices[k] <= last or indices[k] >= n:
                return i
            last = indices[k]
    return -1


@njit(cache=True)
def find_asymmetry(indptr: Array, indices: Array, values: Array) -> tuple[int, int]:
    """First entry (i, j) whose mirror image (j, i) is missing or has another value, else (-1, -1).

    Rows are sorted and visited in order, so the entries of row j are met one after the other as mirror
    images: one cursor for each row is enough.
    """
    n = indptr.size - 1
    cursor = indptr[:-1].copy()
    for i in range(n):
        for k in range(indptr[i], indptr[i + 1]):
            j = indices[k]
            place = cursor[j]
            if place == indptr[j + 1]:
                return i, j
            if indices[place] != i:
                return (i, j) if indices[place] > i else (j, indices[place])
            if values.size and values[place] != values[k]:
                return i, j
            cursor[j] = place + 1
    return -1, -1


@njit(cache=True)
def count_loops(indptr: Array, indices: Array) -> int:
    """Count the entries on the diagonal of a CSR matrix with sorted rows."""
    loops = 0
    for i in range(indptr.size - 1):
        for k in range(indptr[i], indptr[i + 1]):
            if indices[k] >= i:
                loops += indices[k] == i
                break
    return loops


@njit(cache=True)
def upper_entries(indptr: Array, indices: Array, sources: Array, positions: Array) -> None:
    """List the entries (i, j) with i <= j: their rows, and their positions in the CSR arrays."""
    edge = 0
    for i in range(indptr.size - 1):
        for k in range(indptr[i], indptr[i + 1]):
            if indices[k] >= i:
                sources[edge] = i
                positions[edge] = k
                edge += 1


@njit(cache=True)
def entry_edges(indptr: Array, indices: Array, edge_of: Array) -> None:
    """Find the number of the undirected edge behind every entry, edges counted as in `upper_entries`."""
    cursor = indptr[:-1].copy()
    edge = 0
    for i in range(indptr.size - 1):
        for k in range(indptr[i], indptr[i + 1]):
            j = indices[k]
            if j >= i:
                edge_of[k] = edge
                if j > i:
                    edge_of[cursor[j]] = edge
                    cursor[j] += 1
                edge += 1
