"""Adjacency matrices in MATLAB files of version 4 to 7.2."""

import io
import re
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from graphkit.convert import as_graph, from_scipy, to_scipy
from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._files import Source
from graphkit.io._mat5 import MatFile
from graphkit.memory import require_memory

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
_DIRECTED = "directed"  # our own variables beside the matrix
_WEIGHTED = "weighted"
_LABELS = "labels"
_TEXT = b"MATLAB 5.0 MAT-file, written by graphkit".ljust(116)  # scipy writes the time: not the same twice


def read(source: Source, /, *, directed: bool | None = None, variable: str | None = None) -> Graph:
    """Read a sparse adjacency matrix from a MATLAB file of version 4 to 7.2.

    Parameters
    ----------
    source : Source
    directed : bool, optional
        None: directed unless the matrix is symmetric, if the file does not say so in a variable ``directed``.
    variable : str, optional
        Name of the matrix, which may be dense then. Default: the only square sparse matrix in the file.

    Returns
    -------
    Graph
        Weighted unless all stored values are 1, if the file does not say so in a variable ``weighted``. A
        cell array of texts, or a vector of integers, called ``labels`` names the nodes, if there is one for
        each of them.

    Raises
    ------
    GraphFormatError
        If the file is not such a file, or the matrix is absent, ambiguous or no adjacency matrix.
    """
    found = MatFile(source)
    matrices = [
        known.name
        for known in found.variables.values()
        if known.is_sparse or (known.is_numeric and variable is not None)
        if len(known.shape) == 2 and known.shape[0] == known.shape[1] > 0
    ]
    if variable is None and len(matrices) == 1:
        variable = matrices[0]
    if variable not in matrices:
        wanted = "one square sparse matrix" if variable is None else f"a square matrix {variable!r}"
        chosen = "; choose variable (--option variable=NAME on the command line)" if len(matrices) > 1 else ""
        raise GraphFormatError(
            f"expected {wanted}, found {', '.join(matrices)[:200] or 'none'}{chosen}", source.name
        )
    matrix = found.read(variable)
    try:
        if not hasattr(matrix, "tocsr"):
            return as_graph(matrix, directed=directed)
        graph = from_scipy(
            matrix,
            directed=_flag(found, _DIRECTED),
            weighted=_flag(found, _WEIGHTED),
            labels=_labels(found, matrix.shape[0]),
        )
        return as_graph(graph, directed=directed)
    except (ValueError, TypeError) as error:
        raise GraphFormatError(str(error), source.name) from None


def _flag(found: MatFile, name: str) -> bool | None:
    """Value of a logical variable, None without it."""
    if name not in found.variables or found.variables[name].shape != (1, 1):
        return None
    value = np.asarray(found.read(name))
    return bool(value.flat[0]) if value.size == 1 and value.dtype.kind in "bu" else None


def _labels(found: MatFile, n: int) -> list[Any] | NDArray[Any] | None:
    """Names of the nodes, if a variable holds as many."""
    if _LABELS not in found.variables or sorted(found.variables[_LABELS].shape) != sorted((1, n)):
        return None
    flat = found.read(_LABELS).reshape(-1)
    if flat.dtype.kind in "iu":
        return flat
    if flat.dtype != object or not all(isinstance(cell, np.ndarray) for cell in flat):
        return None
    texts = ["".join(cell.reshape(-1).tolist()) if cell.dtype == object else None for cell in flat]
    return None if None in texts or len(set(texts)) < n else texts


def write(graph: Graph, file: IO[bytes], name: str, *, variable: str = "A") -> None:
    """Write the adjacency matrix to a MATLAB file of version 5 (what MATLAB calls 7, compressed).

    Parameters
    ----------
    graph : Graph
    file : binary file object
    name : str
    variable : str
        Name of the matrix. Beside it the logicals ``directed`` and ``weighted`` tell what kind of graph it
        is, and labels are kept as ``labels``: a cell array of texts, or a vector of integers.

    Raises
    ------
    ValueError
        If `variable` is no name of a variable of MATLAB, or labels have characters beyond 16 bits.
    TypeError
        If labels are neither all strings nor all integers.

    Notes
    -----
    Node and edge data cannot be expressed. Weights are kept as float64; MATLAB stores no zeros, so that a
    weight of zero is refused.
    """
    import scipy.io

    if (
        not isinstance(variable, str)
        or not _NAME.fullmatch(variable)
        or variable in (_DIRECTED, _WEIGHTED, _LABELS)
    ):
        raise ValueError(
            f"variable must be a name of MATLAB, a letter and then letters, digits and _, got {variable!r}"
        )
    if graph.n_nodes == 0:
        raise ValueError("a MATLAB file needs a node at least, got a graph without nodes")
    if graph.weights is not None and not graph.weights.all():
        raise ValueError("sparse matrices of MATLAB hold no zeros, got an edge of weight 0")
    require_memory(48 * graph.n_entries + 32 * graph.n_nodes, f"writing {name}")
    content: dict[str, Any] = {
        variable: to_scipy(graph).astype(np.float64).tocsc(),
        _DIRECTED: np.array([[graph.directed]]),
        _WEIGHTED: np.array([[graph.is_weighted]]),
    }
    if graph.labels is not None:
        content[_LABELS] = _written_labels(graph)
    buffer: Any = io.BytesIO()
    scipy.io.savemat(buffer, content, do_compression=True, oned_as="column")
    data = buffer.getvalue()
    file.write(_TEXT + data[len(_TEXT) :])


def _written_labels(graph: Graph) -> NDArray[Any]:
    labels = graph.labels
    if labels is None or labels.integers is not None:
        return np.empty(0) if labels is None else np.array(labels.integers)
    for label in labels:
        if not isinstance(label, str):
            raise TypeError(
                f"labels must be all strings or all integers to be written as .mat, got {label!r}"
            )
        if label != label.rstrip(" \0") or any(not "\0" < mark < "\ud800" for mark in label):
            raise ValueError(f"MATLAB files cannot hold the label {label!r} so that it is read back")
    cells = np.empty((len(labels), 1), dtype=object)
    cells[:, 0] = list(labels)
    return cells
