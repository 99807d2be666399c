"""Tests of tlcore.experiments.look."""
