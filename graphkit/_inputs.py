"""From the arguments of a command to the graph that it is about, and to the file that it writes."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.validation import check_choice

if TYPE_CHECKING:
    from graphkit.io.dataset_files import Dataset

_OWN_OPTIONS = ("multi_edges", "self_loops", "source", "target", "weight", "ids")  # --multi-edges, ...


def read_input(file: str, format: str | None, directed: bool | None, given: Mapping[str, Any]) -> Graph:
    """Read the graph that a command is about.

    Parameters
    ----------
    file : str
    format : str or None
    directed : bool or None
        False forgets directions, by the rule for `multi_edges`.
    given : mapping of str to str, list of str or None
        Options of `read_graph` as they were written; None for those left out. Columns are names or numbers.
        The key ``"more"`` holds a list of NAME=VALUE, see `parsed_options`.

    Raises
    ------
    ValueError
        If an option does not suit the format of the file, or the graph cannot be read.
    """
    from graphkit._edges import RULES
    from graphkit.io.registry import SAMPLE_PREFIX, open_input, read_graph, read_opened

    named = {name: value for name, value in given.items() if value is not None}
    options: dict[str, Any] = parsed_options(named.pop("more", ())) | named
    rule = check_choice(options.get("multi_edges", "merge"), "--multi-edges", RULES)
    check_choice(options.get("self_loops", "keep"), "--self-loops", ("keep", "drop", "error"))
    forward = True if directed else None
    if file.startswith(SAMPLE_PREFIX):
        _check_reading(options, (), file, "a sample", directed)
        graph = read_graph(file, format=format, directed=forward)
    else:
        chosen, source = open_input(file, format)
        _check_reading(options, chosen.options("read"), file, f"read as {chosen.name}", directed)
        for name in ("source", "target", "weight"):
            if str(options.get(name)).isdecimal():
                options[name] = int(options[name])
        if options.get("weight") == "none":
            options["weight"] = False
        if "verify" in chosen.options("read"):
            options.setdefault("verify", True)  # a command reads the whole file anyway
        graph = read_opened(chosen, source, forward, options)
    if directed is not False:
        return graph
    try:
        return graph.to_undirected(multi_edges=rule)
    except ValueError as error:
        raise GraphFormatError(str(error), "<stdin>" if file == "-" else file) from None


def write_output(graph: Graph, path: str, format: str | None, pairs: Sequence[str]) -> list[str]:
    """Write the graph that a command has made; return what of it the format could not hold.

    Parameters
    ----------
    graph : Graph
    path : str
    format : str or None
    pairs : sequence of str
        Options of `write_graph` as NAME=VALUE.

    Raises
    ------
    ValueError
        If there is no such option, or the graph cannot be written.
    """
    from graphkit.io.registry import losses, output_format, write_graph

    chosen, options = output_format(path, format), parsed_options(pairs)
    accepted = chosen.options("write")
    for name in options:
        if name not in accepted:
            raise ValueError(
                f"--write-option {name} is unknown; {path} is written as {chosen.name}, whose options are "
                f"{', '.join(accepted) or 'none'}"
            )
    try:
        write_graph(graph, path, format=format, **options)
    except TypeError as error:  # the graph holds what the format cannot: a mistake of whoever chose it
        raise ValueError(str(error)) from None
    return losses(graph, chosen)


def _check_reading(
    options: dict[str, Any], accepted: Sequence[str], file: str, kind: str, directed: bool | None
) -> None:
    """Refuse options that the format of the file does not know; take out what only `to_undirected` needs."""
    if directed is False and "multi_edges" not in accepted:
        options.pop("multi_edges", None)
    for name in options:
        if name not in accepted:
            takers = "edge lists" if name in ("source", "target", "weight") else "edge and adjacency lists"
            option = f"--{name.replace('_', '-')}" if name in _OWN_OPTIONS else f"--option {name}"
            known = ", ".join(accepted) or "none"
            raise ValueError(
                f"{option} is for {takers}; {file} is {kind}"
                if name in _OWN_OPTIONS
                else f"{option} is unknown; {file} is {kind}, whose options are {known}"
            )


def parsed_options(pairs: Sequence[str]) -> dict[str, Any]:
    """Options of a format from NAME=VALUE; integers, true, false and none are taken as such.

    Raises
    ------
    ValueError
        If there is no ``=``.

    Examples
    --------
    >>> parsed_options(["n_nodes=5", "header=false", "variable=A"])
    {'n_nodes': 5, 'header': False, 'variable': 'A'}
    """
    options: dict[str, Any] = {}
    words = {"true": True, "false": False, "none": None}
    for pair in pairs:
        name, mark, text = pair.partition("=")
        if not mark or not name:
            raise ValueError(f"--option takes NAME=VALUE, such as header=false, got {pair!r}")
        number = re.fullmatch(r"-?\d+", text)
        options[name.replace("-", "_")] = int(text) if number else words.get(text.lower(), text)
    return options


def convert_dataset(
    source: str,
    target: str,
    source_format: str | None,
    target_format: str,
    directed: bool | None,
    reading: Sequence[str],
    writing: Sequence[str],
) -> "Dataset":
    """Read a data set with all its parts, write it in another layout, and return it.

    Parameters
    ----------
    source, target : str
    source_format : str or None
    target_format : str
    directed : bool or None
        For layouts that can be read either way.
    reading, writing : sequence of str
        Options of the two layouts as NAME=VALUE, see `parsed_options`.

    Raises
    ------
    ValueError
        If options do not suit the layouts, or the data set cannot be read or be held by the other layout.
    """
    from graphkit.io import read_dataset, write_dataset

    options = parsed_options(reading) | ({} if directed is None else {"directed": directed})
    try:
        data = read_dataset(source, format=source_format, **options)
        write_dataset(data, target, format=target_format, **parsed_options(writing))
    except TypeError as error:  # an option, or a layout that holds something else: a mistake of the caller
        raise ValueError(str(error)) from None
    return data
