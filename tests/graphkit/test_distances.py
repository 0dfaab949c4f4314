"""Shortest paths against textbook searches, networkx, and closed forms."""

import networkx as nx
import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.graph import adjacency_rows, edge_dict, step_distances, weighted_distances

from graphkit import Graph, _paths
from graphkit.distances import shortest_path_distances
from graphkit.errors import MemoryBudgetError


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 9),
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=25),
    st.booleans(),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_small_graphs_agree_with_the_oracle(n, ends, directed, weighted, random):
    sources, targets = [u % n for u, _ in ends], [v % n for _, v in ends]
    weights = [random.choice([0.0, 0.5, 1.0, 2.0]) for _ in ends] if weighted else None
    options = {"directed": directed, "multi_edges": "min"}
    rows = adjacency_rows(edge_dict(sources, targets, weights, **options), n, directed)
    graph = Graph.from_edges(sources, targets, weights, n_nodes=n, **options)
    expected = np.array(weighted_distances(rows) if weighted else step_distances(rows))
    for dtype in (np.float32, np.float64):
        found = shortest_path_distances(graph, unreachable="inf", dtype=dtype)
        assert found.dtype == dtype
        np.testing.assert_array_equal(found, expected)  # all lengths are exact in binary
    steps = shortest_path_distances(graph, weighted=False, unreachable=77)
    np.testing.assert_array_equal(steps, np.nan_to_num(np.array(step_distances(rows)), posinf=77))
    if np.isinf(expected).any():
        with pytest.raises(ValueError, match="components"):
            shortest_path_distances(graph)
    else:
        np.testing.assert_array_equal(shortest_path_distances(graph), expected)


@pytest.mark.parametrize("n", [1, 63, 64, 65, 200])
def test_paths_and_cycles_have_closed_forms(n):
    """Sizes around the 64 sources of a batch; long thin graphs have frontiers that do not overlap."""
    i = np.arange(n)
    gap = np.abs(i[:, None] - i)
    path = Graph.from_edges(i[:-1], i[1:], n_nodes=n)
    np.testing.assert_array_equal(shortest_path_distances(path), gap)
    ring = Graph.from_edges(i, (i + 1) % n, n_nodes=n, directed=True)
    np.testing.assert_array_equal(shortest_path_distances(ring), (i - i[:, None]) % n)


def test_real_graph_agrees_with_networkx():
    graph = nx.les_miserables_graph()
    expected = np.asarray(nx.floyd_warshall_numpy(graph))
    np.testing.assert_allclose(shortest_path_distances(graph, dtype=np.float64), expected, rtol=1e-12)
    steps = dict(nx.all_pairs_shortest_path_length(graph))
    found = shortest_path_distances(Graph.from_networkx(graph), weighted=False)
    assert found.tolist() == [[steps[u][v] for v in graph] for u in graph]


def test_any_number_of_threads_gives_the_same():
    rng = np.random.default_rng(5)
    graph = Graph.from_edges(rng.integers(0, 300, 900), rng.integers(0, 300, 900), n_nodes=300)
    before = numba.get_num_threads()
    found = []
    try:
        for threads in {1, before}:
            numba.set_num_threads(threads)
            found.append(shortest_path_distances(graph, unreachable="inf"))
    finally:
        numba.set_num_threads(before)
    np.testing.assert_array_equal(found[0], found[-1])
    rows = [[(int(j), None) for j in graph.neighbors(i)] for i in range(300)]
    np.testing.assert_array_equal(found[0], step_distances(rows))


def test_kernel_in_plain_python():
    graph = Graph.from_edges([0, 1, 1], [1, 2, 3], n_nodes=5)
    rows = np.empty((5, 5), np.float32)
    _paths._breadth_first_batch.py_func(graph.indptr, graph.indices, 0, np.inf, rows)
    np.testing.assert_array_equal(rows, shortest_path_distances(graph, unreachable="inf"))


def test_many_blocks_of_weighted_rows(monkeypatch):
    from graphkit import distances

    graph = nx.les_miserables_graph()
    whole = shortest_path_distances(graph)
    monkeypatch.setattr(distances, "_BLOCK_BYTES", 5 * 8 * 77)
    np.testing.assert_array_equal(shortest_path_distances(graph), whole)


def test_disconnected_graphs_say_what_to_do():
    graph = Graph.from_edges([0, 2], [1, 3], n_nodes=5)
    with pytest.raises(
        ValueError, match=r"3 connected components.*graph\.largest_component\(\).*unreachable='inf'"
    ):
        shortest_path_distances(graph)
    assert shortest_path_distances(graph.largest_component()).tolist() == [[0, 1], [1, 0]]
    chain = Graph.from_edges([0, 1], [1, 2], directed=True)
    with pytest.raises(ValueError, match=r"3 strongly connected components.*to_undirected"):
        shortest_path_distances(chain)
    assert np.isinf(shortest_path_distances(chain, unreachable="inf")).sum() == 3


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"dtype": np.int32}, TypeError, "float32 or float64, got int32"),
        ({"unreachable": "ignore"}, TypeError, "'error', 'inf' or a number, got 'ignore'"),
        ({"unreachable": True}, TypeError, "got True"),
        ({"unreachable": -1}, ValueError, "not be negative or NaN"),
        ({"unreachable": float("nan")}, ValueError, "not be negative or NaN"),
        (
            {"memory_limit": "1kB"},
            MemoryBudgetError,
            "distances between 20 nodes needs about .* the memory limit of 1 kB",
        ),
    ],
)
def test_bad_options(options, error, message):
    with pytest.raises(error, match=message):
        shortest_path_distances(nx.path_graph(20), **options)


def test_negative_weights_name_the_edge():
    graph = Graph.from_edges(["a", "b"], ["b", "c"], [1.0, -2.0])
    with pytest.raises(ValueError, match=r"negative to be lengths, got -2.0 for the edge \('b', 'c'\)"):
        shortest_path_distances(graph)
    assert shortest_path_distances(graph, weighted=False).max() == 2


def test_no_nodes():
    assert shortest_path_distances(Graph.from_edges([], [])).shape == (0, 0)
    assert shortest_path_distances(Graph.from_edges([], [], [])).shape == (0, 0)
