"""Groups that have a name: twisty puzzles, built from their geometry, and the Mathieu groups.

A puzzle is a set of stickers, points with integer coordinates, and a move rotates the stickers on one side of
a plane. The pieces are never spelled out: the same few lines serve all puzzles, and a wrong coordinate shows
as a rotation that does not map the stickers to themselves.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import product

from cayley.groups import NamedGroup
from cayley.permutation import LARGEST_DEGREE, Permutation, compose, from_cycles, inverse, parse_permutation
from graphkit.errors import UnknownNameError
from graphkit.validation import check_choice, check_integer, parse_integer

Point = tuple[int, ...]
_Moves = dict[str, Permutation]


def puzzle(name: str, metric: str | None = None) -> NamedGroup:
    """Look a puzzle up by name.

    Parameters
    ----------
    name : str
        ``"2x2x2"``: the cube of two layers with one corner fixed in space, 3,674,160 states.
        ``"2x2x2-free"``: the same with all six faces turning, its 24 orientations counted apart.
        ``"3x3x3"``: Rubik's cube, 43,252,003,274,489,856,000 states.
        ``"pyraminx"``: without its trivial tips, 933,120 states.
        ``"tetraminx"``: the same with the turns of the opposite faces, its 12 orientations counted apart.
        ``"skewb"``: one corner fixed, 3,149,280 states.
        ``"pyramorphix"``: half turns of the 2x2x2, every other corner without orientation, 96 states.
        ``"dino"``: the dino cube by its 12 edges, which cannot be flipped: A12.
        ``"globe-a-b"``: a+1 rings of 2b pieces, see `globe`.
    metric : str, optional
        What counts as one move. Cubes: ``"qtm"`` (default), quarter turns of a face; ``"htm"``, half turns
        also. ``"2x2x2-free"`` also ``"atm"``: quarter turns of two opposite faces may be made at once. The
        other puzzles have no choice.

    Returns
    -------
    NamedGroup
        Its generators are closed under inverses.

    Raises
    ------
    UnknownNameError
        If there is no such puzzle; the message lists close matches.
    ValueError
        If the puzzle has no such metric.

    Examples
    --------
    >>> puzzle("2x2x2", "htm").order, len(puzzle("2x2x2", "htm").generators)
    (3674160, 9)
    >>> puzzle("pyraminx").order
    933120
    """
    normal = name.strip().lower().replace("_", "-").replace(" ", "-")
    if normal.startswith("globe-"):
        if metric is not None:
            raise ValueError(f"the puzzle {name!r} has no metrics, got {metric!r}")
        return globe(*_globe_sizes(name, normal))
    build, metrics = _PUZZLES[check_choice(normal, "puzzle", _PUZZLES)]
    if metrics:
        chosen = check_choice((metric or metrics[0]).strip().lower(), f"metric of {normal!r}", metrics)
        return _named(f"{normal} ({chosen})", _in_metric(build(), chosen))
    if metric is not None:
        raise ValueError(f"the puzzle {name!r} has no metrics, got {metric!r}")
    return _named(normal, _in_metric(build(), "both ways"))


def is_puzzle(name: str) -> bool:
    """Tell whether `puzzle` knows a name.

    Examples
    --------
    >>> is_puzzle("2x2x2"), is_puzzle("S10")
    (True, False)
    """
    normal = name.strip().lower().replace("_", "-").replace(" ", "-")
    return normal in _PUZZLES or normal.startswith("globe-")


def globe(a: int, b: int) -> NamedGroup:
    """Build the globe puzzle: a+1 rings of 2b pieces, which turn, and 2b half turns of a hemisphere.

    A half turn takes b neighbouring columns upside down and back to front, the middle ring left alone.

    Parameters
    ----------
    a : int
        Number of rings less one, at least 1.
    b : int
        Half of the number of columns, at least 1.

    Returns
    -------
    NamedGroup

    Examples
    --------
    >>> globe(1, 2).order
    40320
    """
    a = check_integer(a, "a of the globe", minimum=1)
    b = check_integer(b, "b of the globe", minimum=1)
    rings, columns = a + 1, 2 * b
    degree = rings * columns
    if degree > LARGEST_DEGREE:
        raise ValueError(f"a globe may have up to {LARGEST_DEGREE} pieces, 2b(a+1), got {degree}")
    moves: _Moves = {}
    for ring in range(rings):
        turn = from_cycles([range(ring * columns, (ring + 1) * columns)], degree)
        moves[f"r{ring + 1}"] = turn
        moves[f"r{ring + 1}'"] = inverse(turn)
    for first in range(columns):
        exchanged = [
            (ring * columns + (first + k) % columns, (a - ring) * columns + (first + b - 1 - k) % columns)
            for ring in range(rings // 2)
            for k in range(b)
        ]
        moves[f"f{first + 1}"] = from_cycles(exchanged, degree)
    return _named(f"globe-{a}-{b}", moves)


# Generators of M11, M12, M23 and M24 as in J. H. Conway et al., ATLAS of Finite Groups, 1985; of M22, those
# printed in the same notation by many texts. What they generate is proved by a stabiliser chain in the tests.
_ELEVEN = ("(1 2 3 4 5 6 7 8 9 10 11)", "(3 7 11 8)(4 10 5 6)")
_TWENTY_THREE = (
    "(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23)",
    "(3 17 10 7 9)(4 13 14 19 5)(8 18 11 12 23)(15 20 22 21 16)",
)
_MATHIEU: dict[int, tuple[str, ...]] = {
    11: _ELEVEN,
    12: (*_ELEVEN, "(1 12)(2 11)(3 6)(4 8)(5 9)(7 10)"),
    22: (
        "(1 2 3 4 5 6 7 8 9 10 11)(12 13 14 15 16 17 18 19 20 21 22)",
        "(1 4 5 9 3)(2 8 10 7 6)(12 15 16 20 14)(13 19 21 18 17)",
        "(1 21)(2 10 8 6)(3 13 4 17)(5 19 9 18)(11 22)(12 14 16 20)",
    ),
    23: _TWENTY_THREE,
    24: (*_TWENTY_THREE, "(1 24)(2 23)(3 12)(4 16)(5 18)(6 10)(7 20)(8 14)(9 21)(11 17)(13 22)(15 19)"),
}


def named_group(name: str) -> NamedGroup | None:
    """Look up a Mathieu group, ``"M11"``, ``"M12"``, ``"M22"``, ``"M23"`` or ``"M24"``; None for other names.

    The generators are the usual ones and their inverses.

    Examples
    --------
    >>> named_group("M12").order
    95040
    >>> named_group("S5") is None
    True
    """
    normal = name.strip().upper().replace("_", "")
    degree = next((degree for degree in _MATHIEU if normal == f"M{degree}"), None)
    if degree is None:
        return None
    moves: _Moves = {}
    for letter, text in zip("abc", _MATHIEU[degree], strict=False):
        moves[letter] = parse_permutation(text, degree)
        moves[f"{letter}'"] = inverse(moves[letter])
    return _named(normal, moves)


def _named(title: str, moves: _Moves) -> NamedGroup:
    """Leave out points that no move moves, and moves that repeat another one."""
    degree = len(next(iter(moves.values())))
    moved = [i for i in range(degree) if any(p[i] != i for p in moves.values())]
    number = {point: i for i, point in enumerate(moved)}
    unique: dict[Permutation, str] = {}
    for move, p in moves.items():
        unique.setdefault(tuple(number[p[i]] for i in moved), move)
    return NamedGroup(tuple(unique), tuple(unique.values()), title)


def _in_metric(turns: _Moves, metric: str) -> _Moves:
    """List the moves that a metric counts as one, from the smallest turns that it is made of."""
    moves: _Moves = {}
    for name, turn in turns.items():
        moves[name] = turn
        if metric == "htm":
            moves[f"{name}2"] = compose(turn, turn)
        moves[f"{name}'"] = inverse(turn)
    if metric == "atm":
        for one, other in ("RL", "UD", "FB"):
            for x, y in product(("", "'"), repeat=2):
                moves[f"{one}{x}{other}{y}"] = compose(moves[one + x], moves[other + y])
    return moves


def _turn(
    points: Sequence[Point], rotate: Callable[[Point], Point], side: Callable[[Point], bool]
) -> Permutation:
    """Rotate the points of one side; the piece that comes to point i is the one that was at its source."""
    number = {point: i for i, point in enumerate(points)}
    images = [number[rotate(p)] if side(p) else i for i, p in enumerate(points)]
    return inverse(tuple(images))


def _quarter(axis: int, sign: int) -> Callable[[Point], Point]:
    """Rotate by a quarter, clockwise as seen from the side of `sign` of a coordinate axis."""
    j, k = (axis + 1) % 3, (axis + 2) % 3

    def rotate(p: Point) -> Point:
        q = list(p)
        q[j], q[k] = sign * p[k], -sign * p[j]
        return tuple(q)

    return rotate


def _third(corner: Point) -> Callable[[Point], Point]:
    """Rotate by a third about a diagonal of the cube: the axes change places in a cycle."""

    def rotate(p: Point) -> Point:
        return tuple(corner[i] * corner[i - 1] * p[i - 1] for i in range(3))

    return rotate


def _dot(p: Point, q: Point) -> int:
    return sum(x * y for x, y in zip(p, q, strict=True))


def _cube(n_layers: int, faces: str) -> _Moves:
    """List the quarter turns of faces of a cube: R, U, F at the far ends of the axes, L, D, B opposite."""
    across = range(1 - n_layers, n_layers, 2)
    points = [
        (*at[:axis], sign * (n_layers + 1), *at[axis:])
        for axis in range(3)
        for sign in (1, -1)
        for at in product(across, repeat=2)
    ]
    moves = {}
    for face in faces:
        axis, sign = "RUFLDB".index(face) % 3, 1 if face in "RUF" else -1

        def side(p: Point, axis: int = axis, sign: int = sign) -> bool:
            return sign * p[axis] > n_layers - 2

        moves[face] = _turn(points, _quarter(axis, sign), side)
    return moves


def _pyramorphix() -> _Moves:
    """List the half turns of the faces of a cube of two layers; every other corner shows no orientation."""
    points = [
        tuple(x + x * (i == axis) for i, x in enumerate(corner))
        for corner in product((1, -1), repeat=3)
        for axis in (range(3) if corner[0] * corner[1] * corner[2] > 0 else (0,))
    ]
    moves = {}
    for face, (axis, sign) in zip("RLUDFB", product(range(3), (1, -1)), strict=True):

        def rotate(p: Point, axis: int = axis) -> Point:
            return tuple(x if i == axis else -x for i, x in enumerate(p))

        def side(p: Point, axis: int = axis, sign: int = sign) -> bool:
            return sign * p[axis] > 0

        moves[face] = _turn(points, rotate, side)
    return moves


_TETRAHEDRON = ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))


def _pyraminx(deep: bool) -> _Moves:
    """List the turns about the four corners of a tetrahedron, and, if `deep`, of the four faces.

    A sticker lies on the face opposite to corner k, on the side of the edge ij or of the corner i.
    """

    def sticker(piece: Iterable[Point], face: Point) -> Point:
        towards = [sum(x) for x in zip(*piece, strict=True)]
        return tuple(2 * x - f for x, f in zip(towards, face, strict=True))

    pieces = [(v, w) for v, w in product(_TETRAHEDRON, repeat=2) if v <= w]
    points = [sticker(piece, face) for piece in pieces for face in _TETRAHEDRON if face not in piece]
    moves = {}
    for name, v in zip("ULRB", _TETRAHEDRON, strict=True):
        moves[name] = _turn(points, _third(v), lambda p, v=v: _dot(p, v) > 0)  # type: ignore[misc]
        if deep:
            moves[name.lower()] = _turn(points, _third(v), lambda p, v=v: _dot(p, v) < 0)  # type: ignore[misc]
    return moves


def _skewb() -> _Moves:
    """List the turns of the half cubes about the four corners whose halves leave one corner at rest."""
    corners = list(product((1, -1), repeat=3))
    axes = [tuple(sign if i == axis else 0 for i in range(3)) for axis in range(3) for sign in (1, -1)]
    points = [tuple(4 * x for x in axis) for axis in axes]
    points += [
        tuple(3 * x + y for x, y in zip(corner, axis, strict=True))
        for corner in corners
        for axis in axes
        if _dot(corner, axis) > 0
    ]
    turning = [corner for corner in corners if sum(corner) > 0]  # the half about it leaves (-1, -1, -1) out
    return {
        name: _turn(points, _third(v), lambda p, v=v: _dot(p, v) > 0)  # type: ignore[misc]
        for name, v in zip("URFB", turning, strict=True)
    }


def _dino() -> _Moves:
    """List the turns of the three edges about each of the eight corners of a cube."""
    corners = list(product((1, -1), repeat=3))
    edges = [p for p in product((-1, 0, 1), repeat=3) if _dot(p, p) == 2]
    return {
        f"({'+-'[v[0] < 0]}{'+-'[v[1] < 0]}{'+-'[v[2] < 0]})": _turn(
            edges,
            _third(v),
            lambda p, v=v: _dot(p, v) == 2,  # type: ignore[misc]
        )
        for v in corners
    }


# What builds the smallest turns, and the metrics that there are, the default first.
_PUZZLES: dict[str, tuple[Callable[[], _Moves], tuple[str, ...]]] = {
    "2x2x2": (lambda: _cube(2, "RUF"), ("qtm", "htm")),
    "2x2x2-free": (lambda: _cube(2, "RUFLDB"), ("qtm", "htm", "atm")),
    "3x3x3": (lambda: _cube(3, "RUFLDB"), ("qtm", "htm")),
    "pyraminx": (lambda: _pyraminx(deep=False), ()),
    "tetraminx": (lambda: _pyraminx(deep=True), ()),
    "skewb": (_skewb, ()),
    "pyramorphix": (_pyramorphix, ()),
    "dino": (_dino, ()),
}

PUZZLES = tuple(_PUZZLES)


def _globe_sizes(name: str, normal: str) -> tuple[int, int]:
    sizes = normal.removeprefix("globe-").split("-")
    if len(sizes) != 2 or not all(size.isascii() and size.isdecimal() for size in sizes):
        raise UnknownNameError(f"unknown puzzle {name!r}: a globe is written globe-a-b, such as globe-1-2")
    return parse_integer(sizes[0], "a of the globe"), parse_integer(sizes[1], "b of the globe")
