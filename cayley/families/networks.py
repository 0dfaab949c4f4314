"""Interconnection networks: Cayley graphs proposed for parallel computers."""

from collections.abc import Iterator, Mapping

from cayley.families._computed import computed_formula
from cayley.families._family import KnownDiameter
from cayley.families._registry import family, graph_family
from cayley.permutation import Permutation, from_cycles, inverse, swap
from graphkit.validation import check_integer

_SMALL = (
    {"blocks": 2, "size": 2},
    {"blocks": 3, "size": 1},
    {"blocks": 2, "size": 3},
    {"blocks": 3, "size": 2},
)
_BLOCKS = "position 1 is followed by `blocks` blocks of `size` positions"
_MACRO_STAR = "C.-H. Yeh, E. A. Varvarigos, IEEE Trans. Parallel Distrib. Syst. 9 (1998)"


@family(
    "(1 2 3), (1 3 2), and the products (1 2)(3 i) for i = 4, ..., n: the alternating group network",
    minimum=3,
    reference="Y. Ji, Advances in Mathematics (China) 27 (1998)",
    diameter=KnownDiameter(
        "ceil(3n/2)-3 for n >= 4",
        "theorem",
        "B. Chen, W. Xiao, B. Parhami, IEEE Trans. Computers 55 (2006): all distances",
        lambda n: (3 * n + 1) // 2 - 3 if n >= 4 else None,
    ),
)
def _alternating_network(n: int) -> Iterator[Permutation]:
    yield from_cycles([(0, 1, 2)], n)
    yield from_cycles([(0, 2, 1)], n)
    for i in range(3, n):
        yield from_cycles([(0, 1), (2, i)], n)


@family(
    "(1 2 3), (1 3 2), and the products (1 2)(i i+1) for i = 3, ..., n-1: A_n generated as a Coxeter group"
    " is",
    minimum=3,
    reference="F. Brenti, V. Reiner, Y. Roichman, J. Combin. Theory A 115 (2008)",
    diameter=KnownDiameter(
        "(n-1)(n-2)/2",
        "theorem",
        "A. Regev, Y. Roichman, Adv. Appl. Math. 33 (2004): the layers are the coefficients of"
        " the product of 1+q+...+q^(i-1)+2q^i for i = 1, ..., n-2",
        lambda n: (n - 1) * (n - 2) // 2,
    ),
)
def _alternating_coxeter(n: int) -> Iterator[Permutation]:
    yield from_cycles([(0, 1, 2)], n)
    yield from_cycles([(0, 2, 1)], n)
    for i in range(2, n - 1):
        yield from_cycles([(0, 1), (i, i + 1)], n)


@family(
    "cycles (1 2 ... j) and their inverses: the first item goes to position j, or that of position j to the"
    " front",
    diameter=computed_formula("n-1", 2, 12, lambda n: n - 1),
)
def _bidirectional_rotator(n: int) -> Iterator[Permutation]:
    for j in range(2, n + 1):
        yield from_cycles([range(j)], n)
        yield from_cycles([range(j - 1, -1, -1)], n)


@family(
    "cycles (j j-1 ... 1): the item of position j goes to the front (directed)",
    reference="R. L. Rivest, Commun. ACM 19 (1976)",
    diameter=KnownDiameter(
        "n-1", "theorem", "inverses of prefix_cycles: P. F. Corbett, 1992", lambda n: n - 1
    ),
)
def _move_to_front(n: int) -> Iterator[Permutation]:
    for j in range(2, n + 1):
        yield from_cycles([range(j - 1, -1, -1)], n)


def _stars(size: int, n: int) -> dict[str, Permutation]:
    return {f"T{i + 1}": swap(0, i, n) for i in range(1, size + 1)}


def _insertions(size: int, n: int) -> dict[str, Permutation]:
    return {f"I{i + 1}": from_cycles([range(i + 1)], n) for i in range(1, size + 1)}


def _selections(size: int, n: int) -> dict[str, Permutation]:
    return {f"I{i}'": inverse(p) for i, p in enumerate(_insertions(size, n).values(), 2)}


def _on_blocks(order: list[int], size: int) -> Permutation:
    """Put the blocks into the given order and leave position 1 alone."""
    return (0, *(1 + block * size + i for block in order for i in range(size)))


def _degree(blocks: int, size: int) -> int:
    check_integer(blocks, "the number of blocks", minimum=1)
    check_integer(size, "the size of a block", minimum=1)
    return 1 + blocks * size


def _block_swaps(blocks: int, size: int) -> dict[str, Permutation]:
    """Exchange the first block with another one."""
    return {f"S{j + 1}": _on_blocks(list(swap(0, j, blocks)), size) for j in range(1, blocks)}


def _block_rotation(by: int, blocks: int, size: int) -> Permutation:
    """Shift all blocks to the left."""
    return _on_blocks([(i + by) % blocks for i in range(blocks)], size)


@graph_family(
    "permutations",
    f"{_BLOCKS}: exchanges of 1 with each of the first block, and of the first block with each other one",
    reference=_MACRO_STAR,
    examples=_SMALL,
)
def _macro_star(blocks: int, size: int) -> Mapping[str, Permutation]:
    return _stars(size, _degree(blocks, size)) | _block_swaps(blocks, size)


@graph_family(
    "permutations",
    f"{_BLOCKS}: exchanges of 1 with each of the first block, and shifts of all blocks to the left or right"
    " by one",
    examples=_SMALL,
)
def _rotation_star(blocks: int, size: int) -> Mapping[str, Permutation]:
    moves = _stars(size, _degree(blocks, size))
    return moves | {f"R{by % blocks}": _block_rotation(by, blocks, size) for by in (1, -1)}


@graph_family(
    "permutations",
    f"{_BLOCKS}: exchanges of 1 with each of the first block, and shifts of all blocks by any number of"
    " blocks",
    examples=(*_SMALL, {"blocks": 4, "size": 1}),
)
def _complete_rotation_star(blocks: int, size: int) -> Mapping[str, Permutation]:
    moves = _stars(size, _degree(blocks, size))
    return moves | {f"R{by}": _block_rotation(by, blocks, size) for by in range(1, blocks)}


@graph_family(
    "permutations",
    f"{_BLOCKS}: the first item goes to any of the first block, and exchanges of the first block with each"
    " other one (directed unless size = 1)",
    examples=_SMALL,
)
def _macro_rotator(blocks: int, size: int) -> Mapping[str, Permutation]:
    return _insertions(size, _degree(blocks, size)) | _block_swaps(blocks, size)


@graph_family(
    "permutations",
    f"{_BLOCKS}: the first item goes to any of the first block, or one of these to the front, and exchanges"
    " of the first block with each other one",
    examples=_SMALL,
)
def _macro_insertion_selection(blocks: int, size: int) -> Mapping[str, Permutation]:
    n = _degree(blocks, size)
    return _insertions(size, n) | _selections(size, n) | _block_swaps(blocks, size)
