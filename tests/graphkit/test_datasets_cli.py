"""The commands on data sets: what is described, and what is written in another layout."""

import json
import pickle
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from graphkit import Graph, read_dataset, write_dataset
from graphkit.cli import main
from graphkit.datasets import GraphCollection, MultiViewDataset, NodeDataset, Split
from graphkit.errors import GraphFormatError, SeveralViewsError

TRIANGLE = Graph.from_edges([0, 1, 2], [1, 2, 0], node_data={"label": [6, 6, 8]})
PAIR = Graph.from_edges([0], [1], node_data={"label": [6, 7]})


@pytest.fixture
def call(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["graphkit", *map(str, arguments)])
        monkeypatch.setenv("COLUMNS", "400")
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        out, err = capsys.readouterr()
        return SimpleNamespace(exit_code=code, stdout=out, stderr=err)

    return run


@pytest.fixture
def two(tmp_path):
    collection = GraphCollection.from_graphs("two", [TRIANGLE, PAIR], labels=[1, -1])
    write_dataset(collection, tmp_path / "two", format="tu")
    return tmp_path / "two"


def test_info(call, two):
    done = call("info", two, "--json")
    assert done.exit_code == 0
    assert '"nodes": 5' in done.stdout
    done = call("info", two, "--option", "graph=1", "--json")
    assert '"nodes": 2' in done.stdout
    done = call("info", two, "--option", "graph=2")
    assert done.exit_code == 2
    assert "graph must be in 0 to 1" in done.stderr


def test_convert_a_graph_of_it(call, two, tmp_path):
    assert call("convert", two, tmp_path / "one.gkg", "--option", "graph=0").exit_code == 0
    assert call("info", tmp_path / "one.gkg", "--json").stdout.count('"label"')


def test_convert_between_layouts(call, two, tmp_path):
    done = call("convert", two, tmp_path / "two.txt", "--to", "gin-text")
    assert done.exit_code == 0, done.stderr
    assert "GraphCollection('two', 2 graphs" in done.stderr
    assert list(read_dataset(tmp_path / "two.txt")) == list(read_dataset(two))
    done = call("convert", tmp_path / "two.txt", tmp_path / "back", "--to", "tu", "--json",
                "--write-option", "compress=true")  # fmt: skip
    assert done.exit_code == 0
    assert list(read_dataset(tmp_path / "back")) == [TRIANGLE, PAIR]
    assert (tmp_path / "back/two_A.txt.gz").exists()
    data = NodeDataset("some", PAIR, np.eye(2), [0, 1], [Split("public", [0], [], [1])])
    write_dataset(data, tmp_path / "some", format="planetoid")
    assert call("convert", tmp_path / "some", tmp_path / "text", "--to", "geom-gcn").exit_code == 0
    assert read_dataset(tmp_path / "text").features.toarray().tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--to", "geom-gcn"), "the format geom-gcn holds a NodeDataset, got GraphCollection"),
        (("--to", "gin", "--option", "zip=1"), "read_dataset has no option 'zip'"),
        (("--to", "gin", "--write-option", "zip=1"), "write_dataset has no option 'zip'"),
    ],
)
def test_refusals(call, two, tmp_path, options, message):
    done = call("convert", two, tmp_path / "out", *options)
    assert done.exit_code == 2
    assert message in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_graph_is_no_data_set(call, tmp_path):
    done = call("convert", "sample:karate", tmp_path / "out", "--to", "tu")
    assert done.exit_code == 2
    assert "sample:karate" in done.stderr


def test_info_describes_every_view(call, tmp_path):
    first = Graph.from_edges([0, 1], [1, 2], n_nodes=4)
    second = Graph.from_edges([0, 1, 2, 2], [0, 2, 1, 3], n_nodes=4, directed=True)
    views = MultiViewDataset("two", {"pap": first, "psp": second}, np.eye(4), [0, 0, 1, 1])
    folder = tmp_path / "two"
    write_dataset(views, folder, format="heco")

    def facts(*options):
        result = call("info", folder, "--json", *options)
        assert (result.exit_code, result.stderr) == (0, "")
        return json.loads(result.stdout)

    described = facts()["views"]
    assert [(name, view["edges"]) for name, view in described.items()] == [("pap", 2), ("psp", 4)]
    assert (described["psp"]["directed"], described["psp"]["self_loops"]) == (True, 1)
    assert facts("--undirected")["views"]["psp"]["edges"] == 3
    assert facts("--option", "view=psp")["edges"] == 4
    table = [line.split("│")[1:-1] for line in call("info", folder).stdout.splitlines() if "│" in line]
    assert ["edges", "2", "4"] in [[cell.strip() for cell in row] for row in table]
    result = call("convert", folder, tmp_path / "one.gkg")
    assert result.exit_code == 2
    assert "found the views pap, psp; choose view (--option view=...)" in result.stderr


def test_the_error_that_carries_views_can_be_sent(tmp_path):
    graph = Graph.from_edges([0], [1])
    error = pickle.loads(pickle.dumps(SeveralViewsError("two views", "x.mat", {"a": graph, "b": graph})))
    assert (type(error), str(error)) == (GraphFormatError, "x.mat: two views")
