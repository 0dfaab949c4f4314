"""CLARA's draws on a cluster: any backend of joblib carries them, and the result is that of one process."""

import joblib
import numpy as np
import pytest
from scipy.spatial.distance import pdist

from clustering import CLARA, clara

distributed = pytest.importorskip("distributed", reason="a cluster needs dask: pip install '.[dask]'")


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """Two worker processes on this machine, without a web page and with their files out of the way."""
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    folder = str(tmp_path_factory.mktemp("workers"))
    with (
        distributed.LocalCluster(local_directory=folder, **options) as cluster,
        distributed.Client(cluster, timeout=60) as client,
    ):
        yield client


def test_draws_on_a_cluster_give_the_result_of_one_process(client):
    X = np.random.default_rng(0).random((2000, 5))
    weights = np.arange(2000) % 3
    options = {"metric": "euclidean", "n_draws": 6, "draws_per_round": 3, "random_state": 7}
    alone = clara(X, 8, sample_weight=weights, fixed_medoids=[5], **options)
    before = len(client.get_task_stream())
    with joblib.parallel_config(backend="dask"):
        shared = clara(X, 8, n_jobs=2, sample_weight=weights, fixed_medoids=[5], **options)
        model = CLARA(8, n_jobs=2, fixed_medoids=[5], **options).fit(X, sample_weight=weights)
    np.testing.assert_array_equal(shared.medoid_indices, alone.medoid_indices)
    np.testing.assert_array_equal(shared.labels, alone.labels)
    np.testing.assert_array_equal(model.medoid_indices_, alone.medoid_indices)
    assert (shared.inertia, shared.n_swap) == (alone.inertia, alone.n_swap)
    assert len(client.get_task_stream()) - before >= 6  # the workers did draw


def test_condensed_distances_travel(client):
    entries = pdist(np.random.default_rng(1).random((300, 3)))
    options = {"n_draws": 4, "draws_per_round": 4, "sample_size": 60, "random_state": 1}
    with joblib.parallel_config(backend="dask"):
        shared = clara(entries, 5, n_jobs=2, **options)
    alone = clara(entries, 5, **options)
    np.testing.assert_array_equal(shared.labels, alone.labels)
    assert shared.inertia == alone.inertia
