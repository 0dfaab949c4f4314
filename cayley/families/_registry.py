"""The registry of generator families, and the permutations that many of them are made of."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from cayley.permutation import Permutation, format_cycles, from_cycles, inverse
from graphkit.validation import check_choice, check_integer

Parameter = int | str

_MOST = 100_000  # generators of a family


@dataclass(frozen=True)
class Family:
    """A generator family: for each degree a list of permutations.

    Attributes
    ----------
    name : str
    description : str
        One line; positions are numbered from 1 as in cycle notation.
    minimum : int
        Least degree for which the family is defined.
    parameters : dict of str to int or str
        Further parameters and their defaults.
    reference : str
        Where the family is studied; empty for textbook sets.
    signed : bool
        Whether the permutations are those of n items with two sides each, on 2n points: item i has its front
        at point i and its back at point n+i. The group of all of them is B_n.
    """

    name: str
    description: str
    minimum: int
    parameters: dict[str, Parameter]
    reference: str
    signed: bool
    _build: Callable[..., Iterator[Permutation]]
    _symbols: tuple[str, ...]

    def generators(self, degree: int, **parameters: Parameter) -> list[Permutation]:
        """Return the generators for `degree` points, without repeats and without the identity.

        Parameters
        ----------
        degree : int
            Number of points: twice the number of items, if the family is signed.
        **parameters : int or str
            Parameters of the family, see `parameters`.

        Raises
        ------
        ValueError
            If a parameter is unknown or of the wrong kind, it or the degree is out of range, or more than
            100,000 generators would come out.
        """
        return list(self._named(degree, parameters))

    def symbols(self, degree: int, **parameters: Parameter) -> tuple[str, ...]:
        """Return what the literature calls the generators, or their cycles. Takes what `generators` takes.

        Examples
        --------
        >>> get_family("lrx").symbols(5), get_family("pancake").symbols(5)
        (('L', 'R', 'X'), ('r2', 'r3', 'r4', 'r5'))
        """
        named = self._named(degree, parameters)
        return tuple(symbol or format_cycles(p) for p, symbol in named.items())

    def _named(self, degree: int, parameters: dict[str, Parameter]) -> dict[Permutation, str]:
        """Build the generators, each with its symbol or an empty string."""
        for name, value in parameters.items():
            if not self.parameters:
                raise ValueError(f"the family {self.name!r} has no parameters, got {name}={value}")
            default = self.parameters[check_choice(name, f"parameter of {self.name!r}", self.parameters)]
            if isinstance(value, str) != isinstance(default, str):
                wanted = f"text such as {default!r}" if isinstance(default, str) else "an integer"
                raise ValueError(f"parameter {name!r} of {self.name!r} must be {wanted}, got {value!r}")
        if degree < self.minimum * (2 if self.signed else 1):
            needed = (
                f"{2 * self.minimum} points, two for an item" if self.signed else f"{self.minimum} points"
            )
            raise ValueError(f"the family {self.name!r} needs at least {needed}, got {degree}")
        if self.signed and degree % 2:
            raise ValueError(f"the family {self.name!r} has two points for each item, got {degree} points")
        built = self._build(degree // 2 if self.signed else degree, **(self.parameters | parameters))
        found: dict[Permutation, str] = {}
        for i, p in enumerate(islice(built, _MOST + 1)):
            found.setdefault(p, _symbol(self._symbols, i))
        found.pop(tuple(range(degree)), None)
        if len(found) > _MOST:
            raise ValueError(
                f"the family {self.name!r} has more than {_MOST:,} generators on {degree} points"
            )
        return found


def _symbol(symbols: tuple[str, ...], i: int) -> str:
    """Take the i-th symbol; a single one that ends in a number stands for it and those that follow."""
    if len(symbols) == 1 and symbols[0][-1].isdecimal():
        return f"{symbols[0][:-1]}{int(symbols[0][-1]) + i}"
    return symbols[i] if i < len(symbols) else ""


FAMILIES: dict[str, Family] = {}

_ALIASES = {"all_transpositions": "transpositions"}


def get_family(name: str) -> Family:
    """Look a family up by name.

    Raises
    ------
    UnknownNameError
        If there is none of that name; the message lists close matches.
    """
    normal = name.strip().lower().replace("-", "_")
    return FAMILIES[check_choice(_ALIASES.get(normal, normal), "generator family", FAMILIES)]


_Builder = Callable[..., Iterator[Permutation]]


def family(
    description: str, *, minimum: int = 2, reference: str = "", signed: bool = False, symbols: str = ""
) -> Callable[[_Builder], _Builder]:
    """Register a builder under its own name; its keyword defaults become the family's parameters.

    `symbols` are names of the generators in order, parted by blanks, or a single one such as ``"r2"`` for
    r2, r3, ....
    """

    def register(build: _Builder) -> _Builder:
        name = build.__name__.strip("_")
        defaults = {
            parameter.name: parameter.default
            for parameter in inspect.signature(build).parameters.values()
            if parameter.default is not parameter.empty
        }
        FAMILIES[name] = Family(
            name, description, minimum, defaults, reference, signed, build, tuple(symbols.split())
        )
        return build

    return register


def reversal(first: int, last: int, n: int) -> Permutation:
    """Reverse the positions first..last, both included."""
    return (*range(first), *range(last, first - 1, -1), *range(last + 1, n))


def shift(n: int) -> Permutation:
    """Shift all positions to the left: the first comes last."""
    return (*range(1, n), 0)


def swap(i: int, j: int, n: int) -> Permutation:
    """Exchange two positions."""
    return from_cycles([(i, j)], n)


def with_inverses(generators: Sequence[Permutation], wanted: int, family: str) -> Iterator[Permutation]:
    """Yield the generators of a family, and their inverses if its parameter `inverses` is 1."""
    check_integer(wanted, f"parameter inverses of {family!r}", minimum=0, maximum=1)
    yield from generators
    if wanted:
        yield from (inverse(g) for g in generators)
