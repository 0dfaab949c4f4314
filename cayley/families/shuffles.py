"""Card shuffles and change ringing: a deck is listed from the top, a row from the first bell."""

from collections.abc import Iterator
from itertools import combinations, pairwise, permutations, product

from cayley.families._computed import computed
from cayley.families._family import KnownDiameter
from cayley.families._registry import family
from cayley.permutation import Permutation, from_cycles
from graphkit.validation import check_integer

_EVEN = ({"n": 4}, {"n": 6}, {"n": 8}, {"n": 10})


@family(
    "the deck is cut into k packs of the same size, and one card of each pack is laid down in turn, the"
    " packs in any order; k = 2: the out- and the in-shuffle (directed)",
    reference="P. Diaconis, R. L. Graham, W. M. Kantor, Adv. Appl. Math. 4 (1983);"
    " S. Medvedoff, K. Morrison, Math. Mag. 60 (1987)",
    examples=(*_EVEN, {"n": 6, "k": 3}, {"n": 9, "k": 3}),
)
def _perfect_shuffles(n: int, k: int = 2) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'perfect_shuffles'", minimum=2, maximum=n)
    if n % k:
        raise ValueError(f"{n} cards cannot be cut into k = {k} packs of the same size")
    size = n // k
    for order in permutations(range(k)):
        yield tuple(pack * size + i for i in range(size) for pack in order)


@family(
    "riffle shuffles: the deck is cut in two anywhere, and the packs are interleaved in any way (directed)",
    reference="D. Bayer, P. Diaconis, Ann. Appl. Probab. 2 (1992)",
    diameter=KnownDiameter(
        "ceil(log2(n))", "theorem", "D. Bayer, P. Diaconis, 1992", lambda n: (n - 1).bit_length()
    ),
)
def _riffle_shuffles(n: int) -> Iterator[Permutation]:
    for cut in range(1, n):
        for places in combinations(range(n), cut):
            deck = list(range(cut, n))
            for card, place in enumerate(places):
                deck.insert(place, card)
            yield tuple(deck)


@family(
    "overhand shuffles: the deck is cut into any number of packets, and their order is reversed",
    reference="R. Pemantle, J. Theoret. Probab. 2 (1989)",
    diameter=computed(2, 1, 2, 2, 3, 3, 4, 4, 4),
)
def _overhand_shuffles(n: int) -> Iterator[Permutation]:
    for cuts in product((False, True), repeat=n - 1):
        bounds = [0, *(i for i, cut in enumerate(cuts, 1) if cut), n]
        packets = [range(a, b) for a, b in pairwise(bounds)]
        yield tuple(card for packet in reversed(packets) for card in packet)


@family(
    "deals of the deck, face down, to k = 1, ..., n-1 hands in turn, the first hand then on top (directed)",
    diameter=computed(2, 1, 2, 4, 5, 7, 7, 8, 8, 9, 9),
)
def _deals(n: int) -> Iterator[Permutation]:
    for k in range(1, n):
        yield tuple(card for hand in range(k) for card in reversed(range(hand, n, k)))


@family(
    "Mongean shuffles: the cards are laid one by one alternately on top of and under a new deck, the second"
    " card on top, or under (directed)",
    reference="J. H. Conway, N. J. A. Sloane, Sphere Packings, Lattices and Groups, chapter 11 (M12)",
    diameter=computed(2, 1, 2, 4, 8, 8, 18, 6, 23, 29, 30, 21),
)
def _mongean_shuffles(n: int) -> Iterator[Permutation]:
    first, second = list(range(0, n, 2)), list(range(1, n, 2))
    over = (*reversed(second), *first)
    yield over
    yield over[::-1]


@family(
    "change ringing: all products of disjoint exchanges of neighbours, so that each bell moves one place at"
    " most",
    reference="A. T. White, Amer. Math. Monthly 103 (1996);"
    " N. Alon, F. R. K. Chung, R. L. Graham, SIAM J. Discrete Math. 7 (1994)",
    diameter=KnownDiameter(
        "n for n >= 3",
        "theorem",
        "N. Alon, F. R. K. Chung, R. L. Graham, 1994: matchings of a path",
        lambda n: n if n >= 3 else None,
    ),
)
def _change_ringing(n: int) -> Iterator[Permutation]:
    def changes(place: int) -> Iterator[list[tuple[int, int]]]:
        if place >= n - 1:
            yield []
            return
        yield from changes(place + 1)
        for rest in changes(place + 2):
            yield [(place, place + 1), *rest]

    for exchanged in changes(0):
        yield from_cycles(exchanged, n)


def _neighbours(first: int, n: int) -> Permutation:
    """Exchange the places first and first+1, first+2 and first+3, ..., numbered from 0."""
    return from_cycles([(i, i + 1) for i in range(first, n - 1, 2)], n)


@family(
    "plain hunt: (1 2)(3 4)... and (2 3)(4 5)... (generates a dihedral group of order 2n)",
    minimum=3,
    reference="A. T. White, Amer. Math. Monthly 103 (1996)",
    symbols="X Y",
    diameter=KnownDiameter("n", "theorem", "the graph is a cycle of 2n rows", lambda n: n),
)
def _plain_hunt(n: int) -> Iterator[Permutation]:
    yield _neighbours(0, n)
    yield _neighbours(1, n)


@family(
    "the changes of Plain Bob: (1 2)(3 4)..., (2 3)(4 5)..., and (3 4)(5 6)...",
    minimum=4,
    reference="A. T. White, Amer. Math. Monthly 103 (1996)",
    symbols="X Y Z",
    diameter=computed(4, 4, 10, 16, 21, 29, 37, 47, 57),
)
def _plain_bob(n: int) -> Iterator[Permutation]:
    for first in range(3):
        yield _neighbours(first, n)
