"""Command line ``graphkit``: parse, call, print. Numerics are imported inside the commands."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphkit import __version__
from graphkit._cli_closure import closure
from graphkit._cli_cluster import MethodOption, show_clusters, stages
from graphkit._cli_embed import (
    ColorOption,
    DensityOption,
    DimOption,
    ExponentOption,
    FeaturesOption,
    ModeOption,
    NeighborsOption,
    OutputOption,
    PresetOption,
    ProjectionOption,
    RatioOption,
    SelfInfluenceOption,
    StorageOption,
    WeightsOption,
    progress_bar,
)
from graphkit._cli_info import show_graph, show_views
from graphkit.console import print_json, print_table, run

if TYPE_CHECKING:
    from graphkit.graph import Graph

app = typer.Typer(
    help="Look at graphs, convert, embed and cluster them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

GraphFile = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        show_default=False,
        help="A graph file, '-' for standard input, or sample:karate, sample:les_miserables.",
    ),
]
FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        help="Such as edgelist, adjlist, metis or gkg. [default: by name and content; edgelist from '-']",
    ),
]
DirectedOption = Annotated[
    bool | None,
    typer.Option(
        "--directed/--undirected",
        show_default=False,
        help="Read edges as directed, or forget directions. [default: as the file says, else undirected]",
    ),
]
MultiEdgesOption = Annotated[
    str | None,
    typer.Option(
        "--multi-edges",
        help="What to do with an edge listed again: merge, sum, first, max, min, error. [default: merge]",
    ),
]
SelfLoopsOption = Annotated[
    str | None, typer.Option("--self-loops", help="keep, drop or error. [default: keep]")
]
SourceOption = Annotated[
    str | None,
    typer.Option("--source", help="Column of the sources in an edge list: a name, or a number from 0."),
]
TargetOption = Annotated[str | None, typer.Option("--target", help="Column of the targets.")]
WeightOption = Annotated[str | None, typer.Option("--weight", help="Column of the weights, or none.")]
IdsOption = Annotated[
    str | None, typer.Option("--ids", help="Kind of node ids in text: auto, int or str. [default: auto]")
]
MoreOption = Annotated[
    list[str] | None,
    typer.Option(
        "--option", metavar="NAME=VALUE", help="Further option of the format, such as n_nodes=5; repeatable."
    ),
]
UnweightedOption = Annotated[bool, typer.Option("--unweighted", help="Ignore edge weights.")]
SeedOption = Annotated[
    int, typer.Option("--seed", min=0, help="Equal seeds give equal results; 0 is a seed.")
]
MemoryOption = Annotated[
    str | None,
    typer.Option(
        "--memory-limit", help="Refuse to start if more would be needed, such as 2GB. [default: what is free]"
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]
PlotOption = Annotated[
    str | None, typer.Option("--plot", help="Also draw a picture into FILE.png, .svg or .pdf.")
]


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"graphkit {__version__}")
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
def info(
    file: GraphFile,
    format: FormatOption = None,
    directed: DirectedOption = None,
    multi_edges: MultiEdgesOption = None,
    self_loops: SelfLoopsOption = None,
    source_column: SourceOption = None,
    target_column: TargetOption = None,
    weight_column: WeightOption = None,
    ids: IdsOption = None,
    more: MoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Describe a graph, or each view of a data set: size, kind, degrees, components, self-loops, attributes.

    Example: graphkit info sample:karate
    """
    from graphkit.errors import SeveralViewsError

    reading = _read_options(multi_edges, self_loops, source_column, target_column, weight_column, ids, more)
    try:
        graph = _read(file, format, directed, reading)
    except SeveralViewsError as error:
        show_views(_name(file), file, error.views, directed, as_json)
    else:
        show_graph(_name(file), file, graph, as_json)


@app.command()
def convert(
    source: Annotated[
        str, typer.Argument(metavar="IN", show_default=False, help="As FILE of other commands.")
    ],
    target: Annotated[
        str, typer.Argument(metavar="OUT", show_default=False, help="File to write, '-' for standard output.")
    ],
    source_format: Annotated[
        str | None, typer.Option("--from", help="Format of IN. [default: by suffix]")
    ] = None,
    target_format: Annotated[
        str | None, typer.Option("--to", help="Format of OUT. [default: by suffix]")
    ] = None,
    directed: DirectedOption = None,
    multi_edges: MultiEdgesOption = None,
    self_loops: SelfLoopsOption = None,
    source_column: SourceOption = None,
    target_column: TargetOption = None,
    weight_column: WeightOption = None,
    ids: IdsOption = None,
    more: MoreOption = None,
    writing: Annotated[
        list[str] | None,
        typer.Option("--write-option", metavar="NAME=VALUE", help="Option of the format of OUT; repeatable."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Read a graph, or a data set with all its parts, and write it in another format.

    Examples: graphkit convert graph.csv graph.gkg; graphkit convert mutag_gin MUTAG --to tu
    """
    if as_json and target == "-":
        raise typer.BadParameter("--json and OUT '-' would both write to standard output")
    from graphkit._inputs import convert_dataset, write_output
    from graphkit.io.dataset_files import DATASET_FORMATS

    if target_format in DATASET_FORMATS:
        data = convert_dataset(
            source, target, source_format, target_format, directed, more or (), writing or ()
        )
        if as_json:
            print_json({"input": source, "output": target, "data": repr(data)})
        else:
            _say(f"wrote {target}: {data}")
        return
    reading = _read_options(multi_edges, self_loops, source_column, target_column, weight_column, ids, more)
    graph = _read(source, source_format, directed, reading)
    for sentence in write_output(graph, target, target_format, writing or ()):
        _say(f"note: {'standard output' if target == '-' else target}: {sentence}")
    if as_json:
        print_json({"input": source, "output": target, "nodes": graph.n_nodes, "edges": graph.n_edges})
    elif target != "-":
        _say(f"wrote {target}: {graph}")


@app.command()
def embed(
    file: GraphFile,
    dim: DimOption = 128,
    output: OutputOption = None,
    seed: SeedOption = 0,
    preset: PresetOption = "paper",
    weights: WeightsOption = None,
    self_influence: SelfInfluenceOption = None,
    exponent: ExponentOption = None,
    projection: ProjectionOption = "sparse",
    density: DensityOption = None,
    features: FeaturesOption = None,
    property_ratio: RatioOption = None,
    storage: StorageOption = "float32",
    memory: ModeOption = "auto",
    unweighted: UnweightedOption = False,
    neighbors: NeighborsOption = None,
    plot: PlotOption = None,
    color: ColorOption = None,
    format: FormatOption = None,
    directed: DirectedOption = None,
    multi_edges: MultiEdgesOption = None,
    self_loops: SelfLoopsOption = None,
    source_column: SourceOption = None,
    target_column: TargetOption = None,
    weight_column: WeightOption = None,
    ids: IdsOption = None,
    more: MoreOption = None,
    memory_limit: MemoryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Embed the nodes of a graph by FastRP, and show which nodes come to lie close together.

    Example: graphkit embed sample:les_miserables --output emb.npy --neighbors Valjean
    """
    from graphkit import _commands as commands
    from graphkit._matrices import OUTPUT_SUFFIXES, check_output

    if output is not None:
        check_output(output, OUTPUT_SUFFIXES)
    _check_plot(plot)
    powers = None if weights is None else _numbers(weights, "--weights")
    reading = _read_options(multi_edges, self_loops, source_column, target_column, weight_column, ids, more)
    graph = _read(file, format, directed, reading)
    chosen = commands.chosen_nodes(graph, neighbors)
    groups = commands.node_groups(graph, color)
    from graphkit.embedding import fastrp

    options: dict[str, Any] = {"preset": preset, "weights": powers, "self_influence": self_influence}
    options |= {"degree_exponent": exponent, "projection": projection, "density": density}
    options |= {"features": features or None, "property_ratio": property_ratio, "storage": storage}
    options |= {"memory": memory, "weighted": False if unweighted else None}
    commands.warm_up_embedding(graph, **options)
    out = output if output is not None and output.lower().endswith(".npy") else None
    options |= {"random_state": seed, "memory_limit": memory_limit, "out": out}
    start = time.perf_counter()
    with progress_bar(f"embedding {graph.n_nodes:,} nodes") as report:
        embedding = fastrp(graph, dim, progress=report, **options)
    seconds = time.perf_counter() - start
    near = [
        (graph.label_of(i), [(graph.label_of(j), c) for j, c in commands.nearest_nodes(embedding, i)])
        for i in chosen
    ]
    if output is not None and out is None:
        commands.write_embedding(output, graph, embedding)
    if plot is not None:
        from graphkit.plot import plot_embedding, save_figure

        labels = [graph.label_of(i) for i in range(graph.n_nodes)]
        title, column = groups
        drawn = plot_embedding(embedding, groups=column, group_title=title, labels=labels, marked=chosen)
        save_figure(drawn, plot)
    if as_json:
        document = {"file": file, "nodes": graph.n_nodes, "edges": graph.n_edges, "dim": dim, "seed": seed}
        document |= {"seconds": seconds, "output": output, "plot": plot}
        document["neighbors"] = [
            {
                "node": commands.plain(name),
                "nearest": [{"node": commands.plain(other), "cosine": c} for other, c in close],
            }
            for name, close in near
        ]
        print_json(document)
        return
    title = f"{_name(file)}: {graph.n_nodes:,} nodes in {dim} dimensions, {seconds:.3f} s"
    rows = [
        (str(name), ", ".join(f"{other} ({c:.2f})" for other, c in close) or "none") for name, close in near
    ]
    print_table(title, ("node", "nearest by cosine"), rows)
    _say_written(output, plot)


@app.command()
def cluster(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            show_default=False,
            help="A graph, whose nodes are clustered by the lengths of shortest paths; with --metric a matrix"
            " (.npy, or text), whose rows are clustered. '-' is standard input.",
        ),
    ],
    k: Annotated[int, typer.Option("--k", "-k", help="Number of clusters.")] = 8,
    metric: Annotated[
        str | None,
        typer.Option(
            "--metric",
            help="euclidean, manhattan, cosine, ...: FILE holds features; precomputed: FILE holds distances.",
        ),
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="Write node, cluster, medoid to FILE.csv or .tsv.")
    ] = None,
    seed: SeedOption = 0,
    method: MethodOption = "fastpam",
    init: Annotated[
        str | None,
        typer.Option("--init", help="build, lab, k-medoids++ or random. [default: that of the method]"),
    ] = None,
    unweighted: UnweightedOption = False,
    largest_component: Annotated[
        bool, typer.Option("--largest-component", help="Leave out all other components of the graph.")
    ] = False,
    plot: PlotOption = None,
    format: FormatOption = None,
    directed: DirectedOption = None,
    multi_edges: MultiEdgesOption = None,
    self_loops: SelfLoopsOption = None,
    source_column: SourceOption = None,
    target_column: TargetOption = None,
    weight_column: WeightOption = None,
    ids: IdsOption = None,
    more: MoreOption = None,
    memory_limit: MemoryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Cluster around medoids: the nodes of a graph, or the rows of a matrix.

    Edge weights are taken as lengths; --unweighted counts edges instead.

    Examples: graphkit cluster sample:karate --k 2; graphkit cluster points.csv --metric euclidean --k 3
    """
    from graphkit import _clusters as clusters
    from graphkit._matrices import check_output

    if output is not None:
        check_output(output, (".csv", ".tsv"))
    _check_plot(plot)
    kind = "node" if metric is None else "row"
    reading = _read_options(multi_edges, self_loops, source_column, target_column, weight_column, ids, more)
    options: dict[str, Any] = {"method": method, "init": init, "seed": seed, "memory_limit": memory_limit}
    if metric is None:
        if file.lower().endswith(".npy"):
            raise ValueError(
                f"{file} is a matrix: pass --metric euclidean (or another) if it holds features,"
                " --metric precomputed if it holds distances"
            )
        graph = _read(file, format, directed, reading)
        graph = graph.largest_component() if largest_component else graph
        with stages() as tell:
            result = clusters.cluster_nodes(graph, k, unweighted=unweighted, tell=tell, **options)
    else:
        graph_only = {"--format": format, "--directed": directed, "--unweighted": unweighted}
        graph_only |= {f"--{name.replace('_', '-')}": value for name, value in reading.items()}
        for name, given in (graph_only | {"--largest-component": largest_component}).items():
            if given:
                raise ValueError(f"{name} is for graphs; with --metric, {file} is read as a matrix")
        with stages() as tell:
            result = clusters.cluster_rows(file, k, metric=metric, tell=tell, **options)
    if output is not None:
        result.write(output, kind)
    if plot is not None:
        clusters.draw_clusters(result, plot, metric)
    if as_json:
        document = {"file": file, f"{kind}s": len(result.names), "k": len(result.medoids)}
        document |= {"method": method, "metric": metric or "shortest path"}
        document |= {"loss": result.loss, "silhouette": result.silhouette}
        document |= {"medoid_silhouette": result.medoid_silhouette}
        document |= {"iterations": result.n_iter, "swaps": result.n_swap}
        document |= {"seed": seed, "seconds": result.seconds, "output": output, "plot": plot}
        keys = ("cluster", "medoid", "size", "loss", result.measure.replace(" ", "_"))
        document["clusters"] = [dict(zip(keys, row, strict=False)) for row in result.table()]
        document |= {"names": list(result.names), "labels": result.labels.tolist()}
        print_json(document)
        return
    show_clusters(result, _name(file), kind)
    _say_written(output, plot)


def main() -> None:
    """Run the command line."""
    run(app)


def _name(file: str) -> str:
    return "standard input" if file == "-" else file


def _say(message: str) -> None:
    sys.stderr.write(message + "\n")


def _say_written(*paths: str | None) -> None:
    for path in paths:
        if path is not None:
            _say(f"wrote {path}")


def _read_options(*values: Any) -> dict[str, Any]:
    """Options of `read_graph`, by name, in the order in which the commands declare them."""
    names = ("multi_edges", "self_loops", "source", "target", "weight", "ids", "more")
    return dict(zip(names, values, strict=True))


def _read(file: str, format: str | None, directed: bool | None, reading: dict[str, Any]) -> Graph:
    from graphkit._inputs import read_input

    return read_input(file, format, directed, reading)


def _numbers(text: str, option: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise ValueError(
            f"{option} takes numbers separated by commas, such as 0,0,1,6.67, got {text!r}"
        ) from None


def _check_plot(path: str | None) -> None:
    """Refuse a picture that could not be written before any work is done for it."""
    if path is not None:
        from graphkit._matrices import check_output

        check_output(path, (".png", ".svg", ".pdf"))


app.command()(closure)


if __name__ == "__main__":
    main()
