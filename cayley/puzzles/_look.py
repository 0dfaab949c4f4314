"""The graph of a puzzle whose stickers have colours. Definition only, no engine."""

from dataclasses import dataclass

from cayley.cosets import CosetGraph


@dataclass(frozen=True)
class ColouredPuzzle(CosetGraph):
    """A puzzle whose stickers have the colours of their faces: a Schreier coset graph.

    Attributes
    ----------
    title : str
        The name.

    Examples
    --------
    >>> from cayley.puzzles import coloured_cube
    >>> coloured_cube(4).n_colours, coloured_cube(4).degree
    (6, 96)
    """

    title: str = ""

    @property
    def name(self) -> str:
        """The name that people use."""
        return self.title
