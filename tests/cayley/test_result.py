import dataclasses
import json

import pytest

import cayley
from graphkit.errors import GraphFormatError, UnknownNameError


@pytest.fixture(scope="module")
def result():
    return cayley.growth("S5")


def test_json_round_trip(result, tmp_path):
    result.save(tmp_path / "s5.json")
    assert cayley.GrowthResult.load(tmp_path / "s5.json") == result
    assert list(json.loads((tmp_path / "s5.json").read_text())) == [
        "group",
        "generators",
        "directed",
        "order",
        "diameter",
        "growth",
        "complete",
        "engine",
        "seconds",
        "peak_memory_bytes",
        "last_layer",
    ]


def test_csv(result, tmp_path):
    result.save(tmp_path / "s5.csv")
    lines = (tmp_path / "s5.csv").read_text().splitlines()
    assert lines[0] == "distance,size"
    assert [tuple(map(int, line.split(","))) for line in lines[1:]] == list(enumerate(result.growth))


def test_frozen(result):
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.order = 1


def test_plain_numbers(result):
    """JSON and comparisons see Python integers, not numpy's."""
    assert {type(size) for size in result.growth} == {int}
    assert type(result.order) is type(result.diameter) is int


def test_bad_paths(result, tmp_path):
    with pytest.raises(UnknownNameError, match=r"accepted are \.json, \.csv"):
        result.save(tmp_path / "s5.xml")
    with pytest.raises(FileNotFoundError, match="does not exist"):
        result.save(tmp_path / "nowhere" / "s5.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "1: not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[1]", "one JSON object"),
        (b'{"group": "S5"}', "keys"),
    ],
)
def test_unreadable_files(tmp_path, content, message):
    (tmp_path / "bad.json").write_bytes(content)
    with pytest.raises(GraphFormatError, match=message) as error:
        cayley.GrowthResult.load(tmp_path / "bad.json")
    assert "bad.json" in str(error.value)
