"""Where distances come from: a matrix, or features from which they are computed when asked for."""

import copy
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clustering._gower import GowerTable
from clustering._metric_checks import check_block, check_metric, try_metric
from clustering._pairwise import is_sparse, narrow, pairwise
from clustering._products import FEWEST, METRICS, Products
from clustering._stored import CondensedDistances, Stored, nearest_by_rows, read_only, stored
from graphkit.memory import require_memory
from graphkit.validation import check_distances

Metric = str | Callable[..., float]

# What clustering._kernels.distances computes, by its number there.
OWN_METRICS = {
    "sqeuclidean": 0,
    "euclidean": 1,
    "l2": 1,
    "manhattan": 2,
    "cityblock": 2,
    "l1": 2,
    "chebyshev": 3,
    "cosine": 4,
}
NAN_METRICS = ("gower", "nan_euclidean")  # for which features may be missing
_CHUNK = 2**25  # bytes of distances that are computed at once where not all are wanted


class Distances(Protocol):
    """Distances between samples, by their indices."""

    @property
    def n_samples(self) -> int:
        """Number of samples."""

    @property
    def dtype(self) -> Any:
        """Type of the distances."""

    def between(self, rows: NDArray[Any], columns: NDArray[Any]) -> NDArray[Any]:
        """Return the distances between two lists of samples, (n_rows, n_columns), in C order."""

    def square(self, indices: NDArray[Any]) -> NDArray[Any]:
        """Return the symmetric matrix of distances between some samples, in C order."""

    def nearest(self, medoids: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[Any]]:
        """Return the slot of the nearest medoid of every sample, and the distance to it.

        Equal distances go to the lowest slot, but a medoid owns itself.
        """


class MatrixDistances:
    """Distances that are looked up in a checked matrix."""

    def __init__(self, D: NDArray[Any]) -> None:
        self.D = D

    @property
    def n_samples(self) -> int:
        """Number of samples."""
        return self.D.shape[0]

    @property
    def dtype(self) -> Any:
        """Type of the distances."""
        return self.D.dtype

    def largest(self) -> Any:
        """Return the largest distance."""
        return self.D.max().item()

    def between(self, rows: NDArray[Any], columns: NDArray[Any]) -> NDArray[Any]:
        """See `Distances`."""
        return np.ascontiguousarray(self.D[np.ix_(rows, columns)])

    def rows(self, indices: NDArray[Any]) -> NDArray[Any]:
        """Return the distances from some samples to all."""
        found: NDArray[Any] = self.D[indices]
        return found

    def square(self, indices: NDArray[Any]) -> NDArray[Any]:
        """See `Distances`. Not a copy if it is of all samples in their order."""
        if np.array_equal(indices, np.arange(self.n_samples)):
            return self.D
        return self.between(indices, indices)

    def nearest(self, medoids: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[Any]]:
        """See `Distances`."""
        return nearest_by_rows(self, medoids)


class FeatureDistances:
    """Distances that are computed from features, float32 or float64, in their dtype.

    Those of `OWN_METRICS` do not depend on the number of threads. Euclidean and cosine ones between points of
    many features are made of products, whose last digits the BLAS decides; see `clustering._products`.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    metric, metric_params
        As for `clustering.FastPAM`.
    n_threads : int
        Threads for the metrics of `OWN_METRICS`; others are left to scikit-learn.
    """

    def __init__(
        self, X: NDArray[Any], metric: Metric, metric_params: dict[str, Any] | None = None, n_threads: int = 1
    ) -> None:
        self.metric, self.n_threads = metric, n_threads
        self.params = _fixed_metric_params(X, metric, metric_params)
        has_own = isinstance(metric, str) and not self.params and not is_sparse(X)
        self.own = OWN_METRICS.get(metric, -1) if isinstance(metric, str) and has_own else -1
        self.X = self._points(X)
        self.products = None
        if self.own in METRICS and self.X.shape[1] >= FEWEST:
            self.products = Products(self.X, self.own)
        if self.own < 0:
            try_metric(self.X, metric, lambda few, same: pairwise(few, same, metric, self.params))

    @property
    def n_samples(self) -> int:
        """Number of samples."""
        return self.X.shape[0]

    @property
    def dtype(self) -> Any:
        """Type of the distances."""
        return self.X.dtype if self.own >= 0 else np.float64

    def between(self, rows: NDArray[Any], columns: NDArray[Any]) -> NDArray[Any]:
        """See `Distances`."""
        return self._cross(self.X[rows], self.X[columns])

    def square(self, indices: NDArray[Any] | None = None) -> NDArray[Any]:
        """See `Distances`. All samples by default."""
        X = self.X if indices is None else self.X[indices]
        n = X.shape[0]
        require_memory(np.dtype(self.dtype).itemsize * n * n, f"the matrix of distances between {n} samples")
        if self.own < 0:
            return check_distances(pairwise(X, None, self.metric, self.params), "pairwise_distances(X)")
        from clustering._kernels import distances

        out = np.empty((n, n), X.dtype)
        if self.products is not None:
            self.products.square(X, out, self.n_threads)
        elif self._is_small(out.size):
            distances.square(X, _columns(X), self.own, out, 0, 1)
        else:
            distances.square_in_parallel(X, _columns(X), self.own, out, self.n_threads)
        return out

    def nearest(self, medoids: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[Any]]:
        """See `Distances`. Takes O(n) memory."""
        labels, d1 = self._nearest(self.X, self.X[medoids])
        labels[medoids] = np.arange(medoids.size)
        d1[medoids] = 0
        return labels, d1

    def in_one_thread(self) -> "FeatureDistances":
        """Return the same source for use beside others: their threads must not start threads of their own."""
        other = copy.copy(self)
        other.n_threads = 1
        return other

    def transform(self, X: NDArray[Any], centres: NDArray[Any]) -> NDArray[Any]:
        """Return the distances of new samples to centres."""
        return self._cross(self._points(X), self._points(centres))

    def assign(self, X: NDArray[Any], centres: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[Any]]:
        """Return the lowest of the nearest centres of new samples, and the distances to them, by blocks."""
        return self._nearest(self._points(X), self._points(centres))

    def _points(self, X: NDArray[Any]) -> NDArray[Any]:
        """Put samples where the numbered metric applies."""
        if self.own != OWN_METRICS["cosine"]:
            return read_only(X) if self.own >= 0 else narrow(X)
        # On the unit sphere; zero on an axis of its own, so that its distance to all others is one.
        lengths = np.sqrt(np.einsum("ij,ij->i", X, X, dtype=np.float64))[:, None]
        points = np.zeros((X.shape[0], X.shape[1] + 1), X.dtype)
        np.divide(X, lengths, out=points[:, :-1], where=lengths > 0, casting="same_kind")
        points[:, -1] = lengths[:, 0] == 0
        return read_only(points)

    def _is_small(self, size: int) -> bool:
        return self.n_threads == 1 or size < 2**16

    def _bounds(self, n: int) -> NDArray[np.int64]:
        return np.linspace(0, n, self.n_threads + 1).astype(np.int64)

    def _cross(self, X: NDArray[Any], Y: NDArray[Any]) -> NDArray[Any]:
        if X.shape[0] == 0:
            return np.empty((0, Y.shape[0]), self.dtype)
        if self.own < 0:
            block = np.ascontiguousarray(pairwise(X, Y, self.metric, self.params))
            check_block(block, self.metric)
            return block
        from clustering._kernels import distances

        X = read_only(X)
        out = np.empty((X.shape[0], Y.shape[0]), X.dtype)
        if self.products is not None:
            self.products.cross(X, Y, out, self.n_threads)
        elif self._is_small(out.size):
            distances.cross(X, _columns(Y), self.own, out, 0, X.shape[0])
        else:
            distances.cross_in_parallel(X, _columns(Y), self.own, out, self._bounds(X.shape[0]))
        return out

    def _nearest(self, X: NDArray[Any], Y: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[Any]]:
        n = X.shape[0]
        labels, d1 = np.empty(n, np.intp), np.empty(n, self.dtype)
        if self.own < 0 or self.products is not None:
            step = max(1, _CHUNK // (8 * Y.shape[0]))
            for start in range(0, n, step):
                block = self._cross(X[start : start + step], Y)
                labels[start : start + step] = block.argmin(axis=1)
                d1[start : start + step] = block.min(axis=1)
            return labels, d1
        from clustering._kernels import distances

        if self._is_small(n * Y.shape[0]):
            distances.nearest(X, _columns(Y), self.own, labels, d1, 0, n)
        else:
            distances.nearest_in_parallel(X, _columns(Y), self.own, labels, d1, self._bounds(n))
        return labels, d1


def check_source_as_stored(
    X: ArrayLike, metric: Metric, metric_params: dict[str, Any] | None, n_threads: int
) -> MatrixDistances | FeatureDistances | Stored:
    """Return what `check_source` does, but leave condensed distances and those of small types as they are."""
    if isinstance(metric, str) and metric == "precomputed" and not metric_params:
        source = stored(X)
        if source is not None:
            return source
    return check_source(X, metric, metric_params, n_threads)


def check_source(
    X: ArrayLike, metric: Metric, metric_params: dict[str, Any] | None, n_threads: int
) -> MatrixDistances | FeatureDistances:
    """Return the source of distances that `X` and `metric` describe, checked.

    Raises
    ------
    TypeError
        If the metric is neither a name nor a function.
    ValueError
        If `X` is not a matrix of distances or of finite features.
    """
    check_metric(metric, metric_params)
    if isinstance(metric, str) and metric == "precomputed":
        if metric_params:
            raise ValueError(f"metric_params must be None for a precomputed X, got {metric_params!r}")
        from clustering._problem import rows

        if np.ndim(X) == 1 and np.size(X):
            return MatrixDistances(CondensedDistances(np.asarray(X)).square())
        return MatrixDistances(rows(check_distances(X, "X")))
    if isinstance(metric, str) and metric == "gower":
        table = GowerTable(X, **(metric_params or {}))
        return FeatureDistances(table.encode(X), metric, {"table": table}, n_threads)
    return FeatureDistances(_check_features(X, metric), metric, metric_params, n_threads)


def _check_features(X: Any, metric: Metric) -> Any:
    """Return features, dense or sparse, as float32 or float64."""
    sparse = is_sparse(X)
    data = X.tocsr() if sparse else np.asarray(X)
    if data.ndim != 2 or 0 in data.shape:
        raise ValueError(f"X must hold samples in rows, got an array of shape {data.shape}")
    if data.dtype not in (np.float32, np.float64):
        if data.dtype.kind not in "iufb":
            raise ValueError(f"X must hold real numbers, got dtype {data.dtype}")
        data = data.astype(np.float64)
    values = data.data if sparse else data
    bad = np.isinf(values) if metric in NAN_METRICS else ~np.isfinite(values)
    if bad.any():
        place = np.argwhere(bad)[0].tolist()
        where = "a stored value" if sparse else f"X{place}"
        raise ValueError(f"X must be finite, got {where} = {values[tuple(place)]}")
    return data


def _columns(Y: NDArray[Any]) -> NDArray[Any]:
    return read_only(np.ascontiguousarray(Y.T))


def _fixed_metric_params(
    X: NDArray[Any], metric: Metric, metric_params: dict[str, Any] | None
) -> dict[str, Any]:
    """Return `metric_params` with what a metric would else estimate anew from every batch."""
    params = dict(metric_params or {})
    if metric in ("seuclidean", "mahalanobis") and is_sparse(X):
        raise ValueError(
            f"the metric {metric!r} needs dense features, got a sparse matrix; X.toarray() is dense"
        )
    if metric == "seuclidean" and "V" not in params:
        params["V"] = np.var(X, axis=0, ddof=1, dtype=np.float64)
    elif metric == "mahalanobis" and "V" not in params and "VI" not in params:
        params["VI"] = _inverse_covariance(X)
    return params


def _inverse_covariance(X: NDArray[Any]) -> NDArray[np.float64]:
    """Return the inverse of the covariance of features.

    Raises
    ------
    ValueError
        If there is none.
    """
    n, d = X.shape
    covariance = np.atleast_2d(np.cov(X.T)) if n > d else np.zeros((d, d))
    if np.linalg.matrix_rank(covariance) < d:
        raise ValueError(
            "the metric 'mahalanobis' needs more samples than features, and no feature that follows from "
            f"others, to invert their covariance, got {n} samples of {d} features; "
            "pass the inverse as metric_params={'VI': ...}"
        )
    inverse: NDArray[np.float64] = np.linalg.inv(covariance).T
    return inverse
