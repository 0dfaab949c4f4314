"""Named families: one registry, from which the library call and the command line both read.

A family is a function that yields permutations for n points, or builds a graph, registered by a decorator in
the module for its kind; puzzles are in `cayley.puzzles`.
"""

from cayley.families._family import KINDS as KINDS
from cayley.families._family import Family as Family
from cayley.families._family import GeneratorFamily as GeneratorFamily
from cayley.families._family import KnownDiameter as KnownDiameter
from cayley.families._family import Parameter as Parameter
from cayley.families._registry import FAMILIES as FAMILIES
from cayley.families._registry import get_family as get_family
from cayley.families._registry import get_generators as get_generators
from cayley.families._registry import read_call as read_call

# Importing the modules registers their families.
from cayley.families import shifts as shifts  # isort: skip
from cayley.families import transpositions as transpositions  # isort: skip
from cayley.families import intervals as intervals  # isort: skip
from cayley.families import cycles as cycles  # isort: skip
from cayley.families import signed as signed  # isort: skip
from cayley.families import classes as classes  # isort: skip
from cayley.families import transposition_graphs as transposition_graphs  # isort: skip
from cayley.families import networks as networks  # isort: skip
from cayley.families import genome as genome  # isort: skip
from cayley.families import shuffles as shuffles  # isort: skip
from cayley.families import words as words  # isort: skip
from cayley.families import matrices as matrices  # isort: skip
from cayley.families import boards as boards  # isort: skip
from cayley.families import abelian as abelian  # isort: skip
from cayley.families import wreath as wreath  # isort: skip
from cayley.families import coxeter as coxeter  # isort: skip
from cayley import puzzles as puzzles  # isort: skip
from cayley.families import linear as linear  # isort: skip
from cayley.families import classical as classical  # isort: skip
from cayley.families import sporadic as sporadic  # isort: skip
