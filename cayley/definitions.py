"""From what the user writes to what is to be explored: one place for all kinds of graphs."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from cayley.cosets import resolve_state
from cayley.families import Parameter, read_call
from cayley.families.sporadic import named_group
from cayley.generators import resolve
from cayley.matrices import matrix_group, resolve_matrices
from cayley.puzzles import is_puzzle, puzzle
from graphkit.errors import UnknownNameError

Generators = str | Sequence[str | Sequence[int] | Sequence[Sequence[int]]]


# Groups that books call by a letter, and what they are called here.
_LETTERS = {
    "C": "cycle({0})",
    "Z": "cycle({0})",
    "D": "dihedral({0}), which has 2 x {0} elements",
    "Q": "dicyclic(n), which has 4n elements",
    "E": "coxeter_e({0})",
}


class Definition(Protocol):
    """A Cayley or Schreier graph: what `cayley.growth` explores.

    `cayley.PermutationGroup`, `CosetGraph` and `MatrixGroup` are such definitions.
    """

    @property
    def name(self) -> str:
        """Name for the result."""

    @property
    def generator_names(self) -> str | tuple[str, ...]:
        """The family of the generators, or each of them."""

    @property
    def generators(self) -> tuple[object, ...]:
        """Permutations or matrices."""

    @property
    def is_directed(self) -> bool:
        """Whether the inverse of some generator is missing."""

    @property
    def order(self) -> int | None:
        """Number of states, if that is proved beforehand."""


def explored(definition: Definition) -> dict[str, Any]:
    """Tell graphs apart by what is explored, whatever it is called.

    Returns
    -------
    dict
        Plain data, ready for JSON: the generators in an order of their own, the start word and the modulus,
        None where there is none.
    """
    start = getattr(definition, "state", None)
    return {
        "generators": sorted(json.loads(json.dumps(definition.generators))),
        "state": None if start is None else list(start),
        "modulus": getattr(definition, "modulus", None),
    }


def define(
    group: str | Definition | None,
    generators: Generators | None,
    *,
    state: str | Sequence[int] | None = None,
    modulus: int | None = None,
    parameters: dict[str, Parameter] | None = None,
) -> Definition:
    """Turn the arguments of `cayley.growth` into a definition.

    Parameters
    ----------
    group : str or Definition, optional
        ``"S10"``, ``"A9"``, ``"M12"``, the name of a puzzle such as ``"2x2x2"``, a member of any family
        such as ``"Heisenberg(3,101)"``, ``"UT(4,7)"``, ``"SL(2,101)"``, ``"globe(1,2)"``, or a definition.
    generators : str or sequence, optional
        Name of a family (default for S_n and words: ``"lrx"``, for A_n ``"three_cycles"``, for B_n
        ``"burnt_pancake"``), or permutations; with `modulus`, matrices.
    state : str or sequence of int, optional
        A start word: its coset graph.
    modulus : int, optional
        `generators` are square matrices of integers modulo this number.
    parameters : dict, optional
        Parameters of the family; ``metric`` of a puzzle.

    Raises
    ------
    ValueError
        If the arguments do not go together, or one of them is wrong.
    """
    options = dict(parameters or {})
    if "metric" in options and options["metric"] is None:
        del options["metric"]
    if isinstance(generators, Iterable) and not isinstance(generators, str):
        generators = list(generators)  # an iterator would serve one look only
    given = [
        name
        for name, value in (("group", group), ("state", state), ("modulus", modulus))
        if value is not None
    ]
    if len(given) > 1:
        raise ValueError(f"choose one of {' and '.join(given)}")
    if modulus is not None:
        _no_parameters(options, "matrices")
        if generators is None or isinstance(generators, str):
            raise ValueError(f"a modulus goes with matrices as generators, got {generators!r}")
        return resolve_matrices(generators, modulus)  # type: ignore[arg-type]
    if state is not None:
        return resolve_state(state, _family_or_permutations(generators), options)
    if group is None or isinstance(group, str):
        return _group(group, generators, options)
    if not hasattr(group, "is_directed"):
        raise TypeError(f"group must be a name such as 'S10' or a definition, got {group!r}")
    if generators is not None or options:
        raise ValueError(f"{group.name} brings its own generators")
    return group


def _group(group: str | None, generators: Generators | None, options: dict[str, Parameter]) -> Definition:
    """Look a group up by name, or take what permutations generate."""
    if group is None:
        return resolve(None, _family_or_permutations(generators), options)
    matrices = matrix_group(group, generators) if isinstance(generators, str | None) else matrix_group(group)
    if matrices is not None:
        _no_parameters(options, group)
        if generators is not None and not isinstance(generators, str):
            raise ValueError(f"{group} brings its own generators; give matrices and a modulus for others")
        return matrices
    named = _named(group, options)
    if named is not None:
        _no_parameters(options, group)
        if generators is not None:
            raise ValueError(f"{group} brings its own generators")
        return named
    called = read_call(group)
    if called is not None:
        family, written = called
        if generators is not None:
            raise ValueError(f"{group.strip()} brings its own generators")
        return family.graph(**(written | options))
    other = re.fullmatch(r"\s*([CZDQE])_?([0-9]{1,3})\s*", group, flags=re.IGNORECASE)
    if other is not None:
        meant = _LETTERS[other[1].upper()].format(int(other[2]))
        raise UnknownNameError(f"unknown group {group.strip()!r}: did you mean {meant}? see 'cayley list'")
    default = {"A": "three_cycles", "B": "burnt_pancake"}.get(group.strip()[:1].upper(), "lrx")
    try:
        return resolve(group, _family_or_permutations(generators, default), options)
    except UnknownNameError as error:
        if not str(error).startswith("unknown group"):
            raise
        raise UnknownNameError(
            f"{error}; M11, M12, M22, M23, M24; Heisenberg(n,m), UT(n,m), SL(n,m); puzzles such as 2x2x2; and"
            " members of families, see 'cayley list'"
        ) from None


def _named(group: str, options: dict[str, Parameter]) -> Definition | None:
    """Look up a Mathieu group or a puzzle, with its metric among the options."""
    if "metric" in options or is_puzzle(group):
        given = dict(options)
        options.clear()
        metric = given.pop("metric", None)
        return puzzle(group, None if metric is None else str(metric), **given)
    return named_group(group)


def _family_or_permutations(
    generators: Generators | None, default: str = "lrx"
) -> str | Sequence[str | Sequence[int]]:
    """Check the kind of thing that the generators are; `resolve` looks at the rest."""
    if generators is None:
        return default
    if isinstance(generators, str) and generators.lstrip().startswith(("(", "[")):
        raise ValueError(f"permutations are given as a list, even if there is only one: [{generators!r}]")
    if not isinstance(generators, str) and not all(isinstance(g, Iterable) for g in _listed(generators)):
        raise TypeError(
            f"generators must be the name of a family or a list of permutations, got {generators!r}"
        )
    return generators  # type: ignore[return-value]


def _listed(generators: object) -> Iterable[object]:
    return generators if isinstance(generators, Iterable) else [generators]


def _no_parameters(options: dict[str, Parameter], what: str) -> None:
    if options:
        raise ValueError(f"{what} takes no parameters, got {', '.join(options)}")
