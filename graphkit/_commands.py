"""What the commands of ``graphkit`` do between reading a file and printing it."""

import os
import time
import warnings
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit._cluster_widths import medoid_silhouettes, to_medoids
from graphkit._matrices import read_matrix, write_table
from graphkit.errors import UnknownNameError
from graphkit.graph import Graph
from graphkit.memory import require_memory
from graphkit.validation import check_choice, check_integer

_WARM_UP = 520  # rows of a distance matrix that exercise all kernels, those for large matrices included
_WIDTH = 25  # letters of such examples, unless the first is longer
_SILHOUETTES_UP_TO = 20_000  # rows: silhouettes take all distances between them
EXAMPLES = 5  # members of a cluster, or neighbours of a node, that are shown

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


def warm_up_embedding(graph: Graph, **options: Any) -> None:
    """Embed a path of three nodes of the same kind, so that a stopwatch does not count compilation.

    What is wrong with the options is left to the embedding itself to say.
    """
    from graphkit.embedding import fastrp
    from graphkit.embedding._presets import PRESETS, check_density
    from graphkit.embedding._projection import DENSE_FROM

    if graph.n_nodes == 0:
        return  # the embedding itself says so
    preset = PRESETS[check_choice(options["preset"], "preset", PRESETS)]
    density = check_density(options.pop("density"), options["projection"], graph.n_nodes, preset.density)
    if density is not None:  # the one or the other of two algorithms, with enough entries to go all the way
        density = 1.0 if density >= DENSE_FROM else 0.9 * DENSE_FROM
    if options.pop("features") is not None and options["property_ratio"] is not None:
        options["features"] = np.ones((3, 1))
    fastrp(_path_like(graph), 64, density=density, random_state=0, **options)


def _path_like(graph: Graph) -> Graph:
    """Return a path of three nodes with the array types of another graph."""
    tiny = Graph.from_edges([0, 1], [1, 2], directed=False)
    weights = None if graph.weights is None else np.ones(4, graph.weights.dtype)
    dtype = graph.indptr.dtype
    return Graph._trusted(tiny.indptr.astype(dtype), tiny.indices.astype(dtype), weights, graph.directed)


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


def plain(label: Hashable) -> str | int | float:
    """Return a label as JSON and tables show it."""
    return label if isinstance(label, str | int | float) else str(label)


def describe(graph: Graph) -> dict[str, Any]:
    """Return facts about a graph, of types that JSON knows."""
    degrees = graph.degrees()
    n_components, component = graph.connected_components()
    some = graph.n_nodes > 0
    return {
        "nodes": graph.n_nodes,
        "edges": graph.n_edges,
        "directed": graph.directed,
        "weighted": graph.weights is not None,
        "labelled": graph.labels is not None,
        "degree": {
            "min": int(degrees.min()) if some else 0,
            "mean": float(degrees.mean()) if some else 0.0,
            "max": int(degrees.max()) if some else 0,
        },
        "hub": plain(graph.label_of(int(degrees.argmax()))) if some else None,
        "isolated": int(np.count_nonzero(degrees == 0)),
        "self_loops": graph.n_self_loops,
        "components": int(n_components),
        "largest_component": int(np.bincount(component).max()) if some else 0,
        "node_data": list(graph.node_data),
        "edge_data": list(graph.edge_data),
    }


def find_node(graph: Graph, text: str) -> int:
    """Return the node with this label, or index if there are no labels; integers are found by their digits.

    Raises
    ------
    UnknownNameError
        If there is none; close matches are listed.
    """
    try:
        number = int(text)
    except ValueError:
        number = None
    if graph.labels is None:
        if number is None or not 0 <= number < graph.n_nodes:
            raise UnknownNameError(f"there is no node {text!r}: nodes are called 0 to {graph.n_nodes - 1}")
        return number
    return graph.index_of(number if number is not None and text not in graph.labels else text)


def chosen_nodes(graph: Graph, names: Sequence[str] | None) -> list[int]:
    """Return the nodes with these names, without repeats, or the three nodes of largest degree."""
    if names:
        return list(dict.fromkeys(find_node(graph, name) for name in names))
    return [int(i) for i in np.argsort(-graph.degrees(), kind="stable")[:3]]


def node_groups(graph: Graph, name: str | None) -> tuple[str | None, NDArray[Any] | None]:
    """Return name and column of a node attribute: the one asked for, else the first, else none.

    Raises
    ------
    ValueError
        If there is no such attribute.
    """
    columns = {key: column for key, column in graph.node_data.items() if column.ndim == 1}
    if name is None:
        name = next(iter(columns), None)
    elif not columns:
        raise ValueError(f"there is no node attribute {name!r} to colour by: the graph has no attributes")
    else:
        check_choice(name, "node attribute", columns)
    return name, None if name is None else columns[name]


def nearest_nodes(embedding: NDArray[Any], node: int) -> list[tuple[int, float]]:
    """Return the nodes of largest cosine to one, of equal ones the lower first; zero vectors have none."""
    norms = np.sqrt(np.einsum("ij,ij->i", embedding, embedding))  # without an array of the squares
    known = norms > 0
    if not known[node]:
        return []
    cosine = embedding @ embedding[node] / np.where(known, norms * norms[node], 1)
    known[node] = False
    order = np.argsort(np.where(known, -cosine, np.inf), kind="stable")[: min(EXAMPLES, known.sum())]
    return [(int(j), float(cosine[j])) for j in order]


def write_embedding(path: str, graph: Graph, embedding: NDArray[Any]) -> None:
    """Write the vectors with the names of the nodes as ``.csv`` or ``.tsv``."""
    header = ["node", *(f"fastrp{i}" for i in range(embedding.shape[1]))]
    write_table(path, header, ((graph.label_of(i), *row) for i, row in enumerate(embedding.tolist())))


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
    shortest_path_distances(_path_like(graph), weighted=weighted)
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

    tiny = _path_like(graph)
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
