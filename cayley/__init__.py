"""cayley: growth, diameters and distances of Cayley and Schreier graphs.

Names load on first use; ``import cayley`` loads neither torch nor scikit-learn nor numba.
"""

from typing import TYPE_CHECKING

from graphkit._lazy import lazy_names

if TYPE_CHECKING:
    from cayley._beam import beam_search as beam_search
    from cayley._beam import solve as solve
    from cayley._distances import Distances as Distances
    from cayley._distances import Word as Word
    from cayley._distances import distances as distances
    from cayley._growth import GrowthPlan as GrowthPlan
    from cayley._growth import diameter as diameter
    from cayley._growth import growth as growth
    from cayley._growth import plan as plan
    from cayley._numbering import CayleyGraph as CayleyGraph
    from cayley._numbering import cayley_graph as cayley_graph
    from cayley._paths import PathResult as PathResult
    from cayley._paths import apply_word as apply_word
    from cayley._paths import find_path as find_path
    from cayley._statement_checks import check_statements as check_statements
    from cayley._walks import Mixing as Mixing
    from cayley._walks import Walks as Walks
    from cayley._walks import mixing as mixing
    from cayley._walks import random_walk as random_walk
    from cayley._walks import sample_at_distance as sample_at_distance
    from cayley.cosets import CosetGraph as CosetGraph
    from cayley.extremal import MaxDiameter as MaxDiameter
    from cayley.extremal import max_diameter as max_diameter
    from cayley.families import FAMILIES as FAMILIES
    from cayley.families import get_family as get_family
    from cayley.families import get_generators as get_generators
    from cayley.families.sporadic import named_group as named_group
    from cayley.fitting import Fit as Fit
    from cayley.fitting import fit_formula as fit_formula
    from cayley.generator_file import load_generators as load_generators
    from cayley.groups import NamedGroup as NamedGroup
    from cayley.groups import PermutationGroup as PermutationGroup
    from cayley.growth_curves import GrowthFit as GrowthFit
    from cayley.growth_curves import fit_growth as fit_growth
    from cayley.interchange import format_generators as format_generators
    from cayley.interchange import from_sympy as from_sympy
    from cayley.interchange import save_generators as save_generators
    from cayley.interchange import to_gap as to_gap
    from cayley.interchange import to_sympy as to_sympy
    from cayley.learning import LearnedDistance as LearnedDistance
    from cayley.learning import train_distance as train_distance
    from cayley.matrices import MatrixGroup as MatrixGroup
    from cayley.matrices import matrix_group as matrix_group
    from cayley.permutation import format_cycles as format_cycles
    from cayley.permutation import parse_permutation as parse_permutation
    from cayley.puzzles import puzzle as puzzle
    from cayley.result import GrowthResult as GrowthResult
    from cayley.sliding import SlidingPuzzle as SlidingPuzzle
    from cayley.spectra import LayerStatistics as LayerStatistics
    from cayley.spectra import Spectrum as Spectrum
    from cayley.spectra import girth as girth
    from cayley.spectra import is_bipartite as is_bipartite
    from cayley.spectra import layer_statistics as layer_statistics
    from cayley.spectra import spectrum as spectrum
    from cayley.statements import STATEMENTS as STATEMENTS
    from cayley.store import GrowthStore as GrowthStore
    from cayley.tables import GrowthTable as GrowthTable
    from cayley.tables import growth_table as growth_table

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "_growth": ("GrowthPlan", "diameter", "growth", "plan"),
        "_distances": ("Distances", "Word", "distances"),
        "_numbering": ("CayleyGraph", "cayley_graph"),
        "result": ("GrowthResult",),
        "_paths": ("PathResult", "apply_word", "find_path"),
        "_beam": ("beam_search", "solve"),
        "_walks": ("Mixing", "Walks", "mixing", "random_walk", "sample_at_distance"),
        "spectra": ("LayerStatistics", "Spectrum", "girth", "is_bipartite", "layer_statistics", "spectrum"),
        "cosets": ("CosetGraph",),
        "extremal": ("MaxDiameter", "max_diameter"),
        "fitting": ("Fit", "fit_formula"),
        "generator_file": ("load_generators",),
        "statements": ("STATEMENTS",),
        "_statement_checks": ("check_statements",),
        "store": ("GrowthStore",),
        "tables": ("GrowthTable", "growth_table"),
        "groups": ("NamedGroup", "PermutationGroup"),
        "growth_curves": ("GrowthFit", "fit_growth"),
        "interchange": ("format_generators", "from_sympy", "save_generators", "to_gap", "to_sympy"),
        "learning": ("LearnedDistance", "train_distance"),
        "sliding": ("SlidingPuzzle",),
        "matrices": ("MatrixGroup", "matrix_group"),
        "puzzles": ("puzzle",),
        "families.sporadic": ("named_group",),
        "families": ("FAMILIES", "get_family", "get_generators"),
        "permutation": ("format_cycles", "parse_permutation"),
    },
)
