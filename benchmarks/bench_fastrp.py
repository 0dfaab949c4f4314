"""FastRP against the authors' method in scipy and the Rust package ``fastrp``, and against the memory.

``python benchmarks/bench_fastrp.py [--quick] [--json]``. The graph is BlogCatalog where ../shared has it,
else a generated one of its size and degrees. Without ``--quick`` the quality is measured too (macro-F1 of
BlogCatalog with 9 % of the labels), and a uniform graph of one million nodes is embedded.

The bound of the sparse product without reuse in caches is the time that reading a row of d float32 for every
adjacency entry takes at the read bandwidth of the memory; "of bound" is that time divided by ours. It
exceeds 1 where rows stay in the cache.
"""

import time
from pathlib import Path

import numba
import numpy as np
import scipy.io
import scipy.sparse
from _common import median_time, parse_arguments, read_bandwidth, report

from graphkit import Graph
from graphkit.embedding import fastrp, fastrp_memory
from graphkit.embedding._functional import (
    DEFAULT_EXPONENT,
    DEFAULT_WEIGHTS,
    _sparse_projection,
    node_keys,
)

BLOGCATALOG = Path(__file__).resolve().parents[2] / "shared/data/graphs/blogcatalog/blogcatalog.mat"


def authors_method(S, R):
    """Follow the authors' steps in float64: products, row norms, weighted sum, column standardisation.

    A sparse R stays sparse through all powers, as in their program, and is made dense at the end.
    """
    degree = np.asarray(S.sum(axis=1)).ravel()
    A = scipy.sparse.dia_array((1 / degree[None], [0]), shape=S.shape) @ S
    N = scipy.sparse.dia_array((degree[None] ** DEFAULT_EXPONENT, [0]), shape=S.shape) @ R
    total = np.zeros(R.shape)
    chain = []
    for _ in DEFAULT_WEIGHTS:
        N = A @ N
        chain.append(N)
    for weight, N in zip(DEFAULT_WEIGHTS, chain, strict=True):
        dense = N.toarray() if scipy.sparse.issparse(N) else N
        norms = np.linalg.norm(dense, axis=1, keepdims=True)
        total += weight * np.divide(dense, norms, out=np.zeros_like(dense), where=norms > 0)
    return (total - total.mean(axis=0)) / total.std(axis=0)


def load_blogcatalog():
    """Return adjacency matrix, labels (or None) and the name of the input."""
    if BLOGCATALOG.exists():
        data = scipy.io.loadmat(BLOGCATALOG)
        return scipy.sparse.csr_array(data["network"]), data["group"].toarray() > 0, "BlogCatalog"
    rng = np.random.default_rng(0)
    propensity = rng.pareto(1.5, 10_312) + 1
    ends = [rng.choice(10_312, size=500_000, p=propensity / propensity.sum()) for _ in range(2)]
    S = scipy.sparse.coo_array((np.ones(500_000), tuple(ends)), shape=(10_312, 10_312)).tocsr()
    S = S + S.T + scipy.sparse.dia_array((np.ones((1, 10_312)), [0]), shape=S.shape)
    S.data[:] = 1
    return S.tocsr(), None, "generated, size of BlogCatalog"


def our_projection(graph, d, seed):
    """Return the sparse R that `fastrp` draws, as a scipy matrix."""
    key = np.random.default_rng(seed).integers(2**64, dtype=np.uint64)
    offsets, signed = _sparse_projection(node_keys(graph), d, graph.n_nodes**-0.5, key)
    shape = (graph.n_nodes, d)
    return scipy.sparse.csr_array((np.sign(signed).astype(float), np.abs(signed) - 1, offsets), shape=shape)


def macro_f1(X, labels, *, fraction=0.09, shuffles=5):
    """Macro-F1 in per cent, mean and deviation over shuffles, as node classification is usually measured.

    One-vs-rest logistic regression on the standardised embedding, C = 0.1; as many labels are predicted for a
    node as it has.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import f1_score
    from sklearn.multiclass import OneVsRestClassifier

    scores = []
    for seed in range(shuffles):
        order = np.random.default_rng(seed).permutation(len(X))
        train, test = np.split(order, [int(fraction * len(X))])
        known = np.flatnonzero(labels[train].any(axis=0))  # a label that never occurs cannot be learnt
        model = OneVsRestClassifier(LogisticRegression(C=0.1, solver="liblinear"))
        model.fit(X[train], labels[np.ix_(train, known)])
        probability = np.zeros((len(test), labels.shape[1]))
        probability[:, known] = model.predict_proba(X[test])
        rank = np.argsort(np.argsort(-probability, axis=1), axis=1)
        predicted = rank < labels[test].sum(axis=1, keepdims=True)
        scores.append(100 * f1_score(labels[test], predicted, average="macro", zero_division=0))
    return float(np.mean(scores)), float(np.std(scores))


def bound_seconds(graph, d, products, bandwidth):
    """Time to read a row for every entry, `products` times; see the head of this file."""
    return products * graph.n_entries * d * 4 / (bandwidth * 1e9)


def ours_row(name, graph, d, bandwidth, repeats, **options):
    seconds = median_time(lambda: fastrp(graph, d, random_state=0, **options), repeats)
    products = 3 if options.get("projection", "sparse") == "sparse" else 4
    return {
        "input": name,
        "d": d,
        "method": "graphkit " + options.get("projection", "sparse"),
        "seconds": seconds,
        "gathered GB/s": products * graph.n_entries * d * 4 / seconds / 1e9,
        "of bound": bound_seconds(graph, d, products, bandwidth) / seconds,
        "memory MB": fastrp_memory(graph.n_nodes, graph.n_entries, d) / 1e6,
    }


def small_graph(quick, bandwidth, notes):
    S, labels, name = load_blogcatalog()
    S = S.astype(float)
    graph = Graph.from_scipy(S)
    rows = []
    for d in (128,) if quick else (128, 512):
        R = our_projection(graph, d, 0)
        X = fastrp(graph, d, random_state=0)
        difference = np.abs(X - authors_method(S, R)).max()
        if difference > 1e-2:
            raise SystemExit(
                f"results differ by {difference} from the authors' method with the same projection"
            )
        notes.append(f"d = {d}: largest difference to the authors' method, same projection: {difference:.1e}")
        ours = [
            ours_row(name, graph, d, bandwidth, 7),
            ours_row(name, graph, d, bandwidth, 7, projection="gaussian"),
        ]
        threads = numba.get_num_threads()
        numba.set_num_threads(1)
        ours.append(ours_row(name, graph, d, bandwidth, 7) | {"method": "graphkit sparse, 1 thread"})
        numba.set_num_threads(threads)
        gaussian = np.random.default_rng(0).standard_normal((graph.n_nodes, d))
        peers = {
            "authors' method, sparse": lambda R=R: authors_method(S, R),
            "authors' method, gaussian": lambda G=gaussian: authors_method(S, G),
        }
        try:
            import fastrp as rust

            # Its first weight belongs to the random vectors themselves; it has no degree exponent.
            model = rust.FastRP(d, weights=[0.0, *DEFAULT_WEIGHTS], seed=0, undirected=False)
            peers["fastrp (Rust)"] = lambda model=model: model.fit_transform(S)
        except ImportError:
            notes.append("the Rust package fastrp is not installed (pip install fastrp): not compared")
        for method, run in peers.items():
            rows_of_peer = {
                "input": name,
                "d": d,
                "method": method,
                "seconds": median_time(run, 2 if quick else 3),
            }
            ours.append(rows_of_peer | {"ratio to graphkit sparse": None})
            ours[-1]["ratio to graphkit sparse"] = ours[-1]["seconds"] / ours[0]["seconds"]
        rows += ours
        if labels is not None and d == 512:
            for method, result in (
                ("graphkit", X),
                ("authors' method", authors_method(S, our_projection(graph, d, 1))),
            ):
                mean, deviation = macro_f1(result, labels)
                notes.append(f"d = {d}: macro-F1 at 9 % labels, {method}: {mean:.2f} +- {deviation:.2f}")
    if labels is None:
        notes.append("no labels without ../shared: quality not measured")
    return rows


def large_graph(bandwidth, notes):
    n, m = 1_000_000, 10_000_000
    rng = np.random.default_rng(0)
    graph = Graph.from_edges(rng.integers(n, size=m), rng.integers(n, size=m), n_nodes=n)
    start = time.perf_counter()
    row = ours_row("uniform, 1 M nodes, 10 M edges", graph, 128, bandwidth, 3)
    notes.append(f"one million nodes: four runs in {time.perf_counter() - start:.1f} s")
    return [row]


def main():
    arguments = parse_arguments(__doc__.splitlines()[0])
    bandwidth = read_bandwidth()
    notes = [f"read bandwidth of one thread: {bandwidth:.1f} GB/s; numba threads: {numba.get_num_threads()}"]
    rows = small_graph(arguments.quick, bandwidth, notes)
    if not arguments.quick:
        rows += large_graph(bandwidth, notes)
    report("FastRP", rows, as_json=arguments.json, notes=notes, packages=("scipy", "scikit-learn", "fastrp"))


if __name__ == "__main__":
    main()
