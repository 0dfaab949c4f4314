"""The graphs that ship with the library, against networkx."""

import networkx as nx
import numpy as np
import pytest

from graphkit import read_graph
from graphkit.datasets import SAMPLES, load_sample
from graphkit.errors import UnknownNameError


def test_karate():
    graph = load_sample("karate")
    known = nx.karate_club_graph()
    assert (graph.n_nodes, graph.n_edges, graph.labels, graph.weights) == (34, 78, None, None)
    assert set(zip(*map(np.ndarray.tolist, graph.edges()), strict=True)) == {
        tuple(sorted(e)) for e in known.edges
    }
    assert graph.node_data["club"].tolist() == [known.nodes[i]["club"] for i in range(34)]


def test_les_miserables():
    graph = load_sample("les_miserables")
    known = nx.les_miserables_graph()
    assert (graph.n_nodes, graph.n_edges) == (77, 254)
    np.testing.assert_array_equal(
        graph.to_scipy().toarray(), nx.to_numpy_array(known, nodelist=list(graph.labels))
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_by_path(name):
    assert read_graph(f"sample:{name}") == load_sample(name)
    assert read_graph(f"sample:{name}", directed=True).directed


def test_unknown_samples_list_close_matches():
    for load in (lambda: load_sample("karat"), lambda: read_graph("sample:karat")):
        with pytest.raises(UnknownNameError, match="unknown sample 'karat': did you mean karate"):
            load()
