"""Matrix Market coordinate files."""

import io
import re
from typing import IO, Any, Literal

from graphkit.convert import from_scipy, to_scipy
from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._files import Source


def read(source: Source, *, directed: bool | None = None) -> Graph:
    """Read an adjacency matrix in Matrix Market coordinate form.

    Parameters
    ----------
    source : Source
    directed : bool, optional
        None takes it from the header: ``symmetric`` is undirected, ``general`` directed. False requires a
        symmetric matrix.

    Returns
    -------
    Graph
        Unweighted for the field ``pattern``, else with float64 weights. Repeated entries are summed.

    Raises
    ------
    GraphFormatError
        If the file is malformed (with the line where it can be told), complex, dense, or not square.

    Notes
    -----
    O(file size); scipy parses with all cores. The format has no labels and no data.
    """
    import scipy.io

    try:
        n_rows, n_columns, _, layout, field, symmetry = scipy.io.mminfo(io.BytesIO(source.data))
        if layout != "coordinate" or field == "complex" or symmetry not in ("general", "symmetric"):
            raise GraphFormatError(
                f"expected a real coordinate matrix, general or symmetric, found {layout} {field} {symmetry}",
                source.name,
                1,
            )
        if n_rows != n_columns or n_rows == 0:
            raise GraphFormatError(
                f"expected a square matrix, found {n_rows} rows, {n_columns} columns", source.name
            )
        matrix = scipy.io.mmread(io.BytesIO(source.data), spmatrix=False)
        return from_scipy(
            matrix,
            directed=symmetry == "general" if directed is None else directed,
            weighted=field != "pattern",
        )
    except GraphFormatError:
        raise
    except (ValueError, TypeError, OverflowError) as error:
        message = str(error)
        where = re.match(r"[Ll]ine (\d+): *", message)
        raise GraphFormatError(
            f"not a valid Matrix Market file: {message[where.end() :] if where else message}",
            source.name,
            int(where[1]) if where else None,
        ) from None


def write(graph: Graph, file: IO[bytes], name: str) -> None:
    """Write the adjacency matrix: ``symmetric`` if undirected, ``pattern`` if unweighted.

    Labels and data cannot be expressed. Weights are written so that reading gives the same numbers.
    """
    import scipy.io

    field: Literal["pattern", "real"] = "pattern" if graph.weights is None else "real"
    symmetry: Literal["general", "symmetric"] = "general" if graph.directed else "symmetric"
    if graph.n_entries == 0:  # scipy would not keep the field
        n = graph.n_nodes
        file.write(f"%%MatrixMarket matrix coordinate {field} {symmetry}\n{n} {n} 0\n".encode())
        return
    matrix: Any = to_scipy(graph).astype("float64")
    scipy.io.mmwrite(file, matrix, field=field, symmetry=symmetry)
