"""Pickles of plain data: numbers, lists, dictionaries, arrays and sparse matrices, and nothing else.

A pickle is a program. The one here knows only the instructions that build plain data, and the few names it
may call stand for holders of our own, so that no code of a file is ever run and no size in a file is believed
before the data are there.
"""

import io
import pickle
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from graphkit.errors import GraphFormatError
from graphkit.io._files import Source

Array = NDArray[Any]
_CODES = (  # names in the module pickle
    "PROTO STOP FRAME MARK EMPTY_LIST EMPTY_TUPLE EMPTY_DICT LIST DICT TUPLE TUPLE1 TUPLE2 TUPLE3 APPEND "
    "APPENDS SETITEM SETITEMS NONE NEWTRUE NEWFALSE INT BININT BININT1 BININT2 LONG LONG1 LONG4 FLOAT "
    "BINFLOAT STRING BINSTRING SHORT_BINSTRING UNICODE BINUNICODE SHORT_BINUNICODE BINUNICODE8 BINBYTES "
    "SHORT_BINBYTES BINBYTES8 GLOBAL STACK_GLOBAL REDUCE NEWOBJ BUILD PUT BINPUT LONG_BINPUT MEMOIZE GET "
    "BINGET LONG_BINGET"
)


class PlainPickleError(Exception):
    """A pickle has something that is no plain data."""


def load_plain(file: Source) -> Any:
    """Read a pickle of plain data; strings of Python 2 are read as Latin-1.

    Returns
    -------
    object
        Numbers, strings, lists, tuples and dictionaries; ndarrays of numbers; csr_arrays.

    Raises
    ------
    GraphFormatError
        For anything else, an unknown class above all, and for damaged pickles.
    """
    try:
        loaded = _PlainUnpickler(io.BytesIO(bytes(file.data)), encoding="latin1").load()
        return _value(loaded)
    except PlainPickleError as error:
        raise GraphFormatError(str(error), file.name) from None
    except Exception as error:  # whatever damaged instructions lead to
        raise GraphFormatError(
            f"not a readable pickle: cut off or damaged ({type(error).__name__}: {error!s:.200})", file.name
        ) from None


class _Dtype:
    """Stands for numpy.dtype."""

    def __init__(self, name: str, *_: object) -> None:
        self.name = name
        self.order = "|"

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.order = state[1]

    def value(self) -> np.dtype[Any]:
        dtype = np.dtype(self.order + self.name) if isinstance(self.name, str) else np.dtype(object)
        if dtype.kind not in "biuf":
            raise PlainPickleError(f"expected arrays of numbers, found the dtype {self.name!r}")
        return dtype


class _Array:
    """Stands for numpy.ndarray."""

    state: tuple[Any, ...]

    def __init__(self, *_: object) -> None:
        self.state = ()

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.state = state

    def value(self) -> Array:
        _, shape, dtype, by_column, data = self.state
        if isinstance(data, str):
            data = data.encode("latin1")
        values = np.frombuffer(data, dtype.value())
        return values.reshape(tuple(shape), order="F" if by_column else "C")


class _Matrix:
    """Stands for scipy.sparse.csr_matrix."""

    state: dict[str, Any]

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.state = state

    def value(self) -> Any:
        import scipy.sparse

        n_rows, n_columns = map(int, self.state["_shape"])
        data, indices, indptr = (self.state[name].value() for name in ("data", "indices", "indptr"))
        fits = (
            data.ndim == indices.ndim == indptr.ndim == 1
            and indices.dtype.kind in "iu"
            and indptr.dtype.kind in "iu"
            and len(indptr) == n_rows + 1
            and len(data) == len(indices) == indptr[-1]
            and indptr[0] == 0
            and bool((np.diff(indptr) >= 0).all())
            and bool(((indices >= 0) & (indices < n_columns)).all())
        )
        if not fits:
            raise PlainPickleError(f"the arrays of a sparse matrix do not fit its shape {n_rows, n_columns}")
        matrix = scipy.sparse.csr_array((data, indices, indptr), shape=(n_rows, n_columns), copy=True)
        matrix.sum_duplicates()
        return matrix


def _encode(text: str, encoding: str) -> bytes:
    if encoding not in ("latin1", "latin-1"):
        raise PlainPickleError(f"expected bytes as Latin-1, found {encoding!r}")
    return text.encode("latin1")


def _no_bytes() -> bytes:
    return b""


def _dictionary(*_: object) -> dict[Any, Any]:
    return {}


_HOLDERS: dict[str, Any] = {
    "collections.defaultdict": _dictionary,
    "__builtin__.list": _dictionary,  # only ever named as what a defaultdict makes
    "builtins.list": _dictionary,
    "_codecs.encode": _encode,
    "__builtin__.bytes": _no_bytes,  # how Python 3 writes no bytes for Python 2
    "builtins.bytes": _no_bytes,
    "numpy.dtype": _Dtype,
    "numpy.ndarray": _Array,
    "numpy.core.multiarray._reconstruct": _Array,
    "numpy._core.multiarray._reconstruct": _Array,
    "scipy.sparse.csr.csr_matrix": _Matrix,
    "scipy.sparse._csr.csr_matrix": _Matrix,
    "scipy.sparse._csr.csr_array": _Matrix,
}


class _PlainUnpickler(pickle._Unpickler):
    """The unpickler in Python, reduced to instructions for plain data."""

    dispatch: ClassVar[dict[int, Any]] = {
        code: pickle._Unpickler.dispatch[code]
        for code in (getattr(pickle, name)[0] for name in _CODES.split())
    }

    def find_class(self, module: str, name: str) -> Any:
        full = f"{module}.{name}"
        if full not in _HOLDERS:
            raise PlainPickleError(
                f"refused to load {full:.100} from a pickle: only arrays and lists are expected"
            )
        return _HOLDERS[full]


def _value(loaded: Any) -> Any:
    """Arrays and matrices in place of their holders."""
    return loaded.value() if isinstance(loaded, _Array | _Matrix) else loaded
