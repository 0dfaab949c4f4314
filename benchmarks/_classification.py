"""Node classification as the papers on embeddings measure it, and fast enough to do it often.

A share of the labelled nodes trains one logistic regression for each label; for every other node as many
labels are predicted as it has, those with the largest values (Perozzi, Al-Rfou, Skiena, "DeepWalk", KDD 2014,
doi:10.1145/2623330.2623732, section 5). Classifiers of all labels are fitted at once.
"""

import gzip
from pathlib import Path

import numpy as np
import scipy.io
import scipy.sparse
import scipy.special

FOLDER = Path(__file__).resolve().parents[2] / "shared/data/graphs"
FRACTIONS = (0.01, 0.05, 0.09)
SHUFFLES = range(5)
OTHER_SHUFFLES = (100, 101)  # for the choice of preprocessing and C; no figure comes from these
PREPROCESSING = ("raw", "standardised", "unit rows")
PENALTIES = (0.001, 0.01, 0.1, 1.0, 10.0)


def load_labelled(name):
    """Return the simple undirected adjacency matrix and the (n, k) boolean matrix of labels.

    `name` is "blogcatalog", "ppi" or "wikipedia".
    """
    if name == "blogcatalog":
        data = scipy.io.loadmat(FOLDER / "blogcatalog/blogcatalog.mat")
        return scipy.sparse.csr_array(data["network"]).astype(np.float64), data["group"].toarray() > 0
    stem = {"ppi": "ppi/PPI", "wikipedia": "wikipedia_pos/wikipedia"}[name]
    ends = np.loadtxt(FOLDER / f"{stem}.ungraph.gz", dtype=np.int64)
    with gzip.open(FOLDER / f"{stem}.cmty.gz", "rt") as file:
        members = [np.array(line.split(), dtype=np.int64) for line in file if line.strip()]
    n = 1 + max(ends.max(), *(nodes.max() for nodes in members))
    ends = ends[ends[:, 0] != ends[:, 1]]
    S = scipy.sparse.coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(n, n)).tocsr()
    S = (S + S.T).tocsr()
    S.data[:] = 1
    labels = np.zeros((n, len(members)), dtype=bool)
    for column, nodes in enumerate(members):
        labels[nodes, column] = True
    return S, labels


def fit_logistic(X, labels, C, tolerance=1e-4):
    """Fit one logistic regression for each label, with penalised intercepts as in liblinear.

    Minimises, for each column of labels, ||w||^2 / 2 + C sum log(1 + exp(-y w.x)) with y = +-1 and x extended
    by a constant 1. Newton's method for all columns at once; each step is solved by conjugate gradients in
    the basis of the singular vectors of X, in which the Hessian is nearly diagonal.

    Parameters
    ----------
    tolerance : float
        Norm of the gradient at the end, relative to the one at 0.

    Returns
    -------
    ndarray of shape (d + 1, k)
    """
    left, size, right = np.linalg.svd(np.hstack([X, np.ones((len(X), 1))]), full_matrices=False)
    Z = left * size  # an orthogonal change of the weights, which leaves the penalty as it is
    y = np.where(labels, 1.0, -1.0)
    W = np.zeros((len(size), y.shape[1]))
    margin = np.zeros_like(y)
    target = None
    for _ in range(50):
        gradient = W - C * (Z.T @ (y * scipy.special.expit(-margin)))
        norms = np.linalg.norm(gradient, axis=0)
        target = tolerance * norms if target is None else target
        if (norms <= target).all():
            break
        probability = scipy.special.expit(margin)
        curvature = C * probability * (1 - probability)
        step = _newton_step(Z, curvature, gradient, size)
        change = y * (Z @ step)
        length = _step_length(W, step, margin, change, C)
        W += length * step
        margin += length * change
    return right.T @ W


def _newton_step(Z, curvature, gradient, size):
    """Solve (I + Z' diag(curvature) Z) step = -gradient for every column, roughly."""
    precondition = 1 / (1 + size[:, None] ** 2 * curvature.mean(axis=0))
    step = np.zeros_like(gradient)
    residual = -gradient
    scaled = precondition * residual
    direction = scaled
    product = np.einsum("ij,ij->j", residual, scaled)
    goal = 0.01 * product  # a tenth of the length
    for _ in range(50):
        image = direction + Z.T @ (curvature * (Z @ direction))
        slope = np.einsum("ij,ij->j", direction, image)
        length = np.divide(product, slope, out=np.zeros_like(product), where=slope > 0)
        step += length * direction
        residual = residual - length * image
        scaled = precondition * residual
        before, product = product, np.einsum("ij,ij->j", residual, scaled)
        if (product <= goal).all():
            break
        ratio = np.divide(product, before, out=np.zeros_like(product), where=before > 0)
        direction = scaled + ratio * direction
    return step


def _step_length(W, step, margin, change, C):
    """Halve the step of each column until its loss does not grow."""

    def loss(length):
        penalty = 0.5 * ((W + length * step) ** 2).sum(axis=0)
        return penalty + C * np.logaddexp(0, -(margin + length * change)).sum(axis=0)

    length = np.ones(W.shape[1])
    start = loss(np.zeros_like(length))
    for _ in range(20):
        worse = loss(length) > start * (1 + 1e-12)
        if not worse.any():
            break
        length[worse] /= 2
    return length


def f1_scores(truth, values):
    """Micro- and macro-F1 in per cent; each row is given as many labels as it has in `truth`."""
    order = np.argsort(-values, axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(values.shape[1])[None], axis=1)
    predicted = rank < truth.sum(axis=1, keepdims=True)
    hits = (predicted & truth).sum(axis=0)
    total = predicted.sum(axis=0) + truth.sum(axis=0)
    macro = np.mean(np.divide(2 * hits, total, out=np.zeros(len(hits)), where=total > 0))
    return 100 * 2 * hits.sum() / total.sum(), 100 * macro


def split(labels, fraction, seed):
    """Labelled nodes in random order, cut into training and test nodes."""
    nodes = np.flatnonzero(labels.any(axis=1))
    order = np.random.default_rng(seed).permutation(nodes)
    return np.split(order, [round(fraction * len(nodes))])


def score_split(X, labels, C, fraction, seed):
    """Micro- and macro-F1 of one split."""
    train, test = split(labels, fraction, seed)
    known = labels[train].any(axis=0)  # a label that is never seen cannot be learnt, and is predicted last
    weights = fit_logistic(X[train], labels[np.ix_(train, known)], C)
    values = np.full((len(test), labels.shape[1]), -np.inf)
    values[:, known] = X[test] @ weights[:-1] + weights[-1]
    return f1_scores(labels[test], values)


def prepare(X, how):
    """Return the embedding as it is, with standardised columns, or with rows of length sqrt(d)."""
    X = np.asarray(X, dtype=np.float64)
    if how == "raw":
        return X
    if how == "unit rows":
        length = np.linalg.norm(X, axis=1, keepdims=True) / X.shape[1] ** 0.5
        return X / np.where(length > 0, length, 1)
    deviation = X.std(axis=0)
    return (X - X.mean(axis=0)) / np.where(deviation > 0, deviation, 1)


def choose(X, labels, fraction=FRACTIONS[-1]):
    """Preprocessing and C with the best macro-F1 on splits that no figure is taken from."""
    scores = {}
    for how in PREPROCESSING:
        prepared = prepare(X, how)
        for C in PENALTIES:
            macro = [score_split(prepared, labels, C, fraction, seed)[1] for seed in OTHER_SHUFFLES]
            scores[how, C] = np.mean(macro)
    return max(scores, key=scores.get)


def evaluate(X, labels, chosen=None, *, fractions=FRACTIONS, shuffles=SHUFFLES):
    """Evaluate one embedding, with the preprocessing and C that `choose` finds or with those given.

    Returns
    -------
    dict with the chosen "preprocessing" and "C", and for each share of labels, in per cent, the mean and the
    standard deviation over the shuffles: {"micro 9%": (mean, deviation), "macro 9%": ..., ...}
    """
    how, C = chosen or choose(X, labels)
    prepared = prepare(X, how)
    result = {"preprocessing": how, "C": C}
    for fraction in fractions:
        scores = np.array([score_split(prepared, labels, C, fraction, seed) for seed in shuffles])
        for name, column in zip(("micro", "macro"), scores.T, strict=True):
            result[f"{name} {fraction:.0%}"] = (float(column.mean()), float(column.std()))
    return result


def check_classifier():
    """Compare `fit_logistic` with scikit-learn's liblinear on a small example."""
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 8))
    labels = X @ rng.normal(size=(8, 3)) + rng.normal(size=(60, 3)) > 0.5
    ours = fit_logistic(X, labels, 2.0, tolerance=1e-8)
    for column, y in enumerate(labels.T):
        model = LogisticRegression(C=2.0, solver="liblinear", tol=1e-10, max_iter=10_000).fit(X, y)
        theirs = np.append(model.coef_[0], model.intercept_)
        if not np.allclose(ours[:, column], theirs, atol=1e-4):
            raise SystemExit(f"the classifier differs from scikit-learn's: {ours[:, column]} and {theirs}")
