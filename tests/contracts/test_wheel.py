"""What is in the wheel, and what is not."""

import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    wheel = pytest.importorskip("hatchling.builders.wheel", reason="needs hatchling: pip install '.[test]'")
    folder = tmp_path_factory.mktemp("dist")
    (built,) = wheel.WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


def test_every_source_file_is_there(names):
    for package in ("graphkit", "cayley", "clustering"):
        sources = {path.relative_to(ROOT).as_posix() for path in (ROOT / package).rglob("*.py")}
        assert sources
        assert sources <= names
        assert f"{package}/py.typed" in names


def test_sample_graphs_are_there(names):
    samples = {path.relative_to(ROOT).as_posix() for path in (ROOT / "graphkit/samples").iterdir()}
    assert any("karate" in sample for sample in samples)
    assert samples <= names


def test_nothing_else_is_there(names):
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"graphkit", "cayley", "clustering"}
    assert not any("__pycache__" in name or name.endswith((".nbi", ".nbc")) for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("entry_points.txt") for name in names)
