"""Tests of tlcore.experiments.generate."""
