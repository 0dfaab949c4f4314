"""The text files of geom-gcn: WebKB pages, Wikipedia pages and film actors."""

import os
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit._node_datasets import NodeDataset
from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._files import Folder, Source
from graphkit.io._folders import (
    check_range,
    graph_of_entries,
    masked_splits,
    narrowed,
    npz_arrays,
    require_members,
    write_lines,
    write_masks,
)
from graphkit.io._numbers import integer_rows, number_table

Array = NDArray[Any]
EDGES = "out1_graph_edges.txt"
NODES = "out1_node_feature_label.txt"


def read(folder: Folder, /, *, directed: bool | None = None) -> Graph:
    """Read the graph of a geom-gcn folder; see `read_dataset`.

    Returns
    -------
    Graph
        With the node data ``y`` where there are labels, and masks where there are splits.
    """
    return read_dataset(folder, directed=directed).to_graph()


def read_dataset(folder: Folder, /, *, directed: bool | None = None) -> NodeDataset:
    """Read a geom-gcn folder.

    Parameters
    ----------
    folder : Folder
        With ``out1_graph_edges.txt``; ``out1_node_feature_label.txt`` and ``NAME_split_*.npz`` may be
        absent. One of the latter two must be there, since edges do not tell the number of nodes.
    directed : bool, optional
        The links are listed from page to page. None takes them as undirected, as most papers do.

    Returns
    -------
    NodeDataset
        float32 CSR features. Named after the splits, else after the folder.

    Raises
    ------
    GraphFormatError
        If a file is malformed, or files disagree.
    """
    require_members(folder, [EDGES])
    name = _name(folder)
    features, labels, n = None, None, None
    if folder.has(NODES):
        features, labels = _nodes(folder.source(NODES))
        n = len(labels)
    else:
        n = _nodes_of_splits(folder)
    file = folder.source(EDGES)
    _check_header(file, ("node_id", "node_id"))
    edges = integer_rows(file, skip_lines=1).table(2, first_line=2)
    check_range(file, edges, 0, n - 1, "nodes", first_line=2)
    graph, listing = graph_of_entries(edges[:, 0], edges[:, 1], n, directed, symmetric_only=False)
    return NodeDataset(name, graph, features, labels, masked_splits([folder], name, n), listing)


def _name(folder: Folder) -> str:
    names = {re.sub(r"_split_.*\.npz$", "", member) for member in folder.matching("*_split_*.npz")}
    if len(names) > 1:
        raise GraphFormatError(
            f"expected splits of one data set, found {', '.join(sorted(names))}", folder.name
        )
    if names:
        return names.pop()
    path = os.path.realpath(folder.name)
    base = os.path.basename(path)
    return os.path.basename(os.path.dirname(path)) if base == "raw" else base


def _nodes_of_splits(folder: Folder) -> int:
    members = folder.matching("*_split_*.npz")
    if not members:
        raise GraphFormatError(
            f"expected {NODES} or splits NAME_split_*.npz, which tell the number of nodes; found neither",
            folder.name,
        )
    mask = npz_arrays(folder.source(members[0])).get("train_mask", np.empty(0))
    return mask.size


def _check_header(file: Source, columns: tuple[str, ...]) -> str:
    end = file.data.find(b"\n")
    header = bytes(file.data[: len(file.data) if end < 0 else end]).decode(errors="backslashreplace").strip()
    found = header.split("\t")
    if len(found) != len(columns) or not all(map(str.startswith, found, columns)):
        raise GraphFormatError(
            f"expected the header {' '.join(columns)} between tabs, found {header[:60]!r}", file.name, 1
        )
    return header


def _nodes(file: Source) -> tuple[Any, Array]:
    """Features and labels, by node id."""
    import scipy.sparse

    header = _check_header(file, ("node_id", "feature", "label"))
    amount = re.search(r"feature_amount:\s*(\d{1,9})\)", header)
    _check_tabs(file)
    try:
        rows = integer_rows(file, ",\t", skip_lines=1)
    except GraphFormatError:
        if amount:
            raise
        return _dense_floats(file)
    counts = np.diff(rows.offsets)
    if (counts < 2).any():
        line = int((counts < 2).argmax()) + 2
        raise GraphFormatError("expected a node, its features and its label", file.name, line)
    ids, labels = rows.values[rows.offsets[:-1]], rows.values[rows.offsets[1:] - 1]
    inner = np.ones(len(rows.values), dtype=bool)
    inner[rows.offsets[:-1]] = inner[rows.offsets[1:] - 1] = False
    if amount:
        width = int(amount[1]) + 1  # features are numbered from 0 to the amount
        line_of = np.repeat(np.arange(len(rows)), counts - 2)
        _check_features(file, rows.values[inner], line_of, width)
        data = np.ones(len(line_of), np.float32)
        features = scipy.sparse.csr_array((data, (line_of, rows.values[inner])), shape=(len(rows), width))
        features.data[:] = 1  # a feature that is listed twice
    else:
        width = int(counts[0]) - 2 if len(rows) else 0
        table = rows.table(width + 2, first_line=2)
        features = scipy.sparse.csr_array(table[:, 1:-1].astype(np.float32))
    return _by_id(file, ids, features, labels)


def _check_features(file: Source, columns: Array, line_of: Array, width: int) -> None:
    outside = (columns < 0) | (columns >= width)
    if outside.any():
        place = int(outside.argmax())
        raise GraphFormatError(
            f"expected features in 0 to {width - 1}, found {columns[place]}",
            file.name,
            int(line_of[place]) + 2,
        )


def _check_tabs(file: Source) -> None:
    """Every line has two tabs, whatever is between them."""
    data = np.frombuffer(file.data, np.uint8)
    ends = np.flatnonzero(data == ord("\n"))
    if not len(ends) or ends[-1] != len(data) - 1:
        ends = np.append(ends, len(data))
    tabs = np.diff(np.searchsorted(np.flatnonzero(data == ord("\t")), ends), prepend=0)
    lengths = np.diff(ends, prepend=-1) - 1
    wrong = np.flatnonzero((tabs != 2) & (lengths > 1))
    if wrong.size:
        raise GraphFormatError(
            f"expected a node, its features and its label between 2 tabs, found {tabs[wrong[0]]} tabs",
            file.name,
            int(wrong[0]) + 1,
        )


def _dense_floats(file: Source) -> tuple[Any, Array]:
    import scipy.sparse

    start = file.data.find(b"\n") + 1
    body = Source(file.name, bytes(file.data[start:]).replace(b"\t", b","), None)
    try:
        table = number_table(body, ",")
    except GraphFormatError as error:  # it counts lines from the one after the header
        line = None if error.line is None else error.line + 1
        raise GraphFormatError(error.message, file.name, line) from None
    ids, labels = table[:, 0], table[:, -1]
    ends = np.stack((ids, labels))
    if table.shape[1] < 2 or (ends != np.rint(ends)).any() or (np.abs(ends) > 2**53).any():
        raise GraphFormatError("expected nodes and labels that are integers", file.name)
    features = scipy.sparse.csr_array(narrowed(table[:, 1:-1]))
    return _by_id(file, ids.astype(np.int64), features, labels.astype(np.int64))


def _by_id(file: Source, ids: Array, features: Any, labels: Array) -> tuple[Any, Array]:
    """Rows in the order of node ids, which must be 0..n-1."""
    check_range(file, ids, 0, len(ids) - 1, f"the {len(ids)} nodes", first_line=2)
    order = np.argsort(ids, kind="stable")
    repeated = np.flatnonzero(np.diff(ids[order]) == 0)
    if repeated.size:
        line = int(order[repeated[0] + 1])
        raise GraphFormatError(f"node {ids[line]} has a line already", file.name, line + 2)
    return features[order], labels[order]


def write_dataset(
    dataset: NodeDataset, folder: str, path: str, *, indices: bool = False, compress: bool = False
) -> None:
    """Write a geom-gcn folder.

    Parameters
    ----------
    dataset : NodeDataset
    folder, path : str
    indices : bool
        Write the positions of features that are 1 instead of all features, as for the film actors.
    compress : bool
        Write ``.txt.gz``.

    Raises
    ------
    ValueError
        If features or labels are absent, the graph has weights, or `indices` and features are not 0 and 1.
    """
    import scipy.sparse

    graph = dataset.graph
    if dataset.features is None or dataset.labels is None or dataset.labels.ndim != 1 or graph.is_weighted:
        raise ValueError("the geom-gcn layout needs features and one class for each node, and has no weights")
    features = scipy.sparse.csr_array(dataset.features)
    features.sum_duplicates()
    if indices and (features.data != 1).any():
        raise ValueError("only features that are 0 and 1 can be written by their positions")
    lines = [f"node_id\tfeature{f'(feature_amount:{features.shape[1] - 1})' * indices}\tlabel"]
    for i, label in enumerate(dataset.labels.tolist()):
        if indices:
            row = features.indices[features.indptr[i] : features.indptr[i + 1]].tolist()
        else:
            dense = np.asarray(features[[i]].toarray())[0]
            row = [int(value) if float(value).is_integer() else float(value) for value in dense]
        lines.append(f"{i}\t{','.join(map(str, row))}\t{label}")
    write_lines(folder, NODES, lines, compress)
    pairs = zip(*(ends.tolist() for ends in graph.edges()), strict=True)
    write_lines(folder, EDGES, ["node_id\tnode_id", *(f"{u}\t{v}" for u, v in pairs)], compress)
    write_masks(folder, dataset.name, dataset.splits, graph.n_nodes)
