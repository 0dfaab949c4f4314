import csv
import json
from contextlib import contextmanager

import numpy as np
import pytest
from oracle.cayley import growth as slow_growth

import cayley
from cayley.series import Series, parse_range
from cayley.store import GrowthStore
from cayley.tables import GrowthTable, growth_table
from graphkit.errors import GraphFormatError, UnknownNameError


@pytest.fixture
def store(tmp_path):
    return GrowthStore(tmp_path / "growth.sqlite")


@pytest.mark.parametrize("family", ["lrx", "lx", "three_cycles", "coxeter_b", "top_spin"])
def test_rows_agree_with_a_slow_search(family):
    table = growth_table(family, "4..5", store=False)
    for row in table:
        generators = Series(family).definition(row.n).generators
        assert row.growth == slow_growth(generators)
        assert row.states == sum(row.growth)
        assert row.diameter == len(row.growth) - 1
        assert row.states_proved
        assert not row.looked_up


def test_rows_are_looked_up(store):
    first = growth_table("pancake", "3..6", store=store)
    assert [row.looked_up for row in first] == [False] * 4
    again = growth_table("pancake", "4..7", store=store.path)
    assert [row.looked_up for row in again] == [True] * 3 + [False]
    assert again[5].computed == first[5].computed
    assert again[5].growth == first[5].growth
    assert len(store) == 5


def test_recompute(store):
    growth_table("lrx", 4, store=store)
    table = growth_table("lrx", 4, store=store, recompute=True)
    assert not table[4].looked_up
    assert len(store) == 1


def test_default_store(monkeypatch, tmp_path):
    monkeypatch.setenv("CAYLEY_STORE", str(tmp_path / "own.sqlite"))
    growth_table("lrx", 4)
    assert len(GrowthStore(tmp_path / "own.sqlite")) == 1
    growth_table("lrx", 5, store=False)
    assert len(GrowthStore()) == 1


def test_broken_store(tmp_path):
    path = tmp_path / "growth.sqlite"
    path.write_text("this is no database" * 100)
    with pytest.raises(GraphFormatError, match=r"growth\.sqlite"):
        growth_table("lrx", 4, store=path)


def test_what_is_left_out(store):
    growth_table("lrx", 6, store=store)
    table = growth_table("lrx", "4..8", max_states=200, store=store)
    assert table.diameters == {4: 6, 5: 10, 6: 15}  # 6 is known
    assert table.left_out == {
        7: "5,040 states are more than 200",
        8: "40,320 states are more than 200",
    }
    with pytest.raises(KeyError, match="5,040 states"):
        table[7]
    with pytest.raises(KeyError, match="no row for n = 3"):
        table[3]
    memory = growth_table("lrx", "4,15", memory_limit="1GB", store=False)
    assert memory.diameters == {4: 6}
    assert "memory limit" in memory.left_out[15]


def test_time_budget():
    table = growth_table("lrx", "3,13", time_budget=0.5, store=False)  # 13 would take 19 seconds
    assert list(table.left_out) == [13]
    assert "0.5 seconds" in table.left_out[13]


def test_time_runs_out_between_layers(monkeypatch):
    monkeypatch.setattr("cayley._timed._DOUBT", float("inf"))
    growth_table("lrx", 9, store=False)  # loads the kernels
    table = growth_table("lrx", "9..12", time_budget=0.05, store=False)
    assert 12 in table.left_out


@pytest.mark.parametrize("budget", [0, -1, float("nan"), True, "60s"])
def test_wrong_time_budget(budget):
    with pytest.raises((TypeError, ValueError), match="time_budget"):
        growth_table("lrx", 4, time_budget=budget, store=False)


def test_progress():
    seen = []

    @contextmanager
    def show(job):
        layers = []
        yield lambda depth, size, reached: layers.append(size)
        seen.append((job.definition.name, layers))

    table = growth_table("lrx", "4..5", store=False, progress=show)
    assert seen == [("S4", table[4].growth), ("S5", table[5].growth)]


def test_series_of_matrix_groups_and_words():
    heisenberg = growth_table(group="Heisenberg(3,n)", n=[2, 7], store=False)
    assert heisenberg.diameters == {2: 4, 7: 8}
    halves = growth_table("lrx", "5..7", state="halves", store=False)
    assert halves[7].growth == cayley.growth(state="0001111").growth
    alternating = growth_table("lrx", 6, state="alternating", store=False)
    assert alternating[6].group == "word 010101"
    assert (
        growth_table("lrx", 5, group="Sn", store=False)[5].growth
        == growth_table("lrx", 5, store=False)[5].growth
    )
    assert growth_table(group="globe-1-n", n="1..2", store=False).diameters == {1: 4, 2: 14}


def test_known_words(shared):
    """Sources of each series: see the file."""
    entries = json.loads((shared / "oracles" / "cayley.json").read_text())["entries"]
    known = {
        entry["params"]["central_state"]: entry["layers"]
        for entry in entries
        if entry["family"] == "lrx_coset"
    }
    for row in growth_table("lrx", "5..16", state="halves", store=False):
        word = row.group.removeprefix("word ")
        assert row.growth == known[word]


def test_check():
    table = growth_table("lrx", "4..5", store=False)
    assert table.check()
    assert table.check(5, engine="sparse")
    wrong = GrowthTable(table.series, (cayley_row(table, growth=[1, 23]),))
    assert not wrong.check(4)


def cayley_row(table, **changes):
    from dataclasses import replace

    return replace(table.rows[0], **changes)


def test_csv(tmp_path):
    table = growth_table("lx", "3..5", store=False)
    path = tmp_path / "lx.csv"
    table.save(path)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["n"]) for row in rows] == [3, 4, 5]
    assert rows[2]["growth"] == " ".join(map(str, table[5].growth))
    assert rows[2]["directed"] == "1"
    assert rows[2]["states"] == "120"


def test_json():
    table = growth_table("lx", "3..5", max_states=30, store=False)
    document = json.loads(json.dumps(table.to_dict()))
    assert document["series"] == "lx"
    assert document["rows"][1]["diameter"] == 6
    assert document["left_out"] == [{"n": 5, "reason": "120 states are more than 30"}]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"family": "lrz"}, "did you mean"),
        ({"family": "lrx", "state": "half"}, "did you mean halves"),
        ({"family": "lrx", "group": "S10"}, "letter n"),
        ({"group": "Heisenberg(3,101)"}, "letter n"),
        ({"group": "pyraminx"}, "letter n"),
        ({"group": "Sn", "state": "halves"}, "choose one"),
        ({}, "needs a family"),
        ({"family": "lrx", "j": 3}, "no parameter|unknown parameter"),
    ],
)
def test_wrong_series(arguments, message):
    with pytest.raises(ValueError, match=message):
        growth_table(**arguments, n=5, store=False)


def test_wrong_kinds():
    with pytest.raises(TypeError, match="name of a family"):
        growth_table(["(1 2)"], 5, store=False)
    with pytest.raises(TypeError, match="needs values of n"):
        growth_table("lrx")
    with pytest.raises(ValueError, match="at least 4 points"):
        growth_table("top_spin", "3..5", store=False)
    with pytest.raises(UnknownNameError):
        growth_table(group="Unknown(3,n)", n=5, store=False)


def test_series_names():
    assert Series("lrx").name == "lrx"
    assert Series("lrx", state="halves", parameters={"k": 2}).name == "lrx(k=2) on halves"
    assert Series("pancake", group="Sn").name == "Sn pancake"
    assert Series(group="UT(4,n)").name == "UT(4,n)"


def test_ranges():
    assert parse_range(7) == (7,)
    assert parse_range(np.int64(7)) == (7,)
    assert parse_range(" 5 .. 7 , 2") == (2, 5, 6, 7)
    assert parse_range([5, 3, 5]) == (3, 5)
    for wrong in ("", "3-5", "7..3", "3..", "0..4", "1..99999999", "x", [], "3,,4"):
        with pytest.raises(ValueError, match=r"n\b"):
            parse_range(wrong)
    for wrong in (3.5, [3.5], True):
        with pytest.raises(TypeError, match="integer"):
            parse_range(wrong)
