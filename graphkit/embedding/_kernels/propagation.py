"""Products with the transition matrix, row norms and weighted sums of the powers.

Every row is computed by one thread, its sum taken in the order of the row's neighbours; every column is
summed by itself, and squares of a row are added in chunks of `CHUNK` columns. Results therefore depend
neither on the number of threads nor on how rows and columns are divided among calls, bit for bit, provided
that a division of the columns falls on multiples of `CHUNK`.

Powers are stored as float32, or in 16 bits: bfloat16 as uint16, and float16 as int16, so that the dtype of an
array says which it is. Sums are float32 in any case.
"""

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba import config, njit, prange, types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

Array = NDArray[Any]

CHUNK = 16
_AHEAD = 8  # neighbours between the one that is added and the one that is fetched into the cache
LARGEST_FACTOR = 3e38  # of float32; rows of subnormal numbers would ask for more
_LARGEST = 14  # exponent of the largest entry of a row in float16

if config.DISABLE_JIT:

    def _fetch(X: Array, row: int, column: int) -> None:
        """Do nothing."""

    def _widen(value: Any) -> Any:
        if isinstance(value, np.uint16):
            return (np.uint32(value) << np.uint32(16)).view(np.float32)
        return np.float32(value.view(np.float16)) if isinstance(value, np.int16) else value

    def _narrow(value: Any, like: Any) -> Any:
        if isinstance(like, np.uint16):
            bits = int(np.float32(value).view(np.uint32))
            return np.uint16((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16)
        return np.float16(value).view(np.int16) if isinstance(like, np.int16) else np.float32(value)

else:

    @intrinsic
    def _fetch(context: Any, X: Any, row: Any, column: Any) -> Any:
        """Ask for the cache line of X[row, column], without waiting for it."""

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            array_type = signature.args[0]
            array = context.make_array(array_type)(context, builder, args[0])
            pointer = cgutils.get_item_pointer(
                context, builder, array_type, array, [args[1], args[2]], wraparound=False
            )
            byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
            kind = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
            function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
            # Arguments: read, keep in the second level of the cache, data.
            constants = [ir.Constant(word, number) for number in (0, 2, 1)]
            builder.call(function, [builder.bitcast(pointer, byte), *constants])
            return context.get_dummy_value()

        return types.void(X, types.intp, types.intp), generate

    @intrinsic
    def _widen(context: Any, value: Any) -> Any:
        """Return a stored number as float32."""

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            single = ir.FloatType()
            if value == types.uint16:
                word = builder.zext(args[0], ir.IntType(32))
                return builder.bitcast(builder.shl(word, ir.Constant(ir.IntType(32), 16)), single)
            if value == types.int16:
                return builder.fpext(builder.bitcast(args[0], ir.HalfType()), single)
            return args[0]

        return types.float32(value), generate

    @intrinsic
    def _narrow(context: Any, value: Any, like: Any) -> Any:
        """Return a float32 in the form in which `like` is stored, rounded to nearest, ties to even."""

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            word, half = ir.IntType(32), ir.IntType(16)
            if like == types.uint16:
                bits = builder.bitcast(args[0], word)
                odd = builder.and_(builder.lshr(bits, ir.Constant(word, 16)), ir.Constant(word, 1))
                bits = builder.add(bits, builder.add(odd, ir.Constant(word, 0x7FFF)))
                return builder.trunc(builder.lshr(bits, ir.Constant(word, 16)), half)
            if like == types.int16:
                return builder.bitcast(builder.fptrunc(args[0], ir.HalfType()), half)
            return args[0]

        return like(types.float32, like), generate


@njit(cache=True)
def _squared(value: Any) -> float:
    wide = np.float64(_widen(value))
    return wide * wide


@njit(cache=True)
def _chunk_square(x: Array, low: int, high: int) -> float:
    """Sum of the squares of at most CHUNK stored numbers, in an order that only depends on their places."""
    if high - low < CHUNK:
        total = 0.0
        for k in range(low, high):
            total += _squared(x[k])
        return total
    s0, s1 = _squared(x[low]) + _squared(x[low + 8]), _squared(x[low + 1]) + _squared(x[low + 9])
    s2, s3 = _squared(x[low + 2]) + _squared(x[low + 10]), _squared(x[low + 3]) + _squared(x[low + 11])
    s4, s5 = _squared(x[low + 4]) + _squared(x[low + 12]), _squared(x[low + 5]) + _squared(x[low + 13])
    s6, s7 = _squared(x[low + 6]) + _squared(x[low + 14]), _squared(x[low + 7]) + _squared(x[low + 15])
    return ((s0 + s4) + (s1 + s5)) + ((s2 + s6) + (s3 + s7))


@njit(cache=True)
def _square(x: Array) -> float:
    total = 0.0
    for low in range(0, x.size, CHUNK):
        total += _chunk_square(x, low, min(low + CHUNK, x.size))
    return total


@njit(cache=True)
def _fetch_row(X: Array, row: int, low: int, high: int) -> None:
    for k in range(low, high, 64 // X.itemsize):
        _fetch(X, row, k)


@njit(cache=True)
def _spread(block: int, n_blocks: int) -> int:
    """Permute the blocks so that threads, which take contiguous ranges of numbers, get rows from everywhere.

    Otherwise one thread would have all pages of an array that are touched for the first time, or all hubs.
    """
    step = max(1, int(0.618 * n_blocks))
    while math.gcd(step, n_blocks) != 1:
        step += 1
    return block * step % n_blocks


@njit(cache=True)
def _product_row(indices, start, stop, probabilities, factors, mean, X, low, high, out):
    """Write columns low to high of one row of A diag(factors) X, adding the neighbours in order.

    Four rows are added at a time, in the same order as one by one: the sum stays in a register instead of
    going through memory for each, and the four independent reads overlap.
    """
    out[:] = np.float32(0.0)
    plain = probabilities.size == 0 and factors.size == 0
    one = np.float32(1.0)
    quads = start + (stop - start) // 4 * 4
    last = indices.size - 1
    for p in range(start, quads, 4):
        for q in range(p + _AHEAD, p + _AHEAD + 4):  # rows of the next nodes too: they follow in `indices`
            _fetch_row(X, indices[min(q, last)], low, high)
        j0, j1, j2, j3 = indices[p], indices[p + 1], indices[p + 2], indices[p + 3]
        x0, x1, x2, x3 = X[j0, low:high], X[j1, low:high], X[j2, low:high], X[j3, low:high]
        if plain:
            for k in range(out.size):
                out[k] = out[k] + _widen(x0[k]) + _widen(x1[k]) + _widen(x2[k]) + _widen(x3[k])
        else:
            a0, a1, a2, a3 = one, one, one, one
            if probabilities.size:
                a0, a1 = probabilities[p], probabilities[p + 1]
                a2, a3 = probabilities[p + 2], probabilities[p + 3]
            if factors.size:
                a0, a1, a2, a3 = a0 * factors[j0], a1 * factors[j1], a2 * factors[j2], a3 * factors[j3]
            for k in range(out.size):
                out[k] = (
                    out[k] + a0 * _widen(x0[k]) + a1 * _widen(x1[k]) + a2 * _widen(x2[k]) + a3 * _widen(x3[k])
                )
    for p in range(quads, stop):
        _fetch_row(X, indices[min(p + _AHEAD, last)], low, high)
        j = indices[p]
        x = X[j, low:high]
        a = probabilities[p] if probabilities.size else one
        if factors.size:
            a *= factors[j]
        for k in range(out.size):
            out[k] += a * _widen(x[k])
    if not probabilities.size:
        for k in range(out.size):
            out[k] *= mean


@njit(cache=True)
def _store(values: Array, out: Array, undo: Array, place: int) -> None:
    """Write a row in the form of `out`.

    In float16, of few exponents, rows are multiplied so that their largest entry has the exponent `_LARGEST`;
    `undo` takes what they must be multiplied with to undo that, and is empty for other forms.
    """
    factor = np.float32(1.0)
    if undo.size:
        largest = np.float32(0.0)
        for k in range(values.size):
            largest = max(largest, abs(values[k]))
        if largest > 0:
            exponent = _LARGEST - (math.frexp(largest)[1] - 1)
            factor = np.float32(math.ldexp(1.0, min(max(exponent, -126), 126)))
        undo[place] = np.float32(1.0) / factor
    for k in range(values.size):
        out[k] = _narrow(np.float32(values[k] * factor), out[k])


@njit(cache=True)
def _multiply_rows(
    begin,
    end,
    indptr,
    indices,
    probabilities,
    means,
    rows,
    factors,
    X,
    low,
    high,
    out,
    out_low,
    squares,
    undo,
):
    values = np.empty(high - low, np.float32)
    for place in range(begin, end):
        i = rows[place] if rows.size else place
        _product_row(
            indices, indptr[i], indptr[i + 1], probabilities, factors, means[i], X, low, high, values
        )
        target = out[place, out_low : out_low + high - low]
        _store(values, target, undo, place)
        total = squares[place]
        for k in range(0, target.size, CHUNK):
            total += _chunk_square(target, k, min(k + CHUNK, target.size))
        squares[place] = total


@njit(cache=True, parallel=True)
def multiply(
    indptr: Array,
    indices: Array,
    probabilities: Array,
    means: Array,
    bounds: Array,
    rows: Array,
    factors: Array,
    X: Array,
    low: int,
    high: int,
    out: Array,
    out_low: int,
    squares: Array,
    undo: Array,
) -> None:
    """Write columns of A diag(factors) X, and add the squares of each row.

    Parameters
    ----------
    indptr, indices : CSR of the graph
    probabilities : (n_entries,) float32 entries of A, or (0,) for an unweighted graph
    means : (n,) float32, 1 / degree, the entries of A in an unweighted graph; 0 for degree 0
    bounds : (n_blocks + 1,) int64 ranges of `rows` of about equal work
    rows : (k,) int64 rows of A to compute, or (0,) for all
    factors : (n,) float32, or (0,) for ones
    X : (n, d) stored numbers; columns `low` to `high` are used
    out : (k, >= out_low + high - low) stored numbers, another array than X; filled from column `out_low` on
    squares : (k,) float64, added to
    undo : (k,) float32, filled with what a stored row must be multiplied with (float16 only), else (0,)
    """
    for number in prange(bounds.size - 1):
        block = _spread(number, bounds.size - 1)
        _multiply_rows(
            bounds[block],
            bounds[block + 1],
            indptr,
            indices,
            probabilities,
            means,
            rows,
            factors,
            X,
            low,
            high,
            out,
            out_low,
            squares,
            undo,
        )


@njit(cache=True)
def _sparse_product_row(neighbors, probabilities, mean, scale, offsets, signed, out):
    """Write one row of N_1 = A L R, R very sparse."""
    out[:] = np.float32(0.0)
    for p in range(neighbors.size):
        j = neighbors[p]
        low, high = offsets[j], offsets[j + 1]
        if low < high:  # many rows of R are empty
            value = scale[j] * probabilities[p] if probabilities.size else scale[j]
            for q in range(low, high):
                entry = signed[q]
                out[abs(entry) - 1] += value if entry > 0 else -value  # no branch: signs are unpredictable
    if not probabilities.size:
        for k in range(out.size):
            out[k] *= mean


@njit(cache=True)
def _multiply_sparse_rows(
    low, high, indptr, indices, probabilities, means, rows, scale, offsets, signed, out, squares, undo
):
    values = np.empty(out.shape[1], np.float32)
    for place in range(low, high):
        i = rows[place] if rows.size else place
        start, stop = indptr[i], indptr[i + 1]
        some = probabilities[start:stop] if probabilities.size else probabilities
        _sparse_product_row(indices[start:stop], some, means[i], scale, offsets, signed, values)
        _store(values, out[place], undo, place)
        squares[place] = _square(out[place])


@njit(cache=True, parallel=True)
def multiply_sparse(
    indptr: Array,
    indices: Array,
    probabilities: Array,
    means: Array,
    bounds: Array,
    rows: Array,
    scale: Array,
    offsets: Array,
    signed: Array,
    out: Array,
    squares: Array,
    undo: Array,
) -> None:
    """Write N_1 = A L R for a very sparse R, equal to `multiply` of the dense L R.

    Parameters
    ----------
    scale : (n,) float32, the diagonal of L
    offsets, signed : R, see `graphkit.embedding._kernels.projection.fill_sparse_projection`
    out, squares : (k, d) stored numbers and (k,) float64, filled
    others : see `multiply`
    """
    for number in prange(bounds.size - 1):
        block = _spread(number, bounds.size - 1)
        _multiply_sparse_rows(
            bounds[block],
            bounds[block + 1],
            indptr,
            indices,
            probabilities,
            means,
            rows,
            scale,
            offsets,
            signed,
            out,
            squares,
            undo,
        )


@njit(cache=True)
def _store_row(values, out, undo, i):
    _store(values, out, undo, i)
    return _square(out)


@njit(cache=True, parallel=True)
def store_rows(values: Array, low: int, out: Array, squares: Array, undo: Array) -> None:
    """Copy rows of float32 into rows `low`, ... of `out` in its form; fill their `squares` and `undo`."""
    for i in prange(values.shape[0]):
        squares[low + i] = _store_row(values[i], out[low + i], undo, low + i)


@njit(cache=True, parallel=True)
def row_squares(X: Array, squares: Array) -> None:
    """Write the sum of squares of every row of X, (n, d) stored numbers, into `squares`, (n,) float64."""
    for i in prange(X.shape[0]):
        squares[i] = _square(X[i])


@njit(cache=True)
def _add_row(x: Array, coefficient: Any, fresh: bool, total: Array) -> None:
    if fresh:
        for k in range(x.size):
            total[k] = coefficient * _widen(x[k])
    else:
        for k in range(x.size):
            total[k] = total[k] + coefficient * _widen(x[k])


@njit(cache=True, parallel=True)
def add_rows(
    X: Array, low: int, high: int, coefficients: Array, fresh: bool, total: Array, total_low: int
) -> None:
    """Add columns of X, each row times its coefficient, to those of `total` from `total_low` on.

    Parameters
    ----------
    X : (n, d) stored numbers, of which columns `low` to `high` are added
    coefficients : (n,) float32
    fresh : bool
        Overwrite instead of adding; X and `total` may then be the same array.
    total : (n, ...) float32
    """
    for i in prange(X.shape[0]):
        _add_row(X[i, low:high], coefficients[i], fresh, total[i, total_low : total_low + high - low])


@njit(cache=True)
def _last_rows(
    low, high, indptr, indices, probabilities, means, factors, X, before, weight, fresh, total, informed
):
    product = np.empty(X.shape[1], np.float32)
    for i in range(low, high):
        _product_row(
            indices, indptr[i], indptr[i + 1], probabilities, factors, means[i], X, 0, X.shape[1], product
        )
        square = _square(product)
        factor = weight / math.sqrt(square) if square > 0.0 else 0.0
        last = np.float32(min(max(factor, -LARGEST_FACTOR), LARGEST_FACTOR))
        _add_two(X[i], product, before, i, last, fresh, total[i])
        informed[i] = informed[i] or square > 0.0


@njit(cache=True)
def _add_two(x, y, before, i, last, fresh, total):
    """Add x and then y with their coefficients, rounding in between as two calls of `add_rows` would."""
    if before.size:
        _add_row(x, before[i], fresh, total)
    _add_row(y, last, fresh and not before.size, total)


@njit(cache=True, parallel=True)
def last_power(
    indptr: Array,
    indices: Array,
    probabilities: Array,
    means: Array,
    bounds: Array,
    factors: Array,
    X: Array,
    before: Array,
    weight: float,
    fresh: bool,
    total: Array,
    informed: Array,
) -> None:
    """Add the last two powers, X = N_(q-1) and A diag(factors) X, to `total`.

    The rows of the last power are never stored, which saves an (n, d) array and a pass over it.

    Parameters
    ----------
    before : (n,) float32 coefficients of the rows of X, or (0,) if it has no part in the sum
    weight : float
        Length to which the rows of the last power are brought.
    fresh : bool
        Overwrite `total` instead of adding to it.
    total : (n, d) float32, another array than X
    informed : (n,) bool, set for the rows whose last power is not zero
    others : see `multiply`
    """
    for number in prange(bounds.size - 1):
        block = _spread(number, bounds.size - 1)
        _last_rows(
            bounds[block],
            bounds[block + 1],
            indptr,
            indices,
            probabilities,
            means,
            factors,
            X,
            before,
            weight,
            fresh,
            total,
            informed,
        )


@njit(cache=True, parallel=True)
def copy_columns(X: Array, low: int, high: int, out: Array, out_low: int) -> None:
    """Copy columns `low` to `high` of X to those of `out` from `out_low` on, by all threads."""
    for i in prange(X.shape[0]):
        out[i, out_low : out_low + high - low] = X[i, low:high]
