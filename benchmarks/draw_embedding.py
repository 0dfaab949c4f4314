"""Draw the pictures of docs/fastrp.md: an embedding of a real network, and what a search for parameters sees.

``python benchmarks/draw_embedding.py [--only embedding|tuning]``; needs ../shared/data/graphs and matplotlib.
"""

import argparse
from pathlib import Path

import matplotlib as mpl
import numpy as np
from _classification import FOLDER, load_labelled

from graphkit import Graph
from graphkit.embedding import fastrp, tune_fastrp

mpl.use("Agg")

import matplotlib.pyplot as plt

DOCS = Path(__file__).resolve().parents[1] / "docs"
SHOWN = 10  # of the groups, by size; the others are grey


def load_lastfm():
    """Friends among users of a music site in Asia, and their countries (numbers without names)."""
    ends = np.loadtxt(FOLDER / "lastfm_asia/edges.csv.gz", dtype=np.int64, delimiter=",", skiprows=1)
    target = np.loadtxt(FOLDER / "lastfm_asia/target.csv.gz", dtype=np.int64, delimiter=",", skiprows=1)
    country = np.empty(len(target), dtype=np.int64)
    country[target[:, 0]] = target[:, 1]
    return Graph.from_edges(ends[:, 0], ends[:, 1], n_nodes=len(country), multi_edges="merge"), country


def neighbour_agreement(X, groups, k=10):
    """Mean share of the k nearest rows by cosine that are of the same group."""
    unit = X / np.maximum(np.linalg.norm(X, axis=1, keepdims=True), 1e-12)
    shares = []
    for low in range(0, len(X), 1000):
        cosine = unit[low : low + 1000] @ unit.T
        cosine[np.arange(len(cosine)), np.arange(low, low + len(cosine))] = -2
        nearest = np.argpartition(-cosine, k, axis=1)[:, :k]
        shares.append((groups[nearest] == groups[low : low + 1000, None]).mean(axis=1))
    return float(np.concatenate(shares).mean())


def draw_embedding():
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    graph, country = load_lastfm()
    X = fastrp(graph, 128, random_state=0)
    agreement = neighbour_agreement(X, country)
    chance = float(((np.bincount(country) / len(country)) ** 2).sum())
    unit = X / np.linalg.norm(X, axis=1, keepdims=True)
    plane = TSNE(init="pca", perplexity=30, random_state=0, max_iter=500).fit_transform(
        PCA(30, random_state=0).fit_transform(unit)
    )
    figure, axes = plt.subplots(figsize=(9, 7), layout="constrained")
    largest = np.argsort(-np.bincount(country))[:SHOWN]
    others = ~np.isin(country, largest)
    axes.scatter(*plane[others].T, s=4, c="0.8", linewidths=0, label=f"{others.sum()} others")
    colours = mpl.colormaps["tab10"].colors
    for colour, group in zip(colours, largest, strict=True):
        members = country == group
        axes.scatter(
            *plane[members].T, s=5, color=colour, linewidths=0, label=f"country {group} ({members.sum()})"
        )
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_aspect("equal")
    axes.legend(markerscale=3, fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    axes.set_title(
        f"FastRP of {graph.n_nodes:,} users and {graph.n_edges:,} friendships, coloured by country",
        fontsize=11,
    )
    figure.savefig(DOCS / "fastrp_lastfm.png", dpi=110)
    print(f"10 nearest by cosine of the same country: {agreement:.1%}; by chance {chance:.1%}")


def draw_tuning():
    from scipy.stats import spearmanr

    S, labels = load_labelled("ppi")
    graph = Graph.from_scipy(S)
    found = {
        name: tune_fastrp(graph, 128, criterion=name, random_state=0, **options)
        for name, options in (("labels", {"labels": labels}), ("edges", {}), ("rank", {}))
    }
    trials = found["labels"].trials
    exponents = list(dict.fromkeys(trial.degree_exponent for trial in trials))
    vectors = list(dict.fromkeys(trial.weights for trial in trials))
    figure, panels = plt.subplots(1, 3, figsize=(11, 4.6), layout="constrained", sharey=True)
    titles = {
        "labels": "labels: macro-F1",
        "edges": "edges: AUC",
        "rank": "rank: effective rank",
    }
    scores = {name: np.array([trial.score for trial in result.trials]) for name, result in found.items()}
    for axes, (name, values) in zip(panels, scores.items(), strict=True):
        table = values.reshape(len(exponents), len(vectors)).T
        image = axes.imshow(table, aspect="auto", cmap="viridis")
        row, column = np.unravel_index(table.argmax(), table.shape)
        axes.plot(column, row, marker="*", color="white", markeredgecolor="black", markersize=14)
        axes.set_xticks(range(len(exponents)), [f"{beta:g}" for beta in exponents])
        axes.set_yticks(range(len(vectors)), [" ".join(f"{w:g}" for w in vector) for vector in vectors])
        axes.set_xlabel("degree exponent")
        axes.set_title(titles[name], fontsize=10)
        figure.colorbar(image, ax=axes, shrink=0.8)
    panels[0].set_ylabel("weights of the powers 1, 2, ...")
    figure.savefig(DOCS / "fastrp_tuning.png", dpi=110)
    for name in ("edges", "rank"):
        correlation = spearmanr(scores[name], scores["labels"]).statistic
        print(f"rank correlation of {name} with labels: {correlation:.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=("embedding", "tuning"))
    only = parser.parse_args().only
    if only != "tuning":
        draw_embedding()
    if only != "embedding":
        draw_tuning()


if __name__ == "__main__":
    main()
