"""digraph6: a directed graph as its matrix, a line of text a graph."""

from typing import IO

import numpy as np

from graphkit._edges import from_edges
from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._files import Source
from graphkit.io._sextets import bits_code, bits_of, pick_line, sextets, size_code, split_size
from graphkit.memory import require_memory


def read(file: Source, /, *, directed: bool | None = None, graph: int | None = None) -> Graph:
    """Read a graph in digraph6, the format of nauty for directed graphs.

    Parameters
    ----------
    file : Source
    directed : bool, optional
        digraph6 is directed; False forgets the directions.
    graph : int, optional
        Which graph of the file, from 0. None: the only one.

    Returns
    -------
    Graph

    Raises
    ------
    GraphFormatError
        As for `graphkit.io.graph6.read`.

    Notes
    -----
    O(n_nodes^2), as the code has one bit for every ordered pair of nodes.

    References
    ----------
    .. [1] Brendan McKay, "Description of graph6, sparse6 and digraph6 encodings", with nauty.
    """
    code, line = pick_line(file, graph, b":;")
    if code[:1] != b"&":
        raise GraphFormatError(f"expected '&' before a code in digraph6, found {code[:1]!r}", file.name, line)
    n, values = split_size(sextets(code[1:], file, line), file, line)
    if values.size != -(-n * n // 6):
        raise GraphFormatError(
            f"expected {-(-n * n // 6)} characters for {n} nodes, found {values.size}", file.name, line
        )
    require_memory(40 * values.size, f"reading {file.name}")
    bits = bits_of(values)
    if bits[n * n :].any():
        raise GraphFormatError("expected zeros in the bits that fill the last character", file.name, line)
    places = np.flatnonzero(bits)
    sources, targets = places // max(n, 1), places % max(n, 1)
    return from_edges(sources, targets, n_nodes=n, directed=directed is not False)


def write(graph: Graph, file: IO[bytes], name: str) -> None:
    """Write a graph in digraph6. Weights, labels and data cannot be expressed.

    Raises
    ------
    ValueError
        If the graph is undirected; graph6 and sparse6 hold those.
    """
    if not graph.directed:
        raise ValueError("digraph6 holds directed graphs, got an undirected one; graph6 (.g6) holds it")
    n = graph.n_nodes
    require_memory(3 * n * n, f"the code of {n} nodes in digraph6")
    bits = np.zeros(n * n, dtype=np.uint8)
    sources, targets = (ends.astype(np.int64) for ends in graph.edges())
    bits[sources * n + targets] = 1
    file.write(b"&" + size_code(n) + bits_code(bits) + b"\n")
