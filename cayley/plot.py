"""Pictures of growth, with matplotlib (extra ``plot``)."""

from typing import TYPE_CHECKING, Any

from cayley.result import GrowthResult
from graphkit.errors import MissingExtraError

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_growth(result: GrowthResult, ax: "Axes | None" = None, *, log: bool = False) -> "Axes":
    """Draw the layer sizes of a Cayley graph against the distance from the identity.

    Parameters
    ----------
    result : GrowthResult
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.
    log : bool
        Whether the sizes are on a logarithmic scale, which shows the first and last layers.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    if ax is None:
        ax = _pyplot().subplots(layout="constrained")[1]
    distances = range(len(result.growth))
    ax.bar(distances, result.growth, width=1.0, color="#4477aa", edgecolor="white", linewidth=0.5)
    ax.set(xlabel="distance from the identity", ylabel="elements", xlim=(-0.6, len(result.growth) - 0.4))
    if log:
        ax.set_yscale("log")
        ax.set_ylim(bottom=0.7)
    names = result.generators if isinstance(result.generators, str) else ", ".join(result.generators)
    end = f"diameter {result.diameter}" if result.complete else f"first {len(result.growth) - 1} layers"
    ax.set_title(f"{result.group}, {names if len(names) < 40 else names[:37] + '...'}: {end}")
    return ax


def save_plot(result: GrowthResult, path: str) -> None:
    """Write a picture of two panels, linear and logarithmic, in the format of the suffix of `path`.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    ValueError
        If matplotlib does not know the suffix.
    """
    from pathlib import Path

    from graphkit.files import atomic_write

    pyplot = _pyplot()
    figure, axes = pyplot.subplots(1, 2, figsize=(11, 4), layout="constrained")
    plot_growth(result, axes[0])
    plot_growth(result, axes[1], log=True).set_title("the same, logarithmic")
    with atomic_write(path, "wb") as file:
        figure.savefig(file, format=Path(path).suffix.removeprefix("."), dpi=120)
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

    _pyplot()
    check_choice(Path(path).suffix.removeprefix("."), "picture format", ("png", "svg", "pdf"))
    check_writable(path)


def _pyplot() -> Any:
    try:
        from matplotlib import pyplot
    except ImportError:
        raise MissingExtraError(
            "plotting needs matplotlib: pip install 'graphkit-algorithms[plot]'"
        ) from None
    return pyplot
