"""Every k-medoids method, those in a matrix against the Rust implementation (PyPI package kmedoids, GPL).

Both get the same matrix, which is symmetric, and the same initial medoids. The peer reads the matrix by
columns, so it is timed on the transpose, which makes these columns contiguous ("peer s"), and on the array as
it is ("peer D s"). Losses must agree, or the run fails; so must ours for all numbers of threads. FasterPAM
visits candidates in natural order on both sides; the peer runs in one thread, where it is fastest.

The peer's FastPAM1 takes minutes on the larger matrices. There it makes its first `FEW` swaps only, after
which the losses must agree, and its time is multiplied up to all swaps. ``--full`` lets it run to the end.

The limit is the time to read the matrix once from memory, which no exact method can avoid; for methods on
features, to read these once. The rows of one group are printed as they are done; ``--rows`` chooses groups.
"""

import gzip
import math
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from _common import parse_arguments, read_bandwidth
from _stream import Stream
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
LARGE = 10**7  # entries beyond which the peer's FastPAM1 makes `FEW` swaps only
HUGE = 3 * 10**7  # entries beyond which the peer's BUILD, which takes minutes too, is left out
FEW = 3
GROUPS = (
    "check", "build", "fastpam1", "fasterpam", "fastpam2", "alternation", "published", "features", "memory",
    "million",
)  # fmt: skip
COLUMNS = ("task", "threads", "swaps", "s", "swap s", "limit s", "x limit", "peer s", "x peer")

Row = dict[str, Any]

# Run in a process of its own: peak memory of one call, after a small one that loads what is compiled.
MEMORY = """
import sys
import numpy as np
import clustering
from graphkit.memory import peak_memory
n, kind = int(sys.argv[2]), sys.argv[3]
X = np.load(sys.argv[1], mmap_mode="r")
def run(n):
    init = np.random.RandomState(0).choice(n, 100, False)
    if kind == "FasterPAM.fit from features":
        clustering.FasterPAM(100, metric="euclidean", init=init).fit(np.array(X[:n]))
        return
    D = np.empty((n, n), np.float32)
    for start in range(0, n, 500):
        rows = D[start : start + 500]
        np.subtract(X[start : min(start + 500, n), :1], X[:n, 0], out=rows)
        np.abs(rows, out=rows)
    getattr(clustering, kind)(D, 100, init=init)
run(600)
small = peak_memory()
run(n)
print(small, peak_memory())
"""


@dataclass(frozen=True)
class Matrix:
    """Distances, what they are of, and what all rows about them share.

    Attributes
    ----------
    limit : float
        Seconds to read the distances once.
    base : float
        Seconds of a call that keeps the initial medoids: checks, and the labels.
    """

    name: str
    D: NDArray[np.float32]
    limit: float
    base: float

    def task(self, method: str, k: int) -> str:
        """Name a row."""
        return f"{method} {self.name} n={len(self.D)} k={k}"


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


def timed(fn: Callable[[], Any], repeats: int = 3) -> tuple[float, Any]:
    """Return the median time of some calls, and the result of one before them, which compiles."""
    result = fn()
    return statistics.median(once(fn)[0] for _ in range(repeats)), result


def first_medoids(n: int, k: int) -> NDArray[np.intp]:
    return np.random.RandomState(0).choice(n, k, replace=False)


def measure(data: Matrix, method: str, k: int, call: Callable[..., Any], n_jobs: int = 1) -> tuple[Row, Any]:
    """Time a call of a function, and what it adds to one that keeps the initial medoids."""
    seconds, ours = timed(partial(call, data.D, k))
    work = max(seconds - data.base, 0.0)
    row = {"task": data.task(method, k), "threads": n_jobs, "swaps": ours.n_swap, "s": seconds}
    return row | {"swap s": work, "limit s": data.limit, "x limit": work / data.limit}, ours


def agree(task: str, ours: float, theirs: float) -> None:
    if not math.isclose(ours, theirs, rel_tol=1e-9):
        raise SystemExit(f"{task}: our loss {ours!r} differs from the peer's {theirs!r}")


def compare(row: Row, ours: Any, theirs: Any, by_rows: float, by_columns: float) -> Row:
    """Add the peer's figures; the ratios are to our whole call, checks included."""
    agree(row["task"], ours.inertia, theirs.loss)
    same = ours.medoid_indices.tolist() == theirs.medoids.tolist()
    return row | {
        "peer s": by_rows,
        "x peer": by_rows / row["s"],
        "peer D s": by_columns,
        "x peer D": by_columns / row["s"],
        "same medoids": "yes" if same else "no",
    }


def in_threads(data: Matrix, method: str, k: int, call: Any, first: Any, row: Row) -> Row:
    """Call the same in two threads, which must find the same; the peer's figures are those of one."""
    more, found = measure(data, method, k, partial(call, n_jobs=2), 2)
    if found.inertia != first.inertia or (found.medoid_indices != first.medoid_indices).any():
        raise SystemExit(f"{row['task']}: another result in two threads")
    for key in ("peer s", "peer D s"):
        if key in row:
            more |= {key: row[key], key.replace("peer", "x peer").removesuffix(" s"): row[key] / more["s"]}
    return more


def fastpam1_rows(data: Matrix, k: int, full: bool) -> Iterator[Row]:
    D, init = data.D, first_medoids(len(data.D), k)
    row, ours = measure(data, "FastPAM1", k, partial(fastpam, init=init))
    if peer is not None and (full or D.size <= LARGE):
        by_rows, theirs = once(lambda: peer.fastpam1(D.T, init, max_iter=10_000))
        by_columns = once(lambda: peer.fastpam1(D, init, max_iter=10_000))[0]
        row = compare(row, ours, theirs, by_rows, by_columns)
    elif peer is not None:
        by_rows, theirs = once(lambda: peer.fastpam1(D.T, init, max_iter=FEW))
        by_columns = once(lambda: peer.fastpam1(D, init, max_iter=FEW))[0]
        few = fastpam(D, k, init=init, max_iter=FEW)
        times = (ours.n_swap + 1) / FEW
        row = compare(row, few, theirs, by_rows * times, by_columns * times) | {"peer": f"{FEW} swaps"}
    yield row
    yield in_threads(data, "FastPAM1", k, partial(fastpam, init=init), ours, row)
    if D.size <= LARGE:
        yield measure(data, "FastPAM1 without table", k, partial(fastpam, init=init, gain_table=False))[0]


def fasterpam_rows(data: Matrix, k: int) -> Iterator[Row]:
    D, init = data.D, first_medoids(len(data.D), k)
    row, ours = measure(data, "FasterPAM", k, partial(fasterpam, init=init))
    if peer is not None:
        by_rows, theirs = once(lambda: peer.fasterpam(D.T, init, n_cpu=1))
        by_columns = once(lambda: peer.fasterpam(D, init, n_cpu=1))[0]
        row = compare(row, ours, theirs, by_rows, by_columns)
    row |= {"passes": ours.n_iter}
    yield row
    yield in_threads(data, "FasterPAM", k, partial(fasterpam, init=init), ours, row)


def fastpam2_row(data: Matrix, k: int) -> Row:
    call = partial(fastpam, init=first_medoids(len(data.D), k), variant="fastpam2")
    row, ours = measure(data, "FastPAM2", k, call)
    return row | {"passes": ours.n_iter, "peer": "none"}


def alternation_row(data: Matrix, k: int) -> Row:
    D, init = data.D, first_medoids(len(data.D), k)
    row, ours = measure(data, "alternation", k, partial(alternating, init=init))
    if peer is not None:
        by_rows, theirs = once(lambda: peer.alternating(D.T, init, max_iter=300))
        by_columns = once(lambda: peer.alternating(D, init, max_iter=300))[0]
        row = compare(row, ours, theirs, by_rows, by_columns)
    return row


def build_row(data: Matrix, k: int) -> Row:
    D = data.D
    row, ours = measure(data, "BUILD", k, partial(fastpam, max_iter=0))
    if peer is None or D.size > HUGE:
        return row
    by_rows, theirs = once(lambda: peer.pam_build(D.T, k))
    by_columns = math.nan if D.size > LARGE else once(lambda: peer.pam_build(D, k))[0]
    return compare(row, ours, theirs, by_rows, by_columns)


def published_row(D: NDArray[np.float32], k: int, bandwidth: float) -> Row:
    """FasterPAM against PAM as published, both ours: the ratio that papers state."""
    data = of_matrix("digits", D, bandwidth)
    init = first_medoids(len(D), k)
    pam(D[:50, :50].copy(), 3)  # compile
    row, _ = measure(data, "FasterPAM over PAM", k, partial(fasterpam, init=init))
    seconds, slow = once(lambda: pam(D, k, init=init))
    return row | {"PAM s": seconds, "PAM swaps": slow.n_swap, "PAM/FasterPAM": seconds / row["s"]}


def check_row(data: Matrix) -> Row:
    seconds, _ = timed(lambda: check_distances(data.D))
    row = {"task": f"check {data.name} n={len(data.D)}", "threads": 1, "s": seconds}
    return row | {"limit s": data.limit, "x limit": seconds / data.limit}


def feature_rows(name: str, X: NDArray[np.float32], k: int, bandwidth: float) -> Iterator[Row]:
    """Methods that compute distances themselves; losses against that of FasterPAM in the whole matrix."""
    init = first_medoids(len(X), k)
    limit = 4 * len(X) ** 2 / bandwidth / 1e9
    losses = []
    for n_jobs in (1, 2):
        model = FasterPAM(k, metric="euclidean", init=init, n_jobs=n_jobs)
        seconds, _ = timed(partial(model.fit, X), 2)
        losses.append(model.inertia_)
        row: Row = {
            "task": f"FasterPAM from features {name} n={len(X)} k={k}",
            "threads": n_jobs,
            "s": seconds,
        }
        yield row | {"limit s": limit, "x limit": seconds / limit, "loss %": 0.0}
    if losses[0] != losses[1]:
        raise SystemExit("FasterPAM from features: another result in two threads")
    functions = (clara, onebatchpam, large_kmedoids, fastclarans)
    for row in sampling_rows(name, X, k, bandwidth, functions):
        yield row | {"loss %": 100 * (row["loss %"] / losses[0] - 1)}


def sampling_rows(
    name: str, X: NDArray[np.float32], k: int, bandwidth: float, functions: Any
) -> Iterator[Row]:
    """One run of each function; "loss %" is the loss yet."""
    limit = X.nbytes / bandwidth / 1e9
    for function in functions:
        function(X[:25_000:5], 10, metric="euclidean", random_state=0)  # compile
        seconds, result = once(lambda f=function: f(X, k, metric="euclidean", random_state=0))
        row: Row = {
            "task": f"{function.__name__} {name} n={len(X)} k={k}",
            "threads": 1,
            "swaps": result.n_swap,
        }
        row |= {"s": seconds, "limit s": limit, "x limit": seconds / limit, "loss %": result.inertia}
        yield row | {"peak GB": peak_memory() / 1e9}


def million_rows(bandwidth: float) -> Iterator[Row]:
    """Cluster a million samples of 300 Gaussians; losses against that of FasterPAM on 20 000 of them."""
    rng = np.random.default_rng(0)
    centres = rng.normal(scale=4, size=(300, 16))
    X = (centres[rng.integers(0, 300, 10**6)] + rng.normal(size=(10**6, 16))).astype(np.float32)
    rows = list(sampling_rows("mixture", X, 100, bandwidth, (clara, large_kmedoids)))
    sampled = partial(clara, metric="euclidean", n_draws=1, sample_size=20_000, init="random", random_state=0)
    seconds, sample = once(lambda: sampled(X, 100))
    for row in rows:
        yield row | {"loss %": 100 * (row["loss %"] / sample.inertia - 1)}
    yield {"task": "FasterPAM on 20000 of them", "threads": 1, "s": seconds, "loss %": 0.0}


def memory_rows(n: int) -> Iterator[Row]:
    """Peak memory of a process that does one thing, and what of it neither matrix nor libraries take."""
    import tempfile

    matrix = 4 * n * n
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "X.npy")
        np.save(path, mixture(n, 16).astype(np.float32))
        for kind in ("FasterPAM.fit from features", "fasterpam", "fastpam"):
            command = [sys.executable, "-c", MEMORY, path, str(n), kind]
            output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            libraries, peak = map(int, output.split())
            row: Row = {"task": f"memory of {kind} n={n}", "threads": 1, "peak GB": peak / 1e9}
            row |= {"matrix GB": matrix / 1e9, "libraries GB": libraries / 1e9}
            yield row | {"other MB": (peak - matrix - libraries) / 1e6}


def of_matrix(name: str, D: NDArray[np.float32], bandwidth: float) -> Matrix:
    base, _ = timed(lambda: fastpam(D, 2, init=[0, 1], max_iter=0))
    return Matrix(name, D, D.nbytes / bandwidth / 1e9, base)


def matrix_rows(data: Matrix, k: int, wanted: set[str], full: bool) -> Iterator[Row]:
    if "build" in wanted:
        yield build_row(data, k)
    if "fastpam1" in wanted:
        yield from fastpam1_rows(data, k, full)
    if "fasterpam" in wanted:
        yield from fasterpam_rows(data, k)
    if "fastpam2" in wanted:
        yield fastpam2_row(data, k)
    if "alternation" in wanted:
        yield alternation_row(data, k)


def all_rows(wanted: set[str], bandwidth: float, quick: bool, full: bool) -> Iterator[Row]:
    for name, X, sizes in data_sets(quick):
        if wanted & set(GROUPS[:7]):
            data = of_matrix(name, euclidean(X), bandwidth)
            if "check" in wanted:
                yield check_row(data)
            for k in sizes:
                yield from matrix_rows(data, k, wanted, full)
            if name == "digits" and "published" in wanted:
                small = np.ascontiguousarray(data.D[:1000, :1000])
                for k in (10,) if quick else (100, 200):
                    yield published_row(small, k, bandwidth)
            del data
        if len(X) == 20_000 and "features" in wanted:
            yield from feature_rows(name, X.astype(np.float32), 100, bandwidth)
    if "memory" in wanted:
        yield from memory_rows(2000 if quick else 20_000)
    if "million" in wanted and not quick:
        yield from million_rows(bandwidth)


def main() -> None:
    arguments = parse_arguments(__doc__ or "", rows=GROUPS, full="let the peer's FastPAM1 run to its end")
    bandwidth = read_bandwidth()
    notes = [
        f"limit: one pass over the matrix, or the features, at {bandwidth:.1f} GB/s",
        "s: the whole call; swap s: without the checks of the matrix; x limit: of swap s, else of s",
        "x peer: peer s, on the transpose, over s; x peer D: on the array as it is",
        "loss %: above that of FasterPAM in the whole matrix, or on 20000 samples of a million",
        "missing peer: pip install kmedoids"
        if peer is None
        else "peer: one run each; 3 swaps: its time for three of them, multiplied up to all",
    ]
    stream = Stream(
        "k-medoids, float32, random initial medoids but for BUILD", COLUMNS, as_json=arguments.json,
        packages=("scikit-learn", "kmedoids"),
    )  # fmt: skip
    fastpam(np.zeros((9, 9), np.float32), 2)  # compile
    stream.extend(all_rows(set(arguments.rows), bandwidth, arguments.quick, arguments.full))
    stream.close(notes)


if __name__ == "__main__":
    main()
