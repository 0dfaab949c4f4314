"""Growth tables: a family of graphs for a range of n, computed or looked up."""

import csv
import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from cayley._growth import plan
from cayley._timed import Budget, OutOfTimeError, ShowProgress
from cayley.families import Parameter
from cayley.result import GrowthResult
from cayley.series import Series, parse_range
from cayley.store import GrowthStore, StoredGrowth, as_stored
from graphkit.errors import MemoryBudgetError
from graphkit.files import atomic_write
from graphkit.validation import check_integer

Store = GrowthStore | str | os.PathLike[str] | bool


@dataclass(frozen=True)
class GrowthRow:
    """One graph of a table.

    Attributes
    ----------
    n : int
    group : str
    generators : str or list of str
    directed : bool
    states : int
    states_proved : bool
        Whether the number of states was also proved beforehand; a growth must sum to it.
    diameter : int
    growth : list of int
        Sizes of the layers by distance.
    engine : str
    seconds : float
    version : str
        Version of this package that computed it.
    computed : str
        When, in UTC.
    looked_up : bool
        Whether it comes from the store.
    """

    n: int
    group: str
    generators: str | list[str]
    directed: bool
    states: int
    states_proved: bool
    diameter: int
    growth: list[int]
    engine: str
    seconds: float
    version: str
    computed: str
    looked_up: bool


@dataclass(frozen=True)
class GrowthTable:
    """Growth of a series of graphs.

    Attributes
    ----------
    series : Series
    rows : tuple of GrowthRow
        By increasing n.
    left_out : dict of int to str
        The values of n without a row, and why.

    Examples
    --------
    >>> import cayley
    >>> table = growth_table("pancake", "3..6", store=False)
    >>> print(table)
    n  group  states  diameter  growth
    3  S3          6         3  1 2 2 1
    4  S4         24         4  1 3 6 11 3
    5  S5        120         5  1 4 12 35 48 20
    6  S6        720         7  1 5 20 79 199 281 133 2
    >>> table.diameters
    {3: 3, 4: 4, 5: 5, 6: 7}
    >>> table[6].growth[-1], table.check(6)
    (2, True)
    """

    series: Series
    rows: tuple[GrowthRow, ...]
    left_out: dict[int, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[GrowthRow]:
        """Go through the rows."""
        return iter(self.rows)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.rows)

    def __getitem__(self, n: int) -> GrowthRow:
        """Return the row for n.

        Raises
        ------
        KeyError
            If there is none.
        """
        for row in self.rows:
            if row.n == n:
                return row
        reason = self.left_out.get(n)
        raise KeyError(f"no row for n = {n}" + (f": {reason}" if reason else ""))

    @property
    def diameters(self) -> dict[int, int]:
        """The diameter for each n, as `cayley.fit_formula` takes it."""
        return {row.n: row.diameter for row in self.rows}

    def check(self, n: int | None = None, *, engine: str = "auto", threads: int | None = None) -> bool:
        """Compute a row again, or each of them, and tell whether that gives the same layers.

        Parameters
        ----------
        n : int, optional
            Default: all rows.
        engine : str
            Another engine makes it a stronger check; see `cayley.growth`.
        threads : int, optional

        Raises
        ------
        KeyError
            If there is no such row.
        """
        rows = self.rows if n is None else (self[n],)
        return all(
            plan(self.series.definition(row.n), engine=engine).run(threads=threads).growth == row.growth
            for row in rows
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python objects, ready for JSON."""
        return {
            "series": self.series.name,
            "rows": [asdict(row) for row in self.rows],
            "left_out": [{"n": n, "reason": reason} for n, reason in self.left_out.items()],
        }

    def to_csv(self) -> str:
        """Return the rows as CSV; the layers are parted by blanks."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_CSV_COLUMNS)
        for row in self.rows:
            names = row.generators if isinstance(row.generators, str) else " ; ".join(row.generators)
            values = asdict(row) | {"generators": names, "growth": " ".join(map(str, row.growth))}
            values["directed"] = int(row.directed)
            writer.writerow([values[column] for column in _CSV_COLUMNS])
        return text.getvalue()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write `to_csv` to a file.

        Raises
        ------
        OSError
            If it cannot be written; what was there before is then untouched.
        """
        with atomic_write(path) as file:
            file.write(self.to_csv())

    def __str__(self) -> str:
        """Lay the rows out as text."""
        head = ("n", "group", "states", "diameter", "growth")
        cells = [
            (str(row.n), row.group, f"{row.states:,}", str(row.diameter), " ".join(map(str, row.growth)))
            for row in self.rows
        ]
        widths = [max(len(line[i]) for line in (head, *cells)) for i in range(4)]
        lines = [
            f"{n:>{widths[0]}}  {group:<{widths[1]}}  {states:>{widths[2]}}  {diameter:>{widths[3]}}  {sizes}"
            for n, group, states, diameter, sizes in (head, *cells)
        ]
        return "\n".join(lines + [f"{n}: {reason}" for n, reason in self.left_out.items()])


_CSV_COLUMNS = (
    *("n", "group", "generators", "directed", "states", "diameter", "growth"),
    *("engine", "seconds", "version", "computed"),
)


def growth_table(
    family: str | None = None,
    n: int | str | Iterable[int] | None = None,
    *,
    group: str | None = None,
    state: str | None = None,
    store: Store = True,
    recompute: bool = False,
    max_states: int | None = None,
    time_budget: float | None = None,
    memory_limit: int | str | None = None,
    threads: int | None = None,
    progress: ShowProgress | None = None,
    **parameters: Parameter,
) -> GrowthTable:
    """Compute the growth of a family of graphs for a range of n, or look it up.

    Parameters
    ----------
    family : str, optional
        A generator family. Alone it stands for the groups that it generates on n points (signed families: of
        n items with two sides).
    n : int, str or iterable of int
        ``"3..12"``, ``"2,3,5,7"``, ``range(3, 13)``. Required.
    group : str, optional
        A name with the letter n in place of a number: ``"An"``, ``"Heisenberg(3,n)"``, ``"UT(n,2)"``.
    state : {"halves", "alternating"}, optional
        Coset graphs of words of n letters: n//2 zeros and then ones, or 010101....
    store : bool, path-like or GrowthStore
        Where series are looked up and kept: True for the user's own place, see `cayley.store`; False for
        none.
    recompute : bool
        Compute what is in the store too, and keep the new result.
    max_states : int, optional
        Leave out larger graphs. Where the number of states is not known beforehand, the limit does not hold.
    time_budget : float, optional
        Seconds. A row that would take much longer than what is left, or is not done in time, is left out, as
        is all that comes after it, unless the store has it.
    memory_limit : int or str, optional
        See `cayley.growth`. A row that does not fit is left out.
    threads : int, optional
    progress : callable, optional
        Takes the `GrowthPlan` of a row that is about to be computed, and returns a context manager that
        yields a callable for `progress` of `cayley.growth`, or None.
    **parameters : int or str
        Parameters of the family; ``metric`` of a puzzle.

    Returns
    -------
    GrowthTable
        Its `left_out` tells which n have no row, and why. Each row is kept as soon as it is computed, so that
        a table that is interrupted goes on where it was.

    Raises
    ------
    TypeError
        If n is missing, or something is of the wrong kind.
    ValueError
        If a name is unknown, the arguments do not go together, or the series is not defined for some n.
    GraphFormatError
        If the store is broken.
    OSError
        If the store cannot be read or written.

    Examples
    --------
    >>> growth_table("lrx", "3..7", store=False).diameters
    {3: 2, 4: 6, 5: 10, 6: 15, 7: 21}
    >>> growth_table("lrx", range(5, 10), state="halves", store=False).diameters
    {5: 4, 6: 7, 7: 8, 8: 12, 9: 14}
    >>> table = growth_table(group="Heisenberg(3,n)", n="2,3,5", max_states=100, store=False)
    >>> table.diameters, table.left_out
    ({2: 4, 3: 4}, {5: '125 states are more than 100'})
    """
    if n is None:
        raise TypeError("growth_table() needs values of n, such as n='3..8'")
    series = Series(family, group, state, parameters)
    budget = Budget(time_budget)
    if max_states is not None:
        max_states = check_integer(max_states, "max_states", minimum=1)
    opened = _open(store)
    rows: list[GrowthRow] = []
    left_out: dict[int, str] = {}
    for value in parse_range(n):
        definition = series.definition(value)
        found = None if opened is None or recompute else opened.get(definition)
        if found is not None:
            rows.append(_row(value, found, looked_up=True))
            continue
        states = definition.order
        if max_states is not None and states is not None and states > max_states:
            left_out[value] = f"{states:,} states are more than {max_states:,}"
            continue
        try:
            result = budget.run(
                plan(definition, memory_limit=memory_limit), threads=threads, progress=progress
            )
        except MemoryBudgetError as error:
            left_out[value] = str(error)
            continue
        except OutOfTimeError:
            left_out[value] = f"does not fit into what is left of {time_budget:g} seconds"
            continue
        rows.append(_row(value, _keep(opened, definition, result), looked_up=False))
    return GrowthTable(series, tuple(rows), left_out)


def _open(store: Store) -> GrowthStore | None:
    if isinstance(store, GrowthStore):
        return store
    if isinstance(store, bool):
        return GrowthStore() if store else None
    return GrowthStore(store)


def _keep(store: GrowthStore | None, definition: Any, result: GrowthResult) -> StoredGrowth:
    return as_stored(definition, result) if store is None else store.put(definition, result)


def _row(n: int, found: StoredGrowth, *, looked_up: bool) -> GrowthRow:
    return GrowthRow(
        n=n,
        group=found.group,
        generators=found.generators,
        directed=found.directed,
        states=found.order,
        states_proved=found.order_proved,
        diameter=found.diameter,
        growth=found.growth,
        engine=found.engine,
        seconds=found.seconds,
        version=found.version,
        computed=found.computed,
        looked_up=looked_up,
    )
