"""PAM as published: the change by each pair of candidate and slot is summed on its own; and by alternation.

The swap search is that of Kaufman and Rousseeuw, Finding Groups in Data, 1990, chapter 2,
doi:10.1002/9780470316801.ch2. Names are those of `swap`.
"""

from numba import njit


@njit(cache=True)
def best_swap(D, barred, nearest, d1, d2, weights, n_fixed, k, start, stop):
    """Return the best swap of the candidates in ``[start, stop)``: change, candidate (-1 if none) and slot.

    Of equals, the lowest candidate, then the lowest slot. O(k n) per candidate.
    """
    kind = weights.dtype.type
    best, best_candidate, best_slot = kind(0), -1, -1
    for j in range(start, stop):
        if barred[j]:
            continue
        row = D[j]
        for s in range(n_fixed, k):
            delta = kind(0)
            for o in range(row.size):
                d = row[o]
                if nearest[o] == s:
                    after = d if d < d2[o] else d2[o]
                    delta += weights[o] * (kind(after) - kind(d1[o]))
                elif d < d1[o]:
                    delta += weights[o] * (kind(d) - kind(d1[o]))
            if best_candidate < 0 or delta < best:
                best, best_candidate, best_slot = delta, j, s
    return best, best_candidate, best_slot


@njit(cache=True)
def centres_of_clusters(D, members, bounds, medoids, barred, weights, n_fixed):
    """Replace the medoid of each cluster by the member with the smallest sum of distances to the others.

    The medoid stays unless another one is better; of equals, the lowest index. Changes `medoids`.
    O(n^2 / k) when the clusters are of similar size.

    Parameters
    ----------
    members, bounds : ndarray
        ``members[bounds[s]:bounds[s + 1]]`` are the objects of slot s, in ascending order.
    """
    kind = weights.dtype.type
    for s in range(n_fixed, medoids.size):
        cluster = members[bounds[s] : bounds[s + 1]]
        best, best_sum = medoids[s], kind(0)
        row = D[best]
        for o in cluster:
            best_sum += weights[o] * kind(row[o])
        for j in cluster:
            if not barred[j]:
                row = D[j]
                around = kind(0)
                for o in cluster:
                    around += weights[o] * kind(row[o])
                if around < best_sum:
                    best, best_sum = j, around
        medoids[s] = best
