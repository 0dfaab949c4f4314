"""The network that learns a number for a row of symbols."""

import numpy as np
import pytest

from graphkit.errors import GraphFormatError

torch = pytest.importorskip("torch", reason="torch is not installed")
from graphkit.nn.distance import DistanceModel, fit_distance, load_distance_model  # noqa: E402

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def rows_and_inversions(n_rows, n=6, seed=0):
    rows = np.random.default_rng(seed).permuted(np.tile(np.arange(n), (n_rows, 1)), axis=1).astype(np.uint8)
    first, second = np.triu_indices(n, 1)
    return rows, (rows[:, first] > rows[:, second]).sum(axis=1)


def by_hand(model, rows):
    """The same network, entry by entry and in float64."""
    state = {name: value.double().numpy() for name, value in model.state_dict().items()}

    def linear(name, x):
        return x @ state[f"{name}.weight"].T + state[f"{name}.bias"]

    def norm(name, x):
        x = x - x.mean(axis=1, keepdims=True)
        x = x / np.sqrt((x**2).mean(axis=1, keepdims=True) + 1e-5)
        return x * state[f"{name}.weight"] + state[f"{name}.bias"]

    values = state["values"].tolist()
    one_hot = np.zeros((len(rows), rows.shape[1] * len(values)))
    for i, row in enumerate(rows.tolist()):
        for j, value in enumerate(row):
            one_hot[i, j * len(values) + values.index(value)] = 1
    x = one_hot @ state["entries.weight"]
    for b in range(model.n_blocks):
        inner = np.maximum(linear(f"blocks.{b}.inner", norm(f"blocks.{b}.norm", x)), 0)
        x = x + linear(f"blocks.{b}.outer", inner)
    mean, deviation = state["scale"]
    return linear("output", np.maximum(norm("norm", x), 0))[:, 0] * deviation + mean


@pytest.mark.parametrize("n_blocks", [0, 1, 3])
def test_the_network_is_what_its_docstring_says(n_blocks):
    torch.manual_seed(0)
    model = DistanceModel([2, 3, 5, 11], 4, width=8, n_blocks=n_blocks)
    rows = np.random.default_rng(0).choice([2, 3, 5, 11], (30, 4))
    # float32 against float64, over a few sums of eight terms.
    assert model.predict(rows) == pytest.approx(by_hand(model, rows), abs=1e-5)
    assert model.predict(rows.reshape(30, 2, 2)) == pytest.approx(model.predict(rows))


def test_gradients():
    model = DistanceModel([0, 1, 2], 3, width=4, n_blocks=1).double()
    rows = torch.tensor([[0, 1, 2], [2, 1, 0], [1, 1, 1]])
    weight = model.blocks[0].inner.weight

    def output(w):
        return torch.func.functional_call(model, {"blocks.0.inner.weight": w}, (rows,))

    assert torch.autograd.gradcheck(output, weight.detach().clone().requires_grad_())


def test_it_learns_to_count_inversions():
    rows, inversions = rows_and_inversions(6000)
    model, errors = fit_distance(rows, inversions, width=32, n_blocks=1, n_epochs=6)
    assert len(errors) == 6
    assert errors[-1] < errors[0]
    fresh, expected = rows_and_inversions(500, seed=1)
    # The variance of the number of inversions of six items is 7.08.
    assert ((model.predict(fresh) - expected) ** 2).mean() < 0.5


def test_equal_seeds_give_equal_models_and_leave_torch_as_it_was():
    rows, inversions = rows_and_inversions(400)
    before = torch.random.get_rng_state()
    models = [fit_distance(rows, inversions, width=16, random_state=seed)[0] for seed in (3, 3, 4)]
    assert torch.equal(before, torch.random.get_rng_state())
    first, again, other = (model.predict(rows) for model in models)
    assert (first == again).all()
    assert (first != other).any()


def test_files(tmp_path):
    rows, inversions = rows_and_inversions(200)
    model, _ = fit_distance(rows + 7, inversions, width=8, n_blocks=1, n_epochs=1)
    model.about = "inversions"
    path = tmp_path / "model.pt"
    model.save(path)
    found = load_distance_model(path)
    assert found.about == "inversions"
    assert (found.predict(rows + 7) == model.predict(rows + 7)).all()
    assert [file.name for file in tmp_path.iterdir()] == ["model.pt"]


class Hostile:
    def __reduce__(self):
        return print, ("executed",)


def test_files_that_are_no_models(tmp_path, capsys):
    path = tmp_path / "model.pt"
    with pytest.raises(FileNotFoundError):
        load_distance_model(path)
    for write in (
        lambda: path.write_bytes(b""),
        lambda: path.write_bytes(b"hello"),
        lambda: torch.save([1, 2], path),
        lambda: torch.save({"format": "graphkit distance model 1"}, path),
        lambda: torch.save({"format": "graphkit distance model 1", "sizes": [1, 2, 3], "state": {}}, path),
        lambda: torch.save(Hostile(), path),
    ):
        write()
        with pytest.raises(GraphFormatError, match=r"model\.pt: not a distance model"):
            load_distance_model(path)
    assert "executed" not in capsys.readouterr().out


def test_progress_and_few_rows():
    seen = []
    model, errors = fit_distance(
        [[0, 1]], [3], width=4, n_epochs=2, progress=lambda *epoch: seen.append(epoch)
    )
    assert seen == list(enumerate(errors, start=1))
    assert np.isfinite(model.predict([[0, 1], [0, 1]])).all()


@pytest.mark.parametrize(
    ("states", "targets", "error", "message"),
    [
        ([[0.5]], [1], TypeError, "states must hold integers, got dtype float64"),
        ([0, 1], [1, 2], ValueError, "an array of rows"),
        ([[0, 1]], [1, 2], ValueError, "as many targets as rows"),
        (np.empty((0, 2), int), [], ValueError, "at least one"),
        ([[0, 1]], [np.nan], ValueError, "targets must be finite"),
    ],
)
def test_wrong_data(states, targets, error, message):
    with pytest.raises(error, match=message):
        fit_distance(states, targets)


def test_wrong_models_and_rows():
    with pytest.raises(ValueError, match="values must ascend"):
        DistanceModel([1, 0], 2)
    with pytest.raises(ValueError, match="sequence of integers"):
        DistanceModel([], 2)
    with pytest.raises(ValueError, match="are too many for a width of 256"):
        DistanceModel(np.arange(10**6), 9)
    model = DistanceModel([0, 1], 2, width=4)
    with pytest.raises(ValueError, match="rows of 2 entries, got 3"):
        model.predict([[0, 1, 0]])
    with pytest.raises(ValueError, match="knows no entry 7"):
        model.predict([[0, 7]])
    assert "2 entries of 2 values" in repr(model)
