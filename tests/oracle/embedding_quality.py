"""Slow, obvious versions of the criteria for embeddings."""

import numpy as np


def effective_rank(X):
    singular = np.linalg.svd(np.asarray(X, dtype=float), compute_uv=False)
    share = singular / singular.sum() + 1e-7
    return np.exp(-sum(p * np.log(p) for p in share))


def auc(X, edges, others):
    """Share of pairs (edge, other) in which the edge has the larger cosine similarity; ties count half."""

    def cosine(pair):
        left, right = X[pair[0]].astype(float), X[pair[1]].astype(float)
        length = np.linalg.norm(left) * np.linalg.norm(right)
        return left @ right / length if length > 0 else 0.0

    wins = 0.0
    for edge in edges:
        for other in others:
            a, b = cosine(edge), cosine(other)
            wins += 1.0 if a > b + 1e-12 else 0.5 if abs(a - b) <= 1e-12 else 0.0
    return wins / (len(edges) * len(others))


def ridge_values(train, targets, test, penalty):
    """Least squares with a penalty on all weights but the constant's, relative to the mean square sum."""
    extended = np.hstack([train, np.ones((len(train), 1))])
    size = (train**2).sum() / train.shape[1]
    rows = np.sqrt(penalty * size) * np.eye(train.shape[1], train.shape[1] + 1)
    stacked = np.vstack([extended, rows])
    wanted = np.vstack([targets, np.zeros((len(rows), targets.shape[1]))])
    weights = np.linalg.lstsq(stacked, wanted, rcond=None)[0]
    return np.hstack([test, np.ones((len(test), 1))]) @ weights


def cross_validated_f1(X, labels, n_folds, penalty):
    """Macro-F1 where every row gets as many labels as it has, from a fit without its fold."""
    n = len(X)
    predicted = np.zeros_like(labels)
    for fold in np.array_split(np.arange(n), n_folds):
        rest = np.setdiff1d(np.arange(n), fold)
        values = ridge_values(X[rest], labels[rest].astype(float), X[fold], penalty)
        for row, i in zip(values, fold, strict=True):
            ranked = sorted(range(labels.shape[1]), key=lambda c: (not labels[rest, c].any(), -row[c], c))
            predicted[i, ranked[: labels[i].sum()]] = True
    scores = []
    for truth, guess in zip(labels.T, predicted.T, strict=True):
        hits = (truth & guess).sum()
        scores.append(2 * hits / max(truth.sum() + guess.sum(), 1))
    return np.mean(scores)
