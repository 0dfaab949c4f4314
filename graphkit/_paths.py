"""Kernels of shortest paths."""

from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Array = NDArray[Any]

BATCH = 64  # sources that share one search: one bit of a word each


@njit(cache=True)
def _breadth_first_batch(indptr: Array, indices: Array, first: int, unreachable: float, rows: Array) -> None:
    """Numbers of steps from up to 64 consecutive nodes to all, by one breadth-first search.

    Every node carries a word with one bit for each source: the sources that reach it in this very step. An
    edge therefore moves up to 64 frontiers at once, see Then et al., "The more the merrier: efficient
    multi-source graph traversal", VLDB 2014, Section 3.
    """
    n_sources, n = rows.shape
    rows[:] = unreachable
    seen = np.zeros(n, dtype=np.uint64)
    arrived = np.zeros(n, dtype=np.uint64)
    coming = np.zeros(n, dtype=np.uint64)
    frontier, touched = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    for bit in range(n_sources):
        frontier[bit] = first + bit
        arrived[first + bit] = seen[first + bit] = np.uint64(1) << np.uint64(bit)
        rows[bit, first + bit] = 0
    n_frontier, steps = n_sources, 0
    while n_frontier:
        steps += 1
        n_touched = 0
        for place in range(n_frontier):
            node = frontier[place]
            sources = arrived[node]
            for k in range(indptr[node], indptr[node + 1]):
                neighbor = indices[k]
                fresh = sources & ~seen[neighbor]
                if fresh:
                    if coming[neighbor] == 0:
                        touched[n_touched] = neighbor
                        n_touched += 1
                    coming[neighbor] |= fresh
        for place in range(n_touched):
            node = touched[place]
            fresh = coming[node]
            arrived[node] = fresh
            seen[node] |= fresh
            coming[node] = np.uint64(0)
            frontier[place] = node
            for bit in range(n_sources):
                if (fresh >> np.uint64(bit)) & np.uint64(1):
                    rows[bit, node] = steps
        n_frontier = n_touched


@njit(cache=True, parallel=True)
def breadth_first_distances(indptr: Array, indices: Array, unreachable: float, distances: Array) -> None:
    """Fill an (n, n) array with numbers of steps; every batch of rows is the work of one thread."""
    n = distances.shape[0]
    for batch in prange((n + BATCH - 1) // BATCH):
        first = batch * BATCH
        _breadth_first_batch(indptr, indices, first, unreachable, distances[first : min(first + BATCH, n)])
