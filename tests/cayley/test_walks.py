"""Random walks, draws at a distance, and mixing."""

from itertools import pairwise

import numpy as np
import pytest
from oracle.paths import arrangement_steps, distances_from

import cayley
from cayley._paths import apply_word
from cayley._walks import mixing, random_walk, sample_at_distance
from cayley.definitions import define
from graphkit.errors import MemoryBudgetError

GRAPHS = [
    {"group": "S6"},
    {"group": "S6", "generators": "lx"},
    {"state": [3, 3, 7, 7, 9], "generators": "lrx"},
    {"group": "SL(2,5)"},
]


@pytest.mark.parametrize("graph", GRAPHS)
@pytest.mark.parametrize("non_backtracking", [False, True])
def test_walks_end_where_their_words_lead(graph, non_backtracking):
    walks = random_walk(**graph, length=15, n_walks=20, non_backtracking=non_backtracking, random_state=1)
    assert (len(walks), walks.length) == (20, 15)
    states = walks.states()
    assert (states[:, 0] == walks.start).all()
    for i in range(20):
        word = walks.word(i)
        assert (apply_word(word.indices, **graph) == walks.ends[i]).all()
        assert (apply_word(str(word), **graph) == states[i, -1]).all()
        assert (apply_word(word.indices[:7], **graph) == states[i, 7]).all()


def test_walks_from_elsewhere():
    walks = random_walk("S5", length=3, start="(1 2 3)", random_state=0)
    assert walks.start.tolist() == [1, 2, 0, 3, 4]
    assert (apply_word(walks.word(0).indices, "S5", start="(1 2 3)") == walks.ends[0]).all()
    still = random_walk("S5", length=0, random_state=0)
    assert (still.ends == np.arange(5)).all()


def test_non_backtracking_walks_never_turn():
    plain = random_walk("S6", length=200, n_walks=20, random_state=0).steps
    straight = random_walk("S6", length=200, n_walks=20, random_state=0, non_backtracking=True).steps
    undo = {0: 1, 1: 0, 2: 2}  # left, right and exchange
    turns = [[undo[a] == b for a, b in pairwise(row)] for row in plain.tolist()]
    assert 0.28 < np.mean(turns) < 0.39  # one in three
    assert not any(undo[a] == b for row in straight.tolist() for a, b in pairwise(row))
    # Each of the two others is as likely: 4 standard deviations of 3980 draws are 0.032.
    after_left = [b for row in straight.tolist() for a, b in pairwise(row) if a == 0]
    assert abs(np.mean([b == 0 for b in after_left]) - 0.5) < 0.06
    assert set(random_walk("S6", "lx", length=50, non_backtracking=True, random_state=1).steps[0]) == {0, 1}
    with pytest.raises(ValueError, match="its own inverse"):
        random_walk(generators=["(1 2)"], length=5, non_backtracking=True)
    assert random_walk(generators=["(1 2 3)"], length=5, non_backtracking=True).ends.tolist() == [[2, 0, 1]]


def test_steps_are_uniform_and_repeatable():
    steps = random_walk("S6", length=300, n_walks=30, random_state=3).steps
    assert np.array_equal(steps, random_walk("S6", length=300, n_walks=30, random_state=3).steps)
    # 9000 draws: 5 standard deviations of each share are 0.025.
    assert np.abs(np.bincount(steps.ravel(), minlength=3) / steps.size - 1 / 3).max() < 0.025


def test_walks_are_refused():
    with pytest.raises(ValueError, match="length must be at least 0"):
        random_walk("S5", length=-1)
    with pytest.raises(ValueError, match="n_walks must be at least 1"):
        random_walk("S5", length=1, n_walks=0)
    with pytest.raises(MemoryBudgetError, match="walks of"):
        random_walk("S5", length=10**9, n_walks=10**6)
    with pytest.raises(ValueError, match="walk must be"):
        random_walk("S5", length=1).word(1)


@pytest.mark.parametrize("graph", GRAPHS[:3])
def test_draws_are_at_the_distance(graph):
    definition = define(graph.get("group"), graph.get("generators"), state=graph.get("state"))
    steps = arrangement_steps(definition.generators)
    start = tuple(apply_word([], definition).tolist())
    known = distances_from(start, steps)
    for distance in range(max(known.values()) + 1):
        drawn = sample_at_distance(distance, definition, size=10, random_state=distance)
        assert [known[tuple(row)] for row in drawn.tolist()] == [distance] * 10
    with pytest.raises(ValueError, match=f"the diameter is {distance}"):
        sample_at_distance(distance + 1, definition)


def test_draws_are_uniform():
    layer = cayley.growth("S5").growth[5]
    drawn = sample_at_distance(5, "S5", size=500 * layer, random_state=0)
    counts = np.unique(drawn, axis=0, return_counts=True)[1]
    assert len(counts) == layer
    assert np.abs(counts - 500).max() < 5 * np.sqrt(500)
    again = sample_at_distance(5, "S5", size=500 * layer, random_state=0)
    assert np.array_equal(drawn, again)


def test_a_ball_that_does_not_fit():
    with pytest.raises(MemoryBudgetError, match="do not fit in 1 MB; those up to 4 do"):
        sample_at_distance(12, "3x3x3", memory_limit="1MB")
    drawn = sample_at_distance(3, "3x3x3", size=5, random_state=0)
    assert [cayley_length(row) for row in drawn] == [3] * 5


def cayley_length(target):
    from cayley._paths import find_path

    return find_path(target, "3x3x3").length


@pytest.mark.parametrize("graph", [*GRAPHS[:2], {"state": "00111"}])
@pytest.mark.parametrize("lazy", [True, False])
def test_mixing_against_powers_of_the_matrix(graph, lazy):
    numbered = cayley.cayley_graph(**graph)
    matrix = numbered.to_scipy(multiplicity=True).toarray()
    transition = matrix / matrix.sum(axis=1, keepdims=True)
    if lazy:
        transition = (transition + np.eye(len(matrix))) / 2
    found = mixing(**graph, lazy=lazy, max_steps=12)
    row = np.eye(len(matrix))[0]
    for t, distance in enumerate(found.total_variation):
        expected = abs((row @ np.linalg.matrix_power(transition, t)) - 1 / len(row)).sum() / 2
        assert distance == pytest.approx(expected, abs=1e-12)  # rounding of some hundred sums
    if found.time is not None:
        assert found.total_variation[found.time] <= 0.25 < found.total_variation[found.time - 1]
        assert len(found.total_variation) == found.time + 1


def test_mixing_of_the_cycle_and_of_bipartite_graphs():
    """Uniform after one lazy step on two points; a walk on a bipartite graph never mixes."""
    assert mixing(generators=["(1 2)"]).total_variation == [0.5, 0.0]
    stuck = mixing("S4", "coxeter", lazy=False, max_steps=50)
    assert stuck.time is None
    assert len(stuck.total_variation) == 51
    assert stuck.total_variation[-1] == pytest.approx(0.5, abs=1e-6)
    graph = cayley.cayley_graph("S4")
    assert mixing(graph) == mixing("S4")
    with pytest.raises(ValueError, match="brings its own generators"):
        mixing(graph, "lrx")
    with pytest.raises(ValueError, match="threshold must lie between"):
        mixing("S4", threshold=1.5)
