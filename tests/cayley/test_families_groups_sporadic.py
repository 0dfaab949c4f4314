"""Sporadic groups: orders by stabiliser chains, and the conditions on standard generators."""

from math import lcm

import numpy as np
import pytest

import cayley
from cayley.families import get_family
from cayley.families.sporadic import named_group
from cayley.permutation import compose, cycles, identity

# J. H. Conway et al., ATLAS of Finite Groups, 1985.
ORDERS = {
    "M11": 7_920,
    "M12": 95_040,
    "M22": 443_520,
    "M23": 10_200_960,
    "M24": 244_823_040,
    "J1": 175_560,
    "J2": 604_800,
    "HS": 44_352_000,
    "McL": 898_128_000,
}

# Orders of words, and points that a and b fix where that tells their classes apart: R. A. Wilson, J. Algebra
# 184 (1996). M12 2B, 3B; M24 2B, 3A; J2 2B, 3B; HS 2A; McL 5A.
WORDS = {
    "M11": {"a": 2, "b": 4, "ab": 11, "ababababbababbabb": 4},
    "M12": {"a": 2, "b": 3, "ab": 11},
    "M22": {"a": 2, "b": 4, "ab": 11, "ababb": 11},
    "M23": {"a": 2, "b": 4, "ab": 23, "ababababbababbabb": 8},
    "M24": {"a": 2, "b": 3, "ab": 23, "abababbababbabb": 4},
    "J1": {"a": 2, "b": 3, "ab": 7, "ababb": 19},
    "J2": {"a": 2, "b": 3, "ab": 7, "ababb": 12},
    "HS": {"a": 2, "b": 5, "ab": 11},
    "McL": {"a": 2, "b": 5, "ab": 11, "ababababbababbabb": 7},
}
FIXED = {"M12": (4, 0), "M24": (0, 6), "J2": (0, 4), "HS": (20, 0), "McL": (35, 0)}

# Orders of the centralisers that tell 4A from 4B in M22 (32, 16), and 5A from 5B in HS (500, 300).
CENTRALIZERS = {"M22": 32, "HS": 500}


def _standard(name):
    family = get_family(name)
    return family.graph(by="standard") if "by" in family.parameters else family.graph()


def _order(p):
    return lcm(*map(len, cycles(p)))


def _word(text, a, b):
    """Multiply from the left to the right, the first letter applied first."""
    product = identity(len(a))
    for letter in text:
        product = compose(a if letter == "a" else b, product)
    return product


@pytest.mark.parametrize("name", ORDERS)
def test_orders_and_standard_generators(name):
    group = _standard(name)
    assert group.order == ORDERS[name]
    assert group.symbols == ("a", "b", "b'")
    a, b, _ = group.generators
    assert {word: _order(_word(word, a, b)) for word in WORDS[name]} == WORDS[name]
    if name in FIXED:
        assert tuple(sum(x == i for i, x in enumerate(g)) for g in (a, b)) == FIXED[name]


def _class_size(x, generators):
    """Count the conjugates of a permutation, a layer of them at a time."""
    found = {bytes(x)}
    layer = np.array([x], np.uint8)
    while len(layer):
        images = np.concatenate([np.argsort(g)[layer[:, g]] for g in np.array(generators)]).astype(np.uint8)
        new = {row.tobytes() for row in images} - found
        found |= new
        layer = np.array([list(row) for row in new], np.uint8)
    return len(found)


@pytest.mark.parametrize("name", CENTRALIZERS)
def test_classes_that_fixed_points_do_not_tell_apart(name):
    group = _standard(name)
    b = group.generators[1]
    assert _class_size(b, group.generators) * CENTRALIZERS[name] == ORDERS[name]


@pytest.mark.parametrize("name", ["M11", "M12", "M22", "M23", "M24"])
def test_usual_generators_are_those_of_the_named_group(name):
    assert get_family(name).graph() == named_group(name)
    assert cayley.growth(name, max_depth=3).growth == cayley.growth(named_group(name), max_depth=3).growth
    standard = f"{name}(by=standard)"
    assert cayley.growth(standard, max_depth=1).growth == [1, 3]
    with pytest.raises(ValueError, match="accepted are usual, standard"):
        get_family(name).graph(by="atlas")


@pytest.mark.parametrize(
    ("name", "last"),
    [("M11", [564, 209, 30]), ("M12", [166, 30, 6]), ("J1", [347, 89, 16]), ("M22", [296, 32, 4])],
)
def test_growth(name, last):
    """Own breadth-first searches, whose sum is the order of the group."""
    found = cayley.growth(_standard(name))
    assert list(found.growth[-3:]) == last
    assert sum(found.growth) == ORDERS[name]


def test_hs_and_mcl_act_on_their_graphs_with_rank_three():
    """The stabiliser of a point has orbits of 22 and 77 points (HS), 112 and 162 (McL), 36 and 63 (J2)."""
    for name, sizes in (("HS", [22, 77]), ("McL", [112, 162]), ("J2", [36, 63])):
        generators = _standard(name).generators
        degree = len(generators[0])
        seen: dict[tuple[int, int], int] = {}
        orbits = []
        for other in range(1, degree):
            if (0, other) in seen:
                continue
            pairs = [(0, other)]
            seen[0, other] = len(orbits)
            for i, j in pairs:
                for g in generators:
                    if (g[i], g[j]) not in seen:
                        seen[g[i], g[j]] = len(orbits)
                        pairs.append((g[i], g[j]))
            orbits.append(len(pairs) // degree)
        assert sorted(orbits) == sizes


@pytest.mark.parametrize("name", ["M11", "M12", "M22", "M23", "J1", "J2", "HS"])
def test_recorded_diameters(name):
    family = get_family(name)
    members = [{"by": by} for by in ("usual", "standard")] if "by" in family.parameters else [{}]
    for member in members:
        assert cayley.growth(family.graph(**member)).diameter == family.known_diameter(**member)
