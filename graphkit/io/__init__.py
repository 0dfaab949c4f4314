"""Reading and writing graphs. Names load on first use."""

from typing import TYPE_CHECKING

from graphkit._lazy import lazy_names

if TYPE_CHECKING:
    from graphkit.io.registry import format_names as format_names
    from graphkit.io.registry import read_graph as read_graph
    from graphkit.io.registry import write_graph as write_graph

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "registry": ("format_names", "read_graph", "write_graph"),
    },
)
