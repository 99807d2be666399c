"""Tests of tlcore.experiments.words."""
