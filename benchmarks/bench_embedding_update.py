"""FastRP after edits of the graph: `update_fastrp` against a new embedding of the whole graph.

``python benchmarks/bench_embedding_update.py [--quick] [--json]``. One million nodes and 1000 edges replaced
by others (--quick: 100 000 nodes and 100 edges), d = 128. How far edits reach decides: a row says the share
of the rows that were computed, over all powers and the sum. Results are compared bit by bit. Three graphs:

- uniform: 10 edges a node at random, edits anywhere. Nothing is far from anything.
- communities: groups of 200 nodes, 95 % of the edges inside; the edits are inside ten of the groups.
- grid: a square lattice, edits anywhere. Everything is far from everything.
"""

import statistics
import time

import numpy as np
from _common import parse_arguments, report, time_runs

from graphkit import Graph
from graphkit.embedding import fastrp, fastrp_state, update_fastrp

DIMENSION = 128


def uniform(n, rng, edits):
    """Edges, and edges to replace some of them."""
    return (
        rng.integers(n, size=(10 * n, 2)),
        rng.integers(n, size=(edits, 2)),
        rng.integers(10 * n, size=edits),
    )


def communities(n, rng, edits):
    edges = rng.integers(n, size=(10 * n, 2))
    inside = rng.random(10 * n) < 0.95
    edges[inside, 1] = edges[inside, 0] // 200 * 200 + rng.integers(200, size=inside.sum())
    few = np.flatnonzero((edges[:, 0] < 2000) & (edges[:, 1] // 200 == edges[:, 0] // 200))
    new = rng.integers(2000, size=(edits, 2))
    new[:, 1] = new[:, 0] // 200 * 200 + new[:, 1] % 200
    return edges, new, rng.choice(few, size=edits)


def grid(n, rng, edits):
    side = int(n**0.5)
    places = np.arange(side * side).reshape(side, side)
    across = np.column_stack([places[:, :-1].ravel(), places[:, 1:].ravel()])
    down = np.column_stack([places[:-1].ravel(), places[1:].ravel()])
    edges = np.vstack([across, down])
    nodes = rng.integers(side * side - side - 1, size=edits)
    return edges, np.column_stack([nodes, nodes + side + 1]), rng.integers(len(edges), size=edits)


def build(edges, n):
    edges = edges[edges[:, 0] != edges[:, 1]]
    return Graph.from_edges(edges[:, 0], edges[:, 1], n_nodes=n, multi_edges="merge")


def two_graphs(make, n):
    """Return the graph before and after the edits."""
    rng = np.random.default_rng(0)
    edges, new, dropped = make(n, rng, n // 1000)
    n = int(edges.max()) + 1
    before = build(edges, n)
    edited = edges.copy()
    edited[dropped] = new
    return before, build(edited, n)


def measure(name, before, after, weights, repeats):
    n = before.n_nodes
    options = {"weights": weights, "density": n**-0.5, "random_state": 0}
    state = fastrp_state(before, DIMENSION, **options)
    updated = update_fastrp(state, after)
    if not np.array_equal(updated.embedding(), fastrp(after, DIMENSION, **options)):
        raise SystemExit(f"{name}: the update differs from a new embedding")
    total = sum(updated.recomputed) / (n * len(updated.recomputed))
    anew = statistics.median(time_runs(lambda: fastrp(after, DIMENSION, **options), repeats))
    copying = statistics.median(time_runs(lambda: update_fastrp(state, after).embedding(), repeats - 1))
    # In place there and back again, into the array that held the embedding: both ways are updates.
    graphs = [before, after]
    seconds = []
    X = updated.embedding()
    for turn in range(1, 2 * repeats + 1):
        start = time.perf_counter()
        updated = update_fastrp(updated, graphs[turn % 2 - 1], copy=False)
        updated.embedding(out=X)
        seconds.append(time.perf_counter() - start)
    in_place = statistics.median(seconds)
    return {
        "graph": name,
        "nodes": n,
        "edges": after.n_edges,
        "powers": len(weights),
        "rows computed": f"{total:.1%}",
        "anew s": anew,
        "update s": copying,
        "in place s": in_place,
        "gain": anew / in_place,
    }


def main():
    arguments = parse_arguments(__doc__)
    n = 100_000 if arguments.quick else 1_000_000
    repeats = 3
    rows = []
    for name, make in (("grid", grid), ("communities", communities), ("uniform", uniform)):
        before, after = two_graphs(make, n)
        for weights in ((1.0, 1.0), (0.0, 0.0, 1.0, 6.67)):
            rows.append(measure(name, before, after, weights, repeats))
            if not arguments.json:
                print(rows[-1], flush=True)
    report("FastRP after edits", rows, as_json=arguments.json, packages=("scipy",))


if __name__ == "__main__":
    main()
