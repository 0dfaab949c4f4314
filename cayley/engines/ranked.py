"""Ranked engine: one bit for each arrangement of a word of colours.

Method
------
The arrangements of a word are numbered without gaps, but for some padding (see
`cayley.engines._ranked_tables`): a segment holds the words that share their first half. There are three
bitmaps over these numbers: the states that were seen, the candidates of this layer, and those of the next.

A layer is one pass over the segments that have candidates. The candidates that were not seen before are the
layer; they are marked as seen, and listed by their rank in the segment. For each generator two table look-ups
and an addition turn a rank into the halves of the moved word, two more into its number, whose bit is set
among the candidates of the next layer, whether it is new or not: to ask here would cost a mispredicted
branch, while the pass over the next layer asks for 64 states at once. As the segments and the ranks in them
are taken in increasing order, generators that move few positions or shift all of them read and write memory
nearly in order.

On several threads, a layer is first absorbed and listed, segment by segment, and then the generators follow
one another. For each of them the segments are parted by those colours of the first half that stay within
the first half: sources that differ there have their images in different segments, which no two threads then
share. So there are no atomics, and the result does not depend on the number of threads.

The idea of bitmaps over a ranked state space is that of R. E. Korf, "Linear-time disk-based implicit graph
search", J. ACM 55 (2008), doi:10.1145/1455248.1455250; ranks of combinations by compositions go back to
D. H. Lehmer, "The machine tools of combinatorics", in Applied Combinatorial Mathematics, 1964.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
from numba import get_num_threads
from numpy.typing import NDArray

from cayley.checkpoint import Checkpoint
from cayley.cosets import CosetGraph
from cayley.engines import _ranked_tables as tables
from cayley.engines._kernels import ranked as kernels
from cayley.engines._marks import Marks

_PARALLEL = 1_000_000  # states in a layer from which threads are worth waking
_LISTED = 2**22  # states that several threads list before they go on to move them
_PARTS = 256
_RECENT = 2**16


class RankedEngine:
    """Layer sizes of the graph of a coloured word, one bit for each arrangement.

    Parameters
    ----------
    graph : CosetGraph
    wide : bool
        Use the 64-bit tables that long words need, even if 32 bits suffice. The answer is the same.

    Attributes
    ----------
    parallel_from : int
        States in a layer from which the next one is computed on several threads.
    bytes_swept : int
        Traffic so far of the passes over the bitmaps: two are read and written.
    edges : int
        States times generators that were followed so far.

    Raises
    ------
    ValueError
        If the tables of half a word would be too long, see `memory`.
    """

    name = "ranked"

    def __init__(self, graph: CosetGraph, wide: bool = False) -> None:
        self.parallel_from = _PARALLEL
        self.bytes_swept = 0
        self.edges = 0
        self._graph = graph
        self._state, self._generators = _restrict(graph)
        _check_half(self._state)
        self._n_colours = max(self._state) + 1
        self._tables = t = tables.build(self._state, self._generators, wide)
        dtype = t.low_moves.dtype.type
        self._segments = (t.segment_high, t.first_low, t.first_word, t.n_words)
        self._layout = (t.base, t.rank, dtype(t.shift), dtype((1 << t.shift) - 1))
        self._recent = np.empty(_RECENT, np.uint64)
        self._n_recent = 0
        self._n_last = 0
        self._parts: list[tuple[NDArray[np.int32], NDArray[np.int64]]] = []
        self._listed = np.empty(0, np.uint32)
        self._seen = np.empty(0, np.uint64)

    @staticmethod
    def memory(graph: CosetGraph) -> int:
        """Bytes that the engine allocates for `graph` at most.

        Raises
        ------
        ValueError
            If the word has too many positions and colours for tables of half words: more than 44 positions
            in 2 colours, 26 in 3, 22 in 4, 12 in 12.
        """
        state, generators = _restrict(graph)
        _check_half(state)
        n_colours = max(state) + 1
        high, low = tables.split(len(state))
        n_segments = n_words = largest = 0
        for ways, size in tables.segment_sizes([state.count(c) for c in range(n_colours)], len(state)):
            n_segments += ways
            n_words += ways * -(-size // 64)
            largest = max(largest, size)
        _, dtype = tables.index_layout(n_colours, len(state))
        n_high, n_low = n_colours**high, n_colours**low
        width = np.dtype(dtype).itemsize
        moves = (n_segments + n_low) * width * len(generators)
        parting = n_segments * (4 * len(generators) + 8 * 4) + _PARTS * 8 * len(generators)
        halves = 10 * n_high + 12 * n_low + 40 * n_segments
        building = 48 * (n_high + n_low)  # keys and sorting, while the tables are made
        lists = 4 * (max(_LISTED, largest) + largest + 64) + 48 * _RECENT
        return 24 * n_words + moves + parting + halves + building + lists

    def layers(self, checkpoint: Checkpoint | None = None) -> Iterator[int]:
        """Yield the sizes of layers 0, 1, 2, ... until a layer is empty.

        Parameters
        ----------
        checkpoint : Checkpoint, optional
            Where the search is kept, and taken up again.

        Notes
        -----
        Each state is expanded once, at a few nanoseconds for each generator; each layer costs at most one
        pass over two of the bitmaps.
        """
        t = self._tables
        seen, here, near = (np.zeros(t.total_words, np.uint64) for _ in range(3))
        self._seen = seen
        touched, touched_near = (np.zeros(t.base.size, np.uint8) for _ in range(2))
        found = np.empty(int(t.size.max()) + 4, np.uint32)
        sizes: list[int] = []
        if checkpoint and checkpoint.has_progress:
            saved = checkpoint.load()
            seen[:], here[:], touched[:] = saved["seen"], saved["candidates"], saved["touched"]
            self._recent[:], sizes = saved["recent"], saved["sizes"].tolist()
            self._n_last, self._n_recent = sizes[-1], min(sizes[-1], int(saved["n_recent"]))
        else:
            self._mark_start(here, touched)
        yield from sizes
        size = sizes[-1] if sizes else 0
        while True:
            bitmaps = (seen, here, near, touched, touched_near)
            if size >= self.parallel_from and get_num_threads() > 1:
                size = self._next_layer_parallel(*bitmaps)
            else:
                size = self._next_layer_serial(*bitmaps, found)
            if size == 0:
                return
            here, near = near, here
            touched, touched_near = touched_near, touched
            sizes.append(size)
            self.edges += size * len(self._generators)
            if checkpoint:
                known = {"seen": seen, "candidates": here, "touched": touched, "recent": self._recent}
                checkpoint.keep(lambda known=known: known | self._counts(sizes))  # type: ignore[misc]
            yield size

    def _mark_start(self, here: NDArray[np.uint64], touched: NDArray[np.uint8]) -> None:
        """Make the start word the only candidate."""
        t = self._tables
        half = tables.split(len(self._state))[0]
        high = tables.index_of(self._state[:half], self._n_colours)
        low = tables.index_of(self._state[half:], self._n_colours)
        number = int(t.base[high]) + int(t.rank[low])
        here[number // 64] = np.uint64(1 << number % 64)
        touched[high] = 1

    def _counts(self, sizes: list[int]) -> dict[str, NDArray[Any]]:
        return {"sizes": np.array(sizes), "n_recent": np.array(self._n_recent)}

    def last_layer(self) -> NDArray[np.int64]:
        """Words of the last layer that `layers` has yielded, one a row, in the colours of the definition.

        Raises
        ------
        ValueError
            If there are more than 65,536 of them.
        """
        if self._n_last > _RECENT:
            raise ValueError(f"the last layer has {self._n_last} states, at most {_RECENT} are kept")
        t = self._tables
        noted = np.sort(self._recent[: self._n_recent])
        segment = (noted >> np.uint64(32)).astype(np.int64)
        rank = (noted & np.uint64(2**32 - 1)).astype(np.int64)
        high, low = tables.split(len(self._state))
        letters = np.hstack(
            [
                tables.letters_of(t.segment_high[segment], self._n_colours, high),
                tables.letters_of(t.lows[t.first_low[segment] + rank], self._n_colours, low),
            ]
        )
        words = np.tile(np.array(self._graph.state, np.int64), (len(letters), 1))
        used = sorted({self._graph.state[i] for i in self._graph.moved})
        words[:, list(self._graph.moved)] = np.array(used, np.int64)[letters]
        return words

    @property
    def bitmap_words(self) -> int:
        """Words of 64 bits in a bitmap of the arrangements."""
        return self._tables.total_words

    @property
    def marks_memory(self) -> int:
        """Bytes that `marks` allocates."""
        return 24 * _RECENT

    def marks(self) -> Marks:
        """Tell where the words of the layer that `layers` yielded last are marked."""
        if self._n_last > self._n_recent:
            return Marks(self._seen)
        noted = self._recent[: self._n_recent]
        first = self._tables.first_word[(noted >> np.uint64(32)).astype(np.int64)]
        return Marks(self._seen, listed=first * 64 + (noted & np.uint64(2**32 - 1)).astype(np.int64))

    def places(self, states: NDArray[np.int64]) -> NDArray[np.int64]:
        """Find the numbers of words, 64 times the machine word of the bitmap plus the bit.

        Parameters
        ----------
        states : ndarray of shape (n, degree), int64
            Words in the colours of the definition.

        Returns
        -------
        ndarray of shape (n,), int64
            -1 for a word that is not an arrangement of the start.
        """
        start = np.array(self._graph.state, np.int64)
        moved = list(self._graph.moved)
        # Colours stay where nothing moves, and elsewhere are those of the start in some order.
        fits = (np.sort(states[:, moved], axis=1) == np.sort(start[moved])).all(axis=1)
        fixed = np.setdiff1d(np.arange(start.size), moved)
        fits &= (states[:, fixed] == start[fixed]).all(axis=1)
        letters = np.searchsorted(np.unique(start[moved]), states[fits][:, moved])
        half = tables.split(len(moved))[0]
        high = tables.indices_of(letters[:, :half], self._n_colours)
        low = tables.indices_of(letters[:, half:], self._n_colours)
        places = np.full(len(states), -1, np.int64)
        places[fits] = self._tables.base[high].astype(np.int64) + self._tables.rank[low]
        return places

    def release(self) -> None:
        """Free the bitmap."""
        self._seen = np.empty(0, np.uint64)

    def _next_layer_serial(
        self,
        seen: NDArray[np.uint64],
        here: NDArray[np.uint64],
        near: NDArray[np.uint64],
        touched: NDArray[np.uint8],
        touched_near: NDArray[np.uint8],
        found: NDArray[np.uint32],
    ) -> int:
        t = self._tables
        n_new, n_words = kernels.next_layer_serial(
            self._segments,
            (t.high_moves, t.low_moves),
            self._layout,
            seen,
            here,
            near,
            touched,
            touched_near,
            found,
            self._recent,
        )
        self.bytes_swept += 32 * int(n_words)
        if n_new:
            self._n_last, self._n_recent = int(n_new), min(int(n_new), _RECENT)
        return int(n_new)

    def _next_layer_parallel(
        self,
        seen: NDArray[np.uint64],
        here: NDArray[np.uint64],
        near: NDArray[np.uint64],
        touched: NDArray[np.uint8],
        touched_near: NDArray[np.uint8],
    ) -> int:
        t = self._tables
        if not self._parts:
            self._parts = [_part(moves >> t.shift) for moves in t.high_moves]
            self._listed = np.empty(max(_LISTED, int(t.size.max())), np.uint32)
        self.bytes_swept += 32 * int(t.n_words[touched[t.segment_high] != 0].sum())
        n_new = np.empty(t.size.size, np.int64)
        kernels.absorb(self._segments, seen, here, touched, n_new)
        ends = np.cumsum(n_new)
        total = int(ends[-1])
        start = begin = 0
        while begin < total:
            end = int(np.searchsorted(ends, begin + self._listed.size, side="right"))
            kernels.list_states(start, end, self._segments, here, ends, begin, self._listed)
            if begin == 0:
                self._note(ends, end, total)
            for (order, parts), high_moves, low_moves in zip(
                self._parts, t.high_moves, t.low_moves, strict=True
            ):
                arrays: tuple[Any, ...] = (ends, begin, self._listed, high_moves, low_moves, self._layout)
                kernels.push_states(order, parts, start, end, self._segments, *arrays, near, touched_near)
            start, begin = end, int(ends[end - 1])
        return total

    def _note(self, ends: NDArray[np.int64], end: int, total: int) -> None:
        """Keep the first states of a layer that several threads have listed."""
        self._n_last, self._n_recent = total, min(int(ends[end - 1]), _RECENT)
        segment = np.searchsorted(ends, np.arange(self._n_recent), side="right").astype(np.uint64)
        self._recent[: self._n_recent] = segment << np.uint64(32) | self._listed[: self._n_recent]


def _restrict(graph: CosetGraph) -> tuple[tuple[int, ...], list[tuple[int, ...]]]:
    """Leave out positions that never move; number their colours without gaps."""
    place = {position: i for i, position in enumerate(graph.moved)}
    used = sorted({graph.state[i] for i in graph.moved})
    state = tuple(used.index(graph.state[i]) for i in graph.moved)
    return state, [tuple(place[g[i]] for i in graph.moved) for g in graph.generators]


def _check_half(state: tuple[int, ...]) -> None:
    n_colours, degree = len(Counter(state)), len(state)
    if n_colours ** tables.split(degree)[1] > tables.HALF_LIMIT:
        raise ValueError(
            f"the ranked engine takes at most {tables.HALF_LIMIT:,} words of half the length, "
            f"got {n_colours} colours on {degree} positions"
        )


def _part(stays: NDArray[np.unsignedinteger]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Deal the segments to parts, so that those with the same colours in `stays` come to the same part.

    Returns
    -------
    order : int32, one for each segment
        Segments, part by part.
    bounds : int64
        ``order[bounds[i]:bounds[i + 1]]`` is a part.
    """
    kinds, kind = np.unique(stays, return_inverse=True)
    n_parts = min(_PARTS, kinds.size)
    part = kind % n_parts
    order = np.lexsort((kind, part)).astype(np.int32)
    return order, np.searchsorted(part[order], np.arange(n_parts + 1))


def warm_up(graph: CosetGraph | None = None) -> None:
    """Compile the kernels, or load them from numba's cache, on a word of three letters.

    Parameters
    ----------
    graph : CosetGraph, optional
        Leave out the kernels that this graph does not need.
    """
    widths, starts = [False, True], [_PARALLEL, 1]
    if graph is not None:
        state, _ = _restrict(graph)
        widths = [tables.index_layout(max(state) + 1, len(state))[1] is np.uint64]
        starts = starts if graph.arrangements >= _PARALLEL else [_PARALLEL]
    three = CosetGraph((0, 0, 1), ((1, 2, 0),), "warm-up")
    for wide in widths:
        engine = RankedEngine(three, wide)
        for engine.parallel_from in starts:
            if sum(engine.layers()) != 3:
                raise AssertionError("the ranked engine miscounts the shifts of 001: please report this")
