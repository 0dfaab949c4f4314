"""The kinds of data sets as objects: checks, parts of collections, projected simplices, PyG data."""

import copy
import pickle

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit import Graph, read_dataset
from graphkit.datasets import GraphCollection, Listing, MultiViewDataset, NodeDataset, SimplexDataset, Split
from graphkit.errors import MemoryBudgetError, UnknownNameError

PATH = Graph.from_edges([0, 1], [1, 2])


def test_splits():
    split = Split.from_masks("some", [True, False, False], [False, True, False], [0, 0, 1])
    assert [part.tolist() for part in (split.train, split.val, split.test)] == [[0], [1], [2]]
    assert repr(split) == "Split('some', 1 / 1 / 1)"
    with pytest.raises(ValueError, match="train has repeated positions"):
        Split("some", [1, 1], [], [])
    with pytest.raises(ValueError, match="test has the negative position -1"):
        Split("some", [], [], [-1])
    with pytest.raises(TypeError, match="must be one row of positions"):
        Split("some", [0.5], [], [])
    with pytest.raises(UnknownNameError, match="unknown part 'valid'"):
        split.mask("valid", 3)
    with pytest.raises(ValueError, match="read-only"):
        split.train[0] = 5


def listing_of(pairs, n):
    ends = [np.array([pair[k] for pair in pairs], dtype=np.int64) for k in (0, 1)]
    return Listing.of(len(pairs), *(Graph.from_edges(*ends, n_nodes=n, directed=d) for d in (True, False)))


def test_listing_counts_entries():
    listing = listing_of([(0, 1), (0, 1), (1, 0), (2, 2), (2, 0), (2, 1)], 3)
    # (0, 1) twice; (2, 2) is a loop; (2, 0) and (2, 1) have no opposite
    assert listing == Listing(entries=6, repeated=1, self_loops=1, one_way=2)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=20))
def test_listing_against_sets(pairs):
    distinct = set(pairs)
    assert listing_of(pairs, 5) == Listing(
        len(pairs),
        len(pairs) - len(distinct),
        sum(u == v for u, v in distinct),
        sum((v, u) not in distinct for u, v in distinct),
    )


def test_node_datasets_are_checked_and_cannot_be_changed():
    features = scipy.sparse.csr_array(np.eye(3))
    data = NodeDataset("some", PATH, features, np.array([0, 2, -1]), [Split("a", [0], [], [2])])
    assert (data.n_features, data.n_classes) == (3, 3)
    for array in (data.features.data, data.labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5
    features.data[0] = 1  # the caller's own may be changed
    with pytest.raises(ValueError, match="features must have one row for each node, 3 in all"):
        NodeDataset("some", PATH, np.eye(2))
    with pytest.raises(ValueError, match="features must have two axes"):
        NodeDataset("some", PATH, np.ones(3))
    with pytest.raises(ValueError, match="labels must have one row for each node"):
        NodeDataset("some", PATH, labels=[0, 1])
    with pytest.raises(ValueError, match="split 'a' has the node 3, but there are 3 nodes"):
        NodeDataset("some", PATH, splits=[Split("a", [3], [], [])])
    assert pickle.loads(pickle.dumps(data)).graph == PATH
    assert copy.deepcopy(data).labels.tolist() == [0, 2, -1]


def test_node_datasets_as_graphs():
    one = NodeDataset("some", PATH, labels=[0, 1, 1], splits=[Split("a", [0], [1], [2])]).to_graph()
    assert one.node_data["y"].tolist() == [0, 1, 1]
    assert one.node_data["val_mask"].tolist() == [False, True, False]
    two = NodeDataset("some", PATH, splits=[Split("a", [0], [], []), Split("b", [1], [], [])]).to_graph()
    assert two.node_data["train_mask"].tolist() == [[True, False], [False, True], [False, False]]


def graph_lists(weighted):
    def build(draw):
        directed = draw(st.booleans())
        made = []
        for n in draw(st.lists(st.integers(0, 5), max_size=5)):
            node = st.integers(0, max(n - 1, 0))
            pairs = sorted(set(draw(st.lists(st.tuples(node, node), max_size=8)))) if n else []
            if not directed:
                pairs = sorted({(min(p), max(p)) for p in pairs})
            values = np.arange(len(pairs)) + 0.5
            made.append(
                Graph.from_edges(
                    np.array([u for u, _ in pairs], dtype=int),
                    np.array([v for _, v in pairs], dtype=int),
                    values if weighted else None,
                    n_nodes=n,
                    directed=directed,
                    node_data={"label": np.arange(n)},
                    edge_data={"label": np.arange(len(pairs)), "rows": np.ones((len(pairs), 2))},
                )
            )
        return made

    return st.composite(build)()


@settings(max_examples=40, deadline=None)
@given(st.booleans().flatmap(graph_lists))
def test_collections_give_their_graphs_back(graphs):
    collection = GraphCollection.from_graphs("some", graphs)
    assert len(collection) == len(graphs)
    assert list(collection) == graphs
    if graphs:
        assert collection[-1] == graphs[-1]
        assert collection.graph.n_edges == sum(graph.n_edges for graph in graphs)
    with pytest.raises(IndexError):
        collection[len(graphs)]
    for graph in collection:  # the arrays are as the constructor wants them
        assert Graph(graph.indptr, graph.indices, graph.weights, directed=graph.directed).n_nodes == len(
            graph
        )


def test_collections_are_checked():
    with pytest.raises(ValueError, match="the edge from node 1 to node 2 joins two graphs"):
        GraphCollection("some", PATH, [0, 2, 3])
    with pytest.raises(ValueError, match="offsets must begin with 0 and end with the 3 nodes"):
        GraphCollection("some", PATH, [0, 2])
    with pytest.raises(ValueError, match="offsets must not decrease"):
        GraphCollection("some", Graph.from_edges([0], [1], n_nodes=3), [0, 3, 2, 3])
    with pytest.raises(ValueError, match="labels must have one row for each graph"):
        GraphCollection("some", PATH, [0, 3], labels=[1, 2])
    with pytest.raises(ValueError, match="must agree on directed"):
        GraphCollection.from_graphs("some", [PATH, Graph.from_edges([0], [1], directed=True)])
    with pytest.raises(ValueError, match="the same columns"):
        GraphCollection.from_graphs("some", [PATH, Graph.from_edges([0], [1], node_data={"x": [1, 2]})])


def test_views_are_checked():
    with pytest.raises(ValueError, match="needs at least one"):
        MultiViewDataset("some", {})
    with pytest.raises(ValueError, match="same number of nodes"):
        MultiViewDataset("some", {"a": PATH, "b": Graph.from_edges([0], [1])})
    data = MultiViewDataset("some", {"a": PATH}, labels=[0, 1, 0])
    assert data.nodes("a").labels.tolist() == [0, 1, 0]
    with pytest.raises(UnknownNameError, match="unknown view 'b'"):
        data.nodes("b")
    with pytest.raises(TypeError):
        data.views["b"] = PATH


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sets(st.integers(0, 6), min_size=1, max_size=5), max_size=8))
def test_projected_simplices_against_counting(sets):
    nodes = [node for one in sets for node in sorted(one, reverse=True)]
    data = SimplexDataset("some", np.cumsum([0, *map(len, sets)]), np.array(nodes, dtype=int), n_nodes=7)
    graph = data.projected()
    for u in range(7):
        for v in range(u + 1, 7):
            common = sum({u, v} <= one for one in sets)
            assert graph.has_edge(u, v) == (common > 0)
            if common:
                place = graph.indptr[u] + np.searchsorted(graph.neighbors(u), v)
                assert graph.weights[place] == common
    assert not graph.has_self_loops()
    assert [set(one.tolist()) for one in data] == sets


def test_simplices_are_checked(monkeypatch):
    with pytest.raises(ValueError, match="node 1 is twice in simplex 1"):
        SimplexDataset("some", [0, 1, 3], [1, 1, 1])
    with pytest.raises(ValueError, match="node 4 is out of range: there are 3 nodes"):
        SimplexDataset("some", [0, 1], [4], n_nodes=3)
    with pytest.raises(ValueError, match="nodes must not be negative"):
        SimplexDataset("some", [0, 1], [-1])
    with pytest.raises(ValueError, match="expected 1 node labels, got 2"):
        SimplexDataset("some", [0, 1], [0], n_nodes=1, node_labels=["a", "b"])
    twice = SimplexDataset("some", [0, 2], [0, 1], node_labels=["a", "a"]).projected()
    assert twice.labels is None
    assert twice.node_data["name"].tolist() == ["a", "a"]
    big = SimplexDataset("some", [0, 2], [0, 1])
    monkeypatch.setattr("graphkit.memory.available_memory", lambda: 10)
    with pytest.raises(MemoryBudgetError, match="the graph of 1 simplices"):
        big.projected()


# PyTorch Geometric


def test_node_datasets_as_pyg():
    torch = pytest.importorskip("torch")
    pytest.importorskip("torch_geometric")
    from graphkit.nn import to_pyg

    features = scipy.sparse.csr_array(np.eye(3, dtype=np.float32))
    data = to_pyg(NodeDataset("some", PATH, features, [0, 1, -1], [Split("a", [0], [1], [2])]))
    assert data.num_nodes == 3
    assert data.x.tolist() == np.eye(3).tolist()
    assert data.x.dtype == torch.float32
    assert data.y.tolist() == [0, 1, -1]
    assert data.val_mask.tolist() == [False, True, False]
    assert data.validate()
    weights = Graph.from_edges([0], [2], [2.0], n_nodes=3)
    hetero = to_pyg(MultiViewDataset("some", {"a": PATH, "b": weights}, features, [0, 1, 1]))
    assert hetero["node", "b", "node"].edge_weight.tolist() == [2.0, 2.0]
    assert hetero["node"].x.shape == (3, 3)
    assert hetero["node", "a", "node"].edge_index.tolist() == [[0, 1, 1, 2], [1, 0, 2, 1]]
    with pytest.raises(TypeError, match="to_pyg takes a Graph, a NodeDataset"):
        to_pyg([PATH])


@pytest.mark.parametrize("name", ["MUTAG", "PROTEINS"])
def test_collections_as_pyg_reads_them(shared, name):
    """The same graphs, features and classes as PyG's own reader of TU data sets."""
    torch = pytest.importorskip("torch")
    pytest.importorskip("torch_geometric")
    from torch_geometric.data import Batch
    from torch_geometric.io import read_tu_data

    from graphkit.nn import to_pyg

    folder = shared / f"data/tu/raw/{name}"
    ours = to_pyg(read_dataset(folder))
    whole, slices, _ = read_tu_data(str(folder), name)
    starts = slices["x"]
    assert len(ours) == len(starts) - 1
    joined = Batch.from_data_list(ours)
    assert torch.equal(joined.x, whole.x)
    assert torch.equal(joined.y, whole.y)
    shifts = torch.repeat_interleave(starts[:-1], slices["edge_index"].diff())
    assert torch.equal(joined.edge_index, whole.edge_index + shifts)
    if whole.edge_attr is not None:
        assert torch.equal(joined.edge_attr, whole.edge_attr)
    assert ours[0].x.untyped_storage().nbytes() == ours[0].x.numel() * 4  # no view of everything


def test_collections_with_tasks_and_features_as_pyg():
    pytest.importorskip("torch_geometric")
    from graphkit.nn import to_pyg

    graph = Graph.from_edges([0], [1], node_data={"feat": [[1, 2], [3, 4]], "word": ["a", "b"]})
    collection = GraphCollection.from_graphs("some", [graph, graph], [[0.5, 1], [2, 3]], features=[[7], [8]])
    first, second = to_pyg(collection)
    assert first.x.tolist() == [[1, 2], [3, 4]]
    assert second.y.tolist() == [[2, 3]]
    assert second.graph_attr.tolist() == [[8]]
    assert "word" not in first


@pytest.mark.parametrize("name", ["cora", "citeseer"])
def test_planetoid_as_pyg_reads_it(shared, name):
    """The same features, edges, classes and public split as PyG's own reader, where it knows a class."""
    torch = pytest.importorskip("torch")
    pytest.importorskip("torch_geometric")
    from torch_geometric.io import read_planetoid_data
    from torch_geometric.utils import coalesce

    from graphkit.nn import to_pyg

    folder = shared / "data/planetoid/raw"
    ours = to_pyg(read_dataset(folder, name=name))
    theirs = read_planetoid_data(str(folder), name)
    assert torch.equal(ours.x, theirs.x)
    known = ours.y >= 0
    assert torch.equal(ours.y[known], theirs.y[known])
    kept = ours.edge_index[0] != ours.edge_index[1]  # PyG drops self-loops
    assert torch.equal(ours.edge_index[:, kept], coalesce(theirs.edge_index))
    for part in ("train", "val", "test"):
        assert torch.equal(ours[f"{part}_mask"][:, 0], theirs[f"{part}_mask"])
