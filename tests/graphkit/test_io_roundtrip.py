"""What is written is read again, for every format of the registry and what it claims to keep."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from graphkit import Graph, read_graph, write_graph
from graphkit.io._formats import FORMATS

WAYS = [
    pytest.param(form, suffix, id=f"{form.name}{suffix}")
    for form in FORMATS.values()
    if form.readable and form.writable
    for suffix in (form.suffixes[:1] if form.name == "edgelist" else form.suffixes) or ("",)
]
NAMES = ["ann", "Zoë", "数学", "a b", "O'Neil", "x&<y>", "7", "_", "ünï", "😀", 'q"q', "c,d", "007", "#", "-"]
ANY = st.floats(allow_nan=False, allow_infinity=False)
WEIGHTS = st.sampled_from([st.integers(1, 9), ANY, st.floats(-2, 2, width=32)])


def kept(form, what):
    return what in form.keeps or ("data" in form.keeps and what in ("node data", "edge data"))


@st.composite
def graphs(draw, form):
    """Draw graphs with everything that a format may hold, and some things that it may refuse."""
    n = draw(st.integers(1, 8))
    nodes = st.integers(0, n - 1)
    ends = draw(st.lists(st.tuples(nodes, nodes), max_size=12))
    if draw(st.booleans()):
        ends = [(u, v) for u, v in ends if u != v]
    weights = None
    if kept(form, "weights") and ends and draw(st.booleans()):
        numbers = draw(WEIGHTS)
        weights = np.array(draw(st.lists(numbers, min_size=len(ends), max_size=len(ends))), dtype=float)
    labels = None
    if kept(form, "labels"):
        words = st.sampled_from(NAMES) | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
        kind = draw(st.sampled_from([None, st.sampled_from(NAMES), words, st.integers(-(2**63), 2**63 - 1)]))
        if kind is not None:
            labels = draw(st.lists(kind, min_size=n, max_size=n, unique=True))
            if form.name == "adjlist" and not isinstance(labels[0], str):
                labels.sort()  # which is the order in which integers are numbered there
            labels = None if labels == list(range(n)) else labels
    graph = Graph.from_edges(
        [u for u, _ in ends],
        [v for _, v in ends],
        weights,
        n_nodes=n,
        labels=labels,
        directed=draw(st.booleans()),
        multi_edges="first",
        node_data=columns(draw, n) if kept(form, "node data") else None,
    )
    if not (kept(form, "edge data") and graph.n_edges):
        return graph
    return Graph(
        graph.indptr,
        graph.indices,
        graph.weights,
        directed=graph.directed,
        labels=graph.labels,
        node_data=graph.node_data,
        edge_data=columns(draw, graph.n_edges),
    )


def columns(draw, length):
    """Draw some columns of one value in each row."""
    kinds = {
        "flag": st.booleans(),
        "count": st.integers(-(2**63), 2**63 - 1),
        "score": st.floats(),
        "word": st.sampled_from(NAMES) | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5),
        "label": st.sampled_from(NAMES),
    }
    names = draw(st.lists(st.sampled_from(sorted(kinds)), unique=True, max_size=4))
    return {name: np.array(draw(st.lists(kinds[name], min_size=length, max_size=length))) for name in names}


def reading_options(form, graph):
    """What has to be said when a graph is read that the format cannot say itself."""
    options = {}
    accepted = form.options("read")
    if not kept(form, "directions"):
        options["directed"] = graph.directed
    strings = graph.labels is not None and graph.labels.integers is None
    if "ids" in accepted and strings:
        options["ids"] = "str"
    if "n_nodes" in accepted:  # the file does not tell nodes without edges
        if graph.labels is None:
            options["n_nodes"] = graph.n_nodes
        else:
            options["labels"] = list(graph.labels)
    return options


@pytest.mark.parametrize(("form", "suffix"), WAYS)
@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_round_trip(tmp_path_factory, form, suffix, data):
    graph = data.draw(graphs(form))
    packed = "" if form.is_folder else data.draw(st.sampled_from(["", "", ".gz", ".bz2", ".xz"]))
    path = tmp_path_factory.mktemp("round") / f"graph{suffix}{packed}"
    options = reading_options(form, graph)
    if "n_nodes" in form.options("read"):
        assume(graph.n_edges)
    refusal = refused(graph, path, form)
    if refusal is not None:
        assert type(refusal) in (TypeError, ValueError)  # in words of ours
        assert not path.exists()
        return
    assert read_graph(path, format=form.name, **options) == graph


def refused(graph, path, form):
    """Write a graph, or return the error."""
    try:
        write_graph(graph, path, format=form.name)
    except (TypeError, ValueError) as error:
        return error
    return None


CLAIMS = {
    "edges": Graph.from_edges([0, 1, 2, 0], [1, 2, 3, 3]),
    "weights": Graph.from_edges([0, 1, 2], [1, 2, 3], [1.0, 5.0, 2.0]),
    "labels": Graph.from_edges(["ann", "Zoë"], ["Zoë", "cat"]),
    "directions": Graph.from_edges([0, 1, 2, 2], [1, 2, 0, 1], directed=True),
    "node data": Graph.from_edges(
        [0, 1], [1, 2], node_data={"flag": [True, False, True], "word": ["a", "é", ""]}
    ),
    "edge data": Graph.from_edges([0, 1], [1, 2], edge_data={"score": [0.1, np.nan], "count": [5, -7]}),
}


@pytest.mark.parametrize(("form", "suffix"), WAYS)
def test_what_a_format_claims_to_keep_is_kept(tmp_path, form, suffix):
    """A writer may refuse much, but not this."""
    for what, graph in CLAIMS.items():
        if what == "edges" or kept(form, what):
            keep(tmp_path / f"{what}{suffix}", form, graph)


def keep(path, form, graph):
    """Write and read one graph."""
    if form.name == "digraph6":
        graph = CLAIMS["directions"]
    write_graph(graph, path, format=form.name)
    assert read_graph(path, format=form.name, **reading_options(form, graph)) == graph


@pytest.mark.parametrize(("form", "suffix"), WAYS)
def test_equal_graphs_give_equal_files(tmp_path, form, suffix):
    graph = CLAIMS["directions" if form.name == "digraph6" else "edges"]
    written = []
    for k in range(2):
        path = tmp_path / f"{k}{suffix}"
        write_graph(graph, path, format=form.name)
        files = sorted(path.rglob("*")) if form.is_folder else [path]
        written.append([file.read_bytes() for file in files if file.is_file()])
    assert written[0] == written[1]
