"""Node labels: an immutable sequence of distinct hashables, with a lookup that is built on first use."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from graphkit.errors import UnknownNameError

_HINT_LIMIT = 100_000  # close matches are searched among at most this many labels


class NodeLabels(Sequence[Hashable]):
    """Labels of the nodes of a graph, in node order.

    Integers are kept in one int64 array and, in graphs read from the binary format, strings in one UTF-8
    buffer with offsets, so that opening a file with a million labels costs nothing; everything else is kept
    as a tuple.

    Parameters
    ----------
    values : iterable of hashable, or integer ndarray
        Distinct labels.

    Raises
    ------
    TypeError
        If a label is not hashable.
    ValueError
        If two labels are equal.

    Examples
    --------
    >>> labels = NodeLabels(["ann", "bob"])
    >>> labels[1], labels.index_of("ann"), len(labels)
    ('bob', 0, 2)
    """

    __slots__ = ("_lookup", "_offsets", "_values")
    _values: Any

    def __init__(self, values: Iterable[Hashable] | NDArray[Any]) -> None:
        self._offsets: NDArray[Any] | None = None
        self._lookup: dict[Hashable, int] | None = None
        self._values = _store(values)
        self._check_distinct()

    @classmethod
    def _from_utf8(cls, offsets: NDArray[Any], data: NDArray[Any]) -> "NodeLabels":
        """Labels in one UTF-8 buffer; label i is ``data[offsets[i]:offsets[i + 1]]``. Not checked."""
        labels = cls.__new__(cls)
        labels._values, labels._offsets, labels._lookup = data, offsets, None
        return labels

    @classmethod
    def _from_integers(cls, values: NDArray[Any]) -> "NodeLabels":
        """Wrap an int64 array of distinct labels, which is not checked again."""
        labels = cls.__new__(cls)
        values = values.view()
        values.flags.writeable = False
        labels._values, labels._offsets, labels._lookup = values, None, None
        return labels

    @property
    def integers(self) -> NDArray[Any] | None:
        """The labels as a read-only int64 array if all of them are integers, else None."""
        return self._values if isinstance(self._values, np.ndarray) and self._offsets is None else None

    def index_of(self, label: Hashable) -> int:
        """Return the index of the node with this label.

        Raises
        ------
        UnknownNameError
            If no node has it; close matches are listed.
        """
        if self._lookup is None:
            self._lookup = {value: i for i, value in enumerate(self)}
        try:
            return self._lookup[label]
        except (KeyError, TypeError):
            raise UnknownNameError(f"no node is labelled {label!r}{self._hint(label)}") from None

    def _hint(self, label: object) -> str:
        if not isinstance(label, str):
            return ""
        words = [value for value in self[:_HINT_LIMIT] if isinstance(value, str)]
        close = get_close_matches(label, words, n=3)
        return f"; did you mean {' or '.join(map(repr, close))}?" if close else ""

    def take(self, nodes: NDArray[Any]) -> "NodeLabels":
        """Labels of some nodes, in the order given."""
        if self.integers is not None:
            return NodeLabels._from_integers(self.integers[nodes])
        return NodeLabels([self[int(i)] for i in nodes])

    def _check_distinct(self) -> None:
        integers = self.integers
        if integers is not None:
            ordered = integers if (integers[1:] > integers[:-1]).all() else np.sort(integers)
            repeated = np.flatnonzero(ordered[1:] == ordered[:-1])
            if repeated.size:
                raise ValueError(f"node labels must be distinct, got {ordered[repeated[0]]} twice")
            return
        self._lookup = {}
        for i, label in enumerate(self._values):
            try:
                first = self._lookup.setdefault(label, i)
            except TypeError:
                raise TypeError(f"node labels must be hashable, got {label!r} for node {i}") from None
            if first != i:
                raise ValueError(f"node labels must be distinct, got {label!r} for nodes {first} and {i}")

    def __len__(self) -> int:
        return len(self._values) if self._offsets is None else len(self._offsets) - 1

    @overload
    def __getitem__(self, position: int) -> Hashable: ...
    @overload
    def __getitem__(self, position: slice) -> tuple[Hashable, ...]: ...
    def __getitem__(self, position: Any) -> Any:
        if isinstance(position, slice):
            return tuple(self[i] for i in range(*position.indices(len(self))))
        if self._offsets is not None:
            i = range(len(self))[position]  # negative positions and bounds, as a list has them
            return self._values[self._offsets[i] : self._offsets[i + 1]].tobytes().decode()
        value = self._values[position]
        return int(value) if isinstance(self._values, np.ndarray) else value

    def __iter__(self) -> Iterator[Hashable]:
        if self._offsets is not None:
            return (self[i] for i in range(len(self)))
        return iter(self._values.tolist() if isinstance(self._values, np.ndarray) else self._values)

    def __contains__(self, label: object) -> bool:
        try:
            self.index_of(label)
        except UnknownNameError:
            return False
        return True

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str | bytes):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        shown = ", ".join(map(repr, self[:5]))
        return f"NodeLabels([{shown}{', ...' if len(self) > 5 else ''}])"

    def __reduce__(self) -> tuple[Any, ...]:
        if self._offsets is not None:
            return NodeLabels._from_utf8, (np.array(self._offsets), np.array(self._values))
        if self.integers is not None:
            return NodeLabels._from_integers, (self._values,)
        return NodeLabels, (self._values,)


def _store(values: Iterable[Hashable] | NDArray[Any]) -> Any:
    """Return an int64 array if every label is an integer that fits, else a tuple of Python objects."""
    if isinstance(values, np.ndarray):
        if values.ndim != 1:
            raise ValueError(f"node labels must be one-dimensional, got an array of shape {values.shape}")
        if values.dtype.kind not in "iu" or values.dtype == np.uint64:
            values = values.tolist()
    if not isinstance(values, np.ndarray):
        if isinstance(values, str | bytes) or not isinstance(values, Iterable):
            raise TypeError(f"node labels must be a sequence with one label for each node, got {values!r}")
        items = tuple(item.item() if isinstance(item, np.generic) else item for item in values)
        if not items or not all(type(item) is int and -(2**63) <= item < 2**63 for item in items):
            return items
        values = np.array(items, dtype=np.int64)
    stored = values.astype(np.int64)
    stored.flags.writeable = False
    return stored
