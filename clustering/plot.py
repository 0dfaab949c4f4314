"""Pictures of clusterings. They need the extra ``plot``; every function takes and returns Axes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graphkit.plot import group_colours, new_axes, plot_embedding
from graphkit.plot import save_figure as save_figure
from graphkit.validation import check_distances

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from clustering._medoid_silhouette import DynamicResult
    from clustering._select import Selection

_LANDMARKS = 500  # samples whose mutual distances a map of distances is made from
_NAMED = 40  # clusters whose numbers are written beside their silhouettes
_LINES = {
    "silhouette": ("silhouette", "#4477aa", "o"),
    "medoid_silhouette": ("medoid silhouette", "#228833", "s"),
    "stability": ("stability over seeds", "#ee7733", "^"),
}
_CHOSEN = "#cc3311"


def plot_silhouette(values: ArrayLike, labels: ArrayLike, *, ax: "Axes | None" = None) -> "Axes":
    """Draw the silhouettes of all samples, cluster by cluster, each from the largest to the smallest.

    Parameters
    ----------
    values : array-like of shape (n_samples,)
        Silhouettes or medoid silhouettes.
    labels : array-like of shape (n_samples,)
        Cluster of every sample.
    ax : matplotlib Axes, optional
        Where to draw. Default: a new figure.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    ValueError
        If there are no values, one is not in [-1, 1], or there are not as many labels.

    Examples
    --------
    >>> from clustering.plot import plot_silhouette
    >>> plot_silhouette([0.9, 0.8, 0.2, -0.1], [0, 0, 1, 1]).get_title()
    'mean 0.450'
    """
    widths, clusters = np.asarray(values, dtype=np.float64), np.asarray(labels)
    if widths.ndim != 1 or widths.size == 0 or not (np.abs(widths) <= 1).all():
        raise ValueError(f"values must be silhouettes, numbers in [-1, 1], got shape {widths.shape}")
    if clusters.shape != widths.shape:
        raise ValueError(f"labels must be of shape {widths.shape}, as values are, got {clusters.shape}")
    axes = new_axes(ax)
    names, numbers = np.unique(clusters, return_inverse=True)
    colours, _ = group_colours(np.arange(names.size), names.size)
    gap = min(0.015, 0.1 / names.size) * widths.size
    top, ticks = 0.0, []
    for c in range(names.size):
        members = np.sort(widths[numbers == c])[::-1]
        # One polygon with steps: a bar for each sample would take long to draw, and flicker.
        edges = np.repeat(np.arange(members.size + 1), 2)[1:-1] + top
        axes.fill_betweenx(edges, np.repeat(members, 2), color=colours[c], linewidth=0)
        ticks.append(top + members.size / 2)
        top += members.size + gap
    mean = float(widths.mean())
    axes.axvline(mean, color="0.25", linewidth=1.0, linestyle=(0, (5, 3)))
    axes.axvline(0, color="0.6", linewidth=0.8)
    if names.size <= _NAMED:
        captions = [f"{name}  ({np.count_nonzero(numbers == c):,})" for c, name in enumerate(names)]
        axes.set_yticks(ticks, captions)
        for text in axes.get_yticklabels():
            text.set_parse_math(False)
    else:
        axes.set_yticks([])
    axes.tick_params(axis="y", length=0)
    low = min(0.0, float(widths.min()))
    axes.set(
        xlabel="silhouette",
        ylabel="cluster (samples)" if names.size <= _NAMED else f"{names.size} clusters",
        ylim=(top - gap, 0),
        xlim=(low - 0.03 if low < 0 else 0.0, 1.0),
        title=f"mean {mean:.3f}".replace("-", "\N{MINUS SIGN}"),
    )
    axes.spines[["top", "right", "left"]].set_visible(False)
    return axes


def plot_loss(selection: "Selection", *, ax: "Axes | None" = None) -> "Axes":
    """Draw the loss against the number of clusters. It always falls; a bend tells where it stops to pay.

    Parameters
    ----------
    selection : Selection
        From `clustering.select_k`.
    ax : matplotlib Axes, optional
        Where to draw. Default: a new figure.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    axes = new_axes(ax)
    numbers = [found.n_clusters for found in selection.candidates]
    axes.plot(numbers, [found.inertia for found in selection.candidates], color="#4477aa", marker="o")
    _number_axis(axes, selection.n_clusters)
    axes.set(ylabel="loss: sum of distances to the medoids", ylim=(0, None))
    return axes


def plot_scores(found: "Selection | DynamicResult", *, ax: "Axes | None" = None) -> "Axes":
    """Draw silhouette, medoid silhouette and stability against the number of clusters.

    Parameters
    ----------
    found : Selection or DynamicResult
        From `clustering.select_k`, or from `clustering.dynmsc`, which knows medoid silhouettes only.
    ax : matplotlib Axes, optional
        Where to draw. Default: a new figure.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    axes = new_axes(ax)
    lowest = 0.0
    for name, (numbers, values) in _curves(found).items():
        caption, colour, marker = _LINES[name]
        axes.plot(numbers, values, color=colour, marker=marker, markersize=5, label=caption)
        lowest = min([lowest, *(value for value in values if value == value)])
    _number_axis(axes, found.n_clusters)
    axes.set(ylabel="score", ylim=(lowest - 0.05 if lowest < 0 else 0, 1.04))
    axes.legend(loc="best", frameon=False, fontsize=9)
    return axes


def plot_medoids(
    X: ArrayLike,
    labels: ArrayLike,
    medoid_indices: ArrayLike,
    *,
    metric: str = "precomputed",
    names: Sequence[object] | None = None,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw a map: samples in the colours of their clusters, tied to their medoids, which are stars.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_samples) or (n_samples, n_features)
        Distances if ``metric="precomputed"``, else features, of which two are drawn as they are and more in
        the plane of their first two principal components. What is missing (NaN) is drawn at the mean of its
        feature.
    labels : array-like of shape (n_samples,), int
        Clusters in [0, n_clusters).
    medoid_indices : array-like of shape (n_clusters,)
    metric : str
        Only whether it is ``"precomputed"`` matters.
    names : sequence of shape (n_samples,), optional
        Names of the samples. All are written if there are at most 60, else those of medoids.
    ax : matplotlib Axes, optional
        Where to draw. Default: a new figure.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    ValueError
        If `X` holds no distances or features, or labels and medoids do not belong together.

    Notes
    -----
    Distances are put into the plane by classical scaling [1]_ of the medoids and further samples, 500 in all
    at most, and the other samples by their distances to these [2]_. Neighbours on the map may lie apart in
    truth; spokes that cross tell of it.

    References
    ----------
    .. [1] W. S. Torgerson. Multidimensional scaling: I. Theory and method. Psychometrika 17, 401-419, 1952.
       doi:10.1007/BF02288916.
    .. [2] V. de Silva, J. B. Tenenbaum. Sparse multidimensional scaling using landmark points. Technical
       report, Stanford University, 2004.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering.plot import plot_medoids
    >>> x = np.array([0, 1, 2, 10, 11, 13])
    >>> axes = plot_medoids(abs(x[:, None] - x), [0, 0, 0, 1, 1, 1], [1, 4])
    >>> axes.get_title()
    '6 samples, 2 medoids'
    """
    data = check_distances(X, "X") if metric == "precomputed" else np.asarray(X, dtype=np.float64)
    n = data.shape[0]
    clusters, medoids = np.asarray(labels), np.asarray(medoid_indices)
    if medoids.ndim != 1 or medoids.dtype.kind not in "iu" or not ((medoids >= 0) & (medoids < n)).all():
        raise ValueError(f"medoid_indices must be sample indices in [0, {n}), got {medoid_indices!r}")
    if clusters.shape != (n,) or not np.isin(clusters, np.arange(medoids.size)).all():
        raise ValueError(f"labels must be {n} clusters in [0, {medoids.size}), got shape {clusters.shape}")
    if metric == "precomputed":
        points, captions = _map_of_distances(data, medoids), ("first coordinate", "second coordinate")
    else:
        points, captions = _map_of_features(data)
    axes = new_axes(ax)
    from matplotlib.collections import LineCollection

    spokes = np.stack([points, points[medoids[clusters]]], axis=1)
    width = float(np.clip(14 / np.sqrt(n), 0.15, 0.9))
    colours, _ = group_colours(clusters, n)
    axes.add_collection(LineCollection(list(spokes), colors=colours, linewidths=width, alpha=0.45, zorder=1))
    plot_embedding(points, groups=clusters, group_title="cluster", marked=medoids, labels=names, ax=axes)
    plural = "medoid" if medoids.size == 1 else "medoids"
    axes.set(xlabel=captions[0], ylabel=captions[1], title=f"{n:,} samples, {medoids.size} {plural}")
    axes.set_aspect("equal", adjustable="datalim")
    axes.spines[["top", "right"]].set_visible(False)
    return axes


def _curves(found: "Selection | DynamicResult") -> dict[str, tuple[list[int], list[float]]]:
    """Return numbers of clusters and values for each score that is known."""
    if hasattr(found, "curve"):
        at = [part.medoid_indices.size for part in found.curve]
        return {"medoid_silhouette": (at, [part.score for part in found.curve])}
    curves = {}
    for name in _LINES:
        values = [(part.n_clusters, getattr(part, name)) for part in found.candidates]
        known = [(number, value) for number, value in values if not np.isnan(value)]
        if known:
            curves[name] = ([number for number, _ in known], [value for _, value in known])
    return curves


def _number_axis(axes: "Axes", chosen: int) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.axvline(chosen, color=_CHOSEN, linewidth=1.0, linestyle=(0, (5, 3)), zorder=0)
    axes.set(xlabel="number of clusters", title=f"{chosen} clusters chosen")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="0.9", linewidth=0.7)
    axes.set_axisbelow(True)


def _map_of_features(X: NDArray[np.float64]) -> tuple[NDArray[np.float64], tuple[str, str]]:
    from graphkit.plot import _plane

    if X.ndim != 2 or X.size == 0 or np.isinf(X).any():
        raise ValueError(f"X must be a matrix of finite features, got an array of shape {X.shape}")
    known = ~np.isnan(X)
    means = np.where(known, X, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return _plane(np.where(known, X, means))


def _map_of_distances(D: NDArray[Any], medoids: NDArray[np.intp]) -> NDArray[np.float64]:
    """Scale distances into the plane; the sign of each coordinate is made stable."""
    n = D.shape[0]
    spread = np.linspace(0, n - 1, min(n, max(_LANDMARKS - medoids.size, 2))).astype(np.intp)
    landmarks = np.unique(np.concatenate([medoids, spread]))
    squares = D[np.ix_(landmarks, landmarks)].astype(np.float64) ** 2
    means = squares.mean(axis=0)
    values, vectors = np.linalg.eigh(-0.5 * (squares - means - means[:, None] + means.mean()))
    values, vectors = values[::-1][:2], vectors[:, ::-1][:, :2]
    vectors = vectors * np.sign(vectors[np.abs(vectors).argmax(axis=0), range(vectors.shape[1])])
    # A direction without extent is left out, as in a map of points on a line.
    real = values > 1e-9 * max(float(values[0]), 1e-300)
    scale = np.divide(1, np.sqrt(np.where(real, values, 1)), out=np.zeros(values.size), where=real)
    to_landmarks = D[landmarks].astype(np.float64) ** 2
    points = -0.5 * (to_landmarks.T - means) @ (vectors * scale)
    return np.hstack([points, np.zeros((n, 2 - points.shape[1]))])
