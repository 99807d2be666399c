"""Tests of tlcore.experiments.matrix."""
