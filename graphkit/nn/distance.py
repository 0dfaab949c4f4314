"""A network that estimates a number for a row of symbols: how far an arrangement is from the start, say."""

import math
import pickle
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graphkit.errors import GraphFormatError, MissingExtraError
from graphkit.files import atomic_write
from graphkit.validation import check_integer, check_random_state

try:
    import torch
    from torch import nn
except ImportError:
    raise MissingExtraError("a learned distance needs torch: pip install 'graphkit-algorithms[nn]'") from None

_FORMAT = "graphkit distance model 1"
_BATCH = 2**14  # rows that are estimated together
_LARGEST_STEP = 1024  # rows of a step of the fit
_LARGEST_TABLE = 2**26  # weights of the first layer
_WEIGHT_DECAY = 1e-4


class _Residual(nn.Module):  # type: ignore[misc]
    """x + W relu(V norm(x))."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.inner = nn.Linear(width, width)
        self.outer = nn.Linear(width, width)

    def forward(self, x: Any) -> Any:
        return x + self.outer(torch.relu(self.inner(self.norm(x))))


class DistanceModel(nn.Module):  # type: ignore[misc]
    """A multilayer perceptron with residual blocks over the one-hot codes of the entries of a row.

    Parameters
    ----------
    values : array-like of shape (n_values,), integers
        What an entry can be, in ascending order.
    n_entries : int
        Number of entries of a row.
    width : int
        Width of the hidden layers.
    n_blocks : int
        Number of residual blocks, each of two linear layers and a layer norm.

    Attributes
    ----------
    about : str
        Text that is saved with the model.

    Notes
    -----
    The first layer adds up a vector for each entry and value, which is a linear layer over one-hot codes. The
    output is scaled by the mean and the deviation of the targets that the model was fitted to.

    Shapes: rows (n, n_entries), integers, to estimates (n,), float32.
    """

    def __init__(self, values: ArrayLike, n_entries: int, *, width: int = 256, n_blocks: int = 2) -> None:
        super().__init__()
        known = np.asarray(values)
        if known.ndim != 1 or known.dtype.kind not in "iu" or not len(known):
            raise ValueError(f"values must be a sequence of integers, got {values!r}")
        if (known[1:] <= known[:-1]).any():
            raise ValueError("values must ascend")
        self.n_entries = check_integer(n_entries, "n_entries", minimum=1)
        self.width = check_integer(width, "width", minimum=1)
        self.n_blocks = check_integer(n_blocks, "n_blocks", minimum=0)
        n_weights = len(known) * self.n_entries * self.width
        if n_weights > _LARGEST_TABLE:
            raise ValueError(
                f"{self.n_entries} entries of {len(known):,} values are too many for a width of {self.width}:"
                f" {n_weights:,} weights, at most {_LARGEST_TABLE:,} are possible"
            )
        self.about = ""
        self.register_buffer("values", torch.from_numpy(known.astype(np.int64)))
        self.register_buffer("scale", torch.tensor([0.0, 1.0]))  # mean and deviation of the targets
        self.entries = nn.EmbeddingBag(len(known) * self.n_entries, self.width, mode="sum")
        self.blocks = nn.Sequential(*(_Residual(self.width) for _ in range(self.n_blocks)))
        self.norm = nn.LayerNorm(self.width)
        self.output = nn.Linear(self.width, 1)
        nn.init.normal_(self.entries.weight, std=self.n_entries**-0.5)

    def forward(self, states: Any) -> Any:
        """Estimate, for a tensor of rows of integers."""
        symbols = torch.searchsorted(self.values, states.contiguous())
        known = symbols < len(self.values)
        known &= self.values[symbols.clamp(max=len(self.values) - 1)] == states
        if not bool(known.all()):
            value = states[~known][0].item()
            raise ValueError(f"the model knows no entry {value}")
        places = torch.arange(self.n_entries, device=states.device) * len(self.values)
        x = self.norm(self.blocks(self.entries(symbols + places)))
        return self.output(torch.relu(x))[:, 0] * self.scale[1] + self.scale[0]

    def predict(self, states: ArrayLike) -> NDArray[np.float32]:
        """Estimate, for an array of rows.

        Parameters
        ----------
        states : array-like of shape (n, ...), integers
            Rows of `n_entries` entries, however they are arranged.

        Returns
        -------
        ndarray of shape (n,), float32

        Raises
        ------
        ValueError
            If the rows have another number of entries, or one is none of `values`.
        """
        rows = _rows(states)
        if rows.shape[1] != self.n_entries:
            raise ValueError(f"the model takes rows of {self.n_entries} entries, got {rows.shape[1]}")
        found = np.empty(len(rows), np.float32)
        self.eval()
        with torch.inference_mode():
            for first in range(0, len(rows), _BATCH):
                part = torch.from_numpy(rows[first : first + _BATCH].astype(np.int64))
                found[first : first + _BATCH] = self(part.to(self.values.device)).cpu().numpy()
        return found

    def save(self, path: Any) -> None:
        """Write the weights and `about` to a file, whole or not at all."""
        document = {
            "format": _FORMAT,
            "about": self.about,
            "sizes": [self.n_entries, self.width, self.n_blocks],
            "state": self.state_dict(),
        }
        with atomic_write(path, "wb") as file:
            torch.save(document, file)

    def extra_repr(self) -> str:
        """Describe the model in a few words."""
        return f"{self.n_entries} entries of {len(self.values)} values"


def load_distance_model(path: Any) -> DistanceModel:
    """Read a file that `DistanceModel.save` has written. Nothing in the file is executed.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    DistanceModel

    Raises
    ------
    GraphFormatError
        If the file is not such a file.
    FileNotFoundError
        If there is none.
    """
    wrong = GraphFormatError("not a distance model that was saved here", path=Path(path))
    try:
        document = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, pickle.UnpicklingError, EOFError, ValueError, KeyError, AttributeError):
        raise wrong from None
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        raise wrong
    try:
        n_entries, width, n_blocks = document["sizes"]
        state = document["state"]
        model = DistanceModel(state["values"].numpy(), n_entries, width=width, n_blocks=n_blocks)
        model.load_state_dict(state)
        model.about = str(document["about"])
    except (RuntimeError, KeyError, TypeError, ValueError, AttributeError):
        raise wrong from None
    return model.eval()


def fit_distance(
    states: ArrayLike,
    targets: ArrayLike,
    *,
    values: Sequence[int] | NDArray[Any] | None = None,
    width: int = 256,
    n_blocks: int = 2,
    n_epochs: int = 4,
    random_state: Any = 0,
    progress: Callable[[int, float], None] | None = None,
) -> tuple[DistanceModel, list[float]]:
    """Fit a `DistanceModel` to rows and the numbers that belong to them.

    Parameters
    ----------
    states : array-like of shape (n, ...), integers
        Narrow types such as uint8 are kept as they are, which saves memory.
    targets : array-like of shape (n,)
        Finite numbers.
    values : sequence of int, optional
        What an entry can be. Default: what occurs in `states`.
    width, n_blocks : int
        See `DistanceModel`.
    n_epochs : int
        How often each row is used.
    random_state : None, int or numpy Generator
        Draws the first weights and the order of the rows.
    progress : callable, optional
        Called as ``progress(epoch, error)`` after each epoch, counted from 1.

    Returns
    -------
    model : DistanceModel
    errors : list of float
        Mean squared error in each epoch, as it was while fitting.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not go together, or are empty.

    Notes
    -----
    AdamW [1]_ on the mean squared error in batches of up to 1,024 rows, the rate rising and falling once over
    all epochs [2]_. Equal seeds give equal models on the same machine with the same number of threads. The
    global random numbers of torch are left as they were.

    References
    ----------
    .. [1] I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", ICLR 2019, arXiv:1711.05101.
    .. [2] L. N. Smith, N. Topin, "Super-convergence: very fast training of neural networks using large
       learning rates", 2017, arXiv:1708.07120.
    """
    rows = _rows(states)
    wanted = np.asarray(targets, np.float32)
    if wanted.shape != (len(rows),) or not len(rows):
        raise ValueError(
            f"as many targets as rows are needed, at least one, got {wanted.shape} and {rows.shape}"
        )
    if not np.isfinite(wanted).all():
        raise ValueError("targets must be finite, got NaN or infinity")
    n_epochs = check_integer(n_epochs, "n_epochs", minimum=1)
    draw = check_random_state(random_state)
    known = np.unique(rows) if values is None else np.asarray(values)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(draw.integers(2**62)))
        model = DistanceModel(known, rows.shape[1], width=width, n_blocks=n_blocks)
    deviation = float(wanted.std(dtype=np.float64)) or 1.0
    model.scale.copy_(torch.tensor([float(wanted.mean(dtype=np.float64)), deviation]))
    errors: list[float] = []
    for epoch, error in enumerate(_epochs(model, rows, wanted, n_epochs, draw), start=1):
        errors.append(error)
        if progress is not None:
            progress(epoch, error)
    return model.eval(), errors


def _epochs(
    model: DistanceModel,
    rows: NDArray[Any],
    wanted: NDArray[np.float32],
    n_epochs: int,
    draw: np.random.Generator,
) -> Any:
    """Fit, and yield the mean squared error of each epoch."""
    size = min(_LARGEST_STEP, max(len(rows) // 64, 16))
    bounds = np.linspace(0, len(rows), max(round(len(rows) / size), 1) + 1).astype(int)
    rate = 2e-3
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=_WEIGHT_DECAY)
    n_steps = n_epochs * (len(bounds) - 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=max(n_steps, 2))
    model.train()
    for _ in range(n_epochs):
        order, total = draw.permutation(len(rows)), 0.0
        for begin, end in pairwise(bounds):
            chosen = order[begin:end]
            given = torch.from_numpy(rows[chosen].astype(np.int64))
            difference = model(given) - torch.from_numpy(wanted[chosen])
            # In units of the deviation, so that the rate suits targets of all sizes.
            loss = (difference / model.scale[1]).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += float(loss.detach()) * len(chosen)
        yield total / len(rows) * float(model.scale[1]) ** 2


def _rows(states: ArrayLike) -> NDArray[Any]:
    """Take an array of rows, whatever their shape, as one of two dimensions."""
    given = np.asarray(states)
    if given.dtype.kind not in "iu":
        raise TypeError(f"states must hold integers, got dtype {given.dtype}")
    if given.ndim < 2:
        raise ValueError(f"states must be an array of rows, got shape {given.shape}")
    return given.reshape(len(given), math.prod(given.shape[1:]))
