"""Compiled loops of k-medoids: plain arrays in, plain arrays changed in place, nothing checked.

Every kernel reads distances by contiguous rows of a C-ordered symmetric matrix. Arrays are changed in place
only where the docstring says so; the matrix never is.
"""
