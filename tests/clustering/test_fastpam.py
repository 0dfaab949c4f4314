"""The function layer against PAM by definition."""

import numpy as np
import pytest
from oracle import kmedoids as oracle
from oracle.kmedoids_cases import DTYPES, arbitrary_integers, euclidean, grid_distances

from clustering import _functional, _problem, _search, fastpam
from graphkit.errors import MemoryBudgetError


@pytest.mark.parametrize("gain_table", [True, False])
@pytest.mark.parametrize("make", [grid_distances, arbitrary_integers])
@pytest.mark.parametrize("dtype", DTYPES)
def test_integers_give_the_swaps_of_pam_in_every_dtype(dtype, make, gain_table):
    rng = np.random.default_rng(1)
    n_swaps = 0
    for _ in range(60):
        n = int(rng.integers(2, 15))
        k = int(rng.integers(1, n + 1))
        D = make(rng, n)
        init = rng.choice(n, k, replace=False)
        medoids, swaps = oracle.pam(D, init)
        result = fastpam(D.astype(dtype), k, init=init, gain_table=gain_table)
        assert result.medoid_indices.tolist() == medoids
        assert (result.n_swap, result.n_iter, result.converged) == (swaps, swaps + 1, True)
        assert result.inertia == oracle.loss(D, medoids)
        assert result.labels.tolist() == oracle.labels(D, medoids).tolist()
        n_swaps += swaps
    assert n_swaps > 20


@pytest.mark.parametrize("gain_table", [True, False])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_real_distances_without_ties_give_the_swaps_of_pam(dtype, gain_table):
    rng = np.random.default_rng(2)
    for _ in range(40):
        n = int(rng.integers(2, 16))
        k = int(rng.integers(1, n + 1))
        D = euclidean(rng, n, dtype)
        init = rng.choice(n, k, replace=False)
        medoids, swaps = oracle.pam(D, init)
        result = fastpam(D, k, init=init, gain_table=gain_table)
        assert result.medoid_indices.tolist() == medoids
        assert result.n_swap == swaps
        assert result.inertia == pytest.approx(
            oracle.loss(D, medoids), rel=1e-14
        )  # sums of 15 terms in float64


def test_the_path_is_that_of_pam_swap_by_swap():
    D = grid_distances(np.random.default_rng(3), 40, side=9)
    init = np.arange(8)
    for max_iter in range(12):
        medoids, swaps = oracle.pam(D, init, max_swaps=max_iter)
        for gain_table in (True, False):
            result = fastpam(D, 8, init=init, max_iter=max_iter, gain_table=gain_table)
            assert result.medoid_indices.tolist() == medoids
            assert result.n_swap == swaps
            assert result.n_iter == (max_iter if swaps == max_iter else swaps + 1)
            assert result.converged == (swaps < max_iter)
    assert result.converged


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "make",
    [
        lambda rng: 0.1 * grid_distances(rng, 150, side=6),  # ties that rounding blurs
        lambda rng: np.where(np.eye(150, dtype=bool), 0.0, 0.3),  # nothing but ties
        lambda rng: euclidean(rng, 150),
        lambda rng: with_outlier(euclidean(rng, 150)),
    ],
    ids=["blurred ties", "constant", "real", "outlier"],
)
def test_table_and_rows_perform_the_same_swaps(make, dtype):
    rng = np.random.default_rng(4)
    D = make(rng).astype(dtype)
    for k in (2, 9, 60):
        init = rng.choice(150, k, replace=False)
        for max_iter in (1, 3, 1000):
            by_table = fastpam(D, k, init=init, max_iter=max_iter, gain_table=True)
            by_rows = fastpam(D, k, init=init, max_iter=max_iter, gain_table=False)
            assert by_table.medoid_indices.tolist() == by_rows.medoid_indices.tolist()
            assert by_table.n_swap == by_rows.n_swap
            assert by_table.inertia == by_rows.inertia


def with_outlier(D):
    """One object so far away that sums with it have no digits left for the others."""
    D[5, :] = D[:, 5] = 1e15
    D[5, 5] = 0
    return D


def blurred_ties(seed, n=150):
    """Multiples of 0.1, which sums round: many choices tie but for the order in which they were added up."""
    D = np.triu(np.random.default_rng(seed).integers(1, 8, (n, n)), 1)
    return 0.1 * (D + D.T)


@pytest.mark.parametrize("seed", range(8))
def test_the_table_resolves_near_ties_as_sums_over_rows_do(seed):
    # With the error bound of the table at zero, about a third of these come out otherwise.
    D = blurred_ties(seed)
    for k in (2, 9, 60):
        init = np.random.default_rng(seed).choice(150, k, replace=False)
        by_table = fastpam(D, k, init=init, gain_table=True)
        by_rows = fastpam(D, k, init=init, gain_table=False)
        assert by_table.medoid_indices.tolist() == by_rows.medoid_indices.tolist()
        assert by_table.n_swap == by_rows.n_swap


@pytest.mark.parametrize("seed", range(8))
def test_build_resolves_near_ties_as_sums_over_rows_do(seed):
    D = blurred_ties(seed)
    medoids = [int(in_order(D).argmin())]
    while len(medoids) < 40:
        gains = in_order(np.maximum(D[medoids].min(axis=0) - D, 0))
        gains[medoids] = -1
        medoids.append(int(gains.argmax()))
    assert fastpam(D, 40, max_iter=0).medoid_indices.tolist() == medoids


def in_order(matrix):
    """Row sums, added up from left to right."""
    return np.cumsum(matrix, axis=1)[:, -1]


def test_calls_of_one_step_each_give_the_same_result(monkeypatch):
    D = euclidean(np.random.default_rng(5), 120)
    expected = fastpam(D, 10, init=np.arange(10))
    monkeypatch.setattr(_search, "_CELLS_PER_CALL", 1)
    for gain_table in (True, False):
        result = fastpam(D, 10, init=np.arange(10), gain_table=gain_table)
        assert result.n_swap == expected.n_swap > 3
        assert result.n_iter == expected.n_iter
        assert result.medoid_indices.tolist() == expected.medoid_indices.tolist()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("make", [grid_distances, arbitrary_integers])
def test_build_picks_what_lowers_the_loss_most(dtype, make):
    rng = np.random.default_rng(6)
    for _ in range(60):
        n = int(rng.integers(1, 25))
        k = int(rng.integers(1, n + 1))
        D = make(rng, n)
        assert fastpam(D.astype(dtype), k, max_iter=0).medoid_indices.tolist() == oracle.build(D, k)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_build_on_real_distances(dtype):
    rng = np.random.default_rng(7)
    for n in (2, 7, 30):
        D = euclidean(rng, n, dtype)
        assert fastpam(D, n, max_iter=0).medoid_indices.tolist() == oracle.build(D, n)


@pytest.mark.parametrize("dtype", DTYPES)
def test_build_fills_up_with_the_lowest_unused_indices(dtype):
    places = np.array([3, 0, 3, 3, 0, 3])
    D = np.abs(places[:, None] - places).astype(dtype)
    result = fastpam(D, 5)
    assert result.medoid_indices.tolist() == [0, 1, 2, 3, 4]
    assert result.inertia == 0
    assert result.labels.tolist() == [
        0,
        1,
        2,
        3,
        4,
        0,
    ]  # each medoid owns itself, sample 5 lies on three of them


def test_lab_follows_its_samples():
    D = euclidean(np.random.default_rng(8), 60)
    k, size = 7, 10 + 8
    rng = np.random.default_rng(9)
    unused = np.arange(60)
    samples = []
    for _ in range(k):
        samples.append(rng.choice(unused, size, replace=False, shuffle=False))
        unused = unused[unused != oracle.lab(D, k, samples)[-1]]
    result = fastpam(D, k, init="lab", max_iter=0, random_state=9)
    assert result.medoid_indices.tolist() == oracle.lab(D, k, samples)


def test_lab_is_build_where_its_sample_holds_everything():
    D = euclidean(np.random.default_rng(10), 12)
    for seed in range(3):
        lab = fastpam(D, 1, init="lab", max_iter=0, random_state=seed)
        assert lab.medoid_indices.tolist() == oracle.build(D, 1)


def test_random_initialisation_is_the_documented_draw():
    D = euclidean(np.random.default_rng(11), 30)
    expected = np.random.default_rng(0).choice(30, 6, replace=False)
    for seed in (0, np.random.default_rng(0)):
        result = fastpam(D, 6, init="random", max_iter=0, random_state=seed)
        assert result.medoid_indices.tolist() == expected.tolist()
    different = fastpam(D, 6, init="random", max_iter=0, random_state=1)
    assert different.medoid_indices.tolist() != expected.tolist()


def test_one_cluster_takes_the_medoid_of_all():
    D = euclidean(np.random.default_rng(12), 50)
    best = int(D.sum(axis=1).argmin())
    for init in ("build", "lab", [3], [best]):
        result = fastpam(D, 1, init=init, random_state=0)
        assert result.medoid_indices.tolist() == [best]
        assert result.converged
    assert (result.n_iter, result.n_swap) == (1, 0)
    cut = fastpam(D, 1, init=[3], max_iter=1)
    assert (cut.n_iter, cut.n_swap, cut.converged) == (1, 1, False)
    assert fastpam(D, 1, init=[3], max_iter=0).medoid_indices.tolist() == [3]


def test_as_many_clusters_as_samples():
    for n in (1, 2, 9):
        D = np.ones((n, n), dtype=np.int64) - np.eye(n, dtype=np.int64)
        result = fastpam(D, n)
        assert sorted(result.medoid_indices) == list(range(n))
        assert result.medoid_indices[result.labels].tolist() == list(range(n))
        assert (result.inertia, result.n_iter, result.n_swap, result.converged) == (0, 1, 0, True)


def test_layout_and_writability_make_no_difference(tmp_path):
    D = euclidean(np.random.default_rng(13), 80, np.float32)
    before = D.copy()
    np.save(tmp_path / "D.npy", D)
    wide = np.zeros((160, 160), np.float32)
    wide[::2, ::2] = D
    expected = fastpam(D, 5)
    for other in (
        np.asfortranarray(D),
        wide[::2, ::2],
        np.load(tmp_path / "D.npy", mmap_mode="r"),
        D.astype(">f4").astype(np.float64),
        D.tolist(),
    ):
        result = fastpam(other, 5)
        assert result.medoid_indices.tolist() == expected.medoid_indices.tolist()
        assert result.inertia == expected.inertia
    assert (before == D).all()
    assert D.flags.writeable


def test_square_arrays_are_not_copied():
    for dtype in DTYPES:
        for order in "CF":
            D = np.zeros((5, 5), dtype, order=order)
            assert np.shares_memory(D, _problem.rows(D))


def test_small_integer_types_are_summed_in_int64():
    D = np.full((300, 300), 255, dtype=np.uint8)
    np.fill_diagonal(D, 0)
    result = fastpam(D, 2)
    assert result.inertia == 298 * 255
    assert isinstance(result.inertia, int)
    assert isinstance(fastpam(D.astype(np.float32), 2).inertia, float)


def test_little_memory_means_no_table(monkeypatch):
    used = []
    functions = {name: getattr(_search, name) for name in ("best_swaps", "best_swaps_by_table")}
    for name, function in functions.items():
        monkeypatch.setattr(
            _functional, name, lambda *a, f=function, n=name, **b: used.append(n) or f(*a, **b)
        )
    D = euclidean(np.random.default_rng(14), 30)
    plenty = fastpam(D, 3)
    monkeypatch.setattr(_search, "available_memory", lambda: 2 * 8 * 3 * 30 - 1)
    little = fastpam(D, 3)
    assert set(used) == {"best_swaps_by_table", "best_swaps"}
    assert used[0] == "best_swaps_by_table"
    assert little.medoid_indices.tolist() == plenty.medoid_indices.tolist()


def test_a_table_that_does_not_fit_is_refused(monkeypatch):
    D = euclidean(np.random.default_rng(15), 30)
    monkeypatch.setattr("graphkit.memory.available_memory", lambda: 1000)
    with pytest.raises(
        MemoryBudgetError, match=r"table of gains for n_clusters=10 and 30 samples .* 2\.4 kB"
    ):
        fastpam(D, 10, gain_table=True)
    with pytest.raises(MemoryBudgetError, match=r"contiguous copy of the 15 x 15 matrix"):
        fastpam(np.zeros((30, 30))[::2, ::2], 3)


SQUARE = np.ones((4, 4)) - np.eye(4)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"n_clusters": 0}, ValueError, r"n_clusters must be in \[1, n_samples\], got 0 with n_samples=4"),
        ({"n_clusters": 5}, ValueError, r"n_clusters must be in \[1, n_samples\], got 5 with n_samples=4"),
        ({"n_clusters": 2.0}, TypeError, r"n_clusters must be an integer, got 2\.0"),
        ({"max_iter": -1}, ValueError, "max_iter must be at least 0, got -1"),
        ({"init": "biuld"}, ValueError, "unknown init 'biuld': did you mean build"),
        ({"init": [0, 1, 2]}, ValueError, r"init must hold n_clusters=2 sample indices, got .* shape \(3,\)"),
        ({"init": [0, 4]}, ValueError, r"init must hold sample indices in \[0, 3\], got 4"),
        ({"init": [-1, 2]}, ValueError, r"init must hold sample indices in \[0, 3\], got -1"),
        ({"init": [3, 3]}, ValueError, "init must hold distinct sample indices, got 3 more than once"),
        (
            {"init": [0.0, 1.0]},
            TypeError,
            "init must be one of build, lab, .*, random or an array of sample",
        ),
        (
            {"init": None},
            TypeError,
            "init must be one of build, lab, .*, random or an array of sample",
        ),
        ({"D": np.ones((2, 3))}, ValueError, r"D must be a square matrix .* shape \(2, 3\)"),
        ({"D": np.ones((4, 4))}, ValueError, r"D must have a zero diagonal, got D\[0, 0\] = 1"),
        ({"D": -SQUARE}, ValueError, r"D must not be negative, got D\[0, 1\] = -1"),
        ({"D": np.triu(SQUARE)}, ValueError, r"D must be symmetric, got D\[0, 1\] = 1"),
        ({"D": SQUARE * 1e308}, ValueError, "so large that their sum overflows"),
        (
            {"D": (SQUARE * 2**60).astype(np.int64)},
            ValueError,
            "so large that sums over 4 samples overflow int64",
        ),
    ],
)
def test_bad_input_is_named(arguments, error, message):
    arguments = {"D": SQUARE, "n_clusters": 2, "max_iter": 10} | arguments
    with pytest.raises(error, match=message):
        fastpam(**arguments)
