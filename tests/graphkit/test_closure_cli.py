"""The command ``graphkit closure``."""

import json
import sys

import pytest

from graphkit.cli import main
from graphkit.simplicial import closure_counts, closure_prediction, closure_statistics, read_simplices


@pytest.fixture
def call(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["graphkit", "closure", *map(str, arguments)])
        monkeypatch.setenv("COLUMNS", "140")
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def folder(tmp_path):
    """Three wedges close; one more stays an open triangle."""
    simplices = [[1, 2], [2, 3], [1, 3], [3, 4], [2, 4], [1, 4], [2, 3], [5], [1, 2, 3], [2, 3, 4]]
    (tmp_path / "mine-nverts.txt").write_text("".join(f"{len(s)}\n" for s in simplices))
    (tmp_path / "mine-simplices.txt").write_text("".join(f"{i}\n" for s in simplices for i in s))
    (tmp_path / "mine-times.txt").write_text("".join(f"{t}\n" for t in range(10)))
    return tmp_path


def test_tables(call, folder):
    code, out, err = call(folder, "--labels", "both", "--four")
    assert (code, err) == (0, "")
    assert "mine: " in out
    assert "open triangles               │ 2" in out
    assert "three nodes: open up to 80 % of the times" in out
    assert "four nodes: open up to 80 %" in out
    assert "correct labels: 2 of 4 open triangles close" in out
    assert "published labels: " in out
    assert "adamic-adar" in out


def test_json_holds_what_the_library_computes(call, folder):
    code, out, _ = call(folder, "--json", "--four", "--scores", "harmonic,ppr")
    document = json.loads(out)
    data = read_simplices(folder)
    assert code == 0
    assert document["statistics"]["n_edges"] == closure_statistics(data).n_edges == 6
    three, four = closure_counts(data), closure_counts(data, 4)
    assert [row["open"] for row in document["configurations"]] == [*three.n_open, *four.n_open]
    assert [row["closed"] for row in document["configurations"]] == [*three.n_closed, *four.n_closed]
    expected = closure_prediction(data, scores=["harmonic", "ppr"])
    assert document["predictions"][0]["relative"] == pytest.approx(dict(expected.relative))
    assert document["predictions"][0]["positive"] == expected.n_positive == 2


def test_without_scores_and_without_closures(call, folder):
    code, out, _ = call(folder, "--scores", "none")
    assert code == 0
    assert "average precision" not in out
    (folder / "mine-times.txt").write_text("1\n" * 10)
    code, out, _ = call(folder, "--json")
    assert code == 0
    assert json.loads(out)["predictions"][0]["relative"]["harmonic"] is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--labels", "right"], "unknown --labels 'right': accepted are correct, published, both"),
        (["--scores", "harmonics"], "unknown score 'harmonics': did you mean harmonic"),
        (["--cutoff", "100"], "cutoff must be in (0, 100), got 100"),
    ],
)
def test_bad_options(call, folder, arguments, message):
    code, out, err = call(folder, *arguments)
    assert code == 2
    assert message in err
    assert not out


def test_bad_folders(call, tmp_path):
    assert call(tmp_path / "absent")[0] == 2
    assert call(tmp_path)[0] == 2


def test_simplices_without_times(call, folder):
    (folder / "mine-times.txt").unlink()
    code, _, err = call(folder)
    assert code == 2
    assert "needs times" in err
