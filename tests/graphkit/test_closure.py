"""Simplicial closure: counts, statistics and lifecycles."""

import csv
from collections import Counter
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import closure as oracle

from graphkit.simplicial import (
    SimplexDataset,
    closure_counts,
    closure_statistics,
    lifecycles,
    read_simplices,
)
from graphkit.simplicial._closure import split_window, time_cutoff

NAMES = [
    "email-Enron",
    "contact-high-school",
    "contact-primary-school",
    "NDC-classes",
    "NDC-substances",
    "email-Eu",
    "tags-ask-ubuntu",
]
STATES = {(0, 0, 0): 0, (0, 0, 1): 1, (0, 0, 2): 2, (0, 1, 1): 3, (0, 1, 2): 4, (0, 2, 2): 5}
STATES |= {(1, 1, 1): 6, (1, 1, 2): 7, (1, 2, 2): 8, (2, 2, 2): 9, "closed": 10}


def dataset(simplices, times=None, **options):
    offsets = np.concatenate([[0], np.cumsum([len(simplex) for simplex in simplices])])
    nodes = [node for simplex in simplices for node in simplex]
    times = range(len(simplices)) if times is None else times
    return SimplexDataset("test", offsets, np.array(nodes, int), list(times), **options)


@st.composite
def timed(draw, most=8):
    one = st.lists(st.integers(0, most - 1), min_size=1, max_size=5, unique=True)
    simplices = draw(st.lists(one, min_size=1, max_size=14))
    times = draw(st.lists(st.integers(-3, 6), min_size=len(simplices), max_size=len(simplices)))
    return simplices, times


def before_and_after(simplices, times, percent):
    cutoff = round(float(np.percentile(times, percent)))
    order = sorted(range(len(times)), key=lambda k: times[k])
    return (
        [simplices[k] for k in order if times[k] <= cutoff],
        [simplices[k] for k in order if times[k] > cutoff],
    )


@settings(deadline=None, max_examples=150)
@given(timed(), st.sampled_from([20, 50, 80]))
def test_counts_of_three_nodes(case, percent):
    simplices, times = case
    expected = oracle.counts3(*before_and_after(simplices, times, percent))
    counts = closure_counts(dataset(simplices, times), cutoff=percent)
    for key, n_open, n_closed in zip(counts.configurations, counts.n_open, counts.n_closed, strict=True):
        assert [n_open, n_closed] == expected.get(key, [0, 0])


@settings(deadline=None, max_examples=150)
@given(timed(), st.sampled_from([50, 80]))
def test_counts_of_four_nodes(case, percent):
    simplices, times = case
    expected = oracle.counts4(*before_and_after(simplices, times, percent))
    counts = closure_counts(dataset(simplices, times), 4, cutoff=percent)
    assert len(counts.configurations) == 27
    for key, n_open, n_closed in zip(counts.configurations, counts.n_open, counts.n_closed, strict=True):
        assert [n_open, n_closed] == expected.get(key, [0, 0])


@pytest.mark.parametrize("name", NAMES)
def test_published_counts_of_four_nodes(shared, name):
    folder = shared / "data" / "simplicial"
    gold = np.loadtxt(folder / "gold" / "4-node-closures" / f"{name}-4-node-closures.txt", dtype=int)
    counts = closure_counts(published(folder / name), 4)
    assert (gold[:, :4] == counts.configurations).all()
    assert (gold[:, 4] == counts.n_open).all()
    assert (gold[:, 5] == counts.n_closed).all()


@settings(deadline=None, max_examples=100)
@given(timed())
def test_statistics(case):
    simplices, times = case
    found = closure_statistics(dataset(simplices, times))
    weights = oracle.pair_weights(simplices)
    assert found.n_nodes == len({node for simplex in simplices for node in simplex})
    assert found.n_edges == len(weights)
    assert found.n_distinct == len({frozenset(simplex) for simplex in simplices})
    assert found.n_open_triangles == len(oracle.open_triangles(simplices))
    assert found.n_closed_triangles == len(oracle.triple_counts(simplices))
    if weights:
        assert found.mean_weight == pytest.approx(sum(weights.values()) / len(weights))


@settings(deadline=None, max_examples=100)
@given(timed())
def test_lifecycles(case):
    simplices, times = case
    ordered = [simplices[k] for k in sorted(range(len(times)), key=lambda k: times[k])]
    weights = oracle.pair_weights(simplices)
    expected = {True: Counter(), False: Counter()}
    for nodes in combinations(range(8), 3):
        if all(weights[pair] for pair in combinations(nodes, 2)):
            states = oracle.lifecycle(nodes, ordered)
            expected[states[-1] == "closed"].update((STATES[a], STATES[b]) for a, b in pairwise(states))
    found = lifecycles(dataset(simplices, times))
    for moves, counted in ((found.closing, expected[True]), (found.open, expected[False])):
        assert {(int(i), int(j)): int(moves[i, j]) for i, j in zip(*moves.nonzero(), strict=True)} == counted


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("until", [40, 60, 80, 100])
def test_published_counts_of_three_nodes(shared, name, until):
    folder = shared / "data" / "simplicial"
    suffix = "" if until == 100 else f"-{until}"
    gold = np.loadtxt(folder / "gold" / "3-node-closures" / f"{name}-3-node-closures{suffix}.txt", dtype=int)
    counts = closure_counts(published(folder / name), until=until)
    assert (gold[:, :3] == counts.configurations).all()
    assert (gold[:, 3] == counts.n_open).all()
    assert (gold[:, 4] == counts.n_closed).all()


CACHE = {}


def published(folder):
    if folder not in CACHE:
        CACHE[folder] = read_simplices(folder)
    return CACHE[folder]


@pytest.mark.parametrize("name", NAMES)
def test_published_statistics(shared, name):
    folder = shared / "data" / "simplicial"
    with open(folder / "gold" / "summary-stats" / f"{name}-statistics.csv") as file:
        gold = next(csv.DictReader(file))
    found = closure_statistics(published(folder / name))
    assert found.n_nodes == int(gold["nnodes"])
    assert found.n_simplices == int(gold["nsimps"])
    assert found.max_size == int(gold["maxsimpsize"])
    assert found.n_closed_triangles == int(gold["nclosedtri"])
    assert found.n_open_triangles == int(gold["nopentri"])
    assert found.mean_weight == pytest.approx(float(gold["meanprojweight"]), abs=1e-6)
    assert found.edge_density == pytest.approx(float(gold["projdensity"]), rel=1e-6)
    assert found.mean_degree == pytest.approx(found.edge_density * (found.n_nodes - 1))


def test_every_triangle_begins_its_lifecycle_once(shared):
    data = published(shared / "data" / "simplicial" / "email-Enron")
    found, sizes = lifecycles(data), closure_statistics(data)
    assert found.closing[:, 10].sum() == found.closing[0].sum() == sizes.n_closed_triangles
    assert found.open[0].sum() == found.open[:, 6:10].sum() - found.open[6:10].sum() == sizes.n_open_triangles
    assert not found.open[:, 10].any()
    assert not np.diag(found.open).any()


def test_repeats_and_order_of_the_file_do_not_matter():
    simplices = [[0, 1], [1, 2], [2, 0], [2, 1], [3, 0, 1], [0, 1, 2]]
    plain = closure_counts(dataset(simplices, [1, 2, 3, 3, 4, 9]))
    shuffled = [5, 3, 0, 4, 2, 1]
    again = closure_counts(
        dataset([simplices[k][::-1] for k in shuffled], [[1, 2, 3, 3, 4, 9][k] for k in shuffled])
    )
    assert (plain.n_open == again.n_open).all()
    assert (plain.n_closed == again.n_closed).all()


def test_nodes_first_seen_after_the_cutoff_take_no_part():
    counts = closure_counts(dataset([[0, 1], [1, 2], [3, 4, 0]], [1, 2, 9]), cutoff=50)
    assert counts.n_open.sum() == 1
    assert counts.n_closed.sum() == 0


def test_probabilities_are_shares_and_nan_where_nothing_occurs():
    counts = closure_counts(dataset([[0, 1], [1, 2], [0, 2], [0, 1, 2]]), cutoff=70)
    by_key = dict(zip(counts.configurations, counts.probabilities, strict=True))
    assert by_key[1, 1, 1] == 1
    assert np.isnan(by_key[2, 2, 2])


def test_counts_beyond_64_bits_stay_exact():
    n = 5_000_000
    singles = SimplexDataset("many", np.arange(n + 1), np.arange(n), np.zeros(n, int))
    counts = closure_counts(singles, cutoff=50)
    assert counts.n_open[0] == n * (n - 1) * (n - 2) // 6 > 2**63


@pytest.mark.parametrize("simplices", [[], [[0]], [[0, 1]], [[0], [1], [2]]])
def test_data_without_triples(simplices):
    data = dataset(simplices)
    assert closure_counts(data).n_closed.sum() == 0
    assert not lifecycles(data).closing.any()
    assert closure_statistics(data).n_open_triangles == 0


def test_times_are_cut_as_published():
    assert time_cutoff(np.array([0, 1]), 50) == 0  # 0.5 rounds to even
    assert time_cutoff(np.array([1, 2]), 50) == 2
    assert time_cutoff(np.array([0.0, 1.0]), 50) == 0.5
    old, new = split_window(dataset([[0], [1], [2], [3], [4]]), 60, 80)
    assert old.nodes.tolist() == [0, 1, 2]
    assert new.nodes.tolist() == [3]


def test_bad_arguments():
    data = dataset([[0, 1], [1, 2]])
    with pytest.raises(TypeError, match=r"a SimplexDataset is expected, got list"):
        closure_counts([[0, 1]])
    with pytest.raises(ValueError, match="needs times, and the simplices of 'test' have none"):
        closure_counts(SimplexDataset("test", [0, 2], [0, 1]))
    with pytest.raises(ValueError, match=r"size must be in \[3, 4\], got 5"):
        closure_counts(data, 5)
    with pytest.raises(ValueError, match=r"cutoff must be in \(0, 100\), got 100"):
        closure_counts(data, cutoff=100)
    with pytest.raises(ValueError, match=r"until must be in \(0, 100\], got 0"):
        closure_counts(data, until=0)
    with pytest.raises(TypeError, match="cutoff must be a number, got '80'"):
        closure_counts(data, cutoff="80")
    assert closure_statistics(SimplexDataset("test", [0, 2], [0, 1])).n_edges == 1
