"""An upper bound on the order of a permutation group, from its orbits and blocks.

A stabiliser chain, complete or not, is a lower bound: where both agree, the chain is proved to be complete.
"""

import math
import random
from collections.abc import Iterator, Sequence
from itertools import islice

from cayley.permutation import Permutation, compose, cycles, identity, is_odd

_POOL = 10
_FEW = 4  # random elements that usually have the blocks of the whole group
_MOST_VALUES = 100_000  # of the abelian group of all characters that is gone through

_Characters = list[tuple[int, list[int]]]  # modulus, and the value at each generator


def random_elements(generators: Sequence[Permutation]) -> Iterator[Permutation]:
    """Draw elements of the group, always the same ones: by product replacement.

    A few elements are multiplied by each other and by generators, at random.
    """
    draw = random.Random(0)
    pool = [generators[i % len(generators)] for i in range(_POOL)]
    while True:
        i, j = draw.sample(range(_POOL), 2)
        pool[i] = compose(compose(pool[i], pool[j]), draw.choice(generators))
        yield pool[i]


def order_bound(generators: Sequence[Permutation]) -> int:
    """Bound the order of the group that permutations generate.

    Notes
    -----
    The group is contained in the product W of wreath products D wr T, one for each orbit (for those on which
    it acts alike, one together). D is the action of the stabiliser of a block on the block, and T, in the
    same way, contains the action on the blocks; an orbit without blocks counts as a symmetric group. The
    homomorphisms of W to cyclic groups that are known, such as the signs of the actions, map W onto a product
    of cyclic groups, and the group onto what the generators make of it: the bound is divided by the index of
    that in the product. It is exact for puzzles whose pieces move as freely as parity and the sums of their
    twists permit.

    Examples
    --------
    >>> order_bound([(1, 2, 3, 0), (3, 2, 1, 0)])  # the dihedral group moves two blocks of two points
    8
    """
    bound, characters = _container(list(generators))
    largest = 1
    vectors: list[list[int]] = [[] for _ in generators]
    moduli = []
    for modulus, values in characters:
        if largest * modulus <= _MOST_VALUES:
            largest *= modulus
            moduli.append(modulus)
            for vector, value in zip(vectors, values, strict=True):
                vector.append(value)
    reached: set[tuple[int, ...]] = {(0,) * len(moduli)}
    queue = list(reached)
    steps = set(map(tuple, vectors))
    for known in queue:
        for step in steps:
            total = tuple((x + y) % m for x, y, m in zip(known, step, moduli, strict=True))
            if total not in reached:
                reached.add(total)
                queue.append(total)
    return bound * len(reached) // largest


def _container(generators: list[Permutation]) -> tuple[int, _Characters]:
    """Order of a group W that contains the generators, and characters that map W onto their product."""
    order, characters = 1, _Characters()
    actions: list[list[Permutation]] = []
    for orbit in orbits(generators):
        place = {point: i for i, point in enumerate(orbit)}
        action = [tuple([place[g[i]] for i in orbit]) for g in generators]
        # What moves along with another orbit, point by point, is determined by what happens there.
        if not any(_are_alike(action, other) for other in actions):
            actions.append(action)
            found, more = _transitive(action)
            order *= found
            characters += more
    return order, characters


def _are_alike(one: list[Permutation], other: list[Permutation]) -> bool:
    """Tell whether numbering the points in another way makes two transitive actions the same."""
    return len(one[0]) == len(other[0]) and any(_is_alike_from(one, other, i) for i in range(len(one[0])))


def _is_alike_from(one: list[Permutation], other: list[Permutation], start: int) -> bool:
    """Tell whether the first point of one action may stand for the point `start` of the other."""
    stands_for = {0: start}
    queue = [0]
    for point in queue:
        for g, h in zip(one, other, strict=True):
            image, wanted = g[point], h[stands_for[point]]
            if image not in stands_for:
                stands_for[image] = wanted
                queue.append(image)
            elif stands_for[image] != wanted:
                return False
    return True


def _transitive(generators: list[Permutation]) -> tuple[int, _Characters]:
    n = len(generators[0])
    block_of = _blocks(generators)
    if block_of is None:
        return math.factorial(n), [(2, [int(is_odd(g)) for g in generators])] if n > 1 else []
    blocks: list[list[int]] = [[] for _ in range(max(block_of) + 1)]
    for point, number in enumerate(block_of):
        blocks[number].append(point)
    top = [tuple([block_of[g[block[0]]] for block in blocks]) for g in generators]
    inner = _inner(generators, blocks, block_of, top)
    order, more = _acting({p for row in inner for p in row}, inner)
    found, characters = _container(top)
    return found * order ** len(blocks), characters + more


def _inner(
    generators: list[Permutation], blocks: list[list[int]], block_of: list[int], top: list[Permutation]
) -> list[list[Permutation]]:
    """Tell for each generator and block what happens inside: elements that take block 0 to itself."""
    frames: dict[int, list[int]] = {0: blocks[0]}  # the points of block 0, taken along to each block
    queue = [0]
    for number in queue:
        for g, t in zip(generators, top, strict=True):
            if t[number] not in frames:
                frames[t[number]] = [g[point] for point in frames[number]]
                queue.append(t[number])
    place = {point: i for frame in frames.values() for i, point in enumerate(frame)}
    return [[tuple([place[g[point]] for point in frames[k]]) for k in range(len(blocks))] for g in generators]


def _acting(distinct: set[Permutation], inner: list[list[Permutation]]) -> tuple[int, _Characters]:
    """Order of the action on a block, or a bound, and its character, summed over the blocks."""
    from cayley.stabilizer import LARGE_DEGREE, contains_alternating, stabilizer_chain

    generators = tuple(sorted(distinct))
    size = len(generators[0])
    if size > LARGE_DEGREE or contains_alternating(generators):
        if any(map(is_odd, generators)):
            return math.factorial(size), [(2, [sum(map(is_odd, row)) % 2 for row in inner])]
        if size > 3:
            return math.factorial(size) // 2, []
    order = stabilizer_chain(generators).order
    turn = next((p for p in generators if _is_turn(p)), None)
    if order != size or turn is None:
        return order, []
    exponent, power = {}, identity(size)  # the action is cyclic, as that on the stickers of a corner
    for k in range(size):
        exponent[power] = k
        power = compose(turn, power)
    return order, [(size, [sum(exponent[p] for p in row) % size for row in inner])]


def _is_turn(p: Permutation) -> bool:
    return len(cycles(p)) == 1 and len(cycles(p)[0]) == len(p)


def orbits(generators: Sequence[Permutation]) -> list[list[int]]:
    """Part the points into those that can be taken to each other."""
    reached: set[int] = set()
    found = []
    for start in range(len(generators[0])):
        if start not in reached:
            orbit = [start]
            reached.add(start)
            for point in orbit:
                for g in generators:
                    if g[point] not in reached:
                        reached.add(g[point])
                        orbit.append(g[point])
            found.append(orbit)
    return found


def _blocks(generators: list[Permutation]) -> list[int] | None:
    """Find blocks, the smallest ones, and number them; None if there are none but points and the whole."""
    n = len(generators[0])
    few = list(islice(random_elements(generators), 10 * _POOL, 10 * _POOL + _FEW))
    best: list[int] | None = None
    for point in range(1, n):
        found = _join(few, [(0, point)])
        if found is None:
            continue
        found = _join(generators, [(0, other) for other in range(n) if found[other] == found[0]])
        if found is not None and (best is None or max(found) > max(best)):
            best = found
    return best


def _join(generators: Sequence[Permutation], pairs: list[tuple[int, int]]) -> list[int] | None:
    """Join points as the generators make it necessary; None if all points are joined.

    M. D. Atkinson, "An algorithm for finding the blocks of a permutation group", Math. Comp. 29, 1975.
    """
    n = len(generators[0])
    parent = list(range(n))

    def root(point: int) -> int:
        while parent[point] != point:
            parent[point] = parent[parent[point]]
            point = parent[point]
        return point

    left = n
    queue = list(pairs)
    for a, b in queue:
        x, y = root(a), root(b)
        if x == y:
            continue
        parent[max(x, y)] = min(x, y)
        left -= 1
        if left == 1:
            return None
        queue += [(g[a], g[b]) for g in generators]
    numbers: dict[int, int] = {}
    return [numbers.setdefault(root(point), len(numbers)) for point in range(n)]
