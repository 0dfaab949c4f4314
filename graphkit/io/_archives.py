"""Arrays in ``.npz`` files, without pickles and without surprises in size."""

import io
import zipfile
from collections.abc import Mapping
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from graphkit.errors import GraphFormatError
from graphkit.io._files import Source
from graphkit.memory import require_memory

Array = NDArray[Any]
ZIP_MAGIC = b"PK\x03\x04"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # equal graphs give equal files


class Archive:
    """The arrays of a ``.npz`` file, each read when it is asked for.

    Raises
    ------
    GraphFormatError
        If the file is no ``.npz`` file.
    """

    def __init__(self, file: Source) -> None:
        self.name = file.name
        if file.data[: len(ZIP_MAGIC)] != ZIP_MAGIC:
            raise GraphFormatError("expected a .npz file, found no zip archive", file.name)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(file.data))
        except Exception as error:  # damaged directories lead zipfile to errors of many kinds
            raise self._damaged(error) from None
        self._members = {
            info.filename.removesuffix(".npy"): info
            for info in self._zip.infolist()
            if info.filename.endswith(".npy")
        }

    def __contains__(self, key: str) -> bool:
        return key in self._members

    @property
    def names(self) -> list[str]:
        """Names of the arrays."""
        return list(self._members)

    def array(self, key: str) -> Array:
        """Read one array.

        Raises
        ------
        GraphFormatError
            If it is absent or damaged, or holds Python objects.
        MemoryBudgetError
            If it does not fit into memory.
        """
        if key not in self._members:
            raise GraphFormatError(
                f"expected an array {key!r}, found {', '.join(self._members) or 'none'}"[:300], self.name
            )
        info = self._members[key]
        require_memory(2 * info.file_size, f"reading {key!r} of {self.name}")
        try:
            stream = io.BytesIO(self._zip.read(info))
            version = np.lib.format.read_magic(stream)
            read_header = {
                (1, 0): np.lib.format.read_array_header_1_0,
                (2, 0): np.lib.format.read_array_header_2_0,
            }[version]
            shape, fortran, dtype = read_header(stream)
        except Exception as error:  # numpy leaves the header to Python's tokenizer, whose errors are many
            raise self._damaged(error) from None
        if dtype.hasobject:
            raise GraphFormatError(
                f"expected arrays of numbers and text, found Python objects in {key!r}, which are not read",
                self.name,
            )
        rest = info.file_size - stream.tell()
        size = dtype.itemsize
        for length in shape:
            size *= length
        if size != rest or min(shape, default=0) < 0:
            raise GraphFormatError(
                f"expected {size} bytes for {key!r} of shape {shape}, found {rest}", self.name
            )
        flat = np.frombuffer(stream.getbuffer()[stream.tell() :], dtype=dtype) if size else np.empty(0, dtype)
        array = flat.reshape(shape[::-1]).T if fortran else flat.reshape(shape)
        return array.astype(dtype.newbyteorder("="), copy=False)

    def _damaged(self, error: Exception) -> GraphFormatError:
        return GraphFormatError(f"the .npz file is cut off or damaged ({error!s:.200})", self.name)


def write_archive(file: IO[bytes], arrays: Mapping[str, Array]) -> None:
    """Write arrays as a compressed ``.npz`` file; equal arrays give equal files."""
    buffer = io.BytesIO()  # a zip archive is written back and forth, which a pipe cannot do
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for key, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, np.asanyarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{key}.npy", _EPOCH), content.getvalue(), zipfile.ZIP_DEFLATED)
    file.write(buffer.getbuffer())
