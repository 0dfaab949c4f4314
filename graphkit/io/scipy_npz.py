"""Sparse matrices in ``.npz`` files, as scipy writes them, with labels and data beside them."""

from itertools import pairwise
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from graphkit.convert import as_graph, from_scipy
from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._archives import ZIP_MAGIC, Archive, write_archive
from graphkit.io._files import Source
from graphkit.io._views import sparse_matrix

Array = NDArray[Any]
_PARTS = ("format", "shape", "data", "indices", "indptr", "row", "col")
_KINDS = ("node_data", "edge_data")


def recognises(source: Source) -> bool:
    """Whether a file holds a sparse matrix of scipy: the names of its arrays tell."""
    if source.data[: len(ZIP_MAGIC)] != ZIP_MAGIC:
        return False
    try:
        archive = Archive(source)
    except GraphFormatError:
        return False
    return {"format", "shape", "data"} <= set(archive.names)


def read(file: Source, /, *, directed: bool | None = None) -> Graph:
    """Read an adjacency matrix that `scipy.sparse.save_npz` or `write_graph` has written.

    Parameters
    ----------
    file : Source
    directed : bool, optional
        None takes it from a file that `write_graph` has written; a matrix of scipy is directed unless it is
        symmetric. False requires a symmetric matrix.

    Returns
    -------
    Graph
        A matrix of scipy is unweighted if all stored values are 1.

    Raises
    ------
    GraphFormatError
        If the file is no such file, damaged, holds Python objects, or its arrays make no adjacency matrix.

    Notes
    -----
    The compressed rows or columns and coordinates of scipy are read, its diagonal and block formats are not.
    """
    archive = Archive(file)
    try:
        matrix = _matrix(archive, file)
        extra = {kind: _columns(archive, kind) for kind in _KINDS}
        ours = "is_directed" in archive
        is_directed = bool(archive.array("is_directed")) if ours else None
        weighted = bool(archive.array("is_weighted")) if ours else None
        if extra["edge_data"] and not ours:
            extra["edge_data"] = {}
        if not ours:
            return from_scipy(matrix, directed=directed, node_data=extra["node_data"])
        graph = from_scipy(
            matrix,
            directed=is_directed,
            weighted=weighted,
            labels=_labels(archive),
            node_data=extra["node_data"],
        )
        if extra["edge_data"]:
            graph = Graph._trusted(
                graph.indptr, graph.indices, graph.weights, graph.directed, graph.labels,
                graph.node_data, extra["edge_data"],
            )  # fmt: skip
        return as_graph(graph, directed=directed)
    except GraphFormatError:
        raise
    except (TypeError, ValueError) as error:
        raise GraphFormatError(f"the arrays make no adjacency matrix: {error}", file.name) from None


def _matrix(archive: Archive, file: Source) -> Any:
    """Build the matrix from its parts, which are checked."""
    shape = archive.array("shape")
    if shape.shape != (2,) or shape.dtype.kind not in "iu" or shape[0] != shape[1]:
        raise GraphFormatError(f"expected a square matrix, found the shape {shape.tolist()}", file.name)
    return sparse_matrix({name: archive.array(name) for name in _PARTS if name in archive}, file)


def _columns(archive: Archive, kind: str) -> dict[str, Array]:
    prefix = f"{kind}/"
    return {key.removeprefix(prefix): archive.array(key) for key in archive.names if key.startswith(prefix)}


def _labels(archive: Archive) -> Any:
    if "labels" in archive:
        return archive.array("labels")
    if "label_bytes" not in archive:
        return None
    offsets, text = archive.array("label_offsets"), archive.array("label_bytes").tobytes()
    if offsets.dtype.kind not in "iu" or offsets.ndim != 1:
        raise GraphFormatError("expected a vector of integers as label_offsets", archive.name)
    ends = offsets.tolist()
    if ends != sorted(ends) or (ends and (ends[0] != 0 or ends[-1] != len(text))):
        raise GraphFormatError("expected increasing label_offsets that fit label_bytes", archive.name)
    return [text[start:end].decode() for start, end in pairwise(ends)]


def write(graph: Graph, file: IO[bytes], name: str) -> None:
    """Write the adjacency matrix in compressed sparse rows, as `scipy.sparse.load_npz` reads it.

    Labels, node data, edge data and whether the graph is directed and weighted are written as further arrays
    (``labels`` or ``label_bytes`` and ``label_offsets``, ``node_data/NAME``, ``edge_data/NAME``,
    ``is_directed``, ``is_weighted``), which scipy passes over.

    Raises
    ------
    TypeError
        If labels are neither all strings nor all 64-bit integers, or data are Python objects.
    """
    arrays: dict[str, Array] = {
        "format": np.array(b"csr"),
        "shape": np.array([graph.n_nodes, graph.n_nodes], dtype=np.int64),
        "indices": graph.indices,
        "indptr": graph.indptr,
        "data": np.ones(graph.n_entries) if graph.weights is None else graph.weights,
        "_is_array": np.array(True),
        "is_directed": np.array(graph.directed),
        "is_weighted": np.array(graph.weights is not None),
    }
    if graph.labels is not None and graph.labels.integers is not None:
        arrays["labels"] = graph.labels.integers
    elif graph.labels is not None:
        if not all(isinstance(label, str) for label in graph.labels):
            raise TypeError("labels must be all strings or all 64-bit integers to be written as .npz")
        encoded = [str(label).encode() for label in graph.labels]
        arrays["label_offsets"] = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
        arrays["label_bytes"] = np.frombuffer(b"".join(encoded), dtype=np.uint8)
    for kind, columns in (("node_data", graph.node_data), ("edge_data", graph.edge_data)):
        for key, column in columns.items():
            if column.dtype.hasobject:
                raise TypeError(f"{kind.replace('_', ' ')} {key} of dtype object cannot be written as .npz")
            arrays[f"{kind}/{key}"] = column
    write_archive(file, arrays)
