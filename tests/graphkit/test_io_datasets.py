"""Every layout of a data set, on the real files; counts are those of the data's own descriptions."""

import csv

import numpy as np
import pytest
import scipy.sparse

from graphkit import read_dataset, read_graph
from graphkit.datasets import GraphCollection, MultiViewDataset, NodeDataset, SimplexDataset


@pytest.mark.parametrize(
    ("name", "nodes", "edges", "features", "classes", "train"),
    [("cora", 2708, 5278, 1433, 7, 140), ("citeseer", 3327, 4552, 3703, 6, 120)],
)
def test_planetoid(shared, name, nodes, edges, features, classes, train):
    data = read_dataset(shared / "data/planetoid/raw", name=name)
    assert isinstance(data, NodeDataset)
    graph = data.graph
    assert (graph.n_nodes, graph.n_edges - graph.n_self_loops) == (nodes, edges)
    assert not graph.directed
    assert (data.n_features, data.n_classes, data.features.dtype) == (features, classes, np.float32)
    public, *others = data.splits
    assert (len(public.train), len(public.val), len(public.test)) == (train, 500, 1000)
    assert [split.name for split in others] == [f"0.6_0.2_{k}" for k in range(10)]
    counts = np.bincount(data.labels[public.train])
    np.testing.assert_array_equal(counts, np.full(classes, 20))  # 20 nodes of every class


def test_planetoid_counts_repeated_and_symmetric_entries(shared):
    listing = read_dataset(shared / "data/planetoid/raw", name="cora", features=False).listing
    # 10858 entries in the file, 10556 of them distinct, every one with its opposite
    assert (listing.entries, listing.repeated, listing.self_loops, listing.one_way) == (10858, 302, 0, 0)


def test_citeseer_nodes_without_features_are_unknown(shared):
    data = read_dataset(shared / "data/planetoid/raw", name="citeseer")
    unknown = np.flatnonzero(data.labels == -1)
    assert len(unknown) == 15
    assert not data.features[unknown].nnz
    assert (data.graph.degrees()[unknown] > 0).all()  # the graph does have them
    public = data.splits[0]
    assert not np.intersect1d(unknown, np.concatenate([public.train, public.val, public.test])).size
    index = np.loadtxt(shared / "data/planetoid/raw/ind.citeseer.test.index", dtype=int)
    np.testing.assert_array_equal(unknown, np.setdiff1d(np.arange(2312, 3327), index))


def test_pubmed_without_features(shared):
    folder = shared / "data/planetoid/raw"
    with pytest.raises(ValueError, match=r"missing: ind.pubmed.allx; features=False"):
        read_dataset(folder, name="pubmed")
    data = read_dataset(folder, name="pubmed", features=False)
    assert (data.graph.n_nodes, data.graph.n_edges - data.graph.n_self_loops) == (19717, 44324)
    assert data.features is None
    assert data.n_classes == 3
    graph = read_graph(folder, name="pubmed")
    assert sorted(graph.node_data) == ["test_mask", "train_mask", "val_mask", "y"]
    assert graph.node_data["train_mask"].shape == (19717, 11)


def test_planetoid_gives_the_adjacency_of_the_gold_laplacians(shared):
    """Those of order 1 are (I + D^-1/2 A D^-1/2) / 2 on the simple graph."""
    for name in ("cora", "citeseer"):
        with np.load(shared / f"data/planetoid/gold/fp_laplacian_{name}.npz") as gold:
            n = int(gold["n"])
            wanted = scipy.sparse.csr_array(
                (gold["data_1"], gold["indices_1"], gold["indptr_1"]), shape=(n, n)
            )
        matrix = read_dataset(shared / "data/planetoid/raw", name=name, features=False).graph.to_scipy()
        matrix = matrix.copy()
        matrix.setdiag(0)
        matrix.eliminate_zeros()
        degrees = matrix.sum(axis=1)
        scale = scipy.sparse.diags_array(np.where(degrees > 0, np.maximum(degrees, 1) ** -0.5, 0.0))
        identity = scipy.sparse.diags_array((degrees > 0).astype(float))
        laplacian = (identity + scale @ matrix @ scale) / 2
        assert abs(laplacian - wanted).max() < 1e-6  # float32 in the file


@pytest.mark.parametrize(
    ("name", "nodes", "edges", "features"),
    [
        ("texas", 183, 279, 1703),
        ("wisconsin", 251, 450, 1703),
        ("cornell", 183, 277, 1703),
        ("film", 7600, 26659, 932),
        ("chameleon", 2277, 31371, 0),
        ("squirrel", 5201, 198353, 0),
    ],
)
def test_geom_gcn(shared, name, nodes, edges, features):
    data = read_dataset(shared / f"data/webkb/{name}/raw")
    assert isinstance(data, NodeDataset)
    assert data.name == name
    assert (data.graph.n_nodes, data.graph.n_edges - data.graph.n_self_loops) == (nodes, edges)
    assert (data.n_features, len(data.splits)) == (features, 10)
    with np.load(shared / f"data/webkb/npz/{'actor' if name == 'film' else name}.npz") as other:
        for k, split in enumerate(data.splits):
            np.testing.assert_array_equal(split.train, np.flatnonzero(other["train_masks"][k]))
            np.testing.assert_array_equal(split.mask("test", nodes), other["test_masks"][k])
        if features and name != "cornell":  # of which the .npz has other features, in another order
            np.testing.assert_array_equal(data.features.toarray(), other["node_features"])
            np.testing.assert_array_equal(data.labels, other["node_labels"])


@pytest.mark.parametrize(
    ("name", "nodes", "edges", "features"),
    [("chameleon", 2277, 31371, 2325), ("chameleon_filtered", 890, 8854, 2325), ("texas", 183, 279, 1703)],
)
def test_node_npz(shared, name, nodes, edges, features):
    data = read_dataset(shared / f"data/webkb/npz/{name}.npz")
    assert (data.graph.n_nodes, data.graph.n_edges, data.n_features) == (nodes, edges, features)
    assert (data.n_classes, len(data.splits)) == (5, 10)
    assert read_graph(shared / f"data/webkb/npz/{name}.npz").n_edges == edges


@pytest.mark.parametrize(
    ("name", "graphs", "classes"),
    [
        ("MUTAG", 188, 2),
        ("PTC", 344, 2),
        ("PROTEINS", 1113, 2),
        ("NCI1", 4110, 2),
        ("IMDBBINARY", 1000, 2),
        ("IMDBMULTI", 1500, 3),
    ],
)
def test_gin(shared, name, graphs, classes):
    data = read_dataset(shared / f"data/tu/gin/{name}")
    assert isinstance(data, GraphCollection)
    assert (len(data), data.n_classes, data.graph.directed) == (graphs, classes, False)
    assert [split.name for split in data.splits] == [f"fold {k}" for k in range(1, 11)]
    tested = np.sort(np.concatenate([split.test for split in data.splits]))
    for split in data.splits:
        assert len(split.train) + len(split.test) == graphs
        assert not np.intersect1d(split.train, split.test).size
    assert (np.diff(tested) > 0).all()  # no graph is tested twice
    assert graphs - len(tested) < 10  # folds may be of equal sizes, which leaves the remainder out


def test_mutag_in_both_layouts(shared):
    text, folder = shared / "data/tu/gin/MUTAG/MUTAG.txt", shared / "data/tu/raw/MUTAG"
    gin, raw = read_dataset(text), read_dataset(folder)
    for data in (gin, raw):
        assert (len(data), data.graph.n_nodes, data.graph.n_edges) == (188, 3371, 3721)
        tags = np.bincount(data.graph.node_data["label"])
        assert sorted(tags) == sorted([2395, 345, 593, 12, 1, 23, 2])  # C, N, O, F, I, Cl, Br
        np.testing.assert_array_equal(np.sort(np.unique(data.labels, return_counts=True)[1]), [63, 125])
    assert raw.graph.edge_data["label"].shape == (3721,)
    sizes = [np.sort([graph.n_nodes for graph in data]) for data in (gin, raw)]
    np.testing.assert_array_equal(*sizes)
    assert read_graph(folder, graph=0) == raw[0]
    assert read_graph(text).node_data["graph"][-1] == 187


def test_proteins_in_both_layouts(shared):
    gin, raw = read_dataset(shared / "data/tu/gin/PROTEINS"), read_dataset(shared / "data/tu/raw/PROTEINS")
    assert (len(raw), raw.graph.n_nodes, raw.graph.n_edges) == (1113, 43471, 81044)
    assert (gin.graph.n_nodes, gin.graph.n_edges) == (43471, 81044)
    np.testing.assert_array_equal(np.bincount(raw.labels)[1:], [663, 450])


def homophily(graph, labels):
    sources, targets = graph.edges()
    kept = sources != targets
    return float((labels[sources[kept]] == labels[targets[kept]]).mean())


def test_acm_views(shared):
    path = shared / "data/multiview/acm/ACM3025.mat"
    data = read_dataset(path)
    assert isinstance(data, MultiViewDataset)
    assert list(data.views) == ["PAP", "PLP", "PMP", "PTP"]
    assert (data.n_nodes, data.n_features, data.n_classes) == (3025, 1870, 3)
    (split,) = data.splits
    assert (len(split.train), len(split.val), len(split.test)) == (600, 300, 2125)
    measured = [round(homophily(data.views[view], data.labels), 4) for view in ("PAP", "PLP")]
    assert measured == [0.8208, 0.6394]
    assert read_graph(path, view="PAP").n_edges == data.views["PAP"].n_edges
    with pytest.raises(ValueError, match="found the views PAP, PLP, PMP, PTP; choose view"):
        read_graph(path)


def test_dblp_views_and_a_composed_metapath(shared):
    folder = shared / "data/multiview/dblp"
    data = read_dataset(folder, metapaths="apa,apcpa,aptpa")
    assert isinstance(data, MultiViewDataset)
    assert (data.n_nodes, data.n_features, data.n_classes) == (4057, 334, 4)
    assert [round(homophily(view, data.labels), 4) for view in data.views.values()] == [
        0.7988,
        0.6697,
        0.3245,
    ]
    assert {name: matrix.shape for name, matrix in data.relations.items()} == {
        "pa": (14328, 4057),
        "pc": (14328, 20),
        "pt": (14328, 7723),
    }
    assert list(read_dataset(folder).views) == ["apa", "apcpa"]


def test_a_composed_metapath_is_that_of_the_file(shared, tmp_path):
    folder = shared / "data/multiview/dblp"
    for name in ("pa.txt", "pc.txt", "labels.npy"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    composed = read_dataset(tmp_path, format="heco", metapaths=["apa", "apcpa"])
    for name, view in read_dataset(folder).views.items():
        assert composed.views[name] == view


def test_texas_and_chameleon_text(shared):
    texas = read_dataset(shared / "data/multiview/texas")
    assert (texas.graph.n_nodes, texas.n_features, texas.n_classes) == (183, 1703, 5)
    assert texas.graph.n_edges - texas.graph.n_self_loops == 279
    webkb = read_dataset(shared / "data/webkb/texas/raw")
    np.testing.assert_array_equal(texas.features.toarray(), webkb.features.toarray())
    np.testing.assert_array_equal(texas.labels, webkb.labels)
    assert texas.graph == webkb.graph
    chameleon = read_dataset(shared / "data/multiview/chameleon")
    assert chameleon.graph == read_dataset(shared / "data/webkb/chameleon/raw").graph
    np.testing.assert_array_equal(
        chameleon.labels, read_dataset(shared / "data/webkb/npz/chameleon.npz").labels
    )


@pytest.mark.parametrize(
    "name",
    [
        "email-Enron",
        "contact-high-school",
        "contact-primary-school",
        "NDC-classes",
        "NDC-substances",
        "congress-bills",
        "email-Eu",
        "tags-ask-ubuntu",
    ],
)
def test_simplices(shared, name):
    """Sizes and projected densities are those that the authors' own summary states."""
    with open(shared / f"data/simplicial/gold/summary-stats/{name}-statistics.csv") as file:
        gold = next(csv.DictReader(file))
    data = read_dataset(shared / f"data/simplicial/{name}")
    assert isinstance(data, SimplexDataset)
    assert (data.n_used_nodes, len(data)) == (int(gold["nnodes"]), int(gold["nsimps"]))
    assert len(data.nodes) == int(gold["nconns"])
    assert int(np.diff(data.offsets).max()) == int(gold["maxsimpsize"])
    assert len(data.times) == len(data)
    graph = data.projected()
    assert graph.n_nodes == data.n_nodes
    assert graph.edge_weights().mean() == pytest.approx(float(gold["meanprojweight"]), abs=1e-5)
    pairs = data.n_used_nodes * (data.n_used_nodes - 1) / 2
    assert graph.n_edges / pairs == pytest.approx(float(gold["projdensity"]), rel=1e-5)


def test_simplices_of_the_description(shared):
    data = read_dataset(shared / "data/simplicial/email-Enron")
    assert data.node_labels[0] == "phillip.allen@enron.com"
    graph = read_graph(shared / "data/simplicial/email-Enron")
    assert graph.label_of(0) == "phillip.allen@enron.com"
    assert read_dataset(shared / "data/simplicial/congress-bills").node_labels[1703] == "Dayton, Mark [MN]"
