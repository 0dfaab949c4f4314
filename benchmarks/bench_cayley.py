"""Growth of Cayley graphs: ours beside CayleyPy (BFS on the CPU) on the same generators.

Both sides compute all layer sizes, which are compared before anything is reported; importing either library
is not timed. CayleyPy is given the faster of its two CPU paths, ``CayleyGraph.bfs`` and ``bfs_numpy``.

Physical limit. The engine moves blocks of 2,688 bytes (one parity half of 8! states). The column GB counts
what it moved: each source block read, each updated block read and written. At the measured read bandwidth
that alone would take the share "of bandwidth limit" of our time. While the bitmaps fit in the cache (up to
S12) the bound is computation instead: one bit gather for 60 states and generator, about 1.25 ns, that is
0.02 ns for a state and a generator, on one core.

    python benchmarks/bench_cayley.py            every row that fits a few minutes
    python benchmarks/bench_cayley.py --quick    seconds
    python benchmarks/bench_cayley.py --long     adds S13 and S14 (minutes, 12 GB)
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

from _common import parse_arguments, read_bandwidth, report

import cayley
from cayley.engines.dense import DenseEngine

# group, family, whether CayleyPy is run beside it
QUICK = [("S8", "lrx", True), ("S9", "lrx", True), ("S9", "pancake", True)]
USUAL = [
    ("S10", "lrx", True),
    ("S11", "lrx", True),
    ("S12", "lrx", False),
    ("S10", "coxeter", True),
    ("S10", "pancake", True),
    ("S12", "pancake", False),
    ("S9", "transpositions", True),
    ("A11", "top_spin", True),
    ("S12", "lx", False),
]
LONG = [("S13", "lrx", False), ("S13", "lx", False), ("S13", "pancake", False), ("S14", "lrx", False)]


def ours(group: str, family: str, repeats: int) -> tuple[cayley.GrowthResult, list[float]]:
    results = [cayley.growth(group, family) for _ in range(repeats)]
    return results[-1], [result.seconds for result in results]


def peer(generators: Sequence[Sequence[int]]) -> tuple[list[int], float] | None:
    """Layer sizes and the best time of CayleyPy's CPU paths, or None if it is not installed."""
    try:
        from cayleypy import CayleyGraph, CayleyGraphDef
        from cayleypy.algo.bfs_numpy import bfs_numpy
    except ImportError:
        return None
    definition = CayleyGraphDef.create([list(g) for g in generators])
    found = None
    seconds = []
    for run in (lambda graph: graph.bfs().layer_sizes, bfs_numpy):
        graph = CayleyGraph(definition, device="cpu")
        start = time.perf_counter()
        try:
            layers = [int(size) for size in run(graph)]
        except (AssertionError, ValueError):
            continue  # this path does not take such a graph
        seconds.append(time.perf_counter() - start)
        found = layers
    return (found, min(seconds)) if found else None


def memory_of(group: str, family: str) -> float:
    """Peak memory in MB that the growth adds to a process with the kernels loaded."""
    code = (
        "import cayley; from graphkit.memory import peak_memory; cayley.growth('S8'); base = peak_memory();"
        f"print(cayley.growth({group!r}, {family!r}).peak_memory_bytes - base)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(done.stdout) / 1e6


def measure(group: str, family: str, with_peer: bool, bandwidth: float) -> dict[str, object]:
    job = cayley.plan(group, family)
    result, seconds = ours(group, family, 5 if job.states < 1e9 else 1)
    ours_s = statistics.median(seconds)
    engine = DenseEngine(job.definition)
    sum(engine.layers())
    row: dict[str, object] = {
        "graph": f"{group} {family}",
        "states": job.states,
        "diameter": result.diameter,
        "ours s": ours_s,
        "ns per state and generator": ours_s / job.states / len(job.definition.generators) * 1e9,
        "GB": engine.bytes_moved / 1e9,
        "of bandwidth limit": engine.bytes_moved / 1e9 / bandwidth / ours_s,
        "MB": memory_of(group, family) if job.states < 1e9 else job.memory_bytes / 1e6,
    }
    other = peer(job.definition.generators) if with_peer else None
    if other is not None:
        layers, peer_s = other
        if layers != result.growth:
            raise SystemExit(f"{group} {family}: the layer sizes disagree: {result.growth} and {layers}")
        row |= {"CayleyPy s": peer_s, "ratio": peer_s / ours_s}
    return row


def main() -> None:
    options = parse_arguments(__doc__ or "", long="add S13 and S14: minutes, 12 GB")
    work = QUICK if options.quick else QUICK + USUAL + (LONG if options.long else [])
    bandwidth = read_bandwidth()
    rows = [measure(*row, bandwidth) for row in work]
    notes = [
        f"Read bandwidth {bandwidth:.1f} GB/s. MB: peak over the interpreter; for S13 and S14 the plan.",
        "The layer sizes agree wherever CayleyPy was run; a dash: it was not, as it would take minutes.",
    ]
    if peer([(1, 0)]) is None:
        notes.append("CayleyPy is not installed: pip install 'graphkit-algorithms[bench]'")
    report("Growth of Cayley graphs", rows, as_json=options.json, notes=notes, packages=("cayleypy",))


if __name__ == "__main__":
    main()
