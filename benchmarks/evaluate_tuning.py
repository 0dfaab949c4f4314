"""Do the criteria of `tune_fastrp` find what classification needs? The sixty default trials on three graphs.

``python benchmarks/evaluate_tuning.py [--graphs ...]``. Each trial's embedding (d = 128, rows of equal
length) is scored by logistic regression on 9 % of the labelled nodes, C = 0.1, mean of two shuffles. A row
says how the criterion's scores rank the trials compared with that (Spearman's rank correlation with
macro-F1), and micro- and macro-F1 of its choice; above it those of the best trial and of the median. About a
minute and a half.
"""

import argparse
import time

import numpy as np
from _classification import FRACTIONS, load_labelled, prepare, score_split
from scipy.stats import spearmanr

from graphkit import Graph
from graphkit.embedding import fastrp, tune_fastrp

GRAPHS = ("ppi", "wikipedia", "blogcatalog")
DIMENSION = 128


def classification(graph, labels, trials):
    """Micro- and macro-F1 of every trial."""
    scores = []
    for trial in trials:
        parameters = {"weights": trial.weights, "degree_exponent": trial.degree_exponent, "random_state": 0}
        X = prepare(fastrp(graph, DIMENSION, **parameters), "unit rows")
        scores.append(np.mean([score_split(X, labels, 0.1, FRACTIONS[-1], seed) for seed in (0, 1)], axis=0))
    return np.array(scores)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--graphs", nargs="*", choices=GRAPHS, default=GRAPHS)
    for name in parser.parse_args().graphs:
        S, labels = load_labelled(name)
        graph = Graph.from_scipy(S)
        quality = None
        for criterion in ("labels", "edges", "rank"):
            start = time.perf_counter()
            known = {"labels": labels} if criterion == "labels" else {}
            found = tune_fastrp(graph, DIMENSION, criterion=criterion, random_state=0, **known)
            seconds = time.perf_counter() - start
            if quality is None:
                quality = classification(graph, labels, found.trials)
                best, median = quality[quality[:, 1].argmax()], np.median(quality, axis=0)
                print(f"{name}: best {best.round(1)}, median {median.round(1)}", flush=True)
            scores = np.array([trial.score for trial in found.trials])
            correlation = spearmanr(scores, quality[:, 1]).statistic
            choice = quality[scores.argmax()].round(1)
            print(
                f"  {criterion:7} correlation {correlation:5.2f}  choice {choice}  "
                f"{found.best.weights} {found.best.degree_exponent:g}  {seconds:.1f} s",
                flush=True,
            )


if __name__ == "__main__":
    main()
