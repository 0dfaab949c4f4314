import math

import numpy as np
import pytest

from cayley.generators import parse_group, resolve
from cayley.groups import NamedGroup, PermutationGroup
from cayley.matrices import matrix_group
from graphkit.errors import UnknownNameError


@pytest.mark.parametrize(
    ("text", "expected"), [("S10", ("S", 10)), ("a9", ("A", 9)), (" S_4 ", ("S", 4)), ("S1", ("S", 1))]
)
def test_group_names(text, expected):
    assert parse_group(text) == expected


@pytest.mark.parametrize("text", ["X10", "S", "S-3", "S0", "10", "", "SL(2,7)"])
def test_unknown_group(text):
    with pytest.raises(UnknownNameError, match="accepted are S<n>"):
        parse_group(text)


def test_unknown_group_lists_close_matches():
    with pytest.raises(UnknownNameError, match="did you mean S10 or A10"):
        parse_group("Z10")


def test_what_permutations_generate():
    dihedral = resolve(None, ["(1 2 3 4 5)", "(2 5)(3 4)"], {})
    assert (dihedral.order, dihedral.name) == (10, "group of order 10 on 5 points")
    assert dihedral.generator_names == ("(1 2 3 4 5)", "(2 5)(3 4)")
    assert dihedral.is_directed  # the inverse of the rotation is missing
    assert not resolve(None, ["(1 2 3 4 5)", "(1 5 4 3 2)"], {}).is_directed
    assert resolve(None, [(1, 2, 0), (1, 0, 2)], {}).name == "S3"
    assert resolve(None, ["(1 2 3)", "(1 2)(3 4)"], {}).name == "A4"


def test_repeats_and_the_identity_are_dropped():
    assert resolve("S3", ["(1 2)", "[2, 1]", "()", "(2 3)"], {}).generators == ((1, 0, 2), (0, 2, 1))
    with pytest.raises(ValueError, match="at least one generator other than the identity"):
        resolve(None, ["()"], {})
    with pytest.raises(ValueError, match="at least one generator"):
        resolve("S3", [], {})


def test_generators_of_another_group():
    with pytest.raises(
        ValueError, match="they generate a group of order 10 on 5 points; leave the group out"
    ):
        resolve("S5", ["(1 2 3 4 5)", "(2 5)(3 4)"], {})
    with pytest.raises(ValueError, match="they generate A9, of order 181440; ask for --group A9"):
        resolve("S9", "top_spin", {})
    assert resolve("A9", "top_spin", {}).order == 181440
    with pytest.raises(ValueError, match="do not generate A5: they generate S5"):
        resolve("A5", "lrx", {})


def test_names_tell_parameters_that_are_not_the_default():
    assert resolve("S8", "top_spin", {}).generator_names == "top_spin"
    assert resolve("S7", "top_spin", {"k": 3}).generator_names == "top_spin(k=3)"


def test_family_needs_a_group():
    with pytest.raises(ValueError, match="needs a group"):
        resolve(None, "lrx", {})
    with pytest.raises(ValueError, match="parameters belong to a generator family"):
        resolve("S3", ["(1 2)", "(1 2 3)"], {"k": 3})


@pytest.mark.parametrize(
    ("generators", "error", "message"),
    [
        (((1, 1, 0),), ValueError, "not a permutation of 0 to 2"),
        (((1, 0), (1, 0, 2)), ValueError, r"act on the same points, at least one, got \[2, 3\]"),
        (((),), ValueError, "at least one"),
        ((), ValueError, "at least one generator is required"),
        (((1.0, 0.0),), TypeError, "must be integers"),
        ((3,), TypeError, "a sequence of images, got 3"),
    ],
)
def test_the_constructor_refuses_what_is_no_permutation(generators, error, message):
    with pytest.raises(error, match=message):
        PermutationGroup(generators, "x")
    with pytest.raises(error, match=message):
        NamedGroup(generators, "x", "title")


def test_the_constructor_takes_lists_and_numpy_integers():
    group = PermutationGroup(np.array([[1, 2, 0], [1, 0, 2]]).tolist(), "x")
    assert group == PermutationGroup(tuple(map(tuple, np.array([[1, 2, 0], [1, 0, 2]]))), "x")
    assert {type(i) for g in group.generators for i in g} == {int}
    assert group.order == 6


def test_groups_of_many_points():
    """Beyond 16 points a cycle of prime length proves S_n and A_n (Jordan's theorem), not a chain."""
    assert resolve("S200", "lrx", {}).order == math.factorial(200)
    assert resolve("A101", "top_spin", {}).order == math.factorial(101) // 2
    assert resolve(None, [(*range(1, 40), 0)], {}).order == 40
    with pytest.raises(ValueError, match="may act on up to 255 points, got 'S999999'"):
        parse_group("S999999")
    with pytest.raises(ValueError, match="the number in a group's name may have up to 1000 digits, got 5000"):
        parse_group(f"S{'9' * 5000}")
    with pytest.raises(UnknownNameError, match="unknown group"):
        parse_group("S\u0665")  # an Arabic digit


def test_signed_permutations():
    group = resolve("B5", "burnt_pancake", {})
    assert (group.name, group.degree, group.order) == ("B5", 10, 2**5 * 120)
    with pytest.raises(ValueError, match="do not generate B5: they generate S10"):
        resolve("B5", "lrx", {})
    with pytest.raises(ValueError, match=r"do not generate S10: they generate B5, .* ask for --group B5"):
        resolve("S10", "burnt_pancake", {})
    # The same order, but no pairs of points stay together.
    mixed = resolve(None, [[1, 0, 2, 3, 4, 5, 6, 7], [0, 1, 3, 2, 4, 5, 6, 7], [2, 3, 0, 1, 4, 5, 6, 7]], {})
    assert mixed.order == 8
    assert mixed.name == "group of order 8 on 8 points"
    with pytest.raises(ValueError, match="unknown group 'B1'"):
        parse_group("B1")


def test_many_vectors_become_permutations():
    """The constructor takes more points than users may write."""
    group = matrix_group("Heisenberg(3,37)").as_permutations()
    assert (group.degree, group.order) == (37**2 + 37 + 1, 37**3)
