"""Edge lists with headers (SNAP, KONECT), tables of edges (Parquet, Arrow), compression, addresses."""

import bz2
import gzip
import io
import lzma
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit import Graph, memory, read_graph, write_graph
from graphkit._inputs import read_input
from graphkit.errors import GraphFormatError, MemoryBudgetError, MissingExtraError
from graphkit.io import _files, binary, registry
from graphkit.io._formats import FORMATS, Format
from graphkit.io.registry import format_names, open_input

SNAP = "# Directed graph: x.txt\n# Nodes: 3 Edges: 3\n# FromNodeId\tToNodeId\n1\t5\r\n5\t1\n5\t9"
QUIET = [HealthCheck.function_scoped_fixture]


def put(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_snap_takes_direction_and_counts_from_its_header(tmp_path):
    path = put(tmp_path, "x.txt", SNAP)
    expected = Graph.from_edges([1, 5, 5], [5, 1, 9], directed=True)
    assert read_graph(path) == expected
    assert read_graph(path, directed=False) == expected.to_undirected()
    assert read_graph(put(tmp_path, "y.txt", SNAP.replace("Directed", "Undirected"))).n_edges == 2
    assert read_graph(path, format="edgelist").directed is False
    weighted = "# Nodes: 2 Edges: 1\n0 1 2.5\n"
    assert read_graph(put(tmp_path, "w.txt", weighted)).edge_weights().tolist() == [2.5]
    assert read_graph(tmp_path / "w.txt", weight=False).weights is None


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("Edges: 3", "Edges: 4", 2, "the header states 4 edges, the lines name 3: is the file cut off?"),
        ("Nodes: 3", "Nodes: 2", 2, "the header states 2 nodes, the lines name 3"),
        ("\t9", "", 6, "expected 2 columns as in the first line, found 1"),
        ("5\t9", "five\t9", 6, "expected an integer as node id, found 'five'"),
    ],
)
def test_snap_files_that_do_not_agree_with_themselves(tmp_path, old, new, line, message):
    path = put(tmp_path, "x.txt", SNAP.replace(old, new))
    with pytest.raises(GraphFormatError) as caught:
        read_graph(path)
    assert (caught.value.line, caught.value.path) == (line, str(path))
    assert message in caught.value.message
    if line == 2:
        assert read_graph(path, check=False).n_edges == 3


def test_snap_without_header_and_labels_that_are_words(tmp_path):
    with pytest.raises(GraphFormatError, match="expected a comment '# Nodes: N Edges: M'"):
        read_graph(put(tmp_path, "x.txt", "0 1\n"), format="snap")
    with pytest.raises(TypeError, match="must be integers"):
        write_graph(Graph.from_edges(["a"], ["b"]), tmp_path / "y.txt", format="snap")
    assert not (tmp_path / "y.txt").exists()


def test_snap_on_real_files(shared):
    folder = shared / "data" / "graphs"
    for name, n_nodes, n_edges in (
        ("soc_epinions/soc-Epinions1.txt.gz", 75879, 508837),
        ("web_notredame/web-NotreDame.txt.gz", 325729, 1497134),
    ):
        assert open_input(str(folder / name), None)[0].name == "snap"
        graph = read_graph(folder / name)
        assert (graph.n_nodes, graph.n_edges, graph.directed) == (n_nodes, n_edges, True)


KONECT = "% asym weighted\n% 3 4 4\n1 2 0.5 100\n2\t1\t-2 \t101\n4 4 1 99.5\n"


def test_konect(tmp_path):
    graph = read_graph(put(tmp_path, "out.small", KONECT))
    expected = Graph.from_edges(
        [0, 1, 3],
        [1, 0, 3],
        [0.5, -2, 1],
        n_nodes=4,
        directed=True,
        edge_data={"time": [100, 101, 99.5]},
    )
    assert graph == expected
    assert graph.n_nodes == 4
    assert not read_graph(tmp_path / "out.small", times=False).edge_data
    whole = read_graph(put(tmp_path, "out.whole", KONECT.replace("99.5", "99")))
    assert whole.edge_data["time"].dtype == np.int64
    uncounted = read_graph(put(tmp_path, "out.plain", "% sym unweighted\n1 3\n3 1\n"))
    assert uncounted == Graph.from_edges([0], [2], n_nodes=3)
    several = read_graph(put(tmp_path, "out.multi", "% sym positive\n1 2\n2 1\n1 1\n"))
    assert several.edge_weights().tolist() == [1.0, 2.0]
    assert read_graph(put(tmp_path, "out.none", "% asym unweighted\n% 0 3 3\n")).n_nodes == 3


def test_konect_keeps_the_sides_of_a_bipartite_network_apart(tmp_path):
    graph = read_graph(put(tmp_path, "out.two", "% bip positive\n% 3 2 3\n1 1 2\n2 3 1\n1 1 3\n"))
    assert [ends.tolist() for ends in graph.edges()] == [[0, 1], [2, 4]]
    assert graph.edge_weights().tolist() == [5.0, 1.0]
    assert graph.node_data["side"].tolist() == [0, 0, 1, 1, 1]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("asym weighted", "asym", 1, "expected a first line such as '% sym unweighted'"),
        ("weighted", "heavy", 1, "found heavy: unknown"),
        ("weighted", "dynamic", 1, "edges come and go"),
        ("% 3 4", "% 5 4", 2, "the header states 5 edges, the file lists 3"),
        ("3 4 4", "3 4 5", 2, "expected one number of nodes, found 4 and 5"),
        ("3 4 4", "3 3 3", 5, "expected node ids in 1..3 as the header states, found 4"),
        ("1 2 0.5", "0 2 0.5", 3, "expected node ids in 1..4 as the header states, found 0"),
        ("-2", "inf", 4, "expected a finite number as weight, found 'inf'"),
        ("asym weighted", "asym posweighted", 4, "positive weight, as the header says posweighted, found -2"),
        ("asym weighted", "asym positive", 4, "positive weight, as the header says positive, found -2"),
        ("% 3 4 4\n1 2 0.5", "1 0 0.5", 2, "expected node ids from 1 on, found 0"),
        ("% 3 4 4\n1 2 0.5", "1 900000000000 0.5", None, "far more nodes"),
        ("1 2 0.5 100\n2\t1\t-2 \t101\n4 4 1 99.5\n", "", None, "no line of data"),
        ("1 2 0.5 100\n2\t1\t-2 \t101\n4 4 1 99.5\n", "7\n", 3, "expected two node ids"),
    ],
)
def test_malformed_konect(tmp_path, old, new, line, message):
    path = put(tmp_path, "out.x", KONECT.replace(old, new))
    with pytest.raises(GraphFormatError) as caught:
        read_graph(path, format="konect")
    assert (caught.value.line, caught.value.path) == (line, str(path))
    assert message in caught.value.message


@st.composite
def graphs(draw, words=True, loose=True):
    n = draw(st.integers(1, 8))
    ends = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), min_size=1, max_size=12))
    weights = draw(st.none() | st.lists(st.floats(-1e30, 1e30), min_size=len(ends), max_size=len(ends)))
    if weights is not None and draw(st.booleans()):
        weights = np.array(weights, np.float32)
    data = {"k": np.arange(len(ends)), "flag": np.arange(len(ends)) % 2 == 0} if loose else {}
    return Graph.from_edges(
        ends, weights=weights, n_nodes=n, directed=draw(st.booleans()), multi_edges="first", edge_data=data
    )


@settings(max_examples=60, deadline=None, suppress_health_check=QUIET)
@given(graph=graphs(), suffix=st.sampled_from([".parquet", ".arrow", ".feather", ".pq.gz", ".ipc.zst"]))
def test_tables_round_trip(tmp_path, graph, suffix):
    pytest.importorskip("pyarrow")
    path = tmp_path / f"graph{suffix}"
    write_graph(graph, path)
    back = read_graph(path)
    assert back == graph
    assert (graph.weights is None) or back.weights.dtype == graph.weights.dtype


@settings(max_examples=60, deadline=None, suppress_health_check=QUIET)
@given(graph=graphs(loose=False), suffix=st.sampled_from(["", ".gz", ".bz2", ".xz"]))
def test_konect_round_trip(tmp_path, graph, suffix):
    path = tmp_path / f"out.graph{suffix}"
    write_graph(graph, path, format="konect")
    assert read_graph(path, format="konect") == graph


def test_tables_by_name_and_position(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import feather, ipc, parquet

    table = pyarrow.table({"w": [0.5, 2.0], "to": ["b", "c"], "from": ["a", "b"], "list": [[1], [2]]})
    parquet.write_table(table, tmp_path / "t.parquet")
    expected = Graph.from_edges(["a", "b"], ["b", "c"], [0.5, 2.0])
    named = {"source": "from", "target": "to", "weight": "w"}
    assert read_graph(tmp_path / "t.parquet", **named) == expected
    assert read_graph(tmp_path / "t.parquet", source=2, target=1, weight=0) == expected
    kept = read_graph(tmp_path / "t.parquet", source=2, target=1)
    assert list(kept.edge_data) == ["w"]
    encoded = pyarrow.table({name: table[name].dictionary_encode() for name in ("from", "to")})
    parquet.write_table(encoded, tmp_path / "d.parquet")
    assert read_graph(tmp_path / "d.parquet") == Graph.from_edges(["a", "b"], ["b", "c"])
    feather.write_feather(table.select(["from", "to"]), tmp_path / "t.feather")
    assert read_graph(tmp_path / "t.feather") == Graph.from_edges(["a", "b"], ["b", "c"])
    with ipc.new_stream(tmp_path / "t.arrow", table.schema) as stream:
        stream.write_table(table)
    assert read_graph(tmp_path / "t.arrow", **named) == expected
    assert read_graph(tmp_path / "t.arrow", **named, directed=True).directed


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
def test_only_columns_that_are_wanted_are_read(tmp_path, suffix, monkeypatch):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import feather, parquet

    from graphkit.io import arrow_tables

    columns = {"id": [7, 8], "Src": [0, 1], "DST": [1, 2], "Weight": [0.5, 2.0], "list": [[1], [2]]}
    table = pyarrow.table(columns | {"gaps": pyarrow.array([1, None]), "kind": ["x", "y"]})
    path = str(tmp_path / f"t{suffix}")
    parquet.write_table(table, path) if suffix == ".parquet" else feather.write_feather(table, path)
    loaded = []
    put_together = arrow_tables.from_arrow
    monkeypatch.setattr(
        arrow_tables,
        "from_arrow",
        lambda table, **options: loaded.append(table.column_names) or put_together(table, **options),
    )
    expected = Graph.from_edges([0, 1], [1, 2], [0.5, 2.0])
    assert read_graph(path, edge_columns=False) == expected
    assert sorted(loaded.pop()) == ["DST", "Src", "Weight"]
    kept = read_graph(path)
    assert kept.edge_data["kind"].tolist() == ["x", "y"]
    assert set(kept.edge_data) == {"id", "kind"}
    assert sorted(loaded.pop()) == ["DST", "Src", "Weight", "gaps", "id", "kind"]


def test_rows_of_parquet_are_counted_before_they_are_read(tmp_path, monkeypatch):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    zeros = np.zeros(10**6, np.int8)  # a file of 10 kB
    parquet.write_table(pyarrow.table({"source": zeros, "target": zeros}), tmp_path / "t.parquet")
    monkeypatch.setattr(memory, "available_memory", lambda: 10**7)
    with pytest.raises(MemoryBudgetError, match=r"reading 1000000 rows of .*parquet needs about 16 MB"):
        read_graph(tmp_path / "t.parquet")


@pytest.mark.parametrize(
    ("columns", "options", "message"),
    [
        ({"source": [0, 1]}, {}, "expected at least 2 columns"),
        ({"source": [0, None], "target": [1, 2]}, {}, "column 'source' has a missing value in row 1"),
        ({"source": [0.5, 1], "target": [1, 2]}, {}, "must hold integers or labels"),
        ({"source": [0, 1], "target": [1, 2], "weight": [1.0, float("nan")]}, {}, "weights must be finite"),
        ({"source": [0, 1], "target": [1, 2], "weight": ["a", "b"]}, {}, "weights must be real numbers"),
        ({"source": [0, 1], "target": [1, 2]}, {"weight": "w"}, "expected a column 'w' of weights, found"),
        ({"source": [0, 1], "target": [1, 2]}, {"source": 5}, "expected a column 5 of sources"),
        ({"source": [0, 7], "target": [1, 2]}, {"n_nodes": 3}, "the source in row 1 is 7, but n_nodes=3"),
        ({"source": [0, 1], "target": [1, 0], "weight": [1.0, 2.0]}, {}, "1.0 in row 0 and 2.0 in row 1"),
    ],
)
def test_tables_that_are_no_edges(tmp_path, columns, options, message):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pyarrow.table(columns), tmp_path / "t.parquet")
    with pytest.raises(GraphFormatError, match=r"t\.parquet: ") as caught:
        read_graph(tmp_path / "t.parquet", **options)
    assert message in str(caught.value)


def test_tables_that_are_damaged_or_cannot_be_written(tmp_path):
    pytest.importorskip("pyarrow")
    graph = Graph.from_edges([0, 1], [1, 2])
    for suffix in (".parquet", ".arrow"):
        path = tmp_path / f"t{suffix}"
        write_graph(graph, path)
        data = path.read_bytes()
        for size in (3, 10, len(data) // 2, len(data) - 1):
            with pytest.raises(GraphFormatError, match="not a readable"):
                read_graph(put(tmp_path, f"cut{suffix}", data[:size]))
        with pytest.raises(TypeError, match="all integers or all strings"):
            write_graph(Graph.from_edges(["a"], [(1, 2)]), path)
        assert path.read_bytes() == data


def test_without_pyarrow_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for name in ("t.parquet", "t.arrow", "t.csv.zst"):
        with pytest.raises(MissingExtraError, match=r"need pyarrow: pip install 'graphkit-algorithms\[io\]'"):
            write_graph(Graph.from_edges([0], [1]), tmp_path / name)
        assert not list(tmp_path.iterdir())
    path = put(tmp_path, "t.csv.zst", b"\x28\xb5\x2f\xfd\0\0\0\0")
    with pytest.raises(MissingExtraError, match="Zstandard"):
        read_graph(path)


TRIANGLE = Graph.from_edges([0, 1, 0], [1, 2, 2])
PACKERS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ".zst"])
@pytest.mark.parametrize("name", ["g.tsv", "g.gkg", "g.mtx", "g.adjlist"])
def test_compressed_files_round_trip_and_tell_damage(tmp_path, suffix, name):
    if suffix == ".zst":
        pytest.importorskip("pyarrow")
    path = tmp_path / (name + suffix)
    write_graph(TRIANGLE, path)
    data = path.read_bytes()
    assert read_graph(path) == TRIANGLE
    assert read_graph(put(tmp_path, name, data)) == TRIANGLE  # told by its content
    write_graph(TRIANGLE, path)
    assert path.read_bytes() == data
    flipped = data[:10] + bytes(8) + data[18:]  # Zstandard carries no checksum here
    for damaged in (data[:-6], data[: len(data) // 2], *(() if suffix == ".zst" else (flipped,))):
        with pytest.raises(GraphFormatError, match="cut off or damaged"):
            read_graph(put(tmp_path, "damaged" + name, damaged))
    with pytest.raises(GraphFormatError, match="data as the name says, found the bytes"):
        read_graph(put(tmp_path, "wrong" + name + suffix, b"0\t1\n"))


@pytest.mark.parametrize("suffix", PACKERS)
def test_compressed_files_of_several_parts(tmp_path, suffix):
    pack = PACKERS[suffix]
    path = put(tmp_path, f"g.txt{suffix}", pack(b"0 1\n1 ") + pack(b"2\n") + pack(b"0 2\n"))
    assert read_graph(path) == TRIANGLE
    path = put(tmp_path, f"g.txt{suffix}", pack(b"0 1\n1 2\n") + bytes(300) + pack(b"0 2\n") + bytes(4))
    assert read_graph(path) == TRIANGLE
    second = pack(b"1 2\n")
    for damaged in (b"rest", b"\0" + second[1:], second[:2] + b"\0" + second[3:], second[:-1]):
        put(tmp_path, f"g.txt{suffix}", pack(b"0 1\n") + damaged)
        with pytest.raises(GraphFormatError, match="data are cut off or damaged"):
            read_graph(path)


def test_what_unpacks_to_more_than_there_is_memory_for(tmp_path, monkeypatch):
    path = put(tmp_path, "g.txt.gz", gzip.compress(b"0 1\n" * 10**6))
    monkeypatch.setattr(_files, "available_memory", lambda: 10**5)
    with pytest.raises(MemoryBudgetError, match="decompressing"):
        read_graph(path)


def test_streams_are_told_by_their_content(monkeypatch):
    for data, directed in (
        (SNAP.encode(), True),
        (gzip.compress(SNAP.encode()), True),
        (b"1 5\n5 9\n", False),
    ):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert read_graph("-").directed is directed


@pytest.mark.parametrize(
    "address",
    ["https://x.org/g.csv", "http://x/g.gkg", "ftp://x/y.txt", "s3://b/k.csv", Path("s3://b/k"), "abc://x"],
)
def test_addresses_are_refused(address):
    for call in (lambda: read_graph(address), lambda: write_graph(TRIANGLE, address)):
        with pytest.raises(ValueError, match="only local files are read and written, got the address"):
            call()


def test_folders_and_files_are_not_mixed_up(tmp_path):
    put(tmp_path, "g.csv", "0,1\n")
    with pytest.raises(IsADirectoryError, match="as edgelist: it is a folder"):
        read_graph(tmp_path, format="edgelist")
    folders = [name for name, suffixes in format_names().items() if name == "tu"]
    for name in folders:
        with pytest.raises(NotADirectoryError, match="expected a folder with"):
            read_graph(tmp_path / "g.csv", format=name)


def test_a_folder_appears_whole_or_not_at_all(tmp_path):
    target = tmp_path / "set"

    def stopped():
        with _files.folder_target(target) as folder:
            put(Path(folder), "a", "1")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        stopped()
    assert not list(tmp_path.iterdir())
    with _files.folder_target(target) as folder:
        put(Path(folder), "a.gz", gzip.compress(b"1"))
    found = _files.Folder(str(target))
    assert (found.files(), found.has("a"), found.has("b")) == (["a"], True, False)
    assert found.source("a").data == b"1"
    with pytest.raises(GraphFormatError, match="expected a file 'b' in the folder, found none"):
        found.source("b")
    with pytest.raises(FileExistsError, match="something of that name already"), _files.folder_target(target):
        pass
    with (
        pytest.raises(FileNotFoundError, match="does not exist"),
        _files.folder_target(tmp_path / "no" / "x"),
    ):
        pass


def test_any_flipped_bit_of_the_header_of_a_binary_file_is_noticed(tmp_path):
    path = tmp_path / "g.gkg"
    write_graph(Graph.from_edges(["a", "b"], ["b", "c"], [1.0, 2.0]), path)
    data = path.read_bytes()
    end = 32 + int.from_bytes(data[16:24], "little")
    for bit in range(8 * end):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(GraphFormatError):
            binary.read(_files.Source("g.gkg", bytes(damaged), None))


def test_commands_verify_binary_files_and_take_further_options(tmp_path):
    path = tmp_path / "g.gkg"
    write_graph(TRIANGLE, path)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert read_graph(path).n_nodes == 3  # a section is not looked at until it is used
    with pytest.raises(GraphFormatError, match="the section 'indices' is damaged"):
        read_input(str(path), None, None, {})
    assert read_input(str(path), None, None, {"more": ["verify=false"]}).n_nodes == 3
    text = put(tmp_path, "g.txt", "1 2\n")
    assert read_input(str(text), None, None, {"more": ["base=1", "n-nodes=4"]}).n_nodes == 4
    with pytest.raises(ValueError, match="--option takes NAME=VALUE"):
        read_input(str(text), None, None, {"more": ["base"]})
    with pytest.raises(ValueError, match=r"--option foo is unknown; .* whose options are delimiter, "):
        read_input(str(text), None, None, {"more": ["foo=1"]})


def test_conversion_from_the_command_line(tmp_path, capsys):
    from graphkit.cli import app, run

    def call(*arguments):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["graphkit", *map(str, arguments)])
            with pytest.raises(SystemExit) as stop:
                run(app)
        return stop.value.code or 0, capsys.readouterr().err

    source = put(tmp_path, "x.txt", SNAP)
    assert call("convert", source, tmp_path / "x.csv.xz", "--write-option", "header=false")[0] == 0
    assert lzma.decompress((tmp_path / "x.csv.xz").read_bytes()) == b"1,5\n5,1\n5,9\n"
    code, err = call("convert", source, tmp_path / "y.csv", "--write-option", "head=false")
    assert code == 2
    assert "--write-option head is unknown" in err
    words = put(tmp_path, "words.csv", "a,b\n")
    code, err = call("convert", words, tmp_path / "words.txt", "--to", "snap")
    assert (code, err) == (
        2,
        "error: the labels of nodes in a SNAP file must be integers; write .tsv or .gkg instead\n",
    )
    code, err = call("info", "https://example.org/x.csv")
    assert code == 2
    assert "only local files are read" in err
    assert not (tmp_path / "words.txt").exists()
    for name in format_names():
        form = FORMATS[name]
        if form.writable and not form.is_folder:
            target = tmp_path / f"all.{name}"
            arcs = ("--directed",) if name == "digraph6" else ()  # holds nothing else
            assert call("convert", "sample:karate", target, "--to", name, *arcs)[0] == 0, name
            assert call("info", target, "--format", name, "--json")[0] == 0, name


def test_content_decides_where_names_are_shared(tmp_path, monkeypatch):
    for name, content, expected in (
        ("a.txt", "0 1\n", "edgelist"),
        ("b.txt", SNAP, "snap"),
        ("c.tsv", KONECT, "konect"),
        ("out.anything", KONECT, "konect"),
        ("out.plain", "1 2\n", "konect"),  # nothing else is called so
        ("d.csv", SNAP, "edgelist"),  # no SNAP file is called so
        ("e.txt.xz", lzma.compress(SNAP.encode()), "snap"),
    ):
        assert open_input(str(put(tmp_path, name, content)), None)[0].name == expected
    monkeypatch.setattr(registry, "FORMATS", {"dot": Format("dot", "none", (".dot",), readable=False)})
    path = put(tmp_path, "g.dot", "graph {}")
    with pytest.raises(ValueError, match=r"cannot read the format of '.*\.dot', only write it"):
        open_input(str(path), None)


def test_of_several_layouts_the_one_that_asks_for_most_is_read(tmp_path, monkeypatch):
    layouts = {
        "few": Format("few", "none", members=("*.edges",)),
        "many": Format("many", "none", members=("*.edges", "raw/x.csv", "y.txt")),
    }
    monkeypatch.setattr(registry, "FORMATS", layouts)
    put(tmp_path, "a.edges", "0 1")
    assert open_input(str(tmp_path), None)[0].name == "few"
    (tmp_path / "raw").mkdir()
    put(tmp_path, "raw/x.csv.bz2", "")
    put(tmp_path, "y.txt", "")
    chosen, folder = open_input(str(tmp_path), None)
    assert (chosen.name, folder.matching("*.edges")) == ("many", ["a.edges"])
    (tmp_path / "a.edges").unlink()
    with pytest.raises(IsADirectoryError, match=r"none of the known layouts: few \(\*\.edges\); many"):
        open_input(str(tmp_path), None)
