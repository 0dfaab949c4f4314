"""Tables of edges in Parquet and Arrow (Feather) files."""

import json
import logging
from collections.abc import Callable
from typing import Any

import numpy as np

from graphkit._tables import from_arrow, import_pyarrow, to_arrow
from graphkit.errors import GraphFormatError, GraphkitError, ListedEdgeError, UnknownNameError
from graphkit.graph import Graph
from graphkit.io._files import Source
from graphkit.io._text import usual_ends, usual_weight
from graphkit.memory import require_memory

_KEY = b"graphkit"  # of the metadata in which we keep what a table cannot express
_MAGIC = b"PAR1"
_log = logging.getLogger(__name__)


def read(
    file: Source,
    /,
    *,
    directed: bool | None = None,
    source: str | int | None = None,
    target: str | int | None = None,
    weight: str | int | bool | None = None,
    edge_columns: bool = True,
    **options: Any,
) -> Graph:
    """Read a table of edges from a Parquet file, or from an Arrow file or stream.

    Parameters
    ----------
    file : Source
    directed : bool, optional
        None takes it from the file if this library wrote it, else undirected.
    source, target : str or int, optional
        Columns by name or position. None: those with usual names for both, as in `graphkit.io.edgelist.read`,
        else the first two.
    weight : str, int or False, optional
        Column of weights. None: the one named ``weight``, in upper or lower case, if there is one. False:
        none.
    edge_columns : bool
        Whether to keep further columns as edge data; those that numpy cannot hold are left out. Columns that
        are not kept are not read.
    **options
        `n_nodes`, `labels`, `multi_edges`, `self_loops`, `node_data` as in `graphkit.convert.from_edges`.

    Returns
    -------
    Graph

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed.
    GraphFormatError
        If the file is damaged, a column is absent or has missing values (the row is named), ids are not
        integers or strings, or weights not finite numbers.
    """
    pyarrow = import_pyarrow("Parquet and Arrow files need")
    parquet = file.data[:4] == _MAGIC
    buffer = pyarrow.BufferReader(pyarrow.py_buffer(file.data))
    try:
        schema, load = _parquet_table(buffer, file) if parquet else _arrow_table(pyarrow, buffer)
        names = schema.names
        if len(set(names)) != len(names) or len(names) < 2:
            raise GraphFormatError(
                f"expected at least 2 columns of different names, found {names}", file.name
            )
        ends, value = _chosen(names, source, target, weight, file)
        wanted = [*ends] if value is None else [*ends, value]
        extra = [name for name in names if name not in wanted and _fits(pyarrow, schema.field(name).type)]
        table = load(wanted + extra if edge_columns else wanted)
        table.validate(full=True)
    except GraphkitError:
        raise
    except (pyarrow.ArrowException, OSError, ValueError, TypeError, KeyError) as error:
        kind = "Parquet" if parquet else "Parquet or Arrow"
        raise GraphFormatError(f"not a readable {kind} file ({error})", file.name) from None
    about = _metadata(schema)
    extra = [name for name in extra if edge_columns and not table.column(name).null_count]
    if "n_nodes" not in options and "labels" not in options and isinstance(about.get("n_nodes"), int):
        options["n_nodes"] = about["n_nodes"]
    try:
        return from_arrow(
            table,
            source=ends[0],
            target=ends[1],
            weight=value,
            edge_columns=extra,
            directed=bool(about.get("directed")) if directed is None else directed,
            **options,
        )
    except UnknownNameError:
        raise
    except ListedEdgeError as error:
        raise GraphFormatError(error.describe([f"row {k}" for k in error.entries]), file.name) from None
    except GraphkitError:
        raise
    except (TypeError, ValueError) as error:
        raise GraphFormatError(str(error), file.name) from None


def _parquet_table(buffer: Any, file: Source) -> tuple[Any, Callable[[list[str]], Any]]:
    """Return the schema of a Parquet file, and what reads some of its columns."""
    from pyarrow import parquet

    opened = parquet.ParquetFile(buffer)

    def load(names: list[str]) -> Any:
        n_rows = opened.metadata.num_rows  # a repeated value takes no room in the file
        require_memory(8 * n_rows * len(names), f"reading {n_rows} rows of {file.name}")
        return opened.read(columns=names)

    return opened.schema_arrow, load


def _arrow_table(pyarrow: Any, buffer: Any) -> tuple[Any, Callable[[list[str]], Any]]:
    """Return the same of an Arrow file (which Feather is), else of a stream."""
    from pyarrow import ipc

    def opened(**options: Any) -> Any:
        buffer.seek(0)
        try:
            return ipc.open_file(buffer, **options)
        except pyarrow.ArrowInvalid:
            buffer.seek(0)
            return ipc.open_stream(buffer, **options)

    schema = opened().schema

    def load(names: list[str]) -> Any:
        places = sorted(map(schema.get_field_index, names))
        return opened(options=ipc.IpcReadOptions(included_fields=places)).read_all()

    return schema, load


def _metadata(schema: Any) -> dict[str, Any]:
    """Return what we have written about the graph; nothing if others wrote the file."""
    try:
        about = json.loads((schema.metadata or {}).get(_KEY, b"{}"))
    except ValueError:
        return {}
    return about if isinstance(about, dict) else {}


def _chosen(
    names: list[str],
    source: str | int | None,
    target: str | int | None,
    weight: str | int | bool | None,
    file: Source,
) -> tuple[tuple[str, str], str | None]:
    """Names of the columns of both ends and of the weights."""
    if source is None and target is None:
        source, target = usual_ends(names) or (0, 1)
    if weight is None:
        weight = usual_weight(names)

    def name(column: str | int | None, what: str) -> str:
        if isinstance(column, int) and not isinstance(column, bool) and 0 <= column < len(names):
            return names[column]
        if column in names:
            return str(column)
        raise GraphFormatError(
            f"expected a column {column!r} of {what}, found {', '.join(map(repr, names))}", file.name
        )

    ends = name(0 if source is None else source, "sources"), name(1 if target is None else target, "targets")
    return ends, None if weight is False else name(weight, "weights")


def _fits(pyarrow: Any, kind: Any) -> bool:
    """Whether a column can become edge data if it has no gaps: numbers, truth values, dates or strings."""
    kinds = pyarrow.types
    plain = kinds.is_integer(kind) or kinds.is_floating(kind) or kinds.is_boolean(kind)
    moment = kinds.is_timestamp(kind) or kinds.is_date(kind)
    return plain or moment or kinds.is_string(kind) or kinds.is_large_string(kind)


def write_table(graph: Graph, name: str, write: Callable[[Any], None]) -> None:
    """Make a table of a graph and hand it on; see `graphkit.io.parquet.write`."""
    pyarrow = import_pyarrow("Parquet and Arrow files need")
    labels = graph.labels
    if labels is not None and labels.integers is None and not all(isinstance(label, str) for label in labels):
        raise TypeError("labels of nodes in a table must be all integers or all strings; write .gkg instead")
    lonely = int(np.count_nonzero((graph.out_degrees() + graph.in_degrees()) == 0))
    if labels is not None and lonely:
        _log.warning("%s: a table of edges cannot express the %d labelled nodes without edges", name, lonely)
    about: dict[str, Any] = {"directed": graph.directed}
    if labels is None:
        about["n_nodes"] = graph.n_nodes
    try:
        table = to_arrow(graph)
    except pyarrow.ArrowException as error:
        raise TypeError(f"a table cannot hold this graph: {error}") from None
    write(table.replace_schema_metadata({_KEY: json.dumps(about)}))
