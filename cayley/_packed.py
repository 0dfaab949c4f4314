"""States as keys of a few 64-bit words, sets of keys, and balls around a state: what searches are made of."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cayley._elements import Elements, States
from cayley.definitions import Definition
from cayley.permutation import is_odd
from cayley.sliding import refuse_sliding
from cayley.stabilizer import LARGE_DEGREE, contains_alternating, stabilizer_chain
from graphkit.memory import available_memory, parse_bytes

Keys = NDArray[np.uint64]

_POSITIONS, _POINTS, _MATRICES = range(3)
_LARGEST_ROOM = 2**31 - 1  # rows that the tables number
_DEFAULT_MEMORY = 4 * 10**9
_FIRST_ROOM = 2**10
_CHUNK = 2**20  # states that one call of a kernel takes along the generators, so that Ctrl-C is heard


class Packing:
    """How the states of a graph are packed, and how generators act on keys. Two states share no key.

    Parameters
    ----------
    definition : Definition
    elements : Elements
        Of the same definition.
    compact : bool
        Tell elements of a permutation group by where the points of a base are, so that keys are short: only
        for states of the group itself, and `unpack` is not possible.

    Attributes
    ----------
    forward, backward : ndarray of shape (n_generators, ...), int64
        Move tables of the generators, and of their inverses.
    layout : tuple of int
        What the kernels need to know, see `cayley.engines._kernels.keys`.
    n_entries, n_words : int
        Number of entries of a state, and of words of a key.
    largest : int
        No entry is larger.
    """

    def __init__(self, definition: Definition, elements: Elements, *, compact: bool) -> None:
        refuse_sliding(definition)
        generators = elements.generators.reshape(len(elements.generators), -1)
        modulus = int(getattr(definition, "modulus", 0))
        self._shape = elements.shape
        self._labels: NDArray[np.int64] | None = None
        if modulus:
            kind, largest = _MATRICES, modulus - 1
            self.forward, self.backward = generators, elements.inverses.reshape(generators.shape)
        elif compact and not hasattr(definition, "state"):
            kind, largest = _POINTS, generators.shape[1] - 1
            self._labels = np.array(_base(definition), np.int64)
            # A step takes the label at place p to the place that g takes to p.
            self.forward, self.backward = elements.inverses, generators
        else:
            kind, largest = _POSITIONS, int(elements.start.max())
            self.forward, self.backward = generators, elements.inverses
        self.n_entries = elements.start.size if self._labels is None else len(self._labels)
        self.largest = largest
        width = max(largest.bit_length(), 1)
        per_word = 64 // width
        self.n_words = -(-self.n_entries // per_word)
        self.layout = (kind, modulus, width, per_word)

    def pack(self, states: States) -> Keys:
        """Return the keys of states, one row for each."""
        from cayley.engines._kernels import keys as kernels

        entries = states.reshape(len(states), -1)
        if self._labels is not None:
            entries = np.argsort(entries, axis=1)[:, self._labels]
        keys = np.empty((len(states), self.n_words), np.uint64)
        kernels.pack_all(np.ascontiguousarray(entries), *self.layout[2:], keys)
        return keys

    def unpack(self, keys: Keys) -> States:
        """Return the states of keys that are not compact."""
        from cayley.engines._kernels import keys as kernels

        entries = np.empty((len(keys), self.n_entries), np.int64)
        kernels.unpack_all(keys, *self.layout[2:], entries)
        return entries.reshape(len(keys), *self._shape)


def _base(definition: Any) -> list[int]:
    """Points such that only the identity of a permutation group fixes them all."""
    degree = len(definition.generators[0])
    if degree > LARGE_DEGREE and contains_alternating(definition.generators):
        return list(range(degree - 1))  # finding out that one fewer would do takes long
    return sorted(stabilizer_chain(tuple(definition.generators)).base)


def is_member(definition: Any, state: States) -> bool | None:
    """Tell whether words of the generators lead to a state; None if only a search can tell."""
    if hasattr(definition, "modulus"):
        return None
    if hasattr(definition, "state"):
        return None if sorted(state.tolist()) == sorted(definition.state) else False
    p = tuple(state.tolist())
    if len(p) > LARGE_DEGREE and contains_alternating(definition.generators):
        return any(map(is_odd, definition.generators)) or not is_odd(p)
    return p in stabilizer_chain(tuple(definition.generators))


class Budget:
    """Bytes that some sets of keys may take together: by default 4 GB, or what is available if less."""

    def __init__(self, memory_limit: int | str | None) -> None:
        free = available_memory()
        least = _DEFAULT_MEMORY if free is None else min(free, _DEFAULT_MEMORY)
        self.limit = least if memory_limit is None else parse_bytes(memory_limit)
        self.used = 0

    def allows(self, size: int) -> bool:
        """Tell whether so many bytes are left."""
        return self.used + size <= self.limit


class KeySet:
    """Different keys in the order in which they came, and a table to find them.

    Attributes
    ----------
    keys : ndarray of shape (room, n_words), uint64
        The first `n` rows are in use.
    table : ndarray, int32
        Row numbers, see `cayley.engines._kernels.keys`: twice as many places as rows.
    n : int
    """

    def __init__(self, n_words: int, budget: Budget) -> None:
        self.budget = budget
        self._allocate(n_words, _FIRST_ROOM)
        self.n = 0

    def _allocate(self, n_words: int, room: int) -> None:
        self.keys = np.empty((room, n_words), np.uint64)
        self.table = np.full(2 * room, -1, np.int32)
        self.budget.used += self.nbytes

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""
        return self.keys.nbytes + self.table.nbytes

    def add(self, keys: Keys) -> bool:
        """Append keys that are different from each other and from all others; False if they do not fit."""
        from cayley.engines._kernels import keys as kernels

        if not self.reserve(self.n + len(keys)):
            return False
        self.keys[self.n : self.n + len(keys)] = keys
        kernels.enter(self.keys, self.n, self.n + len(keys), self.table)
        self.n += len(keys)
        return True

    def reserve(self, n: int) -> bool:
        """Make room for `n` keys in all; False, and nothing changes, if there is no memory for it."""
        from cayley.engines._kernels import keys as kernels

        room, n_words = len(self.keys), self.keys.shape[1]
        while room < n:
            room *= 2
        if room == len(self.keys):
            return True
        # The old table goes first; old and new keys are there together.
        if room > _LARGEST_ROOM or not self.budget.allows(room * (8 * n_words + 8) - self.table.nbytes):
            return False
        old = self.keys
        self.budget.used -= self.nbytes
        self.table = self.table[:0].copy()
        self._allocate(n_words, room)
        self.keys[: self.n] = old[: self.n]
        kernels.enter(self.keys, 0, self.n, self.table)
        return True

    def rows(self, keys: Keys) -> NDArray[np.int64]:
        """Find the rows of keys, -1 for what is not there."""
        from cayley.engines._kernels import keys as kernels

        found = np.empty(len(keys), np.int64)
        kernels.look_up(keys, self.keys, self.table, found)
        return found


class Ball:
    """All states within some distance of a centre, layer by layer.

    Attributes
    ----------
    known : KeySet
        In the order of the layers.
    bounds : list of int
        Layer d has the rows ``bounds[d]`` to ``bounds[d + 1]``.
    """

    def __init__(self, packing: Packing, centre: Keys, budget: Budget, *, outward: bool = True) -> None:
        self._packing = packing
        # Layers grow along generators, or against them: states from which the centre is reached.
        self._moves, self._undo = packing.forward, packing.backward
        if not outward:
            self._moves, self._undo = self._undo, self._moves
        self.known = KeySet(packing.n_words, budget)
        self.known.add(centre)
        self.bounds = [0, 1]

    @property
    def radius(self) -> int:
        """Number of whole layers, the centre not counted."""
        return len(self.bounds) - 2

    @property
    def sizes(self) -> list[int]:
        """Sizes of the layers."""
        return np.diff(self.bounds).tolist()

    def grow(self, other: "Ball | None" = None) -> tuple[bool, tuple[int, int, int] | None]:
        """Add a layer, unless some state of it is in the other ball, or there is no room.

        Returns
        -------
        is_whole : bool
            Whether the layer was added.
        meeting : tuple (row, generator, row of the other) or None
            A state of the last layer, and a step that leads it into the other ball. If there is no room, all
            states of the last layer have been tried none the less.
        """
        from cayley.engines._kernels import keys as kernels

        known, packing = self.known, self._packing
        state, last = self.bounds[-2:]
        # A set of its own without a key stands for none.
        away = (np.zeros((1, packing.n_words), np.uint64), np.full(2, -1, np.int32))
        there = away if other is None else (other.known.keys, other.known.table)
        # Enlarging is costly: do it once, if the layer grows as the one before did.
        ratio = min(self.sizes[-1] / self.sizes[-2], len(self._moves)) if self.radius else len(self._moves)
        known.reserve(known.n + int(self.sizes[-1] * ratio) + len(self._moves))
        fits = True
        while state < last:
            end = min(state + _CHUNK, last)
            if fits:
                state, known.n, g, row, _ = kernels.advance(
                    known.keys, known.table, state, end, known.n, self._moves, *self._shape, *there
                )
            else:
                state, g, row, _ = kernels.scan(known.keys, state, end, self._moves, *self._shape, *there)
            if row >= 0:
                return False, (state, g, row)
            if state < end and not known.reserve(known.n + len(self._moves)):
                if other is None:
                    return False, None
                fits = False
        if fits:
            self.bounds.append(known.n)
        return fits, None

    @property
    def _shape(self) -> tuple[Any, int]:
        return self._packing.layout, self._packing.n_entries

    def way(self, row: int) -> list[int]:
        """Word of a row: outward from the centre to it, inward from it to the centre."""
        from cayley.engines._kernels import keys as kernels

        bounds = np.array(self.bounds, np.int64)
        depth = int(np.searchsorted(bounds, row, side="right")) - 1
        chosen = np.empty(depth, np.int64)
        known = self.known
        found = kernels.descend(known.keys, known.table, row, bounds, depth, self._undo, *self._shape, chosen)
        if not found:
            raise AssertionError("a state has no way back to the centre: please report this")
        steps: list[int] = chosen.tolist()
        return steps[::-1] if self._moves is self._packing.forward else steps
