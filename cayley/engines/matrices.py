"""Matrix engine: two bits for each matrix of a group whose elements can be numbered by their entries.

Method
------
A step M -> M g acts on each row of M by itself. The rows of upper unitriangular matrices are independent of
one another, so such a matrix is numbered by its free entries, split into some upper rows (high) and the
others (low), and a step is one look-up for each. A 2 x 2 matrix of determinant 1 is numbered by its first
row (high) and by t modulo m (low), where its second row is that of a fixed matrix with the same first row,
plus t times the first; a step looks up the new first row and adds a number to t that depends on the first
row alone.

Two bits tell of a matrix that it is unseen (0), old (1), or in one of the two layers that are at work (2
and 3, for even and odd distances), as in Korf's two-bit breadth-first search. A layer is found by visiting
the states of the layer before: by a list if that is short, else by a sweep over the codes.

References
----------
R. E. Korf, "Linear-time disk-based implicit graph search", J. ACM 55 (2008), doi:10.1145/1455248.1455250.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cayley.checkpoint import Checkpoint
from cayley.engines._kernels import matrices as kernels
from cayley.engines._marks import Marks
from cayley.matrices import MatrixGroup, determinant, unitriangular

_STATES_PER_CODE_WORD = 32
_LIST_SHARE = 128  # states for each place in the lists of a layer
_SHORTEST_LIST = 1024
_LARGEST_TABLE = 2**32


@dataclass(frozen=True)
class _Tables:
    """How the parts of a number move along each generator, and what the numbers mean.

    Attributes
    ----------
    to_high : ndarray of shape (n_high, generators), uint32
    to_low : ndarray, uint32
        Of the same shape: what is added to the low part; or of shape (n_low, generators): where it goes.
    decode : callable
        Turns numbers of states into matrices.
    encode : callable
        Turns matrices into numbers. What comes out for a matrix that has none belongs to another one.
    start : int
        Number of the identity.
    """

    to_high: NDArray[np.uint32]
    to_low: NDArray[np.uint32]
    decode: Callable[[NDArray[np.int64]], NDArray[np.int64]]
    encode: Callable[[NDArray[np.int64]], NDArray[np.int64]]
    start: int


@dataclass(frozen=True)
class _Index:
    """How matrices are numbered: state = high * n_low + low.

    Attributes
    ----------
    n_high, n_low : int
    shift : bool
        Whether the low part is moved by adding a number modulo n_low, or by a table.
    table_entries : int
        Entries of the tables, for each generator.
    tables : callable
        Makes the tables.
    """

    n_high: int
    n_low: int
    shift: bool
    table_entries: int
    tables: Callable[[], _Tables]


class MatrixEngine:
    """Layer sizes of a group of matrices modulo m, two bits for each.

    Parameters
    ----------
    group : MatrixGroup
        All generators upper unitriangular, or all 2 x 2 of determinant 1.
    list_limit : int, optional
        Longest layer that is kept as a list. By default 1/128 of the states.

    Attributes
    ----------
    name : str
        ``"matrices"``.

    Raises
    ------
    ValueError
        If the matrices have no index.

    Examples
    --------
    >>> from cayley.matrices import heisenberg
    >>> list(MatrixEngine(heisenberg(3, 5)).layers())
    [1, 4, 12, 32, 62, 12, 2]
    """

    name = "matrices"

    def __init__(self, group: MatrixGroup, list_limit: int | None = None) -> None:
        self._index = _index(group)
        self._order = group.order
        n_states = self._index.n_high * self._index.n_low
        self._tables = self._index.tables()
        moves = self._tables.to_high, self._tables.to_low, self._index.shift
        self._moves: tuple[Any, ...] = (self._index.n_low, *moves)
        self._codes = np.zeros(-(-n_states // _STATES_PER_CODE_WORD), np.uint64)
        self._lists = np.empty((2, _list_length(n_states) if list_limit is None else list_limit), np.int64)
        self._size = self._current = self._depth = 0
        self._exhausted = False

    @staticmethod
    def memory(group: MatrixGroup) -> int:
        """Bytes that the engine allocates for `group` at most.

        Raises
        ------
        ValueError
            If the matrices have no index.
        """
        index = _index(group)
        n_states = index.n_high * index.n_low
        n_generators = len(group.generators)
        # While the tables are made, some entries of 64 bits are held for each row.
        tables = index.table_entries * (4 * n_generators + 8 * (4 * group.size + 2))
        if index.shift:
            tables += 40 * group.modulus**2
        return n_states // 4 + 8 + 16 * _list_length(n_states) + tables

    def layers(self, checkpoint: Checkpoint | None = None) -> Iterator[int]:
        """Yield the sizes of layers 0, 1, 2, ... until nothing is new.

        Parameters
        ----------
        checkpoint : Checkpoint, optional
            Where the search is kept, and taken up again.

        Notes
        -----
        Each state is visited once: O(states times generators), and a pass over the codes for each layer that
        is too long for a list.
        """
        self._exhausted = False
        sizes = self._resume(checkpoint) if checkpoint and checkpoint.has_progress else self._start()
        yield from sizes
        while sum(sizes) != self._order:
            size = self._next_layer()
            if not size:
                self._exhausted = True
                if self._order is not None:
                    raise AssertionError(
                        f"only {sum(sizes)} of {self._order} matrices were reached: please report this"
                    )
                return
            self._size = size
            self._current = 1 - self._current
            sizes.append(size)
            self._depth = len(sizes) - 1
            if checkpoint:
                checkpoint.keep(lambda: self._snapshot(sizes))
            yield size

    def _start(self) -> list[int]:
        """Mark the identity."""
        start = self._tables.start
        self._codes[:] = 0
        self._codes[start // _STATES_PER_CODE_WORD] = 2 << 2 * (start % _STATES_PER_CODE_WORD)
        self._lists[0, :1] = start
        self._current, self._depth, self._size = 0, 0, 1
        return [1]

    def _resume(self, checkpoint: Checkpoint) -> list[int]:
        """Take a search up after its last whole layer."""
        saved = checkpoint.load()
        sizes: list[int] = saved["sizes"].tolist()
        self._codes[:] = saved["codes"]
        self._current, self._depth, self._size = int(saved["current"]), len(sizes) - 1, sizes[-1]
        listed = saved["listed"]
        self._lists[self._current, : listed.size] = listed
        return sizes

    def _snapshot(self, sizes: list[int]) -> dict[str, NDArray[Any]]:
        listed = self._lists[self._current]
        listed = listed[: self._size] if self._size <= listed.size else listed[:0]
        current = np.array(self._current)
        return {"codes": self._codes, "listed": listed, "current": current, "sizes": np.array(sizes)}

    def _next_layer(self) -> int:
        """Find the states of one more layer; return how many."""
        frontier, listed = self._lists[self._current], self._lists[1 - self._current]
        code, code_next = np.uint64(2 + self._current), np.uint64(3 - self._current)
        if self._size <= frontier.size:
            size = kernels.push_list(frontier, self._size, self._codes, code, code_next, self._moves, listed)
        else:
            size = kernels.push_all(self._codes, code, code_next, self._moves, listed)
        return int(size)

    def last_layer(self) -> NDArray[np.int64]:
        """Matrices of the layer that `layers` yielded last.

        Returns
        -------
        ndarray of shape (size, n, n), int64
            In order of their numbers.
        """
        listed = self._lists[self._current]
        if self._size <= listed.size:
            return self._tables.decode(np.sort(listed[: self._size]))
        if self._exhausted:  # the search for one more layer turned this one old: repeat all but that
            again, depth = self.layers(), self._depth
            for _ in range(depth + 1):
                next(again)
        states = np.empty(self._size, np.int64)
        kernels.list_states(self._codes, np.uint64(2 + self._current), states)
        return self._tables.decode(states)

    @property
    def bitmap_words(self) -> int:
        """Words of 64 bits in a bitmap of the matrices."""
        return -(-self._codes.size // 2)

    @property
    def marks_memory(self) -> int:
        """Bytes that `marks` allocates."""
        return 8 * self.bitmap_words

    def marks(self) -> Marks:
        """Tell where the matrices of the layer that `layers` yielded last are marked."""
        listed = self._lists[self._current]
        if self._size <= listed.size:
            return Marks(self._codes[:0], listed=listed[: self._size])
        layer = np.zeros(self.bitmap_words, np.uint64)
        kernels.mark_layer(self._codes, np.uint64(2 + self._current), layer)
        return Marks(layer)

    def places(self, states: NDArray[np.int64]) -> NDArray[np.int64]:
        """Find the numbers of matrices.

        Parameters
        ----------
        states : ndarray of shape (n, size, size), int64
            Entries in 0, ..., modulus-1.

        Returns
        -------
        ndarray of shape (n,), int64
            -1 for a matrix that has none.
        """
        numbers = self._tables.encode(states)
        same = (self._tables.decode(numbers) == states).all(axis=(1, 2))
        return np.where(same, numbers, -1)

    def release(self) -> None:
        """Free the codes."""
        self._codes = self._codes[:0].copy()


def _list_length(n_states: int) -> int:
    return max(_SHORTEST_LIST, n_states // _LIST_SHARE)


def _index(group: MatrixGroup) -> _Index:
    """Choose the numbering."""
    n, m = group.size, group.modulus
    if n == 2 and all(determinant(g) % m == 1 for g in group.generators):
        triangular = all(g[1][0] == 0 and g[0][0] == 1 for g in group.generators)
        if not triangular:
            return _special_linear_index(group)
    if all(
        row[j] == (1 if i == j else 0)
        for g in group.generators
        for i, row in enumerate(g)
        for j in range(i + 1)
    ):
        return _unitriangular_index(group)
    raise ValueError(
        f"{group.name}: only upper unitriangular matrices, and 2x2 matrices of determinant 1, have an index"
    )


def _special_linear_index(group: MatrixGroup) -> _Index:
    """Take the first row of a 2 x 2 matrix, and how much of it is added to the second."""
    m = group.modulus
    n_rows = unimodular_pairs(m)
    generators = np.array(group.generators, np.int64)

    def tables() -> _Tables:
        number = np.zeros(m * m, np.int64)
        top, bottom = np.empty((2, n_rows, 2), np.int64)
        if kernels.list_rows(m, number, top, bottom) != n_rows:
            raise AssertionError(f"the first rows of SL(2,{m}) are miscounted: please report this")
        to_high, shift = np.empty((2, n_rows, len(generators)), np.uint32)
        kernels.row_moves(m, generators, n_rows, number, top, bottom, to_high, shift)

        def decode(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
            row, t = np.divmod(numbers, m)
            return np.stack([top[row], (bottom[row] + t[:, None] * top[row]) % m], axis=1)

        def encode(matrices: NDArray[np.int64]) -> NDArray[np.int64]:
            row = number[matrices[:, 0, 0] * m + matrices[:, 0, 1]]
            p, q = matrices[:, 1, 0], matrices[:, 1, 1]
            return row * m + (p * bottom[row, 1] - q * bottom[row, 0]) % m

        # The first row (1, 0) is completed by (0, 1).
        return _Tables(to_high, shift, decode, encode, int(number[m]) * m)

    return _Index(n_rows, m, True, n_rows * 2, tables)


def unimodular_pairs(m: int) -> int:
    """Count the pairs (a, b) modulo m with gcd(a, b, m) = 1: Jordan's totient.

    Examples
    --------
    >>> unimodular_pairs(6)
    24
    """
    found, rest, p = m * m, m, 2
    while rest > 1:
        if rest % p == 0:
            found = found // (p * p) * (p * p - 1)
            while rest % p == 0:
                rest //= p
        p = rest if p * p > rest else p + 1
    return found


def _unitriangular_index(group: MatrixGroup) -> _Index:
    """Take the entries that products of the generators can reach."""
    n, m = group.size, group.modulus
    free = _free_columns(group)
    sizes = [m ** len(columns) for columns in free]
    if m * m * n >= 2**62:
        raise ValueError(f"{group.name}: products of entries modulo {m} would overflow")
    split = min(range(n + 1), key=lambda i: max(prod(sizes[:i]), prod(sizes[i:])))
    n_high, n_low = prod(sizes[:split]), prod(sizes[split:])
    if max(n_high, n_low) >= _LARGEST_TABLE:
        raise ValueError(f"{group.name}: the matrices are too many for tables")

    def tables() -> _Tables:
        rows = [_rows(i, columns, n, m) for i, columns in enumerate(free)]
        generators = [np.array(g, np.int64) for g in group.generators]

        def moves(first: int, last: int) -> NDArray[np.uint32]:
            found = np.zeros((prod(sizes[first:last]), len(generators)), np.uint32)
            for column, g in enumerate(generators):
                part = np.zeros(1, np.int64)
                for i in range(first, last):
                    image = rows[i] @ g % m
                    number = np.zeros(len(image), np.int64)
                    for j in free[i]:
                        number = number * m + image[:, j]
                    part = (part[:, None] * sizes[i] + number).ravel()
                found[:, column] = part
            return found

        def decode(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
            matrices = np.empty((len(numbers), n, n), np.int64)
            for i in range(n - 1, -1, -1):
                numbers, digit = np.divmod(numbers, sizes[i])
                matrices[:, i] = rows[i][digit]
            return matrices

        def encode(matrices: NDArray[np.int64]) -> NDArray[np.int64]:
            numbers = np.zeros(len(matrices), np.int64)
            for i in range(n):
                for j in free[i]:
                    numbers = numbers * m + matrices[:, i, j]
            return numbers

        return _Tables(
            moves(0, split), moves(split, n), decode, encode, 0
        )  # the identity has no free entry set

    return _Index(n_high, n_low, False, n_high + n_low, tables)


def _free_columns(group: MatrixGroup) -> list[list[int]]:
    """For each row, the columns right of the diagonal where a product of the generators may be nonzero."""
    n = group.size
    reach = [{j for g in group.generators for j in range(i + 1, n) if g[i][j]} for i in range(n)]
    for i in range(n - 1, -1, -1):  # the rows below are closed already
        for j in sorted(reach[i]):
            reach[i] |= reach[j]
    return [sorted(columns) for columns in reach]


def _rows(i: int, columns: list[int], n: int, m: int) -> NDArray[np.int64]:
    """List the possible rows number i: 1 at place i, anything in the free columns."""
    found = np.zeros((m ** len(columns), n), np.int64)
    found[:, i] = 1
    numbers = np.arange(len(found))
    for j in reversed(columns):
        numbers, found[:, j] = np.divmod(numbers, m)
    return found


def warm_up() -> None:
    """Compile the kernels, or load them from numba's cache, on two small groups."""
    special = MatrixGroup(2, (((1, 1), (0, 1)), ((1, 0), (1, 1))), "warm-up", "warm-up", 6)
    for group, layers in ((special, [1, 2, 2, 1]), (unitriangular(3, 2), [1, 2, 2, 2, 1])):
        for list_limit in (0, None):
            if list(MatrixEngine(group, list_limit).layers()) != layers:
                raise AssertionError(f"the matrix engine miscounts {group.name}: please report this")
