"""Measurements that are printed as they are done: a line each for people, or one JSON document at the end."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from _common import _cell, environment, report

_WIDTH = 11  # of a column of numbers


class Stream:
    """A table that grows.

    Parameters
    ----------
    title : str
    columns : sequence of str
        Columns that most rows have; the first one, of names, is as wide as `width`. What else a row holds
        follows in words.
    width : int
    as_json : bool
        Whether to print one document when all is done; the lines then go to standard error.
    packages : sequence of str
        Distributions whose versions belong to the figures.
    """

    def __init__(
        self,
        title: str,
        columns: Sequence[str],
        *,
        width: int = 44,
        as_json: bool = False,
        packages: Sequence[str] = (),
    ) -> None:
        self.title, self.columns, self.width, self.as_json = title, list(columns), width, as_json
        self.packages = packages
        self.rows: list[dict[str, Any]] = []
        self._print(title)
        self._print(self._line(self.columns))

    def extend(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Print rows, each as soon as it is there."""
        for row in rows:
            self.rows.append(dict(row))
            more = ", ".join(f"{key} {_cell(value)}" for key, value in row.items() if key not in self.columns)
            self._print(f"{self._line([_cell(row.get(column)) for column in self.columns])}  {more}".rstrip())

    def close(self, notes: Sequence[str] = ()) -> None:
        """Print what the columns mean, machine and versions; or the document."""
        if self.as_json:
            report(self.title, self.rows, as_json=True, notes=notes, packages=self.packages)
            return
        for note in notes:
            self._print(note)
        self._print(" ".join(f"{name} {value}" for name, value in environment(*self.packages).items()))

    def _line(self, cells: Sequence[str]) -> str:
        return cells[0].ljust(self.width) + "".join(f" {cell}".rjust(_WIDTH) for cell in cells[1:])

    def _print(self, text: str) -> None:
        print(text, file=sys.stderr if self.as_json else sys.stdout, flush=True)
