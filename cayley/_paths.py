"""Shortest words between two states of graphs of any size, by a search from both ends."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import gcd
from typing import Any

import numpy as np

from cayley._distances import Word
from cayley._elements import Elements, States, elements_of
from cayley._packed import Ball, Budget, Packing, is_member
from cayley._run import Progress
from cayley.definitions import Definition, Generators, define
from cayley.families import Parameter
from cayley.matrices import determinant
from cayley.matrices import inverse as inverse_matrix
from cayley.sliding import refuse_sliding
from graphkit.validation import check_integer

_REASONS = {
    "max_length": "no word of up to {bound} generators leads there",
    "memory_limit": "no word of up to {bound} generators leads there; the memory limit ended the search",
    "max_steps": "none was found; the limit of steps ended the search",
    "dead_end": "none was found: all that the beam could reach was visited",
}


@dataclass(frozen=True)
class PathResult:
    """A word that leads from one state to another, or the answer that none was found.

    Attributes
    ----------
    group : str
        What it is the graph of.
    word : Word or None
        The word, whose first generator is applied first; None if none was found.
    lower_bound : int
        No word that leads there is shorter: this is proved.
    method : {"bidirectional", "beam"}
    stopped : {"max_length", "memory_limit", "max_steps", "dead_end"} or None
        Which limit ended the search if none was found.
    n_states : int
        Number of states that were kept.
    seconds : float
        Wall time of the search, without compilation if it was compiled before.

    Examples
    --------
    >>> path = PathResult("S3", None, 4, "bidirectional", "max_length", 6, 0.0)
    >>> path.found, path.length, str(path)
    (False, None, 'no word of up to 3 generators leads there')
    """

    group: str
    word: Word | None
    lower_bound: int
    method: str
    stopped: str | None
    n_states: int
    seconds: float

    @property
    def found(self) -> bool:
        """Whether there is a word."""
        return self.word is not None

    @property
    def length(self) -> int | None:
        """Number of generators of the word, or None."""
        return None if self.word is None else len(self.word)

    @property
    def is_shortest(self) -> bool:
        """Whether it is proved that no word is shorter."""
        return self.length == self.lower_bound

    def __str__(self) -> str:
        if self.word is not None:
            return str(self.word)
        return _REASONS[str(self.stopped)].format(bound=self.lower_bound - 1)

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python objects, ready for JSON."""
        word = self.word
        return {
            "group": self.group,
            "found": self.found,
            "length": self.length,
            "is_shortest": self.is_shortest,
            "word": None if word is None else list(word.names),
            "indices": None if word is None else list(word.indices),
            "lower_bound": self.lower_bound,
            "method": self.method,
            "stopped": self.stopped,
            "n_states": self.n_states,
            "seconds": self.seconds,
        }


def find_path(
    target: Any,
    group: str | Definition | None = None,
    generators: Generators | None = None,
    *,
    start: Any = None,
    state: str | Sequence[int] | None = None,
    modulus: int | None = None,
    max_length: int | None = None,
    memory_limit: int | str | None = None,
    progress: Progress | None = None,
    **parameters: Parameter,
) -> PathResult:
    """Find a shortest word that leads from one state to another, in a graph of any size.

    Parameters
    ----------
    target : str or sequence
        Where the word is to lead: a permutation (``"(1 2 3)"``, ``"[2, 3, 1]"`` or images numbered from 0), a
        word of a coset graph, or a matrix.
    group, generators, state, modulus, **parameters
        What `cayley.growth` takes.
    start : str or sequence, optional
        Where it begins. Default: the start of the graph, the identity or `state`.
    max_length : int, optional
        Look for words of at most so many generators.
    memory_limit : int or str, optional
        Bytes, or text such as ``"2GB"``, for the states that are kept. Default: 4 GB, or what is available if
        that is less.
    progress : callable, optional
        Called as ``progress(depth, size, kept)`` after each layer: all words of up to `depth` generators have
        been excluded, the layer has `size` states, and `kept` is the number of all that are kept.

    Returns
    -------
    PathResult
        Of several shortest words always the same one.

    Raises
    ------
    TypeError, ValueError
        If the arguments do not describe a graph and states of it, or if it is proved that no word leads from
        one to the other.

    Notes
    -----
    Bidirectional breadth-first search [1]_: layers grow forward from the start and backward, along inverse
    generators, from the target; always the side whose last layer is smaller. The first contact proves the
    length, as all shorter words have been excluded. States are kept as packed words and compared in full, 20
    to 50 bytes for each. When the memory is used up, one more layer is tried without being kept. The word is
    applied to the start before it is returned.

    References
    ----------
    .. [1] I. Pohl, "Bi-directional search", in Machine Intelligence 6, 1971, pp. 127-140.

    Examples
    --------
    >>> from cayley._paths import find_path
    >>> path = find_path("(1 20)", "S20")
    >>> str(path), path.is_shortest
    ('R X L', True)
    >>> find_path("(1 20)", "S20", "lx").length
    21
    >>> str(find_path("(1 3)(2 20)", "S20", max_length=6))
    'no word of up to 6 generators leads there'
    >>> find_path("1100", state="0011").word.names
    ('L', 'L')
    """
    definition = define(group, generators, state=state, modulus=modulus, parameters=parameters)
    refuse_sliding(definition)
    if max_length is not None:
        max_length = check_integer(max_length, "max_length", minimum=0)
    if progress is not None and not callable(progress):
        raise TypeError(f"progress must be callable, got {progress!r}")
    elements = elements_of(definition)
    goal = read_one(elements, target)
    if start is not None:
        definition, elements, goal = seen_from(definition, elements, read_one(elements, start), goal)
    require_member(definition, elements, goal)
    return _Search(definition, elements, goal, Budget(memory_limit)).run(max_length, progress)


def read_one(elements: Elements, given: Any) -> States:
    """Read one state that a user wrote."""
    states, single = elements.read(given)
    if not single:
        raise ValueError(f"one element of {elements.name} is needed, got {len(states)}")
    found: States = states[0]
    return found


def seen_from(
    definition: Definition, elements: Elements, start: States, target: States
) -> tuple[Definition, Elements, States]:
    """Find a definition whose start is `start`, and the target in it: the same words lead there."""
    moved: Any = definition
    if hasattr(moved, "modulus"):
        rows = tuple(map(tuple, start.tolist()))
        if gcd(determinant(rows), moved.modulus) != 1:
            raise ValueError(f"{elements.format(start)} has no inverse modulo {moved.modulus}")
        inverse = np.array(inverse_matrix(rows, moved.modulus), dtype=object)
        return definition, elements, np.array((inverse @ target) % moved.modulus, np.int64)
    if hasattr(moved, "state"):
        require_member(definition, elements, start)
        moved = replace(moved, state=tuple(start.tolist()))
        return moved, elements_of(moved), target
    return definition, elements, np.argsort(start)[target]


def require_member(definition: Definition, elements: Elements, state: States) -> None:
    """Refuse a state that no word leads to, as far as that can be told without a search."""
    if is_member(definition, state) is False:
        raise unreachable(elements, state)


def unreachable(elements: Elements, state: States) -> ValueError:
    """Say that no word leads to a state."""
    return ValueError(
        f"{elements.format(state)} is not a vertex of the graph of {elements.name}: "
        "no word of its generators leads there"
    )


def make_word(elements: Elements, indices: Sequence[int], target: States) -> Word:
    """Make a word of generators and apply it to the start, which must lead to the target."""
    reached = elements.start[None]
    for i in indices:
        reached = elements.step(reached, i)
    if not np.array_equal(reached[0], target):
        raise AssertionError(f"a word of {elements.name} leads elsewhere: please report this")
    names = elements.generator_names
    return Word(tuple(indices), tuple(names[i] for i in indices))


class _Search:
    """Two balls that grow until they touch."""

    def __init__(self, definition: Definition, elements: Elements, goal: States, budget: Budget) -> None:
        self._elements = elements
        self._goal = goal
        packing = Packing(definition, elements, compact=True)
        start, end = packing.pack(elements.start[None]), packing.pack(goal[None])
        self._is_there = np.array_equal(start, end)
        self._forward = Ball(packing, start, budget)
        self._backward = Ball(packing, end, budget, outward=False)

    def run(self, max_length: int | None, progress: Progress | None) -> PathResult:
        began = time.perf_counter()
        indices: list[int] | None = [] if self._is_there else None
        excluded, stopped = 0, None  # no word of so many generators, or fewer, leads there
        while indices is None and stopped is None:
            if max_length is not None and excluded >= max_length:
                stopped = "max_length"
                break
            one, other = self._forward, self._backward
            if (other.sizes[-1], other.radius) < (one.sizes[-1], one.radius):
                one, other = other, one
            is_whole, meeting = one.grow(other)
            if meeting is not None:
                indices = self._join(one, *meeting)
                break
            excluded += 1
            if progress is not None:
                progress(excluded, one.sizes[-1], self._n_states)
            if not is_whole:
                stopped = "memory_limit"
            elif not one.sizes[-1]:
                raise unreachable(self._elements, self._goal)
        bound = excluded + 1 if indices is None else len(indices)
        word = None if indices is None else make_word(self._elements, indices, self._goal)
        seconds = time.perf_counter() - began
        return PathResult(self._elements.name, word, bound, "bidirectional", stopped, self._n_states, seconds)

    @property
    def _n_states(self) -> int:
        return self._forward.known.n + self._backward.known.n

    def _join(self, one: Ball, row: int, generator: int, other_row: int) -> list[int]:
        """Put the word together from the meeting of two balls."""
        if one is self._forward:
            return [*one.way(row), generator, *self._backward.way(other_row)]
        return [*self._forward.way(other_row), generator, *one.way(row)]


_SUFFIX = re.compile(r"(?:\^?(?P<power>-?\d+)|(?P<prime>'))?(?=\s|$)")


def read_word(elements: Elements, text: str) -> list[tuple[int, int]]:
    """Read a product of generators by their names, parted by blanks, as a list of generators and powers.

    A name may be followed by ``'`` or ``^-1`` for the inverse, or by a power: ``F2`` or ``F^2``; without
    ``^`` only if the name does not end in a digit.

    Raises
    ------
    ValueError
        If something is not the name of a generator.
    """
    names = sorted(enumerate(elements.generator_names), key=lambda item: -len(item[1]))
    found: list[tuple[int, int]] = []
    position = 0
    while text[position:].strip():
        position += len(text[position:]) - len(text[position:].lstrip())
        for i, name in names:
            match = _SUFFIX.match(text, position + len(name)) if text.startswith(name, position) else None
            if match is None or (name[-1].isdigit() and match[0][:1].isdigit()):
                continue
            power = -1 if match["prime"] else int(match["power"] or 1)
            found.append((i, power))
            position = match.end()
            break
        else:
            token = text[position:].split()[0]
            listed = ", ".join(elements.generator_names[:20])
            raise ValueError(
                f"cannot read {token!r} in {text!r}: the generators of {elements.name} are {listed}"
                f"{', ...' if len(names) > 20 else ''}, each with ' or ^-1 for its inverse, ^2 for its square"
            )
    return found


def apply_word(
    word: str | Sequence[int],
    group: str | Definition | None = None,
    generators: Generators | None = None,
    *,
    start: Any = None,
    state: str | Sequence[int] | None = None,
    modulus: int | None = None,
    **parameters: Parameter,
) -> States:
    """Find where a word of generators leads.

    Parameters
    ----------
    word : str or sequence of int
        Names of generators parted by blanks, the first one applied first, such as ``"R U' F2"``: ``'`` or
        ``^-1`` is the inverse, ``2`` or ``^2`` the square, and so on. Or numbers of generators, as
        `Word.indices`.
    group, generators, state, modulus, **parameters
        What `cayley.growth` takes.
    start : str or sequence, optional
        Where it begins. Default: the start of the graph.

    Returns
    -------
    ndarray of int64
        Images of a permutation numbered from 0, a word in the user's colours, or a matrix.

    Raises
    ------
    ValueError
        If there is no such generator, or the arguments do not describe a graph.

    Examples
    --------
    >>> from cayley._paths import apply_word, find_path
    >>> apply_word("L X R", "S5")
    array([0, 2, 1, 3, 4])
    >>> str(find_path(apply_word("R U2 F'", "3x3x3"), "3x3x3"))
    "R U U F'"
    """
    definition = define(group, generators, state=state, modulus=modulus, parameters=parameters)
    elements = elements_of(definition)
    reached = elements.start if start is None else read_one(elements, start)
    return elements.external(follow(elements, reached, word)[None])[0]


def follow(elements: Elements, state: States, word: str | Sequence[int]) -> States:
    """Take a state along a word, see `apply_word`."""
    if isinstance(word, str):
        factors = read_word(elements, word)
    else:
        last = len(elements.generators) - 1
        factors = [(check_integer(i, "a generator of a word", minimum=0, maximum=last), 1) for i in word]
    reached = state[None]
    for i, power in factors:
        for _ in range(abs(power)):
            reached = (
                elements.step(reached, i) if power > 0 else elements.back(reached, slice(i, i + 1))[:, 0]
            )
    found: States = reached[0]
    return found
