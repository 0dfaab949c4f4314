"""How states are packed into 64-bit words, and how the generators act on the packed words.

A state is a row of fields, each of which lies within one word: the entries that tell states apart, then one
*mark* for each generator that may be skipped (see `cayley.engines._skips`), then one bit that is always set.
Two states are equal if and only if their entries are.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cayley.engines._skips import Skips, find_skips, follow
from cayley.matrices import Matrix, multiply
from cayley.matrices import inverse as inverse_matrix
from cayley.permutation import Permutation, identity, inverse
from cayley.stabilizer import LARGE_DEGREE, StabilizerChain, contains_alternating, stabilizer_chain

Words = NDArray[np.uint64]

_DIGIT_BITS = 12  # entries that are looked up together
_FEW_MOVES = 8  # masked shifts for a generator that are faster than look-ups
_LARGEST_MODULUS = 2**31
_MOVES, _DIGITS, _SUMS = range(3)


@dataclass(frozen=True)
class Code:
    """Packed states of one definition.

    Attributes
    ----------
    start : ndarray of shape (n_words,), uint64
    step : tuple
        What the kernels need: how generators act (moves, digits or sums), number of words, masks, tables.
    n_generators : int
        Without repeats and without the identity.
    n_back : int
        How many layers back from its own a state's steps without a mark may lead.
    unpack : callable
        Takes packed states, shape (n, n_words), to states: arrangements, words or matrices.
    """

    start: Words
    step: tuple[Any, ...]
    n_generators: int
    n_back: int
    unpack: Callable[[Words], NDArray[np.int64]]

    @property
    def n_words(self) -> int:
        """Number of words of a state."""
        return len(self.start)


def encode(definition: Any, *, marked: bool, at_least: int = 1) -> Code:
    """Choose the packing of the states of a group or coset graph.

    Parameters
    ----------
    definition : PermutationGroup, CosetGraph or MatrixGroup
        Told apart by what they have: a `modulus` (matrices), a `state` (a coset graph), or neither.
    marked : bool
        Whether every step back to the layer before needs a mark, or a check. Otherwise (in a directed graph,
        where all states are remembered) states have marks only if these take no further word.
    at_least : int
        Number of words to use at least.

    Raises
    ------
    ValueError
        If an entry takes more bits than the tables can hold, or the modulus is out of range.
    """
    if hasattr(definition, "modulus"):
        return _encode_matrices(definition.generators, definition.modulus, marked, at_least)
    degree = len(definition.generators[0])
    generators: list[Permutation] = [g for g in dict.fromkeys(definition.generators) if g != identity(degree)]
    if not marked:  # a state that is found again keeps the marks of the first time: let these be many
        generators = sorted(generators, key=lambda g: inverse(g) not in generators)
    inverses = [inverse(g) for g in generators]
    skips = find_skips(generators, inverses, identity(degree), follow, degree, marked)
    state = getattr(definition, "state", None)
    moves = _PositionCode(generators, identity(degree) if state is None else tuple(state), skips, at_least)
    if state is not None:
        return moves.code()
    if degree > LARGE_DEGREE and contains_alternating(generators):
        return moves.code()  # nearly all points are in the base, and finding that out takes long
    points = _PointCode(generators, inverses, skips, at_least)
    worth = moves.n_moves <= _FEW_MOVES * len(generators)
    if points.layout.n_words > moves.layout.n_words or (
        points.layout.n_words == moves.layout.n_words and worth
    ):
        return moves.code()
    return points.code()


class _Layout:
    """Places of fields in words: one after the other, none across two words."""

    def __init__(self, widths: Sequence[int], skips: Skips, at_least: int = 1) -> None:
        self.widths = list(widths)
        self.entries = len(widths)
        self.skips = replace(skips, after=[0] * len(skips.after))
        least = self._place()
        self.skips, none = skips, self.skips
        self.n_words = self._place()
        if self.n_words > least and not skips.are_needed:
            self.skips = none
            self.n_words = self._place()
        if self.n_words < at_least:  # the bit that is always set lies in the last word
            self.word[-1], self.shift[-1] = at_least - 1, 0
            self.n_words = at_least

    def _place(self) -> int:
        """Lay the fields out; return the number of words."""
        self.word: list[int] = []
        self.shift: list[int] = []
        word = used = 0
        for width in [*self.widths, *[1] * self.skips.marked.bit_count(), 1]:
            if used + width > 64:
                word, used = word + 1, 0
            self.word.append(word)
            self.shift.append(used)
            used += width
        return word + 1

    def pack(self, entries: Sequence[int]) -> Words:
        """Pack one state without marks."""
        words = [0] * self.n_words
        for value, word, shift in zip(entries, self.word, self.shift, strict=False):
            words[word] |= int(value) << shift
        words[self.word[-1]] |= 1 << self.shift[-1]
        return np.array(words, np.uint64)

    def unpack(self, codes: Words) -> NDArray[np.int64]:
        """Entries of packed states, one row for each state."""
        entries = np.empty((len(codes), self.entries), np.int64)
        for i, width in enumerate(self.widths):
            shifted = codes[:, self.word[i]] >> np.uint64(self.shift[i])
            entries[:, i] = shifted & np.uint64((1 << width) - 1)
        return entries

    def masks(self) -> tuple[Words, NDArray[np.int64], Words, Words]:
        """Bits of the entries; word and bit of the mark that stops a generator; bits that it stamps."""
        code_mask = [0] * self.n_words
        for i, width in enumerate(self.widths):
            code_mask[self.word[i]] |= ((1 << width) - 1) << self.shift[i]
        after, marked = self.skips.after, self.skips.marked
        field = iter(range(self.entries, len(self.word) - 1))
        place = [next(field) if marked >> g & 1 else -1 for g in range(len(after))]
        mark_word = np.array([self.word[i] if i >= 0 else 0 for i in place], np.int64)
        mark = np.array([1 << self.shift[i] if i >= 0 else 0 for i in place], np.uint64)
        stamp = np.zeros((len(place), self.n_words), np.uint64)
        stamp[:, self.word[-1]] = np.uint64(1) << np.uint64(self.shift[-1])
        for g, skipped in enumerate(after):
            for h in range(len(after)):
                if skipped >> h & 1:
                    stamp[g, mark_word[h]] |= mark[h]
        return np.array(code_mask, np.uint64), mark_word, mark, stamp

    def step(self, kind: int, action: tuple[Any, ...]) -> tuple[Any, ...]:
        """Build what the kernels take; the two kinds of action that are not in use are empty."""
        index, words = np.zeros(0, np.int64), np.zeros(0, np.uint64)
        rows = np.zeros((0, self.n_words), np.uint64)
        actions: list[tuple[Any, ...]] = [
            (index, index, index, words, words, words),
            (index, words, words, index, np.zeros((0, 0), np.uint16)),
            (rows, index, index, words, words, index, index, words, words, np.uint64(1), np.uint64(1), True),
        ]
        actions[kind] = action
        return (kind, (0,) * self.n_words, self.masks(), *actions)


class _PositionCode:
    """Words over an alphabet: one entry for each position that some generator moves.

    A generator moves entries; those that go equally far form one masked shift.
    """

    def __init__(
        self, generators: Sequence[Permutation], state: Sequence[int], skips: Skips, at_least: int
    ) -> None:
        self._state = state
        self._moved = [i for i in range(len(state)) if any(g[i] != i for g in generators)]
        self._colours = sorted({state[i] for i in self._moved})
        width = _width(len(self._colours))
        self.layout = _Layout([width] * len(self._moved), skips, at_least)
        field = {position: i for i, position in enumerate(self._moved)}
        self._moves = []
        for g in generators:
            masks: dict[tuple[int, int, int], int] = {}
            for position in self._moved:
                source, target = field[g[position]], field[position]
                distance = self.layout.shift[target] - self.layout.shift[source]
                key = self.layout.word[source], self.layout.word[target], distance
                masks[key] = masks.get(key, 0) | ((1 << width) - 1) << self.layout.shift[source]
            self._moves.append(masks)

    @property
    def n_moves(self) -> int:
        return sum(len(masks) for masks in self._moves)

    def code(self) -> Code:
        keys = [key for masks in self._moves for key in masks]
        action = (
            np.cumsum([0] + [len(masks) for masks in self._moves]),
            np.array([source for source, _, _ in keys], np.int64),
            np.array([target for _, target, _ in keys], np.int64),
            np.array([max(distance, 0) for _, _, distance in keys], np.uint64),
            np.array([max(-distance, 0) for _, _, distance in keys], np.uint64),
            np.array([mask for masks in self._moves for mask in masks.values()], np.uint64),
        )
        start = self.layout.pack([self._colours.index(self._state[i]) for i in self._moved])
        step = self.layout.step(_MOVES, action)
        return Code(start, step, len(self._moves), self.layout.skips.n_back, self._unpack)

    def _unpack(self, codes: Words) -> NDArray[np.int64]:
        states = np.tile(np.array(self._state, np.int64), (len(codes), 1))
        states[:, self._moved] = np.array(self._colours, np.int64)[self.layout.unpack(codes)]
        return states


class _PointCode:
    """Elements of a permutation group: the places of the labels of a base, which determine all others.

    A step takes each place to its image under the inverse of the generator. Adjacent entries form a digit,
    whose image is looked up.
    """

    def __init__(
        self,
        generators: Sequence[Permutation],
        inverses: Sequence[Permutation],
        skips: Skips,
        at_least: int,
    ) -> None:
        self._inverses = inverses
        self._chain: StabilizerChain = stabilizer_chain(tuple(generators))
        orbits = {point: orbit for orbit in _orbits(generators) for point in orbit}
        self._base = sorted(self._chain.base, key=lambda point: orbits[point])
        self._orbits = [orbits[point] for point in self._base]
        self.layout = _Layout([_width(len(orbit)) for orbit in self._orbits], skips, at_least)
        if max(self.layout.widths) > _DIGIT_BITS:
            largest = max(len(orbit) for orbit in self._orbits)
            raise ValueError(
                f"the sparse engine takes orbits of at most {2**_DIGIT_BITS} points, got one of {largest}"
            )

    def code(self) -> Code:
        limit = _DIGIT_BITS if len(self._inverses) <= 64 else 8
        digits = list(_digits(self.layout, limit))
        offsets: dict[tuple[tuple[int, ...], ...], int] = {}
        columns: list[NDArray[np.uint16]] = []
        size = 0
        for fields in digits:
            key = tuple(self._orbits[i] for i in fields)
            if key not in offsets:
                offsets[key] = size
                columns.append(np.array([_digit_table(key, g) for g in self._inverses]))
                size += columns[-1].shape[1]
        action = (
            np.array([self.layout.word[fields[0]] for fields in digits], np.int64),
            np.array([self.layout.shift[fields[0]] for fields in digits], np.uint64),
            np.array([(1 << sum(self.layout.widths[i] for i in fields)) - 1 for fields in digits], np.uint64),
            np.array([offsets[tuple(self._orbits[i] for i in fields)] for fields in digits], np.int64),
            np.concatenate(columns, axis=1),
        )
        places = [orbit.index(point) for point, orbit in zip(self._base, self._orbits, strict=True)]
        step = self.layout.step(_DIGITS, action)
        skips = self.layout.skips
        return Code(self.layout.pack(places), step, len(self._inverses), skips.n_back, self._unpack)

    def _unpack(self, codes: Words) -> NDArray[np.int64]:
        """Find the element by its images of the base: strip it by the transversals of the chain."""
        entries = self.layout.unpack(codes)
        images = np.stack(
            [np.array(orbit, np.int64)[entries[:, i]] for i, orbit in enumerate(self._orbits)], axis=1
        )
        images = images[:, [self._base.index(point) for point in self._chain.base]]
        degree = len(self._inverses[0])
        element = np.tile(np.arange(degree), (len(codes), 1))
        for level, transversal in enumerate(self._chain.transversals):
            steps = np.zeros((degree, degree), np.int64)
            undo = np.zeros((degree, degree), np.int64)
            for point, u in transversal.items():
                steps[point], undo[point] = u, inverse(u)
            reached = images[:, level].copy()
            element = np.take_along_axis(element, steps[reached], axis=1)
            images = undo[reached[:, None], images]
        rows = np.empty_like(element)
        np.put_along_axis(rows, element, np.broadcast_to(np.arange(degree), element.shape), axis=1)
        return rows


def _encode_matrices(generators: Sequence[Matrix], modulus: int, marked: bool, at_least: int) -> Code:
    """Pack the entries of matrices that are not the same in all elements, row by row."""
    if not 2 <= modulus <= _LARGEST_MODULUS:
        raise ValueError(f"the sparse engine takes moduli from 2 to {_LARGEST_MODULUS}, got {modulus}")
    n = len(generators[0])
    one = tuple(tuple(int(i == j) for j in range(n)) for i in range(n))
    reduced = [tuple(tuple(x % modulus for x in row) for row in g) for g in generators]
    unique: list[Matrix] = [g for g in dict.fromkeys(reduced) if g != one]
    inverses = [inverse_matrix(g, modulus) for g in unique]
    skips = find_skips(unique, inverses, one, lambda g, h: multiply(g, h, modulus), n**3, marked)
    constant = _constant_entries(unique, modulus)
    free = [(i, j) for i in range(n) for j in range(n) if constant[i][j] is None]
    width = (modulus - 1).bit_length()
    layout = _Layout([width] * len(free), skips, at_least)
    field = {entry: i for i, entry in enumerate(free)}
    mask = (1 << width) - 1
    keep = np.zeros((len(unique), layout.n_words), np.uint64)
    targets: list[tuple[int, int]] = []  # field, constant part
    terms: list[tuple[int, int]] = []  # field, factor
    first, term_first = [0], [0]
    for a, g in enumerate(unique):
        for i, j in free:
            target = field[i, j]
            if all(g[k][j] == int(k == j) for k in range(n)):
                keep[a, layout.word[target]] |= np.uint64(mask << layout.shift[target])
                continue
            fixed = sum((constant[i][k] or 0) * g[k][j] for k in range(n)) % modulus
            terms += [(field[i, k], g[k][j]) for k in range(n) if constant[i][k] is None and g[k][j]]
            targets.append((target, fixed))
            term_first.append(len(terms))
        first.append(len(targets))
    action = (
        keep,
        np.array(first, np.int64),
        np.array([layout.word[i] for i, _ in targets], np.int64),
        np.array([layout.shift[i] for i, _ in targets], np.uint64),
        np.array([fixed for _, fixed in targets], np.uint64),
        np.array(term_first, np.int64),
        np.array([layout.word[i] for i, _ in terms], np.int64),
        np.array([layout.shift[i] for i, _ in terms], np.uint64),
        np.array([factor for _, factor in terms], np.uint64),
        np.uint64(mask),
        np.uint64(modulus),
        (n + 1) * modulus**2 < 2**52,
    )

    def unpack(codes: Words) -> NDArray[np.int64]:
        states = np.empty((len(codes), n, n), np.int64)
        states[:] = [[entry or 0 for entry in row] for row in constant]
        entries = layout.unpack(codes)
        for (i, j), column in field.items():
            states[:, i, j] = entries[:, column]
        return states

    start = layout.pack([one[i][j] for i, j in free])
    return Code(start, layout.step(_SUMS, action), len(unique), layout.skips.n_back, unpack)


def _constant_entries(generators: Sequence[Matrix], modulus: int) -> list[list[int | None]]:
    """Values of the entries that are the same in every element; None for those that may differ."""
    n = len(generators[0]) if generators else 0
    known: list[list[int | None]] = [[int(i == j) % modulus for j in range(n)] for i in range(n)]
    changed = True
    while changed:
        changed = False
        for g in generators:
            for i in range(n):
                for j in range(n):
                    used = [known[i][k] for k in range(n) if g[k][j]]
                    total = sum((known[i][k] or 0) * g[k][j] for k in range(n)) % modulus
                    if known[i][j] is not None and (None in used or total != known[i][j]):
                        known[i][j] = None
                        changed = True
    return known


def _width(n_values: int) -> int:
    return max((n_values - 1).bit_length(), 1)


def _orbits(generators: Sequence[Permutation]) -> list[tuple[int, ...]]:
    seen: set[int] = set()
    found = []
    for start in range(len(generators[0])):
        if start in seen:
            continue
        orbit = [start]
        seen.add(start)
        for point in orbit:
            for g in generators:
                if g[point] not in seen:
                    seen.add(g[point])
                    orbit.append(g[point])
        found.append(tuple(sorted(orbit)))
    return found


def _digits(layout: _Layout, limit: int) -> Iterator[list[int]]:
    """Group adjacent entries of a word while they take at most `limit` bits."""
    fields: list[int] = []
    width = 0
    for i in range(layout.entries):
        if fields and (layout.word[i] != layout.word[fields[0]] or width + layout.widths[i] > limit):
            yield fields
            fields, width = [], 0
        fields.append(i)
        width += layout.widths[i]
    if fields:
        yield fields


def _digit_table(orbits: Sequence[tuple[int, ...]], g: Permutation) -> NDArray[np.uint16]:
    """Images of all values of a digit under the point map `g`; zero for values that no state has."""
    table = np.zeros(1, np.int64)
    shift = 0
    for orbit in orbits:
        width = _width(len(orbit))
        images = np.zeros(1 << width, np.int64)
        images[: len(orbit)] = [orbit.index(g[point]) for point in orbit]
        table = (images[:, None] << shift | table[None, :]).ravel()
        shift += width
    return table.astype(np.uint16)
