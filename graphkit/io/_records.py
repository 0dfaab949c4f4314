"""Graphs that a file lists node by node and edge by edge, with attributes: GML, GraphML, GEXF, Pajek."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from graphkit._edges import from_edges
from graphkit._labels import NodeLabels
from graphkit.errors import GraphFormatError, ListedEdgeError, UnknownNameError
from graphkit.graph import Graph
from graphkit.io._files import Source
from graphkit.io._text import is_integer
from graphkit.memory import require_memory
from graphkit.validation import check_choice

Array = NDArray[Any]
Kind = Literal["bool", "int", "float", "str"]
ID_KINDS = ("auto", "int", "str")
_PLAIN_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,18}")
_BYTES_PER_BYTE = 35  # of Python objects for each byte of a file of records, measured with short elements


@dataclass(slots=True)
class Edge:
    """An edge as a file lists it: names of its ends, its line, its attributes."""

    source: str
    target: str
    line: int
    directed: bool
    attributes: dict[str, Any]


@dataclass
class Records:
    """What a file says about nodes and edges, in its own order.

    Values are Python scalars. `node_kinds` and `edge_kinds` are the declared kinds of attributes, for formats
    that declare them; elsewhere they are found from the values. Line 0 stands for none.
    """

    file: Source
    directed: bool = False
    nodes: dict[str, int] = field(default_factory=dict)
    node_lines: list[int] = field(default_factory=list)
    node_rows: list[dict[str, Any]] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    node_kinds: dict[str, Kind] = field(default_factory=dict)
    edge_kinds: dict[str, Kind] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_memory(_BYTES_PER_BYTE * len(self.file.data), f"reading {self.file.name}")

    def fail(self, message: str, line: int | None) -> GraphFormatError:
        """Return the error for a line of the file."""
        return GraphFormatError(message, self.file.name, line)

    def add_node(self, name: str, line: int, attributes: dict[str, Any]) -> None:
        """Add a node, whose name must be new."""
        first = self.nodes.setdefault(name, len(self.nodes))
        if first != len(self.node_lines):
            raise self.fail(
                f"expected distinct ids of nodes, found {name[:60]!r} again, as in line "
                f"{self.node_lines[first]}",
                line,
            )
        self.node_lines.append(line)
        self.node_rows.append(attributes)

    def build(
        self,
        *,
        directed: bool | None,
        ids: str,
        weight: str | None,
        names: Sequence[str] | None = None,
        **options: Any,
    ) -> Graph:
        """Make the graph.

        Parameters
        ----------
        directed : bool, optional
            None takes what the file says: the graph is directed if any edge is, and an undirected edge then
            stands for both directions. False refuses a directed graph, True makes an undirected one directed.
        ids : {"auto", "int", "str"}
            Kind of the names of nodes.
        weight : str or None
            Attribute of edges that is their weight.
        names : sequence of str, optional
            Names of the nodes, if other than the ids that edges use.
        **options
            `multi_edges` and `self_loops` of `from_edges`.
        """
        is_directed = any(edge.directed for edge in self.edges) or (self.directed and not self.edges)
        if directed is False and is_directed:
            line = next((edge.line for edge in self.edges if edge.directed), None)
            raise self.fail(
                "expected an undirected graph as asked for, found directed edges; read it as it is and see "
                "Graph.to_undirected",
                line,
            )
        listed = self.edges
        is_directed = is_directed or bool(directed)
        if is_directed:
            listed = [e for edge in self.edges for e in _both_directions(edge)]
        labels = self._labels(list(self.nodes) if names is None else names, ids)
        ends = [self._index(name, edge.line) for edge in listed for name in (edge.source, edge.target)]
        pairs = np.array(ends, dtype=np.int64).reshape(-1, 2)
        lines = [edge.line for edge in listed]
        rows = [edge.attributes for edge in listed]
        kinds = dict(self.edge_kinds)
        values = None if weight is None else self._weights(rows, lines, weight)
        if values is not None:
            kinds.pop(weight, None)  # type: ignore[arg-type]
            rows = [{key: value for key, value in row.items() if key != weight} for row in rows]
        node_data = self._columns(self.node_rows, self.node_lines, self.node_kinds, "node")
        edge_data = self._columns(rows, lines, kinds, "edge")
        try:
            return from_edges(
                pairs[:, 0],
                pairs[:, 1],
                values,
                n_nodes=len(self.nodes),
                labels=labels,
                directed=is_directed,
                node_data=node_data,
                edge_data=edge_data,
                **options,
            )
        except UnknownNameError:
            raise
        except ListedEdgeError as error:
            at = [lines[k] for k in error.entries]
            raise self.fail(error.describe([f"line {number}" for number in at]), max(at)) from None
        except ValueError as error:
            raise self.fail(str(error), None) from None

    def _index(self, name: str, line: int) -> int:
        try:
            return self.nodes[name]
        except KeyError:
            raise self.fail(f"expected the id of a node, found {name[:60]!r}, which none has", line) from None

    def _labels(self, names: Sequence[str], ids: str) -> NodeLabels | None:
        """Labels from the names of nodes: None for 0..n-1 in order, integers or strings."""
        check_choice(ids, "ids", ID_KINDS)
        integers = ids == "int" or (ids == "auto" and all(_PLAIN_INTEGER.fullmatch(name) for name in names))
        if ids == "int":
            for name, line in zip(names, self.node_lines, strict=True):
                if not is_integer(name):
                    raise self.fail(f"expected an integer as id of a node, found {name[:60]!r}", line)
        values: list[Any] = [int(name) for name in names] if integers else list(names)
        if integers and not all(-(2**63) <= value < 2**63 for value in values):
            values, integers = list(names), False
        if integers and values == list(range(len(values))):
            return None
        first: dict[Any, int] = {}
        for i, value in enumerate(values):
            other = first.setdefault(value, i)
            if other != i:
                lines = sorted({self.node_lines[other], self.node_lines[i]} - {0})
                message = f"expected distinct labels of nodes, found {value!r:.60} twice"
                if len(lines) == 2:
                    message += f", as in line {lines[0]}"
                raise self.fail(message, lines[-1] if lines else None)
        return NodeLabels(values)

    def _weights(self, rows: list[dict[str, Any]], lines: list[int], weight: str) -> Array | None:
        """Weights of the edges, 1 where there is none; None if no edge has any and none is declared."""
        if weight not in self.edge_kinds and not any(weight in row for row in rows):
            if weight.strip("\0") != "weight":
                raise self.fail(f"expected edges with the attribute {weight!r} as weight, found none", None)
            return None
        values = np.ones(len(rows))
        for k, row in enumerate(rows):
            value = row.get(weight, 1)
            if isinstance(value, str | bool) or not np.isfinite(float(value)):
                raise self.fail(
                    f"expected a finite number as {weight.strip(chr(0))}, found {value!r:.60}", lines[k]
                )
            values[k] = value
        return values

    def _columns(
        self, rows: list[dict[str, Any]], lines: list[int], kinds: Mapping[str, Kind], what: str
    ) -> dict[str, Array]:
        """Columns of attributes, see `graphkit.io.graphml.read` for what is missing somewhere."""
        names = dict.fromkeys(kinds)
        for row in rows:
            names.update(dict.fromkeys(row))
        columns = {}
        for name in names:
            kind = kinds.get(name)
            for row, line in zip(rows, lines, strict=True):
                if name not in row:
                    continue
                found = kind_of(row[name])
                if kind is None or (kind, found) == ("int", "float"):
                    kind = found
                elif found != kind and (kind, found) != ("float", "int"):
                    raise self.fail(
                        f"expected {name} of this {what} to be {_SPOKEN[kind]}, as before, found "
                        f"{row[name]!r:.60}",
                        line,
                    )
            columns[name] = _column([row.get(name) for row in rows], kind or "str")
        return columns


_SPOKEN = {"bool": "true or false", "int": "an integer", "float": "a number", "str": "a string"}


def kind_of(value: object) -> Kind:
    """Kind of a Python scalar."""
    if isinstance(value, bool):
        return "bool"
    return "int" if isinstance(value, int) else "float" if isinstance(value, float) else "str"


def _both_directions(edge: Edge) -> list[Edge]:
    if edge.directed or edge.source == edge.target:
        return [edge]
    return [edge, Edge(edge.target, edge.source, edge.line, True, edge.attributes)]


def _column(values: list[Any], kind: Kind) -> Array:
    """Array of a kind; None is an empty string, and NaN in a column that becomes one of floats."""
    if kind == "str":
        longest = max((len(value) for value in values if value is not None), default=0)
        require_memory(4 * longest * len(values), f"{len(values)} strings of up to {longest} characters")
        return np.array(["" if value is None else value for value in values], dtype=np.str_)
    if kind == "float" or None in values:
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return np.array(values, dtype=np.bool_ if kind == "bool" else np.int64)


def as_integer(text: str) -> int | None:
    """Return the integer that a text spells if it fits into 64 bits, else None."""
    text = text.strip()
    if not is_integer(text) or len(text) > 20:
        return None
    value = int(text)
    return value if -(2**63) <= value < 2**63 else None


_REAL = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?|[-+]?inf(inity)?|nan", re.IGNORECASE)


def as_real(text: str) -> float | None:
    """Return the number that a text spells, infinite and NaN included, else None."""
    text = text.strip()
    return float(text) if _REAL.fullmatch(text) else None


@dataclass(frozen=True)
class WrittenColumn:
    """A column of data to be written, as Python scalars."""

    name: str
    kind: Kind
    values: list[Any]


def written_columns(columns: Mapping[str, Array], what: str, format: str) -> list[WrittenColumn]:
    """Columns that a format of records can hold.

    Raises
    ------
    TypeError
        For a column of anything else than booleans, integers, floats and strings, one value a row.
    """
    result = []
    for name, column in columns.items():
        kinds: dict[str, Kind] = {"b": "bool", "i": "int", "u": "int", "f": "float", "U": "str"}
        kind = kinds.get(column.dtype.kind)
        values = column.tolist()
        if column.dtype.kind == "O" and column.ndim == 1 and len({type(value) for value in values}) == 1:
            kind = kind_of(values[0]) if isinstance(values[0], bool | int | float | str) else None
        if kind is None or column.ndim != 1 or (kind == "float" and column.dtype.itemsize > 8):
            raise TypeError(
                f"{format} holds one boolean, number or string for each {what}, got {what} data {name} of "
                f"shape {column.shape} and dtype {column.dtype}; .gkg holds arrays"
            )
        if kind == "int" and not all(-(2**63) <= value < 2**63 for value in values):
            raise ValueError(f"{format} holds integers of 64 bits, got others in {what} data {name}")
        result.append(WrittenColumn(name, kind, values))
    return result


def written_names(graph: Graph, format: str) -> list[str]:
    """Names of the nodes as text: labels, or numbers without labels.

    Raises
    ------
    TypeError
        If labels are neither strings nor integers.
    """
    if graph.labels is None:
        return [str(i) for i in range(graph.n_nodes)]
    names = []
    for label in graph.labels:
        if isinstance(label, bool) or not isinstance(label, str | int):
            raise TypeError(f"{format} holds strings and integers as labels of nodes, got {label!r:.60}")
        names.append(str(label))
    if len(set(names)) < len(names):
        raise ValueError(f"{format} holds labels as text, and an integer and a string spell the same here")
    return names
