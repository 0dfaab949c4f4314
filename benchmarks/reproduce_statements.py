"""Recompute the statements of the literature and write what came out to docs/statements.md.

    python benchmarks/reproduce_statements.py                     # print the table
    python benchmarks/reproduce_statements.py docs/statements.md  # and write it, as Markdown

Takes up to ten minutes and 4 GB (--minutes, --memory-limit). The same as ``cayley check --paper``, with the
figures that were computed beside each claim.
"""

import argparse
import os
import time
from datetime import date
from pathlib import Path

import cayley
from cayley._statement_checks import StatementCheck
from cayley.series import format_range
from graphkit import __version__
from graphkit.console import print_table
from graphkit.files import atomic_write

_SHOWN = 6  # figures at either end of a long list


def main() -> None:
    """Run the checks; write the page if a path is given."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", nargs="?", type=Path, help="page to write")
    parser.add_argument("--minutes", type=float, default=10.0, help="time for all statements together")
    parser.add_argument("--memory-limit", default="4GB", help="leave out what needs more")
    options = parser.parse_args()
    began = time.perf_counter()
    checks = cayley.check_statements(time_budget=60 * options.minutes, memory_limit=options.memory_limit)
    seconds = time.perf_counter() - began
    columns = ("claim", "source", "n", "figures", "exceptions", "verdict")
    rows = [_row(check) for check in checks]
    print_table(f"{len(checks)} statements in {seconds:.0f} s", columns, rows)
    if options.path is not None:
        with atomic_write(options.path) as file:
            file.write(_page(columns, rows, seconds, options))


def _row(check: StatementCheck) -> tuple[str, ...]:
    """Set what was computed beside the claim; a figure that differs from the claim would be a failure."""
    figures = [str(check.failed.get(n, check.statement.expected(n))) for n in check.checked]
    if any("(" in figure for figure in figures):  # whole layers: their number says enough
        shown = (
            f"{len(figures)} rows agree" if not check.failed else f"fails for {format_range(check.failed)}"
        )
    elif len(figures) > 2 * _SHOWN:
        shown = ", ".join([*figures[:_SHOWN], "...", *figures[-_SHOWN:]])
    else:
        shown = ", ".join(figures)
    reached = format_range(check.checked) if check.checked else "none"
    return (
        check.statement.claim,
        check.statement.source,
        reached,
        shown,
        check.describe_exceptions(),
        check.verdict,
    )


def _page(
    columns: tuple[str, ...], rows: list[tuple[str, ...]], seconds: float, options: argparse.Namespace
) -> str:
    lines = [
        "# Statements of the literature, recomputed",
        "",
        f"Computed by graphkit {__version__} on {date.today():%Y-%m-%d} in {seconds:.0f} s on"
        f" {os.cpu_count()} cores, with {options.memory_limit}, by `python benchmarks/reproduce_statements.py"
        " docs/statements.md`. Claims are theorems, conjectures or tables, as their sources say; exceptions"
        " are values of n beside the claim, where its formula gives another number. `cayley check --paper`"
        " recomputes all of them, `cayley check --only NAME` one.",
        "",
        "| " + " | ".join(columns) + " |",
        "| " + " | ".join("---" for _ in columns) + " |",
    ]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
