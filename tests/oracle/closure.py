"""Simplicial closure by the definitions: every set of three or four nodes is looked at."""

import math
from collections import Counter
from itertools import combinations

import numpy as np


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


def neighbors(simplices):
    """Neighbours of every node in the projected graph."""
    near = {}
    for i, j in pair_weights(simplices):
        near.setdefault(i, set()).add(j)
        near.setdefault(j, set()).add(i)
    return near


def local_scores(triple, simplices):
    """The scores of edges and neighbourhoods of one triangle, by sets."""
    weights, near = pair_weights(simplices), neighbors(simplices)
    w = [weights[pair] for pair in combinations(triple, 2)]
    degrees = [len(near[node]) for node in triple]
    copies = [sum(node in simplex for simplex in simplices) for node in triple]
    common = set.intersection(*(near[node] for node in triple))
    return {
        "harmonic": 3 / sum(1 / x for x in w),
        "geometric": math.prod(w) ** (1 / 3),
        "arithmetic": sum(w) / 3,
        "common": len(common),
        "jaccard": len(common) / len(set.union(*(near[node] for node in triple))),
        "adamic-adar": sum(1 / math.log(len(near[node])) for node in common),
        "preferential": math.prod(degrees),
        "preferential-simplex": math.prod(copies),
    }


def adjacency(n, simplices, weighted):
    """Dense projected graph."""
    W = np.zeros((n, n))
    for (i, j), weight in pair_weights(simplices).items():
        W[i, j] = W[j, i] = weight if weighted else 1
    return W


def katz(W):
    """(I - b W)^-1 - I."""
    b = min(0.25 / np.linalg.svd(W, compute_uv=False)[0], 0.5)
    return np.linalg.inv(np.eye(len(W)) - b * W) - np.eye(len(W))


def pagerank(W):
    """0.15 (I - 0.85 W D^-1)^-1."""
    degree = W.sum(axis=0)
    scaled = W @ np.diag(np.divide(1, degree, out=np.zeros(len(W)), where=degree > 0))
    return 0.15 * np.linalg.inv(np.eye(len(W)) - 0.85 * scaled)


def simplicial_pagerank(n, simplices):
    """Edges, b (b I + (B1 B1^T + B2^T B2) D^-1)^-1, gradient and curl; edges go to the larger number."""
    edges = sorted(pair_weights(simplices))
    near, triples = neighbors(simplices), sorted(triple_counts(simplices))
    gradient, curl = np.zeros((len(edges), n)), np.zeros((len(triples), len(edges)))
    for row, (i, j) in enumerate(edges):
        gradient[row, [i, j]] = -1, 1
    for row, (i, j, k) in enumerate(triples):
        curl[row, [edges.index((i, j)), edges.index((i, k)), edges.index((j, k))]] = 1, -1, 1
    D = np.array([len(near[i]) + len(near[j]) for i, j in edges]) + np.abs(curl).sum(axis=0)
    b = 1 / 0.85 - 1
    L = (gradient @ gradient.T + curl.T @ curl) @ np.diag(1 / D)
    return edges, b * np.linalg.inv(b * np.eye(len(edges)) + L), gradient, curl
