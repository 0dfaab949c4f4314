"""Read-only columns of data about nodes and edges."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
Columns = Mapping[str, ArrayLike]


def frozen(array: ArrayLike) -> Array:
    """Return the values as a read-only array; one that the caller can still write to is copied."""
    values = np.asarray(array)
    if values.flags.writeable:
        values = values.copy()
        values.flags.writeable = False
    return values


def frozen_columns(columns: Columns | None, length: int, kind: str) -> Mapping[str, Array]:
    """Read-only mapping of read-only columns, each with `length` rows."""
    if columns is None:
        return MappingProxyType({})
    if not isinstance(columns, Mapping):
        raise TypeError(f"{kind} data must be a mapping of names to arrays, got {type(columns).__name__}")
    result = {}
    for name, values in columns.items():
        if not isinstance(name, str):
            raise TypeError(f"names of {kind} data must be strings, got {name!r}")
        column = frozen(values)
        if column.ndim == 0 or len(column) != length:
            raise ValueError(
                f"{kind} data {name!r} must have one row for each of the {length} {kind}s, "
                f"got an array of shape {column.shape}"
            )
        result[name] = column
    return MappingProxyType(result)
