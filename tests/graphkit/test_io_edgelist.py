"""Edge lists and adjacency lists: dialects, all four parsers against each other, every malformed line."""

import gzip
import io
import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit import Graph, read_graph, write_graph
from graphkit.errors import GraphFormatError, UnknownNameError
from graphkit.io import _digits, _scan, edgelist
from graphkit.io._files import Source

PARSERS = ("_by_scan", "_by_pyarrow", "_by_loadtxt", "_by_lines")


@pytest.fixture(params=range(len(PARSERS)), ids=PARSERS)
def parsers(request, monkeypatch):
    """Read with every parser that may come first, so that they have to agree."""
    monkeypatch.setattr(edgelist, "_SMALL", 0)
    for name in PARSERS[: request.param]:
        monkeypatch.setattr(edgelist, name, lambda *_: None)


def read(text, **options):
    data = text if isinstance(text, bytes) else text.encode()
    return edgelist.read(Source("test.txt", data, None), **options)


TRIANGLE = Graph.from_edges([0, 1, 0], [1, 2, 2])
WEIGHTED = Graph.from_edges([0, 1], [1, 2], [0.5, -2.0])
WORDS = Graph.from_edges(["ann", "bob"], ["bob", "cat"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 1\n1 2\n0 2\n", TRIANGLE),
        ("0\t1\n1\t2\n0\t2", TRIANGLE),
        ("0,1\r\n1,2\r\n0,2\r\n", TRIANGLE),
        ("0;1\n1;2\n0;2\n", TRIANGLE),
        ("0   1\n  1 2  \n0\t2\n".replace("\t", " "), TRIANGLE),
        ("# a comment\n% another\n\n0 1\n1 2\n\n# in between\n0 2\n\n", TRIANGLE),
        ("\ufeff0 1\n1 2\n0 2\n", TRIANGLE),
        ("0, 1\n1 ,2\n0,2\n", TRIANGLE),
        ("+0 1\n1 02\n0 2\n", TRIANGLE),
        ("0 1\n1 2\n2 1\n0 2\n1 0\n2 0\n", TRIANGLE),
        ("id_1,id_2\n0,1\n1,2\n0,2\n", TRIANGLE),
        ("any,thing\n0,1\n1,2\n0,2\n", TRIANGLE),
        ("from to\n0 1\n1 2\n0 2\n", TRIANGLE),
        ("0 1 .5\n1 2 -2e0\n", WEIGHTED),
        ("source,target,weight\n0,1,0.5\n1,2,-2\n", WEIGHTED),
        ("weight,target,source\n0.5,1,0\n-2,2,1\n", WEIGHTED),
        ("ann bob\nbob cat\n", WORDS),
        ("ann\tbob\nbob\tcat\n", WORDS),
        ('"ann","bob"\nbob,"cat"\n', WORDS),
        ("source,target\nann,bob\nbob,cat\n", WORDS),
        ("ann bob\n# x y\nbob cat\n", WORDS),
        (" ann , bob \nbob,cat\n", WORDS),
        ("a b,c d\n", Graph.from_edges(["a b"], ["c d"])),
        ('"a,b","c ""d"""\n', Graph.from_edges(["a,b"], ['c "d"'])),
        ('"#a",b\n', Graph.from_edges(["#a"], ["b"])),
        ("é ß\n", Graph.from_edges(["é"], ["ß"])),
        ("5 7\n", Graph.from_edges([5], [7])),
        ("-5 1000000000000\n", Graph.from_edges([-5], [10**12])),
        ("NA null\nnull nan\n", Graph.from_edges(["NA", "null"], ["null", "nan"])),
        ("Source,Target,Type,Id,Weight\n0,1,x,7,0.5\n1,2,x,8,-2\n", WEIGHTED),  # as Gephi writes it
        ("id,src,dst\n9,0,1\n9,1,2\n9,0,2\n", TRIANGLE),
        ("time u v\n9 0 1\n9 1 2\n9 0 2\n", TRIANGLE),
        ("From\tTo\tWEIGHT\n0\t1\t.5\n1\t2\t-2\n", WEIGHTED),
        ("0x1 0x2\n3 4\n", Graph.from_edges(["0x1", "3"], ["0x2", "4"])),  # no header
        ("0.5 1.5\n3 4\n", Graph.from_edges(["0.5", "3"], ["1.5", "4"])),
        ('"a;b",c\n', Graph.from_edges(["a;b"], ["c"])),
        ('"a\tb",c\n', Graph.from_edges(["a\tb"], ["c"])),
    ],
)
def test_dialects(text, expected, parsers):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("0|1\n1|2\n0|2\n", {"delimiter": "|"}, TRIANGLE),
        ("0 1\n1 2\n0 2\n", {"delimiter": " "}, TRIANGLE),
        ("// no\n0 1\n1 2\n0 2\n", {"comments": "//"}, TRIANGLE),
        ("a b\n0 1\n1 2\n0 2\n", {"header": True}, TRIANGLE),
        ("0 1 9\n1 2 9\n0 2 9\n", {"weight": False}, TRIANGLE),
        ("9 9\n0 1\n1 2\n0 2\n", {"header": True}, TRIANGLE),
        ("7 0 1 4\n7 1 2 4\n7 0 2 4\n", {"source": 1, "target": 2}, TRIANGLE),
        ("t,w,u,v\n7,0.5,0,1\n7,-2,1,2\n", {"source": "u", "target": "v", "weight": "w"}, WEIGHTED),
        ("0 1 7 .5\n1 2 7 -2\n", {"weight": 3}, WEIGHTED),
        ("u v time\n0 1 7\n1 2 7\n0 2 8\n", {}, TRIANGLE),
        ("0 1\n", {"n_nodes": 3}, Graph.from_edges([0], [1], n_nodes=3)),
        ("0 1\n", {"ids": "str"}, Graph.from_edges(["0"], ["1"])),
        ("1 0x2\n", {"ids": "str"}, Graph.from_edges(["1"], ["0x2"])),
        ("0 1\n1 0\n", {"directed": True}, Graph.from_edges([0, 1], [1, 0], directed=True)),
        ("0 1 2\n1 0 3\n", {"multi_edges": "sum"}, Graph.from_edges([0], [1], [5.0])),
        ("0 0\n0 1\n", {"self_loops": "drop"}, Graph.from_edges([0], [1])),
        ("b a\n", {"labels": ["a", "b", "c"]}, Graph.from_edges([1], [0], labels=["a", "b", "c"])),
        ("7 5\n", {"labels": [5, 6, 7]}, Graph.from_edges([2], [0], n_nodes=3, labels=[5, 6, 7])),
        ("ann bob\nbob cat\n", {"ids": "str", "header": False}, WORDS),
        ("// no\n0 1\n% no\n1 2\n// no\n# no\n0 2\n", {}, TRIANGLE),
        ("1 2\n2 3\n1 3\n", {"base": 1}, TRIANGLE),
        ("1 2\n2 4\n", {"base": 1}, Graph.from_edges([0, 1], [1, 3], n_nodes=4)),
        ("0 1\n1 3\n", {"base": 0}, Graph.from_edges([0, 1], [1, 3], n_nodes=4)),
        ("1 2\n", {"base": 1, "n_nodes": 5}, Graph.from_edges([0], [1], n_nodes=5)),
        ("1 2\n", {"base": 1, "labels": ["a", "b"]}, Graph.from_edges([0], [1], labels=["a", "b"])),
        ("9 0 x 1\n9 1 y 2\n9 0 # 2\n", {"source": 1, "target": 3}, TRIANGLE),
        ("9,0,,1\n9,1,y z,2\n9,0,1e5,2\n", {"source": 1, "target": 3}, TRIANGLE),
    ],
)
def test_options(text, options, expected, parsers):
    assert read(text, **options) == expected


def test_columns_that_are_left_out_are_named(caplog):
    assert not read("source,target,value,time\n0,1,5,9\n").is_weighted
    assert "the columns value, time are left out: none is named weight" in caplog.text
    caplog.clear()
    assert read("source,target,value\n0,1,5\n", weight="value").is_weighted
    assert not read("source,target,value\n0,1,5\n", weight=False).is_weighted
    assert not caplog.text


@pytest.mark.parametrize(
    ("text", "options", "line", "message"),
    [
        ("7 0 1\n# 1 2\n7 1 2 3\n", {"source": 1, "target": 2}, 3, "expected 3 columns"),
        ("0 1\n1 2 3\n", {}, 2, "expected 2 columns as in the first line, found 3"),
        ("0 1\n\n# c\n1\n", {}, 4, "expected 2 columns as in the first line, found 1"),
        ("0,1\n1,\n", {}, 2, "expected an integer as node id, found ''|empty"),
        ("a,b\n,c\n", {"header": False}, 2, "expected a node id, found an empty column"),
        ("0 1 1.0\n1 2 heavy\n", {}, 2, "expected a finite number as weight, found 'heavy'"),
        ("0 1 1.0\n1 2 nan\n", {}, 2, "finite number as weight, found 'nan'"),
        ("0 1 1.0\n1 2 -inf\n", {}, 2, "finite number as weight, found '-inf'"),
        ("0 1 1.0\n1 2 1e999\n", {}, 2, "finite number as weight, found '1e999'"),
        ("0 1 1.0\n1 2 1_0\n", {}, 2, "finite number as weight, found '1_0'"),
        ("0 1\n1 x\n", {}, 2, "expected an integer as node id, found 'x'; ids='str'"),
        ("0 1\n1 2.0\n", {}, 2, "expected an integer as node id, found '2.0'"),
        ("0 1\n1 0x10\n", {}, 2, "expected an integer as node id, found '0x10'"),
        ("0 1\n1 1_0\n", {}, 2, "expected an integer as node id, found '1_0'"),
        ("0 1\n0 9223372036854775808\n", {}, 2, "below 2^63, found 9223372036854775808"),
        ("ann bob\nbob cat\n", {"ids": "int"}, 1, "expected an integer as node id, found 'ann'"),
        ("0 1\n" * 3 + "\x00\x01 2\n", {}, 4, "NUL byte"),
        (b"a b\n\xff\xfe c\n", {}, 2, "expected UTF-8 text, found the byte 0xff in column 1"),
        (bytes(range(128, 256)) * 10, {}, 1, "expected UTF-8 text, found the byte 0x80"),
        ("1\n2\n", {}, 1, "expected at least 2 columns, found only '1'"),
        ("1 2 3 4\n", {}, 1, "expected 2 columns, or 3 with weights, found 4"),
        ("0;1;2,5\n1;2;3,5\n", {}, 1, "expected commas or semicolons between columns, found both"),
        ("0;1;2,5\n1;2;3,5\n", {"delimiter": ";"}, 1, "a finite number as weight, found '2,5'"),
        ("weight,a,b\n5,0,1\n5,1,2\n", {}, 1, "different columns of source, target and weight"),
        ("0 1 2\n", {"source": 1, "target": 1}, 1, "different columns of source, target and weight"),
        ("# only\n% comments\n\n", {}, None, "expected edges, found no line of data"),
        ("source,target\n", {}, 1, "found only a header"),
        ("u v\n0 1\n", {"source": "x"}, 1, "expected a column 'x', found u, v"),
        ("0 1\n", {"source": 5}, 1, "expected column 5 (from 0), found 2 columns"),
        ('a,b\n"a,b\n', {}, 2, "quotes do not match"),
        ("0 1\n1 7\n", {"n_nodes": 3}, 2, "the target in line 2 is 7, but n_nodes=3"),
        ("0 1 2\n1 0 3\n", {}, 2, "different weights, 2.0 in line 1 and 3.0 in line 2"),
        ("0 0\n", {"self_loops": "error"}, 1, "self-loop"),
        ("# one\n1 2\n2 0\n", {"base": 1}, 3, "expected node ids from 1 on, found 0"),
        ("0 1\n-1 0\n", {"base": 0}, 2, "expected node ids from 0 on, found -1"),
        ("1 900000000\n", {"base": 1}, None, "would make 900000000 nodes of 1 edges; leave base out"),
        ("a b\n", {"base": 1}, 1, "with base=1 node ids must be integers"),
        ("1 2\n1 9\n", {"base": 1, "n_nodes": 3}, 2, "the target in line 2 is 8, but n_nodes=3"),
    ],
)
def test_malformed_files_name_file_line_and_expectation(text, options, line, message, parsers):
    with pytest.raises(GraphFormatError) as caught:
        read(text, **options)
    assert caught.value.line == line
    alternatives = message.split("|")
    assert any(part in caught.value.message for part in alternatives), caught.value.message
    assert str(caught.value).startswith("test.txt:" if line is None else f"test.txt:{line}: ")


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"delimiter": "ab"}, ValueError),
        ({"delimiter": "\n"}, ValueError),
        ({"ids": "float"}, UnknownNameError),
        ({"base": 2, "ids": "str"}, ValueError),
        ({"multi_edges": "add"}, UnknownNameError),
        ({"labels": ["a", "b"]}, UnknownNameError),
        ({"no_such": 1}, TypeError),
    ],
)
def test_bad_options_are_not_blamed_on_the_file(options, error):
    with pytest.raises(error) as caught:
        read("x y\n", **options)
    assert not isinstance(caught.value, GraphFormatError)


identifiers = st.integers(-(10**9), 10**9) | st.integers(0, 6)
words = st.text("abé #%,;\"'x0_-", min_size=1, max_size=5).filter(lambda word: word == word.strip())
weight_values = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def written_graphs(draw):
    """A graph without lonely nodes, of a kind an edge list can express."""
    ids = draw(st.sampled_from([identifiers, words.map(lambda word: "w" + word)]))
    ends = draw(st.lists(st.tuples(ids, ids), min_size=1, max_size=12))
    weights = draw(st.lists(weight_values, min_size=len(ends), max_size=len(ends)) | st.none())
    dtype = draw(st.sampled_from([np.float64, np.float32]))
    if weights is not None:
        weights = np.clip(weights, -1e30, 1e30).astype(dtype)
    return Graph.from_edges(ends, weights=weights, directed=draw(st.booleans()), multi_edges="first")


def described(graph):
    """What an edge list is about: edges by label, with weights."""
    weights = graph.edge_weights()
    values = [None] * graph.n_edges if weights is None else weights.astype(float).tolist()
    edges = {}
    for u, v, w in zip(*map(np.ndarray.tolist, graph.edges()), values, strict=True):
        pair = (graph.label_of(u), graph.label_of(v))
        edges[pair if graph.directed else frozenset(pair)] = w
    return edges


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(graph=written_graphs(), suffix=st.sampled_from([".csv", ".csv.gz"]), header=st.booleans())
def test_csv_round_trip(tmp_path, graph, suffix, header):
    path = tmp_path / f"graph{suffix}"
    write_graph(graph, path, header=header)
    back = read_graph(path, directed=graph.directed, header=header)
    assert described(back) == described(graph)
    if graph.labels is None:
        assert back == graph


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(graph=written_graphs(), delimiter=st.sampled_from(["\t", " ", ";"]))
def test_other_delimiters_round_trip_or_refuse(tmp_path, graph, delimiter):
    path = tmp_path / "graph.txt"
    path.write_text("untouched")
    hostile = "\t,; " if delimiter == " " else "\t" if delimiter == "\t" else "\t,;"
    labels = [str(label) for label in graph.labels or ()]
    if any(label.startswith('"') or any(mark in label for mark in hostile) for label in labels):
        with pytest.raises(ValueError, match="would not be read back"):
            write_graph(graph, path, delimiter=delimiter)
        assert path.read_text() == "untouched"
        return
    write_graph(graph, path, delimiter=delimiter)
    assert described(read_graph(path, directed=graph.directed, header=False)) == described(graph)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60) | st.text('01 \t\n,#a"-.e', max_size=40).map(str.encode))
def test_any_bytes_give_a_graph_or_a_format_error(data):
    outcomes = []
    for skipped in ((), PARSERS[:1], PARSERS[:2], PARSERS[:3]):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(edgelist, "_SMALL", 0)
            for parser in skipped:
                patch.setattr(edgelist, parser, lambda *_: None)
            try:
                outcomes.append(read(data))
            except GraphFormatError as error:
                outcomes.append(str(error))
    assert outcomes == outcomes[:1] * 4


lines = st.lists(
    st.tuples(st.integers(-30, 10**9), st.sampled_from(["0", "7", "12", str(2**31 - 1), str(2**31), "-4"])),
    min_size=1,
    max_size=30,
)
NUMBERS = [
    "1",
    "-0.5",
    "+.25",
    "3.",
    "1e5",
    "0.1",
    "12345.678",
    "1E-7",
    "9007199254740993",
    "1.5e300",
    "2e+3",
]


@settings(max_examples=150, deadline=None)
@given(
    lines=lines,
    weights=st.lists(st.sampled_from(NUMBERS) | st.floats(-1e20, 1e20).map(repr), min_size=30, max_size=30),
    weighted=st.booleans(),
    end=st.sampled_from(["\n", "\r\n", " \n", "\n\n", "\n# note\n"]),
    delimiter=st.sampled_from(["\t", " ", ",", "; "]),
)
def test_the_scan_agrees_with_reading_line_by_line(lines, weights, weighted, end, delimiter):
    rows = [(str(u), v, w) if weighted else (str(u), v) for (u, v), w in zip(lines, weights, strict=False)]
    data = end.join(delimiter.join(row) for row in rows).encode()
    source = Source("x", data, None)
    dialect = edgelist.find_dialect(
        source,
        delimiter=None,
        comments=("#",),
        header=None,
        source=None,
        target=None,
        weight=None,
        ids="auto",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_scan, "_PIECE", 40)
        found = _scan.scan_edges(source, dialect)
    known = edgelist._by_lines(source, dialect)
    if found is None:  # allowed for what the scan cannot round correctly by itself
        assert weighted
        return
    assert found[0].dtype == (np.int32 if max(max(known[0]), max(known[1])) < 2**31 else np.int64)
    assert [column.tolist() for column in found[:2]] == list(known[:2])
    if weighted:
        np.testing.assert_array_equal(found[2], known[2])


def test_plain_weights_do_not_need_another_parser():
    data = b"0 1 0.25\n1 2 -3\n2 3 1e-5\n3 4 .5\n4 5 123456.789\n"
    source = Source("x", data, None)
    dialect = edgelist.find_dialect(
        source,
        delimiter=None,
        comments=("#",),
        header=None,
        source=None,
        target=None,
        weight=None,
        ids="auto",
    )
    assert _scan.scan_edges(source, dialect)[2].tolist() == [0.25, -3, 1e-5, 0.5, 123456.789]


def test_the_scan_in_plain_python(monkeypatch):
    for name in ("_integer", "_decimal", "_after_comment", "_after_blanks", "_after_token", "_scan_line"):
        monkeypatch.setattr(_scan, name, getattr(_scan, name).py_func)
    monkeypatch.setattr(_scan, "_scan_pairs", _scan._scan_pairs.py_func)
    data = np.frombuffer(b"0\t12\n\n#x\n -3 \t4\r\n5\t6 7", np.uint8)
    first, second = np.zeros((2, 4), np.int64)
    marks = np.array([35], np.uint8)
    shape = (9, marks, np.array([0, 1]), _scan._POWERS, 2**40, 0, first, second, np.empty(0))
    assert _scan.scan.py_func(data, 0, 17, *shape) == (2, 0)
    assert (first.tolist(), second.tolist()) == ([0, -3, 0, 0], [12, 4, 0, 0])
    assert _scan.scan.py_func(data, 0, data.size, *shape) == (2, 1)
    assert _scan.scan.py_func(data, 0, 17, *shape[:4], 11, *shape[5:]) == (0, 2)
    assert _scan.count_lines.py_func(data, 0, data.size) == 5
    assert _scan._decimal(np.frombuffer(b"-1.25e2,", np.uint8), 0, 8, _scan._POWERS) == (-125.0, 7)
    roles = np.array([3, 0, 1])
    assert _scan.scan.py_func(np.frombuffer(b"ab,1,2\n", np.uint8), 0, 7, 44, marks, roles, *shape[3:]) == (
        1,
        0,
    )


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), st.integers(-12, 1200)), min_size=1, max_size=20))
def test_integers_are_written_as_python_writes_them(pairs):
    first, second = np.array(pairs, np.int64).T.copy()
    text = np.zeros(len(pairs) * (2 * _digits.LONGEST + 2), np.uint8)
    size = _digits.put_pairs(first, second, ord(";"), text)
    assert text[:size].tobytes().decode() == "".join(f"{u};{v}\n" for u, v in pairs)


def test_integers_are_written_in_plain_python_too(monkeypatch):
    monkeypatch.setattr(_digits, "_put", _digits._put.py_func)
    text = np.zeros(100, np.uint8)
    pair = np.array([-(2**40)]), np.array([0])
    size = _digits.put_pairs.py_func(*pair, 9, text)
    assert text[:size].tobytes() == b"-1099511627776\t0\n"


def test_large_file_takes_the_fast_road(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    graph = Graph.from_edges(
        rng.integers(0, 3000, 20_000), rng.integers(0, 3000, 20_000), rng.random(20_000), multi_edges="sum"
    )
    path = tmp_path / "graph.tsv"
    write_graph(graph, path)
    plain = Graph.from_edges(*graph.edges())
    write_graph(plain, tmp_path / "plain.csv")
    assert (tmp_path / "plain.csv").read_text().splitlines()[1:] == [
        f"{u},{v}" for u, v in zip(*map(np.ndarray.tolist, plain.edges()), strict=True)
    ]
    assert read_graph(tmp_path / "plain.csv") == plain
    monkeypatch.setattr(edgelist, "_by_lines", None)  # calling it would fail
    assert read_graph(path) == graph
    for name in PARSERS[:2]:
        monkeypatch.setattr(edgelist, name, lambda *_: None)
        assert read_graph(path) == graph


MEASURE = """
import pathlib, sys
from graphkit import read_graph

def peak():
    return int(pathlib.Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) * 1024

read_graph(sys.argv[1])  # loads what is loaded once
graph = None
pathlib.Path("/proc/self/clear_refs").write_text("5")
before = peak()
graph = read_graph(sys.argv[1])
print((peak() - before) / (graph.indptr.nbytes + graph.indices.nbytes))
"""


@pytest.mark.skipif(not os.access("/proc/self/clear_refs", os.W_OK), reason="the system does not tell peaks")
def test_reading_takes_no_more_than_three_times_the_memory_of_the_graph(tmp_path):
    rng = np.random.default_rng(0)
    path = tmp_path / "graph.tsv"
    write_graph(Graph.from_edges(*rng.integers(0, 200_000, (2, 1_500_000)), n_nodes=200_000), path)
    command = [sys.executable, "-c", MEASURE, str(path)]
    result = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert float(result.stdout) < 3


def test_lonely_nodes_are_told_about(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        write_graph(Graph.from_edges([0], [1], n_nodes=4), tmp_path / "graph.csv")
    assert "cannot express the 2 nodes without edges" in caplog.text


@pytest.mark.parametrize(
    ("labels", "error"),
    [
        (["a", None], TypeError),
        ([(1, 2), "b"], TypeError),
        (["", "b"], ValueError),
        (["a ", "b"], ValueError),
        (["a\nb", "b"], ValueError),
    ],
)
def test_labels_that_text_cannot_hold(tmp_path, labels, error):
    graph = Graph.from_edges([0], [1], n_nodes=2, labels=labels)
    with pytest.raises(error, match="label"):
        write_graph(graph, tmp_path / "graph.csv")
    with pytest.raises(error, match="label"):
        write_graph(graph, tmp_path / "graph.adjlist")
    assert not list(tmp_path.iterdir())


def test_standard_streams(monkeypatch, capsysbinary):
    write_graph(WEIGHTED, "-")
    written = capsysbinary.readouterr().out
    assert written == b"0\t1\t0.5\n1\t2\t-2.0\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(written)))
    assert read_graph("-") == WEIGHTED
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(b"0 1\n1 x\n"))))
    with pytest.raises(GraphFormatError, match=r"<stdin>:2: expected an integer"):
        read_graph("-")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    with pytest.raises(GraphFormatError, match="<stdin>: the file is empty"):
        read_graph("-")


def test_gzip_is_recognised_by_content_and_checked(tmp_path):
    packed = gzip.compress(b"0 1\n1 2\n0 2\n" * 500)
    path = tmp_path / "named.txt"
    path.write_bytes(packed)
    assert read_graph(path) == TRIANGLE
    for damaged in (packed[:-4], packed[: len(packed) // 2], packed[:12] + b"\xff" * 8 + packed[20:]):
        path.write_bytes(damaged)
        with pytest.raises(GraphFormatError, match="gzip data are cut off or damaged"):
            read_graph(path)
    path.write_bytes(gzip.compress(b""))
    with pytest.raises(GraphFormatError, match="compressed file is empty"):
        read_graph(path)


def test_equal_graphs_give_equal_compressed_files(tmp_path):
    write_graph(TRIANGLE, tmp_path / "a.txt.gz")
    write_graph(TRIANGLE, tmp_path / "b.txt.gz")
    assert (tmp_path / "a.txt.gz").read_bytes() == (tmp_path / "b.txt.gz").read_bytes()


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    n=st.integers(1, 8),
    ends=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=15),
    directed=st.booleans(),
    labels=st.sampled_from([None, [f"n{i}" for i in range(8)], [*range(3, 24, 3), 40]]),
)
def test_adjacency_list_round_trip(tmp_path, n, ends, directed, labels):
    ends = [(u % n, v % n) for u, v in ends]
    graph = Graph.from_edges(
        [u for u, _ in ends], [v for _, v in ends], n_nodes=n, directed=directed, labels=labels and labels[:n]
    )
    write_graph(graph, tmp_path / "graph.adjlist.gz")
    assert read_graph(tmp_path / "graph.adjlist.gz", directed=directed) == graph


def test_adjacency_list_agrees_with_networkx(tmp_path):
    import networkx as nx

    graph = nx.les_miserables_graph()
    nx.write_adjlist(graph, tmp_path / "graph.adjlist")
    ours = read_graph(tmp_path / "graph.adjlist")
    assert ours == Graph.from_networkx(graph, weight=None, edge_attributes=()).subgraph(
        [list(graph).index(label) for label in ours.labels]
    )


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("1 2\n2 x\n", 2, "expected an integer as node id, found 'x'"),
        ("# nothing\n", None, "found no line of data"),
        (b"1 2\n\xff\n", 2, "byte 0xff"),
    ],
)
def test_malformed_adjacency_lists(tmp_path, text, line, message):
    path = tmp_path / "graph.adjlist"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(GraphFormatError) as caught:
        read_graph(path)
    assert (caught.value.line, caught.value.path) == (line, str(path))
    assert message in str(caught.value)
    path.write_text("1 1\n")
    with pytest.raises(GraphFormatError, match="self-loop"):
        read_graph(path, self_loops="error")


@pytest.mark.parametrize("suffix", [".csv", ".adjlist"])
def test_a_refused_repeat_is_named_by_its_lines(tmp_path, suffix):
    path = tmp_path / f"graph{suffix}"
    mark = "," if suffix == ".csv" else " "
    path.write_text(f"# two\n0{mark}0\n0{mark}1\n\n# three\n2{mark}1\n1{mark}0\n")
    with pytest.raises(GraphFormatError, match="in line 3 and line 7") as caught:
        read_graph(path, multi_edges="error", self_loops="drop")
    assert caught.value.line == 7
