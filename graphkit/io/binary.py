r"""The library's own format: one file that is memory-mapped, and checked in one pass on request.

Layout, all numbers little-endian:

====================  ======================================================================
bytes                 content
====================  ======================================================================
0-7                   magic number ``\x89GKG\r\n\x1a\n``, damaged by any text conversion
8-11                  version, 1
12-15                 CRC-32 of bytes 16 up to the end of the header
16-23                 length of the header
24-31                 length of the file
32-                   header: JSON, padded with blanks to a multiple of 64 bytes
after it              sections: raw arrays, each at a multiple of 64 bytes
====================  ======================================================================

The header holds the size and direction of the graph, the kind of its labels, and for each section its dtype,
shape, position behind the header, and CRC-32.
"""

import json
import re
import struct
import zlib
from collections.abc import Mapping
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from graphkit._labels import NodeLabels
from graphkit.convert import as_graph
from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._files import Source

Array = NDArray[Any]
MAGIC = b"\x89GKG\r\n\x1a\n"
VERSION = 1
_ALIGNMENT = 64
_PREAMBLE = struct.Struct("<8sIIQQ")
_DTYPE = re.compile(r"[<|]([biufcUS]\d+|[mM]8(\[\w+\])?)")


def write(graph: Graph, file: IO[bytes], name: str) -> None:
    """Write everything a graph has.

    Raises
    ------
    TypeError
        If labels are neither all strings nor all integers of 64 bits, or data are Python objects.

    Notes
    -----
    O(size of the arrays), without copying them. Equal graphs give equal files.
    """
    sections = {"indptr": graph.indptr, "indices": graph.indices}
    if graph.weights is not None:
        sections["weights"] = graph.weights
    kind = _add_labels(sections, graph.labels)
    for prefix, columns in (("node:", graph.node_data), ("edge:", graph.edge_data)):
        sections |= {prefix + key: column for key, column in columns.items()}
    table: dict[str, dict[str, Any]] = {}
    position = 0
    for key, array in sections.items():
        if array.dtype.kind not in "biufcUSmM":
            raise TypeError(
                f"{key.replace(':', ' data ')} of dtype {array.dtype} cannot be stored in a .gkg file"
            )
        sections[key] = stored = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
        position = -(-position // _ALIGNMENT) * _ALIGNMENT
        table[key] = {
            "dtype": stored.dtype.str,
            "shape": stored.shape,
            "offset": position,
            "crc32": zlib.crc32(_bytes(stored)),
        }
        position += stored.nbytes
    header = json.dumps(
        {
            "n_nodes": graph.n_nodes,
            "n_entries": graph.n_entries,
            "n_self_loops": graph.n_self_loops,
            "directed": graph.directed,
            "labels": kind,
            "sections": table,
        }
    ).encode()
    header += b" " * (-(_PREAMBLE.size + len(header)) % _ALIGNMENT)
    start = _PREAMBLE.size + len(header)
    checked = _checked_bytes(len(header), start + position, header)
    file.write(_PREAMBLE.pack(MAGIC, VERSION, zlib.crc32(checked), len(header), start + position) + header)
    written = 0
    for key, array in sections.items():
        file.write(b"\0" * (table[key]["offset"] - written))
        file.write(_bytes(array))
        written = table[key]["offset"] + array.nbytes


def _bytes(array: Array) -> Any:
    """Memory of a contiguous array as bytes, also for kinds that have no buffer protocol, such as dates."""
    return array.reshape(-1).view(np.uint8).data if array.size else b""


def _checked_bytes(header_length: int, file_length: int, header: bytes) -> bytes:
    return struct.pack("<QQ", header_length, file_length) + header


def _add_labels(sections: dict[str, Array], labels: NodeLabels | None) -> str | None:
    if labels is None:
        return None
    if labels.integers is not None:
        sections["labels"] = labels.integers
        return "integer"
    encoded = []
    for label in labels:
        if not isinstance(label, str):
            raise TypeError(
                f"labels must be all strings or all 64-bit integers for a .gkg file, got {label!r}"
            )
        encoded.append(label.encode())
    sections["label_offsets"] = np.concatenate(([0], np.cumsum([len(text) for text in encoded]))).astype(
        np.int64
    )
    sections["label_bytes"] = np.frombuffer(b"".join(encoded), dtype=np.uint8)
    return "string"


def read(file: Source, /, *, directed: bool | None = None, verify: bool = False) -> Graph:
    """Open a graph in the binary format.

    Parameters
    ----------
    file : Source
    directed : bool, optional
        None takes it from the file. False refuses a directed graph; True takes an undirected one as edges in
        both directions.
    verify : bool
        Check every section against its checksum and the graph for soundness, which reads the whole file.
        Without it a file of any size opens at once: the checksum of the header, all sizes and the ends of
        `indptr` are checked, so that a file that is cut off or no such file is refused, but bytes that have
        changed within a section are not noticed, and algorithms may answer for another graph or crash. The
        commands of ``graphkit`` verify.

    Returns
    -------
    Graph
        Its arrays are a view of the file, and are read from disk when they are used.

    Raises
    ------
    GraphFormatError
        If the file is not in this format, of a later version, cut off, or its header is damaged; with
        `verify`, also if a section is, or holds no valid graph.

    Notes
    -----
    O(size of the header), or O(size of the file) with `verify`. Do not change or shorten the file while
    the graph is in use; `write_graph` replaces a file instead of changing it, which is safe.
    """
    raw, start = _header(file)
    data = np.frombuffer(file.data, dtype=np.uint8)
    try:
        header = json.loads(raw)
        sections = {key: _section(data, start, entry) for key, entry in header["sections"].items()}
        if verify:
            _check_sums(sections, header["sections"], file.name)
        graph = _assemble(header, sections)
    except GraphFormatError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise GraphFormatError(
            f"header or sections of the .gkg file make no sense: {error!r:.100}", file.name
        ) from None
    if verify:
        try:
            Graph(graph.indptr, graph.indices, graph.weights, directed=graph.directed)
        except (TypeError, ValueError) as error:
            raise GraphFormatError(f"the file holds no valid graph: {error}", file.name) from None
    return as_graph(graph, directed=directed)


def _header(file: Source) -> tuple[bytes, int]:
    """Check preamble and header; return the bytes of the header and where it ends."""
    if file.data[:8] != MAGIC:
        raise GraphFormatError("expected a .gkg file, found another first 8 bytes", file.name)
    if len(file.data) < _PREAMBLE.size:
        raise GraphFormatError("the .gkg file is cut off within its first 32 bytes", file.name)
    _, version, checksum, header_length, file_length = _PREAMBLE.unpack(file.data[: _PREAMBLE.size])
    if version != VERSION:
        raise GraphFormatError(f"expected version {VERSION} of the .gkg format, found {version}", file.name)
    start = _PREAMBLE.size + header_length
    raw = file.data[_PREAMBLE.size : min(start, len(file.data))]
    is_whole = len(raw) == header_length or len(file.data) == file_length
    if is_whole and zlib.crc32(_checked_bytes(header_length, file_length, raw)) != checksum:
        raise GraphFormatError(
            "the header of the .gkg file is damaged: its checksum does not match", file.name
        )
    if len(file.data) != file_length:
        raise GraphFormatError(f"expected {file_length} bytes, found {len(file.data)}: cut off?", file.name)
    return raw, start


def _section(data: Array, start: int, entry: Mapping[str, Any]) -> Array:
    """One array as a view of the file."""
    if not _DTYPE.fullmatch(entry["dtype"]):
        raise ValueError(f"dtype {entry['dtype']!r}")
    dtype = np.dtype(entry["dtype"])
    shape = tuple(int(size) for size in entry["shape"])
    first = start + int(entry["offset"])
    size = dtype.itemsize * int(np.prod(shape, dtype=object))
    if min(shape, default=0) < 0 or first < start or first + size > len(data):
        raise ValueError(f"a section of shape {shape} at {first} does not fit into {len(data)} bytes")
    array = data[first : first + size].view(dtype).reshape(shape)
    return array.astype(dtype.newbyteorder("="), copy=False)


def _check_sums(sections: Mapping[str, Array], table: Mapping[str, Any], name: str) -> None:
    for key, array in sections.items():
        if zlib.crc32(_bytes(array)) != table[key]["crc32"]:
            raise GraphFormatError(f"the section {key!r} is damaged: its checksum does not match", name)


def _assemble(header: Mapping[str, Any], sections: Mapping[str, Array]) -> Graph:
    indptr, indices, weights = sections["indptr"], sections["indices"], sections.get("weights")
    n, m, n_loops = header["n_nodes"], header["n_entries"], header["n_self_loops"]
    if type(n_loops) is not int or not 0 <= n_loops <= m or type(header["directed"]) is not bool:
        raise ValueError(f"{n_loops!r} self-loops, directed {header['directed']!r}")
    shapes = (indptr.shape, indices.shape, (m,) if weights is None else weights.shape)
    if shapes != ((n + 1,), (m,), (m,)) or indptr[0] != 0 or indptr[-1] != m:
        raise ValueError(f"arrays of shapes {shapes} for {n} nodes and {m} entries")
    if indptr.dtype != indices.dtype or indptr.dtype not in (np.int32, np.int64):
        raise ValueError(f"indptr of dtype {indptr.dtype} and indices of dtype {indices.dtype}")
    if weights is not None and weights.dtype not in (np.float32, np.float64):
        raise ValueError(f"weights of dtype {weights.dtype}")
    labels = None
    if header["labels"] == "integer":
        if sections["labels"].dtype != np.int64:
            raise ValueError(f"integer labels of dtype {sections['labels'].dtype}")
        labels = NodeLabels._from_integers(sections["labels"])
    elif header["labels"] == "string":
        offsets, text = sections["label_offsets"], sections["label_bytes"]
        if offsets.dtype != np.int64 or text.dtype != np.uint8 or (offsets[0], offsets[-1]) != (0, text.size):
            raise ValueError(f"offsets of labels do not fit {text.size} bytes")
        labels = NodeLabels._from_utf8(offsets, text)
    elif header["labels"] is not None:
        raise ValueError(f"labels of kind {header['labels']!r}")
    columns = {
        kind: {key.removeprefix(kind): array for key, array in sections.items() if key.startswith(kind)}
        for kind in ("node:", "edge:")
    }
    return Graph._trusted(
        indptr,
        indices,
        weights,
        header["directed"],
        labels,
        columns["node:"],
        columns["edge:"],
        n_loops,
    )
