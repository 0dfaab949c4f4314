"""Silhouettes against their definition and scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import silhouettes as oracle
from oracle.kmedoids_cases import DTYPES, arbitrary_integers, euclidean, grid_distances
from sklearn.datasets import load_iris
from sklearn.metrics import pairwise_distances
from sklearn.metrics import silhouette_samples as by_scikit_learn

from clustering import (
    _silhouettes,
    medoid_silhouette,
    medoid_silhouette_samples,
    silhouette,
    silhouette_samples,
)
from graphkit.errors import MemoryBudgetError

relaxed = settings(deadline=None, max_examples=80)


@st.composite
def labelled(draw):
    """A matrix of distances, often with ties and duplicates, and labels of at least two clusters."""
    n = draw(st.integers(2, 25))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    make = draw(st.sampled_from([grid_distances, arbitrary_integers, euclidean]))
    D = make(rng, n).astype(draw(st.sampled_from(DTYPES)))
    labels = rng.integers(0, draw(st.integers(2, n + 1)), n)
    labels[:2] = 0, 1
    return D, labels


@relaxed
@given(labelled())
def test_silhouettes_are_those_of_the_definition(case):
    D, labels = case
    before = D.copy()
    values = silhouette_samples(D, labels)
    assert np.allclose(values, oracle.silhouettes(D, labels), rtol=0, atol=1e-12)
    assert (before == D).all()
    if len(set(labels.tolist())) < len(D):  # scikit-learn refuses clusters of one sample each
        reference = by_scikit_learn(D.astype(np.float64), labels, metric="precomputed")
        assert np.allclose(values, reference, rtol=0, atol=1e-12)


@pytest.mark.parametrize("metric", ["euclidean", "manhattan", "cosine", "chebyshev", "canberra"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_features_in_small_blocks(metric, dtype, monkeypatch):
    monkeypatch.setattr(_silhouettes, "_BLOCK", 8 * 64 * 20)  # 64 columns, 20 rows at a time
    rng = np.random.default_rng(0)
    X, labels = rng.normal(size=(150, 5)).astype(dtype), rng.integers(0, 7, 150)
    values = silhouette_samples(X, labels, metric=metric)
    reference = by_scikit_learn(X.astype(np.float64), labels, metric=metric)
    assert np.allclose(values, reference, rtol=0, atol=1e-5 if dtype == np.float32 else 1e-10)


def test_a_function_and_parameters_of_a_metric():
    rng = np.random.default_rng(0)
    X, labels = rng.normal(size=(30, 3)), rng.integers(0, 3, 30)
    by_name = silhouette_samples(X, labels, metric="minkowski", metric_params={"p": 3})
    by_function = silhouette_samples(X, labels, metric=lambda x, y: (np.abs(x - y) ** 3).sum() ** (1 / 3))
    assert np.allclose(by_name, by_function, rtol=0, atol=1e-12)


@pytest.mark.parametrize("n_clusters", [2, 40, 1500])
def test_threads_and_blocks_do_not_change_a_bit(n_clusters, monkeypatch):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1500, 4)).astype(np.float32)
    D = pairwise_distances(X, metric="manhattan").astype(np.float32)
    D = np.maximum(D, D.T)
    labels = rng.permutation(np.arange(1500) % n_clusters)
    matrices = [silhouette_samples(D, labels, n_jobs=n) for n in (1, 2, -1)]
    features = [silhouette_samples(X, labels, metric="manhattan", n_jobs=n) for n in (1, 2, -1)]
    monkeypatch.setattr(_silhouettes, "_BLOCK", 8 * 200 * 64)
    matrices += [silhouette_samples(D, labels)]
    features += [silhouette_samples(X, labels, metric="manhattan")]
    for values in (matrices, features):
        assert all((value == values[0]).all() for value in values)
    assert np.allclose(matrices[0], features[0], rtol=0, atol=1e-5)


def test_layouts_and_names():
    rng = np.random.default_rng(1)
    D = euclidean(rng, 40)
    names = np.array(["red", "green", "blue"])[rng.integers(0, 3, 40)]
    expected = silhouette_samples(D, names)
    D.flags.writeable = False
    for matrix in (D, np.asfortranarray(D), np.repeat(np.repeat(D, 2, 0), 2, 1)[::2, ::2], D.tolist()):
        assert (silhouette_samples(matrix, names.tolist()) == expected).all()
    assert silhouette(D, names) == pytest.approx(expected.mean(), abs=1e-15)


def test_special_values():
    D = np.zeros((4, 4), np.int64)
    assert silhouette_samples(D, [0, 0, 1, 1]).tolist() == [0, 0, 0, 0]  # all distances are zero
    x = np.array([0, 0, 5, 7])
    D = np.abs(x[:, None] - x)
    assert silhouette_samples(D, [0, 0, 1, 2]).tolist() == [1, 1, 0, 0]  # alone in a cluster: 0
    assert silhouette_samples(D, [0, 1, 2, 3]).tolist() == [0, 0, 0, 0]
    assert medoid_silhouette_samples(D, [0, 1]).tolist() == [1, 1, 0, 0]  # tied medoids
    assert medoid_silhouette_samples(D, [0, 1, 2, 3]).tolist() == [1, 1, 1, 1]


@relaxed
@given(labelled(), st.integers(0, 2**32))
def test_weights_equal_repetition(case, seed):
    D, labels = case
    rng = np.random.default_rng(seed)
    weights = rng.integers(0, 4, len(D))
    weights[:2] = 1
    repeated = np.repeat(np.arange(len(D)), weights)
    many = silhouette_samples(D[np.ix_(repeated, repeated)], labels[repeated])
    values = silhouette_samples(D, labels, sample_weight=weights)
    assert np.allclose(values[repeated], many, rtol=0, atol=1e-12)
    assert silhouette(D, labels, sample_weight=weights) == pytest.approx(many.mean(), abs=1e-12)
    # What does not count gets the value that it would have as the only addition.
    for o in np.flatnonzero(weights == 0)[:1]:
        added = np.append(repeated, o)
        one_more = silhouette_samples(D[np.ix_(added, added)], labels[added])
        assert values[o] == pytest.approx(one_more[-1], abs=1e-12)
    medoids = [0, 1]
    expected = medoid_silhouette_samples(D, medoids)[repeated].mean()
    assert medoid_silhouette(D, medoids, sample_weight=weights) == pytest.approx(expected, abs=1e-12)


@relaxed
@given(labelled(), st.data())
def test_medoid_silhouettes_are_those_of_the_definition(case, data):
    D, _ = case
    k = data.draw(st.integers(2, len(D)))
    medoids = np.random.default_rng(k).choice(len(D), k, replace=False)
    values = medoid_silhouette_samples(D, medoids)
    assert np.allclose(values, oracle.medoid_silhouettes(D, medoids), rtol=0, atol=1e-12)
    assert (values[medoids] == 1).all()
    assert medoid_silhouette(D, medoids) == pytest.approx(oracle.medoid_silhouette(D, medoids), abs=1e-12)


@pytest.mark.parametrize("metric", ["euclidean", "cosine", "canberra"])
def test_medoid_silhouettes_of_features(metric, monkeypatch):
    X = load_iris().data
    expected = medoid_silhouette_samples(pairwise_distances(X, metric=metric), [0, 60, 110])
    monkeypatch.setattr(_silhouettes, "_BLOCK", 8 * 3 * 17)  # 17 samples at a time
    values = medoid_silhouette_samples(X, [0, 60, 110], metric=metric)
    assert np.allclose(values, expected, rtol=0, atol=1e-7)


def test_little_memory_is_taken_for_features(monkeypatch):
    """Far less than the matrix, 800 MB; where not even a block fits, the call is refused."""
    X = np.random.default_rng(0).normal(size=(10_000, 2)).astype(np.float32)
    labels = (X[:, 0] > 0).astype(int)
    monkeypatch.setattr("graphkit.memory.available_memory", lambda: 100_000_000)
    assert 0 < silhouette(X, labels, metric="euclidean") < 1
    monkeypatch.setattr("graphkit.memory.available_memory", lambda: 1000)
    with pytest.raises(MemoryBudgetError, match="silhouettes of 10000 samples in 2 clusters needs"):
        silhouette(X, labels, metric="euclidean")


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 0, 0], r"labels must name at least 2 clusters, got 1"),
        ([0, 1], r"labels must be of shape \(3,\), one for each sample, got shape \(2,\)"),
        ([[0], [1], [0]], r"labels must be of shape \(3,\)"),
    ],
)
def test_bad_labels(labels, message):
    with pytest.raises(ValueError, match=message):
        silhouette_samples(np.zeros((3, 3)), labels)


def test_bad_input():
    D = np.zeros((3, 3))
    with pytest.raises(ValueError, match="a medoid silhouette needs at least 2 medoids, got 1"):
        medoid_silhouette_samples(D, [1])
    with pytest.raises(ValueError, match="medoid_indices"):
        medoid_silhouette_samples(D, [1, 3])
    with pytest.raises(ValueError, match="must not be negative"):
        silhouette(-np.ones((3, 3)) + np.eye(3), [0, 1, 1])
    with pytest.raises(ValueError, match="sample_weight is zero for all samples"):
        silhouette(D, [0, 1, 1], sample_weight=np.zeros(3))
    with pytest.raises(ValueError, match="n_jobs must not be 0"):
        silhouette(D, [0, 1, 1], n_jobs=0)
