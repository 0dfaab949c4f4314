from itertools import permutations

import numpy as np

from cayley.engines import _dense_tables as tables
from cayley.engines._kernels import dense as kernels


def _digits(p):
    """Digits of the numbering of the dense engine, from its definition."""
    free = list(range(len(p)))
    digits = []
    for value in range(len(p) - 1, -1, -1):
        position = p.index(value)
        digits.append(free.index(position))
        free.remove(position)
    return digits


def _number(p):
    """(block, word, parity of the inner digits, bit) of an arrangement."""
    digits = _digits(p)
    n = len(p)
    block = 0
    for m, digit in zip(range(n, 8, -1), digits, strict=False):
        block = block * m + digit
    d8, d7, d6, d5, d4, d3, d2, _ = digits[n - 8 :]
    return block, (d8 * 7 + d7) * 6 + d6, (d5 + d4 + d3 + d2) % 2, (((d5 * 4 + d4) * 3 + d3) * 2 + d2) // 2


def test_numbering_is_one_to_one():
    seen = {(word, parity, bit) for _, word, parity, bit in map(_number, permutations(range(8)))}
    assert len(seen) == 40320
    assert max(word for word, _, _ in seen) == tables.WORDS - 1
    assert max(bit for _, _, bit in seen) == tables.BITS - 1


def test_moves_follow_the_numbering():
    """Pulling along g finds, for an arrangement b, the arrangement a with a[g[i]] = b[i]."""
    rng = np.random.default_rng(0)
    g = np.array([rng.permutation(10) for _ in range(3)])
    n_blocks = 90
    parity = np.empty(n_blocks, np.uint8)
    source_block = np.empty((n_blocks, 3), np.int32)
    signature = np.empty((n_blocks, 3), np.uint16)
    kernels.block_moves(g, n_blocks, parity, source_block, signature)
    positions = tables.gather_positions().reshape(240, 64)
    for _ in range(200):
        b = rng.permutation(10)
        block, word, inner, bit = _number(b.tolist())
        for k in range(3):
            a = np.empty(10, int)
            a[g[k]] = b
            from_block, from_word, _, from_bit = _number(a.tolist())
            assert source_block[block, k] == from_block
            words = np.empty((1, tables.WORDS), np.uint16)
            gather = np.empty((1, 2, tables.WORDS), np.uint8)
            kernels.signature_moves(np.array([tables.unrank8(int(signature[block, k]))]), words, gather)
            assert words[0, word] == from_word
            digits = _digits(b.tolist())
            block_and_inner = sum(digits[2:]) % 2
            assert positions[gather[0, block_and_inner, word], bit] == from_bit
            assert inner == sum(digits[5:]) % 2


def test_lookup_tables_equal_the_positions():
    table, shift, row = tables.lookup_tables()
    positions = tables.gather_positions().reshape(240, 64)
    assert table.shape == (24, 4096)
    rng = np.random.default_rng(1)
    for move in rng.integers(0, 240, 60):
        word = int(rng.integers(0, 2**60))
        wanted = sum((word >> int(positions[move, i]) & 1) << i for i in range(tables.BITS))
        found = 0
        for run in range(5):
            found |= int(table[row[move, run], word >> int(shift[move, run]) & 4095]) << (12 * run)
        assert found == wanted


def test_gather_positions_are_aligned():
    assert tables.gather_positions().ctypes.data % 64 == 0


def test_unrank_is_lexicographic():
    listed = list(permutations(range(8)))
    assert [tables.unrank8(i) for i in range(0, 40320, 97)] == listed[::97]
