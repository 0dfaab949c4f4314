"""Families of words, whose letters are rearranged by generators of positions: Schreier coset graphs."""

from typing import TYPE_CHECKING

from cayley.families._family import KnownDiameter, Parameter
from cayley.families._registry import graph_family
from graphkit.validation import check_integer

if TYPE_CHECKING:
    from cayley.cosets import CosetGraph

_SMALL = ({"n": 5}, {"n": 6}, {"n": 7, "ones": 2}, {"n": 6, "letters": 3})

_WORDS = "on words of n letters 0, 1, ... that are equally frequent, or of that many ones"


def _sorted_word(n: int, ones: int, letters: int) -> tuple[int, ...]:
    """Write the word 0...01...1... with equally many of each letter, the rarer ones first."""
    n = check_integer(n, "the length n of words", minimum=2)
    letters = check_integer(letters, "the number of letters", minimum=2, maximum=n)
    ones = check_integer(ones, "the number of ones", minimum=0, maximum=n - 1)
    if ones and letters > 2:
        raise ValueError(f"the number of ones is for two letters, got ones={ones}, letters={letters}")
    if ones:
        return (0,) * (n - ones) + (1,) * ones
    return tuple(j for j in range(letters) for _ in range((j + 1) * n // letters - j * n // letters))


def _coset(n: int, ones: int, letters: int, generators: str, **parameters: Parameter) -> "CosetGraph":
    from cayley.cosets import resolve_state  # which imports this package

    return resolve_state(_sorted_word(n, ones, letters), generators, parameters)


@graph_family("words", f"LRX {_WORDS}", reference="arXiv:2509.19162", examples=_SMALL)
def _lrx_coset(n: int, ones: int = 0, letters: int = 2, k: int = 1) -> "CosetGraph":
    return _coset(n, ones, letters, "lrx", k=k)


@graph_family("words", f"LX {_WORDS} (directed)", examples=_SMALL)
def _lx_coset(n: int, ones: int = 0, letters: int = 2) -> "CosetGraph":
    return _coset(n, ones, letters, "lx")


@graph_family("words", f"TopSpin {_WORDS}", reference="arXiv:2509.19162", examples=_SMALL)
def _top_spin_coset(n: int, ones: int = 0, letters: int = 2, k: int = 4) -> "CosetGraph":
    return _coset(n, ones, letters, "top_spin", k=k)


def _inversions(n: int, ones: int = 0) -> int:
    ones = ones or n - n // 2
    return ones * (n - ones)


@graph_family(
    "words",
    f"exchanges of neighbours {_WORDS}: lattice paths by area",
    reference="R. P. Stanley, Enumerative Combinatorics 1, section 1.7",
    diameter=KnownDiameter(
        "j(n-j) for j ones: the layers are the coefficients of a Gaussian binomial",
        "theorem",
        "R. P. Stanley, Enumerative Combinatorics 1, section 1.7",
        _inversions,
    ),
    examples=_SMALL,
)
def _coxeter_coset(n: int, ones: int = 0, letters: int = 2) -> "CosetGraph":
    return _coset(n, ones, letters, "coxeter")


def _smaller_part(n: int, ones: int = 0) -> int:
    ones = ones or n - n // 2
    return min(ones, n - ones)


@graph_family(
    "words",
    f"exchanges of any two positions {_WORDS}: Johnson graphs",
    diameter=KnownDiameter("min(j, n-j) for j ones", "theorem", "Johnson graph J(n, j)", _smaller_part),
    examples=_SMALL,
)
def _johnson(n: int, ones: int = 0, letters: int = 2) -> "CosetGraph":
    return _coset(n, ones, letters, "transpositions")


@graph_family("words", f"prefix reversals {_WORDS}", examples=_SMALL)
def _pancake_coset(n: int, ones: int = 0, letters: int = 2) -> "CosetGraph":
    return _coset(n, ones, letters, "pancake")


@graph_family("words", f"reversals of any part {_WORDS}", examples=_SMALL)
def _full_reversals_coset(n: int, ones: int = 0, letters: int = 2) -> "CosetGraph":
    return _coset(n, ones, letters, "full_reversals")


@graph_family("words", f"exchanges of neighbours on a circle {_WORDS}", examples=_SMALL)
def _cyclic_coxeter_coset(n: int, ones: int = 0, letters: int = 2) -> "CosetGraph":
    return _coset(n, ones, letters, "cyclic_coxeter")
