"""Small graphs that ship with the library, and the kinds of data sets that files hold.

`graphkit/samples/README.md` gives the sources of the former; `graphkit.read_dataset` reads the latter.
"""

import csv
from importlib import resources

import numpy as np

from graphkit._dataset_parts import Listing as Listing
from graphkit._dataset_parts import Split as Split
from graphkit._graph_collection import GraphCollection as GraphCollection
from graphkit._node_datasets import UNKNOWN_CLASS as UNKNOWN_CLASS
from graphkit._node_datasets import MultiViewDataset as MultiViewDataset
from graphkit._node_datasets import NodeDataset as NodeDataset
from graphkit._simplex_dataset import SimplexDataset as SimplexDataset
from graphkit.convert import from_edges
from graphkit.graph import Graph
from graphkit.validation import check_choice

SAMPLES = ("karate", "les_miserables")


def load_sample(name: str) -> Graph:
    """Load a graph that ships with the library.

    Parameters
    ----------
    name : {"karate", "les_miserables"}
        ``karate``: Zachary's karate club [1]_, 34 members and 78 friendships, unweighted; the node data
        ``club`` say whom a member followed when the club split. ``les_miserables``: 77 characters of the
        novel and 254 weighted co-appearances [2]_, labelled by name.

    Returns
    -------
    Graph

    Raises
    ------
    UnknownNameError
        For another name; close matches are listed.

    References
    ----------
    .. [1] W. W. Zachary, "An information flow model for conflict and fission in small groups", Journal of
       Anthropological Research 33(4), 1977, doi:10.1086/jar.1977.33.4.3629752.
    .. [2] D. E. Knuth, "The Stanford GraphBase", ACM Press, 1993.

    Examples
    --------
    >>> graph = load_sample("les_miserables")
    >>> graph
    Graph(77 nodes, 254 edges, undirected, float64 weights, labelled)
    >>> graph.label_of(int(graph.degrees().argmax()))
    'Valjean'
    """
    check_choice(name, "sample", SAMPLES)
    header, *nodes = _rows(f"{name}_nodes.csv")
    _, *edges = _rows(f"{name}_edges.csv")
    labels, *columns = zip(*nodes, strict=True)
    number = {label: i for i, label in enumerate(labels)}
    return from_edges(
        [number[row[0]] for row in edges],
        [number[row[1]] for row in edges],
        [float(row[2]) for row in edges] if len(edges[0]) == 3 else None,
        n_nodes=len(labels),
        labels=None if labels == tuple(map(str, range(len(labels)))) else labels,
        node_data={key: np.array(column) for key, column in zip(header[1:], columns, strict=True)},
    )


def _rows(file_name: str) -> list[list[str]]:
    text = resources.files("graphkit").joinpath("samples", file_name).read_text(encoding="utf-8")
    return list(csv.reader(text.splitlines()))
