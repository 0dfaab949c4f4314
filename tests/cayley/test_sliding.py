import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import cayley as oracle

import cayley
from cayley.engines.sliding import SlidingEngine, SlidingLists
from cayley.sliding import SlidingPuzzle, board, on_graph
from graphkit.errors import MemoryBudgetError

# OEIS A089473: the 8-puzzle with the blank in a corner.
EIGHT = [1, 2, 4, 8, 16, 20, 39, 62, 116, 152, 286, 396, 748, 1024, 1893, 2512, 4485, 5638, 9529, 10878]
EIGHT += [16993, 17110, 23952, 20224, 24047, 15578, 14560, 6274, 3910, 760, 221, 2]

# OEIS A089484: the 15-puzzle with the blank in a corner.
FIFTEEN = [1, 2, 4, 10, 24, 54, 107, 212, 446, 946, 1948, 3938, 7808, 15544, 30821, 60842]


@pytest.mark.parametrize("engine", ["dense", "dense-portable", "sparse"])
def test_eight_puzzle(engine):
    result = cayley.growth("sliding_board(3,3)", engine=engine)
    assert result.growth == EIGHT
    assert result.order == 181_440
    assert len(result.last_layer) == 2


def test_fifteen_puzzle():
    result = cayley.growth("sliding_board(4,4)", max_depth=15)
    assert result.growth == FIFTEEN
    assert not result.complete
    assert board(4, 4).order == 10_461_394_944_000  # 16!/2


@pytest.mark.parametrize(("shape", "moves"), [((1, 5), 4), ((2, 4), 36), ((5, 2), 55)])
def test_moves_of_boards(shape, moves):
    """OEIS A151944; a single row can only shift its blank."""
    assert cayley.diameter(f"sliding_board{shape}") == moves


@st.composite
def boards(draw):
    """Connected graphs of up to seven vertices: a random tree, and more edges."""
    n = draw(st.integers(2, 7))
    edges = {(draw(st.integers(1, v - 1)), v) for v in range(2, n + 1)}
    pairs = st.tuples(st.integers(1, n), st.integers(1, n)).filter(lambda e: e[0] < e[1])
    return on_graph(sorted(edges | draw(st.sets(pairs, max_size=4))))


@settings(max_examples=40, deadline=None)
@given(boards())
def test_random_boards_against_plain_search(puzzle):
    expected = oracle.first_layers(puzzle, 10_000)
    assert list(SlidingEngine(puzzle).layers()) == expected
    assert list(SlidingLists(puzzle).layers()) == expected
    assert puzzle.order == sum(expected)


@settings(max_examples=20, deadline=None)
@given(boards())
def test_both_engines_find_the_same_last_states(puzzle):
    dense, lists = SlidingEngine(puzzle), SlidingLists(puzzle)
    assert sum(dense.layers()) == sum(lists.layers())
    found = dense.last_layer()
    if found is not None:
        assert sorted(found.tolist()) == sorted(lists.last_layer().tolist())


def test_theta_graph():
    """R. M. Wilson, 1974: the only graph but cycles whose tiles do not give all even arrangements."""
    theta = on_graph("1-2 2-3 3-4 4-5 5-6 6-1 1-7 7-4")
    assert theta.order == 7 * 120
    assert cayley.growth(theta).order == 840
    assert on_graph("1-2 2-3 3-4 4-1").order == 4 * 3  # a cycle only turns
    assert on_graph("1-2 2-3 3-1 3-4").order == 4 * 2  # two tiles change places on the triangle
    assert on_graph("1-2 2-3 3-4 4-1 1-3").order == 24  # an odd cycle: odd arrangements as well


def test_words_of_distances_solve():
    puzzle = board(3, 3)
    distances = cayley.distances(puzzle)
    state = list(range(9))
    for cell, other in [(8, 5), (5, 4), (4, 1), (1, 0), (0, 3)]:
        state[cell], state[other] = state[other], state[cell]
    word = distances.word(state)
    assert len(word) == distances.of(state) == 5
    solved = list(range(9))
    for edge in word:
        cell, other = puzzle.edges[edge]
        assert 8 in (solved[cell], solved[other])
        solved[cell], solved[other] = solved[other], solved[cell]
    assert solved == state
    assert max(distances.of(a) for a in distances.antipodes) == 31


def test_checkpoint(tmp_path):
    for engine in ("dense", "sparse"):
        place = tmp_path / engine
        first = cayley.growth("sliding_board(3,3)", engine=engine, max_depth=12, checkpoint=place)
        assert first.growth == EIGHT[:13]
        again = cayley.growth("sliding_board(3,3)", engine=engine, checkpoint=place)
        assert again.growth == EIGHT


def test_what_needs_a_group_is_refused():
    for call in (
        lambda: cayley.find_path(list(range(9)), "sliding_board(3,3)"),
        lambda: cayley.random_walk("sliding_board(3,3)", length=5),
        lambda: cayley.cayley_graph("sliding_board(2,2)"),
    ):
        with pytest.raises(ValueError, match="no Cayley graph, as its moves depend on where the blank is"):
            call()


def test_bad_boards():
    with pytest.raises(ValueError, match="the blank cannot come to cell 1"):
        on_graph("1-2 3-4")
    with pytest.raises(ValueError, match=r"cell 2 of .* is its own neighbour"):
        on_graph("1-2 2-2")
    with pytest.raises(ValueError, match="cannot read the edge '1_2'"):
        on_graph("1_2")
    with pytest.raises(ValueError, match="at least two cells"):
        SlidingPuzzle((), "nothing")
    with pytest.raises(ValueError, match="up to 64 cells, got 81"):
        board(9, 9)
    with pytest.raises(ValueError, match="up to 16 cells"):
        cayley.growth("sliding_board(5,5)", max_depth=3)
    with pytest.raises(ValueError, match="leave spill out"):
        cayley.growth("sliding_board(3,3)", engine="sparse", spill=".")
    with pytest.raises(MemoryBudgetError, match="sliding_board"):
        cayley.growth("sliding_board(4,4)")
    with pytest.raises(MemoryBudgetError, match="next layer"):
        cayley.growth("sliding_board(4,4)", max_depth=20, memory_limit="100kB")
