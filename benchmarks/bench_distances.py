"""Distances and shortest words of given elements: ours beside CayleyPy's on the same graph.

Both sides first search the whole graph: ours writes two bits for each state (in a directed graph as many as
the distances need), CayleyPy keeps the hashes of all layers. Then random elements, the same for both, are
asked for: their distances, all together; shortest words, all together; and a word at a time, which is what
CayleyPy's ``find_path_to`` offers. The lengths of the words are compared before anything is reported; our
words have been applied to the start by then. Importing either library and compiling is not timed. CayleyPy
runs in a process of its own, so that its memory is its own.

Physical limit. "table s" against "growth s" shows what writing the distances adds to counting them, the first
touch of the memory that they take included. A step towards the start looks up one generator at least, which
is two random reads of the table: "ns random" is the time of one such read, many of them under way together,
in an array of that size, and "ns per step" what a step of a batch of elements takes us.

    python benchmarks/bench_distances.py            a few minutes, most of them CayleyPy's
    python benchmarks/bench_distances.py --quick    seconds
"""

import json
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from typing import Any

import numpy as np
from _common import median_time, parse_arguments, report

import cayley
from cayley._distances import Distances, distances
from cayley.definitions import Definition, define

N_ELEMENTS = 20_000
N_SINGLE = 100
N_PEER = 10

# graph, whether CayleyPy is run beside it
QUICK: list[tuple[dict[str, Any], bool]] = [
    ({"group": "S8"}, True),
    ({"group": "S9", "generators": "pancake"}, True),
]
USUAL: list[tuple[dict[str, Any], bool]] = [
    ({"group": "S9"}, True),
    ({"group": "S10"}, True),
    ({"group": "S10", "generators": "pancake"}, True),
    ({"group": "S10", "generators": "transpositions"}, False),
    ({"group": "S10", "generators": "lx"}, False),
    ({"state": "0" * 10 + "1" * 10}, True),
    ({"group": "2x2x2", "metric": "htm"}, True),
    ({"group": "SL(2,101)"}, False),
    ({"group": "S11"}, False),
    ({"group": "S12"}, False),
    ({"group": "S12", "generators": "lx"}, False),
]

PEER = """
import json, sys, time
from cayleypy import CayleyGraph, CayleyGraphDef
from graphkit.memory import peak_memory

generators, start, elements = json.loads(sys.argv[1])
graph = CayleyGraph(CayleyGraphDef.create(generators, central_state=start), device="cpu")
begin = time.perf_counter()
table = graph.bfs(return_all_hashes=True)
seconds = time.perf_counter() - begin
graph.find_path_to(elements[0], table)
begin = time.perf_counter()
lengths = [len(graph.find_path_to(element, table)) for element in elements]
each = (time.perf_counter() - begin) / len(elements)
print(json.dumps([lengths, seconds, each, peak_memory()]))
"""


def describe(definition: Definition) -> str:
    names = definition.generator_names
    return f"{definition.name} {names}" if isinstance(names, str) else definition.name


def random_elements(found: Distances, count: int) -> np.ndarray:
    """Walk at random, which yields elements of a graph of any kind."""
    rng = np.random.default_rng(0)
    elements = found._elements
    states = np.broadcast_to(elements.start, (count, *elements.shape)).copy()
    for _ in range(4 * found.diameter):
        chosen = rng.integers(len(found.generator_names) + 1, size=count)
        for g in range(len(found.generator_names)):
            states[chosen == g] = elements.step(states[chosen == g], g)
    return elements.external(states)


def random_read(size: int) -> float:
    """Nanoseconds for a random read of a word in an array of `size` bytes."""
    data = np.zeros(max(size // 8, 1), np.uint64)
    data[::512] = 1  # take the memory
    places = np.random.default_rng(0).integers(data.size, size=10**6)
    return median_time(lambda: data[places], 3) * 1e3


def peer(definition: Any, elements: np.ndarray) -> tuple[list[int], float, float, float]:
    """Lengths of words, seconds of the search, seconds for a word, and peak MB of CayleyPy's process."""
    start = getattr(definition, "state", None) or range(len(definition.generators[0]))
    job = json.dumps([[list(g) for g in definition.generators], list(start), elements.tolist()])
    done = subprocess.run([sys.executable, "-c", PEER, job], capture_output=True, text=True, check=True)
    lengths, seconds, each, peak = json.loads(done.stdout.splitlines()[-1])
    return lengths, seconds, each, peak / 1e6


def measure(job: dict[str, Any], with_peer: bool) -> dict[str, object]:
    given = dict(job)
    definition = define(
        given.pop("group", None),
        given.pop("generators", None),
        state=given.pop("state", None),
        parameters=given,
    )
    repeats = 3 if (definition.order or 0) < 1e8 else 1
    growth_s = median_time(lambda: cayley.growth(definition), repeats)
    table_s = median_time(lambda: distances(definition), repeats)
    found = distances(definition)
    elements = random_elements(found, N_ELEMENTS)
    of_s = median_time(lambda: found.of(elements), 3)
    words_s = median_time(lambda: found.words(elements), 3)
    found.word(elements[0])
    singles = []
    for element in elements[:N_SINGLE]:
        begin = time.perf_counter()
        found.word(element)
        singles.append(time.perf_counter() - begin)
    lengths = found.of(elements)
    row: dict[str, object] = {
        "graph": describe(definition),
        "states": found.order,
        "growth s": growth_s,
        "table s": table_s,
        "MB": found.memory_bytes / 1e6,
        "distances/s": N_ELEMENTS / of_s,
        "words/s": N_ELEMENTS / words_s,
        "ms for a word": statistics.median(singles) * 1e3,
        "ns per step": None if found.directed else of_s / float(lengths.sum()) * 1e9,
        "ns random": random_read(found.memory_bytes),
    }
    if with_peer:
        theirs, peer_s, each, megabytes = peer(definition, elements[:N_PEER])
        if theirs != lengths[:N_PEER].tolist():
            raise SystemExit(
                f"{describe(definition)}: lengths disagree: {theirs}, {lengths[:N_PEER].tolist()}"
            )
        row |= {
            "CayleyPy table s": peer_s,
            "its ms for a word": each * 1e3,
            "its MB": megabytes,
            "table ratio": peer_s / table_s,
            "word ratio": each / statistics.median(singles),
        }
    return row


def main() -> None:
    options = parse_arguments(__doc__ or "")
    work = QUICK if options.quick else QUICK + USUAL
    has_peer = find_spec("cayleypy") is not None
    rows = [measure(job, wanted and has_peer) for job, wanted in work]
    notes = [
        f"Distances and words of {N_ELEMENTS:,} elements together; a word alone: median of {N_SINGLE},"
        f" CayleyPy's mean of {N_PEER}. MB: what the distances take; CayleyPy's: its whole process.",
        "The lengths of the words agree wherever CayleyPy was run; a dash: it was not.",
    ]
    if not has_peer:
        notes.append("CayleyPy is not installed: pip install 'graphkit-algorithms[bench]'")
    report("Distances and shortest words", rows, as_json=options.json, notes=notes, packages=("cayleypy",))


if __name__ == "__main__":
    main()
