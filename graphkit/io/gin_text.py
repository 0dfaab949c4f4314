"""The text files of the GIN benchmark: a collection of graphs in one file, folds beside it."""

import os
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from graphkit._dataset_parts import Split
from graphkit._graph_collection import GraphCollection
from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._files import Folder, Source, open_target, without_compression
from graphkit.io._folders import check_range, graph_of_entries, write_lines
from graphkit.io._numbers import IntegerRows, integer_rows, integer_table
from graphkit.io._text import data_lines, is_integer, is_number
from graphkit.io.tu import check_columns, chosen_graph, finite

Array = NDArray[Any]
_FOLDS = "10fold_idx"


def recognises(source: Source) -> bool:
    """Whether a file begins as one of graphs does: a count; nodes and a label; a node with its degree."""
    head = bytes(source.data[:4096]).split(b"\n")[:3]
    rows = [row.split() for row in head]
    if len(rows) < 3 or [len(row) for row in rows[:2]] != [1, 2] or len(rows[2]) < 2:
        return False
    if not all(token.isdigit() for row in rows[:2] for token in row):
        return False
    return rows[2][1].isdigit() and len(rows[2]) >= int(rows[2][1][:9]) + 2


def read(source: Source | Folder, /, *, directed: bool | None = None, graph: int | None = None) -> Graph:
    """Read a GIN text file as one graph; see `read_dataset`.

    Parameters
    ----------
    source, directed
        As in `read_dataset`.
    graph : int, optional
        Number of one of the graphs, from 0. None: all of them side by side.

    Returns
    -------
    Graph
        With the node data ``label``, perhaps ``attributes``, and ``graph`` if all are read.
    """
    return chosen_graph(read_dataset(source, directed=directed), graph, source.name)


def read_dataset(source: Source | Folder, /, *, directed: bool | None = None) -> GraphCollection:
    """Read a GIN text file, with its folds if it lies in a folder of its own.

    Parameters
    ----------
    source : Source or Folder
        The file: the number of graphs; for each graph a line ``n label``, and for each of its n nodes a line
        ``tag degree neighbours...``, perhaps with attributes at the end. Or a folder with one such file
        ``NAME.txt`` and ``10fold_idx/{train,test}_idx-K.txt``.
    directed : bool, optional
        None: undirected if all edges are listed at both ends.

    Returns
    -------
    GraphCollection
        Tags are the node data ``label`` of its graph. Folds are splits without validation graphs.

    Raises
    ------
    GraphFormatError
        If the file is malformed or counts disagree; with file and line.

    References
    ----------
    .. [1] K. Xu, W. Hu, J. Leskovec, S. Jegelka, "How powerful are graph neural networks?", ICLR 2019.
    """
    if isinstance(source, Source):
        name = os.path.splitext(os.path.basename(without_compression(source.name)))[0]
        return _collection(source, name, directed, ())
    files = source.matching("*.txt")
    own = os.path.basename(os.path.realpath(source.name)) + ".txt"
    if own in files:
        files = [own]
    if len(files) != 1:
        raise GraphFormatError(
            f"expected one file NAME.txt in the folder, found {', '.join(files) or 'none'}", source.name
        )
    splits = _folds(Folder(os.path.join(source.name, _FOLDS)))
    return _collection(source.source(files[0]), files[0].removesuffix(".txt"), directed, splits)


def _folds(folder: Folder) -> tuple[Split, ...]:
    if not os.path.isdir(folder.name):
        return ()
    numbers = [file[len("train_idx-") : -len(".txt")] for file in folder.matching("train_idx-*.txt")]
    splits = []
    for k in sorted(numbers, key=lambda number: (len(number), number)):
        parts = []
        for part in ("train", "test"):
            file = folder.source(f"{part}_idx-{k}.txt")
            positions = integer_table(file)
            check_range(file, positions, 0, 2**62, "the number of a graph")
            if len(np.unique(positions)) != len(positions):
                raise GraphFormatError("expected every graph once, found repeats", file.name)
            parts.append(positions)
        splits.append(Split(f"fold {k}", parts[0], np.empty(0, np.int64), parts[1]))
    return tuple(splits)


@dataclass(frozen=True)
class _Lines:
    """What the lines of a file hold: integers, and attributes at the end of those of nodes."""

    rows: IntegerRows
    attributes: list[list[float]] | None


def _collection(file: Source, name: str, directed: bool | None, splits: tuple[Split, ...]) -> GraphCollection:
    lines = _read_lines(file)
    rows = lines.rows
    sizes, labels, node_lines = _layout(rows)
    starts, counts = rows.offsets[node_lines], np.diff(rows.offsets)[node_lines]
    _check_nodes(rows, node_lines, counts)
    tags, degrees = rows.values[starts], rows.values[starts + 1]
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    graph_of_node = np.repeat(np.arange(len(sizes)), sizes)
    inner = np.ones(len(rows.values), dtype=bool)
    headers = np.setdiff1d(np.arange(len(rows)), node_lines, assume_unique=True)
    for line in headers.tolist():
        inner[rows.offsets[line] : rows.offsets[line + 1]] = False
    inner[starts] = inner[starts + 1] = False
    sources = np.repeat(np.arange(len(node_lines)), degrees)
    neighbors = rows.values[inner]
    outside = (neighbors < 0) | (neighbors >= sizes[graph_of_node[sources]])
    if outside.any():
        place = int(outside.argmax())
        node = sources[place]
        raise GraphFormatError(
            f"expected neighbours in 0 to {sizes[graph_of_node[node]] - 1}, found {neighbors[place]}",
            file.name,
            int(node_lines[node]) + 1,
        )
    columns: dict[str, Array] = {"label": tags}
    if lines.attributes is not None:
        columns["attributes"] = np.array(lines.attributes, dtype=np.float64)
    targets = neighbors + offsets[:-1][graph_of_node[sources]]
    union, listing = graph_of_entries(
        sources, targets, int(offsets[-1]), directed, symmetric_only=True, node_data=columns, file=file
    )
    for split in splits:
        largest = max(part.max(initial=-1) for part in (split.train, split.test))
        if largest >= len(sizes):
            raise GraphFormatError(
                f"expected {split.name} to name graphs in 0 to {len(sizes) - 1}, found {largest}", file.name
            )
    return GraphCollection(name, union, offsets, labels, splits=splits, listing=listing)


def _layout(rows: IntegerRows) -> tuple[Array, Array, Array]:
    """Nodes and label of every graph, and the lines (from 0) of all nodes."""
    name, counts = rows.file.name, np.diff(rows.offsets)
    if not len(rows) or counts[0] != 1 or rows.values[0] < 0:
        raise GraphFormatError("expected the number of graphs", name, 1)
    n_graphs = int(rows.values[0])
    sizes, labels, blocks = [], [], []
    line = 1
    for k in range(n_graphs):
        if line >= len(rows):
            raise GraphFormatError(f"expected {n_graphs} graphs, found only {k}", name, len(rows))
        if counts[line] != 2:
            raise GraphFormatError(
                f"expected the number of nodes of graph {k} and its label, found {counts[line]} numbers",
                name,
                line + 1,
            )
        size, label = rows.values[rows.offsets[line] : rows.offsets[line + 1]].tolist()
        if not 0 <= size < len(rows) - line:
            raise GraphFormatError(
                f"expected a line for each of the {size} nodes of graph {k}, found {len(rows) - line - 1}",
                name,
                line + 1,
            )
        sizes.append(size)
        labels.append(label)
        blocks.append(np.arange(line + 1, line + 1 + size))
        line += 1 + size
    if line < len(rows):
        raise GraphFormatError(f"expected the end after {n_graphs} graphs, found more", name, line + 1)
    empty = np.empty(0, np.int64)
    return np.array(sizes, np.int64), np.array(labels, np.int64), np.concatenate([empty, *blocks])


def _check_nodes(rows: IntegerRows, node_lines: Array, counts: Array) -> None:
    short = np.flatnonzero(counts < 2)
    if short.size:
        raise GraphFormatError(
            "expected a tag, a degree and neighbours", rows.file.name, int(node_lines[short[0]]) + 1
        )
    degrees = rows.values[rows.offsets[node_lines] + 1]
    wrong = np.flatnonzero(degrees != counts - 2)
    if wrong.size:
        node = int(wrong[0])
        raise GraphFormatError(
            f"expected {degrees[node]} neighbours as the degree says, found {counts[node] - 2}",
            rows.file.name,
            int(node_lines[node]) + 1,
        )


def _read_lines(file: Source) -> _Lines:
    """Integers by line; where lines of nodes have more than their neighbours, the rest as attributes."""
    try:
        rows = integer_rows(file)
    except GraphFormatError:
        return _lines_with_attributes(file)
    counts = np.diff(rows.offsets)
    nodes = np.flatnonzero(counts > 2)
    longer = rows.values[rows.offsets[nodes] + 1] < counts[nodes] - 2
    return _lines_with_attributes(file) if longer.any() else _Lines(rows, None)


def _lines_with_attributes(file: Source) -> _Lines:
    values: list[int] = []
    offsets = [0]
    attributes: list[list[float]] = []
    left = 0  # nodes of the graph that are still to come
    for k, line in enumerate(data_lines(file, ())):
        if line.number != k + 1:
            raise GraphFormatError("expected numbers, found an empty line", file.name, k + 1)
        tokens = line.text.split()
        if k == 0 or left == 0:
            kept = len(tokens)
        else:
            degree = (
                int(tokens[1]) if len(tokens) > 1 and is_integer(tokens[1]) and len(tokens[1]) < 19 else 0
            )
            kept = min(max(degree, 0) + 2, len(tokens))
        bad = next((t for t in tokens[:kept] if not is_integer(t) or len(t) > 18), None) or next(
            (t for t in tokens[kept:] if not is_number(t)), None
        )
        if bad is not None:
            raise GraphFormatError(f"expected numbers, found {bad[:60]!r}", file.name, line.number)
        values += map(int, tokens[:kept])
        offsets.append(len(values))
        if k and left:
            attributes.append([float(token) for token in tokens[kept:]])
            if len(attributes[-1]) != len(attributes[0]):
                raise GraphFormatError(
                    f"expected {len(attributes[0])} attributes, found {len(attributes[-1])}",
                    file.name,
                    line.number,
                )
            left -= 1
        elif k:
            left = max(values[offsets[-2]], 0) if kept else 0
    rows = IntegerRows(file, np.array(values, dtype=np.int64), np.array(offsets, dtype=np.int64))
    return _Lines(rows, attributes)


def write_dataset(collection: GraphCollection, target: str | IO[bytes], path: str) -> None:
    """Write a GIN text file, or a folder with one and its folds.

    Parameters
    ----------
    collection : GraphCollection
    target : str or binary file
        Path of an empty folder, or a file open for writing.
    path : str
        For messages.

    Raises
    ------
    ValueError
        If edges have weights or data, graphs have no integer labels, nodes have other columns than ``label``
        (integers) and ``attributes``, or splits are not to be kept: they are in a file, or have validation
        graphs.
    """
    graph, labels = collection.graph, collection.labels
    check_columns(graph, "GIN", node=("label", "attributes"), edge=())
    if (
        labels is None
        or labels.ndim != 1
        or labels.dtype.kind not in "biu"
        or collection.features is not None
    ):
        raise ValueError("the GIN layout needs one integer for each graph as its label, and nothing more")
    tags = graph.node_data.get("label", np.zeros(graph.n_nodes, dtype=np.int64))
    if tags.ndim != 1 or tags.dtype.kind not in "biu":
        raise ValueError("the GIN layout needs one integer for each node as its label")
    lines = [str(len(collection))]
    tokens = tags.astype(np.int64).tolist()
    extra = finite(graph.node_data.get("attributes", np.empty((graph.n_nodes, 0))), "attributes")
    endings = [
        " ".join(map(repr, row))
        for row in (extra if extra.ndim == 2 else extra[:, None]).astype(float).tolist()
    ]
    for label, start, end in zip(
        labels.astype(np.int64).tolist(),
        collection.offsets[:-1].tolist(),
        collection.offsets[1:].tolist(),
        strict=True,
    ):
        lines.append(f"{end - start} {label}")
        for node in range(start, end):
            near = (graph.indices[graph.indptr[node] : graph.indptr[node + 1]] - start).tolist()
            lines.append(
                " ".join(map(str, (tokens[node], len(near), *near)))
                + " " * bool(endings[node])
                + endings[node]
            )
    if not isinstance(target, str):
        if collection.splits:
            raise ValueError("a single file cannot hold splits; write the folder format gin")
        target.write(("\n".join(lines) + "\n").encode())
        return
    if any(split.val.size for split in collection.splits):
        raise ValueError("folds have no validation graphs")
    write_lines(target, f"{collection.name}.txt", lines, False)
    os.mkdir(os.path.join(target, _FOLDS))
    for k, split in enumerate(collection.splits, start=1):
        for part, positions in (("train", split.train), ("test", split.test)):
            with open_target(os.path.join(target, _FOLDS, f"{part}_idx-{k}.txt")) as file:
                file.write(("\n".join(map(str, positions.tolist())) + "\n").encode())
