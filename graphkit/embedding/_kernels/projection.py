"""Random vectors of nodes and the degrees that scale them.

The vector of a node is drawn from a seed and the node's key alone, so any subset of rows can be drawn at
any time, in any order and by any number of threads. Symbols follow the paper: R projection, L degree
normalisation.
"""

import math
from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Array = NDArray[Any]

# Constants of the SplitMix64 generator (Steele, Lea, Flood 2014, doi 10.1145/2660193.2660195).
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


@njit(cache=True)
def _mix(x: Any) -> Any:
    """Scramble 64 bits; a bijection."""
    x = (x ^ (x >> np.uint64(30))) * _MIX_1
    x = (x ^ (x >> np.uint64(27))) * _MIX_2
    return x ^ (x >> np.uint64(31))


@njit(cache=True)
def _stream(seed: Any, key: Any) -> Any:
    """Start of the sequence of random draws that belongs to one node."""
    return _mix(seed ^ _mix(key + _STEP))


@njit(cache=True)
def _draw(stream: Any, number: int) -> Any:
    return _mix(stream + _STEP * np.uint64(number + 1))


@njit(cache=True)
def _uniform(bits: Any) -> float:
    """Map the upper 53 bits to the open interval (0, 1); the lower 11 stay free for other use."""
    return (np.float64(bits >> np.uint64(11)) + 0.5) * (1.0 / 9007199254740992.0)


@njit(cache=True)
def _next_nonzero(column: int, n_columns: int, bits: Any, log_absent: float) -> int:
    """Column of the next non-zero after `column`: the gaps of a Bernoulli sequence are geometric."""
    gap = math.log(_uniform(bits)) / log_absent
    return n_columns if gap >= n_columns - column - 1 else column + 1 + int(gap)


@njit(cache=True)
def _sparse_row(seed: Any, key: Any, n_columns: int, log_absent: float, out: Array) -> int:
    """Write the non-zeros of one row of R as +-(column + 1), as far as `out` has room; count them."""
    stream = _stream(seed, key)
    count = 0
    bits = _draw(stream, 0)
    column = _next_nonzero(-1, n_columns, bits, log_absent)
    while column < n_columns:
        if count < out.size:
            out[count] = column + 1 if bits & np.uint64(1) else -(column + 1)
        count += 1
        bits = _draw(stream, count)
        column = _next_nonzero(column, n_columns, bits, log_absent)
    return count


@njit(cache=True, parallel=True)
def count_sparse_projection(seed: Any, keys: Array, n_columns: int, density: float, counts: Array) -> None:
    """Count the non-zeros in each row of the very sparse projection.

    Parameters
    ----------
    seed : uint64
    keys : (n,) uint64, what the random vector of each node is drawn from.
    counts : (n,) int64, filled.
    """
    log_absent = np.log1p(-density)
    for i in prange(keys.size):
        counts[i] = _sparse_row(seed, keys[i], n_columns, log_absent, np.empty(0, np.int32))


@njit(cache=True, parallel=True)
def fill_sparse_projection(
    seed: Any, keys: Array, n_columns: int, density: float, offsets: Array, signed: Array
) -> None:
    """Write the very sparse projection in CSR form; entry +-(c + 1) stands for +-1 in column c.

    Parameters
    ----------
    offsets : (n + 1,) int64
    signed : (offsets[n],) int32, filled.
    """
    log_absent = np.log1p(-density)
    for i in prange(keys.size):
        _sparse_row(seed, keys[i], n_columns, log_absent, signed[offsets[i] : offsets[i + 1]])


@njit(cache=True)
def _scaled_sparse_row(
    seed: Any, key: Any, n_columns: int, log_absent: float, scale: Any, out: Array
) -> None:
    """Write one row of L R, R very sparse, into the first `n_columns` entries of `out`."""
    stream = _stream(seed, key)
    out[:] = np.float32(0.0)
    count = 0
    bits = _draw(stream, 0)
    column = _next_nonzero(-1, n_columns, bits, log_absent)
    while column < n_columns:
        out[column] = scale if bits & np.uint64(1) else -scale
        count += 1
        bits = _draw(stream, count)
        column = _next_nonzero(column, n_columns, bits, log_absent)


@njit(cache=True, parallel=True)
def sparse_rows(
    seed: Any, keys: Array, n_columns: int, density: float, scale: Array, low: int, out: Array
) -> None:
    """Write L R for a very sparse R as a dense matrix.

    Parameters
    ----------
    keys : (n,) uint64
    n_columns : int
        Columns of R; further columns of `out` become zero.
    scale : (n,) float32, the diagonal of L.
    low : int
        First row of `out` to write.
    out : (>= low + n, >= n_columns) float32, filled from row `low` on.
    """
    log_absent = np.log1p(-density)
    for i in prange(keys.size):
        _scaled_sparse_row(seed, keys[i], n_columns, log_absent, scale[i], out[low + i])


@njit(cache=True)
def _gaussian_row(seed: Any, key: Any, n_columns: int, scale: float, out: Array) -> None:
    """Draw normal variables by the transform of Box and Muller (1958), two at a time."""
    stream = _stream(seed, key)
    out[n_columns:] = np.float32(0.0)
    for k in range(0, n_columns, 2):
        radius = math.sqrt(-2.0 * math.log(_uniform(_draw(stream, k))))
        angle = 2.0 * math.pi * _uniform(_draw(stream, k + 1))
        out[k] = scale * radius * math.cos(angle)
        if k + 1 < n_columns:
            out[k + 1] = scale * radius * math.sin(angle)


@njit(cache=True, parallel=True)
def gaussian_rows(seed: Any, keys: Array, n_columns: int, scale: Array, low: int, out: Array) -> None:
    """Write L R for a standard normal R. Parameters as in `sparse_rows`."""
    for i in prange(keys.size):
        _gaussian_row(seed, keys[i], n_columns, scale[i], out[low + i])


@njit(cache=True)
def _add_properties(features: Array, vectors: Array, first: int, out: Array) -> None:
    for f in range(features.size):
        value = features[f]
        vector = vectors[f]
        for k in range(vector.size):
            out[first + k] += value * vector[k]


@njit(cache=True, parallel=True)
def add_properties(features: Array, vectors: Array, first: int, low: int, out: Array) -> None:
    """Add the node properties, each times its random vector, to the last columns of the initial vectors.

    Parameters
    ----------
    features : (n, f) float32
    vectors : (f, p) float32
    first : int
        Column of `out` where the p columns begin.
    low, out : see `sparse_rows`
    """
    for i in prange(features.shape[0]):
        _add_properties(features[i], vectors, first, out[low + i])


@njit(cache=True)
def row_sums(indptr: Array, weights: Array, sums: Array) -> None:
    """Sum the weights of every row in float64."""
    for i in range(sums.size):
        total = 0.0
        for p in range(indptr[i], indptr[i + 1]):
            total += weights[p]
        sums[i] = total


@njit(cache=True)
def mean_in_weights(indices: Array, weights: Array, means: Array, chosen: Array) -> None:
    """Write the mean weight of the edges into the chosen nodes; 0 where there is none."""
    counts = np.zeros(chosen.size, np.int64)
    for p in range(indices.size):
        j = indices[p]
        if chosen[j]:
            counts[j] += 1
            means[j] += (weights[p] - means[j]) / counts[j]  # a running mean does not overflow


@njit(cache=True)
def transition_probabilities(indptr: Array, weights: Array, sums: Array, probabilities: Array) -> None:
    """Divide the weights of every row by their sum, into float32."""
    for i in range(sums.size):
        for p in range(indptr[i], indptr[i + 1]):
            probabilities[p] = weights[p] / sums[i] if sums[i] > 0 else 0.0
