"""Growth of Schreier coset graphs of words: ours beside CayleyPy (BFS on the CPU) on the same start word.

Both sides compute all layer sizes, which are compared before anything is reported; importing either library
and compiling is not timed, building our tables is. CayleyPy is given the faster of its two CPU paths,
``CayleyGraph.bfs`` and ``bfs_numpy``; it runs in a process of its own, so that its memory is its own.

Physical limit. A layer passes over two bitmaps, which are read and written: the column GB, whose share of
our time at the measured read bandwidth is "of bandwidth limit". Beyond that each state and generator costs
two look-ups in tables that fit the cache, and one bit that is set in a bitmap, about 2 ns on one core:
"ns per state and generator" is the figure to compare with that.

    python benchmarks/bench_cosets.py            every row that fits a few minutes
    python benchmarks/bench_cosets.py --quick    seconds
    python benchmarks/bench_cosets.py --long     adds n = 34 and n = 36 (minutes, 3.5 GB)
"""

import json
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec

from _common import parse_arguments, read_bandwidth, report

from cayley.cosets import CosetGraph, resolve_state
from cayley.engines.ranked import RankedEngine, warm_up


def halves(n: int) -> str:
    return "0" * (n // 2) + "1" * (n - n // 2)


# start word, family, whether CayleyPy is run beside it
QUICK = [(halves(20), "lrx", True), (halves(24), "lrx", True), ("000011112222", "lrx", True)]
USUAL = [
    (halves(26), "lrx", True),
    (halves(28), "lrx", True),
    ("01" * 14, "lrx", True),
    (halves(28), "top_spin", True),
    (halves(24), "lx", True),
    (halves(24), "coxeter", True),
    (halves(24), "pancake", True),
    ("000001111122222", "lrx", True),
    ("0000111122223333", "lrx", False),
    (halves(32), "lrx", False),
    (halves(32), "top_spin", False),
]
LONG = [(halves(34), "top_spin", False), (halves(36), "top_spin", False)]

PEER = """
import json, sys, time
from cayleypy import CayleyGraph, CayleyGraphDef
from cayleypy.algo.bfs_numpy import bfs_numpy
from graphkit.memory import peak_memory

generators, state = json.loads(sys.argv[1])
definition = CayleyGraphDef.create(generators, central_state=state)
found, seconds = None, []
for run in (lambda graph: graph.bfs().layer_sizes, bfs_numpy):
    graph = CayleyGraph(definition, device="cpu")
    start = time.perf_counter()
    try:
        layers = [int(size) for size in run(graph)]
    except (AssertionError, ValueError):
        continue  # this path does not take such a graph
    seconds.append(time.perf_counter() - start)
    assert found in (None, layers)
    found = layers
print(json.dumps([found, min(seconds), peak_memory()]))
"""

OURS = """
import sys
from cayley.cosets import resolve_state
from cayley.engines.ranked import RankedEngine, warm_up
from graphkit.memory import peak_memory

warm_up()
base = peak_memory()
for size in RankedEngine(resolve_state(sys.argv[1], sys.argv[2], {})).layers():
    pass
print(peak_memory() - base)
"""


def ours(graph: CosetGraph, repeats: int) -> tuple[list[int], list[float], RankedEngine]:
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        engine = RankedEngine(graph)
        layers = list(engine.layers())
        seconds.append(time.perf_counter() - start)
    return layers, seconds, engine


def peer(graph: CosetGraph) -> tuple[list[int], float, float]:
    """Layer sizes, the best time of CayleyPy's CPU paths, and the peak MB of its process."""
    job = json.dumps([[list(g) for g in graph.generators], list(graph.state)])
    done = subprocess.run([sys.executable, "-c", PEER, job], capture_output=True, text=True, check=True)
    layers, seconds, peak = json.loads(done.stdout.splitlines()[-1])
    return layers, seconds, peak / 1e6


def memory_of(state: str, family: str) -> float:
    """Peak memory in MB that the growth adds to a process with the kernels loaded."""
    done = subprocess.run(
        [sys.executable, "-c", OURS, state, family], capture_output=True, text=True, check=True
    )
    return int(done.stdout) / 1e6


def short(state: str) -> str:
    """Write runs of a colour as powers."""
    runs: list[list[str]] = []
    for colour in state:
        if runs and runs[-1][0] == colour:
            runs[-1].append(colour)
        else:
            runs.append([colour])
    alternating = len(runs) > 6
    return f"{state[:4]}... ({len(state)})" if alternating else " ".join(f"{r[0]}^{len(r)}" for r in runs)


def measure(state: str, family: str, with_peer: bool, bandwidth: float) -> dict[str, object]:
    graph = resolve_state(state, family, {})
    layers, seconds, engine = ours(graph, 5 if graph.arrangements < 1e8 else 1)
    if graph.order not in (None, sum(layers)):
        raise SystemExit(f"{graph.name} {family}: the layers sum to {sum(layers)}, not to {graph.order}")
    ours_s = statistics.median(seconds)
    row: dict[str, object] = {
        "word": f"{short(state)} {family}",
        "states": sum(layers),
        "diameter": len(layers) - 1,
        "ours s": ours_s,
        "least s": min(seconds),
        "ns per state and generator": ours_s / engine.edges * 1e9,
        "GB": engine.bytes_swept / 1e9,
        "of bandwidth limit": engine.bytes_swept / 1e9 / bandwidth / ours_s,
        "MB": memory_of(state, family) if graph.arrangements < 1e9 else RankedEngine.memory(graph) / 1e6,
    }
    if with_peer:
        other, peer_s, megabytes = peer(graph)
        if other != layers:
            raise SystemExit(f"{graph.name} {family}: the layer sizes disagree: {layers} and {other}")
        row |= {"CayleyPy s": peer_s, "its MB": megabytes, "ratio": peer_s / ours_s}
    return row


def main() -> None:
    options = parse_arguments(__doc__ or "", long="add n = 34 and n = 36: minutes, 3.5 GB")
    work = QUICK if options.quick else QUICK + USUAL + (LONG if options.long else [])
    has_peer = find_spec("cayleypy") is not None
    bandwidth = read_bandwidth()
    warm_up()
    rows = [measure(state, family, wanted and has_peer, bandwidth) for state, family, wanted in work]
    notes = [
        f"Read bandwidth {bandwidth:.1f} GB/s. MB: peak memory over the interpreter; from 1e9 states"
        " the plan. CayleyPy's MB: its whole process, which takes about 450 MB before any work.",
        "The layer sizes agree wherever CayleyPy was run; a dash: it was not, as it would take minutes.",
    ]
    if not has_peer:
        notes.append("CayleyPy is not installed: pip install 'graphkit-algorithms[bench]'")
    report("Growth of coset graphs", rows, as_json=options.json, notes=notes, packages=("cayleypy",))


if __name__ == "__main__":
    main()
