"""Kernels for generator sets of S_n up to conjugacy. A permutation is its number in lexicographic order.

An *element* stands for a permutation, or in the undirected case for a permutation and its inverse, of which
it has the smaller number.
"""

import numpy as np
from numba import njit


@njit(cache=True)
def rank(p):
    """Find the number of a permutation in lexicographic order."""
    n = len(p)
    found = 0
    for i in range(n):
        smaller = 0
        for j in range(i + 1, n):
            smaller += p[j] < p[i]
        found = found * (n - i) + smaller
    return found


@njit(cache=True)
def inverses(perms):
    """Find the number of the inverse of each permutation."""
    count, n = perms.shape
    found = np.empty(count, np.int32)
    inverse = np.empty(n, np.uint8)
    for x in range(count):
        for i in range(n):
            inverse[perms[x, i]] = i
        found[x] = rank(inverse)
    return found


@njit(cache=True)
def conjugate(u, x, element, image):
    """Element of u x u^-1. `element` maps permutations to elements; `image` is scratch."""
    for i in range(len(u)):
        image[u[i]] = u[x[i]]
    return element[rank(image)]


@njit(cache=True)
def conjugators(perms, element, lead):
    """For each element of the class of `lead` a permutation that takes it there, else -1."""
    count, n = perms.shape
    found = np.full(count, -1, np.int32)
    inverse = np.empty(n, np.uint8)
    image = np.empty(n, np.uint8)
    for t in range(count):
        for i in range(n):
            inverse[perms[t, i]] = i
        x = conjugate(inverse, perms[lead], element, image)
        if found[x] < 0:
            found[x] = t
    return found


@njit(cache=True)
def stabiliser(perms, element, lead):
    """Permutations that conjugate `lead` to itself, as an element."""
    count, n = perms.shape
    found = np.empty(count, np.int32)
    image = np.empty(n, np.uint8)
    size = 0
    for t in range(count):
        if conjugate(perms[t], perms[lead], element, image) == lead:
            found[size] = t
            size += 1
    return found[:size].copy()


@njit(cache=True)
def orbit_minima(perms, element, group):
    """For each element the least one in its orbit under conjugation by a group."""
    count, n = perms.shape
    least = np.full(count, -1, np.int32)
    image = np.empty(n, np.uint8)
    for x in range(count):
        if element[x] != x or least[x] >= 0:
            continue
        for t in group:
            least[conjugate(perms[t], perms[x], element, image)] = x
    return least


@njit(cache=True)
def are_canonical(perms, element, group, to_lead, sets):
    """Tell which sets are the least among their conjugates.

    Row i of `sets` starts with the lead; the others rise. A conjugate counts if it takes a member of the
    lead's class to the lead; they are compared by the other members in order.
    """
    count, k = sets.shape
    n = perms.shape[1]
    found = np.ones(count, np.bool_)
    u = np.empty(n, np.uint8)
    image = np.empty(n, np.uint8)
    others = np.empty(k - 1, np.int32)
    for row in range(count):
        members = sets[row]
        for i in range(k):
            first = to_lead[members[i]]
            if first < 0 or not found[row]:
                continue
            for t in group:
                for j in range(n):
                    u[j] = perms[t, perms[first, j]]
                size = 0
                for j in range(k):
                    if j != i:
                        others[size] = conjugate(u, perms[members[j]], element, image)
                        size += 1
                others.sort()
                if _is_less(others, members[1:]):
                    found[row] = False
                    break
    return found


@njit(cache=True)
def _is_less(a, b):
    for i in range(len(a)):
        if a[i] != b[i]:
            return a[i] < b[i]
    return False


@njit(cache=True)
def diameters(perms, sets, directed):
    """Diameter of the Cayley graph of what each set generates, and the order of that."""
    n_sets, k = sets.shape
    count, n = perms.shape
    n_moves = k if directed else 2 * k
    moves = np.empty((n_moves, count), np.int32)
    product = np.empty(n, np.uint8)
    known = np.full(k, -1, np.int64)
    found = np.empty((n_sets, 2), np.int64)
    queue = np.empty(count, np.int32)
    seen = np.empty(count, np.bool_)
    for row in range(n_sets):
        for i in range(k):
            g = sets[row, i]
            if g == known[i]:
                continue
            known[i] = g
            for x in range(count):
                for j in range(n):
                    product[j] = perms[x, perms[g, j]]
                y = rank(product)
                moves[i, x] = y
                if not directed:
                    moves[k + i, y] = x
        found[row, 0], found[row, 1] = _search(moves, queue, seen)
    return found


@njit(cache=True)
def _search(moves, queue, seen):
    """Breadth-first search from the identity: greatest distance and number of states."""
    seen[:] = False
    seen[0] = True
    queue[0] = 0
    begin, end, depth = 0, 1, 0
    while True:
        size = end
        for position in range(begin, end):
            x = queue[position]
            for i in range(moves.shape[0]):
                y = moves[i, x]
                if not seen[y]:
                    seen[y] = True
                    queue[size] = y
                    size += 1
        if size == end:
            return depth, end
        begin, end, depth = end, size, depth + 1
