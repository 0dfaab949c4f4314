"""GML, GraphML, GEXF and Pajek: against networkx, by hand, and what is wrong with a file."""

import networkx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit import Graph, memory, read_graph, write_graph
from graphkit.convert import from_networkx, to_networkx
from graphkit.errors import GraphFormatError, MemoryBudgetError

WRITERS = {
    ".gml": networkx.write_gml,
    ".graphml": networkx.write_graphml_xml,
    ".gexf": networkx.write_gexf,
    ".net": networkx.write_pajek,
}
READERS = {
    ".gml": networkx.read_gml,
    ".graphml": networkx.read_graphml,
    ".gexf": networkx.read_gexf,
    ".net": networkx.read_pajek,
}


@st.composite
def networks(draw):
    """Draw graphs of networkx whose nodes are words."""
    words = st.sampled_from(["ann", "Zoë", "数学", "a b", "x<&>", "007", "n7"])
    nodes = draw(st.lists(words, min_size=1, unique=True))
    ends = st.sampled_from(nodes)
    kind = networkx.DiGraph if draw(st.booleans()) else networkx.Graph
    graph = kind()
    graph.add_nodes_from(nodes)
    weighted = draw(st.booleans())
    for u, v in draw(st.lists(st.tuples(ends, ends), max_size=10)):
        graph.add_edge(u, v, **({"weight": draw(st.sampled_from([0.5, 2.0, -1e-7]))} if weighted else {}))
    if draw(st.booleans()):
        for node in graph:
            graph.nodes[node].update(
                size=draw(st.integers(0, 9)), word=draw(st.sampled_from(["é", '"', "&"]))
            )
    return graph


def without_data(graph):
    return Graph(graph.indptr, graph.indices, graph.weights, directed=graph.directed, labels=graph.labels)


@pytest.mark.parametrize("suffix", WRITERS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(graph=networks())
def test_files_of_networkx(tmp_path, suffix, graph):
    path = tmp_path / f"graph{suffix}"
    wanted = from_networkx(graph)
    if suffix == ".net":  # which always has weights there, and data in words of its own
        for _, _, data in graph.edges(data=True):
            data.setdefault("weight", 1.0)
        for node in graph:
            graph.nodes[node].clear()
        wanted = from_networkx(graph)
    WRITERS[suffix](graph, path)
    found = read_graph(path, ids="str")
    if suffix == ".net":
        found = without_data(found)  # networkx puts every node at (0, 0)
    if not graph.number_of_edges() and suffix in (".graphml", ".gexf", ".net"):
        assert (found.n_nodes, found.n_edges, found.labels) == (wanted.n_nodes, 0, wanted.labels)
    else:
        assert found == wanted


@pytest.mark.parametrize("suffix", READERS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(graph=networks())
def test_files_for_networkx(tmp_path, suffix, graph):
    path = tmp_path / f"graph{suffix}"
    ours = without_data(from_networkx(graph)) if suffix == ".net" else from_networkx(graph)
    write_graph(ours, path)
    theirs = READERS[suffix](path)
    if suffix == ".net":
        theirs = networkx.DiGraph(theirs) if theirs.is_directed() else networkx.Graph(theirs)
        assert set(theirs) == set(graph)
        assert set(to_networkx(ours).edges) == set(theirs.edges)
        return
    for node in theirs:
        theirs.nodes[node].pop("label", None)
    back = from_networkx(theirs, weight="weight")
    if ours.weights is None and back.weights is not None:  # GEXF has a weight of 1 everywhere
        assert (back.weights == 1).all()
        back = Graph(
            back.indptr, back.indices, directed=back.directed, labels=back.labels, node_data=back.node_data
        )
    assert without_data(back) == without_data(ours)
    for name, column in ours.node_data.items():
        assert back.node_data[name].tolist() == column.tolist()


def test_attributes_that_are_missing_somewhere(tmp_path):
    path = tmp_path / "graph.gml"
    path.write_text(
        """graph [ node [ id 1 size 3 word "a" ] node [ id 5 big 1.5 ]
        edge [ source 1 target 5 flag 1 ] edge [ source 5 target 5 weight 2 ] ]"""
    )
    graph = read_graph(path)
    assert graph.labels == [1, 5]
    assert graph.weights.tolist() == [1, 1, 2]
    np.testing.assert_array_equal(graph.node_data["size"], [3, np.nan])
    np.testing.assert_array_equal(graph.node_data["big"], [np.nan, 1.5])
    assert graph.node_data["word"].tolist() == ["a", ""]
    np.testing.assert_array_equal(graph.edge_data["flag"], [1, np.nan])


def test_options_of_gml(tmp_path):
    path = tmp_path / "graph.gml"
    path.write_text(
        'graph [ directed 1 node [ id 7 label "b" graphics [ x 1 x 2 ] ] node [ id 3 label "a" ]\n'
        "edge [ source 3 target 7 value 5 ] ]"
    )
    assert read_graph(path).labels == ["b", "a"]
    assert read_graph(path).edge_data["value"].tolist() == [5]
    graph = read_graph(path, names="id", weight="value")
    assert (graph.labels, graph.weights.tolist(), graph.directed) == ([7, 3], [5.0], True)
    with pytest.raises(GraphFormatError, match="attribute 'size' as weight, found none"):
        read_graph(path, weight="size")
    with pytest.raises(GraphFormatError, match="expected an undirected graph as asked for") as caught:
        read_graph(path, directed=False)
    assert caught.value.line == 2


GRAPHML = '<graphml><key id="w" for="edge" attr.name="weight" attr.type="double"/>{}</graphml>'


def test_mixed_edges_make_a_directed_graph(tmp_path):
    """An undirected edge among directed ones stands for both directions; a loop is one edge."""
    graphml, gexf, pajek = (tmp_path / name for name in ("a.graphml", "a.gexf", "a.net"))
    graphml.write_text(
        '<graphml><graph edgedefault="undirected"><node id="0"/><node id="1"/><node id="2"/>'
        '<edge source="0" target="1"/><edge source="1" target="2" directed="true"/>'
        '<edge source="2" target="2"/></graph></graphml>'
    )
    gexf.write_text(
        '<gexf><graph defaultedgetype="mutual"><nodes><node id="0"/><node id="1"/><node id="2"/></nodes>'
        '<edges><edge source="0" target="1"/><edge source="1" target="2" type="directed"/>'
        '<edge source="2" target="2" type="undirected"/></edges></graph></gexf>'
    )
    pajek.write_text("*Vertices 3\n*Edges\n1 2\n*Arcs\n2 3\n*Edgeslist\n3 3\n")
    wanted = Graph.from_edges([0, 1, 1, 2], [1, 0, 2, 2], directed=True)
    for path in (graphml, gexf, pajek):
        assert read_graph(path) == wanted
        with pytest.raises(GraphFormatError, match="expected an undirected graph"):
            read_graph(path, directed=False)


def test_undirected_files_as_directed(tmp_path):
    graph = Graph.from_edges([0, 1, 2], [1, 2, 2], [1.0, 2.0, 3.0], edge_data={"day": [4, 5, 6]})
    for suffix in (".gml", ".graphml", ".gexf"):
        write_graph(graph, tmp_path / f"a{suffix}")
        back = read_graph(tmp_path / f"a{suffix}", directed=True)
        assert back.directed
        np.testing.assert_array_equal(back.to_scipy().toarray(), graph.to_scipy().toarray())
        np.testing.assert_array_equal(back.edge_data["day"], graph.edge_data["day"][graph.entry_edges()])


def test_defaults_and_kinds_of_graphml(tmp_path):
    path = tmp_path / "graph.graphml"
    path.write_text(
        """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">
  <key id="d0" for="node" attr.name="color" attr.type="string"><default>yellow</default></key>
  <key id="d1" for="all" attr.name="rank" attr.type="int"/>
  <key id="d2" for="node" yfiles.type="nodegraphics"/>
  <key id="d3" for="edge" attr.name="ok" attr.type="boolean"/>
  <graph id="G" edgedefault="directed">
    <data key="d1">0</data>
    <node id="n0"><data key="d0">green &amp; blue</data><data key="d1"> 7 </data></node>
    <node id="n1"><port name="p"/><data key="d1">-1</data>
      <data key="d2"><y:ShapeNode>x</y:ShapeNode></data></node>
    <edge id="e" source="n1" target="n0" sourceport="p"><data key="d3">true</data></edge>
  </graph>
</graphml>"""
    )
    graph = read_graph(path)
    assert graph.labels == ["n0", "n1"]
    assert graph.node_data["color"].tolist() == ["green & blue", "yellow"]
    assert graph.node_data["rank"].tolist() == [7, -1]
    assert np.isnan(graph.edge_data["rank"]).all()
    assert graph.edge_data["ok"].tolist() == [True]
    assert set(graph.node_data) == {"color", "rank"}


def test_labels_of_gexf(tmp_path):
    path = tmp_path / "graph.gexf"
    text = (
        '<gexf><graph><nodes><node id="0" label="{}"/><node id="1" label="1"/></nodes><edges/></graph></gexf>'
    )
    path.write_text(text.format("0"))
    assert read_graph(path) == Graph.from_edges([], [], n_nodes=2)
    path.write_text(text.format("ann"))
    assert read_graph(path).node_data["label"].tolist() == ["ann", "1"]


def test_one_long_string_among_many_nodes_is_weighed_first(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "available_memory", lambda: 10**9)
    path = tmp_path / "graph.gml"
    nodes = "".join(f"node [ id {i} ]\n" for i in range(20_000))
    path.write_text(f'graph [\n{nodes}node [ id 20000 text "{"x" * 10**6}" ]\n]\n')
    with pytest.raises(MemoryBudgetError, match="20001 strings of up to 1000000 characters"):
        read_graph(path)


def test_pajek_in_other_encodings(tmp_path):
    path = tmp_path / "graph.net"
    path.write_bytes('*Vertices 2\n1 "café"\n2 "thé"\n*Edges\n1 2\n'.encode("latin-1"))
    with pytest.raises(GraphFormatError, match="net:2: expected UTF-8 text, found the byte 0xe9"):
        read_graph(path)
    assert read_graph(path, encoding="latin-1").labels == ["café", "thé"]
    with pytest.raises(GraphFormatError, match="expected text in ascii"):
        read_graph(path, encoding="ascii")
    for wrong in ("martian", "hex", None):
        with pytest.raises(ValueError, match="encoding must be one of text such as 'latin-1'"):
            read_graph(path, encoding=wrong)


def test_coordinates_and_numbers_of_pajek(tmp_path):
    path = tmp_path / "graph.net"
    path.write_text(
        '%\n*network test\n*vertices 3\n1 "a b" 0.25 0.5 0 ic Red\n3 last .1 .2\n2 "7"\n'
        '*arcs :2 "likes"\n1 2\n'
    )
    graph = read_graph(path)
    assert graph.labels == ["a b", "7", "last"]
    np.testing.assert_array_equal(graph.node_data["x"], [0.25, np.nan, 0.1])
    np.testing.assert_array_equal(graph.node_data["z"], [0, np.nan, np.nan])
    assert read_graph(path, names="number").labels is None
    placed = Graph.from_edges([0], [1], node_data={"x": [0.5, 1.0], "y": [0.0, 2.0]})
    write_graph(placed, path)
    assert read_graph(path) == placed


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
WRONG = [
    # GraphML
    (".graphml", "<svg/>", 1, "expected the root element <graphml>, found <svg>"),
    (".graphml", "<graphml>\n<graph>\n</graphml>", 3, "expected well-formed XML, found: mismatched tag"),
    (".graphml", "not xml", 1, "expected well-formed XML"),
    (".graphml", "<graphml/>", 1, "expected a <graph>, found none"),
    (".graphml", f"\n{LAUGHS}<graphml/>", 2, "found <!DOCTYPE, which could declare entities"),
    (".graphml", '<!DOCTYPE x SYSTEM "file:///etc/passwd"><graphml>&x;</graphml>', 1, "document type"),
    (".graphml", "<graphml>&lol;</graphml>", 1, "expected well-formed XML, found: undefined entity"),
    (".graphml", '<?xml version="1.0" encoding="klingon"?><graphml/>', 1, "expected"),
    (".graphml", "<graphml><graph/>\n<graph/></graphml>", 2, "expected one graph in the file, found"),
    (".graphml", "<graphml><graph><node id='a'>\n<graph/></node></graph></graphml>", 2, "flat graph"),
    (".graphml", "<graphml><graph>\n<hyperedge/></graph></graphml>", 2, "found a <hyperedge>"),
    (".graphml", "<graphml><graph edgedefault='up'/></graphml>", 1, "edgedefault directed or undirected"),
    (".graphml", "<graphml><graph><node/></graph></graphml>", 1, "expected the attribute 'id' of <node>"),
    (".graphml", "<graphml><graph><node id='a'/>\n<node id='a'/></graph></graphml>", 2, "'a' again, as in"),
    (
        ".graphml",
        "<graphml><graph><node id='a'/>\n<edge source='a' target='b'/></graph></graphml>",
        2,
        "expected the id of a node, found 'b', which none has",
    ),
    (".graphml", GRAPHML.format("<graph><node id='a'><data key='w'>1</data></node></graph>"), 1, "for a"),
    (".graphml", GRAPHML.format("<graph><node id='a'><data key='x'>1</data></node></graph>"), 1, "key 'x'"),
    (".graphml", "<graphml><key id='a' attr.name='b' attr.type='date'/></graphml>", 1, "found 'date'"),
    *(
        (
            ".graphml",
            GRAPHML.format(
                "<graph><node id='a'/>\n<edge source='a' target='a'><data key='w'>"
                f"{text}</data></edge></graph>"
            ),
            2,
            message,
        )
        for text, message in (
            ("heavy", "expected a number for weight, found 'heavy'"),
            ("nan", "expected a finite number as weight, found nan"),
            ("1e999", "expected a finite number as weight, found inf"),
            ("1_0", "expected a number for weight"),
            ("", "expected a number for weight, found ''"),
        )
    ),
    # GEXF
    (".gexf", '<gexf>\n<graph mode="dynamic"/></gexf>', 2, "expected a static graph, found a dynamic one"),
    (".gexf", "<gexf><graph><nodes>\n<node id='a' start='1'/></nodes></graph></gexf>", 2, "a dynamic one"),
    (
        ".gexf",
        "<gexf><graph><nodes><node id='a'><spells>\n<spell/></spells></node></nodes></graph></gexf>",
        1,
        "dynamic",
    ),
    (".gexf", "<gexf><graph><attributes class='node' mode='dynamic'/></graph></gexf>", 1, "dynamic"),
    (".gexf", "<gexf><graph><nodes><node id='a' pid='b'/></nodes></graph></gexf>", 1, "with a parent (pid)"),
    (".gexf", "<gexf><graph><nodes><node id='a'><nodes/></node></nodes></graph></gexf>", 1, "nodes within"),
    (".gexf", f"{LAUGHS}<gexf/>", 1, "document type"),
    (
        ".gexf",
        "<gexf><graph><nodes><node id='a'/></nodes><edges>\n"
        "<edge source='a' target='a' weight='x'/></edges></graph></gexf>",
        2,
        "expected a number as weight, found 'x'",
    ),
    (
        ".gexf",
        "<gexf><graph><nodes><node id='a'>\n<attvalues><attvalue for='3' value='1'/></attvalues>"
        "</node></nodes></graph></gexf>",
        2,
        "expected a declared attribute of a node, found '3'",
    ),
    # GML
    (".gml", "graph [ node [ id 1 ]\n node [ id 1 ] ]", 2, "found '1' again, as in line 1"),
    (".gml", 'graph [ node [ id 1 label "a" ] node [ id 2 label "a" ] ]', 1, "found 'a' twice"),
    (".gml", 'graph [ node [ id 1 label "a" ]\nnode [ id 2 ] ]', 2, "expected a label of this node"),
    (".gml", "graph [ edge [ source 1\ntarget 2 ] ]", 1, "found '1', which none has"),
    (".gml", "graph [\nnode [ id a ] ]", 2, "expected a number, a quoted string or a list, found 'a'"),
    (".gml", "graph [\nnode [ id 1.5 ] ]", 2, "expected an integer id of this node, found 1.5"),
    (".gml", "graph [ node [ id 1 ]", 1, "the file ends within the list 'graph'"),
    (".gml", "graph [ node [ id 1 ] ]\n]", 2, "expected a key, found ']'"),
    (".gml", 'graph [\n label "x ]', 2, "a quote without its end"),
    (".gml", "Version 1\n", None, "expected graph [ ... ], found none"),
    (".gml", "graph [ ] graph [ ]", 1, "found a second one"),
    (".gml", "graph [ directed 2 ]", 1, "expected directed 0 or 1, found 2"),
    (".gml", "graph [ node [ id 1 x 1\nx 2 ] ]", 1, "expected the key 'x' once"),
    (".gml", 'graph [ node [ id 1 x 1 ]\nnode [ id 2 x "a" ] ]', 2, "x of this node to be an integer"),
    (".gml", "graph [ node [ id 1 ]\nedge [ source 1 target 1 weight NAN ] ]", 2, "finite number as weight"),
    (".gml", "graph [ node [ id 99999999999999999999 ] ]", 1, "expected integers of 64 bits"),
    (".gml", 'graph [ node [ id 1 label "&#1114112;" ] ]', 1, "reference to a character"),
    (".gml", b'graph [\n label "\xff" ]', 2, "expected UTF-8 text, found the byte 0xff"),
    # Pajek
    (".net", "1 2\n", 1, "expected *Vertices, found '1 2'"),
    (".net", "*Vertices\n", 1, "expected *Vertices and their number"),
    (".net", "*Vertices 2\n3 \"a\"\n", 2, "expected the number of a vertex in 1..2, found '3'"),
    (".net", "*Vertices 2\n*Arcs\n1 2\n1 3\n", 4, "expected the number of a vertex in 1..2, found '3'"),
    (".net", "*Vertices 2\n*Arcs\n0 1\n", 3, "in 1..2, found '0'"),
    (".net", "*Vertices 2\n1 a\n1 b\n", 3, "expected vertex 1 once, found it in line 2 too"),
    (".net", '*Vertices 2\n1 "a\n', 2, "found a quote without its pair"),
    (".net", "*Vertices 2\n*Arcs\n1\n", 3, "expected two vertices, found '1'"),
    (".net", "*Vertices 2\n*Arcs\n1 2 heavy\n", 3, "expected a number as weight, found 'heavy'"),
    (".net", "*Vertices 2\n*Arcs\n1 2 inf\n", 3, "expected a finite number as weight, found inf"),
    (".net", "*Vertices 2\n*Matrix\n0 1\n", 2, "*Edgeslist, found *Matrix"),
    (".net", "*Vertices 4 2\n", 1, "two-mode networks are not supported"),
    (".net", "*Vertices 2\n1 a\n2 a\n", 3, "found 'a' twice, as in line 2"),
    (".net", "*Edges\n1 2\n", 1, "expected *Vertices before *Edges"),
    (".net", "*Vertices 2\n*Edges\n1 2 1\n2 1 3\n", 4, "listed with different weights"),
]  # fmt: skip


@pytest.mark.parametrize(("suffix", "text", "line", "message"), WRONG)
def test_files_that_are_wrong(tmp_path, suffix, text, line, message):
    path = tmp_path / f"graph{suffix}"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(GraphFormatError) as caught:
        read_graph(path)
    assert message in str(caught.value)
    assert caught.value.path == str(path)
    assert caught.value.line == line


def test_a_declared_count_is_not_allocated_blindly(tmp_path):
    path = tmp_path / "graph.net"
    path.write_text("*Vertices 99999999999999\n*Arcs\n1 2\n")
    with pytest.raises(MemoryBudgetError, match="reading the 99999999999999 vertices"):
        read_graph(path)


@pytest.mark.parametrize(
    ("suffix", "graph", "error", "message"),
    [
        (".graphml", Graph.from_edges(["a\0"], ["b"]), ValueError, "XML cannot hold the character '\\x00'"),
        (".graphml", Graph.from_edges([("a",)], [("b",)]), TypeError, "strings and integers as labels"),
        (
            ".graphml",
            Graph.from_edges([0], [1], edge_data={"weight": [1]}),
            ValueError,
            "may not be called weight",
        ),
        (".gexf", Graph.from_edges([0], [1], node_data={"x": np.eye(2)}), TypeError, "x of shape (2, 2)"),
        (".gexf", Graph.from_edges(["1", "2"], [1, 2]), ValueError, "spell the same"),
        (".gml", Graph.from_edges([0], [1], node_data={"a b": [1, 2]}), ValueError, "cannot hold node data"),
        (".gml", Graph.from_edges([0], [1], node_data={"id": [1, 2]}), ValueError, "called 'id'"),
        (".gml", Graph.from_edges([0], [1], node_data={"t": np.zeros(2, "M8[D]")}), TypeError, "datetime64"),
        (".gml", Graph.from_edges(["\ud800"], ["b"]), ValueError, "no Unicode"),
        (".net", Graph.from_edges(['a"'], ["b"]), ValueError, "has a quote"),
    ],
)
def test_graphs_that_cannot_be_written(tmp_path, suffix, graph, error, message):
    path = tmp_path / f"graph{suffix}"
    with pytest.raises(error) as caught:
        write_graph(graph, path)
    assert message in str(caught.value)
    assert not list(tmp_path.iterdir())
