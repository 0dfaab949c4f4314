import json
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import get_num_threads, set_num_threads
from oracle import cayley as oracle
from oracle import known_growth as known
from oracle import matrices as matrix_oracle
from oracle.sparse_cases import (
    CASES,
    LRX7,
    Case,
    as_states,
    check,
    closed,
    group_case,
    in_buckets,
    matrix_case,
    powers,
    using,
    word_case,
)

import cayley
from cayley.cosets import CosetGraph
from cayley.engines import _layers, sparse
from cayley.engines._codes import encode
from cayley.engines.sparse import SparseEngine, warm_up
from cayley.groups import PermutationGroup
from cayley.matrices import MatrixGroup, heisenberg, special_linear
from cayley.permutation import inverse
from cayley.puzzles import globe, puzzle
from graphkit.errors import MemoryBudgetError


@pytest.fixture(scope="module")
def cases():
    return {name: build() for name, build in CASES.items()}


def permutations_of(n):
    return st.permutations(range(n)).map(tuple)


def conjugates(generators):
    """With all that the generators make of each other: many pairs have the same product."""
    found = list(generators)
    for g in generators:
        found += [tuple(inverse(g)[h[i]] for i in g) for h in generators]
    return tuple(found)


def generator_sets(smallest, largest):
    sets = st.integers(smallest, largest).flatmap(
        lambda n: st.lists(permutations_of(n), min_size=1, max_size=3)
    )
    related = st.one_of(sets, sets.map(conjugates), sets.map(powers), sets.map(lambda gs: (*gs, *gs)))
    return st.one_of(related, related.map(closed))


ways = st.sampled_from([{}, in_buckets(64), in_buckets(8192)])


@given(generator_sets(2, 6), ways)
@settings(max_examples=100, deadline=None)
def test_random_groups(generators, way):
    check(group_case(generators), way)


@given(
    generator_sets(2, 8).flatmap(
        lambda gs: st.tuples(
            st.lists(st.integers(0, 2), min_size=len(gs[0]), max_size=len(gs[0])), st.just(gs)
        )
    ),
    ways,
)
@settings(max_examples=100, deadline=None)
def test_random_words(case, way):
    state, generators = case
    colours = sorted(set(state))
    check(word_case([colours.index(colour) for colour in state], generators), way)


@st.composite
def matrix_sets(draw):
    """Products of elementary matrices and a permutation matrix, with or without their inverses."""
    n, m = draw(st.sampled_from([(2, 2), (2, 3), (2, 4), (2, 5), (2, 6), (2, 7), (3, 2), (1, 7), (3, 3)]))
    found = []
    for _ in range(draw(st.integers(1, 2))):
        rows = [[int(j == i) for j in range(n)] for i in draw(st.permutations(range(n)))]
        for i in range(n - 1):
            factor = draw(st.integers(0, m - 1))
            rows[i] = [(a + factor * b) % m for a, b in zip(rows[i], rows[i + 1], strict=True)]
        found.append(tuple(map(tuple, rows)))
    if draw(st.booleans()):
        found += [matrix_oracle.layers([g], m)[-1].pop() for g in found]  # the last power is the inverse
    return m, found


@given(matrix_sets(), ways)
@settings(max_examples=60, deadline=None)
def test_random_matrices(case, way):
    check(matrix_case(*case), way)


@pytest.mark.parametrize("name", CASES)
def test_cases(cases, name):
    check(cases[name])


@pytest.mark.parametrize("name", CASES)
def test_layers_in_buckets(cases, name):
    check(cases[name], in_buckets(64))


@pytest.mark.parametrize("name", CASES)
def test_buckets_that_are_too_short(cases, name):
    """Candidates are scattered once more where the room for a bucket did not suffice."""
    failed = 0
    bounds = _layers.Runs.bounds

    def watched(self, counts):
        nonlocal failed
        found = bounds(self, counts)
        failed += found is None
        return found

    with mock.patch.object(_layers.Runs, "bounds", watched), mock.patch.object(_layers, "_SPREAD", -1.0):
        check(cases[name], in_buckets(64))
    if sum(cases[name].growth) > 500:
        assert failed > 0


@pytest.mark.parametrize("name", CASES)
def test_spilling_gives_the_same_answer(cases, name, tmp_path):
    case = cases[name]
    engine = check(case, memory_limit=2000, spill_folder=tmp_path)
    if sum(case.growth) > 500:
        assert engine.n_spilled > 0
    assert list(tmp_path.iterdir()) == []


def test_layers_in_memory_stay_within_the_limit(tmp_path, monkeypatch):
    """In a directed graph all layers are kept; none is large, but together they exceed the limit."""
    made = []

    class Recorded(_layers.Layer):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            made.append(self)

    monkeypatch.setattr(sparse, "Layer", Recorded)
    generators = cayley.get_family("lx").generators(8)
    limit = 8 * 40320
    group = PermutationGroup(tuple(generators), "lx")
    growth = oracle.growth(generators)
    with SparseEngine(group, memory_limit=limit, spill_folder=tmp_path) as engine:
        for depth, size in enumerate(engine.layers()):
            assert size == growth[depth]
            assert sum(layer.memory for layer in made) <= limit // 2
        assert 8 * max(growth) < limit // 4
        assert engine.n_spilled > 0


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_give_the_same_answer(cases, threads, monkeypatch):
    """All layers are dealt with by several shares, and buckets are few and small."""
    monkeypatch.setattr(sparse, "_PARALLEL", 0)
    monkeypatch.setattr(sparse, "_PARALLEL_VISITED", 0)
    before = get_num_threads()
    if threads > before:
        pytest.skip(f"needs {threads} threads")
    set_num_threads(threads)
    try:
        for case in cases.values():
            check(case, in_buckets(64))
            check(case)
    finally:
        set_num_threads(before)


def test_candidates_that_exceed_the_workspace(cases, monkeypatch):
    """The frontier is expanded once for each range of buckets."""
    monkeypatch.setattr(sparse, "_WORKSPACE", 1)
    for case in cases.values():
        check(case, in_buckets(16))


@pytest.mark.parametrize("way", [{}, in_buckets(64)])
def test_visited_set_that_must_grow(monkeypatch, way):
    monkeypatch.setattr(_layers, "_FIRST_SLOTS", 1)
    generators = cayley.get_family("lx").generators(8)
    case = Case(CosetGraph(tuple(range(8)), tuple(generators), "lx"), oracle.layers(generators))
    object.__setattr__(case.definition, "order", None)
    assert case.definition.order is None
    check(case, way)


@pytest.mark.parametrize("n_words", [1, 2, 3])
def test_words_of_a_state(n_words):
    """More words than needed change nothing."""
    generators = cayley.get_family("lrx").generators(6)
    group = PermutationGroup(tuple(generators), "lrx")
    engine = SparseEngine(group)
    engine._code = encode(group, marked=True, at_least=n_words)
    assert engine.n_words == n_words
    assert list(engine.layers()) == oracle.growth(generators)
    warm_up(n_words)


@pytest.mark.parametrize(("name", "n_words"), [
    ("moves", 1), ("digits", 1), ("base", 1), ("long-word", 2), ("matrices", 1), ("large-modulus", 3),
])  # fmt: skip
def test_size_of_codes(cases, name, n_words):
    assert SparseEngine(cases[name].definition).n_words == n_words


def test_kinds_of_codes(cases):
    kinds = {name: encode(case.definition, marked=True).step[0] for name, case in cases.items()}
    assert kinds["moves"] == 0
    assert kinds["digits"] == kinds["base"] == kinds["orbits"] == 1
    assert kinds["matrices"] == 2


@pytest.mark.parametrize(
    ("n", "family"), [(8, "lrx"), (8, "lx"), (8, "top_spin"), (9, "pancake"), (9, "stars")]
)
def test_agreement_with_the_dense_engine(n, family):
    generators = tuple(cayley.get_family(family).generators(n))
    group = PermutationGroup(generators, family)
    assert list(SparseEngine(group).layers()) == cayley.growth(f"S{n}", family).growth


def test_mahonian_rows():
    group = PermutationGroup(tuple(cayley.get_family("coxeter").generators(9)), "coxeter")
    engine = SparseEngine(group)
    assert list(engine.layers()) == known.mahonian(9)
    assert engine.last_layer().tolist() == [list(range(9))[::-1]]


def test_rubik_cube_first_layers():
    """Published for the half-turn metric: 1, 18, 243, 3240, 43239, 574908 (OEIS A080602)."""
    sizes = []
    for size in SparseEngine(puzzle("3x3x3", "htm")).layers():
        sizes.append(size)
        if len(sizes) == 6:
            break
    assert sizes == [1, 18, 243, 3240, 43239, 574908]


def test_rubik_cube_quarter_turns():
    """Published for the quarter-turn metric: 1, 12, 114, 1068, 10011, 93840 (OEIS A080601)."""
    engine = SparseEngine(puzzle("3x3x3", "qtm"))
    assert engine.n_words == 2
    sizes = [size for _, size in zip(range(6), engine.layers(), strict=False)]
    assert sizes == [1, 12, 114, 1068, 10011, 93840]


def test_oracle_vectors(shared):
    """Matrices, globes, puzzles and words of the shared oracle file, within reach of a test."""
    entries = json.loads((shared / "oracles" / "cayley.json").read_text())["entries"]
    checked = dict.fromkeys(
        ["heisenberg", "sl_fund_roots", "lrx_coset", "top_spin_coset", "globe", "puzzle"], 0
    )
    for entry in entries:
        definition = _definition(entry["family"], entry["params"])
        if definition is None or entry["states"] > 400_000:
            continue
        assert list(SparseEngine(definition).layers()) == entry["layers"], entry
        checked[entry["family"]] += 1
    assert all(checked.values()), checked


def _definition(family, params):
    if family == "heisenberg":
        return heisenberg(params["n"], params["modulo"])
    if family == "sl_fund_roots":
        return special_linear(params["n"], params["modulo"])
    if family == "globe":
        return globe(*map(int, params["ab"].split(",")))
    if family == "puzzle" and params["name"] == "pyramorphix":
        return puzzle("pyramorphix")
    if family in ("lrx_coset", "top_spin_coset"):
        state = params["central_state"]
        generators = cayley.get_family(family.removesuffix("_coset")).generators(len(state))
        return CosetGraph(tuple(map(int, state)), tuple(generators), family)
    return None


def test_last_layer_of_an_unfinished_growth():
    generators = cayley.get_family("lrx").generators(7)
    engine = SparseEngine(PermutationGroup(tuple(generators), "lrx"))
    with pytest.raises(ValueError, match="exhaust layers"):
        engine.last_layer()
    for depth, _ in enumerate(engine.layers()):
        if depth == 4:
            break
    assert as_states(engine.last_layer()) == sorted(oracle.layers(generators)[4])


def test_an_engine_runs_again():
    engine = SparseEngine(PermutationGroup(tuple(LRX7), "lrx"))
    assert list(engine.layers()) == list(engine.layers()) == oracle.growth(LRX7)


@pytest.mark.parametrize("definition", [
    PermutationGroup(((0, 1, 2),), "identity"),
    CosetGraph((0, 1, 1), ((0, 1, 2),), "identity"),
    MatrixGroup(3, (((1, 0), (0, 1)),), "identity", "trivial"),
])  # fmt: skip
def test_nothing_moves(definition):
    engine = SparseEngine(definition)
    assert list(engine.layers()) == [1]
    assert len(engine.last_layer()) == 1


def test_one_colour():
    check(word_case((0, 0, 0), [(1, 2, 0)]))


def test_repeated_generators_change_nothing():
    assert list(SparseEngine(PermutationGroup((*LRX7, *LRX7), "twice")).layers()) == oracle.growth(LRX7)


def test_too_little_memory():
    group = PermutationGroup(tuple(LRX7), "lrx")
    with pytest.raises(MemoryBudgetError, match=r"allow more memory, or give a folder"):
        list(SparseEngine(group, memory_limit=1000).layers())
    directed = PermutationGroup(tuple(cayley.get_family("lx").generators(8)), "lx")
    with pytest.raises(MemoryBudgetError, match=r"allow more memory, or give a folder"):
        list(SparseEngine(directed, memory_limit=200_000).layers())


def test_missing_folder(tmp_path):
    with pytest.raises(FileNotFoundError):
        SparseEngine(PermutationGroup(tuple(LRX7), "lrx"), spill_folder=tmp_path / "absent")


def test_memory_is_an_upper_bound():
    group = PermutationGroup(tuple(cayley.get_family("lrx").generators(9)), "lrx")
    assert SparseEngine.memory(group) >= 8 * group.order
    engine = SparseEngine(group, memory_limit=SparseEngine.memory(group))
    assert sum(engine.layers()) == group.order


def test_modulus_out_of_range():
    with pytest.raises(ValueError, match="moduli from 2 to 2147483648"):
        SparseEngine(MatrixGroup(2**32, (((1, 1), (0, 1)),), "one", "large"))


def test_warm_up_compiles_all():
    """No kernel is compiled for new types while a larger graph is explored."""
    names = [name for name in dir(sparse.kernels) if hasattr(getattr(sparse.kernels, name), "signatures")]

    def signatures():
        return {name: len(getattr(sparse.kernels, name).signatures) for name in names}

    warm_up(1)
    before = signatures()
    for name in ("lrx", "lx"):
        group = PermutationGroup(tuple(cayley.get_family(name).generators(8)), name)
        for way in ({}, in_buckets(64)):
            with using(way):
                assert sum(SparseEngine(group).layers()) == group.order
    assert signatures() == before
