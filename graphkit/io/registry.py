"""One door for all formats: the suffix or `format=` picks the reader or writer."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from graphkit.graph import Graph
from graphkit.io._files import open_target, read_source
from graphkit.validation import check_choice

SAMPLE_PREFIX = "sample:"


@dataclass(frozen=True)
class Format:
    """A file format: the module of `graphkit.io` with its `read` and `write`, and its suffixes."""

    module: str
    suffixes: tuple[str, ...]
    writable: bool = True

    def function(self, name: str) -> Callable[..., Any]:
        """Load `read` or `write` of the format."""
        return getattr(import_module(f"graphkit.io.{self.module}"), name)


FORMATS = {
    "edgelist": Format(
        "edgelist", (".csv", ".tsv", ".txt", ".edges", ".edgelist", ".el", ".ungraph", ".tab", ".ssv", ".dat")
    ),
    "adjlist": Format("adjlist", (".adjlist",)),
    "matrixmarket": Format("matrixmarket", (".mtx", ".mm")),
    "matlab": Format("matlab", (".mat",), writable=False),
    "gkg": Format("binary", (".gkg",)),
}


def read_graph(
    path: str | os.PathLike[str], *, format: str | None = None, directed: bool | None = None, **options: Any
) -> Graph:
    """Read a graph from a file.

    Parameters
    ----------
    path : path-like
        The file; gzip is recognised by itself. ``"-"`` reads standard input, and ``"sample:karate"`` a graph
        that ships with the library (see `graphkit.datasets`).
    format : {"edgelist", "adjlist", "matrixmarket", "matlab", "gkg"}, optional
        Default: by the suffix, before any ``.gz``; edge lists from standard input.
    directed : bool, optional
        None takes what the file says. Edge lists and adjacency lists do not say, and are undirected then.
    **options
        Of the format: see `graphkit.io.edgelist.read`, `graphkit.io.adjlist.read`,
        `graphkit.io.matrixmarket.read`, `graphkit.io.matlab.read`, `graphkit.io.binary.read`.

    Returns
    -------
    Graph

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    GraphFormatError
        If the file cannot be understood; the message names file and line, what was found and what was
        expected.
    UnknownNameError
        For an unknown suffix, format or sample.

    Examples
    --------
    >>> read_graph("sample:karate")
    Graph(34 nodes, 78 edges, undirected, unweighted, node data club)
    """
    name = os.fspath(path)
    if name.startswith(SAMPLE_PREFIX):
        from graphkit.convert import as_graph
        from graphkit.datasets import load_sample

        return as_graph(load_sample(name.removeprefix(SAMPLE_PREFIX), **options), directed=directed)
    chosen = _format_of(name, format)
    return chosen.function("read")(read_source(path), directed=directed, **options)


def write_graph(
    graph: Graph, path: str | os.PathLike[str], *, format: str | None = None, **options: Any
) -> None:
    """Write a graph to a file, which appears whole or not at all.

    Parameters
    ----------
    graph : Graph
    path : path-like
        The file; ``.gz`` at its end compresses, ``"-"`` is standard output.
    format : {"edgelist", "adjlist", "matrixmarket", "gkg"}, optional
        Default: by the suffix, before any ``.gz``; edge lists to standard output.
    **options
        Of the format: see `graphkit.io.edgelist.write` and its siblings, also for what each of them cannot
        express. Only ``.gkg`` keeps everything.

    Raises
    ------
    TypeError
        If `graph` is not a Graph, or has labels or data of a kind that the format cannot hold.
    ValueError
        For an unknown suffix or format, or labels that the format cannot hold.
    FileNotFoundError
        If the folder does not exist.
    """
    if not isinstance(graph, Graph):
        raise TypeError(
            f"write_graph takes a Graph, got {type(graph).__qualname__}; see graphkit.convert.as_graph"
        )
    name = os.fspath(path)
    chosen = _format_of(name, format)
    if not chosen.writable:
        raise ValueError(f"cannot write the format of {name!r}, only read it")
    write = chosen.function("write")
    with open_target(path) as file:
        write(graph, file, name, **options)


def _format_of(name: str, given: str | None) -> Format:
    if given is not None:
        return FORMATS[check_choice(given, "format", FORMATS)]
    if name == "-":
        return FORMATS["edgelist"]
    by_suffix = {suffix: kind for kind in FORMATS.values() for suffix in kind.suffixes}
    suffix = os.path.splitext(name.removesuffix(".gz"))[1].lower()
    if not suffix:
        raise ValueError(
            f"{name!r} has no suffix to tell its format; pass format={' or '.join(map(repr, FORMATS))}"
        )
    return by_suffix[check_choice(suffix, "suffix", by_suffix)]
