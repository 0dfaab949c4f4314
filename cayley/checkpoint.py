"""Long computations that can be stopped and taken up again: a folder with what is known after a layer."""

import json
import os
import signal
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cayley.result import GrowthResult
from graphkit.errors import GraphFormatError, GraphkitError
from graphkit.files import atomic_write

try:
    import fcntl
except ImportError:  # a system without it: two processes on one folder are up to the user there
    fcntl = None  # type: ignore[assignment]

Snapshot = Callable[[], dict[str, NDArray[Any]]]

_INTERVAL = 10.0  # seconds between two snapshots at least
_SHARE = 20  # a snapshot may take one part in so many of the time


class CheckpointError(GraphkitError, ValueError):
    """A checkpoint belongs to another job, is in use, or is damaged."""


class Checkpoint:
    """A folder that holds one computation.

    ``job.json`` tells which computation it is, ``progress.npz`` what is known after a whole layer, and
    ``result.json`` the result once there is one; then the rest is removed.

    Engines keep themselves in one of two ways. Most hand a snapshot of all they know to `keep`, which writes
    it when enough time has passed for that to be worth while, and when the computation is stopped. The dense
    engine works on a memory-mapped bitmap, ``states.bin``, and notes the rest after every layer with `save`.
    The bitmap lives in the page cache of the operating system: it survives the end of the process in any
    way, and it survives a crash of the machine only as far as the system had written it. `verify` notices if
    it had not.

    Parameters
    ----------
    path : path-like
        The folder. It is created if it does not exist.
    job : dict
        Describes the computation, as JSON; its entries ``kind`` and ``graph`` identify it.
    engine : str
        Who keeps it: another engine cannot take it up.
    interval : float
        Seconds between two snapshots at least.

    Raises
    ------
    CheckpointError
        If the folder holds another job, or other files and no job.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        job: dict[str, Any],
        engine: str = "",
        interval: float = _INTERVAL,
    ) -> None:
        if not os.fspath(path):
            raise ValueError("a checkpoint needs the name of a folder, got an empty one")
        self.path = Path(path)
        self._engine = engine
        self._started = time.monotonic()
        self._before = 0.0
        self._interval = interval
        self._next = self._started + interval
        self._snapshot: Snapshot | None = None
        self._interrupted = False
        self.depth = -1  # of the computation that was taken up
        described = self.path / "job.json"
        if described.exists():
            held = _read_json(described)
            if held.get("graph") != job.get("graph") or held.get("kind") != job.get("kind"):
                raise CheckpointError(
                    f"{self.path} holds another job: {_describe(held)}; this one is {_describe(job)}"
                )
            return
        if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
            raise CheckpointError(f"{self.path} is no checkpoint: it must be new or an empty folder")
        self.path.mkdir(parents=True, exist_ok=True)
        with atomic_write(described) as file:
            file.write(json.dumps(job) + "\n")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes out.

        Raises
        ------
        CheckpointError
            If another process is at work on this folder.
        """
        with open(self.path / "job.json", "rb") as file:
            if fcntl is not None:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    raise CheckpointError(f"{self.path} is in use by another process") from None
                except OSError:
                    pass  # a file system without locks
            yield

    @property
    def result(self) -> GrowthResult | None:
        """The result, if the computation has ended."""
        path = self.path / "result.json"
        if not path.exists():
            return None
        self._clear()  # should the process have ended before it came to that
        return GrowthResult.load(path)

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
        """Write what is known after a whole layer.

        Raises
        ------
        OSError
            If it cannot be written; what was there before is then untouched.
        """
        self._snapshot = None
        extra = {"seconds": np.array(self.seconds), "engine": np.array(self._engine)}
        with atomic_write(self.path / "progress.npz", "wb") as file:
            np.savez(file, **extra, **arrays)  # type: ignore[arg-type]

    def keep(self, snapshot: Snapshot) -> None:
        """Take note of a whole layer; write it if that is due.

        Parameters
        ----------
        snapshot : callable
            Returns what the engine needs to go on after this layer. It may be called until the engine is
            asked for the next one.
        """
        self._snapshot = snapshot
        if time.monotonic() >= self._next:
            self.flush()

    def flush(self) -> None:
        """Write the layer that `keep` has noted, if it is not written yet."""
        if self._snapshot is None:
            return
        start = time.monotonic()
        self.save(**self._snapshot())
        end = time.monotonic()
        self._next = end + max(self._interval, _SHARE * (end - start))

    def forget(self) -> None:
        """Drop what `keep` has noted: the computation has ended."""
        self._snapshot = None

    @contextmanager
    def layer(self) -> Iterator[None]:
        """Compute a layer: what `keep` noted before goes out of date, and Ctrl-C waits for the end of it.

        A second Ctrl-C does not wait.

        Raises
        ------
        KeyboardInterrupt
            At the end, if there was a Ctrl-C. The layer has been written then.
        """
        self._snapshot = None
        if threading.current_thread() is not threading.main_thread():
            yield  # signals are no business of other threads
            return
        before = signal.signal(signal.SIGINT, self._note_interrupt)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
        if self._interrupted:
            self.flush()
            raise KeyboardInterrupt(f"the computation is kept in {self.path}, from where it can be taken up")

    def _note_interrupt(self, number: int, frame: object) -> None:
        if self._interrupted:
            raise KeyboardInterrupt
        self._interrupted = True

    def load(self) -> Mapping[str, NDArray[Any]]:
        """Return what `save` has written. Each array is read when it is asked for.

        Raises
        ------
        CheckpointError
            If the file is damaged, or another engine has written it.
        """
        saved = _Saved(self.path)
        engine = str(saved["engine"])
        if engine != self._engine:
            raise CheckpointError(
                f"{self.path} was kept by the engine {engine!r}, not {self._engine!r}: give engine={engine!r}"
            )
        self._before, self._started = float(saved["seconds"]), time.monotonic()
        self.depth = len(saved["sizes"]) - 1
        return saved

    def verify(self, holds: bool) -> None:
        """Refuse to go on if the bitmap is not that of the last whole layer.

        Raises
        ------
        CheckpointError
            If `holds` is false.
        """
        if not holds:
            raise CheckpointError(
                f"{self.path} is damaged: the bitmap does not hold the states that were counted; the machine"
                f" may have stopped before it was written. Remove {self.path} to start anew"
            )

    def finish(self, result: GrowthResult) -> None:
        """Keep the result and remove the rest."""
        result.save(self.path / "result.json")
        self._clear()

    def _clear(self) -> None:
        for name in ("progress.npz", "states.bin"):
            (self.path / name).unlink(missing_ok=True)


class _Saved(Mapping[str, NDArray[Any]]):
    """Arrays of ``progress.npz``, read one by one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with self._open() as archive:
            self._names = list(archive)

    @contextmanager
    def _open(self) -> Iterator[Any]:
        path = self._folder / "progress.npz"
        try:
            with np.load(path) as archive:
                yield archive
        except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise CheckpointError(
                f"{path} cannot be read ({error}): remove {self._folder} to start anew"
            ) from None

    def __getitem__(self, name: str) -> NDArray[Any]:
        with self._open() as archive:
            return np.asarray(archive[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise GraphFormatError("not a description of a job", path=path) from None
    if not isinstance(document, dict):
        raise GraphFormatError("not a description of a job", path=path)
    return document


def _describe(job: dict[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in job.items() if key != "graph")
