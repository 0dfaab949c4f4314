"""The graph that every algorithm of the library takes: immutable compressed sparse rows."""

from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graphkit._columns import Columns, frozen_columns
from graphkit._labels import NodeLabels
from graphkit.validation import check_integer

if TYPE_CHECKING:
    import networkx
    import pandas
    import pyarrow
    import scipy.sparse
    from torch_geometric.data import Data

Array = NDArray[Any]


class Graph:
    """An immutable graph in compressed sparse rows (CSR).

    The neighbours of node i are ``indices[indptr[i]:indptr[i + 1]]``, in increasing order and without
    repeats. An undirected graph stores both directions of every edge, and a self-loop once. Most people build
    a graph with `from_edges`, `from_scipy`, `from_networkx` or `graphkit.read_graph`; the constructor takes
    arrays that are already in this form, and checks that they are.

    Parameters
    ----------
    indptr : array-like of shape (n_nodes + 1,), integer
        Row offsets.
    indices : array-like of shape (n_entries,), integer
        Neighbours, strictly increasing within each row.
    weights : array-like of shape (n_entries,), optional
        Edge weights, finite. float32 stays float32, everything else becomes float64.
    directed : bool
        False requires a symmetric pattern with equal weights in both directions.
    labels : sequence of hashable, optional
        Distinct names of the nodes. Without them a node is called by its index.
    node_data, edge_data : mapping of str to array-like, optional
        Columns whose first axis has one row for each node, or for each edge in the order of `edges`.

    Attributes
    ----------
    indptr, indices : read-only ndarray, int32 or int64
        Both of the width that `graphkit.validation.index_dtype` picks.
    weights : read-only ndarray of shape (n_entries,) or None
    directed : bool
    labels : NodeLabels or None
    node_data, edge_data : read-only mapping of str to read-only ndarray

    Raises
    ------
    TypeError
        If an array holds the wrong kind of values.
    ValueError
        If the arrays do not describe a graph as above; the message names the row or entry.

    Notes
    -----
    Arrays that the caller can still write to are copied; read-only arrays are shared. Graphs compare by
    content and are therefore, like arrays, not hashable. Self-loops count once everywhere: as one edge, one
    entry, and one towards a degree.

    Examples
    --------
    >>> graph = Graph.from_edges(["ann", "bob", "bob"], ["bob", "cat", "dan"])
    >>> graph
    Graph(4 nodes, 3 edges, undirected, unweighted, labelled)
    >>> [graph.label_of(i) for i in graph.neighbors(graph.index_of("bob"))]
    ['ann', 'cat', 'dan']
    """

    __slots__ = (
        "__weakref__",
        "_n_loops",
        "_transposed",
        "directed",
        "edge_data",
        "indices",
        "indptr",
        "labels",
        "node_data",
        "weights",
    )
    indptr: Array
    indices: Array
    weights: Array | None
    directed: bool
    labels: NodeLabels | None
    node_data: Mapping[str, Array]
    edge_data: Mapping[str, Array]
    _n_loops: int | None
    _transposed: "Graph | None"

    def __init__(
        self,
        indptr: ArrayLike,
        indices: ArrayLike,
        weights: ArrayLike | None = None,
        *,
        directed: bool = False,
        labels: Iterable[Hashable] | None = None,
        node_data: Columns | None = None,
        edge_data: Columns | None = None,
    ) -> None:
        from graphkit._structure import checked_csr

        indptr, indices, weights = checked_csr(indptr, indices, weights, directed)
        self._fill(indptr, indices, weights, directed, labels, node_data, edge_data)

    @classmethod
    def _trusted(
        cls,
        indptr: Array,
        indices: Array,
        weights: Array | None,
        directed: bool,
        labels: Iterable[Hashable] | None = None,
        node_data: Columns | None = None,
        edge_data: Columns | None = None,
        n_loops: int | None = None,
    ) -> "Graph":
        """Wrap arrays known to be right and owned by nobody else: neither checked nor copied."""
        graph = cls.__new__(cls)
        for array in (indptr, indices, *(() if weights is None else (weights,))):
            array.flags.writeable = False
        graph._fill(indptr, indices, weights, directed, labels, node_data, edge_data, n_loops)
        return graph

    def _fill(
        self,
        indptr: Array,
        indices: Array,
        weights: Array | None,
        directed: bool,
        labels: Iterable[Hashable] | None,
        node_data: Columns | None,
        edge_data: Columns | None,
        n_loops: int | None = None,
    ) -> None:
        put = super().__setattr__
        for name, value in (("indptr", indptr), ("indices", indices), ("weights", weights)):
            put(name, value)
        put("directed", bool(directed))
        put("_n_loops", n_loops)
        put("_transposed", None)
        if labels is not None and not isinstance(labels, NodeLabels):
            labels = NodeLabels(labels)
        if labels is not None and len(labels) != self.n_nodes:
            raise ValueError(
                f"labels must have one entry for each of the {self.n_nodes} nodes, got {len(labels)}"
            )
        put("labels", labels)
        put("node_data", frozen_columns(node_data, self.n_nodes, "node"))
        put("edge_data", frozen_columns(edge_data, self.n_edges if edge_data else 0, "edge"))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Graph is immutable: cannot set {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a Graph is immutable: cannot delete {name!r}")

    # Size

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.indptr) - 1

    @property
    def n_entries(self) -> int:
        """Number of stored CSR entries."""
        return len(self.indices)

    @property
    def n_edges(self) -> int:
        """Number of edges; an undirected edge counts once, and so does a self-loop."""
        return self.n_entries if self.directed else (self.n_entries + self.n_self_loops) // 2

    @property
    def n_self_loops(self) -> int:
        """Number of edges from a node to itself. O(n_entries) on first use."""
        if self._n_loops is not None:
            return self._n_loops
        from graphkit._build import count_loops

        n_loops = int(count_loops(self.indptr, self.indices))
        super().__setattr__("_n_loops", n_loops)
        return n_loops

    @property
    def is_weighted(self) -> bool:
        """Whether edges carry weights."""
        return self.weights is not None

    def __len__(self) -> int:
        return self.n_nodes

    # Nodes

    def index_of(self, label: Hashable) -> int:
        """Return the index of the node with this label; without labels the label is the index.

        Raises
        ------
        UnknownNameError
            If no node has this label.
        ValueError, TypeError
            Without labels, if it is not an integer in 0..n_nodes-1.
        """
        if self.labels is not None:
            return self.labels.index_of(label)
        return check_integer(label, "node", minimum=0, maximum=self.n_nodes - 1)

    def label_of(self, node: int) -> Hashable:
        """Return the label of the node with this index: the index itself if there are no labels."""
        node = self._check_node(node)
        return node if self.labels is None else self.labels[node]

    def neighbors(self, node: int) -> Array:
        """Neighbours of a node (out-neighbours if directed), in increasing order, as a read-only view."""
        node = self._check_node(node)
        return self.indices[self.indptr[node] : self.indptr[node + 1]]

    def _check_node(self, node: int, name: str = "node") -> int:
        return check_integer(node, name, minimum=0, maximum=self.n_nodes - 1)

    def degrees(self, *, weighted: bool = False) -> Array:
        """Degree of every node; in a directed graph the sum of in- and out-degree.

        Parameters
        ----------
        weighted : bool
            Sum the weights of the edges instead of counting them.

        Returns
        -------
        ndarray of shape (n_nodes,), int64, or float64 if weighted
        """
        out = self.out_degrees(weighted=weighted)
        return out + self.in_degrees(weighted=weighted) if self.directed else out

    def out_degrees(self, *, weighted: bool = False) -> Array:
        """Out-degree of every node (the degree if undirected); see `degrees`."""
        if not weighted or self.weights is None:
            return np.diff(self.indptr).astype(np.float64 if weighted else np.int64)
        rows = np.repeat(np.arange(self.n_nodes), np.diff(self.indptr))
        return np.bincount(rows, weights=self.weights, minlength=self.n_nodes)

    def in_degrees(self, *, weighted: bool = False) -> Array:
        """In-degree of every node (the degree if undirected); see `degrees`."""
        values = self.weights if weighted else None
        counts = np.bincount(self.indices, weights=values, minlength=self.n_nodes)
        return counts.astype(np.float64 if weighted else np.int64, copy=False)

    # Edges

    def edges(self) -> tuple[Array, Array]:
        """List every edge once, by source and then by target; ``source <= target`` if undirected.

        Returns
        -------
        sources, targets : ndarray of shape (n_edges,), dtype of `indices`

        Examples
        --------
        >>> sources, targets = Graph.from_edges([2, 0], [0, 1]).edges()
        >>> sources.tolist(), targets.tolist()
        ([0, 0], [1, 2])
        """
        from graphkit._structure import edge_entries

        sources, positions = edge_entries(self)
        return sources, self.indices[positions]

    def edge_weights(self) -> Array | None:
        """Weights in the order of `edges`, of shape (n_edges,), or None for an unweighted graph."""
        from graphkit._structure import edge_entries

        return None if self.weights is None else self.weights[edge_entries(self)[1]]

    def entry_edges(self) -> Array:
        """Position in `edges` of the edge behind every CSR entry, of shape (n_entries,).

        ``graph.edge_data[name][graph.entry_edges()]`` is aligned with `indices`.
        """
        from graphkit._structure import entry_edges

        return entry_edges(self)

    def has_edge(self, source: int, target: int) -> bool:
        """Whether there is an edge between two nodes, given by index. O(log degree)."""
        row = self.neighbors(source)
        target = self._check_node(target, "target")
        place = int(np.searchsorted(row, target))
        return place < len(row) and int(row[place]) == target

    def has_self_loops(self) -> bool:
        """Whether any node is its own neighbour."""
        return self.n_self_loops > 0

    # Derived graphs

    def transpose(self) -> "Graph":
        """Graph with every edge reversed, computed once; an undirected graph is its own transpose."""
        if not self.directed:
            return self
        if self._transposed is not None:
            return self._transposed
        from graphkit._structure import transposed

        result = transposed(self)
        super().__setattr__("_transposed", result)
        return result

    def to_undirected(self, *, multi_edges: str = "merge") -> "Graph":
        """Forget directions. `multi_edges` says what becomes of opposite edges, see `from_edges`."""
        from graphkit._structure import undirected

        return undirected(self, multi_edges)

    def subgraph(self, nodes: ArrayLike) -> "Graph":
        """Induced subgraph on some nodes, in the order given.

        Parameters
        ----------
        nodes : array-like of int of shape (k,), distinct node indices, or boolean mask of shape (n_nodes,)

        Returns
        -------
        Graph
            Nodes keep their labels, so ``label_of`` leads back to the original (without labels: to the
            original index). Node and edge data come along.
        """
        from graphkit._structure import subgraph

        return subgraph(self, nodes)

    def connected_components(self) -> tuple[int, Array]:
        """Find the connected components, weakly connected ones if directed.

        Returns
        -------
        n_components : int
        component : ndarray of shape (n_nodes,), int32
            Component of every node, numbered from 0 in the order of their first nodes.
        """
        from graphkit._structure import connected_components

        return connected_components(self)

    def largest_component(self) -> "Graph":
        """Subgraph on the largest connected component; of equals, the one with the lowest node."""
        count, component = self.connected_components()
        return self if count <= 1 else self.subgraph(component == np.bincount(component).argmax())

    # Conversions; graphkit.convert documents them

    @classmethod
    def from_edges(
        cls,
        sources: ArrayLike,
        targets: ArrayLike | None = None,
        weights: ArrayLike | None = None,
        **options: Any,
    ) -> "Graph":
        """Build a graph from a list of edges; see `graphkit.convert.from_edges` for the options."""
        from graphkit.convert import from_edges

        return from_edges(sources, targets, weights, **options)

    @classmethod
    def from_scipy(cls, matrix: "scipy.sparse.sparray | scipy.sparse.spmatrix", **options: Any) -> "Graph":
        """Build a graph from a sparse adjacency matrix; see `graphkit.convert.from_scipy`."""
        from graphkit.convert import from_scipy

        return from_scipy(matrix, **options)

    def to_scipy(self) -> "scipy.sparse.csr_array[Any]":
        """Return the adjacency matrix; see `graphkit.convert.to_scipy`."""
        from graphkit.convert import to_scipy

        return to_scipy(self)

    @classmethod
    def from_networkx(cls, graph: "networkx.Graph[Any]", **options: Any) -> "Graph":
        """Build a graph from a networkx graph; see `graphkit.convert.from_networkx`."""
        from graphkit.convert import from_networkx

        return from_networkx(graph, **options)

    def to_networkx(self, *, weight: str = "weight") -> "networkx.Graph[Any]":
        """Return a networkx Graph or DiGraph; see `graphkit.convert.to_networkx`."""
        from graphkit.convert import to_networkx

        return to_networkx(self, weight=weight)

    @classmethod
    def from_pandas(cls, frame: "pandas.DataFrame", **options: Any) -> "Graph":
        """Build a graph from a data frame of edges; see `graphkit.convert.from_pandas`."""
        from graphkit.convert import from_pandas

        return from_pandas(frame, **options)

    def to_pandas(self, **options: Any) -> "pandas.DataFrame":
        """Return a data frame of edges; see `graphkit.convert.to_pandas`."""
        from graphkit.convert import to_pandas

        return to_pandas(self, **options)

    @classmethod
    def from_arrow(cls, table: "pyarrow.Table", **options: Any) -> "Graph":
        """Build a graph from an Arrow table of edges; see `graphkit.convert.from_arrow`."""
        from graphkit.convert import from_arrow

        return from_arrow(table, **options)

    def to_arrow(self, **options: Any) -> "pyarrow.Table":
        """Return an Arrow table of edges; see `graphkit.convert.to_arrow`."""
        from graphkit.convert import to_arrow

        return to_arrow(self, **options)

    @classmethod
    def from_pyg(cls, data: "Data", **options: Any) -> "Graph":
        """Build a graph from PyTorch Geometric data; see `graphkit.nn.from_pyg`."""
        from graphkit.nn.convert import from_pyg

        return from_pyg(data, **options)

    def to_pyg(self) -> "Data":
        """Return PyTorch Geometric data; see `graphkit.nn.to_pyg`."""
        from graphkit.nn.convert import to_pyg

        return to_pyg(self)

    # Python protocol

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Graph):
            return NotImplemented
        from graphkit._structure import same_graph

        return self is other or same_graph(self, other)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        arrays = [
            None if array is None else np.array(array) for array in (self.indptr, self.indices, self.weights)
        ]
        return Graph._trusted, (
            *arrays,
            self.directed,
            self.labels,
            dict(self.node_data),
            dict(self.edge_data),
            self._n_loops,
        )

    def __repr__(self) -> str:
        parts = [
            f"{self.n_nodes} node{'s' * (self.n_nodes != 1)}",
            f"{self.n_edges} edge{'s' * (self.n_edges != 1)}",
            "directed" if self.directed else "undirected",
            "unweighted" if self.weights is None else f"{self.weights.dtype} weights",
        ]
        if self.labels is not None:
            parts.append("labelled")
        for kind, data in (("node", self.node_data), ("edge", self.edge_data)):
            if data:
                parts.append(f"{kind} data {', '.join(data)}")
        return f"Graph({', '.join(parts)})"
