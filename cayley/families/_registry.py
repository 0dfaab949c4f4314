"""The registry of families: everything that has a name, and how a call such as ``cube(3)`` is read."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from cayley.families._family import KINDS, Family, GeneratorFamily, KnownDiameter, Parameter
from cayley.permutation import Permutation, inverse
from graphkit.validation import check_choice, check_integer, parse_integer

FAMILIES: dict[str, Family] = {}

_SEE = "'cayley list'"

# Other names in the literature.
_ALIASES = {
    "all_transpositions": "transpositions",
    "alternating_group_graph": "three_cycles_01i",
    "bubble_sort": "coxeter",
    "caterpillar": "comb",
    "complete_bipartite": "generalized_stars",
    "gl": "general_linear",
    "insertion_selection": "bidirectional_rotator",
    "ladder": "grid",
    "modified_bubble_sort": "cyclic_coxeter",
    "random_to_random": "jumps",
    "random_to_top": "move_to_front",
    "rotator": "prefix_cycles",
    "sigma_tau": "lx",
    "sl": "special_linear",
    "top_to_random": "prefix_cycles",
    "ulam": "jumps",
    "ut": "unitriangular",
}


def _normal(name: str) -> str:
    normal = name.strip().lower().replace("-", "_")
    return _ALIASES.get(normal, normal)


def get_family(name: str) -> Family:
    """Look a family up by name.

    Raises
    ------
    UnknownNameError
        If there is none of that name; the message lists close matches.
    """
    return FAMILIES[check_choice(_normal(name), "family", FAMILIES, see=_SEE)]


def get_generators(name: str) -> GeneratorFamily:
    """Look up a family of generators for any number of points.

    Raises
    ------
    UnknownNameError
        If there is none of that name; the message lists close matches.
    ValueError
        If the family is one of graphs that bring their own group.
    """
    known = {key: family for key, family in FAMILIES.items() if isinstance(family, GeneratorFamily)}
    if _normal(name) in FAMILIES.keys() - known.keys():
        family = FAMILIES[_normal(name)]
        raise ValueError(
            f"{family.name!r} brings its own group: ask for the group {family.usage!r} without generators"
        )
    return known[check_choice(_normal(name), "generator family", known, see=_SEE)]


def read_call(text: str) -> tuple[Family, dict[str, Parameter]] | None:
    """Read the name of a member of a family: ``megaminx``, ``cube(4, metric=htm)``, ``globe-1-2``.

    Returns
    -------
    family : Family
    parameters : dict
        Those that are written.

    None if the text does not begin with the name of a family.

    Raises
    ------
    ValueError
        If the parameters cannot be read, or there are too many.

    Examples
    --------
    >>> family, parameters = read_call("Heisenberg(3, 101)")
    >>> family.name, parameters
    ('heisenberg', {'n': 3, 'm': 101})
    >>> read_call("S10") is None
    True
    """
    if _normal(text) in FAMILIES:
        return FAMILIES[_normal(text)], {}
    match = re.fullmatch(r"\s*([\w-]+?)\s*(?:\((.*)\)|((?:-\d+)+))\s*", text, flags=re.ASCII)
    if match is None or _normal(match[1]) not in FAMILIES:
        return None
    family = FAMILIES[_normal(match[1])]
    written = match[2] if match[2] is not None else match[3][1:].replace("-", ",")
    plain: list[Parameter] = []
    named: dict[str, Parameter] = {}
    for part in filter(None, (part.strip() for part in written.split(","))):
        name, separator, value = part.rpartition("=")
        if separator and name.strip() in named:
            raise ValueError(f"parameter {name.strip()!r} is given twice in {text.strip()!r}")
        if separator:
            named[name.strip()] = _read_value(value)
        elif named:
            raise ValueError(
                f"in {text.strip()!r}, {part!r} follows a parameter with a name; write {family.usage}"
            )
        else:
            plain.append(_read_value(part))
    names = (*family.sizes, *family.parameters)
    if len(plain) > len(names):
        raise ValueError(
            f"{family.usage} takes {len(names)} parameters, got {len(plain)} in {text.strip()!r}"
        )
    repeated = next((name for name in names[: len(plain)] if name in named), None)
    if repeated is not None:
        raise ValueError(f"parameter {repeated!r} of {family.name!r} is given twice in {text.strip()!r}")
    return family, dict(zip(names, plain, strict=False)) | named


def _read_value(text: str) -> Parameter:
    text = text.strip()
    return parse_integer(text, "a parameter") if re.fullmatch(r"-?[0-9]+", text) else text


_Builder = Callable[..., Iterator[Permutation]]


def family(
    description: str,
    *,
    minimum: int = 2,
    reference: str = "",
    signed: bool = False,
    symbols: str = "",
    diameter: KnownDiameter | None = None,
    examples: Sequence[Mapping[str, Parameter]] = (),
) -> Callable[[_Builder], _Builder]:
    """Register a builder of generators for n points under its own name.

    Its keyword defaults become the family's parameters. `symbols` are names of the generators in order,
    parted by blanks, or a single one such as ``"r2"`` for r2, r3, .... The examples are n = 4, ..., 7 or four
    values from `minimum`, unless others are given.
    """

    def register(build: _Builder) -> _Builder:
        name = build.__name__.strip("_")
        least = max(minimum, 4)
        small = tuple(map(dict, examples)) or tuple({"n": n} for n in range(least, least + 4))
        sizes, defaults = _parameters(build)
        _add(
            GeneratorFamily(
                name,
                "permutations",
                description,
                sizes,
                defaults,
                reference,
                diameter,
                small,
                build,
                minimum,
                signed,
                tuple(symbols.split()),
            )
        )
        return build

    return register


def graph_family(
    kind: str,
    description: str,
    *,
    examples: Sequence[Mapping[str, Parameter]] = ({},),
    reference: str = "",
    diameter: KnownDiameter | None = None,
    name: str | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a builder of graphs, under its own name unless `name` is given.

    Its arguments without defaults become `sizes`, the others the family's parameters. It returns a
    definition, or a mapping of symbols to permutations. `examples` are small members, at least one.
    """

    def register(build: Callable[..., Any]) -> Callable[..., Any]:
        sizes, defaults = _parameters(build)
        called = name or build.__name__.strip("_")
        check_choice(kind, "kind of family", KINDS)
        _add(
            Family(
                called,
                kind,
                description,
                sizes,
                defaults,
                reference,
                diameter,
                tuple(map(dict, examples)),
                build,
            )
        )
        return build

    return register


def _parameters(build: Callable[..., Any]) -> tuple[tuple[str, ...], dict[str, Parameter]]:
    """Read the parameters of a builder: those without defaults, and those with."""
    found = inspect.signature(build).parameters.values()
    return (
        tuple(parameter.name for parameter in found if parameter.default is parameter.empty),
        {
            parameter.name: parameter.default
            for parameter in found
            if parameter.default is not parameter.empty
        },
    )


def _add(family: Family) -> None:
    if _normal(family.name) in FAMILIES:
        raise AssertionError(f"two families are called {family.name!r}")
    FAMILIES[_normal(family.name)] = family


def with_inverses(generators: Sequence[Permutation], wanted: int, family: str) -> Iterator[Permutation]:
    """Yield the generators of a family, and their inverses if its parameter `inverses` is 1."""
    check_integer(wanted, f"parameter inverses of {family!r}", minimum=0, maximum=1)
    yield from generators
    if wanted:
        yield from (inverse(g) for g in generators)
