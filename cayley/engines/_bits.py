"""An instruction that numba does not offer: gather 64 bits of a word by their positions."""

from functools import cache
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba import config, types
from numba.core import cgutils
from numba.extending import intrinsic

_I64 = ir.IntType(64)


@cache
def has_bit_gather() -> bool:
    """Tell whether compiled code may use the AVX-512 instruction VPSHUFBITQMB (extension BITALG)."""
    if config.DISABLE_JIT:
        return False
    if config.CPU_FEATURES is not None or config.CPU_NAME not in (None, "host"):
        return "+avx512bitalg" in (config.CPU_FEATURES or "")
    return bool(llvm.get_host_cpu_features().get("avx512bitalg", False))


@intrinsic
def gather_bits(typingctx: Any, word: Any, positions: Any, offset: Any) -> Any:
    """Bit i of the result is bit ``positions[offset + i]`` of `word`, for i = 0, ..., 63.

    `positions` is a uint8 array aligned to 64 bytes, `offset` a multiple of 64. Where the processor lacks the
    instruction this compiles to zero: ask `has_bit_gather` before use.
    """
    signature = types.uint64(types.uint64, positions, types.intp)

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        if not has_bit_gather():
            return ir.Constant(_I64, 0)
        array = context.make_array(signature.args[1])(context, builder, args[1])
        bytes_64 = ir.VectorType(ir.IntType(8), 64)
        address = builder.bitcast(builder.gep(array.data, [args[2]]), bytes_64.as_pointer())
        control = builder.load(address)
        control.align = 64
        lanes = ir.VectorType(_I64, 8)
        undefined = ir.Constant(lanes, ir.Undefined)
        lane = builder.insert_element(undefined, args[0], ir.Constant(ir.IntType(32), 0))
        spread = builder.shuffle_vector(
            lane, undefined, ir.Constant(ir.VectorType(ir.IntType(32), 8), [0] * 8)
        )
        gather_type = ir.FunctionType(ir.VectorType(ir.IntType(1), 64), [bytes_64, bytes_64])
        gather = cgutils.get_or_insert_function(
            builder.module, gather_type, "llvm.x86.avx512.vpshufbitqmb.512"
        )
        return builder.bitcast(builder.call(gather, [builder.bitcast(spread, bytes_64), control]), _I64)

    return signature, codegen
