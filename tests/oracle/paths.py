"""Distances from one state to all others, and cycles of small graphs, by the shortest way to say it."""

from collections.abc import Callable, Hashable, Sequence


def distances_from(start: Hashable, steps: Sequence[Callable]) -> dict:
    """Breadth-first search over hashable states."""
    found = {start: 0}
    queue = [start]
    for state in queue:
        for step in steps:
            near = step(state)
            if near not in found:
                found[near] = found[state] + 1
                queue.append(near)
    return found


def arrangement_steps(generators: Sequence[Sequence[int]]) -> list[Callable]:
    """For each generator g the step from a to a[g[0]], a[g[1]], ..."""
    return [lambda a, g=g: tuple(a[i] for i in g) for g in generators]


def girth(neighbours: Sequence[Sequence[int]]) -> float:
    """Length of a shortest cycle of a simple graph: remove each edge and look for another way round."""
    n = len(neighbours)
    near = [set(row) - {v} for v, row in enumerate(neighbours)]
    best = float("inf")
    for u in range(n):
        for v in near[u]:
            if u < v:
                away = {u: 0}
                queue = [u]
                for x in queue:
                    for y in near[x]:
                        if {x, y} != {u, v} and y not in away:
                            away[y] = away[x] + 1
                            queue.append(y)
                best = min(best, away.get(v, float("inf")) + 1)
    return best


def directed_girth(neighbours: Sequence[Sequence[int]]) -> float:
    """Length of a shortest directed cycle; a loop has length 1."""
    best = float("inf")
    for v in range(len(neighbours)):
        away = {}
        queue = []
        for y in neighbours[v]:
            if y not in away:
                away[y] = 1
                queue.append(y)
        for x in queue:
            for y in neighbours[x]:
                if y not in away:
                    away[y] = away[x] + 1
                    queue.append(y)
        best = min(best, away.get(v, float("inf")))
    return best
