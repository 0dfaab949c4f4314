"""Methods past the matrix of distances: CLARA, CLARANS, one batch, the large mode."""

import time
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from joblib import parallel_config
from oracle import kmedoids as oracle
from oracle.kmedoids_cases import DTYPES, euclidean, grid_distances
from sklearn.datasets import load_digits
from sklearn.metrics import pairwise_distances

from clustering import (
    CLARA,
    CLARANS,
    FastCLARANS,
    LargeKMedoids,
    OneBatchPAM,
    _onebatch,
    clara,
    clarans,
    fastclarans,
    fasterpam,
    large_kmedoids,
    onebatchpam,
)
from clustering._dissimilarity import FeatureDistances

X = load_digits().data
D = pairwise_distances(X)
FULL = fasterpam(D, 10, random_state=0).inertia

small_batch = partial(onebatchpam, batch_size=300)
small_large = partial(large_kmedoids, sample_size=300, batch_size=300)
EVERY = [clara, clarans, fastclarans, small_batch, small_large]


def child_seeds(seed, n):
    return np.random.default_rng(seed).integers(2**63, size=n)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("pairs", [True, False])
def test_clarans_by_definition(pairs, dtype):
    rng = np.random.default_rng(0)
    for seed in range(5):
        n, k = int(rng.integers(8, 18)), int(rng.integers(2, 6))
        small = grid_distances(rng, n, side=9)
        expected = oracle.clarans(small, k, child_seeds(seed, 2), 7, pairs)
        function = clarans if pairs else fastclarans
        result = function(small.astype(dtype), k, max_neighbors=7, random_state=seed)
        assert result.medoid_indices.tolist() == expected
        assert result.inertia == oracle.loss(small, expected)
        assert result.labels.tolist() == oracle.labels(small, expected).tolist()


@pytest.mark.parametrize("function", [clarans, fastclarans])
def test_a_search_through_all_neighbours_ends_in_a_local_optimum(function):
    rng = np.random.default_rng(1)
    for seed in range(10):
        small = grid_distances(rng, 18, side=7)
        result = function(small, 4, n_local=1, max_neighbors=10**6, random_state=seed)
        assert oracle.is_local_optimum(small, result.medoid_indices.tolist())
        fixed = [3, 11]
        result = function(small, 4, max_neighbors=10**6, random_state=seed, fixed_medoids=fixed)
        assert result.medoid_indices[:2].tolist() == fixed
        assert oracle.is_local_optimum(small, result.medoid_indices.tolist(), n_fixed=2)


@pytest.mark.parametrize("dtype", DTYPES)
def test_clara_by_definition(dtype):
    rng = np.random.default_rng(2)
    for seed in range(3):
        small = grid_distances(rng, 30, side=15)
        expected = oracle.clara(small, 4, child_seeds(seed, 3), 16)
        result = clara(small.astype(dtype), 4, n_draws=3, sample_size=16, random_state=seed)
        assert result.medoid_indices.tolist() == expected
        assert result.inertia == oracle.loss(small, expected)


def test_more_draws_of_clara_never_raise_the_loss():
    for sizes in ("classic", "fast", 150):
        losses = [
            clara(X, 10, metric="euclidean", n_draws=n, sample_size=sizes, random_state=3).inertia
            for n in range(1, 9)
        ]
        assert all(after <= before for before, after in pairwise(losses))
        assert losses[-1] < losses[0]


@pytest.mark.parametrize("swap", ["fasterpam", "fastpam1", "fastpam2", "pam", "alternating"])
def test_clara_on_a_sample_of_all_is_the_swap_on_all(swap):
    small = euclidean(np.random.default_rng(4), 60)
    from clustering import alternating, fastpam, pam

    whole = {
        "fasterpam": partial(fasterpam, init="build"),
        "fastpam1": fastpam,
        "fastpam2": partial(fastpam, variant="fastpam2"),
        "pam": pam,
        "alternating": partial(alternating, init="build"),
    }[swap](small, 5)
    result = clara(small, 5, n_draws=1, sample_size=60, swap=swap)
    assert result.medoid_indices.tolist() == whole.medoid_indices.tolist()
    assert result.inertia == pytest.approx(whole.inertia, rel=1e-13)


def test_rounds_of_clara_are_the_same_for_any_number_of_workers():
    one, two = (
        clara(X, 5, metric="euclidean", n_draws=4, draws_per_round=2, random_state=5, n_jobs=n)
        for n in (None, 2)
    )
    assert one.medoid_indices.tolist() == two.medoid_indices.tolist()
    assert one.inertia == two.inertia


def test_rounds_of_clara_go_to_the_backend_that_is_in_force():
    expected = CLARA(5, metric="euclidean", n_draws=4, draws_per_round=4, random_state=5, n_jobs=2).fit(X)
    with parallel_config(backend="threading", n_jobs=3):
        by_threads = CLARA(5, metric="euclidean", n_draws=4, draws_per_round=4, random_state=5).fit(X)
    assert by_threads.medoid_indices_.tolist() == expected.medoid_indices_.tolist()
    assert by_threads.inertia_ == expected.inertia_


@pytest.mark.parametrize("function", EVERY)
@pytest.mark.parametrize("metric", ["precomputed", "euclidean", "cosine", "canberra"])
def test_results_are_of_all_the_data(function, metric):
    data = X[:500] + 0.5
    distances = (
        pairwise_distances(data) if metric == "precomputed" else pairwise_distances(data, metric=metric)
    )
    result = function(distances if metric == "precomputed" else data, 6, metric=metric, random_state=0)
    medoids = result.medoid_indices
    assert len(set(medoids.tolist())) == 6
    assert result.labels[medoids].tolist() == list(range(6))
    own = distances[medoids[result.labels], np.arange(500)]
    assert np.allclose(own, distances[medoids].min(axis=0), rtol=1e-9, atol=1e-9)
    assert result.inertia == pytest.approx(own.sum(), rel=1e-6)  # zero comes out as rounding where expanded
    again = function(distances if metric == "precomputed" else data, 6, metric=metric, random_state=0)
    assert again.medoid_indices.tolist() == medoids.tolist()


@pytest.mark.parametrize(
    ("function", "within"),
    [
        (clara, 1.10),
        (partial(clara, sample_size=600), 1.04),
        (fastclarans, 1.03),
        (small_batch, 1.03),
        (small_large, 1.03),
    ],
)
def test_losses_are_near_those_of_a_search_in_the_whole_matrix(function, within):
    losses = [function(X, 10, metric="euclidean", random_state=seed).inertia for seed in range(3)]
    assert np.mean(losses) <= within * FULL


@pytest.mark.parametrize("function", EVERY)
def test_fixed_medoids_and_weights(function):
    weights = np.zeros(len(X))
    weights[:900] = 1
    fixed = [1700, 3]
    result = function(X, 6, metric="manhattan", sample_weight=weights, fixed_medoids=fixed, random_state=0)
    medoids = result.medoid_indices
    assert medoids[:2].tolist() == fixed
    assert (medoids[2:] < 900).all()
    distances = pairwise_distances(X[:900], X[medoids], metric="manhattan")
    assert result.inertia == pytest.approx(distances.min(axis=1).sum(), rel=1e-12)
    nothing_to_find = function(X, 2, metric="manhattan", fixed_medoids=fixed, random_state=0)
    assert nothing_to_find.medoid_indices.tolist() == fixed


@pytest.mark.parametrize("function", [clara, fastclarans, small_batch, small_large])
def test_heavy_samples_draw_the_medoids(function):
    """Almost all weight lies on a few places: medoids must be there."""
    weights = np.full(len(X), 1e-6)
    heavy = [10, 500, 900, 1300, 1700]
    weights[heavy] = 1e6
    # What a sample does not hold, it cannot weigh; what is not tried cannot be found.
    function = partial(function.func if isinstance(function, partial) else function, **WHOLE[function])
    result = function(X, 5, metric="euclidean", sample_weight=weights, random_state=0)
    assert sorted(result.medoid_indices.tolist()) == heavy


WHOLE = {
    clara: {"sample_size": len(X)},
    fastclarans: {"max_neighbors": 10**6},
    small_batch: {"batch_size": len(X)},
    small_large: {"sample_size": len(X)},
}


@pytest.mark.parametrize("function", EVERY)
def test_one_cluster_and_one_for_each_sample(function):
    best = D.sum(axis=1).min()
    result = function(X, 1, metric="euclidean", random_state=0)
    assert best <= result.inertia * (1 + 1e-9) <= 1.03 * best
    few = X[:7]
    result = function(few, 7, metric="euclidean", random_state=0)
    assert sorted(result.medoid_indices.tolist()) == list(range(7))
    assert result.inertia == 0


@pytest.mark.parametrize("function", EVERY)
def test_threads_make_no_difference(function):
    one, two = (function(X, 8, metric="euclidean", random_state=1, n_jobs=n) for n in (None, 2))
    assert one.medoid_indices.tolist() == two.medoid_indices.tolist()
    assert one.inertia == two.inertia


def test_large_mode_reports_progress_and_keeps_its_time():
    told = []
    result = small_large(
        X, 10, metric="euclidean", max_iter=9, random_state=0, progress=lambda *stage: told.append(stage)
    )
    assert told[:2] == [("sample", 0.0), ("sample", 1.0)]
    assert {stage for stage, _ in told[2:]} >= {"pass 1"}
    assert all(0 < done <= 1 for _, done in told[2:])
    assert result.converged
    start = time.monotonic()
    cut = small_large(X, 10, metric="euclidean", max_iter=10**6, time_limit=0, random_state=0)
    assert time.monotonic() - start < 30
    assert not cut.converged
    only_sample = small_large(X, 10, metric="euclidean", max_iter=0, random_state=0)
    assert result.inertia <= cut.inertia <= only_sample.inertia


def test_many_samples_are_weighed_by_some_of_them(monkeypatch):
    from clustering import _onebatch

    monkeypatch.setattr(_onebatch, "_VOTERS", 2)
    monkeypatch.setattr(_onebatch, "_BLOCK", 2**14)
    result = onebatchpam(X, 10, metric="euclidean", batch_size=300, random_state=0)
    assert result.inertia <= 1.05 * FULL


@pytest.mark.parametrize("estimator", [CLARA, CLARANS, FastCLARANS, OneBatchPAM, LargeKMedoids])
def test_estimators_call_their_functions(estimator):
    functions = {
        CLARA: clara, CLARANS: clarans, FastCLARANS: fastclarans, OneBatchPAM: onebatchpam,
        LargeKMedoids: large_kmedoids,
    }  # fmt: skip
    model = estimator(5, metric="euclidean", random_state=2).fit(X)
    result = functions[estimator](X, 5, metric="euclidean", random_state=2)
    assert model.medoid_indices_.tolist() == result.medoid_indices.tolist()
    assert model.labels_.tolist() == result.labels.tolist()
    assert model.inertia_ == result.inertia
    assert model.score(X) == pytest.approx(-result.inertia, rel=1e-12)
    assert (model.cluster_centers_ == X[result.medoid_indices]).all()
    assert model.predict(X).tolist() == result.labels.tolist()


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (clara, {"n_draws": 0}, "n_draws must be at least 1"),
        (clara, {"sample_size": 3}, "sample_size must be at least 8, got 3"),
        (clara, {"sample_size": "big"}, "unknown sample_size 'big'"),
        (clara, {"swap": "fastpam"}, "unknown swap 'fastpam': did you mean"),
        (clarans, {"n_local": 0}, "n_local must be at least 1"),
        (fastclarans, {"max_neighbors": 0}, "max_neighbors must be at least 1"),
        (onebatchpam, {"batch_size": 0}, "batch_size must be at least 1"),
        (large_kmedoids, {"sample_size": 2}, "sample_size must be at least 8"),
        (large_kmedoids, {"X": np.array([[1.0, np.nan]])}, r"X must be finite, got X\[0, 1\] = nan"),
        (clara, {"X": np.zeros((0, 3))}, r"X must hold samples in rows, got an array of shape \(0, 3\)"),
        (clara, {"X": np.array([["a"]])}, "X must hold real numbers, got dtype"),
        (clara, {"metric": "precomputed"}, r"X must be a square matrix"),
        (clara, {"n_clusters": 2000}, "got 2000 with n_samples=1797"),
        (clara, {"metric_params": {"p": 2}, "metric": "precomputed"}, "metric_params must be None"),
    ],
)
def test_bad_input_is_named(function, arguments, message):
    arguments = {"X": X, "n_clusters": 8, "metric": "euclidean"} | arguments
    with pytest.raises(ValueError, match=message):
        function(**arguments)


def test_a_metric_is_a_name_or_a_function():
    with pytest.raises(TypeError, match="metric must be a name or a function of two samples, got 3"):
        clara(X, 8, metric=3)


def test_data_with_a_period_do_not_mislead_a_batch(monkeypatch):
    monkeypatch.setattr(_onebatch, "_VOTERS", 20)
    x = np.where(np.arange(10_000) % 51 == 0, 0.0, 1.0)  # of 200 samples asked, every 51st
    distances = FeatureDistances(x[:, None], "euclidean")
    batch = np.array([51, 52, 53, 54, 55, 56, 57, 58, 59, 60])
    weights = _onebatch._weights_of_batch(distances, np.ones(10_000), batch, np.random.default_rng(0))
    assert weights[0] < 1000
    assert weights[1] > 7000
