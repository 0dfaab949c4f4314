"""Matrix Market, MATLAB and the binary format, the registry, and every real graph file at hand."""

import gzip
import inspect
import json
import re
import struct
import zlib

import numpy as np
import pytest
import scipy.io
import scipy.sparse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit import Graph, convert, read_graph, write_graph
from graphkit.errors import GraphFormatError, UnknownNameError
from graphkit.io import binary, registry

WEIGHTS = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def graphs(draw, full=True):
    n = draw(st.integers(1, 8))
    ends = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=12))
    weights = draw(st.none() | st.lists(WEIGHTS, min_size=len(ends), max_size=len(ends)))
    if weights is not None and draw(st.booleans()):
        weights = np.clip(weights, -1e30, 1e30).astype(np.float32)
    data = {}
    if full:
        names = draw(st.lists(st.text(max_size=4), min_size=n, max_size=n, unique=True))
        data = {
            "labels": draw(st.sampled_from([None, names, list(range(5, 5 - n, -1))])),
            "node_data": {"x": np.arange(2 * n, dtype=np.float32).reshape(n, 2), "word": names},
            "edge_data": {
                "flag": np.arange(len(ends)) % 2 == 0,
                "day": np.arange(len(ends)).astype("M8[D]"),
                "z": np.arange(len(ends)) * 1j,
            },
        }
    return Graph.from_edges(
        [u for u, _ in ends],
        [v for _, v in ends],
        weights,
        n_nodes=n,
        directed=draw(st.booleans()),
        multi_edges="first",
        **data,
    )


def same_types(one, two):
    return all(
        (a is None and b is None) or a.dtype == b.dtype
        for a, b in ((one.indptr, two.indptr), (one.indices, two.indices), (one.weights, two.weights))
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(graph=graphs(), suffix=st.sampled_from([".gkg", ".gkg.gz"]), verify=st.booleans())
def test_binary_round_trip_keeps_everything(tmp_path, graph, suffix, verify):
    path = tmp_path / f"graph{suffix}"
    write_graph(graph, path)
    back = read_graph(path, verify=verify)
    assert back == graph
    assert same_types(graph, back)
    assert back.n_self_loops == graph.n_self_loops
    assert all(back.node_data[name].dtype == column.dtype for name, column in graph.node_data.items())
    if graph.labels is not None:
        last = graph.n_nodes - 1
        assert back.index_of(graph.label_of(last)) == last
    again = tmp_path / f"again{suffix}"
    write_graph(back, again)
    assert again.read_bytes() == path.read_bytes()


def test_binary_is_a_view_of_the_file(tmp_path):
    graph = Graph.from_edges([0, 1], [1, 2], [0.5, 0.25], node_data={"x": [1.0, 2.0, 3.0]})
    path = tmp_path / "graph.gkg"
    write_graph(graph, path)
    back = read_graph(path)
    for array in (back.indptr, back.indices, back.weights, back.node_data["x"]):
        assert not array.flags.writeable
        assert not array.flags.owndata
        assert array.ctypes.data % 64 == 0
    assert read_graph(path, directed=True).n_edges == 4
    write_graph(Graph.from_edges([0], [1]), path)  # replacing the file leaves the open graph alone
    assert back == graph


def test_binary_refuses_what_it_cannot_hold(tmp_path):
    path = tmp_path / "graph.gkg"
    for graph, message in (
        (Graph.from_edges([(1, 2)], ["a"], labels=[(1, 2), "a"]), "all strings or all 64-bit integers"),
        (Graph.from_edges([0], [1], node_data={"x": np.array([None, {}])}), "node data x of dtype object"),
    ):
        with pytest.raises(TypeError, match=message):
            write_graph(graph, path)
        assert not list(tmp_path.iterdir())


def example_bytes(tmp_path):
    path = tmp_path / "graph.gkg"
    graph = Graph.from_edges(["a", "b"], ["b", "c"], [1.0, 2.0], node_data={"x": [1, 2, 3]})
    write_graph(graph, path)
    return path, path.read_bytes()


def test_binary_cut_off_anywhere(tmp_path):
    path, data = example_bytes(tmp_path)
    for size in range(1, len(data)):
        path.write_bytes(data[:size])
        with pytest.raises(GraphFormatError, match=re.escape(str(path))):
            read_graph(path)
    path.write_bytes(data + b"\0")
    with pytest.raises(GraphFormatError, match=f"expected {len(data)} bytes, found {len(data) + 1}"):
        read_graph(path)


def test_binary_damaged_anywhere(tmp_path):
    """Any flipped byte of the header or of a section is noticed."""
    path, data = example_bytes(tmp_path)
    header_end = 32 + struct.unpack("<Q", data[16:24])[0]
    sections = json.loads(data[32:header_end])["sections"].values()
    used = set()
    for entry in sections:
        size = np.dtype(entry["dtype"]).itemsize * int(np.prod(entry["shape"]))
        used |= set(range(header_end + entry["offset"], header_end + entry["offset"] + size))
    for position in range(len(data)):
        if position >= header_end and position not in used:
            continue  # padding
        path.write_bytes(data[:position] + bytes([data[position] ^ 0x41]) + data[position + 1 :])
        with pytest.raises(GraphFormatError):
            read_graph(path, verify=position >= header_end)


DAMAGED = Graph.from_edges(
    ["a", "b", "c", "d"], ["b", "c", "d", "a"], [1.0, 2.0, 3.0, 4.0], node_data={"x": [1, 2, 3, 4]}
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=4
    )
)
def test_binary_mutated_sections_are_refused_or_harmless(tmp_path, changes):
    path = tmp_path / "graph.gkg"
    write_graph(DAMAGED, path)
    whole = path.read_bytes()
    data = bytearray(whole)
    start = 32 + struct.unpack("<Q", data[16:24])[0]
    for place, byte in changes:
        data[start + int(place * (len(data) - start))] = byte
    path.write_bytes(data)
    if data[start:] == whole[start:] or _only_padding(data, whole):
        assert read_graph(path, verify=True) == DAMAGED
        return
    with pytest.raises(GraphFormatError, match="damaged"):
        read_graph(path, verify=True)


def _only_padding(data, whole):
    """Whether two files differ between their sections only."""
    start = 32 + struct.unpack("<Q", whole[16:24])[0]
    different = {i for i in range(start, len(whole)) if data[i] != whole[i]}
    for entry in json.loads(whole[32:start])["sections"].values():
        size = np.dtype(entry["dtype"]).itemsize * int(np.prod(entry["shape"]))
        if different & set(range(start + entry["offset"], start + entry["offset"] + size)):
            return False
    return True


@pytest.mark.parametrize("place", [0, 3])
def test_binary_without_verification_still_checks_the_ends_of_indptr(tmp_path, place):
    path, data = example_bytes(tmp_path)
    start = 32 + struct.unpack("<Q", data[16:24])[0]
    position = start + 4 * place
    path.write_bytes(data[:position] + b"\x01" + data[position + 1 :])
    with pytest.raises(GraphFormatError, match="make no sense"):
        read_graph(path, verify=False)


def forged(header, sections=b"\0" * 64):
    """A file with a valid checksum over whatever header."""
    raw = json.dumps(header).encode()
    raw += b" " * (-(32 + len(raw)) % 64)
    length = 32 + len(raw) + len(sections)
    checksum = zlib.crc32(struct.pack("<QQ", len(raw), length) + raw)
    return struct.pack("<8sIIQQ", binary.MAGIC, 1, checksum, len(raw), length) + raw + sections


def entry(shape, offset=0, dtype="<i4"):
    zeros = b"\0" * (4 * shape[0] if 0 <= shape[0] < 100 else 0)
    return {"dtype": dtype, "shape": shape, "offset": offset, "crc32": zlib.crc32(zeros)}


GOOD = {"n_nodes": 1, "n_entries": 0, "n_self_loops": 0, "directed": False, "labels": None}


@pytest.mark.parametrize(
    "header",
    [
        [],
        {},
        {**GOOD, "sections": {}},
        {**GOOD, "sections": {"indptr": entry([2]), "indices": entry([0], dtype="|O8")}},
        {**GOOD, "sections": {"indptr": entry([2]), "indices": entry([0], dtype="nonsense")}},
        {**GOOD, "sections": {"indptr": entry([2]), "indices": entry([10**12])}},
        {**GOOD, "sections": {"indptr": entry([2]), "indices": entry([-1])}},
        {**GOOD, "sections": {"indptr": entry([2], offset=-64), "indices": entry([0])}},
        {**GOOD, "sections": {"indptr": entry([3]), "indices": entry([0])}},
        {**GOOD, "n_entries": 1, "sections": {"indptr": entry([2]), "indices": entry([1])}},
        {**GOOD, "labels": "colour", "sections": {"indptr": entry([2]), "indices": entry([0])}},
        {**GOOD, "sections": {"indptr": entry([2], dtype="<f4"), "indices": entry([0])}},
        {**GOOD, "sections": {"indptr": entry([2]), "indices": entry([0]), "weights": entry([0])}},
        {**GOOD, "labels": "integer", "sections": {"indptr": entry([2]), "indices": entry([0])}},
    ],
)
def test_binary_header_that_makes_no_sense(tmp_path, header):
    path = tmp_path / "graph.gkg"
    path.write_bytes(forged({**GOOD, "sections": {"indptr": entry([2]), "indices": entry([0])}}))
    assert read_graph(path).n_nodes == 1
    path.write_bytes(forged(header))
    with pytest.raises(GraphFormatError, match="make no sense"):
        read_graph(path)


def test_binary_verification_checks_the_graph_too(tmp_path):
    content = np.zeros(32, np.int32)
    content[1] = 1  # indptr [0, 1], then at 64 bytes indices [7]: out of range
    content[16] = 7
    sections = {"indptr": entry([2]), "indices": entry([1], offset=64)}
    sections["indptr"]["crc32"] = zlib.crc32(content[:2])
    sections["indices"]["crc32"] = zlib.crc32(content[16:17])
    path = tmp_path / "graph.gkg"
    path.write_bytes(
        forged({**GOOD, "n_entries": 1, "n_self_loops": 1, "sections": sections}, content.tobytes())
    )
    with pytest.raises(GraphFormatError, match="no valid graph: indices must be in"):
        read_graph(path, verify=True)


def test_binary_of_another_version_or_kind(tmp_path):
    path, data = example_bytes(tmp_path)
    path.write_bytes(data[:8] + struct.pack("<I", 9) + data[12:])
    with pytest.raises(GraphFormatError, match=r"expected version 1 of the .gkg format, found 9"):
        read_graph(path)
    path.write_bytes(data.replace(b"\r\n", b"\n"))
    with pytest.raises(GraphFormatError, match=r"expected a .gkg file"):
        read_graph(path)
    path.write_bytes(gzip.compress(data)[:-9])
    with pytest.raises(GraphFormatError, match="gzip"):
        read_graph(path)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(graph=graphs(full=False), suffix=st.sampled_from([".mtx", ".mtx.gz"]))
def test_matrix_market_round_trip(tmp_path, graph, suffix):
    path = tmp_path / f"graph{suffix}"
    write_graph(graph, path)
    assert read_graph(path) == graph


def test_matrix_market_agrees_with_scipy(tmp_path):
    dense = np.array([[0.0, 2.0, 0.0], [0.0, 0.0, 3.5], [1.0, 0.0, 0.0]])
    scipy.io.mmwrite(tmp_path / "m.mtx", scipy.sparse.coo_array(dense))
    graph = read_graph(tmp_path / "m.mtx")
    assert graph.directed
    np.testing.assert_array_equal(graph.to_scipy().toarray(), dense)
    write_graph(graph, tmp_path / "n.mtx")
    np.testing.assert_array_equal(scipy.io.mmread(tmp_path / "n.mtx").toarray(), dense)
    with pytest.raises(GraphFormatError, match=r"entry \(0, 1\) is 2.0"):
        read_graph(tmp_path / "m.mtx", directed=False)


def test_matrix_market_symmetries(tmp_path):
    path = tmp_path / "m.mtx"
    skew = HEAD.replace("general", "skew-symmetric") + "3 3 2\n2 1 5\n3 2 -1.5\n"
    path.write_text(skew)
    graph = read_graph(path)
    assert graph.directed
    np.testing.assert_array_equal(graph.to_scipy().toarray(), [[0, -5, 0], [5, 0, 1.5], [0, -1.5, 0]])
    with pytest.raises(GraphFormatError, match="symmetric"):
        read_graph(path, directed=False)
    path.write_text(HEAD.replace("real general", "integer symmetric") + "2 2 2\r\n2 1 7\r\n\r\n2 2 9")
    assert read_graph(path) == Graph.from_edges([0, 1], [1, 1], [7, 9])
    path.write_text(HEAD + "2 2 3\n1 2 1\n1 2 2\n2 2 .5E+1\n")
    assert read_graph(path) == Graph.from_edges([0, 1], [1, 1], [3, 5], directed=True)
    with pytest.raises(ValueError, match="needs a node at least"):
        write_graph(Graph.from_edges([], [], n_nodes=0), path)


HEAD = "%%MatrixMarket matrix coordinate real general\n"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (HEAD + "2 2 2\n1 2 1.0\n2 x 1.0\n", 4, "not a valid Matrix Market file"),
        (HEAD + "2 2 1\n1 3 1.0\n", 3, "not a valid Matrix Market file"),
        (HEAD + "2 2 2\n1 2 1.0\n", None, "not a valid Matrix Market file"),
        (HEAD + "2 3 1\n1 2 1.0\n", None, "expected a square matrix, found 2 rows, 3 columns"),
        (HEAD + "0 0 0\n", None, "expected a square matrix, found 0 rows"),
        (HEAD + "2 2 1\n1 2 nan\n", 3, "finite"),
        (HEAD.replace("coordinate", "array") + "1 1\n5\n", 1, "found array real general"),
        (HEAD.replace("real", "complex") + "1 1 1\n1 1 1 1\n", 1, "found coordinate complex general"),
        (HEAD.replace("real general", "pattern skew-symmetric") + "2 2 1\n2 1\n", 1, "skew-symmetric"),
        (HEAD.replace("general", "skew-symmetric") + "2 2 1\n\n2 2 1\n", 4, "(2, 2)"),
        (HEAD.replace("general", "symmetric") + "%\n2 2 2\n2 1 1\n1 2 1\n", 5, "found (1, 2)"),
        (HEAD + "2 2 9999999\n1 2 1.0\n", 2, "expected 9999999 entries as announced, found only 8 bytes"),
        (HEAD + "2 2 1\n1 2 1e999\n", 3, "finite number at (1, 2), found one beyond float64"),
        (HEAD + "2 2 1\n1 2 3 4\n", 3, "expected row, column and a finite number, found '1 2 3 4'"),
        (HEAD + "2 2 1\n1 2 0x10\n", 3, "found '1 2 0x10'"),
        (HEAD.replace("real", "integer") + "2 2 1\n1 2 1.5\n", 3, "row, column and an integer, found"),
        (HEAD.replace("real", "pattern") + "2 2 1\n1 2 7\n", 3, "expected row and column, found '1 2 7'"),
        (HEAD + "3 3 2\n1 2 1.5e-3\n3 1 4e", 4, "found '3 1 4e'"),
        ("1 2\n", 1, "not a valid Matrix Market file"),
        (b"\x00\xff\x10", None, "not a valid Matrix Market file"),
    ],
)
def test_malformed_matrix_market(tmp_path, text, line, message):
    path = tmp_path / "m.mtx"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(GraphFormatError, match=re.escape(message)) as caught:
        read_graph(path)
    assert caught.value.path == str(path)
    assert line is None or caught.value.line == line


def test_matlab(tmp_path):
    matrix = scipy.sparse.csc_array(np.array([[0.0, 2.0], [2.0, 0.0]]))
    scipy.io.savemat(tmp_path / "m.mat", {"A": matrix, "other": np.eye(2)})
    assert read_graph(tmp_path / "m.mat") == Graph.from_edges([0], [1], [2.0])
    scipy.io.savemat(tmp_path / "two.mat", {"A": matrix, "B": 2 * matrix})
    with pytest.raises(GraphFormatError, match="expected one square sparse matrix, found A, B"):
        read_graph(tmp_path / "two.mat")
    assert read_graph(tmp_path / "two.mat", variable="B").edge_weights().tolist() == [4.0]
    with pytest.raises(GraphFormatError, match="expected a square matrix 'C', found A, B"):
        read_graph(tmp_path / "two.mat", variable="C")
    (tmp_path / "bad.mat").write_bytes((tmp_path / "m.mat").read_bytes()[:150])
    with pytest.raises(GraphFormatError, match="not a readable MATLAB file"):
        read_graph(tmp_path / "bad.mat")
    (tmp_path / "hdf.mat").write_bytes(b"\x89HDF\r\n\x1a\n" + b"\0" * 200)
    with pytest.raises(GraphFormatError, match=r"7\.3"):
        read_graph(tmp_path / "hdf.mat")
    scipy.io.savemat(tmp_path / "nan.mat", {"A": matrix * np.nan})
    with pytest.raises(GraphFormatError, match="finite"):
        read_graph(tmp_path / "nan.mat")


def test_format_by_suffix_or_name(tmp_path):
    graph = Graph.from_edges([0, 1], [1, 2])
    write_graph(graph, tmp_path / "odd", format="gkg")
    assert read_graph(tmp_path / "odd", format="gkg") == graph
    write_graph(graph, tmp_path / "EDGES.CSV")
    assert (tmp_path / "EDGES.CSV").read_text() == "source,target\n0,1\n1,2\n"
    assert read_graph(tmp_path / "EDGES.CSV") == graph
    with pytest.raises(ValueError, match=r"no suffix to tell its format; choose format \(--format"):
        read_graph(tmp_path / "odd")
    with pytest.raises(UnknownNameError, match=r"unknown suffix '.gkx': did you mean .gkg"):
        write_graph(graph, tmp_path / "graph.gkx")
    with pytest.raises(UnknownNameError, match="unknown format 'matrix-market': did you mean matrixmarket"):
        read_graph(tmp_path / "odd", format="matrix-market")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["EDGES.CSV", "odd"]


def test_paths_and_options_of_the_wrong_kind(tmp_path):
    path = tmp_path / "graph.csv"
    graph = Graph.from_edges([0], [1])
    write_graph(graph, path)
    for wrong in (5, None, b"graph.csv"):
        with pytest.raises(TypeError, match=r"read_graph takes the path of a file.* of type"):
            read_graph(wrong)
    with pytest.raises(TypeError, match=r"no option 'foo' for the format edgelist: accepted are delimiter.*"):
        read_graph(path, foo=3)
    with pytest.raises(TypeError, match=r"no option 'foo' for samples: there are none"):
        read_graph("sample:karate", foo=3)
    with pytest.raises(TypeError, match=r"write_graph has no option 'foo' for the format edgelist: accepted"):
        write_graph(graph, path, foo=3)
    assert read_graph(path, n_nodes=3, multi_edges="sum", self_loops="drop", weight=False).n_nodes == 3


@pytest.mark.parametrize("name", [form.name for form in registry.FORMATS.values() if form.readable])
def test_options_that_are_announced_are_those_that_are_taken(name):
    form = registry.FORMATS[name]
    assert set(form.edge_options) <= set(inspect.signature(convert.from_edges).parameters)
    takes_more = any(
        p.kind is p.VAR_KEYWORD for p in inspect.signature(form.function("read")).parameters.values()
    )
    assert takes_more == bool(form.edge_options)


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"^there is no file '.*absent.csv'$"):
        read_graph(tmp_path / "absent.csv")
    with pytest.raises(IsADirectoryError, match="it is a folder"):
        read_graph(tmp_path, format="edgelist")
    with pytest.raises(FileNotFoundError, match="does not exist"):
        write_graph(Graph.from_edges([0], [1]), tmp_path / "no" / "graph.csv")
    with pytest.raises(FileNotFoundError, match="there is no file"):
        read_graph(tmp_path / "absent")
    with pytest.raises(IsADirectoryError, match="it is a folder"):
        read_graph(tmp_path)
    with pytest.raises(IsADirectoryError, match=r"cannot write to .* it is a folder"):
        write_graph(Graph.from_edges([0], [1]), tmp_path)
    with pytest.raises(TypeError, match="takes a Graph, got list"):
        write_graph([], tmp_path / "graph.csv")
    for suffix in (".csv", ".mtx", ".gkg", ".mat", ".adjlist"):
        (tmp_path / f"empty{suffix}").touch()
        with pytest.raises(GraphFormatError, match="the file is empty, expected a graph"):
            read_graph(tmp_path / f"empty{suffix}")


def test_nothing_is_half_written(tmp_path):
    path = tmp_path / "graph.gkg"
    good = Graph.from_edges([0], [1])
    write_graph(good, path)
    bad = Graph.from_edges([0], [1], node_data={"x": np.array([None, 1])})
    with pytest.raises(TypeError):
        write_graph(bad, path)
    assert read_graph(path, verify=True) == good
    assert [p.name for p in tmp_path.iterdir()] == ["graph.gkg"]


# Simple undirected counts and stored rows, from the table in the README of the data.
REAL = {
    "blogcatalog/blogcatalog.mat": (10312, 333983, 667966),
    "ppi/PPI.ungraph.gz": (3890, 37845, 38739),
    "wikipedia_pos/wikipedia.ungraph.gz": (4777, 92295, 92517),
    "dblp/dblp.ungraph.gz": (51264, 127968, 127968),
    "musae_github/edges.csv.gz": (37700, 289003, 289003),
    "musae_facebook/edges.csv.gz": (22470, 170823, 171002),
    "lastfm_asia/edges.csv.gz": (7624, 27806, 27806),
    "deezer_europe/edges.csv.gz": (28281, 92752, 92752),
    "musae_wikipedia_crocodile/edges.csv.gz": (11631, 170773, 180020),
    "soc_epinions/soc-Epinions1.txt.gz": (75879, 405740, 508837),
    "web_notredame/web-NotreDame.txt.gz": (325729, 1090108, 1497134),
    "p2p_gnutella08/p2p-Gnutella08.edgelist.gz": (6301, 20777, 20777),
    "karate.adjlist": (34, 78, 156),
}


@pytest.mark.parametrize("name", REAL)
def test_real_graphs_have_the_counts_of_their_table(shared, tmp_path, name):
    n_nodes, n_simple, n_stored = REAL[name]
    graph = read_graph(shared / "data" / "graphs" / name, directed=False)
    assert graph.n_nodes == n_nodes
    assert graph.n_edges - graph.n_self_loops == n_simple
    assert read_graph(shared / "data" / "graphs" / name, directed=True).n_edges == n_stored
    write_graph(graph, tmp_path / "graph.gkg")
    assert read_graph(tmp_path / "graph.gkg", verify=True) == graph


def test_gaps_in_real_ids_become_labels(shared):
    graph = read_graph(shared / "data" / "graphs" / "soc_epinions" / "soc-Epinions1.txt.gz", directed=False)
    assert graph.labels.integers.max() == 75887
    assert graph.label_of(graph.index_of(75887)) == 75887
