"""Bytes in and bytes out: plain and compressed files, folders, standard streams."""

import bz2
import gzip
import io
import lzma
import mmap
import os
import re
import shutil
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from typing import IO, Any, cast

from graphkit.errors import GraphFormatError, GraphkitError
from graphkit.files import atomic_write
from graphkit.memory import available_memory, require_memory

# `pathlib.Path` makes one slash of two.
_URL = re.compile(r"(https?|ftps?|sftp|s3|gs|hdfs|file):/|[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_CHUNK = 2**24


@dataclass(frozen=True)
class Source:
    """Contents of a file to be read, and the name to use for it in messages.

    `data` is a memory map of a plain file, or the bytes of a compressed one or of a stream. `path` is None
    unless `data` are the file itself.
    """

    name: str
    data: bytes | mmap.mmap
    path: str | None


@dataclass(frozen=True)
class Folder:
    """A folder to be read; its files may be compressed, and are asked for without the suffix that says so."""

    name: str

    def files(self) -> list[str]:
        """Names of the files, without suffixes of compression, in alphabetic order."""
        return sorted({without_compression(entry.name) for entry in os.scandir(self.name) if entry.is_file()})

    def matching(self, pattern: str) -> list[str]:
        """Those of `files` that match a pattern with ``*`` and ``?``, upper and lower case told apart."""
        return [name for name in self.files() if fnmatchcase(name, pattern)]

    def has(self, member: str) -> bool:
        """Whether there is a file, compressed or not; `member` may lie in a folder below."""
        return self._path(member) is not None

    def source(self, member: str) -> Source:
        """Open one of the files.

        Raises
        ------
        GraphFormatError
            If it is not there, empty, or its compressed data are damaged.
        """
        path = self._path(member)
        if path is None:
            raise GraphFormatError(f"expected a file {member!r} in the folder, found none", self.name)
        return read_source(path)

    def _path(self, member: str) -> str | None:
        plain = os.path.join(self.name, member)
        candidates = (plain + suffix for suffix in ("", *_COMPRESSIONS))
        return next((path for path in candidates if os.path.isfile(path)), None)


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether the last part of a path fits one of some patterns with ``*`` and ``?``."""
    base = os.path.basename(name)
    return any(fnmatchcase(base, pattern) for pattern in patterns)


def without_compression(name: str) -> str:
    """Return a file name without a suffix such as ``.gz``."""
    root, suffix = os.path.splitext(name)
    return root if suffix.lower() in _COMPRESSIONS and root else name


def check_readable(name: str, *, folder: bool = False) -> None:
    """Refuse a path where there is nothing, or a folder unless `folder`; ``"-"`` is standard input.

    Raises
    ------
    ValueError
        If it is the address of something in a network.
    FileNotFoundError, IsADirectoryError
    """
    if name == "-":
        return
    refuse_url(name)
    if os.path.isdir(name):
        if folder:
            return
        raise IsADirectoryError(f"cannot read {name!r} as a graph: it is a folder")
    if not os.path.exists(name):
        raise FileNotFoundError(f"there is no file {name!r}")


def refuse_url(name: str) -> None:
    """Refuse what is the address of something in a network and no path."""
    if _URL.match(name) and not os.path.exists(name):
        raise ValueError(
            f"only local files are read and written, got the address {name!r}; download it first"
        )


def read_source(path: str | os.PathLike[str]) -> Source:
    """Open a file, or standard input for ``"-"``; compression is told by the first bytes, not by the name.

    Raises
    ------
    FileNotFoundError, IsADirectoryError
        If there is no such file.
    GraphFormatError
        If the file is empty, or its compressed data are cut off or damaged, or are none although its name
        says so.
    MemoryBudgetError
        If what was compressed does not fit into memory.
    MissingExtraError
        If it takes pyarrow to decompress, which is not installed.
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
    for compression in _COMPRESSIONS.values():
        if data[: len(compression.magic)] == compression.magic:
            return Source(name, _decompressed(data, name, compression), None)
    suffix = os.path.splitext(name)[1].lower()
    if suffix in _COMPRESSIONS:
        raise GraphFormatError(
            f"expected {_COMPRESSIONS[suffix].name} data as the name says, found the bytes {data[:8]!r}", name
        )
    return Source(name, data, None if name == "<stdin>" else name)


@dataclass(frozen=True)
class _Compression:
    """A way to compress files: its first bytes, what decompresses them piece by piece, how to write."""

    name: str
    magic: bytes
    pieces: Callable[[bytes | mmap.mmap], Iterator[bytes]]
    writer: Callable[[IO[bytes]], IO[bytes]]


def _gzip_pieces(data: bytes | mmap.mmap) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=_opened(data)) as stream:
        while piece := stream.read(_CHUNK):
            yield piece


def _zstd_pieces(data: bytes | mmap.mmap) -> Iterator[bytes]:
    pyarrow = _pyarrow()
    with pyarrow.CompressedInputStream(pyarrow.PythonFile(_opened(data), mode="r"), "zstd") as stream:
        while piece := stream.read(_CHUNK):
            yield piece


def _opened(data: bytes | mmap.mmap) -> Any:
    return io.BytesIO(data) if isinstance(data, bytes) else data


def _stream_pieces(new: Callable[[], Any], data: bytes | mmap.mmap) -> Iterator[bytes]:
    """Decompress one bzip2 or xz stream after the other.

    Python's own readers take a damaged stream behind a good one for the end of the file.
    """
    decoder, place = new(), 0
    while True:
        fresh = b""
        if decoder.eof:
            fresh = decoder.unused_data.lstrip(b"\0")  # padding
            if place == len(data) and not fresh:
                return
            decoder = new()
        if not fresh and decoder.needs_input:
            if place == len(data):
                raise EOFError("the end is missing")
            fresh = bytes(data[place : place + _CHUNK])
            place += len(fresh)
        if piece := decoder.decompress(fresh, _CHUNK):
            yield piece


def _zstd_writer(file: IO[bytes]) -> IO[bytes]:
    pyarrow = _pyarrow()
    kept_open = pyarrow.PythonFile(_Unclosed(file), mode="w")
    return cast(IO[bytes], pyarrow.CompressedOutputStream(kept_open, "zstd"))


class _Unclosed(io.RawIOBase):
    """A file that stays open when pyarrow closes it: there is an fsync to come."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self._file.write(data)


def _pyarrow() -> Any:
    from graphkit._tables import import_pyarrow

    return import_pyarrow("files in Zstandard compression need")


_COMPRESSIONS = {
    ".gz": _Compression(
        "gzip",
        b"\x1f\x8b",
        _gzip_pieces,
        # A fixed time stamp and no name: equal graphs give equal files.
        lambda file: cast(
            IO[bytes], gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=6, mtime=0)
        ),
    ),
    ".bz2": _Compression(
        "bzip2", b"BZh", partial(_stream_pieces, bz2.BZ2Decompressor), partial(bz2.BZ2File, mode="wb")
    ),
    ".xz": _Compression(
        "xz",
        b"\xfd7zXZ\0",
        partial(_stream_pieces, lzma.LZMADecompressor),
        partial(lzma.LZMAFile, mode="wb", preset=3),
    ),
    ".zst": _Compression("Zstandard", b"\x28\xb5\x2f\xfd", _zstd_pieces, _zstd_writer),
}


def _decompressed(data: bytes | mmap.mmap, name: str, compression: _Compression) -> bytes:
    """Whole content of a compressed file, read in pieces so that it cannot exceed the memory unnoticed."""
    available = available_memory()
    chunks, size = [], 0
    try:
        for chunk in compression.pieces(data):
            chunks.append(chunk)
            size += len(chunk)
            require_memory(2 * size, f"decompressing {name}", available=available)
    except GraphkitError:
        raise
    except (EOFError, OSError, ValueError, zlib.error, lzma.LZMAError) as error:
        raise GraphFormatError(
            f"the {compression.name} data are cut off or damaged ({error})", name
        ) from None
    if not size:
        raise GraphFormatError("the compressed file is empty, expected a graph", name)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


@contextmanager
def open_target(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a file that appears whole or not at all; ``"-"`` is standard output.

    A name that ends in ``.gz``, ``.bz2``, ``.xz`` or ``.zst`` compresses.
    """
    name = os.fspath(path)
    if name == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    refuse_url(name)
    compression = _COMPRESSIONS.get(os.path.splitext(name)[1].lower())
    with atomic_write(name, "wb") as file:
        if compression is None:
            yield file
        else:
            with compression.writer(file) as packed:
                yield packed


@contextmanager
def folder_target(path: str | os.PathLike[str]) -> Iterator[str]:
    """Make a folder that appears whole or not at all: yields a temporary one beside it to write into.

    Raises
    ------
    FileExistsError
        If there is a file of that name, or a folder that is not empty.
    FileNotFoundError
        If the folder around it does not exist.
    """
    name = os.fspath(path)
    refuse_url(name)
    target = os.path.realpath(name)
    if os.path.exists(target) and not (os.path.isdir(target) and not os.listdir(target)):
        raise FileExistsError(f"cannot write the folder {name!r}: there is something of that name already")
    parent = os.path.dirname(target)
    if not os.path.isdir(parent):
        raise FileNotFoundError(f"cannot write {name!r}: the folder {parent!r} does not exist")
    temporary = tempfile.mkdtemp(prefix=f".{os.path.basename(target)}.", suffix=".tmp", dir=parent)
    try:
        yield temporary
        umask = os.umask(0)  # the only way to read it is to set it
        os.umask(umask)
        os.chmod(temporary, 0o777 & ~umask)
        os.replace(temporary, target)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
