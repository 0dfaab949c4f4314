"""First medoids: BUILD, LAB, k-medoids++, random, given."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clustering._problem import Problem, check_sample_indices, eligible
from graphkit.validation import check_choice, check_random_state

INITIALISATIONS = ("build", "lab", "k-medoids++", "random")
WITHOUT_MATRIX = ("k-medoids++", "random")

RandomState = int | np.random.Generator | np.random.RandomState | None


def initial_medoids(
    problem: Problem, init: str | ArrayLike, random_state: RandomState = None
) -> NDArray[np.intp]:
    """Choose the first medoids, the fixed ones before the others; see `clustering.fastpam`.

    Returns
    -------
    ndarray of shape (n_clusters,), intp
        A new array.
    """
    n_free = problem.n_clusters - problem.fixed.size
    if not isinstance(init, str):
        return given_medoids(init, problem.n_clusters, problem.fixed, problem.n_samples)
    name = check_choice(init, "init", INITIALISATIONS)
    if name == "build" or n_free == 0:
        if not isinstance(random_state, np.random.RandomState):  # from which a check would draw
            check_random_state(random_state)
        return _build(problem)
    rng = check_random_state(random_state)
    if name == "random":
        return random_medoids(rng, problem.eligible(), n_free, problem.fixed)
    if name == "lab":
        return _lab(problem, rng)
    return plus_plus(rng, problem.D.__getitem__, problem.n_clusters, problem.fixed, problem.weights)


def initial_medoids_by_rows(
    row: Callable[[int], NDArray[Any]],
    init: str | ArrayLike,
    n_clusters: int,
    fixed: NDArray[np.intp],
    weights: NDArray[Any],
    rng: np.random.Generator,
) -> NDArray[np.intp]:
    """Choose the first medoids as `initial_medoids` does, where there is no matrix: not by BUILD or LAB.

    Parameters
    ----------
    row : callable
        Returns the distances of a sample to all samples.
    """
    if not isinstance(init, str):
        return given_medoids(init, n_clusters, fixed, weights.size)
    if check_choice(init, "init", WITHOUT_MATRIX) == "random":
        return random_medoids(rng, eligible(weights, fixed), n_clusters - fixed.size, fixed)
    return plus_plus(rng, row, n_clusters, fixed, weights)


def given_medoids(init: ArrayLike, n_clusters: int, fixed: NDArray[np.intp], n: int) -> NDArray[np.intp]:
    """Check medoids that the user gives, those besides the fixed ones, and put them behind these."""
    if np.asarray(init).dtype.kind not in "iu" and np.asarray(init).size:
        raise TypeError(
            f"init must be one of {', '.join(INITIALISATIONS)} or an array of sample indices, got {init!r}"
        )
    expected = n_clusters - fixed.size
    if np.shape(init) != (expected,):
        besides = " besides the fixed ones" if fixed.size else ""
        raise ValueError(
            f"init must hold n_clusters={expected} sample indices{besides}, "
            f"got an array of shape {np.shape(init)}"
        )
    return check_sample_indices(
        np.concatenate([fixed, check_sample_indices(init, "init", n)]), "fixed_medoids and init", n
    )


def random_medoids(
    rng: np.random.Generator, candidates: NDArray[np.intp], n_free: int, fixed: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Draw medoids besides the fixed ones: one call of ``rng.choice`` without replacement."""
    drawn = candidates[rng.choice(candidates.size, n_free, replace=False)]
    return np.concatenate([fixed, drawn]).astype(np.intp)


@np.errstate(over="ignore")  # sums that overflow are refused later
def plus_plus(
    rng: np.random.Generator,
    row: Any,
    n_clusters: int,
    fixed: NDArray[np.intp],
    weights: NDArray[Any],
) -> NDArray[np.intp]:
    """Draw medoids with probabilities in proportion to weight times distance: k-medoids++.

    The first one in proportion to its weight. Of ``2 + floor(log k)`` draws that which lowers the loss most
    is kept, the first of equals. Distances are not squared, as they are for k-means: they are what the loss
    sums. Where nothing is left to gain, the lowest unused indices fill up.

    Parameters
    ----------
    rng : Generator
    row : callable
        Returns the distances of a sample to all samples.
    n_clusters : int
    fixed : ndarray
        Medoids to begin with.
    weights : ndarray
        A sample of weight zero is not drawn.

    References
    ----------
    .. [1] D. Arthur, S. Vassilvitskii. k-means++: the advantages of careful seeding. SODA 2007.
    """
    weights = weights.astype(np.float64)
    medoids = [int(m) for m in fixed]
    d1: NDArray[np.float64] | None = None
    for m in medoids:
        d1 = row(m).astype(np.float64) if d1 is None else np.minimum(d1, row(m))
    n_trials = 2 + int(np.log(n_clusters))
    while len(medoids) < n_clusters:
        mass = weights if d1 is None else weights * d1
        total = mass.sum()
        if not total > 0:
            free = weights > 0
            free[medoids] = False
            medoids += np.flatnonzero(free)[: n_clusters - len(medoids)].tolist()
            break
        drawn = np.searchsorted(
            np.cumsum(mass), rng.random(1 if d1 is None else n_trials) * total, side="right"
        )
        best, best_loss, best_d1 = -1, np.inf, d1
        for j in np.minimum(drawn, np.flatnonzero(mass)[-1]):
            after = row(j).astype(np.float64) if d1 is None else np.minimum(d1, row(j))
            loss = float(weights @ after)
            if best < 0 or loss < best_loss:
                best, best_loss, best_d1 = int(j), loss, after
        medoids.append(best)
        d1 = best_d1
    return np.array(medoids, dtype=np.intp)


def _build(problem: Problem) -> NDArray[np.intp]:
    from clustering._kernels.build import build

    n, fixed, weights = problem.n_samples, problem.fixed, problem.weights
    medoids = np.full(problem.n_clusters, -1, dtype=np.intp)
    medoids[: fixed.size] = fixed
    barred = np.ones(n, np.bool_)
    barred[problem.eligible()] = False
    gains = np.empty(n, weights.dtype)
    picked = build(
        problem.D, medoids, fixed.size, barred, weights, np.empty(n, problem.D.dtype), gains, problem.exact
    )
    # Where every sample lies on a medoid already, any further choice is as good: the lowest indices.
    medoids[picked:] = np.flatnonzero(~barred)[: problem.n_clusters - picked]
    return medoids


def _lab(problem: Problem, rng: np.random.Generator) -> NDArray[np.intp]:
    from clustering._kernels.build import best_of_sample

    D, weights = problem.D, problem.weights.astype(np.float64)
    size = 10 + int(np.ceil(np.sqrt(problem.n_samples)))
    medoids = problem.fixed.tolist()
    unused = problem.eligible()
    d1 = np.empty(0, D.dtype)  # no medoid yet
    if medoids:
        d1 = D[problem.fixed].min(axis=0)
    while len(medoids) < problem.n_clusters:
        # Sorted, so that of equally good samples the lowest index is taken.
        sample = np.sort(rng.choice(unused, min(size, unused.size), replace=False, shuffle=False))
        j = int(best_of_sample(D, sample, d1, weights))
        medoids.append(j)
        d1 = D[j].copy() if d1.size == 0 else np.minimum(d1, D[j])
        unused = unused[unused != j]
    return np.array(medoids, dtype=np.intp)
