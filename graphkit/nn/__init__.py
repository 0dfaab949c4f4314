"""Graph neural networks; the only home of torch. Needs the extra ``nn``. Names load on first use."""

from typing import TYPE_CHECKING

from graphkit._lazy import lazy_names

if TYPE_CHECKING:
    from graphkit.nn.convert import from_pyg as from_pyg
    from graphkit.nn.convert import to_pyg as to_pyg

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "convert": ("from_pyg", "to_pyg"),
    },
)
