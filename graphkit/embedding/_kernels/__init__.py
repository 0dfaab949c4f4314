"""Kernels of FastRP, a file for each group that calls the same compiled helpers."""
