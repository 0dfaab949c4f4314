"""Flower petals as a transform of PyG data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import higcn as oracle

from graphkit import read_dataset

torch = pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("torch_geometric", reason="torch_geometric is not installed")
from torch_geometric.data import Batch, Data, HeteroData  # noqa: E402
from torch_geometric.loader import DataLoader  # noqa: E402
from torch_geometric.transforms import Compose, ToUndirected  # noqa: E402

from graphkit.nn import FlowerPetals, to_pyg  # noqa: E402
from graphkit.simplicial import SimplicialComplex, flower_petals  # noqa: E402

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def make(n, edges):
    return Data(edge_index=torch.tensor(edges, dtype=torch.int64).reshape(-1, 2).t(), num_nodes=n)


def matrices(data):
    n, weights = data.num_nodes, data.fp_weight.numpy()
    dense = np.zeros((weights.shape[1], n, n))
    sources, targets = data.edge_index_fp.numpy()
    dense[:, sources, targets] = weights.T
    return dense


@st.composite
def graphs(draw):
    n = draw(st.integers(1, 7))
    nodes = st.integers(0, n - 1)
    return n, draw(st.lists(st.tuples(nodes, nodes), max_size=14))


@settings(max_examples=60, deadline=None)
@given(graph=graphs(), max_order=st.integers(1, 4))
def test_entries_are_those_of_the_definition(graph, max_order):
    n, edges = graph  # with self-loops, repeated edges and both directions
    data = FlowerPetals(max_order, dtype=torch.float64)(make(n, edges))
    expected = np.array(oracle.laplacians(n, max_order, edges=edges))
    assert matrices(data) == pytest.approx(expected, abs=1e-14)


@settings(max_examples=30, deadline=None)
@given(given_graphs=st.lists(graphs(), min_size=1, max_size=5))
def test_batches_there_and_back(given_graphs):
    items = [FlowerPetals()(make(*graph)) for graph in given_graphs]
    batch = Batch.from_data_list(items)
    whole, start = matrices(batch), 0
    for data, again in zip(items, batch.to_data_list(), strict=True):
        end = start + data.num_nodes
        assert np.array_equal(whole[:, start:end, start:end], matrices(data))
        whole[:, start:end, start:end] = 0
        start = end
        assert torch.equal(again.edge_index_fp, data.edge_index_fp)
        assert torch.equal(again.fp_weight, data.fp_weight)
    assert not whole.any()


def test_empty_graphs_in_a_loader():
    items = [FlowerPetals()(make(n, edges)) for n, edges in [(0, []), (2, [(0, 1)]), (0, []), (3, [])]]
    (batch,) = DataLoader(items, batch_size=4)
    assert batch.edge_index_fp.tolist() == [[0, 0, 1, 1, 2, 3, 4], [0, 1, 0, 1, 2, 3, 4]]
    assert batch.fp_weight.tolist() == [[0.5, 0]] * 4 + [[0, 0]] * 3


def test_data_are_copied_and_the_rest_is_kept():
    data = make(3, [(0, 1), (1, 2)])
    data.y = torch.tensor([1, 2, 3])
    done = Compose([ToUndirected(), FlowerPetals(3)])(data)
    assert "edge_index_fp" not in data
    assert torch.equal(done.y, data.y)
    assert done.edge_index_fp.dtype == torch.int64
    assert done.fp_weight.dtype == torch.float32
    assert done.fp_weight.shape == (7, 3)
    assert done.validate()
    assert repr(FlowerPetals(3)) == "FlowerPetals(max_order=3)"
    assert repr(FlowerPetals(simplices="s")) == "FlowerPetals(max_order=2, simplices='s')"


SIMPLICES = [[0, 2, 1], [4, 3], [1, 2]]


@pytest.mark.parametrize(
    "given_simplices",
    [
        SIMPLICES,
        [torch.tensor(row) for row in SIMPLICES],
        SimplicialComplex.from_simplices(SIMPLICES, n_nodes=6),
    ],
    ids=["lists", "tensors", "complex"],
)
def test_explicit_simplices(given_simplices):
    data = Data(num_nodes=6, shape=given_simplices)
    found = matrices(FlowerPetals(2, simplices="shape", dtype=torch.float64)(data))
    assert found == pytest.approx(np.array(oracle.laplacians(6, 2, simplices=SIMPLICES)), abs=1e-14)


def test_an_array_of_simplices_and_orders_that_they_do_not_have():
    data = Data(num_nodes=4, shape=torch.tensor([[0, 1, 2], [1, 2, 3]]))
    found = FlowerPetals(4, simplices="shape")(data)
    assert matrices(found)[1].diagonal() == pytest.approx(1 / 3)
    assert not found.fp_weight[:, 2:].any()


def test_faces_of_large_simplices_are_not_listed_beyond_the_order():
    data = Data(num_nodes=60, shape=[list(range(60))])  # 2^60 faces
    found = FlowerPetals(2, simplices="shape")(data)
    assert found.fp_weight.shape == (3600, 2)


@pytest.mark.filterwarnings("ignore:Unable to accurately infer")  # PyG, on data that tell no size
@pytest.mark.parametrize(
    ("data", "options", "error", "message"),
    [
        (HeteroData(), {}, TypeError, "torch_geometric.data.Data, got HeteroData"),
        (Data(num_nodes=3), {}, ValueError, "no edge_index"),
        (Data(y=3), {}, ValueError, "number of nodes is not known"),
        (make(3, []), {"simplices": "s"}, ValueError, "no attribute 's'"),
        (Data(num_nodes=3, s=[[0, 3]]), {"simplices": "s"}, ValueError, "3"),
        (Data(num_nodes=3, s=[[0, 0]]), {"simplices": "s"}, ValueError, "distinct nodes"),
        (make(2, [(0, 2)]), {}, ValueError, "2"),
        (
            Data(num_nodes=3, s=SimplicialComplex.from_simplices([[0, 1]])),
            {"simplices": "s"},
            ValueError,
            "the complex has 2 nodes, the data have 3",
        ),
    ],
)
def test_bad_data(data, options, error, message):
    with pytest.raises(error, match=message):
        FlowerPetals(**options)(data)


def test_bad_parameters_and_memory():
    with pytest.raises(ValueError, match="max_order"):
        FlowerPetals(0)
    with pytest.raises(ValueError, match=r"torch.float32 or torch.float64, got torch.int64"):
        FlowerPetals(dtype=torch.int64)
    with pytest.raises(MemoryError):
        FlowerPetals(memory_limit=100)(make(50, [(i, i + 1) for i in range(49)]))


def test_real_data_equal_the_simplicial_core(shared):
    dataset = read_dataset(shared / "data/webkb/texas/raw")
    data = FlowerPetals(3)(to_pyg(dataset))
    petals = flower_petals(dataset.graph, 3, dtype=np.float32)
    assert np.array_equal(data.edge_index_fp.numpy(), petals.edge_index)
    assert np.array_equal(data.fp_weight.numpy(), petals.weights)
