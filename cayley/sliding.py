"""Sliding puzzles: tiles on the cells of a board, one of them blank, which changes places with others.

The states do not form a group, since which moves there are depends on where the blank is; so this is neither
a Cayley nor a Schreier graph. What the tiles can do while the blank makes round trips is a group, however,
from which the number of states follows (R. M. Wilson, 1974).
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cayley.permutation import Permutation, compose, identity, inverse, swap
from cayley.stabilizer import stabilizer_chain
from graphkit.validation import check_integer

LARGEST_BOARD = 64  # cells

Edge = tuple[int, int]


@dataclass(frozen=True)
class SlidingPuzzle:
    """A board with a tile on each cell but one, explored from the state where each tile is at home.

    A state lists the tile on each cell. Tile i has its home on cell i; the last number is the blank.

    Attributes
    ----------
    edges : tuple of (int, int)
        Pairs of neighbouring cells, numbered from 0; the last cell is where the blank is at the start.
    title : str

    Raises
    ------
    ValueError
        If there is no edge, an edge joins a cell with itself, or the board is not connected.

    Examples
    --------
    >>> eight = board(3, 3)
    >>> eight.name, eight.order, len(eight.edges)
    ('sliding_board(3, 3)', 181440, 12)
    """

    edges: tuple[Edge, ...]
    title: str = field(compare=False)

    def __post_init__(self) -> None:
        edges = tuple(sorted({(min(e), max(e)) for e in self.edges}))
        if not edges:
            raise ValueError("a board needs at least two cells that are neighbours")
        loop = next((u for u, v in edges if u == v), None)
        if loop is not None:
            raise ValueError(f"cell {loop + 1} of {self.title} is its own neighbour")
        object.__setattr__(self, "edges", edges)
        if self.degree > LARGEST_BOARD:
            raise ValueError(f"a board may have up to {LARGEST_BOARD} cells, got {self.degree}")
        apart = sorted(set(range(self.degree)) - self._tree.keys())
        if apart:
            raise ValueError(
                f"the board of {self.title} is not connected: the blank cannot come to cell {apart[0] + 1}"
            )

    @property
    def degree(self) -> int:
        """Number of cells."""
        return max(v for _, v in self.edges) + 1

    @property
    def name(self) -> str:
        """The title."""
        return self.title

    @property
    def generators(self) -> tuple[Edge, ...]:
        """The edges: a move exchanges the blank with the tile at the other end, and is its own inverse."""
        return self.edges

    @property
    def generator_names(self) -> tuple[str, ...]:
        """Edges as pairs of cells, numbered from 1."""
        return tuple(f"{u + 1}-{v + 1}" for u, v in self.edges)

    @property
    def is_directed(self) -> bool:
        """Never: a move back undoes a move."""
        return False

    @cached_property
    def neighbors(self) -> tuple[tuple[int, ...], ...]:
        """For each cell those that share an edge with it, in increasing order."""
        found: list[list[int]] = [[] for _ in range(self.degree)]
        for u, v in self.edges:
            found[u].append(v)
            found[v].append(u)
        return tuple(tuple(sorted(cells)) for cells in found)

    @cached_property
    def order(self) -> int:
        """Number of states: the cells that the blank can be on, times the order of the group of round trips.

        Proved by a stabiliser chain of the round trips through each edge outside a spanning tree, which
        generate all of them.
        """
        trips = self.round_trips()
        return self.degree * (stabilizer_chain(trips).order if trips else 1)

    def round_trips(self) -> tuple[Permutation, ...]:
        """Return what the tiles do while the blank walks from its home to an edge, along it, and back.

        Returns
        -------
        tuple of tuple of int
            Permutations of the cells but the last, one for each edge outside a spanning tree, without
            repeats and without the identity. They generate the group of all round trips.
        """
        found = []
        for u, v in self.edges:
            if self._tree[u] != v and self._tree[v] != u:
                trip = compose(compose(self._to(u), swap(u, v, self.degree)), inverse(self._to(v)))
                found.append(trip[:-1])
        return tuple(dict.fromkeys(trip for trip in found if trip != identity(self.degree - 1)))

    @cached_property
    def _tree(self) -> dict[int, int]:
        """For each cell the next one on a shortest way to the blank's home, which itself has -1."""
        home = self.degree - 1
        towards = {home: -1}
        queue = deque([home])
        while queue:
            cell = queue.popleft()
            for other in self.neighbors[cell]:
                if other not in towards:
                    towards[other] = cell
                    queue.append(other)
        return towards

    def _to(self, cell: int) -> Permutation:
        """Walk the blank from its home to a cell."""
        way = [cell]
        while self._tree[way[-1]] != -1:
            way.append(self._tree[way[-1]])
        walked = identity(self.degree)
        for v, u in zip(way[::-1], way[-2::-1], strict=False):
            walked = compose(walked, swap(u, v, self.degree))
        return walked


def board(rows: int, columns: int) -> SlidingPuzzle:
    """Build the puzzle on a rectangle, the blank in the last corner: the 8-puzzle, the 15-puzzle (4 x 4).

    Examples
    --------
    >>> board(2, 3).order, board(4, 4).order
    (360, 10461394944000)
    """
    rows = check_integer(rows, "the number of rows", minimum=1)
    columns = check_integer(columns, "the number of columns", minimum=1)
    edges = [(i * columns + j, i * columns + j + 1) for i in range(rows) for j in range(columns - 1)]
    edges += [(i * columns + j, (i + 1) * columns + j) for i in range(rows - 1) for j in range(columns)]
    return SlidingPuzzle(tuple(edges), f"sliding_board({rows}, {columns})")


def on_graph(edges: str | Iterable[Sequence[int]]) -> SlidingPuzzle:
    """Build the puzzle on any connected graph; the blank starts on the vertex with the largest number.

    Parameters
    ----------
    edges : str or iterable of pairs of int
        Vertices are numbered from 1: ``"1-2 2-3 3-1"`` or ``[(1, 2), (2, 3), (3, 1)]``.

    Examples
    --------
    The graph of seven vertices on which the tiles make a group of 120 elements only, PGL(2, 5):

    >>> on_graph("1-2 2-3 3-4 4-5 5-6 6-1 1-7 7-4").order // 7
    120
    """
    pairs = (
        [_read_edge(part) for part in edges.split()] if isinstance(edges, str) else [tuple(e) for e in edges]
    )
    for pair in pairs:
        if len(pair) != 2:
            raise ValueError(f"an edge is a pair of vertices, such as 1-2, got {pair!r}")
        for vertex in pair:
            check_integer(vertex, "a vertex", minimum=1)
    text = " ".join(f"{u}-{v}" for u, v in pairs)
    return SlidingPuzzle(tuple((u - 1, v - 1) for u, v in pairs), f"sliding_graph({text})")


def refuse_sliding(definition: object) -> None:
    """Refuse a sliding puzzle where every generator is taken from every state.

    Raises
    ------
    ValueError
        If the definition is one.
    """
    if isinstance(definition, SlidingPuzzle):
        raise ValueError(
            f"{definition.name} is no Cayley graph, as its moves depend on where the blank is: there are"
            " growth and distances for it (cayley distance), whose words solve it, but no searches, walks,"
            " numbering or spectra"
        )


def _read_edge(text: str) -> tuple[int, ...]:
    ends = text.split("-")
    if len(ends) != 2 or not all(end.isascii() and end.isdecimal() for end in ends):
        raise ValueError(f"cannot read the edge {text!r}: write pairs of vertices such as '1-2 2-3'")
    return tuple(int(end) for end in ends)
