import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import cayley as oracle

from cayley import stabilizer
from cayley._order_bound import order_bound
from cayley.families import get_family
from cayley.matrices import matrix_group
from cayley.permutation import compose, extend, from_cycles, inverse, parse_permutation
from cayley.puzzles import puzzle
from cayley.stabilizer import StabilizerChain

generator_sets = st.integers(1, 6).flatmap(
    lambda n: st.lists(st.permutations(range(n)).map(tuple), min_size=1, max_size=4)
)


@given(generator_sets)
@settings(max_examples=200)
def test_order_and_membership_by_brute_force(generators):
    chain = StabilizerChain(generators)
    group = oracle.closure(generators)
    assert chain.order == len(group)
    from itertools import permutations

    if len(generators[0]) <= 5:
        assert {p for p in permutations(range(len(generators[0]))) if p in chain} == group


# Standard generators of the Mathieu groups; orders from Conway et al., ATLAS of Finite Groups, 1985.
M11 = ["(1 2 3 4 5 6 7 8 9 10 11)", "(3 7 11 8)(4 10 5 6)"]
M12 = [*M11, "(1 12)(2 11)(3 6)(4 8)(5 9)(7 10)"]
M24 = [
    "(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23)",
    "(3 17 10 7 9)(4 13 14 19 5)(8 18 11 12 23)(15 20 22 21 16)",
    "(1 24)(2 23)(3 12)(4 16)(5 18)(6 10)(7 20)(8 14)(9 21)(11 17)(13 22)(15 19)",
]


@pytest.mark.parametrize(
    ("generators", "degree", "order"), [(M11, 11, 7920), (M12, 12, 95040), (M24, 24, 244823040)]
)
def test_mathieu_groups(generators, degree, order):
    assert StabilizerChain([parse_permutation(g, degree) for g in generators]).order == order


@pytest.mark.parametrize("n", [1, 2, 3, 12, 25])
def test_symmetric_and_alternating_groups(n):
    swap, shift = extend((1, 0), n) if n > 1 else (0,), (*range(1, n), 0)
    assert StabilizerChain([swap, shift]).order == math.factorial(n)
    if n > 2:
        three = [extend((1, 2, 0), n), (*range(1, n), 0) if n % 2 else (0, *range(2, n), 1)]
        assert StabilizerChain(three).order == math.factorial(n) // 2


@given(generators=generator_sets, short_base=st.sampled_from([0, 8]), enough=st.sampled_from([0, 20]))
@settings(max_examples=200)
def test_a_random_start_is_verified(generators, short_base, enough):
    """What random elements leave out, the Schreier generators bring: no draws at all must do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stabilizer, "_RANDOM_FROM", 0)
        patch.setattr(stabilizer, "_SHORT_BASE", short_base)
        patch.setattr(stabilizer, "_ENOUGH", enough)
        patch.setattr(stabilizer, "_BATCH", 50)
        chain = StabilizerChain(generators)
    group = oracle.closure(generators)
    assert chain.order == len(group)
    assert all(p in chain for p in group)


@given(generator_sets)
@settings(max_examples=200)
def test_the_bound_is_one(generators):
    assert order_bound(generators) >= len(oracle.closure(generators))


blocks_of_points = st.tuples(st.integers(2, 4), st.integers(2, 3)).flatmap(
    lambda sizes: st.lists(
        st.tuples(
            st.permutations(range(sizes[1])),
            st.lists(st.permutations(range(sizes[0])), min_size=sizes[1], max_size=sizes[1]),
        ),
        min_size=1,
        max_size=3,
    )
)


@given(blocks_of_points)
@settings(max_examples=100)
def test_the_bound_of_blocks_is_one(elements):
    """Random elements of wreath products, with whatever is fixed by their signs and turns."""
    generators = []
    for top, inner in elements:
        size = len(inner[0])
        generators.append(tuple(top[block] * size + i for block in range(len(top)) for i in inner[block]))
    group = StabilizerChain(generators)
    assert order_bound(generators) >= group.order


@pytest.mark.parametrize(
    "name", ["3x3x3", "pyraminx", "tetraminx", "2x2x2", "2x2x2-free", "dino", "globe-3-5"]
)
def test_the_bound_is_exact_for_puzzles(name):
    """Parities, and sums of twists and flips, are all that ties their pieces."""
    group = puzzle(name)
    assert order_bound(group.generators) == StabilizerChain(group.generators).order


def test_the_bound_of_signed_permutations():
    pancakes = get_family("burnt_pancake").generators(40)
    assert order_bound(pancakes) == 2**20 * math.factorial(20)
    even = [compose(p, q) for p in pancakes for q in pancakes]
    assert order_bound(even) == StabilizerChain(even).order


@pytest.mark.parametrize("n", [40, 127])
def test_signed_permutations_of_many_items(n):
    chain = StabilizerChain(get_family("burnt_pancake").generators(2 * n))
    assert chain.order == 2**n * math.factorial(n)


def test_blocks_of_many_points():
    turn, inner = tuple((i + 20) % 200 for i in range(200)), from_cycles([range(20)], 200)
    assert StabilizerChain([turn, inner]).order == 20**10 * 10
    both = from_cycles([range(100), range(100, 200)], 200)
    swap, turn = [(0, 1)], [(100, 101, 102)]
    assert StabilizerChain([both, from_cycles(swap + turn, 200)]).order == math.factorial(100) ** 2
    tied = [both, from_cycles([(0, 1), (100, 101)], 200)]
    assert StabilizerChain(tied).order == math.factorial(100)


@pytest.mark.parametrize("name", ["SL(2,7)", "SL(3,3)", "UT(4,3)", "Heisenberg(3,13)", "SL(5,2)"])
def test_groups_without_a_bound_are_verified(name):
    """Actions on vectors: the bound is far from the order."""
    group = matrix_group(name)
    _, images = group.moved_vectors()
    chain = StabilizerChain(list(map(tuple, images)))
    assert chain.order == group.order
    p = tuple(images[0])
    assert p in chain
    assert inverse(p) in chain
    swapped = (p[1], p[0], *p[2:])
    assert swapped not in chain
