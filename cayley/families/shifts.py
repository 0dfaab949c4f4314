"""Families with a cyclic shift of the positions."""

from collections.abc import Iterator

from cayley.families._computed import computed_formula
from cayley.families._family import KnownDiameter, table
from cayley.families._registry import family, with_inverses
from cayley.permutation import Permutation, from_cycles, inverse, reversal, shift, swap
from graphkit.validation import check_integer


@family(
    "left shift, right shift, and the exchange of positions 1 and k+1",
    reference="OEIS A186783; arXiv:2509.19162",
    symbols="L R X",
    diameter=KnownDiameter(
        "n(n-1)/2 for n >= 4",
        "theorem",
        "OEIS A186783; formal proof snow-ghost/lrx-lean",
        lambda n: n * (n - 1) // 2 if n >= 4 else None,
    ),
)
def _lrx(n: int, k: int = 1) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'lrx'", minimum=1, maximum=n - 1)
    yield shift(n)
    yield inverse(shift(n))
    yield swap(0, k, n)


@family(
    "left shift and the exchange of positions 1 and k+1 (directed)",
    reference="OEIS A039745, a question of Glushkov (1968)",
    symbols="L X",
    examples=(*({"n": n} for n in (4, 5, 6, 7)), {"n": 5, "k": 2}, {"n": 7, "k": 3}),
    diameter=KnownDiameter(
        "(3n^2-8n+9)/4 for odd n >= 5, (3n^2-8n+12)/4 for even n >= 6",
        "conjecture",
        "arXiv:2509.19162; OEIS A039745",
        lambda n: (3 * n * n - 8 * n + 12) // 4 if n >= 5 else None,
    ),
)
def _lx(n: int, k: int = 1) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'lx'", minimum=1, maximum=n - 1)
    yield shift(n)
    yield swap(0, k, n)


@family(
    "left shift, right shift, and the reversal of the first k positions (the TopSpin puzzle)",
    minimum=4,
    reference="T. Chen, S. S. Skiena, Discrete Applied Mathematics 71 (1996)",
    symbols="L R T",
    diameter=KnownDiameter(
        "k = 4: 12, 17, 22, 23, 28, 32, 38, 41, 47 for n = 6..14",
        "computed",
        "arXiv:2509.19162",
        table(6, 12, 17, 22, 23, 28, 32, 38, 41, 47),
    ),
)
def _top_spin(n: int, k: int = 4) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'top_spin'", minimum=2, maximum=n)
    yield shift(n)
    yield inverse(shift(n))
    yield reversal(0, k - 1, n)


@family(
    "the long cycle and the cycle of all positions but the first, with their inverses unless inverses=0",
    minimum=3,
    symbols="L S L' S'",
)
def _lsl_cycles(n: int, inverses: int = 1) -> Iterator[Permutation]:
    long = [from_cycles([range(n)], n), from_cycles([range(1, n)], n)]
    return with_inverses(long, inverses, "lsl_cycles")


@family(
    "the exchange of positions 1 and 2, and the left shift of all positions but the first (directed)",
    symbols="X S",
)
def _larx(n: int) -> Iterator[Permutation]:
    yield swap(0, 1, n)
    yield (0, *range(2, n), 1)


@family(
    "shifts by any number of positions (cuts of a deck of cards), and the exchange of positions 1 and 2",
    diameter=computed_formula("floor((n-1)^2/2)", 3, 11, lambda n: (n - 1) ** 2 // 2),
)
def _cuts_and_exchange(n: int) -> Iterator[Permutation]:
    for by in range(1, n):
        yield (*range(by, n), *range(by))
    yield swap(0, 1, n)


@family(
    "left shift, right shift, and the cycle (1 2 ... k) and its inverse (A_n, if n and k are odd)",
    minimum=3,
    symbols="L R C C'",
    examples=({"n": 4}, {"n": 5}, {"n": 6}, {"n": 7}, {"n": 7, "k": 5}, {"n": 6, "k": 2}),
    diameter=KnownDiameter(
        "k = 2: n(n-1)/2 for n >= 4",
        "theorem",
        "as lrx",
        lambda n, k: n * (n - 1) // 2 if k == 2 and n >= 4 else None,
    ),
)
def _shift_and_cycle(n: int, k: int = 3) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'shift_and_cycle'", minimum=2, maximum=n)
    yield shift(n)
    yield inverse(shift(n))
    yield from_cycles([range(k)], n)
    yield from_cycles([range(k - 1, -1, -1)], n)
