"""Where to draw the vertices of a small graph, and how to bend its edges."""

import numpy as np
from numpy.typing import NDArray

from cayley._elements import elements_of
from cayley._numbering import CayleyGraph
from cayley._packed import Ball, Budget, Packing
from cayley.definitions import Definition

_SWEEPS = 20  # over the circles
_ATTEMPTS = 30  # orders of the first circle


def has_more(definition: Definition, limit: int) -> bool:
    """Tell whether a graph has more than so many vertices, by a search that ends there."""
    elements = elements_of(definition)
    packing = Packing(definition, elements, compact=False)
    ball = Ball(packing, packing.pack(elements.start[None]), Budget(None))
    while ball.known.n <= limit and ball.sizes[-1] and ball.grow()[0]:
        pass
    return ball.known.n > limit


def on_circles(graph: CayleyGraph) -> NDArray[np.float64]:
    """Place the vertices on circles by distance, each near the mean direction of its neighbours.

    Several orders of the first circle are tried; the one with the shortest edges is taken.
    """
    n, m = graph.neighbors.shape
    source, target = np.repeat(np.arange(n), m), graph.neighbors.ravel().astype(np.int64)
    source, target = np.concatenate([source, target]), np.concatenate([target, source])
    order = np.argsort(target, kind="stable")
    order = order[source[order] != target[order]]
    source, target = source[order], target[order]
    bounds = np.concatenate([[0], np.cumsum(graph.growth)])
    radius = graph.distance.astype(float)
    draw = np.random.default_rng(0)
    best, least = np.zeros(n, complex), np.inf
    for attempt in range(max(1, min(_ATTEMPTS, 6000 // n))):
        first = np.arange(graph.growth[1] if n > 1 else 0)
        if attempt:  # the first one as it comes
            draw.shuffle(first)
        places = radius * np.exp(1j * _arrange(source, target, bounds, first))
        length = float((np.abs(places[source] - places[target]) ** 2).sum())
        if length < least:
            best, least = places, length
    return np.stack([best.real, best.imag], axis=1)


def _arrange(
    source: NDArray[np.int64],
    target: NDArray[np.int64],
    bounds: NDArray[np.int64],
    order: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Find the angles of the vertices for an order of the first circle.

    `target` ascends; circle d has the vertices ``bounds[d]`` to ``bounds[d + 1]``.
    """
    angle = np.zeros(bounds[-1])
    # First outward, by the neighbours before; then with regard to all neighbours.
    for sweep in range(_SWEEPS + 1):
        for d in range(1, len(bounds) - 1):
            size = bounds[d + 1] - bounds[d]
            if d == 1 and sweep == 0:
                angle[1 : size + 1] = 2 * np.pi * order / size
                continue
            part = slice(*np.searchsorted(target, bounds[d : d + 2]))
            near = source[part]
            # The start lies in no direction.
            weight = (near > 0) & ((sweep > 0) | (near < bounds[d]))
            pull = np.exp(1j * angle[near]) * weight
            rows = target[part] - bounds[d]
            direction = np.bincount(rows, pull.real, size) + 1j * np.bincount(rows, pull.imag, size)
            angle[bounds[d] : bounds[d + 1]] = _spread(np.angle(direction))
    return angle


def _spread(wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move angles apart: two thirds of the way to even gaps in the same order."""
    size = len(wanted)
    order = np.argsort(wanted % (2 * np.pi), kind="stable")
    even = 2 * np.pi * np.arange(size) / size
    even += np.angle(np.exp(1j * (wanted[order] - even)).sum())
    away = np.angle(np.exp(1j * (wanted[order] - even)))
    placed = np.empty(size)
    placed[order] = even + away / 3
    return placed


def curves(begin: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """Join points by curves between the straight line and the arc, which leave the centre free.

    Returns
    -------
    ndarray of shape (n, n_points, 2)
    """
    t = np.linspace(0, 1, 25)
    z, w = begin @ [1, 1j], end @ [1, 1j]
    # A curve from the start itself leaves in the direction of its end.
    first = np.where(z == 0, np.angle(w), np.angle(z))
    turn = np.where((z == 0) | (w == 0), 0.0, np.angle(w * np.conj(z)))
    radius = np.abs(z)[:, None] * (1 - t) + np.abs(w)[:, None] * t
    radius *= 1 - 0.5 * (1 - np.cos(turn / 2))[:, None] * np.sin(np.pi * t)
    points = radius * np.exp(1j * (first[:, None] + turn[:, None] * t))
    return np.stack([points.real, points.imag], axis=2)
