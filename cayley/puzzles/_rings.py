"""Puzzles of rings: globes, Hungarian rings and turntables."""

from cayley.permutation import Permutation, from_cycles
from cayley.puzzles._moves import Moves, check_degree, puzzle_family, turns
from graphkit.validation import check_integer


def both_ways(symbol: str, p: Permutation) -> Moves:
    """List a move and the move that undoes it."""
    return turns(symbol, p, any_angle=False)


@puzzle_family(
    "globe: a+1 rings of 2b pieces, and half turns of hemispheres",
    reference="arXiv:2509.19162",
    examples=({"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 1}),
    name="globe",
)
def globe_moves(a: int, b: int) -> Moves:
    """List the moves of the globe, see `cayley.puzzles.globe`."""
    a = check_integer(a, "a of the globe", minimum=1)
    b = check_integer(b, "b of the globe", minimum=1)
    rings, columns = a + 1, 2 * b
    check_degree(rings * columns, "pieces, here 2b(a+1)")
    moves: Moves = {}
    for ring in range(rings):
        row = range(ring * columns, (ring + 1) * columns)
        moves |= both_ways(f"r{ring + 1}", from_cycles([row], rings * columns))
    for first in range(columns):
        exchanged = [
            (ring * columns + (first + k) % columns, (a - ring) * columns + (first + b - 1 - k) % columns)
            for ring in range(rings // 2)
            for k in range(b)
        ]
        moves[f"f{first + 1}"] = from_cycles(exchanged, rings * columns)
    return moves


@puzzle_family(
    "two rings of left and right pieces that cross twice, left_apart and right_apart pieces apart",
    reference="arXiv:2509.19162",
    examples=(
        {"left": 3, "left_apart": 1, "right": 4, "right_apart": 1},
        {"left": 4, "left_apart": 0, "right": 4, "right_apart": 0},
        {"left": 5, "left_apart": 2, "right": 5, "right_apart": 2},
    ),
)
def hungarian_rings(left: int, left_apart: int, right: int, right_apart: int) -> Moves:
    """List the turns of two rings that cross.

    Parameters
    ----------
    left, right : int
        Numbers of pieces of the rings, at least 2.
    left_apart, right_apart : int
        How many steps it takes along the left and the right ring from one crossing to the other, less than
        the number of pieces. Both 0: the rings cross once only. The puzzle that was sold as Hungarian Rings
        has two rings of 20 that are 5 apart, but only four colours.

    Returns
    -------
    dict of str to permutation
        ``L``, ``R`` and back. Pieces of the left ring come first, from a crossing on.

    Raises
    ------
    ValueError
        If a number is out of range or only one of the distances is 0.

    Examples
    --------
    >>> hungarian_rings(3, 1, 3, 1)["R"]
    (1, 3, 2, 0)
    """
    for value, name in ((left, "left"), (right, "right")):
        check_integer(value, f"{name} of hungarian_rings", minimum=2)
    check_integer(left_apart, "left_apart of hungarian_rings", minimum=0, maximum=left - 1)
    check_integer(right_apart, "right_apart of hungarian_rings", minimum=0, maximum=right - 1)
    if (left_apart == 0) != (right_apart == 0):
        raise ValueError(
            "left_apart and right_apart must both be 0, for rings that cross once, or both be positive, got"
            f" {left_apart} and {right_apart}"
        )
    crossings = {0: 0, right_apart: left_apart}
    degree = left + right - len(crossings)
    check_degree(degree, "pieces")
    own = iter(range(left, degree))
    ring = [crossings[i] if i in crossings else next(own) for i in range(right)]
    return both_ways("L", from_cycles([range(left)], degree)) | both_ways("R", from_cycles([ring], degree))


@puzzle_family(
    "TopSpin with several tracks: rings of n pieces turn apart, a turntable turns k columns by half",
    examples=({"tracks": 1, "n": 6, "k": 4}, {"tracks": 2, "n": 3, "k": 2}, {"tracks": 2, "n": 4, "k": 3}),
)
def turntable(tracks: int, n: int, k: int) -> Moves:
    """List the moves of concentric tracks across which a turntable lies.

    Parameters
    ----------
    tracks : int
        Number of rings, at least 1; with one ring it is TopSpin.
    n : int
        Pieces on a ring, at least 2.
    k : int
        Neighbouring columns on the turntable, at least 1 and at most n. Half a turn takes the columns to
        each other in reverse, and the rings too. If there are as many columns as tracks, a quarter turn is
        the move.

    Returns
    -------
    dict of str to permutation
        ``r1``, ``r2``, ... turn the rings, ``T`` the turntable. Pieces are numbered ring by ring.

    Examples
    --------
    >>> turntable(1, 5, 4)["T"], turntable(2, 2, 2)["T"]
    ((3, 2, 1, 0, 4), (2, 0, 3, 1))
    """
    check_integer(tracks, "number of tracks", minimum=1)
    check_integer(n, "pieces on a track", minimum=2)
    check_integer(k, "columns on the turntable", minimum=1, maximum=n)
    degree = tracks * n
    check_degree(degree, "pieces")
    moves: Moves = {}
    for track in range(tracks):
        moves |= both_ways(f"r{track + 1}", from_cycles([range(track * n, (track + 1) * n)], degree))
    images = list(range(degree))
    for track in range(tracks):
        for column in range(k):
            source = (k - 1 - column, track) if tracks == k else (tracks - 1 - track, k - 1 - column)
            images[track * n + column] = source[0] * n + source[1]
    return moves | both_ways("T", tuple(images))
