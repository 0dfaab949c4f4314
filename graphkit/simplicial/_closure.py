"""Simplicial closure: which configurations of nodes come to be in a simplex together."""

from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit._simplex_dataset import SimplexDataset
from graphkit.simplicial._kernels import closure as kernels
from graphkit.simplicial._projected import (
    Projected,
    Simplices,
    Triples,
    closed_triples,
    distinct_simplices,
    new_triples,
    ordered_simplices,
    pair_weights,
    project,
    ranked,
)
from graphkit.validation import check_integer

Array = NDArray[Any]

CONFIGURATIONS = tuple((i, j, k) for i in range(3) for j in range(i, 3) for k in range(j, 3))


@dataclass(frozen=True)
class ClosureCounts:
    """How often configurations of nodes occur, and how often they close.

    Attributes
    ----------
    configurations : tuple of tuple of int
        Of three nodes: the strengths of the three ties in increasing order, 0 for none, 1 for weak (in one
        simplex together), 2 for strong (in two or more). Of four nodes: the strengths of the four triples,
        that is 0 for open, 1 for one simplex and 2 for more; entries -1, -2 and -3 stand for the triples that
        are no triangles where there are only 5, 4 or 3 edges.
    n_open : ndarray, int64 or object
        Instances that are not in a simplex together before the cutoff. Python integers if they need more
        than 64 bits.
    n_closed : ndarray, int64
        How many of these are in a simplex together after it.
    """

    configurations: tuple[tuple[int, ...], ...]
    n_open: Array
    n_closed: Array

    @property
    def probabilities(self) -> Array:
        """Share of the instances that close; NaN for a configuration that does not occur."""
        n_open = self.n_open.astype(np.float64)
        return np.divide(self.n_closed, n_open, out=np.full(len(n_open), np.nan), where=n_open > 0)


@dataclass(frozen=True)
class ClosureStatistics:
    """Size of a data set of simplices and of its projected graph.

    Attributes
    ----------
    n_nodes : int
        Nodes in at least one simplex.
    n_simplices, n_distinct : int
        Simplices, and distinct sets of nodes among them.
    mean_size, max_size : float, int
        Number of nodes of a simplex.
    n_edges : int
        Pairs of nodes that are in a simplex together.
    edge_density : float
        Share of the pairs of nodes that are edges.
    mean_weight : float
        Mean number of simplices that an edge is in.
    n_closed_triangles, n_open_triangles : int
        Triangles of the projected graph whose nodes are, and are not, in a simplex together.
    """

    n_nodes: int
    n_simplices: int
    n_distinct: int
    mean_size: float
    max_size: int
    n_edges: int
    edge_density: float
    mean_weight: float
    n_closed_triangles: int
    n_open_triangles: int

    @property
    def open_share(self) -> float:
        """Share of the triangles that are open; NaN without triangles."""
        total = self.n_closed_triangles + self.n_open_triangles
        return self.n_open_triangles / total if total else float("nan")

    @property
    def mean_degree(self) -> float:
        """Mean degree in the projected graph; NaN without nodes."""
        return 2 * self.n_edges / self.n_nodes if self.n_nodes else float("nan")


@dataclass(frozen=True)
class Split:
    """Simplices before and after a cutoff, and the triples that are closed before and newly after it."""

    old: Simplices
    projected: Projected
    closed: Triples
    newly_closed: Triples
    new: Simplices


def read_simplices(folder: str, *, name: str | None = None) -> SimplexDataset:
    """Read a folder with files ``NAME-nverts.txt``, ``NAME-simplices.txt`` and ``NAME-times.txt``.

    Parameters
    ----------
    folder : str or path
        The files may be compressed, such as ``NAME-nverts.txt.gz``.
    name : str, optional
        Of the data set, where the folder has several.

    Returns
    -------
    SimplexDataset
        Nodes are numbered from 0, one less than in the files.

    Raises
    ------
    GraphFormatError
        If a file is missing or malformed, or if they disagree.
    """
    from graphkit.io import read_dataset

    options = {} if name is None else {"name": name}
    dataset = read_dataset(folder, format="simplices", **options)
    if not isinstance(dataset, SimplexDataset):
        raise TypeError(f"expected a SimplexDataset, got {type(dataset).__name__}")
    return dataset


def time_cutoff(times: Array, percent: float) -> float:
    """Percentile of times between neighbouring ranks; of integers it is rounded, halves to even.

    Examples
    --------
    >>> time_cutoff(np.array([1, 2, 3, 4, 5]), 80), time_cutoff(np.array([1.0, 2.0]), 80)
    (4.0, 1.8)
    """
    cutoff = float(np.percentile(times, percent))
    return float(np.round(cutoff)) if times.dtype.kind in "iu" else cutoff


def split_window(
    dataset: SimplexDataset, before: float, until: float, *, of_window: bool = False
) -> tuple[Simplices, Simplices]:
    """Simplices up to a percentile of the times, and those after it up to another.

    With `of_window` the first percentile is one of the times up to the second.
    """
    offsets, nodes, times = ordered_simplices(dataset)
    n = int(dataset.n_nodes or 0)
    if not len(times):
        empty = distinct_simplices(offsets, nodes, 0, 0, n)
        return empty, empty
    last = len(times)
    if until < 100:
        last = int(np.searchsorted(times, time_cutoff(times, until), side="right"))
    cutoff = time_cutoff(times[:last] if of_window else times, before)
    middle = min(int(np.searchsorted(times, cutoff, side="right")), last)
    return distinct_simplices(offsets, nodes, 0, middle, n), distinct_simplices(
        offsets, nodes, middle, last, n
    )


def split_triples(old: Simplices, new: Simplices) -> Split:
    """Project the old simplices, and find closed triples; new ones only among nodes seen before."""
    projected = project(old)
    old_ranked, old_entries = ranked(old, projected)
    closed = closed_triples(old_ranked, old_entries)
    new_ranked, new_entries = ranked(new, projected)
    newly_closed = new_triples(closed_triples(new_ranked, new_entries), closed)
    return Split(old_ranked, projected, closed, newly_closed, new_ranked)


def closure_counts(
    simplices: SimplexDataset, size: int = 3, *, cutoff: float = 80, until: float = 100
) -> ClosureCounts:
    """Count the configurations of three or four nodes, and how many of them close later [1]_.

    Parameters
    ----------
    simplices : SimplexDataset
        With times, in any order.
    size : {3, 4}
        Number of nodes. Of four nodes, only those with at least one triangle are counted.
    cutoff : float in (0, 100)
        Percentile of the times up to which configurations are formed; they close after it. The percentile
        lies between neighbouring ranks, and of integer times it is rounded (halves to even).
    until : float in (0, 100]
        Use only simplices up to this percentile of the times; `cutoff` is then one of theirs.

    Returns
    -------
    ClosureCounts

    Raises
    ------
    TypeError
        If it is no `SimplexDataset`.
    ValueError
        If there are no times, `size` is neither 3 nor 4, or a percentile is out of range.
    MemoryBudgetError
        If the projected graph or the closed triples would not fit.

    Notes
    -----
    Only nodes that are in a simplex before the cutoff take part. Configurations are counted by inclusion and
    exclusion, and only triangles and closed triples are visited: O(m d + sum of s^3) time for m edges of the
    projected graph, degeneracy d and distinct simplices of s nodes. Four nodes take
    O((m d + t) d / 64 + sum of s^4) for t closed triples.

    References
    ----------
    .. [1] A. R. Benson, R. Abebe, M. T. Schaub, A. Jadbabaie and J. Kleinberg, Simplicial closure and
       higher-order link prediction, PNAS 115(48), 2018, doi:10.1073/pnas.1800683115.

    Examples
    --------
    >>> from graphkit.simplicial import SimplexDataset
    >>> data = SimplexDataset("four", [0, 2, 4, 6, 9], [0, 1, 1, 2, 0, 2, 0, 1, 2], times=[1, 2, 3, 4])
    >>> counts = closure_counts(data, cutoff=70)
    >>> [(c, int(n), int(k)) for c, n, k in zip(counts.configurations, counts.n_open, counts.n_closed) if n]
    [((1, 1, 1), 1, 1)]
    """
    size = check_integer(size, "size", minimum=3, maximum=4)
    check_percent(cutoff, "cutoff", open_end=True)
    check_percent(until, "until")
    split = split_triples(*split_window(simplices, cutoff, until, of_window=True))
    if size == 4:
        from graphkit.simplicial._closure4 import count_four

        return count_four(split)
    n_open = _count_open(split.projected, split.closed)
    closed = _by_configuration(np.minimum(pair_weights(split.newly_closed, split.projected), 2))
    return ClosureCounts(
        CONFIGURATIONS,
        as_counts([n_open[c] for c in CONFIGURATIONS]),
        np.array([closed[c] for c in CONFIGURATIONS], np.int64),
    )


def check_percent(value: object, name: str, *, open_end: bool = False) -> None:
    """Check a percentile of times: above 0 and up to 100, or below it."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(f"{name} must be a number, got {value!r} of type {type(value).__name__}")
    if not (0 < value < 100 or (value == 100 and not open_end)):
        raise ValueError(f"{name} must be in (0, 100{')' if open_end else ']'}, got {value}")


def as_counts(counts: list[int]) -> Array:
    """Return counts as int64, or as Python integers where one is too large for that."""
    return np.array(counts, np.int64 if max(counts, default=0) < 2**63 else object)


def _by_configuration(ties: Array) -> dict[tuple[int, ...], int]:
    """How many rows of tie strengths there are of every configuration."""
    strong, weak = (ties == 2).sum(axis=1), (ties == 1).sum(axis=1)
    counted = np.bincount(4 * strong + weak, minlength=16)
    return {c: int(counted[4 * c.count(2) + c.count(1)]) for c in CONFIGURATIONS}


def triangle_totals(projected: Projected) -> list[int]:
    """Count the triangles of the projected graph with 0, 1, 2 and 3 strong edges."""
    counts = np.zeros(4, np.int64)
    kernels.triangle_ties(projected.forward_ptr, projected.forward, projected.weights, counts)
    return [int(count) for count in counts]


def _count_open(projected: Projected, closed: Triples) -> dict[tuple[int, ...], int]:
    """Instances of every configuration of three active nodes; of triangles only the open ones."""
    triangles = triangle_totals(projected)
    ties = _by_configuration(np.minimum(pair_weights(closed, projected), 2))
    is_strong = projected.entry_weights > 1
    rows = np.repeat(np.arange(len(projected.rank)), np.diff(projected.indptr))
    strong = np.bincount(rows[is_strong], minlength=len(projected.rank))
    weak = np.diff(projected.indptr) - strong
    n, n_strong, n_weak = projected.n_active, int(strong.sum()) // 2, int(weak.sum()) // 2

    # Two edges at a node, minus those that a third one completes.
    wedges: dict[tuple[int, ...], int] = {
        (0, 1, 1): int((weak * (weak - 1) // 2).sum()),
        (0, 1, 2): int((weak * strong).sum()),
        (0, 2, 2): int((strong * (strong - 1) // 2).sum()),
    }
    for s, count in enumerate(triangles):
        wedges[0, 1, 1] -= comb(3 - s, 2) * count
        wedges[0, 1, 2] -= (3 - s) * s * count
        wedges[0, 2, 2] -= comb(s, 2) * count
    # An edge and any other node, minus those that the other node is joined to.
    single_weak = n_weak * (n - 2) - sum((3 - s) * count for s, count in enumerate(triangles))
    single_strong = n_strong * (n - 2) - sum(s * count for s, count in enumerate(triangles))
    single_weak -= 2 * wedges[0, 1, 1] + wedges[0, 1, 2]
    single_strong -= 2 * wedges[0, 2, 2] + wedges[0, 1, 2]
    empty = comb(n, 3) - sum(triangles) - sum(wedges.values()) - single_weak - single_strong
    counts: dict[tuple[int, ...], int] = {
        (0, 0, 0): empty,
        (0, 0, 1): single_weak,
        (0, 0, 2): single_strong,
        **wedges,
    }
    for s, count in enumerate(triangles):
        key = (1,) * (3 - s) + (2,) * s
        counts[key] = count - ties[key]
    return counts


def closure_statistics(simplices: SimplexDataset) -> ClosureStatistics:
    """Describe a data set of simplices and its projected graph [1]_.

    Parameters
    ----------
    simplices : SimplexDataset
        Times are not needed.

    Returns
    -------
    ClosureStatistics

    References
    ----------
    .. [1] A. R. Benson, R. Abebe, M. T. Schaub, A. Jadbabaie and J. Kleinberg, Simplicial closure and
       higher-order link prediction, PNAS 115(48), 2018, doi:10.1073/pnas.1800683115.

    Examples
    --------
    >>> from graphkit.simplicial import SimplexDataset
    >>> found = closure_statistics(SimplexDataset("two", [0, 3, 5], [0, 1, 2, 0, 1], times=[1, 2]))
    >>> found.n_edges, found.mean_weight, found.n_closed_triangles, found.n_open_triangles
    (3, 1.3333333333333333, 1, 0)
    """
    timeless = isinstance(simplices, SimplexDataset) and simplices.times is None
    dataset = (
        SimplexDataset(
            simplices.name,
            simplices.offsets,
            simplices.nodes,
            np.zeros(len(simplices), np.int64),
            simplices.n_nodes,
        )
        if timeless
        else simplices
    )
    offsets, nodes, _ = ordered_simplices(dataset)
    kept = distinct_simplices(offsets, nodes, 0, len(offsets) - 1, int(dataset.n_nodes or 0))
    projected = project(kept)
    closed = len(closed_triples(*ranked(kept, projected)))
    n, m = projected.n_active, projected.n_edges
    sizes = np.diff(offsets)
    return ClosureStatistics(
        n_nodes=n,
        n_simplices=len(sizes),
        n_distinct=len(kept),
        mean_size=float(sizes.mean()) if len(sizes) else float("nan"),
        max_size=int(sizes.max(initial=0)),
        n_edges=m,
        edge_density=m / comb(n, 2) if n > 1 else float("nan"),
        mean_weight=float(projected.weights.mean()) if m else float("nan"),
        n_closed_triangles=closed,
        n_open_triangles=sum(triangle_totals(projected)) - closed,
    )
