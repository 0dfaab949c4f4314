import json
import subprocess
import sys
from pathlib import Path

import pytest

import cayley
from cayley.cli import main


@pytest.fixture
def command(capsys, monkeypatch):
    """Run ``cayley ARGS`` in this process; return exit code, standard output and standard error."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["cayley", *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        captured = capsys.readouterr()
        return stop.value.code, captured.out, captured.err

    return call


def test_json(command):
    code, out, err = command("growth", "--group", "S10", "--json")
    document = json.loads(out)
    assert code == 0
    assert err == ""
    assert document["diameter"] == 45
    assert sum(document["growth"]) == document["order"] == 3628800
    assert document["generators"] == "lrx"
    assert document["complete"] is True
    assert document["directed"] is False
    assert document["seconds"] > 0
    assert document["peak_memory_bytes"] > 1e6


def test_table(command):
    code, out, _ = command("growth", "--group", "S6", "--generators", "pancake")
    assert code == 0
    for text in ("S6", "pancake", "undirected", "281", "diameter     7", "order        720", "peak memory"):
        assert text in out


def test_csv(command):
    code, out, _ = command("growth", "-g", "S4", "--csv")
    assert code == 0
    assert out.splitlines() == ["distance,size", "0,1", "1,3", "2,5", "3,6", "4,5", "5,3", "6,1"]


def test_own_permutations(command):
    code, out, _ = command("growth", "--perm", "(1 2 3 4 5)", "--perm", "[2,1,3,4,5]", "--json")
    document = json.loads(out)
    assert code == 0
    assert document["group"] == "S5"
    assert document["generators"] == ["(1 2 3 4 5)", "(1 2)"]
    assert document["growth"] == cayley.growth("S5", "lx").growth
    assert document["directed"] is True


def test_generators_from_a_file(command, tmp_path):
    path = tmp_path / "mine.gap"
    path.write_text("a:=(1,2,3,4,5);\nb:=(1,2);\n")
    code, out, _ = command("growth", "--perm-file", str(path), "--inverses", "--json")
    assert (code, json.loads(out)["growth"]) == (0, cayley.growth("S5").growth)
    code, out, err = command("growth", "--perm-file", str(path), "--group", "S5")
    assert (code, out) == (2, "")
    assert "choose one of --group and --perm-file" in " ".join(err.replace("│", " ").split())
    path.write_text("a:=(1,2,3,4,5)")
    code, _, err = command("plan", "--perm-file", str(path))
    assert code == 2
    assert "mine.gap:1:" in err


def test_parameters_and_depth(command):
    code, out, _ = command(
        "growth", "--group", "A9", "--generators", "top_spin", "--param", "k=4", "--max-depth", "3", "--json"
    )
    document = json.loads(out)
    assert code == 0
    assert (document["complete"], document["diameter"], len(document["growth"])) == (False, None, 4)
    code, out, _ = command("growth", "--group", "S5", "--max-depth", "3")
    assert "not known: stopped at distance 3" in out


def test_other_graphs(command):
    code, out, _ = command("growth", "--state", "00111", "--json")
    assert (code, json.loads(out)["growth"]) == (0, [1, 2, 4, 2, 1])
    code, out, _ = command("growth", "--puzzle", "2x2x2", "--metric", "htm", "--json")
    assert (code, json.loads(out)["diameter"]) == (0, 11)
    code, out, _ = command("growth", "--matrix", "1 1; 0 1", "--matrix", "1 0; 1 1", "--mod", "3", "--json")
    assert (code, json.loads(out)["order"]) == (0, 24)
    code, out, _ = command("growth", "--group", "Heisenberg(3,5)", "--json")
    assert (code, json.loads(out)["order"]) == (0, 125)


def test_diameter(command):
    code, out, _ = command("diameter", "--group", "S6")
    assert code == 0
    assert "diameter     15" in out
    assert "antipode     (1 2)(3 6)(4 5)" in out
    code, out, _ = command("diameter", "--state", "0011", "--json")
    document = json.loads(out)
    assert document["diameter"] == 2
    assert document["last_layer"] == [[0, 1, 0, 1], [1, 0, 1, 0], [1, 1, 0, 0]]
    assert "growth" not in document


def test_csv_that_is_not_complete_says_so(command):
    code, out, err = command("growth", "-g", "S4", "--csv", "--max-depth", "2")
    assert (code, out.splitlines()) == (0, ["distance,size", "0,1", "1,3", "2,5"])
    assert "not complete: stopped at distance 2" in err.splitlines()
    assert "not complete" not in command("growth", "-g", "S4", "--csv")[2]


def test_a_full_disk_does_not_cost_what_is_printed(command, tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    link = tmp_path / "full.json"
    link.symlink_to("/dev/full")
    code, out, err = command("growth", "-g", "S4", "--csv", "--output", str(link))
    assert code == 1
    assert out == cayley.growth("S4").to_csv()
    assert f"error: {link}: no space left on device\n" in err


@pytest.mark.parametrize("suffix", ["json", "csv"])
def test_output(command, tmp_path, suffix):
    path = tmp_path / f"s5.{suffix}"
    code, _, _ = command("growth", "--group", "S5", "--output", str(path))
    assert code == 0
    assert "29" in path.read_text()


def test_plot(command, tmp_path):
    code, _, _ = command("growth", "--group", "S5", "--plot", str(tmp_path / "s5.png"))
    assert code == 0
    assert (tmp_path / "s5.png").read_bytes().startswith(b"\x89PNG")


def test_plan(command):
    code, out, _ = command("plan", "--group", "S13", "--generators", "pancake", "--json")
    document = json.loads(out)
    assert code == 0
    assert document["states"] == 6227020800
    assert 1.6e9 < document["memory_bytes"] < 1.8e9  # even and odd reversals: two buffers of 13!/7.5 bytes
    code, out, _ = command("plan", "--group", "S10")
    assert "3,628,800" in out


BAD = {
    "unknown group": (["--group", "X10"], "did you mean S10 or A10"),
    "unknown family": (["--group", "S10", "--generators", "pancakes"], "did you mean pancake"),
    "unreadable permutation": (["--perm", "(1 2"], "cannot read permutation"),
    "repeated point": (["--perm", "(1 2)(2 3)"], "point 2 is named twice"),
    "point out of range": (["--group", "S3", "--perm", "(1 4)"], "point 4 is out of range"),
    "smaller group": (["--group", "S4", "--perm", "(1 2)"], "they generate a group of order 2"),
    "memory limit": (["--group", "S13", "--memory-limit", "1GB"], "more than the memory limit of 1 GB"),
    "available memory": (["--group", "S20"], "more than the available memory"),
    "no memory size": (["--group", "S5", "--memory-limit", "much"], "such as 500MB"),
    "missing folder": (["--group", "S5", "--output", "/no/such/x.json"], "'/no/such' does not exist"),
    "unknown suffix": (["--group", "S5", "--output", "x.xml"], "accepted are .json, .csv"),
    "unknown picture": (["--group", "S5", "--plot", "x.nope"], "unknown picture format"),
    "threads": (["--group", "S5", "--threads", "0"], "threads must be in [1, "),
    "depth": (["--group", "S5", "--max-depth", "-1"], "max_depth must be at least 0"),
    "engine": (["--group", "S5", "--engine", "warp"], "unknown engine 'warp'"),
    "parameter": (["--group", "S5", "--param", "k"], "name=value"),
    "reserved parameter": (["--group", "S5", "--param", "engine=1"], "parameters of the family"),
    "group and state": (["--group", "S4", "--state", "0011"], "choose one of --group and --state"),
    "perm and matrix": (
        ["--perm", "(1 2)", "--matrix", "1 1; 0 1", "--mod", "3"],
        "choose one of --perm and --matrix",
    ),
    "matrix without modulus": (["--matrix", "1 1; 0 1"], "--matrix and --mod go together"),
    "modulus without matrix": (["--group", "S4", "--mod", "3"], "--matrix and --mod go together"),
    "metric without puzzle": (["--group", "S4", "--metric", "htm"], "--metric goes with --puzzle"),
    "singular matrix": (["--matrix", "1 1; 1 1", "--mod", "3"], "singular modulo 3"),
    "unknown puzzle": (["--puzzle", "megamynx"], "did you mean megaminx"),
    "unreadable state": (["--state", "01x"], "'x' is not a colour"),
    "unknown parameter": (["--group", "S5", "--param", "q=1"], "unknown parameter of 'lrx'"),
    "parameter range": (["--group", "S5", "--param", "k=9"], "must be in [1, 4], got 9"),
    "digits of a parameter": (["--group", "S5", "--param", "k=\u0664"], "plain letters and digits"),
    "long parameter": (["--group", "S5", "--param", f"k={'9' * 5000}"], "up to 1000 digits"),
    "digits of a permutation": (["--perm", "(\u0661 \u0662)"], "is not a point"),
    "digits of a group": (["--group", "S\u0665"], "unknown group"),
    "entry of a matrix": (["--matrix", "[[1,1],[0,1.0]]", "--mod", "4"], "1.0 is not an integer"),
    "large colour": (["--state", "0,1,99999999999999999999999"], "at most 9223372036854775807"),
    "no checkpoint": (["--group", "S5", "--checkpoint", ""], "the path is empty"),
    "no spill": (["--group", "S5", "--spill", ""], "the path is empty"),
    "no file": (["--perm-file", ""], "the path is empty"),
    "no output": (["--group", "S5", "--output", ""], "accepted are .json, .csv"),
    "no group": ([], "name a group"),
    "two kinds": (["--group", "S5", "--json", "--csv"], "choose one"),
    "two sources": (["--generators", "lrx", "--perm", "(1 2)"], "choose one"),
    "unknown option": (["--grup", "S5"], "No such option"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input(command, name):
    arguments, message = BAD[name]
    code, out, err = command("growth", *arguments)
    assert code == 2
    assert out == ""
    assert message in " ".join(err.replace("│", " ").split())
    assert "Traceback" not in err


def test_progress_bar_goes_to_standard_error(command, monkeypatch):
    monkeypatch.setattr("cayley._cli_show._LONG", 0)
    code, out, _ = command("growth", "--group", "S6", "--json")
    assert code == 0
    assert json.loads(out)["diameter"] == 15


def test_closed_pipe():
    pipeline = f"{sys.executable} -m cayley.cli growth --group S10 | head -1"
    done = subprocess.run(pipeline, shell=True, capture_output=True, text=True, check=False)
    assert "S10" in done.stdout
    assert done.stderr == ""


def test_module_and_help():
    done = subprocess.run(
        [sys.executable, "-m", "cayley.cli", "growth", "--help"], capture_output=True, text=True, check=True
    )
    assert "lrx" in done.stdout
    assert "--memory-limit" in done.stdout


def test_version(command):
    from graphkit import __version__

    assert command("--version")[:2] == (0, f"cayley {__version__}\n")


@pytest.mark.parametrize("redirect", [">&-", "2>&-", "<&-"])
def test_closed_streams(redirect):
    line = f"{sys.executable} -m cayley.cli growth --group S5 --json {redirect}"
    done = subprocess.run(line, shell=True, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_distances(command):
    code, out, err = command("distance", "(1 2 3)", "()", "--group", "S6", "--json")
    document = json.loads(out)
    assert (code, err) == (0, "")
    assert [row["distance"] for row in document["elements"]] == [4, 0]
    assert document["elements"][0]["word"] == ["X", "L", "X", "R"]
    code, out, _ = command("distance", "1100", "--state", "0011")
    assert "Distances from the start in word 0011: 6 elements, diameter 2" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["(1 7)", "--group", "S6"], "point 7 is out of range"),
        (["(1 2", "--group", "S6"], "cannot read permutation"),
        (["0001", "--state", "0011"], "0001"),
        (["(1 2)", "--group", "S30"], "two bits for each state of S30 needs about"),
        (["--group", "S5"], "Missing argument"),
    ],
)
def test_distances_of_bad_input(command, arguments, message):
    code, out, err = command("distance", *arguments)
    assert code == 2
    assert out == ""
    assert message in " ".join(err.replace("│", " ").split())
