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
    from clustering._gower import gower as gower
    from clustering._graph_medoids import graph_kmedoids as graph_kmedoids
    from clustering._medoid_silhouette import DynamicResult as DynamicResult
    from clustering._medoid_silhouette import SilhouetteResult as SilhouetteResult
    from clustering._medoid_silhouette import dynmsc as dynmsc
    from clustering._medoid_silhouette import fastermsc as fastermsc
    from clustering._medoid_silhouette import fastmsc as fastmsc
    from clustering._medoid_silhouette import pammedsil as pammedsil
    from clustering._medoid_silhouette import pamsil as pamsil
    from clustering._onebatch import large_kmedoids as large_kmedoids
    from clustering._onebatch import onebatchpam as onebatchpam
    from clustering._result import KMedoidsResult as KMedoidsResult
    from clustering._select import Selection as Selection
    from clustering._select import select_k as select_k
    from clustering._silhouettes import medoid_silhouette as medoid_silhouette
    from clustering._silhouettes import medoid_silhouette_samples as medoid_silhouette_samples
    from clustering._silhouettes import silhouette as silhouette
    from clustering._silhouettes import silhouette_samples as silhouette_samples
    from clustering.graphs import GraphKMedoids as GraphKMedoids
    from clustering.kmedoids import PAM as PAM
    from clustering.kmedoids import AlternatingKMedoids as AlternatingKMedoids
    from clustering.kmedoids import FasterPAM as FasterPAM
    from clustering.kmedoids import FastPAM as FastPAM
    from clustering.msc import PAMMEDSIL as PAMMEDSIL
    from clustering.msc import PAMSIL as PAMSIL
    from clustering.msc import DynMSC as DynMSC
    from clustering.msc import FasterMSC as FasterMSC
    from clustering.msc import FastMSC as FastMSC
    from clustering.sampled import CLARA as CLARA
    from clustering.sampled import CLARANS as CLARANS
    from clustering.sampled import FastCLARANS as FastCLARANS
    from clustering.sampled import LargeKMedoids as LargeKMedoids
    from clustering.sampled import OneBatchPAM as OneBatchPAM

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "graphs": ("GraphKMedoids",),
        "kmedoids": ("PAM", "AlternatingKMedoids", "FastPAM", "FasterPAM"),
        "msc": ("PAMMEDSIL", "PAMSIL", "DynMSC", "FastMSC", "FasterMSC"),
        "sampled": ("CLARA", "CLARANS", "FastCLARANS", "LargeKMedoids", "OneBatchPAM"),
        "_clara": ("clara",),
        "_clarans": ("clarans", "fastclarans"),
        "_functional": ("alternating", "fasterpam", "fastpam", "medoid", "pam"),
        "_medoid_silhouette": (
            "DynamicResult",
            "SilhouetteResult",
            "dynmsc",
            "fastermsc",
            "fastmsc",
            "pammedsil",
            "pamsil",
        ),
        "_gower": ("gower",),
        "_graph_medoids": ("graph_kmedoids",),
        "_onebatch": ("large_kmedoids", "onebatchpam"),
        "_result": ("KMedoidsResult",),
        "_select": ("Selection", "select_k"),
        "_silhouettes": (
            "medoid_silhouette",
            "medoid_silhouette_samples",
            "silhouette",
            "silhouette_samples",
        ),
    },
)
