"""The options of ``graphkit cluster``, its stages while it runs, and its report."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphkit.console import print_table

if TYPE_CHECKING:
    from graphkit._clusters import Clustering

MethodOption = Annotated[
    str,
    typer.Option(
        "--method",
        help="fastpam, fasterpam, pam, alternating; for much data clara, clarans, fastclarans,"
        " onebatchpam, large; by medoid silhouettes fastmsc, fastermsc, pammedsil, pamsil, and dynmsc,"
        " which chooses up to --k clusters. fasterpam needs no matrix of distances for a graph."
        " docs/kmedoids.md says which when.",
    ),
]

# From which mean silhouette on there is how much structure: Kaufman and Rousseeuw, Finding Groups in Data.
_WORDS = ((0.71, "strong"), (0.51, "reasonable"), (0.26, "weak, perhaps chance"))


@contextmanager
def stages() -> Iterator[Callable[[str, float | None], None] | None]:
    """Show on standard error what is being done, and the part that is, if that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def tell(stage: str, done: float | None) -> None:
            bar.update(task, description=stage, completed=done or 0, total=None if done is None else 1)
            bar.refresh()  # kernels leave no time for it

        yield tell


def show_clusters(result: "Clustering", name: str, kind: str) -> None:
    """Print the report for people: a line on the whole, a row for each cluster, and what the figures say."""
    k, n = len(result.medoids), len(result.names)
    size = f"{n:,} {kind}s in {k} cluster{'s' * (k != 1)} by {result.method}"
    width = "" if result.width is None else f"{result.measure} {result.width:.3f}, "
    title = f"{name}: {size}, loss {result.loss:,.6g}, {width}{result.seconds:.3f} s"
    table = result.table()
    digits = ",.0f" if max(row[3] for row in table) >= 10_000 else ",.5g"
    columns = ["cluster", "medoid", "size", "loss", "silhouette", "nearest members"]
    rows: list[list[Any]] = [
        [c, str(medoid), size, format(loss, digits), "" if mean is None else f"{mean:.3f}", members]
        for c, medoid, size, loss, mean, members in table
    ]
    if result.width is None:
        del columns[4]
        rows = [[*row[:4], row[5]] for row in rows]
    print_table(title, columns, rows)
    for line in remarks(result, kind):
        sys.stdout.write(line + "\n")


def remarks(result: "Clustering", kind: str) -> Iterator[str]:
    """Say in words what the figures mean."""
    n = len(result.names)
    if result.curve:
        scores = ", ".join(f"{k}: {score:.3f}" for k, score in result.curve)
        yield f"Medoid silhouette by number of clusters: {scores}."
    if result.silhouette is not None and result.silhouettes is not None:
        word = next((word for least, word in _WORDS if round(result.silhouette, 2) >= least), "hardly any")
        astray = int((result.silhouettes < 0).sum())
        some = f"{astray:,} {kind}{'s' * (astray != 1)} ({astray / n:.1%})" if astray else f"no {kind}"
        yield f"Structure by the silhouettes: {word}; {some} would fit another cluster better."
    elif result.width is not None:
        yield f"For so many {kind}s, silhouettes compare the distances to the two nearest medoids only."
    alone = sum(row[2] == 1 for row in result.table())
    if alone:
        yield f"{alone:,} cluster{'s' * (alone != 1)} of a single {kind}."
