"""Growth over lists of packed states: the sparse engine beside CayleyPy (BFS on the CPU) on the same graph.

These graphs mostly have a faster engine of ours, with an index; here all are forced through the sparse one,
which needs none. See `benchmarks/_growth.py` for what is timed and compared.

Physical limit. The column GB counts the packed states that are read to be expanded, the candidates that are
written and read again, and the new states that are written and copied. "bytes a state" is the peak memory
over the two neighbouring layers that are largest together.

    python benchmarks/bench_sparse.py            every row that fits a few minutes
    python benchmarks/bench_sparse.py --quick    seconds
"""

from itertools import pairwise
from typing import Any

from _common import parse_arguments, read_bandwidth, report
from _growth import measure, notes

import cayley

QUICK: list[dict[str, Any]] = [
    {"group": "S9", "generators": "lrx"},
    {"state": "0" * 10 + "1" * 10, "generators": "lrx"},
    {"group": "Heisenberg(3,101)"},
]
USUAL: list[dict[str, Any]] = [
    {"group": "S10", "generators": "lrx"},
    {"group": "S11", "generators": "lrx"},
    {"group": "S10", "generators": "coxeter"},
    {"group": "S10", "generators": "pancake"},
    {"group": "S9", "generators": "transpositions"},
    {"group": "S10", "generators": "lx"},
    {"group": "2x2x2", "metric": "qtm"},
    {"group": "2x2x2", "metric": "htm"},
    {"state": "0" * 13 + "1" * 13, "generators": "lrx"},
    {"state": "000001111122222", "generators": "lrx"},
    {"group": "SL(2,101)"},
    {"group": "SL(3,7)", "max_depth": 9},
    {"group": "3x3x3", "metric": "htm", "max_depth": 6},
]


def main() -> None:
    options = parse_arguments(__doc__ or "")
    bandwidth = read_bandwidth()
    rows = []
    for job in QUICK if options.quick else QUICK + USUAL:
        row = measure(job | {"engine": "sparse"}, bandwidth, 100.0)
        sizes = cayley.growth(**job, engine="sparse").growth
        largest = max((a + b for a, b in pairwise(sizes)), default=sizes[0])
        rows.append(row | {"bytes a state": row["MB"] * 1e6 / largest})
    report("Sparse engine", rows, as_json=options.json, notes=notes(bandwidth), packages=("cayleypy",))


if __name__ == "__main__":
    main()
