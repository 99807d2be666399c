"""Tests of tlcore.experiments.explain."""
