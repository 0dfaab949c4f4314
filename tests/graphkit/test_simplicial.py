"""Cliques, simplicial complexes and flower petals."""

import pickle
from itertools import combinations
from math import comb

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import simplicial as oracle

from graphkit import Graph
from graphkit.errors import MemoryBudgetError
from graphkit.simplicial import SimplexDataset, SimplicialComplex, clique_support, flower_petals, iter_cliques

NO_EDGES = (np.empty(0, int), np.empty(0, int))


def graph_of(n, edges):
    sources, targets = zip(*edges, strict=True) if edges else NO_EDGES
    return Graph.from_edges(sources, targets, n_nodes=n)


@st.composite
def graphs(draw, most=9):
    n = draw(st.integers(1, most))
    pairs = [(i, j) for i in range(n) for j in range(i, n)]
    return n, draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []


@st.composite
def simplex_lists(draw, most=8):
    n = draw(st.integers(1, most))
    one = st.lists(st.integers(0, n - 1), min_size=1, max_size=5, unique=True)
    return n, draw(st.lists(one, max_size=8))


# Cliques


@settings(deadline=None, max_examples=60)
@given(graphs())
def test_support_counts_the_cliques_on_every_edge_and_node(case):
    n, edges = case
    support = clique_support(graph_of(n, edges), 5)
    pairs = list(zip(support.sources.tolist(), support.targets.tolist(), strict=True))
    assert pairs == oracle.cliques(n, edges, 2)
    for order in range(1, 6):
        found = oracle.cliques(n, edges, order + 1)
        assert support.counts[order] == len(found)
        on_edge = [sum(set(pair) <= set(clique) for clique in found) for pair in pairs]
        at_node = [sum(i in clique for clique in found) for i in range(n)]
        assert support.edge_counts[order - 1].tolist() == on_edge
        assert support.node_counts[order - 1].tolist() == at_node


@settings(deadline=None, max_examples=60)
@given(graphs(), st.integers(1, 4), st.integers(1, 7))
def test_chunks_list_every_clique_once(case, order, chunk_size):
    n, edges = case
    listed = [tuple(row) for c in iter_cliques(graph_of(n, edges), order, chunk_size=chunk_size) for row in c]
    assert sorted(map(tuple, np.array(listed).tolist())) == oracle.cliques(n, edges, order + 1)


@pytest.mark.parametrize("n", [5, 63, 64, 65, 66, 130])
def test_complete_graphs_across_the_width_of_a_word(n):
    graph = graph_of(n, list(combinations(range(n), 2)))
    support = clique_support(graph, 4)
    assert support.counts == tuple(comb(n, size) for size in range(1, 6))
    assert support.degeneracy == n - 1
    for order in (2, 3, 4):
        assert set(support.edge_counts[order - 1].tolist()) == {comb(n - 2, order - 1)}
        assert set(support.node_counts[order - 1].tolist()) == {comb(n - 1, order)}
    listed = np.concatenate(list(iter_cliques(graph, 2, chunk_size=1000)))
    assert len(np.unique(listed, axis=0)) == len(listed) == comb(n, 3)
    assert (np.diff(listed, axis=1) > 0).all()


def test_random_graph_against_networkx():
    graph = nx.gnp_random_graph(120, 0.25, seed=3)
    sizes = [0] * 6
    for clique in nx.enumerate_all_cliques(graph):
        if len(clique) > 5:
            break
        sizes[len(clique)] += 1
    support = clique_support(Graph.from_networkx(graph), 4)
    assert list(support.counts) == sizes[1:]
    assert support.degeneracy == max(nx.core_number(graph).values())


def test_relabelling_the_nodes_moves_the_counts_along():
    graph = Graph.from_networkx(nx.gnp_random_graph(40, 0.3, seed=1))
    order = np.random.default_rng(0).permutation(40)
    moved = graph.subgraph(order)
    assert (clique_support(moved, 3).node_counts == clique_support(graph, 3).node_counts[:, order]).all()


def test_loops_weights_and_repeats_do_not_matter():
    plain = Graph.from_edges([0, 0, 1], [1, 2, 2])
    odd = Graph.from_edges([0, 0, 1, 1, 2], [1, 2, 2, 1, 2], [5.0, 1, 2, 3, 4])
    assert clique_support(odd).counts == clique_support(plain).counts == (3, 3, 1)
    assert (flower_petals(odd).weights == flower_petals(plain).weights).all()


def test_directions_are_forgotten_with_a_warning_unless_every_edge_has_its_reverse():
    one_way = Graph.from_edges([0, 1, 2], [1, 2, 0], directed=True)
    with pytest.warns(UserWarning, match="directions of the edges are ignored"):
        assert clique_support(one_way).counts == (3, 3, 1)
    both = Graph.from_edges([0, 1, 2, 1, 2, 0], [1, 2, 0, 0, 1, 2], directed=True)
    assert clique_support(both).counts == (3, 3, 1)


@pytest.mark.parametrize("n", [0, 1, 4])
def test_graphs_without_edges(n):
    graph = Graph.from_edges(*NO_EDGES, n_nodes=n)
    assert clique_support(graph, 3).counts == (n, 0, 0, 0)
    assert list(iter_cliques(graph, 2)) == []
    petals = flower_petals(graph)
    assert petals.edge_index.tolist() == [list(range(n))] * 2
    assert not petals.weights.any()
    assert SimplicialComplex.from_graph(graph, 3).counts == (n, 0, 0, 0)


def test_bad_arguments_of_cliques():
    graph = Graph.from_edges([0], [1])
    with pytest.raises(TypeError, match=r"graphkit.Graph is expected, got ndarray"):
        clique_support(np.eye(3))
    with pytest.raises(ValueError, match="max_order must be at least 1, got 0"):
        clique_support(graph, 0)
    with pytest.raises(ValueError, match="order must be at least 1"):
        iter_cliques(graph, 0)
    with pytest.raises(MemoryBudgetError, match="counting cliques up to order 2"):
        clique_support(graph, memory_limit=10)


# Complexes


@settings(deadline=None, max_examples=60)
@given(simplex_lists())
def test_complex_of_simplices_has_all_their_faces(case):
    n, simplices = case
    made = SimplicialComplex.from_simplices(simplices, n_nodes=n)
    for order in range(1, made.max_order + 2):
        assert list(map(tuple, made.simplices(order).tolist())) == oracle.faces(simplices, order + 1)
    assert made.simplices(0).ravel().tolist() == list(range(n))
    assert not made.is_truncated
    for order in range(1, made.max_order + 1):
        lower = list(map(tuple, made.simplices(order - 1).tolist()))
        upper = list(map(tuple, made.simplices(order).tolist()))
        dense = oracle.boundary(lower, upper)
        assert (made.boundary(order).toarray() == dense).all()
        assert (made.incidence(order).toarray() == np.abs(dense)).all()
        assert (made.incidence(order, 0).toarray() == oracle.incidence(n, upper)).all()
        assert all(simplex in made for simplex in upper)


@settings(deadline=None, max_examples=30)
@given(simplex_lists())
def test_boundary_of_a_boundary_is_zero_and_laplacians_match(case):
    n, simplices = case
    made = SimplicialComplex.from_simplices(simplices, n_nodes=n)
    for order in range(1, made.max_order):
        assert not (made.boundary(order) @ made.boundary(order + 1)).toarray().any()
    for order in range(made.max_order + 1):
        down = made.boundary(order).toarray() if order else np.zeros((1, n))
        up = made.boundary(order + 1).toarray()
        assert (made.hodge_laplacian(order).toarray() == down.T @ down + up @ up.T).all()
        assert (made.hodge_laplacian(order, part="up").toarray() == up @ up.T).all()
        assert (made.hodge_laplacian(order, part="down").toarray() == down.T @ down).all()


@settings(deadline=None, max_examples=40)
@given(graphs(), st.integers(0, 4))
def test_lifted_graph_is_its_clique_complex(case, max_order):
    n, edges = case
    made = SimplicialComplex.from_graph(graph_of(n, edges), max_order)
    for order in range(1, max_order + 1):
        assert list(map(tuple, made.simplices(order).tolist())) == oracle.cliques(n, edges, order + 1)
    assert made.max_order == max_order
    if not made.is_truncated:
        assert not oracle.cliques(n, edges, max_order + 2)


def test_kernel_of_the_hodge_laplacian_counts_holes():
    """A hollow octahedron has one hole of dimension 2; its equator alone one of dimension 1."""
    poles, equator = (0, 5), [(1, 2), (2, 3), (3, 4), (1, 4)]
    sphere = SimplicialComplex.from_simplices([(pole, *edge) for pole in poles for edge in equator])
    nullities = [
        p.shape[0] - np.linalg.matrix_rank(p.toarray()) for p in map(sphere.hodge_laplacian, range(3))
    ]
    assert nullities == [1, 0, 1]
    assert sphere.euler_characteristic == 2
    assert SimplicialComplex.from_simplices(equator).euler_characteristic == 0 + 1  # node 0 is isolated


def test_complex_of_a_data_set_keeps_its_isolated_nodes():
    data = SimplexDataset("two", [0, 3, 5], [4, 0, 1, 1, 4], times=[1, 2], n_nodes=7)
    made = SimplicialComplex.from_simplices(data)
    assert made.counts == (7, 3, 1)
    assert made == SimplicialComplex.from_simplices([[0, 1, 4]], n_nodes=7)


def test_wide_rows_that_do_not_fit_into_an_integer():
    rows = np.random.default_rng(0).permutation(5000)[:400].reshape(50, 8)
    made = SimplicialComplex.from_simplices(rows, n_nodes=5000, max_order=7)
    assert made.counts[1:] == tuple(50 * comb(8, size) for size in range(2, 9))
    assert (made.simplices(7) == np.array(sorted(map(tuple, np.sort(rows, axis=1).tolist())))).all()


def test_skeletons_graphs_and_equality():
    solid = SimplicialComplex.from_simplices([[0, 1, 2, 3], [3, 4]])
    hollow = solid.skeleton(2)
    assert hollow.counts == (5, 7, 4)
    assert hollow.is_truncated
    assert not solid.is_truncated
    assert hollow == SimplicialComplex.from_simplices([[0, 1, 2, 3], [3, 4]], max_order=2)
    assert hollow != solid
    assert solid.skeleton(7) == solid
    assert solid.to_graph().n_edges == 7
    assert SimplicialComplex.from_graph(solid.to_graph(), 3) == solid
    assert pickle.loads(pickle.dumps(solid)) == solid
    assert [1, 0, 3] in solid
    assert [0, 4] not in solid
    assert [0, 9] not in solid
    assert 5 not in solid
    assert solid.rows_of([[1, 0], [4, 0]]).tolist() == [0, -1]


def test_bad_simplices():
    build = SimplicialComplex.from_simplices
    with pytest.raises(ValueError, match=r"distinct nodes, got \[2, 1, 2\] at position 1"):
        build([[0, 1], [2, 1, 2]])
    with pytest.raises(ValueError, match="at least one node, got none at position 1"):
        build([[0, 1], []])
    with pytest.raises(ValueError, match=r"nodes of simplices must be in 0\.\.2, got 3 at position 0"):
        build([[0, 3]], n_nodes=3)
    with pytest.raises(ValueError, match="got -1 at position 0"):
        build([[0, -1]])
    with pytest.raises(TypeError, match="must be integers"):
        build([["a", "b"]])
    with pytest.raises(TypeError, match="must be integers"):
        build([[0.5, 1]])
    with pytest.raises(TypeError, match="sequences of nodes"):
        build([1, 2])
    with pytest.raises(ValueError, match="one simplex per row"):
        build(np.arange(3))
    with pytest.raises(MemoryBudgetError, match=r"faces needs about .* TB"):
        build([range(60)])
    with pytest.raises(MemoryBudgetError, match="needs about"):
        SimplicialComplex.from_graph(graph_of(70, list(combinations(range(70), 2))), 4, memory_limit="1MB")
    with pytest.raises(TypeError, match="from_graph or"):
        SimplicialComplex()
    with pytest.raises(AttributeError, match="immutable"):
        build([[0, 1]]).n_nodes = 3
    assert build([]).counts == (0,)
    assert build([], n_nodes=2, max_order=1).counts == (2, 0)
    assert build([range(60)], max_order=1).counts == (60, comb(60, 2))


# Flower petals


@settings(deadline=None, max_examples=60)
@given(graphs())
def test_petals_of_a_graph_are_the_dense_formula(case):
    n, edges = case
    petals = flower_petals(graph_of(n, edges), 4)
    for order in range(1, 5):
        dense = oracle.petal_laplacian(n, oracle.cliques(n, edges, order + 1), order)
        assert np.abs(petals.laplacian(order).toarray() - dense).max(initial=0) < 1e-14


@settings(deadline=None, max_examples=60)
@given(simplex_lists())
def test_petals_of_a_complex_are_the_dense_formula(case):
    n, simplices = case
    made = SimplicialComplex.from_simplices(simplices, n_nodes=n)
    petals = flower_petals(made, 5)
    for order in range(1, 6):
        dense = oracle.petal_laplacian(n, oracle.faces(simplices, order + 1), order)
        assert np.abs(petals.laplacian(order).toarray() - dense).max(initial=0) < 1e-14


def test_entries_are_those_of_a_plus_i_in_order():
    graph = Graph.from_networkx(nx.gnp_random_graph(30, 0.2, seed=2))
    petals = flower_petals(graph, 3, dtype=np.float32)
    pattern = sp.coo_array(sp.csr_array(graph.to_scipy() != 0) + sp.eye_array(30))
    pattern = sorted(zip(pattern.row.tolist(), pattern.col.tolist(), strict=True))
    assert list(map(tuple, petals.edge_index.T.tolist())) == pattern
    assert petals.weights.dtype == np.float32
    assert petals.weights.shape == (len(pattern), 3)
    assert np.allclose(petals.weights, flower_petals(graph, 3).weights, atol=1e-7, rtol=0)


def test_facts_about_petals():
    """Section 1.1 of the notes: spectrum in [0, 1], the square root of the degrees is fixed, L_1 is lazy."""
    graph = Graph.from_networkx(nx.gnp_random_graph(50, 0.2, seed=4))
    petals = flower_petals(graph, 3)
    for order in (1, 2, 3):
        L = petals.laplacian(order).toarray()
        values = np.linalg.eigvalsh(L)
        root = np.sqrt(petals.degrees[:, order - 1])
        assert values.min() > -1e-12
        assert values.max() < 1 + 1e-12
        assert np.allclose(L @ root, root)
        assert np.allclose(np.diag(L)[root > 0], 1 / (order + 1))
    A = graph.to_scipy().toarray() != 0
    scale = 1 / np.sqrt(A.sum(axis=1))
    assert np.allclose(petals.laplacian(1).toarray(), (np.eye(50) + scale[:, None] * A * scale) / 2)


def test_a_complex_need_not_hold_the_cliques_of_its_graph():
    hollow = SimplicialComplex.from_simplices([[0, 1], [1, 2], [0, 2]])
    assert flower_petals(hollow, 2).counts == (3, 0)
    assert flower_petals(hollow.to_graph(), 2).counts == (3, 1)


def test_bad_arguments_of_petals():
    graph = Graph.from_edges([0], [1])
    with pytest.raises(TypeError, match="a SimplicialComplex or a Graph is expected, got list"):
        flower_petals([[0, 1]])
    with pytest.raises(ValueError, match="dtype must be float32 or float64, got int64"):
        flower_petals(graph, dtype=np.int64)
    with pytest.raises(ValueError, match="max_order must be at least 1"):
        flower_petals(graph, 0)
    with pytest.raises(ValueError, match=r"max_order must be in \[1, 2\], the orders .* built with, got 3"):
        flower_petals(SimplicialComplex.from_simplices([range(4)], max_order=2), 3)
    with pytest.raises(ValueError, match=r"order must be in \[1, 2\], got 3"):
        flower_petals(graph).laplacian(3)


# Published operators


def citation_graph(shared, name):
    folder = shared / "data" / "planetoid" / "raw"
    with open(folder / f"ind.{name}.graph", "rb") as file:
        near = pickle.load(file, encoding="latin1")
    edges = {(min(i, j), max(i, j)) for i, row in near.items() for j in row if i != j}
    return graph_of(len(near), sorted(edges))


@pytest.mark.parametrize("name", ["cora", "citeseer", "pubmed"])
def test_published_laplacians(shared, name):
    gold = np.load(shared / "data" / "planetoid" / "gold" / f"fp_laplacian_{name}.npz")
    n = int(gold["n"])
    petals = flower_petals(citation_graph(shared, name), 3)
    for order in (1, 2, 3):
        parts = (gold[f"data_{order}"], gold[f"indices_{order}"], gold[f"indptr_{order}"])
        published = sp.csr_array(parts, shape=(n, n))
        ours = petals.laplacian(order)
        assert ours.nnz == published.nnz
        assert np.abs((ours - published).data).max(initial=0) < 1e-6


def test_published_laplacians_of_coauthors(shared):
    """Explicit simplices, as far as the matrices tell them: the lists themselves are not published.

    These matrices have a factor of 1 / (p + 2) where ours, and the others, have 1 / (p + 1). Of order 1 the
    simplices are the entries. Of orders 2 and 3 they are taken to be the cliques of the entries, which is
    right for most nodes, since coauthors of three papers in pairs need not have written one together.
    """
    folder = shared / "data" / "simplicial" / "coauthor-imputation" / "History"
    gold = np.load(folder / "fp_laplacian_History.npz")
    n = int(gold["n"])
    for order, share in ((1, 1), (2, 0.9), (3, 0.9)):
        parts = (gold[f"data_{order}"], gold[f"indices_{order}"], gold[f"indptr_{order}"])
        published = sp.csr_array(parts, shape=(n, n))
        entries = sp.coo_array(sp.triu(published, 1))
        graph = Graph.from_edges(entries.row, entries.col, n_nodes=n)
        simplices = np.concatenate(list(iter_cliques(graph, order)))
        ours = flower_petals(SimplicialComplex.from_simplices(simplices, n_nodes=n), order).laplacian(order)
        far = sp.coo_array(np.abs(ours * (order + 1) / (order + 2) - published) > 1e-6)
        n_equal = (published.diagonal() > 0).sum() - len(np.unique(far.row))
        assert n_equal >= share * (published.diagonal() > 0).sum()


@pytest.mark.parametrize(
    ("name", "counts"),
    [  # nodes, edges, triangles, cliques of four
        ("texas", (183, 279, 67, 7)),
        ("actor", (7600, 26659, 7121, 847)),
        ("chameleon", (2277, 31371, 343066, 4829461)),
        ("squirrel", (5201, 198353, 9595609, 414477742)),
    ],
)
def test_known_counts(shared, name, counts):
    data = np.load(shared / "data" / "webkb" / "npz" / f"{name}.npz")
    edges = np.unique(np.sort(data["edges"], axis=1), axis=0)
    edges = edges[edges[:, 0] != edges[:, 1]]
    support = clique_support(Graph.from_edges(edges[:, 0], edges[:, 1], n_nodes=len(data["node_labels"])), 3)
    assert support.counts == counts
