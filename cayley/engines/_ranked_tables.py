"""Numbering of the arrangements of a word, and how generators act on the two halves of a number.

The positions of a word are split into a high half, the first ones, and a low half. The word of each half is
numbered by its index, its colours read as digits to the base c. All words with the same high half form a
segment: their low halves have the same composition (the numbers of letters of each colour), and such low
halves are ranked in lexicographic order. A state is then numbered by ``base[high] + rank[low]``, where each
segment starts at a multiple of 64.

A permutation of the positions takes each letter of either half to a fixed place, so the indices of the new
halves are sums of what the old halves contribute: two table look-ups and an addition for both.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cayley.permutation import Permutation, inverse

HALF_LIMIT = 2**22  # words of half the length, over all colours, that tables are made for


@dataclass(frozen=True)
class RankedTables:
    """Tables of the numbering and of the moves; a half is given by its index.

    Attributes
    ----------
    segment_high : int64, one for each segment
        The high half that its words share, increasing.
    first_low : int64, one for each segment
        Where its composition starts in `lows`.
    size : int64, one for each segment
        Number of states.
    first_word, n_words : int64, one for each segment
        Its machine words in a bitmap.
    lows : int64
        Low halves by composition and rank.
    base : uint64, one for each high half
        Number of the first state of its segment.
    rank : uint32, one for each low half
        Rank among the low halves of the same composition.
    high_moves : uint32 or uint64 of shape (n_generators, n_segments)
        What the high half contributes to the moved word: ``high index << shift | low index``.
    low_moves : uint32 or uint64 of shape (n_generators, lows.size)
        The same of the low half.
    shift : int
    """

    segment_high: NDArray[np.int64]
    first_low: NDArray[np.int64]
    size: NDArray[np.int64]
    first_word: NDArray[np.int64]
    n_words: NDArray[np.int64]
    lows: NDArray[np.int64]
    base: NDArray[np.uint64]
    rank: NDArray[np.uint32]
    high_moves: NDArray[np.unsignedinteger]
    low_moves: NDArray[np.unsignedinteger]
    shift: int

    @property
    def total_words(self) -> int:
        """Machine words in a bitmap."""
        return int(self.n_words.sum())


def split(degree: int) -> tuple[int, int]:
    """Lengths of the high and the low half of a word."""
    return degree // 2, degree - degree // 2


def index_layout(n_colours: int, degree: int) -> tuple[int, type[np.unsignedinteger]]:
    """Bits of a low index, and the type that holds both indices."""
    high, low = split(degree)
    shift = (n_colours**low - 1).bit_length()
    return shift, np.uint32 if shift + (n_colours**high - 1).bit_length() <= 32 else np.uint64


def segment_sizes(counts: Sequence[int], degree: int) -> Iterator[tuple[int, int]]:
    """For each composition of a high half: how many segments have it, and the states in each of them."""
    high, low = split(degree)

    def fill(colour: int, free: int, low_free: int, ways: int, size: int) -> Iterator[tuple[int, int]]:
        if colour == len(counts):
            yield ways, size
            return
        # The letters that are left must fill both halves exactly.
        for m in range(max(0, counts[colour] - low_free), min(free, counts[colour]) + 1):
            rest = counts[colour] - m
            yield from fill(
                colour + 1,
                free - m,
                low_free - rest,
                ways * math.comb(free, m),
                size * math.comb(low_free, rest),
            )

    return fill(0, high, low, 1, 1)


def build(state: Sequence[int], generators: Sequence[Permutation], wide: bool = False) -> RankedTables:
    """Make the tables for a start word in colours 0, ..., c-1 and permutations of its positions.

    With `wide`, the moves take 64 bits even if 32 suffice.
    """
    degree, n_colours = len(state), max(state) + 1
    high, low = split(degree)
    counter = Counter(state)
    steps = [(degree + 1) ** colour for colour in range(n_colours)]
    whole = sum(counter[colour] * step for colour, step in enumerate(steps))
    low_keys = _outer_sum([steps] * low, np.int64)
    high_keys = whole - _outer_sum([steps] * high, np.int64)  # composition of the low half that completes it

    possible = np.intersect1d(low_keys, high_keys)
    lows = np.flatnonzero(np.isin(low_keys, possible))
    lows = lows[np.argsort(low_keys[lows], kind="stable")]
    starts = np.searchsorted(low_keys[lows], possible)
    sizes = np.diff(starts, append=lows.size)
    rank = np.zeros(low_keys.size, np.uint32)
    rank[lows] = np.arange(lows.size) - np.repeat(starts, sizes)

    segment_high = np.flatnonzero(np.isin(high_keys, possible))
    composition = np.searchsorted(possible, high_keys[segment_high])
    n_words = -(-sizes[composition] // 64)
    first_word = np.cumsum(n_words) - n_words
    base = np.zeros(high_keys.size, np.uint64)
    base[segment_high] = first_word * 64

    shift, dtype = index_layout(n_colours, degree)
    dtype = np.uint64 if wide else dtype
    high_moves = np.empty((len(generators), segment_high.size), dtype)
    low_moves = np.empty((len(generators), lows.size), dtype)
    place_value = [n_colours ** (high - 1 - i) << shift for i in range(high)]
    place_value += [n_colours ** (low - 1 - i) for i in range(low)]
    for g, generator in enumerate(generators):
        goes_to = inverse(generator)
        digits = [[colour * place_value[goes_to[i]] for colour in range(n_colours)] for i in range(degree)]
        high_moves[g] = _outer_sum(digits[:high], dtype)[segment_high]
        low_moves[g] = _outer_sum(digits[high:], dtype)[lows]
    return RankedTables(
        segment_high,
        starts[composition],
        sizes[composition],
        first_word,
        n_words,
        lows,
        base,
        rank,
        high_moves,
        low_moves,
        shift,
    )


def index_of(letters: Sequence[int], n_colours: int) -> int:
    """Index of half a word."""
    index = 0
    for colour in letters:
        index = index * n_colours + colour
    return index


def indices_of(letters: NDArray[np.int64], n_colours: int) -> NDArray[np.int64]:
    """Find the indices of half words, given one a row."""
    powers = n_colours ** np.arange(letters.shape[1] - 1, -1, -1, dtype=np.int64)
    return letters @ powers


def letters_of(indices: NDArray[np.int64], n_colours: int, length: int) -> NDArray[np.int64]:
    """Half words of given indices, one a row."""
    powers = n_colours ** np.arange(length - 1, -1, -1, dtype=np.int64)
    return indices[:, None] // powers % n_colours


def _outer_sum(values: Sequence[Sequence[int]], dtype: type[np.integer]) -> NDArray[np.integer]:
    """For each half word, in the order of its index, sum what its letters stand for."""
    total = np.zeros(1, dtype)
    for row in values:
        total = (total[:, None] + np.array(row, dtype)).ravel()
    return total
