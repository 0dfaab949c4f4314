"""Graph input: text, tables and the binary format to `Graph`, and distances, against the best alternatives.

    python benchmarks/bench_graph_io.py [--quick] [--json]

Every reader gets the same generated file: an R-MAT graph of 10 M edges between shuffled ids below 2**20,
written once to the folder of temporary files. "ratio" is their time divided by ours; a reader that only
parses is named so, all others build a graph. "of limit" is our time divided by the time that the bytes which
must move would take at the bandwidth of one thread. "peak/CSR" is what a fresh process needs beyond its
imports, divided by the size of the arrays of the graph.
"""

import gzip
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from _common import median_time, parse_arguments, read_bandwidth
from _stream import Stream
from scipy.sparse import coo_array, csgraph, load_npz, save_npz

from graphkit import Graph, read_graph, write_graph
from graphkit.distances import shortest_path_distances

Row = dict[str, Any]


def rmat_ends(n_edges: int, scale: int, seed: int = 0) -> np.ndarray:
    """Draw R-MAT edges (0.57, 0.19, 0.19, 0.05) between shuffled ids, as an array of shape (2, n_edges)."""
    rng = np.random.default_rng(seed)
    ends = np.zeros((2, n_edges), np.int32)
    for _ in range(scale):
        draw = rng.random(n_edges, dtype=np.float32)
        ends[0] = 2 * ends[0] + (draw >= 0.76)
        ends[1] = 2 * ends[1] + (((draw >= 0.57) & (draw < 0.76)) | (draw >= 0.95))
    return rng.permutation(1 << scale).astype(np.int32)[ends]


def edge_file(n_edges: int, scale: int) -> Path:
    """Tab-separated file of `rmat_ends`, written if it is not there yet."""
    path = Path(tempfile.gettempdir()) / f"graphkit-rmat-{scale}-{n_edges}.tsv"
    if not path.exists():
        ends = rmat_ends(n_edges, scale)
        unfinished = path.with_suffix(".part")
        with unfinished.open("w") as file:
            for start in range(0, n_edges, 10**6):
                pairs = ends[:, start : start + 10**6].T.tolist()
                file.write("".join(map("%d\t%d\n".__mod__, map(tuple, pairs))))
        unfinished.rename(path)
    return path


def peak_ratio(path: Path) -> float:
    """Peak memory of `read_graph` in a fresh process, divided by the size of the graph."""
    code = (
        "import sys, pathlib\n"
        "from graphkit import read_graph\n"
        "read_graph(sys.argv[1])\n"
        "def peak():\n"
        "    text = pathlib.Path('/proc/self/status').read_text()\n"
        "    return int(text.split('VmHWM:')[1].split()[0])\n"
        "pathlib.Path('/proc/self/clear_refs').write_text('5')\n"
        "before = peak()\n"
        "graph = read_graph(sys.argv[2])\n"
        "print((peak() - before) * 1024 / (graph.indptr.nbytes + graph.indices.nbytes))\n"
    )
    small = edge_file(100_000, 14)
    result = subprocess.run(
        [sys.executable, "-c", code, str(small), str(path)], capture_output=True, text=True, check=True
    )
    return float(result.stdout)


def loadtxt(path: Path) -> np.ndarray:
    return np.loadtxt(path, dtype=np.int64, delimiter="\t", comments=None)


def arrow_table(path: Path) -> Any:
    from pyarrow import csv

    return csv.read_csv(
        path,
        read_options=csv.ReadOptions(column_names=["source", "target"]),
        parse_options=csv.ParseOptions(delimiter="\t"),
    )


def polars_frame(path: Path) -> Any:
    import polars

    return polars.read_csv(path, has_header=False, separator="\t")


def pandas_frame(path: Path) -> Any:
    import pandas

    return pandas.read_csv(path, sep="\t", header=None)


def igraph_graph(path: Path) -> Any:
    import igraph

    return igraph.Graph.Read_Edgelist(str(path), directed=False)


def networkit_graph(path: Path) -> Any:
    import networkit

    return networkit.graphio.EdgeListReader("\t", 0, directed=False).read(str(path))


def networkx_graph(path: Path) -> Any:
    import networkx

    return networkx.read_edgelist(path, nodetype=int, data=False)


def scipy_matrix(path: Path) -> Any:
    """Do it the usual way without this library: parse, number the ids, then a symmetric scipy matrix."""
    table = loadtxt(path)
    ids, numbers = np.unique(table, return_inverse=True)
    sources, targets = numbers.reshape(table.shape).T
    low, high = np.minimum(sources, targets), np.maximum(sources, targets)
    upper = coo_array((np.ones(low.size), (low, high)), shape=(ids.size, ids.size)).tocsr()
    upper.data[:] = 1
    strict = upper.copy()
    strict.setdiag(0)
    strict.eliminate_zeros()
    return (upper + strict.T).tocsr()


def peer_rows(
    case: str, ours: float, peers: list[tuple[str, Callable[[], object]]], repeats: int
) -> Iterator[Row]:
    """Time peers one after the other; one that is not installed is named."""
    for name, function in peers:
        try:
            seconds = median_time(function, repeats)
        except ImportError as error:
            yield {"case": case, "who": f"{name}: {error.name} is not installed"}
            continue
        yield {"case": case, "who": name, "seconds": seconds, "ratio": seconds / ours}


def text_rows(path: Path, n_edges: int, bandwidth: float, repeats: int) -> Iterator[Row]:
    graph = read_graph(path)
    matrix = scipy_matrix(path)
    assert (matrix.indptr == graph.indptr).all()
    assert (matrix.indices == graph.indices).all()
    # The text is read once and the CSR arrays are written once; nothing faster is possible.
    bytes_moved = path.stat().st_size + graph.indptr.nbytes + graph.indices.nbytes
    ours = median_time(lambda: read_graph(path), repeats)
    case = f"text, {n_edges:,} edges"
    row = {"case": case, "who": "graphkit.read_graph", "seconds": ours, "ratio": 1.0}
    yield row | {"of limit": ours / (bytes_moved / bandwidth / 1e9), "peak/CSR": peak_ratio(path)}
    yield from peer_rows(
        case,
        ours,
        [
            ("polars, parse alone", lambda: polars_frame(path)),
            ("pyarrow.csv, parse alone", lambda: arrow_table(path)),
            ("pandas, parse alone", lambda: pandas_frame(path)),
            ("numpy.loadtxt, parse alone", lambda: loadtxt(path)),
        ],
        repeats,
    )
    try:
        listed, ids = igraph_graph(path), np.unique(loadtxt(path))
        assert (listed.ecount(), listed.vcount()) == (n_edges, ids[-1] + 1)
        del listed
    except ImportError:
        pass
    graphs = [
        ("numpy.loadtxt and scipy.sparse", lambda: scipy_matrix(path)),
        ("NetworKit EdgeListReader", lambda: networkit_graph(path)),
        ("igraph Read_Edgelist", lambda: igraph_graph(path)),
    ]
    yield from peer_rows(case, ours, graphs, 1)


def networkx_rows(path: Path, n_edges: int) -> Iterator[Row]:
    graph, known = read_graph(path), networkx_graph(path)
    assert (graph.n_nodes, graph.n_edges) == (known.number_of_nodes(), known.number_of_edges())
    ours = median_time(lambda: read_graph(path))
    case = f"text, {n_edges:,} edges"
    yield {"case": case, "who": "graphkit.read_graph", "seconds": ours, "ratio": 1.0}
    yield from peer_rows(case, ours, [("networkx.read_edgelist", lambda: networkx_graph(path))], 1)


def packed_rows(folder: Path, text: Path, n_edges: int, repeats: int) -> Iterator[Row]:
    """Read the same graph from compressed text and from Parquet."""
    graph = read_graph(text)
    packed = folder / "graph.tsv.gz"
    packed.write_bytes(gzip.compress(text.read_bytes(), 1))
    case = f"gzip text, {n_edges:,} edges"
    assert read_graph(packed) == graph
    ours = median_time(lambda: read_graph(packed), repeats)
    yield {"case": case, "who": "graphkit.read_graph", "seconds": ours, "ratio": 1.0}
    peers = [
        ("polars, parse alone", lambda: polars_frame(packed)),
        ("pyarrow.csv, parse alone", lambda: arrow_table(packed)),
    ]
    yield from peer_rows(case, ours, peers, repeats)
    table = folder / "graph.parquet"
    case = f"Parquet, {graph.n_edges:,} edges"
    try:
        write_graph(graph, table)
        assert read_graph(table) == graph
    except ImportError:
        yield {"case": case, "who": "pyarrow is not installed"}
        return
    ours = median_time(lambda: read_graph(table), repeats)

    def polars_parquet() -> Any:
        import polars

        return polars.read_parquet(table)

    def arrow_parquet() -> Any:
        from pyarrow import parquet

        return parquet.read_table(table)

    yield {"case": case, "who": "graphkit.read_graph", "seconds": ours, "ratio": 1.0}
    peers = [("polars, parse alone", polars_parquet), ("pyarrow, parse alone", arrow_parquet)]
    yield from peer_rows(case, ours, peers, repeats)


def build_rows(n_edges: int, scale: int, bandwidth: float, repeats: int) -> Iterator[Row]:
    sources, targets = rmat_ends(n_edges, scale, 1)
    n = 1 << scale
    graph = Graph.from_edges(sources, targets, n_nodes=n, directed=True, multi_edges="sum")

    def theirs() -> Any:
        matrix = coo_array((np.ones(n_edges), (sources, targets)), shape=(n, n)).tocsr()
        matrix.sum_duplicates()
        return matrix

    assert (theirs() != graph.to_scipy()).nnz == 0
    ours = median_time(
        lambda: Graph.from_edges(sources, targets, n_nodes=n, directed=True, multi_edges="sum"), repeats
    )
    case = f"arrays to CSR, {n_edges:,} edges"
    # Both ends are read, the summed weights and the CSR arrays are written.
    limit = (8 * n_edges + graph.indptr.nbytes + 12 * graph.n_entries) / bandwidth / 1e9
    yield {"case": case, "who": "Graph.from_edges", "seconds": ours, "ratio": 1.0, "of limit": ours / limit}
    yield from peer_rows(case, ours, [("scipy.sparse.coo_array", theirs)], repeats)


def reopen_rows(folder: Path, text: Path, repeats: int) -> Iterator[Row]:
    graph = read_graph(text)
    binary, matrix_file = folder / "graph.gkg", folder / "graph.npz"
    case = f"binary, {graph.n_entries:,} entries"
    seconds = median_time(lambda: write_graph(graph, binary), repeats)
    yield {"case": case, "who": "write_graph of .gkg, to the disk", "seconds": seconds}
    save_npz(matrix_file, graph.to_scipy(), compressed=False)
    assert read_graph(binary, verify=True) == graph
    ours = median_time(lambda: read_graph(binary), repeats)
    yield {"case": case, "who": "read_graph of .gkg", "seconds": ours, "ratio": 1.0}
    peers: list[tuple[str, Callable[[], object]]] = [
        ("the same with verify=True", lambda: read_graph(binary, verify=True)),
        ("scipy.sparse.load_npz", lambda: load_npz(matrix_file)),
    ]
    yield from peer_rows(case, ours, peers, repeats)


def distance_rows(n_nodes: int, bandwidth: float, repeats: int) -> Iterator[Row]:
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
    row = {"case": case, "who": "shortest_path_distances", "seconds": ours, "ratio": 1.0}
    yield row | {"of limit": ours / limit}
    yield {"case": case, "who": "scipy.sparse.csgraph", "seconds": peer, "ratio": peer / ours}


def main() -> None:
    arguments = parse_arguments(__doc__ or "")
    quick = arguments.quick
    repeats = 3 if quick else 5
    bandwidth = read_bandwidth(2**27 if quick else 2**29)
    (large, scale), (small, small_scale) = (
        ((200_000, 15), (20_000, 12)) if quick else ((10**7, 20), (10**6, 17))
    )
    stream = Stream(
        "Graph input and distances",
        ("measured", "seconds", "ratio", "of limit", "peak/CSR"),
        width=62,
        as_json=arguments.json,
        packages=("scipy", "pyarrow", "polars", "pandas", "networkit", "igraph", "networkx"),
    )

    def show(rows: Iterator[Row]) -> None:
        stream.extend({"measured": f"{row.pop('case')}: {row.pop('who')}"} | row for row in rows)

    text, small_text = edge_file(large, scale), edge_file(small, small_scale)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        show(text_rows(text, large, bandwidth, repeats))
        show(networkx_rows(small_text, small))
        show(build_rows(large, scale, bandwidth, repeats))
        show(reopen_rows(folder, text, repeats))
        show(packed_rows(folder, text, large, repeats))
    show(distance_rows(500 if quick else 5000, bandwidth, repeats))
    stream.close([f"bandwidth of one thread {bandwidth:.1f} GB/s; ratio: their time divided by ours"])


if __name__ == "__main__":
    sys.exit(main())
