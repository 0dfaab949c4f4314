"""HiGCN by its formula: dense Laplacians, and every power by itself."""

import numpy as np

from oracle.simplicial import cliques, faces, petal_laplacian


def laplacians(n, max_order, edges=None, simplices=None):
    """L_1, ..., L_P of the cliques of a graph, or of a complex."""
    found = []
    for order in range(1, max_order + 1):
        if simplices is None:
            members = cliques(n, edges, order + 1)
        else:
            members = faces(simplices, order + 1)
        found.append(petal_laplacian(n, members, order))
    return found


def page_rank(K, alpha):
    """First weights of a filter."""
    return np.array([alpha * (1 - alpha) ** k if k < K else (1 - alpha) ** K for k in range(K + 1)])


def convolution(x, matrices, maps, gamma):
    """Z_p = sum_k gamma[p, k] L_p^k (x W_p^T + b_p) of every order, side by side."""
    found = []
    for matrix, (weight, bias), coefficients in zip(matrices, maps, gamma, strict=True):
        signal = x @ weight.T + bias
        powers = [np.linalg.matrix_power(matrix, k) for k in range(len(coefficients))]
        found.append(sum(c * power @ signal for c, power in zip(coefficients, powers, strict=True)))
    return np.concatenate(found, axis=1)
