"""What fastrp and the functions that pass its parameters on say about arguments that they do not take."""

import numpy as np
import pytest

from graphkit import Graph
from graphkit.embedding import effective_rank, fastrp, fastrp_dask, fastrp_memory, fastrp_state, tune_fastrp

TRIANGLES = Graph.from_edges([0, 0, 1, 2, 3, 3, 4], [1, 2, 2, 3, 4, 5, 5])


@pytest.mark.parametrize("function", [fastrp_state, tune_fastrp, fastrp_dask])
@pytest.mark.parametrize("options", [{"memory": "low"}, {"out": "x.npy"}, {"colour": 1}])
def test_unknown_parameters_are_named_with_the_function_that_was_called(function, options):
    if function is fastrp_dask:
        pytest.importorskip("dask")
    name = next(iter(options))
    with pytest.raises(TypeError, match=rf"^{function.__name__} has no parameter '{name}'.* takes preset"):
        function(TRIANGLES, 4, **options)


@pytest.mark.parametrize("function", [fastrp, fastrp_state, tune_fastrp])
def test_what_is_no_graph_is_named(function):
    with pytest.raises(TypeError, match=r"^graph must be a Graph, got ndarray"):
        function(np.eye(3))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((0, 0, 4), ValueError, "n_nodes must be at least 1"),
        ((-1, 3, 4), ValueError, "n_nodes must be at least 1"),
        ((10, -3, 4), ValueError, "n_entries must be at least 0"),
        ((10, 3, 0), ValueError, "n_components must be at least 1"),
        ((10, 3, 4.5), TypeError, "n_components must be an integer"),
    ],
)
def test_the_estimate_checks_its_numbers(arguments, error, message):
    with pytest.raises(error, match=message):
        fastrp_memory(*arguments)


@pytest.mark.parametrize("exponent", [1e308, -1e308])
def test_the_largest_exponents_keep_the_extreme_nodes(exponent):
    """Degrees 2, 2, 3, 3, 2, 2: only the largest, or only the smallest, have any random vector left."""
    options = {"weights": (), "self_influence": 1.0, "density": 1.0, "standardize": False, "random_state": 0}
    X = fastrp(TRIANGLES, 8, degree_exponent=exponent, **options)
    assert np.isfinite(X).all()
    expected = [2, 3] if exponent > 0 else [0, 1, 4, 5]
    np.testing.assert_array_equal(np.flatnonzero(X.any(axis=1)), expected)


def test_squares_beyond_the_range_are_refused_without_a_warning():
    with pytest.raises(ValueError, match="finite"):
        effective_rank(1e200 * np.eye(3))
