"""Kernels of the lifecycles of triangles; triples and ranks are those of `closure`."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[Any]

NEVER = np.int64(2**62)


@njit(cache=True)
def closing_places(
    offsets: Array,
    nodes: Array,
    place: Array,
    ptr: Array,
    entry: Array,
    simplex: Array,
    triple_ptr: Array,
    second: Array,
    third: Array,
    closing: Array,
) -> None:
    """Find for every triple the smallest place of a simplex that contains it."""
    n = ptr.size - 1
    slot = np.full(n, -1, np.int64)
    later = np.empty(n, np.int64)
    for a in range(n):
        if triple_ptr[a] == triple_ptr[a + 1]:
            continue
        size = 0
        for k in range(ptr[a], ptr[a + 1]):
            for p in range(entry[k] + 1, offsets[simplex[k] + 1]):
                if slot[nodes[p]] < 0:
                    slot[nodes[p]] = size
                    later[size] = nodes[p]
                    size += 1
        earliest = np.full((size, size), NEVER)
        for k in range(ptr[a], ptr[a + 1]):
            end = offsets[simplex[k] + 1]
            when = place[simplex[k]]
            for p in range(entry[k] + 1, end):
                x = slot[nodes[p]]
                for q in range(p + 1, end):
                    y = slot[nodes[q]]
                    if when < earliest[x, y]:
                        earliest[x, y] = when
        for t in range(triple_ptr[a], triple_ptr[a + 1]):
            closing[t] = earliest[slot[second[t]], slot[third[t]]]
        for x in range(size):
            slot[later[x]] = -1


@njit(cache=True)
def appearances(
    offsets: Array,
    nodes: Array,
    ptr: Array,
    entry: Array,
    simplex: Array,
    forward_ptr: Array,
    forward: Array,
    first: Array,
    again: Array,
) -> None:
    """Find the first and the second simplex of every edge of the projected graph; simplices are in order."""
    n = ptr.size - 1
    slot = np.full(n, -1, np.int64)
    for a in range(n):
        for k in range(forward_ptr[a], forward_ptr[a + 1]):
            slot[forward[k]] = k
            first[k] = NEVER
            again[k] = NEVER
        for k in range(ptr[a], ptr[a + 1]):
            s = simplex[k]
            for p in range(entry[k] + 1, offsets[s + 1]):
                e = slot[nodes[p]]
                if first[e] == NEVER:
                    first[e] = s
                elif again[e] == NEVER:
                    again[e] = s


@njit(cache=True)
def _state(ab: int, ac: int, bc: int) -> int:
    """Return the number of a configuration, see STATES in `graphkit.simplicial._lifecycles`."""
    strong = (ab > 1) + (ac > 1) + (bc > 1)
    weak = (ab == 1) + (ac == 1) + (bc == 1)
    edges = strong + weak
    if edges == 0:
        return 0
    if edges == 1:
        return 1 + strong
    return 3 + strong if edges == 2 else 6 + strong


@njit(cache=True)
def _walk(events: Array, which: Array, until: int, moves: Array) -> None:
    """Count the changes of state of one triple until it closes, if it does."""
    times = np.zeros(3, np.int64)
    state = 0
    for _ in range(6):
        best = -1
        for k in range(6):
            if events[k] < until and (best < 0 or events[k] < events[best]):
                best = k
        if best < 0:
            break
        events[best] = NEVER
        times[which[best]] += 1
        after = _state(times[0], times[1], times[2])
        moves[state, after] += 1
        state = after
    if until < NEVER:
        moves[state, 10] += 1


@njit(cache=True)
def lifecycles(
    forward_ptr: Array,
    forward: Array,
    first: Array,
    again: Array,
    triple_ptr: Array,
    second: Array,
    third: Array,
    closing: Array,
    moves: Array,
) -> None:
    """Count the changes of state of triangles: `moves[0]` of those that stay open, `moves[1]` of others."""
    n = forward_ptr.size - 1
    slot = np.full(n, -1, np.int64)
    events = np.empty(6, np.int64)
    which = np.array([0, 0, 1, 1, 2, 2])
    for a in range(n):
        start, end = forward_ptr[a], forward_ptr[a + 1]
        if end - start < 2:
            continue
        closed, last = triple_ptr[a], triple_ptr[a + 1]
        for k in range(start, end):
            slot[forward[k]] = k
        for k in range(start, end):
            b = forward[k]
            for q in range(forward_ptr[b], forward_ptr[b + 1]):
                c = forward[q]
                e = slot[c]
                if e < 0:
                    continue
                until = NEVER
                if closed < last and second[closed] == b and third[closed] == c:
                    until = closing[closed]
                    closed += 1
                events[0], events[1] = first[k], again[k]
                events[2], events[3] = first[e], again[e]
                events[4], events[5] = first[q], again[q]
                _walk(events, which, until, moves[1 if until < NEVER else 0])
        for k in range(start, end):
            slot[forward[k]] = -1
