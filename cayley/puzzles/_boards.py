"""Flat puzzles: blocks that turn, rows and columns that shift, loops of a sliding puzzle, lamps."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise, product

from cayley.permutation import Permutation, from_cycles
from cayley.puzzles._moves import Moves, check_degree, puzzle_family
from cayley.puzzles._rings import both_ways
from graphkit.validation import check_integer


def _board(rows: int, columns: int, least: int = 1) -> int:
    check_integer(rows, "number of rows", minimum=least)
    check_integer(columns, "number of columns", minimum=least)
    check_degree(rows * columns, "cells")
    return rows * columns


@puzzle_family(
    "board on which any block of 2 x 2 cells (block x block) turns by a quarter",
    examples=({"rows": 2, "columns": 3}, {"rows": 2, "columns": 4}, {"rows": 3, "columns": 3}),
)
def twiddle(rows: int, columns: int, block: int = 2) -> Moves:
    """List the quarter turns of the square blocks of a board, both ways.

    Parameters
    ----------
    rows, columns : int
        At least `block`.
    block : int
        Edge of the blocks that turn, at least 2.

    Returns
    -------
    dict of str to permutation
        ``T11`` turns the block in the first corner, clockwise; cells are numbered row by row.

    Examples
    --------
    >>> twiddle(2, 3)["T11"]
    (3, 0, 2, 4, 1, 5)
    """
    check_integer(block, "edge of the blocks", minimum=2)
    degree = _board(rows, columns, block)
    moves: Moves = {}
    for top, left in product(range(rows - block + 1), range(columns - block + 1)):
        images = list(range(degree))
        for row, column in product(range(block), repeat=2):
            images[(top + row) * columns + left + column] = (top + block - 1 - column) * columns + left + row
        moves |= both_ways(f"T{_cell(top, left, rows, columns)}", tuple(images))
    return moves


def _cell(row: int, column: int, rows: int, columns: int) -> str:
    """Write row and column from 1, with a comma where digits could be misread."""
    return f"{row + 1}{',' if max(rows, columns) > 9 else ''}{column + 1}"


@puzzle_family(
    "board on a torus whose rows and columns shift (loopover, sixteen)",
    examples=({"rows": 2, "columns": 2}, {"rows": 2, "columns": 3}, {"rows": 3, "columns": 3}),
)
def loopover(rows: int, columns: int) -> Moves:
    """List the shifts of the rows of a board to the left and of its columns upwards, and back.

    Examples
    --------
    >>> loopover(2, 2)
    {'r1': (1, 0, 2, 3), 'r2': (0, 1, 3, 2), 'c1': (2, 1, 0, 3), 'c2': (0, 3, 2, 1)}
    """
    degree = _board(rows, columns)
    moves: Moves = {}
    for row in range(rows):
        moves |= both_ways(f"r{row + 1}", from_cycles([range(row * columns, (row + 1) * columns)], degree))
    for column in range(columns):
        moves |= both_ways(f"c{column + 1}", from_cycles([range(column, degree, columns)], degree))
    return moves


@puzzle_family(
    "sliding puzzle on a torus, seen from the blank: 4 moves, of all tiles at once",
    examples=({"rows": 2, "columns": 2}, {"rows": 2, "columns": 3}, {"rows": 3, "columns": 3}),
)
def torus_sliding(rows: int, columns: int) -> Moves:
    """List the moves of a sliding puzzle whose board is joined to itself at opposite sides.

    On a torus the blank always has the same four neighbours. Positions are counted from the blank, and it
    then makes no difference where on the torus that is: exchanging it with the tile on its right takes that
    tile to the left of the blank, and all others one step to the left. So each move is a permutation of the
    ``rows * columns - 1`` positions around the blank, and the puzzle is a Cayley graph. Its states are the
    arrangements up to a shift of the whole board; with a fixed frame, where the blank is would count too.

    Returns
    -------
    dict of str to permutation
        ``R``, ``L``, ``D``, ``U``: where the blank goes. Positions are numbered row by row, the blank left
        out.

    Examples
    --------
    >>> torus_sliding(1, 4)
    {'R': (1, 2, 0), 'L': (2, 0, 1)}
    """
    degree = _board(rows, columns) - 1
    moves: Moves = {}
    for symbol, (down, right) in {"R": (0, 1), "L": (0, -1), "D": (1, 0), "U": (-1, 0)}.items():
        step = down % rows * columns + right % columns
        images = []
        for position in range(1, degree + 1):
            row, column = divmod(position, columns)
            source = (row + down) % rows * columns + (column + right) % columns
            images.append((source or step) - 1)
        if step:
            moves[symbol] = tuple(images)
    if not moves:
        raise ValueError("a board of 1 x 1 has no move: there is no tile beside the blank")
    return moves


@puzzle_family(
    "loops of the blank on a theta graph, a, b, c vertices inside its paths; 1, 2, 2 is PGL2(5)",
    reference="doi:10.1016/0095-8956(74)90098-7",
    examples=({"a": 1, "b": 2, "c": 2}, {"a": 0, "b": 2, "c": 2}, {"a": 1, "b": 1, "c": 3}),
)
def theta_graph(a: int, b: int, c: int) -> Moves:
    """List the loops of the blank on two vertices that are joined by three paths.

    The blank rests on one of the two and walks out along one path and back along another; the tiles on that
    circle move on by one place. Each loop is one move.

    Parameters
    ----------
    a, b, c : int
        Numbers of vertices inside the paths; at most one may be 0.

    Returns
    -------
    dict of str to permutation
        ``ab`` goes out along a and back along b. The far end is place 0, then come the paths, each from the
        blank on.

    Notes
    -----
    Wilson [1]_ proved that the tiles reach every arrangement, or every even one if the graph is bipartite,
    on each 2-connected simple graph but circles and the theta graph with 1, 2 and 2 vertices: there they make
    PGL(2, 5) on 6 places.

    References
    ----------
    .. [1] R. M. Wilson, "Graph puzzles, homotopy, and the alternating group", Journal of Combinatorial
       Theory, Series B 16, 1974, pp. 86-96, doi:10.1016/0095-8956(74)90098-7.

    Examples
    --------
    >>> from cayley.groups import NamedGroup
    >>> NamedGroup.from_moves("theta", theta_graph(1, 2, 2)).order
    120
    """
    lengths = [
        check_integer(length, f"{name} of the theta graph", minimum=0)
        for length, name in ((a, "a"), (b, "b"), (c, "c"))
    ]
    if lengths.count(0) > 1:
        raise ValueError(f"at most one path of a simple theta graph is an edge, got {lengths}")
    degree = 1 + sum(lengths)
    check_degree(degree, "tiles")
    paths = [range(1 + sum(lengths[:i]), 1 + sum(lengths[: i + 1])) for i in range(3)]
    moves: Moves = {}
    for one, other in combinations(range(3), 2):
        walk = (*paths[one], 0, *reversed(paths[other]))  # what stands there moves on the other way
        moves |= _two_names("abc"[one] + "abc"[other], from_cycles([walk], degree))
    return moves


def _two_names(symbol: str, p: Permutation) -> Moves:
    """Call the loop that is walked the other way by its letters in reverse."""
    there, *back = both_ways(symbol, p).values()
    return {symbol: there} | {symbol[::-1]: p for p in back}


@puzzle_family(
    "loops of the blank on a graph from a to its edges that close circles (Wilson 1974)",
    reference="doi:10.1016/0095-8956(74)90098-7",
)
def graph_loops(edges: str = "1-2 2-3 3-4 4-5 5-6 6-1 1-7 7-4", blank: int = 1) -> Moves:
    """List loops of the blank on a graph, after which it is back where it was.

    For each edge outside a spanning tree of shortest paths: the blank goes to the edge, across it, and back
    through the tree. All walks of the blank that return are made of these, so the group is that of the
    arrangements that can be reached with the blank in its place; distances count loops, not slides.

    Parameters
    ----------
    edges : str
        Pairs of vertices 1, 2, ..., such as ``"1-2 2-3 3-1"``; connected.
    blank : int
        Where the blank rests.

    Returns
    -------
    dict of str to permutation
        Called by their edges. Places are the vertices in order, without the blank.

    Examples
    --------
    >>> graph_loops("1-2 2-3 3-4 4-1", 4)
    {'2-3': (1, 2, 0), "2-3'": (2, 0, 1)}
    """
    neighbours = _read_edges(edges)
    check_integer(blank, "the vertex of the blank", minimum=1, maximum=len(neighbours))
    start = blank - 1
    parent = {start: start}
    queue = [start]
    for vertex in queue:
        for other in sorted(neighbours[vertex]):
            if other not in parent:
                parent[other] = vertex
                queue.append(other)
    if len(parent) < len(neighbours):
        raise ValueError(f"the graph is not connected: {edges!r}")
    moves: Moves = {}
    for vertex, other in ((v, w) for v in range(len(neighbours)) for w in sorted(neighbours[v]) if v < w):
        if parent[vertex] != other and parent[other] != vertex:
            walk = [*reversed(list(_home(vertex, parent))), *_home(other, parent)]
            moves |= both_ways(f"{vertex + 1}-{other + 1}", _slides(walk, len(neighbours)))
    if not moves:
        raise ValueError(f"the graph has no circles, so that no tile can move on: {edges!r}")
    return moves


def _home(vertex: int, parent: dict[int, int]) -> Iterator[int]:
    yield vertex
    while parent[vertex] != vertex:
        vertex = parent[vertex]
        yield vertex


def _slides(walk: Sequence[int], n: int) -> Permutation:
    """Take the blank along a walk that ends where it began, and leave it out."""
    here = list(range(n))
    for one, other in pairwise(walk):
        here[one], here[other] = here[other], here[one]
    return tuple([tile - (tile > walk[0]) for i, tile in enumerate(here) if i != walk[0]])


def _read_edges(text: str) -> list[set[int]]:
    pairs = []
    for word in text.replace(";", " ").split():
        ends = word.split("-")
        if len(ends) != 2 or not all(end.isascii() and end.isdecimal() and 0 < len(end) < 6 for end in ends):
            raise ValueError(f"edges are written 1-2 2-3 3-1, got {word!r}")
        pairs.append((int(ends[0]), int(ends[1])))
    n = max((max(pair) for pair in pairs), default=0)
    check_degree(n, "vertices")
    loose = sorted(set(range(1, n + 1)) - {vertex for pair in pairs for vertex in pair})
    wrong = next((pair for pair in pairs if 0 in pair or pair[0] == pair[1]), None)
    if n < 3 or loose or wrong:
        raise ValueError(
            f"vertices are numbered 1, 2, ... without gaps and edges join two of them, at least three in all,"
            f" got {text!r}"
        )
    neighbours: list[set[int]] = [set() for _ in range(n)]
    for one, other in pairs:
        neighbours[one - 1].add(other - 1)
        neighbours[other - 1].add(one - 1)
    return neighbours


@puzzle_family(
    "lights out on a board: a press switches a lamp and its neighbours (with wrap=1 on a torus)",
    examples=({"rows": 2, "columns": 3}, {"rows": 3, "columns": 3}, {"rows": 4, "columns": 4}),
)
def lights_out(rows: int, columns: int, wrap: int = 0) -> Moves:
    """List the presses on a board of lamps: each switches its lamp and those beside, above and below.

    Presses commute and undo themselves, so that the group is elementary abelian, of order 2 to the rank of
    the matrix A + I over the field of two elements, A the adjacency matrix of the board. Its growth counts
    patterns by the least number of presses: the cosets of a linear code by the weights of their leaders.

    Parameters
    ----------
    rows, columns : int
        At least 1.
    wrap : int
        1 joins opposite sides of the board.

    Returns
    -------
    dict of str to permutation
        ``p11`` presses the first lamp. Lamp i is on or off as places 2i and 2i+1 are exchanged or not.

    Examples
    --------
    >>> lights_out(1, 2)
    {'p11': (1, 0, 3, 2), 'p12': (1, 0, 3, 2)}
    """
    n = _board(rows, columns)
    check_integer(wrap, "wrap", minimum=0, maximum=1)
    check_degree(2 * n, "places, two for a lamp")
    moves: Moves = {}
    for row, column in product(range(rows), range(columns)):
        switched = [0] * n
        for down, right in ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0)):
            i, k = row + down, column + right
            if wrap or (0 <= i < rows and 0 <= k < columns):
                switched[i % rows * columns + k % columns] ^= 1
        p = tuple([2 * i + (side ^ switched[i]) for i in range(n) for side in (0, 1)])
        moves[f"p{_cell(row, column, rows, columns)}"] = p
    return moves
