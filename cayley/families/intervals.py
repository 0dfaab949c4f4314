"""Families that reverse, move or exchange intervals of positions."""

from collections.abc import Iterator
from itertools import combinations

from cayley.families._family import KnownDiameter, table
from cayley.families._registry import family
from cayley.permutation import Permutation, reversal
from graphkit.validation import check_integer


def neighbours_exchanged(first: int, middle: int, end: int, n: int) -> Permutation:
    """Exchange the intervals first..middle-1 and middle..end-1 of positions numbered from 0."""
    return (*range(first), *range(middle, end), *range(first, middle), *range(end, n))


@family(
    "reversals of the first 2, 3, ..., n positions (pancake sorting)",
    reference="OEIS A058986, A092113",
    symbols="r2",
    diameter=KnownDiameter(
        "1, 3, 4, 5, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 19 for n = 2..17",
        "computed",
        "OEIS A058986",
        table(2, 1, 3, 4, 5, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 19),
    ),
)
def _pancake(n: int) -> Iterator[Permutation]:
    for k in range(2, n + 1):
        yield reversal(0, k - 1, n)


@family(
    "reversals of three prefixes: of n, n-1, 2 (subset 1); n, n-1, 3 (2); n, n-1, n-2 (3); n, n-1, n-3 (4);"
    " n, n-2, 2 (5); n, n-2, 3 (6); n, n-2, n-3 (7)",
    minimum=4,
    reference="D. W. Bass, I. H. Sudborough, J. Parallel Distrib. Comput. 63 (2003)",
)
def _cubic_pancake(n: int, subset: int = 1) -> Iterator[Permutation]:
    check_integer(subset, "parameter subset of 'cubic_pancake'", minimum=1, maximum=7)
    second = n - 1 if subset <= 4 else n - 2
    third = (2, 3, n - 2, n - 3, 2, 3, n - 3)[subset - 1]
    for k in (n, second, third):
        yield reversal(0, k - 1, n)


@family(
    "reversals of any interval of positions",
    reference="V. Bafna, P. A. Pevzner, SIAM J. Comput. 25 (1996)",
    diameter=KnownDiameter("n-1", "theorem", "V. Bafna, P. A. Pevzner, 1996", lambda n: n - 1),
)
def _full_reversals(n: int) -> Iterator[Permutation]:
    for first, last in combinations(range(n), 2):
        yield reversal(first, last, n)


@family(
    "exchanges of two neighbouring intervals (sorting by transpositions, as in genome rearrangement)",
    reference="V. Bafna, P. A. Pevzner, SIAM J. Discrete Math. 11 (1998), doi:10.1137/S089548019528280X",
    diameter=KnownDiameter(
        "floor(n/2)+1 for n = 3..12; 8, 8, 9 for n = 13..15",
        "computed",
        "OEIS A065603; H. Eriksson et al., Discrete Math. 241 (2001)",
        table(2, 1, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 8, 8, 9),
    ),
)
def _transposons(n: int) -> Iterator[Permutation]:
    for first, middle, end in combinations(range(n + 1), 3):
        yield neighbours_exchanged(first, middle, end, n)


@family(
    "exchanges of any two intervals that do not overlap",
    reference="D. A. Christie, Inf. Process. Lett. 60 (1996)",
    diameter=KnownDiameter("floor(n/2)", "theorem", "D. A. Christie, 1996", lambda n: n // 2),
)
def _block_interchange(n: int) -> Iterator[Permutation]:
    for first, end, begin, last in _intervals(n):
        yield (*range(first), *range(begin, last), *range(end, begin), *range(first, end), *range(last, n))


def _intervals(n: int) -> Iterator[tuple[int, int, int, int]]:
    """Bounds of two intervals of 0, ..., n-1, one after the other, perhaps without a gap."""
    for first, end in combinations(range(n), 2):
        for begin in range(end, n):
            for last in range(begin + 1, n + 1):
                yield first, end, begin, last
