"""Spectra, cycles and shapes against numpy, removal of edges, scipy and known values."""

import json
import math

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import paths as oracle
from scipy import stats

import cayley
from cayley.spectra import girth, is_bipartite, layer_statistics, spectrum
from graphkit.errors import MemoryBudgetError

generator_sets = st.integers(2, 5).flatmap(
    lambda n: st.lists(st.permutations(range(n)).map(tuple), min_size=1, max_size=3)
)
generator_sets = generator_sets.filter(lambda gs: any(g != tuple(range(len(g))) for g in gs))


def closed(generators):
    """Add the inverses."""
    return list(generators) + [tuple(np.argsort(g).tolist()) for g in generators]


def check(graph):
    neighbours = graph.neighbors.tolist()
    expected = oracle.directed_girth(neighbours) if graph.directed else oracle.girth(neighbours)
    assert girth(graph) == (None if math.isinf(expected) else expected)
    plain = networkx.Graph([(v, w) for v, row in enumerate(neighbours) for w in row])
    assert is_bipartite(graph) == networkx.is_bipartite(plain)


@given(generators=generator_sets)
@settings(max_examples=40, deadline=None)
def test_cycles_of_random_groups(generators):
    check(cayley.cayley_graph(generators=generators))
    check(cayley.cayley_graph(generators=closed(generators)))


@given(generators=generator_sets, data=st.data())
@settings(max_examples=40, deadline=None)
def test_cycles_of_random_words(generators, data):
    """Vertices differ, so every one is a root; loops and repeated edges occur."""
    n = len(generators[0])
    state = data.draw(st.lists(st.sampled_from([0, 1, 2]), min_size=n, max_size=n))
    check(cayley.cayley_graph(state=state, generators=generators))
    check(cayley.cayley_graph(state=state, generators=closed(generators)))


@pytest.mark.parametrize(
    ("group", "generators", "length"),
    [
        ("S5", "coxeter", 4),  # generators that commute
        ("S6", "pancake", 6),  # E. Konstantinova: prefix reversals, cycles of length 6 and more
        ("S6", "transpositions", 4),
        ("S6", "stars", 6),  # Akers, Krishnamurthy 1989
        ("S7", "lrx", 7),  # the shift itself
        ("A5", "three_cycles", 3),
        ("SL(2,7)", None, 6),
    ],
)
def test_known_girths(group, generators, length):
    assert girth(cayley.cayley_graph(group, generators)) == length


def test_a_tree_has_no_cycle():
    assert girth(cayley.cayley_graph(generators=["(1 2)"])) is None
    assert spectrum(generators=["(1 2)"]).eigenvalues == pytest.approx([1, -1])
    lonely = spectrum(state="00", generators=["(1 2)"])
    assert (lonely.eigenvalues, lonely.girth, lonely.to_dict()["spectral_gap"]) == ([1.0], None, None)


def test_spectrum_of_all_transpositions():
    """Eigenvalues of the transposition graph are the contents of the partitions, with squared dimensions."""
    found = spectrum("S5", "transpositions")
    assert found.multiplicities() == [
        (10.0, 1),
        (5.0, 16),
        (2.0, 25),
        (0.0, 36),
        (-2.0, 25),
        (-5.0, 16),
        (-10.0, 1),
    ]
    assert (found.complete, found.degree, found.n_vertices) == (True, 10, 120)
    assert found.is_bipartite


@pytest.mark.parametrize("n", [3, 4, 5])
def test_gap_of_neighbour_exchanges(n):
    """Known: 2 - 2 cos(pi / n), the gap of the path (R. Bacher, J. Algebra 167, 1994)."""
    found = spectrum(f"S{n}", "coxeter")
    assert found.spectral_gap == pytest.approx(2 - 2 * math.cos(math.pi / n))
    assert sum(value**2 for value in found.eigenvalues) == pytest.approx((n - 1) * math.factorial(n))


def test_the_cycle():
    found = spectrum(generators=["(1 2 3 4 5 6 7)", "(7 6 5 4 3 2 1)"])
    expected = sorted((2 * math.cos(2 * math.pi * k / 7) for k in range(7)), reverse=True)
    assert found.eigenvalues == pytest.approx(expected)
    assert (found.girth, found.is_bipartite) == (7, False)
    directed = spectrum(generators=["(1 2 3 4 5 6 7)"])
    assert directed.directed
    assert np.abs(directed.eigenvalues) == pytest.approx(np.ones(7))
    assert sum(directed.eigenvalues) == pytest.approx(0, abs=1e-9)  # rounding of seven roots of unity
    assert (directed.girth, directed.spectral_gap) == (7, pytest.approx(0, abs=1e-9))
    assert len(json.dumps(directed.to_dict())) > 100


def test_the_ends_are_those_of_the_whole():
    graph = cayley.cayley_graph("S5", "pancake")
    whole = spectrum(graph)
    ends = spectrum(graph, dense_limit=100, n_extreme=4)
    assert not ends.complete
    assert ends.eigenvalues[0] == pytest.approx(4)
    assert ends.eigenvalues[-1] == pytest.approx(whole.eigenvalues[-1])
    assert ends.spectral_gap == pytest.approx(whole.spectral_gap)
    assert (ends.girth, ends.is_bipartite) == (6, False)


def test_loops_and_repeated_edges_count():
    """Rows sum to the number of generators, so that is the largest eigenvalue."""
    found = spectrum(state="001")
    expected = np.linalg.eigvalsh([[1, 1, 1], [1, 0, 2], [1, 2, 0]])
    assert expected.max() == pytest.approx(3)
    assert found.eigenvalues == pytest.approx(sorted(expected, reverse=True))
    assert (found.degree, found.girth, found.is_bipartite) == (3, 3, False)


def test_refusals():
    with pytest.raises(ValueError, match="directed graphs are computed up to 100 vertices"):
        spectrum("S5", "lx", dense_limit=100)
    with pytest.raises(MemoryBudgetError, match="all eigenvalues of 720 vertices"):
        spectrum("S6", memory_limit="1MB")
    with pytest.raises(ValueError, match="brings its own generators"):
        spectrum(cayley.cayley_graph("S4"), "lrx")


@given(st.lists(st.integers(1, 40), min_size=1, max_size=12))
@settings(max_examples=50, deadline=None)
def test_moments_against_scipy(sizes):
    found = layer_statistics(sizes)
    distances = np.repeat(np.arange(len(sizes)), sizes)
    assert found.count == len(distances)
    assert found.mean == pytest.approx(distances.mean())
    assert found.variance == pytest.approx(distances.var())
    assert found.standard_deviation == pytest.approx(distances.std())
    assert found.mode == np.bincount(distances).argmax()
    assert found.median == np.sort(distances)[(len(distances) - 1) // 2]
    if len(sizes) > 1:
        assert found.skewness == pytest.approx(stats.skew(distances), abs=1e-9)  # near zero: rounding
        assert found.kurtosis == pytest.approx(stats.kurtosis(distances), abs=1e-9)
    else:
        assert math.isnan(found.skewness)


def test_statistics_of_a_growth():
    """Inversions: mean n(n-1)/4, variance n(n-1)(2n+5)/72 (Feller, volume 1, X.6)."""
    found = layer_statistics(cayley.growth("S9", "coxeter"))
    assert (found.mean, found.variance) == (18.0, pytest.approx(9 * 8 * 23 / 72))
    assert (found.median, found.mode, found.diameter, found.skewness) == (18, 18, 36, 0.0)
    with pytest.raises(ValueError, match="no layers"):
        layer_statistics([])
    with pytest.raises(ValueError, match="at least 1"):
        layer_statistics([1, 0])
