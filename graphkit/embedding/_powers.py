"""Powers of the transition matrix applied to the initial vectors, one after the other, and their sum."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.embedding._kernels import propagation as kernels
from graphkit.embedding._projection import InitialVectors
from graphkit.embedding._transition import Transition

Array = NDArray[Any]

# How numbers are stored: 16-bit floats in integers, because the kernels tell them apart by the dtype.
STORAGES: dict[str, type[np.generic]] = {"float32": np.float32, "bfloat16": np.uint16, "float16": np.int16}
NONE = np.empty(0, dtype=np.float32)
ALL_ROWS = np.empty(0, dtype=np.int64)
_FLOATS_PER_CHUNK = 2**22  # that are drawn at a time before they are stored in 16 bits


def number_size(storage: str) -> int:
    """Return the bytes of a stored number."""
    return np.dtype(STORAGES[storage]).itemsize


@dataclass(frozen=True, eq=False)
class Power:
    """Rows of a power of the transition matrix, and what belongs to each of them.

    Attributes
    ----------
    values : ndarray of shape (n, d), a dtype of `STORAGES`
    squares : ndarray of shape (n,), float64
        Sum of the squares of each row, as stored.
    undo : ndarray of shape (n,), float32, or of shape (0,)
        In float16: what a stored row must be multiplied with.
    """

    values: Array
    squares: NDArray[np.float64]
    undo: NDArray[np.float32]

    @classmethod
    def allocate(cls, n_rows: int, n_components: int, storage: str = "float32") -> "Power":
        """Allocate a power without filling it."""
        return cls.around(np.empty((n_rows, n_components), dtype=STORAGES[storage]))

    @classmethod
    def around(cls, values: Array) -> "Power":
        """Make a power of an array for its values."""
        n = values.shape[0]
        return cls(values, np.zeros(n), np.ones(n if values.dtype == np.int16 else 0, dtype=np.float32))

    def factors(self, *, unit: bool) -> NDArray[np.float32]:
        """Return what rows are multiplied with when they are propagated; of size 0 for ones.

        Parameters
        ----------
        unit : bool
            Propagate rows of length one instead of the rows themselves.
        """
        return self.coefficients(1.0) if unit else self.undo

    def coefficients(self, weight: float) -> NDArray[np.float32]:
        """Return what brings every row to length `weight`; 0 for rows of zeros, which stay zero."""
        norms = np.sqrt(self.squares)
        factors = np.divide(weight, norms, out=norms, where=norms > 0)
        largest = kernels.LARGEST_FACTOR
        return np.clip(factors, -largest, largest, out=factors).astype(np.float32)


def write_initial(initial: InitialVectors, out: Power, rows: Array | slice | None = None) -> None:
    """Fill power 0: the initial vectors of all nodes, or of some of them."""
    values = out.values
    if values.dtype == np.float32:
        initial.write(values, 0, rows)
        kernels.row_squares(values, out.squares)
        return
    step = max(1, _FLOATS_PER_CHUNK // values.shape[1])
    buffer = np.empty((min(step, len(values)), values.shape[1]), dtype=np.float32)
    which = np.arange(len(values)) if rows is None else np.arange(len(initial.keys))[rows]
    for low in range(0, len(values), step):
        part = which[low : low + step]
        initial.write(buffer, 0, part)
        kernels.store_rows(buffer[: len(part)], low, values, out.squares, out.undo)


def start_power(transition: Transition, initial: InitialVectors, lowest: int, out: Power) -> None:
    """Fill the lowest power that is stored: 0, or 1 from the non-zeros of a very sparse projection."""
    if lowest == 0:
        write_initial(initial, out)
    else:
        first_power(transition, initial, initial.nonzeros(), out)


def first_power(
    transition: Transition,
    initial: InitialVectors,
    nonzeros: tuple[NDArray[np.int64], NDArray[np.int32]],
    out: Power,
    rows: NDArray[np.int64] | None = None,
) -> None:
    """Fill power 1 from the non-zeros of a very sparse projection, without power 0.

    The result is that of `next_power` from `write_initial`.

    Parameters
    ----------
    nonzeros : see `InitialVectors.nonzeros`
    out : Power
        Has one row for each of `rows`.
    rows : ndarray of int64, optional
        Rows to compute. Default: all.
    """
    operands = (*matrix_operands(transition, rows), ALL_ROWS if rows is None else rows)
    kernels.multiply_sparse(*operands, initial.scale, *nonzeros, out.values, out.squares, out.undo)


def next_power(
    transition: Transition, before: Power, out: Power, *, unit: bool, rows: NDArray[np.int64] | None = None
) -> None:
    """Fill the power after `before`.

    Parameters
    ----------
    before : Power
        All rows; not modified.
    out : Power
        Has one row for each of `rows`.
    unit : bool
        Whether rows of length one are propagated, or the rows themselves. The initial vectors, power 0, are
        always propagated as they are.
    rows : ndarray of int64, optional
        Rows to compute. Default: all.
    """
    out.squares[:] = 0
    factors = before.factors(unit=unit)
    width = before.values.shape[1]
    operands = (*matrix_operands(transition, rows), ALL_ROWS if rows is None else rows)
    kernels.multiply(*operands, factors, before.values, 0, width, out.values, 0, out.squares, out.undo)


def matrix_operands(transition: Transition, rows: NDArray[np.int64] | None = None) -> tuple[Array, ...]:
    """Return the arguments with which the kernels begin, as far as the rows they are to compute."""
    matrix = (transition.indptr, transition.indices, transition.probabilities, transition.means)
    return (*matrix, transition.blocks(rows))


def add_power(
    power: Power, weight: float, fresh: bool, total: NDArray[np.float32], informed: NDArray[np.bool_]
) -> None:
    """Add `weight` times the rows of a power, each divided by its norm, to `total`.

    Parameters
    ----------
    weight : float
        Not zero.
    fresh : bool
        Overwrite `total` instead of adding to it; it may then be the values of the power.
    informed : ndarray of bool
        Set for the rows that received something else than zeros.
    """
    width = total.shape[1]
    kernels.add_rows(power.values, 0, width, power.coefficients(weight), fresh, total, 0)
    np.logical_or(informed, power.squares > 0, out=informed)


def sum_powers(
    powers: Iterable[Power | None], weights: Sequence[float], total: NDArray[np.float32]
) -> NDArray[np.bool_]:
    """Fill `total` with the sum of the powers, each as in `add_power`.

    Parameters
    ----------
    powers : iterable of Power
        As many as `weights`, from power 0 on; None is accepted where the weight is zero.

    Returns
    -------
    ndarray of shape (n,), bool
        The rows that received something else than zeros.
    """
    informed = np.zeros(len(total), dtype=np.bool_)
    fresh = True
    for power, weight in zip(powers, weights, strict=True):
        if weight != 0 and power is not None:
            add_power(power, weight, fresh, total, informed)
            fresh = False
    return informed
