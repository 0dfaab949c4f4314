"""How well clusters are separated: silhouettes, and medoid silhouettes, which need fewer distances."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clustering._dissimilarity import (
    FeatureDistances,
    MatrixDistances,
    Metric,
    _columns,
    check_source,
)
from clustering._functional import check_threads
from clustering._problem import check_sample_indices, check_weights
from clustering._stored import read_only
from graphkit.memory import require_memory

_BLOCK = 2**25  # bytes of distances, and of sums of them, that are held at once
_FEWEST = 64  # columns of a block of distances at least, for the sake of vector instructions
_COLUMNS = 2048  # of a matrix that are summed at a time, so that their sums stay in the first-level caches


def silhouette_samples(
    X: ArrayLike,
    labels: ArrayLike,
    *,
    metric: Metric = "precomputed",
    metric_params: dict[str, Any] | None = None,
    sample_weight: ArrayLike | None = None,
    n_jobs: int | None = None,
) -> NDArray[np.float64]:
    """Return the silhouette of every sample: how much nearer it is to its own cluster than to the next.

    With a, the mean distance to the other members of its own cluster, and b, the smallest mean distance to
    the members of another cluster, it is (b - a) / max(a, b).

    Parameters
    ----------
    X : array-like of shape (n_samples, n_samples) or (n_samples, n_features)
        Symmetric dissimilarities if ``metric="precomputed"``, else features.
    labels : array-like of shape (n_samples,)
        Cluster of every sample: integers or names, of at least two clusters.
    metric : str or callable
        ``"precomputed"``, or as for `clustering.FastPAM`.
    metric_params : dict, optional
        Further keyword arguments of the metric.
    sample_weight : array-like of shape (n_samples,), optional
        A sample of weight w counts as w samples at its place, of which it is one. One of weight zero gets a
        value, but no other sample takes account of it.
    n_jobs : int, optional
        Threads; None means 1, -1 all. The result does not depend on it.

    Returns
    -------
    ndarray of shape (n_samples,), float64
        In [-1, 1]. 0 for a sample that is alone in its cluster, and where a = b = 0.

    Raises
    ------
    TypeError
        If a parameter is of the wrong kind.
    ValueError
        If `X` holds no dissimilarities or features, or `labels` are not of its length or all the same.
    MemoryBudgetError
        If sums of distances for a part of the samples, 512 bytes for each cluster at least, do not fit.

    Notes
    -----
    O(n_samples^2) time, times the cost of a distance for features, of which no more than some megabytes
    are held at once, and O(n_samples n_clusters) for comparisons. As the matrix is symmetric, its rows can
    be added up cluster by cluster.

    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    References
    ----------
    .. [1] P. J. Rousseeuw. Silhouettes: a graphical aid to the interpretation and validation of cluster
       analysis. Journal of Computational and Applied Mathematics 20, 53-65, 1987.
       doi:10.1016/0377-0427(87)90125-7.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import silhouette_samples
    >>> x = np.array([0, 2, 10, 12, 20])
    >>> silhouette_samples(abs(x[:, None] - x), [0, 0, 1, 1, 1]).round(3)
    array([0.857, 0.833, 0.333, 0.545, 0.526])
    """
    n_threads = check_threads(n_jobs)
    source = check_source(X, metric, metric_params, n_threads)
    numbers, k = check_labels(labels, source.n_samples)
    weights = check_weights(sample_weight, source.n_samples).astype(np.float64)
    return widths_of(source, numbers, k, weights, n_threads)


def silhouette(
    X: ArrayLike,
    labels: ArrayLike,
    *,
    metric: Metric = "precomputed",
    metric_params: dict[str, Any] | None = None,
    sample_weight: ArrayLike | None = None,
    n_jobs: int | None = None,
) -> float:
    """Return the mean silhouette of all samples: near 1 for clusters that lie far apart.

    Parameters
    ----------
    X, labels, metric, metric_params, sample_weight, n_jobs
        As for `silhouette_samples`, which see.

    Returns
    -------
    float

    Notes
    -----
    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import silhouette
    >>> x = np.array([0, 2, 10, 12, 20])
    >>> D = abs(x[:, None] - x)
    >>> round(silhouette(D, [0, 0, 1, 1, 1]), 3), round(silhouette(D, [0, 0, 1, 1, 2]), 3)
    (0.619, 0.625)
    """
    values = silhouette_samples(
        X,
        labels,
        metric=metric,
        metric_params=metric_params,
        sample_weight=sample_weight,
        n_jobs=n_jobs,
    )
    return weighted_mean(values, sample_weight)


def medoid_silhouette_samples(
    X: ArrayLike,
    medoid_indices: ArrayLike,
    *,
    metric: Metric = "precomputed",
    metric_params: dict[str, Any] | None = None,
    n_jobs: int | None = None,
) -> NDArray[np.float64]:
    """Return the medoid silhouette of every sample: 1 - d1 / d2, for the two nearest medoids.

    Parameters
    ----------
    X, metric, metric_params, n_jobs
        As for `silhouette_samples`.
    medoid_indices : array-like of shape (n_clusters,)
        Sample indices of at least two medoids.

    Returns
    -------
    ndarray of shape (n_samples,), float64
        In [0, 1]. 1 for a medoid, and for every sample at distance zero from one.

    Raises
    ------
    TypeError
        If a parameter is of the wrong kind.
    ValueError
        If `X` holds no dissimilarities or features, or the medoids are not distinct sample indices.

    Notes
    -----
    O(n_samples n_clusters) distances, and little memory. `X` with ``metric="precomputed"`` is checked, which
    takes O(n_samples^2).

    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    References
    ----------
    .. [1] L. Lenssen, E. Schubert. Medoid silhouette clustering with automatic cluster number selection.
       Information Systems 120, 102290, 2024. doi:10.1016/j.is.2023.102290.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import medoid_silhouette_samples
    >>> x = np.array([0, 2, 10, 12, 20])
    >>> medoid_silhouette_samples(abs(x[:, None] - x), [1, 3])
    array([0.83333333, 1.        , 0.75      , 1.        , 0.55555556])
    """
    source = check_source(X, metric, metric_params, check_threads(n_jobs))
    medoids = check_sample_indices(medoid_indices, "medoid_indices", source.n_samples)
    if medoids.size < 2:
        raise ValueError(f"a medoid silhouette needs at least 2 medoids, got {medoids.size}")
    return medoid_widths(source, medoids)


def medoid_silhouette(
    X: ArrayLike,
    medoid_indices: ArrayLike,
    *,
    metric: Metric = "precomputed",
    metric_params: dict[str, Any] | None = None,
    sample_weight: ArrayLike | None = None,
    n_jobs: int | None = None,
) -> float:
    """Return the mean medoid silhouette of all samples, which `clustering.fastmsc` maximises.

    Parameters
    ----------
    X, medoid_indices, metric, metric_params, n_jobs
        As for `medoid_silhouette_samples`, which see.
    sample_weight : array-like of shape (n_samples,), optional
        A sample of weight w counts as w samples.

    Returns
    -------
    float

    Notes
    -----
    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import medoid_silhouette
    >>> x = np.array([0, 2, 10, 12, 20])
    >>> round(medoid_silhouette(abs(x[:, None] - x), [1, 3]), 3)
    0.828
    """
    values = medoid_silhouette_samples(
        X, medoid_indices, metric=metric, metric_params=metric_params, n_jobs=n_jobs
    )
    return weighted_mean(values, sample_weight)


def check_labels(labels: ArrayLike, n: int) -> tuple[NDArray[np.int64], int]:
    """Return the clusters of all samples, numbered from zero, and how many there are."""
    given = np.asarray(labels)
    if given.shape != (n,):
        raise ValueError(f"labels must be of shape ({n},), one for each sample, got shape {given.shape}")
    names, numbers = np.unique(given, return_inverse=True)
    if names.size < 2:
        raise ValueError("labels must name at least 2 clusters, got 1: there is no other cluster to compare")
    return numbers.astype(np.int64), names.size


def weighted_mean(values: NDArray[np.float64], sample_weight: ArrayLike | None) -> float:
    """Return the mean of `values`, one of weight w counted w times."""
    weights = check_weights(sample_weight, values.size).astype(np.float64)
    return float(weights @ values / weights.sum())


def widths_of(
    source: MatrixDistances | FeatureDistances,
    labels: NDArray[np.int64],
    k: int,
    weights: NDArray[np.float64],
    n_threads: int,
) -> NDArray[np.float64]:
    """Compute silhouettes; see `silhouette_samples`. `labels` are in [0, k)."""
    from clustering._kernels.silhouette import widths

    n = labels.size
    sizes = np.bincount(labels, weights, k)
    order = np.argsort(labels, kind="stable")
    width = min(n, max(_FEWEST, _BLOCK // (8 * k)))
    if isinstance(source, FeatureDistances):
        width = min(width, _COLUMNS)
        points = source.X[order]  # sorted by cluster
        points = points if source.own < 0 else read_only(points)
    require_memory(8 * k * width, f"silhouettes of {n} samples in {k} clusters")
    buffer, out = np.empty(k * width), np.empty(n)
    for start in range(0, n, width):
        columns = slice(start, min(start + width, n))
        sums = buffer[: k * (columns.stop - start)].reshape(k, -1)
        sums[:] = 0
        if isinstance(source, MatrixDistances):
            add_matrix(source.D, order, labels, weights, sums, start, n_threads)
        else:
            _add_features(source, points, labels[order], weights[order], sums, columns, n_threads)
        widths(sums, labels[columns], weights[columns], sizes, out[columns])
    return out


def add_matrix(
    D: NDArray[Any],
    order: NDArray[np.intp],
    labels: NDArray[np.int64],
    weights: NDArray[np.float64],
    sums: NDArray[np.float64],
    start: int = 0,
    n_threads: int = 1,
) -> None:
    """Add to `sums` (k, width) the distances from each cluster to the samples from `start` on.

    `order` sorts the samples by cluster; those of one cluster are added in the order of their indices.
    """
    from clustering._kernels.silhouette import add_objects, add_objects_in_parallel

    stop = start + sums.shape[1]
    if n_threads == 1 or sums.shape[1] * labels.size < 2**20:
        add_objects(D, order, labels, weights, sums, start, start, stop, _COLUMNS)
    else:
        bounds = np.linspace(start, stop, n_threads + 1).astype(np.int64)
        add_objects_in_parallel(D, order, labels, weights, sums, start, bounds, _COLUMNS)


def _add_features(
    source: FeatureDistances,
    points: NDArray[Any],
    labels: NDArray[np.int64],
    weights: NDArray[np.float64],
    sums: NDArray[np.float64],
    columns: slice,
    n_threads: int,
) -> None:
    """Add to `sums` the distances from `points`, by blocks, to the samples of some columns."""
    from clustering._kernels.silhouette import add_rows, add_rows_in_parallel

    distances_to = _Tiles(source, columns)
    width = sums.shape[1]
    height = max(1, _BLOCK // (8 * width))
    bounds = np.linspace(0, width, n_threads + 1).astype(np.int64)
    for top in range(0, points.shape[0], height):
        rows = slice(top, top + height)
        block = distances_to(points[rows])
        if n_threads == 1 or block.size < 2**20:
            add_rows(block, labels[rows], weights[rows], sums, 0, width)
        else:
            add_rows_in_parallel(block, labels[rows], weights[rows], sums, bounds)


def medoid_widths(
    source: MatrixDistances | FeatureDistances, medoids: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Compute medoid silhouettes; see `medoid_silhouette_samples`."""
    n, k = source.n_samples, medoids.size
    out = np.empty(n)
    step = max(1, _BLOCK // (8 * k))
    for start in range(0, n, step):
        samples = np.arange(start, min(start + step, n))
        block = source.between(medoids, samples)
        near = np.partition(block, 1, axis=0)[:2].astype(np.float64)
        ratios = np.divide(near[0], near[1], out=np.zeros(samples.size), where=near[0] > 0)
        out[samples] = 1 - ratios
    out[medoids] = 1  # where a metric rounds, it may find a medoid a little apart from itself
    return out


class _Tiles:
    """Distances of blocks of points to the samples of some columns."""

    def __init__(self, source: FeatureDistances, columns: slice) -> None:
        self.source = source
        self.in_columns = source.own >= 0 and source.products is None
        self.others = _columns(source.X[columns]) if self.in_columns else source.X[columns]

    def __call__(self, points: NDArray[Any]) -> NDArray[Any]:
        source = self.source
        if not self.in_columns:
            return source._cross(points, self.others)
        from clustering._kernels import distances

        out = np.empty((points.shape[0], self.others.shape[1]), points.dtype)
        if source.n_threads == 1 or out.size < 2**16:
            distances.cross(points, self.others, source.own, out, 0, len(points))
        else:
            bounds = np.linspace(0, len(points), source.n_threads + 1).astype(np.int64)
            distances.cross_in_parallel(points, self.others, source.own, out, bounds)
        return out
