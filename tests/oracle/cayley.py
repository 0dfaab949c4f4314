"""Growth by breadth-first search over a set of tuples, and group closure by brute force."""

from collections.abc import Sequence

Permutation = tuple[int, ...]


def closure(generators: Sequence[Permutation]) -> set[Permutation]:
    """All products of the generators."""
    return {state for layer in layers(generators) for state in layer}


def layers(generators: Sequence[Permutation]) -> list[set[Permutation]]:
    """States by their distance from the identity; a step takes a to a[g[0]], a[g[1]], ..."""
    start = tuple(range(len(generators[0])))
    seen = {start}
    found = [{start}]
    while found[-1]:
        nearby = {tuple(state[i] for i in g) for state in found[-1] for g in generators}
        found.append(nearby - seen)
        seen |= nearby
    return found[:-1]


def growth(generators: Sequence[Permutation]) -> list[int]:
    """Sizes of the layers."""
    return [len(layer) for layer in layers(generators)]


def is_odd(p: Permutation) -> bool:
    """Count inversions."""
    return sum(p[i] > p[j] for i in range(len(p)) for j in range(i + 1, len(p))) % 2 == 1
