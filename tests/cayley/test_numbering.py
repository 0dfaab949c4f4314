"""The full numbering of small graphs, and what it becomes in other libraries."""

import tracemalloc

import networkx
import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import cayley as permutation_oracle
from oracle import cosets as word_oracle
from oracle import matrices as matrix_oracle
from scipy.sparse.csgraph import shortest_path

from cayley._elements import elements_of
from cayley._numbering import _CHUNK, CayleyGraph, _Search, cayley_graph
from cayley.definitions import define
from cayley.groups import PermutationGroup
from cayley.matrices import MatrixGroup, matrix_group
from graphkit.distances import shortest_path_distances
from graphkit.errors import MemoryBudgetError

GRAPHS = [
    ({"group": "S4"}, False),
    ({"group": "S5", "generators": "lx"}, True),
    ({"group": "S5", "generators": "transpositions"}, False),
    ({"generators": ["(1 2 3)(4 5)", "(1 5)"]}, True),
    ({"state": "00112"}, False),
    ({"state": "0001", "generators": "lx"}, True),
    ({"group": "Heisenberg(3,3)"}, False),
    ({"generators": ["0 1; 1 1"], "modulus": 5}, True),
]

permutations = st.integers(2, 5).flatmap(
    lambda n: st.lists(st.permutations(range(n)).map(tuple), min_size=1, max_size=3)
)
permutations = permutations.filter(lambda gs: any(g != tuple(range(len(g))) for g in gs))


def check(graph, layers, step, generators):
    """Vertices layer by layer in order, and all their edges."""
    expected = [state for layer in layers for state in sorted(layer)]
    listed = [as_tuple(state) for state in graph.vertices.tolist()]
    assert listed == expected
    assert graph.distance.tolist() == [d for d, layer in enumerate(layers) for _ in layer]
    number = {state: i for i, state in enumerate(expected)}
    assert graph.neighbors.tolist() == [[number[step(s, g)] for g in generators] for s in expected]
    assert graph.growth == [len(layer) for layer in layers]
    assert graph.diameter == len(layers) - 1
    assert len(graph) == graph.n_vertices == len(expected)


def as_tuple(state):
    return tuple(as_tuple(x) if isinstance(x, list) else x for x in state)


def move(state, g):
    return tuple(state[i] for i in g)


@pytest.mark.parametrize("family", ["lrx", "lx", "pancake", "transpositions", "derangements"])
def test_permutation_groups(family):
    generators = define("S5", family).generators
    check(cayley_graph("S5", family), permutation_oracle.layers(generators), move, generators)


@given(generators=permutations)
@settings(max_examples=30, deadline=None)
def test_random_generators_with_repeats_and_the_identity(generators):
    """A column for each generator of the definition, whatever it is."""
    group = PermutationGroup(tuple(generators), "random")
    graph = cayley_graph(group)
    check(graph, permutation_oracle.layers(generators), move, generators)
    assert graph.index_of(graph.vertices).tolist() == list(range(len(graph)))


@given(data=st.data(), generators=permutations)
@settings(max_examples=30, deadline=None)
def test_random_words(data, generators):
    n = len(generators[0])
    state = tuple(data.draw(st.lists(st.sampled_from([0, 3, 300]), min_size=n, max_size=n)))
    graph = cayley_graph(generators=generators, state=state)
    unique = [g for g in dict.fromkeys(generators) if g != tuple(range(n))]
    check(graph, word_oracle.layers(state, unique), move, unique)
    assert graph.index_of(graph.vertices.tolist()).tolist() == list(range(len(graph)))


@pytest.mark.parametrize("name", ["Heisenberg(3,4)", "UT(4,2)", "SL(2,5)", "SL(3,2)"])
def test_matrix_groups(name):
    group = matrix_group(name)

    def step(state, g):
        return matrix_oracle.multiply(state, g, group.modulus)

    check(
        cayley_graph(name),
        matrix_oracle.layers(list(group.generators), group.modulus),
        step,
        group.generators,
    )


def test_large_moduli_do_not_overflow():
    """An element of order two that is far from small; products of its entries take 62 bits."""
    m = 2**31 - 1
    group = MatrixGroup(m, (((m - 1, 0), (0, m - 1)),), ("minus one",), "two")
    graph = cayley_graph(group)
    assert graph.vertices.tolist() == [[[1, 0], [0, 1]], [[m - 1, 0], [0, m - 1]]]
    assert graph.neighbors.tolist() == [[1], [0]]


def test_keys_of_several_words():
    """Twenty points take five bits each, two words."""
    turn = (*range(1, 20), 0)
    swap = (1, 0, *range(2, 20))
    group = PermutationGroup((turn, tuple(np.argsort(turn).tolist())), "turns")
    check(cayley_graph(group), permutation_oracle.layers(group.generators), move, group.generators)
    graph = cayley_graph("pyramorphix")
    assert graph.n_vertices == 96
    assert graph.index_of(graph.vertices).tolist() == list(range(96))
    with pytest.raises(ValueError, match=r"\(1 2\) is not a vertex of the graph of"):
        cayley_graph(group).index_of(swap)


def test_the_number_of_vertices_need_not_be_known():
    """Room is doubled on the way, and refused when it exceeds the limit."""
    generators = ["1 1 0; 0 1 0; 0 0 1", "1 0 0; 0 1 1; 0 0 1", "1 0 0; 0 1 0; 1 0 1"]
    graph = cayley_graph(generators=generators, modulus=3)
    assert define(None, generators, modulus=3).order is None
    assert graph.n_vertices == 5616  # SL(3,3)
    assert graph.vertices.astype(int).reshape(len(graph), -1).max() == 2
    message = r"numbering the graph of group of 3x3 matrices mod 3, [0-9,]* vertices, needs"
    with pytest.raises(MemoryBudgetError, match=message):
        cayley_graph(generators=generators, modulus=3, memory_limit=200_000)


def test_memory_and_size_are_checked_first():
    with pytest.raises(
        MemoryBudgetError, match="numbering the graph of S10, 3,628,800 vertices, needs about"
    ):
        cayley_graph("S10", memory_limit="100MB")
    with pytest.raises(ValueError, match="more than 2,147,483,647 vertices"):
        cayley_graph("S20", memory_limit="1TB")


def test_vertices_are_found_by_any_notation():
    graph = cayley_graph("S4")
    vertex = graph.index_of("(1 2 3)")
    assert graph.vertices[vertex].tolist() == [1, 2, 0, 3]
    assert graph.index_of((1, 2, 0, 3)) == graph.index_of("[2,3,1,4]") == vertex
    assert graph.label(vertex) == "(1 2 3)"
    with pytest.raises(ValueError, match="vertex must be"):
        graph.label(24)
    words = cayley_graph(state="0011", generators=["(1 2)", "(3 4)", "(2 3)"])
    with pytest.raises(ValueError, match="0111 is not a vertex"):
        words.index_of("0111")
    matrices = cayley_graph("SL(2,3)")
    assert matrices.label(matrices.index_of("1 1; 0 1")) == "[1 1; 0 1]"
    with pytest.raises(ValueError, match=r"\[2 0; 0 1\] is not a vertex"):
        matrices.index_of("2 0; 0 1")
    assert repr(graph) == "CayleyGraph(S4, 24 vertices, 3 generators, undirected)"
    assert isinstance(graph, CayleyGraph)
    still = cayley_graph(state="00", generators=["(1 2)"])
    assert repr(still) == "CayleyGraph(word 00, 1 vertex, 1 generator, undirected)"
    assert still.to_scipy().toarray().tolist() == [[1.0]]
    assert list(still.to_networkx().edges) == [(0, 0)]
    assert 0 < graph.memory_bytes < 24 * 100


@pytest.mark.parametrize(("arguments", "directed"), GRAPHS)
def test_networkx(arguments, directed):
    graph = cayley_graph(**arguments)
    exported = graph.to_networkx()
    assert exported.is_directed() == graph.directed == directed
    assert not exported.is_multigraph()
    lengths = networkx.single_source_shortest_path_length(exported, 0)
    assert [lengths[v] for v in range(len(graph))] == graph.distance.tolist()
    for vertex, data in exported.nodes(data=True):
        assert data == {
            "state": as_tuple(graph.vertices[vertex].tolist()),
            "distance": graph.distance[vertex],
        }
    pairs = {(v, w) for v, row in enumerate(graph.neighbors.tolist()) for w in row}
    if not directed:
        pairs = {(min(v, w), max(v, w)) for v, w in pairs}
    assert len(exported.edges) == len(pairs)
    for v, w, data in exported.edges(data=True):
        v, w = (v, w) if directed else (min(v, w), max(v, w))
        first = graph.neighbors[v].tolist().index(w)
        assert data == {"generator": graph.generator_names[first]}


@pytest.mark.parametrize(("arguments", "directed"), GRAPHS)
def test_scipy(arguments, directed):
    graph = cayley_graph(**arguments)
    matrix = graph.to_scipy()
    assert isinstance(matrix, scipy.sparse.csr_array)
    assert matrix.has_canonical_format
    assert set(matrix.data) == {1.0}
    assert np.array_equal(shortest_path(matrix, unweighted=True, indices=0), graph.distance)
    if not directed:
        assert (matrix != matrix.T).nnz == 0
    counted = graph.to_scipy(multiplicity=True)
    expected = np.zeros((len(graph), len(graph)))
    for v, row in enumerate(graph.neighbors):
        for w in row:
            expected[v, w] += 1
    assert np.array_equal(counted.toarray(), expected)
    assert np.array_equal(matrix.toarray(), expected > 0)


@pytest.mark.parametrize(("arguments", "directed"), GRAPHS)
def test_graphkit(arguments, directed):
    graph = cayley_graph(**arguments)
    exported = graph.to_graph()
    assert exported.directed == directed
    assert exported.n_nodes == len(graph)
    assert np.array_equal(exported.node_data["distance"], graph.distance)
    assert np.array_equal(shortest_path_distances(exported)[0], graph.distance)
    for vertex in range(0, len(graph), 5):
        assert exported.index_of(graph.label(vertex)) == vertex
        assert set(exported.neighbors(vertex)) == set(graph.neighbors[vertex])
    plain = graph.to_graph(labels=False)
    assert plain.labels is None
    assert np.array_equal(plain.indices, exported.indices)


@pytest.mark.parametrize(("name", "family"), [("S8", "lrx"), ("S8", "transpositions"), ("M11", None)])
def test_peak_memory_is_within_the_estimate(name, family):
    definition = define(name, family)
    cayley_graph(definition)  # compiles
    search = _Search(definition, elements_of(definition), None)
    estimate = definition.order * search._bytes_per_vertex()
    chunk = 24 * _CHUNK * len(definition.generators[0])  # states that are being unpacked
    del search
    tracemalloc.start()
    cayley_graph(definition)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < estimate + chunk
