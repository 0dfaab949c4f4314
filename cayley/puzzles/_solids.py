"""The five regular polyhedra in exact coordinates, their rotations, and how planes cut their faces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from cayley.puzzles._golden import PHI, Golden
from graphkit.validation import check_choice

Vector = tuple[Golden, Golden, Golden]
Matrix = tuple[Vector, Vector, Vector]

_ZERO, _ONE, _TWO = Golden(0), Golden(1), Golden(2)


@dataclass(frozen=True)
class Plane:
    """The points x with normal . x = offset; beyond it is where the product is larger."""

    normal: Vector
    offset: Golden

    def side(self, point: Vector) -> int:
        """1 beyond the plane, 0 on it, -1 before it."""
        return (dot(self.normal, point) - self.offset).sign


@dataclass(frozen=True)
class Axis:
    """A way from the centre of a solid through the middle of a face or an edge, or a vertex.

    Attributes
    ----------
    direction : tuple of Golden
    turn : tuple of tuple of Golden
        Matrix of the smallest rotation about it, clockwise as seen from outside.
    reach : Golden
        Largest value of direction . x in the solid.
    """

    direction: Vector
    turn: Matrix
    reach: Golden


@dataclass(frozen=True)
class Solid:
    """A regular polyhedron; the points x of its faces f have f . x = 1.

    Attributes
    ----------
    name : str
    rotations : tuple of tuple of tuple of Golden
        Matrices, the identity first.
    faces : tuple of tuple of Golden
        Normals of the faces.
    vertices : tuple of tuple of Golden
    axes : dict of str to tuple of Axis
        By kind: "face", "edge", "vertex".
    """

    name: str
    rotations: tuple[Matrix, ...]
    faces: tuple[Vector, ...]
    vertices: tuple[Vector, ...]
    axes: dict[str, tuple[Axis, ...]]


def dot(u: Vector, v: Vector) -> Golden:
    """Inner product."""
    return u[0] * v[0] + u[1] * v[1] + u[2] * v[2]


def apply(matrix: Matrix, v: Vector) -> Vector:
    """Image of a point."""
    return (dot(matrix[0], v), dot(matrix[1], v), dot(matrix[2], v))


def cut_face(polygon: Sequence[Vector], planes: Iterable[Plane], most: int) -> list[tuple[Vector, ...]]:
    """Cut a convex polygon by planes into convex cells, each a tuple of its corners in order.

    Points where a side of a cell goes straight on are no corners of it.

    Raises
    ------
    ValueError
        If there are more than `most` cells.
    """
    cells = [tuple(polygon)]
    for plane in planes:
        cells = [part for cell in cells for part in _halves(cell, plane)]
        if len(cells) > most:
            raise ValueError(f"a face of a solid may be cut into up to {most} stickers here, got more")
    return [_without_straight(cell) for cell in cells]


def _halves(cell: tuple[Vector, ...], plane: Plane) -> list[tuple[Vector, ...]]:
    sides = [plane.side(corner) for corner in cell]
    if not {1, -1} <= set(sides):
        return [cell]
    values = [dot(plane.normal, corner) - plane.offset for corner in cell]
    beyond: list[Vector] = []
    before: list[Vector] = []
    for i, corner in enumerate(cell):
        k = (i + 1) % len(cell)
        if sides[i] >= 0:
            beyond.append(corner)
        if sides[i] <= 0:
            before.append(corner)
        if sides[i] * sides[k] < 0:
            part = values[i] / (values[i] - values[k])
            crossing = _add(corner, _scale(part, _subtract(cell[k], corner)))
            beyond.append(crossing)
            before.append(crossing)
    return [tuple(beyond), tuple(before)]


def _without_straight(cell: tuple[Vector, ...]) -> tuple[Vector, ...]:
    n = len(cell)
    return tuple(
        cell[i]
        for i in range(n)
        if any(cross(_subtract(cell[i], cell[i - 1]), _subtract(cell[(i + 1) % n], cell[i])))
    )


def cross(u: Vector, v: Vector) -> Vector:
    """Vector product."""
    return (u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0])


def polygon_of(solid: Solid, face: Vector) -> list[Vector]:
    """Corners of a face in order, counterclockwise as seen from outside."""
    corners = [v for v in solid.vertices if dot(face, v) == _ONE]
    ordered = [corners[0]]
    while len(ordered) < len(corners):
        last = ordered[-1]
        ordered.append(
            next(
                v
                for v in corners
                if v != last
                and all(dot(face, cross(_subtract(v, last), _subtract(w, last))).sign >= 0 for w in corners)
            )
        )
    return ordered


# What generates the rotations, and one face, edge and vertex axis of each solid.
_UNITS = (1, 0, 0), (1, 1, 0), (1, 1, 1)
_AXES: dict[str, tuple[str, dict[str, tuple[int | Golden, ...]]]] = {
    "tetrahedron": ("T", {"face": _UNITS[2], "edge": _UNITS[0], "vertex": (-1, -1, -1)}),
    "cube": ("O", {"face": _UNITS[0], "edge": _UNITS[1], "vertex": _UNITS[2]}),
    "octahedron": ("O", {"face": _UNITS[2], "edge": _UNITS[1], "vertex": _UNITS[0]}),
    "dodecahedron": ("I", {"face": (0, 1, PHI), "edge": _UNITS[0], "vertex": _UNITS[2]}),
    "icosahedron": ("I", {"face": _UNITS[2], "edge": _UNITS[0], "vertex": (0, 1, PHI)}),
}
SOLIDS = tuple(_AXES)
KINDS = ("face", "edge", "vertex")


@lru_cache(maxsize=len(_AXES))
def regular_solid(name: str) -> Solid:
    """Build a regular polyhedron.

    Raises
    ------
    UnknownNameError
        If the name is none of `SOLIDS`.

    Examples
    --------
    >>> solid = regular_solid("dodecahedron")
    >>> len(solid.rotations), len(solid.faces), len(solid.vertices), len(solid.axes["edge"])
    (60, 12, 20, 30)
    """
    letter, given = _AXES[check_choice(name, "polyhedron", _AXES)]
    rotations = _rotations(letter)
    directions = {
        kind: _orbit(_vector(*(x if isinstance(x, Golden) else Golden(x) for x in axis)), rotations)
        for kind, axis in given.items()
    }
    faces = directions["face"]
    found = {
        point
        for triple in combinations(faces, 3)
        if (point := _meeting_point(triple)) and all((dot(f, point) - _ONE).sign <= 0 for f in faces)
    }
    vertices = tuple(sorted(found, reverse=True))
    axes = {
        kind: tuple(Axis(v, _smallest_turn(v, rotations), max(dot(v, p) for p in vertices)) for v in vectors)
        for kind, vectors in directions.items()
    }
    return Solid(name, rotations, faces, vertices, axes)


def _rotations(letter: str) -> tuple[Matrix, ...]:
    """Close generators of the tetrahedral, octahedral or icosahedral group."""
    cycle = ((0, 0, 1), (1, 0, 0), (0, 1, 0))
    half = ((-1, 0, 0), (0, -1, 0), (0, 0, 1))
    generators = [_matrix(cycle), _matrix(half)]
    if letter == "O":
        generators.append(_matrix(((0, -1, 0), (1, 0, 0), (0, 0, 1))))
    if letter == "I":
        generators.append(_half_turn(_vector(_ONE, PHI * PHI, PHI)))
    identity = _matrix(((1, 0, 0), (0, 1, 0), (0, 0, 1)))
    found = {identity: None}
    queue = [identity]
    for matrix in queue:
        for generator in generators:
            product = _multiply(generator, matrix)
            if product not in found:
                found[product] = None
                queue.append(product)
    expected = {"T": 12, "O": 24, "I": 60}[letter]
    if len(found) != expected:
        raise AssertionError(f"{len(found)} rotations instead of {expected}")
    return tuple(found)


def _smallest_turn(axis: Vector, rotations: Sequence[Matrix]) -> Matrix:
    """Of the rotations about an axis, take the one by the smallest angle clockwise as seen from outside."""
    off = next(v for v in (_vector(_ONE, _ZERO, _ZERO), _vector(_ZERO, _ONE, _ZERO)) if any(cross(v, axis)))
    about = [m for m in rotations[1:] if apply(m, axis) == axis]
    trace = max(m[0][0] + m[1][1] + m[2][2] for m in about)  # 1 + 2 cos(angle)
    return next(
        m
        for m in about
        if m[0][0] + m[1][1] + m[2][2] == trace and dot(axis, cross(off, apply(m, off))).sign <= 0
    )


def _orbit(v: Vector, rotations: Sequence[Matrix]) -> tuple[Vector, ...]:
    return tuple(sorted({apply(m, v) for m in rotations}, reverse=True))


def _meeting_point(normals: Sequence[Vector]) -> Vector | None:
    """Solve n . x = 1 for three normals by Cramer's rule; None if there is no single solution."""
    u, v, w = normals
    determinant = dot(u, cross(v, w))
    if not determinant:
        return None
    total = _add(_add(cross(v, w), cross(w, u)), cross(u, v))
    return _scale(_ONE / determinant, total)


def _half_turn(axis: Vector) -> Matrix:
    length = dot(axis, axis)
    rows = [
        _vector(*(_TWO * axis[i] * axis[k] / length - (_ONE if i == k else _ZERO) for k in range(3)))
        for i in range(3)
    ]
    return (rows[0], rows[1], rows[2])


def _multiply(m: Matrix, n: Matrix) -> Matrix:
    columns = [apply(m, _vector(*(row[k] for row in n))) for k in range(3)]
    rows = [_vector(*(column[i] for column in columns)) for i in range(3)]
    return (rows[0], rows[1], rows[2])


def _matrix(rows: Sequence[Sequence[int]]) -> Matrix:
    a, b, c = (_vector(*map(Golden, row)) for row in rows)
    return (a, b, c)


def _vector(*x: Golden) -> Vector:
    return (x[0], x[1], x[2])


def _add(u: Vector, v: Vector) -> Vector:
    return (u[0] + v[0], u[1] + v[1], u[2] + v[2])


def _subtract(u: Vector, v: Vector) -> Vector:
    return (u[0] - v[0], u[1] - v[1], u[2] - v[2])


def _scale(factor: Golden, v: Vector) -> Vector:
    return (factor * v[0], factor * v[1], factor * v[2])
