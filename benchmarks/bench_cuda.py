"""Growth on a GPU: the dense engine beside itself on the CPU, and beside CayleyPy on the same GPU.

All sides compute all layer sizes, which are compared before anything is reported. Compilation is not timed,
the tables of moves and their way to the device are.

Physical limit. Each source block is read, each updated block read and written; the column GB counts them, on
the CPU, as if no cache had helped. At the bandwidth at which the device copies memory that alone would take
the share "of limit" of the time.

    python benchmarks/bench_cuda.py            up to S12
    python benchmarks/bench_cuda.py --quick    seconds
    python benchmarks/bench_cuda.py --long     adds S13 and S14 (12 GB on the device), without the CPU

Without a GPU there is nothing to measure, and the table says why.
"""

import statistics
import time
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
from _common import parse_arguments, report, time_runs
from numba import cuda

import cayley
from cayley.engines import cuda as device
from cayley.engines.dense import DenseEngine
from cayley.engines.dense import warm_up as warm_up_cpu
from graphkit.errors import MissingExtraError

# group, family, seconds to reach
QUICK = [("S9", "lrx", None), ("S10", "lrx", None)]
USUAL = [("S11", "lrx", None), ("S12", "lrx", None), ("S12", "pancake", None), ("S12", "lx", None)]
LONG = [("S13", "lrx", 0.5), ("S13", "pancake", None), ("S13", "lx", None), ("S14", "lrx", 8.0)]
LARGE = 1e9  # states from which the CPU takes minutes, and CayleyPy tens of gigabytes


def copy_bandwidth(size: int = 2**30) -> float:
    """Bandwidth in GB/s at which the device copies its memory, reading and writing."""
    source = cuda.device_array(size // 8, np.int64)
    target = cuda.device_array_like(source)

    def copy() -> None:
        target.copy_to_device(source)
        cuda.synchronize()

    return 2 * size / min(time_runs(copy)) / 1e9


def run(engine_class: Any, group: Any, repeats: int) -> tuple[list[int], float, Any]:
    """Layer sizes, the median of the seconds, and the engine with its counters."""
    seconds = []
    for _ in range(repeats):
        engine = None  # two at a time might not fit
        start = time.perf_counter()
        engine = engine_class(group)
        layers = list(engine.layers())
        seconds.append(time.perf_counter() - start)
    return layers, statistics.median(seconds), engine


def peer(generators: Sequence[Sequence[int]]) -> tuple[list[int], float] | None:
    """Layer sizes and seconds of CayleyPy on the GPU; None if it is not there, or its torch sees no GPU."""
    if find_spec("cayleypy") is None:
        return None
    import torch
    from cayleypy import CayleyGraph, CayleyGraphDef

    if not torch.cuda.is_available():
        return None
    definition = CayleyGraphDef.create([list(g) for g in generators])
    for _ in range(2):  # the first run warms up
        graph = CayleyGraph(definition, device="cuda")
        start = time.perf_counter()
        layers = [int(size) for size in graph.bfs().layer_sizes]
        torch.cuda.synchronize()
        seconds = time.perf_counter() - start
    return layers, seconds


def measure(name: str, family: str, reach: float | None, bandwidth: float) -> dict[str, Any]:
    group = cayley.plan(name, family, max_depth=0).definition
    large = group.order >= LARGE
    layers, seconds, _ = run(device.CudaEngine, group, 3 if large else 7)
    if sum(layers) != group.order:
        raise SystemExit(f"{name} {family}: the layers sum to {sum(layers)}, not to {group.order}")
    row: dict[str, Any] = {
        "graph": f"{name} {family}",
        "states": group.order,
        "diameter": len(layers) - 1,
        "GPU s": seconds,
        "reach s": reach,
        "ns/edge": seconds / group.order / len(group.generators) * 1e9,
        "MB": device.CudaEngine.memory(group) / 1e6,
    }
    if large:
        return row
    others = {"CPU": run(DenseEngine, group, 3)[:2], "CayleyPy": peer(group.generators)}
    for side, result in others.items():
        if result is None:
            continue
        if result[0] != layers:
            raise SystemExit(f"{name} {family}: the layer sizes disagree: {layers} and {result[0]} ({side})")
        row |= {f"{side} s": result[1], f"{side} ratio": result[1] / seconds}
    moved = run(lambda group: DenseEngine(group, list_limit=0), group, 1)[2].bytes_moved / 1e9
    return row | {"GB": moved, "of limit": moved / bandwidth / seconds}


def main() -> None:
    options = parse_arguments(__doc__ or "", long="add S13 and S14: 12 GB on the device")
    heading = "Growth of Cayley graphs on a GPU"
    packages = ("numba-cuda", "cayleypy", "torch")
    try:
        device.warm_up()
    except (device.DeviceError, MissingExtraError) as error:
        report(heading, [], as_json=options.json, notes=[f"Not measured: {error}"], packages=packages)
        return
    warm_up_cpu()
    bandwidth = copy_bandwidth()
    work = QUICK if options.quick else QUICK + USUAL + (LONG if options.long else [])
    rows = [measure(*job, bandwidth) for job in work]
    name = cuda.get_current_device().name
    notes = [
        f"Device: {name.decode() if isinstance(name, bytes) else name}, copies at {bandwidth:.0f} GB/s.",
        "MB: the plan. A dash: not run, for the CPU as it would take minutes.",
    ]
    if peer([(1, 0)]) is None:
        notes.append("CayleyPy is not there, or its torch sees no GPU.")
    report(heading, rows, as_json=options.json, notes=notes, packages=packages)


if __name__ == "__main__":
    main()
