"""The command line ``graphkit``: results, files, and one sentence with exit code 2 for every mistake."""

import io
import json
import subprocess
import sys

import numpy as np
import pytest
from sklearn.metrics import silhouette_samples

from clustering import fasterpam
from graphkit import Graph, read_graph, write_graph
from graphkit._clusters import METHODS
from graphkit._matrices import read_matrix
from graphkit.cli import main
from graphkit.datasets import load_sample
from graphkit.distances import shortest_path_distances
from graphkit.embedding import fastrp
from graphkit.errors import GraphFormatError


@pytest.fixture
def call(monkeypatch, capsys):
    """Run the command line; return exit code, standard output and standard error."""

    def run(*arguments, stdin=None):
        monkeypatch.setattr(sys, "argv", ["graphkit", *map(str, arguments)])
        if stdin is not None:
            data = stdin if isinstance(stdin, bytes) else stdin.encode()
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        monkeypatch.setenv("COLUMNS", "140")
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def points(tmp_path):
    """Two groups of rows, far apart, as a .npy file."""
    path = tmp_path / "points.npy"
    rng = np.random.default_rng(0)
    np.save(path, np.vstack([rng.normal(0, 1, (10, 3)), rng.normal(50, 1, (6, 3))]))
    return path


def test_info_of_the_karate_club(call):
    code, out, err = call("info", "sample:karate", "--json")
    assert (code, err) == (0, "")
    described = json.loads(out)
    assert (described["nodes"], described["edges"], described["components"]) == (34, 78, 1)
    assert described["degree"] == {"min": 1, "mean": pytest.approx(156 / 34), "max": 17}
    assert described["node_data"] == ["club"]
    assert described["directed"] is described["weighted"] is False
    code, out, _ = call("info", "sample:karate")
    assert code == 0
    for fact in ("sample:karate", "1 / 4.59 / 17", "club", "78"):
        assert fact in out


def test_info_counts_isolated_nodes_self_loops_and_components(call, tmp_path):
    path = tmp_path / "graph.gkg"
    graph = Graph.from_edges([0, 1, 3], [1, 0, 3], weights=[1.0, 1.0, 3.0], n_nodes=5, directed=True)
    write_graph(graph, path)
    described = json.loads(call("info", path, "--json")[1])
    facts = (
        "nodes",
        "edges",
        "isolated",
        "self_loops",
        "components",
        "largest_component",
        "directed",
        "weighted",
    )
    assert [described[fact] for fact in facts] == [5, 3, 2, 1, 4, 2, True, True]
    assert json.loads(call("info", path, "--undirected", "--json")[1])["directed"] is False


def test_names_are_printed_as_they_are(call):
    """Rich would take [bold] for markup, and matplotlib a dollar sign for a formula."""
    code, out, _ = call("info", "-", stdin="[bold],[/b]\n[bold],x\n")
    assert code == 0
    assert "[bold]" in out
    assert "standard input" in out


@pytest.mark.parametrize("name", ["graph.gkg", "graph.csv", "graph.mtx", "graph.tsv.gz", "graph.adjlist"])
def test_convert_and_back(call, tmp_path, name):
    there, back = tmp_path / name, tmp_path / "back.csv"
    code, out, err = call("convert", "sample:karate", there)
    assert (code, out) == (0, "")
    assert f"wrote {there}" in err
    code, out, _ = call("convert", there, back, "--json")
    assert json.loads(out) == {"input": str(there), "output": str(back), "nodes": 34, "edges": 78}
    edges = {tuple(sorted(map(int, line.split(",")[:2]))) for line in back.read_text().split()[-78:]}
    sources, targets = load_sample("karate").edges()
    offset = min(map(min, edges))  # Matrix Market and others may count from 1
    assert edges == {
        (i + offset, j + offset) for i, j in zip(sources.tolist(), targets.tolist(), strict=True)
    }


def test_convert_through_the_standard_streams_with_named_formats(call, tmp_path):
    path = tmp_path / "graph.data"
    code, out, _ = call("convert", "-", path, "--to", "gkg", "--directed", stdin="0 1\n1 0\n1 2\n")
    assert (code, out) == (0, "")
    graph = read_graph(path, format="gkg")
    assert (graph.directed, graph.n_edges) == (True, 3)
    code, out, err = call("convert", path, "-", "--from", "gkg")
    assert code == 0
    assert err.startswith("note: standard output: the format edgelist does not say that edges are directed")
    assert [line.split() for line in out.splitlines()][-3:] == [["0", "1"], ["1", "0"], ["1", "2"]]


def test_embed_writes_what_the_library_computes(call, tmp_path):
    path = tmp_path / "emb.npy"
    code, out, err = call("embed", "sample:karate", "--dim", 16, "--seed", 5, "--output", path)
    assert code == 0
    assert "34 nodes in 16 dimensions" in out
    assert f"wrote {path}" in err
    expected = fastrp(load_sample("karate"), 16, random_state=5)
    np.testing.assert_array_equal(np.load(path), expected)
    call("embed", "sample:karate", "--dim", 16, "--output", path)
    np.testing.assert_array_equal(np.load(path), fastrp(load_sample("karate"), 16, random_state=0))


def test_embed_passes_its_options_on(call, tmp_path):
    path = tmp_path / "emb.npy"
    options = ("--weights", "1,2.5", "--degree-exponent", "-1", "--density", "0.5", "--unweighted")
    assert call("embed", "sample:les_miserables", "--dim", 8, "-o", path, *options)[0] == 0
    graph = load_sample("les_miserables")
    expected = fastrp(
        graph, 8, weights=(1, 2.5), degree_exponent=-1, density=0.5, weighted=False, random_state=0
    )
    np.testing.assert_array_equal(np.load(path), expected)


@pytest.mark.parametrize("suffix", [".csv", ".tsv"])
def test_embed_writes_tables_with_names_that_cluster_reads(call, tmp_path, suffix):
    path = tmp_path / f"emb{suffix}"
    assert call("embed", "sample:les_miserables", "--dim", 8, "-o", path)[0] == 0
    rows = read_matrix(str(path))
    graph = load_sample("les_miserables")
    assert list(rows.names) == list(graph.labels)
    np.testing.assert_allclose(rows.values, fastrp(graph, 8, random_state=0), rtol=1e-6)
    code, out, _ = call("cluster", path, "--metric", "cosine", "--k", 3, "--json")
    assert code == 0
    assert json.loads(out)["clusters"][0]["medoid"] in graph.labels


def test_nearest_neighbours_are_those_of_largest_cosine(call):
    code, out, _ = call(
        "embed", "sample:les_miserables", "--neighbors", "Myriel", "--neighbors", "Valjean", "--json"
    )
    assert code == 0
    graph = load_sample("les_miserables")
    X = fastrp(graph, 128, random_state=0).astype(float)
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    document = json.loads(out)
    assert [entry["node"] for entry in document["neighbors"]] == ["Myriel", "Valjean"]
    for entry in document["neighbors"]:
        cosine = X @ X[graph.index_of(entry["node"])]
        best = np.sort(cosine)[-2:-7:-1]  # without the node itself
        np.testing.assert_allclose([near["cosine"] for near in entry["nearest"]], best, atol=1e-5)
        for near in entry["nearest"]:
            assert near["cosine"] == pytest.approx(cosine[graph.index_of(near["node"])], abs=1e-5)
    out = call("embed", "sample:les_miserables")[1]
    assert "Valjean" in out  # the character of largest degree is shown without being asked for
    out = call("embed", "sample:karate", "--neighbors", "33")[1]
    assert "32 (0." in out


def test_a_node_without_neighbours_is_near_to_nothing(call, tmp_path):
    path = tmp_path / "graph.gkg"
    write_graph(Graph.from_edges([0, 1], [1, 2], n_nodes=4), path)
    out = call("embed", path, "--density", 1, "--neighbors", 3, "--neighbors", 0, "--json")[1]
    isolated, other = json.loads(out)["neighbors"]
    assert isolated["nearest"] == []
    assert {near["node"] for near in other["nearest"]} == {1, 2}


def test_cluster_of_the_nodes_of_a_graph(call, tmp_path):
    path = tmp_path / "labels.csv"
    code, out, _ = call("cluster", "sample:karate", "--k", 2, "--json", "--output", path)
    assert code == 0
    document = json.loads(out)
    D = shortest_path_distances(load_sample("karate"))
    medoids = [entry["medoid"] for entry in document["clusters"]]
    labels = np.array(document["labels"])
    assert document["loss"] == D[:, medoids].min(axis=1).sum()
    np.testing.assert_array_equal(D[np.arange(34), np.array(medoids)[labels]], D[:, medoids].min(axis=1))
    assert [entry["size"] for entry in document["clusters"]] == np.bincount(labels).tolist()
    assert sum(entry["loss"] for entry in document["clusters"]) == document["loss"]
    best = min(D[:, [i, j]].min(axis=1).sum() for i in range(34) for j in range(i))
    assert document["loss"] == best  # PAM finds the optimum here
    lines = path.read_text().splitlines()
    assert lines[0] == "node,cluster,medoid"
    assert lines[1:] == [f"{i},{label},{medoids[label]}" for i, label in enumerate(labels.tolist())]


def test_cluster_shows_a_table(call):
    code, out, _ = call("cluster", "sample:les_miserables", "--k", 5, "--unweighted")
    assert code == 0
    assert "77 nodes in 5 clusters" in out
    for name in ("Valjean", "Gavroche", "Fantine", "medoid", "nearest members"):
        assert name in out


def test_cluster_reports_silhouettes(call):
    document = json.loads(call("cluster", "sample:karate", "--k", 3, "--json")[1])
    D = shortest_path_distances(load_sample("karate"))
    widths = silhouette_samples(D, np.array(document["labels"]), metric="precomputed")
    assert document["silhouette"] == pytest.approx(widths.mean())
    for entry in document["clusters"]:
        members = np.array(document["labels"]) == entry["cluster"]
        assert entry["silhouette"] == pytest.approx(widths[members].mean())
    assert (
        "34 nodes in 3 clusters by fastpam, loss 32, silhouette 0.271"
        in call("cluster", "sample:karate", "--k", 3)[1]
    )
    assert json.loads(call("cluster", "sample:karate", "--k", 1, "--json")[1])["silhouette"] is None


@pytest.mark.parametrize("method", METHODS)
def test_cluster_by_every_method(call, method, points):
    code, out, _ = call("cluster", "sample:karate", "--k", 3, "--method", method, "--json")
    assert code == 0
    document = json.loads(out)
    medoids = [entry["medoid"] for entry in document["clusters"]]
    assert document["method"] == method
    assert 2 <= len(medoids) == document["k"] <= 3
    D = shortest_path_distances(load_sample("karate"))
    assert document["loss"] == D[:, medoids].min(axis=1).sum()
    document = json.loads(
        call("cluster", points, "--metric", "manhattan", "--k", 2, "--method", method, "--json")[1]
    )
    assert document["labels"] in ([0] * 10 + [1] * 6, [1] * 10 + [0] * 6)


def test_cluster_without_a_matrix_finds_what_the_matrix_gives(call):
    document = json.loads(call("cluster", "sample:karate", "--k", 4, "--method", "fasterpam", "--json")[1])
    expected = fasterpam(shortest_path_distances(load_sample("karate")), 4, random_state=0)
    assert [entry["medoid"] for entry in document["clusters"]] == expected.medoid_indices.tolist()


def test_cluster_takes_weights_as_lengths(call, tmp_path):
    path = tmp_path / "graph.csv"
    path.write_text("source,target,weight\na,b,1\nb,c,10\nc,d,1\n")
    weighted = json.loads(call("cluster", path, "--k", 2, "--json")[1])
    assert weighted["labels"] == [0, 0, 1, 1]
    assert weighted["loss"] == 2
    assert json.loads(call("cluster", path, "--k", 1, "--json")[1])["loss"] == 22
    assert json.loads(call("cluster", path, "--k", 1, "--json", "--unweighted")[1])["loss"] == 4


def test_cluster_of_the_largest_component(call):
    code, out, _ = call("cluster", "-", "--k", 1, "--largest-component", "--json", stdin="0 1\n2 3\n3 4\n")
    assert code == 0
    assert json.loads(out)["names"] == [2, 3, 4]


def test_cluster_of_rows(call, points, tmp_path):
    truth = [0] * 10 + [1] * 6
    document = json.loads(call("cluster", points, "--metric", "euclidean", "--k", 2, "--json")[1])
    assert document["labels"] in (truth, [1 - label for label in truth])
    X = np.load(points)
    D = np.linalg.norm(X[:, None] - X[None], axis=2)
    assert document["loss"] == pytest.approx(
        D[:, [c["medoid"] for c in document["clusters"]]].min(axis=1).sum()
    )
    distances = tmp_path / "distances.csv"
    np.savetxt(distances, (D + D.T) / 2, delimiter=",")
    again = json.loads(call("cluster", distances, "--metric", "precomputed", "--k", 2, "--json")[1])
    assert again["labels"] == document["labels"]
    assert again["loss"] == pytest.approx(document["loss"])
    code, out, _ = call("cluster", "-", "--metric", "euclidean", "--k", 2, stdin=points.read_bytes())
    assert code == 0
    assert "standard input: 16 rows in 2 clusters" in out


@pytest.mark.parametrize(
    ("text", "names", "values"),
    [
        ("1,2\n3,4\n", None, [[1, 2], [3, 4]]),
        ("\ufeff# comment\n1 2\r\n\n3 4", None, [[1, 2], [3, 4]]),
        ("x\ty\n1\t2\n", None, [[1, 2]]),
        ("ann,1\nbob,2\n", ["ann", "bob"], [[1], [2]]),
        ("node,0,1\n7,1,2\n8,3,4\n", ["7", "8"], [[1, 2], [3, 4]]),
        ('name,a\n"x, y",5\n', ["x, y"], [[5]]),
        ("5\n6\n", None, [[5], [6]]),
    ],
)
def test_text_matrices(tmp_path, text, names, values):
    path = tmp_path / "matrix.txt"
    path.write_text(text, newline="")
    rows = read_matrix(str(path))
    assert rows.names == names
    np.testing.assert_array_equal(rows.values, values)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "matrix.csv: the file is empty"),
        (b"# only\n\n", "no rows of numbers"),
        (b"x,y\n", "no rows of numbers"),
        (b"1,2\n3\n", "matrix.csv:2: expected 2 columns as before, found 1"),
        (b"x,y\n1,2\n3,4\n5,z\n", "matrix.csv:4: expected a number, found 'z'"),
        (b"\x00\xff\xfe\x80", "neither .npy nor text"),
        (b"\x93NUMPY\x01\x00", "not a readable .npy file"),
    ],
)
def test_malformed_matrices(tmp_path, content, message):
    path = tmp_path / "matrix.csv"
    path.write_bytes(content)
    with pytest.raises(GraphFormatError) as caught:
        read_matrix(str(path))
    assert message in str(caught.value)


def test_damaged_matrices_raise_nothing_but_our_own_error(tmp_path):
    rng = np.random.default_rng(0)
    array = io.BytesIO()
    np.save(array, rng.random((6, 3)))
    path, refused = tmp_path / "damaged", 0
    for whole in (array.getvalue(), b'node,a,b\nann,1,2.5\n"b, c",3,-4e2\n# x\nd,5,nan\n'):
        for _ in range(400):
            data = bytearray(whole)
            for _ in range(rng.integers(1, 4)):
                place = int(rng.integers(6, min(len(data), 128)))  # the header of an array, after its magic
                data[place : place + rng.integers(2)] = rng.bytes(rng.integers(3))
            path.write_bytes(data)
            try:
                read_matrix(str(path))
            except GraphFormatError:
                refused += 1
    assert 200 < refused < 800


def test_arrays_that_are_no_matrices(tmp_path):
    for values in (np.arange(3.0), np.zeros((0, 2)), np.array([["a"]]), np.ones((2, 2), dtype=complex)):
        np.save(tmp_path / "x.npy", values)
        with pytest.raises(GraphFormatError, match="expected a matrix of numbers"):
            read_matrix(str(tmp_path / "x.npy"))


MISTAKES = [
    (("info", "missing.csv"), "there is no file 'missing.csv'"),
    (("info", "sample:karat"), "did you mean karate?"),
    (("info", "garbage.csv"), "garbage.csv:1: expected UTF-8 text"),
    (("info", "garbage.xyz"), "unknown suffix '.xyz'"),
    (("info", "short.csv"), "short.csv:3: expected 2 columns"),
    (("info", "empty.csv"), "empty.csv: the file is empty"),
    (("info", "short.csv", "--format", "gdf"), "unknown format 'gdf'"),
    (("convert", "sample:karate", "x.foo"), "unknown suffix '.foo'"),
    (("convert", "sample:karate", "no/x.csv"), "does not exist"),
    (("convert", "sample:karate", "x", "--to", "foo"), "unknown format 'foo'"),
    (("embed", "sample:karate", "--output", "x.txt"), "must end in .npy or .csv or .tsv"),
    (("embed", "sample:karate", "--output", "no/x.npy"), "does not exist"),
    (("embed", "sample:karate", "--neighbors", "Bob"), "there is no node 'Bob': nodes are called 0 to 33"),
    (("embed", "sample:karate", "--neighbors", "34"), "there is no node '34'"),
    (("embed", "sample:les_miserables", "--neighbors", "Valjan"), "did you mean 'Valjean'?"),
    (("embed", "sample:karate", "--weights", "1,x"), "--weights takes numbers"),
    (("embed", "sample:karate", "--weights", "0,0"), "at least one number other than zero"),
    (("embed", "sample:karate", "--density", "2"), "density must be in (0, 1]"),
    (("embed", "sample:karate", "--projection", "dense"), "unknown projection"),
    (("embed", "sample:karate", "--color", "age"), "unknown node attribute 'age'"),
    (("embed", "sample:les_miserables", "--color", "age"), "the graph has no attributes"),
    (("embed", "sample:karate", "--plot", "x.doc"), "must end in .png"),
    (("embed", "sample:karate", "--memory-limit", "1kB"), "more than the memory limit of 1 kB"),
    (("embed", "sample:karate", "--memory-limit", "much"), "memory size"),
    (("embed", "negative.csv"), "edge weights must not be negative, got -1.0 on the edge 'a' to 'b'"),
    (("cluster", "sample:karate", "--k", "0"), "--k must be in [1, 34], got 0"),
    (("cluster", "sample:karate", "--k", "35"), "--k must be in [1, 34], got 35"),
    (("cluster", "sample:karate", "--init", "best"), "init"),
    (("cluster", "sample:karate", "--method", "fasterpm"), "did you mean fasterpam"),
    (
        ("cluster", "sample:karate", "--method", "clarans", "--init", "lab"),
        "--init is not for --method clarans",
    ),
    (("cluster", "sample:karate", "--method", "dynmsc", "--k", "1"), "--k must be at least 2, got 1"),
    (("cluster", "sample:karate", "--k", "2", "--output", "x.npy"), "must end in .csv or .tsv"),
    (("cluster", "sample:karate", "--k", "2", "--memory-limit", "1kB"), "more than the memory limit"),
    (("cluster", "sample:karate", "--k", "2", "--directed"), "pass --undirected"),
    (("cluster", "parts.csv", "--k", "2"), "the graph has 2 components"),
    (("cluster", "points.npy", "--k", "2"), "pass --metric euclidean"),
    (("cluster", "points.npy", "--k", "17", "--metric", "euclidean"), "--k must be in [1, 16], got 17"),
    (("cluster", "points.npy", "--k", "2", "--metric", "eucl"), "did you mean euclidean"),
    (("cluster", "points.npy", "--k", "2", "--metric", "precomputed"), "must be a square matrix"),
    (("cluster", "points.npy", "--metric", "cosine", "--directed"), "--directed is for graphs"),
    (("cluster", "points.npy", "--metric", "cosine", "--memory-limit", "1kB"), "more than the memory limit"),
    (("cluster", "nan.npy", "--k", "2", "--metric", "euclidean"), "got nan in row 3, column 1"),
    (("cluster", "nan.csv", "--k", "2", "--metric", "precomputed"), "got nan in row 1, column 0"),
    (("cluster", "skew.csv", "--k", "2", "--metric", "precomputed"), "symmetric"),
    (
        ("cluster", "skew.csv", "--k", "2", "--metric", "precomputed"),
        "skew.csv: X must be symmetric, got X[0, 1]",
    ),
    (("cluster", "minus.csv", "--k", "2", "--metric", "precomputed"), "minus.csv: Negative values"),
    (("cluster", "sample:karate", "--metric", "euclidean"), "sample:karate is a graph"),
    (("cluster", "points.npy", "--metric", "cosine", "--multi-edges", "sum"), "--multi-edges is for graphs"),
    (("cluster", "void.gkg"), "the graph is empty"),
    (("embed", "void.gkg"), "the graph is empty"),
    (("info", "missing"), "there is no file 'missing'"),
    (("info", "."), "cannot read '.' as a graph: it is a folder"),
    (("convert", "sample:karate", "."), "cannot write to '.': it is a folder"),
    (("info", "twice.csv"), "twice.csv:3: edge ('a', 'b') is listed with different weights, 1.0 in line 2"),
    (("info", "twice.csv"), "(--multi-edges on the command line): sum, first"),
    (("info", "twice.csv", "--multi-edges", "add"), "unknown --multi-edges 'add'"),
    (("info", "twice.csv", "--self-loops", "no"), "unknown --self-loops 'no'"),
    (("info", "twice.csv", "--weight", "length"), "expected a column 'length', found source, target, weight"),
    (("info", "twice.csv", "--ids", "int"), "expected an integer as node id, found 'a'"),
    (("info", "arcs.gkg", "--undirected"), "arcs.gkg: edge (0, 1) is listed with different weights"),
    (
        ("info", "arcs.gkg", "--self-loops", "drop"),
        "--self-loops is for edge and adjacency lists; arcs.gkg is read",
    ),
    (("info", "sample:karate", "--source", "0"), "--source is for edge lists; sample:karate is a sample"),
    (("info", "wide.csv"), "--source, --target, --weight"),
    (("cluster", "missing.npy", "--metric", "euclidean"), "missing.npy: no such file or directory"),
]


@pytest.mark.parametrize(
    ("arguments", "message"), MISTAKES, ids=lambda value: "_".join(value) if isinstance(value, tuple) else ""
)
def test_a_mistake_gives_one_sentence_and_exit_code_2(call, points, monkeypatch, arguments, message):
    folder = points.parent
    monkeypatch.chdir(folder)
    (folder / "garbage.csv").write_bytes(bytes(range(255, 100, -1)))
    (folder / "garbage.xyz").write_bytes(b"1 2")
    (folder / "short.csv").write_text("a,b\nb,c\nc\n")
    (folder / "empty.csv").write_text("")
    (folder / "parts.csv").write_text("0,1\n2,3\n")
    (folder / "negative.csv").write_text("source,target,weight\na,b,-1\n")
    (folder / "twice.csv").write_text("source,target,weight\na,b,1\na,b,2\n")
    (folder / "wide.csv").write_text("1,2,3,4\n")
    (folder / "minus.csv").write_text("0,-1\n-1,0\n")
    write_graph(Graph.from_edges([], [], n_nodes=0), "void.gkg")
    write_graph(Graph.from_edges([0, 1], [1, 0], [1.0, 2.0], directed=True), "arcs.gkg")
    (folder / "nan.csv").write_text("0,1\nnan,0\n")
    (folder / "skew.csv").write_text("0,1\n2,0\n")
    matrix = np.load("points.npy")
    matrix[3, 1] = np.nan
    np.save("nan.npy", matrix)
    before = sorted(path.name for path in folder.iterdir())
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert message in err
    assert sorted(path.name for path in folder.iterdir()) == before  # nothing half-written


@pytest.mark.parametrize(
    "arguments", [("info",), ("walk", "x"), ("embed", "sample:karate", "--dim", "0"), ("info", "--x")]
)
def test_wrong_usage_is_exit_code_2_too(call, arguments):
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert "Traceback" not in err


def test_options_of_reading(call, tmp_path):
    path = tmp_path / "graph.csv"
    path.write_text("who,whom,x,length\n1,2,0,5\n2,1,0,7\n2,2,0,1\n2,3,0,1\n")
    columns = ("--source", "who", "--target", "whom", "--weight", "length")

    def weights(*options):
        target = tmp_path / "read.gkg"
        assert call("convert", path, target, *options)[0] == 0
        graph = read_graph(target)
        return {
            (graph.label_of(int(i)), graph.label_of(int(j))): w
            for i, j, w in zip(*graph.edges(), graph.edge_weights().tolist(), strict=True)
        }

    for rule, weight in (("sum", 12), ("first", 5), ("max", 7), ("min", 5)):
        found = weights(*columns, "--multi-edges", rule, "--self-loops", "drop")
        assert found == {(1, 2): weight, (2, 3): 1}
    assert weights(*columns, "--multi-edges", "sum", "--ids", "str")["2", "2"] == 1
    assert weights("--source", 1, "--target", 0, "--weight", 3, "--directed")[2, 1] == 5
    described = json.loads(
        call("info", path, "--json", "--source", "who", "--target", "whom", "--weight", "none")[1]
    )
    assert (described["edges"], described["weighted"]) == (3, False)
    for command in ("cluster", "embed"):
        options = ("--k", 1) if command == "cluster" else ("--dim", 4)
        assert call(command, path, *columns, "--multi-edges", "min", *options)[0] == 0
    write_graph(Graph.from_edges([0, 1], [1, 0], [1.0, 2.0], directed=True), tmp_path / "arcs.gkg")
    out = tmp_path / "undirected.csv"
    assert call("convert", tmp_path / "arcs.gkg", out, "--undirected", "--multi-edges", "sum")[0] == 0
    assert read_graph(out) == Graph.from_edges([0], [1], [3.0])


def test_convert_says_what_is_lost(call, tmp_path):
    path = tmp_path / "graph.gkg"
    graph = Graph.from_edges(
        ["a", "b"], ["b", "c"], [1.0, 2.0], directed=True, node_data={"x": [1, 2, 3]}, edge_data={"y": [1, 2]}
    )
    write_graph(graph, path)
    expected = {
        "graph.csv": ["node data x", "edge data y", "does not say that edges are directed"],
        "graph.adjlist": [
            "edge weights",
            "node data x",
            "edge data y",
            "does not say that edges are directed",
        ],
        "graph.mtx": ["labels of nodes", "node data x", "edge data y"],
        "again.gkg": [],
    }
    for name, losses in expected.items():
        _, _, err = call("convert", path, tmp_path / name)
        notes = [line for line in err.splitlines() if line.startswith("note: ")]
        assert len(notes) == len(losses)
        for loss, note in zip(losses, notes, strict=True):
            assert loss in note
            assert str(tmp_path / name) in note


def test_json_and_the_graph_do_not_both_go_to_standard_output(call):
    code, out, err = call("convert", "sample:karate", "-", "--json")
    assert (code, out) == (2, "")
    assert "standard output" in err


def test_a_failed_write_leaves_the_old_file(call, tmp_path):
    path = tmp_path / "emb.npy"
    path.write_text("old")
    assert call("embed", "sample:karate", "-o", path, "--density", "-1")[0] == 2
    assert path.read_text() == "old"


@pytest.mark.parametrize("arguments", [("--help",), ("cluster", "--help"), ("--version",)])
def test_help_loads_no_numerics(arguments):
    program = (
        "import sys\n"
        "from graphkit.cli import main\n"
        f"sys.argv = ['graphkit', *{arguments!r}]\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code\n"
        "heavy = {'numpy', 'numba', 'scipy', 'networkx', 'sklearn', 'matplotlib', 'torch'}\n"
        "heavy &= set(sys.modules)\n"
        "sys.exit(f'loaded {sorted(heavy)}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "graphkit" in done.stdout


@pytest.mark.parametrize(
    "arguments", [("convert", "sample:karate", "-"), ("info", "sample:karate", "--json")]
)
def test_a_closed_pipe_is_no_error(arguments):
    program = f"import sys\nfrom graphkit.cli import main\nsys.argv = ['graphkit', *{arguments!r}]\nmain()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 0
