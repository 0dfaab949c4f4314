"""Draw docs/higcn_filters.png: what the filters of HiGCN have learned on two data sets.

python benchmarks/draw_higcn.py FOLDER

FOLDER is that of train_higcn.py; the settings and the split of seed 0 are those of its first row.
"""

import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import torch
from train_higcn import SETTINGS, load, random_split, train

from graphkit.nn import HiGCNConv

OUTPUT = Path(__file__).resolve().parents[1] / "docs" / "higcn_filters.png"
DATA = {"cora": "Cora: papers and citations", "texas": "Texas: pages and links"}
ORDERS = {1: "edges", 2: "triangles"}
COLOURS = {1: "#4477aa", 2: "#228833"}


def draw(axes: plt.Axes, name: str, folder: Path) -> None:
    """Bars of the absolute weights, a pair for each power, and a line where they started."""
    data, _ = load(folder, name, len(ORDERS))
    run = train(data, random_split(data.y.numpy(), seed=0), name, len(ORDERS), seed=0)
    start = HiGCNConv(1, 1, len(ORDERS), alpha=SETTINGS[name][1]).interaction_strengths()
    powers = np.arange(run.strengths.shape[1])
    for order, label in ORDERS.items():
        places = powers + 0.4 * (order - 1.5)
        axes.bar(places, run.strengths[order - 1], 0.38, color=COLOURS[order], label=label)
        axes.hlines(start[order - 1], places - 0.19, places + 0.19, color="0.15", lw=1.2)
    axes.plot([], [], color="0.15", lw=1.2, label="before training")
    axes.set_title(f"{DATA[name]} ({run.accuracy:.1f} % right)", fontsize=11)
    axes.set_xticks(powers)
    axes.set_xlabel("steps k")
    axes.spines[["top", "right"]].set_visible(False)
    print(name, f"{run.accuracy:.2f} % after {run.n_epochs} epochs")


def main() -> None:
    torch.set_num_threads(1)
    figure, panels = plt.subplots(1, len(DATA), figsize=(11, 3.6), layout="constrained")
    for axes, name in zip(panels, DATA, strict=True):
        draw(axes, name, Path(sys.argv[1]))
    panels[0].set_ylabel(r"$|\gamma_{p,k}|$")
    panels[0].legend(frameon=False)
    figure.savefig(OUTPUT, dpi=110)
    print(f"wrote {OUTPUT}")


if __name__ == "__main__":
    main()
