"""FastRP against the authors' method, the Rust package ``fastrp`` and cleora, and against the memory.

``python benchmarks/bench_fastrp.py [--quick] [--slow] [--large] [--json]``; rows are printed when done.

- BlogCatalog where ../shared has it, else a generated graph of its size; all that ``--quick`` measures.
- A uniform graph of one million nodes and ten million edges, the worst case for caches: time of each way to
  compute, peak memory of a process of its own beside the estimate, and the sparse product alone.
- ``--slow``: the peers on that graph too (minutes, 12 GB for the authors' method).
- ``--large``: 5 million nodes and 100 million edges from a mapped file into a mapped file (minutes, 8 GB of
  disk), with its peak memory.

The streaming bound of a product without reuse in caches is the time that it takes to read a row for every
adjacency entry, to read and write the result once, and to read the indices, at the read bandwidth of all
threads. "x bound" is our time divided by that bound; it falls below 1 where rows stay in the cache. How well
embeddings serve for classification is measured by ``evaluate_embeddings.py``.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import _embedding_peers as peers
import numba
import numpy as np
import scipy.io
import scipy.sparse
from _common import parse_arguments, time_runs
from _stream import Stream
from numba import njit, prange

from graphkit import Graph, read_graph, write_graph
from graphkit.embedding import fastrp, fastrp_memory
from graphkit.embedding._powers import Power, next_power
from graphkit.embedding._presets import check_seed
from graphkit.embedding._projection import node_keys, sparse_projection
from graphkit.embedding._transition import transition

BLOGCATALOG = Path(__file__).resolve().parents[2] / "shared/data/graphs/blogcatalog/blogcatalog.mat"
COLUMNS = ("method", "d", "seconds", "peak GB", "ratio", "GB/s", "x bound")
WAYS = {
    "graphkit": {},
    "graphkit, bfloat16": {"storage": "bfloat16"},
    "graphkit, low memory": {"memory": "low"},
}

# Runs in a process of its own, whose peak memory is that of the embedding.
CHILD = """
import json, os, sys, time
from graphkit import Graph, read_graph
from graphkit.embedding import fastrp
from graphkit.memory import peak_memory
path, d, out, options = sys.argv[1], int(sys.argv[2]), sys.argv[3] or None, json.loads(sys.argv[4])
tiny = Graph.from_edges([0, 1], [1, 2])
for density in (0.05, 1.0):
    fastrp(tiny, 64, density=density, **options)
if out:
    fastrp(tiny, 64, density=0.05, out=out, **options)
before = peak_memory()
graph = read_graph(path, **({"verify": False} if out else {}))
start = time.perf_counter()
fastrp(graph, d, random_state=0, out=out, **options)
print(json.dumps([time.perf_counter() - start, before, peak_memory()]))
"""


def load_blogcatalog():
    """Return the adjacency matrix and the name of the input."""
    if BLOGCATALOG.exists():
        return scipy.sparse.csr_array(scipy.io.loadmat(BLOGCATALOG)["network"]).astype(float), "BlogCatalog"
    rng = np.random.default_rng(0)
    propensity = rng.pareto(1.5, 10_312) + 1
    ends = [rng.choice(10_312, size=500_000, p=propensity / propensity.sum()) for _ in range(2)]
    S = scipy.sparse.coo_array((np.ones(500_000), tuple(ends)), shape=(10_312, 10_312)).tocsr()
    S = S + S.T + scipy.sparse.dia_array((np.ones((1, 10_312)), [0]), shape=S.shape)
    S.data[:] = 1
    return S.tocsr(), "generated, size of BlogCatalog"


def our_projection(graph, d, seed):
    """Return the sparse R that `fastrp` draws, as a scipy matrix."""
    offsets, signed = sparse_projection(node_keys(graph), d, graph.n_nodes**-0.5, check_seed(seed))
    shape = (graph.n_nodes, d)
    return scipy.sparse.csr_array((np.sign(signed).astype(float), np.abs(signed) - 1, offsets), shape=shape)


@njit(parallel=True)
def _sum_blocks(data, sums):
    size = data.size // sums.size
    for block in prange(sums.size):
        sums[block] = data[block * size : (block + 1) * size].sum()


def read_bandwidth():
    """Read bandwidth of all threads in GB/s, the best of several passes over half a gigabyte."""
    data, sums = np.ones(2**26, dtype=np.int64), np.zeros(64, dtype=np.int64)
    return data.nbytes / min(time_runs(lambda: _sum_blocks(data, sums), 7)) / 1e9


def bound(graph, d, bandwidth, *, products=1, size=4):
    """Bytes that products move without reuse in caches, and the seconds that this takes at least."""
    moved = products * (graph.n_entries * (size * d + graph.indices.itemsize) + 2 * size * d * graph.n_nodes)
    return moved, moved / (bandwidth * 1e9)


def our_row(name, graph, d, bandwidth, repeats, options):
    seconds = float(np.median(time_runs(lambda: fastrp(graph, d, random_state=0, **options), repeats)))
    products = 4 if options.get("projection") == "gaussian" or options.get("memory") == "low" else 3
    products = 2 if options.get("preset") == "gds" else products
    size = 2 if options.get("storage") == "bfloat16" else 4
    moved, least = bound(graph, d, bandwidth, products=products, size=size)
    speed = {"GB/s": moved / seconds / 1e9, "x bound": seconds / least}
    return {"method": name, "d": d, "seconds": seconds, **speed}


def peer_rows(graph, S, d, base, *, repeats, notes):
    """Time the Rust package, cleora and the authors' method: the slow ones last."""
    runs = {}
    try:
        import fastrp as rust

        # Its first weight belongs to the random vectors themselves; it has no degree exponent.
        model = rust.FastRP(d, weights=[0.0, *peers.WEIGHTS], seed=0, undirected=False)
        runs["fastrp (Rust)"] = lambda: model.fit_transform(S)
    except ImportError:
        notes.append("fastrp (Rust) is not installed (pip install fastrp): not compared")
    try:
        import pycleora  # noqa: F401

        runs["cleora, 4 iterations, with its graph"] = lambda: peers.cleora(S, d, iterations=4)
    except ImportError:
        notes.append("cleora is not installed (pip install pycleora): not compared")
    for kind in ("gaussian", "sparse"):
        R = peers.authors_projection(graph.n_nodes, d, kind, 0)
        runs[f"authors' method, {kind}"] = lambda R=R: peers.authors_method(S, R)
    for name, run in runs.items():
        seconds = float(np.median(time_runs(run, repeats))) if repeats > 1 else _once(run)
        yield {"method": name, "d": d, "seconds": seconds, "ratio": seconds / base}


def _once(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def small_graph(stream, quick, bandwidth, notes):
    S, name = load_blogcatalog()
    graph = Graph.from_scipy(S, weighted=False)
    for d in (128,) if quick else (128, 512):
        X = fastrp(graph, d, random_state=0)
        difference = np.abs(X - peers.authors_method(S, our_projection(graph, d, 0))).max()
        if difference > 1e-2:
            raise SystemExit(f"differs by {difference} from the authors' method with the same projection")
        notes.append(
            f"{name}, d = {d}: largest difference to the authors' method with the same projection: "
            f"{difference:.1e}"
        )
        rows = [our_row(f"{name}: graphkit", graph, d, bandwidth, 7, {})]
        stream.extend(rows)
        base = rows[0]["seconds"]
        ways = {**WAYS, "graphkit, gaussian": {"projection": "gaussian"}, "graphkit, gds": {"preset": "gds"}}
        for way, options in list(ways.items())[1:]:
            stream.extend([our_row(way, graph, d, bandwidth, 5, options)])
        threads = numba.get_num_threads()
        numba.set_num_threads(1)
        stream.extend([our_row("graphkit, 1 thread", graph, d, bandwidth, 5, {})])
        numba.set_num_threads(threads)
        stream.extend(peer_rows(graph, S, d, base, repeats=2 if quick else 3, notes=notes))


def product_row(graph, d, bandwidth, storage):
    """One sparse product between arrays that have been touched."""
    operator = transition(graph, weighted=False)
    before, after = (Power.allocate(graph.n_nodes, d, storage) for _ in range(2))
    before.values[:] = 1
    after.values[:] = 1
    before.squares[:] = 1
    seconds = min(time_runs(lambda: next_power(operator, before, after, unit=False), 3))
    moved, least = bound(graph, d, bandwidth, size=before.values.itemsize)
    return {"method": f"sparse product, {storage}", "d": d, "seconds": seconds,
            "GB/s": moved / seconds / 1e9, "x bound": seconds / least}  # fmt: skip


def in_a_process(path, d, options, out=""):
    """Seconds, and peak memory in bytes before and after, of one embedding in a new process."""
    command = [sys.executable, "-c", CHILD, str(path), str(d), str(out), json.dumps(options)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)


def memory_row(name, graph, path, d, options, out=""):
    """Time and peak of a process; the estimate and what else takes memory follow in words."""
    seconds, before, peak = in_a_process(path, d, options, out)
    given = {"memory": "fast", **options}
    estimate = fastrp_memory(graph.n_nodes, graph.n_entries, d, in_file=bool(out), **given)
    arrays = graph.indptr.nbytes + graph.indices.nbytes
    result = 4 * graph.n_nodes * d
    return {
        "method": name,
        "d": d,
        "seconds": seconds,
        "peak GB": peak / 1e9,
        "of it Python": before / 1e9,
        "graph": arrays / 1e9,
        "estimate of the rest": estimate / 1e9,
        "peak without Python / (result + graph)": (peak - before) / (result + arrays),
    }


def uniform_graph(n, m):
    rng = np.random.default_rng(0)
    sources, targets = (rng.integers(n, size=m, dtype=np.int32) for _ in range(2))
    return Graph.from_edges(sources, targets, n_nodes=n)


def million_nodes(stream, slow, bandwidth, notes):
    graph = uniform_graph(1_000_000, 10_000_000)
    stream.extend(product_row(graph, d, bandwidth, storage) for d in (128, 512) for storage in
                  ("float32", "bfloat16"))  # fmt: skip
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.gkg"
        write_graph(graph, path)
        for d in (128, 512):
            for way, options in WAYS.items():
                row = our_row(f"1 M nodes, 10 M edges: {way}", graph, d, bandwidth, 2, options)
                rows[d, way] = row["seconds"]
                stream.extend([row])
                stream.extend([memory_row(f"{way}: a process", graph, path, d, options)])
    if not slow:
        notes.append("peers on one million nodes: --slow")
        return
    S = graph.to_scipy().astype(float)
    stream.extend(peer_rows(graph, S, 128, rows[128, "graphkit"], repeats=1, notes=notes))


def large_graph(stream, notes):
    """Embed a mapped graph into a mapped file, with one whole array or with tiles in memory."""
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "graph.gkg", Path(folder) / "embedding.npy"
        start = time.perf_counter()
        graph = uniform_graph(5_000_000, 100_000_000)
        write_graph(graph, path)
        del graph
        notes.append(f"graph of 100 M edges generated and written in {time.perf_counter() - start:.0f} s")
        graph = read_graph(path, verify=False)
        for memory in ("fast", "low"):
            name = f"5 M nodes, 100 M edges, in files, {memory}"
            stream.extend([memory_row(name, graph, path, 128, {"memory": memory}, out)])
        X = np.load(out, mmap_mode="r")
        sums = X.mean(axis=0, dtype=np.float64), X.std(axis=0, dtype=np.float64)
        if not (np.abs(sums[0]).max() < 1e-3 and np.abs(sums[1] - 1).max() < 1e-2):
            raise SystemExit("the columns of the result are not standardised")


def main():
    arguments = parse_arguments(
        __doc__.splitlines()[0],
        slow="also time the peers on one million nodes",
        large="also embed 100 million edges out of core",
    )
    bandwidth = read_bandwidth()
    notes = [
        f"read bandwidth of {numba.get_num_threads()} threads: {bandwidth:.1f} GB/s",
        "ratio: seconds of a peer / seconds of graphkit in the same run",
    ]
    packages = ("scipy", "fastrp", "pycleora")
    stream = Stream("FastRP", COLUMNS, as_json=arguments.json, packages=packages)
    small_graph(stream, arguments.quick, bandwidth, notes)
    if not arguments.quick:
        million_nodes(stream, arguments.slow, bandwidth, notes)
    if arguments.large:
        large_graph(stream, notes)
    stream.close(notes)


if __name__ == "__main__":
    main()
