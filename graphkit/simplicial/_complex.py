"""Simplicial complexes: lists of simplices of every order, closed under taking faces."""

from collections.abc import Iterable, Sequence
from itertools import chain
from math import comb
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graphkit._simplex_dataset import SimplexDataset
from graphkit.graph import Graph
from graphkit.memory import require_memory
from graphkit.simplicial._kernels import complexes as kernels
from graphkit.validation import check_choice, check_integer, index_dtype

if TYPE_CHECKING:
    import scipy.sparse

Array = NDArray[Any]

PARTS = ("both", "up", "down")


class SimplicialComplex:
    """A simplicial complex on the nodes 0 to n - 1.

    Built by `from_graph`, whose simplices are the cliques, or by `from_simplices`. A p-simplex is a set of
    p + 1 nodes; with a simplex all its faces, that is its subsets, belong to the complex. Every node is a
    0-simplex, also one that is in no other simplex. Complexes do not change.

    Attributes
    ----------
    n_nodes : int
    max_order : int
        Largest order that is stored; the simplices of highest order may be none.
    is_truncated : bool
        Whether simplices of larger order were, or may have been, left out.

    Examples
    --------
    >>> shape = SimplicialComplex.from_simplices([[0, 1, 2], [2, 3]])
    >>> shape
    SimplicialComplex(4 nodes, 4 edges, 1 triangle)
    >>> shape.simplices(1).tolist()
    [[0, 1], [0, 2], [1, 2], [2, 3]]
    >>> shape.hodge_laplacian(0).toarray().astype(int).tolist()
    [[2, -1, -1, 0], [-1, 2, -1, 0], [-1, -1, 3, -1], [0, 0, -1, 1]]
    """

    __slots__ = ("__weakref__", "_first", "_simplices", "is_truncated")

    is_truncated: bool
    _simplices: tuple[Array, ...]
    _first: dict[int, Array]

    def __init__(self) -> None:
        raise TypeError("use SimplicialComplex.from_graph or SimplicialComplex.from_simplices")

    @classmethod
    def _trusted(cls, simplices: Iterable[Array], is_truncated: bool) -> "SimplicialComplex":
        """Wrap sorted lists of simplices, one for each order from 0, known to be closed under faces."""
        made = cls.__new__(cls)
        put = object.__setattr__
        lists = tuple(np.ascontiguousarray(rows) for rows in simplices)
        for rows in lists:
            rows.flags.writeable = False
        put(made, "_simplices", lists)
        put(made, "_first", {})
        put(made, "is_truncated", bool(is_truncated))
        return made

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a SimplicialComplex is immutable: cannot set {name!r}")

    def __reduce__(self) -> tuple[Any, ...]:
        return SimplicialComplex._trusted, ([np.array(rows) for rows in self._simplices], self.is_truncated)

    @classmethod
    def from_graph(
        cls, graph: Graph, max_order: int = 2, *, memory_limit: int | str | None = None
    ) -> "SimplicialComplex":
        """Lift a graph: its cliques of up to ``max_order + 1`` nodes are the simplices.

        Parameters
        ----------
        graph : Graph
            Self-loops, weights and directions are ignored; a warning says so where an edge has no reverse.
        max_order : int, at least 0
        memory_limit : int or str, optional
            Refuse if more would be needed, such as "2GB". Default: what is free.

        Raises
        ------
        TypeError, ValueError, OverflowError
            As `clique_support`.
        MemoryBudgetError
            If the simplices would not fit. They are counted first, which needs little memory.

        Notes
        -----
        `flower_petals` and `clique_support` take the graph itself and list no simplex.

        Examples
        --------
        >>> SimplicialComplex.from_graph(Graph.from_edges([0, 0, 0, 1, 1, 2], [1, 2, 3, 2, 3, 3]), 3)
        SimplicialComplex(4 nodes, 6 edges, 4 triangles, 1 simplex of order 3)
        """
        from graphkit.simplicial._lifting import clique_support, iter_cliques, simple_graph

        max_order = check_integer(max_order, "max_order", minimum=0)
        graph = simple_graph(graph)
        dtype = index_dtype(graph.n_nodes, 0)
        lists = [np.arange(graph.n_nodes, dtype=dtype)[:, None]]
        if max_order == 0:
            return cls._trusted(lists, graph.n_edges > graph.n_self_loops)
        support = clique_support(graph, max_order, memory_limit=memory_limit)
        rows = [count * (order + 1) for order, count in enumerate(support.counts)]
        needed = (sum(rows) + 2 * max(rows)) * np.dtype(dtype).itemsize + 24 * max(support.counts)
        require_memory(needed, f"a complex of {sum(support.counts):,} simplices", memory_limit)
        lists.append(np.stack([support.sources, support.targets], axis=1).astype(dtype))
        for order in range(2, max_order + 1):
            chunks = list(iter_cliques(graph, order)) if support.counts[order] else []
            found = np.concatenate(chunks) if chunks else np.empty((0, order + 1), dtype)
            lists.append(_sorted_rows(found.astype(dtype, copy=False), graph.n_nodes))
        return cls._trusted(lists, support.counts[max_order] > 0 and support.degeneracy > max_order)

    @classmethod
    def from_simplices(
        cls,
        simplices: "Iterable[Sequence[int]] | ArrayLike | SimplexDataset",
        *,
        n_nodes: int | None = None,
        max_order: int | None = None,
        memory_limit: int | str | None = None,
    ) -> "SimplicialComplex":
        """Build the smallest complex that contains some simplices.

        Parameters
        ----------
        simplices : iterable of sequences of int, array of shape (n_simplices, size), or SimplexDataset
            Nodes of every simplex, from 0, in any order. Repeated simplices and faces of others are allowed.
        n_nodes : int, optional
            Number of nodes. Default: up to the largest that is named. A node in no simplex is isolated.
        max_order : int, optional
            Keep only faces of this order and below. Default: all. A simplex of s nodes has 2^s - 1 faces.
        memory_limit : int or str, optional
            Refuse if more would be needed. Default: what is free.

        Raises
        ------
        TypeError
            If a node is no integer.
        ValueError
            If a simplex is empty, lists a node twice, or names a node outside 0..n_nodes-1.
        MemoryBudgetError
            If the faces would not fit.

        Examples
        --------
        >>> SimplicialComplex.from_simplices([[3, 1, 0], [1, 0]], n_nodes=5)
        SimplicialComplex(5 nodes, 3 edges, 1 triangle)
        """
        offsets, nodes = _flat(simplices)
        if n_nodes is None and isinstance(simplices, SimplexDataset):
            n_nodes = simplices.n_nodes
        n = _check_nodes(offsets, nodes, n_nodes)
        sizes = np.diff(offsets)
        longest = int(sizes.max(initial=1)) - 1
        top = longest if max_order is None else check_integer(max_order, "max_order", minimum=0)
        histogram = {int(s): int(c) for s, c in zip(*np.unique(sizes, return_counts=True), strict=True)}
        rows = [sum(c * comb(s, k + 1) for s, c in histogram.items()) for k in range(min(top, longest) + 1)]
        width = np.dtype(index_dtype(n, 0)).itemsize
        needed = sum(count * (k + 1) * width for k, count in enumerate(rows))
        needed += max(count * (2 * (k + 1) * width + 24) for k, count in enumerate(rows))
        require_memory(needed, f"a complex of up to {sum(rows):,} faces", memory_limit)
        out_offsets = np.zeros_like(offsets)
        sorted_nodes = np.empty(len(nodes), index_dtype(n, 0))
        kernels.sort_simplices(offsets, nodes, out_offsets, sorted_nodes)
        short = np.flatnonzero(np.diff(out_offsets) != sizes)
        if len(short):
            s = int(short[0])
            listed = nodes[offsets[s] : offsets[s + 1]].tolist()
            raise ValueError(f"a simplex must list distinct nodes, got {listed} at position {s}")
        lists = [np.arange(n, dtype=sorted_nodes.dtype)[:, None]]
        for order in range(1, top + 1):
            faces = np.empty((rows[order] if order < len(rows) else 0, order + 1), sorted_nodes.dtype)
            kernels.fill_faces(out_offsets, sorted_nodes, order + 1, faces)
            lists.append(_sorted_rows(faces, n))
        return cls._trusted(lists, longest > top)

    # Simplices

    @property
    def n_nodes(self) -> int:
        """Number of nodes, isolated ones included."""
        return len(self._simplices[0])

    @property
    def max_order(self) -> int:
        """Largest order that is stored."""
        return len(self._simplices) - 1

    @property
    def counts(self) -> tuple[int, ...]:
        """Number of simplices of order 0, 1, ..., max_order (the f-vector)."""
        return tuple(len(rows) for rows in self._simplices)

    @property
    def euler_characteristic(self) -> int:
        """Alternating sum of `counts`; of a truncated complex, that of its skeleton."""
        return sum((-1) ** p * count for p, count in enumerate(self.counts))

    def simplices(self, order: int) -> Array:
        """Simplices of one order, one per row.

        Returns
        -------
        read-only ndarray of shape (n_simplices, order + 1), int32 or int64
            Every row is increasing, and rows are in lexicographic order. Above `max_order` there is none.
        """
        order = check_integer(order, "order", minimum=0)
        if order <= self.max_order:
            return self._simplices[order]
        return np.empty((0, order + 1), self._simplices[0].dtype)

    def rows_by_first(self, order: int) -> Array:
        """Offsets of shape (n_nodes + 1,): rows first[i] to first[i + 1] of `simplices` begin with node i."""
        if order not in self._first:
            heads = self.simplices(order)[:, 0]
            self._first[order] = np.searchsorted(heads, np.arange(self.n_nodes + 1, dtype=heads.dtype))
        return self._first[order]

    def facets(self, order: int) -> Array:
        """Rows of the facets of every simplex.

        Parameters
        ----------
        order : int, at least 1

        Returns
        -------
        ndarray of shape (n_simplices, order + 1), int64
            Column k holds the row, in ``simplices(order - 1)``, of the simplex without its k-th node.
        """
        order = check_integer(order, "order", minimum=1)
        upper = self.simplices(order)
        out = np.empty(upper.shape, np.int64)
        if len(upper):
            kernels.facet_rows(upper, self.simplices(order - 1), self.rows_by_first(order - 1), out)
        return out

    def rows_of(self, simplices: ArrayLike) -> Array:
        """Rows of some simplices of one order in `simplices`; -1 for one that is not in the complex.

        Parameters
        ----------
        simplices : array-like of int of shape (k, order + 1), nodes in any order

        Returns
        -------
        ndarray of shape (k,), int64
        """
        wanted = np.asarray(simplices)
        if wanted.ndim != 2 or wanted.shape[1] == 0 or (wanted.dtype.kind not in "iu" and wanted.size):
            raise ValueError(
                f"simplices must be a matrix of nodes, one simplex per row, got shape {wanted.shape} "
                f"and dtype {wanted.dtype}"
            )
        wanted = np.sort(wanted, axis=1)
        inside = (wanted[:, 0] >= 0) & (wanted[:, -1] < self.n_nodes)
        found = np.full(len(wanted), -1, np.int64)
        known = np.ascontiguousarray(wanted[inside], dtype=self._simplices[0].dtype)
        out = np.empty(len(known), np.int64)
        order = wanted.shape[1] - 1
        if len(known):
            kernels.find_rows(known, self.simplices(order), self.rows_by_first(order), out)
        found[inside] = out
        return found

    def __contains__(self, simplex: object) -> bool:
        try:
            wanted = np.asarray(list(simplex))  # type: ignore[call-overload]
        except TypeError:
            return False
        if not len(wanted) or wanted.dtype.kind not in "iu":
            return False
        return int(self.rows_of(wanted[None, :])[0]) >= 0

    # Operators

    def boundary(self, order: int) -> "scipy.sparse.csr_array[Any]":
        """Boundary operator B_p from p-simplices to their facets.

        Parameters
        ----------
        order : int, at least 1

        Returns
        -------
        csr_array of shape (n_simplices of order - 1, n_simplices of order), float64
            The facet without the k-th node (from 0) has the sign (-1)^k.

        Examples
        --------
        >>> SimplicialComplex.from_simplices([[0, 1, 2]]).boundary(2).toarray().tolist()
        [[1.0], [-1.0], [1.0]]
        """
        rows = self.facets(order)
        signs = np.tile((-1.0) ** np.arange(order + 1), len(rows))
        return self._face_matrix(rows, signs, order - 1)

    def incidence(self, order: int, face_order: int | None = None) -> "scipy.sparse.csr_array[Any]":
        """Unsigned incidence of faces in simplices.

        Parameters
        ----------
        order : int, at least 1
        face_order : int, optional
            0 for the nodes of every simplex. Default: ``order - 1``.

        Returns
        -------
        csr_array of shape (n_simplices of face_order, n_simplices of order), float64
        """
        from itertools import combinations

        order = check_integer(order, "order", minimum=1)
        face_order = order - 1 if face_order is None else face_order
        face_order = check_integer(face_order, "face_order", minimum=0, maximum=order - 1)
        upper = self.simplices(order)
        columns = [
            self.rows_of(upper[:, choice])
            for choice in map(list, combinations(range(order + 1), face_order + 1))
        ]
        rows = np.stack(columns, axis=1)
        return self._face_matrix(rows, np.ones(rows.size), face_order)

    def _face_matrix(self, rows: Array, values: Array, face_order: int) -> "scipy.sparse.csr_array[Any]":
        from scipy.sparse import csc_array

        indptr = np.arange(len(rows) + 1, dtype=np.int64) * rows.shape[1]
        shape = (len(self.simplices(face_order)), len(rows))
        matrix = csc_array((values, rows.ravel(), indptr), shape=shape).tocsr()
        matrix.sort_indices()
        return matrix

    def hodge_laplacian(self, order: int, *, part: str = "both") -> "scipy.sparse.csr_array[Any]":
        """Hodge Laplacian of one order, ``B_p^T B_p + B_(p+1) B_(p+1)^T``.

        Parameters
        ----------
        order : int, at least 0
            Of a truncated complex, that of `max_order` lacks simplices above it.
        part : {"both", "up", "down"}
            Only the second term, through common cofaces, or only the first, through common faces.

        Returns
        -------
        csr_array of shape (n_simplices, n_simplices), float64
        """
        from scipy.sparse import csr_array

        order = check_integer(order, "order", minimum=0)
        part = check_choice(part, "part", PARTS)
        n = len(self.simplices(order))
        laplacian = csr_array((n, n))
        if order > 0 and part != "up":
            lower = self.boundary(order)
            laplacian = laplacian + lower.T @ lower
        if part != "down":
            upper = self.boundary(order + 1)
            laplacian = laplacian + upper @ upper.T
        result = csr_array(laplacian)
        result.eliminate_zeros()
        result.sort_indices()
        return result

    def skeleton(self, max_order: int) -> "SimplicialComplex":
        """Complex of the simplices of order `max_order` and below."""
        max_order = check_integer(max_order, "max_order", minimum=0)
        left_out = any(len(rows) for rows in self._simplices[max_order + 1 :])
        return SimplicialComplex._trusted(self._simplices[: max_order + 1], self.is_truncated or left_out)

    def to_graph(self) -> Graph:
        """Graph of the edges (the 1-skeleton), on all nodes."""
        edges = self.simplices(1)
        return Graph.from_edges(edges[:, 0], edges[:, 1], n_nodes=self.n_nodes)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SimplicialComplex):
            return NotImplemented
        top = max(self.max_order, other.max_order)
        return self.is_truncated == other.is_truncated and all(
            np.array_equal(self.simplices(p), other.simplices(p)) for p in range(top + 1)
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        names = ("node", "edge", "triangle")
        parts = [
            f"{count:,} {names[p]}{'s' * (count != 1)}"
            if p < 3
            else f"{count:,} simpl{'ices' if count != 1 else 'ex'} of order {p}"
            for p, count in enumerate(self.counts)
        ]
        return f"SimplicialComplex({', '.join(parts)})"


def _flat(simplices: "Iterable[Sequence[int]] | ArrayLike | SimplexDataset") -> tuple[Array, Array]:
    """Return offsets and nodes of simplices, joined."""
    if isinstance(simplices, SimplexDataset):
        return simplices.offsets, simplices.nodes
    if isinstance(simplices, np.ndarray):
        if simplices.ndim != 2:
            raise ValueError(
                f"an array of simplices must have one simplex per row, got shape {simplices.shape}"
            )
        nodes = simplices.ravel()
        offsets = np.arange(len(simplices) + 1, dtype=np.int64) * simplices.shape[1]
    else:
        try:
            listed = [tuple(simplex) for simplex in simplices]  # type: ignore[arg-type, union-attr]
        except TypeError:
            raise TypeError("simplices must be given as sequences of nodes, one for each simplex") from None
        offsets = np.zeros(len(listed) + 1, np.int64)
        np.cumsum([len(simplex) for simplex in listed], out=offsets[1:])
        nodes = np.array(list(chain.from_iterable(listed)) or np.empty(0, np.int64))
    if nodes.ndim != 1 or nodes.dtype.kind not in "iu":
        raise TypeError(f"nodes of simplices must be integers, got values of dtype {nodes.dtype}")
    return offsets, nodes


def _check_nodes(offsets: Array, nodes: Array, n_nodes: int | None) -> int:
    """Check sizes and nodes of simplices; return the number of nodes of the complex."""
    empty = np.flatnonzero(np.diff(offsets) == 0)
    if len(empty):
        raise ValueError(f"a simplex needs at least one node, got none at position {int(empty[0])}")
    limit = int(nodes.max(initial=-1)) + 1
    n = limit if n_nodes is None else check_integer(n_nodes, "n_nodes", minimum=0)
    wrong = np.flatnonzero((nodes < 0) | (nodes >= n))
    if len(wrong):
        place = int(np.searchsorted(offsets, wrong[0], side="right")) - 1
        raise ValueError(
            f"nodes of simplices must be in 0..{n - 1}, got {int(nodes[wrong[0]])} at position {place}"
        )
    return n


def _sorted_rows(rows: Array, n_nodes: int) -> Array:
    """Distinct rows in lexicographic order. Rows that fit into one integer are sorted as integers."""
    width = rows.shape[1]
    bits = max(n_nodes - 1, 1).bit_length()
    if len(rows) == 0:
        return rows
    if bits * width > 63:
        return np.unique(rows, axis=0)
    keys = rows[:, 0].astype(np.int64)
    for column in range(1, width):
        keys <<= bits
        keys |= rows[:, column]
    keys.sort()
    if len(keys) > 1:
        keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])]
    out = np.empty((len(keys), width), rows.dtype)
    for column in reversed(range(width)):
        out[:, column] = keys & ((1 << bits) - 1)
        keys >>= bits
    return out
