import math
import os
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import cayley as oracle

from cayley.engines import _chain_tables as tables
from cayley.engines._bits import has_bit_gather
from cayley.engines._kernels import chain as kernels
from cayley.engines.chain import ChainEngine, warm_up
from cayley.families import get_family
from cayley.families.sporadic import named_group
from cayley.generators import resolve
from cayley.groups import PermutationGroup
from cayley.permutation import compose, from_cycles, identity, inverse
from cayley.puzzles import puzzle
from cayley.stabilizer import StabilizerChain, stabilizer_chain

PATHS = [False, *([True] if has_bit_gather() else [])]

generator_sets = st.integers(1, 7).flatmap(
    lambda n: st.lists(st.permutations(range(n)).map(tuple), min_size=1, max_size=3)
)


def _group(generators):
    return PermutationGroup(tuple(generators), "test")


def _wreath(n_blocks, size):
    """Cyclic group of `size` in each of some blocks, and the rotation of the blocks."""
    degree = n_blocks * size
    turn = from_cycles([range(size)], degree)
    return [turn, inverse(turn), tuple((i + size) % degree for i in range(degree))]


@pytest.mark.parametrize("use_gather", PATHS)
@given(generators=generator_sets)
@settings(max_examples=60, deadline=None)
def test_random_groups_agree_with_breadth_first_search(use_gather, generators):
    engine = ChainEngine(_group(generators), use_gather)
    layers = oracle.layers(generators)
    found = []
    for depth, size in enumerate(engine.layers()):
        found.append(size)
        assert set(map(tuple, engine.last_layer().tolist())) == layers[depth]
    assert found == [len(layer) for layer in layers]


GROUPS = {
    "M11": named_group("M11").generators,
    "M12": named_group("M12").generators,
    "S8": get_family("lrx").generators(8),
    "LX on 8 points, directed": get_family("lx").generators(8),
    "A7": get_family("three_cycles").generators(7),
    "two orbits": [from_cycles([range(5), range(5, 12)], 12), from_cycles([(0, 1), (5, 6, 7)], 12)],
    "wreath product": _wreath(4, 6),
    "regular": [from_cycles([range(5), range(5, 12), range(12, 21)], 21)],
    "with the identity": [identity(5), (1, 2, 3, 4, 0)],
}


@pytest.mark.parametrize("use_gather", PATHS)
@pytest.mark.parametrize("name", GROUPS)
def test_structured_groups_agree_with_breadth_first_search(name, use_gather):
    engine = ChainEngine(_group(GROUPS[name]), use_gather)
    layers = oracle.layers(GROUPS[name])
    assert list(engine.layers()) == [len(layer) for layer in layers]
    assert set(map(tuple, engine.last_layer().tolist())) == layers[-1]


@pytest.mark.parametrize("use_gather", PATHS)
@pytest.mark.parametrize("parallel", [False, True])
def test_result_does_not_depend_on_the_layout_or_on_threads(monkeypatch, use_gather, parallel):
    group = _group(get_family("lrx").generators(7))
    wanted = oracle.growth(group.generators)
    radices = [7, 6, 5, 4, 3, 2]
    orders = [math.prod(radices[i:]) for i in range(7)]
    for middle in range(3, 7):
        for top in range(middle + 1):
            layout = tables.Layout(
                top,
                middle,
                orders[0] // orders[top],
                orders[top] // orders[middle],
                orders[middle],
                orders[top],
            )
            monkeypatch.setattr(tables, "choose_layout", lambda *_, layout=layout: layout)
            assert list(ChainEngine(group, use_gather, parallel).layers()) == wanted


def test_numbering_is_one_to_one_and_moves_follow_it():
    generators = named_group("M11").generators
    chain = stabilizer_chain(generators)
    arrays = tables.chain_arrays(chain, 11)
    n_levels = len(chain.base)
    everything = np.empty((chain.order, 11), np.int64)
    kernels.elements(arrays, np.arange(chain.order), 0, n_levels, everything)
    rank = {tuple(p): i for i, p in enumerate(everything.tolist())}
    assert len(rank) == chain.order
    assert rank[identity(11)] == 0
    top, n_blocks = 2, 11 * 10
    inner = chain.order // n_blocks
    source_block = np.empty((n_blocks, len(generators)), np.int32)
    move = np.empty((n_blocks, len(generators)), np.uint16)
    kernels.block_moves_serial(arrays, np.array(generators), top, 0, n_blocks, source_block, move)
    for i in range(0, chain.order, 17):
        for g, generator in enumerate(generators):
            moved = rank[compose(generator, tuple(everything[i].tolist()))]
            block, within = divmod(i, inner)
            assert moved // inner == source_block[block, g]
            factor, element = everything[move[block, g]], everything[within]
            assert moved % inner == rank[tuple(factor[element].tolist())]


def test_bit_moves_of_both_paths_are_the_same():
    rng = np.random.default_rng(0)
    for n_bits in (1, 7, 54, 63, 64):
        source = np.array([rng.permutation(n_bits) for _ in range(3)], np.uint8)
        positions = tables.gather_positions(source)
        assert positions.ctypes.data % 64 == 0
        lookup = tables.lookup_tables(source)
        for m in range(3):
            word = int(rng.integers(0, 2**63)) * 2 + 1 & (1 << n_bits) - 1
            wanted = sum((word >> int(source[m, i]) & 1) << i for i in range(n_bits))
            by_position = sum((word >> int(positions[64 * m + i]) & 1) << i for i in range(64))
            by_table = 0
            for byte in range(lookup.shape[1]):
                by_table |= int(lookup[m, byte, word >> 8 * byte & 255])
            assert by_table == wanted
            assert by_position & (1 << n_bits) - 1 == wanted
            if n_bits < 64:
                assert by_position == wanted


def test_layout():
    layout = tables.choose_layout([21, 18, 15, 12, 9, 6], 6)
    assert layout.n_blocks * layout.n_words * layout.n_bits == 3674160
    assert layout.n_bits == 54
    assert tables.choose_layout([], 1) == tables.Layout(0, 0, 1, 1, 1, 1)
    assert tables.choose_layout([64], 2).n_bits == 64
    assert tables.choose_layout([65], 2).n_bits == 1


def test_base_is_chosen_to_fill_words():
    skewb = puzzle("skewb")
    plain, chosen = stabilizer_chain(skewb.generators), tables.choose_chain(skewb.generators)
    assert chosen.order == plain.order == 3149280
    layouts = [tables.choose_layout([len(t) for t in c.transversals], 8) for c in (plain, chosen)]
    assert layouts[0].n_bits < 32 <= layouts[1].n_bits


@given(generators=generator_sets, seed=st.randoms())
@settings(max_examples=50)
def test_order_does_not_depend_on_the_base(generators, seed):
    points = list(range(len(generators[0])))
    seed.shuffle(points)
    chain = StabilizerChain(generators, points)
    assert chain.order == StabilizerChain(generators).order
    for base, transversal in zip(chain.base, chain.transversals, strict=True):
        assert next(iter(transversal)) == base
        assert all(u[base] == point for point, u in transversal.items())


def test_memory_covers_what_is_allocated():
    """At any time, that of listing the last layer included."""
    for group in (puzzle("2x2x2"), resolve("B7", "burnt_pancake", {})):
        needed = ChainEngine.memory(group)
        assert needed < 5e6
        tracemalloc.start()
        try:
            engine = ChainEngine(group)
            assert sum(engine.layers()) == group.order
            engine.last_layer()
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak <= needed


def test_too_large_groups_are_refused():
    with pytest.raises(ValueError, match="2\\^31 blocks"):
        ChainEngine.memory(puzzle("3x3x3"))
    with pytest.raises(ValueError, match="up to 65535 points, got 70000"):
        ChainEngine.memory(_group([from_cycles([(0, 1)], 70_000)]))


def test_without_compilation():
    code = (
        "from cayley.engines.chain import ChainEngine\n"
        "from cayley.puzzles import globe, puzzle\n"
        "assert list(ChainEngine(globe(1, 1)).layers()) == [1, 4, 10, 8, 1]\n"
        "engine = ChainEngine(puzzle('pyramorphix'), parallel=True)\n"
        "assert list(engine.layers()) == [1, 6, 27, 42, 20]\n"
        "assert len(engine.last_layer()) == 20\n"
    )
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], env=environment, check=False)
    assert done.returncode == 0


def test_warm_up_runs():
    warm_up()
