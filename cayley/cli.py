"""Command line ``cayley``: parse, call one library function, print."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphkit.console import print_json, print_table, run

if TYPE_CHECKING:
    from cayley._growth import GrowthPlan
    from cayley.result import GrowthResult

app = typer.Typer(
    help="Growth (sizes of the layers by distance) and diameters of Cayley graphs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_LONG = 200_000_000  # states from which a progress bar is worth showing: a second or so

GroupOption = Annotated[
    str | None,
    typer.Option(
        "--group", "-g", help="S<n>, the symmetric group of n points, or A<n>, the alternating group."
    ),
]
GeneratorsOption = Annotated[
    str | None,
    typer.Option(
        "--generators",
        help="Generator family: lrx, lx, pancake, coxeter, transpositions, ...; see 'cayley list'."
        " [default: lrx]",
    ),
]
PermOption = Annotated[
    list[str] | None,
    typer.Option(
        "--perm",
        help="A generator of your own, '(1 2 3)(4 5)' or '[2,3,1,5,4]'; repeatable. Without --group,"
        " the group that they generate is explored.",
    ),
]
ParamOption = Annotated[
    list[str] | None, typer.Option("--param", help="Parameter of the family, such as k=4; repeatable.")
]
MemoryOption = Annotated[
    str | None,
    typer.Option(
        "--memory-limit", help="Refuse to start if more would be needed, such as 2GB. [default: what is free]"
    ),
]
EngineOption = Annotated[
    str, typer.Option("--engine", help="auto, dense-avx512 or dense-portable: same answer, other speed.")
]


@app.callback()
def _root() -> None:
    """Keep the subcommand names even if there is only one command."""


@app.command()
def growth(
    group: GroupOption = None,
    generators: GeneratorsOption = None,
    perm: PermOption = None,
    param: ParamOption = None,
    max_depth: Annotated[int | None, typer.Option("--max-depth", help="Stop after this layer.")] = None,
    memory_limit: MemoryOption = None,
    threads: Annotated[
        int | None, typer.Option("--threads", help="Number of threads. [default: all cores]")
    ] = None,
    engine: EngineOption = "auto",
    checkpoint: Annotated[
        str | None,
        typer.Option(
            "--checkpoint",
            help="Folder that keeps the computation: give it again to take up a run that was stopped.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the layers as CSV.")] = False,
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="Also write to FILE.json or FILE.csv.")
    ] = None,
    plot: Annotated[
        str | None, typer.Option("--plot", help="Also draw the layers into FILE.png, .svg or .pdf.")
    ] = None,
) -> None:
    """Count the elements of a group by their distance from the identity.

    Example: cayley growth --group S10
    """
    if as_json and as_csv:
        raise typer.BadParameter("choose one of --json and --csv")
    _check_outputs(output, plot)
    import cayley

    request = _request(group, generators, perm, param) | {"memory_limit": memory_limit, "engine": engine}
    job = cayley.plan(**request)
    with _progress(job) as progress:
        result = cayley.growth(
            **request, max_depth=max_depth, threads=threads, progress=progress, checkpoint=checkpoint
        )
    if output is not None:
        result.save(output)
    if plot is not None:
        from cayley.plot import save_plot

        save_plot(result, plot)
    if as_json:
        print_json(result.to_dict())
    elif as_csv:
        sys.stdout.write(result.to_csv())
    else:
        _print_result(result)


@app.command()
def plan(
    group: GroupOption = None,
    generators: GeneratorsOption = None,
    perm: PermOption = None,
    param: ParamOption = None,
    memory_limit: MemoryOption = None,
    engine: EngineOption = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Tell what 'growth' would need: states, memory, engine. Nothing is computed.

    Example: cayley plan --group S13 --generators pancake
    """
    import cayley
    from graphkit.memory import format_bytes

    request = _request(group, generators, perm, param)
    job = cayley.plan(**request, memory_limit=memory_limit, engine=engine)
    if as_json:
        names = job.group.generator_names
        print_json(
            {
                "group": job.group.name,
                "generators": names if isinstance(names, str) else list(names),
                "directed": job.group.is_directed,
                "states": job.states,
                "memory_bytes": job.memory_bytes,
                "engine": job.engine,
            }
        )
    else:
        rows = [("states", job.states), ("memory", format_bytes(job.memory_bytes)), ("engine", job.engine)]
        print_table(f"Growth of {job.group.name} would need", ("what", "how much"), rows)


@app.command("list")
def list_families(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False,
) -> None:
    """List the generator families."""
    from cayley.families import FAMILIES

    if as_json:
        keys = ("name", "description", "minimum", "parameters", "reference")
        print_json([{key: getattr(family, key) for key in keys} for family in FAMILIES.values()])
        return
    rows = [
        (
            family.name,
            " ".join(f"{key}={value}" for key, value in family.parameters.items()),
            family.description,
        )
        for family in FAMILIES.values()
    ]
    print_table("Generator families", ("name", "parameters", "generators"), rows)


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


def _request(
    group: str | None, generators: str | None, perm: list[str] | None, param: list[str] | None
) -> dict[str, Any]:
    """Turn the options that describe the graph into keywords for the library."""
    if perm and generators:
        raise typer.BadParameter("choose one of --generators and --perm")
    if group is None and not perm:
        raise typer.BadParameter("name a group, such as --group S10, or give --perm")
    parameters = {}
    for text in param or []:
        name, separator, value = text.partition("=")
        if not separator or not value.removeprefix("-").isdecimal():
            raise typer.BadParameter(f"--param takes name=integer, such as k=4, got {text!r}")
        if name in ("group", "generators", "memory_limit", "engine"):
            raise typer.BadParameter(f"--param is for parameters of the family, got {text!r}")
        parameters[name] = int(value)
    return {"group": group, "generators": perm or generators or "lrx", **parameters}


@contextmanager
def _progress(job: GrowthPlan) -> Iterator[Any]:
    """Progress bar on standard error for long jobs, nothing for short ones."""
    if job.states < _LONG:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("layer {task.fields[depth]}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} states"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("growth", total=job.states, depth=0)
        yield lambda depth, size, reached: bar.update(task, completed=reached, depth=depth)


def _print_result(result: GrowthResult) -> None:
    """Print the layers with a bar for each, and the summary."""
    from graphkit.memory import format_bytes

    names = result.generators if isinstance(result.generators, str) else ", ".join(result.generators)
    direction = "directed" if result.directed else "undirected"
    largest = max(result.growth)
    rows = [
        (distance, size, f"{100 * size / result.order:.2f} %", "█" * round(24 * size / largest))
        for distance, size in enumerate(result.growth)
    ]
    print_table(
        f"Cayley graph of {result.group}, generators {names} ({direction})",
        ("distance", "elements", "share", ""),
        rows,
    )
    end = result.diameter if result.complete else f"not known: stopped at distance {len(result.growth) - 1}"
    summary = [
        ("diameter", str(end)),
        ("order", f"{result.order:,}"),
        ("time", f"{result.seconds:.3g} s ({result.engine})"),
        ("peak memory", f"{format_bytes(result.peak_memory_bytes)}, interpreter included"),
    ]
    if result.complete and result.last_layer is not None and len(result.last_layer) <= 3:
        from cayley.permutation import format_cycles

        antipodes = "; ".join(format_cycles(tuple(p)) for p in result.last_layer)
        summary.insert(1, ("antipodes" if len(result.last_layer) > 1 else "antipode", antipodes))
    for label, value in summary:
        sys.stdout.write(f"{label:<12} {value}\n")


if __name__ == "__main__":
    main()
