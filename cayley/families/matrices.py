"""Families of matrix groups over the integers modulo m: SL, triangular and nilpotent ones.

Their modulus is m, as `modulus` is a parameter of `cayley.growth`.
"""

from collections.abc import Callable
from itertools import combinations
from math import comb, gcd

from cayley import matrices
from cayley.families._computed import SEARCH
from cayley.families._family import KnownDiameter
from cayley.families._moves import check_prime, field
from cayley.families._registry import graph_family
from graphkit.validation import check_integer

_LARGEST_WITH_ALL_ROOTS = 32  # rows of matrices; the generators and their inverses take a second
_PAPER = "arXiv:2509.19162"


def _heisenberg_diameter(n: int, m: int) -> int | None:
    """Return the diameter where a pattern has been seen: 3 x 3, even moduli from 8 and odd ones from 9."""
    if n != 3 or m < 8:
        return None
    return m - m % 2


@graph_family(
    "matrices",
    "n x n unitriangular matrices with entries in the first row and the last column only",
    reference=_PAPER,
    diameter=KnownDiameter(
        "for n = 3: m for even m >= 8, m-1 for odd m >= 9", "conjecture", _PAPER, _heisenberg_diameter
    ),
    examples=({"n": 3, "m": 4}, {"n": 3, "m": 9}, {"n": 4, "m": 3}),
)
def _heisenberg(n: int, m: int) -> matrices.MatrixGroup:
    return matrices.heisenberg(n, m)


def _unitriangular_diameter(n: int, m: int) -> int | None:
    if n == 3 and 2 <= m <= 29:
        return m - m % 2 if m > 7 else m + 2 - m % 2
    return {2: 8, 3: 8, 4: 10, 5: 10, 6: 13, 7: 12, 8: 14}.get(m) if n == 4 else None


@graph_family(
    "matrices",
    "n x n upper triangular matrices with ones on the diagonal, by the entries above it",
    reference=_PAPER,
    diameter=KnownDiameter(
        "n = 3: 4, 4, 6, 6, 8, 8, then m for even m, m-1 for odd m, up to 29; n = 4: 8, 8, 10, 10, 13, 12,"
        " 14 for m = 2..8",
        "computed",
        SEARCH,
        _unitriangular_diameter,
    ),
    examples=({"n": 3, "m": 5}, {"n": 4, "m": 3}),
)
def _unitriangular(n: int, m: int) -> matrices.MatrixGroup:
    return matrices.unitriangular(n, m)


@graph_family(
    "matrices",
    "n x n matrices of determinant 1, by 1 + E(i,i+1) and 1 + E(i+1,i)",
    reference=_PAPER,
    examples=({"n": 2, "m": 5}, {"n": 2, "m": 6}, {"n": 3, "m": 2}),
)
def _special_linear(n: int, m: int) -> matrices.MatrixGroup:
    return matrices.special_linear(n, m)


@graph_family(
    "matrices",
    "n x n matrices of determinant 1, by 1 + E(1,2) and a signed cyclic shift of the coordinates",
    reference=_PAPER,
    examples=({"n": 2, "m": 5}, {"n": 2, "m": 6}, {"n": 3, "m": 2}),
)
def _special_linear_root_weyl(n: int, m: int) -> matrices.MatrixGroup:
    return matrices.special_linear(n, m, "root_weyl")


@graph_family(
    "matrices",
    "n x n upper triangular matrices with ones on the diagonal, by all 1 + E(i,j) with i < j, both ways",
    examples=({"n": 3, "m": 5}, {"n": 4, "m": 3}, {"n": 5, "m": 2}),
)
def _unitriangular_all_roots(n: int, m: int) -> matrices.MatrixGroup:
    n = check_integer(n, "the size n of matrices", minimum=2, maximum=_LARGEST_WITH_ALL_ROOTS)
    entries = [(i, j) for j in range(n) for i in range(j)]
    return _group("unitriangular_all_roots", n, m, entries, lambda m: m ** (n * (n - 1) // 2))


@graph_family(
    "matrices",
    "the Heisenberg matrices of n rows, by the entries of the first row and the last column and their corner",
    diameter=KnownDiameter(
        "n = 3: 2, 3, then m for even m, m-1 for odd m, up to 29",
        "computed",
        SEARCH,
        lambda n, m: (m - m % 2 if m > 3 else m) if n == 3 and 2 <= m <= 29 else None,
    ),
    examples=({"n": 3, "m": 5}, {"n": 3, "m": 8}, {"n": 4, "m": 3}),
)
def _heisenberg_with_centre(n: int, m: int) -> matrices.MatrixGroup:
    n = check_integer(n, "the size n of matrices", minimum=3, maximum=matrices.LARGEST_SIZE)
    entries = [(0, j) for j in range(1, n)] + [(j, n - 1) for j in range(1, n - 1)]
    return _group("heisenberg_with_centre", n, m, entries, lambda m: m ** (2 * n - 3))


@graph_family(
    "matrices",
    "n x n invertible upper triangular matrices modulo a prime, by 1 + E(i,i+1) and a primitive root at each"
    " place of the diagonal, both ways",
    examples=({"n": 2, "p": 5}, {"n": 3, "p": 3}, {"n": 2, "p": 7}),
)
def _borel(n: int, p: int) -> matrices.MatrixGroup:
    n = check_integer(n, "the size n of matrices", minimum=2, maximum=matrices.LARGEST_SIZE)
    p = check_prime(p, "the modulus p of 'borel'")
    listed = [matrices.one_plus(n, i, i + 1, p) for i in range(n - 1)]
    if p > 2:
        listed += [_diagonal(n, {i: field(p).primitive}, p) for i in range(n)]
    order = (p - 1) ** n * p ** (n * (n - 1) // 2)
    return matrices.MatrixGroup(p, matrices.with_inverses(listed, p), "borel", f"borel({n}, {p})", order)


def _diagonal(n: int, entries: dict[int, int], m: int) -> matrices.Matrix:
    rows = [[entries.get(i, 1) if i == j else 0 for j in range(n)] for i in range(n)]
    return matrices.reduce_entries(rows, m)


def _group(
    name: str, n: int, m: int, entries: list[tuple[int, int]], order: Callable[[int], int]
) -> matrices.MatrixGroup:
    """Define the group that the matrices 1 + E(i,j) generate, both ways."""
    m = matrices.check_modulus(m)
    listed = matrices.with_inverses([matrices.one_plus(n, i, j, m) for i, j in entries], m)
    return matrices.MatrixGroup(m, listed, name, f"{name}({n}, {m})", order(m))


@graph_family(
    "matrices",
    "Baumslag and Solitar's group BS(1, k) modulo m: x -> x+1 and x -> k x on the integers modulo m, both"
    " ways",
    reference="G. Baumslag, D. Solitar, Bull. Amer. Math. Soc. 68 (1962)",
    examples=({"m": 7}, {"m": 31}, {"m": 25, "k": 3}),
)
def _baumslag_solitar(m: int, k: int = 2) -> matrices.MatrixGroup:
    m = matrices.check_modulus(m)
    k = _check_unit(k, m)
    listed = matrices.with_inverses([((1, 1), (0, 1)), ((k % m, 0), (0, 1))], m)
    unique = tuple(g for g in listed if g != ((1, 0), (0, 1)))
    order = m * _multiplicative_order(k, m)
    return matrices.MatrixGroup(m, unique, "baumslag_solitar", f"baumslag_solitar({m}, k={k})", order)


def _multiplicative_order(k: int, m: int) -> int:
    """Find the least power of k that is 1 modulo m, a divisor of Euler's phi."""
    order = m
    for p in matrices.prime_factors(m):
        order = order // p * (p - 1)
    for p in matrices.prime_factors(order):
        while order % p == 0 and pow(k, order // p, m) == 1:
            order //= p
    return order


def _check_unit(k: int, m: int) -> int:
    k = check_integer(k, "parameter k", minimum=1)
    if gcd(k, m) != 1:
        raise ValueError(f"parameter k must have no factor in common with {m}, got {k}")
    return k


@graph_family(
    "matrices",
    "n x n matrices: y = 1 + E(n-1,n) and x = 1 + E(1,2) + ... + E(n-2,n-1), both ways: nilpotent of the"
    " largest class n-1 (n = 3: Heisenberg; n = 4: Engel group)",
    examples=({"n": 4, "m": 3}, {"n": 4, "m": 4}, {"n": 5, "m": 3}),
)
def _filiform(n: int, m: int) -> matrices.MatrixGroup:
    n = check_integer(n, "the size n of matrices", minimum=3, maximum=matrices.LARGEST_SIZE)
    m = matrices.check_modulus(m)
    rows = [[int(i == j or (j == i + 1 and j < n - 1)) for j in range(n)] for i in range(n)]
    listed = matrices.with_inverses(
        [matrices.reduce_entries(rows, m), matrices.one_plus(n, n - 2, n - 1, m)], m
    )
    # The conjugates of y span the last column; x^k has the entries binomial(k, i) for i up to n-2.
    k = m
    while any(comb(k, i) % m for i in range(1, n - 1)):
        k += m
    return matrices.MatrixGroup(m, listed, "filiform", f"filiform({n}, {m})", m ** (n - 1) * k)


@graph_family(
    "matrices",
    "free nilpotent group of class 2 on r generators x with x^m = 1, both ways (r = 2: Heisenberg)",
    examples=({"r": 2, "m": 4}, {"r": 3, "m": 2}, {"r": 3, "m": 3}),
)
def _free_nilpotent(r: int, m: int) -> matrices.MatrixGroup:
    r = check_integer(r, "the number r of generators", minimum=2, maximum=10)
    m = matrices.check_modulus(m)
    # Rows (1, x, z) with an entry z(j,k) for j < k; times generator a: x + a, z(j,k) + x(j) a(k).
    pairs = list(combinations(range(r), 2))
    size = 1 + r + len(pairs)
    listed = []
    for a in range(r):
        rows = [[int(i == j) for j in range(size)] for i in range(size)]
        rows[0][1 + a] = 1
        for place, (j, k) in enumerate(pairs):
            rows[1 + j][1 + r + place] = int(k == a)
        listed.append(matrices.reduce_entries(rows, m))
    order = m ** (r + len(pairs))
    generators = matrices.with_inverses(listed, m)
    return matrices.MatrixGroup(m, generators, "free_nilpotent", f"free_nilpotent({r}, {m})", order)
