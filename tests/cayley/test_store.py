import sqlite3
import threading
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

import cayley
import cayley.store
from cayley.store import GrowthStore, default_store, definition_key
from graphkit import __version__
from graphkit.errors import GraphFormatError


@pytest.fixture
def store(tmp_path):
    return GrowthStore(tmp_path / "new folder" / "growth.sqlite")


def job(group="S5", generators="lrx", **options):
    return cayley.plan(group, generators, **options)


def test_what_is_put_in_comes_out(store):
    planned = job()
    result = planned.run()
    kept = store.put(planned.definition, result)
    found = store.get(planned.definition)
    assert found == kept
    assert found.growth == result.growth
    assert (found.group, found.generators, found.order, found.diameter) == ("S5", "lrx", 120, 10)
    assert found.order_proved
    assert found.version == __version__
    assert found.computed.endswith("+00:00")
    assert store.series() == [found]


def test_empty_store(store):
    assert store.get(job().definition) is None
    assert len(store) == 0
    assert store.series() == []
    assert not store.path.exists()  # reading creates nothing


def test_put_replaces(store):
    planned = job()
    result = planned.run()
    store.put(planned.definition, replace(result, engine="slow"))
    store.put(planned.definition, result)
    assert [found.engine for found in store.series()] == [result.engine]


def test_other_graphs_have_other_keys():
    jobs = [
        job(),
        job("S6"),
        job("S5", "lx"),
        job("S5", "lrx", k=2),
        job(None, "lrx", state="00111"),
        job(None, "lrx", state="00011"),
        job("Heisenberg(3,5)", None),
        job("Heisenberg(3,7)", None),
        job("Heisenberg(4,5)", None),
    ]
    assert len({definition_key(planned.definition) for planned in jobs}) == len(jobs)


def test_order_and_names_of_generators_do_not_matter():
    one = cayley.plan(generators=["(1 2)", "(1 2 3 4 5)", "(1 5 4 3 2)"])
    assert definition_key(one.definition) == definition_key(job().definition)


def test_only_complete_and_right_series_are_kept(store):
    planned = job(max_depth=3)
    with pytest.raises(ValueError, match="not complete"):
        store.put(planned.definition, planned.run())
    whole = job()
    result = whole.run()
    with pytest.raises(ValueError, match="sums to 119, there are 120"):
        store.put(whole.definition, replace(result, growth=[*result.growth[:-1], 0]))
    assert len(store) == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [("layers", "[1, 3, 2"), ("layers", "[1, 4]"), ("diameter", 7), ("states", "many"), ("layers", "{}")],
)
def test_damaged_row(store, column, value):
    planned = job("S3")
    store.put(planned.definition, planned.run())
    with sqlite3.connect(store.path) as connection:
        connection.execute(f"UPDATE growth SET {column} = ?", (value,))
    connection.close()
    with pytest.raises(GraphFormatError, match=r"growth\.sqlite: not a sound store .*CAYLEY_STORE"):
        store.get(planned.definition)


def test_series_of_another_order(store):
    planned = job("S3")
    store.put(planned.definition, planned.run())
    with sqlite3.connect(store.path) as connection:
        connection.execute("UPDATE growth SET layers = '[1, 3, 3]', states = '7'")
    connection.close()
    with pytest.raises(GraphFormatError, match="sums to 7"):
        store.get(planned.definition)


def test_file_of_another_kind(tmp_path):
    path = tmp_path / "text.sqlite"
    path.write_text("not a database, but long enough to be looked at " * 100)
    for use in (lambda store: store.get(job().definition), lambda store: len(store)):
        with pytest.raises(GraphFormatError, match="not a sound store"):
            use(GrowthStore(path))
    planned = job("S3")
    with pytest.raises(GraphFormatError, match="not a sound store"):
        GrowthStore(path).put(planned.definition, planned.run())
    assert path.read_text().startswith("not a database")


def test_cut_file(store):
    for n in range(3, 8):
        planned = job(f"S{n}", "coxeter")
        store.put(planned.definition, planned.run())
    content = store.path.read_bytes()
    store.path.write_bytes(content[: len(content) // 2])
    with pytest.raises(GraphFormatError):
        store.series()


def test_database_of_someone_else(tmp_path):
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE growth (x)")
    connection.close()
    planned = job("S3")
    with pytest.raises(GraphFormatError, match="not a store of growth series"):
        GrowthStore(path).put(planned.definition, planned.run())


def test_newer_schema(store):
    planned = job("S3")
    store.put(planned.definition, planned.run())
    with sqlite3.connect(store.path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(GraphFormatError, match="schema 99"):
        store.get(planned.definition)


def test_folder_instead_of_a_file(tmp_path):
    with pytest.raises(OSError, match="CAYLEY_STORE"):
        len(GrowthStore(tmp_path))


def test_write_that_fails_leaves_the_store_as_it_was(store, monkeypatch):
    planned = job("S3")
    store.put(planned.definition, planned.run())
    monkeypatch.setattr("cayley.store._COLUMNS", (*cayley.store._COLUMNS[:-1], "colour"))
    with pytest.raises(OSError, match="colour"):
        store.put(planned.definition, planned.run())
    monkeypatch.undo()
    assert store.get(planned.definition).growth == [1, 3, 2]


def test_threads(store):
    planned = [job("S5", family) for family in ("lrx", "lx", "pancake")]
    results = [(p.definition, p.run()) for p in planned]
    errors = []

    def write():
        try:
            for definition, result in results * 5:
                store.put(definition, result)
                assert store.get(definition).growth == result.growth
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(store) == 3


def _fill(path, template, degrees):
    from cayley.generators import resolve

    store = GrowthStore(path)
    for n in degrees:
        definition = resolve(f"S{n}", "transpositions", {})
        store.put(definition, replace(template, group=f"S{n}", growth=[definition.order - 1, 1]))
    return len(store)


def test_processes_that_create_it_at_once(store):
    template = job("S3").run()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        counts = list(pool.map(_fill, [store.path] * 2, [template] * 2, [range(3, 9), range(6, 12)]))
    assert max(counts) == len(store) == 9


def test_default_path(monkeypatch, tmp_path):
    monkeypatch.delenv("CAYLEY_STORE", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_store() == tmp_path / "cayley" / "growth.sqlite"
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert default_store() == tmp_path / "home" / ".local" / "share" / "cayley" / "growth.sqlite"
    monkeypatch.setenv("CAYLEY_STORE", str(tmp_path / "mine.sqlite"))
    assert default_store() == GrowthStore().path == Path(tmp_path / "mine.sqlite")
