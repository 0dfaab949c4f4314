"""Commands about words, walks, spectra and pictures of graphs: solve, walk, spectrum, draw."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cayley._cli_guides import Training, about, check_guides, learn, make_guides
from cayley._cli_options import JsonOption, MemoryOption, definition_of, describes_graph
from cayley._cli_show import duration, searching
from graphkit.console import print_facts, print_json, print_table

if TYPE_CHECKING:
    from cayley._paths import PathResult
    from cayley.learning import LearnedDistance

SeedOption = Annotated[int | None, typer.Option("--seed", help="Seed: equal seeds give equal results.")]

_MIXED = 200_000  # vertices up to which the mixing time is computed
_ROWS = 20  # walks, eigenvalues or layers that a table shows


@describes_graph
def solve(
    graph: dict[str, Any],
    element: Annotated[
        str | None,
        typer.Argument(help="'(1 2 3)' or '[2,3,1]'; of a coset graph a word; of matrices '1 1; 0 1'."),
    ] = None,
    scramble: Annotated[
        str | None,
        typer.Option("--scramble", help='Generators that lead to the element, such as "R U\' F2".'),
    ] = None,
    method: Annotated[
        str,
        typer.Option("--method", help="exact: a shortest word; beam: any word; auto: exact if it can be."),
    ] = "auto",
    max_length: Annotated[
        int | None, typer.Option("--max-length", help="Look for words of at most so many generators.")
    ] = None,
    width: Annotated[int, typer.Option("--width", help="States that the beam keeps in each step.")] = 10_000,
    pattern: Annotated[
        list[str] | None,
        typer.Option(
            "--pattern",
            help="A colouring such as 000111 whose distances guide the beam; repeatable."
            " [default: the number of places that differ]",
        ),
    ] = None,
    heuristic: Annotated[
        str | None,
        typer.Option(
            "--heuristic", help="What guides the beam: hamming, or learned (from random walks; needs torch)."
        ),
    ] = None,
    train_walks: Annotated[
        int | None,
        typer.Option("--train-walks", help="Learn from so many random walks. [default: 5000, or --model]"),
    ] = None,
    walk_length: Annotated[
        int | None,
        typer.Option("--walk-length", help="Steps of these walks; somewhat more than the diameter is good."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            "--model", help="File that keeps what is learned: written with --train-walks, else read."
        ),
    ] = None,
    seed: SeedOption = 0,
    memory_limit: MemoryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find generators that lead from an element back to the start: solve a scrambled puzzle.

    Examples: cayley solve --puzzle 3x3x3 --metric htm --scramble "R U F2"; cayley solve '(1 20)' --group S20
    """
    if (element is None) == (scramble is None):
        raise typer.BadParameter("give either an element or --scramble")
    training = Training(train_walks, walk_length, model, seed)
    guides, method = check_guides(heuristic, pattern or [], training, method)
    from cayley._beam import solve as find
    from cayley._paths import apply_word

    given = element if scramble is None else apply_word(scramble, **graph)
    limits: dict[str, Any] = {"max_length": max_length, "memory_limit": memory_limit}
    with searching() as say:
        learned = learn(graph, training, say) if "learned" in guides else None
        tables = make_guides(graph, guides, pattern or [], learned)

        def progress(depth: int, size: int, kept: int) -> None:
            say(f"no word of up to {depth} generators; {kept:,} states kept, {size:,} in the last layer")

        path = find(
            given,
            **graph,
            **limits,
            method=method,
            width=width,
            heuristic=tables,
            random_state=seed,
            progress=progress,
        )
    if as_json:
        asked: dict[str, Any] = {"element": element} if scramble is None else {"scramble": scramble}
        print_json(asked | path.to_dict() | ({} if learned is None else {"learned": about(learned)}))
    else:
        _print_path(path, element or scramble or "", learned)
    if not path.found:
        raise typer.Exit(1)


def _print_path(path: PathResult, given: str, learned: LearnedDistance | None) -> None:
    rows = [("in", path.group), ("from", given)]
    if learned is not None:
        walks = f"{learned.n_walks:,} walks of {learned.length:,} steps, {learned.n_states:,} states"
        rows.append(("learned from", f"{walks}, in {duration(learned.seconds)}"))
    if path.word is None:
        rows.append(("solution", str(path)))
    else:
        kind = "shortest" if path.is_shortest else f"at least {path.lower_bound} are needed"
        rows += [("solution", str(path)), ("length", f"{path.length} ({kind})")]
    rows += [("states", f"{path.n_states:,}"), ("time", f"{duration(path.seconds)} ({path.method})")]
    print_facts(rows)


@describes_graph
def walk(
    graph: dict[str, Any],
    length: Annotated[int, typer.Option("--length", help="Number of steps.")] = 20,
    walks: Annotated[int, typer.Option("--walks", help="Number of walks.")] = 1,
    non_backtracking: Annotated[
        bool, typer.Option("--non-backtracking", help="Never undo the step before.")
    ] = False,
    seed: SeedOption = None,
    as_json: JsonOption = False,
) -> None:
    """Walk at random from the start: scrambles of a puzzle, say.

    Example: cayley walk --puzzle 3x3x3 --length 25 --non-backtracking --seed 1
    """
    from cayley._walks import random_walk

    found = random_walk(
        **graph, length=length, n_walks=walks, non_backtracking=non_backtracking, random_state=seed
    )
    words = [found.word(i) for i in range(found.n_walks if as_json else min(found.n_walks, _ROWS))]
    if as_json:
        rows = [
            {"word": list(word.names), "indices": list(word.indices), "end": end}
            for word, end in zip(words, found.ends.tolist(), strict=True)
        ]
        print_json({"group": found.group, "length": found.length, "walks": rows})
        return
    more = f", the first {_ROWS}" if found.n_walks > _ROWS else ""
    title = f"Random walks in {found.group}: {found.n_walks:,} of {found.length:,} steps{more}"
    print_table(title, ("steps", "end"), [(str(w), found.format_end(i)) for i, w in enumerate(words)])


@describes_graph
def spectrum(
    graph: dict[str, Any],
    n_extreme: Annotated[
        int, typer.Option("--ends", help="Eigenvalues at either end of a spectrum that is too large.")
    ] = 6,
    memory_limit: MemoryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compute eigenvalues, gap, girth, bipartiteness, mixing time and mean distance of a small graph.

    Example: cayley spectrum --group S5 --generators transpositions
    """
    from cayley._numbering import cayley_graph
    from cayley._walks import mixing
    from cayley.spectra import layer_statistics
    from cayley.spectra import spectrum as compute

    numbered = cayley_graph(**graph, memory_limit=memory_limit)
    found = compute(numbered, n_extreme=n_extreme, memory_limit=memory_limit)
    layers = layer_statistics(numbered.growth)
    mixed = mixing(numbered).time if numbered.n_vertices <= _MIXED else None
    if as_json:
        document = found.to_dict() | {"mixing_time": mixed, "layers": vars(layers)}
        print_json({key: _without_nan(value) for key, value in document.items()})
        return
    values = found.multiplicities()
    shown = values if len(values) <= 2 * _ROWS else [*values[:_ROWS], ("...", "..."), *values[-_ROWS:]]
    which = "all eigenvalues" if found.complete else "both ends of the eigenvalues"
    title = f"Spectrum of {found.group}: {which} of {found.n_vertices:,} vertices"
    times = "times" if found.complete else "times, at least"
    print_table(title, ("eigenvalue", times), [(_number(value), str(count)) for value, count in shown])
    rows = [
        ("degree", str(found.degree)),
        ("gap", f"{round(found.spectral_gap, 9) + 0.0:.6g}"),
        ("girth", "none" if found.girth is None else str(found.girth)),
        ("bipartite", "yes" if found.is_bipartite else "no"),
        ("diameter", str(layers.diameter)),
        (
            "distances",
            f"mean {layers.mean:.4g}, deviation {layers.standard_deviation:.4g}, mode {layers.mode}",
        ),
        ("mixing time", "not known" if mixed is None else f"{mixed} steps of the lazy walk"),
    ]
    print_facts(rows)


def _number(value: Any) -> str:
    if isinstance(value, complex):
        return f"{value.real:.6g}{value.imag:+.6g}i" if value.imag else f"{value.real:.6g}"
    return value if isinstance(value, str) else f"{value:.6g}"


def _without_nan(value: Any) -> Any:
    """JSON has no NaN."""
    if isinstance(value, dict):
        return {key: _without_nan(inner) for key, inner in value.items()}
    return None if isinstance(value, float) and value != value else value


@describes_graph
def draw(
    graph: dict[str, Any],
    output: Annotated[str, typer.Argument(help="FILE.png, FILE.svg or FILE.pdf.")],
    labels: Annotated[
        bool | None,
        typer.Option("--labels/--no-labels", help="Label the vertices. [default: if there are few]"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Draw a small graph: vertices on circles by distance, edges in the colours of their generators.

    Example: cayley draw s4.png --group S4 --generators coxeter
    """
    from cayley._numbering import cayley_graph
    from cayley.plot import check_drawable, check_plot_path, save_graph_plot

    check_plot_path(output)
    definition = definition_of(graph)
    check_drawable(definition)
    numbered = cayley_graph(definition)
    save_graph_plot(numbered, output, labels=labels)
    document = {
        "file": output,
        "group": numbered.name,
        "n_vertices": numbered.n_vertices,
        "diameter": numbered.diameter,
        "generators": list(numbered.generator_names),
    }
    if as_json:
        print_json(document)
    else:
        sys.stdout.write(f"{numbered.name}, {numbered.n_vertices:,} vertices: drawn to {output}\n")
