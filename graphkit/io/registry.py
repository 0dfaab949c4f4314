"""One door for all formats: the name of a file, its content or `format=` picks the reader or writer."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from graphkit.graph import Graph
from graphkit.io._files import (
    Folder,
    Source,
    check_readable,
    folder_target,
    matches,
    open_target,
    read_source,
    refuse_url,
    without_compression,
)
from graphkit.io._formats import FORMATS, Format
from graphkit.validation import check_choice

SAMPLE_PREFIX = "sample:"
_STREAM_SUFFIX = ".txt"  # standard input and output are text unless `format` says otherwise


def read_graph(
    path: str | os.PathLike[str], *, format: str | None = None, directed: bool | None = None, **options: Any
) -> Graph:
    """Read a graph from a file, or from the folder of a data set.

    Parameters
    ----------
    path : path-like
        The file or folder; gzip, bzip2, xz and Zstandard (through pyarrow) are recognised by themselves.
        ``"-"`` reads standard input, and ``"sample:karate"`` a graph that ships with the library (see
        `graphkit.datasets`).
    format : str, optional
        Name of a format, see `graphkit.io.format_names`. Default: by the name of the file without its
        compression, by its content where names leave it open, and by the files in it for a folder.
    directed : bool, optional
        None takes what the file says. Edge lists and adjacency lists do not say, and are undirected then.
    **options
        Of the format: see `read` in its module, such as `graphkit.io.edgelist.read`.

    Returns
    -------
    Graph

    Raises
    ------
    TypeError
        If `path` is no path, or the format has no such option.
    FileNotFoundError, IsADirectoryError, NotADirectoryError
        If there is no such file, or it is no folder where the format is one.
    ValueError
        For the address of something in a network.
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

        refuse_unknown(options, (), "read_graph", "samples")
        return as_graph(load_sample(name.removeprefix(SAMPLE_PREFIX)), directed=directed)
    chosen, source = open_input(name, format)
    return read_opened(chosen, source, directed, options)


def read_opened(
    chosen: Format, source: Source | Folder, directed: bool | None, options: Mapping[str, Any]
) -> Graph:
    """Read a graph from what `open_input` has found."""
    refuse_unknown(options, chosen.options("read"), "read_graph", f"the format {chosen.name}")
    return chosen.function("read")(source, directed=directed, **options)


def write_graph(
    graph: Graph, path: str | os.PathLike[str], *, format: str | None = None, **options: Any
) -> None:
    """Write a graph to a file, which appears whole or not at all.

    Parameters
    ----------
    graph : Graph
    path : path-like
        The file; ``.gz``, ``.bz2``, ``.xz`` or ``.zst`` at its end compresses, ``"-"`` is standard output.
    format : str, optional
        Name of a format, see `graphkit.io.format_names`. Default: by the name of the file without its
        compression; edge lists to standard output.
    **options
        Of the format: see `write` in its module, such as `graphkit.io.edgelist.write`, also for what it
        cannot express. Only ``.gkg`` keeps everything.

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
    chosen = output_format(name, format)
    refuse_unknown(options, chosen.options("write"), "write_graph", f"the format {chosen.name}")
    write = chosen.function("write")
    if chosen.is_folder:
        with folder_target(path) as folder:
            write(graph, folder, name, **options)
        return
    with open_target(path) as file:
        write(graph, file, name, **options)


def open_input(name: str, given: str | None) -> tuple[Format, Source | Folder]:
    """Find the format of something to be read, and open it.

    Raises
    ------
    FileNotFoundError, IsADirectoryError, NotADirectoryError, ValueError, GraphFormatError
        As `read_graph`.
    """
    check_readable(name, folder=True)
    if given is not None:
        chosen = FORMATS[check_choice(given, "format", FORMATS)]
        _check_kind(name, chosen)
        if not chosen.readable:
            raise ValueError(f"cannot read the format {chosen.name}, only write it")
        return chosen, Folder(name) if chosen.is_folder else read_source(name)
    if name != "-" and os.path.isdir(name):
        folder = Folder(name)
        return _folder_format(folder), folder
    candidates = [form for form in _by_name(name) if form.readable]
    if not candidates:
        raise ValueError(f"cannot read the format of {name!r}, only write it")
    source = read_source(name)
    return _by_content(candidates, source), source


def output_format(name: str, given: str | None) -> Format:
    """Return the format to write in: the one that is named, or the first that a file name suits.

    Raises
    ------
    ValueError
        If there is none; `UnknownNameError` for unknown ones.
    IsADirectoryError
        If there is a folder where a file should be written.
    """
    refuse_url(name)
    candidates = [FORMATS[check_choice(given, "format", FORMATS)]] if given else None
    if os.path.isdir(name) and not (candidates and candidates[0].is_folder):
        raise IsADirectoryError(f"cannot write to {name!r}: it is a folder")
    candidates = candidates or _by_name(name)
    chosen = next((form for form in candidates if form.writable), None)
    if chosen is None:
        raise ValueError(f"cannot write the format of {name!r}, only read it")
    return chosen


def format_names() -> dict[str, tuple[str, ...]]:
    """Names of all formats, with the suffixes of files in them.

    Examples
    --------
    >>> format_names()["matrixmarket"]
    ('.mtx', '.mm')
    """
    return {form.name: form.suffixes for form in FORMATS.values()}


def losses(graph: Graph, chosen: Format) -> list[str]:
    """Say what of a graph a format cannot hold, one sentence for each kind of loss."""
    present = {
        "weights": ("edge weights", graph.weights is not None),
        "labels": ("labels of nodes", graph.labels is not None),
        "data": (f"node data {', '.join(graph.node_data)}", bool(graph.node_data)),
    }
    if "node data" in chosen.keeps:
        del present["data"]
    lost = [text for key, (text, there) in present.items() if there and key not in chosen.keeps]
    if graph.edge_data and not {"data", "edge data"} & set(chosen.keeps):
        lost.append(f"edge data {', '.join(graph.edge_data)}")
    sentences = [f"{text} are lost: the format {chosen.name} cannot hold them" for text in lost]
    if graph.directed and "directions" not in chosen.keeps:
        sentences.append(
            f"the format {chosen.name} does not say that edges are directed: read it with directed=True "
            "(--directed on the command line)"
        )
    return sentences


def refuse_unknown(given: Mapping[str, Any], accepted: Sequence[str], function: str, what: str) -> None:
    """Refuse options that a format does not have."""
    for name in given:
        if name not in accepted:
            known = f"accepted are {', '.join(accepted)}" if accepted else "there are none"
            raise TypeError(f"{function} has no option {name!r} for {what}: {known}")


def _check_kind(name: str, chosen: Format) -> None:
    """Refuse a folder for the format of a file, and the other way round."""
    is_folder = name != "-" and os.path.isdir(name)
    if is_folder and not chosen.is_folder:
        raise IsADirectoryError(f"cannot read {name!r} as {chosen.name}: it is a folder")
    if chosen.is_folder and not is_folder:
        raise NotADirectoryError(
            f"cannot read {name!r} as {chosen.name}: expected a folder with {', '.join(chosen.members)}"
        )


def _by_name(name: str) -> list[Format]:
    """List the formats of files that a name suits, in the order of the table."""
    plain = without_compression(name)
    suffix = _STREAM_SUFFIX if name == "-" else os.path.splitext(plain)[1].lower()
    files = [form for form in FORMATS.values() if not form.is_folder]
    found = [form for form in files if suffix in form.suffixes or matches(plain, form.patterns)]
    if found:
        return found
    if not suffix:
        raise ValueError(
            f"{name!r} has no suffix to tell its format; choose format (--format, or --from and --to of "
            f"convert, on the command line): {', '.join(FORMATS)}"
        )
    check_choice(suffix, "suffix", dict.fromkeys(s for form in files for s in form.suffixes), cutoff=0.7)
    return []


def _by_content(candidates: list[Format], source: Source) -> Format:
    """Of formats whose files are named alike: the first that recognises a file, else one that takes any."""
    certain = [form for form in candidates if not form.by_content]
    if len(candidates) > 1 or not certain:
        for form in candidates:
            if form.by_content and form.function("recognises")(source):
                return form
    return certain[0] if certain else candidates[0]


def _folder_format(folder: Folder) -> Format:
    """Return the format whose files are in a folder; of several, the one that asks for the most."""
    found = [
        form
        for form in FORMATS.values()
        if form.is_folder and all(_has(folder, pattern) for pattern in form.members)
    ]
    if not found:
        known = [f"{form.name} ({', '.join(form.members)})" for form in FORMATS.values() if form.is_folder]
        layouts = f"; it has the files of none of the known layouts: {'; '.join(known)}" if known else ""
        raise IsADirectoryError(f"cannot read {folder.name!r} as a graph: it is a folder{layouts}")
    return max(found, key=lambda form: len(form.members))


def _has(folder: Folder, pattern: str) -> bool:
    if "/" in pattern or not set(pattern) & set("*?["):
        return folder.has(pattern)
    return bool(folder.matching(pattern))


def _name_of(path: object, function: str) -> str:
    if isinstance(path, str | os.PathLike):
        name = os.fspath(path)
        if isinstance(name, str):
            return name
    raise TypeError(
        f"{function} takes the path of a file, '-' or (for reading) 'sample:karate', "
        f"got {path!r:.60} of type {type(path).__name__}"
    )
