"""How well embeddings predict the labels of nodes: the evaluation of the FastRP paper, ours and peers.

``python benchmarks/evaluate_embeddings.py [--quick] [--graphs ...] [--methods ...] [--output FILE]``

On BlogCatalog, PPI and Wikipedia (../shared/data/graphs), 1, 5 and 9 % of the labelled nodes train
one-vs-rest logistic regressions; for every other node as many labels are predicted as it has. Means and
standard deviations of micro- and macro-F1 are over 5 shuffles. Every method has the same grid: its vectors as
they are, with standardised columns or with rows of equal length, and C from 0.001 to 10; the pair with the
best macro-F1 at 9 % on two further shuffles is taken, on which no figure rests. Dimensions are 512 for the
methods of random projection and 128 for the others, as is usual; FastRP is also shown in 128, and with the
exponent and weights that `tune_fastrp` finds, by held-out edges or by the labels of 9 % of the nodes. A row
is printed when it is done, with the seconds of the embedding (one run, tuning included).

--quick takes PPI only, with fewer walks: half a minute. ``--output`` merges the rows into a JSON file, so
that one method can be measured again.
"""

import argparse
import functools
import json
import time
from pathlib import Path

import _embedding_peers as peers
import numpy as np
from _classification import (
    FOLDER,
    FRACTIONS,
    OTHER_SHUFFLES,
    check_classifier,
    evaluate,
    load_labelled,
    split,
)
from _common import environment

from graphkit import Graph
from graphkit.embedding import fastrp, tune_fastrp

GRAPHS = ("blogcatalog", "ppi", "wikipedia")
COMPARED = ("authors, sparse", "graphkit FastRP")
PROJECTIONS = 3
# p and q as in section 4.3 of the node2vec paper.
BIASES = {"blogcatalog": (0.25, 0.25), "ppi": (4.0, 1.0), "wikipedia": (4.0, 0.5)}
PACKAGES = ("scipy", "scikit-learn", "pycleora", "nodevectors", "gensim", "scikit-network")


def ours(S, d, seed=0, **options):
    return fastrp(Graph.from_scipy(S), d, random_state=seed, **options)


def tuned(S, d, labels=None, seed=0):
    """FastRP with the exponent and weights that `tune_fastrp` finds, in 128 dimensions.

    Without labels by held-out edges; else by the labels of 9 % of the nodes, those of a shuffle that no
    figure is taken from.
    """
    graph = Graph.from_scipy(S)
    how = {"criterion": "edges"}
    if labels is not None:
        known = np.zeros_like(labels)
        train = split(labels, FRACTIONS[-1], OTHER_SHUFFLES[0])[0]
        known[train] = labels[train]
        how = {"criterion": "labels", "labels": known}
    found = tune_fastrp(graph, 128, random_state=seed, **how)
    return fastrp(graph, **{**found.parameters, "n_components": d})


def methods(graph, quick, labels):
    """Name, dimension and function of each method; the authors come first, ours is compared to theirs."""
    p, q = BIASES[graph]
    walks = {"walks": 2, "length": 40} if quick else {}
    return {
        "authors, sparse": (512, peers.authors_sparse),
        "authors, Gaussian": (512, peers.authors_gaussian),
        "graphkit FastRP": (512, ours),
        "graphkit FastRP, Gaussian": (512, functools.partial(ours, projection="gaussian")),
        "graphkit FastRP, d = 128": (128, ours),
        "graphkit FastRP, tuned on edges": (512, tuned),
        "graphkit FastRP, tuned on labels": (512, functools.partial(tuned, labels=labels)),
        "cleora": (512, peers.cleora),
        "ProNE": (128, peers.prone),
        "spectral": (128, peers.spectral),
        f"node2vec, p {p:g}, q {q:g}": (128, functools.partial(peers.node2vec, p=p, q=q, **walks)),
        "DeepWalk": (128, functools.partial(peers.node2vec, **walks)),
    }


def measure(graph, method, d, embed, S, labels, reference):
    """One row; those compared also with the preprocessing and C of the authors, several projections."""
    start = time.perf_counter()
    X = embed(S, d)
    seconds = time.perf_counter() - start
    row = {"graph": graph, "method": method, "d": d, "seconds": seconds} | evaluate(X, labels)
    if method in COMPARED and (reference or method == COMPARED[0]):
        chosen = (reference or row)["preprocessing"], (reference or row)["C"]
        results = [evaluate(embed(S, d, seed), labels, chosen) for seed in range(PROJECTIONS)]
        keys = [key for key in results[0] if "%" in key]
        row["several"] = {key: tuple(np.mean([result[key] for result in results], axis=0)) for key in keys}
    return row


def print_row(row):
    cells = []
    for fraction in FRACTIONS:
        micro, macro = row[f"micro {fraction:.0%}"], row[f"macro {fraction:.0%}"]
        cells.append(f"{micro[0]:5.2f} / {macro[0]:5.2f}")
    deviation = row[f"macro {FRACTIONS[-1]:.0%}"][1]
    chosen = f"{row['preprocessing']}, C {row['C']:g}"
    print(
        f"{row['graph']:12} {row['method']:32} {row['d']:4} {row['seconds']:8.2f} s  "
        f"{'  '.join(cells)} +- {deviation:.2f}  {chosen}",
        flush=True,
    )


def compare_with_authors(rows):
    """Say for each graph how far our F1 is from the authors', as means over several projections."""
    for graph in GRAPHS:
        by_method = {row["method"]: row.get("several") for row in rows if row["graph"] == graph}
        theirs, mine = (by_method.get(method) for method in COMPARED)
        if mine is None or theirs is None:
            continue
        gaps = [f"{mine[key][0] - theirs[key][0]:+.2f} ({theirs[key][1]:.2f})" for key in mine]
        print(
            f"{graph}: graphkit minus the authors' sparse method at their preprocessing and C, {PROJECTIONS} "
            f"projections each, in brackets the standard deviation of theirs over the shuffles; "
            f"{', '.join(mine)}: {', '.join(gaps)}"
        )


def saved_rows(path):
    return json.loads(path.read_text())["rows"] if path is not None and path.exists() else []


def save(path, rows):
    """Replace the rows of the same graph and method in a JSON file, and keep the others."""
    old = saved_rows(path)
    done = {(row["graph"], row["method"]) for row in rows}
    kept = [row for row in old if (row["graph"], row["method"]) not in done]
    document = {"environment": environment(*PACKAGES), "rows": kept + rows}
    path.write_text(json.dumps(document, indent=1) + "\n")


def print_table(path):
    """Print the rows of a JSON file as Markdown, methods in the order of this file."""
    rows = json.loads(path.read_text())["rows"]
    for graph in GRAPHS:
        found = {row["method"]: row for row in rows if row["graph"] == graph}
        if not found:
            continue
        print(f"\n| {graph} | d | s | " + " | ".join(f"{f:.0%}" for f in FRACTIONS) + " | +- | chosen |")
        print("| --- | ---: | ---: | " + "---: | " * (len(FRACTIONS) + 1) + "--- |")
        for method in methods(graph, False, None):
            if method not in found:
                continue
            row = found[method]
            cells = [f"{row[f'micro {f:.0%}'][0]:.1f} / {row[f'macro {f:.0%}'][0]:.1f}" for f in FRACTIONS]
            deviation = row[f"macro {FRACTIONS[-1]:.0%}"][1]
            print(
                f"| {method} | {row['d']} | {row['seconds']:.2g} | {' | '.join(cells)} | {deviation:.1f} "
                f"| {row['preprocessing']}, C {row['C']:g} |"
            )
    compare_with_authors(rows)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="PPI only, fewer walks")
    parser.add_argument("--graphs", nargs="*", choices=GRAPHS, default=None)
    parser.add_argument("--methods", nargs="*", help="only methods whose name contains one of these")
    parser.add_argument("--output", type=Path, help="JSON file to merge the rows into")
    parser.add_argument("--show", type=Path, help="print the table of such a file and do nothing else")
    arguments = parser.parse_args()
    if arguments.show:
        print_table(arguments.show)
        return
    if not FOLDER.is_dir():
        raise SystemExit(f"the labelled graphs are absent: {FOLDER}")
    check_classifier()
    ours(load_labelled("ppi")[0], 8)  # compiles
    ours(load_labelled("ppi")[0], 8, projection="gaussian")
    rows, missing = [], {}
    earlier = saved_rows(arguments.output)
    started = time.perf_counter()
    for graph in arguments.graphs or (("ppi",) if arguments.quick else GRAPHS):
        S, labels = load_labelled(graph)
        for method, (d, embed) in methods(graph, arguments.quick, labels).items():
            if arguments.methods and not any(part in method for part in arguments.methods):
                continue
            reference = next(
                (row for row in [*rows, *earlier] if (row["graph"], row["method"]) == (graph, COMPARED[0])),
                None,
            )
            try:
                rows.append(measure(graph, method, d, embed, S, labels, reference))
            except ImportError as error:
                missing[method] = error.name
                continue
            print_row(rows[-1])
            if arguments.output:
                save(arguments.output, rows)
    compare_with_authors(rows)
    for method, package in missing.items():
        print(f"{method}: not compared, {package} is not installed")
    print(f"{len(rows)} rows in {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
