"""What `cayley distance` prints."""

import json

import pytest

from cayley._cli_distance import run_distance


def test_json(capsys):
    run_distance(["(1 2)", "()", "[3,2,1]"], {"group": "S3", "generators": "coxeter"}, as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert document.pop("engine")
    assert document == {
        "group": "S3",
        "directed": False,
        "order": 6,
        "diameter": 3,
        "generators": ["s1", "s2"],
        "elements": [
            {"element": "(1 2)", "distance": 1, "word": ["s1"], "indices": [0]},
            {"element": "()", "distance": 0, "word": [], "indices": []},
            {"element": "[3,2,1]", "distance": 3, "word": ["s1", "s2", "s1"], "indices": [0, 1, 0]},
        ],
    }


@pytest.mark.parametrize(
    ("elements", "request_", "cells"),
    [
        (["(1 2 3)"], {"group": "S4", "engine": "chain", "threads": 1}, ["(1 2 3)", "S4", "24 elements"]),
        (["1100"], {"state": "0011", "memory_limit": "1GB"}, ["1100", "word 0011", "diameter 2"]),
        (["1 1; 0 1"], {"generators": ["1 1; 0 1", "1 0; 1 1"], "modulus": 3}, ["[1 1; 0 1]", "24 elements"]),
        (["()"], {"group": "S5", "generators": "top_spin", "k": 3}, ["()", "0", "1"]),
    ],
)
def test_table(elements, request_, cells, capsys):
    layers = []
    run_distance(elements, request_, progress=lambda *layer: layers.append(layer))
    out = capsys.readouterr().out
    assert all(cell in out for cell in cells)
    assert layers


def test_unreadable_elements_are_refused_before_the_work():
    def progress(*layer):
        raise AssertionError("nothing should be computed")

    with pytest.raises(ValueError, match="cannot read permutation"):
        run_distance(["(1 2"], {"group": "S4"}, progress=progress)
    with pytest.raises(ValueError, match=r"1\.0 is not an integer; write rows"):
        run_distance(["[[1,1],[0,1.0]]"], {"group": "SL(2,5)"}, progress=progress)


def test_elements_that_are_not_reached():
    with pytest.raises(ValueError, match=r"element 1: \(1 2\) is not a vertex of the graph of A4"):
        run_distance(["(1 2 3)", "(1 2)"], {"generators": ["(1 2 3)", "(2 3 4)"]})
