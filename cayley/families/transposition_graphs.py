"""Exchanges along the edges of a graph whose vertices are the positions: trees, and graphs with cycles."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, pairwise

from cayley.families._computed import SEARCH, computed, computed_formula
from cayley.families._family import KnownDiameter, table
from cayley.families._registry import family, graph_family
from cayley.permutation import Permutation, from_cycles, swap
from graphkit.validation import check_integer

Edges = Iterable[tuple[int, int]]

_TREES = "S. B. Akers, B. Krishnamurthy, IEEE Trans. Computers 38 (1989), doi:10.1109/12.21148"


def _swaps(edges: Edges, n: int) -> Iterator[Permutation]:
    """Exchange the ends of each edge; positions are numbered from 1."""
    for i, j in edges:
        yield swap(i - 1, j - 1, n)


def _path(positions: Iterable[int]) -> Edges:
    """Join each position to the next."""
    return pairwise(positions)


def _read_edges(text: str) -> dict[frozenset[int], str]:
    """Read the edges of a connected graph on 1, ..., n, each with how it is written."""
    edges: dict[frozenset[int], str] = {}
    for part in text.split():
        ends = part.split("-")
        if len(ends) != 2 or not all(end.isascii() and end.isdecimal() for end in ends):
            raise ValueError(f"cannot read the edge {part!r}: write pairs of positions such as '1-2 2-3'")
        i, j = (check_integer(int(end), "a position", minimum=1, maximum=1000) for end in ends)
        if i == j:
            raise ValueError(f"the edge {part!r} joins a position to itself")
        if frozenset((i, j)) in edges:
            raise ValueError(f"the edge {part!r} is given twice")
        edges[frozenset((i, j))] = f"{i}-{j}"
    if not edges:
        raise ValueError("at least one edge is required: write pairs of positions such as '1-2 2-3'")
    reached = {1}
    while more := {i for edge in edges if edge & reached for i in edge} - reached:
        reached |= more
    apart = set(range(1, max(max(edge) for edge in edges) + 1)) - reached
    if apart:
        raise ValueError(f"the graph must be connected: no path leads from 1 to {min(apart)} in {text!r}")
    return edges


def _diameter(edges: str) -> int | None:
    """Tell a complete graph, star, cycle or path by its degrees."""
    read = _read_edges(edges)
    degrees = Counter(i for edge in read for i in edge)
    n, count = len(degrees), Counter(degrees.values())
    if count == {n - 1: n}:
        return n - 1
    if len(read) == n - 1 and max(degrees.values()) == n - 1:
        return 3 * (n - 1) // 2
    if count == {2: n}:
        return n * n // 4
    return n * (n - 1) // 2 if len(read) == n - 1 and max(degrees.values()) == 2 else None


@graph_family(
    "permutations",
    "exchanges along the edges of a connected graph on 1, ..., n, given as pairs of positions",
    reference=_TREES,
    diameter=KnownDiameter(
        "complete graph: n-1, star: floor(3(n-1)/2), cycle: floor(n^2/4), path: n(n-1)/2",
        "theorem",
        "as transpositions, stars, cyclic_coxeter, coxeter",
        _diameter,
    ),
    examples=(
        {},
        {"edges": "1-2 2-3 3-4"},
        {"edges": "3-1 3-2 3-4 3-5 3-6"},
        {"edges": "1-3 3-5 5-2 2-4 4-1"},
        {"edges": "1-2 1-3 1-4 2-3 2-4 3-4"},
        {"edges": "1-2 2-3 3-1 3-4 4-5 5-6 6-4"},
    ),
)
def _transposition_graph(edges: str = "1-2 2-3 3-4 4-1 1-5 3-6") -> Mapping[str, Permutation]:
    read = _read_edges(edges)
    n = max(max(edge) for edge in read)
    return {symbol: swap(min(edge) - 1, max(edge) - 1, n) for edge, symbol in read.items()}


def _broom_diameter(n: int, k: int) -> int | None:
    if k <= 2:
        return 3 * (n - 1) // 2
    if k == n - 1:
        return n * (n - 1) // 2
    return 3 * n // 2 if k == 3 and n <= 11 else None


@family(
    "exchanges of neighbours on a path of the first k positions, and of position k with each later one: a"
    " tree",
    minimum=4,
    reference=_TREES,
    diameter=KnownDiameter(
        "k = 1, 2: floor(3(n-1)/2); k = n-1: n(n-1)/2; k = 3: floor(3n/2) for n = 4..11",
        "computed",
        f"as stars and coxeter; {SEARCH}",
        _broom_diameter,
    ),
    examples=({"n": 4}, {"n": 5}, {"n": 6}, {"n": 6, "k": 2}, {"n": 7, "k": 5}, {"n": 7, "k": 6}),
)
def _broom(n: int, k: int = 3) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'broom'", minimum=1, maximum=n - 1)
    yield from _swaps(_path(range(1, k + 1)), n)
    yield from _swaps(((k, i) for i in range(k + 1, n + 1)), n)


@family(
    "exchanges of positions 1 and 2, of 1 with each of the next k, and of 2 with each of the others: a tree",
    minimum=5,
    reference=_TREES,
    examples=({"n": 5}, {"n": 6}, {"n": 7}, {"n": 7, "k": 3}, {"n": 7, "k": 1}),
    diameter=computed(5, 7, 10, 11, 13, 14, 16, 17, where="k = 2: "),
)
def _double_star(n: int, k: int = 2) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'double_star'", minimum=1, maximum=n - 3)
    yield swap(0, 1, n)
    yield from _swaps(((1, i) for i in range(3, k + 3)), n)
    yield from _swaps(((2, i) for i in range(k + 3, n + 1)), n)


@family(
    "exchanges of neighbours in the first half of positions, the spine, and of its i-th with the i-th of the"
    " other half: a caterpillar tree",
    reference=_TREES,
    diameter=computed(2, 1, 3, 6, 7, 11, 13, 18, 20, 26, 29),
)
def _comb(n: int) -> Iterator[Permutation]:
    spine = (n + 1) // 2
    yield from _swaps(_path(range(1, spine + 1)), n)
    yield from _swaps(((i, spine + i) for i in range(1, n - spine + 1)), n)


@family(
    "exchanges along paths that part from position 1, the others dealt to them in turn: a tree with `legs`"
    " legs",
    reference=_TREES,
    minimum=4,
    examples=({"n": 5}, {"n": 6}, {"n": 7}, {"n": 7, "legs": 2}, {"n": 7, "legs": 4}),
    diameter=KnownDiameter(
        "1 or 2 legs: n(n-1)/2; n-1 legs: floor(3(n-1)/2)",
        "theorem",
        "as coxeter and stars",
        lambda n, legs: n * (n - 1) // 2 if legs <= 2 else 3 * (n - 1) // 2 if legs == n - 1 else None,
    ),
)
def _spider(n: int, legs: int = 3) -> Iterator[Permutation]:
    check_integer(legs, "parameter legs of 'spider'", minimum=1, maximum=n - 1)
    yield from _swaps(((max(1, i - legs), i) for i in range(2, n + 1)), n)


@family(
    "exchanges of position i with 2i and 2i+1, for every i: a binary tree, filled row by row",
    reference=_TREES,
    diameter=computed(2, 1, 3, 6, 7, 11, 15, 19, 22, 25, 27),
)
def _binary_tree(n: int) -> Iterator[Permutation]:
    yield from _swaps(((i // 2, i) for i in range(2, n + 1)), n)


@family(
    "exchanges of position 1 with any other, and of neighbouring positions",
    reference="Z.-T. Chou, C.-C. Hsu, J.-P. Sheu, Bubblesort star graphs, ICPADS 1996",
    diameter=computed(2, 1, 2, 4, 5, 7, 9, 10, 12, 13, 15),
)
def _bubble_sort_star(n: int) -> Iterator[Permutation]:
    yield from _swaps(((1, i) for i in range(2, n + 1)), n)
    yield from _swaps(_path(range(2, n + 1)), n)


@family(
    "exchanges of position 1 with any other, and of neighbours on the circle of positions 2, ..., n",
    minimum=4,
    diameter=computed(4, 3, 5, 6, 9, 10, 12, 13, 15),
)
def _wheel(n: int) -> Iterator[Permutation]:
    yield from _swaps(((1, i) for i in range(2, n + 1)), n)
    yield from _swaps(_path([*range(2, n + 1), 2]), n)


@family(
    "exchanges of one of the first k positions with any other position",
    minimum=3,
    examples=({"n": 4}, {"n": 5}, {"n": 6}, {"n": 7, "k": 3}, {"n": 6, "k": 1}, {"n": 6, "k": 5}),
    diameter=KnownDiameter(
        "floor(3(n-k)/2)+k-1",
        "theorem",
        "the argument for stars: n minus the cycles, and two for each of those without the first k positions",
        lambda n, k: 3 * (n - k) // 2 + k - 1,
    ),
)
def _complete_split(n: int, k: int = 2) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'complete_split'", minimum=1, maximum=n)
    yield from _swaps(((i, j) for i, j in combinations(range(1, n + 1), 2) if i <= k), n)


def _lollipop_diameter(n: int, k: int) -> int | None:
    if k <= 2:
        return n * (n - 1) // 2
    if k == n:
        return n - 1
    return (n - 1) * (n - 2) // 2 + 1 if k == 3 and n <= 11 else None


@family(
    "exchanges of any two of the first k positions, and of neighbours among the positions from k on",
    minimum=3,
    examples=({"n": 4}, {"n": 5}, {"n": 6, "k": 4}, {"n": 6, "k": 2}, {"n": 6, "k": 6}, {"n": 7}),
    diameter=KnownDiameter(
        "k <= 2: n(n-1)/2; k = n: n-1; k = 3: (n-1)(n-2)/2+1 for n = 3..11",
        "computed",
        f"as coxeter and transpositions; {SEARCH}",
        _lollipop_diameter,
    ),
)
def _lollipop(n: int, k: int = 3) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'lollipop'", minimum=1, maximum=n)
    yield from _swaps(combinations(range(1, k + 1), 2), n)
    yield from _swaps(_path(range(k, n + 1)), n)


@family(
    "exchanges of positions that neighbour on a circle, and of positions 1 and k+1",
    minimum=4,
    examples=({"n": 4}, {"n": 5}, {"n": 6}, {"n": 6, "k": 3}, {"n": 7, "k": 3}),
    diameter=computed_formula("k = 2: floor(n^2/4)", 4, 12, lambda n: n * n // 4),
)
def _chorded_cycle(n: int, k: int = 2) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'chorded_cycle'", minimum=2, maximum=n - 2)
    yield from _swaps(_path([*range(1, n + 1), 1]), n)
    yield swap(0, k, n)


@family(
    "exchanges of neighbours in a row or a column, the positions written in rows of `width`: a ladder, a"
    " grid",
    minimum=4,
    examples=({"n": 4}, {"n": 6}, {"n": 7}, {"n": 7, "width": 3}, {"n": 8, "width": 4}),
    diameter=computed(4, 4, 6, 9, 11, 14, 17, 21, 25, 30, where="width = 2: "),
)
def _grid(n: int, width: int = 2) -> Iterator[Permutation]:
    check_integer(width, "parameter width of 'grid'", minimum=1, maximum=n)
    yield from _swaps(((i, i + 1) for i in range(1, n) if i % width), n)
    yield from _swaps(((i, i + width) for i in range(1, n - width + 1)), n)


def _short_swaps_diameter(n: int, k: int) -> int | None:
    if k == 1:
        return n * (n - 1) // 2
    if k == n - 1:
        return n - 1
    return table(3, 2, 4, 5, 7, 10, 14, 16, 19, 23, 28)(n) if k == 2 else None


@family(
    "exchanges of two positions that are at most k apart (k = 2: sorting by short swaps)",
    minimum=3,
    reference="L. S. Heath, J. P. C. Vergara, J. Comput. Biol. 10 (2003)",
    examples=({"n": 4}, {"n": 5}, {"n": 6}, {"n": 7}, {"n": 7, "k": 3}, {"n": 6, "k": 1}, {"n": 6, "k": 5}),
    diameter=KnownDiameter(
        "k = 1: n(n-1)/2; k = n-1: n-1; k = 2: 2, 4, 5, 7, 10, 14, 16, 19, 23, 28 for n = 3..12",
        "computed",
        f"as coxeter and transpositions; {SEARCH}",
        _short_swaps_diameter,
    ),
)
def _short_swaps(n: int, k: int = 2) -> Iterator[Permutation]:
    check_integer(k, "parameter k of 'short_swaps'", minimum=1, maximum=n - 1)
    yield from _swaps(((i, j) for i, j in combinations(range(1, n + 1), 2) if j - i <= k), n)


@family(
    "three involutions that join a square k+1, ..., k+4, a path k+1, k, ..., 1 and a path k+corner, k+5,"
    " ..., n (corner = 3, 4): edges of the square are in the first and the second in turn, those of a path in"
    " the third and in turn in the first or second (first, second = 1, 2)",
    minimum=5,
    reference="arXiv:2509.19162",
    symbols="I K S",
    examples=(
        *({"n": n} for n in (5, 6, 7, 8)),
        {"n": 7, "k": 2, "corner": 3},
        {"n": 7, "k": 2, "first": 2},
        {"n": 6, "k": 0, "second": 2},
    ),
)
def _square_with_whiskers(
    n: int, k: int = 1, corner: int = 4, first: int = 1, second: int = 1
) -> Iterator[Permutation]:
    family_name = "of 'square_with_whiskers'"
    check_integer(k, f"parameter k {family_name}", minimum=0, maximum=n - 4)
    check_integer(corner, f"parameter corner {family_name}", minimum=3, maximum=4)
    check_integer(first, f"parameter first {family_name}", minimum=1, maximum=2)
    check_integer(second, f"parameter second {family_name}", minimum=1, maximum=2)
    involutions = [[(k, k + 1), (k + 2, k + 3)], [(k + 1, k + 2), (k + 3, k)], []]
    paths = pairwise(range(k, -1, -1)), pairwise([k + corner - 1, *range(k + 4, n)])
    for path, other in zip(paths, (first, second), strict=True):
        for i, edge in enumerate(path):
            involutions[other - 1 if i % 2 else 2].append(edge)
    for edges in involutions:
        yield from_cycles(edges, n)
