"""Small helpers for the builders of groups: moves with their inverses, numbers and fields."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import product

from cayley.permutation import Permutation, inverse
from graphkit.validation import check_integer

_LARGEST_FIELD = 1024


def both_ways(moves: Mapping[str, Permutation]) -> dict[str, Permutation]:
    """Add the inverse of each move, with a prime after its symbol.

    Examples
    --------
    >>> both_ways({"x": (1, 2, 0)})
    {'x': (1, 2, 0), "x'": (2, 0, 1)}
    """
    return {name: p for symbol, g in moves.items() for name, p in ((symbol, g), (f"{symbol}'", inverse(g)))}


def smallest_prime_factor(n: int) -> int:
    """Return the least prime that divides n, at least 2.

    Examples
    --------
    >>> smallest_prime_factor(35), smallest_prime_factor(13)
    (5, 13)
    """
    return next((p for p in range(2, int(n**0.5) + 1) if n % p == 0), n)


def check_prime(value: object, what: str, largest: int = _LARGEST_FIELD) -> int:
    """Check that a parameter is a prime.

    Raises
    ------
    ValueError
        If it is not, or too large.
    """
    p = check_integer(value, what, minimum=2, maximum=largest)
    if smallest_prime_factor(p) != p:
        raise ValueError(f"{what} must be a prime, got {p} = {smallest_prime_factor(p)} * ...")
    return p


class Field:
    """The finite field of q elements, which are numbered by their digits in base p: polynomials in x.

    Attributes
    ----------
    q, p, degree : int
        q is p to the power `degree`.
    primitive : int
        An element of multiplicative order q-1.
    basis : list of int
        1, x, x^2, ...: a basis over the prime field.

    Raises
    ------
    ValueError
        If q is no power of a prime, or beyond 1024.

    Notes
    -----
    The field is that of polynomials modulo the first monic one, ordered by its value at p, for which x is of
    order q-1; a primitive root takes the place of x for q = p.

    Examples
    --------
    >>> field = Field(9)
    >>> field.p, field.degree, field.multiply(3, 3), field.inverse(2)
    (3, 2, 7, 2)
    """

    def __init__(self, q: int) -> None:
        self.q = check_integer(q, "the number of elements of a field", minimum=2, maximum=_LARGEST_FIELD)
        self.p = smallest_prime_factor(q)
        self.degree = next(k for k in range(1, 11) if self.p**k >= q)
        if self.p**self.degree != q:
            raise ValueError(f"the number of elements of a field must be a power of a prime, got {q}")
        self.basis = [self.p**i for i in range(self.degree)]
        self._powers = self._cycle()
        self._log = {x: i for i, x in enumerate(self._powers)}
        self.primitive = self._powers[1 % (q - 1)]

    def add(self, a: int, b: int) -> int:
        """Sum of two elements."""
        if self.degree == 1:
            return (a + b) % self.p
        return self._number([x + y for x, y in zip(self._digits(a), self._digits(b), strict=True)])

    def negative(self, a: int) -> int:
        """Minus an element."""
        return self._number([-x for x in self._digits(a)])

    def multiply(self, a: int, b: int) -> int:
        """Product of two elements."""
        if not a or not b:
            return 0
        return self._powers[(self._log[a] + self._log[b]) % (self.q - 1)]

    def power(self, a: int, k: int) -> int:
        """Power of an element, k at least 1."""
        return self._powers[self._log[a] * k % (self.q - 1)] if a else 0

    def inverse(self, a: int) -> int:
        """Return the inverse of an element other than 0."""
        return self._powers[-self._log[a] % (self.q - 1)]

    def _digits(self, a: int) -> list[int]:
        return [a // power % self.p for power in self.basis]

    def _number(self, digits: Sequence[int]) -> int:
        return sum(x % self.p * power for x, power in zip(digits, self.basis, strict=True))

    def _cycle(self) -> list[int]:
        """List the powers of a primitive element."""
        if self.degree == 1:
            for g in range(1, self.p):
                powers = [1]
                while (following := powers[-1] * g % self.p) != 1:
                    powers.append(following)
                if len(powers) == self.p - 1:
                    return powers
        for lower in product(range(self.p), repeat=self.degree):
            powers = [1]
            while len(powers) < self.q and (following := self._times_x(powers[-1], lower)) not in (0, 1):
                powers.append(following)
            if len(powers) == self.q - 1:
                return powers
        raise AssertionError(f"no primitive polynomial for {self.q} elements was found")

    def _times_x(self, a: int, lower: Sequence[int]) -> int:
        """Multiply by x modulo x^degree + lower, whose leading digit comes first."""
        *digits, top = self._digits(a)
        return self._number([x - top * y for x, y in zip([0, *digits], reversed(lower), strict=True)])


@lru_cache(maxsize=8)
def field(q: int) -> Field:
    """Return the field of q elements, and remember it."""
    return Field(q)
