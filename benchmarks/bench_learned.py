"""Beam search by a distance learned from random walks, beside the Hamming distance at the same width.

For each graph a network is trained on random walks (`cayley.train_distance`, on the CPU), and both heuristics
search for words to the same states, without a ball around the start, with at most 300 steps. States are drawn
uniformly: permutations, or the ends of long walks. Every word has been applied by the time that it is
returned. "shortest" is the mean of the exact distances, from a table of all states where one fits and from
`cayley.find_path` where that is not too long. "excess" is the mean number of generators beyond it, over the
words that were found.

CayleyPy trains no networks, but its beam search takes one: "CayleyPy" rows are its simple beam search, of the
same width and with the path kept, with the same network. The limit is the shortest word.

    python benchmarks/bench_learned.py            about three minutes
    python benchmarks/bench_learned.py --quick    some ten seconds
"""

import statistics
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
from _common import parse_arguments, report

import cayley
from cayley._elements import States
from cayley.learning import train_distance

# graph, number of walks, their length, whether a table of all distances is made
Job = tuple[dict[str, Any], int, int, bool]
QUICK: list[Job] = [({"group": "S10"}, 1000, 45, True)]
FULL: list[Job] = [
    ({"group": "S10"}, 3000, 45, True),
    ({"group": "S11"}, 3000, 55, True),
    ({"group": "S12"}, 3000, 66, False),
    ({"group": "2x2x2"}, 5000, 20, True),
    ({"group": "2x2x2", "metric": "htm"}, 5000, 16, True),
]
WIDTHS = (10, 100, 1000)
TARGETS = 20
STEPS = 300


def draw_targets(graph: dict[str, Any]) -> States:
    """Draw states: permutations uniformly; of puzzles ends of walks much longer than the diameter."""
    if graph["group"].startswith("S"):
        n = int(graph["group"][1:])
        return np.random.default_rng(1).permuted(np.tile(np.arange(n), (TARGETS, 1)), axis=1)
    walks = cayley.random_walk(**graph, length=101, n_walks=TARGETS // 2, random_state=1)
    more = cayley.random_walk(**graph, length=100, n_walks=TARGETS - TARGETS // 2, random_state=2)
    return np.concatenate([walks.ends, more.ends])


def exact(graph: dict[str, Any], targets: States, with_table: bool) -> list[int]:
    if with_table:
        return cayley.distances(**graph).of(targets).tolist()
    found = [cayley.find_path(target, **graph).length for target in targets]
    if None in found:
        raise SystemExit("the memory does not suffice for the exact distances")
    return found  # type: ignore[return-value]


def search(graph: dict[str, Any], targets: States, options: dict[str, Any]) -> list[int | None]:
    return [cayley.beam_search(target, **graph, **options).length for target in targets]


def search_with_peer(
    graph: dict[str, Any], targets: States, learned: Any, width: int, max_steps: int
) -> list[int | None]:
    from cayleypy import CayleyGraph, CayleyGraphDef, Predictor

    definition: Any = cayley.plan(**graph).definition
    theirs = CayleyGraph(CayleyGraphDef.create([list(g) for g in definition.generators]), device="cpu")
    predictor = Predictor(theirs, learned.model)
    found = [
        theirs.beam_search(
            start_state=target.tolist(),
            predictor=predictor,
            beam_width=width,
            max_steps=max_steps,
            return_path=True,
        )
        for target in targets
    ]
    return [path.path_length if path.path_found else None for path in found]


def measure(job: Job) -> list[dict[str, object]]:
    graph, n_walks, length, with_table = job
    targets = draw_targets(graph)
    shortest = exact(graph, targets, with_table)
    learned = train_distance(**graph, n_walks=n_walks, length=length)
    name = " ".join(graph.values())
    rows: list[dict[str, object]] = []
    for width in WIDTHS:
        options = {"width": width, "ball": 1, "max_steps": STEPS}
        runs: dict[str, Callable[[States, int], list[int | None]]] = {
            "hamming": lambda some, steps, o=options: search(graph, some, o | {"max_steps": steps}),
            "learned": lambda some, steps, o=options: search(
                graph, some, o | {"max_steps": steps, "heuristic": learned}
            ),
        }
        if find_spec("cayleypy") is not None:
            runs["learned, CayleyPy"] = lambda some, steps, w=width: search_with_peer(
                graph, some, learned, w, steps
            )
        for label, run in runs.items():
            run(targets[:1], 3)  # compiles
            begin = time.perf_counter()
            found = run(targets, STEPS)
            seconds = time.perf_counter() - begin
            lengths = [(length, d) for length, d in zip(found, shortest, strict=True) if length is not None]
            rows.append(
                {
                    "graph": name,
                    "width": width,
                    "heuristic": label,
                    "trained s": learned.seconds if label == "learned" else None,
                    "solved": f"{len(lengths)}/{len(targets)}",
                    "shortest": statistics.mean(shortest),
                    "excess": statistics.mean(a - b for a, b in lengths) if lengths else None,
                    "optimal": sum(a == b for a, b in lengths),
                    "s per word": seconds / len(targets),
                }
            )
    return rows


def main() -> None:
    options = parse_arguments(__doc__ or "")
    train_distance("S4", n_walks=5)  # importing is not timed
    rows = [row for job in (QUICK if options.quick else FULL) for row in measure(job)]
    notes = [f"A dash for an excess: no word was found in {STEPS} steps."]
    if find_spec("cayleypy") is None:
        notes.append("CayleyPy is not installed: pip install 'graphkit-algorithms[bench]'")
    report(
        "Beam search by a learned distance",
        rows,
        as_json=options.json,
        notes=notes,
        packages=("torch", "cayleypy"),
    )


if __name__ == "__main__":
    main()
