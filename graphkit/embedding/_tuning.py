"""The choice of FastRP's weights and degree exponent: powers once for each exponent, sums for each trial."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graphkit.embedding._columns import standardize, sums_memory
from graphkit.embedding._criteria import (
    HELD_OUT,
    ROWS_AT_A_TIME,
    EdgeCriterion,
    edge_criterion,
    effective_rank,
    label_criterion,
)
from graphkit.embedding._powers import Power, next_power, number_size, start_power, sum_powers
from graphkit.embedding._presets import (
    Settings,
    check_options,
    check_real,
    check_seed,
    check_weights,
    initial_vectors,
    settings_of,
)
from graphkit.embedding._transition import Transition, transition
from graphkit.graph import Graph
from graphkit.memory import require_memory
from graphkit.validation import check_choice, check_integer, check_random_state

Progress = Callable[[int, int], None]
Criterion = Callable[[NDArray[np.float32]], float]
Plan = list[tuple[float, list[Any]]]

CRITERIA = ("labels", "edges", "rank")
EXPONENTS = (-1.0, -0.75, -0.5, -0.25, 0.0)
WEIGHTS = (
    (1.0,),
    (0.0, 1.0),
    (1.0, 1.0),
    (0.0, 0.0, 1.0),
    (0.0, 1.0, 1.0),
    (1.0, 1.0, 1.0),
    (0.0, 0.0, 0.0, 1.0),
    (0.0, 0.0, 1.0, 1.0),
    (0.0, 0.0, 1.0, 6.67),
    (0.0, 1.0, 1.0, 1.0),
    (1.0, 1.0, 1.0, 1.0),
    (1.0, 2.0, 4.0, 8.0),
)
_BYTES_TO_SPLIT = 80  # for each edge, while some are drawn and held out
_POWERS = 4  # of drawn weight vectors
_RANGE = (1.0, 64.0)  # of drawn weights that are not zero
_TRIALS_PER_EXPONENT = 8  # of a random search, which share their powers


@dataclass(frozen=True)
class Trial:
    """One pair of parameters and what it is worth; larger scores are better."""

    degree_exponent: float
    weights: tuple[float, ...]
    score: float


@dataclass(frozen=True)
class TuningResult:
    """What `tune_fastrp` found.

    Attributes
    ----------
    criterion : str
    trials : tuple of Trial
        In the order in which they were made; ``pandas.DataFrame(result.trials)`` makes a table of them.
    best : Trial
        The trial with the largest score; of equals, the first.
    parameters : dict
        For ``FastRP(**result.parameters)`` or ``fastrp(graph, **result.parameters)``: those of the best
        trial, and everything that all trials had in common.
    """

    criterion: str
    trials: tuple[Trial, ...]
    best: Trial
    parameters: Mapping[str, Any]


def tune_fastrp(
    graph: Graph,
    n_components: int = 128,
    *,
    criterion: str = "edges",
    labels: ArrayLike | None = None,
    exponents: Sequence[float] | None = None,
    weights: Sequence[Sequence[float]] | None = None,
    n_trials: int | None = None,
    storage: str = "float32",
    random_state: object = None,
    progress: Progress | None = None,
    memory_limit: int | str | None = None,
    **options: Any,
) -> TuningResult:
    """Choose the degree exponent and the weights of FastRP for a graph.

    The powers depend on the exponent, but not on the weights: they are computed once for each exponent, and a
    trial costs one weighted sum and its score.

    Parameters
    ----------
    graph : Graph
    n_components : int
        Dimension of the embeddings. The best parameters depend on it little; a small one is faster.
    criterion : {"edges", "labels", "rank"}
        ``edges``: a tenth of the edges is held out, the rest embedded; the score is the AUC, that is the
        probability that the two ends of such an edge have a larger cosine similarity than a random pair of
        nodes without an edge. ``labels``: macro-F1, in 5-fold cross-validation, of least squares with a
        penalty, where every node is given as many labels as it has. ``rank``: the effective rank of the
        embedding, see `effective_rank`. See the notes on how far to trust each.
    labels : array-like of shape (n_nodes,) or (n_nodes, n_classes), optional
        For ``labels`` only. One class for each node, where a negative number, NaN, None or an empty text
        means that it is unknown; or for each class whether the node belongs to it, all false: unknown.
    exponents : sequence of float, optional
        Candidates. Default: -1, -0.75, -0.5, -0.25 and 0.
    weights : sequence of sequences of float, optional
        Candidates. Default: twelve of up to four powers, among them the authors'.
    n_trials : int, optional
        None tries every exponent with every weight vector. A number makes a random search: pairs of the
        candidates, where they are given; else exponents are uniform in [-1, 0], each for 8 trials, and each
        of four weights is zero with probability 1/2, else log-uniform in [1, 64], not all zero.
    storage : {"float32", "bfloat16", "float16"}
        How powers are kept. 16 bits take half the memory and change scores by what rounding changes.
    random_state : None, int, numpy.random.Generator or numpy.random.RandomState
        Seed of the embeddings (the same for all trials), of folds or held-out edges, and of the search.
    progress : callable, optional
        Called with the number of trials done and their total after each.
    memory_limit : int or str, optional
        Bytes that may be allocated, such as ``"2GB"``. Default: what is available.
    **options
        Further parameters of `fastrp` that all trials share, such as ``preset`` or ``projection``, but not
        `memory` and `out`.

    Returns
    -------
    TuningResult

    Raises
    ------
    TypeError
        If a parameter is of the wrong kind.
    ValueError
        If a parameter is out of range, labels are missing or given without need, or the graph is too small.
    MemoryBudgetError
        If the powers do not fit into `memory_limit`.

    Notes
    -----
    With float32 the scores are those of separate calls of `fastrp`, bit for bit: with ``edges``, of the graph
    without the edges that are held out. The embedding of the best parameters is of the whole graph.

    Cross-validation trains on four fifths of the labels that are given. The scores of the best of many trials
    are flattering; measure the quality on nodes that took no part.

    On three labelled networks (BlogCatalog, PPI and Wikipedia, d = 128), the rank correlation of the default
    60 trials with the macro-F1 of a logistic regression on 9 % of the labels was 0.89 to 0.93 for ``labels``
    and 0.49 to 0.93 for ``edges``, which finds a good choice without labels, though not always the best. For
    ``rank`` it was -0.83 to -0.97: random vectors have full rank before they are propagated at all, so the
    largest rank marks the embedding that says least about the graph. RankMe compares trained models; use it
    here only beside another criterion, to see whether vectors collapse.

    Memory: one array of the size of the embedding for every power and one for the sum.

    Examples
    --------
    >>> from graphkit.datasets import load_sample
    >>> from graphkit.embedding import FastRP, tune_fastrp
    >>> graph = load_sample("karate")
    >>> found = tune_fastrp(
    ...     graph, 16, criterion="labels", labels=graph.node_data["club"], density=1.0, random_state=0
    ... )
    >>> len(found.trials)
    60
    >>> X = FastRP(**found.parameters).fit_transform(graph)
    >>> X.shape
    (34, 16)
    """
    check_choice(criterion, "criterion", CRITERIA)
    _check_options(options)
    if (labels is not None) != (criterion == "labels"):
        raise ValueError(f"labels and criterion='labels' go together, got criterion={criterion!r}")
    rng = check_random_state(random_state)
    seed = int(random_state) if isinstance(random_state, int | np.integer) else int(rng.integers(2**31))
    plan = _plan(exponents, weights, n_trials, rng)
    common = {"n_components": n_components, **options}
    if storage != "float32":
        common["storage"] = storage
    base = settings_of(graph, **common)
    settings = [
        replace(base, degree_exponent=exponent, weights=vector)
        for exponent, vectors in plan
        for vector in (check_weights(vector, base.weights[0]) for vector in vectors)
    ]
    needed = _memory(graph, settings, criterion)
    require_memory(needed, f"FastRP's powers of {graph.n_nodes:,} nodes", memory_limit)
    score = _criterion(criterion, graph, labels, rng)
    shown = score.graph if isinstance(score, EdgeCriterion) else graph
    trials: list[Trial] = []
    powers = _Powers(shown, settings, check_seed(seed))
    for chosen in settings:
        value = score(powers.embedding(chosen))
        trials.append(Trial(chosen.degree_exponent, _trimmed(chosen), value))
        if progress is not None:
            progress(len(trials), len(settings))
    best = max(trials, key=lambda trial: trial.score)
    parameters = {
        **common,
        "weights": best.weights,
        "degree_exponent": best.degree_exponent,
        "random_state": seed,
    }
    return TuningResult(criterion, tuple(trials), best, parameters)


def _trimmed(settings: Settings) -> tuple[float, ...]:
    """Weights of the powers 1, 2, ... as `fastrp` takes them; (0,) if only power 0 has any."""
    return settings.weights[1:] or (0.0,)


def _check_options(options: dict[str, Any]) -> None:
    if "degree_exponent" in options:
        raise TypeError("degree_exponent is what is searched for: give candidates as `exponents`")
    check_options(options, "tune_fastrp")


def _criterion(name: str, graph: Graph, labels: ArrayLike | None, rng: np.random.Generator) -> Criterion:
    if name == "rank":
        return effective_rank
    if name == "edges":
        return edge_criterion(graph, rng)
    assert labels is not None
    return label_criterion(labels, graph, rng)


def _plan(
    exponents: Sequence[float] | None,
    weights: Sequence[Sequence[float]] | None,
    n_trials: int | None,
    rng: np.random.Generator,
) -> Plan:
    """Return the trials: for each exponent its weight vectors."""
    grid = EXPONENTS if exponents is None else tuple(check_real(b, "exponents") for b in exponents)
    vectors: list[Any] = list(WEIGHTS if weights is None else weights)
    if not grid or not vectors:
        raise ValueError("exponents and weights must hold at least one candidate each")
    if n_trials is None:
        return [(exponent, vectors) for exponent in grid]
    count = check_integer(n_trials, "n_trials", minimum=1)
    if exponents is not None and weights is not None:
        return _sampled(grid, vectors, count, rng)
    rounds = -(-count // _TRIALS_PER_EXPONENT)
    drawn = rng.uniform(-1, 0, rounds) if exponents is None else rng.choice(np.array(grid), rounds)
    plan = []
    for place, exponent in enumerate(drawn):
        own = min(_TRIALS_PER_EXPONENT, count - place * _TRIALS_PER_EXPONENT)
        if weights is None:
            chosen = [_drawn_weights(rng) for _ in range(own)]
        else:
            chosen = [vectors[k] for k in rng.integers(len(vectors), size=own)]
        plan.append((float(exponent), chosen))
    return plan


def _sampled(grid: tuple[float, ...], vectors: list[Any], count: int, rng: np.random.Generator) -> Plan:
    """Draw pairs of candidates without replacement, those of one exponent together."""
    total = len(grid) * len(vectors)
    chosen = np.sort(rng.choice(total, size=min(count, total), replace=False))
    rows, columns = np.divmod(chosen, len(vectors))
    return [(grid[row], [vectors[k] for k in columns[rows == row]]) for row in np.unique(rows)]


def _drawn_weights(rng: np.random.Generator) -> tuple[float, ...]:
    kept = rng.random(_POWERS) < 0.5
    if not kept.any():
        kept[rng.integers(_POWERS)] = True
    values = np.exp(rng.uniform(np.log(_RANGE[0]), np.log(_RANGE[1]), size=_POWERS))
    return tuple(float(value) for value in np.where(kept, values, 0.0))


def _memory(graph: Graph, settings: Sequence[Settings], criterion: str) -> int:
    """Estimate the bytes that a search allocates: powers, the sum, and what the sum and its score need."""
    n, d, weighted = graph.n_nodes, settings[0].n_components, settings[0].weighted
    size = number_size(settings[0].storage)
    powers = max(len(chosen.weights) for chosen in settings)
    matrix = 4 * graph.n_entries * weighted + 96 * n
    search = n * d * (powers * size + 4 + 4) + sums_memory(n, d) + matrix + 64 * d * d
    if criterion != "edges":
        return search
    values = 0 if graph.weights is None else graph.weights.itemsize
    copy = graph.n_entries * (graph.indices.itemsize + values) + 8 * n
    held = math.ceil(HELD_OUT * graph.n_edges)
    score = 32 * d * min(ROWS_AT_A_TIME, held) + 100 * held
    # The copy without the edges held out is made before there are powers, from lists of all edges.
    return copy + max(search + score, _BYTES_TO_SPLIT * graph.n_edges)


class _Powers:
    """All powers for one degree exponent at a time, and the sums of them."""

    def __init__(self, graph: Graph, settings: Sequence[Settings], seed: np.uint64) -> None:
        self._graph = graph
        self._seed = seed
        self._transition: Transition = transition(graph, weighted=settings[0].weighted)
        self._last = max(len(chosen.weights) for chosen in settings) - 1
        self._lowest = 0 if any(chosen.weights[0] for chosen in settings) else 1
        shape = graph.n_nodes, settings[0].n_components
        self._powers = [Power.allocate(*shape, settings[0].storage) for _ in range(self._last + 1)]
        self._total = np.empty(shape, dtype=np.float32)
        self._exponent: float | None = None

    def embedding(self, settings: Settings) -> NDArray[np.float32]:
        """Return the embedding; the array is overwritten by the next call."""
        if settings.degree_exponent != self._exponent:
            self._compute(settings)
        informed = sum_powers(self._powers[: len(settings.weights)], settings.weights, self._total)
        if settings.standardize:
            standardize(self._total, informed)
        return self._total

    def _compute(self, settings: Settings) -> None:
        initial = initial_vectors(self._graph, settings, self._seed)
        lowest = self._lowest if initial.is_sparse else 0
        start_power(self._transition, initial, lowest, self._powers[lowest])
        for k in range(lowest + 1, self._last + 1):
            unit = settings.unit_powers and k > 1  # initial vectors are propagated as they are
            next_power(self._transition, self._powers[k - 1], self._powers[k], unit=unit)
        self._exponent = settings.degree_exponent
