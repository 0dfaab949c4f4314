"""The distance of every state of an index, in a few bits for each.

In an undirected graph the distances of neighbours differ by one at most, so it suffices to keep the distance
modulo 3: it tells which neighbours are nearer to the start, and walking down to the start counts the steps.
Two bits hold it and whether the state is reached at all. In a directed graph a predecessor may be farther
away by any number, so the whole distance is kept, with one bit more for what is reached.

References
----------
Distances modulo 3 in two bits: G. Cooperman, L. Finkelstein, "New methods for using Cayley graphs in
interconnection networks", Discrete Applied Mathematics 37/38 (1992), 95-118.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cayley.engines._kernels import planes as kernels
from cayley.engines._marks import Marks

_PARALLEL = 2**17  # words of a plane from which threads are worth waking
_RESERVED = 8  # planes of a directed graph at first
_PART_WORDS = 4096  # of a bitmap whose engine does not tell where it has grown


class DistancePlanes:
    """Bit planes in the layout of an engine's bitmap.

    Parameters
    ----------
    n_words : int
        Words of a plane.
    directed : bool
    require : callable
        Called with the bytes that are about to be filled; it may refuse.

    Attributes
    ----------
    period : int or None
        Distances are known modulo this number; None if they are known.
    """

    def __init__(self, n_words: int, directed: bool, require: Callable[[int], None]) -> None:
        self.period = None if directed else 3
        self._require = require
        self._n_planes = 0 if directed else 2
        require(8 * n_words * (1 if directed else 2))
        # Zeros take no room before they are written, so planes that are not in use yet cost nothing.
        self._planes = np.zeros((_RESERVED if directed else 2, n_words), np.uint64)
        self._known = np.zeros(n_words if directed else 0, np.uint64)

    @property
    def memory(self) -> int:
        """Bytes of the planes in use."""
        return self._known.nbytes + self._n_planes * self._planes[0].nbytes

    def record(self, marks: Marks, distance: int) -> None:
        """Write the distance of the states that an engine has just found."""
        grown = marks.grown
        n_words = self._planes.shape[1]
        if grown is None:
            grown = np.ones(max(n_words // _PART_WORDS, 1), np.uint8)
        parallel = n_words >= _PARALLEL
        if self.period is None:
            self._make_room(distance)
            code = distance
        else:
            code = distance % 3 + 1
        if marks.listed is not None:
            for plane in self._planes[: self._n_planes]:
                if code & 1:
                    kernels.set_listed(plane, marks.listed)
                code >>= 1
            if self.period is None:
                kernels.set_listed(self._known, marks.listed)
        elif self.period is None:
            write = kernels.write_parts if parallel else kernels.write_parts_serial
            write(self._planes, self._known, marks.seen, grown, code)
        else:
            write = kernels.code_parts if parallel else kernels.code_parts_serial
            write(*self._planes, marks.seen, grown, code)

    def _make_room(self, distance: int) -> None:
        """Take another plane into use if the distance needs one."""
        if not distance >> self._n_planes:
            return
        self._require(self._planes[0].nbytes)
        self._n_planes += 1
        if self._n_planes > len(self._planes):
            self._require(self._planes.nbytes)  # both copies for a moment
            more = np.zeros((2 * len(self._planes), self._planes.shape[1]), np.uint64)
            more[: len(self._planes)] = self._planes
            self._planes = more

    def codes(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return one more than the distances (modulo `period`) of states; 0 where there is none.

        Parameters
        ----------
        numbers : ndarray of int64
            Numbers of states in the engine's bitmap, or -1.
        """
        codes = np.empty(numbers.size, np.int64)
        kernels.read_codes(self._planes[: self._n_planes], self._known, numbers, codes)
        return codes


def least_planes(directed: bool, order: int | None, n_generators: int) -> int:
    """Count the planes that a graph needs at least.

    A directed graph of many states and few generators cannot have a small diameter: there are at most m^d
    words of length d.

    Examples
    --------
    >>> least_planes(False, 720, 3), least_planes(True, 479001600, 2), least_planes(True, None, 2)
    (2, 6, 2)
    """
    if not directed:
        return 2
    depth, words = 0, 1
    while order is not None and words < order:
        depth += 1
        # Words of length at most d; with one generator they are as many as they are long.
        words += n_generators**depth
    return max(depth.bit_length(), 1) + 1
