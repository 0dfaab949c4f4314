"""Windows of time of a data set of simplices, and their projected graphs, in the form the kernels need."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit._simplex_dataset import SimplexDataset
from graphkit.memory import require_memory
from graphkit.simplicial._kernels import closure as kernels
from graphkit.simplicial._kernels.cliques import degeneracy_order, forward_lists
from graphkit.simplicial._kernels.complexes import sort_simplices
from graphkit.validation import index_dtype

Array = NDArray[Any]


@dataclass(frozen=True)
class Simplices:
    """Simplices with sorted nodes: each is kept once, with the number of its copies."""

    offsets: Array
    nodes: Array
    copies: Array
    n_nodes: int

    def __len__(self) -> int:
        return len(self.offsets) - 1


@dataclass(frozen=True)
class Entries:
    """Where every node stands in a list of simplices."""

    ptr: Array
    entry: Array
    simplex: Array


@dataclass(frozen=True)
class Triples:
    """Triples of nodes, by the rank of their members: root, b, c in increasing order."""

    ptr: Array
    second: Array
    third: Array
    repeated: Array

    def __len__(self) -> int:
        return len(self.second)

    @property
    def root(self) -> Array:
        """Rank of the first member of every triple."""
        return np.repeat(np.arange(len(self.ptr) - 1, dtype=self.second.dtype), np.diff(self.ptr))


@dataclass(frozen=True)
class Projected:
    """Projected graph: an edge weighs the number of simplices that contain both of its ends.

    `forward_ptr`, `forward` and `weights` list the later neighbours of every rank of a degeneracy order.
    """

    indptr: Array
    indices: Array
    entry_weights: Array
    forward_ptr: Array
    forward: Array
    weights: Array
    rank: Array
    node_at: Array
    is_active: Array
    n_active: int
    simplex_degree: Array

    @property
    def n_edges(self) -> int:
        """Number of edges."""
        return len(self.forward)


def ordered_simplices(dataset: SimplexDataset) -> tuple[Array, Array, Array]:
    """Return offsets, sorted nodes and times, in the order of time; equal times keep their order."""
    if not isinstance(dataset, SimplexDataset):
        raise TypeError(
            f"a SimplexDataset is expected, got {type(dataset).__name__}; "
            "graphkit.simplicial.read_simplices reads one from a folder"
        )
    if dataset.times is None:
        raise ValueError(f"simplicial closure needs times, and the simplices of {dataset.name!r} have none")
    n = int(dataset.n_nodes or 0)
    nodes = np.empty(len(dataset.nodes), index_dtype(n, 0))
    offsets = np.zeros_like(dataset.offsets)
    sort_simplices(dataset.offsets, dataset.nodes, offsets, nodes)
    times = np.asarray(dataset.times)
    if len(times) > 1 and (np.diff(times) < 0).any():
        order = np.argsort(times, kind="stable")
        offsets, nodes = _select(offsets, nodes, order)
        times = times[order]
    return offsets, nodes, times


def _select(offsets: Array, nodes: Array, chosen: Array) -> tuple[Array, Array]:
    sizes = np.diff(offsets)[chosen]
    out_offsets, out = np.zeros(len(chosen) + 1, np.int64), np.empty(int(sizes.sum()), nodes.dtype)
    kernels.select_simplices(offsets, nodes, chosen, out_offsets, out)
    return out_offsets, out


def distinct_simplices(offsets: Array, nodes: Array, start: int, stop: int, n_nodes: int) -> Simplices:
    """Keep each of the simplices from `start` to `stop` once, in the order of first appearance."""
    base = offsets[start]
    offsets, nodes = offsets[start : stop + 1] - base, nodes[base : offsets[stop]]
    hashes, leader = np.empty(len(offsets) - 1, np.int64), np.empty(len(offsets) - 1, np.int64)
    kernels.hash_simplices(offsets, nodes, hashes)
    kernels.find_repeats(offsets, nodes, hashes, np.argsort(hashes, kind="stable"), leader)
    copies = np.bincount(leader, minlength=len(leader))
    chosen = np.flatnonzero(copies)
    return Simplices(*_select(offsets, nodes, chosen), copies[chosen], n_nodes)


def list_entries(offsets: Array, nodes: Array, n_nodes: int) -> Entries:
    """List for every node its entries in simplices."""
    ptr = np.zeros(n_nodes + 1, np.int64)
    entry, simplex = np.empty(len(nodes), np.int64), np.empty(len(nodes), np.int64)
    kernels.entries_of_nodes(offsets, nodes, ptr, entry, simplex)
    return Entries(ptr, entry, simplex)


def project(simplices: Simplices) -> Projected:
    """Build the projected graph and its degeneracy order."""
    n = simplices.n_nodes
    offsets, nodes, copies = simplices.offsets, simplices.nodes, simplices.copies
    entries = list_entries(offsets, nodes, n)
    indptr = np.zeros(n + 1, np.int64)
    kernels.count_neighbors(offsets, nodes, entries.ptr, entries.simplex, indptr)
    n_entries = int(indptr[-1])
    require_memory(44 * n_entries, f"the projected graph of {len(simplices):,} simplices")
    indices, weights = np.empty(n_entries, nodes.dtype), np.empty(n_entries, np.int64)
    kernels.fill_neighbors(offsets, nodes, copies, entries.ptr, entries.simplex, indptr, indices, weights)
    rank, node_at = np.empty(n, np.int64), np.empty(n, np.int64)
    degeneracy_order(indptr, indices, rank)
    node_at[rank] = np.arange(n)
    forward_ptr = np.zeros(n + 1, np.int64)
    forward, edge = np.empty(n_entries // 2, nodes.dtype), np.empty(n_entries // 2, np.int64)
    forward_lists(indptr, indices, rank, forward_ptr, forward, edge)
    rows = np.repeat(np.arange(n, dtype=nodes.dtype), np.diff(indptr))
    edge_weights = weights[indices > rows]
    degree = np.bincount(nodes, weights=np.repeat(copies, np.diff(offsets)), minlength=n).astype(np.int64)
    return Projected(
        indptr,
        indices,
        weights,
        forward_ptr,
        forward,
        edge_weights[edge],
        rank,
        node_at,
        degree > 0,
        int((degree > 0).sum()),
        degree,
    )


def ranked(simplices: Simplices, projected: Projected) -> tuple[Simplices, Entries]:
    """Write simplices in ranks of a projected graph; nodes that are not active there are left out."""
    rank = np.where(projected.is_active, projected.rank, -1)
    offsets, nodes = np.zeros_like(simplices.offsets), np.empty_like(simplices.nodes)
    kernels.to_ranks(simplices.offsets, simplices.nodes, rank, offsets, nodes)
    nodes = nodes[: offsets[-1]]
    entries = list_entries(offsets, nodes, simplices.n_nodes)
    return Simplices(offsets, nodes, simplices.copies, simplices.n_nodes), entries


def closed_triples(simplices: Simplices, entries: Entries) -> Triples:
    """List the triples that are in a simplex together; simplices are written in ranks."""
    ptr = np.zeros(simplices.n_nodes + 1, np.int64)
    none = np.empty(0, simplices.nodes.dtype)
    args = (simplices.offsets, simplices.nodes, simplices.copies, entries.ptr, entries.entry, entries.simplex)
    kernels.root_triples(*args, ptr, none, none, np.empty(0, np.bool_), False)
    total = int(ptr[-1])
    require_memory(total * (2 * none.itemsize + 1), f"{total:,} closed triples of nodes")
    second, third = np.empty(total, none.dtype), np.empty(total, none.dtype)
    repeated = np.empty(total, np.bool_)
    kernels.root_triples(*args, ptr, second, third, repeated, True)
    return Triples(ptr, second, third, repeated)


def take(triples: Triples, chosen: Array) -> Triples:
    """Keep the triples where `chosen` is true."""
    before = np.concatenate([[0], np.cumsum(chosen)])
    return Triples(
        before[triples.ptr], triples.second[chosen], triples.third[chosen], triples.repeated[chosen]
    )


def new_triples(triples: Triples, old: Triples) -> Triples:
    """Keep the triples that are not in another list."""
    is_new = np.empty(len(triples), np.bool_)
    kernels.not_among(triples.ptr, triples.second, triples.third, old.ptr, old.second, old.third, is_new)
    return take(triples, is_new)


def pair_weights(triples: Triples, projected: Projected) -> Array:
    """Weights of the pairs (a, b), (a, c), (b, c) of triples, of shape (n_triples, 3), int64; 0 for none."""
    out = np.empty((len(triples), 3), np.int64)
    kernels.triple_ties(
        triples.ptr,
        triples.second,
        triples.third,
        projected.forward_ptr,
        projected.forward,
        projected.weights,
        out,
    )
    return out
