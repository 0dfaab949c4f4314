"""Exchanges along the edges of graphs: the graphs are those that networkx builds."""

import networkx as nx
import pytest

import cayley
from cayley.families import get_family
from cayley.permutation import cycles


def _graph(name, n, **parameters):
    """Join the positions that a family exchanges."""
    graph = nx.empty_graph(n)
    for g in get_family(name).generators(n, **parameters):
        (pair,) = cycles(g)
        graph.add_edge(*pair)
    return graph


def _tree(*edges):
    return nx.Graph(edges)


def _broom(n, k):
    graph = nx.path_graph(k)
    graph.add_edges_from((k - 1, leaf) for leaf in range(k, n))
    return graph


GRAPHS = {
    ("broom", 7, "k", 3): _broom(7, 3),
    ("broom", 7, "k", 1): nx.star_graph(6),
    ("broom", 7, "k", 6): nx.path_graph(7),
    ("double_star", 7, "k", 2): _tree((0, 1), (0, 2), (0, 3), (1, 4), (1, 5), (1, 6)),
    ("double_star", 6, "k", 1): _broom(6, 3),
    ("comb", 7, None, 0): nx.Graph([*nx.path_graph(4).edges, (0, 4), (1, 5), (2, 6)]),
    ("spider", 7, "legs", 3): _tree((0, 1), (1, 2), (0, 3), (3, 4), (0, 5), (5, 6)),
    ("spider", 7, "legs", 2): nx.path_graph(7),
    ("spider", 7, "legs", 6): nx.star_graph(6),
    ("binary_tree", 7, None, 0): nx.balanced_tree(2, 2),
    ("wheel", 7, None, 0): nx.wheel_graph(7),
    ("bubble_sort_star", 7, None, 0): nx.compose(nx.star_graph(6), nx.path_graph(7)),
    ("complete_split", 7, "k", 2): nx.complement(nx.disjoint_union(nx.empty_graph(2), nx.complete_graph(5))),
    ("lollipop", 7, "k", 4): nx.lollipop_graph(4, 3),
    ("chorded_cycle", 7, "k", 3): nx.Graph([*nx.cycle_graph(7).edges, (0, 3)]),
    ("grid", 8, "width", 2): nx.ladder_graph(4),
    ("grid", 9, "width", 3): nx.grid_2d_graph(3, 3),
    ("grid", 7, "width", 1): nx.path_graph(7),
    ("short_swaps", 7, "k", 2): nx.power(nx.path_graph(7), 2),
    ("generalized_stars", 7, "k", 3): nx.complete_bipartite_graph(3, 4),
}


@pytest.mark.parametrize("case", GRAPHS, ids=str)
def test_graphs(case):
    name, n, parameter, value = case
    expected = nx.convert_node_labels_to_integers(GRAPHS[case])
    assert nx.is_isomorphic(_graph(name, n, **({parameter: value} if parameter else {})), expected)


@pytest.mark.parametrize("name", ["broom", "double_star", "comb", "spider", "binary_tree"])
def test_trees(name):
    for n in range(5, 10):
        assert nx.is_tree(_graph(name, n))


def test_any_graph():
    family = get_family("transposition_graph")
    graph = family.graph("1-2 2-3 4-3 4-1")
    assert graph.generators == ((1, 0, 2, 3), (0, 2, 1, 3), (0, 1, 3, 2), (3, 1, 2, 0))
    assert graph.symbols == ("1-2", "2-3", "4-3", "4-1")
    assert graph.name == "transposition_graph(edges=1-2 2-3 4-3 4-1)"
    assert cayley.growth("transposition_graph(edges=1-2 1-3 1-4 1-5 1-6)").growth == (
        cayley.growth("S6", "stars").growth
    )


@pytest.mark.parametrize(
    ("edges", "message"),
    [
        ("1-2 2,3", "cannot read the edge '2,3'"),
        ("1-2-3", "cannot read the edge '1-2-3'"),
        ("1-2 2-x", "cannot read the edge '2-x'"),
        ("1-2 2-2", "the edge '2-2' joins a position to itself"),
        ("1-2 2-3 2-1", "the edge '2-1' is given twice"),
        ("1-2 3-4", "no path leads from 1 to 3"),
        ("1-2 2-4", "no path leads from 1 to 3"),
        ("0-1", "a position"),
        ("1-1001", "a position"),
        ("", "at least one edge is required"),
    ],
)
def test_unreadable_graphs(edges, message):
    with pytest.raises(ValueError, match=message):
        get_family("transposition_graph").graph(edges)


def test_diameters_are_known_by_the_form_of_the_graph():
    known = get_family("transposition_graph").known_diameter
    assert known("1-2") == 1
    assert known("1-2 2-3 3-1") == 2
    assert known("2-1 2-3 2-4 2-5") == 6
    assert known("1-5 5-2 2-4 4-3") == 10
    assert known("1-2 2-3 3-4 4-5 5-1") == 6
    assert known("1-2 2-3 3-4 4-2") is None
    assert known("1-2 2-3 3-4 3-5") is None


def test_upper_bound_for_trees():
    """Akers and Krishnamurthy 1989: at most c - n + the sum of distances to each image, over all c cycles."""
    from itertools import permutations

    for name in ("broom", "double_star", "comb", "spider", "binary_tree"):
        n = 6
        graph = _graph(name, n)
        apart = dict(nx.all_pairs_shortest_path_length(graph))
        bound = max(
            len(cycles(p)) + sum(p[i] == i for i in range(n)) - n + sum(apart[i][p[i]] for i in range(n))
            for p in permutations(range(n))
        )
        assert cayley.growth(get_family(name).graph(n)).diameter <= bound


def test_parameters_out_of_range():
    for name, parameters in (
        ("broom", {"k": 6}),
        ("double_star", {"k": 4}),
        ("spider", {"legs": 6}),
        ("complete_split", {"k": 7}),
        ("lollipop", {"k": 0}),
        ("chorded_cycle", {"k": 5}),
        ("grid", {"width": 0}),
        ("short_swaps", {"k": 6}),
        ("square_with_whiskers", {"k": 3}),
    ):
        parameter = next(iter(parameters))
        with pytest.raises(ValueError, match=f"parameter {parameter} of '{name}'"):
            get_family(name).generators(6, **parameters)
