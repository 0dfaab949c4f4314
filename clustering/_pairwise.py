"""Distances by the metrics that scikit-learn knows, and by functions, where it fails or is slow put right."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering._stored import read_only

_BOOLEAN_METRICS = ("dice", "rogerstanimoto", "russellrao", "sokalsneath", "yule")
_UNDEFINED_AT_ZERO = ("braycurtis", "dice", "sokalsneath")  # 0 / 0 between rows of zeros, and only there
_CHUNK = 2**25  # bytes of temporary arrays


def pairwise(X: Any, Y: Any, metric: str | Callable[..., float], params: dict[str, Any]) -> NDArray[Any]:
    """Return the distances between rows of `X` and of `Y`, or of `X` alone if that is None.

    Two rows of zeros are at distance zero from each other, whatever the metric.
    """
    from sklearn.metrics import pairwise_distances

    if metric == "gower":
        return params["table"].distances(X, Y)
    if metric == "jaccard":
        return jaccard_of_sparse(X, Y) if is_sparse(X) else jaccard(X, Y)
    if metric == "haversine" and is_sparse(X):  # scikit-learn takes stored values for the first columns
        X, Y = X.toarray(), None if Y is None else Y.toarray()
    if metric == "nan_euclidean" and not params:
        return _nan_euclidean(X, Y)
    if metric in _BOOLEAN_METRICS:
        X, Y = X != 0, None if Y is None else Y != 0
    if metric == "sqeuclidean" and is_sparse(X):
        return pairwise_distances(X, Y, metric="euclidean", squared=True, **params)
    if hasattr(metric, "py_func") and not params and not is_sparse(X):
        return _by_compiled_function(X, Y, metric)
    with np.errstate(invalid="ignore"):
        D = pairwise_distances(X, Y, metric=metric, **params)
    if metric in _UNDEFINED_AT_ZERO:
        D[np.isnan(D)] = 0
    if metric == "cosine":
        D[np.ix_(_empty(X), _empty(X if Y is None else Y))] = 0
    return D


def jaccard(X: NDArray[Any], Y: NDArray[Any] | None = None) -> NDArray[np.float64]:
    """Return the Jaccard distances between rows, whose entries that are not zero make up sets.

    Of two empty sets it is zero. The sets are packed into bits, so that O(n m d / 64) words are read.
    """
    from clustering._kernels import tables

    def pack(rows: NDArray[Any]) -> NDArray[np.uint64]:
        words = np.zeros((rows.shape[0], -(-rows.shape[1] // 64)), np.uint64)
        tables.pack(read_only(rows), words)
        return words

    A = pack(X)
    B = A if Y is None else pack(Y)
    out = np.empty((A.shape[0], B.shape[0]))
    tables.jaccard(A, B, out)
    return out


def jaccard_of_sparse(X: Any, Y: Any = None) -> NDArray[np.float64]:
    """Return the distances of `jaccard` between rows of sparse matrices, by their product."""
    A = (X != 0).astype(np.float64)
    B = A if Y is None else (Y != 0).astype(np.float64)
    sizes, others = np.asarray(A.sum(axis=1)).ravel(), np.asarray(B.sum(axis=1)).ravel()
    out = np.empty((A.shape[0], B.shape[0]))
    step = max(1, _CHUNK // (8 * B.shape[0]))
    for start in range(0, A.shape[0], step):
        rows = slice(start, start + step)
        common = (A[rows] @ B.T).toarray()
        union = sizes[rows, None] + others - common
        np.subtract(union, common, out=common)
        out[rows] = np.divide(common, union, out=common, where=union > 0)
    return out


def _nan_euclidean(X: NDArray[Any], Y: NDArray[Any] | None) -> NDArray[np.float64]:
    """Return what scikit-learn does by differences of squares, which tell rows from equal ones."""
    from clustering._kernels import tables

    A = read_only(X)
    B = A if Y is None else read_only(Y)
    out = np.empty((A.shape[0], B.shape[0]))
    tables.nan_euclidean(A, B, out)
    return out


def narrow(X: Any) -> Any:
    """Return sparse features with indices of 32 bits where they fit, as scikit-learn's metrics want them."""
    if not is_sparse(X) or X.indices.dtype == np.int32 or max(X.nnz, *X.shape) >= 2**31:
        return X
    return type(X)((X.data, X.indices.astype(np.int32), X.indptr.astype(np.int32)), shape=X.shape)


def is_sparse(X: Any) -> bool:
    """Whether features are a sparse matrix or array."""
    return not isinstance(X, np.ndarray) and hasattr(X, "tocsr")


def _by_compiled_function(X: NDArray[Any], Y: NDArray[Any] | None, function: Any) -> NDArray[np.float64]:
    """Call a function that numba compiles from compiled loops, without the interpreter."""
    from clustering._kernels import tables

    X = read_only(X)
    out = np.empty((X.shape[0], X.shape[0] if Y is None else Y.shape[0]))
    if Y is None:
        tables.by_symmetric_function(function, X, out)
    else:
        tables.by_function(function, X, read_only(Y), out)
    return out


def _empty(X: Any) -> NDArray[np.intp]:
    """Return the rows that hold zeros only."""
    return np.flatnonzero(np.asarray((X != 0).sum(axis=1)).ravel() == 0)
