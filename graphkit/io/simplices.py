"""Simplices with times: text files ``NAME-nverts.txt``, ``NAME-simplices.txt`` and ``NAME-times.txt``."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit._simplex_dataset import SimplexDataset
from graphkit.errors import GraphFormatError
from graphkit.graph import Graph
from graphkit.io._files import Folder
from graphkit.io._folders import check_range, choose_name, require_members, write_lines, write_table
from graphkit.io._numbers import integer_table, number_table
from graphkit.io._text import data_lines, is_integer
from graphkit.memory import require_memory

Array = NDArray[Any]


def read(folder: Folder, /, *, directed: bool | None = None, name: str | None = None) -> Graph:
    """Read the projected graph of a set of simplices.

    Parameters
    ----------
    folder, name
        As in `read_dataset`.
    directed : bool, optional
        The graph is symmetric; True keeps both directions of every edge.

    Returns
    -------
    Graph
        An edge weighs the number of simplices with both of its ends. Nodes that are in no simplex stay. Names
        of nodes are labels if they are distinct, else the node data ``name``.

    Raises
    ------
    GraphFormatError
        As `read_dataset`.
    MemoryBudgetError
        If the graph could not be held.
    """
    from graphkit.convert import as_graph

    return as_graph(read_dataset(folder, name=name).projected(), directed=directed or None)


def read_dataset(folder: Folder, /, *, name: str | None = None) -> SimplexDataset:
    """Read simplices with times.

    Parameters
    ----------
    folder : Folder
        With ``NAME-nverts.txt``, the number of nodes of every simplex, and ``NAME-simplices.txt``, all of
        these nodes one after the other, numbered from 1. ``NAME-times.txt`` and ``NAME-node-labels.txt``
        (a number, blanks or a tab, and a name in each line) may be absent.
    name : str, optional
        Of the data set, where the folder has several.

    Returns
    -------
    SimplexDataset
        Nodes are numbered from 0: one less than in the files.

    Raises
    ------
    GraphFormatError
        If files are missing or malformed, counts disagree, or a node is twice in a simplex.

    References
    ----------
    .. [1] A. R. Benson, R. Abebe, M. T. Schaub, A. Jadbabaie, J. Kleinberg, "Simplicial closure and
       higher-order link prediction", PNAS 115(48), 2018, doi:10.1073/pnas.1800683115.
    """
    name = choose_name(folder, "", "-nverts.txt", name)
    require_members(folder, [f"{name}-nverts.txt", f"{name}-simplices.txt"])
    sizes_file = folder.source(f"{name}-nverts.txt")
    sizes = integer_table(sizes_file)
    check_range(sizes_file, sizes, 1, 2**31 - 1, "the number of nodes of a simplex")
    nodes_file = folder.source(f"{name}-simplices.txt")
    nodes = integer_table(nodes_file, length=int(sizes.sum()), each=f"node counted in {name}-nverts.txt")
    check_range(nodes_file, nodes, 1, 2**31 - 1, "nodes")
    times = None
    if folder.has(f"{name}-times.txt"):
        table = number_table(folder.source(f"{name}-times.txt"), length=len(sizes), each="simplex")
        if table.shape[1] != 1:
            raise GraphFormatError("expected one time in each line", folder.source(f"{name}-times.txt").name)
        times = table[:, 0]
    n = int(nodes.max(initial=0))
    labels = None
    if folder.has(f"{name}-node-labels.txt"):
        labels = _labels(folder, f"{name}-node-labels.txt", n)
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    try:
        return SimplexDataset(name, offsets, nodes - 1, times, None if labels else n, labels)
    except ValueError as error:
        raise GraphFormatError(str(error), nodes_file.name) from None


def _labels(folder: Folder, member: str, n: int) -> tuple[str, ...]:
    """Names of the nodes; a node that the file leaves out is named by its number."""
    file = folder.source(member)
    names: dict[int, str] = {}
    for line in data_lines(file, ()):
        number, name, *_ = [*line.text.split(maxsplit=1), ""]
        if not is_integer(number) or not 1 <= int(number[:12]) < 2**31 or int(number) in names:
            raise GraphFormatError(
                f"expected a node number from 1, not listed before, and its name, found {line.text[:60]!r}",
                file.name,
                line.number,
            )
        names[int(number)] = name
    largest = max(names, default=0)
    if largest > 2 * (n + len(names)):
        raise GraphFormatError(f"expected names of about {n} nodes, found one of node {largest}", file.name)
    require_memory(80 * max(n, largest), f"names of {max(n, largest)} nodes")
    return tuple(names.get(i, str(i)) for i in range(1, max(n, largest) + 1))


def write_dataset(dataset: SimplexDataset, folder: str, path: str, *, compress: bool = True) -> None:
    """Write simplices with times.

    Parameters
    ----------
    dataset : SimplexDataset
    folder, path : str
    compress : bool
        Write ``.txt.gz``.

    Raises
    ------
    ValueError
        If a simplex is empty, a name has line breaks or blanks at its ends, or nodes without a simplex could
        not be told: there are some at the end and no names.
    """
    sizes = np.diff(dataset.offsets)
    if (sizes == 0).any():
        raise ValueError("the simplices layout cannot hold empty simplices")
    used = int(dataset.nodes.max(initial=-1)) + 1
    if dataset.node_labels is None and dataset.n_nodes != used:
        raise ValueError(
            f"the simplices layout cannot say that there are {dataset.n_nodes} nodes, since the last one in "
            f"a simplex is {used - 1}; give them names"
        )
    stem = dataset.name
    write_table(folder, f"{stem}-nverts.txt", sizes, " ", compress)
    write_table(folder, f"{stem}-simplices.txt", dataset.nodes + 1, " ", compress)
    if dataset.times is not None:
        write_table(folder, f"{stem}-times.txt", dataset.times, " ", compress)
    if dataset.node_labels is not None:
        for label in dataset.node_labels:
            if label != label.strip() or "\n" in label or "\0" in label:
                raise ValueError(f"the name {label!r} would not be read back from a line of text")
        lines = (f"{i} {label}" for i, label in enumerate(dataset.node_labels, start=1))
        write_lines(folder, f"{stem}-node-labels.txt", lines, compress)
