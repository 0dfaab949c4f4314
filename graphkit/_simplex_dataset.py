"""Simplices with times, as arrays."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graphkit._dataset_parts import data_rows, fixed
from graphkit.graph import Graph
from graphkit.memory import require_memory

if TYPE_CHECKING:
    import scipy.sparse

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class SimplexDataset:
    """Sets of nodes, each with the time at which it was seen.

    Parameters
    ----------
    name : str
    offsets : array-like of shape (n_simplices + 1,)
    nodes : array-like of int of shape (offsets[-1],)
        Simplex i has the nodes ``nodes[offsets[i]:offsets[i + 1]]``, from 0 and distinct.
    times : array-like of shape (n_simplices,), optional
    n_nodes : int, optional
        Default: the largest node and one. A node need not be in any simplex.
    node_labels : iterable of str, optional
        Names of the nodes.

    Raises
    ------
    ValueError
        If lengths differ, a node is out of range, or twice in a simplex.

    Examples
    --------
    >>> simplices = SimplexDataset("three", [0, 3, 5, 7], [0, 1, 2, 0, 1, 1, 3], times=[10, 15, 21])
    >>> simplices
    SimplexDataset('three', 3 simplices of at most 3 nodes, 4 nodes, times 10 to 21)
    >>> simplices.projected().edge_weights().tolist()
    [2.0, 1.0, 1.0, 1.0]
    """

    name: str
    offsets: Array
    nodes: Array
    times: Array | None = None
    n_nodes: int | None = None
    node_labels: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        put = object.__setattr__
        offsets, nodes = np.asarray(self.offsets).astype(np.int64), np.asarray(self.nodes).astype(np.int64)
        if offsets.ndim != 1 or not offsets.size or offsets[0] != 0 or offsets[-1] != nodes.size:
            raise ValueError(f"offsets must begin with 0 and end with the {nodes.size} nodes listed")
        if (np.diff(offsets) < 0).any():
            raise ValueError("offsets must not decrease")
        if nodes.size and nodes.min() < 0:
            raise ValueError(f"nodes must not be negative, got {nodes.min()}")
        count = int(nodes.max()) + 1 if nodes.size else 0
        if self.n_nodes is None:
            put(self, "n_nodes", count if self.node_labels is None else max(count, len(self.node_labels)))
        elif count > self.n_nodes:
            raise ValueError(f"node {count - 1} is out of range: there are {self.n_nodes} nodes")
        put(self, "offsets", fixed(offsets))
        put(self, "nodes", fixed(nodes))
        if self.times is not None:
            put(self, "times", data_rows(self.times, len(self), "times", "simplex"))
        if self.node_labels is not None:
            put(self, "node_labels", tuple(self.node_labels))
            if len(self.node_labels) != self.n_nodes:
                raise ValueError(f"expected {self.n_nodes} node labels, got {len(self.node_labels)}")
        ordered = self.incidence().indices
        repeated = np.flatnonzero(ordered[1:] == ordered[:-1])
        repeated = repeated[~np.isin(repeated + 1, offsets)]  # those within one simplex
        if repeated.size:
            place = int(repeated[0])
            simplex = int(np.searchsorted(offsets, place, side="right")) - 1
            raise ValueError(f"node {ordered[place]} is twice in simplex {simplex}")

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, i: int) -> Array:
        """Return the nodes of simplex i, read-only, in the order of the file."""
        count = len(self)
        if not -count <= i < count:
            raise IndexError(f"there are {count} simplices, got {i}")
        return self.nodes[self.offsets[i % count] : self.offsets[i % count + 1]]

    @property
    def simplex_of_entry(self) -> Array:
        """Number of the simplex that every entry of `nodes` belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets))

    @property
    def n_used_nodes(self) -> int:
        """Number of nodes that are in at least one simplex."""
        return len(np.unique(self.nodes))

    def incidence(self) -> "scipy.sparse.csr_array[Any]":
        """Return the 0/1 matrix of shape (n_simplices, n_nodes) that says which nodes a simplex has."""
        import scipy.sparse

        matrix: Any = scipy.sparse.csr_array(
            (np.ones(len(self.nodes)), self.nodes.copy(), self.offsets.copy()),
            shape=(len(self), self.n_nodes or 0),
        )
        matrix.sort_indices()
        matrix.has_canonical_format = True
        return matrix

    def projected(self) -> Graph:
        """Return the graph in which an edge weighs how many simplices have both of its ends.

        Notes
        -----
        The product of the transposed incidence matrix with itself, without its diagonal. Memory is estimated
        before, from the number of pairs in all simplices and from the number of pairs of nodes.

        Raises
        ------
        MemoryBudgetError
            If the graph could not be held.
        """
        from graphkit.convert import from_scipy

        sizes = np.diff(self.offsets)
        n = int(self.n_nodes or 0)
        entries = min(int((sizes * sizes).sum()), n * n)
        require_memory(30 * entries + 24 * len(self.nodes) + 40 * n, f"the graph of {len(self)} simplices")
        incidence = self.incidence()
        shared: Any = (incidence.T @ incidence).tocsr()  # scipy types the product by its base class
        shared.setdiag(0)
        shared.eliminate_zeros()
        unique = self.node_labels is not None and len(set(self.node_labels)) == len(self.node_labels)
        return from_scipy(
            shared,
            weighted=True,
            labels=self.node_labels if unique else None,
            node_data=None if self.node_labels is None or unique else {"name": np.array(self.node_labels)},
        )

    def __repr__(self) -> str:
        largest = int(np.diff(self.offsets).max(initial=0))
        times = "no times"
        if self.times is not None and len(self.times):
            times = f"times {self.times.min()} to {self.times.max()}"
        return (
            f"SimplexDataset({self.name!r}, {len(self)} simplices of at most {largest} nodes, "
            f"{self.n_nodes} nodes, {times})"
        )
