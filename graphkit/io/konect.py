"""Edge lists of the Koblenz Network Collection (KONECT), whose header states the kind of the network."""

import re
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._files import Source
from graphkit.io._text import Dialect, data_lines
from graphkit.io.edgelist import EdgeColumns, read_columns, to_graph, write_rows

Array = NDArray[Any]

_KIND = re.compile(rb"%\s*(sym|asym|bip)\s+([a-z]+)\s*$")
_COUNTS = re.compile(rb"%\s*(\d+)\s+(\d+)(?:\s+(\d+))?\s*$")
# What the third column is, and what becomes of edges listed again.
_WEIGHTS = {
    "unweighted": (False, "merge"),
    "positive": (True, "sum"),
    "posweighted": (True, "merge"),
    "signed": (True, "merge"),
    "weighted": (True, "merge"),
    "multisigned": (True, "merge"),
    "multiweighted": (True, "merge"),
    "multiposweighted": (True, "merge"),
}

_POSITIVE = ("positive", "posweighted", "multiposweighted")


def recognises(source: Source) -> bool:
    """Whether the first line is such as ``% sym unweighted``."""
    return _KIND.match(source.data[:80].split(b"\n", 1)[0]) is not None


def read(
    file: Source, /, *, directed: bool | None = None, times: bool = True, check: bool = True, **options: Any
) -> Graph:
    """Read an edge list of the Koblenz Network Collection.

    Parameters
    ----------
    file : Source
    directed : bool, optional
        None takes it from the header: ``asym`` is directed, ``sym`` and ``bip`` are not.
    times : bool
        Whether to keep the fourth column, if there is one, as edge data ``time``. An edge listed more than
        once keeps the time of its first line.
    check : bool
        Whether counts in the header must agree with the file.
    **options
        `multi_edges`, `self_loops` as in `graphkit.convert.from_edges`. The default of `multi_edges` is
        ``"sum"`` for the kind ``positive``, which lists an edge as often as it is there, else ``"merge"``.

    Returns
    -------
    Graph
        Ids count from 1, so node i is the id i + 1. In a bipartite network (``bip``) both sides count from 1:
        the right side follows the left one, and the node data ``side`` are 0 and 1.

    Raises
    ------
    GraphFormatError
        If header or lines are malformed or do not agree, a weight is not positive where the header says that
        all are, or edges come and go (``dynamic``).
    """
    kind, weights, stated = _header(file)
    weighted, rule = _WEIGHTS[weights]
    options.setdefault("multi_edges", rule)
    bipartite = kind == "bip"
    start = next(data_lines(file, ("%", "#")), None)
    if start is None:
        return _empty(stated, kind == "asym" if directed is None else directed, bipartite, file)
    width = len(start.text.split())
    wanted = (0, 1, 2) if weighted and width > 2 else (0, 1)
    if width < 2:
        raise GraphFormatError("expected two node ids, found one column", file.name, start.number)
    columns = read_columns(file, Dialect(None, ("%", "#"), width, wanted, True, start))
    columns.ends = [np.asarray(ends, dtype=np.int64) for ends in columns.ends]
    if weights in _POSITIVE and columns.values is not None:
        _check_positive(columns, weights, file)
    sizes = _sizes(columns, stated if check else None, bipartite, file)
    columns.ends[0] -= 1
    columns.ends[1] += sizes[0] - 1 if bipartite else -1
    options["n_nodes"] = sum(sizes)
    if bipartite:
        options["node_data"] = {"side": np.repeat(np.array([0, 1], np.int8), sizes)}
    if times and width > 3:
        moments = read_columns(file, Dialect(None, ("%", "#"), width, (0, 1, 3), True, start)).values
        assert moments is not None
        options["edge_data"] = {"time": moments.astype(np.int64) if (moments % 1 == 0).all() else moments}
    return to_graph(columns, kind == "asym" if directed is None else directed, options, file)


def _header(file: Source) -> tuple[str, str, tuple[int, int, int] | None]:
    """Kind of edges, kind of weights, and the numbers of edges and of nodes on both sides, if stated."""
    lines = file.data[:1000].split(b"\n")[:2]
    kind = _KIND.match(lines[0])
    if kind is None:
        found = lines[0][:40].decode(errors="replace")
        raise GraphFormatError(
            f"expected a first line such as '% sym unweighted', found {found!r}",
            file.name,
            1,
        )
    weights = kind[2].decode()
    if weights not in _WEIGHTS:
        reason = "networks whose edges come and go are not supported" if weights == "dynamic" else "unknown"
        raise GraphFormatError(
            f"expected weights of the kind {', '.join(_WEIGHTS)}, found {weights}: {reason}", file.name, 1
        )
    counts = _COUNTS.match(lines[1]) if len(lines) > 1 else None
    if counts is None:
        return kind[1].decode(), weights, None
    n_edges, n_left, n_right = (int(count or counts[2]) for count in counts.groups())
    return kind[1].decode(), weights, (n_edges, n_left, n_right)


def _check_positive(columns: EdgeColumns, weights: str, file: Source) -> None:
    assert columns.values is not None
    wrong = np.flatnonzero(columns.values <= 0)
    if wrong.size:
        k = int(wrong[0])
        raise GraphFormatError(
            f"expected a positive weight, as the header says {weights}, found {columns.values[k]:g}",
            file.name,
            columns.line_of(k, file),
        )


def _sizes(
    columns: EdgeColumns, stated: tuple[int, int, int] | None, bipartite: bool, file: Source
) -> tuple[int, ...]:
    """Numbers of nodes: of both sides if bipartite; checked against the header."""
    listed = columns.ends[0].size
    if stated is not None and stated[0] != listed:
        raise GraphFormatError(
            f"the header states {stated[0]} edges, the file lists {listed}: is it cut off? "
            "check=False (--option check=false) reads it nevertheless",
            file.name,
            2,
        )
    if stated is not None and not bipartite and stated[1] != stated[2]:
        raise GraphFormatError(
            f"expected one number of nodes, found {stated[1]} and {stated[2]}", file.name, 2
        )
    largest = []
    for ends, most in zip(columns.ends, stated[1:] if stated else (None, None), strict=True):
        wrong = np.flatnonzero((ends < 1) | (ends > (2**62 if most is None else most)))
        if wrong.size:
            k = int(wrong[0])
            accepted = "from 1 on" if most is None else f"in 1..{most} as the header states"
            raise GraphFormatError(
                f"expected node ids {accepted}, found {ends[k]}", file.name, columns.line_of(k, file)
            )
        largest.append(int(ends.max()) if most is None else most)
    if stated is None and max(largest) > 2**16 + 64 * listed:
        raise GraphFormatError(
            f"ids up to {max(largest)} would make far more nodes than the {listed} edges; read it with "
            "format='edgelist' to number only the ids that occur",
            file.name,
        )
    return tuple(largest) if bipartite else (max(largest),)


def _empty(stated: tuple[int, int, int] | None, directed: bool, bipartite: bool, file: Source) -> Graph:
    if stated is None or stated[0] != 0:
        raise GraphFormatError("expected edges, found no line of data", file.name)
    sizes = stated[1:] if bipartite else stated[1:2]
    data = {"side": np.repeat(np.array([0, 1], np.int8), sizes)} if bipartite else {}
    return Graph.from_edges([], [], n_nodes=sum(sizes), directed=directed, node_data=data)


def write(graph: Graph, file: IO[bytes], name: str) -> None:
    """Write an edge list with a header; labels and data cannot be expressed.

    Weights are of the kind ``posweighted`` if all are positive, else ``weighted``.
    """
    weights = "unweighted"
    if graph.weights is not None:
        weights = "posweighted" if (graph.weights > 0).all() else "weighted"
    kind = "asym" if graph.directed else "sym"
    file.write(f"% {kind} {weights}\n% {graph.n_edges} {graph.n_nodes} {graph.n_nodes}\n".encode())
    write_rows(graph, file, name, "\t", base=1)
