"""Three text files for one graph: ``NAME.edge``, ``NAME.feature`` and ``NAME.label``."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit._node_datasets import NodeDataset
from graphkit.graph import Graph
from graphkit.io._files import Folder
from graphkit.io._folders import (
    check_range,
    choose_name,
    graph_of_entries,
    narrowed,
    require_members,
    write_table,
)
from graphkit.io._numbers import integer_table, number_table
from graphkit.io._views import feature_matrix

Array = NDArray[Any]


def read(folder: Folder, /, *, directed: bool | None = None, name: str | None = None) -> Graph:
    """Read the graph of such files; see `read_dataset`.

    Returns
    -------
    Graph
        With the node data ``y``.
    """
    return read_dataset(folder, directed=directed, name=name).to_graph()


def read_dataset(folder: Folder, /, *, directed: bool | None = None, name: str | None = None) -> NodeDataset:
    """Read a graph with features and labels from three text files.

    Parameters
    ----------
    folder : Folder
        With ``NAME.edge``, two nodes from 0 in a line, ``NAME.label``, the class of a node in a line, and
        perhaps ``NAME.feature``, all features of a node in a line.
    directed : bool, optional
        Edges are listed in one direction; None takes them as undirected.
    name : str, optional
        Of the data set, where the folder has several.

    Returns
    -------
    NodeDataset
        float32 CSR features.

    Raises
    ------
    GraphFormatError
        If files are missing or malformed, or counts disagree.
    """
    name = choose_name(folder, "", ".edge", name)
    require_members(folder, [f"{name}.edge", f"{name}.label"])
    labels = integer_table(folder.source(f"{name}.label"))
    n = len(labels)
    features = None
    if folder.has(f"{name}.feature"):
        file = folder.source(f"{name}.feature")
        features = feature_matrix(narrowed(number_table(file, length=n, each="label")), file)
    file = folder.source(f"{name}.edge")
    edges = integer_table(file, 2)
    check_range(file, edges, 0, n - 1, "nodes")
    graph, listing = graph_of_entries(edges[:, 0], edges[:, 1], n, directed, symmetric_only=False)
    return NodeDataset(name, graph, features, labels, listing=listing)


def write_dataset(dataset: NodeDataset, folder: str, path: str, *, compress: bool = False) -> None:
    """Write the three files; splits are refused.

    Raises
    ------
    ValueError
        If there are no labels, or weights or splits.
    """
    graph = dataset.graph
    if dataset.labels is None or dataset.labels.ndim != 1 or graph.is_weighted or dataset.splits:
        raise ValueError(
            "files of edges, features and labels hold one class for each node, no weights, no splits"
        )
    name = dataset.name
    write_table(folder, f"{name}.edge", np.stack(graph.edges(), axis=1), " ", compress)
    write_table(folder, f"{name}.label", dataset.labels, " ", compress)
    if dataset.features is not None:
        dense = dataset.features.toarray() if hasattr(dataset.features, "toarray") else dataset.features
        whole = bool((dense == np.rint(dense)).all())
        write_table(folder, f"{name}.feature", dense.astype(np.int64) if whole else dense, " ", compress)
