"""Generator sets of S_n with the largest diameter: a search over all of them up to conjugacy."""

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, islice, permutations
from math import factorial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cayley._timed import Budget
from cayley.engines._kernels import subsets as kernels
from cayley.permutation import Permutation, format_cycles, is_odd
from graphkit.errors import GraphFormatError
from graphkit.files import atomic_write, check_writable
from graphkit.validation import check_choice, check_integer

_LARGEST = 9  # points; 10 would take days
_LARGEST_BATCH = 4096  # sets that are examined between two looks at the clock
_SAVE = 5.0  # seconds between two writes of the progress
_LISTED = 100  # sets of the largest diameter that are listed


@dataclass(frozen=True)
class MaxDiameter:
    """The largest diameter of a Cayley graph of S_n or A_n with generator sets of one size.

    Attributes
    ----------
    group : str
    size : int
        Members of a set; without their inverses, which undirected sets have too.
    directed : bool
    diameter : int or None
        The largest; None if no set generates the group.
    sets : tuple of tuple of permutations
        Those with this diameter, one for each class under conjugation and at most 100, as images from 0.
    histogram : dict of int to int
        The number of classes of generating sets by diameter.
    examined : int
        The number of classes, whatever they generate.
    complete : bool
        False if the time ran out: then these are the results so far.

    Examples
    --------
    >>> found = max_diameter(5, directed=True)
    >>> found.diameter, found.names, found.examined
    (14, (('(2 3 4 5)', '(1 2)(3 5)'),), 83)
    """

    group: str
    size: int
    directed: bool
    diameter: int | None
    sets: tuple[tuple[Permutation, ...], ...]
    histogram: dict[int, int]
    examined: int
    complete: bool

    @property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """The sets in cycle notation."""
        return tuple(tuple(format_cycles(p) for p in members) for members in self.sets)

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python objects, ready for JSON."""
        return {
            "group": self.group,
            "size": self.size,
            "directed": self.directed,
            "diameter": self.diameter,
            "sets": [list(names) for names in self.names],
            "histogram": {str(diameter): count for diameter, count in sorted(self.histogram.items())},
            "examined": self.examined,
            "complete": self.complete,
        }


def max_diameter(
    n: int,
    size: int = 2,
    *,
    directed: bool = False,
    group: str = "S",
    checkpoint: str | os.PathLike[str] | None = None,
    time_budget: float | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> MaxDiameter:
    """Find the generator sets of S_n with the largest diameter.

    Parameters
    ----------
    n : int
        From 2 to 9.
    size : int
        Number of generators, at least 2. Undirected sets consist of so many permutations and their inverses.
    directed : bool
        Whether to leave the inverses out.
    group : {"S", "A"}
        Which group a set has to generate, S_n or A_n.
    checkpoint : path-like, optional
        File in which the progress is kept, every few seconds and at the end: a search that was stopped is
        taken up from there.
    time_budget : float, optional
        Seconds after which to stop, with the results so far.
    progress : callable, optional
        Called as ``progress(examined, diameter)``.

    Returns
    -------
    MaxDiameter

    Raises
    ------
    ValueError
        If something is out of range, or the checkpoint holds another search.
    GraphFormatError
        If the checkpoint is damaged.

    Notes
    -----
    Conjugate sets have isomorphic Cayley graphs. Of each class one set is examined: the one that has a fixed
    representative of the conjugacy class with the least centraliser among those that its members belong to,
    and is the least of these in lexicographic order. There are about (n!)^(size-1) / size! classes, fewer by
    2^size if undirected; each takes a breadth-first search over n! states. The pairs of S7 take a second,
    those of S8 a quarter of a minute, those of S9 half an hour.

    Examples
    --------
    >>> max_diameter(4, directed=True).histogram
    {5: 2, 6: 2, 7: 1}
    """
    check_choice(group, "group", ("S", "A"))
    n = check_integer(n, "n", minimum=2 if group == "S" else 3, maximum=_LARGEST)
    size = check_integer(size, "size", minimum=2)
    if not isinstance(directed, bool):
        raise TypeError(f"directed must be True or False, got {directed!r}")
    budget = Budget(time_budget)
    job = {"kind": "max_diameter", "n": n, "size": size, "directed": directed, "group": group}
    state = _State() if checkpoint is None else _load(Path(checkpoint), job)
    if checkpoint is not None:
        check_writable(checkpoint)
    next_save = time.monotonic() + _SAVE
    complete = True
    search = _Search(n, directed, group)
    try:
        for batch in islice(search.batches(size), state.batches, None):
            if budget.left <= 0:
                complete = False
                break
            state = search.examine(batch, state)
            if progress is not None:
                progress(state.examined, state.diameter)
            if checkpoint is not None and time.monotonic() >= next_save:
                _save(checkpoint, job, state)
                next_save = time.monotonic() + _SAVE
    finally:  # at Ctrl-C too
        if checkpoint is not None:
            _save(checkpoint, job, state)
    return MaxDiameter(
        group=f"{group}{n}",
        size=size,
        directed=directed,
        diameter=state.diameter,
        sets=tuple(tuple(search.permutation(x) for x in members) for members in state.best),
        histogram=state.histogram,
        examined=state.examined,
        complete=complete,
    )


@dataclass(frozen=True)
class _State:
    """What is known after some batches."""

    batches: int = 0
    examined: int = 0
    histogram: dict[int, int] = field(default_factory=dict)
    best: tuple[tuple[int, ...], ...] = ()

    @property
    def diameter(self) -> int | None:
        return max(self.histogram, default=None)


class _Search:
    """Generator sets up to conjugacy. Permutations are numbered in lexicographic order."""

    def __init__(self, n: int, directed: bool, group: str) -> None:
        self._perms = np.array(list(permutations(range(n))), np.uint8)
        self._directed = directed
        self._order = factorial(n) // (1 if group == "S" else 2)
        numbers = np.arange(len(self._perms), dtype=np.int32)
        self._element = numbers if directed else np.minimum(numbers, kernels.inverses(self._perms))
        self._batch = min(max(2**20 // len(self._perms), 8), _LARGEST_BATCH)
        usable = self._element == numbers
        usable[0] = False
        if group == "A":
            usable &= np.array([not is_odd(self.permutation(x)) for x in range(len(numbers))])
        self._classes = self._find_classes(np.flatnonzero(usable))

    def permutation(self, x: int) -> Permutation:
        """Return the permutation of a number."""
        return tuple(self._perms[x].tolist())

    def _find_classes(self, elements: NDArray[np.int64]) -> list["_Class"]:
        """Part the elements into conjugacy classes, the one with the least stabiliser first."""
        found: list[_Class] = []
        left = elements
        while len(left):
            lead = int(left[0])
            to_lead = kernels.conjugators(self._perms, self._element, lead)
            stabiliser = kernels.stabiliser(self._perms, self._element, lead)
            found.append(_Class(lead, left[to_lead[left] >= 0], to_lead, stabiliser))
            left = left[to_lead[left] < 0]
        return sorted(found, key=lambda c: (len(c.stabiliser), c.lead))

    def batches(self, size: int) -> Iterator["_Batch"]:
        """List sets, among them each canonical one, in an order that is always the same."""
        for i, chosen in enumerate(self._classes):
            others = np.sort(np.concatenate([c.members for c in self._classes[i:]]))
            others = others[others != chosen.lead]
            least = kernels.orbit_minima(self._perms, self._element, chosen.stabiliser)[others]
            # The least of the others is the least in its orbit, and no orbit of another goes below it.
            seconds = others[least == others]
            sets = (
                (chosen.lead, int(second), *rest)
                for second in seconds
                for rest in combinations(others[(others > second) & (least >= second)].tolist(), size - 2)
            )
            while rows := list(islice(sets, self._batch)):
                yield _Batch(chosen, np.array(rows, np.int32))

    def examine(self, batch: "_Batch", state: _State) -> _State:
        """Count the canonical sets of a batch by their diameters."""
        chosen = batch.chosen
        canonical = kernels.are_canonical(
            self._perms, self._element, chosen.stabiliser, chosen.to_lead, batch.sets
        )
        sets = batch.sets[canonical]
        found = kernels.diameters(self._perms, sets, self._directed)
        generating = found[:, 1] == self._order
        histogram = Counter(state.histogram)
        histogram.update(found[generating, 0].tolist())
        best = list(state.best) if max(histogram, default=None) == state.diameter else []
        if histogram:
            largest = sets[generating & (found[:, 0] == max(histogram))]
            best += [tuple(row) for row in largest.tolist()]
        return _State(
            state.batches + 1,
            state.examined + len(sets),
            dict(sorted(histogram.items())),
            tuple(best[:_LISTED]),
        )


@dataclass(frozen=True)
class _Class:
    """A conjugacy class of elements.

    `to_lead` has for each member a permutation that conjugates it to the `lead`, and -1 for other elements;
    the `stabiliser` conjugates the lead to itself.
    """

    lead: int
    members: NDArray[np.int64]
    to_lead: NDArray[np.int32]
    stabiliser: NDArray[np.int32]


@dataclass(frozen=True)
class _Batch:
    chosen: _Class
    sets: NDArray[np.int32]


def _save(path: str | os.PathLike[str], job: dict[str, Any], state: _State) -> None:
    document = {
        "job": job,
        "batches": state.batches,
        "examined": state.examined,
        "histogram": sorted(state.histogram.items()),
        "best": state.best,
    }
    with atomic_write(path) as file:
        file.write(json.dumps(document) + "\n")


def _load(path: Path, job: dict[str, Any]) -> _State:
    """Read the progress of a search, if there is some."""
    if not path.exists():
        return _State()
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        held = document["job"]
        state = _State(
            int(document["batches"]),
            int(document["examined"]),
            {int(diameter): int(count) for diameter, count in document["histogram"]},
            tuple(tuple(int(x) for x in members) for members in document["best"]),
        )
    except (ValueError, KeyError, TypeError):
        raise GraphFormatError("not the progress of a search for generator sets", path=path) from None
    if held != job:
        raise ValueError(f"{path} holds another search: {held}; this one is {job}")
    return state
