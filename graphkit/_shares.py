"""Work on long arrays, shared between threads."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from numba import config

_WORTH_A_THREAD = 2**17  # entries


def n_threads() -> int:
    """Return how many threads to use: as numba was told (NUMBA_NUM_THREADS), else one for each core."""
    return int(config.NUMBA_NUM_THREADS)


def shares(size: int) -> list[slice]:
    """Ranges of equal length that cover 0..size, at most one for each thread and none too short to pay."""
    count = max(min(n_threads(), size // _WORTH_A_THREAD), 1)
    bounds = [size * k // count for k in range(count + 1)]
    return [slice(bounds[k], bounds[k + 1]) for k in range(count)]


def in_threads(function: Callable[..., Any], arguments: Iterable[tuple[Any, ...]]) -> list[Any]:
    """Call a function that lets go of the interpreter lock with each of some arguments; results in order.

    These are threads of Python and not those of a parallel kernel, because callers may be in a thread
    themselves, or in a forked process, where the latter are not safe.
    """
    calls = list(arguments)
    workers = min(n_threads(), len(calls))
    if workers <= 1:
        return [function(*call) for call in calls]
    with ThreadPoolExecutor(workers) as pool:
        return [future.result() for future in [pool.submit(function, *call) for call in calls]]
