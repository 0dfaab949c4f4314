"""Conversions: what goes out comes back, and every refusal says why."""

import sys

import networkx as nx
import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit import Graph
from graphkit.convert import as_graph, from_arrow, from_networkx, from_pandas, from_scipy, to_networkx
from graphkit.errors import MissingExtraError


@st.composite
def graphs(draw, weighted=None):
    n = draw(st.integers(1, 8))
    ends = st.lists(st.integers(0, n - 1), min_size=12, max_size=12)
    weights = st.lists(st.sampled_from([-1.5, 0.25, 1.0, 7.0]), min_size=12, max_size=12)
    return Graph.from_edges(
        draw(ends),
        draw(ends),
        draw(weights) if draw(st.booleans()) else None,
        n_nodes=n,
        directed=draw(st.booleans()),
        labels=draw(st.sampled_from([None, [f"n{i}" for i in range(n)], list(range(n, 0, -1))])),
        multi_edges="first",
        node_data={"size": np.arange(n) * 0.5, "name": [f"node {i}" for i in range(n)]},
        edge_data={"year": np.arange(12)},
    )


def bare(graph):
    """Without labels and data, which a matrix cannot carry."""
    return Graph(graph.indptr, graph.indices, graph.weights, directed=graph.directed)


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_scipy_round_trip(graph):
    matrix = graph.to_scipy()
    assert from_scipy(matrix, directed=graph.directed, weighted=graph.is_weighted) == bare(graph)
    if graph.weights is not None:
        assert matrix.data is graph.weights or np.shares_memory(matrix.data, graph.weights)
    assert np.shares_memory(matrix.indices, graph.indices)
    # The matrix is usable although it shares read-only memory.
    np.testing.assert_allclose(matrix @ np.ones(graph.n_nodes), graph.out_degrees(weighted=True))
    assert (matrix.T.tocsr() != matrix).nnz == 0 or graph.directed


@pytest.mark.parametrize("kind", ["csr", "csc", "coo", "lil", "dok", "dia", "bsr"])
@pytest.mark.parametrize("array", [True, False])
def test_every_sparse_format(kind, array):
    dense = np.array([[0.0, 2.0, 0.0], [2.0, 1.0, 3.0], [0.0, 3.0, 0.0]])
    cls = getattr(scipy.sparse, f"{kind}_{'array' if array else 'matrix'}")
    graph = from_scipy(cls(dense))
    np.testing.assert_array_equal(graph.to_scipy().toarray(), dense)
    assert graph.n_edges == 3


def test_scipy_zero_copy_leaves_the_callers_matrix_alone():
    matrix = scipy.sparse.csr_array(np.array([[0.0, 2.0], [2.0, 0.0]]))
    matrix.sum_duplicates()
    graph = from_scipy(matrix)
    assert np.shares_memory(graph.weights, matrix.data)
    assert not graph.weights.flags.writeable
    assert matrix.data.flags.writeable
    unsorted = scipy.sparse.csr_array((np.ones(3), np.array([2, 0, 0]), np.array([0, 2, 2, 3])), shape=(3, 3))
    before = unsorted.indices.copy()
    assert from_scipy(unsorted, directed=True).indices.tolist() == [0, 2, 0]
    np.testing.assert_array_equal(unsorted.indices, before)


def test_scipy_weights_and_repeats():
    ones = scipy.sparse.csr_array(np.array([[0, 1], [1, 0]]))
    assert from_scipy(ones).weights is None
    assert from_scipy(ones, weighted=True).weights.tolist() == [1.0, 1.0]
    twos = scipy.sparse.coo_array((np.ones(4), ([0, 0, 1, 1], [1, 1, 0, 0])), shape=(2, 2))
    assert from_scipy(twos).weights.tolist() == [2.0, 2.0]
    assert from_scipy(twos, weighted=False).weights is None
    stored = scipy.sparse.csr_array(
        (np.array([0.0, 0.0]), np.array([1, 0]), np.array([0, 1, 2])), shape=(2, 2)
    )
    assert from_scipy(stored).edge_weights().tolist() == [0.0]
    flags = scipy.sparse.csr_array(
        (np.array([True, False]), np.array([1, 0]), np.array([0, 1, 2])), shape=(2, 2)
    )
    assert from_scipy(flags, directed=True).n_edges == 1
    assert flags.nnz == 2
    assert from_scipy(ones, labels=["a", "b"], node_data={"x": [1, 2]}).label_of(1) == "b"


@pytest.mark.parametrize(
    ("dense", "error", "message"),
    [
        (np.zeros((2, 3)), ValueError, r"square, got shape \(2, 3\)"),
        ([[0, 1], [0, 0]], ValueError, r"entry \(0, 1\) is present and entry \(1, 0\) is absent"),
        ([[0.0, 2.0], [3.0, 0.0]], ValueError, r"entry \(0, 1\) is 2.0 and entry \(1, 0\) is 3.0"),
        ([[0.0, np.nan], [1.0, 0.0]], ValueError, r"finite, got nan for the edge \(0, 1\)"),
        ([[0, 2j], [2j, 0]], TypeError, "real numbers, got dtype complex128"),
    ],
)
def test_bad_matrices(dense, error, message):
    with pytest.raises(error, match=message):
        from_scipy(scipy.sparse.csr_array(dense))


def test_from_scipy_wants_sparse():
    with pytest.raises(TypeError, match="got ndarray"):
        from_scipy(np.eye(2))


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_networkx_round_trip(graph):
    there = graph.to_networkx()
    assert there.is_directed() == graph.directed
    assert there.number_of_edges() == graph.n_edges
    back = from_networkx(there)
    if graph.n_edges:
        assert back == graph
    else:
        assert back.node_data.keys() == graph.node_data.keys()


def test_networkx_agrees_on_structure():
    graph = nx.les_miserables_graph()
    ours = from_networkx(graph)
    assert list(ours.labels) == list(graph.nodes)
    for node in graph:
        neighbors = {ours.label_of(i) for i in ours.neighbors(ours.index_of(node))}
        assert neighbors == set(graph[node])
    np.testing.assert_array_equal(ours.to_scipy().toarray(), nx.to_numpy_array(graph))
    assert (
        sorted(map(len, nx.connected_components(graph)))
        == np.sort(np.bincount(ours.connected_components()[1])).tolist()
    )


def test_networkx_attributes():
    graph = nx.Graph()
    graph.add_node("a", x=1, y="u", mixed=1, row=[1.0, 2.0])
    graph.add_node("b", x=2, y="v", mixed="two", row=[3.0, 4.0])
    graph.add_node("c", x=3, y="w", mixed=None, row=[5.0, 6.0], extra=1)
    graph.add_edge("a", "b", weight=2, year=1999)
    graph.add_edge("b", "c", year=2001)
    ours = from_networkx(graph)
    assert set(ours.node_data) == {"x", "y", "mixed", "row"}
    assert ours.node_data["x"].dtype.kind == "i"
    assert ours.node_data["mixed"].tolist() == [1, "two", None]
    assert ours.node_data["row"].shape == (3, 2)
    assert ours.edge_weights().tolist() == [2.0, 1.0]
    assert ours.edge_data["year"].tolist() == [1999, 2001]
    assert from_networkx(graph, weight=None).weights is None
    assert from_networkx(graph, weight="year").edge_weights().tolist() == [1999.0, 2001.0]
    assert set(from_networkx(graph, node_attributes=["x"], edge_attributes=()).node_data) == {"x"}
    with pytest.raises(ValueError, match="node 'a' has no attribute 'extra'"):
        from_networkx(graph, node_attributes=["extra"])
    with pytest.raises(ValueError, match=r"edge \('a', 'b'\) has no attribute 'cost'"):
        from_networkx(graph, edge_attributes=["cost"])
    with pytest.raises(TypeError, match="sequence of names"):
        from_networkx(graph, node_attributes="x")
    ragged = nx.path_graph(2)
    ragged.nodes[0]["v"], ragged.nodes[1]["v"] = [1], [1, 2]
    assert from_networkx(ragged).node_data["v"].tolist() == [[1], [1, 2]]


@pytest.mark.parametrize("cls", [nx.MultiGraph, nx.MultiDiGraph])
def test_networkx_parallel_edges(cls):
    graph = cls([("a", "b", {"weight": 1.0}), ("a", "b", {"weight": 2.0}), ("b", "b", {"weight": 4.0})])
    with pytest.raises(ValueError, match=r"edge \('a', 'b'\) is listed with different weights"):
        from_networkx(graph)
    ours = from_networkx(graph, multi_edges="sum")
    assert ours.directed == graph.is_directed()
    assert ours.edge_weights().tolist() == [3.0, 4.0]


def test_networkx_nodes_0_to_n_are_indices():
    assert from_networkx(nx.path_graph(3)).labels is None
    assert from_networkx(nx.relabel_nodes(nx.path_graph(3), {0: 1, 1: 0})).labels is not None
    assert from_networkx(nx.relabel_nodes(nx.path_graph(2), {1: True})).labels == [0, True]
    assert from_networkx(nx.Graph()).n_nodes == 0
    assert to_networkx(Graph.from_edges([], [], n_nodes=2)).number_of_nodes() == 2


def usable(graph):
    """Without isolated nodes, which a table of edges cannot express."""
    return graph.subgraph(np.flatnonzero(graph.out_degrees() + graph.in_degrees()))


def by_label(graph):
    """Edges with weights, by label."""
    weights = graph.edge_weights()
    edges = zip(*graph.edges(), range(graph.n_edges) if weights is None else weights, strict=True)
    ends = [(graph.label_of(int(u)), graph.label_of(int(v)), w) for u, v, w in edges]
    if weights is None:
        ends = [(u, v, None) for u, v, _ in ends]
    return {(u, v) if graph.directed else frozenset((u, v)): w for u, v, w in ends}


@settings(max_examples=40, deadline=None)
@given(graphs(), st.sampled_from(["pandas", "arrow"]))
def test_table_round_trip(graph, kind):
    graph = usable(graph)
    table = getattr(graph, f"to_{kind}")()
    options = {"directed": graph.directed, "edge_columns": ["year"]}
    back = getattr(Graph, f"from_{kind}")(table, **options)
    assert by_label(back) == by_label(graph)
    labels = range(graph.n_nodes) if graph.labels is None else graph.labels
    if graph.n_nodes:
        whole = getattr(Graph, f"from_{kind}")(table, labels=labels, **options)
        expected = Graph(
            graph.indptr,
            graph.indices,
            graph.weights,
            directed=graph.directed,
            labels=labels,
            edge_data=graph.edge_data,
        )
        assert whole == expected


def test_pandas_columns():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"u": ["a", "b"], "v": ["b", "c"], "w": [1.5, 2.5], "y": [1, 2]})
    graph = from_pandas(frame, source="u", target="v", weight="w", edge_columns=["y"], directed=True)
    assert graph.labels == ["a", "b", "c"]
    assert graph.to_pandas(source="u", target="v", weight="w").equals(frame)
    assert from_pandas(frame, source="u", target="v").weights is None
    nullable = pandas.DataFrame({"source": [3, 4], "target": [4, 5]}, dtype="Int64")
    assert from_pandas(nullable).labels.integers.tolist() == [3, 4, 5]
    categories = pandas.DataFrame({"source": ["x"], "target": ["y"]}, dtype="category")
    assert from_pandas(categories).labels == ["x", "y"]
    with pytest.raises(ValueError, match="no column 'source'; columns are 'u', 'v', 'w', 'y'"):
        from_pandas(frame)
    with pytest.raises(ValueError, match="no column 'cost'"):
        from_pandas(frame, source="u", target="v", weight="cost")
    with pytest.raises(ValueError, match="column 'v' has a missing value in row 1"):
        from_pandas(pandas.DataFrame({"u": ["a", "b"], "v": ["b", None]}), source="u", target="v")
    with pytest.raises(TypeError, match="got dtype float64"):
        from_pandas(pandas.DataFrame({"source": [0.5], "target": [1.0]}))
    with pytest.raises(TypeError, match="sequence of names"):
        from_pandas(frame, source="u", target="v", edge_columns="y")
    with pytest.raises(TypeError, match="pandas DataFrame, got dict"):
        from_pandas({"source": [0]})


def test_arrow_columns():
    pyarrow = pytest.importorskip("pyarrow")
    chunks = pyarrow.chunked_array([["b", "a"], ["c"]])
    table = pyarrow.table(
        {"source": chunks, "target": ["a", "d", "b"], "weight": pyarrow.array([1, 2, 3], "float32")}
    )
    graph = from_arrow(table)
    assert graph.labels == ["b", "a", "d", "c"]
    assert graph == Graph.from_edges(["b", "a", "c"], ["a", "d", "b"], np.array([1, 2, 3], np.float32))
    assert graph.weights.dtype == np.float32
    large = table.set_column(0, "source", chunks.cast("large_string"))
    assert from_arrow(large) == graph
    assert from_arrow(pyarrow.table({"source": [5], "target": [7]})).labels == [5, 7]
    assert from_arrow(table, labels=list("abcd")).labels == list("abcd")
    empty = pyarrow.table({"source": pyarrow.array([], "string"), "target": pyarrow.array([], "string")})
    assert from_arrow(empty).n_nodes == 0
    with pytest.raises(ValueError, match="column 'source' has a missing value in row 1"):
        from_arrow(pyarrow.table({"source": ["a", None], "target": ["b", "c"]}))
    with pytest.raises(ValueError, match="no column 'target'"):
        from_arrow(pyarrow.table({"source": ["a"]}))
    with pytest.raises(TypeError, match="with n_nodes"):
        from_arrow(table, n_nodes=4)
    with pytest.raises(TypeError, match=r"pyarrow.Table, got dict"):
        from_arrow({"source": [0]})


def test_tables_refuse_what_a_column_cannot_hold():
    pytest.importorskip("pandas")
    wide = Graph.from_edges([0], [1], edge_data={"x": [[1.0, 2.0]]})
    with pytest.raises(ValueError, match=r"'x' of shape \(1, 2\)"):
        wide.to_pandas()
    taken = Graph.from_edges([0], [1], edge_data={"source": [1.0]})
    with pytest.raises(ValueError, match="'source' would overwrite"):
        taken.to_pandas()


def test_missing_pyarrow_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"graphkit-algorithms\[io\]"):
        Graph.from_edges([0], [1]).to_arrow()


def test_missing_torch_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtraError, match=r"graphkit-algorithms\[nn\]"):
        Graph.from_edges([0], [1]).to_pyg()


def test_as_graph():
    graph = Graph.from_edges([0, 1], [1, 2], [1.0, 2.0])
    assert as_graph(graph) is graph
    assert as_graph(graph.to_networkx()) == graph
    assert as_graph(graph.to_scipy()) == graph
    assert as_graph(scipy.sparse.coo_matrix(graph.to_scipy())) == graph
    assert as_graph(graph.to_scipy().toarray()) == graph
    lopsided = np.array([[0, 1], [0, 0]])
    assert as_graph(lopsided).directed
    with pytest.raises(ValueError, match="symmetric"):
        as_graph(lopsided, directed=False)
    arcs = as_graph(Graph.from_edges([0, 1], [1, 2], edge_data={"k": [5, 6]}), directed=True)
    assert (arcs.directed, arcs.n_edges, arcs.edge_data["k"].tolist()) == (True, 4, [5, 5, 6, 6])
    with pytest.raises(ValueError, match="undirected graph is required"):
        as_graph(arcs, directed=False)
    for wrong in ("graph", [[0, 1], [1, 0]], None):
        with pytest.raises(TypeError, match=r"expected a graphkit\.Graph"):
            as_graph(wrong)
    with pytest.raises(ValueError, match=r"square, got an array of shape \(3,\)"):
        as_graph(np.zeros(3))
    with pytest.raises(TypeError, match="real numbers"):
        as_graph(np.array([["a"]]))
    with pytest.raises(ValueError, match="finite"):
        as_graph(np.array([[0.0, np.nan], [np.nan, 0.0]]))


def test_pyg_round_trip():
    pytest.importorskip("torch_geometric")
    import torch
    from torch_geometric.data import Data
    from torch_geometric.utils import to_dense_adj

    for directed in (False, True):
        graph = Graph.from_edges(
            [0, 1, 1, 3],
            [1, 2, 1, 1],
            np.array([1, 2, 3, 4], np.float32),
            n_nodes=5,
            directed=directed,
            node_data={"x": np.arange(10, dtype=np.float32).reshape(5, 2), "y": [0, 1, 0, 1, 1]},
            edge_data={"kind": [1, 2, 3, 4]},
        )
        data = graph.to_pyg()
        data.validate()
        assert data.is_undirected() is (not directed)
        dense = to_dense_adj(data.edge_index, edge_attr=data.edge_weight, max_num_nodes=5)[0].numpy()
        np.testing.assert_array_equal(dense, graph.to_scipy().toarray())
        assert Graph.from_pyg(data) == graph
        data.edge_weight[0] = 9.0
        assert graph.weights[0] == 1.0
    assert repr(Graph.from_edges([0, 1], [1, 2], node_data={"y": [0, 1, 0]}).to_pyg()) == (
        "Data(edge_index=[2, 4], num_nodes=3, y=[3])"
    )

    edges = torch.tensor([[0, 1], [1, 2]])
    graph = Graph.from_pyg(Data(edge_index=edges, edge_attr=torch.tensor([[2.0], [3.0]]), num_nodes=4))
    assert (graph.directed, graph.n_nodes, graph.weights.tolist()) == (True, 4, [2.0, 3.0])
    graph = Graph.from_pyg(Data(edge_index=edges, edge_attr=torch.ones(2, 3), num_nodes=3), directed=False)
    assert (graph.weights, graph.edge_data["edge_attr"].shape) == (None, (2, 3))
    named = Data(edge_index=edges, edge_cost=torch.ones(2), num_nodes=3)
    assert Graph.from_pyg(named, weight="edge_cost").is_weighted
    assert not Graph.from_pyg(named, edge_attributes=()).edge_data
    with pytest.raises(ValueError, match="no edge attribute 'cost'"):
        Graph.from_pyg(named, weight="cost")
    with pytest.raises(ValueError, match="no edge attribute 'cost'"):
        Graph.from_pyg(named, edge_attributes=["cost"])
    with pytest.raises(ValueError, match="no edge_index"):
        Graph.from_pyg(Data(x=torch.ones(2, 2)))
    with pytest.raises(TypeError, match="got dict"):
        Graph.from_pyg({})
    with pytest.raises(ValueError, match="'edge_index' would overwrite"):
        Graph.from_edges([0], [1], node_data={"edge_index": [1, 2]}).to_pyg()
