"""What the user writes becomes the right graph, and the right engine takes it."""

import json
import os
import subprocess
import sys

import pytest

import cayley
from cayley.definitions import define
from graphkit.errors import MemoryBudgetError, UnknownNameError


@pytest.mark.parametrize(
    ("arguments", "name", "order", "engine"),
    [
        ({"group": "S10"}, "S10", 3628800, "dense"),
        ({"group": "A9", "generators": "top_spin"}, "A9", 181440, "dense"),
        ({"group": "M12"}, "M12", 95040, "chain"),
        ({"group": "Heisenberg(3,101)"}, "Heisenberg(3,101)", 101**3, "matrices"),
        ({"group": "UT(4,7)"}, "UT(4,7)", 7**6, "matrices"),
        ({"group": "SL(2,101)"}, "SL(2,101)", 101 * (101**2 - 1), "matrices"),
        ({"group": "SL(3,2)", "generators": "root_weyl"}, "SL(3,2)", 168, "chain"),
        ({"group": "2x2x2"}, "2x2x2 (qtm)", 3674160, "chain"),
        ({"group": "2x2x2", "metric": "htm"}, "2x2x2 (htm)", 3674160, "chain"),
        ({"group": "pyraminx"}, "pyraminx", 933120, "chain"),
        ({"state": "0011"}, "word 0011", 6, "ranked"),
        ({"state": [0, 1, 1], "generators": ["(1 2 3)"]}, "word 011", None, "ranked"),
        ({"generators": ["(1 2 3)", "(1 2)"]}, "S3", 6, "dense"),
        ({"generators": ["1 1; 0 1"], "modulus": 5}, "group of 2x2 matrices mod 5", None, "matrices"),
    ],
)
def test_names_orders_and_engines(arguments, name, order, engine):
    job = cayley.plan(**arguments)
    assert job.definition.name == name
    assert job.states in (order, 3 if order is None and "state" in arguments else order)
    assert job.engine == engine
    assert job.memory_bytes > 0
    if order is not None:
        assert job.seconds > 0


def test_a_definition_is_taken_as_it_is():
    puzzle = cayley.puzzle("2x2x2", "htm")
    assert define(puzzle, None) is puzzle
    assert cayley.growth(puzzle).diameter == 11
    with pytest.raises(ValueError, match="brings its own generators"):
        define(puzzle, "lrx")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"group": "S4", "state": "0011"}, "choose one of group and state"),
        ({"state": "0011", "modulus": 3}, "choose one of state and modulus"),
        ({"modulus": 3}, "a modulus goes with matrices"),
        ({"modulus": 3, "generators": "lrx"}, "a modulus goes with matrices"),
        ({"modulus": 3, "generators": ["1 1; 0 1"], "k": 2}, "matrices takes no parameters"),
        ({"group": "M12", "generators": "lrx"}, "M12 brings its own generators"),
        ({"group": "M12", "k": 2}, "M12 takes no parameters"),
        ({"group": "UT(3,5)", "generators": ["(1 2)"]}, "brings its own generators"),
        ({"group": "S5", "metric": "htm"}, "unknown puzzle 's5'"),
        ({"group": "pyraminx", "metric": "htm"}, "has no metrics"),
        ({"group": "2x2x2", "metric": "xtm"}, "unknown metric"),
        ({"group": "S5", "k": "two"}, "must be an integer"),
        ({"state": "00a1"}, "is not a colour"),
        ({"generators": ["1 2; 2 4"], "modulus": 5}, "singular modulo 5"),
    ],
)
def test_what_does_not_go_together(arguments, message):
    with pytest.raises(ValueError, match=message):
        cayley.plan(**arguments)


def test_unknown_names_list_what_there_is():
    with pytest.raises(UnknownNameError, match=r"S<n> .*M11, M12.*Heisenberg\(n,m\).*2x2x2") as error:
        cayley.plan("Monster")
    assert "\n" not in str(error.value)


def test_engines_refuse_what_they_do_not_take():
    with pytest.raises(ValueError, match="'ranked' does not take S5"):
        cayley.plan("S5", engine="ranked")
    with pytest.raises(ValueError, match="'dense' does not take word 0011"):
        cayley.plan(state="0011", engine="dense")


def test_the_first_layers_of_what_does_not_fit():
    """3x3x3 quarter turns: 1, 12, 114, 1068, OEIS A080601."""
    with pytest.raises(MemoryBudgetError, match="its first layers can be had with max_depth"):
        cayley.plan("3x3x3")
    result = cayley.growth("3x3x3", max_depth=3)
    assert result.growth == [1, 12, 114, 1068]
    assert (result.engine, result.complete, result.diameter) == ("sparse", False, None)
    assert result.order == 43252003274489856000


def test_results_of_all_kinds_are_plain_data():
    for arguments in ({"group": "M11"}, {"state": "001122"}, {"group": "SL(2,5)"}, {"group": "SL(3,2)"}):
        result = cayley.growth(**arguments)
        assert sum(result.growth) == result.order
        assert len(result.last_layer) == result.growth[-1]
        assert json.loads(json.dumps(result.to_dict())) == result.to_dict()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((5,), TypeError, "group must be a name such as 'S10' or a definition, got 5"),
        (("S5", 3), TypeError, "the name of a family or a list of permutations, got 3"),
        (("S5", (1, 0, 2, 3, 4)), TypeError, "a list of permutations"),
        (("S5", "(1 2)"), ValueError, r"as a list, even if there is only one: \['\(1 2\)'\]"),
        ((None, ["(1 2000)"]), ValueError, "points may be up to 1000, got 2000"),
        ((None, ["(1 99999999999999)"]), ValueError, "points may be up to 1000"),
        ((None, [range(2000)]), ValueError, "may have up to 1000 points"),
    ],
)
def test_wrong_kinds_of_arguments(arguments, error, message):
    with pytest.raises(error, match=message):
        cayley.growth(*arguments)


def test_progress_must_be_callable():
    with pytest.raises(TypeError, match="progress must be callable, got 5"):
        cayley.growth("S5", progress=5)


@pytest.mark.parametrize("group", ["S30", "S180", "S255", "A255"])
def test_impossible_sizes_are_refused_at_once(group):
    generators = "lrx" if group[0] == "S" else "top_spin"
    with pytest.raises(MemoryBudgetError, match=r"one bit for each state of .* needs about .* TB, more than"):
        cayley.growth(group, generators)


def test_lists_on_the_disk_where_a_bitmap_does_not_fit(tmp_path):
    with pytest.raises(MemoryBudgetError, match="by lists on the disk with spill"):
        cayley.plan("S9", memory_limit="20kB")
    assert cayley.plan("S9", memory_limit="20kB", spill=tmp_path).engine == "sparse"
    with pytest.raises(FileNotFoundError, match=r"folder for files, .* does not exist"):
        cayley.plan("S9", spill=tmp_path / "nowhere")
    assert cayley.plan("S9", spill=tmp_path).engine.startswith("dense")


def test_layers_that_exceed_the_memory_are_spilled(tmp_path):
    whole = cayley.growth("S8", engine="sparse")
    spilled = cayley.growth("S8", engine="sparse", memory_limit="100kB", spill=tmp_path)
    assert spilled.growth == whole.growth == cayley.growth("S8").growth
    assert list(tmp_path.iterdir()) == []


def test_devices():
    with pytest.raises(ValueError, match="unknown device 'gpu'"):
        cayley.growth("S5", device="gpu")
    with pytest.raises(ValueError, match=r"a GPU runs permutation groups by the dense engine, .* word 0011"):
        cayley.growth(state="0011", device="cuda")
    with pytest.raises(ValueError, match="it does not take the engine 'sparse'"):
        cayley.growth("S5", device="cuda", engine="sparse")


def test_a_gpu_in_the_simulator(tmp_path):
    """The command as a user types it; numba's simulator must be chosen before numba is loaded."""
    command = [sys.executable, "-m", "cayley.cli", "growth", "--group", "S5", "--device", "cuda", "--json"]
    done = subprocess.run(
        [*command, "--checkpoint", str(tmp_path / "run")],
        env=os.environ | {"NUMBA_ENABLE_CUDASIM": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    found, whole = json.loads(done.stdout), cayley.growth("S5")
    assert found["engine"] == "dense-cuda"
    assert (found["growth"], found["last_layer"]) == (whole.growth, whole.last_layer)


def test_generators_from_an_iterator():
    texts = ["(1 2 3)", "(1 2)"]
    assert cayley.growth(generators=iter(texts)).growth == cayley.growth(generators=texts).growth
    assert cayley.growth("S3", (g for g in texts)).growth == [1, 2, 3]
    assert cayley.plan(state="001", generators=iter(texts)).states == 3
    assert cayley.plan(generators=iter(["1 1; 0 1"]), modulus=3).definition.modulus == 3


def test_no_metric_is_no_parameter():
    assert cayley.growth("S5", metric=None).growth == cayley.growth("S5").growth
    assert cayley.plan("2x2x2", metric=None).definition == cayley.plan("2x2x2").definition
    assert cayley.plan(state="0011", metric=None).states == 6


def test_letters_of_books_and_puzzles_with_parameters():
    for name, meant in {"D5": r"dihedral\(5\)", "Z7": r"cycle\(7\)", "E6": r"coxeter_e\(6\)"}.items():
        with pytest.raises(UnknownNameError, match=f"did you mean {meant}"):
            define(name, None)
    with pytest.raises(ValueError, match="metric is htm"):
        cayley.puzzle("cube(2, metric=htm)", "qtm")
    with pytest.raises(ValueError, match="must be an integer, got 'n'"):
        define("heisenberg(3,n)", None)
    assert define("polyhedron(cube,vertex,0,rotations=0)", None).order == 3_149_280  # a text that is a number
