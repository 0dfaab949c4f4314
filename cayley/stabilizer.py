"""Order of a permutation group by a chain of point stabilisers (Schreier-Sims).

The chain proves the order: the layer sizes of a growth computation must sum to it.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import islice

import numpy as np

from cayley._order_bound import orbits, order_bound, random_elements
from cayley.permutation import Permutation, compose, cycles, identity, inverse, is_odd


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


LARGE_DEGREE = 16  # points up to which a stabiliser chain is quick whatever the group
_RANDOM_FROM = 32  # points from which on a random start pays off
_SHORT_BASE = 8  # points of a base up to which sifting Schreier generators takes less than finding blocks
_ENOUGH = 20  # elements in a row that are in the chain already, after which it is believed to be complete
_BATCH = 2**22  # entries of permutations that are sifted together
_SAMPLES = 500  # group elements that are looked at for a cycle of prime length


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
    exceeds the order: once it reaches an upper bound the chain is complete and the remaining Schreier
    generators need no sifting. It is n! (n!/2 if all generators are even), the common case, or, for a long
    base, that of `order_bound`. Beyond 32 points random elements, always the same ones, build the chain
    before Schreier generators verify it, if they still must. Polynomial, about O(n^5) operations at worst,
    where the bound is not reached: meant for up to some hundred points.

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
        if self._degree > _RANDOM_FROM:
            self._start_at_random(generators)
            if len(self.base) > _SHORT_BASE:
                self._bound = order_bound(generators)
            self._verify()
        else:
            for generator in generators:
                self._include(generator, 0)

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

    def _include(self, generator: Permutation, first: int) -> None:
        """Add an element of a stabiliser; sift Schreier generators until the chain describes what it adds."""
        pending = [(generator, first)]
        while pending:
            p, first = pending.pop()
            residue, level = self._sift(p, first)
            if residue == self._identity:
                continue
            if level == len(self.base):
                self._add_base_point(residue)
            # The residue fixes the base points before `level`, so it belongs to all of these stabilisers.
            for i in range(first, level + 1):
                self._strong[i].append(residue)
                pending.extend(self._extend_orbit(i))
                if self.order == self._bound:
                    return

    def _add_base_point(self, moving: Permutation) -> None:
        point = next(i for i in self._points if moving[i] != i)
        self.base.append(point)
        self._strong.append([])
        self._transversals.append({point: self._identity})

    def _extend_orbit(self, level: int) -> list[tuple[Permutation, int]]:
        """Close the orbit at `level`; return the Schreier generators that its newest generator brings."""
        known = len(self._transversals[level])
        self._close_orbit(level)
        transversal, strong = self._transversals[level], self._strong[level]
        schreier = []
        for position, point in enumerate(transversal):
            # Old points with old generators were dealt with when those were added.
            for s in strong if position >= known else strong[-1:]:
                p = compose(inverse(transversal[s[point]]), compose(s, transversal[point]))
                if p != self._identity:
                    schreier.append((p, level + 1))
        return schreier

    def _close_orbit(self, level: int) -> None:
        """Find the points to which the newest generator at `level`, with the others, takes the base point."""
        transversal, strong = self._transversals[level], self._strong[level]
        known = len(transversal)
        queue = list(transversal)
        for position, point in enumerate(queue):
            for s in strong if position >= known else strong[-1:]:
                image = s[point]
                if image not in transversal:
                    transversal[image] = compose(s, transversal[point])
                    queue.append(image)

    def _start_at_random(self, generators: Sequence[Permutation]) -> None:
        """Sift the generators and random elements, without Schreier generators, while there is news."""
        for generator in generators:
            self._insert(generator)
        idle = 0
        for p in random_elements(generators):
            if self.order == self._bound or idle == _ENOUGH:
                return
            idle = 0 if self._insert(p) else idle + 1

    def _insert(self, p: Permutation) -> bool:
        """Add an element of the group unless the chain has it; look at no Schreier generators."""
        residue, level = self._sift(p, 0)
        if residue == self._identity:
            return False
        if level == len(self.base):
            self._add_base_point(residue)
        for i in range(level + 1):
            self._strong[i].append(residue)
            self._close_orbit(i)
        return True

    def _verify(self) -> None:
        """Sift all Schreier generators, from the last stabiliser to the group, unless the order is proved."""
        for level in reversed(range(len(self.base))):
            if self.order == self._bound:
                return
            transversal, strong = self._transversals[level], list(self._strong[level])
            inverses = {point: inverse(u) for point, u in transversal.items()}
            known = list(transversal.items())
            schreier = (compose(inverses[s[point]], compose(s, u)) for point, u in known for s in strong)
            while batch := list(islice(schreier, max(1, _BATCH // self._degree))):
                for p in self._outside(batch, level + 1):
                    self._include(p, level + 1)

    def _outside(self, batch: list[Permutation], level: int) -> list[Permutation]:
        """Tell which permutations the chain does not hold from `level` on: `_sift` for many at a time."""
        rest = np.array(batch, np.int32)
        rows = np.arange(len(rest))
        failed = []
        for i in range(level, len(self.base)):
            transversal = self._transversals[i]
            number = np.full(self._degree, -1)
            number[list(transversal)] = np.arange(len(transversal))
            steps = np.argsort(np.array(list(transversal.values()), np.int32), axis=1).astype(np.int32)
            chosen = number[rest[:, self.base[i]]]
            failed.append(rows[chosen < 0])
            rest, rows, chosen = rest[chosen >= 0], rows[chosen >= 0], chosen[chosen >= 0]
            rest = steps[chosen[:, None], rest]
        failed.append(rows[(rest != np.arange(self._degree)).any(axis=1)])
        return [batch[row] for row in np.concatenate(failed)]


def contains_alternating(generators: Sequence[Permutation]) -> bool:
    """Try to prove that permutations generate the alternating or the symmetric group of all their points.

    Notes
    -----
    By Jordan's theorem a primitive group of n points that contains a cycle of prime length p <= n-3 contains
    the alternating group [1]_, theorem 13.9. A transitive group with a cycle of prime length p > n/2 is
    primitive: the cycle cannot permute p blocks of more than one point, so it moves points of one block only,
    which has more than n/2 points. An element with such a cycle, as one in about log2(n) elements of S_n is,
    has a power that is that cycle alone. Elements are taken from a fixed pseudo-random sequence. Up to 16
    points a stabiliser chain decides; beyond, False may mean that no such element was met.

    References
    ----------
    .. [1] H. Wielandt, Finite Permutation Groups, 1964, section 13.

    Examples
    --------
    >>> contains_alternating([(1, 2, 3, 4, 0), (1, 0, 2, 3, 4)]), contains_alternating([(1, 2, 3, 4, 0)])
    (True, False)
    """
    n = len(generators[0])
    if n > 2 and len(orbits(generators)) > 1:
        return False
    if n <= LARGE_DEGREE:
        return 2 * stabilizer_chain(tuple(generators)).order >= math.factorial(n)
    return any(
        2 * len(c) > n and len(c) <= n - 3 and _is_prime(len(c))
        for p in islice(random_elements(generators), _SAMPLES)
        for c in cycles(p)
    )


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % divisor for divisor in range(2, math.isqrt(number) + 1))
