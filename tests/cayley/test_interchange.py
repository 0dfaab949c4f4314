"""Generators and permutations to sympy and GAP and back."""

import json
import sys
from importlib.util import find_spec
from typing import Annotated

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import cayley
from cayley._cli_export import FormatOption, OutputOption, export_generators
from cayley.definitions import define
from cayley.interchange import FORMATS, format_generators, from_sympy, save_generators, to_gap, to_sympy
from cayley.permutation import compose, identity, inverse, parse_permutation
from graphkit.errors import MissingExtraError, UnknownNameError

needs_sympy = pytest.mark.skipif(find_spec("sympy") is None, reason="sympy is not installed")

permutations = st.integers(1, 9).flatmap(lambda n: st.permutations(range(n)).map(tuple))


@st.composite
def definitions(draw, *, words):
    """Groups and words with different generators, not the identity, and names of all kinds."""
    n = draw(st.integers(2, 7))
    moves = st.permutations(range(n)).map(tuple).filter(lambda p: p != identity(n))
    generators = tuple(draw(st.lists(moves, min_size=1, max_size=4, unique=True)))
    name = st.text("RUx'2é _\n#;", min_size=1, max_size=3)
    names = st.lists(name, min_size=len(generators), max_size=len(generators)).map(tuple)
    symbols = draw(st.none() | names)
    if not words:
        return cayley.PermutationGroup(generators, "mine", symbols=symbols)
    colours = draw(st.lists(st.integers(0, 4), min_size=n, max_size=n).filter(lambda w: len(set(w)) < n))
    graph = define(None, [list(g) for g in generators], state=[3 * c + 1 for c in colours])
    return cayley.CosetGraph(graph.state, generators, "mine", graph.labels, symbols)


def written_and_read(definition, suffix, folder):
    path = folder / f"x{suffix}"
    save_generators(path, definition)
    return cayley.load_generators(path)


@given(definition=definitions(words=False))
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("suffix", [".json", ".txt", ".gap"])
def test_groups_come_back(definition, suffix, tmp_path_factory):
    found = written_and_read(definition, suffix, tmp_path_factory.getbasetemp())
    if suffix == ".gap":  # GAP forgets points that nothing moves, behind the others
        moved = max(i for g in definition.generators for i in range(len(g)) if g[i] != i) + 1
        assert found.generators == tuple(g[:moved] for g in definition.generators)
    else:
        assert found.generators == definition.generators
    symbols = definition.symbols
    if symbols is not None and len(set(symbols)) == len(symbols) and suffix == ".json":
        assert found.symbols == symbols
    if symbols is not None and len(set(symbols)) == len(symbols) and suffix == ".txt":
        assert found.symbols in (symbols, None)


@given(definition=definitions(words=True))
@settings(max_examples=60, deadline=None)
def test_words_come_back(definition, tmp_path_factory):
    folder = tmp_path_factory.getbasetemp()
    found = written_and_read(definition, ".json", folder)
    assert (found.state, found.labels) == (definition.state, definition.labels)
    assert found.generators == definition.generators
    found = written_and_read(definition, ".gap", folder)
    assert (found.state, found.generators) == (definition.state, definition.generators)
    for format in ("lines", "sympy"):
        with pytest.raises(ValueError, match="no place for word"):
            format_generators(definition, format)


def test_files_look_as_they_should(tmp_path):
    group = define("S4", "lrx")
    assert format_generators(group) == "L = (1 2 3 4)\nR = (1 4 3 2)\nX = (1 2)\n"
    assert format_generators(group, "gap") == (
        "# S4, generators lrx; Group(Gen) has order 24\n"
        "M_L := (1,2,3,4);\nM_R := (1,4,3,2);\nM_X := (1,2);\nGen := [M_L, M_R, M_X];\n"
    )
    assert json.loads(format_generators(group, "json")) == {
        "generators": {"L": [1, 2, 3, 0], "R": [3, 0, 1, 2], "X": [1, 0, 2, 3]}
    }
    fixed = cayley.PermutationGroup(((1, 0, 2),), "mine")
    assert format_generators(fixed) == "[2, 1, 3]\n"
    primes = cayley.PermutationGroup(((1, 2, 0), (2, 0, 1)), "mine", symbols=("U2", "U2'"))
    assert "M_U2_inv := (1,3,2);" in format_generators(primes, "gap")
    same = cayley.PermutationGroup(((1, 2, 0), (2, 0, 1)), "mine", symbols=("a-b", "a_b"))
    assert "Gen := [M_1, M_2];" in to_gap(same)
    save_generators(tmp_path / "word.g", state="0011", generators="lx")
    assert (tmp_path / "word.g").read_text().endswith("ip := [[1, 2], [3, 4]];\n")
    assert cayley.growth(cayley.load_generators(tmp_path / "word.g")).growth == [1, 1, 2, 2]
    save_generators(tmp_path / "x.txt", "S3", "coxeter", format="json")
    assert json.loads((tmp_path / "x.txt").read_text())["generators"] == {"s1": [1, 0, 2], "s2": [0, 2, 1]}


def test_a_name_cannot_end_a_comment():
    group = cayley.PermutationGroup(((1, 0),), "mine\nR := 1;", symbols=("x\nimport os",))
    assert "\nimport os" not in format_generators(group, "sympy")
    assert [line for line in to_gap(group).splitlines() if not line.startswith("#")] == [
        "M_x_import_os := (1,2);",
        "Gen := [M_x_import_os];",
    ]


@given(p=permutations)
@settings(deadline=None)
def test_gap_writes_what_can_be_read(p):
    assert parse_permutation(to_gap(p), len(p)) == p


def test_permutations_of_gap():
    assert to_gap("(1 3)(2 4)") == "(1,3)(2,4)"
    assert to_gap("[1, 2]") == "()"
    assert to_gap([0, 2, 1]) == "(2,3)"
    assert to_gap("2x2x2").startswith("# 2x2x2")


@needs_sympy
@given(p=permutations, q=permutations)
@settings(deadline=None)
def test_permutations_of_sympy(p, q):
    n = max(len(p), len(q))
    p, q = (x + tuple(range(len(x), n)) for x in (p, q))
    assert from_sympy(to_sympy(p)) == p
    assert to_sympy(p).size == n
    assert all(to_sympy(p)(i) == image for i, image in enumerate(p))
    # sympy applies the first factor first, ours the last one.
    assert from_sympy(to_sympy(p) * to_sympy(q)) == compose(q, p)
    assert from_sympy(to_sympy(p) ** -1) == inverse(p)


@needs_sympy
@given(definition=definitions(words=False))
@settings(max_examples=40, deadline=None)
def test_groups_of_sympy(definition):
    group = to_sympy(definition)
    assert group.order() == definition.order
    assert from_sympy(group).generators == definition.generators
    scope = {}
    exec(format_generators(definition, "sympy"), scope)
    assert scope["group"].generators == group.generators


@needs_sympy
def test_named_groups_of_sympy():
    from sympy.combinatorics.named_groups import DihedralGroup, SymmetricGroup

    assert cayley.growth(from_sympy(DihedralGroup(5))).order == 10
    assert from_sympy(SymmetricGroup(6)).name == "S6"
    assert to_sympy("(1 2 3)").order() == 3
    assert to_sympy("S6", "pancake").order() == 720
    with pytest.raises(TypeError, match="got tuple"):
        from_sympy((1, 0))
    with pytest.raises(ValueError, match="other than the identity"):
        from_sympy(SymmetricGroup(1))


@needs_sympy
def test_what_sympy_has_not():
    with pytest.raises(TypeError, match="no counterpart of the graph of word 0011"):
        to_sympy(define(None, None, state="0011"))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ([3], TypeError, "must be a name such as 'S10'"),
        ([[0, 0]], ValueError, "not a permutation"),
        (["(1 2", "lrx"], ValueError, "go with the name of a group"),
        (["SL(2,5)"], TypeError, "a group of matrices"),
        (["S2x"], ValueError, "unknown group"),
    ],
)
def test_what_is_no_permutation(arguments, error, message):
    with pytest.raises(error, match=message):
        to_gap(*arguments)


def test_unknown_formats_and_missing_sympy(monkeypatch):
    with pytest.raises(UnknownNameError, match="unknown format 'gpa': did you mean gap"):
        format_generators(define("S3", None), "gpa")
    assert FORMATS == ("lines", "json", "gap", "sympy")
    monkeypatch.setitem(sys.modules, "sympy", None)
    with pytest.raises(MissingExtraError, match="need sympy"):
        to_sympy("S3")


def test_the_command(tmp_path):
    app = typer.Typer()

    @app.command()
    def show(
        format: FormatOption = None,
        output: OutputOption = None,
        as_json: Annotated[bool, typer.Option("--json")] = False,
    ) -> None:
        if not export_generators(define("S3", "coxeter"), format, output, as_json=as_json):
            typer.echo("as usual")

    def run(*arguments):
        result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
        assert result.exit_code == 0
        return result.stdout

    assert run() == "as usual\n"
    assert run("--format", "lines") == "s1 = (1 2)\ns2 = (2 3)\n"
    path = str(tmp_path / "s3.gap")
    assert run("--output", path) == f"S3, 2 generators: written to {path}\n"
    assert (tmp_path / "s3.gap").read_text().startswith("# S3")
    assert json.loads(run("-o", path, "--format", "json", "--json")) == {"file": path, "generators": 2}
    assert json.loads((tmp_path / "s3.gap").read_text())["generators"]["s1"] == [1, 0, 2]
