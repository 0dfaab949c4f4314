"""Every algorithm against its slow oracle on thousands of small cases: ties, zeros, weights, fixed medoids.

Distances are small integers, in every type and layout that is taken, so that nothing is rounded and every
swap, tie and draw is determined.
"""

from functools import partial

import numpy as np
import pytest
from oracle import kmedoids_weighted as oracle
from oracle.kmedoids_weighted import Case, MedoidSilhouettes, Silhouettes
from scipy.spatial.distance import squareform

from clustering import (
    _row_search,
    alternating,
    clara,
    clarans,
    dynmsc,
    fastclarans,
    fastermsc,
    fasterpam,
    fastmsc,
    fastpam,
    large_kmedoids,
    onebatchpam,
    pam,
    pammedsil,
    pamsil,
)

NUMBER = 2000


def matrices(rng, n, powers):
    """Symmetric integers of some kind; zeros and powers of two alone if wanted."""
    kind = rng.integers(6)
    if powers:
        values = np.array([0, 1, 2, 4, 8])[rng.integers(5 if kind else 2, size=(n, n))]
    elif kind == 0:
        values = np.full((n, n), rng.integers(0, 4))  # nothing but ties
    elif kind == 1:
        values = rng.integers(0, 2, (n, n))
    elif kind == 2:
        values = rng.integers(0, 7, (n, n))
    elif kind == 3:
        values = rng.integers(0, 100, (n, n))
    elif kind == 4:
        places = rng.integers(0, 8, n)  # duplicates on a line
        values = np.abs(places[:, None] - places)
    else:
        places = rng.integers(0, 4, (n, 2))
        values = np.abs(places[:, None] - places).sum(axis=2)
    D = np.triu(values, 1)
    return (D + D.T).astype(np.int64)


def stored(D, i):
    """The same distances in one of the types and layouts."""
    if i % 7 == 3 and len(D) > 1:
        return squareform(D).astype((np.int64, np.float32, np.uint8)[i % 3])
    dtype = (np.int64, np.float32, np.float64, np.uint8)[i % 4]
    return D.astype(dtype, order="CF"[i // 4 % 2])


def cases(seed, number=NUMBER, smallest=1, largest=12, powers=False, make=Case):
    """Yield what a search is given, the case as the oracle takes it, and the first medoids."""
    rng = np.random.default_rng(seed)
    for i in range(number):
        n = int(rng.integers(smallest, largest + 1))
        # Mostly few clusters, where there is something to swap; now and then up to all samples.
        k = int(rng.integers(smallest, (n if i % 3 == 0 else max(n // 2, smallest)) + 1))
        D = matrices(rng, n, powers)
        weights = rng.integers(0, 4, n) if rng.integers(2) else None
        fixed = rng.choice(n, rng.integers(0, k + 1), replace=False).tolist() if rng.integers(3) == 0 else []
        init = np.setdiff1d(rng.permutation(n), fixed)
        init = rng.permutation(init)[: k - len(fixed)].tolist()
        case = make.of(D, weights, len(fixed))
        if not case.weights.any() or case.free(fixed).sum() < k - len(fixed):
            continue  # refused: too few samples of positive weight
        given = {"sample_weight": weights, "fixed_medoids": fixed or None}
        yield i, rng, case, k, fixed, init, stored(D, i), given


def check(result, case, medoids, *, n_iter=None, n_swap=None):
    """Compare a result with what the oracle found."""
    assert result.medoid_indices.tolist() == list(medoids)
    assert result.labels.tolist() == oracle.labels(case.rows, list(medoids)).tolist()
    assert result.inertia == Case.loss(case, list(medoids))
    assert n_iter is None or result.n_iter == n_iter
    assert n_swap is None or result.n_swap == n_swap


@pytest.mark.parametrize(
    "search",
    [pam, partial(fastpam, gain_table=True), partial(fastpam, gain_table=False)],
    ids=["PAM", "FastPAM1 with a table", "FastPAM1 by rows"],
)
def test_the_swaps_of_pam(search):
    total = 0
    for _, _, case, k, fixed, init, D, given in cases(1):
        medoids, swaps = oracle.best_swaps(case, fixed + init)
        result = search(D, k, init=init, **given)
        check(result, case, medoids, n_iter=swaps + 1, n_swap=swaps)
        assert result.converged
        total += swaps
    assert total > NUMBER / 4


def test_fastpam1_and_pam_swap_for_swap():
    compared = 0
    for _, _, case, k, fixed, init, D, given in cases(2, NUMBER // 2):
        swaps = oracle.best_swaps(case, fixed + init)[1]
        for max_iter in range(swaps + 1):
            medoids = oracle.best_swaps(case, fixed + init, max_iter)[0]
            for search in (pam, fastpam):
                result = search(D, k, init=init, max_iter=max_iter, **given)
                check(result, case, medoids, n_iter=max_iter, n_swap=max_iter)
                compared += max_iter > 0
    assert compared > NUMBER / 2


def test_fastpam2():
    total = 0
    for _, _, case, k, fixed, init, D, given in cases(3):
        medoids, passes, swaps = oracle.swaps_of_slots(case, fixed + init)
        result = fastpam(D, k, init=init, variant="fastpam2", **given)
        check(result, case, medoids, n_iter=passes, n_swap=swaps)
        total += swaps
    assert total > NUMBER / 4


@pytest.mark.parametrize("by_rows", [False, True])
def test_fasterpam(by_rows, monkeypatch):
    monkeypatch.setattr(_row_search, "_SMALL", -1 if by_rows else 2**26)
    monkeypatch.setattr(_row_search, "_BLOCK", 100)  # a few rows at a time
    total = 0
    for i, rng, case, k, fixed, init, D, given in cases(4):
        order = None
        if i % 2:
            seed = int(rng.integers(2**32))
            order = np.random.default_rng(seed).permutation(len(case.rows)).tolist()
            given |= {"order": "random", "random_state": seed}
        limit = (100, 1, 2)[i % 3]
        medoids, passes, swaps = oracle.eager_swaps(case, fixed + init, order, limit if k > 1 else 2)
        result = fasterpam(D, k, init=init, max_iter=limit, **given)
        check(result, case, medoids, n_iter=min(passes, limit), n_swap=swaps)
        total += swaps
    assert total > NUMBER / 4


def test_alternating():
    total = 0
    for _, _, case, k, fixed, init, D, given in cases(5):
        medoids, passes, swaps = oracle.alternating(case, fixed + init)
        result = alternating(D, k, init=init, **given)
        check(result, case, medoids, n_iter=passes, n_swap=swaps)
        total += swaps
    assert total > NUMBER / 6


@pytest.mark.parametrize("init", ["build", "lab", "k-medoids++", "random"])
def test_first_medoids(init):
    for i, _, case, k, fixed, _, D, given in cases(6, largest=12 if init != "lab" else 30):
        expected = oracle.first_medoids(case, k, fixed, init, np.random.default_rng(i))
        for search in (fastpam, fasterpam, pam, alternating)[i % 4 :][:1]:
            result = search(D, k, init=init, max_iter=0, random_state=i, **given)
            check(result, case, expected, n_iter=0, n_swap=0)


SWAPS = {
    "fasterpam": oracle.eager_swaps,
    "fastpam1": oracle.best_swaps,
    "fastpam2": oracle.swaps_of_slots,
    "pam": oracle.best_swaps,
    "alternating": oracle.alternating,
}


def test_clara():
    total = 0
    for i, rng, case, k, fixed, _, D, given in cases(7, largest=16):
        size, per_round, n_draws = int(rng.integers(k, len(case.rows) + 3)), i % 3 + 1, i % 4 + 1
        swap, init = sorted(SWAPS)[i % 5], ("build", "random", "lab", "k-medoids++")[i % 4]
        expected, swaps = oracle.clara(case, k, fixed, i, n_draws, size, per_round, init, SWAPS[swap])
        result = clara(
            D, k, n_draws=n_draws, sample_size=size, draws_per_round=per_round, swap=swap, init=init,
            random_state=i, **given,
        )  # fmt: skip
        check(result, case, expected, n_iter=n_draws, n_swap=swaps)
        total += swaps
    assert total > NUMBER / 4


@pytest.mark.parametrize("search", [clarans, fastclarans])
def test_clarans(search):
    total = 0
    for i, rng, case, k, fixed, _, D, given in cases(8, NUMBER // 2):
        limit = int(rng.integers(1, 12))
        medoids, tried, swaps = oracle.clarans(case, k, fixed, i, i % 2 + 1, limit, search is clarans)
        result = search(D, k, n_local=i % 2 + 1, max_neighbors=limit, random_state=i, **given)
        check(result, case, medoids, n_iter=tried, n_swap=swaps)
        total += swaps
    assert total > NUMBER / 4


@pytest.mark.parametrize("search", ["one batch", "large"])
def test_batches(search, monkeypatch):
    monkeypatch.setattr("clustering._onebatch._BLOCK", 100)
    total = 0
    for i, rng, case, k, fixed, _, D, given in cases(9, largest=20):
        size, limit = int(rng.integers(1, len(case.rows) // 2 + 2)), (20, 1, 0, 2)[i % 4]
        options = {"batch_size": size, "max_iter": limit, "random_state": i} | given
        if search == "large":
            sample = int(rng.integers(k, len(case.rows) + 2))
            medoids, swaps = oracle.large_kmedoids(case, k, fixed, i, sample, size, limit)
            result = large_kmedoids(D, k, sample_size=sample, **options)
        else:
            medoids, swaps = oracle.onebatchpam(case, k, fixed, i, size, limit)
            result = onebatchpam(D, k, **options)
        check(result, case, medoids, n_swap=swaps)
        total += swaps
    assert total > NUMBER / 6


@pytest.mark.parametrize("search", [fastmsc, pammedsil])
def test_best_swaps_by_medoid_silhouettes(search):
    total = 0
    for _, _, case, k, fixed, init, D, given in cases(10, smallest=2, powers=True, make=MedoidSilhouettes):
        medoids, swaps = oracle.best_swaps(case, fixed + init)
        result = search(D, k, init=init, **given)
        check(result, case, medoids, n_iter=swaps + 1, n_swap=swaps)
        assert result.score == 1 - case.loss(medoids) / case.weights.sum()
        total += swaps
    assert total > NUMBER / 6


def test_fastermsc():
    total = 0
    for i, rng, case, k, fixed, init, D, given in cases(11, smallest=2, powers=True, make=MedoidSilhouettes):
        order = None
        if i % 2:
            seed = int(rng.integers(2**32))
            order = np.random.default_rng(seed).permutation(len(case.rows)).tolist()
            given |= {"order": "random", "random_state": seed}
        medoids, passes, swaps = oracle.eager_swaps(case, fixed + init, order)
        result = fastermsc(D, k, init=init, **given)
        check(result, case, medoids, n_iter=passes, n_swap=swaps)
        assert result.score == 1 - case.loss(medoids) / case.weights.sum()
        total += swaps
    assert total > NUMBER / 6


def test_dynmsc():
    chosen = set()
    for _, rng, case, k, fixed, init, D, given in cases(12, smallest=2, powers=True, make=MedoidSilhouettes):
        smallest = int(rng.integers(max(2, len(fixed)), k + 1))
        curve, best = oracle.dynmsc(case, smallest, fixed + init)
        result = dynmsc(D, k, min_clusters=smallest, init=init, **given)
        check(result, case, best)
        assert [found.medoid_indices.tolist() for found in result.curve] == curve[::-1]
        chosen.add(len(best))
    assert len(chosen) > 6


def test_pamsil():
    """Means are rounded, so that of swaps whose silhouettes are equal any may be performed."""
    total = 0
    for _, _, case, k, fixed, init, D, given in cases(13, smallest=2, largest=7, make=Silhouettes):
        result = pamsil(D, k, init=init, **given)
        medoids = fixed + init
        for n_swap in range(result.n_swap + 1):
            part = pamsil(D, k, init=init, max_iter=n_swap, **given)
            if n_swap:
                after = part.medoid_indices.tolist()
                (slot,) = [s for s in range(k) if after[s] != medoids[s]]
                losses = case.after_swaps(medoids)
                best, found = losses.min(), losses[after[slot], slot]
                assert best < case.loss(medoids)
                assert found == pytest.approx(best, abs=1e-11)
                medoids = after
        check(result, case, medoids, n_iter=result.n_swap + 1)
        assert result.score == pytest.approx(-case.loss(medoids) / case.weights.sum(), abs=1e-12)
        assert case.after_swaps(medoids).min() >= case.loss(medoids) - 1e-11
        total += result.n_swap
    assert total > NUMBER / 6
