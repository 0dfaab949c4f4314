"""scikit-learn's own checks on FastRP, which takes a square adjacency matrix where others take features."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from graphkit import Graph
from graphkit.embedding import FastRP

GRAPH = Graph.from_edges([0, 0, 1, 2, 3, 3, 4], [1, 2, 2, 3, 4, 5, 5])


# The tags "pairwise" and "positive_only" make scikit-learn feed non-negative square matrices; no check is
# expected to fail.
@parametrize_with_checks(
    [
        FastRP(n_components=2, density=1.0),
        FastRP(n_components=3, projection="gaussian"),
        FastRP(n_components=4, preset="gds", self_influence=1.0, memory="low"),
    ]
)
def test_estimator_check(estimator, check):
    check(estimator)


def test_names_of_the_output_and_data_frames():
    pandas = pytest.importorskip("pandas")
    estimator = FastRP(n_components=3, random_state=0).set_output(transform="pandas")
    frame = estimator.fit_transform(GRAPH)
    assert isinstance(frame, pandas.DataFrame)
    assert (
        frame.columns.tolist()
        == estimator.get_feature_names_out().tolist()
        == ["fastrp0", "fastrp1", "fastrp2"]
    )
    np.testing.assert_array_equal(frame.to_numpy(), estimator.embedding_)


def test_fit_keeps_parameters_and_a_clone_gives_the_same_embedding():
    weights = [1, 0.5]
    estimator = FastRP(4, weights=weights, random_state=3)
    before = dict(estimator.get_params())
    first = estimator.fit_transform(GRAPH)
    assert estimator.get_params() == before
    assert estimator.weights is weights
    assert weights == [1, 0.5]
    assert not hasattr(estimator, "transform")
    np.testing.assert_array_equal(clone(estimator).fit_transform(GRAPH), first)
