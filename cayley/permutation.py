"""Permutations of 0, ..., n-1 as tuples of images, and the notations in which people write them.

A permutation ``p`` sends ``i`` to ``p[i]``. In text, points are numbered from 1, as group theorists do.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral

from graphkit.validation import parse_integer

Permutation = tuple[int, ...]

LARGEST_DEGREE = 1000  # points of a permutation that a user gives

_CYCLE = re.compile(r"\(([^()]*)\)")


def identity(degree: int) -> Permutation:
    """Return the permutation that moves none of the `degree` points."""
    return tuple(range(degree))


def compose(p: Permutation, q: Permutation) -> Permutation:
    """Product of two permutations, `q` applied first: ``compose(p, q)[i] == p[q[i]]``.

    Examples
    --------
    >>> compose((1, 2, 0), (1, 0, 2))
    (2, 1, 0)
    """
    return tuple([p[i] for i in q])


def inverse(p: Permutation) -> Permutation:
    """Return the permutation that undoes `p`.

    Examples
    --------
    >>> inverse((1, 2, 0))
    (2, 0, 1)
    """
    result = [0] * len(p)
    for i, image in enumerate(p):
        result[image] = i
    return tuple(result)


def cycles(p: Permutation) -> list[tuple[int, ...]]:
    """Disjoint cycles of `p` of length at least two, each starting with its least point.

    Examples
    --------
    >>> cycles((1, 2, 0, 4, 3, 5))
    [(0, 1, 2), (3, 4)]
    """
    seen = [False] * len(p)
    found = []
    for start in range(len(p)):
        cycle = []
        point = start
        while not seen[point]:
            seen[point] = True
            cycle.append(point)
            point = p[point]
        if len(cycle) > 1:
            found.append(tuple(cycle))
    return found


def is_odd(p: Permutation) -> bool:
    """Tell whether `p` is a product of an odd number of transpositions."""
    return sum(len(cycle) - 1 for cycle in cycles(p)) % 2 == 1


def extend(p: Permutation, degree: int) -> Permutation:
    """Let `p` act on more points and fix the new ones."""
    return p + tuple(range(len(p), degree))


def from_cycles(cycle_list: Iterable[Sequence[int]], degree: int) -> Permutation:
    """Build a permutation of `degree` points from disjoint cycles of points numbered from 0.

    Examples
    --------
    >>> from_cycles([(0, 2), (1, 3)], 5)
    (2, 3, 0, 1, 4)
    """
    images = list(range(degree))
    for cycle in cycle_list:
        for point, image in zip(cycle, (*cycle[1:], cycle[0]), strict=True):
            images[point] = image
    return tuple(images)


def reversal(first: int, last: int, degree: int) -> Permutation:
    """Reverse the positions first..last, both included."""
    return (*range(first), *range(last, first - 1, -1), *range(last + 1, degree))


def shift(degree: int) -> Permutation:
    """Shift all positions to the left: the first comes last."""
    return (*range(1, degree), 0)


def swap(i: int, j: int, degree: int) -> Permutation:
    """Exchange two positions."""
    return from_cycles([(i, j)], degree)


def distinct_moves(moves: Mapping[str, Permutation]) -> dict[Permutation, str]:
    """Return the different permutations among moves, each with the first symbol it has; not the identity.

    Examples
    --------
    >>> distinct_moves({"x": (1, 0, 2), "y": (1, 0, 2), "z": (0, 1, 2)})
    {(1, 0, 2): 'x'}
    """
    found: dict[Permutation, str] = {}
    for symbol, p in moves.items():
        if p != identity(len(p)):
            found.setdefault(p, symbol)
    return found


def format_cycles(p: Permutation) -> str:
    """Write `p` in cycle notation with points numbered from 1.

    Examples
    --------
    >>> format_cycles((1, 2, 0, 4, 3)), format_cycles((0, 1))
    ('(1 2 3)(4 5)', '()')
    """
    return "".join("(" + " ".join(str(i + 1) for i in cycle) + ")" for cycle in cycles(p)) or "()"


def parse_permutation(text: str, degree: int | None = None) -> Permutation:
    """Read a permutation in cycle notation or as one line of images, points numbered from 1.

    Parameters
    ----------
    text : str
        ``"(1 2 3)(4 5)"`` or ``"(1,2,3)(4,5)"``: disjoint cycles. ``"[2, 3, 1]"`` or ``"2 3 1"``: the images
        of 1, 2, 3.
    degree : int, optional
        Number of points. By default the largest point that is named.

    Returns
    -------
    tuple of int
        Images, numbered from 0.

    Raises
    ------
    ValueError
        If the text is in neither notation, a point is repeated, missing or out of range.

    Examples
    --------
    >>> parse_permutation("(1 2 3)(4 5)")
    (1, 2, 0, 4, 3)
    >>> parse_permutation("2 3 1") == parse_permutation("(1 2 3)")
    True
    """
    stripped = text.strip()
    if stripped.startswith("("):
        rest = _CYCLE.sub("", stripped)
        if rest.strip():
            raise ValueError(_unreadable(text, f"found {rest.strip()!r} outside the parentheses"))
        cycle_list = [_points(body, text) for body in _CYCLE.findall(stripped)]
        named = [point for cycle in cycle_list for point in cycle]
        n = _check_points(named, degree, text)
        return from_cycles([[point - 1 for point in cycle] for cycle in cycle_list if cycle], n)
    if stripped.startswith("[") != stripped.endswith("]"):
        raise ValueError(_unreadable(text, "a bracket is missing"))
    images = _points(stripped.removeprefix("[").removesuffix("]"), text)
    if not images:
        raise ValueError(_unreadable(text, "it is empty"))
    n = _check_points(images, degree, text)
    if len(images) != max(images):
        missing = next(point for point in range(1, max(images) + 1) if point not in images)
        raise ValueError(f"permutation {text!r}: {missing} is not among the images of 1 to {max(images)}")
    return extend(tuple(image - 1 for image in images), n)


def check_permutation(
    p: Sequence[int], degree: int | None = None, largest: int | None = LARGEST_DEGREE
) -> Permutation:
    """Check a sequence of images numbered from 0, and extend it to `degree` points.

    Raises
    ------
    TypeError
        If an image is not an integer.
    ValueError
        If the images are not 0, ..., n-1 in some order, or there are more than `degree` or `largest` of them.
    """
    if not isinstance(p, Iterable):
        raise TypeError(f"a permutation is a string or a sequence of images, got {p!r}")
    images = tuple(p)
    if set(map(type, images)) != {int}:
        for image in images:
            if not isinstance(image, Integral) or isinstance(image, bool):
                raise TypeError(
                    f"images of a permutation must be integers, got {image!r} of type {type(image).__name__}"
                )
        images = tuple(map(int, images))
    n = len(images)
    if largest is not None and n > largest:
        raise ValueError(f"a permutation may have up to {largest} points, got {n}")
    if sorted(images) != list(range(n)):
        shifted = sorted(images) == list(range(1, n + 1))
        hint = "; points of a sequence are numbered from 0, those of a string from 1" if shifted else ""
        raise ValueError(f"not a permutation of 0 to {n - 1}: {list(images)}{hint}")
    if degree is not None and n > degree:
        raise ValueError(f"a permutation of {n} points does not act on {degree} points: {list(images)}")
    return images if degree is None else extend(images, degree)


def check_generators(generators: Sequence[Sequence[int]]) -> tuple[Permutation, ...]:
    """Check that there are permutations, all of the same points.

    Raises
    ------
    TypeError
        If an image is not an integer.
    ValueError
        If there is none, or something is no permutation, or they act on different numbers of points.

    Examples
    --------
    >>> check_generators([(1, 2, 0), [1, 0, 2]])
    ((1, 2, 0), (1, 0, 2))
    """
    if not generators:
        raise ValueError("at least one generator is required")
    checked = tuple(check_permutation(p, largest=None) for p in generators)
    degrees = sorted({len(p) for p in checked})
    if len(degrees) > 1 or not degrees[0]:
        raise ValueError(f"generators must act on the same points, at least one, got {degrees} points")
    return checked


def _points(body: str, text: str) -> list[int]:
    words = body.replace(",", " ").split()
    for word in words:
        if not (word.isascii() and word.isdecimal()):
            raise ValueError(_unreadable(text, f"{word!r} is not a point"))
    return [parse_integer(word, "a point") for word in words]


def _check_points(points: list[int], degree: int | None, text: str) -> int:
    repeated = next((point for i, point in enumerate(points) if point in points[:i]), None)
    if repeated is not None:
        raise ValueError(f"permutation {text!r}: point {repeated} is named twice")
    largest = max(points, default=1)
    if 0 in points:
        raise ValueError(f"permutation {text!r}: points are numbered from 1, got 0")
    if largest > LARGEST_DEGREE:
        raise ValueError(f"permutation {text!r}: points may be up to {LARGEST_DEGREE}, got {largest}")
    if degree is not None and largest > degree:
        raise ValueError(f"permutation {text!r}: point {largest} is out of range, it acts on 1 to {degree}")
    return degree if degree is not None else largest


def _unreadable(text: str, why: str) -> str:
    return f"cannot read permutation {text!r}: {why}; write cycles '(1 2 3)(4 5)' or images '[2, 3, 1, 5, 4]'"
