"""What the command ``cayley distance`` does and prints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from cayley._cli_options import definition_of
from graphkit.console import print_json, print_table

if TYPE_CHECKING:
    from cayley._distances import Distances


def run_distance(
    elements: Sequence[str],
    request: dict[str, Any],
    *,
    progress: Callable[[int, int, int], None] | None = None,
    as_json: bool = False,
) -> None:
    """Print the distance and a shortest word of each element.

    Parameters
    ----------
    elements : sequence of str
        As `cayley.Distances.of` reads them.
    request : dict
        Keywords of `cayley.distances` but `progress`.
    progress : callable, optional
        See `cayley.distances`.
    as_json : bool
        Print one JSON object, see `as_document`, or else a table.

    Raises
    ------
    ValueError
        If an element cannot be read, which shows before anything is computed, or is not reached.
    """
    from cayley._distances import distances
    from cayley._elements import elements_of

    options = {name: request[name] for name in ("memory_limit", "threads", "engine") if name in request}
    definition = definition_of({name: value for name, value in request.items() if name not in options})
    elements_of(definition).read(list(elements))
    found = distances(definition, progress=progress, **options)
    document = as_document(found, elements)
    if as_json:
        print_json(document)
        return
    rows = [(row["element"], row["distance"], " ".join(row["word"]) or "1") for row in document["elements"]]
    title = f"Distances from the start in {found.name}: {found.order:,} elements, diameter {found.diameter}"
    print_table(title, ("element", "distance", "shortest word, first step first"), rows)


def as_document(found: Distances, elements: Sequence[str]) -> dict[str, Any]:
    """Collect distances and words for JSON.

    Returns
    -------
    dict
        ``group``, ``directed``, ``order``, ``diameter``, ``engine``, ``generators`` (their names), and
        ``elements``: a list with ``element`` (as it was given), ``distance``, ``word`` (names of generators,
        the first step first) and ``indices`` (their numbers from 0).
    """
    words = found.words(list(elements))
    return {
        "group": found.name,
        "directed": found.directed,
        "order": found.order,
        "diameter": found.diameter,
        "engine": found.engine,
        "generators": list(found.generator_names),
        "elements": [
            {
                "element": element,
                "distance": len(word),
                "word": list(word.names),
                "indices": list(word.indices),
            }
            for element, word in zip(elements, words, strict=True)
        ],
    }
