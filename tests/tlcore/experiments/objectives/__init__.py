"""Tests of tlcore.experiments.objectives."""
