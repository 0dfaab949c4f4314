"""Orders and growth of the families of groups against formulas of the literature."""

from itertools import product
from math import comb, factorial, gcd, prod, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cayley
from cayley.families import FAMILIES, get_family, read_call
from cayley.families._moves import Field, both_ways, check_prime, field
from cayley.families.coxeter import read_type, root_system
from cayley.permutation import compose, inverse
from cayley.schreier import PointGraph

# Degrees of the basic invariants: J. E. Humphreys, Reflection Groups and Coxeter Groups, section 3.7.
DEGREES = {
    "A3": (2, 3, 4),
    "B3": (2, 4, 6),
    "C4": (2, 4, 6, 8),
    "D4": (2, 4, 4, 6),
    "D5": (2, 4, 5, 6, 8),
    "E6": (2, 5, 6, 8, 9, 12),
    "E7": (2, 6, 8, 10, 12, 14, 18),
    "E8": (2, 8, 12, 14, 18, 20, 24, 30),
    "F4": (2, 6, 8, 12),
    "G2": (2, 6),
    "H3": (2, 6, 10),
    "H4": (2, 12, 20, 30),
}


def _order(call, *sizes, **parameters):
    return get_family(call).graph(*sizes, **parameters).order


def _product(polynomials):
    found = [1]
    for polynomial in polynomials:
        found = np.convolve(np.array(found, object), np.array(polynomial, object)).tolist()
    return found


def _poincare(name):
    return _product([1] * d for d in DEGREES[name])


def _special_order(n, q):
    return q ** (n * (n - 1) // 2) * prod(q**i - 1 for i in range(2, n + 1))


@given(q=st.sampled_from([2, 3, 4, 5, 7, 8, 9, 16, 25, 27]), data=st.data())
def test_fields(q, data):
    f = field(q)
    a, b, c = (data.draw(st.integers(0, q - 1)) for _ in range(3))
    assert f.add(a, b) == f.add(b, a)
    assert f.add(f.add(a, b), c) == f.add(a, f.add(b, c))
    assert f.add(a, f.negative(a)) == 0
    assert f.multiply(a, b) == f.multiply(b, a)
    assert f.multiply(f.multiply(a, b), c) == f.multiply(a, f.multiply(b, c))
    assert f.multiply(a, f.add(b, c)) == f.add(f.multiply(a, b), f.multiply(a, c))
    assert f.multiply(a, 1) == a
    assert f.power(a, 3) == f.multiply(a, f.multiply(a, a))
    assert f.power(a, q) == a
    if a:
        assert f.multiply(a, f.inverse(a)) == 1
    powers = [f.power(f.primitive, k) for k in range(1, q)]
    assert sorted(powers) == list(range(1, q))


def test_fields_and_primes_are_checked():
    with pytest.raises(ValueError, match="power of a prime, got 12"):
        Field(12)
    with pytest.raises(ValueError, match="number of elements of a field"):
        Field(1)
    with pytest.raises(ValueError, match=r"p must be a prime, got 21 = 3 \* \.\.\."):
        check_prime(21, "p")
    assert both_ways({"x": (1, 2, 0)})["x'"] == (2, 0, 1)


@pytest.mark.parametrize("name", DEGREES)
def test_root_systems(name):
    """There are twice as many roots as the sum of d-1 over the degrees; the reflections are half of them."""
    system = root_system(name)
    assert system.positive == sum(d - 1 for d in DEGREES[name])
    if len(system.roots) < 100:
        reflections = system.reflections()
        assert len(reflections) == system.positive
        assert all(compose(r, r) == tuple(range(len(r))) for r in reflections)
    for root in system.roots:  # all coefficients have one sign
        assert len({x + y * (1 + sqrt(5)) / 2 > 0 for x, y in root if (x, y) != (0, 0)}) == 1


COXETER = {
    "E6": ("coxeter_e", 6),
    "E7": ("coxeter_e", 7),
    "F4": ("coxeter_f4",),
    "H3": ("coxeter_h", 3),
    "H4": ("coxeter_h", 4),
}


@pytest.mark.parametrize("name", COXETER)
def test_growth_by_simple_reflections(name):
    """The Poincare polynomial is the product of 1 + q + ... + q^(d-1) (Humphreys, section 1.11, 3.15)."""
    family, *rank = COXETER[name]
    graph = get_family(family).graph(*rank)
    assert graph.order == prod(DEGREES[name])
    assert cayley.growth(graph).growth == _poincare(name)


@pytest.mark.parametrize("name", [name for name in COXETER if name != "E7"])
def test_growth_by_all_reflections(name):
    """The product of 1 + (d-1) q (Shephard, Todd 1954; Carter 1972)."""
    family, *rank = COXETER[name]
    graph = get_family(family.replace("coxeter", "reflections")).graph(*rank)
    assert len(graph.generators) == root_system(name).positive
    assert cayley.growth(graph).growth == _product([1, d - 1] for d in DEGREES[name])


def test_order_of_e8():
    assert _order("coxeter_e", 8) == prod(DEGREES["E8"]) == 696_729_600
    assert get_family("coxeter_e").known_diameter(8) == root_system("E8").positive


@pytest.mark.parametrize(
    ("name", "node", "parabolic", "size"),
    [
        ("E6", 1, "D5", 27),
        ("E7", 7, "E6", 56),
        ("E8", 8, "E7", 240),
        ("B3", 1, (2, 4), 6),
        ("D5", 5, (2, 3, 4, 5), 16),
    ],
)
def test_orbits_of_weights(name, node, parabolic, size):
    """The growth is the quotient of two Poincare polynomials (Humphreys, section 1.11)."""
    graph = get_family("weyl_orbit").graph(type=name, node=node)
    found = cayley.growth(graph)
    assert found.order == graph.order == size
    degrees = DEGREES[parabolic] if isinstance(parabolic, str) else parabolic
    assert _product([found.growth, *([1] * d for d in degrees)]) == _poincare(name)


@pytest.mark.parametrize(
    ("name", "m", "index"), [("A2", 4, 3), ("A2", 5, 3), ("C2", 3, 2), ("G2", 2, 1), ("F4", 3, 1)]
)
def test_affine_weyl_groups(name, m, index):
    """W times the coroots modulo m, where m has no factor in common with the index of the coroot lattice."""
    assert gcd(m, index) == 1
    degrees = {"A2": (2, 3), "C2": (2, 4)}.get(name) or DEGREES[name]
    assert _order("affine_weyl", type=name, m=m) == prod(degrees) * m ** len(degrees)


def test_affine_growth_begins_as_that_of_the_infinite_group():
    """Bott's formula: the product of (1 + ... + q^(d-1)) / (1 - q^(d-1)); A2 grows 1, 3, 6, 9, 12, ..."""
    found = cayley.growth(get_family("affine_weyl").graph(type="A2", m=11))
    assert found.growth[:9] == [1, *(3 * k for k in range(1, 9))]
    series = _product([[1, 1, 1, 1, 1, 1], [1, 1], [int(k % 5 == 0) for k in range(12)], [1] * 12])[:8]
    assert cayley.growth(get_family("affine_weyl").graph(type="G2", m=9)).growth[:8] == series


def test_types():
    assert read_type(" h4 ") == ("H", 4)
    with pytest.raises(ValueError, match=r"one of A1-A20, .*, F4, G2, H3-H4, got 'E9'"):
        read_type("E9")
    with pytest.raises(ValueError, match="Weyl group is of type A to G, got 'H3'"):
        get_family("weyl_orbit").graph(type="H3")
    with pytest.raises(ValueError, match="Weyl group is of type A to G"):
        get_family("affine_weyl").graph(type="H3", m=3)
    with pytest.raises(ValueError, match=r"node of E6 must be in \[1, 6\], got 7"):
        get_family("weyl_orbit").graph(type="E6", node=7)
    with pytest.raises(ValueError, match="more than 1000 points"):
        get_family("weyl_orbit").graph(type="E8", node=4)
    with pytest.raises(ValueError, match="240 roots modulo 5 need 1200"):
        get_family("affine_weyl").graph(type="E8", m=5)


def test_growth_of_cubes_and_codes():
    assert cayley.growth(get_family("hypercube").graph(9)).growth == [comb(9, k) for k in range(10)]
    assert cayley.growth(get_family("hamming").graph(5, 4)).growth == [comb(5, k) * 3**k for k in range(6)]
    # The perfect Golay code: all errors of up to three places have syndromes of their own.
    assert cayley.growth(get_family("golay_cosets").graph()).growth == [1, 23, 253, 1771]
    assert cayley.growth(get_family("golay_cosets").graph(extended=1)).growth == [1, 24, 276, 2024, 1771]
    halved = cayley.growth(get_family("halved_cube").graph(8)).growth
    assert halved == [comb(8, 2 * k) for k in range(5)]
    # A Hamming code is perfect too.
    columns = "+".join(map(str, range(1, 16)))
    assert cayley.growth(get_family("syndromes").graph(columns=columns)).growth == [1, 15]


def test_orders_of_abelian_and_dihedral_groups():
    assert _order("circulant", 30, jumps="6+10+15") == 30
    assert _order("torus", 3, 5) == 125
    assert _order("paley", 49) == 49
    assert _order("dihedral", 9) == 18
    assert _order("dicyclic", 7) == 28
    x, y = (get_family("dicyclic").graph(5).generators[i] for i in (0, 2))
    assert compose(y, y) == compose(x, compose(x, compose(x, compose(x, x))))
    assert compose(compose(y, x), inverse(y)) == inverse(x)
    with pytest.raises(ValueError, match=r"columns are numbers from 1, got '3\+0'"):
        get_family("syndromes").graph(columns="3+0")
    with pytest.raises(ValueError, match="a jump must be an integer, got ''"):
        get_family("circulant").graph(9, jumps="1++2")
    with pytest.raises(ValueError, match="jumps '2\\+4' and n=10 have a common factor"):
        get_family("circulant").graph(10, jumps="2+4")
    with pytest.raises(ValueError, match=r"q must leave 1 modulo 4, .* got 7"):
        get_family("paley").graph(7)


def test_orders_of_wreath_products():
    assert _order("cube_connected_cycles", 6) == _order("butterfly", 6) == 6 * 2**6
    assert _order("lamplighter", 5, lamps=3) == _order("lamplighter_dials", 5, 3) == 5 * 3**5
    assert _order("generalized_symmetric", 4, 3) == 3**4 * factorial(4)
    for m, p in ((2, 1), (3, 1), (4, 2), (6, 3), (3, 3)):
        graph = get_family("complex_reflections").graph(3, m, p=p)
        assert graph.order == m**3 * factorial(3) // p
        assert len(graph.generators) == 3 * m + 3 * (m // p - 1)
    for n, p in ((3, 2), (4, 2), (2, 3)):
        assert _order("iterated_wreath", n, p=p) == p ** ((p**n - 1) // (p - 1))
    # P. de la Harpe, Topics in Geometric Group Theory, chapter VIII: 2^(5 2^(n-3) + 2).
    assert [_order("grigorchuk", n) for n in (3, 4, 5, 6)] == [
        2 ** (5 * 2 ** (n - 3) + 2) for n in (3, 4, 5, 6)
    ]
    with pytest.raises(ValueError, match="p must divide m=4, got 3"):
        get_family("complex_reflections").graph(3, 4, p=3)


@pytest.mark.parametrize(("n", "m"), [(2, 5), (3, 3), (4, 2)])
def test_growth_by_complex_reflections(n, m):
    """G(m,1,n) has degrees m, 2m, ..., nm: the product of 1 + (i m - 1) q (Shephard, Todd 1954)."""
    found = cayley.growth(get_family("complex_reflections").graph(n, m)).growth
    assert found == _product([1, i * m - 1] for i in range(1, n + 1))


def test_orders_of_classical_groups():
    for p in (2, 3, 5, 7, 11, 13):
        assert _order("psl2_modular", p) == p * (p * p - 1) // gcd(2, p - 1)
    for q in (2, 3, 4, 5, 7, 8, 9, 16):
        assert _order("pgl2", q) == q * (q * q - 1)
        assert _order("agl1", q) == q * (q - 1)
    assert [_order("pgammal2", q) for q in (4, 8, 9)] == [120, 1512, 1440]
    for n, q in ((2, 4), (2, 5), (2, 8), (2, 9), (2, 27), (3, 2), (3, 3), (3, 4), (3, 5), (4, 2)):
        assert _order("psl", n, q) == _special_order(n, q) // gcd(n, q - 1)
    for n, q in ((2, 2), (2, 3), (2, 4), (3, 2)):
        symplectic = q ** (n * n) * prod(q ** (2 * i) - 1 for i in range(1, n + 1))
        assert _order("psp", n, q) == symplectic // gcd(2, q - 1)
    for n, q in ((2, 2), (3, 2), (2, 3), (2, 4)):
        assert _order("agl", n, q) == q**n * _special_order(n, q) * (q - 1)
    for q in (2, 3, 4, 5):
        graph = get_family("psu3").graph(q)
        assert graph.degree == q**3 + 1
        assert graph.order == q**3 * (q**3 + 1) * (q * q - 1) // gcd(3, q + 1)
    suzuki = get_family("suzuki").graph()
    assert (suzuki.degree, suzuki.order) == (65, 64 * 65 * 7)
    for message, family, sizes in (
        ("take pgl2", "pgammal2", (7,)),
        ("q must be 8 or 32, got 16", "suzuki", (16,)),
        ("must be a prime, got 9", "psl2_modular", (9,)),
        ("up to 1000 vectors", "agl", (4, 7)),
        ("up to 2000 points", "psl", (4, 13)),
        ("up to 1000 points are accepted, the cycles have 5000", "hamming", (50, 100)),
        ("too many generators for n=50 items of m=20", "complex_reflections", (50, 20)),
        (
            "up to 1000 points are accepted, n=400 items of m=4 colours need 1600",
            "generalized_symmetric",
            (400, 4),
        ),
        ("up to 1000 points are accepted, n=400 lamps need 1200", "lamplighter_dials", (400, 3)),
        ("up to 1000 leaves", "iterated_wreath", (9, 3)),
        ("rank n of type E", "coxeter_e", (9,)),
    ):
        with pytest.raises(ValueError, match=message):
            get_family(family).graph(*sizes)


@pytest.mark.parametrize(
    ("p", "q", "is_square"), [(5, 13, False), (5, 29, True), (13, 17, True), (17, 29, False)]
)
def test_ramanujan_graphs(p, q, is_square):
    """Degree p+1; all eigenvalues but those of absolute value p+1 are at most 2 sqrt(p)."""
    graph = get_family("lps").graph(p, q)
    assert len(graph.generators) == p + 1
    assert not graph.is_directed
    assert (pow(p, (q - 1) // 2, q) == 1) == is_square
    assert graph.order == q * (q * q - 1) // (2 if is_square else 1)
    adjacency = np.zeros((q + 1, q + 1))
    for g in graph.generators:
        adjacency[np.arange(q + 1), g] += 1
    eigenvalues = np.sort(np.linalg.eigvalsh(adjacency))
    assert eigenvalues[-1] == pytest.approx(p + 1)
    assert np.abs(eigenvalues[:-1]).max() <= 2 * sqrt(p) + 1e-9
    with pytest.raises(ValueError, match="p < q must be primes that leave 1 modulo 4"):
        get_family("lps").graph(3, 7)


@pytest.mark.parametrize(
    "case",
    [
        (name, example)
        for name in sorted(FAMILIES)
        for example in FAMILIES[name].examples
        if FAMILIES[name].kind == "matrices"
    ],
    ids=str,
)
def test_orders_of_matrix_groups_are_proved_by_a_chain(case):
    name, example = case
    group = FAMILIES[name].graph(**example)
    assert group.as_permutations().order == group.order


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("symplectic", (2, 4)),
        ("symplectic_transvections", (2, 3)),
        ("special_linear_transvections", (3, 3)),
        ("special_linear_all_roots", (3, 4)),
        ("special_linear_weyl", (4, 2)),
        ("affine_special_linear", (2, 6)),
        ("general_linear", (3, 3)),
        ("filiform", (3, 6)),
        ("filiform", (5, 2)),
        ("free_nilpotent", (3, 4)),
        ("free_nilpotent", (4, 2)),
        ("borel", (3, 5)),
        ("lubotzky_123", (10,)),
        ("heisenberg_with_centre", (5, 2)),
        ("unitriangular_all_roots", (4, 4)),
    ],
)
def test_orders_of_further_matrix_groups(name, sizes):
    group = get_family(name).graph(*sizes)
    assert group.as_permutations().order == group.order


def _codimension(a, p):
    """Rank of a - 1 modulo p."""
    rows = [[(x - (i == j)) % p for j, x in enumerate(row)] for i, row in enumerate(a)]
    rank = 0
    for column in range(len(a)):
        pivot = next((i for i in range(rank, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        scale = pow(rows[rank][column], -1, p)
        for i in range(rank + 1, len(rows)):
            factor = rows[i][column] * scale
            rows[i] = [(x - factor * y) % p for x, y in zip(rows[i], rows[rank], strict=True)]
        rank += 1
    return rank


@pytest.mark.parametrize(("n", "p"), [(2, 2), (2, 3), (2, 5), (3, 2)])
def test_distances_by_reflections_are_codimensions(n, p):
    counts = [0] * (n + 1)
    for entries in product(range(p), repeat=n * n):
        a = [entries[i * n : i * n + n] for i in range(n)]
        if round(np.linalg.det(np.array(a))) % p:
            counts[_codimension(a, p)] += 1
    assert cayley.growth(get_family("general_linear_reflections").graph(n, p)).growth == counts


def test_generators_of_matrix_families_are_what_they_say():
    assert len(get_family("special_linear_all_roots").graph(3, 5).generators) == 12
    assert len(get_family("symplectic_transvections").graph(2, 3).generators) == 3**4 - 1
    assert len(get_family("special_linear_transvections").graph(2, 7).generators) == 7 * 7 - 1
    form = np.kron([[0, 1], [-1, 0]], np.eye(2, dtype=int))
    for name in ("symplectic", "symplectic_transvections"):
        for g in get_family(name).graph(2, 5).generators:
            assert ((np.array(g).T @ form @ np.array(g) - form) % 5 == 0).all()
    x = get_family("lubotzky_123").graph(7).generators[0]
    assert x == ((1, 3), (0, 1))
    with pytest.raises(ValueError, match="parameter k must have no factor in common with 6, got 3"):
        get_family("lubotzky_123").graph(6)
    for m, k in ((31, 2), (25, 3), (36, 5), (101, 1)):
        order = next(j for j in range(1, m) if pow(k, j, m) == 1)
        assert get_family("baumslag_solitar").graph(m, k=k).order == m * order
    assert get_family("baumslag_solitar").graph(2**31 - 1, k=7).order == (2**31 - 1) * (2**31 - 2)
    with pytest.raises(ValueError, match="no factor in common with 4, got 2"):
        get_family("baumslag_solitar").graph(4)
    with pytest.raises(ValueError, match="more than 20,000 generators"):
        get_family("general_linear_reflections").graph(4, 7)


def test_expanders_reach_all_points():
    for m in (2, 7, 12):
        assert _order("margulis", m) == m * m
    assert _order("inverse_cycle", 101) == 101
    assert _order("projective_line", 101) == 102
    assert [cayley.growth(get_family("hanoi").graph(n)).diameter for n in (1, 2, 3, 6)] == [1, 3, 7, 63]
    assert _order("hanoi", 4) == 81
    with pytest.raises(ValueError, match="no move that moves the start"):
        PointGraph.from_moves("nothing", {"x": (0, 2, 1)})


def test_point_graphs_move_the_mark_as_the_moves_do():
    graph = PointGraph.from_moves(
        "directed", {"x": (1, 2, 3, 4, 0), "twice": (2, 3, 4, 0, 1), "same": (1, 2, 3, 4, 0)}
    )
    assert graph.symbols == ("x", "twice")
    mark = tuple(graph.state[i] for i in graph.generators[0])
    assert mark.index(1) == 1
    assert graph.is_directed
    assert cayley.growth(graph).growth == [1, 2, 2]
    assert cayley.plan(graph).states == 5


def test_members_are_read_from_text():
    for text, order in (
        ("circulant(12, jumps=1+5)", 12),
        ("weyl_orbit(type=E7, node=7)", 56),
        ("psl(3, 4)", 20160),
        ("Suzuki", 29120),
        ("coxeter-f4", 1152),
        ("lps(5, 13)", 2184),
        ("borel(2, 5)", 80),
    ):
        family, parameters = read_call(text)
        assert family.graph(**parameters).order == order
        assert cayley.growth(text, max_depth=2).growth[0] == 1


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("triangular_torus", [(m,) for m in range(3, 20)]),
        ("king_torus", [(m,) for m in range(3, 12)]),
        ("circulant", [(n,) for n in range(4, 25)]),
        ("dicyclic", [(n,) for n in range(2, 16)]),
        ("dihedral", [(n,) for n in range(3, 16)]),
        ("lamplighter", [(n,) for n in range(3, 10)] + [(n, 3) for n in range(3, 7)]),
        ("lamplighter_dials", [(n, m) for n in range(3, 6) for m in range(3, 6)] + [(6, 4)]),
        ("cube_connected_cycles", [(n,) for n in range(3, 11)]),
        ("butterfly", [(n,) for n in range(3, 11)]),
        ("generalized_symmetric", [(n, m) for n in range(1, 4) for m in range(2, 7)] + [(4, 3), (4, 4)]),
        ("iterated_wreath", [(n,) for n in range(1, 5)]),
        ("grigorchuk", [(n,) for n in range(1, 6)]),
        ("psl2_modular", [(p,) for p in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)]),
        ("unitriangular", [(3, m) for m in range(2, 15)] + [(4, m) for m in range(2, 8)]),
        ("heisenberg_with_centre", [(3, m) for m in range(2, 15)]),
        ("folded_hypercube", [(n,) for n in range(2, 12)]),
        ("augmented_cube", [(n,) for n in range(2, 12)]),
    ],
)
def test_known_diameters(name, sizes):
    family = get_family(name)
    known = {size: family.known_diameter(*size) for size in sizes}
    assert {size: cayley.growth(family.graph(*size)).diameter for size in sizes} == known
