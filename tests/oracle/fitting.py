"""Quasi-polynomials by Lagrange's formula: a polynomial through the first few values of each residue."""

from fractions import Fraction


def interpolate(points, n):
    """Value at n of the polynomial through the points."""
    total = Fraction(0)
    for i, (x, y) in enumerate(points):
        term = Fraction(y)
        for j, (other, _) in enumerate(points):
            if i != j:
                term *= Fraction(n - other, x - other)
        total += term
    return total


def holds(values, period, degree):
    """Whether the polynomials through the first degree + 1 values of each residue meet all others.

    Also false if some residue has no other.
    """
    for residue in range(period):
        points = [(n, value) for n, value in sorted(values.items()) if n % period == residue]
        if len(points) < degree + 2:
            return False
        if any(interpolate(points[: degree + 1], n) != value for n, value in points):
            return False
    return True
