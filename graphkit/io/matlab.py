"""Adjacency matrices in MATLAB files (read only)."""

import io
from typing import Any

from graphkit.convert import from_scipy
from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._files import Source


def read(source: Source, *, directed: bool | None = None, variable: str | None = None) -> Graph:
    """Read a sparse adjacency matrix from a MATLAB file of version 4 to 7.2.

    Parameters
    ----------
    source : Source
    directed : bool, optional
        None: directed unless the matrix is symmetric.
    variable : str, optional
        Name of the matrix. Default: the only square sparse matrix in the file.

    Returns
    -------
    Graph
        Weighted unless all stored values are 1.

    Raises
    ------
    GraphFormatError
        If the file is not such a file, or the matrix is absent, ambiguous or no adjacency matrix.
    """
    import scipy.io

    if source.data[:8] == b"\x89HDF\r\n\x1a\n" or b"HDF5" in source.data[:128]:
        raise GraphFormatError("MATLAB 7.3 files (HDF5) are not supported; save with version 7", source.name)
    content: Any = io.BytesIO(source.data)
    try:
        found = scipy.io.loadmat(content, spmatrix=False)
    except Exception as error:  # scipy raises whatever the damaged bytes lead to
        raise GraphFormatError(f"not a readable MATLAB file ({error})", source.name) from None
    matrices = {
        name: value
        for name, value in found.items()
        if hasattr(value, "tocsr") and len(value.shape) == 2 and value.shape[0] == value.shape[1]
    }
    if variable is None and len(matrices) == 1:
        variable = next(iter(matrices))
    if variable not in matrices:
        wanted = "one square sparse matrix" if variable is None else f"a square sparse matrix {variable!r}"
        raise GraphFormatError(f"expected {wanted}, found {', '.join(matrices) or 'none'}", source.name)
    try:
        return from_scipy(matrices[variable], directed=directed)
    except (ValueError, TypeError) as error:
        raise GraphFormatError(str(error), source.name) from None
