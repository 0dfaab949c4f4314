"""Searches for medoids that maximise a silhouette: they drive the kernels and keep their state."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clustering._functional import ORDERS
from clustering._initial import RandomState, initial_medoids
from clustering._problem import Problem, check_finite
from clustering._result import KMedoidsResult
from clustering._search import assignment, eager_passes, run
from clustering._stored import kernel_dtype
from graphkit.validation import check_choice, check_integer, check_random_state

_CELLS_PER_CALL = 10**9  # steps that a kernel may take before Python looks for Ctrl-C again
_EPSILON = 1e-12  # a swap must raise a mean silhouette by more than this

Progress = tuple[int, int, bool]  # passes, swaps, converged
Best = tuple[float, int, int]  # change of the loss, candidate, slot


@dataclass(frozen=True)
class SilhouetteResult(KMedoidsResult):
    """Outcome of a search for medoids that maximise a silhouette.

    Attributes
    ----------
    score : float
        What was maximised: the mean medoid silhouette, or for `pamsil` the mean silhouette.
        0 for one cluster.
    labels, medoid_indices, inertia, n_iter, n_swap, converged
        As for `clustering.KMedoidsResult`. `converged` says that no swap raises the score any more.
    """

    score: float


@dataclass(frozen=True)
class DynamicResult(SilhouetteResult):
    """Outcome of `dynmsc`, for the number of clusters that it chose.

    Attributes
    ----------
    n_clusters : int
        The number that was chosen.
    curve : tuple of SilhouetteResult
        The result for every number of clusters that was tried, smallest number first.
    labels, medoid_indices, inertia, score
        Those of the chosen number.
    n_iter, n_swap, converged
        Of all numbers together.
    """

    n_clusters: int
    curve: tuple[SilhouetteResult, ...]


def only_medoid(
    problem: Problem, init: str | ArrayLike, max_iter: int, random_state: RandomState
) -> SilhouetteResult:
    """Return the outcome for one cluster: the medoid of all samples, with score 0."""
    medoids = initial_medoids(problem, init, random_state)
    found = run(problem, medoids, max_iter, _no_search)
    return SilhouetteResult(**vars(found), score=0.0)


def _no_search(state: Any, max_iter: int) -> Progress:
    raise AssertionError("one medoid needs no search")


class State:
    """Medoids and what follows from them, as `clustering._kernels.silhouette` names it."""

    def __init__(self, problem: Problem, medoids: NDArray[np.intp]) -> None:
        n, k, D = problem.n_samples, medoids.size, problem.D
        dtype = kernel_dtype(D.dtype)  # a third distance may be beyond all that small integers hold
        self.problem, self.medoids = problem, medoids.copy()
        self.n_fixed = problem.fixed.size
        self.weights = problem.weights.astype(np.float64)
        self.total = float(self.weights.sum())
        self.least = _EPSILON * self.total
        self.barred = problem.weights == 0
        self.barred[medoids] = True
        self.near, self.apart, self.ratios = (
            np.empty((n, 3), np.int32),
            np.empty((n, 3), dtype),
            np.empty((n, 3)),
        )
        self.third, self.removal = np.empty(n, dtype), np.empty(k)
        self.to_medoids = np.empty((n if 8 * k <= n else 0, k), D.dtype)
        self.refresh()

    def refresh(self) -> None:
        """Assign all samples anew."""
        from clustering._kernels.silhouette import assign, losses

        D = self.problem.D
        if self.to_medoids.size:
            self.to_medoids[:] = D[self.medoids].T
        assign(D, self.to_medoids, self.medoids, self.near, self.apart, self.ratios)
        self.third[:] = self.apart[:, 2]
        self.loss = float(losses(self.near, self.ratios, self.weights, self.removal))

    @property
    def is_settled(self) -> bool:
        """Whether no swap is possible."""
        return self.n_fixed == self.medoids.size or bool(self.barred.all())

    def try_swap(self, slot: int, j: int) -> bool:
        """Put sample `j` into `slot` if the loss falls."""
        from clustering._kernels.silhouette import try_swap

        swapped, self.loss = try_swap(
            self.problem.D, self.to_medoids, slot, j, self.medoids, self.barred, self.near, self.apart,
            self.third, self.ratios, self.weights, self.removal, self.loss,
        )  # fmt: skip
        return bool(swapped)

    def result(
        self, n_iter: int, n_swap: int, converged: bool, score: float | None = None
    ) -> SilhouetteResult:
        """Return the outcome, which does not depend on the swaps that led there."""
        labels, inertia = assignment(self.problem, self.medoids)
        check_finite(inertia)
        if score is None:
            score = 1 - self.loss / self.total
        return SilhouetteResult(labels, self.medoids.copy(), inertia, n_iter, n_swap, converged, score)


def first_medoids(
    problem: Problem, init: str | ArrayLike, random_state: RandomState, order: str
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the first medoids, and the order in which candidates are visited."""
    check_choice(order, "order", ORDERS)
    rng = check_random_state(random_state)
    medoids = initial_medoids(problem, init, rng)
    n = problem.n_samples
    return medoids, (rng.permutation(n) if order == "random" else np.arange(n)).astype(np.intp)


def eager_swaps(state: State, max_iter: int, order: NDArray[np.intp]) -> Progress:
    """Perform every swap that helps as soon as it is found."""
    from clustering._kernels.silhouette import eager

    if max_iter == 0 or state.is_settled:
        return min(max_iter, 1), 0, max_iter > 0
    problem, n = state.problem, state.problem.n_samples

    def visit(start: int, stop: int, last: int) -> tuple[int, int, bool]:
        swaps, last, arrived, state.loss = eager(
            problem.D, state.to_medoids, order, start, stop, last, state.medoids, state.barred, state.near,
            state.apart, state.third, state.ratios, state.weights, state.removal, state.loss, state.n_fixed,
            state.least,
        )  # fmt: skip
        return swaps, last, arrived

    return eager_passes(n, max(1, _CELLS_PER_CALL // n), max_iter, visit)


def by_best_swaps(
    problem: Problem,
    init: str | ArrayLike,
    max_iter: int,
    random_state: RandomState,
    n_threads: int,
    find: Callable[[State, int], Best],
) -> SilhouetteResult:
    """Perform the best of all swaps, as `find` finds it, until none helps."""
    max_iter = check_integer(max_iter, "max_iter", minimum=0)
    if problem.n_clusters == 1:
        return only_medoid(problem, init, max_iter, random_state)
    state = State(problem, initial_medoids(problem, init, random_state))
    if max_iter == 0 or state.is_settled:
        return state.result(min(max_iter, 1), 0, max_iter > 0)
    for n_swap in range(max_iter):
        change, j, slot = find(state, n_threads)
        if not change < -state.least or not state.try_swap(slot, j):
            return state.result(n_swap + 1, n_swap, True)
    return state.result(max_iter, max_iter, False)


def find_by_rows(state: State, n_threads: int) -> Best:
    from clustering._kernels import silhouette as kernels

    given = (
        state.problem.D, state.barred, state.near, state.apart, state.third, state.ratios, state.weights,
        state.removal, state.n_fixed,
    )  # fmt: skip
    n = state.problem.n_samples
    changes, _ = _evaluate(n, n, n_threads, kernels.evaluate_all, kernels.evaluate_all_in_parallel, given)
    return _settle(state, changes)


class GainTable:
    """Find the best swap in a table of the changes by all swaps, which follows the medoids: FastMSC.

    In floating point the table drifts from sums over the rows. So the candidates within the usual bound for
    recursive sums of the best one are compared as `find_by_rows` does.
    """

    def __init__(self) -> None:
        self.own: NDArray[np.float64] | None = None
        self.before: tuple[NDArray[Any], ...] = ()
        self.updates = 0

    def __call__(self, state: State, n_threads: int) -> Best:
        """Return the best swap: change of the loss, candidate and slot."""
        from clustering._kernels import silhouette as kernels
        from clustering._kernels.table import contenders, minima

        n = state.problem.n_samples
        self._follow(state, n_threads)
        lowest = np.empty(n)
        minima(self.own, state.removal, self.shared, state.n_fixed, lowest, 0, n)
        margin = 8 * 2.0**-52 * state.total * (self.updates + n)
        changes = np.full(n, np.inf)
        change = np.empty_like(state.removal)
        for j in contenders(lowest, state.barred, margin + state.least):
            changes[j], _ = kernels.evaluate(
                state.problem.D[j], state.near, state.apart, state.third, state.ratios, state.weights,
                state.removal, state.n_fixed, change,
            )  # fmt: skip
        return _settle(state, changes)

    def _follow(self, state: State, n_threads: int) -> None:
        """Bring the table up to date."""
        now = (state.near, state.apart, state.ratios)
        n, k = state.problem.n_samples, state.medoids.size
        if self.own is None or self.updates > 8 * n:
            self.shared, self.own, self.updates = np.zeros(n), np.zeros((k, n)), 0
            self._add(state, np.arange(n), now, 1.0, n_threads)
        else:
            differs = (state.near[:, :2] != self.before[0][:, :2]).any(axis=1)
            differs |= (state.apart != self.before[1]).any(axis=1)
            touched = np.flatnonzero(differs)
            self._add(state, touched, self.before, -1.0, n_threads)
            self._add(state, touched, now, 1.0, n_threads)
            self.updates += 2 * touched.size
        self.before = tuple(values.copy() for values in now)

    def _add(
        self,
        state: State,
        objects: NDArray[np.intp],
        places: tuple[NDArray[Any], ...],
        sign: float,
        n_threads: int,
    ) -> None:
        from clustering._kernels.silhouette_table import add_objects, add_objects_in_parallel

        n = state.problem.n_samples
        given = (state.problem.D, objects, *places, state.weights, sign, self.shared, self.own)
        if n_threads == 1 or objects.size * n < 2**20:
            add_objects(*given, 0, n)
        else:
            add_objects_in_parallel(*given, np.linspace(0, n, n_threads + 1).astype(np.int64))


def _settle(state: State, changes: NDArray[np.float64]) -> Best:
    """Return the best swap; what differs by rounding only is compared by the sums that PAMMEDSIL takes."""
    from clustering._kernels.silhouette import evaluate_pairs

    n = changes.size
    close = np.flatnonzero(changes <= changes.min() + state.least)
    if state.barred[close].all():
        return np.inf, -1, -1
    exact, slots = np.empty(n), np.empty(n, np.int64)
    for j in close:
        evaluate_pairs(*_pair_arguments(state), exact, slots, j, j + 1)
    best = int(close[exact[close].argmin()])
    return float(exact[best]), best, int(slots[best])


def find_by_pairs(state: State, n_threads: int) -> Best:
    from clustering._kernels import silhouette as kernels

    n, k = state.problem.n_samples, state.medoids.size
    return _lowest(
        *_evaluate(
            n,
            n * k,
            n_threads,
            kernels.evaluate_pairs,
            kernels.evaluate_pairs_in_parallel,
            _pair_arguments(state),
        )
    )


def _pair_arguments(state: State) -> tuple[Any, ...]:
    return (
        state.problem.D, state.barred, state.near, state.apart, state.weights, state.loss, state.n_fixed,
        state.medoids.size,
    )  # fmt: skip


def _lowest(changes: NDArray[np.float64], slots: NDArray[np.int64]) -> Best:
    j = int(changes.argmin())
    return float(changes[j]), j, int(slots[j])


def _evaluate(
    n: int, steps: int, n_threads: int, kernel: Any, kernel_in_parallel: Any, given: tuple[Any, ...]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Let a kernel, which takes some `steps` for each, evaluate all candidates; return changes and slots.

    Each candidate is evaluated by itself, so threads change nothing.
    """
    changes, slots = np.empty(n), np.empty(n, np.int64)
    at_once = max(n_threads, _CELLS_PER_CALL // steps)
    for start in range(0, n, at_once):
        stop = min(start + at_once, n)
        if n_threads == 1 or steps * (stop - start) < 2**20:
            kernel(*given, changes, slots, start, stop)
        else:
            bounds = np.linspace(start, stop, n_threads + 1).astype(np.int64)
            kernel_in_parallel(*given, changes, slots, bounds)
    return changes, slots


def best_silhouettes(state: State, max_iter: int, n_threads: int) -> SilhouetteResult:
    """Perform the swap that gives the largest mean silhouette until none raises it."""
    from clustering._kernels import silhouette as kernels
    from clustering._silhouettes import add_matrix

    problem, n, k = state.problem, state.problem.n_samples, state.medoids.size
    sums, width = np.empty((k, n)), np.empty(n)
    n_swap, converged = 0, False
    while True:
        labels = state.near[:, 0].astype(np.int64)
        sums[:] = 0
        add_matrix(problem.D, np.argsort(labels, kind="stable"), labels, state.weights, sums)
        kernels.widths(sums, labels, state.weights, np.bincount(labels, state.weights, k), width)
        loss = -float(state.weights @ width)
        if n_swap == max_iter or state.is_settled or converged:
            break
        given = (
            problem.D, state.barred, state.near, state.apart, state.medoids, sums, state.weights,
            state.n_fixed,
        )  # fmt: skip
        found, j, slot = _lowest(
            *_evaluate(
                n,
                n * (n + k * k),
                n_threads,
                kernels.evaluate_silhouettes,
                kernels.evaluate_silhouettes_in_parallel,
                given,
            )
        )
        if not found - loss < -state.least:
            converged = True
            break
        state.barred[state.medoids[slot]], state.barred[j] = problem.weights[state.medoids[slot]] == 0, True
        state.medoids[slot] = j
        state.refresh()
        n_swap += 1
    converged = converged or (state.is_settled and max_iter > 0)
    n_iter = n_swap + 1 if converged else n_swap
    return state.result(n_iter, n_swap, converged, -loss / state.total)
