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

The first few thousand states are found by pushing from an explicit list of states, the last by pulling for
each state of a list of those that are missing. That list also yields the antipodes, the states of the last
layer.

The idea of bitmaps over a ranked state space, with one or two bits for a state, is that of R. E. Korf,
"Linear-time disk-based implicit graph search", J. ACM 55 (2008), doi:10.1145/1455248.1455250.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cayley.checkpoint import Checkpoint
from cayley.engines import _dense_tables as tables
from cayley.engines._bits import has_bit_gather
from cayley.engines._dense_moves import Moves, moves, n_blocks
from cayley.engines._kernels import dense as kernels
from cayley.engines._marks import Marks
from cayley.groups import PermutationGroup
from cayley.permutation import Permutation, inverse

_TABLE_BYTES = 500_000  # gather positions and look-up tables
_PARALLEL = 2000  # block moves, of about half a microsecond each, from which threads are worth waking
_LISTS = (2**12, 2**21)  # lengths of the lists for sparse layers, and for groups that are sparse in S_n
_FULL = tables.WORDS * tables.BITS


@dataclass
class _Search:
    """What a computation knows after a layer; `Checkpoint` keeps it on disk."""

    states: NDArray[np.uint64]  # (buffers, planes, blocks, words)
    changed: NDArray[np.uint8]  # (buffers, planes, blocks): whether a block grew in the last layer
    count: NDArray[np.int32]  # (planes, blocks): states of a block
    listed: NDArray[np.int64]  # states of the last layer (phase "push"), or still missing ("pull")
    sizes: list[int]
    phase: str = "push"  # then "sweep", then "pull"
    current: int = 0  # buffer that holds the last layer

    @property
    def reached(self) -> int:
        return sum(self.sizes)


class DenseEngine:
    """Layer sizes of a permutation group as a subset of S_n, one bit for each arrangement.

    Parameters
    ----------
    group : PermutationGroup
    use_gather : bool, optional
        Move bits by the AVX-512 instruction, or by portable look-up tables. Both give the same answer. By
        default what suits the processor.
    list_limit : int, optional
        Longest list of states for sparse layers, counted with their neighbours; 0 sweeps every layer. By
        default as long as that is faster.

    Attributes
    ----------
    parallel_from : int
        Block moves in a layer from which threads are used.
    bytes_moved : int
        Traffic so far: a block that is pulled is read, a block that is brought up to date read and written.

    Raises
    ------
    ValueError
        If the AVX-512 instruction is asked for where the processor lacks it.
    """

    def __init__(
        self, group: PermutationGroup, use_gather: bool | None = None, list_limit: int | None = None
    ) -> None:
        use_gather = check_gather(use_gather)
        self._last: NDArray[np.int64] | None = None
        self._search: _Search | None = None
        self.parallel_from = _PARALLEL
        self.bytes_moved = 0
        self.name = "dense-avx512" if use_gather else "dense-portable"
        self._group = group
        self._degree = max(group.degree, tables.BLOCK_POINTS)
        self._n_blocks = n_blocks(self._degree)
        self._odd = np.array(group.parities, np.int64)
        self._bipartite = bool(self._odd.all())
        self._n_planes = 2 if self._odd.any() else 1
        self._list_limit = _list_limit(group) if list_limit is None else list_limit
        self._fills = _fills(group)
        self._pull = self._tables(group.generators, use_gather)
        self._push = self._pull
        if group.is_directed and self._list_limit:
            self._push = self._tables([inverse(g) for g in group.generators], use_gather)

    @staticmethod
    def memory(group: PermutationGroup) -> int:
        """Bytes that the engine allocates for `group` at most.

        Only the number of distinct signatures is not known before they are listed; structured generators have
        a handful, random ones up to 8! (54 MB).
        """
        blocks = n_blocks(group.degree)
        odd = group.parities
        n_planes = 2 if any(odd) else 1
        n_buffers = 1 if all(odd) else 2
        n_tables = 2 if group.is_directed else 1
        per_block = n_planes * (n_buffers * tables.WORDS * 8 + 4 + n_buffers) + 13 + 6 * len(odd) * n_tables
        n_signatures = n_tables * min(math.factorial(tables.BLOCK_POINTS), blocks * len(odd))
        lists = 3 * 8 * min(_list_limit(group), group.order * len(odd))
        return blocks * per_block + n_signatures * tables.WORDS * 4 + lists + _TABLE_BYTES

    def _tables(
        self, generators: Sequence[Permutation], use_gather: bool
    ) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """Block moves along some generators, and the moves within a block for each distinct signature."""
        found = self._moves(generators)
        bits = (use_gather, tables.gather_positions(), *tables.lookup_tables())
        blocks = (found.source_block, found.signature, found.block_parity)
        return blocks, (found.identity, found.word, found.gather, *bits)

    def _moves(self, generators: Sequence[Permutation]) -> Moves:
        """Tabulate pulling along generators; other state spaces have other tables."""
        return moves(generators, self._degree)

    def layers(self, checkpoint: Checkpoint | None = None) -> Iterator[int]:
        """Yield the sizes of layers 0, 1, 2, ... until a layer is empty.

        Parameters
        ----------
        checkpoint : Checkpoint, optional
            Where the search is kept after each layer, and taken up again.

        Notes
        -----
        A layer costs at most one pass over the blocks for each generator, 60 states in a few instructions.
        """
        resumes = checkpoint is not None and checkpoint.has_progress
        self._search = None  # an earlier one frees its bitmap first
        search = self._resume(checkpoint) if checkpoint and resumes else self._start(checkpoint)
        self._search = search
        yield from search.sizes
        while size := self._next_layer(search):
            search.sizes.append(size)
            # The first lists grow back in no time; their marks could not be told from a half-done layer's.
            if checkpoint and search.phase != "push":
                checkpoint.save(
                    changed=search.changed,
                    count=search.count,
                    listed=search.listed,
                    sizes=np.array(search.sizes),
                    phase=np.array(search.phase),
                    current=np.array(search.current),
                    last=np.empty(0, np.int64) if self._last is None else self._last,
                )
            yield size

    def last_layer(self) -> NDArray[np.int64] | None:
        """Return the states of the last layer as sorted rows of images; None if no list found it."""
        if self._last is None:
            return None
        rows = [tables.arrangement(int(state), self._degree, self._n_blocks) for state in self._last]
        return np.array(sorted(rows), np.int64)[:, : self._group.degree]

    @property
    def bitmap_words(self) -> int:
        """Words of 64 bits in a bitmap of the states."""
        return self._n_planes * self._n_blocks * tables.WORDS

    @property
    def marks_memory(self) -> int:
        """Bytes that `marks` allocates."""
        return self._n_planes * self._n_blocks

    def marks(self) -> Marks:
        """Tell where the states of the layer that `layers` yielded last are marked."""
        search = self._search
        if search is None:
            raise AssertionError("there is no layer yet")
        seen = search.states[search.current].reshape(-1)
        if len(search.sizes) == 1:
            return Marks(seen, listed=search.listed)
        if self._last is not None:
            return Marks(seen, listed=self._last)
        grown = search.changed[search.current].copy()
        if self._bipartite:
            grown[len(search.sizes) % 2] = 0  # the class that grew in the layer before
        return Marks(seen, grown=grown.reshape(-1))

    def places(self, states: NDArray[np.int64]) -> NDArray[np.int64]:
        """Find the numbers of arrangements, 64 times the word of the bitmap plus the bit; -1 for none.

        Parameters
        ----------
        states : ndarray of shape (n, degree), int64
            Permutations.
        """
        places = np.empty(len(states), np.int64)
        kernels.number_states(states, self._degree, self._n_blocks, self._n_planes, places)
        return places

    def release(self) -> None:
        """Free the bitmap."""
        self._search = None

    def _start(self, checkpoint: Checkpoint | None) -> _Search:
        """Mark the identity, the last state of its block: all its digits are as large as they can be."""
        n_buffers = 1 if self._bipartite else 2
        planes = (self._n_planes, self._n_blocks)
        shape = (n_buffers, *planes, tables.WORDS)
        states = checkpoint.new_bitmap(shape) if checkpoint else np.zeros(shape, np.uint64)
        search = _Search(
            states=states,
            changed=np.zeros((n_buffers, *planes), np.uint8),
            count=np.zeros(planes, np.int32),
            listed=np.array([((self._n_blocks * tables.WORDS - 1) << 6) + tables.BITS - 1]),
            sizes=[1],
        )
        search.states[0, 0, -1, -1] = np.uint64(1) << np.uint64(tables.BITS - 1)
        search.changed[0, 0, -1] = 1
        search.count[0, -1] = 1
        return search

    def _resume(self, checkpoint: Checkpoint) -> _Search:
        """Take a search up after its last whole layer.

        A layer that was cut off has marked states of that layer only, and computing it again marks them
        again: the sizes come from the counts of the last whole layer. A sweep writes to one parity class of
        the only buffer, or to the buffer that is not current; all else must be what was counted. Only `pull`
        asks which states are marked, so there the marks are taken back, and none must be left over.
        """
        n_buffers = 1 if self._bipartite else 2
        saved = checkpoint.load()
        search = _Search(
            states=checkpoint.open_bitmap((n_buffers, self._n_planes, self._n_blocks, tables.WORDS)),
            changed=saved["changed"],
            count=saved["count"],
            listed=saved["listed"],
            sizes=saved["sizes"].tolist(),
            phase=str(saved["phase"]),
            current=int(saved["current"]),
        )
        last = saved["last"]
        self._last = last if last.size else None
        states = search.states[search.current]
        if search.phase == "pull":
            kernels.mark_list(search.listed, states, 0)
            checkpoint.verify(kernels.count_all(states) == search.reached)
        else:
            written = len(search.sizes) % 2 if self._bipartite else -1
            checkpoint.verify(kernels.counts_hold(states, search.count, written))
        return search

    def _next_layer(self, search: _Search) -> int:
        """Compute one layer; return its size, 0 if there is none."""
        if search.phase == "push":
            if len(search.listed) * len(self._odd) <= self._list_limit:
                return self._push_layer(search)
            search.phase, search.listed = "sweep", np.empty(0, np.int64)
        return self._sweep_layer(search) if search.phase == "sweep" else self._pull_layer(search)

    def _push_layer(self, search: _Search) -> int:
        blocks, moves = self._push
        found = np.empty(len(search.listed) * len(self._odd), np.int64)
        n_found = kernels.push_list(
            search.listed, search.states[0], self._odd, blocks, moves, search.changed[0], search.count, found
        )
        if n_found:
            search.listed = found[:n_found].copy()
            self._last = search.listed
        return int(n_found)

    def _pull_layer(self, search: _Search) -> int:
        blocks, moves = self._pull
        found = np.empty(len(search.listed), np.int64)
        states = search.states[search.current]
        n_left, n_found = kernels.pull_list(search.listed, states, self._odd, blocks, moves, found)
        kernels.mark_list(found[:n_found], states, 1)
        search.listed = search.listed[:n_left].copy()
        if n_found:
            self._last = found[:n_found]
        return int(n_found)

    def _sweep_layer(self, search: _Search) -> int:
        old = search.current
        new = old if self._bipartite else 1 - old
        planes = [len(search.sizes) % 2] if self._bipartite else range(self._n_planes)
        size = sum(self._sweep_plane(plane, search, old, new) for plane in planes)
        search.current = new
        self._last = None
        missing = self._group.order - search.reached - size
        if self._fills and missing <= self._list_limit:
            search.phase, search.listed = "pull", np.empty(missing, np.int64)
            found = kernels.list_missing(search.states[new], search.count, _FULL, search.listed)
            if found != missing:
                raise AssertionError(f"{found} states are not marked, not {missing}: please report this")
        return size

    def _sweep_plane(self, plane: int, search: _Search, old: int, new: int) -> int:
        """Compute one parity class of a layer; return the number of new states."""
        blocks, moves = self._pull
        changed, count = search.changed[old], search.count
        copies = old != new
        plane_of = plane ^ self._odd
        active, added, moved = np.empty((3, self._n_blocks), np.int32)
        n_active = kernels.active_blocks(plane, plane_of, blocks[0], changed, count, _FULL, copies, active)
        parallel = n_active * len(self._odd) >= self.parallel_from
        pull_blocks = kernels.pull_blocks if parallel else kernels.pull_blocks_serial
        pull_blocks(
            active,
            n_active,
            plane,
            plane_of,
            search.states[old],
            search.states[new],
            copies,
            blocks,
            moves,
            changed,
            count,
            _FULL,
            added,
            moved,
        )
        size, moves_made = kernels.note_changes(
            active, n_active, plane, added, moved, search.changed[new], count
        )
        self.bytes_moved += (int(moves_made) + 2 * n_active) * tables.WORDS * 8
        return int(size)


def check_gather(use_gather: bool | None) -> bool:
    """Tell whether bits are moved by the AVX-512 instruction.

    Raises
    ------
    ValueError
        If the instruction is asked for where the processor lacks it.
    """
    if use_gather and not has_bit_gather():
        raise ValueError(
            "the engine 'dense-avx512' needs a processor with AVX-512 BITALG; 'auto' takes what there is"
        )
    return has_bit_gather() if use_gather is None else use_gather


def _fills(group: PermutationGroup) -> bool:
    """Whether the group is all of what the bitmap holds, so that what is not marked is still missing."""
    size = math.factorial(max(group.degree, tables.BLOCK_POINTS))
    return group.order == (size if any(group.parities) else size // 2)


def _list_limit(group: PermutationGroup) -> int:
    """Length up to which layers are followed by lists.

    Enough for the antipodes to be listed. Longer lists were measured to save nothing: a sweep skips most
    blocks of a sparse layer, while each state of a list costs a cache miss for each generator. A group that
    is a small part of S_n, however, would be swept in vain.
    """
    short, long = _LISTS
    return long if group.order <= long and not _fills(group) else short


def warm_up(group: PermutationGroup | None = None) -> None:
    """Compile the kernels, or load them from numba's cache, on S_8 with all three kinds of layers.

    Parameters
    ----------
    group : PermutationGroup, optional
        Leave out the kernels for several threads if this group is too small for them.
    """
    shift = (1, 2, 3, 4, 5, 6, 7, 0)
    small = PermutationGroup((shift, inverse(shift), (1, 0, *range(2, 8))), "warm-up")
    engine = DenseEngine(small, list_limit=100)
    starts = [_PARALLEL, 0]
    if group is not None and n_blocks(group.degree) * len(group.generators) < _PARALLEL:
        starts = [_PARALLEL]
    for engine.parallel_from in starts:
        if sum(engine.layers()) != small.order:
            raise AssertionError("the dense engine miscounts S_8: please report this")
