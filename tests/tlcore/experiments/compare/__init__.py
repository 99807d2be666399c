"""Tests of tlcore.experiments.compare."""
