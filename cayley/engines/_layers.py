"""Where packed states are kept: layers in memory or in files, runs in buckets, the set of visited states."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cayley.engines._codes import Code
from cayley.engines._kernels import sparse as kernels
from graphkit.errors import MemoryBudgetError
from graphkit.memory import format_bytes

_LOAD = 1 / 3  # of the set of visited states, whose slots are mostly not in a cache: searches are short
_FIRST_SLOTS = 2**16
_SPREAD = 10.0  # room of a bucket beyond the average, in square roots of it

Words = NDArray[np.uint64]
_Work = Callable[[int, int, int], object]


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
        try:
            with open(self._path, "ab") as file:
                for part in self._parts:
                    file.write(part.data)
        except OSError as error:
            self._path.unlink(missing_ok=True)
            what = f"a layer of at least {self.size} states could not be written: {error.strerror}"
            raise OSError(error.errno, what, str(self._path)) from None
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

    def snapshot(self, name: str, piece: int) -> dict[str, NDArray[Any]]:
        """Return arrays to be saved, with names that begin with `name`: states in pieces of some words."""
        pieces = [part[at : at + piece] for part in self.parts() for at in range(0, part.size, piece)]
        return {
            f"{name}_bits": np.array(self.bucket_bits),
            f"{name}_buckets": np.concatenate(self._sizes),
            f"{name}_pieces": np.array(len(pieces)),
        } | {f"{name}_{i}": codes for i, codes in enumerate(pieces)}

    def restore(self, name: str, saved: Mapping[str, NDArray[Any]]) -> None:
        """Fill an empty layer with what `snapshot` has returned."""
        sizes = saved[f"{name}_buckets"]
        for i in range(int(saved[f"{name}_pieces"])):
            self.append(saved[f"{name}_{i}"], sizes if i == 0 else sizes[:0])

    def discard(self) -> None:
        """Free the memory and delete the file."""
        self._parts, self._sizes = [], []
        self.size = 0
        if self._on_disk and self._path is not None:
            self._path.unlink(missing_ok=True)


class Runs:
    """Where states go that are sorted into buckets: to a run for each bucket and share of the work.

    Runs are equally long, with room for more than the average, as mixed codes are spread evenly but not
    exactly. If one is too short, all that was written is lost, but the right length is known.

    Parameters
    ----------
    n_shares : int
    average : int
        States of a bucket.
    """

    def __init__(self, n_shares: int, average: int) -> None:
        self.n_shares = n_shares
        share = average / n_shares
        self._capacity = int(share + _SPREAD * share**0.5) + 8

    @property
    def places(self) -> int:
        """Number of places for the runs of a bucket."""
        return self.n_shares * (self._capacity + 1)

    def run(self, share: int) -> tuple[int, int, int]:
        """Begin of the first run of a share, distance to its next, and capacity."""
        return share * (self._capacity + 1), self.places, self._capacity

    def bounds(self, counts: Words) -> NDArray[np.int64] | None:
        """Begin and end of each run, by bucket and share, from the numbers of states by share and bucket."""
        longest = int(counts.max(initial=0))
        if longest > self._capacity:
            self._capacity = longest + longest // 16
            return None
        runs = np.empty((counts.shape[1], self.n_shares, 2), np.int64)
        runs[:, :, 0] = np.arange(counts.shape[1])[:, None] * self.places
        runs[:, :, 0] += np.arange(self.n_shares) * (self._capacity + 1)
        runs[:, :, 1] = runs[:, :, 0] + counts.T.astype(np.int64)
        return runs


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

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """Return arrays to be saved."""
        return {"visited": self._table, "used": self._used}

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Take up what `snapshot` has returned."""
        self._table = np.empty(0, np.uint64)  # free it first
        self._table, self._used = saved["visited"], saved["used"]
        self.region_bits = len(self._used).bit_length() - 1

    def start(self, state: Words) -> None:
        """Put the first state in."""
        self.add(state.copy(), np.array([[[0, 1]]]), np.zeros(1, np.int64), lambda work: work(0, 1, 0))

    def add(
        self,
        room: Words,
        runs: NDArray[np.int64],
        kept: NDArray[np.int64],
        share: Callable[[_Work], object],
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

    def advance(
        self, codes: Words, step: tuple[Any, ...], new: Words, share: Callable[[int, int, _Work], object]
    ) -> list[Words]:
        """Put in where the steps lead from some states; return those that are new.

        Each share of the work takes all steps, but only to a part of the regions. It has a row of `new`.
        """
        found = [0] * len(new)
        while True:
            done = [True] * len(new)

            def work(begin: int, end: int, row: int, done: list[bool] = done) -> None:
                found[row], done[row], _ = kernels.advance_visited(
                    codes, step, begin, end - begin, self._table, self._used, self.region_bits,
                    new[row], found[row],
                )  # fmt: skip

            share(len(new), len(self._used), work)
            if all(done):
                return [row[: n * len(self._words)] for row, n in zip(new, found, strict=True)]
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
