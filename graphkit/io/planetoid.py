"""The Planetoid citation graphs: Cora, Citeseer and PubMed as pickles ``ind.NAME.x`` and so on."""

import os
import pickle
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit._dataset_parts import Split
from graphkit._node_datasets import UNKNOWN_CLASS, NodeDataset
from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._files import Folder, Source, open_target
from graphkit.io._folders import (
    check_range,
    choose_name,
    graph_of_entries,
    masked_splits,
    narrowed,
    require_members,
    write_masks,
)
from graphkit.io._numbers import integer_table
from graphkit.io._unpickle import load_plain

Array = NDArray[Any]
_N_VALIDATION = 500  # nodes after the training nodes, as in the public split
_FEATURES = ("x", "tx", "allx")
_LABELS = ("y", "ty", "ally")


def read(folder: Folder, /, *, directed: bool | None = None, name: str | None = None) -> Graph:
    """Read the graph of a Planetoid data set; see `read_dataset`. Feature files may be absent.

    Returns
    -------
    Graph
        With the node data ``y``, ``train_mask``, ``val_mask`` and ``test_mask``.
    """
    return read_dataset(folder, directed=directed, name=name, features=False).to_graph()


def read_dataset(
    folder: Folder,
    /,
    *,
    directed: bool | None = None,
    name: str | None = None,
    features: bool = True,
    splits: str | os.PathLike[str] | None = None,
) -> NodeDataset:
    """Read a Planetoid data set.

    Parameters
    ----------
    folder : Folder
        With the files ``ind.NAME.{x, y, tx, ty, allx, ally, graph, test.index}``.
    directed : bool, optional
        None: undirected if every edge is listed at both of its ends.
    name : str, optional
        Of the data set, where the folder has several.
    features : bool
        False leaves features out and does not ask for their files.
    splits : path-like, optional
        Folder with further splits ``NAME_split_*.npz`` (the ten of 60/20/20). None: this folder, a folder
        ``splits`` in it, or one beside it.

    Returns
    -------
    NodeDataset
        float32 CSR features. The first split is the public one: the nodes of ``y``, the 500 after them, and
        ``test.index``.

    Raises
    ------
    GraphFormatError
        If files are missing or disagree, or a pickle has anything but arrays, lists and numbers.

    Notes
    -----
    Nodes are numbered as by the authors: those of ``allx`` first, the others by ``test.index``. Citeseer's
    index leaves out 15 nodes that its graph has: they keep their edges, get no features (a row of zeros) and
    the label -1, and are in no part of the public split. The ten further splits do name them.

    References
    ----------
    .. [1] Z. Yang, W. W. Cohen, R. Salakhutdinov, "Revisiting semi-supervised learning with graph
       embeddings", ICML 2016.
    """
    name = choose_name(folder, "ind.", ".graph", name)
    parts = (*_LABELS, "graph", "test.index", *(_FEATURES if features else ()))
    hint = "" if not features else "; features=False does without features"
    require_members(folder, [f"ind.{name}.{part}" for part in parts], hint)

    def file(part: str) -> Source:
        return folder.source(f"ind.{name}.{part}")

    train, test, everything = (_one_hot(file(part)) for part in _LABELS)
    order = integer_table(file("test.index"), length=len(test), each=f"row of ind.{name}.ty")
    sources, targets, n_listed = _adjacency(file("graph"))
    n_known = len(everything)
    n = max(n_listed, n_known, int(order.max(initial=-1)) + 1)
    check_range(file("test.index"), order, n_known, n_listed - 1, "a node that is not in ally")
    if len(np.unique(order)) != len(order):
        raise GraphFormatError("expected every test node once, found repeats", file("test.index").name)
    if len(train) > n_known or (train != everything[: len(train)]).any():
        raise GraphFormatError("expected the first labels of ally", file("y").name)
    labels = np.full(n, UNKNOWN_CLASS)
    labels[:n_known], labels[order] = everything, test
    graph, listing = graph_of_entries(sources, targets, n, directed, symmetric_only=True, file=file("graph"))
    validation = np.arange(len(train), min(len(train) + _N_VALIDATION, n_known))
    public = Split("public", np.arange(len(train)), validation, order)
    places = [folder, Folder(os.path.join(folder.name, "splits")), Folder(_beside(folder.name))]
    if splits is not None:
        places = [Folder(os.fspath(splits))]
    places = [place for place in places if os.path.isdir(place.name)]
    return NodeDataset(
        name,
        graph,
        _features(folder, name, (len(train), len(test), n_known), order, n) if features else None,
        labels,
        (public, *masked_splits(places, name, n)),
        listing,
    )


def _beside(folder: str) -> str:
    return os.path.join(os.path.dirname(os.path.realpath(folder)), "splits")


def _one_hot(file: Source) -> Array:
    """Classes from rows with a single 1; -1 from rows of zeros."""
    rows = load_plain(file)
    if not isinstance(rows, np.ndarray) or rows.ndim != 2:
        raise GraphFormatError(f"expected a matrix of labels, found {type(rows).__name__}", file.name)
    if not np.isin(rows, (0, 1)).all() or (rows.sum(axis=1) > 1).any():
        raise GraphFormatError("expected rows of labels with at most one 1 among zeros", file.name)
    if not rows.shape[1]:
        raise GraphFormatError("expected at least one class, found a matrix without columns", file.name)
    return np.where(rows.any(axis=1), rows.argmax(axis=1), UNKNOWN_CLASS)


def _adjacency(file: Source) -> tuple[Array, Array, int]:
    """Entries of a dictionary of lists, and the number of nodes."""
    lists = load_plain(file)
    expected = "a dictionary that gives every node the list of its neighbours"
    if not isinstance(lists, dict) or not all(isinstance(row, list) for row in lists.values()):
        raise GraphFormatError(f"expected {expected}, found {type(lists).__name__}", file.name)
    lengths = [len(row) for row in lists.values()]
    if sum(lengths) > len(file.data):  # an entry takes two bytes; lists that are used again are no graph
        raise GraphFormatError(f"expected {expected}, found more neighbours than fit the file", file.name)
    nodes = [*lists, *chain.from_iterable(lists.values())]
    if not all(type(node) is int and 0 <= node < 2**62 for node in nodes):
        raise GraphFormatError(f"expected {expected} as integers from 0", file.name)
    n = len(lists)
    numbers = np.array(nodes, dtype=np.int64)
    if n and numbers.max() >= n:
        raise GraphFormatError(f"expected the {n} nodes 0 to {n - 1}, found {numbers.max()}", file.name)
    return np.repeat(numbers[:n], lengths), numbers[n:], n


def _features(folder: Folder, name: str, counts: tuple[int, int, int], order: Array, n: int) -> Any:
    """CSR features of all nodes; test rows go where the index says, nodes of no file get empty rows."""
    import scipy.sparse

    sparse: Any = scipy.sparse  # its types are narrower than what it takes
    blocks: list[Any] = []
    for part, count in zip(_FEATURES, counts, strict=True):
        file = folder.source(f"ind.{name}.{part}")
        block: Any = load_plain(file)
        if isinstance(block, np.ndarray) and block.ndim == 2:
            block = sparse.csr_array(block)
        if not sparse.issparse(block) or block.shape[0] != count:
            found = getattr(block, "shape", type(block).__name__)
            raise GraphFormatError(f"expected a matrix of {count} rows of features, found {found}", file.name)
        if blocks and block.shape[1] != blocks[0].shape[1]:
            raise GraphFormatError(
                f"expected {blocks[0].shape[1]} features as in ind.{name}.x, found {block.shape[1]}",
                file.name,
            )
        if not np.isfinite(block.data).all():
            raise GraphFormatError("expected finite features", file.name)
        blocks.append(block)
    _, test, known = blocks
    rows = np.full(n, known.shape[0] + test.shape[0])  # the empty row that is put last
    rows[: known.shape[0]] = np.arange(known.shape[0])
    rows[order] = known.shape[0] + np.arange(test.shape[0])
    stacked = sparse.vstack([known, test, sparse.csr_array((1, known.shape[1]))], format="csr")
    chosen = stacked[rows]
    chosen.data = narrowed(chosen.data)
    return chosen


def write_dataset(dataset: NodeDataset, folder: str, path: str) -> None:
    """Write a Planetoid data set.

    The first split must be of the public kind: training nodes 0..k-1, the 500 nodes after them (or as many as
    there are) for validation, and test nodes at the end. Further splits are written as masks.

    Raises
    ------
    ValueError
        If features, labels or such a split are absent, or the graph has weights.
    """
    import scipy.sparse

    if dataset.features is None or dataset.labels is None or not dataset.splits:
        raise ValueError("the Planetoid layout needs features, labels and at least one split")
    if dataset.labels.ndim != 1 or dataset.n_classes == 0 or dataset.graph.is_weighted:
        raise ValueError("the Planetoid layout holds one class for each node and no weights")
    public, n = dataset.splits[0], dataset.graph.n_nodes
    first_test = int(public.test.min(initial=n))
    n_train = len(public.train)
    if (public.train != np.arange(n_train)).any() or n_train > first_test:
        raise ValueError("the Planetoid layout needs the training nodes first and the test nodes last")
    validation = np.arange(n_train, min(n_train + _N_VALIDATION, first_test))
    if not np.array_equal(public.val, validation):
        raise ValueError(
            f"the Planetoid layout needs the {len(validation)} nodes after the training nodes for validation"
        )
    outside = np.setdiff1d(np.arange(first_test, n), public.test)
    features: Any = scipy.sparse.csr_matrix(dataset.features, dtype=np.float32)
    if (dataset.labels[outside] != UNKNOWN_CLASS).any() or features[outside].count_nonzero():
        raise ValueError("the Planetoid layout has no labels and features of nodes between the test nodes")
    one_hot = np.zeros((n, dataset.n_classes), dtype=np.int32)
    known = np.flatnonzero(dataset.labels >= 0)
    one_hot[known, dataset.labels[known]] = 1
    graph = dataset.graph
    rows: dict[str, Any] = {"": slice(0, n_train), "t": public.test, "all": slice(0, first_test)}
    content: dict[str, Any] = {"graph": {i: graph.neighbors(i).tolist() for i in range(n)}}
    for prefix, chosen in rows.items():
        content[f"{prefix}x"] = features[chosen]
        content[f"{prefix}y"] = one_hot[chosen]
    stem = os.path.join(folder, f"ind.{dataset.name}.")
    for part, value in content.items():
        with open_target(stem + part) as file:
            pickle.dump(value, file, protocol=2)
    with open_target(stem + "test.index") as file:
        file.write("".join(f"{node}\n" for node in public.test).encode())
    write_masks(folder, dataset.name, dataset.splits[1:], n)
