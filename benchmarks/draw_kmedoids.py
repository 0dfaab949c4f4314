"""Draw the pictures of docs/kmedoids.md: ``python benchmarks/draw_kmedoids.py [FOLDER] [--only NAME]``."""

import argparse
import time
import warnings
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import colormaps
from matplotlib import pyplot as plt
from matplotlib.collections import LineCollection
from matplotlib.patheffects import withStroke
from scipy.optimize import linear_sum_assignment
from sklearn.base import BaseEstimator
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits

import clustering
from clustering.plot import plot_loss, plot_medoids, plot_scores, plot_silhouette

DOCS = Path(__file__).resolve().parents[1] / "docs"
CENTRES = np.array([(0, 0), (9, 1), (4, 8)])
K = 10  # clusters where time is measured
LONGEST = 3.0  # seconds: a method that took longer is not given more data
SIZES = (250, 500, 1000, 2000, 4000, 8000, 16_000, 32_000, 100_000, 300_000, 1_000_000)

# Colour and line of every method that is timed. Each begins with the first medoids that are its default.
METHODS = {
    "PAMSIL": ("#999999", ":"),
    "PAM": ("#cc3311", "--"),
    "FastPAM": ("#ee7733", "-"),
    "FasterMSC": ("#aa3377", "-."),
    "FasterPAM": ("#0077bb", "-"),
    "FastCLARANS": ("#33bbee", "--"),
    "OneBatchPAM": ("#228833", "--"),
    "LargeKMedoids": ("#009988", "-"),
    "CLARA": ("#000000", "-"),
}
# Where the names stand that would lie on other lines: points to the right, points up, alignment.
PLACES = {
    "FasterMSC": (-6, 4, "right"),
    "PAM": (-6, 6, "right"),
    "OneBatchPAM": (-6, 8, "right"),
    "FastPAM": (7, 3, "left"),
}
SAMPLING = ("CLARA", "FastCLARANS", "OneBatchPAM", "LargeKMedoids")


def blobs_with_strays() -> np.ndarray:
    """Three groups in the plane, and a few points far away."""
    rng = np.random.default_rng(4)
    groups = np.repeat(CENTRES, 60, axis=0) + rng.normal(scale=1.3, size=(180, 2))
    strays = np.array([(36, 30), (38, 27), (34, 33), (40, 31)]) + rng.normal(size=(4, 2))
    return np.vstack([groups, strays])


def draw_means() -> plt.Figure:
    """k-means and k-medoids on the same points, in the same colours."""
    X = blobs_with_strays()
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.6, 4.2))
    means = KMeans(3, n_init=10, random_state=0).fit(X)
    model = clustering.FastPAM(3, metric="euclidean").fit(X)
    shared = np.array([np.bincount(means.labels_[model.labels_ == c], minlength=3) for c in range(3)])
    same = linear_sum_assignment(-shared)[1]  # cluster of k-means that is most of cluster c
    colours = np.empty((3, 4))
    colours[same] = colormaps["tab10"](range(3))
    points = colours[means.labels_]
    spokes = np.stack([X, means.cluster_centers_[means.labels_]], axis=1)
    left.add_collection(LineCollection(list(spokes), colors=points, linewidths=0.9, alpha=0.45))
    left.scatter(*X.T, s=36, color=points, edgecolor="white", linewidth=0.5, zorder=2)
    left.scatter(*means.cluster_centers_.T, marker="X", s=150, color="black", edgecolor="white", zorder=3)
    left.set(title="k-means: four strays take a centre", xlabel="coordinate 1", ylabel="coordinate 2")
    left.spines[["top", "right"]].set_visible(False)
    left.set_aspect("equal", adjustable="datalim")
    plot_medoids(X, model.labels_, model.medoid_indices_, metric="euclidean", ax=right)
    right.set(title="k-medoids: each centre is a sample, amid its group")
    right.get_legend().remove()
    return figure


def draw_choice() -> plt.Figure:
    """Loss and scores against the number of clusters, of handwritten digits."""
    X = load_digits().data
    selection = clustering.select_k(X, range(2, 21), metric="euclidean", random_state=0, n_jobs=-1)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.6, 3.8))
    plot_loss(selection, ax=left)
    plot_scores(selection, ax=right)
    return figure


def draw_silhouettes() -> plt.Figure:
    """Silhouettes of groups that are clear but for two."""
    rng = np.random.default_rng(1)
    centres = np.array([(0, 0), (10, 0), (0, 10), (9, 9), (12.2, 10.5)])
    X = np.repeat(centres, [90, 70, 80, 70, 60], axis=0) + rng.normal(size=(370, 2))
    model = clustering.FasterPAM(5, metric="euclidean", random_state=0).fit(X)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.6, 4.0))
    plot_medoids(X, model.labels_, model.medoid_indices_, metric="euclidean", ax=left)
    plot_silhouette(
        clustering.silhouette_samples(X, model.labels_, metric="euclidean"), model.labels_, ax=right
    )
    return figure


def mixture(n: int) -> np.ndarray:
    """Thirty Gaussians in 16 dimensions, float32."""
    rng = np.random.default_rng(0)
    centres = rng.normal(scale=3, size=(30, 16))
    return (centres[rng.integers(30, size=n)] + rng.normal(size=(n, 16))).astype(np.float32)


def best_of_three(model: BaseEstimator, X: np.ndarray) -> float:
    """Seconds of a fit; the best of three if it is short."""
    best = np.inf
    for _ in range(3):
        start = time.perf_counter()
        model.fit(X)
        best = min(best, time.perf_counter() - start)
        if best > 0.5:
            break
    return best


def measure() -> list[tuple[str, list[int], list[float]]]:
    """Seconds of every method, from features, on one thread."""
    found = []
    for name in METHODS:
        model = getattr(clustering, name)(K, metric="euclidean", random_state=0)
        model.fit(mixture(600))  # compile
        sizes, times = [], []
        for n in SIZES:
            X = mixture(n)
            sizes.append(n)
            times.append(best_of_three(model, X))
            if times[-1] > LONGEST or (name not in SAMPLING and n >= 16_000):
                break
        found.append((name, sizes, times))
        print(name, dict(zip(sizes, (f"{t:.3g}" for t in times), strict=True)), flush=True)
    return found


def draw_times() -> plt.Figure:
    """Time against the number of samples, both on logarithmic scales."""
    figure, axes = plt.subplots(figsize=(8.4, 5.0))
    for name, sizes, times in measure():
        colour, line = METHODS[name]
        axes.plot(sizes, times, color=colour, linestyle=line, marker="o", markersize=3.5, linewidth=1.6)
        right, up, side = PLACES.get(name, (7, 0, "left"))
        caption = axes.annotate(
            name,
            (sizes[-1], times[-1]),
            (right, up),
            textcoords="offset points",
            color=colour,
            ha=side,
            va="center",
        )
        caption.set_path_effects([withStroke(linewidth=3, foreground="white")])
    axes.set(
        xscale="log", yscale="log", xlabel="samples", ylabel="seconds, distances included",
        title=f"{K} clusters, 16 features, one thread", xlim=(200, 6_000_000),
    )  # fmt: skip
    axes.grid(which="major", color="0.9", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


PICTURES = {
    "kmedoids_and_means": draw_means,
    "kmedoids_choice": draw_choice,
    "kmedoids_silhouettes": draw_silhouettes,
    "kmedoids_times": draw_times,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=DOCS)
    parser.add_argument("--only", choices=PICTURES)
    arguments = parser.parse_args()
    mpl.use("agg")
    mpl.rcParams.update({"font.size": 9.5, "axes.titlesize": 10.5})
    warnings.simplefilter("ignore")  # of methods that were cut
    for name, draw in PICTURES.items():
        if arguments.only in (None, name):
            figure = draw()
            figure.tight_layout()
            path = arguments.folder / f"{name}.png"
            figure.savefig(path, dpi=110)
            plt.close(figure)
            print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
