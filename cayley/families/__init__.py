"""Named generator families: one registry, from which the library call and the command line both read.

A family is a function that yields its permutations, in the module for its kind, registered by a decorator.
"""

from cayley.families._registry import FAMILIES as FAMILIES
from cayley.families._registry import Family as Family
from cayley.families._registry import Parameter as Parameter
from cayley.families._registry import get_family as get_family

# Importing the modules registers their families.
from cayley.families import shifts as shifts  # isort: skip
from cayley.families import transpositions as transpositions  # isort: skip
from cayley.families import intervals as intervals  # isort: skip
from cayley.families import cycles as cycles  # isort: skip
from cayley.families import signed as signed  # isort: skip
from cayley.families import classes as classes  # isort: skip
