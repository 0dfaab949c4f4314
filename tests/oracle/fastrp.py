"""FastRP step by step from the paper, with dense float64 matrices and Python integers."""

import math

import numpy as np

MASK = 2**64 - 1


def mix(x):
    """Finaliser of SplitMix64 (Steele, Lea, Flood 2014)."""
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB & MASK
    return x ^ (x >> 31)


def draws(seed, key):
    """Endless random 64-bit integers of one node."""
    golden = 0x9E3779B97F4A7C15
    state = mix(seed ^ mix(key + golden & MASK))
    while True:
        state = state + golden & MASK
        yield mix(state)


def uniform(bits):
    return ((bits >> 11) + 0.5) / 2**53


def sparse_projection(seed, keys, d, density):
    """Entries +-sqrt(1 / (density d)) with probability density / 2 each, by skips of geometric length."""
    R = np.zeros((len(keys), d))
    for i, key in enumerate(keys):
        column = -1
        for bits in draws(int(seed), int(key)):
            log_absent = math.log1p(-density) if density < 1 else -math.inf
            gap = math.log(uniform(bits)) / log_absent
            if column + 1 + gap >= d:
                break
            column += 1 + int(gap)
            R[i, column] = math.sqrt(1 / (density * d)) * (1 if bits & 1 else -1)
    return R


def gaussian_projection(seed, keys, d):
    """Normal entries of variance 1 / d (Box and Muller)."""
    R = np.zeros((len(keys), d + 1))
    for i, key in enumerate(keys):
        numbers = draws(int(seed), int(key))
        for k in range(0, d, 2):
            radius = math.sqrt(-2 * math.log(uniform(next(numbers))))
            angle = 2 * math.pi * uniform(next(numbers))
            R[i, k], R[i, k + 1] = radius * math.cos(angle), radius * math.sin(angle)
    return R[:, :d] / math.sqrt(d)


def powers(S, R, q, beta):
    """N_1 to N_q: A (L R), A N_1, ..."""
    degree = S.sum(axis=1)
    A = np.zeros_like(S)
    for i in range(len(S)):
        if degree[i] > 0:
            A[i] = S[i] / degree[i]
    scale = np.zeros(len(S))
    for j in range(len(S)):
        into = S[:, j][S[:, j] > 0]
        if degree[j] > 0:
            scale[j] = (degree[j] / S.sum()) ** beta
        elif len(into) > 0:  # the paper leaves this open: the mean weight of the in-edges
            scale[j] = (into.mean() / S.sum()) ** beta
    N = np.diag(scale) @ R
    result = []
    for _ in range(q):
        N = A @ N
        result.append(N)
    return result


def unit_rows(N):
    norms = np.linalg.norm(N, axis=1)
    return np.array([row / norm if norm > 0 else row for row, norm in zip(N, norms, strict=True)])


def standardize(N, informed):
    """Columns over the informed rows: mean 0, standard deviation 1; constant columns are centred."""
    N = N.astype(float)
    rows = N[informed]
    if len(rows) == 0:
        return N
    deviation = rows.std(axis=0)
    constant = deviation <= 1e-6 * np.sqrt((rows**2).mean(axis=0))
    N[informed] = (rows - rows.mean(axis=0)) / np.where(constant, 1, deviation)
    return N


def fastrp(S, R, weights, beta):
    """Weighted sum of the powers with unit rows, and the rows that some weighted power reaches."""
    chain = powers(S, R, len(weights), beta)
    N = sum(w * unit_rows(power) for w, power in zip(weights, chain, strict=True))
    informed = np.zeros(len(S), dtype=bool)
    for w, power in zip(weights, chain, strict=True):
        if w != 0:
            informed |= np.linalg.norm(power, axis=1) > 0
    return N, informed
