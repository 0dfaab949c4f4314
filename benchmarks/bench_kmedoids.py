"""FastPAM1 and BUILD against the Rust implementation of the same algorithms (PyPI package kmedoids, GPL).

Both get the same matrix, which is symmetric, and the same initial medoids. The peer reads the matrix by
columns, so it is timed on the array as it is, and on its transpose, which makes these columns contiguous.
Losses must agree, or the run fails.

The limit is the time to read the matrix once from memory, which no exact method can avoid.
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

from clustering import fastpam
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
    name: str, D: NDArray[np.float32], k: int, parameters: dict[str, Any], limit: float
) -> tuple[dict[str, Any], Any]:
    """Time a call of `fastpam`, and what it adds to a call that keeps the initial medoids."""
    ours = fastpam(D, k, **parameters)
    repeats = 3 if D.size > SLOW else 5
    call = median_time(lambda: fastpam(D, k, **parameters), repeats)
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
    if not slow:
        row["no table s"] = median_time(lambda: fastpam(D, k, init=init, gain_table=False), 3)
    if peer is None:
        return row
    by_rows, theirs = once(lambda: peer.fastpam1(D.T, init, max_iter=10_000))
    by_columns, few = once(lambda: peer.fastpam1(D, init, max_iter=FEW if slow else 10_000))
    if slow:
        by_columns *= theirs.n_iter / few.n_iter
    return compare(row, ours, theirs, by_rows, by_columns)


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
        f"limit: one pass over the matrix at {bandwidth:.1f} GB/s; every kernel here runs on one thread",
        "work: the call without the checks of the matrix; no table: the call in its low-memory form",
    ]
    if peer is None:
        notes.append("missing peer: pip install kmedoids")
    else:
        notes.append(f"peer: one run each; on D at n > 10000 extrapolated from {FEW} passes")
    fastpam(np.zeros((9, 9), np.float32), 2)  # compile
    rows = []
    for name, X, sizes in data_sets(arguments.quick):
        D = euclidean(X)
        limit = D.nbytes / bandwidth / 1e9
        rows.append(check_row(name, D, limit))
        for k in sizes:
            rows += [build_row(name, D, k, limit), swap_row(name, D, k, limit)]
    title = "k-medoids, float32, random initial medoids for FastPAM1"
    report(title, rows, as_json=arguments.json, notes=notes, packages=("scikit-learn", "kmedoids"))


if __name__ == "__main__":
    main()
