"""Clusters for ``graphkit cluster``: of nodes or rows, with their names, as tables and as pictures."""

import os
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit._cluster_widths import medoid_silhouettes, to_medoids
from graphkit._commands import EXAMPLES, path_like, plain
from graphkit._matrices import read_matrix, write_table
from graphkit.graph import Graph
from graphkit.memory import require_memory
from graphkit.validation import check_choice, check_integer

_WARM_UP = 520  # rows of a distance matrix that exercise all kernels, those for large matrices included
_WIDTH = 25  # letters of the members that are shown, unless the first is longer
_SILHOUETTES_UP_TO = 20_000  # rows: silhouettes take all distances between them

# Estimators of `clustering` by the names of `--method`.
METHODS = {
    "fastpam": "FastPAM",
    "fasterpam": "FasterPAM",
    "pam": "PAM",
    "alternating": "AlternatingKMedoids",
    "clara": "CLARA",
    "clarans": "CLARANS",
    "fastclarans": "FastCLARANS",
    "onebatchpam": "OneBatchPAM",
    "large": "LargeKMedoids",
    "fastmsc": "FastMSC",
    "fastermsc": "FasterMSC",
    "dynmsc": "DynMSC",
    "pammedsil": "PAMMEDSIL",
    "pamsil": "PAMSIL",
}
_SAMPLING = ("clara", "clarans", "fastclarans", "onebatchpam", "large")  # need no matrix of distances
_WITHOUT = ", which --method large and clara do without,"
_SAMPLE = 10_000  # rows that LargeKMedoids samples
_MATRIX_FOR_SILHOUETTES = 5_000  # nodes up to which distances are computed for silhouettes alone

Tell = Callable[[str, float | None], None]  # a stage, and the part of it that is done

# Those of `sklearn.metrics.pairwise_distances` that need no further parameters and suit real features.
METRICS = (
    "euclidean",
    "sqeuclidean",
    "manhattan",
    "chebyshev",
    "cosine",
    "correlation",
    "canberra",
    "braycurtis",
    "hamming",
    "jaccard",
    "gower",
    "nan_euclidean",
    "precomputed",
)
_WITH_GAPS = ("gower", "nan_euclidean")  # leave out what is missing


def _warm_up_clustering(method: str, options: dict[str, Any], X: NDArray[Any], k: int) -> None:
    """Compile or load what clusters `X`, on as many of its rows as the first size that uses every kernel."""
    size = min(len(X), _WARM_UP)
    precomputed = options.get("metric", "precomputed") == "precomputed"
    some = X[:size, :size] if precomputed else X[:size]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is said again of all rows
        _model(method, min(k, size, 3), options).fit(some)


def _options(method: str, k: int, init: str | None, seed: int) -> dict[str, Any]:
    """Check `--method`, `--init` and `--k`; return the parameters of the estimator besides the last."""
    import clustering
    from clustering._functional import INITIALISATIONS

    name = METHODS[check_choice(method, "--method", METHODS)]
    options: dict[str, Any] = {"random_state": seed}
    if init is not None:
        if "init" not in getattr(clustering, name)().get_params():
            raise ValueError(f"--init is not for --method {method}, which finds its own first medoids")
        options["init"] = check_choice(init, "init", INITIALISATIONS)
    if method == "dynmsc":
        check_integer(k, "--k", minimum=2)
    return options


def _model(method: str, k: int, options: dict[str, Any]) -> Any:
    import clustering

    return getattr(clustering, METHODS[method])(k, **options)


@dataclass(frozen=True)
class Clustering:
    """Clusters with the names of what was clustered.

    Attributes
    ----------
    names : sequence of str, int or float
        Of the nodes or rows.
    labels : ndarray of shape (n,)
        Cluster of each of them.
    medoids : ndarray of shape (k,)
        Position of the medoid of each cluster.
    distances : ndarray of shape (n,)
        From each to the medoid of its cluster.
    silhouettes : ndarray of shape (n,) or None
        How much better each fits its cluster than the next; None if they would take too long.
    medoid_silhouettes : ndarray of shape (n,) or None
        The same by the two nearest medoids; None for one cluster.
    method : str
    loss : float
    n_iter, n_swap : int
    seconds : float
    points : Graph or ndarray
        What was clustered, for a picture.
    curve : sequence of (int, float)
        Numbers of clusters that were compared, and their scores.
    """

    names: Sequence[str | int | float]
    labels: NDArray[Any]
    medoids: NDArray[Any]
    distances: NDArray[Any]
    silhouettes: NDArray[np.float64] | None
    medoid_silhouettes: NDArray[np.float64] | None
    method: str
    loss: float
    n_iter: int
    n_swap: int
    seconds: float
    points: Graph | NDArray[Any]
    curve: Sequence[tuple[int, float]] = ()

    @property
    def silhouette(self) -> float | None:
        """Mean of the silhouettes."""
        return None if self.silhouettes is None else float(self.silhouettes.mean())

    @property
    def medoid_silhouette(self) -> float | None:
        """Mean of the medoid silhouettes."""
        return None if self.medoid_silhouettes is None else float(self.medoid_silhouettes.mean())

    @property
    def measure(self) -> str:
        """What `width` and the table show: silhouettes if they are known, else those by medoids."""
        return "medoid silhouette" if self.silhouettes is None else "silhouette"

    @property
    def width(self) -> float | None:
        """Mean of what `measure` names."""
        return self.medoid_silhouette if self.silhouettes is None else self.silhouette

    def table(self) -> list[tuple[int, str | int | float, int, float, float | None, str]]:
        """Return number, medoid, size, loss, silhouette, and the members nearest to the medoid, of each."""
        rows = []
        widths = self.medoid_silhouettes if self.silhouettes is None else self.silhouettes
        for c, medoid in enumerate(self.medoids.tolist()):
            members = np.flatnonzero(self.labels == c)
            others = members[members != medoid]
            nearest = others[np.argsort(self.distances[others], kind="stable")]
            shown = EXAMPLES
            while shown > 1 and sum(len(str(self.names[i])) + 2 for i in nearest[:shown]) > _WIDTH:
                shown -= 1  # long names would break the line
            examples = ", ".join(str(self.names[i]) for i in nearest[:shown])
            more = ", ..." if len(nearest) > shown else ""
            loss = float(self.distances[members].sum(dtype=np.float64))
            width = None if widths is None else float(widths[members].mean())
            rows.append((c, self.names[medoid], len(members), loss, width, examples + more))
        return rows

    def write(self, path: str, kind: str) -> None:
        """Write one line for each node or row (`kind`): its name, cluster and medoid."""
        medoids = [self.names[i] for i in self.medoids.tolist()]
        pairs = zip(self.names, self.labels.tolist(), strict=True)
        write_table(path, (kind, "cluster", "medoid"), ((name, c, medoids[c]) for name, c in pairs))


def cluster_nodes(
    graph: Graph,
    k: int,
    *,
    method: str,
    unweighted: bool,
    init: str | None,
    seed: int,
    memory_limit: str | None,
    tell: Tell | None = None,
) -> Clustering:
    """Cluster the nodes of a graph by the lengths of shortest paths.

    With ``"fasterpam"``, and initial medoids that need none, no matrix of distances is made.

    Raises
    ------
    ValueError
        If the graph is directed or not connected, or `k` is out of range.
    MemoryBudgetError
        If the matrix of distances does not fit.
    """
    if graph.directed:
        raise ValueError(
            "distances in a directed graph are not symmetric; pass --undirected to forget directions"
        )
    if graph.n_nodes == 0:
        raise ValueError("the graph is empty: there are no nodes to cluster")
    check_integer(k, "--k", minimum=1, maximum=graph.n_nodes)
    n_components, _ = graph.connected_components()
    if n_components > 1:
        raise ValueError(
            f"the graph has {n_components} components, and no distances between them;"
            " pass --largest-component to leave out all but one"
        )
    options = _options(method, k, init, seed)
    weighted = False if unweighted else None
    tell = tell or _tell_nobody
    names = [plain(graph.label_of(i)) for i in range(graph.n_nodes)]
    if method == "fasterpam" and init not in ("build", "lab"):
        tell(f"clustering {graph.n_nodes:,} nodes by {method}", None)
        return _cluster_without_matrix(graph, names, k, weighted, options, memory_limit)
    from graphkit.distances import shortest_path_distances

    tell(f"distances between {graph.n_nodes:,} nodes", None)
    shortest_path_distances(path_like(graph), weighted=weighted)
    start = time.perf_counter()
    D = shortest_path_distances(graph, weighted=weighted, memory_limit=memory_limit)
    seconds = time.perf_counter() - start
    tell("loading compiled code", None)
    _warm_up_clustering(method, options, D, k)
    tell(f"clustering {graph.n_nodes:,} nodes by {method}", None)
    start = time.perf_counter()
    model = _model(method, k, options | _progress_of(method, tell)).fit(D)
    seconds += time.perf_counter() - start
    tell("silhouettes", None)
    own, near = to_medoids(D, model)
    return _clustering(names, model, own, _silhouettes(D, model, "precomputed"), near, method, seconds, graph)


def _cluster_without_matrix(
    graph: Graph,
    names: Sequence[str | int | float],
    k: int,
    weighted: bool | None,
    options: dict[str, Any],
    memory_limit: str | None,
) -> Clustering:
    from clustering import GraphKMedoids

    tiny = path_like(graph)
    GraphKMedoids(min(k, 2), weighted=weighted, random_state=0).fit(tiny)
    start = time.perf_counter()
    model = GraphKMedoids(k, weighted=weighted, **options).fit(graph)
    seconds = time.perf_counter() - start
    widths = None
    if graph.n_nodes <= _MATRIX_FOR_SILHOUETTES and memory_limit is None:
        from graphkit.distances import shortest_path_distances

        widths = _silhouettes(shortest_path_distances(graph, weighted=weighted), model, "precomputed")
    near = medoid_silhouettes(model.distances_to_medoids(), model.medoid_indices_)
    return _clustering(names, model, model.distances_, widths, near, "fasterpam", seconds, graph)


def cluster_rows(
    file: str,
    k: int,
    *,
    method: str,
    metric: str,
    init: str | None,
    seed: int,
    memory_limit: str | None,
    tell: Tell | None = None,
) -> Clustering:
    """Cluster the rows of a matrix of features, or of distances if `metric` is ``"precomputed"``.

    Raises
    ------
    GraphFormatError
        If the file is not a matrix.
    ValueError
        If its values do not suit the metric, or `k` is out of range.
    MemoryBudgetError
        If the matrix of distances does not fit.
    """
    check_choice(metric, "metric", METRICS)
    if file.startswith("sample:") and not os.path.exists(file):
        raise ValueError(f"{file} is a graph, and --metric is for matrices: leave --metric out")
    tell = tell or _tell_nobody
    tell("reading", None)
    rows = read_matrix(file)
    X = rows.values
    n = len(X)
    check_integer(k, "--k", minimum=1, maximum=n)
    name = "<stdin>" if file == "-" else file
    if metric == "precomputed" and X.shape[0] != X.shape[1]:
        raise ValueError(f"{name} must be a square matrix to hold distances, got shape {X.shape}")
    if metric not in _WITH_GAPS and not np.isfinite(X).all():
        i, j = np.argwhere(~np.isfinite(X))[0]
        raise ValueError(f"{name} must be finite (no NaN or infinity), got {X[i, j]} in row {i}, column {j}")
    options = _options(method, k, init, seed) | {"metric": metric}
    if metric != "precomputed" and method not in _SAMPLING:
        require_memory(8 * n * n, f"the matrix of distances between {n:,} rows{_WITHOUT}", memory_limit)
    elif method == "large":
        side = min(n, _SAMPLE)
        require_memory(8 * side * side, f"the matrix of distances between {side:,} rows", memory_limit)
    try:
        tell("loading compiled code", None)
        _warm_up_clustering(method, options, X, k)
        tell(f"clustering {n:,} rows by {method}", None)
        start = time.perf_counter()
        model = _model(method, k, options | _progress_of(method, tell)).fit(X)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    seconds = time.perf_counter() - start
    tell("silhouettes", None)
    own, near = to_medoids(X, model)
    names = [rows.name_of(i) for i in range(n)]
    return _clustering(names, model, own, _silhouettes(X, model, metric), near, method, seconds, X)


def _tell_nobody(stage: str, done: float | None) -> None:
    """Stand in for a progress bar where there is none."""


def _progress_of(method: str, tell: Tell) -> dict[str, Any]:
    """Return the parameter by which a method tells how far it is; most do not."""
    return {"progress": lambda stage, done: tell(f"large: {stage}", done)} if method == "large" else {}


def _silhouettes(X: NDArray[Any], model: Any, metric: str) -> NDArray[np.float64] | None:
    """Return the silhouettes of all samples; None for one cluster, or where there are too many."""
    from clustering import silhouette_samples

    if len(model.medoid_indices_) < 2 or len(X) > _SILHOUETTES_UP_TO:
        return None
    return silhouette_samples(X, model.labels_, metric=metric)


def _clustering(
    names: Sequence[str | int | float],
    model: Any,
    distances: NDArray[Any],
    silhouettes: NDArray[np.float64] | None,
    medoid_silhouettes: NDArray[np.float64] | None,
    method: str,
    seconds: float,
    points: Graph | NDArray[Any],
) -> Clustering:
    return Clustering(
        names,
        model.labels_,
        model.medoid_indices_,
        np.asarray(distances),
        silhouettes,
        medoid_silhouettes,
        method,
        float(model.inertia_),
        int(model.n_iter_),
        int(model.n_swap_),
        seconds,
        points,
        [(found.medoid_indices.size, found.score) for found in getattr(model, "curve_", ())],
    )


def draw_clusters(result: Clustering, path: str, metric: str | None) -> None:
    """Draw clusters into a file: rows as a map of their dissimilarities, nodes as a graph or by an embedding.

    `metric` is that of the rows, None for nodes.
    """
    from graphkit.plot import LAYOUT_LIMIT, plot_embedding, plot_graph, save_figure

    points = result.points
    groups: dict[str, Any] = {"groups": result.labels, "group_title": "cluster", "marked": result.medoids}
    if not isinstance(points, Graph):
        from clustering.plot import plot_medoids

        assert metric is not None
        axes = plot_medoids(points, result.labels, result.medoids, metric=metric, names=result.names)
    elif points.n_nodes <= LAYOUT_LIMIT:
        axes = plot_graph(points, **groups)
    else:
        from graphkit.embedding import fastrp

        axes = plot_embedding(fastrp(points, 64, random_state=0), labels=result.names, **groups)
    save_figure(axes, path)
