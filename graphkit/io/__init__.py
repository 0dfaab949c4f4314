"""Reading and writing graphs and data sets. Names load on first use."""

from typing import TYPE_CHECKING

from graphkit._lazy import lazy_names

if TYPE_CHECKING:
    from graphkit.io.dataset_files import read_dataset as read_dataset
    from graphkit.io.dataset_files import write_dataset as write_dataset
    from graphkit.io.registry import format_names as format_names
    from graphkit.io.registry import read_graph as read_graph
    from graphkit.io.registry import write_graph as write_graph

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "dataset_files": ("read_dataset", "write_dataset"),
        "registry": ("format_names", "read_graph", "write_graph"),
    },
)
