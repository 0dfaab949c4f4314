"""Matrices of numbers from and to files, for the command line: ``.npy``, and text with or without names."""

import csv
import io
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.errors import GraphFormatError
from graphkit.files import atomic_write, check_writable

_NPY_MAGIC = b"\x93NUMPY"
OUTPUT_SUFFIXES = (".npy", ".csv", ".tsv")


@dataclass(frozen=True)
class NamedRows:
    """A matrix and the names of its rows; without names a row is called by its number."""

    values: NDArray[Any]
    names: Sequence[str] | None

    def name_of(self, row: int) -> str | int:
        """Name of a row, or its number."""
        return row if self.names is None else self.names[row]


def read_matrix(path: str) -> NamedRows:
    """Read a matrix of real numbers.

    Parameters
    ----------
    path : str
        A ``.npy`` file, or text with one row a line, separated by commas, tabs or spaces. Text may have a
        header line, lines of comment that begin with ``#``, and names of the rows in its first column (if
        they are no numbers, or the header calls the column ``node``). Either may be compressed (.gz, .bz2,
        .xz, .zst). ``"-"`` is standard input, of either kind.

    Returns
    -------
    NamedRows
        Values of shape (n_rows, n_columns); those of a ``.npy`` file are memory-mapped, read-only.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    GraphFormatError
        If it holds anything else; the message names the file and, in text, the line.
    """
    name = "<stdin>" if path == "-" else path
    if path == "-":
        data = sys.stdin.buffer.read()
    else:
        with open(path, "rb") as file:
            data = file.read(len(_NPY_MAGIC))
        if data and data != _NPY_MAGIC:
            from graphkit.io._files import read_source

            data = bytes(read_source(path).data)
    if not data:
        raise GraphFormatError("the file is empty, expected a matrix", name)
    if data.startswith(_NPY_MAGIC):
        is_compressed = len(data) > len(_NPY_MAGIC)
        return NamedRows(_load_npy("-" if is_compressed else path, data, name), None)
    return _parse_text(data, name)


def _load_npy(path: str, data: bytes, name: str) -> NDArray[Any]:
    try:
        if path == "-":
            values = np.load(io.BytesIO(data), allow_pickle=False)
        else:
            values = np.load(path, mmap_mode="r", allow_pickle=False)
    except Exception as error:  # numpy leaves the header to Python's tokenizer, whose errors are many
        raise GraphFormatError(f"not a readable .npy file ({error})", name) from None
    if values.ndim != 2 or values.dtype.kind not in "iuf" or values.size == 0:
        raise GraphFormatError(
            f"expected a matrix of numbers, found shape {values.shape} and dtype {values.dtype}", name
        )
    return values


def _parse_text(data: bytes, name: str) -> NamedRows:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GraphFormatError(f"neither .npy nor text: {error.reason} at byte {error.start}", name) from None
    try:
        rows = list(_split(text, _delimiter(text)))
    except csv.Error as error:
        raise GraphFormatError(f"expected rows of numbers ({error})", name) from None
    header = rows.pop(0)[1] if rows and _is_header(rows[0][1]) else None
    if not rows:
        raise GraphFormatError("there are no rows of numbers, expected a matrix", name)
    width = len(rows[0][1])
    named = width > 1 and (not _is_number(rows[0][1][0]) or (header is not None and _names_rows(header[0])))
    for line, row in rows:
        if len(row) != width:
            raise GraphFormatError(f"expected {width} columns as before, found {len(row)}", name, line)
    values = np.array([_numbers(row[named:], name, line) for line, row in rows])
    return NamedRows(values, [row[0] for _, row in rows] if named else None)


def _is_header(row: Sequence[str]) -> bool:
    """Whether a first row holds no numbers, but for a name of a row, or begins as only a header does."""
    return not any(map(_is_number, row[1:] or row)) or _names_rows(row[0])


def _names_rows(title: str) -> bool:
    """Whether a column with this title holds names of rows, even if they are numbers."""
    return title.strip().lower() in ("", "node", "row", "name", "label", "id")


def _delimiter(text: str) -> str | None:
    """Comma or tab if the first row has one, else None: any white space."""
    lines = (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    sample = next(lines, "")
    return "," if "," in sample else "\t" if "\t" in sample else None


def _split(text: str, delimiter: str | None) -> Iterator[tuple[int, list[str]]]:
    """Rows with their line numbers, without comments and empty lines."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line.split() if delimiter is None else next(csv.reader([line], delimiter=delimiter))


def _is_number(field: str) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return "_" not in field  # Python reads 1_2 as 12; here it is a name


def _numbers(fields: Sequence[str], name: str, line: int) -> list[float]:
    for field in fields:
        if not _is_number(field):
            raise GraphFormatError(f"expected a number, found {field[:40]!r}", name, line)
    return [float(field) for field in fields]


def check_output(path: str, suffixes: Sequence[str]) -> str:
    """Return the suffix of a file that is to be written; refuse before any work what could not be written.

    Raises
    ------
    ValueError
        For another suffix.
    FileNotFoundError, IsADirectoryError, PermissionError
        See `graphkit.files.check_writable`.
    """
    suffix = os.path.splitext(path)[1].lower()
    if suffix not in suffixes:
        raise ValueError(f"cannot write {path!r}: the name must end in {' or '.join(suffixes)}")
    check_writable(path)
    return suffix


def write_table(path: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table as ``.csv`` or ``.tsv``, whole or not at all."""
    delimiter = "\t" if path.lower().endswith(".tsv") else ","
    with atomic_write(path) as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
