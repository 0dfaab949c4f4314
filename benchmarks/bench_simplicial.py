"""Lifting a graph: flower-petal weights of all orders, beside networkx and gudhi on the same graph.

networkx lists the cliques (`enumerate_all_cliques`) and counts them on every edge; gudhi expands a simplex
tree and is only asked for the simplices, without counting them on edges. Sizes are compared before anything
is timed. Graphs: the citation networks and the page networks of ../shared where that folder is present, else
random ones of similar size.

Physical limit. Triangles are found by reading lists of later neighbours: "words" is how many entries are read
in all, and "GB/s" the rate at which ours reads them.

    python benchmarks/bench_simplicial.py            minutes, nearly all of them networkx
    python benchmarks/bench_simplicial.py --quick    seconds
"""

import pickle
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from _common import median_time, parse_arguments, report

from graphkit import Graph
from graphkit.memory import peak_memory
from graphkit.simplicial import clique_support, flower_petals
from graphkit.simplicial._lifting import forward_lists

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
NETWORKX_LIMIT = 500_000  # cliques that networkx is asked for


def citation(name: str) -> Graph:
    with open(SHARED / "planetoid" / "raw" / f"ind.{name}.graph", "rb") as file:
        near = pickle.load(file, encoding="latin1")
    pairs = np.array([(i, j) for i, row in near.items() for j in row if i != j])
    return Graph.from_edges(pairs[:, 0], pairs[:, 1], n_nodes=len(near))


def pages(name: str) -> Graph:
    with np.load(SHARED / "webkb" / "npz" / f"{name}.npz") as data:
        edges, n = data["edges"], len(data["node_labels"])
    edges = edges[edges[:, 0] != edges[:, 1]]
    return Graph.from_edges(edges[:, 0], edges[:, 1], n_nodes=n)


def random_graph(n: int, m: int) -> Graph:
    ends = np.random.default_rng(0).integers(0, n, (2, m))
    ends = ends[:, ends[0] != ends[1]]
    return Graph.from_edges(ends[0], ends[1], n_nodes=n)


def inputs(quick: bool) -> list[tuple[str, Graph, int]]:
    sparse = ("random, 1 M edges", random_graph(200_000, 1_000_000), 2)
    if not SHARED.is_dir():
        return [("random, 5 k edges", random_graph(2_700, 5_300), 2), sparse]
    named = [(name, citation(name), order) for name in ("cora", "citeseer", "pubmed") for order in (2, 3)]
    if quick:
        return named[:2]
    named += [("chameleon", pages("chameleon"), 2), ("chameleon", pages("chameleon"), 3)]
    named += [("squirrel", pages("squirrel"), 2), ("squirrel", pages("squirrel"), 3), sparse]
    return named


def by_networkx(graph: Any, order: int) -> tuple[float, int]:
    """Seconds and number of cliques of ``order + 1`` nodes, counted on every edge."""
    import networkx as nx

    start = time.perf_counter()
    support: dict[tuple[int, int], list[int]] = {}
    found = 0
    for clique in nx.enumerate_all_cliques(graph):
        size = len(clique)
        if size > order + 1:
            break
        found += size == order + 1
        for x in range(size):
            for y in range(x):
                pair = (clique[x], clique[y]) if clique[x] < clique[y] else (clique[y], clique[x])
                support.setdefault(pair, [0] * (order + 2))[size] += 1
    return time.perf_counter() - start, found


def by_gudhi(edges: np.ndarray, order: int) -> tuple[float, int]:
    import gudhi

    start = time.perf_counter()
    tree = gudhi.SimplexTree()
    tree.insert_batch(edges.T, np.zeros(len(edges)))
    tree.expansion(order)
    seconds = time.perf_counter() - start
    return seconds, tree.num_simplices_by_dimension()[order]


def measure(name: str, graph: Graph, order: int, quick: bool) -> dict[str, Any]:
    counts = clique_support(graph, order).counts
    ours = median_time(lambda: flower_petals(graph, order), 3 if counts[-1] > 10**7 else 15)
    ahead = forward_lists(graph)
    later = np.diff(ahead.ptr)
    words = int(later[ahead.forward].sum())
    row: dict[str, Any] = {"graph": name, "order": order, "nodes": graph.n_nodes, "edges": counts[1]}
    row |= {"cliques": counts[-1], "degeneracy": ahead.degeneracy, "ours ms": 1000 * ours}
    if sum(counts) <= NETWORKX_LIMIT:
        peer = graph.to_networkx()
        seconds, found = min(by_networkx(peer, order) for _ in range(1 if counts[-1] > 10**5 else 5))
        assert found == counts[-1], (found, counts)
        row |= {"networkx ms": 1000 * seconds, "times": seconds / ours}
    if find_spec("gudhi") and counts[-1] <= 2 * 10**7 and not (quick and order > 2):
        sources, targets = graph.edges()
        edges = np.stack([sources, targets], axis=1).astype(np.int32)
        runs = [by_gudhi(edges, order) for _ in range(3)]
        assert runs[0][1] == counts[-1], (runs, counts)
        row |= {"gudhi ms": 1000 * min(runs)[0], "times gudhi": min(runs)[0] / ours}
    if order == 2:
        row |= {"words": words, "GB/s": 4 * words / ours / 1e9}
    row["peak MB"] = peak_memory() / 1e6
    return row


def main() -> None:
    arguments = parse_arguments(__doc__ or "")
    rows = []
    for name, graph, order in inputs(arguments.quick):
        rows.append(measure(name, graph, order, arguments.quick))
        sys.stderr.write(f"{name} {order}\n")
    notes = [] if SHARED.is_dir() else ["the data sets of ../shared are absent: random graphs instead"]
    if not find_spec("gudhi"):
        notes.append("gudhi is not installed")
    report("Flower-petal weights", rows, as_json=arguments.json, notes=notes, packages=("networkx", "gudhi"))


if __name__ == "__main__":
    main()
