"""Abelian groups and groups with a large cyclic subgroup: cycles, tori, cubes, codes, dihedral groups."""

from collections.abc import Iterable, Sequence
from itertools import combinations
from math import gcd

from cayley.families._computed import SEARCH
from cayley.families._family import KnownDiameter
from cayley.families._moves import both_ways, field
from cayley.families._registry import graph_family
from cayley.permutation import LARGEST_DEGREE, Permutation
from graphkit.validation import check_integer, parse_integer

_SMALL = ({"n": 3}, {"n": 4}, {"n": 5}, {"n": 6})
_MOST_BITS = 100


def _translation(orders: Sequence[int], vector: Sequence[int]) -> Permutation:
    """Add a vector in a product of cyclic groups, each of which turns points of its own.

    Raises
    ------
    ValueError
        If there are too many points.
    """
    if sum(orders) > LARGEST_DEGREE:
        raise ValueError(f"up to {LARGEST_DEGREE} points are accepted, the cycles have {sum(orders)}")
    images: list[int] = []
    for order, step in zip(orders, vector, strict=True):
        first = len(images)
        images += [first + (i + step) % order for i in range(order)]
    return tuple(images)


def _unit(n: int, i: int, value: int = 1) -> list[int]:
    return [value if j == i else 0 for j in range(n)]


def _bits(n: int, vectors: Iterable[Sequence[int]]) -> dict[str, Permutation]:
    """Add each of the vectors of n bits; the symbol of a vector lists its ones."""
    return {
        "+".join(f"e{i + 1}" for i in range(n) if vector[i]): _translation([2] * n, vector)
        for vector in vectors
    }


def _check_bits(n: int, minimum: int = 1) -> int:
    return check_integer(n, "the dimension n", minimum=minimum, maximum=_MOST_BITS)


def _check_points(n: int, what: str, minimum: int = 2) -> int:
    return check_integer(n, what, minimum=minimum, maximum=LARGEST_DEGREE)


@graph_family(
    "groups",
    "integers modulo n by 1 and -1: the cycle",
    diameter=KnownDiameter("floor(n/2)", "theorem", "distances on a circle", lambda n: n // 2),
    examples=({"n": 2}, {"n": 7}, {"n": 12}),
)
def _cycle(n: int) -> dict[str, Permutation]:
    n = _check_points(n, "the number n of points")
    return both_ways({"r": _translation([n], [1])})


def _circulant_diameter(n: int, jumps: str) -> int | None:
    return (n + 2) // 4 if "".join(jumps.split()) == "1+2" and n >= 4 else None


@graph_family(
    "groups",
    "integers modulo n by jumps, written 1+2, and their negatives: circulant graphs",
    diameter=KnownDiameter(
        "floor((n+2)/4) for jumps 1 and 2, n >= 4",
        "theorem",
        "half of the way round, two at a time",
        _circulant_diameter,
    ),
    examples=({"n": 7}, {"n": 12}, {"n": 13, "jumps": "1+5"}, {"n": 16, "jumps": "2+3+8"}),
)
def _circulant(n: int, jumps: str = "1+2") -> dict[str, Permutation]:
    n = _check_points(n, "the number n of points")
    steps = [parse_integer(part.strip(), "a jump") for part in jumps.split("+")]
    if gcd(n, *steps) != 1:
        raise ValueError(
            f"jumps {jumps!r} and n={n} have a common factor, so that not all points are reached"
        )
    return both_ways({f"{step:+d}": _translation([n], [step]) for step in steps})


@graph_family(
    "groups",
    "integers modulo n by all but 0: the complete graph",
    diameter=KnownDiameter("1", "theorem", "all are neighbours", lambda n: 1),
    examples=({"n": 2}, {"n": 5}),
)
def _complete(n: int) -> dict[str, Permutation]:
    n = _check_points(n, "the number n of points")
    return {f"+{step}": _translation([n], [step]) for step in range(1, n)}


@graph_family(
    "groups",
    "integers modulo 2n by all but 0 and n: the cocktail party graph of n pairs",
    diameter=KnownDiameter("2", "theorem", "only i and i+n are no neighbours", lambda n: 2),
    examples=({"n": 2}, {"n": 4}),
)
def _cocktail_party(n: int) -> dict[str, Permutation]:
    n = check_integer(n, "the number n of pairs", minimum=2, maximum=LARGEST_DEGREE // 2)
    return {f"+{step}": _translation([2 * n], [step]) for step in range(1, 2 * n) if step != n}


@graph_family(
    "groups",
    "sums in the field of q elements, q = 1 mod 4, by the squares: the Paley graph",
    diameter=KnownDiameter("2", "theorem", "strongly regular", lambda q: 2),
    examples=({"q": 5}, {"q": 9}, {"q": 13}, {"q": 25}),
)
def _paley(q: int) -> dict[str, Permutation]:
    elements = field(q)
    if q % 4 != 1:
        raise ValueError(f"q must leave 1 modulo 4, so that -1 is a square, got {q}")
    squares = sorted({elements.power(x, 2) for x in range(1, q)})
    return {f"+{s}": tuple(elements.add(x, s) for x in range(q)) for s in squares}


@graph_family(
    "groups",
    "vectors of n integers modulo m by the unit vectors and their negatives: the torus, or m-ary n-cube",
    diameter=KnownDiameter("n floor(m/2)", "theorem", "distances on circles", lambda n, m: n * (m // 2)),
    examples=({"n": 2, "m": 5}, {"n": 3, "m": 4}, {"n": 4, "m": 3}),
)
def _torus(n: int, m: int) -> dict[str, Permutation]:
    n, m = _check_bits(n), _check_points(m, "the modulus m")
    return both_ways({f"e{i + 1}": _translation([m] * n, _unit(n, i)) for i in range(n)})


@graph_family(
    "groups",
    "pairs of integers modulo m by e1, e2, e1+e2 and their negatives: the triangular grid on a torus",
    diameter=KnownDiameter(
        "floor(2m/3) for m = 3..19", "computed", SEARCH, lambda m: 2 * m // 3 if 3 <= m <= 19 else None
    ),
    examples=({"m": 4}, {"m": 7}, {"m": 9}),
)
def _triangular_torus(m: int) -> dict[str, Permutation]:
    m = _check_points(m, "the modulus m", minimum=3)
    steps = {"e1": (1, 0), "e2": (0, 1), "e1+e2": (1, 1)}
    return both_ways({symbol: _translation([m, m], step) for symbol, step in steps.items()})


@graph_family(
    "groups",
    "pairs of integers modulo m by the moves of a chess king",
    diameter=KnownDiameter("floor(m/2)", "theorem", "the larger of two distances", lambda m: m // 2),
    examples=({"m": 5}, {"m": 8}),
)
def _king_torus(m: int) -> dict[str, Permutation]:
    m = _check_points(m, "the modulus m", minimum=3)
    steps = {"e1": (1, 0), "e2": (0, 1), "e1+e2": (1, 1), "e1-e2": (1, -1)}
    return both_ways({symbol: _translation([m, m], step) for symbol, step in steps.items()})


@graph_family(
    "groups",
    "words of n letters out of q by changes of one letter: the Hamming graph H(n, q)",
    diameter=KnownDiameter("n", "theorem", "Hamming's distance", lambda n, q: n),
    examples=({"n": 3, "q": 3}, {"n": 2, "q": 5}, {"n": 4, "q": 4}),
)
def _hamming(n: int, q: int) -> dict[str, Permutation]:
    n, q = _check_bits(n), _check_points(q, "the number q of letters")
    return {
        f"{'' if step == 1 else step}e{i + 1}": _translation([q] * n, _unit(n, i, step))
        for i in range(n)
        for step in range(1, q)
    }


@graph_family(
    "groups",
    "words of n bits by changes of one bit: the hypercube",
    diameter=KnownDiameter("n", "theorem", "Hamming's distance", lambda n: n),
    examples=_SMALL,
)
def _hypercube(n: int) -> dict[str, Permutation]:
    n = _check_bits(n)
    return _bits(n, (_unit(n, i) for i in range(n)))


_FOLDED = "A. El-Amawy, S. Latifi, IEEE Trans. Parallel Distrib. Syst. 2 (1991)"


@graph_family(
    "groups",
    "words of n bits by changes of one bit or of all: the folded hypercube",
    reference=_FOLDED,
    diameter=KnownDiameter("ceil(n/2)", "theorem", _FOLDED, lambda n: (n + 1) // 2),
    examples=_SMALL,
)
def _folded_hypercube(n: int) -> dict[str, Permutation]:
    n = _check_bits(n, 2)
    return _bits(n, [*(_unit(n, i) for i in range(n)), [1] * n])


_AUGMENTED = "S. A. Choudum, V. Sunitha, Networks 40 (2002)"


@graph_family(
    "groups",
    "words of n bits by changes of one bit or of the last 2, 3, ..., n: the augmented cube",
    reference=_AUGMENTED,
    diameter=KnownDiameter("ceil(n/2)", "theorem", _AUGMENTED, lambda n: (n + 1) // 2),
    examples=_SMALL,
)
def _augmented_cube(n: int) -> dict[str, Permutation]:
    n = _check_bits(n, 2)
    ends = ([0] * (n - k) + [1] * k for k in range(2, n + 1))
    return _bits(n, [*(_unit(n, i) for i in range(n)), *ends])


@graph_family(
    "groups",
    "words of n bits with an even number of ones by changes of two bits: the halved cube",
    diameter=KnownDiameter("floor(n/2)", "theorem", "half of Hamming's distance", lambda n: n // 2),
    examples=_SMALL,
)
def _halved_cube(n: int) -> dict[str, Permutation]:
    n = _check_bits(n, 2)
    return _bits(n, ([int(k in pair) for k in range(n)] for pair in combinations(range(n), 2)))


@graph_family(
    "groups",
    "words of bits by the columns of a matrix, numbers in binary written 1+2+4+7: layers are the cosets of"
    " the code with this parity check matrix, by the weight of their leaders",
    reference="F. J. MacWilliams, N. J. A. Sloane, The Theory of Error-Correcting Codes",
    examples=({}, {"columns": "3+5+6+9+10+12+15"}),
)
def _syndromes(columns: str = "1+2+4+7+8+11") -> dict[str, Permutation]:
    numbers = [parse_integer(part.strip(), "a column") for part in columns.split("+")]
    if min(numbers) < 1:
        raise ValueError(f"columns are numbers from 1, got {columns!r}")
    n = max(numbers).bit_length()
    return {f"c{j + 1}": _translation([2] * n, [x >> i & 1 for i in range(n)]) for j, x in enumerate(numbers)}


_GOLAY = 0b110001110101  # x^11 + x^10 + x^6 + x^5 + x^4 + x^2 + 1, a divisor of x^23 + 1


@graph_family(
    "groups",
    "syndromes of the binary Golay code of length 23, or 24 with extended=1, by the places of an error",
    reference="F. J. MacWilliams, N. J. A. Sloane, The Theory of Error-Correcting Codes",
    diameter=KnownDiameter(
        "3, the code being perfect; 4 if extended",
        "theorem",
        "F. J. MacWilliams, N. J. A. Sloane",
        lambda extended: 3 + extended,
    ),
    examples=({}, {"extended": 1}),
)
def _golay_cosets(extended: int = 0) -> dict[str, Permutation]:
    check_integer(extended, "parameter extended of 'golay_cosets'", minimum=0, maximum=1)
    columns, power = [], 1
    for _ in range(23):
        columns.append(power + (extended << 11))
        power <<= 1
        power ^= _GOLAY * (power >> 11)
    columns += [1 << 11] * extended
    n = 11 + extended
    return {f"c{j + 1}": _translation([2] * n, [x >> i & 1 for i in range(n)]) for j, x in enumerate(columns)}


@graph_family(
    "groups",
    "symmetries of the n-gon by the rotation both ways and a reflection: a prism",
    diameter=KnownDiameter(
        "floor(n/2) + 1", "theorem", "half of the way round, and a reflection", lambda n: n // 2 + 1
    ),
    examples=({"n": 3}, {"n": 6}, {"n": 7}),
)
def _dihedral(n: int) -> dict[str, Permutation]:
    n = _check_points(n, "the number n of corners", minimum=3)
    return both_ways({"r": _translation([n], [1])}) | {"s": tuple(-i % n for i in range(n))}


@graph_family(
    "groups",
    "the dicyclic group of order 4n (n = 2: quaternions) by x of order 2n and y with y^2 = x^n, both ways",
    diameter=KnownDiameter(
        "floor(n/2) + 1",
        "theorem",
        "x^i y is 1 + min(i, n-i) away, x^i the lesser of i and n-i+2",
        lambda n: n // 2 + 1,
    ),
    examples=({"n": 2}, {"n": 3}, {"n": 6}),
)
def _dicyclic(n: int) -> dict[str, Permutation]:
    n = check_integer(n, "half of the order of x", minimum=2, maximum=LARGEST_DEGREE // 4)
    # Point i stands for x^i and point 2n + i for x^i y; both are multiplied from the right.
    m = 2 * n
    x = (*((i + 1) % m for i in range(m)), *(m + (i - 1) % m for i in range(m)))
    y = (*(m + i for i in range(m)), *((i + n) % m for i in range(m)))
    return both_ways({"x": x, "y": y})
