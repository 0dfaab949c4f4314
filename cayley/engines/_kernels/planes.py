"""Kernels that keep the distance of each state in bit planes. See `cayley.engines._planes`."""

from numba import njit, prange
from numpy import int64, uint64

_ONE = uint64(1)


@njit(cache=True)
def set_listed(plane, listed):
    """Set the bits of the states with these numbers."""
    for i in range(listed.size):
        plane[listed[i] >> 6] |= _ONE << uint64(listed[i] & 63)


@njit(cache=True)
def _code_words(low, high, seen, first, last, code):
    """Write a code, 1, 2 or 3, for the states of `seen` that have none."""
    if code == 1:
        for w in range(first, last):
            low[w] |= seen[w] & ~high[w]
    elif code == 2:
        for w in range(first, last):
            high[w] |= seen[w] & ~low[w]
    else:
        for w in range(first, last):
            new = seen[w] & ~(low[w] | high[w])
            low[w] |= new
            high[w] |= new


@njit(cache=True)
def code_parts_serial(low, high, seen, grown, code):
    """Do what `code_parts` does, on one thread."""
    n_words, n_parts = int64(low.size), int64(grown.size)
    for part in range(n_parts):
        if grown[part] != 0:
            _code_words(low, high, seen, part * n_words // n_parts, (part + 1) * n_words // n_parts, code)


@njit(cache=True, parallel=True)
def code_parts(low, high, seen, grown, code):
    """Write a code for the states of `seen` that have none, in those of some equal parts that have grown."""
    n_words, n_parts = int64(low.size), int64(grown.size)
    for part in prange(n_parts):
        if grown[part] != 0:
            _code_words(low, high, seen, part * n_words // n_parts, (part + 1) * n_words // n_parts, code)


@njit(cache=True)
def _write_words(planes, known, seen, first, last, distance):
    """Write a distance in binary for the states of `seen` that are not known, which they then are."""
    for w in range(first, last):
        new = seen[w] & ~known[w]
        if new != uint64(0):
            known[w] |= new
            plane, rest = 0, distance
            while rest != 0:
                if rest & 1:
                    planes[plane, w] |= new
                plane += 1
                rest >>= 1


@njit(cache=True)
def write_parts_serial(planes, known, seen, grown, distance):
    """Do what `write_parts` does, on one thread."""
    n_words, n_parts = int64(known.size), int64(grown.size)
    for part in range(n_parts):
        if grown[part] != 0:
            first, last = part * n_words // n_parts, (part + 1) * n_words // n_parts
            _write_words(planes, known, seen, first, last, distance)


@njit(cache=True, parallel=True)
def write_parts(planes, known, seen, grown, distance):
    """Write a distance in binary for the states of `seen` not known, in the parts that have grown."""
    n_words, n_parts = int64(known.size), int64(grown.size)
    for part in prange(n_parts):
        if grown[part] != 0:
            first, last = part * n_words // n_parts, (part + 1) * n_words // n_parts
            _write_words(planes, known, seen, first, last, distance)


@njit(cache=True)
def read_codes(planes, known, numbers, codes):
    """Read the codes of states: what the planes hold, or with a plane `known` one more; 0 for none."""
    for i in range(numbers.size):
        code = int64(0)
        if numbers[i] >= 0:
            word, bit = numbers[i] >> 6, uint64(numbers[i] & 63)
            for plane in range(planes.shape[0]):
                code |= int64((planes[plane, word] >> bit) & _ONE) << plane
            if known.size > 0:
                code = (code + 1) * int64((known[word] >> bit) & _ONE)
        codes[i] = code
