"""Families of single cycles."""

from collections.abc import Iterator
from itertools import combinations, permutations

from cayley.families._family import KnownDiameter
from cayley.families._registry import family, with_inverses
from cayley.permutation import Permutation, from_cycles
from graphkit.validation import check_integer


@family(
    "all cycles of three positions, in both directions (generates A_n)",
    minimum=3,
    diameter=KnownDiameter("floor(n/2)", "theorem", "by cycle types", lambda n: n // 2),
)
def _three_cycles(n: int) -> Iterator[Permutation]:
    for i, j, k in combinations(range(n), 3):
        yield from_cycles([(i, j, k)], n)
        yield from_cycles([(i, k, j)], n)


@family("cycles (1 i j), in both directions (generates A_n)", minimum=3)
def _three_cycles_0ij(n: int) -> Iterator[Permutation]:
    for i, j in permutations(range(1, n), 2):
        yield from_cycles([(0, i, j)], n)


@family(
    "cycles (1 2 i), with their inverses unless inverses=0 (generates A_n)",
    minimum=3,
    diameter=KnownDiameter(
        "floor(3(n-2)/2)",
        "theorem",
        "J. S. Jwo, S. Lakshmivarahan, S. K. Dhall, Networks 23 (1993)",
        lambda n: 3 * (n - 2) // 2,
    ),
)
def _three_cycles_01i(n: int, inverses: int = 1) -> Iterator[Permutation]:
    cycles = [from_cycles([(0, 1, i)], n) for i in range(2, n)]
    return with_inverses(cycles, inverses, "three_cycles_01i")


@family(
    "cycles (i i+1 ... i+k-1) of k consecutive positions on a circle (directed for k > 2)",
    diameter=KnownDiameter(
        "k = 2: floor(n^2/4) for n >= 3",
        "theorem",
        "as cyclic_coxeter",
        lambda n, k: n * n // 4 if k == 2 and n >= 3 else None,
    ),
)
def _wrapped_k_cycles(n: int, k: int = 3) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'wrapped_k_cycles'", minimum=2, maximum=n)
    for i in range(n):
        yield from_cycles([[(i + j) % n for j in range(k)]], n)


@family(
    "cycles (i i+1 ... i+k-1) of k consecutive positions (directed for k > 2)",
    diameter=KnownDiameter(
        "k = 2: n(n-1)/2", "theorem", "as coxeter", lambda n, k: n * (n - 1) // 2 if k == 2 else None
    ),
)
def _consecutive_k_cycles(n: int, k: int = 3) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'consecutive_k_cycles'", minimum=2, maximum=n)
    for i in range(n - k + 1):
        yield from_cycles([list(range(i, i + k))], n)


@family("cycles (c1 c2 ... ck) with c1 < c2 < ... < ck (directed for k > 2)", minimum=3)
def _increasing_k_cycles(n: int, k: int = 3) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'increasing_k_cycles'", minimum=2, maximum=n)
    for chosen in combinations(range(n), k):
        yield from_cycles([chosen], n)


@family(
    "cycles (i i+1 ... j) of any interval (directed)",
    diameter=KnownDiameter("n-1", "theorem", "one move for each item", lambda n: n - 1),
)
def _down_cycles(n: int) -> Iterator[Permutation]:
    for first, last in combinations(range(n), 2):
        yield from_cycles([range(first, last + 1)], n)


@family(
    "cycles (1 2 ... j) (directed)",
    diameter=KnownDiameter(
        "n-1",
        "theorem",
        "P. F. Corbett, IEEE Trans. Parallel Distrib. Syst. 3 (1992): rotator graphs",
        lambda n: n - 1,
    ),
)
def _prefix_cycles(n: int) -> Iterator[Permutation]:
    for length in range(2, n + 1):
        yield from_cycles([range(length)], n)


@family(
    "all cycles of any length",
    diameter=KnownDiameter(
        "2 for n >= 4",
        "theorem",
        "every permutation is a product of two cycles",
        lambda n: 2 if n >= 4 else None,
    ),
)
def _all_cycles(n: int) -> Iterator[Permutation]:
    for length in range(2, n + 1):
        for first, *rest in combinations(range(n), length):
            for order in permutations(rest):
                yield from_cycles([(first, *order)], n)
