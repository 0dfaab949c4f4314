"""A search that skips steps finds the layers of one that does not."""

from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import cayley as oracle

import cayley
from cayley.engines import _skips
from cayley.engines._skips import find_skips, follow
from cayley.permutation import identity, inverse
from cayley.puzzles import puzzle


def skips_of(generators, needed):
    n = len(generators[0])
    generators = [g for g in dict.fromkeys(generators) if g != identity(n)]
    return generators, find_skips(generators, list(map(inverse, generators)), identity(n), follow, n, needed)


def search(start, generators, skips):
    """Layers by a search that skips steps; how many steps were followed; how many layers back one led."""
    seen, frontier, layers = {start: 0}, {start: 0}, []
    n_followed = furthest = 0
    while frontier:
        layers.append(set(frontier))
        following = {}
        for state, reached in frontier.items():
            skipped = 0
            for g, after in enumerate(skips.after):
                skipped |= after if reached >> g & 1 else 0
            for h, generator in enumerate(generators):
                if skipped >> h & 1:
                    continue
                n_followed += 1
                new = tuple(state[i] for i in generator)
                depth = seen.setdefault(new, len(layers))
                furthest = max(furthest, len(layers) - 1 - depth)
                if depth == len(layers):
                    following[new] = following.get(new, 0) | 1 << h
        frontier = following
    return layers, n_followed, furthest


def permutations_of(n):
    return st.permutations(range(n)).map(tuple)


def with_inverses(generators):
    return [*generators, *map(inverse, generators)]


def with_squares(generators):
    return [*generators, *(follow(g, g) for g in generators)]


def with_conjugates(generators):
    return [*generators, *(follow(follow(inverse(g), h), g) for g in generators for h in generators)]


generator_sets = st.integers(2, 6).flatmap(lambda n: st.lists(permutations_of(n), min_size=1, max_size=3))
generator_sets = st.one_of(
    generator_sets, generator_sets.map(with_squares), generator_sets.map(with_conjugates)
)
generator_sets = generator_sets.filter(lambda gs: any(g != identity(len(g)) for g in gs))


@given(generator_sets, st.booleans(), st.data())
@settings(max_examples=200, deadline=None)
def test_no_state_is_lost(generators, undirected, data):
    """From any start, also a word with equal letters, on which different permutations may act alike."""
    n = len(generators[0])
    start = tuple(data.draw(st.lists(st.integers(0, n - 1), min_size=n, max_size=n)))
    generators, skips = skips_of(with_inverses(generators) if undirected else generators, undirected)
    layers, n_followed, furthest = search(start, generators, skips)
    all_layers, n_steps, _ = search(start, generators, _skips.Skips([0] * len(generators), 0, False))
    assert layers == all_layers
    assert n_followed <= n_steps
    assert furthest <= skips.n_back


@given(generator_sets)
@settings(max_examples=30, deadline=None)
def test_inverses_alone(generators):
    """Where there are too many pairs to be compared, steps to where a state came from are still skipped."""
    generators, compared = skips_of(with_inverses(generators), True)
    _skips_pairs, _skips._PAIRS = _skips._PAIRS, 0
    try:
        generators, skips = skips_of(generators, True)
    finally:
        _skips._PAIRS = _skips_pairs
    assert skips.n_back == 0
    assert skips.after == [1 << generators.index(inverse(g)) for g in generators]
    assert all(few & ~many == 0 for few, many in zip(skips.after, compared.after, strict=True))
    layers, _, furthest = search(identity(len(generators[0])), generators, skips)
    assert layers == [set(layer) for layer in oracle.layers(generators)]
    assert furthest == 0


def n_words_of_two(generators):
    generators, skips = skips_of(generators, True)
    return sum(len(generators) - after.bit_count() for after in skips.after)


def test_cube():
    """Two moves of a face are one, and opposite faces commute: 18 * 15 - 27 = 243, as many as states."""
    assert n_words_of_two([tuple(g) for g in puzzle("3x3x3", "htm").generators]) == 243


@pytest.mark.parametrize("n", [6, 7, 8])
def test_coxeter_generators(n):
    """There are as many products of two as permutations of two inversions."""
    generators = [tuple(g) for g in cayley.get_family("coxeter").generators(n)]
    assert n_words_of_two(generators) == (n - 1) ** 2 - (n - 1) - comb(n - 2, 2)
    assert skips_of(generators, True)[1].n_back == 1


@pytest.mark.parametrize(("family", "n"), [("lrx", 8), ("pancake", 8), ("top_spin", 8)])
def test_families_without_short_relations(family, n):
    """Only steps back are skipped; the layer before need not be remembered."""
    generators, skips = skips_of([tuple(g) for g in cayley.get_family(family).generators(n)], True)
    assert skips.n_back == 0
    assert skips.after == [1 << generators.index(inverse(g)) for g in generators]
