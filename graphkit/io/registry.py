"""One door for all formats: the suffix or `format=` picks the reader or writer."""

import inspect
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from graphkit.graph import Graph
from graphkit.io._files import check_readable, open_target, read_source
from graphkit.validation import check_choice

SAMPLE_PREFIX = "sample:"


@dataclass(frozen=True)
class Format:
    """A file format.

    Attributes
    ----------
    name : str
    module : str
        Of `graphkit.io`, with `read` and `write`.
    suffixes : tuple of str
    keeps : tuple of str
        What it can hold beyond the edges: weights, labels, directions, data.
    edge_options : tuple of str
        What `read` passes on to `graphkit.convert.from_edges`.
    writable : bool
    """

    name: str
    module: str
    suffixes: tuple[str, ...]
    keeps: tuple[str, ...]
    edge_options: tuple[str, ...] = ()
    writable: bool = True

    def function(self, name: str) -> Callable[..., Any]:
        """Load `read` or `write` of the format."""
        return getattr(import_module(f"graphkit.io.{self.module}"), name)

    def options(self, name: str) -> tuple[str, ...]:
        """List the options of `read` or `write`."""
        parameters = inspect.signature(self.function(name)).parameters.values()
        own = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY and p.name != "directed"]
        return (*own, *(self.edge_options if name == "read" else ()))


_EDGE_SUFFIXES = (
    ".csv", ".tsv", ".txt", ".edges", ".edgelist", ".el", ".ungraph", ".tab", ".ssv", ".dat",
)  # fmt: skip
_FORMATS = (
    Format(
        "edgelist",
        "edgelist",
        _EDGE_SUFFIXES,
        ("weights", "labels"),
        ("n_nodes", "labels", "multi_edges", "self_loops", "node_data"),
    ),
    Format(
        "adjlist",
        "adjlist",
        (".adjlist",),
        ("labels",),
        ("multi_edges", "self_loops", "node_data"),
    ),
    Format("matrixmarket", "matrixmarket", (".mtx", ".mm"), ("weights", "directions")),
    Format("matlab", "matlab", (".mat",), (), writable=False),
    Format("gkg", "binary", (".gkg",), ("weights", "labels", "directions", "data")),
)
FORMATS = {form.name: form for form in _FORMATS}


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
    TypeError
        If `path` is no path, or the format has no such option.
    FileNotFoundError, IsADirectoryError
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
    name = _name_of(path, "read_graph")
    if name.startswith(SAMPLE_PREFIX):
        from graphkit.convert import as_graph
        from graphkit.datasets import load_sample

        _refuse_unknown(options, (), "read_graph", "samples")
        return as_graph(load_sample(name.removeprefix(SAMPLE_PREFIX)), directed=directed)
    check_readable(name)
    chosen = format_of(name, format)
    _refuse_unknown(options, chosen.options("read"), "read_graph", f"the format {chosen.name}")
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
    name = _name_of(path, "write_graph")
    if os.path.isdir(name):
        raise IsADirectoryError(f"cannot write to {name!r}: it is a folder")
    chosen = format_of(name, format)
    if not chosen.writable:
        raise ValueError(f"cannot write the format of {name!r}, only read it")
    _refuse_unknown(options, chosen.options("write"), "write_graph", f"the format {chosen.name}")
    write = chosen.function("write")
    with open_target(path) as file:
        write(graph, file, name, **options)


def losses(graph: Graph, chosen: Format) -> list[str]:
    """Say what of a graph a format cannot hold, one sentence for each kind of loss."""
    present = {
        "weights": ("edge weights", graph.weights is not None),
        "labels": ("labels of nodes", graph.labels is not None),
        "data": (f"node data {', '.join(graph.node_data)}", bool(graph.node_data)),
    }
    lost = [text for key, (text, there) in present.items() if there and key not in chosen.keeps]
    if graph.edge_data and "data" not in chosen.keeps:
        lost.append(f"edge data {', '.join(graph.edge_data)}")
    sentences = [f"{text} are lost: the format {chosen.name} cannot hold them" for text in lost]
    if graph.directed and "directions" not in chosen.keeps:
        sentences.append(
            f"the format {chosen.name} does not say that edges are directed: read it with directed=True "
            "(--directed on the command line)"
        )
    return sentences


def format_of(name: str, given: str | None) -> Format:
    """Return the format that is named, or that the suffix of a file tells.

    Raises
    ------
    ValueError
        If there is neither; `UnknownNameError` for unknown ones.
    """
    if given is not None:
        return FORMATS[check_choice(given, "format", FORMATS)]
    if name == "-":
        return FORMATS["edgelist"]
    by_suffix = {suffix: kind for kind in _FORMATS for suffix in kind.suffixes}
    suffix = os.path.splitext(name.removesuffix(".gz"))[1].lower()
    if not suffix:
        raise ValueError(
            f"{name!r} has no suffix to tell its format; choose format (--format, or --from and --to of "
            f"convert, on the command line): {', '.join(FORMATS)}"
        )
    return by_suffix[check_choice(suffix, "suffix", by_suffix, cutoff=0.7)]


def _name_of(path: object, function: str) -> str:
    if isinstance(path, str | os.PathLike):
        name = os.fspath(path)
        if isinstance(name, str):
            return name
    raise TypeError(
        f"{function} takes the path of a file, '-' or (for reading) 'sample:karate', "
        f"got {path!r:.60} of type {type(path).__name__}"
    )


def _refuse_unknown(given: dict[str, Any], accepted: Sequence[str], function: str, what: str) -> None:
    for name in given:
        if name not in accepted:
            known = f"accepted are {', '.join(accepted)}" if accepted else "there are none"
            raise TypeError(f"{function} has no option {name!r} for {what}: {known}")
