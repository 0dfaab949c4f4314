"""Writing files so that nothing is ever half-written."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any


def check_writable(path: str | os.PathLike[str]) -> Path:
    """Check that a file can be created or replaced at `path`: before a long computation, not after it.

    Returns
    -------
    Path
        The file itself, with symbolic links resolved.

    Raises
    ------
    IsADirectoryError
        If it is a folder.
    FileNotFoundError
        If its folder does not exist.
    PermissionError
        If nothing may be written into its folder.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise IsADirectoryError(f"cannot write to {os.fspath(path)!r}: it is a folder")
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"cannot write {os.fspath(path)!r}: the folder {str(target.parent)!r} does not exist"
        )
    if not os.access(target.parent, os.W_OK) and not (target.exists() and not target.is_file()):
        raise PermissionError(f"cannot write {os.fspath(path)!r}: no permission to write into its folder")
    return target


@contextmanager
def atomic_write(path: str | os.PathLike[str], mode: str = "w") -> Iterator[IO[Any]]:
    r"""Open a temporary file beside `path` and rename it over `path` when the block succeeds.

    If the block raises, the temporary file is removed and `path` is left as it was. Data reach the disk
    (fsync) before the rename, so a crash leaves either the old file or the whole new one. What is no regular
    file (``/dev/null``, a named pipe) is written to directly, never replaced.

    Parameters
    ----------
    path : path-like
        Destination; its folder must exist. A symbolic link is followed, so the link survives.
    mode : {"w", "wb"}
        Text (UTF-8, ``\n`` line ends) or binary.

    Yields
    ------
    file object

    Raises
    ------
    ValueError
        If `mode` is neither ``"w"`` nor ``"wb"``.
    FileNotFoundError, IsADirectoryError, PermissionError
        See `check_writable`.
    OSError
        If writing fails, such as on a full disk; its `filename` is `path` then.
    """
    if mode not in ("w", "wb"):
        raise ValueError(f"mode must be 'w' or 'wb', got {mode!r}")
    target = check_writable(path)
    text = {} if mode == "wb" else {"encoding": "utf-8", "newline": "\n"}
    with _naming(path):
        yield from _open_atomically(target, mode, text)


@contextmanager
def _naming(path: str | os.PathLike[str]) -> Iterator[None]:
    """Let an error of the system that names no file name this one; a write knows only a descriptor."""
    try:
        yield
    except OSError as error:
        if error.errno is not None and error.filename is None:
            error.filename = os.fspath(path)
        raise


def _open_atomically(target: Path, mode: str, text: dict[str, str]) -> Iterator[IO[Any]]:
    if target.exists() and not target.is_file():
        with open(target, mode, **text) as device:  # type: ignore[call-overload]
            yield device
        return
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(handle, mode, **text) as file:  # type: ignore[call-overload]
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode_of(target))
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def _mode_of(target: Path) -> int:
    """Permissions for the new file: those of the file it replaces, else what `open` would give."""
    if target.exists():
        return target.stat().st_mode & 0o777
    umask = os.umask(0)  # the only way to read it is to set it
    os.umask(umask)
    return 0o666 & ~umask
