"""The table of formats: names of their files, what they can hold, the modules that read and write them."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Format:
    """A format of a file, or of a folder with several files.

    Attributes
    ----------
    name : str
    module : str
        Of `graphkit.io`. If `readable` it has ``read(source, /, *, directed=None, **options) -> Graph``,
        where `source` is a `Source`, or a `Folder` if `members` are given. If `writable` it has
        ``write(graph, file, name, **options)``, where `file` is a binary file open for writing, or the path
        of an empty folder. With `by_content` also ``recognises(source) -> bool``, which looks at the first
        bytes only.
    suffixes : tuple of str
        Of file names, in lower case, with the dot. Several formats may share one.
    keeps : tuple of str
        What it can hold beyond the edges: "weights", "labels", "directions", "data", or instead of "data"
        only "node data" or "edge data".
    edge_options : tuple of str
        What `read` passes on to `graphkit.convert.from_edges`.
    readable, writable : bool
    patterns : tuple of str
        Further names of its files, as patterns with ``*`` and ``?``: "out.*".
    members : tuple of str
        Names, or patterns, of files that must all be in a folder of this format; empty for single files.
    by_content : bool
        The module has `recognises`. Of formats whose files are named alike, the first in the table that
        recognises a file reads it, else the first that has no such function.
    """

    name: str
    module: str
    suffixes: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    edge_options: tuple[str, ...] = ()
    readable: bool = True
    writable: bool = True
    patterns: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    by_content: bool = False

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder with several files."""
        return bool(self.members)

    def function(self, name: str) -> Callable[..., Any]:
        """Load `read`, `write` or `recognises` of the format."""
        return getattr(import_module(f"graphkit.io.{self.module}"), name)

    def options(self, name: str) -> tuple[str, ...]:
        """List the options of `read` or `write`."""
        if not (self.readable if name == "read" else self.writable):
            return ()
        parameters = inspect.signature(self.function(name)).parameters.values()
        own = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY and p.name != "directed"]
        return (*own, *(self.edge_options if name == "read" else ()))


_EDGE_SUFFIXES = (
    ".csv", ".tsv", ".txt", ".edges", ".edgelist", ".el", ".ungraph", ".tab", ".ssv", ".dat",
)  # fmt: skip
_EDGE_OPTIONS = ("n_nodes", "labels", "multi_edges", "self_loops", "node_data")
_REPEATS = ("multi_edges", "self_loops")
_RECORDS = ("weights", "labels", "directions", "data")
_FORMATS = (
    Format("edgelist", "edgelist", _EDGE_SUFFIXES, ("weights", "labels"), _EDGE_OPTIONS),
    Format("snap", "snap", (".txt", ".ungraph"), ("directions",), _EDGE_OPTIONS, by_content=True),
    Format(
        "konect",
        "konect",
        (".txt", ".tsv", ".konect"),
        ("weights", "directions"),
        _REPEATS,
        patterns=("out.*",),
        by_content=True,
    ),
    Format(
        "parquet",
        "parquet",
        (".parquet", ".pq"),
        ("weights", "labels", "directions", "edge data"),
        _EDGE_OPTIONS,
    ),
    Format(
        "arrow",
        "feather",
        (".arrow", ".feather", ".ipc"),
        ("weights", "labels", "directions", "edge data"),
        _EDGE_OPTIONS,
    ),
    Format("adjlist", "adjlist", (".adjlist",), ("labels",), ("multi_edges", "self_loops", "node_data")),
    Format("matrixmarket", "matrixmarket", (".mtx", ".mm"), ("weights", "directions")),
    Format("metis", "metis", (".metis", ".graph"), ("weights",)),
    Format("pajek", "pajek", (".net", ".paj"), _RECORDS[:3], _REPEATS),
    Format("gml", "gml", (".gml",), _RECORDS, _REPEATS),
    Format("graphml", "graphml", (".graphml",), _RECORDS, _REPEATS),
    Format("gexf", "gexf", (".gexf",), _RECORDS, _REPEATS),
    Format("graph6", "graph6", (".g6",)),
    Format("sparse6", "sparse6", (".s6",)),
    Format("digraph6", "digraph6", (".d6",), ("directions",)),
    Format("matlab", "matlab", (".mat",), ("weights", "labels", "directions")),
    Format("node-npz", "node_npz", (".npz",), writable=False, by_content=True),
    Format("npz", "scipy_npz", (".npz",), _RECORDS, by_content=True),
    Format("multiview-mat", "multiview", (".mat",), writable=False, by_content=True),
    Format("gin-text", "gin_text", (".txt",), writable=False, by_content=True),
    Format("gin", "gin_text", writable=False, members=("*.txt", "10fold_idx/train_idx-1.txt")),
    Format("planetoid", "planetoid", writable=False, members=("ind.*.graph", "ind.*.test.index")),
    Format("geom-gcn", "webkb", writable=False, members=("out1_graph_edges.txt",)),
    Format("edge-feature-label", "edge_feature_label", writable=False, members=("*.edge", "*.label")),
    Format("tu", "tu", writable=False, members=("*_A.txt", "*_graph_indicator.txt")),
    Format("ogb", "ogb", writable=False, members=("raw/edge.csv", "raw/num-node-list.csv")),
    Format("ogb-npz", "ogb", writable=False, members=("raw/data.npz",)),
    Format("heco", "heco", writable=False, members=("labels.npy", "*.npz")),
    Format("simplices", "simplices", writable=False, members=("*-nverts.txt", "*-simplices.txt")),
    Format("gkg", "binary", (".gkg",), ("weights", "labels", "directions", "data")),
)
FORMATS = {form.name: form for form in _FORMATS}
