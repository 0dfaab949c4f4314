"""Writing files so that nothing is ever half-written."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

_DESCRIPTORS = "/proc/self/fd"  # of this process, in Linux


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

    If the block raises, the temporary file is removed and `path` is left as it was; on Linux even a killed
    process leaves nothing behind, where the file system has files without a name. Data reach the disk (fsync)
    before the rename, so a crash leaves either the old file or the whole new one. What is no regular file
    (``/dev/null``, a named pipe) is written to directly, never replaced.

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
    handle, temporary = _open_unnamed(target)
    try:
        with os.fdopen(handle, mode, **text) as file:  # type: ignore[call-overload]
            yield file
            file.flush()
            os.fsync(file.fileno())
            if temporary is None:
                temporary = _named(file.fileno(), target)
        os.chmod(temporary, _mode_of(target))
        os.replace(temporary, target)
    except BaseException:
        if temporary is not None:
            os.unlink(temporary)
        raise


def _open_unnamed(target: Path) -> tuple[int, str | None]:
    """Open a new file in the folder of `target`; return its descriptor, and its name if it needs one.

    Linux can keep it without a name, so that nothing is left of it even if the process is killed.
    """
    if hasattr(os, "O_TMPFILE") and os.path.isdir(_DESCRIPTORS):
        with suppress(OSError):  # not every file system can
            return os.open(target.parent, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600), None
    return tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)


def _named(descriptor: int, target: Path) -> str:
    """Give a file without a name a temporary one beside `target`: only renaming can replace a file."""
    folder = os.open(_DESCRIPTORS, os.O_RDONLY | os.O_DIRECTORY)
    try:
        while True:
            name = str(target.parent / f".{target.name}.{secrets.token_hex(8)}.tmp")
            with suppress(FileExistsError):
                # With a folder for the source, links are followed: from the descriptor to the file itself.
                os.link(str(descriptor), name, src_dir_fd=folder, follow_symlinks=True)
                return name
    finally:
        os.close(folder)


def _mode_of(target: Path) -> int:
    """Permissions for the new file: those of the file it replaces, else what `open` would give."""
    if target.exists():
        return target.stat().st_mode & 0o777
    umask = os.umask(0)  # the only way to read it is to set it
    os.umask(umask)
    return 0o666 & ~umask
