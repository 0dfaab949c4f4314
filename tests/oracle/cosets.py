"""Growth of a coloured word by breadth-first search over a set of tuples."""

from collections.abc import Sequence

Word = tuple[int, ...]


def layers(state: Sequence[int], generators: Sequence[Sequence[int]]) -> list[set[Word]]:
    """Words by their distance from `state`; a step takes a to a[g[0]], a[g[1]], ..."""
    seen = {tuple(state)}
    found = [set(seen)]
    while found[-1]:
        nearby = {tuple(word[i] for i in g) for word in found[-1] for g in generators}
        found.append(nearby - seen)
        seen |= nearby
    return found[:-1]


def growth(state: Sequence[int], generators: Sequence[Sequence[int]]) -> list[int]:
    """Sizes of the layers."""
    return [len(layer) for layer in layers(state, generators)]
