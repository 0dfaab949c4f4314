"""Long computations that can be stopped and taken up again: a folder with a bitmap and notes on it."""

import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cayley.result import GrowthResult
from graphkit.errors import GraphFormatError, GraphkitError
from graphkit.files import atomic_write


class CheckpointError(GraphkitError, ValueError):
    """A checkpoint belongs to another job, is in use, or is damaged."""


class Checkpoint:
    """A folder that holds one computation.

    ``job.json`` tells which computation it is, ``states.bin`` is its memory-mapped bitmap,
    ``progress.npz`` what else is known after the last whole layer, and ``result.json`` the result once there
    is one; then the other two are removed.

    The bitmap lives in the page cache of the operating system: it survives the end of the process in any
    way, and it survives a crash of the machine only as far as the system had written it. `verify` notices if
    it had not.

    Parameters
    ----------
    path : path-like
        The folder. It is created if it does not exist.
    job : dict
        What identifies the computation, as JSON.

    Raises
    ------
    CheckpointError
        If the folder holds another job, or other files and no job.
    """

    def __init__(self, path: str | os.PathLike[str], job: dict[str, Any]) -> None:
        self.path = Path(path)
        self._started = time.monotonic()
        self._before = 0.0
        described = self.path / "job.json"
        if described.exists():
            held = _read_json(described)
            if held != job:
                raise CheckpointError(
                    f"{self.path} holds another job: {_describe(held)}; this one is {_describe(job)}"
                )
            return
        if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
            raise CheckpointError(f"{self.path} is no checkpoint: it must be new or an empty folder")
        self.path.mkdir(parents=True, exist_ok=True)
        with atomic_write(described) as file:
            file.write(json.dumps(job) + "\n")

    @property
    def result(self) -> GrowthResult | None:
        """The result, if the computation has ended."""
        path = self.path / "result.json"
        return GrowthResult.load(path) if path.exists() else None

    @property
    def has_progress(self) -> bool:
        """Whether there is something to take up."""
        return (self.path / "progress.npz").exists()

    @property
    def seconds(self) -> float:
        """Time spent on the computation, in this run and those before it."""
        return self._before + time.monotonic() - self._started

    def new_bitmap(self, shape: tuple[int, ...]) -> NDArray[np.uint64]:
        """Create the bitmap, all zero, and take its room on the disk.

        Raises
        ------
        OSError
            If the disk is too full.
        """
        size = 8 * int(np.prod(shape, dtype=np.int64))
        with open(self.path / "states.bin", "wb") as file:
            # A full disk must show here, not as a bus error when a page is written.
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            else:
                file.truncate(size)
        return self.open_bitmap(shape)

    def open_bitmap(self, shape: tuple[int, ...]) -> NDArray[np.uint64]:
        """Map the bitmap into memory.

        Raises
        ------
        CheckpointError
            If it is not there, or of another size.
        """
        path = self.path / "states.bin"
        size = 8 * int(np.prod(shape, dtype=np.int64))
        if not path.exists() or path.stat().st_size != size:
            raise CheckpointError(
                f"{path} is missing or not of {size} bytes: remove {self.path} to start anew"
            )
        return np.memmap(path, np.uint64, "r+", shape=shape)

    def save(self, **arrays: NDArray[Any]) -> None:
        """Note what is known after a whole layer."""
        with atomic_write(self.path / "progress.npz", "wb") as file:
            np.savez(file, seconds=np.array(self.seconds), **arrays)  # type: ignore[arg-type]

    def load(self) -> dict[str, NDArray[Any]]:
        """Return what `save` has noted."""
        path = self.path / "progress.npz"
        try:
            with np.load(path) as archive:
                saved = dict(archive)
        except (OSError, ValueError, EOFError) as error:
            raise CheckpointError(
                f"{path} cannot be read ({error}): remove {self.path} to start anew"
            ) from None
        self._before, self._started = float(saved.pop("seconds")), time.monotonic()
        return saved

    def verify(self, holds: bool) -> None:
        """Refuse to go on if states that were counted are not marked.

        Raises
        ------
        CheckpointError
            If `holds` is false.
        """
        if not holds:
            raise CheckpointError(
                f"{self.path} is damaged: the bitmap lacks states that were found before; the machine may"
                f" have stopped before it was written. Remove {self.path} to start anew"
            )

    def finish(self, result: GrowthResult) -> None:
        """Keep the result and remove the rest."""
        result.save(self.path / "result.json")
        for name in ("progress.npz", "states.bin"):
            (self.path / name).unlink(missing_ok=True)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise GraphFormatError("not a description of a job", path=path) from None
    if not isinstance(document, dict):
        raise GraphFormatError("not a description of a job", path=path)
    return document


def _describe(job: dict[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in job.items() if key != "permutations")
