import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.fitting import holds, interpolate

from cayley.fitting import fit_formula, format_polynomial

# Diameters computed by this package and others: OEIS A186783, A039745, A002620, A058986.
LRX = dict(enumerate([2, 6, 10, 15, 21, 28, 36, 45, 55, 66], 3))
LX = dict(enumerate([2, 6, 11, 18, 25, 35, 45, 58, 71, 87], 3))
PANCAKE = dict(enumerate([1, 3, 4, 5, 7, 8, 9, 10, 11, 13, 14, 15, 16], 2))


def test_lrx():
    found = fit_formula(LRX)
    assert found.formula == "(n^2 - n)/2"
    assert (found.period, found.degree, found.start) == (1, 2, 4)
    assert found.skipped == (3,)
    assert found.fitted == (4, 5, 6)
    assert found.predicted == (7, 8, 9, 10, 11, 12)
    assert found.ties == ()
    assert found.as_floor is None
    assert found.predict(15) == 105
    assert found.compare()[:2] == [(3, 2, 3, "skipped"), (4, 6, 6, "fitted")]
    assert str(found) == "(n^2 - n)/2: 3 values fitted, 6 predicted, 1 skipped"


def test_lx():
    found = fit_formula(LX)
    assert found.formula == "(3n^2 - 8n + 12)/4 for even n, (3n^2 - 8n + 9)/4 for odd n"
    assert found.as_floor == "floor((3n^2 - 8n + 12)/4)"
    assert found.skipped == (3, 4)
    assert found.predict(15) == 141
    by_hand = fit_formula(LX, start=5)
    assert by_hand.polynomials == found.polynomials
    assert by_hand.skipped == ()
    assert by_hand.excluded == (3, 4)
    assert [role for *_, role in by_hand.compare()] == ["excluded"] * 2 + ["fitted"] * 4 + ["predicted"] * 4


def test_a_formula_may_fail_later():
    found = fit_formula(PANCAKE)
    assert found.period == 5
    assert len(found.predicted) == 6
    assert found.predict(16) == 19  # the diameter is 18


def test_a_start_of_the_user_is_obeyed():
    assert fit_formula(LRX, start=3) is None
    assert fit_formula({3: 100, 4: 6, 5: 10, 6: 15, 7: 21}, start=4).formula == "(n^2 - n)/2"


def test_too_few_values():
    for values in ([], [5]):
        with pytest.raises(ValueError, match="at least 2 values"):
            fit_formula(values)
    with pytest.raises(ValueError, match="at least 2 values"):
        fit_formula(LRX, start=12)
    # Three values determine a parabola and leave nothing to check it by.
    assert fit_formula([1, 4, 9]) is None
    assert fit_formula([1, 4, 9, 16]).formula == "n^2"


def test_each_residue_needs_a_prediction():
    # Period 2 and degree 0: two values are fitted; the third says nothing of even n.
    assert fit_formula([3, 8, 3], max_degree=0) is None
    assert fit_formula([3, 8, 3, 8], max_degree=0).formula == "8 for even n, 3 for odd n"


def test_noise_has_no_formula():
    draw = random.Random(1)
    for _ in range(5):
        assert fit_formula([draw.randrange(1000) for _ in range(14)], max_period=4) is None


def test_bounds():
    squares = [n * n for n in range(1, 10)]
    assert fit_formula(squares, max_degree=1) is None
    thirds = [n // 3 for n in range(1, 15)]
    assert fit_formula(thirds, max_period=2) is None
    assert fit_formula(thirds).as_floor == "floor(n/3)"


def test_names_of_residues():
    found = fit_formula([0, 0, 1, 0, 0, 1, 0, 0, 1])
    assert found.formula == "1 for n = 0 mod 3, 0 for n = 1, 2 mod 3"


def test_gaps():
    evens = fit_formula({n: n // 2 for n in range(2, 20, 2)})
    assert evens.formula == "n/2 for even n"
    only_two_of_four = fit_formula({n: n if n % 4 == 1 else 7 for n in range(1, 40, 2)})
    assert only_two_of_four.formula == "n for n = 1 mod 4, 7 for n = 3 mod 4"
    with pytest.raises(ValueError, match="n = 2 mod 4"):
        only_two_of_four.predict(6)


def test_formulas_take_integers_only():
    # n/2 meets both values, but is no integer for odd n.
    found = fit_formula({2: 1, 4: 2, 6: 3, 8: 4, 9: 4, 10: 5, 11: 5, 12: 6})
    assert found.as_floor == "floor(n/2)"


def test_ties_are_reported():
    """The classes of n mod 2 and mod 3 are the same for 1, 2, 7, 8, not for 4."""
    found = fit_formula({1: 5, 2: 9, 7: 5, 8: 9})
    (tie,) = found.ties
    assert (found.period, tie.period) == (2, 3)
    assert (found.predict(4), tie.predict(4)) == (9, 5)
    assert found.predicted == tie.predicted == (7, 8)
    assert tie.values == found.values
    assert tie.ties == ()


@pytest.mark.parametrize(
    ("values", "error"),
    [("1,2", TypeError), (5, TypeError), ([1, 2.5], TypeError), ({1: 1, "2": 4}, TypeError)],
)
def test_wrong_values(values, error):
    with pytest.raises(error):
        fit_formula(values)


def test_wrong_bounds():
    with pytest.raises(ValueError, match="max_period"):
        fit_formula([1, 2, 3], max_period=0)
    with pytest.raises(ValueError, match="max_degree"):
        fit_formula([1, 2, 3], max_degree=-1)


@pytest.mark.parametrize(
    ("polynomial", "text"),
    [
        ((0,), "0"),
        ((5,), "5"),
        ((0, 1), "n"),
        ((0, -1), "-n"),
        ((Fraction(-1, 2), 0, Fraction(3, 2)), "(3n^2 - 1)/2"),
        ((Fraction(1, 3), Fraction(-1, 3)), "(-n + 1)/3"),
        ((0, 0, 0, Fraction(1, 6)), "n^3/6"),
    ],
)
def test_format(polynomial, text):
    assert format_polynomial(tuple(map(Fraction, polynomial))) == text


coefficients = st.integers(-6, 6)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_formula_is_found_again(data):
    period = data.draw(st.integers(1, 3))
    degree = data.draw(st.integers(0, 2))
    polynomials = [
        [data.draw(coefficients) for _ in range(degree + 1)] for _ in range(period)
    ]  # integer coefficients, so integer values

    def value(n):
        return sum(c * n**power for power, c in enumerate(polynomials[n % period]))

    first = data.draw(st.integers(1, 5))
    size = period * (degree + 1)
    values = {n: value(n) for n in range(first, first + 3 * size + 6)}
    assert holds(values, period, degree)
    found = fit_formula(values)
    assert found is not None
    assert len(found.fitted) + len(found.skipped) <= size  # at least as simple as the one that was made
    for n in found.fitted + found.predicted:
        assert found.predict(n) == values[n]
    kept = {n: v for n, v in values.items() if n >= found.start}
    for n in range(found.start + len(kept), found.start + len(kept) + 12):
        points = [(m, v) for m, v in kept.items() if m % found.period == n % found.period]
        assert found.predict(n) == interpolate(points, n)
