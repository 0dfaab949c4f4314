"""`check_distances`: what it accepts, what it names, and that its compiled scan sees what numpy sees."""

import numpy as np
import pytest

from graphkit import validation
from graphkit.validation import check_distances

SIZES = (40, 700)  # below and above the size from which on the kernel scans


def matrix(n, dtype=np.float64):
    rng = np.random.default_rng(0)
    D = rng.integers(1, 1000, (n, n)).astype(dtype)
    D = np.triu(D, 1)
    return D + D.T


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
@pytest.mark.parametrize("n", SIZES)
def test_good_matrices_come_back_as_they_are(n, dtype, order):
    D = np.asarray(matrix(n, dtype), order=order)
    D.flags.writeable = False
    assert check_distances(D) is D
    strided = np.zeros((2 * n, 2 * n), dtype)[::2, ::2]
    assert check_distances(strided) is strided


@pytest.mark.parametrize(
    ("dtype", "kept"),
    [
        (np.float16, np.float32), (bool, np.int64), (np.uint8, np.int64), (np.int32, np.int64),
        (np.uint64, np.float64), (np.longdouble, np.float64), (">f4", np.float64),
    ],
)  # fmt: skip
def test_other_types_are_converted(dtype, kept):
    D = np.ones((3, 3), dtype=dtype)
    np.fill_diagonal(D, 0)
    assert check_distances(D).dtype == kept


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("place", [(0, 1), (1, 0), (33, 37), (-1, 3), (5, -2), (-1, -2)])
@pytest.mark.parametrize(
    ("value", "mirrored", "message"),
    [
        (np.nan, True, "finite"), (np.nan, False, "finite"),
        (np.inf, True, "finite"), (np.inf, False, "finite"),
        (-1.0, True, "not be negative"), (1234.0, False, "symmetric"), (0.0, False, "symmetric"),
        (-1.0, False, "symmetric|not be negative"),
    ],
)  # fmt: skip
def test_one_bad_entry_is_found_anywhere(value, mirrored, message, place, n, order):
    D = np.asarray(matrix(n, np.float32), order=order)
    D[place] = value
    if mirrored:
        D[place[::-1]] = value
    with pytest.raises(ValueError, match=message):
        check_distances(D)


@pytest.mark.parametrize("n", SIZES)
def test_the_message_quotes_the_entry(n):
    D = matrix(n, np.int64)
    D[3, 2] += 1
    with pytest.raises(
        ValueError, match=rf"^X must be symmetric, got X\[2, 3\] = {D[2, 3]} but X\[3, 2\] = {D[3, 2]}$"
    ):
        check_distances(D, "X")
    D[3, 3] = 5
    with pytest.raises(ValueError, match=r"^X must have a zero diagonal, got X\[3, 3\] = 5$"):
        check_distances(D, "X")
    nan = matrix(n)
    nan[4, 4] = np.nan
    with pytest.raises(ValueError, match=r"^D must be finite \(no NaN or infinity\), got D\[4, 4\] = nan$"):
        check_distances(nan)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 1e-6), (np.float64, 1e-12), (np.int64, 0)])
def test_symmetry_up_to_rounding(n, dtype, tolerance):
    D = matrix(n, dtype)
    D[7, 9] = D[9, 7] = 1000
    if tolerance:
        D[9, 7] = 1000 * (1 - 0.4 * tolerance)
        check_distances(D)
    D[9, 7] = 1000 * (1 - 3 * tolerance) - (dtype == np.int64)
    with pytest.raises(ValueError, match="symmetric"):
        check_distances(D)


def test_scan_agrees_with_numpy():
    from graphkit._checks import scan_blocks, scan_distances

    rng = np.random.default_rng(1)
    for n in (1, 2, 63, 64, 65, 127, 128, 129, 130, 513, 2100):  # the last in threads
        D = rng.random((n, n))
        largest, gap, is_sound = scan_distances(D)
        assert (largest, gap, is_sound) == (D.max(), np.abs(D - D.T).max(), True)
        D[n // 2, n - 1] = np.nan
        assert not scan_distances(D)[2]
    D = matrix(66, np.int64)
    assert scan_blocks.py_func(D, 0) == scan_distances(D) == (D.max(), 0, True)


def test_small_matrices_do_not_wait_for_the_compiler(monkeypatch):
    monkeypatch.setattr(validation, "_is_sound", None)
    check_distances(matrix(100))


@pytest.mark.parametrize(
    ("D", "message"),
    [
        (np.zeros((0, 0)), "D is empty"),
        (np.zeros(4), r"D must be a square matrix of pairwise distances, got an array of shape \(4,\)"),
        (np.zeros((2, 3)), r"square matrix of pairwise distances, got an array of shape \(2, 3\)"),
        (np.zeros((2, 2), complex), "D must hold real numbers, got dtype complex128"),
        (np.array([["a", "b"], ["c", "d"]]), "D must hold real numbers, got dtype <U1"),
    ],
)
def test_wrong_kinds_are_named(D, message):
    with pytest.raises(ValueError, match=message):
        check_distances(D)
