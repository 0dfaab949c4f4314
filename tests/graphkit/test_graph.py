"""The graph: construction against a slow oracle, the promises of the class, derived graphs."""

import copy
import itertools
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.graph import adjacency_rows, components, edge_dict

from graphkit import Graph, _build, _csr, _shares
from graphkit._labels import NodeLabels
from graphkit.errors import MemoryBudgetError, UnknownNameError

RULES = ("merge", "sum", "first", "max", "min", "error")


@st.composite
def edge_lists(draw, max_nodes=9, max_edges=30):
    n = draw(st.integers(1, max_nodes))
    m = draw(st.integers(0, max_edges))
    ends = st.lists(st.integers(0, n - 1), min_size=m, max_size=m)
    weights = st.lists(st.sampled_from([-2.0, 0.0, 0.5, 1.0, 3.0]), min_size=m, max_size=m)
    return n, draw(ends), draw(ends), draw(st.none() | weights)


def rows_of(graph):
    weights = [None] * graph.n_entries if graph.weights is None else graph.weights.tolist()
    bounds = graph.indptr.tolist()
    entries = list(zip(graph.indices.tolist(), weights, strict=True))
    return [entries[a:b] for a, b in itertools.pairwise(bounds)]


@settings(max_examples=300, deadline=None)
@given(edge_lists(), st.booleans(), st.sampled_from(RULES), st.sampled_from(["keep", "drop", "error"]))
def test_from_edges_agrees_with_the_oracle(listing, directed, rule, loops):
    n, sources, targets, weights = listing
    options = {"directed": directed, "multi_edges": rule, "self_loops": loops}
    try:
        expected = edge_dict(sources, targets, weights, **options)
    except ValueError:
        with pytest.raises(ValueError, match=r"listed|self-loop"):
            Graph.from_edges(sources, targets, weights, n_nodes=n, **options)
        return
    order = np.arange(len(sources))
    graph = Graph.from_edges(sources, targets, weights, n_nodes=n, edge_data={"k": order}, **options)
    assert rows_of(graph) == adjacency_rows(expected, n, directed)
    assert graph.n_edges == len(expected)
    assert graph.n_self_loops == sum(u == v for u, v in expected)
    assert list(zip(*(ends.tolist() for ends in graph.edges()), strict=True)) == list(expected)
    assert graph.edge_data["k"].tolist() == [first for _, first in expected.values()]
    # The checked constructor accepts what the builder made, and finds the same graph in it.
    assert graph == Graph(
        graph.indptr, graph.indices, graph.weights, directed=directed, edge_data=graph.edge_data
    )
    edge_of = graph.entry_edges()
    edges = list(expected)
    rows = np.repeat(np.arange(n), np.diff(graph.indptr))
    for row, column, edge in zip(rows.tolist(), graph.indices.tolist(), edge_of.tolist(), strict=True):
        assert edges[edge] in ((row, column), (column, row))


@pytest.mark.parametrize("directed", [False, True])
def test_short_rows_and_hubs(directed):
    rng = np.random.default_rng(3)
    n, m = 70_000, 200_000  # one row of 60 000 entries among rows of a few
    sources = np.where(rng.random(m) < 0.3, 5, rng.integers(0, n, m))
    targets = rng.integers(0, n, m)
    weights = rng.random(m).astype(np.float32)
    graph = Graph.from_edges(sources, targets, weights, n_nodes=n, directed=directed, multi_edges="sum")
    import scipy.sparse

    matrix = scipy.sparse.coo_array((weights.astype(np.float64), (sources, targets)), shape=(n, n)).tocsr()
    if not directed:
        mirrored = matrix.T.tocsr()
        mirrored.setdiag(0)
        matrix = matrix + mirrored
    matrix.eliminate_zeros()
    matrix.sort_indices()
    assert graph.weights.dtype == np.float32
    np.testing.assert_array_equal(graph.indptr, matrix.indptr)
    np.testing.assert_array_equal(graph.indices, matrix.indices)
    # Sums are rounded to float32 once, whatever their order.
    np.testing.assert_allclose(graph.weights, matrix.data, rtol=1e-6)


def test_index_arrays_share_the_width_of_the_policy(monkeypatch):
    graph = Graph.from_edges([0, 1], [1, 2], [0.5, 2.0])
    assert graph.indptr.dtype == graph.indices.dtype == np.int32
    # 64-bit arrays take the same road; the kernels are the same for both widths.
    monkeypatch.setattr(_csr, "index_dtype", lambda *_: np.int64)
    wide = Graph.from_edges([0, 1], [1, 2], [0.5, 2.0])
    assert wide.indptr.dtype == wide.indices.dtype == np.int64
    assert wide == graph


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("directed", [False, True])
def test_buckets_and_threads_leave_no_trace(monkeypatch, directed, weighted, threads):
    """Many buckets, keys of 32 and of 64 bits and any number of threads give the same graph."""
    rng = np.random.default_rng(11)
    sources, targets = rng.integers(0, 300, (2, 4000)) ** 2 // 300  # some rows are far longer than others
    weights = rng.integers(1, 4, 4000).astype(float) if weighted else None
    options = {"n_nodes": 300, "directed": directed, "multi_edges": "sum"}
    data = {"k": np.arange(4000)}
    plain = Graph.from_edges(sources, targets, weights, edge_data=data, **options)
    assert rows_of(plain) == adjacency_rows(
        edge_dict(sources.tolist(), targets.tolist(), weights, directed=directed, multi_edges="sum"),
        300,
        directed,
    )
    monkeypatch.setattr(_csr, "_ENTRIES_PER_BUCKET", 10)
    monkeypatch.setattr(_shares, "_WORTH_A_THREAD", 500)
    monkeypatch.setattr(_shares, "n_threads", lambda: threads)
    for dtype in (np.uint32, np.uint64):
        layout = _csr._Layout(3, 9, 38, dtype)
        monkeypatch.setattr(_csr._Layout, "of", lambda *_, layout=layout: layout)
        assert Graph.from_edges(sources, targets, weights, edge_data=data, **options) == plain
        assert (
            Graph.from_edges(sources, targets, weights, **options).indices.tolist() == plain.indices.tolist()
        )
        labelled = Graph.from_edges(sources * 5 + 7, targets * 5 + 7, weights, multi_edges="sum")
        assert labelled.labels.integers.tolist() == np.unique([sources * 5 + 7, targets * 5 + 7]).tolist()
        assert labelled.n_edges == Graph.from_edges(sources, targets, weights, multi_edges="sum").n_edges


@pytest.mark.parametrize(
    ("n_nodes", "n_entries"),
    [
        (0, 0),
        (1, 0),
        (1, 5),
        (5, 10**7),
        (2**20, 2 * 10**7),
        (2**22, 2 * 10**7),
        (2**23, 10**8),
        (2**33, 100),
    ],
)
def test_keys_have_room_for_row_and_column(n_nodes, n_entries):
    layout = _csr._Layout.of(n_nodes, n_entries)
    last = max(n_nodes - 1, 0)
    assert layout.n_buckets == (last >> layout.shift) + 1 <= 2**12
    largest = ((1 << layout.shift) - 1) << layout.column_bits | last
    assert largest <= np.iinfo(layout.dtype).max


def test_kernels_in_plain_python(monkeypatch):
    """A few cases with compilation off, so that a bug of the compiler and one of ours can be told apart."""
    for name in ("_insertion_sort", "sort_keys", "merge_keys"):
        monkeypatch.setattr(_build, name, getattr(_build, name).py_func)
    first, second = np.array([1, 0, 2, 1, 2]), np.array([0, 1, 2, 2, 0])
    counts = np.zeros(2, np.int64)
    _build.count_buckets.py_func(first, second, True, 1, counts)
    assert counts.tolist() == [6, 3]
    starts = np.array([0, 6, 9])
    keys, order = np.empty(9, np.uint32), np.empty(9, np.int64)
    _build.fill_buckets.py_func(first, second, np.arange(5), True, 1, 2, starts[:-1].copy(), keys, order)
    assert keys.tolist() == [4, 1, 1, 4, 6, 2, 2, 1, 0]
    assert order.tolist() == [0, 0, 1, 1, 3, 4, 2, 3, 4]
    kept, loops, upper = np.zeros((3, 2), np.int64)
    indptr, values = np.zeros(4, np.int64), np.empty(9)
    given = np.array([1.0, 2.0, 4.0, 3.0, 8.0])
    shape = (starts, keys, order, values, given, 1, 2, _build.SUM, False)
    assert not _build.sort_buckets.py_func(0, 2, *shape, kept, loops, upper, indptr)
    assert (kept.tolist(), loops.tolist(), upper.tolist()) == ([4, 3], [0, 1], [3, 1])
    assert np.cumsum(indptr).tolist() == [0, 2, 4, 7]
    indices, weights, edges = np.empty(7, np.int32), np.empty(7), np.empty(4, np.int64)
    places = (starts, kept, np.array([0, 4]), np.array([0, 3]))
    _build.unpack_buckets.py_func(0, 2, *places, keys, order, values, 1, 2, True, indices, weights, edges)
    assert indices.tolist() == [1, 2, 0, 2, 0, 1, 2]
    assert weights.tolist() == [3, 8, 3, 3, 8, 3, 4]
    assert edges.tolist() == [0, 4, 3, 2]
    full = np.cumsum(indptr)
    assert _build.count_loops.py_func(full, indices) == 1
    assert _build.find_unsorted.py_func(full, indices) == -1
    assert _build.find_asymmetry.py_func(full, indices, weights) == (-1, -1)


def test_ids_0_to_n_need_no_labels():
    graph = Graph.from_edges([2, 0], [1, 2])
    assert graph.labels is None
    assert (graph.n_nodes, graph.index_of(2), graph.label_of(np.int64(2))) == (3, 2, 2)


@pytest.mark.parametrize(
    "ids",
    [
        [1, 2, 3],
        [0, 2, 5],
        [-4, 0, 3],
        [10**9, 3, 2 * 10**9],
        [2**62, -(2**62), 7],
        [2**63 - 1, -(2**63), 0],
    ],
)
def test_other_integers_become_labels_in_increasing_order(ids):
    graph = Graph.from_edges([ids[0], ids[2]], [ids[1], ids[0]])
    assert graph.labels == sorted(ids)
    assert graph.labels.integers is not None
    assert graph.has_edge(graph.index_of(ids[0]), graph.index_of(ids[1]))
    assert not graph.has_edge(graph.index_of(ids[1]), graph.index_of(ids[2]))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-(2**40), 2**40), st.integers(0, 30)), min_size=1, max_size=60))
def test_ids_far_apart_are_numbered_as_numpy_would(pairs):
    sources, targets = np.array(pairs, dtype=np.int64).T
    graph = Graph.from_edges(sources, targets * 10**9, directed=True, edge_data={"k": np.arange(len(pairs))})
    ids, numbers = np.unique(np.array([sources, targets * 10**9]), return_inverse=True)
    assert graph.label_of(graph.n_nodes - 1) == ids[-1]
    assert [graph.label_of(i) for i in range(graph.n_nodes)] == ids.tolist()
    first, second = numbers.reshape(2, -1)[:, graph.edge_data["k"]]
    assert [ends.tolist() for ends in graph.edges()] == [first.tolist(), second.tolist()]


def test_large_gaps_cost_no_memory():
    from graphkit.memory import peak_memory

    before = peak_memory()
    graph = Graph.from_edges(np.array([0, 10**12]), np.array([10**12, 5]))
    assert graph.n_nodes == 3
    assert peak_memory() - before < 10**8


def test_hashable_ids_are_numbered_by_first_appearance():
    graph = Graph.from_edges(["b", (1, 2), None], ["a", "b", 2.5])
    assert list(graph.labels) == ["b", "a", (1, 2), None, 2.5]
    assert graph.index_of((1, 2)) == 2
    assert Graph.from_edges([("x", 1), (1, "y")]).labels == ["x", 1, "y"]
    assert Graph.from_edges(np.array(["u", "v"]), np.array(["v", "w"])).labels == ["u", "v", "w"]


def test_pairs_in_one_array():
    assert Graph.from_edges(np.array([[0, 1], [1, 2]])) == Graph.from_edges([0, 1], [1, 2])
    assert Graph.from_edges(iter([(0, 1), (1, 2)])) == Graph.from_edges([0, 1], [1, 2])


def test_labels_name_indices_or_are_looked_up():
    by_index = Graph.from_edges([0, 1], [1, 2], labels=["a", "b", "c", "d"])
    by_label = Graph.from_edges(["a", "b"], ["b", "c"], labels=["a", "b", "c", "d"])
    assert by_index == by_label
    assert by_index.n_nodes == 4
    integers = Graph.from_edges([30, 10], [20, 30], labels=[30, 10, 20])
    assert integers == Graph.from_edges([0, 1], [2, 0], n_nodes=3, labels=[30, 10, 20])
    with pytest.raises(UnknownNameError, match="no node is labelled 1"):
        Graph.from_edges([10, 1], [20, 10], labels=[30, 10, 20])


def test_both_directions_are_one_undirected_edge():
    both = Graph.from_edges([0, 1, 1, 2], [1, 0, 2, 1], [2.0, 2.0, 3.0, 3.0])
    assert both == Graph.from_edges([0, 1], [1, 2], [2.0, 3.0])
    with pytest.raises(ValueError, match=r"edge \(1, 0\).*different weights.*2.0 in entry 0.*4.0 in entry 1"):
        Graph.from_edges([1, 0], [0, 1], [2.0, 4.0])
    assert Graph.from_edges([1, 0], [0, 1], [2.0, 4.0], multi_edges="sum").edge_weights().tolist() == [6.0]
    assert Graph.from_edges([1, 0], [0, 1], [2.0, 4.0], directed=True).n_edges == 2


def test_unweighted_repeats_collapse_unless_summed():
    assert Graph.from_edges([0, 0], [1, 1]).weights is None
    assert Graph.from_edges([0, 0], [1, 1], multi_edges="sum").edge_weights().tolist() == [2.0]
    with pytest.raises(ValueError, match=r"edge \(0, 1\) is listed more than once, in entry 0 and entry 1"):
        Graph.from_edges([0, 0], [1, 1], multi_edges="error")


@pytest.mark.parametrize(
    ("dtype", "kept"),
    [
        (np.float32, np.float32),
        (np.float16, np.float32),
        (np.float64, np.float64),
        (np.int8, np.float64),
        (bool, np.float64),
    ],
)
def test_weight_types(dtype, kept):
    assert Graph.from_edges([0, 1], [1, 2], np.ones(2, dtype)).weights.dtype == kept


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_finite_name_the_edge(value):
    with pytest.raises(ValueError, match=r"finite.*\('b', 'c'\)"):
        Graph.from_edges(["a", "b"], ["b", "c"], [1.0, value])


def test_overflow_of_summed_weights_is_refused():
    with pytest.raises(ValueError, match="overflow float32"):
        Graph.from_edges([0, 0], [1, 1], np.array([3e38, 3e38], np.float32), multi_edges="sum")


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        (([0, 1], [1]), {}, ValueError, "equal lengths, got 2 and 1"),
        (([0.5], [1.0]), {}, None, ""),
        ((np.array([0.5]), np.array([1.0])), {}, TypeError, "integers or labels"),
        ((np.array([True]), np.array([False])), {}, TypeError, "dtype bool"),
        (("ab", "cd"), {}, TypeError, "sequence of node ids"),
        ((np.zeros((2, 3), int),), {}, ValueError, r"shape \(m, 2\)"),
        (([(0, 1), (2,)],), {}, ValueError, r"a pair, got \(2,\) at position 1"),
        ((7,), {}, TypeError, "sequence of pairs"),
        (([0, 5], [1, 2]), {"n_nodes": 5}, ValueError, "source in entry 1 is 5, but n_nodes=5 allows 0..4"),
        (([0], [-1]), {"n_nodes": 5}, ValueError, "target in entry 0 is -1"),
        (([0], [1]), {"n_nodes": -1}, ValueError, "at least 0"),
        (([0], [1]), {"n_nodes": 2.0}, TypeError, "must be an integer"),
        (([0], [1]), {"labels": ["a", "b"], "n_nodes": 3}, ValueError, "each of the 3 nodes, got 2"),
        (([0], [1]), {"labels": ["a", "a"]}, ValueError, "distinct, got 'a' for nodes 0 and 1"),
        (([0], [1]), {"labels": [4, 4]}, ValueError, "distinct, got 4 twice"),
        (([0], [1]), {"labels": [[], {}]}, TypeError, "hashable"),
        (([0], [1]), {"labels": "ab"}, TypeError, "sequence"),
        ((["a"], ["z"]), {"labels": ["a", "zz"]}, UnknownNameError, "'z'.*did you mean 'zz'"),
        ((["a"], ["z"]), {"n_nodes": 3}, TypeError, "must be integers, got 'a'"),
        (([[]], [[]]), {}, TypeError, "hashable"),
        (([0], [1], [1, 2]), {}, ValueError, r"shape \(1,\)"),
        (([0], [1], ["x"]), {}, TypeError, "real numbers"),
        (([0], [1], [1j]), {}, TypeError, "real numbers"),
        (([0], [1]), {"multi_edges": "summ"}, UnknownNameError, "did you mean sum"),
        (([0], [1]), {"self_loops": "remove"}, UnknownNameError, "keep, drop, error"),
        (([1], [1]), {"self_loops": "error"}, ValueError, r"edge \(1, 1\) in entry 0 is a self-loop"),
        (([0], [1]), {"node_data": {"x": [1, 2, 3]}}, ValueError, "each of the 2 nodes"),
        (([0], [1]), {"edge_data": {"x": 3}}, ValueError, "each of the 1 edges"),
        (([0], [1]), {"node_data": [1, 2]}, TypeError, "mapping"),
        (([0], [1]), {"node_data": {1: [1, 2]}}, TypeError, "must be strings"),
        ((np.array([2**63], np.uint64), np.array([1], np.uint64)), {}, ValueError, "64-bit"),
    ],
)
def test_bad_edges(arguments, options, error, message):
    if error is None:  # Python floats are hashable, hence labels like any other
        assert Graph.from_edges(*arguments).labels == [0.5, 1.0]
        return
    with pytest.raises(error, match=message):
        Graph.from_edges(*arguments, **options)


def test_a_graph_that_cannot_fit_is_refused():
    with pytest.raises(MemoryBudgetError, match="a graph of 10000000000000 nodes"):
        Graph.from_edges([0], [1], n_nodes=10**13)


def test_empty_graphs():
    nothing = Graph.from_edges([], [])
    assert (nothing.n_nodes, nothing.n_edges, nothing.connected_components()[0]) == (0, 0, 0)
    assert nothing.largest_component() == nothing
    isolated = Graph.from_edges([], [], n_nodes=3)
    assert isolated.degrees().tolist() == [0, 0, 0]
    assert isolated.connected_components()[0] == 3
    assert repr(isolated) == "Graph(3 nodes, 0 edges, undirected, unweighted)"


@pytest.mark.parametrize(
    ("arrays", "options", "error", "message"),
    [
        (([0, 1, 2], [1, 0]), {}, None, ""),
        (([0, 1, 2], [1.0, 0.0]), {}, TypeError, "indices must hold integers"),
        (([0, 2, 1, 2], [1, 0]), {}, ValueError, "without falling"),
        (([], []), {}, ValueError, "indptr must rise"),
        (([0, 1, 3], [1, 0]), {}, ValueError, "rise from 0 to the number of entries, 2"),
        (([0, 1, 2], [2, 0]), {}, ValueError, r"indices must be in 0..1 .* got 0 to 2; .*Graph.from_edges"),
        (([0, 1], [5]), {}, ValueError, r"indices must be in 0..0 for .* got 5 to 5; .*Graph.from_edges"),
        (([0, 2, 4], [1, 0, 0, 1]), {}, ValueError, r"strictly increasing.*\[1, 0\] in row 0"),
        (([0, 2, 2], [1, 1]), {"directed": True}, ValueError, "strictly increasing"),
        (([0, 1, 1], [1]), {}, ValueError, r"entry \(0, 1\) is present and entry \(1, 0\) is absent"),
        (([0, 0, 1], [0]), {}, ValueError, r"entry \(1, 0\) is present and entry \(0, 1\) is absent"),
        (([0, 1, 2], [1, 0], [1.0, 2.0]), {}, ValueError, r"\(0, 1\) is 1.0 and entry \(1, 0\) is 2.0"),
        (([0, 1, 2], [1, 0], [1.0, np.nan]), {}, ValueError, r"finite, got nan for the edge \(1, 0\)"),
        (([0, 1, 2], [[1, 0]]), {}, ValueError, "one-dimensional"),
        (([0, 1, 2], [1, 0]), {"labels": ["a"]}, ValueError, "each of the 2 nodes, got 1"),
        (([0, 1, 2], [1, 0]), {"edge_data": {"x": [1, 2]}}, ValueError, "each of the 1 edges"),
    ],
)
def test_constructor_checks(arrays, options, error, message):
    if error is None:
        assert Graph(*arrays).n_edges == 1
        return
    with pytest.raises(error, match=message):
        Graph(*arrays, **options)


def example():
    return Graph.from_edges(
        ["a", "b", "c", "d", "d"],
        ["b", "c", "a", "e", "d"],
        [1.0, 2.0, 3.0, 4.0, 5.0],
        node_data={"x": np.arange(10.0).reshape(5, 2), "name": list("vwxyz")},
        edge_data={"year": [1, 2, 3, 4, 5]},
    )


def test_nothing_can_be_changed():
    graph = example()
    for array in (graph.indptr, graph.indices, graph.weights, graph.node_data["x"], graph.edge_data["year"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    with pytest.raises(AttributeError, match="immutable"):
        graph.directed = True
    with pytest.raises(AttributeError, match="immutable"):
        del graph.weights
    with pytest.raises(TypeError):
        graph.node_data["y"] = np.zeros(5)
    with pytest.raises(TypeError):
        hash(graph)


def test_the_callers_arrays_stay_theirs():
    sources, targets, weights = np.array([1, 0]), np.array([0, 2]), np.array([1.0, 2.0])
    data = np.array([1, 2, 3])
    graph = Graph.from_edges(sources, targets, weights, node_data={"x": data})
    before = graph.weights.copy()
    sources[:], targets[:], weights[:], data[:] = 0, 0, 9.0, 9
    assert graph.node_data["x"].tolist() == [1, 2, 3]
    np.testing.assert_array_equal(graph.weights, before)
    indptr, indices = np.array([0, 1, 2]), np.array([1, 0])
    graph = Graph(indptr, indices)
    indices[:] = 0
    assert graph.indices.tolist() == [1, 0]


@pytest.mark.parametrize("make", [lambda g: pickle.loads(pickle.dumps(g)), copy.copy, copy.deepcopy])
def test_copies_are_equal_and_read_only(make):
    graph = example()
    other = make(graph)
    assert other == graph
    assert not any(array.flags.writeable for array in (other.indptr, other.indices, other.weights))
    assert not any(array.flags.writeable for array in (*other.node_data.values(), *other.edge_data.values()))
    assert other.index_of("e") == 4


def test_equality_is_by_content():
    graph = example()
    assert graph == example()
    assert graph != Graph.from_edges([0, 1], [1, 2])
    assert graph.subgraph(range(5)) == graph
    assert graph != 5
    arrays = (graph.indptr, graph.indices, graph.weights)
    data = {"node_data": graph.node_data, "edge_data": graph.edge_data, "labels": graph.labels}
    assert Graph(*arrays, **data) == graph
    for change in (
        {"labels": None},
        {"labels": list("vwxyz")},
        {"node_data": None},
        {"edge_data": {"year": [1, 2, 3, 4, 6]}},
        {"edge_data": {"age": graph.edge_data["year"]}},
    ):
        assert Graph(*arrays, **(data | change)) != graph
    assert Graph(graph.indptr, graph.indices, **data) != graph
    missing = {"x": np.array([np.nan, 1.0])}
    assert Graph.from_edges([0], [1], node_data=missing) == Graph.from_edges([0], [1], node_data=missing)


def test_sizes_degrees_and_neighbours():
    graph = example()
    assert (len(graph), graph.n_nodes, graph.n_edges, graph.n_entries, graph.n_self_loops) == (5, 5, 5, 9, 1)
    assert graph.has_self_loops()
    assert graph.degrees().tolist() == [2, 2, 2, 2, 1]
    assert graph.degrees(weighted=True).tolist() == [4.0, 3.0, 5.0, 9.0, 4.0]
    assert [graph.label_of(i) for i in graph.neighbors(graph.index_of("d"))] == ["d", "e"]
    assert graph.has_edge(0, 1)
    assert not graph.has_edge(0, 4)
    for bad in (5, -1):
        with pytest.raises(ValueError, match=r"in \[0, 4\]"):
            graph.neighbors(bad)
    with pytest.raises(TypeError, match="integer"):
        graph.neighbors("a")
    with pytest.raises(UnknownNameError, match="'z'"):
        graph.index_of("z")
    assert repr(graph) == (
        "Graph(5 nodes, 5 edges, undirected, float64 weights, labelled, node data x, name, edge data year)"
    )
    assert repr(Graph.from_edges([0], [0], directed=True)) == "Graph(1 node, 1 edge, directed, unweighted)"


@settings(max_examples=80, deadline=None)
@given(edge_lists(), st.booleans())
def test_degrees_sum_rows_and_columns(listing, directed):
    n, sources, targets, weights = listing
    graph = Graph.from_edges(sources, targets, weights, n_nodes=n, directed=directed, multi_edges="sum")
    dense = graph.to_scipy().toarray()
    np.testing.assert_allclose(graph.out_degrees(weighted=True), dense.sum(axis=1))
    np.testing.assert_allclose(graph.in_degrees(weighted=True), dense.sum(axis=0))
    pattern = np.zeros((n, n), dtype=int)
    pattern[np.repeat(np.arange(n), np.diff(graph.indptr)), graph.indices] = 1
    assert graph.out_degrees().tolist() == pattern.sum(axis=1).tolist()
    assert graph.in_degrees().tolist() == pattern.sum(axis=0).tolist()
    total = pattern.sum(axis=0) + pattern.sum(axis=1) if directed else pattern.sum(axis=1)
    assert graph.degrees().tolist() == total.tolist()


@settings(max_examples=100, deadline=None)
@given(edge_lists(), st.booleans(), st.data())
def test_derived_graphs(listing, directed, data):
    n, sources, targets, weights = listing
    graph = Graph.from_edges(
        sources,
        targets,
        weights,
        n_nodes=n,
        directed=directed,
        multi_edges="first",
        node_data={"id": np.arange(n)},
        edge_data={"k": np.arange(len(sources))},
    )
    dense = graph.to_scipy().toarray()
    back = graph.transpose()
    np.testing.assert_array_equal(back.to_scipy().toarray(), dense.T)
    assert back.transpose() == graph
    assert graph.transpose() is back
    keys = {
        (u, v): k
        for u, v, k in zip(*map(np.ndarray.tolist, (*graph.edges(), graph.edge_data["k"])), strict=True)
    }
    for u, v, k in zip(*map(np.ndarray.tolist, (*back.edges(), back.edge_data["k"])), strict=True):
        assert keys[(v, u) if directed else (u, v)] == k

    nodes = data.draw(st.lists(st.integers(0, n - 1), unique=True))
    part = graph.subgraph(nodes)
    np.testing.assert_array_equal(part.to_scipy().toarray(), dense[np.ix_(nodes, nodes)])
    assert [part.label_of(i) for i in range(part.n_nodes)] == nodes
    assert part.node_data["id"].tolist() == nodes
    for u, v, k in zip(*map(np.ndarray.tolist, (*part.edges(), part.edge_data["k"])), strict=True):
        u, v = nodes[u], nodes[v]
        assert keys[(u, v) if directed or u <= v else (v, u)] == k
    mask = np.zeros(n, dtype=bool)
    mask[nodes] = True
    assert graph.subgraph(mask) == graph.subgraph(sorted(nodes))

    count, component = graph.connected_components()
    expected = components(rows_of(graph))
    assert component.tolist() == expected
    assert count == max(expected) + 1
    largest = graph.largest_component()
    sizes = [expected.count(c) for c in range(count)]
    assert largest.node_data["id"].tolist() == [i for i in range(n) if expected[i] == sizes.index(max(sizes))]


def test_to_undirected():
    graph = Graph.from_edges([0, 1, 2], [1, 0, 1], [1.0, 2.0, 3.0], directed=True, node_data={"x": [1, 2, 3]})
    with pytest.raises(ValueError, match="different weights"):
        graph.to_undirected()
    both = graph.to_undirected(multi_edges="sum")
    assert not both.directed
    assert both.edge_weights().tolist() == [3.0, 3.0]
    assert both.node_data["x"].tolist() == [1, 2, 3]
    assert both.to_undirected() is both


@pytest.mark.parametrize(
    ("nodes", "error", "message"),
    [
        ([0, 0], ValueError, "distinct, got 0 more than once"),
        ([0, 9], ValueError, r"in 0..4, got 0 to 9"),
        ([True, False], ValueError, r"shape \(5,\)"),
        ([0.5], TypeError, "integers"),
    ],
)
def test_bad_subgraphs(nodes, error, message):
    with pytest.raises(error, match=message):
        example().subgraph(nodes)


def test_labels_as_a_sequence():
    labels = NodeLabels(["x", "y", "z"])
    assert (labels[-1], labels[1:], list(labels), "y" in labels, [] in labels) == (
        "z",
        ("y", "z"),
        ["x", "y", "z"],
        True,
        False,
    )
    with pytest.raises(IndexError):
        labels[3]
    encoded = NodeLabels._from_utf8(np.array([0, 1, 3, 3]), np.frombuffer("aéc".encode()[:3], np.uint8))
    assert list(encoded) == ["a", "é", ""]
    assert (encoded[-2], encoded.index_of("é")) == ("é", 1)
    with pytest.raises(IndexError):
        encoded[3]
    assert pickle.loads(pickle.dumps(encoded)) == encoded
    assert encoded.take(np.array([1, 0])) == ["é", "a"]
    numbers = NodeLabels(np.array([7, 5], np.uint8))
    assert (numbers[0], type(numbers[0]), numbers.index_of(5)) == (7, int, 1)
    assert NodeLabels([np.int64(3), 4]).integers.tolist() == [3, 4]
    assert NodeLabels([True, 5]).integers is None
    assert repr(NodeLabels(range(7))) == "NodeLabels([0, 1, 2, 3, 4, ...])"
    assert NodeLabels(["a"]) != NodeLabels(["b"])
    assert (NodeLabels(["a"]) == "a") is False
    with pytest.raises(ValueError, match="one-dimensional"):
        NodeLabels(np.zeros((2, 2), int))


@pytest.mark.parametrize("n_bits", [3, 11, 12, 32, 45])
@pytest.mark.parametrize("length", [0, 1, 2, 48, 49, 300])
def test_keys_are_sorted_stably_whatever_their_length(length, n_bits):
    rng = np.random.default_rng(length)
    for dtype in (np.uint32, np.uint64) if n_bits <= 32 else (np.uint64,):
        keys = rng.integers(0, 2**n_bits, length, dtype=np.uint64).astype(dtype)
        keys[length // 2 :] = keys[: length - length // 2]
        expected = np.argsort(keys, kind="stable")
        for payload in (np.arange(length), np.empty(0, dtype=np.int64)):
            ours, load = keys.copy(), payload.copy()
            _build.sort_keys(ours, load, n_bits, np.empty(length + 3, dtype), np.empty_like(load))
            np.testing.assert_array_equal(ours, keys[expected])
            assert load.size == 0 or load.tolist() == expected.tolist()


def test_refused_entries_are_counted_in_the_list_as_given():
    """Dropped self-loops do not shift the numbers, and the error survives pickling as a sentence."""
    with pytest.raises(ValueError, match=r"3.0 in entry 1 and 4.0 in entry 3") as caught:
        Graph.from_edges([0, 0, 1, 0], [0, 1, 1, 1], [1.0, 3.0, 2.0, 4.0], self_loops="drop")
    assert "directed" not in str(caught.value)  # both entries have the same direction
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    with pytest.raises(ValueError, match=r"keep directions \(directed=True, --directed"):
        Graph.from_edges([0, 1], [1, 0], [1.0, 2.0])
    with pytest.raises(ValueError, match="listed with different weights") as caught:
        Graph.from_edges([0, 0], [1, 1], [1.0, 2.0], directed=True)
    assert "--directed" not in str(caught.value)
