import json
import math
import os
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import matrices as oracle

import cayley
from cayley.engines.chain import ChainEngine
from cayley.engines.matrices import MatrixEngine, unimodular_pairs, warm_up
from cayley.engines.vectors import VectorEngine
from cayley.matrices import (
    MatrixGroup,
    determinant,
    heisenberg,
    inverse,
    matrix_group,
    multiply,
    parse_matrix,
    resolve_matrices,
    special_linear,
    unitriangular,
)
from graphkit.errors import UnknownNameError


def _tuples(matrices):
    return {tuple(map(tuple, matrix)) for matrix in matrices.tolist()}


def _check_against_oracle(engine, layers):
    found = []
    for depth, size in enumerate(engine.layers()):
        found.append(size)
        assert _tuples(engine.last_layer()) == layers[depth]
    assert found == [len(layer) for layer in layers]
    assert _tuples(engine.last_layer()) == layers[-1]  # also after a search for one more layer


@st.composite
def unitriangular_sets(draw):
    n, m = draw(st.sampled_from([(2, 12), (3, 2), (3, 6), (4, 2), (4, 3)]))
    free = [(i, j) for i in range(n) for j in range(i + 1, n)]
    matrices = []
    for _ in range(draw(st.integers(1, 3))):
        rows = [[int(i == j) for j in range(n)] for i in range(n)]
        for i, j in draw(st.lists(st.sampled_from(free), min_size=1, max_size=3)):
            rows[i][j] = draw(st.integers(1, m - 1))
        matrices.append(rows)
    return matrices, m


@pytest.mark.parametrize("list_limit", [0, None])
@given(given_set=unitriangular_sets())
@settings(max_examples=60, deadline=None)
def test_random_unitriangular_groups_agree_with_breadth_first_search(list_limit, given_set):
    group = resolve_matrices(*given_set)
    _check_against_oracle(MatrixEngine(group, list_limit), oracle.layers(group.generators, group.modulus))


@st.composite
def special_linear_sets(draw):
    m = draw(st.integers(2, 9))
    generators = special_linear(2, m).generators
    matrices = []
    for _ in range(draw(st.integers(1, 3))):
        matrix = generators[0]
        for g in draw(st.lists(st.sampled_from(generators), min_size=1, max_size=6)):
            matrix = multiply(matrix, g, m)
        matrices.append(matrix)
    return matrices, m


@pytest.mark.parametrize("list_limit", [0, None])
@given(given_set=special_linear_sets())
@settings(max_examples=60, deadline=None)
def test_random_matrices_of_determinant_one_agree_with_breadth_first_search(list_limit, given_set):
    try:
        group = resolve_matrices(*given_set)
    except ValueError:
        return  # all of them are the identity
    _check_against_oracle(MatrixEngine(group, list_limit), oracle.layers(group.generators, group.modulus))


@pytest.mark.parametrize("text", ["SL(2,7)", "SL(3,2)", "Heisenberg(3,3)", "UT(4,2)"])
def test_permutations_give_the_same_growth(text):
    group = matrix_group(text)
    permutations = group.as_permutations()
    assert permutations.order == group.order
    assert permutations.name == group.name
    wanted = [len(layer) for layer in oracle.layers(group.generators, group.modulus)]
    assert list(ChainEngine(permutations).layers()) == wanted


def test_permutations_of_directed_generators():
    group = resolve_matrices(["1 1 0; 0 1 1; 0 0 1", "0 1 0; 0 0 1; 1 0 0"], 3)
    wanted = [len(layer) for layer in oracle.layers(group.generators, 3)]
    assert group.is_directed
    assert list(ChainEngine(group.as_permutations()).layers()) == wanted
    with pytest.raises(ValueError, match="moves more than 5 vectors"):
        group.as_permutations(max_points=5)


def test_shared_oracles(shared):
    entries = json.loads((shared / "oracles" / "cayley.json").read_text())["entries"]
    checked = 0
    for entry in entries:
        params = entry["params"]
        if entry["family"] == "heisenberg":
            group = heisenberg(params["n"], params["modulo"])
        elif entry["family"] in ("sl_fund_roots", "sl_root_weyl"):
            names = {"sl_fund_roots": "fundamental_roots", "sl_root_weyl": "root_weyl"}
            group = special_linear(params["n"], params["modulo"], names[entry["family"]])
        else:
            continue
        by_entries = group.size == 2 or entry["family"] == "heisenberg"
        engine = MatrixEngine(group) if by_entries else ChainEngine(group.as_permutations())
        assert list(engine.layers()) == entry["layers"], group.name
        assert group.order == entry["states"]
        checked += 1
    assert checked == 83


@pytest.mark.parametrize(("n", "m", "diameter"), [(4, 2, 8), (4, 3, 8), (4, 5, 10), (4, 7, 12), (5, 3, 12)])
def test_unitriangular_diameters(n, m, diameter):
    """Own breadth-first searches: UT_4 has 8, 8, 10, 12 for p = 2, 3, 5, 7; UT_5 has 12 for p = 3."""
    group = unitriangular(n, m)
    layers = list(MatrixEngine(group).layers())
    assert sum(layers) == group.order == m ** (n * (n - 1) // 2)
    assert len(layers) - 1 == diameter


@pytest.mark.parametrize("m", [8, 9, 10, 15, 16, 25])
def test_heisenberg_diameter(m):
    """m for even m from 8 on, m-1 for odd m from 9 on."""
    layers = list(MatrixEngine(heisenberg(3, m)).layers())
    assert len(layers) - 1 == m - m % 2


@pytest.mark.parametrize("generators", ["fundamental_roots", "root_weyl"])
@pytest.mark.parametrize(("n", "m"), [(2, 2), (2, 3), (2, 4), (2, 6), (3, 2)])
def test_order_of_special_linear_groups(n, m, generators):
    group = special_linear(n, m, generators)
    assert group.order == oracle.count_special_linear(n, m)
    assert group.order == sum(map(len, oracle.layers(group.generators, m)))


@pytest.mark.parametrize("build", [heisenberg, unitriangular])
@pytest.mark.parametrize(("n", "m"), [(3, 2), (3, 5), (3, 6), (4, 3)])
def test_order_of_triangular_groups(build, n, m):
    group = build(n, m)
    assert group.order == sum(map(len, oracle.layers(group.generators, m)))
    assert not group.is_directed


def test_unimodular_pairs_by_counting():
    for m in range(2, 40):
        counted = sum(math.gcd(math.gcd(a, b), m) == 1 for a in range(m) for b in range(m))
        assert unimodular_pairs(m) == counted


square = st.integers(1, 4).flatmap(
    lambda n: st.lists(st.lists(st.integers(-9, 9), min_size=n, max_size=n), min_size=n, max_size=n)
)


@given(matrix=square, m=st.integers(2, 30))
def test_determinant_and_inverse(matrix, m):
    assert determinant(matrix) == oracle.determinant(matrix)
    reduced = tuple(tuple(x % m for x in row) for row in matrix)
    if math.gcd(determinant(matrix), m) == 1:
        n = len(matrix)
        unit = tuple(tuple(int(i == j) for j in range(n)) for i in range(n))
        assert multiply(reduced, inverse(reduced, m), m) == unit
        assert oracle.multiply(inverse(reduced, m), reduced, m) == unit
    else:
        with pytest.raises(ValueError, match=r"singular modulo|other than the identity"):
            resolve_matrices([matrix], m)
        with pytest.raises(ValueError, match="singular modulo"):
            inverse(reduced, m)


def test_names():
    assert matrix_group(" heisenberg( 3, 101 ) ").name == "Heisenberg(3,101)"
    assert matrix_group("ut(4,7)").order == 7**6
    assert matrix_group("SL(2,101)", "root_weyl").generator_names == "root_weyl"
    assert matrix_group("A9") is None
    assert matrix_group("2x2x2") is None
    assert matrix_group("GL(2,3)") is None
    with pytest.raises(UnknownNameError, match="generators of SL"):
        matrix_group("SL(2,3)", "coxeter")
    with pytest.raises(ValueError, match="one set of generators only, got 'lrx'"):
        matrix_group("UT(3,3)", "lrx")
    with pytest.raises(ValueError, match="modulus"):
        matrix_group("UT(3,1)")
    with pytest.raises(ValueError, match="size of Heisenberg"):
        matrix_group("Heisenberg(2,5)")
    with pytest.raises(ValueError, match="modulus may have up to 1000 digits, got 5000"):
        matrix_group(f"Heisenberg(3,{'9' * 5000})")
    assert matrix_group("Heisenberg(3,\u0665)") is None  # an Arabic digit


def test_matrices_of_the_user():
    group = resolve_matrices(["1 1; 0 1", [[1, -1], [0, 1]], "[[1, 0], [0, 1]]", "1,1;0,1"], 5)
    assert group.generators == (((1, 1), (0, 1)), ((1, 4), (0, 1)))
    assert group.generator_names == ("[1 1; 0 1]", "[1 4; 0 1]")
    assert group.order is None
    assert not group.is_directed
    assert list(MatrixEngine(group).layers()) == [1, 2, 2]


@pytest.mark.parametrize(
    ("matrices", "m", "message"),
    [
        (["1 1; 1 1"], 5, "singular modulo 5: determinant 0"),
        (["2 0; 0 1"], 6, "determinant 2 shares a factor with 6"),
        (["1 0; 0 1"], 5, "other than the identity"),
        ([], 5, "other than the identity"),
        (["1 1; 0 1", "1 0 0; 0 1 0; 1 0 1"], 5, "one size"),
        (["1 1 1; 0 1 1"], 5, "must be square"),
        (["1 1; 0"], 5, "must be square"),
        (["1 x; 0 1"], 5, "'x' is not an integer"),
        (["[[1, 0], [0, 1]"], 5, "cannot read matrix"),
        (["[1, 0]"], 5, "not a list of rows"),
        (["[[1, 1], [0, 1.0]]"], 5, "1.0 is not an integer; write rows"),
        (["[[1, 1], [0, true]]"], 5, "true is not an integer; write rows"),
        (["[[1, 1], [0, NaN]]"], 5, "NaN is not an integer; write rows"),
        (["[[1, 1], [0, [1]]]"], 5, "is not an integer; write rows"),
        (["[" * 100_000], 5, "too many brackets|cannot read matrix"),
        ([f"1 {'9' * 5000}; 0 1"], 5, "up to 1000 digits, got 5000"),
        ([f"[[1, {'9' * 5000}], [0, 1]]"], 5, "up to 1000 digits, got 5000"),
        (["1 1; 0 1"], 1, "modulus"),
    ],
)
def test_bad_matrices_are_refused(matrices, m, message):
    with pytest.raises(ValueError, match=message):
        resolve_matrices(matrices, m)


@pytest.mark.parametrize("entry", [1.5, True, "1"])
def test_entries_must_be_integers(entry):
    with pytest.raises(TypeError, match="must be integers"):
        resolve_matrices([[[1, entry], [0, 1]]], 5)


@pytest.mark.parametrize(
    ("matrices", "message"),
    [
        ([[1, 1], [0, 1]], "given as a list, even if there is only one"),
        (7, "given as a list, got 7"),
        ([7], "a matrix is text such as '1 1; 0 1' or a list of rows, got 7"),
    ],
)
def test_things_that_are_no_list_of_matrices(matrices, message):
    with pytest.raises(TypeError, match=message):
        resolve_matrices(matrices, 5)


@pytest.mark.parametrize(
    ("modulus", "generators", "order", "message"),
    [
        (5, (), None, "at least one generator"),
        (5, (((1, 1), (0, 1)), ((1,),)), None, "2 x 2 matrices"),
        (5, (((1, 1), (0,)),), None, "2 x 2 matrices"),
        (5, (((1, 7), (0, 1)),), None, r"entries must be in 0, \.\.\., 4"),
        (6, (((1, 1), (4, 1)),), None, "singular modulo 6"),
        (5, (((1, 1), (0, 1)),), 0, "order of a group is at least 1, got 0"),
    ],
)
def test_the_constructor_refuses_what_is_no_group(modulus, generators, order, message):
    with pytest.raises(ValueError, match=message):
        MatrixGroup(modulus, generators, "test", "test", order)


def test_the_largest_matrices_are_quick():
    start = time.perf_counter()
    group = matrix_group("SL(64,6)")
    assert not group.is_directed
    assert len(group.generators) == 4 * 63
    assert time.perf_counter() - start < 20  # about one second; by cofactors it was hours


def test_numpy_matrices_are_taken():
    assert resolve_matrices([np.array([[1, 1], [0, 1]])], 3).generators == (((1, 1), (0, 1)),)


def test_parse_matrix():
    assert parse_matrix(" 1 -2;\n0, 1; ") == [[1, -2], [0, 1]]
    assert parse_matrix("[[1, -2], [0, 1]]") == [[1, -2], [0, 1]]


def test_matrices_without_an_index_are_refused():
    for matrices in (["2 0; 0 1"], ["1 0 0; 1 1 0; 0 0 1"], ["0 1 0; 0 0 1; 1 0 0"]):
        group = resolve_matrices(matrices, 5)
        with pytest.raises(ValueError, match="have an index"):
            MatrixEngine.memory(group)
        with pytest.raises(ValueError, match="have an index"):
            MatrixEngine(group)
    with pytest.raises(ValueError, match="too many for tables"):
        MatrixEngine.memory(unitriangular(8, 31))
    with pytest.raises(ValueError, match="would overflow"):
        MatrixEngine.memory(unitriangular(2, 2**31))


def test_wrong_order_is_noticed():
    group = MatrixGroup(5, (((1, 1), (0, 1)),), "test", "test", order=7)
    with pytest.raises(AssertionError, match="only 5 of 7"):
        list(MatrixEngine(group).layers())


@pytest.mark.parametrize("group", [heisenberg(3, 31), special_linear(2, 31), unitriangular(4, 5)])
def test_memory_covers_what_is_allocated(group):
    engine = MatrixEngine(group)
    kept = [engine._codes, engine._lists, engine._tables.to_high, engine._tables.to_low]
    assert sum(array.nbytes for array in kept) < MatrixEngine.memory(group)


def test_without_compilation():
    code = (
        "from cayley.engines.matrices import MatrixEngine\n"
        "from cayley.matrices import heisenberg, special_linear\n"
        "for limit in (0, None):\n"
        "    assert list(MatrixEngine(heisenberg(3, 3), limit).layers()) == [1, 4, 8, 12, 2]\n"
        "    engine = MatrixEngine(special_linear(2, 3), limit)\n"
        "    assert list(engine.layers()) == [1, 4, 8, 10, 1]\n"
        "    assert engine.last_layer().tolist() == [[[2, 0], [0, 2]]]\n"
    )
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], env=environment, check=False)
    assert done.returncode == 0


def test_warm_up_runs():
    warm_up()


@pytest.mark.parametrize(
    "job",
    [
        {"group": "SL(3,3)"},
        {"group": "SL(3,2)", "generators": "root_weyl"},
        {"generators": ["0 1 0; 0 0 1; 1 0 0", "1 1 0; 0 1 0; 0 0 1"], "modulus": 4},  # directed
        {"generators": ["0 2 0; 1 0 0; 0 0 3"], "modulus": 5},
        {"generators": ["1 1 0; 0 1 0; 0 0 1", "0 1 0; 1 0 0; 0 0 5"], "modulus": 6},
    ],
    ids=str,
)
def test_matrices_without_an_index_act_on_vectors(job):
    found = cayley.growth(**job)
    assert found.engine.startswith("chain")
    listed = cayley.growth(**job, engine="sparse")
    assert (found.growth, found.last_layer) == (listed.growth, listed.last_layer)
    assert cayley.plan(**job).states == found.order == sum(listed.growth)


def test_vectors_of_matrices_that_are_not_in_the_group():
    group = resolve_matrices(["0 1 0; 0 0 1; 1 0 0", "1 1 0; 0 1 0; 0 0 1"], 4)
    engine = VectorEngine(group)
    assert sum(engine.layers()) == VectorEngine.order(group)
    inside = np.array(group.generators)
    places = engine.places(inside)
    assert (places >= 0).all()
    assert len(set(places.tolist())) == 2
    outside = np.array([np.zeros((3, 3)), np.diag([1, 1, 3]), np.diag([2, 1, 1])], np.int64)
    assert engine.places(outside).tolist() == [-1, -1, -1]


def test_many_vectors_or_large_numbers_are_listed():
    assert cayley.plan(generators=["1 1 0; 0 1 1; 0 0 2"], modulus=101).engine == "sparse"
    assert cayley.plan(generators=["0 1; 1 0"], modulus=2**31 - 1).engine == "sparse"
    assert cayley.growth(generators=["0 1; 1 0"], modulus=2**31 - 1).growth == [1, 1]
