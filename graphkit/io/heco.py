"""Folders as of HeCo: metapath graphs ``apa.npz``, features, ``labels.npy`` and pairs of kinds ``pa.txt``."""

import os
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit._dataset_parts import Split
from graphkit._node_datasets import MultiViewDataset
from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._files import Folder, open_target
from graphkit.io._folders import check_range, npy_array, npz_arrays, require_members, write_npz, write_table
from graphkit.io._numbers import integer_table
from graphkit.io._views import chosen_view, class_labels, feature_matrix, sparse_matrix, view_graph
from graphkit.memory import require_memory

Array = NDArray[Any]
_NOT_VIEWS = ("pos.npz",)  # HeCo's positive pairs


def read(
    folder: Folder,
    /,
    *,
    directed: bool | None = None,
    view: str | None = None,
    metapaths: str | Iterable[str] | None = None,
) -> Graph:
    """Read one view of a HeCo folder; see `read_dataset`.

    Parameters
    ----------
    folder, directed, metapaths
        As in `read_dataset`.
    view : str, optional
        Name of the view, such as ``"apa"``; needed where there are several.

    Returns
    -------
    Graph
        With the node data ``y``, and masks where there are splits.
    """
    if metapaths is None and view is not None and not folder.has(f"{view}.npz"):
        metapaths = (view,)
    return chosen_view(read_dataset(folder, directed=directed, metapaths=metapaths), view, folder.name)


def read_dataset(
    folder: Folder,
    /,
    *,
    directed: bool | None = None,
    metapaths: str | Iterable[str] | None = None,
) -> MultiViewDataset:
    """Read a HeCo folder.

    Parameters
    ----------
    folder : Folder
        With ``labels.npy`` of the target nodes and metapath graphs in scipy's ``.npz``: the square matrices
        on these nodes. ``a_feat.npz`` and the like hold features; the file whose first letter is that of the
        metapaths is taken. ``pa.txt`` and the like list pairs (paper, author); ``train_20.npy``,
        ``val_20.npy`` and ``test_20.npy`` are splits. Other files are not read.
    directed : bool, optional
        None: undirected where a matrix is symmetric.
    metapaths : str or iterable of str, optional
        The views to read, such as ``("apa", "aptpa")`` or ``"apa,aptpa"``. One without a file is composed
        from pairs: two authors are joined by ``aptpa`` if papers of theirs have a term in common, which
        joins every author of a paper to itself. None: those that have files.

    Returns
    -------
    MultiViewDataset
        Its relations are the 0/1 matrices of the pairs.

    Raises
    ------
    GraphFormatError
        If files are missing or malformed, or disagree about the number of nodes.
    MemoryBudgetError
        If a composed metapath might not fit.

    References
    ----------
    .. [1] X. Wang, N. Liu, H. Han, C. Shi, "Self-supervised heterogeneous graph neural network with
       co-contrastive learning", KDD 2021, doi:10.1145/3447548.3467415.
    """
    require_members(folder, ["labels.npy"])
    labels_file = folder.source("labels.npy")
    labels = class_labels(npy_array(labels_file), labels_file, "labels")
    n = len(labels)
    relations = _relations(folder)
    files = _view_files(folder)
    if isinstance(metapaths, str):
        metapaths = [path for path in metapaths.split(",") if path]
    wanted = files if metapaths is None else list(metapaths)
    if not wanted:
        raise GraphFormatError("expected metapath graphs such as apa.npz in the folder", folder.name)
    views = {}
    for path in wanted:
        file = folder.source(f"{path}.npz" if path in files else "labels.npy")
        composed = path not in files
        matrix = _composed(path, relations, folder) if composed else sparse_matrix(npz_arrays(file), file)
        if matrix.shape != (n, n):
            raise GraphFormatError(
                f"expected a matrix of {n} by {n} nodes, as many as labels, found {matrix.shape}", file.name
            )
        views[path] = view_graph(matrix, directed, file, path)
    return MultiViewDataset(
        os.path.basename(os.path.realpath(folder.name)),
        views,
        _target_features(folder, wanted[0][0], n),
        labels,
        _splits(folder, n),
        relations,
    )


def _view_files(folder: Folder) -> list[str]:
    """Names of the metapaths that have files."""
    files = (name for name in folder.matching("*.npz") if name not in _NOT_VIEWS)
    return [name.removesuffix(".npz") for name in files if not name.endswith("_feat.npz")]


def _relations(folder: Folder) -> dict[str, Any]:
    """Read 0/1 matrices of the pairs in files of two letters."""
    import scipy.sparse

    relations = {}
    for member in folder.matching("??.txt"):
        file = folder.source(member)
        pairs = integer_table(file, 2)
        check_range(file, pairs, 0, 2**31 - 2, "nodes")
        shape = tuple((pairs.max(axis=0, initial=-1) + 1).tolist())
        require_memory(8 * shape[0] + 20 * len(pairs), f"the pairs of {file.name}")
        matrix: Any = scipy.sparse.csr_array((np.ones(len(pairs), np.int8), pairs.T), shape=shape)
        matrix.data[:] = 1  # a pair that is listed twice
        relations[member.removesuffix(".txt")] = matrix
    return relations


def _composed(path: str, relations: dict[str, Any], folder: Folder) -> Any:
    """Return the 0/1 matrix that says which nodes a metapath joins, as a product of relations."""
    steps = [path[k : k + 2] for k in range(len(path) - 1)]
    product: Any = None
    for step in steps:
        if step in relations:
            matrix = relations[step]
        elif step[::-1] in relations:
            matrix = relations[step[::-1]].T.tocsr()
        else:
            raise GraphFormatError(
                f"expected {path}.npz in the folder, or pairs {step}.txt or {step[::-1]}.txt to compose it "
                f"from; there are pairs {', '.join(relations) or 'of no kinds'}",
                folder.name,
            )
        if product is None:
            product = matrix.astype(np.int64)
            continue
        inner = max(product.shape[1], matrix.shape[0])  # a kind is as large as the larger file says
        product.resize((product.shape[0], inner))
        matrix = matrix.astype(np.int64)
        matrix.resize((inner, matrix.shape[1]))
        pairs = int(np.bincount(product.indices, minlength=inner) @ np.diff(matrix.indptr))
        require_memory(
            12 * min(pairs, product.shape[0] * matrix.shape[1]), f"the metapath {path} in {folder.name}"
        )
        product = product @ matrix
        product.data[:] = 1
    if product is None:
        raise GraphFormatError(f"expected a metapath of at least two letters, got {path!r}", folder.name)
    product.sort_indices()
    return product


def _target_features(folder: Folder, letter: str, n: int) -> Any:
    member = f"{letter}_feat.npz"
    if not folder.has(member):
        return None
    file = folder.source(member)
    matrix = sparse_matrix(npz_arrays(file), file)
    if matrix.shape[0] != n:
        raise GraphFormatError(f"expected features of {n} nodes, found {matrix.shape[0]} rows", file.name)
    return feature_matrix(matrix, file)


def _splits(folder: Folder, n: int) -> tuple[Split, ...]:
    splits = []
    for member in folder.matching("train_*.npy"):
        name = member[len("train_") : -len(".npy")]
        parts = []
        for part in ("train", "val", "test"):
            file = folder.source(f"{part}_{name}.npy")
            positions = npy_array(file)
            if positions.ndim != 1 or positions.dtype.kind not in "iu":
                raise GraphFormatError("expected one row of node numbers", file.name)
            if positions.size and not 0 <= positions.min() <= positions.max() < n:
                raise GraphFormatError(f"expected nodes in 0 to {n - 1}", file.name)
            parts.append(np.unique(positions))
        splits.append(Split(name, *parts))
    return tuple(splits)


def write_dataset(dataset: MultiViewDataset, folder: str, path: str) -> None:
    """Write a HeCo folder: views, features of the kind that all views begin with, labels, pairs, splits.

    Raises
    ------
    ValueError
        If labels are absent, or views do not all begin with the same letter, so that features would not be
        found again, or a relation has no name of two letters.
    """
    from graphkit.convert import to_scipy

    if dataset.labels is None or dataset.labels.ndim != 1:
        raise ValueError("the HeCo layout needs one class for each node")
    letters = {name[:1] for name in dataset.views}
    if len(letters) > 1 or any(
        f"{name}.npz" in _NOT_VIEWS or name.endswith("_feat") for name in dataset.views
    ):
        raise ValueError(
            "the HeCo layout needs views that begin with the letter of their nodes, such as apa and apcpa; "
            f"got {', '.join(dataset.views)}"
        )
    for name, view in dataset.views.items():
        _write_sparse(os.path.join(folder, f"{name}.npz"), to_scipy(view))
    if dataset.features is not None:
        _write_sparse(os.path.join(folder, f"{letters.pop()}_feat.npz"), dataset.features)
    arrays = {"labels": dataset.labels}
    for split in dataset.splits:
        arrays |= {f"{part}_{split.name}": getattr(split, part) for part in ("train", "val", "test")}
    for name, array in arrays.items():
        with open_target(os.path.join(folder, f"{name}.npy")) as file:
            np.save(file, array, allow_pickle=False)
    for name, matrix in dataset.relations.items():
        if len(name) != 2:
            raise ValueError(f"the HeCo layout names relations by two letters, got {name!r}")
        rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        write_table(folder, f"{name}.txt", np.stack((rows, matrix.indices), axis=1), "\t", False)


def _write_sparse(path: str, matrix: Any) -> None:
    import scipy.sparse

    csr: Any = scipy.sparse.csr_array(matrix)
    write_npz(
        path,
        {
            "indices": csr.indices,
            "indptr": csr.indptr,
            "format": np.array(b"csr"),
            "shape": np.array(csr.shape),
            "data": csr.data,
        },
    )
