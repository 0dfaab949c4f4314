"""Data sets of one set of nodes: a graph with features and labels, or several views of one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graphkit._dataset_parts import Listing, Split, data_rows, fill_labels, with_node_data
from graphkit.graph import Graph
from graphkit.validation import check_choice

Array = NDArray[Any]
UNKNOWN_CLASS = -1  # label of a node whose class the files do not tell


@dataclass(frozen=True, eq=False)
class NodeDataset:
    """One graph with features and labels of its nodes.

    Parameters
    ----------
    name : str
    graph : Graph
    features : scipy sparse array or array-like of shape (n_nodes, n_features), optional
        Kept as read-only CSR, or as a read-only array.
    labels : array-like of shape (n_nodes,) or (n_nodes, n_tasks), optional
        Integers are classes, -1 where the files tell none.
    splits : iterable of Split
    listing : Listing, optional
        What the files listed.

    Raises
    ------
    ValueError
        If lengths differ, or a split has a node that does not exist.

    Examples
    --------
    >>> NodeDataset("pair", Graph.from_edges([0], [1]), labels=[0, 1])
    NodeDataset('pair', 2 nodes, 1 edge, no features, 2 classes, no splits)
    """

    name: str
    graph: Graph
    features: Any = None
    labels: Array | None = None
    splits: tuple[Split, ...] = ()
    listing: Listing | None = None

    def __post_init__(self) -> None:
        _fill_node_fields(self, self.graph.n_nodes)

    @property
    def n_features(self) -> int:
        """Number of columns of the features."""
        return 0 if self.features is None else int(self.features.shape[1])

    @property
    def n_classes(self) -> int:
        """Number of classes: the largest label and one; 0 without labels or with several tasks."""
        return _n_classes(self.labels)

    def to_graph(self) -> Graph:
        """Return the graph with labels as node data ``y``, splits as ``train_mask`` and so on.

        Masks have shape (n_nodes,) for one split, (n_nodes, n_splits) for several. Features are left out.
        """
        graph = self.graph
        columns: dict[str, ArrayLike] = {**graph.node_data}
        if self.labels is not None:
            columns["y"] = self.labels
        for part in ("train", "val", "test") if self.splits else ():
            masks = np.stack([split.mask(part, graph.n_nodes) for split in self.splits], axis=1)
            columns[f"{part}_mask"] = masks[:, 0] if masks.shape[1] == 1 else masks
        return with_node_data(graph, columns)

    def __repr__(self) -> str:
        edges = f"{self.graph.n_edges} edge{'s' * (self.graph.n_edges != 1)}"
        return f"NodeDataset({self.name!r}, {self.graph.n_nodes} nodes, {edges}, {_describe_nodes(self)})"


@dataclass(frozen=True, eq=False)
class MultiViewDataset:
    """Several graphs on the same nodes, with features and labels of these.

    Parameters
    ----------
    name : str
    views : mapping of str to Graph
        All with the same number of nodes.
    features, labels, splits
        As in `NodeDataset`.
    relations : mapping of str to scipy sparse array
        What views are made of: who belongs to what, one matrix for each pair of kinds.

    Examples
    --------
    >>> graph = Graph.from_edges([0], [1])
    >>> MultiViewDataset("pair", {"a": graph, "b": graph}, labels=[0, 1])
    MultiViewDataset('pair', 2 nodes, views a (1 edge), b (1 edge), no features, 2 classes, no splits)
    """

    name: str
    views: Mapping[str, Graph]
    features: Any = None
    labels: Array | None = None
    splits: tuple[Split, ...] = ()
    relations: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.views:
            raise ValueError("a data set with several views needs at least one")
        sizes = {name: view.n_nodes for name, view in self.views.items()}
        if len(set(sizes.values())) > 1:
            raise ValueError(f"all views must have the same number of nodes, got {sizes}")
        object.__setattr__(self, "views", MappingProxyType(dict(self.views)))
        relations = {name: data_rows(matrix, None, name, "row") for name, matrix in self.relations.items()}
        object.__setattr__(self, "relations", MappingProxyType(relations))
        _fill_node_fields(self, self.n_nodes)

    @property
    def n_nodes(self) -> int:
        """Number of nodes that all views share."""
        return next(iter(self.views.values())).n_nodes

    @property
    def n_features(self) -> int:
        """Number of columns of the features."""
        return 0 if self.features is None else int(self.features.shape[1])

    @property
    def n_classes(self) -> int:
        """Number of classes: the largest label and one; 0 without labels or with several tasks."""
        return _n_classes(self.labels)

    def nodes(self, view: str) -> NodeDataset:
        """Return one of the views with the features, labels and splits of its nodes."""
        graph = self.views[check_choice(view, "view", self.views)]
        return NodeDataset(f"{self.name}/{view}", graph, self.features, self.labels, self.splits)

    def __repr__(self) -> str:
        views = ", ".join(
            f"{name} ({view.n_edges} edge{'s' * (view.n_edges != 1)})" for name, view in self.views.items()
        )
        return (
            f"MultiViewDataset({self.name!r}, {self.n_nodes} nodes, views {views}, {_describe_nodes(self)})"
        )


def _fill_node_fields(dataset: Any, n_nodes: int) -> None:
    if dataset.features is not None:
        features = data_rows(dataset.features, n_nodes, "features", "node")
        if features.ndim != 2:
            raise ValueError(f"features must have two axes, got the shape {features.shape}")
        object.__setattr__(dataset, "features", features)
    fill_labels(dataset, n_nodes, "node")


def _n_classes(labels: Array | None) -> int:
    if labels is None or labels.ndim != 1 or labels.dtype.kind not in "iu":
        return 0
    return int(labels.max(initial=UNKNOWN_CLASS)) + 1


def _describe_nodes(dataset: Any) -> str:
    features = f"{dataset.n_features} features" if dataset.features is not None else "no features"
    labels = "no labels"
    if dataset.labels is not None:
        tasks = dataset.labels.shape[1] if dataset.labels.ndim == 2 else 0
        labels = f"{tasks} tasks" if tasks else f"{dataset.n_classes} classes"
    count = len(dataset.splits)
    return f"{features}, {labels}, {count or 'no'} split{'s' * (count != 1)}"
