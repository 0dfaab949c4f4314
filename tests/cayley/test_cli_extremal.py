import json
import sys

import pytest
import typer

from cayley._cli_extremal import max_diameter
from graphkit.console import run


@pytest.fixture
def command(capsys, monkeypatch):
    """Run the command in this process; return exit code, standard output and standard error."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command("max-diameter")(max_diameter)

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["max-diameter", *arguments])
        with pytest.raises(SystemExit) as stop:
            run(app)
        captured = capsys.readouterr()
        return stop.value.code, captured.out, captured.err

    return call


def test_table(command):
    code, out, err = command("--n", "4", "--directed")
    assert (code, err) == (0, "")
    for text in (
        "Sets of 2 generators of S4, directed",
        "largest    7",
        "by         (2 3 4), (1 2)\n",
        "19 sets",
    ):
        assert text in out


def test_json(command, tmp_path):
    path = str(tmp_path / "search.json")
    for _ in range(2):
        code, out, err = command("--n", "5", "--size", "2", "--checkpoint", path, "--json")
        document = json.loads(out)
        assert (code, err) == (0, "")
        assert document["diameter"] == 10
        assert document["examined"] == 58
        assert document["complete"]


def test_time_is_up(command):
    code, out, _ = command("--n", "6", "--budget", "0.0000001s")
    assert code == 0
    assert "the time is up" in out
    assert "none found yet" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--n", "12"), "n must be in [2, 9], got 12"),
        (("--n", "4", "--group", "B"), "accepted are S, A"),
        (("--n", "4", "--budget", "x"), "60s"),
    ],
)
def test_mistakes(command, arguments, message):
    code, _, err = command(*arguments)
    assert code == 2
    assert message in err
