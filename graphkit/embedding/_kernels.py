"""Kernels of FastRP: projection, transition products, weighted sum, column standardisation.

Every row is computed by one thread, its sum taken in the order of the row's neighbours, and no kernel reduces
across rows in parallel. Results therefore do not depend on the number of threads, bit for bit.

Symbols follow the paper: A transition matrix, L degree normalisation, R projection, N_k the k-th power.
"""

import math
from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Array = NDArray[Any]

ROWS_PER_BLOCK = 1024  # column sums are taken block by block, so that they depend on the rows alone

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
def _scaled_sparse_row(signed: Array, scale: Any, out: Array) -> None:
    out[:] = np.float32(0.0)
    for entry in signed:
        out[abs(entry) - 1] = scale if entry > 0 else -scale


@njit(cache=True, parallel=True)
def expand_sparse_projection(offsets: Array, signed: Array, scale: Array, out: Array) -> None:
    """Write L R as a dense matrix: out (n, d) float32, scale (n,) float32 the diagonal of L."""
    for i in prange(scale.size):
        _scaled_sparse_row(signed[offsets[i] : offsets[i + 1]], scale[i], out[i])


@njit(cache=True)
def _gaussian_row(seed: Any, key: Any, scale: float, out: Array) -> None:
    """Draw normal variables by the transform of Box and Muller (1958), two at a time."""
    stream = _stream(seed, key)
    for k in range(0, out.size, 2):
        radius = math.sqrt(-2.0 * math.log(_uniform(_draw(stream, k))))
        angle = 2.0 * math.pi * _uniform(_draw(stream, k + 1))
        out[k] = scale * radius * math.cos(angle)
        if k + 1 < out.size:
            out[k + 1] = scale * radius * math.sin(angle)


@njit(cache=True, parallel=True)
def gaussian_projection(seed: Any, keys: Array, scale: Array, out: Array) -> None:
    """Write L R for a standard normal R: out (n, d) float32, scale (n,) float32 the diagonal of L."""
    for i in prange(keys.size):
        _gaussian_row(seed, keys[i], scale[i], out[i])


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


@njit(cache=True)
def _first_row(
    neighbors: Array, probabilities: Array, mean: Any, scale: Array, offsets: Array, signed: Array, out: Array
) -> None:
    """Write one row of N_1 = A L R, R very sparse."""
    out[:] = np.float32(0.0)
    for p in range(neighbors.size):
        j = neighbors[p]
        value = scale[j] * probabilities[p] if probabilities.size else scale[j]
        for q in range(offsets[j], offsets[j + 1]):
            entry = signed[q]
            if entry > 0:
                out[entry - 1] += value
            else:
                out[-entry - 1] -= value
    if not probabilities.size:
        for k in range(out.size):
            out[k] *= mean


@njit(cache=True)
def _transition_row(neighbors: Array, probabilities: Array, mean: Any, X: Array, out: Array) -> None:
    """Write one row of A X, adding the neighbours in order.

    Four rows are added at a time: the sum stays in a register instead of going through memory for each, and
    the four independent reads overlap. The order of the additions is the same as one by one.
    """
    out[:] = np.float32(0.0)
    stop = neighbors.size - neighbors.size % 4
    for p in range(0, stop, 4):
        x0, x1, x2, x3 = X[neighbors[p]], X[neighbors[p + 1]], X[neighbors[p + 2]], X[neighbors[p + 3]]
        if probabilities.size:
            a0, a1, a2, a3 = (
                probabilities[p],
                probabilities[p + 1],
                probabilities[p + 2],
                probabilities[p + 3],
            )
            for k in range(out.size):
                out[k] = out[k] + a0 * x0[k] + a1 * x1[k] + a2 * x2[k] + a3 * x3[k]
        else:
            for k in range(out.size):
                out[k] = out[k] + x0[k] + x1[k] + x2[k] + x3[k]
    for p in range(stop, neighbors.size):
        x = X[neighbors[p]]
        a = probabilities[p] if probabilities.size else np.float32(1.0)
        for k in range(out.size):
            out[k] += a * x[k]
    if not probabilities.size:
        for k in range(out.size):
            out[k] *= mean


@njit(cache=True)
def _row_probabilities(probabilities: Array, start: int, stop: int) -> Array:
    return probabilities[start:stop] if probabilities.size else probabilities


@njit(cache=True, parallel=True)
def first_power(
    indptr: Array,
    indices: Array,
    probabilities: Array,
    means: Array,
    bounds: Array,
    scale: Array,
    offsets: Array,
    signed: Array,
    out: Array,
) -> None:
    """Compute N_1 = A L R for a very sparse R.

    Parameters
    ----------
    indptr, indices : CSR of the graph
    probabilities : (n_entries,) float32 entries of A, or (0,) for an unweighted graph
    means : (n,) float32, 1 / degree, the entries of A in an unweighted graph; 0 for degree 0
    bounds : (n_blocks + 1,) int64 row ranges of about equal work
    scale : (n,) float32, the diagonal of L
    offsets, signed : see `fill_sparse_projection`
    out : (n, d) float32, filled
    """
    for block in prange(bounds.size - 1):
        for i in range(bounds[block], bounds[block + 1]):
            start, stop = indptr[i], indptr[i + 1]
            row = _row_probabilities(probabilities, start, stop)
            _first_row(indices[start:stop], row, means[i], scale, offsets, signed, out[i])


@njit(cache=True, parallel=True)
def next_power(
    indptr: Array, indices: Array, probabilities: Array, means: Array, bounds: Array, X: Array, out: Array
) -> None:
    """Compute N_k = A N_(k-1). Parameters as in `first_power`; X and out are different (n, d) arrays."""
    for block in prange(bounds.size - 1):
        for i in range(bounds[block], bounds[block + 1]):
            start, stop = indptr[i], indptr[i + 1]
            row = _row_probabilities(probabilities, start, stop)
            _transition_row(indices[start:stop], row, means[i], X, out[i])


@njit(cache=True)
def _norm(x: Array) -> float:
    """Euclidean norm in float64; four partial sums, because one would wait for itself at every step."""
    s0, s1, s2, s3 = 0.0, 0.0, 0.0, 0.0
    stop = x.size - x.size % 4
    for k in range(0, stop, 4):
        a, b, c, d = np.float64(x[k]), np.float64(x[k + 1]), np.float64(x[k + 2]), np.float64(x[k + 3])
        s0 += a * a
        s1 += b * b
        s2 += c * c
        s3 += d * d
    for k in range(stop, x.size):
        s0 += np.float64(x[k]) * np.float64(x[k])
    return math.sqrt((s0 + s1) + (s2 + s3))


@njit(cache=True)
def _unit_factor(x: Array, weight: float) -> float:
    """Factor that brings x to length `weight`; 0 for a zero row, which stays zero."""
    norm = _norm(x) if weight != 0.0 else 0.0
    return weight / norm if norm > 0.0 else 0.0


@njit(cache=True)
def _add_unit_row(x: Array, weight: float, fresh: bool, total: Array) -> bool:
    factor = _unit_factor(x, weight)
    for k in range(x.size):
        value = factor * x[k]
        total[k] = value if fresh else total[k] + value
    return factor != 0.0


@njit(cache=True, parallel=True)
def add_unit_rows(X: Array, weight: float, fresh: bool, total: Array, informed: Array) -> None:
    """Add `weight` times the rows of X, each divided by its norm, to `total`.

    Parameters
    ----------
    X, total : (n, d) float32; the same array is allowed if `fresh`.
    fresh : bool
        Overwrite `total` and `informed` instead of adding to them.
    informed : (n,) bool
        Set for the rows that received something else than zeros.
    """
    for i in prange(X.shape[0]):
        added = _add_unit_row(X[i], weight, fresh, total[i])
        informed[i] = added or (informed[i] and not fresh)


@njit(cache=True)
def _last_rows(
    low: int,
    high: int,
    indptr: Array,
    indices: Array,
    probabilities: Array,
    means: Array,
    X: Array,
    weight_before: float,
    weight: float,
    fresh: bool,
    total: Array,
    informed: Array,
) -> None:
    product = np.empty(X.shape[1], np.float32)
    for i in range(low, high):
        start, stop = indptr[i], indptr[i + 1]
        row = _row_probabilities(probabilities, start, stop)
        _transition_row(indices[start:stop], row, means[i], X, product)
        x, out = X[i], total[i]
        before, last = _unit_factor(x, weight_before), _unit_factor(product, weight)
        for k in range(out.size):
            value = before * x[k] + last * product[k]
            out[k] = value if fresh else out[k] + value
        informed[i] = before != 0.0 or last != 0.0 or (informed[i] and not fresh)


@njit(cache=True, parallel=True)
def last_power(
    indptr: Array,
    indices: Array,
    probabilities: Array,
    means: Array,
    bounds: Array,
    X: Array,
    weight_before: float,
    weight: float,
    fresh: bool,
    total: Array,
    informed: Array,
) -> None:
    """Add the last two powers, X = N_(q-1) and A X, with unit rows and their weights to `total`.

    The rows of the last power are never stored, which saves an (n, d) array and a pass over it.
    Parameters as in `first_power` and `add_unit_rows`.
    """
    for block in prange(bounds.size - 1):
        _last_rows(
            bounds[block],
            bounds[block + 1],
            indptr,
            indices,
            probabilities,
            means,
            X,
            weight_before,
            weight,
            fresh,
            total,
            informed,
        )


@njit(cache=True)
def _block_sums(X: Array, informed: Array, sums: Array, squares: Array) -> None:
    for i in range(X.shape[0]):
        if informed[i]:
            x = X[i]
            for k in range(x.size):
                value = np.float64(x[k])
                sums[k] += value
                squares[k] += value * value


@njit(cache=True, parallel=True)
def column_sums(X: Array, informed: Array, sums: Array) -> None:
    """Sum the columns of X and their squares over the informed rows, one block of rows at a time.

    Parameters
    ----------
    X : (n, d) float32
    informed : (n,) bool
    sums : (ceil(n / ROWS_PER_BLOCK), 2, d) float64 zeros, filled
    """
    for block in prange(sums.shape[0]):
        low = block * ROWS_PER_BLOCK
        high = min(low + ROWS_PER_BLOCK, X.shape[0])
        _block_sums(X[low:high], informed[low:high], sums[block, 0], sums[block, 1])


@njit(cache=True)
def _standardize_row(x: Array, mean: Array, factor: Array) -> None:
    for k in range(x.size):
        x[k] = (x[k] - mean[k]) * factor[k]


@njit(cache=True, parallel=True)
def standardize_rows(X: Array, informed: Array, mean: Array, factor: Array) -> None:
    """Replace the informed rows of X by (X - mean) * factor; mean and factor are (d,) float64."""
    for i in prange(X.shape[0]):
        if informed[i]:
            _standardize_row(X[i], mean, factor)
