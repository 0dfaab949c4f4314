"""Condensed distances and small numbers: the same results as from a square matrix, and no copy of it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist, squareform

from clustering import (
    CLARA,
    FasterPAM,
    FastPAM,
    alternating,
    clara,
    fasterpam,
    fastpam,
    large_kmedoids,
    medoid,
    onebatchpam,
    pam,
)
from clustering._row_search import fasterpam_by_rows
from clustering._stored import CompactDistances, CondensedDistances, stored


def assert_same(ours, theirs):
    np.testing.assert_array_equal(ours.medoid_indices, theirs.medoid_indices)
    np.testing.assert_array_equal(ours.labels, theirs.labels)
    assert ours.inertia == pytest.approx(theirs.inertia, rel=1e-12)  # sums in another order
    assert (ours.n_iter, ours.n_swap, ours.converged) == (theirs.n_iter, theirs.n_swap, theirs.converged)


def random_condensed(rng, n, dtype):
    """Distances with many ties, and with duplicates at distance zero."""
    places = rng.integers(0, 12, size=(n, 2))
    values = pdist(places, "cityblock") * (1.0 if np.dtype(dtype).kind != "f" else 0.25)
    return (values > 3 if dtype == np.bool_ else values).astype(dtype)


@given(
    st.integers(2, 90),
    st.integers(1, 7),
    st.sampled_from([np.float32, np.float64, np.int64, np.int32, np.uint8, np.bool_, np.float16]),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=250, deadline=None)
def test_search_by_rows_is_fasterpam(n, k, dtype, seed):
    rng = np.random.default_rng(seed)
    entries = random_condensed(rng, n, dtype)
    square = squareform(entries) if dtype != np.float16 else squareform(entries.astype(np.float32))
    k = min(k, n)
    fixed = rng.choice(n, int(rng.integers(0, k)), replace=False) if seed % 2 else None
    weights = rng.integers(1, 4, size=n) if seed % 3 else None
    expected = fasterpam(
        square, k, random_state=seed, order="random", sample_weight=weights, fixed_medoids=fixed
    )
    rest = ("random", 100, seed, "random", weights, fixed)
    assert_same(fasterpam_by_rows(CondensedDistances(entries), k, *rest), expected)
    assert_same(fasterpam_by_rows(CompactDistances(square.astype(dtype)), k, *rest), expected)


@pytest.mark.parametrize("method", [fasterpam, fastpam, pam, alternating, clara, onebatchpam, large_kmedoids])
def test_all_functions_take_condensed_distances(method):
    entries = random_condensed(np.random.default_rng(0), 120, np.float32)
    assert_same(method(entries, 4, random_state=0), method(squareform(entries), 4, random_state=0))


def test_the_medoid_of_condensed_distances():
    entries = pdist(np.arange(9.0)[:, None])
    assert medoid(entries) == 4


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32])
def test_large_inputs_are_not_copied(dtype, monkeypatch, tmp_path):
    """Memory-mapped, read-only, and never made square."""
    from clustering import _row_search

    entries = random_condensed(np.random.default_rng(1), 300, dtype)
    expected = fasterpam(squareform(entries).astype(np.float64), 5, random_state=0)
    monkeypatch.setattr(_row_search, "_SMALL", 1000)
    monkeypatch.setattr(_row_search, "_BLOCK", 10_000)
    monkeypatch.setattr(CondensedDistances, "square", None)
    monkeypatch.setattr(CompactDistances, "square", None)
    np.save(tmp_path / "condensed.npy", entries)
    mapped = np.load(tmp_path / "condensed.npy", mmap_mode="r")
    assert np.shares_memory(CondensedDistances(mapped).entries, mapped)
    result = fasterpam(mapped, 5, random_state=0)
    np.testing.assert_array_equal(result.medoid_indices, expected.medoid_indices)
    if dtype != np.float32:
        np.save(tmp_path / "square.npy", squareform(entries))
        mapped = np.load(tmp_path / "square.npy", mmap_mode="r")
        assert np.shares_memory(stored(mapped).D, mapped)
        assert_same(fasterpam(mapped, 5, random_state=0), result)


def test_k_medoids_plus_plus_by_rows():
    entries = random_condensed(np.random.default_rng(2), 60, np.float64)
    expected = fasterpam(squareform(entries), 4, init="k-medoids++", random_state=3)
    source = CondensedDistances(entries)
    assert_same(fasterpam_by_rows(source, 4, "k-medoids++", 100, 3, "natural"), expected)


def test_bad_input():
    with pytest.raises(ValueError, match=r"n \(n - 1\) / 2 entries, and there is no such n for 5"):
        fasterpam(np.ones(5), 2)
    with pytest.raises(ValueError, match=r"finite and not negative, got D\[2\] = nan"):
        fasterpam([1.0, 2.0, np.nan], 2)
    with pytest.raises(ValueError, match=r"finite and not negative, got D\[0\] = -1"):
        fastpam([-1, 2, 3], 2)
    with pytest.raises(ValueError, match="real numbers"):
        fasterpam(np.ones(3, complex), 2)
    with pytest.raises(ValueError, match="symmetric"):
        fasterpam(np.array([[0, 1], [2, 0]], np.uint8), 1)
    with pytest.raises(ValueError, match="zero diagonal"):
        fasterpam(np.ones((2, 2), np.bool_), 1)
    with pytest.raises(ValueError, match="overflow int64"):
        fasterpam_by_rows(CondensedDistances(np.full(3, 2**61)), 1, "random", 1, 0, "natural")


@pytest.mark.parametrize("dtype", [np.bool_, np.float16, np.uint16])
def test_large_matrices_are_checked_in_their_type(dtype):
    square = np.ones((600, 600), dtype)
    np.fill_diagonal(square, 0)
    assert CompactDistances(square).D is square
    square[500, 30] = 0
    with pytest.raises(ValueError, match=r"symmetric, got D\[30, 500\]"):
        CompactDistances(square)


def test_kernels_without_compilation():
    from clustering._kernels import condensed

    entries = pdist(np.random.default_rng(0).random((70, 3)))
    out = np.empty((4, 70))
    indices = np.array([0, 3, 65, 69])
    condensed.rows.py_func(entries, 70, indices, out)
    np.testing.assert_array_equal(out, squareform(entries)[indices])
    pairs = np.empty((4, 2))
    condensed.pairs.py_func(entries, 70, indices, np.array([3, 68]), pairs)
    np.testing.assert_array_equal(pairs, squareform(entries)[np.ix_(indices, [3, 68])])


@pytest.mark.parametrize("estimator", [FastPAM, FasterPAM, CLARA])
def test_estimators_take_condensed_distances(estimator, monkeypatch):
    entries = random_condensed(np.random.default_rng(4), 90, np.int16)
    square = squareform(entries)
    expected = estimator(3, random_state=0).fit(square.astype(np.int64))
    for X in (entries, square):
        model = estimator(3, random_state=0).fit(X)
        np.testing.assert_array_equal(model.labels_, expected.labels_)
        assert (model.inertia_, model.n_features_in_) == (expected.inertia_, 90)
        np.testing.assert_array_equal(model.predict(square), expected.labels_)
    from clustering import _row_search

    monkeypatch.setattr(_row_search, "_SMALL", 0)
    np.testing.assert_array_equal(estimator(3, random_state=0).fit(entries).labels_, expected.labels_)
    with pytest.raises(ValueError, match="n_clusters"):
        estimator(91).fit(entries)
