"""Families of sliding puzzles, whose moves depend on where the blank is."""

from cayley import sliding
from cayley.families._family import KnownDiameter
from cayley.families._registry import graph_family

# Most moves that a board needs, by its shorter and its longer side.
_MOVES = {(2, 2): 6, (2, 3): 21, (2, 4): 36, (2, 5): 55, (2, 6): 80, (3, 3): 31, (3, 4): 53, (4, 4): 80}


def _known(rows: int, columns: int) -> int | None:
    return _MOVES.get((min(rows, columns), max(rows, columns)))


@graph_family(
    "puzzles",
    "tiles slide on a rectangle, the blank first in the last corner: the 8-puzzle, the 15-puzzle (4 x 4)",
    reference="W. W. Johnson, W. E. Story, American Journal of Mathematics 2 (1879)",
    diameter=KnownDiameter(
        "2 x 2: 6, 2 x 3: 21, 2 x 4: 36, 2 x 5: 55, 2 x 6: 80, 3 x 3: 31, 3 x 4: 53, 4 x 4: 80",
        "computed",
        "OEIS A151944",
        _known,
    ),
    examples=({"rows": 2, "columns": 2}, {"rows": 2, "columns": 3}, {"rows": 3, "columns": 3}),
)
def _sliding_board(rows: int, columns: int) -> sliding.SlidingPuzzle:
    return sliding.board(rows, columns)


@graph_family(
    "puzzles",
    "tiles slide on a graph given by its edges, the blank first on the last vertex (by default: a ring of six"
    " and a bridge, where PGL(2, 5) acts on the tiles)",
    reference="R. M. Wilson, J. Combin. Theory B 16 (1974)",
    examples=({}, {"edges": "1-2 2-3 3-4 4-1 1-3"}),
)
def _sliding_graph(edges: str = "1-2 2-3 3-4 4-5 5-6 6-1 1-7 7-4") -> sliding.SlidingPuzzle:
    return sliding.on_graph(edges)
