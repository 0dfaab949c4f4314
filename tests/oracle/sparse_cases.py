"""Definitions for the sparse engine with their layers by the oracles, and how to compare."""

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from unittest import mock

import cayley
from cayley.cosets import CosetGraph
from cayley.engines import sparse
from cayley.engines.sparse import SparseEngine
from cayley.groups import PermutationGroup
from cayley.matrices import MatrixGroup, heisenberg, special_linear
from cayley.permutation import inverse
from cayley.puzzles import puzzle
from oracle import cayley as oracle
from oracle import cosets as coset_oracle
from oracle import matrices as matrix_oracle


@dataclass(frozen=True)
class Case:
    """A definition and its layers by an oracle."""

    definition: object
    layers: list

    @property
    def growth(self):
        return [len(layer) for layer in self.layers]


def closed(generators):
    return tuple(dict.fromkeys([*generators, *map(inverse, generators)]))


def group_case(generators):
    return Case(PermutationGroup(tuple(generators), "test"), oracle.layers(generators))


def word_case(state, generators):
    return Case(CosetGraph(tuple(state), tuple(generators), "test"), coset_oracle.layers(state, generators))


def matrix_case(modulus, generators):
    generators = tuple(generators)
    group = MatrixGroup(modulus, generators, "test", "test")
    return Case(group, matrix_oracle.layers(list(generators), modulus))


def powers(generators):
    """With all powers of the generators, the identity among them: as in a metric of half turns."""
    found = []
    for g in generators:
        power = g
        for _ in range(4):
            found.append(power)
            power = tuple(power[i] for i in g)
    return tuple(found)


def as_states(array):
    return [tuple(tuple(row) if isinstance(row, list) else row for row in state) for state in array.tolist()]


def in_buckets(size):
    """Settings with which even small layers are sorted into buckets, of about `size` candidates."""
    return {"_DIRECT": 0, "_DIRECT_VISITED": 0, "_BUCKET": size}


def check(case, settings=None, **options):
    with using(settings or {}), SparseEngine(case.definition, **options) as engine:
        check_layers(engine, case)
    return engine


@contextmanager
def using(settings):
    with ExitStack() as stack:
        for name, value in settings.items():
            stack.enter_context(mock.patch.object(sparse, name, value))
        yield


def check_layers(engine, case, checkpoint=None):
    assert list(engine.layers(checkpoint)) == case.growth
    assert as_states(engine.last_layer()) == sorted(case.layers[-1])


# One of each kind of code, of one and of several words, directed and undirected.
LARGE = 2**31 - 1
QUARTER_TURN, QUARTER_TURN_BACK = ((0, 1), (LARGE - 1, 0)), ((0, LARGE - 1), (1, 0))
LRX7 = cayley.get_family("lrx").generators(7)
LX7 = cayley.get_family("lx").generators(7)
RANDOM6 = [(3, 0, 5, 2, 1, 4), (1, 4, 2, 5, 0, 3)]
RANDOM7 = [(3, 0, 6, 2, 1, 5, 4), (1, 4, 2, 6, 0, 3, 5)]
SPREAD = [(*range(i), i + 20, *range(i + 1, i + 20), i, *range(i + 21, 60)) for i in (0, 7)]
LONG_SHIFT = tuple((i + 5) % 60 for i in range(60))
WORD = [0] * 60
WORD[3] = WORD[17] = 1
WORD[41] = 2


DIHEDRAL18 = [(*range(1, 18), 0), (17, *range(17)), tuple(reversed(range(18)))]


def copies(p, n):
    """Let a permutation act on n copies of its points at once."""
    return tuple(len(p) * copy + image for copy in range(n) for image in p)


CASES = {
    "moves": lambda: group_case(LRX7),
    "moves-directed": lambda: group_case(LX7),
    "digits": lambda: group_case([copies(p, 3) for p in closed(RANDOM6)]),
    "digits-directed": lambda: group_case([copies(p, 3) for p in RANDOM6]),
    "orbits": lambda: group_case(puzzle("pyramorphix").generators),
    "random": lambda: group_case(closed(RANDOM7)),
    "even": lambda: group_case(closed([(1, 2, 0, 3, 4, 5), (0, 2, 3, 4, 5, 1)])),
    "base": lambda: group_case([copies(p, 2) for p in DIHEDRAL18]),
    "commuting": lambda: group_case(cayley.get_family("coxeter").generators(7)),
    "half-turns": lambda: group_case([copies(g, 1) for g in powers(closed(RANDOM6))]),
    "many-generators": lambda: group_case(cayley.get_family("transpositions").generators(6)),
    "marks-in-second-word": lambda: group_case(cayley.get_family("full_reversals").generators(7)),
    "word": lambda: word_case((0, 1, 2, 0, 1, 2, 0, 1), cayley.get_family("lrx").generators(8)),
    "long-word": lambda: word_case(WORD, closed([*SPREAD, LONG_SHIFT])),
    "long-word-directed": lambda: word_case(WORD, [*SPREAD, LONG_SHIFT]),
    "matrices": lambda: matrix_case(5, special_linear(2, 5).generators),
    "matrices-directed": lambda: matrix_case(7, [((1, 1), (0, 1)), ((1, 0), (3, 1))]),
    "constant-entries": lambda: matrix_case(6, heisenberg(4, 6).generators),
    "large-modulus": lambda: matrix_case(LARGE, [QUARTER_TURN, QUARTER_TURN_BACK, ((0, 1), (1, 0))]),
}  # fmt: skip
