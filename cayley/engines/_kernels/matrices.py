"""Kernels of the matrix engine. See `cayley.engines.matrices` for the method and the meaning of the arrays.

`moves` is the tuple (n_low, to_high, to_low, shift) that steps from a state along each generator. It is
unpacked once in each kernel: a helper that unpacks it would count references to its arrays at every call.
"""

from numba import njit
from numpy import int64, uint32, uint64

from cayley.engines._bitscan import clear_lowest, trailing_zeros

_OLD = uint64(1)
_LOW_BITS = uint64(0x5555555555555555)  # the lower bit of each code


@njit(cache=True)
def _expand(state, codes, code_next, n_low, to_high, to_low, shift, listed, added):
    """Give the unseen neighbours of a state the code of the next layer; list them while there is room."""
    n_low = uint64(n_low)
    high = uint64(state) // n_low
    low = uint64(state) - high * n_low
    for g in range(to_high.shape[1]):
        if shift:
            near_low = low + uint64(to_low[high, g])
            if near_low >= n_low:
                near_low -= n_low
        else:
            near_low = uint64(to_low[low, g])
        near = uint64(to_high[high, g]) * n_low + near_low
        word = near >> uint64(5)
        place = (near & uint64(31)) << uint64(1)
        if (codes[word] >> place) & uint64(3) == uint64(0):
            codes[word] |= code_next << place
            if added < listed.size:
                listed[added] = int64(near)
            added += 1
    return added


@njit(cache=True)
def push_list(frontier, n_frontier, codes, code, code_next, moves, listed):
    """Reach the next layer from a list of states with a code, which turn old; return its size."""
    n_low, to_high, to_low, shift = moves
    added = 0
    for i in range(n_frontier):
        state = frontier[i]
        codes[state >> 5] ^= (code ^ _OLD) << uint64(2 * (state & 31))
        added = _expand(state, codes, code_next, n_low, to_high, to_low, shift, listed, added)
    return added


@njit(cache=True)
def push_all(codes, code, code_next, moves, listed):
    """Reach the next layer from all states with a code, which turn old; return its size."""
    n_low, to_high, to_low, shift = moves
    added = 0
    pattern = code * _LOW_BITS
    for word in range(codes.size):
        differs = codes[word] ^ pattern
        found = ~(differs | differs >> uint64(1)) & _LOW_BITS
        codes[word] ^= found * (code ^ _OLD)
        while found != uint64(0):
            state = int64(word) * 32 + trailing_zeros(found) // 2
            added = _expand(state, codes, code_next, n_low, to_high, to_low, shift, listed, added)
            found = clear_lowest(found)
    return added


@njit(cache=True)
def list_states(codes, code, listed):
    """List the states with a code, in increasing order."""
    n_listed = 0
    pattern = code * _LOW_BITS
    for word in range(codes.size):
        differs = codes[word] ^ pattern
        found = ~(differs | differs >> uint64(1)) & _LOW_BITS
        while found != uint64(0):
            listed[n_listed] = int64(word) * 32 + trailing_zeros(found) // 2
            n_listed += 1
            found = clear_lowest(found)


@njit(cache=True)
def mark_layer(codes, code, bitmap):
    """Set the bits of the states with a code in an empty bitmap of one bit for each state."""
    pattern = code * _LOW_BITS
    for word in range(codes.size):
        differs = codes[word] ^ pattern
        x = ~(differs | differs >> uint64(1)) & _LOW_BITS
        # Bring the 32 lower bits of the codes together, pairs first.
        x = (x | x >> uint64(1)) & uint64(0x3333333333333333)
        x = (x | x >> uint64(2)) & uint64(0x0F0F0F0F0F0F0F0F)
        x = (x | x >> uint64(4)) & uint64(0x00FF00FF00FF00FF)
        x = (x | x >> uint64(8)) & uint64(0x0000FFFF0000FFFF)
        x = (x | x >> uint64(16)) & uint64(0x00000000FFFFFFFF)
        bitmap[word >> 1] |= x << uint64(32 * (word & 1))


@njit(cache=True)
def _euclid(a, b):
    """Return g, x, y with g = gcd(a, b) = a x + b y."""
    x, y, u, v = 1, 0, 0, 1
    while b != 0:
        q = a // b
        a, b = b, a - q * b
        x, u = u, x - q * u
        y, v = v, y - q * v
    return a, x, y


@njit(cache=True)
def list_rows(m, number, top, bottom):
    """List the pairs (a, b) with gcd(a, b, m) = 1, and complete each to a matrix of determinant 1.

    `top[r]` is the pair of number r, `bottom[r]` the row below it, and `number[a * m + b]` is r.
    Returns how many there are.
    """
    found = 0
    for a in range(m):
        for b in range(m):
            g, x, y = _euclid(a, b)
            unit, scale, _ = _euclid(g, m)
            if unit == 1:
                number[a * m + b] = found
                top[found, 0] = a
                top[found, 1] = b
                bottom[found, 0] = -y * scale % m
                bottom[found, 1] = x * scale % m
                found += 1
    return found


@njit(cache=True)
def row_moves(m, generators, n_rows, number, top, bottom, to_high, shift):
    """Fill the moves of 2 x 2 matrices of determinant 1: where a first row goes, and how far the rest shifts.

    The matrix with rows `top[r]` and `bottom[r] + t top[r]` goes to that of r' and t + shift.
    """
    for r in range(n_rows):
        a, b = top[r]
        c, d = bottom[r]
        for i in range(generators.shape[0]):
            g = generators[i]
            near = number[(a * g[0, 0] + b * g[1, 0]) % m * m + (a * g[0, 1] + b * g[1, 1]) % m]
            p = (c * g[0, 0] + d * g[1, 0]) % m
            q = (c * g[0, 1] + d * g[1, 1]) % m
            to_high[r, i] = near
            # p, q = bottom' + shift top', and top' (d', -c') = 1, bottom' (d', -c') = 0
            shift[r, i] = uint32((p * bottom[near, 1] - q * bottom[near, 0]) % m)
