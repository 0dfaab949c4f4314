"""Exceptions shared by the three packages.

Each one also derives from the built-in exception that a caller would expect, so that ``except ValueError``
keeps working for people who have never heard of graphkit.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphkit.graph import Graph


class GraphkitError(Exception):
    """Base class of every error that graphkit, cayley and clustering raise on purpose."""


class GraphFormatError(GraphkitError, ValueError):
    """A data file could not be understood.

    Parameters
    ----------
    message : str
        What was found and what was expected.
    path : path-like or str, optional
        The file, or a name such as ``"<stdin>"``.
    line : int, optional
        1-based line number in the file.
    """

    def __init__(self, message: str, path: str | Path | None = None, line: int | None = None) -> None:
        self.message = message
        self.path = None if path is None else str(path)
        self.line = line
        where = ":".join(str(part) for part in (self.path, line) if part is not None)
        super().__init__(f"{where}: {message}" if where else message)

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return type(self), (self.message, self.path, self.line)


class SeveralViewsError(GraphFormatError):
    """One graph was asked for where there are several on the same nodes.

    Parameters
    ----------
    message, path
        As of `GraphFormatError`.
    views : mapping of str to Graph
        What there is.
    """

    def __init__(self, message: str, path: str | None, views: "Mapping[str, Graph]") -> None:
        super().__init__(message, path)
        self.views = views

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return GraphFormatError, (self.message, self.path)


class ListedEdgeError(GraphkitError, ValueError):
    """Entries of a list of edges are refused; a reader of files can tell their lines.

    Parameters
    ----------
    entries : sequence of int
        Positions in the list, from 0.
    describe : callable
        Turns names of these entries, such as "entry 3" or "line 5", into the message.
    """

    def __init__(self, entries: Sequence[int], describe: Callable[[Sequence[str]], str]) -> None:
        self.entries = tuple(entries)
        self.describe = describe
        super().__init__(describe([f"entry {k}" for k in self.entries]))

    def __reduce__(self) -> tuple[type, tuple[str]]:
        # `describe` is a closure, which cannot be pickled; across processes the sentence is what matters.
        return ValueError, (str(self),)


class MemoryBudgetError(GraphkitError, MemoryError):
    """A job was refused before it started, because it would need more memory than it may use."""


class UnknownNameError(GraphkitError, ValueError):
    """A name is not in a registry; the message lists close matches."""


class MissingExtraError(GraphkitError, ImportError):
    """An optional package is not installed; the message names the extra that brings it."""
