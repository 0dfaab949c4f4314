import dataclasses
import json
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import cayley
from cayley.checkpoint import Checkpoint, CheckpointError
from cayley.cli import main
from cayley.definitions import define
from cayley.engines import choose
from cayley.engines._bits import has_bit_gather
from cayley.engines.dense import DenseEngine
from cayley.generators import resolve

JOB = {"kind": "test"}


class Killed(Exception):
    """Stands for the end of the process."""


def _stop_at(depth):
    def stop(reached_depth, size, reached):
        if reached_depth == depth:
            raise Killed

    return stop


@pytest.mark.parametrize("engine", ["auto", "dense-portable"])
@pytest.mark.parametrize(
    ("group", "generators"), [("S9", "lrx"), ("S8", "lx"), ("S9", "pancake"), ("S8", "coxeter")]
)
@pytest.mark.parametrize("share", [0.05, 0.2, 0.5, 0.7, 0.9, 1.0])
def test_a_run_that_was_stopped_gives_the_same_result(tmp_path, group, generators, engine, share):
    whole = cayley.growth(group, generators)
    folder = tmp_path / "run"
    stop = _stop_at(round(share * whole.diameter))
    with pytest.raises(Killed):
        cayley.growth(group, generators, engine=engine, checkpoint=folder, progress=stop)
    assert not (folder / "result.json").exists()
    again = cayley.growth(group, generators, engine=engine, checkpoint=folder)
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


JOBS = {
    "chain": {"group": "M11"},
    "ranked": {"state": "0001110012"},
    "matrices": {"group": "Heisenberg(3,13)"},
    "matrices without order": {"generators": ["1 1; 0 1", "1 0; 3 1"], "modulus": 12, "engine": "matrices"},
}


@pytest.mark.parametrize("job", JOBS.values(), ids=JOBS.keys())
@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 1.0])
def test_every_engine_goes_on_where_it_was_stopped(tmp_path, job, share):
    whole = cayley.growth(**job)
    depth = round(share * whole.diameter)
    with pytest.raises(Killed):
        cayley.growth(**job, checkpoint=tmp_path / "run", progress=_stop_at(depth))
    assert (tmp_path / "run" / "progress.npz").exists() or depth == 0
    seen = []
    again = cayley.growth(
        **job, checkpoint=tmp_path / "run", progress=lambda depth, size, reached: seen.append(size)
    )
    assert (again.growth, again.last_layer, again.order) == (whole.growth, whole.last_layer, whole.order)
    assert seen == whole.growth


@pytest.mark.parametrize("job", JOBS.values(), ids=JOBS.keys())
def test_the_last_snapshot_survives_a_kill_within_a_layer(tmp_path, job):
    """Nothing is written when a computation ends in the middle of a layer; the snapshot before it holds."""
    whole = cayley.growth(**job)
    job = dict(job)
    definition = define(
        job.get("group"), job.get("generators"), state=job.get("state"), modulus=job.get("modulus")
    )
    choice = choose(definition, job.get("engine", "auto"), memory_limit=None, whole=True)
    store = Checkpoint(tmp_path / "run", JOB, interval=0.0)
    layers = choice.build().layers(store)
    sizes = [next(layers) for _ in range(4)]
    assert sizes == whole.growth[:4]
    resumed = choice.build()
    assert list(resumed.layers(Checkpoint(store.path, JOB))) == whole.growth
    assert sorted(resumed.last_layer().tolist()) == whole.last_layer


def test_snapshots_are_rare(tmp_path):
    store = Checkpoint(tmp_path / "run", JOB, interval=3600)
    store.keep(lambda: {"sizes": np.array([1])})
    assert not store.has_progress
    store.flush()
    assert store.load()["sizes"].tolist() == [1]
    assert sorted(store.load()) == ["engine", "seconds", "sizes"]


def test_another_engine_is_refused(tmp_path):
    cayley.growth("S9", max_depth=20, checkpoint=tmp_path / "run")
    with pytest.raises(CheckpointError, match="was kept by the engine 'dense', not 'chain': give engine='de"):
        cayley.growth("S9", checkpoint=tmp_path / "run", engine="chain")


def test_a_full_disk_is_an_error_and_spoils_nothing(tmp_path):
    """A limit on the size of files stands for a full disk."""
    program = f"""
import resource, cayley
cayley.growth("M12", max_depth=3, checkpoint={str(tmp_path / "chain")!r})
cayley.growth("S9")
resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))
for job in ({{"group": "M12", "checkpoint": {str(tmp_path / "chain")!r}, "max_depth": 5}},
            {{"group": "S9", "checkpoint": {str(tmp_path / "dense")!r}}}):
    try:
        cayley.growth(**job)
    except OSError as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.count("File too large") == 2, done.stdout
    assert sorted(path.name for path in (tmp_path / "chain").iterdir()) == ["job.json", "progress.npz"]
    assert cayley.growth("M12", checkpoint=tmp_path / "chain").growth == cayley.growth("M12").growth
    assert not (tmp_path / "dense" / "progress.npz").exists()
    assert cayley.growth("S9", checkpoint=tmp_path / "dense").growth == cayley.growth("S9").growth


def _interrupted_layer(store, times):
    with store.layer():
        for _ in range(times):
            signal.raise_signal(signal.SIGINT)
        store.keep(lambda: {"sizes": np.array([1, 2])})
        assert not store.has_progress


@pytest.fixture
def ctrl_c():
    """Let Ctrl-C interrupt, even where the tests run in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_waits_for_the_layer_and_keeps_it(tmp_path):
    store = Checkpoint(tmp_path / "run", JOB, interval=3600)
    with pytest.raises(KeyboardInterrupt, match="the computation is kept in"):
        _interrupted_layer(store, 1)
    assert store.load()["sizes"].tolist() == [1, 2]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("ctrl_c")
def test_a_second_ctrl_c_does_not_wait(tmp_path):
    store = Checkpoint(tmp_path / "run", JOB, interval=3600)
    with pytest.raises(KeyboardInterrupt):
        _interrupted_layer(store, 2)
    assert not store.has_progress


def test_other_threads_leave_signals_alone(tmp_path):
    sizes = []
    job = {"group": "M11", "checkpoint": tmp_path / "run"}
    thread = threading.Thread(target=lambda: sizes.extend(cayley.growth(**job).growth))
    thread.start()
    thread.join()
    assert sizes == cayley.growth("M11").growth


@pytest.mark.parametrize("engine", ["dense", "chain"])
def test_a_run_that_ctrl_c_has_stopped_goes_on(tmp_path, engine):
    job = {"group": "S10", "generators": "lx", "engine": engine, "checkpoint": str(tmp_path / "run")}
    program = f"""
import os, signal, threading, cayley
def interrupt(depth, size, reached):
    if depth == 20:
        threading.Timer(0.001, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    cayley.growth(**{job!r}, progress=interrupt)
except KeyboardInterrupt:
    print("interrupted")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "interrupted\n"
    described = json.loads((tmp_path / "run" / "job.json").read_text())
    assert len(Checkpoint(tmp_path / "run", described, engine).load()["sizes"]) > 20
    assert cayley.growth(**job).growth == cayley.growth("S10", "lx").growth


def test_max_depth_goes_on_later(tmp_path):
    part = cayley.growth("S9", max_depth=20, checkpoint=tmp_path / "run")
    assert not part.complete
    assert cayley.growth("S9", checkpoint=tmp_path / "run").growth == cayley.growth("S9").growth


@pytest.mark.parametrize("job", [{"group": "S8"}, *JOBS.values()], ids=["dense", *JOBS])
def test_a_depth_that_was_passed_already(tmp_path, job):
    """The checkpoint knows more than is asked for, but no states of that layer."""
    whole = cayley.growth(**job)
    last = whole.diameter - 1
    cayley.growth(**job, checkpoint=tmp_path / "run", max_depth=last)
    part = cayley.growth(**job, checkpoint=tmp_path / "run", max_depth=last - 2)
    assert part.growth == whole.growth[: last - 1]
    assert (part.complete, part.last_layer) == (False, None)
    assert cayley.growth(**job, checkpoint=tmp_path / "run").last_layer == whole.last_layer


def test_one_process_at_a_time(tmp_path):
    cayley.growth("S9", max_depth=20, checkpoint=tmp_path / "run")
    program = f"import cayley; cayley.growth('S9', checkpoint={str(tmp_path / 'run')!r})"
    described = json.loads((tmp_path / "run" / "job.json").read_text())
    with Checkpoint(tmp_path / "run", described, "dense").locked():
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        assert done.returncode != 0
        assert f"CheckpointError: {tmp_path / 'run'} is in use by another process" in done.stderr
    subprocess.run([sys.executable, "-c", program], check=True)
    assert (tmp_path / "run" / "result.json").exists()


def test_the_same_graph_under_another_name(tmp_path):
    whole = cayley.growth("S9", max_depth=20, checkpoint=tmp_path / "run")
    permutations = cayley.get_family("lrx").generators(9)
    again = cayley.growth(generators=permutations, checkpoint=tmp_path / "run")
    assert again.growth[:21] == whole.growth
    assert again.growth == cayley.growth("S9").growth


@pytest.mark.parametrize("group", ["M11", "SL(3,3)"])
def test_another_order_of_generators_is_refused_where_ranks_depend_on_it(tmp_path, group):
    definition = define(group, None)
    cayley.growth(definition, max_depth=3, checkpoint=tmp_path / "run")
    turned = dataclasses.replace(
        definition,
        generators=definition.generators[::-1],
        generator_names=tuple(map(str, definition.generators[::-1])),
    )
    with pytest.raises(CheckpointError, match="with the generators in another order"):
        cayley.growth(turned, checkpoint=tmp_path / "run")
    again = cayley.growth(definition, checkpoint=tmp_path / "run")
    assert again.growth == cayley.growth(turned).growth


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


@pytest.mark.parametrize(("group", "generators"), [("S9", "stars"), ("S9", "lrx"), ("A9", "top_spin")])
def test_a_bitmap_that_is_ahead_is_noticed(tmp_path, group, generators):
    """As after a crash in which the notes were lost and the bitmap was not: one layer is made good."""
    whole = cayley.growth(group, generators)
    folder = tmp_path / "run"
    depth = 2 * whole.diameter // 3
    cayley.growth(group, generators, max_depth=depth, checkpoint=folder)
    notes = (folder / "progress.npz").read_bytes()
    cayley.growth(group, generators, max_depth=depth + 1, checkpoint=folder)
    (folder / "progress.npz").write_bytes(notes)
    cayley.growth(group, generators, max_depth=depth + 2, checkpoint=folder)
    (folder / "progress.npz").write_bytes(notes)
    with pytest.raises(CheckpointError, match="does not hold the states that were counted"):
        cayley.growth(group, generators, checkpoint=folder)


def test_leftovers_of_a_finished_run_are_removed(tmp_path):
    whole = cayley.growth("S9", checkpoint=tmp_path / "run")
    (tmp_path / "run" / "states.bin").write_bytes(b"left")
    assert cayley.growth("S9", checkpoint=tmp_path / "run") == whole
    assert not (tmp_path / "run" / "states.bin").exists()


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
