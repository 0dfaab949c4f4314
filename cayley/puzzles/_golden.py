"""Exact numbers a + b sqrt(5) with rational a and b: the coordinates of all regular polyhedra."""

from __future__ import annotations

import math
import re
from functools import total_ordering


@total_ordering
class Golden:
    """The number (a + b sqrt(5)) / d with integers a, b, d.

    Parameters
    ----------
    a, b : int
    d : int
        Not zero.

    Examples
    --------
    >>> PHI * PHI == PHI + Golden(1), PHI > Golden(8, 0, 5)
    (True, True)
    """

    __slots__ = ("a", "b", "d")

    def __init__(self, a: int, b: int = 0, d: int = 1) -> None:
        if d == 0:
            raise ZeroDivisionError("division by zero in Q(sqrt 5)")
        shared = math.gcd(a, b, d) * (1 if d > 0 else -1)
        self.a, self.b, self.d = a // shared, b // shared, d // shared

    def __add__(self, other: Golden) -> Golden:
        d, e = self.d, other.d
        return Golden(self.a * e + other.a * d, self.b * e + other.b * d, d * e)

    def __sub__(self, other: Golden) -> Golden:
        d, e = self.d, other.d
        return Golden(self.a * e - other.a * d, self.b * e - other.b * d, d * e)

    def __neg__(self) -> Golden:
        return Golden(-self.a, -self.b, self.d)

    def __mul__(self, other: Golden) -> Golden:
        a, b, x, y = self.a, self.b, other.a, other.b
        return Golden(a * x + 5 * b * y, a * y + b * x, self.d * other.d)

    def __truediv__(self, other: Golden) -> Golden:
        norm = other.a * other.a - 5 * other.b * other.b
        return self * Golden(other.a * other.d, -other.b * other.d, norm)

    @property
    def sign(self) -> int:
        """-1, 0 or 1."""
        a, b = self.a, self.b
        if a * b >= 0:
            return (a + b > 0) - (a + b < 0)
        return (1 if a > 0 else -1) * (1 if a * a > 5 * b * b else -1)

    def __bool__(self) -> bool:
        return self.a != 0 or self.b != 0

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Golden):
            return NotImplemented
        return self.a == other.a and self.b == other.b and self.d == other.d

    def __lt__(self, other: Golden) -> bool:
        return (self - other).sign < 0

    def __hash__(self) -> int:
        return hash((self.a, self.b, self.d))

    def __repr__(self) -> str:
        return f"Golden({self.a}, {self.b}, {self.d})"


PHI = Golden(1, 1, 2)


def parse_golden(text: str) -> Golden:
    """Read ``"1/3"``, ``"-2"`` or a multiple of the root of five: ``"1/5r5"`` is sqrt(5)/5.

    Raises
    ------
    ValueError
        If the text is anything else.

    Examples
    --------
    >>> parse_golden("1/5r5"), parse_golden("-1/2 + 1/2r5")
    (Golden(0, 1, 5), Golden(-1, 1, 2))
    """
    plain = re.sub(r"\s*([+-])\s*", r"\1", text.strip(), flags=re.ASCII)
    terms = re.findall(r"[+-]?[0-9]{1,9}(?:/[0-9]{1,9})?(?:r5)?", plain, flags=re.ASCII)
    total = Golden(0)
    for i, term in enumerate(terms):
        numerator, _, denominator = term.removesuffix("r5").partition("/")
        if i and term[0] not in "+-":
            terms = []
            break
        value = int(numerator), int(denominator or 1)
        if value[1] == 0:
            raise ValueError(f"the denominator in {text!r} is zero")
        total += Golden(0, *value) if term.endswith("r5") else Golden(value[0], 0, value[1])
    if not terms or "".join(terms) != plain:
        raise ValueError(f"a depth is a number such as '1/3', or '1/5r5' for sqrt(5)/5, got {text!r}")
    return total
