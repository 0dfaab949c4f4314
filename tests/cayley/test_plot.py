import matplotlib as mpl
import pytest

import cayley
from cayley.plot import plot_growth, save_plot

mpl.use("Agg")


def test_bars_are_the_layers():
    from matplotlib import pyplot

    result = cayley.growth("S5")
    ax = plot_growth(result)
    assert [bar.get_height() for bar in ax.patches] == result.growth
    assert "diameter 10" in ax.get_title()
    pyplot.close("all")


def test_distances_are_integers():
    from matplotlib import pyplot

    ax = plot_growth(cayley.growth("S7"))
    assert all(float(tick).is_integer() for tick in ax.get_xticks())
    pyplot.close("all")


def test_log_scale_on_given_axes():
    from matplotlib import pyplot

    _, ax = pyplot.subplots()
    assert plot_growth(cayley.growth("S5", max_depth=4), ax, log=True) is ax
    assert ax.get_yscale() == "log"
    assert "first 4 layers" in ax.get_title()
    pyplot.close("all")


def test_nothing_is_left_of_a_failed_plot(tmp_path):
    with pytest.raises(ValueError, match="nope"):
        save_plot(cayley.growth("S4"), str(tmp_path / "x.nope"))
    assert list(tmp_path.iterdir()) == []
