"""Draw docs/simplicial_petals.png: petals of three orders at the nodes of a small graph.

python benchmarks/draw_simplicial.py
"""

from itertools import combinations
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from graphkit import Graph
from graphkit.simplicial import SimplicialComplex, flower_petals

OUTPUT = Path(__file__).resolve().parents[1] / "docs" / "simplicial_petals.png"
POSITIONS = np.array(
    [(0, 0), (1.0, 0.75), (1.15, -0.45), (0.1, -1.15), (-1.1, -0.5), (-0.95, 0.7), (0.15, 1.25), (-2.0, 0.15)]
)
EDGES = [(0, i) for i in range(1, 7)] + [(1, 2), (1, 6), (2, 3), (1, 3), (4, 5), (5, 6), (4, 7), (5, 7)]
NAMES = {1: "edges", 2: "triangles", 3: "tetrahedron"}
COLOURS = {1: "#4477aa", 2: "#228833", 3: "#cc6677"}


def draw(axes: plt.Axes, graph: Graph, order: int) -> None:
    """Fill the simplices of one order; the width of an edge and the number on it are the entry of L_p."""
    lifted = SimplicialComplex.from_graph(graph, 3)
    petals = flower_petals(graph, 3)
    laplacian = petals.laplacian(order).toarray()
    for i, j in EDGES:
        axes.plot(*POSITIONS[[i, j]].T, color="0.85", lw=1, zorder=1)
    for simplex in lifted.simplices(order):
        if order > 1:
            for triple in combinations(simplex, 3):
                axes.fill(*POSITIONS[list(triple)].T, color=COLOURS[order], alpha=0.16, lw=0, zorder=0)
    for i, j in EDGES:
        weight = laplacian[i, j]
        if weight:
            axes.plot(*POSITIONS[[i, j]].T, color=COLOURS[order], lw=1 + 14 * weight, alpha=0.75, zorder=2)
            share = 0.7 if (i, j) == (1, 3) else 0.5  # two edges cross in the middle
            middle = share * POSITIONS[i] + (1 - share) * POSITIONS[j]
            axes.text(
                *middle, f"{weight:.2f}", fontsize=7.5, ha="center", va="center", zorder=4,
                bbox={"boxstyle": "round,pad=0.12", "fc": "white", "ec": "none", "alpha": 0.85},
            )  # fmt: skip
    degrees = petals.degrees[:, order - 1]
    shades = [COLOURS[order] if degree else "0.8" for degree in degrees]
    axes.scatter(*POSITIONS.T, s=210, c=shades, edgecolors="white", linewidths=1.5, zorder=5)
    for i, degree in enumerate(degrees):
        axes.text(*POSITIONS[i], str(degree), color="white", ha="center", va="center", fontsize=9, zorder=6)
    axes.set_title(f"$L_{order}$: {petals.counts[order - 1]} {NAMES[order]}", fontsize=12)
    axes.set_aspect("equal")
    axes.axis("off")


def main() -> None:
    sources, targets = zip(*EDGES, strict=True)
    graph = Graph.from_edges(sources, targets)
    figure, panels = plt.subplots(1, 3, figsize=(13, 4.4), layout="constrained")
    for order, axes in enumerate(panels, start=1):
        draw(axes, graph, order)
    figure.savefig(OUTPUT, dpi=110)
    print(f"wrote {OUTPUT}")


if __name__ == "__main__":
    main()
