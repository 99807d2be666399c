"""Tests of tlcore.experiments.fetch."""
