"""Figures and pictures that several pages draw."""
