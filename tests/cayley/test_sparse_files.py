"""The sparse engine and files: taking up a search, and disks that are full."""

import subprocess
import sys
from itertools import islice

import numpy as np
import pytest
from oracle.sparse_cases import CASES, LRX7, check_layers, in_buckets, using

from cayley.checkpoint import Checkpoint, CheckpointError
from cayley.engines.sparse import SparseEngine
from cayley.groups import PermutationGroup


@pytest.fixture(scope="module")
def cases():
    return {name: build() for name, build in CASES.items()}


def resumed(case, store, depth, **options):
    """Stop after some layers, and take the search up with another engine."""
    with SparseEngine(case.definition, **options) as engine:
        found = list(islice(engine.layers(Checkpoint(store, {}, interval=0)), depth + 1))
        assert found == case.growth[: depth + 1]
    with SparseEngine(case.definition, **options) as engine:
        check_layers(engine, case, Checkpoint(store, {}, interval=0))


@pytest.mark.parametrize("way", [{}, in_buckets(64)], ids=["direct", "buckets"])
@pytest.mark.parametrize("name", CASES)
def test_resuming(cases, name, way, tmp_path):
    case = cases[name]
    for depth in {1, len(case.growth) // 2, len(case.growth) - 1}:
        with using(way):
            resumed(case, tmp_path / f"from{depth}", depth)


@pytest.mark.parametrize("name", ["moves", "moves-directed", "commuting", "long-word-directed"])
def test_resuming_with_files(cases, name, tmp_path):
    case = cases[name]
    resumed(case, tmp_path / "run", len(case.growth) // 2, memory_limit=2000, spill_folder=tmp_path)
    with np.load(tmp_path / "run" / "progress.npz") as saved:
        assert (
            max(saved[part].nbytes for part in saved if part.startswith("layer0_") and part[7:].isdigit())
            < 2000
        )
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_resuming_with_another_order_of_generators(tmp_path):
    """Marks belong to generators by number, so they would be misread."""
    store = tmp_path / "run"
    list(
        islice(
            SparseEngine(PermutationGroup(tuple(LRX7), "lrx")).layers(Checkpoint(store, {}, interval=0)), 5
        )
    )
    engine = SparseEngine(PermutationGroup(tuple(reversed(LRX7)), "lrx"))
    with pytest.raises(CheckpointError, match="in another order"):
        list(engine.layers(Checkpoint(store, {})))


@pytest.mark.parametrize("begun_with_files", [False, True])
def test_directed_graph_resumed_the_other_way(cases, begun_with_files, tmp_path):
    options = [{}, {"spill_folder": tmp_path}]
    definition = cases["moves-directed"].definition
    with SparseEngine(definition, **options[begun_with_files]) as engine:
        list(islice(engine.layers(Checkpoint(tmp_path / "run", {}, interval=0)), 5))
    with (
        SparseEngine(definition, **options[not begun_with_files]) as engine,
        pytest.raises(CheckpointError, match=f"with{'' if begun_with_files else 'out'} a folder for files"),
    ):
        list(engine.layers(Checkpoint(tmp_path / "run", {})))


FULL_DISK = """
import resource, sys
import cayley
from cayley.engines.sparse import SparseEngine
from cayley.groups import PermutationGroup

group = PermutationGroup(tuple(cayley.get_family("lx").generators(8)), "lx")
options = {"memory_limit": 20_000, "spill_folder": sys.argv[1]}
with SparseEngine(group, **options) as engine:
    assert sum(engine.layers()) == group.order  # and all kernels are compiled, which writes files too
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
sizes = []
with SparseEngine(group, **options) as engine:
    try:
        for size in engine.layers():
            sizes.append(size)
    except OSError as error:
        print(error.strerror, len(sizes), len(engine.last_layer()) == sizes[-1], sep="; ")
"""


def test_full_disk(tmp_path):
    """What was found before stands, the error tells what happened, and no file is left."""
    pytest.importorskip("resource", reason="limits of the size of files are those of POSIX")
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)], capture_output=True, text=True, check=True
    )
    what, n_layers, holds = done.stdout.strip().split("; ")
    assert what.startswith("a layer of at least ")
    assert what.endswith("states could not be written: File too large")
    assert 2 < int(n_layers) < 40
    assert holds == "True"
    assert list(tmp_path.iterdir()) == []
