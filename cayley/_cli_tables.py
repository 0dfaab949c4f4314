"""The commands ``cayley table``, ``cayley fit`` and ``cayley check``."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cayley._cli_options import JsonOption, MemoryOption, ParamOption, ThreadsOption, parameters
from cayley._cli_show import duration, progress_of
from graphkit.console import print_facts, print_json, print_table

if TYPE_CHECKING:
    from cayley._statement_checks import StatementCheck
    from cayley.fitting import Fit
    from cayley.tables import GrowthRow, GrowthTable

_WIDTH = 44  # characters of a row's layers

# Keywords of `cayley.growth_table`, which no parameter of a family may take the place of.
_RESERVED = {"family", "n", "store", "recompute", "max_states", "time_budget"}

FamilyOption = Annotated[
    str | None,
    typer.Option(
        "--family", "-f", help="Generator family: lrx, lx, pancake, coxeter, ...; see 'cayley list'."
    ),
]
RangeOption = Annotated[str | None, typer.Option("--n", help="Values of n: 3..12, or 2,3,5,7.")]
SeriesOption = Annotated[
    str | None,
    typer.Option("--group", "-g", help="A group with the letter n for a number: 'Heisenberg(3,n)', An."),
]
PatternOption = Annotated[
    str | None,
    typer.Option(
        "--state-pattern", help="Words of n letters instead of a group: halves (00..11) or alternating."
    ),
]
StoreOption = Annotated[
    str | None,
    typer.Option("--store", help="File where series are kept, instead of $CAYLEY_STORE or your own."),
]
NoStoreOption = Annotated[bool, typer.Option("--no-store", help="Neither look up nor keep anything.")]
RecomputeOption = Annotated[bool, typer.Option("--recompute", help="Compute what is in the store too.")]
StatesOption = Annotated[int | None, typer.Option("--max-states", help="Leave out larger graphs.")]
BudgetOption = Annotated[str | None, typer.Option("--budget", help="Time that may be spent: 60s, 5min, 1h.")]


def table(
    family: FamilyOption = None,
    n: RangeOption = None,
    group: SeriesOption = None,
    state_pattern: PatternOption = None,
    param: ParamOption = None,
    store: StoreOption = None,
    no_store: NoStoreOption = False,
    recompute: RecomputeOption = False,
    max_states: StatesOption = None,
    budget: BudgetOption = None,
    memory_limit: MemoryOption = None,
    threads: ThreadsOption = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the rows as CSV.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Tabulate the growth of a family for a range of n: computed, or looked up where it has been kept.

    Examples: cayley table --family lrx --n 3..12; cayley table --group 'Heisenberg(3,n)' --n 2..20
    """
    if as_json and as_csv:
        raise typer.BadParameter("choose one of --json and --csv")
    limits = {"recompute": recompute, "max_states": max_states, "memory_limit": memory_limit}
    found = _compute(
        family, n, group, state_pattern, param, store, no_store, budget, limits | {"threads": threads}
    )
    if as_json:
        print_json(found.to_dict())
    elif as_csv:
        sys.stdout.write(found.to_csv())
    else:
        rows = [
            (row.n, row.group, row.states, row.diameter, _shorten(row.growth), _origin(row)) for row in found
        ]
        columns = ("n", "group", "states", "diameter", "layers", "computed")
        print_table(f"Growth of {found.series.name}", columns, rows)
    if not as_json:
        _tell_left_out(found)


def fit(
    family: FamilyOption = None,
    n: RangeOption = None,
    group: SeriesOption = None,
    state_pattern: PatternOption = None,
    param: ParamOption = None,
    sequence: Annotated[
        str | None, typer.Option("--sequence", help="Integers instead of diameters: 1,3,6,10,15.")
    ] = None,
    first: Annotated[int, typer.Option("--first", help="The n of the first integer of --sequence.")] = 1,
    start: Annotated[
        int | None,
        typer.Option("--start", help="Leave out smaller n, instead of as few as it takes."),
    ] = None,
    max_period: Annotated[int, typer.Option("--max-period", help="Largest period to try.")] = 6,
    max_degree: Annotated[int, typer.Option("--max-degree", help="Largest degree to try.")] = 3,
    store: StoreOption = None,
    no_store: NoStoreOption = False,
    budget: BudgetOption = None,
    memory_limit: MemoryOption = None,
    threads: ThreadsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find a formula for the diameters of a family: polynomials in n that may depend on n modulo a period.

    The first values determine the formula and all others check it. Exit code 1: there is none.

    Examples: cayley fit --family lx --n 3..12; cayley fit --sequence 0,1,2,4,6,9,12
    """
    from cayley.fitting import fit_formula

    if sequence is not None:
        if any(given is not None for given in (family, n, group, state_pattern, param, budget)):
            raise typer.BadParameter(
                "--sequence goes without --family, --group, --n and what belongs to them"
            )
        name, values = "the sequence", dict(enumerate(_read_sequence(sequence), first))
    else:
        limits = {"memory_limit": memory_limit, "threads": threads}
        found = _compute(family, n, group, state_pattern, param, store, no_store, budget, limits)
        name, values = f"diameters of {found.series.name}", found.diameters
        _tell_left_out(found)
    formula = fit_formula(values, start=start, max_period=max_period, max_degree=max_degree)
    if as_json:
        print_json(_fit_document(name, values, formula))
    else:
        _print_fit(name, values, formula)
    if formula is None:
        raise typer.Exit(1)


def check(
    paper: Annotated[
        bool, typer.Option("--paper", help="Statements of 'CayleyPy Growth' and others, see --json.")
    ] = False,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Name of a statement, instead of all; repeatable.")
    ] = None,
    budget: Annotated[
        str, typer.Option("--budget", help="Time for all of them together: 60s, 5min, 1h.")
    ] = "60s",
    memory_limit: Annotated[
        str, typer.Option("--memory-limit", help="Leave out what would need more.")
    ] = "2GB",
    threads: ThreadsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Recompute statements about growth and diameters from the literature, the cheapest graphs first.

    Exit code 1: something else came out than is stated.

    Example: cayley check --paper --budget 60s
    """
    from cayley._statement_checks import check_statements
    from cayley._timed import parse_duration

    if not paper and not only:
        raise typer.BadParameter("say what to check: --paper, or --only with the name of a statement")
    checks = check_statements(
        only,
        time_budget=parse_duration(budget),
        memory_limit=memory_limit,
        threads=threads,
        progress=progress_of,
    )
    if as_json:
        print_json({"statements": [found.to_dict() for found in checks]})
    else:
        _print_checks(checks)
    if any(found.failed for found in checks):
        raise typer.Exit(1)


def _compute(
    family: str | None,
    n: str | None,
    group: str | None,
    state: str | None,
    param: list[str] | None,
    store: str | None,
    no_store: bool,
    budget: str | None,
    limits: dict[str, Any],
) -> GrowthTable:
    """Turn the options that describe a series into a table."""
    from cayley._timed import parse_duration
    from cayley.tables import growth_table

    if family is None and group is None:
        raise typer.BadParameter(
            "name a family, such as --family lrx, or a --group such as 'Heisenberg(3,n)'"
        )
    if n is None:
        raise typer.BadParameter("give values of n, such as --n 3..12")
    if no_store and store is not None:
        raise typer.BadParameter("choose one of --store and --no-store")
    options = parameters(param or [])
    taken = _RESERVED.intersection(options)
    if taken:
        raise typer.BadParameter(f"--param is for parameters of the family, got {', '.join(sorted(taken))}")
    return growth_table(
        family,
        n,
        group=group,
        state=state,
        store=(not no_store) if store is None else store,
        time_budget=None if budget is None else parse_duration(budget),
        progress=progress_of,
        **limits,
        **options,
    )


def _shorten(growth: list[int]) -> str:
    """Write the first and the last layers, as many as fit."""
    text = " ".join(map(str, growth))
    if len(text) <= _WIDTH:
        return text
    start, end = "", ""
    for i in range(len(growth)):
        first, last = start, end
        if i % 2 == 0:
            first += f"{growth[i // 2]} "
        else:
            last = f" {growth[-1 - i // 2]}" + last
        if len(first) + len(last) + 3 > _WIDTH:
            break
        start, end = first, last
    return f"{start}...{end}"


def _origin(row: GrowthRow) -> str:
    if row.looked_up:
        return f"{row.computed[:10]}, version {row.version}"
    return f"now, {duration(row.seconds)} ({row.engine})"


def _tell_left_out(found: GrowthTable) -> None:
    for n, reason in found.left_out.items():
        sys.stderr.write(f"left out: n = {n}: {reason}\n")


def _read_sequence(text: str) -> list[int]:
    words = text.replace(",", " ").split()
    for word in words:
        if not re.fullmatch(r"[+-]?[0-9]+", word):
            raise typer.BadParameter(f"--sequence takes integers such as 1,3,6,10, got {word!r}")
    return [int(word) for word in words]


def _fit_document(name: str, values: dict[int, int], formula: Fit | None) -> dict[str, Any]:
    """Collect a fit for JSON."""
    document: dict[str, Any] = {"of": name, "formula": None}
    if formula is None:
        return document | {"values": [{"n": n, "value": value} for n, value in values.items()]}
    document |= {
        "formula": formula.formula,
        "floor": formula.as_floor,
        "period": formula.period,
        "degree": formula.degree,
        "polynomials": [None if p is None else [str(c) for c in p] for p in formula.polynomials],
        "fitted": list(formula.fitted),
        "predicted": list(formula.predicted),
        "skipped": list(formula.skipped),
        "excluded": list(formula.excluded),
        "ties": [tie.formula for tie in formula.ties],
    }
    keys = ("n", "value", "formula", "role")
    return document | {"values": [dict(zip(keys, row, strict=True)) for row in formula.compare()]}


def _print_fit(name: str, values: dict[int, int], formula: Fit | None) -> None:
    """Print the values beside the formula, and what supports it."""
    if formula is None:
        sys.stdout.write(
            f"no formula for {name} within the bounds holds for these {len(values)} values with enough of"
            " them left to check it. More values allow for more coefficients; --start leaves out small n.\n"
        )
        return
    rows = [
        (n, value, "-" if predicted is None else predicted, role)
        for n, value, predicted, role in formula.compare()
    ]
    print_table(f"A formula for {name}", ("n", "value", "formula", ""), rows)
    lines = [("formula", formula.formula)]
    if formula.as_floor is not None:
        lines.append(("in short", formula.as_floor))
    lines.append(
        ("support", f"{_values(len(formula.fitted))} fitted, {len(formula.predicted)} predicted rightly")
    )
    if formula.skipped:
        lines.append(("skipped", f"n = {', '.join(map(str, formula.skipped))}, to which it does not apply"))
    if formula.excluded:
        lines.append(("excluded", f"n = {', '.join(map(str, formula.excluded))}, as you wished"))
    lines += [("as good", tie.formula) for tie in formula.ties]
    print_facts(lines, width=10)


def _values(count: int) -> str:
    return "1 value" if count == 1 else f"{count} values"


def _print_checks(checks: tuple[StatementCheck, ...]) -> None:
    from cayley.series import format_range

    rows = []
    for found in checks:
        verdict = found.verdict
        if found.exceptions:
            verdict += f"; exceptions: {found.describe_exceptions()}"
        reasons = "; ".join(
            f"{format_range(n for n, why in found.not_reached.items() if why == reason)} ({reason})"
            for reason in dict.fromkeys(found.not_reached.values())
        )
        rows.append((found.statement.claim, format_range(found.checked) or "-", verdict, reasons))
    print_table("Statements, recomputed", ("claim", "range checked", "verdict", "not reached"), rows)
    count = sum(found.verdict == "holds" for found in checks)
    failed = sum(bool(found.failed) for found in checks)
    sys.stdout.write(f"{count} of {len(checks)} hold in the range checked, {failed} fail\n")
