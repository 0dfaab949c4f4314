"""Words by beam search, with heuristics that tell how far a state seems to be from the start."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cayley._distances import Distances, Word
from cayley._elements import Elements, States, elements_of
from cayley._packed import Ball, Budget, KeySet, Packing
from cayley._paths import PathResult, find_path, make_word, read_one, require_member, seen_from, unreachable
from cayley._run import Progress
from cayley.definitions import Definition, Generators, define
from cayley.families import Parameter
from cayley.learning import LearnedDistance
from cayley.sliding import refuse_sliding
from graphkit.memory import require_memory
from graphkit.validation import check_choice, check_integer, check_random_state

Scores = NDArray[np.float64]
Heuristic = str | Distances | Callable[[States], Any] | Sequence["Heuristic"]

_CHUNK = 2**14  # states that a heuristic is given together


def beam_search(
    target: Any,
    group: str | Definition | None = None,
    generators: Generators | None = None,
    *,
    start: Any = None,
    state: str | Sequence[int] | None = None,
    modulus: int | None = None,
    width: int = 10_000,
    heuristic: Heuristic = "hamming",
    max_steps: int = 1000,
    ball: int = 100_000,
    random_state: Any = 0,
    memory_limit: int | str | None = None,
    **parameters: Parameter,
) -> PathResult:
    """Find a word, not always a shortest one, that leads to a state which is too far away for `find_path`.

    Parameters
    ----------
    target : str or sequence
        Where the word is to lead, written as for `find_path`.
    group, generators, state, modulus, **parameters
        What `cayley.growth` takes.
    start : str or sequence, optional
        Where it begins. Default: the start of the graph.
    width : int
        Number of states that are kept in each step.
    heuristic : "hamming", Distances, LearnedDistance, callable, or a sequence of these
        How far a state seems to be from the start of the graph. ``"hamming"``: the number of entries that
        differ. A table of `cayley.distances`: of the same graph or, for permutations, of a word under the
        same generators (a pattern database): its distance is a lower bound. What `cayley.train_distance` has
        learned on the same graph. Any callable: takes an array of states, shape (n, degree) or
        (n, size, size), int64, in the numbers that the user gives, and returns n finite numbers. Of several
        the largest counts.
    max_steps : int
        Steps after which to give up.
    ball : int
        Number of states around the start whose exact distances are known beforehand, at least: the beam only
        has to come that near.
    random_state : None, int or numpy Generator
        Chooses among equal states at the edge of the beam. Equal seeds give equal words.
    memory_limit : int or str, optional
        Bytes, or text such as ``"2GB"``, for the states that are kept. Default: 4 GB, or what is available if
        that is less.

    Returns
    -------
    PathResult
        Its `lower_bound` is what the ball proves.

    Raises
    ------
    TypeError, ValueError
        If the arguments are wrong, or it is proved that no word leads to the target.
    graphkit.errors.MemoryBudgetError
        If the beam does not fit.

    Notes
    -----
    The beam goes from the target to the start, against the generators; a state that it had before is not
    taken again. Duplicates are told by full comparison. O(width * n_generators * degree) time for a step. The
    word is applied to the start before it is returned.

    A module of PyTorch is a callable by one line: ``lambda states: model(torch.from_numpy(states)).numpy()``.

    References
    ----------
    .. [1] R. Bisiani, "Beam search", in Encyclopedia of Artificial Intelligence, 1987, pp. 56-58.
    .. [2] J. C. Culberson, J. Schaeffer, "Pattern databases", Computational Intelligence 14 (1998) 318-334,
       doi:10.1111/0824-7935.00065.

    Examples
    --------
    >>> from cayley._beam import beam_search
    >>> path = beam_search("(1 9)(2 8)(3 7)(4 6)", "S9", "pancake", width=100)
    >>> path.found, path.length, str(path)
    (True, 1, 'r9')
    >>> import cayley
    >>> halves = cayley.distances(state="000001111", generators="pancake")
    >>> beam_search("(1 5 2)(3 9)", "S9", "pancake", width=50, heuristic=[halves, "hamming"]).found
    True
    """
    definition = define(group, generators, state=state, modulus=modulus, parameters=parameters)
    refuse_sliding(definition)
    width = check_integer(width, "width", minimum=1)
    max_steps = check_integer(max_steps, "max_steps", minimum=0)
    ball = check_integer(ball, "ball", minimum=1)
    draw = check_random_state(random_state)
    elements = elements_of(definition)
    goal = read_one(elements, target)
    if start is not None:
        definition, elements, goal = seen_from(definition, elements, read_one(elements, start), goal)
    require_member(definition, elements, goal)
    scorer = _Scorer(heuristic, definition, elements)
    search = _Beam(definition, elements, goal, scorer, Budget(memory_limit))
    return search.run(width, max_steps, ball, draw)


class _Scorer:
    """Estimates of the distance from the start."""

    def __init__(self, heuristic: Heuristic, definition: Definition, elements: Elements) -> None:
        listed = heuristic if isinstance(heuristic, list | tuple) else [heuristic]
        if not listed:
            raise ValueError("heuristic must name at least one estimate, got an empty sequence")
        self._elements = elements
        self._is_hamming = any(isinstance(one, str) for one in listed)
        self._tables: list[Callable[[States], Any]] = []
        for one in listed:
            if isinstance(one, str):
                check_choice(one, "heuristic", ("hamming",))
            elif isinstance(one, Distances):
                self._tables.append(_by_table(one, elements))
            elif isinstance(one, LearnedDistance):
                one.require_graph(definition)
                self._tables.append(one)
            elif callable(one):
                self._tables.append(one)
            else:
                raise TypeError(
                    f"heuristic must be 'hamming', a table of cayley.distances or a callable, got {one!r}"
                )

    def score(self, packing: Packing, keys: NDArray[np.uint64]) -> Scores:
        """Estimate the distances of packed states."""
        from cayley.engines._kernels import keys as kernels

        scores = np.full(len(keys), -np.inf)
        if self._is_hamming:
            kernels.count_differences(keys, *packing.layout[2:], self._elements.start.ravel(), scores)
        for first in range(0, len(keys) if self._tables else 0, _CHUNK):
            states = self._elements.external(packing.unpack(keys[first : first + _CHUNK]))
            part = scores[first : first + _CHUNK]
            for table in self._tables:
                np.maximum(part, self._checked(table(states), len(states)), out=part)
        return scores

    def _checked(self, given: Any, n: int) -> Scores:
        found = np.asarray(given, dtype=np.float64)
        if found.shape != (n,):
            raise ValueError(
                f"heuristic must return {n} numbers for {n} states, got an array of shape {found.shape}"
            )
        if not np.isfinite(found).all():
            raise ValueError("heuristic must return finite numbers, got NaN or infinity")
        return found


def _by_table(table: Distances, elements: Elements) -> Callable[[States], Any]:
    """Look states up in a table of the same graph, or in one of a word under the same permutations."""
    base = table._elements

    def moves(one: Elements) -> set[bytes]:
        identity = np.arange(one.generators[0].size)
        rows = one.generators.reshape(len(one.generators), -1)
        return {row.tobytes() for row in rows if not np.array_equal(row, identity)}

    modulus = [getattr(one, "modulus", 0) for one in (base, elements)]
    if base.shape != elements.shape or moves(base) != moves(elements) or modulus[0] != modulus[1]:
        raise ValueError(
            f"the table of {table.name} is a heuristic for graphs of the same generators,"
            f" not for that of {elements.name}"
        )
    if type(base) is type(elements):
        if not np.array_equal(base.external(base.start[None]), elements.external(elements.start[None])):
            raise ValueError(f"the table of {table.name} has another start than {elements.name}")
        return table.of
    if not np.array_equal(elements.start, np.arange(elements.start.size)):
        raise ValueError(f"the table of {table.name} is of another kind of states than {elements.name}")
    colours = base.external(base.start[None])[0]
    # An arrangement a of the positions takes the word to its letters a[0], a[1], ...
    return lambda states: table.of(colours[states])


class _Beam:
    """States that seem near the start, step by step."""

    def __init__(
        self, definition: Definition, elements: Elements, goal: States, scorer: _Scorer, budget: Budget
    ) -> None:
        self._elements, self._goal, self._scorer, self._budget = elements, goal, scorer, budget
        self._packing = Packing(definition, elements, compact=False)
        self._ball = Ball(self._packing, self._packing.pack(elements.start[None]), budget)
        # Every state that the beam had, with the row it came from and the generator that leads back there.
        self._known = KeySet(self._packing.n_words, budget)
        self._parents: list[NDArray[np.int64]] = []
        self._generators: list[NDArray[np.int64]] = []

    def run(self, width: int, max_steps: int, ball: int, draw: np.random.Generator) -> PathResult:
        began = time.perf_counter()
        around = self._ball
        while around.known.n < ball and around.sizes[-1] and around.grow()[0]:
            pass
        key = self._packing.pack(self._goal[None])
        row = int(around.known.rows(key)[0])
        if row >= 0:
            path = around.way(row)
            return self._path(path, len(path), None, began)
        if not around.sizes[-1]:  # the ball is the graph
            raise unreachable(self._elements, self._goal)
        bound = around.radius + 1
        room = self._room(width)
        self._append(key, np.array([-1]), np.array([-1]))
        first = 0
        for _ in range(max_steps):
            last = self._known.n
            n, hit, parent, generator = self._expand(first, last, room)
            if hit >= 0:
                way = [*around.way(hit), generator, *self._way(parent)]
                return self._path(way, bound, None, began)
            if not n:
                return self._path(None, bound, "dead_end", began)
            chosen = self._choose(room[0][:n], width, draw)
            first = last
            if not self._append(room[0][chosen], room[2][chosen], room[3][chosen]):
                return self._path(None, bound, "memory_limit", began)
        return self._path(None, bound, "max_steps", began)

    def _room(self, width: int) -> tuple[Any, ...]:
        """Allocate what the candidates of a step take."""
        packing = self._packing
        size = width * len(packing.forward)
        slots = 1 << (2 * size - 1).bit_length()
        needed = size * (8 * packing.n_words + 8 + 8 + 16) + 4 * slots
        require_memory(self._budget.used + needed, f"a beam of width {width:,}", self._budget.limit)
        self._budget.used += needed
        keys, table = np.empty((size, packing.n_words), np.uint64), np.empty(slots, np.int32)
        return keys, table, np.empty(size, np.int64), np.empty(size, np.int64)

    def _expand(self, first: int, last: int, room: tuple[Any, ...]) -> tuple[int, int, int, int]:
        from cayley.engines._kernels import keys as kernels

        known, ball, packing = self._known, self._ball.known, self._packing
        room[1][:] = -1
        n, hit, parent, generator, _ = kernels.candidates(
            known.keys,
            known.table,
            first,
            last,
            packing.backward,
            packing.layout,
            packing.n_entries,
            (ball.keys, ball.table),
            room,
        )
        return n, hit, parent, generator

    def _choose(self, keys: NDArray[np.uint64], width: int, draw: np.random.Generator) -> NDArray[np.int64]:
        """Choose the candidates with the lowest scores; some of those with the highest score by chance."""
        if len(keys) <= width:
            return np.arange(len(keys))
        scores = self._scorer.score(self._packing, keys)
        edge = np.partition(scores, width - 1)[width - 1]
        below, equal = np.flatnonzero(scores < edge), np.flatnonzero(scores == edge)
        return np.sort(np.concatenate([below, draw.permutation(equal)[: width - len(below)]]))

    def _append(
        self, keys: NDArray[np.uint64], parents: NDArray[np.int64], generators: NDArray[np.int64]
    ) -> bool:
        self._budget.used += 16 * len(keys)
        self._parents.append(parents)
        self._generators.append(generators)
        return self._known.add(keys)

    def _way(self, row: int) -> list[int]:
        """Word from a row of the beam to the target."""
        parents, generators = np.concatenate(self._parents), np.concatenate(self._generators)
        way = []
        while row:
            way.append(int(generators[row]))
            row = int(parents[row])
        return way

    def _path(self, indices: list[int] | None, bound: int, stopped: str | None, began: float) -> PathResult:
        word = None if indices is None else make_word(self._elements, indices, self._goal)
        n_states = self._known.n + self._ball.known.n
        seconds = time.perf_counter() - began
        return PathResult(self._elements.name, word, bound, "beam", stopped, n_states, seconds)


def solve(
    element: Any,
    group: str | Definition | None = None,
    generators: Generators | None = None,
    *,
    state: str | Sequence[int] | None = None,
    modulus: int | None = None,
    method: str = "auto",
    max_length: int | None = None,
    width: int = 10_000,
    heuristic: Heuristic = "hamming",
    random_state: Any = 0,
    memory_limit: int | str | None = None,
    progress: Progress | None = None,
    **parameters: Parameter,
) -> PathResult:
    """Find a word that leads from an element back to the start: the solution of a scrambled puzzle.

    Parameters
    ----------
    element : str or sequence
        What is to be solved, written as for `find_path`; see `apply_word` for scrambles.
    group, generators, state, modulus, **parameters
        What `cayley.growth` takes.
    method : {"auto", "exact", "beam"}
        ``"exact"``: a shortest word, see `find_path`. ``"beam"``: any word, see `beam_search`. ``"auto"``: a
        shortest word if the memory allows to find one, else any word.
    max_length : int, optional
        Longest word to look for by the exact method.
    width, heuristic, random_state
        See `beam_search`. For words of directed graphs the heuristic estimates the distance from `element`.
    memory_limit, progress
        See `find_path`.

    Returns
    -------
    PathResult

    Examples
    --------
    >>> from cayley._beam import solve
    >>> from cayley._paths import apply_word
    >>> str(solve(apply_word("R U F' D", "3x3x3"), "3x3x3"))
    "D' F U' R'"
    """
    check_choice(method, "method", ("auto", "exact", "beam"))
    definition = define(group, generators, state=state, modulus=modulus, parameters=parameters)
    elements = elements_of(definition)
    # An undirected graph is searched from its start, which heuristics refer to, and the word is inverted.
    ends: dict[str, Any] = {"target": element}
    if definition.is_directed:
        ends = {"target": elements.external(elements.start[None])[0], "start": element}
    path = None
    if method != "beam":
        path = find_path(
            **ends, group=definition, max_length=max_length, memory_limit=memory_limit, progress=progress
        )
    if path is None or (method == "auto" and path.stopped == "memory_limit"):
        settings: dict[str, Any] = {"width": width, "heuristic": heuristic, "random_state": random_state}
        found = beam_search(**ends, group=definition, memory_limit=memory_limit, **settings)
        bound = max(found.lower_bound, 0 if path is None else path.lower_bound)
        path = replace(found, lower_bound=bound)
    if path.word is None or definition.is_directed:
        return path
    indices = tuple(elements.undo[list(reversed(path.word.indices))].tolist())
    return replace(path, word=Word(indices, tuple(elements.generator_names[i] for i in indices)))
