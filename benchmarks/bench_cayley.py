"""Growth of Cayley and Schreier graphs: ours beside CayleyPy on the same graph, with the figures to reach.

The first rows are whole graphs by the engine that suits them; then come the portable bit path of the dense
engine, for processors without AVX-512, and the sparse engine, which needs no index, on graphs most of which
have a faster one. "reach" are the seconds and megabytes that this project has set itself on two cores.

Physical limit. The dense and chain engines move blocks of a bitmap: each source block is read, each updated
block read and written. While the bitmaps fit the cache (up to S12) the bound is computation instead: for 60
states and a generator one gather of bits, about 1.25 ns, that is 0.02 ns for each of them, on one core.
The ranked and matrix engines visit each state once, at two look-ups and a random access for each generator,
about 2 ns on one core. The sparse engine writes each candidate, reads it again and keeps the new ones.

    python benchmarks/bench_cayley.py            about ten minutes, most of them CayleyPy's
    python benchmarks/bench_cayley.py --quick    seconds
    python benchmarks/bench_cayley.py --long     adds S13 and S14: minutes, 12 GB
    python benchmarks/bench_cayley.py --patient  CayleyPy beside every row, ten minutes for each at most
"""

from typing import Any

from _common import parse_arguments, read_bandwidth, report
from _growth import measure, notes, title

HALF = {28: "0" * 14 + "1" * 14, 32: "0" * 16 + "1" * 16}


def job(group: str, generators: str | None = None, **options: Any) -> dict[str, Any]:
    return {"group": group} | ({"generators": generators} if generators else {}) | options


# job, seconds to reach, MB to reach, whether CayleyPy is run beside it in the usual run
Row = tuple[dict[str, Any], float | None, float | None, bool]
QUICK: list[Row] = [
    (job("S9", "lrx"), None, None, True),
    (job("S9", "pancake"), None, None, True),
    (job("Heisenberg(3,101)"), 0.05, None, True),
]
USUAL: list[Row] = [
    (job("S10", "lrx"), 0.01, 20, True),
    (job("S11", "lrx"), 0.1, 30, True),
    (job("S12", "lrx"), 1, 150, False),
    (job("S10", "pancake"), 0.01, None, True),
    (job("2x2x2", metric="qtm"), 0.05, 30, True),
    (job("2x2x2", metric="htm"), 0.05, 30, True),
    ({"state": HALF[28], "generators": "lrx"}, 1, None, True),
    ({"state": HALF[32], "generators": "lrx"}, 30, 1100, False),
    (job("S10", "coxeter"), None, None, True),
    (job("S9", "transpositions"), None, None, True),
    (job("A11", "top_spin"), None, None, True),
    (job("S12", "pancake"), None, None, False),
    (job("S12", "lx"), None, None, False),
    (job("S10", "lrx", engine="dense-portable"), 5 * 0.01, None, False),
    (job("S11", "lrx", engine="dense-portable"), 5 * 0.1, None, False),
    (job("S12", "lrx", engine="dense-portable"), 5 * 1, None, False),
    (job("S10", "pancake", engine="dense-portable"), 5 * 0.01, None, False),
    (job("S10", "lrx", engine="sparse"), None, None, True),
    (job("S10", "lx", engine="sparse"), None, None, True),
    (job("2x2x2", metric="htm", engine="sparse"), None, None, True),
    (job("3x3x3", metric="htm", engine="sparse", max_depth=6), None, None, True),
]
LONG: list[Row] = [
    (job("S13", "lrx"), 25, 1800, False),
    (job("S13", "lx"), 12, 1800, False),
    (job("S13", "pancake"), 12, 1800, False),
    (job("S13", "lrx", engine="dense-portable"), 5 * 25, 1800, False),
    (job("S14", "lrx"), 120, 12000, False),
]
NANOSECONDS = 10  # for a state and a generator, of the sparse engine


def main() -> None:
    options = parse_arguments(
        __doc__ or "",
        long="add S13 and S14: minutes, 12 GB",
        patient="run CayleyPy beside every row, ten minutes for each at most",
    )
    work = QUICK if options.quick else QUICK + USUAL + (LONG if options.long else [])
    bandwidth = read_bandwidth()
    rows = []
    for job, seconds, megabytes, with_peer in work:
        limit = 600.0 if options.patient else 100.0 if with_peer else None
        row = measure(job, bandwidth, limit)
        within = [row["ours s"] <= seconds] if seconds else []
        within += [row["MB"] <= megabytes] if megabytes else []
        if job.get("engine") == "sparse":
            within.append(row["ns/edge"] <= NANOSECONDS)
        row |= {"reach s": seconds, "reach MB": megabytes, "reached": all(within) if within else None}
        rows.append(row)
    missed = [title(work[i][0]) for i, row in enumerate(rows) if row["reached"] is False]
    rest = [f"Not reached in this run: {', '.join(missed)}."] if missed else []
    report(
        "Growth of Cayley and Schreier graphs",
        rows,
        as_json=options.json,
        notes=notes(bandwidth) + rest,
        packages=("cayleypy",),
    )


if __name__ == "__main__":
    main()
