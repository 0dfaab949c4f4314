"""What the results of reading data sets share: splits, counts of listed edges, checked columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graphkit._columns import frozen
from graphkit.graph import Graph
from graphkit.validation import check_choice

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Split:
    """Nodes, or graphs of a collection, for training, validation and testing.

    Parameters
    ----------
    name : str
    train, val, test : array-like of int
        Positions, from 0, distinct; kept in increasing order. `val` may be empty.

    Examples
    --------
    >>> split = Split("fold 1", [0, 3], [], [1])
    >>> split.mask("train", 4).tolist()
    [True, False, False, True]
    """

    name: str
    train: Array
    val: Array
    test: Array

    def __post_init__(self) -> None:
        for part in ("train", "val", "test"):
            given = np.asarray(getattr(self, part))
            if given.ndim != 1 or (given.size and given.dtype.kind not in "iu"):
                raise TypeError(
                    f"split {self.name!r}: {part} must be one row of positions, got shape {given.shape} and "
                    f"dtype {given.dtype}"
                )
            positions = np.unique(given.astype(np.int64))
            if positions.size != given.size:
                raise ValueError(f"split {self.name!r}: {part} has repeated positions")
            if positions.size and positions[0] < 0:
                raise ValueError(f"split {self.name!r}: {part} has the negative position {positions[0]}")
            object.__setattr__(self, part, fixed(positions))

    @classmethod
    def from_masks(cls, name: str, train: ArrayLike, val: ArrayLike, test: ArrayLike) -> "Split":
        """Build a split from three boolean masks."""
        return cls(name, *(np.flatnonzero(np.asarray(mask)) for mask in (train, val, test)))

    def mask(self, part: str, length: int) -> Array:
        """Return a boolean mask of shape (length,) of one of the parts "train", "val" and "test"."""
        check_choice(part, "part", ("train", "val", "test"))
        mask = np.zeros(length, dtype=bool)
        mask[getattr(self, part)] = True
        return mask

    def __repr__(self) -> str:
        return f"Split({self.name!r}, {len(self.train)} / {len(self.val)} / {len(self.test)})"


@dataclass(frozen=True)
class Listing:
    """How files list the edges of a graph, before it became one.

    Attributes
    ----------
    entries : int
        All entries.
    repeated : int
        Entries that name the same pair, in the same direction, as an earlier one.
    self_loops : int
        Distinct entries from a node to itself.
    one_way : int
        Distinct entries whose opposite is not listed; 0 if the list is symmetric.
    """

    entries: int
    repeated: int
    self_loops: int
    one_way: int

    @classmethod
    def of(cls, entries: int, directed: Graph, undirected: Graph) -> "Listing":
        """Count entries, from the graphs that they make with directions and without."""
        loops = directed.n_self_loops
        distinct = directed.n_entries - loops
        return cls(
            entries=entries,
            repeated=entries - directed.n_entries,
            self_loops=loops,
            # Pairs listed both ways are two of the distinct entries, the others are one.
            one_way=2 * (undirected.n_edges - loops) - distinct,
        )


def fixed(array: Array) -> Array:
    """Mark an array that nobody else has as read-only."""
    array.flags.writeable = False
    return array


def data_rows(values: Any, length: int | None, what: str, each: str) -> Any:
    """Read-only array, or CSR matrix of read-only arrays, with one row for each subject."""
    import scipy.sparse

    result: Any
    if scipy.sparse.issparse(values):
        given: Any = values  # scipy types its classes by a base without conversions
        csr = given.tocsr()
        parts = [_frozen_view(array) for array in (csr.data, csr.indices, csr.indptr)]
        result = scipy.sparse.csr_array(tuple(parts), shape=csr.shape)
    else:
        result = frozen(values)
    if result.ndim == 0 or (length is not None and result.shape[0] != length):
        raise ValueError(
            f"{what} must have one row for each {each}, {length} in all, got the shape {result.shape}"
        )
    return result


def _frozen_view(array: Array) -> Array:
    """Read-only view; the array itself stays as it is."""
    view = array.view()
    view.flags.writeable = False
    return view


def fill_labels(dataset: Any, count: int, each: str) -> None:
    if dataset.labels is not None:
        object.__setattr__(dataset, "labels", data_rows(dataset.labels, count, "labels", each))
    object.__setattr__(dataset, "splits", tuple(dataset.splits))
    for split in dataset.splits:
        for part in (split.train, split.val, split.test):
            if part.size and part[-1] >= count:
                raise ValueError(
                    f"split {split.name!r} has the {each} {part[-1]}, but there are {count} {each}s"
                )


def with_node_data(graph: Graph, columns: Mapping[str, ArrayLike]) -> Graph:
    return Graph._trusted(
        graph.indptr,
        graph.indices,
        graph.weights,
        graph.directed,
        graph.labels,
        columns,
        graph.edge_data,
        graph.n_self_loops,
    )
