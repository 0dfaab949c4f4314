"""Silhouettes of everything that distances can be taken of: tables, sets, sparse features, functions."""

import numba
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from oracle import silhouettes as oracle
from sklearn.metrics import pairwise_distances

from clustering import (
    FasterMSC,
    FasterPAM,
    _silhouettes,
    gower,
    medoid_silhouette,
    medoid_silhouette_samples,
    select_k,
    silhouette,
    silhouette_samples,
)

N = 40
rng = np.random.default_rng(0)
LABELS = rng.integers(0, 3, N)
MEDOIDS = [3, 17, 29]
DENSE = np.where(rng.random((N, 12)) < 0.6, 0.0, rng.random((N, 12))) + np.eye(N, 12)
MISSING = np.where(rng.random((N, 4)) < 0.1, np.nan, rng.random((N, 4)))
MISSING[:, 0] = rng.random(N)  # every pair of rows has a feature in common


def table():
    frame = pd.DataFrame(
        {
            "size": rng.random(N),
            "colour": pd.Categorical(rng.choice(["red", "green"], N)),
            "grade": pd.Categorical(
                rng.choice(["low", "mid", "high"], N), ["low", "mid", "high"], ordered=True
            ),
            "flag": rng.random(N) < 0.3,
        }
    )
    frame.loc[4, "colour"] = None
    return frame


def plain(x, y):
    return float(np.abs(x - y).max())


compiled = numba.njit(plain)
TABLE = table()

# Features, the metric and its parameters, and the matrix of distances by other means.
ROWS = TABLE.to_numpy(dtype=object).tolist()
WHOLE = (9 * DENSE).astype(int)
SEVERAL = {"weights": [1, 2, 0, 1]}


def by(X, metric="euclidean", **parameters):
    return lambda: pairwise_distances(X, metric=metric, **parameters)


CASES = {
    "gower of a DataFrame": (TABLE, "gower", None, lambda: gower(TABLE)),
    "gower with weights": (TABLE, "gower", SEVERAL, lambda: gower(TABLE, **SEVERAL)),
    "gower of rows": (ROWS, "gower", None, lambda: gower(ROWS)),
    "missing values": (MISSING, "nan_euclidean", None, by(MISSING, "nan_euclidean")),
    "missing values by gower": (MISSING, "gower", None, lambda: gower(MISSING)),
    "jaccard": (DENSE, "jaccard", None, by(DENSE != 0, "jaccard")),
    "jaccard of booleans": (DENSE != 0, "jaccard", None, by(DENSE != 0, "jaccard")),
    "sparse": (scipy.sparse.csr_array(DENSE), "euclidean", None, by(DENSE)),
    "sparse columns": (scipy.sparse.csc_matrix(DENSE), "manhattan", None, by(DENSE, "l1")),
    "sparse cosine": (scipy.sparse.coo_array(DENSE), "cosine", None, by(DENSE, "cosine")),
    "function": (DENSE, plain, None, by(DENSE, "chebyshev")),
    "compiled function": (DENSE, compiled, None, by(DENSE, "chebyshev")),
    "parameters": (DENSE, "minkowski", {"p": 3}, by(DENSE, "minkowski", p=3)),
    "variances of the data": (DENSE, "seuclidean", None, by(DENSE, "seuclidean")),
    "integers": (WHOLE, "manhattan", None, by(WHOLE, "l1")),
}


@pytest.fixture(params=CASES)
def case(request):
    X, metric, params, distances = CASES[request.param]
    D = np.asarray(distances(), float)
    D = (D + D.T) / 2
    np.fill_diagonal(D, 0)
    return X, {"metric": metric, "metric_params": params}, D


def test_silhouettes(case, monkeypatch):
    X, how, D = case
    expected = oracle.silhouettes(D, LABELS)
    np.testing.assert_allclose(silhouette_samples(X, LABELS, **how), expected, rtol=0, atol=1e-7)
    assert silhouette(X, LABELS, **how) == pytest.approx(np.mean(expected), abs=1e-7)
    monkeypatch.setattr(_silhouettes, "_BLOCK", 8 * 3 * 16)  # a few rows and columns at a time
    monkeypatch.setattr(_silhouettes, "_FEWEST", 7)
    np.testing.assert_allclose(silhouette_samples(X, LABELS, **how), expected, rtol=0, atol=1e-7)
    weights = np.arange(N) % 3
    np.testing.assert_allclose(
        silhouette_samples(X, LABELS, sample_weight=weights, **how),
        silhouette_samples(D, LABELS, sample_weight=weights),
        rtol=0,
        atol=1e-7,
    )


def test_medoid_silhouettes(case, monkeypatch):
    X, how, D = case
    expected = oracle.medoid_silhouettes(D, MEDOIDS)
    np.testing.assert_allclose(medoid_silhouette_samples(X, MEDOIDS, **how), expected, rtol=0, atol=1e-7)
    monkeypatch.setattr(_silhouettes, "_BLOCK", 8 * 3 * 7)
    assert medoid_silhouette(X, MEDOIDS, **how) == pytest.approx(np.mean(expected), abs=1e-7)


def test_choosing_a_number(case):
    X, how, D = case
    ours, theirs = select_k(X, [2, 3], random_state=0, **how), select_k(D, [2, 3], random_state=0)
    for one, two in zip(ours.table(), theirs.table(), strict=True):
        assert list(one.values()) == pytest.approx(list(two.values()), abs=1e-6, rel=1e-6)


def test_estimators_and_silhouettes_see_the_same_distances(case):
    X, how, D = case
    model = FasterMSC(3, random_state=0, **how).fit(X)
    assert model.medoid_silhouette_ == pytest.approx(
        medoid_silhouette(X, model.medoid_indices_, **how), abs=1e-7
    )
    assert silhouette(X, FasterPAM(3, random_state=0, **how).fit(X).labels_, **how) == pytest.approx(
        silhouette(D, FasterPAM(3, random_state=0).fit(D).labels_), abs=1e-6
    )


def test_pairs_without_a_common_feature_are_refused():
    """The rule for missing values: left out for a pair; a pair without any known feature has no distance."""
    X = np.array([[1.0, np.nan], [np.nan, 2.0], [1.0, 2.0], [3.0, 4.0]])
    for take in (
        lambda metric: silhouette(X, [0, 0, 1, 1], metric=metric),
        lambda metric: FasterPAM(2, metric=metric).fit(X),
        lambda metric: medoid_silhouette(X, [0, 1], metric=metric),
    ):
        with pytest.raises(ValueError, match="no feature that is known in both"):
            take("gower")
        with pytest.raises(ValueError, match="finite"):
            take("nan_euclidean")


def no_distance_from_ones(x, y):
    return -1.0 if (x == 1).all() != (y == 1).all() else plain(x, y)


@pytest.mark.parametrize(("metric", "got"), [("correlation", "nan"), (no_distance_from_ones, "-1.0")])
def test_what_is_no_distance_is_refused_wherever_it_comes(metric, got):
    """A metric is tried on the first samples; these are fine here."""
    X = np.random.default_rng(1).random((N, 5))
    X[20] = 1
    for judge in (
        lambda: silhouette(X, LABELS, metric=metric),
        lambda: medoid_silhouette(X, MEDOIDS, metric=metric),
    ):
        with pytest.raises(ValueError, match=f"must give distances that are finite .*, got {got}"):
            judge()
