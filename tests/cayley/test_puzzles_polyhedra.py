import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import cayley as oracle
from oracle import puzzles as simulated

from cayley.engines.chain import ChainEngine
from cayley.groups import NamedGroup, PermutationGroup
from cayley.permutation import compose, cycles, identity, inverse
from cayley.puzzles import polyhedron, puzzle
from cayley.puzzles._cut import Cut, cut_solid
from cayley.puzzles._golden import PHI, Golden, parse_golden
from cayley.puzzles._moves import NAMES, carry, order_of, power, turns
from cayley.puzzles._polyhedra import _KNOWN
from cayley.puzzles._solids import SOLIDS, apply, dot, regular_solid

F = math.factorial
_CORNERS_OF_DODECAHEDRON = F(20) // 2 * 3**19
_EDGES_OF_DODECAHEDRON = F(30) // 2 * 2**29
_TIPS = 3**4


def _growth(group):
    return list(ChainEngine(group).layers())


# What is told apart: every sticker but those that never leave their place, not how middles of faces are
# turned. The usual counts treat pieces of one colour as alike; OEIS A309110 (pyraminx of three and four
# layers), A309111 (octahedron by corners), A309113 (megaminx and gigaminx, see below).
ORDERS = {
    "pyraminx(tips=1)": 75582720,
    "pyraminx": 75582720 // _TIPS,
    "tetraminx": 12 * 933120,
    "tetraminx(rotations=0)": 933120,
    "master_pyraminx": 217225462874112000,
    "jing_pyraminx": 3732480,
    "skewb": 3149280,
    "skewb(rotations=1)": 12 * 3149280,
    "dino": F(12) // 2,
    "compy_cube": F(12) // 2 * 3**8,
    "rex_cube": F(12) // 2 * F(6) // 2 * (F(12) // 2) ** 2,
    # The usual count is 24 times less, up to rotations of the cube: by colours moves can make these, but
    # they take the four orbits of six triangles to each other, so that no rotation of the stickers can.
    "helicopter_cube": F(8) * 3**7 * F(6) ** 4 // 2,
    "helicopter_cube(rotations=0)": F(8) * 3**7 * F(6) ** 4 // 2,
    "little_chop": F(24) // 48,
    "skewb_diamond": 138240,
    "skewb_diamond(rotations=1)": 12 * 138240,
    "fto": F(12) // 2 * F(6) // 2 * 2**5 * (F(12) // 2) ** 2,
    "trajber_octahedron": 2009078326886400,
    "megaminx": 100669616553523347122516032313645505168688116411019768627200000000000,
    "kilominx": _CORNERS_OF_DODECAHEDRON,
    "alexander_star": _EDGES_OF_DODECAHEDRON,
    "impossiball": 23563902142421896679424000,
    "pyraminx_crystal": _CORNERS_OF_DODECAHEDRON * _EDGES_OF_DODECAHEDRON,
    "pyraminx_crystal(rotations=0)": _CORNERS_OF_DODECAHEDRON * _EDGES_OF_DODECAHEDRON // 60,
    "pentultimate": _CORNERS_OF_DODECAHEDRON * F(12) // 2 // 60,
    "gigaminx": _CORNERS_OF_DODECAHEDRON * _EDGES_OF_DODECAHEDRON * (F(60) // 2) ** 3,
    "starminx": _EDGES_OF_DODECAHEDRON * 3**20,
    "dogic": F(60) // 2 * F(20) // 2,
}


@pytest.mark.parametrize("name", ORDERS)
def test_orders(name):
    assert puzzle(name).order == ORDERS[name]


def test_the_gigaminx_with_centres_alike():
    """OEIS A309113(2): two sets of 60 centres, five of a kind, whose parity does not show."""
    published = F(30) * F(20) * F(60) ** 3 * 2**26 * 3**19 // F(5) ** 24
    assert ORDERS["gigaminx"] * 4 == published * F(5) ** 24


# J. Scherphuis, Jaap's puzzle page, and the tables of CayleyPy 0.2 (MIT licence), as far as they agree.
KNOWN_GROWTH = {
    "skewb": [1, 8, 48, 288, 1728, 10248, 59304, 315198, 1225483, 1455856, 81028, 90],
    "skewb_diamond(rotations=1)": [1, 16, 208, 2280, 18795, 104856, 433752, 897588, 198564, 2640, 180],
    "pyraminx": [1, 8, 48, 288, 1728, 9896, 51808, 220111, 480467, 166276, 2457, 32],
}


@pytest.mark.parametrize("name", KNOWN_GROWTH)
def test_published_growth(name):
    assert _growth(puzzle(name)) == KNOWN_GROWTH[name]


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("dino", [1, 16, 160, 1408, 11712]),
        ("starminx", [1, 40, 880, 14400]),
        ("starminx_2", [1, 24, 528, 11568]),
        ("tetraminx", [1, 16, 208, 2280, 19683]),
    ],
)
def test_growth_begins_as_published(name, known):
    assert oracle.first_layers(puzzle(name), sum(known[:-1])) == known


def test_shared_starminx(shared):
    entries = json.loads((shared / "oracles" / "cayley.json").read_text())["entries"]
    known = {e["params"]["name"]: e["layers"] for e in entries if e["family"] == "puzzle"}
    for name in ("starminx", "starminx_2"):
        found = oracle.first_layers(puzzle(name), 500)
        assert found == known[name][: len(found)]


# Pieces by their number of stickers, as on the shelf.
@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        ("pyraminx", {2: 6, 3: 4}),
        ("skewb", {1: 6, 3: 8}),
        ("dino", {2: 12}),
        ("helicopter_cube", {1: 24, 3: 8}),
        ("rex_cube", {1: 30, 2: 12, 3: 8}),
        ("little_chop", {1: 24}),
        ("fto", {1: 24, 2: 12, 4: 6}),
        ("skewb_diamond", {1: 8, 4: 6}),
        ("megaminx", {1: 12, 2: 30, 3: 20}),
        ("gigaminx", {1: 132, 2: 90, 3: 20}),
        ("pyraminx_crystal", {2: 30, 3: 20}),
        ("pentultimate", {1: 12, 3: 20}),
    ],
)
def test_pieces(name, pieces):
    if name == "pyraminx":
        assert cut_solid("tetrahedron", Cut("vertex", (parse_golden("1/9"),))).pieces == pieces
        return
    known = next(k for k in _KNOWN if k.name == name)
    depths = tuple(parse_golden(depth) for depth in known.depths.split(";"))
    assert cut_solid(known.solid, Cut(known.kind, depths)).pieces == pieces


@pytest.mark.parametrize(
    ("solid", "kind", "depth", "order"),
    [
        ("tetrahedron", "face", "0", 3),
        ("tetrahedron", "vertex", "1/9", 3),
        ("cube", "face", "1/3", 4),
        ("cube", "vertex", "0", 3),
        ("cube", "vertex", "1/2", 3),
        ("cube", "vertex", "1/6", 3),
        ("octahedron", "face", "1/3", 3),
        ("octahedron", "vertex", "1/3", 4),
        ("dodecahedron", "face", "1/5r5", 5),
        ("dodecahedron", "face", "1/3", 5),
        ("icosahedron", "face", "0", 3),
    ],
)
def test_exact_cuts_against_random_points(solid, kind, depth, order):
    """Another way to the same stickers: points in floating point, told apart by the sides of all planes."""
    number = parse_golden(depth)
    turned = simulated.sampled_turns(solid, kind, (number.a + number.b * 5**0.5) / number.d, order)
    exact = cut_solid(solid, Cut(kind, (number,)))
    assert len(turned[0]) == len(exact.stickers)
    moves = polyhedron(solid, kind, depth)
    assert len(turned) == len(moves) / 2
    assert PermutationGroup(tuple(turned), "sampled").order == NamedGroup.from_moves("exact", moves).order


@pytest.mark.parametrize("known", _KNOWN, ids=lambda known: known.name)
def test_moves_of_named_puzzles(known):
    group = puzzle(known.name)
    assert not group.is_directed
    assert len(set(group.generators)) == len(group.generators) == len(group.symbols)
    moves = dict(zip(group.symbols, group.generators, strict=True))
    for symbol, p in moves.items():
        if not symbol.endswith("'"):
            assert order_of(p) in (2, 3, 4, 5)
            if order_of(p) > 2:
                assert moves[f"{symbol}'"] == inverse(p)


def test_turns_by_any_angle():
    assert puzzle("megaminx", "htm").symbols[:4] == ("A", "A2", "A2'", "A'")
    assert len(puzzle("megaminx", "htm").generators) == 48
    assert len(puzzle("trajber_octahedron", "htm").generators) == 18
    assert puzzle("kilominx", "htm").order == ORDERS["kilominx"]
    assert list(turns("x", (1, 2, 3, 0), any_angle=True)) == ["x", "x2", "x'"]
    assert list(turns("x", (1, 0), any_angle=True)) == ["x"]


def test_marked_centres_show_their_turns():
    """Any fifths of a turn for 12 centres; quarters for those of a cube, with a parity."""
    assert puzzle("pentultimate", marked=1).order == ORDERS["pentultimate"] * 5**12
    assert NamedGroup.from_moves("x", polyhedron("cube", "face", "1/3", marked=1)).order == (
        43252003274489856000 * 4**6 // 2
    )


@settings(max_examples=25, deadline=None)  # exact cuts of an icosahedron take half a second
@given(st.sampled_from(SOLIDS), st.sampled_from(["face", "vertex"]), st.integers(-3, 9))
def test_cuts_at_any_depth_are_puzzles(solid, kind, tenths):
    """At any depth the turned part fits, and the number of stickers is that of a face times the faces."""
    moves = polyhedron(solid, kind, f"{tenths}/10")
    whole = regular_solid(solid)
    assert len(moves) == 2 * len(whole.axes[kind])
    stickers = cut_solid(solid, Cut(kind, (Golden(tenths, 0, 10),))).stickers
    assert len(stickers) % len(whole.faces) == 0
    order = {len(c) for c in cycles(next(iter(moves.values())))}
    assert len(order) == 1


@pytest.mark.parametrize(
    ("name", "rotations", "faces", "vertices", "edges"),
    [
        ("tetrahedron", 12, 4, 4, 6),
        ("cube", 24, 6, 8, 12),
        ("octahedron", 24, 8, 6, 12),
        ("dodecahedron", 60, 12, 20, 30),
        ("icosahedron", 60, 20, 12, 30),
    ],
)
def test_solids(name, rotations, faces, vertices, edges):
    solid = regular_solid(name)
    assert len(solid.rotations) == rotations
    assert (len(solid.faces), len(solid.vertices)) == (faces, vertices)
    assert {kind: len(axes) for kind, axes in solid.axes.items()} == {
        "face": faces,
        "edge": edges,
        "vertex": vertices,
    }
    for rotation in solid.rotations[:5]:
        assert {apply(rotation, v) for v in solid.vertices} == set(solid.vertices)
    for axis in (axes[0] for axes in solid.axes.values()):
        assert apply(axis.turn, axis.direction) == axis.direction
    for vertex in solid.vertices:
        assert max(dot(face, vertex) for face in solid.faces) == Golden(1)


goldens = st.builds(Golden, st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 9))


@given(goldens, goldens, goldens)
def test_golden_numbers_are_a_field(x, y, z):
    assert x * (y + z) == x * y + x * z
    assert x - y == -(y - x)
    if y:
        assert x / y * y == x
    assert (x < y) == (_value(x) < _value(y)) or abs(_value(x) - _value(y)) < 1e-9
    assert hash(x + y) == hash(y + x)


def _value(x):
    return (x.a + x.b * 5**0.5) / x.d


def test_golden_numbers_are_exact():
    """Neighbouring Fibonacci numbers, whose ratio is close to the golden one."""
    a, b = 12586269025, 20365011074
    assert (Golden(b, 0, a) - PHI).sign == -(Golden(a + b, 0, b) - PHI).sign
    assert Golden(1) != PHI
    assert PHI.__eq__(1) is NotImplemented
    assert repr(PHI) == "Golden(1, 1, 2)"
    with pytest.raises(ZeroDivisionError):
        Golden(1) / Golden(0)


@pytest.mark.parametrize("text", ["", "x", "1/2/3", "r5", "1 2", "1/0", "0.5", "1;2", "--1"])
def test_bad_depths(text):
    with pytest.raises(ValueError, match=r"depth|denominator"):
        parse_golden(text)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"solid": "prism"}, "unknown polyhedron"),
        ({"kind": "side"}, "unknown kind of axis"),
        ({"depths": "1"}, "depths must decrease"),
        ({"depths": "1/3;1/2"}, "depths must decrease"),
        ({"depths": "-1"}, "depths must decrease"),
        ({"metric": "stm"}, "unknown metric"),
        ({"rotations": 2}, "rotations"),
        ({"solid": "icosahedron", "kind": "vertex", "depths": "1/5r5", "rotations": 0}, "none tells how"),
        (
            {"solid": "icosahedron", "kind": "edge", "depths": "9/10;8/10;7/10;6/10;5/10;4/10;3/10;2/10"},
            "up to 50 stickers",
        ),
    ],
)
def test_polyhedra_that_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        polyhedron(**arguments)


def test_geometry_that_is_wrong_shows():
    with pytest.raises(ValueError, match="does not map the places to themselves"):
        carry([(0, 0), (1, 0)], lambda p: (p[0] + 1, p[1]))
    with pytest.raises(ValueError, match="does not map the places to themselves"):
        carry([0, 1], lambda _: 0)


def test_powers():
    p = (1, 2, 3, 4, 0)
    assert power(p, 0) == identity(5)
    assert power(p, -2) == power(p, 3) == inverse(compose(p, p))


def test_names_are_families():
    assert len(NAMES) == len(set(NAMES)) >= 40
    assert {known.name for known in _KNOWN} < set(NAMES)
