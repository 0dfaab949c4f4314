"""What the commands show: progress of long jobs, plans, layers and summaries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from graphkit.console import print_facts, print_table

if TYPE_CHECKING:
    from cayley._growth import GrowthPlan
    from cayley.result import GrowthResult

_LONG = 2.0  # predicted seconds from which a progress bar is worth showing


@contextmanager
def progress_of(job: GrowthPlan, *, with_needs: bool = True) -> Iterator[Any]:
    """Say what a long job needs, and show how far it is, on standard error; nothing for a short one."""
    if job.seconds is not None and job.seconds < _LONG:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if with_needs:
        needs = "; ".join(f"{what} {how_much}" for what, how_much in needs_of(job))
        console.print(f"{job.definition.name}: {needs}", highlight=False, soft_wrap=True)
    total = f" of {job.states:,}" if job.states is not None else ""
    columns = (
        TextColumn("layer {task.fields[depth]}"),
        BarColumn(),
        TextColumn(f"{{task.completed:,.0f}}{total} states"),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("growth", total=job.states, depth=0, rate="")

        def show(depth: int, size: int, reached: int) -> None:
            elapsed = bar.tasks[task].elapsed or 0.0
            rate = f"{reached / elapsed / 1e6:,.0f} million/s" if elapsed > 1 else ""
            bar.update(task, completed=reached, depth=depth, rate=rate)

        yield show


@contextmanager
def searching() -> Iterator[Callable[[str], None]]:
    """Show on standard error, if that is a terminal, how far a search is that has no end to measure by.

    Yields
    ------
    callable
        Takes what there is to say.
    """
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda text: None
        return
    with console.status("searching") as status:
        yield status.update


def needs_of(job: GrowthPlan) -> list[tuple[str, str]]:
    """Put a plan into words."""
    from graphkit.memory import format_bytes

    unknown = "not known beforehand"
    return [
        ("states", unknown if job.states is None else f"{job.states:,}"),
        ("memory", f"at most {format_bytes(job.memory_bytes)}"),
        ("engine", job.engine),
        ("time", unknown if job.seconds is None else f"roughly {duration(job.seconds)}"),
    ]


def print_layers(result: GrowthResult) -> None:
    """Print the layers with a bar for each."""
    names = result.generators if isinstance(result.generators, str) else ", ".join(result.generators)
    direction = "directed" if result.directed else "undirected"
    largest = max(result.growth)
    whole = result.order or sum(result.growth)
    rows = [
        (distance, size, f"{100 * size / whole:.2f} %", "█" * round(24 * size / largest))
        for distance, size in enumerate(result.growth)
    ]
    title = f"Cayley graph of {result.group}, generators {names} ({direction})"
    print_table(title, ("distance", "elements", "share", ""), rows)


def print_summary(result: GrowthResult) -> None:
    from graphkit.memory import format_bytes

    end = result.diameter if result.complete else f"not known: stopped at distance {len(result.growth) - 1}"
    summary = [("diameter", str(end))]
    if result.complete and result.last_layer is not None and len(result.last_layer) <= 3:
        antipodes = "; ".join(format_state(state, result) for state in result.last_layer)
        summary.append(("antipodes" if len(result.last_layer) > 1 else "antipode", antipodes))
    summary += [
        ("order", "not known" if result.order is None else f"{result.order:,}"),
        ("time", f"{duration(result.seconds)} ({result.engine})"),
        ("peak memory", f"{format_bytes(result.peak_memory_bytes)}, interpreter included"),
    ]
    print_facts(summary)


def format_state(state: list[Any], result: GrowthResult) -> str:
    """Write a permutation in cycles, a word by its colours, a matrix by its rows, a board by its tiles."""
    if isinstance(state[0], list):
        from cayley.matrices import format_matrix

        return format_matrix(state)
    if result.group.startswith("sliding"):
        return f"[{', '.join(str(tile + 1) for tile in state)}]"
    if sorted(state) == list(range(len(state))) and not result.group.startswith("word"):
        from cayley.permutation import format_cycles

        return format_cycles(tuple(state))
    return "".join(map(str, state)) if max(state) < 10 else ",".join(map(str, state))


def duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.3g} s"
    hours = seconds / 3600
    return f"{seconds / 60:.0f} min" if hours < 3 else f"{hours:,.0f} h"
