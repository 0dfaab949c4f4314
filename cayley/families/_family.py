"""What a family is: a name, its parameters, what is known of it, and how its members are built."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Integral
from typing import TYPE_CHECKING, Any

from cayley.permutation import LARGEST_DEGREE, Permutation, format_cycles
from graphkit.validation import check_choice, check_integer

if TYPE_CHECKING:
    from cayley.definitions import Definition

Parameter = int | str

KINDS = {
    "permutations": "generators of permutation groups on n points",
    "words": "arrangements of words (Schreier coset graphs)",
    "matrices": "matrix groups modulo m",
    "groups": "groups known by a name",
    "puzzles": "twisty, sliding and other puzzles",
}

_MOST = 100_000  # generators of a family


@dataclass(frozen=True)
class KnownDiameter:
    """What the literature says about the diameters of a family.

    Attributes
    ----------
    claim : str
        In words, with the range in which it holds: ``"n(n-1)/2 for n >= 4"``.
    status : {"theorem", "conjecture", "computed"}
    source : str
    value : callable
        Takes parameters of the family, those that matter; returns None where nothing is known.
    """

    claim: str
    status: str
    source: str
    value: Callable[..., int | None] = field(repr=False)

    def __post_init__(self) -> None:
        check_choice(self.status, "status of a known diameter", ("theorem", "conjecture", "computed"))


def table(first: int, *values: int) -> Callable[..., int | None]:
    """Return the function of n that takes these values from `first` on, and None elsewhere."""

    def value(n: int) -> int | None:
        return values[n - first] if 0 <= n - first < len(values) else None

    return value


@dataclass(frozen=True)
class Family:
    """Cayley or Schreier graphs that share a name and differ by parameters.

    Attributes
    ----------
    name : str
    kind : {"permutations", "words", "matrices", "groups", "puzzles"}
    description : str
        One line; positions are numbered from 1 as in cycle notation.
    sizes : tuple of str
        Parameters that have to be given, in order: ``("n",)``, or none at all.
    parameters : dict of str to int or str
        Further parameters and their defaults.
    reference : str
        Where the family is studied; empty for textbook sets.
    diameter : KnownDiameter or None
    examples : tuple of dict
        Small members.
    """

    name: str
    kind: str
    description: str
    sizes: tuple[str, ...]
    parameters: dict[str, Parameter]
    reference: str
    diameter: KnownDiameter | None
    examples: tuple[dict[str, Parameter], ...]
    _build: Callable[..., Any] = field(repr=False)

    def graph(self, *sizes: Parameter, **parameters: Parameter) -> "Definition":
        """Return the graph with these parameters; those of `sizes` may go without their names.

        Raises
        ------
        ValueError
            If a parameter is missing, unknown, of the wrong kind or out of range.

        Examples
        --------
        >>> from cayley import get_family
        >>> get_family("heisenberg").graph(3, 5).order, get_family("lrx").graph(n=5).name
        (125, 'S5')
        """
        given = self.bind(*sizes, **parameters)
        built = self._build(**given)
        if not isinstance(built, Mapping):
            return built
        from cayley.groups import NamedGroup

        return NamedGroup.from_moves(self.call(**given), built)

    def bind(self, *sizes: Parameter, **parameters: Parameter) -> dict[str, Parameter]:
        """Return all parameters by name, the defaults included.

        Raises
        ------
        ValueError
            If one is missing, given twice, unknown, or of the wrong kind.
        """
        names = (*self.sizes, *self.parameters)
        if len(sizes) > len(names):
            raise ValueError(f"{self.usage} takes {len(names)} parameters, got {len(sizes)}")
        given = dict(zip(names, sizes, strict=False))
        for name, value in parameters.items():
            if name in given:
                raise ValueError(f"parameter {name!r} of {self.name!r} is given twice")
            self._check(name, value)
            given[name] = value
        for name, value in given.items():
            self._check(name, value)
        missing = [name for name in self.sizes if name not in given]
        if missing:
            raise ValueError(f"{self.usage} needs {' and '.join(missing)}")
        chosen = {name: given.get(name, self.parameters.get(name, 0)) for name in names}
        # A text such as "3" cannot be told from a number where it is written.
        return {k: str(v) if isinstance(self.parameters.get(k), str) else v for k, v in chosen.items()}

    def call(self, **parameters: Parameter) -> str:
        """Write the name of a member, without parameters that have their default.

        Examples
        --------
        >>> from cayley import get_family
        >>> get_family("heisenberg").call(n=3, m=101)
        'heisenberg(3, 101)'
        """
        shown = [str(parameters[name]) for name in self.sizes if name in parameters]
        shown += [
            f"{name}={parameters[name]}"
            for name, default in self.parameters.items()
            if parameters.get(name, default) != default
        ]
        return f"{self.name}({', '.join(shown)})" if shown else self.name

    @property
    def usage(self) -> str:
        """How a member is written: ``cube(n, metric=qtm)``."""
        shown = [*self.sizes, *(f"{name}={value}" for name, value in self.parameters.items())]
        return f"{self.name}({', '.join(shown)})" if shown else self.name

    def known_diameter(self, *sizes: Parameter, **parameters: Parameter) -> int | None:
        """Return the diameter that the literature gives, or None where it says nothing.

        Examples
        --------
        >>> from cayley import get_family
        >>> get_family("lrx").known_diameter(10), get_family("lrx").known_diameter(10, k=2)
        (45, None)
        """
        if self.diameter is None:
            return None
        given = self.bind(*sizes, **parameters)
        wanted = inspect.signature(self.diameter.value).parameters
        for name, default in self.parameters.items():
            if name not in wanted and given[name] != default:
                return None
        return self.diameter.value(**{name: given[name] for name in wanted})

    def traits(self) -> dict[str, str]:
        """Say what holds for the examples: whether steps cannot be undone, and the parity of permutations.

        Returns
        -------
        dict
            ``directed``: "yes", "no" or "varies"; ``parity``: "odd", "even" or "mixed" if all examples agree
            whether their generators are odd, even or both, "varies" if they do not; "-" without permutations.
        """
        graphs = [self.graph(**example) for example in self.examples]
        directed = {"yes" if graph.is_directed else "no" for graph in graphs}
        parities = set()
        for graph in graphs:
            found = set(getattr(graph, "parities", ()))
            parities.add({(): "-", (True,): "odd", (False,): "even"}.get(tuple(found), "mixed"))
        return {
            "directed": directed.pop() if len(directed) == 1 else "varies",
            "parity": parities.pop() if len(parities) == 1 else "varies",
        }

    def _check(self, name: str, value: Parameter) -> None:
        """Check that a parameter exists and is of the kind of its default."""
        if name in self.sizes:
            if isinstance(value, str):  # what a text held was no number
                raise ValueError(f"parameter {name!r} of {self.name!r} must be an integer, got {value!r}")
            check_integer(value, f"parameter {name} of {self.name!r}")
            return
        if not self.parameters:
            what = f"{self.kind[:-1]} " if self.kind != "permutations" else ""
            raise ValueError(f"the {what}family {self.name!r} has no parameters, got {name}={value}")
        default = self.parameters[check_choice(name, f"parameter of {self.name!r}", self.parameters)]
        if isinstance(value, str) and not isinstance(default, str):
            raise ValueError(f"parameter {name!r} of {self.name!r} must be an integer, got {value!r}")
        if not isinstance(value, str | Integral) or isinstance(value, bool):
            raise TypeError(f"parameter {name!r} of {self.name!r} must be an integer or text, got {value!r}")


@dataclass(frozen=True)
class GeneratorFamily(Family):
    """Generators for each number of points, whatever they generate: ``--group S10 --generators lrx``.

    Attributes
    ----------
    minimum : int
        Least n for which the family is defined.
    signed : bool
        Whether the permutations are those of n items with two sides each, on 2n points: item i has its front
        at point i and its back at point n+i. The group of all of them is B_n.
    """

    minimum: int
    signed: bool
    _symbols: tuple[str, ...]

    def graph(self, *sizes: Parameter, **parameters: Parameter) -> "Definition":
        """Return the group that the generators for n points (items, if signed) generate, whatever it is."""
        from cayley.groups import PermutationGroup

        given = self.bind(*sizes, **parameters)
        degree = int(given.pop("n")) * (2 if self.signed else 1)
        permutations = self.generators(degree, **given)
        if not permutations:
            raise ValueError("at least one generator other than the identity is required")
        return PermutationGroup(
            tuple(permutations), self.label(**given), symbols=self.symbols(degree, **given)
        )

    def label(self, **parameters: Parameter) -> str:
        """Write the name of the generators: without n, and without parameters that have their default."""
        return super().call(**{name: value for name, value in parameters.items() if name != "n"})

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
        >>> from cayley import get_family
        >>> get_family("lrx").symbols(5), get_family("pancake").symbols(5)
        (('L', 'R', 'X'), ('r2', 'r3', 'r4', 'r5'))
        """
        named = self._named(degree, parameters)
        return tuple(symbol or format_cycles(p) for p, symbol in named.items())

    def _named(self, degree: int, parameters: dict[str, Parameter]) -> dict[Permutation, str]:
        """Build the generators, each with its symbol or an empty string."""
        if degree > LARGEST_DEGREE:
            raise ValueError(f"a group may act on up to {LARGEST_DEGREE} points, got {degree}")
        if degree < self.minimum * (2 if self.signed else 1):
            needed = (
                f"{2 * self.minimum} points, two for an item" if self.signed else f"{self.minimum} points"
            )
            raise ValueError(f"the family {self.name!r} needs at least {needed}, got {degree}")
        if self.signed and degree % 2:
            raise ValueError(f"the family {self.name!r} has two points for each item, got {degree} points")
        if "n" in parameters:
            raise ValueError(f"the number of points of {self.name!r} is that of the group, got n={degree}")
        built = self._build(**self.bind(degree // 2 if self.signed else degree, **parameters))
        found: dict[Permutation, str] = {}
        identity = tuple(range(degree))
        for i, p in enumerate(built):
            if p != identity:
                found.setdefault(p, _symbol(self._symbols, i))
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
