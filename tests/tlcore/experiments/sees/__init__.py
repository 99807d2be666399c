"""Tests of tlcore.experiments.sees."""
