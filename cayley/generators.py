"""Generators and groups as users write them: names of groups and families, permutations in two notations."""

import re
from collections.abc import Sequence

from cayley.families import Parameter, get_generators
from cayley.groups import PermutationGroup
from cayley.permutation import (
    Permutation,
    check_permutation,
    extend,
    format_cycles,
    identity,
    parse_permutation,
)
from graphkit.errors import UnknownNameError
from graphkit.validation import parse_integer

_LARGEST_GROUP = 255  # of S_n and A_n: a point takes a byte in the sparse engine


def parse_group(text: str) -> tuple[str, int]:
    """Read the name of a group of n items.

    ``S<n>`` is the symmetric group and ``A<n>`` the alternating group of n points; ``B<n>`` are the signed
    permutations of n items with two sides, which act on 2n points: item i on i and n+i.

    Returns
    -------
    kind : {"S", "A", "B"}
    n : int

    Raises
    ------
    UnknownNameError
        For any other name; the message lists close matches.
    ValueError
        If there are more than 255 points.
    """
    match = re.fullmatch(r"\s*([SAB])\s*_?\s*(\d+)\s*", text, flags=re.IGNORECASE | re.ASCII)
    kind, n = (
        (match[1].upper(), parse_integer(match[2], "the number in a group's name")) if match else ("", 0)
    )
    if n * (2 if kind == "B" else 1) > _LARGEST_GROUP:
        raise ValueError(f"a group may act on up to {_LARGEST_GROUP} points, got {text.strip()!r}")
    if n >= (2 if kind == "B" else 1):
        return kind, n
    digits = re.search(r"[1-9][0-9]{0,9}", text)
    hint = f"did you mean S{digits[0]} or A{digits[0]}? " if digits else ""
    raise UnknownNameError(
        f"unknown group {text!r}: {hint}accepted are S<n> (symmetric), A<n> (alternating) and B<n> (signed"
        " permutations, n at least 2), such as S10"
    )


def resolve(
    group: str | None, generators: str | Sequence[str | Sequence[int]], parameters: dict[str, Parameter]
) -> PermutationGroup:
    """Turn what the user wrote into a `PermutationGroup`, and check that the generators generate it.

    Parameters
    ----------
    group : str or None
        See `parse_group`. None takes the group that the given permutations generate, whatever it is.
    generators : str or sequence
        Name of a family, or permutations: strings (see `parse_permutation`) or sequences of images from 0.
    parameters : dict of str to int or str
        Parameters of the family.

    Raises
    ------
    ValueError
        If a name is unknown, a permutation is none, or they generate another group than `group`.
    """
    if group is None:
        return _group(generators, None, parameters)
    kind, n = parse_group(group)
    found = _group(generators, 2 * n if kind == "B" else n, parameters)
    if found.name != f"{kind}{n}":
        raise ValueError(_wrong_group(f"{kind}{n}", found, isinstance(generators, str)))
    return found


def _group(
    generators: str | Sequence[str | Sequence[int]], degree: int | None, parameters: dict[str, Parameter]
) -> PermutationGroup:
    permutations, names, symbols = read_generators(generators, degree, parameters)
    return PermutationGroup(permutations, names, symbols=symbols)


def read_generators(
    generators: str | Sequence[str | Sequence[int]], degree: int | None, parameters: dict[str, Parameter]
) -> tuple[tuple[Permutation, ...], str | tuple[str, ...], tuple[str, ...] | None]:
    """Read a family or permutations, as `resolve` takes them.

    Returns
    -------
    permutations : tuple of tuple of int
        Distinct, without the identity, at least one.
    names : str or tuple of str
        The family with those parameters that are not the default, or each permutation in cycle notation.
    symbols : tuple of str or None
        Short names of the generators of a family.
    """
    symbols = None
    names: str | tuple[str, ...]
    if isinstance(generators, str):
        if degree is None:
            raise ValueError(f"the generator family {generators!r} needs a group, such as S10")
        family = get_generators(generators)
        permutations = family.generators(degree, **parameters)
        symbols = family.symbols(degree, **parameters)
        names = family.label(**parameters)
    else:
        if parameters:
            raise ValueError(f"parameters belong to a generator family, got {parameters} with permutations")
        permutations = _read_permutations(generators, degree)
        names = tuple(format_cycles(p) for p in permutations)
    if not permutations:
        raise ValueError("at least one generator other than the identity is required")
    return tuple(permutations), names, symbols


def _read_permutations(given: Sequence[str | Sequence[int]], degree: int | None) -> list[Permutation]:
    read = [
        parse_permutation(p, degree) if isinstance(p, str) else check_permutation(p, degree) for p in given
    ]
    largest = max((len(p) for p in read), default=1)
    unique = dict.fromkeys(extend(p, largest) for p in read)
    unique.pop(identity(largest), None)
    return list(unique)


def _wrong_group(wanted: str, found: PermutationGroup, by_family: bool) -> str:
    what = f"the generators {found.generator_names!r}" if by_family else "these permutations"
    text = f"{what} do not generate {wanted}: they generate "
    if not found.name.startswith("group"):
        return f"{text}{found.name}, of order {found.order}; ask for --group {found.name}"
    text += f"a {found.name}"
    return text if by_family else f"{text}; leave the group out to explore what they generate"
