"""Higher-order link prediction: which open triangles close, and how well scores tell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graphkit._simplex_dataset import SimplexDataset
from graphkit.memory import require_memory
from graphkit.simplicial._closure import check_percent, split_triples, split_window
from graphkit.simplicial._kernels import closure as kernels
from graphkit.simplicial._kernels.scores import count_at_most
from graphkit.simplicial._projected import Projected, Triples, pair_weights
from graphkit.simplicial._scores import ALL_SCORES, LOCAL_SCORES, closure_scores, neighborhoods
from graphkit.validation import check_choice

Array = NDArray[Any]

LABELS = ("correct", "published")


@dataclass(frozen=True, eq=False)
class Candidates:
    """Open triangles of the simplices before a cutoff, and which of them close after it.

    Attributes
    ----------
    triangles : ndarray of shape (n_candidates, 3)
        Nodes in increasing order.
    labels : ndarray of shape (n_candidates,), bool
        Whether the triangle closes, by the rule `rule`.
    rule : {"correct", "published"}
    members : ndarray of shape (n_candidates, 3)
        The same nodes in the order of rank, in which `edge_weights` and `triples` are written.
    edge_weights : ndarray of shape (n_candidates, 3), int64
        Weights of the edges between members 0 1, 0 2 and 1 2.
    projected : Projected
        Projected graph of the simplices before the cutoff.
    closed, triples : Triples
        Closed triples and open triangles by rank.
    dataset, cutoff, until :
        What the candidates were made from.
    """

    labels: Array
    rule: str
    members: Array
    edge_weights: Array
    projected: Projected = field(repr=False)
    closed: Triples = field(repr=False)
    triples: Triples = field(repr=False)
    dataset: SimplexDataset
    cutoff: float
    until: float

    def __len__(self) -> int:
        return len(self.members)

    @cached_property
    def triangles(self) -> Array:
        """Nodes of every triangle in increasing order."""
        return np.sort(self.members, axis=1)

    @cached_property
    def neighborhoods(self) -> Mapping[str, Array]:
        """What the neighbours of the nodes have in common, for several scores."""
        return neighborhoods(self)


@dataclass(frozen=True)
class ClosurePrediction:
    """How well scores tell which open triangles close.

    Attributes
    ----------
    labels : {"correct", "published"}
    n_candidates, n_positive : int
        Open triangles before the cutoff, and how many of them close after it.
    average_precision : mapping of str to float
        Of every score.
    relative : mapping of str to float
        Average precision divided by `base_rate`, which is that of random scores. NaN without positives.
    """

    labels: str
    n_candidates: int
    n_positive: int
    average_precision: Mapping[str, float]
    relative: Mapping[str, float]

    @property
    def base_rate(self) -> float:
        """Share of the candidates that close; NaN without candidates."""
        return self.n_positive / self.n_candidates if self.n_candidates else float("nan")


def closure_candidates(
    simplices: SimplexDataset, *, labels: str = "correct", cutoff: float = 80, until: float = 100
) -> Candidates:
    """List the open triangles before a cutoff, and label those that are in a simplex after it.

    Parameters
    ----------
    simplices : SimplexDataset
        With times, in any order.
    labels : {"correct", "published"}
        ``"published"`` repeats an error of the labels that the paper was computed with; see Notes.
    cutoff, until : float
        Percentiles of all times: triangles are open in the simplices up to `cutoff`, and close in those
        after it, up to `until`.

    Returns
    -------
    Candidates

    Raises
    ------
    TypeError, ValueError, MemoryBudgetError
        As `closure_counts`; an unknown rule is an `UnknownNameError`.

    Notes
    -----
    The published labels look a triangle up in a set of triples that are sorted by node number, but write it
    with its node of lowest degree (of equal ones, of lowest number) first and the others by number. Unless
    that node also has the lowest number, a triangle that closes is labelled as open: most closures are lost,
    and which ones depends on how nodes are numbered.

    Examples
    --------
    >>> from graphkit.simplicial import SimplexDataset
    >>> data = SimplexDataset("four", [0, 2, 4, 6, 9], [0, 1, 1, 2, 0, 2, 0, 1, 2], times=[1, 2, 3, 4])
    >>> found = closure_candidates(data, cutoff=70)
    >>> found.triangles.tolist(), found.labels.tolist()
    ([[0, 1, 2]], [True])
    """
    rule = check_choice(labels, "labels", LABELS)
    check_percent(cutoff, "cutoff", open_end=True)
    check_percent(until, "until")
    if until <= cutoff:
        raise ValueError(f"until must be above cutoff, got {until} and {cutoff}")
    split = split_triples(*split_window(simplices, cutoff, until))
    graph, closed = split.projected, split.closed
    ptr = np.zeros_like(graph.forward_ptr)
    kernels.count_open(graph.forward_ptr, graph.forward, closed.ptr, ptr)
    total = int(ptr[-1])
    require_memory(100 * total, f"{total:,} open triangles")
    second, third = np.empty(total, graph.forward.dtype), np.empty(total, graph.forward.dtype)
    kernels.fill_open(
        graph.forward_ptr, graph.forward, closed.ptr, closed.second, closed.third, 0, len(graph.rank),
        second, third,
    )  # fmt: skip
    triples = Triples(ptr, second, third, np.zeros(total, np.bool_))
    stays = np.empty(total, np.bool_)
    newly = split.newly_closed
    kernels.not_among(ptr, second, third, newly.ptr, newly.second, newly.third, stays)
    members = np.empty((total, 3), graph.forward.dtype)
    for column, ranks in enumerate((triples.root, second, third)):
        members[:, column] = graph.node_at[ranks]
    is_positive = ~stays
    if rule == "published":
        leader = members[np.arange(total), _leader(members, graph)]
        is_positive &= leader == np.minimum(members[:, 0], np.minimum(members[:, 1], members[:, 2]))
    return Candidates(
        is_positive, rule, members, pair_weights(triples, graph), graph, closed, triples, simplices,
        float(cutoff), float(until),
    )  # fmt: skip


def _leader(members: Array, graph: Projected) -> Array:
    """Column of the member of lowest degree in the projected graph, of equal ones that of lowest number."""
    order = np.lexsort((np.arange(len(graph.rank)), np.diff(graph.indptr)))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return place[members].argmin(axis=1) if len(members) else np.empty(0, np.int64)


def average_precision(labels: ArrayLike, scores: ArrayLike) -> float:
    """Area under the precision-recall curve as a sum of steps; equal scores are one step.

    Parameters
    ----------
    labels : array-like of bool of shape (n,)
    scores : array-like of float of shape (n,)
        Larger means more likely. No NaN.

    Returns
    -------
    float
        NaN if no label is true.

    Examples
    --------
    >>> average_precision([True, False, True], [0.9, 0.5, 0.1])
    0.8333333333333333
    """
    truth, values = np.asarray(labels, bool), np.asarray(scores, np.float64)
    if truth.shape != values.shape or truth.ndim != 1:
        raise ValueError(
            f"labels and scores must be of one length, got shapes {truth.shape} and {values.shape}"
        )
    if np.isnan(values).any():
        raise ValueError("scores must not be NaN")
    if not truth.any():
        return float("nan")
    # Only the scores of positives matter, and they are few: everything else is sorted in between them.
    levels, positives = np.unique(values[truth], return_counts=True)
    counts = np.zeros(len(levels) + 1, np.int64)
    count_at_most(levels, values, counts)
    taken = np.cumsum(counts[:0:-1])
    found = np.cumsum(positives[::-1])
    return float((positives[::-1] * (found / taken)).sum() / found[-1])


def closure_prediction(
    simplices: SimplexDataset,
    *,
    scores: Iterable[str] = LOCAL_SCORES,
    labels: str = "correct",
    cutoff: float = 80,
    until: float = 100,
) -> ClosurePrediction:
    """Predict which open triangles close, and compare the average precision with that of random scores [1]_.

    Parameters
    ----------
    simplices : SimplexDataset
        With times, in any order.
    scores : iterable of str
        Names of scores, see `closure_scores`. Default: those of edges and neighbourhoods.
    labels : {"correct", "published"}
        ``"published"`` repeats an error of the published labels, which loses most closures; see
        `closure_candidates`. It reproduces the published table and serves no other purpose.
    cutoff, until : float
        Percentiles of the times, see `closure_candidates`.

    Returns
    -------
    ClosurePrediction

    Raises
    ------
    TypeError, ValueError, MemoryBudgetError
        As `closure_candidates` and `closure_scores`.

    References
    ----------
    .. [1] A. R. Benson, R. Abebe, M. T. Schaub, A. Jadbabaie and J. Kleinberg, Simplicial closure and
       higher-order link prediction, PNAS 115(48), 2018, doi:10.1073/pnas.1800683115.

    Examples
    --------
    >>> from graphkit.simplicial import SimplexDataset
    >>> data = SimplexDataset("four", [0, 2, 4, 6, 9], [0, 1, 1, 2, 0, 2, 0, 1, 2], times=[1, 2, 3, 4])
    >>> closure_prediction(data, scores=["harmonic"], cutoff=70).relative
    {'harmonic': 1.0}
    """
    names = [scores] if isinstance(scores, str) else list(scores)
    for name in names:
        check_choice(name, "score", ALL_SCORES)
    candidates = closure_candidates(simplices, labels=labels, cutoff=cutoff, until=until)
    precision = {
        name: average_precision(candidates.labels, closure_scores(candidates, name)) for name in names
    }
    n_positive = int(candidates.labels.sum())
    rate = n_positive / len(candidates) if n_positive else float("nan")
    return ClosurePrediction(
        candidates.rule,
        len(candidates),
        n_positive,
        precision,
        {name: value / rate for name, value in precision.items()},
    )
