import json
import math
import os
import subprocess
import sys
import tracemalloc
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import get_num_threads, njit, set_num_threads
from oracle import cosets as oracle

from cayley.cosets import resolve_state
from cayley.engines import _ranked_tables as tables
from cayley.engines import ranked
from cayley.engines._bitscan import clear_lowest, count_ones, trailing_zeros
from cayley.engines.ranked import RankedEngine

words_and_generators = st.integers(2, 7).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 3), min_size=n, max_size=n),
        st.lists(st.permutations(range(n)), min_size=1, max_size=3).filter(
            lambda generators: any(tuple(g) != tuple(range(n)) for g in generators)
        ),
    )
)


def grow(graph, parallel_from=None):
    engine = RankedEngine(graph)
    if parallel_from is not None:
        engine.parallel_from = parallel_from
    return list(engine.layers()), engine


@given(words_and_generators)
@settings(max_examples=150, deadline=None)
def test_random_words_agree_with_breadth_first_search(case):
    graph = resolve_state(*case, {})
    expected = oracle.layers(graph.state, graph.generators)
    layers, engine = grow(graph)
    assert layers == [len(layer) for layer in expected]
    last = [tuple(int(colour) for colour in word) for word in engine.last_layer()]
    assert len(last) == layers[-1]
    assert set(last) == expected[-1]


@pytest.mark.parametrize(
    ("state", "generators"),
    [
        ("0000011112", "lrx"),
        ("00000111111", "lx"),  # directed
        ("000000111111", "pancake"),  # reverses the whole word: the halves change places
        ("0011223344", "coxeter"),
        ("01234567", "top_spin"),
        ("00112233", "wrapped_k_cycles"),
        ("0123012", ["(1 7)(2 6)", "(1 2 3)(4 5 6 7)"]),
        ("001122001", ["(1 9 5)(2 3)", "(4 6)"]),  # several orbits of positions
    ],
)
def test_threads_change_nothing(state, generators, monkeypatch):
    graph = resolve_state(state, generators, {})
    expected = oracle.layers(graph.state, graph.generators)
    assert grow(graph)[0] == [len(layer) for layer in expected]
    monkeypatch.setattr(ranked, "_LISTED", 100)  # several lists in a layer
    layers, engine = grow(graph, parallel_from=50)
    assert layers == [len(layer) for layer in expected]
    assert {tuple(word) for word in engine.last_layer().tolist()} == expected[-1]


@pytest.mark.skipif(get_num_threads() < 2, reason="needs two threads")
def test_one_thread_and_two_agree():
    graph = resolve_state("0" * 9 + "1" * 9, "lrx", {})
    before = get_num_threads()
    found = []
    try:
        for threads in (1, 2):
            set_num_threads(threads)
            layers, engine = grow(graph, parallel_from=2000)
            found.append((layers, engine.last_layer().tolist()))
    finally:
        set_num_threads(before)
    assert found[0] == found[1]


@pytest.mark.parametrize(("n", "ones", "step"), [(33, 2, 1), (36, 2, 5), (40, 1, 7)])
def test_long_words_take_wide_tables(n, ones, step):
    word = [0] * (n - ones) + [1] * ones
    shift = [(i + step) % n for i in range(n)]
    swap = [1, 0, *range(2, n)]
    graph = resolve_state(word, [shift, swap], {})
    engine = RankedEngine(graph)
    assert engine._tables.low_moves.dtype == np.uint64
    assert list(engine.layers()) == oracle.growth(graph.state, graph.generators)


def test_both_widths_agree():
    graph = resolve_state("00011122", "lrx", {})
    ranked.warm_up(graph)
    found = []
    for wide in (False, True):
        engine = RankedEngine(graph, wide)
        assert engine._tables.low_moves.dtype == (np.uint64 if wide else np.uint32)
        found.append((list(engine.layers()), engine.last_layer().tolist()))
    assert found[0] == found[1]


def reachable(shared, family, largest):
    entries = json.loads((shared / "oracles" / "cayley.json").read_text())["entries"]
    return [entry for entry in entries if entry["family"] == family and entry["states"] <= largest]


@pytest.mark.parametrize("family", ["lrx", "top_spin"])
def test_published_growth(shared, family):
    entries = reachable(shared, f"{family}_coset", 3_000_000)
    assert len(entries) >= 30
    for entry in entries:
        graph = resolve_state(entry["params"]["central_state"], family, {})
        layers, _ = grow(graph)
        assert layers == entry["layers"], graph.name
        assert len(layers) - 1 == entry["diameter"]
        assert graph.order in (None, entry["states"])
        if graph.degree > 5:
            assert graph.order == entry["states"]


def test_bubble_sort_counts_inversions():
    # The number of words of m zeros and m ones with k inversions: Gaussian binomial coefficients.
    m = 8
    row = [1]
    for i in range(1, m + 1):
        longer = [0] * (len(row) + m + i)
        for k, value in enumerate(row):
            longer[k] += value
            longer[k + m + i] -= value
        for k in range(i, len(longer)):  # divide by 1 - q^i
            longer[k] += longer[k - i]
        row = longer
    layers, engine = grow(resolve_state("0" * m + "1" * m, "coxeter", {}))
    assert layers == row[: m * m + 1]
    assert engine.last_layer().tolist() == [[1] * m + [0] * m]
    assert engine.edges == sum(layers) * (2 * m - 1)
    assert engine.bytes_swept > 0


@given(st.lists(st.integers(0, 4), min_size=2, max_size=9), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_tables_number_every_arrangement_once(word, draw):
    names = sorted(set(word))
    state = [names.index(letter) for letter in word]
    n, c = len(state), len(names)
    generator = tuple(draw.sample(range(n), n))
    t = tables.build(state, [generator])
    high, low = tables.split(n)

    def number(letters):
        high_index, low_index = (tables.index_of(h, c) for h in (letters[:high], letters[high:]))
        return int(t.base[high_index]) + int(t.rank[low_index])

    seen = set()
    for s in range(t.size.size):
        for r in range(int(t.size[s])):
            low_at = t.first_low[s] + r
            letters = [
                *tables.letters_of(t.segment_high[s : s + 1], c, high)[0],
                *tables.letters_of(t.lows[low_at : low_at + 1], c, low)[0],
            ]
            assert sorted(letters) == sorted(state)
            assert number(letters) == 64 * int(t.first_word[s]) + r
            seen.add(number(letters))
            moved = [letters[i] for i in generator]
            image = int(t.high_moves[0, s]) + int(t.low_moves[0, low_at])
            assert image >> t.shift == tables.index_of(moved[:high], c)
            assert image & ((1 << t.shift) - 1) == tables.index_of(moved[high:], c)
    assert len(seen) == math.factorial(n) // math.prod(math.factorial(state.count(x)) for x in range(c))
    compositions = list(tables.segment_sizes([state.count(x) for x in range(c)], n))
    assert sum(ways * size for ways, size in compositions) == len(seen)
    assert sum(ways * -(-size // 64) for ways, size in compositions) == t.total_words


def test_index_of_reads_letters_as_digits():
    every = list(product(range(3), repeat=4))
    assert [tables.index_of(letters, 3) for letters in every] == list(range(81))
    assert [tuple(row) for row in tables.letters_of(np.arange(81), 3, 4)] == every


@pytest.mark.parametrize("parallel_from", [None, 1000])
@pytest.mark.parametrize(
    ("state", "family"), [("0" * 12 + "1" * 12, "lrx"), ("0011223344", "transpositions")]
)
def test_memory_is_bounded_by_the_estimate(state, family, parallel_from):
    graph = resolve_state(state, family, {})
    ranked.warm_up()
    tracemalloc.start()
    try:
        for depth, _ in enumerate(grow_lazily(graph, parallel_from)):
            if depth == 60:
                break
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= RankedEngine.memory(graph)


def grow_lazily(graph, parallel_from):
    engine = RankedEngine(graph)
    engine.parallel_from = parallel_from or engine.parallel_from
    return engine.layers()


def test_memory_of_the_largest_published_graphs():
    bound = {32: 0.3e9, 36: 3.6e9, 38: 14e9}
    for n, most in bound.items():
        graph = resolve_state("0" * (n // 2) + "1" * (n // 2), "lrx", {})
        assert 3 * graph.arrangements / 8 < RankedEngine.memory(graph) < most


@pytest.mark.parametrize("state", ["0" * 23 + "1" * 23, "012" * 9, list(range(13))])
def test_words_that_are_too_long(state):
    graph = resolve_state(state, "lrx", {})
    for attempt in (RankedEngine.memory, RankedEngine):
        with pytest.raises(ValueError, match="the ranked engine takes at most 4,194,304 words of half"):
            attempt(graph)


def test_positions_that_stay_cost_nothing():
    graph = resolve_state([2, *[0] * 60, 1, 1, 3], ["(62 63 64)", "(62 63)"], {})
    layers, engine = grow(graph)
    assert layers == oracle.growth(graph.state, graph.generators) == [1, 1, 1]
    assert {tuple(word) for word in engine.last_layer().tolist()} == oracle.layers(
        graph.state, graph.generators
    )[-1]


def test_large_last_layer_is_not_kept(monkeypatch):
    monkeypatch.setattr(ranked, "_RECENT", 5)
    layers, engine = grow(resolve_state("0123", "transpositions", {}))
    assert layers == [1, 6, 11, 6]
    with pytest.raises(ValueError, match="the last layer has 6 states, at most 5 are kept"):
        engine.last_layer()


@given(st.integers(0, 2**64 - 1))
@settings(deadline=None)  # the first example compiles
def test_bit_scans(word):
    ones, zeros, rest = compiled_scans(np.uint64(word))
    assert ones == count_ones(np.uint64(word)) == bin(word).count("1")
    expected = next((i for i in range(64) if word >> i & 1), 64)
    assert zeros == trailing_zeros(np.uint64(word)) == expected
    assert rest == clear_lowest(np.uint64(word)) == (word - (1 << expected) if word else 0)


@njit
def compiled_scans(word):
    return count_ones(word), trailing_zeros(word), clear_lowest(word)


def test_without_compilation():
    code = (
        "from cayley.cosets import resolve_state\n"
        "from cayley.engines.ranked import RankedEngine\n"
        "for start in (10**6, 3):\n"
        "    engine = RankedEngine(resolve_state('000111', 'lrx', {}))\n"
        "    engine.parallel_from = start\n"
        "    assert list(engine.layers()) == [1, 2, 3, 4, 4, 3, 2, 1]\n"
        "    assert len(engine.last_layer()) == 1\n"
    )
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], env=environment, check=False)
    assert done.returncode == 0
