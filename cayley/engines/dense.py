"""Dense engine: one bit for each of the n! arrangements of n points.

Method
------
The states are numbered by a chain of stabilisers (see `cayley.engines._dense_tables`) so that a generator
moves whole blocks of 8! states by a table, and the states within a block by one of a short list of fixed bit
permutations, 60 states at a time. A layer is computed by pulling: a block of the new set is the union, over
the generators, of moved blocks of the old one. Each block is written by one thread, so there are no atomics,
no sorting and no duplicates to remove, and the result cannot depend on the number of threads.

Let V(d) be the set of states within distance d. If every generator is odd, the graph is bipartite: V(d+1)
has new states in one parity class only, and pulls from the other, so one buffer is updated in place.
Otherwise two buffers take turns. If every generator is even, only the even permutations are stored.

A block is skipped when it is full, or when no block that it pulls from has changed in the last layer. Layer
sizes are differences of population counts.

The idea of bitmaps over a ranked state space, with one or two bits for a state, is that of R. E. Korf,
"Linear-time disk-based implicit graph search", J. ACM 55 (2008), doi:10.1145/1455248.1455250.
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cayley.engines import _dense_tables as tables
from cayley.engines._bits import has_bit_gather
from cayley.engines._kernels import dense as kernels
from cayley.groups import PermutationGroup
from cayley.permutation import Permutation, extend

_TABLE_BYTES = 500_000  # gather positions and look-up tables
_PARALLEL = 2000  # block moves, of about half a microsecond each, from which threads are worth waking


class DenseEngine:
    """Layer sizes of a permutation group as a subset of S_n, one bit for each arrangement.

    Parameters
    ----------
    group : PermutationGroup
    use_gather : bool
        Move bits by the AVX-512 instruction, which the processor must have, or by portable look-up tables.
        Both give the same answer.

    Attributes
    ----------
    parallel_from : int
        Block moves in a layer from which threads are used.
    bytes_moved : int
        Traffic so far: a block that is pulled is read, a block that is brought up to date read and written.
    """

    def __init__(self, group: PermutationGroup, use_gather: bool) -> None:
        self.parallel_from = _PARALLEL
        self.bytes_moved = 0
        self._use_gather = use_gather
        degree = max(group.degree, tables.BLOCK_POINTS)
        self._odd = group.parities
        self._bipartite = all(self._odd)
        self._n_planes = 2 if any(self._odd) else 1
        self._n_blocks = _n_blocks(degree)
        self._prepare([extend(g, degree) for g in group.generators], degree)

    @staticmethod
    def name_of(engine: str) -> str:
        """Resolve ``"auto"`` to the variant that suits the processor, and check that a variant can run.

        Raises
        ------
        ValueError
            If the AVX-512 variant is asked for where the processor lacks the instruction.
        """
        if engine == "dense-avx512" and not has_bit_gather():
            raise ValueError(
                "the engine 'dense-avx512' needs a processor with AVX-512 BITALG; 'auto' takes what there is"
            )
        if engine == "auto":
            return "dense-avx512" if has_bit_gather() else "dense-portable"
        return engine

    @staticmethod
    def memory(group: PermutationGroup) -> int:
        """Bytes that the engine allocates for `group` at most.

        Only the number of distinct signatures is not known before they are listed; structured generators have
        a handful, random ones up to 8! (54 MB).
        """
        n_blocks = _n_blocks(max(group.degree, tables.BLOCK_POINTS))
        odd = group.parities
        n_planes = 2 if any(odd) else 1
        n_buffers = 1 if all(odd) else 2
        per_block = n_planes * (n_buffers * tables.WORDS * 8 + 4 + n_buffers) + 13 + 6 * len(odd)
        n_signatures = min(math.factorial(tables.BLOCK_POINTS), n_blocks * len(odd))
        return n_blocks * per_block + n_signatures * tables.WORDS * 4 + _TABLE_BYTES

    def _prepare(self, generators: list[Permutation], degree: int) -> None:
        """Fill the block tables and compile the list of distinct signatures."""
        shape = (self._n_blocks, len(generators))
        self._block_parity = np.empty(self._n_blocks, np.uint8)
        self._source_block = np.empty(shape, np.int32)
        self._signature = np.empty(shape, np.uint16)
        kernels.block_moves(
            np.array(generators, np.int64),
            self._n_blocks,
            self._block_parity,
            self._source_block,
            self._signature,
        )
        # The identity has digits m-1. Planes are numbered by parity relative to it.
        self._block_parity ^= np.uint8(sum(m - 1 for m in range(2, degree + 1)) % 2)
        used = np.zeros(math.factorial(tables.BLOCK_POINTS), np.bool_)
        for column in self._signature.T:
            used[column] = True
        renumber = (np.cumsum(used) - 1).astype(np.uint16)
        for column in self._signature.T:
            column[:] = renumber[column]
        signatures = np.array([tables.unrank8(int(rank)) for rank in np.flatnonzero(used)])
        word = np.empty((len(signatures), tables.WORDS), np.uint16)
        gather = np.empty((len(signatures), 2, tables.WORDS), np.uint8)
        kernels.signature_moves(signatures, word, gather)
        self._moves = (
            (signatures == np.arange(tables.BLOCK_POINTS)).all(axis=1),
            word,
            gather,
            self._use_gather,
            tables.gather_positions(),
            *tables.lookup_tables(),
        )

    def layers(self) -> Iterator[int]:
        """Yield the sizes of layers 0, 1, 2, ... until a layer is empty.

        Notes
        -----
        A layer costs at most one pass over the blocks for each generator, 60 states in a few instructions.
        """
        n_buffers = 1 if self._bipartite else 2
        shape = (self._n_planes, self._n_blocks)
        states = np.zeros((n_buffers, *shape, tables.WORDS), np.uint64)
        changed = np.zeros((n_buffers, *shape), np.uint8)
        count = np.zeros(shape, np.int32)
        work = np.empty((3, self._n_blocks), np.int32)
        # The identity is the last state of its block: all digits are as large as they can be.
        states[0, 0, -1, -1] = np.uint64(1) << np.uint64(tables.BITS - 1)
        changed[0, 0, -1] = 1
        count[0, -1] = 1
        size = depth = 1
        while size:
            yield size
            old, new = (depth - 1) % n_buffers, depth % n_buffers
            planes = [depth % 2] if self._bipartite else range(self._n_planes)
            size = sum(
                self._next_plane(plane, states[old], states[new], changed[old], changed[new], count, work)
                for plane in planes
            )
            depth += 1

    def _next_plane(
        self,
        plane: int,
        old: NDArray[np.uint64],
        new: NDArray[np.uint64],
        changed: NDArray[np.uint8],
        changed_now: NDArray[np.uint8],
        count: NDArray[np.int32],
        work: NDArray[np.int32],
    ) -> int:
        """Compute one parity class of the next layer; return the number of new states."""
        copies = not self._bipartite
        full = tables.WORDS * tables.BITS
        plane_of = np.array([plane ^ odd for odd in self._odd], np.int64)
        active, added, moved = work
        n_active = kernels.active_blocks(
            plane, plane_of, self._source_block, changed, count, full, copies, active
        )
        blocks: tuple[Any, ...] = (self._source_block, self._signature, self._block_parity)
        parallel = n_active * len(self._odd) >= self.parallel_from
        pull = kernels.pull_blocks if parallel else kernels.pull_blocks_serial
        pull(
            active,
            n_active,
            plane,
            plane_of,
            old,
            new,
            copies,
            blocks,
            self._moves,
            changed,
            count,
            full,
            added,
            moved,
        )
        size, moves = kernels.note_changes(active, n_active, plane, added, moved, changed_now, count)
        self.bytes_moved += (int(moves) + 2 * n_active) * tables.WORDS * 8
        return int(size)


def _n_blocks(degree: int) -> int:
    return math.factorial(degree) // math.factorial(tables.BLOCK_POINTS)


def warm_up() -> None:
    """Compile the kernels, or load them from numba's cache, on a group of two elements."""
    engine = DenseEngine(PermutationGroup(((1, 0),), "warm-up"), has_bit_gather())
    for engine.parallel_from in (0, _PARALLEL):
        if sum(engine.layers()) != 2:
            raise AssertionError("the dense engine miscounts a group of two elements: please report this")
