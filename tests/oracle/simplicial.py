"""Simplicial complexes by the definitions: sets of nodes, dense matrices."""

from itertools import combinations

import numpy as np


def cliques(n, edges, size):
    """Sets of `size` nodes that are pairwise joined, by trying all."""
    near = {frozenset(pair) for pair in edges if len(set(pair)) == 2}
    return [
        nodes
        for nodes in combinations(range(n), size)
        if all(frozenset(pair) in near for pair in combinations(nodes, 2))
    ]


def faces(simplices, size):
    """Subsets of `size` nodes of some simplices, sorted."""
    return sorted({face for simplex in simplices for face in combinations(sorted(simplex), size)})


def incidence(n, simplices):
    """Nodes by simplices, 1 where the node is in the simplex."""
    H = np.zeros((n, len(simplices)))
    for column, simplex in enumerate(simplices):
        H[list(simplex), column] = 1
    return H


def petal_laplacian(n, simplices, order):
    """L_p = D^(-1/2) H H^T D^(-1/2) / (p + 1), with zero rows where a node has no simplex."""
    H = incidence(n, simplices)
    degree = H.sum(axis=1)
    root = np.divide(1, np.sqrt(degree), out=np.zeros(n), where=degree > 0)
    return root[:, None] * (H @ H.T) * root[None, :] / (order + 1)


def boundary(lower, upper):
    """Facet without the k-th node gets the sign (-1)^k."""
    B = np.zeros((len(lower), len(upper)))
    for column, simplex in enumerate(upper):
        for k in range(len(simplex)):
            B[lower.index(simplex[:k] + simplex[k + 1 :]), column] = (-1) ** k
    return B
