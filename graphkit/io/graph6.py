"""graph6: an undirected graph without loops as the upper triangle of its matrix, a line of text a graph."""

from typing import IO

import numpy as np

from graphkit._edges import from_edges
from graphkit.convert import as_graph
from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._files import Source
from graphkit.io._sextets import bits_code, bits_of, pick_line, sextets, size_code, split_size
from graphkit.memory import require_memory


def read(file: Source, /, *, directed: bool | None = None, graph: int | None = None) -> Graph:
    """Read a graph in graph6, the format of nauty for dense graphs.

    Parameters
    ----------
    file : Source
    directed : bool, optional
        graph6 is undirected; True takes every edge in both directions.
    graph : int, optional
        Which graph of the file, from 0. None: the only one.

    Returns
    -------
    Graph

    Raises
    ------
    GraphFormatError
        If the file holds several graphs and none is chosen, or the code is malformed or of another length
        than its number of nodes asks for; the message names the line.

    Notes
    -----
    O(n_nodes^2), as the code has one bit for every pair of nodes.

    References
    ----------
    .. [1] Brendan McKay, "Description of graph6, sparse6 and digraph6 encodings", with nauty.
    """
    code, line = pick_line(file, graph, b":;&")
    n, values = split_size(sextets(code, file, line), file, line)
    n_pairs = n * (n - 1) // 2
    if values.size != -(-n_pairs // 6):
        raise GraphFormatError(
            f"expected {-(-n_pairs // 6)} characters for {n} nodes, found {values.size}", file.name, line
        )
    require_memory(40 * values.size, f"reading {file.name}")
    bits = bits_of(values)
    if bits[n_pairs:].any():
        raise GraphFormatError("expected zeros in the bits that fill the last character", file.name, line)
    places = np.flatnonzero(bits)
    # Pair (i, j), i < j, has the place j (j - 1) / 2 + i: the columns of the triangle one after the other.
    starts = np.arange(n, dtype=np.int64) * np.arange(-1, n - 1, dtype=np.int64) // 2
    targets = np.searchsorted(starts, places, side="right") - 1
    sources = places - starts[targets] if n else places
    return as_graph(from_edges(sources, targets, n_nodes=n), directed=directed)


def write(graph: Graph, file: IO[bytes], name: str) -> None:
    """Write a graph in graph6. Weights, labels and data cannot be expressed.

    Raises
    ------
    ValueError
        If the graph is directed or has self-loops; digraph6 and sparse6 can hold those.
    """
    if graph.directed:
        raise ValueError("graph6 holds undirected graphs, got a directed one; digraph6 (.d6) holds it")
    if graph.n_self_loops:
        raise ValueError(f"graph6 holds no self-loops, got {graph.n_self_loops}; sparse6 (.s6) holds them")
    n = graph.n_nodes
    require_memory(3 * n * n, f"the code of {n} nodes in graph6")
    bits = np.zeros(n * (n - 1) // 2, dtype=np.uint8)
    first, second = (ends.astype(np.int64) for ends in graph.edges())
    bits[second * (second - 1) // 2 + first] = 1
    file.write(size_code(n) + bits_code(bits) + b"\n")
