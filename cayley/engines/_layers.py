"""Layers of packed states, in memory or in a file, and the set of visited states of a directed graph."""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graphkit.errors import MemoryBudgetError
from graphkit.memory import format_bytes

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

    Attributes
    ----------
    size : int
        Number of states.
    """

    def __init__(self, n_words: int, budget: int, path: Path | None) -> None:
        self.size = 0
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

    def append(self, codes: Words) -> None:
        """Add packed states, a flat array that the caller gives away.

        Raises
        ------
        MemoryBudgetError
            If they do not fit and there is no file to write to.
        OSError
            If the file cannot be written.
        """
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

    def discard(self) -> None:
        """Free the memory and delete the file."""
        self._parts = []
        self.size = 0
        if self._on_disk and self._path is not None:
            self._path.unlink(missing_ok=True)
