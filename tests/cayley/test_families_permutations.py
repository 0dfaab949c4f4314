"""Families of rearrangements: what their generators are, which groups they make, how these grow."""

from itertools import combinations, pairwise, permutations, product
from math import factorial, gcd, prod

import pytest
from oracle import cayley as oracle

import cayley
from cayley.families import FAMILIES, GeneratorFamily, get_family
from cayley.permutation import compose, cycles, identity, parse_permutation


def _longest_increase(g):
    return max(
        size for size in range(1, len(g) + 1) if any(list(c) == sorted(c) for c in combinations(g, size))
    )


def _rising_sequences(g):
    """Count the runs of consecutive values that stand from left to right."""
    return 1 + sum(g.index(i + 1) < g.index(i) for i in range(len(g) - 1))


def _avoids(g, *patterns):
    return not any(
        tuple(sorted(chosen).index(x) for x in chosen) in patterns for chosen in combinations(g, 3)
    )


def _has_cycle_lengths(g, *lengths):
    return sorted(map(len, cycles(g))) == sorted(lengths)


def _product(*cycle_notations, n):
    return {parse_permutation(text, n) for text in cycle_notations}


# For each family a property that tells its members from all other permutations of 6 points.
MEMBERS = {
    "jumps": lambda g: _longest_increase(g) >= 5,
    "riffle_shuffles": lambda g: _rising_sequences(g) == 2,
    "overhand_shuffles": lambda g: _avoids(g, (0, 2, 1), (1, 0, 2)),
    "change_ringing": lambda g: all(abs(image - i) <= 1 for i, image in enumerate(g)),
    "involutions": lambda g: compose(g, g) == identity(6),
    "long_cycles": lambda g: _has_cycle_lengths(g, 6),
    "complete_split": lambda g: _has_cycle_lengths(g, 2) and (g[0] != 0 or g[1] != 1),
    "short_swaps": lambda g: _has_cycle_lengths(g, 2) and max(abs(x - i) for i, x in enumerate(g)) <= 2,
    "bubble_sort_star": lambda g: _has_cycle_lengths(g, 2) and (g[0] != 0 or g in _neighbour_swaps(6)),
    "move_to_front": lambda g: list(g[1:]) == sorted(g[1:]),
    "bidirectional_rotator": lambda g: list(g[1:]) == sorted(g[1:]) or _rest_in_order(g),
    "prefix_suffix_reversals": lambda g: any(
        part[::-1] == tuple(range(i, j)) and g[:i] == tuple(range(i)) and g[j:] == tuple(range(j, 6))
        for i, j in ((a, b) for a, b in combinations(range(7), 2) if a == 0 or b == 6)
        for part in [g[i:j]]
    ),
    "alternating_network": lambda g: (
        g in _product("(1 2 3)", "(1 3 2)", "(1 2)(3 4)", "(1 2)(3 5)", "(1 2)(3 6)", n=6)
    ),
    "alternating_coxeter": lambda g: (
        g in _product("(1 2 3)", "(1 3 2)", "(1 2)(3 4)", "(1 2)(4 5)", "(1 2)(5 6)", n=6)
    ),
    "plain_hunt": lambda g: g in _product("(1 2)(3 4)(5 6)", "(2 3)(4 5)", n=6),
    "plain_bob": lambda g: g in _product("(1 2)(3 4)(5 6)", "(2 3)(4 5)", "(3 4)(5 6)", n=6),
    "square_with_whiskers": lambda g: g in _product("(2 3)(4 5)", "(3 4)(5 2)", "(1 2)(5 6)", n=6),
    "fixed_reversals": lambda g: g in _product("(1 4)(2 3)", "(2 5)(3 4)", "(3 6)(4 5)", n=6),
    "fixed_cyclic_reversals": lambda g: (
        g
        in _product(
            *("(1 4)(2 3)", "(2 5)(3 4)", "(3 6)(4 5)", "(4 1)(5 6)", "(5 2)(6 1)", "(6 3)(1 2)"),
            n=6,
        )
    ),
    "shift_and_cycle": lambda g: g in _product("(1 2 3 4 5 6)", "(6 5 4 3 2 1)", "(1 2 3)", "(3 2 1)", n=6),
}


def _neighbour_swaps(n):
    return {(*range(i), i + 1, i, *range(i + 2, n)) for i in range(n - 1)}


def _rest_in_order(g):
    """Tell whether at most the first item has been moved."""
    return [x for x in g if x] == list(range(1, len(g)))


@pytest.mark.parametrize("name", MEMBERS)
def test_families_hold_all_permutations_of_their_kind(name):
    belongs = MEMBERS[name]
    expected = {g for g in permutations(range(6)) if g != identity(6) and belongs(g)}
    assert expected
    assert set(get_family(name).generators(6)) == expected


def _cut(items, *places):
    bounds = [0, *places, len(items)]
    return [items[a:b] for a, b in pairwise(bounds)]


def test_exchanges_and_reversals_of_intervals():
    """Lists are cut and put together again."""
    n = 6
    items = tuple(range(n))
    exchanged, flipped = {}, {}
    for i, j, k in combinations(range(n + 1), 3):
        a, b, c, d = _cut(items, i, j, k)
        exchanged[a + c + b + d] = (i, k)
    for i, j in combinations(range(n + 1), 2):
        a, b, c = _cut(items, i, j)
        flipped[a + b[::-1] + c] = (i, j)
    flipped = {p: ends for p, ends in flipped.items() if p != items}
    starts = {p for p, (i, _) in exchanged.items() if i == 0}
    flips = {p for p, (i, j) in flipped.items() if i == 0 and j > 1}
    expected = {
        "prefix_transpositions": starts,
        "prefix_suffix_transpositions": {p for p, (i, k) in exchanged.items() if i == 0 or k == n},
        "prefix_reversals_and_transpositions": starts | flips,
        "reversals_and_transpositions": exchanged.keys() | flipped.keys(),
        "short_block_moves": {p for p, (i, k) in exchanged.items() if k - i <= 3},
    }
    for name, generators in expected.items():
        assert set(get_family(name).generators(n)) == generators, name
    assert set(get_family("short_reversals").generators(n, k=3)) == {
        p for p in flipped if max(abs(x - i) for i, x in enumerate(p)) <= 2
    }
    turned = [tuple((i + by) % n for i in range(n)) for by in range(n)]
    around = {tuple((p[(i - by) % n] + by) % n for i in range(n)) for p in flips for by in range(n)}
    assert set(get_family("cyclic_reversals").generators(n)) == around
    assert set(get_family("cuts_and_exchange").generators(n)) == {*turned[1:], (1, 0, 2, 3, 4, 5)}


def test_shuffles():
    """Decks of six cards, listed from the top."""
    out, inner = (0, 3, 1, 4, 2, 5), (3, 0, 4, 1, 5, 2)
    assert get_family("perfect_shuffles").generators(6) == [out, inner]
    three = get_family("perfect_shuffles").generators(6, k=3)
    assert (0, 2, 4, 1, 3, 5) in three
    assert (4, 2, 0, 5, 3, 1) in three
    assert len(three) == factorial(3)
    assert get_family("mongean_shuffles").generators(6) == [(5, 3, 1, 0, 2, 4), (4, 2, 0, 1, 3, 5)]
    dealt = get_family("deals").generators(6)
    assert dealt[:3] == [(5, 4, 3, 2, 1, 0), (4, 2, 0, 5, 3, 1), (3, 0, 4, 1, 5, 2)]
    with pytest.raises(ValueError, match="7 cards cannot be cut into k = 2 packs of the same size"):
        get_family("perfect_shuffles").generators(7)


def _perfect_shuffle_order(n):
    """Order of the group of both perfect shuffles of 2n cards: Diaconis, Graham, Kantor 1983, theorem 1."""
    if n & (n - 1) == 0:
        power = n.bit_length()
        return power * 2**power
    if n == 6:
        return 2**6 * factorial(5)
    if n == 12:
        return 2**11 * 95040
    return factorial(n) * 2**n // {0: 4, 1: 2, 2: 1, 3: 2}[n % 4]


def test_groups_of_perfect_shuffles():
    for n in range(2, 17):
        assert get_family("perfect_shuffles").graph(2 * n).order == _perfect_shuffle_order(n)


def test_mongean_shuffles_of_twelve_cards():
    """They generate M12: J. H. Conway, N. J. A. Sloane, Sphere Packings, Lattices and Groups, chapter 11."""
    assert get_family("mongean_shuffles").graph(12).order == 95040


def test_orders():
    orders = {
        "plain_hunt": lambda n: 2 * n,
        "alternating_network": lambda n: factorial(n) // 2,
        "alternating_coxeter": lambda n: factorial(n) // 2,
        "square_with_whiskers": lambda n: factorial(n) if n > 6 else None,
        "change_ringing": factorial,
        "plain_bob": factorial,
        "move_to_front": factorial,
        "shift_and_cycle": lambda n: factorial(n) // (1 + n % 2),
        "long_cycles": lambda n: factorial(n) // (1 + n % 2),
    }
    for name, order in orders.items():
        for n in range(5, 9):
            if (expected := order(n)) is not None:
                assert get_family(name).graph(n).order == expected, (name, n)
    for n in range(6, 12):
        # Reversals of three positions exchange neighbours among the odd, or among the even positions.
        reversals = get_family("fixed_reversals").graph(n, k=3)
        assert reversals.order == factorial(n // 2) * factorial((n + 1) // 2)


def test_super_cayley_graphs():
    """Position 1 and blocks of positions: all of them generate the symmetric group."""
    macro = get_family("macro_star").graph(3, 2)
    assert set(macro.generators) == _product("(1 2)", "(1 3)", "(2 4)(3 5)", "(2 6)(3 7)", n=7)
    assert macro.symbols == ("T2", "T3", "S2", "S3")
    rotation = get_family("rotation_star").graph(3, 2)
    turns = _product("(2 4 6)(3 5 7)", "(2 6 4)(3 7 5)", n=7)
    assert set(rotation.generators) == turns | _product("(1 2)", "(1 3)", n=7)
    complete = get_family("complete_rotation_star").graph(4, 1)
    assert set(complete.generators) == _product("(1 2)", "(2 3 4 5)", "(2 4)(3 5)", "(5 4 3 2)", n=5)
    rotator = get_family("macro_rotator").graph(2, 3)
    insertions = _product("(1 2)", "(1 2 3)", "(1 2 3 4)", n=7)
    swap = _product("(2 5)(3 6)(4 7)", n=7)
    assert set(rotator.generators) == insertions | swap
    both = get_family("macro_insertion_selection").graph(2, 3)
    assert set(both.generators) == insertions | swap | _product("(3 2 1)", "(4 3 2 1)", n=7)
    for graph in (macro, rotation, complete, rotator, both):
        assert graph.order == factorial(graph.degree)
    with pytest.raises(ValueError, match="the size of a block"):
        get_family("macro_star").graph(3, 0)


MINE = (
    *("broom", "double_star", "comb", "spider", "binary_tree", "bubble_sort_star", "wheel"),
    *("complete_split", "lollipop", "chorded_cycle", "grid", "short_swaps", "square_with_whiskers"),
    *("alternating_network", "alternating_coxeter", "bidirectional_rotator", "move_to_front"),
    *("prefix_transpositions", "prefix_suffix_transpositions", "prefix_suffix_reversals"),
    *("prefix_reversals_and_transpositions", "reversals_and_transpositions", "cyclic_reversals"),
    *("fixed_reversals", "fixed_cyclic_reversals", "short_reversals", "short_block_moves", "jumps"),
    *("change_ringing", "plain_hunt", "plain_bob", "perfect_shuffles", "riffle_shuffles"),
    *("overhand_shuffles", "deals", "mongean_shuffles", "cuts_and_exchange", "shift_and_cycle"),
    *("involutions", "long_cycles", "coxeter_d", "reflections_b", "reflections_d", "signed_stars"),
    *("signed_prefix_suffix_reversals", "signed_cyclic_reversals", "signed_reversals_and_transpositions"),
)


@pytest.mark.parametrize("name", MINE)
def test_descriptions_say_whether_steps_can_be_undone(name):
    family = get_family(name)
    assert family.graph(6).is_directed == ("(directed)" in family.description)


def test_families_differ():
    """No two families have the same generators for all numbers of points, unless parameters part them."""
    seen = {}
    for name, family in FAMILIES.items():
        if isinstance(family, GeneratorFamily):
            key = (
                frozenset(family.generators(6 * (1 + family.signed))),
                frozenset(family.generators(8 * (1 + family.signed))),
            )
            seen.setdefault(key, []).append(name)
    assert sorted(same for same in seen.values() if len(same) > 1) == [
        ["stars", "generalized_stars"],
        ["transpositions", "conjugacy_class"],
    ]


COMPUTED = [
    (name, n)
    for name in (*MINE, "signed_reversals")
    for n in range(2, 7 if get_family(name).signed else 9)
    if n >= get_family(name).minimum
    if not get_family(name)._build.__defaults__ or n >= max(get_family(name)._build.__defaults__)
    if get_family(name).known_diameter(n) is not None
]


@pytest.mark.parametrize(("name", "n"), COMPUTED)
def test_known_diameters(name, n):
    family = get_family(name)
    assert cayley.growth(family.graph(n)).diameter == family.known_diameter(n)


def _product_of(factors):
    """Multiply polynomials, listed by coefficients."""
    row = [1]
    for factor in factors:
        longer = [0] * (len(row) + len(factor) - 1)
        for i, a in enumerate(row):
            for j, b in enumerate(factor):
                longer[i + j] += a * b
        row = longer
    return row


def _growth(name, *sizes, **parameters):
    return list(cayley.growth(get_family(name).graph(*sizes, **parameters)).growth)


def test_growth_of_coxeter_generators():
    """Regev and Roichman 2004 for A_n; for D_n the product of 1 + q + ... + q^(d-1) over its degrees d."""
    for n in range(3, 9):
        factors = [[1] * i + [2] for i in range(1, n - 1)]
        assert _growth("alternating_coxeter", n) == _product_of(factors)
    for n in range(2, 7):
        degrees = [*range(2, 2 * n - 1, 2), n]
        assert _growth("coxeter_d", n) == _product_of([[1] * d for d in degrees])


def test_growth_of_reflections():
    """The product of 1 + e q over the exponents e: Shephard and Todd 1954, theorem 5.3."""
    for n in range(2, 7):
        assert _growth("reflections_b", n) == _product_of([[1, e] for e in range(1, 2 * n, 2)])
        assert _growth("reflections_d", n) == _product_of([[1, e] for e in (*range(1, 2 * n - 2, 2), n - 1)])


def test_growth_of_jumps_and_of_moves_to_the_front():
    n = 6
    distances = [n - _longest_increase(g) for g in permutations(range(n))]
    assert _growth("jumps", n) == [distances.count(d) for d in range(n)]
    # Within k moves to the front: whatever the first k items are, the others stand in order.
    within = [factorial(n) // factorial(n - k) for k in range(n)]
    assert _growth("move_to_front", n) == [b - a for a, b in pairwise([0, *within])]
    assert _growth("prefix_cycles", n) == _growth("move_to_front", n)


def test_growth_of_riffle_shuffles():
    """Within k shuffles are the decks of up to 2^k rising sequences: Bayer and Diaconis 1992."""
    for n in (5, 6, 7):
        counted = [_rising_sequences(g) for g in permutations(range(n))]
        within = [sum(r <= 2**k for r in counted) for k in range((n - 1).bit_length() + 1)]
        assert _growth("riffle_shuffles", n) == [b - a for a, b in pairwise([0, *within])]


def test_growth_of_complete_split_graphs():
    """The distance is n minus the number of cycles, and two for each cycle that avoids the first k."""
    for n, k in ((5, 1), (6, 2), (6, 3), (6, 5)):
        distances = []
        for g in permutations(range(n)):
            moved = cycles(g)
            avoiding = sum(1 for cycle in moved if min(cycle) >= k)
            distances.append(sum(len(cycle) - 1 for cycle in moved) + 2 * avoiding)
        expected = [distances.count(d) for d in range(max(distances) + 1)]
        assert _growth("complete_split", n, k=k) == expected
        assert get_family("complete_split").known_diameter(n, k) == max(distances)


def test_plain_hunt_is_a_cycle():
    for n in range(3, 9):
        assert _growth("plain_hunt", n) == [1, *[2] * (n - 1), 1]


def test_square_with_whiskers():
    """Largest diameters over all parameters; at n = 8 more than those of koltsov3, 38."""
    family = get_family("square_with_whiskers")
    found = {}
    for n in (5, 7, 8):
        for k, corner, first, second in product(range(n - 3), (3, 4), (1, 2), (1, 2)):
            generators = family.generators(n, k=k, corner=corner, first=first, second=second)
            assert len(generators) == 3
            assert all(compose(g, g) == identity(n) for g in generators)
            # A connected graph with one cycle, each edge of which is in one involution.
            assert sum(len(cycles(g)) for g in generators) == n
            found[n, corner] = max(found.get((n, corner), 0), _diameter(generators))
    assert found == {(5, 3): 9, (5, 4): 9, (7, 3): 29, (7, 4): 28, (8, 3): 28, (8, 4): 39}


def test_three_involutions_on_a_square_with_whiskers():
    """Those of koltsov3, type 2, are the same, but the edge opposite both paths is in the third as well."""
    for n, k in ((6, 1), (7, 0), (8, 3), (9, 2)):
        one, two, three = get_family("square_with_whiskers").generators(n, k=k)
        three = compose(three, parse_permutation(f"({k + 2} {k + 3})", n))
        assert {one, two, three} == set(get_family("koltsov3").generators(n, type=2, k=k))


def test_left_shift_and_any_exchange():
    """(1 k+1) and the long cycle generate S_n exactly if k and n have no common divisor."""
    for n in range(4, 9):
        for k in range(1, n):
            assert (get_family("lx").graph(n, k=k).order == factorial(n)) == (gcd(n, k) == 1)


def _diameter(generators):
    return cayley.growth(generators=generators).diameter


def test_signed_families_by_hand():
    """Lists of items that are cut and turned."""
    n = 3

    def points(stack):
        front = [item + n * side for item, side in stack]
        return (*front, *((point + n) % (2 * n) for point in front))

    def turn(part):
        return [(item, 1 - side) for item, side in reversed(part)]

    items = [(i, 0) for i in range(n)]
    cut = [(items[:i], items[i:j], items[j:]) for i, j in combinations(range(n + 1), 2)]
    flips = {points(a + turn(b) + c) for a, b, c in cut}
    ends = {points(a + turn(b) + c) for a, b, c in cut if not (a and c)}
    assert set(get_family("signed_prefix_suffix_reversals").generators(2 * n)) == ends
    moves = {points(items[1:] + items[:1]), points(items[2:] + items[:2])}
    moves |= {points([items[i] for i in order]) for order in ((1, 0, 2), (0, 2, 1))}
    assert set(get_family("signed_reversals_and_transpositions").generators(2 * n)) == flips | moves
    around = set()
    for by in range(n):
        for length in range(1, n + 1):
            row = items[by:] + items[:by]
            row = turn(row[:length]) + row[length:]
            around.add(points(row[n - by :] + row[: n - by]))
    assert set(get_family("signed_cyclic_reversals").generators(2 * n)) == around
    stars = {points([(0, 1), (1, 0), (2, 0)])}
    for side in (0, 1):
        stars |= {points([(1, side), (0, side), (2, 0)]), points([(2, side), (1, 0), (0, side)])}
    assert set(get_family("signed_stars").generators(2 * n)) == stars


def test_coloured_pancakes():
    """Points are colours times items; with two colours the burnt pancakes, with one the pancakes."""
    family = get_family("coloured_pancake")
    assert set(family.graph(4, 2).generators) == set(get_family("burnt_pancake").generators(8))
    assert set(family.graph(5, 1).generators) == set(get_family("pancake").generators(5))
    assert family.graph(3, 4).order == factorial(3) * 4**3
    assert family.graph(2, 3).generators == ((2, 1, 4, 3, 0, 5), (3, 2, 5, 4, 1, 0))
    assert family.graph(2, 3).is_directed
    assert family.known_diameter(4, 2) == 8
    assert family.known_diameter(5, 3) is None


def test_sizes_of_classes():
    assert len(get_family("involutions").generators(7)) == 231  # OEIS A000085
    assert len(get_family("long_cycles").generators(7)) == factorial(6)
    assert len(get_family("change_ringing").generators(9)) == 54  # a Fibonacci number less one
    assert len(get_family("riffle_shuffles").generators(9)) == 2**9 - 9 - 1
    assert len(get_family("overhand_shuffles").generators(9)) == 2**8 - 1
    assert len(get_family("jumps").generators(9)) == 64
    assert len(get_family("reflections_b").generators(10)) == 25
    assert len(get_family("reflections_d").generators(10)) == 20


def test_orders_of_reflection_groups():
    for n in range(2, 7):
        assert get_family("coxeter_d").graph(n).order == 2 ** (n - 1) * factorial(n)
        assert get_family("reflections_d").graph(n).order == 2 ** (n - 1) * factorial(n)
        assert get_family("reflections_b").graph(n).order == prod(range(2, 2 * n + 1, 2))


def test_oracle_agrees_on_directed_families():
    for name in ("riffle_shuffles", "deals", "mongean_shuffles", "move_to_front"):
        assert _growth(name, 6) == oracle.growth(get_family(name).generators(6))
