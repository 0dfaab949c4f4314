"""All vertices and edges of a small Cayley or Schreier graph, numbered, and ready for other libraries."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cayley._elements import Elements, elements_of
from cayley._packed import Packing
from cayley.definitions import Definition, Generators, define
from cayley.families import Parameter
from graphkit.memory import available_memory, parse_bytes, require_memory
from graphkit.validation import check_integer

if TYPE_CHECKING:
    import networkx
    import scipy.sparse

    from graphkit.graph import Graph

_FIRST_ROOM = 1024  # vertices, if their number is not known
_LARGEST = 2**31 - 1  # vertices that 32 bits number
_CHUNK = 2**12  # states that are unpacked together


class CayleyGraph:
    """A Cayley or Schreier graph with its vertices numbered, as `cayley_graph` makes it.

    Attributes
    ----------
    name : str
        What it is the graph of, such as ``"S5"``.
    directed : bool
        Whether some generator lacks its inverse.
    vertices : ndarray of shape (n_vertices, degree) or (n_vertices, size, size), unsigned
        States by their distance from the start, and in lexicographic order where that is equal: permutations
        by their images numbered from 0, words in the user's colours, matrices by rows. Of the narrowest type
        that holds them: ``vertices.astype(int)`` to calculate with them.
    distance : ndarray of shape (n_vertices,), int32
        Distance from the start, vertex 0.
    neighbors : ndarray of shape (n_vertices, n_generators), int32
        ``neighbors[v, j]`` is the vertex that generator j takes v to.
    generator_names : tuple of str
        Name of each generator: its symbol in a family, its cycles or rows, or what a puzzle calls it.

    Examples
    --------
    >>> import cayley
    >>> graph = cayley.cayley_graph("S3", "coxeter")
    >>> graph
    CayleyGraph(S3, 6 vertices, 2 generators, undirected)
    >>> graph.distance
    array([0, 1, 1, 2, 2, 3], dtype=int32)
    >>> graph.vertices[1].tolist(), graph.generator_names
    ([0, 2, 1], ('s1', 's2'))
    >>> int(graph.neighbors[0, 1]), graph.index_of("(2 3)")
    (1, 1)
    """

    def __init__(self, definition: Definition, elements: Elements, search: "_Search") -> None:
        self._elements = elements
        self._packing = search.packing
        self.name = definition.name
        self.directed = definition.is_directed
        self.generator_names = elements.generator_names
        # First in lexicographic order, then, without disturbing that, by distance.
        by_key = _argsort(search.keys)
        order = by_key[np.argsort(search.distance[by_key], kind="stable")]
        rank = np.empty(len(order), np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        self._sorted_keys, self._sorted_vertices = search.keys[by_key], rank[by_key]
        self.distance: NDArray[np.int32] = search.distance[order]
        self.neighbors: NDArray[np.int32] = np.empty_like(search.neighbors)
        for g in range(self.neighbors.shape[1]):
            self.neighbors[:, g] = rank[search.neighbors[order, g]]
        self.vertices = self._unpack(search.keys, order)

    def _unpack(self, keys: NDArray[np.uint64], order: NDArray[np.int64]) -> NDArray[Any]:
        """Turn keys into states of the narrowest type."""
        largest = self._elements.external(np.array([self._packing.largest]))
        rows = np.empty((len(keys), self._elements.start.size), np.min_scalar_type(int(largest[0])))
        for first in range(0, len(keys), _CHUNK):
            part = self._packing.unpack(keys[order[first : first + _CHUNK]])
            rows[first : first + _CHUNK] = self._elements.external(part).reshape(len(part), -1)
        return rows.reshape(len(keys), *self._elements.shape)

    @property
    def n_vertices(self) -> int:
        """Number of vertices."""
        return len(self.distance)

    def __len__(self) -> int:
        return self.n_vertices

    def __repr__(self) -> str:
        n, m = self.neighbors.shape
        parts = [
            self.name,
            f"{n:,} {'vertex' if n == 1 else 'vertices'}",
            f"{m} generator{'s' * (m != 1)}",
            "directed" if self.directed else "undirected",
        ]
        return f"CayleyGraph({', '.join(parts)})"

    @property
    def growth(self) -> list[int]:
        """Sizes of the layers by distance."""
        return np.bincount(self.distance).tolist()

    @property
    def diameter(self) -> int:
        """Largest distance from the start."""
        return int(self.distance[-1])

    @property
    def memory_bytes(self) -> int:
        """Bytes that the graph keeps."""
        arrays = self.vertices, self.distance, self.neighbors, self._sorted_keys, self._sorted_vertices
        return sum(array.nbytes for array in arrays)

    def index_of(self, state: Any) -> Any:
        """Find the vertex of a state, or those of many.

        Parameters
        ----------
        state : str, sequence or ndarray
            A permutation (``"(1 2 3)"``, ``"[2, 3, 1]"`` or images numbered from 0), a word (``"0011"`` or
            colours), or a matrix (``"1 1; 0 1"`` or rows); or a sequence of them.

        Returns
        -------
        int, or ndarray of int64 for a sequence

        Raises
        ------
        TypeError, ValueError
            If a state cannot be read, or is not a vertex.
        """
        states, single = self._elements.read(state)
        found = self.find(states)
        if (found < 0).any():
            missing = states[int((found < 0).argmax())]
            raise ValueError(f"{self._elements.format(missing)} is not a vertex of the graph of {self.name}")
        return int(found[0]) if single else found

    def label(self, vertex: int) -> str:
        """Write the state of a vertex: a permutation in cycles, a word by its colours, a matrix by its rows.

        Examples
        --------
        >>> import cayley
        >>> cayley.cayley_graph("S3").label(5)
        '(1 3)'
        """
        vertex = check_integer(vertex, "vertex", minimum=0, maximum=self.n_vertices - 1)
        return self._elements.format(self._elements.read(self.vertices[vertex])[0][0])

    def find(self, states: NDArray[np.int64]) -> NDArray[np.int64]:
        """Find the vertices of states that have been read; -1 for what is none."""
        from cayley.engines._kernels import keys as kernels

        keys = self._packing.pack(states)
        fits = ((states >= 0) & (states <= self._packing.largest)).reshape(len(states), -1).all(axis=1)
        found = np.empty(len(keys), np.int64)
        kernels.search(self._sorted_keys, keys, found)
        return np.where(fits & (found >= 0), self._sorted_vertices[found], -1)

    def to_scipy(self, *, multiplicity: bool = False) -> "scipy.sparse.csr_array[Any]":
        """Return the adjacency matrix.

        Parameters
        ----------
        multiplicity : bool
            Count the generators that lead from one vertex to another, so that every row sums to their number.
            By default an entry is 1 however many there are.

        Returns
        -------
        scipy.sparse.csr_array of shape (n_vertices, n_vertices), float64
            Symmetric if the graph is undirected. A generator that leaves a word as it is makes a loop, an
            entry on the diagonal.

        Examples
        --------
        >>> import cayley
        >>> cayley.cayley_graph(state="001").to_scipy(multiplicity=True).toarray()
        array([[1., 1., 1.],
               [1., 0., 2.],
               [1., 2., 0.]])
        """
        import scipy.sparse

        n, m = self.neighbors.shape
        # Offsets and indices of one type, which scipy then keeps.
        dtype = np.int32 if n * m < 2**31 else np.int64
        indptr = np.arange(0, n * m + 1, m, dtype=dtype)
        indices = np.sort(self.neighbors, axis=1).ravel().astype(dtype, copy=False)
        matrix = scipy.sparse.csr_array((np.ones(n * m), indices, indptr), shape=(n, n))
        matrix.has_sorted_indices = True
        matrix.sum_duplicates()
        if not multiplicity:
            matrix.data[:] = 1
        return matrix

    def to_graph(self, *, labels: bool = True) -> "Graph":
        """Return the graph as a `graphkit.Graph`.

        Parameters
        ----------
        labels : bool
            Name the nodes by their states, see `label`; that takes some microseconds and about a hundred
            bytes for each. Without, a node is called by its number.

        Returns
        -------
        graphkit.Graph
            Simple: generators that join the same vertices make one edge. Node data ``distance``.

        Examples
        --------
        >>> import cayley
        >>> graph = cayley.cayley_graph("S4").to_graph()
        >>> graph, graph.label_of(1)
        (Graph(24 nodes, 36 edges, undirected, unweighted, labelled, node data distance), '(1 2)')
        """
        from graphkit.graph import Graph

        names = None
        if labels:
            names = [self._elements.format(state) for state in self._elements.read(self.vertices)[0]]
        data = {"distance": self.distance}
        return Graph.from_scipy(
            self.to_scipy(), directed=self.directed, weighted=False, labels=names, node_data=data
        )

    def to_networkx(self) -> "networkx.Graph[int]":
        """Return a networkx Graph, or a DiGraph if the graph is directed.

        Returns
        -------
        networkx.Graph or networkx.DiGraph
            Nodes 0, 1, ... with the attributes ``state`` (a tuple, of rows if it is a matrix) and
            ``distance``. An edge has the attribute ``generator``, the name of what leads along it: in a
            directed graph from its source to its target, else from the vertex with the smaller number. Of
            several generators that lead there it is the first; the graph is simple.

        Examples
        --------
        >>> import cayley
        >>> graph = cayley.cayley_graph("S3", "coxeter").to_networkx()
        >>> graph.nodes[1], graph.edges[0, 1]
        ({'state': (0, 2, 1), 'distance': 1}, {'generator': 's2'})
        """
        import networkx

        graph: networkx.Graph[int] = networkx.DiGraph() if self.directed else networkx.Graph()
        for vertex, (state, distance) in enumerate(
            zip(self.vertices.tolist(), self.distance.tolist(), strict=True)
        ):
            graph.add_node(vertex, state=_as_tuple(state), distance=distance)
        for vertex, row in enumerate(self.neighbors.tolist()):
            for near, name in zip(row, self.generator_names, strict=True):
                if (self.directed or vertex <= near) and not graph.has_edge(vertex, near):
                    graph.add_edge(vertex, near, generator=name)
        return graph


def cayley_graph(
    group: str | Definition | None = None,
    generators: Generators | None = None,
    *,
    state: str | Sequence[int] | None = None,
    modulus: int | None = None,
    memory_limit: int | str | None = None,
    **parameters: Parameter,
) -> CayleyGraph:
    """Find all vertices and edges of a small Cayley or Schreier graph, and number them.

    Parameters
    ----------
    group, generators, state, modulus, **parameters
        What `cayley.growth` takes.
    memory_limit : int or str, optional
        Bytes, or text such as ``"2GB"``, that may be allocated. Default: what is available.

    Returns
    -------
    CayleyGraph

    Raises
    ------
    ValueError
        If the arguments do not describe a graph, see `cayley.growth`.
    graphkit.errors.MemoryBudgetError
        If the graph does not fit. If the number of vertices is not known beforehand, this shows on the way.

    Notes
    -----
    Breadth-first search with a table of packed states, which are compared in full. O(n_vertices *
    n_generators * degree) time and some 100 bytes for each vertex at work, half of that kept. For large
    graphs see `cayley.growth` and `cayley.distances`.

    Examples
    --------
    >>> import cayley
    >>> graph = cayley.cayley_graph("S8")
    >>> graph.n_vertices, graph.diameter, graph.label(graph.n_vertices - 1)
    (40320, 28, '(1 2)(3 8)(4 7)(5 6)')
    """
    definition = define(group, generators, state=state, modulus=modulus, parameters=parameters)
    return number_vertices(definition, memory_limit)


def number_vertices(definition: Definition, memory_limit: int | str | None) -> CayleyGraph:
    """Do what `cayley_graph` does, for a definition."""
    elements = elements_of(definition)
    search = _Search(definition, elements, memory_limit)
    search.run()
    order = definition.order
    if order is not None and order != len(search.keys):
        raise AssertionError(f"{len(search.keys)} of {order} states were reached: please report this")
    return CayleyGraph(definition, elements, search)


class _Search:
    """Breadth-first search that keeps everything."""

    def __init__(self, definition: Definition, elements: Elements, memory_limit: int | str | None) -> None:
        self._limit = available_memory() if memory_limit is None else parse_bytes(memory_limit)
        self._name = definition.name
        self.packing = Packing(definition, elements, compact=False)
        self._generators = self.packing.forward
        self._room = definition.order or _FIRST_ROOM
        self._require(self._room)
        self._allocate(self._room)
        self.keys[0] = self.packing.pack(elements.start[None])[0]
        self.distance[0] = 0
        self._n_known = 1

    def _require(self, room: int) -> None:
        """Check that so many vertices, and what is made of them, can be held."""
        if room > _LARGEST:
            raise ValueError(
                f"the graph of {self._name} has more than {_LARGEST:,} vertices: too many to number"
            )
        if self._limit is not None:
            what = f"numbering the graph of {self._name}, {room:,} vertices,"
            require_memory(room * self._bytes_per_vertex(), what, self._limit)

    def _bytes_per_vertex(self) -> int:
        key, edges = 8 * self.packing.n_words, 4 * len(self._generators)
        state = self.packing.n_entries * np.min_scalar_type(self.packing.largest).itemsize
        search = key + edges + 4 + 4 * 4  # at most four slots of the table for each
        sorting = key + edges + state + 3 * 8 + 3 * 4
        return search + sorting

    def _allocate(self, room: int) -> None:
        # A whole row of edges must fit before it is followed.
        size = room + len(self._generators)
        self.keys = np.empty((size, self.packing.n_words), np.uint64)
        self.distance = np.empty(size, np.int32)
        self.neighbors = np.empty((size, len(self._generators)), np.int32)
        self._table = np.full(1 << (2 * size - 1).bit_length(), -1, np.int32)

    def run(self) -> None:
        """Search until nothing is new; then `keys`, `distance` and `neighbors` have a row for each vertex."""
        from cayley.engines._kernels import keys as kernels

        kernels.enter(self.keys, 0, 1, self._table)
        vertex = 0
        while True:
            vertex, self._n_known, _ = kernels.explore(
                self.keys,
                self._table,
                vertex,
                self._n_known,
                self._generators,
                self.packing.layout,
                self.packing.n_entries,
                self.distance,
                self.neighbors,
            )
            if vertex == self._n_known:
                break
            self._enlarge()
            kernels.enter(self.keys, 0, self._n_known, self._table)
        n = self._n_known
        self.keys, self.distance, self.neighbors = self.keys[:n], self.distance[:n], self.neighbors[:n]
        self._table = self._table[:0].copy()

    def _enlarge(self) -> None:
        """Make room for twice as many vertices."""
        keys, distance, neighbors, n = self.keys, self.distance, self.neighbors, self._n_known
        self._room *= 2
        self._require(self._room)
        self._allocate(self._room)
        self.keys[:n], self.distance[:n], self.neighbors[:n] = keys[:n], distance[:n], neighbors[:n]


def _argsort(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Order of the keys, the first word first."""
    return np.argsort(keys[:, 0]) if keys.shape[1] == 1 else np.lexsort(keys.T[::-1])


def _as_tuple(state: list[Any]) -> tuple[Any, ...]:
    return tuple(tuple(row) if isinstance(row, list) else row for row in state)
