"""Options of ``graphkit embed`` for presets, storage and memory."""

import json
import sys

import numpy as np
import pytest

from graphkit import Graph, write_graph
from graphkit._cli_embed import progress_bar
from graphkit.cli import main
from graphkit.datasets import load_sample
from graphkit.embedding import fastrp


@pytest.fixture
def call(monkeypatch, capsys):
    """Run the command line; return exit code, standard output and standard error."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["graphkit", *map(str, arguments)])
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        return code, *capsys.readouterr()

    return run


@pytest.mark.parametrize(
    ("given", "options"),
    [
        (("--preset", "gds"), {"preset": "gds"}),
        (
            ("--preset", "gds", "--self-influence", 0.5, "--weights", "1,2", "--storage", "float16"),
            {"preset": "gds", "self_influence": 0.5, "weights": (1, 2), "storage": "float16"},
        ),
        (("--memory", "low"), {}),
        (("--density", 0.5, "--degree-exponent", -1), {"density": 0.5, "degree_exponent": -1.0}),
    ],
)
def test_embed_passes_its_options_on(call, tmp_path, given, options):
    path = tmp_path / "x.npy"
    code, out, err = call("embed", "sample:les_miserables", "--dim", 40, "--output", path, *given, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["output"] == str(path)
    expected = fastrp(load_sample("les_miserables"), 40, random_state=0, **options)
    np.testing.assert_array_equal(np.load(path), expected)
    assert list(tmp_path.iterdir()) == [path]


def test_embed_takes_attributes_by_name(call, tmp_path):
    plain = load_sample("karate")
    age = np.arange(34) % 5
    graph = Graph(plain.indptr, plain.indices, node_data={"age": age})
    write_graph(graph, tmp_path / "g.gkg")
    given = ("--features", "age", "--property-ratio", 0.25, "--preset", "gds", "-o", tmp_path / "x.npy")
    assert call("embed", tmp_path / "g.gkg", "--dim", 8, *given)[0] == 0
    expected = fastrp(plain, 8, preset="gds", features=age, property_ratio=0.25, random_state=0)
    np.testing.assert_array_equal(np.load(tmp_path / "x.npy"), expected)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("--preset", "neo4j"), "unknown preset 'neo4j'"),
        (("--storage", "float8"), "unknown storage 'float8'"),
        (("--memory", "lo"), "did you mean low"),
        (("--memory", "low", "--storage", "float16"), 'memory="low" needs storage="float32"'),
        (("--features", "age", "--property-ratio", 0.5), "unknown node property 'age'"),
        (("--features", "club"), "must be numbers"),
        (("--property-ratio", 0.5), "needs features"),
        (("--features", "club", "--property-ratio", 0.5), "node properties must be numbers, got 'club'"),
    ],
)
def test_mistakes_are_one_sentence(call, tmp_path, given, message):
    code, out, err = call("embed", "sample:karate", "-o", tmp_path / "x.npy", *given)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_bar_is_drawn_on_a_terminal_only(monkeypatch, capsys):
    with progress_bar("embedding") as report:
        assert report is None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress_bar("embedding") as report:
        report(1, 2)
    assert capsys.readouterr().out == ""
