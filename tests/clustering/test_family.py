"""FasterPAM, FastPAM2, PAM and alternation against their definitions; weights and fixed medoids."""

import json
from functools import partial

import numpy as np
import pytest
from oracle import kmedoids as oracle
from oracle.kmedoids_cases import (
    DTYPES,
    SHARED_SETS,
    arbitrary_integers,
    euclidean,
    grid_distances,
    mnist,
    roots,
)

from clustering import alternating, fasterpam, fastpam, medoid, pam

fastpam_by_rows = partial(fastpam, gain_table=False)
fastpam_by_table = partial(fastpam, gain_table=True)
fastpam2 = partial(fastpam, variant="fastpam2")
SWAPPING = [pam, fastpam_by_rows, fastpam_by_table, fastpam2, fasterpam]
EVERY = [*SWAPPING, alternating]


def cases(seed, number, smallest=1):
    """Small integer matrices with ties everywhere, a number of clusters, and distinct first medoids."""
    rng = np.random.default_rng(seed)
    for i in range(number):
        n = int(rng.integers(max(2, smallest), 15))
        k = int(rng.integers(smallest, n + 1))
        D = (grid_distances if i % 2 else arbitrary_integers)(rng, n)
        yield rng, D, k, rng.choice(n, k, replace=False)


@pytest.mark.parametrize("dtype", DTYPES)
def test_pam_on_integers(dtype):
    for _, D, k, init in cases(1, 100):
        medoids, swaps = oracle.pam(D, init)
        result = pam(D.astype(dtype), k, init=init)
        assert result.medoid_indices.tolist() == medoids
        assert (result.n_swap, result.n_iter, result.converged) == (swaps, swaps + 1, True)


@pytest.mark.parametrize("dtype", DTYPES)
def test_fasterpam_on_integers(dtype):
    n_swaps = 0
    for _, D, k, init in cases(2, 150, smallest=2):
        medoids, passes, swaps = oracle.fasterpam(D, init)
        result = fasterpam(D.astype(dtype), k, init=init)
        assert result.medoid_indices.tolist() == medoids
        assert result.n_swap == swaps
        assert result.n_iter == (passes if k < len(D) else 1)
        assert result.inertia == oracle.loss(D, medoids)
        assert result.labels.tolist() == oracle.labels(D, medoids).tolist()
        n_swaps += swaps
    assert n_swaps > 100


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_fasterpam_on_real_distances_beyond_one_word(dtype):
    rng = np.random.default_rng(3)
    for n in (63, 64, 65, 150):
        D = euclidean(rng, n, dtype)
        init = rng.choice(n, 7, replace=False)
        medoids, passes, swaps = oracle.fasterpam(D, init)
        result = fasterpam(D, 7, init=init)
        assert result.medoid_indices.tolist() == medoids
        assert (result.n_iter, result.n_swap, result.converged) == (passes, swaps, True)


def test_fasterpam_in_random_order_is_the_documented_draw():
    D = grid_distances(np.random.default_rng(4), 40, side=9)
    for seed in range(5):
        rng = np.random.default_rng(seed)
        init, order = rng.choice(40, 6, replace=False), rng.permutation(40)
        medoids, passes, swaps = oracle.fasterpam(D, init, order)
        result = fasterpam(D, 6, order="random", random_state=seed)
        assert result.medoid_indices.tolist() == medoids
        assert (result.n_iter, result.n_swap) == (passes, swaps)


def test_fasterpam_pass_by_pass():
    D = grid_distances(np.random.default_rng(5), 60, side=12)
    for max_iter in range(1, 6):
        medoids, passes, swaps = oracle.fasterpam(D, range(8), max_passes=max_iter)
        result = fasterpam(D, 8, init=np.arange(8), max_iter=max_iter)
        assert (result.medoid_indices.tolist(), result.n_iter, result.n_swap) == (medoids, passes, swaps)
    assert result.converged
    assert not fasterpam(D, 8, init=np.arange(8), max_iter=1).converged


@pytest.mark.parametrize("dtype", DTYPES)
def test_fastpam2_on_integers(dtype):
    n_swaps = 0
    for _, D, k, init in cases(6, 100, smallest=2):
        medoids, passes, swaps = oracle.fastpam2(D, init)
        result = fastpam2(D.astype(dtype), k, init=init)
        assert result.medoid_indices.tolist() == medoids
        assert (result.n_iter, result.n_swap, result.converged) == (passes, swaps, True)
        n_swaps += swaps
    assert n_swaps > 60


@pytest.mark.parametrize("dtype", DTYPES)
def test_alternating_on_integers(dtype):
    for _, D, k, init in cases(7, 100, smallest=2):
        medoids, passes = oracle.alternating(D, init)
        result = alternating(D.astype(dtype), k, init=init)
        assert result.medoid_indices.tolist() == medoids
        assert result.n_iter == (passes if k < len(D) else 1)
        assert result.converged


@pytest.mark.parametrize("function", EVERY)
@pytest.mark.parametrize("dtype", DTYPES)
def test_weights_stand_for_repetition(function, dtype):
    """Weight zero is absence; of equal samples, the first is the medoid."""
    compared = 0
    for rng, D, k, _ in cases(8, 60, smallest=1):
        D = D + 1 - np.eye(len(D), dtype=int)  # no two samples in one place, but for repetition
        weights = rng.integers(0, 4, len(D))
        present = np.flatnonzero(weights)
        if present.size < k:
            continue
        init = rng.choice(present, k, replace=False)
        many, which = oracle.repeated(D, weights)
        first = np.searchsorted(which, init)
        one = function(D.astype(dtype), k, init=init, sample_weight=weights)
        two = function(many.astype(dtype), k, init=first)
        assert one.inertia == two.inertia
        assert one.medoid_indices.tolist() == which[two.medoid_indices].tolist()
        assert one.n_swap == two.n_swap
        assert isinstance(one.inertia, int if dtype == np.int64 else float)
        compared += one.n_swap > 0
    assert compared > 10


@pytest.mark.parametrize("init", ["build", "k-medoids++", "lab", "random"])
def test_initial_medoids_have_weight_and_the_fixed_ones_come_first(init):
    for rng, D, k, _ in cases(9, 40):
        weights = rng.integers(0, 3, len(D))
        fixed = rng.choice(len(D), rng.integers(0, k + 1), replace=False)
        if np.setdiff1d(np.flatnonzero(weights), fixed).size < k - fixed.size:
            continue
        chosen = fastpam(
            D, k, init=init, max_iter=0, sample_weight=weights, fixed_medoids=fixed, random_state=0
        ).medoid_indices
        assert len(set(chosen.tolist())) == k
        assert chosen[: fixed.size].tolist() == fixed.tolist()
        assert (weights[chosen[fixed.size :]] > 0).all()


def test_build_with_weights_and_fixed_medoids():
    rng = np.random.default_rng(10)
    for _ in range(40):
        D = grid_distances(rng, 12, side=30)
        weights = rng.integers(1, 5, 12)
        many, which = oracle.repeated(D, weights)
        expected = which[oracle.build(many, 4)]
        assert fastpam(D, 4, max_iter=0, sample_weight=weights).medoid_indices.tolist() == expected.tolist()
        fixed = [int(j) for j in rng.choice(12, 2, replace=False)]
        medoids = list(fixed)
        while len(medoids) < 5:
            unused = [j for j in range(12) if j not in medoids]
            medoids.append(min(unused, key=lambda j: oracle.total(weights * D[:, [*medoids, j]].min(axis=1))))
        result = fastpam(D, 5, max_iter=0, sample_weight=weights, fixed_medoids=fixed)
        assert result.medoid_indices.tolist() == medoids


@pytest.mark.parametrize("function", EVERY)
def test_fixed_medoids_stay_and_no_other_swap_helps(function):
    moved = 0
    for rng, D, k, init in cases(11, 60):
        n_fixed = int(rng.integers(0, k + 1))
        result = function(D, k, init=init[n_fixed:], fixed_medoids=init[:n_fixed])
        medoids = result.medoid_indices.tolist()
        assert medoids[:n_fixed] == init[:n_fixed].tolist()
        assert result.converged
        moved += medoids != init.tolist()
        if function is alternating:
            continue
        for slot in range(n_fixed, k):
            for j in set(range(len(D))) - set(medoids):
                assert oracle.loss(D, [*medoids[:slot], j, *medoids[slot + 1 :]]) >= result.inertia
    assert moved > 5


def test_fractional_weights_of_integer_distances_are_summed_in_floating_point():
    D = grid_distances(np.random.default_rng(12), 30)
    weights = np.full(30, 0.5)
    for function in EVERY:
        half, whole = (
            function(D, 4, init=[0, 1, 2, 3], sample_weight=weights),
            function(D, 4, init=[0, 1, 2, 3]),
        )
        assert half.inertia == whole.inertia / 2
        assert half.medoid_indices.tolist() == whole.medoid_indices.tolist()


@pytest.mark.parametrize("n_jobs", [2, -1])
def test_threads_make_no_difference(n_jobs):
    D = euclidean(np.random.default_rng(13), 200, np.float32)
    one, many = (fastpam_by_table(D, 12, init=np.arange(12), n_jobs=jobs) for jobs in (None, n_jobs))
    assert one.medoid_indices.tolist() == many.medoid_indices.tolist()
    assert (one.inertia, one.n_swap) == (many.inertia, many.n_swap)


def test_the_medoid_of_a_matrix():
    for rng, D, _, _ in cases(14, 40):
        sums = D.sum(axis=1)
        assert medoid(D) == sums.argmin()
        weights = rng.integers(1, 4, len(D))
        assert medoid(D, sample_weight=weights) == (D @ weights).argmin()


def test_many_medoids_gather_their_second_ones():
    """More medoids than an eighth of the samples: no copy of their distances is kept."""
    D = euclidean(np.random.default_rng(15), 80)
    init = np.arange(30)
    medoids, passes, swaps = oracle.fasterpam(D, init)
    result = fasterpam(D, 30, init=init)
    assert (result.medoid_indices.tolist(), result.n_iter, result.n_swap) == (medoids, passes, swaps)


@pytest.mark.parametrize("name", [*SHARED_SETS, "mnist_t10k_5000_l2_f32"])
def test_losses_and_medoids_that_another_implementation_found(name, shared):
    """FasterPAM and alternation of the PyPI package kmedoids 0.5.5, see test_known_answers."""
    document = json.loads((shared / "oracles" / "kmedoids.json").read_text())
    (dataset,) = (entry for entry in document["datasets"] if entry["dataset"] == name)
    make = SHARED_SETS.get(name, lambda folder: roots(mnist(folder, 5000), np.float32))
    D = make(shared)
    relative = 0 if D.dtype == np.int64 else 1e-9
    for case in dataset["cases"]:
        for function in (fasterpam, alternating):
            if function.__name__ not in case["results"]:
                continue
            expected = case["results"][function.__name__]
            result = function(D, case["k"], init=case["init_medoids"])
            assert result.inertia == pytest.approx(expected["loss"], rel=relative, abs=0)
            assert result.medoid_indices.tolist() == expected["medoids"]
            assert result.n_iter == expected["n_iter"]
            assert result.n_swap == expected.get("n_swap", result.n_swap)


SQUARE = np.ones((4, 4)) - np.eye(4)


@pytest.mark.parametrize("function", EVERY)
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"n_clusters": 5}, ValueError, r"n_clusters must be in \[1, n_samples\], got 5"),
        ({"max_iter": 1.5}, TypeError, r"max_iter must be an integer, got 1\.5"),
        ({"sample_weight": [1, 1]}, ValueError, r"sample_weight must be of shape \(4,\), got shape \(2,\)"),
        ({"sample_weight": [1, -1, 1, 1]}, ValueError, r"not negative, got sample_weight\[1\] = -1"),
        ({"sample_weight": [1, np.nan, 1, 1]}, ValueError, r"got sample_weight\[1\] = nan"),
        ({"sample_weight": list("abcd")}, TypeError, "sample_weight must hold real numbers"),
        ({"sample_weight": [1, 0, 0, 0]}, ValueError, "samples of positive weight or fixed, 1, got 2"),
        ({"fixed_medoids": [0, 1, 2]}, ValueError, "fixed_medoids must hold up to n_clusters=2 .* got 3"),
        ({"fixed_medoids": [9]}, ValueError, r"fixed_medoids must hold sample indices in \[0, 3\], got 9"),
        ({"fixed_medoids": [0], "init": [0]}, ValueError, "distinct sample indices, got 0 more than once"),
        ({"fixed_medoids": [0], "init": [1, 2]}, ValueError, "n_clusters=1 sample indices besides the fixed"),
        ({"D": np.ones((2, 3))}, ValueError, r"D must be a square matrix .* shape \(2, 3\)"),
    ],
)
def test_bad_input_is_named(function, arguments, error, message):
    arguments = {"D": SQUARE, "n_clusters": 2} | arguments
    with pytest.raises(error, match=message):
        function(**arguments)


def test_bad_options_are_named():
    with pytest.raises(ValueError, match="unknown order 'nature': did you mean natural"):
        fasterpam(SQUARE, 2, order="nature")
    with pytest.raises(ValueError, match="n_jobs must not be 0"):
        fastpam(SQUARE, 2, n_jobs=0)
    with pytest.raises(ValueError, match=r"unknown init 'kmedoids\+\+': did you mean k-medoids\+\+"):
        fastpam(SQUARE, 2, init="kmedoids++")
