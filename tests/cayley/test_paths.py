"""Shortest words by a search from both ends, against a search over a dictionary."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.paths import arrangement_steps, distances_from

import cayley
from cayley._elements import elements_of
from cayley._packed import Budget, KeySet, Packing, is_member
from cayley._paths import PathResult, apply_word, find_path, read_word
from cayley.definitions import define
from cayley.matrices import multiply

generator_sets = st.integers(2, 6).flatmap(
    lambda n: st.lists(st.permutations(range(n)).map(tuple), min_size=1, max_size=3)
)
generator_sets = generator_sets.filter(lambda gs: any(g != tuple(range(len(g))) for g in gs))


def walk(word, start, steps):
    for i in word:
        start = steps[i](start)
    return start


@given(generators=generator_sets, seed=st.integers(0, 100))
@settings(max_examples=60, deadline=None)
def test_random_groups_directed_and_not(generators, seed):
    group = define(None, generators)
    steps = arrangement_steps(group.generators)
    start = tuple(range(group.degree))
    known = distances_from(start, steps)
    for target in random.Random(seed).sample(sorted(known), min(5, len(known))):
        path = find_path(target, group)
        assert path.found
        assert path.is_shortest
        assert path.length == known[target]
        assert walk(path.word, start, steps) == target


@given(generators=generator_sets, seed=st.integers(0, 100), data=st.data())
@settings(max_examples=40, deadline=None)
def test_random_words_from_any_start(generators, seed, data):
    n = len(generators[0])
    colours = tuple(data.draw(st.lists(st.sampled_from([0, 3, 12]), min_size=n, max_size=n)))
    steps = arrangement_steps([g for g in dict.fromkeys(generators) if g != tuple(range(n))])
    vertices = sorted(distances_from(colours, steps))
    start = random.Random(seed).choice(vertices)
    known = distances_from(start, steps)
    for target in random.Random(seed).sample(sorted(known), min(4, len(known))):
        path = find_path(target, state=colours, generators=generators, start=start)
        assert path.length == known[target]
        assert walk(path.word, start, steps) == target


@pytest.mark.parametrize(
    "matrices", [("1 1; 0 1", "1 0; 1 1"), ("1 1; 0 1", "1 4; 0 1", "0 4; 1 0", "0 1; 4 0")]
)
def test_matrices_from_any_start(matrices):
    group = define(None, list(matrices), modulus=5)
    steps = [lambda a, g=g: multiply(a, g, 5) for g in group.generators]
    start = ((2, 1), (1, 1))
    known = distances_from(start, steps)
    for target in random.Random(1).sample(sorted(known), 12):
        path = find_path(target, group, start=start)
        assert path.length == known[target]
        assert walk(path.word, start, steps) == target


@pytest.mark.parametrize("family", ["lrx", "lx", "pancake", "coxeter"])
def test_agrees_with_the_table_of_distances(family):
    table = cayley.distances("S7", family)
    rng = np.random.default_rng(0)
    for _ in range(8):
        target = rng.permutation(7)
        assert find_path(target, "S7", family).length == table.of(target)


def test_agrees_with_the_table_of_a_puzzle():
    group = cayley.puzzle("2x2x2", "htm")
    far = cayley.distances(group)
    rng = np.random.default_rng(3)
    target = apply_word([int(i) for i in rng.integers(0, 9, 30)], group)
    assert find_path(target, group).length == far.of(target)


def test_known_cube_positions():
    """Two exchanged stickers are unreachable; the superflip has no word of 8 half turns, one of 20."""
    cube = cayley.puzzle("3x3x3", "htm")
    superflip = "U R2 F B R B2 R U2 L B2 R U' D' R2 F R' L B2 U2 F2"  # 20 moves, M. Reid 1995
    target = apply_word(superflip, cube)
    assert (apply_word(superflip, cube, start=target) == np.arange(48)).all()
    assert int((target != np.arange(48)).sum()) == 24
    path = find_path(target, cube, max_length=8)
    assert not path.found
    assert (path.stopped, path.lower_bound, path.length) == ("max_length", 9, None)
    assert str(path) == "no word of up to 8 generators leads there"
    swapped = np.arange(48)
    swapped[[0, 1]] = 1, 0
    with pytest.raises(ValueError, match="is not a vertex"):
        find_path(swapped, cube)


def test_scrambles_of_the_cube():
    scramble = "R U F2 D' L B2 R' U2"
    target = apply_word(scramble, "3x3x3", metric="htm")
    path = find_path(target, "3x3x3", metric="htm")
    assert path.length <= 8
    assert (apply_word(str(path), "3x3x3", metric="htm") == target).all()
    back = find_path(np.arange(48), "3x3x3", metric="htm", start=target)
    assert back.length == path.length


def test_large_degrees():
    assert str(find_path("(1 20)", "S20")) == "R X L"
    word = [0, 0, 2, 1, 2, 0, 2, 0, 0]
    path = find_path(apply_word(word, "S20"), "S20")
    assert path.length <= 9
    assert find_path(apply_word([0] * 11, "S20"), "S20").word.indices == (1,) * 9
    directed = apply_word([0, 1, 0, 0, 1], "S20", "lx")
    assert find_path(directed, "S20", "lx").length == 5
    with pytest.raises(ValueError, match="is not a vertex of the graph of A20"):
        find_path("(1 2)", "A20")


def test_the_start_is_reached_by_nothing():
    path = find_path("()", "S5")
    assert (path.length, path.is_shortest, str(path), path.word.indices) == (0, True, "1", ())
    assert find_path("()", "S5", max_length=0).found


def test_the_memory_limit_ends_the_search():
    cube = cayley.puzzle("3x3x3", "htm")
    rng = np.random.default_rng(5)
    target = apply_word([int(i) for i in rng.integers(0, 18, 60)], cube)
    path = find_path(target, cube, memory_limit="2MB")
    assert (path.word, path.stopped) == (None, "memory_limit")
    assert 6 <= path.lower_bound <= 10
    assert "the memory limit ended the search" in str(path)
    assert path.to_dict()["word"] is None


@pytest.mark.parametrize("family", ["lrx", "lx"])
def test_short_words_are_found_with_hardly_any_memory(family):
    """The last layer is tried without being kept, and gives the same answer."""
    for seed in range(5):
        rng = np.random.default_rng(seed)
        target = rng.permutation(8)
        exact = find_path(target, "S8", family)
        for limit in (60_000, 100_000, 300_000):
            tight = find_path(target, "S8", family, memory_limit=limit)
            if tight.found:
                assert tight.length == exact.length
            else:
                assert tight.stopped == "memory_limit"
                assert tight.lower_bound <= exact.length


@pytest.mark.parametrize("length", range(8))
def test_every_depth_limit(length):
    target, true_length = "(1 2)(3 8)(4 7)(5 6)", 28
    path = find_path(target, "S8", max_length=true_length - 3 + length)
    assert path.found == (length >= 3)
    assert path.lower_bound == min(true_length, true_length - 2 + length)


def test_unreachable_words_and_matrices_show_by_exhaustion():
    with pytest.raises(ValueError, match=r"0110 is not a vertex of the graph of word 0011"):
        find_path("0110", state="0011", generators=["(1 2)", "(3 4)"])
    with pytest.raises(ValueError, match=r"0111 is not a vertex"):
        find_path("0111", state="0011")
    with pytest.raises(ValueError, match=r"\[2 0; 0 1\] is not a vertex"):
        find_path("2 0; 0 1", "SL(2,5)")
    with pytest.raises(ValueError, match="has no inverse modulo 5"):
        find_path("1 0; 0 1", "SL(2,5)", start="0 0; 0 1")


def test_progress_and_arguments():
    calls = []
    find_path("(1 3)(2 5)", "S6", progress=lambda *layer: calls.append(layer))
    assert [depth for depth, _, _ in calls] == list(range(1, len(calls) + 1))
    with pytest.raises(TypeError, match="progress must be callable"):
        find_path("()", "S4", progress=3)
    with pytest.raises(ValueError, match="max_length must be at least 0"):
        find_path("()", "S4", max_length=-1)
    with pytest.raises(ValueError, match="one element of S4 is needed, got 2"):
        find_path(["()", "(1 2)"], "S4")


def test_words_by_name():
    elements = elements_of(define("S12", "coxeter"))
    assert read_word(elements, " s1 s11 s2^-1 s3' s1^3") == [(0, 1), (10, 1), (1, -1), (2, -1), (0, 3)]
    cube = elements_of(cayley.puzzle("3x3x3"))
    names = cube.generator_names
    assert read_word(cube, "R2 R' R^-2") == [
        (names.index("R"), 2),
        (names.index("R'"), 1),
        (names.index("R"), -2),
    ]
    own = elements_of(define(None, ["(1 2 3)", "(1 2)"]))
    assert read_word(own, "(1 2) (1 2 3)' (1 2 3)2") == [(1, 1), (0, -1), (0, 2)]
    assert read_word(own, "") == []
    for wrong in ("s12", "x", "s1x", "s1 2", "s1^", "s12'"):
        with pytest.raises(ValueError, match="cannot read"):
            read_word(elements, wrong)
    with pytest.raises(ValueError, match="a generator of a word must be"):
        apply_word([7], "S5")


def test_membership():
    for name in ("S5", "A5", "2x2x2", "pyraminx"):
        group = define(name, None)
        assert is_member(group, np.array(group.generators[0]))
    assert not is_member(define("A5", None), np.array([1, 0, 2, 3, 4]))
    assert is_member(define("SL(2,5)", None), np.eye(2, dtype=int)) is None


@pytest.mark.parametrize("name", ["S9", "B4", "2x2x2", "3x3x3", "M11", "SL(2,7)"])
def test_compact_keys_tell_all_states_apart(name):
    definition = define(name, None)
    elements = elements_of(definition)
    packing = Packing(definition, elements, compact=True)
    rng = np.random.default_rng(0)
    states = np.repeat(elements.start[None], 200, axis=0)
    for _ in range(40):
        for row in range(len(states)):
            states[row] = elements.step(states[row : row + 1], int(rng.integers(len(elements.generators))))[0]
    distinct = len(np.unique(states, axis=0))
    assert len(np.unique(packing.pack(states), axis=0)) == distinct
    full = Packing(definition, elements, compact=False)
    assert (full.unpack(full.pack(states)) == states).all()


def test_key_sets_grow_and_refuse():
    known = KeySet(2, Budget("1MB"))
    keys = np.random.default_rng(0).integers(0, 2**63, (9000, 2)).astype(np.uint64)
    assert known.add(keys)
    assert (known.rows(keys) == np.arange(9000)).all()
    assert (known.rows(keys + np.uint64(1)) == -1).all()
    assert not known.add(np.repeat(keys, 10, axis=0))
    assert known.n == 9000
    assert known.budget.used == known.nbytes <= 10**6


def test_results_are_plain():
    path = find_path("(2 3)", "S5")
    assert path == PathResult("S5", path.word, 3, "bidirectional", None, path.n_states, path.seconds)
    document = path.to_dict()
    assert (document["word"], document["indices"]) == (["L", "X", "R"], [0, 2, 1])
