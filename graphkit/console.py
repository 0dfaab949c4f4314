"""What the command lines share: one clear sentence for a mistake, tables for people, JSON for programs."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from graphkit.errors import MissingExtraError

USAGE, FAILURE = 2, 1


def run(app: Callable[[], object]) -> None:
    """Run a Typer application; turn errors that the user can mend into one sentence and an exit code.

    Exit code 2 is for bad input or usage, 1 for a failure, 130 for Ctrl-C. Programming errors keep their
    traceback.
    """
    try:
        app()
    except (ValueError, OSError, MemoryError, MissingExtraError) as error:
        if isinstance(error, BrokenPipeError):  # `cayley ... | head` has what it wanted
            sys.stderr.close()
            raise SystemExit(0) from None
        message = str(error) or type(error).__name__
        if isinstance(error, OSError) and error.strerror and error.filename:
            message = f"{error.filename}: {error.strerror.lower()}"
        sys.stderr.write(f"error: {' '.join(message.split())}\n")
        raise SystemExit(USAGE) from None
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        raise SystemExit(130) from None


def print_json(document: object) -> None:
    """Write one JSON document to standard output."""
    sys.stdout.write(json.dumps(document) + "\n")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table for people; numbers are aligned to the right and grouped in thousands."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", header_style="bold")
    cells = [list(row) for row in rows]
    for position, column in enumerate(columns):
        numeric = any(_is_number(row[position]) for row in cells)
        table.add_column(column, justify="right" if numeric else "left")
    for row in cells:
        table.add_row(*(_cell(value) for value in row))
    Console().print(table)


def _is_number(value: object) -> bool:
    """Numbers, and text that begins like one: ``12.3 %``, ``1.5 GB``."""
    return isinstance(value, int | float) or str(value)[:1].isdigit()


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.4g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
