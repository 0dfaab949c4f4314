"""Sparse engine: explicit lists of packed states, for groups and graphs that have no index or are too large.

Method
------
A state is packed without loss into one or more 64-bit words (see `cayley.engines._codes`). A layer is an
unordered list of such codes, and only as many layers are kept as the next one needs.

1. *Expand.* The generators act on blocks of packed states, by masked shifts or look-ups. A state carries a
   mark for each generator that leads back to the layer before, and those steps are not taken: half of all.
2. *Scatter.* The candidates are distributed into buckets by the first bits of a mixed code, counted first so
   that each has its exact place. All copies of a state meet in one bucket. If the candidates exceed the
   workspace, the frontier is expanded once for each range of buckets.
3. *Unite.* A bucket fits the second-level cache. A small hash table keeps one of each new state and unites
   the marks of its copies. States are compared in full, so the result is exact; mixing only decides places.

In an undirected graph a step that is not marked leads to the same or the next layer, so the known states are
those of the frontier, and none at all if the graph is bipartite. In a directed graph they are all that were
visited: a hash table of them is kept, or, if there is a folder for files, all layers.

Each bucket is dealt with by one thread, and layer sizes do not depend on the order within a bucket, so that
the result does not depend on the number of threads. Buckets of states and duplicates that are removed after a
whole layer was expanded are those of R. E. Korf, "Delayed duplicate detection: extended abstract", IJCAI
2003; marks that make older layers needless are the used-operator bits of R. E. Korf, W. Zhang, I. Thayer,
H. Hohwald, "Frontier search", J. ACM 52 (2005), doi:10.1145/1089023.1089024.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numba import get_num_threads
from numpy.typing import NDArray

from cayley.engines._codes import Code, encode
from cayley.engines._kernels import sparse as kernels
from cayley.engines._layers import Layer, Words
from cayley.groups import PermutationGroup
from graphkit.errors import MemoryBudgetError
from graphkit.memory import available_memory, format_bytes

_BUCKET = 8192  # candidates of a bucket: their hash table of one-word codes takes up to 256 kB
_RANGE = 8192  # buckets that candidates are scattered to at once
_COUNTERS = 2**22
_WORKSPACE = 2**26  # bytes for candidates that are taken without a second thought
_PARALLEL = 400_000  # candidates from which threads are worth waking
_TASKS = 8  # shares of the buckets for each thread
_LOAD = 0.5  # of the set of visited states
_FIRST_SLOTS = 2**16
_UNLIMITED = 2**62

Steps = NDArray[np.int64]


class SparseEngine:
    """Layer sizes by lists of packed states.

    Parameters
    ----------
    definition : PermutationGroup, CosetGraph or MatrixGroup
        Told apart by their attributes, see `cayley.engines._codes.encode`.
    memory_limit : int, optional
        Bytes that the engine may allocate. Default: what is available now.
    spill_folder : path-like, optional
        Folder for files with layers that exceed a quarter of the limit. They lie in a temporary folder of
        their own, which `close` removes; an engine with one is best used in a ``with`` statement.

    Attributes
    ----------
    name : str
    n_words : int
        Words of 64 bits that a state takes.
    n_spilled : int
        Number of layers that went to files so far.
    bytes_moved : int
        Traffic so far: states that are read to be expanded, candidates that are written and read again, new
        states that are written and copied.

    Raises
    ------
    ValueError
        If the definition cannot be packed.

    Notes
    -----
    Time is proportional to states x generators, a few nanoseconds for each. Memory is 8 bytes for each word
    of a state of two layers, and as much again for the candidates; a directed graph keeps 16 bytes for
    each word of all states, or files.
    """

    name = "sparse"

    def __init__(
        self,
        definition: Any,
        *,
        memory_limit: int | None = None,
        spill_folder: str | os.PathLike[str] | None = None,
    ) -> None:
        available = available_memory() if memory_limit is None else memory_limit
        self._limit = _UNLIMITED if available is None else available
        self._directed = bool(definition.is_directed)
        self._bipartite = isinstance(definition, PermutationGroup) and all(definition.parities)
        self._order: int | None = None if self._directed is False else definition.order
        self._code: Code | None = None
        if any(not _is_identity(g) for g in definition.generators):
            self._code = encode(definition, marked=not self._directed)
        self._definition = definition
        self._files = None if spill_folder is None else tempfile.TemporaryDirectory(dir=spill_folder)
        self._last: Layer | None = None
        self._found: Words = np.empty(0, np.uint64)
        self._visited: _VisitedSet | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._n_layers = 0
        self.n_spilled = 0
        self.bytes_moved = 0

    @property
    def n_words(self) -> int:
        """Words of 64 bits that a state takes."""
        return 1 if self._code is None else self._code.n_words

    @staticmethod
    def memory(definition: Any) -> int:
        """Bytes that the engine allocates for the whole graph at most; without an order, those to start with.

        The sizes of layers are not known before, so this is far more than most graphs need: few layers hold
        more than a tenth of the graph. The constructor's `memory_limit` holds in any case.
        """
        if all(_is_identity(g) for g in definition.generators):
            return _WORKSPACE
        n_words = encode(definition, marked=not definition.is_directed).n_words
        order = definition.order
        if order is None:
            return 4 * _WORKSPACE
        visited = int(8 * n_words * order / _LOAD) if definition.is_directed else 0
        return visited + 3 * max(_WORKSPACE, 8 * n_words * order)

    def layers(self) -> Iterator[int]:
        """Yield the sizes of layers 0, 1, 2, ... until a layer is empty.

        Raises
        ------
        MemoryBudgetError
            If a layer does not fit the limit and there is no folder for files.
        OSError
            If a file cannot be written.
        """
        self._discard()
        if self._code is None:  # no generator moves anything
            yield 1
            return
        frontier = self._new_layer(0, 0)
        frontier.append(self._code.start.copy())
        earlier: list[Layer] = []
        if self._directed and self._files is None:
            self._visited = _VisitedSet(self._code, self._order, self._limit)
            self._visited.add_start(self._code.start)
        self._last = frontier
        with ThreadPoolExecutor(get_num_threads()) as self._pool:
            while frontier.size:
                self._last = frontier
                yield frontier.size
                following = self._next_layer(frontier, earlier)
                if self._directed and self._visited is None:
                    earlier.append(frontier)
                elif following.size:
                    frontier.discard()
                frontier = following

    def last_layer(self) -> NDArray[np.int64]:
        """States of the last layer that was yielded, sorted: the antipodes, once all layers are.

        Returns
        -------
        ndarray of shape (n, degree) or (n, size, size), int64
            Arrangements, words or matrices.
        """
        if self._code is None:
            return _start_state(self._definition)[None]
        if self._last is None:
            raise ValueError("no layer is known yet: exhaust layers() first")
        codes = np.concatenate([part.reshape(-1, self.n_words) for part in self._last.parts()])
        states = self._code.unpack(codes)
        flat = states.reshape(len(states), -1)
        return states[np.lexsort(flat.T[::-1])]

    def __enter__(self) -> "SparseEngine":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the memory and delete the files."""
        self._discard()
        if self._files is not None:
            self._files.cleanup()

    def _discard(self) -> None:
        if self._last is not None:
            self._last.discard()
        self._last = self._visited = None
        self._found = np.empty(0, np.uint64)

    def _new_layer(self, layers_held: int, besides: int) -> Layer:
        """Make an empty layer, given the bytes that older layers hold in memory, and those of all else."""
        self._n_layers += 1
        if self._files is None:
            return Layer(self.n_words, max(self._limit - layers_held - besides, 0), None)
        # Layers may hold half of the limit together; in a directed graph they all stay.
        budget = min(self._limit // 4, max(self._limit // 2 - layers_held, 0))
        return Layer(self.n_words, budget, Path(self._files.name) / f"layer{self._n_layers}")

    def _next_layer(self, frontier: Layer, earlier: Sequence[Layer]) -> Layer:
        """Expand a layer; return the layer of those states that are not known."""
        code = self._code
        if code is None:
            raise AssertionError("there is nothing to expand")
        known = [*earlier, frontier] if earlier else [] if self._bipartite or self._visited else [frontier]
        n_candidates = frontier.size * code.n_generators + sum(layer.size for layer in known)
        parallel = n_candidates >= _PARALLEL
        workspace = self._workspace(frontier.size)
        bits = self._bucket_bits(n_candidates, workspace)
        counts = np.zeros((get_num_threads() if parallel else 1, 2, 1 << bits), np.int64)
        steps = np.arange(-1, code.n_generators)  # along the identity, then along the generators
        sources = [(part, steps[:1]) for layer in earlier for part in layer.parts()]
        sources += [(part, steps if known else steps[1:]) for part in frontier.parts()]
        for part, along in sources:

            def count(begin: int, end: int, task: int, part: Words = part, along: Steps = along) -> None:
                kernels.count(part, begin, end, along, code.step, bits, counts[task])

            self._share(len(counts), part.size // self.n_words, count)
            self.bytes_moved += part.nbytes
        visited = 0 if self._visited is None else self._visited.memory
        held = frontier.memory + sum(layer.memory for layer in earlier)
        layer = self._new_layer(held, 2 * workspace + visited)
        totals = np.cumsum(counts.sum(axis=(0, 1)))
        for buckets in _ranges(totals, workspace // (8 * self.n_words)):
            layer.append(self._range(sources, counts, bits, buckets, workspace))
        self.n_spilled += layer.is_spilled
        return layer

    def _range(
        self,
        sources: Sequence[tuple[Words, Steps]],
        counts: NDArray[np.int64],
        bits: int,
        buckets: tuple[int, int],
        workspace: int,
    ) -> Words:
        """Return the new states of a range of buckets."""
        code = self._code
        if code is None:
            raise AssertionError("there is nothing to expand")
        first_bucket, n_buckets = buckets[0], buckets[1] - buckets[0]
        cursor = np.empty((*counts.shape[:2], n_buckets), np.int64)
        bounds = np.empty((n_buckets, 3), np.int64)
        total = int(kernels.place(counts, first_bucket, cursor, bounds))
        if total * self.n_words > self._found.size:
            self._found = np.empty(0, np.uint64)  # free it first
            # As large as it may become: what is not used takes no memory, and touching new memory is slow.
            self._found = np.empty(max(total * self.n_words, workspace // 8), np.uint64)
        found = self._found
        for part, along in sources:

            def scatter(begin: int, end: int, task: int, part: Words = part, along: Steps = along) -> None:
                kernels.scatter(part, begin, end, along, code.step, bits, first_bucket, cursor[task], found)

            self._share(len(counts), part.size // self.n_words, scatter)
            self.bytes_moved += part.nbytes
        _, words, (code_mask, *_), *_ = code.step
        tasks = len(counts) * _TASKS if len(counts) > 1 else 1
        kept = np.zeros(n_buckets, np.int64)
        if self._visited is not None:
            self._visited.add(
                found, bounds, kept, lambda work: self._share(tasks, n_buckets, work), self._limit
            )
        else:
            self._share(
                tasks,
                n_buckets,
                lambda begin, end, _: kernels.unite(begin, end, found, bounds, bits, words, code_mask, kept),
            )
        ends = np.cumsum(kept)
        codes = np.empty(int(ends[-1]) * self.n_words, np.uint64)
        self.bytes_moved += 16 * self.n_words * total + 3 * codes.nbytes
        self._share(
            tasks,
            n_buckets,
            lambda begin, end, _: kernels.gather(begin, end, found, bounds, kept, ends, words, codes),
        )
        return codes

    def _workspace(self, n_states: int) -> int:
        """Bytes for candidates: what the frontier takes, not too few, at most a quarter of the limit."""
        return max(min(max(_WORKSPACE, 8 * self.n_words * n_states), self._limit // 4), 1)

    def _bucket_bits(self, n_candidates: int, workspace: int) -> int:
        """Choose the number of buckets so that each fits the cache and several fit the workspace."""
        bucket = min(_BUCKET, max(workspace // (32 * self.n_words), 1))
        bits = (n_candidates // bucket).bit_length()
        bits = min(bits, (_COUNTERS // get_num_threads()).bit_length() - 1)
        return bits if self._visited is None else min(bits, self._visited.region_bits)

    def _share(self, n_tasks: int, n: int, work: Callable[[int, int, int], object]) -> None:
        """Call ``work(begin, end, task)`` for equal shares of 0, ..., n-1, on several threads."""
        if n_tasks == 1 or self._pool is None:
            work(0, n, 0)
            return
        edges = [n * task // n_tasks for task in range(n_tasks + 1)]
        list(self._pool.map(work, edges[:-1], edges[1:], range(n_tasks)))


class _VisitedSet:
    """All states of a directed graph that were reached: a hash table of packed states, in regions.

    Parameters
    ----------
    code : Code
    order : int or None
        Number of states of the graph, if known. If a table for all of them takes at most half of the limit,
        it is allocated at once, and otherwise enlarged as needed.
    limit : int
        Bytes that the engine may allocate.
    """

    def __init__(self, code: Code, order: int | None, limit: int) -> None:
        _, self._words, (self._code_mask, *_), *_ = code.step
        self._table = np.empty(0, np.uint64)
        self._used = np.empty(0, np.int64)
        self.region_bits = 0
        slots = _FIRST_SLOTS
        if order is not None and order / _LOAD * 8 * len(self._words) <= limit / 2:
            slots = int(order / _LOAD) + 64
        self._allocate(slots)

    @property
    def memory(self) -> int:
        """Bytes of the table."""
        return self._table.nbytes

    def _allocate(self, n_slots: int) -> None:
        self.region_bits = max((n_slots // 16384).bit_length(), 0)
        n_regions = 1 << self.region_bits
        region_size = max(-(-n_slots // n_regions), 1024)
        self._table = np.zeros(n_regions * region_size * len(self._words), np.uint64)
        self._used = np.zeros(n_regions, np.int64)

    def add_start(self, start: Words) -> None:
        """Put the first state in."""
        bounds = np.array([[0, 0, 1]])
        self.add(start.copy(), bounds, np.zeros(1, np.int64), lambda work: work(0, 1, 0), _UNLIMITED)

    def add(
        self,
        found: Words,
        bounds: NDArray[np.int64],
        kept: NDArray[np.int64],
        share: Callable[[Callable[[int, int, int], object]], object],
        limit: int,
    ) -> None:
        """Put the candidates of the buckets in; move those that are new to the front of their bucket."""
        done = np.zeros(len(bounds), np.int64)
        while True:
            share(
                lambda begin, end, _: kernels.visit(
                    begin, end, found, bounds, self._words, self._code_mask, self._table,
                    self._used, self.region_bits, done, kept,
                )
            )  # fmt: skip
            if (done == bounds[:, 2] - bounds[:, 0]).all():
                return
            self._enlarge(limit)

    def _enlarge(self, limit: int) -> None:
        old = self._table
        slots = old.size // len(self._words)
        while True:
            slots *= 2
            if old.nbytes + slots * 8 * len(self._words) > limit:
                raise MemoryBudgetError(
                    f"the {int(self._used.sum())} states that were visited so far need a table of more than "
                    f"{format_bytes(limit)}: allow more memory, or give a folder for files"
                )
            self._allocate(slots)
            if kernels.enlarge(old, self._words, self._code_mask, self._table, self._used, self.region_bits):
                return


def _ranges(totals: NDArray[np.int64], limit: int) -> Iterator[tuple[int, int]]:
    """Split buckets into ranges of at most `limit` candidates, or one bucket; `totals` are running sums."""
    first, done = 0, 0
    while first < len(totals):
        last = int(np.searchsorted(totals, done + limit, side="right"))
        last = min(max(last, first + 1), first + _RANGE)
        yield first, last
        first, done = last, int(totals[last - 1])


def _is_identity(generator: Sequence[Any]) -> bool:
    if isinstance(generator[0], Sequence):
        return all(x == int(i == j) for i, row in enumerate(generator) for j, x in enumerate(row))
    return all(x == i for i, x in enumerate(generator))


def _start_state(definition: Any) -> NDArray[np.int64]:
    if hasattr(definition, "modulus"):
        return np.eye(len(definition.generators[0]), dtype=np.int64)
    state = getattr(definition, "state", None)
    return np.arange(len(definition.generators[0])) if state is None else np.array(state, np.int64)


def warm_up(n_words: int = 1) -> None:
    """Compile the kernels for states of `n_words` words, or load them from numba's cache.

    Runs them on the cyclic group of three elements, once undirected and once directed.
    """
    turn = (1, 2, 0)
    for generators in ((turn, (2, 0, 1)), (turn,)):
        group = PermutationGroup(generators, "warm-up")
        engine = SparseEngine(group, memory_limit=2**30)
        engine._code = encode(group, marked=not group.is_directed, at_least=n_words)
        if sum(engine.layers()) != 3:
            raise AssertionError("the sparse engine miscounts a group of three elements: please report this")
