"""The result of a growth computation, and how it is written to files."""

import csv
import io
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

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
    last_layer : list of list of int, or None
        The states of the last layer, for a complete growth the antipodes, in lexicographic order:
        permutations by their images numbered from 0, words by their colours 0, 1, ..., matrices by rows.
        None if there are more than 1,000, or the engine did not list them.
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
    last_layer: list[list[int]] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain Python objects, ready for JSON."""
        return asdict(self)

    def to_csv(self) -> str:
        """Return the layers as text with the columns ``distance`` and ``size``."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["distance", "size"])
        writer.writerows(enumerate(self.growth))
        return text.getvalue()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write to a file, by its suffix: ``.json`` (everything) or ``.csv`` (the layers).

        Raises
        ------
        ValueError
            If the suffix is neither.
        OSError
            If the file cannot be written; what was there before is then untouched.
        """
        suffix = check_choice(Path(path).suffix, "suffix of a result file", _WRITERS)
        with atomic_write(path) as file:
            file.write(_WRITERS[suffix](self))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "GrowthResult":
        """Read a ``.json`` file that `save` has written.

        Raises
        ------
        GraphFormatError
            If the file is not such a file.
        """
        try:
            document = json.loads(Path(path).read_text(encoding="utf-8"))
        except json.JSONDecodeError as error:
            raise GraphFormatError(f"not JSON: {error.msg}", path=str(path), line=error.lineno) from None
        except UnicodeDecodeError:
            raise GraphFormatError("not JSON: it is not UTF-8 text", path=str(path)) from None
        wanted = set(cls.__dataclass_fields__)
        if not isinstance(document, dict) or set(document) != wanted:
            raise GraphFormatError(f"expected one JSON object with the keys {sorted(wanted)}", path=str(path))
        return cls(**document)


_WRITERS = {
    ".json": lambda result: json.dumps(result.to_dict()) + "\n",
    ".csv": GrowthResult.to_csv,
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
    check_choice(Path(path).suffix, "suffix of a result file", _WRITERS)
    check_writable(path)
