"""FasterPAM that asks for rows of distances in blocks: without the square matrix of a kernel's type."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clustering._initial import RandomState, initial_medoids_by_rows
from clustering._problem import check_demand, check_finite, eligible, epsilon_of
from clustering._result import KMedoidsResult
from clustering._search import Progress, eager_passes, settle_only_medoid
from graphkit.validation import check_integer, check_random_state

_BLOCK = 2**24  # bytes of rows that are asked for at once
_SMALL = 2**26  # bytes of a square matrix that is made without a second thought: searches in one are faster


def by_rows(source: Any, init: object) -> bool:
    """Whether a source is better asked for rows than for the square matrix; BUILD and LAB need the latter."""
    size = source.dtype.itemsize * source.n_samples**2
    return size > _SMALL and not source.is_matrix and not (isinstance(init, str) and init in ("build", "lab"))


class Rows(Protocol):
    """Distances from samples to all."""

    n_samples: int
    dtype: Any

    def largest(self) -> Any:
        """Return the largest distance."""

    def rows(self, indices: NDArray[Any]) -> NDArray[Any]:
        """Return the distances from some samples to all, (n_indices, n_samples), in C order."""

    def nearest(self, medoids: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[Any]]:
        """Return the slot of the nearest medoid of every sample, and the distance to it."""


def fasterpam_by_rows(
    source: Rows,
    n_clusters: int,
    init: str | ArrayLike,
    max_iter: int,
    random_state: RandomState,
    order: str,
    sample_weight: ArrayLike | None = None,
    fixed_medoids: ArrayLike | None = None,
) -> KMedoidsResult:
    """Perform the swaps of `clustering.fasterpam`; every pass asks for every row.

    Extra memory is a block of rows and O(n k).
    """
    n = source.n_samples
    k, weights, fixed = check_demand(n_clusters, n, source.dtype, sample_weight, fixed_medoids)
    max_iter = check_integer(max_iter, "max_iter", minimum=0)
    if weights.dtype == np.int64 and source.largest() * sum(weights.tolist()) >= 2**61:
        raise ValueError(
            "D holds integers so large that their sums overflow int64; pass floating point distances"
        )
    rng = check_random_state(random_state)
    medoids = initial_medoids_by_rows(lambda i: source.rows(np.array([i]))[0], init, k, fixed, weights, rng)
    visits = np.arange(n) if order == "natural" else rng.permutation(n)
    progress = _search(source, medoids, weights, fixed.size, max_iter, visits.astype(np.intp))
    labels, d1 = source.nearest(medoids)
    inertia = (d1.astype(weights.dtype) * weights).sum().item()
    check_finite(inertia)
    return KMedoidsResult(labels, medoids, inertia, *progress)


def _search(
    source: Rows,
    medoids: NDArray[np.intp],
    weights: NDArray[Any],
    n_fixed: int,
    max_iter: int,
    order: NDArray[np.intp],
) -> Progress:
    """Improve `medoids`, in place; return passes, swaps, and whether no further swap helps."""
    from clustering._kernels.swap import assign_near, eager_block, losses

    n, k = source.n_samples, medoids.size
    if max_iter == 0 or eligible(weights, medoids).size == 0:
        return min(max_iter, 1), 0, max_iter > 0
    if k == n_fixed:
        return 1, 0, True
    step = max(1, _BLOCK // (source.dtype.itemsize * n))
    if k == 1:
        return _swap_only_medoid(source, medoids, weights, max_iter, step)
    near = np.ascontiguousarray(source.rows(medoids).T)
    nearest, second = np.empty(n, np.int32), np.empty(n, np.int32)
    d1, d2, removal = np.empty(n, near.dtype), np.empty(n, near.dtype), np.empty(k, weights.dtype)
    # A medoid may be given to another one at distance zero: no gain of a swap depends on that.
    assign_near(near, nearest, second, d1, d2)
    loss = losses(nearest, d1, d2, weights, removal)
    check_finite(sum(removal.tolist(), loss))
    # Samples without weight are never visited. A medoid without weight, given by the user, is none once it is
    # replaced: the kernel must not free it.
    order = order[weights[order] > 0]
    barred = np.zeros(n, np.bool_)
    barred[medoids] = True

    def visit(start: int, stop: int, last: int) -> tuple[int, int, bool]:
        nonlocal loss
        candidates = order[start:stop]
        swaps, last, arrived, loss = eager_block(
            source.rows(candidates), candidates, near, medoids, barred, nearest, second, d1, d2, weights,
            removal, loss, n_fixed, epsilon_of(weights), last,
        )  # fmt: skip
        return swaps, last, arrived

    return eager_passes(order.size, step, max_iter, visit)


def _swap_only_medoid(
    source: Rows, medoids: NDArray[np.intp], weights: NDArray[Any], max_iter: int, step: int
) -> Progress:
    """Swap a single medoid for the best sample. There is no second medoid to fall back on."""
    n = source.n_samples
    sums = np.empty(n, weights.dtype)
    for start in range(0, n, step):
        block = source.rows(np.arange(start, min(start + step, n)))
        sums[start : start + step] = block.astype(weights.dtype) @ weights
    return settle_only_medoid(sums, weights, medoids, max_iter)
