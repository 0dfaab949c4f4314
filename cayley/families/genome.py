"""Rearrangements of genomes, and sorting by prefixes, suffixes and bounded moves."""

from collections.abc import Iterator
from itertools import combinations

from cayley.families._computed import SEARCH, computed, computed_formula
from cayley.families._family import KnownDiameter
from cayley.families._registry import family
from cayley.families.intervals import neighbours_exchanged
from cayley.permutation import Permutation, from_cycles, reversal
from graphkit.validation import check_integer

_PREFIX_SUFFIX = "C. N. Lintzmayer, Z. Dias, LATIN 2014"


def _prefix_reversals(n: int) -> Iterator[Permutation]:
    for last in range(1, n):
        yield reversal(0, last, n)


def _suffix_reversals(n: int) -> Iterator[Permutation]:
    for first in range(n - 1):
        yield reversal(first, n - 1, n)


def _moved(n: int, longest: int | None = None) -> Iterator[tuple[int, int, int]]:
    """List the ends of two neighbouring intervals, which have up to `longest` positions together."""
    for first, middle, end in combinations(range(n + 1), 3):
        if longest is None or end - first <= longest:
            yield first, middle, end


@family(
    "exchanges of the first 1, 2, ... positions with the interval after them (prefix block transpositions)",
    reference="Z. Dias, J. Meidanis, SPIRE 2002",
    diameter=computed_formula("n-floor(n/4)", 4, 11, lambda n: n - n // 4),
)
def _prefix_transpositions(n: int) -> Iterator[Permutation]:
    for middle, end in combinations(range(1, n + 1), 2):
        yield neighbours_exchanged(0, middle, end, n)


@family(
    "exchanges of two neighbouring intervals of which one holds the first or the last position",
    minimum=3,
    reference=_PREFIX_SUFFIX,
    diameter=computed(3, 2, 3, 3, 4, 5, 6, 6, 7, 8),
)
def _prefix_suffix_transpositions(n: int) -> Iterator[Permutation]:
    for first, middle, end in _moved(n):
        if first == 0 or end == n:
            yield neighbours_exchanged(first, middle, end, n)


@family(
    "reversals of the first or the last 2, 3, ..., n positions",
    reference=_PREFIX_SUFFIX,
    diameter=computed(2, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11),
)
def _prefix_suffix_reversals(n: int) -> Iterator[Permutation]:
    yield from _prefix_reversals(n)
    yield from _suffix_reversals(n)


@family(
    "reversals of the first 2, 3, ..., n positions, and exchanges of the first 1, 2, ... positions with the"
    " interval after them (pancakes and two spatulas)",
    reference="M. Hasan et al., Electron. Notes Discrete Math. 36 (2010)",
    diameter=computed(2, 1, 2, 2, 3, 4, 5, 5, 6, 7, 7),
)
def _prefix_reversals_and_transpositions(n: int) -> Iterator[Permutation]:
    yield from _prefix_reversals(n)
    yield from _prefix_transpositions(n)


@family(
    "reversals of any interval, and exchanges of two neighbouring intervals",
    reference="M. E. M. T. Walter, Z. Dias, J. Meidanis, SPIRE 1998",
    diameter=computed(2, 1, 1, 2, 3, 3, 4, 4, 5, 5, 6),
)
def _reversals_and_transpositions(n: int) -> Iterator[Permutation]:
    for first, last in combinations(range(n), 2):
        yield reversal(first, last, n)
    for bounds in _moved(n):
        yield neighbours_exchanged(*bounds, n)


def _arc_reversal(first: int, length: int, n: int) -> Permutation:
    """Reverse consecutive positions on a circle."""
    arc = [(first + i) % n for i in range(length)]
    p = list(range(n))
    for place, item in zip(arc, reversed(arc), strict=True):
        p[place] = item
    return tuple(p)


@family(
    "reversals of 2, 3, ..., n consecutive positions on a circle",
    diameter=computed(2, 1, 2, 2, 3, 4, 5, 5, 6, 7),
)
def _cyclic_reversals(n: int) -> Iterator[Permutation]:
    for length in range(2, n + 1):
        for first in range(n):
            yield _arc_reversal(first, length, n)


@family(
    "reversals of k consecutive positions",
    minimum=4,
    reference="T. Chen, S. S. Skiena, Discrete Applied Mathematics 71 (1996)",
    examples=({"n": 5}, {"n": 6}, {"n": 7}, {"n": 7, "k": 3}, {"n": 7, "k": 5}, {"n": 6, "k": 2}),
    diameter=KnownDiameter(
        "k = 2: n(n-1)/2", "theorem", "as coxeter", lambda n, k: n * (n - 1) // 2 if k == 2 else None
    ),
)
def _fixed_reversals(n: int, k: int = 4) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'fixed_reversals'", minimum=2, maximum=n)
    for first in range(n - k + 1):
        yield reversal(first, first + k - 1, n)


@family(
    "reversals of k consecutive positions on a circle",
    minimum=4,
    reference="T. Chen, S. S. Skiena, Discrete Applied Mathematics 71 (1996)",
    examples=({"n": 5}, {"n": 6}, {"n": 7}, {"n": 7, "k": 3}, {"n": 7, "k": 5}, {"n": 6, "k": 2}),
    diameter=KnownDiameter(
        "k = 2: floor(n^2/4)", "theorem", "as cyclic_coxeter", lambda n, k: n * n // 4 if k == 2 else None
    ),
)
def _fixed_cyclic_reversals(n: int, k: int = 4) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'fixed_cyclic_reversals'", minimum=2, maximum=n)
    for first in range(n):
        yield _arc_reversal(first, k, n)


@family(
    "reversals of any interval of at most k positions",
    minimum=4,
    examples=({"n": 5}, {"n": 6}, {"n": 7}, {"n": 7, "k": 5}, {"n": 6, "k": 2}, {"n": 6, "k": 6}),
    diameter=KnownDiameter(
        "k = 2: n(n-1)/2; k = n: n-1",
        "theorem",
        "as coxeter and full_reversals",
        lambda n, k: n * (n - 1) // 2 if k == 2 else n - 1 if k == n else None,
    ),
)
def _short_reversals(n: int, k: int = 4) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'short_reversals'", minimum=2, maximum=n)
    for length in range(2, k + 1):
        for first in range(n - length + 1):
            yield reversal(first, first + length - 1, n)


def _short_block_moves_diameter(n: int, k: int) -> int | None:
    if k == 2:
        return n * (n - 1) // 2
    if k == n:
        return n // 2 + 1 if n <= 12 else None
    return (n * (n - 1) + 3) // 4 if k == 3 and n <= 10 else None


@family(
    "exchanges of two neighbouring intervals of at most k positions together (k = 3: short block moves)",
    minimum=3,
    reference="L. S. Heath, J. P. C. Vergara, Discrete Applied Mathematics 88 (1998)",
    examples=({"n": 5}, {"n": 6}, {"n": 7}, {"n": 7, "k": 4}, {"n": 6, "k": 2}, {"n": 6, "k": 6}),
    diameter=KnownDiameter(
        "k = 2: n(n-1)/2; k = n: floor(n/2)+1 for n = 3..12; k = 3: ceil(n(n-1)/4) for n = 3..10",
        "computed",
        f"as coxeter and transposons; {SEARCH}",
        _short_block_moves_diameter,
    ),
)
def _short_block_moves(n: int, k: int = 3) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'short_block_moves'", minimum=2, maximum=n)
    for bounds in _moved(n, longest=k):
        yield neighbours_exchanged(*bounds, n)


@family(
    "any item is taken out and put in anywhere else (Ulam's metric)",
    reference="P. Diaconis, Group Representations in Probability and Statistics, chapter 6",
    diameter=KnownDiameter(
        "n-1",
        "theorem",
        "the distance is n minus the length of the longest increasing subsequence",
        lambda n: n - 1,
    ),
)
def _jumps(n: int) -> Iterator[Permutation]:
    for first, last in combinations(range(n), 2):
        yield from_cycles([range(first, last + 1)], n)
        yield from_cycles([range(last, first - 1, -1)], n)
