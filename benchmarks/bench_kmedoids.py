"""Every k-medoids method, those in a matrix against the Rust implementation (PyPI package kmedoids, GPL).

Both get the same matrix, which is symmetric, and the same initial medoids. The peer reads the matrix by
columns, so it is timed on the array as it is, and on its transpose, which makes these columns contiguous.
Losses must agree, or the run fails. FasterPAM visits candidates in natural order on both sides, in one
thread.

The limit is the time to read the matrix once from memory, which no exact method can avoid; for methods on
features, to read these once.
"""

import gzip
import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from _common import median_time, parse_arguments, read_bandwidth, report
from numpy.typing import NDArray

from clustering import (
    FasterPAM,
    alternating,
    clara,
    fastclarans,
    fasterpam,
    fastpam,
    large_kmedoids,
    onebatchpam,
    pam,
)
from graphkit.memory import peak_memory
from graphkit.validation import check_distances

try:
    import kmedoids as peer  # type: ignore[import-untyped]
except ImportError:
    peer = None

VECTORS = Path(__file__).resolve().parents[2] / "shared" / "data" / "vectors"
SLOW = 10**8  # entries beyond which the peer, on the array as it is, runs for `FEW` passes only
FEW = 3


def mnist(n: int) -> NDArray[np.float64]:
    with gzip.open(VECTORS / "mnist-t10k-images-idx3-ubyte.gz") as file:
        return np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784)[:n].astype(np.float64)


def letter() -> NDArray[np.float64]:
    with gzip.open(VECTORS / "letter-recognition.data.gz", "rt") as file:
        return np.loadtxt(file, delimiter=",", skiprows=1, usecols=range(1, 17))


def mixture(n: int, n_features: int) -> NDArray[np.float64]:
    """Integer points around 100 centres: stands in where the real data are absent."""
    rng = np.random.default_rng(0)
    centres = rng.integers(0, 256, (100, n_features))
    return np.rint(centres[rng.integers(0, 100, n)] + rng.normal(scale=20, size=(n, n_features)))


def data_sets(quick: bool) -> Iterator[tuple[str, NDArray[np.float64], tuple[int, ...]]]:
    """Name, integer features, numbers of clusters."""
    from sklearn.datasets import load_digits

    yield "digits", load_digits().data, (10, 100)
    if quick:
        return
    real = VECTORS.is_dir()
    yield ("MNIST", mnist(5000), (10, 100)) if real else ("mixture", mixture(5000, 784), (10, 100))
    yield ("MNIST", mnist(10000), (200,)) if real else ("mixture", mixture(10000, 784), (200,))
    yield ("letter", letter(), (100,)) if real else ("mixture", mixture(20000, 16), (100,))


def euclidean(X: NDArray[np.float64]) -> NDArray[np.float32]:
    """Float32 roots of exact squared distances between integer points, symmetric to the bit."""
    squares = (X * X).sum(axis=1)
    D = np.empty((len(X), len(X)), np.float32)
    for start in range(0, len(X), 500):
        rows = slice(start, start + 500)
        D[rows] = np.sqrt(squares[rows, None] + squares - 2 * X[rows] @ X.T)
    return D


def once(fn: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    result = fn()
    return time.perf_counter() - start, result


def measure(
    name: str,
    D: NDArray[np.float32],
    k: int,
    parameters: dict[str, Any],
    limit: float,
    function: Any = fastpam,
) -> tuple[dict[str, Any], Any]:
    """Time a call of a function, and what it adds to a call that keeps the initial medoids."""
    ours = function(D, k, **parameters)
    repeats = 3 if D.size > SLOW else 5
    call = median_time(lambda: function(D, k, **parameters), repeats)
    work = call - median_time(lambda: fastpam(D, k, init=np.arange(k), max_iter=0), repeats)
    row = {
        "task": f"{name} n={len(D)} k={k}",
        "swaps": ours.n_swap,
        "call s": call,
        "work s": work,
        "limit s": limit,
        "work/limit": work / limit,
    }
    return row, ours


def compare(row: dict[str, Any], ours: Any, theirs: Any, by_rows: float, by_columns: float) -> dict[str, Any]:
    """Add the peer's figures; the ratios are to our whole call, checks included."""
    if not math.isclose(ours.inertia, theirs.loss, rel_tol=1e-9):
        raise SystemExit(f"{row['task']}: our loss {ours.inertia!r} differs from the peer's {theirs.loss!r}")
    same = ours.medoid_indices.tolist() == theirs.medoids.tolist()
    return row | {
        "peer D.T s": by_rows,
        "peer D s": by_columns,
        "D.T/call": by_rows / row["call s"],
        "D/call": by_columns / row["call s"],
        "same medoids": "yes" if same else "no",
    }


def swap_row(name: str, D: NDArray[np.float32], k: int, limit: float) -> dict[str, Any]:
    slow = D.size > SLOW
    init = np.random.RandomState(0).choice(len(D), k, replace=False)
    row, ours = measure(f"FastPAM1 {name}", D, k, {"init": init}, limit)
    row["2 threads s"] = median_time(lambda: fastpam(D, k, init=init, n_jobs=2), 3)
    if not slow:
        row["no table s"] = median_time(lambda: fastpam(D, k, init=init, gain_table=False), 3)
    if peer is None:
        return row
    by_rows, theirs = once(lambda: peer.fastpam1(D.T, init, max_iter=10_000))
    by_columns, few = once(lambda: peer.fastpam1(D, init, max_iter=FEW if slow else 10_000))
    if slow:
        by_columns *= theirs.n_iter / few.n_iter
    return compare(row, ours, theirs, by_rows, by_columns)


def eager_row(name: str, D: NDArray[np.float32], k: int, limit: float) -> dict[str, Any]:
    init = np.random.RandomState(0).choice(len(D), k, replace=False)
    row, ours = measure(f"FasterPAM {name}", D, k, {"init": init}, limit, fasterpam)
    if peer is None:
        return row
    by_rows, theirs = once(lambda: peer.fasterpam(D.T, init, n_cpu=1))
    by_columns, _ = once(lambda: peer.fasterpam(D, init, n_cpu=1))
    return compare(row, ours, theirs, by_rows, by_columns)


def other_rows(name: str, D: NDArray[np.float32], k: int, limit: float) -> Iterator[dict[str, Any]]:
    """FastPAM2, which has no peer, and alternation."""
    init = np.random.RandomState(0).choice(len(D), k, replace=False)
    yield measure(f"FastPAM2 {name}", D, k, {"init": init, "variant": "fastpam2"}, limit)[0]
    row, ours = measure(f"alternation {name}", D, k, {"init": init}, limit, alternating)
    if peer is not None:
        by_rows, theirs = once(lambda: peer.alternating(D.T, init, max_iter=300))
        by_columns, _ = once(lambda: peer.alternating(D, init, max_iter=300))
        row = compare(row, ours, theirs, by_rows, by_columns)
    yield row


def published_row(D: NDArray[np.float32], k: int, limit: float) -> dict[str, Any]:
    """FasterPAM against PAM as published, both ours: the ratio that papers state."""
    init = np.random.RandomState(0).choice(len(D), k, replace=False)
    row, _ = measure("FasterPAM against PAM", D, k, {"init": init}, limit, fasterpam)
    pam(D[:50, :50].copy(), 3)  # compile
    seconds, slow = once(lambda: pam(D, k, init=init))
    return row | {
        "task": f"FasterPAM against PAM n={len(D)} k={k}",
        "PAM s": seconds,
        "PAM swaps": slow.n_swap,
        "PAM/work": seconds / row["work s"],
    }


def feature_rows(name: str, X: NDArray[np.float32], k: int, bandwidth: float) -> Iterator[dict[str, Any]]:
    """Methods that compute distances themselves; losses against that of FasterPAM in the whole matrix."""
    init = np.random.RandomState(0).choice(len(X), k, replace=False)
    limit = 4 * len(X) ** 2 / bandwidth / 1e9
    reference = None
    for n_jobs in (1, 2):
        model = FasterPAM(k, metric="euclidean", init=init, n_jobs=n_jobs)
        seconds = median_time(lambda model=model: model.fit(X), 3)
        reference = model.inertia_
        yield {
            "task": f"FasterPAM from features {name} n={len(X)} k={k}",
            "threads": n_jobs,
            "call s": seconds,
            "limit s": limit,
            "work/limit": seconds / limit,
            "loss %": 0.0,
        }
    yield from sampling_rows(
        name, X, k, bandwidth, reference, (clara, onebatchpam, large_kmedoids, fastclarans)
    )


def sampling_rows(
    name: str, X: NDArray[np.float32], k: int, bandwidth: float, reference: float, functions: Any
) -> Iterator[dict[str, Any]]:
    limit = X.nbytes / bandwidth / 1e9
    for function in functions:
        function(X[:25_000], k, metric="euclidean", random_state=0)  # compile
        seconds, result = once(lambda f=function: f(X, k, metric="euclidean", random_state=0))
        yield {
            "task": f"{function.__name__} {name} n={len(X)} k={k}",
            "threads": 1,
            "call s": seconds,
            "limit s": limit,
            "work/limit": seconds / limit,
            "loss %": 100 * (result.inertia / reference - 1),
            "peak GB": peak_memory() / 1e9,
        }


def million_rows(bandwidth: float) -> Iterator[dict[str, Any]]:
    """Cluster a million samples of 300 Gaussians; losses against that of FasterPAM on 20 000 of them."""
    rng = np.random.default_rng(0)
    centres = rng.normal(scale=4, size=(300, 16))
    X = (centres[rng.integers(0, 300, 10**6)] + rng.normal(size=(10**6, 16))).astype(np.float32)
    rows = list(sampling_rows("mixture", X, 100, bandwidth, 1.0, (clara, large_kmedoids)))
    seconds, sample = once(
        lambda: clara(
            X, 100, metric="euclidean", n_draws=1, sample_size=20_000, init="random", random_state=0
        )
    )
    for row in rows:
        yield row | {"loss %": 100 * ((row["loss %"] / 100 + 1) / sample.inertia - 1)}
    yield {"task": "FasterPAM on 20000 of them", "threads": 1, "call s": seconds, "loss %": 0.0}


def build_row(name: str, D: NDArray[np.float32], k: int, limit: float) -> dict[str, Any]:
    row, ours = measure(f"BUILD {name}", D, k, {"max_iter": 0}, limit)
    if peer is None or D.size > SLOW:
        return row
    by_rows, theirs = once(lambda: peer.pam_build(D.T, k))
    by_columns, _ = once(lambda: peer.pam_build(D, k))
    return compare(row, ours, theirs, by_rows, by_columns)


def check_row(name: str, D: NDArray[np.float32], limit: float) -> dict[str, Any]:
    seconds = median_time(lambda: check_distances(D), 3)
    return {
        "task": f"check {name} n={len(D)}",
        "call s": seconds,
        "work s": seconds,
        "limit s": limit,
        "work/limit": seconds / limit,
    }


def main() -> None:
    arguments = parse_arguments(__doc__ or "")
    bandwidth = read_bandwidth()
    notes = [
        f"limit: one pass over the matrix at {bandwidth:.1f} GB/s; one thread unless another number is given",
        "loss %: above that of FasterPAM in the whole matrix, or on 20000 samples of a million",
        "work: the call without the checks of the matrix; no table: the call in its low-memory form",
    ]
    if peer is None:
        notes.append("missing peer: pip install kmedoids")
    else:
        notes.append(f"peer: one run each; on D at n > 10000 extrapolated from {FEW} passes")
    fastpam(np.zeros((9, 9), np.float32), 2)  # compile
    rows: list[dict[str, Any]] = []
    more: list[dict[str, Any]] = []
    for name, X, sizes in data_sets(arguments.quick):
        D = euclidean(X)
        limit = D.nbytes / bandwidth / 1e9
        rows.append(check_row(name, D, limit))
        for k in sizes:
            rows += [build_row(name, D, k, limit), swap_row(name, D, k, limit), eager_row(name, D, k, limit)]
            rows += other_rows(name, D, k, limit)
        if name == "digits":
            small = np.ascontiguousarray(D[:1000, :1000])
            for k in (10,) if arguments.quick else (100, 200):
                rows.append(published_row(small, k, small.nbytes / bandwidth / 1e9))
        del D
        if len(X) == 20_000:
            more += feature_rows(name, X.astype(np.float32), 100, bandwidth)
    if not arguments.quick:
        more += million_rows(bandwidth)
    title = "k-medoids, float32, random initial medoids but for BUILD"
    packages = ("scikit-learn", "kmedoids")
    if arguments.json or not more:
        report(title, rows + more, as_json=arguments.json, notes=notes, packages=packages)
        return
    report(title, rows, notes=notes, packages=packages)
    report("k-medoids from features, float32", more, notes=notes[1:2], packages=packages)


if __name__ == "__main__":
    main()
