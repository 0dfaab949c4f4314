"""How many clusters: loss, silhouettes and stability over seeds, side by side for several numbers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clustering._dissimilarity import FeatureDistances, MatrixDistances, Metric, check_source
from clustering._functional import alternating_on, check_threads, fasterpam_on, fastpam_on
from clustering._initial import RandomState
from clustering._medoid_silhouette import fastermsc_on, fastmsc_on
from clustering._problem import Problem, check_n_clusters, check_problem
from clustering._result import KMedoidsResult
from clustering._silhouettes import medoid_widths, widths_of
from graphkit.validation import check_choice, check_integer, check_random_state

Search = Callable[[Problem, np.random.Generator], KMedoidsResult]

# Every one begins with random medoids, or there would be nothing to compare.
METHODS: dict[str, Search] = {
    "fasterpam": lambda problem, rng: fasterpam_on(problem, "random", 100, rng, "natural"),
    "fastpam": lambda problem, rng: fastpam_on(problem, "random", 10_000, rng),
    "alternating": lambda problem, rng: alternating_on(problem, "k-medoids++", 300, rng),
    "fastermsc": lambda problem, rng: fastermsc_on(problem, "random", 100, rng, "natural"),
    "fastmsc": lambda problem, rng: fastmsc_on(problem, "random", 10_000, rng),
}
CRITERIA = ("silhouette", "medoid_silhouette", "stability")


@dataclass(frozen=True)
class Candidate:
    """What is known of one number of clusters.

    Attributes
    ----------
    n_clusters : int
    inertia : float
        Smallest loss over the seeds.
    silhouette, medoid_silhouette : float
        Means over the samples for that loss; NaN for a single cluster.
    stability : float
        Mean adjusted Rand index of all pairs of seeds: 1 where all find the same clusters, near 0 where they
        agree no more than by chance; NaN for a single seed.
    medoid_indices : ndarray of shape (n_clusters,), intp
    labels : ndarray of shape (n_samples,), intp
    """

    n_clusters: int
    inertia: float
    silhouette: float
    medoid_silhouette: float
    stability: float
    medoid_indices: NDArray[np.intp]
    labels: NDArray[np.intp]


@dataclass(frozen=True)
class Selection:
    """Outcome of `select_k`. ``str()`` of it is a table.

    Attributes
    ----------
    candidates : tuple of Candidate
        One for each number of clusters, smallest number first.
    criterion : {"silhouette", "medoid_silhouette", "stability"}
        What decides.
    n_clusters : int
        The number of the largest value of `criterion`, the smallest of equals.
    n_seeds : int
    """

    candidates: tuple[Candidate, ...]
    criterion: str
    n_clusters: int
    n_seeds: int

    @property
    def best(self) -> Candidate:
        """The candidate that was chosen."""
        return next(found for found in self.candidates if found.n_clusters == self.n_clusters)

    def table(self) -> list[dict[str, float | int]]:
        """Return the figures as rows, one for each number of clusters: ready for a data frame."""
        fields = ("n_clusters", "inertia", *CRITERIA)
        return [{name: getattr(found, name) for name in fields} for found in self.candidates]

    def __str__(self) -> str:
        """Return the figures as a table of text; an arrow marks the number that was chosen."""
        heads = ("k", "loss", "silhouette", "medoid silhouette", "stability")
        rows = [
            (
                str(found.n_clusters),
                f"{found.inertia:,.6g}",
                *(_decimals(getattr(found, name)) for name in CRITERIA),
                f"<- best {self.criterion.replace('_', ' ')}" if found is self.best else "",
            )
            for found in self.candidates
        ]
        widths = [max(len(head), *(len(row[i]) for row in rows)) for i, head in enumerate(heads)]
        lines = ["  ".join(head.rjust(width) for head, width in zip(heads, widths, strict=True))]
        for row in rows:
            cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=False)]
            lines.append("  ".join([*cells, row[-1]]).rstrip())
        return "\n".join(lines)


def select_k(
    X: ArrayLike,
    n_clusters: Iterable[int] = range(2, 11),
    *,
    method: str = "fasterpam",
    criterion: str = "silhouette",
    n_seeds: int = 5,
    metric: Metric = "precomputed",
    metric_params: dict[str, Any] | None = None,
    random_state: RandomState = None,
    n_jobs: int | None = None,
) -> Selection:
    """Compare numbers of clusters: loss, silhouette, medoid silhouette, and stability over seeds.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_samples) or (n_samples, n_features)
        Symmetric dissimilarities if ``metric="precomputed"``, else features.
    n_clusters : iterable of int
        Numbers to compare, each in [1, n_samples]. In any order.
    method : {"fasterpam", "fastpam", "alternating", "fastermsc", "fastmsc"}
        How medoids are found, each time from other first medoids that are drawn.
    criterion : {"silhouette", "medoid_silhouette", "stability"}
        What decides. The loss cannot: it falls with every further cluster.
    n_seeds : int
        Runs for each number of clusters. The one with the smallest loss counts, for the methods of medoid
        silhouettes that with the largest score; all count for the stability, which takes at least two.
    metric, metric_params
        As for `clustering.FastPAM`.
    random_state : None, int, Generator or RandomState
        Source of all draws. For one seed, the figures of a number of clusters do not depend on which others
        are compared.
    n_jobs : int, optional
        Threads for distances and silhouettes; None means 1, -1 all. The result does not depend on it.

    Returns
    -------
    Selection

    Raises
    ------
    TypeError
        If a parameter is of the wrong kind.
    ValueError
        If `X` holds no dissimilarities or features, or a parameter is out of range.
    MemoryBudgetError
        If a matrix of distances between features is needed and does not fit.

    Notes
    -----
    For each number of clusters, O(n_samples^2) for the silhouettes and for each pass of each run, and
    O(n_seeds^2 n_samples) for the stability [1]_.

    Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md.

    References
    ----------
    .. [1] L. Hubert, P. Arabie. Comparing partitions. Journal of Classification 2, 193-218, 1985.
       doi:10.1007/BF01908075.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import select_k
    >>> x = np.array([0, 1, 2, 3, 50, 51, 52, 53, 90, 91, 92, 93])
    >>> selection = select_k(abs(x[:, None] - x), range(2, 5), random_state=0)
    >>> selection.n_clusters
    3
    >>> print(selection)
    k  loss  silhouette  medoid silhouette  stability
    2   164       0.747              0.842      1.000
    3    12       0.961              0.977      1.000  <- best silhouette
    4    10       0.797              0.901      0.731
    """
    check_choice(method, "method", METHODS)
    check_choice(criterion, "criterion", CRITERIA)
    n_seeds = check_integer(n_seeds, "n_seeds", minimum=2 if criterion == "stability" else 1)
    n_threads = check_threads(n_jobs)
    if not isinstance(n_clusters, Iterable):
        raise TypeError(f"n_clusters must hold several integers, such as range(2, 11), got {n_clusters!r}")
    source = check_source(X, metric, metric_params, n_threads)
    numbers = sorted({check_n_clusters(number, source.n_samples) for number in n_clusters})
    if not numbers or numbers == [1]:
        raise ValueError("n_clusters must hold a number of at least 2 to choose, got none")
    D = source.square() if isinstance(source, FeatureDistances) else source.D
    seed = int(check_random_state(random_state).integers(2**63))
    candidates = []
    for k in numbers:
        problem = check_problem(D, k, trusted=True)
        runs = [METHODS[method](problem, np.random.default_rng([seed, k, i])) for i in range(n_seeds)]
        candidates.append(_candidate(problem, runs, n_threads))
    eligible = [found for found in candidates if found.n_clusters > 1]
    best = max(eligible, key=lambda found: getattr(found, criterion))  # the first of equals
    return Selection(tuple(candidates), criterion, best.n_clusters, n_seeds)


def adjusted_rand_index(one: NDArray[np.intp], two: NDArray[np.intp]) -> float:
    """Return how far two clusterings agree on pairs of samples, beyond chance: 1 if they are the same.

    Counts are exact integers. O(n log n).
    """
    n = one.size
    together = _pairs(np.unique(np.stack([one, two]), axis=1, return_counts=True)[1])
    in_one, in_two = (_pairs(np.unique(labels, return_counts=True)[1]) for labels in (one, two))
    # All times the number of pairs, so that the division comes last.
    expected, most = 2 * in_one * in_two, (in_one + in_two) * (n * (n - 1) // 2)
    if most == expected:
        return 1.0  # both put all samples into one cluster, or each into its own
    return (2 * together * (n * (n - 1) // 2) - expected) / (most - expected)


def _pairs(counts: NDArray[np.intp]) -> int:
    return sum(count * (count - 1) // 2 for count in counts.tolist())


def _candidate(problem: Problem, runs: list[KMedoidsResult], n_threads: int) -> Candidate:
    if hasattr(runs[0], "score"):
        best = max(runs, key=lambda found: found.score)  # type: ignore[attr-defined]
    else:
        best = min(runs, key=lambda found: found.inertia)
    source, k, n = MatrixDistances(problem.D), problem.n_clusters, problem.n_samples
    widths = medoid = np.array([np.nan])
    if k > 1:
        labels = best.labels.astype(np.int64)
        widths = widths_of(source, labels, k, np.ones(n), n_threads)
        medoid = medoid_widths(source, best.medoid_indices)
    indices = [adjusted_rand_index(one.labels, two.labels) for one, two in combinations(runs, 2)]
    return Candidate(
        n_clusters=k,
        inertia=float(best.inertia),
        silhouette=float(widths.mean()),
        medoid_silhouette=float(medoid.mean()),
        stability=float(np.mean(indices)) if indices else float("nan"),
        medoid_indices=best.medoid_indices,
        labels=best.labels,
    )


def _decimals(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.3f}"
