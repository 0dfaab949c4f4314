"""Silhouettes by definition, and searches that score every swap from scratch."""

import math

import numpy as np

from oracle.kmedoids import labels as nearest_medoids


def silhouettes(D, labels):
    """Compare the mean distance within the own cluster with the smallest mean distance to another one."""
    D, labels = np.asarray(D, dtype=np.float64), list(labels)
    values = []
    for o, own in enumerate(labels):
        means = {}
        for c in sorted(set(labels)):
            members = [i for i, label in enumerate(labels) if label == c and i != o]
            means[c] = math.fsum(D[o, members]) / len(members) if members else None
        a = means.pop(own)
        b = min(means.values())
        values.append(0.0 if a is None or max(a, b) == 0 else (b - a) / max(a, b))
    return values


def silhouette_of_medoids(D, medoids):
    return math.fsum(silhouettes(D, nearest_medoids(D, medoids))) / len(D)


def medoid_silhouettes(D, medoids):
    values = []
    for o in range(len(D)):
        d1, d2 = sorted(float(D[o, m]) for m in medoids)[:2]
        values.append(1 - d1 / d2 if d1 > 0 else 1.0)
    return values


def medoid_silhouette(D, medoids):
    return math.fsum(medoid_silhouettes(D, medoids)) / len(D)


def swaps(D, medoids, n_fixed=0):
    """All sets of medoids that are one swap away: candidate, slot, medoids."""
    medoids = list(medoids)
    for j in range(len(D)):
        for slot in range(n_fixed, len(medoids)):
            if j not in medoids:
                yield j, slot, [*medoids[:slot], j, *medoids[slot + 1 :]]


def best_score(D, medoids, score, n_fixed=0):
    """Score after the best swap; that without a swap where there is none."""
    scores = [score(D, swapped) for _, _, swapped in swaps(D, medoids, n_fixed)]
    return max(scores, default=score(D, medoids))


def eager(D, medoids, order, score=medoid_silhouette, least=1e-12):
    """Swap every candidate that helps into its best slot at once, until none does."""
    medoids = [int(m) for m in medoids]
    unsuccessful = 0
    while unsuccessful < len(D):
        for j in order:
            now, unsuccessful = score(D, medoids), unsuccessful + 1
            scores = [score(D, after) for i, _, after in swaps(D, medoids) if i == j]
            if scores and max(scores) > now + least:
                medoids[int(np.argmax(scores))], unsuccessful = int(j), 0
    return medoids
