"""What the command lines share: one clear sentence for a mistake, tables for people, JSON for programs."""

import errno
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

from graphkit.errors import MemoryBudgetError, MissingExtraError

FAILURE = 1  # exit code for a disk that is full and the like
USAGE = 2  # exit code for bad input
_PATH_ERRORS = {  # what is wrong with a path that the user gave; None: we have put it into words ourselves
    *(errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.EACCES, errno.EPERM, errno.EROFS),
    *(errno.ENAMETOOLONG, errno.ELOOP, None),
}
_NUMBER = re.compile(r"(-?\d[\d,]*(\.\d+)?(e[+-]?\d+)?( [%A-Za-z/]+)?|-|)")


def run(app: Callable[[], object]) -> None:
    """Run a Typer application; turn errors that the user can mend into one sentence and an exit code.

    Exit code 2 is for bad input or usage, also for a job that is refused because it would not fit into the
    memory; 1 for a failure, such as a full disk; 130 for Ctrl-C. Programming errors keep their traceback.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # the caller has closed it
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
    try:
        try:
            app()
        finally:
            sys.stdout.flush()  # a pipe that is closed shows here, not when the interpreter shuts down
    except SystemExit as stop:
        if isinstance(stop.__context__, BrokenPipeError):  # Typer has made it an exit code
            _leave_quietly()
        raise
    except (ValueError, OSError, MemoryError, MissingExtraError) as error:
        if isinstance(error, BrokenPipeError):
            _leave_quietly()
        message = str(error) or type(error).__name__
        if isinstance(error, OSError) and error.strerror:
            message = (
                f"{error.filename}: {error.strerror.lower()}" if error.filename else error.strerror.lower()
            )
        sys.stderr.write(f"error: {' '.join(message.split())}\n")
        raise SystemExit(_exit_code(error)) from None
    except KeyboardInterrupt as stop:
        sys.stderr.write(f"interrupted{': ' if stop.args else ''}{stop}\n")
        raise SystemExit(130) from None


def _exit_code(error: Exception) -> int:
    if isinstance(error, OSError):
        return USAGE if error.errno in _PATH_ERRORS else FAILURE
    is_failure = isinstance(error, MemoryError) and not isinstance(error, MemoryBudgetError)
    return FAILURE if is_failure else USAGE


def _leave_quietly() -> NoReturn:
    """End after a reader such as ``head`` has had enough, without a second error from the last flush."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
    raise SystemExit(0) from None


def print_json(document: object) -> None:
    """Write one JSON document to standard output."""
    sys.stdout.write(json.dumps(document) + "\n")


def print_facts(facts: Iterable[tuple[str, object]], *, width: int = 12) -> None:
    """Print labels and what belongs to them, a line each."""
    for label, value in facts:
        sys.stdout.write(f"{label:<{width}} {value}\n")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table for people; numbers are aligned to the right and grouped in thousands."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text  # a plain string would be searched for markup: the name "[b]" would vanish

    table = Table(header_style="bold")
    cells = [list(row) for row in rows]
    for position, column in enumerate(columns):
        numeric = all(_is_number(row[position]) for row in cells)
        table.add_column(Text(column), justify="right" if numeric else "left")
    for row in cells:
        table.add_row(*(Text(_cell(value)) for value in row))
    console = Console()
    console.print(Text(title, style="italic"), soft_wrap=True)  # a title of the table breaks at its width
    console.print(table)


def _is_number(value: object) -> bool:
    """Numbers, text that is one with perhaps a unit (``12.3 %``, ``1.5 GB``), and what stands for none."""
    return isinstance(value, int | float) or _NUMBER.fullmatch(str(value)) is not None


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.4g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
