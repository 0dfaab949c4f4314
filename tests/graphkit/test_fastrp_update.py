import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.embedding_reach import reach

from graphkit import Graph
from graphkit.embedding import FastRPState, fastrp, fastrp_state, update_fastrp
from graphkit.errors import MemoryBudgetError

OPTIONS = [
    {"weights": (0, 0, 1, 2), "density": 0.03},
    {"weights": (1, 0.5), "density": 0.4},
    {"weights": (0, 1, 1), "projection": "gaussian"},
    {"preset": "gds", "self_influence": 0.3, "degree_exponent": -0.5},
    {"weights": (1,), "density": 0.03, "standardize": False},
    {"weights": (2,), "self_influence": 1.0, "density": 0.5},
]


def random_edges(rng, labels, n_edges, weighted):
    """Dictionary of pairs of labels to weights, without repeats in either direction."""
    edges = {}
    for _ in range(n_edges):
        pair = tuple(sorted(rng.choice(labels, size=2).tolist()))
        edges[pair] = float(rng.integers(1, 5)) if weighted else 1.0
    return edges


def edited(rng, edges, labels, weighted):
    """Drop some edges, change some weights, add some edges."""
    kept = {pair: weight for pair, weight in edges.items() if rng.random() < 0.9 and set(pair) <= set(labels)}
    if weighted:
        kept = {pair: weight + (rng.random() < 0.1) for pair, weight in kept.items()}
    return kept | random_edges(rng, labels, rng.integers(0, 4), weighted)


def as_graph(edges, labels, *, directed, weighted, names):
    place = {label: i for i, label in enumerate(labels)}
    pairs = list(edges)
    return Graph.from_edges(
        [place[a] for a, _ in pairs],
        [place[b] for _, b in pairs],
        [edges[pair] for pair in pairs] if weighted else None,
        n_nodes=len(labels),
        directed=directed,
        labels=names(labels),
    )


def text(labels):
    return [f"node {label}" for label in labels]


def numbers(labels):
    return [7 * label for label in labels]


def assert_same(state, graph, options, seed):
    fresh = fastrp(graph, 24, random_state=seed, **options)
    assert state.embedding().tobytes() == fresh.tobytes()


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(OPTIONS),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, text, numbers]),
)
def test_updates_equal_new_embeddings(seed, options, directed, weighted, copy, names):
    rng = np.random.default_rng(seed)
    labels = list(range(rng.integers(2, 40)))
    form = {"directed": directed, "weighted": weighted, "names": names or (lambda labels: None)}
    edges = random_edges(rng, labels, rng.integers(1, 60), weighted)
    state = fastrp_state(as_graph(edges, labels, **form), 24, random_state=seed, **options)
    assert_same(state, as_graph(edges, labels, **form), options, seed)
    for _ in range(3):
        if names is None:
            labels = list(range(max(2, len(labels) + rng.integers(-2, 3))))
        elif rng.random() < 0.5:
            labels = [label for label in labels if rng.random() < 0.95 or label < 2]
            labels += list(range(max(labels) + 1, max(labels) + 1 + rng.integers(0, 3)))
            if rng.random() < 0.3:
                labels = rng.permutation(labels).tolist()
        edges = edited(rng, edges, labels, weighted)
        graph = as_graph(edges, labels, **form)
        state = update_fastrp(state, graph, copy=copy)
        assert_same(state, graph, options, seed)
        assert state.graph is graph


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_no_row_beyond_the_reach_is_computed(seed, directed):
    rng = np.random.default_rng(seed)
    n = 80
    labels = list(range(n))
    ring = {(i, i + 1): 1.0 for i in range(n - 1)}
    form = {"directed": directed, "weighted": False, "names": lambda labels: None}
    graph = as_graph(ring, labels, **form)
    state = fastrp_state(graph, 8, weights=(1, 1, 1), density=0.5, random_state=0)
    changed = as_graph(ring | random_edges(rng, labels, 1, False), labels, **form)
    after = update_fastrp(state, changed)

    def neighbors(graph):
        return {i: dict.fromkeys(graph.neighbors(i).tolist(), 1) for i in range(n)}

    possible = reach(neighbors(changed), neighbors(graph), 3)
    assert len(after.recomputed) == 5  # powers 0 to 3, and the sum
    for count, rows in zip(after.recomputed[1:4], possible, strict=True):
        assert count <= len(rows)
    assert after.recomputed[4] <= len(set.union(*possible))
    untouched = sorted(set(labels) - set.union(*possible))
    np.testing.assert_array_equal(after.total[untouched], state.total[untouched])


def test_a_large_graph_is_hardly_touched():
    n = 20_000
    steps = np.arange(n - 1)
    graph = Graph.from_edges(steps, steps + 1, n_nodes=n)
    after = Graph.from_edges(np.append(steps, 17), np.append(steps + 1, 90), n_nodes=n)
    state = fastrp_state(graph, 16, density=0.5, random_state=0)
    kept = state.total.copy()
    result = update_fastrp(state, after)
    assert sum(result.recomputed) < 100
    assert result.recomputed[-1] < 25
    np.testing.assert_array_equal(state.total, kept)  # a copy was changed
    np.testing.assert_array_equal(result.embedding(), fastrp(after, 16, density=0.5, random_state=0))
    out = np.empty_like(result.total)
    assert result.embedding(out=out) is out
    np.testing.assert_array_equal(out, result.embedding())
    with pytest.raises(ValueError, match="out must be a float32 array"):
        result.embedding(out=np.empty((3, 3)))
    same = update_fastrp(result, after, copy=False)
    assert set(same.recomputed) == {0}
    assert same.total is result.total


def test_density_is_that_of_the_first_graph():
    rng = np.random.default_rng(0)
    graph, grown = (
        Graph.from_edges(*rng.integers(n, size=(2, 100)), n_nodes=n, multi_edges="merge") for n in (100, 400)
    )
    state = update_fastrp(fastrp_state(graph, 8, random_state=0), grown)
    np.testing.assert_array_equal(state.embedding(), fastrp(grown, 8, density=0.1, random_state=0))
    assert not np.array_equal(state.embedding(), fastrp(grown, 8, random_state=0))


def test_node_properties_that_change():
    graph = Graph.from_edges([0, 1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6])
    before, after = np.eye(7, 3, dtype=np.float32), np.eye(7, 3, dtype=np.float32)
    after[0, 2] = 2.0
    options = {"preset": "gds", "property_ratio": 0.5, "random_state": 0}
    state = fastrp_state(graph, 8, features=before, **options)
    new = update_fastrp(state, graph, features=after)
    assert new.embedding().tobytes() == fastrp(graph, 8, features=after, **options).tobytes()
    assert new.recomputed[0] == 1
    wider = np.ones((7, 5), dtype=np.float32)
    new = update_fastrp(new, graph, features=wider)
    assert new.embedding().tobytes() == fastrp(graph, 8, features=wider, **options).tobytes()
    larger = Graph.from_edges([0, 1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6, 7])
    with pytest.raises(ValueError, match="a row for each of the 8 nodes"):
        update_fastrp(new, larger)


def test_powers_may_be_kept_in_16_bits():
    rng = np.random.default_rng(0)
    edges = rng.integers(300, size=(2, 400))
    options = {"preset": "gds", "storage": "bfloat16", "density": 0.5, "random_state": 0}
    before = Graph.from_edges(*edges, n_nodes=300, multi_edges="merge")
    after = Graph.from_edges(*edges[:, 2:], n_nodes=300, multi_edges="merge")
    state = update_fastrp(fastrp_state(before, 16, **options), after)
    assert state.embedding().tobytes() == fastrp(after, 16, **options).tobytes()


def test_weights_that_come_and_go():
    pairs = [0, 1, 2, 3], [1, 2, 3, 0]
    plain, weighted = Graph.from_edges(*pairs), Graph.from_edges(*pairs, [1.0, 2.0, 3.0, 4.0])
    state = fastrp_state(plain, 8, density=0.5, random_state=0)
    for graph in (weighted, plain):
        state = update_fastrp(state, graph)
        assert state.embedding().tobytes() == fastrp(graph, 8, density=0.5, random_state=0).tobytes()


def test_extreme_weights_change_the_common_factor_of_all_rows():
    pairs = [0, 1, 2, 3], [1, 2, 3, 0]
    state = fastrp_state(Graph.from_edges(*pairs, [1.0, 1.0, 1.0, 1.0]), 8, density=0.5, random_state=0)
    graph = Graph.from_edges(*pairs, [1e-40, 1e-40, 1.0, 1.0])
    state = update_fastrp(state, graph)
    assert state.embedding().tobytes() == fastrp(graph, 8, density=0.5, random_state=0).tobytes()


def test_bad_input():
    graph = Graph.from_edges([0, 1], [1, 2])
    state = fastrp_state(graph, 8, random_state=0)
    assert isinstance(state, FastRPState)
    with pytest.raises(TypeError, match="must be a FastRPState"):
        update_fastrp(state.embedding(), graph)
    with pytest.raises(TypeError, match="must be a Graph"):
        update_fastrp(state, "graph")
    with pytest.raises(ValueError, match="n_components"):
        fastrp_state(graph, 0)
    with pytest.raises(MemoryBudgetError, match="with its powers for 3 nodes"):
        fastrp_state(graph, 8, memory_limit="1kB")
    with pytest.raises(MemoryBudgetError):
        update_fastrp(state, graph, memory_limit="1kB")
