"""``graphkit cluster`` as people see it: the report, remarks, stages while it runs, gaps, many rows."""

import gzip
import io
import json
import lzma
import subprocess
import sys

import numpy as np
import pytest

from clustering import medoid_silhouette
from graphkit import _cluster_widths, _clusters
from graphkit._cli_cluster import remarks, show_clusters, stages
from graphkit._clusters import METHODS, cluster_nodes, cluster_rows
from graphkit.datasets import load_sample
from graphkit.errors import MemoryBudgetError

GROUPS = np.repeat([(0, 0), (9, 1), (4, 8)], 12, axis=0) + np.random.default_rng(0).normal(size=(36, 2))
OPTIONS = {"method": "fasterpam", "init": None, "seed": 0, "memory_limit": None}


@pytest.fixture
def points(tmp_path):
    path = tmp_path / "points.npy"
    np.save(path, GROUPS)
    return str(path)


def report(result, capsys, kind="row"):
    show_clusters(result, "points.npy", kind)
    return capsys.readouterr().out


def test_a_report_for_people(points, capsys):
    text = report(cluster_rows(points, 3, metric="euclidean", **OPTIONS), capsys)
    assert "36 rows in 3 clusters by fasterpam, loss 40.8" in text
    assert "Structure by the silhouettes: strong; no row would fit another cluster better." in text
    text = report(cluster_rows(points, 12, metric="euclidean", **OPTIONS), capsys)
    assert "Structure by the silhouettes: weak, perhaps chance;" in text
    assert "would fit another cluster better" in text
    assert "of a single row." in text


def test_one_cluster_has_no_silhouettes(points, capsys):
    result = cluster_rows(points, 1, metric="euclidean", **OPTIONS)
    text = report(result, capsys)
    assert "silhouette" not in text
    assert list(remarks(result, "row")) == []


@pytest.mark.parametrize("metric", ["euclidean", "manhattan", "precomputed"])
def test_many_rows_are_judged_by_their_medoids(metric, points, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(_clusters, "_SILHOUETTES_UP_TO", 20)
    monkeypatch.setattr(_cluster_widths, "_ROWS_AT_ONCE", 7)
    if metric == "precomputed":
        points = str(tmp_path / "D.npy")
        D = np.abs(GROUPS[:, None] - GROUPS).sum(axis=2)
        np.save(points, D)
    result = cluster_rows(points, 3, metric=metric, **OPTIONS)
    X = np.load(points)
    assert result.silhouettes is None
    assert result.width == pytest.approx(medoid_silhouette(X, result.medoids, metric=metric))
    assert result.distances.sum() == pytest.approx(result.loss)
    text = report(result, capsys)
    assert "medoid silhouette 0." in text
    assert "For so many rows, silhouettes compare the distances to the two nearest medoids only." in text


def test_graphs_are_judged_the_same_way_with_and_without_a_matrix():
    graph = load_sample("karate")
    one, two = (
        cluster_nodes(graph, 3, unweighted=True, **(OPTIONS | {"method": method, "init": "random"}))
        for method in ("fasterpam", "fastermsc")
    )
    from graphkit.distances import shortest_path_distances

    D = shortest_path_distances(graph)
    for result in (one, two):
        assert result.medoid_silhouette == pytest.approx(medoid_silhouette(D, result.medoids))


def test_numbers_of_clusters_that_were_compared(points, capsys):
    result = cluster_rows(points, 5, metric="euclidean", **(OPTIONS | {"method": "dynmsc"}))
    assert len(result.medoids) == 3
    assert [k for k, _ in result.curve] == [2, 3, 4, 5]
    assert "Medoid silhouette by number of clusters: 2: 0." in report(result, capsys)


def test_long_names_do_not_break_the_line(tmp_path):
    path = tmp_path / "names.csv"
    names = [f"{i}-{'x' * 12}" for i in range(36)]
    path.write_text("\n".join(f"{name},{x},{y}" for name, (x, y) in zip(names, GROUPS.tolist(), strict=True)))
    for row in cluster_rows(str(path), 3, metric="euclidean", **OPTIONS).table():
        assert row[5].endswith(", ...")
        assert row[5].count("x" * 12) == 1


@pytest.mark.parametrize("metric", ["gower", "nan_euclidean"])
def test_gaps(metric, tmp_path):
    X = GROUPS.copy()
    X[3, 0] = np.nan
    np.save(tmp_path / "gaps.npy", X)
    result = cluster_rows(str(tmp_path / "gaps.npy"), 3, metric=metric, **OPTIONS)
    assert len({tuple(np.unique(result.labels[i : i + 12])) for i in (4, 12, 24)}) == 3
    with pytest.raises(ValueError, match="got nan in row 3, column 0"):
        cluster_rows(str(tmp_path / "gaps.npy"), 3, metric="euclidean", **OPTIONS)


@pytest.mark.parametrize("method", METHODS)
def test_stages_are_told(method, points):
    told = []
    options = OPTIONS | {"method": method, "tell": lambda *stage: told.append(stage)}
    cluster_rows(points, 3, metric="euclidean", **options)
    assert [stage for stage, _ in told][:3] == [
        "reading",
        "loading compiled code",
        f"clustering 36 rows by {method}",
    ]
    assert told[-1] == ("silhouettes", None)
    assert (("large: sample", 1.0) in told) == (method == "large")
    told.clear()
    cluster_nodes(load_sample("karate"), 3, unweighted=True, **options)
    assert (f"clustering 34 nodes by {method}", None) in told


def test_stages_are_drawn_in_a_terminal_only(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    with stages() as tell:
        assert tell is None
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with stages() as tell:
        tell("reading", None)
        tell("large: pass 1", 0.25)
    assert "reading" in screen.getvalue()
    assert "large: pass 1" in screen.getvalue()


def test_the_command(points):
    command = [
        sys.executable,
        "-m",
        "graphkit.cli",
        "cluster",
        points,
        "--metric",
        "euclidean",
        "--k",
        "3",
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    document = json.loads(done.stdout)
    assert 0.7 < document["silhouette"] < document["medoid_silhouette"] < 1


@pytest.mark.parametrize("suffix", [".csv.gz", ".npy.gz", ".csv.xz"])
def test_compressed_matrices(suffix, points, tmp_path):
    path = tmp_path / f"points{suffix}"
    write = io.BytesIO()
    if "csv" in suffix:
        np.savetxt(write, GROUPS, delimiter=",")
    else:
        np.save(write, GROUPS)
    opener = gzip if suffix.endswith("gz") else lzma
    path.write_bytes(opener.compress(write.getvalue()))
    one, two = (cluster_rows(str(file), 3, metric="euclidean", **OPTIONS) for file in (path, points))
    assert one.labels.tolist() == two.labels.tolist()
    assert one.loss == two.loss


def test_a_matrix_that_is_damaged_or_empty(tmp_path):
    for content, message in (
        (b"", "empty, expected a matrix"),
        (gzip.compress(b"1,2\n" * 99)[:20], "cut off"),
    ):
        (tmp_path / "x.csv.gz").write_bytes(content)
        with pytest.raises(ValueError, match=message):
            cluster_rows(str(tmp_path / "x.csv.gz"), 3, metric="euclidean", **OPTIONS)


def cluster_command(*arguments):
    command = [sys.executable, "-m", "graphkit.cli", "cluster", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


def test_pictures_of_distances_and_of_rows_with_gaps(tmp_path):
    np.save(tmp_path / "D.npy", np.linalg.norm(GROUPS[:, None] - GROUPS, axis=2))
    gaps = GROUPS.copy()
    gaps[3, 1] = np.nan
    np.save(tmp_path / "gaps.npy", gaps)
    for name, metric in (("D", "precomputed"), ("gaps", "gower")):
        picture = tmp_path / f"{name}.svg"
        done = cluster_command(tmp_path / f"{name}.npy", "--metric", metric, "--k", 3, "--plot", picture)
        assert done.returncode == 0, done.stderr
        assert picture.stat().st_size > 10_000


def test_a_memory_limit_holds_for_samples_too(points):
    with pytest.raises(MemoryBudgetError, match=r"36 rows needs about 10\.4 kB, more than the memory limit"):
        cluster_rows(points, 3, metric="euclidean", **OPTIONS | {"method": "large", "memory_limit": "5kB"})
