import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import cayley as oracle

from cayley.permutation import extend, parse_permutation
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
