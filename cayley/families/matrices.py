"""Families of matrix groups over the integers modulo m (`modulus` is a parameter of `cayley.growth`)."""

from cayley import matrices
from cayley.families._family import KnownDiameter
from cayley.families._registry import graph_family

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


@graph_family(
    "matrices",
    "n x n upper triangular matrices with ones on the diagonal, by the entries above it",
    reference=_PAPER,
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
