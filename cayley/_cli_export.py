"""Generators as text for other programs, printed or written to a file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from graphkit.console import print_json

if TYPE_CHECKING:
    from cayley.definitions import Definition

FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format", help="Print the generators for other programs instead: lines, json, gap or sympy."
    ),
]
OutputOption = Annotated[
    str | None,
    typer.Option("--output", "-o", help="With --format: write to this file instead of printing."),
]


def export_generators(
    definition: Definition, format: str | None, output: str | None, *, as_json: bool = False
) -> bool:
    """Print or write generators in a format, if one was asked for.

    Parameters
    ----------
    definition : PermutationGroup or CosetGraph
    format, output : str, optional
        What `FormatOption` and `OutputOption` have got. Without a format, that of the suffix of the file.
    as_json : bool
        Say as JSON what file was written.

    Returns
    -------
    bool
        Whether there was anything to do; if not, the command goes on as usual.
    """
    if format is None and output is None:
        return False
    from cayley.interchange import format_generators, save_generators
    from cayley.matrices import MatrixGroup

    if isinstance(definition, MatrixGroup):
        raise ValueError(f"--format writes permutations, {definition.name} is a group of matrices")
    if output is None:
        text = format_generators(definition, str(format))
        sys.stdout.write(text)
        return True
    save_generators(output, definition, format=format)
    if as_json:
        print_json({"file": output, "generators": len(definition.generators)})
    else:
        sys.stdout.write(f"{definition.name}, {len(definition.generators)} generators: written to {output}\n")
    return True
