"""Dissimilarities of tables: Gower's coefficient, Jaccard's distance of bit sets, functions of the user."""

import numpy as np
from numba import njit

NUMERIC, CATEGORICAL, ASYMMETRIC = 0, 1, 2


@njit(cache=True)
def gower(X, Y, kinds, scales, weights, out):
    """Write Gower's dissimilarities between rows of `X` and of `Y` into `out`; NaN if none is defined.

    O(n m d). Numbers differ by their distance times a scale, categories by one; an asymmetric feature that
    is zero in both rows does not count, nor does one that is missing (NaN) in either.
    """
    for i in range(X.shape[0]):
        for j in range(Y.shape[0]):
            total, weight = 0.0, 0.0
            is_missing = False
            for f in range(kinds.size):
                x, y = X[i, f], Y[j, f]
                if np.isnan(x) or np.isnan(y):
                    is_missing = True
                elif kinds[f] == NUMERIC:
                    total += weights[f] * min(abs(x - y) * scales[f], 1.0)
                    weight += weights[f]
                elif kinds[f] == CATEGORICAL or x != 0 or y != 0:
                    total += weights[f] if x != y else 0.0
                    weight += weights[f]
            if weight > 0:
                out[i, j] = total / weight
            else:
                out[i, j] = np.nan if is_missing else 0.0


@njit(cache=True)
def pack(X, words):
    """Write which entries of the rows of `X` are not zero into bits of `words`, 64 each."""
    for i in range(X.shape[0]):
        for f in range(X.shape[1]):
            if X[i, f] != 0:
                words[i, f // 64] |= np.uint64(1) << np.uint64(f % 64)


@njit(cache=True)
def jaccard(A, B, out):
    """Write the Jaccard distances between rows of packed bits into `out`; of two empty sets it is zero."""
    for i in range(A.shape[0]):
        for j in range(B.shape[0]):
            common, either = 0, 0
            for w in range(A.shape[1]):
                common += _count(A[i, w] & B[j, w])
                either += _count(A[i, w] | B[j, w])
            out[i, j] = (either - common) / either if either > 0 else 0.0


@njit(cache=True, inline="always")
def _count(word):
    """Return the number of bits that are set; compilers know the pattern."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    low = np.uint64(0x3333333333333333)
    word = (word & low) + ((word >> np.uint64(2)) & low)
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@njit
def by_function(function, X, Y, out):
    """Write ``function(x, y)`` for all rows x of `X` and y of `Y` into `out`; it is compiled in."""
    for i in range(X.shape[0]):
        for j in range(Y.shape[0]):
            out[i, j] = function(X[i], Y[j])


@njit
def by_symmetric_function(function, X, out):
    """Write ``function(x, y)`` for all pairs of rows of `X` into both halves of `out`, zero between."""
    for i in range(X.shape[0]):
        out[i, i] = 0.0
        for j in range(i):
            out[i, j] = out[j, i] = function(X[i], X[j])


@njit(cache=True)
def nan_euclidean(A, B, out):
    """Write the Euclidean distances over the features that are known in both rows, scaled up to all of them.

    NaN for rows without such a feature. O(n m d).
    """
    d = A.shape[1]
    for i in range(A.shape[0]):
        for j in range(B.shape[0]):
            total, known = 0.0, 0
            for f in range(d):
                gap = np.float64(A[i, f]) - np.float64(B[j, f])
                if gap == gap:
                    total += gap * gap
                    known += 1
            out[i, j] = np.sqrt(total * d / known) if known > 0 else np.nan
