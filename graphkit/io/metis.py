"""METIS graph files: line i holds the neighbours of node i, counted from 1."""

from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from graphkit import _build
from graphkit._edges import from_edges
from graphkit.convert import as_graph
from graphkit.errors import GraphFormatError, ListedEdgeError
from graphkit.graph import Graph
from graphkit.io._files import Source
from graphkit.io._numbers import IntegerRows, integer_rows
from graphkit.io._text import INTEGER
from graphkit.memory import require_memory

Array = NDArray[Any]
_LARGEST = 2**53  # up to here float64, which holds weights of edges, holds every integer


def read(file: Source, /, *, directed: bool | None = None) -> Graph:
    """Read a METIS graph file.

    The first line that is no comment (``%``) holds the number of nodes, the number of edges, and perhaps a
    format of up to three digits, which say whether nodes have sizes, nodes have weights (as many as a fourth
    number says, else one) and edges have weights. Every further line belongs to a node, and an empty one to a
    node without edges.

    Parameters
    ----------
    file : Source
    directed : bool, optional
        METIS graphs are undirected; True takes every edge in both directions.

    Returns
    -------
    Graph
        Sizes and weights of nodes become the node data ``size`` and ``weight``, the latter of shape (n_nodes,
        n_weights) if there are several.

    Raises
    ------
    GraphFormatError
        If counts differ from those of the first line, a neighbour is out of range or named twice, an edge is
        missing in the line of its other end or has another weight there, a node is its own neighbour, or a
        weight of an edge is not positive; the message names the line.

    Notes
    -----
    O(file size). Empty lines missing at the end of the file are taken for nodes without edges.
    """
    header = _Header(file)
    rows, lines = _numbers(file, header)
    n = header.n_nodes
    if len(rows) > n:
        raise GraphFormatError(
            f"expected {n} lines, one for each node, found {len(rows)}", file.name, int(lines[n])
        )
    require_memory(64 * n + 80 * rows.values.size, f"reading {file.name}")
    counts = np.zeros(n, dtype=np.int64)
    counts[: len(rows)] = np.diff(rows.offsets)
    return as_graph(_Body(header, file, rows.values, counts, lines).graph(), directed=directed)


class _Header:
    """The first line that is no comment."""

    def __init__(self, file: Source) -> None:
        position = 3 if bytes(file.data[:3]) == b"\xef\xbb\xbf" else 0
        size, self.line = len(file.data), 0
        raw = b""
        while position < size and (self.line == 0 or raw[:1] == b"%"):
            end = file.data.find(b"\n", position)
            end = size if end < 0 else end
            raw = bytes(file.data[position : min(end, position + 1000)]).strip()
            position = end + 1
            self.line += 1
        self.end = min(position, size)
        self.line = max(self.line, 1)
        words = raw.decode("ascii", errors="replace").split()
        plain = all(INTEGER.fullmatch(word) and len(word) <= 18 and word[0] != "-" for word in words)
        digits = words[2] if len(words) > 2 else "0"
        if not plain or not 2 <= len(words) <= 4 or len(digits) > 3 or set(digits) - set("01"):
            raise GraphFormatError(
                "expected the numbers of nodes and edges, then perhaps a format of up to three digits 0 or 1 "
                f"and a number of weights, found {raw[:60].decode(errors='backslashreplace')!r}",
                file.name,
                self.line,
            )
        self.n_nodes, self.n_edges = int(words[0]), int(words[1])
        self.has_sizes, has_weights, self.has_edge_weights = (mark == "1" for mark in digits.zfill(3))
        self.n_weights = int(has_weights)
        if len(words) == 4:
            self.n_weights = int(words[3])
            if has_weights != (self.n_weights > 0):
                raise GraphFormatError(
                    f"expected a number of weights that fits the format {digits}, found {words[3]}",
                    file.name,
                    self.line,
                )


def _numbers(file: Source, header: _Header) -> tuple[IntegerRows, Array]:
    """Numbers behind the first line, and which lines of the file they are in."""
    if file.data.find(b"%", header.end) < 0:
        rows = integer_rows(file, skip_lines=header.line)
        return rows, np.arange(header.line + 1, header.line + 2 + len(rows))
    text = bytes(file.data).split(b"\n")
    kept = [k for k in range(header.line, len(text)) if not text[k].lstrip().startswith(b"%")]
    rest = Source(file.name, b"\n".join(text[k] for k in kept) + b"\n", None)
    try:
        return integer_rows(rest), np.array(kept, dtype=np.int64) + 1
    except GraphFormatError as error:
        number = None if error.line is None else kept[error.line - 1] + 1
        raise GraphFormatError(error.message, file.name, number) from None


class _Body:
    """Numbers of the lines of nodes."""

    def __init__(self, header: _Header, file: Source, values: Array, counts: Array, lines: Array) -> None:
        self.header, self.file, self.values, self.counts, self.lines = header, file, values, counts, lines

    def graph(self) -> Graph:
        """Make the graph, and check that every edge is there from both of its ends."""
        header, counts = self.header, self.counts
        node_data, skipped = self._node_data()
        starts = np.cumsum(counts) - counts
        width = 1 + header.has_edge_weights
        rest = counts - skipped
        odd = np.flatnonzero(rest % width)
        if odd.size:
            raise self._fail("expected a weight after every neighbour, found an odd number of them", odd[0])
        degrees = rest // width
        sources = np.repeat(np.arange(header.n_nodes), degrees)
        within = np.arange(sources.size) - np.repeat(np.cumsum(degrees) - degrees, degrees)
        places = np.repeat(starts + skipped, degrees) + width * within
        targets = self.values[places] - 1
        self._check_neighbors(sources, targets)
        weights = None
        if header.has_edge_weights:
            weights = self.values[places + 1]
            wrong = np.flatnonzero((weights <= 0) | (weights > _LARGEST))
            if wrong.size:
                found = weights[wrong[0]]
                raise self._fail(
                    f"expected integers in 1..2^53 as weights of edges, found {found}", sources[wrong[0]]
                )
        try:
            both = from_edges(
                sources, targets, weights, n_nodes=header.n_nodes, directed=True, multi_edges="error"
            )
        except ListedEdgeError as error:
            node = sources[error.entries[0]]
            found = targets[error.entries[0]] + 1
            raise self._fail(f"expected distinct neighbours, found {found} twice", node) from None
        self._check_symmetry(both)
        if both.n_entries != 2 * header.n_edges:
            raise GraphFormatError(
                f"expected {header.n_edges} edges as announced here, found {both.n_entries // 2}",
                self.file.name,
                header.line,
            )
        return Graph._trusted(both.indptr, both.indices, both.weights, False, None, node_data)

    def _node_data(self) -> tuple[dict[str, Array], int]:
        """Sizes and weights of nodes, and how many numbers of a line they take."""
        header = self.header
        if header.n_nodes == 0:  # where no line would bound the number of weights
            return {}, 0
        skipped = header.has_sizes + header.n_weights
        short = np.flatnonzero(self.counts < skipped)
        if short.size:
            raise self._fail(
                f"expected {skipped} sizes and weights of this node, found {self.counts[short[0]]} numbers",
                short[0],
            )
        starts = np.cumsum(self.counts) - self.counts
        columns = self.values[starts[:, None] + np.arange(skipped)]
        wrong = np.argwhere(columns < 0)
        if wrong.size:
            node, place = wrong[0]
            raise self._fail(f"expected sizes and weights from 0, found {columns[node, place]}", node)
        data = {}
        if header.has_sizes:
            data["size"] = columns[:, 0].copy()
        if header.n_weights:
            weights = columns[:, header.has_sizes :]
            data["weight"] = (weights[:, 0] if header.n_weights == 1 else weights).copy()
        return data, skipped

    def _check_neighbors(self, sources: Array, targets: Array) -> None:
        n = self.header.n_nodes
        wrong = np.flatnonzero((targets < 0) | (targets >= n))
        if wrong.size:
            k = wrong[0]
            raise self._fail(f"expected neighbours in 1..{n}, found {targets[k] + 1}", sources[k])
        loops = np.flatnonzero(sources == targets)
        if loops.size:
            k = loops[0]
            raise self._fail(
                f"expected no self-loops, which METIS excludes, found node {targets[k] + 1} beside itself",
                sources[k],
            )

    def _check_symmetry(self, both: Graph) -> None:
        values = np.empty(0) if both.weights is None else both.weights
        i, j = map(int, _build.find_asymmetry(both.indptr, both.indices, values))
        if i < 0:
            return
        other = int(self.lines[j]) if j < len(self.lines) else "that is absent"
        what = "with the same weight " if both.has_edge(j, i) else ""
        raise self._fail(
            f"expected the edge to {j + 1} {what}in the line of node {j + 1} too (line {other}), found none",
            i,
        )

    def _fail(self, message: str, node: int | np.integer[Any]) -> GraphFormatError:
        line = int(self.lines[node]) if node < len(self.lines) else None
        return GraphFormatError(message, self.file.name, line)


def write(graph: Graph, file: IO[bytes], name: str) -> None:
    """Write a METIS graph file.

    The node data ``size`` and ``weight`` are kept if they are integers from 0; labels and other data cannot
    be expressed.

    Raises
    ------
    ValueError
        If the graph is directed, has self-loops, or weights of edges that are not positive integers.
    """
    if graph.directed:
        raise ValueError("METIS graphs are undirected, got a directed graph; see Graph.to_undirected")
    if graph.n_self_loops:
        raise ValueError(f"METIS graphs have no self-loops, got {graph.n_self_loops}")
    weights = graph.weights
    if weights is not None and not ((weights >= 1) & (weights <= _LARGEST) & (weights % 1 == 0)).all():
        raise ValueError("METIS graphs have positive integers as weights of edges, got other numbers")
    sizes = _own_column(graph, "size")
    loads = _own_column(graph, "weight")
    columns = [column.reshape(graph.n_nodes, -1) for column in (sizes, loads) if column is not None]
    own = np.hstack(columns).tolist() if columns else [[]] * graph.n_nodes
    digits = "".join(str(int(column is not None)) for column in (sizes, loads, weights))
    header = f"{graph.n_nodes} {graph.n_edges}"
    if digits != "000":
        header += f" {digits}"
    if loads is not None and loads.ndim == 2:
        header += f" {loads.shape[1]}"
    file.write(f"{header}\n".encode())
    for i in range(graph.n_nodes):
        start, end = graph.indptr[i], graph.indptr[i + 1]
        numbers = (graph.indices[start:end] + 1).astype(np.int64)
        if weights is not None:
            numbers = np.column_stack((numbers, weights[start:end].astype(np.int64))).ravel()
        file.write((" ".join(map(str, [*own[i], *numbers.tolist()])) + "\n").encode())


def _own_column(graph: Graph, name: str) -> Array | None:
    """Node data that METIS can hold, or None."""
    column = graph.node_data.get(name)
    if column is None or column.dtype.kind not in "iu" or column.size == 0 or int(column.min()) < 0:
        return None
    if int(column.max()) >= 2**63 or column.ndim > (2 if name == "weight" else 1):
        return None
    return column
