"""How much memory FastRP takes, and which way of computing fits, before any is taken."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from graphkit.embedding._columns import sums_memory
from graphkit.embedding._kernels.propagation import CHUNK
from graphkit.embedding._powers import STORAGES, number_size
from graphkit.embedding._presets import PRESETS, check_density, check_real, check_weights
from graphkit.embedding._projection import multiplies_nonzeros
from graphkit.embedding._runs import Tiling, lowest_power, lowest_weighted, n_buffers
from graphkit.memory import available_memory, parse_bytes, require_memory
from graphkit.validation import check_choice, check_integer

MODES = ("auto", "fast", "low")
# Share of the result that tiles may take: beside a result in memory, or beside one in a file.
_TILES_IN_MEMORY, _TILES_OF_FILE = 0.25, 0.5
_PER_NODE = 64  # bytes: means, keys, scale, squares of two powers, coefficients, flags and temporaries


@dataclass(frozen=True)
class Size:
    """What the memory depends on."""

    n_nodes: int
    n_entries: int
    n_components: int
    weights: tuple[float, ...]
    density: float | None
    has_properties: bool
    weighted: bool
    storage: str
    in_file: bool

    @property
    def is_sparse(self) -> bool:
        """Whether the projection is multiplied as a sparse matrix."""
        return multiplies_nonzeros(self.density, has_properties=self.has_properties)

    @property
    def lowest(self) -> int:
        """The lowest power that is stored."""
        return lowest_power(self.weights, is_sparse=self.is_sparse)

    def tiling(self) -> Tiling:
        """Return the widest tiles that take up a set share of the result, and at least one chunk."""
        share = _TILES_OF_FILE if self.in_file else _TILES_IN_MEMORY
        count = max(1, n_buffers(self.weights, self.lowest, is_resident=not self.in_file))
        width = int(share * self.n_components / count) // CHUNK * CHUNK
        return Tiling(max(width, CHUNK), not self.in_file)

    def common(self) -> float:
        """Bytes that both ways take besides powers and tiles."""
        signed = 0.0
        if self.lowest == 1 and self.density is not None:
            expected = self.density * self.n_nodes * self.n_components
            signed = 4 * (expected + 6 * math.sqrt(expected)) + 16 * self.n_nodes
        others = _PER_NODE * self.n_nodes + sums_memory(self.n_nodes, self.n_components)
        return signed + others + 4 * self.n_entries * self.weighted

    def fast(self) -> int:
        """Bytes of `sum_whole`."""
        block = self.n_nodes * self.n_components
        last = len(self.weights) - 1
        powers = 0
        if last > self.lowest:
            powers = 2 if any(self.weights[: last - 1]) else 1
        result = 0 if self.in_file else 4 * block
        return int(result + powers * number_size(self.storage) * block + self.common())

    def low(self) -> int:
        """Bytes of `sum_tiled`."""
        first, last = lowest_weighted(self.weights), len(self.weights) - 1
        count = n_buffers(self.weights, self.lowest, is_resident=not self.in_file)
        width = min(self.tiling().width, self.n_components)
        result = 0 if self.in_file else 4 * self.n_nodes * self.n_components
        norms = 12 * (last - first + 1) * self.n_nodes
        return int(result + 4 * count * width * self.n_nodes + norms + self.common())


def choose_mode(size: Size, memory: str, what: str, limit: int | str | None) -> str:
    """Return ``"fast"`` or ``"low"``: what was asked for, or the first of the two that fits.

    Raises
    ------
    ValueError
        If few bytes are asked for in both ways at once.
    MemoryBudgetError
        If nothing fits.
    """
    check_choice(memory, "memory", MODES)
    narrow = size.storage != "float32"
    if memory == "low" and narrow:
        raise ValueError(f'memory="low" needs storage="float32", got {size.storage!r}')
    mode = memory
    if memory == "auto":
        allowed = available_memory() if limit is None else parse_bytes(limit)
        mode = "fast" if narrow or allowed is None or size.fast() <= allowed else "low"
    require_memory(size.fast() if mode == "fast" else size.low(), what, limit)
    return mode


def fastrp_memory(
    n_nodes: int,
    n_entries: int,
    n_components: int,
    *,
    preset: str = "paper",
    weights: Sequence[float] | None = None,
    self_influence: float | None = None,
    projection: str = "sparse",
    density: float | str | None = None,
    has_properties: bool = False,
    weighted: bool = False,
    storage: str = "float32",
    memory: str = "fast",
    in_file: bool = False,
) -> int:
    """Estimate the bytes that `fastrp` allocates at its peak, result included and graph excluded.

    Parameters
    ----------
    n_nodes, n_entries : int
        Nodes and stored adjacency entries (twice the edges of an undirected graph without self-loops).
    n_components : int
    preset : {"paper", "gds"}
    weights : sequence of float, optional
        As in `fastrp`: weights before the last two powers cost one more array.
    self_influence : float, optional
    projection : {"sparse", "gaussian"}
    density : float in (0, 1] or "auto", optional
    has_properties : bool
        Whether node properties are embedded; their own memory is not counted.
    weighted : bool
        Whether edge weights are used.
    storage : {"float32", "bfloat16", "float16"}
    memory : {"fast", "low"}
    in_file : bool
        Whether the result is written to a file, see `out` of `fastrp`. What is mapped from files is not
        counted: the system takes it back when memory is short.

    Returns
    -------
    int

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range, as in `fastrp`.

    Examples
    --------
    >>> from graphkit.memory import format_bytes
    >>> format_bytes(fastrp_memory(1_000_000, 20_000_000, 512))
    '4.19 GB'
    >>> format_bytes(fastrp_memory(1_000_000, 20_000_000, 512, memory="low"))
    '2.67 GB'
    """
    defaults = PRESETS[check_choice(preset, "preset", PRESETS)]
    check_choice(memory, "memory", MODES[1:])
    check_choice(storage, "storage", STORAGES)
    influence = defaults.self_influence if self_influence is None else self_influence
    size = Size(
        check_integer(n_nodes, "n_nodes", minimum=1),
        check_integer(n_entries, "n_entries", minimum=0),
        check_integer(n_components, "n_components", minimum=1),
        check_weights(
            defaults.weights if weights is None else weights, check_real(influence, "self_influence")
        ),
        check_density(density, projection, n_nodes, defaults.density),
        has_properties,
        weighted,
        storage,
        in_file,
    )
    return size.fast() if memory == "fast" else size.low()
