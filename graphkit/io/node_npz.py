"""One ``.npz`` with features, labels, edges and masks of a graph, as of heterophilous-graphs."""

import os
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from graphkit._dataset_parts import Split
from graphkit._node_datasets import NodeDataset
from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._archives import write_archive
from graphkit.io._files import Source, without_compression
from graphkit.io._folders import graph_of_entries, npz_arrays
from graphkit.io._views import feature_matrix

Array = NDArray[Any]
_MASKS = ("train_masks", "val_masks", "test_masks")


def recognises(source: Source) -> bool:
    """Whether the first array of the archive is called as they are in these files."""
    return any(name in bytes(source.data[:200]) for name in (b"node_features.npy", b"node_labels.npy"))


def read(source: Source, /, *, directed: bool | None = None) -> Graph:
    """Read the graph of such a file; see `read_dataset`.

    Returns
    -------
    Graph
        With the node data ``y``, and masks where there are splits.
    """
    return read_dataset(source, directed=directed).to_graph()


def read_dataset(source: Source, /, *, directed: bool | None = None) -> NodeDataset:
    """Read a graph with features, labels and splits from an ``.npz`` file.

    Parameters
    ----------
    source : Source
        With the arrays ``edges`` (two columns, from 0), ``node_labels``, ``node_features`` and, perhaps,
        ``train_masks``, ``val_masks`` and ``test_masks``, one row for each split.
    directed : bool, optional
        None takes edges as undirected.

    Returns
    -------
    NodeDataset
        float32 CSR features.

    Raises
    ------
    GraphFormatError
        If the file is damaged, or arrays are missing or disagree.

    References
    ----------
    .. [1] O. Platonov, D. Kuznedelev, M. Diskin, A. Babenko, L. Prokhorenkova, "A critical look at the
       evaluation of GNNs under heterophily: are we really making progress?", ICLR 2023.
    """
    arrays = npz_arrays(source)

    def part(name: str, kinds: str, shape: tuple[int | None, ...]) -> Array:
        array = arrays.get(name)
        fits = array is not None and array.dtype.kind in kinds and array.ndim == len(shape)
        if (
            array is None
            or not fits
            or any(wanted not in (None, size) for wanted, size in zip(shape, array.shape, strict=True))
        ):
            found = "none" if array is None else f"shape {array.shape} and dtype {array.dtype}"
            wanted = ", ".join("any" if size is None else str(size) for size in shape)
            raise GraphFormatError(
                f"expected an array {name!r} of shape ({wanted}), found {found}", source.name
            )
        return array

    labels = part("node_labels", "iu", (None,)).astype(np.int64)
    n = len(labels)
    features = part("node_features", "biuf", (n, None))
    edges = part("edges", "iu", (None, 2))
    if edges.size and (edges.min() < 0 or edges.max() >= n):
        raise GraphFormatError(
            f"expected edges between nodes 0 to {n - 1}, found {edges.min()} to {edges.max()}", source.name
        )
    graph, listing = graph_of_entries(edges[:, 0], edges[:, 1], n, directed, symmetric_only=False)
    splits: tuple[Split, ...] = ()
    if any(name in arrays for name in _MASKS):
        first = part(_MASKS[0], "biu", (None, n))
        masks = [part(name, "biu", (len(first), n)) != 0 for name in _MASKS]
        splits = tuple(Split.from_masks(str(k), *rows) for k, rows in enumerate(zip(*masks, strict=True)))
    name = os.path.splitext(os.path.basename(without_compression(source.name)))[0]
    return NodeDataset(name, graph, feature_matrix(features, source), labels, splits, listing)


def write_dataset(dataset: NodeDataset, file: IO[bytes], path: str) -> None:
    """Write such a file; splits lose their names.

    Raises
    ------
    ValueError
        If features or labels are absent, or the graph has weights.
    """
    if (
        dataset.features is None
        or dataset.labels is None
        or dataset.labels.ndim != 1
        or dataset.graph.is_weighted
    ):
        raise ValueError("this layout needs features and one class for each node, and has no weights")
    features = dataset.features
    n = dataset.graph.n_nodes
    arrays = {
        "node_features": features.toarray() if hasattr(features, "toarray") else features,
        "node_labels": dataset.labels,
        "edges": np.stack(dataset.graph.edges(), axis=1),
    }
    for part in ("train", "val", "test") if dataset.splits else ():
        arrays[f"{part}_masks"] = np.stack([split.mask(part, n) for split in dataset.splits])
    write_archive(file, arrays)
