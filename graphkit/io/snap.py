"""Edge lists of the Stanford Network Analysis Project (SNAP), whose header of comments states counts."""

import re
from typing import IO, Any

import numpy as np

from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._files import Source
from graphkit.io.edgelist import COMMENTS, find_dialect, read_columns, to_graph, write_rows

_COUNTS = re.compile(rb"^#\s*Nodes:\s*(\d+)\s+Edges:\s*(\d+)\s*$", re.MULTILINE)
_KIND = re.compile(rb"^#\s*(Directed|Undirected)\b", re.MULTILINE | re.IGNORECASE)
_HEAD = 2**12  # bytes in which the header is looked for


def recognises(source: Source) -> bool:
    """Whether a file begins with comments of which one is ``# Nodes: 5 Edges: 7``."""
    return source.data[:1] == b"#" and _COUNTS.search(_head(source)) is not None


def read(
    file: Source,
    /,
    *,
    directed: bool | None = None,
    check: bool = True,
    weight: int | bool | None = None,
    **options: Any,
) -> Graph:
    """Read an edge list with a header of comments that states its counts.

    Parameters
    ----------
    file : Source
    directed : bool, optional
        None takes it from the header, undirected if it says nothing.
    check : bool
        Whether the header must agree with the file about the numbers of edges, one a line, and of nodes.
    weight : int or False, optional
        Column of weights, from 0. None: the third, if there are three.
    **options
        `n_nodes`, `labels`, `multi_edges`, `self_loops`, `node_data` as in `graphkit.convert.from_edges`.

    Returns
    -------
    Graph
        Ids become labels if they are not 0..n-1.

    Raises
    ------
    GraphFormatError
        If there is no such header, it does not agree with the file, or a line is malformed.
    """
    head = _head(file)
    counts = _COUNTS.search(head)
    if counts is None:
        raise GraphFormatError(
            "expected a comment '# Nodes: N Edges: M' above the edges, found none", file.name
        )
    if directed is None:
        kind = _KIND.search(head)
        directed = kind is not None and kind[1].lower() == b"directed"
    columns = read_columns(
        file,
        find_dialect(
            file,
            delimiter=None,
            comments=COMMENTS,
            header=False,
            source=None,
            target=None,
            weight=weight,
            ids="int",
        ),
    )
    if check:
        line = head.count(b"\n", 0, counts.start()) + 1
        _check_counts(columns.ends, int(counts[1]), int(counts[2]), file, line)
    return to_graph(columns, directed, options, file)


def _check_counts(ends: list[Any], n_nodes: int, n_edges: int, file: Source, line: int) -> None:
    listed = len(ends[0])
    found = np.unique(np.concatenate([np.unique(side) for side in ends])).size
    for name, stated, counted in (("edges", n_edges, listed), ("nodes", n_nodes, found)):
        if stated != counted:
            raise GraphFormatError(
                f"the header states {stated} {name}, the lines name {counted}: is the file cut off? "
                "check=False (--option check=false) reads it nevertheless",
                file.name,
                line,
            )


def _head(source: Source) -> bytes:
    """Comments at the beginning of a file."""
    head = source.data[:_HEAD]
    edges = re.search(rb"^[^#\s]", head, re.MULTILINE)
    return bytes(head if edges is None else head[: edges.start()])


def write(graph: Graph, file: IO[bytes], name: str) -> None:
    """Write an edge list with a header that states direction and counts.

    Nodes without edges, weights and data cannot be expressed; labels can if they are integers.

    Raises
    ------
    TypeError
        If labels are not integers.
    """
    if graph.labels is not None and graph.labels.integers is None:
        raise TypeError("the labels of nodes in a SNAP file must be integers; write .tsv or .gkg instead")
    touched = int(np.count_nonzero(graph.out_degrees() + graph.in_degrees()))
    kind = "Directed" if graph.directed else "Undirected"
    file.write(
        f"# {kind} graph, each edge once\n# Nodes: {touched} Edges: {graph.n_edges}\n"
        "# FromNodeId\tToNodeId\n".encode()
    )
    write_rows(graph, file, name, "\t", weighted=False)
