"""The folder layout of the Open Graph Benchmark: one graph with node labels, or many with graph labels."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit._dataset_parts import Split
from graphkit._graph_collection import GraphCollection
from graphkit._node_datasets import UNKNOWN_CLASS, NodeDataset
from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._files import Folder, Source
from graphkit.io._folders import (
    check_range,
    graph_of_entries,
    narrowed,
    npz_arrays,
    require_members,
    write_npz,
    write_table,
)
from graphkit.io._numbers import integer_table, number_table
from graphkit.io.tu import check_columns, chosen_graph
from graphkit.validation import check_choice

Array = NDArray[Any]
_CSV = ("raw/edge.csv", "raw/num-node-list.csv", "raw/num-edge-list.csv")
_NPZ = "raw/data.npz"


def read(
    folder: Folder, /, *, directed: bool | None = None, split: str | None = None, graph: int | None = None
) -> Graph:
    """Read an OGB folder as one graph; see `read_dataset`.

    Parameters
    ----------
    folder, directed, split
        As in `read_dataset`.
    graph : int, optional
        Number of one of several graphs, from 0. None: all of them side by side.

    Returns
    -------
    Graph
        Of one graph with node labels, with the node data ``y`` and masks; of several, with node data
        ``graph`` if all are read. Features are left out of the former and are ``feat`` in the latter.
    """
    dataset = read_dataset(folder, directed=directed, split=split)
    if isinstance(dataset, GraphCollection):
        return chosen_graph(dataset, graph, folder.name)
    if graph not in (None, 0):
        raise ValueError(f"graph must be 0 or None, since {folder.name!r} has one graph; got {graph}")
    return dataset.to_graph()


@dataclass(frozen=True)
class _Raw:
    """Arrays as they are in the files; sources name them in messages."""

    edges: Array
    n_nodes: Array
    n_edges: Array
    node_data: dict[str, Array]
    edge_data: dict[str, Array]
    file: Source
    labels: Array | None
    of_nodes: bool
    is_binary: bool = False


def read_dataset(
    folder: Folder, /, *, directed: bool | None = None, split: str | None = None
) -> NodeDataset | GraphCollection:
    """Read an OGB folder of one kind of nodes and edges.

    Parameters
    ----------
    folder : Folder
        With ``raw/edge.csv.gz``, ``raw/num-node-list.csv.gz`` and ``raw/num-edge-list.csv.gz``, or with
        ``raw/data.npz``. Features ``raw/node-feat.csv.gz`` and ``raw/edge-feat.csv.gz``, further columns
        ``raw/node_*.csv.gz`` and ``raw/edge_*.csv.gz``, labels ``raw/node-label.csv.gz`` or
        ``raw/graph-label.csv.gz`` (``.npz`` in the second case) and
        ``split/SCHEME/{train,valid,test}.csv.gz`` may be absent.
    directed : bool, optional
        The files do not say; None means undirected. OGB's own table says so for every data set.
    split : str, optional
        Scheme of the split, where there are several.

    Returns
    -------
    NodeDataset or GraphCollection
        The former if there is one graph and no labels of graphs. Integer features stay int64, others become
        float32; those of several graphs are the node and edge data ``feat`` of their graph. Labels with
        empty fields become float64 with NaN, or -1 in a single column of classes.

    Raises
    ------
    GraphFormatError
        If files are missing or malformed, or counts disagree; with file and line.

    References
    ----------
    .. [1] W. Hu et al., "Open Graph Benchmark: datasets for machine learning on graphs", NeurIPS 2020.
    """
    raw = _read_npz(folder) if folder.has(_NPZ) else _read_csv(folder)
    offsets = np.concatenate([[0], np.cumsum(raw.n_nodes)])
    edges = _shifted(raw, offsets)
    splits = _splits(folder, split)
    name = os.path.basename(os.path.realpath(folder.name))
    many = not raw.of_nodes and (len(raw.n_nodes) != 1 or raw.labels is not None)
    node_data = dict(raw.node_data)
    features = None if many else node_data.pop("feat", None)
    graph, listing = graph_of_entries(
        edges[:, 0],
        edges[:, 1],
        int(offsets[-1]),
        directed,
        symmetric_only=False,
        edge_data=raw.edge_data,
        node_data=node_data,
        file=raw.file,
    )
    try:
        if many:
            return GraphCollection(name, graph, offsets, raw.labels, splits=splits, listing=listing)
        return NodeDataset(name, graph, features, raw.labels, splits, listing)
    except ValueError as error:  # labels or splits that are too long
        raise GraphFormatError(str(error), folder.name) from None


def _shifted(raw: _Raw, offsets: Array) -> Array:
    """Return the ends of all edges, numbered through all graphs."""
    graph_of_edge = np.repeat(np.arange(len(raw.n_edges)), raw.n_edges)
    limits = raw.n_nodes[graph_of_edge]
    outside = ((raw.edges < 0) | (raw.edges >= limits[:, None])).any(axis=1)
    if outside.any():
        row = int(outside.argmax())
        raise GraphFormatError(
            f"expected nodes in 0 to {limits[row] - 1}, the nodes of graph {graph_of_edge[row]}, found "
            f"{raw.edges[row].tolist()}",
            raw.file.name,
            None if raw.is_binary else row + 1,
        )
    return raw.edges + offsets[:-1][graph_of_edge][:, None]


def _read_csv(folder: Folder) -> _Raw:
    require_members(folder, _CSV)
    file = folder.source(_CSV[0])
    edges = integer_table(file, 2, ",")
    n_nodes, n_edges = (_counts(folder.source(member)) for member in _CSV[1:])
    _check_counts(n_nodes, n_edges, len(edges), folder.source(_CSV[2]))
    totals = {"node": int(n_nodes.sum()), "edge": len(edges)}
    columns: dict[str, dict[str, Array]] = {"node": {}, "edge": {}}
    inner = Folder(os.path.join(folder.name, "raw"))
    for kind, total in totals.items():
        for member in [f"{kind}-feat.csv", *inner.matching(f"{kind}_*.csv")]:
            if inner.has(member):
                table = number_table(inner.source(member), ",", length=total, each=kind)
                key = member.removesuffix(".csv")[len(kind) + 1 :]
                columns[kind][key] = _narrow(table, key)
    labels = {}
    for kind, total in (("node", totals["node"]), ("graph", len(n_nodes))):
        member = f"{kind}-label.csv"
        if inner.has(member):
            table = number_table(inner.source(member), ",", length=total, each=kind, allow_nan=True)
            labels[kind] = _classes(table)
    of_nodes = "node" in labels
    return _Raw(
        edges,
        n_nodes,
        n_edges,
        columns["node"],
        columns["edge"],
        file,
        labels.get("node" if of_nodes else "graph"),
        of_nodes,
    )


def _counts(file: Source) -> Array:
    counts = integer_table(file)
    check_range(file, counts, 0, 2**62 // max(len(counts), 1), "counts")
    return counts


def _check_counts(n_nodes: Array, n_edges: Array, listed: int, file: Source) -> None:
    if len(n_nodes) != len(n_edges):
        raise GraphFormatError(
            f"expected counts of edges for {len(n_nodes)} graphs, found {len(n_edges)}", file.name
        )
    if n_edges.sum() != listed:
        raise GraphFormatError(f"the counts make {n_edges.sum()} edges, but {listed} are listed", file.name)


def _narrow(table: Array, key: str) -> Array:
    """Integers stay; other numbers become float32 as in OGB. One column is a row, except of features."""
    values = table if table.dtype.kind == "i" else narrowed(table)
    return values if key == "feat" or values.shape[1] != 1 else values[:, 0]


def _classes(table: Array) -> Array:
    """One column as a row; its integers are classes, what is missing among them is -1."""
    if table.shape[1] != 1:
        return table
    values = table[:, 0]
    missing = np.isnan(values)
    known = values[~missing]
    if values.dtype.kind == "f" and missing.any() and (known == np.rint(known)).all():
        return np.where(missing, UNKNOWN_CLASS, values).astype(np.int64)
    return values


def _read_npz(folder: Folder) -> _Raw:
    file = folder.source(_NPZ)
    arrays = npz_arrays(file)
    parts = {}
    for name in ("edge_index", "num_nodes_list", "num_edges_list"):
        array = arrays.pop(name, None)
        if array is None or array.dtype.kind not in "iu":
            raise GraphFormatError(f"expected an array {name!r} of integers", file.name)
        parts[name] = array.astype(np.int64)
    index = parts["edge_index"]
    n_nodes, n_edges = parts["num_nodes_list"].reshape(-1), parts["num_edges_list"].reshape(-1)
    if index.ndim != 2 or index.shape[0] != 2 or min(n_nodes.min(initial=0), n_edges.min(initial=0)) < 0:
        raise GraphFormatError(f"expected an edge_index of two rows, found {index.shape}", file.name)
    if max(n_nodes.max(initial=0), n_edges.max(initial=0)) > 2**62 // max(len(n_nodes), 1):
        raise GraphFormatError("expected counts, found a number beyond all measure", file.name)
    _check_counts(n_nodes, n_edges, index.shape[1], file)
    columns: dict[str, dict[str, Array]] = {"node": {}, "edge": {}}
    totals = {"node": int(n_nodes.sum()), "edge": index.shape[1]}
    for name, array in arrays.items():
        kind, _, key = name.partition("_")
        if (
            kind not in columns
            or array.ndim == 0
            or len(array) != totals[kind]
            or array.dtype.kind not in "biuf"
        ):
            raise GraphFormatError(
                f"expected arrays node_* and edge_* with a row for each, found {name!r}, shape {array.shape}",
                file.name,
            )
        columns[kind][key] = (
            array[:, 0] if array.ndim == 2 and array.shape[1] == 1 and key != "feat" else array
        )
    labels = {}
    for kind in ("node", "graph"):
        if folder.has(f"raw/{kind}-label.npz"):
            source = folder.source(f"raw/{kind}-label.npz")
            found = npz_arrays(source).get(f"{kind}_label")
            if found is None or found.ndim != 2 or found.dtype.kind not in "biuf":
                raise GraphFormatError(f"expected an array '{kind}_label' with two axes", source.name)
            labels[kind] = _classes(found)
    of_nodes = "node" in labels
    return _Raw(
        index.T,
        n_nodes,
        n_edges,
        columns["node"],
        columns["edge"],
        file,
        labels.get("node" if of_nodes else "graph"),
        of_nodes,
        True,
    )


def _splits(folder: Folder, scheme: str | None) -> tuple[Split, ...]:
    """Read the split of one scheme, if there is any."""
    root = os.path.join(folder.name, "split")
    schemes = (
        sorted(entry.name for entry in os.scandir(root) if entry.is_dir()) if os.path.isdir(root) else []
    )
    if not schemes and scheme is None:
        return ()
    if scheme is None and len(schemes) > 1:
        raise GraphFormatError(
            f"expected one scheme of a split, found {', '.join(schemes)}; choose split (--option split=...)",
            root,
        )
    scheme = schemes[0] if scheme is None else check_choice(scheme, "split", schemes)
    parts = []
    for part in ("train", "valid", "test"):
        file = folder.source(f"split/{scheme}/{part}.csv")
        positions = integer_table(file)
        check_range(file, positions, 0, 2**62, "positions")
        if len(np.unique(positions)) != len(positions):
            raise GraphFormatError("expected distinct positions, found repeats", file.name)
        parts.append(positions)
    return (Split(scheme, *parts),)


def write_dataset(
    dataset: NodeDataset | GraphCollection, folder: str, path: str, *, binary: bool = False
) -> None:
    """Write an OGB folder.

    Parameters
    ----------
    dataset : NodeDataset or GraphCollection
        Undirected edges are written once.
    folder, path : str
    binary : bool
        Write ``raw/data.npz`` instead of compressed text.

    Raises
    ------
    ValueError
        If the graph has weights, there are columns that are no numbers, or several splits.
    """
    if len(dataset.splits) > 1:
        raise ValueError(f"the OGB layout is written with one split, got {len(dataset.splits)}")
    graph = dataset.graph
    many = isinstance(dataset, GraphCollection)
    node_data: dict[str, Array] = dict(graph.node_data)
    if isinstance(dataset, GraphCollection):
        if dataset.features is not None:
            raise ValueError("the OGB layout has no features of whole graphs")
        offsets = dataset.offsets
    else:
        offsets = np.array([0, graph.n_nodes])
        if dataset.features is not None:
            features = dataset.features
            node_data["feat"] = features.toarray() if hasattr(features, "toarray") else features
    check_columns(graph, "OGB", node=tuple(graph.node_data), edge=tuple(graph.edge_data))
    sources, targets = graph.edges()
    owner = np.searchsorted(offsets, sources, side="right") - 1
    edges = np.stack((sources, targets), axis=1) - offsets[owner][:, None]
    counts = np.bincount(owner, minlength=len(offsets) - 1)
    os.mkdir(os.path.join(folder, "raw"))
    columns = {"node": node_data, "edge": dict(graph.edge_data)}
    kind = "graph" if many else "node"
    write = _write_npz if binary else _write_csv
    write(folder, edges, np.diff(offsets), counts, columns, {kind: dataset.labels})
    for split in dataset.splits:
        os.makedirs(os.path.join(folder, "split", split.name))
        for part, positions in (("train", split.train), ("valid", split.val), ("test", split.test)):
            write_table(folder, f"split/{split.name}/{part}.csv", positions, ",", True)


def _numeric(columns: Mapping[str, Mapping[str, Array]]) -> dict[str, Array]:
    """Columns by the names of OGB's arrays."""
    found = {f"{kind}_{key}": column for kind, named in columns.items() for key, column in named.items()}
    for name, column in found.items():
        if column.dtype.kind not in "biuf" or not np.isfinite(column).all() or column.ndim > 2:
            raise ValueError(f"the OGB layout needs finite numbers, got {name} of dtype {column.dtype}")
    return found


def _write_csv(
    folder: str,
    edges: Array,
    n_nodes: Array,
    n_edges: Array,
    columns: Mapping[str, Mapping[str, Array]],
    labels: Mapping[str, Array | None],
) -> None:
    tables = {"edge": edges, "num-node-list": n_nodes, "num-edge-list": n_edges}
    for name, column in _numeric(columns).items():
        tables[name.replace("_feat", "-feat") if name.endswith("_feat") else name] = column
    for kind, values in labels.items():
        if values is not None:
            tables[f"{kind}-label"] = values
    for name, table in tables.items():
        write_table(folder, f"raw/{name}.csv", table, ",", True)


def _write_npz(
    folder: str,
    edges: Array,
    n_nodes: Array,
    n_edges: Array,
    columns: Mapping[str, Mapping[str, Array]],
    labels: Mapping[str, Array | None],
) -> None:
    arrays = {"edge_index": edges.T, "num_nodes_list": n_nodes, "num_edges_list": n_edges}
    write_npz(os.path.join(folder, _NPZ), arrays | _numeric(columns))
    for kind, values in labels.items():
        if values is not None:
            table = values.reshape(len(values), -1)
            write_npz(os.path.join(folder, f"raw/{kind}-label.npz"), {f"{kind}_label": table})
