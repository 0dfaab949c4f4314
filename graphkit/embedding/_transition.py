"""The transition matrix of a graph in the form that the kernels take, and the degree normalisation."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.embedding._kernels import projection as kernels
from graphkit.graph import Graph

Array = NDArray[Any]

_BLOCKS = 256  # of rows, for the threads to share; many more than cores, so that no thread waits for long
_ROW_COST = 4  # entries that reading and writing one row is worth when rows are divided among threads
_LARGEST_EXPONENT = 1e300  # times a logarithm this is finite
_PLAIN_EXPONENTS = 40  # of two, up to which L needs no common factor to keep products within float32


@dataclass(frozen=True, eq=False)
class Transition:
    """The transition matrix A = D^-1 S.

    Attributes
    ----------
    indptr, indices : ndarray
        CSR of the graph.
    probabilities : ndarray of shape (n_entries,) or (0,), float32
        Entries of A; none for an unweighted graph.
    means : ndarray of shape (n,), float32
        1 / degree, the entries of A in an unweighted graph; 0 for rows without entries, and everywhere in a
        weighted graph.
    """

    indptr: Array
    indices: Array
    probabilities: NDArray[np.float32]
    means: NDArray[np.float32]

    @property
    def n_nodes(self) -> int:
        """Number of rows."""
        return int(self.means.size)

    def blocks(self, rows: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """Divide the rows, or some of them, into ranges of about equal work for the threads to share.

        Hubs would otherwise leave the other threads idle.
        """
        if rows is None:
            work = self.indptr.astype(np.int64)
        else:
            work = np.zeros(rows.size + 1, dtype=np.int64)
            np.cumsum(self.indptr[rows + 1] - self.indptr[rows], out=work[1:])
        n = work.size - 1
        work += _ROW_COST * np.arange(n + 1)
        bounds = np.searchsorted(work, np.linspace(0, work[-1], min(_BLOCKS, n) + 1))
        return np.unique(bounds).astype(np.int64)


def transition(graph: Graph, *, weighted: bool) -> Transition:
    """Return the transition matrix of a graph; out-edges are followed.

    Raises
    ------
    ValueError
        If the weights of a node overflow when they are summed.
    """
    if not weighted:
        degrees = np.diff(graph.indptr)
        means = ((degrees > 0) / np.maximum(degrees, 1)).astype(np.float32)
        return Transition(graph.indptr, graph.indices, np.empty(0, dtype=np.float32), means)
    sums = _weight_sums(graph)
    probabilities = np.empty(graph.n_entries, dtype=np.float32)
    kernels.transition_probabilities(graph.indptr, graph.weights, sums, probabilities)
    return Transition(graph.indptr, graph.indices, probabilities, np.zeros(graph.n_nodes, dtype=np.float32))


def _weight_sums(graph: Graph) -> NDArray[np.float64]:
    sums = np.empty(graph.n_nodes)
    kernels.row_sums(graph.indptr, graph.weights, sums)
    if not np.isfinite(sums).all():
        node = graph.label_of(int(np.flatnonzero(~np.isfinite(sums))[0]))
        raise ValueError(f"the edge weights of node {node!r} are too large: their sum overflows")
    return sums


def degrees_of(graph: Graph, *, weighted: bool) -> NDArray[np.float64]:
    """Return what the degree normalisation is made of: out-degrees, or sums of weights.

    A node without out-edges has the degree 1 if edges are counted. Otherwise it has the mean weight of the
    edges that lead to it, as far as there are any, else 0: the edge that it lacks would on average weigh as
    much.
    """
    if not weighted:
        return np.maximum(np.diff(graph.indptr), 1).astype(np.float64)
    degrees = _weight_sums(graph)
    if graph.directed:
        kernels.mean_in_weights(graph.indices, graph.weights, degrees, degrees == 0)
    return degrees


def degree_normalization(
    degrees: NDArray[np.float64], exponent: float, *, exact: bool = False
) -> NDArray[np.float32]:
    """Diagonal of L = D^exponent; 0 for degree 0.

    Powers that leave the middle of the range of float32 are multiplied with a common power of two, which the
    row norms cancel, unless the result has to be `exact` (clipped to the range then).
    """
    logs = np.log2(degrees, out=np.full_like(degrees, -np.inf), where=degrees > 0)
    seen = np.isfinite(logs)
    if not seen.any():
        return np.zeros(degrees.size, dtype=np.float32)
    # Beyond this bound only the largest entry, or entries, differ from zero in any case.
    logs[seen] *= min(max(exponent, -_LARGEST_EXPONENT), _LARGEST_EXPONENT)
    largest = math.floor(logs.max(where=seen, initial=-np.inf))
    if exact:
        return np.exp2(np.minimum(logs, 100.0)).astype(np.float32)
    return np.exp2(logs - (largest if abs(largest) > _PLAIN_EXPONENTS else 0)).astype(np.float32)
