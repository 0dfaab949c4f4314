"""FastRP as a function: a graph in, an array out."""

import hashlib
import math
import numbers
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.embedding import _kernels
from graphkit.graph import Graph
from graphkit.memory import require_memory
from graphkit.validation import check_choice, check_integer, check_random_state

DEFAULT_WEIGHTS = (0.0, 0.0, 1.0, 6.67)
DEFAULT_EXPONENT = -0.64
PROJECTIONS = ("sparse", "gaussian")

# From this density on, adding whole rows of L R costs less than adding their non-zeros one by one.
_DENSE_FROM = 1 / 16
_BLOCKS = 256  # of rows, for the threads to share; many more than cores, so that no thread waits for long
_LARGEST_WEIGHT = 1e30  # the sum of unit rows must stay within float32
_ROW_COST = 4  # entries that reading and writing one row is worth when rows are divided among threads


def fastrp(
    graph: Graph,
    n_components: int = 128,
    *,
    weights: Sequence[float] = DEFAULT_WEIGHTS,
    degree_exponent: float = DEFAULT_EXPONENT,
    projection: str = "sparse",
    density: float | None = None,
    standardize: bool = True,
    weighted: bool | None = None,
    random_state: object = None,
    memory_limit: int | str | None = None,
) -> NDArray[np.float32]:
    r"""Embed the nodes of a graph by very sparse random projection [1]_.

    Parameters
    ----------
    graph : Graph
        Directed or not; edges of a directed graph are followed from source to target. Weights must not be
        negative.
    n_components : int
        Dimension d of the embedding.
    weights : sequence of float, length q
        Weights w_1, ..., w_q of the powers 1 to q. Their number sets how far a node sees.
    degree_exponent : float
        Exponent beta of the degree normalisation: with -1 hubs count least, with 0 all nodes count alike.
    projection : {"sparse", "gaussian"}
        Distribution of the entries of R.
    density : float in (0, 1], optional
        Expected share of non-zeros of a sparse projection. Default: 1 / sqrt(n_nodes).
    standardize : bool
        Bring every column to mean 0 and standard deviation 1.
    weighted : bool, optional
        Use edge weights. Default: if the graph has them.
    random_state : None, int, numpy.random.Generator or numpy.random.RandomState
        Seed of the projection.
    memory_limit : int or str, optional
        Bytes that may be allocated, such as ``"2GB"``. Default: what is available.

    Returns
    -------
    ndarray of shape (n_nodes, n_components), float32
        Row i belongs to node i.

    Raises
    ------
    TypeError
        If a parameter is of the wrong kind.
    ValueError
        If a parameter is out of range, the graph is empty or an edge weight is negative.
    MemoryBudgetError
        If the estimate of `fastrp_memory` exceeds `memory_limit`.

    See Also
    --------
    FastRP : the same as an estimator; explains the defaults.

    Notes
    -----
    With S the weighted adjacency matrix, :math:`d_i = \sum_j S_{ij}`, :math:`A = D^{-1} S` and
    :math:`L = D^\beta`,

    .. math:: N_1 = A L R, \quad N_k = A N_{k-1}, \quad
              N = \sum_{k=1}^{q} w_k \operatorname{diag}(\lVert N_{k,i} \rVert)^{-1} N_k,

    then the columns of N are standardised. Powers are carried on as they are; their rows are divided by their
    norms in the sum only. The paper's :math:`(d_j / 2m)^\beta` and its factor :math:`\sqrt{s / d}` of R
    differ from what is used here by constants that the row norms cancel.

    A row that is zero in every power with a non-zero weight stays zero and takes no part in the column
    statistics: isolated nodes, nodes of a directed graph that lead nowhere in as many steps, and nodes whose
    reach holds no entry of a sparse R. A node with in-edges only enters L with the mean of their weights
    (1 without weights). A self-loop is an entry of S like any other.

    R is not stored: its row for a node is drawn from the seed and the node's label if labels are all integers
    or all strings, else from its index. With a fixed `density` (the default depends on n_nodes), other nodes
    do not change it. Entries are products and sums in float32, taken in the order of the neighbours by one
    thread; norms and column statistics are float64. The result is the same for any number of threads.

    O(q m d) time for m edges. Memory: two arrays of the size of the result, three if a power before the last
    two has a weight, see `fastrp_memory`.

    References
    ----------
    .. [1] H. Chen, S. F. Sultan, Y. Tian, M. Chen, S. Skiena, "Fast and Accurate Network Embeddings via Very
       Sparse Random Projection", CIKM 2019, doi:10.1145/3357384.3357879. Algorithm 1.
    .. [2] P. Li, T. J. Hastie, K. W. Church, "Very sparse random projections", KDD 2006,
       doi:10.1145/1150402.1150436. The density 1 / sqrt(n).

    Examples
    --------
    >>> from graphkit import Graph
    >>> graph = Graph.from_edges([0, 0, 1, 2, 3, 3, 4], [1, 2, 2, 3, 4, 5, 5])
    >>> X = fastrp(graph, 4, density=1.0, random_state=0)
    >>> X.shape, X.dtype
    ((6, 4), dtype('float32'))
    """
    d = check_integer(n_components, "n_components", minimum=1)
    powers = check_weights(weights)
    beta = _check_real(degree_exponent, "degree_exponent")
    check_choice(projection, "projection", PROJECTIONS)
    if graph.n_nodes == 0:
        raise ValueError("the graph is empty: at least one node is required")
    share = check_density(density, projection, graph.n_nodes)
    use_weights = check_weighted(weighted, graph)
    seed = check_random_state(random_state).integers(2**64, dtype=np.uint64)
    size = graph.n_nodes, graph.n_entries, d
    needed = fastrp_memory(
        *size, weights=powers, projection=projection, density=density, weighted=use_weights
    )
    require_memory(needed, f"FastRP of {graph.n_nodes:,} nodes in {d} dimensions", memory_limit)

    operator, degrees = _transition_operator(graph, use_weights)
    scale = _degree_normalization(degrees, beta)
    keys = node_keys(graph)
    embedding, informed = _weighted_sum(operator, powers, d, keys, scale, share, seed)
    if standardize:
        _standardize(embedding, informed)
    return embedding


def fastrp_memory(
    n_nodes: int,
    n_entries: int,
    n_components: int,
    *,
    weights: Sequence[float] = DEFAULT_WEIGHTS,
    projection: str = "sparse",
    density: float | None = None,
    weighted: bool = False,
) -> int:
    """Estimate the bytes that `fastrp` allocates at its peak, result included and graph excluded.

    Parameters
    ----------
    n_nodes, n_entries : int
        Nodes and stored adjacency entries (twice the edges of an undirected graph without self-loops).
    n_components : int
    weights : sequence of float
        As in `fastrp`: weights before the last two powers cost one more array.
    projection : {"sparse", "gaussian"}
    density : float in (0, 1], optional
    weighted : bool
        Whether edge weights are used.

    Returns
    -------
    int

    Examples
    --------
    >>> from graphkit.memory import format_bytes
    >>> format_bytes(fastrp_memory(1_000_000, 20_000_000, 512))
    '4.16 GB'
    """
    powers = check_weights(weights)
    density = check_density(density, projection, n_nodes)
    block = 4 * n_nodes * n_components
    blocks = _n_blocks(powers, dense_start=density is None or density >= _DENSE_FROM)
    signed = 0.0
    if density is not None:
        expected = density * n_nodes * n_components
        signed = 4 * (expected + 6 * math.sqrt(expected))
    per_node = (
        8 + 8 + 8 + 8 + 4 + 4 + 1 + 16
    )  # degrees, keys, offsets, counts, means, scale, flags, temporaries
    partial_sums = 16 * n_components * (-(-n_nodes // _kernels.ROWS_PER_BLOCK) + 4)
    return int(blocks * block + signed + per_node * n_nodes + 4 * n_entries * weighted + partial_sums)


def _n_blocks(powers: tuple[float, ...], *, dense_start: bool) -> int:
    """Count the (n, d) arrays that `_weighted_sum` holds at a time."""
    if any(powers[:-2]):
        return 3
    return 1 if len(powers) == 1 and not dense_start else 2


def check_weights(weights: object) -> tuple[float, ...]:
    """Return the weights of the powers as floats, without zeros at the end.

    Raises
    ------
    TypeError
        If they are not a sequence of real numbers.
    ValueError
        If one is not finite, or all are zero.
    """
    if isinstance(weights, str | bytes) or not isinstance(weights, Iterable):
        raise TypeError(f"weights must be a sequence of numbers, one for each power, got {weights!r}")
    values = [_check_real(weight, f"weights[{i}]") for i, weight in enumerate(weights)]
    while values and values[-1] == 0.0:
        values.pop()
    if not values:
        raise ValueError(f"weights must hold at least one number other than zero, got {weights!r}")
    if sum(map(abs, values)) > _LARGEST_WEIGHT:
        raise ValueError(f"weights must not exceed {_LARGEST_WEIGHT:g} in sum, got {weights!r}")
    return tuple(values)


def _check_real(value: object, name: str) -> float:
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a number, got {value!r} of type {type(value).__name__}")
    if not math.isfinite(value):
        raise ValueError(f"{name} must be finite, got {value!r}")
    return float(value)


def check_density(density: object, projection: str, n_nodes: int) -> float | None:
    """Return the density of a sparse projection, or None for a Gaussian one.

    Raises
    ------
    TypeError
        If `density` is neither None nor a number.
    ValueError
        If it is not in (0, 1], or given for a Gaussian projection.
    """
    if projection == "gaussian":
        if density is not None:
            raise ValueError(
                f'density applies to projection="sparse" only, got density={density!r} with "gaussian"'
            )
        return None
    if density is None:
        return 1 / math.sqrt(n_nodes)
    share = _check_real(density, "density")
    if not 0 < share <= 1:
        raise ValueError(f"density must be in (0, 1], got {share}")
    return share


def check_weighted(weighted: object, graph: Graph) -> bool:
    """Decide whether edge weights are used, and check them.

    Raises
    ------
    TypeError
        If `weighted` is neither None nor a boolean.
    ValueError
        If weights are asked for and absent, or one is negative.
    """
    if weighted is not None and not isinstance(weighted, bool | np.bool_):
        raise TypeError(f"weighted must be True, False or None, got {weighted!r}")
    if weighted is False or graph.weights is None:
        if weighted:
            raise ValueError("weighted=True, but the graph has no edge weights")
        return False
    wrong = np.flatnonzero(~(graph.weights >= 0))
    if wrong.size:
        entry = int(wrong[0])
        source = int(np.searchsorted(graph.indptr, entry, side="right")) - 1
        edge = f"{graph.label_of(source)!r} to {graph.label_of(int(graph.indices[entry]))!r}"
        raise ValueError(f"edge weights must not be negative, got {graph.weights[entry]} on the edge {edge}")
    return True


def node_keys(graph: Graph) -> NDArray[np.uint64]:
    """Return what the random vector of each node is drawn from: a stable label, else its index.

    Integer labels stand for themselves and strings for a 64-bit BLAKE2b digest of their UTF-8 form, provided
    that all labels are of one of these two kinds.
    """
    labels = graph.labels
    integers = None if labels is None else labels.integers
    if integers is not None:
        return integers.astype(np.int64).view(np.uint64)
    if labels is not None and all(isinstance(label, str) for label in labels):
        digests = (
            hashlib.blake2b(str(label).encode("utf-8", "surrogatepass"), digest_size=8).digest()
            for label in labels
        )
        return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)
    return np.arange(graph.n_nodes, dtype=np.uint64)


def _transition_operator(
    graph: Graph, weighted: bool
) -> tuple[tuple[NDArray[Any], ...], NDArray[np.float64]]:
    """Return the transition matrix as the kernels take it, and the degrees that L is made of."""
    degrees = np.diff(graph.indptr).astype(np.float64)
    blocks = _row_blocks(graph.indptr)
    if not weighted:
        means = ((degrees > 0) / np.maximum(degrees, 1)).astype(np.float32)
        degrees[degrees == 0] = 1
        return (graph.indptr, graph.indices, np.empty(0, dtype=np.float32), means, blocks), degrees
    assert graph.weights is not None
    _kernels.row_sums(graph.indptr, graph.weights, degrees)
    if not np.isfinite(degrees).all():
        node = graph.label_of(int(np.flatnonzero(~np.isfinite(degrees))[0]))
        raise ValueError(f"the edge weights of node {node!r} are too large: their sum overflows")
    probabilities = np.empty(graph.n_entries, dtype=np.float32)
    _kernels.transition_probabilities(graph.indptr, graph.weights, degrees, probabilities)
    if graph.directed:
        _kernels.mean_in_weights(graph.indices, graph.weights, degrees, degrees == 0)
    unused = np.zeros(graph.n_nodes, dtype=np.float32)  # only rows without probabilities have a mean
    return (graph.indptr, graph.indices, probabilities, unused, blocks), degrees


def _row_blocks(indptr: NDArray[Any]) -> NDArray[np.int64]:
    """Divide the rows into ranges of about equal work; hubs would otherwise leave the other threads idle."""
    n = indptr.size - 1
    work = indptr.astype(np.int64) + _ROW_COST * np.arange(n + 1)
    bounds = np.searchsorted(work, np.linspace(0, work[-1], min(_BLOCKS, n) + 1))
    return np.unique(bounds).astype(np.int64)


def _degree_normalization(degrees: NDArray[np.float64], beta: float) -> NDArray[np.float32]:
    """Diagonal of L, times a power of two that brings the largest entry into [1, 2), the range of float32.

    The row norms cancel the factor.
    """
    exponents = np.log2(degrees, out=np.full_like(degrees, -np.inf), where=degrees > 0)
    seen = np.isfinite(exponents)
    exponents[seen] *= beta
    largest = exponents.max(where=seen, initial=-np.inf)
    return np.exp2(exponents - math.floor(largest) if seen.any() else exponents).astype(np.float32)


def _weighted_sum(
    operator: tuple[NDArray[Any], ...],
    powers: tuple[float, ...],
    n_components: int,
    keys: NDArray[np.uint64],
    scale: NDArray[np.float32],
    density: float | None,
    seed: np.uint64,
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Weighted sum of the powers with unit rows, and which rows received anything."""
    shape = (keys.size, n_components)
    informed = np.zeros(keys.size, dtype=np.bool_)
    current = np.empty(shape, dtype=np.float32)
    if density is not None:
        offsets, signed = _sparse_projection(keys, n_components, density, seed)
    dense_start = density is None or density >= _DENSE_FROM
    if density is None:
        _kernels.gaussian_projection(seed, keys, scale, current)
    elif dense_start:
        _kernels.expand_sparse_projection(offsets, signed, scale, current)
    else:
        _kernels.first_power(*operator, scale, offsets, signed, current)
    if len(powers) == 1 and not dense_start:
        _kernels.add_unit_rows(current, powers[0], True, current, informed)
        return current, informed

    spare = np.empty(shape, dtype=np.float32)
    total = np.zeros(shape, dtype=np.float32) if any(powers[:-2]) else None
    power = 0 if dense_start else 1  # what `current` holds: L R or N_1
    while power < len(powers) - 1:
        if total is not None and power > 0:
            _kernels.add_unit_rows(current, powers[power - 1], False, total, informed)
        _kernels.next_power(*operator, current, spare)
        current, spare = spare, current
        power += 1
    before = powers[-2] if power > 0 else 0.0
    result = spare if total is None else total
    _kernels.last_power(*operator, current, before, powers[-1], total is None, result, informed)
    return result, informed


def _sparse_projection(
    keys: NDArray[np.uint64], n_components: int, density: float, seed: np.uint64
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Very sparse projection as row offsets and signed columns, see `fill_sparse_projection`."""
    counts = np.empty(keys.size, dtype=np.int64)
    _kernels.count_sparse_projection(seed, keys, n_components, density, counts)
    offsets = np.zeros(keys.size + 1, dtype=np.int64)
    np.cumsum(counts, out=offsets[1:])
    signed = np.empty(offsets[-1], dtype=np.int32)
    _kernels.fill_sparse_projection(seed, keys, n_components, density, offsets, signed)
    return offsets, signed


def _standardize(X: NDArray[np.float32], informed: NDArray[np.bool_]) -> None:
    """Bring the columns of the informed rows to mean 0 and standard deviation 1, in place.

    A column that is constant up to the rounding of float32 is centred only: its deviations mean nothing.
    """
    count = int(np.count_nonzero(informed))
    if count == 0:
        return
    partial = np.zeros((-(-X.shape[0] // _kernels.ROWS_PER_BLOCK), 2, X.shape[1]))
    _kernels.column_sums(X, informed, partial)
    mean, square = partial.sum(axis=0) / count
    variance = square - mean * mean
    constant = variance <= (8 * np.finfo(np.float32).eps) ** 2 * square
    factor = 1 / np.sqrt(np.where(constant, 1.0, variance))
    _kernels.standardize_rows(X, informed, mean, factor)
