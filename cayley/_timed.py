"""Growth within a time budget: refused if it would take far longer, stopped between two layers if it does."""

import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from cayley._growth import GrowthPlan
from cayley._run import Progress
from cayley.result import GrowthResult

ShowProgress = Callable[[GrowthPlan], AbstractContextManager[Progress | None]]

_SMALL = 10**6  # states up to which waking threads costs more than they bring
_DOUBT = 2.0  # a job is tried if it is predicted to take up to this times what is left


class OutOfTimeError(Exception):
    """The time budget does not suffice."""


class Budget:
    """Seconds that may be spent, from now on.

    Parameters
    ----------
    seconds : float or None
        None is as much as it takes.

    Raises
    ------
    TypeError, ValueError
        If it is not a positive number.
    """

    def __init__(self, seconds: float | None) -> None:
        if seconds is not None:
            if isinstance(seconds, bool) or not isinstance(seconds, int | float):
                raise TypeError(f"time_budget must be a number of seconds, got {seconds!r}")
            if not seconds > 0:
                raise ValueError(f"time_budget must be positive, got {seconds}")
        self.seconds = seconds
        self._end = None if seconds is None else time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return float("inf") if self._end is None else self._end - time.monotonic()

    def run(
        self, job: GrowthPlan, *, threads: int | None = None, progress: ShowProgress | None = None
    ) -> GrowthResult:
        """Run a job within the budget.

        Raises
        ------
        OutOfTimeError
            If it is predicted to take more than twice what is left, or was stopped at the end of the budget.
        """
        if self.left <= 0 or (job.seconds is not None and job.seconds > _DOUBT * self.left):
            raise OutOfTimeError
        if threads is None and job.states is not None and job.states <= _SMALL:
            threads = 1
        shown: Any = nullcontext() if progress is None else progress(job)
        with shown as show:

            def watch(depth: int, size: int, reached: int) -> None:
                if self.left <= 0 and reached != job.states:
                    raise OutOfTimeError
                if show is not None:
                    show(depth, size, reached)

            return job.run(threads=threads, progress=watch)


def parse_duration(text: str) -> float:
    """Read a time such as ``"60s"``, ``"5min"``, ``"1.5h"`` or ``"90"``, in seconds.

    Raises
    ------
    ValueError
        If it is not a positive time.

    Examples
    --------
    >>> parse_duration("60s"), parse_duration("5 min"), parse_duration("90")
    (60.0, 300.0, 90.0)
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(s|min|m|h)?\s*", text)
    seconds = float(match[1]) * {"min": 60, "m": 60, "h": 3600}.get(match[2], 1) if match else 0.0
    if seconds <= 0:
        raise ValueError(f"a time must be a positive number such as 60s, 5min or 1.5h, got {text!r}")
    return seconds
