"""Data sets as PyTorch Geometric data."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit._graph_collection import GraphCollection
from graphkit._node_datasets import MultiViewDataset, NodeDataset
from graphkit.graph import Graph
from graphkit.memory import require_memory

Array = NDArray[Any]


def node_data(dataset: NodeDataset, data: Any, torch: Any) -> Any:
    """Put features, labels and masks of nodes onto the data of the graph."""
    _fill_nodes(dataset, data, dataset.graph.n_nodes, torch)
    return data


def hetero_data(dataset: MultiViewDataset, torch: Any) -> Any:
    """Build data with one kind of nodes and one kind of edges for each view."""
    from torch_geometric.data import HeteroData

    data = HeteroData()
    data["node"].num_nodes = dataset.n_nodes
    _fill_nodes(dataset, data["node"], dataset.n_nodes, torch)
    for name, view in dataset.views.items():
        edges = data["node", name, "node"]
        edges.edge_index = torch.from_numpy(edge_index(view))
        if view.weights is not None:
            edges.edge_weight = torch.from_numpy(view.weights.copy())
    return data


def edge_index(graph: Graph) -> Array:
    """Both ends of every CSR entry, of shape (2, n_entries), int64."""
    rows = np.repeat(np.arange(graph.n_nodes), np.diff(graph.indptr))
    return np.stack((rows, graph.indices.astype(np.int64)))


def _fill_nodes(dataset: NodeDataset | MultiViewDataset, data: Any, n: int, torch: Any) -> None:
    features = dataset.features
    if features is not None:
        require_memory(features.dtype.itemsize * n * dataset.n_features, f"dense features of {n} nodes")
        dense = features.toarray() if hasattr(features, "toarray") else np.array(features)
        data.x = torch.from_numpy(dense)
    if dataset.labels is not None:
        data.y = torch.from_numpy(np.array(dataset.labels))
    for part in ("train", "val", "test") if dataset.splits else ():
        masks = np.stack([split.mask(part, n) for split in dataset.splits], axis=1)
        data[f"{part}_mask"] = torch.from_numpy(masks[:, 0].copy() if masks.shape[1] == 1 else masks)


def collection_data(collection: GraphCollection, data_class: Any, torch: Any) -> list[Any]:
    """Build the data of every graph, with features made of labels and attributes as PyG makes them."""
    graph = collection.graph
    whole = edge_index(graph)
    places = graph.entry_edges() if graph.edge_data else np.empty(0, np.int64)
    entries = {name: column[places] for name, column in graph.edge_data.items()}
    by_node, by_entry = _columns(dict(graph.node_data), "x"), _columns(entries, "edge_attr")
    if graph.weights is not None:
        by_entry["edge_weight"] = graph.weights
    targets = _targets(collection)
    found = []
    for i in range(len(collection)):
        start, end = collection.offsets[i : i + 2].tolist()
        first, last = graph.indptr[[start, end]].tolist()
        columns = {name: column[start:end] for name, column in by_node.items()}
        columns |= {name: column[first:last] for name, column in by_entry.items()}
        columns |= {name: rows[i : i + 1] for name, rows in targets.items()}
        data = data_class(edge_index=torch.from_numpy(whole[:, first:last] - start), num_nodes=end - start)
        for name, column in columns.items():
            data[name] = torch.from_numpy(np.array(column))
        found.append(data)
    return found


def _columns(columns: dict[str, Array], name: str) -> dict[str, Array]:
    """Rename ``feat``, or else ``attributes`` and one-hot ``label`` side by side; keep other numbers."""
    kept = {key: column for key, column in columns.items() if column.dtype.kind in "biuf"}
    if name in kept:
        return kept
    if "feat" in kept:
        return {name: kept.pop("feat"), **kept}
    parts = []
    if "attributes" in kept:
        attributes = kept.pop("attributes")
        parts.append(attributes.reshape(len(attributes), -1).astype(np.float32))
    if "label" in kept and kept["label"].dtype.kind in "biu":
        labels = kept.pop("label")
        parts += [_one_hot(column) for column in labels.reshape(len(labels), -1).T]
    return {name: np.concatenate(parts, axis=1), **kept} if parts else kept


def _one_hot(labels: Array) -> Array:
    """Make a column for every integer from the smallest to the largest label."""
    low, high = (int(labels.min()), int(labels.max())) if labels.size else (0, 0)
    require_memory(4 * labels.size * (high - low + 1), f"one column for each of {high - low + 1} labels")
    hot = np.zeros((labels.size, high - low + 1), dtype=np.float32)
    hot[np.arange(labels.size), labels.astype(np.int64) - low] = 1
    return hot


def _targets(collection: GraphCollection) -> dict[str, Array]:
    """Return what is known of every graph: ``y``, classes numbered from 0, and ``graph_attr``."""
    targets = {}
    if collection.labels is not None:
        labels = collection.labels
        if labels.ndim == 1 and labels.dtype.kind in "biu":
            labels = np.unique(labels, return_inverse=True)[1].astype(np.int64)
        targets["y"] = labels
    if collection.features is not None:
        features = collection.features
        targets["graph_attr" if targets else "y"] = features.reshape(len(features), -1)
    return targets
