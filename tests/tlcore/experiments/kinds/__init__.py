"""Tests of tlcore.experiments.kinds."""
