"""What guides the beam of ``cayley solve``: the Hamming distance, colourings, or a learned distance."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from cayley._cli_options import definition_of

if TYPE_CHECKING:
    from cayley.learning import LearnedDistance


class Training(NamedTuple):
    """How a distance is to be learned, or where it is kept."""

    n_walks: int | None
    length: int | None
    model: str | None
    seed: int | None


def check_guides(
    heuristic: str | None, patterns: list[str], training: Training, method: str
) -> tuple[list[str], str]:
    """Check options that go together, before any work.

    Returns
    -------
    guides : list of str
        Of ``"hamming"``, ``"learned"`` and ``"patterns"``.
    method : str
        The beam, if something is to be learned: it would be of no use for shortest words.
    """
    from graphkit.validation import check_choice

    if heuristic is not None:
        check_choice(heuristic, "heuristic", ("hamming", "learned"))
    is_learned = heuristic == "learned"
    if not is_learned and (training.n_walks, training.length, training.model) != (None, None, None):
        raise typer.BadParameter("--train-walks, --walk-length and --model go with --heuristic learned")
    if is_learned and method == "exact":
        raise typer.BadParameter("--heuristic learned guides the beam, not --method exact")
    if training.length is not None and training.model is not None and training.n_walks is None:
        raise typer.BadParameter("--walk-length goes with --train-walks, not with a model that is read")
    guides = [heuristic] if heuristic is not None else []
    guides += ["patterns"] if patterns else []
    return guides or ["hamming"], "beam" if is_learned else method


def learn(graph: dict[str, Any], training: Training, say: Callable[[str], None]) -> LearnedDistance:
    """Read a learned distance, or train it and perhaps keep it."""
    from cayley.learning import LearnedDistance, train_distance

    definition: Any = definition_of(graph)
    if definition.is_directed and hasattr(definition, "state"):
        raise ValueError(
            "--heuristic learned is not for words under generators without their inverses: they are searched"
            " from the given word, not from the start that the walks begin at"
        )
    if training.model is not None and training.n_walks is None:
        found = LearnedDistance.load(training.model)
        found.require_graph(definition)
        return found
    if training.model is not None:
        from graphkit.files import check_writable

        check_writable(training.model)
    options: dict[str, Any] = {} if training.n_walks is None else {"n_walks": training.n_walks}
    say("walking at random")
    learned = train_distance(
        definition,
        length=training.length,
        random_state=training.seed,
        progress=lambda epoch, error: say(f"learning: epoch {epoch}, mean squared error {error:.4g}"),
        **options,
    )
    if training.model is not None:
        learned.save(training.model)
    return learned


def make_guides(
    graph: dict[str, Any], guides: list[str], patterns: list[str], learned: LearnedDistance | None
) -> list[Any]:
    """Return the heuristics for `cayley.beam_search`; tables of patterns are computed."""
    found: list[Any] = ["hamming"] if "hamming" in guides else []
    if learned is not None:
        found.append(learned)
    if "patterns" in guides:
        from cayley._distances import distances

        definition: Any = definition_of(graph)
        if hasattr(definition, "modulus"):
            raise ValueError("--pattern is for permutations and words, not for matrices")
        found += [distances(state=text, generators=definition.generators) for text in patterns]
    return found


def about(learned: LearnedDistance) -> dict[str, Any]:
    """Describe a learned distance, ready for JSON."""
    return {name: getattr(learned, name) for name in ("n_walks", "length", "n_states", "errors", "seconds")}
