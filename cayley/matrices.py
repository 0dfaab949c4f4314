"""Matrix groups over the integers modulo m: definitions only, no engine.

A matrix is a tuple of rows, each a tuple of integers in 0, ..., m-1.
"""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from cayley._matrix_arithmetic import LARGEST_SIZE as LARGEST_SIZE
from cayley._matrix_arithmetic import Matrix as Matrix
from cayley._matrix_arithmetic import check_matrix, identity_matrix
from cayley._matrix_arithmetic import check_modulus as check_modulus
from cayley._matrix_arithmetic import determinant as determinant
from cayley._matrix_arithmetic import format_matrix as format_matrix
from cayley._matrix_arithmetic import inverse as inverse
from cayley._matrix_arithmetic import multiply as multiply
from cayley._matrix_arithmetic import one_plus as one_plus
from cayley._matrix_arithmetic import parse_matrix as parse_matrix
from cayley._matrix_arithmetic import prime_factors as prime_factors
from cayley._matrix_arithmetic import reduce_entries as reduce_entries
from cayley._matrix_arithmetic import with_inverses as with_inverses
from cayley.groups import NamedGroup
from graphkit.errors import UnknownNameError
from graphkit.validation import check_choice, check_integer, parse_integer


@dataclass(frozen=True)
class MatrixGroup:
    """A group of invertible matrices modulo m given by generators, the steps of its Cayley graph.

    The start is the identity matrix; a step takes M to the product M g.

    Attributes
    ----------
    modulus : int
    generators : tuple of matrices
        Square, all of the same size, entries in 0, ..., modulus-1.
    generator_names : str or tuple of str
    name : str
    order : int or None
        Number of elements where a formula gives it, else None.

    Raises
    ------
    ValueError
        If there is no generator, or one is not square, has another size than the first one, entries out of
        range, or is singular modulo m.

    Notes
    -----
    The constructor does not check `order`: a complete growth must sum to it.

    Examples
    --------
    >>> group = matrix_group("SL(2, 7)")
    >>> group.order, group.size, group.is_directed
    (336, 2, False)
    """

    modulus: int
    generators: tuple[Matrix, ...]
    generator_names: str | tuple[str, ...]
    name: str
    order: int | None = None

    def __post_init__(self) -> None:
        if not self.generators:
            raise ValueError("a group of matrices needs at least one generator")
        size = len(self.generators[0])
        for g in self.generators:
            if len(g) != size or any(len(row) != size for row in g):
                raise ValueError(f"generators must be {size} x {size} matrices, got {format_matrix(g)}")
            if any(min(row) < 0 or max(row) >= self.modulus for row in g):
                raise ValueError(f"entries must be in 0, ..., {self.modulus - 1}, got {format_matrix(g)}")
            inverse(g, self.modulus)
        if self.order is not None and self.order < 1:
            raise ValueError(f"the order of a group is at least 1, got {self.order}")

    @property
    def size(self) -> int:
        """Number of rows of a matrix."""
        return len(self.generators[0])

    @cached_property
    def is_directed(self) -> bool:
        """Whether the inverse of some generator is missing, so that steps cannot be undone in one."""
        return {inverse(g, self.modulus) for g in self.generators} != set(self.generators)

    def as_permutations(self, max_points: int = 2000) -> NamedGroup:
        """Return the same group as permutations of the column vectors that the unit vectors are taken to.

        A matrix is told by what it does to the unit vectors, so the groups are isomorphic, and the Cayley
        graphs are the same. The order follows from a stabiliser chain.

        Parameters
        ----------
        max_points : int
            Most vectors to accept.

        Raises
        ------
        ValueError
            If there are more vectors.

        Examples
        --------
        >>> matrix_group("SL(3, 2)").as_permutations().order
        168
        """
        _, images = self.moved_vectors(max_points)
        return NamedGroup(tuple(map(tuple, images)), self.generator_names, self.name)

    def moved_vectors(self, max_points: int = 2000) -> tuple[list[tuple[int, ...]], list[list[int]]]:
        """List the column vectors that the unit vectors are taken to.

        Returns
        -------
        vectors : list of tuple of int
            The unit vectors come first.
        images : list of list of int
            For each generator the number of the vector that it takes each vector to.

        Raises
        ------
        ValueError
            If there are more than `max_points`.
        """
        n, m = self.size, self.modulus
        vectors = [tuple(int(i == j) % m for i in range(n)) for j in range(n)]
        number = {vector: i for i, vector in enumerate(vectors)}
        images: list[list[int]] = [[] for _ in self.generators]
        for vector in vectors:
            for g, image in zip(self.generators, images, strict=True):
                moved = tuple([sum(x * y for x, y in zip(row, vector, strict=True)) % m for row in g])
                if moved not in number:
                    if len(vectors) == max_points:
                        raise ValueError(f"{self.name} moves more than {max_points} vectors")
                    number[moved] = len(vectors)
                    vectors.append(moved)
                image.append(number[moved])
        return vectors, images


def heisenberg(n: int, modulus: int) -> MatrixGroup:
    """Heisenberg group: n x n unitriangular matrices that differ from 1 in the first row or last column.

    The generators are 1 + E(1,j) and 1 + E(j,n) for 1 < j < n, and their inverses.

    Examples
    --------
    >>> heisenberg(3, 101).order
    1030301
    """
    n = check_integer(n, "the size of Heisenberg matrices", minimum=3, maximum=LARGEST_SIZE)
    entries = [(0, j) for j in range(1, n - 1)] + [(j, n - 1) for j in range(1, n - 1)]
    return _elementary(f"Heisenberg({n},{modulus})", n, modulus, entries, lambda m: m ** (2 * n - 3))


def unitriangular(n: int, modulus: int) -> MatrixGroup:
    """Group of the upper triangular n x n matrices with ones on the diagonal.

    The generators are 1 + E(i,i+1) and their inverses.

    Examples
    --------
    >>> unitriangular(4, 7).order == 7**6
    True
    """
    n = check_integer(n, "the size of unitriangular matrices", minimum=2, maximum=LARGEST_SIZE)
    entries = [(i, i + 1) for i in range(n - 1)]
    return _elementary(f"UT({n},{modulus})", n, modulus, entries, lambda m: m ** (n * (n - 1) // 2))


def special_linear_order(n: int, modulus: int) -> int:
    """Count the n x n matrices of determinant 1 modulo m.

    Examples
    --------
    >>> special_linear_order(3, 2), special_linear_order(2, 6)
    (168, 144)
    """
    found = modulus ** (n * n - 1)
    for p in prime_factors(modulus):
        for i in range(2, n + 1):
            found = found // p**i * (p**i - 1)
    return found


def special_linear(n: int, modulus: int, generators: str = "fundamental_roots") -> MatrixGroup:
    """Group of the n x n matrices of determinant 1.

    Parameters
    ----------
    n, modulus : int
    generators : {"fundamental_roots", "root_weyl"}
        1 + E(i,i+1) and 1 + E(i+1,i) for all i; or 1 + E(1,2) and a signed cyclic shift of the coordinates.
        Both with inverses.

    Notes
    -----
    Over the integers modulo m, which are a semilocal ring, the elementary matrices generate all matrices of
    determinant 1; the order is m^(n^2-1) times the product of 1 - p^-i over the primes p that divide m and
    i = 2, ..., n.

    Examples
    --------
    >>> special_linear(2, 101).order, special_linear(3, 4, "root_weyl").order
    (1030200, 43008)
    """
    n = check_integer(n, "the size of SL matrices", minimum=2, maximum=LARGEST_SIZE)
    chosen = check_choice(generators.strip().lower().replace("-", "_"), "generators of SL", _SPECIAL_LINEAR)

    name = f"SL({n},{modulus})"
    if chosen == "fundamental_roots":
        entries = [entry for i in range(n - 1) for entry in ((i, i + 1), (i + 1, i))]
        return _elementary(name, n, modulus, entries, lambda m: special_linear_order(n, m), chosen)
    shift = [[int(j == i + 1) for j in range(n)] for i in range(n)]
    shift[n - 1][0] = (-1) ** (n - 1)
    m = check_modulus(modulus)
    matrices = [one_plus(n, 0, 1, m), reduce_entries(shift, m)]
    return MatrixGroup(m, with_inverses(matrices, m), chosen, name, special_linear_order(n, m))


_SPECIAL_LINEAR = ("fundamental_roots", "root_weyl")
_FAMILIES = {"heisenberg": heisenberg, "ut": unitriangular, "sl": special_linear}


def matrix_group(text: str, generators: str | None = None) -> MatrixGroup | None:
    """Read the name of a matrix group.

    Parameters
    ----------
    text : str
        ``"Heisenberg(n,m)"``, ``"UT(n,m)"`` or ``"SL(n,m)"``: n x n matrices modulo m.
    generators : str, optional
        ``"fundamental_roots"`` (default) or ``"root_weyl"`` for SL; the others have one set only.

    Returns
    -------
    MatrixGroup or None
        None if the text does not look like a matrix group.

    Raises
    ------
    ValueError
        If a number is out of range or there are no such generators.

    Examples
    --------
    >>> matrix_group("Heisenberg(3,101)").order
    1030301
    >>> matrix_group("S10") is None
    True
    """
    pattern = r"\s*([a-z]+)\s*\(\s*(\d+)\s*,\s*(\d+)\s*\)\s*"
    match = re.fullmatch(pattern, text, flags=re.IGNORECASE | re.ASCII)
    kind = match[1].lower() if match else ""
    if match is None or kind not in _FAMILIES:
        return None
    n, m = parse_integer(match[2], "the size of matrices"), parse_integer(match[3], "the modulus")
    if kind == "sl":
        return special_linear(n, m, generators or "fundamental_roots")
    if generators is not None:
        raise UnknownNameError(f"{text.strip()} has one set of generators only, got {generators!r}")
    return _FAMILIES[kind](n, m)


def resolve_matrices(matrices: Iterable[str | Sequence[Sequence[int]]], modulus: int) -> MatrixGroup:
    """Turn matrices that the user wrote into a group.

    Parameters
    ----------
    matrices : iterable
        Strings (see `parse_matrix`) or sequences of rows; entries are taken modulo `modulus`.
    modulus : int
        At least 2.

    Raises
    ------
    TypeError
        If an entry is not an integer.
    ValueError
        If a matrix is not square, has another size than the first one, or is singular; or if all of them are
        the identity.

    Examples
    --------
    >>> resolve_matrices(["1 1; 0 1", "1 0; 1 1"], 5).is_directed
    True
    """
    m = check_modulus(modulus)
    if not isinstance(matrices, Iterable):
        raise TypeError(f"matrices are given as a list, got {matrices!r} of type {type(matrices).__name__}")
    read = [reduce_entries(parse_matrix(g) if isinstance(g, str) else check_matrix(g), m) for g in matrices]
    for g in read:
        if len(g) != len(read[0]):
            raise ValueError(
                f"matrices of one size are needed, got {len(read[0])} rows in {format_matrix(read[0])}, "
                f"{len(g)} in {format_matrix(g)}"
            )
        found = determinant(g) % m
        if math.gcd(found, m) != 1:
            raise ValueError(
                f"matrix {format_matrix(g)} is singular modulo {m}: determinant {found} shares a factor"
                f" with {m}"
            )
    unique = dict.fromkeys(read)
    if read:
        unique.pop(identity_matrix(len(read[0]), m), None)
    if not unique:
        raise ValueError("at least one matrix other than the identity is required")
    size = len(read[0])
    name = f"group of {size}x{size} matrices mod {m}"
    return MatrixGroup(m, tuple(unique), tuple(format_matrix(g) for g in unique), name)


def _elementary(
    name: str,
    n: int,
    modulus: int,
    entries: Sequence[tuple[int, int]],
    order: Callable[[int], int],
    names: str = "elementary",
) -> MatrixGroup:
    """Define the group that the matrices 1 + E(i,j) generate."""
    m = check_modulus(modulus)
    matrices = [one_plus(n, i, j, m) for i, j in entries]
    return MatrixGroup(m, with_inverses(matrices, m), names, name, order(m))
