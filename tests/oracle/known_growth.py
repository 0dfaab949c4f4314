"""Published growth series and diameters, each with its source."""

from math import comb

# L, R: cyclic shifts; X: exchange of the first two. Diameter n(n-1)/2: OEIS A186783.
LRX = {
    4: [1, 3, 5, 6, 5, 3, 1],
    5: [1, 3, 6, 10, 16, 24, 29, 21, 6, 3, 1],
}

# Number of permutations of n with k inversions, OEIS A008302, row n = 6.
COXETER_6 = [1, 5, 14, 29, 49, 71, 90, 101, 101, 90, 71, 49, 29, 14, 5, 1]

# Number of permutations of n with n-k cycles, OEIS A094638 (unsigned Stirling numbers), row n = 7.
TRANSPOSITIONS_7 = [1, 21, 175, 735, 1624, 1764, 720]

# Stacks of n pancakes that need k flips, OEIS A092113.
PANCAKE = {
    4: [1, 3, 6, 11, 3],
    5: [1, 4, 12, 35, 48, 20],
    6: [1, 5, 20, 79, 199, 281, 133, 2],
    7: [1, 6, 30, 149, 543, 1357, 1903, 1016, 35],
    8: [1, 7, 42, 251, 1191, 4281, 10561, 15011, 8520, 455],
}

# Largest number of flips, OEIS A058986.
PANCAKE_DIAMETER = {2: 1, 3: 3, 4: 4, 5: 5, 6: 7, 7: 8, 8: 9, 9: 10, 10: 11}

# Left shift and one exchange, directed, OEIS A039745.
LX_DIAMETER = {4: 6, 5: 11, 6: 18, 7: 25, 8: 35, 9: 45}


def mahonian(n: int) -> list[int]:
    """Coefficients of the product of 1 + q + ... + q^(m-1) for m = 1, ..., n (MacMahon)."""
    row = [1]
    for m in range(2, n + 1):
        row = [sum(row[max(0, i - m + 1) : i + 1]) for i in range(len(row) + m - 1)]
    return row


def transposons_first_layer(n: int) -> int:
    """Number of exchanges of two neighbouring intervals of n positions."""
    return comb(n + 1, 3)
