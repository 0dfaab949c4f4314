import subprocess
import sys

import numpy as np
import pytest

from graphkit import Graph
from graphkit.embedding import fastrp

pytest.importorskip("dask", reason="distributed embeddings need dask: pip install '.[dask]'")

from graphkit.embedding import fastrp_dask

OPTIONS = [
    {},
    {"weights": (1, 0.5), "density": 0.3, "self_influence": 2.0},
    {"projection": "gaussian", "weights": (0, 1)},
    {"preset": "gds", "degree_exponent": -0.5},
    {"weights": (0.0,), "self_influence": 1.0, "standardize": False, "density": 0.5},
]


def make_graph(kind):
    """Three blocks of rows, the last of them without edges."""
    rng = np.random.default_rng(0)
    ends = rng.integers(2048, size=(2, 6000))
    weights = rng.random(6000) + 0.1 if kind == "weighted" else None
    rule = {"multi_edges": "merge" if weights is None else "sum"}
    return Graph.from_edges(*ends, weights, n_nodes=2500, directed=kind == "directed", **rule)


@pytest.fixture(scope="module", params=["undirected", "directed", "weighted"])
def graph(request):
    return make_graph(request.param)


@pytest.mark.parametrize("options", OPTIONS)
def test_blocks_give_the_local_result(graph, options):
    X = fastrp_dask(graph, 24, block_rows=1000, random_state=3, **options)
    assert X.chunks == ((1024, 1024, 452), (24,))
    assert X.dtype == np.float32
    local = fastrp(graph, 24, random_state=3, **options)
    assert X.compute(scheduler="synchronous").tobytes() == local.tobytes()
    assert X.compute(scheduler="threads").tobytes() == local.tobytes()
    assert X.compute(scheduler="threads").tobytes() == local.tobytes()  # blocks were not changed in place


def test_node_properties_go_with_their_rows(graph):
    features = np.random.default_rng(0).random((2500, 3))
    options = {"preset": "gds", "features": features, "property_ratio": 0.5, "random_state": 0}
    local = fastrp(graph, 16, **options)
    X = fastrp_dask(graph, 16, block_rows=1, **options)
    assert X.compute(scheduler="threads").tobytes() == local.tobytes()


def test_one_block_is_enough_for_a_small_graph():
    graph = Graph.from_edges([0, 1], [1, 2])
    X = fastrp_dask(graph, 8, density=0.5, random_state=0)
    assert X.numblocks == (1, 1)
    np.testing.assert_array_equal(X, fastrp(graph, 8, density=0.5, random_state=0))


def test_a_graph_without_edges_is_all_zeros():
    X = fastrp_dask(Graph.from_edges([], [], n_nodes=1100), 4, block_rows=1024, random_state=0)
    assert not X.compute(scheduler="synchronous").any()


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"block_rows": 0}, ValueError, "block_rows"),
        ({"storage": "bfloat16"}, TypeError, "no parameter 'storage'"),
        ({"memory_limit": 10}, TypeError, "no parameter 'memory_limit'"),
        ({"weights": (0,)}, ValueError, "other than zero"),
        ({"colour": 1}, TypeError, "colour"),
    ],
)
def test_bad_input(options, error, message):
    with pytest.raises(error, match=message):
        fastrp_dask(Graph.from_edges([0], [1]), 4, **options)


def test_dask_is_named_where_it_is_missing():
    code = (
        "import sys; sys.modules['dask'] = None\n"
        "from graphkit import Graph\n"
        "from graphkit.embedding import fastrp_dask\n"
        "try:\n"
        "    fastrp_dask(Graph.from_edges([0], [1]), 4)\n"
        "except ImportError as error:\n"
        "    print(error)\n"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "fastrp_dask needs dask: pip install '.[dask]'\n"


def test_a_cluster_of_processes_gives_the_local_result(tmp_path):
    graph = make_graph("directed")
    distributed = pytest.importorskip("distributed", reason="a cluster needs dask: pip install '.[dask]'")
    options = {"n_workers": 2, "threads_per_worker": 2, "dashboard_address": None}
    with (
        distributed.LocalCluster(local_directory=str(tmp_path), **options) as cluster,
        distributed.Client(cluster, timeout=60) as client,
    ):
        before = len(client.get_task_stream())
        for sent in (client, None):
            X = fastrp_dask(graph, 24, block_rows=1000, client=sent, random_state=3)
            assert X.compute().tobytes() == fastrp(graph, 24, random_state=3).tobytes()
        assert len(client.get_task_stream()) - before >= 20  # the workers did it
