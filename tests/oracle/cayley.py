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


def first_layers(graph, max_states: int) -> list[int]:
    """Layers of any graph: to the end, or as many as the first `max_states` states and one layer more."""
    modulus = getattr(graph, "modulus", None)
    if hasattr(graph, "edges"):
        start = tuple(range(graph.degree))
        steps = [lambda state, edge=edge: _slide(state, *edge) for edge in graph.edges]
    elif modulus is None:
        start = getattr(graph, "state", None) or tuple(range(len(graph.generators[0])))
        steps = [lambda state, g=g: tuple([state[i] for i in g]) for g in graph.generators]
    else:
        size = range(graph.size)
        start = tuple(tuple(int(i == j) for j in size) for i in size)
        steps = [
            lambda a, g=g: tuple(
                tuple(sum(row[k] * g[k][j] for k in size) % modulus for j in size) for row in a
            )
            for g in graph.generators
        ]
    seen, layer, found = {start}, [start], [1]
    while layer and len(seen) <= max_states:
        layer = list({step(state) for state in layer for step in steps} - seen)
        seen.update(layer)
        found.append(len(layer))
    return found if layer else found[:-1]


def _slide(state, u, v):
    """Exchange the contents of two cells if one of them is blank."""
    cells = list(state)
    if len(state) - 1 in (cells[u], cells[v]):
        cells[u], cells[v] = cells[v], cells[u]
    return tuple(cells)


def is_odd(p: Permutation) -> bool:
    """Count inversions."""
    return sum(p[i] > p[j] for i in range(len(p)) for j in range(i + 1, len(p))) % 2 == 1
