"""Kernels of the simplicial package: plain arrays in, plain arrays out."""
