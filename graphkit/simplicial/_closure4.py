"""Configurations of four nodes with at least one triangle, and how many of them close."""

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.simplicial._closure import ClosureCounts, Split, as_counts
from graphkit.simplicial._kernels import closure4 as kernels
from graphkit.simplicial._projected import list_entries

Array = NDArray[Any]

_GAPS: dict[int, tuple[int, ...]] = {3: (-3, -3, -3), 4: (-2, -2, -2), 5: (-1, -1), 6: ()}


def _key(n_edges: int, n_once: int, n_again: int) -> tuple[int, ...]:
    """Name the configuration with so many edges, closed triples and repeatedly closed triples."""
    gap = _GAPS[n_edges]
    n_triangles = 4 - len(gap)
    return (*gap, *(0,) * (n_triangles - n_once), *(1,) * (n_once - n_again), *(2,) * n_again)


def _configurations() -> tuple[tuple[int, ...], ...]:
    keys = [
        _key(edges, once, again)
        for edges in (3, 4, 5, 6)
        for once in range(5 - len(_GAPS[edges]))
        for again in range(once + 1)
    ]
    return tuple(sorted(keys))


CONFIGURATIONS = _configurations()


def count_four(split: Split) -> ClosureCounts:
    """Count configurations of four nodes before the cutoff and those that close after it."""
    n_open = _count_open(split)
    closed = _count_closed(split)
    return ClosureCounts(
        CONFIGURATIONS,
        as_counts([n_open[key] for key in CONFIGURATIONS]),
        np.array([closed[key] for key in CONFIGURATIONS], np.int64),
    )


def _count_open(split: Split) -> dict[tuple[int, ...], int]:
    """Instances of every configuration; of tetrahedra only those that are in no simplex.

    Tetrahedra are counted one by one, all else from the triangles on edges and at nodes by inclusion and
    exclusion.
    """
    old, graph, triples = split.old, split.projected, split.closed
    lists = (triples.ptr, triples.second, triples.third, triples.repeated)
    on_edge = np.zeros((3, graph.n_edges), np.int64)
    total, degree_sum = np.zeros(3, np.int64), np.zeros(3, np.int64)
    degree = np.diff(graph.indptr)[graph.node_at]
    kernels.edge_triangles(graph.forward_ptr, graph.forward, degree, *lists, on_edge, total, degree_sum)
    entries = list_entries(old.offsets, old.nodes, old.n_nodes)
    everything, closed = np.zeros((5, 5), np.int64), np.zeros((5, 5), np.int64)
    kernels.tetrahedra(
        old.offsets, old.nodes, entries.ptr, entries.entry, entries.simplex,
        graph.forward_ptr, graph.forward, *lists, everything, closed,
    )  # fmt: skip
    full = {_key(6, i, j): int(everything[i, j]) for i in range(5) for j in range(i + 1)}
    counts = dict.fromkeys(CONFIGURATIONS, 0)
    for i in range(5):
        for j in range(i + 1):
            counts[_key(6, i, j)] = int(everything[i, j] - closed[i, j])
    # Two triangles on an edge; a tetrahedron has six such pairs.
    for i in range(3):
        for j in range(i, 3):
            pairs = on_edge[i] * (on_edge[i] - 1) // 2 if i == j else on_edge[i] * on_edge[j]
            counts[-1, -1, i, j] = int(pairs.sum())
    for key, count in full.items():
        for i, j in combinations(key, 2):
            counts[-1, -1, i, j] -= count
    # A triangle and a fourth node that knows one of its nodes, or none.
    for strength in range(3):
        outside = int(degree_sum[strength] - 6 * total[strength])
        five = sum(counts[-1, -1, i, j] * (i, j).count(strength) for i in range(3) for j in range(i, 3))
        six = sum(count * key.count(strength) for key, count in full.items())
        counts[-2, -2, -2, strength] = outside - 2 * five - 3 * six
        others = int(total[strength]) * (graph.n_active - 3)
        counts[-3, -3, -3, strength] = others - counts[-2, -2, -2, strength] - five - six
    return counts


def _count_closed(split: Split) -> dict[tuple[int, ...], int]:
    """Count the sets of four nodes in a new simplex, by the configuration that they had before."""
    old, new, graph, triples = split.old, split.new, split.projected, split.closed
    new_entries = list_entries(new.offsets, new.nodes, new.n_nodes)
    old_entries = list_entries(old.offsets, old.nodes, old.n_nodes)
    counts = np.zeros((7, 5, 5), np.int64)
    kernels.new_fours(
        new.offsets, new.nodes, new_entries.ptr, new_entries.entry, new_entries.simplex,
        old.offsets, old.nodes, old_entries.ptr, old_entries.entry, old_entries.simplex,
        graph.forward_ptr, graph.forward,
        triples.ptr, triples.second, triples.third, triples.repeated, counts,
    )  # fmt: skip
    found = dict.fromkeys(CONFIGURATIONS, 0)
    for edges, once, again in zip(*counts.nonzero(), strict=True):
        found[_key(int(edges), int(once), int(again))] += int(counts[edges, once, again])
    return found
