"""A fast road through plain edge lists: integers, decimal weights, columns to skip.

Pieces of the file that end with a line are scanned by threads, straight from its memory map into the arrays
of the result. Whatever is unusual stops the scan, and the file is left to the careful reader, which takes
more and knows how to name what is wrong.
"""

import mmap
from itertools import pairwise
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from graphkit._shares import in_threads
from graphkit.io._files import Source
from graphkit.io._text import Dialect

Array = NDArray[Any]

_PIECE = 2**22  # bytes that one call scans
_SOURCE, _TARGET, _WEIGHT, _SKIPPED = range(4)
_NEWLINE, _RETURN, _SPACE, _TAB = 10, 13, 32, 9
_DONE, _UNUSUAL, _WIDE = range(3)
_EXACT = 2**53  # integers up to here are exact in float64, and so are powers of ten up to 10**22
_POWERS = 10.0 ** np.arange(23)


@njit(cache=True, nogil=True)
def count_lines(data: Array, start: int, end: int) -> int:
    """Count the lines of a piece; the last one may lack its end."""
    n_lines = 0
    for i in range(start, end):
        n_lines += data[i] == _NEWLINE
    return n_lines + (end > start and data[end - 1] != _NEWLINE)


@njit(cache=True, nogil=True)
def _integer(data: Array, i: int, end: int) -> tuple[int, int]:
    """Read an integer of up to 18 digits; return it and where it ends, or -1 if there is none."""
    negative = i < end and data[i] == 45
    i += negative
    begin = i
    value = np.int64(0)
    while i < end:
        digit = np.int64(data[i]) - 48
        if digit < 0 or digit > 9:
            break
        value = value * 10 + digit
        i += 1
        if i - begin > 18:
            return 0, -1
    return int(-value if negative else value), (i if i > begin else -1)


@njit(cache=True, nogil=True)
def _decimal(data: Array, i: int, end: int, powers: Array) -> tuple[float, int]:
    """Read a decimal number that one rounded operation gives exactly; return it and where it ends, or -1.

    Digits make an integer up to 2**53, which is multiplied or divided by a power of ten up to 10**22: both
    are exact, so the result is rounded once (Clinger, "How to read floating point numbers accurately", 1990).
    """
    sign = 1.0
    if i < end and (data[i] == 45 or data[i] == 43):
        sign = -1.0 if data[i] == 45 else 1.0
        i += 1
    mantissa, exponent, n_digits, point = np.int64(0), np.int64(0), 0, False
    while i < end:
        digit = np.int64(data[i]) - 48
        if digit < 0 or digit > 9:
            if digit != -2 or point:  # a point
                break
            point = True
        else:
            mantissa = mantissa * 10 + digit
            if mantissa > _EXACT:
                return 0.0, -1
            n_digits += 1
            exponent -= point
        i += 1
    if n_digits == 0:
        return 0.0, -1
    if i < end and (data[i] == 101 or data[i] == 69):
        i += 1
        i += i < end and data[i] == 43
        shift, i = _integer(data, i, end)
        if i < 0 or abs(shift) > 400:
            return 0.0, -1
        exponent += shift
    if abs(exponent) > 22:
        return 0.0, -1
    value = mantissa * powers[exponent] if exponent >= 0 else mantissa / powers[-exponent]
    return sign * value, i


@njit(cache=True, nogil=True)
def _after_comment(data: Array, i: int, end: int) -> int:
    """Return where the next line begins, or -1 if a byte on the way is not plain ASCII."""
    while i < end and data[i] != _NEWLINE:
        if data[i] == 0 or data[i] >= 128:
            return -1
        i += 1
    return i + 1


@njit(cache=True, nogil=True)
def _after_blanks(data: Array, i: int, end: int, tabs: bool) -> int:
    while i < end and (data[i] == _SPACE or (tabs and data[i] == _TAB)):
        i += 1
    return i


@njit(cache=True, nogil=True)
def _after_token(data: Array, i: int, end: int, delimiter: int) -> int:
    """Return where a column that nobody wants ends, or -1 if it is quoted or no plain ASCII."""
    while i < end:
        byte = data[i]
        if byte in (_NEWLINE, delimiter) or (delimiter == 0 and byte in (_SPACE, _TAB)):
            break
        if byte == _RETURN:
            if i + 1 < end and data[i + 1] != _NEWLINE:
                return -1
            break
        if byte == 34 or byte < _SPACE or byte >= 127:
            return -1
        i += 1
    return i


@njit(cache=True, nogil=True)
def _scan_line(
    data: Array,
    i: int,
    end: int,
    delimiter: int,
    roles: Array,
    powers: Array,
    largest: int,
    row: int,
    first: Array,
    second: Array,
    weights: Array,
) -> tuple[int, int]:
    """Read the columns of one line; return where the next one begins, and a status."""
    blanks = delimiter == 0
    for c in range(roles.size):
        if c > 0:
            after = _after_blanks(data, i, end, blanks)
            if blanks:
                if after == i:
                    return i, _UNUSUAL
            else:
                if after == end or data[after] != delimiter:
                    return i, _UNUSUAL
                after = _after_blanks(data, after + 1, end, False)
            i = after
        role = roles[c]
        if role <= _TARGET:
            value, i = _integer(data, i, end)
            if i < 0:
                return i, _UNUSUAL
            if abs(value) > largest:
                return i, _WIDE
            if role == _SOURCE:
                first[row] = value
            else:
                second[row] = value
        elif role == _WEIGHT:
            weights[row], i = _decimal(data, i, end, powers)
        else:
            start = i
            i = _after_token(data, i, end, delimiter)
            if blanks and i == start:
                return i, _UNUSUAL
        if i < 0:
            return i, _UNUSUAL
    i = _after_blanks(data, i, end, blanks)
    i += i < end and data[i] == _RETURN
    if i < end and data[i] != _NEWLINE:
        return i, _UNUSUAL
    return i + 1, _DONE


@njit(cache=True, nogil=True)
def _scan_pairs(
    data: Array, i: int, end: int, delimiter: int, largest: int, row: int, first: Array, second: Array
) -> tuple[int, int]:
    """Read lines that are two numbers of digits only; return where the first other one begins, and the row.

    One loop without calls, which is three times as fast as the general one.
    """
    separator = delimiter if delimiter else _SPACE
    while True:
        line = i
        source = np.int64(0)
        while i < end:
            digit = np.int64(data[i]) - 48
            if digit < 0 or digit > 9:
                break
            source = source * 10 + digit
            i += 1
        if i in (line, end) or i - line > 18 or source > largest or data[i] != separator:
            return line, row
        i += 1
        middle = i
        target = np.int64(0)
        while i < end:
            digit = np.int64(data[i]) - 48
            if digit < 0 or digit > 9:
                break
            target = target * 10 + digit
            i += 1
        if i in (middle, end) or i - middle > 18 or target > largest:
            return line, row
        if data[i] == _RETURN and i + 1 < end:
            i += 1
        if data[i] != _NEWLINE:
            return line, row
        i += 1
        first[row] = source
        second[row] = target
        row += 1


@njit(cache=True, nogil=True)
def scan(
    data: Array,
    start: int,
    end: int,
    delimiter: int,
    marks: Array,
    roles: Array,
    powers: Array,
    largest: int,
    row: int,
    first: Array,
    second: Array,
    weights: Array,
) -> tuple[int, int]:
    """Read the edges in a piece of a file that begins and ends with lines.

    Parameters
    ----------
    data : (n_bytes,) uint8
    start, end : int
    delimiter : int
        Byte that separates columns; 0 for runs of blanks.
    marks : (k,) uint8
        Lines that begin with one of these bytes are comments.
    roles : (n_columns,) integers: source 0, target 1, weight 2, skipped 3.
    powers : (23,) float64, powers of ten
    largest : int
        Absolute value of an id that still fits.
    row : int
        Where the first edge goes.
    first, second : integer arrays
    weights : float64, or (0,)

    Returns
    -------
    row : int
        Behind the last edge.
    status : int
        0 if all went well, 1 for something unusual, 2 if an id is too large.
    """
    i = start
    pairs = roles.size == 2 and roles[0] == _SOURCE and roles[1] == _TARGET
    while i < end:
        if pairs:
            i, row = _scan_pairs(data, i, end, delimiter, largest, row, first, second)
        i = _after_blanks(data, i, end, False)
        if i == end:
            break
        byte = data[i]
        if byte == _NEWLINE:
            i += 1
            continue
        commented = False
        for mark in marks:
            commented |= byte == mark
        if commented:
            i = _after_comment(data, i, end)
            if i < 0:
                return row, _UNUSUAL
            continue
        i, status = _scan_line(data, i, end, delimiter, roles, powers, largest, row, first, second, weights)
        if status != _DONE:
            return row, status
        row += 1
    return row, _DONE


def scan_edges(file: Source, dialect: Dialect) -> tuple[Array, Array, Array | None] | None:
    """Read sources, targets and weights of a plain edge list; None for one that needs the careful reader."""
    if not dialect.integers or any(ord(mark[0]) >= 128 for mark in dialect.comments):
        return None
    roles = np.full(dialect.n_columns, _SKIPPED)
    roles[list(dialect.columns)] = range(len(dialect.columns))
    if ord(dialect.delimiter or "\0") >= 128:
        return None
    data = np.frombuffer(file.data, dtype=np.uint8)
    pieces = list(pairwise(_bounds(file, dialect.start.offset)))
    rows = np.concatenate(([0], np.cumsum(in_threads(lambda a, b: count_lines(data, a, b), pieces))))
    weights = np.empty(rows[-1] if len(dialect.columns) == 3 else 0)
    for dtype in (np.int32, np.int64):
        first, second = np.empty(rows[-1], dtype), np.empty(rows[-1], dtype)
        ends, status = _scan_pieces(file, dialect, roles, data, pieces, rows, first, second, weights)
        if status != _WIDE:
            break
    if status != _DONE:
        return None
    if (ends != rows[1:]).any():  # comments and blank lines have left gaps
        kept = np.concatenate([np.arange(a, b) for a, b in zip(rows[:-1], ends, strict=True)])
        first, second, weights = first[kept], second[kept], weights[kept] if weights.size else weights
    return first, second, weights if len(dialect.columns) == 3 else None


def _scan_pieces(
    file: Source,
    dialect: Dialect,
    roles: Array,
    data: Array,
    pieces: list[tuple[int, int]],
    rows: Array,
    first: Array,
    second: Array,
    weights: Array,
) -> tuple[Array, int]:
    """Scan all pieces into arrays; return where the rows of each end, and the worst status."""
    delimiter = ord(dialect.delimiter or "\0")
    marks = np.array([ord(mark) for mark in dialect.comments if len(mark) == 1], dtype=np.uint8)
    largest = int(np.iinfo(first.dtype).max)

    def piece(k: int, start: int, end: int) -> tuple[int, int]:
        row = rows[k]
        result = scan(
            data, start, end, delimiter, marks, roles, _POWERS, largest, row, first, second, weights
        )
        _forget(file, start, end)
        return result

    results = np.array(in_threads(piece, ((k, *pair) for k, pair in enumerate(pieces))))
    return results[:, 0], int(results[:, 1].max())


def _bounds(file: Source, start: int) -> list[int]:
    """Positions that cut a file into pieces, each of whole lines."""
    bounds = [start]
    while bounds[-1] < len(file.data):
        newline = file.data.find(b"\n", min(bounds[-1] + _PIECE, len(file.data)))
        bounds.append(newline + 1 if newline >= 0 else len(file.data))
    return bounds


def _forget(file: Source, start: int, end: int) -> None:
    """Let go of pages of a mapped file; the system keeps them in its cache, but no longer on our account."""
    if isinstance(file.data, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        page = mmap.PAGESIZE
        start = -(-start // page) * page
        if end - start >= page:
            file.data.madvise(mmap.MADV_DONTNEED, start, end - start)
