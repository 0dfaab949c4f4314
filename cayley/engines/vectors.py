"""Chain engine for matrices: a matrix group without an index of its own, as permutations of few vectors.

A matrix is told by what it does to the unit vectors, so the group acts faithfully on the vectors that these
are taken to, and its Cayley graph is that of the permutations. The chain also proves the order.
"""

import numpy as np
from numpy.typing import NDArray

from cayley.engines.chain import ChainEngine
from cayley.groups import PermutationGroup
from cayley.matrices import MatrixGroup

# Vectors up to which a stabiliser chain is found within half a second.
_LARGEST_ORBIT = 500


class VectorEngine(ChainEngine):
    """Layer sizes of a group of matrices that act on few vectors, two bits for each.

    Parameters
    ----------
    group : MatrixGroup

    Raises
    ------
    ValueError
        If the unit vectors are taken to more than 500 vectors, or the chain engine does not take the group.

    Examples
    --------
    >>> from cayley.matrices import matrix_group
    >>> engine = VectorEngine(matrix_group("SL(3,2)"))
    >>> sum(engine.layers())
    168
    """

    def __init__(self, group: MatrixGroup) -> None:
        super().__init__(_permutations(group))
        self._size, self._modulus = group.size, group.modulus
        self._vectors = np.array(group.moved_vectors(_LARGEST_ORBIT)[0], np.int64)
        self._values, self._beginnings, self._number = _index(self._vectors)

    @staticmethod
    def order(group: MatrixGroup) -> int:
        """Return the number of matrices, proved by the chain."""
        return _permutations(group).order

    @staticmethod
    def memory(group: MatrixGroup) -> int:  # type: ignore[override]
        """Bytes that the engine allocates for `group` at most.

        Raises
        ------
        ValueError
            See the class.
        """
        return ChainEngine.memory(_permutations(group))

    def last_layer(self) -> NDArray[np.int64]:
        """Matrices of the layer that `layers` yielded last, shape (size, n, n)."""
        # The unit vectors come first; their images are the columns.
        images = super().last_layer()[:, : self._size]
        return self._vectors[images].transpose(0, 2, 1)

    def places(self, states: NDArray[np.int64]) -> NDArray[np.int64]:
        """Find the numbers of matrices; -1 for what is not in the group."""
        images = (states % self._modulus) @ self._vectors.T % self._modulus  # (n_states, size, n_vectors)
        rows = self._find(images.transpose(0, 2, 1))
        found = np.full(len(states), -1, np.int64)
        known = (rows >= 0).all(axis=1) & (np.sort(rows, axis=1) == np.arange(len(self._vectors))).all(axis=1)
        found[known] = super().places(rows[known])
        return found

    def _find(self, vectors: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the numbers of vectors, the last axis of an array; -1 for one that does not occur."""
        key = np.zeros(vectors.shape[:-1], np.int64)
        for column, (values, beginnings) in enumerate(zip(self._values, self._beginnings, strict=True)):
            entry = _search(values, vectors[..., column])
            key = _search(beginnings, np.where((key >= 0) & (entry >= 0), key * len(values) + entry, -1))
        return np.where(key >= 0, self._number[key], -1)


def _permutations(group: MatrixGroup) -> PermutationGroup:
    if group.modulus**2 * group.size >= 2**62:
        raise ValueError(f"{group.name}: products of entries modulo {group.modulus} would overflow")
    return group.as_permutations(_LARGEST_ORBIT)


def _index(
    vectors: NDArray[np.int64],
) -> tuple[list[NDArray[np.int64]], list[NDArray[np.int64]], NDArray[np.int64]]:
    """Prepare the search for a vector, entry by entry.

    Returns
    -------
    values : list of ndarray
        For each column the entries that occur.
    beginnings : list of ndarray
        For each column, in sorted order, the beginnings of vectors that occur: the number of the beginning
        before it, and that of the entry.
    number : ndarray
        Of a vector, by its place in the last of these.
    """
    values, beginnings = [], []
    key = np.zeros(len(vectors), np.int64)
    for column in vectors.T:
        entries, entry = np.unique(column, return_inverse=True)
        found, key = np.unique(key * len(entries) + entry, return_inverse=True)
        values.append(entries)
        beginnings.append(found)
    return values, beginnings, np.argsort(key)


def _search(ordered: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return places of values in a sorted array, -1 for those that are not there."""
    place = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    return np.where(ordered[place] == wanted, place, -1)
