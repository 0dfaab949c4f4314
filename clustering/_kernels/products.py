"""Euclidean distances from products of points: |a - b|^2 = |a|^2 + |b|^2 - 2 a.b.

Where the three terms nearly cancel, the difference is taken from the points instead. Metrics are numbered as
in `distances`. Kernels release the interpreter's lock, so that several threads may work on tiles of their
own.
"""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def add(some, products):
    """Add products over some features to those over others, in float64."""
    for i in range(some.shape[0]):
        row, total = some[i], products[i]
        for j in range(row.size):
            total[j] += row[j]


@njit(cache=True, nogil=True)
def finish(products, X, Y, a, b, metric, least, out):
    """Turn products into the distances between the rows of `X` and of `Y`, and write them into `out`.

    Parameters
    ----------
    products : ndarray of shape (m, p), float64
        Of the points as seen from some centre. Overwritten.
    X, Y : ndarray of shape (m, d) and (p, d), float32 or float64
    a, b : ndarray of shape (m,) and (p,), float64
        Squared lengths |a|^2 and |b|^2 of the points as seen from there.
    metric : int
    least : float
        Squared distances of less than this part of |a|^2 + |b|^2 are summed anew over the features.
    out : ndarray of shape (m, p)
    """
    kind = out.dtype.type
    for i in range(products.shape[0]):
        row, length = products[i], a[i]
        n_close = 0
        for j in range(row.size):
            both = length + b[j]
            row[j] = both - 2.0 * row[j]
            n_close += not row[j] > least * both
        if n_close:
            for j in range(row.size):
                if not row[j] > least * (length + b[j]):
                    row[j] = _squared_distance(X[i], Y[j])
        result = out[i]
        if metric == 1:
            for j in range(row.size):
                result[j] = kind(np.sqrt(row[j]))
        elif metric == 4:
            for j in range(row.size):
                result[j] = kind(0.5 * row[j])
        else:
            for j in range(row.size):
                result[j] = kind(row[j])


@njit(cache=True, nogil=True)
def mirror(out, below, on_diagonal):
    """Write the transpose of a tile into another; of one on the diagonal, the upper half into the lower."""
    for i in range(out.shape[0]):
        first = i + 1 if on_diagonal else 0
        row = out[i]
        for j in range(first, row.size):
            below[j, i] = row[j]


# The terms of the sum may be added in any order, in the same one for all pairs.
@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _squared_distance(x, y):
    total = 0.0
    for f in range(x.size):
        gap = np.float64(x[f]) - np.float64(y[f])
        total += gap * gap
    return total
