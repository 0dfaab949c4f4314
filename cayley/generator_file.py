"""Generators from a file: one permutation a line, JSON, or GAP."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cayley.cosets import CosetGraph, resolve_state
from cayley.generators import resolve
from cayley.groups import PermutationGroup
from cayley.permutation import (
    LARGEST_DEGREE,
    Permutation,
    check_permutation,
    extend,
    identity,
    inverse,
    parse_permutation,
)
from graphkit.errors import GraphFormatError

_NAMED = re.compile(r"\s*([^\W\d][\w']*)\s*:?=\s*(.*)", re.DOTALL)
_JSON_KEYS = ("generators", "state")

_Named = list[tuple[str, Permutation]]


def load_generators(path: str | os.PathLike[str], *, inverses: bool = False) -> PermutationGroup | CosetGraph:
    r"""Read generators, and perhaps a start state, from a file.

    Parameters
    ----------
    path : path-like
        By its suffix:

        ``.g``, ``.gap``
            GAP: statements ``R := (1,2,3)(4,5);``, of which the list ``Gen := [R, U];`` chooses some. A list
            of lists ``ip := [[1,3],[2]];`` tells which points look alike, as the puzzles of Tomas Rokicki's
            PuzzleGeometry have it. Other statements are not understood.
        ``.json``
            A list of generators, or an object with the keys ``generators`` (a list, or an object with their
            names as keys) and, for a coset graph, ``state``. A generator is a list of images numbered from 0,
            or text as in the other formats.
        anything else
            One generator a line, ``(1 2 3)(4 5)`` or ``[2, 3, 1]``, with points numbered from 1. It may have
            a name, ``R = (1 2 3)``. Empty lines are skipped, and what follows a ``#``.
    inverses : bool
        Add the inverses of the generators, named ``R'``.

    Returns
    -------
    PermutationGroup or CosetGraph
        For `cayley.growth` and its relatives. A coset graph if the file has a start state that is not all
        different.

    Raises
    ------
    GraphFormatError
        If the file is not of that kind; with the line, where there is one.
    FileNotFoundError
        If there is none.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import cayley
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "mine.gap")
    ...     _ = path.write_text("a := (1,2,3,4,5);\nb := (1,2);\nGen := [a, b];\n")
    ...     group = cayley.load_generators(path, inverses=True)
    >>> group.name, group.symbols
    ('S5', ('a', 'b', "a'"))
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise GraphFormatError("not UTF-8 text", path=file) from None
    read = {".json": _read_json, ".g": _read_gap, ".gap": _read_gap}.get(file.suffix.lower(), _read_lines)
    named, state = read(text, file)
    if not named:
        raise GraphFormatError("there is no generator in it", path=file)
    degree = max(len(p) for _, p in named)
    if state is not None:
        degree = max(degree, len(state))
    unique: dict[Permutation, str] = {}
    for name, p in named:
        unique.setdefault(extend(p, degree), name)
    if inverses:
        for p, name in list(unique.items()):
            unique.setdefault(inverse(p), f"{name}'" if name else "")
    unique.pop(identity(degree), None)
    if not unique:
        raise GraphFormatError("all generators are the identity", path=file)
    return _definition(unique, state, file)


def _definition(
    unique: dict[Permutation, str], state: list[int] | None, file: Path
) -> PermutationGroup | CosetGraph:
    symbols = tuple(unique.values()) if all(unique.values()) else None
    generators = list(unique)
    if state is not None and len(state) != len(generators[0]):
        raise GraphFormatError(
            f"the state has {len(state)} places, the generators act on {len(generators[0])} points", path=file
        )
    if state is None or len(set(state)) == len(state):
        group = resolve(None, generators, {})
        return PermutationGroup(group.generators, group.generator_names, symbols=symbols)
    try:
        graph = resolve_state(state, generators, {})
    except ValueError as error:
        raise GraphFormatError(str(error), path=file) from None
    return CosetGraph(graph.state, graph.generators, graph.generator_names, graph.labels, symbols)


def _read_lines(text: str, file: Path) -> tuple[_Named, None]:
    named = []
    for number, line in enumerate(text.splitlines(), start=1):
        content = line.partition("#")[0].strip()
        if content:
            match = _NAMED.fullmatch(content)
            name, written = match.groups() if match else ("", content)
            named.append((name, _parse(written, file, number)))
    return named, None


def _read_json(text: str, file: Path) -> tuple[_Named, list[int] | None]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise GraphFormatError(f"not JSON: {error.msg}", path=file, line=error.lineno) from None
    except (ValueError, RecursionError):
        raise GraphFormatError(
            "not JSON of this kind: a number is too long, or lists too deep", path=file
        ) from None
    state = None
    if isinstance(document, dict):
        unknown = set(document) - set(_JSON_KEYS)
        if unknown or "generators" not in document:
            raise GraphFormatError(
                f"expected the keys 'generators' and perhaps 'state', got {sorted(document)}", path=file
            )
        state = document.get("state")
        document = document["generators"]
    if state is not None and not (isinstance(state, list) and all(type(x) is int and x >= 0 for x in state)):
        raise GraphFormatError(f"a state is a list of integers from 0, got {state!r}", path=file)
    if not isinstance(document, list | dict):
        raise GraphFormatError(f"expected a list of generators, got {document!r}", path=file)
    items = document.items() if isinstance(document, dict) else (("", entry) for entry in document)
    return [(name, _parse_entry(entry, file)) for name, entry in items], state


def _parse_entry(entry: Any, file: Path) -> Permutation:
    if isinstance(entry, str):
        return _parse(entry, file, None)
    try:
        return check_permutation(entry)
    except (TypeError, ValueError) as error:
        raise GraphFormatError(str(error), path=file) from None


def _read_gap(text: str, file: Path) -> tuple[_Named, list[int] | None]:
    known: dict[str, Permutation] = {}
    chosen: list[str] | None = None
    alike: list[list[int]] | None = None
    for number, statement in _statements(text, file):
        match = _NAMED.fullmatch(statement)
        if match is None:
            raise GraphFormatError(f"expected 'name := ...;', got {statement!r}", path=file, line=number)
        name, value = match[1], re.sub(r"\s", "", match[2])
        if value.startswith("("):
            known[name] = _parse(value, file, number)
        elif name == "ip" and value.startswith("[["):
            alike = _parse_lists(value, file, number)
        elif value.startswith("[") and value.endswith("]"):
            chosen = [entry for entry in value[1:-1].split(",") if entry]
            missing = [entry for entry in chosen if entry not in known]
            if missing:
                raise GraphFormatError(f"{missing[0]!r} is not defined before", path=file, line=number)
        else:
            raise GraphFormatError(
                f"expected a permutation or a list of names, got {value!r}", path=file, line=number
            )
    named = [(name, known[name]) for name in (known if chosen is None else chosen)]
    return named, None if alike is None else _colours(alike, named)


def _statements(text: str, file: Path) -> Iterator[tuple[int, str]]:
    """Cut at semicolons; give the line on which each statement begins."""
    without_comments = "\n".join(line.partition("#")[0] for line in text.splitlines())
    place = 0
    for part in without_comments.split(";"):
        blank = len(part) - len(part.lstrip())
        number = without_comments.count("\n", 0, place + blank) + 1
        place += len(part) + 1
        if part.strip():
            if place > len(without_comments):
                raise GraphFormatError(f"{part.strip()!r} does not end with ';'", path=file, line=number)
            yield number, part.strip()


def _parse_lists(value: str, file: Path, number: int) -> list[list[int]]:
    try:
        found = json.loads(value)
        points = [point for group in found for point in group]
        in_range = all(type(point) is int and 1 <= point <= LARGEST_DEGREE for point in points)
        if not in_range or len(set(points)) < len(points):
            raise ValueError
    except (ValueError, TypeError, RecursionError):
        raise GraphFormatError(
            f"points that look alike are a list of lists of different points from 1 to {LARGEST_DEGREE}",
            path=file,
            line=number,
        ) from None
    return found


def _colours(alike: list[list[int]], named: _Named) -> list[int]:
    """One colour for each list of points; points in no list are alike to none."""
    degree = max([len(p) for _, p in named] + [point for group in alike for point in group])
    colour = {point - 1: number for number, group in enumerate(alike) for point in group}
    free = iter(range(len(alike), len(alike) + degree))
    return [colour[i] if i in colour else next(free) for i in range(degree)]


def _parse(written: str, file: Path, line: int | None) -> Permutation:
    try:
        return parse_permutation(written)
    except ValueError as error:
        raise GraphFormatError(str(error), path=file, line=line) from None
