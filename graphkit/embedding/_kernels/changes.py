"""What changed between two graphs, and which rows of a power a change can reach."""

from typing import Any

from numba import njit, prange
from numpy.typing import NDArray

Array = NDArray[Any]


@njit(cache=True)
def _differs(
    row: Array, weights: Array, start: int, old_row: Array, old_weights: Array, old_start: int, forward: Array
) -> bool:
    if row.size != old_row.size:
        return True
    for p in range(row.size):
        if forward[old_row[p]] != row[p]:
            return True
        if weights.size and weights[start + p] != old_weights[old_start + p]:
            return True
    return False


@njit(cache=True, parallel=True)
def changed_rows(
    indptr: Array,
    indices: Array,
    weights: Array,
    origin: Array,
    old_indptr: Array,
    old_indices: Array,
    old_weights: Array,
    forward: Array,
    changed: Array,
) -> None:
    """Find the nodes whose neighbours, their order or their weights changed.

    Parameters
    ----------
    indptr, indices, weights : CSR of the new graph; weights of size 0 for none
    origin : (n,) int64, the node of the old graph that each node was, or -1
    old_indptr, old_indices, old_weights : CSR of the old graph, with weights if the new one has them
    forward : (n_old,) int64, the node that each old node has become, or -1
    changed : (n,) bool, filled
    """
    for i in prange(origin.size):
        o = origin[i]
        if o < 0:
            changed[i] = True
        else:
            start, old_start = indptr[i], old_indptr[o]
            changed[i] = _differs(
                indices[start : indptr[i + 1]],
                weights,
                start,
                old_indices[old_start : old_indptr[o + 1]],
                old_weights,
                old_start,
                forward,
            )


@njit(cache=True)
def mark_neighbors(indptr: Array, indices: Array, nodes: Array, marked: Array) -> None:
    """Set `marked`, (n,) bool, for all neighbours of some nodes."""
    for node in nodes:
        for p in range(indptr[node], indptr[node + 1]):
            marked[indices[p]] = True


@njit(cache=True)
def _replace_row(new: Array, old: Array) -> bool:
    differs = False
    for k in range(new.size):
        differs = differs or new[k] != old[k]
        old[k] = new[k]
    return differs


@njit(cache=True, parallel=True)
def replace_rows(new: Array, rows: Array, stored: Array, changed: Array) -> None:
    """Write rows into an array, and note which of them differ from what was there.

    Parameters
    ----------
    new : (k, d) unsigned integers, the bits of the new rows
    rows : (k,) int64, distinct
    stored : (n, d), the bits of the array
    changed : (n,) bool, set for the rows that differ
    """
    for place in prange(rows.size):
        if _replace_row(new[place], stored[rows[place]]):
            changed[rows[place]] = True
