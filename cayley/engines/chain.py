"""Chain engine: one bit for each element of any permutation group with a stabiliser chain.

Method
------
The elements are ranked by the chain, which also proves how many there are (see
`cayley.engines._chain_tables`). A generator takes a block of the bitmap, the coset of a stabiliser, to a
block, and words of up to 64 states to words, by tables; the bits of a word are permuted in one of at most 64
ways, by one AVX-512 instruction or by a look-up for each byte.

A layer is computed by pulling: a block of the set of states within distance d+1 is the union, over the
generators, of moved blocks of the set within distance d. Two buffers take turns. Each block is written by one
thread, so the result cannot depend on the number of threads. A block is skipped when it is full, or when no
block that it pulls from has changed in the last layer.

References
----------
Stabiliser chains: C. C. Sims, "Computational methods in the study of permutation groups", 1970. Bitmaps over
coset spaces: D. Kunkle, G. Cooperman, "Twenty-six moves suffice for Rubik's cube", ISSAC 2007,
doi:10.1145/1277548.1277581; R. E. Korf, "Linear-time disk-based implicit graph search", J. ACM 55 (2008),
doi:10.1145/1455248.1455250.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cayley.checkpoint import Checkpoint, CheckpointError
from cayley.engines import _chain_tables as tables
from cayley.engines._bits import has_bit_gather
from cayley.engines._kernels import chain as kernels
from cayley.engines._marks import Marks
from cayley.groups import PermutationGroup

# Work from which threads are worth waking:
_PARALLEL_WORDS = 1_000_000  # word moves of a layer, of one or two nanoseconds each
_PARALLEL_MOVES = 50_000  # block moves that are looked up in the chain, of 50 nanoseconds each
_LARGEST_DEGREE = 2**16 - 1
_LARGEST_BLOCKS = 2**31 - 1


class ChainEngine:
    """Layer sizes of a permutation group, one bit for each element.

    Parameters
    ----------
    group : PermutationGroup
    use_gather : bool, optional
        Move bits by the AVX-512 instruction, which the processor must have, or by portable look-up tables.
        Both give the same answer. By default what suits the processor.
    parallel : bool, optional
        Use threads always, or never; the result does not depend on it. By default where they pay.

    Attributes
    ----------
    name : str
        ``"chain-avx512"`` or ``"chain-portable"``.
    bytes_moved : int
        Traffic so far: a block that is pulled is read, a block that is brought up to date read and written.

    Raises
    ------
    ValueError
        If the group is too large, or acts on too many points.

    Examples
    --------
    >>> from cayley.puzzles import puzzle
    >>> list(ChainEngine(puzzle("2x2x2", "htm")).layers())[:6]
    [1, 9, 54, 321, 1847, 9992]
    """

    def __init__(
        self, group: PermutationGroup, use_gather: bool | None = None, parallel: bool | None = None
    ) -> None:
        self._parallel = parallel
        self.bytes_moved = 0
        self._use_gather = has_bit_gather() if use_gather is None else use_gather
        self.name = "chain-avx512" if self._use_gather else "chain-portable"
        self._order = tables.choose_chain(group.generators).order
        self._layout = _layout(group)
        self._prepare(group)
        shape = (2, self._layout.n_blocks)
        self._states = np.zeros((*shape, self._layout.n_words), np.uint64)
        self._changed = np.zeros(shape, np.uint8)
        self._current = 0
        self._n_last = 0

    @staticmethod
    def memory(group: PermutationGroup) -> int:
        """Bytes that the engine allocates for `group` at most.

        Raises
        ------
        ValueError
            If the group is too large, or acts on too many points.
        """
        layout = _layout(group)
        n_generators = len(group.generators)
        chain = tables.choose_chain(group.generators).transversals
        per_block = 2 * layout.n_words * 8 + 2 + 4 + 12
        factors = layout.n_factors * group.degree * 8
        bits = layout.n_bits * (layout.n_bits * 8 + 64 + 8 * 256 * 8)
        rows = sum(len(transversal) for transversal in chain) * group.degree * 4
        moves = (
            layout.table_bytes(n_generators) + layout.n_blocks * n_generators * 2 + layout.block_order * 12
        )
        return layout.n_blocks * per_block + moves + factors + bits + rows + 2**17

    def _prepare(self, group: PermutationGroup) -> None:
        """Fill the tables of block moves, and those of word and bit moves for each factor that occurs."""
        layout = self._layout
        chain = self._chain = tables.chain_arrays(tables.choose_chain(group.generators), group.degree)
        n_levels = len(chain[0])
        generators = np.array(group.generators, np.int64)
        self._fingerprint = tables.fingerprint(*chain, generators)
        self._degree = group.degree
        self._source_block = np.empty((layout.n_blocks, len(generators)), np.int32)
        self._move = np.empty((layout.n_blocks, len(generators)), np.uint16)
        moves = self._source_block, self._move
        if self._wakes_threads(self._move.size, _PARALLEL_MOVES):
            kernels.block_moves(chain, generators, layout.top, layout.n_blocks, *moves)
        else:
            kernels.block_moves_serial(chain, generators, layout.top, 0, layout.n_blocks, *moves)
        used = np.zeros(layout.block_order, np.bool_)
        used[self._move.ravel()] = True
        ranks = np.flatnonzero(used)
        self._move = (np.cumsum(used) - 1).astype(np.uint16)[self._move]
        factors = np.empty((len(ranks), group.degree), np.int64)
        kernels.elements(chain, ranks, layout.top, n_levels, factors)
        word = np.empty((len(ranks), layout.n_words), np.uint16)
        gather = np.empty((len(ranks), layout.n_words), np.uint8)
        kernels.coset_moves(chain, factors, layout.top, layout.middle, word, gather)
        factors = np.empty((layout.n_bits, group.degree), np.int64)
        kernels.elements(chain, np.arange(layout.n_bits), layout.middle, n_levels, factors)
        source = np.empty((layout.n_bits, layout.n_bits), np.uint8)
        kernels.bit_moves(chain, factors, layout.middle, source)
        if self._use_gather:
            bits = tables.gather_positions(source), np.empty((0, 0, 0), np.uint64)
        else:
            bits = np.empty(0, np.uint8), tables.lookup_tables(source)
        plain = (gather == 0).all(axis=1)  # move 0 of the bits is the identity
        self._moves = plain, word, gather, self._use_gather, *bits

    def layers(self, checkpoint: Checkpoint | None = None) -> Iterator[int]:
        """Yield the sizes of layers 0, 1, 2, ... until all elements are reached.

        Parameters
        ----------
        checkpoint : Checkpoint, optional
            Where the search is kept, and taken up again.

        Notes
        -----
        A layer costs at most one pass over the bitmap for each generator, a word in a few instructions.
        """
        layout = self._layout
        states = self._states
        changed = self._changed
        count = np.zeros(layout.n_blocks, np.int32)
        work = np.empty((3, layout.n_blocks), np.int32)
        sizes = [1]
        if checkpoint and checkpoint.has_progress:
            saved = checkpoint.load()
            if int(saved["fingerprint"]) != self._fingerprint:
                raise CheckpointError(
                    f"{checkpoint.path} ranks the elements in another way: it was kept with the generators in"
                    " another order, or by another version"
                )
            states[:], changed[:], count[:] = saved["states"], saved["changed"], saved["count"]
            self._current, sizes = int(saved["current"]), saved["sizes"].tolist()
        else:
            states[:], changed[:] = 0, 0
            states[0, 0, 0] = 1  # the identity
            self._current = 0
            changed[0, 0] = count[0] = 1

        def snapshot() -> dict[str, NDArray[Any]]:
            return {
                "states": states,
                "changed": changed,
                "count": count,
                "current": np.array(self._current),
                "sizes": np.array(sizes),
                "fingerprint": np.array(self._fingerprint),
            }

        self._n_last = sizes[-1]
        yield from sizes
        while (reached := sum(sizes)) < self._order:
            old, new = self._current, 1 - self._current
            size = self._next(states[old], states[new], changed[old], changed[new], count, work)
            if not size:
                raise AssertionError(
                    f"only {reached} of {self._order} elements were reached: please report this"
                )
            self._current, self._n_last = new, size
            sizes.append(size)
            if checkpoint:
                checkpoint.keep(snapshot)
            yield size

    def last_layer(self) -> NDArray[np.int64]:
        """States of the layer that `layers` yielded last.

        Returns
        -------
        ndarray of shape (size, degree), int64
            One arrangement in each row, ordered by the rank of its inverse.
        """
        new, old = self._states[self._current], self._states[1 - self._current]
        size = self._n_last
        ranks = np.empty(size, np.int64)
        kernels.list_difference(old, new, self._layout.n_bits, ranks)
        inverses = np.empty((size, self._degree), np.int64)
        kernels.elements(self._chain, ranks, 0, len(self._chain[0]), inverses)
        return np.argsort(inverses, axis=1)

    @property
    def bitmap_words(self) -> int:
        """Words of 64 bits in a bitmap of the elements."""
        return self._layout.n_blocks * self._layout.n_words

    @property
    def marks_memory(self) -> int:
        """Bytes that `marks` allocates."""
        return 0

    def marks(self) -> Marks:
        """Tell where the elements of the layer that `layers` yielded last are marked."""
        return Marks(self._states[self._current].reshape(-1), grown=self._changed[self._current])

    def places(self, states: NDArray[np.int64]) -> NDArray[np.int64]:
        """Find the numbers of arrangements, 64 times the word of the bitmap plus the bit.

        Parameters
        ----------
        states : ndarray of shape (n, degree), int64
            Permutations.

        Returns
        -------
        ndarray of shape (n,), int64
            -1 for a permutation that is not in the group.
        """
        places = np.empty(len(states), np.int64)
        kernels.number_elements(self._chain, states, self._layout.n_bits, places)
        return places

    def release(self) -> None:
        """Free the bitmap."""
        self._states = self._states[:, :0].copy()

    def _next(
        self,
        old: NDArray[np.uint64],
        new: NDArray[np.uint64],
        changed: NDArray[np.uint8],
        changed_now: NDArray[np.uint8],
        count: NDArray[np.int32],
        work: NDArray[np.int32],
    ) -> int:
        """Compute the next set from the last one; return the number of new states."""
        layout = self._layout
        active, added, moved = work
        n_active = kernels.active_blocks(self._source_block, changed, count, layout.block_order, active)
        blocks: tuple[Any, ...] = (self._source_block, self._move, self._moves)
        word_moves = n_active * layout.n_words * self._move.shape[1]
        parallel = self._wakes_threads(word_moves, _PARALLEL_WORDS)
        pull = kernels.pull_blocks if parallel else kernels.pull_blocks_serial
        pull(active, n_active, old, new, *blocks, changed, count, layout.block_order, added, moved)
        size, moves = kernels.note_changes(active, n_active, added, moved, changed_now, count)
        self.bytes_moved += (int(moves) + 2 * n_active) * layout.n_words * 8
        return int(size)

    def _wakes_threads(self, work: int, enough: int) -> bool:
        return work >= enough if self._parallel is None else self._parallel


def _layout(group: PermutationGroup) -> tables.Layout:
    """Cut the group's chain, if its size allows."""
    if group.degree > _LARGEST_DEGREE:
        raise ValueError(f"the chain engine takes up to {_LARGEST_DEGREE} points, got {group.degree}")
    chain = tables.choose_chain(group.generators)
    layout = tables.choose_layout([len(t) for t in chain.transversals], len(group.generators))
    if layout.n_blocks > _LARGEST_BLOCKS:
        raise ValueError(
            f"the chain engine takes up to 2^31 blocks, a group of order {chain.order} has {layout.n_blocks}"
        )
    return layout


def warm_up(group: PermutationGroup | None = None) -> None:
    """Compile the kernels, or load them from numba's cache, on a group of six elements.

    Parameters
    ----------
    group : PermutationGroup, optional
        Leave out the kernels for several threads if this group is too small for them.
    """
    small = PermutationGroup(((1, 2, 0), (2, 0, 1), (1, 0, 2)), "warm-up")
    parallel = [False, True]
    if group is not None and group.order * len(group.generators) < _PARALLEL_MOVES:
        parallel = [False]
    for several in parallel:
        engine = ChainEngine(small, parallel=several)
        if list(engine.layers()) != [1, 3, 2]:
            raise AssertionError("the chain engine miscounts a group of six elements: please report this")
        engine.last_layer()
