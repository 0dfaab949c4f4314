"""Metrics: Gower, Jaccard, every name of scikit-learn, functions, sparse features, missing values."""

import numba
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.gower import gower_of_rows, jaccard_of_rows
from sklearn.metrics import pairwise_distances
from sklearn.metrics.pairwise import _VALID_METRICS

from clustering import (
    CLARA,
    FasterPAM,
    FastPAM,
    LargeKMedoids,
    OneBatchPAM,
    _dissimilarity,
    clara,
    fasterpam,
    gower,
    silhouette_samples,
)
from clustering._gower import KINDS
from clustering._pairwise import jaccard

NAMES = sorted(set(_VALID_METRICS) - {"precomputed", "wminkowski"})  # gone from scipy
BOOLEAN = {"dice", "jaccard", "rogerstanimoto", "russellrao", "sokalsneath", "yule"}


@given(st.integers(1, 8), st.integers(1, 5), st.integers(0, 2**32 - 1))
@settings(max_examples=300, deadline=None)
def test_gower_is_the_mean_over_known_features(n, d, seed):
    rng = np.random.default_rng(seed)
    kinds = [KINDS[i] for i in rng.integers(3, size=d)]
    columns = []
    for kind in kinds:
        if kind == "numeric":
            columns.append(rng.integers(0, 5, size=n).astype(float).tolist())
        elif kind == "categorical":
            columns.append(rng.choice(["red", "green", "blue"], size=n).tolist())
        else:
            columns.append(rng.integers(0, 2, size=n).astype(float).tolist())
    gone = rng.random((d, n)) < 0.15
    columns = [
        [None if g else v for v, g in zip(c, m, strict=True)] for c, m in zip(columns, gone, strict=True)
    ]
    known = [[v for v in column if v is not None] for column in columns]
    ranges = [
        max(c) - min(c) if kind == "numeric" and c else 0.0 for c, kind in zip(known, kinds, strict=True)
    ]
    weights = rng.integers(1, 4, size=d).astype(float)
    rows = list(zip(*columns, strict=True))
    expected = [[gower_of_rows(x, y, kinds, ranges, weights) for y in rows] for x in rows]
    table = pd.DataFrame(
        {
            str(f): pd.Series(c, dtype=object if kind == "categorical" else float)
            for f, (c, kind) in enumerate(zip(columns, kinds, strict=True))
        }
    )
    if any(value is None for row in expected for value in row):
        with pytest.raises(ValueError, match="no feature that is known in both"):
            gower(table, kinds=kinds, weights=weights)
    else:
        # Ranges are multiplied by their inverses.
        np.testing.assert_allclose(gower(table, kinds=kinds, weights=weights), expected, rtol=1e-14)


def mixed_table():
    rng = np.random.default_rng(0)
    group = np.repeat([0, 1, 2], 20)
    ranks = ["low", "mid", "high"]
    table = pd.DataFrame(
        {
            "size": group * 10 + rng.random(60),
            "colour": pd.Series(np.array(["red", "green", "blue"])[group], dtype="category"),
            "grade": pd.Categorical(np.array(ranks)[group], ranks, ordered=True),
            "flag": group == 1,
            "count": pd.Series(group, dtype="Int64"),
        }
    )
    table.loc[3, "size"] = np.nan
    table.loc[5, "colour"] = None
    table.loc[7, "count"] = pd.NA
    return table, group


def test_kinds_of_columns_are_inferred():
    table, _ = mixed_table()
    from clustering._gower import GowerTable

    fitted = GowerTable(table)
    assert [KINDS[kind] for kind in fitted.kinds] == [
        "numeric",
        "categorical",
        "numeric",
        "categorical",
        "numeric",
    ]
    assert gower(table.iloc[[0, 20, 40]][["grade"]]).tolist() == [[0, 0.5, 1], [0.5, 0, 0.5], [1, 0.5, 0]]


@pytest.mark.parametrize("estimator", [FastPAM(3), FasterPAM(3), CLARA(3, sample_size=40), LargeKMedoids(3)])
def test_estimators_cluster_data_frames_by_gower(estimator):
    table, group = mixed_table()
    model = estimator.set_params(metric="gower", random_state=0).fit(table)
    assert len({tuple(np.unique(model.labels_[group == g])) for g in range(3)}) == 3
    np.testing.assert_array_equal(model.predict(table), model.labels_)
    np.testing.assert_array_equal(model.transform(table), gower(table)[:, model.medoid_indices_])
    assert model.cluster_centers_.shape == (3, 5)
    assert model.feature_names_in_.tolist() == list(table.columns)
    new = table.iloc[:1].assign(colour="violet")
    assert model.predict(new) == model.labels_[0]
    with pytest.raises(ValueError, match="feature names"):
        model.predict(table[["size", "colour"]])


def test_gower_parameters_are_checked():
    with pytest.raises(ValueError, match="kinds must name the kind of each of 2"):
        gower([[1, "a"]], kinds=["numeric"])
    with pytest.raises(ValueError, match="must be categorical"):
        gower([[1, "a"]], kinds=["numeric", "numeric"])
    with pytest.raises(ValueError, match="weights must be 2 numbers"):
        gower([[1, "a"]], weights=[1, -1])
    with pytest.raises(ValueError, match="infinite"):
        gower([[1.0], [np.inf]])
    with pytest.raises(ValueError, match="expecting 2 features"):
        gower([[1, "a"]], [[1]])


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 200), st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_jaccard_of_packed_sets(n, m, d, seed):
    rng = np.random.default_rng(seed)
    X, Y = rng.integers(0, 2, size=(n, d)).astype(float), rng.integers(0, 2, size=(m, d)).astype(float)
    X[0] = 0
    expected = [[jaccard_of_rows(x, y) for y in Y] for x in X]
    np.testing.assert_allclose(jaccard(X, Y), expected, rtol=0, atol=1e-15)
    np.testing.assert_array_equal(jaccard(X, X), pairwise_distances(X != 0, metric="jaccard"))


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_scikit_learn(name):
    rng = np.random.default_rng(0)
    X = rng.random((40, 2)) if name == "haversine" else rng.random((40, 6)) + 0.1
    X = (X > 0.5).astype(float) if name in BOOLEAN else X
    if name == "yule":
        X[:, :2] = [0, 1]  # else it is not defined for some pairs
    D = pairwise_distances(X != 0 if name in BOOLEAN else X, metric=name)
    model = FasterPAM(3, metric=name, random_state=0).fit(X)
    expected = fasterpam((D + D.T) / 2, 3, random_state=0)
    assert model.inertia_ == pytest.approx(expected.inertia, rel=1e-6)  # cosine and the like round otherwise
    assert model.transform(X).shape == (40, 3)


def test_an_unknown_metric():
    with pytest.raises(ValueError, match="nonsense"):
        FasterPAM(2, metric="nonsense").fit(np.eye(3))


def plain_gap(x, y):
    return np.abs(x - y).sum() ** 2


compiled_gap = numba.njit(plain_gap)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_compiled_functions_agree_with_plain_ones(dtype):
    X = np.random.default_rng(0).random((50, 3)).astype(dtype)
    plain = FasterPAM(4, metric=plain_gap, random_state=0).fit(X)
    compiled = FasterPAM(4, metric=compiled_gap, random_state=0).fit(X)
    np.testing.assert_array_equal(plain.labels_, compiled.labels_)
    np.testing.assert_allclose(plain.transform(X), compiled.transform(X), rtol=1e-6)
    assert clara(X, 4, metric=compiled_gap, random_state=0).inertia == pytest.approx(
        clara(X, 4, metric=plain_gap, random_state=0).inertia, rel=1e-6
    )


def test_a_function_that_fails_says_so():
    def broken(x, y):
        raise RuntimeError("no distance today")

    with pytest.raises(RuntimeError, match="no distance today"):
        FasterPAM(2, metric=broken).fit(np.eye(4))
    with pytest.raises(
        ValueError, match=r"metric <lambda> must give distances that are finite and not negative, got -1.0"
    ):
        FasterPAM(2, metric=lambda x, y: -1.0).fit(np.eye(4))


@pytest.mark.parametrize("metric", ["euclidean", "manhattan", "cosine", "sqeuclidean", "l1"])
@pytest.mark.parametrize("estimator", [FasterPAM, CLARA, LargeKMedoids])
def test_sparse_features(metric, estimator):
    dense = np.random.default_rng(0).random((120, 15))
    dense[dense < 0.7] = 0
    dense[:, 0] += 0.1
    sparse = scipy.sparse.csr_array(dense)
    ours = estimator(3, metric=metric, random_state=0).fit(sparse)
    theirs = estimator(3, metric=metric, random_state=0).fit(dense)
    np.testing.assert_array_equal(ours.labels_, theirs.labels_)
    assert ours.inertia_ == pytest.approx(theirs.inertia_, rel=1e-9)
    np.testing.assert_array_equal(ours.predict(sparse), ours.labels_)
    assert scipy.sparse.issparse(ours.cluster_centers_)
    with pytest.raises((TypeError, ValueError), match=r"sparse|dense"):
        estimator(3, metric="mahalanobis").fit(sparse)


@pytest.mark.parametrize("metric", ["jaccard", "haversine", "cosine"])
def test_sparse_features_are_what_dense_ones_are(metric):
    rng = np.random.default_rng(0)
    dense = rng.random((80, 2 if metric == "haversine" else 9)) * (rng.random((80, 1)) < 0.8)
    dense[rng.random(dense.shape) < 0.5] = 0  # zeros that are not stored, and empty rows
    sparse = scipy.sparse.csr_array(dense)
    ours = FasterPAM(5, metric=metric, random_state=0).fit(sparse)
    theirs = FasterPAM(5, metric=metric, random_state=0).fit(dense)
    assert ours.inertia_ == pytest.approx(theirs.inertia_, rel=1e-9)
    np.testing.assert_allclose(ours.transform(sparse), ours.transform(dense), atol=1e-7)
    assert -ours.score(sparse) == pytest.approx(ours.inertia_)
    widths = silhouette_samples(sparse, ours.labels_, metric=metric)
    np.testing.assert_allclose(widths, silhouette_samples(dense, ours.labels_, metric=metric), atol=1e-7)


@pytest.mark.parametrize("metric", ["braycurtis", "canberra", "cosine", "dice", "jaccard", "sokalsneath"])
def test_rows_of_zeros_are_at_distance_zero(metric):
    X = np.repeat([[0.0, 0, 0], [1, 0, 1], [0, 1, 0]], 4, axis=0)
    model = FastPAM(3, metric=metric).fit(X)
    assert model.inertia_ == 0
    np.testing.assert_array_equal(model.predict(X), model.labels_)
    assert clara(X, 3, metric=metric, sample_size=8, n_draws=20, random_state=0).inertia == 0
    assert (silhouette_samples(X, model.labels_, metric=metric) == 1).all()


def test_metrics_say_what_they_need():
    X = np.random.default_rng(0).random((20, 4))
    with pytest.raises(TypeError, match="'dice' needs dense features, got a sparse matrix"):
        FasterPAM(2, metric="dice").fit(scipy.sparse.csr_array(X))
    with pytest.raises(ValueError, match="'mahalanobis' needs more samples than features"):
        FasterPAM(2, metric="mahalanobis").fit(X[:4])
    with pytest.raises(ValueError, match=r"'mahalanobis' needs .* no feature that follows from others"):
        FasterPAM(2, metric="mahalanobis").fit(np.hstack([X, X]))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nan_euclidean(dtype):
    rng = np.random.default_rng(0)
    X = rng.random((30, 96)).astype(dtype)[rng.integers(0, 30, 40)]
    X[rng.random(40) < 0.3, 5] = np.nan
    expected = pairwise_distances(X.astype(float), metric="nan_euclidean")
    model = FasterPAM(3, metric="nan_euclidean", random_state=0).fit(X)
    assert model.inertia_ == pytest.approx(expected[:, model.medoid_indices_].min(axis=1).sum(), rel=1e-6)
    assert FasterPAM(1, metric="nan_euclidean").fit(X[[0, 0, 0]]).inertia_ == 0  # equal rows, to the last bit
    far = 1000 + rng.random((30, 5)).astype(np.float32) / 50
    exact = pairwise_distances(far.astype(float))
    assert FastPAM(30, metric="nan_euclidean").fit(far).inertia_ == 0
    model = FastPAM(3, metric="nan_euclidean").fit(far)
    assert model.inertia_ == pytest.approx(exact[:, model.medoid_indices_].min(axis=1).sum(), rel=1e-6)
    with pytest.raises(ValueError, match="must give distances that are finite"):
        FastPAM(1, metric="nan_euclidean").fit(np.array([[1, np.nan], [np.nan, 1]]))


@pytest.mark.parametrize("metric", ["euclidean", "cosine", "correlation", "nan_euclidean"])
@pytest.mark.parametrize("d", [5, 100])  # without and with matrix products
def test_predict_and_score_take_blocks_of_samples(metric, d, monkeypatch):
    X = np.random.default_rng(0).random((300, d))
    model = CLARA(4, metric=metric, random_state=0).fit(X)
    D = model.transform(X)
    monkeypatch.setattr(_dissimilarity, "_CHUNK", 8 * 4 * 7)
    np.testing.assert_array_equal(model.predict(X), D.argmin(axis=1))
    assert model.score(X) == pytest.approx(-D.min(axis=1).sum(), rel=1e-9)


@pytest.mark.parametrize("estimator", [OneBatchPAM(3, batch_size=1), LargeKMedoids(3, sample_size=3)])
def test_where_no_candidate_is_left(estimator):
    X = np.random.default_rng(0).random((4, 6))
    model = estimator.set_params(metric="correlation", random_state=0).fit(X)
    assert np.unique(model.labels_).size == 3


def test_missing_values():
    X = np.random.default_rng(0).random((30, 4))
    X[3, 2] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        FasterPAM(2, metric="euclidean").fit(X)
    with pytest.raises(ValueError, match="finite"):
        clara(X, 2, metric="euclidean")
    model = FasterPAM(2, metric="nan_euclidean", random_state=0).fit(X)
    D = pairwise_distances(X, metric="nan_euclidean")
    assert model.inertia_ == pytest.approx(D[:, model.medoid_indices_].min(axis=1).sum())
    assert FasterPAM(2, metric="gower", random_state=0).fit(X).labels_.shape == (30,)


def test_asymmetric_dissimilarities_are_refused():
    D = np.array([[0, 1, 2], [3, 0, 1], [2, 1, 0.0]])
    for take in (lambda: FasterPAM(2).fit(D), lambda: fasterpam(D, 2), lambda: clara(D, 2)):
        with pytest.raises(ValueError, match=r"must be symmetric, got .*\[0, 1\] = 1.0"):
            take()
