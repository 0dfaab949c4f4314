"""What a metric must be: a known name or a function that gives distances, with parameters that it takes."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.validation import check_choice

# Those of scikit-learn, and Gower's.
METRICS = (
    "braycurtis",
    "canberra",
    "chebyshev",
    "cityblock",
    "correlation",
    "cosine",
    "dice",
    "euclidean",
    "gower",
    "hamming",
    "haversine",
    "jaccard",
    "l1",
    "l2",
    "mahalanobis",
    "manhattan",
    "matching",
    "minkowski",
    "nan_euclidean",
    "precomputed",
    "rogerstanimoto",
    "russellrao",
    "seuclidean",
    "sokalsneath",
    "sqeuclidean",
    "yule",
)
_TRIED = 6  # samples whose distances are looked at before all are computed
_TOLERANCE = (
    1e-6  # of the largest distance: what rounding leaves between a pair and the same pair turned round
)


def check_metric(metric: object, metric_params: object = None) -> None:
    """Raise unless `metric` is a known name or a function, and its parameters are a dict.

    Raises
    ------
    TypeError
        If it is neither, or `metric_params` is no dict.
    UnknownNameError
        For an unknown name.
    """
    if not isinstance(metric, str) and not callable(metric):
        raise TypeError(f"metric must be a name or a function of two samples, got {metric!r}")
    if isinstance(metric, str):
        check_choice(metric, "metric", METRICS)
    if metric_params is not None and not isinstance(metric_params, dict):
        raise TypeError(f"metric_params must be a dict or None, got {metric_params!r}")


def try_metric(X: Any, metric: str | Callable[..., float], cross: Callable[[Any, Any], NDArray[Any]]) -> None:
    """Compute the distances between the first samples, so that what is wrong shows before work starts.

    Parameters
    ----------
    X : ndarray or sparse matrix
    metric : str or callable
    cross : callable
        Returns the distances from samples to samples.

    Raises
    ------
    TypeError
        If the metric does not take its parameters.
    ValueError
        If a function of the user returns no distances, or is not symmetric.
    """
    few = X[: _TRIED if callable(metric) else 2]
    name = name_of(metric)
    try:
        D = np.asarray(cross(few, few.copy()))
    except TypeError as error:
        if callable(metric):
            raise
        reason = str(error).splitlines()[0]
        if "sparse" in reason.lower() and not isinstance(X, np.ndarray):
            raise TypeError(
                f"the metric {name} needs dense features, got a sparse matrix; X.toarray() is dense"
            ) from error
        raise TypeError(f"the metric {name} does not take these metric_params: {reason}") from error
    except Exception as error:
        error.add_note(f"This happened while the metric {name} computed distances between the first samples.")
        raise
    check_block(D, metric)
    if not callable(metric):
        return
    tolerance = _TOLERANCE * float(D.max())
    apart = np.flatnonzero(np.abs(np.diagonal(D)) > tolerance)
    if apart.size:
        i = apart[0]
        raise ValueError(
            f"the metric {name} must be zero between a sample and itself, got {D[i, i]} for X[{i}]"
        )
    turned = np.argwhere(np.abs(D - D.T) > tolerance)
    if turned.size:
        i, j = turned[0]
        raise ValueError(
            f"the metric {name} must be symmetric, got {D[i, j]} from X[{i}] to X[{j}] and {D[j, i]} back; "
            "take the mean of both directions, or another one that suits"
        )


def check_block(D: NDArray[Any], metric: object) -> None:
    """Raise unless computed distances are finite, and those of a function of the user not negative."""
    least, largest = (D.min(), D.max()) if D.size else (0, 0)  # NaN if there is one
    if np.isfinite(least) and np.isfinite(largest) and (least >= 0 or not callable(metric)):
        return
    bad = least if np.isnan(least) or np.isinf(least) or least < 0 else largest
    raise ValueError(
        f"the metric {name_of(metric)} must give distances that are finite and not negative, got {bad} "
        "for some samples"
    )


def name_of(metric: object) -> str:
    """Return what messages call a metric."""
    return repr(metric) if isinstance(metric, str) else str(getattr(metric, "__name__", metric))
