"""Lifecycles of triangles: the states that three nodes go through over time."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit._simplex_dataset import SimplexDataset
from graphkit.simplicial._kernels import lifecycles as kernels
from graphkit.simplicial._kernels.closure import to_ranks
from graphkit.simplicial._projected import (
    closed_triples,
    distinct_simplices,
    list_entries,
    ordered_simplices,
    project,
    ranked,
)

Array = NDArray[Any]

STATES = (
    "no edge",
    "one edge, weak",
    "one edge, strong",
    "two edges, 1 1",
    "two edges, 1 2+",
    "two edges, 2+ 2+",
    "open triangle, 1 1 1",
    "open triangle, 1 1 2+",
    "open triangle, 1 2+ 2+",
    "open triangle, 2+ 2+ 2+",
    "closed",
)


@dataclass(frozen=True)
class Lifecycles:
    """Changes of state of the triples of nodes that are triangles of the projected graph in the end.

    Attributes
    ----------
    states : tuple of str of length 11
    closing : ndarray of shape (11, 11), int64
        Entry (i, j): how often a triple that closes went from state i to state j.
    open : ndarray of shape (11, 11), int64
        The same for triples that never close.
    """

    states: tuple[str, ...]
    closing: Array
    open: Array


def lifecycles(simplices: SimplexDataset) -> Lifecycles:
    """Follow every triangle of the projected graph through time, up to its closure [1]_.

    Parameters
    ----------
    simplices : SimplexDataset
        With times, in any order; simplices of equal time come in the order of the file.

    Returns
    -------
    Lifecycles

    Raises
    ------
    TypeError, ValueError, MemoryBudgetError
        As `closure_counts`.

    Notes
    -----
    A triple begins without edges. Every simplex with exactly two of its nodes makes an edge, or makes a weak
    edge strong; the first simplex with all three closes it, whatever its state is then. An event that
    changes nothing, such as the third simplex of two nodes, is not counted. O(m d + sum of s^3) time for m
    edges of the projected graph, degeneracy d and simplices of s nodes.

    References
    ----------
    .. [1] A. R. Benson, R. Abebe, M. T. Schaub, A. Jadbabaie and J. Kleinberg, Simplicial closure and
       higher-order link prediction, PNAS 115(48), 2018, doi:10.1073/pnas.1800683115.

    Examples
    --------
    >>> from graphkit.simplicial import SimplexDataset
    >>> data = SimplexDataset("three", [0, 2, 4, 7], [0, 1, 1, 2, 0, 1, 2], times=[1, 2, 3])
    >>> found = lifecycles(data)
    >>> [(found.states[i], found.states[j]) for i, j in zip(*found.closing.nonzero())]
    [('no edge', 'one edge, weak'), ('one edge, weak', 'two edges, 1 1'), ('two edges, 1 1', 'closed')]
    """
    offsets, nodes, _ = ordered_simplices(simplices)
    n = int(simplices.n_nodes or 0)
    # Counting from the first appearance of each set of nodes is enough for closures, but not for edges.
    every = distinct_simplices(offsets, nodes, 0, len(offsets) - 1, n)
    projected = project(every)
    kept, entries = ranked(every, projected)
    triples = closed_triples(kept, entries)
    own_offsets, own_nodes = np.zeros_like(offsets), np.empty_like(nodes)
    to_ranks(offsets, nodes, projected.rank, own_offsets, own_nodes)
    own = list_entries(own_offsets, own_nodes, n)
    closing = np.empty(len(triples), np.int64)
    kernels.closing_places(
        own_offsets, own_nodes, np.arange(len(offsets) - 1), own.ptr, own.entry, own.simplex,
        triples.ptr, triples.second, triples.third, closing,
    )  # fmt: skip
    first, again = np.empty(projected.n_edges, np.int64), np.empty(projected.n_edges, np.int64)
    ahead = (projected.forward_ptr, projected.forward)
    kernels.appearances(own_offsets, own_nodes, own.ptr, own.entry, own.simplex, *ahead, first, again)
    moves = np.zeros((2, len(STATES), len(STATES)), np.int64)
    kernels.lifecycles(*ahead, first, again, triples.ptr, triples.second, triples.third, closing, moves)
    return Lifecycles(STATES, moves[1], moves[0])
