"""k-medoids by definition: every loss is summed anew, nothing is kept between steps.

Sums are exact: Python integers, or `math.fsum`, which rounds once.
"""

import math

import numpy as np


def total(values):
    return sum(int(v) for v in values) if np.asarray(values).dtype.kind in "iu" else math.fsum(values)


def loss(D, medoids):
    return total(np.asarray(D)[:, list(medoids)].min(axis=1))


def labels(D, medoids):
    """Slot of the nearest medoid, the lowest of equals; a medoid owns itself."""
    slots = np.asarray(D)[:, list(medoids)].argmin(axis=1)
    slots[list(medoids)] = range(len(medoids))
    return slots


def pam(D, medoids, max_swaps=math.inf):
    """Perform the best of all swaps while it lowers the loss: lowest candidate, then lowest slot of equals.

    Returns the medoids and the number of swaps.
    """
    medoids = [int(m) for m in medoids]
    swaps = 0
    while swaps < max_swaps:
        best_loss, best_swap = loss(D, medoids), None
        for j in range(len(D)):
            for slot in range(len(medoids)):
                if j not in medoids:
                    candidate = loss(D, [*medoids[:slot], j, *medoids[slot + 1 :]])
                    if candidate < best_loss:
                        best_loss, best_swap = candidate, (slot, j)
        if best_swap is None:
            break
        medoids[best_swap[0]] = best_swap[1]
        swaps += 1
    return medoids, swaps


def build(D, k):
    """Add the object that lowers the loss most, the lowest of equals; any unused one where none does."""
    medoids = []
    while len(medoids) < k:
        unused = [j for j in range(len(D)) if j not in medoids]
        medoids.append(min(unused, key=lambda j: loss(D, [*medoids, j])))
    return medoids


def lab(D, k, samples):
    """As BUILD, but pick i sees `samples[i]` only, both as candidates and as objects to be near to."""
    medoids = []
    for sample in samples[:k]:
        local = np.asarray(D)[np.ix_(sample, np.arange(len(D)))]
        medoids.append(min(sorted(sample), key=lambda j: total(local[:, [*medoids, j]].min(axis=1))))
    return medoids
