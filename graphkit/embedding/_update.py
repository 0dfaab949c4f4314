"""Embeddings that follow a graph as it changes: only rows that a change can reach are computed again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.embedding._columns import standardize, sums_memory
from graphkit.embedding._kernels import changes as kernels
from graphkit.embedding._powers import (
    Power,
    first_power,
    next_power,
    number_size,
    sum_powers,
    write_initial,
)
from graphkit.embedding._presets import (
    Settings,
    check_options,
    check_seed,
    initial_vectors,
    settings_of,
)
from graphkit.embedding._projection import InitialVectors, node_keys
from graphkit.embedding._runs import lowest_power
from graphkit.embedding._transition import Transition, transition
from graphkit.graph import Graph
from graphkit.memory import require_memory

_FLOATS_PER_CHUNK = 2**23  # that are computed at a time before they replace others


@dataclass(frozen=True, eq=False)
class FastRPState:
    """An embedding with all that is needed to follow its graph; made by `fastrp_state` and `update_fastrp`.

    Attributes
    ----------
    graph : Graph
        The graph that is embedded.
    options : mapping
        Parameters for `fastrp`; with them, and a `density` in numbers, ``fastrp(graph, **options)`` gives the
        same embedding.
    seed : uint64
        Of the random vectors.
    initial : InitialVectors
        What the powers start from.
    powers : tuple of Power
        The powers that are kept: all but the last, from 0 or, with a sparse projection, from 1.
    total : ndarray of shape (n_nodes, n_components), float32
        The weighted sum before its columns are standardised.
    informed : ndarray of shape (n_nodes,), bool
        The rows of `total` that hold anything.
    recomputed : tuple of int
        Rows that the last step computed, of each power from the first one kept to the last, and of the sum.
    """

    graph: Graph
    options: Mapping[str, Any]
    seed: np.uint64
    initial: InitialVectors
    powers: tuple[Power, ...]
    total: NDArray[np.float32]
    informed: NDArray[np.bool_]
    recomputed: tuple[int, ...]

    def embedding(self, out: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Return the embedding, of shape (n_nodes, n_components), float32.

        Standardised if the parameters say so: mean and deviation are taken over all rows anew, so that all
        entries move a little when some rows change.

        Parameters
        ----------
        out : ndarray of that shape and dtype, optional
            Where to write it, such as the embedding before an update. Default: a new array.
        """
        if out is None:
            out = np.empty_like(self.total)
        elif not isinstance(out, np.ndarray) or out.shape != self.total.shape or out.dtype != np.float32:
            raise ValueError(f"out must be a float32 array of shape {self.total.shape}, got {out!r:.60}")
        np.copyto(out, self.total)
        if settings_of(self.graph, **self.options).standardize:
            standardize(out, self.informed)
        return out


def fastrp_state(
    graph: Graph,
    n_components: int = 128,
    *,
    random_state: object = None,
    memory_limit: int | str | None = None,
    **options: Any,
) -> FastRPState:
    """Embed the nodes of a graph, and keep what `update_fastrp` needs.

    Parameters
    ----------
    graph : Graph
    n_components : int
    random_state : None, int, numpy.random.Generator or numpy.random.RandomState
        Seed of the projection.
    memory_limit : int or str, optional
        Bytes that may be allocated, such as ``"2GB"``. Default: what is available.
    **options
        Further parameters of `fastrp` but `memory`, `out` and `progress`. The `density` is fixed here: one
        that depends on the number of nodes is that of this graph, for all updates.

    Returns
    -------
    FastRPState
        Its method ``embedding`` gives what `fastrp` returns, bit for bit.

    Raises
    ------
    TypeError, ValueError
        As `fastrp`.
    MemoryBudgetError
        If the powers do not fit into `memory_limit`.

    Notes
    -----
    Memory: one array of the size of the embedding for every power but the last, and one for the sum.

    Examples
    --------
    >>> from graphkit import Graph
    >>> from graphkit.embedding import fastrp, fastrp_state, update_fastrp
    >>> before = Graph.from_edges([0, 1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6, 7])
    >>> state = fastrp_state(before, 8, weights=(1, 1), density=0.5, random_state=0)
    >>> after = Graph.from_edges([0, 1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6, 7, 8])
    >>> state = update_fastrp(state, after)
    >>> state.recomputed[-1]
    4
    >>> fresh = fastrp(after, 8, weights=(1, 1), density=0.5, random_state=0)
    >>> bool((state.embedding() == fresh).all())
    True
    """
    check_options(options, "fastrp_state")
    settings = settings_of(graph, n_components, **options)
    fixed: dict[str, Any] = {**options, "n_components": n_components}
    if settings.density is not None:
        fixed["density"] = settings.density
    nothing = _Old(None, np.full(graph.n_nodes, -1, dtype=np.int64), False)
    return _embed(graph, fixed, check_seed(random_state), nothing, memory_limit)


def update_fastrp(
    state: FastRPState,
    graph: Graph,
    *,
    features: object = None,
    copy: bool = True,
    memory_limit: int | str | None = None,
) -> FastRPState:
    """Follow a graph: embed its new form, computing only the rows that changes can reach.

    Parameters
    ----------
    state : FastRPState
    graph : Graph
        The new form: with edges or nodes added or removed, or other weights. Nodes are the same if their
        labels are; without labels, if their indices are.
    features : optional
        Node properties of the new graph, if the embedding has any; see `fastrp`. Names of columns of
        ``graph.node_data`` need not be given again.
    copy : bool
        False takes over the arrays of `state`, which must not be used any more. It saves memory, and the
        time to copy it, if the number and order of nodes did not change.
    memory_limit : int or str, optional
        Bytes that may be allocated, such as ``"2GB"``. Default: what is available.

    Returns
    -------
    FastRPState
        `recomputed` says how many rows were computed.

    Raises
    ------
    TypeError, ValueError
        If `state` or `graph` is something else, or as `fastrp`.
    MemoryBudgetError
        If the new arrays do not fit into `memory_limit`.

    Notes
    -----
    The embedding is that of a new call of `fastrp` with the density of the state, bit for bit, however many
    updates led to it.

    A node that gains or loses an edge changes its row of A and, through its degree, its row of L R; power 1
    changes for it and for the nodes that lead to it, and each further power one step farther. A row that
    comes out as it was stops there: with a sparse projection most rows of L R are zero whatever the degree.
    The gain therefore depends on the graph: q powers reach q steps, and in a random graph of mean degree 20
    four steps from a thousand edges are everything. It is large for few powers, for changes that lie
    together, and for graphs of large diameter.

    Comparing the graphs takes O(n + m), the columns' statistics O(n d).
    """
    if not isinstance(state, FastRPState):
        raise TypeError(f"state must be a FastRPState, got {type(state).__name__}")
    if not isinstance(graph, Graph):
        raise TypeError(f"graph must be a Graph, got {type(graph).__name__}")
    options = dict(state.options)
    if features is not None:
        options["features"] = features
    origin = _origin(state.initial.keys, node_keys(graph))
    takes_over = not copy and np.array_equal(origin, np.arange(state.graph.n_nodes))
    return _embed(graph, options, state.seed, _Old(state, origin, takes_over), memory_limit)


@dataclass(frozen=True, eq=False)
class _Old:
    """What an update starts from: the old state, where its nodes are now, and whether to write into it."""

    state: FastRPState | None
    origin: NDArray[np.int64]
    takes_over: bool


def _origin(old_keys: NDArray[np.uint64], keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the old index of each node, -1 for new ones; nothing is matched if keys repeat."""
    if not (_are_distinct(old_keys) and _are_distinct(keys)):
        return np.full(keys.size, -1, dtype=np.int64)
    shared = min(old_keys.size, keys.size)
    if np.array_equal(old_keys[:shared], keys[:shared]):
        origin = np.arange(keys.size, dtype=np.int64)
        origin[shared:] = -1
        return origin
    order = np.argsort(old_keys)
    ranked = old_keys[order]
    place = np.minimum(np.searchsorted(ranked, keys), ranked.size - 1)
    return np.where(ranked[place] == keys, order[place], -1).astype(np.int64)


def _are_distinct(keys: NDArray[np.uint64]) -> bool:
    return bool((keys[1:] > keys[:-1]).all()) or np.unique(keys).size == keys.size


def _embed(
    graph: Graph, options: dict[str, Any], seed: np.uint64, old: _Old, memory_limit: int | str | None
) -> FastRPState:
    settings = settings_of(graph, **options)
    initial = initial_vectors(graph, settings, seed)
    if old.state is not None and not _comparable(settings, initial, old.state):
        old = _Old(None, np.full(graph.n_nodes, -1, dtype=np.int64), False)
    lowest = lowest_power(settings.weights, is_sparse=initial.is_sparse)
    n_powers = max(len(settings.weights) - 1 - lowest, 0)
    needed = _memory(graph, settings, 0 if old.takes_over else n_powers)
    require_memory(needed, f"FastRP with its powers for {graph.n_nodes:,} nodes", memory_limit)
    run = _Update(graph, settings, initial, old, lowest)
    run.compute_powers()
    run.compute_sum()
    return FastRPState(
        graph, options, seed, initial, tuple(run.powers), run.total, run.informed, tuple(run.recomputed)
    )


def _comparable(settings: Settings, initial: InitialVectors, state: FastRPState) -> bool:
    """Tell whether rows of the old run can be compared at all."""
    before = settings_of(state.graph, **state.options)
    same_features = (initial.features is None) == (state.initial.features is None) and (
        initial.features is None
        or state.initial.features is None
        or initial.features.shape[1] == state.initial.features.shape[1]
    )
    return before.weighted == settings.weighted and same_features


def _memory(graph: Graph, settings: Settings, n_powers: int) -> int:
    n, d = graph.n_nodes, settings.n_components
    signed = 0.0 if settings.density is None else 4 * settings.density * n * d
    chunk = 4 * 4 * max(_FLOATS_PER_CHUNK, d)
    entries = 4 * graph.n_entries * settings.weighted + (4 * graph.n_entries if graph.directed else 0)
    arrays = n * d * (n_powers * number_size(settings.storage) + (4 if n_powers else 0) + 4)
    return int(arrays + signed + chunk + sums_memory(n, d) + entries + 120 * n)


class _Update:
    """One run: the new powers begin as copies of the old ones, rows that changes reach are replaced."""

    def __init__(
        self, graph: Graph, settings: Settings, initial: InitialVectors, old: _Old, lowest: int
    ) -> None:
        self.settings, self.initial, self.lowest = settings, initial, lowest
        self.transition: Transition = transition(graph, weighted=settings.weighted)
        self.last = len(settings.weights) - 1
        self.n = graph.n_nodes
        self.nonzeros = initial.nonzeros() if lowest == 1 else None
        backward = graph.transpose()
        self.backward = backward.indptr, backward.indices
        self.rows_changed = _changed_rows(graph, settings, old)
        self.origin = old.origin
        self.initial_changed = self._changed_initial(old.state)
        shape = self.n, settings.n_components
        if old.state is None:
            self.powers = [Power.allocate(*shape, settings.storage) for _ in range(lowest, self.last)]
            self.total = np.empty(shape, dtype=np.float32)
            self.informed = np.zeros(self.n, dtype=np.bool_)
        elif old.takes_over:
            self.powers, self.total = list(old.state.powers), old.state.total
            self.informed = old.state.informed
        else:
            self.powers = [_moved_power(power, self.origin) for power in old.state.powers]
            self.total = _moved(old.state.total, self.origin)
            self.informed = _moved(old.state.informed, self.origin)
        self.recomputed: list[int] = []
        self.changed: dict[int, NDArray[np.bool_]] = {}

    def _changed_initial(self, state: FastRPState | None) -> NDArray[np.bool_]:
        """Mark the rows of L R that differ from the old ones."""
        changed = self.origin < 0
        if state is not None:
            kept = np.flatnonzero(~changed)
            came_from = self.origin[kept]
            differs = self.initial.scale[kept] != state.initial.scale[came_from]
            if self.initial.features is not None and state.initial.features is not None:
                differs |= (self.initial.features[kept] != state.initial.features[came_from]).any(axis=1)
            changed[kept] = differs
        if self.nonzeros is not None:
            changed &= np.diff(self.nonzeros[0]) > 0
        return changed

    def compute_powers(self) -> None:
        """Bring the powers that are kept up to date."""
        for k in range(self.lowest, self.last):
            reached = self._reached(k)
            changed = np.zeros(self.n, dtype=np.bool_)
            power = self.powers[k - self.lowest]
            rows = np.flatnonzero(reached)
            if 2 * rows.size > self.n:
                self._write(k, power, None)
                changed = reached
                self.recomputed.append(self.n)
            else:
                for part in self._chunks(rows):
                    new = Power.allocate(part.size, self.total.shape[1], self.settings.storage)
                    self._write(k, new, part)
                    bits = np.uint32 if new.values.dtype == np.float32 else np.uint16
                    kernels.replace_rows(new.values.view(bits), part, power.values.view(bits), changed)
                    power.squares[part] = new.squares
                    if power.undo.size:
                        changed[part[power.undo[part] != new.undo]] = True
                        power.undo[part] = new.undo
                self.recomputed.append(rows.size)
            self.changed[k] = changed

    def compute_sum(self) -> None:
        """Bring the weighted sum up to date; the last power is computed on the way, and not kept."""
        reached = self._reached(self.last)
        for k, changed in self.changed.items():
            if self.settings.weights[k] != 0:
                reached = reached | changed
        rows = np.flatnonzero(reached)
        if 2 * rows.size > self.n:
            rows = np.arange(self.n)
        for part in self._chunks(rows):
            total = np.empty((part.size, self.total.shape[1]), dtype=np.float32)
            last = Power.allocate(*total.shape)
            self._write(self.last, last, part)
            self.informed[part] = sum_powers(self._parts(part, last), self.settings.weights, total)
            self.total[part] = total
        self.recomputed += [rows.size] * 2

    def _parts(self, rows: NDArray[np.int64], last: Power) -> Iterator[Power | None]:
        """Yield some rows of every power, None for one that is not kept."""
        chosen: Any = rows
        if rows.size and rows[-1] - rows[0] == rows.size - 1:
            chosen = slice(rows[0], rows[-1] + 1)
        for k in range(self.last):
            if k < self.lowest or self.settings.weights[k] == 0:
                yield None
            else:
                power = self.powers[k - self.lowest]
                undo = power.undo[chosen] if power.undo.size else power.undo
                yield Power(power.values[chosen], power.squares[chosen], undo)
        yield last

    def _reached(self, k: int) -> NDArray[np.bool_]:
        """Mark the rows of power k that changes can reach."""
        if k == 0:
            return self.initial_changed
        before = self.initial_changed if k == self.lowest else self.changed[k - 1]
        reached = self.rows_changed.copy()
        kernels.mark_neighbors(*self.backward, np.flatnonzero(before), reached)
        return reached

    def _write(self, k: int, out: Power, rows: NDArray[np.int64] | None) -> None:
        if k == 0:
            write_initial(self.initial, out, rows)
        elif self.nonzeros is not None and k == 1:
            first_power(self.transition, self.initial, self.nonzeros, out, rows)
        else:
            before = self.powers[k - 1 - self.lowest]
            unit = self.settings.unit_powers and k > 1  # initial vectors are propagated as they are
            next_power(self.transition, before, out, unit=unit, rows=rows)

    def _chunks(self, rows: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
        step = max(1, _FLOATS_PER_CHUNK // self.total.shape[1])
        for low in range(0, rows.size, step):
            yield rows[low : low + step]


def _changed_rows(graph: Graph, settings: Settings, old: _Old) -> NDArray[np.bool_]:
    """Mark the nodes whose row of the transition matrix changed."""
    changed = np.ones(graph.n_nodes, dtype=np.bool_)
    if old.state is not None:
        before = old.state.graph
        forward = np.full(before.n_nodes, -1, dtype=np.int64)
        kept = np.flatnonzero(old.origin >= 0)
        forward[old.origin[kept]] = kept
        none = np.empty(0, dtype=np.float32)
        weights = graph.weights if settings.weighted else none
        old_weights = before.weights if settings.weighted else none
        matrix = graph.indptr, graph.indices, weights
        kernels.changed_rows(
            *matrix, old.origin, before.indptr, before.indices, old_weights, forward, changed
        )
    return changed


def _moved(values: NDArray[Any], origin: NDArray[np.int64]) -> NDArray[Any]:
    """Bring the rows of an array to their new places; new rows are zero."""
    moved = np.zeros((origin.size, *values.shape[1:]), dtype=values.dtype)
    runs: list[int] = np.flatnonzero(np.diff(origin, prepend=-2) != 1).tolist()
    if len(runs) > 1000:
        kept = np.flatnonzero(origin >= 0)
        moved[kept] = values[origin[kept]]
        return moved
    for low, high in zip(runs, [*runs[1:], origin.size], strict=True):
        if origin[low] >= 0:  # a run of nodes that stayed together
            moved[low:high] = values[origin[low] : origin[low] + high - low]
    return moved


def _moved_power(power: Power, origin: NDArray[np.int64]) -> Power:
    undo = _moved(power.undo, origin) if power.undo.size else power.undo
    return Power(_moved(power.values, origin), _moved(power.squares, origin), undo)
