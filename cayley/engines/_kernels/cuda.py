"""Kernels of the dense engine on a GPU. See `cayley.engines.cuda` for the method and the launches.

Signed and unsigned operands never meet: older versions of numba make a float64 of int64 with uint64.
"""

from numba import cuda
from numpy import int32, int64, uint8, uint16, uint64

WORDS = 336  # of a block in one plane
STRIDE = 66  # entries of half a row of the table of runs: 33 banks of shared memory
TABLE_SIZE = 24 * 2 * STRIDE
RECIPES = 240

_ALL = uint64(2**60 - 1)
_THREE, _THREE_BITS = uint64(3), uint64(7)
_FIVE_BITS = uint64(31)
_SIX, _SIX_BITS = uint64(6), uint64(63)
_RUN = uint64(12)
_ROW, _HALF_ROW = uint64(2 * STRIDE), uint64(STRIDE)


@cuda.jit(cache=True)
def clear(states, marked, mask):
    """Clear all words but word `marked`, which becomes `mask`."""
    for k in range(cuda.grid(1), states.size, cuda.gridsize(1)):
        states[k] = mask if k == marked else uint64(0)


@cuda.jit(cache=True)
def list_active(plane, odd, source_block, changed, count, full, copies, active, n_active):
    """List the blocks of a plane that the next layer can reach, or that must be copied, in any order."""
    for block in range(cuda.grid(1), source_block.shape[0], cuda.gridsize(1)):
        wanted = copies and changed[plane, block] != 0
        if not wanted and count[plane, block] < full:
            for g in range(odd.size):
                if changed[plane ^ odd[g], source_block[block, g]] != 0:
                    wanted = True
                    break
        if wanted:
            active[cuda.atomic.add(n_active, 0, int32(1))] = block


@cuda.jit(device=True)
def _permute(bits, recipe, table):
    """Move the 60 bits of a word, as five runs of two halves of six bits.

    Byte d of `recipe` names the run that goes to run d, in three bits, and the row of the table.
    """
    moved = uint64(0)
    for run in range(5):
        step = recipe >> uint64(8 * run)
        value = bits >> ((step & _THREE_BITS) * _RUN)
        row = ((step >> _THREE) & _FIVE_BITS) * _ROW
        low = table[row + (value & _SIX_BITS)]
        high = table[row + _HALF_ROW + ((value >> _SIX) & _SIX_BITS)]
        moved |= uint64(low | high) << uint64(12 * run)
    return moved


@cuda.jit(device=True)
def _list_states(first, fresh, listed, n_listed):
    for bit in range(60):
        if (fresh >> uint64(bit)) & uint64(1) != uint64(0):
            place = cuda.atomic.add(n_listed, 0, int32(1))
            if place < listed.size:
                listed[place] = first + bit


@cuda.jit(cache=True)
def pull_blocks(
    plane,
    odd,
    active,
    n_active,
    old,
    new,
    copies,
    source_block,
    signature,
    block_parity,
    identity,
    word,
    gather,
    recipes,
    halves,
    changed,
    added,
    lists,
    listed,
    n_listed,
):
    """Bring the active blocks of a plane to the next layer, and add to each one's number of new states.

    Where `copies`, `new` is another buffer than `old`. Where `lists`, the new states are listed, unsorted.
    """
    if cuda.blockIdx.x >= n_active[0]:
        return
    table = cuda.shared.array(TABLE_SIZE, uint16)
    recipe = cuda.shared.array(RECIPES, uint64)
    for entry in range(cuda.threadIdx.x, TABLE_SIZE, cuda.blockDim.x):
        table[entry] = halves[entry]
    for entry in range(cuda.threadIdx.x, RECIPES, cuda.blockDim.x):
        recipe[entry] = recipes[entry]
    cuda.syncthreads()
    for k in range(cuda.blockIdx.x, n_active[0], cuda.gridDim.x):
        block = int64(active[k])
        parity = (plane ^ int64(block_parity[block])) & 1
        grown = int32(0)
        i = int64(cuda.threadIdx.x)
        while i < WORDS:  # a range with a step would divide
            before = old[plane, block, i]
            after = before
            if before != _ALL:
                for g in range(odd.size):
                    from_plane = plane ^ odd[g]
                    from_block = int64(source_block[block, g])
                    if changed[from_plane, from_block] == 0:
                        continue  # what it holds was pulled in an earlier layer
                    s = int64(signature[block, g])
                    if identity[s] != 0:
                        after |= old[from_plane, from_block, i]
                    else:
                        bits = old[from_plane, from_block, int64(word[s, i])]
                        if bits != uint64(0):
                            after |= _permute(bits, recipe[int64(gather[s, parity, i])], table)
            if copies or after != before:
                new[plane, block, i] = after
            if after != before:
                grown += int32(cuda.popc(after & ~before))
                if lists:
                    first = ((plane * old.shape[1] + block) * WORDS + i) * 64
                    _list_states(first, after & ~before, listed, n_listed)
            i += cuda.blockDim.x
        if grown != 0:
            cuda.atomic.add(added, block, int32(grown))


@cuda.jit(cache=True)
def note_changes(plane, added, changed, count, n_active, reached):
    """Mark the blocks of a plane that grew, add to their counts and to `reached`, and clear what counted."""
    total = int64(0)
    for block in range(cuda.grid(1), added.size, cuda.gridsize(1)):
        grown = added[block]
        added[block] = int32(0)
        changed[plane, block] = uint8(1) if grown != 0 else uint8(0)
        count[plane, block] += grown
        total += int64(grown)
    if total != 0:
        cuda.atomic.add(reached, 0, total)
    if cuda.grid(1) == 0:
        n_active[0] = int32(0)
