"""Puzzles as they are sold: stickers of one face look alike, and arrangements that look alike are one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cayley.families._registry import graph_family
from cayley.permutation import distinct_moves
from cayley.puzzles._cubes import coloured_box
from cayley.puzzles._moves import Moves
from cayley.puzzles._polyhedra import METRICS, cut_by_name
from graphkit.validation import check_choice, check_integer

if TYPE_CHECKING:
    from cayley.cosets import NamedCosetGraph


@graph_family(
    "puzzles",
    "cube of n layers, stickers of a face alike: from 4 layers on fewer states than cube(n)",
    examples=({"n": 2}, {"n": 3}, {"n": 4}),
)
def coloured_cube(n: int, metric: str = "qtm", rotations: int = 0) -> "NamedCosetGraph":
    """Build the cube of n layers in six colours; metric and rotations as for `cayley.puzzles.cuboid`.

    Pieces with two or three stickers are told apart by their colours, as are the wings of a large cube, which
    cannot be flipped in place. Four centres of one colour and distance from the middle are alike.

    Examples
    --------
    >>> coloured_cube(2).name
    'coloured_cube(2)'
    """
    n = check_integer(n, "number of layers of the cube", minimum=2)
    moves, colours = coloured_box((n, n, n), metric, rotations)
    shown = [str(n)] + ([f"metric={metric}"] if metric != "qtm" else [])
    shown += [f"rotations={rotations}"] if rotations else []
    return _coloured(f"coloured_cube({', '.join(shown)})", moves, colours)


@graph_family(
    "puzzles",
    "regular polyhedron cut by planes, see polyhedron, stickers of a face alike",
    examples=({}, {"solid": "octahedron", "kind": "face", "depths": "1/3"}),
)
def coloured_polyhedron(
    solid: str = "tetrahedron",
    kind: str = "face",
    depths: str = "1/9",
    metric: str = "qtm",
    rotations: int = 1,
) -> "NamedCosetGraph":
    """Build a cut polyhedron in a colour for each face; arguments as for `cayley.puzzles.polyhedron`.

    Examples
    --------
    >>> coloured_polyhedron("octahedron", "face", "1/3").n_colours
    8
    """
    check_choice(metric, "metric", METRICS)
    check_integer(rotations, "rotations", minimum=0, maximum=1)
    cut = cut_by_name(solid, kind, depths)
    moves = cut.moves(hold=not rotations, any_angle=metric != METRICS[0], thinned=False)
    title = f"coloured_polyhedron({solid}, {kind}, {depths}, metric={metric}, rotations={rotations})"
    return _coloured(title, moves, [sticker.face for sticker in cut.stickers])


def _coloured(title: str, moves: Moves, colours: Sequence[int]) -> "NamedCosetGraph":
    """Leave out moves that repeat another one or do nothing."""
    from cayley.cosets import NamedCosetGraph  # cosets load the families, and these this module

    unique = distinct_moves(moves)
    symbols = tuple(unique.values())
    return NamedCosetGraph(tuple(colours), tuple(unique), symbols, symbols=symbols, title=title)
