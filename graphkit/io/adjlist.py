"""Adjacency lists: a node and its neighbours a line."""

from collections.abc import Sequence
from typing import IO, Any

import numpy as np

from graphkit._edges import from_edges
from graphkit._labels import NodeLabels
from graphkit.errors import GraphFormatError, ListedEdgeError, UnknownNameError
from graphkit.graph import Graph
from graphkit.io._files import Source
from graphkit.io._text import data_lines, is_integer
from graphkit.io.edgelist import _node_id, located, written_label
from graphkit.validation import check_choice


def read(
    file: Source,
    /,
    *,
    directed: bool | None = None,
    comments: Sequence[str] = ("#", "%"),
    ids: str = "auto",
    **options: Any,
) -> Graph:
    """Read an adjacency list: on each line a node, then its neighbours, separated by blanks.

    Parameters
    ----------
    file : Source
    directed : bool, optional
        An adjacency list does not say; None means undirected.
    comments : sequence of str
        Lines that begin with one of these are skipped.
    ids : {"auto", "int", "str"}
        Kind of node ids. ``"auto"`` decides by the first line of data and holds all others to it.
    **options
        `multi_edges`, `self_loops`, `node_data` as in `graphkit.convert.from_edges`.

    Returns
    -------
    Graph
        Unweighted. Integer ids are numbered in increasing order, strings in the order of their lines,
        followed by nodes that have no line. They become labels if they are not 0..n-1. An undirected edge
        may be listed at one of its ends or at both.

    Raises
    ------
    GraphFormatError
        If a line is malformed.
    """
    check_choice(ids, "ids", ("auto", "int", "str"))
    comments = (comments,) if isinstance(comments, str) else tuple(comments)
    heads: list[Any] = []
    sources: list[Any] = []
    targets: list[Any] = []
    numbers: list[int] = []  # line of every edge
    integers = ids == "int"
    for line in data_lines(file, comments):
        tokens = line.text.split()
        if not heads and ids == "auto":
            integers = all(map(is_integer, tokens))
        head, *neighbors = (_node_id(token, integers, file, line.number) for token in tokens)
        heads.append(head)
        targets += neighbors
        sources += [head] * len(neighbors)
        numbers += [line.number] * len(neighbors)
    if not heads:
        raise GraphFormatError("expected an adjacency list, found no line of data", file.name)
    nodes: list[Any] = list(dict.fromkeys(heads + targets))
    if integers:
        nodes.sort()
    number = {node: i for i, node in enumerate(nodes)}
    try:
        return from_edges(
            np.array([number[node] for node in sources], dtype=np.int64),
            np.array([number[node] for node in targets], dtype=np.int64),
            labels=None if integers and nodes == list(range(len(nodes))) else NodeLabels(nodes),
            n_nodes=len(nodes),
            directed=bool(directed),
            **options,
        )
    except UnknownNameError:
        raise
    except ListedEdgeError as error:
        raise located(error, [numbers[k] for k in error.entries], file) from None
    except ValueError as error:
        raise GraphFormatError(str(error), file.name) from None


def write(graph: Graph, file: IO[bytes], name: str) -> None:
    """Write an adjacency list with one line for each node, so that nodes without edges are kept.

    An undirected edge is written at its first end only. Weights, directions and data cannot be expressed.

    Raises
    ------
    TypeError
        If labels are neither strings nor integers.
    ValueError
        If a label would not be read back.
    """
    labels = range(graph.n_nodes) if graph.labels is None else graph.labels
    written = [written_label(label, " ") for label in labels]
    for i in range(graph.n_nodes):
        neighbors = graph.neighbors(i).tolist()
        kept = neighbors if graph.directed else [j for j in neighbors if j >= i]
        file.write((" ".join([written[i], *(written[j] for j in kept)]) + "\n").encode())
