"""Diameters that nobody has written down, as the search itself finds them."""

from collections.abc import Callable

from cayley.families._family import KnownDiameter, table

SEARCH = "breadth-first search"


def computed(first: int, *values: int, where: str = "") -> KnownDiameter:
    """State diameters for n = first, first+1, ...; other parameters have their defaults, as `where` says."""
    listed = ", ".join(map(str, values))
    claim = f"{where}{listed} for n = {first}..{first + len(values) - 1}"
    return KnownDiameter(claim, "computed", SEARCH, table(first, *values))


def computed_formula(claim: str, first: int, last: int, value: Callable[[int], int]) -> KnownDiameter:
    """State a formula that holds for n = first, ..., last; other parameters have their defaults."""
    return KnownDiameter(
        f"{claim} for n = {first}..{last}",
        "computed",
        SEARCH,
        lambda n: value(n) if first <= n <= last else None,
    )
