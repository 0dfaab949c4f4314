"""Options of ``graphkit embed`` and its progress bar."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

DimOption = Annotated[int, typer.Option("--dim", "-d", min=1, help="Dimension of the embedding.")]
OutputOption = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        help="Compute in FILE.npy, which need not fit into memory; or write with names to FILE.csv, .tsv.",
    ),
]
PresetOption = Annotated[
    str,
    typer.Option("--preset", help="Defaults of the paper, or gds: of Neo4j's Graph Data Science library."),
]
WeightsOption = Annotated[
    str | None,
    typer.Option(
        "--weights",
        help="Weights of the powers 1, 2, ..., separated by commas. [default: 0,0,1,6.67; gds: 0,1,1]",
    ),
]
SelfInfluenceOption = Annotated[
    float | None,
    typer.Option("--self-influence", help="Weight of a node's own random vector. [default: 0]"),
]
ExponentOption = Annotated[
    float | None,
    typer.Option(
        "--degree-exponent", help="-1: hubs count least; 0: nodes count alike. [default: -0.64; gds: 0]"
    ),
]
ProjectionOption = Annotated[str, typer.Option("--projection", help="sparse or gaussian.")]
DensityOption = Annotated[
    float | None,
    typer.Option("--density", help="Of a sparse projection. [default: 1 / sqrt(nodes); gds: 1/3]"),
]
FeaturesOption = Annotated[
    list[str] | None,
    typer.Option("--features", help="Node attribute that is embedded too, a number; repeatable."),
]
RatioOption = Annotated[
    float | None, typer.Option("--property-ratio", help="Share of the columns that the attributes get.")
]
StorageOption = Annotated[
    str,
    typer.Option(
        "--storage", help="float32, or bfloat16, float16: half the memory of the powers, nearly the same."
    ),
]
ModeOption = Annotated[
    str, typer.Option("--memory", help="fast, low (slower, the same result), or auto: fast if it fits.")
]
NeighborsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--neighbors",
        help="Show what is nearest to this node; repeatable. [default: three nodes of largest degree]",
    ),
]
ColorOption = Annotated[
    str | None, typer.Option("--color", help="Node attribute to colour by. [default: the first]")
]


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """Draw a bar on standard error while the block runs, if that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
