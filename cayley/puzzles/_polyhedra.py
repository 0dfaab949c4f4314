"""Puzzles by name that are regular polyhedra cut by planes."""

from collections.abc import Collection
from dataclasses import dataclass

from cayley.families._computed import SEARCH
from cayley.families._family import KnownDiameter
from cayley.puzzles._cut import Cut, CutSolid, cut_solid
from cayley.puzzles._golden import Golden, parse_golden
from cayley.puzzles._moves import Moves, puzzle_family
from cayley.puzzles._solids import KINDS, SOLIDS
from graphkit.validation import check_choice, check_integer

METRICS = _SMALLEST, _ANY = ("qtm", "htm")


@puzzle_family(
    "regular polyhedron cut by planes across its axes; depths from outside, 0 at the centre, such as 3/4;1/2",
    examples=({"solid": "cube", "kind": "vertex", "depths": "0"}, {}),
)
def polyhedron(
    solid: str = "tetrahedron",
    kind: str = "face",
    depths: str = "1/9",
    metric: str = "qtm",
    rotations: int = 1,
    marked: int = 0,
) -> Moves:
    """List the moves of a regular polyhedron cut by planes.

    A move turns everything beyond a plane about the axis that the plane is perpendicular to. Turned parts fit
    at any depth, because the planes are taken to each other by all rotations of the solid. Cubes and
    octahedra name their axes by faces of the cube, U D F B R L; tetrahedra by their corners U, L, R, B, an
    axis through a face by the corner opposite to it after an f; the others number them by letters. Beyond the
    n-th plane the turn is called n and the axis.

    Parameters
    ----------
    solid : str
        ``"tetrahedron"``, ``"cube"``, ``"octahedron"``, ``"dodecahedron"`` or ``"icosahedron"``.
    kind : str
        Axes through the middle of each ``"face"`` or ``"edge"``, or through each ``"vertex"``.
    depths : str
        Where the planes are, outermost first, parted by ``;``: 1 touches the solid from outside, 0 passes
        through its centre. Fractions, and multiples of the root of five: ``"1/5r5"`` is sqrt(5)/5.
    metric : str
        ``"qtm"`` counts turns by the smallest angle, ``"htm"`` turns by any angle.
    rotations : int
        1 tells arrangements apart that differ by turning the whole puzzle; 0 holds one piece: where a move
        would turn that, the rest is turned the other way.
    marked : int
        1 lets stickers in the middle of a face, which can come back turned, show how they are turned. All
        others are told apart in any case, even where two of one colour look alike.

    Returns
    -------
    dict of str to permutation
        Of the stickers, kind by kind; where those of a piece never change places with each other, one of them
        is enough.

    Raises
    ------
    ValueError
        If a name or number is not accepted, the depths do not decrease from below 1 to above -1, or there
        are more than 1000 stickers.

    Examples
    --------
    >>> from cayley.groups import NamedGroup
    >>> NamedGroup.from_moves("skewb", polyhedron("cube", "vertex", "0", rotations=0)).order
    3149280
    """
    return _moves(cut_by_name(solid, kind, depths), metric, rotations, marked)


def cut_by_name(solid: str, kind: str, depths: str) -> CutSolid:
    """Cut a solid as a user writes it, see `polyhedron`."""
    check_choice(solid, "polyhedron", SOLIDS)
    check_choice(kind, "kind of axis", KINDS)
    cut = _cuts(kind, depths)
    steps = (Golden(1), *cut.depths, Golden(-1))
    if any(steps[i] <= steps[i + 1] for i in range(len(steps) - 1)):
        raise ValueError(f"depths must decrease, from below 1 to above -1, got {depths!r}")
    return cut_solid(solid, cut)


def _moves(
    cut: CutSolid, metric: str, rotations: int, marked: int = 0, sides: Collection[int] | None = None
) -> Moves:
    check_choice(metric, "metric", METRICS)
    check_integer(rotations, "rotations", minimum=0, maximum=1)
    check_integer(marked, "marked", minimum=0, maximum=1)
    return cut.moves(sides=sides, hold=not rotations, any_angle=metric == _ANY, marked=bool(marked))


def _cuts(kind: str, depths: str) -> Cut:
    return Cut(kind, tuple(parse_golden(part) for part in depths.split(";")))


@puzzle_family(
    "pyraminx: tetrahedron turning about its corners; with tips=1 the tips turn too",
    examples=({}, {"tips": 1}),
    diameter=KnownDiameter("11 without tips", "computed", SEARCH, lambda: 11),
)
def pyraminx(tips: int = 0) -> Moves:
    """List the turns of the pyraminx; tips are written with small letters.

    Examples
    --------
    >>> list(pyraminx())
    ['U', "U'", 'L', "L'", 'R', "R'", 'B', "B'"]
    """
    check_integer(tips, "tips", minimum=0, maximum=1)
    main = parse_golden("1/9")
    cut = Cut("vertex", (parse_golden("5/9"), main), small_first=True) if tips else Cut("vertex", (main,))
    return cut_solid("tetrahedron", cut).moves()


@puzzle_family(
    "tetraminx: the pyraminx without tips and also the turns of all but a corner, orientations counted apart",
)
def tetraminx(rotations: int = 1) -> Moves:
    """List the turns of the pyraminx without tips, and those of everything but a corner.

    Examples
    --------
    >>> len(tetraminx()), list(tetraminx())[-2:]
    (16, ['fU', "fU'"])
    """
    cut = cut_solid("tetrahedron", _cuts("vertex", "1/9"), _cuts("face", "-1/3"))
    return _moves(cut, _SMALLEST, rotations)


@dataclass(frozen=True)
class _Known:
    """A polyhedron with one kind of cuts that has a name.

    Turns by quarters or fifths give a choice of metric. Where a plane passes through the centre, arrangements
    that differ by a rotation of the whole puzzle are the same unless rotations are asked for.
    """

    name: str
    description: str
    solid: str
    kind: str
    depths: str
    sides: tuple[int, ...] | None = None  # numbers of stickers of the pieces that are left; all by default
    rotations: int = 1

    def register(self) -> None:
        """Make it a family."""
        apart = self.rotations

        def plain(rotations: int = apart) -> Moves:
            return self.moves(_SMALLEST, rotations, 0)

        def with_metric(metric: str = _SMALLEST, rotations: int = apart) -> Moves:
            return self.moves(metric, rotations, 0)

        def with_marks(metric: str = _SMALLEST, rotations: int = apart, marked: int = 0) -> Moves:
            return self.moves(metric, rotations, marked)

        by_face = self.kind == "face" and self.solid in ("cube", "dodecahedron")
        at_vertex = self.kind == "vertex" and self.solid in ("octahedron", "icosahedron")
        has_centres = by_face and (self.sides is None or 1 in self.sides)
        builder = with_marks if has_centres else with_metric if by_face or at_vertex else plain
        puzzle_family(self.description, name=self.name)(builder)

    def moves(self, metric: str, rotations: int, marked: int) -> Moves:
        """List the moves."""
        return _moves(
            cut_solid(self.solid, _cuts(self.kind, self.depths)), metric, rotations, marked, self.sides
        )


_DODECAHEDRON_BY_FACES = ("dodecahedron", "face")

_KNOWN = (
    _Known("master_pyraminx", "tetrahedron of four layers by corners", "tetrahedron", "vertex", "2/3;1/3;0"),
    _Known("jing_pyraminx", "tetrahedron turning about its faces", "tetrahedron", "face", "0"),
    _Known("skewb", "cube cut in half across its diagonals", "cube", "vertex", "0", rotations=0),
    _Known("dino", "dino cube: its corners turn, three edges at a time", "cube", "vertex", "1/3"),
    _Known("compy_cube", "cube turning about its corners, less deep than dino", "cube", "vertex", "1/2"),
    _Known("master_skewb", "cube turning about its corners, deeper than dino", "cube", "vertex", "1/6"),
    _Known("rex_cube", "master skewb without its corners", "cube", "vertex", "1/6", (1, 2)),
    _Known("helicopter_cube", "cube turning about its edges, by half turns only", "cube", "edge", "1/2"),
    _Known("little_chop", "cube cut in half across its edges", "cube", "edge", "0", rotations=0),
    _Known("fto", "octahedron of three layers turning about its faces", "octahedron", "face", "1/3"),
    _Known("skewb_diamond", "octahedron cut in half by faces", "octahedron", "face", "0", rotations=0),
    _Known("trajber_octahedron", "octahedron of three layers by corners", "octahedron", "vertex", "1/3"),
    _Known("megaminx", "dodecahedron turning about its faces", *_DODECAHEDRON_BY_FACES, "3/4"),
    _Known("kilominx", "the corners of the megaminx", *_DODECAHEDRON_BY_FACES, "3/4", (3,)),
    _Known("alexander_star", "the edges of the megaminx", *_DODECAHEDRON_BY_FACES, "3/4", (2,)),
    _Known(
        "impossiball",
        "corners of the megaminx, as a ball in one piece however it is held",
        *_DODECAHEDRON_BY_FACES,
        "3/4",
        (3,),
        rotations=0,
    ),
    _Known("gigaminx", "megaminx of five layers", *_DODECAHEDRON_BY_FACES, "5/6;2/3"),
    _Known(
        "pyraminx_crystal", "dodecahedron, cuts through middles of faces", *_DODECAHEDRON_BY_FACES, "1/5r5"
    ),
    _Known("starminx_2", "dodecahedron by faces, deeper than the crystal", *_DODECAHEDRON_BY_FACES, "-2+1r5"),
    _Known("pentultimate", "dodecahedron cut in half by faces", *_DODECAHEDRON_BY_FACES, "0", rotations=0),
    _Known("starminx", "dodecahedron turning about its corners", "dodecahedron", "vertex", "3/4"),
    _Known("chopasaurus", "dodecahedron cut in half by corners", "dodecahedron", "vertex", "0", rotations=0),
    _Known("big_chop", "dodecahedron cut in half by edges", "dodecahedron", "edge", "0", rotations=0),
    _Known(
        "dogic",
        "icosahedron turning about its corners in two depths",
        "icosahedron",
        "vertex",
        "1/2+1/10r5;1/5r5",
    ),
    _Known("radio_chop", "icosahedron cut in half by faces", "icosahedron", "face", "0", rotations=0),
)
for _known in _KNOWN:
    _known.register()
