"""k-medoids of graphs: pruned searches against FasterPAM on the matrix of all distances.

The matrix, and the peer that needs it, are measured where it takes no more than half a gigabyte. The medoids
must be those of `fasterpam`; the peer visits candidates in another order, and its loss must be within 2%.
"over model": our time over that to read the edges of 2n/k nodes of mean degree per candidate and pass, at
the bandwidth of memory. It is below one where searches stop before the hubs.
"""

import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from _common import median_time, parse_arguments, read_bandwidth, report

from clustering import fasterpam, graph_kmedoids
from graphkit import Graph, read_graph
from graphkit.distances import shortest_path_distances

GRAPHS = Path(__file__).resolve().parents[2] / "shared" / "data" / "graphs"
FILES = {
    "lastfm_asia": "lastfm_asia/edges.csv.gz",
    "dblp": "dblp/dblp.ungraph.gz",
    "musae_github": "musae_github/edges.csv.gz",
    "soc_epinions": "soc_epinions/soc-Epinions1.txt.gz",
}
LARGEST_MATRIX = 2**29  # bytes


def load(name: str) -> Graph:
    if name == "grid":
        places = np.arange(80 * 80).reshape(80, 80)
        across = (places[:, :-1].ravel(), places[:, 1:].ravel())
        down = (places[:-1].ravel(), places[1:].ravel())
        return Graph.from_edges(np.concatenate([across[0], down[0]]), np.concatenate([across[1], down[1]]))
    return read_graph(str(GRAPHS / FILES[name])).to_undirected().largest_component()


def seconds(fn: Callable[[], object]) -> float:
    start = time.perf_counter()
    fn()
    return time.perf_counter() - start


def measure(name: str, k: int, bandwidth: float, has_peer: bool) -> dict[str, Any]:
    graph = load(name)
    n = graph.n_nodes
    init = np.random.RandomState(0).choice(n, k, replace=False)
    found = graph_kmedoids(graph, k, init=init)
    ours = median_time(lambda: graph_kmedoids(graph, k, init=init), 3)
    visits = found.n_iter * n * (2 / k) * graph.n_entries
    row: dict[str, Any] = {"graph": name, "nodes": n, "edges": graph.n_edges, "k": k}
    row |= {"loss": found.inertia, "swaps": found.n_swap, "passes": found.n_iter, "s": ours}
    row |= {
        "over model": ours / (visits * graph.indices.itemsize / bandwidth / 1e9),
        "matrix GB": 4 * n * n / 1e9,
    }
    if 4 * n * n <= LARGEST_MATRIX:
        row["distances s"] = seconds(lambda: shortest_path_distances(graph))
        D = shortest_path_distances(graph)
        same = fasterpam(D, k, init=init)
        if not np.array_equal(same.medoid_indices, found.medoid_indices):
            raise SystemExit(f"{name}, k = {k}: medoids differ")
        row["FasterPAM s"] = median_time(lambda: fasterpam(D, k, init=init), 3)
        if has_peer:
            import kmedoids

            theirs = kmedoids.fasterpam(D, init.astype(np.uint64), random_state=None, n_cpu=1)
            if not np.isclose(theirs.loss, found.inertia, rtol=0.02):
                raise SystemExit(f"{name}, k = {k}: losses {theirs.loss} and {found.inertia}")
            peer = median_time(lambda: kmedoids.fasterpam(D, init.astype(np.uint64), n_cpu=1), 1)
            row |= {"kmedoids s": peer, "ratio": (row["distances s"] + peer) / ours}
    return row


def main() -> None:
    options = parse_arguments(__doc__ or "")
    has_peer = find_spec("kmedoids") is not None
    names = ["grid", *(name for name in FILES if not options.quick and GRAPHS.is_dir())]
    bandwidth = read_bandwidth()
    rows = [measure(name, k, bandwidth, has_peer) for name in names for k in (10, 100)]
    notes = ["ratio: distances and the peer's search, over ours. A dash: the matrix is too large."]
    if not has_peer:
        notes.append("kmedoids is not installed: pip install 'graphkit-algorithms[bench]'")
    if not GRAPHS.is_dir():
        notes.append(f"{GRAPHS} is not there: the graphs of that folder are left out")
    report("k-medoids of graphs", rows, as_json=options.json, notes=notes, packages=("kmedoids",))


if __name__ == "__main__":
    main()
