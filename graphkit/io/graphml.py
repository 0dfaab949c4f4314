"""GraphML: XML with typed attributes."""

from typing import IO, Any

from graphkit.graph import Graph
from graphkit.io._files import Source
from graphkit.io._records import (
    Edge,
    Kind,
    Records,
    WrittenColumn,
    as_integer,
    as_real,
    written_columns,
    written_names,
)
from graphkit.io._xml import XmlReader, attribute, content, scalar

_KINDS: dict[str, Kind] = {
    "boolean": "bool",
    "int": "int",
    "integer": "int",
    "long": "int",
    "float": "float",
    "double": "float",
    "string": "str",
}
_TYPES = {"bool": "boolean", "int": "long", "float": "double", "str": "string"}
_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"


def read(
    file: Source,
    /,
    *,
    directed: bool | None = None,
    ids: str = "auto",
    weight: str | None = "weight",
    **options: Any,
) -> Graph:
    """Read a GraphML file.

    Parameters
    ----------
    file : Source
    directed : bool, optional
        None: the graph is directed if any edge is; an undirected edge in a directed graph stands for both
        directions. False refuses a directed graph, True makes an undirected one directed.
    ids : {"auto", "int", "str"}
        Kind of the ids of nodes. ``"auto"``: integers if all of them are, else strings.
    weight : str or None
        Attribute of edges that is their weight; edges without it weigh 1.
    **options
        `multi_edges`, `self_loops` as in `graphkit.convert.from_edges`.

    Returns
    -------
    Graph
        Nodes in the order of the file. Their ids become labels unless they are 0..n-1. Attributes become node
        and edge data. Where an attribute is missing and has no default, a string is empty, and anything else
        is NaN in a column of floats.

    Raises
    ------
    GraphFormatError
        If the file is malformed, has a document type, or holds more than one graph, nested graphs or
        hyperedges; the message names the line.

    Notes
    -----
    Ids of edges, ports, attributes of the graph and elements of other namespaces (positions and colours of
    drawing programs) are left out.
    """
    reader = _Reader(file)
    reader.parse()
    if reader.n_graphs == 0:
        raise reader.fail("expected a <graph>, found none")
    return reader.records.build(directed=directed, ids=ids, weight=weight, **options)


class _Key:
    """A declared attribute."""

    def __init__(self, name: str, kind: Kind | None, domain: str) -> None:
        self.name, self.kind, self.domain = name, kind, domain
        self.default: Any = None


class _Reader(XmlReader):
    def __init__(self, file: Source) -> None:
        super().__init__(file, "graphml")
        self.records = Records(file)
        self._keys: dict[str, _Key] = {}
        self._key: _Key | None = None  # of the open <key> or <data>
        self._given: dict[str, Any] = {}  # attributes of the open node or edge
        self._edge: tuple[str, str, bool] | None = None
        self._node = ""
        self.n_graphs = 0

    def open(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "key" if self.stack == ["graphml", "key"]:
                self._declare(attributes)
            case "graph":
                self._open_graph(attributes)
            case "node" if self.stack[:-1] == ["graphml", "graph"]:
                self._node, self._given = self._required(attributes, "id"), {}
            case "edge" if self.stack[:-1] == ["graphml", "graph"]:
                self._given = {}
                self._edge = (
                    self._required(attributes, "source"),
                    self._required(attributes, "target"),
                    self._truth(attributes.get("directed"), self.records.directed),
                )
            case "data" if self.stack[-2] in ("node", "edge") and len(self.stack) == 4:
                key = self._required(attributes, "key")
                self._key = self._keys.get(key)
                if self._key is None:
                    raise self.fail(f"expected a declared <key>, found data of key {key[:60]!r}")
                if self._key.domain not in (self.stack[-2], "all"):
                    raise self.fail(
                        f"expected a key for a {self.stack[-2]}, found {key[:60]!r} for another element"
                    )
            case "hyperedge":
                raise self.fail("expected edges with two ends, found a <hyperedge>, which no Graph can hold")

    def close(self, name: str, text: str) -> None:
        depth = len(self.stack)
        if name == "key" and depth == 2:
            self._key = None
        elif name == "default" and self._key is not None and depth == 3 and self.stack[1] == "key":
            self._key.default = self._value(self._key, text)
        elif name == "data" and self._key is not None and depth == 4:
            if self._key.kind is not None:
                if self._key.name in self._given:
                    raise self.fail(f"expected {self._key.name!r} once, found it twice in one element")
                self._given[self._key.name] = self._value(self._key, text)
            self._key = None
        elif name == "node" and depth == 3:
            self.records.add_node(self._node, self.line, self._complete("node"))
        elif name == "edge" and depth == 3 and self._edge is not None:
            source, target, is_directed = self._edge
            self.records.edges.append(Edge(source, target, self.line, is_directed, self._complete("edge")))

    def _declare(self, attributes: dict[str, str]) -> None:
        identity = self._required(attributes, "id")
        domain = attributes.get("for", "all")
        name, type_name = attributes.get("attr.name"), attributes.get("attr.type", "string")
        if type_name not in _KINDS:
            raise self.fail(f"expected one of the types {', '.join(_KINDS)}, found {type_name[:60]!r}")
        if identity in self._keys:
            raise self.fail(f"expected distinct ids of keys, found {identity[:60]!r} again")
        # A key without a name belongs to a program that draws graphs.
        kind = None if name is None else _KINDS[type_name]
        self._key = self._keys[identity] = _Key(name or "", kind, domain)
        if name is None or kind is None:
            return
        for part, kinds in (("node", self.records.node_kinds), ("edge", self.records.edge_kinds)):
            if domain in (part, "all"):
                if name in kinds:
                    raise self.fail(
                        f"expected distinct names of {part} attributes, found {name[:60]!r} again"
                    )
                kinds[name] = kind

    def _open_graph(self, attributes: dict[str, str]) -> None:
        if len(self.stack) != 2:
            raise self.fail("expected one flat graph, found a <graph> within another element")
        self.n_graphs += 1
        if self.n_graphs > 1:
            raise self.fail("expected one graph in the file, found a second one")
        default = attributes.get("edgedefault", "undirected")
        if default not in ("directed", "undirected"):
            raise self.fail(f"expected edgedefault directed or undirected, found {default[:60]!r}")
        self.records.directed = default == "directed"

    def _complete(self, domain: str) -> dict[str, Any]:
        """Attributes of the element that ends, with defaults."""
        for key in self._keys.values():
            if key.kind is not None and key.default is not None and key.domain in (domain, "all"):
                self._given.setdefault(key.name, key.default)
        return self._given

    def _value(self, key: _Key, text: str) -> Any:
        value: Any = text
        if key.kind == "bool":
            return self._truth(text.strip().lower(), False)
        if key.kind == "int":
            value = as_integer(text)
        elif key.kind == "float":
            value = as_real(text)
        if value is None:
            expected = "an integer of 64 bits" if key.kind == "int" else "a number"
            raise self.fail(f"expected {expected} for {key.name}, found {text[:60]!r}")
        return value

    def _truth(self, text: str | None, default: bool) -> bool:
        if text is None:
            return default
        if text not in ("true", "false", "1", "0"):
            raise self.fail(f"expected true or false, found {text[:60]!r}")
        return text in ("true", "1")

    def _required(self, attributes: dict[str, str], name: str) -> str:
        if name not in attributes:
            raise self.fail(f"expected the attribute {name!r} of <{self.stack[-1]}>, found none")
        return attributes[name]


def write(graph: Graph, file: IO[bytes], name: str) -> None:
    """Write a GraphML file: labels as ids of nodes, weights as the edge attribute ``weight``.

    Node and edge data of booleans, integers, floats and strings are kept, one value each. Numbers are written
    so that reading gives the same values; floats come back as float64 and integers as int64. Strings that
    look like integers need ``ids="str"`` when they are read as labels.

    Raises
    ------
    TypeError
        If labels or data are of another kind.
    ValueError
        If a text has characters that XML cannot hold, or edge data are called ``weight``.
    """
    names = [attribute(text) for text in written_names(graph, "GraphML")]
    nodes = written_columns(graph.node_data, "node", "GraphML")
    edges = written_columns(graph.edge_data, "edge", "GraphML")
    if "weight" in graph.edge_data:
        raise ValueError("edge data may not be called weight in GraphML: they would be read as weights")
    weights = graph.edge_weights()
    if weights is not None:
        edges.append(WrittenColumn("weight", "float", weights.astype("float64").tolist()))
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<graphml xmlns="{_NAMESPACE}">']
    for part, columns in (("node", nodes), ("edge", edges)):
        lines += [
            f'  <key id="{part[0]}{k}" for="{part}" attr.name={attribute(column.name)} '
            f'attr.type="{_TYPES[column.kind]}"/>'
            for k, column in enumerate(columns)
        ]
    lines.append(f'  <graph edgedefault="{"directed" if graph.directed else "undirected"}">')
    file.write(("\n".join(lines) + "\n").encode())
    for i, identity in enumerate(names):
        file.write(_element(f"node id={identity}", nodes, "n", i).encode())
    for k, (u, v) in enumerate(zip(*(ends.tolist() for ends in graph.edges()), strict=True)):
        file.write(_element(f"edge source={names[u]} target={names[v]}", edges, "e", k).encode())
    file.write(b"  </graph>\n</graphml>\n")


def _element(start: str, columns: list[WrittenColumn], prefix: str, row: int) -> str:
    if not columns:
        return f"    <{start}/>\n"
    data = "".join(
        f'<data key="{prefix}{k}">{content(scalar(column.values[row]))}</data>'
        for k, column in enumerate(columns)
    )
    return f"    <{start}>{data}</{start.partition(' ')[0]}>\n"
