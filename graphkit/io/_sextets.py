"""What graph6, sparse6 and digraph6 share: six bits in every byte, from ``?`` (63) to ``~`` (126)."""

import numpy as np
from numpy.typing import NDArray

from graphkit.errors import GraphFormatError
from graphkit.io._files import Source
from graphkit.validation import check_integer

Array = NDArray[np.uint8]


def pick_line(file: Source, graph: int | None, marks: bytes) -> tuple[bytes, int]:
    """Return the code of one graph, without the prefix ``>>graph6<<`` of the file, and its line.

    Parameters
    ----------
    file : Source
    graph : int, optional
        Which one, from 0; None where there is only one.
    marks : bytes
        First bytes of codes of other formats, which are refused.
    """
    lines = []
    for number, line in enumerate(bytes(file.data).split(b"\n"), 1):
        code = line.strip(b" \t\r")
        if code[:2] == b">>":
            code = code.partition(b"<<")[2]
        if code:
            lines.append((code, number))
    if not lines:
        raise GraphFormatError("expected a graph, found empty lines only", file.name)
    if graph is None and len(lines) > 1:
        raise GraphFormatError(
            f"expected one graph, found {len(lines)}; choose graph (--option graph=0 on the command line)",
            file.name,
            lines[1][1],
        )
    code, number = lines[check_integer(graph or 0, "graph", minimum=0, maximum=len(lines) - 1)]
    if code[0] in marks:
        names = {ord(":"): "sparse6", ord(";"): "incremental sparse6", ord("&"): "digraph6"}
        raise GraphFormatError(
            f"expected another format, found the code of a graph in {names[code[0]]}", file.name, number
        )
    return code, number


def sextets(code: bytes, file: Source, line: int) -> Array:
    """Return the six-bit numbers of a code, as bytes."""
    values = np.frombuffer(code, dtype=np.uint8)
    wrong = np.flatnonzero((values < 63) | (values > 126))
    if wrong.size:
        found = bytes(values[wrong[:1]])
        raise GraphFormatError(
            f"expected characters from '?' to '~', found {found!r} in place {wrong[0] + 1} of the code",
            file.name,
            line,
        )
    return values - np.uint8(63)


def split_size(values: Array, file: Source, line: int) -> tuple[int, Array]:
    """Return the number of nodes, and the six-bit numbers behind it."""
    marks = int(values.size > 0 and values[0] == 63)
    marks += int(marks == 1 and values.size > 1 and values[1] == 63)
    width = (1, 3, 6)[marks]
    if values.size < marks + width:
        raise GraphFormatError("the code is cut off within the number of nodes", file.name, line)
    n = 0
    for value in values[marks : marks + width].tolist():
        n = n << 6 | value
    return n, values[marks + width :]


def size_code(n: int) -> bytes:
    """Code of a number of nodes."""
    if n <= 62:
        values = [n]
    elif n < 2**18:
        values = [63, *(n >> shift & 63 for shift in (12, 6, 0))]
    elif n < 2**36:
        values = [63, 63, *(n >> shift & 63 for shift in range(30, -1, -6))]
    else:
        raise ValueError(f"graph6 and its kin hold fewer than 2^36 nodes, got {n}")
    return bytes(value + 63 for value in values)


def bits_of(values: Array) -> Array:
    """Bits of six-bit numbers, the highest first, one in a byte."""
    return np.unpackbits((values << 2).astype(np.uint8)[:, None], axis=1)[:, :6].ravel()


def bits_code(bits: Array) -> bytes:
    """Code of bits, filled up with zeros to a multiple of six."""
    padded = np.zeros((-(-bits.size // 6), 8), dtype=np.uint8)
    flat = np.zeros(6 * len(padded), dtype=np.uint8)
    flat[: bits.size] = bits
    padded[:, 2:] = flat.reshape(-1, 6)
    return (np.packbits(padded, axis=1).ravel() + np.uint8(63)).tobytes()
