"""Cubes and boxes of a x b x c small cubes, whose layers turn, in the usual metrics."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from cayley.families._family import KnownDiameter
from cayley.permutation import Permutation, compose
from cayley.puzzles._moves import Moves, carry, check_degree, puzzle_family, turns
from graphkit.validation import check_choice, check_integer

Point = tuple[int, int, int]

_FACES = ("RL", "UD", "FB")  # names of the ends of the axes, that of the larger coordinate first
_MIDDLE = ("M", "E", "S")  # of three layers; they turn as L, D and F do

# What counts as one move, and whether half turns do.
_METRICS = {
    "qtm": ("outer", False),
    "htm": ("outer", True),
    "qstm": ("layers", False),
    "stm": ("layers", True),
    "qobtm": ("blocks", False),
    "obtm": ("blocks", True),
    "atm": ("axes", False),
    "ahtm": ("axes", True),
}
METRICS = tuple(_METRICS)

_PIECES: dict[str, tuple[int, ...]] = {
    "all": (1, 2, 3),
    "corners": (3,),
    "edges": (2,),
    "centres": (1,),
    "void": (2, 3),
}


@dataclass(frozen=True)
class _Box:
    """Stickers in space: small cubes have edges of 4, so that a mark fits beside the middle of a sticker."""

    sizes: tuple[int, int, int]
    places: tuple[Point, ...]
    held: Point | None  # a point that must not move, or None if the whole puzzle may turn

    def layer(self, axis: int, number: int) -> Callable[[Point], bool]:
        """Tell whether a point is in a layer, numbered from the side of large coordinates from 0."""
        n = self.sizes[axis]
        top = 2 * n - 4 * number

        def contains(p: Point) -> bool:
            inside = max(min(p[axis], 2 * n - 1), 1 - 2 * n)
            return top - 4 < inside < top

        return contains

    def quarters(self, axis: int) -> int:
        """Least number of quarter turns that take the box to itself: 1, or 2 where faces are not square."""
        return 1 if self.sizes[axis - 1] == self.sizes[axis - 2] else 2

    def turn(self, axis: int, sign: int, layers: range) -> Permutation:
        """Turn layers by the smallest angle, clockwise as seen from the side of `sign`.

        If the point that is held is among them, the other layers turn the other way.
        """
        tests = [self.layer(axis, number) for number in layers]
        around = self.held is not None and any(test(self.held) for test in tests)
        way = -sign if around else sign
        j, k = (axis + 1) % 3, (axis + 2) % 3

        def rotate(p: Point) -> Point:
            if any(test(p) for test in tests) == around:
                return p
            q = list(p)
            for _ in range(self.quarters(axis)):
                q[j], q[k] = way * q[k], -way * q[j]
            return (q[0], q[1], q[2])

        return carry(self.places, rotate)


def _box(sizes: tuple[int, int, int], rotations: int, pieces: str, marked: int) -> _Box:
    sides = _PIECES[check_choice(pieces, "pieces", _PIECES)]
    check_integer(rotations, "rotations", minimum=0, maximum=1)
    check_integer(marked, "marked", minimum=0, maximum=1)
    check_degree(2 * sum(sizes[i] * sizes[i - 1] for i in range(3)), "stickers")
    across = [range(2 - 2 * n, 2 * n, 4) for n in sizes]
    places: list[Point] = []
    for axis, sign in product(range(3), (1, -1)):
        for at in product(*(across[:axis] + across[axis + 1 :])):
            height = sign * (2 * sizes[axis] + 1)
            cube = (*at[:axis], sign * (2 * sizes[axis] - 2), *at[axis:])
            ends = sum(abs(x) == 2 * n - 2 for x, n in zip(cube, sizes, strict=True))
            if ends not in sides:
                continue
            marks = [(0, 0)] if not marked or any(at) else [(1, 0), (0, 1), (-1, 0), (0, -1)]
            for mark in marks:
                x, y = at[0] + mark[0], at[1] + mark[1]
                whole = [x, y]
                whole.insert(axis, height)
                places.append((whole[0], whole[1], whole[2]))
    check_degree(len(places), "stickers")
    odd = all(n % 2 for n in sizes) and pieces != "void"
    corner = (2 - 2 * sizes[0], 2 - 2 * sizes[1], 2 - 2 * sizes[2])
    return _Box(sizes, tuple(places), None if rotations else (0, 0, 0) if odd else corner)


def cuboid(
    a: int, b: int, c: int, *, metric: str = "qtm", rotations: int = 0, pieces: str = "all", marked: int = 0
) -> Moves:
    """List the moves of a box of a x b x c small cubes.

    Layers turn by quarters where their faces are square, else by halves. R and L are the ends of the a
    layers, U and D of the b layers, F and B of the c layers; ``2R`` is the second layer from R, ``Rw`` or
    ``2Rw`` are the two layers from there on, ``3Rw`` the three. Of three layers the middle ones are M, E and
    S, which turn as L, D and F do.

    Parameters
    ----------
    a, b, c : int
        At least 1.
    metric : str
        What counts as one move: ``"qtm"`` the smallest turn of any layer but the middle one of an odd number,
        ``"htm"`` its turn by any angle; ``"qstm"`` and ``"stm"`` the same with the middle layer; ``"qobtm"``
        and ``"obtm"`` the turn of a block of layers that begins at an end; ``"atm"`` and ``"ahtm"`` that of
        one layer as in qtm and htm, or at once of two equally far from opposite ends.
    rotations : int
        1 tells arrangements apart that differ by turning the whole puzzle. 0 holds the core, if all of a, b
        and c are odd, and else the corner DBL: where a move would turn that, all other layers turn the other
        way.
    pieces : str
        ``"all"``, or only those with three stickers, ``"corners"``, with two, ``"edges"``, with one,
        ``"centres"``, or corners and edges, ``"void"``, without a core to hold.
    marked : int
        1 lets the stickers in the middle of a face, which can come back turned, show how they are turned. All
        others are told apart in any case: two stickers of a face that look alike on the shelf are different.

    Returns
    -------
    dict of str to permutation
        Stickers are numbered by face, R L U D F B.

    Raises
    ------
    ValueError
        If a name or number is not accepted, no layer can turn or there are more than 1000 stickers.

    Examples
    --------
    >>> from cayley.groups import NamedGroup
    >>> NamedGroup.from_moves("floppy", cuboid(3, 1, 3)).order
    192
    """
    sizes = (
        check_integer(a, "a of the box", minimum=1),
        check_integer(b, "b of the box", minimum=1),
        check_integer(c, "c of the box", minimum=1),
    )
    what, any_angle = _METRICS[check_choice(metric, "metric", _METRICS)]
    box = _box(sizes, rotations, pieces, marked)
    found: Moves = {}
    for sign, axis in product((1, -1), range(3)):
        for symbol, seen_from, layers in _moving(sizes[axis], axis, sign, what):
            found |= turns(symbol, box.turn(axis, seen_from, layers), any_angle)
    if what == "axes":
        found |= _both_ends(found, box)
    if not found:
        raise ValueError(f"a box of {a} x {b} x {c} has no layers that turn")
    return found


def coloured_box(sizes: tuple[int, int, int], metric: str, rotations: int) -> tuple[Moves, list[int]]:
    """List the moves of a box, and the face of each sticker from 0 on, R L U D F B."""
    moves = cuboid(*sizes, metric=metric, rotations=rotations)
    counts = [sizes[axis - 1] * sizes[axis - 2] for axis in (0, 0, 1, 1, 2, 2)]
    return moves, [face for face, count in enumerate(counts) for _ in range(count)]


def _moving(n: int, axis: int, sign: int, what: str) -> Iterator[tuple[str, int, range]]:
    """Yield the parts that turn about one end of an axis: symbol, side from which it is seen, layers."""
    letter = _FACES[axis][0 if sign > 0 else 1]
    if n == 1:
        return
    depths = {"layers": (n + (sign > 0)) // 2, "blocks": n - 1}.get(what, n // 2)
    for depth in range(1, depths + 1):
        first = 0 if what == "blocks" else depth - 1
        layers = range(first, depth) if sign > 0 else range(n - depth, n - first)
        if 2 * depth == n + 1 and what != "blocks":
            # The middle layer, once, seen from L, D or F, or by its number.
            seen_from = 1 if axis == 2 or n != 3 else -1
            yield _MIDDLE[axis] if n == 3 else f"{depth}{letter}", seen_from, layers
        elif what == "blocks" and depth > 1:
            yield f"{depth if depth > 2 else ''}{letter}w", sign, layers
        else:
            yield f"{depth if depth > 1 else ''}{letter}", sign, layers


def _both_ends(single: Moves, box: _Box) -> Moves:
    """List the turns at once of two layers that are equally far from opposite ends."""
    found: Moves = {}
    for axis, depth in product(range(3), range(1, max(box.sizes) // 2 + 1)):
        if depth <= box.sizes[axis] // 2:
            number = str(depth) if depth > 1 else ""
            one, other = ([s for s in single if s.rstrip("2'") == number + letter] for letter in _FACES[axis])
            joint = "+" if number else ""  # 2R+2L, for 2R2L could be R2 of the second layer and L
            found |= {s + joint + t: compose(single[s], single[t]) for s, t in product(one, other)}
    return found


def _most_moves(n: int, metric: str) -> int | None:
    return {(2, "qtm"): 14, (2, "htm"): 11, (3, "qtm"): 26, (3, "htm"): 20}.get((n, metric))


@puzzle_family(
    "cube of n layers: Rubik's for n = 3; metrics qtm, htm, qstm, stm, qobtm, obtm, atm, ahtm",
    examples=({"n": 2}, {"n": 3}, {"n": 4}),
    diameter=KnownDiameter(
        "n = 2: 14 (qtm), 11 (htm); n = 3: 26 (qtm), 20 (htm)",
        "computed",
        "T. Rokicki, H. Kociemba, M. Davidson, J. Dethridge, SIAM J. Discrete Math. 27 (2013); cube20.org",
        _most_moves,
    ),
)
def cube(n: int, metric: str = "qtm", rotations: int = 0, pieces: str = "all", marked: int = 0) -> Moves:
    """List the moves of the cube of n layers, see `cuboid`.

    All stickers are told apart, whereas those of a face look alike: that is a difference from four layers
    on. The usual numbers of arrangements follow from division by 4! for each set of four centre stickers.

    Examples
    --------
    >>> list(cube(2))
    ['R', "R'", 'U', "U'", 'F', "F'", 'L', "L'", 'D', "D'", 'B', "B'"]
    """
    n = check_integer(n, "number of layers of the cube", minimum=2)
    return cuboid(n, n, n, metric=metric, rotations=rotations, pieces=pieces, marked=marked)


@puzzle_family(
    "box of a x b x c small cubes: floppy cube 3,1,3, tower 2,3,2, domino 3,2,3; metrics as for cubes",
    examples=({"a": 3, "b": 1, "c": 3}, {"a": 2, "b": 3, "c": 2}, {"a": 3, "b": 2, "c": 3}),
    name="cuboid",
)
def _cuboid(
    a: int, b: int, c: int, metric: str = "qtm", rotations: int = 0, pieces: str = "all", marked: int = 0
) -> Moves:
    return cuboid(a, b, c, metric=metric, rotations=rotations, pieces=pieces, marked=marked)


@puzzle_family("every other corner of the 2x2x2 cube without orientation, half turns of faces")
def pyramorphix() -> Moves:
    """List the half turns of a cube of two layers of which every other corner shows no orientation.

    Stickers of the corner x, y, z lie beyond it; one without orientation has a single one.

    Examples
    --------
    >>> list(pyramorphix())
    ['R', 'L', 'U', 'D', 'F', 'B']
    """
    points: list[Point] = []
    for x, y, z in product((1, -1), repeat=3):
        points += [(2 * x, y, z), (x, 2 * y, z), (x, y, 2 * z)] if x * y * z > 0 else [(x, y, z)]
    moves: Moves = {}
    for face, (axis, sign) in zip("RLUDFB", product(range(3), (1, -1)), strict=True):

        def turned(p: Point, axis: int = axis, sign: int = sign) -> Point:
            if sign * p[axis] < 0:
                return p
            q = [x if i == axis else -x for i, x in enumerate(p)]
            return (q[0], q[1], q[2])

        moves[face] = carry(points, turned)
    return moves
