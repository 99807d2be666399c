"""Tests of tlcore.experiments.races."""
