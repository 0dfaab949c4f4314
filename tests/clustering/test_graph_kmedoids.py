"""k-medoids of graphs against FasterPAM on the matrix of all distances."""

import networkx as nx
import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from clustering import fasterpam
from clustering._graph_medoids import GraphNodes, graph_kmedoids
from clustering.graphs import GraphKMedoids
from graphkit import Graph
from graphkit.distances import shortest_path_distances
from graphkit.errors import UnknownNameError


def random_graph(rng, n, extra, lengths):
    """A random tree with `extra` further edges; `lengths` is none, whole or real."""
    parents = [int(rng.integers(i)) for i in range(1, n)]
    sources = np.concatenate([np.arange(1, n), rng.integers(n, size=extra)])
    targets = np.concatenate([parents, rng.integers(n, size=extra)]).astype(int)
    keep = sources != targets
    weights = None
    if lengths == "whole":
        weights = rng.integers(0, 4, size=keep.sum()).astype(float)
    elif lengths == "real":
        weights = rng.random(keep.sum())
    return Graph.from_edges(
        sources[keep], targets[keep], weights, n_nodes=n, directed=False, multi_edges="min"
    )


def assert_same(ours, theirs):
    np.testing.assert_array_equal(ours.medoid_indices, theirs.medoid_indices)
    np.testing.assert_array_equal(ours.labels, theirs.labels)
    # Sums are made in another order.
    assert ours.inertia == pytest.approx(theirs.inertia, rel=1e-12)
    assert (ours.n_iter, ours.n_swap, ours.converged) == (theirs.n_iter, theirs.n_swap, theirs.converged)


@given(
    st.integers(2, 60),
    st.integers(0, 80),
    st.integers(1, 8),
    st.sampled_from(["none", "whole", "real"]),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=300, deadline=None)
def test_swaps_are_those_of_fasterpam(n, extra, k, lengths, seed):
    rng = np.random.default_rng(seed)
    graph = random_graph(rng, n, extra, lengths)
    k = min(k, n)
    weights = rng.integers(0, 3, size=n) if seed % 3 == 0 else None
    fixed = rng.choice(n, int(rng.integers(0, k)), replace=False) if seed % 2 else None
    if weights is not None:
        weights[rng.choice(n, k, replace=False)] += 1
    options = {"order": "random", "random_state": seed, "sample_weight": weights, "fixed_medoids": fixed}
    D = shortest_path_distances(graph, dtype=np.float64)
    D = np.minimum(D, D.T)  # the two directions of a path may be rounded apart
    assert_same(graph_kmedoids(graph, k, **options), fasterpam(D, k, **options))


@given(st.integers(4, 40), st.integers(2, 6), st.integers(1, 20), st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_nodes_without_a_path_and_long_paths_are_at_the_limit(n, k, limit, seed):
    rng = np.random.default_rng(seed)
    sources, targets = rng.integers(n, size=(2, n))
    keep = sources != targets
    graph = Graph.from_edges(sources[keep], targets[keep], n_nodes=n, directed=False)
    k = min(k, n)
    D = np.minimum(shortest_path_distances(graph, unreachable=limit), limit)
    init = rng.choice(n, k, replace=False)
    ours = graph_kmedoids(graph, k, init=init, unreachable=limit)
    assert_same(ours, fasterpam(D, k, init=init))


def test_many_swaps_on_a_grid():
    grid = nx.grid_2d_graph(30, 20)
    graph = Graph.from_networkx(grid)
    D = shortest_path_distances(graph)
    for k in (2, 5, 40):
        assert_same(graph_kmedoids(grid, k, random_state=k), fasterpam(D, k, random_state=k))


def test_one_cluster_is_the_node_of_largest_closeness():
    graph = nx.karate_club_graph()
    central = max(nx.closeness_centrality(graph).items(), key=lambda item: item[1])[0]
    assert graph_kmedoids(graph, 1, weighted=False, random_state=0).medoid_indices.tolist() == [central]


def test_as_many_clusters_as_nodes():
    result = graph_kmedoids(nx.path_graph(5), 5, random_state=0)
    assert result.inertia == 0
    assert sorted(result.labels) == [0, 1, 2, 3, 4]


def test_plus_plus_and_adjacency_matrices():
    graph = random_graph(np.random.default_rng(0), 50, 60, "whole")
    kinds = [graph, graph.to_scipy(), scipy.sparse.coo_array(graph.to_scipy()), graph.to_networkx()]
    results = [graph_kmedoids(kind, 4, init="k-medoids++", random_state=1) for kind in kinds]
    assert len({tuple(result.medoid_indices) for result in results}) == 1


def test_bad_input():
    path = nx.path_graph(4)
    with pytest.raises(ValueError, match=r"directed graph are not symmetric.*to_undirected"):
        graph_kmedoids(nx.DiGraph([(0, 1)]), 1)
    with pytest.raises(ValueError, match=r"2 connected components.*largest_component.*unreachable="):
        graph_kmedoids(nx.Graph([(0, 1), (2, 3)]), 2)
    with pytest.raises(ValueError, match=r"must not be negative.*weighted=False"):
        graph_kmedoids(Graph.from_edges([0], [1], [-1.0], directed=False), 1)
    with pytest.raises(ValueError, match="empty"):
        graph_kmedoids(nx.Graph(), 1)
    with pytest.raises(ValueError, match=r"n_clusters must be in \[1, n_samples\], got 5"):
        graph_kmedoids(path, 5)
    with pytest.raises(UnknownNameError, match="init"):
        graph_kmedoids(path, 2, init="build")
    with pytest.raises(TypeError, match="unreachable"):
        graph_kmedoids(path, 2, unreachable="inf")
    with pytest.raises(ValueError, match="unreachable must be positive"):
        graph_kmedoids(path, 2, unreachable=np.inf)
    with pytest.raises(ValueError, match="distinct"):
        graph_kmedoids(path, 2, init=[1, 1])


def test_the_estimator():
    graph = Graph.from_networkx(nx.karate_club_graph())
    model = clone(GraphKMedoids(3, weighted=False, random_state=0))
    labels = model.fit_predict(graph)
    result = graph_kmedoids(graph, 3, weighted=False, random_state=0)
    np.testing.assert_array_equal(labels, result.labels)
    far = model.distances_to_medoids()
    assert far.shape == (34, 3)
    np.testing.assert_array_equal(far.min(axis=1), model.distances_)
    assert model.inertia_ == model.distances_.sum()
    with pytest.warns(ConvergenceWarning, match="max_iter=1"):
        GraphKMedoids(3, max_iter=1, init=[0, 1, 2]).fit(graph)


def test_kernels_without_compilation():
    """The same kernels as plain Python."""
    from clustering._kernels import graph_swap

    graph = random_graph(np.random.default_rng(3), 12, 6, "whole")
    nodes = GraphNodes(graph)
    row = np.empty(12)
    graph_swap.distances_from.py_func(*nodes.arrays, 5, np.inf, row)
    np.testing.assert_array_equal(row, shortest_path_distances(graph)[5])
