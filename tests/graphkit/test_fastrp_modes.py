"""The preset of Neo4j's library, and that every way to compute an embedding gives the same one."""

import os
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import fastrp as paper
from oracle import fastrp_gds as gds

from graphkit import Graph, read_graph, write_graph
from graphkit.embedding import FastRP, _memory, fastrp, fastrp_memory
from graphkit.embedding._columns import standardize
from graphkit.embedding._kernels import propagation
from graphkit.embedding._powers import Power, add_power, first_power, next_power, write_initial
from graphkit.embedding._presets import PRESETS, check_seed, initial_vectors, settings_of
from graphkit.embedding._transition import transition
from graphkit.errors import MemoryBudgetError, UnknownNameError

TOLERANCE = (
    2e-5  # float32 products and sums of a few dozen terms; rows of length one before they are weighted
)


def random_matrix(rng, n, *, directed=False, weighted=False, average=3.0):
    """Adjacency matrix with self-loops and, in most cases, isolated and dangling nodes."""
    S = (rng.random((n, n)) < average / n).astype(float)
    if weighted:
        S *= rng.uniform(0.1, 10, (n, n))
    return S if directed else np.triu(S) + np.triu(S, 1).T


def as_graph(S, **options):
    return Graph.from_scipy(scipy.sparse.csr_array(S), directed=None, **options)


def bits(X):
    return np.asarray(X).view(np.uint32)


# The preset "gds"


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    n=st.integers(1, 10),
    directed=st.booleans(),
    weighted=st.booleans(),
    strength=st.sampled_from([-1.0, 0.0, 0.5]),
    weights=st.sampled_from([(0.0, 1.0, 1.0), (1.0,), (0.5, 0.0, 0.0, -2.0), (1.0, 1.0, 1.0, 1.0)]),
    influence=st.sampled_from([0.0, 0.7]),
    ratio=st.sampled_from([0.0, 0.3, 1.0]),
)
def test_gds_agrees_with_its_oracle(seed, n, directed, weighted, strength, weights, influence, ratio):
    rng = np.random.default_rng(seed)
    S = random_matrix(rng, n, directed=directed, weighted=weighted, average=2.0)
    d, n_property = 24, int(24 * ratio + 0.5)
    features = rng.normal(size=(n, 3)).astype(np.float32) if ratio else None
    vectors = gds.initial_vectors(S, check_seed(seed), range(n), d, strength, features, n_property)
    expected = gds.fastrp(S, vectors, weights, influence)
    X = fastrp(as_graph(S), d, preset="gds", weights=weights, self_influence=influence,
               degree_exponent=strength, features=features, property_ratio=ratio or None,
               random_state=seed)  # fmt: skip
    # A row that cancels to rounding errors has a direction that means nothing; the next powers inherit it.
    if not cancels(S, vectors, len(weights)):
        np.testing.assert_allclose(X, expected, atol=TOLERANCE * (influence + np.abs(weights).sum()))


def cancels(S, vectors, n_powers):
    """Whether some row of some power is zero up to rounding though it is a sum of vectors that are not."""
    current = np.array(vectors)
    for _ in range(n_powers):
        product, size = S @ current, S @ np.linalg.norm(current, axis=1)
        length = np.linalg.norm(product, axis=1)
        if ((size > 0) & (length < 1e-2 * size)).any():
            return True
        current = np.divide(product, length[:, None], out=np.zeros_like(product), where=length[:, None] > 0)
    return False


def test_gds_agrees_with_its_oracle_on_a_real_graph():
    graph = read_graph("sample:les_miserables")
    S = graph.to_scipy().toarray().astype(float)
    keys = as_keys(graph)
    vectors = gds.initial_vectors(S, check_seed(3), keys, 64, -0.5)
    expected = gds.fastrp(S, vectors, (0.0, 1.0, 1.0), 0.25)
    X = fastrp(graph, 64, preset="gds", self_influence=0.25, degree_exponent=-0.5, random_state=3)
    np.testing.assert_allclose(X, expected, atol=3 * TOLERANCE)


def as_keys(graph):
    return initial_vectors(graph, settings_of(graph, 8), check_seed(0)).keys.tolist()


def test_gds_defaults_are_those_of_the_library():
    S = random_matrix(np.random.default_rng(0), 30)
    X = fastrp(as_graph(S), 32, preset="gds", random_state=1)
    vectors = gds.initial_vectors(S, check_seed(1), range(30), 32, 0.0)
    np.testing.assert_allclose(X, gds.fastrp(S, vectors, (0.0, 1.0, 1.0), 0.0), atol=3 * TOLERANCE)


def test_the_degree_of_a_node_is_its_number_of_edges_or_the_sum_of_their_weights():
    """Node 0 sees node 1 (two edges, weights 1 and 7) and node 3 (one edge, weight 1)."""
    graph = Graph.from_edges([0, 1, 0], [1, 2, 3], weights=[1.0, 7.0, 1.0])
    options = {"weights": (1,), "density": 1.0, "standardize": False, "random_state": 0}
    R = paper.sparse_projection(check_seed(0), range(4), 16, 1.0)
    for degree, size in (("count", 2), ("weighted", 8)):
        X = fastrp(graph, 16, degree=degree, degree_exponent=-1.0, **options)
        expected = R[1] / size + R[3]
        np.testing.assert_allclose(X[0], expected / np.linalg.norm(expected), atol=1e-6)


def test_a_preset_only_names_defaults():
    """The one preset with all arguments of the other is the other."""
    graph = as_graph(random_matrix(np.random.default_rng(2), 50, weighted=True))
    for name, other in (("paper", "gds"), ("gds", "paper")):
        defaults = vars(PRESETS[name])
        np.testing.assert_array_equal(
            fastrp(graph, 24, preset=other, random_state=0, **defaults),
            fastrp(graph, 24, preset=name, random_state=0),
        )


def test_the_presets_agree_up_to_power_one_and_no_further():
    graph = as_graph(random_matrix(np.random.default_rng(2), 50, average=6.0))
    options = {"degree_exponent": -0.5, "density": 0.4, "standardize": False, "random_state": 0}
    one = [fastrp(graph, 24, preset=p, weights=(1,), **options) for p in ("paper", "gds")]
    np.testing.assert_array_equal(*one)
    two = [fastrp(graph, 24, preset=p, weights=(0, 1), **options) for p in ("paper", "gds")]
    assert not np.allclose(*two, atol=1e-2)


def test_isolated_nodes_get_their_own_vector_by_self_influence():
    S = random_matrix(np.random.default_rng(2), 20)
    S[4] = S[:, 4] = 0
    assert not fastrp(as_graph(S), 16, preset="gds", random_state=0)[4].any()
    X = fastrp(as_graph(S), 16, preset="gds", self_influence=0.5, random_state=0)
    assert np.linalg.norm(X[4]) == pytest.approx(0.5)
    R = paper.sparse_projection(check_seed(0), range(20), 16, 1 / 3)
    np.testing.assert_allclose(X[4], 0.5 * R[4] / np.linalg.norm(R[4]), atol=1e-6)


def test_self_influence_alone_embeds_the_random_vectors():
    graph = as_graph(random_matrix(np.random.default_rng(2), 20))
    X = fastrp(graph, 16, preset="gds", weights=(), self_influence=1, random_state=0)
    R = paper.sparse_projection(check_seed(0), range(20), 16, 1 / 3)
    np.testing.assert_allclose(X, paper.unit_rows(R), atol=1e-6)


def test_properties_by_name_and_as_a_matrix():
    rng = np.random.default_rng(0)
    matrix = scipy.sparse.csr_array(random_matrix(rng, 12))
    age, place = rng.integers(0, 9, 12), rng.normal(size=(12, 2))
    plain = Graph.from_scipy(matrix)
    graph = Graph(plain.indptr, plain.indices, node_data={"age": age, "place": place})
    options = {"preset": "gds", "property_ratio": 0.5, "random_state": 0}
    X = fastrp(graph, 12, features=["age", "place"], **options)
    np.testing.assert_array_equal(fastrp(plain, 12, features=np.c_[age, place], **options), X)
    np.testing.assert_array_equal(
        fastrp(graph, 12, features="age", **options), fastrp(plain, 12, features=age, **options)
    )
    other = fastrp(plain, 12, features=np.c_[age, -place], **options)
    assert not np.allclose(other[:, 6:], X[:, 6:], atol=0.1)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"preset": "neo4j"}, UnknownNameError, "unknown preset 'neo4j'"),
        ({"degree": "sum"}, UnknownNameError, "unknown degree"),
        ({"density": "aut"}, UnknownNameError, "did you mean auto"),
        ({"unit_powers": 1}, TypeError, "unit_powers must be True, False or None"),
        ({"standardize": "yes"}, TypeError, "standardize must be True, False or None"),
        ({"self_influence": float("inf")}, ValueError, "self_influence must be finite"),
        ({"weights": (), "self_influence": 0.0}, ValueError, "at least one number other than zero"),
        ({"features": np.ones(3)}, ValueError, "features need a property_ratio above 0"),
        ({"property_ratio": 0.5}, ValueError, "needs features"),
        ({"features": np.ones(3), "property_ratio": 1.5}, ValueError, r"must be in \[0, 1\], got 1.5"),
        ({"features": np.ones(3), "property_ratio": 1e-9}, ValueError, "none of 128 columns"),
        ({"features": np.ones(4), "property_ratio": 0.5}, ValueError, "a row for each of the 3 nodes"),
        ({"features": [0, np.nan, 1], "property_ratio": 0.5}, ValueError, "got nan in 'features' for node 1"),
        ({"features": [0, 1e39, 1], "property_ratio": 0.5}, ValueError, "within float32"),
        ({"features": "age", "property_ratio": 0.5}, UnknownNameError, "unknown node property 'age'"),
        ({"features": np.array(["a", "b", "c"]), "property_ratio": 0.5}, TypeError, "must be numbers"),
        ({"storage": "float64"}, UnknownNameError, "unknown storage"),
        ({"memory": "small"}, UnknownNameError, "unknown memory"),
        ({"memory": "low", "storage": "bfloat16"}, ValueError, 'needs storage="float32"'),
        ({"out": "embedding.csv"}, ValueError, r"must be the name of a \.npy file"),
        ({"out": "/no/such/folder/x.npy"}, FileNotFoundError, "does not exist"),
    ],
)
def test_bad_parameters(options, error, message):
    with pytest.raises(error, match=message):
        fastrp(Graph.from_edges([0, 1], [1, 2]), **options)


# All ways to compute give the same

CASES = [
    {},
    {"weights": (1,)},
    {"weights": (0, 0, 2)},
    {"weights": (1, 1, 7.81, 45.28)},
    {"weights": (0.5, 0, 0, -2), "density": 0.05},
    {"projection": "gaussian", "weights": (0, 1, 1)},
    {"preset": "gds"},
    {"preset": "gds", "self_influence": 0.3, "weights": (1, 0, 1, 1)},
    {"preset": "gds", "density": 0.05, "weights": (0, 1, 0, 1)},
]


@pytest.mark.parametrize("options", CASES)
@pytest.mark.parametrize("weighted", [False, True])
def test_tiles_and_files_give_the_same_bits(tmp_path, options, weighted):
    S = random_matrix(np.random.default_rng(7), 90, directed=weighted, weighted=weighted)
    graph, out = as_graph(S), tmp_path / "x.npy"
    for d in (1, 16, 73):  # 73: several tiles, the last of which is no whole chunk
        expected = bits(fastrp(graph, d, random_state=5, memory="fast", **options))
        for how in ({"memory": "low"}, {"memory": "low", "out": out}, {"memory": "fast", "out": out}):
            X = fastrp(graph, d, random_state=5, **how, **options)
            np.testing.assert_array_equal(bits(X), expected, err_msg=str(how))
        assert isinstance(X, np.memmap)
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("storage", ["bfloat16", "float16"])
@pytest.mark.parametrize("options", CASES)
def test_files_take_sixteen_bit_storage_too(tmp_path, storage, options):
    graph = as_graph(random_matrix(np.random.default_rng(7), 90))
    expected = fastrp(graph, 25, random_state=5, storage=storage, **options)
    X = fastrp(graph, 25, random_state=5, storage=storage, out=tmp_path / "x.npy", **options)
    np.testing.assert_array_equal(bits(X), bits(expected))


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    n=st.integers(1, 12),
    d=st.integers(1, 40),
    preset=st.sampled_from(["paper", "gds"]),
    weights=st.lists(st.sampled_from([0.0, 1.0, -0.5, 3.0]), min_size=1, max_size=5),
    influence=st.sampled_from([0.0, 1.0]),
)
def test_tiles_give_the_same_bits_on_small_graphs(seed, n, d, preset, weights, influence):
    graph = as_graph(random_matrix(np.random.default_rng(seed), n))
    if not any(weights):
        influence = 1.0
    options = {"preset": preset, "weights": weights, "self_influence": influence, "random_state": seed}
    X, Y = (fastrp(graph, d, memory=memory, **options) for memory in ("fast", "low"))
    np.testing.assert_array_equal(bits(X), bits(Y))


@pytest.mark.parametrize("preset", ["paper", "gds"])
def test_powers_of_chosen_rows_equal_those_of_all(preset):
    """What re-embedding and distribution build on."""
    graph = as_graph(random_matrix(np.random.default_rng(3), 80, weighted=True))
    settings_ = settings_of(graph, 20, preset=preset, density=0.05)
    operator = transition(graph, weighted=True)
    initial = initial_vectors(graph, settings_, check_seed(1))
    chosen = np.array([3, 4, 17, 60], dtype=np.int64)
    zero, some = Power.allocate(80, 20), Power.allocate(4, 20)
    write_initial(initial, zero)
    write_initial(initial, some, chosen)
    np.testing.assert_array_equal(some.values, zero.values[chosen])
    np.testing.assert_array_equal(some.squares, zero.squares[chosen])
    one, sparse = Power.allocate(80, 20), Power.allocate(80, 20)
    next_power(operator, zero, one, unit=False)
    first_power(operator, initial, initial.nonzeros(), sparse)
    np.testing.assert_array_equal(bits(one.values), bits(sparse.values))
    np.testing.assert_array_equal(one.squares, sparse.squares)
    first_power(operator, initial, initial.nonzeros(), some, chosen)
    np.testing.assert_array_equal(bits(some.values), bits(one.values[chosen]))
    two = Power.allocate(80, 20)
    next_power(operator, one, two, unit=settings_.unit_powers)
    next_power(operator, one, some, unit=settings_.unit_powers, rows=chosen)
    np.testing.assert_array_equal(bits(some.values), bits(two.values[chosen]))
    np.testing.assert_array_equal(some.squares, two.squares[chosen])
    total, informed = np.empty((80, 20), dtype=np.float32), np.zeros(80, dtype=bool)
    add_power(one, 1.0, True, total, informed)
    add_power(two, 0.5, False, total, informed)
    if settings_.standardize:
        standardize(total, informed)
    X = fastrp(graph, 20, preset=preset, density=0.05, weights=(1, 0.5), random_state=1)
    np.testing.assert_array_equal(bits(total), bits(X))


PROGRAM = """
import hashlib
import numpy as np, scipy.sparse
from graphkit import Graph
from graphkit.embedding import fastrp
S = scipy.sparse.random_array((2500, 2500), density=0.002, rng=np.random.default_rng(0), data_sampler=None)
graph = Graph.from_scipy((S + S.T).tocsr(), directed=None)
for options in ({}, {"preset": "gds"}, {"memory": "low"}, {"preset": "gds", "memory": "low"},
                {"storage": "bfloat16"}, {"storage": "float16", "weights": (1, 1, 1)}):
    X = fastrp(graph, 40, random_state=0, **options)
    print(hashlib.sha256(X.tobytes()).hexdigest())
"""


def run_python(program, **environment):
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environment, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_results_do_not_depend_on_the_number_of_threads():
    one, three = (run_python(PROGRAM, NUMBA_NUM_THREADS=threads) for threads in ("1", "3"))
    assert one == three
    assert one[:2] == one[2:4]
    assert len(set(one)) == 4


# 16-bit storage


def test_numbers_are_rounded_to_the_nearest_in_sixteen_bits():
    rng = np.random.default_rng(0)
    values = (rng.normal(size=(50, 40)) * 2.0 ** rng.integers(-20, 20, (50, 40))).astype(np.float32)
    values[0] = 0
    half = Power.allocate(50, 40, "float16")
    propagation.store_rows(values, 0, half.values, half.squares, half.undo)
    read = half.values.view(np.float16).astype(np.float64) * half.undo[:, None]
    largest = np.abs(values).max(axis=1, keepdims=True)
    assert (np.abs(read - values) <= np.maximum(2.0**-11 * np.abs(values), 2.0**-38 * largest)).all()
    brain = Power.allocate(50, 40, "bfloat16")
    propagation.store_rows(values, 0, brain.values, brain.squares, brain.undo)
    whole = values.view(np.uint32).astype(np.int64)
    kept = brain.values.astype(np.int64) << 16
    assert (np.abs(kept - whole) <= 2**15).all()
    ties = np.array([[1 + 2**-8, 1 + 3 * 2**-8, -1 - 2**-8]], dtype=np.float32)  # halfway: to even
    propagation.store_rows(ties, 0, brain.values[:1, :3].copy(), brain.squares, brain.undo)
    stored = np.empty((1, 3), dtype=np.uint16)
    propagation.store_rows(ties, 0, stored, brain.squares, brain.undo)
    assert ((stored.astype(np.uint32) << 16).view(np.float32) == [[1, 1 + 4 * 2**-8, -1]]).all()


@pytest.mark.parametrize(("storage", "error"), [("bfloat16", 2.0**-8), ("float16", 2.0**-11)])
@pytest.mark.parametrize("options", CASES)
def test_sixteen_bit_storage_stays_near_float32(storage, error, options):
    graph = as_graph(random_matrix(np.random.default_rng(7), 200, weighted=True, average=12.0))
    given = {**options, "standardize": False, "random_state": 0}
    X = fastrp(graph, 48, **given)
    Y = fastrp(graph, 48, storage=storage, **given)
    scale = sum(map(abs, options.get("weights", (0, 0, 1, 6.67)))) + 1
    # Each of up to four roundings changes an entry by at most a half of the last bit, and rows are of length
    # one; averages that cancel lose relative precision, for which there is a factor.
    assert np.linalg.norm(Y - X, axis=1).max() < 8 * error * scale
    assert Y.dtype == np.float32


# Memory


def test_memory_estimates_cover_what_is_allocated(tmp_path):
    graph = as_graph(random_matrix(np.random.default_rng(0), 4000, weighted=True, average=20))
    cases = [
        {"memory": "low"},
        {"memory": "low", "weights": (1, 1, 1)},
        {"memory": "low", "preset": "gds"},
        {"preset": "gds", "self_influence": 1.0},
        {"storage": "bfloat16"},
        {"storage": "float16", "weights": (1, 1, 1)},
        {"memory": "low", "out": tmp_path / "x.npy"},
        {"memory": "fast", "out": tmp_path / "x.npy"},
    ]
    for options in cases:
        fastrp(graph, 2, random_state=0, **options)  # compile
        tracemalloc.start()
        fastrp(graph, 400, random_state=0, **options)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        given = dict(options)
        in_file = given.pop("out", None) is not None
        estimate = fastrp_memory(4000, graph.n_entries, 400, weighted=True, in_file=in_file, **given)
        assert 0.8 * estimate < peak <= estimate + 50_000, (options, estimate, peak)


def test_the_mode_of_low_memory_stays_within_its_promise():
    n, entries, d = 1_000_000, 20_000_000, 512
    graph = 4 * entries + 4 * n
    assert fastrp_memory(n, entries, d, memory="low") < 1.3 * (4 * n * d + graph) - graph
    assert fastrp_memory(n, entries, d, memory="low", preset="gds") < 1.3 * (4 * n * d + graph) - graph


def test_what_fits_is_chosen_and_what_does_not_is_refused():
    size = fastrp_memory(100, 198, 64), fastrp_memory(100, 198, 64, memory="low")
    graph = Graph.from_edges(range(99), range(1, 100))
    assert size[1] < size[0]
    steps = []
    for limit in (size[0], size[1]):
        fastrp(graph, 64, memory_limit=limit, progress=lambda done, total: steps.append(total))
    assert len(set(steps)) == 2
    assert steps.count(steps[0]) == steps[0]
    with pytest.raises(MemoryBudgetError):
        fastrp(graph, 64, memory_limit=size[1] - 1)
    with pytest.raises(MemoryBudgetError):
        fastrp(graph, 64, memory="fast", memory_limit=size[0] - 1)


def test_progress_counts_to_the_end():
    graph = as_graph(random_matrix(np.random.default_rng(1), 20))
    for options in CASES:
        for memory in ("fast", "low"):
            steps = []
            fastrp(graph, 40, memory=memory, progress=lambda *step, to=steps: to.append(step), **options)
            assert [done for done, _ in steps] == list(range(1, len(steps) + 1))
            assert {total for _, total in steps} == {len(steps)}


# Files


def test_a_mapped_graph_is_embedded_into_a_file(tmp_path):
    graph = as_graph(random_matrix(np.random.default_rng(1), 300))
    write_graph(graph, tmp_path / "graph.gkg")
    X = fastrp(read_graph(tmp_path / "graph.gkg"), 24, random_state=0, out=tmp_path / "x.npy")
    np.testing.assert_array_equal(np.load(tmp_path / "x.npy"), fastrp(graph, 24, random_state=0))
    np.testing.assert_array_equal(X, np.load(tmp_path / "x.npy"))
    assert not X.flags.writeable


def test_nothing_half_written_is_left(tmp_path):
    graph = as_graph(random_matrix(np.random.default_rng(1), 30))
    out = tmp_path / "x.npy"
    out.write_bytes(b"before")

    def stop(done, total):
        raise KeyboardInterrupt

    for memory in ("fast", "low"):
        with pytest.raises(KeyboardInterrupt):
            fastrp(graph, 24, memory=memory, out=out, progress=stop)
        assert list(tmp_path.iterdir()) == [out]
        assert out.read_bytes() == b"before"
    with pytest.raises(MemoryBudgetError):
        fastrp(graph, 24, out=out, memory_limit=10)
    assert out.read_bytes() == b"before"
    device = tmp_path / "device.npy"
    os.mkfifo(device)
    with pytest.raises(ValueError, match="mapped"):
        fastrp(graph, 24, out=device)


def test_a_full_disk_shows_before_the_work(tmp_path, monkeypatch):
    def full(handle, start, size):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    out = tmp_path / "x.npy"
    with pytest.raises(OSError, match="No space left") as caught:
        fastrp(Graph.from_edges([0], [1]), 24, out=out, progress=pytest.fail)
    assert Path(caught.value.filename) == out
    assert not list(tmp_path.iterdir())


def test_the_estimator_passes_everything_on():
    graph = as_graph(random_matrix(np.random.default_rng(1), 30, weighted=True))
    given = {"preset": "gds", "self_influence": 0.5, "degree_exponent": -0.2, "degree": "weighted",
             "density": 0.5, "unit_powers": False, "features": np.arange(30), "property_ratio": 0.25,
             "standardize": True, "weights": (1, 2), "storage": "bfloat16"}  # fmt: skip
    X = FastRP(20, random_state=1, **given).fit_transform(graph)
    np.testing.assert_array_equal(X, fastrp(graph, 20, random_state=1, **given))
    for name in given:
        rest = {key: value for key, value in given.items() if key != name}
        if name in ("preset", "features", "property_ratio"):
            continue
        assert not np.array_equal(X, fastrp(graph, 20, random_state=1, **rest)), name


def test_the_size_of_a_run_knows_its_tiles():
    size = _memory.Size(10, 20, 512, (0.0, 0.0, 0.0, 1.0, 6.67), 0.001, False, False, "float32", False)
    assert size.tiling().width == 128
    assert size.lowest == 1
