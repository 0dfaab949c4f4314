"""k-medoids by definition with weights and fixed medoids: every swap of every step is summed anew.

Weights and distances are integers, so all sums are exact. Draws are those that docstrings describe.
"""

import math
from dataclasses import dataclass

import numpy as np

NEVER = 2**40  # the loss of a swap that is not allowed


@dataclass(frozen=True)
class Case:
    """Candidates in rows, the objects that they serve in columns; by default all samples are both.

    `n_fixed` medoids, the first ones, stay. A candidate of weight zero is never swapped in.
    """

    rows: np.ndarray
    weights: np.ndarray
    may_enter: np.ndarray
    n_fixed: int = 0

    @classmethod
    def of(cls, D, weights=None, n_fixed=0):
        D = np.asarray(D)
        weights = np.ones(len(D), int) if weights is None else np.asarray(weights)
        return cls(D, weights, weights > 0, n_fixed)

    def loss(self, medoids):
        return int(self.rows[medoids].min(axis=0) @ self.weights)

    def free(self, medoids):
        """Candidates that are no medoids."""
        allowed = self.may_enter.copy()
        allowed[medoids] = False
        return allowed

    def after_swaps(self, medoids):
        """Losses after all swaps, a row for each candidate and a column for each slot."""
        losses = np.full((len(self.rows), len(medoids)), NEVER)
        for slot in range(self.n_fixed, len(medoids)):
            others = medoids[:slot] + medoids[slot + 1 :]
            served = np.minimum(self.rows, self.rows[others].min(axis=0)) if others else self.rows
            losses[:, slot] = np.where(self.free(medoids), served @ self.weights, NEVER)
        return losses


def best_swaps(case, medoids, max_swaps=math.inf):
    """PAM: the best of all swaps while it helps; the lowest candidate, then the lowest slot of equals."""
    medoids, swaps = [int(m) for m in medoids], 0
    while swaps < max_swaps:
        losses = case.after_swaps(medoids)
        j, slot = np.unravel_index(losses.argmin(), losses.shape)
        if losses[j, slot] >= case.loss(medoids):
            break
        medoids[slot], swaps = int(j), swaps + 1
    return medoids, swaps


def eager_swaps(case, medoids, order=None, max_passes=math.inf):
    """FasterPAM: each swap that helps at once, until all candidates since the last one were in vain.

    A single medoid is swapped for the best candidate. Returns medoids, passes and swaps.
    """
    medoids = [int(m) for m in medoids]
    if len(medoids) == 1:
        medoids, swaps = best_swaps(case, medoids)
        return medoids, 1 + swaps, swaps
    passes, swaps, last = 0, 0, None
    losses, loss = case.after_swaps(medoids), case.loss(medoids)
    while passes < max_passes:
        passes, before = passes + 1, swaps
        for j in range(len(case.rows)) if order is None else order:
            if j == last:
                return medoids, passes, swaps
            if losses[j].min() < loss:
                medoids[losses[j].argmin()], last, swaps = int(j), j, swaps + 1
                losses, loss = case.after_swaps(medoids), case.loss(medoids)
        if swaps == before:
            break
    return medoids, passes, swaps


def swaps_of_slots(case, medoids):
    """FastPAM2: in each pass the best candidate of every slot, in the order of gains, if it still helps."""
    medoids, passes, swaps = [int(m) for m in medoids], 0, 0
    while True:
        passes, before = passes + 1, swaps
        losses = case.after_swaps(medoids)
        best = sorted((losses[:, s].min(), losses[:, s].argmin(), s) for s in range(len(medoids)))
        for loss, j, slot in best:
            swapped = [*medoids[:slot], int(j), *medoids[slot + 1 :]]
            if loss < NEVER and j not in medoids and case.loss(swapped) < case.loss(medoids):
                medoids, swaps = swapped, swaps + 1
        if swaps == before:
            return medoids, passes, swaps


def labels(rows, medoids):
    """Slot of the nearest medoid, the lowest of equals; a medoid owns itself."""
    slots = rows[medoids].argmin(axis=0)
    slots[medoids] = range(len(medoids))
    return slots


def alternating(case, medoids):
    """The best member of each cluster, then the nearest medoids, while the loss falls; who leads, stays."""
    medoids, passes, swaps = [int(m) for m in medoids], 0, 0
    while True:
        passes += 1
        own, moved = labels(case.rows, medoids), list(medoids)
        for slot in range(case.n_fixed, len(medoids)):
            members = np.flatnonzero(own == slot)
            sums = case.rows[np.ix_(members, members)] @ case.weights[members]
            sums[~case.may_enter[members] & (members != medoids[slot])] = NEVER
            if sums.min() < sums[members == medoids[slot]][0]:
                moved[slot] = int(members[sums.argmin()])
        if not case.loss(moved) < case.loss(medoids):
            return medoids, passes, swaps
        swaps += sum(a != b for a, b in zip(moved, medoids, strict=True))
        medoids = moved


# First medoids


def first_medoids(case, k, fixed, init, rng):
    if not isinstance(init, str):
        return [*fixed, *init]
    if init == "build":
        return build(case, k, fixed)
    if init == "random":
        free = np.flatnonzero(case.free(list(fixed)))
        return [*fixed, *free[rng.choice(free.size, k - len(fixed), replace=False)].tolist()]
    return (lab if init == "lab" else plus_plus)(case, k, fixed, rng)


def build(case, k, fixed=()):
    """Add what lowers the loss most, the lowest of equals."""
    medoids = list(fixed)
    while len(medoids) < k:
        unused = np.flatnonzero(case.free(medoids))
        medoids.append(min(unused.tolist(), key=lambda j: case.loss([*medoids, j])))
    return medoids


def lab(case, k, fixed, rng):
    """As BUILD, in a fresh sample of 10 + ceil(sqrt(n)) unused samples for each pick."""
    medoids = list(fixed)
    while len(medoids) < k:
        unused = np.flatnonzero(case.free(medoids))
        size = min(10 + math.ceil(math.sqrt(len(case.rows))), unused.size)
        sample = sorted(rng.choice(unused, size, replace=False, shuffle=False).tolist())
        part = Case(case.rows[:, sample], case.weights[sample], case.may_enter)
        medoids.append(min(sample, key=lambda j: part.loss([*medoids, j])))
    return medoids


def plus_plus(case, k, fixed, rng):
    """The best of 2 + floor(log k) draws in proportion to weight times distance; the first one by weight."""
    medoids = [int(m) for m in fixed]
    while len(medoids) < k:
        mass = case.weights * case.rows[medoids].min(axis=0) if medoids else case.weights
        if not mass.any():
            return medoids + np.flatnonzero(case.free(medoids))[: k - len(medoids)].tolist()
        points = rng.random(2 + int(math.log(k)) if medoids else 1) * mass.sum()
        drawn = [int(np.flatnonzero(np.cumsum(mass) > point)[0]) for point in points]
        medoids.append(min(drawn, key=lambda j: case.loss([*medoids, j])))
    return medoids


# Samples, batches, random swaps


def child_seeds(seed, n):
    return np.random.default_rng(seed).integers(2**63, size=n)


def clara(case, k, fixed, seed, n_draws, size, per_round, init, search):
    """Samples that hold the best medoids so far are clustered; losses on all data are compared."""
    best, n_swap = None, 0
    for i, child in enumerate(child_seeds(seed, n_draws)):
        if i % per_round == 0:
            carried = list(fixed) if best is None else best
        if len(fixed) == k:
            return list(fixed), 0
        rng = np.random.default_rng(child)
        others = np.flatnonzero(case.free(carried))
        number = min(max(min(size, len(case.rows)) - len(carried), 0), others.size)
        sample = np.sort([*carried, *others[rng.choice(others.size, number, replace=False)]]).astype(int)
        part = Case.of(case.rows[np.ix_(sample, sample)], case.weights[sample], len(fixed))
        rank = [int(np.flatnonzero(sample == m)[0]) for m in fixed]
        medoids, *_, swaps = search(part, first_medoids(part, k, rank, init, rng))
        medoids, n_swap = sample[medoids].tolist(), n_swap + swaps
        if best is None or case.loss(medoids) < case.loss(best):
            best = medoids
    return best, n_swap


def clarans(case, k, fixed, seed, n_local, limit, pairs):
    """Restarts from random medoids; neighbours of a streak are drawn at once, without repetition."""
    best, n_tried, n_swap, n_free = None, 0, 0, k - len(fixed)
    for child in child_seeds(seed, n_local):
        rng = np.random.default_rng(child)
        medoids, moved = first_medoids(case, k, fixed, "random", rng), True
        while moved:
            moved, losses = False, case.after_swaps(medoids)
            free = np.flatnonzero(case.free(medoids))
            n_choices = free.size * (n_free if pairs else 1) if n_free else 0
            for choice in rng.choice(n_choices, min(limit, n_choices), replace=False) if n_free else ():
                n_tried += 1
                j, slot = (
                    divmod(choice, n_free) if pairs else (choice, losses[free[choice]].argmin() - len(fixed))
                )
                if losses[free[j], len(fixed) + slot] < case.loss(medoids):
                    medoids[len(fixed) + slot], moved, n_swap = int(free[j]), True, n_swap + 1
                    break
        if best is None or case.loss(medoids) < case.loss(best):
            best = medoids
    return best, n_tried, n_swap


def serve_batch(case, batch, medoids, max_passes):
    """Swap eagerly with all samples outside a batch, which stands for all: each for those nearest to it."""
    votes = np.bincount(labels(case.rows, batch.tolist()), case.weights, batch.size).astype(int)
    may_enter = case.may_enter.copy()
    may_enter[batch] = False
    part = Case(case.rows[:, batch], votes, may_enter, case.n_fixed)
    if max_passes == 0 or len(medoids) == case.n_fixed:
        return medoids, 0
    medoids, _, swaps = eager_swaps(part, medoids, max_passes=max_passes)
    return medoids, swaps


def onebatchpam(case, k, fixed, seed, size, max_passes):
    """Random medoids among what is not in the batch; where the batch is half of the data, FasterPAM."""
    rng = np.random.default_rng(seed)
    present = np.flatnonzero(case.free(list(fixed)))
    if 2 * size >= len(case.rows) or present.size - size < k:
        first = first_medoids(case, k, fixed, "random", rng)
        medoids, _, swaps = eager_swaps(case, first, max_passes=max_passes) if max_passes else (first, 0, 0)
        return medoids, swaps
    batch = np.sort(present[rng.choice(present.size, size, replace=False)])
    others = np.setdiff1d(present, batch)
    first = [*fixed, *others[rng.choice(others.size, k - len(fixed), replace=False)].tolist()]
    return serve_batch(case, batch, first, max_passes)


def large_kmedoids(case, k, fixed, seed, sample_size, batch_size, max_passes):
    """FasterPAM on a sample from k-medoids++, then a batch of the rest; the better medoids on all data."""
    rng = np.random.default_rng(seed)
    present = np.flatnonzero(case.free(list(fixed)))
    drawn = present[rng.choice(present.size, min(sample_size, present.size), replace=False)]
    sample = np.sort([*fixed, *drawn]).astype(int)
    part = Case.of(case.rows[np.ix_(sample, sample)], case.weights[sample], len(fixed))
    rank = [int(np.flatnonzero(sample == m)[0]) for m in fixed]
    found, _, swaps = eager_swaps(part, plus_plus(part, k, rank, rng))
    medoids = sample[found].tolist()
    others = np.setdiff1d(present, medoids)
    size = min(batch_size, others.size // 2)
    if drawn.size == present.size or size == 0 or max_passes == 0:
        return medoids, swaps
    batch = np.sort(others[rng.choice(others.size, size, replace=False)])
    refined, more = serve_batch(case, batch, list(medoids), max_passes)
    return (refined, swaps + more) if case.loss(refined) < case.loss(medoids) else (medoids, swaps)


# Silhouettes


class MedoidSilhouettes(Case):
    """The loss is the weighted sum of d1 / d2: exact where distances are zero or powers of two."""

    def loss(self, medoids):
        return float(ratios(np.sort(self.rows[medoids], axis=0)[:2]) @ self.weights)

    def after_swaps(self, medoids):
        losses = np.full((len(self.rows), len(medoids)), float(NEVER))
        for slot in range(self.n_fixed, len(medoids)):
            others = np.sort(self.rows[medoids[:slot] + medoids[slot + 1 :]], axis=0)[:2]
            all_three = np.stack([*(np.broadcast_to(near, self.rows.shape) for near in others), self.rows])
            served = ratios(np.sort(all_three, axis=0)[:2]) @ self.weights
            losses[:, slot] = np.where(self.free(medoids), served, NEVER)
        return losses


def ratios(nearest_two):
    d1, d2 = nearest_two.astype(float)
    return np.divide(d1, d2, out=np.zeros(d1.shape), where=d1 > 0)


class Silhouettes(Case):
    """The loss is minus the weighted sum of (b - a) / max(a, b)."""

    def loss(self, medoids):
        own, o = labels(self.rows, medoids), np.arange(len(self.rows))
        members = (own == np.arange(len(medoids))[:, None]) * self.weights
        sums, sizes = (members @ self.rows).astype(float), members.sum(axis=1)
        if np.count_nonzero(sizes) < 2:
            return 0.0  # a cluster that counts for nothing is no cluster
        with np.errstate(divide="ignore", invalid="ignore"):
            means = np.where(sizes[:, None] > 0, sums / sizes[:, None], np.inf)
            a = sums[own, o] / (sizes[own] - 1)
            means[own, o] = np.inf
            b = means.min(axis=0)
            widths = (b - a) / np.maximum(a, b)
        alone = (sizes[own] <= 1) | (self.weights == 0) | (np.maximum(a, b) == 0)
        return -float(self.weights @ np.where(alone, 0, widths))

    def after_swaps(self, medoids):
        losses = np.full((len(self.rows), len(medoids)), float(NEVER))
        for j in np.flatnonzero(self.free(medoids)):
            for slot in range(self.n_fixed, len(medoids)):
                losses[j, slot] = self.loss([*medoids[:slot], int(j), *medoids[slot + 1 :]])
        return losses


def dynmsc(case, smallest, medoids):
    """FasterMSC from the largest number on, each time without the medoid that costs least.

    Returns the medoids for every number, the largest first, and which is the best, the smallest of equals.
    """
    curve = []
    while True:
        medoids = eager_swaps(case, medoids)[0]
        curve.append(medoids)
        if len(medoids) == smallest:
            return curve, min(reversed(curve), key=case.loss)
        fewer = [medoids[:s] + medoids[s + 1 :] for s in range(case.n_fixed, len(medoids))]
        medoids = min(fewer, key=case.loss)
