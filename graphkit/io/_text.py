"""Lines, columns and dialects of text files of edges."""

import csv
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from graphkit.errors import GraphFormatError
from graphkit.io._files import Source

INTEGER = re.compile(r"[-+]?[0-9]+")
_NUMERIC = re.compile(r"[-+.]?[0-9]")  # how numbers begin, those that we do not read included
_QUOTED = re.compile(r'(?:^|(?<=,)) *"(?:[^"]|"")*" *(?=,|$)')
NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")
_log = logging.getLogger(__name__)
_BOM = b"\xef\xbb\xbf"
_USUAL_ENDS = (
    ("source", "target"), ("src", "dst"), ("from", "to"), ("fromnodeid", "tonodeid"), ("node1", "node2"),
    ("node_1", "node_2"), ("id1", "id2"), ("id_1", "id_2"), ("u", "v"), ("i", "j"), ("head", "tail"),
)  # fmt: skip
_SOURCE_NAMES, _TARGET_NAMES = map(frozenset, zip(*_USUAL_ENDS, strict=True))


@dataclass(frozen=True)
class Line:
    """A line that is neither blank nor a comment, with its 1-based number and its first byte."""

    number: int
    offset: int
    text: str


@dataclass(frozen=True)
class Dialect:
    """How a file of edges is written.

    `delimiter` None stands for runs of blanks. `columns` are the positions of source, target and weight
    (absent in an unweighted file). `start` is the first line of data.
    """

    delimiter: str | None
    comments: tuple[str, ...]
    n_columns: int
    columns: tuple[int, ...]
    integers: bool
    start: Line


def data_lines(file: Source, comments: Sequence[str], start: Line | None = None) -> Iterator[Line]:
    """Yield the lines that carry data, from `start` on.

    Raises
    ------
    GraphFormatError
        At a line that is not UTF-8 text.
    """
    data = file.data
    marks = tuple(comments)
    offset, number = (
        (len(_BOM) if data[:3] == _BOM else 0, 0) if start is None else (start.offset, start.number - 1)
    )
    size = len(data)
    while offset < size:
        end = data.find(b"\n", offset)
        end = size if end < 0 else end
        raw = data[offset:end]
        number += 1
        try:
            text = raw.decode()
        except UnicodeDecodeError as error:
            raise GraphFormatError(
                f"expected UTF-8 text, found the byte 0x{raw[error.start]:02x} in column {error.start + 1}",
                file.name,
                number,
            ) from None
        if "\0" in text:
            raise GraphFormatError(
                "expected text, found a NUL byte: is this a binary file?", file.name, number
            )
        text = text.strip(" \r")
        if text and not text.isspace() and not (marks and text.startswith(marks)):
            yield Line(number, offset, text)
        offset = end + 1


def split(line: Line, delimiter: str | None, file: Source) -> list[str]:
    """Columns of a line, without blanks around them. Quotes are understood where commas separate."""
    if delimiter is None:
        return line.text.split()
    if delimiter == "," and '"' in line.text:
        try:
            return [token.strip() for token in next(csv.reader([line.text], strict=True))]
        except csv.Error as error:
            raise GraphFormatError(f"quotes do not match: {error}", file.name, line.number) from None
    return [token.strip() for token in line.text.split(delimiter)]


def is_integer(token: str) -> bool:
    """Whether a token is a decimal integer."""
    return INTEGER.fullmatch(token) is not None


def is_number(token: str) -> bool:
    """Whether a token is a finite decimal number."""
    return NUMBER.fullmatch(token) is not None


def sniff(
    file: Source,
    *,
    delimiter: str | None,
    comments: Sequence[str],
    header: bool | None,
    source: int | str | None,
    target: int | str | None,
    weight: int | str | bool | None,
    ids: str,
) -> Dialect:
    """Find out how a file of edges is written; see `graphkit.io.edgelist.read` for the rules."""
    lines = list(islice(data_lines(file, comments), 2))
    if not lines:
        raise GraphFormatError("expected edges, found no line of data", file.name)
    if delimiter is None:
        delimiter = _delimiter(lines[0], file)
    rows = [split(line, delimiter, file) for line in lines]
    by_name = any(isinstance(column, str) for column in (source, target, weight))
    if header is None:
        header = by_name or _looks_like_header(rows, ids)
    names = rows[0] if header else None
    columns = _choose_columns(rows[0], names, source, target, weight, file, lines[0].number)
    if header and len(lines) == 1:
        raise GraphFormatError("expected edges, found only a header", file.name, lines[0].number)
    first = rows[1] if header else rows[0]
    integers = ids == "int" or (
        ids == "auto" and all(is_integer(first[c]) for c in columns[:2] if c < len(first))
    )
    return Dialect(
        delimiter, tuple(comments), len(rows[0]), columns, integers, lines[1] if header else lines[0]
    )


def _delimiter(line: Line, file: Source) -> str | None:
    """Find what separates the columns of the first line: a tab, else a comma or a semicolon, else blanks."""
    bare = _QUOTED.sub("", line.text)
    if "," not in bare:  # quotes mean something only where commas separate
        bare = line.text
    if "\t" in (bare if line.text.startswith('"') else line.text):
        return "\t"
    if "," in bare and ";" in bare:
        raise GraphFormatError(
            "expected commas or semicolons between columns, found both; choose delimiter "
            "(--option 'delimiter=;')",
            file.name,
            line.number,
        )
    return next((mark for mark in ",;" if mark in bare), None)


def _looks_like_header(rows: list[list[str]], ids: str) -> bool:
    names = [token.lower() for token in rows[0]]
    usual = len(names) >= 2 and names[0] in _SOURCE_NAMES and names[1] in _TARGET_NAMES
    if usual or any({source, target} <= set(names) for source, target in _USUAL_ENDS[:2]):
        return True
    if len(rows) == 1:
        return False
    first, second = rows
    if len(first) != len(second) or len(first) < 2 or ids == "str":
        return False
    words_over_integers = not any(map(_NUMERIC.match, first[:2])) and all(map(is_integer, second[:2]))
    return words_over_integers or (len(first) == 3 and names[2] == "weight" and is_number(second[2]))


def usual_ends(names: Sequence[str]) -> tuple[int, int] | None:
    """Find the columns of sources and targets by usual names for both, in upper or lower case."""
    lower = [name.lower() for name in names]
    pairs = ((lower.index(s), lower.index(t)) for s, t in _USUAL_ENDS if s in lower and t in lower)
    return next(pairs, None)


def usual_weight(names: Sequence[str]) -> int | Literal[False]:
    """Find the column called weight, in upper or lower case; False if there is none."""
    lower = [name.lower() for name in names]
    return lower.index("weight") if "weight" in lower else False


def _choose_columns(
    first_row: list[str],
    names: list[str] | None,
    source: int | str | None,
    target: int | str | None,
    weight: int | str | bool | None,
    file: Source,
    number: int,
) -> tuple[int, ...]:
    """Positions of source, target and weight."""
    width = len(first_row)
    if width < 2:
        raise GraphFormatError(
            f"expected at least 2 columns, found only {first_row[0][:60]!r}; is the delimiter right?",
            file.name,
            number,
        )
    by_default = source is None and target is None
    if by_default:
        source, target = usual_ends(names or ()) or (0, 1)
    asked = weight is not None
    if weight is None:
        if names is not None:
            weight = usual_weight(names)
        elif width <= 3 or not by_default:
            weight = 2 if width == 3 and by_default else False
        else:
            raise GraphFormatError(
                f"expected 2 columns, or 3 with weights, found {width}; choose source, target and "
                "weight, False for none (--source, --target, --weight, none for none, on the command line)",
                file.name,
                number,
            )
    wanted = [0 if source is None else source, 1 if target is None else target]
    if weight is not False:
        wanted.append(weight)
    positions = []
    for column in wanted:
        if isinstance(column, str):
            if names is None or column not in names:
                found = "no header" if names is None else ", ".join(names)
                raise GraphFormatError(f"expected a column {column!r}, found {found}", file.name, number)
            positions.append(names.index(column))
        elif isinstance(column, bool) or not 0 <= column < width:
            raise GraphFormatError(
                f"expected column {column!r} (from 0), found {width} columns", file.name, number
            )
        else:
            positions.append(column)
    if len(set(positions)) < len(positions):
        raise GraphFormatError(
            f"expected different columns of source, target and weight, found {positions} (from 0); choose "
            "them (--source, --target, --weight on the command line)",
            file.name,
            number,
        )
    if names is not None and weight is False and by_default and not asked and width > 2:
        rest = ", ".join(name for i, name in enumerate(names) if i not in positions)
        _log.warning("%s: the columns %s are left out: none is named weight", file.name, rest)
    return tuple(positions)
