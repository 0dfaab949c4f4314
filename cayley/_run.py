"""Run an engine: what growth and distances have in common."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from typing import Any

from cayley.checkpoint import Checkpoint
from graphkit.validation import check_integer

Progress = Callable[[int, int, int], None]

LISTED = 1000  # longest last layer whose states are listed


def check_run(threads: int | None, progress: Progress | None) -> int | None:
    """Check how an engine is to be run; return the number of threads.

    Raises
    ------
    TypeError
        If `progress` cannot be called, or `threads` is no integer.
    ValueError
        If there are not so many threads.
    """
    if progress is not None and not callable(progress):
        raise TypeError(f"progress must be callable, got {progress!r}")
    if threads is None:
        return None
    from numba import config

    return check_integer(threads, "threads", minimum=1, maximum=config.NUMBA_NUM_THREADS)


@contextmanager
def using_threads(threads: int | None) -> Iterator[None]:
    """Let numba use so many threads; None leaves its setting."""
    from numba import get_num_threads, set_num_threads

    before = get_num_threads()
    set_num_threads(threads or before)
    try:
        yield
    finally:
        set_num_threads(before)


def collect_layers(
    engine: Any,
    order: int | None,
    *,
    max_depth: int | None = None,
    progress: Progress | None = None,
    store: Checkpoint | None = None,
) -> tuple[list[int], bool]:
    """Return the layer sizes, and whether they are all.

    Raises
    ------
    AssertionError
        If they do not sum to the number of states, where that is known.
    """
    layers: list[int] = []
    reached, complete = 0, True
    with closing(_layers(engine, store)) as sizes:
        for size in sizes:
            layers.append(size)
            reached += size
            if progress is not None:
                progress(len(layers) - 1, size, reached)
            if reached == order:
                break
            if len(layers) - 1 == max_depth:
                complete = False
                break
        if store is not None and complete:
            store.forget()
    if order is not None and ((complete and reached != order) or reached > order):
        raise AssertionError(f"the layers sum to {reached}, there are {order} states: please report this")
    return layers, complete


def _layers(engine: Any, store: Checkpoint | None) -> Generator[int]:
    """Run an engine; write its last layer when the computation stops between two of them."""
    if store is None:
        yield from engine.layers()
        return
    layers = engine.layers(store)
    try:
        while True:
            with store.layer():
                size = next(layers, None)
            if size is None:
                return
            yield size
    finally:
        store.flush()
