"""Euclidean distances between points of many features, by matrix products on tiles.

The products are left to the BLAS of numpy: for float64 points in float64, for float32 points in float32 over
`_FEATURES` features at a time, whose sums are added up in float64. The BLAS adds in an order of its own. So
the last digits of a distance may depend on which BLAS it is, and on which other points are asked for, but not
on the number of threads: each tile is multiplied by one. Of points with small integer coordinates, pixels for
example, no sum is rounded, and nothing depends on any order.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering._stored import read_only

FEWEST = 96  # features from which on products are faster than `clustering._kernels.distances`
METRICS = (0, 1, 4)  # squared Euclidean, Euclidean and cosine, as numbered there
_TILE = 512  # points per side of a tile, unless they are so many numbers that tiles would take much memory
_NUMBERS = 2**22
_FEATURES = 128  # that float32 products are summed over: 128 times 255^2 is below 2^24
# A squared distance below this part of |a|^2 + |b|^2 is summed anew, from the differences of the features,
# in float64. Sums of products are off by a few units of the last place of |a|^2 + |b|^2, times the root of
# the number of terms where these are independent. So what is left is right to about six digits in float32,
# and to about twelve in float64.
_LEAST = {np.dtype(np.float32): 2.0**-3, np.dtype(np.float64): 2.0**-8}


class Products:
    """Distances by products, in the dtype of the points.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features), float32 or float64
        Points that say where the middle is: lengths are measured from there. It is rounded to integers, so
        that points with integer coordinates keep them.
    metric : int
    """

    def __init__(self, X: NDArray[Any], metric: int) -> None:
        self.metric = metric
        self.centre = np.rint(X.mean(axis=0, dtype=np.float64))
        self.step = max(16, min(_TILE, _NUMBERS // X.shape[1]))

    def square(self, X: NDArray[Any], out: NDArray[Any], n_threads: int) -> None:
        """Write the distances between all points into `out`, symmetric, with zeros on the diagonal."""
        from clustering._kernels.products import mirror

        parts = self._parts(len(X))

        def work(number: int) -> None:
            here = parts[number]
            rows = self._points(X[here])
            for there in parts[number:]:
                self._tile(rows, rows if there == here else self._points(X[there]), out[here, there])
                mirror(out[here, there], out[there, here], there == here)

        _in_threads(work, range(len(parts)), n_threads)

    def cross(self, X: NDArray[Any], Y: NDArray[Any], out: NDArray[Any], n_threads: int) -> None:
        """Write the distances of the points `X` to the points `Y` into `out`."""
        if len(X) < len(Y):  # the longer side is the one that threads share
            self._cross(Y, X, out.T, n_threads)
        else:
            self._cross(X, Y, out, n_threads)

    def _cross(self, X: NDArray[Any], Y: NDArray[Any], out: NDArray[Any], n_threads: int) -> None:
        def work(here: slice) -> None:
            rows = self._points(X[here])
            for there in self._parts(len(Y)):
                self._tile(rows, self._points(Y[there]), out[here, there])

        _in_threads(work, self._parts(len(X)), n_threads)

    def _points(self, X: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.float64]]:
        """Return points as they are, as seen from the centre, and their squared lengths from there."""
        with np.errstate(over="ignore"):  # infinite squares are settled by the differences
            points = np.subtract(X, self.centre, dtype=np.float64).astype(X.dtype, copy=False)
            return read_only(X), points, np.einsum("ij,ij->i", points, points, dtype=np.float64)

    def _tile(self, rows: Any, columns: Any, out: NDArray[Any]) -> None:
        from clustering._kernels.products import add, finish

        (X, A, a), (Y, B, b) = rows, columns
        step = A.shape[1] if A.dtype == np.float64 else _FEATURES
        with np.errstate(over="ignore", invalid="ignore"):
            products = np.asarray(A[:, :step] @ B[:, :step].T, np.float64)
            for start in range(step, A.shape[1], step):
                features = slice(start, start + step)
                add(A[:, features] @ B[:, features].T, products)
        finish(products, X, Y, a, b, self.metric, _LEAST[out.dtype], out)

    def _parts(self, n: int) -> list[slice]:
        return [slice(start, min(start + self.step, n)) for start in range(0, n, self.step)]


def _in_threads(work: Callable[[Any], None], items: Sequence[Any], n_threads: int) -> None:
    """Do some work on each item, in threads, each of which multiplies matrices by itself."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1, user_api="blas"):
        if n_threads == 1 or len(items) == 1:
            for item in items:
                work(item)
            return
        with ThreadPoolExecutor(n_threads) as pool:
            for _ in pool.map(work, items):
                pass
