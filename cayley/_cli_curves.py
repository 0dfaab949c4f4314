"""Curves that are fitted to growth, as commands offer and show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphkit.console import print_facts

if TYPE_CHECKING:
    from cayley.result import GrowthResult

FitOption = Annotated[
    str | None,
    typer.Option(
        "--fit",
        help="Fit a curve to the layers: normal, gumbel, skewnormal, or best of these; --plot draws it.",
    ),
]


def check_fit(fit: str | None, max_depth: int | None) -> None:
    """Check before the work, not after it, that a curve can be fitted."""
    if fit is None:
        return
    from cayley.growth_curves import KINDS
    from graphkit.validation import check_choice

    check_choice(fit, "fit", (*KINDS, "best"))
    if max_depth is not None:
        raise typer.BadParameter("--fit takes all layers, leave --max-depth out")


def print_curve(result: GrowthResult, fit: str) -> None:
    """Print the moments of the layers and the curve, and how near it comes."""
    from cayley.growth_curves import fit_growth

    found = fit_growth(result, fit)
    moments = found.statistics
    print_facts(
        [
            ("mean", f"{moments.mean:.6g}"),
            ("deviation", f"{moments.standard_deviation:.6g}"),
            ("skewness", f"{moments.skewness:.4f}"),
            ("kurtosis", f"{moments.kurtosis:.4f} (excess: 0 if normal)"),
            ("curve", f"{found.kind}: {', '.join(f'{k} {v:.6g}' for k, v in found.parameters.items())}"),
            ("total variation", f"{found.total_variation:.4f} between layers and curve"),
        ],
        width=15,
    )


def curve_document(result: GrowthResult, fit: str) -> dict[str, Any]:
    """Describe the curve, ready for JSON."""
    from cayley.growth_curves import fit_growth

    return fit_growth(result, fit).to_dict()
