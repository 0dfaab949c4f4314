"""What scikit-learn's users expect of every estimator, besides its own checks (tests/contracts, test_msc)."""

import inspect
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from oracle.kmedoids_methods import ESTIMATORS, EVERYTHING, PAIRS, SILHOUETTES, parameters_of, run
from sklearn.base import clone
from sklearn.datasets import load_digits, load_iris
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.metrics import pairwise_distances
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import clustering

X = load_iris().data[::2]
D = pairwise_distances(X, metric="manhattan")
FEW = {"random_state": 0}


def fitted(name, data=X, metric="manhattan", **parameters):
    return getattr(clustering, name)(3, metric=metric, **FEW, **parameters).fit(data)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_parameters_that_all_share(name):
    """The number of clusters comes first and alone by position; distances are the default."""
    known = parameters_of(name)
    assert next(iter(known)) == "n_clusters"
    assert known["n_clusters"].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    assert all(p.kind is inspect.Parameter.KEYWORD_ONLY for p in list(known.values())[1:])
    assert known["metric"].default == "precomputed"
    assert {"metric_params", "random_state", "fixed_medoids", "n_jobs"} <= set(known)
    assert {"init", "max_iter"} <= set(known) or name in (
        "CLARA",
        "CLARANS",
        "FastCLARANS",
        "OneBatchPAM",
        "LargeKMedoids",
    )
    assert ("order" in known) == (name in ("FasterPAM", "FasterMSC", "DynMSC"))
    function = parameters_of(PAIRS[name])
    assert {"n_clusters", "random_state", "sample_weight", "fixed_medoids"} <= set(function)


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("metric", ["precomputed", "manhattan"])
def test_attributes(name, metric):
    data = D if metric == "precomputed" else X
    model = fitted(name, data, metric)
    k = model.medoid_indices_.size
    assert k == 3 or name == "DynMSC"
    assert model.labels_.shape == (75,)
    assert sorted(set(model.labels_.tolist())) == list(range(k))
    assert model.labels_.dtype == model.medoid_indices_.dtype == np.intp
    assert model.labels_[model.medoid_indices_].tolist() == list(range(k))
    assert isinstance(model.n_iter_, int)
    assert isinstance(model.n_swap_, int)
    assert model.n_iter_ >= 1
    assert model.n_features_in_ == data.shape[1]
    own = D[model.medoid_indices_[model.labels_], np.arange(75)]
    assert model.inertia_ == pytest.approx(own.sum(), rel=1e-12)
    if metric == "precomputed":
        assert model.cluster_centers_ is None
        assert not hasattr(model, "feature_names_in_")
    else:
        np.testing.assert_array_equal(model.cluster_centers_, X[model.medoid_indices_])
    if name in SILHOUETTES:
        score = model.silhouette_ if name == "PAMSIL" else model.medoid_silhouette_
        expected = (
            clustering.silhouette(D, model.labels_)
            if name == "PAMSIL"
            else clustering.medoid_silhouette(D, model.medoid_indices_)
        )
        assert score == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("metric", ["precomputed", "manhattan"])
def test_methods(name, metric):
    data, queries = (D, D[:7]) if metric == "precomputed" else (X, X[:7] + 0.05)
    model = fitted(name, data, metric)
    assert clone(model).fit_predict(data).tolist() == model.labels_.tolist()
    np.testing.assert_array_equal(clone(model).fit_transform(data), model.transform(data))
    to_medoids = model.transform(queries)
    expected = D[:7] if metric == "precomputed" else pairwise_distances(queries, X, metric=metric)
    np.testing.assert_allclose(to_medoids, expected[:, model.medoid_indices_], rtol=1e-12)
    assert model.predict(queries).tolist() == to_medoids.argmin(axis=1).tolist()
    assert model.score(queries) == pytest.approx(-to_medoids.min(axis=1).sum(), rel=1e-12)
    assert model.score(queries, sample_weight=np.arange(7)) == pytest.approx(
        -(to_medoids.min(axis=1) @ np.arange(7)), rel=1e-12
    )
    if metric == "precomputed":
        np.testing.assert_array_equal(model.transform(D[:7, model.medoid_indices_]), to_medoids)
        np.testing.assert_array_equal(model.predict(D[:7, model.medoid_indices_]), model.predict(queries))
    assert model.score(data) == pytest.approx(-model.inertia_, rel=1e-12)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_methods_need_a_fit(name):
    model = getattr(clustering, name)(3)
    for method in ("predict", "transform", "score", "get_feature_names_out"):
        with pytest.raises(NotFittedError):
            getattr(model, method)(*([] if method == "get_feature_names_out" else [D]))


@pytest.mark.parametrize("name", ESTIMATORS)
def test_output_frames_and_names(name):
    frame = pd.DataFrame(X, columns=["sepal length", "sepal width", "petal length", "petal width"])
    model = getattr(clustering, name)(3, metric="manhattan", **FEW).set_output(transform="pandas")
    table = model.fit_transform(frame)
    names = [f"{name.lower()}{i}" for i in range(model.medoid_indices_.size)]
    assert table.columns.tolist() == names == model.get_feature_names_out().tolist()
    assert table.index.tolist() == frame.index.tolist()
    assert model.feature_names_in_.tolist() == frame.columns.tolist()
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict(frame[frame.columns[::-1]])


@pytest.mark.parametrize("name", ESTIMATORS)
def test_copies(name):
    """Clones and pickles; parameters are not touched by fitting."""
    start = np.array([0, 30, 60])
    parameters = {"init": start} if "init" in parameters_of(name) and name != "CLARA" else {}
    model = getattr(clustering, name)(3, metric="manhattan", **FEW, **parameters)
    before = model.get_params()
    model.fit(X)
    after = model.get_params()
    assert all(after[key] is before[key] for key in before)
    assert start.tolist() == [0, 30, 60]
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    np.testing.assert_array_equal(again.transform(X), model.transform(X))
    same = clone(model).fit(X)
    np.testing.assert_array_equal(same.labels_, model.labels_)
    assert repr(getattr(clustering, name)(5)) == f"{name}(n_clusters=5)"


@pytest.mark.parametrize("name", ESTIMATORS)
def test_pipelines_and_searches(name):
    model = getattr(clustering, name)(3, metric="euclidean", **FEW)
    pipeline = make_pipeline(StandardScaler(), model).fit(X)
    np.testing.assert_array_equal(pipeline.predict(X), pipeline[-1].labels_)
    assert pipeline.transform(X).shape == (75, pipeline[-1].medoid_indices_.size)
    search = GridSearchCV(model, {"n_clusters": [2, 5]}, cv=KFold(2, shuffle=True, random_state=0)).fit(X)
    assert search.best_params_["n_clusters"] in (2, 5)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


@pytest.mark.parametrize(
    "name", [name for name in ESTIMATORS if "max_iter" in parameters_of(name) and name != "LargeKMedoids"]
)
def test_a_warning_where_the_limit_cuts(name):
    digits = load_digits().data[:250]
    options = {"batch_size": 60} if name == "OneBatchPAM" else {"init": "random"}
    with pytest.warns(
        ConvergenceWarning, match=f"{name} stopped at max_iter=1 before it converged; increase"
    ):
        getattr(clustering, name)(8, metric="euclidean", max_iter=1, **FEW, **options).fit(digits)
    enough = getattr(clustering, name)(8, metric="euclidean", **FEW, **options).fit(digits)  # no warning
    assert enough.n_swap_ > 0


def test_a_budget_is_no_reason_for_a_warning():
    digits = load_digits().data[:250]
    clustering.LargeKMedoids(8, metric="euclidean", sample_size=60, batch_size=60, max_iter=1, **FEW).fit(
        digits
    )


@pytest.mark.parametrize("name", ESTIMATORS)
def test_seeds(name):
    one, two = (fitted(name).medoid_indices_.tolist() for _ in range(2))
    assert one == two
    by_generator = getattr(clustering, name)(
        3, metric="manhattan", random_state=np.random.default_rng(0)
    ).fit(X)
    assert by_generator.medoid_indices_.tolist() == one
    legacy = [
        getattr(clustering, name)(3, metric="manhattan", random_state=np.random.RandomState(1)).fit(X).labels_
        for _ in range(2)
    ]
    np.testing.assert_array_equal(*legacy)


# What is extreme


@pytest.mark.parametrize("name", EVERYTHING)
@pytest.mark.parametrize("constant", [0, 1, 0.3])
def test_constant_distances(name, constant):
    equal = np.full((9, 9), constant)
    np.fill_diagonal(equal, 0)
    for k in (1, 2, 4, 9):
        medoids, labels, loss = run(name, equal, k, random_state=0)
        k = len(medoids)  # DynMSC chooses
        assert len(set(medoids.tolist())) == k
        assert labels[medoids].tolist() == list(range(k))
        assert loss == pytest.approx((9 - k) * constant, rel=1e-15)
        others = np.setdiff1d(np.arange(9), medoids)
        assert constant == 0 or (labels[others] == 0).all()  # equal distances go to the lowest cluster


@pytest.mark.parametrize("name", EVERYTHING)
def test_duplicates(name):
    """Three places, five samples in each: whatever is asked for beyond three clusters, the loss is zero."""
    places = np.repeat([0, 10, 30], 5)
    distances = np.abs(places[:, None] - places)
    for k in (3, 5, 15):
        medoids, labels, loss = run(name, distances, k, random_state=0)
        assert len(set(medoids.tolist())) == len(medoids)
        assert labels[medoids].tolist() == list(range(len(medoids)))
        if name.lower() not in (
            "dynmsc",
            "pamsil",
            "clarans",
        ):  # which maximise something else, or may stop early
            assert loss == 0
            assert {places[m] for m in medoids} == {0, 10, 30}
        assert loss == np.abs(places - places[medoids[labels]]).sum()


@pytest.mark.parametrize("name", EVERYTHING)
@pytest.mark.parametrize("as_features", [False, True])
def test_one_cluster(name, as_features):
    if as_features and "metric" not in parameters_of(name):
        return
    data, metric = (X, {"metric": "manhattan"}) if as_features else (D, {})
    medoids, labels, loss = run(name, data, 1, random_state=0, **metric)
    sums = D.sum(axis=1)
    assert medoids.tolist() == [int(sums.argmin())]
    assert set(labels.tolist()) == {0}
    assert loss == pytest.approx(sums.min(), rel=1e-12)


@pytest.mark.parametrize("name", EVERYTHING)
@pytest.mark.parametrize("n", [1, 2, 7])
def test_a_cluster_for_each_sample(name, n):
    minimum = {"min_clusters": n} if name.lower() == "dynmsc" and n > 1 else {}
    medoids, labels, loss = run(name, D[:n, :n], n, random_state=0, **minimum)
    assert sorted(medoids.tolist()) == list(range(n))
    assert medoids[labels].tolist() == list(range(n))
    assert loss == 0


@pytest.mark.parametrize(
    "name",
    [
        *EVERYTHING, "medoid", "silhouette", "silhouette_samples", "medoid_silhouette",
        "medoid_silhouette_samples", "select_k",
    ],
)  # fmt: skip
def test_the_rules_can_be_found_from_everywhere(name):
    text = inspect.getdoc(getattr(clustering, name))
    assert "Missing values and asymmetric dissimilarities: the rules are in docs/kmedoids.md." in text
    page = Path(__file__).resolve().parents[2] / "docs" / "kmedoids.md"
    assert "## Rules" in page.read_text(encoding="utf-8")
