"""Graphs to and from tables of edges: pandas data frames and Arrow tables."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graphkit._edges import from_edges
from graphkit.errors import MissingExtraError
from graphkit.graph import Graph

if TYPE_CHECKING:
    import pandas
    import pyarrow

Array = NDArray[Any]


def from_pandas(
    frame: "pandas.DataFrame",
    *,
    source: str = "source",
    target: str = "target",
    weight: str | None = "weight",
    edge_columns: Iterable[str] = (),
    **options: Any,
) -> Graph:
    """Build a graph from a data frame with one edge a row.

    Parameters
    ----------
    frame : pandas.DataFrame
    source, target : str
        Columns of node ids: integers or labels.
    weight : str or None
        Column of weights. The default ``"weight"`` is used if it is there; any other name must be.
    edge_columns : iterable of str
        Further columns to keep as edge data.
    **options
        `n_nodes`, `labels`, `directed`, `multi_edges`, `self_loops`, `node_data` as in `from_edges`.

    Returns
    -------
    Graph

    Raises
    ------
    TypeError
        If `frame` is not a DataFrame, or ids are floating-point numbers.
    ValueError
        If a column is absent or has missing values; the row is named.

    Examples
    --------
    >>> import pandas
    >>> from_pandas(pandas.DataFrame({"source": ["a", "b"], "target": ["b", "c"], "weight": [1.0, 2.0]}))
    Graph(3 nodes, 2 edges, undirected, float64 weights, labelled)
    """
    if not all(hasattr(frame, name) for name in ("columns", "iloc", "isna")):
        raise TypeError(f"from_pandas takes a pandas DataFrame, got {type(frame).__qualname__}")
    weight, extra = _check_columns(list(frame.columns), source, target, weight, edge_columns)

    def column(name: str) -> Array:
        missing = frame[name].isna().to_numpy()
        if missing.any():
            raise ValueError(f"column {name!r} has a missing value in row {int(missing.argmax())}")
        return frame[name].to_numpy()

    return from_edges(
        column(source),
        column(target),
        None if weight is None else column(weight),
        edge_data={name: column(name) for name in extra},
        **options,
    )


def to_pandas(
    graph: Graph, *, source: str = "source", target: str = "target", weight: str = "weight"
) -> "pandas.DataFrame":
    """Return a data frame with one edge a row, in the order of `Graph.edges`.

    Parameters
    ----------
    graph : Graph
    source, target, weight : str
        Names of the columns. There is a column of weights only if the graph has weights.

    Returns
    -------
    pandas.DataFrame
        Ends as labels (indices if there are none), weights, then edge data. Nodes without edges and node
        data cannot be expressed.

    Raises
    ------
    ValueError
        If edge data have more than one axis, or the name of another column.

    Examples
    --------
    >>> to_pandas(from_edges(["a"], ["b"], [2.5]))
      source target  weight
    0      a      b     2.5
    """
    import pandas

    return pandas.DataFrame(_edge_table(graph, source, target, weight))


def from_arrow(
    table: "pyarrow.Table",
    *,
    source: str = "source",
    target: str = "target",
    weight: str | None = "weight",
    edge_columns: Iterable[str] = (),
    **options: Any,
) -> Graph:
    """Build a graph from an Arrow table with one edge a row; parameters as in `from_pandas`.

    Columns of strings are encoded by Arrow, many times faster than label by label.

    Returns
    -------
    Graph

    Raises
    ------
    TypeError
        If `table` is not a pyarrow.Table, or ids are floating-point numbers.
    ValueError
        If a column is absent or has missing values; the row is named.

    Examples
    --------
    >>> import pyarrow
    >>> from_arrow(pyarrow.table({"source": [0, 1], "target": [1, 2]}))
    Graph(3 nodes, 2 edges, undirected, unweighted)
    """
    pyarrow = import_pyarrow("Arrow tables need")
    if not isinstance(table, pyarrow.Table):
        raise TypeError(f"from_arrow takes a pyarrow.Table, got {type(table).__qualname__}")
    weight, extra = _check_columns(table.column_names, source, target, weight, edge_columns)

    def column(name: str) -> Any:
        values = table.column(name)
        if values.null_count:
            row = int(values.is_null().to_numpy().argmax())
            raise ValueError(f"column {name!r} has a missing value in row {row}")
        if pyarrow.types.is_dictionary(values.type):
            values = values.cast(values.type.value_type)
        return values

    first, second = column(source), column(target)
    if "labels" not in options and all(_is_text(pyarrow, ends.type) for ends in (first, second)):
        first, second, options["labels"] = encode_strings(first, second)
        if options.get("n_nodes") is not None:
            raise TypeError(
                f"with n_nodes the ends of edges must be integers, got strings in column {source!r}"
            )
    else:
        first, second = first.to_numpy(), second.to_numpy()
    return from_edges(
        first,
        second,
        None if weight is None else column(weight).to_numpy(),
        edge_data={name: column(name).to_numpy() for name in extra},
        **options,
    )


def to_arrow(
    graph: Graph, *, source: str = "source", target: str = "target", weight: str = "weight"
) -> "pyarrow.Table":
    """Return an Arrow table with one edge a row; parameters and columns as in `to_pandas`.

    Examples
    --------
    >>> to_arrow(from_edges([0], [1])).column_names
    ['source', 'target']
    """
    pyarrow = import_pyarrow("Arrow tables need")
    return pyarrow.table(_edge_table(graph, source, target, weight))


def import_pyarrow(purpose: str) -> Any:
    """Import pyarrow, or name the extra that brings it."""
    try:
        import pyarrow
    except ImportError:
        raise MissingExtraError(f"{purpose} pyarrow: pip install 'graphkit-algorithms[io]'") from None
    return pyarrow


def _is_text(pyarrow: Any, kind: Any) -> bool:
    kinds = pyarrow.types
    return kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind)


def encode_strings(first: Any, second: Any) -> tuple[Array, Array, list[str]]:
    """Give numbers to the strings of two Arrow columns by first appearance, source before target.

    Returns
    -------
    first, second : ndarray of shape (m,), int64
    labels : list of str
    """
    import pyarrow
    import pyarrow.compute

    m = len(first)
    both = pyarrow.chunked_array(
        [chunk.cast(pyarrow.large_string()) for column in (first, second) for chunk in column.chunks],
        type=pyarrow.large_string(),
    )
    encoded = pyarrow.compute.dictionary_encode(both.combine_chunks())
    if isinstance(encoded, pyarrow.ChunkedArray):
        encoded = encoded.combine_chunks()
    codes = encoded.indices.to_numpy().astype(np.int64)
    place = np.concatenate((np.arange(m) * 2, np.arange(m) * 2 + 1))
    first_place = np.full(len(encoded.dictionary), 2 * m)
    np.minimum.at(first_place, codes, place)
    order = np.argsort(first_place)
    number = np.empty_like(order)
    number[order] = np.arange(order.size)
    return number[codes[:m]], number[codes[m:]], encoded.dictionary.take(pyarrow.array(order)).to_pylist()


def _check_columns(
    present: list[Any], source: str, target: str, weight: str | None, extra: Iterable[str]
) -> tuple[str | None, list[str]]:
    """Check that columns are there; the weight column only if it was named on purpose."""
    if isinstance(extra, str):
        raise TypeError(f"edge_columns must be a sequence of names, got the string {extra!r}")
    extra = list(extra)
    if weight == "weight" and weight not in present:
        weight = None
    for name in (source, target, *extra, *(() if weight is None else (weight,))):
        if name not in present:
            raise ValueError(f"there is no column {name!r}; columns are {', '.join(map(repr, present))}")
    return weight, extra


def _edge_table(graph: Graph, source: str, target: str, weight: str) -> dict[str, Any]:
    """Columns of a table of edges."""
    columns: dict[str, Any] = dict(zip((source, target), end_labels(graph), strict=True))
    weights = graph.edge_weights()
    if weights is not None:
        columns[weight] = weights
    for name, column in graph.edge_data.items():
        if name in columns:
            raise ValueError(f"edge data {name!r} would overwrite a column of that name; rename the column")
        if column.ndim != 1:
            raise ValueError(
                f"edge data {name!r} of shape {column.shape} do not fit into one column of a table"
            )
        columns[name] = column
    return columns


def end_labels(graph: Graph) -> tuple[Any, Any]:
    """Both ends of every edge by label: integer arrays if labels are integers or absent, else lists."""
    sources, targets = graph.edges()
    if graph.labels is None:
        return sources, targets
    if graph.labels.integers is not None:
        return graph.labels.integers[sources], graph.labels.integers[targets]
    names = list(graph.labels)
    return [names[i] for i in sources.tolist()], [names[i] for i in targets.tolist()]
