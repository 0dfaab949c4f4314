"""The Mathieu groups by their usual generators."""

from cayley.groups import NamedGroup
from cayley.permutation import inverse, parse_permutation
from cayley.puzzles._moves import Moves

# Generators of M11, M12, M23 and M24 as in J. H. Conway et al., ATLAS of Finite Groups, 1985; of M22, those
# printed in the same notation by many texts. What they generate is proved by a stabiliser chain in the tests.
_ELEVEN = ("(1 2 3 4 5 6 7 8 9 10 11)", "(3 7 11 8)(4 10 5 6)")
_TWENTY_THREE = (
    "(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23)",
    "(3 17 10 7 9)(4 13 14 19 5)(8 18 11 12 23)(15 20 22 21 16)",
)
_MATHIEU: dict[int, tuple[str, ...]] = {
    11: _ELEVEN,
    12: (*_ELEVEN, "(1 12)(2 11)(3 6)(4 8)(5 9)(7 10)"),
    22: (
        "(1 2 3 4 5 6 7 8 9 10 11)(12 13 14 15 16 17 18 19 20 21 22)",
        "(1 4 5 9 3)(2 8 10 7 6)(12 15 16 20 14)(13 19 21 18 17)",
        "(1 21)(2 10 8 6)(3 13 4 17)(5 19 9 18)(11 22)(12 14 16 20)",
    ),
    23: _TWENTY_THREE,
    24: (*_TWENTY_THREE, "(1 24)(2 23)(3 12)(4 16)(5 18)(6 10)(7 20)(8 14)(9 21)(11 17)(13 22)(15 19)"),
}


def named_group(name: str) -> NamedGroup | None:
    """Look up a Mathieu group, ``"M11"``, ``"M12"``, ``"M22"``, ``"M23"`` or ``"M24"``; None for other names.

    The generators are the usual ones and their inverses.

    Examples
    --------
    >>> named_group("M12").order
    95040
    >>> named_group("S5") is None
    True
    """
    normal = name.strip().upper().replace("_", "")
    degree = next((degree for degree in _MATHIEU if normal == f"M{degree}"), None)
    if degree is None:
        return None
    moves: Moves = {}
    for letter, text in zip("abc", _MATHIEU[degree], strict=False):
        moves[letter] = parse_permutation(text, degree)
        moves[f"{letter}'"] = inverse(moves[letter])
    return NamedGroup.from_moves(normal, moves)
