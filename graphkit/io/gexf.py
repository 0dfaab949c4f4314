"""GEXF: the XML of Gephi, static graphs only."""

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
from graphkit.io._xml import XmlReader, attribute, scalar

_KINDS: dict[str, Kind] = {
    "boolean": "bool",
    **dict.fromkeys(("integer", "long", "short", "byte"), "int"),
    **dict.fromkeys(("float", "double"), "float"),
    **dict.fromkeys(("string", "anyURI", "liststring"), "str"),
}
_TYPES = {"bool": "boolean", "int": "long", "float": "double", "str": "string"}
_OF_TIME = {"start", "end", "startopen", "endopen", "timestamp", "timestamps", "interval", "intervals"}
_NAMESPACE = "http://gexf.net/1.3"
_WEIGHT = "\0weight"  # what GEXF itself calls weight; a declared attribute may have that title too


def read(file: Source, /, *, directed: bool | None = None, ids: str = "auto", **options: Any) -> Graph:
    """Read a GEXF file.

    Parameters
    ----------
    file : Source
    directed : bool, optional
        None: the graph is directed if any edge is; an undirected or mutual edge in a directed graph stands
        for both directions. False refuses a directed graph, True makes an undirected one directed.
    ids : {"auto", "int", "str"}
        Kind of the ids of nodes. ``"auto"``: integers if all of them are, else strings.
    **options
        `multi_edges`, `self_loops` as in `graphkit.convert.from_edges`.

    Returns
    -------
    Graph
        Nodes in the order of the file. Their ids become labels unless they are 0..n-1; what the file calls
        labels becomes node data (and edge data) ``label`` if it tells more than the ids. Attributes become
        node and edge data; see `graphkit.io.graphml.read` for missing ones. An edge without a weight weighs 1
        if any other has one.

    Raises
    ------
    GraphFormatError
        If the file is malformed, has a document type, or holds a dynamic graph (anything that begins or ends
        at a time) or a hierarchy of nodes; the message names the line.

    Notes
    -----
    Ids and kinds of edges, colours, positions and sizes are left out.
    """
    reader = _Reader(file)
    reader.parse()
    if reader.n_graphs == 0:
        raise reader.fail("expected a <graph>, found none")
    reader.take_labels()
    return reader.records.build(directed=directed, ids=ids, weight=_WEIGHT, **options)


class _Attribute:
    """A declared attribute."""

    def __init__(self, title: str, kind: Kind) -> None:
        self.title, self.kind = title, kind
        self.default: Any = None


class _Reader(XmlReader):
    def __init__(self, file: Source) -> None:
        super().__init__(file, "gexf")
        self.records = Records(file)
        self.n_graphs = 0
        self._declared: dict[str, dict[str, _Attribute]] = {"node": {}, "edge": {}}
        self._class = ""
        self._attribute: _Attribute | None = None
        self._given: dict[str, Any] = {}
        self._start: dict[str, str] = {}
        self._default_type = "undirected"

    def open(self, name: str, attributes: dict[str, str]) -> None:
        timed = attributes.get("mode") == "dynamic" or name in ("spell", "spells", "slice", "slices")
        if timed or (name in ("node", "edge", "attvalue") and _OF_TIME & attributes.keys()):
            raise self.fail(
                "expected a static graph, found a dynamic one, whose nodes, edges or attributes change over "
                "time; export one moment of it"
            )
        parent = self.stack[-2] if len(self.stack) > 1 else ""
        match name, parent:
            case "graph", _:
                self._open_graph(attributes)
            case "attributes", "graph":
                self._class = self._required(attributes, "class")
                if self._class not in self._declared:
                    raise self.fail(f"expected attributes of class node or edge, found {self._class[:60]!r}")
            case "attribute", "attributes":
                self._declare(attributes)
            case "nodes", "node":
                raise self.fail("expected a flat graph, found nodes within a node")
            case ("node", "nodes") | ("edge", "edges"):
                self._start, self._given = attributes, {}
                if "pid" in attributes:
                    raise self.fail("expected a flat graph, found a node with a parent (pid)")
            case "attvalue", "attvalues":
                self._take_value(attributes)

    def close(self, name: str, text: str) -> None:
        parent = self.stack[-2] if len(self.stack) > 1 else ""
        if name == "default" and parent == "attribute" and self._attribute is not None:
            self._attribute.default = self._value(self._attribute, text)
        elif name == "attribute":
            self._attribute = None
        elif name == "node" and parent == "nodes":
            self.records.add_node(self._required(self._start, "id"), self.line, self._complete("node"))
        elif name == "edge" and parent == "edges":
            kind = self._start.get("type", self._default_type)
            if kind not in ("directed", "undirected", "mutual"):
                raise self.fail(f"expected an edge directed, undirected or mutual, found {kind[:60]!r}")
            source, target = (self._required(self._start, end) for end in ("source", "target"))
            edge = Edge(source, target, self.line, kind == "directed", self._complete("edge"))
            self.records.edges.append(edge)

    def take_labels(self) -> None:
        """Drop labels that only repeat the ids, and pass on the kinds of declared attributes."""
        records = self.records
        rows = list(zip(records.nodes, records.node_rows, strict=True))
        declared = any(known.title == "label" for known in self._declared["node"].values())
        if not declared and all(row.get("label", name) == name for name, row in rows):
            for _, row in rows:
                row.pop("label", None)
        for part, kinds in (("node", records.node_kinds), ("edge", records.edge_kinds)):
            kinds |= {known.title: known.kind for known in self._declared[part].values()}

    def _open_graph(self, attributes: dict[str, str]) -> None:
        self.n_graphs += 1
        if self.n_graphs > 1 or len(self.stack) != 2:
            raise self.fail("expected one flat graph, found a second <graph>")
        self._default_type = attributes.get("defaultedgetype", "undirected")
        if self._default_type not in ("directed", "undirected", "mutual"):
            raise self.fail(
                f"expected defaultedgetype directed, undirected or mutual, found {self._default_type[:60]!r}"
            )
        self.records.directed = self._default_type == "directed"

    def _declare(self, attributes: dict[str, str]) -> None:
        identity = self._required(attributes, "id")
        title, type_name = attributes.get("title", identity), self._required(attributes, "type")
        known = self._declared[self._class]
        if type_name not in _KINDS:
            raise self.fail(f"expected one of the types {', '.join(_KINDS)}, found {type_name[:60]!r}")
        if identity in known or any(other.title == title for other in known.values()):
            raise self.fail(f"expected distinct attributes, found {title[:60]!r} again")
        self._attribute = known[identity] = _Attribute(title, _KINDS[type_name])

    def _take_value(self, attributes: dict[str, str]) -> None:
        part = self.stack[-3]
        identity = attributes["for"] if "for" in attributes else self._required(attributes, "id")
        known = self._declared.get(part, {}).get(identity)
        if known is None:
            raise self.fail(f"expected a declared attribute of a {part}, found {identity[:60]!r}")
        if known.title in self._given:
            raise self.fail(f"expected {known.title!r} once, found it twice in one {part}")
        self._given[known.title] = self._value(known, self._required(attributes, "value"))

    def _complete(self, part: str) -> dict[str, Any]:
        """Attributes of the element that ends, with defaults, label and weight."""
        given = self._given
        for known in self._declared[part].values():
            if known.default is not None:
                given.setdefault(known.title, known.default)
        titles = {known.title for known in self._declared[part].values()}
        if "label" in self._start and "label" not in titles:
            given["label"] = self._start["label"]
        if part == "edge" and "weight" in self._start:
            value = as_real(self._start["weight"])
            if value is None:
                raise self.fail(f"expected a number as weight, found {self._start['weight'][:60]!r}")
            given[_WEIGHT] = value
        return given

    def _value(self, known: _Attribute, text: str) -> Any:
        value: Any = text
        if known.kind == "bool":
            value = {"true": True, "1": True, "false": False, "0": False}.get(text.strip().lower())
        elif known.kind == "int":
            value = as_integer(text)
        elif known.kind == "float":
            value = as_real(text)
        if value is None:
            expected = {"bool": "true or false", "int": "an integer of 64 bits"}.get(known.kind, "a number")
            raise self.fail(f"expected {expected} for {known.title}, found {text[:60]!r}")
        return value

    def _required(self, attributes: dict[str, str], name: str) -> str:
        if name not in attributes:
            raise self.fail(f"expected the attribute {name!r} of <{self.stack[-1]}>, found none")
        return attributes[name]


def write(graph: Graph, file: IO[bytes], name: str) -> None:
    """Write a GEXF file of version 1.3: labels as ids of nodes, weights as weights of edges.

    Node and edge data of booleans, integers, floats and strings are kept, one value each. Node data called
    ``label`` are also what Gephi shows. Numbers are written so that reading gives the same values; floats
    come back as float64 and integers as int64. Strings that look like integers need ``ids="str"`` when they
    are read as labels.

    Raises
    ------
    TypeError
        If labels or data are of another kind.
    ValueError
        If a text has characters that XML cannot hold.
    """
    names = written_names(graph, "GEXF")
    nodes = written_columns(graph.node_data, "node", "GEXF")
    edges = written_columns(graph.edge_data, "edge", "GEXF")
    shown = next((column.values for column in nodes if (column.name, column.kind) == ("label", "str")), names)
    weights = graph.edge_weights()
    values = None if weights is None else weights.astype("float64").tolist()
    kind = "directed" if graph.directed else "undirected"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<gexf xmlns="{_NAMESPACE}" version="1.3">',
        f'  <graph defaultedgetype="{kind}" mode="static">',
    ]
    for part, columns in (("node", nodes), ("edge", edges)):
        if columns:
            lines.append(f'    <attributes class="{part}">')
            lines += [
                f'      <attribute id="{k}" title={attribute(column.name)} type="{_TYPES[column.kind]}"/>'
                for k, column in enumerate(columns)
            ]
            lines.append("    </attributes>")
    file.write(("\n".join([*lines, "    <nodes>"]) + "\n").encode())
    ids = [attribute(text) for text in names]
    for i, (identity, label) in enumerate(zip(ids, shown, strict=True)):
        file.write(_element(f"node id={identity} label={attribute(label)}", nodes, i).encode())
    file.write(b"    </nodes>\n    <edges>\n")
    for k, (u, v) in enumerate(zip(*(ends.tolist() for ends in graph.edges()), strict=True)):
        weight = "" if values is None else f' weight="{values[k]!r}"'
        start = f'edge id="{k}" source={ids[u]} target={ids[v]}{weight}'
        file.write(_element(start, edges, k).encode())
    file.write(b"    </edges>\n  </graph>\n</gexf>\n")


def _element(start: str, columns: list[WrittenColumn], row: int) -> str:
    if not columns:
        return f"      <{start}/>\n"
    data = "".join(
        f'<attvalue for="{k}" value={attribute(scalar(column.values[row]))}/>'
        for k, column in enumerate(columns)
    )
    return f"      <{start}><attvalues>{data}</attvalues></{start.partition(' ')[0]}>\n"
