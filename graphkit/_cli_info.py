"""What ``graphkit info`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphkit.console import print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphkit.graph import Graph


def show_graph(name: str, file: str, graph: Graph, as_json: bool) -> None:
    """Print facts about a graph."""
    from graphkit._commands import describe

    if as_json:
        print_json({"file": file, **describe(graph)})
    else:
        components = "weakly connected components" if graph.directed else "components"
        print_table(name, ("property", "value"), list(_facts(graph, components).items()))


def show_views(
    name: str, file: str, views: Mapping[str, Graph], directed: bool | None, as_json: bool
) -> None:
    """Print facts about graphs on the same nodes, a column each; `directed` False forgets directions."""
    from graphkit._commands import describe

    graphs = {key: view.to_undirected() if directed is False else view for key, view in views.items()}
    if as_json:
        print_json({"file": file, "views": {key: describe(graph) for key, graph in graphs.items()}})
        return
    facts = [_facts(graph) for graph in graphs.values()]
    rows = [(key, *(values[key] for values in facts)) for key in facts[0]]
    print_table(name, ("property", *graphs), rows)


def _facts(graph: Graph, components: str = "components") -> dict[str, str]:
    """Facts by name, as text."""
    from graphkit._commands import describe

    described = describe(graph)
    degree, data = described["degree"], described["node_data"] + described["edge_data"]
    return {
        "nodes": f"{described['nodes']:,}",
        "edges": f"{described['edges']:,}",
        **{key: "yes" if described[key] else "no" for key in ("directed", "weighted", "labelled")},
        "degree min / mean / max": f"{degree['min']:,} / {degree['mean']:,.2f} / {degree['max']:,}",
        "node of largest degree": str(described["hub"]),
        "isolated nodes": f"{described['isolated']:,}",
        "self-loops": f"{described['self_loops']:,}",
        components: f"{described['components']:,}",
        "nodes in the largest": f"{described['largest_component']:,}",
        "attributes": ", ".join(data) or "none",
    }
