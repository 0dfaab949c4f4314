"""Random small groups, words and matrices: every engine finds the layers of a plain search."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import cayley as oracle

import cayley

generator_sets = st.integers(2, 6).flatmap(
    lambda n: st.lists(st.permutations(range(n)).map(tuple), min_size=1, max_size=3)
)
generator_sets = generator_sets.filter(lambda gs: any(g != tuple(range(len(g))) for g in gs))


@pytest.mark.parametrize("engine", ["dense", "dense-portable", "chain", "sparse"])
@given(generators=generator_sets)
@settings(max_examples=25, deadline=None)
def test_permutation_groups(engine, generators):
    layers = oracle.layers(generators)
    result = cayley.growth(generators=generators, engine=engine)
    assert result.growth == [len(layer) for layer in layers]
    assert sorted(map(tuple, result.last_layer)) == sorted(layers[-1])


def word_layers(state, generators):
    """Search over words as tuples."""
    seen, found = {state}, [{state}]
    while found[-1]:
        nearby = {tuple(word[i] for i in g) for word in found[-1] for g in generators}
        found.append(nearby - seen)
        seen |= nearby
    return found[:-1]


@pytest.mark.parametrize("engine", ["ranked", "sparse"])
@given(data=st.data(), generators=generator_sets)
@settings(max_examples=25, deadline=None)
def test_words(engine, data, generators):
    n = len(generators[0])
    state = tuple(data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)))
    colours = sorted(set(state))
    state = tuple(colours.index(c) for c in state)
    layers = word_layers(state, generators)
    result = cayley.growth(state=state, generators=generators, engine=engine)
    assert result.growth == [len(layer) for layer in layers]
    assert sorted(map(tuple, result.last_layer)) == sorted(layers[-1])


def matrix_layers(generators, modulus):
    """Search over matrices as tuples of rows."""
    arrays = [np.array(g) % modulus for g in generators]
    start = tuple(map(tuple, np.eye(len(arrays[0]), dtype=int) % modulus))
    seen, found = {start}, [{start}]
    while found[-1]:
        nearby = {tuple(map(tuple, (np.array(m) @ g % modulus).tolist())) for m in found[-1] for g in arrays}
        found.append(nearby - seen)
        seen |= nearby
    return found[:-1]


@pytest.mark.parametrize("engine", ["auto", "sparse"])
@pytest.mark.parametrize("size", [2, 3])
@given(data=st.data(), modulus=st.integers(2, 4))
@settings(max_examples=15, deadline=None)
def test_matrices(engine, size, data, modulus):
    """Products of elementary matrices, which are invertible whatever the modulus."""
    generators = []
    for _ in range(data.draw(st.integers(1, 3))):
        matrix = np.eye(size, dtype=int)
        for _ in range(data.draw(st.integers(1, 3))):
            i, j = data.draw(st.permutations(range(size)))[:2]
            matrix[i] = (matrix[i] + data.draw(st.integers(1, modulus - 1)) * matrix[j]) % modulus
        generators.append(matrix.tolist())
    if all(np.array_equal(g, np.eye(size)) for g in generators):
        return
    layers = matrix_layers(generators, modulus)
    result = cayley.growth(generators=generators, modulus=modulus, engine=engine)
    assert result.growth == [len(layer) for layer in layers]
    last = {tuple(map(tuple, m)) for m in result.last_layer} if result.last_layer is not None else None
    assert last == (layers[-1] if len(layers[-1]) <= 1000 else None)
