"""Kernels that build and inspect compressed sparse rows (CSR).

Every kernel is a few passes over plain arrays. Large arrays are allocated by the caller: numpy asks for huge
pages, which makes scattered writes several times faster than to memory that a kernel allocates itself.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[Any]

_LONG_ROW = 64  # entries from which on merging beats insertion

# How entries that name the same edge become one; see `graphkit.Graph.from_edges`.
MERGE, SUM, FIRST, MAX, MIN, ERROR = range(6)


@njit(cache=True)
def _sort_row(cols: Array, payload: Array) -> None:
    """Sort one row stably: short ones by insertion, which most rows of most graphs are."""
    loaded = payload.size > 0
    if cols.size > _LONG_ROW:
        order = np.argsort(cols, kind="mergesort")
        cols[:] = cols[order]
        if loaded:
            payload[:] = payload[order]
        return
    for k in range(1, cols.size):
        col = cols[k]
        if cols[k - 1] <= col:
            continue
        load = payload[k] if loaded else payload.dtype.type(0)
        place = k
        while place > 0 and cols[place - 1] > col:
            cols[place] = cols[place - 1]
            if loaded:
                payload[place] = payload[place - 1]
            place -= 1
        cols[place] = col
        if loaded:
            payload[place] = load


@njit(cache=True)
def _scatter(
    rows: Array, cols: Array, fold: bool, payload: Array, row_next: Array, indices: Array, loads: Array
) -> None:
    """Put every entry behind those of its row that came before it."""
    loaded = payload.size > 0
    for k in range(rows.size):
        i, j = rows[k], cols[k]
        if fold and j < i:
            i, j = j, i
        place = row_next[i]
        row_next[i] = place + 1
        indices[place] = j
        if loaded:
            loads[place] = payload[k]


@njit(cache=True)
def _sort_rows(indptr: Array, indices: Array, loads: Array) -> None:
    loaded = loads.size > 0
    for i in range(indptr.size - 1):
        start, end = indptr[i], indptr[i + 1]
        _sort_row(indices[start:end], loads[start:end] if loaded else loads)


@njit(cache=True)
def sort_pairs(
    rows: Array, cols: Array, fold: bool, payload: Array, indptr: Array, indices: Array, loads: Array
) -> None:
    """Sort pairs by (row, column), stably, into CSR form with repeats: count, scatter, sort each row.

    The three steps are functions of their own because one loop nest compiles to code that is four times
    slower.

    Parameters
    ----------
    rows, cols : (m,) integer arrays, all in 0..n-1
    fold : bool
        Treat (i, j) as (min, max), so that both spellings of an undirected edge meet.
    payload : (m,) array that is sorted along, or (0,) for none.
    indptr : (n + 1,) zeros; filled with row offsets.
    indices : (m,) filled with sorted columns.
    loads : like `payload`, which it holds afterwards in the order of `indices`.
    """
    for k in range(rows.size):
        i, j = rows[k], cols[k]
        indptr[(j if fold and j < i else i) + 1] += 1
    for i in range(indptr.size - 1):
        indptr[i + 1] += indptr[i]
    _scatter(rows, cols, fold, payload, indptr[:-1].copy(), indices, loads)
    _sort_rows(indptr, indices, loads)


@njit(cache=True)
def merge_repeats(
    indptr: Array, indices: Array, order: Array, values: Array, rule: int, merged: Array
) -> tuple[int, int, int]:
    """Make repeated entries of each row one, in place.

    Parameters
    ----------
    indptr, indices : as `sort_pairs` makes them; shortened in place.
    order : (m,) payload that keeps the element of each first entry, shortened in place, or (0,) for none.
    values : (m,) float weights in the order of `indices`, or (0,) for none.
    rule : int
        One of MERGE, SUM, FIRST, MAX, MIN, ERROR.
    merged : (m,) float, filled with the weight of every remaining entry (how often it was listed if there
        are no values), or (0,) for none.

    Returns
    -------
    n_kept, first, second : int
        How many entries remain. If two entries may not be merged, their positions in `indices`, else -1, -1.
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
                total = np.float64(values[k])
                for again in range(k + 1, stop):
                    value = np.float64(values[again])
                    if rule == SUM:
                        total += value
                    elif rule == MAX:
                        total = max(total, value)
                    elif rule == MIN:
                        total = min(total, value)
                    elif rule == MERGE and value != total:
                        return kept, k, again
                merged[kept] = total
            elif merged.size:
                merged[kept] = stop - k
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
