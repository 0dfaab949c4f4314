"""Growth of puzzle groups, Mathieu groups and matrix groups: ours beside CayleyPy (BFS on the CPU).

See `benchmarks/_growth.py` for what is timed and compared, and `benchmarks/bench_cayley.py` for the limits.
Small groups lie in the cache, where about a nanosecond for a word of up to 64 states and a generator is the
limit of the chain engine.

    python benchmarks/bench_groups.py            about two minutes
    python benchmarks/bench_groups.py --quick    seconds
    python benchmarks/bench_groups.py --long     adds groups of up to 245 million elements (ours only)
"""

from typing import Any

from _common import parse_arguments, read_bandwidth, report
from _growth import measure, notes

# job, whether CayleyPy is run beside it
Row = tuple[dict[str, Any], bool]
QUICK: list[Row] = [
    ({"group": "2x2x2", "metric": "qtm"}, True),
    ({"group": "Heisenberg(3,101)"}, True),
    ({"group": "M12"}, True),
]
USUAL: list[Row] = [
    ({"group": "2x2x2", "metric": "htm"}, True),
    ({"group": "pyraminx"}, True),
    ({"group": "skewb"}, True),
    ({"group": "B7", "generators": "burnt_pancake"}, True),
    ({"group": "M22"}, True),
    ({"group": "M23"}, False),
    ({"group": "SL(2,101)"}, True),
    ({"group": "SL(3,5)"}, True),
    ({"group": "Heisenberg(4,7)"}, True),
    ({"group": "UT(4,13)"}, False),
]
LONG: list[Row] = [
    ({"group": "2x2x2-free", "metric": "qtm"}, False),
    ({"group": "M24"}, False),
    ({"group": "UT(5,7)"}, False),
    ({"group": "SL(2,401)"}, False),
]


def main() -> None:
    options = parse_arguments(__doc__ or "", long="add groups of up to 245 million elements")
    work = QUICK if options.quick else QUICK + USUAL + (LONG if options.long else [])
    bandwidth = read_bandwidth()
    rows = [measure(job, bandwidth, 100.0 if with_peer else None) for job, with_peer in work]
    report("Growth of groups", rows, as_json=options.json, notes=notes(bandwidth), packages=("cayleypy",))


if __name__ == "__main__":
    main()
