"""Collections of graphs with labels, stored side by side."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graphkit._dataset_parts import Listing, Split, data_rows, fill_labels, fixed, with_node_data
from graphkit.graph import Graph
from graphkit.validation import check_integer, index_dtype

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class GraphCollection:
    """Many graphs, stored side by side as one graph without edges between them.

    Parameters
    ----------
    name : str
    graph : Graph
        The graphs one after the other. Its node and edge data hold those of all of them.
    offsets : array-like of shape (n_graphs + 1,)
        Graph i has the nodes ``offsets[i]`` to ``offsets[i + 1] - 1``.
    labels : array-like of shape (n_graphs,) or (n_graphs, n_tasks), optional
        As in the files.
    features : array-like of shape (n_graphs, n_features), optional
        Attributes of whole graphs.
    splits : iterable of Split
        Of graphs.
    listing : Listing, optional
        What the files listed.

    Raises
    ------
    ValueError
        If lengths differ, offsets do not begin with 0, end with the number of nodes and increase, or an edge
        joins two of the graphs.

    Examples
    --------
    >>> path, edge = Graph.from_edges([0, 1], [1, 2]), Graph.from_edges([0], [1])
    >>> collection = GraphCollection.from_graphs("two", [path, edge], labels=[1, 0])
    >>> collection
    GraphCollection('two', 2 graphs, 5 nodes, 3 edges, 2 classes)
    >>> collection[1]
    Graph(2 nodes, 1 edge, undirected, unweighted)
    """

    name: str
    graph: Graph
    offsets: Array
    labels: Array | None = None
    features: Array | None = None
    splits: tuple[Split, ...] = ()
    listing: Listing | None = None

    def __post_init__(self) -> None:
        offsets = np.asarray(self.offsets).astype(np.int64)
        n = self.graph.n_nodes
        if offsets.ndim != 1 or not offsets.size or offsets[0] != 0 or offsets[-1] != n:
            raise ValueError(f"offsets must begin with 0 and end with the {n} nodes, got {offsets}")
        if (np.diff(offsets) < 0).any():
            raise ValueError("offsets must not decrease")
        object.__setattr__(self, "offsets", fixed(offsets))
        starts = offsets[self.graph_of_node]
        rows = np.repeat(np.arange(n), np.diff(self.graph.indptr))
        ends = offsets[1:][self.graph_of_node]
        crossing = (self.graph.indices < starts[rows]) | (self.graph.indices >= ends[rows])
        if crossing.any():
            place = int(crossing.argmax())
            raise ValueError(
                f"the edge from node {rows[place]} to node {self.graph.indices[place]} joins two graphs"
            )
        fill_labels(self, len(self), "graph")
        if self.features is not None:
            object.__setattr__(self, "features", data_rows(self.features, len(self), "features", "graph"))

    @classmethod
    def from_graphs(
        cls,
        name: str,
        graphs: Iterable[Graph],
        labels: ArrayLike | None = None,
        features: ArrayLike | None = None,
        splits: Iterable[Split] = (),
    ) -> "GraphCollection":
        """Put graphs side by side. All must be directed or none, weighted or none, with equal columns."""
        graphs = list(graphs)
        for what in ("directed", "is_weighted"):
            if len({getattr(graph, what) for graph in graphs}) > 1:
                raise ValueError(f"graphs of a collection must agree on {what}")
        offsets = np.cumsum([0, *(graph.n_nodes for graph in graphs)])
        entries = np.cumsum([0, *(graph.n_entries for graph in graphs)])
        dtype = index_dtype(int(offsets[-1]), int(entries[-1]))
        shifted = [graph.indptr[1:] + start for graph, start in zip(graphs, entries[:-1], strict=True)]
        indices = [graph.indices + start for graph, start in zip(graphs, offsets[:-1], strict=True)]
        weighted = bool(graphs) and graphs[0].is_weighted
        union = Graph(
            np.concatenate([[0], *shifted]).astype(dtype),
            np.concatenate(indices or [[]]).astype(dtype),
            np.concatenate([graph.weights for graph in graphs if graph.weights is not None])
            if weighted
            else None,
            directed=bool(graphs) and graphs[0].directed,
            node_data=_joined([graph.node_data for graph in graphs]),
            edge_data=_joined([graph.edge_data for graph in graphs]),
        )
        return cls(name, union, offsets, labels, features, tuple(splits))  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, i: int) -> Graph:
        """Return one of the graphs, its nodes numbered from 0. O(its size)."""
        count = len(self)
        if not -count <= i < count:  # an IndexError ends a loop over the collection
            raise IndexError(f"the collection has {count} graphs, got {i}")
        i = check_integer(i % count, "graph", minimum=0)
        whole = self.graph
        start, end = int(self.offsets[i]), int(self.offsets[i + 1])
        first, last = int(whole.indptr[start]), int(whole.indptr[end])
        dtype = index_dtype(end - start, last - first)
        edges = slice(*self._edge_offsets[i : i + 2].tolist()) if whole.edge_data else slice(0)
        return Graph._trusted(
            (whole.indptr[start : end + 1] - first).astype(dtype),
            (whole.indices[first:last] - start).astype(dtype),
            None if whole.weights is None else whole.weights[first:last].copy(),
            whole.directed,
            None,
            {name: column[start:end] for name, column in whole.node_data.items()},
            {name: column[edges] for name, column in whole.edge_data.items()},
        )

    def __iter__(self) -> Iterator[Graph]:
        return (self[i] for i in range(len(self)))

    @cached_property
    def _edge_offsets(self) -> Array:
        """Number of edges before every graph."""
        sources, _ = self.graph.edges()
        return np.searchsorted(sources, self.offsets)

    @property
    def graph_of_node(self) -> Array:
        """Number of the graph that every node belongs to, of shape (n_nodes,), int64."""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets))

    @property
    def n_classes(self) -> int:
        """Number of distinct labels of graphs; 0 without labels or with several tasks."""
        return len(np.unique(self.labels)) if self.labels is not None and self.labels.ndim == 1 else 0

    def to_graph(self) -> Graph:
        """Return the graph of all, with the node data ``graph``: the number of the graph of every node."""
        return with_node_data(self.graph, {**self.graph.node_data, "graph": self.graph_of_node})

    def __repr__(self) -> str:
        return (
            f"GraphCollection({self.name!r}, {len(self)} graphs, {self.graph.n_nodes} nodes, "
            f"{self.graph.n_edges} edges, {self.n_classes} classes)"
        )


def _joined(columns: list[Mapping[str, Array]]) -> dict[str, Array]:
    names = list(columns[0]) if columns else []
    if any(list(other) != names for other in columns):
        raise ValueError("graphs of a collection must have the same columns of data")
    return {name: np.concatenate([other[name] for other in columns]) for name in names}
