"""Named generator families: one registry, from which the library call and the command line both read."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

from cayley.permutation import Permutation, from_cycles, inverse
from graphkit.validation import check_choice, check_integer


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
    parameters : dict of str to int
        Further integer parameters and their defaults.
    reference : str
        Where the family is studied; empty for textbook sets.
    """

    name: str
    description: str
    minimum: int
    parameters: dict[str, int]
    reference: str
    _build: Callable[..., Iterator[Permutation]]

    def generators(self, degree: int, **parameters: int) -> list[Permutation]:
        """Return the generators for `degree` points, without repeats and without the identity.

        Parameters
        ----------
        degree : int
        **parameters : int
            Parameters of the family, see `parameters`.

        Raises
        ------
        ValueError
            If the degree or a parameter is unknown or out of range.
        """
        for name in parameters:
            if not self.parameters:
                raise ValueError(f"the family {self.name!r} has no parameters, got {name}={parameters[name]}")
            check_choice(name, f"parameter of {self.name!r}", self.parameters)
        if degree < self.minimum:
            raise ValueError(f"the family {self.name!r} needs at least {self.minimum} points, got {degree}")
        identity = tuple(range(degree))
        unique = dict.fromkeys(self._build(degree, **(self.parameters | parameters)))
        unique.pop(identity, None)
        return list(unique)


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


def _family(description: str, *, minimum: int = 2, reference: str = "") -> Callable[[_Builder], _Builder]:
    """Register a builder under its own name; its keyword defaults become the family's parameters."""

    def register(build: _Builder) -> _Builder:
        name = build.__name__.strip("_")
        defaults = {
            parameter.name: parameter.default
            for parameter in inspect.signature(build).parameters.values()
            if parameter.default is not parameter.empty
        }
        FAMILIES[name] = Family(name, description, minimum, defaults, reference, build)
        return build

    return register


def _reversal(first: int, last: int, n: int) -> Permutation:
    """Reverse the positions first..last, both included."""
    return (*range(first), *range(last, first - 1, -1), *range(last + 1, n))


def _shift(n: int) -> Permutation:
    return (*range(1, n), 0)


def _swap(i: int, j: int, n: int) -> Permutation:
    return from_cycles([(i, j)], n)


@_family(
    "left shift, right shift, and the exchange of positions 1 and k+1",
    reference="OEIS A186783; arXiv:2509.19162",
)
def _lrx(n: int, k: int = 1) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'lrx'", minimum=1, maximum=n - 1)
    yield _shift(n)
    yield inverse(_shift(n))
    yield _swap(0, k, n)


@_family(
    "left shift and the exchange of positions 1 and 2 (directed)",
    reference="OEIS A039745, a question of Glushkov (1968)",
)
def _lx(n: int) -> Iterator[Permutation]:
    yield _shift(n)
    yield _swap(0, 1, n)


@_family(
    "left shift, right shift, and the reversal of the first k positions (the TopSpin puzzle)",
    minimum=4,
    reference="T. Chen, S. S. Skiena, Discrete Applied Mathematics 71 (1996)",
)
def _top_spin(n: int, k: int = 4) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'top_spin'", minimum=2, maximum=n)
    yield _shift(n)
    yield inverse(_shift(n))
    yield _reversal(0, k - 1, n)


@_family("exchanges of neighbouring positions (bubble sort)", reference="OEIS A008302 (Mahonian numbers)")
def _coxeter(n: int) -> Iterator[Permutation]:
    for i in range(n - 1):
        yield _swap(i, i + 1, n)


@_family(
    "exchanges of positions that neighbour on a circle", reference="OEIS A002620 (diameter floor(n^2/4))"
)
def _cyclic_coxeter(n: int) -> Iterator[Permutation]:
    for i in range(n):
        yield _swap(i, (i + 1) % n, n)


@_family("reversals of the first 2, 3, ..., n positions (pancake sorting)", reference="OEIS A058986, A092113")
def _pancake(n: int) -> Iterator[Permutation]:
    for k in range(2, n + 1):
        yield _reversal(0, k - 1, n)


@_family(
    "reversals of any interval of positions", reference="V. Bafna, P. A. Pevzner, SIAM J. Comput. 25 (1996)"
)
def _full_reversals(n: int) -> Iterator[Permutation]:
    for first, last in combinations(range(n), 2):
        yield _reversal(first, last, n)


@_family("exchanges of any two positions", reference="OEIS A094638 (Stirling numbers of the first kind)")
def _transpositions(n: int) -> Iterator[Permutation]:
    for i, j in combinations(range(n), 2):
        yield _swap(i, j, n)


@_family(
    "exchanges of two neighbouring intervals (sorting by transpositions, as in genome rearrangement)",
    reference="V. Bafna, P. A. Pevzner, SIAM J. Discrete Math. 11 (1998), doi:10.1137/S089548019528280X",
)
def _transposons(n: int) -> Iterator[Permutation]:
    for first, middle, end in combinations(range(n + 1), 3):
        yield (*range(first), *range(middle, end), *range(first, middle), *range(end, n))


@_family(
    "exchanges of position 1 with any other",
    reference="S. B. Akers, B. Krishnamurthy, IEEE Trans. Computers 38 (1989), doi:10.1109/12.21148",
)
def _stars(n: int) -> Iterator[Permutation]:
    for i in range(1, n):
        yield _swap(0, i, n)


@_family("products of the first k of (1 2), (3 4), ... and of (2 3), (4 5), ..., for every k")
def _rapaport_m1(n: int) -> Iterator[Permutation]:
    for start in (0, 1):
        for end in range(start + 2, n + 1, 2):
            yield from_cycles([(i, i + 1) for i in range(start, end - 1, 2)], n)


@_family("three involutions: (1 2), (1 2)(3 4)..., and (2 3)(4 5)...")
def _rapaport_m2(n: int) -> Iterator[Permutation]:
    yield _swap(0, 1, n)
    for start in (0, 1):
        yield from_cycles([(i, i + 1) for i in range(start, n - 1, 2)], n)


@_family("all cycles of three positions, in both directions (generates A_n)", minimum=3)
def _three_cycles(n: int) -> Iterator[Permutation]:
    for i, j, k in combinations(range(n), 3):
        yield from_cycles([(i, j, k)], n)
        yield from_cycles([(i, k, j)], n)


@_family("cycles (i i+1 ... i+k-1) of k consecutive positions on a circle (directed for k > 2)")
def _wrapped_k_cycles(n: int, k: int = 3) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'wrapped_k_cycles'", minimum=2, maximum=n)
    for i in range(n):
        yield from_cycles([[(i + j) % n for j in range(k)]], n)


@_family("cycles (i i+1 ... i+k-1) of k consecutive positions (directed for k > 2)")
def _consecutive_k_cycles(n: int, k: int = 3) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'consecutive_k_cycles'", minimum=2, maximum=n)
    for i in range(n - k + 1):
        yield from_cycles([list(range(i, i + k))], n)
