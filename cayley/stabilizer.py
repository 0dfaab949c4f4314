"""Order of a permutation group by a chain of point stabilisers (Schreier-Sims).

The chain proves the order: the layer sizes of a growth computation must sum to it.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

from cayley.permutation import Permutation, compose, identity, inverse, is_odd


@lru_cache(maxsize=8)
def stabilizer_chain(
    generators: tuple[Permutation, ...], points: tuple[int, ...] | None = None
) -> "StabilizerChain":
    """Return the chain of these generators, and remember it: the order, the plan and the engine ask for it.

    Examples
    --------
    >>> stabilizer_chain(((1, 2, 0, 3), (1, 0, 2, 3))).base
    [0, 1]
    """
    return StabilizerChain(generators, points)


class StabilizerChain:
    """Base and strong generating set of the group that some permutations generate.

    Parameters
    ----------
    generators : sequence of tuple of int
        Permutations of the same points 0, ..., n-1.
    points : sequence of int, optional
        All points in the order in which they are preferred for the base. By default 0, 1, ..., n-1.

    Attributes
    ----------
    order : int
        Number of elements of the group.
    base : list of int
        Points; only the identity fixes them all.

    Notes
    -----
    Deterministic Schreier-Sims with explicit transversals [1]_. The product of the orbit lengths never
    exceeds the order, and the order divides n! (n!/2 if all generators are even): once the product reaches
    that bound the chain is complete and the remaining Schreier generators need no sifting, which makes the
    common case, S_n and A_n, fast. Otherwise polynomial, about O(n^5) operations at worst: meant for up to
    some hundred points.

    References
    ----------
    .. [1] C. C. Sims, "Computational methods in the study of permutation groups", in Computational Problems
       in Abstract Algebra, 1970, pp. 169-183; D. F. Holt, B. Eick,
       E. A. O'Brien, Handbook of Computational Group Theory, 2005, section 4.4.

    Examples
    --------
    >>> StabilizerChain([(1, 2, 0, 3), (1, 0, 2, 3)]).order
    6
    >>> (0, 1, 3, 2) in StabilizerChain([(1, 2, 0, 3), (1, 0, 2, 3)])
    False
    """

    def __init__(self, generators: Sequence[Permutation], points: Sequence[int] | None = None) -> None:
        self._degree = len(generators[0])
        self._points = range(self._degree) if points is None else points
        self._identity = identity(self._degree)
        self._bound = math.factorial(self._degree)
        if self._degree > 1 and not any(is_odd(g) for g in generators):
            self._bound //= 2
        self.base: list[int] = []
        self._strong: list[list[Permutation]] = []  # generators of the i-th stabiliser
        # orbit point -> an element that takes base[i] there
        self._transversals: list[dict[int, Permutation]] = []
        for generator in generators:
            self._include(generator)

    @property
    def order(self) -> int:
        """Number of elements of the group."""
        return math.prod(len(transversal) for transversal in self._transversals)

    @property
    def transversals(self) -> Sequence[Mapping[int, Permutation]]:
        """For each base point, and each point that it can be taken to, an element that takes it there.

        The element fixes the base points before. The base point itself comes first, with the identity. Every
        element of the group is one product ``u_1 u_2 ... u_k`` (the last applied first) of one from each.
        """
        return self._transversals

    def __contains__(self, p: Permutation) -> bool:
        return len(p) == self._degree and self._sift(p, 0)[0] == self._identity

    def _sift(self, p: Permutation, level: int) -> tuple[Permutation, int]:
        """Strip `p` by the transversals from `level` on; the identity comes out for elements of the group."""
        for i in range(level, len(self.base)):
            step = self._transversals[i].get(p[self.base[i]])
            if step is None:
                return p, i
            p = compose(inverse(step), p)
        return p, len(self.base)

    def _include(self, generator: Permutation) -> None:
        """Add a generator, then sift Schreier generators until the chain describes the whole group."""
        pending = [(generator, 0)]
        while pending:
            p, first = pending.pop()
            residue, level = self._sift(p, first)
            if residue == self._identity:
                continue
            if level == len(self.base):
                point = next(i for i in self._points if residue[i] != i)
                self.base.append(point)
                self._strong.append([])
                self._transversals.append({point: self._identity})
            # The residue fixes the base points before `level`, so it belongs to all of these stabilisers.
            for i in range(first, level + 1):
                self._strong[i].append(residue)
                pending.extend(self._extend_orbit(i))
                if self.order == self._bound:
                    return

    def _extend_orbit(self, level: int) -> list[tuple[Permutation, int]]:
        """Close the orbit at `level`; return the Schreier generators that its newest generator brings."""
        transversal, strong = self._transversals[level], self._strong[level]
        known = len(transversal)
        queue = list(transversal)
        for point in queue:
            for s in strong:
                image = s[point]
                if image not in transversal:
                    transversal[image] = compose(s, transversal[point])
                    queue.append(image)
        schreier = []
        for position, point in enumerate(queue):
            # Old points with old generators were dealt with when those were added.
            for s in strong if position >= known else strong[-1:]:
                p = compose(inverse(transversal[s[point]]), compose(s, transversal[point]))
                if p != self._identity:
                    schreier.append((p, level + 1))
        return schreier
