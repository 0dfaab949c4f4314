"""Pictures of growth, of diameters and of small graphs, with matplotlib (extra ``plot``)."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from cayley.result import GrowthResult
from graphkit.plot import load_pyplot, new_axes

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from cayley._numbering import CayleyGraph
    from cayley.definitions import Definition
    from cayley.growth_curves import GrowthFit

_BARS = "#4477aa"
_CURVE = "#cc3311"
# Colours that people with the common kinds of colour blindness tell apart (P. Tol, bright and vibrant).
_COLOURS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#ee7733", "#009988", "#888888")
_LABELLED = 60  # vertices that are labelled at most
_DRAWN = 6000  # vertices that are drawn at most
_SHORT = 34  # letters of a list of generators


def plot_growth(
    result: GrowthResult, ax: "Axes | None" = None, *, log: bool = False, fit: str | None = None
) -> "Axes":
    """Draw the layer sizes of a Cayley graph against the distance from the identity.

    Parameters
    ----------
    result : GrowthResult
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.
    log : bool
        Whether the sizes are on a logarithmic scale, which shows the first and last layers.
    fit : {"normal", "gumbel", "skewnormal", "best"}, optional
        Draw a curve of this kind with the moments of the distances, see `cayley.fit_growth`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    ValueError
        If there is no such curve, or the growth is not complete.
    """
    curve = None if fit is None else _curve(result, fit)  # an error leaves no figure behind
    ax = new_axes(ax, (7, 4.2), layout="constrained")
    from matplotlib.ticker import EngFormatter, MaxNLocator

    distances = range(len(result.growth))
    ax.bar(distances, result.growth, width=1.0, color=_BARS, edgecolor="white", linewidth=0.5)
    ax.set(xlabel="distance from the identity", ylabel="elements", xlim=(-0.6, len(result.growth) - 0.4))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if log:
        ax.set_yscale("log")
        ax.set_ylim(bottom=0.7)
    else:
        ax.yaxis.set_major_formatter(EngFormatter())  # 1.5 M
    if curve is not None:
        _draw_curve(ax, curve)
    names = result.generators if isinstance(result.generators, str) else ", ".join(result.generators)
    end = f"diameter {result.diameter}" if result.complete else f"first {len(result.growth) - 1} layers"
    ax.set_title(f"{result.group}, {_shortened(names)}: {end}")
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def _shortened(text: str) -> str:
    return text if len(text) < _SHORT + 3 else text[:_SHORT] + "..."


def _curve(result: GrowthResult, kind: str) -> "GrowthFit | None":
    """Fit a curve; None if there is but one distance."""
    from cayley.growth_curves import KINDS, fit_growth
    from graphkit.validation import check_choice

    check_choice(kind, "fit", (*KINDS, "best"))
    return fit_growth(result, kind) if len(result.growth) > 1 else None


def _draw_curve(ax: "Axes", fit: "GrowthFit") -> None:
    """Draw the density of a fitted curve, times the number of elements."""
    import numpy as np

    found = fit.statistics
    # As far as the bars, and a little beyond.
    x = np.linspace(-0.5, found.diameter + 0.5, 600)
    y = found.count * fit.density(x)
    name = {"normal": "normal", "gumbel": "Gumbel", "skewnormal": "skew normal"}[fit.kind]
    shown = y > ax.get_ylim()[0]
    line = ax.plot(x[shown], y[shown], color=_CURVE, linewidth=1.8)
    if ax.get_yscale() == "log":
        return
    ax.set_ylim(top=1.22 * max(ax.get_ylim()[1] / 1.05, y.max()))  # room for two lines
    skewness = f"skewness {found.skewness:.2f}".replace("-", "\N{MINUS SIGN}")
    about = f"mean {found.mean:.2f}, deviation {found.standard_deviation:.2f}, {skewness}"
    label = f"{name}, total variation {fit.total_variation:.3f}"
    legend = ax.legend(line, [label], loc="upper left", frameon=False, fontsize=9, title=about)
    legend.set(alignment="left")
    legend.get_title().set_fontsize(9)


def save_plot(result: GrowthResult, path: str, *, fit: str | None = None) -> None:
    """Write a picture of two panels, linear and logarithmic, in the format of the suffix of `path`.

    `fit` is that of `plot_growth`.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    ValueError
        If matplotlib does not know the suffix.
    """
    pyplot = load_pyplot()
    figure, axes = pyplot.subplots(1, 2, figsize=(11, 4), layout="constrained")
    plot_growth(result, axes[0], fit=fit)
    plot_growth(result, axes[1], log=True, fit=fit).set_title("the same, logarithmic")
    _save(figure, path)


def plot_diameters(
    degrees: Sequence[int],
    diameters: Sequence[int],
    ax: "Axes | None" = None,
    *,
    formula: Callable[[int], float] | None = None,
    formula_label: str = "formula",
    title: str = "",
) -> "Axes":
    """Draw diameters against n, with the values of a formula.

    Parameters
    ----------
    degrees, diameters : sequence of int
        Of one length.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.
    formula : callable, optional
        Takes n to a number; it is drawn as a line, and the points where it is wrong are marked.
    formula_label : str
        The formula in words, for the legend.
    title : str

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    ValueError
        If the sequences are empty or of different lengths.
    """
    if not len(degrees) or len(degrees) != len(diameters):
        raise ValueError(
            f"as many diameters as degrees are needed, at least one, got {len(diameters)} and {len(degrees)}"
        )
    ax = new_axes(ax, (6.4, 4.4), layout="constrained")
    from matplotlib.ticker import MaxNLocator

    shown = sorted(zip(degrees, diameters, strict=True))
    wrong = []
    if formula is not None:
        values = [formula(n) for n, _ in shown]
        ax.plot([n for n, _ in shown], values, color=_CURVE, linewidth=1.6, label=formula_label, zorder=1)
        wrong = [point for point, value in zip(shown, values, strict=True) if point[1] != value]
    ax.scatter(
        [n for n, _ in shown],
        [d for _, d in shown],
        s=46,
        color=_BARS,
        zorder=3,
        label="computed",
        edgecolor="white",
    )
    if wrong:
        ax.scatter(
            [n for n, _ in wrong],
            [d for _, d in wrong],
            s=150,
            facecolor="none",
            edgecolor=_CURVE,
            linewidth=1.5,
            zorder=2,
            label="differs from the formula",
        )
    for n, d in shown:
        ax.annotate(
            str(d),
            (n, d),
            xytext=(-5, 6),
            textcoords="offset points",
            ha="right",
            fontsize=8,
            color="#444444",
        )
    ax.set(xlabel="n", ylabel="diameter", title=title, ylim=(0, None))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True))
    ax.margins(x=0.08)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", color="#dddddd", linewidth=0.7, zorder=0)
    ax.set_axisbelow(True)
    if formula is not None:
        ax.legend(loc="upper left", frameon=False)
    return ax


def save_diameter_plot(
    degrees: Sequence[int],
    diameters: Sequence[int],
    path: str,
    *,
    formula: Callable[[int], float] | None = None,
    formula_label: str = "formula",
    title: str = "",
) -> None:
    """Write what `plot_diameters` draws, in the format of the suffix of `path`."""
    axes = plot_diameters(degrees, diameters, formula=formula, formula_label=formula_label, title=title)
    _save(axes.figure, path)


def plot_graph(graph: "CayleyGraph", ax: "Axes | None" = None, *, labels: bool | None = None) -> "Axes":
    """Draw a small graph by distance: layers on circles about the start, edges in the colour of a generator.

    Parameters
    ----------
    graph : CayleyGraph
        Of up to 6,000 vertices.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.
    labels : bool, optional
        Whether vertices are labelled. By default if there are at most 60.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    ValueError
        If there are more vertices.

    Notes
    -----
    A vertex lies near the mean direction of its neighbours in the layer before, so that edges cross little.
    Edges of a generator that is its own inverse, and of pairs of inverses, are drawn once; in a directed
    graph they have arrows, if there are few.
    """
    _require_small(graph.name, graph.n_vertices)
    ax = new_axes(ax, (8, 8), layout="constrained")
    from cayley._layout import on_circles

    places = on_circles(graph)
    for distance in range(1, graph.diameter + 1):
        ax.add_patch(_circle(distance))
    _draw_edges(ax, graph, places)
    _draw_vertices(ax, graph, places, graph.n_vertices <= _LABELLED if labels is None else labels)
    n, diameter = graph.n_vertices, graph.diameter
    ax.set_title(f"{graph.name}: {n:,} {'vertex' if n == 1 else 'vertices'}, diameter {diameter}")
    ax.set_aspect("equal")
    ax.set_axis_off()
    ax.margins(0.06)
    return ax


def _require_small(name: str, n_vertices: int) -> None:
    if n_vertices > _DRAWN:
        raise ValueError(f"a picture shows up to {_DRAWN:,} vertices, {name} has {n_vertices:,}")


def check_drawable(definition: "Definition") -> None:
    """Check before its vertices are numbered that a graph is not too large for a picture.

    Raises
    ------
    ValueError
        If it has more than 6,000 vertices.
    """
    from cayley._layout import has_more

    if definition.order is not None:
        _require_small(definition.name, definition.order)
    elif has_more(definition, _DRAWN):
        raise ValueError(f"a picture shows up to {_DRAWN:,} vertices, {definition.name} has more")


def save_graph_plot(graph: "CayleyGraph", path: str, *, labels: bool | None = None) -> None:
    """Write what `plot_graph` draws, in the format of the suffix of `path`.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    ValueError
        If the graph has more than 6,000 vertices, or matplotlib does not know the suffix.
    """
    _save(plot_graph(graph, labels=labels).figure, path)


def _circle(radius: int) -> Any:
    from matplotlib.patches import Circle

    return Circle((0, 0), radius, fill=False, edgecolor="#e4e4e4", linewidth=0.8, zorder=0)


def _draw_edges(ax: "Axes", graph: "CayleyGraph", places: "NDArray[np.float64]") -> None:
    """Draw one set of lines for each generator, inverses together."""
    import numpy as np
    from matplotlib.collections import LineCollection

    from cayley._layout import curves

    n, m = graph.neighbors.shape
    vertices = np.arange(n)
    width = float(np.clip(40 / np.sqrt(n * m), 0.35, 1.6))
    alpha = float(np.clip(24 / np.sqrt(n * m), 0.25, 0.85))
    drawn: set[int] = set()
    colour = 0
    for g in range(m):
        if g in drawn:
            continue
        # Generator h undoes g if it leads back from everywhere.
        pair = [h for h in range(g, m) if (graph.neighbors[graph.neighbors[:, g], h] == vertices).all()]
        drawn |= {g, *pair[:1]}
        target = graph.neighbors[:, g]
        rows = vertices != target
        if pair[:1] == [g]:
            rows &= vertices < target
        names = [graph.generator_names[i] for i in dict.fromkeys([g, *pair[:1]])]
        shade = _COLOURS[colour % len(_COLOURS)]
        style = ("solid", "dashed", "dotted")[colour // len(_COLOURS) % 3]
        colour += 1
        lines = curves(places[vertices[rows]], places[target[rows]])
        label = _shortened(", ".join(names)) if colour <= 12 else None
        ax.add_collection(
            LineCollection(
                list(lines), colors=shade, linewidths=width, alpha=alpha, label=label, linestyle=style
            )
        )
        if not pair and graph.directed and n * m <= 800:
            half = lines.shape[1] // 2
            for before, at in zip(lines[:, half], lines[:, half + 1], strict=True):
                ax.annotate(
                    "",
                    at,
                    before,
                    arrowprops={"arrowstyle": "-|>", "color": shade, "lw": width},
                )
    legend = ax.legend(
        loc="upper center", bbox_to_anchor=(0.5, 0.03), ncols=6, frameon=False, fontsize=9, title="generators"
    )
    for line in legend.get_lines():
        line.set(linewidth=2, alpha=1)


def _draw_vertices(ax: "Axes", graph: "CayleyGraph", places: "NDArray[np.float64]", labels: bool) -> None:
    """Draw dots, darker with the distance, and their labels on the far side from the start."""
    import numpy as np
    from matplotlib.patheffects import withStroke

    n = graph.n_vertices
    size = float(np.clip(3000 / n, 3, 90))
    ax.scatter(
        places[:, 0],
        places[:, 1],
        s=size,
        c=graph.distance,
        cmap="viridis_r",
        edgecolors="white",
        linewidths=0.6 if size > 12 else 0.0,
        zorder=3,
    )
    if not labels:
        return
    for vertex, at in enumerate(places):
        away = at / max(float(np.hypot(*at)), 1e-9)
        ax.annotate(
            graph.label(vertex),
            at,
            xytext=7 * away if vertex else (0, -9),
            textcoords="offset points",
            ha="center" if abs(away[0]) < 0.35 else "left" if away[0] > 0 else "right",
            va="center" if vertex and abs(away[1]) < 0.9 else "bottom" if away[1] > 0 else "top",
            fontsize=7,
            color="#333333",
            zorder=4,
            parse_math=False,
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )


def _save(figure: Any, path: str) -> None:
    """Write a figure, whole or not at all, and close it. The same figure gives the same file."""
    from pathlib import Path

    from graphkit.files import atomic_write

    suffix = Path(path).suffix.removeprefix(".")
    dates = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(suffix)
    pyplot = load_pyplot()
    try:
        with atomic_write(path, "wb") as file, pyplot.rc_context({"svg.hashsalt": "cayley"}):
            figure.savefig(file, format=suffix, dpi=120, metadata=dates)
    finally:
        pyplot.close(figure)


def check_plot_path(path: str) -> None:
    """Check before a long computation that a plot can be written to `path`.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    UnknownNameError
        If the suffix names no picture format.
    """
    from pathlib import Path

    from graphkit.files import check_writable
    from graphkit.validation import check_choice

    load_pyplot()
    check_choice(Path(path).suffix.removeprefix("."), "picture format", ("png", "svg", "pdf"))
    check_writable(path)
