"""Pictures: what is drawn where."""

import matplotlib
import numpy as np
import pytest
from oracle.kmedoids_cases import euclidean, iris
from sklearn.datasets import load_iris

matplotlib.use("Agg")

from matplotlib import pyplot

from clustering import dynmsc, plot, select_k, silhouette_samples


@pytest.fixture(autouse=True)
def close_figures():
    yield
    pyplot.close("all")


def test_silhouettes_are_sorted_within_clusters():
    values, labels = [0.1, 0.9, -0.2, 0.4, 0.3], ["b", "a", "b", "a", "b"]
    axes = plot.plot_silhouette(values, labels)
    assert [text.get_text() for text in axes.get_yticklabels()] == ["a  (2)", "b  (3)"]
    assert axes.get_title() == "mean 0.300"
    first, second = (shape.get_paths()[0].vertices for shape in axes.collections)
    for vertices, widths, top in ((first, [0.9, 0.4], 0), (second, [0.3, 0.1, -0.2], 2)):
        for i, width in enumerate(widths):
            rows = vertices[(vertices[:, 1] >= top + i) & (vertices[:, 1] <= top + i + 1.2)]
            assert width in rows[:, 0]
    assert axes.get_xlim()[0] < -0.2


def test_many_clusters_have_no_names():
    D = euclidean(np.random.default_rng(0), 130)
    labels = np.arange(130) // 2
    axes = plot.plot_silhouette(silhouette_samples(D, labels), labels)
    assert axes.get_yticklabels() == []
    assert axes.get_ylabel() == "65 clusters"
    assert len(axes.collections) == 65


def test_curves_of_a_selection():
    selection = select_k(iris(), range(1, 6), random_state=0)
    axes = plot.plot_loss(selection)
    x, y = axes.lines[0].get_data()
    assert x.tolist() == [1, 2, 3, 4, 5]
    assert y.tolist() == [found.inertia for found in selection.candidates]
    axes = plot.plot_scores(selection)
    drawn = {line.get_label(): line.get_data() for line in axes.lines if len(line.get_xdata()) > 2}
    assert list(drawn) == ["silhouette", "medoid silhouette", "stability over seeds"]
    assert drawn["silhouette"][0].tolist() == [2, 3, 4, 5]  # there is none for one cluster
    assert drawn["stability over seeds"][0].tolist() == [1, 2, 3, 4, 5]
    assert axes.get_title() == "2 clusters chosen"
    alone = select_k(iris(), range(2, 4), n_seeds=1, random_state=0)
    shown = [text.get_text() for text in plot.plot_scores(alone).get_legend().get_texts()]
    assert shown == ["silhouette", "medoid silhouette"]


def test_curve_of_dynmsc():
    result = dynmsc(iris(), 6, random_state=0)
    x, y = plot.plot_scores(result).lines[0].get_data()
    assert x.tolist() == [2, 3, 4, 5, 6]
    assert y.tolist() == [found.score for found in result.curve]


def positions(axes):
    """Where samples are: the ends of their spokes, in the order of the samples."""
    return np.array([segment[0] for segment in axes.collections[0].get_segments()])


def test_map_of_distances_in_the_plane_keeps_them():
    X = np.random.default_rng(0).normal(size=(60, 2))
    D = np.sqrt(((X[:, None] - X) ** 2).sum(axis=2))
    medoids = np.array([5, 17, 40])
    labels = D[medoids].argmin(axis=0)
    axes = plot.plot_medoids(D, labels, medoids)
    where = positions(axes)
    assert np.allclose(np.sqrt(((where[:, None] - where) ** 2).sum(axis=2)), D, rtol=0, atol=1e-9)
    ends = np.array([segment[1] for segment in axes.collections[0].get_segments()])
    assert np.allclose(ends, where[medoids[labels]])
    assert axes.get_title() == "60 samples, 3 medoids"


def test_map_of_many_samples_goes_by_landmarks(monkeypatch):
    monkeypatch.setattr(plot, "_LANDMARKS", 20)
    X = np.random.default_rng(0).normal(size=(300, 2))
    D = np.sqrt(((X[:, None] - X) ** 2).sum(axis=2))
    where = positions(plot.plot_medoids(D, np.zeros(300, int), [7]))
    assert np.allclose(np.sqrt(((where[:, None] - where) ** 2).sum(axis=2)), D, rtol=0, atol=1e-9)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_maps_of_few_and_equal_samples(n):
    where = positions(plot.plot_medoids(np.zeros((n, n)), np.zeros(n, int), [0]))
    assert (where == 0).all()


def test_map_of_features():
    X = load_iris().data
    labels = np.arange(150) // 50
    axes = plot.plot_medoids(X, labels, [0, 50, 100], metric="euclidean")
    assert axes.get_xlabel() == "component 1 (92% of variance)"
    flat = plot.plot_medoids(X[:, :2], labels, [0, 50, 100], metric="euclidean")
    assert (positions(flat) == X[:, :2]).all()


def test_given_axes_are_used_and_figures_written(tmp_path):
    axes = pyplot.subplots()[1]
    assert plot.plot_silhouette([0.5, 0.2], [0, 1], ax=axes) is axes
    plot.save_figure(axes, str(tmp_path / "silhouettes.svg"))
    assert "<svg" in (tmp_path / "silhouettes.svg").read_text()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plot.plot_silhouette([], []), "values must be silhouettes"),
        (lambda: plot.plot_silhouette([2.0], [0]), "values must be silhouettes"),
        (lambda: plot.plot_silhouette([np.nan], [0]), "values must be silhouettes"),
        (lambda: plot.plot_silhouette([0.5], [0, 1]), r"labels must be of shape \(1,\)"),
        (lambda: plot.plot_medoids(np.zeros((3, 3)), [0, 0], [1]), "labels must be 3 clusters"),
        (lambda: plot.plot_medoids(np.zeros((3, 3)), [0, 0, 1], [1]), r"clusters in \[0, 1\)"),
        (lambda: plot.plot_medoids(np.zeros((3, 3)), [0, 0, 0], [3]), r"sample indices in \[0, 3\)"),
        (lambda: plot.plot_medoids(np.zeros((3, 2)), [0, 0, 0], [1]), "square matrix"),
        (
            lambda: plot.plot_medoids(np.full((3, 2), np.inf), [0, 0, 0], [1], metric="euclidean"),
            "finite features",
        ),
    ],
)
def test_bad_input(call, message):
    before = pyplot.get_fignums()
    with pytest.raises(ValueError, match=message):
        call()
    assert pyplot.get_fignums() == before


def test_gaps_are_drawn_at_the_mean_and_names_beside_medoids():
    X = np.array([[0.0, 1], [np.nan, 3], [8, 5]])
    axes = plot.plot_medoids(X, [0, 0, 1], [0, 2], metric="gower", names=["a", "b", "c"])
    assert any([4, 3] in found.get_offsets().tolist() for found in axes.collections)
    assert {"a", "c"} <= {text.get_text() for text in axes.texts}
