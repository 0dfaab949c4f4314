"""Distances learned from random walks: what they are trained on, how they guide, and their files."""

import json
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest
from oracle.paths import arrangement_steps, distances_from

import cayley
from cayley._beam import beam_search, solve
from cayley._paths import apply_word
from cayley._walks import random_walk
from cayley.definitions import define
from cayley.learning import LearnedDistance, describe_graph, train_distance, walk_states
from graphkit.errors import GraphFormatError, MemoryBudgetError

pytestmark = pytest.mark.usefixtures("one_torch_thread")
needs_torch = pytest.mark.skipif(find_spec("torch") is None, reason="torch is not installed")


@pytest.fixture(scope="module")
def lrx9(one_torch_thread):
    pytest.importorskip("torch", reason="torch is not installed")
    return train_distance("S9", n_walks=500, width=64, n_blocks=1, n_epochs=3)


@pytest.mark.parametrize(
    "graph",
    [
        {"group": "S5"},
        {"group": "S5", "generators": "lx"},
        {"state": "7799"},
        {"group": "SL(2,3)"},
        {"generators": ["(1 2)(3 4)"]},
    ],
    ids=str,
)
def test_walks_give_upper_bounds_of_the_distance(graph):
    definition = define(
        graph.get("group"), graph.get("generators"), state=graph.get("state"), modulus=graph.get("modulus")
    )
    states, steps = walk_states(definition, 60, 25, np.random.default_rng(0))
    assert states.dtype == np.uint8
    known = cayley.distances(definition)
    exact = known.of(states.astype(np.int64))
    assert (steps >= exact).all()
    assert (steps == exact).mean() > 0.3
    assert len(np.unique(states.reshape(len(states), -1), axis=0)) == len(states)
    home = (states == apply_word([], definition)).reshape(len(states), -1).all(axis=1)
    assert steps[home].tolist() == [0]


def test_the_least_number_of_steps_counts():
    """The same by a dictionary over all states that the same walks pass, more walks than are made at once."""
    definition = define("S5", "pancake")
    states, steps = walk_states(definition, 1500, 6, np.random.default_rng(3))
    draw = np.random.default_rng(3)
    least = {}
    for size in (1024, 476):
        walks = random_walk(definition, length=6, n_walks=size, non_backtracking=True, random_state=draw)
        for walk in walks.states().tolist():
            for k, state in enumerate(walk):
                least[tuple(state)] = min(k, least.get(tuple(state), k))
    assert dict(zip(map(tuple, states.tolist()), steps.tolist(), strict=True)) == least
    exact = distances_from((0, 1, 2, 3, 4), arrangement_steps(definition.generators))
    assert all(exact[state] <= k for state, k in least.items())


def test_a_learned_distance_leads_where_the_hamming_distance_does_not(lrx9):
    """At the same width, without a ball. A beam of 20 finds words near the shortest ones."""
    rng = np.random.default_rng(0)
    table = cayley.distances("S9")
    excess, lost = [], 0
    for _ in range(10):
        target = rng.permutation(9)
        options = {"width": 20, "ball": 1, "max_steps": 100}
        path = beam_search(target, "S9", heuristic=lrx9, **options)
        assert path.found
        assert (apply_word(path.word.indices, "S9") == target).all()
        excess.append(path.length - int(table.of(target)))
        plain = beam_search(target, "S9", heuristic="hamming", **options)
        lost += not plain.found or plain.length > path.length
    assert min(excess) >= 0
    assert np.mean(excess) < 3
    assert lost >= 8


def test_estimates_rank_states(lrx9):
    table = cayley.distances("S9")
    states = np.random.default_rng(1).permuted(np.tile(np.arange(9), (300, 1)), axis=1)
    assert np.corrcoef(lrx9(states), table.of(states))[0, 1] > 0.5
    assert (lrx9.n_walks, lrx9.length, len(lrx9.errors)) == (500, 38, 3)
    assert repr(lrx9) == "LearnedDistance(S9, 500 walks of 38 steps)"


@needs_torch
@pytest.mark.parametrize(
    ("graph", "element"),
    [
        ({"group": "S6", "generators": "lx"}, "(1 4)(2 3)"),
        ({"state": "77799"}, "99777"),
        ({"group": "SL(2,5)"}, "2 1; 1 1"),
        ({"group": "2x2x2"}, None),
    ],
    ids=str,
)
def test_graphs_of_all_kinds(graph, element):
    learned = train_distance(**graph, n_walks=50, length=12, width=16, n_blocks=1, n_epochs=1)
    element = apply_word([0, 1, 2], **graph) if element is None else element
    path = solve(element, **graph, method="beam", width=200, heuristic=[learned])
    assert (apply_word(path.word.indices, **graph, start=element) == apply_word([], **graph)).all()


def test_files(lrx9, tmp_path):
    path = tmp_path / "lrx9.pt"
    lrx9.save(path)
    found = LearnedDistance.load(path)
    states = np.random.default_rng(2).permuted(np.tile(np.arange(9), (20, 1)), axis=1)
    assert (found(states) == lrx9(states)).all()
    for key in ("name", "graph", "n_walks", "length", "n_states", "errors", "seconds"):
        assert getattr(found, key) == getattr(lrx9, key)
    found.require_graph(define("S9", None))
    (tmp_path / "x.pt").write_text("hello")
    with pytest.raises(GraphFormatError, match=r"x\.pt: not a distance model"):
        LearnedDistance.load(tmp_path / "x.pt")
    lrx9.model.about = "[]"
    lrx9.model.save(path)
    with pytest.raises(GraphFormatError, match="not one of a distance in a Cayley graph"):
        LearnedDistance.load(path)


def test_equal_seeds_give_equal_estimates():
    pytest.importorskip("torch", reason="torch is not installed")
    options = {"n_walks": 40, "length": 10, "width": 16, "n_blocks": 1, "n_epochs": 2}
    first, again, other = (train_distance("S6", **options, random_state=seed) for seed in (1, 1, 2))
    states = np.random.default_rng(0).permuted(np.tile(np.arange(6), (50, 1)), axis=1)
    assert (first(states) == again(states)).all()
    assert (first(states) != other(states)).any()


def test_other_graphs_are_refused(lrx9):
    with pytest.raises(ValueError, match="learned on S9 is a heuristic for that graph, not for S9"):
        beam_search("(1 9)", "S9", "coxeter", heuristic=lrx9)
    with pytest.raises(ValueError, match="not for word 000011112"):
        beam_search("200001111", state="000011112", heuristic=lrx9)
    labels = [describe_graph(define(None, None, state=word)) for word in ("0011", "7799", "7799")]
    assert labels[0] != labels[1] == labels[2]


def test_wrong_arguments():
    with pytest.raises(ValueError, match="give the length of the walks"):
        train_distance(generators=["1 1; 0 1"], modulus=5)
    with pytest.raises(ValueError, match="n_walks must be at least 1"):
        train_distance("S5", n_walks=0)
    with pytest.raises(MemoryBudgetError, match="states of random walks"):
        train_distance("S5", n_walks=10**12, length=5)


@needs_torch
def test_too_many_entries():
    with pytest.raises(ValueError, match="too many to learn"):
        train_distance(generators=["1 1; 0 1"], modulus=2**20, length=3, n_walks=1)


def test_importing_loads_no_torch():
    code = (
        "import sys; import cayley.learning, cayley._beam;"
        "cayley._beam.beam_search('(1 3)', 'S5', width=5, ball=1); print(json := 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.lower()) is False


def test_without_torch():
    """The error names the extra that brings it."""
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from cayley.learning import train_distance\n"
        "try:\n    train_distance('S4', n_walks=1)\n"
        "except ImportError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "a learned distance needs torch: pip install 'graphkit-algorithms[nn]'\n"
