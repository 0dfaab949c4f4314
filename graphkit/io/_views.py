"""What readers of several views share: adjacency matrices, one-hot labels, the choice of a view."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit._node_datasets import UNKNOWN_CLASS, MultiViewDataset
from graphkit.errors import GraphFormatError, SeveralViewsError
from graphkit.graph import Graph
from graphkit.io._files import Source
from graphkit.memory import require_memory
from graphkit.validation import check_choice

Array = NDArray[Any]


def chosen_view(dataset: MultiViewDataset, view: str | None, path: str) -> Graph:
    """Return one view of a data set, with labels and masks as node data.

    Raises
    ------
    SeveralViewsError
        If there are several and `view` is None.
    UnknownNameError
        If there is no such view.
    """
    names = list(dataset.views)
    if view is None:
        if len(names) > 1:
            raise SeveralViewsError(
                f"expected one graph, found the views {', '.join(names)}; choose view (--option view=...)",
                path,
                dataset.views,
            )
        view = names[0]
    return dataset.nodes(check_choice(view, "view", names)).to_graph()


def view_graph(matrix: Any, directed: bool | None, file: Source, what: str) -> Graph:
    """Turn a square matrix into a graph, undirected where it is symmetric; weighted unless it is 0/1."""
    import scipy.sparse

    from graphkit.convert import from_scipy

    sparse: Any = scipy.sparse.csr_array(matrix)
    if sparse.dtype.kind == "b":
        sparse = sparse.astype(np.int8)
    sparse.eliminate_zeros()
    try:
        return from_scipy(sparse, directed=directed)
    except (TypeError, ValueError) as error:
        raise GraphFormatError(f"{what}: {error}", file.name) from None


def feature_matrix(matrix: Any, file: Source) -> Any:
    """CSR of float32, or of float64 where the file has that."""
    import scipy.sparse

    if matrix.dtype.kind not in "biuf":
        raise GraphFormatError(f"expected real features, found the dtype {matrix.dtype}", file.name)
    sparse: Any = scipy.sparse.csr_array(matrix)
    if not np.isfinite(sparse.data).all():
        raise GraphFormatError("expected finite features", file.name)
    return sparse if sparse.dtype == np.float64 else sparse.astype(np.float32)


def class_labels(values: Any, file: Source, what: str) -> Array:
    """Classes of nodes from one column, or from rows with a single 1 (-1 for rows of zeros)."""
    table = np.asarray(values)
    if table.ndim == 2 and 1 in table.shape:
        table = table.reshape(-1)
    if table.dtype.kind not in "biuf" or (table != np.rint(table)).any():
        raise GraphFormatError(f"expected integers as {what}, found the dtype {table.dtype}", file.name)
    if table.ndim == 1:
        return table.astype(np.int64)
    if table.ndim != 2 or not np.isin(table, (0, 1)).all() or (table.sum(axis=1) > 1).any():
        raise GraphFormatError(f"expected one class for each node as {what}", file.name)
    return np.where(table.any(axis=1), table.argmax(axis=1), UNKNOWN_CLASS)


def sparse_matrix(arrays: dict[str, Array], file: Source) -> Any:
    """Build a sparse matrix from the arrays that scipy saves; every index is checked.

    Raises
    ------
    GraphFormatError
        If arrays are missing or do not fit the shape.
    """
    import scipy.sparse

    def part(name: str) -> Array:
        if name not in arrays:
            raise GraphFormatError(
                f"expected a sparse matrix as scipy saves it, found no array {name!r}", file.name
            )
        return arrays[name]

    text = part("format").reshape(-1)[:1].tolist()
    layout = (
        text[0].decode("ascii", "replace") if text and isinstance(text[0], bytes) else "".join(map(str, text))
    )
    shape = tuple(int(size) for size in part("shape").reshape(-1))
    data = part("data")
    if layout not in ("csr", "csc", "coo"):
        raise GraphFormatError(f"expected a sparse matrix in csr, csc or coo, found {layout!r}", file.name)
    if len(shape) != 2 or min(shape) < 0:
        raise GraphFormatError(f"expected a matrix with two axes, found the shape {shape}", file.name)
    if data.dtype.kind not in "biuf" or data.ndim != 1:
        raise GraphFormatError(
            f"expected a vector of real numbers as data, found shape {data.shape} and dtype {data.dtype}",
            file.name,
        )
    sparse: Any = scipy.sparse
    if layout == "coo":
        rows, columns = part("row"), part("col")
        _check_indices(rows, shape[0], len(data), file)
        _check_indices(columns, shape[1], len(data), file)
        require_memory(8 * shape[0], f"a matrix of {shape[0]} rows in {file.name}")
        return sparse.csr_array((data, (rows, columns)), shape=shape)
    indptr, indices = part("indptr"), part("indices")
    major, minor = shape if layout == "csr" else shape[::-1]
    _check_indices(indices, minor, len(data), file)
    _check_indices(indptr, len(data) + 1, major + 1, file)
    if indptr[0] != 0 or indptr[-1] != len(data) or (np.diff(indptr.astype(np.int64)) < 0).any():
        raise GraphFormatError("expected row offsets that go up to the number of entries", file.name)
    kind = sparse.csr_array if layout == "csr" else sparse.csc_array
    matrix = kind((data, indices, indptr), shape=shape, copy=True).tocsr()
    matrix.sum_duplicates()
    return matrix


def _check_indices(indices: Array, limit: int, count: int, file: Source) -> None:
    if indices.dtype.kind not in "iu" or indices.shape != (count,):
        raise GraphFormatError(
            f"expected {count} integer indices, found the shape {indices.shape} and dtype {indices.dtype}",
            file.name,
        )
    if count and (indices.min() < 0 or indices.max() >= limit):
        raise GraphFormatError(
            f"expected indices in 0 to {limit - 1}, found {indices.min()} to {indices.max()}", file.name
        )
