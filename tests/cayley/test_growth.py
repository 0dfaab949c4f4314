import json
import math
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import cayley as oracle
from oracle import known_growth as known

import cayley
from cayley.engines._bits import has_bit_gather
from cayley.engines.dense import DenseEngine
from cayley.families import GeneratorFamily
from cayley.generators import resolve
from graphkit.errors import MemoryBudgetError, UnknownNameError

ENGINES = ["dense-portable", *(["dense-avx512"] if has_bit_gather() else [])]

generator_sets = (
    st.integers(2, 7)
    .flatmap(lambda n: st.lists(st.permutations(range(n)).map(tuple), min_size=1, max_size=3))
    .filter(lambda generators: any(g != tuple(range(len(g))) for g in generators))
)


@pytest.mark.parametrize("engine", ENGINES)
@given(generators=generator_sets)
@settings(max_examples=60, deadline=None)
def test_random_groups_agree_with_breadth_first_search(engine, generators):
    result = cayley.growth(generators=generators, engine=engine)
    assert result.growth == oracle.growth(generators)
    assert result.order == sum(result.growth)
    assert result.diameter == len(result.growth) - 1


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "generators",
    [
        ["(1 9)", "(1 2 3 4 5 6 7 8 9)"],  # mixed parity: the odd and even generators take two buffers
        ["(1 2 3 4 5 6 7 8 9)", "(1 5 9)", "(2 7)(3 8)"],  # even only: one plane
        ["(1 2 3 4)(5 9)(6 7 8)", "(1 9 3 2)"],  # odd and even with long cycles, directed
        ["(1 2)", "(3 4 5 6 7 8)(1 9)", "(2 9)"],
    ],
)
def test_nine_points_agree_with_breadth_first_search(engine, generators):
    result = cayley.growth(generators=generators, engine=engine)
    points = [cayley.parse_permutation(g, 9) for g in generators]
    assert result.growth == oracle.growth(points)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("n", [4, 5])
def test_lrx(engine, n):
    assert cayley.growth(f"S{n}", engine=engine).growth == known.LRX[n]


@pytest.mark.parametrize("n", range(4, 11))
def test_lrx_diameter(n):
    result = cayley.growth(f"S{n}")
    assert result.diameter == n * (n - 1) // 2
    assert sum(result.growth) == math.factorial(n)
    assert result.growth[-1] == 1


@pytest.mark.parametrize("n", known.PANCAKE)
def test_pancake_rows(n):
    assert cayley.growth(f"S{n}", "pancake").growth == known.PANCAKE[n]


@pytest.mark.parametrize(("n", "diameter"), known.PANCAKE_DIAMETER.items())
def test_pancake_diameter(n, diameter):
    assert cayley.diameter(f"S{n}", "pancake") == diameter


@pytest.mark.parametrize(("n", "diameter"), known.LX_DIAMETER.items())
def test_lx_diameter(n, diameter):
    result = cayley.growth(f"S{n}", "lx")
    assert result.diameter == diameter
    assert result.directed


def test_closed_forms():
    assert cayley.growth("S6", "coxeter").growth == known.COXETER_6 == known.mahonian(6)
    assert cayley.growth("S9", "coxeter").growth == known.mahonian(9)
    assert cayley.growth("S7", "transpositions").growth == known.TRANSPOSITIONS_7
    assert cayley.growth("S7", "cyclic_coxeter").diameter == 7 * 7 // 4
    assert cayley.growth("S8", "stars").diameter == 3 * (8 - 1) // 2
    assert cayley.growth("S8", "full_reversals").growth[-1] == 2
    assert cayley.growth("S7", "transposons").growth[1] == known.transposons_first_layer(7)


def test_oracle_vectors(shared):
    """Every series of the shared oracle file within reach of a test."""
    entries = json.loads((shared / "oracles" / "cayley.json").read_text())["entries"]
    checked = 0
    for entry in entries:
        parameters = dict(entry["params"])
        name = entry["family"]
        family = cayley.FAMILIES.get({"all_transpositions": "transpositions"}.get(name, name))
        if not isinstance(family, GeneratorFamily) or entry["states"] > 40_000_000:
            continue
        n = parameters.pop("n")
        if n < family.minimum:
            continue
        generators = family.generators(2 * n if family.signed else n, **parameters)
        assert cayley.growth(generators=generators).growth == entry["layers"], entry
        checked += 1
    assert checked > 100


def test_small_degrees():
    assert cayley.growth("S2", "coxeter").growth == [1, 1]
    assert cayley.growth("S3", "lx").growth == [1, 2, 3]
    with pytest.raises(ValueError, match="needs at least 2 points, got 1"):
        cayley.growth("S1")


@pytest.mark.parametrize("max_depth", [0, 1, 5])
def test_max_depth_is_a_prefix(max_depth):
    whole, part = cayley.growth("S7"), cayley.growth("S7", max_depth=max_depth)
    assert part.growth == whole.growth[: max_depth + 1]
    assert not part.complete
    assert part.diameter is None
    assert part.order == whole.order


def test_max_depth_at_the_end_is_complete():
    assert cayley.growth("S5", max_depth=10).complete
    assert cayley.growth("S5", max_depth=100).diameter == 10
    assert not cayley.growth("S5", max_depth=9).complete


def test_threads_do_not_change_the_result():
    from numba import config, get_num_threads

    before = get_num_threads()
    results = [cayley.growth("S11", "lrx", threads=t).growth for t in {1, config.NUMBA_NUM_THREADS}]
    assert all(result == results[0] for result in results)
    assert get_num_threads() == before
    with pytest.raises(ValueError, match=r"threads must be in \[1, "):
        cayley.growth("S5", threads=10_000)


def test_progress():
    calls = []
    result = cayley.growth("S5", progress=lambda *call: calls.append(call))
    assert [size for _, size, _ in calls] == result.growth
    assert calls[-1] == (10, 1, 120)


def test_memory_is_refused_before_work():
    with pytest.raises(
        MemoryBudgetError, match=r"growth of S13 .* needs about 1.7\d GB, more than the memory limit of 1 GB"
    ):
        cayley.growth("S13", memory_limit="1GB")
    with pytest.raises(MemoryBudgetError, match="the available memory"):
        cayley.growth("S25")


def test_memory_estimate_holds():
    """What the process gains stays within the plan, apart from the libraries that it loads."""
    code = (
        "import cayley; from graphkit.memory import peak_memory; cayley.growth('S8'); base = peak_memory();"
        "result = cayley.growth('S12', max_depth=45);"  # by layer 45 every block has been touched
        "print(result.peak_memory_bytes - base, cayley.plan('S12').memory_bytes)"
    )
    gained, planned = map(
        int,
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split(),
    )
    assert 30e6 < gained < planned < 150e6


def test_bad_arguments():
    with pytest.raises(UnknownNameError, match="did you mean coxeter"):
        cayley.growth("S5", "coxter")
    with pytest.raises(ValueError, match="max_depth must be at least 0"):
        cayley.growth("S5", max_depth=-1)
    with pytest.raises(TypeError, match="max_depth must be an integer"):
        cayley.growth("S5", max_depth=2.5)
    with pytest.raises(UnknownNameError, match="unknown engine 'gpu'"):
        cayley.growth("S5", engine="gpu")
    with pytest.raises(TypeError, match="takes no max_depth"):
        cayley.diameter("S5", max_depth=3)
    if not has_bit_gather():
        with pytest.raises(ValueError, match="AVX-512"):
            cayley.growth("S5", engine="dense-avx512")


def test_without_compilation():
    """The kernels are plain Python underneath and give the same answer."""
    code = "import cayley; r = cayley.growth('S4', 'lx'); print(r.engine, r.growth)"
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.split(maxsplit=1) == [
        "dense-portable",
        f"{oracle.growth([(1, 2, 3, 0), (1, 0, 2, 3)])}\n",
    ]


def engine_of(group, generators="lrx", **options):
    return DenseEngine(resolve(group, generators, {}), has_bit_gather(), **options)


@pytest.mark.parametrize("use_gather", [False, *([True] if has_bit_gather() else [])])
@pytest.mark.parametrize("list_limit", [0, 30, 1000, None])
@pytest.mark.parametrize(
    ("group", "generators"),
    [("S8", "lrx"), ("S8", "lx"), ("S9", "pancake"), ("A9", "top_spin"), ("S8", "coxeter")],
)
def test_lists_and_sweeps_agree(group, generators, list_limit, use_gather):
    resolved = resolve(group, generators, {})
    layers = list(DenseEngine(resolved, use_gather, list_limit).layers())
    assert layers == cayley.growth(group, generators).growth
    assert sum(layers) == resolved.order


@pytest.mark.parametrize("use_gather", [False, *([True] if has_bit_gather() else [])])
@pytest.mark.parametrize("list_limit", [0, 7])
@given(generators=generator_sets)
@settings(max_examples=40, deadline=None)
def test_sweeps_of_random_groups(list_limit, use_gather, generators):
    """Without lists, which both bit paths share."""
    group = resolve(None, generators, {})
    assert list(DenseEngine(group, use_gather, list_limit).layers()) == oracle.growth(generators)


@given(generators=generator_sets)
@settings(max_examples=40, deadline=None)
def test_last_layer_of_random_groups(generators):
    result = cayley.growth(generators=generators)
    last = oracle.layers(generators)[-1]
    assert result.last_layer == (sorted(map(list, last)) if len(last) <= 1000 else None)


@pytest.mark.parametrize("generators", ["lx", "lrx", "full_reversals", "rapaport_m2"])
def test_last_layer_found_by_pulling(generators):
    """On eight points the last layers are found from the list of missing states."""
    engine = engine_of("S8", generators, list_limit=500)
    sizes = list(engine.layers())
    points = cayley.get_family(generators).generators(8)
    assert engine.last_layer().tolist() == sorted(map(list, oracle.layers(points)[-1]))
    assert sizes[-1] == len(engine.last_layer())


@pytest.mark.parametrize("n", [5, 8, 10])
def test_lrx_antipode(n):
    """The one antipode of LRX is 1 0 n-1 n-2 ... 2."""
    assert cayley.growth(f"S{n}").last_layer == [[1, 0, *range(n - 1, 1, -1)]]


def test_pancake_antipodes_are_not_listed_when_many():
    assert cayley.growth("S10", "pancake").last_layer is None
