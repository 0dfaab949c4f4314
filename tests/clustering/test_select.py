"""Choosing the number of clusters."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import kmedoids as slow
from oracle import silhouettes as oracle
from oracle.kmedoids_cases import euclidean, iris
from sklearn.datasets import load_iris
from sklearn.metrics import adjusted_rand_score

from clustering import select_k
from clustering._select import METHODS, adjusted_rand_index


@settings(deadline=None, max_examples=150)
@given(st.integers(1, 30), st.integers(1, 8), st.integers(1, 8), st.integers(0, 2**32))
def test_adjusted_rand_index(n, k, m, seed):
    rng = np.random.default_rng(seed)
    one, two = rng.integers(0, k, n), rng.integers(0, m, n)
    assert adjusted_rand_index(one, two) == pytest.approx(adjusted_rand_score(one, two), abs=1e-12)
    assert adjusted_rand_index(one, rng.permutation(k)[one]) == 1


@pytest.mark.parametrize("method", METHODS)
def test_figures_are_those_of_the_best_run(method):
    D = euclidean(np.random.default_rng(0), 25)
    selection = select_k(D, [4, 1, 2, 3, 3], method=method, n_seeds=4, random_state=0)
    assert [found.n_clusters for found in selection.candidates] == [1, 2, 3, 4]
    for found in selection.candidates:
        medoids = found.medoid_indices
        assert found.labels.tolist() == slow.labels(D, medoids).tolist()
        assert found.inertia == pytest.approx(slow.loss(D, medoids), rel=1e-12)
        if found.n_clusters == 1:
            assert np.isnan([found.silhouette, found.medoid_silhouette]).all()
            assert found.stability == 1
            continue
        assert found.silhouette == pytest.approx(np.mean(oracle.silhouettes(D, found.labels)), abs=1e-12)
        assert found.medoid_silhouette == pytest.approx(oracle.medoid_silhouette(D, medoids), abs=1e-12)
        assert -1 <= found.stability <= 1
    best = max(selection.candidates[1:], key=lambda found: found.silhouette)
    assert selection.n_clusters == best.n_clusters
    assert selection.best is best


def test_more_seeds_never_make_the_loss_worse():
    D = iris()
    few, many = (select_k(D, [5, 8], n_seeds=n, random_state=1).candidates for n in (1, 6))
    assert all(one.inertia >= two.inertia for one, two in zip(few, many, strict=True))
    assert all(np.isnan(found.stability) for found in few)


def test_figures_do_not_depend_on_other_numbers_or_threads():
    D = iris()
    whole = {row["n_clusters"]: row for row in select_k(D, range(2, 7), random_state=3).table()}
    for k in (2, 5):
        (alone,) = select_k(D, [k], random_state=3, n_jobs=2).table()
        assert alone == whole[k]


def test_features_and_distances_agree():
    X = load_iris().data
    D = np.abs(X[:, None] - X).sum(axis=2)
    one = select_k(X, range(2, 6), metric="manhattan", random_state=0).table()
    two = select_k(D, range(2, 6), random_state=0).table()
    for row, expected in zip(one, two, strict=True):
        assert list(row.values()) == pytest.approx(list(expected.values()), rel=1e-9)


@pytest.mark.parametrize("criterion", ["silhouette", "medoid_silhouette", "stability"])
def test_clear_clusters_are_found(criterion):
    rng = np.random.default_rng(0)
    X = np.repeat([(0, 0), (30, 0), (0, 40), (50, 50)], 15, axis=0) + rng.normal(size=(60, 2))
    selection = select_k(X, range(2, 9), metric="euclidean", criterion=criterion, random_state=0)
    # All seeds may agree on fewer clusters too; of equals the smallest number is taken.
    perfect = [row["n_clusters"] for row in selection.table() if row["stability"] == 1]
    assert selection.n_clusters == (perfect[0] if criterion == "stability" else 4)
    four = selection.candidates[2]
    assert four.stability == 1
    assert len({tuple(four.labels[i : i + 15]) for i in range(0, 60, 15)}) == 4


def test_the_table_reads_well():
    x = np.array([0, 1, 2, 3, 50, 51, 52, 53, 90, 91, 92, 93])
    selection = select_k(np.abs(x[:, None] - x), [1, 2, 3], random_state=0)
    lines = str(selection).splitlines()
    assert lines[0].split() == ["k", "loss", "silhouette", "medoid", "silhouette", "stability"]
    assert lines[1].split()[2:] == ["-", "-", "1.000"]
    assert lines[3].endswith("<- best silhouette")
    assert len({len(line) for line in lines[:3]}) == 1
    assert [set(row) for row in selection.table()] == [
        {"n_clusters", "inertia", "silhouette", "medoid_silhouette", "stability"}
    ] * 3


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"n_clusters": 3}, TypeError, "n_clusters must hold several integers"),
        ({"n_clusters": []}, ValueError, "n_clusters must hold a number of at least 2"),
        ({"n_clusters": [1]}, ValueError, "n_clusters must hold a number of at least 2"),
        ({"n_clusters": [2, 151]}, ValueError, r"n_clusters must be in \[1, n_samples\], got 151"),
        ({"n_clusters": [2.5]}, TypeError, "n_clusters must be an integer"),
        ({"method": "pam"}, ValueError, "unknown method 'pam': did you mean fastpam"),
        ({"criterion": "loss"}, ValueError, "unknown criterion 'loss'"),
        ({"n_seeds": 0}, ValueError, "n_seeds must be at least 1, got 0"),
        ({"n_seeds": 1, "criterion": "stability"}, ValueError, "n_seeds must be at least 2, got 1"),
    ],
)
def test_bad_input(arguments, error, message):
    with pytest.raises(error, match=message):
        select_k(iris(), **arguments)
