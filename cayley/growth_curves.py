"""Curves for growth: continuous distributions with the moments of the distances, and how near they come."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cayley.result import GrowthResult
from cayley.spectra import LayerStatistics, layer_statistics
from graphkit.validation import check_choice

Floats = NDArray[np.float64]

KINDS = ("normal", "gumbel", "skewnormal")
_MOST_SKEWED = 0.999  # delta of the skew normal; 1 is half of a normal distribution


@dataclass(frozen=True)
class GrowthFit:
    """A distribution that follows the layers of a growth, as `fit_growth` makes it.

    Attributes
    ----------
    kind : {"normal", "gumbel", "skewnormal"}
    parameters : dict of str to float
        ``location`` and ``scale``; of a Gumbel distribution ``side``, 1 or -1, to which its long tail points;
        of a skew normal distribution ``shape``.
    statistics : LayerStatistics
        Moments of the distances themselves.
    total_variation : float
        Half the sum, over all integers, of the absolute differences between the share of the layer and what
        the curve gives to the unit interval around the integer. From 0 to 1.

    Examples
    --------
    >>> import cayley
    >>> found = fit_growth(cayley.growth("S8"), "normal")
    >>> print(found)
    normal: location 16.91, scale 3.312, total variation 0.0906
    """

    kind: str
    parameters: dict[str, float]
    statistics: LayerStatistics
    total_variation: float

    def __str__(self) -> str:
        listed = ", ".join(f"{name} {value:.4g}" for name, value in self.parameters.items())
        return f"{self.kind}: {listed}, total variation {self.total_variation:.3g}"

    def density(self, x: ArrayLike) -> Floats:
        """Return the density of the distribution; its integral is 1."""
        z, scale = self._standardised(x)
        if self.kind == "gumbel":
            found = np.exp(-z - _exponential(-z))
        else:
            found = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
        if self.kind == "skewnormal":
            from scipy.special import ndtr

            found = 2 * found * ndtr(self.parameters["shape"] * z)
        return found / scale

    def cumulative(self, x: ArrayLike) -> Floats:
        """Return the probability of all up to `x`."""
        from scipy.special import ndtr, owens_t

        z, _ = self._standardised(x)
        if self.kind == "gumbel":
            found = np.exp(-_exponential(-z))
            return found if self.parameters["side"] > 0 else 1 - found
        found = ndtr(z)
        if self.kind == "skewnormal":
            found = np.clip(found - 2 * owens_t(z, self.parameters["shape"]), 0, 1)
        return found

    def _standardised(self, x: ArrayLike) -> tuple[Floats, float]:
        scale = self.parameters["scale"]
        z = (np.asarray(x, np.float64) - self.parameters["location"]) / scale
        return z * self.parameters.get("side", 1), scale

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python objects, ready for JSON."""
        return {
            "kind": self.kind,
            "parameters": self.parameters,
            "total_variation": self.total_variation,
            "statistics": vars(self.statistics),
        }


def _exponential(x: Floats) -> Floats:
    """Return exp(x), or what is as good where that would overflow, as it is only subtracted."""
    return np.exp(np.minimum(x, 700.0))


def fit_growth(growth: GrowthResult | Sequence[int], kind: str = "best") -> GrowthFit:
    """Find the distribution of a kind that has the moments of the distances from the start.

    Parameters
    ----------
    growth : GrowthResult or sequence of int
        Sizes of all layers.
    kind : {"normal", "gumbel", "skewnormal", "best"}
        ``"normal"`` and ``"gumbel"`` take the mean and the variance; a Gumbel distribution leans to the side
        to which the layers lean. ``"skewnormal"`` also takes the skewness. ``"best"``: of these the one with
        the least total variation distance.

    Returns
    -------
    GrowthFit

    Raises
    ------
    ValueError
        If there is no such kind, the growth is not complete, or all distances are equal.

    Notes
    -----
    The moments are computed exactly from the integers and rounded once; the parameters follow from them by
    closed formulas, so nothing is searched and equal growth gives equal parameters. The skewness of a skew
    normal distribution [1]_ lies between -0.995 and 0.995; layers that lean more get one close to that.

    References
    ----------
    .. [1] A. Azzalini, "A class of distributions which includes the normal ones", Scandinavian Journal of
       Statistics 12 (1985) 171-178.

    Examples
    --------
    >>> import cayley
    >>> [fit_growth(cayley.growth("S9", family)).kind for family in ("lrx", "pancake", "coxeter")]
    ['skewnormal', 'skewnormal', 'normal']
    """
    check_choice(kind, "kind", (*KINDS, "best"))
    if isinstance(growth, GrowthResult) and not growth.complete:
        raise ValueError(
            f"a curve is fitted to a whole growth, that of {growth.group} was stopped at distance"
            f" {len(growth.growth) - 1}"
        )
    sizes = growth.growth if isinstance(growth, GrowthResult) else list(growth)
    found = layer_statistics(growth)
    if not found.variance:
        raise ValueError("a curve needs different distances, all of these are equal")
    fits = [_fit(one, found, sizes) for one in (KINDS if kind == "best" else (kind,))]
    return min(fits, key=lambda fit: fit.total_variation)  # of equal ones the simplest


def _fit(kind: str, found: LayerStatistics, sizes: Sequence[int]) -> GrowthFit:
    fit = GrowthFit(kind, _PARAMETERS[kind](found), found, math.nan)
    # The unit intervals around 0, 1, ..., and what the curve gives to all else.
    bounds = fit.cumulative(np.arange(len(sizes) + 1) - 0.5)
    shares = np.array([size / found.count for size in sizes])
    outside = bounds[0] + 1 - bounds[-1]
    return GrowthFit(
        kind, fit.parameters, found, float((np.abs(np.diff(bounds) - shares).sum() + outside) / 2)
    )


def _normal(found: LayerStatistics) -> dict[str, float]:
    return {"location": found.mean, "scale": found.standard_deviation}


def _gumbel(found: LayerStatistics) -> dict[str, float]:
    scale = found.standard_deviation * math.sqrt(6) / math.pi
    side = -1.0 if found.skewness < 0 else 1.0
    return {"location": found.mean - side * float(np.euler_gamma) * scale, "scale": scale, "side": side}


def _skew_normal(found: LayerStatistics) -> dict[str, float]:
    lean = abs(found.skewness) ** (2 / 3)
    delta = math.sqrt(math.pi / 2 * lean / (lean + ((4 - math.pi) / 2) ** (2 / 3)))
    delta = math.copysign(min(delta, _MOST_SKEWED), found.skewness)
    scale = math.sqrt(found.variance / (1 - 2 * delta**2 / math.pi))
    location = found.mean - scale * delta * math.sqrt(2 / math.pi)
    return {"location": location, "scale": scale, "shape": delta / math.sqrt(1 - delta**2)}


_PARAMETERS = {"normal": _normal, "gumbel": _gumbel, "skewnormal": _skew_normal}
