"""Engines that count the layers of a Cayley graph, and which one takes what.

An engine is a class with a static method ``memory(definition)`` that estimates the bytes it will allocate at
most, a constructor that takes the definition, and a method ``layers()`` that yields the sizes of layers 0, 1,
2, ... one by one until nothing is new; ``last_layer()`` then lists the states of the last one. Its module has
a function ``warm_up()`` that compiles the kernels or loads them from numba's cache.
"""

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from graphkit.errors import MemoryBudgetError
from graphkit.memory import available_memory, parse_bytes, require_memory
from graphkit.validation import check_choice

if TYPE_CHECKING:
    from cayley.definitions import Definition

ENGINES = ("auto", "dense", "dense-avx512", "dense-portable", "chain", "ranked", "matrices", "sparse")

DEVICES = ("cpu", "cuda")

# Rough nanoseconds for a state and a generator, for the prediction of a plan; of engines that sweep a bitmap
# for each layer also for a layer.
_COST_OF_SWEEPS = {"dense-cuda": 0.0006, "dense": 0.015, "chain": 0.06}
_COST = {"ranked": 4.0, "matrices": 5.0, "sparse": 6.0}


@dataclass(frozen=True)
class Choice:
    """An engine that takes a definition.

    Attributes
    ----------
    name : str
    memory : int
        Bytes that it will allocate at most.
    warm_up : callable
        Loads its kernels.
    build : callable
        Makes the engine; this is where large arrays are allocated.
    order : int or None
        Number of states, if it is proved beforehand.
    """

    name: str
    memory: int
    warm_up: Callable[[], None]
    build: Callable[[], Any]
    order: int | None = None

    @property
    def method(self) -> str:
        """The engine without the way in which it moves bits: checkpoints and costs belong to it."""
        return self.name.removesuffix("-avx512").removesuffix("-portable")

    def seconds(self, definition: "Definition") -> float | None:
        """Predict the time, within a factor of a few; None if the number of states is not known."""
        if self.order is None:
            return None
        edges = self.order * len(definition.generators)
        if self.method not in _COST_OF_SWEEPS:
            return edges * _COST[self.method] * 1e-9
        # There are about twice as many layers as words of that length must be to be as many as the states.
        layers = math.log(self.order + 1) / math.log(max(len(definition.generators) - 1, 2))
        return edges * layers * _COST_OF_SWEEPS[self.method] * 1e-9


def choose(
    definition: "Definition",
    engine: str,
    *,
    memory_limit: int | str | None,
    whole: bool,
    spill: str | os.PathLike[str] | None = None,
    device: str = "cpu",
) -> Choice:
    """Choose the engine for a definition, and check that it fits.

    Parameters
    ----------
    definition : PermutationGroup, CosetGraph or MatrixGroup
    engine : str
        One of `ENGINES`. ``"auto"`` prefers an index of the states, in which each takes a bit or two, and
        takes packed lists of states where there is none, or where that does not fit and there is a folder for
        files.
    memory_limit : int or str, optional
        See `graphkit.memory.require_memory`.
    whole : bool
        Whether all layers are wanted. Where they do not fit, ``"auto"`` takes lists for the first few.
    spill : path-like, optional
        Folder where the sparse engine may keep layers that do not fit.
    device : {"cpu", "cuda"}
        Where it runs. On a GPU there is the dense engine only.

    Raises
    ------
    ValueError
        If there is no such engine, or it does not take the definition.
    MemoryBudgetError
        If it does not fit.
    """
    check_choice(engine, "engine", ENGINES)
    if spill is not None and not os.path.isdir(spill):
        raise FileNotFoundError(f"the folder for files, {os.fspath(spill)!r}, does not exist")
    if check_choice(device, "device", DEVICES) == "cuda":
        return _on_device(definition, engine, memory_limit)
    if engine != "auto":
        choice = _build(definition, engine, memory_limit, spill)
        if choice.name != "sparse":
            require_memory(choice.memory, _job(definition, choice), memory_limit)
        return choice
    try:
        if definition.order is not None:  # before an index is planned, which takes time for a huge group
            require_memory(
                definition.order // 8, f"one bit for each state of {definition.name}", memory_limit
            )
        indexed = _indexed(definition)
        if indexed is None:
            return _build(definition, "sparse", memory_limit, spill)
        require_memory(indexed.memory, _job(definition, indexed), memory_limit)
    except MemoryBudgetError as error:
        if not whole or spill is not None:
            return _build(definition, "sparse", memory_limit, spill)
        on_disk = ", and all of them, slowly, by lists on the disk with spill (--spill)"
        raise MemoryBudgetError(
            f"{error}; its first layers can be had with max_depth (--max-depth)"
            f"{'' if hasattr(definition, 'edges') else on_disk}"
        ) from None
    return indexed


def _on_device(definition: "Definition", engine: str, memory_limit: int | str | None) -> Choice:
    """Describe the dense engine on a GPU, and check that it fits there."""
    from cayley.groups import PermutationGroup

    if engine not in ("auto", "dense") or not isinstance(definition, PermutationGroup):
        asked = definition.name if engine in ("auto", "dense") else f"the engine {engine!r}"
        raise ValueError(f"a GPU runs permutation groups by the dense engine, it does not take {asked}")
    from cayley.engines import cuda

    free = cuda.available_device_memory()
    memory = cuda.CudaEngine.memory(definition)
    choice = Choice(
        "dense-cuda", memory, cuda.warm_up, partial(cuda.CudaEngine, definition), definition.order
    )
    limit = parse_bytes(memory_limit) if memory_limit is not None else free
    if limit is not None:
        require_memory(memory, f"growth of {definition.name} on the GPU", limit)
    return choice


def _job(definition: "Definition", choice: Choice) -> str:
    return f"growth of {definition.name} by the {choice.method} engine"


def _indexed(definition: "Definition") -> Choice | None:
    """Return the engine with an index that takes the definition in the least memory, if there is one."""
    from cayley.cosets import CosetGraph
    from cayley.matrices import MatrixGroup
    from cayley.sliding import SlidingPuzzle

    kinds = {CosetGraph: ["ranked"], MatrixGroup: ["matrices", "chain"], SlidingPuzzle: ["dense"]}
    kind = next((names for of, names in kinds.items() if isinstance(definition, of)), ["dense", "chain"])
    found: list[Choice] = []
    for name in kind:
        if found and isinstance(definition, MatrixGroup):
            break  # its own index needs no chain
        try:
            found.append(_build(definition, name, None, None))
        except ValueError:
            continue  # no index, or too large for one
    # The dense engine moves blocks faster, unless the group is a small part of S_n.
    return min(
        found,
        key=lambda choice: max(choice.memory, 2**20) * (2 if choice.name == "chain" else 1),
        default=None,
    )


def _build(
    definition: "Definition",
    name: str,
    memory_limit: int | str | None,
    spill: str | os.PathLike[str] | None,
) -> Choice:
    """Describe one engine for a definition."""
    from cayley.cosets import CosetGraph
    from cayley.groups import PermutationGroup
    from cayley.matrices import MatrixGroup
    from cayley.sliding import SlidingPuzzle

    if isinstance(definition, SlidingPuzzle):
        return _sliding(definition, name, memory_limit, spill)
    permutations = (PermutationGroup,)
    accepted: dict[str, tuple[type, ...]] = {
        "chain": (PermutationGroup, MatrixGroup),
        "ranked": (CosetGraph,),
        "matrices": (MatrixGroup,),
        "sparse": (object,),
    }
    if not isinstance(definition, accepted.get(name, permutations)):
        raise ValueError(f"the engine {name!r} does not take {definition.name}; leave the choice to 'auto'")
    graph: Any = definition
    if name == "sparse":
        return _sparse(graph, memory_limit, spill)
    order = definition.order
    if name.startswith("dense"):
        from cayley.engines import dense

        use_gather = {"dense-avx512": True, "dense-portable": False}.get(name)
        dense.check_gather(use_gather)
        memory = dense.DenseEngine.memory(graph)
        build = partial(dense.DenseEngine, graph, use_gather)
        return Choice(name, memory, partial(dense.warm_up, graph), build, order)
    if name == "chain":
        from cayley.engines import chain, vectors

        if isinstance(graph, MatrixGroup):
            memory, order = vectors.VectorEngine.memory(graph), vectors.VectorEngine.order(graph)
            return Choice(name, memory, chain.warm_up, partial(vectors.VectorEngine, graph), order)
        memory = chain.ChainEngine.memory(graph)
        return Choice(name, memory, partial(chain.warm_up, graph), partial(chain.ChainEngine, graph), order)
    if name == "ranked":
        from cayley.engines import ranked

        memory = ranked.RankedEngine.memory(graph)
        return Choice(
            name, memory, partial(ranked.warm_up, graph), partial(ranked.RankedEngine, graph), order
        )
    from cayley.engines import matrices

    memory = matrices.MatrixEngine.memory(graph)
    return Choice(name, memory, matrices.warm_up, partial(matrices.MatrixEngine, graph), order)


def _sliding(
    puzzle: Any, name: str, memory_limit: int | str | None, spill: str | os.PathLike[str] | None
) -> Choice:
    """Describe the bitmap or the lists for a sliding puzzle."""
    from cayley.engines import dense, sliding

    if spill is not None:
        raise ValueError(f"lists of states of {puzzle.name} are kept in memory only, leave spill out")
    if name == "sparse":
        limit = available_memory() if memory_limit is None else parse_bytes(memory_limit)
        build = partial(sliding.SlidingLists, puzzle, limit)
        needed = 40 * puzzle.order
        return Choice(name, min(needed, limit or needed), lambda: None, build, puzzle.order)
    if not name.startswith("dense"):
        raise ValueError(f"the engine {name!r} does not take {puzzle.name}; leave the choice to 'auto'")
    use_gather = {"dense-avx512": True, "dense-portable": False}.get(name)
    dense.check_gather(use_gather)
    memory = sliding.SlidingEngine.memory(puzzle)
    return Choice(
        name, memory, sliding.warm_up, partial(sliding.SlidingEngine, puzzle, use_gather), puzzle.order
    )


def _sparse(graph: Any, memory_limit: int | str | None, spill: str | os.PathLike[str] | None) -> Choice:
    """Describe the sparse engine, which keeps to its limit by itself."""
    from cayley.engines import sparse

    limit = available_memory() if memory_limit is None else parse_bytes(memory_limit)
    memory = sparse.SparseEngine.memory(graph)
    if limit is not None:
        memory = min(memory, limit)
    build = partial(sparse.SparseEngine, graph, memory_limit=limit, spill_folder=spill)
    return Choice(
        "sparse", memory, lambda: sparse.warm_up(sparse.SparseEngine(graph).n_words), build, graph.order
    )
