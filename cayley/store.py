"""A local store of growth series: one SQLite file, so that nothing is computed twice."""

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cayley.definitions import Definition, explored
from cayley.result import GrowthResult
from graphkit import __version__
from graphkit.errors import GraphFormatError

VARIABLE = "CAYLEY_STORE"  # environment variable with the path of the store

_APPLICATION = 0x43617967  # "Cayg", the mark that SQLite files have for who wrote them
_SCHEMA = 1
_WAIT = 60.0  # seconds to wait for another process that writes

_COLUMNS = (
    "key",
    "graph",
    "generators",
    "directed",
    "states",
    "proved",
    "diameter",
    "layers",
    "engine",
    "seconds",
    "version",
    "computed",
)
_CREATE = """
CREATE TABLE growth (
    key TEXT PRIMARY KEY,      -- SHA-256 of what is explored, see `definition_key`
    graph TEXT NOT NULL,       -- the group or word, for people
    generators TEXT NOT NULL,  -- JSON: a family, or a list of generators
    directed INTEGER NOT NULL,
    states TEXT NOT NULL,      -- text: it may exceed 64 bits
    proved INTEGER NOT NULL,   -- whether the number of states was proved beforehand
    diameter INTEGER NOT NULL,
    layers TEXT NOT NULL,      -- JSON: sizes by distance
    engine TEXT NOT NULL,
    seconds REAL NOT NULL,
    version TEXT NOT NULL,
    computed TEXT NOT NULL     -- UTC, ISO 8601
) WITHOUT ROWID
"""


@dataclass(frozen=True)
class StoredGrowth:
    """A complete growth, and where it comes from.

    Attributes
    ----------
    group : str
    generators : str or list of str
        As in `GrowthResult`.
    directed : bool
    order : int
        Number of states, the sum of `growth`.
    order_proved : bool
        Whether it was also proved beforehand, by a formula or a stabiliser chain.
    diameter : int
    growth : list of int
    engine : str
    seconds : float
    version : str
        Version of this package.
    computed : str
        When, in UTC.
    """

    group: str
    generators: str | list[str]
    directed: bool
    order: int
    order_proved: bool
    diameter: int
    growth: list[int]
    engine: str
    seconds: float
    version: str
    computed: str


def default_store() -> Path:
    """Path of the user's store.

    The environment variable CAYLEY_STORE if it is set, else ``cayley/growth.sqlite`` in $XDG_DATA_HOME, which
    is ``~/.local/share`` by default.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return Path(chosen).expanduser()
    folder = os.environ.get("XDG_DATA_HOME", "")
    # The specification of these folders has programs ignore a relative path.
    base = Path(folder) if os.path.isabs(folder) else Path.home() / ".local" / "share"
    return base / "cayley" / "growth.sqlite"


def definition_key(definition: Definition) -> str:
    """Tell graphs apart by what is explored: generators, in any order, start word and modulus.

    Names play no part: a family that changes its meaning cannot be given an older series.

    Examples
    --------
    >>> import cayley
    >>> one = cayley.plan("S4", "coxeter").definition
    >>> other = cayley.plan(generators=["(3 4)", "(1 2)", "(2 3)"]).definition
    >>> definition_key(one) == definition_key(other)
    True
    """
    return hashlib.sha256(json.dumps(explored(definition), sort_keys=True).encode()).hexdigest()


def as_stored(definition: Definition, result: GrowthResult) -> StoredGrowth:
    """Give a complete growth its provenance: this version, now.

    Raises
    ------
    ValueError
        If the growth is not complete, or does not sum to the number of states.
    """
    if not result.complete or result.diameter is None:
        raise ValueError(f"the growth of {result.group} is not complete: only complete series are kept")
    proved = definition.order
    order = sum(result.growth)
    if proved is not None and order != proved:
        raise ValueError(f"the growth of {result.group} sums to {order}, there are {proved} states")
    return StoredGrowth(
        group=result.group,
        generators=result.generators,
        directed=result.directed,
        order=order,
        order_proved=proved is not None,
        diameter=result.diameter,
        growth=list(result.growth),
        engine=result.engine,
        seconds=result.seconds,
        version=__version__,
        computed=datetime.now(UTC).isoformat(timespec="seconds"),
    )


class GrowthStore:
    """Growth series in an SQLite file, which any number of threads and processes may use at once.

    Each call is one transaction with a connection of its own. The file is created when something is put in.

    Parameters
    ----------
    path : path-like, optional
        Default: see `default_store`.

    Examples
    --------
    >>> import tempfile, cayley
    >>> job = cayley.plan("S5", "pancake")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = GrowthStore(f"{folder}/growth.sqlite")
    ...     _ = store.put(job.definition, job.run())
    ...     store.get(job.definition).growth, len(store)
    ([1, 4, 12, 35, 48, 20], 1)
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self.path = default_store() if path is None else Path(path)

    def get(self, definition: Definition) -> StoredGrowth | None:
        """Look a graph up.

        Raises
        ------
        GraphFormatError
            If the file is no such store, or the series in it is damaged.
        OSError
            If the file cannot be read.
        """
        with self._open(write=False) as connection:
            if connection is None:
                return None
            query = f"SELECT {', '.join(_COLUMNS)} FROM growth WHERE key = ?"
            row = connection.execute(query, (definition_key(definition),)).fetchone()
        if row is None:
            return None
        found = self._read(row)
        if definition.order is not None and definition.order != found.order:
            raise self._damaged(f"the growth of {found.group} sums to {found.order}")
        return found

    def put(self, definition: Definition, result: GrowthResult) -> StoredGrowth:
        """Keep a complete growth, in place of the one that is there.

        Returns
        -------
        StoredGrowth
            What is kept, with its provenance.

        Raises
        ------
        ValueError
            If the growth is not complete, or does not sum to the number of states.
        GraphFormatError
            If the file is no such store.
        OSError
            If the file cannot be written.
        """
        kept = as_stored(definition, result)
        row = (
            definition_key(definition),
            kept.group,
            json.dumps(kept.generators),
            int(kept.directed),
            str(kept.order),
            int(kept.order_proved),
            kept.diameter,
            json.dumps(kept.growth),
            kept.engine,
            kept.seconds,
            kept.version,
            kept.computed,
        )
        marks = ", ".join("?" * len(_COLUMNS))
        with self._open(write=True) as connection:
            if connection is None:
                raise AssertionError("a store that is written to exists")
            connection.execute(f"INSERT OR REPLACE INTO growth ({', '.join(_COLUMNS)}) VALUES ({marks})", row)
        return kept

    def series(self) -> list[StoredGrowth]:
        """Return all that is kept, by the names of the graphs and the generators.

        Raises
        ------
        GraphFormatError
            If the file is no such store, or a series in it is damaged.
        """
        with self._open(write=False) as connection:
            if connection is None:
                return []
            query = f"SELECT {', '.join(_COLUMNS)} FROM growth ORDER BY graph, generators"
            rows = connection.execute(query).fetchall()
        return [self._read(row) for row in rows]

    def __len__(self) -> int:
        """Count the series."""
        with self._open(write=False) as connection:
            return (
                0 if connection is None else connection.execute("SELECT count(*) FROM growth").fetchone()[0]
            )

    @contextmanager
    def _open(self, *, write: bool) -> Iterator[sqlite3.Connection | None]:
        """Open the file for one transaction; None if there is nothing to read yet."""
        if not write and not self.path.exists():
            yield None
            return
        try:
            if write:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=_WAIT, isolation_level=None)) as connection:
                connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
                try:
                    yield connection if self._has_schema(connection, create=write) else None
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise OSError(f"{self.path}: {error}; another store can be named by {VARIABLE}") from None
        except sqlite3.DatabaseError as error:
            raise self._damaged(str(error)) from None

    def _has_schema(self, connection: sqlite3.Connection, *, create: bool) -> bool:
        """Check whose file it is and of which version, or set it up; tell whether there is a table."""
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        application: int = connection.execute("PRAGMA application_id").fetchone()[0]
        if application == _APPLICATION:
            if version == _SCHEMA:
                return True
            raise GraphFormatError(
                f"this store has the schema {version}, this version of cayley reads {_SCHEMA}", path=self.path
            )
        if application or version or connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            raise GraphFormatError("an SQLite file, but not a store of growth series", path=self.path)
        if create:
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            connection.execute(f"PRAGMA user_version = {_SCHEMA}")
            connection.execute(_CREATE)
        return create

    def _read(self, row: tuple[Any, ...]) -> StoredGrowth:
        """Turn a row into a series, and check that it is sound."""
        values = dict(zip(_COLUMNS, row, strict=True))
        try:
            growth, generators = json.loads(values["layers"]), json.loads(values["generators"])
            sound = (
                isinstance(growth, list)
                and all(type(size) is int and size > 0 for size in growth)
                and sum(growth) == int(values["states"])
                and len(growth) - 1 == values["diameter"]
            )
        except (TypeError, ValueError):
            sound = False
        if not sound:
            raise self._damaged(f"the growth of {values['graph']} does not sum to the number of states")
        return StoredGrowth(
            group=values["graph"],
            generators=generators,
            directed=bool(values["directed"]),
            order=sum(growth),
            order_proved=bool(values["proved"]),
            diameter=values["diameter"],
            growth=growth,
            engine=values["engine"],
            seconds=values["seconds"],
            version=values["version"],
            computed=values["computed"],
        )

    def _damaged(self, what: str) -> GraphFormatError:
        return GraphFormatError(
            f"not a sound store of growth series ({what}); remove it, or name another by {VARIABLE}",
            path=self.path,
        )
