import json

import pytest
from typer.testing import CliRunner

import cayley
from cayley._cli_options import _RESERVED
from cayley.cli import app
from cayley.families import KINDS


def run(*arguments):
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "110"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


def test_list_as_json():
    listed = json.loads(run("list", "--json"))
    assert [family["name"] for family in listed] == [family.name for family in cayley.FAMILIES.values()]
    for family in listed:
        assert family["kind"] in KINDS
        assert family["directed"] in ("yes", "no", "varies")
        assert family["parity"] in ("odd", "even", "mixed", "varies", "-")
    lrx = next(family for family in listed if family["name"] == "lrx")
    assert lrx["sizes"] == ["n"]
    assert lrx["parameters"] == {"k": 1}
    assert lrx["directed"] == "no"
    assert lrx["diameter"]["status"] == "theorem"
    assert "A186783" in lrx["diameter"]["source"]
    assert next(family for family in listed if family["name"] == "lx")["directed"] == "yes"


def test_the_registry_is_large_and_every_kind_is_there():
    assert len(cayley.FAMILIES) > 120
    assert {family.kind for family in cayley.FAMILIES.values()} == KINDS.keys()
    for family in cayley.FAMILIES.values():
        assert family.description
        assert family.examples
        # Else a keyword of `growth` would take it.
        assert not {*family.sizes, *family.parameters} & _RESERVED


def test_list_by_word_and_kind():
    out = run("list", "pancake")
    assert "burnt_pancake(n)" in out
    assert "coxeter(" not in out
    out = run("list", "--kind", "matrices")
    assert "heisenberg(n, m)" in out
    assert "pancake" not in out
    with pytest.raises(cayley_error("UnknownNameError"), match="no family has 'xyzzy'"):
        run("list", "xyzzy")
    with pytest.raises(cayley_error("UnknownNameError"), match="did you mean words"):
        run("list", "--kind", "word")


def cayley_error(name):
    from graphkit import errors

    return getattr(errors, name)


def test_show_generators():
    document = json.loads(run("show", "top_spin", "--n", "7", "--param", "k=3", "--json"))
    assert (document["group"], document["order"], document["directed"]) == ("S7", 5040, False)
    assert document["generators"][2] == {"symbol": "T", "cycles": "(1 3)", "parity": "odd"}
    assert document["known_diameter"] is None  # the table is for k = 4
    out = run("show", "burnt-pancake")
    assert "group        B6\n" in out
    assert "points       12\n" in out
    assert "diameter     12; " in out
    with pytest.raises(cayley_error("UnknownNameError"), match="did you mean pancake"):
        run("show", "pancakes")


def test_show_other_kinds():
    document = json.loads(run("show", "heisenberg(3, 9)", "--json"))
    assert (document["order"], document["known_diameter"]) == (729, 8)
    assert document["generators"][0]["move"] == "[1 1 0; 0 1 0; 0 0 1]"
    assert json.loads(run("show", "heisenberg", "--n", "4", "--param", "m=2", "--json"))["order"] == 32
    document = json.loads(run("show", "lrx_coset", "--n", "8", "--json"))
    assert (document["group"], document["order"]) == ("word 00001111", 70)
    assert "order        181,440\n" in run("show", "sliding_board(3,3)")
    assert "sliding_graph" in run("show", "sliding_graph")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("heisenberg(3)",), "needs m"),
        (("heisenberg(3,5,7)",), r"heisenberg\(n, m\) takes 2 parameters"),
        (("lrx(5, k=2, k=3)",), "given twice"),
        (("lrx(k=2, 5)",), "'5' follows a parameter with a name"),
        (("lrx(5, j=2)",), "unknown parameter of 'lrx' 'j': accepted are k"),
        (("lrx(5, k=x)",), "must be an integer, got 'x'"),
    ],
)
def test_bad_members(arguments, message):
    with pytest.raises(ValueError, match=message):
        run("show", *arguments)
