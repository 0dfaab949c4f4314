"""Pictures: what is drawn, where, and what is refused. Appearance is for people to judge."""

import sys

import numpy as np
import pytest

from graphkit import Graph
from graphkit.cli import main
from graphkit.datasets import load_sample
from graphkit.errors import MissingExtraError, UnknownNameError

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

from matplotlib import pyplot  # noqa: E402

from graphkit.plot import plot_embedding, plot_graph, save_figure  # noqa: E402

PNG = b"\x89PNG"


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    pyplot.close("all")


def test_embedding_is_drawn_in_its_principal_components():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100, 5)) * [9, 4, 1, 0.1, 0.1]
    axes = plot_embedding(X)
    drawn = np.asarray(axes.collections[0].get_offsets())
    _, _, directions = np.linalg.svd(X - X.mean(axis=0))
    expected = (X - X.mean(axis=0)) @ directions[:2].T
    np.testing.assert_allclose(np.abs(drawn), np.abs(expected), atol=1e-9)
    assert "of variance" in axes.get_xlabel()
    assert len(axes.texts) == 0


def test_groups_have_colours_and_a_legend_and_marked_rows_are_stars():
    X = np.arange(12.0).reshape(6, 2) ** 2
    axes = plot_embedding(
        X, groups=["b", "a", "b", "a", "a", "b"], group_title="side", marked=[2], labels=list("uvwxyz")
    )
    dots, stars = axes.collections[:2]
    np.testing.assert_array_equal(stars.get_offsets(), X[[2]])
    colours = dots.get_facecolors()
    assert len(np.unique(colours, axis=0)) == 2
    np.testing.assert_array_equal(colours[0], stars.get_facecolors()[0])
    legend = axes.get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["a", "b"]
    assert legend.get_title().get_text() == "side"
    assert sorted(text.get_text() for text in axes.texts) == list("uvwxyz")


def test_many_rows_show_names_of_marked_ones_and_many_groups_no_legend():
    axes = plot_embedding(np.eye(100), groups=range(100), marked=[5, 7], labels=[f"n{i}" for i in range(100)])
    assert [text.get_text() for text in axes.texts] == ["n5", "n7"]
    assert axes.get_legend() is None


def test_names_with_dollars_and_underscores_are_written_as_they_are(tmp_path):
    axes = plot_embedding(np.eye(3), groups=["_a", "$x_{$", "$"], labels=["$x_{$", "b$", "_"])
    save_figure(axes, str(tmp_path / "names.png"))
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["$", "$x_{$", "_a"]


def test_it_draws_into_given_axes_and_in_one_dimension():
    _, axes = pyplot.subplots()
    assert plot_embedding([[1.0], [2.0]], ax=axes) is axes
    assert plot_embedding(np.ones((3, 4)), ax=axes) is axes  # no variance at all


def test_a_graph_shows_every_node_and_edge():
    graph = load_sample("karate")
    axes = plot_graph(graph, groups=graph.node_data["club"], marked=[0, 33])
    assert len(axes.collections[0].get_segments()) == 78
    assert len(axes.collections[1].get_offsets()) + len(axes.collections[2].get_offsets()) == 34
    again = plot_graph(graph)
    assert len(again.collections[1].get_offsets()) == 34


def test_positions_are_used():
    graph = Graph.from_edges([0, 1], [1, 2])
    where = [[0, 0], [1, 0], [1, 1]]
    axes = plot_graph(graph, positions=where)
    np.testing.assert_array_equal(axes.collections[1].get_offsets(), where)
    np.testing.assert_array_equal(axes.collections[0].get_segments()[0], [[0, 0], [1, 0]])


def test_what_cannot_be_drawn():
    graph = Graph.from_edges([0, 1], [1, 2])
    for X in (np.ones(3), np.ones((0, 2)), [[np.nan, 1]]):
        with pytest.raises(ValueError, match="X must be a matrix of finite numbers"):
            plot_embedding(X)
    with pytest.raises(ValueError, match="groups must have one entry for each of the 3 points, got 2"):
        plot_graph(graph, groups=[0, 1])
    with pytest.raises(ValueError, match=r"positions must be finite, of shape \(3, 2\)"):
        plot_graph(graph, positions=np.ones((2, 2)))
    with pytest.raises(ValueError, match="at most 1000 nodes, got 1001"):
        plot_graph(Graph.from_edges([0], [1], n_nodes=1001))
    with pytest.raises(UnknownNameError, match="suffix of a picture"):
        save_figure(plot_embedding(np.eye(3)), "x.doc")


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'graphkit-algorithms\[plot\]'"):
        plot_embedding(np.eye(3))


@pytest.mark.parametrize(
    "arguments",
    [
        ("embed", "sample:karate", "--color", "club"),
        ("embed", "sample:les_miserables"),
        ("cluster", "sample:les_miserables", "--k", "4"),
        ("cluster", "points.csv", "--k", "2", "--metric", "euclidean"),
        ("cluster", "ring.csv", "--k", "3"),
    ],
)
def test_commands_draw_pictures(monkeypatch, capsys, tmp_path, arguments):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "points.csv").write_text("x,y,z\n1,2,3\n1,2,4\n9,9,8\n9,9,9\n")
    ring = [(i, (i + 1) % 1100) for i in range(1100)]  # too many nodes for a layout
    (tmp_path / "ring.csv").write_text("".join(f"{i},{j}\n" for i, j in ring))
    monkeypatch.setattr(sys, "argv", ["graphkit", *arguments, "--plot", "picture.png"])
    with pytest.raises(SystemExit) as stop:
        main()
    assert not stop.value.code
    assert (tmp_path / "picture.png").read_bytes().startswith(PNG)
    assert "wrote picture.png" in capsys.readouterr().err
    assert pyplot.get_fignums() == []
