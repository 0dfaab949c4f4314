"""k-medoids by definition: every loss is summed anew, nothing is kept between steps.

Sums are exact: Python integers, or `math.fsum`, which rounds once.
"""

import math

import numpy as np


def total(values):
    return sum(int(v) for v in values) if np.asarray(values).dtype.kind in "iu" else math.fsum(values)


def loss(D, medoids):
    return total(np.asarray(D)[:, list(medoids)].min(axis=1))


def repeated(D, weights):
    """Distances between samples that come as often as their weights say, and which sample each one is."""
    which = np.repeat(np.arange(len(D)), weights)
    return np.asarray(D)[np.ix_(which, which)], which


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


def best_in_slot(D, medoids, j):
    """Slot in which candidate `j` serves best, the lowest of equals, and the loss then."""
    losses = [loss(D, [*medoids[:slot], j, *medoids[slot + 1 :]]) for slot in range(len(medoids))]
    return losses.index(min(losses)), min(losses)


def fasterpam(D, medoids, order=None, max_passes=math.inf):
    """Perform each swap that lowers the loss at once, until all candidates since the last one were in vain.

    Returns the medoids, the number of passes and the number of swaps.
    """
    medoids = [int(m) for m in medoids]
    order = range(len(D)) if order is None else order
    passes, swaps, last = 0, 0, None
    while passes < max_passes:
        passes += 1
        before = swaps
        for j in order:
            if j == last:
                return medoids, passes, swaps
            if j not in medoids:
                slot, candidate = best_in_slot(D, medoids, j)
                if candidate < loss(D, medoids):
                    medoids[slot], last, swaps = j, j, swaps + 1
        if swaps == before:
            break
    return medoids, passes, swaps


def fastpam2(D, medoids):
    """In each pass find the best candidate of every slot, and perform those that still help, best first.

    Returns the medoids, the number of passes and the number of swaps.
    """
    medoids = [int(m) for m in medoids]
    passes = swaps = 0
    while True:
        passes += 1
        found = [
            (loss(D, [*medoids[:slot], j, *medoids[slot + 1 :]]), slot, j)
            for slot in range(len(medoids))
            for j in range(len(D))
            if j not in medoids
        ]
        best = sorted(min(t for t in found if t[1] == slot) for slot in range(len(medoids))) if found else []
        before = swaps
        for _, slot, j in sorted(best, key=lambda t: (t[0], t[2], t[1])):
            swapped = [*medoids[:slot], j, *medoids[slot + 1 :]]
            if j not in medoids and loss(D, swapped) < loss(D, medoids):
                medoids, swaps = swapped, swaps + 1
        if swaps == before:
            return medoids, passes, swaps


def alternating(D, medoids):
    """Move every medoid to the best member of its cluster while the loss falls; the medoid stays in ties.

    Returns the medoids and the number of passes.
    """
    medoids, passes = [int(m) for m in medoids], 0
    while True:
        passes += 1
        own = labels(D, medoids)
        moved = []
        for slot, m in enumerate(medoids):
            members = np.flatnonzero(own == slot)
            around = {int(j): total(np.asarray(D)[j, members]) for j in members}
            best = min(around, key=lambda j: (around[j], j))
            moved.append(best if around[best] < around[m] else m)
        if not loss(D, moved) < loss(D, medoids):
            return medoids, passes
        medoids = moved


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


def is_local_optimum(D, medoids, n_fixed=0):
    """Whether no swap of a medoid behind the fixed ones lowers the loss."""
    now = loss(D, medoids)
    return all(
        best_in_slots(D, medoids, j, range(n_fixed, len(medoids))) >= now
        for j in range(len(D))
        if j not in medoids
    )


def best_in_slots(D, medoids, j, slots):
    """Lowest loss with candidate `j` in one of some slots."""
    return min((loss(D, [*medoids[:s], j, *medoids[s + 1 :]]) for s in slots), default=math.inf)


def clarans(D, k, seeds, limit, pairs):
    """Restarts from random medoids; neighbours of a streak are drawn at once, without repetition."""
    best = None
    for seed in seeds:
        rng = np.random.default_rng(seed)
        medoids = [int(m) for m in rng.choice(len(D), k, replace=False)]
        moved = True
        while moved:
            moved = False
            others = [j for j in range(len(D)) if j not in medoids]
            n_choices = len(others) * (k if pairs else 1)
            for choice in rng.choice(n_choices, min(limit, n_choices), replace=False):
                j, slot = (others[choice // k], choice % k) if pairs else (others[choice], None)
                if slot is None:
                    slot = best_in_slot(D, medoids, j)[0]
                swapped = [*medoids[:slot], j, *medoids[slot + 1 :]]
                if loss(D, swapped) < loss(D, medoids):
                    medoids, moved = swapped, True
                    break
        if best is None or loss(D, medoids) < loss(D, best):
            best = medoids
    return best


def clara(D, k, seeds, size):
    """Samples that hold the best medoids so far, BUILD and FasterPAM in each; losses on all data compared."""
    best = None
    for seed in seeds:
        rng = np.random.default_rng(seed)
        carried = [] if best is None else best
        others = np.setdiff1d(np.arange(len(D)), carried)
        drawn = others[rng.choice(len(others), min(size, len(D)) - len(carried), replace=False)]
        sample = sorted([*carried, *(int(j) for j in drawn)])
        part = np.asarray(D)[np.ix_(sample, sample)]
        medoids = [sample[i] for i in fasterpam(part, build(part, k))[0]]
        if best is None or loss(D, medoids) < loss(D, best):
            best = medoids
    return best
