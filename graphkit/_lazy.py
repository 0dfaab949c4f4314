"""Public names that are imported on first use, so that importing a package loads nothing heavy."""

import importlib
from collections.abc import Callable, Mapping


def lazy_names(
    package: str, modules: Mapping[str, tuple[str, ...]]
) -> tuple[Callable[[str], object], Callable[[], list[str]], list[str]]:
    """Build the module-level ``__getattr__``, ``__dir__`` and ``__all__`` of a package.

    Parameters
    ----------
    package : str
        ``__name__`` of the package.
    modules : mapping of str to tuple of str
        Submodule to the public names that it defines. A submodule with an empty tuple is itself public.

    Returns
    -------
    getattr_, dir_, all_
        To be bound to ``__getattr__``, ``__dir__`` and ``__all__`` of the package (PEP 562).
    """
    home = {name: module for module, names in modules.items() for name in names}
    submodules = {module for module, names in modules.items() if not names}
    public = sorted({*home, *submodules})

    def getattr_(name: str) -> object:
        if name in home:
            return getattr(importlib.import_module(f"{package}.{home[name]}"), name)
        if name in submodules:
            return importlib.import_module(f"{package}.{name}")
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return getattr_, lambda: public, public
