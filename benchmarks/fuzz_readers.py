"""Damaged files for every reader, for as long as asked: `python benchmarks/fuzz_readers.py --seconds 60`.

A share of it with a fixed seed is part of the tests; see `tests/fuzzing.py` for the damages and for what is
complained about. Every complaint is printed with the file that causes it; the exit status tells whether
there are any.
"""

import argparse
import faulthandler
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import fuzzing


def main() -> int:
    """Run, and return how many kinds of complaints there are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="time for all formats together")
    parser.add_argument("--seed", type=int, default=None, help="default: the time")
    parser.add_argument("--formats", nargs="*", help="default: all that can be read")
    options = parser.parse_args()
    faulthandler.enable()
    seed = int(time.time()) if options.seed is None else options.seed
    console = Console()
    kinds: Counter[tuple[str, str]] = Counter()

    def report(form: str, wrong: str, files: dict[str, bytes]) -> None:
        kind = form, re.sub(r"[0-9]+", "N", wrong)[:80]
        kinds[kind] += 1
        if kinds[kind] == 1:
            console.print(f"{form}: {wrong}", style="red", markup=False, highlight=False)
            console.print(fuzzing.as_text(files), markup=False, highlight=False)

    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        counts, refused = fuzzing.campaign(
            folder, seed, seconds=options.seconds, formats=options.formats, report=report
        )
    table = Table("format", "damaged files", "refused", "complaints", title=f"seed {seed}")
    for form, count in counts.items():
        complaints = sum(number for (name, _), number in kinds.items() if name == form)
        table.add_row(form, f"{count:,}", f"{refused[form] / max(count, 1):.0%}", str(complaints))
    console.print(table)
    console.print(f"{sum(counts.values()):,} files in {time.perf_counter() - start:.0f} s")
    return len(kinds)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
