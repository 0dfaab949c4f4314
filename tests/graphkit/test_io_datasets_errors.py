"""Data sets that are not as they should be: every refusal names the file, the line and what was expected."""

import datetime
import gzip
import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import scipy.io
import scipy.sparse

from graphkit import Graph, read_dataset, read_graph, write_dataset
from graphkit.datasets import GraphCollection, MultiViewDataset, NodeDataset, SimplexDataset, Split
from graphkit.errors import GraphFormatError, UnknownNameError
from graphkit.io._files import Source
from graphkit.io._unpickle import load_plain

PATH = Graph.from_edges([0, 1], [1, 2])
NODES = NodeDataset("some", PATH, np.eye(3, dtype=np.float32), [0, 1, 1], (Split("public", [0], [1], [2]),))


def lay(folder, **files):
    """Write text files; keys have _ for . except the last one."""
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


def refused(folder, message, line=None, **options):
    with pytest.raises(GraphFormatError, match=message) as caught:
        read_dataset(folder, **options)
    assert caught.value.path is not None
    assert caught.value.line == line
    return caught.value


# TU


def tu(folder, **changes):
    files = {
        "A": "1, 2\n2, 1\n3, 4\n4, 3\n",
        "graph_indicator": "1\n1\n2\n2\n",
        "graph_labels": "1\n-1\n",
        "node_labels": "0\n1\n0\n1\n",
        "edge_labels": "5\n5\n6\n6\n",
    } | changes
    for name, text in files.items():
        if text is not None:
            (folder / f"DS_{name}.txt").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("changes", "message", "line"),
    [
        ({"A": "1, 2\n2, 5\n"}, "expected nodes in 1 to 4, found 5", 2),
        ({"A": "1, 2\n2, 0\n"}, "expected nodes in 1 to 4, found 0", 2),
        ({"A": "1, 2\n2\n"}, "expected 2 numbers, found 1", 2),
        ({"A": "1, 2\n\n2, 1\n"}, "expected 2 numbers, found an empty line", 2),
        ({"A": "1 2\n"}, "expected integers and delimiters, found '2' at column 3", 1),
        ({"A": "1, x\n"}, "found 'x' at column 4", 1),
        ({"A": "1, 99999999999999999999\n"}, "at most 64 bits", 1),
        ({"A": "1, 3\n"}, "between nodes 1 and 3 joins graph 1 and graph 2", 1),
        ({"graph_indicator": "1\n2\n1\n2\n"}, "found graph 1 after graph 2", 3),
        ({"graph_indicator": "1\n1\n2\n3\n"}, "expected the number of a graph in 1 to 2, found 3", 4),
        ({"node_labels": "0\n1\n0\n"}, "expected 4 lines, one for each node, found 3", 4),
        ({"edge_labels": "0\n1\n0\n1\n1\n"}, "expected 4 lines, one for each edge, found 5", 5),
        ({"node_attributes": "0.5\nnan\n1\n1\n"}, "expected a finite number, found 'nan'", 2),
        ({"node_attributes": "0.5\n1, 2\n1\n1\n"}, "expected 1 number, found 2", 2),
        ({"graph_attributes": "0.5\n"}, "expected 2 lines, one for each graph, found 1", 2),
        ({"graph_indicator": None}, "missing: DS_graph_indicator.txt", None),
        ({"A": ""}, "the file is empty", None),
        ({"A": "1, 2\0\n"}, "NUL byte", 1),
    ],
)
def test_tu(tmp_path, changes, message, line):
    refused(tu(tmp_path, **changes), message, line, format="tu")


def test_tu_with_one_way_edges_or_unequal_data_is_directed(tmp_path):
    one_way = tu(tmp_path, A="1, 2\n3, 4\n", edge_labels="5\n6\n")
    assert read_dataset(one_way).graph.directed
    assert not read_dataset(one_way, directed=False).graph.directed
    unequal = tu(tmp_path, A="1, 2\n2, 1\n3, 4\n4, 3\n", edge_labels="5\n6\n6\n6\n")
    assert read_dataset(unequal).graph.directed
    refused(unequal, "listed more than once, with different data", None, directed=False)


def test_tu_chooses_a_data_set(tmp_path):
    tu(tmp_path)
    (tmp_path / "OTHER_A.txt").write_text("1, 1\n")
    (tmp_path / "OTHER_graph_indicator.txt").write_text("1\n")
    refused(tmp_path, "found DS, OTHER; choose name")
    assert len(read_dataset(tmp_path, name="OTHER")) == 1
    with pytest.raises(UnknownNameError, match="unknown name 'ODER'"):
        read_dataset(tmp_path, name="ODER")


def test_one_graph_of_a_collection(tmp_path):
    tu(tmp_path)
    assert read_graph(tmp_path, graph=1).n_nodes == 2
    for graph in (2, -1):
        with pytest.raises(ValueError, match="graph must be in 0 to 1"):
            read_graph(tmp_path, graph=graph)
    with pytest.raises(TypeError, match="graph must be a number"):
        read_graph(tmp_path, graph="first")


# GIN


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("x\n", "expected numbers, found 'x'", 1),
        ("2\n2 0\n0 1 1\n0 1 0\n", "expected 2 graphs, found only 1", 4),
        ("1\n2 0\n0 1 1\n", "expected a line for each of the 2 nodes of graph 0, found 1", 2),
        ("1\n2 0\n0 1 1\n0 2 0\n", "expected 2 neighbours as the degree says, found 1", 4),
        ("1\n2 0\n0 1 1\n0 1 2\n", "expected neighbours in 0 to 1, found 2", 4),
        ("1\n2 0\n0 1 1\n0\n", "expected a tag, a degree and neighbours", 4),
        ("1\n2\n0 1 1\n0 1 0\n", "expected the number of nodes of graph 0 and its label, found 1 numbers", 2),
        ("1\n1 0\n0 0\n7\n", "expected the end after 1 graphs", 4),
        ("1\n2 0\n0 1 1 0.5\n0 1 0\n", "expected 1 attributes, found 0", 4),
        ("1\n2 0\n0 1 1 0.5\n0 1 0 y\n", "expected numbers, found 'y'", 4),
        ("1\n2 0\n\n0 1 1 0.5\n", "expected numbers, found an empty line", 3),
    ],
)
def test_gin(tmp_path, text, message, line):
    path = tmp_path / "some.txt"
    path.write_text(text)
    refused(path, message, line, format="gin-text")


def test_gin_folds(tmp_path):
    (tmp_path / "10fold_idx").mkdir()
    (tmp_path / "some.txt").write_text("1\n2 0\n0 1 1\n0 1 0\n")
    (tmp_path / "10fold_idx/train_idx-1.txt").write_text("0\n")
    refused(tmp_path, "expected a file 'test_idx-1.txt'")
    (tmp_path / "10fold_idx/test_idx-1.txt").write_text("1\n")
    refused(tmp_path, "expected fold 1 to name graphs in 0 to 0, found 1")
    (tmp_path / "10fold_idx/test_idx-1.txt").write_text("0\n0\n")
    refused(tmp_path, "expected every graph once, found repeats")


def test_gin_text_is_told_from_edge_lists(tmp_path):
    path = tmp_path / "some.txt"
    path.write_text("1\n2 0\n0 1 1\n0 1 0\n")
    assert isinstance(read_dataset(path), GraphCollection)
    path.write_text("0 1\n1 2\n")
    assert read_graph(path).n_nodes == 3
    with pytest.raises(ValueError, match=r"the format edgelist of .* holds a graph only"):
        read_dataset(path)


# Simplices


@pytest.mark.parametrize(
    ("files", "message", "line"),
    [
        ({"DS-nverts.txt": "2\n2\n"}, "expected 4 lines, one for each node counted in .*, found 3", 4),
        ({"DS-nverts.txt": "3\n0\n"}, "expected the number of nodes of a simplex in 1 to .*, found 0", 2),
        ({"DS-simplices.txt": "1\n0\n3\n"}, "expected nodes in 1 to .*, found 0", 2),
        ({"DS-simplices.txt": "1\n1\n3\n"}, "node 0 is twice in simplex 0", None),
        ({"DS-times.txt": "1\n"}, "expected 2 lines, one for each simplex, found 1", 2),
        ({"DS-times.txt": "1 2\n3 4\n"}, "expected one time in each line", None),
        ({"DS-node-labels.txt": "1 a\nb 2\n"}, "expected a node number from 1", 2),
        ({"DS-node-labels.txt": "1 a\n1 b\n"}, "not listed before", 2),
        ({"DS-node-labels.txt": "1 a\n1000000000 b\n"}, "found one of node 1000000000", None),
    ],
)
def test_simplices(tmp_path, files, message, line):
    good = {"DS-nverts.txt": "2\n1\n", "DS-simplices.txt": "1\n2\n3\n", "DS-times.txt": "5\n6\n"}
    refused(lay(tmp_path, **(good | files)), message, line)


def test_simplices_name_nodes_that_have_no_name(tmp_path):
    good = {"DS-nverts.txt": "2\n1\n", "DS-simplices.txt": "1\n2\n3\n", "DS-node-labels.txt": "1 one\n3 c\n"}
    data = read_dataset(lay(tmp_path, **good))
    assert data.node_labels == ("one", "2", "c")
    assert data.times is None


# geom-gcn

EDGES, FEATURES = "out1_graph_edges.txt", "out1_node_feature_label.txt"


@pytest.mark.parametrize(
    ("edges", "nodes", "message", "line"),
    [
        ("0\t1\n", None, "expected the header node_id node_id between tabs", 1),
        ("node_id\tnode_id\n0\t3\n", None, "expected nodes in 0 to 2, found 3", 2),
        ("node_id\tnode_id\n0\t1\n0\n", None, "expected 2 numbers, found 1", 3),
        (None, "node_id\tfeature\tlabel\n0\t1,0\t2\n0\t1,0\t2\n1\t0,0\t1\n", "node 0 has a line already", 3),
        (
            None,
            "node_id\tfeature\tlabel\n0\t1,0\t2\n3\t0,0\t1\n",
            "expected the 2 nodes in 0 to 1, found 3",
            3,
        ),
        (None, "node_id\tfeature\tlabel\n0\t1,0\t2\n1\t0\t1\n", "expected 4 numbers, found 3", 3),
        (None, "node_id\tfeature\tlabel\n0\t1,0\t2\n1\t0,1\n", "2 tabs, found 1 tabs", 3),
        (None, "node_id\tfeature\tlabel\n0\t1,0.5\t2\n1\t0,x\t1\n", "expected a finite number, found 'x'", 3),
        (None, "node_id\tfeature\tlabel\n0\t1,0.5\t2.5\n", "nodes and labels that are integers", None),
        (
            None,
            "node_id\tfeature(feature_amount:4)\tlabel\n0\t1,5\t2\n",
            "expected features in 0 to 4, found 5",
            2,
        ),
    ],
)
def test_geom_gcn(tmp_path, edges, nodes, message, line):
    good = "node_id\tfeature\tlabel\n0\t1,0\t2\n2\t1,1\t0\n1\t0,0\t1\n"
    lay(tmp_path, **{EDGES: edges or "node_id\tnode_id\n0\t1\n", FEATURES: nodes or good})
    refused(tmp_path, message, line)


def test_geom_gcn_needs_the_number_of_nodes(tmp_path):
    lay(tmp_path, **{EDGES: "node_id\tnode_id\n0\t1\n"})
    refused(tmp_path, f"expected {FEATURES} or splits")
    np.savez(tmp_path / "a_split_0.npz", train_mask=[1, 0, 0], val_mask=[0, 1, 0], test_mask=[0, 0])
    refused(tmp_path, r"expected a mask 'test_mask' of 3 nodes, found shape \(2,\)")
    np.savez(tmp_path / "b_split_0.npz", train_mask=[1])
    refused(tmp_path, "expected splits of one data set, found a, b")


def test_features_by_position_may_be_absent_or_repeated(tmp_path):
    nodes = "node_id\tfeature(feature_amount:4)\tlabel\n1\t\t2\n0\t1,1,4\t3\n"
    lay(tmp_path, **{EDGES: "node_id\tnode_id\n0\t1\n", FEATURES: nodes})
    data = read_dataset(tmp_path)
    assert data.features.toarray().tolist() == [[0, 1, 0, 0, 1], [0, 0, 0, 0, 0]]
    assert data.labels.tolist() == [3, 2]


# Planetoid


@pytest.fixture
def planetoid(tmp_path):
    write_dataset(NODES, tmp_path / "some", format="planetoid")
    return tmp_path / "some"


@pytest.mark.parametrize(
    ("part", "value", "message"),
    [
        ("graph", {0: [1], 1: [0, 3], 2: []}, "expected the 3 nodes 0 to 2, found 3"),
        ("graph", {0: [1], 1: [0], 2: [-1]}, "as integers from 0"),
        ("graph", {0: (1,), 1: [], 2: []}, "expected a dictionary .* list"),
        ("graph", [[1], [0], []], "expected a dictionary"),
        ("y", np.array([[1, 1]]), "rows of labels with at most one 1"),
        ("y", np.array([[0, 1]]), "expected the first labels of ally"),
        ("ty", np.array([1]), "expected a matrix of labels"),
        (
            "tx",
            scipy.sparse.csr_matrix(np.ones((2, 3))),
            r"expected a matrix of 1 rows of features, found \(2, 3\)",
        ),
        ("tx", scipy.sparse.csr_matrix(np.ones((1, 2))), "expected 3 features as in ind.some.x, found 2"),
        ("allx", scipy.sparse.csr_matrix(np.full((2, 3), np.nan)), "expected finite features"),
        ("x", [1, 2], "expected a matrix of 1 rows of features, found list"),
    ],
)
def test_planetoid(planetoid, part, value, message):
    (planetoid / f"ind.some.{part}").write_bytes(pickle.dumps(value, protocol=2))
    refused(planetoid, message)


@pytest.mark.parametrize(
    ("index", "message", "line"),
    [
        ("1\n", "expected a node that is not in ally in 2 to 2, found 1", 1),
        ("2\n2\n", "expected 1 lines, one for each row of ind.some.ty, found 2", 2),
        ("x\n", "found 'x'", 1),
    ],
)
def test_planetoid_index(planetoid, index, message, line):
    (planetoid / "ind.some.test.index").write_text(index)
    refused(planetoid, message, line)


def test_planetoid_names_missing_files(planetoid):
    (planetoid / "ind.some.tx").unlink()
    error = refused(planetoid, "missing: ind.some.tx; features=False does without")
    assert "ind.some.allx" in str(error)
    assert read_dataset(planetoid, features=False).features is None
    assert read_graph(planetoid).n_edges == 2


class Exploit:
    """What a pickle would run when an ordinary unpickler loads it."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


class Shell(Exploit):
    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


@pytest.mark.parametrize("kind", [Exploit, Shell])
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickles_run_nothing(planetoid, tmp_path, kind, protocol):
    victim = tmp_path / "victim"
    data = pickle.dumps({0: [kind(victim)], 1: [], 2: []}, protocol=protocol)
    (planetoid / "ind.some.graph").write_bytes(data)
    refused(planetoid, r"refused to load [\w.]+ from a pickle|not a readable pickle")
    assert not victim.exists()
    pickle.loads(data)  # the pickle would have
    assert victim.exists()


@pytest.mark.parametrize(
    "value",
    [
        datetime.date(2020, 1, 1),
        {1, 2},
        np.array([None]),
        np.array(["a"]),
        1j,
        np.float64(1.0),
        range(3),
        len,
    ],
)
def test_pickles_of_other_things_are_refused(value):
    with pytest.raises(GraphFormatError, match=r"some: (refused to load \w+|not a readable pickle|expected)"):
        load_plain(Source("some", pickle.dumps(value, protocol=2), None))


@pytest.mark.parametrize("protocol", [2, 3, 4])
@pytest.mark.parametrize(
    "value",
    [
        {0: [1, 300, 70000], 1: []},
        np.arange(6, dtype=">i4").reshape(2, 3),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.zeros((0, 3), dtype=np.float32),
        scipy.sparse.csr_matrix(np.eye(3)),
        ["text", 2.5, None, True, 2**70, (1,)],
    ],
)
def test_plain_pickles_are_read(value, protocol):
    found = load_plain(Source("some", pickle.dumps(value, protocol=protocol), None))
    if scipy.sparse.issparse(value):
        assert (found != value).nnz == 0
    elif isinstance(value, np.ndarray):
        np.testing.assert_array_equal(found, value)
    else:
        assert found == value


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\x02r\xff\xff\xff\xff.",  # a memo of 4 billion entries
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\n(K\x01J\xff\xff\xff\x7ftR.",
        b"\x80\x05\x96\xff\xff\xff\xff\xff\x00\x00\x00.",  # a byte array of a terabyte
        b"\x80\x02c__builtin__\nbytes\nJ\xff\xff\xff\x7f\x85R.",
        b"\x80\x02]",
        b".",
        b"\x80\xff.",
    ],
)
def test_pickles_that_lie_about_sizes(data):
    with pytest.raises(GraphFormatError, match="not a readable pickle"):
        load_plain(Source("some", data, None))


# Views


def test_matlab_views(tmp_path):
    path = tmp_path / "some.mat"
    eye = np.eye(3)
    scipy.io.savemat(path, {"A": eye, "B": eye, "label": [[1], [0], [2]]})
    assert list(read_dataset(path).views) == ["A", "B"]
    refused(path, r"expected 'label' to be 3 by 3, as many as labels, found \(3, 1\)", views="A,label")
    with pytest.raises(UnknownNameError, match="unknown view 'C'"):
        read_dataset(path, views=["C"])
    scipy.io.savemat(path, {"A": eye, "B": eye})
    refused(path, "expected labels of nodes in one of .* found A, B", format="multiview-mat")
    scipy.io.savemat(path, {"A": eye, "B": eye, "label": [[1], [0], [2]], "feature": np.ones((2, 2))})
    refused(path, r"expected features of 3 nodes, found \(2, 2\)")
    scipy.io.savemat(path, {"A": eye, "B": np.full((3, 3), np.nan), "label": [[1], [0], [2]]})
    refused(path, "B: ")
    parts = {"train_idx": [[0, 3]], "val_idx": [[1]], "test_idx": [[2]]}
    scipy.io.savemat(path, {"A": eye, "B": eye, "label": [[1], [0], [2]], **parts})
    refused(path, "expected train_idx to hold distinct nodes in 0 to 2")


def test_matlab_7_3_is_refused(tmp_path):
    path = tmp_path / "some.mat"
    path.write_bytes(b"MATLAB 7.3 MAT-file, created as HDF5".ljust(512, b"\0"))
    refused(path, r"MATLAB 7.3 files \(HDF5\) are not supported", format="multiview-mat")


def test_heco(tmp_path):
    np.save(tmp_path / "labels.npy", np.array([0, 1, 1]))
    scipy.sparse.save_npz(tmp_path / "apa.npz", scipy.sparse.coo_array(np.eye(3)))
    assert list(read_dataset(tmp_path).views) == ["apa"]
    with pytest.raises(GraphFormatError, match=r"expected aba.npz in the folder, or pairs ab.txt or ba.txt"):
        read_dataset(tmp_path, metapaths="aba")
    lay(tmp_path, **{"pa.txt": "0\t0\n0\t2\n"})
    composed = read_graph(tmp_path, view="apapa")
    assert list(zip(*(ends.tolist() for ends in composed.edges()), strict=True)) == [(0, 0), (0, 2), (2, 2)]
    lay(tmp_path, **{"pa.txt": "0\t0\n0\t-2\n"})
    refused(tmp_path, "expected nodes in 0 to .*, found -2", 2)
    lay(tmp_path, **{"pa.txt": "0\t0\n0\t7\n"})
    refused(tmp_path, "expected a matrix of 3 by 3 nodes", metapaths=["apapa"])
    scipy.sparse.save_npz(tmp_path / "a_feat.npz", scipy.sparse.csr_array(np.ones((2, 2))))
    refused(tmp_path, "expected features of 3 nodes, found 2 rows")
    np.savez(tmp_path / "apa.npz", format=b"csr", shape=(3, 3), data=[1.0], indices=[5], indptr=[0, 1, 1, 1])
    refused(tmp_path, "expected indices in 0 to 2, found 5 to 5")
    np.savez(tmp_path / "apa.npz", format=b"csr", shape=(3, 3), data=[1.0], indices=[0])
    refused(tmp_path, "found no array 'indptr'")
    np.savez(tmp_path / "apa.npz", data=np.array([None]), allow_pickle=True)
    refused(tmp_path, "apa.npz")


# OGB


def ogb(folder, **changes):
    files = {
        "edge": "0,1\n1,2\n0,1\n",
        "num-node-list": "3\n2\n",
        "num-edge-list": "2\n1\n",
        "graph-label": "0\n1\n",
        "edge-feat": "1,2\n3,4\n5,6\n",
    } | changes
    (folder / "raw").mkdir(exist_ok=True)
    for name, text in files.items():
        if text is not None:
            (folder / f"raw/{name}.csv.gz").write_bytes(gzip.compress(text.encode()))
    return folder


def test_ogb_graphs_by_the_documented_layout(tmp_path):
    data = read_dataset(ogb(tmp_path, **{"node-feat": "1\n2\n3\n4\n5\n", "node_year": "7\n8\n9\n1\n2\n"}))
    assert isinstance(data, GraphCollection)
    assert data.offsets.tolist() == [0, 3, 5]
    assert data[1].edge_data["feat"].tolist() == [[5, 6]]
    assert data[1].node_data["feat"].tolist() == [[4], [5]]
    assert data[1].node_data["year"].tolist() == [1, 2]
    assert data.labels.tolist() == [0, 1]


def test_ogb_node_labels_with_gaps(tmp_path):
    changes = {"num-node-list": "3\n", "num-edge-list": "3\n", "edge": "0,1\n1,2\n0,2\n", "graph-label": None}
    folder = ogb(tmp_path, **changes, **{"node-label": "1\nnan\n0\n", "node-feat": "0.5,1\n1,1\n0,0\n"})
    for part, text in {"train": "0\n", "valid": "2\n", "test": "1\n"}.items():
        (folder / "split/time").mkdir(parents=True, exist_ok=True)
        (folder / f"split/time/{part}.csv").write_text(text)
    data = read_dataset(folder)
    assert isinstance(data, NodeDataset)
    assert data.labels.tolist() == [1, -1, 0]
    assert (data.features.dtype, data.features.shape) == (np.float32, (3, 2))
    assert data.splits[0].name == "time"
    assert data.splits[0].val.tolist() == [2]
    (folder / "split/random").mkdir()
    refused(folder, "expected one scheme of a split, found random, time; choose split")
    assert read_dataset(folder, split="time").splits[0].train.tolist() == [0]
    (folder / "split/time/test.csv").write_text("3\n")
    refused(folder, "has the node 3, but there are 3 nodes", split="time")


@pytest.mark.parametrize(
    ("changes", "message", "line"),
    [
        ({"edge": "0,1\n1,3\n0,1\n"}, "expected nodes in 0 to 2, the nodes of graph 0, found", 2),
        ({"edge": "0,1\n1,2\n0,2\n"}, "expected nodes in 0 to 1, the nodes of graph 1, found", 3),
        ({"num-edge-list": "2\n2\n"}, "the counts make 4 edges, but 3 are listed", None),
        ({"num-edge-list": "3\n"}, "expected counts of edges for 2 graphs, found 1", None),
        ({"num-node-list": "3\n-2\n"}, "expected counts in 0 to", 2),
        ({"edge-feat": "1,2\n3,4\n"}, "expected 3 lines, one for each edge, found 2", 3),
        ({"graph-label": "1\n"}, "expected 2 lines, one for each graph, found 1", 2),
        ({"node-feat": "1\n2\n3\n4\nx\n"}, "expected a finite number, found 'x'", 5),
        ({"num-node-list": None}, "missing: raw/num-node-list.csv", None),
    ],
)
def test_ogb(tmp_path, changes, message, line):
    refused(ogb(tmp_path, **changes), message, line, format="ogb")


# Writers


def test_writers_leave_nothing_behind_when_they_refuse(tmp_path):
    weighted = Graph.from_edges([0], [1], [2.5])
    bad = NodeDataset("some", weighted, np.eye(2), [0, 1])
    for format in ("geom-gcn", "planetoid", "edge-feature-label", "ogb", "node-npz"):
        with pytest.raises(ValueError, match=r"weights|split"):
            write_dataset(bad, tmp_path / "it", format=format)
    assert not list(tmp_path.iterdir())


def test_writers_refuse_what_they_do_not_hold(tmp_path):
    with pytest.raises(
        TypeError, match="the format tu holds a GraphCollection, got NodeDataset; choose plan"
    ):
        write_dataset(NODES, tmp_path / "it", format="tu")
    with pytest.raises(UnknownNameError, match="unknown format 'planetoit': did you mean planetoid"):
        write_dataset(NODES, tmp_path / "it", format="planetoit")
    with pytest.raises(TypeError, match="write_dataset has no option 'zip'"):
        write_dataset(NODES, tmp_path / "it", format="planetoid", zip=True)
    write_dataset(NODES, tmp_path / "it", format="planetoid")
    with pytest.raises(TypeError, match="read_dataset has no option 'zip'"):
        read_dataset(tmp_path / "it", zip=True)
    with pytest.raises(FileExistsError, match="there is something of that name already"):
        write_dataset(NODES, tmp_path / "it", format="planetoid")


def test_more_refusals_of_writers(tmp_path):
    collection = GraphCollection.from_graphs(
        "some", [Graph.from_edges([0], [1], node_data={"word": ["a", "b"]})], [0]
    )
    for format in ("tu", "gin-text"):
        with pytest.raises(ValueError, match="cannot hold the node data 'word'"):
            write_dataset(collection, tmp_path / "it", format=format)
    with pytest.raises(ValueError, match="finite numbers"):
        write_dataset(collection, tmp_path / "it", format="ogb")
    views = MultiViewDataset("some", {"apa": PATH, "bab": PATH}, labels=[0, 1, 1])
    with pytest.raises(ValueError, match="begin with the letter of their nodes"):
        write_dataset(views, tmp_path / "it", format="heco")
    with pytest.raises(ValueError, match="cannot be the name of a view"):
        write_dataset(
            MultiViewDataset("some", {"label": PATH}, labels=[0, 1, 1]),
            tmp_path / "it",
            format="multiview-mat",
        )
    simplices = SimplexDataset("some", [0, 2], [0, 1], n_nodes=5)
    with pytest.raises(ValueError, match="cannot say that there are 5 nodes"):
        write_dataset(simplices, tmp_path / "it", format="simplices")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("split", "labels", "features", "message"),
    [
        (Split("public", [0], [1, 2], [5]), [0, 1, 1, 0, 1, 0], np.eye(6), "needs the 4 nodes after"),
        (Split("public", [1], [2], [5]), [0, 1, 1, 0, 1, 0], np.eye(6), "training nodes first"),
        (Split("public", [0], [1, 2], [3, 5]), [0, 1, 1, 0, 1, 0], np.eye(6), "no labels and features"),
        (Split("public", [0], [1, 2], [3, 5]), [0, 1, 1, 0, -1, 0], np.eye(6), "no labels and features"),
        (Split("public", [0], [1, 2], [3, 5]), [0, 1, 1, 0, -1, 0], np.diag([1, 1, 1, 1, 0, 1]), None),
    ],
)
def test_planetoid_writes_only_what_is_read_back(tmp_path, split, labels, features, message):
    data = NodeDataset("some", Graph.from_edges([0], [5], n_nodes=6), features, labels, [split])
    if message is None:
        write_dataset(data, tmp_path / "it", format="planetoid")
        assert read_dataset(tmp_path / "it").labels.tolist() == labels
        return
    with pytest.raises(ValueError, match=message):
        write_dataset(data, tmp_path / "it", format="planetoid")


def test_a_folder_of_no_layout(tmp_path):
    with pytest.raises(IsADirectoryError, match="files of none of the known layouts"):
        read_dataset(tmp_path)
