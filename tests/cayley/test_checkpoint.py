import json
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import cayley
from cayley.checkpoint import Checkpoint, CheckpointError
from cayley.cli import main
from cayley.engines._bits import has_bit_gather
from cayley.engines.dense import DenseEngine
from cayley.groups import resolve

JOB = {"kind": "test"}


class Killed(Exception):
    """Stands for the end of the process."""


@pytest.mark.parametrize(
    ("group", "generators"), [("S9", "lrx"), ("S8", "lx"), ("S9", "pancake"), ("S8", "coxeter")]
)
@pytest.mark.parametrize("depth", [1, 6, 9, 17, 26])
def test_a_run_that_was_stopped_gives_the_same_result(tmp_path, group, generators, depth):
    whole = cayley.growth(group, generators)

    def stop(reached_depth, size, reached):
        if reached_depth == depth:
            raise Killed

    folder = tmp_path / "run"
    try:
        cayley.growth(group, generators, checkpoint=folder, progress=stop)
    except Killed:
        assert not (folder / "result.json").exists()
    again = cayley.growth(group, generators, checkpoint=folder)
    assert (again.growth, again.last_layer, again.complete) == (whole.growth, whole.last_layer, True)
    assert sorted(path.name for path in folder.iterdir()) == ["job.json", "result.json"]
    assert cayley.growth(group, generators, checkpoint=folder) == again


@pytest.mark.parametrize(("group", "generators"), [("S9", "lrx"), ("S8", "coxeter"), ("A9", "top_spin")])
def test_a_layer_that_was_cut_off_is_computed_again(tmp_path, group, generators):
    """Marks that a later layer has left in the bitmap do not count for that layer twice."""
    resolved = resolve(group, generators, {})
    whole = list(DenseEngine(resolved, has_bit_gather(), list_limit=200).layers())
    for depth in range(3, len(whole) - 1, 4):
        store = Checkpoint(tmp_path / str(depth), JOB)
        layers = DenseEngine(resolved, has_bit_gather(), list_limit=200).layers(store)
        for _ in range(depth + 1):
            next(layers)
        progress = store.path / "progress.npz"
        before = progress.read_bytes() if progress.exists() else None
        next(layers)  # marks the next layer in the bitmap ...
        layers.close()
        if before is None:
            progress.unlink(missing_ok=True)
        else:
            progress.write_bytes(before)  # ... but the notes are those of the layer before
        resumed = DenseEngine(resolved, has_bit_gather(), list_limit=200)
        assert list(resumed.layers(Checkpoint(store.path, JOB))) == whole


def test_max_depth_goes_on_later(tmp_path):
    part = cayley.growth("S9", max_depth=20, checkpoint=tmp_path / "run")
    assert not part.complete
    assert cayley.growth("S9", checkpoint=tmp_path / "run").growth == cayley.growth("S9").growth


def test_time_adds_up(tmp_path):
    def slow(depth, size, reached):
        time.sleep(0.01)
        if depth == 25:
            raise Killed

    with pytest.raises(Killed):
        cayley.growth("S9", checkpoint=tmp_path / "run", progress=slow)
    assert cayley.growth("S9", checkpoint=tmp_path / "run").seconds > 0.2


def test_another_job_is_refused(tmp_path):
    cayley.growth("S6", max_depth=3, checkpoint=tmp_path / "run")
    with pytest.raises(CheckpointError, match=r"holds another job: .*lrx.*; this one is .*pancake"):
        cayley.growth("S6", "pancake", checkpoint=tmp_path / "run")


def test_a_folder_with_other_files_is_refused(tmp_path):
    (tmp_path / "thesis.tex").write_text("precious")
    with pytest.raises(CheckpointError, match="is no checkpoint: it must be new or an empty folder"):
        cayley.growth("S6", checkpoint=tmp_path)
    assert (tmp_path / "thesis.tex").read_text() == "precious"
    with pytest.raises(CheckpointError, match="is no checkpoint"):
        cayley.growth("S6", checkpoint=tmp_path / "thesis.tex")


@pytest.fixture
def stopped(tmp_path):
    """Folder of a run that was stopped in the middle."""
    cayley.growth("S9", max_depth=25, checkpoint=tmp_path / "run")
    return tmp_path / "run"


def test_a_lost_bitmap_is_noticed(stopped):
    states = np.memmap(stopped / "states.bin", np.uint64, "r+")
    states[:] = 0
    del states
    with pytest.raises(CheckpointError, match="is damaged"):
        cayley.growth("S9", checkpoint=stopped)


def test_missing_and_garbled_files_are_noticed(stopped):
    (stopped / "progress.npz").write_bytes(b"garbage")
    with pytest.raises(CheckpointError, match=r"progress\.npz cannot be read"):
        cayley.growth("S9", checkpoint=stopped)
    cayley.growth("S8", max_depth=20, checkpoint=stopped.parent / "two")
    (stopped.parent / "two" / "states.bin").unlink()
    with pytest.raises(CheckpointError, match=r"states\.bin is missing"):
        cayley.growth("S8", checkpoint=stopped.parent / "two")
    (stopped / "job.json").write_text("[]")
    with pytest.raises(ValueError, match="not a description of a job"):
        cayley.growth("S9", checkpoint=stopped)


def test_a_killed_command_is_taken_up(tmp_path, monkeypatch, capsys):
    """Kill -9 in the middle of a run of seconds; the same command then ends with the same series."""
    arguments = ["growth", "--group", "S12", "--checkpoint", str(tmp_path / "run"), "--json"]
    process = subprocess.Popen([sys.executable, "-m", "cayley.cli", *arguments], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (tmp_path / "run" / "progress.npz").exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert (tmp_path / "run" / "progress.npz").exists()
    monkeypatch.setattr(sys, "argv", ["cayley", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 0
    document = json.loads(capsys.readouterr().out)
    assert document["diameter"] == 66
    assert sum(document["growth"]) == 479001600
    assert document["growth"] == cayley.growth("S12").growth
