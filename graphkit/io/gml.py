"""GML: nested lists of keys and values."""

import html.entities
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._files import Source
from graphkit.io._records import Edge, Records, WrittenColumn, as_real, written_columns, written_names
from graphkit.validation import check_choice

_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r\f]+)
    | (?P<newline>\n)
    | (?P<comment>\#[^\n]*)
    | (?P<key>[A-Za-z][0-9A-Za-z_]*)
    | (?P<number>[-+]?[0-9.](?:[0-9.]|[eE][-+]?[0-9]|[eE])*|[-+](?:INF|inf|Infinity))
    | (?P<string>"[^"]*")
    | (?P<open>\[)
    | (?P<close>\])
    | (?P<bad>.)""",
    re.VERBOSE,
)
_INTEGER = re.compile(r"[-+]?[0-9]+")
_REFERENCE = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z][0-9A-Za-z]*));")
_KEY = re.compile(r"[A-Za-z][0-9A-Za-z_]*")
_WORDS = {"NAN": "nan", "INF": "inf"}
_RESERVED = {"node": ("id", "label"), "edge": ("source", "target", "weight")}


def read(
    file: Source,
    /,
    *,
    directed: bool | None = None,
    ids: str = "auto",
    names: str = "label",
    weight: str | None = "weight",
    **options: Any,
) -> Graph:
    """Read a GML file.

    Parameters
    ----------
    file : Source
    directed : bool, optional
        None takes it from the file. False refuses a directed graph, True makes an undirected one directed.
    ids : {"auto", "int", "str"}
        Kind of the names of nodes. ``"auto"``: integers if all of them are, else strings.
    names : {"label", "id"}
        What names the nodes: their labels, if they have any, or their ids.
    weight : str or None
        Key of edges that is their weight, such as ``"value"`` in some collections; edges without it weigh 1.
    **options
        `multi_edges`, `self_loops` as in `graphkit.convert.from_edges`.

    Returns
    -------
    Graph
        Nodes in the order of the file. Their names become labels unless they are 0..n-1. Keys with one value
        become node and edge data; see `graphkit.io.graphml.read` for missing ones.

    Raises
    ------
    GraphFormatError
        If the file is malformed; the message names the line.

    Notes
    -----
    Keys of the graph and nested lists (``graphics [ ... ]``) are left out. Text is UTF-8, with or without
    references such as ``&quot;`` and ``&#233;``.
    """
    check_choice(names, "names", ("label", "id"))
    records, labels = _parse(file)
    return records.build(
        directed=directed,
        ids=ids,
        weight=weight,
        names=labels if names == "label" and labels else None,
        **options,
    )


@dataclass
class _List:
    """An open list: its key, its line, its values so far."""

    key: str
    line: int
    values: dict[str, Any] = field(default_factory=dict)
    repeated: set[str] = field(default_factory=set)


def _tokens(file: Source) -> Iterator[tuple[str, str, int]]:
    """Yield kind, text and line of every token."""
    raw = bytes(file.data)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise GraphFormatError(
            f"expected UTF-8 text, found the byte 0x{raw[error.start]:02x}", file.name, line
        ) from None
    line = 1
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        if kind == "newline":
            line += 1
        elif kind == "bad":
            what = "a quote without its end" if match[0] == '"' else repr(match[0])
            raise GraphFormatError(f"expected a key or a value, found {what}", file.name, line)
        elif kind not in ("blank", "comment"):
            yield kind, match[0], line
            line += match[0].count("\n") if kind == "string" else 0


def _parse(file: Source) -> tuple[Records, list[str] | None]:
    """Return the records, and the labels of the nodes if they have any."""
    records = Records(file)
    labels: list[str | None] = []
    stack = [_List("", 0)]
    key: tuple[str, int] | None = None
    n_graphs = 0
    for kind, text, line in _tokens(file):
        if key is None:
            if kind == "key":
                key = text, line
            elif kind == "close" and len(stack) > 1:
                done = stack.pop()
                path = [level.key for level in stack[1:]]
                n_graphs += (path, done.key) == ([], "graph")
                if path == ["graph"] and done.key in ("node", "edge"):
                    _take(records, labels, done)
                if n_graphs > 1:
                    raise records.fail("expected one graph in the file, found a second one", done.line)
                if (path, done.key) == ([], "graph"):
                    records.directed = _is_directed(records, done)
            else:
                raise records.fail(f"expected a key, found {text[:60]!r}", line)
        elif kind == "open":
            stack.append(_List(*key))
            key = None
        elif kind == "close":
            raise records.fail(f"expected a value for the key {key[0][:60]!r}, found ']'", line)
        else:
            value = _value(records, kind, text, line)
            if key[0] in stack[-1].values and len(stack) > 2:
                stack[-1].repeated.add(key[0])
            stack[-1].values[key[0]] = value
            key = None
    if key is not None or len(stack) > 1:
        where = f"the key {key[0]!r}" if key else f"the list {stack[-1].key!r}"
        raise records.fail(f"the file ends within {where}", key[1] if key else stack[-1].line)
    if n_graphs == 0:
        raise records.fail("expected graph [ ... ], found none", None)
    for edge in records.edges:
        edge.directed = records.directed
    return records, _checked_labels(records, labels)


def _value(records: Records, kind: str, text: str, line: int) -> int | float | str:
    if kind == "string":
        return _REFERENCE.sub(lambda found: _character(records, found, line), text[1:-1])
    if kind == "key":  # numbers that are words
        text = _WORDS.get(text.upper(), text)
    if _INTEGER.fullmatch(text):
        value = int(text) if len(text) <= 20 else 2**64
        if -(2**63) <= value < 2**63:
            return value
        raise records.fail(f"expected integers of 64 bits, found {text[:60]}", line)
    real = as_real(text)
    if real is None:
        raise records.fail(f"expected a number, a quoted string or a list, found {text[:60]!r}", line)
    return real


def _character(records: Records, found: re.Match[str], line: int) -> str:
    decimal, hexadecimal, name = found.groups()
    if name is not None:
        return html.entities.html5.get(name + ";", found[0])
    code = int(decimal) if decimal is not None else int(hexadecimal, 16)
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        raise records.fail(f"expected a reference to a character, found {found[0]}", line)
    return chr(code)


def _is_directed(records: Records, graph: _List) -> bool:
    value = graph.values.get("directed", 0)
    if value not in (0, 1):
        raise records.fail(f"expected directed 0 or 1, found {value!r:.60}", graph.line)
    return bool(value)


def _take(records: Records, labels: list[str | None], done: _List) -> None:
    """Add the node or edge that a list describes."""
    if done.repeated:
        raise records.fail(
            f"expected the key {min(done.repeated)!r} once, found it more often in one {done.key}", done.line
        )
    ends = []
    for key in ("id",) if done.key == "node" else ("source", "target"):
        value = done.values.pop(key, None)
        if not isinstance(value, int):
            raise records.fail(
                f"expected an integer {key} of this {done.key}, found {value!r:.60}", done.line
            )
        ends.append(str(value))
    if done.key == "edge":
        records.edges.append(Edge(ends[0], ends[1], done.line, False, done.values))
        return
    label = done.values.pop("label", None)
    labels.append(None if label is None else str(label))
    records.add_node(ends[0], done.line, done.values)


def _checked_labels(records: Records, labels: list[str | None]) -> list[str] | None:
    if all(label is None for label in labels):
        return None
    for label, line in zip(labels, records.node_lines, strict=True):
        if label is None:
            raise records.fail(
                "expected a label of this node, as others have one; names='id' takes the ids", line
            )
    return [str(label) for label in labels]


def write(graph: Graph, file: IO[bytes], name: str) -> None:
    r"""Write a GML file: nodes with the ids 0..n-1 and their labels, edges with their weights.

    Node and edge data of booleans, integers, floats and strings are kept, one value each; booleans become 0
    and 1. Numbers are written so that reading gives the same values. Other characters than those of ASCII are
    written as references, ``&#233;``. Strings that look like integers need ``ids="str"`` when they are read
    as labels.

    Raises
    ------
    TypeError
        If labels or data are of another kind.
    ValueError
        If data have names that are no GML keys (a letter, then letters, digits and underscores) or have a
        meaning of their own, or a text is no Unicode.
    """
    names = [_quoted(text) for text in written_names(graph, "GML")]
    columns = {}
    for part, data in (("node", graph.node_data), ("edge", graph.edge_data)):
        columns[part] = written_columns(data, part, "GML")
        for column in columns[part]:
            if not _KEY.fullmatch(column.name) or column.name in _RESERVED[part]:
                raise ValueError(
                    f"GML cannot hold {part} data called {column.name!r}: expected a letter, then letters, "
                    f"digits and underscores, and none of {', '.join(_RESERVED[part])}"
                )
    weights = graph.edge_weights()
    if weights is not None:
        columns["edge"].append(WrittenColumn("weight", "float", weights.astype("float64").tolist()))
    file.write(f"graph [\n  directed {int(graph.directed)}\n".encode())
    for i, label in enumerate(names):
        start = f"  node [\n    id {i}\n    label {label}\n"
        file.write((start + _attributes(columns["node"], i) + "  ]\n").encode())
    for k, (u, v) in enumerate(zip(*(ends.tolist() for ends in graph.edges()), strict=True)):
        start = f"  edge [\n    source {u}\n    target {v}\n"
        file.write((start + _attributes(columns["edge"], k) + "  ]\n").encode())
    file.write(b"]\n")


def _attributes(columns: list[WrittenColumn], row: int) -> str:
    return "".join(f"    {column.name} {_written(column.values[row])}\n" for column in columns)


def _written(value: bool | int | float | str) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, float):
        text = repr(value)
        if text in ("nan", "inf", "-inf"):
            return {"nan": "NAN", "inf": "+INF", "-inf": "-INF"}[text]
        return text if "." in text else text.replace("e", ".0e")  # a GML real has a point
    return str(int(value))


def _quoted(text: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError(f"GML cannot hold {text[:60]!r}, which is no Unicode text; write .gkg instead")
    return '"' + re.sub(r"[^ !#-%\'-~]", lambda found: f"&#{ord(found[0])};", text) + '"'
