"""Distances learned from random walks, which guide beam search. The network itself is in `graphkit.nn`."""

import json
import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cayley._elements import Elements, States, elements_of
from cayley._packed import Packing
from cayley._walks import random_walk
from cayley.definitions import Definition, Generators, define, explored
from cayley.families import Parameter
from graphkit.errors import GraphFormatError
from graphkit.memory import require_memory
from graphkit.validation import check_integer, check_random_state

_WALKS = 2**10  # that are made together, if they are short
_CHUNK = 2**14  # states that are unpacked together
_LONG = 2**21  # steps of all walks that are made together
_LARGEST_MODULUS = 2**16  # of matrices: the network has weights for each entry and value


@dataclass(frozen=True, eq=False)
class LearnedDistance:
    """An estimate of the distance from the start, as `train_distance` makes it: a heuristic of `beam_search`.

    Attributes
    ----------
    name : str
        What the graph is of.
    graph : dict
        What tells the graph apart from others: plain data.
    n_walks, length : int
        Number of random walks that it was trained on, and of the steps of each.
    n_states : int
        Number of different states on them.
    errors : list of float
        Mean squared error in each epoch, as it was while training.
    seconds : float
        Wall time of the training, walks included.
    model : graphkit.nn.distance.DistanceModel
        The network, a module of torch.
    """

    name: str
    graph: dict[str, Any]
    n_walks: int
    length: int
    n_states: int
    errors: list[float]
    seconds: float
    model: Any

    def __call__(self, states: States) -> NDArray[np.float32]:
        """Estimate how far states, in the numbers that the user gives, are from the start."""
        found: NDArray[np.float32] = self.model.predict(states)
        return found

    def __repr__(self) -> str:
        return f"LearnedDistance({self.name}, {self.n_walks:,} walks of {self.length} steps)"

    def require_graph(self, definition: Definition) -> None:
        """Refuse another graph than the one that the walks were on.

        Raises
        ------
        ValueError
            If the generators or the start differ.
        """
        if describe_graph(definition) != self.graph:
            raise ValueError(
                f"the distance learned on {self.name} is a heuristic for that graph,"
                f" not for {definition.name} with other generators or another start"
            )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write to a file that `load` reads."""
        about = {key: value for key, value in vars(self).items() if key != "model"}
        self.model.about = json.dumps(about)
        self.model.save(path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "LearnedDistance":
        """Read a file that `save` has written. Nothing in the file is executed.

        Raises
        ------
        GraphFormatError
            If the file is not such a file.
        FileNotFoundError
            If there is none.
        MissingExtraError
            If torch is not installed.
        """
        from graphkit.nn.distance import load_distance_model

        model = load_distance_model(path)
        try:
            return cls(**json.loads(model.about), model=model)
        except (ValueError, TypeError):
            raise GraphFormatError(
                "a model, but not one of a distance in a Cayley graph", path=os.fspath(path)
            ) from None


def describe_graph(definition: Definition) -> dict[str, Any]:
    """Tell graphs apart with their states as users write them: plain data."""
    labels = getattr(definition, "labels", None)
    return explored(definition) | {"labels": None if labels is None else list(labels)}


def train_distance(
    group: str | Definition | None = None,
    generators: Generators | None = None,
    *,
    state: str | Sequence[int] | None = None,
    modulus: int | None = None,
    n_walks: int = 5000,
    length: int | None = None,
    width: int = 256,
    n_blocks: int = 2,
    n_epochs: int = 4,
    random_state: Any = 0,
    progress: Callable[[int, float], None] | None = None,
    **parameters: Parameter,
) -> LearnedDistance:
    """Train a network on random walks from the start to tell how far a state is from it.

    Parameters
    ----------
    group, generators, state, modulus, **parameters
        What `cayley.growth` takes.
    n_walks : int
        Number of walks; every state that they pass is used.
    length : int, optional
        Number of steps of each. Longer than the diameter, if that is known, but not by far. Default: twice as
        many as words need at least, for there to be as many as there are states.
    width, n_blocks : int
        Size of the network: hidden layers of so many numbers, residual blocks.
    n_epochs : int
        How often each state is used.
    random_state : None, int or numpy Generator
        Draws the walks, the first weights and the order. Equal seeds give equal networks on the same machine
        with the same number of threads.
    progress : callable, optional
        Called as ``progress(epoch, error)`` after each epoch.

    Returns
    -------
    LearnedDistance

    Raises
    ------
    MissingExtraError
        If torch is not installed.
    ValueError
        If the arguments do not describe a graph, or `length` is needed as the order is not known.
    graphkit.errors.MemoryBudgetError
        If the states do not fit.

    Notes
    -----
    The walks never undo the step before, if there is another one. The target of a state is the least number
    of steps after which some walk was there: an upper bound of its distance, which the network learns to
    rank. What it returns is neither a lower nor an upper bound: words found with it need not be shortest.
    O(n_walks * length) states are kept, each once, in 8 bytes for each word of its key while they are
    collected and in a byte for each entry while training.

    Examples
    --------
    Not run as a doctest, because torch is optional; a test holds the same lines::

        learned = cayley.train_distance("S10", n_walks=2000)
        cayley.beam_search("(1 10)(2 9)(3 8)", "S10", width=20, heuristic=learned).length
    """
    definition = define(group, generators, state=state, modulus=modulus, parameters=parameters)
    n_walks = check_integer(n_walks, "n_walks", minimum=1)
    length = _length(definition) if length is None else check_integer(length, "length", minimum=1)
    from graphkit.nn.distance import fit_distance

    began = time.perf_counter()
    draw = check_random_state(random_state)
    states, steps = walk_states(definition, n_walks, length, draw)
    model, errors = fit_distance(
        states,
        steps,
        values=_values(definition, elements_of(definition)),
        width=width,
        n_blocks=n_blocks,
        n_epochs=n_epochs,
        random_state=draw,
        progress=progress,
    )
    seconds = time.perf_counter() - began
    described = describe_graph(definition)
    return LearnedDistance(definition.name, described, n_walks, length, len(states), errors, seconds, model)


def _length(definition: Any) -> int:
    """Find the number of steps of which there are as many words as the square of the number of states."""
    order = definition.order
    if order is None and hasattr(definition, "state"):
        order = definition.arrangements
    if order is None:
        raise ValueError(f"the order of {definition.name} is not known: give the length of the walks")
    choices = max(len(definition.generators) - 1, 2)
    return max(2 * math.ceil(math.log(order) / math.log(choices)), 4)


def _values(definition: Any, elements: Elements) -> NDArray[np.int64]:
    """List what an entry of a state can be."""
    if hasattr(definition, "modulus"):
        if definition.modulus > _LARGEST_MODULUS:
            raise ValueError(
                f"entries modulo {definition.modulus:,} are too many to learn, at most {_LARGEST_MODULUS:,}"
            )
        return np.arange(definition.modulus)
    return np.unique(elements.external(elements.start[None]))


def walk_states(
    definition: Definition, n_walks: int, length: int, draw: np.random.Generator
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Walk at random, and find the least number of steps after which each state was met.

    Returns
    -------
    states : ndarray of shape (n_states, degree) or (n_states, size, size)
        All different, of the narrowest unsigned type.
    steps : ndarray of shape (n_states,), int64
    """
    elements = elements_of(definition)
    packing = Packing(definition, elements, compact=False)
    # Keys of all steps, the same sorted, and what the model is given.
    n = n_walks * (length + 1)
    require_memory(n * (16 * packing.n_words + 24 + packing.n_entries), f"{n:,} states of random walks")
    turns_back = len(elements.generators) == 1 and bool(elements.undo[0] == 0)
    keys = np.empty((n, packing.n_words), np.uint64)
    together = min(_WALKS, _LONG // length + 1)
    for first in range(0, n_walks, together):
        size = min(together, n_walks - first)
        walks = random_walk(
            definition, length=length, n_walks=size, non_backtracking=not turns_back, random_state=draw
        )
        part = elements.read(walks.states().reshape(-1, *elements.shape))[0]
        keys[first * (length + 1) : (first + size) * (length + 1)] = packing.pack(part)
    steps = np.tile(np.arange(length + 1), n_walks)
    order = np.lexsort((steps, *keys.T))
    keys, steps = keys[order], steps[order]
    is_new = np.ones(n, bool)
    is_new[1:] = (keys[1:] != keys[:-1]).any(axis=1)
    keys, steps = keys[is_new], steps[is_new]
    largest = int(elements.external(np.array([packing.largest]))[0])
    states = np.empty((len(keys), *elements.shape), np.min_scalar_type(largest))
    for first in range(0, len(keys), _CHUNK):
        states[first : first + _CHUNK] = elements.external(packing.unpack(keys[first : first + _CHUNK]))
    return states, steps
