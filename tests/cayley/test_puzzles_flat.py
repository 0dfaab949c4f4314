import math
from itertools import pairwise

import pytest
from oracle import cayley as oracle
from oracle import puzzles as simulated

import cayley
from cayley.groups import NamedGroup
from cayley.permutation import compose, cycles, is_odd
from cayley.puzzles import (
    graph_loops,
    hungarian_rings,
    lights_out,
    loopover,
    puzzle,
    theta_graph,
    torus_sliding,
    turntable,
    twiddle,
)


def _group(moves):
    return NamedGroup.from_moves("test", moves)


def _growth(moves):
    return oracle.growth(_group(moves).generators)


# Tables of CayleyPy 0.2 (MIT licence).
RINGS = {
    (2, 0, 2, 0): [1, 2, 2, 1],
    (4, 2, 4, 2): [1, 4, 10, 8, 1],
    (2, 1, 5, 2): [1, 3, 6, 10, 16, 24, 29, 21, 6, 3, 1],
    (4, 0, 4, 0): [1, 4, 10, 24, 58, 140, 334, 710, 1158, 1270, 834, 343, 123, 29, 2],
    (4, 1, 5, 2): [1, 4, 11, 28, 72, 178, 426, 856, 1495, 1443, 490, 36],
    (5, 2, 5, 2): [1, 4, 12, 32, 86, 228, 594, 1485, 3337, 5692, 5860, 2520, 296, 13],
}


@pytest.mark.parametrize("sizes", RINGS, ids=str)
def test_hungarian_rings(sizes):
    assert _growth(hungarian_rings(*sizes)) == RINGS[sizes]


def test_rings_cross_where_they_should():
    """Places on both rings; from one to the other as many steps as asked for, on each."""
    left, left_apart, right, right_apart = 7, 2, 8, 3
    moves = hungarian_rings(left, left_apart, right, right_apart)
    rings = [next(iter(cycles(moves[symbol]))) for symbol in ("L", "R")]
    assert (len(rings[0]), len(rings[1])) == (left, right)
    both = sorted(set(rings[0]) & set(rings[1]))
    assert len(both) == 2
    for ring, apart in zip(rings, (left_apart, right_apart), strict=True):
        steps = abs(ring.index(both[0]) - ring.index(both[1]))
        assert steps in (apart, len(ring) - apart)


def test_the_hungarian_rings_of_the_shelf():
    """Two rings of 20 that cross twice: 38 balls; a turn is odd."""
    assert puzzle("hungarian_rings(20, 5, 20, 5)").order == math.factorial(38)


@pytest.mark.parametrize(("rows", "columns", "block"), [(2, 2, 2), (2, 3, 2), (3, 3, 3)])
def test_boards_of_turning_blocks(rows, columns, block):
    expected = simulated.quarter_blocks(rows, columns, block)
    assert _growth(twiddle(rows, columns, block)) == expected


def test_two_blocks_make_an_exceptional_group():
    """On 2 x 3 cells the two blocks generate PGL(2,5), of order 120, on larger boards all permutations."""
    assert _group(twiddle(2, 3)).order == 120
    assert _group(twiddle(2, 4)).order == math.factorial(8)
    assert _group(twiddle(3, 3)).order == math.factorial(9)
    assert len(twiddle(11, 2)) == 20


@pytest.mark.parametrize(("rows", "columns"), [(1, 4), (2, 2), (2, 3)])
def test_boards_of_shifting_lines(rows, columns):
    assert _growth(loopover(rows, columns)) == simulated.shifting_lines(rows, columns)


def test_loopover_is_alternating_if_both_sides_are_odd():
    assert _group(loopover(3, 3)).order == math.factorial(9) // 2
    assert _group(loopover(3, 4)).order == math.factorial(12)
    assert _group(loopover(5, 5)).order == math.factorial(25) // 2


@pytest.mark.parametrize(("rows", "columns"), [(1, 3), (1, 5), (2, 2), (2, 3), (3, 2), (2, 4), (3, 3)])
def test_sliding_on_a_torus(rows, columns):
    """Seen from the blank it is the puzzle with a frame, up to shifts of the board."""
    if (rows, columns) == (3, 3):
        assert _group(torus_sliding(3, 3)).order == math.factorial(8)
    else:
        assert _growth(torus_sliding(rows, columns)) == simulated.torus_sliding(rows, columns)


def test_opposite_slides_undo_each_other():
    moves = torus_sliding(3, 4)
    for one, other in ("RL", "DU"):
        assert compose(moves[one], moves[other]) == tuple(range(11))
    assert len(_group(torus_sliding(2, 3)).generators) == 3  # up is down


@pytest.mark.parametrize(("a", "b", "c"), [(1, 2, 2), (0, 2, 2), (0, 1, 3), (1, 1, 1), (1, 1, 3), (0, 1, 2)])
def test_theta_graphs_against_slides(a, b, c):
    """Every arrangement with the blank at home that sliding reaches is a product of loops."""
    edges, last = [], 2
    for length in (a, b, c):
        path = [1, *range(last + 1, last + length + 1), 2]
        edges += list(pairwise(path))
        last += length
    order = simulated.returns(edges, 1)
    assert _group(theta_graph(a, b, c)).order == order
    text = " ".join(f"{v}-{w}" for v, w in edges)
    assert _group(graph_loops(text)).order == order
    assert _group(graph_loops(text, last)).order == order


def test_the_exception_of_wilson():
    """R. M. Wilson 1974: PGL(2,5) on 6 places, sharply transitive on ordered triples."""
    group = _group(theta_graph(1, 2, 2))
    states = [state for layer in oracle.layers(group.generators) for state in layer]
    assert len(states) == 6 * 5 * 4
    assert len({state[:3] for state in states}) == len(states)
    assert _group(graph_loops()).order == 120


@pytest.mark.parametrize(("a", "b", "c"), [(2, 2, 2), (1, 2, 3), (1, 1, 5), (2, 3, 3)])
def test_other_theta_graphs_reach_all_that_parity_allows(a, b, c):
    """Bipartite if the paths are all even or all odd: then loops are even permutations."""
    tiles = 1 + a + b + c
    bipartite = len({a % 2, b % 2, c % 2}) == 1
    assert _group(theta_graph(a, b, c)).order == math.factorial(tiles) // (2 if bipartite else 1)


def test_the_blank_of_the_fifteen_puzzle_comes_home():
    """Loops of the 15-puzzle, the blank in the corner: the even permutations (W. W. Johnson 1879)."""
    edges = [(4 * r + c + 1, 4 * r + c + 2) for r in range(4) for c in range(3)]
    edges += [(4 * r + c + 1, 4 * r + c + 5) for r in range(3) for c in range(4)]
    moves = graph_loops(" ".join(f"{v}-{w}" for v, w in edges), 16)
    assert len(moves) == 2 * (24 - 15)
    assert _group(moves).order == math.factorial(15) // 2


@pytest.mark.parametrize(
    ("rows", "columns", "wrap"), [(1, 4, 0), (2, 2, 0), (2, 3, 0), (3, 3, 0), (3, 3, 1), (4, 3, 0)]
)
def test_lamps(rows, columns, wrap):
    assert _growth(lights_out(rows, columns, wrap)) == simulated.lamps(rows, columns, wrap)


def test_lights_out_of_the_shelf():
    """M. Anderson, T. Feil, "Turning lights out with linear algebra", 1998: rank 23; at most 15 presses."""
    assert puzzle("lights_out(5, 5)").order == 2**23
    assert puzzle("lights_out(4, 4)").order == 2**12
    assert len(_growth(lights_out(4, 4))) - 1 == 7


def test_turntables():
    """With one track it is TopSpin; quarter turns of a square table."""
    top_spin = cayley.get_family("top_spin").graph(6, k=4)
    assert _growth(turntable(1, 6, 4)) == oracle.growth(top_spin.generators)
    assert len(turntable(3, 5, 3)) == 8
    assert cycles(turntable(2, 2, 2)["T"]) == [(0, 2, 3, 1)]
    assert is_odd(turntable(2, 4, 3)["T"])  # three exchanges


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("hungarian_rings(1, 0, 4, 0)", "left of hungarian_rings"),
        ("hungarian_rings(4, 4, 4, 1)", "left_apart"),
        ("hungarian_rings(4, 0, 4, 1)", "must both be 0"),
        ("hungarian_rings(600, 1, 600, 1)", "up to 1000 pieces"),
        ("twiddle(1, 3)", "number of rows"),
        ("twiddle(3, 3, block=1)", "edge of the blocks"),
        ("twiddle(3, 3, block=4)", "number of rows"),
        ("loopover(0, 3)", "number of rows"),
        ("loopover(1, 1)", "no move"),
        ("loopover(100, 100)", "up to 1000 cells"),
        ("torus_sliding(1, 1)", "no move"),
        ("theta_graph(0, 0, 3)", "at most one path"),
        ("theta_graph(-1, 0, 3)", "a of the theta graph"),
        ("graph_loops(edges=1-2 2-3)", "no circles"),
        ("graph_loops(edges=1-2 2-3 3-1 4-5)", "not connected"),
        ("graph_loops(edges=1-2 2-4 4-1)", "without gaps"),
        ("graph_loops(edges=1-1 2-3 3-1)", "join two"),
        ("graph_loops(edges=1:2)", "edges are written"),
        ("graph_loops(blank=9)", "vertex of the blank"),
        ("lights_out(3, 3, wrap=2)", "wrap"),
        ("lights_out(30, 30)", "two for a lamp"),
        ("turntable(0, 3, 2)", "number of tracks"),
        ("turntable(1, 3, 4)", "columns on the turntable"),
        ("turntable(1, 1, 1)", "pieces on a track"),
    ],
)
def test_flat_puzzles_that_are_refused(name, message):
    with pytest.raises(ValueError, match=message):
        puzzle(name)
