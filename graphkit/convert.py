"""Graphs to and from what other libraries use: edge lists, scipy, networkx, pandas, Arrow.

PyTorch Geometric lives in `graphkit.nn`. Every conversion keeps node order; see each function for what its
counterpart cannot express.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from graphkit._columns import Columns
from graphkit._edges import from_edges as from_edges
from graphkit._structure import check_finite, check_symmetric, weight_vector
from graphkit._tables import from_arrow as from_arrow
from graphkit._tables import from_pandas as from_pandas
from graphkit._tables import to_arrow as to_arrow
from graphkit._tables import to_pandas as to_pandas
from graphkit.graph import Graph
from graphkit.memory import require_memory
from graphkit.validation import index_dtype

if TYPE_CHECKING:
    import networkx
    import scipy.sparse

Array = NDArray[Any]


def as_graph(graph: Any, *, directed: bool | None = None) -> Graph:
    """Return anything that describes a graph as a `Graph`.

    Parameters
    ----------
    graph : Graph, networkx graph, scipy sparse matrix or array, or square ndarray
        A matrix is an adjacency matrix; in a dense one, zero means no edge.
    directed : bool, optional
        None takes the direction from the input; a matrix is then undirected if it is symmetric. False
        refuses a directed input (see `Graph.to_undirected`), True takes an undirected one as edges in both
        directions.

    Returns
    -------
    Graph
        The input itself if it is a fitting Graph.

    Raises
    ------
    TypeError
        For anything else.
    ValueError
        If a matrix is not square or not finite, or the input is directed and may not be.

    Examples
    --------
    >>> import numpy as np
    >>> as_graph(np.array([[0.0, 2.0], [2.0, 0.0]]))
    Graph(2 nodes, 1 edge, undirected, float64 weights)
    """
    import scipy.sparse

    if isinstance(graph, Graph):
        result = graph
    elif scipy.sparse.issparse(graph):
        return from_scipy(graph, directed=directed)
    elif isinstance(graph, np.ndarray):
        if graph.ndim != 2 or graph.shape[0] != graph.shape[1]:
            raise ValueError(f"an adjacency matrix must be square, got an array of shape {graph.shape}")
        if graph.dtype.kind not in "iufb":
            raise TypeError(f"an adjacency matrix must hold real numbers, got dtype {graph.dtype}")
        return from_scipy(scipy.sparse.csr_array(graph), directed=directed)
    elif hasattr(graph, "is_directed") and hasattr(graph, "adjacency"):  # networkx, without importing it
        result = from_networkx(graph)
    else:
        raise TypeError(
            "expected a graphkit.Graph, a networkx graph, a scipy sparse matrix or a square numpy array, "
            f"got {type(graph).__module__}.{type(graph).__qualname__}"
        )
    if directed is None or directed == result.directed:
        return result
    if not directed:
        raise ValueError("an undirected graph is required, got a directed one; see Graph.to_undirected")
    return Graph._trusted(
        result.indptr,
        result.indices,
        result.weights,
        True,
        result.labels,
        result.node_data,
        {name: column[result.entry_edges()] for name, column in result.edge_data.items()},
    )


def from_scipy(
    matrix: Any,
    *,
    directed: bool | None = False,
    weighted: bool | None = None,
    labels: Iterable[Any] | None = None,
    node_data: Columns | None = None,
) -> Graph:
    """Build a graph from a sparse adjacency matrix.

    Parameters
    ----------
    matrix : scipy sparse matrix or array of shape (n, n)
        Entry (i, j) is the weight of the edge from i to j. Not modified. Repeated entries are summed, which
        is scipy's meaning of them. Stored zeros are edges of weight zero, except in boolean matrices.
    directed : bool or None
        False requires a symmetric matrix. None decides by whether it is.
    weighted : bool, optional
        Whether values are weights. None: unless every stored value is 1.
    labels, node_data
        As in `from_edges`.

    Returns
    -------
    Graph
        It shares the arrays of a CSR matrix whose rows are sorted, without repeats, and of the right index
        width (int32 below 2^31 entries). Do not change such a matrix afterwards.

    Raises
    ------
    TypeError
        If `matrix` is not a scipy sparse matrix of real numbers.
    ValueError
        If it is not square, not finite, or not symmetric though `directed` is False; the message names the
        entry.

    Examples
    --------
    >>> import scipy.sparse
    >>> from_scipy(scipy.sparse.csr_array([[0, 1], [1, 0]]))
    Graph(2 nodes, 1 edge, undirected, unweighted)
    """
    import scipy.sparse

    if not scipy.sparse.issparse(matrix):
        raise TypeError(f"from_scipy takes a scipy sparse matrix, got {type(matrix).__qualname__}")
    given = cast(Any, matrix)  # scipy's classes share no typed base
    if given.ndim != 2 or given.shape[0] != given.shape[1]:
        raise ValueError(f"an adjacency matrix must be square, got shape {given.shape}")
    require_memory(16 * given.shape[0], f"a graph of {given.shape[0]} nodes")
    csr = scipy.sparse.csr_array(given)  # shares the arrays of a CSR matrix
    if not csr.has_canonical_format or csr.dtype == np.bool_:
        csr = csr.copy() if given.format == "csr" else csr  # else the conversion has copied already
        csr.sum_duplicates()
        if csr.dtype == np.bool_:
            csr.eliminate_zeros()
    n, m = csr.shape[0], csr.indices.size
    dtype = index_dtype(n, m)
    indptr, indices = (_shared(array.astype(dtype, copy=False)) for array in (csr.indptr, csr.indices))
    if weighted is None:
        weighted = bool((csr.data != 1).any())
    values = _shared(weight_vector(csr.data, m)) if weighted else None
    if values is not None:
        check_finite(values, np.repeat(np.arange(n), np.diff(indptr)), indices)
    if directed is None:
        try:
            check_symmetric(indptr, indices, values, "the matrix")
            directed = False
        except ValueError:
            directed = True
    elif not directed:
        check_symmetric(indptr, indices, values, "the matrix")
    return Graph._trusted(indptr, indices, values, directed, labels, node_data)


def _shared(array: Array) -> Array:
    """Read-only view; the array itself stays as writeable as its owner wants it."""
    view = array.view()
    view.flags.writeable = False
    return view


def to_scipy(graph: Graph) -> "scipy.sparse.csr_array[Any]":
    """Return the adjacency matrix.

    Returns
    -------
    scipy.sparse.csr_array of shape (n_nodes, n_nodes)
        Symmetric if the graph is undirected. It shares the graph's read-only arrays; without weights the
        values are ones, float64. Labels and data are left behind.

    Examples
    --------
    >>> to_scipy(from_edges([0], [1])).toarray()
    array([[0., 1.],
           [1., 0.]])
    """
    import scipy.sparse

    values = np.ones(graph.n_entries) if graph.weights is None else graph.weights
    matrix = scipy.sparse.csr_array(
        (values, graph.indices, graph.indptr), shape=(graph.n_nodes, graph.n_nodes)
    )
    matrix.has_canonical_format = True
    return matrix


def from_networkx(
    graph: "networkx.Graph[Any]",
    *,
    weight: str | None = "weight",
    node_attributes: Iterable[str] | None = None,
    edge_attributes: Iterable[str] | None = None,
    multi_edges: str = "merge",
) -> Graph:
    """Build a graph from a networkx graph of any of its four classes.

    Parameters
    ----------
    graph : networkx.Graph, DiGraph, MultiGraph or MultiDiGraph
        Nodes keep their order. They become labels unless they are 0..n-1 in this order.
    weight : str or None
        Edge attribute that holds weights. Edges without it weigh 1, as in networkx; if no edge has it, the
        graph is unweighted.
    node_attributes, edge_attributes : iterable of str, optional
        Attributes to take along. None takes those that every node, or every edge, carries.
    multi_edges : str
        What to do with parallel edges, see `from_edges`.

    Returns
    -------
    Graph

    Raises
    ------
    ValueError
        If an attribute asked for is missing somewhere, a weight is not finite, or parallel edges differ in
        weight and `multi_edges` is ``"merge"``.

    Notes
    -----
    A column of numbers or of strings becomes an array of that kind, anything else an array of objects.

    Examples
    --------
    >>> import networkx
    >>> from_networkx(networkx.path_graph(["a", "b", "c"], create_using=networkx.DiGraph))
    Graph(3 nodes, 2 edges, directed, unweighted, labelled)
    """
    nodes = list(graph.nodes)
    number = {node: i for i, node in enumerate(nodes)}
    listed = list(graph.edges(data=True))
    attributes = [data for _, _, data in listed]
    values = None
    if weight is not None and any(weight in data for data in attributes):
        values = _column([data.get(weight, 1) for data in attributes])
    edge_data = _collect(attributes, edge_attributes, "edge", [(u, v) for u, v, _ in listed])
    if edge_attributes is None and weight is not None:
        edge_data.pop(weight, None)
    return from_edges(
        np.array([number[u] for u, _, _ in listed], dtype=np.int64),
        np.array([number[v] for _, v, _ in listed], dtype=np.int64),
        values,
        n_nodes=len(nodes),
        labels=None if all(type(node) is int and node == i for i, node in enumerate(nodes)) else nodes,
        directed=graph.is_directed(),
        multi_edges=multi_edges,
        node_data=_collect([graph.nodes[node] for node in nodes], node_attributes, "node", nodes),
        edge_data=edge_data,
    )


def _collect(
    rows: list[dict[str, Any]], names: Iterable[str] | None, kind: str, owners: list[Any]
) -> dict[str, Array]:
    """Columns from attribute dictionaries: the names asked for, or those present everywhere."""
    if names is None:
        names = [name for name in rows[0] if all(name in row for row in rows)] if rows else []
    elif isinstance(names, str):
        raise TypeError(f"{kind}_attributes must be a sequence of names, got the string {names!r}")
    columns = {}
    for name in names:
        lacking = next((owner for owner, row in zip(owners, rows, strict=True) if name not in row), None)
        if lacking is not None:
            raise ValueError(f"{kind} {lacking!r} has no attribute {name!r}")
        columns[str(name)] = _column([row[name] for row in rows])
    return columns


def _column(values: list[Any]) -> Array:
    """Return an array of numbers, of strings, or of objects; numbers are never turned into strings."""
    if all(isinstance(value, str) for value in values):
        return np.array(values, dtype=np.str_)
    if not any(isinstance(value, str | bytes | dict | set) or value is None for value in values):
        try:
            column = np.array(values)
        except ValueError:  # rows of unequal length
            column = np.empty(0, dtype=object)
        if column.dtype.kind in "biufc":
            return column
    objects = np.empty(len(values), dtype=object)
    objects[:] = values
    return objects


def to_networkx(graph: Graph, *, weight: str = "weight") -> "networkx.Graph[Any]":
    """Return a networkx graph, with labels as nodes and data as attributes.

    Parameters
    ----------
    graph : Graph
    weight : str
        Edge attribute for the weights, if there are any.

    Returns
    -------
    networkx.Graph or networkx.DiGraph

    Examples
    --------
    >>> to_networkx(from_edges(["a"], ["b"], [2.5])).edges(data=True)
    EdgeDataView([('a', 'b', {'weight': 2.5})])
    """
    import networkx

    result: networkx.Graph[Any] = networkx.DiGraph() if graph.directed else networkx.Graph()
    nodes = list(range(graph.n_nodes) if graph.labels is None else graph.labels)
    result.add_nodes_from(nodes)
    for name, column in graph.node_data.items():
        for node, value in zip(nodes, _plain(column), strict=True):
            result.nodes[node][name] = value
    columns = {name: _plain(column) for name, column in graph.edge_data.items()}
    weights = graph.edge_weights()
    if weights is not None:
        columns[weight] = weights.tolist()
    for k, (u, v) in enumerate(zip(*(ends.tolist() for ends in graph.edges()), strict=True)):
        result.add_edge(nodes[u], nodes[v], **{name: column[k] for name, column in columns.items()})
    return result


def _plain(column: Array) -> list[Any]:
    """Python scalars from a column; rows of a wider column stay arrays."""
    return column.tolist() if column.ndim == 1 else list(column)
