"""Arithmetic of matrices modulo m, and the notations in which people write them.

A matrix is a tuple of rows, each a tuple of integers in 0, ..., m-1.
"""

import json
import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from numbers import Integral

from graphkit.validation import check_integer, parse_integer

Matrix = tuple[tuple[int, ...], ...]

LARGEST_MODULUS = 2**31
LARGEST_SIZE = 64


def parse_matrix(text: str) -> list[list[int]]:
    """Read a matrix: ``"1 1 0; 0 1 0; 0 0 1"`` (commas also part the entries) or ``"[[1, 1], [0, 1]]"``.

    Raises
    ------
    ValueError
        If the text is in neither notation, or the matrix is not square.

    Examples
    --------
    >>> parse_matrix("1 1; 0 1") == parse_matrix("[[1, 1], [0, 1]]")
    True
    """
    how = "write rows '1 1; 0 1' or a list '[[1, 1], [0, 1]]'"
    if text.strip().startswith("["):
        try:
            rows = json.loads(text, parse_int=lambda digits: parse_integer(digits, "an entry of a matrix"))
        except RecursionError:
            raise ValueError(f"cannot read matrix {text[:20]!r}...: too many brackets; {how}") from None
        except ValueError as error:
            raise ValueError(f"cannot read matrix {text!r}: {error}; {how}") from None
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            raise ValueError(f"cannot read matrix {text!r}: it is not a list of rows; {how}")
        for entry in (entry for row in rows for entry in row):
            if type(entry) is not int:
                raise ValueError(f"cannot read matrix {text!r}: {json.dumps(entry)} is not an integer; {how}")
    else:
        rows = [row.replace(",", " ").split() for row in text.strip().strip(";").split(";")]
        for word in (word for row in rows for word in row):
            if not re.fullmatch(r"[+-]?\d+", word, flags=re.ASCII):
                raise ValueError(f"cannot read matrix {text!r}: {word!r} is not an integer; {how}")
        rows = [[parse_integer(word, "an entry of a matrix") for word in row] for row in rows]
    return check_matrix(rows)


def multiply(a: Matrix, b: Matrix, modulus: int) -> Matrix:
    """Product of two matrices.

    Examples
    --------
    >>> multiply(((1, 1), (0, 1)), ((1, 0), (1, 1)), 2)
    ((0, 1), (1, 1))
    """
    columns = list(zip(*b, strict=True))
    return tuple(
        tuple(sum(x * y for x, y in zip(row, column, strict=True)) % modulus for column in columns)
        for row in a
    )


def determinant(a: Sequence[Sequence[int]]) -> int:
    """Compute the determinant over the integers, without fractions (E. H. Bareiss, 1968).

    Examples
    --------
    >>> determinant([[2, 1], [7, 4]])
    1
    """
    rows = [list(row) for row in a]
    n = len(rows)
    sign, before = 1, 1
    for k in range(n - 1):
        pivot = next((i for i in range(k, n) if rows[i][k]), None)
        if pivot is None:
            return 0
        if pivot != k:
            rows[k], rows[pivot] = rows[pivot], rows[k]
            sign = -sign
        for i in range(k + 1, n):
            for j in range(k + 1, n):
                rows[i][j] = (rows[i][j] * rows[k][k] - rows[i][k] * rows[k][j]) // before
        before = rows[k][k]
    return sign * rows[n - 1][n - 1]


@lru_cache(maxsize=512)  # all generators of SL(64, m): several places ask for their inverses
def inverse(a: Matrix, modulus: int) -> Matrix:
    """Inverse modulo m, by row operations: the modulus need not be prime.

    Raises
    ------
    ValueError
        If the matrix is singular modulo m.

    Notes
    -----
    Euclid's algorithm on two rows leaves the greatest common divisor of a column, which is a unit modulo m if
    the matrix is invertible. Rows that have a zero in the column are left alone, so that sparse matrices take
    O(n^2) operations, others O(n^3) and O(n^2 log m) for the divisors.

    Examples
    --------
    >>> inverse(((2, 1), (1, 1)), 6)
    ((1, 5), (5, 2))
    """
    n = len(a)
    rows = [[*row, *unit] for row, unit in zip(a, identity_matrix(n, modulus), strict=True)]
    for k in range(n):
        for i in range(k + 1, n):
            while rows[i][k]:
                if rows[k][k]:
                    _subtract(rows, k, rows[k][k] // rows[i][k], i, modulus)
                rows[k], rows[i] = rows[i], rows[k]
        pivot = rows[k][k]
        if math.gcd(pivot, modulus) != 1:
            raise ValueError(f"matrix {format_matrix(a)} is singular modulo {modulus}")
        if pivot != 1:
            scale = pow(pivot, -1, modulus)
            rows[k] = [x * scale % modulus for x in rows[k]]
        for i in range(n):
            if i != k and rows[i][k]:
                _subtract(rows, i, rows[i][k], k, modulus)
    return tuple(tuple(row[n:]) for row in rows)


def _subtract(rows: list[list[int]], i: int, factor: int, k: int, m: int) -> None:
    """Subtract a multiple of row k from row i."""
    rows[i] = [(x - factor * y) % m for x, y in zip(rows[i], rows[k], strict=True)]


def with_inverses(matrices: Iterable[Matrix], m: int) -> tuple[Matrix, ...]:
    """Put the inverse behind each matrix; those that repeat are left out."""
    return tuple(dict.fromkeys(g for matrix in matrices for g in (matrix, inverse(matrix, m))))


def one_plus(n: int, i: int, j: int, m: int) -> Matrix:
    """Write down 1 + E(i,j) for rows and columns from 0."""
    return reduce_entries([[int(r == c or (r, c) == (i, j)) for c in range(n)] for r in range(n)], m)


def identity_matrix(n: int, m: int) -> Matrix:
    """Write down the identity matrix."""
    return reduce_entries([[int(r == c) for c in range(n)] for r in range(n)], m)


def reduce_entries(rows: Iterable[Iterable[int]], m: int) -> Matrix:
    """Take the entries modulo m."""
    return tuple(tuple(int(x) % m for x in row) for row in rows)


def check_modulus(modulus: int) -> int:
    """Check a modulus."""
    return check_integer(modulus, "the modulus", minimum=2, maximum=LARGEST_MODULUS)


def check_matrix(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """Check that rows of integers make a square."""
    if not isinstance(rows, Iterable) or not all(isinstance(row, Iterable) for row in rows):
        raise TypeError(
            f"a matrix is text such as '1 1; 0 1' or a list of rows, got {rows!r}; matrices are given as a"
            " list, even if there is only one"
        )
    listed = [list(row) for row in rows]
    for x in (x for row in listed for x in row):
        if not isinstance(x, Integral) or isinstance(x, bool):
            raise TypeError(f"entries of a matrix must be integers, got {x!r} of type {type(x).__name__}")
    lengths = sorted({len(row) for row in listed})
    if lengths != [len(listed)]:
        raise ValueError(
            f"a matrix must be square, got {len(listed)} rows of length {lengths or 0}: {listed}"
        )
    if len(listed) > LARGEST_SIZE:
        raise ValueError(f"a matrix may have up to {LARGEST_SIZE} rows, got {len(listed)}")
    return [[int(x) for x in row] for row in listed]


def prime_factors(m: int) -> list[int]:
    """List the primes that divide a number, in order."""
    found = []
    p = 2
    while p * p <= m:
        if m % p == 0:
            found.append(p)
            while m % p == 0:
                m //= p
        p += 1
    return found + [m] * (m > 1)


def format_matrix(a: Sequence[Sequence[int]]) -> str:
    """Write a matrix as `parse_matrix` reads it, in brackets.

    Examples
    --------
    >>> format_matrix(((1, 1), (0, 1)))
    '[1 1; 0 1]'
    """
    return "[" + "; ".join(" ".join(map(str, row)) for row in a) + "]"
