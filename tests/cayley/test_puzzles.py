import json

import pytest
from oracle import cayley as oracle

from cayley.engines.chain import ChainEngine
from cayley.families.sporadic import named_group
from cayley.groups import PermutationGroup
from cayley.permutation import inverse
from cayley.puzzles import PUZZLES, globe, puzzle
from cayley.stabilizer import StabilizerChain
from graphkit.errors import UnknownNameError

# OEIS A079762 and A079761.
CUBE_QUARTER = [
    1, 6, 27, 120, 534, 2256, 8969, 33058, 114149, 360508, 930588, 1350852, 782536, 90280, 276,
]  # fmt: skip
CUBE_HALF = [1, 9, 54, 321, 1847, 9992, 50136, 227536, 870072, 1887748, 623800, 2644]
# Tables of J. Scherphuis, Jaap's puzzle page: pyraminx without tips, skewb.
PYRAMINX = [1, 8, 48, 288, 1728, 9896, 51808, 220111, 480467, 166276, 2457, 32]
SKEWB = [1, 8, 48, 288, 1728, 10248, 59304, 315198, 1225483, 1455856, 81028, 90]

# Conway et al., ATLAS of Finite Groups, 1985.
MATHIEU = {"M11": 7920, "M12": 95040, "M22": 443520, "M23": 10200960, "M24": 244823040}


def _growth(group):
    return list(ChainEngine(group).layers())


@pytest.mark.parametrize(
    ("name", "metric", "known"),
    [
        ("2x2x2", "qtm", CUBE_QUARTER),
        ("2x2x2", "htm", CUBE_HALF),
        ("pyraminx", None, PYRAMINX),
        ("skewb", None, SKEWB),
        ("pyramorphix", None, [1, 6, 27, 42, 20]),
    ],
)
def test_published_growth(name, metric, known):
    group = puzzle(name, metric)
    assert group.order == sum(known)
    assert _growth(group) == known


@pytest.mark.parametrize(
    ("oracle_name", "name", "metric"),
    [
        ("cube_222_fixed_qtm", "2x2x2", "qtm"),
        ("cube_222_fixed_htm", "2x2x2", "htm"),
        ("cube_222_qtm", "2x2x2-free", "qtm"),
        ("cube_222_htm", "2x2x2-free", "htm"),
        ("cube_222_atm", "2x2x2-free", "atm"),
        ("tetraminx", "tetraminx", None),
        ("pyramorphix", "pyramorphix", None),
    ],
)
def test_shared_puzzles(shared, oracle_name, name, metric):
    entries = json.loads((shared / "oracles" / "cayley.json").read_text())["entries"]
    entry = next(e for e in entries if e["family"] == "puzzle" and e["params"]["name"] == oracle_name)
    assert _growth(puzzle(name, metric)) == entry["layers"]


def test_shared_globes(shared):
    entries = json.loads((shared / "oracles" / "cayley.json").read_text())["entries"]
    entries = [e for e in entries if e["family"] == "globe"]
    assert len(entries) == 5
    for entry in entries:
        a, b = map(int, entry["params"]["ab"].split(","))
        assert _growth(globe(a, b)) == entry["layers"]


def test_cube_moves_commute_across_an_axis_and_have_order_four():
    group = puzzle("3x3x3")
    moves = dict(zip(group.generator_names, group.generators, strict=True))
    assert group.order == 43252003274489856000
    assert group.degree == 48  # the centres do not move and are left out
    order_of_two = PermutationGroup((moves["R"], moves["L"]), "two").order
    assert order_of_two == 16
    assert len(puzzle("3x3x3", "htm").generators) == 18


def test_rotation_of_all_faces_is_the_free_cube_modulo_orientation():
    assert puzzle("2x2x2-free").order == 24 * puzzle("2x2x2").order
    assert puzzle("tetraminx").order == 12 * puzzle("pyraminx").order


def test_dino_is_the_alternating_group():
    group = puzzle("dino")
    assert (group.degree, group.order, group.name) == (12, 239500800, "dino")


@pytest.mark.parametrize("name", [*PUZZLES, "globe-1-1", "globe-2-3"])
def test_puzzles_can_be_undone(name):
    group = puzzle(name)
    assert not group.is_directed
    assert len(set(group.generators)) == len(group.generators) == len(group.generator_names)


@pytest.mark.parametrize("name", MATHIEU)
def test_mathieu_groups(name):
    group = named_group(name.lower())
    assert group.name == name
    assert group.order == MATHIEU[name]
    assert not group.is_directed
    assert group.generator_names[:2] == ("a", "a'")


def test_m11_agrees_with_breadth_first_search():
    group = named_group("M11")
    assert _growth(group) == oracle.growth(group.generators)


def test_names_are_forgiving():
    assert puzzle(" 2X2X2 ", "QTM").generators == puzzle("2x2x2").generators
    assert puzzle("2x2x2_free").name == "2x2x2-free (qtm)"
    assert puzzle("globe-1-2").generators == globe(1, 2).generators
    assert named_group(" m_12 ").name == "M12"
    assert named_group("M13") is None


def test_bad_names_are_refused():
    with pytest.raises(UnknownNameError, match="2x2x2"):
        puzzle("2x2")
    with pytest.raises(ValueError, match="unknown metric 'xtm'"):
        puzzle("2x2x2", "xtm")
    with pytest.raises(ValueError, match="'skewb' has no metrics, got 'htm'"):
        puzzle("skewb", "htm")
    with pytest.raises(ValueError, match="has no metrics"):
        puzzle("globe-1-1", "htm")
    with pytest.raises(UnknownNameError, match="globe-1-2"):
        puzzle("globe-1")
    with pytest.raises(ValueError, match="a of the globe"):
        globe(0, 2)


def test_turns_are_single_cycles_of_the_right_length():
    for name, metric, length in [("2x2x2", "qtm", 4), ("pyraminx", None, 3), ("skewb", None, 3)]:
        for g in puzzle(name, metric).generators:
            power, count = g, 1
            while power != tuple(range(len(g))):
                power = tuple(power[i] for i in g)
                count += 1
            assert count == length
            assert inverse(g) in puzzle(name, metric).generators


def test_chain_of_the_cube_is_quick_enough_to_use_everywhere():
    radices = [len(t) for t in StabilizerChain(puzzle("2x2x2").generators).transversals]
    assert radices == [21, 18, 15, 12, 9, 6]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("globe-1-9999999999", "up to 1000 pieces"),
        (f"globe-1-{'9' * 5000}", "up to 1000 digits"),
        ("globe-1-\u0662", "a globe is written globe-a-b"),
    ],
)
def test_globes_that_are_refused(name, message):
    with pytest.raises(ValueError, match=message):
        puzzle(name)
