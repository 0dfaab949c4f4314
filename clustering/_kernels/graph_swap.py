"""FasterPAM on a graph: every search stops where it can change nothing, so no row of distances is computed.

Names are those of `clustering._kernels.swap`. A candidate j counts for an object o only if d(j, o) < d2(o).
Along a path from o to p the distance to the second medoid grows by no more than the length of the path, and
the distance to j by just that if the shortest path from j to p leads through o. So where d(j, o) >= d2(o),
nothing beyond o counts either, and a search from j need not go on from there. It visits about 2n/k nodes.

Graphs are undirected, in CSR form; `lengths` is empty if every edge is of length 1. `limit` is the distance
of nodes without a path, infinity if there are none; no distance exceeds it.
"""

import numpy as np
from numba import njit

_CLOSE = 1e-9  # of the loss: changes this near to a gain are summed again, in the order of the objects


@njit(cache=True)
def distances_from(indptr, indices, lengths, source, limit, row):
    """Write the distances from `source` to all nodes into `row`."""
    n = row.size
    row[:] = np.inf
    bound = np.full(n, limit)
    reached, heap, place = np.empty(n, np.int64), np.empty(n, np.int64), np.full(n, -1)
    _search(indptr, indices, lengths, source, bound, row, reached, heap, place)
    row[:] = np.minimum(row, limit)


@njit(cache=True)
def distance_sums(indptr, indices, lengths, weights, limit, start, stop, sums):
    """Write the weighted sums of the distances from the nodes ``[start, stop)`` to all nodes."""
    row = np.empty(weights.size)
    for j in range(start, stop):
        distances_from(indptr, indices, lengths, j, limit, row)
        total = 0.0
        for o in range(row.size):
            total += weights[o] * row[o]
        sums[j] = total


@njit(cache=True)
def assign(indptr, indices, lengths, medoids, limit, nearest, second, d1, d2):
    """Find the two nearest medoids of every node, of at least two; equal distances go to the lower slot."""
    n = nearest.size
    nearest[:], second[:] = 0, 1
    d1[:], d2[:] = limit, limit
    distance, place = np.full(n, np.inf), np.full(n, -1)
    reached, heap = np.empty(n, np.int64), np.empty(n, np.int64)
    for s in range(medoids.size):
        count = _search(indptr, indices, lengths, medoids[s], d2, distance, reached, heap, place)
        _insert(s, reached, count, distance, nearest, second, d1, d2)


@njit(cache=True)
def labels_of(indptr, indices, lengths, medoids, limit, labels, d1):
    """Write slot and distance of the nearest medoid: the lowest of equals, its own for a medoid."""
    n = labels.size
    labels[:] = 0
    d1[:] = limit
    distance, place = np.full(n, np.inf), np.full(n, -1)
    reached, heap = np.empty(n, np.int64), np.empty(n, np.int64)
    for s in range(medoids.size):
        count = _search(indptr, indices, lengths, medoids[s], d1, distance, reached, heap, place)
        for i in range(count):
            o = reached[i]
            labels[o], d1[o] = s, distance[o]
            distance[o] = np.inf
    for s in range(medoids.size):
        labels[medoids[s]], d1[medoids[s]] = s, 0.0


@njit(cache=True)
def losses(nearest, d1, d2, weights, removal):
    """Return the loss, summed in order, and write the cost of giving up each slot into `removal`. O(n)."""
    removal[:] = 0.0
    loss = 0.0
    for o in range(nearest.size):
        loss += weights[o] * d1[o]
        removal[nearest[o]] += weights[o] * (d2[o] - d1[o])
    return loss


@njit(cache=True)
def eager(
    indptr, indices, lengths, order, start, stop, last, medoids, barred, nearest, second, d1, d2, weights,
    removal, loss, n_fixed, epsilon, limit,
):  # fmt: skip
    """Visit the candidates ``order[start:stop]``; swap each that helps at once, into its best slot.

    Arguments and results are those of `clustering._kernels.swap.eager`, for a graph instead of a matrix.
    """
    n = nearest.size
    change = np.empty_like(removal)
    distance, place = np.full(n, np.inf), np.full(n, -1)
    reached, heap = np.empty(n, np.int64), np.empty(n, np.int64)
    n_swaps = 0
    for position in range(start, stop):
        j = order[position]
        if j == last:
            return n_swaps, last, True, loss
        if barred[j]:
            continue
        count = _search(indptr, indices, lengths, j, d2, distance, reached, heap, place)
        state = (distance, nearest, d1, d2, weights, removal, n_fixed, change)
        delta, slot = _evaluate(reached[:count], *state)
        if delta < _CLOSE * loss:
            delta, slot = _evaluate(np.sort(reached[:count]), *state)
        for i in range(count):
            distance[reached[i]] = np.inf
        if not delta < -epsilon * loss:
            continue
        before = (nearest.copy(), second.copy(), d1.copy(), d2.copy())
        _remove(indptr, indices, lengths, slot, medoids, limit, nearest, second, d1, d2, reached, heap, place)
        count = _search(indptr, indices, lengths, j, d2, distance, reached, heap, place)
        _insert(slot, reached, count, distance, nearest, second, d1, d2)
        after = losses(nearest, d1, d2, weights, removal)
        if after < loss:
            loss, last = after, j
            replaced = medoids[slot]
            barred[replaced] = weights[replaced] == 0
            barred[j] = True
            medoids[slot] = j
            n_swaps += 1
        else:
            nearest[:], second[:], d1[:], d2[:] = before
            loss = losses(nearest, d1, d2, weights, removal)
    return n_swaps, last, False, loss


@njit(cache=True)
def _evaluate(objects, distance, nearest, d1, d2, weights, removal, n_fixed, change):
    """Return the change of the loss by a candidate in its best slot, and that slot; see `swap.evaluate`."""
    change[:] = removal
    shared = 0.0
    for o in objects:
        d, a = distance[o], d1[o]
        shared += weights[o] * (min(d, a) - a)
        change[nearest[o]] += weights[o] * (max(d, a) - d2[o])
    slot = n_fixed
    for s in range(n_fixed + 1, change.size):
        if change[s] < change[slot]:
            slot = s
    return change[slot] + shared, slot


@njit(cache=True)
def _search(indptr, indices, lengths, source, bound, distance, reached, heap, place):
    """List the nodes nearer to `source` than their `bound`, in `reached`, and write their distances.

    Takes a `distance` that is infinite and a `place` that is -1 everywhere, and leaves `place` so. Breadth
    first for edges of length 1, else Dijkstra's algorithm.
    """
    if not bound[source] > 0:
        return 0
    distance[source] = 0.0
    count = 0
    if lengths.size == 0:
        reached[0], count, head = source, 1, 0
        while head < count:
            o = reached[head]
            head += 1
            d = distance[o] + 1.0
            for e in range(indptr[o], indptr[o + 1]):
                p = indices[e]
                if d < bound[p] and d < distance[p]:
                    distance[p] = d
                    reached[count] = p
                    count += 1
        return count
    size = _push(heap, place, distance, 0, source)
    while size > 0:
        o, size = _pop(heap, place, distance, size)
        reached[count] = o
        count += 1
        for e in range(indptr[o], indptr[o + 1]):
            p = indices[e]
            d = distance[o] + lengths[e]
            if d < bound[p] and d < distance[p]:
                distance[p] = d
                size = _push(heap, place, distance, size, p)
    return count


@njit(cache=True)
def _insert(slot, reached, count, distance, nearest, second, d1, d2):
    """Give `slot` to the nodes that a search from its medoid reached within `d2`; clear `distance`."""
    for i in range(count):
        o = reached[i]
        d = distance[o]
        distance[o] = np.inf
        if d < d1[o]:
            if nearest[o] != slot:
                second[o], d2[o] = nearest[o], d1[o]
            nearest[o], d1[o] = slot, d
        elif nearest[o] != slot:
            second[o], d2[o] = slot, d


@njit(cache=True)
def _remove(indptr, indices, lengths, slot, medoids, limit, nearest, second, d1, d2, affected, heap, place):
    """Take the medoid of `slot` away from all nodes.

    A node that loses its nearest medoid falls to its second. Each that loses either needs a second medoid
    anew: found from its neighbours, the nearest such node first. Where there is none, it is `slot` at the
    distance `limit`, until the new medoid comes.
    """
    count = 0
    for o in range(nearest.size):
        if nearest[o] == slot:
            nearest[o], d1[o] = second[o], d2[o]
        elif second[o] != slot:
            continue
        second[o], d2[o] = slot, limit
        affected[count] = o
        count += 1
    size = 0
    for s in range(medoids.size):
        # A medoid that lies at distance zero from two others may not have been its own second.
        m = medoids[s]
        if s != slot and second[m] == slot and nearest[m] != s:
            second[m], d2[m] = s, 0.0
            size = _push(heap, place, d2, size, m)
    for i in range(count):
        o = affected[i]
        for e in range(indptr[o], indptr[o + 1]):
            u = indices[e]
            length = lengths[e] if lengths.size > 0 else 1.0
            if nearest[u] != nearest[o]:
                d, s = d1[u] + length, nearest[u]
            else:
                d, s = d2[u] + length, second[u]
            if d < d2[o]:
                second[o], d2[o] = s, d
                size = _push(heap, place, d2, size, o)
    while size > 0:
        o, size = _pop(heap, place, d2, size)
        for e in range(indptr[o], indptr[o + 1]):
            p = indices[e]
            d = d2[o] + (lengths[e] if lengths.size > 0 else 1.0)
            # Where the nearest medoids differ, that of o has been offered to p above.
            if nearest[p] == nearest[o] and d < d2[p]:
                second[p], d2[p] = second[o], d
                size = _push(heap, place, d2, size, p)


@njit(cache=True)
def _push(heap, place, key, size, node):
    """Put `node` into the heap, or up after its key fell; return the size."""
    i = place[node]
    if i < 0:
        i = size
        size += 1
    while i > 0:
        parent = (i - 1) // 2
        if key[heap[parent]] <= key[node]:
            break
        heap[i] = heap[parent]
        place[heap[i]] = i
        i = parent
    heap[i], place[node] = node, i
    return size


@njit(cache=True)
def _pop(heap, place, key, size):
    """Take the node with the smallest key from the heap; return it and the size."""
    top = heap[0]
    place[top] = -1
    size -= 1
    if size > 0:
        node, i = heap[size], 0
        while 2 * i + 1 < size:
            child = 2 * i + 1
            if child + 1 < size and key[heap[child + 1]] < key[heap[child]]:
                child += 1
            if key[heap[child]] >= key[node]:
                break
            heap[i] = heap[child]
            place[heap[i]] = i
            i = child
        heap[i], place[node] = node, i
    return top, size
