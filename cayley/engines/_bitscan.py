"""Instructions on 64-bit words that numba does not offer by name: count, find and clear set bits."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload


def trailing_zeros(word: Any) -> int:
    """Position of the lowest set bit of a uint64; 64 if there is none."""
    value = int(word)
    return (value & -value).bit_length() - 1 if value else 64


def count_ones(word: Any) -> int:
    """Count the set bits of a uint64."""
    return int(word).bit_count()


def clear_lowest(word: Any) -> Any:
    """Return a uint64 without its lowest set bit."""
    value = int(word)
    return type(word)(value & (value - 1) if value else 0)


@intrinsic
def _cttz(typingctx: Any, word: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 0))  # defined for zero

    return types.uint64(types.uint64), codegen


@intrinsic
def _ctpop(typingctx: Any, word: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), codegen


@overload(trailing_zeros, strict=False)  # strict compares annotations too
def _compile_trailing_zeros(word: Any) -> Any:
    return lambda word: types.int64(_cttz(word))


@overload(count_ones, strict=False)
def _compile_count_ones(word: Any) -> Any:
    return lambda word: types.int64(_ctpop(word))


@overload(clear_lowest, strict=False)
def _compile_clear_lowest(word: Any) -> Any:
    return lambda word: word & (word - types.uint64(1))
