"""Distances between points of many features, by products, against sums of differences in float64."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from clustering import FasterPAM, _products, silhouette_samples
from clustering._dissimilarity import FeatureDistances
from clustering._kernels import products as kernels
from clustering._products import FEWEST, Products

NAMES = {0: "sqeuclidean", 1: "euclidean", 4: "cosine"}


def points(dtype, n=150, d=FEWEST + 37, scale=1.0, offset=0.0):
    X = np.random.default_rng(0).normal(offset, scale, size=(n, d)).astype(dtype)
    X[8] = X[7]
    X[9] = X[7]
    X[9, 3] += dtype(1e-3)  # close, but not equal
    return X


@pytest.fixture
def small_tiles(monkeypatch):
    monkeypatch.setattr(_products, "_TILE", 32)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("metric", NAMES)
@pytest.mark.parametrize("offset", [0.0, 1000.25])
def test_distances_by_products(dtype, metric, offset, small_tiles):
    X = points(dtype, offset=offset)
    source = FeatureDistances(X, NAMES[metric])
    assert source.products is not None
    D = source.square()
    exact = X.astype(np.float64)
    expected = cdist(exact, exact, NAMES[metric])
    assert D.dtype == dtype
    # Of sums of 133 terms; close to one, the cosine is left with what directions in the dtype hold.
    unit = np.finfo(dtype).eps
    apart = expected > (1e-2 if metric == 4 else 1e-9)
    if metric != 4 or offset == 0:
        assert np.abs(D[apart] / expected[apart] - 1).max() < (20 if dtype == np.float32 else 2000) * unit
    assert np.abs(D - expected).max() < 200 * unit * (1 if metric == 4 else expected.max())
    assert (D == D.T).all()
    assert (np.diagonal(D) == 0).all()
    assert D[7, 8] == 0
    if metric != 4:
        assert D[7, 9] > 0
    every = np.arange(len(X))
    assert np.allclose(source.between(every, every), D, rtol=50 * unit, atol=50 * unit)
    assert np.allclose(source.transform(X[:3], X), D[:3], rtol=50 * unit, atol=50 * unit)
    labels, d1 = source.nearest(np.array([8, 7, 20, 30]))
    assert labels[[7, 8, 20, 30]].tolist() == [1, 0, 2, 3]
    assert np.allclose(d1, D[:, [8, 7, 20, 30]].min(axis=1), rtol=50 * unit, atol=50 * unit)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_threads_do_not_change_distances(dtype, small_tiles):
    X = points(dtype)
    some = np.arange(3, 120, 2)
    one, two = (FeatureDistances(X, "euclidean", None, n_threads) for n_threads in (1, 2))
    assert (one.square() == two.square()).all()
    assert (one.between(some, np.arange(150)) == two.between(some, np.arange(150))).all()
    assert (one.nearest(some)[1] == two.nearest(some)[1]).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_small_integers_are_not_rounded(dtype, small_tiles):
    """Pixels: the same distances whatever the tiles, and equal ones are equal."""
    X = np.random.default_rng(1).integers(0, 256, (100, 300)).astype(dtype)
    source = FeatureDistances(X, "sqeuclidean")
    D = source.square()
    assert (cdist(X, X, "sqeuclidean").astype(dtype) == D).all()
    assert (source.between(np.array([5]), np.arange(100)) == D[5]).all()
    assert (source.between(np.arange(100), np.array([6, 5])) == D[:, [6, 5]]).all()


def test_clusters_far_apart_keep_their_inner_distances():
    """All pairs of a cluster are close for their distance from the centre: their products say nothing."""
    rng = np.random.default_rng(2)
    centres = rng.normal(scale=1e4, size=(4, 200))
    X = (centres[np.arange(80) % 4] + rng.normal(scale=1e-2, size=(80, 200))).astype(np.float32)
    D = FeatureDistances(X, "euclidean").square()
    expected = cdist(X.astype(np.float64), X.astype(np.float64))
    apart = expected > 0
    assert np.abs(D[apart] / expected[apart] - 1).max() < 1e-6
    D = FeatureDistances(X.astype(np.float64), "euclidean").square()
    assert np.abs(D[apart] / expected[apart] - 1).max() < 1e-11


def test_lengths_that_overflow_are_infinite_not_missing():
    X = np.full((3, FEWEST), 1e200)
    X[1] = -1e200
    D = FeatureDistances(X, "euclidean").square()
    assert np.isinf(D[0, 1])
    assert not np.isnan(D).any()


def test_few_features_and_other_metrics_use_the_other_kernel():
    X = points(np.float32)
    assert FeatureDistances(X[:, : FEWEST - 1], "euclidean").products is None
    assert FeatureDistances(X, "manhattan").products is None
    assert FeatureDistances(X, "canberra").products is None


def test_interpreted_kernels_agree(monkeypatch, small_tiles):
    X = points(np.float32, n=70)
    expected = np.empty((70, 70), np.float32)
    Products(X, 1).square(X, expected, 1)
    for name in ("add", "finish", "mirror", "_squared_distance"):
        monkeypatch.setattr(kernels, name, getattr(kernels, name).py_func)
    found = np.empty_like(expected)
    Products(X, 1).square(X, found, 1)
    assert np.allclose(found, expected, rtol=1e-6, atol=0)


def test_estimators_and_silhouettes_use_them():
    X = np.random.default_rng(3).integers(0, 9, (200, 120)).astype(np.float64)
    D = cdist(X, X)
    ours = FasterPAM(5, metric="euclidean", init=np.arange(5)).fit(X)
    theirs = FasterPAM(5, init=np.arange(5)).fit(D)
    assert (ours.labels_ == theirs.labels_).all()
    assert (ours.predict(X) == ours.labels_).all()
    widths = silhouette_samples(X, ours.labels_, metric="euclidean")
    assert np.allclose(widths, silhouette_samples(D, ours.labels_), rtol=1e-12, atol=1e-13)
