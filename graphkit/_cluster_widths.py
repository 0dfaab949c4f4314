"""How well what was clustered fits its clusters, by the distances to medoids alone."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_ROWS_AT_ONCE = 2**16  # whose distances to medoids are held


def to_medoids(X: NDArray[Any], model: Any) -> tuple[NDArray[Any], NDArray[np.float64] | None]:
    """Return the distances of rows to their medoids, and their medoid silhouettes, by blocks of rows."""
    n = len(X)
    own, widths = np.empty(n), np.empty(n)
    for start in range(0, n, _ROWS_AT_ONCE):
        some = slice(start, min(start + _ROWS_AT_ONCE, n))
        block = model.transform(X[some])
        own[some] = block[np.arange(len(block)), model.labels_[some]]
        if block.shape[1] > 1:
            widths[some] = medoid_silhouettes(block, [])
    own[model.medoid_indices_], widths[model.medoid_indices_] = 0, 1
    return own, None if len(model.medoid_indices_) < 2 else widths


def medoid_silhouettes(distances: NDArray[Any], medoids: Any) -> NDArray[np.float64] | None:
    """Return 1 - d1 / d2 by the `distances` to medoids, 1 for a medoid; None if there is one only."""
    if distances.shape[1] < 2:
        return None
    d1, d2 = np.partition(distances, 1, axis=1)[:, :2].T.astype(np.float64)
    widths = 1 - np.divide(d1, d2, out=np.zeros(d1.size), where=d1 > 0)
    widths[medoids] = 1
    return widths
