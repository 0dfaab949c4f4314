"""Node embeddings. Names load on first use."""

from typing import TYPE_CHECKING

from graphkit._lazy import lazy_names

if TYPE_CHECKING:
    from graphkit.embedding._functional import fastrp as fastrp
    from graphkit.embedding.fastrp import FastRP as FastRP

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "fastrp": ("FastRP",),
        "_functional": ("fastrp",),
    },
)
