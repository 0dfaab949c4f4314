"""Kernels that build and inspect compressed sparse rows (CSR).

A list of edges becomes CSR in two levels of radix sort. Entries (row, column) are packed into one key each
and scattered, in input order, to buckets of consecutive rows that fit into the cache; then every bucket is
sorted by itself and repeats in it become one. Each step takes a range of edges or buckets and writes nowhere
else, so that threads may share the work and the result does not depend on their number.

Large arrays are allocated by the caller: numpy asks for huge pages, which makes scattered writes several
times faster than to memory that a kernel allocates itself.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[Any]

_DIGIT_BITS = 11  # of a pass of radix sort: a histogram of 2048 counters stays in the first cache
_SHORT = 48  # keys up to which insertion beats counting

# How entries that name the same edge become one; see `graphkit.Graph.from_edges`.
MERGE, SUM, FIRST, MAX, MIN, ERROR = range(6)


@njit(cache=True, nogil=True)
def mark_ids(ids: Array, low: int, seen: Array) -> None:
    """Note which integers from `low` on occur."""
    for k in range(ids.size):
        seen[ids[k] - low] = True


@njit(cache=True, nogil=True)
def renumber(ids: Array, low: int, number: Array, result: Array) -> None:
    """Look every id up in a table that begins with the number of `low`."""
    for k in range(ids.size):
        result[k] = number[ids[k] - low]


@njit(cache=True, nogil=True)
def count_buckets(first: Array, second: Array, mirrored: bool, shift: int, counts: Array) -> None:
    """Count the entries of every bucket of 2**shift rows; `counts` starts as zeros.

    Parameters
    ----------
    first, second : (m,) integer arrays, the ends of edges
    mirrored : bool
        Every edge is two entries, (i, j) and (j, i), unless i = j.
    """
    for k in range(first.size):
        i, j = first[k], second[k]
        counts[i >> shift] += 1
        if mirrored and i != j:
            counts[j >> shift] += 1


@njit(cache=True, nogil=True)
def fill_buckets(
    first: Array,
    second: Array,
    payload: Array,
    mirrored: bool,
    shift: int,
    column_bits: int,
    row_next: Array,
    keys: Array,
    loads: Array,
) -> None:
    """Put every entry behind those of its bucket that came before it.

    Parameters
    ----------
    first, second, mirrored, shift : as for `count_buckets`
    payload : (m,) array that follows the edges, or (0,)
    row_next : (n_buckets,) integer array
        Where the next entry of each bucket goes; advanced.
    keys : unsigned array, filled with (row - first row of the bucket) << column_bits | column
    loads : filled with the payload, or (0,)
    """
    mask = (1 << shift) - 1
    loaded = payload.size > 0
    for k in range(first.size):
        i, j = np.int64(first[k]), np.int64(second[k])
        load = payload[k] if loaded else payload.dtype.type(0)
        bucket = i >> shift
        place = row_next[bucket]
        row_next[bucket] = place + 1
        keys[place] = (i & mask) << column_bits | j
        if loaded:
            loads[place] = load
        if mirrored and i != j:
            bucket = j >> shift
            place = row_next[bucket]
            row_next[bucket] = place + 1
            keys[place] = (j & mask) << column_bits | i
            if loaded:
                loads[place] = load


@njit(cache=True, nogil=True)
def _insertion_sort(keys: Array, loads: Array) -> None:
    loaded = loads.size > 0
    for k in range(1, keys.size):
        key = keys[k]
        if keys[k - 1] <= key:
            continue
        load = loads[k] if loaded else loads.dtype.type(0)
        place = k
        while place > 0 and keys[place - 1] > key:
            keys[place] = keys[place - 1]
            if loaded:
                loads[place] = loads[place - 1]
            place -= 1
        keys[place] = key
        if loaded:
            loads[place] = load


@njit(cache=True, nogil=True)
def sort_keys(keys: Array, loads: Array, n_bits: int, spare_keys: Array, spare_loads: Array) -> None:
    """Sort unsigned keys below 2**n_bits stably, with what follows them, by digits from the lowest on.

    Parameters
    ----------
    keys : (m,) unsigned array, sorted in place
    loads : (m,) array that is sorted along, or (0,) for none
    n_bits : int
    spare_keys, spare_loads : of the same kinds and lengths or longer, overwritten
    """
    if keys.size <= _SHORT:
        _insertion_sort(keys, loads)
        return
    loaded = loads.size > 0
    n_passes = -(-n_bits // _DIGIT_BITS)
    counts = np.empty(1 << _DIGIT_BITS, np.int64)
    source, target = keys, spare_keys
    source_loads, target_loads = loads, spare_loads
    for digit in range(n_passes):
        shift = keys.dtype.type(digit * _DIGIT_BITS)
        mask = keys.dtype.type((1 << _DIGIT_BITS) - 1)
        for value in range(counts.size):  # slices take several times longer to compile
            counts[value] = 0
        for k in range(keys.size):
            counts[(source[k] >> shift) & mask] += 1
        total = 0
        for value in range(counts.size):
            count = counts[value]
            counts[value] = total
            total += count
        for k in range(keys.size):
            key = source[k]
            place = counts[(key >> shift) & mask]
            counts[(key >> shift) & mask] = place + 1
            target[place] = key
            if loaded:
                target_loads[place] = source_loads[k]
        source, target = target, source
        source_loads, target_loads = target_loads, source_loads
    if n_passes % 2:
        for k in range(keys.size):
            keys[k] = spare_keys[k]
            if loaded:
                loads[k] = spare_loads[k]


@njit(cache=True, nogil=True)
def number_sorted(keys: Array, places: Array, number: Array) -> int:
    """Give numbers to distinct keys in increasing order, and leave only these in front; return their number.

    Parameters
    ----------
    keys : (m,) sorted; shortened in place
    places : (m,) integers, where each key comes from
    number : (m,) integers; ``number[places[k]]`` becomes the number of the k-th key
    """
    last = -1
    for k in range(keys.size):
        if last < 0 or keys[k] != keys[last]:
            last += 1
            keys[last] = keys[k]
        number[places[k]] = last
    return last + 1


@njit(cache=True, nogil=True)
def merge_keys(keys: Array, order: Array, values: Array, rule: int, counting: bool) -> tuple[int, bool]:
    """Make equal neighbours among sorted keys one, in place.

    Parameters
    ----------
    keys : (m,) sorted; shortened in place
    order : (m,) integers that keep the element of each first key, shortened in place, or (0,)
    values : (m,) float weights, shortened in place, or (0,)
    rule : int
        One of MERGE, SUM, FIRST, MAX, MIN, ERROR.
    counting : bool
        Values become the number of equal keys; what they are is not looked at.

    Returns
    -------
    n_kept : int
    refused : bool
        Whether there are equal keys that the rule does not allow to be merged.
    """
    kept = 0
    k = 0
    while k < keys.size:
        key = keys[k]
        stop = k + 1
        while stop < keys.size and keys[stop] == key:
            stop += 1
        if stop > k + 1 and rule == ERROR:
            return kept, True
        if counting:
            values[kept] = stop - k
        elif values.size:
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
                    return kept, True
            values[kept] = total
        keys[kept] = key
        if order.size:
            order[kept] = order[k]
        kept += 1
        k = stop
    return kept, False


@njit(cache=True, nogil=True)
def sort_buckets(
    begin: int,
    end: int,
    starts: Array,
    keys: Array,
    order: Array,
    values: Array,
    given: Array,
    shift: int,
    column_bits: int,
    rule: int,
    counting: bool,
    kept: Array,
    n_loops: Array,
    n_upper: Array,
    indptr: Array,
) -> bool:
    """Sort some buckets, make repeats in them one, and count the entries of their rows.

    Parameters
    ----------
    begin, end : int
        Range of buckets.
    starts : (n_buckets + 1,) offsets of the buckets in the arrays of entries
    keys : (n_entries,) as `fill_buckets` makes them; the entries that remain come first in each bucket
    order : (n_entries,) or (0,)
        Position of each entry in the list of edges; sorted and shortened along.
    values : (n_entries,) or (0,)
        Weights, sorted along, or with `order` room for ``given[order]``.
    given : (n_edges,) or (0,)
        Weights of the listed edges.
    shift, column_bits : as for `fill_buckets`
    rule, counting : as for `merge_keys`
    kept, n_loops, n_upper : (n_buckets,)
        Filled with how many entries remain, how many of them are self-loops, and how many have a column that
        is not smaller than the row.
    indptr : (n_nodes + 1,)
        indptr[i + 1] is filled with the number of entries of row i, for the rows of these buckets.

    Returns
    -------
    refused : bool
        See `merge_keys`.
    """
    longest = 0
    for b in range(begin, end):
        longest = max(longest, starts[b + 1] - starts[b])
    spare_keys = np.empty(longest, keys.dtype)
    spare_order = np.empty(longest if order.size else 0, order.dtype)
    spare_values = np.empty(longest if values.size and not order.size else 0, values.dtype)
    mask = (1 << column_bits) - 1
    for b in range(begin, end):
        start, stop = starts[b], starts[b + 1]
        bucket = keys[start:stop]
        places = order[start:stop] if order.size else order
        weights = values[start:stop] if values.size else values
        if order.size:
            sort_keys(bucket, places, shift + column_bits, spare_keys, spare_order)
            if given.size:
                for k in range(places.size):
                    weights[k] = given[places[k]]
        else:
            none = values[:0]
            sort_keys(bucket, none if counting else weights, shift + column_bits, spare_keys, spare_values)
        kept[b], refused = merge_keys(bucket, places, weights, rule, counting)
        if refused:
            return True
        first_row = b << shift
        for k in range(kept[b]):
            row = first_row + np.int64(bucket[k] >> keys.dtype.type(column_bits))
            column = np.int64(bucket[k]) & mask
            indptr[row + 1] += 1
            n_loops[b] += row == column
            n_upper[b] += column >= row
    return False


@njit(cache=True, nogil=True)
def unpack_buckets(
    begin: int,
    end: int,
    starts: Array,
    kept: Array,
    targets: Array,
    upper_targets: Array,
    keys: Array,
    order: Array,
    values: Array,
    shift: int,
    column_bits: int,
    upper_only: bool,
    indices: Array,
    weights: Array,
    edges: Array,
) -> None:
    """Copy what remains of some buckets to its place in the CSR arrays.

    Parameters
    ----------
    begin, end, starts, kept, keys, order, values, shift, column_bits : as for `sort_buckets`
    targets, upper_targets : (n_buckets,)
        Where the entries of each bucket go in `indices` and `weights`, and where in `edges`.
    upper_only : bool
        Take `edges` from entries only whose column is not smaller than the row.
    indices, weights, edges : filled with columns, values and order; (0,) for none
    """
    mask = (1 << column_bits) - 1
    for b in range(begin, end):
        start, target, edge = starts[b], targets[b], upper_targets[b]
        for k in range(kept[b]):
            indices[target + k] = np.int64(keys[start + k]) & mask
        if weights.size:
            for k in range(kept[b]):
                weights[target + k] = values[start + k]
        if not order.size:
            continue
        for k in range(kept[b]):
            key = np.int64(keys[start + k])
            if not upper_only or (key & mask) >= (b << shift) + (key >> column_bits):
                edges[edge] = order[start + k]
                edge += 1


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
