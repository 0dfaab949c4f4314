"""States of a graph as rows of an array: how users write them, and how generators move them."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cayley.cosets import format_state, parse_state
from cayley.definitions import Definition
from cayley.matrices import format_matrix, parse_matrix
from cayley.matrices import inverse as inverse_matrix
from cayley.permutation import check_permutation, format_cycles, parse_permutation, swap

States = NDArray[np.int64]


_ROW = (Sequence, np.ndarray)  # text also is a sequence


class Elements(ABC):
    """The elements of a group, or the words of a coset graph.

    Attributes
    ----------
    shape : tuple of int
        Shape of one state.
    start : ndarray of this shape, int64
    generators, inverses : ndarray of shape (n_generators, ...), int64
    generator_names : tuple of str
        One for each generator.
    name : str
        What is explored.
    is_group : bool
        Whether the states are the elements of a group, so that the graph looks the same from each of them.
    """

    is_group = True

    def __init__(self, definition: Definition, start: States) -> None:
        self.name = definition.name
        self.start = start
        self.shape = start.shape
        self.generators: States = np.array(definition.generators, np.int64)
        self.inverses: States = self._invert()
        names = getattr(definition, "symbols", None) or definition.generator_names
        if isinstance(names, str) or len(names) != len(self.generators):
            names = tuple(self._format_generator(g) for g in self.generators)
        self.generator_names = names

    @cached_property
    def undo(self) -> NDArray[np.int64]:
        """For each generator the one that undoes it; -1 where there is none."""
        rows = {g.tobytes(): i for i, g in enumerate(self.generators)}
        return np.array([rows.get(g.tobytes(), -1) for g in self.inverses])

    def read(self, given: Any) -> tuple[States, bool]:
        """Turn what a user wrote into states.

        Returns
        -------
        states : ndarray of shape (n, *shape), int64
        single : bool
            Whether one state was given, not a sequence of them.

        Raises
        ------
        TypeError, ValueError
            If something is not written as such a state is.
        """
        if isinstance(given, np.ndarray):
            single = given.ndim == len(self.shape)
            return self._read_array(given[None] if single else given), single
        if not isinstance(given, Iterable) or isinstance(given, bytes | Mapping):
            raise TypeError(f"an element of {self.name} is text or a sequence, got {given!r}")
        if isinstance(given, str):
            return self._read_one(given)[None], True
        listed = list(given)
        if listed and self._is_one(listed):
            return self._read_one(listed)[None], True
        states = [self._read_one(element) for element in listed]
        return np.array(states, np.int64).reshape(len(states), *self.shape), False

    def _read_array(self, given: NDArray[Any]) -> States:
        if given.dtype.kind not in "iu":
            raise TypeError(f"an array of elements must hold integers, got dtype {given.dtype}")
        if given.shape[1:] != self.shape:
            raise ValueError(
                f"elements of {self.name} have the shape {self.shape}, got an array of shape {given.shape}"
            )
        return self._check_array(given.astype(np.int64))

    @abstractmethod
    def step(self, states: States, generator: int) -> States:
        """Take states along a generator."""

    @abstractmethod
    def back(self, states: States, generators: slice) -> States:
        """Find the states that some generators take to the given ones.

        Returns
        -------
        ndarray of shape (n, n_generators, *shape), int64
        """

    @abstractmethod
    def format(self, state: States) -> str:
        """Write a state as `read` takes it."""

    @abstractmethod
    def external(self, states: States) -> States:
        """Return states in the numbers that the user has given."""

    @abstractmethod
    def _invert(self) -> States:
        """Find the inverses of the generators."""

    @abstractmethod
    def _format_generator(self, generator: States) -> str: ...

    @abstractmethod
    def _is_one(self, listed: list[Any]) -> bool: ...

    @abstractmethod
    def _read_one(self, given: Any) -> States: ...

    @abstractmethod
    def _check_array(self, states: States) -> States: ...


class _Arrangements(Elements):
    """What permutations of the positions act on."""

    def _invert(self) -> States:
        return np.argsort(self.generators, axis=1)

    def step(self, states: States, generator: int) -> States:
        return states[:, self.generators[generator]]

    def back(self, states: States, generators: slice) -> States:
        return states[:, self.inverses[generators]]

    def _format_generator(self, generator: States) -> str:
        return format_cycles(tuple(generator.tolist()))

    def _is_one(self, listed: list[Any]) -> bool:
        return not any(isinstance(x, _ROW) for x in listed)


class _Permutations(_Arrangements):
    """Permutations, written in cycles or as images."""

    def __init__(self, definition: Definition) -> None:
        self._degree = len(definition.generators[0])  # type: ignore[arg-type]
        super().__init__(definition, np.arange(self._degree))

    def format(self, state: States) -> str:
        return format_cycles(tuple(state.tolist()))

    def external(self, states: States) -> States:
        return states

    def _read_one(self, given: Any) -> States:
        read = parse_permutation if isinstance(given, str) else check_permutation
        return np.array(read(given, self._degree), np.int64)

    def _check_array(self, states: States) -> States:
        wrong = (np.sort(states, axis=1) != self.start).any(axis=1)
        if wrong.any():
            row = int(wrong.argmax())
            raise ValueError(
                f"row {row} is not a permutation of 0 to {self._degree - 1}: {states[row].tolist()}"
            )
        return states


class _Tiles(_Permutations):
    """States of a sliding puzzle, whose moves leave all states alone in which the blank is elsewhere."""

    is_group = False

    def __init__(self, definition: Any) -> None:
        self._degree = definition.degree
        Elements.__init__(self, definition, np.arange(self._degree))
        self._edges = self.generators
        exchanges = [swap(u, v, self._degree) for u, v in definition.edges]
        self.generators = self.inverses = np.array(exchanges, np.int64)

    def step(self, states: States, generator: int) -> States:
        moves = (states[:, self._edges[generator]] == self._degree - 1).any(axis=1)
        return np.where(moves[:, None], states[:, self.generators[generator]], states)

    def back(self, states: States, generators: slice) -> States:
        numbers = range(len(self.generators))[generators]
        return np.stack([self.step(states, number) for number in numbers], axis=1)

    def _invert(self) -> States:
        return self.generators

    def format(self, state: States) -> str:
        return f"[{', '.join(str(tile + 1) for tile in state.tolist())}]"


class _Words(_Arrangements):
    """Words of colours, in the colours of the user."""

    is_group = False

    def __init__(self, definition: Any) -> None:
        n_colours = max(definition.state) + 1
        labels = definition.labels
        self._labels = np.arange(n_colours) if labels is None else np.array(labels, np.int64)
        super().__init__(definition, np.array(definition.state, np.int64))

    def format(self, state: States) -> str:
        return format_state(self._labels[state].tolist())

    def external(self, states: States) -> States:
        return self._labels[states]

    def _read_one(self, given: Any) -> States:
        word = parse_state(given) if isinstance(given, str) else given
        if not isinstance(word, _ROW) or not all(isinstance(x, Integral) for x in word):
            raise TypeError(f"a word is text such as '0011' or a sequence of integers, got {given!r}")
        if len(word) != len(self.start):
            raise ValueError(f"{self.name} has {len(self.start)} positions, got {len(word)} in {given!r}")
        return self._check_array(np.array([word], np.int64))[0]

    def _check_array(self, states: States) -> States:
        colours = np.searchsorted(self._labels, states)
        known = colours < len(self._labels)
        known &= self._labels[np.where(known, colours, 0)] == states
        if not known.all():
            row = int((~known).any(axis=1).argmax())
            colour = states[row][~known[row]][0]
            raise ValueError(f"{self.name} has no colour {colour}, got {format_state(states[row].tolist())}")
        return colours


class _Matrices(Elements):
    """Matrices modulo m, written by their rows."""

    def __init__(self, definition: Any) -> None:
        self.modulus = definition.modulus
        size = definition.size
        super().__init__(definition, np.eye(size, dtype=np.int64) % self.modulus)

    def step(self, states: States, generator: int) -> States:
        return self._times(states, self.generators[generator])

    def back(self, states: States, generators: slice) -> States:
        return self._times(states[:, None], self.inverses[None, generators])

    def format(self, state: States) -> str:
        return format_matrix(state.tolist())

    def external(self, states: States) -> States:
        return states

    def _invert(self) -> States:
        rows = [tuple(map(tuple, g)) for g in self.generators.tolist()]
        return np.array([inverse_matrix(g, self.modulus) for g in rows], np.int64)

    def _times(self, states: States, factor: States) -> States:
        """Multiply term by term: the modulus is up to 2^31, so that two products could overflow."""
        total: Any = 0
        for k in range(self.shape[0]):
            total = (total + states[..., :, k, None] * factor[..., k, None, :]) % self.modulus
        found: States = total
        return found

    def _format_generator(self, generator: States) -> str:
        return self.format(generator)

    def _is_one(self, listed: list[Any]) -> bool:
        return all(isinstance(row, _ROW) and not isinstance(row, str) for row in listed) and not any(
            isinstance(x, _ROW) for row in listed for x in row
        )

    def _read_one(self, given: Any) -> States:
        text = isinstance(given, str)
        # The notation of `format` is that of `parse_matrix` in brackets.
        body = given.strip() if text else ""
        rows = parse_matrix(body[1:-1] if body.startswith("[") and ";" in body else body) if text else given
        if not isinstance(rows, Sequence) or not all(isinstance(row, _ROW) for row in rows):
            raise TypeError(f"a matrix is text such as '1 1; 0 1' or a sequence of rows, got {given!r}")
        for x in (x for row in rows for x in row):
            if not isinstance(x, Integral) or isinstance(x, bool):
                raise TypeError(f"entries of a matrix must be integers, got {x!r}")
        if [len(row) for row in rows] != [self.shape[1]] * self.shape[0]:
            raise ValueError(f"{self.name} has matrices of {self.shape[0]} rows, got {given!r}")
        return np.array([[int(x) % self.modulus for x in row] for row in rows], np.int64)

    def _check_array(self, states: States) -> States:
        return states % self.modulus


def elements_of(definition: Definition) -> Elements:
    """Tell kinds of graphs apart, by a `modulus` (matrices), `edges` (boards), a `state` (words), or none."""
    if hasattr(definition, "modulus"):
        return _Matrices(definition)
    if hasattr(definition, "edges"):
        return _Tiles(definition)
    return _Words(definition) if hasattr(definition, "state") else _Permutations(definition)
