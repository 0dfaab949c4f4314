"""Permutations and generators for sympy and GAP, as objects, as text and as files."""

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from cayley.definitions import Definition, Generators, define
from cayley.families import Parameter
from cayley.generators import resolve
from cayley.groups import PermutationGroup
from cayley.permutation import Permutation, check_permutation, cycles, format_cycles, parse_permutation
from cayley.sliding import refuse_sliding
from graphkit.errors import MissingExtraError
from graphkit.files import atomic_write
from graphkit.validation import check_choice

_NAME = re.compile(r"[^\W\d][\w']*")  # what `load_generators` takes for one
_FORMAT_OF = {".json": "json", ".g": "gap", ".gap": "gap", ".py": "sympy"}


def to_gap(given: Any, generators: Generators | None = None, **parameters: Parameter) -> str:
    r"""Write a permutation, or generators, in the syntax of GAP.

    Parameters
    ----------
    given : str, sequence of int or Definition
        A permutation: ``"(1 2 3)"``, ``"[2, 3, 1]"`` or images numbered from 0. Or permutations as a group or
        a word: a definition, or the name of a group or puzzle.
    generators, **parameters
        With the name of a group: what `cayley.growth` takes.

    Returns
    -------
    str
        Of a permutation its cycles, with commas. Of a group statements that define each generator and the
        list ``Gen`` of them, so that ``Group(Gen)`` is the group; of a word also the list ``ip`` of positions
        that look alike. `load_generators` reads these statements.

    Raises
    ------
    TypeError, ValueError
        If it is no permutation, group or word of permutations.

    Notes
    -----
    Names begin with ``M_``, as GAP itself uses some letters such as ``E`` and ``X``, and an inverse such
    as ``L'`` is named ``M_L_inv``. GAP does not tell how many points a permutation acts on: those behind the
    largest that is moved are lost, unless ``ip`` names them.

    Examples
    --------
    >>> to_gap("(1 2 3)(4 5)"), to_gap([1, 0, 2])
    ('(1,2,3)(4,5)', '(1,2)')
    >>> print(to_gap("S4", "lx"), end="")
    # S4, generators lx; Group(Gen) has order 24
    M_L := (1,2,3,4);
    M_X := (1,2);
    Gen := [M_L, M_X];
    """
    found = _read(given, generators, parameters)
    return _gap_cycles(found) if isinstance(found, tuple) else format_generators(found, "gap")


def to_sympy(given: Any, generators: Generators | None = None, **parameters: Parameter) -> Any:
    """Make a permutation, or a group of permutations, of sympy.

    Parameters
    ----------
    given : str, sequence of int or PermutationGroup
        A permutation: ``"(1 2 3)"``, ``"[2, 3, 1]"`` or images numbered from 0. Or a group, or the name of
        one or of a puzzle.
    generators, **parameters
        With the name of a group: what `cayley.growth` takes.

    Returns
    -------
    sympy.combinatorics.Permutation or sympy.combinatorics.PermutationGroup
        With the same images, numbered from 0, and as many points. sympy's product ``p * q`` applies p first.

    Raises
    ------
    MissingExtraError
        If sympy is not installed.
    TypeError, ValueError
        If it is no permutation, nor a group of permutations.

    Examples
    --------
    Not run as a doctest, because sympy is optional; a test holds the same lines::

        cayley.to_sympy("(1 2 3)").order()        # 3
        cayley.to_sympy("S6", "pancake").order()  # 720
    """
    combinatorics = _sympy()
    found = _read(given, generators, parameters)
    if isinstance(found, tuple):
        return combinatorics.Permutation(list(found))
    if hasattr(found, "state"):
        raise TypeError(f"sympy has no counterpart of the graph of {found.name}; take its generators")
    return combinatorics.PermutationGroup([combinatorics.Permutation(list(g)) for g in found.generators])


def from_sympy(given: Any) -> Permutation | PermutationGroup:
    """Take a permutation, or a group of permutations, of sympy.

    Parameters
    ----------
    given : sympy.combinatorics.Permutation or sympy.combinatorics.PermutationGroup

    Returns
    -------
    tuple of int, or PermutationGroup
        Images numbered from 0; or the group, with the different generators that are not the identity.

    Raises
    ------
    MissingExtraError
        If sympy is not installed.
    TypeError
        If it is neither.
    ValueError
        If no generator of the group moves a point.

    Examples
    --------
    Not run as a doctest, because sympy is optional; a test holds the same lines::

        from sympy.combinatorics.named_groups import DihedralGroup
        cayley.growth(cayley.from_sympy(DihedralGroup(5))).growth
    """
    combinatorics = _sympy()
    if isinstance(given, combinatorics.Permutation):
        return check_permutation(given.array_form, largest=None)
    if isinstance(given, combinatorics.PermutationGroup):
        return resolve(None, [g.array_form for g in given.generators], {})
    raise TypeError(
        f"from_sympy takes a Permutation or PermutationGroup of sympy, got {type(given).__qualname__}"
    )


def _sympy() -> Any:
    try:
        from sympy import combinatorics  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        raise MissingExtraError(
            "permutations of sympy need sympy: pip install 'graphkit-algorithms[sympy]'"
        ) from None
    return combinatorics


def _read(given: Any, generators: Generators | None, parameters: dict[str, Parameter]) -> Any:
    """Tell permutations, as tuples of images, from definitions."""
    is_text = isinstance(given, str)
    if (is_text and given.lstrip().startswith(("(", "["))) or (
        isinstance(given, Iterable) and not is_text and not hasattr(given, "is_directed")
    ):
        if generators is not None or parameters:
            raise ValueError(f"generators go with the name of a group, got the permutation {given!r}")
        return parse_permutation(given) if is_text else check_permutation(given)
    return require_permutations(define(given, generators, parameters=parameters))


def require_permutations(definition: Definition) -> Any:
    """Refuse what is no set of permutations."""
    refuse_sliding(definition)
    if hasattr(definition, "modulus"):
        raise TypeError(f"{definition.name} is a group of matrices, not of permutations")
    return definition


def format_generators(definition: Definition, format: str = "lines") -> str:
    r"""Write generators as the text of a file.

    Parameters
    ----------
    definition : PermutationGroup or CosetGraph
    format : {"lines", "json", "gap", "sympy"}
        ``"lines"``: a generator a line, after its name. ``"json"``: an object with ``generators``, and
        ``state`` of a word. ``"gap"``: see `to_gap`. ``"sympy"``: a Python program that makes the group.

    Returns
    -------
    str
        `load_generators` reads all but the program back: the same generators, of words the same positions
        that look alike, in JSON also the same names and colours.

    Raises
    ------
    TypeError
        If they are matrices.
    ValueError
        If there is no such format, or the format has no place for the word.

    Notes
    -----
    Lines hold cycles; images if no generator moves the last point, which cycles would lose. Names that
    `load_generators` would not take for names are left out there.

    Examples
    --------
    >>> import cayley
    >>> print(format_generators(cayley.PermutationGroup([(1, 2, 3, 0)], "mine", symbols=("R",))), end="")
    R = (1 2 3 4)
    """
    write = _WRITERS[check_choice(format, "format", _WRITERS)]
    return write(require_permutations(definition))


def save_generators(
    path: str | os.PathLike[str],
    group: str | Definition | None = None,
    generators: Generators | None = None,
    *,
    state: str | Sequence[int] | None = None,
    format: str | None = None,
    **parameters: Parameter,
) -> None:
    """Write generators, and the start word if there is one, to a file; whole or not at all.

    Parameters
    ----------
    path : path-like
    group, generators, state, **parameters
        What `cayley.growth` takes, but matrices.
    format : {"lines", "json", "gap", "sympy"}, optional
        See `format_generators`. Default: by the suffix ``.json``, ``.g`` or ``.gap``, ``.py`` for sympy, and
        lines for any other.

    Raises
    ------
    TypeError, ValueError
        If the arguments do not describe a graph of permutations, or the format has no place for the word.
    OSError
        If the file cannot be written; what was there before is then untouched.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import cayley
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "mine.json")
    ...     save_generators(path, state="0011", generators="lx")
    ...     cayley.load_generators(path).name
    'word 0011'
    """
    definition = define(group, generators, state=state, parameters=parameters)
    by_suffix = _FORMAT_OF.get(Path(path).suffix.lower(), "lines")
    text = format_generators(definition, by_suffix if format is None else format)
    with atomic_write(path) as file:
        file.write(text)


def _title(definition: Any) -> str:
    names = definition.generator_names
    return _in_a_line(
        f"{definition.name}, generators {names if isinstance(names, str) else ', '.join(names)}"
    )


def _in_a_line(text: str) -> str:
    """Keep a comment from ending early."""
    return " ".join(text.split())


def _lines(definition: Any) -> str:
    if hasattr(definition, "state"):
        raise ValueError(f"lines of generators have no place for {definition.name}: choose json or gap")
    last = definition.degree - 1
    is_moved = any(g[last] != last for g in definition.generators)
    write: Callable[[Permutation], str] = format_cycles if is_moved else _format_images
    symbols = definition.symbols or ()
    named = len(set(symbols)) == len(definition.generators) and all(map(_NAME.fullmatch, symbols))
    names = [f"{symbol} = " for symbol in symbols] if named else [""] * len(definition.generators)
    return "".join(f"{name}{write(g)}\n" for name, g in zip(names, definition.generators, strict=True))


def _format_images(p: Permutation) -> str:
    return str([image + 1 for image in p])


def _json(definition: Any) -> str:
    symbols = definition.symbols or ()
    named = len(set(symbols)) == len(definition.generators) and all(symbols)
    rows = [list(g) for g in definition.generators]
    document: dict[str, Any] = {"generators": dict(zip(symbols, rows, strict=True)) if named else rows}
    if hasattr(definition, "state"):
        labels = definition.labels or range(definition.n_colours)
        document["state"] = [labels[colour] for colour in definition.state]
    return json.dumps(document) + "\n"


def _gap(definition: Any) -> str:
    names = _gap_names(definition)
    order = definition.order if not hasattr(definition, "state") else None
    about = "" if order is None else f"; Group(Gen) has order {order}"
    lines = [f"# {_title(definition)}{about}"]
    lines += [f"{name} := {_gap_cycles(g)};" for name, g in zip(names, definition.generators, strict=True)]
    lines.append(f"Gen := [{', '.join(names)}];")
    if hasattr(definition, "state"):
        places: list[list[int]] = [[] for _ in range(definition.n_colours)]
        for i, colour in enumerate(definition.state, start=1):
            places[colour].append(i)
        lines.append(f"ip := {places};")
    return "\n".join(lines) + "\n"


def _gap_cycles(p: Permutation) -> str:
    return "".join("(" + ",".join(str(i + 1) for i in cycle) + ")" for cycle in cycles(p)) or "()"


def _gap_names(definition: Any) -> list[str]:
    """Name the generators by letters that GAP allows; by numbers where that does not tell them apart."""
    n = len(definition.generators)
    plain = [
        re.sub(r"\W", "_", symbol.replace("'", "_inv"), flags=re.ASCII) for symbol in definition.symbols or ()
    ]
    if len(plain) != n or max(Counter(plain).values()) > 1:
        plain = [str(i) for i in range(1, n + 1)]
    return [f"M_{name}" for name in plain]


def _sympy_program(definition: Any) -> str:
    if hasattr(definition, "state"):
        raise ValueError(f"sympy has no place for {definition.name}: choose json or gap")
    symbols = definition.symbols or [format_cycles(g) for g in definition.generators]
    rows = [
        f"    Permutation({list(g)}),  # {_in_a_line(symbol)}\n"
        for symbol, g in zip(symbols, definition.generators, strict=True)
    ]
    return (
        f"# {_title(definition)}\n"
        "from sympy.combinatorics import Permutation, PermutationGroup\n\n"
        f"group = PermutationGroup(\n{''.join(rows)})\n"
    )


_WRITERS: dict[str, Callable[[Any], str]] = {
    "lines": _lines,
    "json": _json,
    "gap": _gap,
    "sympy": _sympy_program,
}
FORMATS = tuple(_WRITERS)
