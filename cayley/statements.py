"""Statements about growth and diameters in the literature, each with how to recompute it.

A statement may be a theorem, a conjecture or a table of computed values; its `source` tells. The claim gives
the range in which it is true as far as it has been computed; values of n beside it, where a formula would
suggest another number, are listed as exceptions and recomputed like the others.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import factorial
from typing import Any

from cayley.definitions import Definition
from cayley.families import Parameter
from cayley.families._computed import SEARCH
from cayley.result import GrowthResult
from cayley.series import Series, format_range

Observed = int | tuple[int, ...]
Graphs = Callable[[int], list[Definition]]

_PAPER = "CayleyPy Growth, arXiv:2509.19162"
_DATA = "series shipped with CayleyPy (arXiv:2509.19162)"


@dataclass(frozen=True)
class Statement:
    """A statement about a series of graphs.

    Attributes
    ----------
    name : str
    claim : str
    source : str
    range : tuple of int
        Values of n for which it is to be recomputed; the exceptions are among them.
    graphs : callable
        Takes n and returns the graphs that it is about.
    observe : callable
        Takes the growths of these graphs and returns what the claim is about.
    expected : callable
        Takes n and returns what the claim says.
    exceptions : dict of int to int or tuple of int
        Values of n outside the claim, where the formula fails, and what is true there.
    """

    name: str
    claim: str
    source: str
    range: tuple[int, ...]
    graphs: Graphs = field(repr=False)
    observe: Callable[[list[GrowthResult]], Observed] = field(repr=False)
    expected: Callable[[int], Observed] = field(repr=False)
    exceptions: dict[int, Observed] = field(default_factory=dict)


def _diameter(results: list[GrowthResult]) -> int:
    return len(results[0].growth) - 1


def _largest(results: list[GrowthResult]) -> int:
    return max(len(result.growth) - 1 for result in results)


def _layers(results: list[GrowthResult]) -> tuple[int, ...]:
    return tuple(results[0].growth)


def _antipodes(results: list[GrowthResult]) -> int:
    return results[0].growth[-1]


def _diameter_and_antipodes(results: list[GrowthResult]) -> tuple[int, ...]:
    return len(results[0].growth) - 1, results[0].growth[-1]


def _family(name: str, state: str | None = None, **parameters: Parameter) -> Graphs:
    series = Series(name, None, state, parameters)
    return lambda n: [series.definition(n)]


def _matrices(group: str) -> Graphs:
    series = Series(group=group)
    return lambda m: [series.definition(m)]


def _koltsov3(n: int) -> list[Definition]:
    """All choices of the third involution with which S_n is generated."""
    choices: list[dict[str, Parameter]] = [
        {"type": 1, "k": k, "d": d} for d in range(1, n) for k in range(n - d)
    ]
    choices += [{"type": 2, "k": k} for k in range(n - 3)]
    graphs = [Series("koltsov3", parameters=choice).definition(n) for choice in choices]
    return [graph for graph in graphs if graph.order == factorial(n)]


def _sheveleva2(n: int) -> list[Definition]:
    return [Series("sheveleva2", parameters={"k": k}).definition(n) for k in range(1, n - 2)]


def _exceed_bound(results: list[GrowthResult]) -> int:
    """Count the graphs of S_n whose diameter exceeds n^2/2 + 4n."""
    n = int(results[0].group.removeprefix("S"))
    return sum(2 * _diameter([result]) > n * n + 8 * n for result in results)


_UNDIRECTED = (
    *("lrx", "lsl_cycles", "coxeter", "cyclic_coxeter", "transpositions", "stars", "pancake"),
    *("full_reversals", "transposons", "block_interchange", "rapaport_m1", "rapaport_m2"),
)


def _undirected(n: int) -> list[Definition]:
    """Graphs of S_n with families of generators closed under inverses."""
    return [Series(name).definition(n) for name in _UNDIRECTED] + (_koltsov3(n) if n > 4 else [])


def _mahonian(n: int) -> tuple[int, ...]:
    """Coefficients of the product of 1 + q + ... + q^(m-1) for m = 1, ..., n (MacMahon)."""
    row = [1]
    for m in range(2, n + 1):
        row = [sum(row[max(0, i - m + 1) : i + 1]) for i in range(len(row) + m - 1)]
    return tuple(row)


def _stirling(n: int) -> tuple[int, ...]:
    """Coefficients of (1 + q)(1 + 2q)...(1 + (n-1)q): permutations by n minus their number of cycles."""
    row = [1]
    for m in range(1, n):
        row = [a + m * b for a, b in zip([*row, 0], [0, *row], strict=True)]
    return tuple(row)


def _table(
    name: str, claim: str, source: str, graphs: Graphs, values: dict[int, int], **options: Any
) -> Statement:
    """Make a statement of a table of diameters."""
    listed = ", ".join(map(str, values.values()))
    observe = options.get("observe", _diameter)
    told = f"{claim}: {listed} for {options.get('letter', 'n')} = {format_range(values)}"
    return Statement(name, told, source, tuple(values), graphs, observe, values.__getitem__)


def _from(first: int, *values: int) -> dict[int, int]:
    return dict(enumerate(values, first))


def _primes(*values: int) -> dict[int, int]:
    return dict(zip((2, 3, 5, 7, 11, 13, 17, 19), values, strict=False))


_ALL = (
    Statement(
        "lrx-diameter",
        "LRX: diameter n(n-1)/2 for n >= 4",
        "OEIS A186783",
        tuple(range(3, 16)),
        _family("lrx"),
        _diameter,
        lambda n: n * (n - 1) // 2,
        {3: 2},
    ),
    Statement(
        "lrx-last-layers",
        "LRX: the last two layers have 3 and 1 elements for n >= 4, so the antipode is unique",
        _PAPER,
        tuple(range(3, 16)),
        _family("lrx"),
        lambda results: tuple(results[0].growth[-2:]),
        lambda n: (3, 1),
        {3: (3, 2)},
    ),
    Statement(
        "lx-diameter",
        "LX (Glushkov): diameter (3n^2 - 8n + 9)/4 for odd n >= 5, (3n^2 - 8n + 12)/4 for even n >= 6",
        f"{_PAPER}; OEIS A039745",
        tuple(range(3, 16)),
        _family("lx"),
        _diameter,
        lambda n: (3 * n * n - 8 * n + 12) // 4,
        {3: 2, 4: 6},
    ),
    Statement(
        "lx-antipodes",
        "LX: two antipodes for odd n >= 5, one for even n >= 6",
        _PAPER,
        tuple(range(3, 16)),
        _family("lx"),
        _antipodes,
        lambda n: 1 + n % 2,
        {3: 3, 4: 3},
    ),
    Statement(
        "coxeter-layers",
        "neighbouring exchanges: the layers are the Mahonian numbers, diameter n(n-1)/2",
        "OEIS A008302",
        tuple(range(2, 16)),
        _family("coxeter"),
        _layers,
        _mahonian,
    ),
    Statement(
        "transpositions-layers",
        "all exchanges: the layers are the Stirling numbers of the first kind, diameter n-1",
        "OEIS A094638",
        tuple(range(2, 16)),
        _family("transpositions"),
        _layers,
        _stirling,
    ),
    Statement(
        "cyclic-coxeter-diameter",
        "exchanges on a circle: diameter floor(n^2/4)",
        f"{_PAPER}; OEIS A002620",
        tuple(range(2, 14)),
        _family("cyclic_coxeter"),
        _diameter,
        lambda n: n * n // 4,
    ),
    Statement(
        "stars-diameter",
        "exchanges with position 1: diameter floor(3(n-1)/2)",
        "S. B. Akers, B. Krishnamurthy 1989, doi:10.1109/12.21148",
        tuple(range(2, 13)),
        _family("stars"),
        _diameter,
        lambda n: 3 * (n - 1) // 2,
    ),
    Statement(
        "full-reversals",
        "reversals of any interval: diameter n-1 with exactly two antipodes for n >= 3",
        "V. Bafna, P. A. Pevzner 1996, doi:10.1137/S0097539793250627",
        tuple(range(2, 15)),
        _family("full_reversals"),
        _diameter_and_antipodes,
        lambda n: (n - 1, 2),
        {2: (1, 1)},
    ),
    Statement(
        "transposons-diameter",
        "exchanges of neighbouring intervals: diameter floor(n/2) + 1 for n = 3..10",
        _PAPER,
        tuple(range(2, 11)),
        _family("transposons"),
        _diameter,
        lambda n: n // 2 + 1,
        {2: 1},
    ),
    _table(
        "pancake-diameter",
        "pancakes: diameter",
        "OEIS A058986",
        _family("pancake"),
        _from(2, 1, 3, 4, 5, 7, 8, 9, 10, 11, 13, 14, 15, 16),
    ),
    _table(
        "burnt-pancake-diameter",
        "burnt pancakes: diameter",
        "OEIS A078942",
        _family("burnt_pancake"),
        _from(1, 1, 4, 6, 8, 10, 12, 14, 15, 17),
    ),
    _table(
        "rapaport-m1-diameter",
        "Rapaport M1: diameter",
        _DATA,
        _family("rapaport_m1"),
        _from(2, 1, 3, 4, 6, 8, 9, 11, 13, 15, 16, 18),
    ),
    _table(
        "rapaport-m2-diameter",
        "Rapaport M2: diameter",
        _DATA,
        _family("rapaport_m2"),
        _from(2, 1, 3, 4, 8, 16, 22, 30, 40, 49, 62, 74, 87),
    ),
    _table(
        "top-spin-diameter",
        "TopSpin with k = 4 (A_n for odd n): diameter",
        _DATA,
        _family("top_spin"),
        _from(6, 12, 17, 22, 23, 28, 32, 38, 41, 47),
    ),
    _table(
        "lrx-halves-diameter",
        "LRX on words 0..01..1, half ones: diameter",
        _DATA,
        _family("lrx", "halves"),
        _from(5, 4, 7, 8, 12, 14, 18, 21, 26, 30, 35, 39, 46, 51, 58, 64, 72, 78, 87, 94, 104, 112, 122)
        | {27: 131, 28: 142, 29: 151, 32: 186},
    ),
    Statement(
        "heisenberg-diameter",
        "Heisenberg group of 3x3 matrices mod m: diameter m for even m >= 8, m-1 for odd m >= 9",
        _DATA,
        tuple(range(2, 51)),
        _matrices("Heisenberg(3,n)"),
        _diameter,
        lambda m: m - m % 2,
        {2: 4, 3: 4, 4: 6, 5: 6, 6: 8, 7: 8},
    ),
    _table(
        "unitriangular-3-diameter",
        "unitriangular 3x3 matrices mod p: diameter",
        SEARCH,
        _matrices("UT(3,n)"),
        _primes(4, 4, 6, 8, 10, 12, 16, 18),
        letter="p",
    ),
    _table(
        "unitriangular-4-diameter",
        "unitriangular 4x4 matrices mod p: diameter",
        SEARCH,
        _matrices("UT(4,n)"),
        _primes(8, 8, 10, 12, 15, 18),
        letter="p",
    ),
    _table(
        "unitriangular-5-diameter",
        "unitriangular 5x5 matrices mod p: diameter",
        SEARCH,
        _matrices("UT(5,n)"),
        _primes(12, 12, 16),
        letter="p",
    ),
    Statement(
        "wrapped-2-cycles-diameter",
        "cycles of 2 consecutive positions on a circle: diameter floor(n^2/4)",
        _DATA,
        tuple(range(2, 10)),
        _family("wrapped_k_cycles", k=2),
        _diameter,
        lambda n: n * n // 4,
    ),
    Statement(
        "consecutive-2-cycles-diameter",
        "cycles of 2 consecutive positions: diameter n(n-1)/2",
        _DATA,
        tuple(range(2, 10)),
        _family("consecutive_k_cycles", k=2),
        _diameter,
        lambda n: n * (n - 1) // 2,
    ),
    _table(
        "koltsov3-diameter",
        "koltsov3 (three involutions) over all parameters with which it generates S_n: largest diameter",
        SEARCH,
        _koltsov3,
        _from(5, 10, 16, 30, 38, 49),
        observe=_largest,
    ),
    _table(
        "sheveleva2-diameter",
        "sheveleva2 (two permutations, directed) over all k, in the group they generate: largest diameter",
        SEARCH,
        _sheveleva2,
        _from(5, 10, 10, 24, 44, 61),
        observe=_largest,
    ),
    Statement(
        "diameter-bound",
        "undirected generators of S_n: diameter at most n^2/2 + 4n (conjecture): families above that",
        _PAPER,
        tuple(range(4, 10)),
        _undirected,
        _exceed_bound,
        lambda n: 0,
    ),
)

STATEMENTS = {statement.name: statement for statement in _ALL}
