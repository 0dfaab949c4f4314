"""Puzzles made by cutting a regular polyhedron with planes: one construction for all of them.

The stickers are the cells into which the planes cut the faces, computed exactly. A move turns the stickers
beyond one plane about its axis. Nothing else is spelled out: pieces and their stickers follow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from cayley._order_bound import orbits
from cayley.permutation import LARGEST_DEGREE
from cayley.puzzles._golden import Golden
from cayley.puzzles._moves import Moves, carry, check_degree, turns
from cayley.puzzles._solids import (
    Axis,
    Matrix,
    Plane,
    Solid,
    Vector,
    apply,
    cross,
    cut_face,
    polygon_of,
    regular_solid,
)

_Cell = frozenset[Vector]


@dataclass(frozen=True)
class Cut:
    """Planes perpendicular to the axes of one kind, the same for all of them.

    Attributes
    ----------
    kind : {"face", "edge", "vertex"}
    depths : tuple of Golden
        From the outermost plane inwards, as parts of the way from the centre of the solid to its end on that
        axis: 1 touches the solid from outside, 0 passes through the centre. Below 0 the move turns more than
        half of the puzzle.
    small_first : bool
        Write the turns beyond the outermost plane with small letters, as is usual for tips.
    """

    kind: str
    depths: tuple[Golden, ...]
    small_first: bool = False


@dataclass(frozen=True)
class _Sticker:
    face: int
    corners: _Cell
    middle: Vector  # sum of the corners
    piece: int  # the piece that it is on
    n_sides: int  # how many stickers that has

    def beyond(self, plane: Plane) -> bool:
        scaled = Plane(plane.normal, plane.offset * Golden(len(self.corners)))
        return scaled.side(self.middle) > 0


@dataclass(frozen=True)
class CutSolid:
    """A regular polyhedron cut by planes.

    Attributes
    ----------
    solid : Solid
    cuts : tuple of Cut

    Examples
    --------
    >>> skewb = CutSolid(regular_solid("cube"), (Cut("vertex", (Golden(0),)),))
    >>> len(skewb.stickers), skewb.pieces
    (30, {1: 6, 3: 8})
    """

    solid: Solid
    cuts: tuple[Cut, ...]

    @cached_property
    def planes(self) -> tuple[tuple[str, Axis, Plane], ...]:
        """Symbol of the turn, axis and plane of every cut."""
        found = []
        for cut in self.cuts:
            for i, axis in enumerate(self.solid.axes[cut.kind]):
                name = _axis_name(self.solid, cut.kind, i)
                for layer, depth in enumerate(cut.depths):
                    number = layer + (0 if cut.small_first else 1)
                    symbol = name.lower() if number == 0 else name if number == 1 else f"{number}{name}"
                    found.append((symbol, axis, Plane(axis.direction, depth * axis.reach)))
        return tuple(found)

    @cached_property
    def stickers(self) -> tuple[_Sticker, ...]:
        """Cells of the faces, one face after the other."""
        first = self.solid.faces[0]
        planes = [plane for _, _, plane in self.planes]
        cells = cut_face(polygon_of(self.solid, first), planes, LARGEST_DEGREE // len(self.solid.faces))
        found: list[tuple[int, _Cell, Vector]] = []
        for number, face in enumerate(self.solid.faces):
            there = next(m for m in self.solid.rotations if apply(m, first) == face)
            for cell in cells:
                corners = [apply(there, corner) for corner in cell]
                found.append((number, frozenset(corners), _sum(corners)))
        plain = [_Sticker(face, corners, middle, 0, 0) for face, corners, middle in found]
        # A piece is where all planes have the same side, and convex, so that it is in one piece.
        where = [tuple(sticker.beyond(plane) for plane in planes) for sticker in plain]
        sizes = Counter(where)
        name = {sides: i for i, sides in enumerate(sizes)}
        return tuple(
            replace(sticker, piece=name[sides], n_sides=sizes[sides])
            for sticker, sides in zip(plain, where, strict=True)
        )

    @property
    def pieces(self) -> dict[int, int]:
        """Number of pieces with one sticker, with two, and so on."""
        counts = Counter(sticker.n_sides for sticker in self.stickers)
        return {sides: counts[sides] // sides for sides in sorted(counts)}

    def _off_axis(self, stickers: Sequence[_Sticker]) -> _Sticker:
        """Take a sticker that tells how the whole puzzle is turned: not one in the middle of a face."""
        for sticker in reversed(stickers):
            if any(cross(sticker.middle, self.solid.faces[sticker.face])):
                return sticker
        raise ValueError("all stickers are in the middle of a face: none tells how the puzzle is turned")

    def moves(
        self,
        *,
        sides: Collection[int] | None = None,
        hold: bool = False,
        any_angle: bool = False,
        marked: bool = False,
        thinned: bool = True,
    ) -> Moves:
        """List the moves.

        Parameters
        ----------
        sides : collection of int, optional
            Take only pieces with so many stickers. By default all.
        hold : bool
            Do not tell arrangements apart that differ by a rotation of the whole puzzle: one piece is held,
            and where a move would turn it, the rest is turned the other way.
        any_angle : bool
            Whether larger turns also count as one move.
        marked : bool
            Whether the middle of a face shows how it is turned.
        thinned : bool
            Leave stickers out: where those of a piece never change places with each other, one of them tells
            where the piece is and how it is turned.

        Returns
        -------
        dict of str to permutation
            Of stickers, one face after the other; if thinned, by kinds, the least numerous first.
        """
        taken = [s for s in self.stickers if sides is None or s.n_sides in sides]
        places: list[_Place] = []
        for sticker in taken:
            middle = not any(cross(sticker.middle, self.solid.faces[sticker.face]))
            marks = sorted(sticker.corners) if marked and middle else [None]
            places += [_Place(sticker.piece, sticker.corners, mark) for mark in marks]
        check_degree(len(places), "stickers")
        held = self._off_axis(taken) if hold else None
        pieces = {sticker.corners: sticker.piece for sticker in taken}
        points = {corner for sticker in taken for corner in sticker.corners}
        found: Moves = {}
        for symbol, axis, plane in self.planes:
            about = held is not None and held.beyond(plane)
            turned = {s.corners for s in taken if s.beyond(plane) != about}
            matrix = _transposed(axis.turn) if about else axis.turn
            image = {point: apply(matrix, point) for point in points}

            def follow(
                place: _Place, turned: set[_Cell] = turned, image: dict[Vector, Vector] = image
            ) -> _Place:
                if place.cell not in turned:
                    return place
                there = frozenset(image[corner] for corner in place.cell)
                return _Place(pieces[there], there, None if place.mark is None else image[place.mark])

            found |= turns(symbol, carry(places, follow), any_angle)
        return _thinned(found, [place.piece for place in places]) if thinned else found


@dataclass(frozen=True)
class _Place:
    piece: int
    cell: _Cell
    mark: Vector | None


def _thinned(moves: Moves, pieces: Sequence[int]) -> Moves:
    """Take one orbit of stickers for each orbit of pieces, small ones first: that suits stabiliser chains."""
    told: set[int] = set()
    kept: list[int] = []
    for orbit in sorted(orbits(list(moves.values())), key=len):
        if pieces[orbit[0]] not in told:
            told |= {pieces[i] for i in orbit}
            kept += orbit
    number = {place: i for i, place in enumerate(kept)}
    return {symbol: tuple([number[p[i]] for i in kept]) for symbol, p in moves.items()}


@lru_cache(maxsize=32)
def cut_solid(name: str, *cuts: Cut) -> CutSolid:
    """Cut a regular polyhedron, and remember the result."""
    return CutSolid(regular_solid(name), cuts)


def _sum(points: Sequence[Vector]) -> Vector:
    x, y, z = points[0]
    for p in points[1:]:
        x, y, z = x + p[0], y + p[1], z + p[2]
    return (x, y, z)


def _transposed(m: Matrix) -> Matrix:
    a, b, c = zip(*m, strict=True)
    return (a, b, c)


def _axis_name(solid: Solid, kind: str, i: int) -> str:
    """Name an axis: cubes and octahedra by faces of a cube, the tetrahedron by its corners, else letters.

    The axis of a face of the tetrahedron is called by the corner opposite to it, after an f.
    """
    direction = solid.axes[kind][i].direction
    if solid.name == "tetrahedron" and kind != "edge":
        corners = [axis.direction for axis in solid.axes["vertex"]]
        if kind == "vertex":
            return "ULRB"[i]
        return "f" + "ULRB"[corners.index((-direction[0], -direction[1], -direction[2]))]
    if len(solid.rotations) <= 24:
        x, y, z = (coordinate.sign for coordinate in direction)
        return "".join(
            letters[0 if sign > 0 else 1] for sign, letters in ((y, "UD"), (z, "FB"), (x, "RL")) if sign
        )
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[i]
