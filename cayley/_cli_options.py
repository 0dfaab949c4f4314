"""Options that the commands share: how a graph is described, and what may be spent on it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from cayley.definitions import Definition

# Keywords of `cayley.growth`, which no parameter of a family may take the place of.
_RESERVED = {
    *["group", "generators", "state", "modulus", "max_depth", "memory_limit", "threads"],
    *["progress", "engine", "device", "checkpoint", "spill"],
}


def _refuse_empty(path: str | None) -> str | None:
    """Refuse the empty path, which would stand for the folder where the user is."""
    if path == "":
        raise typer.BadParameter("the path is empty")
    return path


GroupOption = Annotated[
    str | None,
    typer.Option(
        "--group",
        "-g",
        help="S<n>, A<n> (symmetric and alternating), B<n> (signed permutations), or a member of a family"
        " such as M12, 'Heisenberg(3,101)' or 'hypercube(7)'; see 'cayley list'.",
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
PermFileOption = Annotated[
    str | None,
    typer.Option(
        "--perm-file",
        callback=_refuse_empty,
        help="Generators from a file: one permutation a line, .json, or .gap.",
    ),
]
InversesOption = Annotated[
    bool, typer.Option("--inverses", help="With --perm-file: add the inverses of the generators.")
]
StateOption = Annotated[
    str | None,
    typer.Option("--state", help="A word such as 0011 instead of a group: the graph of its arrangements."),
]
PuzzleOption = Annotated[
    str | None, typer.Option("--puzzle", help="2x2x2, 3x3x3, pyraminx, skewb, dino, globe-1-2, ...")
]
MetricOption = Annotated[
    str | None,
    typer.Option(
        "--metric", help="What counts as one move of a puzzle: qtm, htm, stm, ...; see 'cayley show cube'."
    ),
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
        callback=_refuse_empty,
        help="Folder that keeps the computation: give it again to take up a run that was stopped.",
    ),
]
SpillOption = Annotated[
    str | None,
    typer.Option(
        "--spill",
        callback=_refuse_empty,
        help="Folder for layers of the sparse engine that exceed the memory.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


# The options that describe a graph, with the names that a command may not give to options of its own.
_GRAPH_OPTIONS: dict[str, tuple[Any, Any]] = {
    "group": (GroupOption, None),
    "generators": (GeneratorsOption, None),
    "perm": (PermOption, None),
    "perm_file": (PermFileOption, None),
    "inverses": (InversesOption, False),
    "state": (StateOption, None),
    "puzzle": (PuzzleOption, None),
    "metric": (MetricOption, None),
    "matrix": (MatrixOption, None),
    "mod": (ModOption, None),
    "param": (ParamOption, None),
}


def describes_graph(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that describe a graph.

    The command takes what they describe as its argument `graph`: keywords of `cayley.growth`.
    """
    own = inspect.signature(command, eval_str=True).parameters

    @functools.wraps(command)
    def with_options(**given: Any) -> None:
        described = {name: given.pop(name) for name in _GRAPH_OPTIONS}
        command(graph=graph_request(**described), **given)

    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
        for name, (kind, default) in _GRAPH_OPTIONS.items()
    ]
    options += [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own.values() if p.name != "graph"]
    # What Typer reads.
    with_options.__signature__ = inspect.Signature(options)  # type: ignore[attr-defined]
    with_options.__annotations__ = {option.name: option.annotation for option in options}
    return with_options


def graph_request(
    *,
    group: str | None,
    generators: str | None,
    perm: list[str] | None,
    perm_file: str | None,
    inverses: bool,
    state: str | None,
    puzzle: str | None,
    metric: str | None,
    matrix: list[str] | None,
    mod: int | None,
    param: list[str] | None,
) -> dict[str, Any]:
    """Turn the options that describe the graph into keywords for the library."""
    starts = [("--group", group), ("--state", state), ("--puzzle", puzzle), ("--matrix", matrix)]
    starts.append(("--perm-file", perm_file))
    given = [name for name, value in starts if value]
    if len(given) > 1:
        raise typer.BadParameter(f"choose one of {' and '.join(given)}")
    steps = [("--generators", generators), ("--perm", perm), ("--matrix", matrix), ("--perm-file", perm_file)]
    given_steps = [name for name, value in steps if value]
    if len(given_steps) > 1:
        raise typer.BadParameter(f"choose one of {' and '.join(given_steps)}")
    if not given and not perm:
        raise typer.BadParameter("name a group, such as --group S10, or give --state, --puzzle or --perm")
    if (matrix is None or not matrix) != (mod is None):
        raise typer.BadParameter("--matrix and --mod go together")
    if inverses and perm_file is None:
        raise typer.BadParameter("--inverses goes with --perm-file")
    if metric is not None and puzzle is None:
        raise typer.BadParameter("--metric goes with --puzzle")
    graph: dict[str, Any] = {"generators": matrix or perm or generators, "state": state, "modulus": mod}
    graph["group"] = group
    options = parameters(param or [])
    if puzzle is not None:
        from cayley.puzzles import puzzle as look_up

        if "metric" in options and metric is not None:
            raise typer.BadParameter("choose one of --metric and --param metric=...")
        if generators or perm:
            raise typer.BadParameter("--puzzle brings its own generators")
        graph["group"] = look_up(puzzle, **({"metric": metric} | options))
        options = {}
    if perm_file is not None:
        from cayley.generator_file import load_generators

        graph["group"] = load_generators(perm_file, inverses=inverses)
    return graph | options


def definition_of(request: dict[str, Any]) -> Definition:
    """Return the graph that keywords of `cayley.growth` describe."""
    from cayley.definitions import define

    described = dict(request)
    group, generators, state, modulus = (
        described.pop(name, None) for name in ("group", "generators", "state", "modulus")
    )
    return define(group, generators, state=state, modulus=modulus, parameters=described)


def parameters(texts: Iterable[str]) -> dict[str, Any]:
    """Read ``name=value``; what looks like an integer is one."""
    from graphkit.validation import parse_integer  # loads NumPy, which --help does without

    found: dict[str, Any] = {}
    for text in texts:
        name, separator, value = text.partition("=")
        if not name.isidentifier() or not separator or not value:
            raise typer.BadParameter(f"--param takes name=value, such as k=4, got {text!r}")
        if name in _RESERVED:
            raise typer.BadParameter(f"--param is for parameters of the family, such as k=4, got {text!r}")
        if not value.isascii():
            raise typer.BadParameter(f"--param takes plain letters and digits, got {text!r}")
        number = value.removeprefix("-").isdecimal()
        found[name] = parse_integer(value, name) if number else value
    return found
