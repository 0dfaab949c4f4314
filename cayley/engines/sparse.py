"""Sparse engine: explicit lists of packed states, for groups and graphs that have no index or are too large.

Method
------
A state is packed without loss into one or more 64-bit words (see `cayley.engines._codes`). A layer is an
unordered list of such codes, and only as many layers are kept as the next one needs.

1. *Expand.* The generators act on blocks of packed states, by masked shifts or look-ups. A state carries
   marks for those steps that lead nowhere new, or only where another step leads; they are not taken (see
   `cayley.engines._skips`). That is half of all steps, and far more if many generators commute.
2. *Scatter.* The candidates are distributed into buckets by the first bits of a mixed code, which spreads
   them so evenly that all buckets have the same room; if one is too small after all, the candidates are
   scattered once more. All copies of a state meet in one bucket. If the candidates exceed the workspace, the
   frontier is expanded once for each range of buckets.
3. *Unite.* A bucket fits the second-level cache. A small hash table keeps one of each new state and unites
   the marks of its copies. States are compared in full, so the result is exact; mixing only decides places.
   If most candidates are new, the layer stays where they are.

A small layer is a single bucket: its candidates go into the hash table as they are made.

In an undirected graph a step that is not marked leads to the same or the next layer, so the known states are
those of the frontier, and none at all if the graph is bipartite; layers lie in the order of their buckets, so
that a bucket's known states are read where they are. With marks of the second kind the layer before is known
too. In a directed graph the known states are all that were visited: a hash table of them is kept, or, if
there is a folder for files, all layers that a step can lead back to.

Each bucket is dealt with by one thread, and layer sizes do not depend on the order within a bucket, so that
the result does not depend on the number of threads. Buckets of states and duplicates that are removed after a
whole layer was expanded are those of R. E. Korf, "Delayed duplicate detection: extended abstract", IJCAI
2003; marks that make older layers needless are the used-operator bits of R. E. Korf, W. Zhang, I. Thayer,
H. Hohwald, "Frontier search", J. ACM 52 (2005), doi:10.1145/1089023.1089024; to skip one of two sequences of
moves with the same effect is the pruning of L. A. Taylor, R. E. Korf, "Pruning duplicate nodes in depth-first
search", AAAI 1993.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numba import get_num_threads
from numpy.typing import NDArray

from cayley.checkpoint import Checkpoint, CheckpointError
from cayley.engines._codes import Code, encode
from cayley.engines._kernels import sparse as kernels
from cayley.engines._layers import Layer, Runs, VisitedSet, Words
from cayley.groups import PermutationGroup
from graphkit.memory import available_memory

_DIRECT = 2**16  # candidates that go into a hash table at once, not into buckets first
_DIRECT_VISITED = 2**19  # the same for a set of visited states, which is larger than the cache anyway
_BUCKET = 8192  # candidates of a bucket: their hash table of one-word codes takes 256 kB
_RANGE = 8192  # buckets that candidates are scattered to at once
_COUNTERS = 2**22
_IN_PLACE = 2 / 3  # share of new states above which a layer stays where the candidates were
_MOSTLY_NEW = 0.8  # share of new states for which that is expected of the next layer
_WORKSPACE = 2**27  # bytes for candidates that are taken without a second thought
_PARALLEL = 200_000  # candidates from which threads are worth waking
_PARALLEL_VISITED = 50_000  # the same for a set of visited states
_TASKS = 8  # shares of the buckets for each thread
_UNLIMITED = 2**62


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
    of a state of two layers, and as much again for the candidates; a directed graph keeps 24 bytes for
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
        self._room: Words = np.empty(0, np.uint64)
        self._visited: VisitedSet | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._n_layers = 0
        self._share_new = 0.0
        self._direct = _DIRECT_VISITED if self._directed and self._files is None else _DIRECT
        self.n_spilled = 0
        self.bytes_moved = 0

    @property
    def _encoded(self) -> Code:
        if self._code is None:
            raise AssertionError("there is nothing to expand")
        return self._code

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
        visited = 24 * n_words * order if definition.is_directed else 0
        return visited + 3 * max(_WORKSPACE, 8 * n_words * order)

    def layers(self, checkpoint: Checkpoint | None = None) -> Iterator[int]:
        """Yield the sizes of layers 0, 1, 2, ... until a layer is empty.

        Parameters
        ----------
        checkpoint : Checkpoint, optional
            Where the search is kept, and taken up again.

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
        code = self._code
        if self._directed and self._files is None:
            self._visited = VisitedSet(code, self._order, self._limit)
        # Layers before the frontier that the next one must be compared with.
        n_earlier = 0 if self._visited else code.n_back
        if checkpoint and checkpoint.has_progress:
            sizes, frontier, earlier = self._restore(checkpoint.load())
        else:
            sizes, frontier, earlier = [1], self._new_layer(0, 0, 0), []
            frontier.append(code.start.copy(), np.ones(1, np.int64))
            if self._visited is not None:
                self._visited.start(code.start)
        self._last = frontier
        yield from sizes
        with ThreadPoolExecutor(get_num_threads()) as self._pool:
            while (following := self._next_layer(frontier, earlier)).size:
                earlier.append(frontier)
                while len(earlier) > n_earlier:
                    earlier.pop(0).discard()
                frontier = self._last = following
                sizes.append(frontier.size)
                if checkpoint:
                    checkpoint.keep(partial(self._snapshot, sizes, frontier, earlier))
                yield frontier.size

    def _snapshot(
        self, sizes: list[int], frontier: Layer, earlier: Sequence[Layer]
    ) -> dict[str, NDArray[Any]]:
        """Return what is needed to go on; layers in files are mapped, not read."""
        saved = self._meaning() | {"sizes": np.array(sizes), "n_layers": np.array(1 + len(earlier))}
        piece = max(self._limit // (64 * self.n_words), 1) * self.n_words
        for i, layer in enumerate([frontier, *earlier]):
            saved |= layer.snapshot(f"layer{i}", piece)
        return saved | (self._visited.snapshot() if self._visited is not None else {})

    def _meaning(self) -> dict[str, NDArray[Any]]:
        """Return what tells how to read packed states: their marks belong to generators by number."""
        code_mask, _, mark, stamp = self._encoded.step[2]
        return {
            "generators": np.array(self._definition.generators),
            "code_mask": code_mask,
            "mark": mark,
            "stamp": stamp,
        }

    def _restore(self, saved: Mapping[str, NDArray[Any]]) -> tuple[list[int], Layer, list[Layer]]:
        """Return the sizes of the layers, the last one, and those before it that are needed."""
        if not all(np.array_equal(saved[name], known) for name, known in self._meaning().items()):
            raise CheckpointError("the states were packed for other generators, or these in another order")
        if self._directed and ("visited" in saved) != (self._visited is not None):
            raise CheckpointError(
                "a directed graph is to be taken up as it was begun: "
                + ("without a folder for files" if self._visited is None else "with a folder for files")
            )
        if self._visited is not None:
            self._visited.restore(saved)
        layers: list[Layer] = []
        for i in range(int(saved["n_layers"])):
            held = sum(layer.memory for layer in layers)
            layers.append(self._new_layer(held, 0, int(saved[f"layer{i}_bits"])))
            layers[-1].restore(f"layer{i}", saved)
        return saved["sizes"].tolist(), layers[0], layers[1:]

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
        self._room = np.empty(0, np.uint64)

    def _new_layer(self, layers_held: int, besides: int, bits: int) -> Layer:
        """Make an empty layer, given the bytes that older layers hold in memory, and those of all else."""
        self._n_layers += 1
        if self._files is None:
            return Layer(self.n_words, max(self._limit - layers_held - besides, 0), None, bits)
        # Layers may hold half of the limit together; in a directed graph they all stay.
        budget = min(self._limit // 4, max(self._limit // 2 - layers_held, 0))
        return Layer(self.n_words, budget, Path(self._files.name) / f"layer{self._n_layers}", bits)

    def _next_layer(self, frontier: Layer, earlier: Sequence[Layer]) -> Layer:
        """Expand a layer; return the layer of those states that are not known."""
        known = [*earlier] if self._bipartite or self._visited else [*earlier, frontier]
        n_known = sum(layer.size for layer in known)
        n_candidates = sum(
            int(kernels.count(part, 0, part.size // self.n_words, self._encoded.step))
            for part in frontier.parts()
        )
        n_items = n_candidates + n_known
        held = frontier.memory + sum(layer.memory for layer in earlier)
        visited = 0 if self._visited is None else self._visited.memory
        small = 64 * self.n_words * n_items
        if n_items <= self._direct and small <= self._limit // 4:
            layer = self._new_layer(held, small + visited, 0)
            codes = self._advance(frontier, known, n_candidates, n_items)
            layer.append(codes, np.array([codes.size // self.n_words]))
        else:
            workspace = self._workspace(frontier.size, n_candidates)
            bits = self._bucket_bits(n_items, workspace, known)
            layer = self._new_layer(held, 2 * workspace + visited, bits)
            self._sort(layer, frontier, known, n_candidates, n_known, workspace)
        self.n_spilled += layer.is_spilled
        self._share_new = layer.size / max(n_candidates, 1)
        return layer

    def _advance(self, frontier: Layer, known: Sequence[Layer], n_candidates: int, n_items: int) -> Words:
        """Expand a small layer without buckets; return the new states."""
        step = self._encoded.step
        if self._visited is not None:
            n_shares = get_num_threads() if n_candidates >= _PARALLEL_VISITED else 1
            new = self._take_room(n_shares * n_candidates * self.n_words, 0).reshape(n_shares, -1)
            codes = np.concatenate(self._visited.advance(frontier.whole(), step, new, self._share))
        else:
            new = self._take_room(n_candidates * self.n_words, 0)
            seen = np.concatenate([np.empty(0, np.uint64), *(layer.whole() for layer in known)])
            n = int(kernels.advance(frontier.whole(), seen, step, n_items, new))
            codes = new[: n * self.n_words].copy()
        self.bytes_moved += 8 * self.n_words * (frontier.size + n_items) + 2 * codes.nbytes
        return codes

    def _sort(
        self,
        layer: Layer,
        frontier: Layer,
        known: Sequence[Layer],
        n_candidates: int,
        n_known: int,
        workspace: int,
    ) -> None:
        """Sort candidates into buckets, range by range; append the new states to `layer`."""
        bits, n_words = layer.bucket_bits, self.n_words
        n_shares = get_num_threads() if n_candidates + n_known >= _PARALLEL else 1
        along = np.arange(self._encoded.n_generators)
        candidates = Runs(n_shares, n_candidates >> bits)
        others = Runs(1, n_known >> bits)
        is_sorted = len(known) == 1 and known[0].bucket_bits >= bits and len(known[0].parts()) == 1
        known_runs = known[0].runs(bits) if is_sorted else np.empty((1 << bits, 0, 2), np.int64)
        first = 0
        while first < 1 << bits:
            places = candidates.places + (0 if is_sorted else others.places)
            n = min((1 << bits) - first, max(workspace // (8 * n_words * places), 1), _RANGE)
            room = self._take_room(n * places * n_words, workspace)
            runs = self._scatter(frontier.parts(), along, bits, (first, n), candidates, room)
            if runs is None:
                continue
            if is_sorted:
                seen, seen_runs = known[0].whole(), known_runs[first : first + n]
            else:
                seen = room[n * candidates.places * n_words :]
                parts = [part for other in known for part in other.parts()]
                found = self._scatter(parts, np.array([-1]), bits, (first, n), others, seen)
                if found is None:
                    continue
                seen_runs = found
            layer.append(*self._unite(room, runs, seen, seen_runs, bits, n_shares))
            first += n

    def _scatter(
        self,
        parts: Sequence[Words],
        along: NDArray[np.int64],
        bits: int,
        buckets: tuple[int, int],
        layout: Runs,
        room: Words,
    ) -> NDArray[np.int64] | None:
        """Write where the steps lead to the runs of a range of buckets; return the bounds of the runs.

        Returns None if a run is too short. Then the layout is mended, to be tried again.
        """
        first, n_buckets = buckets
        counts = np.zeros((layout.n_shares, n_buckets), np.uint64)
        for part in parts:

            def write(share: int, end: int, task: int, part: Words = part) -> None:
                begin, n_states = share * kernels.BLOCK, part.size // self.n_words
                kernels.scatter(
                    part, begin, n_states, layout.n_shares, along, self._encoded.step, bits, first,
                    layout.run(share), counts[share], room,
                )  # fmt: skip

            self._share(layout.n_shares, layout.n_shares, write)
            self.bytes_moved += part.nbytes
        self.bytes_moved += 8 * self.n_words * int(counts.sum())
        return layout.bounds(counts)

    def _unite(
        self,
        room: Words,
        runs: NDArray[np.int64],
        known: Words,
        known_runs: NDArray[np.int64],
        bits: int,
        n_shares: int,
    ) -> tuple[Words, NDArray[np.int64]]:
        """Return the new states of a range of buckets, and how many there are in each."""
        _, words, (code_mask, *_), *_ = self._encoded.step
        n_buckets = len(runs)
        tasks = n_shares * _TASKS if n_shares > 1 else 1
        kept = np.zeros(n_buckets, np.int64)
        if self._visited is not None:
            self._visited.add(room, runs, kept, lambda work: self._share(tasks, n_buckets, work))
        else:
            self._share(
                tasks,
                n_buckets,
                lambda begin, end, _: kernels.unite(
                    begin, end, room, runs, known, known_runs, bits, words, code_mask, kept
                ),
            )
        ends = np.cumsum(kept)
        size = int(ends[-1]) * self.n_words
        read = int((runs[:, :, 1] - runs[:, :, 0]).sum() + (known_runs[:, :, 1] - known_runs[:, :, 0]).sum())
        self.bytes_moved += 8 * self.n_words * read + 24 * size
        if size > _IN_PLACE * room.size:
            kernels.gather(0, n_buckets, room, runs, kept, ends, words, room)
            codes, self._room = self._room, np.empty(0, np.uint64)
            del room
            codes.resize(size, refcheck=False)  # gives the rest back
            return codes, kept
        codes = np.empty(size, np.uint64)
        self._share(
            tasks,
            n_buckets,
            lambda begin, end, _: kernels.gather(begin, end, room, runs, kept, ends, words, codes),
        )
        return codes, kept

    def _take_room(self, size: int, workspace: int) -> Words:
        """Return an array for candidates: the last one again, if it is large enough."""
        if size > self._room.size:
            self._room = np.empty(0, np.uint64)  # free it first
            # As large as it may become: what is not used takes no memory, and touching new memory is slow.
            self._room = np.empty(max(size, workspace // 8), np.uint64)
        return self._room[:size]

    def _workspace(self, n_states: int, n_candidates: int) -> int:
        """Bytes for candidates: what the frontier takes, not too few, at most a quarter of the limit.

        While most candidates are new, those of the next layer will stay where they are: it is all for them.
        """
        wanted = max(_WORKSPACE, 8 * self.n_words * n_states)
        if self._share_new > _MOSTLY_NEW:
            wanted = max(wanted, 16 * self.n_words * n_candidates)
        return max(min(wanted, self._limit // 4), 1)

    def _bucket_bits(self, n_items: int, workspace: int, known: Sequence[Layer]) -> int:
        """Choose the number of buckets so that each fits the cache and several fit the workspace."""
        bucket = min(_BUCKET, max(workspace // (32 * self.n_words), 1))
        bits = (n_items // bucket).bit_length()
        bits = min(bits, (_COUNTERS // get_num_threads()).bit_length() - 1)
        if self._visited is not None:
            return min(bits, self._visited.region_bits)
        if len(known) == 1 and known[0].bucket_bits == bits - 1:
            return bits - 1  # larger buckets than usual, but the known states are sorted already
        return bits

    def _share(self, n_tasks: int, n: int, work: Callable[[int, int, int], object]) -> None:
        """Call ``work(begin, end, task)`` for equal shares of 0, ..., n-1, on several threads."""
        if n_tasks == 1 or self._pool is None:
            work(0, n, 0)
            return
        edges = [n * task // n_tasks for task in range(n_tasks + 1)]
        list(self._pool.map(work, edges[:-1], edges[1:], range(n_tasks)))


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

    Runs them on the cyclic group of three elements, undirected and directed, without buckets and with them.
    """
    turn = (1, 2, 0)
    for generators, direct in product(((turn, (2, 0, 1)), (turn,)), (_DIRECT, 0)):
        group = PermutationGroup(generators, "warm-up")
        engine = SparseEngine(group, memory_limit=2**30)
        engine._code = encode(group, marked=not group.is_directed, at_least=n_words)
        engine._direct = direct
        if sum(engine.layers()) != 3:
            raise AssertionError("the sparse engine miscounts a group of three elements: please report this")
