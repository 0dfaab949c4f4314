"""FastRP against its oracle, its rules, its promises about randomness, threads and memory, and bad input."""

import hashlib
import os
import subprocess
import sys
import tracemalloc

import networkx as nx
import numpy as np
import pytest
import scipy.sparse
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import fastrp as oracle
from sklearn.preprocessing import scale

from graphkit import Graph
from graphkit.datasets import load_sample
from graphkit.embedding import FastRP, fastrp, fastrp_memory
from graphkit.embedding._kernels.projection import gaussian_rows
from graphkit.embedding._projection import node_keys, sparse_projection
from graphkit.errors import MemoryBudgetError, UnknownNameError

# Float32 products and sums of a few dozen terms; rows of length one before they are weighted.
TOLERANCE = 2e-5

WEIGHTS = [
    (1,),
    (0, 1),
    (2, 1),
    (0, 0, 1, 6.67),
    (1, 1, 7.81, 45.28),
    (0, 3, 0, 0),
    (0.5, 0, 0, -2),
    (1, 1, 1, 1, 1),
]


def seed_of(random_state):
    return np.random.default_rng(random_state).integers(2**64, dtype=np.uint64)


def random_matrix(rng, n, *, directed=False, weighted=False, average=3.0):
    """Adjacency matrix with self-loops and, in most cases, isolated and dangling nodes."""
    S = (rng.random((n, n)) < average / n).astype(float)
    if weighted:
        S *= rng.uniform(0.1, 10, (n, n))
    return S if directed else np.triu(S) + np.triu(S, 1).T


def as_graph(S, **options):
    return Graph.from_scipy(scipy.sparse.csr_array(S), directed=None, **options)


def oracle_projection(random_state, n, d, projection, density):
    keys = range(n)
    if projection == "gaussian":
        return oracle.gaussian_projection(seed_of(random_state), keys, d)
    return oracle.sparse_projection(seed_of(random_state), keys, d, density)


@pytest.mark.parametrize("density", [0.01, 0.3, 1.0])
@pytest.mark.parametrize("d", [1, 7, 64])
def test_sparse_projection_equals_the_oracle(density, d):
    keys = np.array([0, 1, 2, 5, 10**12, 2**63, 2**64 - 1], dtype=np.uint64)
    seed = seed_of(4)
    offsets, signed = sparse_projection(keys, d, density, seed)
    ours = np.zeros((keys.size, d))
    for i in range(keys.size):
        for entry in signed[offsets[i] : offsets[i + 1]].tolist():
            ours[i, abs(entry) - 1] = np.sign(entry)
    expected = oracle.sparse_projection(seed, keys.tolist(), d, density)
    np.testing.assert_array_equal(ours, np.sign(expected))


def test_gaussian_projection_equals_the_oracle_for_odd_dimensions_too():
    keys = np.array([0, 7, 2**63], dtype=np.uint64)
    out = np.empty((3, 9), dtype=np.float32)
    gaussian_rows(seed_of(1), keys, 9, np.ones(3, dtype=np.float32), 0, out)
    np.testing.assert_allclose(out / 3, oracle.gaussian_projection(seed_of(1), keys.tolist(), 9), atol=1e-6)


def test_sparse_projection_has_the_stated_distribution():
    n, d, density = 20_000, 64, 0.05
    offsets, signed = sparse_projection(np.arange(n, dtype=np.uint64), d, density, seed_of(0))
    # Non-zeros in all, positive ones, and non-zeros in each column and row: within six standard deviations.
    total = n * d
    assert abs(signed.size - density * total) < 6 * np.sqrt(total * density * (1 - density))
    assert abs(np.count_nonzero(signed > 0) - signed.size / 2) < 3 * np.sqrt(signed.size)
    columns = np.bincount(np.abs(signed) - 1, minlength=d)
    assert np.abs(columns - density * n).max() < 6 * np.sqrt(n * density)
    counts = np.diff(offsets)
    expected = n * scipy.stats.binom.pmf(np.arange(10), d, density)
    observed = np.bincount(counts, minlength=10)[:10]
    assert np.abs(observed - expected).max() < 6 * np.sqrt(expected.max())


def test_gaussian_projection_is_normal_and_uncorrelated():
    out = np.empty((20_000, 8), dtype=np.float32)
    keys = np.arange(20_000, dtype=np.uint64)
    gaussian_rows(seed_of(0), keys, 8, np.ones(20_000, dtype=np.float32), 0, out)
    assert scipy.stats.kstest(out.ravel(), "norm").pvalue > 1e-4
    # Correlations of columns, and of the vectors of consecutive nodes, vanish like 1 / sqrt(20 000).
    assert np.abs(np.corrcoef(out.T) - np.eye(8)).max() < 6 / np.sqrt(20_000)
    assert abs(np.corrcoef(out[:-1].ravel(), out[1:].ravel())[0, 1]) < 6 / np.sqrt(160_000)


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize(("projection", "density"), [("sparse", 0.05), ("sparse", 0.5), ("gaussian", None)])
def test_agrees_with_the_oracle(weights, projection, density):
    rng = np.random.default_rng(len(weights))
    for directed in (False, True):
        for weighted in (False, True):
            S = random_matrix(rng, 60, directed=directed, weighted=weighted)
            options = {
                "weights": weights,
                "degree_exponent": -0.64,
                "projection": projection,
                "density": density,
            }
            X = fastrp(as_graph(S), 33, standardize=False, random_state=5, **options)
            R = oracle_projection(5, 60, 33, projection, density)
            expected, informed = oracle.fastrp(S, R, weights, -0.64)
            np.testing.assert_allclose(X, expected, atol=TOLERANCE * np.abs(weights).sum())
            np.testing.assert_array_equal(X.any(axis=1), informed)
            assert X.dtype == np.float32


def test_agrees_with_the_oracle_on_a_real_graph():
    graph = load_sample("les_miserables")
    S = graph.to_scipy().toarray().astype(float)
    keys = node_keys(graph).tolist()
    for density in (0.1, 0.5):
        X = fastrp(graph, 128, density=density, standardize=False, random_state=2)
        R = oracle.sparse_projection(seed_of(2), keys, 128, density)
        expected, _ = oracle.fastrp(S, R, (0, 0, 1, 6.67), -0.64)
        np.testing.assert_allclose(X, expected, atol=8 * TOLERANCE)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    n=st.integers(1, 12),
    directed=st.booleans(),
    weighted=st.booleans(),
    beta=st.sampled_from([-1.0, -0.5, 0.0, 0.5]),
    weights=st.sampled_from(WEIGHTS),
)
def test_agrees_with_the_oracle_on_small_graphs(seed, n, directed, weighted, beta, weights):
    S = random_matrix(np.random.default_rng(seed), n, directed=directed, weighted=weighted, average=2.0)
    X = fastrp(as_graph(S), 32, weights=weights, degree_exponent=beta, projection="gaussian",
               standardize=False, random_state=seed)  # fmt: skip
    expected, _ = oracle.fastrp(S, oracle_projection(seed, n, 32, "gaussian", None), weights, beta)
    np.testing.assert_allclose(X, expected, atol=TOLERANCE * np.abs(weights).sum())


@pytest.mark.parametrize("directed", [False, True])
def test_standardized_columns_equal_the_oracle_and_scikit_learn(directed):
    S = random_matrix(np.random.default_rng(1), 3000, directed=directed)
    graph = as_graph(S)
    raw = fastrp(graph, 20, density=0.1, standardize=False, random_state=0)
    X = fastrp(graph, 20, density=0.1, random_state=0)
    informed = raw.any(axis=1)
    assert 0 < np.count_nonzero(~informed) < 3000
    np.testing.assert_allclose(X, oracle.standardize(raw, informed), atol=1e-5)
    np.testing.assert_allclose(X[informed], scale(raw[informed].astype(float)), atol=1e-5)
    assert not X[~informed].any()


def test_columns_constant_up_to_rounding_are_centred_and_not_blown_up():
    complete = np.ones((40, 40))  # with self-loops: all rows of every power are equal
    X = fastrp(as_graph(complete), 16, random_state=0, density=0.5)
    assert np.abs(X).max() < 1e-5


def test_isolated_nodes_stay_zero_and_leave_the_others_alone():
    S = random_matrix(np.random.default_rng(2), 50)
    S[7] = S[:, 7] = 0
    larger = np.zeros((2100, 2100))  # more than one block of the column sums
    larger[:50, :50] = S
    X = fastrp(as_graph(S), 16, density=0.3, random_state=0)
    assert not X[7].any()
    Y = fastrp(as_graph(larger), 16, density=0.3, random_state=0)
    np.testing.assert_array_equal(Y[:50], X)
    assert not Y[50:].any()


@pytest.mark.parametrize("projection", ["sparse", "gaussian"])
def test_what_a_node_cannot_reach_does_not_change_its_vector(projection):
    """Nodes in a new component, even of larger degree, leave the other rows as they are, bit for bit."""
    S = random_matrix(np.random.default_rng(2), 50)
    larger = np.zeros((120, 120))
    larger[:50, :50] = S
    larger[50:, 50:] = 1
    options = {"projection": projection, "standardize": False, "random_state": 0}
    options |= {"density": 0.05} if projection == "sparse" else {}
    X = fastrp(as_graph(S), 16, **options)
    np.testing.assert_array_equal(fastrp(as_graph(larger), 16, **options)[:50], X)
    assert X.any()


def test_a_graph_without_edges_embeds_as_zeros():
    for projection in ("sparse", "gaussian"):
        X = fastrp(Graph.from_scipy(scipy.sparse.csr_array((5, 5))), 8, projection=projection, random_state=0)
        np.testing.assert_array_equal(X, np.zeros((5, 8)))


def test_a_self_loop_is_an_entry_like_any_other():
    """A node with nothing but a loop keeps its own random vector, of length one, in every power."""
    S = np.diag([1.0, 0.0, 1.0])
    X = fastrp(as_graph(S), 8, weights=(1, 2), density=1.0, standardize=False, random_state=0)
    R = oracle_projection(0, 3, 8, "sparse", 1.0)
    np.testing.assert_allclose(X[[0, 2]], 3 * R[[0, 2]], atol=1e-6)
    assert not X[1].any()


def test_dangling_nodes_send_nothing_on_but_are_seen():
    """0 -> 1 -> 2: power 1 of node 1 is the vector of the dangling node 2; node 0 sees it in power 2."""
    S = np.zeros((3, 3))
    S[0, 1] = S[1, 2] = 1
    R = oracle_projection(0, 3, 8, "sparse", 1.0)
    options = {"density": 1.0, "standardize": False, "random_state": 0}
    X = fastrp(as_graph(S), 8, weights=(1,), **options)
    np.testing.assert_allclose(X, np.array([R[1], R[2], np.zeros(8)]), atol=1e-6)
    X = fastrp(as_graph(S), 8, weights=(0, 1), **options)
    np.testing.assert_allclose(X, np.array([R[2], np.zeros(8), np.zeros(8)]), atol=1e-6)
    assert not fastrp(as_graph(S), 8, weights=(0, 0, 1), **options).any()


def test_a_dangling_node_has_the_mean_weight_of_its_in_edges_for_a_degree():
    """Node 0 points at 1 (degree 8) and at the dangling 2, which is reached by weights 1 and 3."""
    graph = Graph.from_edges([0, 0, 1, 3], [1, 2, 3, 2], weights=[1.0, 1.0, 8.0, 3.0], directed=True)
    options = {"weights": (1,), "density": 1.0, "standardize": False, "random_state": 0}
    X = fastrp(graph, 8, degree_exponent=-1.0, **options)
    R = oracle_projection(0, 4, 8, "sparse", 1.0)
    expected = R[1] / 8 + R[2] / 2
    np.testing.assert_allclose(X[0], expected / np.linalg.norm(expected), atol=1e-6)


def test_an_edge_of_weight_zero_is_no_edge():
    graph = Graph.from_edges([0, 1, 2], [1, 2, 3], weights=[1.0, 2.0, 0.0])
    X = fastrp(graph, 8, weights=(1, 1), density=1.0, standardize=False, random_state=0)
    without = fastrp(Graph.from_edges([0, 1], [1, 2], weights=[1.0, 2.0], n_nodes=4), 8, weights=(1, 1),
                     density=1.0, standardize=False, random_state=0)  # fmt: skip
    np.testing.assert_array_equal(X, without)
    assert not X[3].any()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), exponent=st.integers(-60, 60), directed=st.booleans())
def test_weights_count_only_relative_to_each_other(seed, exponent, directed):
    S = random_matrix(np.random.default_rng(seed), 12, weighted=True, directed=directed)
    options = {"density": 0.5, "standardize": False, "random_state": 1, "weights": (1, 2)}
    X = fastrp(as_graph(S), 16, **options)
    Y = fastrp(as_graph(S * 2.0**exponent), 16, **options)
    np.testing.assert_allclose(Y, X, atol=3 * TOLERANCE)


def test_extreme_weights_stay_finite():
    S = random_matrix(np.random.default_rng(0), 30, weighted=True)
    for factor in (1e-300, 1e300):
        X = fastrp(as_graph(S * factor), 16, random_state=0)
        assert np.isfinite(X).all()
        np.testing.assert_allclose(X, fastrp(as_graph(S), 16, random_state=0), atol=1e-3)


def test_vectors_too_small_for_float32_do_not_overflow():
    """Beside degrees of 1, those of 1e39 make initial vectors below the smallest normal number."""
    graph = Graph.from_edges([0, 1, 3, 4], [1, 2, 4, 5], weights=[1.0, 1.0, 1e39, 1e39])
    for preset in ("paper", "gds"):
        for memory in ("fast", "low"):
            X = fastrp(graph, 16, preset=preset, degree="weighted", degree_exponent=-1.0, density=1.0,
                       weights=(1, 1, 1e30), random_state=0, memory=memory)  # fmt: skip
            assert np.isfinite(X).all()
            assert X[:3].any(axis=1).all()


def test_weights_of_one_and_ignored_weights_equal_no_weights():
    S = random_matrix(np.random.default_rng(3), 40)
    ones = Graph.from_scipy(scipy.sparse.csr_array(S), weighted=True)
    assert ones.weights is not None
    plain = fastrp(as_graph(S), 16, random_state=0)
    np.testing.assert_array_equal(fastrp(ones, 16, random_state=0, weighted=False), plain)
    np.testing.assert_allclose(fastrp(ones, 16, random_state=0), plain, atol=1e-3)
    weighted = as_graph(random_matrix(np.random.default_rng(3), 40, weighted=True))
    assert not np.allclose(fastrp(weighted, 16, random_state=0), plain, atol=0.1)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), names=st.sampled_from(["integers", "strings"]))
def test_relabelling_permutes_the_embedding(seed, names):
    """The random vector of a node belongs to its label: the order of the nodes does not matter."""
    rng = np.random.default_rng(seed)
    S = random_matrix(rng, 15)
    order = rng.permutation(15)
    labels = np.arange(100, 115) if names == "integers" else [f"node {i}" for i in range(15)]
    X = fastrp(as_graph(S, labels=labels), 32, density=0.9, standardize=False, random_state=0)
    shuffled = as_graph(S[np.ix_(order, order)], labels=[labels[i] for i in order])
    Y = fastrp(shuffled, 32, density=0.9, standardize=False, random_state=0)
    np.testing.assert_allclose(Y, X[order], atol=8 * TOLERANCE)


def test_keys_of_nodes():
    plain = as_graph(np.ones((3, 3)))
    np.testing.assert_array_equal(node_keys(plain), [0, 1, 2])
    integers = as_graph(np.ones((3, 3)), labels=[2, -1, 0])
    np.testing.assert_array_equal(node_keys(integers), [2, 2**64 - 1, 0])
    names = as_graph(np.ones((3, 3)), labels=["a", "b", "\udc80"])
    expected = int.from_bytes(hashlib.blake2b(b"b", digest_size=8).digest(), "little")
    assert node_keys(names)[1] == expected
    others = as_graph(np.ones((3, 3)), labels=[(0, 1), "b", 7])
    np.testing.assert_array_equal(node_keys(others), [0, 1, 2])


def test_equal_seeds_give_equal_embeddings_and_zero_is_a_seed():
    graph = as_graph(random_matrix(np.random.default_rng(0), 40))
    first = fastrp(graph, 8, random_state=0)
    np.testing.assert_array_equal(fastrp(graph, 8, random_state=0), first)
    assert not np.array_equal(fastrp(graph, 8, random_state=1), first)
    assert not np.array_equal(fastrp(graph, 8), fastrp(graph, 8))
    np.testing.assert_array_equal(fastrp(graph, 8, random_state=np.random.default_rng(0)), first)


def test_the_random_vectors_of_two_seeds_are_uncorrelated():
    graph = as_graph(np.eye(4000))  # loops only: the embedding is the projection
    X, Y = (fastrp(graph, 8, weights=(1,), projection="gaussian", random_state=seed) for seed in (0, 1))
    assert abs((X * Y).mean()) < 6 / np.sqrt(X.size)


PROGRAM = """
import hashlib, sys
import numpy as np, scipy.sparse
from graphkit import Graph
from graphkit.embedding import fastrp
S = scipy.sparse.random_array((2500, 2500), density=0.002, rng=np.random.default_rng(0), data_sampler=None)
S = S + S.T
S = S + scipy.sparse.csr_array((np.ones(2499), (np.zeros(2499, int), np.arange(1, 2500))), shape=S.shape)
for weighted in (False, True):
    graph = Graph.from_scipy(S.tocsr(), directed=None)
    for options in ({}, {"projection": "gaussian", "weights": (1, 1, 1)}):
        X = fastrp(graph, 24, random_state=0, weighted=weighted, **options)
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
    results = [run_python(PROGRAM, NUMBA_NUM_THREADS=threads) for threads in ("1", "2", "3")]
    assert len(set(results[0])) == 4
    assert results[0] == results[1] == results[2]


def test_the_kernels_run_uncompiled_with_the_same_result():
    program = """
import warnings; warnings.simplefilter("ignore")  # numpy warns where 64-bit integers wrap around
import numpy as np
from graphkit import Graph
from graphkit.embedding import fastrp
graph = Graph.from_edges([0, 0, 1, 2, 3, 3, 4, 6], [1, 2, 2, 3, 4, 5, 5, 6], weights=np.arange(1.0, 9.0))
gds = {"preset": "gds", "features": np.arange(14.0).reshape(7, 2), "property_ratio": 0.3}
for options in ({"density": 0.05}, {"density": 0.5}, {"projection": "gaussian"}, {"weights": (1, 1, 1)},
                {"memory": "low"}, {"storage": "bfloat16"}, {"storage": "float16"}, gds):
    for weighted in (False, True):
        X = fastrp(graph, 6, weighted=weighted, random_state=0, standardize=False, **options)
        print(*X.ravel().tolist())
"""
    compiled, plain = (
        np.array(run_python(program, NUMBA_DISABLE_JIT=off), dtype=float) for off in ("0", "1")
    )
    assert compiled.size == 16 * 7 * 6
    np.testing.assert_allclose(plain, compiled, atol=1e-4)


def test_memory_estimate_covers_what_is_allocated():
    graph = as_graph(random_matrix(np.random.default_rng(0), 4000, weighted=True, average=20))
    cases = [{}, {"weights": (1, 1, 1)}, {"weights": (1,)}, {"projection": "gaussian"}, {"density": 0.5}]
    for options in cases:
        fastrp(graph, 2, random_state=0, **options)  # compile
        tracemalloc.start()
        fastrp(graph, 200, random_state=0, **options)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        estimate = fastrp_memory(4000, graph.n_entries, 200, weighted=True, **options)
        assert 0.8 * estimate < peak <= estimate + 50_000, options


def test_what_does_not_fit_is_refused_before_work_starts():
    graph = as_graph(np.ones((10, 10)))
    with pytest.raises(MemoryBudgetError, match=r"FastRP of 10 nodes in 1000 dimensions needs about .* kB"):
        fastrp(graph, 1000, memory_limit="10kB")
    with pytest.raises(MemoryBudgetError, match="available memory"):
        fastrp(graph, 10**12)


def test_communities_are_found():
    """Four blocks of 100 nodes, ten times denser inside: nearly all nodes lie nearest to their own centre."""
    graph = nx.stochastic_block_model([100] * 4, np.full((4, 4), 0.02) + 0.18 * np.eye(4), seed=1)
    truth = np.repeat(np.arange(4), 100)
    X = FastRP(64, random_state=0).fit_transform(graph)
    centres = np.array([X[truth == block].mean(axis=0) for block in range(4)])
    found = ((X[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
    assert (found == truth).mean() > 0.97


def test_every_kind_of_graph_gives_the_same_embedding():
    S = random_matrix(np.random.default_rng(5), 30, weighted=True)
    expected = FastRP(8, random_state=0).fit_transform(as_graph(S))
    for matrix in (S, scipy.sparse.coo_matrix(S), scipy.sparse.csc_array(S), S.tolist()):
        np.testing.assert_array_equal(FastRP(8, random_state=0).fit_transform(matrix), expected)
    graph = nx.from_numpy_array(S)
    np.testing.assert_array_equal(FastRP(8, random_state=0).fit_transform(graph), expected)
    estimator = FastRP(8, random_state=0).fit(S)
    assert estimator.n_features_in_ == 30
    np.testing.assert_array_equal(estimator.embedding_, expected)


def test_input_is_not_modified():
    matrix = scipy.sparse.csr_array(random_matrix(np.random.default_rng(5), 30, weighted=True))
    before = matrix.copy()
    FastRP(8, random_state=0).fit(matrix)
    for name in ("data", "indices", "indptr"):
        np.testing.assert_array_equal(getattr(matrix, name), getattr(before, name))


GRAPH = Graph.from_edges([0, 1], [1, 2])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"n_components": 0}, ValueError, "n_components must be at least 1, got 0"),
        ({"n_components": 2.0}, TypeError, "n_components must be an integer"),
        ({"weights": ()}, ValueError, "at least one number other than zero"),
        ({"weights": (0, 0.0)}, ValueError, "at least one number other than zero"),
        ({"weights": (1, float("nan"))}, ValueError, r"weights\[1\] must be finite"),
        ({"weights": (1, "2")}, TypeError, r"weights\[1\] must be a number, got '2' of type str"),
        ({"weights": "12"}, TypeError, "weights must be a sequence of numbers"),
        ({"weights": 3}, TypeError, "weights must be a sequence of numbers"),
        ({"weights": (1e30, 1e30)}, ValueError, "must not exceed"),
        ({"degree_exponent": float("inf")}, ValueError, "degree_exponent must be finite"),
        ({"degree_exponent": "1"}, TypeError, "degree_exponent must be a number"),
        ({"projection": "gausian"}, UnknownNameError, "did you mean gaussian"),
        ({"density": 0}, ValueError, r"density must be in \(0, 1\], got 0"),
        ({"density": 1.5}, ValueError, r"density must be in \(0, 1\]"),
        ({"density": [1]}, TypeError, "density must be a number"),
        ({"density": 0.5, "projection": "gaussian"}, ValueError, 'applies to projection="sparse" only'),
        ({"weighted": True}, ValueError, "the graph has no edge weights"),
        ({"weighted": 1}, TypeError, "weighted must be True, False or None"),
        ({"random_state": "seed"}, TypeError, "random_state"),
        ({"random_state": -1}, ValueError, "random_state must be at least 0"),
    ],
)
def test_bad_parameters(options, error, message):
    with pytest.raises(error, match=message):
        FastRP(**options).fit(GRAPH)


def test_bad_graphs():
    with pytest.raises(ValueError, match=r"must not be negative, got -2\.0 on the edge 'b' to 'c'"):
        fastrp(Graph.from_edges(["a", "b"], ["b", "c"], weights=[1.0, -2.0]))
    with pytest.raises(ValueError, match="empty"):
        fastrp(Graph.from_scipy(scipy.sparse.csr_array((0, 0))))
    with pytest.raises(ValueError, match="too large: their sum overflows"):
        fastrp(Graph.from_edges([0, 0], [1, 2], weights=[1.5e308, 1.5e308]))
    with pytest.raises(ValueError, match="square"):
        FastRP().fit(np.ones((3, 4)))
    with pytest.raises(ValueError, match="NaN"):
        FastRP().fit(np.array([[0, np.nan], [np.nan, 0]]))
    with pytest.raises(ValueError, match=r"[Nn]egative"):
        FastRP().fit(np.array([[0.0, -1.0], [-1.0, 0.0]]))
    with pytest.raises(TypeError, match="networkx"):
        FastRP().fit("karate.csv")
