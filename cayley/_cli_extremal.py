"""The command ``cayley max-diameter``."""

from __future__ import annotations

from typing import Annotated

import typer

from cayley._cli_options import JsonOption
from cayley._cli_show import searching
from graphkit.console import print_facts, print_json, print_table


def max_diameter(
    n: Annotated[int, typer.Option("--n", help="Number of points, 2 to 9.")],
    size: Annotated[int, typer.Option("--size", help="Number of generators; inverses come on top.")] = 2,
    directed: Annotated[bool, typer.Option("--directed", help="Leave the inverses out.")] = False,
    group: Annotated[
        str, typer.Option("--group", "-g", help="What a set has to generate: S, all permutations, or A.")
    ] = "S",
    checkpoint: Annotated[
        str | None,
        typer.Option("--checkpoint", help="File for the progress: give it again to go on after a stop."),
    ] = None,
    budget: Annotated[
        str | None, typer.Option("--budget", help="Time after which to stop: 60s, 5min, 1h.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Search all generator sets of a size, up to conjugacy, for the largest diameter.

    Example: cayley max-diameter --n 6 --directed
    """
    from cayley._timed import parse_duration
    from cayley.extremal import max_diameter as search

    with searching() as say:
        found = search(
            n,
            size,
            directed=directed,
            group=group,
            checkpoint=checkpoint,
            time_budget=None if budget is None else parse_duration(budget),
            progress=lambda examined, diameter: say(f"{examined:,} sets, largest diameter {diameter}"),
        )
    if as_json:
        print_json(found.to_dict())
        return
    largest = max(found.histogram.values(), default=1)
    rows = [
        (diameter, number, "█" * max(1, round(24 * number / largest)))
        for diameter, number in sorted(found.histogram.items())
    ]
    kind = "directed" if directed else "with inverses"
    title = f"Sets of {size} generators of {found.group}, {kind}, up to conjugacy"
    print_table(title, ("diameter", "sets", ""), rows)
    none = "none generates it" if found.complete else "none found yet"
    summary = [
        ("largest", none if found.diameter is None else str(found.diameter)),
        *(("by", ", ".join(names)) for names in found.names),
        ("examined", f"{found.examined:,} sets" + ("" if found.complete else "; the time is up")),
    ]
    print_facts(summary, width=10)
