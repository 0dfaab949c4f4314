"""Tables of the dense engine: how permutations are numbered, and how a generator moves the numbers.

Numbering. Let d_m be the position of value m-1 among the positions that hold no larger value, for
m = n, ..., 1. The digits d_n, ..., d_1 (d_m < m) number the n! arrangements in mixed radix. Stepping back
along a generator g takes d_n to g[d_n] and leaves an induced permutation of one point fewer for the next
digit. So the first n-8 digits, the block, move by a table, and the last eight by one of a short list of
permutations of eight points, the signatures.

Within a block of 8! states the digits d_8, d_7, d_6 number 336 words and the remaining four digits 120
states, of which each word holds the 60 of one parity: bit (((d_5*4 + d_4)*3 + d_3)*2 + d_2) // 2.
"""

from functools import cache
from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray

WORDS = 336  # words of a block in one parity plane
BITS = 60  # states of a word
BLOCK_POINTS = 8  # points that move within a block

Perm = tuple[int, ...]


def _digit_images(p: NDArray[np.int64], digits: NDArray[np.int64]) -> NDArray[np.int64]:
    """Digits of the states that are fetched along permutations.

    Parameters
    ----------
    p : ndarray of shape (n_permutations, m)
    digits : ndarray of shape (n_states, k)
        The digits of each state, for m, m-1, ... points.

    Returns
    -------
    ndarray of shape (n_permutations, n_states, k)
    """
    images = np.empty((len(p), *digits.shape), np.int64)
    p = np.broadcast_to(p[:, None], (len(p), len(digits), p.shape[1]))
    for step, digit in enumerate(digits.T):
        image = images[:, :, step] = np.take_along_axis(p, digit[None, :, None], axis=2)[:, :, 0]
        left = np.arange(p.shape[2] - 1)
        left = left + (left >= digit[:, None])  # all positions but the one that the digit has taken
        p = np.take_along_axis(p, left[None], axis=2)
        p -= p > image[:, :, None]
    return images


@cache
def _word_bits() -> NDArray[np.uint8]:
    """Tabulate the bits that each permutation of five points fetches.

    Returns
    -------
    ndarray of shape (120, 2, 64), uint8
        For a permutation, in lexicographic order, and a parity of the word's digits, bit i comes from bit
        ``source[.., .., i]``. Positions 60 to 63 fetch bit 63, which no word sets.
    """
    source = np.full((120, 2, 64), 63, np.uint8)
    digits = np.array(list(product(range(5), range(4), range(3), range(2))))
    images = _digit_images(np.array(list(permutations(range(5)))), digits)
    source[:, digits.sum(axis=1) % 2, _rank(digits) >> 1] = _rank(images) >> 1
    return source


def _rank(digits: NDArray[np.int64]) -> NDArray[np.int64]:
    return digits @ np.array([24, 6, 2, 1])


def gather_positions() -> NDArray[np.uint8]:
    """Positions for `gather_bits`, 64 for each of 240 (permutation, parity), aligned to 64 bytes."""
    table = _word_bits().reshape(-1)
    room = np.empty(table.size + 64, np.uint8)
    start = -room.ctypes.data % 64
    aligned = room[start : start + table.size]
    aligned[:] = table
    return aligned


@cache
def lookup_tables() -> tuple[NDArray[np.uint16], NDArray[np.uint8], NDArray[np.uint8]]:
    """Tables for the portable bit gather: five look-ups of twelve bits in place of one of sixty.

    A fixed d_5 takes a run of twelve bits from a run of twelve, permuted by the induced permutation of four
    points; there are only 24 such permutations of twelve bits.

    Returns
    -------
    table : ndarray of shape (24, 4096), uint16
    shift : ndarray of shape (240, 5), uint8
        For a (permutation, parity) and a d_5, where the source run starts.
    row : ndarray of shape (240, 5), uint8
        ... and the row of `table` that permutes it.
    """
    source = _word_bits().reshape(240, 64)[:, :BITS].reshape(240, 5, 12)
    shift = (source[:, :, 0] // 12 * 12).astype(np.uint8)
    within, row = np.unique((source % 12).reshape(-1, 12), axis=0, return_inverse=True)
    value = np.arange(4096, dtype=np.uint16)
    table = np.zeros((len(within), 4096), np.uint16)
    for bit in range(12):
        table |= (value >> within[:, bit, None].astype(np.uint16) & 1) << np.uint16(bit)
    return table, shift, row.reshape(240, 5).astype(np.uint8)


def unrank8(number: int) -> Perm:
    """Permutation of eight points whose inversion digits (radices 8, 7, ..., 1) are those of `number`."""
    digits = []
    for radix in range(1, BLOCK_POINTS + 1):
        number, digit = divmod(number, radix)
        digits.append(digit)
    free = list(range(BLOCK_POINTS))
    return tuple(free.pop(digit) for digit in reversed(digits))


def arrangement(state: int, degree: int, n_blocks: int) -> Perm:
    """Arrangement with a given number, ((plane * n_blocks + block) * 336 + word) * 64 + bit.

    The plane is the parity relative to the identity, whose digits are m-1.
    """
    rest, bit = divmod(state, 64)
    rest, word = divmod(rest, WORDS)
    plane, block = divmod(rest, n_blocks)
    digits = []  # d_1, d_2, ...
    number = 2 * bit
    for radix in (1, 2, 3, 4, 5):
        number, digit = divmod(number, radix)
        digits.append(digit)
    for number, radices in ((word, (6, 7, 8)), (block, range(9, degree + 1))):
        for radix in radices:
            number, digit = divmod(number, radix)
            digits.append(digit)
    parity = sum(radix - 1 - digit for radix, digit in enumerate(digits, start=1)) % 2
    digits[1] ^= parity ^ plane
    free = list(range(degree))
    positions = [free.pop(digit) for digit in reversed(digits)]  # of the values degree-1, ..., 0
    values = [0] * degree
    for value, position in zip(range(degree - 1, -1, -1), positions, strict=True):
        values[position] = value
    return tuple(values)
