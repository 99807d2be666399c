"""Tests of tlcore.experiments.export."""
