"""What readers and writers of data-set folders share: choice of a data set, checks, tables of numbers."""

import io
import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit._dataset_parts import Listing, Split, with_node_data
from graphkit._edges import from_edges
from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._archives import Archive, write_archive
from graphkit.io._files import Folder, Source, open_target
from graphkit.validation import check_choice

Array = NDArray[Any]


def choose_name(folder: Folder, prefix: str, suffix: str, name: str | None) -> str:
    """Return the name of the data set in a folder whose files are called ``<prefix><name><suffix>``.

    Raises
    ------
    GraphFormatError
        If there is none, or several and `name` is None.
    UnknownNameError
        If `name` is not among them.
    """
    files = folder.matching(f"{prefix}*{suffix}")
    names = [file[len(prefix) : len(file) - len(suffix)] for file in files]
    if not names:
        raise GraphFormatError(f"expected a file {prefix}NAME{suffix} in the folder, found none", folder.name)
    if name is not None:
        return check_choice(name, "name", names)
    if len(names) > 1:
        raise GraphFormatError(
            f"expected one data set in the folder, found {', '.join(names)}; choose name (--option name=...)",
            folder.name,
        )
    return names[0]


def require_members(folder: Folder, members: Iterable[str], hint: str = "") -> None:
    """Refuse a folder that lacks some of its files, and name all of them."""
    members = list(members)
    missing = [member for member in members if not folder.has(member)]
    if missing:
        raise GraphFormatError(
            f"expected the files {', '.join(members)} in the folder; missing: {', '.join(missing)}{hint}",
            folder.name,
        )


def check_range(file: Source, values: Array, low: int, high: int, what: str, first_line: int = 1) -> None:
    """Refuse numbers outside low..high; `values` has one row for each line."""
    outside = (values < low) | (values > high)
    if outside.any():
        row = int(np.flatnonzero(outside.reshape(len(values), -1).any(axis=1))[0])
        value = np.asarray(values[row]).reshape(-1)[int(np.atleast_1d(outside[row]).argmax())]
        allowed = f"{low} to {high}" if high >= low else "none at all"
        raise GraphFormatError(f"expected {what} in {allowed}, found {value}", file.name, row + first_line)


def graph_of_entries(
    sources: Array,
    targets: Array,
    n_nodes: int,
    directed: bool | None,
    *,
    symmetric_only: bool,
    edge_data: Mapping[str, Array] | None = None,
    node_data: Mapping[str, Array] | None = None,
    file: Source | None = None,
) -> tuple[Graph, Listing]:
    """Build a graph from listed entries, and count them.

    With `directed` None the graph is undirected, unless `symmetric_only` and an entry has no opposite, or the
    two directions of an edge have different data.
    """
    graphs = {kind: from_edges(sources, targets, n_nodes=n_nodes, directed=kind) for kind in (True, False)}
    listing = Listing.of(len(sources), graphs[True], graphs[False])
    edge_data = dict(edge_data or {})
    conflict = None if directed else _conflict(sources, targets, edge_data)
    if directed is None:
        directed = bool(symmetric_only and (listing.one_way or conflict is not None))
    if not directed and conflict is not None:
        raise GraphFormatError(
            f"the edge between nodes {sources[conflict]} and {targets[conflict]} is listed more than once, "
            "with different data; keep directions (directed=True, --directed on the command line)",
            None if file is None else file.name,
        )
    graph = graphs[bool(directed)]
    if edge_data:
        graph = from_edges(sources, targets, n_nodes=n_nodes, directed=directed, edge_data=edge_data)
    return with_node_data(graph, node_data) if node_data else graph, listing


def _conflict(sources: Array, targets: Array, edge_data: Mapping[str, Array]) -> int | None:
    """Return an entry whose data differ from those of an earlier entry for the same pair of nodes."""
    if not edge_data or not len(sources):
        return None
    low, high = np.minimum(sources, targets), np.maximum(sources, targets)
    order = np.lexsort((high, low))
    same = (np.diff(low[order]) == 0) & (np.diff(high[order]) == 0)
    for column in edge_data.values():
        rows = column.reshape(len(column), -1)[order]
        unequal = (rows[1:] != rows[:-1]) & ~(np.isnan(rows[1:]) & np.isnan(rows[:-1]))
        differ = same & unequal.any(axis=1)
        if differ.any():
            return int(order[int(differ.argmax()) + 1])
    return None


def masked_splits(folders: Sequence[Folder], name: str, n_nodes: int) -> tuple[Split, ...]:
    """Read the splits ``<name>_split_*.npz`` of the first folder that has some, in order of their numbers."""
    pattern = f"{name}_split_*.npz"
    folder = next((folder for folder in folders if folder.matching(pattern)), None)
    if folder is None:
        return ()
    members = sorted(folder.matching(pattern), key=lambda member: (len(member), member))
    return tuple(_masked_split(folder, member, name, n_nodes) for member in members)


def _masked_split(folder: Folder, member: str, name: str, n_nodes: int) -> Split:
    source = folder.source(member)
    arrays = npz_arrays(source)
    masks = []
    for part in ("train_mask", "val_mask", "test_mask"):
        mask = arrays.get(part)
        if mask is None or mask.shape != (n_nodes,) or mask.dtype.kind not in "biu":
            found = "none" if mask is None else f"shape {mask.shape} and dtype {mask.dtype}"
            raise GraphFormatError(f"expected a mask {part!r} of {n_nodes} nodes, found {found}", source.name)
        masks.append(mask != 0)
    return Split.from_masks(member[len(name) + len("_split_") : -len(".npz")], *masks)


def npz_arrays(source: Source) -> dict[str, Array]:
    """Read all arrays of an ``.npz`` file; see `graphkit.io._archives.Archive` for what is refused."""
    archive = Archive(source)
    return {name: archive.array(name) for name in archive.names}


def npy_array(source: Source) -> Array:
    """Read the array of numbers of an ``.npy`` file."""
    try:
        return _npy(bytes(source.data))
    except Exception as error:  # numpy raises whatever damaged bytes lead to
        raise GraphFormatError(
            f"not a readable .npy file ({type(error).__name__}: {error!s:.200})", source.name
        ) from None


def _npy(data: bytes) -> Array:
    """Read an array in numpy's format; the header is believed only as far as there are bytes for it."""
    stream = io.BytesIO(data)
    version = np.lib.format.read_magic(stream)
    read_header = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }[version]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        shape, by_column, dtype = read_header(stream)
    if dtype.kind not in "biufSU" or dtype.itemsize == 0:
        raise ValueError(f"expected numbers, found the dtype {dtype}")
    values = np.frombuffer(data, dtype, offset=stream.tell())
    return values.reshape(shape, order="F" if by_column else "C")


def narrowed(values: Array) -> Array:
    """Numbers as float32, unless some are too large for that."""
    if np.abs(values, dtype=np.float64).max(initial=0) > np.finfo(np.float32).max:
        return values.astype(np.float64)
    return values.astype(np.float32)


def write_lines(folder: str, member: str, lines: Iterable[str], compress: bool) -> None:
    """Write the lines of a file; none become one empty line, since empty files are refused."""
    text = "\n".join(lines) + "\n"
    with open_target(os.path.join(folder, member + ".gz" * compress)) as file:
        file.write(text.encode())


def write_table(folder: str, member: str, table: Array, delimiter: str, compress: bool) -> None:
    """Write an array of numbers, a row a line; floating-point numbers are read back exactly."""
    rows = np.asarray(table)
    rows = rows if rows.ndim == 2 else rows.reshape(len(table), 1)
    if rows.dtype.kind == "b":
        rows = rows.astype(np.int64)
    write_lines(folder, member, (delimiter.join(map(repr, row)) for row in rows.tolist()), compress)


def write_masks(folder: str, name: str, splits: Iterable[Split], n_nodes: int) -> None:
    """Write splits as ``<name>_split_<split>.npz``."""
    for split in splits:
        masks = {f"{part}_mask": split.mask(part, n_nodes) for part in ("train", "val", "test")}
        write_npz(os.path.join(folder, f"{name}_split_{split.name}.npz"), masks)


def write_npz(path: str, arrays: Mapping[str, Array]) -> None:
    """Write an ``.npz`` file."""
    with open_target(path) as file:
        write_archive(file, arrays)
