"""Beam search: words that lead where they should, the same for a seed, and heuristics of all kinds."""

import json
import os
import random
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.paths import arrangement_steps, distances_from

import cayley
from cayley._beam import beam_search, solve
from cayley._paths import apply_word, find_path
from cayley._walks import random_walk
from cayley.definitions import define
from graphkit.errors import MemoryBudgetError

generator_sets = st.integers(2, 6).flatmap(
    lambda n: st.lists(st.permutations(range(n)).map(tuple), min_size=1, max_size=3)
)
generator_sets = generator_sets.filter(lambda gs: any(g != tuple(range(len(g))) for g in gs))


def test_the_table_of_the_graph_itself_leads_straight_home():
    """With the true distance as its heuristic, a beam of one state walks a shortest way."""
    rng = np.random.default_rng(0)
    for family in ("lrx", "lx", "pancake"):
        table = cayley.distances("S8", family)
        for _ in range(5):
            target = rng.permutation(8)
            path = beam_search(target, "S8", family, width=1, heuristic=table, ball=1)
            assert path.length == table.of(target)


@given(generators=generator_sets, seed=st.integers(0, 50))
@settings(max_examples=40, deadline=None)
def test_a_wide_beam_is_breadth_first_search(generators, seed):
    """No state is dropped, so the word is a shortest one: in directed and undirected graphs alike."""
    group = define(None, generators)
    known = distances_from(tuple(range(group.degree)), arrangement_steps(group.generators))
    for target in random.Random(seed).sample(sorted(known), min(3, len(known))):
        path = beam_search(target, group, width=1000, ball=1)
        assert path.length == known[target]
        assert path.lower_bound <= path.length
        ball = beam_search(target, group, width=1000, ball=20)
        assert ball.length == known[target]


@pytest.mark.parametrize("ball", [1, 100, 10_000])
def test_words_are_right_and_the_same_for_a_seed(ball):
    target = np.random.default_rng(1).permutation(14)
    options = {"width": 300, "heuristic": "hamming", "ball": ball}
    first = beam_search(target, "S14", "coxeter", random_state=5, **options)
    again = beam_search(target, "S14", "coxeter", random_state=5, **options)
    assert first.found
    assert first.word == again.word
    assert (apply_word(first.word.indices, "S14", "coxeter") == target).all()
    assert first.length >= cayley_length(target)


def cayley_length(p):
    """Distance under exchanges of neighbours: the number of inversions."""
    return sum(p[i] > p[j] for i in range(len(p)) for j in range(i + 1, len(p)))


def test_pattern_databases():
    """Distances of coloured words are lower bounds, and guide better than the Hamming distance."""
    target = np.random.default_rng(0).permutation(11)
    halves = cayley.distances(state="00000111111")
    pairs = cayley.distances(state="00112233445")
    exact = find_path(target, "S11").length
    guided = beam_search(target, "S11", width=500, heuristic=[halves, pairs], ball=10_000)
    plain = beam_search(target, "S11", width=500, ball=10_000)
    assert exact <= guided.length < plain.length
    assert (apply_word(guided.word.indices, "S11") == target).all()
    words = beam_search("11111100000", state="00000111111", width=5, heuristic=halves, ball=1)
    assert words.length == halves.of("11111100000")


def test_a_callable_sees_states_as_the_user_writes_them():
    seen = []

    def inversions(states):
        seen.append(states)
        return [cayley_length(row) for row in states.tolist()]

    target = [4, 3, 2, 1, 0]
    path = beam_search(target, "S5", "coxeter", width=1, heuristic=inversions, ball=1)
    assert path.length == 10
    assert all(states.dtype == np.int64 and states.shape[1:] == (5,) for states in seen)
    colours = []
    word = [7, 7, 3, 3]
    beam_search(
        word,
        state=[3, 3, 7, 7],
        width=1,
        ball=1,
        heuristic=lambda states: (colours.append(set(states.ravel().tolist())), np.zeros(len(states)))[1],
    )
    assert all(colour == {3, 7} for colour in colours)
    assert colours


def test_matrices():
    table = cayley.distances("SL(2,11)")
    target = apply_word([0, 2, 1, 0, 3, 3, 2], "SL(2,11)")
    path = beam_search(target, "SL(2,11)", width=5, heuristic=table, ball=1)
    assert path.length == table.of(target)
    with pytest.raises(ValueError, match="not for that of"):
        beam_search(target, "SL(2,11)", heuristic=cayley.distances("SL(2,5)"))


@pytest.mark.parametrize("method", ["auto", "exact", "beam"])
@pytest.mark.parametrize(
    ("graph", "element"),
    [
        ({"group": "S6"}, "(1 4)(2 3)"),
        ({"group": "S6", "generators": "lx"}, "(1 4)(2 3)"),
        ({"state": "001122"}, "221100"),
        ({"state": "001122", "generators": "lx"}, "221100"),
        ({"group": "SL(2,5)"}, "2 1; 1 1"),
        ({"generators": ["1 1; 0 1", "1 0; 1 1"], "modulus": 5}, "2 1; 1 1"),
    ],
)
def test_solutions_lead_back(method, graph, element):
    path = solve(element, **graph, method=method, width=50)
    definition = define(
        graph.get("group"), graph.get("generators"), state=graph.get("state"), modulus=graph.get("modulus")
    )
    home = apply_word([], definition)
    assert (apply_word(path.word.indices, definition, start=element) == home).all()
    if method != "beam":
        assert path.is_shortest
        assert path.length == find_path(home, definition, start=element).length


def test_auto_goes_on_with_a_beam_when_the_memory_is_used_up():
    target = np.random.default_rng(2).permutation(13)
    path = solve(target, "S13", "pancake", memory_limit="3MB", width=100)
    assert path.method == "beam"
    assert path.found
    assert 5 <= path.lower_bound <= path.length
    exact = solve(target, "S13", "pancake", memory_limit="3MB", method="exact")
    assert exact.stopped == "memory_limit"


def test_when_it_ends_without_a_word():
    target = np.random.default_rng(0).permutation(12)
    stopped = beam_search(target, "S12", width=2, max_steps=5, ball=1)
    assert (stopped.found, stopped.stopped) == (False, "max_steps")
    assert "limit of steps" in str(stopped)
    full = beam_search(target, "S12", width=2000, memory_limit="1MB", ball=1)
    assert full.stopped == "memory_limit"
    with pytest.raises(MemoryBudgetError, match="a beam of width"):
        beam_search(target, "S12", width=10**6, memory_limit="1MB", ball=1)


def test_a_narrow_beam_may_end_in_a_dead_end():
    """All neighbours of the only state were had before."""

    def away(states):
        return -np.abs(states - np.arange(states.shape[1])).sum(axis=1)

    found = [
        beam_search(t, "S4", "coxeter", width=1, heuristic=away, ball=1, random_state=seed).stopped
        for seed in range(3)
        for t in ("(1 3)", "(1 4)", "(1 2 3 4)")
    ]
    assert "dead_end" in found


def test_unreachable_targets():
    with pytest.raises(ValueError, match="is not a vertex of the graph of A5"):
        beam_search("(1 2)", "A5")
    with pytest.raises(ValueError, match="is not a vertex of the graph of word 0011"):
        beam_search("0110", state="0011", generators=["(1 2)", "(3 4)"])


@pytest.mark.parametrize(
    ("heuristic", "error", "message"),
    [
        ("manhattan", ValueError, "unknown heuristic 'manhattan'"),
        (3, TypeError, "heuristic must be 'hamming'"),
        ([], ValueError, "got an empty sequence"),
        (lambda states: np.zeros(3), ValueError, "an array of shape"),
        (lambda states: np.full(len(states), np.nan), ValueError, "finite numbers"),
    ],
)
def test_wrong_heuristics(heuristic, error, message):
    with pytest.raises(error, match=message):
        beam_search("(1 9)", "S9", heuristic=heuristic, width=1, ball=1)


def test_tables_of_other_graphs_are_refused():
    with pytest.raises(ValueError, match="of the same generators"):
        beam_search("(1 5)", "S6", heuristic=cayley.distances("S6", "coxeter"))
    with pytest.raises(ValueError, match="another start"):
        beam_search("110", state="011", heuristic=cayley.distances(state="001"))
    with pytest.raises(ValueError, match="another kind of states"):
        beam_search("1100", state="0011", heuristic=cayley.distances("S4"))


def test_a_distance_learned_from_random_walks():
    """A torch module is a heuristic by one line: here a linear one, fitted to the steps of random walks."""
    torch = pytest.importorskip("torch")
    walks = random_walk("S7", "coxeter", length=20, n_walks=300, non_backtracking=True, random_state=0)
    states = walks.states().reshape(-1, 7)
    steps = np.tile(np.arange(21), 300)

    def features(given):
        # Which of two labels comes first: the distance is a sum of such, which the fit has to find out.
        x = torch.from_numpy(np.argsort(given, axis=1))
        first, second = torch.triu_indices(7, 7, 1)
        return torch.cat([(x[:, first] > x[:, second]).double(), torch.ones(len(x), 1).double()], dim=1)

    target = torch.from_numpy(steps).double()[:, None]
    weights = torch.linalg.lstsq(features(states), target).solution
    model = torch.nn.Linear(22, 1, bias=False).double()
    with torch.no_grad():
        model.weight.copy_(weights.T)

        def learned(given):
            return model(features(given))[:, 0].numpy()

        for seed in range(5):
            goal = np.random.default_rng(seed).permutation(7)
            path = beam_search(goal, "S7", "coxeter", width=3, heuristic=learned, ball=1, max_steps=60)
            assert path.found
            assert path.length <= cayley_length(goal) + 4
            assert (apply_word(path.word.indices, "S7", "coxeter") == goal).all()


def test_without_compilation():
    """The kernels are plain Python underneath and give the same words. Hashes overflow, as they should."""
    graphs = [
        ({"group": "S5"}, "(1 4)(2 3)"),
        ({"group": "S5", "generators": "lx"}, "(1 4)"),
        ({"state": "00112"}, "21100"),
        ({"group": "UT(3,3)"}, "1 1 1; 0 1 2; 0 0 1"),
    ]
    code = (
        "import json, sys\n"
        "from cayley._beam import beam_search\n"
        "from cayley._numbering import cayley_graph\n"
        "from cayley._paths import find_path\n"
        "from cayley.spectra import girth\n"
        "found = []\n"
        "for graph, element in json.loads(sys.argv[1]):\n"
        "    exact = find_path(element, **graph)\n"
        "    tight = find_path(element, **graph, memory_limit=50_000)\n"
        "    beam = beam_search(element, **graph, width=4, ball=3)\n"
        "    cycle = girth(cayley_graph(**graph))\n"
        "    found.append([exact.word.indices, tight.word.indices, beam.word.indices, cycle])\n"
        "print(json.dumps(found))\n"
    )
    answers = []
    for off in ("0", "1"):
        environment = os.environ | {"NUMBA_DISABLE_JIT": off}
        command = [sys.executable, "-W", "ignore:overflow:RuntimeWarning", "-c", code, json.dumps(graphs)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        answers.append(json.loads(done.stdout))
    assert answers[0] == answers[1]
