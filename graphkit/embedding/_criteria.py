"""What an embedding is worth: by labels, by edges that it was not shown, or by its effective rank."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.linalg
from numpy.typing import ArrayLike, NDArray

from graphkit.graph import Graph

Matrix = NDArray[np.float32]

FOLDS = 5
HELD_OUT = 0.1
_RIDGE = 0.01  # penalty of the classifier, in units of the sum of squares of a column
_RANK_FLOOR = 1e-7  # added to the singular values' shares, as in the paper
ROWS_AT_A_TIME = 2**14  # that are turned to float64, or multiplied, at a time


@dataclass(frozen=True, eq=False)
class LabelCriterion:
    """Macro-F1 of a ridge classifier in cross-validation.

    Attributes
    ----------
    nodes : ndarray of shape (n_labelled,), int64
        Labelled nodes in random order.
    labels : ndarray of shape (n_labelled, n_classes), bool
        Their labels.
    """

    nodes: NDArray[np.int64]
    labels: NDArray[np.bool_]

    def __call__(self, X: Matrix) -> float:
        """Score an embedding of shape (n_nodes, d), in [0, 1].

        For each of the folds, least squares with a penalty predict the indicators of the classes from the
        other folds; each node is given as many labels as it has, those with the largest values.
        """
        parts = np.array_split(np.arange(self.nodes.size), min(FOLDS, self.nodes.size))
        rows = [self._extended(X, part) for part in parts]
        targets = [self.labels[part].astype(np.float32) for part in parts]
        grams = [_product(row, row) for row in rows]
        moments = [_product(row, target) for row, target in zip(rows, targets, strict=True)]
        gram, moment = np.sum(grams, axis=0), np.sum(moments, axis=0)
        predicted = np.zeros(self.labels.shape, dtype=np.bool_)
        for part, row, own_gram, own_moment in zip(parts, rows, grams, moments, strict=True):
            weights = _ridge(gram - own_gram, moment - own_moment)
            seen = moment[-1] > own_moment[-1]  # the constant column counts the members of each class
            values = np.where(seen, row @ weights.astype(np.float32), -np.inf)
            predicted[part] = _top_labels(values, self.labels[part])
        return _macro_f1(self.labels, predicted)

    def _extended(self, X: Matrix, part: NDArray[np.int64]) -> Matrix:
        rows = np.ones((part.size, X.shape[1] + 1), dtype=np.float32)
        rows[:, :-1] = X[self.nodes[part]]
        return rows


def _product(left: Matrix, right: Matrix) -> NDArray[np.float64]:
    """Transposed left times right: products in float32, summed up in float64."""
    total = np.zeros((left.shape[1], right.shape[1]))
    for low in range(0, len(left), ROWS_AT_A_TIME):
        total += left[low : low + ROWS_AT_A_TIME].T @ right[low : low + ROWS_AT_A_TIME]
    return total


def _ridge(gram: NDArray[np.float64], moment: NDArray[np.float64]) -> NDArray[np.float64]:
    """Least squares with a penalty on all weights but the last, the constant's."""
    penalized = gram.copy()
    squares = np.diagonal(gram)[:-1]
    size = squares.mean()
    penalized[np.arange(squares.size), np.arange(squares.size)] += _RIDGE * size if size > 0 else 1.0
    penalized[-1, -1] = max(penalized[-1, -1], 1.0)
    return scipy.linalg.solve(penalized, moment, assume_a="pos")


def _top_labels(values: NDArray[Any], truth: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Give each row as many labels as it has in `truth`; ties go to the lowest column."""
    order = np.argsort(-values, axis=1, kind="stable")
    chosen = np.zeros(truth.shape, dtype=np.bool_)
    granted = np.arange(truth.shape[1]) < truth.sum(axis=1)[:, None]
    np.put_along_axis(chosen, order, granted, axis=1)
    return chosen


def _macro_f1(truth: NDArray[np.bool_], predicted: NDArray[np.bool_]) -> float:
    hits = (truth & predicted).sum(axis=0)
    return float(np.mean(2 * hits / np.maximum(truth.sum(axis=0) + predicted.sum(axis=0), 1)))


def label_criterion(labels: ArrayLike, graph: Graph, rng: np.random.Generator) -> LabelCriterion:
    """Prepare `LabelCriterion`; see `graphkit.embedding.tune_fastrp` for the form of the labels.

    Raises
    ------
    ValueError
        If the labels do not belong to the nodes, or fewer than two nodes or classes have any.
    """
    given = np.asarray(labels)
    if given.ndim not in (1, 2) or len(given) != graph.n_nodes:
        raise ValueError(
            f"labels must have a row for each of the {graph.n_nodes} nodes, got an array of shape "
            f"{given.shape}"
        )
    indicator = _indicator(given) if given.ndim == 1 else _checked_indicator(given)
    indicator = indicator[:, indicator.any(axis=0)]
    nodes = rng.permutation(np.flatnonzero(indicator.any(axis=1))).astype(np.int64)
    if nodes.size < 2 or indicator.shape[1] < 2:
        raise ValueError(
            f"labels must name at least two classes and two labelled nodes, "
            f"got {indicator.shape[1]} and {nodes.size}"
        )
    return LabelCriterion(nodes, indicator[nodes])


def _indicator(labels: NDArray[Any]) -> NDArray[np.bool_]:
    if labels.dtype.kind == "f":
        known = ~np.isnan(labels)
    elif labels.dtype.kind in "iu":
        known = labels >= 0
    elif labels.dtype.kind == "O":
        known = np.array([label is not None and label == label and label != "" for label in labels])
        labels = labels.astype(str)  # classes are told apart by their names; mixed kinds cannot be sorted
    else:
        known = labels != "" if labels.dtype.kind in "US" else np.ones(labels.size, dtype=np.bool_)
    classes, place = np.unique(labels[known], return_inverse=True)
    indicator = np.zeros((labels.size, classes.size), dtype=np.bool_)
    indicator[np.flatnonzero(known), place] = True
    return indicator


def _checked_indicator(labels: NDArray[Any]) -> NDArray[np.bool_]:
    if labels.dtype.kind not in "biuf" or not np.isin(labels, (0, 1)).all():
        raise ValueError("labels of shape (n_nodes, n_classes) must hold only 0 and 1, or booleans")
    return labels.astype(np.bool_)


@dataclass(frozen=True, eq=False)
class EdgeCriterion:
    """AUC of telling edges that were held out from pairs without an edge, by cosine similarity.

    Attributes
    ----------
    graph : Graph
        The graph without the edges that are held out.
    edges, others : ndarray of shape (n_held_out, 2), int64
        Edges held out, and as many pairs without an edge.
    """

    graph: Graph
    edges: NDArray[np.int64]
    others: NDArray[np.int64]

    def __call__(self, X: Matrix) -> float:
        """Score an embedding, (n_nodes, d): how often an edge is closer than another pair."""
        close = np.concatenate([_cosines(X, self.edges), _cosines(X, self.others)])
        _, place, counts = np.unique(close, return_inverse=True, return_counts=True)
        rank = (np.cumsum(counts) - (counts - 1) / 2)[place]  # equal values share their mean rank
        k, m = len(self.edges), len(self.others)
        return float((rank[:k].sum() - k * (k + 1) / 2) / (k * m))


def _cosines(X: Matrix, pairs: NDArray[np.int64]) -> NDArray[np.float64]:
    values = np.empty(len(pairs))
    for low in range(0, len(pairs), ROWS_AT_A_TIME):
        left, right = (X[pairs[low : low + ROWS_AT_A_TIME, side]].astype(np.float64) for side in (0, 1))
        length = np.sqrt((left * left).sum(axis=1) * (right * right).sum(axis=1))
        dots = (left * right).sum(axis=1)
        values[low : low + ROWS_AT_A_TIME] = np.divide(
            dots, length, out=np.zeros_like(dots), where=length > 0
        )
    return values


def edge_criterion(graph: Graph, rng: np.random.Generator) -> EdgeCriterion:
    """Hold out a tenth of the edges, loops excepted, drawn without replacement.

    Raises
    ------
    ValueError
        If the graph has fewer than two edges, or too few pairs without one.
    """
    sources, targets = (ends.astype(np.int64) for ends in graph.edges())
    proper = np.flatnonzero(sources != targets)
    n_held = round(HELD_OUT * proper.size)
    if proper.size >= 2:
        n_held = max(n_held, 1)
    n = graph.n_nodes
    pairs = n * (n - 1) // (1 if graph.directed else 2)
    if n_held == 0 or pairs - proper.size < n_held:
        raise ValueError(
            f"criterion='edges' needs at least two edges and as many pairs without one as are held out, "
            f"got {proper.size} edges among {pairs} pairs"
        )
    held = np.sort(rng.choice(proper, size=n_held, replace=False))
    kept = np.ones(sources.size, dtype=np.bool_)
    kept[held] = False
    edges = np.column_stack([sources[held], targets[held]])
    return EdgeCriterion(_with_edges(graph, kept), edges, _pairs_without_edge(graph, n_held, rng))


def _with_edges(graph: Graph, kept: NDArray[np.bool_]) -> Graph:
    """Graph on the same nodes with only some of the edges, given as a mask in the order of `edges`."""
    entries = kept[graph.entry_edges()]
    indptr = np.zeros(graph.n_nodes + 1, dtype=graph.indptr.dtype)
    rows = np.repeat(np.arange(graph.n_nodes), np.diff(graph.indptr))
    np.cumsum(np.bincount(rows[entries], minlength=graph.n_nodes), out=indptr[1:])
    weights = None if graph.weights is None else graph.weights[entries]
    return Graph(
        indptr,
        graph.indices[entries],
        weights,
        directed=graph.directed,
        labels=graph.labels,
        node_data=dict(graph.node_data),
    )


def _pairs_without_edge(graph: Graph, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw distinct pairs of different nodes that no edge joins, uniformly; ordered pairs if directed."""
    n = graph.n_nodes
    sources, targets = (ends.astype(np.int64) for ends in graph.edges())
    taken = np.sort(sources * n + targets)  # source <= target if undirected
    found = np.empty(0, dtype=np.int64)
    while found.size < count:
        drawn = rng.integers(n, size=(2 * (count - found.size) + 16, 2))
        drawn = drawn[drawn[:, 0] != drawn[:, 1]]
        if not graph.directed:
            drawn.sort(axis=1)
        codes = drawn[:, 0] * n + drawn[:, 1]
        place = np.minimum(np.searchsorted(taken, codes), taken.size - 1)
        codes = np.concatenate([found, codes[taken[place] != codes]])
        first = np.sort(np.unique(codes, return_index=True)[1])
        found = codes[first]
    return np.column_stack(np.divmod(found[:count], n))


def effective_rank(X: ArrayLike) -> float:
    r"""Effective rank of a matrix: the exponential of the entropy of its singular values [1]_ [2]_.

    Parameters
    ----------
    X : array-like of shape (n, d)
        Such as an embedding. Rows of zeros do not matter.

    Returns
    -------
    float
        Between 1, for a matrix of rank one, and min(n, d), for equal singular values. 0 for zeros.

    Raises
    ------
    ValueError
        If X is not a matrix of finite numbers.

    Notes
    -----
    With singular values :math:`\sigma` and shares :math:`p = \sigma / \lVert \sigma \rVert_1 + 10^{-7}`,
    :math:`\exp(-\sum p \log p)`. Singular values are square roots of the eigenvalues of X'X in float64.
    O(n d^2) time.

    References
    ----------
    .. [1] O. Roy, M. Vetterli, "The effective rank: a measure of effective dimensionality", EUSIPCO 2007.
    .. [2] Q. Garrido, R. Balestriero, L. Najman, Y. LeCun, "RankMe: assessing the downstream performance of
       pretrained self-supervised representations by their rank", ICML 2023, arXiv:2210.02885.

    Examples
    --------
    >>> round(effective_rank([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), 3)
    2.0
    """
    values = np.asarray(X)
    if values.ndim != 2 or values.size == 0 or values.dtype.kind not in "biuf":
        raise ValueError(f"X must be a matrix of numbers, got {values.dtype} of shape {values.shape}")
    gram = np.zeros((values.shape[1], values.shape[1]))
    for low in range(0, len(values), ROWS_AT_A_TIME):
        rows = values[low : low + ROWS_AT_A_TIME].astype(np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            gram += rows.T @ rows
    if not np.isfinite(gram).all():
        raise ValueError("X must be finite, and so must the squares of its entries")
    singular = np.sqrt(np.maximum(scipy.linalg.eigvalsh(gram), 0.0))
    if singular.sum() == 0:
        return 0.0
    share = singular / singular.sum() + _RANK_FLOOR
    return float(np.exp(-(share * np.log(share)).sum()))
