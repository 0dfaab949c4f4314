"""Permutation groups with their generators: definitions only, no engine."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from cayley.permutation import Permutation, check_generators, distinct_moves, inverse, is_odd
from cayley.stabilizer import LARGE_DEGREE, contains_alternating, stabilizer_chain


@dataclass(frozen=True)
class PermutationGroup:
    """A permutation group given by generators, which also are the steps of its Cayley graph.

    Attributes
    ----------
    generators : tuple of tuple of int
        Permutations of 0, ..., degree-1. A step takes an arrangement a to the arrangement a[g[i]].
    generator_names : str or tuple of str
        The family that they come from, or each one in cycle notation.
    symbols : tuple of str, optional
        A short name for each generator.

    Raises
    ------
    TypeError
        If an image is not an integer.
    ValueError
        If there is no generator, one is no permutation, or they act on different numbers of points.
    """

    generators: tuple[Permutation, ...]
    generator_names: str | tuple[str, ...]
    symbols: tuple[str, ...] | None = field(default=None, kw_only=True, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "generators", check_generators(self.generators))

    @property
    def degree(self) -> int:
        """Number of points that are permuted."""
        return len(self.generators[0])

    @cached_property
    def order(self) -> int:
        """Number of elements, proved by a stabiliser chain, or for S_n and A_n of many points by a cycle."""
        if self.degree > LARGE_DEGREE and contains_alternating(self.generators):
            return math.factorial(self.degree) // (1 if any(self.parities) else 2)
        return stabilizer_chain(self.generators).order

    @cached_property
    def is_directed(self) -> bool:
        """Whether the inverse of some generator is missing, so that steps cannot be undone in one."""
        return {inverse(g) for g in self.generators} != set(self.generators)

    @cached_property
    def parities(self) -> tuple[bool, ...]:
        """For each generator, whether it is odd."""
        return tuple(is_odd(g) for g in self.generators)

    @property
    def name(self) -> str:
        """``S10``, ``A9``, ``B5``, or a description by degree and order."""
        if self.order == math.factorial(self.degree):
            return f"S{self.degree}"
        if self.degree > 2 and 2 * self.order == math.factorial(self.degree):
            return f"A{self.degree}"
        items = self.degree // 2
        if self._keeps_pairs and self.order == 2**items * math.factorial(items):
            return f"B{items}"
        return f"group of order {self.order} on {self.degree} points"

    @property
    def _keeps_pairs(self) -> bool:
        """Whether the points are the sides of items, i and n+i, which stay together."""
        n = self.degree // 2
        return self.degree == 2 * n and all(
            (g[i] - g[n + i]) % self.degree == n for g in self.generators for i in range(n)
        )


@dataclass(frozen=True)
class NamedGroup(PermutationGroup):
    """A permutation group that people know by a name, such as ``"2x2x2"`` or ``"M24"``.

    Attributes
    ----------
    title : str
        The name.
    """

    title: str

    @property
    def name(self) -> str:
        """The name that people use."""
        return self.title

    @classmethod
    def from_moves(cls, title: str, moves: Mapping[str, Permutation]) -> "NamedGroup":
        """Name a group by the moves of a puzzle or the like, from their symbols to permutations.

        Points that no move moves are left out, and so are moves that repeat another one or do nothing.

        Raises
        ------
        ValueError
            If no move moves anything.

        Examples
        --------
        >>> NamedGroup.from_moves("swap", {"x": (0, 2, 1), "y": (0, 2, 1)}).generators
        ((1, 0),)
        """
        if not moves:
            raise ValueError(f"{title} has no generator other than the identity")
        degree = len(next(iter(moves.values())))
        moved = [i for i in range(degree) if any(p[i] != i for p in moves.values())]
        if not moved:
            raise ValueError(f"{title} has no move that moves anything")
        number = {point: i for i, point in enumerate(moved)}
        unique = distinct_moves({move: tuple(number[p[i]] for i in moved) for move, p in moves.items()})
        return cls(tuple(unique), tuple(unique.values()), title, symbols=tuple(unique.values()))
