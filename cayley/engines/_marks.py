"""What an engine with an index tells of its last layer, for those who keep more than its size."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Marks:
    """Where the states of the last layer are marked in an engine's bitmap.

    A state has a number, 64 times its word in the bitmap plus its bit.

    Attributes
    ----------
    seen : ndarray of uint64
        The bitmap: the states of the last layer and any of those before, and none else. It is the engine's
        own and changes with the next layer.
    listed : ndarray of int64, optional
        Numbers of the states of the last layer.
    grown : ndarray of uint8, optional
        Without a list: for each of as many equal parts of the bitmap, whether the layer has states there.
        Without that too, they may be anywhere.
    """

    seen: NDArray[np.uint64]
    listed: NDArray[np.int64] | None = None
    grown: NDArray[np.uint8] | None = None


class IndexedEngine(Protocol):
    """An engine that numbers the states, see `cayley.engines`."""

    name: str

    @property
    def bitmap_words(self) -> int:
        """Words of 64 bits in a bitmap of the states."""

    @property
    def marks_memory(self) -> int:
        """Bytes that `marks` allocates."""

    def marks(self) -> Marks:
        """Tell where the states of the layer that ``layers`` yielded last are marked."""

    def places(self, states: NDArray[np.int64]) -> NDArray[np.int64]:
        """Find the numbers of states, one in each row; -1 for what is no state of the bitmap."""

    def release(self) -> None:
        """Free the bitmap, when no layers are wanted any more."""
