"""Tests of tlcore.training.engine."""
