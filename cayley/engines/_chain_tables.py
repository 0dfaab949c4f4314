"""Tables of the chain engine: how the elements of a permutation group are numbered, and cut into words.

Numbering. A stabiliser chain writes every element as one product u_1 u_2 ... u_k, a factor from each
transversal. The positions of the factors in their transversals are the digits of the element's rank, in
mixed radix, the first digit on top; the identity has rank 0. An element is ranked from its images of the
base: the image of the first base point tells u_1, which is stripped from the left, and so on.

Stepping from a to a g (a[g[0]], a[g[1]], ...) multiplies the inverse z of a by the inverse of g, from the
left; so g z is where the step to a came from, and it is the inverses that are numbered. If g u = v h, where
u and v are products of the top factors and h lies in the stabiliser H of the top base points, then g takes
the coset u H to v H and the element u x to v (h x). So cosets of H, the blocks, are moved by a table, and
within a block only the multiplication by h matters, one of |H| at most. Cosets of a smaller stabiliser K
within H, the words, are treated in the same way: a table of words, and |K| permutations of |K| <= 64 bits.
"""

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cayley.permutation import Permutation
from cayley.stabilizer import StabilizerChain, stabilizer_chain

WORD_BITS = 64
_GOOD_FILL = 32  # bits of a word, from which no better base is looked for
_LARGEST_ORDER = 2**42  # of a group for which one is looked for: a larger one fits no memory
_LARGEST_SUBGROUP = 2**16  # so that a word, and a factor, have 16-bit numbers

Arrays = tuple[
    NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.uint16], NDArray[np.uint16],
    NDArray[np.uint16],
]  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """Where the chain is cut: levels 0..top-1 number blocks, top..middle-1 words, the others bits.

    Attributes
    ----------
    top, middle : int
    n_blocks : int
    n_words : int
        Words of a block.
    n_bits : int
        States of a word.
    n_factors : int
        Bound on the number of different multiplications within a block.
    """

    top: int
    middle: int
    n_blocks: int
    n_words: int
    n_bits: int
    n_factors: int

    @property
    def block_order(self) -> int:
        """States of a block."""
        return self.n_words * self.n_bits

    def table_bytes(self, n_generators: int) -> int:
        """Bytes of the tables that move blocks and words."""
        return self.n_blocks * n_generators * 6 + self.n_factors * (self.n_words * 3 + 1)


def choose_layout(radices: Sequence[int], n_generators: int) -> Layout:
    """Cut a chain with these orbit lengths: as many bits as fit a word, then the smallest tables.

    Examples
    --------
    >>> layout = choose_layout([21, 18, 15, 12, 9, 6], n_generators=6)  # the cube of two layers
    >>> layout.n_blocks, layout.n_words, layout.n_bits
    (5670, 12, 54)
    """
    orders = [math.prod(radices[i:]) for i in range(len(radices) + 1)]
    middle = next(i for i, order in enumerate(orders) if order <= WORD_BITS)
    found = []
    for top in range(middle + 1):
        if orders[top] <= _LARGEST_SUBGROUP:
            n_blocks = orders[0] // orders[top]
            n_factors = min(orders[top], n_blocks * n_generators)
            found.append(
                Layout(top, middle, n_blocks, orders[top] // orders[middle], orders[middle], n_factors)
            )
    return min(found, key=lambda layout: layout.table_bytes(n_generators))


@lru_cache(maxsize=8)
def choose_chain(generators: tuple[Permutation, ...]) -> StabilizerChain:
    """Choose the base so that the last stabilisers fill a word.

    The points of one orbit are taken last, if that is better than to take the points in order: the last
    stabilisers then act on that orbit alone.
    """
    chain = stabilizer_chain(generators)
    orbits = _orbits(generators)
    if _fill(chain) >= _GOOD_FILL or len(orbits) == 1 or chain.order > _LARGEST_ORDER:
        return chain
    candidates = [chain]
    for last in orbits:
        others = [point for orbit in orbits if orbit is not last for point in orbit]
        candidates.append(stabilizer_chain(generators, (*others, *last)))
    return max(candidates, key=_fill)


def _fill(chain: StabilizerChain) -> int:
    """Order of the largest stabiliser of the chain that fits a word."""
    order = 1
    for transversal in reversed(chain.transversals):
        if order * len(transversal) > WORD_BITS:
            break
        order *= len(transversal)
    return order


def _orbits(generators: Sequence[Permutation]) -> list[list[int]]:
    """Orbits of the points, those of fixed points included."""
    found = []
    seen: set[int] = set()
    for start in range(len(generators[0])):
        if start not in seen:
            orbit = [start]
            seen.add(start)
            for point in orbit:
                for g in generators:
                    if g[point] not in seen:
                        seen.add(g[point])
                        orbit.append(g[point])
            found.append(orbit)
    return found


def chain_arrays(chain: StabilizerChain, degree: int) -> Arrays:
    """Write a stabiliser chain as arrays.

    Returns
    -------
    tuple of ndarray
        The base; where the rows of each level start; the orbit lengths, that is, the radices;
        ``digit[level, point]``, the digit of a point of the orbit; the elements of the transversals as rows
        of images, and their inverses.
    """
    radix = np.array([len(transversal) for transversal in chain.transversals], np.int64)
    start = np.cumsum(radix) - radix
    digit = np.zeros((len(radix), degree), np.uint16)
    for level, orbit in enumerate(chain.transversals):
        digit[level, list(orbit)] = np.arange(len(orbit))
    rows = [u for transversal in chain.transversals for u in transversal.values()]
    transversal = np.array(rows, np.uint16).reshape(len(rows), degree)
    strip = np.argsort(transversal, axis=1).astype(np.uint16)
    return np.array(chain.base, np.int64), start, radix, digit, transversal, strip


def gather_positions(source: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Positions for `gather_bits`, 64 for each permutation of the bits of a word, aligned to 64 bytes.

    A bit that no state has is fetched from bit 63, which is then none either.
    """
    n_moves, n_bits = source.shape
    room = np.empty(n_moves * WORD_BITS + 64, np.uint8)
    first = -room.ctypes.data % 64
    aligned = room[first : first + n_moves * WORD_BITS]
    table = aligned.reshape(n_moves, WORD_BITS)
    table[:] = WORD_BITS - 1
    table[:, :n_bits] = source
    return aligned


def lookup_tables(source: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Tables for the portable bit gather: where the bits of each byte of a word go.

    Returns
    -------
    ndarray of shape (moves, bytes, 256), uint64
    """
    n_moves, n_bits = source.shape
    target = np.empty_like(source)  # target[m, source[m, i]] = i
    np.put_along_axis(target, source, np.arange(n_bits, dtype=np.uint8)[None, :], axis=1)
    table = np.zeros((n_moves, (n_bits + 7) // 8, 256), np.uint64)
    value = np.arange(256, dtype=np.uint64)
    for bit in range(n_bits):
        moved = (value >> np.uint64(bit % 8) & np.uint64(1))[None, :] << target[:, bit, None].astype(
            np.uint64
        )
        table[:, bit // 8] |= moved
    return table


def fingerprint(*arrays: NDArray[Any]) -> int:
    """Tell a way to rank the elements from others, with a chance of error of 2^-32."""
    digest = 0
    for array in arrays:
        digest = zlib.crc32(np.ascontiguousarray(array).tobytes(), digest)
    return digest
