"""Tests of tlcore.experiments.similarity."""
