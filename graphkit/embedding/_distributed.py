"""FastRP on a cluster of dask: rows are divided, powers computed block by block."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graphkit.embedding._columns import ROWS_PER_BLOCK, apply_statistics, column_statistics, column_sums
from graphkit.embedding._powers import Power, next_power, sum_powers, write_initial
from graphkit.embedding._presets import (
    Settings,
    check_options,
    check_seed,
    initial_vectors,
    settings_of,
)
from graphkit.embedding._projection import InitialVectors
from graphkit.embedding._transition import Transition, transition
from graphkit.errors import MissingExtraError
from graphkit.graph import Graph
from graphkit.validation import check_integer

if TYPE_CHECKING:
    import dask.array

_BYTES_PER_BLOCK = 2**27  # of one power, unless the caller says how many rows
# Kernels share their rows among threads themselves; the tasks of one process take turns with them.
_KERNELS = threading.Lock()


def fastrp_dask(
    graph: Graph,
    n_components: int = 128,
    *,
    block_rows: int | None = None,
    client: Any = None,
    random_state: object = None,
    **options: Any,
) -> "dask.array.Array":
    """Embed the nodes of a graph in blocks of rows, as a lazy dask array.

    Parameters
    ----------
    graph : Graph
        In the memory of this process, or a memory-mapped file.
    n_components : int
    block_rows : int, optional
        Rows in a block, rounded up to a multiple of 1024. Default: about 128 MB of a power.
    client : distributed.Client, optional
        Sends each block of the transition matrix to the workers ahead, instead of within the task graph.
    random_state : None, int, numpy.random.Generator or numpy.random.RandomState
        Seed of the projection.
    **options
        Further parameters of `fastrp`, except `storage`, `memory`, `memory_limit`, `out` and `progress`.

    Returns
    -------
    dask.array.Array of shape (n_nodes, n_components), float32
        Nothing is computed before it is asked for: ``compute()`` gives what `fastrp` returns, bit for bit;
        ``to_zarr`` or ``to_npy_stack`` write it in parts.

    Raises
    ------
    MissingExtraError
        If dask is not installed.
    TypeError, ValueError
        As `fastrp`.

    Notes
    -----
    A block of a power needs the rows of the power before at the neighbours of its nodes: these are cut out
    where they are, sent, and put together in the order of the nodes. Initial vectors are not sent but drawn
    again where they are needed. Row norms are a matter of one block; the columns' sums are the only thing
    that all blocks exchange at the end.

    On a random graph nearly every block needs most rows of every other: the network carries about
    n * d * 4 bytes for each power and block. It pays where a graph does not fit otherwise, or where nodes are
    numbered so that neighbours are close. With b blocks there are about q b^2 tasks.

    Examples
    --------
    >>> from graphkit.datasets import load_sample
    >>> from graphkit.embedding import fastrp, fastrp_dask
    >>> graph = load_sample("karate")
    >>> X = fastrp_dask(graph, 8, random_state=0)
    >>> X.shape
    (34, 8)
    >>> bool((X.compute() == fastrp(graph, 8, random_state=0)).all())
    True
    """
    try:
        import dask.array
    except ImportError as error:
        raise MissingExtraError("fastrp_dask needs dask: pip install '.[dask]'") from error
    if "storage" in options:
        raise TypeError("fastrp_dask has no parameter 'storage': blocks are float32 in the workers' memory")
    check_options(options, "fastrp_dask")
    settings = settings_of(graph, n_components, **options)
    bounds = _bounds(graph.n_nodes, settings.n_components, block_rows)
    operator = transition(graph, weighted=settings.weighted)
    initial = initial_vectors(graph, settings, check_seed(random_state))
    blocks = _embedding_blocks(operator, initial, settings, bounds, client)
    arrays: Any = dask.array
    parts = [
        arrays.from_delayed(block, shape=(high - low, settings.n_components), dtype=np.float32)
        for block, low, high in zip(blocks, bounds[:-1], bounds[1:], strict=True)
    ]
    result: dask.array.Array = arrays.concatenate(parts)
    return result


def _bounds(n: int, d: int, block_rows: int | None) -> list[int]:
    """Where the blocks begin, and n; multiples of the rows whose column sums are taken together."""
    if block_rows is None:
        block_rows = _BYTES_PER_BLOCK // (4 * d)
    else:
        block_rows = check_integer(block_rows, "block_rows", minimum=1)
    step = max(1, -(-block_rows // ROWS_PER_BLOCK)) * ROWS_PER_BLOCK
    return [*range(0, n, step), n]


def _embedding_blocks(
    operator: Transition, initial: InitialVectors, settings: Settings, bounds: list[int], client: Any
) -> list[Any]:
    """Lazy blocks of the embedding."""
    from dask.delayed import delayed

    def place(value: Any) -> Any:
        return delayed(value, traverse=False) if client is None else client.scatter(value, hash=False)

    weights = settings.weights
    ranges = list(pairwise(bounds))
    own = [place(_initial_rows(initial, np.arange(low, high))) for low, high in ranges]
    powers = (
        [[delayed(_initial_block)(vectors) for vectors in own]] if weights[0] != 0 else [[None] * len(own)]
    )
    if len(weights) > 1:
        cut = [_cut(operator, low, high) for low, high in ranges]
        matrices = [place(matrix) for matrix, _ in cut]
        wanted = [place(_initial_rows(initial, rows)) for _, rows in cut]
        first = [delayed(_first_block)(*pair) for pair in zip(matrices, wanted, strict=True)]
        powers.append(first)
        form = settings.unit_powers, settings.n_components
        for _ in weights[2:]:
            powers.append(
                [
                    delayed(_next_block)(matrix, *form, _halo(powers[-1], rows, bounds))
                    for matrix, (_, rows) in zip(matrices, cut, strict=True)
                ]
            )
    sums = [delayed(_sum_block)(weights, list(parts)) for parts in zip(*powers, strict=True)]
    if not settings.standardize:
        return [delayed(_finished_block)(part, None) for part in sums]
    statistics = delayed(_statistics)([delayed(_block_sums)(part) for part in sums])
    return [delayed(_finished_block)(part, statistics) for part in sums]


def _cut(operator: Transition, low: int, high: int) -> tuple[Transition, NDArray[np.int64]]:
    """Cut out rows of the transition matrix; its columns become the nodes that they lead to, in order."""
    start, stop = int(operator.indptr[low]), int(operator.indptr[high])
    rows, indices = np.unique(operator.indices[start:stop], return_inverse=True)
    kind = operator.indices.dtype
    part = Transition(
        operator.indptr[low : high + 1] - operator.indptr[low],
        indices.astype(kind),
        operator.probabilities[start:stop],
        operator.means[low:high],
    )
    return part, rows.astype(np.int64)


def _initial_rows(initial: InitialVectors, rows: NDArray[np.int64]) -> InitialVectors:
    features = None if initial.features is None else initial.features[rows]
    return replace(initial, keys=initial.keys[rows], scale=initial.scale[rows], features=features)


def _halo(powers: Sequence[Any], rows: NDArray[np.int64], bounds: list[int]) -> list[Any]:
    """Lazy parts of a power: the given rows, in order, from the blocks that hold them."""
    from dask.delayed import delayed

    places = np.searchsorted(rows, bounds)
    return [
        delayed(_rows_of)(powers[block], rows[first:last] - bounds[block])
        for block, (first, last) in enumerate(pairwise(places))
        if last > first
    ]


def _initial_block(initial: InitialVectors) -> Power:
    with _KERNELS:
        power = Power.allocate(initial.keys.size, initial.n_components)
        write_initial(initial, power)
        return power


def _first_block(matrix: Transition, initial: InitialVectors) -> Power:
    return _product(matrix, _initial_block(initial), unit=False)  # initial vectors are propagated as they are


def _next_block(matrix: Transition, unit: bool, d: int, parts: list[Power]) -> Power:
    if not parts:  # no node of the block leads anywhere
        return _product(matrix, Power.allocate(0, d), unit=False)
    values = np.concatenate([part.values for part in parts])
    squares = np.concatenate([part.squares for part in parts])
    return _product(matrix, Power(values, squares, parts[0].undo), unit=unit)


def _product(matrix: Transition, before: Power, *, unit: bool) -> Power:
    with _KERNELS:
        power = Power.allocate(matrix.n_nodes, before.values.shape[1])
        next_power(matrix, before, power, unit=unit)
        return power


def _rows_of(power: Power, rows: NDArray[np.int64]) -> Power:
    return Power(power.values[rows], power.squares[rows], power.undo)


def _sum_block(
    weights: tuple[float, ...], powers: list[Power | None]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    with _KERNELS:
        shape = next(power.values.shape for power in powers if power is not None)
        total = np.empty(shape, dtype=np.float32)
        return total, sum_powers(powers, weights, total)


def _block_sums(part: tuple[NDArray[np.float32], NDArray[np.bool_]]) -> tuple[NDArray[np.float64], int]:
    with _KERNELS:
        return column_sums(*part), int(np.count_nonzero(part[1]))


def _statistics(
    parts: list[tuple[NDArray[np.float64], int]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    count = sum(n_informed for _, n_informed in parts)
    return column_statistics(np.concatenate([sums for sums, _ in parts]), count) if count else None


def _finished_block(
    part: tuple[NDArray[np.float32], NDArray[np.bool_]],
    statistics: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
) -> NDArray[np.float32]:
    total, informed = part
    if statistics is None:
        return total
    with _KERNELS:
        result = total.copy()  # the block of the sum stays as it is: a task may run twice
        apply_statistics(result, informed, *statistics)
        return result
