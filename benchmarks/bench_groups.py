"""Growth of puzzle groups, Mathieu groups and matrix groups: ours beside CayleyPy (BFS on the CPU).

Both sides compute all layer sizes, which are compared before anything is reported; importing either library
is not timed. For the cubes CayleyPy gets its own definition, whose stickers have six colours, which suits it
best; for all else the same generators as ours. Our time is that of the engine, its tables included; the proof
of the group's order by a stabiliser chain, for which CayleyPy has no counterpart, has a column of its own.

Physical limit. GB counts what the chain engine moved: each source block read, each updated block read and
written. At the measured read bandwidth that alone would take the share "of bandwidth limit" of our time.
Small groups lie in the cache, where about a nanosecond for a word of up to 64 states and a generator is the
bound. The matrix engine visits each state once and makes one random access for each generator.

    python benchmarks/bench_groups.py            about two minutes
    python benchmarks/bench_groups.py --quick    seconds
    python benchmarks/bench_groups.py --long     adds groups of up to 245 million elements (ours only)
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from _common import parse_arguments, read_bandwidth, report

from cayley.engines import chain, matrices
from cayley.engines.chain import ChainEngine
from cayley.engines.matrices import MatrixEngine
from cayley.groups import PermutationGroup
from cayley.matrices import MatrixGroup, matrix_group
from cayley.puzzles import named_group, puzzle
from cayley.stabilizer import StabilizerChain

# how to name it, whether CayleyPy is run beside it
QUICK = [("2x2x2 qtm", True), ("2x2x2 htm", True), ("Heisenberg(3,101)", True), ("M12", True)]
USUAL = [
    ("pyraminx", True),
    ("skewb", True),
    ("M22", True),
    ("M23", False),
    ("SL(2,101)", True),
    ("SL(3,5)", True),
    ("Heisenberg(4,7)", True),
    ("UT(4,13)", False),
]
LONG = [("2x2x2-free qtm", False), ("M24", False), ("UT(5,7)", False), ("SL(2,401)", False)]


def define(name: str) -> PermutationGroup | MatrixGroup:
    matrix = matrix_group(name)
    if matrix is not None:
        return matrix.as_permutations() if matrix.name.startswith("SL(3") else matrix
    return named_group(name) or puzzle(*name.split())


def engine_of(group: PermutationGroup | MatrixGroup) -> ChainEngine | MatrixEngine:
    return MatrixEngine(group) if isinstance(group, MatrixGroup) else ChainEngine(group)


def peer(name: str, group: PermutationGroup | MatrixGroup) -> Callable[[], list[int]] | None:
    """CayleyPy's breadth-first search, or None if it is not installed."""
    try:
        from cayleypy import CayleyGraph, CayleyGraphDef, Puzzles
        from cayleypy.cayley_graph_def import MatrixGenerator
    except ImportError:
        return None
    if name.startswith("2x2x2 "):
        definition = Puzzles.rubik_cube(2, f"fixed_{name.split()[1].upper()}")
    elif isinstance(group, MatrixGroup):
        generators = [
            MatrixGenerator.create([list(r) for r in g], modulo=group.modulus) for g in group.generators
        ]
        definition = CayleyGraphDef.for_matrix_group(generators=generators)
    else:
        definition = CayleyGraphDef.create([list(g) for g in group.generators])

    def run() -> list[int]:
        graph = CayleyGraph(definition, device="cpu")
        return [int(size) for size in graph.bfs().layer_sizes]

    return run


def memory_of(name: str) -> float:
    """Peak memory in MB that the growth adds to a process with the kernels loaded."""
    code = (
        "import sys; sys.path.insert(0, 'benchmarks'); import bench_groups as b;"
        "from graphkit.memory import peak_memory; b.chain.warm_up(); b.matrices.warm_up();"
        "base = peak_memory();"
        f"list(b.engine_of(b.define({name!r})).layers()); print(peak_memory() - base)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(done.stdout) / 1e6


def measure(name: str, with_peer: bool, bandwidth: float) -> dict[str, object]:
    group = define(name)
    row: dict[str, object] = {"graph": name, "states": group.order, "generators": len(group.generators)}
    seconds = []
    for _ in range(7 if (group.order or 0) < 1e7 else 2):
        start = time.perf_counter()
        engine = engine_of(group)
        layers = list(engine.layers())
        seconds.append(time.perf_counter() - start)
    if sum(layers) != group.order:
        raise SystemExit(f"{name}: the layers sum to {sum(layers)}, the group has {group.order} elements")
    ours = statistics.median(seconds)
    edges = sum(layers) * len(group.generators)
    row |= {"diameter": len(layers) - 1, "ours s": ours, "ns per state and generator": ours / edges * 1e9}
    if isinstance(group, PermutationGroup) and isinstance(engine, ChainEngine):
        start = time.perf_counter()
        StabilizerChain(group.generators)
        moved = engine.bytes_moved / 1e9
        row |= {"proof of order s": time.perf_counter() - start}
        row |= {"GB": moved, "of bandwidth limit": moved / bandwidth / ours}
    row["MB"] = memory_of(name)
    run = peer(name, group) if with_peer else None
    if run is not None:
        start = time.perf_counter()
        theirs = run()
        spent = time.perf_counter() - start
        if theirs != layers:
            raise SystemExit(f"{name}: the layer sizes disagree: {layers} and {theirs}")
        row |= {"CayleyPy s": spent, "ratio": spent / ours}
    return row


def main() -> None:
    options = parse_arguments(__doc__ or "", long="add groups of up to 245 million elements")
    work = QUICK if options.quick else QUICK + USUAL + (LONG if options.long else [])
    bandwidth = read_bandwidth()
    chain.warm_up()
    matrices.warm_up()
    warm = peer("M11", define("M11"))
    if warm is not None:
        warm()
    rows = [measure(*row, bandwidth) for row in work]
    notes = [
        f"Read bandwidth {bandwidth:.1f} GB/s. MB: peak memory over the interpreter with the kernels loaded.",
        "The layer sizes agree wherever CayleyPy was run; a dash: it was not, as it would take minutes.",
    ]
    if warm is None:
        notes.append("CayleyPy is not installed: pip install 'graphkit-algorithms[bench]'")
    report("Growth of groups", rows, as_json=options.json, notes=notes, packages=("cayleypy",))


if __name__ == "__main__":
    main()
