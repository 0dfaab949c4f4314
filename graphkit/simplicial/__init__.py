"""Simplicial complexes, flower petals, and simplicial closure. Names load on first use."""

from typing import TYPE_CHECKING

from graphkit._lazy import lazy_names

if TYPE_CHECKING:
    from graphkit._simplex_dataset import SimplexDataset as SimplexDataset
    from graphkit.simplicial._closure import ClosureCounts as ClosureCounts
    from graphkit.simplicial._closure import ClosureStatistics as ClosureStatistics
    from graphkit.simplicial._closure import closure_counts as closure_counts
    from graphkit.simplicial._closure import closure_statistics as closure_statistics
    from graphkit.simplicial._closure import read_simplices as read_simplices
    from graphkit.simplicial._complex import SimplicialComplex as SimplicialComplex
    from graphkit.simplicial._lifecycles import Lifecycles as Lifecycles
    from graphkit.simplicial._lifecycles import lifecycles as lifecycles
    from graphkit.simplicial._lifting import CliqueSupport as CliqueSupport
    from graphkit.simplicial._lifting import clique_support as clique_support
    from graphkit.simplicial._lifting import iter_cliques as iter_cliques
    from graphkit.simplicial._petals import PetalWeights as PetalWeights
    from graphkit.simplicial._petals import flower_petals as flower_petals
    from graphkit.simplicial._prediction import Candidates as Candidates
    from graphkit.simplicial._prediction import ClosurePrediction as ClosurePrediction
    from graphkit.simplicial._prediction import average_precision as average_precision
    from graphkit.simplicial._prediction import closure_candidates as closure_candidates
    from graphkit.simplicial._prediction import closure_prediction as closure_prediction
    from graphkit.simplicial._scores import closure_scores as closure_scores
    from graphkit.simplicial._scores import generalized_mean as generalized_mean

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "_closure": (
            "ClosureCounts",
            "ClosureStatistics",
            "SimplexDataset",
            "closure_counts",
            "closure_statistics",
            "read_simplices",
        ),
        "_complex": ("SimplicialComplex",),
        "_lifecycles": ("Lifecycles", "lifecycles"),
        "_lifting": ("CliqueSupport", "clique_support", "iter_cliques"),
        "_prediction": (
            "Candidates",
            "ClosurePrediction",
            "average_precision",
            "closure_candidates",
            "closure_prediction",
        ),
        "_scores": ("closure_scores", "generalized_mean"),
        "_petals": ("PetalWeights", "flower_petals"),
    },
)
