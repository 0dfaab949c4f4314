"""Generators from files, and what is said about files that are none."""

import json

import pytest

import cayley
from graphkit.errors import GraphFormatError

PUZZLE = """# two turns of a ring with three pairs of pieces that look alike
M_A:=(1,2,3)
   (4,5,6);
M_B:=(1,4); M_UNUSED:=(2,5);

Gen:=[
M_A,M_B
];
ip:=[[1,4],[2,5]];
# Size(Group(Gen));
"""


def write(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_lines(tmp_path):
    path = write(tmp_path, "mine.txt", "# generators\nL = (1 2 3 4 5)\n\nX := [2,1]  # swap\n(1 2 3)\n")
    group = cayley.load_generators(path)
    assert (group.name, group.degree, group.is_directed) == ("S5", 5, True)
    assert group.generators == ((1, 2, 3, 4, 0), (1, 0, 2, 3, 4), (1, 2, 0, 3, 4))
    assert group.symbols is None  # one of them has no name
    assert cayley.growth(group).order == 120


def test_names_and_inverses(tmp_path):
    path = write(tmp_path, "mine.perms", "L = (1 2 3 4 5)\nX = (1 2)\nN = (1 2)\n")
    group = cayley.load_generators(path, inverses=True)
    assert group.symbols == ("L", "X", "L'")
    assert not group.is_directed
    assert cayley.growth(group).growth == cayley.growth("S5").growth
    assert str(cayley.distances(group).word("(1 5 4 3 2)")) == "L'"


def test_gap(tmp_path):
    path = write(tmp_path, "ring.gap", PUZZLE)
    graph = cayley.load_generators(path)
    assert graph.symbols == ("M_A", "M_B")
    # Points 1 and 4 look alike, and so do 2 and 5; 3 and 6 are told apart.
    assert graph.state == (0, 1, 2, 0, 1, 3)
    assert cayley.growth(graph).order <= 180
    group = cayley.load_generators(write(tmp_path, "plain.g", PUZZLE.replace("ip:=[[1,4],[2,5]];", "")))
    assert isinstance(group, cayley.PermutationGroup)
    assert cayley.growth(group).growth == cayley.growth(generators=["(1 2 3)(4 5 6)", "(1 4)"]).growth


def test_pieces_that_are_all_different_make_a_group(tmp_path):
    path = write(tmp_path, "p.gap", "a:=(1,2,3);\nip:=[[1],[2],[3]];\n")
    assert isinstance(cayley.load_generators(path), cayley.PermutationGroup)


@pytest.mark.parametrize(
    "document",
    [
        [[1, 2, 0], "(1 2)"],
        {"generators": [[1, 2, 0], [1, 0, 2]]},
        {"generators": {"a": "(1 2 3)", "b": [1, 0, 2]}},
        {"generators": [[1, 2, 0], [1, 0, 2]], "state": [0, 1, 2]},
    ],
    ids=str,
)
def test_json(tmp_path, document):
    group = cayley.load_generators(write(tmp_path, "mine.json", json.dumps(document)))
    assert group.generators == ((1, 2, 0), (1, 0, 2))
    assert cayley.growth(group).growth == [1, 2, 3]


def test_json_with_a_state(tmp_path):
    document = {"generators": {"L": [1, 2, 3, 0], "X": [1, 0, 2, 3]}, "state": [7, 7, 9, 9]}
    graph = cayley.load_generators(write(tmp_path, "mine.json", json.dumps(document)))
    assert (graph.name, graph.symbols) == ("word 7799", ("L", "X"))
    assert cayley.growth(graph).growth == cayley.growth(state="0011", generators="lx").growth


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.txt", "", "a.txt: there is no generator in it"),
        ("a.txt", "()\n", "a.txt: all generators are the identity"),
        ("a.txt", "(1 2)\nX = (1 2 1)\n", "a.txt:2: permutation .* point 1 is named twice"),
        ("a.txt", "hello\n", "a.txt:1: cannot read permutation 'hello'"),
        ("a.json", "[", "a.json:1: not JSON"),
        ("a.json", "{}", "expected the keys 'generators' and perhaps 'state'"),
        ("a.json", "3", "expected a list of generators, got 3"),
        ("a.json", "[[1, 1]]", "not a permutation of 0 to 1"),
        ("a.json", '[{"a": 1}]', "must be integers"),
        ("a.json", "[5]", "a permutation is a string or a sequence of images"),
        ("a.json", '{"generators": [[1, 0]], "state": "00"}', "a state is a list of integers from 0"),
        ("a.json", '{"generators": [[1, 0, 2]], "state": [0, 0]}', "2 places, the generators act on 3"),
        ("a.gap", "a:=(1,2)\n", "a.gap:1: 'a:=\\(1,2\\)' does not end with ';'"),
        ("a.gap", "\n\nSize(Group(a));\n", "a.gap:3: expected 'name := ...;'"),
        ("a.gap", "a:=(1,2);\nGen:=[a,\nb];", "a.gap:2: 'b' is not defined before"),
        ("a.gap", "a:=(1,2);\nip:=[[1,1]];", "a.gap:2: points that look alike"),
        ("a.txt", "[2, 1\n", "a.txt:1: .* a bracket is missing"),
        ("a.txt", "(\u0661 \u0662)\n", "a.txt:1: .* is not a point"),
        ("a.txt", f"(1 {'9' * 5000})\n", "a.txt:1: a point may have up to 1000 digits"),
        ("a.json", f"[[1, {'9' * 5000}]]", "a number is too long"),
        ("a.json", "[" * 100_000, "not JSON"),
        ("a.json", '{"generators": [[1, 0, 2]], "state": [0, 1]}', "2 places, the generators act on 3"),
        ("a.json", f'{{"generators": [[1, 0, 2]], "state": [0, 0, {2**63}]}}', "a.json: colours of a state"),
        ("a.gap", "a:=(1,2);\nip:=[[1,999999999999]];", "a.gap:2: points that look alike .* from 1 to 1000"),
        ("a.gap", "a:=7;", "expected a permutation or a list of names, got '7'"),
    ],
)
def test_bad_files(tmp_path, name, text, message):
    with pytest.raises(GraphFormatError, match=message):
        cayley.load_generators(write(tmp_path, name, text))


def test_files_that_are_not_text(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(GraphFormatError, match="not UTF-8 text"):
        cayley.load_generators(tmp_path / "a.txt")
    with pytest.raises(FileNotFoundError):
        cayley.load_generators(tmp_path / "nowhere.txt")
