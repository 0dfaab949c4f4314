import json
from collections import Counter
from itertools import count, permutations
from math import comb, factorial, prod

import numpy as np
import pytest
from oracle.cayley import growth as slow_growth
from oracle.extremal import diameters, inverse

import cayley
from cayley import extremal
from cayley.engines._kernels import subsets
from cayley.extremal import max_diameter
from cayley.permutation import compose, cycles
from graphkit.errors import GraphFormatError

CASES = [(3, 2), (3, 3), (4, 2), (4, 3)]


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize(("n", "size"), CASES)
def test_against_listing_everything(n, size, directed):
    expected, examined = diameters(n, size, directed, factorial(n))
    found = max_diameter(n, size, directed=directed)
    assert found.histogram == expected
    assert found.examined == examined
    assert found.diameter == max(expected)
    assert len(found.sets) == expected[found.diameter]
    assert found.complete
    for members in found.sets:
        generators = list(members) + ([] if directed else [inverse(p) for p in members])
        row = slow_growth(generators)
        assert len(row) - 1 == found.diameter
        assert sum(row) == factorial(n)


def test_alternating_group():
    # The same classes of S_4, of which only those of even permutations are listed.
    expected, _ = diameters(4, 2, False, 12)
    found = max_diameter(4, group="A")
    assert found.histogram == expected
    assert found.group == "A4"


@pytest.mark.parametrize("n", [5, 6])
def test_best_sets_by_an_engine(n):
    found = max_diameter(n)
    for members in found.sets:
        generators = [*members, *map(inverse, members)]
        result = cayley.growth(f"S{n}", generators)
        assert result.diameter == found.diameter
    assert found.diameter >= n * (n - 1) // 2  # that of lrx, which is among them


def test_glushkov_is_among_them():
    """Directed, with a shift and an exchange: 11 for n = 5 and 18 for n = 6 (OEIS A039745)."""
    assert 11 in max_diameter(5, directed=True).histogram
    found = max_diameter(6, directed=True)
    assert found.diameter == 18
    assert ("(1 2 3 4 5 6)", "(5 6)") in found.names


def centraliser(p):
    """Order of the centraliser, by the lengths of the cycles."""
    lengths = Counter(len(cycle) for cycle in cycles(p))
    lengths[1] = len(p) - sum(length * number for length, number in lengths.items())
    return prod(length**number * factorial(number) for length, number in lengths.items())


@pytest.mark.parametrize("n", [5, 6, 7])
def test_number_of_classes_by_burnside(n):
    """Count the pairs that conjugation by g fixes: both members commute with g, or g exchanges them."""
    fixed = 0
    for g in permutations(range(n)):
        commuting = centraliser(g)
        exchanged = (centraliser(compose(g, g)) - commuting) // 2
        fixed += comb(commuting - 1, 2) + exchanged
    assert max_diameter(n, directed=True).examined == fixed // factorial(n)


def stop_after(batches):
    """Make a callable that interrupts the search."""
    numbers = count(1)

    def progress(examined, diameter):
        if next(numbers) == batches:
            raise KeyboardInterrupt

    return progress


@pytest.mark.parametrize("size", [2, 3])
def test_a_search_is_taken_up(tmp_path, monkeypatch, size):
    monkeypatch.setattr(extremal, "_LARGEST_BATCH", 7)
    whole = max_diameter(4, size)
    path = tmp_path / "search.json"
    for batches in (1, 2, 1):
        with pytest.raises(KeyboardInterrupt):
            max_diameter(4, size, checkpoint=path, progress=stop_after(batches))
    # What was examined when the interrupt came is not lost, or examined again: the sums agree.
    assert max_diameter(4, size, checkpoint=path) == whole
    assert max_diameter(4, size, checkpoint=path) == whole  # nothing is left to do


def test_time_budget(tmp_path):
    path = tmp_path / "search.json"
    part = max_diameter(6, checkpoint=path, time_budget=1e-9)
    assert not part.complete
    assert part.diameter is None
    assert max_diameter(6, checkpoint=path) == max_diameter(6)


def test_checkpoint_of_another_search(tmp_path):
    path = tmp_path / "search.json"
    max_diameter(3, checkpoint=path)
    with pytest.raises(ValueError, match="another search"):
        max_diameter(4, checkpoint=path)


@pytest.mark.parametrize("text", ["", "{}", '{"job": 1, "batches": "x"}', "[1]"])
def test_damaged_checkpoint(tmp_path, text):
    path = tmp_path / "search.json"
    path.write_text(text)
    with pytest.raises(GraphFormatError, match="search"):
        max_diameter(4, checkpoint=path)
    assert path.read_text() == text


def test_json():
    document = json.loads(json.dumps(max_diameter(4, directed=True).to_dict()))
    assert document["diameter"] == 7
    assert document["sets"] == [["(2 3 4)", "(1 2)"]]
    assert document["histogram"] == {"5": 2, "6": 2, "7": 1}


def test_too_few_permutations():
    found = max_diameter(2)
    assert (found.diameter, found.examined, found.sets) == (None, 0, ())


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"n": 10}, ValueError),
        ({"n": 1}, ValueError),
        ({"n": 2, "group": "A"}, ValueError),
        ({"n": 4, "size": 1}, ValueError),
        ({"n": 4, "group": "B"}, ValueError),
        ({"n": 4, "directed": 1}, TypeError),
        ({"n": 4, "checkpoint": "/nowhere/search.json"}, OSError),
    ],
)
def test_mistakes(arguments, error):
    with pytest.raises(error):
        max_diameter(**arguments)


def test_rank_without_compilation():
    for i, p in enumerate(permutations(range(4))):
        assert subsets.rank.py_func(np.array(p)) == i
