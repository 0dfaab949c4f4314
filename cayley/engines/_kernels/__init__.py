"""Numba kernels of the engines: plain arrays and scalars, no validation."""
