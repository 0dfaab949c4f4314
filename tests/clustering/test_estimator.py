"""The estimator: what scikit-learn's own checks (tests/contracts) do not look at."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits, load_iris
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.metrics import pairwise_distances
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from clustering import FastPAM, fastpam
from graphkit.errors import MemoryBudgetError

X = load_iris().data
D = pairwise_distances(X)


def test_precomputed_distances_are_the_default():
    model = FastPAM(3).fit(D)
    expected = fastpam(D, 3)
    assert model.labels_.tolist() == expected.labels.tolist()
    assert model.medoid_indices_.tolist() == expected.medoid_indices.tolist()
    assert model.inertia_ == expected.inertia
    assert (model.n_iter_, model.n_swap_) == (expected.n_iter, expected.n_swap)
    assert model.cluster_centers_ is None
    assert model.n_features_in_ == 150
    assert FastPAM(3).fit_predict(D).tolist() == model.labels_.tolist()


@pytest.mark.parametrize(
    "metric", ["euclidean", "manhattan", "cosine", "chebyshev", "seuclidean", "mahalanobis"]
)
def test_features_with_a_named_metric(metric):
    model = FastPAM(4, metric=metric).fit(X)
    distances = pairwise_distances(X, metric=metric)
    expected = FastPAM(4).fit(distances)
    assert model.labels_.tolist() == expected.labels_.tolist()
    assert (model.cluster_centers_ == X[model.medoid_indices_]).all()
    assert model.predict(X).tolist() == model.labels_.tolist()
    # scikit-learn takes Euclidean distances from expanded squares: zero comes out as the root of rounding.
    assert np.allclose(model.transform(X), distances[:, model.medoid_indices_], rtol=0, atol=1e-6)
    assert np.allclose(model.transform(X[:1]), distances[:1, model.medoid_indices_], rtol=0, atol=1e-6)


def test_features_with_a_function_and_with_parameters():
    def metric(x, y, power=2.0):
        return (np.abs(x - y) ** power).sum() ** (1 / power)

    by_function = FastPAM(3, metric=metric, metric_params={"power": 3.0}).fit(X)
    by_name = FastPAM(3, metric="minkowski", metric_params={"p": 3}).fit(X)
    assert by_function.medoid_indices_.tolist() == by_name.medoid_indices_.tolist()
    assert np.allclose(by_function.transform(X[:5]), by_name.transform(X[:5]), rtol=1e-12)
    assert FastPAM(3, metric="manhattan").fit(X).inertia_ > by_name.inertia_


def test_float32_features_make_a_float32_matrix():
    model = FastPAM(3, metric="euclidean").fit(X.astype(np.float32))
    assert model.cluster_centers_.dtype == np.float32
    assert model.transform(X[:2].astype(np.float32)).dtype == np.float32


def test_predict_returns_labels_from_either_kind_of_distances():
    train, query = D[:100, :100], D[100:, :100]
    model = FastPAM(4).fit(train)
    to_medoids = query[:, model.medoid_indices_]
    assert set(model.predict(query)) <= set(range(4))
    assert model.predict(query).tolist() == to_medoids.argmin(axis=1).tolist()
    assert model.predict(to_medoids).tolist() == model.predict(query).tolist()
    assert (model.transform(query) == to_medoids).all()
    assert model.predict(train).tolist() == model.labels_.tolist()
    with pytest.raises(ValueError, match="X has 50 features, but FastPAM is expecting 100"):
        model.predict(query[:, :50])
    for negative in (-query, -to_medoids):
        with pytest.raises(ValueError, match="Negative values in data"):
            model.predict(negative)


def test_columns_stand_for_samples_where_each_is_a_medoid():
    small = D[:4, :4]
    model = FastPAM(4, init=[2, 0, 3, 1]).fit(small)
    assert model.labels_.tolist() == [1, 3, 0, 2]
    assert model.predict(small).tolist() == [1, 3, 0, 2]


def test_equal_distances_go_to_the_lowest_cluster():
    x = np.array([0, 2, 4])
    model = FastPAM(2, init=[2, 0], max_iter=0).fit(np.abs(x[:, None] - x))
    assert model.labels_.tolist() == [1, 0, 0]
    assert model.predict([[2, 2, 2]]).tolist() == [0]


def test_given_medoids_and_seeds():
    init = np.array([140, 3, 70])
    model = FastPAM(3, init=init, max_iter=0).fit(D)
    assert model.medoid_indices_.tolist() == [140, 3, 70]
    model.medoid_indices_[0] = 0
    assert init.tolist() == [140, 3, 70]
    for name in ("random", "lab"):
        one, two = (FastPAM(5, init=name, random_state=0).fit(D) for _ in range(2))
        assert one.medoid_indices_.tolist() == two.medoid_indices_.tolist()
    legacy = FastPAM(5, init="random", random_state=np.random.RandomState(0)).fit(D)
    assert len(set(legacy.medoid_indices_)) == 5


def test_a_warning_tells_when_the_limit_cuts():
    digits = load_digits().data[:300]
    with pytest.warns(ConvergenceWarning, match="stopped at max_iter=2 before it converged"):
        model = FastPAM(10, metric="euclidean", init="random", random_state=0, max_iter=2).fit(digits)
    assert (model.n_iter_, model.n_swap_) == (2, 2)
    FastPAM(10, metric="euclidean", max_iter=0).fit(digits)  # warnings are errors here


def test_scikit_learn_conveniences():
    pipeline = make_pipeline(StandardScaler(), FastPAM(3, metric="euclidean").set_output(transform="pandas"))
    frame = pipeline.fit_transform(pd.DataFrame(X, columns=list("abcd")))
    assert frame.columns.tolist() == ["fastpam0", "fastpam1", "fastpam2"]
    assert frame.shape == (150, 3)
    model = FastPAM(3, init=[0, 50, 100]).fit(D)
    again = pickle.loads(pickle.dumps(model))
    assert again.predict(D).tolist() == model.labels_.tolist()
    assert clone(model).get_params() == model.get_params()
    assert repr(FastPAM(3)) == "FastPAM(n_clusters=3)"


@pytest.mark.parametrize(
    ("parameters", "data", "error", "message"),
    [
        ({"variant": "fastpam3"}, D, ValueError, "unknown variant 'fastpam3': .* accepted are fastpam1, f"),
        ({"metric": "euclidian"}, X, ValueError, "euclidian"),
        ({"metric": 3}, X, TypeError, "metric must be a name or a function of two samples, got 3"),
        ({"metric": lambda x, y: -1.0}, X, ValueError, "metric <lambda> must give .* got -1.0"),
        ({"metric_params": {"p": 3}}, D, ValueError, "metric_params must be None for a precomputed X"),
        ({}, X, ValueError, r"X must be a square matrix of pairwise distances, got .* \(150, 4\)"),
        ({}, np.triu(D), ValueError, "X must be symmetric"),
        ({"n_clusters": 151, "metric": "euclidean"}, X, ValueError, r"got 151 with n_samples=150"),
        ({"n_clusters": "3"}, D, TypeError, "n_clusters must be an integer, got '3'"),
    ],
)
def test_bad_parameters_are_named(parameters, data, error, message):
    with pytest.raises(error, match=message):
        FastPAM(**parameters).fit(data)


def test_distances_that_do_not_fit_are_refused_before_they_are_computed(monkeypatch):
    monkeypatch.setattr("graphkit.memory.available_memory", lambda: 8 * 150 * 150 - 1)
    with pytest.raises(MemoryBudgetError, match="matrix of distances between 150 samples needs about 180 kB"):
        FastPAM(3, metric="euclidean").fit(X)


def test_unfitted_models_say_so():
    with pytest.raises(NotFittedError):
        FastPAM(3).predict(D)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.nan, r"NaN.*got X\[3, 8\] = nan"),
        (np.inf, r"infinity.*got X\[3, 8\] = inf"),
        (-1.0, r"Negative values in data passed to X in FastPAM\. .*got X\[3, 8\] = -1.0"),
    ],
)
def test_bad_entries_are_named_with_place_and_value(value, message):
    bad = D.copy()
    bad[3, 8] = bad[8, 3] = value
    with pytest.raises(ValueError, match=message):
        FastPAM(3).fit(bad)
