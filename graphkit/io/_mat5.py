"""Variables of MATLAB files of version 4 to 7.2, each read when it is asked for.

scipy reads these files too, but trusts the sizes that they state, and damaged ones can end the process.
"""

import struct
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.errors import GraphFormatError
from graphkit.io._files import Source
from graphkit.memory import available_memory, require_memory

Array = NDArray[Any]
# Types of stored elements, and of what they hold.
_NUMBERS = {
    1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8",
}  # fmt: skip
_TEXTS = {1: "ascii", 2: "latin-1", 4: "utf-16", 16: "utf-8", 17: "utf-16", 18: "utf-32"}
_MATRIX, _COMPRESSED = 14, 15
_CELL, _STRUCT, _OBJECT, _CHAR, _SPARSE = 1, 2, 3, 4, 5
_NUMERIC = range(6, 16)
_COMPLEX, _LOGICAL = 0x0800, 0x0200
_DEEPEST = 16  # cells within cells
_PREVIEW = 4096  # bytes of a compressed variable that surely hold its shape and name
_CHUNK = 2**24
_V4_NUMBERS = {0: "f8", 1: "f4", 2: "i4", 3: "i2", 4: "u2", 5: "u1"}


class _DamagedError(ValueError):
    """What is stored makes no sense."""


@dataclass(frozen=True)
class Variable:
    """Shape of a variable, and whether it is a sparse matrix; `kind` is its class in the file."""

    name: str
    kind: int
    shape: tuple[int, ...]
    start: int
    end: int
    is_compressed: bool
    header: tuple[int, ...] = ()

    @property
    def is_sparse(self) -> bool:
        """Whether it is a sparse matrix."""
        return self.kind == _SPARSE

    @property
    def is_numeric(self) -> bool:
        """Whether it is an array of numbers or truth values."""
        return self.kind in _NUMERIC


class MatFile:
    """The variables of a MATLAB file.

    Attributes
    ----------
    variables : dict of str to Variable

    Raises
    ------
    GraphFormatError
        If the file is of version 7.3 (HDF5), no MATLAB file, or damaged.
    """

    def __init__(self, source: Source) -> None:
        self.name = source.name
        self._data = memoryview(source.data)
        head = bytes(self._data[:128])
        if head[:8] == b"\x89HDF\r\n\x1a\n" or b"HDF5" in head or head[124:128] in (b"\0\2IM", b"\2\0MI"):
            raise GraphFormatError(
                "MATLAB 7.3 files (HDF5) are not supported; save with version 7", source.name
            )
        self.variables: dict[str, Variable] = {}
        self._order = "<"
        self._is_v4 = 0 in head[:4]
        try:
            if self._is_v4:
                self._index_v4()
            else:
                self._index(head)
        except (_DamagedError, struct.error, zlib.error, ValueError, OverflowError) as error:
            raise self._damaged(error) from None

    def read(self, name: str) -> Any:
        """Read a variable.

        Returns
        -------
        ndarray or scipy.sparse.csc_array
            Numbers in the type in which they are stored, logicals as booleans; text as an array of strings,
            one for each row; cells, as well as structures and objects (as dicts), as arrays of objects.

        Raises
        ------
        GraphFormatError
            If it is damaged.
        MemoryBudgetError
            If it does not fit into memory.
        """
        variable = self.variables[name]
        try:
            if self._is_v4:
                return self._value_v4(variable)
            content = self._data[variable.start : variable.end]
            if variable.is_compressed:
                content = memoryview(self._decompressed(content))
                content = _Elements(content, self._order).take(_MATRIX)
            return _Elements(content, self._order).matrix()
        except (_DamagedError, struct.error, zlib.error, ValueError, OverflowError) as error:
            raise self._damaged(error) from None

    def _damaged(self, error: Exception) -> GraphFormatError:
        return GraphFormatError(f"not a readable MATLAB file ({error!s:.200})", self.name)

    def _index(self, head: bytes) -> None:
        """Find the variables of a file of version 5 to 7.2."""
        if len(head) < 128 or head[124:128] not in (b"\0\1IM", b"\1\0MI"):
            raise _DamagedError("expected the header of a MATLAB file, found another first 128 bytes")
        self._order = "<" if head[126:128] == b"IM" else ">"
        place = 128
        while place < len(self._data):
            if place + 8 > len(self._data):
                raise _DamagedError("the file is cut off")
            kind, size = struct.unpack_from(f"{self._order}II", self._data, place)
            start, end = place + 8, place + 8 + size
            if end > len(self._data):
                raise _DamagedError("the file is cut off within a variable")
            if kind == _COMPRESSED:
                opener = zlib.decompressobj()
                content = memoryview(opener.decompress(self._data[start:end], _PREVIEW))
                content = content[8:] if _tag(content, self._order)[0] == _MATRIX else content[:0]
            elif kind == _MATRIX:
                content = self._data[start:end]
            else:
                raise _DamagedError(f"expected a variable, found an element of type {kind}")
            flags, shape, name = _Elements(content, self._order).header()
            if name in self.variables:
                raise _DamagedError(f"expected distinct variables, found {name!r} again")
            if name:  # without one it is what MATLAB keeps for functions and objects
                self.variables[name] = Variable(name, flags & 255, shape, start, end, kind == _COMPRESSED)
            place = end if kind == _COMPRESSED else end + -end % 8

    def _decompressed(self, data: memoryview) -> bytes:
        opener = zlib.decompressobj()
        available = available_memory()
        chunks, size = [], 0
        while not opener.eof:
            chunk = opener.decompress(data, _CHUNK)
            data = memoryview(opener.unconsumed_tail)
            if not chunk and not data:
                raise _DamagedError("compressed data are cut off")
            chunks.append(chunk)
            size += len(chunk)
            require_memory(2 * size, f"decompressing {self.name}", available=available)
        return b"".join(chunks)

    def _index_v4(self) -> None:
        """Find the variables of a file of version 4, which has nothing but their headers and numbers."""
        (kind,) = struct.unpack_from("<i", self._data, 0)
        self._order = "<" if 0 <= kind < 5000 else ">"
        place = 0
        while place < len(self._data):
            kind, rows, columns, imaginary, length = struct.unpack_from(f"{self._order}5i", self._data, place)
            start = place + 20 + length
            number, text = kind // 10 % 10, kind % 10
            known = 0 <= kind < 5000 and number in _V4_NUMBERS and kind // 100 % 10 == 0 and text < 3
            if not known or min(rows, columns) < 0 or imaginary not in (0, 1) or not 0 < length < 1000:
                raise _DamagedError("expected the header of a variable of version 4, found other numbers")
            name = bytes(self._data[place + 20 : start]).rstrip(b"\0").decode("latin-1")
            size = np.dtype(_V4_NUMBERS[number]).itemsize * rows * columns * (1 + imaginary)
            if start + size > len(self._data):
                raise _DamagedError("the file is cut off within a variable")
            shape = (rows, columns)
            if text == 2:
                table = self._table_v4(number, start, rows, columns)
                shape = (int(table[-1, 0]), int(table[-1, 1])) if rows and columns >= 3 else shape
            self.variables[name] = Variable(
                name, (6, _CHAR, _SPARSE)[text], shape, start, start + size, False,
                (number, rows, columns, imaginary),
            )  # fmt: skip
            place = start + size

    def _table_v4(self, number: int, start: int, rows: int, columns: int) -> Array:
        dtype = np.dtype(self._order + _V4_NUMBERS[number])
        values = np.frombuffer(self._data, dtype, rows * columns, start) if rows * columns else np.empty(0)
        return values.reshape((columns, rows)).T

    def _value_v4(self, variable: Variable) -> Any:
        number, rows, columns, imaginary = variable.header
        real = self._table_v4(number, variable.start, rows, columns)
        if variable.is_sparse:
            if columns != 3 or rows == 0 or not (np.isfinite(real).all() and (real[:, :2] % 1 == 0).all()):
                raise _DamagedError("expected rows of row, column and real value of a sparse matrix")
            places = real[:-1, :2].astype(np.int64) - 1
            return _sparse(real[:-1, 2], (places[:, 0], places[:, 1]), variable.shape)
        if imaginary:
            size = real.dtype.itemsize * rows * columns
            return real + 1j * self._table_v4(number, variable.start + size, rows, columns)
        if variable.kind == _CHAR:
            return np.array(["".join(map(chr, row)) for row in real.astype(np.uint16).tolist()], dtype=object)
        return real.astype(real.dtype.newbyteorder("="))


def _tag(data: memoryview, order: str) -> tuple[int, int, int, int]:
    """Type and size of an element, where its data begin and where the next one does."""
    if len(data) < 8:
        raise _DamagedError("an element is cut off")
    kind, size = struct.unpack_from(f"{order}II", data, 0)
    if kind >> 16:  # a small element: size and type share four bytes
        kind, size = kind & 0xFFFF, kind >> 16
        if size > 4:
            raise _DamagedError(f"expected at most 4 bytes in a small element, found {size}")
        return kind, size, 4, 8
    return kind, size, 8, 8 + size + -size % 8


class _Elements:
    """Elements one after the other."""

    def __init__(self, data: memoryview, order: str, depth: int = 0) -> None:
        self._data, self._order, self._depth = data, order, depth

    def _next(self) -> tuple[int, memoryview]:
        kind, size, start, end = _tag(self._data, self._order)
        if start + size > len(self._data):
            raise _DamagedError("an element is cut off")
        content, self._data = self._data[start : start + size], self._data[min(end, len(self._data)) :]
        return kind, content

    def take(self, wanted: int) -> memoryview:
        """Return the data of the next element, which must be of a type."""
        kind, content = self._next()
        if kind != wanted:
            raise _DamagedError(f"expected an element of type {wanted}, found {kind}")
        return content

    def numbers(self) -> Array:
        """Read an element of numbers."""
        kind, content = self._next()
        if kind not in _NUMBERS:
            raise _DamagedError(f"expected numbers, found an element of type {kind}")
        dtype = np.dtype(self._order + _NUMBERS[kind])
        if len(content) % dtype.itemsize:
            raise _DamagedError("a number is cut off")
        return np.frombuffer(content, dtype) if len(content) else np.empty(0, dtype)

    def header(self) -> tuple[int, tuple[int, ...], str]:
        """Read flags, shape and name of a variable."""
        flags = self.numbers()
        shape = tuple(int(length) for length in self.numbers())
        if not 2 <= len(shape) <= 32 or min(shape) < 0 or not flags.size:
            raise _DamagedError(f"expected the shape of a variable, found {shape[:8]}")
        kind, raw = self._next()
        if kind not in (1, 2, 16):
            raise _DamagedError(f"expected the name of a variable, found an element of type {kind}")
        return int(flags[0]), shape, bytes(raw).decode("utf-8", "replace")

    def matrix(self) -> Any:
        """Read a variable, or a cell."""
        if self._depth > _DEEPEST:
            raise _DamagedError(f"expected cells within cells up to {_DEEPEST} times")
        if len(self._data) == 0:
            return np.empty((0, 0))  # an empty cell may be left out
        flags, shape, _ = self.header()
        kind, size = flags & 255, 1
        for length in shape:
            size *= length
        if kind in _NUMERIC:
            return self._dense(flags, shape, size)
        if kind == _SPARSE:
            return self._sparse(flags, shape)
        if kind == _CHAR:
            return self._text(shape, size)
        if kind == _CELL:
            return self._cells(shape, size)
        if kind in (_STRUCT, _OBJECT):
            return self._structures(kind, shape, size)
        raise _DamagedError(f"expected an array, text, cells or structures, found a variable of class {kind}")

    def _values(self, flags: int, size: int | None) -> Array:
        """Numbers of a matrix, real or complex, in the byte order of the machine."""
        parts = [self.numbers() for _ in range(2 if flags & _COMPLEX else 1)]
        if size is not None and any(part.size != size for part in parts):
            raise _DamagedError(f"expected {size} numbers, found {parts[0].size}")
        if len({part.size for part in parts}) > 1:
            raise _DamagedError("expected as many real as imaginary parts")
        real = parts[0].astype(parts[0].dtype.newbyteorder("="), copy=False)
        if flags & _COMPLEX:
            return real + 1j * parts[1]
        return real.astype(np.bool_) if flags & _LOGICAL else real

    def _dense(self, flags: int, shape: tuple[int, ...], size: int) -> Array:
        return self._values(flags, size).reshape(shape, order="F")

    def _sparse(self, flags: int, shape: tuple[int, ...]) -> Any:
        if len(shape) != 2:
            raise _DamagedError(f"expected a sparse matrix of two dimensions, found {len(shape)}")
        rows, starts = self.numbers(), self.numbers()
        if rows.dtype.kind not in "iu" or starts.dtype.kind not in "iu" or starts.size != shape[1] + 1:
            raise _DamagedError(f"expected {shape[1] + 1} starts of columns, found {starts.size}")
        values = self._values(flags, None)
        starts = starts.astype(np.int64)
        used = int(starts[-1])
        if starts[0] != 0 or (np.diff(starts) < 0).any() or used > min(rows.size, values.size):
            raise _DamagedError("expected columns of a sparse matrix one after the other")
        columns = np.repeat(np.arange(shape[1]), np.diff(starts))
        return _sparse(values[:used], (rows[:used].astype(np.int64), columns), shape)

    def _text(self, shape: tuple[int, ...], size: int) -> Array:
        kind, raw = self._next()
        if kind not in _TEXTS:
            raise _DamagedError(f"expected text, found an element of type {kind}")
        codec = _TEXTS[kind]
        if codec in ("utf-16", "utf-32"):
            codec += "-le" if self._order == "<" else "-be"
        text = bytes(raw).decode(codec)  # a UnicodeDecodeError is a ValueError
        if shape[0] == 1:
            return np.array([text], dtype=object)
        if len(text) != size or size == 0:
            if size:
                raise _DamagedError(f"expected {size} characters, found {len(text)}")
            return np.empty(0, dtype=object)
        table = np.array(list(text), dtype=object).reshape((shape[0], -1), order="F")
        return np.array(["".join(row) for row in table.tolist()], dtype=object)

    def _cells(self, shape: tuple[int, ...], size: int) -> Array:
        if 8 * size > len(self._data):  # the size of a tag
            raise _DamagedError(f"expected {size} cells, found {len(self._data)} bytes")
        cells = np.empty(size, dtype=object)
        for k in range(size):
            cells[k] = _Elements(self.take(_MATRIX), self._order, self._depth + 1).matrix()
        return cells.reshape(shape, order="F")

    def _structures(self, kind: int, shape: tuple[int, ...], size: int) -> Array:
        if kind == _OBJECT:
            self._next()  # the name of its class
        widths = self.numbers()
        _, raw = self._next()
        width = int(widths[0]) if widths.size == 1 else 0
        if width < 1:
            raise _DamagedError("expected the length of names of fields, found none")
        text = bytes(raw)
        names = [
            text[k : k + width].partition(b"\0")[0].decode("utf-8", "replace")
            for k in range(0, len(text), width)
        ]
        if 8 * size * max(len(names), 1) > max(len(self._data), 8):
            raise _DamagedError(f"expected {size} structures, found {len(self._data)} bytes")
        found = np.empty(size, dtype=object)
        for k in range(size):
            found[k] = {
                name: _Elements(self.take(_MATRIX), self._order, self._depth + 1).matrix() for name in names
            }
        return found.reshape(shape, order="F")


def _sparse(values: Array, places: tuple[Array, Array], shape: tuple[int, ...]) -> Any:
    """Sparse matrix from entries, whose places are checked."""
    import scipy.sparse

    for place, length in zip(places, shape, strict=True):
        if place.size and (place.min() < 0 or place.max() >= length):
            raise _DamagedError(f"expected entries in a matrix of shape {shape}, found others")
    require_memory(40 * values.size + 8 * (shape[1] + 1), "a sparse matrix of a MATLAB file")
    values = values.astype(values.dtype.newbyteorder("="), copy=False)
    return scipy.sparse.coo_array((values, places), shape=shape).tocsc()
