"""sparse6: an undirected graph as a list of edges in bits, a line of text a graph."""

from typing import IO

import numpy as np
from numba import njit
from numpy.typing import NDArray

from graphkit._edges import from_edges
from graphkit.convert import as_graph
from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._files import Source
from graphkit.io._sextets import bits_code, bits_of, pick_line, sextets, size_code, split_size
from graphkit.memory import require_memory


def read(
    file: Source,
    /,
    *,
    directed: bool | None = None,
    graph: int | None = None,
    multi_edges: str = "merge",
) -> Graph:
    """Read a graph in sparse6, the format of nauty for sparse graphs and those with loops.

    Parameters
    ----------
    file : Source
    directed : bool, optional
        sparse6 is undirected; True takes every edge in both directions.
    graph : int, optional
        Which graph of the file, from 0. None: the only one.
    multi_edges : str
        What becomes of repeated edges, see `graphkit.convert.from_edges`.

    Returns
    -------
    Graph

    Raises
    ------
    GraphFormatError
        If the file holds several graphs and none is chosen, or the code is malformed; the message names the
        line.

    References
    ----------
    .. [1] Brendan McKay, "Description of graph6, sparse6 and digraph6 encodings", with nauty.
    """
    code, line = pick_line(file, graph, b";&")
    if code[:1] != b":":
        raise GraphFormatError(f"expected ':' before a code in sparse6, found {code[:1]!r}", file.name, line)
    n, values = split_size(sextets(code[1:], file, line), file, line)
    require_memory(120 * values.size, f"reading {file.name}")
    bits = bits_of(values)
    width = _width(n)
    ends = np.empty((2, bits.size // (1 + width)), dtype=np.int64)
    count = decode(bits, n, width, ends)
    if count < 0:
        raise GraphFormatError(f"expected nodes in 0..{n - 1}, found a code of others", file.name, line)
    edges = from_edges(ends[0, :count], ends[1, :count], n_nodes=n, multi_edges=multi_edges)
    return as_graph(edges, directed=directed)


def write(graph: Graph, file: IO[bytes], name: str) -> None:
    """Write a graph in sparse6. Weights, labels and data cannot be expressed.

    Raises
    ------
    ValueError
        If the graph is directed; digraph6 can hold it.
    """
    if graph.directed:
        raise ValueError("sparse6 holds undirected graphs, got a directed one; digraph6 (.d6) holds it")
    n = graph.n_nodes
    width = _width(n)
    low, high = (ends.astype(np.int64) for ends in graph.edges())
    order = np.lexsort((low, high))
    require_memory(4 * (1 + width) * 2 * order.size, f"the code of {order.size} edges in sparse6")
    bits = np.empty(2 * (1 + width) * order.size + 6, dtype=np.uint8)
    size = encode(high[order], low[order], n, width, bits)
    file.write(b":" + size_code(n) + bits_code(bits[:size]) + b"\n")


def _width(n: int) -> int:
    """Bits that hold any of the nodes 0..n-1."""
    return max(n - 1, 0).bit_length()


@njit(cache=True)
def decode(bits: NDArray[np.uint8], n: int, width: int, ends: NDArray[np.int64]) -> int:
    """Follow the code: a bit that moves the current node on by one, and a node, again and again.

    A node larger than the current one becomes it, any other one is joined to it. What cannot be a step any
    more fills the last character.

    Returns
    -------
    int
        Number of edges in `ends`, or -1 if the code leaves the nodes before its end.
    """
    current = 0
    count = 0
    place = 0
    while place + 1 + width <= bits.size:
        current += bits[place]
        node = 0
        for k in range(place + 1, place + 1 + width):
            node = 2 * node + bits[k]
        place += 1 + width
        if current >= n or node >= n:
            return count if bits.size - place < 6 else -1
        if node > current:
            current = node
        else:
            ends[0, count] = node
            ends[1, count] = current
            count += 1
    return count


@njit(cache=True)
def _put(bits: NDArray[np.uint8], place: int, step: int, node: int, width: int) -> int:
    bits[place] = step
    for k in range(width):
        bits[place + 1 + k] = node >> (width - 1 - k) & 1
    return place + 1 + width


@njit(cache=True)
def encode(
    high: NDArray[np.int64], low: NDArray[np.int64], n: int, width: int, bits: NDArray[np.uint8]
) -> int:
    """Write the code of edges sorted by their larger ends; return its length, filled up to six bits.

    Ones fill it up, which move on to no node, but for one case: with n = 2^width nodes, n - 2 the current one
    and a step or more left, ones would read as a loop at n - 1. A zero before them avoids it.
    """
    current = 0
    place = 0
    for k in range(high.size):
        if high[k] == current:
            place = _put(bits, place, 0, low[k], width)
        elif high[k] == current + 1:
            current += 1
            place = _put(bits, place, 1, low[k], width)
        else:
            current = high[k]
            place = _put(bits, place, 1, current, width)
            place = _put(bits, place, 0, low[k], width)
    rest = -place % 6
    if rest > width and width < 6 and n == 1 << width and current == n - 2:
        bits[place] = 0
        place += 1
        rest -= 1
    for k in range(place, place + rest):
        bits[k] = 1
    return place + rest
