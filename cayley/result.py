"""The result of a growth computation, and how it is written to files."""

import csv
import io
import json
import math
import os
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from graphkit.errors import GraphFormatError
from graphkit.files import atomic_write, check_writable
from graphkit.validation import check_choice


@dataclass(frozen=True)
class GrowthResult:
    """Layer sizes of a Cayley graph, with where they come from.

    Attributes
    ----------
    group : str
        Name of the group, such as ``"S10"``, or ``"word 0011"``.
    generators : str or list of str
        Name of the generator family, or each generator in cycle notation.
    directed : bool
        Whether some generator lacks its inverse. Layers then count states by the distance from the identity.
    order : int or None
        Number of states: the sum of a complete growth, which equals what was proved beforehand by a
        stabiliser chain or a formula. For another growth what was proved, or None.
    diameter : int or None
        Largest distance from the identity; None if the growth is not complete.
    growth : list of int
        Entry d is the number of elements at distance d from the identity.
    complete : bool
        False if the computation was told to stop at some depth and there is more.
    engine : str
        Engine that computed it.
    seconds : float
        Wall time of the growth itself, without start-up and compilation.
    peak_memory_bytes : int
        Peak resident memory of the process at the end, interpreter and libraries included.
    first_layers : list of list of list of int
        The states of layers 0, 1, ..., as long as there are at most 100 together, each layer in lexicographic
        order: permutations by their images numbered from 0, words by their colours, matrices by rows.
    last_layer : list of list of int, or None
        The states of the last layer, for a complete growth the antipodes, likewise. None if there are more
        than 1,000, or the engine did not list them.
    """

    group: str
    generators: str | list[str]
    directed: bool
    order: int | None
    diameter: int | None
    growth: list[int]
    complete: bool
    engine: str
    seconds: float
    peak_memory_bytes: int
    first_layers: list[list[Any]]
    last_layer: list[Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain Python objects, ready for JSON."""
        return asdict(self)

    def to_csv(self) -> str:
        """Return the layers as text with the columns ``distance`` and ``size``."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(enumerate(self.growth))
        return text.getvalue()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write to a file, by its suffix; `load` reads each of them back to an equal result.

        ``.json``
            One object with the attributes as keys.
        ``.csv``
            The table of `to_csv`, after a line that begins with ``#`` and holds the other attributes as JSON.
        ``.npz``
            NumPy arrays ``growth`` and, if there is one, ``last_layer``; the text ``about`` holds the other
            attributes as JSON.

        Raises
        ------
        ValueError
            If the suffix is none of these.
        OSError
            If the file cannot be written; what was there before is then untouched.
        """
        write, _, mode = _FORMATS[check_choice(Path(path).suffix, "suffix of a result file", _FORMATS)]
        with atomic_write(path, mode) as file:
            write(self.to_dict(), file)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "GrowthResult":
        """Read a file that `save` has written.

        Raises
        ------
        ValueError
            If the suffix is none that `save` takes.
        GraphFormatError
            If the file is not such a file.
        FileNotFoundError
            If there is no such file.
        """
        _, read, _ = _FORMATS[check_choice(Path(path).suffix, "suffix of a result file", _FORMATS)]
        document = read(Path(path))
        wanted = set(cls.__dataclass_fields__)
        if not isinstance(document, dict) or set(document) != wanted:
            raise GraphFormatError(f"expected one JSON object with the keys {sorted(wanted)}", path=str(path))
        growth = document["growth"]
        if not isinstance(growth, list) or not all(type(size) is int and size > 0 for size in growth):
            raise GraphFormatError("the layer sizes must be positive integers", path=str(path))
        for key, (is_valid, what) in _KINDS.items():
            if not is_valid(document[key]):
                raise GraphFormatError(f"{key!r} must be {what}, got {document[key]!r}", path=str(path))
        return cls(**document)


def _write_json(document: dict[str, Any], file: IO[str]) -> None:
    file.write(json.dumps(document) + "\n")


def _read_json(path: Path) -> Any:
    return _parse_json(_read_text(path), path)


def _write_csv(document: dict[str, Any], file: IO[str]) -> None:
    about = {key: value for key, value in document.items() if key != "growth"}
    file.write(f"# {json.dumps(about)}\n{GrowthResult(**document).to_csv()}")


def _read_csv(path: Path) -> Any:
    first, _, table = _read_text(path).partition("\n")
    if not first.startswith("#"):
        raise GraphFormatError("expected a line '# {...}' that tells what grows", path=path, line=1)
    about = _parse_json(first[1:], path)
    rows = list(csv.reader(table.splitlines()))
    if not rows or tuple(rows[0]) != _COLUMNS:
        raise GraphFormatError(f"expected the columns {','.join(_COLUMNS)}", path=path, line=2)
    growth = []
    for distance, row in enumerate(rows[1:]):
        is_size = len(row) == 2 and row[1].isascii() and row[1].isdecimal()
        if not is_size or len(row[1]) > 20 or row[0] != str(distance):
            raise GraphFormatError(
                f"expected the size of layer {distance}, got {','.join(row)!r}", path=path, line=distance + 3
            )
        growth.append(int(row[1]))
    return about | {"growth": growth} if isinstance(about, dict) else about


def _write_npz(document: dict[str, Any], file: IO[bytes]) -> None:
    import numpy as np

    arrays = {"growth": np.array(document.pop("growth"), np.int64)}
    last_layer = document.pop("last_layer")
    if last_layer is not None:
        arrays["last_layer"] = np.array(last_layer, np.int64)
    np.savez_compressed(file, about=np.array(json.dumps(document)), **arrays)  # type: ignore[arg-type]


def _read_npz(path: Path) -> Any:
    import numpy as np

    try:
        with np.load(path) as archive:
            arrays = dict(archive)
            about, growth = str(arrays["about"]), arrays["growth"].tolist()
    except FileNotFoundError:
        raise
    except (OSError, ValueError, EOFError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise GraphFormatError(f"not a growth in NumPy's format: {error}", path=path) from None
    last_layer = arrays["last_layer"].tolist() if "last_layer" in arrays else None
    document = _parse_json(about, path)
    if not isinstance(document, dict):
        return document
    return document | {"growth": growth, "last_layer": last_layer}


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise GraphFormatError("not UTF-8 text", path=path) from None


def _parse_json(text: str, path: Path) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise GraphFormatError(f"not JSON: {error.msg}", path=path, line=error.lineno) from None
    except (ValueError, RecursionError):
        raise GraphFormatError("a number is too long, or lists are too deep", path=path) from None


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_count_or_none(value: object) -> bool:
    return value is None or _is_count(value)


# What the fields besides `growth` must be in a file.
_KINDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "group": (_is_text, "text"),
    "generators": (
        lambda value: _is_text(value) or (isinstance(value, list) and all(map(_is_text, value))),
        "text or a list of texts",
    ),
    "directed": (_is_flag, "true or false"),
    "order": (_is_count_or_none, "a count or null"),
    "diameter": (_is_count_or_none, "a count or null"),
    "complete": (_is_flag, "true or false"),
    "engine": (_is_text, "text"),
    "seconds": (lambda value: type(value) in (int, float) and 0 <= value < math.inf, "a time in seconds"),
    "peak_memory_bytes": (_is_count, "a count"),
    "first_layers": (
        lambda value: isinstance(value, list) and all(isinstance(layer, list) for layer in value),
        "a list of layers",
    ),
    "last_layer": (lambda value: value is None or isinstance(value, list), "a list of states or null"),
}
_COLUMNS = ("distance", "size")
_FORMATS: dict[str, tuple[Callable[[dict[str, Any], Any], None], Callable[[Path], Any], str]] = {
    ".json": (_write_json, _read_json, "w"),
    ".csv": (_write_csv, _read_csv, "w"),
    ".npz": (_write_npz, _read_npz, "wb"),
}


def check_output(path: str | os.PathLike[str]) -> None:
    """Check before a long computation that its result can be written to `path`.

    Raises
    ------
    ValueError
        If the suffix names no format.
    FileNotFoundError, IsADirectoryError
        If the folder does not exist, or `path` is a folder.
    """
    check_choice(Path(path).suffix, "suffix of a result file", _FORMATS)
    check_writable(path)
