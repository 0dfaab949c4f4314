"""Distances between features: the library's own kernels against scikit-learn and scipy."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.metrics import pairwise_distances

from clustering import FasterPAM
from clustering._dissimilarity import OWN_METRICS, FeatureDistances, MatrixDistances, check_source
from graphkit.errors import MemoryBudgetError


def points(dtype, n=300, d=13):
    X = np.random.default_rng(0).normal(size=(n, d)).astype(dtype)
    X[8] = X[7]
    return X


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("metric", OWN_METRICS)
@pytest.mark.parametrize("n_threads", [1, 2])
def test_own_metrics(metric, dtype, n_threads):
    X = points(dtype)
    source = FeatureDistances(X, metric, None, n_threads)
    D = source.square()
    name = {"l1": "cityblock", "l2": "euclidean", "manhattan": "cityblock"}.get(metric, metric)
    expected = cdist(X.astype(np.float64), X.astype(np.float64), name)
    # 13 terms, each rounded a few times.
    assert np.allclose(D, expected, rtol=0, atol=20 * np.finfo(dtype).eps * expected.max())
    assert D.dtype == source.dtype == dtype
    assert (D == D.T).all()
    assert (np.diagonal(D) == 0).all()
    assert D[7, 8] == 0
    everything = np.arange(len(X))
    assert (source.between(everything, everything) == D).all()
    assert (source.transform(X, X[:5]) == D[:, :5]).all()
    assert (source.square(np.array([3, 9, 250])) == D[np.ix_([3, 9, 250], [3, 9, 250])]).all()


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("metric", ["manhattan", "canberra"])
def test_nearest(metric, n_threads):
    X = points(np.float32, n=900, d=6)
    source = FeatureDistances(X, metric, None, n_threads)
    medoids = np.array([5, 8, 7, *range(100, 190)])
    labels, d1 = source.nearest(medoids)
    D = source.between(np.arange(900), medoids)
    assert (d1 == D.min(axis=1)).all()
    assert labels[8] == 1
    assert labels[7] == 2  # a medoid owns itself, though another one lies in its place
    others = np.setdiff1d(np.arange(900), medoids)
    assert (labels[others] == D[others].argmin(axis=1)).all()
    by_matrix, same = MatrixDistances(pairwise_distances(X, metric=metric)).nearest(medoids)
    assert (by_matrix == labels).all()
    assert np.allclose(same, d1, rtol=1e-5)


def test_directions_without_length_are_at_distance_one():
    X = np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 0.0], [-4.0, 3.0]])
    D = FeatureDistances(X, "cosine").square()
    assert D[0].tolist() == [0, 1, 0, 1]
    assert D[1] == pytest.approx([1, 0, 1, 1])


def test_layouts_make_no_difference_and_nothing_is_changed():
    X = points(np.float64)
    before = X.copy()
    expected = FeatureDistances(X, "euclidean").square()
    read_only = X.copy()
    read_only.flags.writeable = False
    wide = np.zeros((600, 26))
    wide[::2, ::2] = X
    for other in (np.asfortranarray(X), read_only, wide[::2, ::2]):
        assert (FeatureDistances(other, "euclidean").square() == expected).all()
    assert (before == X).all()
    assert X.flags.writeable


def test_parameters_of_metrics_go_to_scikit_learn():
    X = points(np.float64)
    source = FeatureDistances(X, "minkowski", {"p": 3})
    assert np.allclose(source.square(), pairwise_distances(X, metric="minkowski", p=3))
    weighted = FeatureDistances(X, "euclidean", {"squared": True})
    assert np.allclose(weighted.square(), FeatureDistances(X, "sqeuclidean").square())


def test_what_does_not_fit_is_refused(monkeypatch):
    monkeypatch.setattr("graphkit.memory.available_memory", lambda: 1000)
    for metric in ("euclidean", "canberra"):
        with pytest.raises(MemoryBudgetError, match="matrix of distances between 300 samples needs"):
            FeatureDistances(points(np.float64), metric).square()


def test_integers_become_floating_point():
    source = check_source([[0, 0], [3, 4]], "euclidean", None, 1)
    assert source.between(np.array([0]), np.array([1])).tolist() == [[5.0]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_fit_from_features_is_fit_from_their_distances(dtype):
    X = points(dtype)
    D = FeatureDistances(X, "euclidean").square()
    one = FasterPAM(7, metric="euclidean", random_state=0, n_jobs=2).fit(X)
    two = FasterPAM(7, random_state=0).fit(D)
    assert one.medoid_indices_.tolist() == two.medoid_indices_.tolist()
    assert one.inertia_ == two.inertia_
    assert one.transform(X).dtype == dtype
