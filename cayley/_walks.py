"""Random walks, states drawn at an exact distance, and how fast a walk forgets where it began."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cayley._distances import Word
from cayley._elements import Elements, States, elements_of
from cayley._numbering import CayleyGraph, cayley_graph
from cayley._packed import Ball, Budget, Packing
from cayley._paths import read_one
from cayley.definitions import Definition, Generators, define
from cayley.families import Parameter
from cayley.sliding import refuse_sliding
from graphkit.errors import MemoryBudgetError
from graphkit.memory import format_bytes, require_memory
from graphkit.validation import check_integer, check_random_state


@dataclass(frozen=True, eq=False)
class Walks:
    """Random walks, as `random_walk` makes them.

    Attributes
    ----------
    group : str
        What they walk on.
    steps : ndarray of shape (n_walks, length), int32
        Which generator each step follows.
    ends : ndarray of shape (n_walks, degree) or (n_walks, size, size), int64
        Where they end, in the numbers that the user gives.
    generator_names : tuple of str
        One for each generator.
    start : ndarray of int64
        Where they begin.
    """

    group: str
    steps: NDArray[np.int32]
    ends: States
    generator_names: tuple[str, ...]
    start: States
    _elements: Elements

    @property
    def n_walks(self) -> int:
        """Number of walks."""
        return len(self.steps)

    @property
    def length(self) -> int:
        """Number of steps of each."""
        return int(self.steps.shape[1])

    def __len__(self) -> int:
        return self.n_walks

    def __repr__(self) -> str:
        return f"Walks({self.group}, {self.n_walks:,} of {self.length} steps)"

    def word(self, walk: int) -> Word:
        """Return the steps of one walk as a word."""
        walk = check_integer(walk, "walk", minimum=0, maximum=self.n_walks - 1)
        indices = tuple(self.steps[walk].tolist())
        return Word(indices, tuple(self.generator_names[i] for i in indices))

    def format_end(self, walk: int) -> str:
        """Write where one walk ends: a permutation in cycles, a word by its colours, a matrix by its rows."""
        walk = check_integer(walk, "walk", minimum=0, maximum=self.n_walks - 1)
        return self._elements.format(read_one(self._elements, self.ends[walk]))

    def states(self) -> States:
        """Return all states that the walks pass, the start included.

        Returns
        -------
        ndarray of shape (n_walks, length + 1, ...), int64
        """
        elements = self._elements
        shape = (self.n_walks, self.length + 1, *elements.shape)
        require_memory(8 * int(np.prod(shape)), f"all states of {self!r}")
        found = np.empty(shape, np.int64)
        reached = np.broadcast_to(self._read_start(), found[:, 0].shape).copy()
        found[:, 0] = elements.external(reached)
        for k in range(self.length):
            reached = _step(elements, reached, self.steps[:, k])
            found[:, k + 1] = elements.external(reached)
        return found

    def _read_start(self) -> States:
        return read_one(self._elements, self.start)


def random_walk(
    group: str | Definition | None = None,
    generators: Generators | None = None,
    *,
    length: int,
    n_walks: int = 1,
    non_backtracking: bool = False,
    start: Any = None,
    random_state: Any = None,
    state: str | Sequence[int] | None = None,
    modulus: int | None = None,
    **parameters: Parameter,
) -> Walks:
    """Walk at random: every step follows a generator that is drawn uniformly.

    Parameters
    ----------
    group, generators, state, modulus, **parameters
        What `cayley.growth` takes.
    length : int
        Number of steps.
    n_walks : int
        Number of independent walks.
    non_backtracking : bool
        Never undo the step before: a step is drawn uniformly from the generators but the inverse of the last.
    start : str or sequence, optional
        Where to begin. Default: the start of the graph.
    random_state : None, int or numpy Generator
        Equal seeds give equal walks.

    Returns
    -------
    Walks

    Raises
    ------
    ValueError
        If the arguments do not describe a graph, or there is no other step than back.

    Notes
    -----
    O(n_walks * length * degree) time. Only the steps and the last states are kept.

    Examples
    --------
    >>> from cayley._walks import random_walk
    >>> walks = random_walk("S8", length=20, n_walks=3, non_backtracking=True, random_state=0)
    >>> walks, str(walks.word(0))
    (Walks(S8, 3 of 20 steps), 'X L L X R X R X L L X R R R R X L L X R')
    >>> walks.format_end(0)
    '(1 7 6 5)(3 4)'
    >>> walks.states().shape, bool((walks.states()[:, -1] == walks.ends).all())
    ((3, 21, 8), True)
    """
    definition = define(group, generators, state=state, modulus=modulus, parameters=parameters)
    refuse_sliding(definition)
    length = check_integer(length, "length", minimum=0)
    n_walks = check_integer(n_walks, "n_walks", minimum=1)
    draw = check_random_state(random_state)
    elements = elements_of(definition)
    begin = elements.start if start is None else read_one(elements, start)
    require_memory(n_walks * (4 * length + 24 * begin.size), f"{n_walks:,} walks of {length:,} steps")
    m = len(elements.generators)
    undo = np.where(elements.undo < 0, m, elements.undo)  # m stands for none
    if non_backtracking and m == 1 and undo[0] == 0 and length > 1:
        raise ValueError(
            f"the only generator of {elements.name} is its own inverse: there is only the way back"
        )
    steps = np.empty((n_walks, length), np.int32)
    forbidden = np.full(n_walks, m)
    reached = np.broadcast_to(begin, (n_walks, *begin.shape)).copy()
    for k in range(length):
        step = draw.integers(0, m - (forbidden < m))
        step += step >= forbidden
        steps[:, k] = step
        if non_backtracking:
            forbidden = undo[step]
        reached = _step(elements, reached, step)
    ends = elements.external(reached)
    return Walks(
        elements.name, steps, ends, elements.generator_names, elements.external(begin[None])[0], elements
    )


def _step(elements: Elements, states: States, generators: NDArray[Any]) -> States:
    """Take each state along a generator of its own."""
    found = np.empty_like(states)
    for g in range(len(elements.generators)):
        rows = np.flatnonzero(generators == g)
        if rows.size:
            found[rows] = elements.step(states[rows], g)
    return found


def sample_at_distance(
    distance: int,
    group: str | Definition | None = None,
    generators: Generators | None = None,
    *,
    size: int = 1,
    random_state: Any = None,
    state: str | Sequence[int] | None = None,
    modulus: int | None = None,
    memory_limit: int | str | None = None,
    **parameters: Parameter,
) -> States:
    """Draw states uniformly among those at an exact distance from the start.

    Parameters
    ----------
    distance : int
    group, generators, state, modulus, **parameters
        What `cayley.growth` takes.
    size : int
        Number of states, drawn with replacement.
    random_state : None, int or numpy Generator
        Equal seeds give equal states.
    memory_limit : int or str, optional
        Bytes, or text such as ``"2GB"``, for the states up to that distance. Default: 4 GB, or what is
        available if that is less.

    Returns
    -------
    ndarray of shape (size, degree) or (size, n, n), int64

    Raises
    ------
    ValueError
        If no state is that far away.
    graphkit.errors.MemoryBudgetError
        If the states up to that distance do not fit.

    Notes
    -----
    All layers up to the distance are computed and kept, so the draw is uniform and exact, but the ball must
    fit in memory: any distance in a small graph, small distances in a large one.

    Examples
    --------
    >>> from cayley._walks import sample_at_distance
    >>> import cayley
    >>> states = sample_at_distance(20, "S8", size=3, random_state=0)
    >>> cayley.distances("S8").of(states)
    array([20, 20, 20])
    >>> sample_at_distance(4, "3x3x3", size=2, random_state=0).shape
    (2, 48)
    """
    definition = define(group, generators, state=state, modulus=modulus, parameters=parameters)
    distance = check_integer(distance, "distance", minimum=0)
    size = check_integer(size, "size", minimum=1)
    draw = check_random_state(random_state)
    elements = elements_of(definition)
    packing = Packing(definition, elements, compact=False)
    budget = Budget(memory_limit)
    ball = Ball(packing, packing.pack(elements.start[None]), budget)
    while ball.radius < distance:
        if not ball.grow()[0]:
            raise MemoryBudgetError(
                f"the states of {elements.name} up to distance {distance} do not fit in"
                f" {format_bytes(budget.limit)}; those up to {ball.radius} do"
            )
        if not ball.sizes[-1]:
            raise ValueError(
                f"no state of {elements.name} is at distance {distance}: the diameter is {ball.radius - 1}"
            )
    first, last = ball.bounds[-2:]
    rows = draw.integers(first, last, size)
    return elements.external(packing.unpack(ball.known.keys[rows]))


@dataclass(frozen=True)
class Mixing:
    """How the distribution of a random walk approaches the uniform one, as `mixing` computes it.

    Attributes
    ----------
    group : str
    lazy : bool
        Whether the walk rests with probability 1/2 in each step.
    total_variation : list of float
        Entry t is the total variation distance after t steps: half the sum of the absolute differences
        between the probabilities and 1 / n_vertices.
    threshold : float
    time : int or None
        First number of steps after which it is at most `threshold`; None if it is not within the steps.
    """

    group: str
    lazy: bool
    total_variation: list[float]
    threshold: float
    time: int | None


def mixing(
    group: str | Definition | CayleyGraph | None = None,
    generators: Generators | None = None,
    *,
    max_steps: int = 1000,
    lazy: bool = True,
    threshold: float = 0.25,
    state: str | Sequence[int] | None = None,
    modulus: int | None = None,
    memory_limit: int | str | None = None,
    **parameters: Parameter,
) -> Mixing:
    """Compute how far the simple random walk from the start is from the uniform distribution, step by step.

    Parameters
    ----------
    group : str, Definition or CayleyGraph
        What `cayley.cayley_graph` takes, or such a graph.
    generators, state, modulus, memory_limit, **parameters
        What `cayley.cayley_graph` takes.
    max_steps : int
        Steps to compute at most; it ends when `threshold` is reached.
    lazy : bool
        Rest with probability 1/2 in each step. Without, the walk never mixes if the graph is bipartite.
    threshold : float
        Total variation distance, between 0 and 1, at which the walk counts as mixed.

    Returns
    -------
    Mixing

    Notes
    -----
    The probabilities themselves are computed, by products with the transition matrix: O(n_vertices *
    n_generators) for a step, exact but for rounding. Each generator permutes the vertices, so the uniform
    distribution is stationary, for directed graphs and words too. By the symmetry of a Cayley graph the start
    does not matter; for words of a coset graph it does.

    References
    ----------
    .. [1] D. A. Levin, Y. Peres, E. L. Wilmer, Markov Chains and Mixing Times, 2009, sections 4.1 and 4.5.

    Examples
    --------
    >>> from cayley._walks import mixing
    >>> found = mixing("S5", "transpositions")
    >>> found.time, [round(x, 3) for x in found.total_variation]
    (7, [0.992, 0.908, 0.683, 0.547, 0.433, 0.339, 0.26, 0.197])
    """
    graph = as_graph(group, generators, state, modulus, memory_limit, parameters)
    max_steps = check_integer(max_steps, "max_steps", minimum=0)
    if not 0 < threshold < 1:
        raise ValueError(f"threshold must lie between 0 and 1, got {threshold!r}")
    n, m = graph.neighbors.shape
    # Entry (v, w): how many generators lead from v to w. Probabilities flow along, so it is transposed.
    flow = graph.to_scipy(multiplicity=True).T.tocsr()
    probability = np.zeros(n)
    probability[0] = 1.0
    distances = [_total_variation(probability)]
    while distances[-1] > threshold and len(distances) <= max_steps:
        moved = flow @ probability / m
        probability = (probability + moved) / 2 if lazy else moved
        distances.append(_total_variation(probability))
    time = len(distances) - 1 if distances[-1] <= threshold else None
    return Mixing(graph.name, lazy, distances, threshold, time)


def as_graph(
    group: str | Definition | CayleyGraph | None,
    generators: Generators | None,
    state: str | Sequence[int] | None,
    modulus: int | None,
    memory_limit: int | str | None,
    parameters: dict[str, Any],
) -> CayleyGraph:
    """Take a numbered graph as it is, or number what is described."""
    if not isinstance(group, CayleyGraph):
        return cayley_graph(
            group, generators, state=state, modulus=modulus, memory_limit=memory_limit, **parameters
        )
    if generators is not None or state is not None or modulus is not None or parameters:
        raise ValueError(f"{group!r} brings its own generators")
    return group


def _total_variation(probability: NDArray[np.float64]) -> float:
    return float(np.abs(probability - 1 / len(probability)).sum() / 2)
