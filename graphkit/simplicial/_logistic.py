"""Logistic regression on features of open triangles, trained on the split before."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from graphkit.simplicial._prediction import Candidates

Array = NDArray[Any]

N_FEATURES = 26
_CHUNK = 2**16
_MAX_ITER = 100


def logistic_scores(candidates: "Candidates") -> Array:
    """Log-odds of closure by a model that was trained on candidates of an earlier cutoff.

    For candidates that are open up to 80 % of the time and close up to 100 %, the model learns from those
    that are open up to 60 % and close up to 80 %.
    """
    from graphkit.simplicial._prediction import closure_candidates

    earlier = 2 * candidates.cutoff - candidates.until
    if not earlier > 0:
        raise ValueError(
            "logistic regression learns from the window before: cutoff must be above half of until, "
            f"got {candidates.cutoff} and {candidates.until}"
        )
    training = closure_candidates(
        candidates.dataset, labels=candidates.rule, cutoff=earlier, until=candidates.cutoff
    )
    if not training.labels.any() or training.labels.all():
        raise ValueError("logistic regression needs open triangles that close and others before the cutoff")
    weights = fit_logistic(raw_features(training), training.labels)
    raw = raw_features(candidates)
    margins = [X @ weights for X, _ in _chunks(raw, candidates.labels)]
    return np.concatenate(margins) if margins else np.empty(0)


def raw_features(candidates: "Candidates") -> Array:
    """Return the 13 counts of every triangle, of shape (n_candidates, 13).

    Weights of the edges 01, 12, 02, degrees, numbers of simplices, common neighbours of the pairs 01, 02, 12
    and of all three. Nodes are in increasing order; with published labels, whose order shows in the labels,
    the node of lowest degree comes first as it did there.
    """
    from graphkit.simplicial._prediction import _leader

    members, found = candidates.members, candidates.neighborhoods
    keys = members.astype(np.int64)
    if candidates.rule == "published":
        keys[np.arange(len(keys)), _leader(members, candidates.projected)] = -1
    order = np.argsort(keys, axis=1)
    nodes = np.take_along_axis(members, order, axis=1)
    x, y, z = order.T
    pairs = np.stack([x + y - 1, x + z - 1, y + z - 1], axis=1)  # columns of pairs 01, 02, 12 by members
    ties = np.take_along_axis(candidates.edge_weights, pairs, axis=1)
    shared = np.take_along_axis(found["pairs"], pairs, axis=1)
    columns = np.empty((len(members), 13), np.int32)
    columns[:, :3] = ties[:, [0, 2, 1]]
    columns[:, 3:6] = np.diff(candidates.projected.indptr)[nodes]
    columns[:, 6:9] = candidates.projected.simplex_degree[nodes]
    columns[:, 9:12] = shared
    columns[:, 12] = found["common"]
    return columns


def _chunks(raw: Array, labels: Array) -> Iterator[tuple[Array, Array]]:
    """Yield the counts, their logarithms and a constant, and the labels, some rows at a time."""
    for start in range(0, len(raw), _CHUNK):
        part = raw[start : start + _CHUNK]
        X = np.empty((len(part), N_FEATURES + 1))
        X[:, :13] = part
        X[:, 13:22] = np.log(X[:, :9])
        X[:, 22:26] = np.log1p(X[:, 9:13])
        X[:, 26] = 1
        yield X, labels[start : start + _CHUNK]


def fit_logistic(raw: Array, labels: Array, *, tol: float = 1e-10) -> Array:
    """Minimise ``|w|^2 / 2 + sum log(1 + exp(-y x w))`` by Newton's method with halved steps.

    The intercept, the last weight, is penalised like the others, as liblinear does. The features are not
    scaled. The minimum is unique.
    """
    weights = np.zeros(N_FEATURES + 1)
    loss, gradient, hessian = _derivatives(raw, labels, weights)
    for _ in range(_MAX_ITER):
        step = np.linalg.solve(hessian, gradient)
        decrement = float(gradient @ step)
        if decrement <= tol * max(loss, 1.0):
            break
        size = 1.0
        while size > 1e-10:
            trial = _derivatives(raw, labels, weights - size * step)
            if trial[0] <= loss - 1e-4 * size * decrement:
                break
            size /= 2
        else:
            break
        weights = weights - size * step
        loss, gradient, hessian = trial
    return weights


def _derivatives(raw: Array, labels: Array, weights: Array) -> tuple[float, Array, Array]:
    """Loss, its gradient and its Hessian."""
    loss, gradient, hessian = float(weights @ weights) / 2, weights.copy(), np.eye(len(weights))
    for X, truth in _chunks(raw, labels):
        margin = X @ weights
        loss += float(np.logaddexp(0, np.where(truth, -margin, margin)).sum())
        probability = 0.5 * (1 + np.tanh(margin / 2))
        gradient += (probability - truth) @ X
        X *= np.sqrt(probability * (1 - probability))[:, None]
        hessian += X.T @ X
    return loss, gradient, hessian
