"""FastMSC by a table: the changes that all swaps would make, kept and brought up to date after each swap.

For every candidate the table holds the shared part and its own part for each slot, as `silhouette` defines
them; `near`, `apart` and `ratios` are as there. An object counts in the own parts of the slots of its two
nearest medoids, in one pass over its row of the symmetric matrix. After a swap only those objects are taken
out and put in again whose three nearest medoids changed.

Columns of the table do not depend on each other. The ``..._in_parallel`` form gives each thread a range of
its own, so results do not depend on their number.
"""

import numpy as np
from numba import njit, prange


@njit(cache=True)
def add_objects(D, objects, near, apart, ratios, weights, sign, shared, own, low, high):
    """Add `sign` times the parts of some objects for the candidates in ``[low, high)``. O(n) for each."""
    for o in objects:
        _add(
            D[o, low:high], sign * weights[o], apart[o], ratios[o], shared[low:high],
            own[near[o, 0], low:high], own[near[o, 1], low:high],
        )  # fmt: skip


@njit(parallel=True, cache=True)
def add_objects_in_parallel(D, objects, near, apart, ratios, weights, sign, shared, own, bounds):
    """As `add_objects`, a thread for each range of candidates between two successive `bounds`."""
    for t in prange(bounds.size - 1):
        add_objects(
            D, objects, near, apart, ratios, weights, sign, shared, own, bounds[t], bounds[t + 1]
        )  # fmt: skip


@njit(cache=True)
def _add(row, w, apart, ratios, shared, own0, own1):
    a, b, c = np.float64(apart[0]), np.float64(apart[1]), np.float64(apart[2])
    r12, r23, r13 = ratios[0], ratios[1], ratios[2]
    per_b = 1.0 / b if b > 0 else 0.0
    for j in range(row.size):
        d = np.float64(row[j])
        low, high = (d, a) if d < a else (a, d)
        together = low / (high if high > 0 else 1.0)
        per_d = 1.0 / (d if d > 0 else 1.0)
        # Of distances to three medoids, b is 0 if d is 0, in what is chosen where d is at least b.
        far0 = b * per_d - r23 if d < c else 0.0
        far1 = a * per_d - r13 if d < c else 0.0
        shared[j] += w * (together - r12 if d < b else 0.0)
        own0[j] += w * (d * per_b - together + (r12 - r23) if d < b else far0)
        own1[j] += w * (r12 - r13 if d < b else far1)
