"""Adjacency matrices in MATLAB files of version 4 to 7.2."""

import io
import re
import warnings
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from graphkit.convert import as_graph, from_scipy, to_scipy
from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._files import Source
from graphkit.memory import require_memory

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
_DIRECTED = "directed"  # our own variables beside the matrix
_WEIGHTED = "weighted"
_LABELS = "labels"
_TEXT = b"MATLAB 5.0 MAT-file, written by graphkit".ljust(116)  # scipy writes the time: not the same twice
_MEMORY_FACTOR = 40  # a compressed file may hold that much more than its size, seldom more


def load_variables(source: Source, names: list[str] | None = None) -> dict[str, Any]:
    """Variables of a MATLAB file as scipy reads them, without those that describe the file.

    Parameters
    ----------
    source : Source
    names : list of str, optional
        Which ones; None: all.

    Raises
    ------
    GraphFormatError
        If it is a file of version 7.3 (HDF5), or damaged.
    """
    import scipy.io

    if source.data[:8] == b"\x89HDF\r\n\x1a\n" or b"HDF5" in source.data[:128]:
        raise GraphFormatError("MATLAB 7.3 files (HDF5) are not supported; save with version 7", source.name)
    content: Any = io.BytesIO(source.data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = scipy.io.loadmat(content, spmatrix=False, variable_names=names)
    except Exception as error:  # scipy raises whatever the damaged bytes lead to
        raise GraphFormatError(f"not a readable MATLAB file ({error})", source.name) from None
    return {name: value for name, value in found.items() if not name.startswith("__")}


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
    found = load_variables(source)
    matrices = {name: value for name, value in found.items() if _is_square(value, sparse=variable is None)}
    if variable is None and len(matrices) == 1:
        variable = next(iter(matrices))
    if variable not in matrices:
        wanted = "one square sparse matrix" if variable is None else f"a square matrix {variable!r}"
        chosen = "; choose variable (--option variable=NAME on the command line)" if len(matrices) > 1 else ""
        raise GraphFormatError(
            f"expected {wanted}, found {', '.join(matrices) or 'none'}{chosen}", source.name
        )
    matrix = matrices[variable]
    try:
        if not hasattr(matrix, "tocsr"):
            return as_graph(matrix, directed=directed)
        # scipy trusts the places in the file; entries that lie elsewhere would crash it.
        matrix.check_format(full_check=True)
        graph = from_scipy(
            matrix,
            directed=_flag(found, _DIRECTED),
            weighted=_flag(found, _WEIGHTED),
            labels=_labels(found, matrix.shape[0]),
        )
        return as_graph(graph, directed=directed)
    except (ValueError, TypeError) as error:
        raise GraphFormatError(str(error), source.name) from None


def _is_square(value: Any, *, sparse: bool) -> bool:
    if not hasattr(value, "tocsr") and (
        sparse or not isinstance(value, np.ndarray) or value.dtype.kind not in "biuf"
    ):
        return False
    return len(value.shape) == 2 and value.shape[0] == value.shape[1] and value.shape[0] > 0


def _flag(found: dict[str, Any], name: str) -> bool | None:
    """Value of a logical variable, None without it."""
    value = np.asarray(found.get(name, []))
    return bool(value.flat[0]) if value.size == 1 and value.dtype.kind in "bu" else None


def _labels(found: dict[str, Any], n: int) -> list[Any] | NDArray[Any] | None:
    """Names of the nodes, if a variable holds as many."""
    values = found.get(_LABELS)
    if not isinstance(values, np.ndarray) or values.size != n or 1 not in values.shape:
        return None
    flat = values.reshape(-1)
    if flat.dtype.kind in "iu":
        return flat
    if flat.dtype != object or not all(isinstance(cell, np.ndarray) for cell in flat):
        return None
    texts = ["".join(cell.reshape(-1).tolist()) if cell.dtype.kind == "U" else None for cell in flat]
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
