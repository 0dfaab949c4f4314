"""Searches in a matrix of distances: they drive the kernels and keep their state."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering._problem import Problem, check_finite, eligible, epsilon_of
from clustering._result import KMedoidsResult
from graphkit.memory import available_memory, require_memory

_CELLS_PER_CALL = 10**9  # cells of D that a kernel may visit before Python looks for Ctrl-C again
_UNIT_ROUNDOFF = 2.0**-52
_IN_THREADS = 4000  # samples from which on threads share a search: below, they wait more than work

Progress = tuple[int, int, bool]  # passes, swaps, converged


class State:
    """Medoids and what follows from them, as `clustering._kernels.swap` names it. At least two slots."""

    def __init__(self, problem: Problem, medoids: NDArray[np.intp]) -> None:
        from clustering._kernels.swap import assign, fill_near, losses

        n, k, D = problem.n_samples, medoids.size, problem.D
        self.problem, self.medoids = problem, medoids
        self.n_fixed = problem.fixed.size
        self.barred = problem.weights == 0
        self.barred[medoids] = True
        self.nearest, self.second = np.empty(n, np.int32), np.empty(n, np.int32)
        self.d1, self.d2 = np.empty(n, D.dtype), np.empty(n, D.dtype)
        self.removal = np.empty(k, problem.weights.dtype)
        self.touched, self.slot_before = np.empty(n, np.int64), np.empty(n, np.int32)
        self.d1_before, self.d2_before = np.empty_like(self.d1), np.empty_like(self.d2)
        self.near = np.empty((n if 8 * k <= n else 0, k), D.dtype)
        assign(D, medoids, self.nearest, self.second, self.d1, self.d2)
        fill_near(D, medoids, self.near)
        self.loss = losses(self.nearest, self.d1, self.d2, problem.weights, self.removal)
        check_finite(sum(self.removal.tolist(), self.loss))

    def try_swap(self, slot: int, j: int) -> int:
        """Put sample `j` into `slot` if the loss falls; return the number of touched samples, or -1."""
        from clustering._kernels.swap import try_swap

        count, self.loss = try_swap(
            self.problem.D, self.near, slot, j, self.medoids, self.barred, self.nearest, self.second, self.d1,
            self.d2, self.problem.weights, self.removal, self.loss, self.touched, self.slot_before,
            self.d1_before, self.d2_before,
        )  # fmt: skip
        return int(count)

    def helps(self, change: float) -> bool:
        """Whether a change of the loss is a gain."""
        return bool(change < -self.problem.epsilon * self.loss)

    def evaluate(self, j: int) -> tuple[Any, int]:
        """Return the change of the loss by sample `j` in its best slot, and that slot."""
        from clustering._kernels.swap import evaluate

        return evaluate(
            self.problem.D[j], self.nearest, self.d1, self.d2, self.problem.weights, self.removal,
            self.n_fixed, np.empty_like(self.removal),
        )  # fmt: skip


def run(
    problem: Problem,
    medoids: NDArray[np.intp],
    max_iter: int,
    search: Callable[[State, int], Progress],
) -> KMedoidsResult:
    """Improve `medoids`, in place, by a search; one medoid that is free needs none."""
    if max_iter == 0 or eligible(problem.weights, medoids).size == 0:
        progress = (min(max_iter, 1), 0, max_iter > 0)
    elif medoids.size == problem.fixed.size:
        progress = (1, 0, True)
    elif medoids.size == 1:
        progress = swap_only_medoid(problem, medoids, max_iter)
    else:
        progress = search(State(problem, medoids), max_iter)
    labels, inertia = assignment(problem, medoids)
    check_finite(inertia)
    return KMedoidsResult(labels, medoids, inertia, *progress)


def assignment(problem: Problem, medoids: NDArray[np.intp]) -> tuple[NDArray[np.intp], float | int]:
    """Labels and loss, from the medoids alone: they do not depend on the swaps that led there."""
    from clustering._kernels.swap import assign, losses

    n, D = problem.n_samples, problem.D
    nearest, second = np.empty(n, np.int32), np.empty(n, np.int32)
    d1, d2 = np.empty(n, D.dtype), np.zeros(n, D.dtype)
    assign(D, medoids, nearest, second, d1, d2)
    removal = np.empty(medoids.size, problem.weights.dtype)
    return nearest.astype(np.intp), losses(nearest, d1, d2, problem.weights, removal)


def swap_only_medoid(problem: Problem, medoids: NDArray[np.intp], max_iter: int) -> Progress:
    """Swap a single medoid for the best sample. There is no second medoid to fall back on."""
    from clustering._kernels.build import distance_sums

    sums = np.empty(problem.n_samples, problem.weights.dtype)
    distance_sums(problem.D, problem.weights, sums)
    return settle_only_medoid(sums, problem.weights, medoids, max_iter)


def settle_only_medoid(
    sums: NDArray[Any], weights: NDArray[Any], medoids: NDArray[np.intp], max_iter: int
) -> Progress:
    """Put the sample with the smallest sum of distances in the place of the only medoid, in `medoids`."""
    candidates = np.flatnonzero(weights > 0)
    best = int(candidates[np.argmin(sums[candidates])])
    loss = sums[medoids[0]]
    if not sums[best] - loss < -epsilon_of(weights) * float(loss):
        return 1, 0, True
    medoids[0] = best
    return min(max_iter, 2), 1, max_iter > 1


def eager_passes(
    n: int, step: int, max_iter: int, visit: Callable[[int, int, int], tuple[int, int, bool]]
) -> Progress:
    """Visit all of `n` candidates, `step` at a time, until a whole round has been in vain.

    Parameters
    ----------
    visit : callable
        Takes the bounds of a run of candidates, and where the last swap was; returns the number of swaps,
        where the last one was now, and whether the round has come back there.
    """
    n_swap, last = 0, -1
    for n_iter in range(1, max_iter + 1):
        before = n_swap
        for start in range(0, n, step):
            swaps, last, arrived = visit(start, min(start + step, n), last)
            n_swap += swaps
            if arrived:
                return n_iter, n_swap, True
        if n_swap == before:
            return n_iter, n_swap, True
    return max_iter, n_swap, False


def best_swaps(state: State, max_iter: int, find: Callable[[State], tuple[Any, int, int]]) -> Progress:
    """Perform the best of all swaps, as `find` finds it, until none helps."""
    for n_swap in range(max_iter):
        change, j, slot = find(state)
        if j < 0 or not state.helps(change) or state.try_swap(slot, j) < 0:
            return n_swap + 1, n_swap, True
    return max_iter, max_iter, False


def find_by_rows(state: State) -> tuple[Any, int, int]:
    """Find the best swap by evaluating every candidate on its row: FastPAM1 in little memory."""
    from clustering._kernels.swap import best_of_rows

    problem = state.problem
    return best_of_rows(
        problem.D, state.barred, state.nearest, state.d1, state.d2, problem.weights, state.removal,
        state.n_fixed,
    )  # fmt: skip


def find_by_pairs(state: State) -> tuple[Any, int, int]:
    """Find the best swap by summing over all objects for every pair of candidate and slot: PAM."""
    from clustering._kernels.pam import best_swap

    problem, n, k = state.problem, state.problem.n_samples, state.medoids.size
    step = max(1, _CELLS_PER_CALL // (n * k))
    best: tuple[Any, int, int] = (0, -1, -1)
    for start in range(0, n, step):
        found = best_swap(
            problem.D, state.barred, state.nearest, state.d1, state.d2, problem.weights, state.n_fixed, k,
            start, min(start + step, n),
        )  # fmt: skip
        if found[1] >= 0 and (best[1] < 0 or found[0] < best[0]):
            best = found
    return best


def table_fits(n: int, k: int) -> bool:
    """Whether a table of gains takes no more than half of the available memory."""
    available = available_memory()
    return available is None or 8 * k * n <= available // 2


def best_swaps_by_table(state: State, max_iter: int, n_threads: int = 1) -> Progress:
    """Perform the best of all swaps, found in a table of gains: FastPAM1."""
    from clustering._kernels import table

    problem, n, k = state.problem, state.problem.n_samples, state.medoids.size
    require_memory(8 * k * n, f"the table of gains for n_clusters={k} and {n} samples")
    shared, own = np.empty(n, state.removal.dtype), np.empty((k, n), state.removal.dtype)
    lowest = np.empty_like(shared)
    place: Any = (0, n)
    fill, minima, follow = table.fill, table.minima, table.follow
    if n_threads > 1 and n >= _IN_THREADS:
        place = (np.linspace(0, n, n_threads + 1).astype(np.int64),)
        fill, minima, follow = table.fill_in_parallel, table.minima_in_parallel, table.follow_in_parallel
    after = (state.nearest, state.d1, state.d2, problem.weights, shared, own)
    fill(problem.D, table.order_by_slot(state.nearest), *after, *place)
    updates, scale = n, 0.0
    for n_swap in range(max_iter):
        scale = max(scale, float(state.loss) + float(state.removal.max()))
        minima(own, state.removal, shared, state.n_fixed, lowest, *place)
        margin = 0.0 if problem.exact else 8 * _UNIT_ROUNDOFF * scale * (updates + n)
        best, best_candidate, best_slot = 0.0, -1, -1
        for j in table.contenders(lowest, state.barred, margin)[: 1 if problem.exact else None]:
            change, slot = state.evaluate(j)
            if best_candidate < 0 or change < best:
                best, best_candidate, best_slot = change, int(j), slot
        if best_candidate < 0 or not state.helps(best):
            return n_swap + 1, n_swap, True
        count = state.try_swap(best_slot, best_candidate)
        if count < 0:
            return n_swap + 1, n_swap, True
        touched = state.touched[:count]
        order, keys = table.order_of_changes(
            touched, state.slot_before, state.d1_before, state.nearest, state.d1, k
        )
        follow(
            problem.D,
            order,
            keys,
            touched,
            state.slot_before,
            state.d1_before,
            state.d2_before,
            *after,
            *place,
        )
        updates += 2 * count
    return max_iter, max_iter, False


def best_swaps_of_slots(state: State, max_iter: int) -> Progress:
    """Perform in each pass the best swap, and those of the other slots that still help: FastPAM2."""
    from clustering._kernels.swap import best_of_slots, parts

    problem, k = state.problem, state.medoids.size
    deltas, candidates = np.zeros(k, state.removal.dtype), np.empty(k, np.int64)
    change = np.empty_like(state.removal)
    n_swap = 0
    for n_iter in range(1, max_iter + 1):
        current = (state.nearest, state.d1, state.d2, problem.weights, state.removal)
        best_of_slots(problem.D, state.barred, *current, state.n_fixed, deltas, candidates)
        slots = np.arange(state.n_fixed, k)
        before = n_swap
        for slot in slots[np.lexsort((candidates[slots], deltas[slots]))]:
            j = candidates[slot]
            if j < 0 or state.barred[j]:
                continue
            shared = parts(problem.D[j], *current, change)
            if state.helps(shared + change[slot]) and state.try_swap(slot, j) >= 0:
                n_swap += 1
        if n_swap == before:
            return n_iter, n_swap, True
    return max_iter, n_swap, False


def eager_swaps(state: State, max_iter: int, order: NDArray[np.intp], n_threads: int = 1) -> Progress:
    """Perform every swap that helps as soon as it is found: FasterPAM."""
    from clustering._kernels.swap import eager, eager_in_threads

    problem, n = state.problem, state.problem.n_samples

    def visit(start: int, stop: int, last: int) -> tuple[int, int, bool]:
        given = (
            problem.D, state.near, order, start, stop, last, state.medoids, state.barred, state.nearest,
            state.second, state.d1, state.d2, problem.weights, state.removal, state.loss, state.n_fixed,
            problem.epsilon,
        )  # fmt: skip
        alone = n_threads == 1 or n < _IN_THREADS
        outcome = eager(*given) if alone else eager_in_threads(*given, n_threads)
        swaps, last, arrived, state.loss = outcome
        return swaps, last, arrived

    return eager_passes(n, max(1, _CELLS_PER_CALL // n), max_iter, visit)


def alternate(state: State, max_iter: int) -> Progress:
    """Alternate between the best centre of every cluster and the assignment to the nearest medoids."""
    from clustering._kernels.pam import centres_of_clusters
    from clustering._kernels.swap import assign, losses

    problem, medoids = state.problem, state.medoids
    n_swap = 0
    for n_iter in range(1, max_iter + 1):
        members = np.argsort(state.nearest, kind="stable")
        bounds = np.searchsorted(state.nearest[members], np.arange(medoids.size + 1))
        before = medoids.copy()
        centres_of_clusters(
            problem.D, members, bounds, medoids, problem.weights == 0, problem.weights, state.n_fixed
        )
        assign(problem.D, medoids, state.nearest, state.second, state.d1, state.d2)
        loss = losses(state.nearest, state.d1, state.d2, problem.weights, state.removal)
        if not loss - state.loss < -problem.epsilon * state.loss:
            medoids[:] = before
            return n_iter, n_swap, True
        n_swap += int((medoids != before).sum())
        state.loss = loss
    return max_iter, n_swap, False
