"""Groups of projective and affine spaces and of ovals as permutations of points, and expanders on points."""

from collections.abc import Callable, Sequence
from itertools import product
from math import isqrt
from typing import TYPE_CHECKING

from cayley.families._computed import SEARCH
from cayley.families._family import KnownDiameter
from cayley.families._moves import Field, both_ways, check_prime, field
from cayley.families._registry import graph_family
from cayley.permutation import LARGEST_DEGREE, Permutation
from graphkit.validation import check_integer

if TYPE_CHECKING:
    from cayley.schreier import PointGraph

_Vector = tuple[int, ...]
_MOST_POINTS = 2000  # of a projective space
_ATLAS = "J. H. Conway et al., ATLAS of Finite Groups, 1985"


def _line(q: int, image: Callable[[int], int | None], infinity: int | None) -> Permutation:
    """Permute the projective line, whose last point is infinity; None stands for infinity."""
    points = [*map(image, range(q)), infinity]
    return tuple(q if x is None else x for x in points)


def _line_moves(elements: Field) -> dict[str, Permutation]:
    """Return x -> x+1 and x -> -1/x."""
    q = elements.q
    return {
        "t": _line(q, lambda x: elements.add(x, 1), None),
        "s": _line(q, lambda x: elements.negative(elements.inverse(x)) if x else None, 0),
    }


# Diameters for the primes up to 47.
_MODULAR = {2: 3, 3: 3, 5: 9, 7: 10, 11: 12, 13: 15, 17: 16, 19: 17, 23: 19, 29: 21, 31: 22, 37: 23, 41: 24}
_MODULAR |= {43: 25, 47: 27}


def _scaling(elements: Field, factor: int) -> Permutation:
    return _line(elements.q, lambda x: elements.multiply(factor, x), None)


@graph_family(
    "groups",
    "PSL(2, p) on the projective line over a prime field, by x -> x+1, x -> x-1 and x -> -1/x: a quotient of"
    " the modular group",
    diameter=KnownDiameter(
        f"{', '.join(f'p = {p}: {d}' for p, d in _MODULAR.items())}",
        "computed",
        SEARCH,
        lambda p: _MODULAR.get(p),
    ),
    examples=({"p": 5}, {"p": 7}, {"p": 13}),
)
def _psl2_modular(p: int) -> dict[str, Permutation]:
    return both_ways(_line_moves(field(check_prime(p, "p of 'psl2_modular'"))))


@graph_family(
    "groups",
    "PGL(2, q) on the projective line, by x -> x+1, x -> g x for a primitive g, both ways, and x -> -1/x",
    examples=({"q": 4}, {"q": 5}, {"q": 9}),
)
def _pgl2(q: int) -> dict[str, Permutation]:
    elements = field(q)
    moves = _line_moves(elements)
    return both_ways({"t": moves["t"], "g": _scaling(elements, elements.primitive), "s": moves["s"]})


@graph_family(
    "groups",
    "PGammaL(2, q) on the projective line, q not prime: as PGL(2, q), and the field automorphism x -> x^p,"
    " both ways",
    examples=({"q": 4}, {"q": 8}, {"q": 9}),
)
def _pgammal2(q: int) -> dict[str, Permutation]:
    elements = field(q)
    if elements.degree == 1:
        raise ValueError(f"PGammaL(2, q) is PGL(2, q) for the prime q={q}; take pgl2")
    moves = _line_moves(elements)
    moves["g"] = _scaling(elements, elements.primitive)
    moves["f"] = _line(q, lambda x: elements.power(x, elements.p), None)
    return both_ways(moves)


@graph_family(
    "groups",
    "affine maps x -> a x + b of the field of q elements, by x -> x+1 and x -> g x for a primitive g, both"
    " ways",
    examples=({"q": 7}, {"q": 8}, {"q": 9}),
)
def _agl1(q: int) -> dict[str, Permutation]:
    elements = field(q)
    return both_ways(
        {
            "t": tuple(elements.add(x, 1) for x in range(q)),
            "g": tuple(elements.multiply(elements.primitive, x) for x in range(q)),
        }
    )


def _times(elements: Field, vector: _Vector, rows: Sequence[Sequence[int]]) -> _Vector:
    """Multiply a row vector by a matrix."""
    found = []
    for j in range(len(rows[0])):
        entry = 0
        for x, row in zip(vector, rows, strict=True):
            entry = elements.add(entry, elements.multiply(x, row[j]))
        found.append(entry)
    return tuple(found)


def _normal(elements: Field, vector: _Vector) -> _Vector:
    """Scale a vector so that its first entry other than 0 is 1."""
    scale = elements.inverse(next(filter(None, vector)))
    return tuple(elements.multiply(scale, x) for x in vector)


def _on_points(elements: Field, start: _Vector, listed: dict[str, list[list[int]]]) -> dict[str, Permutation]:
    """Let matrices act on the projective points that a first one is taken to."""
    points = [_normal(elements, start)]
    number = {points[0]: 0}
    images: dict[str, list[int]] = {symbol: [] for symbol in listed}
    for point in points:
        for symbol, rows in listed.items():
            image = _normal(elements, _times(elements, point, rows))
            if image not in number:
                if len(points) == _MOST_POINTS:
                    raise ValueError(f"up to {_MOST_POINTS} points of a projective space are accepted")
                number[image] = len(points)
                points.append(image)
            images[symbol].append(number[image])
    return {symbol: tuple(image) for symbol, image in images.items()}


def _with_entry(n: int, entries: dict[tuple[int, int], int]) -> list[list[int]]:
    """Return the identity matrix with some entries replaced."""
    return [[entries.get((i, j), int(i == j)) for j in range(n)] for i in range(n)]


@graph_family(
    "groups",
    "PSL(n, q) on the points of projective space, by 1 + b E(i,i+1) and 1 + b E(i+1,i), both ways, b in a"
    " basis 1, x, x^2, ... of the field over its prime field",
    examples=({"n": 2, "q": 4}, {"n": 2, "q": 9}, {"n": 3, "q": 2}, {"n": 3, "q": 3}),
)
def _psl(n: int, q: int) -> dict[str, Permutation]:
    n = check_integer(n, "the dimension n", minimum=2, maximum=9)
    elements = field(q)
    listed = {
        f"{'xy'[i > j]}{min(i, j) + 1}{'' if b == 1 else f'*{b}'}": _with_entry(n, {(i, j): b})
        for k in range(n - 1)
        for i, j in ((k, k + 1), (k + 1, k))
        for b in elements.basis
    }
    return both_ways(_on_points(elements, (1,) + (0,) * (n - 1), listed))


@graph_family(
    "groups",
    "PSp(2n, q) on the points of projective space, by the root elements of the simple roots and their"
    " negatives, both ways, with entries in a basis of the field over its prime field",
    examples=({"n": 2, "q": 2}, {"n": 2, "q": 3}),
)
def _psp(n: int, q: int) -> dict[str, Permutation]:
    n = check_integer(n, "the rank n", minimum=2, maximum=4)
    elements = field(q)
    listed = {}
    for b in elements.basis:
        mark = "" if b == 1 else f"*{b}"
        for i in range(n - 1):
            lower = elements.negative(b)
            listed[f"x{i + 1}{mark}"] = _with_entry(2 * n, {(i, i + 1): b, (n + i + 1, n + i): lower})
            listed[f"y{i + 1}{mark}"] = _with_entry(2 * n, {(i + 1, i): b, (n + i, n + i + 1): lower})
        listed[f"x{n}{mark}"] = _with_entry(2 * n, {(n - 1, 2 * n - 1): b})
        listed[f"y{n}{mark}"] = _with_entry(2 * n, {(2 * n - 1, n - 1): b})
    return both_ways(_on_points(elements, (1,) + (0,) * (2 * n - 1), listed))


@graph_family(
    "groups",
    "AGL(n, q) on the vectors of n coordinates: by the translation of the first one by 1, its multiplication"
    " by a primitive element, and 1 + E(i,i+1), 1 + E(i+1,i), both ways",
    examples=({"n": 2, "q": 2}, {"n": 3, "q": 2}, {"n": 2, "q": 3}),
)
def _agl(n: int, q: int) -> dict[str, Permutation]:
    n = check_integer(n, "the dimension n", minimum=2, maximum=9)
    elements = field(q)
    if q**n > LARGEST_DEGREE:
        raise ValueError(f"up to {LARGEST_DEGREE} vectors are accepted, got {q}^{n}")
    vectors = list(product(range(q), repeat=n))
    number = {vector: i for i, vector in enumerate(vectors)}
    listed = {"g": _with_entry(n, {(0, 0): elements.primitive})}
    for i in range(n - 1):
        listed[f"x{i + 1}"] = _with_entry(n, {(i, i + 1): 1})
        listed[f"y{i + 1}"] = _with_entry(n, {(i + 1, i): 1})
    moves = {"t": tuple(number[elements.add(v[0], 1), *v[1:]] for v in vectors)}
    for symbol, rows in listed.items():
        moves[symbol] = tuple(number[_times(elements, v, rows)] for v in vectors)
    return both_ways(moves)


@graph_family(
    "groups",
    "PSU(3, q) on the q^3 + 1 isotropic points, by upper unitriangular matrices, both ways, and the exchange"
    " of the first and the last coordinate",
    reference=_ATLAS,
    examples=({"q": 2}, {"q": 3}),
)
def _psu3(q: int) -> dict[str, Permutation]:
    check_integer(q, "q of 'psu3'", minimum=2, maximum=9)
    elements = field(q * q)
    # The form is x0 y2^q + x1 y1^q + x2 y0^q; b + b^q = -a^(q+1) makes the matrices unitary.
    listed = {}
    for a in (0, *elements.basis):
        wanted = elements.negative(elements.power(a, q + 1))
        solutions = [b for b in range(q * q) if elements.add(b, elements.power(b, q)) == wanted]
        for b in solutions[:1] if a else solutions[1:]:
            rows = [[1, a, b], [0, 1, elements.negative(elements.power(a, q))], [0, 0, 1]]
            listed[f"u({a},{b})"] = rows
    minus = elements.negative(1)
    listed["w"] = [[0, 0, 1], [0, minus, 0], [1, 0, 0]]
    return both_ways(_on_points(elements, (1, 0, 0), listed))


@graph_family(
    "groups",
    "Suzuki's group Sz(q), q = 8 or 32, on the q^2 + 1 points of an ovoid, by two elements of a"
    " Sylow subgroup and its normaliser, both ways, and an involution",
    reference="M. Suzuki, Ann. of Math. 75 (1962)",
    examples=({"q": 8},),
)
def _suzuki(q: int = 8) -> dict[str, Permutation]:
    elements = field(q)
    if q not in (8, 32):
        raise ValueError(f"q must be 8 or 32, got {q}")
    root = isqrt(2 * q)  # x -> x^root twice is x -> x^2
    power, times, add = elements.power, elements.multiply, elements.add

    def unipotent(a: int, b: int) -> list[list[int]]:
        corner = add(add(power(a, root + 2), times(a, b)), power(b, root))
        return [
            [1, 0, 0, 0],
            [a, 1, 0, 0],
            [b, power(a, root), 1, 0],
            [corner, add(power(a, root + 1), b), a, 1],
        ]

    g = elements.primitive
    # diag(g^(1+r/2), g^(r/2), ...) with r/2 half of the root: conjugation moves a to g a.
    half = root // 2
    diagonal = [power(g, 1 + half), power(g, half)]
    diagonal += [elements.inverse(x) for x in reversed(diagonal)]
    listed = {
        "u": unipotent(1, 0),
        "h": [[diagonal[i] if i == j else 0 for j in range(4)] for i in range(4)],
        "w": [[int(i + j == 3) for j in range(4)] for i in range(4)],
    }
    return both_ways(_on_points(elements, (1, 0, 0, 0), listed))


_LPS = "A. Lubotzky, R. Phillips, P. Sarnak, Combinatorica 8 (1988)"


@graph_family(
    "groups",
    "Ramanujan graph X^(p,q), for primes p < q that leave 1 modulo 4, by the p+1 quaternions of norm p: on"
    " PSL(2, q) if p is a square modulo q, else on PGL(2, q)",
    reference=_LPS,
    examples=({"p": 5, "q": 13}, {"p": 5, "q": 17}, {"p": 13, "q": 17}),
)
def _lps(p: int, q: int) -> dict[str, Permutation]:
    p, q = check_prime(p, "p of 'lps'"), check_prime(q, "q of 'lps'")
    if p % 4 != 1 or q % 4 != 1 or p >= q:
        raise ValueError(f"p < q must be primes that leave 1 modulo 4, got p={p}, q={q}")
    elements = field(q)
    i = next(x for x in range(q) if x * x % q == q - 1)
    bound = isqrt(p)
    moves = {}
    for a, b, c, d in product(range(1, bound + 1, 2), *[range(-bound + bound % 2, bound + 1, 2)] * 3):
        if a * a + b * b + c * c + d * d == p:
            matrix = [(a + i * b) % q, (c + i * d) % q, (-c + i * d) % q, (a - i * b) % q]
            moves[f"({a},{b},{c},{d})"] = _moebius(elements, *matrix)
    return moves


def _moebius(elements: Field, a: int, b: int, c: int, d: int) -> Permutation:
    """Return x -> (a x + b) / (c x + d) on the projective line."""

    def divide(x: int, y: int) -> int | None:
        return elements.multiply(x, elements.inverse(y)) if y else None

    def image(x: int) -> int | None:
        return divide(elements.add(elements.multiply(a, x), b), elements.add(elements.multiply(c, x), d))

    return _line(elements.q, image, divide(a, c))


_SURVEY = "S. Hoory, N. Linial, A. Wigderson, Bull. Amer. Math. Soc. 43 (2006)"


@graph_family(
    "groups",
    "integers modulo a prime p by x -> x+1, x -> x-1 and x -> 1/x (0 stays): an expander of degree 3",
    reference=_SURVEY,
    examples=({"p": 5}, {"p": 31}, {"p": 101}),
)
def _inverse_cycle(p: int) -> "PointGraph":
    from cayley.schreier import PointGraph

    elements = field(check_prime(p, "p of 'inverse_cycle'", LARGEST_DEGREE))
    moves = {
        "t": tuple((x + 1) % p for x in range(p)),
        "t'": tuple((x - 1) % p for x in range(p)),
        "i": tuple(elements.inverse(x) if x else 0 for x in range(p)),
    }
    return PointGraph.from_moves(f"inverse_cycle({p})", moves)


@graph_family(
    "groups",
    "projective line over a prime field by x -> x+1, x -> x-1 and x -> -1/x, from infinity",
    examples=({"p": 5}, {"p": 31}, {"p": 101}),
)
def _projective_line(p: int) -> "PointGraph":
    from cayley.schreier import PointGraph

    moves = both_ways(_line_moves(field(check_prime(p, "p of 'projective_line'", LARGEST_DEGREE - 1))))
    return PointGraph.from_moves(f"projective_line({p})", moves, start=p)


@graph_family(
    "groups",
    "pairs of integers modulo m, from (1, 0), by Margulis's expander maps in the form of Gabber and Galil: x"
    " + 2y, x + 2y + 1, y + 2x, y + 2x + 1 in place of one coordinate, both ways",
    reference=_SURVEY,
    examples=({"m": 5}, {"m": 8}, {"m": 15}),
)
def _margulis(m: int) -> "PointGraph":
    from cayley.schreier import PointGraph

    m = check_integer(m, "the modulus m", minimum=2, maximum=isqrt(LARGEST_DEGREE))
    pairs = list(product(range(m), repeat=2))
    moves = {}
    for shift in (0, 1):
        moves[f"x+2y{'+1' * shift}"] = tuple((x + 2 * y + shift) % m * m + y for x, y in pairs)
        moves[f"y+2x{'+1' * shift}"] = tuple(x * m + (y + 2 * x + shift) % m for x, y in pairs)
    return PointGraph.from_moves(f"margulis({m})", both_ways(moves), start=m)
