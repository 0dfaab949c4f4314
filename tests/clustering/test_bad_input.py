"""Bad input is refused by every estimator and function alike, in clear words, before work starts."""

import numpy as np
import pytest
from oracle.kmedoids_methods import ESTIMATORS, EVERYTHING, parameters_of, run
from scipy.spatial.distance import pdist, squareform

from clustering import medoid_silhouette, select_k, silhouette
from graphkit.errors import MemoryBudgetError, UnknownNameError

X = np.random.default_rng(0).random((30, 3))
D = squareform(pdist(X))
EYE = np.eye(30)


def but(i, j, value, mirrored=True):
    changed = D.copy()
    changed[i, j] = value
    if mirrored:
        changed[j, i] = value
    return changed


DISTANCES = [
    ("NaN", but(3, 8, np.nan), r"NaN|finite.* got [XD]\[3, 8\] = nan"),
    ("infinite", but(3, 8, np.inf), r"infinity.*got [XD]\[3, 8\] = inf"),
    ("negative", but(3, 8, -1.0), r"(?i)negative.* got [XD]\[3, 8\] = -1\.0"),
    ("diagonal", but(3, 3, 1.0), r"zero diagonal, got [XD]\[3, 3\] = 1\.0"),
    ("asymmetric", but(3, 8, 9.0, False), r"symmetric, got [XD]\[3, 8\] = 9\.0 but [XD]\[8, 3\]"),
    ("not square", D[:, :20], r"square matrix of pairwise distances, got .* shape \(30, 20\)"),
    ("no pairs", np.ones(7), r"n \(n - 1\) / 2 entries, and there is no such n for 7"),
    ("condensed NaN", np.where(np.arange(435) == 4, np.nan, pdist(X)), r"finite .*, got D\[4\] = nan"),
    ("condensed negative", -pdist(X), r"finite and not negative, got D\[0\] = -1\.2"),
    ("empty", np.zeros((0, 0)), r"empty|0 sample"),
    ("three axes", np.ones((2, 2, 2)), r"dim 3|shape \(2, 2, 2\)"),
    ("text", np.array([["a", "b"], ["b", "a"]]), r"real numbers|numeric"),
    ("complex", D + 0j, r"(?i)real numbers|complex"),
    ("huge", D * 1e308, "so large that their sum overflows"),
    ("huge integers", np.where(EYE > 0, 0, 2**60), "so large that sums over 30 samples overflow int64"),
]


@pytest.mark.parametrize("name", EVERYTHING)
@pytest.mark.parametrize(
    ("distances", "message"), [case[1:] for case in DISTANCES], ids=[c[0] for c in DISTANCES]
)
def test_distances(name, distances, message):
    with pytest.raises(ValueError, match=message):
        run(name, distances, 2)


PARAMETERS = [
    ({"k": 0}, ValueError, r"n_clusters must be in \[1, n_samples\], got 0 with n_samples=30"),
    ({"k": -1}, ValueError, r"n_clusters must be in \[1, n_samples\], got -1"),
    ({"k": 31}, ValueError, r"n_clusters must be in \[1, n_samples\], got 31 with n_samples=30"),
    ({"k": 2.0}, TypeError, r"n_clusters must be an integer, got 2\.0 of type float"),
    ({"k": "3"}, TypeError, r"n_clusters must be an integer, got '3'"),
    ({"init": [1, 1, 2]}, ValueError, "init must hold distinct sample indices, got 1 more than once"),
    ({"init": [1, 2, 30]}, ValueError, r"init must hold sample indices in \[0, 29\], got 30"),
    ({"init": [-1, 2, 3]}, ValueError, r"init must hold sample indices in \[0, 29\], got -1"),
    ({"init": [1, 2]}, ValueError, r"init must hold n_clusters=3 sample indices, got .* shape \(2,\)"),
    (
        {"init": [1.0, 2.0, 3.0]},
        TypeError,
        "init must be one of build, lab, .* or an array of sample indices",
    ),
    ({"init": "bild"}, UnknownNameError, "unknown init 'bild': did you mean build"),
    ({"fixed_medoids": [1, 1]}, ValueError, "fixed_medoids must hold distinct sample indices, got 1"),
    ({"fixed_medoids": [30]}, ValueError, r"fixed_medoids must hold sample indices in \[0, 29\], got 30"),
    (
        {"fixed_medoids": [1, 2, 3, 4]},
        ValueError,
        "fixed_medoids must hold up to n_clusters=3 indices, got 4",
    ),
    ({"fixed_medoids": [1.5]}, TypeError, "fixed_medoids must hold sample indices"),
    ({"sample_weight": -np.ones(30)}, ValueError, r"not negative, got sample_weight\[0\] = -1\.0"),
    (
        {"sample_weight": np.ones(29)},
        ValueError,
        r"sample_weight must be of shape \(30,\), got shape \(29,\)",
    ),
    ({"sample_weight": np.full(30, np.nan)}, ValueError, r"finite .*, got sample_weight\[0\] = nan"),
    ({"sample_weight": np.zeros(30)}, ValueError, "sample_weight is zero for all samples"),
    ({"sample_weight": ["a"] * 30}, TypeError, "sample_weight must hold real numbers"),
    ({"sample_weight": EYE[0]}, ValueError, "number of samples of positive weight or fixed, 1, got 3"),
    ({"random_state": "seed"}, TypeError, "random_state must be None, an integer.* got 'seed'"),
    ({"random_state": -1}, ValueError, "random_state must be at least 0, got -1"),
    ({"n_jobs": 0}, ValueError, "n_jobs must not be 0"),
    ({"n_jobs": 1.5}, TypeError, r"n_jobs must be an integer, got 1\.5"),
    ({"max_iter": -1}, ValueError, "max_iter must be at least 0, got -1"),
    ({"max_iter": 1.5}, TypeError, r"max_iter must be an integer, got 1\.5"),
    ({"time_limit": "1s"}, TypeError, "time_limit must be a number of seconds or None, got '1s'"),
    ({"time_limit": -1}, ValueError, "time_limit must not be negative, got -1"),
    ({"progress": True}, TypeError, "progress must be a function of a stage and the part that is done"),
    ({"sample_size": 2}, ValueError, "sample_size must be at least 3, got 2"),
    ({"sample_size": "small"}, (TypeError, ValueError), "sample_size"),
    ({"batch_size": 0}, ValueError, "batch_size must be at least 1, got 0"),
    ({"n_draws": 0}, ValueError, "n_draws must be at least 1, got 0"),
    ({"n_local": 0}, ValueError, "n_local must be at least 1, got 0"),
    ({"max_neighbors": 0}, ValueError, "max_neighbors must be at least 1, got 0"),
    ({"min_clusters": 1}, ValueError, "min_clusters must be at least 2, got 1"),
    ({"min_clusters": 4}, ValueError, r"min_clusters must be in \[2, 3\], got 4"),
    ({"swap": "fastpam"}, ValueError, "unknown swap 'fastpam': did you mean"),
    ({"variant": "fastpam3"}, ValueError, "unknown variant 'fastpam3'"),
    ({"order": "nature"}, ValueError, "unknown order 'nature': did you mean natural"),
    ({"metric_params": {"p": 1}}, ValueError, "metric_params must be None for a precomputed X"),
]


def counting(calls):
    """A distance that remembers how often it was asked for."""

    def metric(x, y):
        calls.append(1)
        return float(np.abs(x - y).sum())

    return metric


@pytest.mark.parametrize(
    ("name", "parameters", "error", "message"),
    [
        (name, *case)
        for name in EVERYTHING
        for case in PARAMETERS
        if set(case[0]) <= {"k", "sample_weight", *parameters_of(name)}
    ],
)
def test_parameters(name, parameters, error, message):
    """With features, nothing but a first look at the metric happens before the refusal."""
    given = dict(parameters)
    k, weights = given.pop("k", 3), given.pop("sample_weight", None)
    known = parameters_of(name)
    if name in ("CLARA", "clara") and isinstance(given.get("init"), list):
        error, message = UnknownNameError, "unknown init .* accepted are build, lab"  # a sample has its own
    with pytest.raises(error, match=message):
        run(name, D, k, weights, **given)
    if "metric" in known and "metric_params" not in given:
        calls = []
        with pytest.raises(error, match=message):
            run(name, X, k, weights, metric=counting(calls), **given)
        assert len(calls) <= 36  # of 435 pairs


METRICS = [
    ("euclidian", UnknownNameError, "unknown metric 'euclidian': did you mean euclidean"),
    (3, TypeError, "metric must be a name or a function of two samples, got 3"),
    (None, TypeError, "metric must be a name or a function of two samples, got None"),
    (lambda x, y: -1.0, ValueError, "must give distances that are finite and not negative, got -1"),
    (lambda x, y: float("nan"), ValueError, "must give distances that are finite .*, got nan"),
    (lambda x, y: 1.0, ValueError, r"must be zero between a sample and itself, got 1\.0 for X\[0\]"),
    (lambda x, y: max(float(x[0] - y[0]), 0.0), ValueError, "symmetric, got .* and .* back; take the mean"),
    (lambda x, y: 1 / 0, ZeroDivisionError, "by zero\nThis happened while the metric <lambda> computed"),
]  # fmt: skip


@pytest.mark.parametrize("name", [name for name in EVERYTHING if "metric" in parameters_of(name)])
@pytest.mark.parametrize(("metric", "error", "message"), METRICS)
def test_metrics(name, metric, error, message):
    with pytest.raises(error, match=message):
        run(name, X, 3, metric=metric)


@pytest.mark.parametrize("name", [name for name in EVERYTHING if "metric" in parameters_of(name)])
def test_parameters_of_metrics(name):
    with pytest.raises(TypeError, match="metric 'minkowski' does not take these metric_params"):
        run(name, X, 3, metric="minkowski", metric_params={"q": 3})
    with pytest.raises(TypeError, match="metric_params must be a dict or None, got 3"):
        run(name, X, 3, metric="minkowski", metric_params=3)


def test_a_metric_that_fails_later():
    """The first samples are fine; the error tells what happened all the same."""
    strange = X.copy()
    strange[20] = 7

    def metric(x, y):
        return -1.0 if (x == 7).all() != (y == 7).all() else float(np.abs(x - y).sum())

    for name in ("FastPAM", "CLARANS", "fastclarans", "clara", "large_kmedoids", "onebatchpam"):
        with pytest.raises(ValueError, match=r"not be negative|finite and not negative, got -1"):
            run(name, strange, 3, metric=metric, random_state=0)


FEATURES = [
    (np.where(X > 0.9, np.nan, X), r"NaN|finite, got X\[1, 2\] = nan"),
    (np.where(X > 0.9, np.inf, X), r"finite, got X\[1, 2\] = inf"),
    (X[:, 0], "2D array|samples in rows"),
    (np.zeros((0, 3)), r"0 sample|shape \(0, 3\)"),
    (np.zeros((3, 0)), r"0 feature|shape \(3, 0\)"),
    (np.array([["a", "b"]] * 5), "could not convert|real numbers"),
]


@pytest.mark.parametrize("name", [name for name in EVERYTHING if "metric" in parameters_of(name)])
@pytest.mark.parametrize(("features", "message"), FEATURES)
def test_features(name, features, message):
    with pytest.raises(ValueError, match=message):
        run(name, features, 2, metric="euclidean")


@pytest.mark.parametrize("name", ESTIMATORS)
def test_missing_values_lead_to_the_metrics_that_take_them(name):
    with pytest.raises(
        ValueError, match=r"(?s)NaN.* got X\[1, 2\] = nan; .* 'nan_euclidean' and 'gower' take"
    ):
        run(name, np.where(X > 0.9, np.nan, X), 2, metric="euclidean")


NEED_A_MATRIX = [
    "FastPAM", "FasterPAM", "PAM", "AlternatingKMedoids", "FastMSC", "FasterMSC", "DynMSC", "PAMMEDSIL",
    "PAMSIL",
]  # fmt: skip


@pytest.mark.parametrize("name", NEED_A_MATRIX)
def test_too_much_memory(name, monkeypatch):
    """Refused before any distance but those of the first samples is computed."""
    monkeypatch.setattr("graphkit.memory.available_memory", lambda: 1000)
    calls = []
    with pytest.raises(
        MemoryBudgetError, match=r"matrix of distances between 30 samples needs about 7\.2 kB"
    ):
        run(name, X, 3, metric=counting(calls))
    assert len(calls) <= 36
    with pytest.raises(MemoryBudgetError, match="matrix of distances between 30 samples"):
        run(name, pdist(X), 3)


@pytest.mark.parametrize(
    "method",
    [
        lambda A, **p: silhouette(A, [0, 1] * 15, **p),
        lambda A, **p: medoid_silhouette(A, [0, 1], **p),
        lambda A, **p: select_k(A, [2, 3], **p),
    ],
    ids=["silhouette", "medoid_silhouette", "select_k"],
)
def test_what_judges_clusters_refuses_the_same(method):
    for _, distances, message in DISTANCES[:9]:
        with pytest.raises(ValueError, match=message):
            method(distances)
    for metric, error, message in METRICS:
        with pytest.raises(error, match=message):
            method(X, metric=metric)
    for features, message in FEATURES:
        with pytest.raises(ValueError, match=message):
            method(features, metric="euclidean")
