"""How much memory FastRP takes, before it takes any."""

import math
from collections.abc import Sequence

from graphkit.embedding._columns import ROWS_PER_BLOCK
from graphkit.embedding._presets import PRESETS, check_density, check_real, check_weights
from graphkit.embedding._projection import DENSE_FROM
from graphkit.validation import check_choice

_SIZES = {"float32": 4, "bfloat16": 2, "float16": 2}


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
    weighted: bool = False,
    storage: str = "float32",
) -> int:
    """Estimate the bytes that `fastrp` allocates at its peak, result included and graph excluded.

    Parameters
    ----------
    n_nodes, n_entries : int
        Nodes and stored adjacency entries (twice the edges of an undirected graph without self-loops).
    n_components : int
    preset : {"paper", "gds"}
    weights : sequence of float
        As in `fastrp`: weights before the last two powers cost one more array.
    self_influence : float
    projection : {"sparse", "gaussian"}
    density : float in (0, 1] or "auto", optional
    weighted : bool
        Whether edge weights are used.
    storage : {"float32", "bfloat16", "float16"}

    Returns
    -------
    int

    Examples
    --------
    >>> from graphkit.memory import format_bytes
    >>> format_bytes(fastrp_memory(1_000_000, 20_000_000, 512))
    '4.18 GB'
    """
    defaults = PRESETS[check_choice(preset, "preset", PRESETS)]
    influence = check_real(
        defaults.self_influence if self_influence is None else self_influence, "self_influence"
    )
    powers = check_weights(defaults.weights if weights is None else weights, influence)
    share = check_density(density, projection, n_nodes, defaults.density)
    block = 4 * n_nodes * n_components
    sparse = share is not None and share < DENSE_FROM and powers[0] == 0
    extra = 0.0
    last = len(powers) - 1
    if last > (1 if sparse else 0):
        extra = (2 if any(powers[: last - 1]) else 1) * _SIZES[storage] / 4
    signed = 0.0
    if sparse and share is not None:
        expected = share * n_nodes * n_components
        signed = 4 * (expected + 6 * math.sqrt(expected))
    per_node = 96
    partial_sums = 16 * n_components * (-(-n_nodes // ROWS_PER_BLOCK) + 4)
    return int((1 + extra) * block + signed + per_node * n_nodes + 4 * n_entries * weighted + partial_sums)
