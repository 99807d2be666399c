"""Tests of tlcore.experiments.take_in."""
