"""Diameters of all generator sets of S_n, class by class under conjugation, by listing everything."""

from collections import Counter
from itertools import combinations, permutations

from oracle.cayley import growth


def inverse(p):
    return tuple(sorted(range(len(p)), key=p.__getitem__))


def conjugate(t, p):
    """t p t^-1."""
    image = [0] * len(p)
    for i in range(len(p)):
        image[t[i]] = t[p[i]]
    return tuple(image)


def classes(n, size, directed):
    """One list of generators, with inverses unless directed, for each class of sets."""
    everything = list(permutations(range(n)))
    members = {frozenset([p] if directed else [p, inverse(p)]) for p in everything[1:]}
    seen, found = set(), []
    for chosen in combinations(sorted(members, key=sorted), size):
        one = frozenset(chosen)
        if one in seen:
            continue
        seen |= {frozenset(frozenset(conjugate(t, p) for p in member) for member in one) for t in everything}
        found.append([p for member in chosen for p in sorted(member)])
    return found


def diameters(n, size, directed, order):
    """Number of classes that generate a group of this order, by diameter; and the number of all classes."""
    listed = classes(n, size, directed)
    sizes = [growth(generators) for generators in listed]
    return Counter(len(row) - 1 for row in sizes if sum(row) == order), len(listed)
