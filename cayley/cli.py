"""Command line ``cayley``: parse, call one library function, print."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cayley import _cli_extremal, _cli_families, _cli_paths, _cli_tables
from cayley._cli_curves import FitOption, check_fit, curve_document, print_curve
from cayley._cli_options import (
    CheckpointOption,
    DepthOption,
    DeviceOption,
    EngineOption,
    JsonOption,
    MemoryOption,
    SpillOption,
    ThreadsOption,
    definition_of,
    describes_graph,
)
from cayley._cli_show import needs_of, print_layers, print_summary, progress_of
from graphkit import __version__
from graphkit.console import print_json, print_table, run

if TYPE_CHECKING:
    from cayley.result import GrowthResult

app = typer.Typer(
    help="Growth (sizes of the layers by distance) and diameters of Cayley and Schreier graphs.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # square brackets in a help text are no markup
    pretty_exceptions_enable=False,
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"cayley {__version__}")
        raise typer.Exit()


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
    ] = False,
) -> None:
    """Declare what comes before the name of a command."""


@app.command()
@describes_graph
def growth(
    graph: dict[str, Any],
    max_depth: DepthOption = None,
    memory_limit: MemoryOption = None,
    threads: ThreadsOption = None,
    engine: EngineOption = "auto",
    device: DeviceOption = "cpu",
    checkpoint: CheckpointOption = None,
    spill: SpillOption = None,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the layers as CSV.")] = False,
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="Also write to FILE.json, FILE.csv or FILE.npz.")
    ] = None,
    plot: Annotated[
        str | None, typer.Option("--plot", help="Also draw the layers into FILE.png, .svg or .pdf.")
    ] = None,
    fit: FitOption = None,
) -> None:
    """Count the elements of a group, or the states of a puzzle or word, by their distance from the start.

    Examples: cayley growth --group S10; cayley growth --puzzle 2x2x2 --metric htm; cayley growth --state 0011
    """
    if as_json and as_csv:
        raise typer.BadParameter("choose one of --json and --csv")
    _check_outputs(output, plot)
    check_fit(fit, max_depth)
    limits: dict[str, Any] = {"max_depth": max_depth, "memory_limit": memory_limit}
    means: dict[str, Any] = {"engine": engine, "device": device, "spill": spill}
    result = _compute(graph | limits | means, threads, checkpoint)
    try:  # print first: a disk that is full costs the files only
        if as_json:
            print_json(result.to_dict() | ({"fit": curve_document(result, fit)} if fit else {}))
        elif as_csv:
            sys.stdout.write(result.to_csv())
            if not result.complete:
                sys.stderr.write(f"not complete: stopped at distance {len(result.growth) - 1}\n")
        else:
            print_layers(result)
            print_summary(result)
            if fit:
                print_curve(result, fit)
        sys.stdout.flush()
    finally:  # and a reader such as `head` that has had enough costs none of them
        _write(result, output, plot, fit)


@app.command()
@describes_graph
def diameter(
    graph: dict[str, Any],
    memory_limit: MemoryOption = None,
    threads: ThreadsOption = None,
    engine: EngineOption = "auto",
    device: DeviceOption = "cpu",
    checkpoint: CheckpointOption = None,
    spill: SpillOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the largest distance from the start, and the states that are so far away.

    Example: cayley diameter --group S10
    """
    means = {"memory_limit": memory_limit, "engine": engine, "device": device, "spill": spill}
    result = _compute(graph | means, threads, checkpoint)
    if as_json:
        document = result.to_dict()
        print_json({key: value for key, value in document.items() if key != "growth"})
    else:
        print_summary(result)


@app.command()
@describes_graph
def plan(
    graph: dict[str, Any],
    max_depth: DepthOption = None,
    memory_limit: MemoryOption = None,
    engine: EngineOption = "auto",
    device: DeviceOption = "cpu",
    as_json: JsonOption = False,
) -> None:
    """Tell what 'growth' would need: states, memory, engine, time. Nothing is computed.

    Example: cayley plan --group S13 --generators pancake
    """
    import cayley

    limits: dict[str, Any] = {"max_depth": max_depth, "memory_limit": memory_limit}
    job = cayley.plan(**graph, **limits, engine=engine, device=device)
    names = job.definition.generator_names
    if as_json:
        print_json(
            {
                "group": job.definition.name,
                "generators": names if isinstance(names, str) else list(names),
                "directed": job.definition.is_directed,
                "states": job.states,
                "memory_bytes": job.memory_bytes,
                "engine": job.engine,
                "seconds": job.seconds,
            }
        )
        return
    print_table(f"Growth of {job.definition.name} would need", ("what", "how much"), needs_of(job))


@app.command()
@describes_graph
def distance(
    graph: dict[str, Any],
    elements: Annotated[
        list[str],
        typer.Argument(help="'(1 2 3)' or '[2,3,1]'; of a coset graph words; of matrices '1 1; 0 1'."),
    ],
    memory_limit: MemoryOption = None,
    threads: ThreadsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the distance of elements from the start, and a shortest word of generators for each.

    Example: cayley distance '(1 5)' '(1 2 3)' --group S10
    """
    import cayley
    from cayley._cli_distance import run_distance
    from graphkit.errors import MemoryBudgetError

    definition = definition_of(graph)
    try:
        shown: AbstractContextManager[Any] = progress_of(cayley.plan(definition), with_needs=False)
    except MemoryBudgetError:  # distances take more, and say so themselves
        shown = nullcontext()
    with shown as progress:
        request = {"group": definition, "memory_limit": memory_limit, "threads": threads}
        run_distance(elements, request, progress=progress, as_json=as_json)


app.command("list")(_cli_families.list_families)
app.command("show")(_cli_families.show)
app.command("table")(_cli_tables.table)
app.command("fit")(_cli_tables.fit)
app.command("check")(_cli_tables.check)
app.command("solve")(_cli_paths.solve)
app.command("walk")(_cli_paths.walk)
app.command("spectrum")(_cli_paths.spectrum)
app.command("draw")(_cli_paths.draw)
app.command("max-diameter")(_cli_extremal.max_diameter)


def main() -> None:
    """Entry point of the command."""
    run(app)


def _check_outputs(output: str | None, plot: str | None) -> None:
    """Find out before the work, not after it, that a file cannot be written."""
    if output is not None:
        from cayley.result import check_output

        check_output(output)
    if plot is not None:
        from cayley.plot import check_plot_path

        check_plot_path(plot)


def _write(result: GrowthResult, output: str | None, plot: str | None, fit: str | None) -> None:
    if output is not None:
        result.save(output)
    if plot is not None:
        from cayley.plot import save_plot

        save_plot(result, plot, fit=fit)


def _compute(request: dict[str, Any], threads: int | None, checkpoint: str | None) -> GrowthResult:
    import cayley

    job = cayley.plan(**request)
    try:
        with progress_of(job) as progress:
            return job.run(threads=threads, progress=progress, checkpoint=checkpoint)
    except KeyboardInterrupt as stop:  # Typer would end without a word
        sys.stderr.write(f"interrupted{': ' if stop.args else ''}{stop}\n")
        raise typer.Exit(130) from None


if __name__ == "__main__":
    main()
