"""Distances of every type, layout and kind of storage give the same result, unchanged and without a copy."""

import tracemalloc

import numpy as np
import pytest
from oracle.kmedoids_methods import EVERYTHING, PAIRS, run
from scipy.spatial.distance import pdist, squareform

from clustering import medoid, medoid_silhouette, select_k, silhouette, silhouette_samples

# Whole numbers, and powers of two for the means of silhouettes, so that no type rounds anything.
SMALL = squareform(pdist(np.random.default_rng(0).integers(0, 30, (48, 3)), "cityblock"))


def forms(D, folder):
    """Yield the same distances with a name."""
    for dtype in (np.float64, np.float32, np.int64, np.int32, np.uint8, np.float16):
        yield np.dtype(dtype).name, D.astype(dtype)
    for order in "CF":
        read_only = np.array(D, order=order)
        read_only.flags.writeable = False
        yield f"read-only {order}", read_only
        for dtype in (np.float32, np.uint8):
            path = folder / f"{order}{np.dtype(dtype).name}.npy"
            np.save(path, np.array(D, dtype, order=order))
            yield f"memory-mapped {path.stem}", np.load(path, mmap_mode="r")
    yield "Fortran float32", np.asfortranarray(D, dtype=np.float32)
    yield "every other", np.repeat(np.repeat(D, 2, axis=0), 2, axis=1)[::2, ::2]
    yield "swapped bytes", D.astype(">f8")
    for dtype in (np.float64, np.float32, np.int64, np.uint8):
        yield f"condensed {np.dtype(dtype).name}", squareform(D).astype(dtype)
    np.save(folder / "condensed.npy", squareform(D).astype(np.float32))
    yield "condensed memory-mapped", np.load(folder / "condensed.npy", mmap_mode="r")


def unchanged(values):
    return values.tobytes(), values.dtype, values.shape, values.strides, values.flags.writeable


@pytest.mark.parametrize("name", EVERYTHING)
def test_the_same_result_from_all(name, tmp_path):
    expected = run(name, SMALL, 5, random_state=3)
    for form, values in forms(SMALL, tmp_path):
        before = unchanged(values)
        found = run(name, values, 5, random_state=3)
        assert unchanged(values) == before, form
        assert found[0].tolist() == expected[0].tolist(), form
        assert found[1].tolist() == expected[1].tolist(), form
        assert found[2] == expected[2], form


@pytest.mark.parametrize("name", [name for name in EVERYTHING if name in PAIRS])
def test_predictions_are_the_same_too(name, tmp_path):
    import clustering

    model = getattr(clustering, name)(4, random_state=0).fit(SMALL)
    expected = model.predict(SMALL)
    for form, values in forms(SMALL, tmp_path):
        if values.ndim == 2 and values.dtype != np.float16:
            assert model.predict(values).tolist() == expected.tolist(), form


@pytest.mark.parametrize(
    "judge",
    [
        lambda D: medoid(D),
        lambda D: silhouette_samples(D, np.arange(48) % 3).tolist(),
        lambda D: silhouette(D, np.arange(48) % 3),
        lambda D: medoid_silhouette(D, [3, 9, 40]),
        lambda D: select_k(D, [2, 4], random_state=0).table(),
    ],
    ids=["medoid", "silhouette_samples", "silhouette", "medoid_silhouette", "select_k"],
)
def test_judgements_are_the_same_from_all(judge, tmp_path):
    expected = judge(SMALL)
    for form, values in forms(SMALL, tmp_path):
        before = unchanged(values)
        found = judge(values)
        assert unchanged(values) == before, form
        assert found == expected, form


LARGE = squareform(pdist(np.random.default_rng(1).integers(0, 200, (600, 3)), "cityblock"))


def peak(name, values, **parameters):
    run(name, values, 3, **parameters)  # what is compiled or imported is not counted
    tracemalloc.start()
    try:
        run(name, values, 3, **parameters)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", EVERYTHING)
def test_square_matrices_are_not_copied(name, tmp_path):
    """Not those that kernels read, in either order; methods that sample take a small part."""
    parameters = {"random_state": 0}
    if name.lower() == "pamsil":
        parameters |= {"max_iter": 0}
    np.save(tmp_path / "D.npy", LARGE.astype(np.float32))
    for values in (
        LARGE,
        np.asfortranarray(LARGE, dtype=np.float32),
        LARGE.astype(np.int64),
        np.load(tmp_path / "D.npy", mmap_mode="r"),
    ):
        assert peak(name, values, **parameters) < 0.45 * values.nbytes


@pytest.mark.parametrize("name", ["clara", "CLARA", "clarans", "CLARANS", "FastCLARANS", "fastclarans"])
@pytest.mark.parametrize("dtype", [np.float32, np.uint8])
def test_methods_that_sample_never_make_a_square_matrix(name, dtype):
    condensed, square = squareform(LARGE).astype(dtype), LARGE.astype(dtype)
    for values in (condensed, square):
        assert peak(name, values, random_state=0) < 0.25 * 8 * 600 * 600


@pytest.mark.parametrize("name", ["OneBatchPAM", "onebatchpam", "LargeKMedoids", "large_kmedoids"])
def test_batches_never_make_a_square_matrix(name):
    sizes = {"batch_size": 40} | ({"sample_size": 100} if "arge" in name else {})
    assert peak(name, squareform(LARGE).astype(np.float32), random_state=0, **sizes) < 0.25 * 8 * 600 * 600


@pytest.mark.parametrize("name", ["FasterPAM", "fasterpam"])
def test_fasterpam_in_blocks_never_makes_a_square_matrix(name, monkeypatch):
    from clustering import _row_search

    monkeypatch.setattr(_row_search, "_SMALL", 0)
    monkeypatch.setattr(_row_search, "_BLOCK", 50_000)
    for values in (squareform(LARGE).astype(np.float32), LARGE.astype(np.uint8)):
        assert peak(name, values, random_state=0) < 0.25 * 8 * 600 * 600
