"""The ways to compute the weighted sum of the powers: with whole arrays, or with tiles of columns.

All give the same result, bit for bit, as long as numbers are stored in float32.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from graphkit.embedding._kernels import propagation as kernels
from graphkit.embedding._powers import (
    NONE,
    Power,
    add_power,
    first_power,
    matrix_operands,
    next_power,
    write_initial,
)
from graphkit.embedding._presets import Settings
from graphkit.embedding._projection import InitialVectors
from graphkit.embedding._transition import Transition

Matrix = NDArray[np.float32]
Mask = NDArray[np.bool_]
Tick = Callable[[], None]


def first_computed(settings: Settings, initial: InitialVectors) -> int:
    """Return the lowest power that is stored: 1 if a sparse projection need not be written out, else 0."""
    return 1 if initial.is_sparse and settings.weights[0] == 0 else 0


def _start(transition: Transition, initial: InitialVectors, lowest: int, out: Power) -> None:
    if lowest == 0:
        write_initial(initial, out)
    else:
        first_power(transition, initial, initial.nonzeros(), out)


def sum_whole(
    transition: Transition, initial: InitialVectors, settings: Settings, result: Matrix, tick: Tick
) -> Mask:
    """Fill `result` with the weighted sum, holding one or two further arrays of its shape.

    Returns
    -------
    ndarray of shape (n,), bool
        The rows that received anything.
    """
    weights, unit = settings.weights, settings.unit_powers
    n, d = result.shape
    informed = np.zeros(n, dtype=np.bool_)
    power, last = first_computed(settings, initial), len(weights) - 1
    if power == last:
        only = Power.around(result)
        _start(transition, initial, power, only)
        add_power(only, weights[last], True, result, informed)
        tick()
        return informed

    keeps_total = any(weights[: last - 1])
    swaps = last - 1 - power
    other = Power.allocate(n, d, settings.storage)
    spare = Power.allocate(n, d, settings.storage) if keeps_total else _within(result, other)
    # The last product is written into `result`: by then it must not hold what the product reads.
    current, spare = (other, spare) if keeps_total or swaps % 2 == 0 else (spare, other)
    _start(transition, initial, power, current)
    tick()
    fresh = True
    while power < last - 1:
        if weights[power] != 0:
            add_power(current, weights[power], fresh, result, informed)
            fresh = False
        next_power(transition, current, spare, unit=unit)
        current, spare = spare, current
        power += 1
        tick()
    before = NONE
    if weights[power] != 0:
        before = current.coefficients(weights[power])
        np.logical_or(informed, current.squares > 0, out=informed)
    factors = current.factors(unit=unit)
    kernels.last_power(
        *matrix_operands(transition), factors, current.values, before, weights[last], fresh, result, informed
    )
    tick()
    return informed


def _within(result: Matrix, like: Power) -> Power:
    """Use the memory of `result` for a power that is stored as another one is."""
    values = result.reshape(-1).view(like.values.dtype)[: result.size].reshape(result.shape)
    return Power.around(values)
