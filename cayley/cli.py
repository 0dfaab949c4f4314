"""Command line ``cayley``: parse, call one library function, print."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphkit import __version__
from graphkit.console import print_json, print_table, run

if TYPE_CHECKING:
    from cayley._growth import GrowthPlan
    from cayley.result import GrowthResult

app = typer.Typer(
    help="Growth (sizes of the layers by distance) and diameters of Cayley and Schreier graphs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

# Keywords of `cayley.growth`, which no parameter of a family may take the place of.
_RESERVED = {
    *(
        "group",
        "generators",
        "state",
        "modulus",
        "metric",
        "max_depth",
        "memory_limit",
        "threads",
        "progress",
    ),
    *("engine", "device", "checkpoint", "spill"),
}
_LONG = 2.0  # predicted seconds from which a progress bar is worth showing

GroupOption = Annotated[
    str | None,
    typer.Option(
        "--group",
        "-g",
        help="S<n>, A<n> (symmetric and alternating), B<n> (signed permutations), M11 to M24,"
        " 'Heisenberg(n,m)', 'UT(n,m)', 'SL(n,m)'.",
    ),
]
GeneratorsOption = Annotated[
    str | None,
    typer.Option(
        "--generators",
        help="Generator family: lrx, lx, pancake, coxeter, transpositions, ...; see 'cayley list'."
        " [default: lrx; for A<n> three_cycles, for B<n> burnt_pancake]",
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
StateOption = Annotated[
    str | None,
    typer.Option("--state", help="A word such as 0011 instead of a group: the graph of its arrangements."),
]
PuzzleOption = Annotated[
    str | None, typer.Option("--puzzle", help="2x2x2, 3x3x3, pyraminx, skewb, dino, globe-1-2, ...")
]
MetricOption = Annotated[
    str | None, typer.Option("--metric", help="What counts as one move of a cube: qtm or htm.")
]
MatrixOption = Annotated[
    list[str] | None,
    typer.Option("--matrix", help="A generator of your own, '1 1; 0 1'; repeatable, with --mod."),
]
ModOption = Annotated[int | None, typer.Option("--mod", help="Modulus of the matrices.")]
ParamOption = Annotated[
    list[str] | None, typer.Option("--param", help="Parameter of the family, such as k=4; repeatable.")
]
DepthOption = Annotated[int | None, typer.Option("--max-depth", help="Stop after this layer.")]
MemoryOption = Annotated[
    str | None,
    typer.Option(
        "--memory-limit", help="Refuse to start if more would be needed, such as 2GB. [default: what is free]"
    ),
]
ThreadsOption = Annotated[
    int | None, typer.Option("--threads", help="Number of threads. [default: all cores]")
]
EngineOption = Annotated[
    str,
    typer.Option(
        "--engine",
        help="auto, dense (dense-avx512, dense-portable), chain, ranked, matrices or sparse:"
        " the same answer from other methods.",
    ),
]
DeviceOption = Annotated[
    str,
    typer.Option("--device", help="cpu, or cuda: permutation groups on a GPU (needs the extra 'cuda')."),
]
CheckpointOption = Annotated[
    str | None,
    typer.Option(
        "--checkpoint",
        help="Folder that keeps the computation: give it again to take up a run that was stopped.",
    ),
]
SpillOption = Annotated[
    str | None, typer.Option("--spill", help="Folder for layers of the sparse engine that exceed the memory.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


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
def growth(
    group: GroupOption = None,
    generators: GeneratorsOption = None,
    perm: PermOption = None,
    state: StateOption = None,
    puzzle: PuzzleOption = None,
    metric: MetricOption = None,
    matrix: MatrixOption = None,
    mod: ModOption = None,
    param: ParamOption = None,
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
) -> None:
    """Count the elements of a group, or the states of a puzzle or word, by their distance from the start.

    Examples: cayley growth --group S10; cayley growth --puzzle 2x2x2 --metric htm; cayley growth --state 0011
    """
    if as_json and as_csv:
        raise typer.BadParameter("choose one of --json and --csv")
    _check_outputs(output, plot)
    graph = _graph(group, generators, perm, state, puzzle, metric, matrix, mod, param)
    limits: dict[str, Any] = {"max_depth": max_depth, "memory_limit": memory_limit}
    means: dict[str, Any] = {"engine": engine, "device": device, "spill": spill}
    result = _compute(graph | limits | means, threads, checkpoint)
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
        _print_layers(result)
        _print_summary(result)


@app.command()
def diameter(
    group: GroupOption = None,
    generators: GeneratorsOption = None,
    perm: PermOption = None,
    state: StateOption = None,
    puzzle: PuzzleOption = None,
    metric: MetricOption = None,
    matrix: MatrixOption = None,
    mod: ModOption = None,
    param: ParamOption = None,
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
    graph = _graph(group, generators, perm, state, puzzle, metric, matrix, mod, param)
    means = {"memory_limit": memory_limit, "engine": engine, "device": device, "spill": spill}
    result = _compute(graph | means, threads, checkpoint)
    if as_json:
        document = result.to_dict()
        print_json({key: value for key, value in document.items() if key != "growth"})
    else:
        _print_summary(result)


@app.command()
def plan(
    group: GroupOption = None,
    generators: GeneratorsOption = None,
    perm: PermOption = None,
    state: StateOption = None,
    puzzle: PuzzleOption = None,
    metric: MetricOption = None,
    matrix: MatrixOption = None,
    mod: ModOption = None,
    param: ParamOption = None,
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

    graph = _graph(group, generators, perm, state, puzzle, metric, matrix, mod, param)
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
    print_table(f"Growth of {job.definition.name} would need", ("what", "how much"), _needs(job))


@app.command()
def distance(
    elements: Annotated[
        list[str],
        typer.Argument(help="'(1 2 3)' or '[2,3,1]'; of a coset graph words; of matrices '1 1; 0 1'."),
    ],
    group: GroupOption = None,
    generators: GeneratorsOption = None,
    perm: PermOption = None,
    state: StateOption = None,
    puzzle: PuzzleOption = None,
    metric: MetricOption = None,
    matrix: MatrixOption = None,
    mod: ModOption = None,
    param: ParamOption = None,
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

    graph = _graph(group, generators, perm, state, puzzle, metric, matrix, mod, param)
    try:
        shown: AbstractContextManager[Any] = _progress(cayley.plan(**graph))
    except MemoryBudgetError:  # distances take more, and say so themselves
        shown = nullcontext()
    with shown as progress:
        limits = {"memory_limit": memory_limit, "threads": threads}
        run_distance(elements, graph | limits, progress=progress, as_json=as_json)


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


def _graph(
    group: str | None,
    generators: str | None,
    perm: list[str] | None,
    state: str | None,
    puzzle: str | None,
    metric: str | None,
    matrix: list[str] | None,
    mod: int | None,
    param: list[str] | None,
) -> dict[str, Any]:
    """Turn the options that describe the graph into keywords for the library."""
    starts = [("--group", group), ("--state", state), ("--puzzle", puzzle), ("--matrix", matrix)]
    given = [name for name, value in starts if value]
    if len(given) > 1:
        raise typer.BadParameter(f"choose one of {' and '.join(given)}")
    steps = [("--generators", generators), ("--perm", perm), ("--matrix", matrix)]
    given_steps = [name for name, value in steps if value]
    if len(given_steps) > 1:
        raise typer.BadParameter(f"choose one of {' and '.join(given_steps)}")
    if not given and not perm:
        raise typer.BadParameter("name a group, such as --group S10, or give --state, --puzzle or --perm")
    if (matrix is None or not matrix) != (mod is None):
        raise typer.BadParameter("--matrix and --mod go together")
    if metric is not None and puzzle is None:
        raise typer.BadParameter("--metric goes with --puzzle")
    graph: dict[str, Any] = {"generators": matrix or perm or generators, "state": state, "modulus": mod}
    graph["group"] = group
    if puzzle is not None:
        from cayley.puzzles import puzzle as look_up

        graph["group"] = look_up(puzzle, metric)
    return graph | _parameters(param or [], _RESERVED)


def _parameters(texts: list[str], taken: Iterable[str]) -> dict[str, Any]:
    """Read ``name=value``; what looks like an integer is one."""
    parameters: dict[str, Any] = {}
    for text in texts:
        name, separator, value = text.partition("=")
        if not name.isidentifier() or not separator or not value:
            raise typer.BadParameter(f"--param takes name=value, such as k=4, got {text!r}")
        if name in taken:
            raise typer.BadParameter(f"--param is for parameters of the family, such as k=4, got {text!r}")
        parameters[name] = int(value) if value.removeprefix("-").isdecimal() else value
    return parameters


def _compute(request: dict[str, Any], threads: int | None, checkpoint: str | None) -> GrowthResult:
    import cayley

    job = cayley.plan(**request)
    with _progress(job) as progress:
        return job.run(threads=threads, progress=progress, checkpoint=checkpoint)


@contextmanager
def _progress(job: GrowthPlan) -> Iterator[Any]:
    """Say what a long job needs, and show how far it is, on standard error; nothing for a short one."""
    if job.seconds is not None and job.seconds < _LONG:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    needs = "; ".join(f"{what} {how_much}" for what, how_much in _needs(job))
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


def _needs(job: GrowthPlan) -> list[tuple[str, str]]:
    """Put a plan into words."""
    from graphkit.memory import format_bytes

    unknown = "not known beforehand"
    return [
        ("states", unknown if job.states is None else f"{job.states:,}"),
        ("memory", f"at most {format_bytes(job.memory_bytes)}"),
        ("engine", job.engine),
        ("time", unknown if job.seconds is None else f"roughly {_duration(job.seconds)}"),
    ]


def _print_layers(result: GrowthResult) -> None:
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


def _print_summary(result: GrowthResult) -> None:
    from graphkit.memory import format_bytes

    end = result.diameter if result.complete else f"not known: stopped at distance {len(result.growth) - 1}"
    summary = [("diameter", str(end))]
    if result.complete and result.last_layer is not None and len(result.last_layer) <= 3:
        antipodes = "; ".join(_format_state(state, result) for state in result.last_layer)
        summary.append(("antipodes" if len(result.last_layer) > 1 else "antipode", antipodes))
    summary += [
        ("order", "not known" if result.order is None else f"{result.order:,}"),
        ("time", f"{_duration(result.seconds)} ({result.engine})"),
        ("peak memory", f"{format_bytes(result.peak_memory_bytes)}, interpreter included"),
    ]
    for label, value in summary:
        sys.stdout.write(f"{label:<12} {value}\n")


def _format_state(state: list[Any], result: GrowthResult) -> str:
    """Write a permutation in cycles, a word by its colours, a matrix by its rows."""
    if isinstance(state[0], list):
        return "[" + "; ".join(" ".join(map(str, row)) for row in state) + "]"
    if sorted(state) == list(range(len(state))) and not result.group.startswith("word"):
        from cayley.permutation import format_cycles

        return format_cycles(tuple(state))
    return "".join(map(str, state)) if max(state) < 10 else ",".join(map(str, state))


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.3g} s"
    hours = seconds / 3600
    return f"{seconds / 60:.0f} min" if hours < 3 else f"{hours:,.0f} h"


if __name__ == "__main__":
    main()
