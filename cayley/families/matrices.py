"""Families of matrix groups over the integers modulo m."""

from cayley import matrices
from cayley.families._family import KnownDiameter
from cayley.families._registry import graph_family

_PAPER = "arXiv:2509.19162"


def _heisenberg_diameter(n: int, modulus: int) -> int | None:
    """Return the diameter where a pattern has been seen: 3 x 3, even moduli from 8 and odd ones from 9."""
    if n != 3 or modulus < 8:
        return None
    return modulus - modulus % 2


@graph_family(
    "matrices",
    "n x n unitriangular matrices with entries in the first row and the last column only",
    reference=_PAPER,
    diameter=KnownDiameter(
        "for n = 3: m for even m >= 8, m-1 for odd m >= 9", "conjecture", _PAPER, _heisenberg_diameter
    ),
    examples=({"n": 3, "modulus": 4}, {"n": 3, "modulus": 9}, {"n": 4, "modulus": 3}),
)
def _heisenberg(n: int, modulus: int) -> matrices.MatrixGroup:
    return matrices.heisenberg(n, modulus)


@graph_family(
    "matrices",
    "n x n upper triangular matrices with ones on the diagonal, by the entries above it",
    reference=_PAPER,
    examples=({"n": 3, "modulus": 5}, {"n": 4, "modulus": 3}),
)
def _unitriangular(n: int, modulus: int) -> matrices.MatrixGroup:
    return matrices.unitriangular(n, modulus)


@graph_family(
    "matrices",
    "n x n matrices of determinant 1, by 1 + E(i,i+1) and 1 + E(i+1,i)",
    reference=_PAPER,
    examples=({"n": 2, "modulus": 5}, {"n": 2, "modulus": 6}, {"n": 3, "modulus": 2}),
)
def _special_linear(n: int, modulus: int) -> matrices.MatrixGroup:
    return matrices.special_linear(n, modulus)


@graph_family(
    "matrices",
    "n x n matrices of determinant 1, by 1 + E(1,2) and a signed cyclic shift of the coordinates",
    reference=_PAPER,
    examples=({"n": 2, "modulus": 5}, {"n": 2, "modulus": 6}, {"n": 3, "modulus": 2}),
)
def _special_linear_root_weyl(n: int, modulus: int) -> matrices.MatrixGroup:
    return matrices.special_linear(n, modulus, "root_weyl")
