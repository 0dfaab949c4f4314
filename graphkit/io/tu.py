"""TU data sets: collections of graphs as text files ``NAME_A.txt``, ``NAME_graph_indicator.txt``, ...."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit._graph_collection import GraphCollection
from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._files import Folder, Source
from graphkit.io._folders import (
    check_range,
    choose_name,
    graph_of_entries,
    require_members,
    write_table,
)
from graphkit.io._numbers import integer_table, number_table

Array = NDArray[Any]
COLUMNS = ("label", "attributes")  # of node and edge data


def read(
    folder: Folder,
    /,
    *,
    directed: bool | None = None,
    name: str | None = None,
    graph: int | None = None,
) -> Graph:
    """Read a TU data set as one graph; see `read_dataset`.

    Parameters
    ----------
    folder, directed, name
        As in `read_dataset`.
    graph : int, optional
        Number of one of the graphs, from 0. None: all of them side by side.

    Returns
    -------
    Graph
        With the node data ``label`` and ``attributes`` as far as there are such, and ``graph``, the number of
        the graph that a node belongs to, if all are read.
    """
    return chosen_graph(read_dataset(folder, directed=directed, name=name), graph, folder.name)


def chosen_graph(collection: GraphCollection, graph: int | None, path: str) -> Graph:
    """Return one graph of a collection, or all of them as one.

    Raises
    ------
    ValueError
        If there is no such graph.
    """
    if graph is None:
        return collection.to_graph()
    if isinstance(graph, bool) or not isinstance(graph, int | np.integer):
        raise TypeError(f"graph must be a number from 0, got {graph!r}")
    if not 0 <= graph < len(collection):
        raise ValueError(f"graph must be in 0 to {len(collection) - 1}, the graphs of {path!r}; got {graph}")
    return collection[int(graph)]


def read_dataset(
    folder: Folder, /, *, directed: bool | None = None, name: str | None = None
) -> GraphCollection:
    """Read a TU data set.

    Parameters
    ----------
    folder : Folder
        With ``NAME_A.txt`` and ``NAME_graph_indicator.txt``. ``NAME_graph_labels.txt``, ``_node_labels``,
        ``_edge_labels``, ``_node_attributes``, ``_edge_attributes`` and ``_graph_attributes`` may be absent.
    directed : bool, optional
        None: undirected if all edges are listed in both directions, with equal data.
    name : str, optional
        Of the data set, where the folder has several.

    Returns
    -------
    GraphCollection
        Labels and attributes of nodes and edges are the node and edge data ``label`` and ``attributes`` of
        its graph, those of graphs are its labels and features; values as in the files.

    Raises
    ------
    GraphFormatError
        If files are missing or malformed, counts disagree, or an edge joins two graphs; with file and line.

    References
    ----------
    .. [1] C. Morris et al., "TUDataset: a collection of benchmark datasets for learning with graphs", 2020,
       arXiv:2007.08663.
    """
    name = choose_name(folder, "", "_A.txt", name)
    require_members(folder, [f"{name}_A.txt", f"{name}_graph_indicator.txt"])
    labels = _optional(folder, name, "graph_labels", None, "graph")
    features = _optional(folder, name, "graph_attributes", None if labels is None else len(labels), "graph")
    counted = next((len(table) for table in (labels, features) if table is not None), None)
    indicator = _indicator(folder.source(f"{name}_graph_indicator.txt"), counted)
    n = len(indicator)
    n_graphs = int(indicator.max(initial=0)) if counted is None else counted
    edges_file = folder.source(f"{name}_A.txt")
    edges = _edges(edges_file, indicator)
    union, listing = graph_of_entries(
        edges[:, 0] - 1,
        edges[:, 1] - 1,
        n,
        directed,
        symmetric_only=True,
        edge_data=_columns(folder, name, "edge", len(edges)),
        node_data=_columns(folder, name, "node", n),
        file=edges_file,
    )
    offsets = np.searchsorted(indicator, np.arange(1, n_graphs + 2))
    return GraphCollection(name, union, offsets, labels, features, listing=listing)


def _indicator(file: Source, n_graphs: int | None) -> Array:
    """Read the number of the graph of every node, from 1; nodes of a graph stand together."""
    indicator = integer_table(file)
    largest = len(indicator) if n_graphs is None else n_graphs
    check_range(file, indicator, 1, largest, "the number of a graph")
    falls = np.flatnonzero(np.diff(indicator) < 0)
    if falls.size:
        raise GraphFormatError(
            f"expected the nodes of a graph one after the other, found graph {indicator[falls[0] + 1]} after "
            f"graph {indicator[falls[0]]}",
            file.name,
            int(falls[0]) + 2,
        )
    return indicator


def _edges(file: Source, indicator: Array) -> Array:
    """Read both ends of every entry, from 1, within one graph."""
    edges = integer_table(file, 2, ",")
    check_range(file, edges, 1, len(indicator), "nodes")
    graphs = indicator[edges - 1]
    crossing = np.flatnonzero(graphs[:, 0] != graphs[:, 1])
    if crossing.size:
        (one, other), (first, second) = edges[crossing[0]], graphs[crossing[0]]
        raise GraphFormatError(
            f"the edge between nodes {one} and {other} joins graph {first} and graph {second}",
            file.name,
            int(crossing[0]) + 1,
        )
    return edges


def _columns(folder: Folder, name: str, kind: str, length: int) -> dict[str, Array]:
    files = {"label": f"{kind}_labels", "attributes": f"{kind}_attributes"}
    tables = {column: _optional(folder, name, file, length, kind) for column, file in files.items()}
    return {column: table for column, table in tables.items() if table is not None}


def _optional(folder: Folder, name: str, what: str, length: int | None, each: str) -> Array | None:
    """Numbers of a file, if there is one; one column of labels is no table."""
    member = f"{name}_{what}.txt"
    if not folder.has(member):
        return None
    table = number_table(folder.source(member), ",", length=length, each=each)
    return table[:, 0] if what.endswith("labels") and table.shape[1] == 1 else table


def write_dataset(collection: GraphCollection, folder: str, path: str, *, compress: bool = False) -> None:
    """Write a TU data set; undirected edges in both directions, as usual.

    Parameters
    ----------
    collection : GraphCollection
    folder, path : str
    compress : bool
        Write ``.txt.gz``.

    Raises
    ------
    ValueError
        If edges have weights, there are other columns than ``label`` and ``attributes``, or values are no
        finite numbers.
    """
    graph, name = collection.graph, collection.name
    check_columns(graph, "TU", node=COLUMNS, edge=COLUMNS)
    rows = np.repeat(np.arange(graph.n_nodes), np.diff(graph.indptr))
    write_table(folder, f"{name}_A.txt", np.stack((rows, graph.indices), axis=1) + 1, ", ", compress)
    write_table(folder, f"{name}_graph_indicator.txt", collection.graph_of_node + 1, ", ", compress)
    entries = {key: column[graph.entry_edges()] for key, column in graph.edge_data.items()}
    tables: dict[str, Any] = {
        "graph_labels": collection.labels,
        "graph_attributes": collection.features,
        "node_labels": graph.node_data.get("label"),
        "node_attributes": graph.node_data.get("attributes"),
        "edge_labels": entries.get("label"),
        "edge_attributes": entries.get("attributes"),
    }
    for what, table in tables.items():
        if table is not None:
            write_table(folder, f"{name}_{what}.txt", finite(table, what), ", ", compress)


def check_columns(graph: Graph, layout: str, *, node: tuple[str, ...], edge: tuple[str, ...]) -> None:
    """Refuse weights and columns that a layout cannot hold."""
    if graph.is_weighted:
        raise ValueError(f"the {layout} layout cannot hold edge weights")
    kinds: tuple[tuple[str, Mapping[str, Array], tuple[str, ...]], ...] = (
        ("node", graph.node_data, node),
        ("edge", graph.edge_data, edge),
    )
    for kind, columns, accepted in kinds:
        for column in columns:
            if column not in accepted:
                raise ValueError(
                    f"the {layout} layout cannot hold the {kind} data {column!r}, only "
                    f"{', '.join(accepted) or 'none'}"
                )


def finite(table: Array, what: str) -> Array:
    """Refuse tables of anything but finite numbers."""
    if table.dtype.kind not in "biuf" or not np.isfinite(table).all():
        raise ValueError(f"{what} must be finite numbers to be written, got dtype {table.dtype}")
    return table
