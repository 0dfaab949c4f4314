"""What every k-medoids function returns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class KMedoidsResult:
    """Outcome of a k-medoids search.

    Attributes
    ----------
    labels : ndarray of shape (n_samples,), intp
        Slot of the nearest medoid. Equal distances go to the lowest slot, but a medoid always owns itself.
    medoid_indices : ndarray of shape (n_clusters,), intp
        Sample index of the medoid in each slot.
    inertia : float or int
        Sum of the distances of all samples to their medoids, each times the weight of the sample; an int for
        integer distances and weights.
    n_iter : int
        Passes, each over all swaps, the last and unsuccessful one included. For methods that draw samples,
        what their docstring says.
    n_swap : int
        Swaps performed.
    converged : bool
        Whether no swap lowers the loss any more. False where the limit on passes cut the search.
    """

    labels: NDArray[np.intp]
    medoid_indices: NDArray[np.intp]
    inertia: float | int
    n_iter: int
    n_swap: int
    converged: bool
