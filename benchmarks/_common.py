"""What every benchmark here shares: timing, the bandwidth of this machine, one table or one JSON document.

A benchmark is a script: ``python benchmarks/bench_X.py [--quick] [--json]``. It builds its own input, warms
both sides up, checks that their results agree, and only then times them.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import metadata
from typing import Any

import numpy as np


def time_runs(fn: Callable[[], object], repeats: int = 5) -> list[float]:
    """Wall seconds of `repeats` calls, after one untimed call that compiles and warms the caches."""
    fn()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        fn()
        seconds.append(time.perf_counter() - start)
    return seconds


def median_time(fn: Callable[[], object], repeats: int = 5) -> float:
    """Median of `time_runs`."""
    return statistics.median(time_runs(fn, repeats))


def read_bandwidth(size: int = 2**29, repeats: int = 5) -> float:
    """Bandwidth in GB/s at which one thread reads main memory in order.

    The best of `repeats` sums over an array of `size` bytes, several times larger than any cache. The sum is
    of integers, which keeps up with the memory.
    """
    data = np.ones(size // 8, dtype=np.int64)
    return data.nbytes / min(time_runs(data.sum, repeats)) / 1e9


def environment(*packages: str) -> dict[str, Any]:
    """Describe the machine and the versions of `packages`; one that is not installed is listed as missing."""
    versions = {}
    for package in ("numpy", "numba", *packages):
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            versions[package] = "missing"
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        **versions,
    }


def parse_arguments(
    description: str, argv: Sequence[str] | None = None, *, rows: Sequence[str] = (), **flags: str
) -> argparse.Namespace:
    """Read ``--quick`` (small inputs), ``--json`` (a document instead of a table) and further flags.

    `flags` are the names of a benchmark's own switches, with their help texts. `rows` are the groups of rows
    that ``--rows`` chooses from; all are the default.
    """
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, text in flags.items():
        parser.add_argument(f"--{name}", action="store_true", help=text)
    if rows:
        parser.add_argument("--rows", nargs="+", choices=rows, default=list(rows), help="only these rows")
    parser.add_argument("--quick", action="store_true", help="small inputs only, for a check in seconds")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    return parser.parse_args(argv)


def report(
    title: str,
    rows: Iterable[Mapping[str, Any]],
    *,
    as_json: bool = False,
    notes: Sequence[str] = (),
    packages: Sequence[str] = (),
) -> None:
    """Print the measurements: a table for people, or one JSON document.

    Parameters
    ----------
    title : str
    rows : iterable of mapping
        One measurement each. The columns are the union of their keys in order of appearance; a value that is
        absent or None shows as a dash.
    as_json : bool
    notes : sequence of str
        Lines below the table, such as a peer that is not installed.
    packages : sequence of str
        Distributions whose versions belong to the figures.
    """
    table_rows = list(rows)
    described = environment(*packages)
    if as_json:
        document = {"title": title, "environment": described, "rows": table_rows, "notes": list(notes)}
        sys.stdout.write(json.dumps(document) + "\n")
        return
    from rich.console import Console
    from rich.table import Table

    columns = list(dict.fromkeys(key for row in table_rows for key in row))
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, justify="left" if column == columns[0] else "right", overflow="fold")
    for row in table_rows:
        table.add_row(*(_cell(row.get(column)) for column in columns))
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(table)
    for note in notes:
        console.print(note, highlight=False, markup=False)
    console.print(
        " ".join(f"{name} {value}" for name, value in described.items()), style="dim", highlight=False
    )


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
