"""Families of signed permutations, n items with two sides each, on 2n points; and of items with colours."""

from collections.abc import Iterator, Mapping
from itertools import combinations

from cayley.families._computed import computed, computed_formula
from cayley.families._family import KnownDiameter, table
from cayley.families._registry import family, get_family, graph_family
from cayley.families.intervals import neighbours_exchanged
from cayley.permutation import Permutation, from_cycles, reversal
from graphkit.validation import check_integer


def _turned(first: int, last: int, n: int) -> Permutation:
    """Reverse the items first..last, both included, and turn each of them over."""
    p = list(range(2 * n))
    for i in range(first, last + 1):
        p[i], p[n + i] = n + first + last - i, first + last - i
    return tuple(p)


@family(
    "flips of the first 1, 2, ..., n of n pancakes with a burnt side (generates B_n)",
    minimum=1,
    reference="W. H. Gates, C. H. Papadimitriou, Discrete Math. 27 (1979)",
    signed=True,
    symbols="r1",
    diameter=KnownDiameter(
        "1, 4, 6, 8, 10, 12, 14, 15, 17 for n = 1..9",
        "computed",
        "OEIS A078942",
        table(1, 1, 4, 6, 8, 10, 12, 14, 15, 17),
    ),
)
def _burnt_pancake(n: int) -> Iterator[Permutation]:
    for k in range(n):
        yield _turned(0, k, n)


@family(
    "flips of any interval of n items with two sides, as in genome rearrangement (generates B_n)",
    minimum=1,
    reference="S. Hannenhalli, P. A. Pevzner, J. ACM 46 (1999), doi:10.1145/300515.300516",
    signed=True,
    diameter=computed(1, 1, 3, 3, 5, 6, 7, 8, 9),
)
def _signed_reversals(n: int) -> Iterator[Permutation]:
    for first in range(n):
        for last in range(first, n):
            yield _turned(first, last, n)


@family(
    "the flip of the first of n items with two sides, and exchanges of neighbours (Coxeter group B_n)",
    minimum=1,
    reference="A. Bjoerner, F. Brenti, Combinatorics of Coxeter Groups, section 8.1",
    signed=True,
    symbols="s0",
    diameter=KnownDiameter("n^2", "theorem", "A. Bjoerner, F. Brenti, section 8.1", lambda n: n * n),
)
def _coxeter_b(n: int) -> Iterator[Permutation]:
    yield _turned(0, 0, n)
    for i in range(n - 1):
        yield from_cycles([(i, i + 1), (n + i, n + i + 1)], 2 * n)


@family(
    "exchanges of neighbours among n items with two sides, and of the first two with both turned (Coxeter"
    " group D_n)",
    reference="A. Bjoerner, F. Brenti, Combinatorics of Coxeter Groups, section 8.2",
    signed=True,
    symbols="s0",
    diameter=KnownDiameter("n(n-1)", "theorem", "A. Bjoerner, F. Brenti, section 8.2", lambda n: n * (n - 1)),
    examples=({"n": 2}, {"n": 3}, {"n": 4}, {"n": 5}, {"n": 6}),
)
def _coxeter_d(n: int) -> Iterator[Permutation]:
    yield from_cycles([(0, n + 1), (1, n)], 2 * n)
    for i in range(n - 1):
        yield _exchanged(i, i + 1, n)


def _exchanged(i: int, j: int, n: int) -> Permutation:
    """Exchange two items and turn neither."""
    return from_cycles([(i, j), (n + i, n + j)], 2 * n)


def _exchanges(n: int) -> Iterator[Permutation]:
    """Exchange any two items, neither or both of them turned over."""
    for i, j in combinations(range(n), 2):
        yield _exchanged(i, j, n)
        yield from_cycles([(i, n + j), (n + i, j)], 2 * n)


_REFLECTIONS = KnownDiameter(
    "n",
    "theorem",
    "R. W. Carter, Compositio Math. 25 (1972): the codimension of what is fixed",
    lambda n: n,
)


@family(
    "all reflections of B_n: an item with two sides is turned over, or two are exchanged, neither or both"
    " turned",
    minimum=1,
    reference="R. W. Carter, Compositio Math. 25 (1972)",
    signed=True,
    diameter=_REFLECTIONS,
    examples=({"n": 2}, {"n": 3}, {"n": 4}, {"n": 5}),
)
def _reflections_b(n: int) -> Iterator[Permutation]:
    for i in range(n):
        yield _turned(i, i, n)
    yield from _exchanges(n)


@family(
    "all reflections of D_n: two items with two sides are exchanged, neither or both of them turned over",
    reference="R. W. Carter, Compositio Math. 25 (1972)",
    signed=True,
    diameter=_REFLECTIONS,
    examples=({"n": 2}, {"n": 3}, {"n": 4}, {"n": 5}),
)
def _reflections_d(n: int) -> Iterator[Permutation]:
    return _exchanges(n)


@family(
    "flips of the first or the last 1, 2, ..., n of n items with two sides (generates B_n)",
    minimum=1,
    signed=True,
    examples=({"n": 2}, {"n": 3}, {"n": 4}, {"n": 5}),
    diameter=computed(1, 1, 3, 4, 6, 7, 8, 10, 11),
)
def _signed_prefix_suffix_reversals(n: int) -> Iterator[Permutation]:
    for k in range(n):
        yield _turned(0, k, n)
        yield _turned(n - 1 - k, n - 1, n)


@family(
    "flips of 1, 2, ..., n consecutive items on a circle of n items with two sides (generates B_n)",
    minimum=1,
    signed=True,
    examples=({"n": 2}, {"n": 3}, {"n": 4}, {"n": 5}),
    diameter=computed(1, 1, 3, 3, 5, 5, 7, 7, 9),
)
def _signed_cyclic_reversals(n: int) -> Iterator[Permutation]:
    for first in range(n):
        for length in range(1, n + 1):
            p = list(range(2 * n))
            for i in range(length):
                place, item = (first + i) % n, (first + length - 1 - i) % n
                p[place], p[n + place] = n + item, item
            yield tuple(p)


@family(
    "flips of any interval of n items with two sides, and exchanges of two neighbouring intervals (generates"
    " B_n)",
    minimum=1,
    reference="M. E. M. T. Walter, Z. Dias, J. Meidanis, SPIRE 1998",
    signed=True,
    examples=({"n": 2}, {"n": 3}, {"n": 4}, {"n": 5}),
    diameter=computed(1, 1, 2, 3, 4, 4, 5, 6, 6),
)
def _signed_reversals_and_transpositions(n: int) -> Iterator[Permutation]:
    yield from _signed_reversals(n)
    for bounds in combinations(range(n + 1), 3):
        order = neighbours_exchanged(*bounds, n)
        yield (*order, *(n + item for item in order))


@family(
    "exchanges of the first of n items with two sides with any other, neither or both turned, and its own"
    " flip (generates B_n)",
    minimum=1,
    signed=True,
    examples=({"n": 2}, {"n": 3}, {"n": 4}, {"n": 5}),
    diameter=computed_formula("2n-1", 1, 8, lambda n: 2 * n - 1),
)
def _signed_stars(n: int) -> Iterator[Permutation]:
    yield _turned(0, 0, n)
    for i in range(1, n):
        yield _exchanged(0, i, n)
        yield from_cycles([(0, n + i), (n, i)], 2 * n)


@graph_family(
    "permutations",
    "n items with a colour 0, 1, ..., colours-1 each: the order of the first 1, 2, ..., n is reversed and"
    " their colours grow by one, the last becoming 0 (directed for three and more colours)",
    reference="M. P. Justan, F. P. Muga, I. H. Sudborough, I-SPAN 2002",
    diameter=KnownDiameter(
        "2 colours: 1, 4, 6, 8, 10, 12, 14, 15, 17 for n = 1..9; 1 colour: pancake",
        "computed",
        "OEIS A078942, A058986",
        lambda n, colours: _coloured(n, colours),
    ),
    examples=(
        {"n": 3, "colours": 3},
        {"n": 4, "colours": 3},
        {"n": 3, "colours": 4},
        {"n": 4, "colours": 2},
        {"n": 6, "colours": 1},
    ),
)
def _coloured_pancake(n: int, colours: int) -> Mapping[str, Permutation]:
    check_integer(n, "the number of items", minimum=1)
    check_integer(colours, "the number of colours", minimum=1, maximum=1000 // n)
    moves = {}
    for k in range(1, n + 1):
        order = reversal(0, k - 1, n)
        moves[f"r{k}"] = tuple(
            (colour + (place < k)) % colours * n + order[place]
            for colour in range(colours)
            for place in range(n)
        )
    return moves


def _coloured(n: int, colours: int) -> int | None:
    name = {1: "pancake", 2: "burnt_pancake"}.get(colours)
    return None if name is None else get_family(name).known_diameter(n)
