"""clustering: the FastPAM family of k-medoids algorithms, in the manner of scikit-learn.

Names load on first use.
"""

from typing import TYPE_CHECKING

from graphkit._lazy import lazy_names

if TYPE_CHECKING:
    from clustering._clara import clara as clara
    from clustering._clarans import clarans as clarans
    from clustering._clarans import fastclarans as fastclarans
    from clustering._functional import alternating as alternating
    from clustering._functional import fasterpam as fasterpam
    from clustering._functional import fastpam as fastpam
    from clustering._functional import medoid as medoid
    from clustering._functional import pam as pam
    from clustering._onebatch import large_kmedoids as large_kmedoids
    from clustering._onebatch import onebatchpam as onebatchpam
    from clustering._result import KMedoidsResult as KMedoidsResult
    from clustering.kmedoids import PAM as PAM
    from clustering.kmedoids import AlternatingKMedoids as AlternatingKMedoids
    from clustering.kmedoids import FasterPAM as FasterPAM
    from clustering.kmedoids import FastPAM as FastPAM
    from clustering.sampled import CLARA as CLARA
    from clustering.sampled import CLARANS as CLARANS
    from clustering.sampled import FastCLARANS as FastCLARANS
    from clustering.sampled import LargeKMedoids as LargeKMedoids
    from clustering.sampled import OneBatchPAM as OneBatchPAM

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "kmedoids": ("PAM", "AlternatingKMedoids", "FastPAM", "FasterPAM"),
        "sampled": ("CLARA", "CLARANS", "FastCLARANS", "LargeKMedoids", "OneBatchPAM"),
        "_clara": ("clara",),
        "_clarans": ("clarans", "fastclarans"),
        "_functional": ("alternating", "fasterpam", "fastpam", "medoid", "pam"),
        "_onebatch": ("large_kmedoids", "onebatchpam"),
        "_result": ("KMedoidsResult",),
    },
)
