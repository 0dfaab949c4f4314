"""Distances and shortest words, against a plain search over sets of tuples."""

import json
import os
import subprocess
import sys
import tracemalloc
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import cayley as permutation_oracle
from oracle import cosets as word_oracle
from oracle import matrices as matrix_oracle

import cayley
from cayley._distances import Distances, Word, _Budget, distances
from cayley._numbering import cayley_graph
from cayley.definitions import define
from cayley.engines import _planes
from cayley.engines._marks import Marks
from cayley.groups import PermutationGroup
from cayley.matrices import MatrixGroup, multiply
from graphkit.errors import MemoryBudgetError

ENGINES = ["dense", "dense-portable", "chain", "numbering"]

generator_sets = st.integers(2, 6).flatmap(
    lambda n: st.lists(st.permutations(range(n)).map(tuple), min_size=1, max_size=3)
)
generator_sets = generator_sets.filter(lambda gs: any(g != tuple(range(len(g))) for g in gs))


def apply(word, start, generators):
    """Follow a word from the start, one generator after the other."""
    for i in word:
        start = tuple(start[j] for j in generators[i])
    return start


def check_permutations(found, generators):
    """Every element has the distance of its layer, and a word of that length that leads there."""
    layers = permutation_oracle.layers(generators)
    assert found.growth == [len(layer) for layer in layers]
    assert found.antipodes is None or found.antipodes.tolist() == sorted(map(list, layers[-1]))
    identity = tuple(range(len(generators[0])))
    for distance, layer in enumerate(layers):
        elements = sorted(layer)
        assert found.of(np.array(elements)).tolist() == [distance] * len(elements)
        for element, word in zip(elements, found.words(elements), strict=True):
            assert len(word) == distance
            assert apply(word, identity, generators) == element


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("family", ["lrx", "lx", "pancake", "coxeter", "top_spin"])
def test_every_element_of_a_small_group(engine, family):
    group = define("S5" if family == "coxeter" else "S6", family)
    found = distances(group, engine=engine)
    assert found.directed == (family == "lx")
    check_permutations(found, group.generators)


def test_antipodes_are_listed_if_they_are_few():
    assert distances("S8").antipodes.tolist() == cayley.growth("S8").last_layer
    assert len(distances("S7", "transpositions", engine="numbering").antipodes) == 720
    assert distances("S8", "transpositions", engine="numbering").antipodes is None
    assert distances("S8", "transpositions").antipodes is None


@pytest.mark.parametrize("engine", ENGINES)
@given(generators=generator_sets)
@settings(max_examples=25, deadline=None)
def test_random_groups(engine, generators):
    """Directed and undirected; the identity and repeats are dropped, so words refer to what is left."""
    found = distances(generators=generators, engine=engine)
    unique = [g for g in dict.fromkeys(generators) if g != tuple(range(len(g)))]
    check_permutations(found, unique)


@pytest.mark.parametrize("list_limit", [0, 100, None])
@pytest.mark.parametrize("family", ["lrx", "lx", "pancake", "three_cycles_01i"])
def test_layers_found_by_lists_and_by_sweeps(family, list_limit, monkeypatch):
    """In S_9 the layers in the middle are swept; with other limits the lists end elsewhere."""
    from cayley.engines import Choice, _build, choose, dense

    group = define("A8" if family.startswith("three") else "S9" if family == "lrx" else "S8", family)
    expected = distances(group, engine="numbering")

    def chosen(definition, engine, **options):
        choice = _build(definition, "dense", None, None)
        build = partial(dense.DenseEngine, definition, list_limit=list_limit)
        return Choice(choice.name, choice.memory, choice.warm_up, build)

    assert choose(group, "dense", memory_limit=None, whole=True).name == "dense"
    monkeypatch.setattr("cayley.engines.choose", chosen)
    found = distances(group, engine="dense")
    assert found.growth == expected.growth
    elements = expected._table._graph.vertices[::7]
    assert np.array_equal(found.of(elements), expected.of(elements))


def test_several_threads_code_large_planes(monkeypatch):
    monkeypatch.setattr(_planes, "_PARALLEL", 1)
    for family in ("lrx", "lx"):
        expected = distances("S9", family, engine="numbering")
        found = distances("S9", family, engine="dense")
        elements = expected._table._graph.vertices[::11]
        assert np.array_equal(found.of(elements), expected.of(elements))


def test_an_all_even_group_knows_that_odd_elements_are_not_in_it():
    found = distances("A6", generators=["(1 2 3)", "(1 2 3)(4 5 6)", "(2 3 4 5 6)"], engine="dense")
    for element in ("(1 2)", "(1 2)(3 4)(5 6)"):
        with pytest.raises(ValueError, match=r"is not a vertex of the graph of A6: no word"):
            found.of(element)
    assert found.of("(1 2)(3 4)") > 0


@pytest.mark.parametrize("engine", ["dense", "chain", "numbering"])
def test_elements_outside_the_group_are_refused(engine):
    found = distances(generators=["(1 2 3 4)", "(1 3)"], engine=engine)
    assert found.order == 8
    inside = permutation_oracle.closure([(1, 2, 3, 0), (2, 1, 0, 3)])
    for p in permutation_oracle.closure([(1, 2, 3, 0), (1, 0, 2, 3)]):
        if p in inside:
            assert found.of(p) <= found.diameter
        else:
            with pytest.raises(ValueError, match="no word of its generators leads there"):
                found.of(p)
    with pytest.raises(ValueError, match=r"element 1: \(1 2\) is not a vertex"):
        found.of(["()", "(1 2)", "(1 3)"])


@given(data=st.data(), generators=generator_sets)
@settings(max_examples=40, deadline=None)
def test_words_of_colours(data, generators):
    n = len(generators[0])
    state = tuple(data.draw(st.lists(st.sampled_from([0, 2, 7, 11]), min_size=n, max_size=n)))
    layers = word_oracle.layers(state, generators)
    graph = define(None, generators, state=state)
    found = {engine: distances(graph, engine=engine) for engine in ("auto", "numbering")}
    for table in found.values():
        assert np.array_equal(table.antipodes, sorted(layers[-1]))
    for distance, layer in enumerate(layers):
        words = sorted(layer)
        for table in found.values():
            assert table.of(words).tolist() == [distance] * len(words)
        assert found["auto"].words(words) == found["numbering"].words(words)
        for element, word in zip(words, found["auto"].words(words), strict=True):
            assert len(word) == distance
            assert apply(word, state, graph.generators) == element


def test_long_layers_of_words_are_read_from_the_bitmap(monkeypatch):
    from cayley.engines import ranked

    state = "0" * 7 + "1" * 7
    expected = distances(state=state, engine="numbering")
    monkeypatch.setattr(ranked, "_RECENT", 20)
    found = distances(state=state)
    assert found.engine == "ranked"
    words = expected._table._graph.vertices
    assert np.array_equal(found.of(words), expected._table._graph.distance)


def test_words_that_are_no_arrangement_are_refused():
    found = distances(state=(3, 3, 10))
    assert found.of((10, 3, 3)) == 1
    with pytest.raises(ValueError, match="10,10,3 is not a vertex"):
        found.of((10, 10, 3))
    with pytest.raises(ValueError, match="has no colour 4"):
        found.of((3, 3, 4))
    with pytest.raises(ValueError, match="has no colour 12"):
        found.of((3, 12, 10))
    with pytest.raises(ValueError, match="has 3 positions, got 2"):
        found.of((3, 3))
    with pytest.raises(TypeError, match="a word is text"):
        found.of([3.5, 3, 10])
    still = distances(state="0012", generators=["(1 2 3)"])
    with pytest.raises(ValueError, match="0021 is not a vertex"):
        still.of("0021")


@pytest.mark.parametrize("list_limit", [3, None])
@pytest.mark.parametrize("name", ["Heisenberg(3,5)", "UT(4,2)", "UT(4,3)", "SL(2,5)", "SL(2,6)"])
def test_every_matrix(name, list_limit, monkeypatch):
    from cayley.engines import Choice, _build, matrices

    group = define(name, None)
    choice = _build(group, "matrices", None, None)
    build = partial(matrices.MatrixEngine, group, list_limit=list_limit)
    chosen = Choice(choice.name, choice.memory, choice.warm_up, build)
    monkeypatch.setattr("cayley.engines.choose", lambda *_, **__: chosen)
    check_matrices(distances(group), group)


@given(data=st.data(), modulus=st.integers(2, 5), size=st.integers(2, 3))
@settings(max_examples=25, deadline=None)
def test_random_matrices(data, modulus, size):
    """Products of elementary matrices; some have an index, some are numbered."""
    generators = []
    for _ in range(data.draw(st.integers(1, 2))):
        matrix = np.eye(size, dtype=int)
        for _ in range(data.draw(st.integers(1, 3))):
            i, j = data.draw(st.permutations(range(size)))[:2]
            matrix[i] = (matrix[i] + data.draw(st.integers(1, modulus - 1)) * matrix[j]) % modulus
        generators.append(tuple(map(tuple, matrix.tolist())))
    one = tuple(map(tuple, np.eye(size, dtype=int).tolist()))
    unique = tuple(g for g in dict.fromkeys(generators) if g != one)
    if not unique or (size == 3 and modulus > 3):
        return
    group = MatrixGroup(modulus, unique, ("g",) * len(unique), "random")
    check_matrices(distances(group), group)


def check_matrices(found, group):
    layers = matrix_oracle.layers(list(group.generators), group.modulus)
    assert found.growth == [len(layer) for layer in layers]
    assert np.array_equal(found.antipodes, sorted(layers[-1]))
    for distance, layer in enumerate(layers):
        elements = sorted(layer)
        assert found.of(np.array(elements)).tolist() == [distance] * len(elements)
        for element, word in zip(elements[:20], found.words(np.array(elements[:20])), strict=True):
            assert len(word) == distance
            product = layers[0].copy().pop()
            for i in word:
                product = multiply(product, group.generators[i], group.modulus)
            assert product == element


def test_matrices_are_read_in_all_notations():
    found = distances("SL(2,7)")
    same = ["1 2; 0 1", "[[1, 2], [0, 1]]", "[1 2; 0 1]", "8 -5; 7 1", [[1, 2], [0, 1]]]
    assert found.of(same).tolist() == [2] * 5
    assert found.of([[1, 2], [0, 1]]) == found.of(np.array([[1, 2], [0, 1]])) == 2
    with pytest.raises(ValueError, match=r"\[2 0; 0 1\] is not a vertex"):
        found.of("2 0; 0 1")
    with pytest.raises(ValueError, match="matrices of 2 rows"):
        found.of("1 0 0; 0 1 0; 0 0 1")
    with pytest.raises(TypeError, match="a sequence of rows"):
        found.of([1, 2])
    with pytest.raises(TypeError, match="must be integers"):
        found.of([[1.0, 2], [0, 1]])


def test_permutations_are_read_in_all_notations():
    found = distances("S4", "coxeter")
    assert found.of("(1 2 3)") == found.of("[2, 3, 1, 4]") == found.of((1, 2, 0, 3)) == 2
    assert found.of(np.array([1, 2, 0, 3])) == 2
    assert found.of(["(1 2 3)", (1, 2, 0, 3), [1, 2, 0]]).tolist() == [2, 2, 2]
    assert found.of([]).shape == (0,)
    assert found.words([]) == []
    with pytest.raises(ValueError, match="point 5 is out of range"):
        found.of("(1 5)")
    with pytest.raises(ValueError, match="row 1 is not a permutation of 0 to 3"):
        found.of(np.array([[0, 1, 2, 3], [0, 1, 1, 3]]))
    with pytest.raises(ValueError, match="shape"):
        found.of(np.zeros((2, 3), int))
    with pytest.raises(TypeError, match="integers, got dtype float64"):
        found.of(np.zeros((2, 4)))
    with pytest.raises(TypeError, match="text or a sequence"):
        found.of(7)
    with pytest.raises(TypeError, match="text or a sequence"):
        found.of(b"(1 2)")
    with pytest.raises(TypeError, match="images of a permutation must be integers"):
        found.of([0.5, 1, 2, 3])
    with pytest.raises(TypeError, match="a permutation is a string or a sequence"):
        found.of(["()", 1])
    with pytest.raises(ValueError, match=r"words\(\) takes a sequence"):
        found.word(["()", "(1 2)"])
    with pytest.raises(ValueError, match=r"word\(\) takes one"):
        found.words("()")


def test_the_word_is_the_one_whose_generators_are_lowest_from_the_back():
    found = distances("S4", "transpositions")
    generators = define("S4", "transpositions").generators
    for element in permutation_oracle.closure(generators):
        length = found.of(element)
        best = min(
            (
                w
                for w in product_words(len(generators), length)
                if apply(w, (0, 1, 2, 3), generators) == element
            ),
            key=lambda w: w[::-1],
        )
        assert found.word(element).indices == best


def product_words(n_generators, length):
    """All words of a length."""
    words = [()]
    for _ in range(length):
        words = [(*word, i) for word in words for i in range(n_generators)]
    return words


def test_a_puzzle_names_its_moves():
    found = distances("2x2x2", metric="htm")
    word = found.word(found._elements.step(found._elements.start[None], 3)[0])
    assert word == Word((3,), (define("2x2x2", None, parameters={"metric": "htm"}).generator_names[3],))
    assert found.diameter == 11
    assert found.memory_bytes < 1.5e6


@pytest.mark.parametrize("family", ["lrx", "lx"])
def test_memory_is_checked_and_bits_are_few(family):
    group = define("S9", family)
    found = distances(group, engine="dense")
    bits = 60 / 64 * 8 * found.memory_bytes / found.order  # a word holds 60 states
    assert bits == (2 if family == "lrx" else found.diameter.bit_length() + 1)
    with pytest.raises(MemoryBudgetError, match=r"(all distances|two bits for each state) of S9"):
        distances(group, memory_limit=60_000)
    with pytest.raises(MemoryBudgetError, match="two bits for each state of S40"):
        distances("S40")


def test_another_plane_is_asked_for_before_it_is_needed():
    asked = []
    planes = _planes.DistancePlanes(3, True, asked.append)
    seen = np.zeros(3, np.uint64)
    for distance in range(190):
        listed = np.array([distance])
        planes.record(Marks(seen, listed=listed), distance)
        assert planes.codes(listed)[0] == distance + 1
    far = np.array([191])
    planes.record(Marks(seen, listed=far), 300)
    assert planes.codes(np.array([0, 67, 189, 190, 191, -1])).tolist() == [1, 68, 190, 0, 301, 0]
    assert planes.memory == 8 * 3 * 10
    # What is reached; eight planes; the ninth, for which the eight are copied.
    assert asked == [24] * 10 + [24 * 8]


def test_a_refusal_comes_before_a_plane_is_filled():
    def refuse(size):
        raise MemoryBudgetError("no")

    with pytest.raises(MemoryBudgetError):
        _planes.DistancePlanes(10, False, refuse)


def test_states_without_an_index_are_listed():
    job = {"generators": ["0 1; 1 1", "1 1; 1 0"], "modulus": 29}  # of determinant -1, on too many vectors
    found = distances(**job)
    assert found.engine == "numbering"
    assert sum(found.growth) == found.order
    with pytest.raises(MemoryBudgetError, match=r"has no index, and to list its states: numbering the graph"):
        distances(**job, memory_limit=100_000)


def test_matrices_that_act_on_few_vectors():
    found, listed = (distances("SL(3,3)", engine=engine) for engine in ("auto", "numbering"))
    assert found.engine.startswith("chain")
    matrices = cayley_graph("SL(3,3)").vertices
    assert np.array_equal(found.of(matrices), listed.of(matrices))
    word = found.word("1 0 1; 0 1 0; 0 0 1")
    assert len(word) == found.of("1 0 1; 0 1 0; 0 0 1") == 4


def test_wrong_arguments():
    with pytest.raises(ValueError, match="unknown engine"):
        distances("S4", engine="sparse")
    with pytest.raises(ValueError, match="does not take"):
        distances("S4", engine="ranked")
    with pytest.raises(TypeError, match="progress must be callable"):
        distances("S4", progress=3)
    with pytest.raises(ValueError, match="threads"):
        distances("S4", threads=0)


def test_progress_and_repr():
    calls = []
    found = distances("S4", progress=lambda *layer: calls.append(layer), threads=1)
    assert calls[0] == (0, 1, 1)
    assert calls[-1] == (6, 1, 24)
    assert isinstance(found, Distances)
    assert repr(found) == "Distances(S4, 24 elements, diameter 6)"
    assert repr(distances(state="000")) == "Distances(word 000, 1 element, diameter 0)"


def test_a_named_group_by_the_chain():
    group = define("M11", None)
    assert isinstance(group, PermutationGroup)
    check_permutations(distances(group), group.generators)


@pytest.mark.parametrize(
    "arguments",
    [{"group": "S10"}, {"group": "skewb"}, {"state": "0" * 10 + "1" * 10}, {"group": "SL(2,61)"}],
)
def test_peak_memory_is_within_what_was_asked_for(arguments, monkeypatch):
    budgets = []

    class Budget(_Budget):
        def __init__(self, *options):
            super().__init__(*options)
            budgets.append(self)

    monkeypatch.setattr("cayley._distances._Budget", Budget)
    distances(**arguments)  # compiles
    tracemalloc.start()
    found = distances(**arguments)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.memory_bytes < kept < peak < budgets[-1]._asked + 1e6


def test_without_compilation():
    """The kernels are plain Python underneath and give the same answers. Hashes overflow, as they should."""
    graphs = [
        ({"group": "S4"}, "(1 4)(2 3)"),
        ({"group": "S4", "generators": "lx"}, "(1 4)"),
        ({"state": "00112"}, "21100"),
        ({"group": "UT(3,3)"}, "1 1 1; 0 1 2; 0 0 1"),
        ({"group": "S4", "generators": "pancake", "engine": "numbering"}, "(1 2)(3 4)"),
        ({"group": "S4", "generators": "pancake", "engine": "chain"}, "(1 2)(3 4)"),
    ]
    code = (
        "import json, sys\n"
        "from cayley._distances import distances\n"
        "found = [(distances(**graph), element) for graph, element in json.loads(sys.argv[1])]\n"
        "print(json.dumps([[d.growth, d.of(e), d.word(e).indices] for d, e in found]))\n"
    )
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    command = [sys.executable, "-W", "ignore:overflow:RuntimeWarning", "-c", code, json.dumps(graphs)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    expected = []
    for graph, element in graphs:
        found = distances(**graph)
        expected.append([found.growth, found.of(element), list(found.word(element).indices)])
    assert json.loads(done.stdout) == expected
