"""Tests of tlcore.experiments.break_it."""
