"""Delimited edge lists: one edge a line."""

import io
import logging
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from graphkit._edges import from_columns, listed_ends
from graphkit._tables import encode_strings, end_labels
from graphkit.errors import GraphFormatError, ListedEdgeError, UnknownNameError
from graphkit.graph import Graph
from graphkit.io._files import Source, without_compression
from graphkit.io._text import Dialect, data_lines, is_integer, is_number, sniff, split
from graphkit.memory import require_memory
from graphkit.validation import check_choice

Array = NDArray[Any]
COMMENTS = ("#", "%", "//")
_LINES_AT_ONCE = 100_000
_SMALL = 2**14  # bytes up to which reading line by line takes less time than loading kernels
_AS_WRITTEN = "ids='str' (--ids str on the command line) reads ids as they are written"
_WORTH_A_KERNEL = 2**12  # rows to write
_log = logging.getLogger(__name__)


def read(
    file: Source,
    /,
    *,
    directed: bool | None = None,
    delimiter: str | None = None,
    comments: Sequence[str] = COMMENTS,
    header: bool | None = None,
    source: int | str | None = None,
    target: int | str | None = None,
    weight: int | str | bool | None = None,
    ids: str = "auto",
    base: int | None = None,
    **options: Any,
) -> Graph:
    """Read an edge list: lines of source, target and perhaps a weight.

    Parameters
    ----------
    file : Source
    directed : bool, optional
        An edge list does not say; None means undirected.
    delimiter : str, optional
        One character. None: a tab if the first line has one, else a comma or semicolon (with both, choose),
        else runs of blanks. Where commas separate, double quotes are understood.
    comments : sequence of str
        Lines that begin with one of these are skipped, and so are blank lines.
    header : bool, optional
        Whether the first line names the columns. None: if columns are asked for by name, if its first two
        names are usual ones, or if it has words where the next line has integers.
    source, target : int or str, optional
        Columns, by position from 0 or by name. None: those with usual names for both (in upper or lower case:
        source and target, src and dst, from and to, u and v, ...), else the first two.
    weight : int, str or False, optional
        Column of weights. None: the one named ``weight`` in upper or lower case, or the third of three
        columns without a header; columns with other names are logged. False: none.
    ids : {"auto", "int", "str"}
        Kind of node ids. ``"auto"`` decides by the first line of data and holds all others to it.
    base : {0, 1}, optional
        Ids are the numbers of the nodes, counted from here; numbers up to the largest that do not occur are
        nodes without edges. None: ids that are not 0..n-1 become labels, and nothing is made up for gaps.
    **options
        `n_nodes`, `labels`, `multi_edges`, `self_loops`, `node_data` as in `graphkit.convert.from_edges`.

    Returns
    -------
    Graph
        Unless `n_nodes` is given, the nodes are the ids in the file: integers in increasing order, strings in
        order of appearance. They become labels if they are not 0..n-1. In an undirected graph a file that
        lists both directions of an edge lists one edge.

    Raises
    ------
    GraphFormatError
        If a line is malformed: named, with what was expected.

    Notes
    -----
    O(file size). Integers and weights of up to 15 digits are scanned by our own kernel, in threads. Strings
    and longer numbers are parsed by pyarrow where it is installed, numbers else by `numpy.loadtxt`; only what
    these refuse is read line by line, which is some 20 times slower, and tells the line of an error.
    """
    dialect = find_dialect(
        file,
        delimiter=delimiter,
        comments=comments,
        header=header,
        source=source,
        target=target,
        weight=weight,
        ids=ids,
    )
    columns = read_columns(file, dialect)
    if base is not None:
        renumber(columns, base, options, file)
    return to_graph(columns, bool(directed), options, file)


def find_dialect(
    file: Source, *, delimiter: str | None, comments: Sequence[str], ids: str, **chosen: Any
) -> Dialect:
    """Check what was said about a file, and find out the rest from its first lines."""
    if delimiter is not None and (
        not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '\r\n"'
    ):
        raise ValueError(f"delimiter must be one character, got {delimiter!r}")
    if delimiter == " ":
        delimiter = None  # runs of blanks separate once
    check_choice(ids, "ids", ("auto", "int", "str"))
    comments = (comments,) if isinstance(comments, str) else tuple(mark for mark in comments if mark)
    return sniff(file, delimiter=delimiter, comments=comments, ids=ids, **chosen)


@dataclass
class EdgeColumns:
    """What the lines of an edge list say.

    `ends` are two integer arrays, positions in `labels`, or lists of ids. The list is emptied when a graph is
    made of it. `values` are weights.
    """

    ends: list[Any]
    values: Array | None
    labels: list[str] | None
    dialect: Dialect

    def line_of(self, entry: int, file: Source) -> int:
        """Count the line of an edge; the fast readers keep no numbers."""
        lines = data_lines(file, self.dialect.comments, self.dialect.start)
        return next(islice(lines, entry, None)).number


def read_columns(file: Source, dialect: Dialect) -> EdgeColumns:
    """Read all columns that are wanted, by the first road that leads through the file.

    Raises
    ------
    GraphFormatError
        If a line is malformed.
    """
    require_memory(2 * len(file.data), f"reading {file.name}")
    roads = (_by_scan, _by_pyarrow, _by_loadtxt) if len(file.data) >= _SMALL else ()
    for road in roads:
        parsed = road(file, dialect)
        if parsed is not None:
            break
    else:
        parsed = _by_lines(file, dialect)
    *ends, values, labels = parsed
    return EdgeColumns(ends, values, labels, dialect)


def renumber(columns: EdgeColumns, base: int, options: dict[str, Any], file: Source) -> None:
    """Take ids as numbers of nodes, counted from `base`.

    Raises
    ------
    ValueError
        If `base` is neither 0 nor 1.
    GraphFormatError
        If ids are no integers, below `base`, or so far apart that most nodes would be made up.
    """
    if isinstance(base, bool) or base not in (0, 1):
        raise ValueError(f"base must be 0 or 1, got {base!r}")
    first, second = listed_ends(*columns.ends)
    if columns.labels is not None or isinstance(first, list):
        raise GraphFormatError(
            f"with base={base} node ids must be integers below 2^63", file.name, columns.dialect.start.number
        )
    for ends in (first, second):
        if ends.size and ends.min() < base:
            k = int(np.flatnonzero(ends < base)[0])
            raise GraphFormatError(
                f"expected node ids from {base} on, found {ends[k]}", file.name, columns.line_of(k, file)
            )
    n = int(max(ends.max(initial=base - 1) for ends in (first, second))) + 1 - base
    if options.get("n_nodes") is None and options.get("labels") is None:
        if n > 2**16 + 64 * first.size:
            raise GraphFormatError(
                f"with base={base} ids up to {n - 1 + base} would make {n} nodes of {first.size} edges; "
                "leave base out to number only the ids that occur, or give n_nodes",
                file.name,
            )
        options["n_nodes"] = n
    columns.ends = [first - base, second - base] if base else [first, second]


def to_graph(columns: EdgeColumns, directed: bool, options: dict[str, Any], file: Source) -> Graph:
    """Make a graph of what was read; errors name lines where they can."""
    ends, labels = columns.ends, columns.labels
    if labels is not None and "labels" in options:
        ends = [[labels[i] for i in side.tolist()] for side in ends]
    elif labels is not None:
        options = options | {"labels": labels}
    try:
        ends[:] = listed_ends(*ends)
        return from_columns(ends, columns.values, directed=directed, **options)
    except UnknownNameError:
        raise
    except ListedEdgeError as error:
        raise located(error, [columns.line_of(k, file) for k in error.entries], file) from None
    except ValueError as error:
        raise GraphFormatError(str(error), file.name) from None


def located(error: ListedEdgeError, lines: Sequence[int], file: Source) -> GraphFormatError:
    """Tell the same with the lines of a file in place of entries of a list."""
    return GraphFormatError(error.describe([f"line {number}" for number in lines]), file.name, max(lines))


Parsed = tuple[Any, Any, Array | None, list[str] | None]


def _by_scan(file: Source, dialect: Dialect) -> Parsed | None:
    """Parse integers and plain weights by our own kernel; None for anything unusual."""
    from graphkit.io._scan import scan_edges

    found = scan_edges(file, dialect)
    return None if found is None else (*found, None)


def _by_pyarrow(file: Source, dialect: Dialect) -> Parsed | None:
    """Parse whole columns with pyarrow; None if it is not installed or does not understand the file."""
    try:
        import pyarrow
        import pyarrow.csv as arrow_csv
    except ImportError:
        return None
    if dialect.integers and file.data.find(b"0x", dialect.start.offset) >= 0:
        return None  # pyarrow would read hexadecimal numbers
    names = [str(i) for i in range(dialect.n_columns)]
    id_type = pyarrow.int64() if dialect.integers else pyarrow.string()
    types = {"0": pyarrow.string()}  # to notice comments
    types |= {
        names[i]: kind
        for i, kind in zip(dialect.columns, (id_type, id_type, pyarrow.float64()), strict=False)
    }
    try:
        table = arrow_csv.read_csv(
            pyarrow.BufferReader(pyarrow.py_buffer(memoryview(file.data)[dialect.start.offset :])),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=2**23),
            parse_options=arrow_csv.ParseOptions(
                delimiter=dialect.delimiter or " ", quote_char='"' if dialect.delimiter == "," else False
            ),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=list(types), column_types=types, null_values=[], strings_can_be_null=False
            ),
        )
    except (pyarrow.ArrowInvalid, pyarrow.ArrowKeyError, UnicodeDecodeError):
        return None
    columns = [table.column(names[i]) for i in dialect.columns]
    values = columns[2].to_numpy() if len(columns) == 3 else None
    if values is not None and not np.isfinite(values).all():
        return None
    if types["0"] == pyarrow.string() and _has_mark(table.column("0"), dialect.comments):
        return None
    if dialect.integers:
        return columns[0].to_numpy(), columns[1].to_numpy(), values, None
    import pyarrow.compute

    first, second, labels = encode_strings(*map(pyarrow.compute.utf8_trim_whitespace, columns[:2]))
    return None if "" in labels else (first, second, values, labels)


def _has_mark(column: Any, marks: tuple[str, ...]) -> bool:
    import pyarrow.compute

    starts = (
        pyarrow.compute.starts_with(pyarrow.compute.utf8_ltrim_whitespace(column), mark) for mark in marks
    )
    return any(pyarrow.compute.any(hits).as_py() for hits in starts)


def _by_loadtxt(file: Source, dialect: Dialect) -> Parsed | None:
    """Parse whole columns with numpy; None for strings, or if it does not understand the file."""
    if not dialect.integers:
        return None
    # A type for every column, as numpy does not count the columns of a line when it may pick some.
    types: list[Any] = ["U1"] * dialect.n_columns
    for column, kind in zip(dialect.columns, (np.int64, np.int64, np.float64), strict=False):
        types[column] = kind
    from_disk = file.path is not None
    text: Any = file.path if from_disk else io.StringIO(bytes(file.data).decode(errors="replace"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            table = np.loadtxt(
                text,
                dtype=[(str(i), kind) for i, kind in enumerate(types)],
                comments=None,
                delimiter=dialect.delimiter,
                skiprows=dialect.start.number - 1,
                quotechar='"' if dialect.delimiter == "," else None,
                encoding="utf-8",
                ndmin=1,
            )
    except (ValueError, Warning):
        return None
    first, second, *rest = (table[str(i)].copy() for i in dialect.columns)
    if types[0] == "U1" and np.isin(table["0"], [mark[0] for mark in dialect.comments]).any():
        return None  # perhaps a comment that has as many columns as the data
    values = rest[0] if rest else None
    return None if values is not None and not np.isfinite(values).all() else (first, second, values, None)


def _by_lines(file: Source, dialect: Dialect) -> Parsed:
    """Parse line by line, with a full account of what is wrong where."""
    ends: tuple[list[Any], list[Any]] = ([], [])
    values: list[float] = []
    for line in data_lines(file, dialect.comments, dialect.start):
        tokens = split(line, dialect.delimiter, file)
        if len(tokens) != dialect.n_columns:
            raise GraphFormatError(
                f"expected {dialect.n_columns} columns as in the first line, found {len(tokens)}",
                file.name,
                line.number,
            )
        for side, column in enumerate(dialect.columns[:2]):
            ends[side].append(_node_id(tokens[column], dialect.integers, file, line.number))
        if len(dialect.columns) == 3:
            token = tokens[dialect.columns[2]]
            value = float(token) if is_number(token) else np.nan
            if not np.isfinite(value):
                raise GraphFormatError(
                    f"expected a finite number as weight, found {token!r}", file.name, line.number
                )
            values.append(value)
    weights = np.array(values) if len(dialect.columns) == 3 else None
    return ends[0], ends[1], weights, None


def _node_id(token: str, integers: bool, file: Source, number: int) -> int | str:
    if not token:
        raise GraphFormatError("expected a node id, found an empty column", file.name, number)
    if not integers:
        return token
    if not is_integer(token):
        raise GraphFormatError(
            f"expected an integer as node id, found {token!r}; {_AS_WRITTEN}",
            file.name,
            number,
        )
    node = int(token)
    if not -(2**63) <= node < 2**63:
        raise GraphFormatError(
            f"expected node ids below 2^63, found {token}; {_AS_WRITTEN}",
            file.name,
            number,
        )
    return node


def write(
    graph: Graph,
    file: IO[bytes],
    name: str,
    *,
    delimiter: str | None = None,
    header: bool | None = None,
) -> None:
    """Write an edge list: source, target and, if the graph has weights, the weight.

    Parameters
    ----------
    graph : Graph
    file : binary file object
    name : str
        Name of the file; its suffix decides what is left open.
    delimiter : str, optional
        Default: a comma for ``.csv``, else a tab.
    header : bool, optional
        Whether to write the names of the columns first. Default: for ``.csv`` only.

    Raises
    ------
    TypeError
        If labels are neither strings nor integers.
    ValueError
        If a label would not be read back: empty, with blanks at an end or a line break, or, where no quotes
        are written, with the delimiter, or like a comment or a quote.

    Notes
    -----
    The format cannot express nodes without edges (their number is logged), the order of nodes, directions,
    node and edge data. Undirected edges are written once. Weights are written so that reading gives the same
    numbers; strings that look like integers need ``ids="str"`` when read.
    """
    commas = without_compression(name).lower().endswith(".csv")
    delimiter = ("," if commas else "\t") if delimiter is None else delimiter
    if delimiter not in (",", "\t", " ", ";"):
        raise ValueError(f"delimiter must be a comma, a tab, a blank or a semicolon, got {delimiter!r}")
    if commas if header is None else header:
        columns = ("source", "target", "weight")[: 2 if graph.weights is None else 3]
        file.write((delimiter.join(columns) + "\n").encode())
    write_rows(graph, file, name, delimiter)


def write_rows(
    graph: Graph,
    file: IO[bytes],
    name: str,
    delimiter: str,
    *,
    weighted: bool = True,
    base: int | None = None,
) -> None:
    """Write a line for each edge: its ends by label, or by index from `base`, and its weight."""
    if base is None:
        sources, targets = end_labels(graph)
        lonely = int(np.count_nonzero((graph.out_degrees() + graph.in_degrees()) == 0))
        if lonely:
            _log.warning("%s: an edge list cannot express the %d nodes without edges", name, lonely)
    else:
        sources, targets = (ends + base for ends in graph.edges())
    if isinstance(sources, list):
        written = {label: written_label(label, delimiter) for label in graph.labels or ()}
        sources, targets = [written[s] for s in sources], [written[t] for t in targets]
    columns = [sources, targets]
    weights = graph.edge_weights() if weighted else None
    if weights is not None:
        columns.append(weights.astype(np.float64))
    for block in _lines(columns, delimiter):
        file.write(block)


def written_label(label: object, delimiter: str) -> str:
    """Text of a label in a file with this delimiter, or an error if it would not be read back."""
    if isinstance(label, bool) or not isinstance(label, str | int):
        raise TypeError(f"labels must be strings or integers to be written as text, got {label!r}")
    text = str(label)
    if not text or text != text.strip() or any(mark in text for mark in "\n\r\0"):
        raise ValueError(
            f"the label {text!r} would not be read back: it is empty, has blanks around or a line break"
        )
    quoted = delimiter == "," and (any(mark in text for mark in ',"\t;') or text.startswith(COMMENTS))
    if quoted:
        return '"' + text.replace('"', '""') + '"'
    odd = [
        mark
        for mark in ("\t,; " if delimiter == " " else "\t" if delimiter == "\t" else "\t,;")
        if mark in text
    ]
    if delimiter != "," and (odd or text.startswith((*COMMENTS, '"'))):
        raise ValueError(
            f"the label {text!r} would not be read back from this format; write .csv or .gkg instead"
        )
    return text


def _lines(columns: list[Any], delimiter: str) -> Iterator[bytes]:
    """Text of the rows, many at a time."""
    blocks = (slice(k, k + _LINES_AT_ONCE) for k in range(0, len(columns[0]), _LINES_AT_ONCE))
    integers = len(columns) == 2 and all(isinstance(column, np.ndarray) for column in columns)
    if integers and len(columns[0]) >= _WORTH_A_KERNEL:
        yield from _lines_of_integers(columns[0], columns[1], delimiter, blocks)
        return
    pattern = delimiter.join(("%s", "%s", "%r")[: len(columns)]) + "\n"
    for block in blocks:
        parts = (column[block] for column in columns)
        rows = zip(*(p.tolist() if isinstance(p, np.ndarray) else p for p in parts), strict=True)
        yield "".join(map(pattern.__mod__, rows)).encode()


def _lines_of_integers(
    first: Array, second: Array, delimiter: str, blocks: Iterable[slice]
) -> Iterator[bytes]:
    from graphkit.io._digits import LONGEST, put_pairs

    text = np.empty(min(len(first), _LINES_AT_ONCE) * (2 * LONGEST + 2), np.uint8)
    for block in blocks:
        ends = (np.ascontiguousarray(side[block], dtype=np.int64) for side in (first, second))
        yield text[: put_pairs(*ends, ord(delimiter), text)].tobytes()
