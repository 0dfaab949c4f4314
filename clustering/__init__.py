"""clustering: the FastPAM family of k-medoids algorithms, in the manner of scikit-learn.

Names load on first use.
"""

from typing import TYPE_CHECKING

from graphkit._lazy import lazy_names

if TYPE_CHECKING:
    from clustering._functional import alternating as alternating
    from clustering._functional import fasterpam as fasterpam
    from clustering._functional import fastpam as fastpam
    from clustering._functional import medoid as medoid
    from clustering._functional import pam as pam
    from clustering._result import KMedoidsResult as KMedoidsResult
    from clustering.kmedoids import PAM as PAM
    from clustering.kmedoids import AlternatingKMedoids as AlternatingKMedoids
    from clustering.kmedoids import FasterPAM as FasterPAM
    from clustering.kmedoids import FastPAM as FastPAM

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "kmedoids": ("PAM", "AlternatingKMedoids", "FastPAM", "FasterPAM"),
        "_functional": ("alternating", "fasterpam", "fastpam", "medoid", "pam"),
        "_result": ("KMedoidsResult",),
    },
)
