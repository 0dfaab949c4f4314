"""What puzzles of all kinds share: moves are permutations of places, each with a symbol."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

from cayley.families._family import KnownDiameter, Parameter
from cayley.families._registry import graph_family
from cayley.permutation import LARGEST_DEGREE, Permutation, compose, identity, inverse

Moves = dict[str, Permutation]

_Builder = Callable[..., Moves]

NAMES: list[str] = []  # of the families of puzzles that are groups

_Place = TypeVar("_Place", bound=Hashable)


def puzzle_family(
    description: str,
    *,
    examples: Sequence[Mapping[str, Parameter]] = ({},),
    reference: str = "",
    name: str | None = None,
    diameter: KnownDiameter | None = None,
) -> Callable[[_Builder], _Builder]:
    """Register a function that lists moves as a family of puzzles, see `graph_family`."""
    register = graph_family(
        "puzzles", description, examples=examples, reference=reference, name=name, diameter=diameter
    )

    def enter(build: _Builder) -> _Builder:
        NAMES.append(name or build.__name__.strip("_"))
        return register(build)

    return enter


def carry(places: Sequence[_Place], image: Callable[[_Place], _Place]) -> Permutation:
    """Return the move that carries what is at each place to the image of the place.

    A step takes an arrangement a to the arrangement a[g[i]], so that g[i] is where that comes from which
    arrives at place i.

    Raises
    ------
    ValueError
        If the images are not these places in another order: the geometry is wrong.

    Examples
    --------
    >>> carry(["left", "right"], {"left": "right", "right": "left"}.get)
    (1, 0)
    """
    number = {place: i for i, place in enumerate(places)}
    images = [number.get(image(place)) for place in places]
    if len(number) != len(places) or set(images) != set(range(len(places))):
        wrong = next((place for place, i in zip(places, images, strict=True) if i is None), places[0])
        raise ValueError(f"the move does not map the places to themselves, see {wrong!r}")
    return inverse(tuple([i for i in images if i is not None]))


def power(p: Permutation, exponent: int) -> Permutation:
    """Repeat a permutation; negative exponents undo it."""
    base = p if exponent >= 0 else inverse(p)
    result = identity(len(p))
    for _ in range(abs(exponent)):
        result = compose(result, base)
    return result


def order_of(p: Permutation) -> int:
    """Least positive number of repetitions after which nothing has changed."""
    count, q = 1, p
    while q != tuple(range(len(p))):
        count, q = count + 1, compose(q, p)
    return count


def turns(symbol: str, smallest: Permutation, any_angle: bool) -> Moves:
    """List the turns of one part of a puzzle: both ways, and by larger angles if these count as one move.

    Examples
    --------
    >>> list(turns("A", (1, 2, 3, 4, 0), any_angle=True))
    ['A', 'A2', "A2'", "A'"]
    """
    order = order_of(smallest)
    found = {symbol: smallest}
    for exponent in range(2, order - 1) if any_angle else ():
        back = order - exponent
        written = f"{symbol}{exponent}" if exponent <= back else f"{symbol}{back}'"
        found[written] = power(smallest, exponent)
    if order > 2:
        found[f"{symbol}'"] = inverse(smallest)
    return found


def check_degree(degree: int, what: str) -> None:
    """Refuse puzzles of too many places.

    Raises
    ------
    ValueError
        If there are more than `cayley.permutation.LARGEST_DEGREE`.
    """
    if degree > LARGEST_DEGREE:
        raise ValueError(f"a puzzle may have up to {LARGEST_DEGREE} {what}, got {degree}")
