"""Data sets with more than a graph: features, labels, splits, many graphs, several views, simplices."""

import inspect
import os
from typing import Any

from graphkit._graph_collection import GraphCollection
from graphkit._node_datasets import MultiViewDataset, NodeDataset
from graphkit._simplex_dataset import SimplexDataset
from graphkit.io._files import folder_target, open_target
from graphkit.io._formats import FORMATS, Format
from graphkit.io.registry import open_input, refuse_unknown
from graphkit.validation import check_choice

Dataset = NodeDataset | GraphCollection | MultiViewDataset | SimplexDataset
DATASET_FORMATS: dict[str, tuple[type[Dataset], ...]] = {
    "planetoid": (NodeDataset,),
    "geom-gcn": (NodeDataset,),
    "edge-feature-label": (NodeDataset,),
    "node-npz": (NodeDataset,),
    "ogb": (NodeDataset, GraphCollection),
    "ogb-npz": (NodeDataset, GraphCollection),
    "tu": (GraphCollection,),
    "gin": (GraphCollection,),
    "gin-text": (GraphCollection,),
    "multiview-mat": (MultiViewDataset,),
    "heco": (MultiViewDataset,),
    "simplices": (SimplexDataset,),
}


def read_dataset(path: str | os.PathLike[str], *, format: str | None = None, **options: Any) -> Dataset:
    """Read a data set from a folder or file.

    Parameters
    ----------
    path : path-like
        A folder, or a file where the format is one; files may be compressed as for `read_graph`.
    format : str, optional
        ``"planetoid"``, ``"geom-gcn"``, ``"edge-feature-label"``, ``"node-npz"``: one graph with features and
        labels of its nodes. ``"tu"``, ``"gin"``, ``"gin-text"``: many graphs. ``"ogb"``, ``"ogb-npz"``: one
        of both. ``"multiview-mat"``, ``"heco"``: several graphs on the same nodes. ``"simplices"``: sets of
        nodes with times. Default: by the files in the folder, or by the name and content of a file.
    **options
        Of the format: see `read_dataset` in its module, such as `graphkit.io.planetoid.read_dataset`.

    Returns
    -------
    NodeDataset, GraphCollection, MultiViewDataset or SimplexDataset
        Plain arrays; `graphkit.nn.to_pyg` turns the first two into PyTorch Geometric data.

    Raises
    ------
    TypeError
        If the format has no such option.
    ValueError
        If the format holds nothing but a graph: see `graphkit.read_graph`.
    FileNotFoundError, IsADirectoryError, NotADirectoryError, GraphFormatError, UnknownNameError
        As `graphkit.read_graph`.

    Examples
    --------
    >>> import tempfile
    >>> from graphkit import Graph
    >>> pair = NodeDataset("pair", Graph.from_edges([0], [1]), [[1.0], [2.0]], [0, 1])
    >>> folder = tempfile.mkdtemp()
    >>> write_dataset(pair, folder, format="geom-gcn")
    >>> read_dataset(folder).labels.tolist()
    [0, 1]
    """
    chosen, source = open_input(os.fspath(path), format)
    if chosen.name not in DATASET_FORMATS:
        raise ValueError(
            f"the format {chosen.name} of {os.fspath(path)!r} holds a graph only, see graphkit.read_graph; "
            f"formats of data sets are {', '.join(DATASET_FORMATS)}"
        )
    read = chosen.function("read_dataset")
    refuse_unknown(options, _options(chosen, "read_dataset"), "read_dataset", f"the format {chosen.name}")
    return read(source, **options)


def write_dataset(dataset: Dataset, path: str | os.PathLike[str], *, format: str, **options: Any) -> None:
    """Write a data set; the folder or file appears whole or not at all.

    Parameters
    ----------
    dataset : NodeDataset, GraphCollection, MultiViewDataset or SimplexDataset
    path : path-like
        A folder that does not exist or is empty, or a file.
    format : str
        As for `read_dataset`.
    **options
        Of the format: see `write_dataset` in its module, also for what it cannot hold.

    Raises
    ------
    TypeError
        If the format does not hold such a data set, or has no such option.
    ValueError
        If it cannot hold a part of it.
    FileExistsError
        If the folder is there and not empty.
    """
    name = os.fspath(path)
    chosen = FORMATS[check_choice(format, "format", DATASET_FORMATS)]
    kinds = DATASET_FORMATS[chosen.name]
    if not isinstance(dataset, kinds):
        fitting = [key for key, held in DATASET_FORMATS.items() if isinstance(dataset, held)]
        raise TypeError(
            f"the format {chosen.name} holds a {' or a '.join(kind.__name__ for kind in kinds)}, got "
            f"{type(dataset).__name__}" + (f"; choose {', '.join(fitting)}" if fitting else "")
        )
    refuse_unknown(options, _options(chosen, "write_dataset"), "write_dataset", f"the format {chosen.name}")
    if chosen.name == "ogb-npz":
        options = {"binary": True, **options}
    write = chosen.function("write_dataset")
    if chosen.is_folder:
        with folder_target(name) as folder:
            write(dataset, folder, name, **options)
    else:
        with open_target(name) as file:
            write(dataset, file, name, **options)


def _options(chosen: Format, function: str) -> tuple[str, ...]:
    parameters = inspect.signature(chosen.function(function)).parameters.values()
    return tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)
