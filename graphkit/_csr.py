"""From node indices of listed edges to compressed sparse rows (CSR)."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit import _build
from graphkit._labels import NodeLabels
from graphkit._shares import in_threads, shares
from graphkit._structure import edge_name
from graphkit.errors import ListedEdgeError
from graphkit.memory import require_memory
from graphkit.validation import index_dtype

Array = NDArray[Any]
_ENTRIES_PER_BUCKET = 2**16  # their keys and the room to sort them fit into the cache of a core
_MOST_BUCKETS_LOG2 = 12  # beyond, filling that many buckets at once misses the cache


@dataclass(frozen=True)
class _Layout:
    """How entries are packed into keys and shared between buckets of consecutive rows."""

    shift: int
    column_bits: int
    n_buckets: int
    dtype: type[np.uint32] | type[np.uint64]

    @classmethod
    def of(cls, n_nodes: int, n_entries: int) -> "_Layout":
        column_bits = max(n_nodes - 1, 0).bit_length()
        wanted = max(n_entries // _ENTRIES_PER_BUCKET, 1).bit_length() - 1  # log2 of the number of buckets
        wanted = max(wanted, 2 * column_bits - 63)  # keys have to fit into 63 bits
        narrow = 2 * column_bits - 32  # from here on keys have 32 bits
        bits = narrow if wanted < narrow <= _MOST_BUCKETS_LOG2 and n_entries >= 2**16 else wanted
        shift = max(column_bits - min(bits, _MOST_BUCKETS_LOG2), 0)
        n_buckets = (max(n_nodes - 1, 0) >> shift) + 1
        return cls(shift, column_bits, n_buckets, np.uint32 if shift + column_bits <= 32 else np.uint64)


def build_csr(
    ends: list[Array],
    values: Array | None,
    n: int,
    directed: bool,
    rule: int,
    with_order: bool,
    names: NodeLabels | None = None,
) -> tuple[Array, Array, Array | None, Array, int]:
    """CSR arrays of a graph from node indices.

    Parameters
    ----------
    ends : list of two arrays
        Ends of the edges. The list is emptied, so that arrays nobody else holds make room.

    Returns
    -------
    indptr, indices, weights
        As `Graph` wants them.
    order : (n_edges,)
        Position in the input of the first entry of every edge; (0,) unless `with_order`.
    n_loops : int
    """
    m = ends[0].size
    n_listed = m if directed else 2 * m
    dtype = index_dtype(n, n_listed)
    layout = _Layout.of(n, n_listed)
    width = np.dtype(dtype).itemsize
    load = 0 if values is None and not with_order else 3 * max(width, 8)
    per_entry = np.dtype(layout.dtype).itemsize + width + load
    require_memory(per_entry * n_listed + 2 * width * n, f"a graph of {n} nodes from {m} listed edges")
    given = np.empty(0) if values is None else readonly(np.ascontiguousarray(values))
    first, second = (readonly(np.ascontiguousarray(side, dtype=dtype)) for side in ends)
    order = np.arange(m if with_order else 0, dtype=dtype)
    starts, keys, loads = _in_buckets(
        first, second, readonly(order) if with_order else given, directed, layout
    )
    counting = values is None and rule == _build.SUM
    weighted = values is not None or counting
    order = loads if with_order else order
    sorted_values = (
        loads if weighted and not (with_order or counting) else np.empty(keys.size * weighted, given.dtype)
    )
    indptr = np.zeros(n + 1, dtype)
    kept, n_loops, n_upper = np.zeros((3, layout.n_buckets), np.int64)
    refused = in_threads(
        lambda part: _build.sort_buckets(
            part.start, part.stop, starts, keys, order, sorted_values, given, layout.shift,
            layout.column_bits, rule, counting, kept, n_loops, n_upper, indptr,
        ),
        [(part,) for part in _bucket_shares(starts)],
    )  # fmt: skip
    if any(refused):
        _refuse_repeat(first, second, values, directed, rule, names)
    if rule == _build.SUM and not all(
        np.isfinite(sorted_values[start : start + count]).all()
        for start, count in zip(starts, kept, strict=False)
    ):
        raise ValueError(
            f"summed weights overflow {given.dtype}; pass larger floats or choose another multi_edges rule"
        )
    del first, second
    ends.clear()
    np.cumsum(indptr, out=indptr)
    indices, weights, edges = _unpacked(
        starts, kept, n_upper, keys, order, sorted_values, directed, layout, dtype
    )
    return indptr, indices, weights if weighted else None, edges, int(n_loops.sum())


def _in_buckets(
    first: Array, second: Array, payload: Array, directed: bool, layout: _Layout
) -> tuple[Array, Array, Array]:
    """Entries by bucket, in input order: offsets of the buckets, keys, and what follows them."""
    parts = shares(first.size)
    counts = np.zeros((len(parts), layout.n_buckets), np.int64)
    in_threads(
        lambda k, part: _build.count_buckets(
            first[part], second[part], not directed, layout.shift, counts[k]
        ),
        enumerate(parts),
    )
    # Bucket by bucket, and within a bucket part by part: as one thread would have met the entries.
    starts = np.concatenate(([0], np.cumsum(counts.sum(axis=0))))
    places = starts[:-1] + np.cumsum(counts, axis=0) - counts
    keys = np.empty(starts[-1], layout.dtype)
    loads = np.empty(starts[-1] if payload.size else 0, payload.dtype)
    in_threads(
        lambda k, part: _build.fill_buckets(
            first[part], second[part], payload[part], not directed, layout.shift, layout.column_bits,
            places[k], keys, loads,
        ),
        enumerate(parts),
    )  # fmt: skip
    return starts, keys, loads


def _bucket_shares(starts: Array) -> list[slice]:
    """Ranges of buckets with about equally many entries."""
    wanted = len(shares(int(starts[-1])))
    marks = np.searchsorted(starts, np.linspace(0, starts[-1], 4 * wanted + 1)[1:-1])
    bounds = np.unique(np.concatenate(([0], marks, [starts.size - 1])))
    return [slice(int(a), int(b)) for a, b in pairwise(bounds)]


def _unpacked(
    starts: Array,
    kept: Array,
    n_upper: Array,
    keys: Array,
    order: Array,
    values: Array,
    directed: bool,
    layout: _Layout,
    dtype: Any,
) -> tuple[Array, Array, Array]:
    """Columns, weights and places in the list of edges, from what remains in the buckets."""
    n_edges = kept if directed else n_upper
    targets, edge_targets = np.cumsum(kept) - kept, np.cumsum(n_edges) - n_edges
    indices = np.empty(kept.sum(), dtype)
    weights = np.empty(indices.size if values.size else 0, values.dtype)
    edges = np.empty(n_edges.sum() if order.size else 0, dtype)
    in_threads(
        lambda part: _build.unpack_buckets(
            part.start, part.stop, starts, kept, targets, edge_targets, keys, order, values, layout.shift,
            layout.column_bits, not directed, indices, weights, edges,
        ),
        [(part,) for part in _bucket_shares(starts)],
    )  # fmt: skip
    return indices, weights, edges


def readonly(array: Array) -> Array:
    """Read-only view, so that kernels are compiled for one kind of array only."""
    view = array.view()
    view.flags.writeable = False
    return view


def _refuse_repeat(
    first: Array, second: Array, values: Array | None, directed: bool, rule: int, names: NodeLabels | None
) -> None:
    """Name the first edge, by node indices, that is listed more than once against the rule."""
    low, high = (first, second) if directed else (np.minimum(first, second), np.maximum(first, second))
    order = np.lexsort((high, low))
    low, high = low[order], high[order]
    again = np.flatnonzero((low[1:] == low[:-1]) & (high[1:] == high[:-1])) + 1  # repeats of the one before
    heads = np.arange(low.size)
    heads[again] = 0
    heads = np.maximum.accumulate(heads)  # the first entry of the same edge
    if rule == _build.MERGE and values is not None:
        again = again[values[order[again]] != values[order[heads[again]]]]
    one, other = heads[again[0]], again[0]
    one, other = int(order[one]), int(order[other])
    edge = edge_name(first[one], second[one], names)
    option = "choose another multi_edges (--multi-edges on the command line)"
    if values is None or values[one] == values[other]:
        raise ListedEdgeError(
            (one, other),
            lambda at: (
                f"edge {edge} is listed more than once, in {at[0]} and {at[1]}; {option}, such as merge, to "
                "allow that"
            ),
        )
    remedy = f"{option}: sum, first, max or min"
    if not directed and first[one] != first[other]:
        remedy += "; or keep directions (directed=True, --directed on the command line)"
    raise ListedEdgeError(
        (one, other),
        lambda at: (
            f"edge {edge} is listed with different weights, {values[one]} in {at[0]} and {values[other]} in "
            f"{at[1]}; {remedy}"
        ),
    )
