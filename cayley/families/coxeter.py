"""Finite reflection groups as permutations of their roots, and their cosets and affine relatives.

Roots are combinations of simple roots with coefficients a + b phi in Z[phi], phi^2 = phi + 1, of which all
but those of type H have b = 0: exact integers throughout. Nodes are numbered as in Bourbaki.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from cayley.families._family import KnownDiameter
from cayley.families._registry import graph_family
from cayley.permutation import LARGEST_DEGREE, Permutation, compose
from graphkit.validation import check_integer

if TYPE_CHECKING:
    from cayley.schreier import PointGraph

_Number = tuple[int, int]  # a + b phi
_Root = tuple[_Number, ...]

_BOOK = "J. E. Humphreys, Reflection Groups and Coxeter Groups, 1990"
_CARTER = "R. W. Carter, Compositio Math. 25 (1972)"

# Least and largest ranks of the types.
_RANKS = {
    "A": (1, 20),
    "B": (2, 15),
    "C": (2, 15),
    "D": (4, 15),
    "E": (6, 8),
    "F": (4, 4),
    "G": (2, 2),
    "H": (3, 4),
}


@dataclass(frozen=True)
class RootSystem:
    """Roots of a finite reflection group.

    Attributes
    ----------
    cartan : tuple of tuple of (int, int)
        Entry (i, j) is the coefficient a + b phi of simple root j that reflection j takes from simple root i.
    roots : tuple
        The simple roots come first.
    simple : tuple of tuple of int
        The simple reflections as permutations of the roots.

    Examples
    --------
    >>> system = root_system("H3")
    >>> len(system.roots), system.positive
    (30, 15)
    """

    cartan: tuple[tuple[_Number, ...], ...]
    roots: tuple[_Root, ...]
    simple: tuple[Permutation, ...]

    @property
    def rank(self) -> int:
        """Number of simple roots."""
        return len(self.cartan)

    @property
    def positive(self) -> int:
        """Number of positive roots, the longest distance by simple reflections."""
        return len(self.roots) // 2

    def reflections(self) -> list[Permutation]:
        """List all reflections, the simple ones first."""
        found = dict.fromkeys(self.simple)
        listed = list(found)
        for r in listed:
            for s in self.simple:
                conjugate = compose(compose(s, r), s)
                if conjugate not in found:
                    found[conjugate] = None
                    listed.append(conjugate)
        return listed


def read_type(name: str) -> tuple[str, int]:
    """Read a type such as ``E8``: a letter A to H and the rank.

    Raises
    ------
    ValueError
        If there is no such type.

    Examples
    --------
    >>> read_type("e8")
    ('E', 8)
    """
    match = re.fullmatch(r"\s*([A-H])([0-9]{1,2})\s*", name.upper(), flags=re.ASCII)
    least, largest = _RANKS[match[1]] if match else (0, 0)
    if match is None or not least <= int(match[2]) <= largest:
        known = ", ".join(
            f"{a}{low}" if low == high else f"{a}{low}-{a}{high}" for a, (low, high) in _RANKS.items()
        )
        raise ValueError(f"the type of a reflection group is one of {known}, got {name!r}")
    return match[1], int(match[2])


def _cartan(letter: str, rank: int) -> tuple[tuple[_Number, ...], ...]:
    """Write down the Cartan matrix; type H has -phi at its bond of five."""
    entries = {(i, i): (2, 0) for i in range(rank)}
    bonds = [(i, i + 1) for i in range(rank - 1)]
    if letter == "D":
        bonds[-1] = (rank - 3, rank - 1)
    if letter == "E":
        bonds = [(0, 2), (1, 3), *((i, i + 1) for i in range(2, rank - 1))]
    for i, j in bonds:
        entries[i, j] = entries[j, i] = (-1, 0)
    strong = {
        "B": ((rank - 2, rank - 1), (-2, 0)),
        "C": ((rank - 1, rank - 2), (-2, 0)),
        "F": ((1, 2), (-2, 0)),
        "G": ((1, 0), (-3, 0)),
        "H": ((0, 1), (0, -1)),
    }
    if letter in strong:
        place, value = strong[letter]
        entries[place] = value
    if letter == "H":
        entries[1, 0] = (0, -1)
    return tuple(tuple(entries.get((i, j), (0, 0)) for j in range(rank)) for i in range(rank))


def _times(x: _Number, y: _Number) -> _Number:
    """Multiply in Z[phi]."""
    return x[0] * y[0] + x[1] * y[1], x[0] * y[1] + x[1] * y[0] + x[1] * y[1]


def _reflect(root: _Root, j: int, cartan: tuple[tuple[_Number, ...], ...]) -> _Root:
    """Take a root to its image under the simple reflection j, which changes coefficient j alone."""
    a, b = root[j]
    for i, coefficient in enumerate(root):
        if coefficient != (0, 0) and cartan[i][j] != (0, 0):
            x, y = _times(coefficient, cartan[i][j])
            a, b = a - x, b - y
    return (*root[:j], (a, b), *root[j + 1 :])


@lru_cache(maxsize=16)
def root_system(name: str) -> RootSystem:
    """Build the roots of a type such as ``"F4"``, and remember them.

    Examples
    --------
    >>> root_system("E8").positive, len(root_system("E8").simple)
    (120, 8)
    """
    letter, rank = read_type(name)
    cartan = _cartan(letter, rank)
    roots: list[_Root] = [tuple((int(i == j), 0) for j in range(rank)) for i in range(rank)]
    number = {root: i for i, root in enumerate(roots)}
    images: list[list[int]] = [[] for _ in range(rank)]
    for root in roots:
        for j in range(rank):
            image = _reflect(root, j, cartan)
            if image not in number:
                number[image] = len(roots)
                roots.append(image)
            images[j].append(number[image])
    return RootSystem(cartan, tuple(roots), tuple(map(tuple, images)))


def _simple(name: str) -> dict[str, Permutation]:
    return {f"s{i + 1}": s for i, s in enumerate(root_system(name).simple)}


def _all(name: str) -> dict[str, Permutation]:
    return {f"r{i + 1}": r for i, r in enumerate(root_system(name).reflections())}


_LONGEST = "growth is the product of 1 + q + ... + q^(d-1) over the degrees d"
_ABSOLUTE = "growth is the product of 1 + (d-1) q over the degrees d"


def _check_e(n: int) -> int:
    return check_integer(n, "the rank n of type E", minimum=6, maximum=8)


def _check_h(n: int) -> int:
    return check_integer(n, "the rank n of type H", minimum=3, maximum=4)


@graph_family(
    "groups",
    "Weyl group of type E6, E7 or E8 by the simple reflections",
    reference=_BOOK,
    diameter=KnownDiameter(
        f"36, 63, 120, the number of positive roots; {_LONGEST}",
        "theorem",
        f"{_BOOK}, sections 1.8, 3.15",
        lambda n: {6: 36, 7: 63, 8: 120}.get(n),
    ),
    examples=({"n": 6},),
)
def _coxeter_e(n: int) -> dict[str, Permutation]:
    return _simple(f"E{_check_e(n)}")


@graph_family(
    "groups",
    "Weyl group of type E6, E7 or E8 by all reflections",
    reference=_CARTER,
    diameter=KnownDiameter(f"n; {_ABSOLUTE}", "theorem", _CARTER, lambda n: n),
    examples=({"n": 6},),
)
def _reflections_e(n: int) -> dict[str, Permutation]:
    return _all(f"E{_check_e(n)}")


@graph_family(
    "groups",
    "Weyl group of type F4, the symmetries of the 24-cell, by the simple reflections",
    reference=_BOOK,
    diameter=KnownDiameter(f"24; {_LONGEST}", "theorem", f"{_BOOK}, sections 1.8, 3.15", lambda: 24),
)
def _coxeter_f4() -> dict[str, Permutation]:
    return _simple("F4")


@graph_family(
    "groups",
    "Weyl group of type F4, the symmetries of the 24-cell, by all reflections",
    reference=_CARTER,
    diameter=KnownDiameter(f"4; {_ABSOLUTE}", "theorem", _CARTER, lambda: 4),
)
def _reflections_f4() -> dict[str, Permutation]:
    return _all("F4")


@graph_family(
    "groups",
    "symmetries of the icosahedron (H3) or of the 600-cell (H4) by the simple reflections",
    reference=_BOOK,
    diameter=KnownDiameter(
        f"15, 60; {_LONGEST}", "theorem", f"{_BOOK}, sections 1.8, 3.15", lambda n: {3: 15, 4: 60}.get(n)
    ),
    examples=({"n": 3}, {"n": 4}),
)
def _coxeter_h(n: int) -> dict[str, Permutation]:
    return _simple(f"H{_check_h(n)}")


@graph_family(
    "groups",
    "symmetries of the icosahedron (H3) or of the 600-cell (H4) by all reflections",
    reference=_BOOK,
    diameter=KnownDiameter(
        f"n; {_ABSOLUTE}", "theorem", "G. C. Shephard, J. A. Todd, Canad. J. Math. 6 (1954)", lambda n: n
    ),
    examples=({"n": 3}, {"n": 4}),
)
def _reflections_h(n: int) -> dict[str, Permutation]:
    return _all(f"H{_check_h(n)}")


@graph_family(
    "groups",
    "symmetries of the n-gon by two neighbouring reflections (Coxeter group I2(n)): a cycle of length 2n",
    reference=_BOOK,
    diameter=KnownDiameter("n", "theorem", "half of the way round", lambda n: n),
    examples=({"n": 3}, {"n": 6}, {"n": 7}),
)
def _coxeter_i2(n: int) -> dict[str, Permutation]:
    n = check_integer(n, "the number n of corners", minimum=3, maximum=LARGEST_DEGREE)
    return {f"s{k + 1}": tuple((k - i) % n for i in range(n)) for k in range(2)}


@graph_family(
    "groups",
    "symmetries of the n-gon by all reflections: the complete bipartite graph",
    reference=_BOOK,
    diameter=KnownDiameter("2", "theorem", "a rotation is a product of two reflections", lambda n: 2),
    examples=({"n": 3}, {"n": 6}, {"n": 7}),
)
def _reflections_i2(n: int) -> dict[str, Permutation]:
    n = check_integer(n, "the number n of corners", minimum=3, maximum=LARGEST_DEGREE)
    return {f"s{k + 1}": tuple((k - i) % n for i in range(n)) for k in range(n)}


def _orbit_diameter(type: str, node: int) -> int:
    """Count the positive roots in which a node occurs: the length of the longest minimal coset leader."""
    roots = root_system(type).roots
    return sum(root[node - 1] != (0, 0) for root in roots) // 2


@graph_family(
    "groups",
    "orbit of a fundamental weight under a Weyl group, by the simple reflections: the cosets of the parabolic"
    " subgroup without that node (E6, node 1: the 27 lines; E8, node 8: the 240 roots)",
    reference=_BOOK,
    diameter=KnownDiameter(
        "number of positive roots in which the node occurs",
        "theorem",
        f"{_BOOK}, sections 1.10, 1.11",
        _orbit_diameter,
    ),
    examples=({}, {"type": "E8", "node": 8}, {"type": "F4", "node": 2}, {"type": "D5", "node": 5}),
)
def _weyl_orbit(type: str = "E6", node: int = 1) -> "PointGraph":
    from cayley.schreier import PointGraph

    letter, rank = read_type(type)
    if letter == "H":
        raise ValueError(f"a Weyl group is of type A to G, got {type!r}")
    node = check_integer(node, f"the node of {type}", minimum=1, maximum=rank)
    cartan = [[entry[0] for entry in row] for row in _cartan(letter, rank)]
    weights = [tuple(int(i == node - 1) for i in range(rank))]
    number = {weights[0]: 0}
    images: list[list[int]] = [[] for _ in range(rank)]
    for weight in weights:
        for i in range(rank):
            image = tuple(x - weight[i] * c for x, c in zip(weight, cartan[i], strict=True))
            if image not in number:
                if len(weights) == LARGEST_DEGREE:
                    raise ValueError(
                        f"the orbit of node {node} of {type} has more than {LARGEST_DEGREE} points"
                    )
                number[image] = len(weights)
                weights.append(image)
            images[i].append(number[image])
    return PointGraph.from_moves(
        f"weyl_orbit({type.strip().upper()}, {node})",
        {f"s{i + 1}": tuple(image) for i, image in enumerate(images)},
    )


@graph_family(
    "groups",
    "affine Weyl group modulo m, on the roots with a number modulo m each, by the simple reflections and the"
    " one in the highest root moved by 1; translations that move every root by 0 modulo m are not told"
    " apart",
    reference=_BOOK,
    examples=({"type": "A2", "m": 5}, {"type": "C2", "m": 5}, {"type": "G2", "m": 4}, {"type": "A3", "m": 3}),
)
def _affine_weyl(type: str = "A2", m: int = 5) -> dict[str, Permutation]:
    letter, _ = read_type(type)
    if letter == "H":
        raise ValueError(f"a Weyl group is of type A to G, got {type!r}")
    m = check_integer(m, "the modulus m", minimum=2)
    system = root_system(type)
    n = len(system.roots)
    if n * m > LARGEST_DEGREE:
        raise ValueError(f"up to {LARGEST_DEGREE} points are accepted, {n} roots modulo {m} need {n * m}")
    # Point k n + b stands for root b at k.
    moves = {
        f"s{j + 1}": tuple(k * n + s[b] for k in range(m) for b in range(n))
        for j, s in enumerate(system.simple)
    }
    highest = max(range(n), key=lambda b: sum(x for x, _ in system.roots[b]))
    reflection = next(r for r in system.reflections() if _negates(system, r, highest))
    shifts = [_pairing(system, reflection, b, highest) for b in range(n)]
    moves["s0"] = tuple((k + shifts[b]) % m * n + reflection[b] for k in range(m) for b in range(n))
    return moves


def _negates(system: RootSystem, reflection: Permutation, b: int) -> bool:
    """Tell whether a reflection takes a root to its negative, which its own alone does."""
    image = system.roots[reflection[b]]
    return all(x == -y for (x, _), (y, _) in zip(image, system.roots[b], strict=True))


def _pairing(system: RootSystem, reflection: Permutation, b: int, highest: int) -> int:
    """Return k where the reflection takes k times its root from root b."""
    place = next(i for i, (x, _) in enumerate(system.roots[highest]) if x)
    before, after = system.roots[b][place][0], system.roots[reflection[b]][place][0]
    return (before - after) // system.roots[highest][place][0]
