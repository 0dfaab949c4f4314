"""The commands ``cayley list`` and ``cayley show``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cayley._cli_export import FormatOption, OutputOption, export_generators
from cayley._cli_options import JsonOption, ParamOption, parameters
from graphkit.console import print_facts, print_json, print_table

if TYPE_CHECKING:
    from cayley.definitions import Definition
    from cayley.families import Family


def list_families(
    word: Annotated[
        str | None, typer.Argument(help="Only families with this in their name or description.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="permutations, words, matrices, groups or puzzles.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the families: generators for any number of points, and groups, words and puzzles by name.

    Examples: cayley list; cayley list pancake; cayley list --kind puzzles
    """
    from cayley.families import FAMILIES, KINDS
    from graphkit.errors import UnknownNameError
    from graphkit.validation import check_choice

    kinds = KINDS if kind is None else (check_choice(kind, "kind of family", KINDS),)
    found = [
        family
        for family in FAMILIES.values()
        if family.kind in kinds and (word or "").lower() in f"{family.name} {family.description}".lower()
    ]
    if not found:
        raise UnknownNameError(f"no family has {word!r} in its name or description; see 'cayley list'")
    if as_json:
        print_json([_about(family) for family in found])
        return
    for each in kinds:
        rows = [
            (family.usage, family.description, family.diameter.claim if family.diameter else "")
            for family in found
            if family.kind == each
        ]
        if rows:
            title = f"{each.capitalize()}: {KINDS[each]} ({len(rows)})"
            print_table(title, ("name", "generators or moves", "diameter"), rows)


def show(
    family: Annotated[
        str, typer.Argument(help="Name of a family, or a member such as 'globe(1,2)'; see 'cayley list'.")
    ],
    n: Annotated[
        int | None,
        typer.Option("--n", help="Number of points (of items, if signed), or the first parameter."),
    ] = None,
    param: ParamOption = None,
    format: FormatOption = None,
    output: OutputOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a family: what it is, what is known of it, its generators, and what they generate.

    Examples: cayley show lrx --n 6; cayley show 'heisenberg(3,7)'; cayley show megaminx --format gap
    """
    from cayley.families import get_family, read_call
    from cayley.puzzles import read_box

    found, given = read_call(family) or read_box(family) or (get_family(family), {})
    given |= parameters(param or [])
    if n is not None:
        if not found.sizes or found.sizes[0] in given:
            raise typer.BadParameter(f"--n gives the first parameter of {found.usage}, which has it already")
        given[found.sizes[0]] = n
    if not given.keys() & set(found.sizes):
        given = _example(found) | given
    given = found.bind(**given)
    graph = found.graph(**given)
    if export_generators(graph, format, output, as_json=as_json):
        return
    rows = list(zip(*_generators(graph), strict=True))
    columns = ("symbol", "cycles", "parity") if len(rows[0]) == 3 else ("symbol", "move")
    about = _about(found) | {"parameters": given} | _facts(graph)
    about["known_diameter"] = found.known_diameter(**given)
    if as_json:
        print_json(about | {"generators": [dict(zip(columns, row, strict=True)) for row in rows]})
        return
    print_table(f"{found.call(**given)}: {found.description}", columns, rows)
    print_facts((label, value) for label, value in _summary(found, about) if value not in ("", None))


def _example(family: Family) -> dict[str, Any]:
    """Choose the member to show: six points, or the first example."""
    from cayley.families import GeneratorFamily

    if isinstance(family, GeneratorFamily):
        return {"n": max(family.minimum, 6)}
    return dict(family.examples[0])


def _about(family: Family) -> dict[str, Any]:
    """Return what the registry knows of a family, as plain data."""
    from cayley.families import GeneratorFamily

    known = family.diameter
    about: dict[str, Any] = {
        "name": family.name,
        "kind": family.kind,
        "description": family.description,
        "sizes": list(family.sizes),
        "parameters": family.parameters,
        "reference": family.reference,
        **family.traits(),
        "diameter": known and {"claim": known.claim, "status": known.status, "source": known.source},
    }
    if isinstance(family, GeneratorFamily):
        about |= {"minimum": family.minimum, "signed": family.signed}
    return about


def _facts(graph: Definition) -> dict[str, Any]:
    """Return what is known of one graph."""
    return {
        "points": getattr(graph, "degree", None),
        "group": graph.name,
        "order": graph.order,
        "directed": graph.is_directed,
    }


def _generators(graph: Definition) -> list[list[str]]:
    """Return the columns of the table of generators."""
    from cayley.matrices import MatrixGroup, format_matrix
    from cayley.permutation import format_cycles, is_odd

    if isinstance(graph, MatrixGroup):
        names = graph.generator_names
        symbols = names if isinstance(names, tuple) else [f"g{i + 1}" for i in range(len(graph.generators))]
        return [list(symbols), [format_matrix(g) for g in graph.generators]]
    if hasattr(graph, "edges"):
        return [list(graph.generator_names), ["the blank and the tile change places"] * len(graph.edges)]
    permutations: Any = graph.generators
    cycles = [format_cycles(g) for g in permutations]
    symbols = getattr(graph, "symbols", None) or cycles
    return [list(symbols), cycles, ["odd" if is_odd(g) else "even" for g in permutations]]


def _summary(family: Family, about: dict[str, Any]) -> list[tuple[str, object]]:
    """Return the lines below the table."""
    known = family.diameter
    order = about["order"]
    facts = [
        ("parameters", " ".join(f"{name}={value}" for name, value in about["parameters"].items())),
        ("reference", family.reference),
        ("points", about["points"]),
        ("group", about["group"]),
        ("order", f"{order:,}" if order is not None else "not known beforehand"),
        ("directed", "yes" if about["directed"] else "no"),
    ]
    if known is not None:
        value = "" if about["known_diameter"] is None else f"{about['known_diameter']}; "
        facts.append(("diameter", f"{value}{known.claim} ({known.status}: {known.source})"))
    return facts
