"""Pictures of embeddings and graphs. They need the extra ``plot``; every function takes and returns Axes."""

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graphkit.errors import MissingExtraError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from graphkit.graph import Graph

_LEGEND_LIMIT = 20  # groups; more are drawn, but not explained
_LABEL_LIMIT = 60  # points; more names would lie on top of each other
LAYOUT_LIMIT = 1000  # nodes up to which a spring layout takes seconds


def plot_embedding(
    X: ArrayLike,
    *,
    groups: Sequence[Hashable] | NDArray[Any] | None = None,
    group_title: str | None = None,
    marked: ArrayLike | None = None,
    labels: Sequence[object] | None = None,
    ax: "Axes | None" = None,
) -> "Axes":
    """Scatter the rows of a matrix in the plane of their first two principal components.

    Parameters
    ----------
    X : array-like of shape (n, d), d >= 1
        Rows, such as an embedding. With d <= 2 they are drawn as they are.
    groups : sequence of shape (n,), optional
        Group of every row, such as a node attribute or a cluster; one colour each.
    group_title : str, optional
        What the groups are, above the legend.
    marked : array-like of int, optional
        Rows to be drawn as stars, such as medoids.
    labels : sequence of shape (n,), optional
        Names of the rows. All are written if there are at most 60 rows, else those of marked rows.
    ax : matplotlib Axes, optional
        Where to draw. Default: a new figure.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    ValueError
        If X is not a matrix of finite numbers, or `groups` or `labels` are not of its length.

    Examples
    --------
    >>> import numpy as np
    >>> axes = plot_embedding(np.eye(4), groups=["a", "a", "b", "b"])
    >>> axes.get_xlabel()
    'component 1 (33% of variance)'
    """
    points = np.asarray(X, dtype=np.float64)
    if points.ndim != 2 or points.size == 0 or not np.isfinite(points).all():
        raise ValueError(f"X must be a matrix of finite numbers, got an array of shape {points.shape}")
    axes = new_axes(ax)
    positions, captions = _plane(points)
    _scatter(axes, positions, groups, group_title, marked, labels)
    axes.set_xlabel(captions[0])
    axes.set_ylabel(captions[1])
    return axes


def plot_graph(
    graph: "Graph",
    *,
    positions: ArrayLike | None = None,
    groups: Sequence[Hashable] | NDArray[Any] | None = None,
    group_title: str | None = None,
    marked: ArrayLike | None = None,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw the nodes and edges of a graph.

    Parameters
    ----------
    graph : Graph
        Directions are not drawn.
    positions : array-like of shape (n_nodes, 2), optional
        Default: a spring layout, for at most 1000 nodes.
    groups : sequence of shape (n_nodes,), optional
        Group of every node, one colour each.
    group_title : str, optional
        What the groups are, above the legend.
    marked : array-like of int, optional
        Nodes to be drawn as stars.
    ax : matplotlib Axes, optional
        Where to draw. Default: a new figure.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    ValueError
        If `positions` or `groups` do not fit the graph, or the graph is empty or too large for a layout.

    Examples
    --------
    >>> from graphkit import Graph
    >>> axes = plot_graph(Graph.from_edges(["a", "b"], ["b", "c"]), marked=[1])
    >>> sorted(text.get_text() for text in axes.texts)
    ['a', 'b', 'c']
    """
    n = graph.n_nodes
    if n == 0:
        raise ValueError("the graph is empty: there is nothing to draw")
    if positions is None:
        if n > LAYOUT_LIMIT:
            raise ValueError(
                f"a layout is computed for at most {LAYOUT_LIMIT} nodes, got {n}; pass positions"
            )
        where = _spring_layout(graph)
    else:
        where = np.asarray(positions, dtype=np.float64)
        if where.shape != (n, 2) or not np.isfinite(where).all():
            raise ValueError(f"positions must be finite, of shape ({n}, 2), got shape {where.shape}")
    axes = new_axes(ax)
    from matplotlib.collections import LineCollection

    sources, targets = graph.edges()
    lines = np.stack([where[sources], where[targets]], axis=1)
    axes.add_collection(LineCollection(list(lines), colors="0.8", linewidths=0.8, zorder=1))
    _scatter(axes, where, groups, group_title, marked, [graph.label_of(i) for i in range(n)])
    axes.set_aspect("equal", adjustable="datalim")
    axes.set_axis_off()
    return axes


def save_figure(axes: "Axes", path: str) -> None:
    """Write the figure of some Axes to a file, whole or not at all, and close it.

    Raises
    ------
    ValueError
        If the suffix is not one that matplotlib can write.
    """
    import os

    from matplotlib import pyplot

    from graphkit.files import atomic_write
    from graphkit.validation import check_choice

    figure = axes.figure.get_figure(root=True)
    suffix = os.path.splitext(path)[1].lower().removeprefix(".")
    check_choice(suffix, "suffix of a picture", sorted(figure.canvas.get_supported_filetypes()))
    try:
        with atomic_write(path, "wb") as file:
            figure.savefig(file, format=suffix, dpi=150, bbox_inches="tight")
    finally:
        pyplot.close(figure)


def load_pyplot() -> Any:
    """Return `matplotlib.pyplot`.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    try:
        from matplotlib import pyplot
    except ImportError:
        raise MissingExtraError(
            "plotting needs matplotlib: pip install 'graphkit-algorithms[plot]'"
        ) from None
    return pyplot


def new_axes(ax: "Axes | None", size: tuple[float, float] = (7, 5.5), *, layout: str | None = None) -> "Axes":
    """Return the given Axes, or those of a new figure of some inches, whose layout matplotlib keeps."""
    pyplot = load_pyplot()
    new: Axes = pyplot.subplots(figsize=size, layout=layout)[1] if ax is None else ax
    return new


def _plane(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], tuple[str, str]]:
    """Project to two dimensions; return the positions and the captions of the two axes."""
    n, d = points.shape
    if d <= 2:
        return np.hstack([points, np.zeros((n, 2 - d))]), ("coordinate 1", "coordinate 2")
    centred = points - points.mean(axis=0)
    # The d x d matrix serves however many rows there are. The sign of a component is free: make it stable.
    variances, directions = np.linalg.eigh(centred.T @ centred)
    variances, directions = variances[::-1], directions[:, ::-1][:, :2]
    largest = np.abs(directions).argmax(axis=0)
    directions = directions * np.sign(directions[largest, [0, 1]])
    total = variances.sum()
    shares = variances[:2] / total if total > 0 else np.zeros(2)
    first, second = (f"component {i + 1} ({share:.0%} of variance)" for i, share in enumerate(shares))
    return centred @ directions, (first, second)


def _scatter(
    axes: "Axes",
    positions: NDArray[np.float64],
    groups: Sequence[Hashable] | NDArray[Any] | None,
    group_title: str | None,
    marked: ArrayLike | None,
    labels: Sequence[object] | None,
) -> None:
    n = len(positions)
    for name, given in (("groups", groups), ("labels", labels)):
        if given is not None and len(given) != n:
            raise ValueError(f"{name} must have one entry for each of the {n} points, got {len(given)}")
    colours, legend = group_colours(groups, n)
    stars = np.zeros(n, dtype=bool)
    if marked is not None:
        stars[np.asarray(marked, dtype=np.intp)] = True
    size = float(np.clip(6000 / n, 4, 60))
    x, y = positions.T
    dots = ~stars
    edge = 0.3 if size > 10 else 0.0
    axes.scatter(x[dots], y[dots], s=size, c=colours[dots], linewidths=edge, edgecolors="white", zorder=2)
    star = max(5 * size, 90)
    axes.scatter(x[stars], y[stars], s=star, c=colours[stars], marker="*", edgecolors="black", zorder=3)
    if labels is not None:
        for i in range(n) if n <= _LABEL_LIMIT else np.flatnonzero(stars).tolist():
            # Names are written as they are: a dollar sign in one does not begin a formula.
            axes.annotate(
                str(labels[i]),
                (x[i], y[i]),
                xytext=(4, 3),
                textcoords="offset points",
                fontsize=7,
                zorder=4,
                parse_math=False,
            )
    if legend:
        handles = [axes.scatter([], [], s=40, color=colour) for _, colour in legend]
        names = [name for name, _ in legend]
        box = axes.legend(
            handles, names, title=group_title, title_fontsize=9, loc="best", fontsize=8, framealpha=0.8
        )
        for text in box.get_texts():
            text.set_parse_math(False)


def group_colours(
    groups: Sequence[Hashable] | NDArray[Any] | None, n: int
) -> tuple[NDArray[Any], list[tuple[str, Any]]]:
    """Return one colour for every point, and the entries of a legend."""
    from matplotlib import colormaps

    # The ten strong colours of tab20 first, then their ten pale sisters.
    palette = np.asarray(colormaps["tab20"](np.r_[0:20:2, 1:20:2]))
    if groups is None:
        return np.tile(palette[0], (n, 1)), []
    values = groups.tolist() if isinstance(groups, np.ndarray) else list(groups)
    number = {value: i for i, value in enumerate(sorted(set(values), key=_sort_key))}
    if len(number) > len(palette):
        palette = np.asarray(colormaps["nipy_spectral"](np.linspace(0.05, 0.95, len(number))))
    colours = palette[[number[value] for value in values]]
    if len(number) > _LEGEND_LIMIT:
        return colours, []
    return colours, [(str(value), palette[i]) for value, i in number.items()]


def _sort_key(value: object) -> tuple[int, float, str]:
    """Numbers in their order, then everything else by its text."""
    return (0, float(value), "") if isinstance(value, int | float) else (1, 0.0, str(value))


def _spring_layout(graph: "Graph") -> NDArray[np.float64]:
    """Positions by the forces of Fruchterman and Reingold (1991); the same each time."""
    import networkx as nx

    plain: Any = nx.Graph()
    plain.add_nodes_from(range(graph.n_nodes))
    sources, targets = graph.edges()
    plain.add_edges_from(zip(sources.tolist(), targets.tolist(), strict=True))
    placed = nx.spring_layout(plain, seed=0, iterations=200)
    return np.array([placed[i] for i in range(graph.n_nodes)])
