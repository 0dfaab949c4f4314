"""The ways to compute the weighted sum of the powers: with whole arrays, or with tiles of columns.

All give the same result, bit for bit, as long as numbers are stored in float32.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphkit.embedding._kernels import propagation as kernels
from graphkit.embedding._powers import (
    ALL_ROWS,
    NONE,
    Power,
    add_power,
    matrix_operands,
    next_power,
    start_power,
)
from graphkit.embedding._presets import Settings
from graphkit.embedding._projection import InitialVectors
from graphkit.embedding._transition import Transition

Matrix = NDArray[np.float32]
Mask = NDArray[np.bool_]
Tick = Callable[[], None]


@dataclass(frozen=True)
class Tiling:
    """How columns are divided.

    Attributes
    ----------
    width : int
        Columns in a tile, a multiple of the chunk in which squares are summed, or all.
    is_resident : bool
        Whether the result is in memory. Else it is a file: columns are copied before rows are gathered.
    """

    width: int
    is_resident: bool


def lowest_power(weights: tuple[float, ...], *, is_sparse: bool) -> int:
    """Return the lowest power that is stored: 1 if a sparse projection need not be written out, else 0."""
    return 1 if is_sparse and weights[0] == 0 else 0


def lowest_weighted(weights: tuple[float, ...]) -> int:
    """Return the lowest power with a weight."""
    return next(k for k, weight in enumerate(weights) if weight != 0)


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
    power, last = lowest_power(weights, is_sparse=initial.is_sparse), len(weights) - 1
    if power == last:
        only = Power.around(result)
        start_power(transition, initial, power, only)
        add_power(only, weights[last], True, result, informed)
        tick()
        return informed

    keeps_total = any(weights[: last - 1])
    swaps = last - 1 - power
    current = Power.allocate(n, d, settings.storage)
    spare = Power.allocate(n, d, settings.storage) if keeps_total else _within(result, current)
    if swaps % 2 and not keeps_total:  # the last product is written into `result`, and must not read from it
        current, spare = spare, current
    start_power(transition, initial, power, current)
    tick()
    fresh = True
    while power < last - 1:
        if weights[power] != 0:
            add_power(current, weights[power], fresh, result, informed)
            fresh = False
        next_power(transition, current, spare, unit=unit and power > 0)
        current, spare = spare, current
        power += 1
        tick()
    before = NONE
    if weights[power] != 0:
        before = current.coefficients(weights[power])
        np.logical_or(informed, current.squares > 0, out=informed)
    operands = (*matrix_operands(transition), current.factors(unit=unit and power > 0), current.values)
    kernels.last_power(*operands, before, weights[last], fresh, result, informed)
    tick()
    return informed


def _within(result: Matrix, like: Power) -> Power:
    """Use the memory of `result` for a power that is stored as another one is."""
    values = result.reshape(-1).view(like.values.dtype)[: result.size].reshape(result.shape)
    return Power.around(values)


def sum_tiled(
    transition: Transition,
    initial: InitialVectors,
    settings: Settings,
    result: Matrix,
    tick: Tick,
    tiling: Tiling,
) -> Mask:
    """Fill `result` with the weighted sum, holding at most two tiles of columns beside it.

    Row norms take all columns, and the sum takes row norms: powers after the first one with a weight are
    therefore computed twice, for their norms and for the sum. Where rows of length one are propagated, even
    the next power takes the norms of the one before; finding norms then begins anew for each.
    """
    power = lowest_power(settings.weights, is_sparse=initial.is_sparse)
    run = _Tiles(transition, settings, power, result, tick, tiling)
    state = Power.around(result)
    start_power(transition, initial, power, state)
    tick()
    run.squares[power] = state.squares
    while power < run.first:
        run.advance(power)
        power += 1
    run.find_norms()
    return run.add_up()


def n_buffers(weights: tuple[float, ...], lowest: int, *, is_resident: bool) -> int:
    """Return the number of tiles that `sum_tiled` holds."""
    first, last = lowest_weighted(weights), len(weights) - 1
    if not is_resident:
        return 2 if last > lowest else 0
    return max(min(2, last - first), 1 if first > lowest else 0)


def n_tile_products(weights: tuple[float, ...], lowest: int, *, unit: bool) -> int:
    """Return the number of products that `sum_tiled` takes for each tile."""
    first, last = lowest_weighted(weights), len(weights) - 1
    chain = last - first
    return first - lowest + chain + (chain * (chain + 1) // 2 if unit else chain)


class _Tiles:
    """One run over tiles: `result` holds one power, from which further ones are computed tile by tile."""

    def __init__(
        self,
        transition: Transition,
        settings: Settings,
        lowest: int,
        result: Matrix,
        tick: Tick,
        tiling: Tiling,
    ) -> None:
        self.matrix = (*matrix_operands(transition), ALL_ROWS)
        self.weights, self.unit = settings.weights, settings.unit_powers
        self.first, self.last = lowest_weighted(self.weights), len(self.weights) - 1
        self.result, self.tick, self.tiling = result, tick, tiling
        n, d = result.shape
        shape = n, min(tiling.width, d)
        count = n_buffers(self.weights, lowest, is_resident=tiling.is_resident)
        self.buffers = [np.empty(shape, dtype=np.float32) for _ in range(count)]
        self.squares: dict[int, NDArray[np.float64]] = {}

    def tiles(self) -> Iterator[tuple[int, int]]:
        d = self.result.shape[1]
        for low in range(0, d, self.tiling.width):
            yield low, min(low + self.tiling.width, d)

    def coefficients(self, power: int, weight: float) -> NDArray[np.float32]:
        return Power(self.result, self.squares[power], NONE).coefficients(weight)

    def chain(
        self, start: int, stop: int, low: int, high: int, squares: dict[int, NDArray[np.float64]]
    ) -> Iterator[tuple[int, Matrix]]:
        """Compute a tile of the powers after `start`, which `result` holds, up to `stop`.

        Parameters
        ----------
        squares : dict of power to ndarray of shape (n,)
            Added to. Those of other powers are not wanted.
        """
        if start == stop:
            return
        source, source_low, held = self.result, low, -1
        if not self.tiling.is_resident:
            source, source_low, held = self.buffers[0], 0, 0
            kernels.copy_columns(self.result, low, high, source, 0)
        ignored = np.zeros(len(self.result))
        for power in range(start + 1, stop + 1):
            held = (held + 1) % len(self.buffers)
            target = self.buffers[held]
            factors = self.coefficients(power - 1, 1.0) if self.unit and power > 1 else NONE
            columns = (source, source_low, source_low + high - low)
            sums = squares.get(power, ignored)
            kernels.multiply(*self.matrix, factors, *columns, target, 0, sums, NONE)
            self.tick()
            yield power, target
            source, source_low = target, 0

    def advance(self, power: int) -> None:
        """Replace the power in `result` by the next one."""
        squares = {power + 1: np.zeros(len(self.result))}
        for low, high in self.tiles():
            for _, tile in self.chain(power, power + 1, low, high, squares):
                kernels.copy_columns(tile, 0, high - low, self.result, low)
        self.squares = squares

    def find_norms(self) -> None:
        """Sum the squares of the rows of the powers after the first one with a weight."""
        powers = range(self.first + 1, self.last + 1)
        for group in [(power,) for power in powers] if self.unit else [tuple(powers)]:
            squares = {
                power: np.zeros(len(self.result)) for power in group if self.unit or self.weights[power]
            }
            for low, high in self.tiles():
                for _ in self.chain(self.first, max(group, default=0), low, high, squares):
                    pass
            self.squares |= squares

    def add_up(self) -> Mask:
        """Replace the power in `result` by the weighted sum."""
        weighted = [power for power in range(self.first, self.last + 1) if self.weights[power] != 0]
        coefficients = {power: self.coefficients(power, self.weights[power]) for power in weighted}
        for low, high in self.tiles():
            if self.first == self.last:
                self._scale(low, high, coefficients[self.first])
            for power, tile in self.chain(self.first, self.last, low, high, {}):
                if power == self.first + 1:  # by now the first power has been read
                    self._scale(low, high, coefficients[self.first])
                if power in coefficients:
                    kernels.add_rows(tile, 0, high - low, coefficients[power], False, self.result, low)
        informed = np.zeros(len(self.result), dtype=np.bool_)
        for power in weighted:
            np.logical_or(informed, self.squares[power] > 0, out=informed)
        return informed

    def _scale(self, low: int, high: int, coefficients: NDArray[np.float32]) -> None:
        kernels.add_rows(self.result, low, high, coefficients, True, self.result, low)
