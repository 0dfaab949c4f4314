"""Files of numbers, against a reader that does the obvious."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import number_lines

from graphkit.errors import GraphFormatError, MemoryBudgetError
from graphkit.io._files import Source
from graphkit.io._numbers import integer_rows, integer_table, number_table


def source(text):
    return Source("some", text if isinstance(text, bytes) else text.encode(), None)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.sampled_from([*"0123456789", "12", " ", "\t", "\n", "\r\n", ",", "-", "+", "x", ".", "9" * 19])
    ),
    st.sampled_from(["", ","]),
)
def test_integer_rows_against_the_obvious(parts, delimiter):
    text = "".join(parts)
    wanted = number_lines.integer_rows(text, delimiter)
    if wanted is None:
        with pytest.raises(GraphFormatError) as caught:
            integer_rows(source(text), delimiter)
        good = "\n".join(text.split("\n")[: caught.value.line - 1])
        assert number_lines.integer_rows(good, delimiter) is not None  # it is the first bad line
        return
    rows = integer_rows(source(text), delimiter)
    found = [rows.values[a:b].tolist() for a, b in zip(rows.offsets[:-1], rows.offsets[1:], strict=True)]
    assert found == wanted, text


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=2),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from([" ", ",", ", "]),
)
def test_floats_are_read_exactly(rows, delimiter):
    text = "".join(delimiter.join(map(repr, row)) + "\n" for row in rows)
    found = number_table(source(text), delimiter.strip())
    np.testing.assert_array_equal(found, rows)


def test_kinds_of_tables():
    assert number_table(source("1 2\n3 4")).dtype == np.int64
    assert number_table(source("1 2\n3 4.0")).dtype == np.float64
    assert number_table(source("\n")).shape == (0, 1)
    assert np.isnan(number_table(source("1,\n2,nan\n"), ",", allow_nan=True)[:, 1]).all()
    assert integer_rows(source(b"\xef\xbb\xbf7\n")).values.tolist() == [7]
    assert integer_rows(source("a b\n7\n"), skip_lines=1).values.tolist() == [7]
    assert integer_table(source("5\n6")).tolist() == [5, 6]


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("1\n2 3\n", "expected 1 number, found 2", 2),
        ("\n1\n", "expected 1 number, found an empty line", 1),
        ("1\n0.5\n1e999\n", "expected a finite number, found '1e999'", 3),
        ("1\n0.5\ninf\n", "expected a finite number, found 'inf'", 3),
        ("0.5 1\n2\n", "expected 2 numbers, found 1", 2),
        ("0.5\n\n1\n", "expected 1 number, found an empty line", 2),
        (b"0.5\n\xff\n", "expected UTF-8 text", 2),
        (b"1\n\0\n", "NUL byte", 2),
    ],
)
def test_refused_tables(text, message, line):
    with pytest.raises(GraphFormatError, match=message) as caught:
        number_table(source(text))
    assert caught.value.line == line


def test_a_table_that_would_not_fit_is_refused(monkeypatch):
    monkeypatch.setattr("graphkit.memory.available_memory", lambda: 100)
    with pytest.raises(MemoryBudgetError, match="reading 50 numbers of some"):
        integer_rows(source("1 " * 50))
