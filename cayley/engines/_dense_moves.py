"""How generators move the blocks of the dense engines, and the words within a block."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cayley.engines import _dense_tables as tables
from cayley.engines._kernels import dense as kernels
from cayley.permutation import Permutation, extend


@dataclass(frozen=True)
class Moves:
    """Pulling along some generators, see `cayley.engines._dense_tables`.

    Attributes
    ----------
    source_block : ndarray of shape (n_blocks, n_generators), int32
        The block that a block is pulled from.
    signature : ndarray of shape (n_blocks, n_generators), uint16
        How the states within it move: a row of the tables below.
    block_parity : ndarray of shape (n_blocks,), uint8
        Parity of the digits of the block, relative to those of the identity.
    identity : ndarray of shape (n_signatures,), bool
        Whether nothing moves within the block.
    word : ndarray of shape (n_signatures, 336), uint16
        The word that a word is fetched from.
    gather : ndarray of shape (n_signatures, 2, 336), uint8
        For each parity of the block in its plane, how the bits of the word move.
    """

    source_block: NDArray[np.int32]
    signature: NDArray[np.uint16]
    block_parity: NDArray[np.uint8]
    identity: NDArray[np.bool_]
    word: NDArray[np.uint16]
    gather: NDArray[np.uint8]


def n_blocks(degree: int) -> int:
    """Blocks of the arrangements of `degree` points; fewer than eight points count as eight."""
    return math.factorial(max(degree, tables.BLOCK_POINTS)) // math.factorial(tables.BLOCK_POINTS)


def moves(generators: Sequence[Permutation], degree: int) -> Moves:
    """Tabulate the moves along some generators.

    Parameters
    ----------
    generators : sequence of tuple of int
    degree : int
        Number of points, at least eight; those that a generator lacks it fixes.

    Notes
    -----
    O(n_blocks * n_generators * degree^2) time.
    """
    blocks = n_blocks(degree)
    block_parity = np.empty(blocks, np.uint8)
    source_block = np.empty((blocks, len(generators)), np.int32)
    signature = np.empty((blocks, len(generators)), np.uint16)
    images = np.array([extend(g, degree) for g in generators], np.int64)
    kernels.block_moves(images, blocks, block_parity, source_block, signature)
    # The identity has digits m-1. Planes are numbered by parity relative to it.
    block_parity ^= np.uint8(sum(m - 1 for m in range(2, degree + 1)) % 2)
    used = np.zeros(math.factorial(tables.BLOCK_POINTS), np.bool_)
    for column in signature.T:
        used[column] = True
    renumber = (np.cumsum(used) - 1).astype(np.uint16)
    for column in signature.T:
        column[:] = renumber[column]
    signatures = np.array([tables.unrank8(int(rank)) for rank in np.flatnonzero(used)])
    word = np.empty((len(signatures), tables.WORDS), np.uint16)
    gather = np.empty((len(signatures), 2, tables.WORDS), np.uint8)
    kernels.signature_moves(signatures, word, gather)
    identity = (signatures == np.arange(tables.BLOCK_POINTS)).all(axis=1)
    return Moves(source_block, signature, block_parity, identity, word, gather)
