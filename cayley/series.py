"""Series of graphs: one for each n, such as the generators ``lrx`` of S_n, or ``Heisenberg(3,n)``."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from cayley.definitions import Definition, define
from cayley.families import Parameter, get_family, get_generators
from graphkit.errors import UnknownNameError
from graphkit.validation import check_choice, check_integer

_LONGEST = 10_000  # values of n in a range
_LETTER = re.compile(r"(?<![A-Za-z0-9])n(?![A-Za-z0-9])")  # the n of "UT(3,n)", not that of "dino"


def _halves(n: int) -> tuple[int, ...]:
    return (0,) * (n // 2) + (1,) * (n - n // 2)


def _alternating(n: int) -> tuple[int, ...]:
    return tuple(i % 2 for i in range(n))


PATTERNS = {"halves": _halves, "alternating": _alternating}


@dataclass(frozen=True)
class Series:
    """Graphs numbered by n.

    Attributes
    ----------
    family : str or None
        A generator family. Alone it stands for the group that it generates on n points (signed families: of n
        items with two sides), whatever group that is.
    group : str or None
        Name of a group with the letter n in place of a number: ``"Sn"``, ``"Heisenberg(3,n)"``,
        ``"UT(n,2)"``, ``"globe-1-n"``.
    state : str or None
        Start words of n letters instead of a group: ``"halves"``, n//2 zeros and then ones, or
        ``"alternating"``, 010101...; with it the graphs are coset graphs.
    parameters : dict of str to int or str
        Parameters of the family; ``metric`` of a puzzle.

    Raises
    ------
    UnknownNameError
        If there is no such family or pattern.
    ValueError
        If the arguments do not go together.

    Examples
    --------
    >>> Series("top_spin").definition(7).name, Series(group="SL(2,n)").definition(5).order
    ('A7', 120)
    >>> Series("lrx", state="halves").definition(5).name
    'word 00111'
    """

    family: str | None = None
    group: str | None = None
    state: str | None = None
    parameters: dict[str, Parameter] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check what can be checked without an n."""
        if self.family is not None:
            if not isinstance(self.family, str):
                raise TypeError(f"a series takes the name of a family, got {self.family!r}")
            alone = self.group is None and self.state is None
            (get_family if alone else get_generators)(self.family)
        if self.group is not None and self.state is not None:
            raise ValueError("choose one of group and state")
        if self.state is not None:
            check_choice(self.state, "pattern of start words", PATTERNS)
        if self.group is not None and not self._has_letter:
            raise UnknownNameError(
                f"the group of a series has the letter n in place of a number, such as 'Heisenberg(3,n)',"
                f" got {self.group!r}"
            )
        if self.family is None and self.group is None:
            raise ValueError("a series needs a family, such as 'lrx', or a group, such as 'Heisenberg(3,n)'")

    @property
    def _has_letter(self) -> bool:
        text = (self.group or "").strip()
        return re.fullmatch(r"[SAB]n", text) is not None or _LETTER.search(text) is not None

    @property
    def name(self) -> str:
        """What the series is called: ``lrx``, ``top_spin(k=5)``, ``lrx on halves``, ``Heisenberg(3,n)``."""
        arguments = ", ".join(f"{key}={value}" for key, value in self.parameters.items())
        family = (self.family or "") + (f"({arguments})" if arguments else "")
        if self.state is not None:
            return f"{family} on {self.state}"
        return " ".join(part for part in (self.group, family) if part)

    def definition(self, n: int) -> Definition:
        """Return the graph for one n.

        Raises
        ------
        ValueError
            If the family, the group or a parameter does not take this n.
        """
        n = check_integer(n, "n", minimum=1)
        if self.group is not None:
            text = self.group.strip()
            named = text[0] + str(n) if re.fullmatch(r"[SAB]n", text) else _LETTER.sub(str(n), text)
            return define(named, self.family, parameters=self.parameters)
        if self.family is None:
            raise AssertionError("a series without a group has a family")
        if self.state is not None:
            return define(None, self.family, state=PATTERNS[self.state](n), parameters=self.parameters)
        family = get_family(self.family)
        if not family.sizes:
            raise ValueError(f"{family.usage} has no size to be numbered by n")
        return family.graph(**({family.sizes[0]: n} | self.parameters))


def parse_range(n: int | str | Iterable[int]) -> tuple[int, ...]:
    """Read values of n, in increasing order and each once.

    Parameters
    ----------
    n : int, str or iterable of int
        Text is a list of numbers and ranges, whose ends are included.

    Raises
    ------
    ValueError
        If the text cannot be read, nothing is left, a value is less than 1, or there are more than 10,000.

    Examples
    --------
    >>> parse_range("3..6"), parse_range("2,3,5,7..9")
    ((3, 4, 5, 6), (2, 3, 5, 7, 8, 9))
    """
    values: set[int] = set()
    if isinstance(n, str):
        for part in n.split(","):
            match = re.fullmatch(r"\s*([0-9]{1,9})\s*(?:\.\.\s*([0-9]{1,9})\s*)?", part)
            if match is None:
                raise ValueError(f"cannot read {part.strip()!r} in n = {n!r}: write 3..12 or 2,3,5,7")
            first = int(match[1])
            last = first if match[2] is None else int(match[2])
            if last < first:
                raise ValueError(f"the range {part.strip()!r} of n ends before it begins")
            if last - first >= _LONGEST:
                raise ValueError(f"a range of n may have up to {_LONGEST:,} values, got {part.strip()!r}")
            values.update(range(first, last + 1))
    elif isinstance(n, Iterable):
        values.update(check_integer(value, "n") for value in n)
    else:
        values.add(check_integer(n, "n"))
    if not values:
        raise ValueError("no value of n is given; write 3..12 or 2,3,5,7")
    check_integer(min(values), "n", minimum=1)
    if len(values) > _LONGEST:
        raise ValueError(f"a range of n may have up to {_LONGEST:,} values, got {len(values):,}")
    return tuple(sorted(values))


def format_range(values: Iterable[int]) -> str:
    """Write integers as `parse_range` reads them.

    Examples
    --------
    >>> format_range([3, 4, 5, 7, 11, 12])
    '3..5, 7, 11, 12'
    """
    runs: list[list[int]] = []
    for value in sorted(values):
        if runs and runs[-1][-1] == value - 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    parts = [f"{run[0]}..{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return ", ".join(parts)
