"""Several views of the same nodes in one MATLAB file, as the ACM papers come."""

import io
import os
from collections.abc import Iterable, Mapping
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from graphkit._dataset_parts import Split
from graphkit._node_datasets import MultiViewDataset
from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._files import Source, without_compression
from graphkit.io._mat5 import MatFile
from graphkit.io._views import chosen_view, class_labels, feature_matrix, view_graph
from graphkit.validation import check_choice

Array = NDArray[Any]
_LABELS = ("label", "labels", "gnd", "gt", "y", "Y")
_FEATURES = ("feature", "features", "fea", "X")
_PARTS = ("train_idx", "val_idx", "test_idx")


def recognises(source: Source) -> bool:
    """Whether there are labels and two square matrices of their length; only headers are read."""
    try:
        shapes = {name: variable.shape for name, variable in MatFile(source).variables.items()}
    except GraphFormatError:  # the ordinary reader says what is wrong
        return False
    lengths = {max(shapes[name], default=0) for name in _LABELS if name in shapes}
    return any(list(shapes.values()).count((n, n)) > 1 for n in lengths if n > 1)


def read(
    source: Source,
    /,
    *,
    directed: bool | None = None,
    view: str | None = None,
    views: str | Iterable[str] | None = None,
    features: str | None = None,
    labels: str | None = None,
) -> Graph:
    """Read one view of a MATLAB file with several; see `read_dataset`.

    Parameters
    ----------
    source, directed, views, features, labels
        As in `read_dataset`.
    view : str, optional
        Name of the view; needed where there are several.

    Returns
    -------
    Graph
        With the node data ``y``, and masks where there is a split.
    """
    if views is None and view is not None:
        views = (view,)
    dataset = read_dataset(source, directed=directed, views=views, features=features, labels=labels)
    return chosen_view(dataset, view, source.name)


def read_dataset(
    source: Source,
    /,
    *,
    directed: bool | None = None,
    views: str | Iterable[str] | None = None,
    features: str | None = None,
    labels: str | None = None,
) -> MultiViewDataset:
    """Read several views from a MATLAB file of version 4 to 7.2.

    Parameters
    ----------
    source : Source
        Square matrices, dense or sparse, are adjacency matrices; ``train_idx``, ``val_idx`` and ``test_idx``
        are a split, numbered from 0.
    directed : bool, optional
        None: undirected where a matrix is symmetric.
    views : str or iterable of str, optional
        Names of the matrices, such as ``("PAP", "PLP")`` or ``"PAP,PLP"``. None: all square matrices with as
        many rows as there are labels.
    features, labels : str, optional
        Names of their variables. None: the usual ones, such as ``feature`` and ``label``.

    Returns
    -------
    MultiViewDataset

    Raises
    ------
    GraphFormatError
        If the file is no such file, or has no such variables; those that it has are listed.
    """
    file = MatFile(source)
    found = {
        name: variable.shape
        for name, variable in file.variables.items()
        if variable.is_sparse or variable.is_numeric
    }
    labels = _chosen(labels, _LABELS, found, "labels", source)
    if labels is None:
        raise GraphFormatError(
            f"expected labels of nodes in one of {', '.join(_LABELS)}, found {', '.join(found)}; choose "
            "labels (--option labels=...)",
            source.name,
        )
    classes = class_labels(_dense(file.read(labels)), source, labels)
    n = len(classes)
    features = _chosen(features, _FEATURES, found, "features", source)
    if isinstance(views, str):
        views = [name for name in views.split(",") if name]
    if views is None:
        others = (name for name in found if name not in (labels, features))
        views = [name for name in others if found[name] == (n, n)]
    views = list(views)
    _check_views(views, found, n, source)
    graphs = {name: view_graph(file.read(name), directed, source, name) for name in views}
    matrix = None
    if features is not None:
        if len(found[features]) != 2 or found[features][0] != n:
            raise GraphFormatError(f"expected features of {n} nodes, found {found[features]}", source.name)
        matrix = feature_matrix(file.read(features), source)
    return MultiViewDataset(
        os.path.splitext(os.path.basename(without_compression(source.name)))[0],
        graphs,
        matrix,
        classes,
        _split(file, n, source),
    )


def _check_views(views: list[str], found: Mapping[str, Any], n: int, source: Source) -> None:
    if not views:
        raise GraphFormatError(f"expected matrices of {n} by {n}, found none", source.name)
    for name in views:
        shape = found[check_choice(name, "view", found)]
        if shape != (n, n):
            raise GraphFormatError(
                f"expected {name!r} to be {n} by {n}, as many as labels, found {shape}", source.name
            )


def _dense(values: Any) -> Array:
    return values.toarray() if hasattr(values, "toarray") else np.asarray(values)


def _chosen(
    given: str | None, usual: tuple[str, ...], found: Mapping[str, Any], what: str, source: Source
) -> str | None:
    if given is not None:
        return check_choice(given, what, found)
    return next((name for name in usual if name in found), None)


def _split(file: MatFile, n: int, source: Source) -> tuple[Split, ...]:
    if not all(part in file.variables for part in _PARTS):
        return ()
    parts = []
    for part in _PARTS:
        positions = _dense(file.read(part)).reshape(-1)
        outside = positions.size and (positions.min() < 0 or positions.max() >= n)
        if positions.dtype.kind not in "iu" or outside or len(np.unique(positions)) != len(positions):
            raise GraphFormatError(f"expected {part} to hold distinct nodes in 0 to {n - 1}", source.name)
        parts.append(positions.astype(np.int64))
    return (Split("file", *parts),)


def write_dataset(dataset: MultiViewDataset, file: IO[bytes], path: str) -> None:
    """Write a MATLAB file of version 5: sparse views, ``feature``, one-hot ``label``, at most one split.

    Raises
    ------
    ValueError
        If labels are absent, a view has a name that MATLAB or this reader would not take, or there are
        several splits.
    """
    import scipy.io
    import scipy.sparse

    from graphkit.convert import to_scipy

    if dataset.labels is None or dataset.labels.ndim != 1 or dataset.n_classes == 0:
        raise ValueError("a MATLAB file of views needs one class for each node")
    if len(dataset.splits) > 1:
        raise ValueError(f"a MATLAB file of views holds one split, got {len(dataset.splits)}")
    taken = {*_LABELS, *_FEATURES, *_PARTS}
    variables: dict[str, Any] = {}
    for name, view in dataset.views.items():
        if name in taken or not name.isidentifier() or name.startswith("_") or len(name) > 31:
            raise ValueError(f"{name!r} cannot be the name of a view in a MATLAB file")
        variables[name] = scipy.sparse.csc_array(to_scipy(view))
    if dataset.features is not None:
        variables["feature"] = scipy.sparse.csc_array(dataset.features)
    variables["label"] = dataset.labels.astype(np.int64)[:, None]
    for split in dataset.splits:
        for part in ("train", "val", "test"):
            variables[f"{part}_idx"] = getattr(split, part)[None, :]
    buffer: Any = io.BytesIO()  # scipy writes back and forth, which a compressed file cannot do
    scipy.io.savemat(buffer, variables, do_compression=True)
    file.write(buffer.getvalue())
