"""Growth of Cayley and Schreier graphs: plan, check that it fits, run an engine, report."""

import os
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from cayley._elements import elements_of
from cayley._run import LISTED, Progress, check_run, collect_layers, using_threads
from cayley.checkpoint import Checkpoint
from cayley.definitions import Definition, Generators, define, explored
from cayley.families import Parameter
from cayley.result import GrowthResult
from graphkit.memory import peak_memory
from graphkit.validation import check_integer

if TYPE_CHECKING:
    from cayley.engines import Choice

_SHOWN = 100  # states of the first layers that a result lists


@dataclass(frozen=True)
class GrowthPlan:
    """What a growth computation will need, and how to start it.

    Attributes
    ----------
    definition : Definition
        What will be explored.
    states : int or None
        Number of states, if it is proved beforehand.
    memory_bytes : int
        What the engine allocates at most, on top of the interpreter and its libraries.
    engine : str
    seconds : float or None
        Predicted time, right within a factor of a few; None if the number of states is not known, or not all
        of them are wanted.
    """

    definition: Definition
    states: int | None
    memory_bytes: int
    engine: str
    seconds: float | None
    _choice: "Choice" = field(repr=False, compare=False)
    _max_depth: int | None = field(repr=False)

    def run(
        self,
        *,
        threads: int | None = None,
        progress: Progress | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
    ) -> GrowthResult:
        """Compute the growth. Takes the parameters of `growth` that do not belong to the plan."""
        threads = check_run(threads, progress)
        if checkpoint is None:
            return self._result(_run(self.definition, self._choice, self._max_depth, threads, progress, None))
        store = Checkpoint(checkpoint, _describe(self.definition), self._choice.method)
        with store.locked():
            found = store.result
            if found is None:
                run = _run(self.definition, self._choice, self._max_depth, threads, progress, store)
                found = self._result(run)
                if found.complete:
                    store.finish(found)
        return found

    def _result(self, run: "_Run") -> GrowthResult:
        definition = self.definition
        names = definition.generator_names
        return GrowthResult(
            group=definition.name,
            generators=names if isinstance(names, str) else list(names),
            directed=definition.is_directed,
            order=sum(run.layers) if run.complete else self.states,
            diameter=len(run.layers) - 1 if run.complete else None,
            growth=run.layers,
            complete=run.complete,
            engine=run.engine,
            seconds=run.seconds,
            peak_memory_bytes=peak_memory(),
            first_layers=_first_layers(definition, run.layers),
            last_layer=run.last_layer,
        )


def plan(
    group: str | Definition | None = None,
    generators: Generators | None = None,
    *,
    state: str | Sequence[int] | None = None,
    modulus: int | None = None,
    max_depth: int | None = None,
    memory_limit: int | str | None = None,
    engine: str = "auto",
    device: str = "cpu",
    spill: str | os.PathLike[str] | None = None,
    **parameters: Parameter,
) -> GrowthPlan:
    """Tell what `growth` would need, and refuse what does not fit, without computing anything large.

    Takes parameters of `growth` and raises its errors.

    Examples
    --------
    >>> import cayley
    >>> job = cayley.plan("S12")
    >>> job.states, job.memory_bytes < 150e6
    (479001600, True)
    >>> cayley.plan("S6", "pancake").run().diameter
    7
    """
    from cayley.engines import choose  # numba is loaded when it is needed

    if max_depth is not None:
        max_depth = check_integer(max_depth, "max_depth", minimum=0)
    definition = define(group, generators, state=state, modulus=modulus, parameters=parameters)
    choice = choose(
        definition, engine, memory_limit=memory_limit, whole=max_depth is None, spill=spill, device=device
    )
    seconds = choice.seconds(definition) if max_depth is None else None
    return GrowthPlan(definition, choice.order, choice.memory, choice.name, seconds, choice, max_depth)


def growth(
    group: str | Definition | None = None,
    generators: Generators | None = None,
    *,
    state: str | Sequence[int] | None = None,
    modulus: int | None = None,
    max_depth: int | None = None,
    memory_limit: int | str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    engine: str = "auto",
    device: str = "cpu",
    checkpoint: str | os.PathLike[str] | None = None,
    spill: str | os.PathLike[str] | None = None,
    **parameters: Parameter,
) -> GrowthResult:
    """Count the vertices of a Cayley or Schreier graph by their distance from the start.

    Parameters
    ----------
    group : str or Definition, optional
        ``"S<n>"``, the symmetric group of n points; ``"A<n>"``, the alternating group; ``"B<n>"``, the signed
        permutations of n items, on 2n points; ``"M11"`` to ``"M24"``, the Mathieu groups;
        ``"Heisenberg(n,m)"``, ``"UT(n,m)"``, ``"SL(n,m)"``, n x n matrices modulo m; a puzzle, such as
        ``"2x2x2"`` with ``metric="htm"``, see `cayley.puzzle`; or a definition. Without a group, the one that
        the given permutations generate is explored.
    generators : str or sequence, optional
        For S_n, A_n, B_n and words the name of a family in `cayley.FAMILIES` (default ``"lrx"`` for S_n and
        words, ``"three_cycles"`` for A_n, ``"burnt_pancake"`` for B_n), or permutations, each as a string
        in cycle notation (``"(1 2 3)(4 5)"``) or one-line notation (``"[2, 3, 1]"``), with points numbered
        from 1, or as a sequence of images numbered from 0. With `modulus`, matrices, each as ``"1 1; 0 1"``
        or as rows.
    state : str or sequence of int, optional
        A start word, such as ``"0011"``, instead of a group: the graph of its arrangements.
    modulus : int, optional
        `generators` are matrices of integers modulo this number, and what they generate is explored.
    max_depth : int, optional
        Stop after this layer. The result is then marked as not complete, unless all states are known to be
        reached.
    memory_limit : int or str, optional
        Bytes, or text such as ``"2GB"``, that the engine may allocate (on the device). Default: what is
        available there.
    threads : int, optional
        Number of threads; the result does not depend on it. Default: numba's setting (all cores).
    progress : callable, optional
        Called as ``progress(depth, size, reached)`` after each layer, `reached` being the sum so far.
    engine : str
        One of ``"auto"``, ``"dense"`` (also ``"dense-avx512"`` and ``"dense-portable"``), ``"chain"``,
        ``"ranked"``, ``"matrices"`` and ``"sparse"``; the layer sizes do not depend on it.
    device : {"cpu", "cuda"}
        Where to compute. A GPU takes permutation groups by the dense engine, and needs the extra ``cuda``.
    checkpoint : path-like, optional
        Folder in which the computation is kept: after a layer, if enough time has passed, and when Ctrl-C
        stops it. An unfinished computation of the same graph that it holds is taken up; of a finished one
        the result is returned. A directed graph that spills must go on spilling.
    spill : path-like, optional
        Folder where the sparse engine may keep layers that do not fit into memory, in files that it removes.
    **parameters : int or str
        Parameters of the family, such as ``k=4`` for ``"top_spin"``; ``metric`` of a puzzle.

    Returns
    -------
    GrowthResult

    Raises
    ------
    TypeError
        If an argument is of the wrong kind.
    ValueError
        If a name is unknown, a permutation or matrix is none, the generators generate another group than
        `group`, or a number is out of range.
    cayley.checkpoint.CheckpointError
        If the checkpoint holds another computation, is in use, or is damaged.
    OSError
        If a file cannot be written.
    graphkit.errors.MemoryBudgetError
        If the job would not fit; raised before anything large is allocated. The sparse engine raises it when
        a layer turns out not to fit.
    graphkit.errors.MissingExtraError
        If a GPU is asked for and numba-cuda is not installed.

    Notes
    -----
    Where the states have an index, each takes a bit or two: S_n about n!/7.5 bytes if all generators are odd
    or all are even, twice that otherwise. The number of states is proved beforehand where that is possible
    (for groups by a stabiliser chain), and a complete growth must sum to it. See the modules in
    `cayley.engines` for the methods.

    Examples
    --------
    >>> import cayley
    >>> cayley.growth("S4").growth
    [1, 3, 5, 6, 5, 3, 1]
    >>> cayley.growth("S10", generators="pancake").diameter
    11
    >>> cayley.growth(generators=["(1 2 3 4 5)", "(1 2)(3 4)"]).group
    'A5'
    >>> cayley.growth(state="00111").growth
    [1, 2, 4, 2, 1]
    >>> cayley.growth("2x2x2", metric="htm").diameter
    11
    >>> cayley.growth(generators=["1 1; 0 1", "1 0; 1 1"], modulus=3).order
    24
    """
    job = plan(
        group,
        generators,
        state=state,
        modulus=modulus,
        max_depth=max_depth,
        memory_limit=memory_limit,
        engine=engine,
        device=device,
        spill=spill,
        **parameters,
    )
    return job.run(threads=threads, progress=progress, checkpoint=checkpoint)


def diameter(
    group: str | Definition | None = None, generators: Generators | None = None, **options: Any
) -> int:
    """Largest distance from the start. Takes the parameters of `growth` but `max_depth`.

    Examples
    --------
    >>> import cayley
    >>> cayley.diameter("S8", "coxeter")
    28
    """
    if "max_depth" in options:
        raise TypeError("diameter() takes no max_depth: it needs every layer")
    result = growth(group, generators, **options).diameter
    if result is None:
        raise AssertionError("a growth without max_depth is complete")
    return result


@dataclass(frozen=True)
class _Run:
    """What an engine has found."""

    layers: list[int]
    complete: bool
    last_layer: list[Any] | None
    engine: str
    seconds: float


def _first_layers(definition: Definition, growth: list[int]) -> list[list[Any]]:
    """List the states of the first layers, by steps that no engine takes part in.

    Raises
    ------
    AssertionError
        If their number is not what the engine has found.
    """
    elements = elements_of(definition)
    layer = elements.start[None]
    known = {layer.tobytes()}
    listed: list[list[Any]] = []
    for size in growth:
        if len(layer) != size:
            raise AssertionError(
                f"layer {len(listed)} has {len(layer)} states, {size} were counted: please report this"
            )
        # Each row has its own bytes, and equal rows equal ones.
        listed.append(np.unique(elements.external(layer), axis=0).tolist())
        if sum(growth[: len(listed) + 1]) > _SHOWN:
            break
        found = {}
        for generator in range(len(elements.generators)):
            for row in elements.step(layer, generator):
                found[row.tobytes()] = row
        layer = np.array([row for key, row in found.items() if key not in known]).reshape(-1, *elements.shape)
        known |= found.keys()
    return listed


def _describe(definition: Definition) -> dict[str, object]:
    """Describe a computation to its checkpoint."""
    names = definition.generator_names
    return {
        "kind": "growth",
        "group": definition.name,
        "generators": names if isinstance(names, str) else list(names),
        "graph": explored(definition),
    }


def _run(
    definition: Definition,
    choice: "Choice",
    max_depth: int | None,
    threads: int | None,
    progress: Progress | None,
    store: Checkpoint | None,
) -> _Run:
    """Run an engine layer by layer, and check what it found against the number of states."""
    with ExitStack() as at_end:
        at_end.enter_context(using_threads(threads))
        choice.warm_up()
        start = time.perf_counter()
        engine = choice.build()
        if hasattr(engine, "close"):
            at_end.callback(engine.close)
        layers, complete = collect_layers(
            engine, choice.order, max_depth=max_depth, progress=progress, store=store
        )
        seconds = time.perf_counter() - start if store is None else store.seconds
        # An engine that was taken up beyond `max_depth` knows no layer but its own last.
        behind = store is not None and store.depth >= len(layers)
        last = engine.last_layer() if layers[-1] <= LISTED and not behind else None
    if last is not None:
        labels = getattr(definition, "labels", None)
        last = last if labels is None else np.array(labels)[last]  # the colours that the user has given
        last = last[np.lexsort(last.reshape(len(last), -1).T[::-1])]
    return _Run(layers, complete, None if last is None else last.tolist(), engine.name, seconds)
