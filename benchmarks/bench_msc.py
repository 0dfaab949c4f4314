"""Silhouettes and medoid silhouette clustering against the PyPI package kmedoids (Rust) and scikit-learn.

All get the same symmetric matrix, in the order of axes that suits them best (the Rust package reads columns,
so it gets the transpose), and the same initial medoids. Scores must agree, or the run fails.

The limit is the time to read the matrix once from memory, as every silhouette and every pass must. FastMSC
keeps a table of the changes by all swaps; "no table s" is its time where there is no memory for one. Rows are
printed as they are done; ``--rows`` chooses groups.
"""

import math
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from _common import median_time, parse_arguments, read_bandwidth
from _stream import Stream
from bench_kmedoids import VECTORS, euclidean, mixture, mnist, once
from numpy.typing import NDArray

from clustering import dynmsc, fastermsc, fastmsc, pammedsil, pamsil, silhouette, silhouette_samples
from clustering._medoid_silhouette_search import by_best_swaps, find_by_rows
from clustering._problem import check_problem

try:
    import kmedoids as peer  # type: ignore[import-untyped]
except ImportError:
    peer = None

Matrix = NDArray[np.float32]
GROUPS = ("silhouette", "fastermsc", "fastmsc", "dynmsc", "pammedsil", "pamsil")
LARGEST = 3 * 10**8  # entries times clusters beyond which the peer's FastMSC takes minutes
COLUMNS = ("task", "threads", "passes", "swaps", "s", "s/limit", "peer", "peer s", "peer/ours")


def agree(task: str, ours: float, theirs: float, tolerance: float = 1e-9) -> None:
    if not math.isclose(ours, theirs, abs_tol=tolerance):
        raise SystemExit(f"{task}: our score {ours!r} differs from the peer's {theirs!r}")


def with_peer(row: dict[str, Any], name: str, seconds: float) -> dict[str, Any]:
    return row | {"peer": name, "peer s": seconds, "peer/ours": seconds / row["s"]}


def first_medoids(n: int, k: int) -> NDArray[np.int64]:
    return np.random.RandomState(0).choice(n, k, replace=False)


def silhouette_rows(
    name: str, X: NDArray[np.float64], D: Matrix, k: int, limit: float
) -> list[dict[str, Any]]:
    """Silhouettes of one labelling from distances and from features, beside both peers."""
    from sklearn.metrics import silhouette_score

    labels = D[first_medoids(len(D), k)].argmin(axis=0)
    task = f"silhouette {name} n={len(D)} k={k}"
    rows = []
    for threads in (1, 2):
        score = silhouette(D, labels, n_jobs=threads)
        seconds = median_time(partial(silhouette, D, labels, n_jobs=threads), 3)
        row = {"task": task, "threads": threads, "s": seconds, "s/limit": seconds / limit}
        if peer is not None:
            theirs, (value, _) = once(partial(peer.silhouette, D, labels, n_cpu=threads))
            agree(task, score, value)
            row = with_peer(row, "kmedoids", theirs)
        rows.append(row)
    theirs, value = once(lambda: silhouette_score(D, labels, metric="precomputed"))
    agree(task, score, value, 1e-5)  # scikit-learn adds up in float32 here
    rows.append(with_peer(rows[0], "scikit-learn", theirs))
    features = X.astype(np.float32)
    row = {"task": f"the same from {X.shape[1]} features", "threads": 1}
    row["s"] = median_time(lambda: silhouette_samples(features, labels, metric="euclidean"), 1)
    theirs, value = once(lambda: silhouette_score(features, labels))
    agree(task, silhouette(features, labels, metric="euclidean"), value, 1e-4)
    rows.append(with_peer(row, "scikit-learn", theirs))
    return rows


def search_row(search: Any, name: str, D: Matrix, k: int, limit: float, max_iter: int) -> dict[str, Any]:
    """One search; the peer's function of the same name begins with the same medoids."""
    init = first_medoids(len(D), k)
    ours = search(D, k, init=init, max_iter=max_iter)
    seconds = median_time(lambda: search(D, k, init=init, max_iter=max_iter), 3)
    row = {
        "task": f"{search.__name__} {name} n={len(D)} k={k}",
        "threads": 1,
        "passes": ours.n_iter,
        "swaps": ours.n_swap,
        "s": seconds,
        "s/limit": seconds / limit,
    }
    if search is fastmsc:
        problem = check_problem(D, k)
        row["no table s"], found = once(lambda: by_best_swaps(problem, init, max_iter, 0, 1, find_by_rows))
        if found.medoid_indices.tolist() != ours.medoid_indices.tolist():
            raise SystemExit(f"{row['task']}: other medoids without a table")
    if peer is None or (search is fastmsc and D.size * k > LARGEST):
        return row
    by_peer = getattr(peer, search.__name__)
    theirs, found = once(lambda: by_peer(D.T, init.astype(np.uint64), max_iter=max_iter))
    if search is dynmsc:
        # The first point is FasterMSC from the same medoids; below it the two give up different medoids.
        agree(row["task"], ours.curve[-1].score, float(found.losses[-1]))
        row |= {"best k": f"{ours.n_clusters}: {ours.score:.4f}"}
        row |= {"peer's best k": f"{found.bestk}: {found.loss:.4f}"}
    else:
        agree(row["task"], ours.score, float(found.loss))
    return with_peer(row, "kmedoids", theirs)


def all_rows(wanted: set[str], sizes: tuple[int, ...], bandwidth: float) -> Iterator[dict[str, Any]]:
    for n in sizes:
        name, X = ("MNIST", mnist(n)) if VECTORS.is_dir() else ("mixture", mixture(n, 784))
        D = euclidean(X)
        limit = D.nbytes / bandwidth / 1e9
        if "silhouette" in wanted:
            yield from silhouette_rows(name, X, D, 100 if n > 1000 else 10, limit)
        for k in (10, 100):
            if "fastermsc" in wanted:
                yield search_row(fastermsc, name, D, k, limit, 100)
            if "fastmsc" in wanted and n <= 5000:
                yield search_row(fastmsc, name, D, k, limit, 1000)
        if "dynmsc" in wanted and n <= 5000:
            yield search_row(dynmsc, name, D, 50, limit, 100)
        if "pammedsil" in wanted and n == 1000:
            yield search_row(pammedsil, name, D, 10, limit, 1000)
        if "pamsil" in wanted and n == 1000:
            small = np.ascontiguousarray(D[:300, :300])
            yield search_row(pamsil, name, small, 10, limit * 0.09, 100)


def main() -> None:
    arguments = parse_arguments(__doc__ or "", rows=GROUPS)
    bandwidth = read_bandwidth()
    notes = [
        f"limit: one pass over the matrix at {bandwidth:.1f} GB/s; calls include the checks of the matrix",
        "missing peer: pip install kmedoids"
        if peer is None
        else "kmedoids: one run each, on the array order that suits it best; FastMSC up to n = 5000, k = 10",
    ]
    stream = Stream(
        "Silhouettes and medoid silhouettes, float32, random initial medoids",
        COLUMNS,
        width=34,
        as_json=arguments.json,
        packages=("scikit-learn", "kmedoids"),
    )
    sizes = (1000,) if arguments.quick else (1000, 5000, 10000)
    stream.extend(all_rows(set(arguments.rows), sizes, bandwidth))
    stream.close(notes)


if __name__ == "__main__":
    main()
