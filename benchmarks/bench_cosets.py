"""Growth of Schreier coset graphs of words: ours beside CayleyPy (BFS on the CPU) on the same start word.

See `benchmarks/_growth.py` for what is timed and compared. Physical limit: a layer passes over two bitmaps,
which are read and written (the column GB); beyond that each state and generator costs two look-ups in tables
that fit the cache, and one bit that is set in a bitmap, about 2 ns on one core.

    python benchmarks/bench_cosets.py            about four minutes
    python benchmarks/bench_cosets.py --quick    seconds
    python benchmarks/bench_cosets.py --long     adds n = 34 and n = 36 (minutes, 3.5 GB)
"""

from _common import parse_arguments, read_bandwidth, report
from _growth import measure, notes


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


def main() -> None:
    options = parse_arguments(__doc__ or "", long="add n = 34 and n = 36: minutes, 3.5 GB")
    work = QUICK if options.quick else QUICK + USUAL + (LONG if options.long else [])
    bandwidth = read_bandwidth()
    rows = [
        measure({"state": state, "generators": family}, bandwidth, 100.0 if with_peer else None)
        for state, family, with_peer in work
    ]
    report(
        "Growth of coset graphs", rows, as_json=options.json, notes=notes(bandwidth), packages=("cayleypy",)
    )


if __name__ == "__main__":
    main()
