"""What the commands of ``graphkit`` do between reading a file and printing it."""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit._matrices import write_table
from graphkit.errors import UnknownNameError
from graphkit.graph import Graph
from graphkit.validation import check_choice

EXAMPLES = 5  # members of a cluster, or neighbours of a node, that are shown


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
    fastrp(path_like(graph), 64, density=density, random_state=0, **options)


def path_like(graph: Graph) -> Graph:
    """Return a path of three nodes with the array types of another graph."""
    tiny = Graph.from_edges([0, 1], [1, 2], directed=False)
    weights = None if graph.weights is None else np.ones(4, graph.weights.dtype)
    dtype = graph.indptr.dtype
    return Graph._trusted(tiny.indptr.astype(dtype), tiny.indices.astype(dtype), weights, graph.directed)


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
