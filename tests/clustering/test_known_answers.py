"""Losses and medoids that other implementations found.

The cases in `CITED` come with the repository. They, and the larger collection in ``../shared``, were computed
by fastpam1, pam and pam_build of the PyPI package kmedoids 0.5.5 (E. Schubert, L. Lenssen, JOSS 7(75), 4183,
2022, doi:10.21105/joss.04183). On integer distances every figure must agree exactly, the order of the slots
included.
"""

import hashlib
import json

import numpy as np
import pytest
from oracle.kmedoids_cases import SHARED_SETS, digits, grid, iris, mnist, roots

from clustering import fastpam

CITED = [
    # distances, first medoids or the number of them for BUILD; loss of BUILD; loss, medoids, swaps
    (iris, [114, 62], None, 2194, [126, 7], 2),
    (iris, [14, 98], None, 2194, [7, 126], 2),
    (iris, [95, 7], 2701, 2194, [126, 7], 1),
    (iris, [114, 62, 33, 107, 7], None, 1288, [112, 69, 63, 105, 7], 4),
    (iris, [14, 98, 75, 16, 131], None, 1301, [147, 69, 63, 7, 102], 6),
    (iris, [95, 7, 147, 102, 63], 1365, 1301, [69, 7, 147, 102, 63], 1),
    (
        iris, [14, 98, 75, 16, 131, 56, 141, 44, 29, 120], None,
        964, [96, 81, 86, 10, 105, 116, 126, 7, 47, 120], 14,
    ),
    (
        iris, [95, 7, 147, 102, 63, 80, 47, 10, 101, 105], 1000,
        957, [99, 7, 116, 120, 54, 81, 47, 10, 101, 105], 5,
    ),
    (grid, [7, 89], None, 646, [31, 100], 2),
    (grid, [65, 81], 690, 642, [63, 81], 1),
    (
        grid, [94, 91, 84, 48, 53, 5, 42, 33, 112], None,
        275, [94, 91, 85, 25, 64, 17, 128, 33, 123], 8,
    ),
    (
        grid, [65, 81, 73, 19, 126, 14, 110, 118, 34, 37, 29, 88, 120, 44, 91, 71], 204,
        198, [65, 141, 73, 19, 126, 14, 123, 118, 22, 37, 29, 100, 120, 57, 91, 71], 5,
    ),
]  # fmt: skip


@pytest.mark.parametrize("gain_table", [True, False])
@pytest.mark.parametrize("case", CITED, ids=lambda case: f"{case[0].__name__}-{len(case[1])}")
def test_cited_cases(case, gain_table):
    make, init, build_loss, loss, medoids, n_swap = case
    D = make()
    if build_loss is not None:
        start = fastpam(D, len(init), max_iter=0)
        assert (start.medoid_indices.tolist(), start.inertia) == (init, build_loss)
    result = fastpam(D, len(init), init=init, gain_table=gain_table)
    assert (result.inertia, result.medoid_indices.tolist(), result.n_swap) == (loss, medoids, n_swap)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_cited_case_on_real_distances(dtype):
    D = roots(digits(1797), dtype)
    start = fastpam(D, 10, max_iter=0)
    assert start.medoid_indices.tolist() == [945, 1579, 1107, 983, 1696, 272, 1387, 1417, 1075, 186]
    assert start.inertia == pytest.approx(51884.049849243325, rel=1e-6 if dtype == np.float32 else 1e-12)
    result = fastpam(D, 10)
    assert result.medoid_indices.tolist() == [345, 1039, 1327, 983, 1696, 360, 1387, 1417, 1075, 186]
    assert result.inertia == pytest.approx(51194.69981634259, rel=1e-6 if dtype == np.float32 else 1e-12)
    assert result.n_swap == 4


@pytest.mark.parametrize("name", SHARED_SETS)
def test_shared_cases(name, shared):
    document = json.loads((shared / "oracles" / "kmedoids.json").read_text())
    (dataset,) = (entry for entry in document["datasets"] if entry["dataset"] == name)
    D = SHARED_SETS[name](shared)
    assert D.dtype == dataset["dtype"]
    assert (len(D), D[0].sum(dtype=np.float64)) == (
        dataset["n"],
        pytest.approx(dataset["row0_sum"], rel=1e-12),
    )
    assert D.sum(dtype=np.float64) == pytest.approx(dataset["total_sum"], rel=1e-12)
    # Integers agree exactly; sums of floats in another order agree to the digits that rounding leaves.
    relative = 0 if D.dtype == np.int64 else 1e-9
    compared = 0
    for case in dataset["cases"]:
        k, init = case["k"], case["init_medoids"]
        if case["init"] == "BUILD":
            start = fastpam(D, k, max_iter=0)
            assert start.medoid_indices.tolist() == init
            if "build_loss" in case:
                assert start.inertia == pytest.approx(case["build_loss"], rel=relative, abs=0)
        result = fastpam(D, k, init=init)
        for algorithm in ("fastpam1", "pam"):
            if algorithm in case["results"]:
                compare(result, case["results"][algorithm], D, relative)
                compared += 1
    assert compared >= 5


def compare(result, expected, D, relative):
    assert result.inertia == pytest.approx(expected["loss"], rel=relative, abs=0)
    assert result.medoid_indices.tolist() == expected["medoids"]
    assert (result.n_iter, result.n_swap) == (expected["n_iter"], expected["n_swap"])
    two_nearest = np.partition(D[result.medoid_indices], 1, axis=0)[:2]
    if (two_nearest[0] < two_nearest[1]).all():  # else labels depend on how the other package breaks ties
        labels = result.labels.astype("<i4").tobytes()
        assert hashlib.sha256(labels).hexdigest()[:16] == expected["labels_sha256"]


def test_shared_matrices_give_the_same_swaps_without_a_table(shared):
    D = roots(mnist(shared, 1000), np.float32)
    init = np.random.RandomState(0).choice(1000, 200, replace=False)
    one, two = (fastpam(D, 200, init=init, gain_table=gain_table) for gain_table in (True, False))
    assert one.medoid_indices.tolist() == two.medoid_indices.tolist()
    assert one.n_swap == two.n_swap == 166
