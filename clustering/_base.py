"""What all k-medoids estimators share: inputs, weights, prediction, scikit-learn's conventions."""

import warnings
from abc import abstractmethod
from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, ClusterMixin, TransformerMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import Tags
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from clustering._dissimilarity import (
    NAN_METRICS,
    Distances,
    FeatureDistances,
    MatrixDistances,
    Metric,
)
from clustering._functional import ORDERS, VARIANTS, check_threads
from clustering._gower import GowerTable
from clustering._initial import INITIALISATIONS, RandomState, given_medoids
from clustering._metric_checks import check_metric
from clustering._problem import (
    Problem,
    check_demand,
    check_n_clusters,
    check_problem,
    check_weights,
    rows,
)
from clustering._result import KMedoidsResult
from clustering._stored import CompactDistances, CondensedDistances, Stored, is_compact
from graphkit.validation import check_choice, check_distances, check_integer, check_random_state


class KMedoidsBase(ClassNamePrefixFeaturesOutMixin, ClusterMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Base of the estimators. A subclass has a constructor, and `_search`, which calls a function.

    The constructor stores at least ``n_clusters``, ``metric``, ``metric_params``, ``n_jobs`` and, unless it
    overrides `_limit`, ``max_iter``.
    """

    labels_: NDArray[np.intp]
    medoid_indices_: NDArray[np.intp]
    cluster_centers_: Any
    inertia_: float | int
    n_iter_: int
    n_swap_: int
    n_features_in_: int

    n_clusters: int
    metric: str | Callable[..., float]
    metric_params: dict[str, Any] | None
    n_jobs: int | None

    @abstractmethod
    def _search(self, distances: Distances, sample_weight: ArrayLike | None) -> KMedoidsResult:
        """Find the medoids."""

    def _limit(self) -> tuple[str, int]:
        """Return the parameter that limits the search, by name, and its value."""
        return "max_iter", self.max_iter

    def fit(self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None) -> Self:
        """Find medoids and assign every sample to its nearest.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_samples) or (n_samples, n_features)
            Symmetric dissimilarities if ``metric="precomputed"``, else features. Dissimilarities may also be
            an array of shape (n_samples (n_samples - 1) / 2,), as `scipy.spatial.distance.pdist` returns it.
        y : ignored
        sample_weight : array-like of shape (n_samples,), optional
            A sample of weight w counts as w samples at its place; one of weight zero gets a label only.

        Returns
        -------
        self

        Raises
        ------
        TypeError
            If a parameter is of the wrong kind.
        ValueError
            If a parameter is out of range, or `X` holds no dissimilarities or features.
        MemoryBudgetError
            If a matrix of distances between features is needed and does not fit.
        """
        check_threads(self.n_jobs)
        data: Any = None
        distances: MatrixDistances | FeatureDistances | Stored
        if self._is_precomputed():
            distances = self._check_distances(X)
            check_n_clusters(self.n_clusters, distances.n_samples)
        else:
            check_metric(self.metric, self.metric_params)
            distances, data = self._check_features(X)
            check_n_clusters(self.n_clusters, distances.n_samples)  # before distances take their time
        result = self._search(distances, sample_weight)
        self.labels_ = result.labels
        self.medoid_indices_ = result.medoid_indices
        self.cluster_centers_ = None if data is None else data[result.medoid_indices]
        if isinstance(distances, FeatureDistances) and self.metric == "gower":
            self._centres = distances.X[result.medoid_indices]
        self.inertia_ = result.inertia
        self.n_iter_ = result.n_iter
        self.n_swap_ = result.n_swap
        name, value = self._limit()
        if not result.converged and value:
            warnings.warn(
                f"{type(self).__name__} stopped at {name}={value} before it converged; increase {name}",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self

    def predict(self, X: ArrayLike) -> NDArray[np.intp]:
        """Assign samples to the cluster of the nearest medoid.

        Parameters
        ----------
        X : array-like
            As for `transform`.

        Returns
        -------
        labels : ndarray of shape (n_queries,), intp
            Equal distances go to the lowest cluster.
        """
        return self._nearest_medoids(X)[0]

    def transform(self, X: ArrayLike) -> NDArray[Any]:
        """Return the distances of samples to the medoids.

        Parameters
        ----------
        X : array-like of shape (n_queries, n_features), (n_queries, n_samples) or (n_queries, n_clusters)
            Features; or for precomputed distances those to all samples seen in `fit`, or to the medoids
            alone. Where there are as many clusters as samples, the columns stand for the samples.

        Returns
        -------
        ndarray of shape (n_queries, n_clusters)
        """
        return self._distances_to_medoids(X)

    def score(self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None) -> float:
        """Return minus the sum of distances to the nearest medoids: larger is better.

        Parameters
        ----------
        X : array-like
            As for `transform`.
        y : ignored
        sample_weight : array-like of shape (n_queries,), optional

        Returns
        -------
        float
        """
        d1 = self._nearest_medoids(X)[1].astype(np.float64)
        return -float(check_weights(sample_weight, d1.size) @ d1)

    def _is_precomputed(self) -> bool:
        return isinstance(self.metric, str) and self.metric == "precomputed"

    def _check_features(self, X: Any) -> tuple[FeatureDistances, Any]:
        """Return the source of distances between features, and the rows that centres are taken from."""
        n_threads = check_threads(self.n_jobs)
        if self.metric == "gower":
            data = self._validate_table(X, reset=True)
            table = GowerTable(X, **(self.metric_params or {}))
            source = FeatureDistances(table.encode(X), "gower", {"table": table}, n_threads)
        else:
            data = self._validate(X, reset=True)
            source = FeatureDistances(data, self.metric, self.metric_params, n_threads)
        self._metric_params = source.params
        return source, data

    def _validate_table(self, X: Any, *, reset: bool) -> Any:
        """Check the shape of a table of anything, and return its rows."""
        if not hasattr(X, "iloc"):
            return validate_data(self, X, dtype=None, reset=reset, ensure_all_finite=False)
        validate_data(self, X, reset=reset, skip_check_array=True)
        return X.to_numpy(dtype=object)

    def _validate(self, X: Any, *, reset: bool) -> Any:
        try:
            return validate_data(
                self,
                X,
                dtype=(np.float64, np.float32),
                reset=reset,
                accept_sparse=False if self._takes_nan() else "csr",
                ensure_all_finite="allow-nan" if self._takes_nan() else True,
            )
        except ValueError as error:
            missing = "; the metrics 'nan_euclidean' and 'gower' take missing values"
            place = _first_bad_entry(X, str(error), "finite") + missing * ("contains NaN" in str(error))
            raise ValueError(f"{error}{place}") from None

    def _takes_nan(self) -> bool:
        return isinstance(self.metric, str) and self.metric in NAN_METRICS

    def _check_distances(self, X: ArrayLike) -> MatrixDistances | Stored:
        """Return the source of precomputed distances."""
        if self.metric_params:
            raise ValueError(f"metric_params must be None for a precomputed X, got {self.metric_params!r}")
        if isinstance(X, np.ndarray) and X.ndim == 1 and X.size:
            condensed = CondensedDistances(X)
            self.n_features_in_ = condensed.n_samples
            return condensed
        # Scikit-learn's words first, which its checks look for.
        try:
            D = validate_data(self, X, ensure_non_negative=True)
        except ValueError as error:
            raise ValueError(f"{error}{_first_bad_entry(X, str(error), 'finite and not negative')}") from None
        return CompactDistances(D) if is_compact(D.dtype) else MatrixDistances(rows(check_distances(D, "X")))

    def _distances_to_medoids(self, X: ArrayLike) -> NDArray[Any]:
        check_is_fitted(self)
        if not self._is_precomputed():
            if self.metric == "gower":
                table = self._metric_params["table"]
                self._validate_table(X, reset=False)
                return table.distances(table.encode(X), self._centres)
            source, points, centres, dtype = self._new_points(X)
            return source.transform(points, centres).astype(dtype, copy=False)
        k = self.medoid_indices_.size
        if k != self.n_features_in_ and np.asarray(X).shape[1:] == (k,):
            return check_array(X, ensure_non_negative=True, input_name="X")
        return validate_data(self, X, reset=False, ensure_non_negative=True)[:, self.medoid_indices_]

    def _nearest_medoids(self, X: ArrayLike) -> tuple[NDArray[np.intp], NDArray[Any]]:
        """Return the lowest of the nearest medoids of samples, and the distances to them."""
        check_is_fitted(self)
        if self._is_precomputed() or self.metric == "gower":
            D = self._distances_to_medoids(X)
            return D.argmin(axis=1), D.min(axis=1)
        source, points, centres, _ = self._new_points(X)
        return source.assign(points, centres)

    def _new_points(self, X: ArrayLike) -> tuple[FeatureDistances, Any, Any, Any]:
        """Return the source for new features, these and the centres in one type, and the type they had."""
        data = self._validate(X, reset=False)
        centres = self.cluster_centers_
        if not isinstance(centres, np.ndarray) and isinstance(data, np.ndarray):
            centres = centres.toarray()  # fitted to sparse features
        elif isinstance(centres, np.ndarray) and not isinstance(data, np.ndarray):
            centres = type(data)(centres)
        points = data.astype(centres.dtype, copy=False)
        n_threads = check_threads(self.n_jobs)
        return (
            FeatureDistances(points, self.metric, self._metric_params, n_threads),
            points,
            centres,
            data.dtype,
        )

    @property
    def _n_features_out(self) -> int:
        """Number of columns of `transform`, which name themselves after the class."""
        return self.medoid_indices_.size

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self._takes_nan()
        tags.input_tags.sparse = not (self._takes_nan() or self._is_precomputed())
        tags.input_tags.pairwise = tags.input_tags.positive_only = self._is_precomputed()
        return tags


class MatrixKMedoids(KMedoidsBase):
    """Base of the estimators that search in the whole matrix of distances. A subclass has `_cluster`."""

    init: str | ArrayLike
    max_iter: int
    random_state: RandomState
    fixed_medoids: ArrayLike | None

    @abstractmethod
    def _cluster(self, problem: Problem) -> KMedoidsResult:
        """Find the medoids of a checked problem."""

    def _search(self, distances: Distances, sample_weight: ArrayLike | None) -> KMedoidsResult:
        self._check_search(distances, sample_weight)
        if isinstance(distances, MatrixDistances):
            D = distances.D
        else:
            D = distances.matrix() if isinstance(distances, Stored) else distances.square()  # type: ignore[call-arg]
        return self._cluster(
            check_problem(D, self.n_clusters, sample_weight, self.fixed_medoids, trusted=True)
        )

    def _check_search(self, distances: Distances, sample_weight: ArrayLike | None) -> None:
        """Check all that can be before the distances between features are computed."""
        k, _, fixed = check_demand(
            self.n_clusters, distances.n_samples, distances.dtype, sample_weight, self.fixed_medoids
        )
        if isinstance(self.init, str):
            check_choice(self.init, "init", INITIALISATIONS)
        else:
            given_medoids(self.init, k, fixed, distances.n_samples)
        check_integer(self.max_iter, "max_iter", minimum=0)
        check_choice(getattr(self, "order", ORDERS[0]), "order", ORDERS)
        check_choice(getattr(self, "variant", VARIANTS[0]), "variant", VARIANTS)
        if not isinstance(self.random_state, np.random.RandomState):  # which a check would change
            check_random_state(self.random_state)


class BestSwapKMedoids(MatrixKMedoids):
    """Base of the estimators that begin with BUILD and perform one swap in each pass: their constructor."""

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        metric: Metric = "precomputed",
        metric_params: dict[str, Any] | None = None,
        init: str | ArrayLike = "build",
        max_iter: int = 10_000,
        random_state: RandomState = None,
        fixed_medoids: ArrayLike | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.metric = metric
        self.metric_params = metric_params
        self.init = init
        self.max_iter = max_iter
        self.random_state = random_state
        self.fixed_medoids = fixed_medoids
        self.n_jobs = n_jobs


class EagerKMedoids(MatrixKMedoids):
    """Base of the estimators that perform every swap that helps, in an order: their constructor."""

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        metric: Metric = "precomputed",
        metric_params: dict[str, Any] | None = None,
        init: str | ArrayLike = "random",
        order: str = "natural",
        max_iter: int = 100,
        random_state: RandomState = None,
        fixed_medoids: ArrayLike | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.metric = metric
        self.metric_params = metric_params
        self.init = init
        self.order = order
        self.max_iter = max_iter
        self.random_state = random_state
        self.fixed_medoids = fixed_medoids
        self.n_jobs = n_jobs


def _first_bad_entry(X: ArrayLike, complaint: str, accepted: str) -> str:
    """Say where the value is that scikit-learn complains of without a place, and what is accepted."""
    values = np.asarray(X)
    if values.ndim != 2 or values.dtype.kind not in "iuf":
        return ""
    if "Negative values" in complaint:
        bad = values < 0
    elif "NaN" in complaint or "infinity" in complaint:
        bad = ~np.isfinite(values)
    else:
        return ""
    i, j = np.argwhere(bad)[0]
    return f" X must be {accepted}, got X[{i}, {j}] = {values[i, j]}"
