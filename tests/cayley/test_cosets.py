import math
import subprocess
import sys
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import cayley as group_oracle
from oracle import cosets as oracle

import cayley
from cayley.cosets import CosetGraph, contains_alternating, format_state, parse_state, resolve_state
from cayley.families import get_family
from cayley.permutation import extend, from_cycles, identity
from graphkit.errors import UnknownNameError

words_and_generators = st.integers(2, 7).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 3), min_size=n, max_size=n),
        st.lists(st.permutations(range(n)), min_size=1, max_size=3).filter(
            lambda gs: any(tuple(g) != identity(n) for g in gs)
        ),
    )
)


@given(words_and_generators)
@settings(max_examples=200, deadline=None)
def test_a_promised_order_is_the_number_of_states(case):
    word, generators = case
    graph = resolve_state(word, generators, {})
    reached = sum(oracle.growth(graph.state, graph.generators))
    assert graph.order in (None, reached)
    assert reached <= graph.arrangements


@given(st.integers(1, 6).flatmap(lambda n: st.lists(st.permutations(range(n)).map(tuple), min_size=1)))
@settings(max_examples=100, deadline=None)
def test_contains_alternating_agrees_with_the_closure(generators):
    n = len(generators[0])
    assert contains_alternating(generators) == (
        2 * len(group_oracle.closure(generators)) >= math.factorial(n)
    )


@pytest.mark.parametrize("n", [17, 18, 20, 24, 32, 38, 60])
@pytest.mark.parametrize("family", ["lrx", "top_spin", "three_cycles", "rapaport_m2"])
def test_large_giants_are_recognised(n, family):
    assert contains_alternating(get_family(family).generators(n))


def wreath(blocks, size):
    """Permutations of `blocks` blocks of `size` points each that keep the blocks together."""
    n = blocks * size
    return [
        tuple((i + size) % n for i in range(n)),
        from_cycles([(i, i + size) for i in range(size)], n),
        from_cycles([(0, 1)], n),
        from_cycles([range(size)], n),
    ]


@pytest.mark.parametrize(
    "generators",
    [
        [tuple((i + 1) % 23 for i in range(23)), tuple(i * 2 % 23 for i in range(23))],  # affine, primitive
        [tuple((i + 1) % 37 for i in range(37)), tuple(i * 2 % 37 for i in range(37))],
        wreath(2, 10),
        wreath(10, 2),
        wreath(3, 13),
        [extend(g, 20) for g in get_family("lrx").generators(19)],  # a fixed point
    ],
)
def test_other_groups_are_not_taken_for_giants(generators):
    assert not contains_alternating(generators)


@pytest.mark.parametrize(
    ("state", "family", "order"),
    [
        ("0" * 14 + "1" * 14, "lrx", 40_116_600),
        ("0" * 19 + "1" * 19, "top_spin", 35_345_263_800),
        ("0123456789", "lrx", math.factorial(10)),
        ("012345678", "top_spin", math.factorial(9) // 2),  # A9, all letters distinct
        ("112345678", "top_spin", math.factorial(9) // 2),  # A9, but two letters alike
        ("0000", "lrx", 1),
    ],
)
def test_order(state, family, order):
    assert resolve_state(state, family, {}).order == order


def test_order_counts_the_moved_positions_only():
    graph = resolve_state("00112", ["(1 2)", "(2 3)", "(3 4)"], {})
    assert graph.order == 6 == graph.arrangements
    assert graph.moved == (0, 1, 2, 3)


def test_order_is_not_promised_where_it_is_not_known():
    graph = resolve_state("0011", ["(1 2)(3 4)"], {})
    assert graph.order is None


def test_distinct_letters_give_the_group():
    graph = resolve_state("0123", ["(1 2 3 4)"], {})
    assert graph.order == 4
    assert graph.is_directed


def test_colours_are_renumbered_and_shown_as_given():
    graph = resolve_state("7755", "lrx", {})
    assert graph == CosetGraph((1, 1, 0, 0), graph.generators, "lrx", (5, 7))
    assert graph.name == "word 7755"
    assert graph.n_colours == 2
    assert graph.degree == 4
    assert not graph.is_directed
    assert resolve_state([300, 2, 2], "lx", {}).name == "word 300,2,2"
    assert resolve_state(np.array([0, 1, 1]), "lx", {}).labels is None


def test_generator_names():
    assert resolve_state("000111", "top-spin", {"k": 3}).generator_names == "top_spin(k=3)"
    graph = resolve_state("0011", ["(1 2)", [1, 0, 2, 3], (3, 0, 1, 2), "()"], {})
    assert graph.generator_names == ("(1 2)", "(1 4 3 2)")
    assert graph.generators == ((1, 0, 2, 3), (3, 0, 1, 2))


@given(st.lists(st.integers(0, 40), min_size=1))
def test_text_is_read_back(state):
    assert parse_state(format_state(state)) == tuple(state)


@pytest.mark.parametrize("text", ["0,0,1", "0 0 1", " 0, 0, 1 ", "001"])
def test_notations(text):
    assert parse_state(text) == (0, 0, 1)


@pytest.mark.parametrize("text", ["00a1", "0.5", "0,-1", "²", "0;1"])
def test_unreadable_states(text):
    with pytest.raises(ValueError, match="cannot read state"):
        parse_state(text)


@pytest.mark.parametrize(
    ("state", "generators", "parameters", "error", "message"),
    [
        ("", "lrx", {}, ValueError, "the state is empty"),
        ([], "lrx", {}, ValueError, "the state is empty"),
        ("0", "lrx", {}, ValueError, "at least 2 points"),
        ([0, -1], "lrx", {}, ValueError, "at least 0, got -1"),
        ([0, 1.0], "lrx", {}, TypeError, "must be integers, got 1.0"),
        (11, "lrx", {}, TypeError, "text such as '0011' or a sequence of integers, got 11"),
        ([0, 1, 2**63], "lrx", {}, ValueError, "at most 9223372036854775807"),
        ("0,1,99999999999999999999999", "lrx", {}, ValueError, "at most 9223372036854775807"),
        (f"0,1,{'9' * 5000}", "lrx", {}, ValueError, "up to 1000 digits, got 5000"),
        ([0, True], "lrx", {}, TypeError, "must be integers, got True"),
        ("001", "lrz", {}, UnknownNameError, "lrx"),
        ("001", "lrx", {"k": 3}, ValueError, "parameter k"),
        ("001", ["(1 4)"], {}, ValueError, "out of range"),
        ("001", [[0, 1, 2, 4, 3]], {}, ValueError, "does not act on 3 points"),
        ("001", [[0, 0, 1]], {}, ValueError, "not a permutation"),
        ("001", ["()"], {}, ValueError, "other than the identity"),
        ("001", [], {}, ValueError, "other than the identity"),
        ("001", ["(1 2)"], {"k": 3}, ValueError, "belong to a generator family"),
    ],
)
def test_bad_input(state, generators, parameters, error, message):
    with pytest.raises(error, match=message):
        resolve_state(state, generators, parameters)


def test_definitions_load_no_numba():
    code = "import sys, cayley.cosets; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_arrangements_are_the_distinct_permutations_of_the_word():
    graph = resolve_state("00112", "coxeter", {})
    assert graph.arrangements == len(set(permutations((0, 0, 1, 1, 2))))


@pytest.mark.parametrize(
    ("state", "generators", "labels", "message"),
    [
        ((0, 1, 1), ((1, 0),), None, "3 positions, the generators act on 2"),
        ((0, 1, 1), ((1, 1, 0),), None, "not a permutation"),
        ((0, 1, 1), (), None, "at least one generator"),
        ((0, 2, 2), ((1, 2, 0),), None, r"colours of the state must be 0, \.\.\., c-1, got \[0, 2\]"),
        ((0, 1, 1), ((1, 2, 0),), (5,), "2 colours need as many labels, got 1"),
    ],
)
def test_the_constructor_refuses_what_is_no_graph(state, generators, labels, message):
    with pytest.raises(ValueError, match=message):
        CosetGraph(state, generators, "x", labels)


def test_the_largest_colour(tmp_path):
    found = cayley.growth(state=[0, 1, 2**63 - 1])
    found.save(tmp_path / "y.npz")
    assert cayley.GrowthResult.load(tmp_path / "y.npz") == found
