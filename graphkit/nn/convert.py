"""Graphs and data sets to PyTorch Geometric, and graphs from there."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit._edges import from_edges
from graphkit._graph_collection import GraphCollection
from graphkit._node_datasets import MultiViewDataset, NodeDataset
from graphkit.errors import MissingExtraError
from graphkit.graph import Graph
from graphkit.nn._datasets import collection_data, edge_index, hetero_data, node_data

Array = NDArray[Any]


def to_pyg(graph: Graph | NodeDataset | GraphCollection | MultiViewDataset) -> Any:
    """Return PyTorch Geometric data.

    Parameters
    ----------
    graph : Graph, NodeDataset, GraphCollection or MultiViewDataset

    Returns
    -------
    torch_geometric.data.Data, list of Data, or HeteroData
        Of a Graph, Data with `edge_index` of shape (2, n_entries), int64, sorted, with both directions of
        undirected edges; `num_nodes`; `edge_weight` if the graph has weights. Every numeric column of node
        data becomes the attribute of that name (``x``, ``y``, ...), and every one of edge data likewise,
        repeated for both directions. Columns that are not numbers, and labels, are left behind.

        Of a NodeDataset, the same with dense features ``x``, classes ``y`` (-1 where unknown) and the masks
        ``train_mask``, ``val_mask``, ``test_mask``, with a column for each split if there are several.

        Of a GraphCollection, one Data for each graph: ``x`` is made of the attributes of nodes and their
        labels, one column for each integer from the smallest label to the largest, ``edge_attr`` likewise,
        and ``y`` numbers the labels of graphs in increasing order, as PyG's TUDataset does; several tasks
        stay as they are. Columns ``feat`` (OGB) are taken as they are.

        Of a MultiViewDataset, HeteroData with nodes ``"node"`` and edges ``("node", view, "node")``.

    Raises
    ------
    TypeError
        For anything else.
    MissingExtraError
        If torch or torch_geometric is not installed.
    MemoryBudgetError
        If dense features would not fit into memory.
    ValueError
        If a column has the name of a part of the data, or node and edge data share one.

    Notes
    -----
    O(n_entries); tensors are copies, so the graph cannot be changed through them.

    Examples
    --------
    Not run as a doctest, because torch is optional; a test holds the same lines::

        to_pyg(Graph.from_edges([0, 1], [1, 2], node_data={"y": [0, 1, 0]}))
        # Data(edge_index=[2, 4], num_nodes=3, y=[3])
    """
    torch, data_class = _import_torch()
    if isinstance(graph, NodeDataset):
        return node_data(graph, to_pyg(graph.graph), torch)
    if isinstance(graph, GraphCollection):
        return collection_data(graph, data_class, torch)
    if isinstance(graph, MultiViewDataset):
        return hetero_data(graph, torch)
    if not isinstance(graph, Graph):
        raise TypeError(
            "to_pyg takes a Graph, a NodeDataset, a GraphCollection or a MultiViewDataset, got "
            f"{type(graph).__qualname__}"
        )
    data = data_class(edge_index=torch.from_numpy(edge_index(graph)), num_nodes=graph.n_nodes)
    if graph.weights is not None:
        data.edge_weight = torch.from_numpy(graph.weights.copy())
    entry_edges = graph.entry_edges() if graph.edge_data else None
    for columns, places in ((graph.node_data, None), (graph.edge_data, entry_edges)):
        for name, column in columns.items():
            if name in data or name == "num_nodes":
                raise ValueError(f"column {name!r} would overwrite a part of the PyG data; rename it")
            if column.dtype.kind in "biuf":
                data[name] = torch.from_numpy(np.array(column if places is None else column[places]))
    return data


def from_pyg(
    data: Any,
    *,
    directed: bool | None = None,
    weight: str | None = None,
    edge_attributes: Iterable[str] | None = None,
    multi_edges: str = "merge",
) -> Graph:
    """Build a graph from PyTorch Geometric data.

    Parameters
    ----------
    data : torch_geometric.data.Data
        With `edge_index`; on any device.
    directed : bool, optional
        None: undirected if every edge is stored in both directions with equal weights.
    weight : str, optional
        Edge attribute that holds weights. None: ``edge_weight``, else an ``edge_attr`` with one column.
    edge_attributes : iterable of str, optional
        Edge attributes to keep as edge data. None: all of them but the weights. An undirected edge keeps
        the row of its first entry.
    multi_edges : str
        What to do with repeated edges, see `graphkit.convert.from_edges`.

    Returns
    -------
    Graph
        Tensors with one row for each node become node data.

    Raises
    ------
    MissingExtraError
        If torch or torch_geometric is not installed.
    TypeError
        If `data` is not a Data object.
    ValueError
        If there is no `edge_index`, an attribute is absent, or `directed` is False and weights differ
        between directions.
    """
    _, data_class = _import_torch()
    if not isinstance(data, data_class):
        raise TypeError(f"from_pyg takes torch_geometric.data.Data, got {type(data).__qualname__}")
    if data.edge_index is None:
        raise ValueError("the PyG data have no edge_index")
    sources, targets = _array(data.edge_index)
    n_nodes = int(data.num_nodes or 0)
    columns = {
        name: _array(value) for name, value in data if data.is_edge_attr(name) and name != "edge_index"
    }
    name = _weight_name(columns, weight)
    values = None if name is None else columns.pop(name).reshape(-1)
    if edge_attributes is not None:
        absent = [wanted for wanted in edge_attributes if wanted not in columns]
        if absent:
            raise ValueError(
                f"the PyG data have no edge attribute {absent[0]!r}; there are {', '.join(columns)}"
            )
        columns = {wanted: columns[wanted] for wanted in edge_attributes}
    if directed is None:
        directed = not _is_mirrored(sources, targets, values, n_nodes)
    return from_edges(
        sources,
        targets,
        values,
        n_nodes=n_nodes,
        directed=directed,
        multi_edges=multi_edges,
        node_data={
            key: _array(value)
            for key, value in data
            if data.is_node_attr(key) and hasattr(value, "numpy") and value.ndim and key != "edge_index"
        },
        edge_data=columns,
    )


def _weight_name(columns: dict[str, Array], weight: str | None) -> str | None:
    if weight is not None:
        if weight not in columns:
            raise ValueError(
                f"the PyG data have no edge attribute {weight!r}; there are {', '.join(columns)}"
            )
        return weight
    if "edge_weight" in columns:
        return "edge_weight"
    attributes = columns.get("edge_attr")
    one_column = attributes is not None and attributes.shape in ((len(attributes),), (len(attributes), 1))
    return "edge_attr" if one_column else None


def _is_mirrored(sources: Array, targets: Array, values: Array | None, n_nodes: int) -> bool:
    """Whether the list of entries is the same after swapping both ends."""
    keys = (sources, targets) if values is None else (values, sources, targets)
    swapped = (targets, sources) if values is None else (values, targets, sources)
    order, mirrored = np.lexsort(keys), np.lexsort(swapped)
    return all(np.array_equal(a[order], b[mirrored]) for a, b in zip(keys, swapped, strict=True))


def _array(tensor: Any) -> Array:
    return tensor.detach().cpu().numpy()


def _import_torch() -> tuple[Any, Any]:
    """Return torch and PyG's Data class, or name the extra that brings them."""
    try:
        import torch
        from torch_geometric.data import Data
    except ImportError:
        raise MissingExtraError(
            "PyTorch Geometric data need torch and torch-geometric: pip install 'graphkit-algorithms[nn]'"
        ) from None
    return torch, Data
