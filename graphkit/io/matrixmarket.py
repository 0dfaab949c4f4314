"""Matrix Market coordinate files."""

import io
import re
from typing import IO, Any, Literal

import numpy as np
from numba import njit
from numpy.typing import NDArray

from graphkit.convert import from_scipy, to_scipy
from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._files import Source
from graphkit.memory import require_memory

_SYMMETRIES = ("general", "symmetric", "skew-symmetric")


def read(source: Source, /, *, directed: bool | None = None) -> Graph:
    """Read an adjacency matrix in Matrix Market coordinate form.

    Parameters
    ----------
    source : Source
    directed : bool, optional
        None takes it from the header: ``symmetric`` is undirected, ``general`` directed, and
        ``skew-symmetric`` too, with opposite weights in opposite directions. False requires a symmetric
        matrix.

    Returns
    -------
    Graph
        Unweighted for the field ``pattern``, else with float64 weights. Repeated entries are summed.

    Raises
    ------
    GraphFormatError
        If the file is malformed, complex (which Hermitian matrices are), dense, or not square; if a symmetric
        one has entries above its diagonal, which they would repeat; or a weight is not finite. The message
        names the line where it can be told.
    MemoryBudgetError
        If the matrix would not fit into memory.

    Notes
    -----
    O(file size); scipy parses with all cores. The format has no labels and no data.
    """
    import scipy.io

    n, n_listed, field, symmetry = _header(source)
    start, first_line = _body(source.data)
    if 4 * n_listed > len(source.data) - start + 1:  # an entry takes "1 1" and a line end
        raise GraphFormatError(
            f"expected {n_listed} entries as announced, found only {len(source.data) - start} bytes of them",
            source.name,
            first_line - 1,
        )
    require_memory(16 * n + 48 * n_listed * (1 if symmetry == "general" else 2), f"reading {source.name}")
    data = np.frombuffer(source.data, dtype=np.uint8)
    place = find_malformed(data, start, 2 if field == "pattern" else 3, field == "real")
    if place >= 0:
        _refuse_line(source, int(place), first_line, start, field)
    try:
        matrix: Any = scipy.io.mmread(_stream(source), spmatrix=False)
    except (ValueError, TypeError, OverflowError) as error:
        raise _failed(source, error) from None
    _check_entries(source, matrix, n_listed, symmetry)
    try:
        return from_scipy(
            matrix,
            directed=symmetry != "symmetric" if directed is None else directed,
            weighted=field != "pattern",
        )
    except (ValueError, TypeError) as error:
        raise _failed(source, error) from None


def _header(source: Source) -> tuple[int, int, str, str]:
    """Return the numbers of nodes and of listed entries, field and symmetry."""
    import scipy.io

    try:
        described: tuple[int, int, int, str, str, str] = scipy.io.mminfo(_stream(source))
    except (ValueError, TypeError, OverflowError) as error:
        raise _failed(source, error) from None
    n_rows, n_columns, n_listed, layout, field, symmetry = described
    field = "integer" if field == "unsigned-integer" else field
    usual = layout == "coordinate" and field in ("real", "integer", "pattern") and symmetry in _SYMMETRIES
    if not usual or (field, symmetry) == ("pattern", "skew-symmetric"):
        raise GraphFormatError(
            "expected a real coordinate matrix, general, symmetric or (with values) skew-symmetric, found "
            f"{layout} {field} {symmetry}",
            source.name,
            1,
        )
    if n_rows != n_columns or n_rows <= 0:
        raise GraphFormatError(
            f"expected a square matrix, found {n_rows} rows, {n_columns} columns", source.name
        )
    return n_rows, n_listed, field, symmetry


def _stream(source: Source) -> io.BytesIO:
    """Return the file with a line end at its end, without which scipy may read on behind it, and crash."""
    return io.BytesIO(b"".join((source.data, b"\n")))


def _body(data: Any) -> tuple[int, int]:
    """First byte and line of the entries, which follow the comments and a line of sizes."""
    place, line = 0, 1
    while place < len(data):
        end = data.find(b"\n", place)
        end = len(data) if end < 0 else end
        text = bytes(data[place:end]).strip()
        place, line = end + 1, line + 1
        if text and not text.startswith(b"%"):
            break
    return min(place, len(data)), line


def _failed(source: Source, error: Exception) -> GraphFormatError:
    message = str(error)
    where = re.match(r"[Ll]ine (\d+): *", message)
    return GraphFormatError(
        f"not a valid Matrix Market file: {message[where.end() :] if where else message}",
        source.name,
        int(where[1]) if where else None,
    )


def _refuse_line(source: Source, place: int, first_line: int, start: int, field: str) -> None:
    """Name the line that scipy would read in part."""
    data = source.data
    begin = max(data.rfind(b"\n", 0, place) + 1, start)
    end = data.find(b"\n", place)
    text = bytes(data[begin : len(data) if end < 0 else end])[:60].decode(errors="backslashreplace")
    line = first_line + bytes(data[start:begin]).count(b"\n")
    wanted = {"pattern": "row and column", "integer": "row, column and an integer"}
    raise GraphFormatError(
        "not a valid Matrix Market file: expected "
        f"{wanted.get(field, 'row, column and a finite number')}, found {text.strip()!r}",
        source.name,
        line,
    )


def _check_entries(source: Source, matrix: Any, n_listed: int, symmetry: str) -> None:
    """Refuse what would be counted twice, and numbers too large for float64.

    scipy keeps the entries in the order of the file, and puts the mirrored ones behind them.
    """
    rows, columns = matrix.row[:n_listed], matrix.col[:n_listed]
    wrong = np.zeros(len(rows), dtype=bool)
    message = ""
    if symmetry != "general":
        wrong = rows < columns if symmetry == "symmetric" else rows <= columns
        message = f"expected entries below the diagonal of a {symmetry} matrix only, found ({{}}, {{}})"
    if not wrong.any() and matrix.data.dtype.kind == "f":
        wrong = ~np.isfinite(matrix.data[:n_listed])
        message = "expected a finite number at ({}, {}), found one beyond float64"
    if wrong.any():
        k = int(np.flatnonzero(wrong)[0])
        raise GraphFormatError(
            message.format(rows[k] + 1, columns[k] + 1), source.name, _line_of_entry(source, k)
        )


def _line_of_entry(source: Source, k: int) -> int:
    start, line = _body(source.data)
    for text in bytes(source.data[start:]).split(b"\n"):
        if text.strip():
            if k == 0:
                break
            k -= 1
        line += 1
    return line


@njit(cache=True)
def find_malformed(data: NDArray[np.uint8], start: int, n_tokens: int, real: bool) -> int:
    """Find a line with another number of tokens than `n_tokens`, or a value that is no decimal number.

    scipy reads what it understands of a token and passes over the rest of a line.

    Returns
    -------
    int
        Position of a byte in the first such line, or -1.
    """
    i = start
    tokens = 0
    while i < data.size:
        byte = data[i]
        if byte == 10:
            if tokens != 0 and tokens != n_tokens:
                return i
            tokens = 0
            i += 1
        elif byte == 32 or byte == 9 or byte == 13:
            i += 1
        else:
            tokens += 1
            i += data[i] == 43 or data[i] == 45
            digits = 0
            while i < data.size and 48 <= data[i] <= 57:
                i += 1
                digits += 1
            if real and tokens == 3:
                if i < data.size and data[i] == 46:
                    i += 1
                    while i < data.size and 48 <= data[i] <= 57:
                        i += 1
                        digits += 1
                if digits and i < data.size and (data[i] == 101 or data[i] == 69):
                    i += 1
                    i += i < data.size and (data[i] == 43 or data[i] == 45)
                    digits = 0
                    while i < data.size and 48 <= data[i] <= 57:
                        i += 1
                        digits += 1
            stopped = i < data.size and data[i] != 10 and data[i] != 32 and data[i] != 9 and data[i] != 13
            if digits == 0 or stopped or tokens > n_tokens:
                return min(i, data.size - 1)
    return data.size - 1 if tokens != 0 and tokens != n_tokens else -1


def write(graph: Graph, file: IO[bytes], name: str) -> None:
    """Write the adjacency matrix: ``symmetric`` if undirected, ``pattern`` if unweighted.

    Labels and data cannot be expressed. Weights are written so that reading gives the same numbers.

    Raises
    ------
    ValueError
        If the graph has no nodes, which the format does not allow.
    """
    import scipy.io

    if graph.n_nodes == 0:
        raise ValueError("a Matrix Market file needs a node at least, got a graph without nodes")
    field: Literal["pattern", "real"] = "pattern" if graph.weights is None else "real"
    symmetry: Literal["general", "symmetric"] = "general" if graph.directed else "symmetric"
    if graph.n_entries == 0:  # scipy would not keep the field
        n = graph.n_nodes
        file.write(f"%%MatrixMarket matrix coordinate {field} {symmetry}\n{n} {n} 0\n".encode())
        return
    matrix: Any = to_scipy(graph).astype("float64")
    sink: Any = _Sink(file)
    scipy.io.mmwrite(sink, matrix, field=field, symmetry=symmetry)


class _Sink:
    """A file that can only be written to: in any other scipy would seek, which compressed ones refuse."""

    def __init__(self, file: IO[bytes]) -> None:
        self.write = file.write
        self.flush = file.flush
