"""Simplicial closure by the definitions: every set of three or four nodes is looked at."""

from collections import Counter
from itertools import combinations


def pair_weights(simplices):
    """In how many simplices every pair of nodes is."""
    return Counter(pair for simplex in simplices for pair in combinations(sorted(simplex), 2))


def triple_counts(simplices):
    """In how many simplices every triple of nodes is."""
    return Counter(triple for simplex in simplices for triple in combinations(sorted(simplex), 3))


def is_closed(nodes, simplices):
    """Whether some simplex has all these nodes."""
    return any(set(nodes) <= set(simplex) for simplex in simplices)


def counts3(old, new):
    """Configuration of three ties to [open instances, how many close]."""
    weights = pair_weights(old)
    found = {}
    for nodes in combinations(sorted({node for simplex in old for node in simplex}), 3):
        if not is_closed(nodes, old):
            key = tuple(sorted(min(weights[pair], 2) for pair in combinations(nodes, 2)))
            entry = found.setdefault(key, [0, 0])
            entry[0] += 1
            entry[1] += is_closed(nodes, new)
    return found


def counts4(old, new):
    """Configuration of four triples to [open instances, how many close], where there is a triangle."""
    weights, triples = pair_weights(old), triple_counts(old)
    found = {}
    for nodes in combinations(sorted({node for simplex in old for node in simplex}), 4):
        is_edge = {pair: weights[pair] > 0 for pair in combinations(nodes, 2)}
        triangles = [t for t in combinations(nodes, 3) if all(is_edge[pair] for pair in combinations(t, 2))]
        if triangles and not is_closed(nodes, old):
            strengths = sorted(min(triples[triple], 2) for triple in triangles)
            gap = {6: (), 5: (-1, -1), 4: (-2, -2, -2), 3: (-3, -3, -3)}[sum(is_edge.values())]
            entry = found.setdefault((*gap, *strengths), [0, 0])
            entry[0] += 1
            entry[1] += is_closed(nodes, new)
    return found


def lifecycle(nodes, simplices):
    """States of three nodes, as the sorted capped weights of their pairs, up to "closed"."""
    weights = dict.fromkeys(combinations(nodes, 2), 0)
    states = [(0, 0, 0)]
    for simplex in simplices:
        present = tuple(node for node in nodes if node in simplex)
        if len(present) == 3:
            return [*states, "closed"]
        if len(present) == 2:
            weights[present] += 1
            state = tuple(sorted(min(weight, 2) for weight in weights.values()))
            if state != states[-1]:
                states.append(state)
    return states


def open_triangles(simplices):
    """Triangles of the projected graph whose nodes are in no simplex together, sorted."""
    weights = pair_weights(simplices)
    nodes = sorted({node for simplex in simplices for node in simplex})
    return [
        triple
        for triple in combinations(nodes, 3)
        if all(weights[pair] for pair in combinations(triple, 2)) and not is_closed(triple, simplices)
    ]
