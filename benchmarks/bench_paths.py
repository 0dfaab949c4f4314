"""Words between two states: ours beside CayleyPy's on the same graph and the same target.

Exact: `cayley.find_path` beside CayleyPy's search from both ends (``MeetInTheMiddle.find_path_between``); the
lengths must agree. Beam: `cayley.beam_search` with the Hamming distance beside CayleyPy's simple beam search
of the same width with the path kept, and no ball around the goal for either; the lengths are printed, as they
need not agree. Our words have been applied by the time that they are returned. Both libraries are warmed up
by a short search; importing and compiling is not timed. CayleyPy runs in a process of its own.

Physical limit: an edge of the exact search is one random read of a table at least. "ns per state" is to be
compared with "ns random", the time of a random read in as much memory as the states take, many under way.

    python benchmarks/bench_paths.py            about a minute, most of it CayleyPy's
    python benchmarks/bench_paths.py --quick    seconds
"""

import json
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

import numpy as np
from _common import median_time, parse_arguments, report

from cayley._beam import beam_search
from cayley._paths import PathResult, apply_word, find_path
from cayley._walks import random_walk
from cayley.definitions import define

# graph, length of the random word that leads to the target, whether CayleyPy is run beside it
QUICK_EXACT: list[tuple[dict[str, Any], int, bool]] = [
    ({"group": "3x3x3"}, 8, True),
    ({"group": "S20"}, 14, True),
]
EXACT: list[tuple[dict[str, Any], int, bool]] = [
    ({"group": "3x3x3"}, 10, True),
    ({"group": "3x3x3", "metric": "htm"}, 10, True),
    ({"group": "3x3x3", "metric": "htm"}, 12, False),
    ({"group": "S20"}, 24, True),
    ({"group": "S20", "generators": "lx"}, 36, True),
    ({"group": "S14", "generators": "pancake"}, 9, True),
]
QUICK_BEAM: list[tuple[dict[str, Any], int]] = [({"group": "S12", "generators": "coxeter"}, 1000)]
BEAM: list[tuple[dict[str, Any], int]] = [
    ({"group": "S14", "generators": "coxeter"}, 10_000),
    ({"group": "S20", "generators": "coxeter"}, 1000),
    ({"group": "S12", "generators": "pancake"}, 10_000),
]

PEER = """
import json, sys, time, numpy as np
from cayleypy import CayleyGraph, CayleyGraphDef
from cayleypy.algo import MeetInTheMiddle
from graphkit.memory import peak_memory

kind, generators, target, near, width = json.loads(sys.argv[1])
graph = CayleyGraph(CayleyGraphDef.create(generators), device="cpu")
start = list(range(len(target)))
def search(goal):
    if kind == "exact":
        return len(MeetInTheMiddle.find_path_between(graph, start, goal).edges)
    found = graph.beam_search(start_state=goal, beam_width=width, max_steps=500, return_path=True)
    return found.path_length if found.path_found else None
search(near)
begin = time.perf_counter()
length = search(target)
print(json.dumps([length, time.perf_counter() - begin, peak_memory()]))
"""


def peer(kind: str, definition: Any, target: Any, near: Any, width: int) -> tuple[int | None, float, float]:
    """Length, seconds, and peak MB of CayleyPy's process."""
    job = [kind, [list(g) for g in definition.generators], target.tolist(), near.tolist(), width]
    done = subprocess.run(
        [sys.executable, "-c", PEER, json.dumps(job)], capture_output=True, text=True, check=True
    )
    length, seconds, peak = json.loads(done.stdout.splitlines()[-1])
    return length, seconds, peak / 1e6


def random_read(size: int) -> float:
    """Nanoseconds for a random read of a word in an array of `size` bytes."""
    data = np.ones(max(size // 8, 1), np.uint64)
    places = np.random.default_rng(0).integers(data.size, size=10**6)
    return median_time(lambda: data[places], 3) * 1e3


def describe(definition: Any) -> str:
    names = definition.generator_names
    return f"{definition.name} {names}" if isinstance(names, str) else definition.name


def definition_of(job: dict[str, Any]) -> Any:
    given = dict(job)
    return define(given.pop("group"), given.pop("generators", None), parameters=given)


def exact(job: dict[str, Any], length: int, with_peer: bool) -> dict[str, object]:
    definition = definition_of(job)
    walk = random_walk(definition, length=length, non_backtracking=True, random_state=1)
    steps = walk.word(0).indices
    target, near = apply_word(steps, definition), apply_word(steps[:3], definition)
    find_path(near, definition)
    found: list[PathResult] = []
    seconds = median_time(lambda: found.append(find_path(target, definition)), 3)
    row: dict[str, object] = {
        "graph": describe(definition),
        "length": found[0].length,
        "seconds": seconds,
        "states": found[0].n_states,
        "ns per state": seconds / found[0].n_states * 1e9,
        "ns random": random_read(24 * found[0].n_states),
    }
    if with_peer:
        theirs, peer_seconds, megabytes = peer("exact", definition, target, near, 0)
        if theirs != found[0].length:
            raise SystemExit(f"{describe(definition)}: lengths disagree: {theirs}, {found[0].length}")
        row |= {"CayleyPy s": peer_seconds, "its MB": megabytes, "ratio": peer_seconds / seconds}
    return row


def beam(job: dict[str, Any], width: int, with_peer: bool) -> dict[str, object]:
    definition = definition_of(job)
    target = np.random.default_rng(2).permutation(len(definition.generators[0]))
    near = apply_word([0, 1, 0], definition)
    beam_search(near, definition, width=10, ball=1)
    found: list[PathResult] = []
    search = {"width": width, "ball": 1, "max_steps": 500}
    seconds = median_time(lambda: found.append(beam_search(target, definition, **search)), 3)
    row: dict[str, object] = {
        "graph": describe(definition),
        "width": width,
        "length": found[0].length,
        "seconds": seconds,
        "states/s": found[0].n_states / seconds,
    }
    if with_peer:
        length, peer_seconds, megabytes = peer("beam", definition, target, near, width)
        row |= {"its length": length, "CayleyPy s": peer_seconds, "its MB": megabytes}
        row["ratio"] = peer_seconds / seconds
    return row


def main() -> None:
    options = parse_arguments(__doc__ or "")
    has_peer = find_spec("cayleypy") is not None
    rows = [exact(*job[:2], job[2] and has_peer) for job in QUICK_EXACT + ([] if options.quick else EXACT)]
    notes = ["The lengths agree wherever CayleyPy was run; a dash: it was not."]
    if not has_peer:
        notes.append("CayleyPy is not installed: pip install 'graphkit-algorithms[bench]'")
    report("Shortest words", rows, as_json=options.json, notes=notes, packages=("cayleypy",))
    rows = [beam(*job, has_peer) for job in QUICK_BEAM + ([] if options.quick else BEAM)]
    notes = ["A dash for a length: none was found in 500 steps."]
    report("Beam search", rows, as_json=options.json, notes=notes, packages=("cayleypy",))


if __name__ == "__main__":
    main()
