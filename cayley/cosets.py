"""What is to be explored: the arrangements of a coloured word. Definitions only, no engine."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from numbers import Integral

from cayley.families import Parameter
from cayley.generators import read_generators
from cayley.permutation import Permutation, check_generators, inverse, is_odd
from cayley.stabilizer import LARGE_DEGREE, contains_alternating, stabilizer_chain
from graphkit.validation import parse_integer

_LARGEST_COLOUR = 2**63 - 1  # results hold the user's colours as int64


@dataclass(frozen=True)
class CosetGraph:
    """A word of colours and the permutations of its positions: a Schreier coset graph.

    The vertices are the words that the generators make of the start word. They correspond to the cosets of
    the subgroup that leaves the start word as it is.

    Attributes
    ----------
    state : tuple of int
        The start word, in colours 0, ..., c-1, each of which occurs.
    generators : tuple of tuple of int
        Permutations of the positions 0, ..., degree-1. A step takes a word a to the word a[g[i]].
    generator_names : str or tuple of str
        The family that they come from, or each one in cycle notation.
    labels : tuple of int, optional
        What the user calls the colours 0, ..., c-1. Default: the same.
    symbols : tuple of str, optional
        A short name for each generator.

    Raises
    ------
    TypeError
        If an image is not an integer.
    ValueError
        If a generator is no permutation of the positions, a colour does not occur, or there is not one label
        for each colour.
    """

    state: tuple[int, ...]
    generators: tuple[Permutation, ...]
    generator_names: str | tuple[str, ...]
    labels: tuple[int, ...] | None = None
    symbols: tuple[str, ...] | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "generators", check_generators(self.generators))
        if len(self.state) != len(self.generators[0]):
            raise ValueError(
                f"the state has {len(self.state)} positions, the generators act on {len(self.generators[0])}"
            )
        if set(self.state) != set(range(len(set(self.state)))):
            raise ValueError(f"colours of the state must be 0, ..., c-1, got {sorted(set(self.state))}")
        if self.labels is not None and len(self.labels) != self.n_colours:
            raise ValueError(f"{self.n_colours} colours need as many labels, got {len(self.labels)}")

    @property
    def degree(self) -> int:
        """Length of the word."""
        return len(self.state)

    @property
    def n_colours(self) -> int:
        """Number of different colours."""
        return max(self.state) + 1

    @cached_property
    def is_directed(self) -> bool:
        """Whether the inverse of some generator is missing, so that steps cannot be undone in one."""
        return {inverse(g) for g in self.generators} != set(self.generators)

    @property
    def name(self) -> str:
        """``word 0011``: the start word in the user's colours."""
        return f"word {format_state(self.state, self.labels)}"

    @cached_property
    def moved(self) -> tuple[int, ...]:
        """Positions that some generator moves; the colours elsewhere never change."""
        return tuple(i for i in range(self.degree) if any(g[i] != i for g in self.generators))

    @cached_property
    def arrangements(self) -> int:
        """Number of words with the same colours on the moved positions: a bound on the number of states."""
        counts = Counter(self.state[i] for i in self.moved)
        return math.factorial(len(self.moved)) // math.prod(math.factorial(m) for m in counts.values())

    @cached_property
    def order(self) -> int | None:
        """Number of states where that is proved cheaply beforehand, else None.

        All arrangements are reached if the generators generate the symmetric group of the moved positions, or
        the alternating group and a colour repeats (exchange two of that colour to mend the parity). If no
        colour repeats, there is one state for each element of the group.
        """
        place = {point: i for i, point in enumerate(self.moved)}
        restricted = [tuple(place[g[i]] for i in self.moved) for g in self.generators]
        if contains_alternating(restricted):
            halve = self.arrangements == math.factorial(len(self.moved)) and not any(map(is_odd, restricted))
            return self.arrangements // 2 if halve and len(self.moved) > 1 else self.arrangements
        distinct = len({self.state[i] for i in self.moved}) == len(self.moved)
        small = len(self.moved) <= LARGE_DEGREE
        return stabilizer_chain(tuple(restricted)).order if distinct and small else None


@dataclass(frozen=True)
class NamedCosetGraph(CosetGraph):
    """A coset graph that has a name of its own, such as a puzzle whose stickers of a face look alike.

    Attributes
    ----------
    title : str
        The name.
    """

    title: str = field(kw_only=True)

    @property
    def name(self) -> str:
        """The name that people use."""
        return self.title


def parse_state(text: str) -> tuple[int, ...]:
    """Read a word of colours: a digit for each position, or integers separated by commas or blanks.

    Raises
    ------
    ValueError
        If the text is in neither notation, or a colour is 2^63 or more.

    Examples
    --------
    >>> parse_state("0011"), parse_state("10, 10, 3")
    ((0, 0, 1, 1), (10, 10, 3))
    """
    stripped = text.strip()
    words = stripped.replace(",", " ").split() if "," in stripped or " " in stripped else list(stripped)
    for word in words:
        if not (word.isascii() and word.isdecimal()):
            raise ValueError(
                f"cannot read state {text!r}: {word!r} is not a colour; "
                "write digits '0011' or numbers '0,0,1,12'"
            )
    return tuple(_check_colour(parse_integer(word, "a colour")) for word in words)


def format_state(state: Sequence[int], labels: Sequence[int] | None = None) -> str:
    """Write a word as `parse_state` reads it.

    Examples
    --------
    >>> format_state((0, 0, 1, 1)), format_state((0, 0, 1), labels=(3, 10))
    ('0011', '3,3,10')
    """
    colours = [labels[colour] if labels is not None else colour for colour in state]
    if max(colours) < 10:
        return "".join(map(str, colours))
    return ",".join(map(str, colours)) + ("," if len(colours) == 1 else "")


def resolve_state(
    state: str | Sequence[int],
    generators: str | Sequence[str | Sequence[int]],
    parameters: dict[str, Parameter],
) -> CosetGraph:
    """Turn what the user wrote into a `CosetGraph`.

    Parameters
    ----------
    state : str or sequence of int
        The start word, see `parse_state`; colours are any integers from 0. Its length is the degree.
    generators : str or sequence
        Name of a family, or permutations: strings (see `parse_permutation`) or sequences of images from 0.
    parameters : dict of str to int or str
        Parameters of the family.

    Raises
    ------
    TypeError
        If the state is no sequence, or a colour is not an integer.
    ValueError
        If the state is empty or unreadable, a colour is negative or 2^63 or more, a name is unknown, or a
        permutation is none or moves positions that the word does not have.

    Examples
    --------
    >>> graph = resolve_state("00111", "lrx", {})
    >>> graph.name, graph.order
    ('word 00111', 10)
    """
    word = parse_state(state) if isinstance(state, str) else _check_colours(state)
    if not word:
        raise ValueError("the state is empty; write digits '0011' or numbers '0,0,1,12'")
    labels = tuple(sorted(set(word)))
    number = {label: colour for colour, label in enumerate(labels)}
    permutations, names, symbols = read_generators(generators, len(word), parameters)
    plain = labels == tuple(range(len(labels)))
    return CosetGraph(
        tuple(number[label] for label in word), permutations, names, None if plain else labels, symbols
    )


def _check_colours(state: Sequence[int]) -> tuple[int, ...]:
    if not isinstance(state, Iterable):
        raise TypeError(f"a state is text such as '0011' or a sequence of integers, got {state!r}")
    word = tuple(state)
    for colour in word:
        if not isinstance(colour, Integral) or isinstance(colour, bool):
            raise TypeError(
                f"colours of a state must be integers, got {colour!r} of type {type(colour).__name__}"
            )
    return tuple(_check_colour(int(colour)) for colour in word)


def _check_colour(colour: int) -> int:
    if colour < 0:
        raise ValueError(f"colours of a state must be at least 0, got {colour}")
    if colour > _LARGEST_COLOUR:
        raise ValueError(f"colours of a state must be at most {_LARGEST_COLOUR} (64 bits), got {colour}")
    return colour
