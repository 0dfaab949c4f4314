"""METIS, MATLAB, scipy's .npz, graph6 and its kin: against scipy and networkx, by hand, and wrong files."""

import io
import pickle
import zipfile

import networkx
import numpy as np
import pytest
import scipy.io
import scipy.sparse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit import Graph, read_graph, write_graph
from graphkit.convert import from_networkx, to_networkx
from graphkit.errors import GraphFormatError, MemoryBudgetError
from graphkit.io._files import Source, read_source
from graphkit.io._mat5 import MatFile
from graphkit.io._sextets import size_code

EASY = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def simple_graphs(draw, loops=False, directed=False):
    n = draw(st.sampled_from([1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 32, 33, 62, 63, 64, 70]))
    nodes = st.integers(0, n - 1)
    ends = draw(st.lists(st.tuples(nodes, nodes), max_size=20))
    if draw(st.booleans()) and n > 1:
        ends.append((n - 2, n - 2 if loops else max(n - 3, 0)))  # the case that sparse6 pads otherwise
    ends = [(u, v) for u, v in ends if loops or u != v]
    sources, targets = [u for u, _ in ends], [v for _, v in ends]
    return Graph.from_edges(sources, targets, n_nodes=n, directed=directed)


# graph6, sparse6, digraph6


@EASY
@given(graph=simple_graphs())
def test_graph6_agrees_with_networkx(tmp_path, graph):
    path = tmp_path / "graph.g6"
    write_graph(graph, path)
    assert path.read_bytes() == networkx.to_graph6_bytes(to_networkx(graph), header=False)
    assert read_graph(path) == graph
    networkx.write_graph6(to_networkx(graph), path)  # with a header
    assert read_graph(path) == graph


@EASY
@given(graph=simple_graphs(loops=True))
def test_sparse6_agrees_with_networkx(tmp_path, graph):
    path = tmp_path / "graph.s6"
    write_graph(graph, path)
    assert read_graph(path) == graph
    if graph.n_nodes == 1:  # for which networkx writes one bit and nauty's description none
        return
    assert from_networkx(networkx.from_sparse6_bytes(path.read_bytes().strip())) == graph
    path.write_bytes(networkx.to_sparse6_bytes(to_networkx(graph)))
    assert read_graph(path) == graph


def slow_digraph6(graph):
    n = graph.n_nodes
    bits = "".join(str(int(graph.has_edge(i, j))) for i in range(n) for j in range(n))
    bits += "0" * (-len(bits) % 6)
    body = bytes(63 + int(bits[k : k + 6], 2) for k in range(0, len(bits), 6))
    return b"&" + size_code(n) + body + b"\n"


@EASY
@given(graph=simple_graphs(loops=True, directed=True))
def test_digraph6_bit_by_bit(tmp_path, graph):
    path = tmp_path / "graph.d6"
    write_graph(graph, path)
    assert path.read_bytes() == slow_digraph6(graph)
    assert read_graph(path) == graph


def test_known_codes(tmp_path):
    """The examples in the description that comes with nauty."""
    path = tmp_path / "graph.g6"
    path.write_text("DQc")
    assert read_graph(path) == Graph.from_edges([0, 0, 1, 3], [2, 4, 3, 4])
    path.write_text(":Fa@x^\n")
    wanted = Graph.from_edges([0, 0, 1, 5], [1, 2, 2, 6], n_nodes=7)
    assert read_graph(path, format="sparse6") == wanted
    path.write_text("&DI?AO?")
    assert read_graph(path, format="digraph6") == Graph.from_edges([0, 0, 3, 3], [2, 4, 1, 4], directed=True)
    assert [size_code(n) for n in (30, 12345, 460175067)] == [b"]", b"~B?x", b"~~?ZZZZZ"]


def test_several_graphs_in_a_file(tmp_path):
    path = tmp_path / "graphs.g6"
    path.write_text(">>graph6<<A_\nB?\n\nDQc\n")
    with pytest.raises(GraphFormatError, match=r"found 3; choose graph \(--option graph=0") as caught:
        read_graph(path)
    assert caught.value.line == 2
    assert [read_graph(path, graph=k).n_nodes for k in range(3)] == [2, 3, 5]
    with pytest.raises(ValueError, match=r"graph must be in \[0, 2\]"):
        read_graph(path, graph=3)


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("g6", "D", "expected 2 characters for 5 nodes, found 0"),
        ("g6", "DQcc", "expected 2 characters for 5 nodes, found 3"),
        ("g6", "DQ\x1f", "expected characters from '?' to '~', found b'\\x1f' in place 3"),
        ("g6", "A`", "expected zeros in the bits that fill the last character"),
        ("g6", "~~", "cut off within the number of nodes"),
        ("g6", ":Fa@x^", "found the code of a graph in sparse6"),
        ("s6", "DQc", "expected ':' before a code in sparse6"),
        ("s6", ":A____", "expected nodes in 0..1, found a code of others"),
        ("d6", "DQc", "expected '&' before a code in digraph6"),
        ("d6", "&DI?AO", "expected 5 characters for 5 nodes, found 4"),
        ("g6", "\n\n", "found empty lines only"),
    ],
)
def test_codes_that_are_wrong(tmp_path, name, code, message):
    path = tmp_path / f"graph.{name}"
    path.write_bytes(b"\n" + code.encode("latin-1"))
    with pytest.raises(GraphFormatError) as caught:
        read_graph(path)
    assert message in str(caught.value)
    assert caught.value.line in (2, None)


def test_what_codes_cannot_hold(tmp_path):
    undirected, directed = Graph.from_edges([0], [1]), Graph.from_edges([0], [1], directed=True)
    for graph, suffix, message in (
        (directed, "g6", r"digraph6 \(.d6\) holds it"),
        (Graph.from_edges([0], [0]), "g6", r"sparse6 \(.s6\) holds them"),
        (directed, "s6", "digraph6"),
        (undirected, "d6", "graph6"),
    ):
        with pytest.raises(ValueError, match=message):
            write_graph(graph, tmp_path / f"graph.{suffix}")
    path = tmp_path / "huge.s6"
    path.write_bytes(b":~~" + b"~" * 6 + b"\n")
    with pytest.raises(MemoryBudgetError):
        read_graph(path)


# METIS


@EASY
@given(graph=simple_graphs(), weighted=st.booleans(), seed=st.integers(0, 9))
def test_metis_line_by_line(tmp_path, graph, weighted, seed):
    """The file says what a loop over its lines says."""
    draw = np.random.default_rng(seed)
    if weighted and graph.n_edges:
        weights = draw.integers(1, 9, graph.n_edges)
        graph = Graph.from_edges(*graph.edges(), weights, n_nodes=graph.n_nodes)
    path = tmp_path / "graph.metis"
    write_graph(graph, path)
    header, *lines = path.read_text().split("\n")
    assert header.split()[:2] == [str(graph.n_nodes), str(graph.n_edges)]
    assert len(lines) == graph.n_nodes + 1
    for i, line in enumerate(lines[:-1]):
        numbers = list(map(int, line.split()))
        step = 1 if graph.weights is None else 2
        assert [j - 1 for j in numbers[::step]] == graph.neighbors(i).tolist()
    assert read_graph(path) == graph


def test_example_of_metis(tmp_path):
    """Weights of edges and several weights and sizes of nodes, comments, empty lines."""
    path = tmp_path / "graph.graph"
    path.write_text(
        "% a comment\n4 3 111 2\n% another\n7 1 2 2 10 3 30\n8 3 4 1 10\n"
        "% and one here\n9 5 6 1 30 4 5\n0 0 0 3 5"
    )
    graph = read_graph(path)
    assert graph == Graph.from_edges(
        [0, 0, 2],
        [1, 2, 3],
        [10, 30, 5],
        node_data={"size": [7, 8, 9, 0], "weight": [[1, 2], [3, 4], [5, 6], [0, 0]]},
    )
    write_graph(graph, path)
    assert path.read_text().startswith("4 3 111 2\n7 1 2 2 10 3 30\n")
    assert read_graph(path) == graph
    path.write_bytes(b"3 1\r\n\r\n3\r\n2\r\n")
    assert read_graph(path) == Graph.from_edges([1], [2], n_nodes=3)
    path.write_text("3 1\n2\n1\n")  # empty lines at the end may be absent
    assert read_graph(path) == Graph.from_edges([0], [1], n_nodes=3)
    assert read_graph(path, directed=True).n_edges == 2


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("x 1\n", 1, "expected the numbers of nodes and edges"),
        ("3 1 2\n", 1, "expected the numbers of nodes and edges"),
        ("% only\n", 1, "expected the numbers of nodes and edges"),
        ("3 1 001 2\n", 1, "expected a number of weights that fits the format 001, found 2"),
        ("2 1\n2\n1\n1\n", 4, "expected 2 lines, one for each node, found 3"),
        ("2 2\n2\n1\n", 1, "expected 2 edges as announced here, found 1"),
        ("%\n2 1\n2\n3\n", 4, "expected neighbours in 1..2, found 3"),
        ("2 1\n2\n0\n", 3, "expected neighbours in 1..2, found 0"),
        ("2 1\n2 2\n1\n", 2, "expected distinct neighbours, found 2 twice"),
        ("2 1\n1\n\n", 2, "found node 1 beside itself"),
        ("3 1\n2\n3\n\n", 2, "expected the edge to 2 in the line of node 2 too (line 3), found none"),
        ("2 1 1\n2 5\n1 6\n", 2, "expected the edge to 2 with the same weight in the line of node 2"),
        ("2 1 1\n2\n1 6\n", 2, "expected a weight after every neighbour"),
        ("2 1 1\n2 0\n1 0\n", 2, "expected integers in 1..2^53 as weights of edges, found 0"),
        ("2 1 10\n1 2\n\n", 3, "expected 1 sizes and weights of this node, found 0"),
        ("2 1 10\n1 2\n-1 1\n", 3, "expected sizes and weights from 0, found -1"),
        ("2 1\n2\n1.5\n", 3, "found '1.5'"),
        ("2 1\n2\n% c\nx\n", 4, "found 'x'"),
    ],
)
def test_metis_that_is_wrong(tmp_path, text, line, message):
    path = tmp_path / "graph.metis"
    path.write_text(text)
    with pytest.raises(GraphFormatError) as caught:
        read_graph(path)
    assert message in str(caught.value)
    assert caught.value.line == line


def test_matrices_with_more_rows_than_memory(tmp_path):
    path = tmp_path / "graph.npz"
    matrix = scipy.sparse.coo_array(([1.0], ([0], [1])), shape=(2**40, 2**40))
    scipy.sparse.save_npz(path, matrix)
    with pytest.raises(MemoryBudgetError, match="a matrix of 1099511627776 rows"):
        read_graph(path)
    with pytest.raises(MemoryBudgetError, match="a graph of 1099511627776 nodes"):
        Graph.from_scipy(matrix)


def test_metis_without_nodes_allocates_nothing(tmp_path):
    path = tmp_path / "graph.metis"
    path.write_text(f"0 0 010 {10**15}\n")
    assert read_graph(path).n_nodes == 0


def test_what_metis_cannot_hold(tmp_path):
    path = tmp_path / "graph.metis"
    for graph, message in (
        (Graph.from_edges([0], [1], directed=True), "directed graph; see Graph.to_undirected"),
        (Graph.from_edges([0], [0]), "no self-loops"),
        (Graph.from_edges([0], [1], [0.5]), "positive integers"),
    ):
        with pytest.raises(ValueError, match=message):
            write_graph(graph, path)
    path.write_text("99999999999999 0\n")
    with pytest.raises(MemoryBudgetError):
        read_graph(path)


# MATLAB


def saved(content, **options):
    buffer = io.BytesIO()
    scipy.io.savemat(buffer, content, **options)
    return MatFile(Source("x.mat", buffer.getvalue(), None))


@EASY
@given(
    dense=st.lists(st.lists(st.floats(-2, 2) | st.just(0.0), min_size=3, max_size=3), min_size=1, max_size=4),
    options=st.sampled_from([{}, {"do_compression": True}, {"format": "4"}]),
    kind=st.sampled_from([np.float64, np.float32, np.int16, np.uint8, np.complex128]),
)
def test_variables_as_scipy_writes_them(dense, options, kind):
    matrix = np.array(dense).astype(np.complex128).real.astype(kind)
    if kind is np.complex128:
        matrix = matrix + 1j * matrix[::-1]
    content = {"dense": matrix, "sparse": scipy.sparse.csc_array(np.array(dense)), "text": "some words"}
    found = saved(content, **options)
    assert set(found.variables) == set(content)
    assert found.variables["dense"].shape == matrix.shape
    np.testing.assert_array_equal(found.read("dense"), matrix)
    sparse = found.read("sparse")
    assert found.variables["sparse"].is_sparse
    assert found.variables["sparse"].shape == sparse.shape == matrix.shape
    np.testing.assert_array_equal(sparse.toarray(), np.array(dense))
    assert found.read("text").tolist() == ["some words"]


def test_cells_structures_and_text(tmp_path):
    cells = np.array([["x", np.eye(2)], ["żółć", np.array([[True]])]], dtype=object)
    found = saved(
        {"c": cells, "s": {"p": 1, "q": "z"}, "t": np.array(["ab ", "c d"]), "b": np.array([[True]])}
    )
    assert found.read("c")[1, 0].tolist() == ["żółć"]
    np.testing.assert_array_equal(found.read("c")[0, 1], np.eye(2))
    assert found.read("c")[1, 1].dtype == np.bool_
    assert found.read("s")[0, 0]["q"].tolist() == ["z"]
    assert found.read("t").tolist() == ["ab ", "c d"]
    assert found.read("b").dtype == np.bool_


@pytest.mark.parametrize(
    "name", ["graphs/blogcatalog/blogcatalog.mat", "multiview/acm/ACM3025.mat", "tu/dgcnn_mat/MUTAG.mat"]
)
def test_real_files_as_scipy_reads_them(shared, name):
    path = shared / "data" / name
    found = MatFile(read_source(path))
    wanted = {key: value for key, value in scipy.io.loadmat(path, spmatrix=False).items() if key[0] != "_"}
    assert set(found.variables) == set(wanted)
    for key, value in wanted.items():
        ours = found.read(key)
        assert ours.shape == value.shape == found.variables[key].shape
        if scipy.sparse.issparse(value):
            assert (ours != value).nnz == 0
        elif value.dtype.names:
            np.testing.assert_array_equal(ours[0, 5]["am"], value[0, 5]["am"])
        else:
            assert ours.dtype == value.dtype
            np.testing.assert_array_equal(ours, value)


def test_mat_is_read_by_scipy(tmp_path):
    graph = Graph.from_edges(["ann", "Zoë", "ann"], ["Zoë", "cat", "cat"], [1.5, 2.0, -1.0], directed=True)
    path = tmp_path / "graph.mat"
    write_graph(graph, path, variable="network")
    content = scipy.io.loadmat(path, spmatrix=False)
    np.testing.assert_array_equal(content["network"].toarray(), graph.to_scipy().toarray())
    assert [cell[0] for cell in content["labels"][:, 0]] == ["ann", "Zoë", "cat"]
    assert content["directed"].item() == 1
    assert read_graph(path) == graph
    symmetric = Graph.from_edges([0, 1], [1, 0], directed=True)  # as a matrix it looks undirected
    write_graph(symmetric, path)
    assert read_graph(path) == symmetric
    scipy.io.savemat(path, {"dense": np.array([[0, 2.0], [2, 0]])})
    assert read_graph(path, variable="dense") == Graph.from_edges([0], [1], [2.0])
    with pytest.raises(GraphFormatError, match="expected one square sparse matrix, found none"):
        read_graph(path)
    for graph, options, message in (
        (symmetric, {"variable": "1x"}, "variable must be a name"),
        (Graph.from_edges([0], [1], [0.0]), {}, "hold no zeros"),
        (Graph.from_edges(["😀"], ["b"]), {}, "cannot hold the label"),
        (Graph.from_edges([], [], n_nodes=0), {}, "a node at least"),
    ):
        with pytest.raises(ValueError, match=message):
            write_graph(graph, path, **options)


def test_mat_files_that_are_wrong(tmp_path):
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "graph.mat"
    with h5py.File(path, "w", userblock_size=512) as file:
        file["A"] = np.eye(2)
    content = bytearray(path.read_bytes())
    content[:128] = b"MATLAB 7.3 MAT-file".ljust(124) + b"\0\2IM"
    for data in (path.read_bytes()[512:], bytes(content)):
        path.write_bytes(data)
        with pytest.raises(GraphFormatError, match=r"MATLAB 7.3 files \(HDF5\) are not supported"):
            read_graph(path)
    buffer = io.BytesIO()
    scipy.io.savemat(buffer, {"A": scipy.sparse.eye_array(4).tocsc()})
    data = buffer.getvalue()
    rows = data.index(np.arange(4, dtype="<i4").tobytes())
    path.write_bytes(data[:rows] + np.array([900], "<i4").tobytes() + data[rows + 4 :])
    with pytest.raises(GraphFormatError, match=r"entries in a matrix of shape \(4, 4\)"):
        read_graph(path)
    path.write_bytes(data[:-30])
    with pytest.raises(GraphFormatError, match="cut off"):
        read_graph(path)


# scipy's npz


@EASY
@given(graph=simple_graphs(loops=True, directed=True), form=st.sampled_from(["csr", "csc", "coo"]))
def test_npz_of_scipy(tmp_path, graph, form):
    path = tmp_path / "graph.npz"
    scipy.sparse.save_npz(path, graph.to_scipy().asformat(form))
    assert read_graph(path, directed=True) == graph
    write_graph(graph, path)
    loaded = scipy.sparse.load_npz(path)
    assert loaded.format == "csr"
    np.testing.assert_array_equal(loaded.toarray(), graph.to_scipy().toarray())


def test_npz_keeps_what_arrays_keep(tmp_path):
    path = tmp_path / "graph.npz"
    graph = Graph.from_edges(
        ["ann", "", "ann\0"],
        ["", "ann\0", "数"],
        np.array([1, 1, 1], np.float32),
        node_data={"X": np.arange(8.0).reshape(4, 2), "day": np.arange(4).astype("M8[D]")},
        edge_data={"z": np.arange(3) * 1j},
    )
    write_graph(graph, path)
    back = read_graph(path)
    assert back == graph
    assert back.weights.dtype == np.float32
    with pytest.raises(TypeError, match="of dtype object"):
        write_graph(Graph.from_edges([0], [1], node_data={"x": np.array([None, 1])}), path)
    assert read_graph(path) == graph


def test_real_npz(shared):
    apa = read_graph(shared / "data/multiview/dblp/apa.npz")
    assert (apa.n_nodes, apa.directed) == (4057, False)
    matrix = scipy.sparse.load_npz(shared / "data/multiview/dblp/apa.npz")
    assert (apa.to_scipy() != matrix).nnz == 0


def archive(**arrays):
    """Bytes of an .npz file with these arrays in place of those of a good one."""
    content = {
        "format": np.array(b"csr"),
        "shape": np.array([2, 2]),
        "data": np.ones(2),
        "indices": np.array([1, 0]),
        "indptr": np.array([0, 1, 2]),
        **arrays,
    }
    buffer = io.BytesIO()
    np.savez(buffer, **{key: value for key, value in content.items() if value is not None})
    return buffer.getvalue()


class Evil:
    """Unpickling it would raise."""

    def __reduce__(self):
        return exec, ("raise RuntimeError('unpickled')",)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\3\4 nonsense", "cut off or damaged"),
        (archive()[:200], "cut off or damaged"),
        (archive(format=np.array(b"bsr")), "csr, csc or coo, found 'bsr'"),
        (archive(format=np.array(5)), "expected a sparse matrix in csr, csc or coo, found"),
        (archive(shape=np.array([2, 3])), "expected a square matrix, found the shape [2, 3]"),
        (archive(indptr=np.array([0, 1])), "expected 3 integer indices, found the shape (2,)"),
        (archive(indptr=np.array([0, 1, 5])), "expected indices in 0 to 2, found 0 to 5"),
        (archive(indices=np.array([1, 7])), "expected indices in 0 to 1, found 1 to 7"),
        (archive(indices=np.array([1.0, 0.0])), "expected 2 integer indices, found the shape (2,) and"),
        (archive(data=np.ones(2) * 1j), "expected a vector of real numbers as data"),
        (archive(data=np.array(1.0)), "expected a vector of real numbers as data, found shape ()"),
        (archive(data=np.array([1, np.inf])), "finite"),
        (archive(data=np.array([Evil(), 1], dtype=object)), "found Python objects in 'data'"),
        (archive(indices=None), "as scipy saves it, found no array 'indices'"),
    ],
)  # fmt: skip
def test_npz_that_is_wrong(tmp_path, data, message):
    path = tmp_path / "graph.npz"
    path.write_bytes(data)
    with pytest.raises(GraphFormatError) as caught:
        read_graph(path, format="npz")
    assert message in str(caught.value)


def test_sizes_in_npz_are_checked_before_they_are_allocated(tmp_path):
    """A header that claims 8 TB, over 16 bytes."""
    path = tmp_path / "graph.npz"
    whole = io.BytesIO()
    np.lib.format.write_array_header_1_0(whole, {"descr": "<f8", "fortran_order": False, "shape": (10**12,)})
    with zipfile.ZipFile(path, "w") as file:
        for name, content in (("format", b""), ("shape", b""), ("data", whole.getvalue() + b"\0" * 16)):
            file.writestr(f"{name}.npy", content)
    from graphkit.io._archives import Archive

    with pytest.raises(GraphFormatError, match=r"expected 8000000000000 bytes .* found 16"):
        Archive(read_source(path)).array("data")
    path.write_bytes(pickle.dumps(Evil()))
    with pytest.raises(GraphFormatError, match="found no zip archive"):
        read_graph(path, format="npz")
