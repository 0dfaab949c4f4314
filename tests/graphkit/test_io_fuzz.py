"""Damaged files are read as what they are, or refused in words of ours; see `benchmarks/fuzz_readers.py`."""

import random
import warnings

import fuzzing
import numpy as np
import pytest

from graphkit import Graph
from graphkit._matrices import read_matrix
from graphkit.errors import GraphkitError
from graphkit.io import adjlist
from graphkit.io._formats import FORMATS

READABLE = [form.name for form in FORMATS.values() if form.readable]
ROUNDS = 100


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    return fuzzing.examples(tmp_path_factory.mktemp("examples"))


@pytest.mark.parametrize("name", READABLE)
def test_there_are_examples_and_they_are_read(name, pool, tmp_path):
    """Otherwise nothing would be tested for a format."""
    chosen = [example for example in pool if example.format == name]
    assert chosen, f"add examples of {name} to fuzzing.BY_HAND"
    for k, example in enumerate(chosen):
        path = tmp_path / f"{k}{example.suffix}"
        fuzzing.put(path, example.files)
        assert all(isinstance(graph, Graph) for graph in fuzzing.read(path, name))


def test_damaged_files(tmp_path):
    complaints = []
    counts, refusals = fuzzing.campaign(
        tmp_path, 1, rounds=ROUNDS, report=lambda *complaint: complaints.append(complaint)
    )
    assert counts == dict.fromkeys(READABLE, ROUNDS)
    assert all(0 < refusals[name] < ROUNDS for name in READABLE)  # the damage is neither nothing nor all
    assert not complaints, "\n".join(
        f"{form}: {wrong}\n{fuzzing.as_text(files)}" for form, wrong, files in complaints[:5]
    )


def no_csr(file, **options):
    return Graph._trusted(np.array([0, 1]), np.array([5]), None, True)


def forever(file, **options):
    while True:
        pass


@pytest.mark.parametrize(
    ("reader", "complaint"),
    [
        (lambda file, **options: {}["key"], "KeyError"),
        (lambda file, **options: np.ones(2**40), "MemoryError"),
        (lambda file, **options: warnings.warn("odd", stacklevel=1), "UserWarning: odd"),
        (lambda file, **options: int("x"), "ValueError"),
        (no_csr, "gave a Graph that is none"),
        (forever, "took more than"),
    ],
)
def test_what_is_complained_about(tmp_path, monkeypatch, reader, complaint):
    """A fuzzer that finds nothing has to prove that it would."""
    monkeypatch.setattr(adjlist, "read", reader)
    monkeypatch.setattr(fuzzing, "SECONDS", 0.2)
    path = tmp_path / "graph.adjlist"
    path.write_text("0 1\n")
    with fuzzing.guarded():
        assert complaint in fuzzing.complaint(path, "adjlist")


def test_damaged_matrices(tmp_path):
    """Matrices for the command line: text with or without names, and .npy."""
    chance = random.Random(5)
    np.save(tmp_path / "a.npy", np.arange(12.0).reshape(3, 4))
    texts = [b"node,x,y\nann,1,2.5\nbob,-3e2,4\n", b"1 2 3\n4 5 6\n", b"# c\n\t0\t1\na\t1\t2\nb\t3\t4\n"]
    pool = [fuzzing.Example("matrix", ".csv", {"": data}) for data in texts]
    pool.append(fuzzing.Example("matrix", ".npy", {"": (tmp_path / "a.npy").read_bytes()}))
    refused = 0
    with fuzzing.guarded():
        for _ in range(1500):
            example = chance.choice(pool)
            path = tmp_path / f"damaged{example.suffix}"
            fuzzing.put(path, fuzzing.mutated(example, chance, pool))
            try:
                found = read_matrix(str(path))
            except GraphkitError:
                refused += 1
            else:
                assert found.values.ndim == 2
    assert 0 < refused < 1500
