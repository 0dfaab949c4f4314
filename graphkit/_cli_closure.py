"""The command ``graphkit closure``: the report of simplicial closure."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphkit.console import print_json, print_table

if TYPE_CHECKING:
    from graphkit.simplicial import ClosureCounts, ClosurePrediction, ClosureStatistics


def closure(
    folder: Annotated[
        str,
        typer.Argument(
            metavar="FOLDER",
            show_default=False,
            help="Folder with NAME-nverts.txt, NAME-simplices.txt and NAME-times.txt, perhaps compressed.",
        ),
    ],
    labels: Annotated[
        str,
        typer.Option(
            "--labels",
            help="Which triangles count as closed in the prediction: correct; published, which repeats an"
            " error of the published labels; or both.",
        ),
    ] = "correct",
    scores: Annotated[
        str,
        typer.Option(
            "--scores",
            help="local, walks, all (without the simplicial walks, which need much memory), none, or names"
            " separated by commas, such as harmonic,logistic,simplicial-ppr.",
        ),
    ] = "local",
    cutoff: Annotated[
        float, typer.Option("--cutoff", help="Percentile of the times after which triangles close.")
    ] = 80,
    four: Annotated[
        bool, typer.Option("--four", help="Also count configurations of four nodes with a triangle.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
) -> None:
    """Report simplicial closure: which open triangles close, how often, and which scores tell.

    Example: graphkit closure data/email-Enron --labels both
    """
    from graphkit.simplicial import closure_counts, closure_prediction, closure_statistics, read_simplices
    from graphkit.simplicial._prediction import LABELS
    from graphkit.validation import check_choice

    check_choice(labels, "--labels", (*LABELS, "both"))
    names = _score_names(scores)
    dataset = read_simplices(folder)
    start = time.perf_counter()
    statistics = closure_statistics(dataset)
    counts = [closure_counts(dataset, size, cutoff=cutoff) for size in ((3, 4) if four else (3,))]
    rules = LABELS if labels == "both" else (labels,)
    predictions = [
        closure_prediction(dataset, scores=names, labels=rule, cutoff=cutoff)
        for rule in (rules if names else ())
    ]
    seconds = time.perf_counter() - start
    if as_json:
        print_json(_document(dataset.name, statistics, counts, predictions, cutoff, seconds))
        return
    _print_statistics(dataset.name, statistics, seconds)
    for counted in counts:
        _print_counts(counted, cutoff)
    if predictions:
        _print_predictions(predictions)


def _score_names(text: str) -> list[str]:
    from graphkit.simplicial._scores import ALL_SCORES, LOCAL_SCORES, WALK_SCORES
    from graphkit.validation import check_choice

    groups = {
        "local": LOCAL_SCORES,
        "walks": WALK_SCORES,
        "all": (*LOCAL_SCORES, *WALK_SCORES, "logistic"),
        "none": (),
    }
    if text in groups:
        return list(groups[text])
    names = [name.strip() for name in text.split(",")]
    for name in names:
        check_choice(name, "score", (*groups, *ALL_SCORES) if len(names) == 1 else ALL_SCORES)
    return names


def _print_statistics(name: str, found: ClosureStatistics, seconds: float) -> None:
    rows = [
        ("nodes in simplices", f"{found.n_nodes:,}"),
        ("simplices", f"{found.n_simplices:,}"),
        ("distinct simplices", f"{found.n_distinct:,}"),
        ("size mean / max", f"{found.mean_size:.2f} / {found.max_size}"),
        ("edges of the projected graph", f"{found.n_edges:,}"),
        ("edge density", f"{found.edge_density:.3g}"),
        ("mean degree", f"{found.mean_degree:.2f}"),
        ("mean weight of an edge", f"{found.mean_weight:.2f}"),
        ("closed triangles", f"{found.n_closed_triangles:,}"),
        ("open triangles", f"{found.n_open_triangles:,}"),
        ("share of open triangles", f"{found.open_share:.3f}"),
    ]
    print_table(f"{name}: {seconds:.2f} s", ("property", "value"), rows)


def _print_counts(counts: ClosureCounts, cutoff: float) -> None:
    size = {3: "three", 4: "four"}[len(counts.configurations[0])]
    rows = [
        (_tie_text(key), int(n_open), int(n_closed), "-" if math.isnan(share) else f"{share:.2e}")
        for key, n_open, n_closed, share in zip(
            counts.configurations, counts.n_open, counts.n_closed, counts.probabilities, strict=True
        )
    ]
    kind = "ties" if size == "three" else "triples"
    columns = (kind, "open before", "close after", "probability")
    print_table(f"{size} nodes: open up to {cutoff:g} % of the times, and closed after it", columns, rows)


def _tie_text(key: tuple[int, ...]) -> str:
    """Name ties or triples of some strengths: 0, 1, 2+, and what is no triangle."""
    return " ".join({0: "0", 1: "1", 2: "2+"}.get(strength, "-") for strength in key)


def _print_predictions(predictions: list[ClosurePrediction]) -> None:
    titles = [
        f"{found.labels} labels: {found.n_positive:,} of {found.n_candidates:,} open triangles close"
        for found in predictions
    ]
    columns = ["score", *(f"{found.labels} labels" for found in predictions)]
    rows = [
        (name, *(_relative(found.relative[name]) for found in predictions))
        for name in predictions[0].relative
    ]
    print_table(f"average precision over that of random scores; {'; '.join(titles)}", columns, rows)


def _relative(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.2f}"


def _document(
    name: str,
    statistics: ClosureStatistics,
    counts: list[ClosureCounts],
    predictions: list[ClosurePrediction],
    cutoff: float,
    seconds: float,
) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "name": name,
        "seconds": seconds,
        "cutoff": cutoff,
        "statistics": {key: _plain(value) for key, value in asdict(statistics).items()},
        "configurations": [
            {"strengths": list(key), "open": int(n_open), "closed": int(n_closed)}
            for counted in counts
            for key, n_open, n_closed in zip(
                counted.configurations, counted.n_open, counted.n_closed, strict=True
            )
        ],
        "predictions": [
            {
                "labels": found.labels,
                "candidates": found.n_candidates,
                "positive": found.n_positive,
                "average_precision": {k: _plain(v) for k, v in found.average_precision.items()},
                "relative": {k: _plain(v) for k, v in found.relative.items()},
            }
            for found in predictions
        ],
    }


def _plain(value: float) -> float | None:
    """Return None for NaN, which JSON does not have."""
    return None if math.isnan(value) else value
