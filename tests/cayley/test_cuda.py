"""The dense engine on a GPU, where there is none.

Many threads: numba's simulator, which has to be chosen before numba is loaded, so it runs in a process of its
own, this file as a script. It is slow, hence small groups and one process for all cases.

Large groups: the kernels compiled for the CPU, as one thread; the types of all expressions are the same.

The compiler: the kernels compiled for a device, but not run.
"""

import json
import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numba import njit
from oracle import cayley as oracle

import cayley
from cayley.checkpoint import Checkpoint
from cayley.engines import _dense_tables as tables
from cayley.engines._bitscan import count_ones
from cayley.groups import PermutationGroup
from cayley.permutation import parse_permutation
from graphkit.errors import MissingExtraError

KERNELS = ("clear", "list_active", "pull_blocks", "note_changes")

MOST = 100  # layers of any graph here, should the engine not find the end

# name: degree, generators in cycles, layers to compute
CASES = {
    "bipartite": (9, [f"(1 {k})" for k in range(2, 10)], 9),
    "even": (9, ["(1 2 3 4 5 6 7 8 9)", "(9 8 7 6 5 4 3 2 1)", "(1 4)(2 3)"], 9),
    "even, one block": (8, ["(1 2 3 4 5 6 7)", "(7 6 5 4 3 2 1)", "(1 2 8)", "(1 8 2)"], None),
    "mixed": (9, ["(1 2 3 4 5 6 7 8 9)", "(9 8 7 6 5 4 3 2 1)", "(1 2)"], 8),
    "mixed, one block": (8, ["(1 2 3 4 5 6 7)", "(7 6 5 4 3 2 1)", "(1 8)(2 3)", "(1 8)"], None),
    "directed": (6, ["(1 2 3 4 5 6)", "(1 2 3)"], None),
    "few points": (6, ["(1 2 3 4 5 6)", "(6 5 4 3 2 1)", "(1 2)"], None),
    "three points": (3, ["(1 2 3)"], None),
    "subgroup": (10, ["(1 2 3 4 5 6 7 8 9 10)", "(1 10)(2 9)(3 8)(4 7)(5 6)"], None),
    "mixed subgroup": (10, ["(1 2 3 4 5 6 7 8 9 10)", "(2 10)(3 9)(4 8)(5 7)"], None),
    "trivial": (4, ["()"], None),
}


def group(case):
    degree, cycles, _ = CASES[case]
    return PermutationGroup(tuple(parse_permutation(text, degree) for text in cycles), case)


def run(definition, n_layers=None, checkpoint=None):
    """Layer sizes and the last layer, by the engine for a GPU."""
    from cayley.engines.cuda import CudaEngine

    engine = CudaEngine(definition)
    sizes = list(islice(engine.layers(checkpoint), n_layers or MOST))
    last = engine.last_layer()
    return {"growth": sizes, "last_layer": None if last is None else last.tolist()}


def resumed(definition, cut):
    """Stop after some layers, and go on from the checkpoint with another engine."""
    with tempfile.TemporaryDirectory() as folder:
        first = Checkpoint(folder, {}, "dense-cuda", interval=0)
        run(definition, cut, first)
        second = Checkpoint(folder, {}, "dense-cuda")
        assert second.has_progress
        return run(definition, None, second)


class Recorder:
    """Note the types that a kernel is launched with."""

    def __init__(self, kernel, types):
        self.kernel, self.types = kernel, types

    def __getitem__(self, launch):
        def call(*arguments):
            self.types[:] = [describe(argument) for argument in arguments]
            self.kernel[launch](*arguments)

        return call


def describe(argument):
    """Element type and number of dimensions of an array, or the type of a number."""
    from numba import typeof

    is_array = getattr(argument, "ndim", 0) > 0
    return [str(argument.dtype), argument.ndim] if is_array else str(typeof(argument))


def simulate():
    from cayley.engines._kernels import cuda as kernels

    signatures = {name: [] for name in KERNELS}
    for name in KERNELS:
        setattr(kernels, name, Recorder(getattr(kernels, name), signatures[name]))
    found = {case: run(group(case), n_layers) for case, (_, _, n_layers) in CASES.items()}
    found |= {f"resumed {case}": resumed(group(case), 5) for case in ("few points", "subgroup")}
    found["resumed at the end"] = resumed(group("subgroup"), 8)
    return {"found": found, "signatures": signatures}


def compile_kernels(signatures):
    """Compile the kernels for an H100; return how often each uses a floating-point number."""
    from numba import cuda, types
    from numba.cuda import dispatcher

    from cayley.engines._kernels import cuda as kernels

    # What a kernel calls is compiled for the device at hand.
    dispatcher.get_current_device = lambda: SimpleNamespace(compute_capability=(9, 0))
    numbers = {"bool": types.boolean, "int64": types.int64, "uint64": types.uint64}
    floats = {}
    for name, arguments in signatures.items():
        signature = tuple(
            numbers[argument]
            if isinstance(argument, str)
            else types.Array(getattr(types, argument[0]), argument[1], "C")
            for argument in arguments
        )
        ptx, _ = cuda.compile_ptx(getattr(kernels, name).py_func, signature, cc=(9, 0))
        assert ".target sm_90" in ptx
        floats[name] = ptx.count(".f64") + ptx.count(".f32")
    return floats


def script(task, text="", **environment):
    """Run this file as a script in a fresh process; return what it prints."""
    paths = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(
        [sys.executable, __file__, task],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": paths, **environment},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def simulated():
    return script("simulate", NUMBA_ENABLE_CUDASIM="1")


def has_gpu():
    if find_spec("numba_cuda") is None:
        return False
    from numba import cuda

    return cuda.is_available()


@pytest.mark.parametrize("case", CASES)
def test_layers_in_the_simulator(simulated, case):
    found = simulated["found"][case]
    definition = group(case)
    if definition.degree < 9 or definition.order < 10000:
        layers = oracle.layers(definition.generators)
        assert found["growth"] == [len(layer) for layer in layers]
        assert [tuple(row) for row in found["last_layer"]] == sorted(layers[-1])
        return
    from cayley.engines.dense import DenseEngine

    engine = DenseEngine(definition)
    assert found["growth"] == list(islice(engine.layers(), CASES[case][2]))
    if CASES[case][2] is None:
        assert sum(found["growth"]) == definition.order
        assert found["last_layer"] == engine.last_layer().tolist()


@pytest.mark.parametrize("name", ["few points", "subgroup"])
def test_resumes_in_the_simulator(simulated, name):
    assert simulated["found"][f"resumed {name}"] == simulated["found"][name]


def test_resumes_after_the_last_layer(simulated):
    assert simulated["found"]["resumed at the end"] == simulated["found"]["subgroup"]


def test_kernels_compile_for_hardware(simulated):
    """With the types that they were launched with. Older versions of numba mix signs in floating point."""
    if find_spec("numba_cuda") is None:
        pytest.skip("needs numba-cuda with its compiler: pip install '.[cuda]'")
    floats = script("compile", json.dumps(simulated["signatures"]))
    assert floats == dict.fromkeys(KERNELS, 0)


# What the names of a kernel mean where there is one thread and the CPU.
ONE_THREAD = {
    "from numba import cuda": "from numba import njit",
    "@cuda.jit(cache=True)": "@njit",
    "@cuda.jit(device=True)": "@njit",
    "cuda.threadIdx.x": "0",
    "cuda.blockIdx.x": "0",
    "cuda.blockDim.x": "1",
    "cuda.gridDim.x": "1",
    "cuda.grid(1)": "0",
    "cuda.gridsize(1)": "1",
    "cuda.syncthreads()": "pass",
    "cuda.shared.array": "empty",
    "cuda.atomic.add": "fetch_and_add",
    "cuda.popc": "count_ones",
}


@njit
def fetch_and_add(array, index, value):
    before = array[index]
    array[index] += value
    return before


class OnTheCpu:
    """An array "on the device". Device memory is not cleared, so new arrays hold rubbish."""

    def __init__(self, array):
        self.array = array
        self.size = array.size

    def copy_to_host(self):
        return self.array.copy()

    def copy_to_device(self, array):
        self.array[...] = array

    def ravel(self):
        return OnTheCpu(self.array.reshape(-1))


class Launcher:
    def __init__(self, kernel):
        self.kernel = kernel

    def __getitem__(self, launch):
        return lambda *arguments: self.kernel(*(getattr(a, "array", a) for a in arguments))


@pytest.fixture(scope="module")
def one_thread():
    """The kernels as one thread on the CPU, and what the engine takes from numba.cuda."""
    from cayley.engines._kernels import cuda as kernels

    source = Path(kernels.__file__).read_text(encoding="utf-8")
    for name, meaning in ONE_THREAD.items():
        assert name in source
        source = source.replace(name, meaning)
    names = {"empty": np.empty, "fetch_and_add": fetch_and_add, "count_ones": count_ones}
    exec(compile(source, "<kernels>", "exec"), names)
    module = SimpleNamespace(STRIDE=kernels.STRIDE, **{name: Launcher(names[name]) for name in KERNELS})
    device = SimpleNamespace(
        to_device=lambda array: OnTheCpu(np.array(array)),
        device_array=lambda shape, dtype: OnTheCpu(np.full(shape, 85, dtype)),
    )
    return module, device


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("S8", "lx"),
        ("S9", "pancake"),
        ("S10", "lrx"),
        ("S10", "pancake"),
        ("S10", "lx"),
        ("S11", "lrx"),
        ("A11", "top_spin"),
    ],
)
def test_layers_by_one_thread(monkeypatch, one_thread, name, family):
    from cayley.engines import cuda

    module, device = one_thread
    monkeypatch.setattr(cuda, "kernels", module)
    monkeypatch.setattr(cuda, "cuda", device)
    monkeypatch.setattr(cuda, "check_device", lambda: None)
    expected = cayley.growth(name, family)
    found = run(cayley.plan(name, family).definition)
    assert found["growth"] == expected.growth
    if expected.last_layer is not None:
        assert found["last_layer"] == expected.last_layer


@pytest.mark.skipif(not has_gpu(), reason="needs a GPU and numba-cuda")
@pytest.mark.parametrize(
    ("name", "family"), [("S8", "lx"), ("S10", "lrx"), ("S10", "pancake"), ("A11", "top_spin")]
)
def test_layers_on_a_gpu(name, family):
    expected = cayley.growth(name, family)
    found = run(cayley.plan(name, family).definition)
    assert found == {"growth": expected.growth, "last_layer": expected.last_layer}


def test_run_tables_move_bits_as_the_positions_tell():
    from cayley.engines._kernels.cuda import STRIDE, TABLE_SIZE
    from cayley.engines.cuda import run_tables

    recipes, halves = run_tables()
    assert recipes.shape == (240,)
    assert halves.shape == (TABLE_SIZE,)
    positions = tables.gather_positions().reshape(240, 64)
    rng = np.random.default_rng(0)
    for move, word in zip(range(240), rng.integers(0, 2**60, 240).tolist(), strict=True):
        moved = 0
        for run_, step in enumerate(int(recipes[move]).to_bytes(8, "little")[:5]):
            value = word >> 12 * (step & 7)
            row = (step >> 3) * 2 * STRIDE
            low, high = halves[row + (value & 63)], halves[row + STRIDE + (value >> 6 & 63)]
            moved |= int(low | high) << 12 * run_
        assert moved == sum((word >> int(positions[move, i]) & 1) << i for i in range(tables.BITS))


def test_memory_of_the_goal():
    from cayley.engines.cuda import CudaEngine

    assert 11e9 < CudaEngine.memory(cayley.plan("S14", "lrx", memory_limit="1TB").definition) < 12e9


def test_missing_package(monkeypatch):
    from cayley.engines import cuda

    monkeypatch.setattr(cuda, "find_spec", lambda name: None)
    for refused in (cuda.check_device, cuda.available_device_memory, cuda.warm_up):
        with pytest.raises(MissingExtraError, match=r"graphkit-algorithms\[cuda\]"):
            refused()
    with pytest.raises(MissingExtraError):
        cuda.CudaEngine(group("few points"))


@pytest.mark.skipif(has_gpu(), reason="there is a GPU")
def test_missing_gpu(monkeypatch):
    """What the driver says is passed on; without a driver, numba says so."""
    from cayley.engines import cuda

    monkeypatch.setattr(cuda, "find_spec", lambda name: name)
    with pytest.raises(cuda.DeviceError, match=r"there is no GPU to use: .*driver"):
        cuda.check_device()


def test_growth_on_the_cpu_loads_nothing_for_gpus():
    code = "import sys, cayley; cayley.growth('S5'); print('numba.cuda' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


if __name__ == "__main__":
    task = simulate() if sys.argv[1] == "simulate" else compile_kernels(json.load(sys.stdin))
    sys.stdout.write(json.dumps(task))
