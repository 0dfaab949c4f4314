"""Puzzles simulated piece by piece, as one would play them; and solids cut in floating point."""

from itertools import combinations, product

import numpy as np


def cubies(sizes, layer_turns, depth):
    """Growth of a box of cubies up to rotations of the whole, to a depth.

    A state gives for each cubie where it is and where its three own axes point; `layer_turns` are triples of
    axis, layer coordinate and number of quarter turns. Coordinates are those of middles, with steps of 2.
    """
    ranges = [range(1 - n, n, 2) for n in sizes]
    axes = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    start = {
        p: (p, *axes) for p in product(*ranges) if any(abs(x) == n - 1 for x, n in zip(p, sizes, strict=True))
    }
    wholes = _rotations_of_box(sizes)

    def picture(state):
        """The least of the pictures that rotating the whole gives."""
        return min(
            tuple(sorted((home, tuple(_rotate(v, way) for v in vectors)) for home, vectors in state))
            for way in wholes
        )

    def turned(state, axis, layer, quarters):
        way = [(axis, quarters)]
        return tuple(
            (home, tuple(_rotate(v, way) for v in vectors) if vectors[0][axis] == layer else vectors)
            for home, vectors in state
        )

    layer = {picture(tuple(start.items()))}
    seen, found = set(layer), [1]
    for _ in range(depth):
        layer = {picture(turned(s, *move)) for s in layer for move in layer_turns} - seen
        seen |= layer
        found.append(len(layer))
    return found


def _rotate(v, way):
    for axis, quarters in way:
        j, k = (axis + 1) % 3, (axis + 2) % 3
        for _ in range(quarters):
            w = list(v)
            w[j], w[k] = v[k], -v[j]
            v = tuple(w)
    return v


def _rotations_of_box(sizes):
    """Words of quarter turns about the axes, one for each rotation of the box."""
    corners = {(1, 2, 3): []}
    queue = [(1, 2, 3)]
    for v in queue:
        for axis in range(3):
            quarters = 1 if sizes[axis - 1] == sizes[axis - 2] else 2
            word = [*corners[v], (axis, quarters)]
            image = _rotate((1, 2, 3), word)
            if image not in corners:
                corners[image] = word
                queue.append(image)
    return list(corners.values())


def torus_sliding(rows, columns):
    """Growth of a sliding puzzle on a torus, boards that differ by a shift being the same."""
    start = tuple(range(rows * columns))  # tile 0 is the blank

    def from_blank(board):
        row, column = divmod(board.index(0), columns)
        return tuple(
            board[(row + i) % rows * columns + (column + j) % columns]
            for i in range(rows)
            for j in range(columns)
        )

    def neighbours(board):
        for down, right in ((0, 1), (0, -1), (1, 0), (-1, 0)):
            moved = list(board)
            other = down % rows * columns + right % columns
            moved[0], moved[other] = moved[other], moved[0]
            yield from_blank(moved)

    return _growth(start, neighbours)


def returns(edges, blank):
    """Number of arrangements of tiles on a graph that have the blank (vertices from 1) where it was."""
    n = max(map(max, edges))
    start = tuple(range(1, n + 1))
    seen, queue = {start}, [start]
    for board in queue:
        here = board.index(blank)
        for pair in edges:
            if here + 1 in pair:
                there = sum(pair) - here - 2
                moved = list(board)
                moved[here], moved[there] = moved[there], moved[here]
                if tuple(moved) not in seen:
                    seen.add(tuple(moved))
                    queue.append(tuple(moved))
    return sum(board[blank - 1] == blank for board in seen)


def lamps(rows, columns, wrap):
    """Number of patterns of lamps by the least number of presses: all sets of presses are tried."""
    n = rows * columns
    presses = []
    for r, c in product(range(rows), range(columns)):
        lit = np.zeros((rows, columns), dtype=int)
        for i, j in ((r, c), (r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
            if wrap:
                lit[i % rows, j % columns] += 1
            elif 0 <= i < rows and 0 <= j < columns:
                lit[i, j] += 1
        presses.append(sum(int(x) << k for k, x in enumerate(lit.ravel() % 2)))
    seen, found = set(), []
    for size in range(n + 1):
        patterns = set()
        for chosen in combinations(presses, size):
            pattern = 0
            for press in chosen:
                pattern ^= press
            patterns.add(pattern)
        found.append(len(patterns - seen))
        seen |= patterns
    return [count for count in found if count]


def quarter_blocks(rows, columns, block):
    """Growth of a board whose square blocks turn by a quarter."""
    start = np.arange(rows * columns).reshape(rows, columns)

    def neighbours(state):
        board = np.array(state).reshape(rows, columns)
        for i, j, k in product(range(rows - block + 1), range(columns - block + 1), (1, 3)):
            moved = board.copy()
            moved[i : i + block, j : j + block] = np.rot90(board[i : i + block, j : j + block], k)
            yield tuple(moved.ravel().tolist())

    return _growth(tuple(start.ravel().tolist()), neighbours)


def shifting_lines(rows, columns):
    """Growth of a board whose rows and columns shift around."""

    def neighbours(state):
        board = np.array(state).reshape(rows, columns)
        for step in (1, -1):
            for i in range(rows):
                moved = board.copy()
                moved[i] = np.roll(board[i], step)
                yield tuple(moved.ravel().tolist())
            for j in range(columns):
                moved = board.copy()
                moved[:, j] = np.roll(board[:, j], step)
                yield tuple(moved.ravel().tolist())

    return _growth(tuple(range(rows * columns)), neighbours)


def _growth(start, neighbours):
    seen, layer, found = {start}, {start}, []
    while layer:
        found.append(len(layer))
        layer = {other for state in layer for other in neighbours(state)} - seen
        seen |= layer
    return found


PHI = (1 + 5**0.5) / 2
_RING = [
    v for a, b in product((1, -1), repeat=2) for v in ((0, a, b * PHI), (a, b * PHI, 0), (b * PHI, 0, a))
]
_EIGHT = list(product((1, -1), repeat=3))
_SIX = [tuple(s * (i == k) for i in range(3)) for k in range(3) for s in (1, -1)]
_FOUR = [v for v in _EIGHT if v[0] * v[1] * v[2] > 0]
_DUAL = _EIGHT + [
    v
    for a, b in product((1, -1), repeat=2)
    for v in ((0, a * PHI, b / PHI), (a * PHI, b / PHI, 0), (b / PHI, 0, a * PHI))
]
DIRECTIONS = {
    "tetrahedron": {"face": _FOUR, "vertex": [tuple(-x for x in v) for v in _FOUR]},
    "cube": {"face": _SIX, "vertex": _EIGHT},
    "octahedron": {"face": _EIGHT, "vertex": _SIX},
    "dodecahedron": {"face": _RING, "vertex": _DUAL},
    "icosahedron": {"face": _DUAL, "vertex": _RING},
}


def sampled_turns(solid, kind, depth, order, samples=20_000, seed=0):
    """Permutations of the stickers of a cut solid, found from random points on its faces.

    A sticker is the set of points of one face that lie on the same side of each plane. `depth` is a part of
    the way from the centre to the end of an axis, and `order` that of the turns.
    """
    faces = _unit(DIRECTIONS[solid]["face"])
    axes = _unit(DIRECTIONS[solid][kind])
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(samples, 3))
    points /= (points @ faces.T).max(axis=1, keepdims=True)  # onto the solid whose faces are at distance 1
    reach = (points @ axes.T).max() if kind == "face" else _reach(faces, axes)
    offset = depth * reach

    def cell(x):
        return (int((x @ faces.T).argmax()), *(x @ axes.T > offset).tolist())

    example = {}
    for x in points:
        example.setdefault(cell(x), x)
    names = sorted(example)
    number = {name: i for i, name in enumerate(names)}
    turns = []
    for axis in axes:
        matrix = _about(axis, 2 * np.pi / order)
        turns.append(
            tuple(
                number[cell(matrix @ example[name])] if example[name] @ axis > offset else i
                for i, name in enumerate(names)
            )
        )
    return turns


def _unit(vectors):
    array = np.array(vectors, dtype=float)
    return array / np.linalg.norm(array, axis=1, keepdims=True)


def _reach(faces, axes):
    """Distance of the vertices, in the direction of an axis, when the faces are at distance 1."""
    return 1 / (faces @ axes[0]).max()


def _about(axis, angle):
    x, y, z = axis
    skew = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * skew + (1 - np.cos(angle)) * skew @ skew
