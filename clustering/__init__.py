"""clustering: the FastPAM family of k-medoids algorithms, in the manner of scikit-learn.

Names load on first use.
"""

from typing import TYPE_CHECKING

from graphkit._lazy import lazy_names

if TYPE_CHECKING:
    from clustering._functional import KMedoidsResult as KMedoidsResult
    from clustering._functional import fastpam as fastpam
    from clustering.kmedoids import FastPAM as FastPAM

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "kmedoids": ("FastPAM",),
        "_functional": ("KMedoidsResult", "fastpam"),
    },
)
