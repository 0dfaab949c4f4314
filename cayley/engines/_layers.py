"""Layers of packed states, in memory or in a file, and the set of visited states of a directed graph."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cayley.engines._codes import Code
from cayley.engines._kernels import sparse as kernels
from graphkit.errors import MemoryBudgetError
from graphkit.memory import format_bytes

_LOAD = 0.5  # of the set of visited states
_FIRST_SLOTS = 2**16

Words = NDArray[np.uint64]


class Layer:
    """Packed states in any order, written part by part, then read any number of times.

    Parameters
    ----------
    n_words : int
        Words of a state.
    budget : int
        Bytes that may stay in memory. What exceeds them goes to `path`, and so does all of the layer.
    path : path-like or None
        File to write to; without one, a layer that exceeds the budget is refused.
    bucket_bits : int
        Logarithm of the number of buckets, in the order of which states are written.

    Attributes
    ----------
    size : int
        Number of states.
    bucket_bits : int
    """

    def __init__(self, n_words: int, budget: int, path: Path | None, bucket_bits: int = 0) -> None:
        self.size = 0
        self.bucket_bits = bucket_bits
        self._sizes: list[NDArray[np.int64]] = []
        self._n_words = n_words
        self._budget = budget
        self._path = path
        self._parts: list[Words] = []
        self._on_disk = False

    @property
    def memory(self) -> int:
        """Bytes that the layer holds in memory."""
        return sum(part.nbytes for part in self._parts)

    @property
    def is_spilled(self) -> bool:
        """Whether the layer lies in a file."""
        return self._on_disk

    def append(self, codes: Words, sizes: NDArray[np.int64]) -> None:
        """Add packed states, a flat array that the caller gives away, and their number for each bucket.

        Raises
        ------
        MemoryBudgetError
            If they do not fit and there is no file to write to.
        OSError
            If the file cannot be written.
        """
        self._sizes.append(sizes)
        if not codes.size:
            return
        self.size += codes.size // self._n_words
        self._parts.append(codes)
        if self._on_disk or self.memory > self._budget:
            self._spill()

    def _spill(self) -> None:
        if self._path is None:
            raise MemoryBudgetError(
                f"a layer of at least {self.size} states needs more than the {format_bytes(self._budget)} "
                "that are left for it: allow more memory, or give a folder for files"
            )
        with open(self._path, "ab") as file:
            for part in self._parts:
                part.tofile(file)
            file.flush()
            if os.fstat(file.fileno()).st_size != self.size * self._n_words * 8:
                raise OSError(f"could not write all of the layer to {str(self._path)!r}")
        self._parts = []
        self._on_disk = True

    def parts(self) -> list[Words]:
        """Flat arrays that hold the states one after the other."""
        if not self._on_disk or self._path is None:
            return self._parts
        # Copy-on-write, so that the array counts as writeable like those in memory; nothing writes to it.
        return [np.asarray(np.memmap(self._path, np.uint64, mode="c"))]

    def whole(self) -> Words:
        """Return a flat array of all states."""
        parts = self.parts()
        return parts[0] if len(parts) == 1 else np.concatenate([np.empty(0, np.uint64), *parts])

    def runs(self, bucket_bits: int) -> NDArray[np.int64]:
        """Bounds in `whole` of the states of each bucket, for as many buckets as when writing or fewer."""
        each = 1 << self.bucket_bits - bucket_bits
        ends = np.cumsum(np.concatenate(self._sizes))[each - 1 :: each]
        return np.stack([np.concatenate([[0], ends[:-1]]), ends], axis=1)[:, None]

    def discard(self) -> None:
        """Free the memory and delete the file."""
        self._parts, self._sizes = [], []
        self.size = 0
        if self._on_disk and self._path is not None:
            self._path.unlink(missing_ok=True)


class VisitedSet:
    """All states of a directed graph that were reached: a hash table of packed states, in regions.

    Parameters
    ----------
    code : Code
    order : int or None
        Number of states of the graph, if known. If a table for all of them takes at most half of the limit,
        it is allocated at once, and otherwise enlarged as needed.
    limit : int
        Bytes that the engine may allocate.
    """

    def __init__(self, code: Code, order: int | None, limit: int) -> None:
        _, self._words, (self._code_mask, *_), *_ = code.step
        self._table = np.empty(0, np.uint64)
        self._used = np.empty(0, np.int64)
        self.region_bits = 0
        self._limit = limit
        slots = _FIRST_SLOTS
        if order is not None and order / _LOAD * 8 * len(self._words) <= limit / 2:
            slots = int(order / _LOAD) + 64
        self._allocate(slots)

    @property
    def memory(self) -> int:
        """Bytes of the table."""
        return self._table.nbytes

    def _allocate(self, n_slots: int) -> None:
        self.region_bits = max((n_slots // 16384).bit_length(), 0)
        n_regions = 1 << self.region_bits
        region_size = max(-(-n_slots // n_regions), 1024)
        self._table = np.zeros(n_regions * region_size * len(self._words), np.uint64)
        self._used = np.zeros(n_regions, np.int64)

    def start(self, state: Words) -> None:
        """Put the first state in."""
        self.add(state.copy(), np.array([[[0, 1]]]), np.zeros(1, np.int64), lambda work: work(0, 1, 0))

    def add(
        self,
        room: Words,
        runs: NDArray[np.int64],
        kept: NDArray[np.int64],
        share: Callable[[Callable[[int, int, int], object]], object],
    ) -> None:
        """Put candidates of buckets in; move those that are new to the front of their bucket."""
        done = np.zeros(runs.shape[:2], np.int64)
        while True:
            share(
                lambda begin, end, _: kernels.visit(
                    begin, end, room, runs, self._words, self._code_mask, self._table,
                    self._used, self.region_bits, done, kept,
                )
            )  # fmt: skip
            if (done == runs[:, :, 1] - runs[:, :, 0]).all():
                return
            self._enlarge()

    def advance(self, codes: Words, step: tuple[Any, ...], new: Words) -> int:
        """Put in where the steps lead from some states, and those that are new to `new`; return how many."""
        found, done = 0, False
        while True:
            found, done, _ = kernels.advance_visited(
                codes, step, self._table, self._used, self.region_bits, new, found
            )
            if done:
                return int(found)
            self._enlarge()

    def _enlarge(self) -> None:
        old = self._table
        slots = old.size // len(self._words)
        while True:
            slots *= 2
            if old.nbytes + slots * 8 * len(self._words) > self._limit:
                raise MemoryBudgetError(
                    f"the {int(self._used.sum())} states that were visited so far need a table of more than "
                    f"{format_bytes(self._limit)}: allow more memory, or give a folder for files"
                )
            self._allocate(slots)
            if kernels.enlarge(old, self._words, self._code_mask, self._table, self._used, self.region_bits):
                return
