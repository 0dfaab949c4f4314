"""Puzzles, built from their geometry.

A puzzle is a set of places, and a move carries what is at some of them to others. Where the places are
stickers in space, they are computed from planes that cut a solid, in exact numbers, and a move rotates all
that lie beyond one plane. The pieces are never spelled out: the same few lines serve all puzzles, and a wrong
coordinate shows as a rotation that does not map the stickers to themselves.

The functions that build moves are registered as families (`cayley.families`): ``cube``, ``cuboid``,
``polyhedron``, the solids with names of their own, ``hungarian_rings``, ``twiddle`` and others.
"""

from cayley.groups import NamedGroup as NamedGroup
from cayley.puzzles._boards import graph_loops as graph_loops
from cayley.puzzles._boards import lights_out as lights_out
from cayley.puzzles._boards import loopover as loopover
from cayley.puzzles._boards import theta_graph as theta_graph
from cayley.puzzles._boards import torus_sliding as torus_sliding
from cayley.puzzles._boards import twiddle as twiddle
from cayley.puzzles._coloured import coloured_cube as coloured_cube
from cayley.puzzles._coloured import coloured_polyhedron as coloured_polyhedron
from cayley.puzzles._cubes import cube as cube
from cayley.puzzles._cubes import cuboid as cuboid
from cayley.puzzles._polyhedra import polyhedron as polyhedron
from cayley.puzzles._rings import hungarian_rings as hungarian_rings
from cayley.puzzles._rings import turntable as turntable

# The lookup comes after everything that registers a family.
from cayley.puzzles._lookup import PUZZLES as PUZZLES  # isort: skip
from cayley.puzzles._lookup import globe as globe  # isort: skip
from cayley.puzzles._lookup import is_puzzle as is_puzzle  # isort: skip
from cayley.puzzles._lookup import puzzle as puzzle  # isort: skip
from cayley.puzzles._lookup import read_box as read_box  # isort: skip
