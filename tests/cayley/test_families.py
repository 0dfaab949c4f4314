import pytest
from oracle import cayley as oracle

from cayley.families import FAMILIES, get_family
from cayley.permutation import check_permutation, identity
from graphkit.errors import UnknownNameError


@pytest.mark.parametrize("family", FAMILIES.values(), ids=str)
@pytest.mark.parametrize("n", [4, 5, 6])
def test_generators_are_distinct_permutations(family, n):
    generators = family.generators(n)
    assert len(set(generators)) == len(generators) > 0
    assert identity(n) not in generators
    for g in generators:
        assert check_permutation(g, n) == g


@pytest.mark.parametrize("family", FAMILIES.values(), ids=str)
def test_least_degree(family):
    parameters = {name: min(value, family.minimum) for name, value in family.parameters.items()}
    if family.name == "lrx":
        parameters["k"] = 1
    assert family.generators(family.minimum, **parameters)
    with pytest.raises(ValueError, match=f"needs at least {family.minimum} points"):
        family.generators(family.minimum - 1)


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
        if name in FAMILIES and entry["states"] <= 720 and parameters["n"] >= FAMILIES[name].minimum:
            generators = get_family(name).generators(parameters.pop("n"), **parameters)
            assert oracle.growth(generators) == entry["layers"], entry
            seen.add(name)
    assert seen == set(FAMILIES) - {"three_cycles"}
