"""What a picture of rows needs first: points for what only distances are known of, values for gaps."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_BLOCK = 2**25  # bytes of squared distances that are held at once
_DENSE = 200  # up to so many samples the whole matrix is decomposed


def classical_scaling(D: NDArray[Any]) -> NDArray[np.float64]:
    """Return points in the plane whose distances resemble given ones.

    The two leading eigenvectors of the matrix of inner products that the distances would have about their
    centre, each times the root of its eigenvalue; zeros for an eigenvalue that is not positive.

    Parameters
    ----------
    D : ndarray of shape (n, n)
        Symmetric distances. Read by blocks of rows, a few dozen times where there are many.

    Returns
    -------
    ndarray of shape (n, 2), float64

    References
    ----------
    .. [1] W. S. Torgerson. Multidimensional scaling: I. Theory and method. Psychometrika 17, 401-419, 1952.
       doi:10.1007/BF02288916.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([0.0, 3, 4])
    >>> points = classical_scaling(abs(x[:, None] - x))
    >>> abs(points[:, 0] - points[0, 0]).round(6)
    array([0., 3., 4.])
    """
    n = D.shape[0]
    step = max(1, _BLOCK // (8 * n))

    def products(vectors: NDArray[Any]) -> NDArray[np.float64]:
        centred = vectors - vectors.mean(axis=0)
        out = np.empty(vectors.shape)
        for start in range(0, n, step):
            block = D[start : start + step].astype(np.float64)
            out[start : start + step] = np.square(block, out=block) @ centred
        return -0.5 * (out - out.mean(axis=0))

    if not D.any():
        return np.zeros((n, 2))  # which has no leading eigenvector to find
    if n <= _DENSE:
        values, vectors = np.linalg.eigh(products(np.eye(n)))
    else:
        from scipy.sparse.linalg import LinearOperator, eigsh

        operator: Any = LinearOperator((n, n), matvec=products, matmat=products, dtype=np.float64)
        first = np.asarray(np.random.default_rng(0).normal(size=n))
        values, vectors = eigsh(operator, 2, which="LA", v0=first, tol=1e-6)
    vectors = vectors[:, np.argsort(values)[::-1][:2]]
    values = np.sort(values)[::-1][:2]
    # The sign of an eigenvector is free: make it stable.
    vectors = vectors * np.where(vectors[np.abs(vectors).argmax(axis=0), np.arange(values.size)] < 0, -1, 1)
    points = np.zeros((n, 2))
    points[:, : values.size] = vectors * np.sqrt(np.maximum(values, 0))
    return points


def fill_gaps(X: NDArray[Any]) -> NDArray[np.float64]:
    """Return a copy with the mean of its column in the place of each NaN, zero in an empty column.

    Examples
    --------
    >>> fill_gaps(np.array([[1.0, 2], [np.nan, 4]]))
    array([[1., 2.],
           [1., 4.]])
    """
    known = ~np.isnan(X)
    means = np.where(known, X, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return np.where(known, X, means)
