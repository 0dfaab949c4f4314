"""Graph input: text to graph, the binary format, and distances, against the best alternatives.

    python benchmarks/bench_graph_io.py [--quick] [--json]

Every reader gets the same generated file. "limit" is the time that the bytes which must move would take at
the bandwidth of one thread; "of limit" is how many times longer we take.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx
import numpy as np
from _common import median_time, parse_arguments, read_bandwidth, report
from scipy.sparse import coo_array, csgraph

from graphkit import Graph, read_graph, write_graph
from graphkit.distances import shortest_path_distances


def edge_file(folder: Path, n_edges: int, seed: int = 0) -> Path:
    """Tab-separated file of random edges with ten per node."""
    rng = np.random.default_rng(seed)
    ends = rng.integers(0, n_edges // 10, (n_edges, 2))
    path = folder / f"{n_edges}.tsv"
    with path.open("w") as file:
        file.write("".join(map("%d\t%d\n".__mod__, map(tuple, ends.tolist()))))
    return path


def loadtxt(path: Path) -> np.ndarray:
    return np.loadtxt(path, dtype=np.int64, delimiter="\t", comments=None)


def arrow_table(path: Path) -> Any:
    from pyarrow import csv

    return csv.read_csv(
        path,
        read_options=csv.ReadOptions(column_names=["source", "target"]),
        parse_options=csv.ParseOptions(delimiter="\t"),
    )


def scipy_matrix(path: Path) -> Any:
    """Do it the usual way without this library: parse, then a symmetric scipy matrix."""
    sources, targets = loadtxt(path).T
    low, high = np.minimum(sources, targets), np.maximum(sources, targets)
    n = int(high.max()) + 1
    upper = coo_array((np.ones(low.size), (low, high)), shape=(n, n)).tocsr()
    upper.data[:] = 1
    strict = upper.copy()
    strict.setdiag(0)
    strict.eliminate_zeros()
    return (upper + strict.T).tocsr()


def text_rows(path: Path, n_edges: int, bandwidth: float, repeats: int) -> list[dict[str, Any]]:
    graph = read_graph(path)
    matrix = scipy_matrix(path)
    assert (matrix.indptr == graph.indptr).all()
    assert (matrix.indices == graph.indices).all()
    # The text is read once and the CSR arrays are written once; nothing faster is possible.
    bytes_moved = path.stat().st_size + graph.indptr.nbytes + graph.indices.nbytes
    peers: list[tuple[str, Callable[[], object]]] = [
        ("numpy.loadtxt, parse alone", lambda: loadtxt(path)),
        ("numpy.loadtxt and scipy.sparse", lambda: scipy_matrix(path)),
    ]
    try:
        arrow_table(path)
        peers.insert(0, ("pyarrow.csv, parse alone", lambda: arrow_table(path)))
    except ImportError:
        pass
    ours = median_time(lambda: read_graph(path), repeats)
    limit = bytes_moved / bandwidth / 1e9
    case = f"text, {n_edges:,} edges"
    rows = [
        {"case": case, "who": "graphkit.read_graph", "seconds": ours, "ratio": 1.0, "of limit": ours / limit}
    ]
    for name, function in peers:
        seconds = median_time(function, repeats)
        rows.append({"case": case, "who": name, "seconds": seconds, "ratio": seconds / ours})
    return rows


def networkx_rows(path: Path, n_edges: int) -> list[dict[str, Any]]:
    def theirs() -> networkx.Graph:
        return networkx.read_edgelist(path, nodetype=int, data=False)

    graph, known = read_graph(path), theirs()
    assert (graph.n_nodes, graph.n_edges) == (known.number_of_nodes(), known.number_of_edges())
    ours, peer = median_time(lambda: read_graph(path)), median_time(theirs, 1)
    case = f"text, {n_edges:,} edges"
    return [
        {"case": case, "who": "graphkit.read_graph", "seconds": ours, "ratio": 1.0},
        {"case": case, "who": "networkx.read_edgelist", "seconds": peer, "ratio": peer / ours},
    ]


def build_rows(n_edges: int, bandwidth: float, repeats: int) -> list[dict[str, Any]]:
    rng = np.random.default_rng(1)
    sources, targets = rng.integers(0, n_edges // 10, (2, n_edges), dtype=np.int32)
    graph = Graph.from_edges(sources, targets, directed=True, multi_edges="sum")

    def theirs() -> Any:
        matrix = coo_array(
            (np.ones(n_edges), (sources, targets)), shape=(graph.n_nodes, graph.n_nodes)
        ).tocsr()
        matrix.sum_duplicates()
        return matrix

    assert (theirs() != graph.to_scipy()).nnz == 0
    ours = median_time(lambda: Graph.from_edges(sources, targets, directed=True, multi_edges="sum"), repeats)
    peer = median_time(theirs, repeats)
    case = f"arrays to CSR, {n_edges:,} edges"
    # Both ends are read, the summed weights and the CSR arrays are written.
    limit = (8 * n_edges + graph.indptr.nbytes + 12 * graph.n_entries) / bandwidth / 1e9
    return [
        {"case": case, "who": "Graph.from_edges", "seconds": ours, "ratio": 1.0, "of limit": ours / limit},
        {"case": case, "who": "scipy.sparse.coo_array", "seconds": peer, "ratio": peer / ours},
    ]


def reopen_rows(folder: Path, text: Path, repeats: int) -> list[dict[str, Any]]:
    graph = read_graph(text)
    binary, matrix_file = folder / "graph.gkg", folder / "graph.npz"
    write_graph(graph, binary)
    from scipy.sparse import load_npz, save_npz

    save_npz(matrix_file, graph.to_scipy(), compressed=False)
    assert read_graph(binary) == graph
    ours = median_time(lambda: read_graph(binary), repeats)
    case = f"reopen, {graph.n_entries:,} entries"
    rows = [{"case": case, "who": "read_graph of .gkg, verified", "seconds": ours, "ratio": 1.0}]
    for name, function in (
        ("the same with verify=False", lambda: read_graph(binary, verify=False)),
        ("scipy.sparse.load_npz", lambda: load_npz(matrix_file)),
    ):
        seconds = median_time(function, repeats)
        rows.append({"case": case, "who": name, "seconds": seconds, "ratio": seconds / ours})
    return rows


def distance_rows(n_nodes: int, bandwidth: float, repeats: int) -> list[dict[str, Any]]:
    rng = np.random.default_rng(2)
    ends = rng.integers(0, n_nodes, (n_nodes * 10, 2))
    graph = Graph.from_edges(ends, n_nodes=n_nodes).largest_component()
    matrix = graph.to_scipy()

    def theirs() -> Any:
        return csgraph.shortest_path(matrix, method="D", unweighted=True)

    assert (shortest_path_distances(graph) == theirs()).all()
    ours, peer = median_time(lambda: shortest_path_distances(graph), repeats), median_time(theirs, 1)
    case = f"all distances, {graph.n_nodes:,} nodes"
    limit = 4 * graph.n_nodes**2 / bandwidth / 1e9
    return [
        {
            "case": case,
            "who": "shortest_path_distances",
            "seconds": ours,
            "ratio": 1.0,
            "of limit": ours / limit,
        },
        {"case": case, "who": "scipy.sparse.csgraph", "seconds": peer, "ratio": peer / ours},
    ]


def main() -> None:
    arguments = parse_arguments(__doc__ or "")
    quick = arguments.quick
    repeats = 3 if quick else 5
    bandwidth = read_bandwidth(2**27 if quick else 2**29)
    large, small = (100_000, 20_000) if quick else (2_000_000, 200_000)
    notes = [f"bandwidth of one thread {bandwidth:.1f} GB/s; ratio: their time divided by ours"]
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        notes.append(
            "pyarrow is not installed: graphkit parses with numpy, and pyarrow is missing from the table"
        )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = edge_file(folder, large)
        rows = text_rows(text, large, bandwidth, repeats)
        if not quick:
            rows += text_rows(edge_file(folder, 10_000_000), 10_000_000, bandwidth, 3)
        rows += networkx_rows(edge_file(folder, small), small)
        rows += build_rows(large, bandwidth, repeats)
        rows += reopen_rows(folder, text, repeats)
    rows += distance_rows(500 if quick else 5000, bandwidth, repeats)
    report(
        "Graph input and distances",
        rows,
        as_json=arguments.json,
        notes=notes,
        packages=("scipy", "networkx", "pyarrow"),
    )


if __name__ == "__main__":
    sys.exit(main())
