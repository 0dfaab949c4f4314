"""Dense engine on a GPU: the method of `cayley.engines.dense` with a thread block for each block of states.

Method
------
Blocks of 8! states, words of 60 and planes of a parity are those of `cayley.engines._dense_tables`; their
moves are tabulated on the CPU and copied. A layer takes three launches for each plane that grows:

1. `list_active` lists the blocks that are not full and have a source that grew in the last layer. A list
   spreads the work evenly; a thread block that had to find out for itself would wait a microsecond for each
   block that it skips.
2. `pull_blocks`: a thread block takes up one listed block after the other, its threads a word each. A thread
   ORs the moved words of all generators in a register, so that each word is read and written once.
3. `note_changes` adds up the new states of each block, and of all.

The host reads one number after a layer, its size. Each word has one writer and all sums are of integers, so
that the result does not depend on the order in which threads run; what they list is sorted. Unlike on the
CPU, sparse layers are not followed by lists: a layer in which nothing is active takes tens of microseconds.
States are listed only where a layer must be short, for the antipodes.

How the bits of a word move
---------------------------
The portable path of the CPU takes five look-ups in 24 tables of 4096 entries, 196 kB. Shared memory would
hold them for one thread block of a multiprocessor only. Through the L1 cache the 32 look-ups of a warp fall
into some 25 cache lines, a cycle each: 125 cycles for 32 words. Here a run of twelve bits is looked up as two
halves of six, in 24 x 2 x 64 entries of 16 bits, 6 kB of shared memory. The fullest of its 32 banks gets 3.5
of 32 random look-ups on average, so that ten take 35 cycles. The halves are padded to 33 banks: a run of
zeros or ones, the most frequent, would otherwise fall into the same bank whatever the table. Which run is
taken and which table moves it is one more look-up, of eight bytes.

Estimate
--------
For an H100: 3 TB/s, 132 multiprocessors of 1.7 GHz, each of which issues two integer instructions of a warp
in a cycle. Moves were counted on the CPU. Compiled for this chip, a thread takes about 220 instructions for a
word that is permuted and 105 for one that is not, and 45 registers, so that a multiprocessor holds ten
thread blocks.

==================== ============= =============
LRX                  S13           S14
==================== ============= =============
device memory        1.8 GB        11.8 GB
words pulled         11 G          87 G
bytes, no cache hits 0.16 TB       1.2 TB
at 3 TB/s            0.05 s        0.4 s
instructions         1.9 T         14 T
at full rate         0.13 s        1.0 s
tables on 2 cores    0.1 s         0.7 s
==================== ============= =============

That bounds the time from below, at about 0.2 and 1.7 s; loads that are waited for come on top. None of this
has been measured on a device.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numba import config, cuda
from numpy.typing import NDArray

from cayley.checkpoint import Checkpoint
from cayley.engines import _dense_moves, _dense_tables
from cayley.engines._kernels import cuda as kernels
from cayley.groups import PermutationGroup
from cayley.permutation import inverse
from graphkit.errors import GraphkitError, MissingExtraError

_WORDS, _BITS = _dense_tables.WORDS, _dense_tables.BITS
_LISTED = 2**12  # states of a layer up to which they are listed
_ROUNDING = 40_000_000  # each allocation on the device takes whole pages of two megabytes

# Thread blocks where a block of states takes one step, threads of each, and thread blocks where it takes
# hundreds of steps. These make dozens of rounds on any device, so that an incomplete last one is no loss.
_LAUNCH = (2**10, 128, 2**14)
_SIMULATED = (2, 4, 2)  # a thread of numba's simulator is a thread of Python


class DeviceError(GraphkitError, ValueError):
    """There is no GPU to use; the message tells what the driver said."""


@dataclass
class _Search:
    """What a computation knows after a layer; the arrays are on the device."""

    states: list[Any]  # for each buffer (planes, blocks, words), uint64
    changed: list[Any]  # for each buffer (planes, blocks), uint8: whether a block grew in the last layer
    count: Any  # (planes, blocks), int32: states of a block
    reached: Any  # (1,), int64: states of all layers
    sizes: list[int]
    current: int = 0  # buffer that holds the last layer


class CudaEngine:
    """Layer sizes of a permutation group as a subset of S_n, one bit for each arrangement, on a GPU.

    The device is the current one of `numba.cuda`: the first, unless ``CUDA_VISIBLE_DEVICES`` tells otherwise.

    Parameters
    ----------
    group : PermutationGroup

    Raises
    ------
    MissingExtraError
        If numba-cuda is not installed.
    DeviceError
        If there is no GPU.
    """

    name = "dense-cuda"

    def __init__(self, group: PermutationGroup) -> None:
        check_device()
        self._scan_grid, self._threads, self._pull_grid = _SIMULATED if config.ENABLE_CUDASIM else _LAUNCH
        self._group = group
        self._degree = max(group.degree, _dense_tables.BLOCK_POINTS)
        self._n_blocks = _dense_moves.n_blocks(self._degree)
        self._bipartite = all(group.parities)
        self._n_planes = 2 if any(group.parities) else 1
        self._last: NDArray[np.int64] | None = None
        moves = _dense_moves.moves(group.generators, self._degree)
        self._odd = cuda.to_device(np.array(group.parities, np.int64))
        self._source_block = cuda.to_device(moves.source_block)
        within = (
            moves.signature,
            moves.block_parity,
            moves.identity.astype(np.uint8),
            moves.word,
            moves.gather,
        )
        self._moves = [cuda.to_device(table) for table in (*within, *run_tables())]
        # Blocks to be pulled, and how many; new states of each block; states of a short layer, and how many.
        self._active = cuda.device_array(self._n_blocks, np.int32)
        self._n_active = cuda.to_device(np.zeros(1, np.int32))
        self._added = cuda.to_device(np.zeros(self._n_blocks, np.int32))
        self._listed = cuda.device_array(_LISTED, np.int64)
        self._n_listed = cuda.device_array(1, np.int32)

    @staticmethod
    def memory(group: PermutationGroup) -> int:
        """Bytes that the engine allocates on the device for `group` at most.

        The number of distinct signatures is bounded as in `cayley.engines.dense.DenseEngine.memory`.
        """
        n_blocks = _dense_moves.n_blocks(group.degree)
        odd = group.parities
        n_planes = 2 if any(odd) else 1
        n_buffers = 1 if all(odd) else 2
        per_block = n_planes * (n_buffers * (_WORDS * 8 + 1) + 4) + 9 + 6 * len(odd)
        n_signatures = min(math.factorial(_dense_tables.BLOCK_POINTS), n_blocks * len(odd))
        return n_blocks * per_block + n_signatures * (_WORDS * 4 + 1) + _ROUNDING

    def layers(self, checkpoint: Checkpoint | None = None) -> Iterator[int]:
        """Yield the sizes of layers 0, 1, 2, ... until a layer is empty.

        Parameters
        ----------
        checkpoint : Checkpoint, optional
            Where the search is kept, and taken up again.

        Notes
        -----
        A layer costs at most one pass over the blocks for each generator.
        """
        resumes = checkpoint is not None and checkpoint.has_progress
        search = self._resume(checkpoint) if checkpoint and resumes else self._start()

        def snapshot() -> dict[str, NDArray[Any]]:
            return {
                "states": search.states[search.current].copy_to_host(),
                "changed": search.changed[search.current].copy_to_host(),
                "count": search.count.copy_to_host(),
                "sizes": np.array(search.sizes),
                "last": np.empty(0, np.int64) if self._last is None else self._last,
            }

        yield from search.sizes
        while size := self._next_layer(search):
            search.sizes.append(size)
            if checkpoint:
                checkpoint.keep(snapshot)
            yield size

    def last_layer(self) -> NDArray[np.int64] | None:
        """Return the states of the last layer as sorted rows of images; None if they were not listed.

        They are listed where a layer must be short: because few states are missing, or because the layer
        before it was short.
        """
        if self._last is None:
            return None
        rows = [_dense_tables.arrangement(int(state), self._degree, self._n_blocks) for state in self._last]
        return np.array(sorted(rows), np.int64)[:, : self._group.degree]

    def _start(self) -> _Search:
        """Mark the identity, the last state of its block: all its digits are as large as they can be."""
        word, bit = self._n_blocks * _WORDS - 1, _BITS - 1
        self._last = np.array([(word << 6) + bit])
        states = []
        for _ in range(1 if self._bipartite else 2):
            states.append(cuda.device_array((self._n_planes, self._n_blocks, _WORDS), np.uint64))
            kernels.clear[self._pull_grid, self._threads](
                states[-1].ravel(), word, np.uint64(1) << np.uint64(bit)
            )
        changed = np.zeros((self._n_planes, self._n_blocks), np.uint8)
        changed[0, -1] = 1
        return self._search(states, changed, changed.astype(np.int32), [1])

    def _resume(self, checkpoint: Checkpoint) -> _Search:
        saved = checkpoint.load()
        states = saved["states"]
        self._last = saved["last"] if len(saved["last"]) else None
        return self._search(
            [cuda.to_device(states) for _ in range(1 if self._bipartite else 2)],
            saved["changed"],
            saved["count"],
            saved["sizes"].tolist(),
        )

    def _search(
        self, states: list[Any], changed: NDArray[np.uint8], count: NDArray[np.int32], sizes: list[int]
    ) -> _Search:
        """Copy to the device what belongs to bitmaps that are the same in all buffers."""
        return _Search(
            states=states,
            changed=[cuda.to_device(changed) for _ in states],
            count=cuda.to_device(count),
            reached=cuda.to_device(np.array([sum(sizes)])),
            sizes=sizes,
        )

    def _next_layer(self, search: _Search) -> int:
        """Compute one layer; return its size, 0 if there is none."""
        old = search.current
        new = old if self._bipartite else 1 - old
        reached = sum(search.sizes)
        most = min(self._group.order - reached, search.sizes[-1] * self._odd.size)
        lists = most <= _LISTED
        if lists:
            self._n_listed.copy_to_device(np.zeros(1, np.int32))
        for plane in [len(search.sizes) % 2] if self._bipartite else range(self._n_planes):
            self._sweep_plane(plane, search, old, new, lists)
        search.current = new
        size = int(search.reached.copy_to_host()[0]) - reached
        if size:
            self._last = np.sort(self._listed.copy_to_host()[:size]) if lists else None
        return size

    def _sweep_plane(self, plane: int, search: _Search, old: int, new: int, lists: bool) -> None:
        """Bring one parity class to the next layer."""
        copies = old != new
        kernels.list_active[self._scan_grid, self._threads](
            plane,
            self._odd,
            self._source_block,
            search.changed[old],
            search.count,
            _WORDS * _BITS,
            copies,
            self._active,
            self._n_active,
        )
        kernels.pull_blocks[self._pull_grid, self._threads](
            plane,
            self._odd,
            self._active,
            self._n_active,
            search.states[old],
            search.states[new],
            copies,
            self._source_block,
            *self._moves,
            search.changed[old],
            self._added,
            lists,
            self._listed,
            self._n_listed,
        )
        kernels.note_changes[self._scan_grid, self._threads](
            plane, self._added, search.changed[new], search.count, self._n_active, search.reached
        )


def run_tables() -> tuple[NDArray[np.uint64], NDArray[np.uint16]]:
    """Tables that move the bits of a word, halves of runs of twelve at a time.

    Returns
    -------
    recipe : ndarray of shape (240,), uint64
        For a (permutation, parity), byte d tells what becomes run d: the run it is taken from, in three bits,
        and the permutation of its bits, in five.
    halves : ndarray of shape (24 * 2 * 66,), uint16
        For a permutation of twelve bits and a half of six, where each of its 64 values goes; two entries are
        padding.
    """
    table, shift, row = _dense_tables.lookup_tables()
    byte = (row << np.uint8(3) | shift // np.uint8(12)).astype(np.uint64)
    recipe = np.bitwise_or.reduce(byte << np.arange(0, 40, 8, dtype=np.uint64), axis=1)
    halves = np.zeros((len(table), 2, kernels.STRIDE), np.uint16)
    halves[:, 0, :64] = table[:, :64]
    halves[:, 1, :64] = table[:, ::64]
    return recipe, halves.reshape(-1)


def check_device() -> None:
    """Check that there is a GPU, or numba's simulator of one.

    Raises
    ------
    MissingExtraError
        If numba-cuda is not installed.
    DeviceError
        If there is no GPU.
    """
    if config.ENABLE_CUDASIM:
        return
    if find_spec("numba_cuda") is None:
        raise MissingExtraError("a GPU needs numba-cuda: pip install 'graphkit-algorithms[cuda]'")
    try:
        cuda.current_context()
    except Exception as error:  # whatever the driver and its bindings raise
        reason = " ".join(str(error).split()).rstrip(": ")
        raise DeviceError(f"there is no GPU to use: {reason or type(error).__name__}") from error


def available_device_memory() -> int | None:
    """Bytes that can be allocated on the device now; None where that is not known, as in the simulator.

    Raises
    ------
    MissingExtraError, DeviceError
        See `check_device`.
    """
    check_device()
    try:
        free, _ = cuda.current_context().get_memory_info()
    except NotImplementedError:  # some plug-ins of numba that manage memory
        return None
    return int(free) if math.isfinite(free) else None


def warm_up() -> None:
    """Compile the kernels, or load them from numba's cache, on S_8."""
    shift = (1, 2, 3, 4, 5, 6, 7, 0)
    group = PermutationGroup((shift, inverse(shift), (1, 0, *range(2, 8))), "warm-up")
    check_device()
    if config.ENABLE_CUDASIM:
        return  # nothing to compile
    if sum(CudaEngine(group).layers()) != group.order:
        raise AssertionError("the dense engine miscounts S_8 on this GPU: please report this")
