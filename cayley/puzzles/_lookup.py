"""Puzzles by the names that people use: ``3x3x3``, ``megaminx``, ``cube(4, metric=stm)``."""

import re
from dataclasses import replace
from typing import Any

from cayley.families._family import Family, Parameter
from cayley.families._registry import FAMILIES, read_call
from cayley.groups import NamedGroup
from cayley.puzzles._moves import NAMES
from cayley.puzzles._rings import globe_moves
from graphkit.errors import UnknownNameError
from graphkit.validation import check_choice, parse_integer

_BOX = re.compile(r"([0-9]+)x([0-9]+)x([0-9]+)(-free)?", flags=re.ASCII)


def puzzle(name: str, metric: str | None = None, **parameters: Parameter) -> NamedGroup:
    """Look a puzzle up by name.

    Parameters
    ----------
    name : str
        ``"2x2x2"``: the cube of two layers with one corner fixed in space, 3,674,160 states.
        ``"2x2x2-free"``: the same with all six faces turning, its 24 orientations counted apart.
        ``"3x3x3"``: Rubik's cube, 43,252,003,274,489,856,000 states. ``"2x2x3"`` and any other box ``axbxc``
        likewise, see `cayley.puzzles.cuboid`.
        ``"pyraminx"``: without its trivial tips, 933,120 states.
        ``"skewb"``: one corner fixed, 3,149,280 states.
        ``"globe-a-b"``: a+1 rings of 2b pieces, see `globe`.
        Any other puzzle of the registry, see `PUZZLES` and ``cayley list --kind puzzles``, with arguments in
        parentheses: ``"megaminx"``, ``"cube(4, metric=stm)"``, ``"hungarian_rings(5,2,6,2)"``.
    metric : str, optional
        What counts as one move; the first one that the puzzle knows by default. Cubes: ``"qtm"``, quarter
        turns of a face; ``"htm"``, half turns also; and others, see `cayley.puzzles.cuboid`. Puzzles whose
        parts turn by thirds or halves have no choice.
    **parameters : int or str
        Further parameters of the puzzle.

    Returns
    -------
    NamedGroup
        Its generators are closed under inverses.

    Raises
    ------
    UnknownNameError
        If there is no such puzzle; the message lists close matches.
    ValueError
        If the puzzle has no such metric or parameter.

    Examples
    --------
    >>> puzzle("2x2x2", "htm").order, len(puzzle("2x2x2", "htm").generators)
    (3674160, 9)
    >>> puzzle("pyraminx").order, puzzle("cube(3, metric=stm)").symbols[:6]
    (933120, ('R', 'R2', "R'", 'M', 'M2', "M'"))
    """
    normal = _normal(name)
    given = dict(parameters) if metric is None else {"metric": metric.strip().lower(), **parameters}
    box = read_box(name)
    if box is not None:
        return _box(normal, *box, given)
    if normal.startswith("globe-"):
        _no_metric("globe", given)
        return globe(*_globe_sizes(name, normal))
    called = read_call(name.replace(" ", "_") if "(" not in name else name)
    if called is None or called[0].kind != "puzzles":
        raise UnknownNameError(_unknown(normal))
    family, written = called
    twice = next((key for key in given if key in written and given[key] != written[key]), None)
    if twice is not None:
        raise ValueError(f"{twice} is {written[twice]} in {name!r}, and {given[twice]} beside it")
    if "metric" not in family.parameters:
        _no_metric(family.name, given)
    return family.graph(**(written | given))  # type: ignore[return-value]


def is_puzzle(name: str) -> bool:
    """Tell whether `puzzle` knows a name.

    Examples
    --------
    >>> is_puzzle("2x2x2"), is_puzzle("cube(4)"), is_puzzle("S10")
    (True, True, False)
    """
    normal = _normal(name)
    if read_box(name) or normal.startswith("globe-"):
        return True
    called = FAMILIES.get(normal.partition("(")[0].strip("- ").replace("-", "_"))
    return called is not None and called.kind == "puzzles"


def globe(a: int, b: int) -> NamedGroup:
    """Build the globe puzzle: a+1 rings of 2b pieces, which turn, and 2b half turns of a hemisphere.

    A half turn takes b neighbouring columns upside down and back to front, the middle ring left alone.

    Parameters
    ----------
    a : int
        Number of rings less one, at least 1.
    b : int
        Half of the number of columns, at least 1.

    Returns
    -------
    NamedGroup

    Examples
    --------
    >>> globe(1, 2).order
    40320
    """
    return NamedGroup.from_moves(f"globe-{a}-{b}", globe_moves(a, b))


def _normal(name: str) -> str:
    return name.strip().lower().replace("_", "-").replace(" ", "-")


def read_box(name: str) -> tuple[Family, dict[str, Parameter]] | None:
    """Read ``"3x3x3"``, ``"2x3x2-free"``: the family of cubes or boxes, and parameters; None for other texts.

    Examples
    --------
    >>> family, parameters = read_box("2x3x2-free")
    >>> family.name, parameters
    ('cuboid', {'a': 2, 'b': 3, 'c': 2, 'rotations': 1})
    """
    box = _BOX.fullmatch(_normal(name))
    if box is None:
        return None
    a, b, c = (parse_integer(box[i], "a number of layers") for i in (1, 2, 3))
    free: dict[str, Parameter] = {"rotations": 1} if box[4] else {}
    if a == b == c > 1:
        return FAMILIES["cube"], {"n": a} | free
    return FAMILIES["cuboid"], {"a": a, "b": b, "c": c} | free


def _box(
    normal: str, family: Family, written: dict[str, Parameter], given: dict[str, Parameter]
) -> NamedGroup:
    """Build a box, and call it what the user does, with its metric and what else was chosen."""
    if "rotations" in written and "rotations" in given:
        raise ValueError(f"{normal!r} tells rotations of the whole puzzle apart, got rotations")
    for name in given:
        check_choice(name, f"parameter of {normal!r}", family.parameters)
    chosen = family.bind(**(written | given))
    shown = [str(chosen["metric"])]
    shown += [
        f"{name}={chosen[name]}"
        for name, default in family.parameters.items()
        if name not in ("metric", *written) and chosen[name] != default
    ]
    graph: Any = family.graph(**chosen)
    return replace(graph, title=f"{normal} ({', '.join(shown)})")


def _no_metric(name: str, given: dict[str, Parameter]) -> None:
    if "metric" in given:
        raise ValueError(f"the puzzle {name!r} has no metrics, got {given['metric']!r}")


def _globe_sizes(name: str, normal: str) -> tuple[int, int]:
    sizes = normal.removeprefix("globe-").split("-")
    if len(sizes) != 2 or not all(size.isascii() and size.isdecimal() for size in sizes):
        raise UnknownNameError(f"unknown puzzle {name!r}: a globe is written globe-a-b, such as globe-1-2")
    return parse_integer(sizes[0], "a of the globe"), parse_integer(sizes[1], "b of the globe")


def _unknown(name: str) -> str:
    """Say what is accepted, with close matches."""
    known = (*PUZZLES, *(n for n in NAMES if n not in PUZZLES))
    try:
        check_choice(name.replace("-", "_"), "puzzle", known)
    except UnknownNameError as error:
        return f"{error}; boxes are written axbxc"
    return f"unknown puzzle {name!r}"


# Those that need no arguments.
PUZZLES = (
    "2x2x2",
    "2x2x2-free",
    "3x3x3",
    *(name for name in NAMES if not FAMILIES[name].sizes),
)
