"""Text of integers, many times faster than one by one in Python."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[Any]

LONGEST = 20  # bytes of a 64-bit integer with its sign


@njit(cache=True, nogil=True)
def _put(value: int, place: int, text: Array) -> int:
    """Write an integer; return where it ends."""
    rest = np.uint64(value)
    if value < 0:
        text[place] = 45
        place += 1
        rest = np.uint64(-(value + 1)) + np.uint64(1)  # the smallest integer has no opposite
    end = place
    while True:
        digit = rest % np.uint64(10)
        text[end] = np.uint8(digit) + np.uint8(48)
        end += 1
        rest //= np.uint64(10)
        if rest == 0:
            break
    low, high = place, end - 1
    while low < high:
        text[low], text[high] = text[high], text[low]
        low += 1
        high -= 1
    return end


@njit(cache=True, nogil=True)
def put_pairs(first: Array, second: Array, delimiter: int, text: Array) -> int:
    """Write a line for each pair of integers; return how many bytes that took.

    Parameters
    ----------
    first, second : (m,) integer arrays
    delimiter : int
        Byte between them.
    text : uint8, with room for m * (2 * LONGEST + 2) bytes
    """
    place = 0
    for k in range(first.size):
        place = _put(first[k], place, text)
        text[place] = delimiter
        place = _put(second[k], place + 1, text)
        text[place] = 10
        place += 1
    return place
