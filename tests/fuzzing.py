"""Damaged files for every reader of the registry, and what may come of reading them.

Examples are written by the writers of the formats, and by hand where a format has more to it than we write.
"""

import bz2
import contextlib
import gzip
import io
import lzma
import random
import re
import resource
import shutil
import signal
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import numpy as np
import scipy.sparse

from graphkit import Graph, read_dataset, read_graph, write_dataset, write_graph
from graphkit.datasets import GraphCollection, MultiViewDataset, NodeDataset, SimplexDataset, Split
from graphkit.errors import GraphFormatError, GraphkitError
from graphkit.io._formats import FORMATS
from graphkit.io.dataset_files import DATASET_FORMATS

MEMORY = 200 * 2**20  # bytes that readers are told to be free
SLACK = 3 * 2**30  # address space that the process may really take beyond what it has, for a compiler too
REFUSED = "refused"
SECONDS = 20  # for one file: many are read in a millisecond, but a kernel may have to be compiled

GRAPHS = [
    Graph.from_edges([0, 1, 2, 0, 5], [1, 2, 3, 3, 6], n_nodes=8),
    Graph.from_edges([0, 1, 2, 2], [1, 2, 0, 2], [1.0, 2.0, 3.0, 4.0], directed=True),
    Graph.from_edges([0, 1, 2], [1, 2, 0], [3.0, 2.0, 7.0]),
    Graph.from_edges(["ann", "Zoë", "ann"], ["Zoë", "数", "数"], [0.5, -1e-300, 2e10]),
    Graph.from_edges(
        [10, 20, 20],
        [20, 30, 40],
        node_data={"x": [0.5, np.nan, 1.0, -2.0], "flag": [True, False, True, True]},
        edge_data={"word": ["a", "b & c", '"é"'], "count": [1, -5, 7]},
        directed=True,
    ),
]
SPLIT = Split("one", [0, 2], [1], [3])
LAST = Split("one", [0, 1, 2], [3, 4], [5, 6, 7])
DATASETS = [
    NodeDataset("pair", GRAPHS[2], np.eye(3, dtype=np.float32), [0, 1, 1], [Split("one", [0], [1], [2])]),
    NodeDataset("last", GRAPHS[0], np.eye(8, 4), np.arange(8) % 3, [LAST]),
    NodeDataset("plain", GRAPHS[0], np.arange(16).reshape(8, 2), np.arange(8) % 2),
    NodeDataset("bag", GRAPHS[0], scipy.sparse.csr_array(np.eye(8, 5)), np.arange(8) % 3, [SPLIT]),
    GraphCollection.from_graphs(
        "three",
        [Graph.from_edges([0, 1], [1, 2]), Graph.from_edges([0], [1]), Graph.from_edges([0, 0], [1, 2])],
        labels=[1, 0, 1],
    ),
    GraphCollection.from_graphs(
        "tagged",
        [
            Graph.from_edges([0, 1], [1, 2], node_data={"label": [1, 2, 3]}),
            Graph.from_edges([0], [1], node_data={"label": [5, 1]}),
        ],
        labels=[0, 1],
    ),
    MultiViewDataset(
        "two", {"apa": GRAPHS[2], "apc": Graph.from_edges([0], [2], [1.0], n_nodes=3)}, np.eye(3), [0, 1, 1]
    ),
    SimplexDataset("four", [0, 3, 5, 7, 8], [0, 1, 2, 0, 1, 1, 3, 4], times=[10, 15, 21, 22]),
    SimplexDataset("named", [0, 2, 3], [0, 1, 1], times=[1, 2], node_labels=["a", "b"]),
]
BY_HAND = {
    "edgelist": [
        b"# comment\nsource,target,weight\n1,2,0.5\n2,3,1e3\n",
        b"FromNodeId\tToNodeId\n3\t4\r\n4\t5\r\n900000000000\t3\r\n",
        b'"a, b","c",1\n"d","e",2\n',
        b"% x\n1 2 7\n2 3 8\n3 1 9",
    ],
    "adjlist": [b"# c\n1 2 3\n2 3\n4\n", b"a b c\nb c\n"],
    "matrixmarket": [
        b"%%MatrixMarket matrix coordinate real general\n% c\n3 3 3\n1 2 1.5\n2 3 -2e3\n3 3 4\n",
        b"%%MatrixMarket matrix coordinate integer symmetric\n3 3 2\n2 1 5\n3 3 7\n",
        b"%%MatrixMarket matrix coordinate pattern symmetric\n4 4 3\n2 1\n3 1\n4 2\n",
        b"%%MatrixMarket matrix coordinate real skew-symmetric\n3 3 1\n2 1 5\n",
    ],
    "metis": [
        b"% c\n4 3 011 2\n1 2 2 5 3 6\n1 1 1 5\n% in between\n0 9 1 6 4 1\n3 3 3 1\n",
        b"3 2 100\n1 2 3\n4 1\n5 1\n",
        b"5 2\n2\n1\n\n5\n4\n",
    ],
    "pajek": [
        b'%\n*Vertices 4\n1 "a b" 0.1 0.2 0.3 ic Red\n2 c\n4 "d"\n*Arcs\n1 2 3.5\n2 1 2\n'
        b"*Edges\n3 4\n2 3 1 c Blue\n",
        b"*Network x\n*Vertices 5\n*Arcslist\n1 2 3\n4 5\n*Edgeslist\n2 5\n",
    ],
    "gml": [
        b'Creator "x"\nVersion 1\ngraph [ # c\n directed 1 node [ id 3 label "a&quot;&#233;" '
        b'graphics [ x 1.5 ] ]\nnode [ id 7 label "b" v -1e5 ]\n'
        b' edge [ source 3 target 7 weight 2.5 note "multi\nline" ] ]\n',
    ],
    "graphml": [
        b'<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="d" for="all" '
        b'attr.name="c" attr.type="int"><default>5</default></key><key id="w" for="edge" attr.name="weight" '
        b'attr.type="double"/><graph edgedefault="directed"><node id="a"/><node id="b"><data key="d">7</data>'
        b'</node><edge source="a" target="b" directed="false"><data key="w">2.5</data></edge></graph>'
        b"</graphml>",
    ],
    "gexf": [
        b'<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz"><meta/><graph mode="static">'
        b'<attributes class="node"><attribute id="0" title="n" type="integer"><default>3</default>'
        b'</attribute></attributes><nodes><node id="1" label="x">'
        b'<attvalues><attvalue for="0" value="9"/></attvalues>'
        b'<viz:color r="1"/></node><node id="2"/></nodes><edges><edge source="1" target="2" weight="2" '
        b'type="mutual"/></edges></graph></gexf>',
    ],
    "graph6": [b">>graph6<<DqK\n", b"~?@S" + b"?@" * 290 + b"?\n"],
    "sparse6": [b">>sparse6<<:Fa@x^\n", b":~?@c__\n"],
    "digraph6": [b">>digraph6<<&DI?AO?\n"],
}
"""Files by hand, by the name of the format."""

NASTY = [
    b"-1", b"0", b"1.5", b"1e309", b"nan", b"inf", b"0x10", b"1_000", b"4294967296", b"2147483648",
    b"99999999999999999999", b"9223372036854775807", b"1000000000", b"1e999999999", "٣".encode(), b"",
    b'"', b"\xff\xfe", b"\0", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"*", b"%", b"-", b"+", b".", b"true",
    b"&#0;", b"&lt;", b"<!--", b"]", b"[",
]  # fmt: skip


@dataclass(frozen=True)
class Example:
    """A file of a format, or a folder of files by their names."""

    format: str
    suffix: str
    files: dict[str, bytes]


def examples(folder):
    """Files of every format that can be read; `folder` is for writing."""
    found = []
    for form in FORMATS.values():
        if not form.readable:
            continue
        suffix = form.suffixes[0] if form.suffixes else ""
        for k, graph in enumerate(GRAPHS if form.writable else []):
            path = Path(folder) / f"{form.name}{k}{suffix}"
            with contextlib.suppress(TypeError, ValueError):  # what a format cannot hold
                write_graph(graph, path, format=form.name)
                found.append(Example(form.name, suffix, contents(path)))
        for k, dataset in enumerate(DATASETS if form.name in DATASET_FORMATS else []):
            path = Path(folder) / f"{form.name}-{k}{suffix}"
            if isinstance(dataset, DATASET_FORMATS[form.name]):
                with contextlib.suppress(TypeError, ValueError):
                    write_dataset(dataset, path, format=form.name)
                    found.append(Example(form.name, suffix, contents(path)))
        found += [Example(form.name, suffix, {"": data}) for data in BY_HAND.get(form.name, ())]
    return found


def contents(path):
    """Files of a folder by name, unpacked so that damage goes deeper; or one file under the name ""."""
    if path.is_file():
        return {"": path.read_bytes()}
    found = {}
    for file in sorted(path.rglob("*")):
        if file.is_file():
            name, data = str(file.relative_to(path)), file.read_bytes()
            packed = data.startswith(b"\x1f\x8b")
            found[name.removesuffix(".gz") if packed else name] = gzip.decompress(data) if packed else data
    return found


def mutated(example, chance, others):
    """Damage one file of an example a few times over."""
    files = dict(example.files)
    name = chance.choice(sorted(files))
    data = files[name]
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        data = chance.choice(MUTATIONS)(data, chance, others)
    if chance.random() < 0.06:
        data = badly_compressed(data, chance)
    files[name] = data
    if len(files) > 1 and chance.random() < 0.05:
        del files[name]
    return files


def flip(data, chance, others):
    if not data:
        return data
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]


def overwrite(data, chance, others):
    if not data:
        return data
    place = chance.randrange(len(data))
    return (
        data[:place] + bytes([chance.choice((0, 255, 10, 32, 63, chance.randrange(256)))]) + data[place + 1 :]
    )


def cut(data, chance, others):
    return data[: chance.randrange(len(data) + 1)]


def remove(data, chance, others):
    start, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return data[:start] + data[min(end, start + 40) :]


def repeat(data, chance, others):
    start, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return data[:end] + data[start:end] * chance.choice((1, 1, 2, 5)) + data[end:]


def insert(data, chance, others):
    place = chance.randrange(len(data) + 1)
    return data[:place] + chance.choice(NASTY) + data[place:]


def replace_number(data, chance, others):
    numbers = list(re.finditer(rb"[0-9]+", data))
    if not numbers:
        return data
    found = chance.choice(numbers)
    return data[: found.start()] + chance.choice(NASTY) + data[found.end() :]


def set_integer(data, chance, others):
    """Put a large little-endian number somewhere, where binary formats keep sizes."""
    width = chance.choice((2, 4, 8))
    if len(data) < width:
        return data
    place = chance.randrange(len(data) - width + 1)
    value = chance.choice((0, 1, 2**31 - 1, 2**30, 2**63 - 1, 2**16, 10**6)) % 2 ** (8 * width)
    return data[:place] + value.to_bytes(width, "little") + data[place + width :]


def shuffle_lines(data, chance, others):
    lines = data.split(b"\n")
    i, j = (chance.randrange(len(lines)) for _ in range(2))
    lines[i], lines[j] = lines[j], lines[i]
    return b"\n".join(lines)


def repeat_line(data, chance, others):
    lines = data.split(b"\n")
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
    return b"\n".join(lines)


def splice(data, chance, others):
    other = chance.choice(others)
    other = chance.choice(sorted(other.files.values()))
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other) + 1) :]


MUTATIONS = (
    flip, flip, overwrite, cut, remove, repeat, insert, insert,
    replace_number, replace_number, set_integer, shuffle_lines, repeat_line, splice,
)  # fmt: skip


def badly_compressed(data, chance):
    """Compress, and damage the result more often than not."""
    packed = bytearray(chance.choice((gzip.compress, bz2.compress, lzma.compress))(data))
    kind = chance.randrange(4)
    if kind == 0:
        del packed[chance.randrange(2, len(packed)) :]
    elif kind == 1:
        packed[chance.randrange(4, len(packed))] ^= 1 << chance.randrange(8)
    elif kind == 2:
        packed += b"garbage"
    return bytes(packed)


class HangError(Exception):
    """A reader took too long."""


@contextlib.contextmanager
def guarded():
    """Little memory, no warnings; a reader that takes too long is interrupted."""

    def interrupt(*_):
        raise HangError

    limit = resource.getrlimit(resource.RLIMIT_AS)
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    before = signal.signal(signal.SIGALRM, interrupt)
    resource.setrlimit(resource.RLIMIT_AS, (size + SLACK, limit[1]))
    try:
        with (
            mock.patch("graphkit.memory.available_memory", return_value=MEMORY),
            mock.patch("graphkit.io._files.available_memory", return_value=MEMORY),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("error")
            yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limit)
        signal.signal(signal.SIGALRM, before)


def complaint(path, form):
    """Read a file; return what is wrong with the way in which that goes, REFUSED if refused well, or None."""
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        found = read(path, form)
    except GraphFormatError as error:
        if not (error.path and str(error.path).startswith(str(path))):
            return f"the error names no file: {error!r}"
        if len(str(error)) > 1000 + len(str(path)):
            return f"the error has {len(str(error))} characters: {str(error)[:200]}"
        if error.line is not None and error.line < 1:
            return f"the error names line {error.line}"
        return REFUSED
    except GraphkitError:
        return REFUSED
    except HangError:
        return f"took more than {SECONDS} s"
    except (Exception, MemoryError) as error:
        return f"{type(error).__name__}: {error!s:.300}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        for graph in found:
            Graph(graph.indptr, graph.indices, graph.weights, directed=graph.directed, labels=graph.labels)
    except (TypeError, ValueError) as error:
        return f"gave a Graph that is none: {error}"
    return None


def read(path, form):
    """Graphs in a file or folder."""
    if form not in DATASET_FORMATS:
        # Opened without a look at its content, a file may hold anything; algorithms may take it if verified.
        checked = {"verify": True} if "verify" in FORMATS[form].options("read") else {}
        return [read_graph(path, format=form, **checked)]
    dataset = read_dataset(path, format=form)
    if isinstance(dataset, MultiViewDataset):
        return list(dataset.views.values())
    if isinstance(dataset, SimplexDataset):
        return [dataset.projected()]
    return [dataset.graph]


def put(path, files):
    """Lay an example down as a file or a folder."""
    if path.is_dir():
        shutil.rmtree(path)
    elif path.exists():
        path.unlink()
    for name, data in files.items():
        target = path / name if name else path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    if not files:
        path.mkdir()


def campaign(folder, seed, *, rounds=None, seconds=None, formats=None, report):
    """Read damaged files, format by format in turn, and report complaints.

    Parameters
    ----------
    folder : path-like
        For the files.
    seed : int
    rounds, seconds : int or float, optional
        Damaged files for each format, or time for all; whichever ends first.
    formats : sequence of str, optional
        Default: all that can be read.
    report : callable
        Takes a format, a complaint and the damaged files as soon as they are found.

    Returns
    -------
    counts, refusals : dict of str to int
        How many files of a format were read, and how many of these were refused as they should be.
    """
    folder = Path(folder)
    pool = examples(folder)
    by_format = {}
    for example in pool:
        if formats is None or example.format in formats:
            by_format.setdefault(example.format, []).append(example)
    chances = {form: random.Random(f"{seed} {form}") for form in by_format}
    counts, refusals = dict.fromkeys(by_format, 0), dict.fromkeys(by_format, 0)
    start = time.monotonic()
    k = 0
    with guarded():
        while (rounds is None or k < rounds) and (seconds is None or time.monotonic() - start < seconds):
            k += 1
            for form, chosen in by_format.items():
                chance = chances[form]
                example = chance.choice(chosen)
                files = mutated(example, chance, pool)
                path = folder / f"damaged{example.suffix}"
                put(path, files)
                counts[form] += 1
                wrong = complaint(path, form)
                refusals[form] += wrong == REFUSED
                if wrong not in (None, REFUSED):
                    report(form, wrong, files)
    return counts, refusals


def as_text(files):
    """Files as Python text, short enough to be shown."""
    buffer = io.StringIO()
    for name, data in files.items():
        buffer.write(f"{name or 'file'}: {data[:600]!r}{' ...' if len(data) > 600 else ''}\n")
    return buffer.getvalue()
