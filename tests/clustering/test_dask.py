"""CLARA's draws on a cluster: any backend of joblib carries them, and the result is that of one process."""

import joblib
import numpy as np
import pytest

from clustering import CLARA, clara

distributed = pytest.importorskip("distributed", reason="a cluster needs dask: pip install '.[dask]'")


@pytest.fixture(scope="module")
def client():
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
        yield client


def test_draws_on_a_cluster_give_the_result_of_one_process(client):
    X = np.random.default_rng(0).random((2000, 5))
    options = {"metric": "euclidean", "n_draws": 6, "draws_per_round": 3, "random_state": 7}
    alone = clara(X, 8, **options)
    before = len(client.get_task_stream())
    with joblib.parallel_config(backend="dask"):
        shared = clara(X, 8, n_jobs=2, **options)
        model = CLARA(8, n_jobs=2, **options).fit(X)
    np.testing.assert_array_equal(shared.medoid_indices, alone.medoid_indices)
    np.testing.assert_array_equal(shared.labels, alone.labels)
    np.testing.assert_array_equal(model.medoid_indices_, alone.medoid_indices)
    assert shared.inertia == alone.inertia
    assert len(client.get_task_stream()) - before >= 6  # the workers did draw
