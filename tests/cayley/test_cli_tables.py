import csv
import json
import sys
from dataclasses import replace

import pytest
import typer

from cayley import _cli_tables
from cayley.statements import STATEMENTS
from cayley.store import GrowthStore
from graphkit.console import run


@pytest.fixture
def command(capsys, monkeypatch, tmp_path):
    """Run a command in this process; return exit code, standard output and standard error."""
    monkeypatch.setenv("CAYLEY_STORE", str(tmp_path / "growth.sqlite"))
    monkeypatch.setenv("COLUMNS", "200")
    app = typer.Typer(pretty_exceptions_enable=False)
    for name in ("table", "fit", "check"):
        app.command(name)(getattr(_cli_tables, name))

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["cayley", *arguments])
        with pytest.raises(SystemExit) as stop:
            run(app)
        captured = capsys.readouterr()
        return stop.value.code, captured.out, captured.err

    return call


def test_table(command):
    code, out, err = command("table", "--family", "lrx", "--n", "3..7")
    assert (code, err) == (0, "")
    for text in ("Growth of lrx", "S7", "5,040", "21", "1 3 6 10 16 24 29 21 6 3 1", "now, "):
        assert text in out
    assert len(GrowthStore()) == 5
    code, out, _ = command("table", "--family", "lrx", "--n", "3..7")
    assert code == 0
    assert "now, " not in out
    assert "version" in out


def test_layers_are_shortened(command):
    _, out, _ = command("table", "--family", "coxeter", "--n", "8", "--no-store")
    assert "1 7 27 76 174 343 602 ... 343 174 76 27 7 1" in out


def test_table_as_csv(command):
    code, out, err = command("table", "-f", "pancake", "--n", "3,5", "--csv", "--no-store")
    rows = list(csv.DictReader(out.splitlines()))
    assert (code, err) == (0, "")
    assert [row["diameter"] for row in rows] == ["3", "5"]
    assert rows[1]["growth"] == "1 4 12 35 48 20"
    assert len(GrowthStore()) == 0


def test_table_as_json(command, tmp_path):
    path = str(tmp_path / "mine.sqlite")
    code, out, err = command(
        "table", "--group", "Heisenberg(3,n)", "--n", "2..4", "--json", "--store", path, "--max-states", "30"
    )
    document = json.loads(out)
    assert (code, err) == (0, "")
    assert [row["diameter"] for row in document["rows"]] == [4, 4]
    assert document["left_out"] == [{"n": 4, "reason": "64 states are more than 30"}]
    assert len(GrowthStore(path)) == 2


def test_table_of_words(command):
    code, out, _ = command("table", "-f", "lrx", "--n", "5..8", "--state-pattern", "halves", "--json")
    assert code == 0
    assert [row["diameter"] for row in json.loads(out)["rows"]] == [4, 7, 8, 12]


def test_parameters_and_recompute(command):
    arguments = ("table", "-f", "lrx", "--n", "6", "--param", "k=2", "--json")
    command(*arguments)
    _, out, _ = command(*arguments, "--recompute")
    (row,) = json.loads(out)["rows"]
    assert row["generators"] == "lrx(k=2)"
    assert not row["looked_up"]


def test_what_is_left_out_is_told(command):
    code, out, err = command("table", "-f", "lrx", "--n", "4,15", "--memory-limit", "1GB")
    assert code == 0
    assert "S4" in out
    assert err.startswith("left out: n = 15: ")
    code, _, err = command("table", "-f", "lrx", "--n", "13", "--budget", "1s")
    assert code == 0
    assert "left of 1 seconds" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("table", "--n", "3..5"), "--family lrx"),
        (("table", "-f", "lrx"), "--n 3..12"),
        (("table", "-f", "lrz", "--n", "3"), "did you mean"),
        (("table", "-f", "lrx", "--n", "3-5"), "write 3..12"),
        (("table", "-f", "lrx", "--n", "3", "--csv", "--json"), "choose one"),
        (("table", "-f", "lrx", "--n", "3", "--store", "x", "--no-store"), "choose one"),
        (("table", "-f", "lrx", "--n", "3", "--param", "n=4"), "parameters of the family"),
        (("table", "-f", "lrx", "--n", "3", "--budget", "soon"), "60s, 5min"),
        (("table", "-g", "S10", "--n", "3"), "letter n"),
        (("fit", "--sequence", "1,two"), "integers"),
        (("fit", "--sequence", "1"), "at least 2 values"),
        (("fit", "--sequence", "1,2,3", "--n", "3..5"), "--sequence goes without"),
        (("fit", "--family", "lrx"), "--n 3..12"),
        (("check",), "--paper"),
        (("check", "--only", "lrx-diametre"), "did you mean lrx-diameter"),
        (("check", "--paper", "--budget", "0s"), "positive"),
    ],
)
def test_mistakes(command, arguments, message):
    code, _, err = command(*arguments)
    assert code == 2
    assert message in " ".join(err.replace("│", " ").split())


def test_broken_store(command, tmp_path):
    path = tmp_path / "broken.sqlite"
    path.write_text("no database " * 100)
    code, out, err = command("table", "-f", "lrx", "--n", "4", "--store", str(path))
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {path}: not a sound store")


def test_fit(command):
    code, out, err = command("fit", "--family", "lrx", "--n", "3..8")
    assert (code, err) == (0, "")
    assert "formula    (n^2 - n)/2\n" in out
    assert "support    3 values fitted, 2 predicted rightly" in out
    assert "skipped    n = 3," in out


def test_fit_from_a_start(command):
    code, out, _ = command("fit", "--family", "lx", "--n", "3..10", "--start", "5")
    assert code == 0
    assert "formula    (3n^2 - 8n + 12)/4 for even n, (3n^2 - 8n + 9)/4 for odd n\n" in out
    assert "in short   floor((3n^2 - 8n + 12)/4)" in out
    assert "excluded   n = 3, 4," in out


def test_fit_of_a_sequence(command):
    code, out, _ = command("fit", "--sequence", "0,1,2,4,6,9,12,16", "--json")
    document = json.loads(out)
    assert code == 0
    assert document["floor"] == "floor(n^2/4)"
    assert document["polynomials"] == [["0", "0", "1/4"], ["-1/4", "0", "1/4"]]
    assert document["predicted"] == [5, 6, 7, 8]
    assert document["values"][0] == {"n": 1, "value": 0, "formula": 0, "role": "fitted"}
    _, out, _ = command("fit", "--sequence", "3 5 7", "--first", "10")
    assert "formula    2n - 17\n" in out


def test_no_formula(command):
    code, out, _ = command("fit", "--sequence", "2,3,5,7,11,13")
    assert code == 1
    assert "no formula for the sequence" in out
    assert "--start" in out
    code, out, _ = command("fit", "--sequence", "2,3,5,7,11,13", "--json")
    assert code == 1
    assert json.loads(out)["formula"] is None


def test_ties_are_shown(command, monkeypatch):
    from cayley.fitting import fit_formula

    tied = fit_formula({1: 5, 2: 9, 7: 5, 8: 9})
    monkeypatch.setattr("cayley.fitting.fit_formula", lambda values, **options: tied)
    _, out, _ = command("fit", "--sequence", "1,2")
    assert "as good    5 for n = 1 mod 3, 9 for n = 2 mod 3" in out


def test_check(command, monkeypatch):
    monkeypatch.setitem(
        STATEMENTS, "lx-diameter", replace(STATEMENTS["lx-diameter"], range=(3, 4, 5, 6, 7, 15))
    )
    code, out, _ = command("check", "--only", "lx-diameter", "--memory-limit", "1GB")
    assert code == 0
    told = " ".join(out.replace("│", " ").split())
    for text in ("5..7", "holds", "15 (memory)", "1 of 1 hold in the range checked, 0 fail"):
        assert text in told
    code, out, _ = command("check", "--only", "lx-diameter", "--memory-limit", "1GB", "--json")
    (document,) = json.loads(out)["statements"]
    assert document["verdict"] == "holds"
    assert document["exceptions"] == [{"n": 3, "found": 2, "formula": 3}, {"n": 4, "found": 6, "formula": 7}]


def test_check_that_fails(command, monkeypatch):
    wrong = replace(STATEMENTS["lrx-diameter"], range=(4, 5), expected=lambda n: 6)
    monkeypatch.setitem(STATEMENTS, "lrx-diameter", wrong)
    code, out, _ = command("check", "--only", "lrx-diameter")
    assert code == 1
    assert "fails at n = 5" in out


def test_check_the_paper(command, monkeypatch):
    for name, told in list(STATEMENTS.items()):
        most = 8 if name.startswith("heisenberg") else 6
        monkeypatch.setitem(STATEMENTS, name, replace(told, range=tuple(n for n in told.range if n <= most)))
    code, out, _ = command("check", "--paper", "--json")
    documents = json.loads(out)["statements"]
    assert code == 0
    assert [document["name"] for document in documents] == list(STATEMENTS)
    assert all(document["verdict"] == "holds" for document in documents)
