"""FastRP as a function: a graph in, an array out."""

import os
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from graphkit.embedding._columns import standardize as standardize_columns
from graphkit.embedding._memory import Size, choose_mode
from graphkit.embedding._out_of_core import check_target, matrix_in_file
from graphkit.embedding._presets import Settings, check_seed, initial_vectors, settings_of
from graphkit.embedding._runs import Tiling, n_tile_products, sum_tiled, sum_whole
from graphkit.embedding._transition import transition
from graphkit.graph import Graph

Progress = Callable[[int, int], None]


def fastrp(
    graph: Graph,
    n_components: int = 128,
    *,
    preset: str = "paper",
    weights: Sequence[float] | None = None,
    self_influence: float | None = None,
    degree_exponent: float | None = None,
    degree: str | None = None,
    projection: str = "sparse",
    density: float | str | None = None,
    unit_powers: bool | None = None,
    features: object = None,
    property_ratio: float | None = None,
    standardize: bool | None = None,
    weighted: bool | None = None,
    storage: str = "float32",
    random_state: object = None,
    memory: str = "auto",
    memory_limit: int | str | None = None,
    out: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> NDArray[np.float32]:
    r"""Embed the nodes of a graph by very sparse random projection [1]_.

    Parameters
    ----------
    graph : Graph
        Directed or not; edges of a directed graph are followed from source to target. Weights must not be
        negative.
    n_components : int
        Dimension d of the embedding.
    preset : {"paper", "gds"}
        Names the defaults of all parameters whose default is None; see the table below. Explicit arguments
        win.
    weights : sequence of float, length q
        Weights w_1, ..., w_q of the powers 1 to q. Their number sets how far a node sees.
    self_influence : float
        Weight w_0 of power 0, the initial vectors.
    degree_exponent : float
        Exponent beta of the degree normalisation: with -1 hubs count least, with 0 all nodes count alike.
    degree : {"weighted", "count"}
        Degrees in a weighted graph: sums of weights, or numbers of edges.
    projection : {"sparse", "gaussian"}
        Distribution of the entries of R.
    density : float in (0, 1] or "auto"
        Expected share of non-zeros of a sparse projection. "auto" is 1 / sqrt(n_nodes) [2]_.
    unit_powers : bool
        Whether rows of length one are propagated instead of the rows themselves.
    features : str, sequence of str, or array-like of shape (n_nodes,) or (n_nodes, n), optional
        Node properties: names of columns of ``graph.node_data``, or numbers. Taken as float32.
    property_ratio : float in [0, 1], optional
        Share of the columns, rounded half up, that begin with the properties. Needed with `features`.
    standardize : bool
        Bring every column to mean 0 and standard deviation 1.
    weighted : bool, optional
        Use edge weights. Default: if the graph has them.
    storage : {"float32", "bfloat16", "float16"}
        How powers are stored; sums and the result are float32 in any case. float16 keeps more digits, each
        row with an exponent of its own.
    random_state : None, int, numpy.random.Generator or numpy.random.RandomState
        Seed of the projection.
    memory : {"auto", "fast", "low"}
        "fast" works with whole arrays, "low" with tiles of columns beside the result, at the cost of products
        that are computed twice. "auto" is "low" only if "fast" does not fit. Results are equal, bit for bit.
    memory_limit : int or str, optional
        Bytes that may be allocated, such as ``"2GB"``. Default: what is available.
    out : path-like, optional
        Compute the result in this ``.npy`` file. It appears under its name when it is complete. With a graph
        that is itself mapped from a file (``.gkg``) and ``memory="low"``, only tiles are kept in memory.
    progress : callable, optional
        Called with the number of steps done and their total after each; raising an exception ends the run.

    Returns
    -------
    ndarray of shape (n_nodes, n_components), float32
        Row i belongs to node i. With `out`, the file, mapped read-only.

    Raises
    ------
    TypeError
        If a parameter is of the wrong kind.
    ValueError
        If a parameter is out of range, the graph is empty or an edge weight is negative.
    MemoryBudgetError
        If the estimate of `fastrp_memory` exceeds `memory_limit`.
    OSError
        If `out` cannot be written, or its disk has no room for it.

    See Also
    --------
    FastRP : the same as an estimator; explains the defaults.

    Notes
    -----
    With S the weighted adjacency matrix, :math:`d_i = \sum_j S_{ij}`, :math:`A = D^{-1} S` and
    :math:`L = D^\beta`,

    .. math:: N_0 = L R, \quad N_k = A N_{k-1}, \quad
              N = \sum_{k=0}^{q} w_k \operatorname{diag}(\lVert N_{k,i} \rVert)^{-1} N_k,

    then the columns of N are standardised. The paper's :math:`(d_j / 2m)^\beta` and its factor
    :math:`\sqrt{s / d}` of R differ from what is used here by constants that the row norms cancel.

    ==================  =======================================  =====================================
    parameter           "paper" [1]_                             "gds" [3]_
    ==================  =======================================  =====================================
    unit_powers         False: powers are carried on as they     True: rows are divided by their norms
                        are, rows are divided by their norms     before they are carried on, so that
                        in the sum only                          each power averages unit vectors
    weights             (0, 0, 1, 6.67)                          (0, 1, 1)
    self_influence      0                                        0
    degree_exponent     -0.64                                    0
    degree              "weighted"                               "count"
    density             "auto": 1 / sqrt(n_nodes)                1/3
    standardize         True                                     False
    ==================  =======================================  =====================================

    The first line is the difference that matters: the two agree up to power 1, then unit vectors give
    neighbours whose own surroundings cancel as much say as those whose surroundings agree. The initial
    vectors, power 0, are propagated as they are in both. A density of 1 / sqrt(n) leaves most nodes of a
    large graph without a vector of their own; with `self_influence`, choose a larger one. Random numbers are
    not those of Neo4j's library: embeddings agree in distribution, not in value.

    With `features`, the last columns of N_0 hold, for each node, the sum of its properties times random
    vectors that belong to the properties (sparse, one third non-zero). L does not apply to them.

    A row that is zero in every power with a non-zero weight stays zero and takes no part in the column
    statistics: isolated nodes (unless `self_influence` is set), nodes of a directed graph that lead nowhere
    in as many steps, and nodes whose reach holds no entry of a sparse R. A node with in-edges only enters L
    with the mean of their weights (1 without weights, and where edges are counted). A self-loop is an entry
    of S like any other.

    R is not stored: its row for a node is drawn from the seed and the node's label if labels are all integers
    or all strings, else from its index. With a fixed `density`, other nodes do not change it. Entries are
    products and sums in float32, taken in the order of the neighbours by one thread; norms and column
    statistics are float64. The result is the same for any number of threads.

    O(q m d) time for m edges. Memory: two arrays of the size of the result, three if a power before the last
    two has a weight; with 16-bit storage half of each but the result; with ``memory="low"`` the result and a
    quarter of it. See `fastrp_memory`.

    References
    ----------
    .. [1] H. Chen, S. F. Sultan, Y. Tian, M. Chen, S. Skiena, "Fast and Accurate Network Embeddings via Very
       Sparse Random Projection", CIKM 2019, doi:10.1145/3357384.3357879. Algorithm 1.
    .. [2] P. Li, T. J. Hastie, K. W. Church, "Very sparse random projections", KDD 2006,
       doi:10.1145/1150402.1150436. The density 1 / sqrt(n).
    .. [3] Neo4j Graph Data Science Library Manual, "Fast Random Projection".

    Examples
    --------
    >>> from graphkit import Graph
    >>> graph = Graph.from_edges([0, 0, 1, 2, 3, 3, 4], [1, 2, 2, 3, 4, 5, 5])
    >>> X = fastrp(graph, 4, density=1.0, random_state=0)
    >>> X.shape, X.dtype
    ((6, 4), dtype('float32'))
    """
    settings = settings_of(
        graph,
        n_components,
        preset=preset,
        weights=weights,
        self_influence=self_influence,
        degree_exponent=degree_exponent,
        degree=degree,
        projection=projection,
        density=density,
        unit_powers=unit_powers,
        features=features,
        property_ratio=property_ratio,
        standardize=standardize,
        weighted=weighted,
        storage=storage,
    )
    seed = check_seed(random_state)
    if out is not None:
        check_target(out)
    shape = graph.n_nodes, settings.n_components
    size = _size(graph, settings, in_file=out is not None)
    mode = choose_mode(size, memory, f"FastRP of {shape[0]:,} nodes in {shape[1]} dimensions", memory_limit)
    steps = _Steps(size, settings.unit_powers, mode, progress)
    if out is None:
        result = np.empty(shape, dtype=np.float32)
        _embed(graph, settings, seed, result, steps, size.tiling() if mode == "low" else None)
        return result
    with matrix_in_file(out, shape) as mapped:
        _embed(graph, settings, seed, mapped, steps, size.tiling() if mode == "low" else None)
        del mapped
    return np.load(out, mmap_mode="r")


def _size(graph: Graph, settings: Settings, *, in_file: bool) -> Size:
    return Size(
        n_nodes=graph.n_nodes,
        n_entries=graph.n_entries,
        n_components=settings.n_components,
        weights=settings.weights,
        density=settings.density,
        has_properties=settings.n_property > 0,
        weighted=settings.weighted,
        storage=settings.storage,
        in_file=in_file,
    )


def _embed(
    graph: Graph,
    settings: Settings,
    seed: np.uint64,
    result: NDArray[np.float32],
    steps: "_Steps",
    tiling: Tiling | None,
) -> None:
    """Fill `result`: with whole arrays, or in tiles if there is a tiling."""
    operator = transition(graph, weighted=settings.weighted)
    initial = initial_vectors(graph, settings, seed)
    if tiling is None:
        informed = sum_whole(operator, initial, settings, result, steps.tick)
    else:
        informed = sum_tiled(operator, initial, settings, result, steps.tick, tiling)
    if settings.standardize:
        standardize_columns(result, informed)
    steps.tick()


class _Steps:
    """Counts products, for a progress bar."""

    def __init__(self, size: Size, unit: bool, mode: str, report: Progress | None) -> None:
        self.report, self.done = report, 0
        self.total = len(size.weights) - size.lowest + 1
        if mode == "low":
            tiles = -(-size.n_components // size.tiling().width)
            self.total = 2 + tiles * n_tile_products(size.weights, size.lowest, unit=unit)

    def tick(self) -> None:
        self.done += 1
        if self.report is not None:
            self.report(self.done, self.total)
