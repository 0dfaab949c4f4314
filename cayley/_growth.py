"""Growth of a Cayley graph: plan, check that it fits, run an engine, report."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cayley.checkpoint import Checkpoint
from cayley.groups import PermutationGroup, resolve
from cayley.permutation import Permutation
from cayley.result import GrowthResult
from graphkit.memory import peak_memory, require_memory
from graphkit.validation import check_choice, check_integer

Generators = str | Sequence[str | Sequence[int]]
Progress = Callable[[int, int, int], None]

ENGINES = ("auto", "dense-avx512", "dense-portable")


@dataclass(frozen=True)
class GrowthPlan:
    """What a growth computation will need.

    Attributes
    ----------
    group : PermutationGroup
    states : int
        Number of elements that will be visited.
    memory_bytes : int
        Estimate of what the engine allocates, on top of the interpreter and its libraries.
    engine : str
    """

    group: PermutationGroup
    states: int
    memory_bytes: int
    engine: str


def plan(
    group: str | None = None,
    generators: Generators = "lrx",
    *,
    memory_limit: int | str | None = None,
    engine: str = "auto",
    **parameters: int,
) -> GrowthPlan:
    """Tell what `growth` would need, and refuse what does not fit, without computing anything large.

    Takes the parameters of `growth` and raises its errors.

    Examples
    --------
    >>> import cayley
    >>> job = cayley.plan("S12")
    >>> job.states, job.memory_bytes < 150e6
    (479001600, True)
    """
    resolved = resolve(group, generators, parameters)
    check_choice(engine, "engine", ENGINES)
    from cayley.engines.dense import DenseEngine  # numba is loaded when it is needed

    needed = DenseEngine.memory(resolved)
    what = f"growth of {resolved.name} (one bit for each arrangement of {resolved.degree} points)"
    require_memory(needed, what, memory_limit)
    return GrowthPlan(resolved, resolved.order, needed, DenseEngine.name_of(engine))


def growth(
    group: str | None = None,
    generators: Generators = "lrx",
    *,
    max_depth: int | None = None,
    memory_limit: int | str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    engine: str = "auto",
    checkpoint: str | os.PathLike[str] | None = None,
    **parameters: int,
) -> GrowthResult:
    """Count the elements of a group by their distance from the identity in a Cayley graph.

    Parameters
    ----------
    group : str, optional
        ``"S<n>"``, the symmetric group of n points, or ``"A<n>"``, the alternating group. It may be left out
        if `generators` are permutations: then the group that they generate is explored.
    generators : str or sequence
        Name of a family in `cayley.FAMILIES`, or permutations, each as a string in cycle notation
        (``"(1 2 3)(4 5)"``) or one-line notation (``"[2, 3, 1]"``), with points numbered from 1, or as a
        sequence of images numbered from 0.
    max_depth : int, optional
        Stop after this layer. The result is then marked as not complete, unless nothing was left.
    memory_limit : int or str, optional
        Bytes, or text such as ``"2GB"``, that the engine may allocate. Default: what is available.
    threads : int, optional
        Number of threads; the result does not depend on it. Default: numba's setting (all cores).
    progress : callable, optional
        Called as ``progress(depth, size, reached)`` after each layer, `reached` being the sum so far.
    engine : {"auto", "dense-avx512", "dense-portable"}
        How bits are moved; the result does not depend on it.
    checkpoint : path-like, optional
        Folder in which the computation is kept after each layer. If it holds an unfinished computation of
        the same graph, that is taken up; if it holds a finished one, its result is returned.
    **parameters : int
        Parameters of the family, such as ``k=4`` for ``"top_spin"``.

    Returns
    -------
    GrowthResult

    Raises
    ------
    ValueError
        If a name is unknown, a permutation is none, the generators generate another group than `group`, a
        number is out of range, or the checkpoint holds another computation.
    graphkit.errors.MemoryBudgetError
        If the job would not fit; raised before anything large is allocated.

    Notes
    -----
    Needs about n!/7.5 bytes if all generators are odd or all are even, twice that otherwise. The order of the
    group is proved beforehand by a stabiliser chain, and a complete growth must sum to it. See
    `cayley.engines.dense` for the method.

    Examples
    --------
    >>> import cayley
    >>> cayley.growth("S4").growth
    [1, 3, 5, 6, 5, 3, 1]
    >>> cayley.growth("S10", generators="pancake").diameter
    11
    >>> cayley.growth(generators=["(1 2 3 4 5)", "(1 2)(3 4)"]).group
    'A5'
    """
    if max_depth is not None:
        max_depth = check_integer(max_depth, "max_depth", minimum=0)
    threads = _check_threads(threads)
    job = plan(group, generators, memory_limit=memory_limit, engine=engine, **parameters)
    store = None if checkpoint is None else Checkpoint(checkpoint, _describe(job.group))
    if store is not None and store.result is not None:
        return store.result
    layers, last_layer, seconds = _run(job, max_depth, threads, progress, store)
    reached, order = sum(layers), job.group.order
    complete = reached == order
    if (not complete and max_depth is None) or reached > order:
        raise AssertionError(
            f"the layers sum to {reached}, the group has {order} elements: please report this"
        )
    names = job.group.generator_names
    result = GrowthResult(
        group=job.group.name,
        generators=names if isinstance(names, str) else list(names),
        directed=job.group.is_directed,
        order=order,
        diameter=len(layers) - 1 if complete else None,
        growth=layers,
        complete=complete,
        engine=job.engine,
        seconds=seconds,
        peak_memory_bytes=peak_memory(),
        last_layer=None if last_layer is None else [list(p) for p in last_layer],
    )
    if store is not None and complete:
        store.finish(result)
    return result


def diameter(group: str | None = None, generators: Generators = "lrx", **options: object) -> int:
    """Largest distance from the identity in a Cayley graph. Takes the parameters of `growth` but `max_depth`.

    Examples
    --------
    >>> import cayley
    >>> cayley.diameter("S8", "coxeter")
    28
    """
    if "max_depth" in options:
        raise TypeError("diameter() takes no max_depth: it needs every layer")
    result = growth(group, generators, **options).diameter  # type: ignore[arg-type]
    if result is None:
        raise AssertionError("a growth without max_depth is complete")
    return result


def _check_threads(threads: int | None) -> int | None:
    if threads is None:
        return None
    from numba import config

    return check_integer(threads, "threads", minimum=1, maximum=config.NUMBA_NUM_THREADS)


def _describe(group: PermutationGroup) -> dict[str, object]:
    """Tell one computation from another."""
    names = group.generator_names
    return {
        "kind": "growth",
        "group": group.name,
        "generators": names if isinstance(names, str) else list(names),
        "permutations": sorted(list(g) for g in group.generators),
    }


def _run(
    job: GrowthPlan,
    max_depth: int | None,
    threads: int | None,
    progress: Progress | None,
    store: Checkpoint | None,
) -> tuple[list[int], list[Permutation] | None, float]:
    """Run the engine of a plan; return the layer sizes, the last layer if it is short, and the seconds."""
    from numba import get_num_threads, set_num_threads

    from cayley.engines.dense import DenseEngine, warm_up

    before = get_num_threads()
    set_num_threads(threads or before)
    try:
        warm_up()
        start = time.perf_counter()
        layers: list[int] = []
        reached = 0
        engine = DenseEngine(job.group, use_gather=job.engine == "dense-avx512")
        for size in engine.layers(store):
            layers.append(size)
            reached += size
            if progress is not None:
                progress(len(layers) - 1, size, reached)
            if reached == job.group.order or len(layers) - 1 == max_depth:
                break
        seconds = time.perf_counter() - start if store is None else store.seconds
        return layers, engine.last_layer, seconds
    finally:
        set_num_threads(before)
