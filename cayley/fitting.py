"""Formulas for integer sequences: polynomials whose coefficients may depend on n modulo a period.

Diameters of families of Cayley graphs are often quasi-polynomials, such as floor(n^2/4). Arithmetic is exact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm

from graphkit.validation import check_integer

Polynomial = tuple[Fraction, ...]  # coefficients of 1, n, n^2, ...


@dataclass(frozen=True)
class Fit:
    """A formula for a sequence, and how well it is supported.

    Attributes
    ----------
    period : int
    polynomials : tuple of (tuple of Fraction, or None)
        For each residue of n modulo the period the coefficients of 1, n, n^2, ...; None if no such n was
        given.
    values : dict of int to int
        The sequence, by n.
    fitted : tuple of int
        Values of n that determine the formula.
    predicted : tuple of int
        Values of n at which the formula follows from those before, and holds.
    skipped : tuple of int
        The least values of n, which the formula leaves out to hold for the others.
    excluded : tuple of int
        Values of n below the `start` that the user has set.
    ties : tuple of Fit
        Other formulas that predict as many values and differ somewhere.

    Examples
    --------
    >>> found = fit_formula([0, 1, 2, 4, 6, 9, 12, 16, 20])
    >>> print(found.formula)
    n^2/4 for even n, (n^2 - 1)/4 for odd n
    >>> found.as_floor, found.fitted, found.predicted, found.predict(100)
    ('floor(n^2/4)', (1, 2, 3, 4), (5, 6, 7, 8, 9), 2500)
    """

    period: int
    polynomials: tuple[Polynomial | None, ...]
    values: dict[int, int]
    fitted: tuple[int, ...]
    predicted: tuple[int, ...]
    skipped: tuple[int, ...] = ()
    excluded: tuple[int, ...] = ()
    ties: tuple["Fit", ...] = ()

    @property
    def degree(self) -> int:
        """Degree in n, at least 0."""
        return max(len(p) for p in self.polynomials if p is not None) - 1

    @property
    def start(self) -> int:
        """The least n for which the formula is known to hold."""
        return min(self.fitted + self.predicted)

    def predict(self, n: int) -> int:
        """Evaluate the formula.

        Raises
        ------
        ValueError
            If no n of this residue was given.
        """
        n = check_integer(n, "n")
        polynomial = self.polynomials[n % self.period]
        if polynomial is None:
            raise ValueError(f"no value was given for any n = {n % self.period} mod {self.period}")
        return int(_evaluate(polynomial, n))

    def compare(self) -> list[tuple[int, int, int | None, str]]:
        """Set the sequence beside the formula.

        Returns
        -------
        list of (n, value, formula, role)
            The role is "fitted", "predicted", "skipped" or "excluded". The formula is None where it says
            nothing of this residue.
        """
        roles = dict.fromkeys(self.fitted, "fitted") | dict.fromkeys(self.predicted, "predicted")
        roles |= dict.fromkeys(self.skipped, "skipped") | dict.fromkeys(self.excluded, "excluded")
        return [
            (
                n,
                value,
                None if self.polynomials[n % self.period] is None else self.predict(n),
                roles[n],
            )
            for n, value in sorted(self.values.items())
        ]

    @property
    def formula(self) -> str:
        """The formula in one line, by residues."""
        cases: dict[Polynomial, list[int]] = {}
        for residue, polynomial in enumerate(self.polynomials):
            if polynomial is not None:
                cases.setdefault(polynomial, []).append(residue)
        if len(cases) == 1 and None not in self.polynomials:
            return format_polynomial(next(iter(cases)))
        return ", ".join(
            f"{format_polynomial(polynomial)} for {_name_residues(residues, self.period)}"
            for polynomial, residues in cases.items()
        )

    @property
    def as_floor(self) -> str | None:
        """The formula as one polynomial rounded down; None if it is no such, or nothing is to be rounded."""
        known = [p for p in self.polynomials if p is not None]
        if len(set(known)) == 1 or len({p[1:] for p in known}) > 1:
            return None
        largest = max(known, key=lambda p: p[0])
        # The formula is an integer, so the floor of anything less than 1 above it.
        if any(largest[0] - p[0] >= 1 for p in known):
            return None
        return f"floor({format_polynomial(largest)})"

    def __str__(self) -> str:
        """Tell the formula and its support."""
        text = f"{self.formula}: {len(self.fitted)} values fitted, {len(self.predicted)} predicted"
        return text + (f", {len(self.skipped)} skipped" if self.skipped else "")


def fit_formula(
    values: Mapping[int, int] | Sequence[int],
    *,
    first: int = 1,
    start: int | None = None,
    max_period: int = 6,
    max_degree: int = 3,
) -> Fit | None:
    """Find the formula that predicts most of an integer sequence.

    Parameters
    ----------
    values : mapping of int to int, or sequence of int
        The value for each n, such as `cayley.GrowthTable.diameters`; of a sequence, for first, first+1, ....
    first : int
        The n of the first value of a sequence.
    start : int, optional
        Leave out smaller n. Default: as few of the smallest n are skipped as it takes, if any.
    max_period, max_degree : int
        Bounds for the formulas to try.

    Returns
    -------
    Fit or None
        None if no formula within the bounds holds.

    Raises
    ------
    TypeError
        If something is not an integer.
    ValueError
        If there are not enough values for any formula: two, and one more than is needed to determine it.

    Notes
    -----
    A formula of period s and degree d has a polynomial of degree d for each n mod s; the coefficients of the
    powers above some c may be common to all of them. So it has d - c + (c + 1) s coefficients, each of which
    is free. Values are taken by increasing n. One that the values before it determine is *predicted*, any
    other is *fitted*. A formula is accepted only if

    - every prediction is right, and there is at least one for each residue of n that occurs,
    - it takes integer values for all n,
    - there are at least twice as many predictions as values skipped at the start.

    Of the accepted formulas the one with the most predictions is returned, that is, with the fewest
    coefficients and skipped values together; others with as many predictions are its `ties`. A formula that
    holds for the given values need not hold for the next one: the diameters of the pancake graphs for
    n = 2, ..., 14 fit one of period 5 with six right predictions, which fails at n = 16 (OEIS A058986).

    Examples
    --------
    >>> print(fit_formula({3: 2, 4: 6, 5: 10, 6: 15, 7: 21, 8: 28, 9: 36}))
    (n^2 - n)/2: 3 values fitted, 3 predicted, 1 skipped
    >>> print(fit_formula([2, 3, 5, 7, 11, 13, 17, 19]))
    None
    """
    sequence = _check_values(values, first)
    max_period = check_integer(max_period, "max_period", minimum=1)
    max_degree = check_integer(max_degree, "max_degree", minimum=0)
    excluded: tuple[int, ...] = ()
    if start is not None:
        start = check_integer(start, "start")
        excluded = tuple(n for n in sequence if n < start)
    points = [(n, value) for n, value in sequence.items() if n not in excluded]
    if len(points) < 2:
        raise ValueError(f"a formula needs at least 2 values, one to fit and one to check, got {len(points)}")
    most = 0 if start is not None else len(points) // 3
    best: list[Fit] = []
    least = len(points)
    for shape in _shapes([n for n, _ in points], max_period, max_degree):
        if shape.size > least:
            break
        found = _fit_shape(shape, points, most)
        if found is None:
            continue
        cost = len(found.fitted) + len(found.skipped)
        if cost < least:
            best, least = [], cost
        if cost == least and all(_differ(found, other) for other in best):
            best.append(replace(found, values=sequence, excluded=excluded))
    if not best:
        return None
    best.sort(key=lambda fit: len(fit.skipped))
    return replace(best[0], ties=tuple(best[1:]))


def format_polynomial(polynomial: Polynomial) -> str:
    """Write a polynomial in n over one denominator.

    Examples
    --------
    >>> format_polynomial((Fraction(9, 4), Fraction(-2), Fraction(3, 4)))
    '(3n^2 - 8n + 9)/4'
    >>> format_polynomial((Fraction(0), Fraction(3, 2))), format_polynomial((Fraction(-1), Fraction(1)))
    ('3n/2', 'n - 1')
    """
    denominator = lcm(*(coefficient.denominator for coefficient in polynomial))
    text, terms = "", 0
    for power in reversed(range(len(polynomial))):
        coefficient = int(polynomial[power] * denominator)
        if coefficient == 0 and len(polynomial) > 1:
            continue
        size = str(abs(coefficient)) if abs(coefficient) != 1 or power == 0 else ""
        letter = "" if power == 0 else "n" if power == 1 else f"n^{power}"
        sign = ("-" if not terms else " - ") if coefficient < 0 else (" + " if terms else "")
        text += sign + size + letter
        terms += 1
    if denominator == 1:
        return text
    return f"({text})/{denominator}" if terms > 1 else f"{text}/{denominator}"


@dataclass(frozen=True)
class _Shape:
    """A kind of formula: the powers up to `varying` have a coefficient for each of some residues."""

    period: int
    residues: tuple[int, ...]
    degree: int
    varying: int

    @property
    def size(self) -> int:
        """Number of coefficients."""
        return self.degree - self.varying + len(self.residues) * (self.varying + 1)

    def row(self, n: int) -> list[Fraction]:
        """Return what each coefficient is multiplied by at n; those of the common powers come first."""
        common = [n**power for power in range(self.varying + 1, self.degree + 1)]
        own = [
            n**power if residue == n % self.period else 0
            for residue in self.residues
            for power in range(self.varying + 1)
        ]
        return [Fraction(x) for x in common + own]

    def polynomials(self, found: Sequence[Fraction]) -> tuple[Polynomial | None, ...]:
        """Put the coefficients in order."""
        n_common, n_own = self.degree - self.varying, self.varying + 1
        polynomials: list[Polynomial | None] = [None] * self.period
        for i, residue in enumerate(self.residues):
            own = found[n_common + i * n_own : n_common + (i + 1) * n_own]
            polynomials[residue] = _trim((*own, *found[:n_common]))
        return tuple(polynomials)


class _System:
    """Linear equations with integer coefficients, brought to echelon form one after the other."""

    def __init__(self) -> None:
        self.pivots: list[tuple[int, list[Fraction]]] = []

    def add(self, equation: list[Fraction]) -> bool | None:
        """Add coefficients with the right-hand side; tell whether it follows from those before.

        None if it contradicts them.
        """
        row = equation
        for column, other in self.pivots:
            factor = row[column]
            if factor:
                row = [x - factor * y for x, y in zip(row, other, strict=True)]
        column = next((i for i, x in enumerate(row[:-1]) if x), -1)
        if column < 0:
            return None if row[-1] else True
        self.pivots.append((column, [x / row[column] for x in row]))
        return False

    def solve(self, size: int) -> list[Fraction] | None:
        """Return the unknowns; None if the equations do not determine them."""
        if len(self.pivots) < size:
            return None
        found = [Fraction(0)] * size
        for column, row in reversed(self.pivots):
            known = sum((row[i] * found[i] for i in range(size) if i != column), Fraction(0))
            found[column] = row[-1] - known
        return found


def _shapes(numbers: Sequence[int], max_period: int, max_degree: int) -> list[_Shape]:
    """List the kinds of formulas for these n, those with few coefficients first."""
    found = []
    for period in range(1, max_period + 1):
        residues = tuple(sorted({n % period for n in numbers}))
        found += [
            _Shape(period, residues, degree, varying)
            for degree in range(max_degree + 1)
            for varying in (range(degree + 1) if len(residues) > 1 else (degree,))
        ]
    return sorted(found, key=lambda shape: shape.size)


def _fit_shape(shape: _Shape, points: Sequence[tuple[int, int]], most: int) -> Fit | None:
    """Fit a shape to all but as few of the first values as it takes, at most `most`."""
    # What holds for the values from some n on holds for those from a later n on: go backwards.
    system = _System()
    skip = len(points)
    while skip and system.add([*shape.row(points[skip - 1][0]), Fraction(points[skip - 1][1])]) is not None:
        skip -= 1
    found = _determine(shape, points[skip:]) if skip <= most else None
    if found is None or len(found.predicted) < 2 * skip:
        return None
    return replace(found, skipped=tuple(n for n, _ in points[:skip]))


def _determine(shape: _Shape, points: Sequence[tuple[int, int]]) -> Fit | None:
    """Determine the coefficients by the first values that do, and check that the others follow."""
    if shape.size + len(shape.residues) > len(points):
        return None
    system = _System()
    fitted: list[int] = []
    predicted: list[int] = []
    for n, value in points:
        follows = system.add([*shape.row(n), Fraction(value)])
        if follows is None:
            return None
        (predicted if follows else fitted).append(n)
    found = system.solve(shape.size)
    if found is None or {n % shape.period for n in predicted} != set(shape.residues):
        return None
    polynomials = shape.polynomials(found)
    if not all(p is None or _is_integral(p, r, shape.period) for r, p in enumerate(polynomials)):
        return None
    return Fit(shape.period, polynomials, dict(points), tuple(fitted), tuple(predicted))


def _evaluate(polynomial: Polynomial, n: int) -> Fraction:
    value = Fraction(0)
    for coefficient in reversed(polynomial):
        value = value * n + coefficient
    return value


def _trim(polynomial: Polynomial) -> Polynomial:
    """Drop leading zeros."""
    length = len(polynomial)
    while length > 1 and not polynomial[length - 1]:
        length -= 1
    return polynomial[:length]


def _is_integral(polynomial: Polynomial, residue: int, period: int) -> bool:
    """Tell whether it takes integers at all n of a residue; degree + 1 of them in a row suffice (Newton)."""
    return all(_evaluate(polynomial, residue + period * i).denominator == 1 for i in range(len(polynomial)))


def _differ(one: Fit, other: Fit) -> bool:
    """Tell whether two formulas differ for some n for which both say something."""
    return any(
        p is not None and q is not None and p != q
        for p, q in (
            (one.polynomials[r % one.period], other.polynomials[r % other.period])
            for r in range(lcm(one.period, other.period))
        )
    )


def _name_residues(residues: Sequence[int], period: int) -> str:
    if period == 2:
        return "odd n" if residues[0] else "even n"
    return f"n = {', '.join(map(str, residues))} mod {period}"


def _check_values(values: Mapping[int, int] | Sequence[int], first: int) -> dict[int, int]:
    """Read the sequence, by increasing n."""
    if not isinstance(values, Mapping):
        if isinstance(values, str) or not hasattr(values, "__len__"):
            raise TypeError(f"values must be a sequence of integers or a mapping by n, got {values!r}")
        values = dict(enumerate(values, check_integer(first, "first")))
    return {
        check_integer(n, "n"): check_integer(value, f"the value for n = {n}")
        for n, value in sorted(values.items())
    }
