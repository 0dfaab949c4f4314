"""Layers of HiGCN against their formula, and as parts of larger models."""

import copy
import io

import numpy as np
import pytest
from oracle import higcn as oracle

torch = pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("torch_geometric", reason="torch_geometric is not installed")
from torch_geometric.data import Batch, Data  # noqa: E402
from torch_geometric.explain import Explainer, GNNExplainer  # noqa: E402
from torch_geometric.loader import DataLoader  # noqa: E402
from torch_geometric.nn import Sequential  # noqa: E402
from torch_geometric.utils import k_hop_subgraph  # noqa: E402

from graphkit.nn import FlowerPetals, HiGCN, HiGCNConv, HiGCNGraphClassifier  # noqa: E402
from graphkit.nn._sparse import SparseRows  # noqa: E402

pytestmark = pytest.mark.usefixtures("one_torch_thread")

N = 9  # the last node of `EDGES` is isolated
EDGES = [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3), (3, 4), (4, 5), (5, 3), (5, 6), (6, 7)]


def example(n=N, edges=EDGES, max_order=3, n_features=5, seed=0, dtype=torch.float64):
    x = torch.from_numpy(np.random.default_rng(seed).normal(size=(n, n_features))).to(dtype)
    edge_index = torch.tensor(edges, dtype=torch.int64).reshape(-1, 2).t()
    return FlowerPetals(max_order, dtype=torch.float64)(Data(x=x, edge_index=edge_index, num_nodes=n))


def parts(data):
    return data.x, data.edge_index_fp, data.fp_weight


def random_conv(*sizes, seed=0, **options):
    torch.manual_seed(seed)
    conv = HiGCNConv(*sizes, **options).double()
    with torch.no_grad():
        conv.gamma.normal_()
    return conv.eval()


def by_formula(conv, data, matrices):
    maps = [(lin.weight.detach().numpy(), lin.bias.detach().numpy()) for lin in conv.lins]
    return oracle.convolution(data.x.numpy(), matrices, maps, conv.gamma.detach().numpy())


def as_array(tensor):
    return tensor.detach().numpy()


@pytest.mark.parametrize(("max_order", "K"), [(1, 0), (1, 3), (2, 10), (3, 4), (5, 2)])
def test_it_is_the_dense_formula(max_order, K):
    data = example(max_order=max_order)
    conv = random_conv(5, 4, max_order=max_order, K=K, concat=True)
    expected = by_formula(conv, data, oracle.laplacians(N, max_order, edges=EDGES))
    assert as_array(conv(*parts(data))) == pytest.approx(expected, abs=1e-12)
    conv.concat = False
    added = expected.reshape(N, max_order, 4).sum(axis=1)
    assert as_array(conv(*parts(data))) == pytest.approx(added, abs=1e-12)


def test_explicit_simplices():
    simplices = [[0, 1, 2], [2, 3], [3, 4, 5, 6], [3, 4]]
    data = Data(x=example().x, num_nodes=N, simplices=simplices)
    data = FlowerPetals(2, simplices="simplices", dtype=torch.float64)(data)
    conv = random_conv(5, 4, max_order=2, K=4, concat=True)
    expected = by_formula(conv, data, oracle.laplacians(N, 2, simplices=simplices))
    assert as_array(conv(*parts(data))) == pytest.approx(expected, abs=1e-12)


def test_the_model_is_two_linear_maps_around_the_filters():
    data = example(max_order=2)
    torch.manual_seed(1)
    model = HiGCN(5, 4, 3, K=6).double().eval()
    hidden = by_formula(model.conv, data, oracle.laplacians(N, 2, edges=EDGES))
    expected = hidden @ as_array(model.lin.weight).T + as_array(model.lin.bias)
    assert as_array(model(*parts(data))) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
def test_filters_start_as_page_rank(alpha):
    conv = HiGCNConv(2, 2, max_order=3, K=4, alpha=alpha)
    expected = np.tile(oracle.page_rank(4, alpha), (3, 1))
    assert as_array(conv.gamma) == pytest.approx(expected, abs=1e-7)
    assert conv.gamma.detach().sum(dim=1).numpy() == pytest.approx(1.0)
    with torch.no_grad():
        conv.gamma.fill_(-2)
    assert (conv.interaction_strengths() == 2).all()
    assert not conv.interaction_strengths().requires_grad


def test_reset_parameters():
    for model in (HiGCNConv(3, 4), HiGCN(3, 4, 2), HiGCNGraphClassifier(3, 4, 2)):
        torch.manual_seed(3)
        model.reset_parameters()
        before = copy.deepcopy(model.state_dict())
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.add_(1)
        torch.manual_seed(3)
        model.reset_parameters()
        assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
        torch.manual_seed(4)
        model.reset_parameters()
        assert any(not torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_nodes_can_be_renamed():
    data, conv = example(), random_conv(5, 4, max_order=3)
    order = np.random.default_rng(1).permutation(N)
    place = np.argsort(order)
    renamed = example(edges=[(place[i], place[j]) for i, j in EDGES])
    renamed.x = data.x[order]
    found = as_array(conv(*parts(renamed)))
    assert found == pytest.approx(as_array(conv(*parts(data)))[order], abs=1e-12)


def test_entries_can_come_in_any_order_and_need_not_be_symmetric():
    data, conv = example(), random_conv(5, 4, max_order=3, K=3, concat=True)
    rng = np.random.default_rng(2)
    data.fp_weight = torch.from_numpy(rng.normal(size=data.fp_weight.shape))
    order = torch.from_numpy(rng.permutation(len(data.fp_weight)))
    data.edge_index_fp, data.fp_weight = data.edge_index_fp[:, order], data.fp_weight[order]
    matrices = np.zeros((3, N, N))
    for (source, target), weights in zip(
        data.edge_index_fp.t().tolist(), data.fp_weight.numpy(), strict=True
    ):
        matrices[:, target, source] = weights
    assert as_array(conv(*parts(data))) == pytest.approx(by_formula(conv, data, matrices), abs=1e-12)


def test_isolated_nodes_no_edges_no_nodes():
    conv = random_conv(5, 4, max_order=2, K=3, concat=True)
    data = example(n=3, edges=[], max_order=2)
    expected = by_formula(conv, data, np.zeros((2, 3, 3)))  # only the power 0 is left
    assert as_array(conv(*parts(data))) == pytest.approx(expected, abs=1e-12)
    nothing = torch.empty(2, 0, dtype=torch.int64), torch.empty(0, 2, dtype=torch.float64)
    assert as_array(conv(data.x, *nothing)) == pytest.approx(expected, abs=1e-12)
    out = conv(torch.empty(0, 5, dtype=torch.float64, requires_grad=True), *nothing)
    assert out.shape == (0, 8)
    out.sum().backward()
    assert not conv.gamma.grad.any()


def test_gradients():
    data, conv = example(max_order=2), random_conv(5, 3, max_order=2, K=3)
    x = data.x.clone().requires_grad_()
    names = [name for name, _ in conv.named_parameters()]

    def output(x, *values):
        given = dict(zip(names, values, strict=True))
        return torch.func.functional_call(conv, given, (x, data.edge_index_fp, data.fp_weight))

    values = [value.detach().clone().requires_grad_() for value in conv.parameters()]
    assert torch.autograd.gradcheck(output, (x, *values))
    assert torch.autograd.gradgradcheck(output, (x, *values))


def test_gradients_of_the_weights_of_petals():
    data, conv = example(max_order=2), random_conv(5, 3, max_order=2, K=3)
    weight = data.fp_weight.clone().requires_grad_()
    with_gradient = conv(data.x, data.edge_index_fp, weight)
    assert as_array(with_gradient) == pytest.approx(as_array(conv(*parts(data))), abs=1e-12)
    assert torch.autograd.gradcheck(lambda w: conv(data.x, data.edge_index_fp, w), (weight,))


@pytest.mark.parametrize("layout", [torch.sparse_coo, torch.sparse_csr])
@pytest.mark.filterwarnings("ignore:Sparse")  # torch calls its own CSR tensors a beta version
def test_sparse_features(layout):
    data, conv = example(max_order=2), random_conv(5, 3, max_order=2, K=3)
    dense = torch.where(data.x > 0.3, data.x, 0.0)
    dense[2] = 0
    sparse = dense.to_sparse(layout=layout)
    outs = []
    for x in (dense, sparse):
        conv.zero_grad()
        out = conv(x, data.edge_index_fp, data.fp_weight)
        out.square().sum().backward()
        outs.append([out.detach(), *(p.grad.clone() for p in conv.parameters())])
    for a, b in zip(*outs, strict=True):
        assert b.numpy() == pytest.approx(a.numpy(), abs=1e-12)
    with torch.no_grad():
        found = conv(sparse, data.edge_index_fp, data.fp_weight)
    assert found.numpy() == pytest.approx(outs[0][0].numpy(), abs=1e-12)


def test_repeated_entries_of_sparse_features_add_up():
    x = torch.sparse_coo_tensor([[1, 1, 0], [2, 2, 0]], [1.0, 2.0, 4.0], (3, 3), check_invariants=True)
    rows = SparseRows(x, with_transposed=False)
    assert rows.multiply(rows.values, torch.eye(3)).tolist() == x.to_dense().tolist()


def test_dropout_of_sparse_features_is_that_of_dense_ones():
    conv = HiGCNConv(40, 1, max_order=1, K=0, alpha=1.0, feature_dropout=0.25)
    with torch.no_grad():
        conv.lins[0].weight.fill_(1)
        conv.lins[0].bias.fill_(0)
    torch.manual_seed(0)
    x = torch.eye(40)
    edges = torch.empty(2, 0, dtype=torch.int64), torch.empty(0, 1)
    for given in (x, x.to_sparse()):
        found = torch.cat([conv(given, *edges) for _ in range(50)])
        kept = found != 0
        assert torch.unique(found[kept]).tolist() == pytest.approx([4 / 3])
        # 2,000 draws: the share has a standard deviation of 0.01.
        assert float(kept.float().mean()) == pytest.approx(0.75, abs=0.05)
        assert torch.equal(conv.eval()(given, *edges), torch.ones(40, 1))
        conv.train()


def test_dropout_differs_between_orders():
    torch.manual_seed(0)
    conv = HiGCNConv(30, 30, max_order=2, K=0, concat=True, filter_dropout=0.5)
    none = torch.empty(2, 0, dtype=torch.int64), torch.empty(0, 2)
    dropped = (conv(torch.ones(10, 30), *none) == 0).float()
    assert 0.3 < float(dropped.mean()) < 0.7
    assert not torch.equal(dropped[:, :30], dropped[:, 30:])


def test_as_part_of_sequential():
    data = example(max_order=2, dtype=torch.float32)
    data.fp_weight = data.fp_weight.float()
    arguments = "x, edge_index_fp, fp_weight"
    model = Sequential(
        arguments,
        [
            (HiGCNConv(5, 8, K=2, concat=True), f"{arguments} -> x"),
            torch.nn.ReLU(inplace=True),
            (HiGCNConv(16, 3, K=2), f"{arguments} -> x"),
        ],
    )
    assert model(*parts(data)).shape == (N, 3)
    assert "HiGCNConv(16, 3, max_order=2, K=2)" in repr(model)


def test_batches_give_what_single_graphs_give():
    graphs = [example(seed=1), example(n=1, edges=[]), example(n=4, edges=EDGES[:5], seed=2)]
    conv = random_conv(5, 4, max_order=3, K=4)
    expected = torch.cat([conv(*parts(data)) for data in graphs])
    batch = Batch.from_data_list(graphs)
    assert as_array(conv(*parts(batch))) == pytest.approx(as_array(expected), abs=1e-12)
    for data, again in zip(graphs, batch.to_data_list(), strict=True):
        assert torch.equal(data.edge_index_fp, again.edge_index_fp)
        assert torch.equal(data.fp_weight, again.fp_weight)


@pytest.mark.parametrize("readout", ["sum", "mean"])
def test_graphs_are_classified_one_by_one(readout):
    torch.manual_seed(0)
    empty = example(n=0, edges=[])
    graphs = [example(seed=1), empty, example(n=4, edges=EDGES[:5], seed=2), empty]
    model = HiGCNGraphClassifier(5, 8, 3, max_order=3, readout=readout).double().eval()
    single = torch.cat([model(*parts(data)) for data in graphs])
    (batch,) = DataLoader(graphs, batch_size=4)
    together = model(*parts(batch), batch.batch, batch.num_graphs)
    assert as_array(together) == pytest.approx(as_array(single), abs=1e-12)
    assert torch.equal(single[1], single[3])
    assert model.interaction_strengths().shape == (2, 3, 11)
    model.train()
    assert model(*parts(example(n=1, edges=[]))).shape == (1, 3)  # one node has no variance


def test_the_neighbourhood_of_K_steps_is_enough():
    data, conv = example(max_order=2), random_conv(5, 4, max_order=2, K=2)
    whole = conv(*parts(data))
    for node in range(N):
        kept, edges, where, mask = k_hop_subgraph(
            node, 2, data.edge_index_fp, relabel_nodes=True, num_nodes=N
        )
        part = conv(data.x[kept], edges, data.fp_weight[mask])
        assert as_array(part[where[0]]) == pytest.approx(as_array(whole[node]), abs=1e-12)


def test_autocast_sums_in_float32():
    data = example(dtype=torch.float32)
    conv = HiGCNConv(5, 4, max_order=3)
    expected = conv(*parts(data))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = conv(*parts(data))
        loss = found.square().sum()
    assert found.dtype == torch.float32
    # The linear maps are rounded to 8 bits, nothing else.
    assert as_array(found) == pytest.approx(as_array(expected), abs=0.05)
    loss.backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in conv.parameters())
    half = copy.deepcopy(conv).to(torch.bfloat16)
    assert half(data.x.bfloat16(), data.edge_index_fp, data.fp_weight).dtype == torch.bfloat16


def test_state_and_copies():
    data = example(max_order=2, dtype=torch.float32)
    torch.manual_seed(0)
    for make in (lambda: HiGCN(5, 4, 3), lambda: HiGCNGraphClassifier(5, 4, 3)):
        model, other = make().eval(), make().eval()
        expected = model(*parts(data))
        assert not torch.equal(other(*parts(data)), expected)
        file = io.BytesIO()
        torch.save(model.state_dict(), file)
        file.seek(0)
        other.load_state_dict(torch.load(file, weights_only=True))
        assert torch.equal(other(*parts(data)), expected)
        assert torch.equal(copy.deepcopy(model)(*parts(data)), expected)


def test_the_model_learns_who_is_in_triangles():
    rng = np.random.default_rng(0)
    edges = [(3 * i + a, 3 * i + b) for i in range(10) for a, b in ((0, 1), (1, 2), (0, 2))]
    edges += [(30 + i, 30 + (i + 1) % 30) for i in range(30)]
    data = example(n=60, edges=edges, max_order=2, dtype=torch.float32)
    data.x = torch.from_numpy(rng.choice([-1.0, 1.0], (60, 1)) + 2).float()
    classes = (torch.arange(60) < 30).long()
    torch.manual_seed(0)
    model = HiGCN(1, 8, 2, K=4, dropout=0.0, filter_dropout=0.0)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(100):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(*parts(data)), classes).backward()
        optimizer.step()
    assert (model(*parts(data)).argmax(dim=1) == classes).all()


def test_explanations_see_the_messages():
    data = example(max_order=2, dtype=torch.float32)
    data.fp_weight = data.fp_weight.float()
    torch.manual_seed(0)
    model = HiGCN(5, 4, 3, K=3).eval()
    explainer = Explainer(
        model,
        algorithm=GNNExplainer(epochs=3),
        explanation_type="model",
        edge_mask_type="object",
        model_config={"mode": "multiclass_classification", "task_level": "node", "return_type": "raw"},
    )
    expected = model(*parts(data))
    found = explainer(data.x, data.edge_index_fp, fp_weight=data.fp_weight, index=7)
    seen = data.edge_index_fp[:, found.edge_mask > 0].unique().tolist()
    assert set(seen) == {3, 4, 5, 6, 7}  # what three steps reach from node 7
    assert torch.equal(model(*parts(data)), expected)  # nothing of the explanation is left behind


def test_compiled_whole():
    torch.compiler.reset()
    data, conv = example(max_order=2), random_conv(5, 4, max_order=2, K=3)
    compiled = torch.compile(conv, fullgraph=True, backend="aot_eager")
    for given in (data, example(n=7, edges=EDGES[:9], max_order=2)):
        expected = conv(*parts(given))
        found = compiled(*parts(given))
        assert as_array(found) == pytest.approx(as_array(expected), abs=1e-12)
        wanted = torch.autograd.grad(expected.square().sum(), list(conv.parameters()))
        got = torch.autograd.grad(found.square().sum(), list(conv.parameters()))
        for a, b in zip(wanted, got, strict=True):
            assert b.numpy() == pytest.approx(a.numpy(), abs=1e-12)
    torch.compiler.reset()


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"max_order": 0}, ValueError, "max_order"),
        ({"K": -1}, ValueError, "K must"),
        ({"K": 1.5}, TypeError, "K must"),
        ({"alpha": 1.5}, ValueError, r"alpha must be in \[0, 1\], got 1.5"),
        ({"filter_dropout": 1.0}, ValueError, r"filter_dropout must be in \[0, 1\), got 1.0"),
    ],
)
def test_wrong_parameters(options, error, message):
    with pytest.raises(error, match=message):
        HiGCNConv(3, 4, **options)


def test_wrong_tensors():
    data, conv = example(max_order=2), random_conv(5, 4, max_order=2, K=2)
    x, edges, weight = parts(data)
    with pytest.raises(ValueError, match=r"x must have shape \(n, 5\), got \(9, 4\)"):
        conv(x[:, :4], edges, weight)
    with pytest.raises(ValueError, match=r"edge_index_fp must be int64 of shape \(2, E\)"):
        conv(x, edges.int(), weight)
    with pytest.raises(ValueError, match=r"a column for each order, got \(31, 1\)"):
        conv(x, edges, weight[:, :1])
    with pytest.raises(IndexError, match=r"in \[0, 7\], got 0 to 8"):
        conv(x[:8], edges, weight)
    with pytest.raises(ValueError, match="no gradient flows to sparse features"):
        conv(x.to_sparse().requires_grad_(), edges, weight)
    with pytest.raises(ValueError, match="readout"):
        HiGCNGraphClassifier(3, 4, 2, readout="max")
