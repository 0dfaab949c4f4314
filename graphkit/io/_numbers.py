"""Whole files of numbers as arrays, without a Python object for each of them."""

import io
import warnings
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
from numba import njit
from numpy.typing import NDArray

from graphkit.errors import GraphFormatError
from graphkit.io._files import Source
from graphkit.io._text import INTEGER, NUMBER, data_lines
from graphkit.memory import require_memory

Array = NDArray[Any]
_OTHER, _BLANK, _NEWLINE, _DIGIT, _SIGN, _DELIMITER = range(6)
_MAX_INT64 = np.iinfo(np.int64).max


@dataclass(frozen=True)
class IntegerRows:
    """Integers of a text file by line: those of line i + 1 are ``values[offsets[i]:offsets[i + 1]]``.

    Empty lines at the end are left out; `file` is for messages.
    """

    file: Source
    values: Array
    offsets: Array

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def table(self, n_columns: int, first_line: int = 1) -> Array:
        """Return the integers as an array of shape (n_lines, n_columns); every line must have that many."""
        counts = np.diff(self.offsets)
        wrong = np.flatnonzero(counts != n_columns)
        if wrong.size:
            refuse_count(self.file, int(wrong[0]) + first_line, int(counts[wrong[0]]), n_columns)
        return self.values.reshape(-1, n_columns)


def refuse_count(file: Source, line: int, found: int, wanted: int) -> NoReturn:
    """Name the line that has another number of columns than it should."""
    numbers = f"{wanted} number{'s' * (wanted != 1)}"
    raise GraphFormatError(f"expected {numbers}, found {found or 'an empty line'}", file.name, line)


def integer_rows(file: Source, delimiters: str = "", *, skip_lines: int = 0) -> IntegerRows:
    """Read the integers of a text file, line by line.

    Parameters
    ----------
    file : Source
    delimiters : str
        Blanks always separate. One character here: it must stand between any two numbers of a line. Several:
        they separate like blanks.
    skip_lines : int
        Lines at the beginning to pass over; `IntegerRows` counts lines from there.

    Raises
    ------
    GraphFormatError
        At a line with anything else than integers that fit into 64 bits.
    MemoryBudgetError
        If the array would not fit into memory.
    """
    rows = _scan(file, delimiters, skip_lines)
    if isinstance(rows, int):
        _refuse_byte(file, rows)
    return rows


def integer_table(
    file: Source, n_columns: int = 1, delimiters: str = "", *, length: int | None = None, each: str = ""
) -> Array:
    """Read a table of integers: an array of shape (n_lines, n_columns), or (n_lines,) for one column.

    `length` is the number of lines that there must be, one for each `each`.
    """
    table = integer_rows(file, delimiters).table(n_columns)
    check_length(file, len(table), length, each)
    return table[:, 0] if n_columns == 1 else table


def number_table(
    file: Source,
    delimiters: str = "",
    *,
    length: int | None = None,
    each: str = "",
    allow_nan: bool = False,
) -> Array:
    """Read a table of numbers as wide as its first line: int64 if all of them are integers, else float64.

    Raises
    ------
    GraphFormatError
        At a line that has another width, or something that is no finite number (NaN and empty fields where
        `allow_nan`).
    """
    rows = _scan(file, delimiters, 0)
    if isinstance(rows, IntegerRows):
        width = int(rows.offsets[1]) if len(rows) else 1
        if not width:
            refuse_count(file, 1, 0, 1)
        table = rows.table(width)
    else:
        table = _float_table(file, delimiters, allow_nan)
    check_length(file, len(table), length, each)
    return table


def check_length(file: Source, found: int, wanted: int | None, each: str) -> None:
    """Refuse a file that has not one line for each of its subjects."""
    if wanted is not None and found != wanted:
        raise GraphFormatError(
            f"expected {wanted} lines, one for each {each}, found {found}", file.name, min(found, wanted) + 1
        )


def _scan(file: Source, delimiters: str, skip_lines: int) -> IntegerRows | int:
    """Integers of a file, or the position of the byte where they end."""
    data = np.frombuffer(file.data, dtype=np.uint8)
    start = 3 if bytes(file.data[:3]) == b"\xef\xbb\xbf" else 0
    for _ in range(skip_lines):
        start = _next_line(file, start)
    kinds = _byte_kinds(delimiters)
    n_values, n_lines = count_integers(data, start, kinds)
    require_memory(8 * (n_values + n_lines), f"reading {n_values} numbers of {file.name}")
    values, offsets = np.empty(n_values, np.int64), np.zeros(n_lines + 1, np.int64)
    bad = parse_integers(data, start, kinds, values, offsets)
    if bad >= 0:
        return int(bad)
    last = int(np.searchsorted(offsets, n_values))  # the first line end after the last number
    return IntegerRows(file, values, offsets[: last + 1])


def _next_line(file: Source, start: int) -> int:
    end = file.data.find(b"\n", start)
    return len(file.data) if end < 0 else end + 1


def _byte_kinds(delimiters: str) -> Array:
    kinds = np.full(256, _OTHER, dtype=np.uint8)
    kinds[[ord(mark) for mark in " \t\r"]] = _BLANK
    kinds[ord("\n")] = _NEWLINE
    kinds[ord("0") : ord("9") + 1] = _DIGIT
    kinds[[ord(mark) for mark in "+-"]] = _SIGN
    if delimiters:
        kinds[[ord(mark) for mark in delimiters]] = _DELIMITER if len(delimiters) == 1 else _BLANK
    return kinds


def _refuse_byte(file: Source, position: int) -> NoReturn:
    """Say what stands where an integer was expected."""
    data = file.data
    start = data.rfind(b"\n", 0, position) + 1
    end = data.find(b"\n", position)
    line = 1 + bytes(data[:start]).count(b"\n")
    raw = bytes(data[start : len(data) if end < 0 else end])
    if b"\0" in raw:
        raise GraphFormatError("expected text, found a NUL byte: is this a binary file?", file.name, line)
    left = position - start
    while left and raw[left - 1 : left] not in b" \t,":
        left -= 1
    token, *_ = [*raw[left:].replace(b",", b" , ").split(), b""]
    found = token.decode(errors="backslashreplace")[:60]
    if not found:
        message = "expected another integer after the last delimiter, found the end of the line"
    elif INTEGER.fullmatch(found) and len(found) > 18:
        message = f"expected integers of at most 64 bits, found {found}"
    else:
        message = f"expected integers and delimiters, found {found!r} at column {left + 1}"
    raise GraphFormatError(message, file.name, line)


def _float_table(file: Source, delimiters: str, allow_nan: bool) -> Array:
    """Parse with numpy; where it stumbles, read again with care to name the line."""
    separator = delimiters or None
    require_memory(4 * len(file.data), f"reading the numbers of {file.name}")  # 2 bytes a number at least
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            text = io.TextIOWrapper(io.BytesIO(bytes(file.data)), encoding="ascii", newline="\n")
            table = np.loadtxt(text, delimiter=separator, comments=None, ndmin=2)
        if np.isfinite(table).all() and len(table) == bytes(file.data).rstrip().count(b"\n") + 1:
            return table
    except (ValueError, UserWarning, DeprecationWarning):
        pass
    return _careful_floats(file, separator, allow_nan)


def _careful_floats(file: Source, separator: str | None, allow_nan: bool) -> Array:
    rows: list[list[float]] = []
    last = 0
    for line in data_lines(file, ()):
        if line.number != last + 1:
            refuse_count(file, last + 1, 0, len(rows[0]) if rows else 1)
        last = line.number
        tokens = [token.strip() for token in line.text.split(separator)]
        if rows and len(tokens) != len(rows[0]):
            refuse_count(file, line.number, len(tokens), len(rows[0]))
        rows.append([_number(token, allow_nan, file, line.number) for token in tokens])
    return np.array(rows, dtype=np.float64) if rows else np.empty((0, 1))


def _number(token: str, allow_nan: bool, file: Source, line: int) -> float:
    if NUMBER.fullmatch(token):
        value = float(token)
        if np.isfinite(value):
            return value
    elif allow_nan and token.lower() in ("", "nan"):
        return float("nan")
    raise GraphFormatError(f"expected a finite number, found {token[:60]!r}", file.name, line)


@njit(cache=True)
def count_integers(data: Array, start: int, kinds: Array) -> tuple[int, int]:
    """Count groups of digits and signs, and lines; only an upper bound where the text is malformed."""
    n_values = 0
    n_lines = 0
    inside = False
    for i in range(start, data.size):
        kind = kinds[data[i]]
        if kind in (_DIGIT, _SIGN):
            if not inside:
                n_values += 1
            inside = True
        else:
            inside = False
            if kind == _NEWLINE:
                n_lines += 1
    if data.size > start and kinds[data[data.size - 1]] != _NEWLINE:
        n_lines += 1
    return n_values, n_lines


@njit(cache=True)
def parse_integers(data: Array, start: int, kinds: Array, values: Array, offsets: Array) -> int:
    """Fill values and line ends; return -1, or the position of the first byte that does not belong."""
    n = 0
    line = 0
    i = start
    in_row = 0  # numbers of this line so far
    delimited = True  # whether a number may come next without a delimiter
    wanted = False  # whether a number must come, after a delimiter
    strict = False
    for k in range(256):
        strict |= kinds[k] == _DELIMITER
    while i < data.size:
        kind = kinds[data[i]]
        if kind == _BLANK:
            i += 1
        elif kind == _NEWLINE:
            if wanted:
                return i
            line += 1
            offsets[line] = n
            in_row = 0
            delimited = True
            i += 1
        elif kind == _DELIMITER:
            if in_row == 0 or wanted:
                return i
            delimited = True
            wanted = True
            i += 1
        elif kind in (_DIGIT, _SIGN):
            if not delimited:
                return i
            first = i
            negative = data[i] == 45
            if kind == _SIGN:
                i += 1
            if i == data.size or kinds[data[i]] != _DIGIT:
                return first
            value = 0
            while i < data.size and kinds[data[i]] == _DIGIT:
                digit = int(data[i]) - 48
                if value > (_MAX_INT64 - digit) // 10:
                    return first
                value = value * 10 + digit
                i += 1
            if i < data.size and (kinds[data[i]] == _OTHER or kinds[data[i]] == _SIGN):
                return i
            values[n] = -value if negative else value
            n += 1
            in_row += 1
            delimited = not strict
            wanted = False
        else:
            return i
    if wanted:
        return data.size - 1
    if data.size > start and kinds[data[data.size - 1]] != _NEWLINE:
        offsets[line + 1] = n
    return -1
