"""Medoids that maximise a silhouette, against searches that score every swap from scratch."""

import json
import pickle
from itertools import pairwise

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba.core.registry import CPUDispatcher
from oracle import silhouettes as oracle
from oracle.kmedoids import labels as nearest_medoids
from oracle.kmedoids_cases import (
    DTYPES,
    SHARED_SETS,
    arbitrary_integers,
    digits,
    euclidean,
    grid_distances,
    iris,
    roots,
)
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.estimator_checks import parametrize_with_checks

from clustering import (
    PAMMEDSIL,
    PAMSIL,
    DynMSC,
    FasterMSC,
    FastMSC,
    dynmsc,
    fastermsc,
    fastmsc,
    medoid_silhouette,
    pammedsil,
    pamsil,
    silhouette,
)
from clustering._kernels import silhouette as kernels
from clustering._kernels import silhouette_table
from graphkit.errors import MemoryBudgetError

BEST_SWAPS = [fastmsc, pammedsil, pamsil]
FUNCTIONS = [*BEST_SWAPS, fastermsc]
ESTIMATORS = [FastMSC, FasterMSC, PAMMEDSIL, PAMSIL, DynMSC]
relaxed = settings(deadline=None, max_examples=100)


@st.composite
def problems(draw, largest=12):
    n = draw(st.integers(2, largest))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    make = draw(st.sampled_from([grid_distances, arbitrary_integers, euclidean]))
    D = make(rng, n).astype(draw(st.sampled_from(DTYPES)))
    k = draw(st.integers(2, n))
    return D, k, rng.choice(n, k, replace=False)


def score_of(search):
    return oracle.silhouette_of_medoids if search is pamsil else oracle.medoid_silhouette


@pytest.mark.parametrize("search", BEST_SWAPS)
@relaxed
@given(case=problems())
def test_each_pass_performs_the_best_of_all_swaps(search, case):
    D, k, init = case
    score = score_of(search)
    result = search(D, k, init=init)
    medoids = init.tolist()
    for n_swap in range(result.n_swap + 1):
        part = search(D, k, init=init, max_iter=n_swap)
        assert part.n_swap == n_swap
        if n_swap:
            # The best, which no other choice among equals can beat.
            assert part.score == pytest.approx(oracle.best_score(D, medoids, score), abs=1e-11)
        medoids = part.medoid_indices.tolist()
        assert part.score == pytest.approx(score(D, medoids), abs=1e-11)
    assert result.medoid_indices.tolist() == medoids
    assert oracle.best_score(D, medoids, score) <= result.score + 1e-11
    assert (result.n_iter, result.converged) == (result.n_swap + 1, True)
    check_consistency(D, result)


def check_consistency(D, result):
    medoids = result.medoid_indices
    assert len(set(medoids.tolist())) == medoids.size
    assert result.labels.tolist() == nearest_medoids(D, medoids).tolist()
    assert result.inertia == pytest.approx(float(D[medoids].min(axis=0).sum(dtype=np.float64)), rel=1e-6)


@relaxed
@given(problems(), st.integers(0, 2**32))
def test_eager_swaps_end_where_no_swap_helps(case, seed):
    D, k, init = case
    for order in ("natural", "random"):
        result = fastermsc(D, k, init=init, order=order, random_state=seed)
        medoids = result.medoid_indices
        assert result.converged
        assert result.score >= oracle.medoid_silhouette(D, init) - 1e-11
        assert result.score == pytest.approx(oracle.medoid_silhouette(D, medoids), abs=1e-11)
        assert oracle.best_score(D, medoids, oracle.medoid_silhouette) <= result.score + 1e-11
        check_consistency(D, result)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_eager_swaps_are_those_of_the_slow_search(dtype):
    """On distances without ties, so that the path is determined."""
    for seed in range(25):
        rng = np.random.default_rng(seed)
        D = euclidean(rng, 14, dtype)
        k = int(rng.integers(2, 6))
        init = rng.choice(14, k, replace=False)
        result = fastermsc(D, k, init=init)
        assert result.medoid_indices.tolist() == oracle.eager(D, init, range(14))
        visits = np.random.default_rng(seed).permutation(14)
        result = fastermsc(D, k, init=init, order="random", random_state=seed)
        assert result.medoid_indices.tolist() == oracle.eager(D, init, visits)


def test_fastmsc_performs_the_swaps_of_pammedsil():
    n_swaps = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        n = int(rng.integers(3, 40))
        D = (grid_distances if seed % 2 else arbitrary_integers)(rng, n).astype(DTYPES[seed % 3])
        k = int(rng.integers(2, n + 1))
        init = rng.choice(n, k, replace=False)
        one, two = fastmsc(D, k, init=init), pammedsil(D, k, init=init)
        assert one.medoid_indices.tolist() == two.medoid_indices.tolist(), seed
        assert (one.score, one.n_swap) == (two.score, two.n_swap), seed
        n_swaps += one.n_swap
    assert n_swaps > 300


@pytest.mark.parametrize("search", FUNCTIONS)
@relaxed
@given(case=problems(8), seed=st.integers(0, 2**32))
def test_weights_equal_repetition(search, case, seed):
    D, k, init = case
    weights = np.random.default_rng(seed).integers(1, 4, len(D))
    if k < len(D):
        weights[np.random.default_rng(seed).integers(len(D))] = 0
    repeated = np.repeat(np.arange(len(D)), weights)
    score = score_of(search)
    result = search(D, k, init=init, sample_weight=weights)
    many = D[np.ix_(repeated, repeated)]
    place = {o: int(np.flatnonzero(repeated == o)[0]) for o in set(repeated.tolist())}
    if not set(result.medoid_indices.tolist()) <= set(place):
        return  # a medoid of weight zero, which was given, has no copy
    medoids = [place[o] for o in result.medoid_indices.tolist()]
    assert result.score == pytest.approx(weighted_score(search, D, result, repeated), abs=1e-11)
    for j in place:
        if j not in result.medoid_indices:
            for slot in range(k):
                swapped = [*medoids[:slot], place[j], *medoids[slot + 1 :]]
                if search is not pamsil:  # its copies of a medoid must stay with it
                    assert score(many, swapped) <= result.score + 1e-11


def weighted_score(search, D, result, repeated):
    many = D[np.ix_(repeated, repeated)]
    if search is pamsil:
        labels = result.labels[repeated]
        # A cluster that counts for nothing is no cluster.
        return np.mean(oracle.silhouettes(many, labels)) if len(set(labels.tolist())) > 1 else 0.0
    return np.mean(np.array(oracle.medoid_silhouettes(D, result.medoid_indices))[repeated])


@pytest.mark.parametrize("search", FUNCTIONS)
def test_fixed_medoids_stay(search):
    for seed in range(30):
        rng = np.random.default_rng(seed)
        D = euclidean(rng, 12)
        fixed = rng.choice(12, 2, replace=False)
        result = search(D, 4, fixed_medoids=fixed, random_state=seed)
        assert result.medoid_indices[:2].tolist() == fixed.tolist()
        medoids, score = result.medoid_indices.tolist(), score_of(search)
        assert oracle.best_score(D, medoids, score, n_fixed=2) <= result.score + 1e-11
        alone = search(D, 2, fixed_medoids=fixed)
        assert (alone.medoid_indices.tolist(), alone.n_swap, alone.converged) == (fixed.tolist(), 0, True)


@pytest.mark.parametrize("search", BEST_SWAPS)
def test_threads_do_not_change_the_result(search, monkeypatch):
    rng = np.random.default_rng(3)
    n = 120 if search is pamsil else 1100  # enough for threads to be used
    D = euclidean(rng, n, np.float32)
    init = rng.choice(n, 5, replace=False)
    module, name = {
        fastmsc: (silhouette_table, "add_objects_in_parallel"),
        pammedsil: (kernels, "evaluate_pairs_in_parallel"),
        pamsil: (kernels, "evaluate_silhouettes_in_parallel"),
    }[search]
    used, kernel = [], getattr(module, name)
    monkeypatch.setattr(module, name, lambda *given: used.append(kernel(*given)))
    results = [search(D, 5, init=init, max_iter=3, n_jobs=n_jobs) for n_jobs in (1, 2, -1)]
    assert len(used) >= 2 or numba.get_num_threads() == 1
    monkeypatch.setattr("clustering._medoid_silhouette_search._CELLS_PER_CALL", 10**5)
    results.append(search(D, 5, init=init, max_iter=3))
    for result in results:
        assert result.medoid_indices.tolist() == results[0].medoid_indices.tolist()
        assert result.score == results[0].score


def test_layouts_of_the_matrix():
    D = roots(digits(200), np.float64)
    expected = fastermsc(D, 6, random_state=0)
    D.flags.writeable = False
    for matrix in (D, np.asfortranarray(D), np.repeat(np.repeat(D, 2, 0), 2, 1)[::2, ::2]):
        result = fastermsc(matrix, 6, random_state=0)
        assert result.medoid_indices.tolist() == expected.medoid_indices.tolist()
        assert result.score == expected.score


@pytest.mark.parametrize("name", ["digits600_l1_i64", "digits_l2_f64", "iris_l1_i64"])
def test_known_results(name, shared):
    """Those of the PyPI package kmedoids 0.5.5."""
    document = json.loads((shared / "oracles" / "kmedoids.json").read_text())
    (dataset,) = (entry for entry in document["datasets"] if entry["dataset"] == name)
    D = SHARED_SETS[name](shared)
    searches = {
        "fastmsc": fastmsc,
        "fastermsc": fastermsc,
        "pammedsil_swap": pammedsil,
        "pamsil_swap": pamsil,
    }
    compared = same = 0
    for case in dataset["cases"]:
        for algorithm in searches.keys() & case["results"].keys():
            expected = case["results"][algorithm]
            limit = max(expected["n_iter"], expected["n_swap"])  # some were cut at 100 passes
            result = searches[algorithm](D, case["k"], init=case["init_medoids"], max_iter=limit)
            assert result.score == pytest.approx(expected["loss"], abs=1e-12)
            compared += 1
            same += result.medoid_indices.tolist() == expected["medoids"]
        if "silhouette_of_fasterpam" in case:
            medoids = case["results"]["fasterpam"]["medoids"]
            labels = nearest_medoids(D, medoids)
            assert silhouette(D, labels) == pytest.approx(case["silhouette_of_fasterpam"], abs=1e-12)
            expected = case["medoid_silhouette_of_fasterpam"]
            assert medoid_silhouette(D, medoids) == pytest.approx(expected, abs=1e-12)
            compared += 1
            same += 1
    # Where swaps are equally good, rounding decides: on iris, whose points lie on a grid.
    assert compared > 0
    assert compared - same <= (4 if name.startswith("iris") else 0)


CITED = [
    # The same results, from the first medoids of test_known_answers: search, first medoids, score, medoids
    (fastmsc, [114, 62], 0.7760321175791033, [63, 4]),
    (fastermsc, [114, 62], 0.7760321175791033, [63, 4]),
    (pammedsil, [114, 62], 0.7760321175791033, [63, 4]),
    (pamsil, [114, 62], 0.6791715440076469, [0, 62]),
]


@pytest.mark.parametrize(("search", "init", "score", "medoids"), CITED)
def test_cited_cases(search, init, score, medoids):
    result = search(iris(), len(init), init=init)
    assert result.score == pytest.approx(score, abs=1e-12)
    assert result.medoid_indices.tolist() == medoids


# The number of clusters


def clumps(centres, size, seed=0):
    rng = np.random.default_rng(seed)
    points = np.repeat(10 * np.asarray(centres, float), size, axis=0)
    return points + rng.normal(size=points.shape)


@pytest.mark.parametrize("k", [2, 3, 5])
def test_dynmsc_finds_clear_clusters(k):
    X = clumps([(i, i * i % 3) for i in range(k)], 20)
    D = np.abs(X[:, None] - X).sum(axis=2)
    result = dynmsc(D, 12, random_state=0)
    assert result.n_clusters == k
    truth = np.repeat(np.arange(k), 20)
    assert len(set(zip(truth.tolist(), result.labels.tolist(), strict=True))) == k


@relaxed
@given(problems(), st.integers(0, 2**32))
def test_dynmsc_reports_the_whole_curve(case, seed):
    D, k, _ = case
    n = len(D)
    smallest = int(np.random.default_rng(seed).integers(2, k + 1))
    result = dynmsc(D, k, min_clusters=smallest, random_state=seed)
    assert [found.medoid_indices.size for found in result.curve] == list(range(smallest, k + 1))
    scores = [found.score for found in result.curve]
    chosen = result.curve[int(np.argmax(scores))]
    assert result.n_clusters == chosen.medoid_indices.size
    assert result.score == max(scores) == chosen.score
    assert result.medoid_indices.tolist() == chosen.medoid_indices.tolist()
    for found in [*result.curve, result]:
        assert found.labels.shape == (n,)
        assert found.score == pytest.approx(oracle.medoid_silhouette(D, found.medoid_indices), abs=1e-11)
        best = oracle.best_score(D, found.medoid_indices, oracle.medoid_silhouette)
        assert best <= found.score + 1e-11
        check_consistency(D, found)
    assert result.n_swap == sum(found.n_swap for found in result.curve)
    largest = fastermsc(D, k, random_state=seed)
    assert largest.medoid_indices.tolist() == result.curve[-1].medoid_indices.tolist()


def test_dynmsc_gives_up_the_medoid_that_costs_least():
    for seed in range(20):
        D = euclidean(np.random.default_rng(seed), 15)
        kept = dynmsc(D, 6, max_iter=0, random_state=seed).curve  # no swaps in between
        for fewer, more in pairwise(kept):
            medoids = more.medoid_indices.tolist()
            options = [medoids[:s] + medoids[s + 1 :] for s in range(len(medoids))]
            scores = [oracle.medoid_silhouette(D, option) for option in options]
            assert fewer.medoid_indices.tolist() == options[int(np.argmax(scores))]


def test_dynmsc_goes_on_from_the_medoids_that_it_found():
    n_swaps = 0
    for seed in range(20):
        D = euclidean(np.random.default_rng(seed), 40)
        curve = dynmsc(D, 8, random_state=seed).curve
        for fewer, more in pairwise(curve):
            medoids = more.medoid_indices.tolist()
            options = [medoids[:s] + medoids[s + 1 :] for s in range(len(medoids))]
            init = max(options, key=lambda option: oracle.medoid_silhouette(D, option))
            expected = fastermsc(D, len(init), init=init)
            assert fewer.medoid_indices.tolist() == expected.medoid_indices.tolist()
            assert (fewer.score, fewer.n_swap) == (expected.score, expected.n_swap)
            n_swaps += fewer.n_swap
    assert n_swaps > 20


def test_dynmsc_keeps_fixed_medoids_and_full_labels_where_nothing_helps():
    D = np.zeros((5, 5))  # every score is 1
    result = dynmsc(D, 4, random_state=0)
    assert (result.n_clusters, result.labels.size, result.score) == (2, 5, 1.0)
    D = euclidean(np.random.default_rng(0), 20)
    for found in dynmsc(D, 6, min_clusters=3, fixed_medoids=[7, 2, 9], random_state=0).curve:
        assert found.medoid_indices[:3].tolist() == [7, 2, 9]
    with pytest.raises(
        ValueError, match="min_clusters must be at least the number of fixed medoids, 3, got 2"
    ):
        dynmsc(D, 6, fixed_medoids=[7, 2, 9])


# Bad input, and kernels by themselves


@pytest.mark.parametrize("search", [*FUNCTIONS, dynmsc])
def test_bad_input(search):
    D = euclidean(np.random.default_rng(0), 6)
    with pytest.raises(ValueError, match=r"n_clusters must be in \[1, n_samples\], got 7 with n_samples=6"):
        search(D, 7)
    with pytest.raises(TypeError, match="n_clusters must be an integer"):
        search(D, 2.0)
    with pytest.raises(ValueError, match="unknown init"):
        search(D, 2, init="best")
    with pytest.raises(ValueError, match="max_iter must be at least 0, got -1"):
        search(D, 2, max_iter=-1)
    with pytest.raises(ValueError, match="square"):
        search(D[:4], 2)
    with pytest.raises(ValueError, match=r"n_clusters must be in \[1, n_samples\], got 0"):
        search(D, 0)


@pytest.mark.parametrize("search", [*FUNCTIONS, dynmsc])
def test_one_cluster_and_a_cluster_for_each_sample(search):
    D = euclidean(np.random.default_rng(0), 6)
    one = search(D, 1, init=[3])
    assert one.medoid_indices.tolist() == [int(D.sum(axis=0).argmin())]
    assert (one.score, one.labels.tolist(), one.converged) == (0.0, [0] * 6, True)
    whole = search(D, 6)
    whole = whole.curve[-1] if search is dynmsc else whole
    assert sorted(whole.medoid_indices.tolist()) == list(range(6))
    assert (whole.score, whole.converged) == (0.0 if search is pamsil else 1.0, True)


def test_numbers_that_dynmsc_cannot_try_and_unknown_orders():
    D = euclidean(np.random.default_rng(0), 6)
    with pytest.raises(ValueError, match=r"min_clusters must be in \[2, 4\], got 5"):
        dynmsc(D, 4, min_clusters=5)
    with pytest.raises(ValueError, match="unknown order"):
        fastermsc(D, 4, order="any")


def test_sums_that_do_not_fit_are_refused(monkeypatch):
    D = euclidean(np.random.default_rng(0), 20)
    monkeypatch.setattr("graphkit.memory.available_memory", lambda: 900)
    with pytest.raises(MemoryBudgetError, match="sums of distances to 3 clusters for 20 samples"):
        pamsil(D, 3)


@pytest.mark.parametrize("dtype", DTYPES)
def test_interpreted_kernels_agree(dtype, monkeypatch):
    D = grid_distances(np.random.default_rng(0), 13).astype(dtype)
    settings = [(search, k) for search in FUNCTIONS for k in (2, 3, 5)]
    compiled = [search(D, k, init=np.arange(k)) for search, k in settings]
    for name, kernel in vars(kernels).items():
        if isinstance(kernel, CPUDispatcher):
            monkeypatch.setattr(kernels, name, kernel.py_func)
    assert not isinstance(kernels.try_swap, CPUDispatcher)
    with np.errstate(divide="ignore"):
        for (search, k), expected in zip(settings, compiled, strict=True):
            result = search(D, k, init=np.arange(k))
            assert result.medoid_indices.tolist() == expected.medoid_indices.tolist()
            assert result.score == pytest.approx(expected.score, abs=1e-13)


def test_a_swap_that_does_not_lower_the_loss_is_undone():
    from clustering._medoid_silhouette_search import State
    from clustering._problem import check_problem

    D = euclidean(np.random.default_rng(0), 30)
    found = fastmsc(D, 3, random_state=0)
    state = State(check_problem(D, 3), found.medoid_indices)
    before = [
        array.copy() for array in (state.near, state.apart, state.third, state.ratios, state.to_medoids)
    ]
    assert not any(state.try_swap(slot, int(j)) for slot in range(3) for j in np.flatnonzero(~state.barred))
    after = (state.near, state.apart, state.third, state.ratios, state.to_medoids)
    assert all((one == two).all() for one, two in zip(before, after, strict=True))
    assert state.medoids.tolist() == found.medoid_indices.tolist()
    assert np.flatnonzero(state.barred).tolist() == sorted(found.medoid_indices.tolist())


# Estimators


RAW_FEATURES = "feeds raw features, which are no square matrix of distances, whatever the pairwise tag says"


ORDER = "what is drawn, and the order of eager swaps, depend on how many samples there are"


def expected_failures(estimator):
    if estimator.metric == "precomputed":
        return {"check_clustering": RAW_FEATURES}
    if isinstance(estimator, PAMSIL | PAMMEDSIL):
        return {}
    return {f"check_sample_weight_equivalence_on_{kind}_data": ORDER for kind in ("dense", "sparse")}


@parametrize_with_checks(
    [make(metric=metric) for make in ESTIMATORS for metric in ("euclidean", "precomputed")],
    expected_failed_checks=expected_failures,
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("make", ESTIMATORS)
def test_estimators_store_what_the_functions_return(make):
    X = load_iris().data[::3]
    D = np.abs(X[:, None] - X).sum(axis=2)
    search = {FastMSC: fastmsc, FasterMSC: fastermsc, PAMMEDSIL: pammedsil, PAMSIL: pamsil, DynMSC: dynmsc}[
        make
    ]
    weights = np.arange(50) % 3
    expected = search(D, 4, random_state=0, sample_weight=weights)
    by_features = make(4, metric="manhattan", random_state=0).fit(X, sample_weight=weights)
    for model in (make(4, random_state=0).fit(D, sample_weight=weights), by_features):
        assert model.medoid_indices_.tolist() == expected.medoid_indices.tolist()
        assert model.labels_.tolist() == expected.labels.tolist()
        score = model.silhouette_ if make is PAMSIL else model.medoid_silhouette_
        assert score == pytest.approx(expected.score, abs=1e-12)
        assert (model.n_iter_, model.n_swap_) == (expected.n_iter, expected.n_swap)
        again = pickle.loads(pickle.dumps(model))
        assert again.transform(D if model.cluster_centers_ is None else X).shape == (
            50,
            len(model.medoid_indices_),
        )
    assert (by_features.cluster_centers_ == X[expected.medoid_indices]).all()
    assert clone(by_features).get_params() == by_features.get_params()
    if make is DynMSC:
        assert by_features.n_clusters_ == expected.n_clusters
        assert [len(found.medoid_indices) for found in by_features.curve_] == [2, 3, 4]


@pytest.mark.parametrize("make", ESTIMATORS)
def test_a_warning_tells_when_the_limit_cuts(make):
    X = digits(120).astype(float)
    with pytest.warns(ConvergenceWarning, match="stopped at max_iter=1 before it converged"):
        make(8, metric="euclidean", init=np.arange(8), max_iter=1).fit(X)
    make(8, metric="euclidean", random_state=0, max_iter=0).fit(X)  # warnings are errors here
