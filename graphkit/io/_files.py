"""Bytes in and bytes out: plain files, gzip, standard streams."""

import gzip
import mmap
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, cast

from graphkit.errors import GraphFormatError
from graphkit.files import atomic_write

_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True)
class Source:
    """Contents of a file to be read, and the name to use for it in messages.

    `data` is a memory map of a plain file, or the bytes of a compressed one or of a stream. `path` is None
    unless `data` are the file itself.
    """

    name: str
    data: bytes | mmap.mmap
    path: str | None


def check_readable(name: str) -> None:
    """Refuse a path where there is no file, or a folder; ``"-"`` is standard input.

    Raises
    ------
    FileNotFoundError, IsADirectoryError
    """
    if name == "-":
        return
    if os.path.isdir(name):
        raise IsADirectoryError(f"cannot read {name!r} as a graph: it is a folder")
    if not os.path.exists(name):
        raise FileNotFoundError(f"there is no file {name!r}")


def read_source(path: str | os.PathLike[str]) -> Source:
    """Open a file, or standard input for ``"-"``; gzip is recognised by its first bytes, not by its name.

    Raises
    ------
    FileNotFoundError, IsADirectoryError
        If there is no such file.
    GraphFormatError
        If the file is empty, or its gzip data are cut off or damaged.
    """
    name = os.fspath(path)
    check_readable(name)
    data: bytes | mmap.mmap
    if name == "-":
        name, data = "<stdin>", sys.stdin.buffer.read()
    else:
        with open(name, "rb") as file:
            regular = os.fstat(file.fileno()).st_size > 0
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if regular else file.read()
    if len(data) == 0:
        raise GraphFormatError("the file is empty, expected a graph", name)
    if data[:2] == _GZIP_MAGIC:
        return Source(name, _decompressed(data, name), None)
    return Source(name, data, None if name == "<stdin>" else name)


def _decompressed(data: bytes | mmap.mmap, name: str) -> bytes:
    try:
        content = gzip.decompress(data)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise GraphFormatError(f"the gzip data are cut off or damaged ({error})", name) from None
    if not content:
        raise GraphFormatError("the compressed file is empty, expected a graph", name)
    return content


@contextmanager
def open_target(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a file that appears whole or not at all; ``"-"`` is standard output, ``.gz`` compresses."""
    name = os.fspath(path)
    if name == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with atomic_write(name, "wb") as file:
        if name.endswith(".gz"):
            # A fixed time stamp and no name: equal graphs give equal files.
            with gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=6, mtime=0) as packed:
                yield cast(IO[bytes], packed)
        else:
            yield file
