"""Kernels called directly: without compilation, and in states that the function layer never reaches."""

import numpy as np
import pytest
from numba import njit
from numba.core.registry import CPUDispatcher
from scipy.spatial.distance import squareform

from clustering import (
    FasterPAM,
    FastPAM,
    _functional,
    _row_search,
    _search,
    _stored,
    alternating,
    fastermsc,
    fasterpam,
    fastmsc,
    fastpam,
    onebatchpam,
    pam,
    pammedsil,
    pamsil,
)
from clustering import _medoid_silhouette_search as msc_search
from clustering._kernels import build, distances, silhouette, silhouette_table, swap, table
from clustering._kernels import pam as pam_kernels
from clustering._problem import check_problem
from clustering._row_search import fasterpam_by_rows
from clustering._stored import CompactDistances, CondensedDistances


@pytest.fixture
def interpreted(monkeypatch):
    """Every kernel as the Python function that it was before numba compiled it."""
    for module in (build, distances, pam_kernels, silhouette, silhouette_table, swap, table):
        for name, kernel in vars(module).items():
            if isinstance(kernel, CPUDispatcher):
                monkeypatch.setattr(module, name, kernel.py_func)


def small_problem(dtype):
    rng = np.random.default_rng(0)
    points = rng.integers(0, 9, (17, 2))
    return np.abs(points[:, None] - points).sum(axis=2).astype(dtype) * (
        1 if dtype == np.int64 else dtype(0.7)
    )


@pytest.mark.parametrize("dtype", [np.int64, np.float32, np.float64])
def test_interpreted_kernels_agree(dtype, request):
    D = small_problem(dtype)
    D = np.maximum(D, D.T)
    settings = [
        {"init": init, "gain_table": gain_table, "n_clusters": k}
        for init in ("build", "lab", "random")
        for gain_table in (True, False)
        for k in (1, 4, 17)
    ]
    compiled = [fastpam(D, random_state=1, **setting) for setting in settings]
    request.getfixturevalue("interpreted")
    assert not isinstance(swap.try_swap, CPUDispatcher)
    for setting, expected in zip(settings, compiled, strict=True):
        result = fastpam(D, random_state=1, **setting)
        assert result.medoid_indices.tolist() == expected.medoid_indices.tolist()
        assert result.labels.tolist() == expected.labels.tolist()
        assert result.inertia == expected.inertia
        assert (result.n_iter, result.n_swap) == (expected.n_iter, expected.n_swap)


def test_other_interpreted_kernels_agree(request, monkeypatch):
    monkeypatch.setattr(_search, "_IN_THREADS", 0)
    D = small_problem(np.float64)
    D = np.maximum(D, D.T)
    far = np.abs(np.arange(70)[:, None] - np.arange(70.0)) ** 1.5  # more than one word of objects
    X = np.random.default_rng(2).normal(size=(70, 5))
    weights = np.arange(17) % 3
    calls = [
        lambda: pam(D, 3, sample_weight=weights),
        lambda: fastpam(D, 3, variant="fastpam2", init=[0, 1, 2]),
        lambda: fasterpam(D, 4, random_state=0),
        lambda: fasterpam(far, 4, init=[0, 1, 2, 3], order="random", random_state=0),
        lambda: fasterpam(far, 4, init=[0, 1, 2, 3], n_jobs=2),
        lambda: alternating(D, 4, random_state=0),
        lambda: onebatchpam(X, 4, metric="euclidean", batch_size=30, random_state=0),
        *(
            lambda metric=metric: onebatchpam(X, 3, metric=metric, batch_size=20, random_state=0)
            for metric in ("manhattan", "chebyshev", "cosine")
        ),
    ]
    compiled = [call() for call in calls]
    request.getfixturevalue("interpreted")
    for call, expected in zip(calls, compiled, strict=True):
        result = call()
        assert result.medoid_indices.tolist() == expected.medoid_indices.tolist()
        assert result.labels.tolist() == expected.labels.tolist()
        assert result.inertia == pytest.approx(expected.inertia, rel=1e-14)  # multiply-add rounds once
        assert result.n_swap == expected.n_swap


def medoid_silhouette_state(seed, dtype=np.float64):
    """A problem with duplicates, ties, weights of zero and fixed medoids, and medoids at random."""
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 6, (int(rng.integers(4, 40)), 2))
    D = (np.abs(points[:, None] - points).sum(axis=2) * (1 if dtype == np.int64 else 0.3)).astype(dtype)
    k = int(rng.integers(2, min(7, len(D) - 1)))
    weights = rng.integers(0, 4, len(D))
    medoids = rng.choice(len(D), k, replace=False)
    weights[medoids] = 1
    problem = check_problem(D, k, weights, medoids[: seed % 2] if seed % 3 else None)
    return problem, medoids


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_a_table_of_medoid_silhouettes_finds_the_swaps_that_rows_do(dtype, n_threads):
    n_swaps = 0
    for seed in range(200):
        problem, medoids = medoid_silhouette_state(seed, dtype)
        init = medoids[problem.fixed.size :]
        table_of_gains = msc_search.GainTable()
        ours, theirs = (
            msc_search.by_best_swaps(problem, init, 100, 0, n_threads, find)
            for find in (table_of_gains, msc_search.find_by_rows)
        )
        assert ours.medoid_indices.tolist() == theirs.medoid_indices.tolist()
        assert (ours.n_iter, ours.n_swap, ours.score) == (theirs.n_iter, theirs.n_swap, theirs.score)
        n_swaps += ours.n_swap
    assert n_swaps > 500


def test_a_table_of_medoid_silhouettes_holds_every_change():
    for seed in range(60):
        problem, medoids = medoid_silhouette_state(seed)
        state = msc_search.State(problem, medoids)
        table_of_gains = msc_search.GainTable()
        for _ in range(3):  # filled, then brought up to date
            found, candidate, slot = table_of_gains(state, 1)
            changes = table_of_gains.own + state.removal[:, None] + table_of_gains.shared
            loss = sum_of_ratios(problem, state.medoids)
            assert state.loss == pytest.approx(loss, abs=1e-12)
            for j in np.flatnonzero(~state.barred):
                for s in range(state.medoids.size):
                    swapped = state.medoids.copy()
                    swapped[s] = j
                    assert changes[s, j] == pytest.approx(sum_of_ratios(problem, swapped) - loss, abs=1e-11)
            if not found < -state.least or not state.try_swap(slot, candidate):
                break
            table_of_gains.updates += 1000 * (seed % 2)  # as after many swaps: filled anew


def test_threads_do_not_change_a_table_of_medoid_silhouettes():
    problem, medoids = medoid_silhouette_state(3)
    n, k = problem.n_samples, medoids.size
    state = msc_search.State(problem, medoids)
    given = (problem.D, np.arange(n), state.near, state.apart, state.ratios, state.weights, 1.0)
    one, two = ((np.zeros(n), np.zeros((k, n))) for _ in range(2))
    silhouette_table.add_objects(*given, *one, 0, n)
    silhouette_table.add_objects_in_parallel(*given, *two, np.array([0, 1, n // 2, n]))
    assert (one[0] == two[0]).all()
    assert (one[1] == two[1]).all()


def sum_of_ratios(problem, medoids):
    near = np.sort(problem.D[medoids], axis=0)
    ratios = np.divide(near[0], near[1], out=np.zeros(near.shape[1]), where=near[0] > 0)
    return float(problem.weights @ ratios)


SMALL_TYPES = (np.bool_, np.int8, np.uint8, np.uint16, np.int32, np.uint32)


def of_small_numbers(dtype):
    """Distances that use the whole range of a type of eight bits, with ties and duplicates."""
    points = np.random.default_rng(5).integers(0, 5, (75, 2))
    D = np.abs(points[:, None] - points).sum(axis=2)
    D = (D > 2) if dtype == np.bool_ else D * (np.iinfo(dtype).max // 8 if np.iinfo(dtype).bits == 8 else 31)
    return D.astype(dtype)


def searches_of_all_kinds(D):
    weights = np.arange(len(D)) % 3
    yield fastpam(D, 4)
    yield fastpam(D, 4, init="lab", random_state=0, sample_weight=weights)
    yield fastpam(D, 4, init="k-medoids++", random_state=0, sample_weight=weights / 2, gain_table=False)
    yield fastpam(D, 3, variant="fastpam2", init=[0, 1, 2], fixed_medoids=[])
    yield fasterpam(D, 4, init="build", order="random", random_state=0)
    yield pam(D, 3, sample_weight=weights)
    yield alternating(D, 4, random_state=0)
    yield fastpam(D, 1)
    yield fastermsc(D, 4, init=[0, 1, 2, 3])
    yield fastermsc(D, 2, init=[0, 1])
    yield fastmsc(D, 3, init=[0, 1, 2])
    yield pammedsil(D, 2, max_iter=2)
    yield pamsil(D[:20, :20], 3)


def assert_searches_agree(D):
    for found, expected in zip(
        searches_of_all_kinds(D), searches_of_all_kinds(D.astype(np.int64)), strict=True
    ):
        assert found.medoid_indices.tolist() == expected.medoid_indices.tolist()
        assert found.labels.tolist() == expected.labels.tolist()
        assert (found.inertia, type(found.inertia)) == (expected.inertia, type(expected.inertia))
        assert (found.n_iter, found.n_swap) == (expected.n_iter, expected.n_swap)


def test_small_integers_are_searched_as_they_are(monkeypatch):
    monkeypatch.setattr(_stored, "_SMALL", 0)
    D = of_small_numbers(np.uint8)
    assert D.max() > 127
    assert np.shares_memory(check_problem(D, 3).D, D)
    turned = np.asfortranarray(D)
    assert np.shares_memory(check_problem(turned, 3).D, turned)
    for search in (fastpam, fasterpam, fastermsc):
        ours, theirs = (search(values, 4, init="build") for values in (D, D.astype(np.int64)))
        assert ours.medoid_indices.tolist() == theirs.medoid_indices.tolist()
        assert (ours.inertia, ours.n_swap) == (theirs.inertia, theirs.n_swap)
    monkeypatch.setattr(CompactDistances, "square", None)
    monkeypatch.setattr(_row_search, "_SMALL", 0)
    in_matrix = fasterpam(D, 4, random_state=0, n_jobs=2)
    in_blocks = fasterpam_by_rows(CompactDistances(D), 4, "random", 100, 0, "natural")
    assert in_matrix.medoid_indices.tolist() == in_blocks.medoid_indices.tolist()
    assert FasterPAM(4, random_state=0).fit(D).inertia_ == in_matrix.inertia
    model = FastPAM(4).fit(D)
    assert model.medoid_indices_.tolist() == fastpam(D, 4).medoid_indices.tolist()


@pytest.mark.parametrize("dtype", SMALL_TYPES)
def test_small_integers_do_not_overflow(dtype, monkeypatch, request):
    """Interpreted, because numpy warns of what wraps around."""
    request.getfixturevalue("interpreted")
    monkeypatch.setattr(_stored, "_SMALL", 0)
    assert_searches_agree(of_small_numbers(dtype)[:30, :30].copy())


@pytest.fixture
def state():
    """Six objects on a line in two clusters, at a local optimum."""
    x = np.array([0.0, 1.0, 2.0, 10.0, 11.0, 12.0])
    return _search.State(check_problem(np.abs(x[:, None] - x), 2), np.array([1, 4]))


def test_assignment_and_removal_losses(state):
    assert state.nearest.tolist() == [0, 0, 0, 1, 1, 1]
    assert state.second.tolist() == [1, 1, 1, 0, 0, 0]
    assert state.d1.tolist() == [1, 0, 1, 1, 0, 1]
    assert state.d2.tolist() == [11, 10, 9, 9, 10, 11]
    assert state.removal.tolist() == [28, 28]
    assert state.loss == 4


@pytest.mark.parametrize("search", [_search.best_swaps_by_table, _search.eager_swaps, "rows"])
@pytest.mark.parametrize("empty_near", [True, False])
def test_a_swap_that_does_not_lower_the_loss_is_undone(state, search, empty_near):
    state.near = state.near[:0] if empty_near else np.ascontiguousarray(state.problem.D[[1, 4]].T)
    near = state.near.copy()
    state.removal[:] = -1000  # as if rounding had made a bad swap look good
    if search == "rows":
        outcome = _search.best_swaps(state, 5, _search.find_by_rows)
    elif search is _search.eager_swaps:
        outcome = search(state, 5, np.arange(6))
    else:
        outcome = search(state, 5)
    assert outcome == (1, 0, True)
    assert state.medoids.tolist() == [1, 4]
    assert np.flatnonzero(state.barred).tolist() == [1, 4]
    assert state.nearest.tolist() == [0, 0, 0, 1, 1, 1]
    assert state.d1.tolist() == [1, 0, 1, 1, 0, 1]
    assert state.removal.tolist() == [28, 28]
    assert (state.near == near).all()


@pytest.mark.parametrize("dtype", [np.int64, np.float32])
def test_threads_do_not_change_eager_swaps(dtype, monkeypatch):
    monkeypatch.setattr(_search, "_IN_THREADS", 0)
    for seed in range(60):
        rng = np.random.default_rng(seed)
        points = rng.integers(0, 30, (int(rng.integers(3, 200)), 2))
        D = np.abs(points[:, None] - points).sum(axis=2).astype(dtype)
        k = int(rng.integers(2, min(20, len(D))))
        given = {"init": rng.choice(len(D), k, replace=False), "sample_weight": rng.integers(0, 3, len(D))}
        given["sample_weight"][given["init"]] = 1
        given |= {"order": "random", "random_state": seed, "max_iter": seed % 4}
        one = fasterpam(D, k, **given)
        for n_threads in (2, 3, 7):
            # More threads than there are cores: they take turns.
            problem = check_problem(D, k, given["sample_weight"])
            rest = (given["init"], given["max_iter"], seed, "random", n_threads)
            more = _functional.fasterpam_on(problem, *rest)
            assert more.medoid_indices.tolist() == one.medoid_indices.tolist()
            assert (more.n_iter, more.n_swap, more.inertia) == (one.n_iter, one.n_swap, one.inertia)


@pytest.mark.parametrize("dtype", [np.int64, np.float32])
def test_threads_do_not_change_best_swaps(dtype, monkeypatch):
    monkeypatch.setattr(_search, "_IN_THREADS", 0)
    for seed in range(30):
        rng = np.random.default_rng(seed)
        points = rng.integers(0, 30, (int(rng.integers(3, 200)), 2))
        D = np.abs(points[:, None] - points).sum(axis=2).astype(dtype)
        k = int(rng.integers(2, min(20, len(D))))
        problem = check_problem(D, k)
        one = _functional.fastpam_on(problem, "random", 100, seed)
        for n_threads in (2, 3, 7):
            more = _functional.fastpam_on(problem, "random", 100, seed, n_threads=n_threads)
            assert more.medoid_indices.tolist() == one.medoid_indices.tolist()
            assert (more.n_iter, more.n_swap, more.inertia) == (one.n_iter, one.n_swap, one.inertia)


def eager_with_weights(D, medoids, weights):
    """FasterPAM by the definition of the loss; a medoid of weight zero never comes back."""
    medoids, last = medoids.tolist(), None
    while True:
        before = list(medoids)
        for j in np.flatnonzero(weights):
            if j == last:
                return medoids
            if j not in medoids:
                loss = weights @ D[medoids].min(axis=0)
                swapped = [[*medoids[:s], int(j), *medoids[s + 1 :]] for s in range(len(medoids))]
                losses = [weights @ D[other].min(axis=0) for other in swapped]
                if min(losses) < loss:
                    medoids, last = swapped[int(np.argmin(losses))], j
        if medoids == before:
            return medoids


def test_a_replaced_medoid_without_weight_is_no_candidate():
    replaced = 0
    for seed in range(1500):
        rng = np.random.default_rng(seed)
        n = int(rng.integers(5, 14))
        D = rng.integers(0, 12, (n, n))
        D += D.T
        np.fill_diagonal(D, 0)
        weights = rng.integers(0, 4, n)
        init = rng.choice(n, int(rng.integers(2, 5)), replace=False)
        weights[init[0]] = 0
        if np.count_nonzero(weights) < init.size:
            continue
        expected = eager_with_weights(D, init, weights)
        source = CondensedDistances(squareform(D))
        in_blocks = fasterpam_by_rows(source, init.size, init, 100, 0, "natural", weights, None)
        assert in_blocks.medoid_indices.tolist() == expected
        in_matrix = fasterpam(D, init.size, init=init, sample_weight=weights)
        assert in_matrix.medoid_indices.tolist() == expected
        replaced += init[0] not in expected
    assert replaced > 1000


def test_numbers_are_taken_once():
    counter = np.array([7])
    compiled = njit(lambda counter: swap.take_next(counter))
    assert [swap.take_next(counter), compiled(counter), swap.take_next(counter)] == [7, 8, 9]


@pytest.mark.parametrize("n_threads", [1, 3])
def test_table_holds_the_change_of_the_loss_by_every_swap(state, n_threads):
    D, after = state.problem.D, (state.nearest, state.d1, state.d2, state.problem.weights)
    shared, own = np.empty(6), np.empty((2, 6))
    if n_threads == 1:
        table.fill(D, table.order_by_slot(state.nearest), *after, shared, own, 0, 6)
    else:
        bounds = np.array([0, 1, 4, 6])
        table.fill_in_parallel(D, table.order_by_slot(state.nearest), *after, shared, own, bounds)
    for j in np.flatnonzero(~state.barred):
        for slot in range(2):
            swapped = state.medoids.copy()
            swapped[slot] = j
            change = D[swapped].min(axis=0).sum() - state.d1.sum()
            assert shared[j] + own[slot, j] + state.removal[slot] == change


@pytest.mark.parametrize("dtype", [np.int64, np.float32, np.float64, np.int8, np.uint8, np.uint16])
def test_words_of_comparisons(dtype):
    rng = np.random.default_rng(1)
    a, b = rng.integers(-9, 9, (2, 130)).astype(dtype)  # large where there is no sign
    compiled = njit(lambda a, b, start: swap.bits_below(a, b, start))
    for start in (0, 5, 66):
        word = swap.bits_below(a, b, start)
        assert [(int(word) >> i) & 1 for i in range(64)] == (a < b)[start : start + 64].tolist()
        assert compiled(a, b, start) == word
    lowest = njit(lambda word: swap.lowest_bit(word))
    for bit in (0, 7, 63):
        word = np.uint64((1 << bit) | (1 << 63))
        assert swap.lowest_bit(word) == lowest(word) == bit


@pytest.mark.parametrize(
    ("entries", "expected"), [([0.0, 3.0], 3.0), ([0.0, 0.0], 0.0), ([2.0, 0.5], -1.0), ([7e8, 2.0], 7e8)]
)
def test_largest_integer(entries, expected):
    D = np.zeros((2, 2))
    D[0, 1] = D[1, 0] = entries[0]
    D[1, 1] = entries[1]
    assert build.largest_integer(D) == expected
