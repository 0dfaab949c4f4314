"""Scores of open triangles from walks on the nodes or edges of the projected graph, by dense inverses."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graphkit.memory import require_memory
from graphkit.simplicial._projected import Projected

if TYPE_CHECKING:
    import scipy.sparse

    from graphkit.simplicial._prediction import Candidates

Array = NDArray[Any]

DAMPING = 0.85
_PAIRS = ((0, 1), (0, 2), (1, 2))


def katz(candidates: "Candidates", *, weighted: bool) -> Array:
    """Sum of the entries of (I - b W)^-1 - I of all ordered pairs; b = min(1 / (4 sigma), 1 / 2)."""
    matrix, local = _adjacency(candidates.projected, weighted)
    if not len(candidates):
        return np.empty(0)
    b = min(0.25 / _largest_eigenvalue(matrix), 0.5)
    inverse = _inverse(-b * matrix, 1.0, "Katz scores")
    members = local[candidates.members]
    return 2 * sum((_entries(inverse, members[:, i], members[:, j]) for i, j in _PAIRS), np.zeros(1))


def pagerank(candidates: "Candidates", *, weighted: bool) -> Array:
    """Sum of the entries of 0.15 (I - 0.85 W D^-1)^-1 of all ordered pairs."""
    matrix, local = _adjacency(candidates.projected, weighted)
    if not len(candidates):
        return np.empty(0)
    root = np.sqrt(np.maximum(matrix.sum(axis=0), 1.0))  # a node without edges is in no triangle
    scaled = matrix.multiply(1 / root[:, None]).multiply(1 / root[None, :])
    inverse = _inverse(-DAMPING * scaled.tocsr(), 1.0, "personalised PageRank scores")
    return (1 - DAMPING) * _both_ways(inverse, root, local[candidates.members])


def _both_ways(inverse: Array, root: Array, members: Array) -> Array:
    """Sum over the pairs of |Z_ij| (r_i / r_j + r_j / r_i): both entries of R Z R^-1 for symmetric Z."""
    total = np.zeros(len(members))
    for x, y in _PAIRS:
        i, j = members[:, x], members[:, y]
        ratio = root[i] / root[j]
        total += np.abs(_entries(inverse, i, j)) * (ratio + 1 / ratio)
    return total


def simplicial_pagerank(candidates: "Candidates", part: str) -> Array:
    """Score by a walk on edges along the Hodge Laplacian, or by a Hodge part of it.

    With K = B1 B1^T + B2^T B2 for the gradient B1 and the curl B2 of closed triangles, and D_e the degrees of
    both ends and the number of closed triangles of e, the matrix is S = b (b I + K D^-1)^-1, b = 1/0.85 - 1.
    """
    from graphkit.simplicial._kernels.scores import edges_of_triangles

    graph = candidates.projected
    m = graph.n_edges
    if not len(candidates):
        return np.empty(0)
    require_memory((8 if not part else 40) * m * m, f"simplicial PageRank on {m:,} edges")
    gradient, curl = _gradient_and_curl(graph, candidates)
    degree = np.diff(graph.indptr)[graph.node_at]
    ends = abs(gradient) @ degree
    scale = np.sqrt(ends + abs(curl).sum(axis=0))
    b = 1 / DAMPING - 1
    energy = (gradient @ gradient.T + curl.T @ curl).tocsr()
    energy = energy.multiply(1 / scale[:, None]).multiply(1 / scale[None, :]).tocsr()
    inverse = _inverse(energy, b, f"simplicial PageRank on {m:,} edges")
    edges = np.empty((len(candidates), 3), np.int64)
    triples = candidates.triples
    edges_of_triangles(
        graph.forward_ptr, graph.forward, triples.ptr, triples.second, triples.third, np.arange(m), edges
    )
    if not part:
        return b * _both_ways(inverse, scale, edges)
    full = np.tril(inverse)
    full += np.tril(full, -1).T
    full *= b * scale[:, None] / scale[None, :]
    chosen = _project(full, gradient.toarray()) if part == "gradient" else None
    if part in ("curl", "harmonic"):
        curled = _project(full, curl.T.toarray())
        chosen = curled if part == "curl" else full - curled - _project(full, gradient.toarray())
    assert chosen is not None
    total = np.zeros(len(edges))
    for x, y in _PAIRS:
        total += np.abs(chosen[edges[:, x], edges[:, y]]) + np.abs(chosen[edges[:, y], edges[:, x]])
    return total


def _project(columns: Array, basis: Array) -> Array:
    """Project columns onto the span of the columns of a matrix."""
    from scipy.linalg import svd

    left, values, _ = svd(basis, full_matrices=False)
    left = left[:, values > 1e-9 * max(values.max(initial=0), 1)]
    return left @ (left.T @ columns)


def _gradient_and_curl(
    graph: Projected, candidates: "Candidates"
) -> "tuple[scipy.sparse.csr_array[Any], scipy.sparse.csr_array[Any]]":
    """Gradient (edges by nodes) and curl (closed triangles by edges); edges go from lower to higher rank."""
    from scipy.sparse import csr_array

    from graphkit.simplicial._kernels.scores import edges_of_triangles

    m, closed = graph.n_edges, candidates.closed
    tails = np.repeat(np.arange(len(graph.rank)), np.diff(graph.forward_ptr))
    columns = np.stack([tails, graph.forward], axis=1).ravel()
    gradient = csr_array((np.tile([-1.0, 1.0], m), columns, 2 * np.arange(m + 1)), shape=(m, len(graph.rank)))
    edges = np.empty((len(closed), 3), np.int64)
    edges_of_triangles(
        graph.forward_ptr, graph.forward, closed.ptr, closed.second, closed.third, np.arange(m), edges
    )
    curl = csr_array(
        (np.tile([1.0, -1.0, 1.0], len(closed)), edges.ravel(), 3 * np.arange(len(closed) + 1)),
        shape=(len(closed), m),
    )
    return gradient, curl


def _adjacency(graph: Projected, weighted: bool) -> "tuple[scipy.sparse.csr_array[Any], Array]":
    """Adjacency matrix of the nodes with edges, and the number of every node among them."""
    from scipy.sparse import csr_array

    n = len(graph.rank)
    values = graph.entry_weights.astype(np.float64) if weighted else np.ones(len(graph.indices))
    matrix = csr_array((values, graph.indices, graph.indptr), shape=(n, n))
    kept = np.flatnonzero(np.diff(graph.indptr))
    local = np.full(n, -1, np.int64)
    local[kept] = np.arange(len(kept))
    return csr_array(matrix[kept][:, kept]), local


def _largest_eigenvalue(matrix: "scipy.sparse.csr_array[Any]") -> float:
    from scipy.sparse.linalg import eigsh

    if matrix.shape[0] < 50:
        return float(np.linalg.eigvalsh(matrix.toarray())[-1])
    return float(eigsh(matrix, k=1, which="LA", v0=np.ones(matrix.shape[0]), return_eigenvectors=False)[0])


def _inverse(matrix: "scipy.sparse.csr_array[Any]", diagonal: float, what: str) -> Array:
    """Invert a positive definite matrix plus a multiple of the identity; only the lower half is filled."""
    from scipy.linalg.lapack import dpotrf, dpotri

    n = matrix.shape[0]
    require_memory(9 * n * n, what)
    dense = matrix.toarray(order="F")
    dense[np.arange(n), np.arange(n)] += diagonal
    factor, failed = dpotrf(dense, lower=1, overwrite_a=1)
    inverse, failed_again = dpotri(factor, lower=1, overwrite_c=1)
    if failed or failed_again:
        raise np.linalg.LinAlgError(f"{what}: the matrix is not positive definite")
    return inverse


def _entries(inverse: Array, i: Array, j: Array) -> Array:
    return inverse[np.maximum(i, j), np.minimum(i, j)]
