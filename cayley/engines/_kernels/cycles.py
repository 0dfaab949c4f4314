"""Kernels that look for shortest cycles in a table of neighbours. See `cayley.spectra`."""

from numba import njit
from numpy import empty, full, int64


@njit(cache=True, nogil=True)
def shortest_cycle(neighbors, roots, best):
    """Least length of a closed walk that a search from one of the roots proves to hold a cycle.

    The graph is undirected; loops and repeated edges count as none. For a root on a shortest cycle it is the
    length of that cycle, and it is never less. `best` is a length above which nothing is of interest.
    """
    n = neighbors.shape[0]
    distance, parent = full(n, int64(-1)), full(n, int64(-1))
    queue = empty(n, int64)
    for root in roots:
        queue[0] = root
        distance[root], parent[root] = 0, -1
        n_queued, head = 1, 0
        while head < n_queued and 2 * distance[queue[head]] + 1 < best:
            v = queue[head]
            head += 1
            for w in neighbors[v]:
                if w == v or w == parent[v]:
                    continue
                if distance[w] < 0:
                    distance[w], parent[w] = distance[v] + 1, v
                    queue[n_queued] = w
                    n_queued += 1
                elif distance[w] >= distance[v] and parent[w] != v:
                    best = min(best, distance[v] + distance[w] + 1)
        for i in range(n_queued):
            distance[queue[i]] = -1
    return best


@njit(cache=True, nogil=True)
def shortest_directed_cycle(neighbors, roots, best):
    """Least length of a directed cycle through one of the roots, if it is less than `best`; else `best`."""
    n = neighbors.shape[0]
    distance = full(n, int64(-1))
    queue = empty(n, int64)
    for root in roots:
        queue[0] = root
        distance[root] = 0
        n_queued, head = 1, 0
        while head < n_queued and distance[queue[head]] + 1 < best:
            v = queue[head]
            head += 1
            for w in neighbors[v]:
                if w == root:
                    best = distance[v] + 1
                elif distance[w] < 0:
                    distance[w] = distance[v] + 1
                    queue[n_queued] = w
                    n_queued += 1
        for i in range(n_queued):
            distance[queue[i]] = -1
    return best
