"""What is written is what is read again: every layout of a data set, under hypothesis."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit import Graph, read_dataset, write_dataset
from graphkit.datasets import GraphCollection, MultiViewDataset, NodeDataset, SimplexDataset, Split

SETTINGS = settings(max_examples=20, deadline=None)


def same(first, second):
    """Compare two data sets field by field; sparse features by their entries."""
    assert type(first) is type(second)
    for name in first.__dataclass_fields__:
        if name == "listing" or (name == "name" and not first.name):
            continue
        same_values(getattr(first, name), getattr(second, name), name)


def same_values(one, other, name):
    if scipy.sparse.issparse(one) or scipy.sparse.issparse(other):
        one, other = (x.toarray() if scipy.sparse.issparse(x) else x for x in (one, other))
    if isinstance(one, np.ndarray):
        assert one.shape == other.shape, name
        np.testing.assert_array_equal(one, other, err_msg=name)
        return
    if name in ("views", "relations"):
        assert list(one) == list(other)
        for key, value in one.items():
            same_values(value, other[key], key)
        return
    if name == "splits":
        assert [split.name for split in one] == [split.name for split in other]
        for a, b in zip(one, other, strict=True):
            for part in ("train", "val", "test"):
                np.testing.assert_array_equal(getattr(a, part), getattr(b, part))
        return
    assert one == other, name


def there_and_back(dataset, format, reading=None, **options):
    with tempfile.TemporaryDirectory() as folder:
        suffix = {"gin-text": ".txt", "multiview-mat": ".mat", "node-npz": ".npz"}.get(format, "")
        path = Path(folder) / f"{dataset.name}{suffix}"
        write_dataset(dataset, path, format=format, **options)
        result = read_dataset(path, format=format, **(reading or {}))
        if format != "gin-text":  # named by its content alone only if there is any
            same(read_dataset(path, **(reading or {})), result)
    same(dataset, result)


@st.composite
def graphs(draw, min_nodes=1, directed=False, loops=True):
    n = draw(st.integers(min_nodes, 7))
    node = st.integers(0, n - 1)
    pairs = draw(st.lists(st.tuples(node, node), max_size=12)) if n else []
    pairs = [pair for pair in pairs if loops or pair[0] != pair[1]]
    return Graph.from_edges(
        np.array([u for u, _ in pairs], dtype=int),
        np.array([v for _, v in pairs], dtype=int),
        n_nodes=n,
        directed=directed,
    )


@st.composite
def splits_of(draw, n, names, with_val=True):
    made = []
    for name in names:
        parts = draw(st.lists(st.integers(0, 3 if with_val else 2), min_size=n, max_size=n))
        parts = np.array(parts, dtype=int)
        val = np.flatnonzero(parts == 3) if with_val else []
        made.append(Split(name, np.flatnonzero(parts == 1), val, np.flatnonzero(parts == 2)))
    return tuple(made)


@st.composite
def node_datasets(draw, values=(0.0, 1.0), names=("0", "1"), directed=False):
    graph = draw(graphs(directed=directed))
    n = graph.n_nodes
    width = draw(st.integers(1, 4))
    cells = st.lists(st.sampled_from(values), min_size=n * width, max_size=n * width)
    features = np.array(draw(cells), dtype=np.float32).reshape(n, width)
    labels = np.array(draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)))
    chosen = names[: draw(st.integers(0, len(names)))]
    return NodeDataset("some", graph, features, labels, draw(splits_of(n, chosen)))


@SETTINGS
@given(node_datasets(values=(0.0, 1.0, -2.0, 0.25)), st.booleans())
def test_geom_gcn(dataset, compress):
    there_and_back(dataset, "geom-gcn", compress=compress)


@SETTINGS
@given(node_datasets(), st.booleans())
def test_geom_gcn_by_indices(dataset, compress):
    there_and_back(dataset, "geom-gcn", indices=True, compress=compress)


@SETTINGS
@given(node_datasets(directed=True))
def test_geom_gcn_directed(dataset):
    there_and_back(dataset, "geom-gcn", {"directed": True})


@SETTINGS
@given(node_datasets(values=(0.0, 1.0, -2.0, 0.25)))
def test_node_npz(dataset):
    there_and_back(dataset, "node-npz")


@SETTINGS
@given(node_datasets(values=(0.0, 1.0, -2.0, 0.25), names=()), st.booleans())
def test_edge_feature_label(dataset, compress):
    there_and_back(dataset, "edge-feature-label", compress=compress)


@SETTINGS
@given(node_datasets(values=(0.0, 1.0, -2.0, 0.25), names=("time",)), st.booleans())
def test_ogb_nodes(dataset, binary):
    features = dataset.features
    if not binary and (features == np.rint(features)).all():
        features = features.astype(np.int64)  # text does not tell 1.0 from 1
    kept = NodeDataset(dataset.name, dataset.graph, features, dataset.labels, dataset.splits)
    there_and_back(kept, "ogb-npz" if binary else "ogb", **({} if binary else {"binary": False}))


@st.composite
def planetoid_datasets(draw):
    graph = draw(graphs(min_nodes=2))
    n = graph.n_nodes
    first_test = draw(st.integers(1, n - 1))
    n_train = draw(st.integers(1, first_test))
    known_test = draw(st.sets(st.integers(first_test, n - 1), min_size=1))
    labels = np.array(draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)))
    missing = [i for i in range(first_test, n) if i not in known_test]
    labels[missing] = -1
    labels[0] = 2
    features = np.array(draw(st.lists(st.integers(0, 2), min_size=n * 3, max_size=n * 3))).reshape(n, 3)
    features[missing] = 0
    test = np.array(sorted(known_test))
    # A split of the layout ends where the test nodes begin, and a node in between would need a place.
    first_test = int(test[0])
    labels[:first_test][labels[:first_test] < 0] = -1
    public = Split("public", np.arange(n_train), np.arange(n_train, first_test), test)
    others = draw(splits_of(n, ("0", "1")))
    data = scipy.sparse.csr_array(features.astype(np.float32))
    return NodeDataset("some", graph, data, labels, (public, *others))


@SETTINGS
@given(planetoid_datasets())
def test_planetoid(dataset):
    there_and_back(dataset, "planetoid")


@st.composite
def collections(draw, attributes=True, edge_data=True, with_splits=False):
    parts = draw(st.lists(graphs(min_nodes=0), min_size=1, max_size=4))
    whole = draw(st.booleans())
    made = []
    numbers = st.integers(-3, 3) if whole else st.floats(-3, 3, width=32).map(lambda x: x + 0.125)

    def column(length, width):
        cells = draw(st.lists(numbers, min_size=length * width, max_size=length * width))
        return np.array(cells, dtype=int if whole else float).reshape(length, width)

    has = {kind: attributes and draw(st.booleans()) for kind in ("node", "edge")}
    for graph in parts:
        n, m = graph.n_nodes, graph.n_edges
        node_data = {"label": np.array(draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)), dtype=int)}
        columns = {"label": np.array(draw(st.lists(st.integers(0, 3), min_size=m, max_size=m)), dtype=int)}
        if has["node"]:
            node_data["attributes"] = column(n, 2)
        if has["edge"]:
            columns["attributes"] = column(m, 2)
        made.append(
            Graph(graph.indptr, graph.indices, node_data=node_data, edge_data=columns if edge_data else None)
        )
    count = len(made)
    labels = np.array(draw(st.lists(st.integers(-1, 2), min_size=count, max_size=count)))
    splits = draw(splits_of(count, ("fold 1", "fold 2"), with_val=False)) if with_splits else ()
    return GraphCollection.from_graphs("some", made, labels, splits=splits)


def as_text(collection):
    """Return the collection with floating-point columns of whole numbers as integers, as text has them."""
    graph = collection.graph

    def told(columns):
        return {
            key: column.astype(int) if column.size == 0 or (column == np.rint(column)).all() else column
            for key, column in columns.items()
        }

    plain = Graph(
        graph.indptr,
        graph.indices,
        node_data=told({key: c for key, c in graph.node_data.items() if len(c)}),
        edge_data=told({key: c for key, c in graph.edge_data.items() if len(c)}),
    )
    return GraphCollection(
        collection.name, plain, collection.offsets, collection.labels, splits=collection.splits
    )


def rich_enough(collection, edges=True):
    """Whether columns have rows: text has no widths of empty tables."""
    return collection.graph.n_nodes > 0 and (collection.graph.n_edges > 0 or not edges)


@SETTINGS
@given(collections().filter(rich_enough), st.booleans())
def test_tu(collection, compress):
    there_and_back(as_text(collection), "tu", compress=compress)


@SETTINGS
@given(collections(attributes=False, edge_data=False))
def test_tu_without_edges_or_nodes(collection):
    there_and_back(collection, "tu")


@SETTINGS
@given(collections(edge_data=False).filter(lambda c: rich_enough(c, edges=False)))
def test_gin_text(collection):
    graph = collection.graph
    columns = {key: c.astype(float) if key == "attributes" else c for key, c in graph.node_data.items()}
    plain = Graph(graph.indptr, graph.indices, node_data=columns)
    there_and_back(GraphCollection("some", plain, collection.offsets, collection.labels), "gin-text")


@SETTINGS
@given(collections(attributes=False, edge_data=False, with_splits=True).filter(lambda c: c.splits))
def test_gin_folder(collection):
    there_and_back(collection, "gin")


@SETTINGS
@given(collections(attributes=False), st.booleans())
def test_ogb_graphs(collection, binary):
    if not rich_enough(collection) and not binary:
        return
    graph = collection.graph
    columns = {"feat": graph.node_data["label"][:, None], "year": graph.node_data["label"]}
    plain = Graph(
        graph.indptr, graph.indices, node_data=columns, edge_data={"feat": graph.edge_data["label"][:, None]}
    )
    made = GraphCollection("some", plain, collection.offsets, collection.labels)
    there_and_back(made, "ogb-npz" if binary else "ogb", **({} if binary else {"binary": False}))


@st.composite
def views(draw, names, n_splits):
    first = draw(graphs(min_nodes=2))
    n = first.n_nodes
    made = {names[0]: first}
    for name in names[1:]:
        matrix = np.array(draw(st.lists(st.sampled_from([0, 1, 3]), min_size=n * n, max_size=n * n)))
        made[name] = Graph.from_scipy(scipy.sparse.csr_array(matrix.reshape(n, n)), directed=None)
    features = np.array(draw(st.lists(st.sampled_from([0, 0.5]), min_size=n * 2, max_size=n * 2)))
    labels = np.array(draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)))
    split_names = ["file"] if n_splits == 1 else [str(k) for k in range(n_splits)]
    made_splits = draw(splits_of(n, split_names))
    return MultiViewDataset("some", made, scipy.sparse.csr_array(features.reshape(n, 2)), labels, made_splits)


@SETTINGS
@given(views(["PAP", "PLP"], 1))
def test_multiview_mat(dataset):
    there_and_back(dataset, "multiview-mat")


@SETTINGS
@given(views(["apa", "apcpa"], 2))
def test_heco(dataset):
    pairs = scipy.sparse.csr_array(np.array([[1, 0], [1, 1]], dtype=np.int8))
    with_relations = MultiViewDataset(
        "some", dataset.views, dataset.features, dataset.labels, dataset.splits, {"pa": pairs}
    )
    there_and_back(with_relations, "heco")


@st.composite
def simplices(draw):
    n = draw(st.integers(1, 6))
    sets = draw(st.lists(st.sets(st.integers(0, n - 1), min_size=1), min_size=1, max_size=6))
    nodes = np.concatenate([draw(st.permutations(sorted(one))) for one in sets]).astype(int)
    offsets = np.cumsum([0, *map(len, sets)])
    times = draw(st.none() | st.lists(st.integers(-5, 5), min_size=len(sets), max_size=len(sets)))
    name = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Z")), min_size=1, max_size=4)
    names = draw(st.none() | st.lists(name, min_size=n, max_size=n))
    n_nodes = None if names is None else n
    return SimplexDataset("some", offsets, nodes, times, n_nodes, names)


@SETTINGS
@given(simplices(), st.booleans())
def test_simplices(dataset, compress):
    there_and_back(dataset, "simplices", compress=compress)


@pytest.mark.parametrize("compress", [False, True])
def test_simplices_of_the_layouts_own_description(tmp_path, compress):
    """The three simplices {1, 2, 3}, {2, 4} and {1, 3, 4, 5} at times 10, 15 and 21."""
    dataset = SimplexDataset("example", [0, 3, 5, 9], [0, 1, 2, 1, 3, 0, 2, 3, 4], [10, 15, 21])
    write_dataset(dataset, tmp_path / "it", format="simplices", compress=compress)
    graph = read_dataset(tmp_path / "it").projected()
    weights = {(u, v): w for u, v, w in zip(*graph.edges(), graph.edge_weights(), strict=True)}
    assert weights[0, 2] == 2
    assert weights[1, 3] == 1
    assert (1, 4) not in weights
    if not compress:
        assert (tmp_path / "it/example-nverts.txt").read_text() == "3\n2\n4\n"
        assert (tmp_path / "it/example-times.txt").read_text() == "10\n15\n21\n"
