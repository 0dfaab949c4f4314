"""Graph neural networks; the only home of torch. Needs the extra ``nn``. Names load on first use."""

from typing import TYPE_CHECKING

from graphkit._lazy import lazy_names

if TYPE_CHECKING:
    from graphkit.nn.convert import from_pyg as from_pyg
    from graphkit.nn.convert import to_pyg as to_pyg
    from graphkit.nn.distance import DistanceModel as DistanceModel
    from graphkit.nn.distance import fit_distance as fit_distance
    from graphkit.nn.distance import load_distance_model as load_distance_model
    from graphkit.nn.higcn import HiGCN as HiGCN
    from graphkit.nn.higcn import HiGCNConv as HiGCNConv
    from graphkit.nn.higcn import HiGCNGraphClassifier as HiGCNGraphClassifier
    from graphkit.nn.transforms import FlowerPetals as FlowerPetals

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "convert": ("from_pyg", "to_pyg"),
        "distance": ("DistanceModel", "fit_distance", "load_distance_model"),
        "higcn": ("HiGCN", "HiGCNConv", "HiGCNGraphClassifier"),
        "transforms": ("FlowerPetals",),
    },
)
