"""Pictures of graphs, diameters and fitted growth."""

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cayley
from cayley._layout import curves, has_more, on_circles
from cayley.definitions import define
from cayley.plot import (
    check_drawable,
    plot_diameters,
    plot_graph,
    plot_growth,
    save_diameter_plot,
    save_graph_plot,
    save_plot,
)

mpl.use("Agg")

PNG = b"\x89PNG"


@pytest.fixture(autouse=True)
def _close():
    yield
    from matplotlib import pyplot

    pyplot.close("all")


@pytest.mark.parametrize(
    "graph",
    [
        {"group": "S4"},
        {"group": "S4", "generators": "lx"},
        {"group": "S5", "generators": "pancake"},
        {"state": "0011"},
        {"state": "00", "generators": ["(1 2)"]},
        {"generators": ["(1 2)"]},
        {"group": "SL(2,3)"},
    ],
)
def test_vertices_lie_on_circles_by_distance(graph):
    numbered = cayley.cayley_graph(**graph)
    places = on_circles(numbered)
    assert np.hypot(*places.T) == pytest.approx(numbered.distance)
    assert len(np.unique(places.round(6), axis=0)) == numbered.n_vertices
    assert np.array_equal(places, on_circles(numbered))


def test_no_two_vertices_of_a_circle_come_close():
    """They keep half of the gap that they would have if spread evenly."""
    numbered = cayley.cayley_graph("S5")
    places = on_circles(numbered)
    for distance, size in enumerate(numbered.growth):
        x, y = places[numbered.distance == distance].T
        gaps = np.diff(np.sort(np.arctan2(y, x)), append=np.sort(np.arctan2(y, x))[0] + 2 * np.pi)
        assert size == 1 or gaps.min() > 0.5 * 2 * np.pi / size


points = st.complex_numbers(max_magnitude=8, allow_nan=False)


@given(st.lists(st.tuples(points, points), min_size=1, max_size=5))
@settings(max_examples=50, deadline=None)
def test_curves_join_their_ends_and_stay_inside(pairs):
    ends = np.array(pairs)
    begin, end = (np.stack([z.real, z.imag], axis=1) for z in ends.T)
    lines = curves(begin, end)
    assert np.allclose(lines[:, 0], begin, atol=1e-9)
    assert np.allclose(lines[:, -1], end, atol=1e-9)
    outer = np.abs(ends).max(axis=1)[:, None]
    assert (np.hypot(lines[..., 0], lines[..., 1]) <= outer + 1e-9).all()


def test_a_drawing_has_every_edge_once():
    graph = cayley.cayley_graph("S4", "coxeter")
    ax = plot_graph(graph)
    assert [len(lines.get_segments()) for lines in ax.collections[:3]] == [12, 12, 12]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["s1", "s2", "s3"]
    assert len(ax.collections[3].get_offsets()) == 24
    assert {text.get_text() for text in ax.texts} == {graph.label(v) for v in range(24)}
    both = plot_graph(cayley.cayley_graph("S4"))
    assert [text.get_text() for text in both.get_legend().get_texts()] == ["L, R", "X"]
    assert [len(lines.get_segments()) for lines in both.collections[:2]] == [24, 12]
    assert not plot_graph(graph, labels=False).texts


def test_directed_edges_have_arrows():
    ax = plot_graph(cayley.cayley_graph("S3", "lx"), labels=False)
    assert len(ax.texts) == 6  # an arrow is an empty annotation; the exchange is its own inverse
    assert "S3: 6 vertices" in ax.get_title()


def test_too_many_vertices():
    with pytest.raises(ValueError, match="shows up to 6,000 vertices, S8 has 40,320"):
        plot_graph(cayley.cayley_graph("S8"))


def test_files(tmp_path):
    graph = tmp_path / "graph.png"
    save_graph_plot(cayley.cayley_graph("S4"), str(graph))
    growth = tmp_path / "growth.png"
    save_plot(cayley.growth("S6"), str(growth), fit="gumbel")
    diameters = tmp_path / "diameters.png"
    save_diameter_plot([3, 4, 5], [2, 6, 10], str(diameters), formula=lambda n: n * (n - 1) // 2)
    assert all(path.read_bytes().startswith(PNG) for path in (graph, growth, diameters))
    with pytest.raises(ValueError, match="nope"):
        save_graph_plot(cayley.cayley_graph("S3"), str(tmp_path / "x.nope"))
    assert len(list(tmp_path.iterdir())) == 3


def test_diameters_and_where_a_formula_is_wrong():
    ax = plot_diameters([5, 3, 4], [10, 2, 6], formula=lambda n: n * (n - 1) // 2, formula_label="n(n-1)/2")
    computed, wrong = ax.collections
    assert computed.get_offsets().tolist() == [[3, 2], [4, 6], [5, 10]]
    assert wrong.get_offsets().tolist() == [[3, 2]]
    assert ax.lines[0].get_ydata() == pytest.approx([3, 6, 10])
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["n(n-1)/2", "computed", "differs from the formula"]
    assert plot_diameters([3], [2]).get_legend() is None
    with pytest.raises(ValueError, match="got 1 and 2"):
        plot_diameters([3, 4], [2])


@pytest.mark.parametrize("kind", ["normal", "gumbel"])
@pytest.mark.parametrize("group", ["S7", "S6"])
def test_fitted_curves_have_the_moments_of_the_layers(kind, group):
    result = cayley.growth(group)
    ax = plot_growth(result, fit=kind)
    x, y = (np.asarray(a, float) for a in ax.lines[0].get_data())
    total = np.trapezoid(y, x)
    mean = np.trapezoid(x * y, x) / total
    sizes = np.array(result.growth)
    expected = (np.arange(len(sizes)) * sizes).sum() / sizes.sum()
    # The curve ends with the bars, so its tails are missing.
    assert total == pytest.approx(sizes.sum(), rel=0.03)
    assert mean == pytest.approx(expected, abs=0.2)


def test_unknown_fits_and_layers_without_width():
    with pytest.raises(ValueError, match="unknown fit 'cauchy'"):
        plot_growth(cayley.growth("S4"), fit="cauchy")
    assert not plot_growth(cayley.growth(state="00", generators=["(1 2)"]), fit="normal").lines


def test_curves_are_drawn_in_both_panels_and_told_in_one(tmp_path):
    result = cayley.growth("S7", "coxeter")
    linear, log = plot_growth(result, fit="best"), plot_growth(result, fit="best", log=True)
    assert [text.get_text() for text in linear.get_legend().get_texts()] == ["normal, total variation 0.019"]
    assert linear.get_legend().get_title().get_text() == "mean 10.50, deviation 3.33, skewness 0.00"
    assert log.get_legend() is None
    assert len(linear.lines) == len(log.lines) == 1
    save_plot(result, str(tmp_path / "x.svg"), fit="skewnormal")
    assert "<svg" in (tmp_path / "x.svg").read_text()


def test_a_curve_that_cannot_be_leaves_no_figure():
    from matplotlib import pyplot

    with pytest.raises(ValueError, match="was stopped at distance 3"):
        plot_growth(cayley.growth("S6", max_depth=3), fit="normal")
    assert not pyplot.get_fignums()


@pytest.mark.parametrize(
    "graph",
    [
        {"group": "S14"},
        {"state": "0011223344", "generators": ["(1 2 3 4 5 6 7 8 9 10)", "(1 2)(3 4)"]},
        {"generators": ["1 1; 0 1", "1 0; 1 1"], "modulus": 101},
    ],
    ids=str,
)
def test_graphs_that_are_too_large_are_refused_before_they_are_numbered(graph):
    described = {"group": None, "generators": None} | graph
    with pytest.raises(ValueError, match="a picture shows up to 6,000 vertices"):
        check_drawable(define(**described))


@pytest.mark.parametrize(
    ("graph", "limit"),
    [
        ({"state": "0011", "generators": ["(1 2)", "(3 4)", "(2 3)"]}, 6),
        ({"generators": ["1 1; 0 1", "1 0; 1 1"], "modulus": 3}, 24),
        ({"group": "S5", "generators": None}, 120),
    ],
    ids=str,
)
def test_counting_ends_at_the_limit(graph, limit):
    definition = define(**({"group": None} | graph))
    assert not has_more(definition, limit)
    assert has_more(definition, limit - 1)
    check_drawable(definition)
