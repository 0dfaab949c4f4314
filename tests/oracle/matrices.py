"""Groups of matrices modulo m by breadth-first search over a set of tuples of rows."""

from itertools import permutations, product

Matrix = tuple[tuple[int, ...], ...]


def multiply(a: Matrix, b: Matrix, m: int) -> Matrix:
    """Sum over the inner index."""
    n = range(len(a))
    return tuple(tuple(sum(a[i][k] * b[k][j] for k in n) % m for j in n) for i in n)


def determinant(a: Matrix) -> int:
    """Sum over all permutations (Leibniz)."""
    total = 0
    for p in permutations(range(len(a))):
        odd = sum(p[i] > p[j] for i in range(len(p)) for j in range(i + 1, len(p))) % 2
        term = -1 if odd else 1
        for i, j in enumerate(p):
            term *= a[i][j]
        total += term
    return total


def layers(generators: list[Matrix], m: int) -> list[set[Matrix]]:
    """Matrices by their distance from the identity; a step multiplies from the right."""
    n = len(generators[0])
    start = tuple(tuple(int(i == j) % m for j in range(n)) for i in range(n))
    seen = {start}
    found = [{start}]
    while found[-1]:
        nearby = {multiply(state, g, m) for state in found[-1] for g in generators}
        found.append(nearby - seen)
        seen |= nearby
    return found[:-1]


def count_special_linear(n: int, m: int) -> int:
    """Count the matrices of determinant 1 one by one."""
    found = 0
    for entries in product(range(m), repeat=n * n):
        rows = tuple(entries[i * n : (i + 1) * n] for i in range(n))
        found += determinant(rows) % m == 1 % m
    return found
