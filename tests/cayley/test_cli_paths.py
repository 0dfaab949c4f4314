"""The commands solve, walk, spectrum and draw."""

import json

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from cayley import _cli_paths
from cayley._paths import apply_word

app = typer.Typer(pretty_exceptions_enable=False)
for command in (_cli_paths.solve, _cli_paths.walk, _cli_paths.spectrum, _cli_paths.draw):
    app.command(command.__name__)(command)


def run(*arguments, code=0):
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result.stdout


def document(*arguments, code=0):
    return json.loads(run(*arguments, "--json", code=code))


def test_a_scramble_is_solved():
    found = document("solve", "--puzzle", "3x3x3", "--metric", "htm", "--scramble", "R U F2 D L2")
    assert found["scramble"] == "R U F2 D L2"
    assert (found["word"], found["length"], found["is_shortest"]) == (["L2", "D'", "F2", "U'", "R'"], 5, True)
    text = run("solve", "--puzzle", "3x3x3", "--scramble", "R U F'")
    assert "F U' R'" in text
    assert "3 (shortest)" in text


@pytest.mark.parametrize(
    ("element", "graph"),
    [
        ("(1 20)", ["--group", "S20"]),
        ("(1 3)", ["--group", "S6", "--generators", "lx"]),
        ("1100", ["--state", "0011"]),
        ("2 1; 1 1", ["--matrix", "1 1; 0 1", "--matrix", "1 0; 1 1", "--mod", "3"]),
        ("(1 3 2)", ["--perm", "(1 2 3)"]),
    ],
)
@pytest.mark.parametrize("method", ["exact", "beam"])
def test_elements_of_all_kinds(element, graph, method):
    found = document("solve", element, *graph, "--method", method)
    assert found["found"]
    assert len(found["word"]) == found["length"]
    assert found["method"] == {"exact": "bidirectional", "beam": "beam"}[method]


def test_solutions_by_beam_and_pattern():
    options = ["solve", "(1 2)(3 9)", "--group", "S10", "--method", "beam", "--width", "200"]
    found = document(*options, "--pattern", "0000011111", "--pattern", "0011223344", "--seed", "3")
    reached = apply_word(found["indices"], "S10", start="(1 2)(3 9)")
    assert (reached == np.arange(10)).all()
    assert found == document(
        *options, "--pattern", "0000011111", "--pattern", "0011223344", "--seed", "3"
    ) | {"seconds": found["seconds"]}
    assert "(beam)" in run(*options)


def test_no_solution_within_the_limits():
    text = run("solve", "(1 2)(3 9)", "--group", "S12", "--max-length", "3", code=1)
    assert "no word of up to 3 generators" in text
    found = document("solve", "(1 2)(3 9)", "--group", "S12", "--max-length", "3", code=1)
    assert (found["found"], found["word"], found["stopped"]) == (False, None, "max_length")


def test_bad_usage():
    run("solve", "--group", "S5", code=2)
    run("solve", "(1 2)", "--scramble", "L", "--group", "S5", code=2)
    with pytest.raises(ValueError, match="cannot read 'Q'"):
        CliRunner().invoke(app, ["solve", "--scramble", "R Q", "--puzzle", "3x3x3"], catch_exceptions=False)
    with pytest.raises(ValueError, match="not for matrices"):
        CliRunner().invoke(
            app, ["solve", "1 1; 0 1", "--group", "SL(2,5)", "--pattern", "01"], catch_exceptions=False
        )


def test_walks():
    found = document(
        "walk", "--group", "S6", "--length", "7", "--walks", "3", "--seed", "1", "--non-backtracking"
    )
    assert (found["group"], found["length"], len(found["walks"])) == ("S6", 7, 3)
    for row in found["walks"]:
        assert apply_word(row["indices"], "S6").tolist() == row["end"]
        assert apply_word(" ".join(row["word"]), "S6").tolist() == row["end"]
    text = run("walk", "--group", "S6", "--length", "7", "--walks", "30", "--seed", "1")
    assert "30 of 7 steps, the first 20" in text
    assert "1 of 20 steps" in run("walk", "--state", "0011")


def test_spectra():
    found = document("spectrum", "--group", "S5", "--generators", "transpositions")
    assert (found["girth"], found["is_bipartite"], found["mixing_time"]) == (4, True, 7)
    assert found["spectral_gap"] == pytest.approx(5)
    assert (len(found["eigenvalues"]), found["layers"]["count"]) == (120, 120)
    text = run("spectrum", "--group", "S5", "--generators", "transpositions")
    assert "all eigenvalues of 120 vertices" in text
    assert "7 steps of the lazy walk" in text
    assert "yes" in text
    directed = document("spectrum", "--group", "S4", "--generators", "lx")
    assert directed["eigenvalues"][0] == pytest.approx([2, 0])
    assert "-0.76069+0.857874i" in run("spectrum", "--group", "S4", "--generators", "lx")
    lonely = document("spectrum", "--state", "00", "--perm", "(1 2)")
    assert (lonely["spectral_gap"], lonely["layers"]["skewness"], lonely["girth"]) == (None, None, None)


def test_spectra_of_larger_graphs():
    text = run("spectrum", "--group", "S7", "--generators", "pancake", "--ends", "2")
    assert "both ends of the eigenvalues of 5,040 vertices" in text
    many = run("spectrum", "--group", "S6", "--generators", "pancake")
    assert "all eigenvalues" in many


def test_drawing(tmp_path):
    picture = tmp_path / "s4.svg"
    found = document("draw", str(picture), "--group", "S4", "--generators", "coxeter")
    assert found == {
        "file": str(picture),
        "group": "S4",
        "n_vertices": 24,
        "diameter": 6,
        "generators": ["s1", "s2", "s3"],
    }
    assert "<svg" in picture.read_text()
    assert "drawn to" in run("draw", str(tmp_path / "w.png"), "--state", "0011", "--no-labels")
    with pytest.raises(ValueError, match="unknown picture format 'txt'"):
        CliRunner().invoke(app, ["draw", str(tmp_path / "x.txt"), "--group", "S4"], catch_exceptions=False)


def test_generators_from_a_file(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text("L = (1 2 3 4 5)\nX = (1 2)\n", encoding="utf-8")
    given = ["--perm-file", str(path), "--inverses"]
    assert document("solve", "(1 3)", *given)["word"] == ["X", "L", "X", "L'", "X"]
    assert document("spectrum", *given)["n_vertices"] == 120
    assert {name for row in document("walk", *given)["walks"] for name in row["word"]} <= {"L", "L'", "X"}


@pytest.mark.usefixtures("one_torch_thread")
def test_solutions_by_a_learned_distance(tmp_path):
    pytest.importorskip("torch", reason="torch is not installed")
    model = str(tmp_path / "s8.pt")
    options = ["solve", "(1 8)(2 7)(3 6)(4 5)", "--group", "S8", "--heuristic", "learned", "--width", "50"]
    found = document(*options, "--train-walks", "100", "--walk-length", "30", "--model", model)
    assert (found["found"], found["method"]) == (True, "beam")
    assert (apply_word(found["indices"], "S8", start="(1 8)(2 7)(3 6)(4 5)") == np.arange(8)).all()
    assert (found["learned"]["n_walks"], found["learned"]["length"]) == (100, 30)
    again = document(*options, "--model", model)
    assert again == found | {"seconds": again["seconds"]}
    text = run(*options, "--model", model, "--pattern", "00001111")
    assert "learned from 100 walks of 30 steps" in text


@pytest.mark.parametrize(
    "options",
    [
        ["--model", "x.pt"],
        ["--train-walks", "3"],
        ["--heuristic", "learned", "--method", "exact"],
        ["--heuristic", "learned", "--model", "x.pt", "--walk-length", "3"],
    ],
)
def test_options_of_learning_that_do_not_go_together(options):
    run("solve", "(1 2)", "--group", "S5", *options, code=2)


def test_learning_that_cannot_be():
    def fails(*arguments):
        CliRunner().invoke(app, ["solve", *arguments], catch_exceptions=False)

    with pytest.raises(ValueError, match="unknown heuristic 'lerned': did you mean learned"):
        fails("(1 2)", "--group", "S5", "--heuristic", "lerned")
    with pytest.raises(ValueError, match="not for words under generators without their inverses"):
        fails("1100", "--state", "0011", "--generators", "lx", "--heuristic", "learned")
    pytest.importorskip("torch", reason="torch is not installed")
    with pytest.raises(FileNotFoundError):
        fails("(1 2)", "--group", "S5", "--heuristic", "learned", "--model", "nowhere.pt")
    with pytest.raises(FileNotFoundError):
        fails(
            *["(1 2)", "--group", "S5", "--heuristic", "learned"],
            *["--train-walks", "5", "--model", "nowhere/x.pt"],
        )


def test_drawings_that_are_too_large_are_refused_at_once(tmp_path):
    with pytest.raises(ValueError, match="6,000 vertices, S14 has 87,178,291,200"):
        CliRunner().invoke(app, ["draw", str(tmp_path / "x.png"), "--group", "S14"], catch_exceptions=False)


def test_outputs_are_the_same_each_time(tmp_path):
    """So that they can be examples in the documentation."""
    walk = ["walk", "--puzzle", "2x2x2", "--length", "9", "--walks", "2", "--seed", "1"]
    assert run(*walk) == run(*walk)
    for suffix in ("png", "svg", "pdf"):
        pictures = [tmp_path / f"{name}.{suffix}" for name in "ab"]
        for picture in pictures:
            run("draw", str(picture), "--group", "S4")
        first, again = (picture.read_bytes() for picture in pictures)
        assert first == again
    for graph in (["--group", "S5"], ["--group", "S4", "--generators", "lx"]):
        assert run("spectrum", *graph) == run("spectrum", *graph)
