import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import cayley as oracle

from cayley.permutation import (
    check_permutation,
    compose,
    cycles,
    extend,
    format_cycles,
    from_cycles,
    identity,
    inverse,
    is_odd,
    parse_permutation,
)

permutations = st.integers(1, 9).flatmap(lambda n: st.permutations(range(n))).map(tuple)


@given(permutations)
def test_inverse_undoes(p):
    assert compose(p, inverse(p)) == compose(inverse(p), p) == identity(len(p))


@given(permutations)
def test_notations_round_trip(p):
    assert parse_permutation(format_cycles(p), len(p)) == p
    assert parse_permutation(str([i + 1 for i in p])) == p
    assert from_cycles(cycles(p), len(p)) == p


@given(permutations)
def test_parity_is_that_of_the_inversions(p):
    assert is_odd(p) == oracle.is_odd(p)


@pytest.mark.parametrize(
    "text", ["(1 2 3)(4 5)", "(1,2,3)(4,5)", "[2,3,1,5,4]", "2 3 1 5 4", " (4 5) (1,2, 3) "]
)
def test_all_notations_of_one_permutation(text):
    assert parse_permutation(text) == (1, 2, 0, 4, 3)


def test_degree_extends():
    assert parse_permutation("(1 2)", 4) == extend((1, 0), 4) == (1, 0, 2, 3)
    assert parse_permutation("[2, 1]", 4) == (1, 0, 2, 3)
    assert parse_permutation("()", 3) == (0, 1, 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(1 2)(2 3)", "point 2 is named twice"),
        ("(1 x)", "'x' is not a point"),
        ("(1 2", "outside the parentheses"),
        ("(0 1)", "numbered from 1"),
        ("[1, 3]", "2 is not among the images"),
        ("[1, 1]", "named twice"),
        ("", "it is empty"),
        ("(-1 2)", "'-1' is not a point"),
        ("[2,1", "a bracket is missing"),
        ("2 1]", "a bracket is missing"),
        ("[]", "it is empty"),
        ("(\u0661 \u0662)", "is not a point"),  # Arabic digits
        ("\u0662 \u0661", "is not a point"),
        (f"(1 {'9' * 5000})", "up to 1000 digits, got 5000"),
    ],
)
def test_unreadable_text(text, message):
    with pytest.raises(ValueError, match=r"permutation|point") as error:
        parse_permutation(text)
    assert message in str(error.value)


def test_point_out_of_range():
    with pytest.raises(ValueError, match="point 7 is out of range, it acts on 1 to 5"):
        parse_permutation("(1 7)", 5)


def test_sequences():
    import numpy as np

    assert check_permutation(np.array([1, 0, 2]), 4) == (1, 0, 2, 3)
    with pytest.raises(ValueError, match="numbered from 0"):
        check_permutation([1, 2, 3])
    with pytest.raises(ValueError, match="not a permutation"):
        check_permutation([0, 0, 1])
    with pytest.raises(ValueError, match="3 points does not act on 2"):
        check_permutation([0, 2, 1], 2)
    for images in ([0.0, 1.0], [False, True], "10"):
        with pytest.raises(TypeError, match="integers"):
            check_permutation(images)
    with pytest.raises(TypeError, match=r"a string or a sequence of images, got 1\.5"):
        check_permutation(1.5)
