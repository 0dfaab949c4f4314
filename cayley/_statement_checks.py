"""Recomputing statements of the literature within a time budget."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cayley._growth import GrowthPlan, plan
from cayley._timed import Budget, OutOfTimeError, ShowProgress
from cayley.definitions import Definition
from cayley.result import GrowthResult
from cayley.series import format_range
from cayley.statements import STATEMENTS, Observed, Statement
from cayley.store import definition_key
from graphkit.errors import MemoryBudgetError
from graphkit.validation import check_choice

_UNKNOWN = 1.0  # seconds that a graph is taken for if nothing is known of its size


@dataclass(frozen=True)
class StatementCheck:
    """What recomputing a statement has shown.

    Attributes
    ----------
    statement : Statement
    checked : tuple of int
        Values of n of the claim that were recomputed.
    failed : dict of int to int or tuple of int
        Those where something else came out, also among the exceptions, and what.
    exceptions : dict of int to int or tuple of int
        What came out for the exceptions that were recomputed.
    not_reached : dict of int to str
        Values of n that were not recomputed, and why.
    """

    statement: Statement
    checked: tuple[int, ...]
    failed: dict[int, Observed]
    exceptions: dict[int, Observed]
    not_reached: dict[int, str]

    @property
    def verdict(self) -> str:
        """``"holds"``, ``"fails at n = ..."``, or ``"not reached"``."""
        if self.failed:
            return f"fails at n = {format_range(self.failed)}"
        return "holds" if self.checked else "not reached"

    def describe_exceptions(self) -> str:
        """Set what came out for the exceptions beside what the formula gives there."""
        return ", ".join(
            f"n = {n}: {_format(found)} (formula: {_format(self.statement.expected(n))})"
            for n, found in sorted(self.exceptions.items())
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python objects, ready for JSON."""
        told = self.statement

        def values(found: dict[int, Observed]) -> list[dict[str, Any]]:
            return [
                {"n": n, "found": value, "formula": told.expected(n)} for n, value in sorted(found.items())
            ]

        return {
            "name": told.name,
            "claim": told.claim,
            "source": told.source,
            "verdict": self.verdict,
            "checked": list(self.checked),
            "failed": values(self.failed),
            "exceptions": values(self.exceptions),
            "not_reached": [{"n": n, "reason": why} for n, why in sorted(self.not_reached.items())],
        }


def check_statements(
    names: Iterable[str] | None = None,
    *,
    time_budget: float | None = 60.0,
    memory_limit: int | str | None = "2GB",
    threads: int | None = None,
    progress: ShowProgress | None = None,
) -> tuple[StatementCheck, ...]:
    """Recompute statements of the literature, as far as time and memory allow.

    Parameters
    ----------
    names : iterable of str, optional
        Keys of `STATEMENTS`. Default: all of them.
    time_budget : float or None
        Seconds for all of them together; the cheapest graphs come first. None is as much as it takes.
    memory_limit : int or str, optional
        See `cayley.growth`. What does not fit is not reached.
    threads : int, optional
    progress : callable, optional
        See `cayley.growth_table`.

    Returns
    -------
    tuple of StatementCheck
        In the order of the names.

    Raises
    ------
    UnknownNameError
        If there is no such statement.

    Examples
    --------
    >>> (found,) = check_statements(["heisenberg-diameter"])
    >>> found.verdict, len(found.checked), found.failed
    ('holds', 43, {})
    >>> found.exceptions[4], found.statement.expected(4)
    (6, 4)
    """
    chosen = list(STATEMENTS) if names is None else list(dict.fromkeys(names))
    for name in chosen:
        check_choice(name, "statement", STATEMENTS)
    work = _Work(Budget(time_budget), memory_limit, threads, progress)
    checks = [_Check(STATEMENTS[name]) for name in chosen]
    queue = [(check.cost, i) for i, check in enumerate(checks) if check.prepare(work)]
    heapq.heapify(queue)
    while queue:
        _, i = heapq.heappop(queue)
        checks[i].advance(work)
        if checks[i].prepare(work):
            heapq.heappush(queue, (checks[i].cost, i))
    return tuple(check.result() for check in checks)


class _Work:
    """Runs jobs within the budget, and each graph once."""

    def __init__(
        self,
        budget: Budget,
        memory_limit: int | str | None,
        threads: int | None,
        progress: ShowProgress | None,
    ) -> None:
        self.budget = budget
        self._memory_limit = memory_limit
        self._threads = threads
        self._progress = progress
        self._known: dict[str, GrowthResult] = {}

    def plan(self, definition: Definition) -> tuple[str, GrowthPlan | None]:
        """Plan a graph that is not known yet, and name it."""
        key = definition_key(definition)
        return key, None if key in self._known else plan(definition, memory_limit=self._memory_limit)

    def run(self, key: str, job: GrowthPlan | None) -> GrowthResult:
        """Run what `plan` has planned, unless it has become known meanwhile."""
        if key not in self._known and job is not None:
            self._known[key] = self.budget.run(job, threads=self._threads, progress=self._progress)
        return self._known[key]


class _Check:
    """Goes through the range of a statement."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._left = list(statement.range)
        self._jobs: list[tuple[str, GrowthPlan | None]] = []
        self._found: dict[int, Observed] = {}
        self._not_reached: dict[int, str] = {}
        self.cost = 0.0

    def prepare(self, work: _Work) -> bool:
        """Plan the next n that fits into memory, and tell whether there is one."""
        while self._left:
            try:
                self._jobs = [work.plan(graph) for graph in self._statement.graphs(self._left[0])]
            except MemoryBudgetError:
                self._not_reached[self._left.pop(0)] = "memory"
                continue
            self.cost = sum((job.seconds or _UNKNOWN) if job is not None else 0.0 for _, job in self._jobs)
            return True
        return False

    def advance(self, work: _Work) -> None:
        """Compute what `prepare` has planned; if time runs out, give up the rest."""
        n = self._left.pop(0)
        try:
            results = [work.run(key, job) for key, job in self._jobs]
        except OutOfTimeError:
            self._not_reached |= dict.fromkeys([n, *self._left], "time")
            self._left.clear()
        except MemoryBudgetError:  # the sparse engine finds out on the way
            self._not_reached[n] = "memory"
        else:
            self._found[n] = self._statement.observe(results)

    def result(self) -> StatementCheck:
        """Compare what was found with the claim."""
        told = self._statement
        expected = {n: told.exceptions[n] if n in told.exceptions else told.expected(n) for n in self._found}
        return StatementCheck(
            told,
            checked=tuple(n for n in self._found if n not in told.exceptions),
            failed={n: found for n, found in self._found.items() if found != expected[n]},
            exceptions={n: found for n, found in self._found.items() if n in told.exceptions},
            not_reached=self._not_reached,
        )


def _format(observed: Observed) -> str:
    return str(observed) if isinstance(observed, int) else " and ".join(map(str, observed))
