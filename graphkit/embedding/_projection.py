"""The vectors that FastRP starts from: random ones for every node, and node properties."""

import hashlib
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.embedding._kernels import projection as kernels
from graphkit.graph import Graph

Array = NDArray[Any]

_PROPERTY_DENSITY = 1 / 3  # of the random vectors of node properties
_PROPERTY_SALT = np.uint64(0x6A09E667F3BCC909)  # sets their seed apart from that of the nodes
# From this density on, adding whole rows of L R costs less than adding their non-zeros one by one.
DENSE_FROM = 1 / 16


def multiplies_nonzeros(density: float | None, *, has_properties: bool) -> bool:
    """Whether power 1 is computed from the non-zeros of R alone. Without effect on the result."""
    return density is not None and density < DENSE_FROM and not has_properties


@dataclass(frozen=True, eq=False)
class InitialVectors:
    """The matrix L R, with node properties in its last columns; any of its rows can be had at any time.

    Attributes
    ----------
    seed : uint64
    keys : ndarray of shape (n,), uint64
        What the random vector of each node is drawn from, see `node_keys`.
    scale : ndarray of shape (n,), float32
        The diagonal of L, times the size of the entries of R.
    density : float or None
        Expected share of non-zeros of R; None: R is Gaussian.
    n_components : int
        Columns, those of the properties included.
    features : ndarray of shape (n, n_features), float32, or None
        Node properties.
    vectors : ndarray of shape (n_features, n_property_columns), float32, or None
        Their random vectors.
    """

    seed: np.uint64
    keys: NDArray[np.uint64]
    scale: NDArray[np.float32]
    density: float | None
    n_components: int
    features: NDArray[np.float32] | None = None
    vectors: NDArray[np.float32] | None = None

    @property
    def n_random(self) -> int:
        """Number of columns that hold random vectors."""
        return self.n_components - (0 if self.vectors is None else self.vectors.shape[1])

    @property
    def is_sparse(self) -> bool:
        """Whether it pays to multiply with the non-zeros alone, see `nonzeros`."""
        return multiplies_nonzeros(self.density, has_properties=self.vectors is not None)

    def write(self, out: NDArray[np.float32], low: int = 0, rows: Array | slice | None = None) -> None:
        """Write rows of the matrix, all of them by default, to rows `low`, `low` + 1, ... of `out`."""
        chosen: Any = slice(None) if rows is None else rows
        keys, scale = self.keys[chosen], self.scale[chosen]
        if self.density is None:
            kernels.gaussian_rows(self.seed, keys, self.n_random, scale, low, out)
        else:
            kernels.sparse_rows(self.seed, keys, self.n_random, self.density, scale, low, out)
        if self.features is not None and self.vectors is not None:
            kernels.add_properties(self.features[chosen], self.vectors, self.n_random, low, out)

    def nonzeros(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return the non-zeros of a sparse R as row offsets and signed columns, +-(column + 1) for +-1."""
        return sparse_projection(self.keys, self.n_random, self.density or 1.0, self.seed)


def sparse_projection(
    keys: NDArray[np.uint64], n_columns: int, density: float, seed: np.uint64
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Very sparse projection as row offsets and signed columns, see `InitialVectors.nonzeros`."""
    counts = np.empty(keys.size, dtype=np.int64)
    kernels.count_sparse_projection(seed, keys, n_columns, density, counts)
    offsets = np.zeros(keys.size + 1, dtype=np.int64)
    np.cumsum(counts, out=offsets[1:])
    signed = np.empty(offsets[-1], dtype=np.int32)
    kernels.fill_sparse_projection(seed, keys, n_columns, density, offsets, signed)
    return offsets, signed


def property_vectors(seed: np.uint64, n_features: int, n_columns: int) -> NDArray[np.float32]:
    """Draw the random vectors of node properties: entries +-sqrt(3 / n_columns), two thirds of them zero."""
    vectors = np.empty((n_features, n_columns), dtype=np.float32)
    size = np.full(n_features, math.sqrt(1 / (_PROPERTY_DENSITY * n_columns)), dtype=np.float32)
    keys = np.arange(n_features, dtype=np.uint64)
    kernels.sparse_rows(seed ^ _PROPERTY_SALT, keys, n_columns, _PROPERTY_DENSITY, size, 0, vectors)
    return vectors


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
