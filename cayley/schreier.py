"""A group on the points that one of them can be taken to: Schreier graphs with a name."""

from dataclasses import dataclass
from functools import cached_property

from cayley.cosets import NamedCosetGraph
from cayley.permutation import Permutation, distinct_moves, inverse


@dataclass(frozen=True)
class PointGraph(NamedCosetGraph):
    """The points that one is taken to by permutations: the words with a single 1, which marks a point.

    Examples
    --------
    >>> graph = PointGraph.from_moves("square", {"r": (1, 2, 3, 0), "l": (3, 0, 1, 2)})
    >>> graph.order, graph.name, graph.state
    (4, 'square', (1, 0, 0, 0))
    """

    @cached_property
    def order(self) -> int:
        """Number of points that are reached."""
        return len(self.moved)

    @classmethod
    def from_moves(cls, title: str, moves: dict[str, Permutation], start: int = 0) -> "PointGraph":
        """Name the graph of the points that are reached from `start`; a move p takes point i to p[i].

        Moves that repeat another one or do nothing to these points are left out.

        Raises
        ------
        ValueError
            If no move moves the start.
        """
        reached = [start]
        number = {start: 0}
        for point in reached:
            for p in moves.values():
                if p[point] not in number:
                    number[p[point]] = len(reached)
                    reached.append(p[point])
        if len(reached) == 1:
            raise ValueError(f"{title} has no move that moves the start")
        # A step takes a word a to the word a[g[i]], so the mark at g[i] comes to i.
        unique = distinct_moves(
            {symbol: inverse(tuple(number[p[point]] for point in reached)) for symbol, p in moves.items()}
        )
        names = tuple(unique.values())
        state = (1,) + (0,) * (len(reached) - 1)
        return cls(state, tuple(unique), names, symbols=names, title=title)
