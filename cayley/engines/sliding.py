"""Sliding puzzles: the dense engine with moves that depend on where the blank is, and lists for large boards.

Method
------
The blank is the largest value, and the first digit of a state's number in the dense engine is its place (see
`cayley.engines._dense_tables`). So all states of a block have the blank on the same cell, and there is a move
for each neighbour of that cell: the rows of the table of moves mean other moves in other blocks, and nothing
else in the dense engine differs. Every move exchanges two values, so one buffer serves both parity classes.

Boards for which n!/7.5 bytes are too many are explored by lists of packed states, one for each place of the
blank; a layer is sorted, and compared with the two before it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cayley.checkpoint import Checkpoint
from cayley.engines import _dense_tables as tables
from cayley.engines._dense_moves import Moves, moves, n_blocks
from cayley.engines.dense import DenseEngine
from cayley.permutation import Permutation, identity, swap
from cayley.sliding import SlidingPuzzle, board
from graphkit.memory import require_memory

_LEAST = tables.BLOCK_POINTS + 1  # points from which the place of the blank is part of the block
_CELL_BITS = 4
_KEPT = 2**16  # states of the last layer that are kept to be shown


class _Padded:
    """A puzzle as the dense engine takes groups, with cells added in front if there are fewer than nine."""

    def __init__(self, puzzle: SlidingPuzzle) -> None:
        self.added = max(0, _LEAST - puzzle.degree)
        self.degree = puzzle.degree + self.added
        self.order = puzzle.order
        self.neighbors = puzzle.neighbors
        # As many moves as a cell has neighbours at most: cells with fewer repeat one of theirs.
        self.parities = (True,) * max(map(len, puzzle.neighbors))
        self.generators: tuple[Permutation, ...] = tuple(identity(self.degree) for _ in self.parities)
        self.is_directed = False


class SlidingEngine(DenseEngine):
    """Layer sizes of a sliding puzzle, one bit for each arrangement of the tiles and the blank.

    Parameters
    ----------
    puzzle : SlidingPuzzle
    use_gather : bool, optional
        See `DenseEngine`.
    """

    def __init__(self, puzzle: SlidingPuzzle, use_gather: bool | None = None) -> None:
        self._padded = _Padded(puzzle)
        super().__init__(self._padded, use_gather)  # type: ignore[arg-type]

    @staticmethod
    def memory(group: Any) -> int:
        """Bytes that the engine allocates for a puzzle at most."""
        padded = _Padded(group)
        edges = len(group.edges)
        return DenseEngine.memory(padded) + 6 * edges * n_blocks(padded.degree)  # type: ignore[arg-type]

    def last_layer(self) -> NDArray[np.int64] | None:
        """Return the states of the last layer as sorted rows of tiles; None if no list found it."""
        rows = super().last_layer()
        return None if rows is None else rows[:, self._padded.added :] - self._padded.added

    def places(self, states: NDArray[np.int64]) -> NDArray[np.int64]:
        """Find the numbers of states, see `DenseEngine.places`."""
        added = self._padded.added
        in_front = np.broadcast_to(np.arange(added), (len(states), added))
        return super().places(np.hstack([in_front, states + added]))

    def _moves(self, generators: Sequence[Permutation]) -> Moves:
        """Take the moves for each place of the blank from those of all exchanges of neighbouring cells."""
        padded = self._padded
        cells = [
            [(u + padded.added, v + padded.added) for v in near] for u, near in enumerate(padded.neighbors)
        ]
        exchanges = sorted({(min(pair), max(pair)) for near in cells for pair in near})
        number = {pair: i for i, pair in enumerate(exchanges)}
        slots = np.zeros((padded.degree, len(padded.parities)), np.intp)
        for cell, near in enumerate(cells, start=padded.added):
            taken = [number[min(pair), max(pair)] for pair in near]
            slots[cell] = (taken * len(padded.parities))[: len(padded.parities)]
        found = moves([swap(*pair, padded.degree) for pair in exchanges], padded.degree)
        blocks = len(found.source_block)
        blank = np.arange(blocks) // (blocks // padded.degree)
        rows = np.arange(blocks)[:, None]
        return replace(
            found,
            source_block=found.source_block[rows, slots[blank]],
            signature=found.signature[rows, slots[blank]],
        )


class SlidingLists:
    """Layer sizes of a sliding puzzle of up to 16 cells, by sorted lists of packed states.

    Parameters
    ----------
    puzzle : SlidingPuzzle
    memory_limit : int, optional
        Bytes that the lists may take. Default: what is available.

    Raises
    ------
    ValueError
        If there are more cells.
    """

    name = "sparse"

    def __init__(self, puzzle: SlidingPuzzle, memory_limit: int | None = None) -> None:
        if puzzle.degree > 64 // _CELL_BITS:
            raise ValueError(
                f"lists of states are for boards of up to {64 // _CELL_BITS} cells, "
                f"{puzzle.name} has {puzzle.degree}"
            )
        self._puzzle = puzzle
        self._limit = memory_limit
        self._layer: dict[int, NDArray[np.uint64]] = {}

    def layers(self, checkpoint: Checkpoint | None = None) -> Iterator[int]:
        """Yield the sizes of layers 0, 1, 2, ... until a layer is empty.

        Parameters
        ----------
        checkpoint : Checkpoint, optional
            Where the search is kept, and taken up again.

        Raises
        ------
        MemoryBudgetError
            If the next layer may not fit.
        """
        puzzle = self._puzzle
        home = puzzle.degree - 1
        solved = sum(tile << (_CELL_BITS * tile) for tile in range(puzzle.degree))
        before: dict[int, NDArray[np.uint64]] = {}
        self._layer = {home: np.array([solved], np.uint64)}
        sizes = [1]
        if checkpoint and checkpoint.has_progress:
            saved = checkpoint.load()
            sizes = saved["sizes"].tolist()
            before = {int(key[6:]): keys for key, keys in saved.items() if key.startswith("before")}
            self._layer = {int(key[5:]): keys for key, keys in saved.items() if key.startswith("layer")}
        yield from sizes
        while True:
            self._check_memory(before)
            found = {
                cell: keys for cell in range(puzzle.degree) if (keys := self._reached(cell, before)).size
            }
            if not found:
                return
            before, self._layer = self._layer, found
            sizes.append(sum(keys.size for keys in found.values()))
            if checkpoint:
                lists = {f"before{cell}": keys for cell, keys in before.items()}
                lists |= {f"layer{cell}": keys for cell, keys in found.items()}
                checkpoint.keep(lambda lists=lists: lists | {"sizes": np.array(sizes)})  # type: ignore[misc]
            yield sizes[-1]

    def last_layer(self) -> NDArray[np.int64]:
        """Return the states of the last layer as rows of tiles.

        Raises
        ------
        ValueError
            If there are more than 65,536 of them.
        """
        keys = np.concatenate(list(self._layer.values()))
        if keys.size > _KEPT:
            raise ValueError(f"the last layer has {keys.size} states, at most {_KEPT} are kept")
        shifts = (_CELL_BITS * np.arange(self._puzzle.degree)).astype(np.uint64)
        return (keys[:, None] >> shifts & np.uint64(15)).astype(np.int64)

    def _reached(self, cell: int, before: dict[int, NDArray[np.uint64]]) -> NDArray[np.uint64]:
        """Find the new states whose blank is on a cell, sorted."""
        blank = np.uint64(self._puzzle.degree - 1)
        moved = []
        for source in self._puzzle.neighbors[cell]:
            if source in self._layer:
                keys = self._layer[source]
                here, there = np.uint64(_CELL_BITS * cell), np.uint64(_CELL_BITS * source)
                change = (keys >> here & np.uint64(15)) ^ blank  # the tile and the blank trade places
                moved.append(keys ^ (change << here) ^ (change << there))
        if not moved:
            return np.empty(0, np.uint64)
        found = np.unique(np.concatenate(moved))
        for known in (before, self._layer):  # a state of the layer itself, where the board has odd cycles
            if cell in known:
                found = found[~_contained(found, known[cell])]
        return found

    def _check_memory(self, before: dict[int, NDArray[np.uint64]]) -> None:
        """Refuse a layer that may not fit: all moves of this one, twice for sorting."""
        neighbors = self._puzzle.neighbors
        new = sum(keys.size * len(neighbors[cell]) for cell, keys in self._layer.items())
        held = sum(keys.size for known in (before, self._layer) for keys in known.values())
        largest = max((len(neighbors[cell]) * keys.size for cell, keys in self._layer.items()), default=0)
        what = f"the next layer of {self._puzzle.name} by lists"
        require_memory(8 * (held + new + 3 * largest), what, self._limit)


def _contained(values: NDArray[np.uint64], known: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Tell which of some values are in a sorted list."""
    place = np.searchsorted(known, values)
    place[place == known.size] = 0
    return np.asarray(known[place] == values)


def warm_up() -> None:
    """Compile the kernels, or load them from numba's cache, on a board of four cells."""
    engine = SlidingEngine(board(2, 2))
    for engine.parallel_from in (2000, 0):
        if sum(engine.layers()) != 12:
            raise AssertionError("the 2 x 2 sliding puzzle is miscounted: please report this")
