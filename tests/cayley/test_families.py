from itertools import permutations, product

import pytest
from oracle import cayley as oracle

import cayley
from cayley.families import FAMILIES, GeneratorFamily, get_family
from cayley.families._registry import _ALIASES
from cayley.permutation import check_permutation, cycles, identity
from graphkit.errors import UnknownNameError

GENERATORS = {name: family for name, family in FAMILIES.items() if isinstance(family, GeneratorFamily)}
ALL = pytest.mark.parametrize("family", GENERATORS.values(), ids=GENERATORS.keys())


@ALL
@pytest.mark.parametrize("n", [6, 8])
def test_generators_are_distinct_permutations(family, n):
    points = 2 * n if family.signed else n
    generators = family.generators(points)
    assert len(set(generators)) == len(generators) > 0
    assert identity(points) not in generators
    for g in generators[:100]:
        assert check_permutation(g, points) == g


@ALL
def test_least_degree(family):
    least = family.minimum * (2 if family.signed else 1)
    defaults = {"top_spin": {"k": 4}, "lrx": {"k": 1}, "rand_generators": {"k": 1}}
    parameters = {
        name: min(value, family.minimum) if name == "k" else value
        for name, value in family.parameters.items()
    } | defaults.get(family.name, {})
    assert family.generators(least, **parameters)
    with pytest.raises(ValueError, match=f"needs at least {least} points"):
        family.generators(least - 1)


def _is_cycle(g):
    return sum(1 for c in cycles(g)) == 1


def _has_type(g, *lengths):
    return sorted(map(len, cycles(g))) == sorted(lengths)


# For each family a property that tells its members from all other permutations of 5 points (6 if even).
MEMBERS = {
    "transpositions": (5, {}, lambda g: _has_type(g, 2)),
    "generalized_stars": (5, {"k": 2}, lambda g: _has_type(g, 2) and sum(x < 2 for x in cycles(g)[0]) == 1),
    "stars": (5, {}, lambda g: _has_type(g, 2) and g[0] != 0),
    "three_cycles": (5, {}, lambda g: _has_type(g, 3)),
    "three_cycles_0ij": (5, {}, lambda g: _has_type(g, 3) and g[0] != 0),
    "three_cycles_01i": (5, {}, lambda g: _has_type(g, 3) and g[0] != 0 and g[1] != 1),
    "increasing_k_cycles": (
        5,
        {"k": 4},
        lambda g: _has_type(g, 4) and list(cycles(g)[0]) == sorted(cycles(g)[0]),
    ),
    "down_cycles": (5, {}, lambda g: _is_cycle(g) and _rises(cycles(g)[0])),
    "prefix_cycles": (5, {}, lambda g: _is_cycle(g) and _rises(cycles(g)[0]) and g[0] == 1),
    "consecutive_k_cycles": (5, {"k": 3}, lambda g: _has_type(g, 3) and _rises(cycles(g)[0])),
    "all_cycles": (5, {}, _is_cycle),
    "derangements": (5, {}, lambda g: all(g[i] != i for i in range(5))),
    "involutive_derangements": (6, {}, lambda g: _has_type(g, 2, 2, 2)),
    "conjugacy_class": (5, {"cycles": "3+2"}, lambda g: _has_type(g, 3, 2)),
    "conjugacy_class, equal lengths": (6, {"cycles": "2+2+1"}, lambda g: _has_type(g, 2, 2)),
    "conjugacy_class, one length": (6, {"cycles": "3+3"}, lambda g: _has_type(g, 3, 3)),
}


def _ascends(cycle):
    return list(cycle) == sorted(cycle)


def _rises(cycle):
    return list(cycle) == list(range(cycle[0], cycle[0] + len(cycle)))


@pytest.mark.parametrize("case", MEMBERS, ids=str)
def test_families_hold_all_permutations_of_their_kind(case):
    n, parameters, belongs = MEMBERS[case]
    expected = {g for g in permutations(range(n)) if g != identity(n) and belongs(g)}
    assert set(get_family(case.partition(",")[0]).generators(n, **parameters)) == expected


def test_block_interchanges_are_exchanges_of_two_intervals():
    """Cut into five intervals, of which the first, third and last may be empty, and exchange two."""
    n, expected = 5, set()
    items = list(range(n))
    for a, b, c, d in product(range(n + 1), repeat=4):
        if a <= b <= c <= d:
            expected.add((*items[:a], *items[c:d], *items[b:c], *items[a:b], *items[d:]))
    assert set(get_family("block_interchange").generators(n)) == expected - {identity(n)}


def test_signed_families():
    """A flip reverses the order of items and turns each over: point n+i is the other side of point i."""
    n = 4
    for name in ("burnt_pancake", "signed_reversals"):
        flips = set()
        for first in range(n):
            for last in range(first, n):
                stack = [(i, 0) for i in range(n)]
                stack[first : last + 1] = [(i, 1) for i, _ in reversed(stack[first : last + 1])]
                front = [i + n * side for i, side in stack]
                flips.add((*front, *((point + n) % (2 * n) for point in front)))
        found = set(get_family(name).generators(2 * n))
        assert found == (flips if name == "signed_reversals" else {g for g in flips if g[0] >= n})
    with pytest.raises(ValueError, match="two points for each item, got 9 points"):
        get_family("burnt_pancake").generators(9)


def test_growth_of_signed_families():
    """Diameters: burnt pancakes 1, 4, 6, 8, 10, 12 (Cohen, Blum 1995, table 1); Coxeter group B_n: n^2."""
    assert [cayley.diameter(f"B{n}") for n in range(2, 7)] == [4, 6, 8, 10, 12]
    assert [cayley.diameter(f"B{n}", "coxeter_b") for n in range(2, 6)] == [n * n for n in range(2, 6)]
    # The Poincare polynomial of B_3: the product of 1 + q + ... + q^(d-1) for the degrees d = 2, 4, 6.
    assert cayley.growth("B3", "coxeter_b").growth == [1, 3, 5, 7, 8, 8, 7, 5, 3, 1]


def test_three_involutions():
    """Largest diameters over the parameters, as recorded for the families of "CayleyPy Growth"."""
    for n, expected in ((5, 10), (6, 16), (7, 30)):
        found = []
        for kind, span in ((1, 1), (2, 3)):
            for k in range(n - span):
                for d in range(1, n - k) if kind == 1 else (1,):
                    generators = get_family("koltsov3").generators(n, type=kind, k=k, d=d)
                    found.append(
                        oracle.growth(generators) if n < 7 else cayley.growth(generators=generators).growth
                    )
        assert max(map(len, found)) - 1 == expected


def test_square_with_whiskers():
    found = {
        n: max(
            cayley.growth(generators=get_family("sheveleva2").generators(n, k=k)).diameter
            for k in range(1, n - 2)
        )
        for n in (5, 6, 7, 8)
    }
    assert found == {5: 10, 6: 10, 7: 24, 8: 44}


def test_random_families_depend_on_the_seed_alone():
    for name, options in (("rand_generators", {"k": 3}), ("conjugacy_class", {"cycles": "3+2", "sample": 4})):
        family = get_family(name)
        first = family.generators(9, **options, seed=1)
        assert first == family.generators(9, **options, seed=1)
        assert first != family.generators(9, **options, seed=2)
    assert len(get_family("conjugacy_class").generators(9, cycles="3+2", sample=4)) == 4
    assert len(get_family("rand_generators").generators(9, k=3, inverses=0)) == 3
    with pytest.raises(ValueError, match="there are 20 permutations of type 3\\+2, got sample=21"):
        get_family("conjugacy_class").generators(5, cycles="3+2", sample=21)


def test_symbols():
    assert get_family("top_spin").symbols(6) == ("L", "R", "T")
    assert get_family("coxeter").symbols(4) == ("s1", "s2", "s3")
    assert get_family("burnt_pancake").symbols(4) == ("r1", "r2")
    assert get_family("lsl_cycles").symbols(5, inverses=0) == ("L", "S")
    assert get_family("lrx").symbols(2) == ("L",)  # all three are the same exchange
    assert get_family("stars").symbols(3) == ("(1 2)", "(1 3)")
    for family in GENERATORS.values():
        degree = 2 * 6 if family.signed else 6
        assert len(family.symbols(degree)) == len(family.generators(degree))
        assert len(set(family.symbols(degree))) == len(family.symbols(degree))


def test_limits():
    with pytest.raises(ValueError, match="'derangements' has more than 100,000 generators on 12 points"):
        get_family("derangements").generators(12)
    with pytest.raises(ValueError, match="even number of points, got 7"):
        get_family("involutive_derangements").generators(7)
    with pytest.raises(ValueError, match="written like 3\\+2, with a sum up to 5, got '3\\+3'"):
        get_family("conjugacy_class").generators(5, cycles="3+3")
    with pytest.raises(ValueError, match="parameter 'k' of 'lrx' must be an integer, got '2'"):
        get_family("lrx").generators(5, k="2")
    three = get_family("conjugacy_class").generators(5, cycles="3")
    assert get_family("conjugacy_class").generators(5, cycles=3) == three  # as a command line has it
    with pytest.raises(TypeError, match=r"must be an integer or text, got 3\.0"):
        get_family("conjugacy_class").generators(5, cycles=3.0)
    assert len(get_family("overhand_shuffles").generators(17)) == 2**16 - 1
    with pytest.raises(ValueError, match="'overhand_shuffles' has more than 100,000 generators"):
        get_family("overhand_shuffles").generators(18)
    with pytest.raises(ValueError, match="has more than 100,000 generators"):
        get_family("perfect_shuffles").generators(9, k=9)
    with pytest.raises(ValueError, match=r"up to \d+ points, got 1000000"):
        get_family("lrx").graph(10**6)


def test_definitions():
    assert get_family("lrx").generators(4) == [(1, 2, 3, 0), (3, 0, 1, 2), (1, 0, 2, 3)]
    assert get_family("lrx").generators(4, k=2)[2] == (2, 1, 0, 3)
    assert get_family("lx").generators(3) == [(1, 2, 0), (1, 0, 2)]
    assert get_family("pancake").generators(3) == [(1, 0, 2), (2, 1, 0)]
    assert get_family("top_spin").generators(5)[2] == (3, 2, 1, 0, 4)
    assert get_family("stars").generators(3) == [(1, 0, 2), (2, 1, 0)]
    assert len(get_family("transpositions").generators(6)) == 15
    assert len(get_family("transposons").generators(6)) == 35


def test_names():
    assert get_family("Top-Spin") is FAMILIES["top_spin"]
    assert get_family("all_transpositions") is FAMILIES["transpositions"]
    for alias, name in _ALIASES.items():
        assert get_family(alias) is FAMILIES[name]
        assert alias not in FAMILIES
    with pytest.raises(UnknownNameError, match="did you mean pancake"):
        get_family("pancakes")


def test_parameters():
    with pytest.raises(ValueError, match="'pancake' has no parameters, got k=3"):
        get_family("pancake").generators(5, k=3)
    with pytest.raises(UnknownNameError, match="accepted are k"):
        get_family("top_spin").generators(5, size=3)
    with pytest.raises(ValueError, match=r"must be in \[2, 5\], got 6"):
        get_family("top_spin").generators(5, k=6)


def test_oracle_vectors(shared):
    import json

    entries = json.loads((shared / "oracles" / "cayley.json").read_text())["entries"]
    seen = set()
    for entry in entries:
        parameters = dict(entry["params"])
        name = {"all_transpositions": "transpositions"}.get(entry["family"], entry["family"])
        if name in GENERATORS and entry["states"] <= 720 and parameters["n"] >= GENERATORS[name].minimum:
            n = parameters.pop("n") * (2 if GENERATORS[name].signed else 1)
            generators = get_family(name).generators(n, **parameters)
            assert oracle.growth(generators) == entry["layers"], entry
            seen.add(name)
    assert seen >= {
        "lrx",
        "lx",
        "top_spin",
        "burnt_pancake",
        "rapaport_m1",
        "wrapped_k_cycles",
        "transposons",
    }


MEMBERS_OF_ALL = [(name, example) for name, family in FAMILIES.items() for example in family.examples]


@pytest.mark.parametrize(("name", "example"), MEMBERS_OF_ALL, ids=lambda case: str(case).replace(" ", ""))
def test_every_family_against_plain_search_and_known_diameters(name, example):
    """Each member grows as a search with a dictionary finds, to the end or to the depth in reach."""
    family = FAMILIES[name]
    graph = family.graph(**example)
    expected = oracle.first_layers(graph, max_states=3_000)
    found = cayley.growth(graph, max_depth=len(expected) - 1)
    assert list(found.growth[: len(expected)]) == expected
    known = family.known_diameter(**example)
    if known is not None and graph.order is not None and graph.order <= 1_000_000:
        assert cayley.growth(graph).diameter == known
