"""k-medoids estimators in the manner of scikit-learn."""

import warnings
from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, ClusterMixin, TransformerMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import pairwise_distances
from sklearn.utils import Tags
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from clustering._functional import KMedoidsResult, check_n_clusters, fastpam
from graphkit.memory import require_memory
from graphkit.validation import check_choice, check_distances

VARIANTS = ("fastpam1",)


class FastPAM(ClassNamePrefixFeaturesOutMixin, ClusterMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Partitioning around medoids with the swaps of PAM, found by FastPAM1.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of medoids, in [1, n_samples].
    metric : str or callable, default="precomputed"
        With ``"precomputed"``, `X` is a square matrix of dissimilarities. Else a metric that
        `sklearn.metrics.pairwise_distances` knows, or a function of two samples, and `X` holds features.
    metric_params : dict, optional
        Further keyword arguments of the metric.
    init : {"build", "lab", "random"} or array-like of shape (n_clusters,), default="build"
        How the first medoids are found, or their sample indices; see `clustering.fastpam`.
    variant : {"fastpam1"}, default="fastpam1"
        How swaps are found. ``"fastpam1"`` performs the best of all swaps in each pass.
    max_iter : int, default=10000
        Limit on passes, at one swap per pass. 0 keeps the initial medoids.
    random_state : None, int, Generator or RandomState, default=None
        Source of randomness for ``init="lab"`` and ``"random"``.

    Attributes
    ----------
    labels_ : ndarray of shape (n_samples,), intp
        Cluster of each sample, in [0, n_clusters). Equal distances go to the lowest cluster, but a medoid
        always belongs to its own.
    medoid_indices_ : ndarray of shape (n_clusters,), intp
        Sample index of the medoid of each cluster.
    cluster_centers_ : ndarray of shape (n_clusters, n_features) or None
        The medoids; None for precomputed distances.
    inertia_ : float or int
        Sum of the distances of the samples to their medoids; an int for integer distances.
    n_iter_, n_swap_ : int
        Passes, the last and unsuccessful one included, and swaps.
    n_features_in_ : int
        Number of columns of `X`.

    Warns
    -----
    ConvergenceWarning
        If `max_iter` passes were not enough.

    See Also
    --------
    clustering.fastpam : The function behind it, with complexity, tie rules and references.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering import FastPAM
    >>> X = np.array([[0.0, 0], [1, 0], [0, 2], [9, 9], [8, 9], [9, 7]])
    >>> model = FastPAM(2, metric="manhattan").fit(X)
    >>> model.labels_, model.medoid_indices_, model.inertia_
    (array([0, 0, 0, 1, 1, 1]), array([0, 3]), 6.0)
    >>> model.predict([[1, 1], [7, 7]])
    array([0, 1])
    >>> model.transform([[1, 1]])
    array([[ 2., 16.]])
    """

    labels_: NDArray[np.intp]
    medoid_indices_: NDArray[np.intp]
    cluster_centers_: NDArray[Any] | None
    inertia_: float | int
    n_iter_: int
    n_swap_: int
    n_features_in_: int

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        metric: str | Callable[..., float] = "precomputed",
        metric_params: dict[str, Any] | None = None,
        init: str | ArrayLike = "build",
        variant: str = "fastpam1",
        max_iter: int = 10_000,
        random_state: int | np.random.Generator | np.random.RandomState | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.metric = metric
        self.metric_params = metric_params
        self.init = init
        self.variant = variant
        self.max_iter = max_iter
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: object = None) -> Self:
        """Find medoids and assign every sample to its nearest.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_samples) or (n_samples, n_features)
            Symmetric dissimilarities if ``metric="precomputed"``, else features.
        y : ignored

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
            If the matrix of distances between features does not fit.
        """
        check_choice(self.variant, "variant", VARIANTS)
        data, D = self._check_fit_data(X)
        result = self._cluster(D)
        self.labels_ = result.labels
        self.medoid_indices_ = result.medoid_indices
        self.cluster_centers_ = None if self._is_precomputed() else data[result.medoid_indices]
        self.inertia_ = result.inertia
        self.n_iter_ = result.n_iter
        self.n_swap_ = result.n_swap
        if not result.converged and self.max_iter > 0:
            warnings.warn(
                f"{type(self).__name__} stopped at max_iter={self.max_iter} passes before it converged; "
                "increase max_iter",
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
        return self._distances_to_medoids(X).argmin(axis=1)

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

    def _is_precomputed(self) -> bool:
        return isinstance(self.metric, str) and self.metric == "precomputed"

    def _check_fit_data(self, X: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the checked `X`, and the distances between its samples."""
        if not isinstance(self.metric, str) and not callable(self.metric):
            raise TypeError(f"metric must be a name or a function of two samples, got {self.metric!r}")
        if self._is_precomputed():
            if self.metric_params:
                raise ValueError(
                    f"metric_params must be None for a precomputed X, got {self.metric_params!r}"
                )
            D = self._check_precomputed(X)
            return D, D
        data = validate_data(self, X, dtype=(np.float64, np.float32))
        n = data.shape[0]
        check_n_clusters(self.n_clusters, n)  # before the distances take their time
        require_memory(8 * n * n, f"the matrix of distances between {n} samples")
        self._metric_params = _fixed_metric_params(data, self.metric, self.metric_params)
        D = pairwise_distances(data, metric=self.metric, **self._metric_params)
        return data, check_distances(D, "pairwise_distances(X)")

    def _check_precomputed(self, X: ArrayLike) -> NDArray[Any]:
        """Check a matrix of distances: scikit-learn's words first, which its checks look for."""
        try:
            D = validate_data(self, X, ensure_non_negative=True)
        except ValueError as error:
            raise ValueError(f"{error}{_first_bad_entry(X, str(error))}") from None
        return check_distances(D, "X")

    def _cluster(self, D: NDArray[Any]) -> KMedoidsResult:
        return fastpam(
            D, self.n_clusters, init=self.init, max_iter=self.max_iter, random_state=self.random_state
        )

    def _distances_to_medoids(self, X: ArrayLike) -> NDArray[Any]:
        check_is_fitted(self)
        if not self._is_precomputed():
            data = validate_data(self, X, dtype=(np.float64, np.float32), reset=False)
            return pairwise_distances(data, self.cluster_centers_, metric=self.metric, **self._metric_params)
        k = self.medoid_indices_.size
        if k != self.n_features_in_ and np.asarray(X).shape[1:] == (k,):
            return check_array(X, ensure_non_negative=True, input_name="X")
        return validate_data(self, X, reset=False, ensure_non_negative=True)[:, self.medoid_indices_]

    @property
    def _n_features_out(self) -> int:
        """Number of columns of `transform`, which name themselves after the class."""
        return self.medoid_indices_.size

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.pairwise = tags.input_tags.positive_only = self._is_precomputed()
        return tags


def _fixed_metric_params(
    X: NDArray[Any], metric: str | Callable[..., float], metric_params: dict[str, Any] | None
) -> dict[str, Any]:
    """Return `metric_params` with what a metric would else estimate anew from every batch."""
    params = dict(metric_params or {})
    if metric == "seuclidean":
        params.setdefault("V", np.var(X, axis=0, ddof=1, dtype=np.float64))
    elif metric == "mahalanobis" and "V" not in params and "VI" not in params:
        params["VI"] = np.linalg.inv(np.atleast_2d(np.cov(X.T))).T
    return params


def _first_bad_entry(X: ArrayLike, complaint: str) -> str:
    """Say where the value is that scikit-learn complains of without a place."""
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
    return f" X must be finite and not negative, got X[{i}, {j}] = {values[i, j]}"
