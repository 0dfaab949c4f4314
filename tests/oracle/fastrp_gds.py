"""FastRP as in Neo4j's Graph Data Science library, one node and one neighbour at a time, in float64."""

import math

import numpy as np

from oracle.fastrp import sparse_projection

SPARSITY = 3
PROPERTY_SALT = 0x6A09E667F3BCC909  # sets the seed of the property vectors apart from that of the nodes


def unit(vector):
    length = math.sqrt(sum(x * x for x in vector))
    return [x / length for x in vector] if length > 0 else list(vector)


def initial_vectors(S, seed, keys, d, strength, features=None, n_property=0):
    """Random vectors with entries 0 and +-degree^strength sqrt(3 / base), then the properties."""
    base = d - n_property
    R = sparse_projection(seed, keys, base, 1 / SPARSITY) if base else np.zeros((len(S), 0))
    if n_property:
        names = range(features.shape[1])
        P = sparse_projection(int(seed) ^ PROPERTY_SALT, names, n_property, 1 / SPARSITY)
    vectors = []
    for i in range(len(S)):
        degree = sum(1 for weight in S[i] if weight > 0)
        scaling = degree**strength if degree > 0 else 1.0
        vector = [scaling * x for x in R[i]]
        vector += [sum(features[i, f] * P[f, k] for f in names) for k in range(n_property)]
        vectors.append(vector)
    return vectors


def fastrp(S, vectors, iteration_weights, self_influence):
    """Sum of the weighted powers; every power averages unit vectors of the one before."""
    n, d = len(S), len(vectors[0])
    result = [[self_influence * x for x in unit(vector)] for vector in vectors]
    current = vectors
    for weight in iteration_weights:
        following = []
        for i in range(n):
            row = [0.0] * d
            for j in range(n):
                if S[i, j] > 0:
                    row = [x + S[i, j] * y for x, y in zip(row, current[j], strict=True)]
            following.append(unit(row))
        current = following
        result = [
            [x + weight * y for x, y in zip(total, row, strict=True)]
            for total, row in zip(result, current, strict=True)
        ]
    return np.array(result)
