"""Families by cycle type, and permutations drawn at random."""

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from math import factorial

from cayley.families._family import KnownDiameter
from cayley.families._registry import family, with_inverses
from cayley.permutation import Permutation, from_cycles
from graphkit.validation import check_integer


@family(
    "all permutations that leave no position in its place",
    diameter=KnownDiameter(
        "2 for n >= 4",
        "theorem",
        "every permutation is a product of two derangements",
        lambda n: 2 if n >= 4 else None,
    ),
)
def _derangements(n: int) -> Iterator[Permutation]:
    def extend(begun: Permutation, left: list[int]) -> Iterator[Permutation]:
        if not left:
            yield begun
        for image in left:
            if image != len(begun):
                yield from extend((*begun, image), [other for other in left if other != image])

    return extend((), list(range(n)))


@family(
    "all products of exchanges in which each position takes part once (n even)",
    examples=({"n": 4}, {"n": 6}, {"n": 8}),
)
def _involutive_derangements(n: int) -> Iterator[Permutation]:
    if n % 2:
        raise ValueError(f"the family 'involutive_derangements' needs an even number of points, got {n}")
    for pairs in _matchings(list(range(n))):
        yield from_cycles(pairs, n)


def _matchings(points: list[int]) -> Iterator[list[tuple[int, int]]]:
    """Ways to part points into pairs."""
    if not points:
        yield []
        return
    first, *others = points
    for partner in others:
        for rest in _matchings([point for point in others if point != partner]):
            yield [(first, partner), *rest]


@family(
    "all permutations of the cycle type given by `cycles`, such as 3+2, or `sample` of them drawn by `seed`",
    diameter=KnownDiameter(
        "n-1 for the exchanges",
        "theorem",
        "as transpositions",
        lambda n, cycles: n - 1 if cycles == "2" else None,
    ),
)
def _conjugacy_class(n: int, cycles: str = "2", sample: int = 0, seed: int = 0) -> Iterator[Permutation]:
    lengths = _cycle_type(cycles, n)
    check_integer(sample, "parameter sample of 'conjugacy_class'", minimum=0)
    if not sample:
        return _of_cycle_type(lengths, tuple(range(n)), n)
    size = factorial(n - sum(lengths))
    for length in set(lengths):
        size *= length ** lengths.count(length) * factorial(lengths.count(length))
    if sample > factorial(n) // size:
        raise ValueError(
            f"there are {factorial(n) // size} permutations of type {cycles}, got sample={sample}"
        )
    return _drawn(lambda order: from_cycles(_cut(order, lengths), n), n, sample, seed)


def _cycle_type(text: str, n: int) -> list[int]:
    parts = text.replace(" ", "").split("+")
    lengths = [int(part) for part in parts if part.isascii() and part.isdecimal()]
    if len(lengths) != len(parts) or min(lengths) < 1 or sum(lengths) > n:
        raise ValueError(f"a cycle type is written like 3+2, with a sum up to {n}, got {text!r}")
    return sorted((length for length in lengths if length > 1), reverse=True)


def _cut(points: Sequence[int], lengths: Sequence[int]) -> list[Sequence[int]]:
    """Cut points into cycles of the given lengths."""
    ends = [sum(lengths[: i + 1]) for i in range(len(lengths))]
    return [points[end - length : end] for length, end in zip(lengths, ends, strict=True)]


def _of_cycle_type(lengths: Sequence[int], free: tuple[int, ...], n: int) -> Iterator[Permutation]:
    """List the permutations with cycles of the given lengths, sorted downwards, on the free points."""

    def cycles(left: Sequence[int], free: tuple[int, ...], least: int) -> Iterator[list[tuple[int, ...]]]:
        if not left:
            yield []
            return
        same = len(left) > 1 and left[1] == left[0]  # equal lengths: in the order of their least points
        for first in free:
            if first < least:
                continue
            for others in permutations([point for point in free if point > first], left[0] - 1):
                cycle = (first, *others)
                rest = tuple(point for point in free if point not in cycle)
                for more in cycles(left[1:], rest, first if same else 0):
                    yield [cycle, *more]

    for found in cycles(lengths, free, 0):
        yield from_cycles(found, n)


@family(
    "all cycles of all n positions (generates A_n for odd n)",
    diameter=KnownDiameter(
        "2 for odd n >= 5, 3 for even n >= 4",
        "theorem",
        "every even permutation is a product of two cycles of length n",
        lambda n: 3 - n % 2 if n >= 4 else None,
    ),
)
def _long_cycles(n: int) -> Iterator[Permutation]:
    return _of_cycle_type([n], tuple(range(n)), n)


@family(
    "all involutions: products of disjoint exchanges",
    diameter=KnownDiameter(
        "2 for n >= 3",
        "theorem",
        "every permutation is a product of two involutions",
        lambda n: 2 if n >= 3 else None,
    ),
)
def _involutions(n: int) -> Iterator[Permutation]:
    for exchanged in range(1, n // 2 + 1):
        yield from _of_cycle_type([2] * exchanged, tuple(range(n)), n)


@family("k permutations drawn by `seed`, with their inverses unless inverses=0")
def _rand_generators(n: int, k: int = 2, seed: int = 0, inverses: int = 1) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'rand_generators'", minimum=1, maximum=factorial(n) - 1)
    drawn = list(_drawn(tuple, n, k, seed))
    return with_inverses(drawn, inverses, "rand_generators")


def _drawn(build: Callable[[list[int]], Permutation], n: int, k: int, seed: int) -> Iterator[Permutation]:
    """Draw k distinct permutations other than the identity."""
    draw = random.Random(seed)
    found = {tuple(range(n))}
    while len(found) <= k:
        order = list(range(n))
        draw.shuffle(order)
        p = build(order)
        if p not in found:
            found.add(p)
            yield p
