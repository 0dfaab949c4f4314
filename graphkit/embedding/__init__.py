"""Node embeddings. Names load on first use."""

from typing import TYPE_CHECKING

from graphkit._lazy import lazy_names

if TYPE_CHECKING:
    from graphkit.embedding._fastrp import FastRP as FastRP
    from graphkit.embedding._functional import fastrp as fastrp
    from graphkit.embedding._memory import fastrp_memory as fastrp_memory

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "_fastrp": ("FastRP",),
        "_functional": ("fastrp",),
        "_memory": ("fastrp_memory",),
    },
)
