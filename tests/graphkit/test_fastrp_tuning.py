import tracemalloc

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import embedding_quality as oracle

from graphkit import Graph
from graphkit.datasets import load_sample
from graphkit.embedding import FastRP, _tuning, effective_rank, fastrp, tune_fastrp
from graphkit.embedding import _criteria as criteria
from graphkit.errors import MemoryBudgetError, UnknownNameError


@pytest.fixture(scope="module")
def blocks():
    """Three groups of 40 nodes, dense inside and sparse between."""
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(3), 40)
    share = np.where(group[:, None] == group, 0.25, 0.02)
    sources, targets = np.nonzero(np.triu(rng.random((120, 120)) < share, 1))
    return Graph.from_edges(sources, targets, n_nodes=120), group


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"projection": "gaussian"},
        {"preset": "gds"},
        {"density": 0.01, "self_influence": 0.5, "standardize": False},
        {"preset": "gds", "features": np.eye(120, 4), "property_ratio": 0.5},
    ],
)
@pytest.mark.parametrize("criterion", ["labels", "edges", "rank"])
def test_scores_are_those_of_separate_embeddings(blocks, criterion, options):
    graph, group = blocks
    labels = group if criterion == "labels" else None
    found = tune_fastrp(
        graph,
        24,
        criterion=criterion,
        labels=labels,
        exponents=(-0.5, 0.3),
        weights=[(1,), (0, 0, 2), (0.5, 0, 1, 3)],
        random_state=5,
        **options,
    )
    assert len(found.trials) == 6
    rng = np.random.default_rng(5)
    shown = graph
    if criterion == "labels":
        score = criteria.label_criterion(group, graph, rng)
    elif criterion == "edges":
        score = criteria.edge_criterion(graph, rng)
        shown = score.graph
    else:
        score = effective_rank
    for trial in found.trials:
        X = fastrp(
            shown,
            24,
            weights=trial.weights,
            degree_exponent=trial.degree_exponent,
            random_state=5,
            **options,
        )
        assert trial.score == score(X)
    assert found.best.score == max(trial.score for trial in found.trials)


def test_best_parameters_are_ready_for_the_estimator(blocks):
    graph, group = blocks
    found = tune_fastrp(
        graph, 16, criterion="labels", labels=group, n_trials=20, random_state=1, preset="gds"
    )
    X = FastRP(**found.parameters).fit_transform(graph)
    assert criteria.label_criterion(group, graph, np.random.default_rng(0))(X) > 0.8
    assert found.parameters["preset"] == "gds"
    np.testing.assert_array_equal(X, fastrp(graph, **found.parameters))


def test_labels_prefer_parameters_that_show_the_groups(blocks):
    graph, group = blocks
    found = tune_fastrp(
        graph,
        16,
        criterion="labels",
        labels=group,
        exponents=(-0.5,),
        weights=[(1e-3,), (0, 0, 1, 1)],
        random_state=0,
    )
    assert found.best.weights == (0, 0, 1, 1)


def test_16_bits_change_scores_by_rounding_only(blocks):
    graph, _ = blocks
    full, half = (
        tune_fastrp(graph, 16, exponents=(-0.5,), random_state=0, storage=s) for s in ("float32", "bfloat16")
    )
    np.testing.assert_allclose(
        [t.score for t in half.trials], [t.score for t in full.trials], atol=0.02
    )  # bfloat16 keeps 8 bits: a cosine moves by less than 1 %


def test_random_search_is_seeded_and_counted(blocks):
    graph, _ = blocks
    calls = []
    runs = [
        tune_fastrp(
            graph, 8, n_trials=19, random_state=3, progress=lambda done, total: calls.append((done, total))
        )
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert calls == [(k, 19) for k in range(1, 20)] * 2
    exponents = {trial.degree_exponent for trial in runs[0].trials}
    assert len(exponents) == 3
    assert all(-1 <= beta <= 0 for beta in exponents)
    for trial in runs[0].trials:
        assert 1 <= len(trial.weights) <= 4
        assert all(weight == 0 or 1 <= weight <= 64 for weight in trial.weights)
    other = tune_fastrp(graph, 8, n_trials=19, random_state=4)
    assert other.trials != runs[0].trials


def test_random_search_among_candidates_repeats_no_pair(blocks):
    graph, _ = blocks
    vectors = [(1,), (0, 1), (1, 1)]
    found = tune_fastrp(graph, 8, exponents=(-1, 0), weights=vectors, n_trials=5, random_state=0)
    pairs = {(trial.degree_exponent, trial.weights) for trial in found.trials}
    assert len(pairs) == len(found.trials) == 5
    whole = tune_fastrp(graph, 8, exponents=(-1, 0), weights=vectors, n_trials=100, random_state=0)
    assert len(whole.trials) == 6
    drawn = tune_fastrp(graph, 8, weights=vectors, n_trials=5, random_state=0)
    assert {trial.weights for trial in drawn.trials} <= {(1,), (0, 1), (1, 1)}


def test_trials_make_a_table(blocks):
    pandas = pytest.importorskip("pandas")
    found = tune_fastrp(blocks[0], 8, n_trials=2, random_state=0)
    frame = pandas.DataFrame(found.trials)
    assert list(frame.columns) == ["degree_exponent", "weights", "score"]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 6))
def test_effective_rank_agrees_with_the_singular_values(seed, n, d):
    X = np.random.default_rng(seed).normal(size=(n, d))
    assert effective_rank(X) == pytest.approx(oracle.effective_rank(X), rel=1e-5)


def test_effective_rank_of_known_matrices():
    assert effective_rank(np.eye(7)) == pytest.approx(7, rel=1e-4)
    assert effective_rank(np.ones((5, 4))) == pytest.approx(1, abs=1e-4)
    assert effective_rank(np.zeros((3, 2))) == 0
    with pytest.raises(ValueError, match="finite"):
        effective_rank([[np.nan, 1.0]])
    with pytest.raises(ValueError, match="matrix"):
        effective_rank([1.0, 2.0])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_auc_agrees_with_counting(seed):
    rng = np.random.default_rng(seed)
    X = rng.integers(-2, 3, size=(9, 2)).astype(np.float32)  # many ties and zero rows
    edges, others = rng.integers(9, size=(2, 6, 2))
    score = criteria.EdgeCriterion(None, edges, others)
    values = criteria._cosines(X, np.concatenate([edges, others]))
    apart = np.abs(values[:, None] - values)
    if ((apart > 0) & (apart < 1e-9)).any():  # equal cosines that rounding tells apart
        return
    assert score(X) == pytest.approx(oracle.auc(X, edges, others))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 5))
def test_label_score_agrees_with_least_squares(seed, n_classes):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(40, 6)).astype(np.float32)
    labels = rng.random((40, n_classes)) < 0.4
    labels[np.arange(n_classes), np.arange(n_classes)] = True
    graph = Graph.from_edges([0], [1], n_nodes=40)
    score = criteria.label_criterion(labels, graph, rng)
    expected = oracle.cross_validated_f1(
        X[score.nodes].astype(float), score.labels, criteria.FOLDS, criteria._RIDGE
    )
    assert score(X) == pytest.approx(expected, abs=0.02)  # float32 may turn one of the close decisions


@pytest.mark.parametrize("directed", [False, True])
def test_held_out_edges_are_gone_and_other_pairs_are_no_edges(directed):
    rng = np.random.default_rng(0)
    weights = rng.random(300) + 1
    graph = Graph.from_edges(
        rng.integers(60, size=300),
        rng.integers(60, size=300),
        weights,
        n_nodes=60,
        directed=directed,
        multi_edges="sum",
    )
    score = criteria.edge_criterion(graph, rng)
    n_proper = graph.n_edges - graph.n_self_loops
    assert len(score.edges) == len(score.others) == round(0.1 * n_proper)
    assert score.graph.n_edges == graph.n_edges - len(score.edges)
    assert score.graph.n_self_loops == graph.n_self_loops
    assert all(graph.has_edge(*pair) and not score.graph.has_edge(*pair) for pair in score.edges)
    assert not any(graph.has_edge(*pair) for pair in score.others)
    assert len({tuple(pair) for pair in score.others}) == len(score.others)
    assert (score.others[:, 0] != score.others[:, 1]).all()
    kept = score.graph.to_scipy()
    assert (kept.multiply(graph.to_scipy() != 0) != kept).nnz == 0


def test_edges_tell_a_good_embedding_from_noise(blocks):
    graph, group = blocks
    score = criteria.edge_criterion(graph, np.random.default_rng(0))
    noise = np.random.default_rng(1).normal(size=(120, 8)).astype(np.float32)
    assert abs(score(noise) - 0.5) < 0.15
    assert score(np.eye(3, dtype=np.float32)[group]) > 0.75


@pytest.mark.parametrize(
    ("given_labels", "n_known"),
    [
        (np.array([0, 1, -1, 1, 0]), 4),
        (np.array([0.0, 1.0, np.nan, 1.0, 0.0]), 4),
        (np.array(["a", "", "b", "a", "b"]), 4),
        (np.array(["a", None, "b", "a", "b"], dtype=object), 4),
        (np.array([[1, 0], [0, 0], [1, 1], [0, 1], [0, 1]]), 4),
        (np.array([True, False, True, True, False]), 5),
    ],
)
def test_labels_may_be_unknown(given_labels, n_known):
    graph = Graph.from_edges([0], [1], n_nodes=5)
    score = criteria.label_criterion(given_labels, graph, np.random.default_rng(0))
    assert score.nodes.size == n_known
    assert score.labels.shape == (n_known, 2)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"criterion": "auc"}, UnknownNameError, "unknown criterion"),
        ({"criterion": "labels"}, ValueError, "go together"),
        ({"labels": [0, 1]}, ValueError, "go together"),
        ({"criterion": "labels", "labels": [0, 1]}, ValueError, "a row for each"),
        ({"criterion": "labels", "labels": [0] * 34}, ValueError, "two classes"),
        ({"criterion": "labels", "labels": np.full((34, 2), 3)}, ValueError, "only 0 and 1"),
        ({"exponents": ()}, ValueError, "at least one candidate"),
        ({"exponents": ("a",)}, TypeError, "exponents must be a number"),
        ({"weights": [(0, 0)]}, ValueError, "other than zero"),
        ({"weights": (0, 1)}, TypeError, "weights must be a sequence"),
        ({"n_trials": 0}, ValueError, "n_trials must be at least 1"),
        ({"degree_exponent": 0.5}, TypeError, "candidates as `exponents`"),
        ({"colour": 1}, TypeError, "colour"),
        ({"memory_limit": "1kB"}, MemoryBudgetError, "powers of 34 nodes"),
    ],
)
def test_bad_input(options, error, message):
    with pytest.raises(error, match=message):
        tune_fastrp(load_sample("karate"), 8, random_state=0, **options)


def test_too_few_edges_to_hold_out():
    with pytest.raises(ValueError, match="at least two edges"):
        tune_fastrp(Graph.from_edges([0], [1]), 4, random_state=0)
    complete = np.triu_indices(5, 1)
    with pytest.raises(ValueError, match="pairs without one"):
        tune_fastrp(Graph.from_edges(*complete), 4, random_state=0)


def test_held_out_edges_rank_parameters_as_labels_do(shared):
    """On PPI; the labels are of proteins, the edges of their interactions."""
    import gzip

    ends = np.loadtxt(shared / "data/graphs/ppi/PPI.ungraph.gz", dtype=np.int64)
    with gzip.open(shared / "data/graphs/ppi/PPI.cmty.gz", "rt") as file:
        members = [np.array(line.split(), dtype=np.int64) for line in file if line.strip()]
    labels = np.zeros((3890, len(members)), dtype=bool)
    for column, nodes in enumerate(members):
        labels[nodes, column] = True
    graph = Graph.from_edges(ends[:, 0], ends[:, 1], n_nodes=3890, multi_edges="merge")
    candidates = {"exponents": (-1, 0), "weights": [(1,), (0, 1), (0, 0, 1), (0, 0, 1, 1)], "random_state": 0}
    edges = tune_fastrp(graph, 64, **candidates)
    known = tune_fastrp(graph, 64, criterion="labels", labels=labels, **candidates)
    scores = [[trial.score for trial in found.trials] for found in (edges, known)]
    assert scipy.stats.spearmanr(*scores).statistic > 0.6


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("d", [2, 64])
def test_the_estimate_covers_the_edges_that_are_held_out(monkeypatch, d, directed):
    estimates = []
    monkeypatch.setattr(_tuning, "require_memory", lambda needed, what, limit: estimates.append(needed))
    ends = np.random.default_rng(0).integers(2000, size=(2, 60_000))
    graph = Graph.from_edges(*ends, n_nodes=2000, directed=directed)
    options = {"exponents": [0.0], "weights": [(1, 1)], "density": 0.5, "random_state": 0}
    tune_fastrp(graph, d, **options)  # compile, and build what the graph keeps
    tracemalloc.start()
    tune_fastrp(graph, d, **options)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 0.5 * estimates[-1] < peak <= estimates[-1] + 100_000, (estimates, peak)
