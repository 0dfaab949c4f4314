import math

import pytest
from oracle import cayley as oracle
from oracle import puzzles as simulated

from cayley.engines.chain import ChainEngine
from cayley.groups import NamedGroup, PermutationGroup
from cayley.permutation import compose, inverse
from cayley.puzzles import cube, cuboid, puzzle
from cayley.puzzles._cubes import METRICS
from cayley.puzzles._cut import Cut, cut_solid
from cayley.puzzles._golden import Golden

RUBIK = 43252003274489856000


def _published_order(n):
    """Number of arrangements, centres of a face alike: OEIS A075152, recursion of H. Kociemba (2016)."""
    if n < 4:
        return {2: 3674160, 3: RUBIK}[n]
    f = math.factorial(24)
    return _published_order(n - 2) * 24**6 * f ** (n - 2) // 24 ** (6 * (n - 2))


def _growth(group):
    return list(ChainEngine(group).layers())


def _named(moves):
    return NamedGroup.from_moves("test", moves)


@pytest.mark.parametrize("n", range(2, 8))
def test_orders_of_cubes(n):
    """There are k sets of 24 centres, four of a kind; the parity of each set is bound to other pieces."""
    sets = (n - 2) ** 2 // 4
    assert _named(cube(n)).order * 2**sets == _published_order(n) * 24 ** (6 * sets)


# OEIS A080601 and A080602, A079762 and A079761.
KNOWN = [
    (3, "qtm", [1, 12, 114, 1068]),
    (3, "htm", [1, 18, 243, 3240]),
]


@pytest.mark.parametrize(("n", "metric", "known"), KNOWN)
def test_growth_of_cubes_begins_as_published(n, metric, known):
    group = puzzle(f"cube({n}, metric={metric})")
    assert oracle.first_layers(group, 300)[: len(known)] == known


@pytest.mark.parametrize(
    ("faces", "known"),
    [
        # OEIS A080615, A080619 and A080627: subgroups of Rubik's cube.
        (("U2", "D2", "F2", "B2"), [1, 4, 10, 24, 53, 64, 31, 4, 1]),
        (("M", "E", "S"), [1, 6, 27, 120, 287, 258, 69]),
        (
            ("U2", "D2", "F2", "B2", "R2", "L2"),
            [1, 6, 27, 120, 519, 1932, 6484, 20310, 55034, 113892, 178495, 179196, 89728, 16176, 1488, 144],
        ),
    ],
)
def test_subgroups_of_the_cube(faces, known):
    moves = cube(3, metric="stm")
    chosen = {p for face in faces for p in (moves[face], inverse(moves[face]))}
    assert _growth(PermutationGroup(tuple(sorted(chosen)), "test")) == known


def test_a_subgroup_that_turns_the_core():
    """OEIS A080617: D and a middle slice, as they move in the hand."""
    moves = cube(3, metric="qstm", rotations=1)
    generators = tuple(moves[symbol] for symbol in ("U", "U'", "M", "M'"))
    known = [1, 4, 10, 24, 58, 140, 338, 816, 1909, 4296, 8893, 17160, 28891, 37996, 37678, 27186, 13051]
    known += [4128, 1199, 372, 122, 36, 10, 2]
    assert _growth(PermutationGroup(generators, "test")) == known


def test_the_floppy_cube_is_the_group_of_four_half_turns():
    assert _growth(puzzle("1x3x3")) == [1, 4, 10, 24, 53, 64, 31, 4, 1]  # OEIS A080615


def _turns(sizes, inner=False, half=False):
    """The single layers that turn, for the simulation; the middle one of an odd number if `inner`."""
    found = []
    for axis, n in enumerate(sizes):
        square = sizes[axis - 1] == sizes[axis - 2]
        amounts = ((1, 2, 3) if half else (1, 3)) if square else (2,)
        found += [
            (axis, layer, amount)
            for layer in range(1 - n, n, 2)
            for amount in amounts
            if n > 1 and (layer or inner)
        ]
    return found


@pytest.mark.parametrize(
    ("sizes", "metric", "depth"),
    [
        ((2, 2, 2), "qtm", 3),
        ((2, 2, 2), "htm", 2),
        ((3, 3, 3), "qtm", 2),
        ((3, 3, 3), "stm", 2),
        ((3, 3, 3), "qstm", 2),
        ((4, 4, 4), "qtm", 1),
        ((1, 3, 3), "qtm", 8),
        ((3, 1, 3), "stm", 3),
        ((1, 2, 3), "qtm", 6),
        ((2, 2, 3), "htm", 3),
        ((2, 3, 2), "qtm", 3),
        ((3, 2, 3), "qtm", 3),
        ((2, 3, 3), "stm", 2),
        ((2, 3, 4), "htm", 3),
        ((1, 1, 4), "qtm", 3),
        ((3, 3, 5), "qstm", 1),
    ],
    ids=str,
)
def test_boxes_against_simulated_cubies(sizes, metric, depth):
    """Up to rotations of the whole, which the simulation tries one by one.

    It sees how the middles of faces are turned, as marked stickers do.
    """
    expected = simulated.cubies(sizes, _turns(sizes, "s" in metric, metric in ("htm", "stm")), depth)
    group = _named(cuboid(*sizes, metric=metric, marked=1))
    found = oracle.first_layers(group, 200_000 if sum(expected) > 2000 else sum(expected))
    assert found[: len(expected)] == expected


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("name", ["2x2x2", "3x3x3", "4x4x4", "5x5x5", "2x2x3", "3x3x2"])
def test_a_metric_changes_distances_only(name, metric):
    group = puzzle(name, metric)
    assert group.order == puzzle(name).order
    assert not group.is_directed


@pytest.mark.parametrize(
    ("n", "metric", "count"),
    [
        (3, "qtm", 12),
        (3, "htm", 18),
        (3, "qstm", 18),
        (3, "stm", 27),
        (3, "qobtm", 12),
        (3, "obtm", 18),
        (3, "atm", 24),
        (3, "ahtm", 45),
        (4, "qtm", 24),
        (4, "obtm", 27),
        (5, "stm", 45),
    ],
)
def test_numbers_of_moves(n, metric, count):
    """Blocks of a cube of 4: R, Rw and 3Rw, which is L turned back, three angles each, on three axes."""
    assert len(puzzle(f"cube({n}, metric={metric})").generators) == count


def test_blocks_are_products_of_layers():
    layers, blocks = cube(4, metric="stm", rotations=1), cube(4, metric="obtm", rotations=1)
    layers_held = cube(4, metric="htm")
    assert blocks["Rw"] == compose(layers["R"], layers["2R"])
    assert blocks["3Rw2"] == compose(blocks["Rw2"], layers["2L2"])
    assert cube(3, metric="stm", rotations=1)["M"] == inverse(_middle(cube(3, metric="obtm", rotations=1)))
    assert cube(4, metric="ahtm")["2R2+2L'"] == compose(layers_held["2R2"], layers_held["2L'"])


def _middle(moves):
    """The middle layer, clockwise seen from R: two layers turned and one back."""
    return compose(moves["Rw"], moves["R'"])


def test_held_pieces_stay():
    """Up to rotations there are 24 times fewer; a core counts as a piece."""
    for name in ("2x2x2", "4x4x4"):
        assert puzzle(f"{name}-free").order == 24 * puzzle(name).order
    assert puzzle("3x3x3-free").order == RUBIK
    assert puzzle("3x3x3-free", "stm").order == 24 * RUBIK
    assert puzzle("cube(3, metric=stm)").order == RUBIK


def test_parts_of_the_cube():
    """A void cube tells no rotations of its core; corners alone and edges alone have any parity."""
    corners = puzzle("cube(3, pieces=corners)")
    assert corners.order == 88179840
    assert oracle.first_layers(corners, 500)[:4] == [1, 12, 114, 924]
    assert puzzle("cube(3, pieces=edges)").order == math.factorial(12) * 2**11
    assert puzzle("cube(3, pieces=void)").order == RUBIK // 12
    assert puzzle("cube(3, marked=1)").order == RUBIK * 4**6 // 2
    with pytest.raises(ValueError, match="no move"):
        puzzle("cube(3, pieces=centres)")


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("1x2x2", 6),
        ("1x2x3", 48),
        ("1x3x3", 192),
        ("2x2x3", math.factorial(8) * math.factorial(4) // 4),
        ("2x3x3", math.factorial(8) ** 2 // 4),
        ("2x2x4", math.factorial(8) * math.factorial(7)),
    ],
)
def test_orders_of_boxes(name, order):
    """Tower and domino: any order of 8 corners and the edges, but for parity and a rotation by a half."""
    assert puzzle(name).order == order
    sides = name.split("x")
    for turned in ("x".join(sides[1:] + sides[:1]), "x".join(reversed(sides))):
        assert puzzle(turned).order == order


@pytest.mark.parametrize(("n", "depth"), [(2, Golden(0)), (3, Golden(1, 0, 3))])
def test_cut_solids_make_the_same_cubes(n, depth):
    solid = cut_solid("cube", Cut("face", (depth,)))
    group = _named(solid.moves(hold=n == 2))
    assert group.order == _published_order(n)
    assert oracle.first_layers(group, 2000) == oracle.first_layers(puzzle(f"{n}x{n}x{n}"), 2000)
    assert {s.strip("'") for s in group.symbols} <= set("RUFLDB")
    # A word has the same order, however the stickers are numbered.
    for word in (["R", "U"], ["R", "U", "F"], ["F", "R", "U", "F'"], ["B", "L'", "D"]):
        assert _order_of(solid.moves(), word) == _order_of(cube(n, rotations=1), word)


def _order_of(moves, word):
    p = moves[word[0]]
    for symbol in word[1:]:
        p = compose(p, moves[symbol])
    count, q = 1, p
    while q != tuple(range(len(q))):
        count, q = count + 1, compose(q, p)
    return count


def test_sexy_move_has_order_six():
    for n in (2, 3, 4, 7):
        moves = cube(n, rotations=1)
        assert _order_of(moves, ["R", "U", "R'", "U'"]) == 6
    assert _order_of(cube(3), ["R", "U"]) == 105


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("1x1x1", "no layers that turn"),
        ("0x2x2", "a of the box"),
        ("cube(1)", "number of layers"),
        ("cube(13)", "up to 1000 stickers, got 1014"),
        ("cube(3, metric=ftm)", "unknown metric"),
        ("cube(3, pieces=wings)", "unknown pieces"),
        ("cube(3, rotations=2)", "rotations"),
        ("99999x99999x99999", "up to 1000 stickers"),
    ],
)
def test_boxes_that_are_refused(name, message):
    with pytest.raises(ValueError, match=message):
        puzzle(name)


def test_names_of_boxes():
    assert puzzle("2x2x3", "htm").name == "2x2x3 (htm)"
    assert puzzle("3x3x3", marked=1).name == "3x3x3 (qtm, marked=1)"
    assert puzzle("2x2x2-free").name == "2x2x2-free (qtm)"
    assert puzzle("cube(4, metric=stm)").name == "cube(4, metric=stm)"
    with pytest.raises(ValueError, match="got rotations"):
        puzzle("2x2x2-free", rotations=0)
    with pytest.raises(ValueError, match="parameter of '2x2x2'"):
        puzzle("2x2x2", colour=1)
