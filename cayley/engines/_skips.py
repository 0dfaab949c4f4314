"""Which generators need not be followed from a state, given one along which the state was reached.

Say a state x of layer d was reached along g from a state y of layer d-1. Then h is skipped after g if

1. g h is a generator or the identity: h leads from x to y or where a single step leads from y, in any case
   not to layer d+1;
2. g h = g' h' with h' before h in the list: g' leads from y to a state x', and h' from x' where h leads from
   x. If that is in layer d+1, then x' is in layer d.

A new state z is still found: among all generators that lead to z from layer d take the first of the list. It
is not skipped by rule 1, as z is in layer d+1, nor by rule 2, as there is none before it. The rules are
relations between the generators themselves, so they hold wherever a group acts, also on words, where
different permutations may lead to the same state.

By rule 1 alone, each state is reached along all generators that lead to it from the layer before. Hence every
step back to the layer before is skipped, if the inverse of each generator is a generator. Rule 2 breaks this,
so that such steps must be expected.

If the inverse of g is none, but g has order k, a step along g is undone by k-1 more, so that it leads at most
k-1 layers back.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TypeVar

from cayley.matrices import Matrix
from cayley.permutation import Permutation

_PAIRS = 2**21  # operations on entries to compare the products of all pairs of generators: about a second
_LARGE_ORDER = 100
_UNKNOWN = 2**62

_Element = TypeVar("_Element", Permutation, Matrix)


@dataclass(frozen=True)
class Skips:
    """Which generators need not be followed after which.

    Attributes
    ----------
    after : list of int
        For each generator g a bit for each h that is skipped after g.
    n_back : int
        How many layers back from its own a state's other steps may lead.
    are_needed : bool
        Whether the engine relies on them; otherwise they only save time.
    """

    after: list[int]
    n_back: int
    are_needed: bool

    @property
    def marked(self) -> int:
        """A bit for each generator that is skipped after some generator."""
        return reduce(or_, self.after, 0)


def find_skips(
    generators: Sequence[_Element],
    inverses: Sequence[_Element],
    one: _Element,
    product: Callable[[_Element, _Element], _Element],
    cost: int,
    needed: bool,
) -> Skips:
    """Compare the products of all pairs of generators.

    Parameters
    ----------
    generators, inverses : sequences of the same length
        Without repeats and without the identity.
    one
        The identity.
    product : callable
        ``product(g, h)`` is the step along g, then along h.
    cost : int
        Operations that a product takes; where all pairs take too many, only inverses are compared.
    needed : bool
        Whether the engine must tell which steps lead back. Otherwise skips only save time.
    """
    n = len(generators)
    if cost * n**2 > _PAIRS:
        number = {g: i for i, g in enumerate(generators)}
        after = [1 << number[g] if g in number else 0 for g in inverses]
        return Skips(after, 0 if needed else _UNKNOWN, needed)
    products: dict[_Element, list[tuple[int, int]]] = {}
    for g, h in itertools.product(range(n), repeat=2):
        products.setdefault(product(generators[g], generators[h]), []).append((g, h))
    known = {one, *generators}
    after, also_after = [0] * n, [0] * n
    for element, pairs in products.items():
        first = min(h for _, h in pairs)
        for g, h in pairs:
            after[g] |= (element in known) << h
            also_after[g] |= (element in known or h > first) << h
    gained = sum(map(int.bit_count, also_after)) - sum(map(int.bit_count, after))
    # With these the layer before must be remembered, which costs about as much as a step from each state.
    if needed and gained < n:
        return Skips(after, 0, True)
    n_back = max(
        _order(g, one, product) - 1 if g_inverse not in known else 1
        for g, g_inverse in zip(generators, inverses, strict=True)
    )
    return Skips(also_after, n_back, needed)


def _order(g: _Element, one: _Element, product: Callable[[_Element, _Element], _Element]) -> int:
    """Return the order of a generator; a number beyond all layers if it is large."""
    power = g
    for order in range(1, _LARGE_ORDER):
        if power == one:
            return order
        power = product(power, g)
    return _UNKNOWN


def follow(g: Permutation, h: Permutation) -> Permutation:
    """Step along g, then along h, as one permutation."""
    return tuple(g[i] for i in h)
