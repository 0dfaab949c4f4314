"""Curves of growth: their moments and distances, by other means, and the commands that show them."""

import math
from fractions import Fraction
from typing import Annotated

import numpy as np
import pytest
import scipy.stats
import typer
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import cayley
from cayley._cli_curves import FitOption, check_fit, curve_document, print_curve
from cayley.growth_curves import KINDS, GrowthFit, fit_growth

layers = st.lists(st.integers(1, 10**6), min_size=2, max_size=12)


def distribution(fit: GrowthFit):
    """The same distribution by scipy."""
    p = fit.parameters
    if fit.kind == "normal":
        return scipy.stats.norm(p["location"], p["scale"])
    if fit.kind == "skewnormal":
        return scipy.stats.skewnorm(p["shape"], p["location"], p["scale"])
    kind = scipy.stats.gumbel_r if p["side"] > 0 else scipy.stats.gumbel_l
    return kind(p["location"], p["scale"])


@given(sizes=layers)
@settings(max_examples=80, deadline=None)
@pytest.mark.parametrize("kind", KINDS)
def test_curves_have_the_moments_of_the_layers(sizes, kind):
    fit = fit_growth(sizes, kind)
    known = distribution(fit)
    mean, variance, skewness = map(float, known.stats("mvs"))
    assert mean == pytest.approx(fit.statistics.mean, abs=1e-9)
    assert variance == pytest.approx(fit.statistics.variance, rel=1e-9)
    if kind == "skewnormal" and abs(fit.statistics.skewness) < 0.98:
        assert skewness == pytest.approx(fit.statistics.skewness, abs=1e-6)
    assert kind != "gumbel" or skewness * fit.statistics.skewness >= 0
    x = mean + math.sqrt(variance) * np.linspace(-20, 20, 81)
    assert fit.density(x) == pytest.approx(known.pdf(x), rel=1e-9, abs=1e-9)
    # Two ways to round a difference of two numbers near 1.
    assert fit.cumulative(x) == pytest.approx(known.cdf(x), abs=1e-9)


@given(sizes=layers)
@settings(max_examples=20, deadline=None)
@pytest.mark.parametrize("kind", KINDS)
def test_total_variation_by_sums_of_the_density(sizes, kind):
    fit = fit_growth(sizes, kind)
    # The sums below are too coarse for an edge, and for a peak as narrow as their steps of 1/400.
    assume(abs(fit.parameters.get("shape", 0)) < 15 and fit.statistics.standard_deviation > 0.02)
    n, fine, beyond = len(sizes), 400, 80
    middles = (np.arange((n + 2 * beyond) * fine) + 0.5) / fine - beyond - 0.5
    masses = fit.density(middles).reshape(-1, fine).mean(axis=1)
    shares = np.zeros(n + 2 * beyond)
    shares[beyond : beyond + n] = np.array(sizes) / sum(sizes)
    assert fit.total_variation == pytest.approx(np.abs(masses - shares).sum() / 2, abs=1e-4)
    assert 0 <= fit.total_variation <= 1


@given(sizes=layers)
@settings(max_examples=30, deadline=None)
def test_mirrored_layers_have_mirrored_curves(sizes):
    for kind in KINDS:
        fit, mirrored = fit_growth(sizes, kind), fit_growth(sizes[::-1], kind)
        if kind == "gumbel" and not fit.statistics.skewness:
            continue  # the side is a choice
        assert mirrored.total_variation == pytest.approx(fit.total_variation, abs=1e-6)


@pytest.mark.parametrize("n", [5, 8, 11])
def test_exchanges_of_neighbours_are_sums_of_uniform_numbers(n):
    """The numbers of inversions at each place are independent and uniform on 0, ..., j-1 for j = 1, ..., n.

    Their cumulants add up; the second is (j^2 - 1)/12 and the fourth -(j^4 - 1)/120. So the distribution
    tends to a normal one, and the kurtosis to 0.
    """
    fit = fit_growth(cayley.growth(f"S{n}", "coxeter"))
    variance = Fraction(sum(j**2 - 1 for j in range(1, n + 1)), 12)
    fourth = Fraction(-sum(j**4 - 1 for j in range(1, n + 1)), 120)
    assert fit.kind == "normal"
    assert fit.parameters == {"location": n * (n - 1) / 4, "scale": math.sqrt(variance)}
    assert fit.statistics.skewness == 0
    assert fit.statistics.kurtosis == pytest.approx(float(fourth / variance**2))


def test_exchanges_of_any_two_are_sums_of_coins():
    """n less the number of cycles: one for each j = 1, ..., n with probability 1 - 1/j."""
    coins = [Fraction(j - 1, j) for j in range(1, 10)]
    found = fit_growth(cayley.growth("S9", "transpositions"), "normal").statistics
    variance = sum(p * (1 - p) for p in coins)
    third = sum(p * (1 - p) * (1 - 2 * p) for p in coins)
    assert found.mean == pytest.approx(float(sum(coins)))
    assert found.variance == pytest.approx(float(variance))
    assert found.skewness == pytest.approx(float(third) / float(variance) ** 1.5)


def test_the_best_is_the_nearest():
    nearer = []
    for n in range(5, 11):
        growth = cayley.growth(f"S{n}", "coxeter")
        nearer.append(fit_growth(growth, "normal").total_variation)
        best = fit_growth(growth)
        assert best.total_variation == min(fit_growth(growth, kind).total_variation for kind in KINDS)
    assert nearer == sorted(nearer, reverse=True)
    pancakes = fit_growth(cayley.growth("S8", "pancake"))
    assert (pancakes.kind, pancakes.statistics.skewness < 0) == ("skewnormal", True)


def test_layers_that_lean_too_much_for_a_skew_normal_curve():
    fit = fit_growth([1, 1, 1, 10**6], "skewnormal")
    assert fit.statistics.skewness < -100
    assert fit.parameters["shape"] < -20
    assert np.isfinite(fit.total_variation)


def test_what_cannot_be_fitted():
    with pytest.raises(ValueError, match="unknown kind 'cauchy'"):
        fit_growth([1, 2], "cauchy")
    with pytest.raises(ValueError, match="was stopped at distance 3"):
        fit_growth(cayley.growth("S6", max_depth=3))
    with pytest.raises(ValueError, match="needs different distances"):
        fit_growth([7])
    with pytest.raises(ValueError, match="must be at least 1"):
        fit_growth([1, 0, 3])


def test_the_command():
    app = typer.Typer()

    @app.command()
    def growth(
        fit: FitOption = None, max_depth: Annotated[int | None, typer.Option("--max-depth")] = None
    ) -> None:
        check_fit(fit, max_depth)
        print_curve(cayley.growth("S7", "coxeter"), fit)

    found = CliRunner().invoke(app, ["--fit", "best"], catch_exceptions=False)
    assert found.stdout.splitlines() == [
        "mean            10.5",
        "deviation       3.32916",
        "skewness        0.0000",
        "kurtosis        -0.3167 (excess: 0 if normal)",
        "curve           normal: location 10.5, scale 3.32916",
        "total variation 0.0194 between layers and curve",
    ]
    assert CliRunner().invoke(app, ["--fit", "best", "--max-depth", "3"]).exit_code == 2
    with pytest.raises(ValueError, match="unknown fit 'noraml': did you mean normal"):
        CliRunner().invoke(app, ["--fit", "noraml"], catch_exceptions=False)
    document = curve_document(cayley.growth("S6"), "gumbel")
    assert document["parameters"]["side"] == -1
    assert document["statistics"]["count"] == 720
