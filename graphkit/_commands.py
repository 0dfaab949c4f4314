"""What the commands of ``graphkit`` do between reading a file and printing it."""

import os
import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit._matrices import read_matrix, write_npy, write_table
from graphkit.errors import GraphFormatError, UnknownNameError
from graphkit.graph import Graph
from graphkit.memory import require_memory
from graphkit.validation import check_choice, check_integer

_WARM_UP = 520  # rows of a distance matrix that exercise all kernels, those for large matrices included
EXAMPLES = 5  # members of a cluster, or neighbours of a node, that are shown

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
    "precomputed",
)


def read_input(
    file: str, format: str | None, directed: bool | None, given: Mapping[str, str | None]
) -> Graph:
    """Read the graph that a command is about.

    Parameters
    ----------
    file : str
    format : str or None
    directed : bool or None
        False forgets directions, by the rule for `multi_edges`.
    given : mapping of str to str or None
        Options of `read_graph` as they were written; None for those left out. Columns are names or numbers.

    Raises
    ------
    ValueError
        If an option does not suit the format of the file, or the graph cannot be read.
    """
    from graphkit._edges import RULES
    from graphkit.io.registry import read_graph

    options: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    rule = check_choice(options.get("multi_edges", "merge"), "--multi-edges", RULES)
    check_choice(options.get("self_loops", "keep"), "--self-loops", ("keep", "drop", "error"))
    _check_reading(file, format, directed, options)
    for name in ("source", "target", "weight"):
        if str(options.get(name)).isdecimal():
            options[name] = int(options[name])
    if options.get("weight") == "none":
        options["weight"] = False
    graph = read_graph(file, format=format, directed=True if directed else None, **options)
    if directed is not False:
        return graph
    try:
        return graph.to_undirected(multi_edges=rule)
    except ValueError as error:
        raise GraphFormatError(str(error), "<stdin>" if file == "-" else file) from None


def _check_reading(file: str, format: str | None, directed: bool | None, options: dict[str, Any]) -> None:
    """Refuse options that the format of the file does not know; take out what only `to_undirected` needs."""
    from graphkit.io._files import check_readable
    from graphkit.io.registry import SAMPLE_PREFIX, format_of

    if not options:
        return
    accepted: tuple[str, ...] = ()
    if file.startswith(SAMPLE_PREFIX):
        kind = "a sample"
    else:
        check_readable(file)
        chosen = format_of(file, format)
        accepted, kind = chosen.options("read"), f"read as {chosen.name}"
    if directed is False and "multi_edges" not in accepted:
        options.pop("multi_edges", None)
    for name in options:
        if name not in accepted:
            takers = "edge lists" if name in ("source", "target", "weight") else "edge and adjacency lists"
            raise ValueError(f"--{name.replace('_', '-')} is for {takers}; {file} is {kind}")


def warm_up_embedding(graph: Graph, **options: Any) -> None:
    """Embed a path of three nodes of the same kind, so that a stopwatch does not count compilation."""
    from graphkit.embedding import fastrp
    from graphkit.embedding._functional import _DENSE_FROM, check_density

    if graph.n_nodes == 0:
        return  # the embedding itself says so
    density = check_density(options.pop("density"), options["projection"], graph.n_nodes)
    if density is not None:  # the one or the other of two algorithms, with enough entries to go all the way
        density = 1.0 if density >= _DENSE_FROM else 0.9 * _DENSE_FROM
    fastrp(_path_like(graph), 64, density=density, random_state=0, **options)


def _path_like(graph: Graph) -> Graph:
    """Return a path of three nodes with the array types of another graph."""
    tiny = Graph.from_edges([0, 1], [1, 2], directed=False)
    weights = None if graph.weights is None else np.ones(4, graph.weights.dtype)
    dtype = graph.indptr.dtype
    return Graph._trusted(tiny.indptr.astype(dtype), tiny.indices.astype(dtype), weights, graph.directed)


def _warm_up_clustering(dtype: Any, k: int, n: int, init: str) -> None:
    """Compile or load what clusters `n` samples: as many as the first size at which every kernel is used."""
    from clustering import fastpam

    size = min(n, _WARM_UP)
    places = np.arange(size) % 37
    fastpam(np.abs(places[:, None] - places).astype(dtype), min(k, size, 3), init=init, random_state=0)


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
    norms = np.linalg.norm(embedding, axis=1)
    known = norms > 0
    if not known[node]:
        return []
    cosine = embedding @ embedding[node] / np.where(known, norms * norms[node], 1)
    known[node] = False
    order = np.argsort(np.where(known, -cosine, np.inf), kind="stable")[: min(EXAMPLES, known.sum())]
    return [(int(j), float(cosine[j])) for j in order]


def write_embedding(path: str, graph: Graph, embedding: NDArray[Any]) -> None:
    """Write the vectors as ``.npy``, or with the names of the nodes as ``.csv`` or ``.tsv``."""
    if path.lower().endswith(".npy"):
        write_npy(path, embedding)
        return
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
    loss : float
    n_iter, n_swap : int
    seconds : float
    points : Graph or ndarray
        What was clustered, for a picture.
    """

    names: Sequence[str | int | float]
    labels: NDArray[Any]
    medoids: NDArray[Any]
    distances: NDArray[Any]
    loss: float
    n_iter: int
    n_swap: int
    seconds: float
    points: Graph | NDArray[Any]

    def table(self) -> list[tuple[int, str | int | float, int, float, str]]:
        """Return number, medoid, size, loss, and the members nearest to the medoid, for each cluster."""
        rows = []
        for c, medoid in enumerate(self.medoids.tolist()):
            members = np.flatnonzero(self.labels == c)
            others = members[members != medoid]
            nearest = others[np.argsort(self.distances[others], kind="stable")]
            examples = ", ".join(str(self.names[i]) for i in nearest[:EXAMPLES])
            more = ", ..." if len(nearest) > EXAMPLES else ""
            loss = float(self.distances[members].sum(dtype=np.float64))
            rows.append((c, self.names[medoid], len(members), loss, examples + more))
        return rows

    def write(self, path: str, kind: str) -> None:
        """Write one line for each node or row (`kind`): its name, cluster and medoid."""
        medoids = [self.names[i] for i in self.medoids.tolist()]
        pairs = zip(self.names, self.labels.tolist(), strict=True)
        write_table(path, (kind, "cluster", "medoid"), ((name, c, medoids[c]) for name, c in pairs))


def cluster_nodes(
    graph: Graph, k: int, *, unweighted: bool, init: str, seed: int, memory_limit: str | None
) -> Clustering:
    """Cluster the nodes of a graph by the lengths of shortest paths.

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
    from clustering import FastPAM
    from clustering._functional import INITIALISATIONS
    from graphkit.distances import shortest_path_distances

    check_choice(init, "init", INITIALISATIONS)
    weighted = False if unweighted else None
    shortest_path_distances(_path_like(graph), weighted=weighted)
    _warm_up_clustering(np.float32, k, graph.n_nodes, init)
    start = time.perf_counter()
    D = shortest_path_distances(graph, weighted=weighted, memory_limit=memory_limit)
    model = FastPAM(k, init=init, random_state=seed).fit(D)
    names = [plain(graph.label_of(i)) for i in range(graph.n_nodes)]
    own = D[np.arange(len(D)), model.medoid_indices_[model.labels_]]
    return _clustering(names, model, own, time.perf_counter() - start, graph)


def cluster_rows(
    file: str, k: int, *, metric: str, init: str, seed: int, memory_limit: str | None
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
    rows = read_matrix(file)
    X = rows.values
    n = len(X)
    check_integer(k, "--k", minimum=1, maximum=n)
    name = "<stdin>" if file == "-" else file
    if metric == "precomputed" and X.shape[0] != X.shape[1]:
        raise ValueError(f"{name} must be a square matrix to hold distances, got shape {X.shape}")
    if not np.isfinite(X).all():
        i, j = np.argwhere(~np.isfinite(X))[0]
        raise ValueError(f"{name} must be finite (no NaN or infinity), got {X[i, j]} in row {i}, column {j}")
    if metric != "precomputed":
        require_memory(8 * n * n, f"the matrix of distances between {n:,} rows", memory_limit)
    from clustering import FastPAM
    from clustering._functional import INITIALISATIONS

    check_choice(init, "init", INITIALISATIONS)
    _warm_up_clustering(X.dtype if metric == "precomputed" else np.float64, k, n, init)
    start = time.perf_counter()
    try:
        model = FastPAM(k, metric=metric, init=init, random_state=seed).fit(X)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    if metric == "precomputed":
        own = X[np.arange(n), model.medoid_indices_[model.labels_]]
    else:
        own = model.transform(X)[np.arange(n), model.labels_]
    return _clustering([rows.name_of(i) for i in range(n)], model, own, time.perf_counter() - start, X)


def _clustering(
    names: Sequence[str | int | float],
    model: Any,
    distances: NDArray[Any],
    seconds: float,
    points: Graph | NDArray[Any],
) -> Clustering:
    return Clustering(
        names,
        model.labels_,
        model.medoid_indices_,
        np.asarray(distances),
        float(model.inertia_),
        int(model.n_iter_),
        int(model.n_swap_),
        seconds,
        points,
    )
