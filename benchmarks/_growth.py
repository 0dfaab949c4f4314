"""What the benchmarks of growth share: one row of a table, ours and CayleyPy's on the same graph.

A row is a job, keywords of `cayley.growth`. Both sides compute all layer sizes (or those up to a depth), and
these are compared before anything is reported. Importing either library and compiling is not timed; building
our tables is. The proof of a group's order by a stabiliser chain, for which CayleyPy has no counterpart, is
not in our time: it belongs to the plan.

CayleyPy is given the faster of its two CPU paths, ``CayleyGraph.bfs`` and ``bfs_numpy``, in a process of its
own that is stopped after a limit. For the 2x2x2 cube it gets its own definition, whose stickers have six
colours, which suits it best; for all else the generators that we take.
"""

import json
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import cayley
from cayley.engines import choose

LARGE = 1e9  # states from which one run is enough, and the plan stands for the memory

PEER = """
import json, sys, time
from cayleypy import CayleyGraph, CayleyGraphDef, Puzzles
from cayleypy.algo.bfs_numpy import bfs_numpy
from cayleypy.cayley_graph_def import MatrixGenerator
from graphkit.memory import peak_memory

generators, state, modulus, depth, metric = json.loads(sys.argv[1])
if metric is not None:
    definition = Puzzles.rubik_cube(2, f"fixed_{metric.upper()}")
elif modulus is not None:
    matrices = [MatrixGenerator.create(g, modulus) for g in generators]
    definition = CayleyGraphDef.for_matrix_group(generators=matrices)
else:
    definition = CayleyGraphDef.create(generators, central_state=state)
limit = {} if depth is None else {"max_diameter": depth}
found, best = None, None
for run in (lambda graph: graph.bfs(**limit).layer_sizes, lambda graph: bfs_numpy(graph, **limit)):
    graph = CayleyGraph(definition, device="cpu")
    start = time.perf_counter()
    try:
        layers = [int(size) for size in run(graph)]
    except (AssertionError, ValueError):
        continue  # this path does not take such a graph
    seconds = time.perf_counter() - start
    layers = layers if depth is None else layers[:depth + 1]
    assert found in (None, layers)
    found, best = layers, seconds if best is None else min(best, seconds)
    print(json.dumps([found, best, peak_memory()]), flush=True)
"""

OURS = """
import json, sys
from _growth import start
from graphkit.memory import peak_memory

job = json.loads(sys.argv[1])
definition, choice, depth = start(job)
choice.warm_up()
base = peak_memory()
for distance, _ in enumerate(choice.build().layers()):
    if distance == depth:
        break
print(peak_memory() - base)
"""


def start(job: dict[str, Any]) -> tuple[Any, Any, int | None]:
    """Return the definition of a job, the engine that takes it, and where to stop."""
    options = dict(job)
    depth = options.pop("max_depth", None)
    engine = options.pop("engine", "auto")
    definition = cayley.plan(**options, max_depth=0).definition
    return definition, choose(definition, engine, memory_limit=None, whole=depth is None), depth


def run_ours(choice: Any, depth: int | None) -> tuple[list[int], float, Any]:
    """Layer sizes, seconds, and the engine with its counters."""
    begin = time.perf_counter()
    engine = choice.build()
    layers = []
    for size in engine.layers():
        layers.append(size)
        if len(layers) - 1 == depth:
            break
    return layers, time.perf_counter() - begin, engine


def run_peer(
    job: dict[str, Any], definition: Any, depth: int | None, limit: float
) -> tuple[list[int], float, float] | str:
    """Layer sizes, the best time of CayleyPy's paths, the peak MB of its process; or why there is none."""
    if find_spec("cayleypy") is None:
        return "not installed"
    cube = job.get("group") == "2x2x2"
    state = getattr(definition, "state", None)
    arguments = [
        definition.generators,
        None if state is None else list(state),
        getattr(definition, "modulus", None),
        depth,
        job.get("metric", "qtm") if cube else None,
    ]
    command = [sys.executable, "-c", PEER, json.dumps(arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            output, errors = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            output, errors = process.communicate()[0], ""
    if not output:
        return f"over {limit:.0f} s" if not errors else errors.splitlines()[-1]
    layers, seconds, peak = json.loads(output.splitlines()[-1])
    return layers, seconds, peak / 1e6


def memory_of(job: dict[str, Any]) -> float:
    """Peak memory in MB that the growth adds to a process with the kernels loaded."""
    here = __file__.rpartition("/")[0]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {here!r})\n{OURS}", json.dumps(job)],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout) / 1e6


def title(job: dict[str, Any]) -> str:
    """Name a job in few letters; runs of a colour are written as powers."""
    word = job.get("state")
    start = str(job.get("group", "permutations"))
    if word is not None:
        starts = [0, *(i for i in range(1, len(word)) if word[i] != word[i - 1]), len(word)]
        powers = " ".join(f"{word[i]}^{j - i}" for i, j in pairwise(starts))
        start = powers if len(starts) < 8 else f"{word[:4]}... ({len(word)})"
    rest = [job.get("metric", ""), job.get("generators", ""), job.get("engine", "")]
    depth = f"to depth {job['max_depth']}" if "max_depth" in job else ""
    return " ".join(part for part in (start, *map(str, rest), depth) if part)


def measure(job: dict[str, Any], bandwidth: float, peer_limit: float | None) -> dict[str, Any]:
    """Measure one row: time, traffic, memory, and the peer if it is given any time."""
    definition, choice, depth = start(job)
    choice.warm_up()
    large = (definition.order or 0) >= LARGE and depth is None
    times = []
    for _ in range(1 if large else 7):
        engine = None  # two at a time would not fit
        layers, spent, engine = run_ours(choice, depth)
        times.append(spent)
    if depth is None and definition.order not in (None, sum(layers)):
        raise SystemExit(f"{title(job)}: the layers sum to {sum(layers)}, not to {definition.order}")
    seconds = statistics.median(times)
    expanded = sum(layers) if depth is None else sum(layers[:-1])
    edges = expanded * len(definition.generators)
    moved = getattr(engine, "bytes_moved", None) or getattr(engine, "bytes_swept", None)
    row: dict[str, Any] = {
        "graph": title(job),
        "states": sum(layers),
        "diameter": len(layers) - 1,
        "ours s": seconds,
        "least s": min(times),
        "ns/edge": seconds / edges * 1e9,
        "GB": None if moved is None else moved / 1e9,
        "of limit": None if moved is None else moved / 1e9 / bandwidth / seconds,
        "MB": choice.memory / 1e6 if large else memory_of(job),
    }
    if peer_limit is not None:
        other = run_peer(job, definition, depth, peer_limit)
        if isinstance(other, str):
            return row | {"CayleyPy s": other}
        if other[0] != layers:
            raise SystemExit(f"{title(job)}: the layer sizes disagree: {layers} and {other[0]}")
        row |= {"CayleyPy s": other[1], "its MB": other[2], "ratio": other[1] / seconds}
    return row


def notes(bandwidth: float) -> list[str]:
    """Explain the columns."""
    return [
        "ns/edge: for a state and a generator. GB: traffic that the engine counts; its share of our time at"
        f" the read bandwidth, {bandwidth:.1f} GB/s, is 'of limit'.",
        "MB: peak over the interpreter with the kernels loaded; from 1e9 states the plan. CayleyPy's MB: its"
        " whole process, about 450 MB before any work.",
        "The layer sizes agree wherever CayleyPy was run. 'over ... s': it was stopped; a dash: not run.",
    ]
