"""Checks at the public edge, one sentence each: what was wrong, what arrived, what is accepted."""

import numbers
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graphkit.errors import UnknownNameError

_MOST_DIGITS = 1000  # of an integer that a user writes; Python itself reads up to 4300
_SCAN_FROM = 512  # rows of a distance matrix from which on a compiled check pays off


def check_integer(value: object, name: str, *, minimum: int | None = None, maximum: int | None = None) -> int:
    """Return `value` as an int if it is an integer (numpy's included, booleans excluded) within bounds.

    Parameters
    ----------
    value : object
    name : str
        Name of the parameter, for the message.
    minimum, maximum : int, optional
        Inclusive bounds.

    Raises
    ------
    TypeError
        If `value` is not an integer.
    ValueError
        If it is out of bounds.
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be an integer, got {value!r} of type {type(value).__name__}")
    number = int(value)
    if minimum is not None and maximum is not None and not minimum <= number <= maximum:
        raise ValueError(f"{name} must be in [{minimum}, {maximum}], got {number}")
    if minimum is not None and number < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {number}")
    if maximum is not None and number > maximum:
        raise ValueError(f"{name} must be at most {maximum}, got {number}")
    return number


def parse_integer(text: str, name: str) -> int:
    """Read an integer: ASCII digits after perhaps a sign, at most 1000 of them.

    Raises
    ------
    ValueError
        If the text is anything else.

    Examples
    --------
    >>> parse_integer("-12", "k")
    -12
    """
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdecimal()):
        raise ValueError(f"{name} must be an integer, got {text!r}")
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"{name} may have up to {_MOST_DIGITS} digits, got {len(digits)}")
    return int(text)


def check_choice(
    value: object, name: str, choices: Iterable[str], *, cutoff: float = 0.5, see: str = ""
) -> str:
    """Return `value` if it is one of `choices`, else raise an error that lists close matches.

    Parameters
    ----------
    value : object
    name : str
        Name of the parameter, for the message.
    choices : iterable of str
    cutoff : float
        How alike a close match must be, from 0 to 1; more for short words, which are alike by chance.
    see : str
        Where the choices are listed, if they are too many for a message.

    Raises
    ------
    UnknownNameError
        If `value` is not in `choices`.
    """
    accepted = list(choices)
    if isinstance(value, str) and value in accepted:
        return value
    close = get_close_matches(str(value).lower(), accepted, n=3, cutoff=cutoff)
    hint = f"did you mean {' or '.join(close)}? " if close else ""
    listed = f"{see} lists all {len(accepted)}" if see else f"accepted are {', '.join(accepted)}"
    raise UnknownNameError(f"unknown {name} {value!r}: {hint}{listed}")


def check_random_state(random_state: object) -> np.random.Generator:
    """Turn a seed into a generator. Equal seeds give equal generators; zero is a seed like any other.

    Parameters
    ----------
    random_state : None, int, numpy.random.Generator or numpy.random.RandomState
        None draws fresh entropy. A generator is used as it is. A RandomState seeds a new generator with one
        draw from it, so passing it twice gives two different generators.

    Returns
    -------
    numpy.random.Generator

    Raises
    ------
    TypeError
        For anything else.
    ValueError
        For a negative seed.
    """
    if isinstance(random_state, np.random.Generator):
        return random_state
    if isinstance(random_state, np.random.RandomState):
        return np.random.default_rng(random_state.randint(2**31))
    if random_state is None:
        return np.random.default_rng()
    if isinstance(random_state, numbers.Integral) and not isinstance(random_state, bool):
        return np.random.default_rng(check_integer(random_state, "random_state", minimum=0))
    raise TypeError(
        "random_state must be None, an integer, a numpy Generator or a RandomState, "
        f"got {random_state!r} of type {type(random_state).__name__}"
    )


def index_dtype(n_nodes: int, n_entries: int) -> type[np.int32] | type[np.int64]:
    """Index width of a graph: int32 while node numbers and offsets fit, else int64.

    The one policy of the library. Both arrays of a CSR matrix take the same width, as scipy wants it.
    """
    return np.int32 if max(n_nodes, n_entries) < 2**31 else np.int64


def check_distances(D: ArrayLike, name: str = "D") -> NDArray[Any]:
    """Check a matrix of pairwise dissimilarities.

    Parameters
    ----------
    D : array-like of shape (n, n)
        Integer or floating. Neither copied nor modified unless it is not an array of a kernel's dtype:
        float16 becomes float32; booleans and small integers become int64.
    name : str
        Name of the parameter, for the message.

    Returns
    -------
    ndarray of shape (n, n), float32, float64 or int64

    Raises
    ------
    ValueError
        If it is empty, not two-dimensional, not square, not real, not finite, negative, not zero on the
        diagonal, or not symmetric. Symmetry is up to a relative 1e-6 (float32) or 1e-12 (float64) of the
        largest entry, the rounding that common distance functions leave.

    Notes
    -----
    O(n^2) time and little extra memory: large matrices are read once, in pairs of mirrored tiles.
    """
    matrix = _real_matrix(_square_matrix(D, name), name)
    _check_entries(matrix, name)
    return matrix


def check_distances_as_stored(D: ArrayLike, name: str = "D") -> NDArray[Any]:
    """Check a matrix of pairwise dissimilarities as `check_distances` does, but keep its type.

    Raises
    ------
    ValueError
        As `check_distances`.
    """
    matrix = _square_matrix(D, name)
    if matrix.dtype.kind not in "iufb":
        raise ValueError(f"{name} must hold real numbers, got dtype {matrix.dtype}")
    _check_entries(matrix.view(np.uint8) if matrix.dtype == np.bool_ else matrix, name)
    return matrix


def _square_matrix(D: ArrayLike, name: str) -> NDArray[Any]:
    matrix = np.asarray(D)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(
            f"{name} must be a square matrix of pairwise distances, got an array of shape {matrix.shape}"
        )
    if matrix.shape[0] == 0:
        raise ValueError(f"{name} is empty: at least one sample is required")
    return matrix


def _real_matrix(matrix: NDArray[Any], name: str) -> NDArray[Any]:
    if matrix.dtype in (np.float32, np.float64, np.int64):
        return matrix
    if matrix.dtype == np.float16:
        return matrix.astype(np.float32)
    if matrix.dtype.kind in "iub" and matrix.dtype != np.uint64:
        return matrix.astype(np.int64)
    if matrix.dtype.kind in "fu":
        return matrix.astype(np.float64)
    raise ValueError(f"{name} must hold real numbers, got dtype {matrix.dtype}")


def _check_entries(matrix: NDArray[Any], name: str) -> None:
    """Raise for the first entry that is no dissimilarity; a kernel looks through large matrices first."""
    diagonal = np.diagonal(matrix)
    if not (diagonal == 0).all():
        i = int(np.flatnonzero(diagonal != 0)[0])
        if np.isfinite(diagonal[i]):
            raise ValueError(f"{name} must have a zero diagonal, got {name}[{i}, {i}] = {diagonal[i]}")
        raise ValueError(f"{name} must be finite (no NaN or infinity), got {name}[{i}, {i}] = {diagonal[i]}")
    compiled = matrix.dtype != np.float16  # numba does not read these
    if matrix.shape[0] >= _SCAN_FROM and compiled and _is_sound(matrix):
        return
    _find_violation(matrix, name)


def _tolerance(matrix: NDArray[Any], largest: float) -> float:
    return largest * {"f4": 1e-6, "f8": 1e-12}.get(matrix.dtype.str[1:], 0.0)


def _is_sound(matrix: NDArray[Any]) -> bool:
    from graphkit._checks import scan_distances

    rows = matrix.T if matrix.flags.f_contiguous else matrix.view()
    rows.flags.writeable = False  # one compiled version for read-only files and ordinary arrays
    largest, gap, is_sound = scan_distances(rows)
    return bool(is_sound and np.isfinite(largest) and gap <= _tolerance(matrix, float(largest)))


def _find_violation(matrix: NDArray[Any], name: str) -> None:
    tolerance = _tolerance(matrix, float(matrix.max()))
    n = matrix.shape[0]
    step = max(1, 2**20 // n)
    for start in range(0, n, step):
        rows = matrix[start : start + step]
        if not np.isfinite(rows).all():
            i, j = np.argwhere(~np.isfinite(rows))[0]
            raise ValueError(
                f"{name} must be finite (no NaN or infinity), got {name}[{start + i}, {j}] = {rows[i, j]}"
            )
        if (rows < 0).any():
            i, j = np.argwhere(rows < 0)[0]
            raise ValueError(f"{name} must not be negative, got {name}[{start + i}, {j}] = {rows[i, j]}")
        mirrored = matrix[:, start : start + step].T
        if (np.abs(rows - mirrored) > tolerance).any():
            i, j = np.argwhere(np.abs(rows - mirrored) > tolerance)[0]
            raise ValueError(
                f"{name} must be symmetric, got {name}[{start + i}, {j}] = {rows[i, j]} "
                f"but {name}[{j}, {start + i}] = {mirrored[i, j]}"
            )
