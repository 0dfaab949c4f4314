"""Linear and symplectic groups of matrices modulo m by root elements, transvections and reflections."""

from collections.abc import Iterable
from itertools import product
from math import gcd, prod

from cayley import matrices
from cayley.families._family import KnownDiameter
from cayley.families._moves import check_prime, field
from cayley.families._registry import graph_family
from graphkit.validation import check_integer

_MOST_GENERATORS = 20_000
_LARGEST_WITH_ALL_ROOTS = 32  # rows of matrices; the generators and their inverses take a second
_SMALL = ({"n": 2, "m": 5}, {"n": 2, "m": 6}, {"n": 3, "m": 2})
_DIEUDONNE = "J. Dieudonne, Summa Brasil. Math. 3 (1955)"


def _check_size(n: int, minimum: int = 2) -> int:
    return check_integer(n, "the size n of matrices", minimum=minimum, maximum=matrices.LARGEST_SIZE)


def _generated(
    name: str, arguments: str, m: int, listed: Iterable[matrices.Matrix], order: int
) -> matrices.MatrixGroup:
    """Define a group by matrices and their inverses, the identity left out."""
    generators = matrices.with_inverses(listed, m)
    size = range(len(generators[0]))
    identity = tuple(tuple(int(i == j) for j in size) for i in size)
    unique = tuple(g for g in generators if g != identity)
    return matrices.MatrixGroup(m, unique, name, f"{name}({arguments})", order)


def _sum(n: int, m: int, entries: dict[tuple[int, int], int]) -> matrices.Matrix:
    """Return the identity matrix plus these entries."""
    return matrices.reduce_entries(
        ([int(i == j) + entries.get((i, j), 0) for j in range(n)] for i in range(n)), m
    )


@graph_family(
    "matrices",
    "n x n matrices of determinant 1, by all 1 + E(i,j), both ways",
    examples=_SMALL[1:],
)
def _special_linear_all_roots(n: int, m: int) -> matrices.MatrixGroup:
    n = check_integer(n, "the size n of matrices", minimum=2, maximum=_LARGEST_WITH_ALL_ROOTS)
    m = matrices.check_modulus(m)
    listed = [matrices.one_plus(n, i, j, m) for i in range(n) for j in range(n) if i != j]
    return _generated("special_linear_all_roots", f"{n}, {m}", m, listed, matrices.special_linear_order(n, m))


@graph_family(
    "matrices",
    "n x n matrices of determinant 1, by 1 + E(1,2) and the Weyl elements, which exchange two neighbouring"
    " coordinates and negate one, both ways",
    examples=({"n": 2, "m": 5}, {"n": 3, "m": 2}, {"n": 3, "m": 3}),
)
def _special_linear_weyl(n: int, m: int) -> matrices.MatrixGroup:
    n, m = _check_size(n), matrices.check_modulus(m)
    weyl = [_sum(n, m, {(i, i): -1, (i + 1, i + 1): -1, (i, i + 1): 1, (i + 1, i): -1}) for i in range(n - 1)]
    listed = [matrices.one_plus(n, 0, 1, m), *weyl]
    return _generated("special_linear_weyl", f"{n}, {m}", m, listed, matrices.special_linear_order(n, m))


@graph_family(
    "matrices",
    "2 x 2 matrices of determinant 1, by 1 + k E(1,2) and 1 + k E(2,1), both ways, k having no factor in"
    " common with m: expanders for prime m, although for k = 3 of infinite index over the integers",
    reference="J. Bourgain, A. Gamburd, Ann. of Math. 167 (2008)",
    examples=({"m": 5}, {"m": 8}, {"m": 11}, {"m": 7, "k": 2}),
)
def _lubotzky_123(m: int, k: int = 3) -> matrices.MatrixGroup:
    m = matrices.check_modulus(m)
    k = check_integer(k, "parameter k", minimum=1)
    if gcd(k, m) != 1:
        raise ValueError(f"parameter k must have no factor in common with {m}, got {k}")
    listed = [_sum(2, m, {place: k}) for place in ((0, 1), (1, 0))]
    return _generated("lubotzky_123", f"{m}, k={k}", m, listed, matrices.special_linear_order(2, m))


@graph_family(
    "matrices",
    "translations and linear maps of determinant 1 of n coordinates, as matrices of n+1 rows: by 1 +"
    " E(i,i+1) and 1 + E(i+1,i) for i < n and a translation 1 + E(1,n+1), both ways",
    examples=({"n": 2, "m": 2}, {"n": 2, "m": 3}, {"n": 2, "m": 4}),
)
def _affine_special_linear(n: int, m: int) -> matrices.MatrixGroup:
    n, m = _check_size(n), matrices.check_modulus(m)
    places = [place for i in range(n - 1) for place in ((i, i + 1), (i + 1, i))]
    listed = [matrices.one_plus(n + 1, i, j, m) for i, j in [*places, (0, n)]]
    order = m**n * matrices.special_linear_order(n, m)
    return _generated("affine_special_linear", f"{n}, {m}", m, listed, order)


def _general_order(n: int, p: int) -> int:
    return prod(p**n - p**i for i in range(n))


@graph_family(
    "matrices",
    "n x n invertible matrices modulo a prime, by 1 + E(i,i+1), 1 + E(i+1,i) and a primitive root in the"
    " first place of the diagonal, both ways",
    examples=({"n": 2, "p": 3}, {"n": 2, "p": 5}, {"n": 3, "p": 2}),
)
def _general_linear(n: int, p: int) -> matrices.MatrixGroup:
    n, p = _check_size(n), check_prime(p, "the modulus p of 'general_linear'")
    places = [place for i in range(n - 1) for place in ((i, i + 1), (i + 1, i))]
    listed = [matrices.one_plus(n, i, j, p) for i, j in places]
    listed.append(_sum(n, p, {(0, 0): field(p).primitive - 1}))
    return _generated("general_linear", f"{n}, {p}", p, listed, _general_order(n, p))


def _reflections(n: int, p: int, name: str) -> list[tuple[matrices.Matrix, int]]:
    """List the matrices 1 + v w that fix a hyperplane, with their determinants; v has a first entry of 1."""
    if p ** (2 * n - 1) > _MOST_GENERATORS:
        raise ValueError(
            f"the family {name!r} has more than {_MOST_GENERATORS:,} generators for n={n}, p={p}"
        )
    vectors = [v for v in product(range(p), repeat=n) if any(v)]
    lines = [v for v in vectors if next(filter(None, v)) == 1]
    found = []
    for v, w in product(lines, vectors):
        determinant = (1 + sum(x * y for x, y in zip(v, w, strict=True))) % p
        if determinant:
            entries = {(i, j): v[i] * w[j] for i in range(n) for j in range(n)}
            found.append((_sum(n, p, entries), determinant))
    return found


@graph_family(
    "matrices",
    "n x n invertible matrices modulo a prime, by all that fix a hyperplane: reflections and transvections",
    reference=_DIEUDONNE,
    diameter=KnownDiameter(
        "n: the distance is the codimension of the fixed space", "theorem", _DIEUDONNE, lambda n: n
    ),
    examples=({"n": 2, "p": 3}, {"n": 2, "p": 5}, {"n": 3, "p": 2}, {"n": 3, "p": 3}),
)
def _general_linear_reflections(n: int, p: int) -> matrices.MatrixGroup:
    n, p = _check_size(n), check_prime(p, "the modulus p")
    listed = [g for g, _ in _reflections(n, p, "general_linear_reflections")]
    return _generated("general_linear_reflections", f"{n}, {p}", p, listed, _general_order(n, p))


@graph_family(
    "matrices",
    "n x n matrices of determinant 1 modulo a prime, by all transvections",
    reference=_DIEUDONNE,
    diameter=KnownDiameter(
        "n, or n+1 if n and p-1 have a common factor, for the scalar matrices",
        "theorem",
        _DIEUDONNE,
        lambda n, p: n + (gcd(n, p - 1) > 1),
    ),
    examples=({"n": 2, "p": 3}, {"n": 2, "p": 7}, {"n": 3, "p": 2}),
)
def _special_linear_transvections(n: int, p: int) -> matrices.MatrixGroup:
    n, p = _check_size(n), check_prime(p, "the modulus p")
    listed = [g for g, determinant in _reflections(n, p, "special_linear_transvections") if determinant == 1]
    order = matrices.special_linear_order(n, p)
    return _generated("special_linear_transvections", f"{n}, {p}", p, listed, order)


def _symplectic_order(n: int, m: int) -> int:
    """Count the 2n x 2n symplectic matrices modulo m."""
    found = m ** (2 * n * n + n)
    for p in matrices.prime_factors(m):
        for i in range(1, n + 1):
            found = found // p ** (2 * i) * (p ** (2 * i) - 1)
    return found


@graph_family(
    "matrices",
    "2n x 2n symplectic matrices, by the root elements of the simple roots and their negatives, both ways",
    reference="R. Steinberg, Lectures on Chevalley Groups, 1967",
    examples=({"n": 2, "m": 2}, {"n": 2, "m": 3}),
)
def _symplectic(n: int, m: int) -> matrices.MatrixGroup:
    n, m = check_integer(n, "the rank n", minimum=2, maximum=32), matrices.check_modulus(m)
    # Coordinates e1, ..., en, f1, ..., fn; the form takes ei and fi to 1.
    raising = [{(i, i + 1): 1, (n + i + 1, n + i): -1} for i in range(n - 1)]
    raising.append({(n - 1, 2 * n - 1): 1})
    lowering = [{(j, i): value for (i, j), value in root.items()} for root in raising]
    listed = [_sum(2 * n, m, root) for root in raising + lowering]
    return _generated("symplectic", f"{n}, {m}", m, listed, _symplectic_order(n, m))


@graph_family(
    "matrices",
    "2n x 2n symplectic matrices modulo a prime, by all transvections",
    reference=_DIEUDONNE,
    examples=({"n": 2, "p": 2},),
)
def _symplectic_transvections(n: int, p: int) -> matrices.MatrixGroup:
    n = check_integer(n, "the rank n", minimum=2, maximum=10)
    p = check_prime(p, "the modulus p")
    if p ** (2 * n) > _MOST_GENERATORS:
        raise ValueError(
            f"'symplectic_transvections' has more than {_MOST_GENERATORS:,} generators for n={n}, p={p}"
        )
    listed = []
    for v in product(range(p), repeat=2 * n):
        if any(v) and next(filter(None, v)) == 1:
            dual = [*(-x for x in v[n:]), *v[:n]]
            entries = {(i, j): v[i] * dual[j] for i in range(2 * n) for j in range(2 * n)}
            listed += [_sum(2 * n, p, {place: a * x for place, x in entries.items()}) for a in range(1, p)]
    return _generated("symplectic_transvections", f"{n}, {p}", p, listed, _symplectic_order(n, p))
