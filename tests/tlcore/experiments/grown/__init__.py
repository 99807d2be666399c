"""Tests of tlcore.experiments.grown."""
