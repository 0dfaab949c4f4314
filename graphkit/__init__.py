"""graphkit: graphs, embeddings and simplicial complexes on one shared CSR graph.

Names load on first use, so ``import graphkit`` costs next to nothing.
"""

from typing import TYPE_CHECKING

from graphkit._lazy import lazy_names

__version__ = "0.1.0"

if TYPE_CHECKING:
    from graphkit import datasets as datasets
    from graphkit import embedding as embedding
    from graphkit import errors as errors
    from graphkit import simplicial as simplicial
    from graphkit.convert import as_graph as as_graph
    from graphkit.distances import shortest_path_distances as shortest_path_distances
    from graphkit.graph import Graph as Graph
    from graphkit.io import read_dataset as read_dataset
    from graphkit.io import read_graph as read_graph
    from graphkit.io import write_dataset as write_dataset
    from graphkit.io import write_graph as write_graph

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "convert": ("as_graph",),
        "distances": ("shortest_path_distances",),
        "graph": ("Graph",),
        "io": ("read_dataset", "read_graph", "write_dataset", "write_graph"),
        "datasets": (),
        "embedding": (),
        "errors": (),
        "simplicial": (),
    },
)
