"""Wreath products and groups that act on rooted trees."""

from itertools import product
from typing import TYPE_CHECKING

from cayley.families._computed import SEARCH, computed
from cayley.families._family import KnownDiameter
from cayley.families._moves import both_ways
from cayley.families._registry import graph_family
from cayley.permutation import LARGEST_DEGREE, Permutation, compose, from_cycles
from graphkit.validation import check_integer

if TYPE_CHECKING:
    from cayley.schreier import PointGraph


_MOST_REFLECTIONS = 20_000


def _lamps(n: int, lamps: int) -> tuple[Permutation, Permutation]:
    """Return a walk to the next of n places on a circle and the turn of the lamp there to its next state.

    State c of the lamp at place i is the point i * lamps + c.
    """
    n = check_integer(n, "the number n of places", minimum=3)
    lamps = check_integer(lamps, "the number of states of a lamp", minimum=2)
    if n * lamps > LARGEST_DEGREE:
        raise ValueError(f"up to {LARGEST_DEGREE} points are accepted, n={n} lamps need {n * lamps}")
    points = range(n * lamps)
    return tuple((i + lamps) % (n * lamps) for i in points), from_cycles([range(lamps)], n * lamps)


def _power(p: Permutation, k: int) -> Permutation:
    result: Permutation = tuple(range(len(p)))
    for _ in range(k):
        result = compose(result, p)
    return result


_CCC = "I. Fris, I. Havel, P. Liebl, Inform. Process. Lett. 61 (1997)"


@graph_family(
    "groups",
    "lamps at n places on a circle: walk to a neighbouring place or switch the lamp here (cube-connected"
    " cycles)",
    reference="F. P. Preparata, J. Vuillemin, Comm. ACM 24 (1981)",
    diameter=KnownDiameter(
        "2n + floor(n/2) - 2 for n >= 4; 6 for n = 3",
        "theorem",
        _CCC,
        lambda n: 6 if n == 3 else 2 * n + n // 2 - 2,
    ),
    examples=({"n": 3}, {"n": 4}, {"n": 5}, {"n": 6}, {"n": 7}),
)
def _cube_connected_cycles(n: int) -> dict[str, Permutation]:
    walk, switch = _lamps(n, 2)
    return both_ways({"w": walk}) | {"s": switch}


@graph_family(
    "groups",
    "lamps at n places on a circle: walk to the next place with or without switching the lamp, and back (the"
    " wrapped butterfly)",
    reference="F. Annexstein, M. Baumslag, A. L. Rosenberg, SIAM J. Comput. 19 (1990)",
    diameter=KnownDiameter(
        "floor(3n/2) for n >= 3",
        "theorem",
        "F. T. Leighton, Introduction to Parallel Algorithms and Architectures, 1992",
        lambda n: 3 * n // 2,
    ),
    examples=({"n": 3}, {"n": 4}, {"n": 5}, {"n": 6}, {"n": 7}),
)
def _butterfly(n: int) -> dict[str, Permutation]:
    walk, switch = _lamps(n, 2)
    return both_ways({"w": walk, "ws": compose(walk, switch)})


def _lamplighter_diameter(n: int, lamps: int) -> int | None:
    return max(n, 3 * n // 2 - 2) if n <= {2: 11, 3: 7}.get(lamps, 0) else None


@graph_family(
    "groups",
    "lamps of several states at n places on a circle: set the lamp here, walk to a neighbouring place, and"
    " set the lamp there, all as one step (switch-walk-switch)",
    diameter=KnownDiameter(
        "the larger of n and floor(3n/2) - 2 for n = 3..11, lamps = 2, and n = 3..7, lamps = 3",
        "computed",
        SEARCH,
        _lamplighter_diameter,
    ),
    examples=({"n": 3}, {"n": 4}, {"n": 6}, {"n": 3, "lamps": 3}),
)
def _lamplighter(n: int, lamps: int = 2) -> dict[str, Permutation]:
    walk, switch = _lamps(n, check_integer(lamps, "the number of states of a lamp", minimum=2, maximum=50))
    return both_ways(
        {
            f"{'s' * before}w{'s' * after}": compose(
                compose(_power(switch, before), walk), _power(switch, after)
            )
            for before, after in product(range(lamps), repeat=2)
        }
    )


@graph_family(
    "groups",
    "lamps of m >= 3 states at n places on a circle: walk to a neighbouring place, or turn the lamp here to"
    " the next or the last state",
    diameter=KnownDiameter(
        "n floor(m/2) + floor(3n/2) - 2 for n >= 4; 3 floor(m/2) + 3 for n = 3: the lamps, each by itself,"
        " and the longest walk of the cube-connected cycles",
        "theorem",
        _CCC,
        lambda n, m: n * (m // 2) + (3 if n == 3 else 3 * n // 2 - 2),
    ),
    examples=({"n": 3, "m": 3}, {"n": 4, "m": 4}, {"n": 5, "m": 3}),
)
def _lamplighter_dials(n: int, m: int) -> dict[str, Permutation]:
    walk, switch = _lamps(n, check_integer(m, "the number m of states of a lamp", minimum=3))
    return both_ways({"w": walk, "s": switch})


def _coloured(n: int, m: int, i: int, j: int, colour: int = 0) -> Permutation:
    """Exchange items i and j of m colours, one of which gains a colour that the other one loses."""
    images = list(range(n * m))
    for c in range(m):
        images[i * m + c] = j * m + (c + colour) % m
        images[j * m + (c + colour) % m] = i * m + c
    return tuple(images)


def _check_coloured(n: int, m: int) -> None:
    check_integer(n, "the number n of items", minimum=1)
    check_integer(m, "the number m of colours", minimum=2)
    if n * m > LARGEST_DEGREE:
        raise ValueError(
            f"up to {LARGEST_DEGREE} points are accepted, n={n} items of m={m} colours need {n * m}"
        )


@graph_family(
    "groups",
    "n items of m colours, G(m,1,n): exchanges of neighbours, and a change of the first item to the next"
    " colour or back",
    reference="G. C. Shephard, J. A. Todd, Canad. J. Math. 6 (1954)",
    diameter=KnownDiameter(
        "n(n-1) + n floor(m/2) for n = 1..4, m = 2..6",
        "computed",
        SEARCH,
        lambda n, m: n * (n - 1) + n * (m // 2) if n <= 4 and m <= 6 else None,
    ),
    examples=({"n": 3, "m": 3}, {"n": 2, "m": 5}, {"n": 3, "m": 4}),
)
def _generalized_symmetric(n: int, m: int) -> dict[str, Permutation]:
    _check_coloured(n, m)
    moves = both_ways({"t": from_cycles([range(m)], n * m)})
    return moves | {f"s{i + 1}": _coloured(n, m, i, i + 1) for i in range(n - 1)}


@graph_family(
    "groups",
    "n items of m colours, G(m,p,n): all complex reflections, which are exchanges of two items that gain and"
    " lose a colour, and changes of one item by multiples of p",
    reference="G. C. Shephard, J. A. Todd, Canad. J. Math. 6 (1954)",
    diameter=KnownDiameter(
        "n for p = 1: the layers are the coefficients of the product of 1 + (m i - 1) q",
        "theorem",
        "G. C. Shephard, J. A. Todd, Canad. J. Math. 6 (1954)",
        lambda n, m: n,
    ),
    examples=({"n": 3, "m": 3}, {"n": 2, "m": 6}, {"n": 3, "m": 4, "p": 2}, {"n": 3, "m": 3, "p": 3}),
)
def _complex_reflections(n: int, m: int, p: int = 1) -> dict[str, Permutation]:
    _check_coloured(n, m)
    p = check_integer(p, "parameter p of 'complex_reflections'", minimum=1)
    if m % p:
        raise ValueError(f"p must divide m={m}, got {p}")
    if n * n * m > _MOST_REFLECTIONS:
        raise ValueError(f"'complex_reflections' has too many generators for n={n} items of m={m} colours")
    turns = {
        f"t{i + 1}^{k}": from_cycles([range(i * m, (i + 1) * m)], n * m)
        if k == 1
        else _power(from_cycles([range(i * m, (i + 1) * m)], n * m), k)
        for i in range(n)
        for k in range(p, m, p)
    }
    exchanges = {
        f"({i + 1} {j + 1};{k})": _coloured(n, m, i, j, k)
        for j in range(n)
        for i in range(j)
        for k in range(m)
    }
    return turns | exchanges


@graph_family(
    "groups",
    "automorphisms of the rooted tree of p branches and n levels, the iterated wreath product of cyclic"
    " groups"
    " (p prime: a Sylow subgroup of the symmetric group): turn the branches above the first leaf, at any"
    " level",
    diameter=computed(1, 1, 4, 10, 22, where="p = 2: "),
    examples=({"n": 2}, {"n": 3}, {"n": 2, "p": 3}),
)
def _iterated_wreath(n: int, p: int = 2) -> dict[str, Permutation]:
    n = check_integer(n, "the number n of levels", minimum=1, maximum=9)
    p = check_integer(p, "parameter p of 'iterated_wreath'", minimum=2, maximum=LARGEST_DEGREE)
    if p**n > LARGEST_DEGREE:
        raise ValueError(f"up to {LARGEST_DEGREE} leaves are accepted, got {p}^{n}")
    moves = {
        f"t{k + 1}": tuple((i + p**k) % p ** (k + 1) if i < p ** (k + 1) else i for i in range(p**n))
        for k in range(n)
    }
    return both_ways(moves)


@graph_family(
    "groups",
    "Grigorchuk's group on the n-th level of the binary tree, by a, b, c, d",
    reference="P. de la Harpe, Topics in Geometric Group Theory, chapter VIII",
    diameter=computed(1, 1, 4, 8, 24, 56),
    examples=({"n": 3}, {"n": 4}),
)
def _grigorchuk(n: int) -> dict[str, Permutation]:
    n = check_integer(n, "the level n", minimum=1, maximum=9)
    # On words of bits: a changes the first; b = (a, c), c = (a, d), d = (1, b) on the two subtrees.
    sections = {"b": ("a", "c"), "c": ("a", "d"), "d": ("", "b")}

    def act(g: str, word: tuple[int, ...]) -> tuple[int, ...]:
        if not word or not g:
            return word
        if g == "a":
            return (1 - word[0], *word[1:])
        return (word[0], *act(sections[g][word[0]], word[1:]))

    words = list(product((0, 1), repeat=n))
    number = {word: i for i, word in enumerate(words)}
    return {g: tuple(number[act(g, word)] for word in words) for g in "abcd"}


@graph_family(
    "groups",
    "the tower of Hanoi with n discs: positions from all discs on the first peg, by the moves between two"
    " pegs",
    reference="R. Grigorchuk, Z. Sunic, C. R. Math. 342 (2006)",
    diameter=KnownDiameter("2^n - 1 from the start", "theorem", "E. Lucas, 1883", lambda n: 2**n - 1),
    examples=({"n": 2}, {"n": 3}, {"n": 4}, {"n": 5}),
)
def _hanoi(n: int) -> "PointGraph":
    from cayley.schreier import PointGraph

    n = check_integer(n, "the number n of discs", minimum=1, maximum=6)
    positions = list(product(range(3), repeat=n))  # the smallest disc first
    number = {position: i for i, position in enumerate(positions)}

    def move(position: tuple[int, ...], one: int, other: int) -> tuple[int, ...]:
        """Move the smallest disc that is on one of two pegs to the other one."""
        top = next((i for i, peg in enumerate(position) if peg in (one, other)), None)
        if top is None:
            return position
        return (*position[:top], one + other - position[top], *position[top + 1 :])

    moves = {
        f"{one + 1}-{other + 1}": tuple(number[move(position, one, other)] for position in positions)
        for one, other in ((0, 1), (0, 2), (1, 2))
    }
    return PointGraph.from_moves(f"hanoi({n})", moves)
