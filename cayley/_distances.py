"""Distances of given elements from the start, and shortest words for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cayley._elements import Elements, States, elements_of
from cayley._run import LISTED, Progress, check_run, collect_layers, using_threads
from cayley.definitions import Definition, Generators, define
from cayley.families import Parameter
from graphkit.errors import MemoryBudgetError
from graphkit.memory import available_memory, require_memory
from graphkit.validation import check_choice

_ENGINES = ("auto", "dense", "dense-avx512", "dense-portable", "chain", "ranked", "matrices", "numbering")
_CHUNK = 2**13  # elements that walk together, in the second-level cache
_TOGETHER = 512  # neighbours that are looked up together at least
_NO_LIMIT = 2**100


@dataclass(frozen=True)
class Word:
    """A product of generators, the first one applied first.

    Attributes
    ----------
    indices : tuple of int
        Which generators, numbered from 0.
    names : tuple of str
        What they are called: the symbols of a family, their cycles or rows, or what a puzzle calls them.

    Examples
    --------
    >>> word = Word((2, 0), ("(1 2)", "(1 2 3)"))
    >>> str(word), len(word), list(word)
    ('(1 2) (1 2 3)', 2, [2, 0])
    """

    indices: tuple[int, ...]
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.indices)

    def __iter__(self) -> Iterator[int]:
        return iter(self.indices)

    def __str__(self) -> str:
        return " ".join(self.names) or "1"


class _Table(Protocol):
    """Where distances are looked up."""

    period: int | None
    memory: int

    def codes(self, states: States) -> NDArray[np.int64]:
        """Return one more than the distances (modulo `period`) of states; 0 for what is none."""


class Distances:
    """Distances from the start of a Cayley or Schreier graph, as `distances` finds them.

    Attributes
    ----------
    name : str
        What it is the graph of, such as ``"S10"``.
    directed : bool
        Whether some generator lacks its inverse.
    generator_names : tuple of str
        One for each generator.
    growth : list of int
        Entry d is the number of elements at distance d.
    diameter : int
        Largest distance.
    order : int
        Number of elements.
    antipodes : ndarray or None
        The elements at this distance, in lexicographic order: permutations by their images numbered from 0,
        words in the user's colours, matrices. None if there are more than 1,000, or the engine did not list
        them.
    engine : str
        Engine that computed the layers; ``"numbering"`` if all states were listed.
    memory_bytes : int
        Bytes that hold the distances.

    Notes
    -----
    An element is written as a permutation, ``"(1 2 3)"`` or ``"[2, 3, 1]"`` with points numbered from 1, or a
    sequence of images numbered from 0; as a word of a coset graph, ``"0011"`` or its colours; or as a matrix,
    ``"1 1; 0 1"`` or its rows.
    """

    def __init__(
        self,
        elements: Elements,
        directed: bool,
        growth: list[int],
        antipodes: States | None,
        engine: str,
        table: _Table,
    ) -> None:
        self._elements = elements
        self._table = table
        self.name = elements.name
        self.directed = directed
        self.generator_names = elements.generator_names
        self.growth = growth
        self.diameter = len(growth) - 1
        self.antipodes = None if antipodes is None else np.unique(elements.external(antipodes), axis=0)
        self.order = sum(growth)
        self.engine = engine

    @property
    def memory_bytes(self) -> int:
        return self._table.memory

    def __repr__(self) -> str:
        elements = f"{self.order:,} element{'s' * (self.order != 1)}"
        return f"Distances({self.name}, {elements}, diameter {self.diameter})"

    def of(self, element: Any) -> Any:
        """Distance of an element, or of each of many.

        Parameters
        ----------
        element : str, sequence or ndarray
            An element, or a sequence of elements, which is faster than one after the other.

        Returns
        -------
        int, or ndarray of int64 for a sequence

        Raises
        ------
        TypeError, ValueError
            If an element cannot be read, or no word of the generators leads to it.

        Notes
        -----
        O(distance * generators) look-ups, or a single one if the graph is directed.

        Examples
        --------
        >>> import cayley
        >>> found = cayley.distances("S5", "coxeter")
        >>> found.of("(1 5)"), found.of([4, 3, 2, 1, 0])
        (7, 10)
        >>> found.of(["()", "(1 2)", "(1 2 3)"])
        array([0, 1, 2])
        >>> found.antipodes.tolist(), found.of(found.antipodes)
        ([[4, 3, 2, 1, 0]], array([10]))
        """
        states, single = self._elements.read(element)
        found = np.empty(len(states), np.int64)
        for first in range(0, len(states), _CHUNK):
            part = states[first : first + _CHUNK]
            codes = self._codes_of(part, None if single else first)
            exact = self._table.period is None
            found[first : first + _CHUNK] = codes - 1 if exact else self._walk(part, codes)[0]
        return int(found[0]) if single else found

    def word(self, element: Any) -> Word:
        """Shortest word that leads from the start to an element.

        Its first generator is applied first: a step along g takes an arrangement a to a[g[0]], a[g[1]], ...,
        and a matrix M to M g. So the element is the product of the generators in the order of the word, for
        permutations as functions: it sends the point i to g1(g2(... gk(i))). Of several shortest words it is
        the one whose last generator has the lowest index, then the one before that, and so on.

        Parameters
        ----------
        element : str or sequence
            One element.

        Returns
        -------
        Word

        Raises
        ------
        TypeError, ValueError
            As for `of`.

        Examples
        --------
        >>> import cayley
        >>> found = cayley.distances("S5")
        >>> word = found.word("(2 3)")
        >>> str(word), word.indices
        ('L X R', (0, 2, 1))
        >>> from cayley.permutation import compose, parse_permutation
        >>> left, right, exchange = cayley.get_family("lrx").generators(5)
        >>> compose(left, compose(exchange, right)) == parse_permutation("(2 3)", 5)
        True
        >>> len(found.word("()")), str(found.word("()"))
        (0, '1')
        """
        states, single = self._elements.read(element)
        if not single:
            raise ValueError("word() takes one element, words() takes a sequence of them")
        return self._words(states, None)[0]

    def words(self, elements: Any) -> list[Word]:
        """Shortest words for a sequence of elements, see `word`; faster than one after the other.

        Examples
        --------
        >>> import cayley
        >>> [len(word) for word in cayley.distances("S5").words(["(2 3)", "(1 2)", "()"])]
        [3, 1, 0]
        """
        states, single = self._elements.read(elements)
        if single:
            raise ValueError("words() takes a sequence of elements, word() takes one")
        found = []
        for first in range(0, len(states), _CHUNK):
            found += self._words(states[first : first + _CHUNK], first)
        return found

    def _codes_of(self, states: States, first: int | None) -> NDArray[np.int64]:
        """Look states up; refuse those that are not there. The first has the place `first` in a sequence."""
        codes = self._table.codes(states)
        if not codes.all():
            row = int((codes == 0).argmax())
            place = "" if first is None else f"element {first + row}: "
            raise ValueError(
                f"{place}{self._elements.format(states[row])} is not a vertex of the graph of {self.name}: "
                "no word of its generators leads there"
            )
        return codes

    def _walk(
        self, states: States, codes: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], list[tuple[NDArray[np.int64], NDArray[np.int64]]]]:
        """Walk down to the start, all states together.

        Returns
        -------
        distance : ndarray of int64
        steps : list of (rows, generators)
            For each step, which states are still on their way, and along which generators they were reached.
        """
        distance = np.zeros(len(states), np.int64)
        steps: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        rows = np.arange(len(states))
        period = self._table.period
        while True:
            away = (states != self._elements.start).reshape(len(states), -1).any(axis=1)
            rows, states, codes = rows[away], states[away], codes[away]
            if not rows.size:
                return distance, steps
            codes = codes - 1 if period is None else (codes - 2) % period + 1
            states, chosen = self._predecessors(states, codes)
            steps.append((rows, chosen))
            distance[rows] += 1

    def _predecessors(self, states: States, codes: NDArray[np.int64]) -> tuple[States, NDArray[np.int64]]:
        """Find for each state the first generator that leads to it from a state with the given code."""
        before = np.empty_like(states)
        chosen = np.empty(len(states), np.int64)
        rows = np.arange(len(states))
        first = 0
        while rows.size and first < len(self.generator_names):
            # One by one, as most states need no more; but few states are not worth as many calls.
            last = first + max(1, _TOGETHER // rows.size)
            near = self._elements.back(states, slice(first, last))
            found = self._table.codes(near.reshape(-1, *states.shape[1:])).reshape(near.shape[:2])
            fits = found == codes[:, None]
            which, some = fits.argmax(axis=1), fits.any(axis=1)
            hit, miss = np.flatnonzero(some), np.flatnonzero(~some)
            chosen[rows[hit]] = first + which[hit]
            before[rows[hit]] = near[hit, which[hit]]
            rows, states, codes = rows[miss], states[miss], codes[miss]
            first = last
        if not rows.size:
            return before, chosen
        raise AssertionError(f"a state of {self.name} has no predecessor: please report this")

    def _words(self, states: States, first: int | None) -> list[Word]:
        distance, steps = self._walk(states, self._codes_of(states, first))
        # From the back: entry k of a row is the last generator but k.
        table = np.full((len(states), len(steps)), -1, np.int64)
        for k, (rows, chosen) in enumerate(steps):
            table[rows, k] = chosen
        self._verify(states, table)
        names = self.generator_names
        found = []
        for row, length in zip(table.tolist(), distance.tolist(), strict=True):
            indices = tuple(row[:length][::-1])
            found.append(Word(indices, tuple(names[i] for i in indices)))
        return found

    def _verify(self, states: States, table: NDArray[np.int64]) -> None:
        """Apply the words to the start."""
        reached = np.broadcast_to(self._elements.start, states.shape).copy()
        for column in table.T[::-1]:
            for generator in set(column.tolist()) - {-1}:
                rows = column == generator
                reached[rows] = self._elements.step(reached[rows], generator)
        if not np.array_equal(reached, states):
            raise AssertionError(f"a word of {self.name} leads elsewhere: please report this")


def distances(
    group: str | Definition | None = None,
    generators: Generators | None = None,
    *,
    state: str | Sequence[int] | None = None,
    modulus: int | None = None,
    memory_limit: int | str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    engine: str = "auto",
    **parameters: Parameter,
) -> Distances:
    """Find the distances of all vertices of a Cayley or Schreier graph from the start.

    Parameters
    ----------
    group, generators, state, modulus, **parameters
        What `cayley.growth` takes.
    memory_limit : int or str, optional
        Bytes, or text such as ``"2GB"``, that may be allocated. Default: what is available.
    threads : int, optional
        Number of threads; the result does not depend on it. Default: numba's setting (all cores).
    progress : callable, optional
        Called as ``progress(depth, size, reached)`` after each layer, `reached` being the sum so far; not if
        the states are listed.
    engine : str
        One of ``"auto"``, ``"dense"`` (also ``"dense-avx512"`` and ``"dense-portable"``), ``"chain"``,
        ``"ranked"``, ``"matrices"`` and ``"numbering"``; the distances do not depend on it.

    Returns
    -------
    Distances
        Gives the distance of an element, and a shortest word for it.

    Raises
    ------
    ValueError
        If the arguments do not describe a graph, see `cayley.growth`, or the engine does not take it.
    graphkit.errors.MemoryBudgetError
        If the distances would not fit; raised before anything large is allocated, but where their number of
        bits turns out only on the way (directed graphs), or the number of states (graphs without an index).

    Notes
    -----
    The layers are computed as by `cayley.growth`. Where the states have an index, an undirected graph takes
    two bits for each to keep the distance modulo 3: S_12 128 MB, S_13 1.7 GB. A directed graph takes one bit
    more than the largest distance has. States without an index (groups that only the sparse engine takes)
    are listed, with all their edges, as by `cayley.cayley_graph`, at some 100 bytes for each.

    Examples
    --------
    >>> import cayley
    >>> found = cayley.distances("S6", "pancake")
    >>> found.diameter, found.of("(1 2)"), str(found.word("(1 2)"))
    (7, 1, 'r2')
    >>> cayley.distances(state="0011").of("1100")
    2
    >>> str(cayley.distances("Heisenberg(3,5)").word("1 0 1; 0 1 0; 0 0 1"))
    '[1 0 0; 0 1 1; 0 0 1] [1 4 0; 0 1 0; 0 0 1] [1 0 0; 0 1 4; 0 0 1] [1 1 0; 0 1 0; 0 0 1]'
    """
    check_choice(engine, "engine", _ENGINES)
    threads = check_run(threads, progress)
    definition = define(group, generators, state=state, modulus=modulus, parameters=parameters)
    if engine == "numbering":
        return _numbered(definition, memory_limit)
    if definition.order is not None:  # before an index is planned, which takes time for a huge group
        require_memory(definition.order // 4, f"two bits for each state of {definition.name}", memory_limit)
    from cayley.engines import choose

    choice = choose(definition, engine, memory_limit=_NO_LIMIT, whole=True)
    if choice.name != "sparse":
        return _indexed(definition, choice, memory_limit, threads, progress)
    try:
        return _numbered(definition, memory_limit)
    except MemoryBudgetError as error:
        raise MemoryBudgetError(f"{definition.name} has no index, and to list its states: {error}") from None


class _IndexedTable:
    """Bit planes addressed by the index of an engine."""

    def __init__(self, engine: Any, planes: Any) -> None:
        self._engine, self._planes = engine, planes
        self.period: int | None = planes.period
        self.memory: int = planes.memory

    def codes(self, states: States) -> NDArray[np.int64]:
        found: NDArray[np.int64] = self._planes.codes(self._engine.places(states))
        return found


class _NumberedTable:
    """Distances of listed states."""

    def __init__(self, graph: Any) -> None:
        self._graph = graph
        self.period: int | None = None
        self.memory: int = graph.memory_bytes

    def codes(self, states: States) -> NDArray[np.int64]:
        places = self._graph.find(states)
        return np.where(places >= 0, self._graph.distance[places].astype(np.int64) + 1, 0)


class _Budget:
    """What may be allocated, and what has been asked for."""

    def __init__(self, name: str, memory_limit: int | str | None) -> None:
        self._what = f"all distances of {name}"
        self._limit = memory_limit
        self._available = available_memory()
        self._asked = 0

    def require(self, size: int, *, keep: bool = True) -> None:
        require_memory(self._asked + size, self._what, self._limit, available=self._available)
        self._asked += size * keep


def _indexed(
    definition: Definition,
    choice: Any,
    memory_limit: int | str | None,
    threads: int | None,
    progress: Progress | None,
) -> Distances:
    """Run an engine, and write the distance of the states of each layer."""
    from cayley.engines import _planes

    directed = definition.is_directed
    budget = _Budget(definition.name, memory_limit)
    budget.require(choice.memory)
    engine = choice.build()
    budget.require(engine.marks_memory)
    order = choice.order
    n_planes = _planes.least_planes(directed, order, len(definition.generators))
    budget.require(8 * engine.bitmap_words * n_planes, keep=False)
    planes = _planes.DistancePlanes(engine.bitmap_words, directed, budget.require)

    def record(depth: int, size: int, reached: int) -> None:
        planes.record(engine.marks(), depth)
        if progress is not None:
            progress(depth, size, reached)

    with using_threads(threads):
        growth, _ = collect_layers(engine, choice.order, progress=record)
    antipodes = engine.last_layer() if growth[-1] <= LISTED else None
    engine.release()
    table = _IndexedTable(engine, planes)
    return Distances(elements_of(definition), directed, growth, antipodes, engine.name, table)


def _numbered(definition: Definition, memory_limit: int | str | None) -> Distances:
    """List all states."""
    from cayley._numbering import number_vertices

    graph = number_vertices(definition, memory_limit)
    elements, growth = elements_of(definition), graph.growth
    last = graph.vertices[-growth[-1] :] if growth[-1] <= LISTED else None
    antipodes = None if last is None else elements.read(last)[0]
    return Distances(elements, graph.directed, growth, antipodes, "numbering", _NumberedTable(graph))
