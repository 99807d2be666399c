"""Measures the evidence grid of the matrix."""
