"""An embedding that is computed in a file."""

import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from graphkit.files import atomic_write, check_writable


def check_target(path: str | os.PathLike[str]) -> None:
    """Check that an embedding can be written to a file, before the work begins.

    Raises
    ------
    ValueError
        If its name does not end in ``.npy``, or it is a device or a pipe.
    OSError
        See `graphkit.files.check_writable`.
    """
    name = os.fspath(path)
    if not str(name).lower().endswith(".npy"):
        raise ValueError(f"out must be the name of a .npy file, got {name!r}")
    target = check_writable(path)
    if target.exists() and not target.is_file():
        raise ValueError(f"out must be a file that can be mapped into memory, got {name!r}")


@contextmanager
def matrix_in_file(path: str | os.PathLike[str], shape: tuple[int, int]) -> Iterator[NDArray[np.float32]]:
    """Create a ``.npy`` file of float32 and map it into memory for writing.

    The file appears under its name when the block succeeds, and not at all otherwise. The disk space is taken
    at once, so that a full disk shows before the work and not in its middle.

    Raises
    ------
    OSError
        If the file cannot be created or there is no room for it.
    """
    check_target(path)
    with atomic_write(path, "wb") as file:
        _write_header(file, shape)
        start = file.tell()
        size = start + 4 * shape[0] * shape[1]
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, size)
        else:
            file.truncate(size)
        mapped = mmap.mmap(file.fileno(), size)
        try:
            yield np.frombuffer(mapped, dtype="<f4", offset=start).view(np.float32).reshape(shape)
            mapped.flush()
        finally:
            with suppress(BufferError):  # an array still refers to it; it is unmapped with the last of them
                mapped.close()


def _write_header(file: IO[bytes], shape: tuple[int, int]) -> None:
    header: dict[str, Any] = {"descr": "<f4", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)
    file.flush()
