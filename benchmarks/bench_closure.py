"""Simplicial closure: counts, lifecycles and prediction, beside the same in plain Python.

The plain version keeps simplices in sets and weights in dictionaries, and scores every open triangle by the
means of its weights, its common neighbours, Jaccard, Adamic-Adar and preferential attachment. No Python
package with these functions was found to compare with. Both label the candidates of the 80/20 split
correctly; candidates, positives and the relative average precision of every score are compared
before anything is reported. The plain version is left out where it would take minutes; --quick takes the
smallest set.

Physical limit. "ns per candidate" is what the local scores and their evaluation take for an open triangle;
one read of a word from a table that is not in the cache takes about a hundred.

    python benchmarks/bench_closure.py            a minute
    python benchmarks/bench_closure.py --quick    seconds
"""

import math
import subprocess
import sys
import time
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from _common import median_time, parse_arguments, report

from graphkit.memory import peak_memory
from graphkit.simplicial import (
    SimplexDataset,
    average_precision,
    closure_counts,
    closure_prediction,
    closure_statistics,
    lifecycles,
    read_simplices,
)
from graphkit.simplicial._closure import time_cutoff

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "simplicial"
NAMES = ["email-Enron", "contact-high-school", "NDC-classes", "email-Eu", "NDC-substances", "tags-ask-ubuntu"]
PLAIN = {"email-Enron", "contact-high-school", "NDC-classes", "email-Eu"}


def plain_prediction(data: SimplexDataset) -> tuple[int, int, dict[str, float]]:
    """Candidates, positives, and relative average precisions, with sets and dictionaries."""
    cutoff = time_cutoff(np.asarray(data.times), 80)
    old, new = [], []
    for i in range(len(data)):
        (old if data.times[i] <= cutoff else new).append(sorted(data[i].tolist()))
    weights: Counter[tuple[int, int]] = Counter()
    copies: Counter[int] = Counter()
    closed: set[tuple[int, ...]] = set()
    for simplex in old:
        weights.update(combinations(simplex, 2))
        copies.update(simplex)
        closed.update(combinations(simplex, 3))
    near: dict[int, set[int]] = {}
    for i, j in weights:
        near.setdefault(i, set()).add(j)
        near.setdefault(j, set()).add(i)
    newly = {triple for simplex in new for triple in combinations(simplex, 3)}
    rows, labels = [], []
    for i, j in sorted(weights):
        for k in near[i] & near[j]:
            if k > j and (i, j, k) not in closed:
                w = (weights[i, j], weights[i, k], weights[j, k])
                common = near[i] & near[j] & near[k]
                rows.append(
                    (
                        3 * math.prod(w) / (w[0] * w[1] + w[0] * w[2] + w[1] * w[2]),
                        np.cbrt(float(math.prod(w))),
                        sum(w) / 3,
                        len(common),
                        len(common) / len(near[i] | near[j] | near[k]),
                        sum(1 / math.log(len(near[z])) for z in common),
                        len(near[i]) * len(near[j]) * len(near[k]),
                        copies[i] * copies[j] * copies[k],
                    )
                )
                labels.append((i, j, k) in newly)
    names = ("harmonic", "geometric", "arithmetic", "common", "jaccard", "adamic-adar", "preferential")
    names = (*names, "preferential-simplex")
    scores = np.array(rows, float).reshape(-1, len(names))
    rate = np.mean(labels)
    found = {name: average_precision(labels, scores[:, k]) / rate for k, name in enumerate(names)}
    return len(labels), sum(labels), found


def own_peak(name: str) -> float:
    """Peak memory in MB of a process that only reads the data and predicts."""
    code = (
        "from graphkit.simplicial import read_simplices, closure_prediction\n"
        "from graphkit.memory import peak_memory\n"
        f"closure_prediction(read_simplices({str(FOLDER / name)!r})); print(peak_memory())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(done.stdout) / 1e6


def measure(name: str, with_plain: bool) -> dict[str, Any]:
    start = time.perf_counter()
    data = read_simplices(FOLDER / name)
    reading = time.perf_counter() - start
    ours = closure_prediction(data)
    seconds = median_time(lambda: closure_prediction(data), 3)
    row: dict[str, Any] = {
        "data set": name,
        "simplices": len(data),
        "open triangles": ours.n_candidates,
        "read s": reading,
        "statistics s": median_time(lambda: closure_statistics(data), 3),
        "3 nodes s": median_time(lambda: closure_counts(data), 3),
        "4 nodes s": median_time(lambda: closure_counts(data, 4), 3),
        "lifecycles s": median_time(lambda: lifecycles(data), 3),
        "prediction s": seconds,
        "ns per candidate": 1e9 * seconds / max(ours.n_candidates, 1),
        "peak MB": own_peak(name),
    }
    if with_plain:
        start = time.perf_counter()
        n_candidates, n_positive, found = plain_prediction(data)
        plain = time.perf_counter() - start
        assert (n_candidates, n_positive) == (ours.n_candidates, ours.n_positive)
        assert all(math.isclose(found[key], ours.relative[key], rel_tol=1e-3) for key in found)
        row |= {"plain s": plain, "times": plain / seconds}
    return row


def main() -> None:
    arguments = parse_arguments(__doc__ or "")
    rows = []
    if FOLDER.is_dir():
        for name in NAMES[:1] if arguments.quick else NAMES:
            rows.append(measure(name, name in PLAIN))
            sys.stderr.write(f"{name}: peak {peak_memory() / 1e6:.0f} MB\n")
    notes = [] if rows else ["the data sets of ../shared are absent: nothing measured"]
    notes.append("plain: sets and dictionaries in Python; no package with these functions was found")
    report("Simplicial closure", rows, as_json=arguments.json, notes=notes)


if __name__ == "__main__":
    main()
