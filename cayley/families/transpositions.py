"""Families of exchanges of two positions, and of products of disjoint exchanges."""

from collections.abc import Iterator
from itertools import combinations

from cayley.families._family import KnownDiameter, table
from cayley.families._registry import family
from cayley.permutation import Permutation, from_cycles, swap
from graphkit.validation import check_integer


@family(
    "exchanges of neighbouring positions (bubble sort)",
    reference="OEIS A008302 (Mahonian numbers)",
    symbols="s1",
    diameter=KnownDiameter("n(n-1)/2", "theorem", "the number of inversions", lambda n: n * (n - 1) // 2),
)
def _coxeter(n: int) -> Iterator[Permutation]:
    for i in range(n - 1):
        yield swap(i, i + 1, n)


@family(
    "exchanges of positions that neighbour on a circle",
    reference="OEIS A002620 (diameter floor(n^2/4))",
    symbols="s1",
    diameter=KnownDiameter(
        "floor(n^2/4) for n >= 3",
        "theorem",
        "A. van Zuylen et al., Inf. Process. Lett. 116 (2016); OEIS A002620",
        lambda n: n * n // 4 if n >= 3 else None,
    ),
)
def _cyclic_coxeter(n: int) -> Iterator[Permutation]:
    for i in range(n):
        yield swap(i, (i + 1) % n, n)


@family(
    "exchanges of any two positions",
    reference="OEIS A094638 (Stirling numbers of the first kind)",
    diameter=KnownDiameter(
        "n-1", "theorem", "A. Cayley, 1849: n minus the number of cycles", lambda n: n - 1
    ),
)
def _transpositions(n: int) -> Iterator[Permutation]:
    for i, j in combinations(range(n), 2):
        yield swap(i, j, n)


@family(
    "exchanges of position 1 with any other",
    reference="S. B. Akers, B. Krishnamurthy, IEEE Trans. Computers 38 (1989), doi:10.1109/12.21148",
    diameter=KnownDiameter(
        "floor(3(n-1)/2)", "theorem", "S. B. Akers, B. Krishnamurthy, 1989", lambda n: 3 * (n - 1) // 2
    ),
)
def _stars(n: int) -> Iterator[Permutation]:
    for i in range(1, n):
        yield swap(0, i, n)


@family("exchanges of one of the first k positions with one of the others", minimum=3)
def _generalized_stars(n: int, k: int = 1) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'generalized_stars'", minimum=1, maximum=n - 1)
    for i in range(k):
        for j in range(k, n):
            yield swap(i, j, n)


@family(
    "products of the first k of (1 2), (3 4), ... and of (2 3), (4 5), ..., for every k",
    diameter=KnownDiameter(
        "1, 3, 4, 6, 8, 9, 11, 13, 15, 16, 18 for n = 2..12",
        "computed",
        "arXiv:2509.19162",
        table(2, 1, 3, 4, 6, 8, 9, 11, 13, 15, 16, 18),
    ),
)
def _rapaport_m1(n: int) -> Iterator[Permutation]:
    for start in (0, 1):
        for end in range(start + 2, n + 1, 2):
            yield from_cycles([(i, i + 1) for i in range(start, end - 1, 2)], n)


@family(
    "three involutions: (1 2), (1 2)(3 4)..., and (2 3)(4 5)...",
    diameter=KnownDiameter(
        "1, 3, 4, 8, 16, 22, 30, 40, 49, 62, 74, 87 for n = 2..13",
        "computed",
        "arXiv:2509.19162",
        table(2, 1, 3, 4, 8, 16, 22, 30, 40, 49, 62, 74, 87),
    ),
)
def _rapaport_m2(n: int) -> Iterator[Permutation]:
    yield swap(0, 1, n)
    for start in (0, 1):
        yield from_cycles([(i, i + 1) for i in range(start, n - 1, 2)], n)


@family(
    "three involutions: (1 2)(3 4)..., (2 3)(4 5)..., and (k+1 k+1+d) for type 1, (k+1 k+4)(k+2 k+3) for 2",
    minimum=5,
    reference="arXiv:2509.19162",
    symbols="I K S",
)
def _koltsov3(n: int, type: int = 2, k: int = 1, d: int = 1) -> Iterator[Permutation]:
    check_integer(type, "parameter type of 'koltsov3'", minimum=1, maximum=2)
    check_integer(d, "parameter d of 'koltsov3'", minimum=1, maximum=n - 1)
    check_integer(k, "parameter k of 'koltsov3'", minimum=0, maximum=n - 1 - (d if type == 1 else 3))
    for start in (0, 1):
        yield from_cycles([(i, i + 1) for i in range(start, n - 1, 2)], n)
    yield from_cycles([(k, k + d)] if type == 1 else [(k, k + 3), (k + 1, k + 2)], n)


@family(
    "two permutations: a path of exchanges, dealt to them in turn, with the cycle (k k+1 k+2 k+3) in it"
    " (directed)",
    minimum=4,
    reference="arXiv:2509.19162",
)
def _sheveleva2(n: int, k: int = 1) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'sheveleva2'", minimum=1, maximum=n - 3)
    square: list[tuple[int, ...]] = [(k - 1, k, k + 1, k + 2)]
    before = [(i, i + 1) for i in range(k - 1)]
    leaves = [(k + 1, k + 3)] if k + 3 < n else []  # the path goes on at the corner opposite to where it came
    parts = before + square + leaves + [(i, i + 1) for i in range(k + 3, n - 1)]
    yield from_cycles(parts[0::2], n)
    yield from_cycles(parts[1::2], n)
