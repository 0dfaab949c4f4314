"""Growth over lists of packed states: the sparse engine beside CayleyPy (BFS on the CPU) on the same graph.

These graphs mostly have a faster engine of ours, with an index; here all are forced through the sparse one,
which needs none. Both sides compute all layer sizes (or those up to a depth), which are compared before
anything is reported; importing either library and compiling is not timed, building our tables is. CayleyPy is
given the faster of its two CPU paths, ``CayleyGraph.bfs`` and ``bfs_numpy``, in a process of its own.

Physical limit. The column GB counts the packed states that are read to be expanded, the candidates that are
written and read again, and the new states that are written and copied; its share of our time at the measured
read bandwidth is "of bandwidth limit". "bytes per state" is the peak memory over the two last layers at their
largest.

    python benchmarks/bench_sparse.py            every row that fits a few minutes
    python benchmarks/bench_sparse.py --quick    seconds
"""

import json
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from typing import Any

from _common import parse_arguments, read_bandwidth, report

import cayley
from cayley.cosets import resolve_state
from cayley.engines.sparse import SparseEngine, warm_up
from cayley.groups import PermutationGroup
from cayley.matrices import matrix_group
from cayley.puzzles import puzzle

# kind, name, generators, depth, whether CayleyPy is run beside it
QUICK = [
    ("group", "S9", "lrx", None, True),
    ("word", "0" * 10 + "1" * 10, "lrx", None, True),
    ("matrices", "Heisenberg(3,101)", None, None, True),
]
USUAL = [
    ("group", "S10", "lrx", None, True),
    ("group", "S11", "lrx", None, True),
    ("group", "S10", "coxeter", None, True),
    ("group", "S10", "pancake", None, True),
    ("group", "S9", "transpositions", None, True),
    ("group", "S10", "lx", None, True),
    ("puzzle", "2x2x2", "qtm", None, True),
    ("puzzle", "2x2x2", "htm", None, True),
    ("word", "0" * 13 + "1" * 13, "lrx", None, True),
    ("word", "000001111122222", "lrx", None, True),
    ("matrices", "SL(2,101)", None, None, True),
    ("matrices", "SL(3,7)", None, 9, True),
    ("puzzle", "3x3x3", "htm", 6, True),
]

PEER = """
import json, sys, time
from cayleypy import CayleyGraph, CayleyGraphDef
from cayleypy.algo.bfs_numpy import bfs_numpy
from cayleypy.cayley_graph_def import MatrixGenerator
from graphkit.memory import peak_memory

generators, state, modulus, depth = json.loads(sys.argv[1])
if modulus is None:
    definition = CayleyGraphDef.create(generators, central_state=state)
else:
    matrices = [MatrixGenerator.create(g, modulus) for g in generators]
    definition = CayleyGraphDef.for_matrix_group(generators=matrices)
limit = {} if depth is None else {"max_diameter": depth}
found, seconds = None, []
for run in (lambda graph: graph.bfs(**limit).layer_sizes, lambda graph: bfs_numpy(graph, **limit)):
    graph = CayleyGraph(definition, device="cpu")
    start = time.perf_counter()
    try:
        layers = [int(size) for size in run(graph)]
    except (AssertionError, ValueError):
        continue  # this path does not take such a graph
    seconds.append(time.perf_counter() - start)
    found = layers if depth is None else layers[:depth + 1]
print(json.dumps([found, min(seconds), peak_memory()]))
"""

OURS = """
import sys
from bench_sparse import define, run
from cayley.engines.sparse import SparseEngine, warm_up
from graphkit.memory import peak_memory

kind, name, generators, depth = sys.argv[1:]
engine = SparseEngine(define(kind, name, generators))
warm_up(engine.n_words)
base = peak_memory()
run(engine, None if depth == "None" else int(depth))
print(peak_memory() - base)
"""


def define(kind: str, name: str, generators: str | None) -> Any:
    """Return the group or coset graph of a row."""
    if kind == "group":
        return PermutationGroup(
            tuple(cayley.get_family(str(generators)).generators(int(name[1:]))), str(generators)
        )
    if kind == "word":
        return resolve_state(name, str(generators), {})
    return matrix_group(name) if kind == "matrices" else puzzle(name, generators)


def run(engine: SparseEngine, depth: int | None) -> list[int]:
    layers = []
    for size in engine.layers():
        layers.append(size)
        if len(layers) - 1 == depth:
            break
    return layers


def peer(definition: Any, depth: int | None) -> tuple[list[int], float, float]:
    """Layer sizes, the best time of CayleyPy's CPU paths, and the peak MB of its process."""
    state = getattr(definition, "state", None)
    modulus = getattr(definition, "modulus", None)
    generators = [list(g) for g in definition.generators]
    job = json.dumps([generators, None if state is None else list(state), modulus, depth])
    done = subprocess.run([sys.executable, "-c", PEER, job], capture_output=True, text=True, check=True)
    layers, seconds, peak = json.loads(done.stdout.splitlines()[-1])
    return layers, seconds, peak / 1e6


def memory_of(*row: object) -> float:
    """Peak memory in MB that the growth adds to a process with the kernels loaded."""
    done = subprocess.run(
        [sys.executable, "-c", OURS, *map(str, row)],
        capture_output=True,
        text=True,
        check=True,
        cwd=__file__.rpartition("/")[0] or ".",
    )
    return int(done.stdout) / 1e6


def measure(
    kind: str, name: str, generators: str | None, depth: int | None, with_peer: bool, bandwidth: float
) -> dict[str, object]:
    definition = define(kind, name, generators)
    warm_up(SparseEngine(definition).n_words)
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        engine = SparseEngine(definition)
        layers = run(engine, depth)
        seconds.append(time.perf_counter() - start)
    ours_s = statistics.median(seconds)
    expanded = sum(layers) if depth is None else sum(layers[:-1])
    megabytes = memory_of(kind, name, generators, depth)
    two_layers = max(a + b for a, b in zip(layers, [*layers[1:], 0], strict=True))
    title = f"word of {len(name)}" if kind == "word" and len(name) > 15 else name
    row: dict[str, object] = {
        "graph": " ".join(filter(None, [title, generators, None if depth is None else f"to depth {depth}"])),
        "states": sum(layers),
        "words": engine.n_words,
        "ours s": ours_s,
        "least s": min(seconds),
        "ns per state and generator": ours_s / expanded / len(definition.generators) * 1e9,
        "GB": engine.bytes_moved / 1e9,
        "of bandwidth limit": engine.bytes_moved / 1e9 / bandwidth / ours_s,
        "MB": megabytes,
        "bytes per state": megabytes * 1e6 / two_layers,
    }
    if with_peer:
        other, peer_s, peer_megabytes = peer(definition, depth)
        if other != layers:
            raise SystemExit(f"{title}: the layer sizes disagree: {layers} and {other}")
        row |= {"CayleyPy s": peer_s, "its MB": peer_megabytes, "ratio": peer_s / ours_s}
    return row


def main() -> None:
    options = parse_arguments(__doc__ or "")
    work = QUICK if options.quick else QUICK + USUAL
    bandwidth = read_bandwidth()
    has_peer = find_spec("cayleypy") is not None
    rows = [measure(*row[:4], row[4] and has_peer, bandwidth) for row in work]
    notes = [
        f"Read bandwidth {bandwidth:.1f} GB/s. MB: peak memory over the interpreter with its kernels.",
        "The layer sizes agree wherever CayleyPy was run.",
    ]
    if not has_peer:
        notes.append("CayleyPy is not installed: pip install 'graphkit-algorithms[bench]'")
    report("Sparse engine", rows, as_json=options.json, notes=notes, packages=("cayleypy",))


if __name__ == "__main__":
    main()
