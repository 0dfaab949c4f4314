"""Slow, obvious graphs: dictionaries and lists, one rule after the other."""

import itertools
from collections import deque

INFINITY = float("inf")


def edge_dict(sources, targets, weights=None, *, directed=False, multi_edges="merge", self_loops="keep"):
    """Map every edge (u, v) to its weight (None if unweighted) and the position where it is first listed."""
    if weights is None and multi_edges == "sum":
        weights = [1.0] * len(sources)
    listed = {}
    for k, (u, v) in enumerate(zip(sources, targets, strict=True)):
        if u == v and self_loops == "drop":
            continue
        if u == v and self_loops == "error":
            raise ValueError("self-loop")
        edge = (u, v) if directed or u <= v else (v, u)
        listed.setdefault(edge, []).append((k, None if weights is None else weights[k]))
    result = {}
    for edge, entries in sorted(listed.items()):
        values = [value for _, value in entries]
        if multi_edges == "error" and len(values) > 1:
            raise ValueError("repeated")
        if multi_edges == "merge" and len(set(values)) > 1:
            raise ValueError("weights differ")
        if values[0] is None or multi_edges in ("merge", "first", "error"):
            value = values[0]
        else:
            value = {"sum": sum, "max": max, "min": min}[multi_edges](values)
        result[edge] = (value, entries[0][0])
    return result


def adjacency_rows(edges, n_nodes, directed):
    """Sorted list of (neighbour, weight) for every node."""
    rows = [[] for _ in range(n_nodes)]
    for (u, v), (value, _) in edges.items():
        rows[u].append((v, value))
        if not directed and u != v:
            rows[v].append((u, value))
    return [sorted(row, key=lambda entry: entry[0]) for row in rows]


def step_distances(rows):
    """Numbers of steps between all pairs, by one textbook search from every node."""
    result = []
    for source in range(len(rows)):
        steps = [INFINITY] * len(rows)
        steps[source] = 0
        waiting = deque([source])
        while waiting:
            node = waiting.popleft()
            for neighbor, _ in rows[node]:
                if steps[neighbor] == INFINITY:
                    steps[neighbor] = steps[node] + 1
                    waiting.append(neighbor)
        result.append(steps)
    return result


def weighted_distances(rows):
    """Lengths of shortest paths between all pairs, by Floyd and Warshall."""
    n = len(rows)
    lengths = [[INFINITY] * n for _ in range(n)]
    for i, row in enumerate(rows):
        for j, value in row:
            lengths[i][j] = min(lengths[i][j], 1.0 if value is None else value)
        lengths[i][i] = 0.0
    for k, i, j in itertools.product(range(n), repeat=3):
        lengths[i][j] = min(lengths[i][j], lengths[i][k] + lengths[k][j])
    return lengths


def components(rows):
    """Component of every node, edges taken both ways, numbered in order of first nodes."""
    both = [set() for _ in rows]
    for i, row in enumerate(rows):
        for j, _ in row:
            both[i].add(j)
            both[j].add(i)
    number = [-1] * len(rows)
    count = 0
    for start in range(len(rows)):
        if number[start] >= 0:
            continue
        waiting = [start]
        while waiting:
            node = waiting.pop()
            if number[node] < 0:
                number[node] = count
                waiting.extend(both[node])
        count += 1
    return number
