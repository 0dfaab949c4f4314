import pytest
from oracle import cayley as oracle

import cayley
from cayley.permutation import compose
from cayley.puzzles import coloured_cube, coloured_polyhedron, cube, polyhedron, puzzle


@pytest.mark.parametrize(("n", "metric"), [(2, "qtm"), (2, "htm"), (3, "htm"), (3, "stm")])
def test_colours_tell_all_pieces_of_small_cubes_apart(n, metric):
    """Up to the whole of the small one: no two arrangements look alike."""
    graph = coloured_cube(n, metric)
    group = puzzle(f"cube({n}, metric={metric})")
    assert oracle.first_layers(graph, 3000) == oracle.first_layers(group, 3000)


def test_the_whole_small_cube_in_colours():
    assert sum(cayley.growth(coloured_cube(2, "htm")).growth) == 3674160


def test_centres_of_one_colour_are_alike():
    """A half turn of a face moves its 16 stickers, which does not show on the face itself."""
    graph, moves = coloured_cube(4), cube(4)
    state, half = graph.state, compose(moves["R"], moves["R"])
    here = range(16)  # the face R
    seen = [i for i in here if half[i] != i]
    assert len(seen) == 16
    assert all(state[half[i]] == state[i] for i in here)
    assert graph.n_colours == 6
    assert graph.degree == 96


def test_coloured_polyhedra():
    """Jing's pyraminx is told by its colours; so is each piece of an octahedron but for its triangles."""
    dino = coloured_polyhedron("cube", "vertex", "1/3")
    assert dino.degree == 2 * len(polyhedron("cube", "vertex", "1/3")["UFR"])  # both stickers of the edges
    assert oracle.first_layers(dino, 300) == oracle.first_layers(puzzle("dino"), 300)
    graph = coloured_polyhedron("tetrahedron", "face", "0")
    assert sum(cayley.growth(graph).growth) == 3732480
    fto = coloured_polyhedron("octahedron", "face", "1/3")
    assert sorted(fto.state) == sorted(list(range(8)) * 9)
    assert oracle.first_layers(fto, 300)[:3] == [1, 16, 208]


def test_names_of_coloured_puzzles():
    assert cayley.plan("coloured_cube(3, metric=stm)").definition.name == "coloured_cube(3, metric=stm)"
    assert coloured_cube(2, "htm", 1).name == "coloured_cube(2, metric=htm, rotations=1)"
    with pytest.raises(ValueError, match="unknown metric"):
        coloured_polyhedron(metric="stm")
    with pytest.raises(ValueError, match="depths must decrease"):
        coloured_polyhedron(depths="2")
