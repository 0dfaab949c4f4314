"""Families of signed permutations: n items with two sides each, on 2n points."""

from collections.abc import Iterator

from cayley.families._family import KnownDiameter, table
from cayley.families._registry import family
from cayley.permutation import Permutation, from_cycles


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
