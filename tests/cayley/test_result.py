import dataclasses
import json

import numpy as np
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
        "first_layers",
        "last_layer",
    ]


RESULTS = {
    "names": {"group": "S5"},
    "permutations": {"generators": ["(1 2 3 4 5)", "(1 2)(3 4)"]},
    "matrices": {"group": "Heisenberg(3,5)"},
    "word": {"state": "00112"},
    "part": {"group": "S30", "max_depth": 3},
    "many antipodes": {"group": "S7", "generators": "transpositions"},
}


@pytest.mark.parametrize("suffix", [".json", ".csv", ".npz"])
@pytest.mark.parametrize("job", RESULTS.values(), ids=RESULTS.keys())
def test_every_format_gives_the_result_back(tmp_path, job, suffix):
    found = cayley.growth(**job)
    path = tmp_path / f"result{suffix}"
    found.save(path)
    assert cayley.GrowthResult.load(path) == found


def test_csv(result, tmp_path):
    result.save(tmp_path / "s5.csv")
    lines = (tmp_path / "s5.csv").read_text().splitlines()
    assert lines[0].startswith('# {"group": "S5", ')
    assert lines[1] == "distance,size"
    assert [tuple(map(int, line.split(","))) for line in lines[2:]] == list(enumerate(result.growth))
    assert result.to_csv().splitlines() == lines[1:]


def test_npz_is_for_numpy(result, tmp_path):
    result.save(tmp_path / "s5.npz")
    with np.load(tmp_path / "s5.npz") as archive:
        assert archive["growth"].tolist() == result.growth
        assert archive["last_layer"].tolist() == result.last_layer
        assert json.loads(str(archive["about"]))["group"] == "S5"


@pytest.mark.parametrize("job", RESULTS.values(), ids=RESULTS.keys())
def test_first_layers(job):
    found = cayley.growth(**job)
    sizes = list(map(len, found.first_layers))
    assert sizes == found.growth[: len(sizes)]
    assert sum(sizes) <= 100 < sum(found.growth[: len(sizes) + 1]) or sizes == found.growth
    if sizes == found.growth:
        assert found.first_layers[-1] == found.last_layer
    for layer in found.first_layers:
        assert layer == sorted(layer)


def test_the_first_layer_is_what_the_generators_make_of_the_start():
    assert cayley.growth("S4").first_layers[1] == [[1, 0, 2, 3], [1, 2, 3, 0], [3, 0, 1, 2]]
    assert cayley.growth(state="0012").first_layers[:2] == [[[0, 0, 1, 2]], [[0, 1, 2, 0], [2, 0, 0, 1]]]
    matrices = cayley.growth(generators=["1 1; 0 1"], modulus=3).first_layers
    assert matrices == [[[[1, 0], [0, 1]]], [[[1, 1], [0, 1]]], [[[1, 2], [0, 1]]]]


def test_words_are_in_the_colours_of_the_user():
    assert cayley.growth(state=[7, 5, 5, 12], generators="coxeter").last_layer == [[12, 5, 5, 7]]


def test_frozen(result):
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.order = 1


def test_plain_numbers(result):
    """JSON and comparisons see Python integers, not numpy's."""
    assert {type(size) for size in result.growth} == {int}
    assert type(result.order) is type(result.diameter) is int


def test_bad_paths(result, tmp_path):
    with pytest.raises(UnknownNameError, match=r"accepted are \.json, \.csv, \.npz"):
        result.save(tmp_path / "s5.xml")
    with pytest.raises(FileNotFoundError, match="does not exist"):
        result.save(tmp_path / "nowhere" / "s5.json")
    assert list(tmp_path.iterdir()) == []


ABOUT = json.dumps(
    {field: None for field in cayley.GrowthResult.__dataclass_fields__ if field != "growth"}
).encode()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("bad.json", b"{", "1: not JSON"),
        ("bad.json", b"\xff\xfe", "not UTF-8"),
        ("bad.json", b"[1]", "one JSON object"),
        ("bad.json", b'{"group": "S5"}', "keys"),
        ("bad.json", ABOUT[:-1] + b', "growth": [1, 0.5]}', "positive integers"),
        ("bad.csv", b"distance,size\n0,1\n", r"bad\.csv:1: expected a line '# {\.\.\.}'"),
        ("bad.csv", b"# {}\n", r"bad\.csv:2: expected the columns distance,size"),
        ("bad.csv", b"# []\ndistance,size\n0,1\n", "one JSON object"),
        (
            "bad.csv",
            b"# " + ABOUT + b"\ndistance,size\n0,1\n2,3\n",
            r"4: expected the size of layer 1, .*'2,3'",
        ),
        ("bad.json", b"[" * 100_000, "not JSON|too deep"),
        ("bad.json", b"[" + b"9" * 5000 + b"]", "a number is too long"),
        ("bad.csv", b"# " + ABOUT + b"\ndistance,size\n0," + b"1" * 5000 + b"\n", "the size of layer 0"),
        ("bad.csv", b"# " + ABOUT + "\ndistance,size\n0,\u0661\n".encode(), "the size of layer 0"),
        ("bad.npz", b"garbage", "not a growth in NumPy's format"),
        ("bad.npz", b"", "not a growth in NumPy's format"),
    ],
)
def test_unreadable_files(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(GraphFormatError, match=message) as error:
        cayley.GrowthResult.load(tmp_path / name)
    assert name in str(error.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("group", 5),
        ("generators", [1]),
        ("directed", 0),
        ("order", "120"),
        ("order", True),
        ("diameter", "x"),
        ("diameter", -1),
        ("complete", None),
        ("engine", None),
        ("seconds", "fast"),
        ("seconds", float("nan")),
        ("peak_memory_bytes", 1.5),
        ("first_layers", None),
        ("first_layers", [1]),
        ("last_layer", 5),
    ],
)
def test_fields_of_another_kind_are_refused(result, tmp_path, field, value):
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(result.to_dict() | {field: value}))
    with pytest.raises(GraphFormatError, match=rf"bad\.json: '{field}' must be "):
        cayley.GrowthResult.load(path)


def test_other_archives_are_refused(tmp_path):
    np.savez(tmp_path / "other.npz", growth=np.array([1, 2]))
    with pytest.raises(GraphFormatError, match="about"):
        cayley.GrowthResult.load(tmp_path / "other.npz")
    np.savez(tmp_path / "other.npz", growth=np.array([1, 2]), about=np.array("[]"))
    with pytest.raises(GraphFormatError, match="one JSON object"):
        cayley.GrowthResult.load(tmp_path / "other.npz")
    with pytest.raises(FileNotFoundError):
        cayley.GrowthResult.load(tmp_path / "nowhere.npz")
