"""Checks of single values: what they accept, and that their messages tell what arrived.

`check_distances` has a file of its own.
"""

import numpy as np
import pytest

from graphkit.errors import GraphFormatError, GraphkitError, UnknownNameError
from graphkit.validation import check_choice, check_integer, check_random_state, index_dtype, parse_integer


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3)])
def test_integers_of_any_width_become_ints(value):
    assert check_integer(value, "k") == 3
    assert type(check_integer(value, "k", minimum=3, maximum=3)) is int


@pytest.mark.parametrize("value", [3.0, "3", None, True, np.bool_(True), np.float64(3), [3]])
def test_everything_else_is_a_type_error(value):
    with pytest.raises(TypeError, match=r"^k must be an integer, got .* of type "):
        check_integer(value, "k")


@pytest.mark.parametrize(
    ("value", "bounds", "message"),
    [
        (0, {"minimum": 1, "maximum": 9}, r"k must be in \[1, 9\], got 0"),
        (10, {"minimum": 1, "maximum": 9}, r"k must be in \[1, 9\], got 10"),
        (0, {"minimum": 1}, "k must be at least 1, got 0"),
        (10, {"maximum": 9}, "k must be at most 9, got 10"),
    ],
)
def test_bounds_are_named(value, bounds, message):
    with pytest.raises(ValueError, match=message):
        check_integer(value, "k", **bounds)


def test_integers_in_text():
    assert [parse_integer(text, "k") for text in ("0", "-12", "+7")] == [0, -12, 7]
    for text in ("", "-", "1.0", " 1", "1_000", "\u0665", "--1", "\u00b2"):
        with pytest.raises(ValueError, match="k must be an integer, got"):
            parse_integer(text, "k")
    with pytest.raises(ValueError, match="k may have up to 1000 digits, got 5000"):
        parse_integer("9" * 5000, "k")


def test_choices_list_close_matches():
    names = ("euclidean", "manhattan", "cosine")
    assert check_choice("cosine", "metric", names) == "cosine"
    with pytest.raises(
        UnknownNameError, match=r"^unknown metric 'Euclidian': did you mean euclidean\? accepted are"
    ):
        check_choice("Euclidian", "metric", names)
    with pytest.raises(
        UnknownNameError, match=r"^unknown metric 'zzz': accepted are euclidean, manhattan, cosine$"
    ):
        check_choice("zzz", "metric", iter(names))
    with pytest.raises(UnknownNameError, match="unknown metric None"):
        check_choice(None, "metric", names)


def draw(random_state):
    return check_random_state(random_state).integers(2**40)


def test_seeds():
    assert draw(0) == draw(0) == draw(np.int64(0))
    assert draw(0) != draw(1)
    assert draw(None) != draw(None)  # equal with a chance of 2^-40
    generator = np.random.default_rng(4)
    assert check_random_state(generator) is generator
    state = np.random.RandomState(4)
    first, second = draw(state), draw(state)
    assert first != second
    assert first == draw(np.random.RandomState(4))


@pytest.mark.parametrize(
    ("value", "error"), [(-1, ValueError), (0.0, TypeError), ("0", TypeError), (True, TypeError)]
)
def test_bad_seeds(value, error):
    with pytest.raises(error, match="random_state must be"):
        check_random_state(value)


def test_index_width_changes_at_two_to_the_31():
    assert index_dtype(0, 0) is np.int32
    assert index_dtype(2**31 - 1, 2**31 - 1) is np.int32
    assert index_dtype(2**31, 0) is np.int64
    assert index_dtype(5, 2**31) is np.int64


def test_format_errors_name_file_and_line():
    import pickle

    error = GraphFormatError("expected a number, found 'x'", "a.csv", 7)
    assert str(error) == "a.csv:7: expected a number, found 'x'"
    assert isinstance(error, GraphkitError)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.path, again.line) == (str(error), "a.csv", 7)
    assert str(GraphFormatError("empty")) == "empty"
