"""Kernels called directly: without compilation, and in states that the function layer never reaches."""

import numpy as np
import pytest
from numba.core.registry import CPUDispatcher

from clustering import fastpam
from clustering._kernels import build, swap


@pytest.fixture
def interpreted(monkeypatch):
    """Every kernel as the Python function that it was before numba compiled it."""
    for module in (build, swap):
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
    assert not isinstance(swap.swap_by_table, CPUDispatcher)
    for setting, expected in zip(settings, compiled, strict=True):
        result = fastpam(D, random_state=1, **setting)
        assert result.medoid_indices.tolist() == expected.medoid_indices.tolist()
        assert result.labels.tolist() == expected.labels.tolist()
        assert result.inertia == expected.inertia
        assert (result.n_iter, result.n_swap) == (expected.n_iter, expected.n_swap)


@pytest.fixture
def state():
    """Six objects on a line in two clusters, at a local optimum."""
    x = np.array([0.0, 1.0, 2.0, 10.0, 11.0, 12.0])
    D = np.abs(x[:, None] - x)
    D.flags.writeable = False
    medoids = np.array([1, 4])
    nearest, second = np.empty(6, np.int32), np.empty(6, np.int32)
    d1, d2 = np.empty(6), np.empty(6)
    swap.assign(D, medoids, nearest, second, d1, d2)
    removal = np.empty(2)
    swap.removal_losses(nearest, d1, d2, removal)
    is_medoid = np.zeros(6, bool)
    is_medoid[medoids] = True
    return D, medoids, is_medoid, nearest, second, d1, d2, removal


def test_assignment_and_removal_losses(state):
    _, _, _, nearest, second, d1, d2, removal = state
    assert nearest.tolist() == [0, 0, 0, 1, 1, 1]
    assert second.tolist() == [1, 1, 1, 0, 0, 0]
    assert d1.tolist() == [1, 0, 1, 1, 0, 1]
    assert d2.tolist() == [11, 10, 9, 9, 10, 11]
    assert removal.tolist() == [28, 28]


@pytest.mark.parametrize("form", ["rows", "table"])
def test_a_swap_that_does_not_lower_the_loss_is_undone(state, form):
    D, medoids, is_medoid, nearest, _, d1, d2, removal = state
    removal[:] = -1000  # as if rounding had made a bad swap look good
    if form == "rows":
        outcome = swap.swap_by_rows(*state, 0.0, 5)
    else:
        shared, own = np.empty(6), np.empty((2, 6))
        swap.fill_table(D, nearest, d1, d2, shared, own)
        outcome = swap.swap_by_table(*state, 0.0, 5, shared, own, 6, 0.0)[:3]
    assert outcome == (1, 0, True)
    assert medoids.tolist() == [1, 4]
    assert np.flatnonzero(is_medoid).tolist() == [1, 4]
    assert nearest.tolist() == [0, 0, 0, 1, 1, 1]
    assert d1.tolist() == [1, 0, 1, 1, 0, 1]
    assert removal.tolist() == [28, 28]


def test_table_holds_the_change_of_the_loss_by_every_swap(state):
    D, medoids, is_medoid, nearest, _, d1, d2, removal = state
    shared, own = np.empty(6), np.empty((2, 6))
    swap.fill_table(D, nearest, d1, d2, shared, own)
    for j in np.flatnonzero(~is_medoid):
        for slot in range(2):
            swapped = medoids.copy()
            swapped[slot] = j
            change = D[swapped].min(axis=0).sum() - d1.sum()
            assert shared[j] + own[slot, j] + removal[slot] == change


@pytest.mark.parametrize(
    ("entries", "expected"), [([0.0, 3.0], 3.0), ([0.0, 0.0], 0.0), ([2.0, 0.5], -1.0), ([7e8, 2.0], 7e8)]
)
def test_largest_integer(entries, expected):
    D = np.zeros((2, 2))
    D[0, 1] = D[1, 0] = entries[0]
    D[1, 1] = entries[1]
    assert build.largest_integer(D) == expected
