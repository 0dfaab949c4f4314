"""Pajek networks (``.net``): vertices by number, then arcs and edges."""

import codecs
import re
from typing import IO, Any

import numpy as np

from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._files import Source
from graphkit.io._records import Edge, Records, as_real, written_names
from graphkit.io._text import Line, data_lines, is_integer
from graphkit.memory import require_memory
from graphkit.validation import check_choice

_TOKEN = re.compile(r'"([^"]*)"|(\S+)')
_COORDINATES = ("x", "y", "z")
_BYTES_A_LINE = 900  # of Python objects, measured
_BYTES_A_VERTEX = 500  # name, row of attributes, entry of the lookup


def read(
    file: Source,
    /,
    *,
    directed: bool | None = None,
    ids: str = "auto",
    names: str = "label",
    encoding: str = "utf-8",
    **options: Any,
) -> Graph:
    """Read a Pajek network.

    Parameters
    ----------
    file : Source
    directed : bool, optional
        None: the graph is directed if the file has arcs. False refuses arcs, True makes an undirected graph
        directed.
    ids : {"auto", "int", "str"}
        Kind of the names of nodes. ``"auto"``: integers if all of them are, else strings.
    names : {"label", "number"}
        What names the nodes: their labels (the number of a vertex without one), or their numbers, which are
        not kept, as they are 1..n.
    encoding : str
        How text is written, as Python names it: older files are often ``"latin-1"`` or ``"cp1250"``.
    **options
        `multi_edges`, `self_loops` as in `graphkit.convert.from_edges`.

    Returns
    -------
    Graph
        Nodes in the order of their numbers. Labels that are 0..n-1, or absent everywhere, are not kept.
        Coordinates become node data ``x``, ``y`` and ``z``. With both arcs and edges in the file the graph is
        directed and an edge stands for both directions. A line without a weight weighs 1 if any other has
        one.

    Raises
    ------
    GraphFormatError
        If the file is malformed, a vertex lies beyond the declared count, or a section is of another kind
        (``*Matrix``, ``*Partition``); the message names the line.

    Notes
    -----
    Shapes, colours and other parameters, and the numbers of relations (``*Arcs :2``), are left out. Lines
    that begin with ``%`` are comments.
    """
    check_choice(names, "names", ("label", "number"))
    reader = _Reader(_as_utf8(file, encoding))
    reader.parse()
    return reader.build(directed=directed, ids=ids, names=names, options=options)


def _as_utf8(file: Source, encoding: str) -> Source:
    try:
        if codecs.lookup(encoding).name == "utf-8":
            return file
        require_memory(4 * len(file.data), f"reading {file.name}")
        return Source(file.name, bytes(file.data).decode(encoding).encode(), None)
    except (LookupError, TypeError):
        raise ValueError(f"encoding must be one of text such as 'latin-1', got {encoding!r}") from None
    except UnicodeError as error:
        raise GraphFormatError(f"expected text in {encoding} ({error})", file.name) from None


class _Reader:
    def __init__(self, file: Source) -> None:
        n_lines = bytes(file.data).count(b"\n")
        require_memory(_BYTES_A_LINE * n_lines, f"reading {file.name}")
        self.records = Records(file)
        self.n_vertices = -1
        self._section = ""
        self._vertices: dict[int, tuple[int, str | None, dict[str, Any]]] = {}

    def parse(self) -> None:
        """Take every line."""
        for line in data_lines(self.records.file, ("%",)):
            tokens = self._tokens(line)
            if tokens[0][0].startswith("*"):
                self._open(line, [text for text, _ in tokens])
            elif self._section == "":
                raise self.records.fail(f"expected *Vertices, found {line.text[:60]!r}", line.number)
            elif self._section == "vertices":
                self._add_vertex(line, tokens)
            elif self._section.endswith("list"):
                source, *targets = (self._vertex(text, line) for text, _ in tokens)
                for target in targets:
                    self._add_edge(source, target, line, {})
            else:
                self._add_line(line, [text for text, _ in tokens])
        if self.n_vertices < 0:
            raise self.records.fail("expected a Pajek network, found no *Vertices", None)

    def build(self, *, directed: bool | None, ids: str, names: str, options: dict[str, Any]) -> Graph:
        """Make the graph."""
        n, records = self.n_vertices, self.records
        require_memory(_BYTES_A_VERTEX * n, f"reading the {n} vertices of {records.file.name}")
        labels: list[str] = []
        labelled = any(label is not None for _, label, _ in self._vertices.values())
        for i in range(1, n + 1):
            number, label, attributes = self._vertices.get(i, (0, None, {}))
            records.add_node(str(i), number, attributes)
            labels.append(str(i) if label is None else label)
        if names == "number" or not labelled:
            labels, ids = [str(i) for i in range(n)], "auto"
        return records.build(directed=directed, ids=ids, weight="weight", names=labels, **options)

    def _tokens(self, line: Line) -> list[tuple[str, bool]]:
        """Words of a line, and whether they are quoted."""
        tokens = [
            (found[1], True) if found[1] is not None else (found[2], False)
            for found in _TOKEN.finditer(line.text)
        ]
        if any(not quoted and '"' in text for text, quoted in tokens):
            raise self.records.fail("expected labels in quotes, found a quote without its pair", line.number)
        return tokens

    def _open(self, line: Line, words: list[str]) -> None:
        """Begin a section."""
        section = words[0][1:].lower()
        if section == "network" and self._section == "":
            return
        if section == "vertices":
            if self.n_vertices >= 0:
                raise self.records.fail(
                    "expected one network in the file, found *Vertices again", line.number
                )
            if len(words) > 2:
                raise self.records.fail(
                    "expected *Vertices and their number, found more: two-mode networks are not supported",
                    line.number,
                )
            if len(words) < 2 or not is_integer(words[1]) or len(words[1]) > 18 or int(words[1]) < 0:
                raise self.records.fail(
                    f"expected *Vertices and their number, found {line.text[:60]!r}", line.number
                )
            self.n_vertices = int(words[1])
        elif section not in ("arcs", "edges", "arcslist", "edgeslist"):
            raise self.records.fail(
                "expected *Vertices, *Arcs, *Edges, *Arcslist or *Edgeslist, found " + line.text[:60],
                line.number,
            )
        elif self.n_vertices < 0:
            raise self.records.fail(f"expected *Vertices before {words[0][:60]}", line.number)
        self._section = section
        self.records.directed = self.records.directed or section.startswith("arcs")

    def _vertex(self, text: str, line: Line) -> int:
        number = int(text) if is_integer(text) and len(text) <= 18 else 0
        if not 1 <= number <= self.n_vertices:
            raise self.records.fail(
                f"expected the number of a vertex in 1..{self.n_vertices}, found {text[:60]!r}", line.number
            )
        return number

    def _add_vertex(self, line: Line, tokens: list[tuple[str, bool]]) -> None:
        number = self._vertex(tokens[0][0], line)
        if number in self._vertices:
            raise self.records.fail(
                f"expected vertex {number} once, found it in line {self._vertices[number][0]} too",
                line.number,
            )
        label = tokens[1][0] if len(tokens) > 1 else None
        attributes: dict[str, Any] = {}
        for axis, (text, quoted) in zip(_COORDINATES, tokens[2:5], strict=False):
            value = None if quoted else as_real(text)
            if value is None or not np.isfinite(value):
                break
            attributes[axis] = value
        self._vertices[number] = line.number, label, attributes

    def _add_line(self, line: Line, words: list[str]) -> None:
        """Take an arc or an edge: two vertices, perhaps a weight, perhaps parameters of drawing."""
        if len(words) < 2:
            raise self.records.fail(f"expected two vertices, found {line.text[:60]!r}", line.number)
        source, target = (self._vertex(text, line) for text in words[:2])
        attributes = {}
        if len(words) > 2:
            value = as_real(words[2])
            if value is None:
                raise self.records.fail(f"expected a number as weight, found {words[2][:60]!r}", line.number)
            attributes["weight"] = value
        self._add_edge(source, target, line, attributes)

    def _add_edge(self, source: int, target: int, line: Line, attributes: dict[str, Any]) -> None:
        is_arc = self._section.startswith("arcs")
        self.records.edges.append(Edge(str(source), str(target), line.number, is_arc, attributes))


def write(graph: Graph, file: IO[bytes], name: str) -> None:
    """Write a Pajek network: arcs if the graph is directed, else edges.

    Labels are written in quotes (without labels the numbers from 0, as some readers insist on one), and node
    data ``x``, ``y`` and ``z`` as coordinates; other data cannot be expressed. Weights are written so that
    reading gives the same numbers. Strings that look like integers need ``ids="str"`` when they are read as
    labels.

    Raises
    ------
    TypeError
        If labels are neither strings nor integers.
    ValueError
        If a label has quotes or line breaks, for which Pajek has no spelling.
    """
    names = written_names(graph, "Pajek")
    for text in names:
        if any(mark in text for mark in '"\n\r\0') or any("\ud800" <= mark <= "\udfff" for mark in text):
            raise ValueError(
                f"Pajek cannot hold the label {text[:60]!r}: it has a quote or a line break, or is no Unicode"
            )
    axes = []
    for axis in _COORDINATES:
        column = graph.node_data.get(axis)
        if (
            column is None
            or column.ndim != 1
            or column.dtype.kind not in "iuf"
            or not np.isfinite(column).all()
        ):
            break
        axes.append(column.astype(np.float64).tolist())
    file.write(f"*Vertices {graph.n_nodes}\n".encode())
    for i, text in enumerate(names):
        file.write((" ".join([str(i + 1), f'"{text}"', *(repr(axis[i]) for axis in axes)]) + "\n").encode())
    file.write(b"*Arcs\n" if graph.directed else b"*Edges\n")
    weights = graph.edge_weights()
    columns: list[list[Any]] = [(ends + 1).tolist() for ends in graph.edges()]
    if weights is not None:
        columns.append(weights.astype(np.float64).tolist())
    for row in zip(*columns, strict=True):
        file.write((" ".join(map(repr, row)) + "\n").encode())
