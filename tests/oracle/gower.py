"""Gower's dissimilarity and Jaccard's distance, word by word."""


def gower_of_rows(x, y, kinds, ranges, weights):
    """Of two rows of plain values; None is missing. None if no feature counts for lack of values."""
    total, weight, missing = 0.0, 0.0, False
    for a, b, kind, spread, w in zip(x, y, kinds, ranges, weights, strict=True):
        if a is None or b is None:
            missing = True
            continue
        if kind == "asymmetric" and not a and not b:
            continue
        if kind == "numeric":
            total += w * (abs(a - b) / spread if spread else 0.0)
        else:
            total += w * (a != b)
        weight += w
    if weight:
        return total / weight
    return None if missing else 0.0


def jaccard_of_rows(x, y):
    """Of two rows of flags."""
    a, b = {i for i, v in enumerate(x) if v}, {i for i, v in enumerate(y) if v}
    return 1 - len(a & b) / len(a | b) if a | b else 0.0
